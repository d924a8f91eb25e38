"""Of any network, what its parts gather is what somebody counts who walks every link by hand; and every page counts alike."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

import driverkit as dk
from driverkit.evidence import link_holding
from driverkit.evidence.across import conditional_links
from driverkit.evidence.network_work import network_work
from support.networks import cycle

DRIVERS = 4
IDEAS = 3
SITES = ("here", "there", None)


@st.composite
def networks(draw: Any) -> dk.Network:
    """A hub and members whose driver 3 adapts the hub's driver 3 or nothing, and whose links go to lower numbers.

    So no link of one can close a loop with links of another, and nothing is left out that a count by hand would find.
    """

    def links(own: str, at: int, places: list[str]) -> list[dict[str, Any]]:
        """From a box to drivers with lower numbers; number 0 is the aim."""
        to = draw(st.lists(st.integers(0, at - 1), unique=True, max_size=2))
        return [
            {
                "to": f"{own}{one}",
                "fails_at": draw(st.lists(st.sampled_from(places), unique=True, max_size=1)),
            }
            for one in to
        ]

    def theory(own: str, hub: bool, places: list[str]) -> dk.Theory:
        def adapts(id: str) -> str | None:
            return None if hub or not draw(st.integers(0, 3)) else id

        drivers = range(1, DRIVERS + 1)
        ideas = range(DRIVERS + 1, DRIVERS + 1 + IDEAS)
        cycles = []
        for at in range(0 if hub else draw(st.integers(0, 5))):
            idea, site = draw(st.sampled_from(ideas)), draw(st.sampled_from(SITES))
            cycles.append(cycle(f"T{at}", draw(st.text("ynm-", max_size=2)), idea=f"{own}{idea}", site=site))
        return dk.Theory(
            "A theory",
            aims=[dk.Aim(f"{own}0", "Aim", adapts=adapts("H0"))],
            drivers=[
                dk.Driver(
                    f"{own}{at}",
                    "Driver",
                    level=2,
                    contributes_to=links(own, at, places),
                    adapts=adapts(f"H{at}"),
                )
                for at in drivers
            ],
            change_ideas=[
                dk.ChangeIdea(
                    f"{own}{at}",
                    "Idea",
                    contributes_to=links(own, DRIVERS + 1, places),
                    adapts=adapts(f"H{at}"),
                )
                for at in ideas
            ],
            cycles=cycles,
        )

    hub = theory("H", True, ["m0", "m1"])
    members = [
        dk.Member(f"m{at}", theory=theory("n", False, ["here", "there"]))
        for at in range(draw(st.integers(0, 3)))
    ]
    return dk.Network("Wards", hub, members=members)


Counts = tuple[int, int, int, int]


def by_hand(network: dk.Network) -> dict[tuple[str, str], Counts]:
    """For each part and member with something there: cycles, studied ones, judged predictions, those that held."""
    ways: dict[Any, set[Any]] = defaultdict(set)
    fails: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for link in network.common.links:
        ways[link.cause].add(link.effect)
        fails[link.id].update((member, site) for member in link.fails_at for site in SITES)
    called = {
        (member, node.id): node.adapts or (member, node.id)
        for member, theory in network.theories.items()
        for node in theory.nodes
    }
    for member, theory in network.theories.items():
        for link in theory.links:
            cause, effect = called[member, link.cause], called[member, link.effect]
            if isinstance(cause, tuple) or isinstance(effect, tuple):
                ways[cause].add(effect)
            else:
                fails[f"{cause} -> {effect}"].update((member, site) for site in link.fails_at)

    def leads(start: Any, goal: str) -> bool:
        return start == goal or any(leads(onward, goal) for onward in ways[start])

    found = {}
    parts = [*(node.id for node in network.common.nodes), *(link.id for link in network.common.links)]
    for part in parts:
        cause = part.partition(" -> ")[0]
        for member, theory in network.theories.items():
            if not any(leads(called[member, node.id], cause) for node in theory.nodes):
                continue
            there = [
                one
                for one in theory.cycles
                if leads(called[member, one.change], cause) and (member, one.site) not in fails[part]
            ]
            results = [asked.result for one in there for asked in one.predictions if asked.result]
            studied = sum(one.study is not None for one in there)
            found[part, member] = (len(there), studied, len(results), results.count("confirmed"))
    return found


FIGURES = ("cycles", "cycles_studied", "judged", "held")


@settings(max_examples=60)
@given(networks())
def test_every_part_gathers_what_a_count_by_hand_finds_and_every_table_says_so(network):
    wanted = by_hand(network)
    parts = [*(node.id for node in network.common.nodes), *(link.id for link in network.common.links)]
    rows = dk.pooled(network, parts).rows("members")
    assert {(row["about"], row["member"]): tuple(row[name] for name in FIGURES) for row in rows} == wanted

    def together(part: str) -> Counts:
        some = [counts for (about, _), counts in wanted.items() if about == part]
        return (
            sum(c for c, *_ in some),
            sum(s for _, s, *_ in some),
            sum(j for *_, j, _ in some),
            sum(h for *_, h in some),
        )

    covered = {row["id"]: row for row in dk.network_coverage(network).rows("nodes")}
    whole, conditional = dk.combined(network), conditional_links(network)
    work = network_work(network)
    for part in parts:
        cycles, studied, judged, held = together(part)
        if " -> " in part:
            holding = link_holding(whole, part)
            through = holding.held_where_it_holds
            assert (holding.studied, through.judged, through.confirmed) == (studied, judged, held)
            where = dk.held_where(network, part, by="only_where").rows("values")
            assert sum(row["judged"] for row in where) == judged or not where
            assert bool(where) == (part in conditional and any(about == part for about, _ in wanted))
        else:
            row = covered[part]
            assert tuple(row[name] for name in FIGURES) == (cycles, studied, judged, held)
            assert work[part].held == (held, judged)
