"""The sections of a hub's report that hold its members side by side: what is covered, and how theories fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from driverkit.analysis.alignment import align, new_in_common
from driverkit.analysis.network_coverage import network_coverage
from driverkit.reporting.network_context import NetworkContext
from driverkit.reporting.sections import Section

__all__ = ["ACROSS", "Content", "cut"]

Content = Mapping[str, Any] | None

MOST = 40
"""How many rows of a table about members are told; the rest is counted, and stands in the tables of the analyses."""


def cut(rows: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """The first rows, and how many more there are."""
    return [dict(row) for row in rows[:MOST]], max(0, len(rows) - MOST)


# ------------------------------------------------------------------------------------------------ coverage


def _coverage(context: NetworkContext) -> Content:
    found = network_coverage(context.network)
    nodes = found.rows("nodes")
    if not nodes:
        return None
    names = {team.id: team.name or team.id for team in context.network.teams}
    thin = [
        row
        for row in nodes
        if row["kind"] != "aim"
        and not row["known"]
        and (row["untested"] or row["one_member"])
        and row["members"]
    ]
    contexts = found.rows("contexts")
    return {
        "teams": [
            {**row, "called": row["name"] or names.get(row["team"], row["team"]) or "in no team"}
            for row in found.rows("teams")
        ],
        "contexts": contexts if any(row["value"] for row in contexts) else [],
        "thin": cut(thin),
    }


# ----------------------------------------------------------------------------------------------- alignment


def difference(what: str, hub: str | None, local: str | None) -> str:
    """How a link differs from that of the common theory, of which nothing is said but what the difference is."""
    plain = {
        "lacks": "only the common theory has it",
        "adds": "the common theory does not have it",
        "through": "reached through nodes of one's own",
    }
    if what in plain:
        return plain[what]
    mine = f"{what} “{local}”" if local else f"no {what} is named"
    return f"{mine}; the common theory says “{hub}”" if hub else f"{mine}; the common theory names none"


def _alignment(context: NetworkContext) -> Content:
    if not context.theories or not context.common.nodes:
        return None
    found = align(context.network)
    names = context.names
    common = context.common
    members = [{**row, "called": names[row["member"]]} for row in found.rows("members") if row["nodes"]]
    # The one furthest from the common theory first: there is most to talk about.
    members.sort(key=lambda row: (-(row["drift"] or 0), row["called"], row["member"]))
    wording = [{**row, "called": names[row["member"]]} for row in found.rows("wording") if row["reworded"]]
    wording.sort(key=lambda row: (row["similarity"], row["called"]))
    older = [
        {**row, "called": names[row["member"]]}
        for row in found.rows("wording")
        if row["differs"] and row["words_of"] is not None
    ]
    fresh = new_in_common(context.network)
    grouped: dict[tuple[Any, ...], list[str]] = {}
    for row in found.rows("links"):
        key = tuple(row[name] for name in ("cause", "effect", "what", "hub", "local"))
        grouped.setdefault(key, []).append(row["member"])
    links = [
        {
            "ends": [_words(common, cause), _words(common, effect)],
            "said": difference(what, hub, local),
            "called": context.called(members),
        }
        for (cause, effect, what, hub, local), members in grouped.items()
    ]
    same = [
        {**row, "called": names[row["member"]], "other": names[row["other_member"]]}
        for row in found.rows("same")
    ]
    inventions = [
        {**row, "called": names[row["member"]], "hub": _words(common, row["likely"]) if row["likely"] else ""}
        for row in found.rows("inventions")
    ]
    inventions.sort(key=lambda row: (-row["same_members"], -row["cycles_studied"], row["called"]))
    return {
        "members": cut(members),
        "wording": cut(wording),
        "older": cut(older),
        "fresh": sorted(fresh & {id for row in members for id in row["missing"].split("; ")}),
        "links": cut(links),
        "same": cut(same),
        "inventions": cut(inventions),
        "rules": (found.wording_rule, found.drift_rule),
    }


def _words(theory: Any, id: str) -> str:
    return str(theory.node(id).text) if id in theory else id


ACROSS: Mapping[str, Section] = {
    section.name: section
    for section in (
        Section("coverage", "What is covered, by team and context", _coverage, "network-coverage.html"),
        Section(
            "alignment", "How members' theories fit the common one", _alignment, "network-alignment.html"
        ),
    )
}
"""These sections, by name."""
