"""What was predicted, and what came of it."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.evidence.intervals import Interval, jeffreys
from driverkit.evidence.predictions import (
    BY,
    all_predictions,
    predictions_of,
    tallies,
    tally,
    wrong_predictions,
)

HELD = {"question": "q", "prediction": "p", "result": "confirmed"}
MIXED = {**HELD, "result": "mixed"}
FAILED = {**HELD, "result": "refuted"}
OPEN = {"question": "q", "prediction": "p"}
PLAN, DO, STUDY = {"date": "2026-01-08"}, {"date": "2026-01-12"}, {"date": "2026-01-13"}


def cycle(id="T1", change="C1", *predictions, plan=PLAN, do=DO, study=STUDY, **more):
    return dk.PdsaCycle(id, change, predictions=predictions, plan=plan, do=do, study=study, **more)


def shared(*cycles, **more) -> dk.Theory:
    """C1 is shared by P1 and P2, C2 hangs on S1 below P1; S1 also moves P2, on a condition."""
    return dk.Theory(
        "t",
        aims=[dk.Aim("A1", "a")],
        drivers=[
            dk.Driver("P1", "p1"),
            dk.Driver("P2", "p2", contributes_to=["A1", "P1"]),
            dk.Driver("S1", "s1", contributes_to=["P1", {"to": "P2", "only_where": "a nurse answers"}]),
        ],
        change_ideas=[
            dk.ChangeIdea("C1", "c1", contributes_to=["P1", "P2"]),
            dk.ChangeIdea("C2", "c2", contributes_to=["S1"]),
            dk.ChangeIdea("C3", "c3"),
        ],
        cycles=cycles,
        **more,
    )


def counts(found) -> tuple[int, ...]:
    return (
        found.predictions,
        found.confirmed,
        found.mixed,
        found.refuted,
        found.open,
        found.late,
        found.undated,
    )


def test_each_cycle_is_counted_once_however_many_paths_lead_to_it():
    theory = shared(cycle("T1", "C1", HELD, FAILED), cycle("T2", "C2", HELD))
    for about in ("A1", "P1", "P2", "P1 -> A1", "P2->A1"):
        assert counts(tally(predictions_of(theory, about))) == (3, 2, 0, 1, 0, 0, 0), about
    assert [record.cycle.id for record in predictions_of(theory, "S1 -> P2")] == ["T2"]
    assert tallies(theory, "driver")["P1"].cycles == ("T1", "T2")
    assert tallies(theory, "idea")["C3"].predictions == 0


def test_a_prediction_written_after_do_is_late_and_nothing_else():
    late = {**HELD, "date": "2026-01-12"}
    later = {**HELD, "date": "2026-01-13"}
    theory = shared(cycle("T1", "C1", late, later))
    assert [r.in_time for r in predictions_of(theory, "C1")] == [True, False]
    found = tally(predictions_of(theory, "C1"))
    assert counts(found) == (1, 1, 0, 0, 0, 1, 0)
    assert str(found) == "1 of 1 judged prediction held (21 % to 100 %, Wilson); 1 late and not counted"
    refuted = shared(cycle("T1", "C1", {**FAILED, "date": "2026-01-13"}))
    assert not wrong_predictions(refuted)


def test_a_question_without_an_answer_is_no_prediction():
    theory = shared(cycle("T1", "C1", {"question": "q", "result": "confirmed"}, HELD))
    (record,) = all_predictions(theory)
    assert record.number == 2


@pytest.mark.parametrize(
    ("steps", "undated"),
    [
        ({"plan": None}, 1),
        ({"do": None, "study": None}, 1),  # it has a result, and no date says when it was carried out
        ({"do": {"observed": "o"}, "study": None}, 1),
        ({}, 0),
    ],
)
def test_without_a_date_it_is_counted_and_told_as_undated(steps, undated):
    found = tally(predictions_of(shared(cycle("T1", "C1", HELD, **steps)), "C1"))
    assert counts(found) == (1, 1, 0, 0, 0, 0, undated)
    assert ("1 undated" in str(found)) == bool(undated)


def test_what_is_planned_with_a_date_is_open_and_not_undated():
    found = tally(predictions_of(shared(cycle("T1", "C1", OPEN, do=None, study=None)), "C1"))
    assert counts(found) == (1, 0, 0, 0, 1, 0, 0)
    assert (found.share, found.interval, found.judged) == (None, None, 0)
    assert str(found) == "none of 1 prediction judged"
    assert str(tally(())) == "no prediction"


def test_mixed_is_judged_and_not_held():
    found = tally(predictions_of(shared(cycle("T1", "C1", HELD, MIXED, MIXED, FAILED)), "C1"))
    assert (found.judged, found.share) == (4, 0.25)
    assert found.interval.method == "Wilson"


def test_the_interval_is_a_value_one_passes():
    theory = shared(cycle("T1", "C1", HELD))
    assert tally(predictions_of(theory, "C1"), interval=jeffreys).interval.method == "Jeffreys"
    mine = Interval(0, 1, method="mine")
    assert tallies(theory, "idea", interval=lambda held, judged: mine)["C1"].interval is mine


def test_a_team_counts_under_its_id_whether_named_by_id_or_name():
    teams = [dk.Team("w5", name="Ward 5"), dk.Team("w6")]
    theory = shared(
        cycle("T1", "C1", HELD, team="w5"),
        cycle("T2", "C1", HELD, team="Ward 5"),
        cycle("T3", "C1", HELD),
        cycle("T4", "C1", HELD, team="guests"),
        teams=teams,
    )
    found = tallies(theory, "team")
    assert {key: one.predictions for key, one in found.items()} == {"w5": 2, "w6": 0, "guests": 1, "": 1}
    assert list(found)[-1] == ""


def test_over_time_the_date_is_that_of_the_result():
    theory = shared(
        cycle("T1", "C1", HELD, study={"date": "2026-05-01"}),
        cycle("T2", "C1", FAILED, study={"learned": "l"}, act={"date": "2026-04-30"}),
        cycle("T3", "C1", HELD, study=None),
        cycle("T4", "C1", OPEN),
    )
    assert [r.judged for r in all_predictions(theory)][:3] == [
        dt.date(2026, 5, 1),
        dt.date(2026, 4, 30),
        dt.date(2026, 1, 12),
    ]
    assert list(tallies(theory, "month")) == ["2026-01", "2026-04", "2026-05", ""]
    assert list(tallies(theory, "quarter")) == ["2026-Q1", "2026-Q2", ""]
    assert list(tallies(theory, "year")) == ["2026", ""]
    together = tallies(theory, "month", cumulative=True)
    assert [one.judged for one in together.values()] == [1, 2, 3, 0]
    assert together["2026-05"].cycles == ("T1", "T2", "T3")


@pytest.mark.few(20)
@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("name", examples.names())
def test_what_is_told_at_once_is_what_is_told_one_by_one(name, by):
    theory = examples.load(name)
    found = tallies(theory, by)
    if by in ("idea", "driver", "aim", "link"):
        assert found == {key: tally(predictions_of(theory, key)) for key in found}
    else:
        assert sum(one.predictions + one.late for one in found.values()) == len(all_predictions(theory))
    for one in found.values():
        assert one.n_cycles == len(one.cycles)
        assert one.predictions == one.judged + one.open


def test_a_tally_survives_pickling():
    found = tallies(examples.load("small-steps"), "driver")
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("about", ["A9", "T1", "P1 -> P2", "C9 -> P1"])
def test_what_is_no_node_or_link_is_told(about):
    theory = shared(cycle("T1", "C1", HELD))
    with pytest.raises(dk.DriverkitError):
        predictions_of(theory, about)
    with pytest.raises(dk.DriverkitError):
        wrong_predictions(theory, about=about)


def test_an_unknown_way_to_count_is_told_with_the_nearest():
    with pytest.raises(dk.UsageError, match="Did you mean 'driver'"):
        tallies(shared(), "drivers")
    with pytest.raises(dk.UsageError, match="over time"):
        tallies(shared(), "team", cumulative=True)


def test_what_was_wrong_stands_beside_what_was_learned_and_what_came_of_it():
    theory = shared(
        cycle(
            "T1",
            "C1",
            {**FAILED, "found": "5 minutes"},
            HELD,
            MIXED,
            study={"date": "2026-01-13", "learned": "a chair helps"},
            act={"decision": "adapt", "next": "bring a chair"},
        ),
        cycle("T2", "C1", HELD, follows="T1"),
        cycle("T3", "C2", HELD, adapted_from="T1"),
        cycle("T4", "C3", FAILED),
        revision={"label": "2", "because_of": ["T4"]},
        revisions=[
            {"label": "1", "why": "chairs", "because_of": ["T1", "T1"]},
            {"date": "2026-02-01", "because_of": ["T1"]},
        ],
    )
    first, second, third = wrong_predictions(theory)
    assert (first.cycle.id, first.result, first.question, first.predicted, first.found) == (
        *("T1", "refuted", "q", "p"),
        "5 minutes",
    )
    assert (first.learned, first.decision, first.next) == ("a chair helps", "adapt", "bring a chair")
    assert (first.followed_by, first.adapted_by) == (("T2",), ("T3",))
    assert first.revisions == ("1: chairs", "2026-02-01")
    assert (second.record.number, second.result, second.idea.id) == (3, "mixed", "C1")
    assert (third.learned, third.decision, third.next, third.revisions) == (None, None, None, ("2",))
    assert [wrong.cycle.id for wrong in wrong_predictions(theory, about="P2 -> A1")] == ["T1", "T1"]


def test_the_hospital_learned_most_from_the_calls_to_everybody():
    theory = examples.load("leaving-hospital")
    assert (
        str(tally(all_predictions(theory)))
        == "21 of 33 judged predictions held (47 % to 78 %, Wilson); 1 open"
    )
    wrong = wrong_predictions(theory)
    assert len(wrong) == 12
    calls = [one for one in wrong if one.cycle.id == "T12"]
    assert len(calls) == 3
    assert {one.decision for one in calls} == {"abandon"}


def test_who_asks_for_the_predictions_of_a_cycle_or_of_all_is_told_what_to_ask_for():
    theory = examples.load("leaving-hospital")
    with pytest.raises(
        dk.UsageError, match=r"'T1' is no aim, driver or change idea\. It is a cycle of 'C1'\."
    ):
        dk.predictions_of(theory, "T1")
    with pytest.raises(dk.UsageError, match="predictions_of"):
        dk.tally(theory)
