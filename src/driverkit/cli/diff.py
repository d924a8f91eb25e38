"""``driverkit diff`` and ``history``: what changed between versions of a theory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import click
from attrs import frozen

from driverkit.cli.git import Version, read_version, theories_of, theory_before
from driverkit.cli.network import read_folder
from driverkit.cli.options import (
    direction_option,
    format_option,
    from_option,
    labels_option,
    outputs_option,
    theme_option,
    web_option,
)
from driverkit.cli.support import (
    examples,
    fitted,
    format_for,
    limits,
    read,
    say,
    tell_missing_letters,
    theme_named,
    write,
)
from driverkit.errors import UsageError
from driverkit.evidence.changes import Change
from driverkit.evidence.vanished import Vanished
from driverkit.evidence.words import harmless, plural, shortened
from driverkit.model import Revision, Theory
from driverkit.model.values import did_you_mean

__all__ = ["diff", "history"]

FORMATS = ("text", "md", "csv", "json")


def _version(name: str, from_: str | None, untrusted: bool) -> Theory:
    """The theory in a file, or in a version of one that git keeps."""
    found = read_version(name, from_, limits(untrusted)) if name != "-" else None
    return found if found is not None else read(name, from_, untrusted)


@click.command(
    epilog=examples(
        "driverkit diff old.yaml new.yaml",
        "driverkit diff HEAD~5:theory.yaml theory.yaml",
        "driverkit diff HEAD~5:theory.yaml theory.yaml -o changes.svg",
        "driverkit diff old.yaml new.yaml --format md -o changes.md",
        "driverkit diff HEAD~5:theory.yaml theory.yaml --note",
    )
)
@click.argument("old")
@click.argument("new")
@format_option(*FORMATS, default=None, help="text, md, csv or json; left out, text, or what OUT says.")
@outputs_option(": .txt, .md, .csv, .json, or a picture such as .svg")
@theme_option("How the picture looks")
@direction_option
@click.option(
    "--note",
    is_flag=True,
    help="Print a revision note to begin with, as YAML to paste: what no note of NEW tells yet, and why left open.",
)
@click.option(
    "--network",
    metavar="DIR",
    help="Both are versions of the common theory of this network: a revision note that names a cycle of a member "
    "tells the change of the node which that cycle tested.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where something changed.")
@from_option
@web_option
def diff(
    old: str,
    new: str,
    format_: str | None,
    outs: tuple[str, ...],
    theme: str,
    direction: Literal["left", "right", "down"],
    note: bool,
    network: str | None,
    exit_code: bool,
    from_: str | None,
    untrusted: bool,
) -> int:
    """Tell what changed from OLD to NEW: node by node, in words.

    Each is a theory file, or a version of one that git keeps: REVISION:PATH. Substantive changes stand
    first; each is told with the cycles and evidence that came in between, and with the revision note
    that names it.
    """
    from driverkit.analysis.compare import compare
    from driverkit.analysis.revision_note import note_text

    if old == new == "-":
        raise UsageError("Only one of the two can come from standard input.")
    if note and (format_ or any(out != "-" and not out.endswith((".yaml", ".yml")) for out in outs)):
        raise UsageError("--note prints YAML: leave --format out, and name OUT .yaml if anything.")
    found = compare(
        _version(old, from_, untrusted),
        _version(new, from_, untrusted),
        network=read_folder(network, False, untrusted) if network is not None else None,
    )
    if (
        network is None
        and found.unexplained
        and any("/" in id for one in found.notes for id in one.because_of)
    ):
        say(
            "driverkit: notes name cycles of members; --network DIR tells which changes these are the reason for."
        )
    drawn: list[tuple[str, str | bytes]] = []
    for out in outs or ("-",):
        if note:
            drawn.append((out, note_text(found)))
            continue
        kind = format_ or (
            "text" if out == "-" else {"txt": "text"}.get(format_for(out, None), format_for(out, None))
        )
        if kind not in FORMATS:
            drawn.append((out, _picture(found, kind, theme, direction)))
        else:
            words = _told(found, kind)
            drawn.append((out, fitted(out, words) if kind == "text" else words))
    for out, data in drawn:
        write(out, data)
    return 1 if exit_code and found.changes else 0


def _told(found: Any, kind: str) -> str:
    from driverkit.analysis.compare import COLUMNS
    from driverkit.analysis.report import table_text

    if kind == "json":
        return json.dumps(found.to_dict(), ensure_ascii=False, indent=2, default=str) + "\n"
    if kind == "csv":
        return table_text("csv", COLUMNS, found.rows())
    return str(found.text(markdown=kind == "md"))


def _picture(found: Any, kind: str, theme: str, direction: Literal["left", "right", "down"]) -> str | bytes:
    from driverkit.picture import diagram

    return diagram(found, theme=theme_named(theme), direction=direction).to(kind)


@click.command(
    epilog=examples(
        "driverkit history theory.yaml",
        "driverkit history theory.yaml --substantive",
        "driverkit history theory.yaml --format json",
        "driverkit history theory.yaml -o history.svg -o history.html",
    )
)
@click.argument("file")
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    help="text, md, json, svg, png, pdf or html; left out, what OUT says.",
)
@outputs_option(": .txt, .md, .json, or a picture of the diagram version by version: .svg, .png, .pdf, .html")
@theme_option("How a picture looks")
@labels_option("What stands in the boxes of a picture.")
@click.option(
    "--substantive", is_flag=True, help="Only versions with a substantive change, and only those changes."
)
@click.option("--most", type=click.IntRange(1), metavar="N", help="Only the last N versions.")
@from_option
@web_option
def history(
    file: str,
    format_: str | None,
    outs: tuple[str, ...],
    theme: str,
    labels: Literal["words", "ids"],
    substantive: bool,
    most: int | None,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Tell the story of a theory file from its git log, the oldest version first.

    A version that cannot be read as a theory is said so and passed over. As a picture the diagram stands there once
    for each version that changed it, what is the same in the same place; versions in a row that brought only
    cycles, evidence and points share a panel, which marks where.
    """
    from driverkit.analysis.compare import compare
    from driverkit.multiples import redrawn

    pictures = not {_kind(out, format_) for out in outs or ("-",)} <= {"text", "md", "json"}
    told: list[_Told] = []
    shown: list[_Shown] = []
    last: Theory | None = None
    for version, theory in theories_of(file, from_, limits(untrusted), most=most, tell=say):
        entry: dict[str, Any] = {
            "commit": version.commit,
            "date": version.date.isoformat(),
            "author": version.author,
            "subject": version.subject,
            "title": theory.title,
        }
        if not shown:
            last, earlier = theory_before(file, version, from_, limits(untrusted))
            entry["first"] = not earlier
            shown.append(_Shown(theory, (version,)))
        if last is None:
            told.append(_Told({**entry, "changes": [], "vanished": [], "notes": []}))
        else:
            found = compare(last, theory)
            shared = tuple(c for c in found.changes if c.substantive or not substantive)
            rows = [row for row in found.rows() if row["substantive"] or not substantive]
            gone = found.vanished
            if rows or gone:
                why = [
                    {"label": note.label or "", "why": note.why or "", "because_of": list(note.because_of)}
                    for note in found.notes
                    if note.why or note.because_of
                ]
                lost = found.to_dict()["vanished"]
                told.append(
                    _Told(
                        {"first": False, **entry, "changes": rows, "vanished": lost, "notes": why},
                        shared,
                        gone,
                        found.notes,
                    )
                )
            # A cycle that is only planned is no change that is told, and is seen on the diagram all the same.
            quiet = (last.cycles, last.evidence) != (theory.cycles, theory.evidence) and not substantive
            if pictures and (rows or quiet) and theory is not shown[0].theory:
                records = not redrawn(found)
                if records and shown[-1].records:
                    shown[-1] = _Shown(theory, (*shown[-1].versions, version), records=True)
                else:
                    shown.append(_Shown(theory, (version,), records=records))
        last = theory
    drawn: list[tuple[str, str | bytes]] = []
    for out in outs or ("-",):
        kind = _kind(out, format_)
        if kind == "json":
            drawn.append(
                (
                    out,
                    json.dumps([one.entry for one in told], ensure_ascii=False, indent=2, default=str) + "\n",
                )
            )
        elif kind in ("text", "md"):
            story = _story(told, markdown=kind == "md")
            drawn.append((out, fitted(out, story) if kind == "text" else story))
        else:
            drawn.append((out, _film(shown, kind, theme, labels)))
    for out, data in drawn:
        write(out, data)


