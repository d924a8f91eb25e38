"""What is covered where and by whom: by team, site, perspective, kind of evidence, and what nodes need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any

from driverkit.analysis.coverage_columns import COLUMNS, Columns
from driverkit.analysis.coverage_gaps import lacks, voices
from driverkit.evidence import idea_status, was_studied
from driverkit.evidence.contexts import team_of
from driverkit.evidence.cycles import results_of
from driverkit.graph import Snapshot, snapshot
from driverkit.model import Aim, Cause, ChangeIdea, Driver, Measure, PdsaCycle, Team

if TYPE_CHECKING:
    from driverkit.analysis.coverage import Coverage

__all__ = ["PARTS"]


def _by_team(coverage: Coverage) -> Columns:
    theory = coverage.theory
    shallow, deep = _covered(coverage)
    named = team_of(theory)
    groups: dict[str | None, list[PdsaCycle]] = {team.id: [] for team in theory.teams}
    without: list[PdsaCycle] = []
    for cycle in theory.cycles:
        by = named(cycle.team)
        (without if by is None else groups.setdefault(by, [])).append(cycle)
    if without:
        groups[None] = without
    listed = {team.id: team for team in theory.teams}
    boxes = {node.id: isinstance(node, ChangeIdea) for node in theory.nodes}
    rows = []
    for id, cycles in groups.items():
        team: Team | None = listed.get(id) if id is not None else None
        works_on = [i for i in dict.fromkeys(team.works_on) if i in boxes] if team is not None else []
        ideas = {i for i in works_on if boxes[i]} | {cycle.change for cycle in cycles}
        studied = [cycle for cycle in cycles if was_studied(cycle)]
        rows.append(
            (
                *(id, team.name if team is not None else None, len(works_on), len(ideas)),
                *(len({cycle.change for cycle in studied}), len(cycles), len(studied), *_fared(cycles)),
                len({cycle.site for cycle in studied if cycle.site is not None}),
                "; ".join(team.perspectives) if team is not None else "",
                *(len(shallow.intersection(works_on)), len(deep.intersection(works_on))),
            )
        )
    return _columns("teams", rows)


def _covered(coverage: Coverage) -> tuple[set[str], set[str]]:
    """The ids of the nodes that are shallow, and of those that are deep."""
    nodes = coverage.columns("nodes")
    return set(compress(nodes["id"], nodes["shallow"])), set(compress(nodes["id"], nodes["deep"]))


def _by_site(coverage: Coverage) -> Columns:
    theory = coverage.theory
    named = team_of(theory)
    net = snapshot(theory)
    in_play = [i for i in theory.change_ideas if idea_status(theory, i.id).status != "abandoned"]
    groups: dict[str | None, list[PdsaCycle]] = {}
    for cycle in theory.cycles:
        groups.setdefault(cycle.site, []).append(cycle)
    if None in groups:
        groups[None] = groups.pop(None)  # last
    drivers = range(len(theory.aims), len(theory.aims) + len(theory.drivers))
    rows = []
    for site, cycles in groups.items():
        studied = [cycle for cycle in cycles if was_studied(cycle)]
        tested = {cycle.change for cycle in studied}
        teams = {named(cycle.team) for cycle in studied} - {None}
        reached = [i for i in _reached_by(net, (net.number[id] for id in tested)) if i in drivers]
        untried = _reached_by(net, (net.number[idea.id] for idea in in_play if idea.id not in tested))
        rows.append(
            (
                *(site, len(cycles), len(studied), len({cycle.change for cycle in cycles}), len(tested)),
                *(len(reached), *_fared(cycles), len(teams), sum(i not in untried for i in reached)),
            )
        )
    return _columns("sites", rows)


def _reached_by(net: Snapshot, start: Iterable[int]) -> set[int]:
    """The nodes that some nodes reach along links, they themselves among them."""
    met = set(start)
    stack = list(met)
    while stack:
        for effect in net.effects[stack.pop()]:
            if effect not in met:
                met.add(effect)
                stack.append(effect)
    return met


def _fared(cycles: Sequence[PdsaCycle]) -> tuple[int, int]:
    """How many predictions were judged, and how many of them held."""
    judged = held = 0
    for cycle in cycles:
        counts = results_of(cycle)
        judged += sum(counts)
        held += counts[0]
    return judged, held


def _perspectives(coverage: Coverage) -> Columns:
    found = voices(coverage.theory)
    shallow, deep = _covered(coverage)
    boxes = {node.id for node in coverage.theory.nodes}
    works_on = {team.id: boxes.intersection(team.works_on) for team in coverage.theory.teams}
    for teams in found.pop("team_ids"):
        mine = set().union(*(works_on[id] for id in teams))
        for name, counted in (("nodes", mine), ("shallow", mine & shallow), ("deep", mine & deep)):
            found.setdefault(name, []).append(len(counted))
    return {name: found.get(name, []) for name in COLUMNS["perspectives"]}


_EVIDENCE = ("research", "practice", "data", "expert", "cycles", None)
_ABOUT = ("aim", "driver", "change", "measure", "cause")


def _evidence_kinds(coverage: Coverage) -> Columns:
    theory = coverage.theory
    levels = theory.levels
    kinds: Mapping[type, str] = {
        Aim: "aim",
        Driver: "driver",
        ChangeIdea: "change",
        Measure: "measure",
        Cause: "cause",
    }
    found: dict[tuple[str, int | None, str | None], list[int]] = {}

    def count(kind: str, level: int | None, evidence: str | None, place: int) -> None:
        found.setdefault((kind, level, evidence), [0, 0, 0, 0])[place] += 1

    places = {"supports": 0, "mixed": 1, "contradicts": 2, None: 3}
    with_it: dict[str | None, set[str]] = {}
    for piece in theory.evidence:
        id = piece.about.partition(" -> ")[0]
        count(kinds[type(theory.node(id))], levels.get(id), piece.kind, places[piece.finding])
        with_it.setdefault(piece.kind, set()).add(id)
    for cycle in theory.cycles:
        if was_studied(cycle):
            held, mixed, refuted = results_of(cycle)
            sure = 0 if held and not refuted else 2 if refuted and not held else 1
            count("change", None, "cycles", sure if held + mixed + refuted else 3)
            with_it.setdefault("cycles", set()).add(cycle.change)
    net = snapshot(theory)
    everything = (*theory.nodes, *theory.measures, *theory.causes)
    of = Counter((kinds[type(node)], levels.get(node.id)) for node in everything)
    nodes: Counter[tuple[str, int | None, str | None]] = Counter()
    deep: Counter[tuple[str, int | None, str | None]] = Counter()
    for evidence, ids in with_it.items():
        # What a node without it reaches has something below that lacks it.
        without = _reached_by(net, (net.number[node.id] for node in theory.nodes if node.id not in ids))
        for id in ids:
            key = (kinds[type(theory.node(id))], levels.get(id), evidence)
            nodes[key] += 1
            deep[key] += net.number.get(id) not in without

    def order(key: tuple[str, int | None, str | None]) -> tuple[int, int, int]:
        kind, level, evidence = key
        return _ABOUT.index(kind), level or 0, _EVIDENCE.index(evidence)

    return _columns(
        "evidence_kinds",
        [(*key, *found[key], of[key[:2]], nodes[key], deep[key]) for key in sorted(found, key=order)],
    )


_NEEDS: Mapping[str, Mapping[str, str]] = {
    "aim": {"no outcome measure": "outcome measure", "no driver": "driver"},
    "driver": {"no measure": "measure", "no change idea": "idea or driver"},
    "change": {"": "studied cycle"},
}
"""What each kind of node needs, by the gap that tells where it is missing; of a change idea every gap does."""


def _needs(coverage: Coverage) -> Columns:
    theory = coverage.theory
    net, tested = snapshot(theory), {c.change for c in theory.cycles if was_studied(c)}
    shallow, _ = _covered(coverage)
    covered = [node.id in shallow for node in net.nodes]
    # What something that is not shallow contributes to is not deep, whatever it has itself.
    above = (effect for i, well in enumerate(covered) if not well for effect in net.effects[i])
    spoiled = _reached_by(net, above)
    found: dict[tuple[str, int | None, str], list[int]] = {}
    levels = theory.levels
    for i, node in enumerate(net.nodes):
        kind = "change" if isinstance(node, ChangeIdea) else "aim" if isinstance(node, Aim) else "driver"
        lacking = {lack[0] for lack in lacks(theory, net, i)} if kind != "change" else set()
        lacking |= {""} if kind == "change" and node.id not in tested else set()
        for gap, need in _NEEDS[kind].items():
            counts = found.setdefault((kind, levels.get(node.id), need), [0, 0, 0, 0])
            counts[0] += 1
            known = node.undeveloped is not None
            counts[1] += gap not in lacking and not known
            counts[2] += gap not in lacking and not known and i not in spoiled
            counts[3] += known

    def order(key: tuple[str, int | None, str]) -> tuple[int, int]:
        return _ABOUT.index(key[0]), key[1] or 0

    return _columns("needs", [(*key, *found[key]) for key in sorted(found, key=order)])


def _columns(table: str, rows: Sequence[tuple[Any, ...]]) -> Columns:
    names = COLUMNS[table]
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


PARTS: Mapping[str, Callable[[Coverage], Columns]] = {
    "teams": _by_team,
    "sites": _by_site,
    "perspectives": _perspectives,
    "evidence_kinds": _evidence_kinds,
    "needs": _needs,
}
"""The tables that are made only when somebody asks for them."""
