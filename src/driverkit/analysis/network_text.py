"""Tables about a network as text for people, as CSV for spreadsheets, as JSON and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from driverkit.analysis.network_tables import NetworkTables
from driverkit.analysis.report import _escaped, _md_cell, csv_text
from driverkit.errors import UsageError
from driverkit.evidence.terminal import cells, grid, wrapped
from driverkit.evidence.words import harmless, listed, plural
from driverkit.model.values import did_you_mean

if TYPE_CHECKING:
    from driverkit.analysis.alignment import Alignment
    from driverkit.analysis.network_coverage import NetworkCoverage

__all__ = ["FORMATS", "alignment_text", "coverage_text", "network_text"]

FORMATS = ("text", "csv", "json", "md")
"""The formats of tables about a network."""

_MOST = 40
"""How many rows of a table that may be long are shown to people; the other formats list all."""


def network_text(
    tables: NetworkTables,
    *,
    format: str = "text",
    table: str | None = None,
    folder: str | None = None,
    colour: bool = False,
    width: int | None = None,
) -> str:
    """The alignment or the coverage of a network.

    Args:
        tables: what `driverkit.align` or `driverkit.network_coverage` gave.
        format: text (for people); csv (one table, for spreadsheets); json (an object with a list of
            rows for each table); md (Markdown tables, empty ones left out).
        table: only this table; left out, csv gives the first one and the others all.
        folder: the folder of the network, for the commands that apply an offer.
        colour: whether the text may be coloured.
        width: the width of the terminal; None where lines may be as long as they are.

    Raises:
        UsageError: there is no such format or table.
        FormatError: a file of the network cannot be read.
    """
    if format not in FORMATS:
        raise UsageError(
            f"There is no format {format!r} for a network.{did_you_mean(format, FORMATS)} "
            f"There are {', '.join(FORMATS)}."
        )
    if table is not None:
        tables.rows(table)  # says so where there is none
    chosen = [table] if table is not None else list(tables.HEADS)
    if format == "csv":
        one = chosen[0]
        columns = tables.COLUMNS[one]
        return csv_text(columns, ([row[name] for name in columns] for row in tables.rows(one)))
    if format == "json":
        return (
            json.dumps({one: tables.rows(one) for one in chosen}, ensure_ascii=False, indent=2, default=str)
            + "\n"
        )
    if format == "md":
        return _markdown(tables, chosen)
    page = _Page(colour, width)
    page.head(tables.network.title)
    if table is not None:
        page.every(tables, table)
    elif "gaps" in tables.COLUMNS:
        _coverage(tables, page)
    else:
        _alignment(tables, page, folder)
    return page.text()


def alignment_text(alignment: Alignment) -> str:
    """The alignment for people."""
    return network_text(alignment)


def coverage_text(coverage: NetworkCoverage) -> str:
    """The coverage for people."""
    return network_text(coverage)


# ------------------------------------------------------------------------------------------------ docs


def _markdown(tables: NetworkTables, chosen: Iterable[str]) -> str:
    parts = [f"# {_escaped(tables.network.title)}\n"]
    for one in chosen:
        rows, columns = tables.rows(one), tables.COLUMNS[one]
        if not rows:
            continue
        lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
        lines += [" | ".join(_md_cell(row[name]) for name in columns) for row in rows]
        body = "\n".join(f"| {line} |" for line in lines)
        parts.append(f"## {tables.HEADS[one]}\n\n{body}\n")
    return "\n".join(parts)


# ---------------------------------------------------------------------------------------------- people


class _Page:
    """Lines for a terminal."""

    def __init__(self, colour: bool, width: int | None) -> None:
        self.bold, self.dim, self.plain = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
        self.width = width
        self.lines: list[str] = []

    def head(self, words: str) -> None:
        if self.lines:
            self.lines.append("")
        self.lines.append(f"{self.bold}{wrapped(harmless(words), self.width)}{self.plain}")

    def say(self, words: str) -> None:
        self.lines.append(wrapped(harmless(words), self.width))

    def hint(self, words: str, command: str = "") -> None:
        """Something beside the matter; a command is never broken, so that it can be copied."""
        told, command = wrapped(harmless(words), self.width), harmless(command)
        if command:
            whole = f"{told} {command}"
            told = whole if self.width is None or cells(whole) < self.width else f"{told}\n  {command}"
        self.lines.append(f"{self.dim}{told}{self.plain}")

    def grid(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        left: int,
        most: int = 0,
    ) -> None:
        """A table: the first columns and the last hold words, the others numbers."""
        if not rows:
            self.say("None yet.")
            return
        shown = rows[:most] if most else rows
        body = [[_shown(cell) for cell in row] for row in shown]
        words = {*range(left), len(head) - 1}
        self.lines += grid(head, body, left=words, width=self.width, bold=self.dim, plain=self.plain)
        if len(rows) > len(shown):
            self.hint(f"and {len(rows) - len(shown):,} more")

    def every(self, tables: NetworkTables, table: str) -> None:
        """One table as it is."""
        rows, columns = tables.rows(table), list(tables.COLUMNS[table])
        self.head(tables.HEADS[table])
        if not rows:
            self.say("Nothing.")
            return
        numbers = {name for name in columns if all(isinstance(row[name], int | float | None) for row in rows)}
        ordered = [name for name in columns if name not in numbers] + [n for n in columns if n in numbers]
        left = len(columns) - len(numbers)
        heads = [name.replace("_", " ") for name in ordered]
        self.grid(heads, [[row[name] for name in ordered] for row in rows], left=left)

    def text(self) -> str:
        return "\n".join([*self.lines, ""])


def _shown(value: Any) -> str:
    if value is None or value is False:
        return "-" if value is None else ""
    if value is True:
        return "yes"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, int):
        return f"{value:,}" if value else "-"
    return harmless(value)


def _alignment(alignment: NetworkTables, page: _Page, folder: str | None) -> None:
    network = alignment.network
    names = network.labels()
    drivers, members = alignment.rows("drivers"), alignment.rows("members")
    wording = alignment.rows("wording")
    page.say(
        f"{plural(len(members), 'member')}, {plural(len(network.theories), 'theory', 'theories')}, "
        f"{plural(len(drivers), 'node')} in the common theory"
    )
    otherwise: dict[str, set[str]] = {}
    for row in wording:
        if row["reworded"]:
            otherwise.setdefault(row["adapts"], set()).add(row["member"])
    page.head("Who works on what")
    page.grid(
        ["", "id", "teams", "work", "adapt", "reworded", "tested", "look at"],
        [
            [
                row["text"],
                row["id"],
                row["teams"],
                row["members"],
                row["adapted"],
                len(otherwise.get(row["id"], ())),
                _some(row["tested_by"]),
                ("nobody (known)" if row["known"] else "nobody") if row["nobody"] else "",
            ]
            for row in drivers
        ],
        left=3,
    )
    page.hint(
        "members that work on it, adapt it themselves, say it in other words, and of which a cycle was studied"
    )
    idle = [row for row in drivers if row["nobody"] and row["kind"] == "driver" and not row["known"]]
    if idle:
        page.say(f"Nobody works on {listed([row['id'] for row in idle], 12)}.")
    page.head("Each member")
    page.grid(
        ["", "id", "adapts", "invented", "reworded", "drift", "lacks"],
        [
            [
                names[row["member"]],
                row["member"],
                f"{row['covers']} of {row['of']}",
                row["inventions"],
                row["reworded"],
                row["drift"],
                _marked_new(row["missing"], row["missing_new"]),
            ]
            for row in members
        ],
        left=2,
    )
    if any(row["missing_new"] for row in members):
        page.hint("new: the version of the common theory before this one did not have it")
    _older_words(alignment, page)
    _differences(alignment, page)
    _history(alignment, page)
    _offers(alignment, page, folder)


def _marked_new(missing: str, fresh: str) -> str:
    ids = set(fresh.split("; "))
    return "; ".join(f"{id} (new)" if id in ids else id for id in missing.split("; "))


def _older_words(alignment: NetworkTables, page: _Page) -> None:
    rows = [row for row in alignment.rows("wording") if row["differs"] and row["words_of"] is not None]
    if rows:
        page.head("In the words of an earlier version")
        page.grid(
            ["", "node", "adapts", "words of"],
            [[row["text"], f"{row['member']}/{row['id']}", row["adapts"], row["words_of"]] for row in rows],
            left=4,
            most=_MOST,
        )


def _some(ids: str) -> int:
    return len(ids.split("; ")) if ids else 0


def _differences(alignment: NetworkTables, page: _Page) -> None:
    rows = alignment.rows("links")
    if not rows:
        return
    page.head("Whose links differ")
    grouped: dict[tuple[str, str, str, str, str], list[str]] = {}
    for row in rows:
        key = (row["cause"], row["effect"], row["what"], row["hub"] or "", row["local"] or "")
        grouped.setdefault(key, []).append(row["member"])
    table = []
    for (cause, effect, what, hub, local), members in grouped.items():
        said = {
            "lacks": "lacks it",
            "adds": "has it, the common theory has not",
            "through": "gets there through nodes of its own",
            "strength": f"says {local or 'nothing'} where the common theory says {hub or 'nothing'}",
            "condition": "says under other conditions" if local else "names no condition",
        }[what]
        table.append([f"{cause} -> {effect}", said, listed(members, 8)])
    page.grid(["link", "what", "members"], table, left=3, most=_MOST)


def _history(alignment: NetworkTables, page: _Page) -> None:
    by_node: dict[str, list[dict[str, Any]]] = {}
    for row in alignment.rows("years"):
        by_node.setdefault(row["id"], []).append(row)
    table = []
    for id, rows in by_node.items():
        told = []
        for before, row in zip((None, *rows), rows, strict=False):
            if row["state"] in ("new", "back") or (
                row["state"] == "gone" and before is not None and before["state"] != "gone"
            ):
                told.append(f"{row['state']} in {row['version']}")
            moved = [kind for kind in row["changes"].split("; ") if kind in _WEIGHTY]
            if moved:
                told.append(f"{listed(moved)} in {row['version']}")
        if told:
            table.append([rows[-1]["text"] or "", id, "; ".join(told)])
    if table:
        page.head("The common theory over the years")
        page.grid(["", "id", "what happened"], table, left=3, most=_MOST)


_WEIGHTY = ("reworded", "retargeted", "re-levelled", "moved", "renamed")


def _offers(alignment: NetworkTables, page: _Page, folder: str | None) -> None:
    inventions = alignment.rows("inventions")
    if inventions:
        page.head("Local inventions")
        page.grid(
            ["", "node", "under", "tests", "likely the same"],
            [
                [
                    row["text"],
                    f"{row['member']}/{row['id']}",
                    row["under"],
                    f"{row['cycles_studied']} of {row['cycles']}" if row["cycles"] else "-",
                    row["same"],
                ]
                for row in inventions
            ],
            left=3,
            most=_MOST,
        )
    offers = [row for row in alignment.rows("matches") if row["rank"] == 1]
    if offers:
        page.head("May adapt a common node, by their words")
        page.grid(
            ["", "node", "may adapt", "which says", "score"],
            [
                [
                    row["text"],
                    f"{row['member']}/{row['id']}",
                    row["hub"],
                    row["hub_text"],
                    f"{row['score']:.0f}",
                ]
                for row in offers
            ],
            left=4,
            most=_MOST,
        )
        first = offers[0]
        where = folder if folder is not None else "DIR"
        page.hint(
            "Nothing is written unasked. To say it is so:",
            f"driverkit network align {where} --apply {first['member']}/{first['id']}={first['hub']}",
        )


def _coverage(coverage: NetworkTables, page: _Page) -> None:
    network = coverage.network
    names = network.labels()
    nodes = coverage.rows("nodes")
    members = coverage.rows("members")
    cycles = sum(row["cycles"] for row in members)
    studied = sum(row["cycles_studied"] for row in members)
    page.say(f"{plural(len(members), 'member')}, {plural(cycles, 'cycle')}, {studied:,} studied")
    page.head("Each node of the common theory")
    page.grid(
        ["", "id", "work", "tested", "held by", "cycles", "studied", "held", "sites", "look at"],
        [
            [
                row["text"],
                row["id"],
                row["members"],
                f"{row['tested_by']:,} ({row['tested_left']:,} left)"
                if row["tested_left"]
                else row["tested_by"],
                row["confirmed_by"],
                row["cycles"],
                row["cycles_studied"],
                f"{row['held']}/{row['judged']}" if row["judged"] else "-",
                row["sites"],
                _look_at(row),
            ]
            for row in nodes
        ],
        left=2,
    )
    page.hint("members that work on it, tested it, and saw more than half of their judged predictions hold")
    teams = coverage.rows("teams")
    if teams:
        page.head("Each team")
        page.grid(
            ["", "team", "members", "testing", "part", "worked on", "untested", "studied", "held", "voices missing"],
            [
                [
                    row["name"] or ("in no team" if row["team"] is None else row["team"]),
                    row["team"],
                    row["members"],
                    row["members_testing"],
                    row["nodes"],
                    row["worked_on"],
                    row["untested"],
                    row["cycles_studied"],
                    f"{row['held']}/{row['judged']}" if row["judged"] else "-",
                    row["missing_voices"],
                ]
                for row in teams
            ],
            left=2,
        )  # fmt: skip
    page.head("Each member")
    page.grid(
        ["", "member", "drivers", "tested", "cycles", "studied", "held", "sites", "last", "voices"],
        [
            [
                names[row["member"]],
                row["member"],
                row["drivers"],
                row["drivers_tested"],
                row["cycles"],
                row["cycles_studied"],
                f"{row['held']}/{row['judged']}" if row["judged"] else "-",
                row["sites"],
                row["last"],
                row["perspectives"],
            ]
            for row in members
        ],
        left=2,
        most=_MOST,
    )
    contexts = coverage.rows("contexts")
    if contexts:
        page.head("Each context")
        page.grid(
            ["context", "value", "members", "testing", "drivers tested", "cycles", "studied", "held", "tested elsewhere only"],
            [
                [
                    row["context"],
                    row["value"] if row["value"] is not None else "(not said)",
                    row["members"],
                    row["members_testing"],
                    row["drivers_tested"],
                    row["cycles"],
                    row["cycles_studied"],
                    f"{row['held']}/{row['judged']}" if row["judged"] else "-",
                    row["drivers_untested"],
                ]
                for row in contexts
            ],
            left=2,
            most=_MOST,
        )  # fmt: skip
    voices = coverage.rows("perspectives")
    if voices:
        page.head("Whose voices are heard")
        page.grid(
            ["", "members", "teams", "nodes heard on", "not heard on", "brought by"],
            [
                [
                    row["perspective"] + ("" if row["wanted"] else " (not asked for)"),
                    row["members"],
                    row["teams"],
                    row["nodes"],
                    row["unheard"],
                    row["brought_by"] or "MISSING",
                ]
                for row in voices
            ],
            left=1,
        )
    _gaps(coverage, page)


def _look_at(row: Mapping[str, Any]) -> str:
    said = (
        "nobody"
        if row["nobody"]
        else "untested"
        if row["untested"]
        else "one member"
        if row["one_member"]
        else ""
    )
    return f"{said} (known)" if said and row["known"] else said


def _nothing_there(coverage: NetworkTables) -> list[str]:
    """What a network needs first, before anything of it can be covered."""
    network = coverage.network
    said = []
    if not network.common.nodes:
        said.append(
            "The common theory has no aim, driver or change idea: write down what all want to achieve."
        )
    if not network.members:
        left = " but those that were left out" if network.left_out else ""
        said.append(
            f"There is no member{left}: name one under 'members' in network.yaml, with its theory file."
        )
    elif not network.theories:
        said.append("No member has a theory file: name one under 'theory' of a member in network.yaml.")
    return said


def _gaps(coverage: NetworkTables, page: _Page) -> None:
    grouped: dict[str, list[str]] = {}
    known = 0
    for row in coverage.rows("gaps"):
        known += row["known"]
        if not row["known"]:
            grouped.setdefault(row["gap"], []).append(row["id"] or row["text"])
    empty = _nothing_there(coverage)
    if empty:
        page.head("Nothing to cover yet")
        for one in empty:
            page.say(f"  {one}")
    if grouped or not empty:
        page.head("What is missing" if grouped else "Nothing is missing.")
    for gap, ids in grouped.items():
        page.say(
            f"  {gap}: {', '.join(ids[:12])}" + (f" and {len(ids) - 12:,} more" if len(ids) > 12 else "")
        )
    if known:
        page.say(f"  {plural(known, 'known gap')} beside them")
