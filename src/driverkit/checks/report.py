"""Findings as text for people, and as JSON, SARIF and GitHub annotations for programs."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from driverkit.checks.rule import Finding, Rule
from driverkit.errors import UsageError
from driverkit.evidence.terminal import broken
from driverkit.evidence.words import harmless, plural, visible
from driverkit.model.values import did_you_mean

__all__ = ["FORMATS", "report"]

Found = Sequence[tuple[str, Sequence[Finding]]]


def report(
    found: Iterable[tuple[str, Iterable[Finding]]],
    *,
    format: str = "text",
    colour: bool = False,
    width: int | None = None,
    rules: Iterable[Rule] | None = None,
) -> str:
    """Findings of one file or several.

    Args:
        found: the name of each file with its findings.
        format: text (for people); json (a list of objects); sarif (2.1.0, for code scanning); github
            (workflow commands, which annotate a pull request).
        colour: whether the text may be coloured.
        width: the width at which sentences are broken into lines; None where they are left whole.
        rules: the rules that a SARIF log describes; left out, those of the shelf.

    Raises:
        UsageError: there is no such format.
    """
    write = FORMATS.get(format)
    if write is None:
        raise UsageError(
            f"There is no format {format!r} for findings.{did_you_mean(format, FORMATS)} "
            f"There are {', '.join(FORMATS)}."
        )
    listed = [(name, tuple(findings)) for name, findings in found]
    if format == "text":
        return _text(listed, colour, width)
    if format == "sarif":
        return _sarif(listed, rules)
    return write(listed)


# ---------------------------------------------------------------------------------------------- people

_NARROW = 30
"""Where there is less room beside the codes, sentences stand below them."""
_STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan", "known": "dim"}


def _text(found: Found, colour: bool = False, width: int | None = None) -> str:
    from rich.color import ColorSystem
    from rich.style import Style

    def styled(style: str, text: str) -> str:
        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD) if colour else text

    lines = []
    for name, findings in found:
        shown = harmless(name)
        if not findings:
            lines.append(f"{shown}: nothing found")
            continue
        lines.append(styled("bold", shown))
        places = [_place(name, finding) for finding in findings]
        words = ["known" if f.known else f.severity for f in findings]
        widest = max(map(len, places)), max(map(len, words)), max(len(f.code) for f in findings)
        indent = sum(widest) + 8
        room = None if width is None else width - indent - 1
        heads = {word: styled(_STYLES[word], word.ljust(widest[1])) for word in set(words)}
        for finding, place, word in zip(findings, places, words, strict=True):
            place = styled("dim", place.rjust(widest[0]))
            code = styled("bold", finding.code.ljust(widest[2]))
            message = harmless(finding.message)
            if room is None or width is None:
                lines.append(f"  {place}  {heads[word]}  {code}  {message}")
            elif room < _NARROW:
                lines.append(f"  {place}  {heads[word]}  {code}")
                lines += [f"    {part}" for part in broken(message, max(20, width - 5))]
            else:
                first, *more = broken(message, room)
                lines.append(f"  {place}  {heads[word]}  {code}  {first}")
                lines += [" " * indent + part for part in more]
        lines.append("")
    lines.append(_summary(found))
    return "\n".join(lines) + "\n"


def _file(name: str, finding: Finding) -> str:
    """The file that a finding is in: of a folder that was checked, the one inside it."""
    inside = finding.where.file if finding.where is not None else None
    return inside if inside is not None and inside.startswith(name.rstrip("/") + "/") else name


def _place(name: str, finding: Finding) -> str:
    """Line and column of a finding; in a workbook its sheet and cell, in a folder its file too."""
    where = finding.where
    if where is None:
        return "-"
    file = _file(name, finding)
    inside = "" if file == name else f"{PurePath(file).name}:"
    return harmless(where.cell or f"{inside}{where.line}:{where.column}")


def _summary(found: Found) -> str:
    counts: Counter[str] = Counter()
    for _, findings in found:
        counts.update("known" if f.known else f.severity for f in findings)
    files = "" if len(found) == 1 else f" in {plural(len(found), 'file')}"
    if not counts:
        return f"Nothing found{files}."
    said = [
        plural(counts[severity], one, many)
        for severity, one, many in (
            ("error", "error", None),
            ("warning", "warning", None),
            ("info", "remark", None),
            ("known", "known gap", None),
        )
        if counts[severity]
    ]
    return f"{', '.join(said)}{files}."


# -------------------------------------------------------------------------------------------- programs


def _json(found: Found) -> str:
    """A list of objects, file by file."""
    rows = [
        {
            "file": _file(name, finding),
            "line": finding.where.line if finding.where else None,
            "column": finding.where.column if finding.where else None,
            **({"cell": finding.where.cell} if finding.where and finding.where.cell else {}),
            "code": finding.code,
            "rule": finding.rule,
            "family": finding.family,
            "severity": finding.severity,
            "message": finding.message,
            "next_step": finding.next_step,
            "node": finding.node,
            "known": finding.known,
        }
        for name, findings in found
        for finding in findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
MOST_RESULTS = 25_000
"""How many results a SARIF log has at most: as many as GitHub's code scanning takes of one run."""


