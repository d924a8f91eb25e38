"""What a network's evidence says does not hang on what things are called, or in which order members stand.

"Renaming ids changes no verdict" is the rule of the house; here it holds for pooled evidence, for where things
held, for how they spread and for what became of advice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

import driverkit as dk
from support.networks import cycle

BEGIN = dt.date(2026, 1, 1)


@st.composite
def plans(draw: Any) -> dict[str, Any]:
    """Members by number: what they say of themselves, and cycles on days of their own, some adapting another's."""
    count = draw(st.integers(1, 6))
    cycles = []
    for at in range(draw(st.integers(0, 14))):
        source = draw(st.none() | st.integers(0, 14))
        results = draw(st.text("ynm-", max_size=4))
        decision = draw(st.sampled_from([None, "adopt", "adapt", "abandon"]))
        cycles.append(
            (draw(st.integers(0, count - 1)), draw(st.integers(0, 1)), at, results, source, decision)
        )
    return {
        "days": draw(st.permutations(range(14))),
        "cycles": cycles,
        "coaches": [draw(st.sampled_from(["new", "old", None])) for _ in range(count)],
        "adapts": [(draw(st.booleans()), draw(st.booleans())) for _ in range(count)],
        "uptakes": [draw(st.sampled_from(["taken-up", "partly", "pending", None])) for _ in range(count)],
    }


def built(plan: dict[str, Any], *, name: str = "", order: list[int] | None = None) -> dk.Network:
    """The network of a plan; every id of a member and of what is in its file is made with the name."""
    hub = dk.Theory(
        "Hub",
        drivers=[dk.Driver("P1", "One")],
        change_ideas=[dk.ChangeIdea(f"C{one}", f"Idea {one}", contributes_to=["P1"]) for one in (0, 1)],
    )
    members = []
    for m, coach in enumerate(plan["coaches"]):
        adapts = plan["adapts"][m]
        theory = dk.Theory(
            "Local",
            drivers=[dk.Driver(f"D{name}", "Ours", adapts="P1")],
            change_ideas=[
                dk.ChangeIdea(
                    f"K{name}{one}",
                    f"Idea {one}",
                    adapts=f"C{one}" if adapts[one] else None,
                    contributes_to=[f"D{name}"],
                )
                for one in (0, 1)
            ],
            cycles=[
                cycle(
                    f"T{name}{at}",
                    results,
                    idea=f"K{name}{idea}",
                    day=(BEGIN + dt.timedelta(days=plan["days"][at])).isoformat(),
                    adapted_from=_reference(plan, name, source),
                    act={"decision": decision} if decision else None,
                )
                for whose, idea, at, results, source, decision in plan["cycles"]
                if whose == m
            ],
            recommendations=[
                dk.Recommendation(f"N{name}{m}", "Do", about=[f"D{name}"], uptake=plan["uptakes"][m])
            ],
        )
        members.append(dk.Member(f"m{name}{m}", theory=theory, context={"coach": coach} if coach else {}))
    return dk.Network("Wards", hub, members=[members[at] for at in order or range(len(members))])


def _reference(plan: dict[str, Any], name: str, source: int | None) -> str | None:
    if source is None:
        return None
    known = {at: whose for whose, _, at, *_ in plan["cycles"]}
    return f"m{name}{known[source]}/T{name}{source}" if source in known else f"m{name}0/gone{name}"


FIGURES = ("judged", "held", "share", "low", "largest_scale", "cycles", "held_there")


def verdicts(network: dk.Network, name: str = "") -> dict[str, Any]:
    """Everything that is judged, in no order, with the name taken out of every id again."""

    def plain(value: Any) -> Any:
        return value.replace(name, "") if name and isinstance(value, str) else value

    def counted(rows: list[dict[str, Any]], *columns: str) -> Counter[Any]:
        return Counter(tuple(plain(row[c]) for c in columns) for row in rows)

    spread, where, advice = dk.diffusion(network), dk.held_where(network), dk.uptake(network)
    pooled = dk.pooled(network)
    between = {
        row["about"]: [
            None if row[c] is None else round(row[c], 9) for c in ("q", "i2_high", "pooled", "predicted_high")
        ]
        for row in pooled.rows("between")
    }
    return {
        "members": counted(pooled.rows("members"), "about", "member", *FIGURES),
        "between": between,
        "values": counted(
            where.rows("values"), "about", "name", "value", "members", "members_held", "judged", "abandoned"
        ),
        "p": sorted(round(row["p_holm"], 9) for row in where.rows("values") if row["p_holm"] is not None),
        "adoptions": counted(spread.rows("adoptions"), "idea", "source", "adopter", "days", "depth", "held"),
        "stops": counted(spread.rows("stops"), "idea", "path", "cycle", "why"),
        "ideas": counted(spread.rows("ideas"), "idea", "state", "members", "adoptions", "depth"),
        "faults": counted(spread.rows("faults"), "cycle", "kind"),
        "advice": counted(
            advice.rows("counts"), "by", "key", "recommendations", "taken_up", "share", "low_with_partly"
        ),
    }


@given(plans())
def test_renaming_members_ideas_and_cycles_changes_no_verdict(plan):
    assert verdicts(built(plan)) == verdicts(built(plan, name="zz"), "zz")


@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_members_changes_no_count(plan, random):
    order = list(range(len(plan["coaches"])))
    random.shuffle(order)
    assert verdicts(built(plan)) == verdicts(built(plan, order=order))


@given(plans())
def test_what_spread_is_told_once_and_stops_are_where_nothing_went_on(plan):
    """As many adoptions as cycles that name one of another member and are in no circle; no more stops than members."""
    network = built(plan)
    found = dk.diffusion(network).spread
    looped = {one.cycle for one in found.faults if one.kind == "loop"}
    named = [
        (f"{member}/{one.id}", one.adapted_from)
        for member, theory in network.theories.items()
        for one in theory.cycles
        if one.adapted_from
        and network.cycle(one.adapted_from)
        and not one.adapted_from.startswith(f"{member}/")
    ]
    assert sorted((one.adopter, one.source) for one in found.adoptions) == sorted(
        x for x in named if x[0] not in looped
    )
    reached = {one.to_idea for one in found.adoptions}
    for stop in found.stops:
        assert stop.depth == len(stop.path) - 1 >= 1
        assert stop.path[-1] == stop.stay.member
    # whoever stopped it was reached, itself or through an idea of its own before
    assert {stop.stay.member for stop in found.stops} <= {id.partition("/")[0] for id in reached}


@given(plans())
def test_the_members_of_all_values_of_a_context_are_the_members_with_the_idea(plan):
    network = built(plan)
    rows = dk.held_where(network, by="coach").rows("values") if any(plan["coaches"]) else []
    for idea in ("C0", "C1"):
        mine = [row for row in rows if row["about"] == idea]
        some = dk.pooled(network, idea).rows("members")
        if mine:
            assert sum(row["members"] for row in mine) == len(some)
            assert sum(row["judged"] for row in mine) == sum(row["judged"] for row in some)
