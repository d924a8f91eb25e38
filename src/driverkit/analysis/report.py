"""Coverage as text for people, as CSV for spreadsheets, as JSON and as Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from driverkit.analysis.coverage import COLUMNS, HEADS, Coverage
from driverkit.errors import UsageError
from driverkit.evidence.terminal import cells, grid, wrapped
from driverkit.evidence.words import harmless, listed, plural
from driverkit.model.values import did_you_mean

__all__ = ["FORMATS", "csv_text", "plain_cell", "report", "safe_cell", "table_text"]


def report(
    coverage: Coverage, *, format: str = "text", colour: bool = False, width: int | None = None
) -> str:
    """The coverage of a theory.

    Args:
        coverage: what `driverkit.analysis.coverage` gave.
        format: text (for people); csv (one row a node, for spreadsheets; see `safe_cell`); json (an object
            with ``nodes``, ``levels``, ``gaps``, ``teams``, ``sites``, ``perspectives``, ``evidence_kinds`` and ``needs``,
            each a list of row objects); md (Markdown tables of the same, empty ones left out).
        colour: whether the text may be coloured.
        width: the width of the terminal; None where lines may be as long as they are.

    Raises:
        UsageError: there is no such format.
    """
    if format == "text":
        return _text(coverage, colour, width)
    write = FORMATS.get(format)
    if write is None:
        raise UsageError(
            f"There is no format {format!r} for coverage.{did_you_mean(format, FORMATS)} "
            f"There are {', '.join(FORMATS)}."
        )
    return write(coverage)


# ---------------------------------------------------------------------------------------- spreadsheets

_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def safe_cell(text: str) -> str:
    """A text that a spreadsheet takes for text, not for a formula to be run.

    Where it begins with ``=``, ``+``, ``-``, ``@`` or a tab (their full-width twins too), perhaps behind
    apostrophes, one apostrophe is put in front; `plain_cell` takes exactly that one away again. For
    programs there is JSON, in which every text is as it was written.

    >>> safe_cell("=1+1"), safe_cell("'=1+1"), safe_cell("Teach-back")
    ("'=1+1", "''=1+1", 'Teach-back')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(text: str) -> str:
    """The text that `safe_cell` was given.

    >>> plain_cell("'=1+1"), plain_cell("'tis so")
    ('=1+1', "'tis so")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _csv(coverage: Coverage) -> str:
    columns = coverage.columns("nodes")
    return csv_text(columns, zip(*columns.values(), strict=True))


def csv_text(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table for spreadsheets, in which no text is taken for a formula (see `safe_cell`)."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return stream.getvalue()


def table_text(
    format: str, columns: Iterable[str], rows: Sequence[Mapping[str, Any]], *, title: str = ""
) -> str:
    """A table of rows for other programs: as csv (see `safe_cell`), json (a list of objects) or md."""
    columns = list(columns)
    if format == "csv":
        return csv_text(columns, ([row[name] for name in columns] for row in rows))
    if format == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=2, default=str) + "\n"
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(_md_cell(row[name]) for name in columns) for row in rows]
    body = "\n".join(f"| {line} |" for line in lines)
    return f"# {_escaped(title)}\n\n{body if rows else 'Nothing.'}\n"


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return safe_cell(value)
    return "" if value is None else value


# -------------------------------------------------------------------------------------------- programs


def _json(coverage: Coverage) -> str:
    tables = {table: coverage.rows(table) for table in COLUMNS}
    return json.dumps(tables, ensure_ascii=False, indent=2) + "\n"


# ------------------------------------------------------------------------------------------------ docs


def _md(coverage: Coverage) -> str:
    parts = [f"# Coverage of {_escaped(coverage.theory.title)}\n"]
    always = ("levels", "nodes", "gaps")
    for table in (*always, *(table for table in HEADS if table not in always)):
        columns, head = coverage.columns(table), HEADS[table]
        if table not in always and not any(columns.values()):
            continue
        lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
        lines += [" | ".join(map(_md_cell, row)) for row in zip(*columns.values(), strict=True)]
        rows = "\n".join(f"| {line} |" for line in lines)
        parts.append(f"## {head}\n\n{rows if len(lines) > 2 else 'Nothing.'}\n")
    return "\n".join(parts)


def _md_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else _escaped(str(value))


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no new cell."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&$!])", r"\\\1", harmless(text)).replace("://", r"\://")


# ---------------------------------------------------------------------------------------------- people


def _text(coverage: Coverage, colour: bool = False, width: int | None = None) -> str:
    """The totals of each level, each node with what it lacks, and the next steps."""
    bold, dim, plain = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    lines = [f"{bold}{wrapped(harmless(coverage.theory.title), width)}{plain}", ""]
    levels, nodes, gaps = (coverage.rows(table) for table in ("levels", "nodes", "gaps"))
    if not nodes:
        return "\n".join([*lines, "Nothing to cover yet: there are no aims, drivers or change ideas.", ""])

    at = ("cycles", "studied", "measures", "for", "against")
    head = ["level", "nodes", "shallow", "deep", "ideas", "tested", *at]
    at_node = ("cycles", "cycles_studied", "measures", "evidence_for", "evidence_against")
    named = ["nodes", "shallow", "deep", "ideas", "ideas_tested", *at_node]
    table = [[level_name(row), *(_count(row[name]) for name in named)] for row in levels]
    lines += _table(head, table, bold, plain, width)

    head = ["", "id", "ideas", "tested", *at, "covered", "gap"]
    named = ["ideas", "ideas_tested", *at_node]
    known = {row["id"] for row in gaps if row["known"]}
    table = []
    for row in nodes:
        gap = row["gap"] if row["id"] not in known or not row["gap"] else f"{row['gap']} (known)"
        covered = "deep" if row["deep"] else "shallow" if row["shallow"] else "-"
        counts = [_count(row[name]) for name in named]
        if row["kind"] == "change":
            counts[:2] = ["", ""]
        words = harmless(row["text"])
        table.append([words, row["id"], *counts, covered, gap])
    lines += ["", *_table(head, table, bold, plain, width)]

    lines += _by_whom(coverage, bold, plain, width)
    gaps_known = [row for row in gaps if row["known"]]
    open_ = [row for row in gaps if row["shallow"] and not row["known"]]
    asked = len(gaps) - len(gaps_known) - len(open_)
    lines.append("")
    if gaps:
        told = [plural(len(open_), "gap")] if open_ else []
        told += [plural(len(gaps_known), "known gap")] if gaps_known else []
        told += [f"{plural(asked, 'more thing')} to look at"] if asked else []
        lines += wrapped(f"{listed(told)}.", width).split("\n")
        if width is None or cells(lines[-1]) + len(_NEXT) + 1 < width:
            lines[-1] += f" {dim}{_NEXT}{plain}"
        else:
            lines.append(f"{dim}{_NEXT}{plain}")
        lines += _steps(gaps, width)
    else:
        lines.append("Nothing is missing.")
    lines.append(
        dim
        + wrapped(
            "shallow: it has what it needs directly below or beside it; deep: so has everything below it.",
            width,
        )
        + plain
    )
    return "\n".join([*lines, ""])


_NEXT = "What to do next:"
_SHOWN = ("cycles", "cycles_studied", "ideas", "ideas_tested", "judged", "held")


def _by_whom(coverage: Coverage, bold: str, plain: str, width: int | None) -> list[str]:
    """The tables of teams and sites, where there are some."""
    lines: list[str] = []
    for table, key in (("teams", "team"), ("sites", "site")):
        rows = coverage.rows(table)
        if not rows:
            continue
        head = [key, "cycles", "studied", "ideas", "tested", "predictions judged", "held"]
        body = []
        for row in rows[:_MOST]:
            name = "(none named)" if row[key] is None else harmless(row[key])
            body.append([name, *(_count(row[name]) for name in _SHOWN)])
        lines += ["", *_table(head, body, bold, plain, width)]
        if len(rows) > _MOST:
            lines.append(f"and {len(rows) - _MOST:,} more")
    return lines


_MOST = 25
"""How many teams or sites are listed for people; the other formats list all."""


def _steps(gaps: Sequence[Mapping[str, Any]], width: int | None) -> list[str]:
    """Gaps of one kind together, so that fifty ideas without a test are one line to read."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in sorted(gaps, key=lambda row: not row["shallow"]):  # what keeps from being shallow comes first
        if not row["known"]:
            # What concerns the whole has no id: a perspective is named by itself, the theory not at all.
            name = row["id"] or (harmless(row["text"]) if row["kind"] == "perspective" else "everywhere")
            grouped.setdefault((row["gap"], row["next_step"]), []).append(name)
    lines = []
    for (gap, step), ids in grouped.items():
        shown = ", ".join(ids[:12]) + (f" and {len(ids) - 12:,} more" if len(ids) > 12 else "")
        lines += [f"  {gap} ({shown})", f"    {step}"]
    for row in gaps:
        if row["known"]:
            lines.append(f"  {row['id']} {row['gap']}, known: {harmless(row['reason'])}")
    return [wrapped(line, width) for line in lines]


def level_name(row: Mapping[str, Any]) -> str:
    """What a row of the table of levels is about: ``primary drivers``."""
    if row["kind"] != "driver":
        return {"aim": "aims", "change": "change ideas"}[row["kind"]]
    names = {1: "primary drivers", 2: "secondary drivers", 3: "tertiary drivers"}
    return names.get(row["level"], f"drivers of level {row['level']}")


def _count(value: int) -> str:
    return f"{value:,}" if value else "-"


_LEFT = ("level", "", "id", "covered", "gap", "team", "site")


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], bold: str, plain: str, width: int | None
) -> list[str]:
    left = {at for at, name in enumerate(head) if name in _LEFT}
    return grid(head, rows, left=left, width=width, bold=bold, plain=plain)


FORMATS: Mapping[str, Callable[[Coverage], str]] = {"text": _text, "csv": _csv, "json": _json, "md": _md}
"""The formats of a coverage report, by name."""