@frozen
class _Told:
    """What is told of a version: as plain data, and the changes, what vanished and the notes of it, in words."""

    entry: dict[str, Any]
    changes: tuple[Change, ...] = ()
    gone: tuple[Vanished, ...] = ()
    notes: tuple[Revision, ...] = ()


@frozen
class _Shown:
    """A panel of the film: the last of some versions in a row, of which all but the first of the film may bring only records."""

    theory: Theory
    versions: tuple[Version, ...]
    records: bool = False


def _kind(out: str, format_: str | None) -> str:
    kind = (format_ or ("text" if out == "-" else format_for(out, None))).lower().lstrip(".")
    return {"txt": "text"}.get(kind, kind)


def _film(shown: Sequence[_Shown], kind: str, theme: str, labels: Literal["words", "ids"]) -> str | bytes:
    """The diagram once for each version that changed it, and for each row of those that brought only records."""
    from driverkit.multiples import FORMATS, small_multiples

    if kind not in FORMATS:
        known = ("text", "md", "json", *FORMATS)
        raise UsageError(
            f"No format of this command is called {kind!r}.{did_you_mean(kind, known)} There are: {', '.join(known)}."
        )
    versions = [version for one in shown for version in one.versions]
    found = small_multiples(
        [one.theory for one in shown],
        titles=[_title(one) for one in shown],
        said=f"{plural(len(versions), 'version')}, {_days(versions)}",
        theme=theme_named(theme),
        labels=labels,
    )
    tell_missing_letters(found.missing_letters(), [kind])
    return found.to(kind)


