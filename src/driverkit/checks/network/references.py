"""Where a cycle or a revision speaks of a cycle of another member."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf, named, network_rule
from driverkit.evidence.adapting import cycle_named
from driverkit.evidence.cycles import dates_of
from driverkit.evidence.diffusion import spread_of
from driverkit.evidence.words import listed, quoted
from driverkit.model import Network, PdsaCycle, Theory
from driverkit.model.values import did_you_mean


@network_rule(
    "NET11",
    "adapted-from-nothing",
    severity="error",
    summary="A cycle that adapts one of another member names a member and a cycle that are there.",
    source=f"{sources.OURS}: otherwise nobody can follow how a change spread.",
)
def adapted_from_nothing(network: Network) -> Iterator[SaidOf]:
    """Cycles of the hub's own are looked at too."""
    for member, theory, cycle in _cycles(network):
        said = cycle.adapted_from
        if said is not None and "/" in said and _leads_nowhere(network, said):
            yield SaidOf(
                cycle.id,
                f"cycle {cycle.id} adapts {quoted(said)}, {_why_not(network, said)}",
                "write member/ID of a cycle that is there",
                within=theory,
                member=member,
            )


@network_rule(
    "NET12",
    "adapted-before-it-was",
    severity="warning",
    summary="A cycle begins no earlier than the one it adapts.",
    source=f"{sources.OURS}: what has not begun cannot be adapted.",
)
def adapted_before_it_was(network: Network) -> Iterator[SaidOf]:
    """By the first date of each; cycles without dates are left alone."""
    for member, theory, cycle in _cycles(network):
        if cycle.adapted_from is None:
            continue
        found = cycle_named(network, member, cycle.adapted_from)
        if found is None:
            continue
        here, there = _begins(cycle), _begins(found[1])
        if here is not None and there is not None and here < there:
            yield SaidOf(
                cycle.id,
                f"cycle {cycle.id} began on {here.isoformat()}, before {cycle.adapted_from}, which it adapts, on {there.isoformat()}",
                "correct the dates, or which of the two adapts the other",
                within=theory,
                member=member,
            )


@network_rule(
    "NET29",
    "adapted-in-a-circle",
    severity="error",
    summary="No cycle adapts itself, alone or by way of others.",
    source=f"{sources.OURS}: nobody can say where such a change began, so none of these cycles is counted as an adoption.",
)
def adapted_in_a_circle(network: Network) -> Iterator[SaidOf]:
    """Each circle is told once, at the first of its cycles in the order of the files."""
    told: set[str] = set()
    for fault in spread_of(network).faults:
        if fault.kind != "loop" or fault.cycle in told:
            continue
        way = [fault.cycle]
        while (after := _adapts(network, way[-1])) != fault.cycle:
            way.append(after)
        told.update(way)
        member, _, id = fault.cycle.partition("/")
        by_way = f" by way of {listed(way[1:], 4)}" if len(way) > 1 else ""
        yield SaidOf(
            id,
            f"cycle {id} adapts itself{by_way}",
            "name the cycle that came before it, or take 'adapted_from' out where the change began",
            within=network.theory(member),
            member=member,
        )


def _adapts(network: Network, reference: str) -> str:
    """The cycle that a cycle in a circle adapts, as ``member/ID``."""
    member, _, id = reference.partition("/")
    cycle = network.theory(member).node(id)
    assert isinstance(cycle, PdsaCycle)
    assert cycle.adapted_from is not None
    return cycle.adapted_from if "/" in cycle.adapted_from else f"{member}/{cycle.adapted_from}"


@network_rule(
    "NET13",
    "because-of-nothing",
    severity="error",
    summary="A revision that was made because of members' cycles names cycles that are there.",
    source=f"{sources.OURS}: a reason that cannot be looked up is none.",
)
def because_of_nothing(network: Network) -> Iterator[SaidOf]:
    """In the common theory of today and in members' files."""
    for member, theory in [(None, network.common), *network.theories.items()]:
        notes = {f"revisions[{at}]": note for at, note in enumerate(theory.revisions)}
        if theory.revision is not None:
            notes["revision"] = theory.revision
        for said in dict.fromkeys(id for note in notes.values() for id in note.because_of if "/" in id):
            if _leads_nowhere(network, said):
                path, label = next((at, n.label) for at, n in notes.items() if said in n.because_of)
                yield SaidOf(
                    None,
                    f"revision {quoted(label or 'without a label')} was made because of {quoted(said)}, {_why_not(network, said)}",
                    "write member/ID of a cycle that is there",
                    within=theory,
                    member=member,
                    path=path,
                )


def _cycles(network: Network) -> Iterator[tuple[str | None, Theory, PdsaCycle]]:
    theories: list[tuple[str | None, Theory]] = [(None, network.common), *network.theories.items()]
    for member, theory in theories:
        for cycle in theory.cycles:
            yield member, theory, cycle


def _leads_nowhere(network: Network, reference: str) -> bool:
    """Whether ``member/ID`` names no cycle; of a member whose file cannot be read nobody knows."""
    if network.was_left_out(reference.partition("/")[0]):
        return False
    return cycle_named(network, None, reference) is None


def _why_not(network: Network, reference: str) -> str:
    """Why ``member/ID`` names no cycle, as the end of a sentence."""
    member, _, id = reference.partition("/")
    known = {one.id: one for one in network.members}
    if member not in known:
        hint = did_you_mean(member, known).strip(" ?.")
        return f"and there is no member {quoted(member)}" + (f"; {hint[0].lower()}{hint[1:]}" if hint else "")
    if member not in network.theories:
        return f"and {named(known[member])} has no theory"
    cycles = {cycle.id: cycle for cycle in network.theories[member].cycles}
    hint = did_you_mean(id, cycles).strip(" ?.")
    return f"and {named(known[member])} has no such cycle" + (
        f"; {hint[0].lower()}{hint[1:]}" if hint else ""
    )


def _begins(cycle: PdsaCycle) -> dt.date | None:
    return min(dates_of(cycle), default=None)
