"""Ramps and adaptations: how tests grew, what ran beside them, and where they travelled."""

from __future__ import annotations

import datetime as dt

import pytest

import driverkit as dk
from driverkit.evidence.cycles import adaptations, predictions_held, ramp, ramps


def cycle(id, follows=None, change="C1", *, scale=None, day=None, **more):
    done = {"do": {"date": f"2026-01-{day:02d}"}} if day else {}
    return dk.PdsaCycle(id, change, follows=follows, scale=scale, **{**done, **more})


def theory(*cycles) -> dk.Theory:
    return dk.Theory("t", change_ideas=[dk.ChangeIdea("C1", "c"), dk.ChangeIdea("C2", "d")], cycles=cycles)


@pytest.mark.parametrize(
    ("scales", "rises"),
    [
        ((1, 3, 10), True),
        ((1, 3, 3), False),
        ((3, 1, 10), False),
        ((1, None, 10), None),
        ((9, 5, None), None),
    ],
)
def test_a_ramp_rises_where_each_scale_is_above_the_one_before_and_is_unknown_where_one_is_missing(
    scales, rises
):
    cycles = [cycle(f"T{n}", f"T{n - 1}" if n else None, scale=scale) for n, scale in enumerate(scales)]
    (found,) = ramps(theory(*cycles))
    assert found.scales == scales
    assert found.rises is rises


def test_a_ramp_tells_its_ideas_places_dates_and_last_decision():
    (found,) = ramps(
        theory(
            cycle("T1", day=5, site="Ward 5", team="a", conditions="day", act={"decision": "adapt"}),
            cycle(
                "T2",
                "T1",
                "C2",
                day=20,
                site="Ward 6",
                plan={"date": "2026-01-01"},
                act={"decision": "expand"},
            ),
            cycle("T3", "T2", site="Ward 5", act={"next": "go on"}),
        )
    )
    assert (found.ids, found.ideas, found.sites) == (("T1", "T2", "T3"), ("C1", "C2"), ("Ward 5", "Ward 6"))
    assert (found.teams, found.conditions, found.decision) == (("a",), ("day",), "expand")
    assert (found.begins, found.ends, found.days) == (dt.date(2026, 1, 1), dt.date(2026, 1, 20), 19)
    assert [one.id for one in found] == ["T1", "T2", "T3"]
    assert (len(found), found[-1].id) == (3, "T3")


def test_where_two_cycles_follow_the_same_one_each_way_to_the_end_is_a_ramp():
    found = ramps(
        theory(cycle("T1", day=1), cycle("T2", "T1", day=2), cycle("T3", "T1", day=3), cycle("T4", "T2"))
    )
    assert [one.ids for one in found] == [("T1", "T3"), ("T1", "T2", "T4")]
    assert all(one.branches and one.parallel for one in found)
    assert ramp(theory(cycle("T1"), cycle("T2", "T1")), "T1").ids == ("T1", "T2")


def two_ramps(*days, change="C1"):
    return theory(
        cycle("T1", day=days[0]),
        cycle("T2", "T1", day=days[1]),
        cycle("T3", None, change, day=days[2]),
        cycle("T4", "T3", change, day=days[3]),
    )


@pytest.mark.parametrize(
    ("days", "parallel"),
    [
        ((1, 5, 3, 9), True),
        ((3, 9, 1, 5), True),
        ((1, 9, 3, 5), True),
        ((1, 5, 5, 9), True),
        ((1, 5, 6, 9), False),
        ((None, None, 6, 9), None),
    ],
)
def test_ramps_of_one_idea_at_the_same_days_are_parallel(days, parallel):
    assert [one.parallel for one in ramps(two_ramps(*days))] == [parallel, parallel]
    assert [one.parallel for one in ramps(two_ramps(*days, change="C2"))] == [False, False]


def test_of_three_ramps_those_that_overlap_any_other_are_parallel():
    days = [(1, 20), (2, 3), (5, 6), (25, 26)]
    cycles = []
    for number, (first, last) in enumerate(days):
        cycles += [cycle(f"A{number}", day=first), cycle(f"B{number}", f"A{number}", day=last)]
    assert [one.parallel for one in ramps(theory(*cycles))] == [True, True, True, False]


def test_what_is_on_no_ramp_is_told():
    alone = theory(cycle("T1"))
    with pytest.raises(dk.UsageError, match="on no ramp"):
        ramp(alone, "T1")
    with pytest.raises(dk.UsageError, match="no cycle"):
        ramp(alone, "C1")
    with pytest.raises(dk.UnknownId):
        ramp(alone, "T9")


def asked(*results, **more):
    predictions = [{"question": "q", "prediction": "p", "result": result} for result in results]
    return {"predictions": predictions, "plan": {"date": "2026-01-01"}, **more}


def test_an_adaptation_says_what_is_different_and_whether_it_held_there_too():
    source = cycle("T1", scale=3, day=2, site="Ward 5", team="a", conditions="day", **asked("confirmed"))
    here = cycle(
        "T2", scale=3, day=9, site="Ward 6", conditions="day", adapted_from="T1", **asked("refuted", "mixed")
    )
    far = cycle("T3", site="Ward 7", adapted_from="m07/T3", **asked("confirmed", None))
    one, two = adaptations(theory(source, here, far))
    assert (one.cycle.id, one.source.id, one.elsewhere) == ("T2", "T1", False)
    assert (one.differs, one.unknown) == (("site",), ("team",))
    assert (one.held, one.held_at_source) == (False, True)
    assert (two.adapted_from, two.source, two.elsewhere) == ("m07/T3", None, True)
    assert (two.differs, two.unknown) == ((), ("site", "team", "conditions", "scale"))
    assert (two.held, two.held_at_source) == (True, None)


def test_a_team_that_is_named_by_its_name_has_not_become_another_one():
    source = cycle("T1", team="ward-5", site="Ward 5")
    there = cycle("T2", team="Ward 5", site="Ward 6", adapted_from="T1")
    (one,) = adaptations(theory(source, there).add(dk.Team("ward-5", name="Ward 5")))
    assert one.differs == ("site",)


@pytest.mark.parametrize(
    ("results", "held"),
    [
        (("confirmed", "confirmed"), True),
        (("refuted", "mixed"), False),
        (("confirmed", "refuted"), None),
        (("mixed",), None),
        ((None,), None),
        ((), None),
    ],
)
def test_predictions_held_where_all_judged_ones_did(results, held):
    assert predictions_held(cycle("T1", **asked(*results))) is held


def test_a_late_prediction_holds_nothing():
    assert predictions_held(cycle("T1", day=1, **asked("confirmed", plan={"date": "2026-01-02"}))) is None