def _sarif(found: Found, rules: Iterable[Rule] | None = None) -> str:
    """A SARIF 2.1.0 log with one run; every rule that is known is described in it."""
    if rules is None:
        from driverkit.checks import rules as shelf

        rules = shelf()
    described = {rule.code: rule for rule in rules}
    codes = list(described)
    for _, findings in found:
        codes += [f.code for f in findings if f.code not in described and f.code not in codes]
    place = {code: number for number, code in enumerate(codes)}
    # Not imported: to a reader of imports that would be every room of the house.
    version = sys.modules["driverkit"].__version__
    results = _gravest([(name, finding) for name, findings in found for finding in findings])
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "driverkit",
                        "version": version,
                        "semanticVersion": version,
                        "rules": [_sarif_rule(code, described.get(code)) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(name, finding, place[finding.code]) for name, finding in results],
                **_left_out(sum(len(findings) for _, findings in found) - len(results)),
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _gravest(results: list[tuple[str, Finding]]) -> list[tuple[str, Finding]]:
    """As many results as GitHub takes, the gravest first in doubt, in the order in which they were found."""
    if len(results) <= MOST_RESULTS:
        return results
    grave = list(_LEVELS)
    ranked = sorted(
        range(len(results)), key=lambda n: (results[n][1].known, grave.index(results[n][1].severity))
    )
    return [results[n] for n in sorted(ranked[:MOST_RESULTS])]


def _left_out(count: int) -> dict[str, Any]:
    """The part of a run that says how many results it has no room for."""
    if not count:
        return {}
    said = f"{count:,} more findings, of the lowest severity, are left out: code scanning takes {MOST_RESULTS:,} at most."
    notice = {"level": "warning", "message": {"text": said}}
    return {"invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [notice]}]}


def _sarif_rule(code: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": code}
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} Source: {rule.source.rstrip('.')}."},
        "help": {"text": f"{rule.summary}\n\nSource: {rule.source.rstrip('.')}."},
        "defaultConfiguration": {
            "level": _LEVELS[rule.severity],
            "enabled": "default" in rule.profiles and rule.needs is None,
        },
        "properties": {"tags": [rule.family, *rule.profiles]},
    }


def _sarif_result(name: str, finding: Finding, index: int) -> dict[str, Any]:
    region = (
        {"startLine": finding.where.line, "startColumn": finding.where.column}
        if finding.where
        else {"startLine": 1}
    )
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(_file(name, finding))}, "region": region}
    }
    if finding.node is not None:
        location["logicalLocations"] = [{"name": finding.node, "kind": "element"}]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
        # What stays the same while lines move, so that a finding is not taken for a new one.
        "partialFingerprints": {"driverkitFinding/v1": f"{finding.code}:{finding.node or ''}"},
    }
    if finding.known:
        result["suppressions"] = [
            {
                "kind": "inSource",
                "justification": "The node says itself, in 'undeveloped', why it is still open.",
            }
        ]
    return result


def _uri(name: str) -> str:
    """A reference to a file: relative where the name is, so that a log means the same elsewhere."""
    if re.match(r"[A-Za-z]:[\\/]", name):
        return PureWindowsPath(name).as_uri()
    if Path(name).is_absolute():
        return Path(name).as_uri()
    path = PurePath(name.strip("<>")).as_posix()
    return quote(path, safe="/~!$&'()*+,;=@")


_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def _github(found: Found) -> str:
    """One workflow command a finding."""
    lines = []
    for name, findings in found:
        for finding in findings:
            said: dict[str, Any] = {} if name == "<stdin>" else {"file": _file(name, finding)}
            if finding.where:
                said |= {"line": finding.where.line, "col": finding.where.column}
            elif said:
                said["line"] = 1
            said["title"] = f"{finding.code} {finding.rule}".strip()
            options = ",".join(f"{key}={_property(str(value))}" for key, value in said.items())
            lines.append(f"::{_COMMANDS[finding.severity]} {options}::{_data(harmless(finding.message))}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Found], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
"""The formats of findings, by name."""
