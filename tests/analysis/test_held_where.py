"""Which changes held where: members are counted by what they say of their context, and told apart by a stated rule."""

from __future__ import annotations

from itertools import product
from math import comb

import pytest

import driverkit as dk
from driverkit.analysis.held_where import COLUMNS
from driverkit.evidence.where import fisher, holm
from support.networks import cycle, hub, local, network


def coached(*said: tuple[str | None, str]) -> dk.Network:
    """Members by the coach they have and how their predictions fared."""
    return network(
        {f"m{at:02d}": local(cycle("T1", results)) for at, (_, results) in enumerate(said)},
        {f"m{at:02d}": {"coach": coach} for at, (coach, _) in enumerate(said) if coach is not None},
    )


def values(found: dk.HeldWhere, by: str = "context") -> dict[str | None, dict]:
    return {row["value"]: row for row in found.rows("values") if row["by"] == by}


def test_members_are_counted_not_predictions():
    net = coached(("experienced", "yyyyyyyyyy"), ("experienced", "yn"), ("new", "nnn"), ("new", "yyn"))
    found = values(dk.held_where(net, "C1"))
    row = found["experienced"]
    assert (row["members"], row["members_judged"], row["members_held"]) == (
        2,
        2,
        1,
    )  # half is not more than half
    assert (row["judged"], row["held"], row["failed"]) == (12, 11, 1)
    assert row["share"] == 0.5
    assert (row["low"], row["high"]) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert found["new"]["members_held"] == 1


def test_it_is_told_in_words_with_the_counts():
    net = coached(*[("experienced", "y")] * 4, ("new", "y"), ("new", "n"), ("new", "n"))
    (row,) = dk.held_where(net, "C1").rows("patterns")
    assert row["statement"] == (
        "held in 4 of 4 members where coach is experienced, in 1 of 3 where it is new; "
        "no more than chance could make (p = 0.14)"
    )
    assert row["told_apart"] is False


def test_a_difference_that_chance_would_hardly_make_is_told_apart_on_both_sides():
    net = coached(*[("experienced", "yyy")] * 8, *[("new", "nnn")] * 8)
    found = dk.held_where(net, "C1")
    assert {row["told_apart"] for row in found.rows("values")} == {True}
    assert [row["p"] for row in found.rows("values")] == pytest.approx([2 / comb(16, 8)] * 2)
    assert "told apart from chance (p = 0.00016)" in str(found)
    assert "Exploratory" in str(found)
    assert found.comparisons == 1  # two values are one comparison, not two


def test_the_more_is_compared_the_more_it_takes():
    one = {"coach": "experienced", "setting": "city"}
    other = {"coach": "new", "setting": "rural"}
    kinds = [one] * 4 + [other] * 4
    net = network(
        {f"m{at}": local(cycle("T1", "y" if kind is one else "n")) for at, kind in enumerate(kinds)},
        {f"m{at}": kind for at, kind in enumerate(kinds)},
    )
    (alone,) = dk.held_where(net, "C1", by="coach").rows("patterns")
    assert alone["told_apart"] is True  # 2/70
    both = dk.held_where(net, "C1")
    assert both.comparisons == 2
    assert [row["told_apart"] for row in both.rows("patterns")] == [False, False]  # twice that is above 0.05


def test_what_held_in_all_or_in_none_is_no_comparison():
    found = dk.held_where(coached(("a", "y"), ("b", "y"), ("b", "yy")), "C1")
    assert found.comparisons == 0
    assert found.rows("patterns")[0]["statement"].endswith("nothing to compare")
    assert found.rows("patterns")[0]["told_apart"] is None


def test_those_that_say_nothing_are_counted_by_themselves_and_compared_with_nobody():
    said = [("a", "y")] * 3 + [("b", "n")] * 3
    alone = dk.held_where(coached(*said), "C1")
    more = dk.held_where(coached(*said, (None, "n"), (None, "n")), "C1")
    assert values(more)[None]["members_held"] == 0
    assert values(more)[None]["p"] is None
    assert values(more)["a"]["p"] == values(alone)["a"]["p"]


def test_each_of_three_values_is_held_against_the_others():
    net = coached(*[("a", "y")] * 5, *[("b", "n")] * 5, *[("c", "n")] * 5)
    found = dk.held_where(net, "C1")
    assert found.comparisons == 3
    rows = values(found)
    assert rows["a"]["p"] == pytest.approx(1 / comb(15, 5))
    assert rows["a"]["told_apart"] is True
    assert rows["b"]["told_apart"] is False


def test_a_member_with_nothing_judged_is_a_member_and_no_result():
    found = values(dk.held_where(coached(("a", "y"), ("a", "-"), ("b", "n")), "C1"))
    assert (found["a"]["members"], found["a"]["members_judged"], found["a"]["members_held"]) == (2, 1, 1)


def test_decisions_are_the_latest_of_each_member():
    def act(id, decision, day):
        return cycle(id, "y", act={"decision": decision, "date": day})

    net = network(
        {
            "m1": local(act("T1", "adapt", "2026-01-01"), act("T2", "adopt", "2026-02-01")),
            "m2": local(act("T1", "abandon", "2026-03-01")),
            "m3": local(cycle("T1", "y")),
        },
        {"m1": {"coach": "a"}, "m2": {"coach": "a"}, "m3": {"coach": "a"}},
    )
    row = values(dk.held_where(net, "C1"))["a"]
    assert [row[name] for name in ("adopted", "adapted", "expanded", "abandoned", "undecided")] == [
        1,
        0,
        0,
        1,
        1,
    ]