def _days(versions: Sequence[Version]) -> str:
    return " to ".join(dict.fromkeys([versions[0].date.isoformat(), versions[-1].date.isoformat()]))


def _title(shown: _Shown) -> str:
    """What stands above a panel: the revision, the day, and what was written of it; of several versions how many."""
    if len(shown.versions) > 1:
        count = plural(len(shown.versions), "version")
        return f"{_days(shown.versions)}: {count}, no box or link changed"
    last = shown.versions[-1]
    revision = shown.theory.revision
    label = f"Revision {harmless(revision.label)}, " if revision is not None and revision.label else ""
    return f"{label}{last.date.isoformat()}: {shortened(harmless(last.subject), 48)}"


def _story(told: Sequence[_Told], *, markdown: bool) -> str:
    from driverkit.analysis.compare import joined, reason
    from driverkit.analysis.report import _escaped

    clean = _escaped if markdown else harmless
    lines: list[str] = []
    if not told:
        return "Nothing that is told here changed.\n"
    for one in told:
        entry, changes = one.entry, one.changes
        head = clean(f"{entry['date']}  {entry['author']}: {entry['subject']}")
        lines.append(f"## {head}" if markdown else head)
        lines += [""] if markdown else []
        if not (changes or one.gone):
            begins = "The file begins" if entry["first"] else "The first version that can be read"
            lines.append(f"{'- ' if markdown else '  '}{clean(begins + ': ' + entry['title'] + '.')}")
        dash = "- " if markdown else "  "
        main = [change for change in changes if change.substantive]
        learned = [change for change in changes if change.learned and not change.substantive]
        told_below = {gone.id for gone in one.gone}
        minor = sum(
            not change.substantive and not change.learned and change.id not in told_below
            for change in changes
        )
        lines += [f"{dash}{clean(change.words + joined(change))}" for change in main]
        if minor:
            lines.append(f"{dash}{'and ' if main else ''}{plural(minor, 'minor change')}")
        if learned:
            lines.append(f"{dash}Learned in between:")
            lines += [f"  {dash}{clean(change.words + joined(change))}" for change in learned]
        if one.gone:
            lines.append(f"{dash}Tried or refuted, and no longer there:")
            lines += [f"  {dash}{clean(str(gone)[:1].upper() + str(gone)[1:])}" for gone in one.gone]
        for note in one.notes:
            if not reason(note):
                continue
            label = f"Why (revision {note.label})" if note.label else "Why"
            lines.append(f"{dash}{clean(label)}: {clean(reason(note))}")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"