def test_conditions_of_tests_are_told_side_by_side_and_not_compared():
    night = {"conditions": "at night"}
    net = network(
        {
            "m1": local(cycle("T1", "yy", conditions="by day"), cycle("T2", "n", **night)),
            "m2": local(cycle("T1", "n", **night)),
        }
    )
    found = dk.held_where(net, "C1", by="conditions")
    rows = values(found, "conditions")
    assert (rows["by day"]["members_held"], rows["by day"]["members_judged"]) == (1, 1)
    assert (rows["at night"]["members_held"], rows["at night"]["members_judged"]) == (0, 2)
    assert rows["at night"]["p"] is None
    assert "one member may be under several" in found.rows("patterns")[0]["statement"]


def test_a_link_is_told_by_the_condition_it_is_said_to_hold_under():
    def member(words, results):
        return dk.Theory(
            "Local",
            drivers=[dk.Driver("D", "Ours", adapts="P1")],
            change_ideas=[
                dk.ChangeIdea("C", "Ask", adapts="C1", contributes_to=[{"to": "D", "only_where": words}])
            ],
            cycles=[cycle("T1", results)],
        )

    net = network(
        {"m1": member("a nurse answers", "y"), "m2": member("a nurse answers", "y"), "m3": member(None, "n")}
    )
    found = dk.held_where(net)
    rows = values(found, "only_where")
    assert rows["a nurse answers"]["about"] == "C1 -> P1"
    assert (rows["a nurse answers"]["members_held"], rows[None]["members_held"]) == (2, 0)


def test_what_names_no_condition_is_told_so_and_stands_last():
    def member(words, results, drawn=True):
        up = [{"to": "D", "only_where": words}] if drawn else []
        return dk.Theory(
            "Local",
            drivers=[dk.Driver("D", "Ours", adapts="P1")],
            change_ideas=[dk.ChangeIdea("C", "Ask", adapts="C1", contributes_to=up)],
            cycles=[cycle("T1", results)],
        )

    members = {
        "m1": member(None, "n"),
        "m2": member("a nurse answers", "y"),
        "m3": member(None, "n", drawn=False),
    }
    (row,) = dk.held_where(network(members), "C1 -> P1").rows("patterns")
    # the one that has not drawn the link names no condition either
    assert row["statement"].startswith(
        "held in 1 of 1 member where “a nurse answers” is the condition, in 0 of 2 where nothing is said of it"
    )
    # where the common theory names one, it is the condition of whoever names none
    common = hub().link("C1", "P1", only_where="a nurse answers")
    (row,) = dk.held_where(network(members, hub=common), "C1 -> P1").rows("patterns")
    assert row["statement"] == (
        "held in 1 of 3 members where “a nurse answers” is the condition; nothing to compare"
    )


def test_tests_that_name_no_condition_are_in_no_group_of_conditions():
    found = dk.held_where(network({"m1": local(cycle("T1", "y"))}), "C1", by="conditions")
    assert found.rows("values") == found.rows("patterns") == []
    assert str(found).endswith(
        "Nothing was judged by a member that says something of its context or conditions.\n"
    )
    some = {"m1": local(cycle("T1", "y"), cycle("T2", "n", conditions="at night"))}
    (row,) = dk.held_where(network(some), "C1", by="conditions").rows("values")
    assert (row["value"], row["judged"], row["held"]) == ("at night", 1, 0)


def test_fisher_is_right_for_every_small_table():
    """Against its definition, table by table; and against Fisher's own tea and R's fisher.test(c(3, 1, 1, 3))."""
    for a, b, c, d in product(range(4), repeat=4):
        row, column, total = a + b, a + c, a + b + c + d
        chance = {
            k: comb(row, k) * comb(total - row, column - k) / comb(total, column)
            for k in range(max(0, row + column - total), min(row, column) + 1)
        }
        wanted = sum(p for p in chance.values() if p <= chance[a] * (1 + 1e-9))
        assert fisher(a, b, c, d) == pytest.approx(wanted)
    assert fisher(3, 1, 1, 3) == pytest.approx(0.4857, abs=1e-4)
    # as fisher.test of R has it for this table
    assert fisher(10, 2, 3, 15) == pytest.approx(0.0005367, abs=1e-7)


def test_holm_is_stepwise_and_keeps_the_order():
    # as p.adjust of R has it
    assert holm([0.01, 0.02, 0.03, 0.005]) == pytest.approx([0.03, 0.04, 0.04, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_every_column_is_documented_and_there_where_there_is_nothing():
    for net in (network({}), coached(("a", "y"))):
        found = dk.held_where(net)
        for table, says in COLUMNS.items():
            frame = getattr(found, table)
            assert list(frame.columns) == list(says) == list(frame.attrs["columns"])
    assert "Nothing was judged" in str(dk.held_where(network({})))


def test_a_context_that_nobody_speaks_of_is_refused_with_those_there_are():
    with pytest.raises(dk.UsageError, match="coach, conditions, only_where"):
        dk.held_where(coached(("a", "y")), by="weather")
