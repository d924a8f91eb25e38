"""The PDSA audit: yes, no or cannot tell, with the cycles that say so."""

from __future__ import annotations

import datetime as dt

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.evidence.audit import (
    AUDIT,
    Feature,
    Verdict,
    audit,
    audit_cycle,
    audit_ramp,
    audit_totals,
    data_over_time,
    small_scale,
    verdicts,
)

WEEKS = [{"date": dt.date(2025, 11, 3) + dt.timedelta(weeks=week), "value": week} for week in range(12)]
FULL = {
    "scale": 2,
    "plan": {"date": "2026-01-08", "objective": "o"},
    "predictions": [{"question": "q", "prediction": "p", "result": "confirmed"}],
    "do": {"date": "2026-01-12", "observed": "o"},
    "study": {"date": "2026-01-13", "learned": "l"},
    "act": {"date": "2026-01-13", "decision": "adapt"},
}


def cycle(id="T1", change="C1", **more):
    return dk.PdsaCycle(id, change, **{**FULL, **more})


def theory(*cycles, data=WEEKS, of="P1", **more) -> dk.Theory:
    return dk.Theory(
        "t",
        aims=[dk.Aim("A1", "a")],
        drivers=[dk.Driver("P1", "p"), dk.Driver("P2", "q")],
        change_ideas=[
            dk.ChangeIdea("C1", "c", contributes_to=["P1"]),
            dk.ChangeIdea("C2", "d", contributes_to=["P1"]),
            dk.ChangeIdea("C3", "e", contributes_to=["P2"]),
        ],
        measures=[dk.Measure("M1", "m", of=[of], data=data)],
        cycles=cycles,
        **more,
    )


def said(which: str, of: dk.Theory, id: str = "T1") -> bool | None:
    (answer,) = (one for one in audit_cycle(of, id) if one.feature == which)
    return answer.answer


PLANNED = {"do": None, "study": None, "act": None}


@pytest.mark.parametrize(
    ("cycles", "answer"),
    [
        ([cycle()], False),
        ([cycle(), cycle("T2", follows="T1", scale=5)], True),
        ([cycle(follows="T2"), cycle("T2")], True),
        ([cycle(), cycle("T2", "C2", follows="T1")], True),  # of another idea of the same driver
        ([cycle(), cycle("T2", "C3", follows="T1")], False),  # of another driver's idea
        ([cycle(), cycle("T2")], None),  # nothing says whether one builds on the other
        ([cycle(), cycle("T2", **PLANNED)], False),
        ([cycle(), cycle("T2", follows="T1", **PLANNED)], None),
        ([cycle(), cycle("T2", adapted_from="T1", site="elsewhere")], True),  # learning that travelled
        ([cycle(adapted_from="T2"), cycle("T2")], True),
        ([cycle(), cycle("T2", adapted_from="T1", **PLANNED)], None),
        ([cycle(adapted_from="another/T9")], False),  # of another theory, which may not be read here
    ],
)
def test_iterative_is_what_builds_on_another_cycle_that_was_carried_out(cycles, answer):
    assert said("iterative", theory(*cycles)) is answer


ANSWERED = {"question": "q", "prediction": "p"}


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({}, True),
        ({"predictions": []}, False),
        ({"predictions": [ANSWERED, {"question": "q"}]}, False),
        ({"predictions": [ANSWERED, {**ANSWERED, "date": "2026-01-13"}]}, False),
        ({"plan": {"objective": "o"}}, None),
        ({"plan": None, "predictions": [{**ANSWERED, "date": "2026-01-12"}]}, True),
    ],
)
def test_predicted_is_what_answers_every_question_before_do(more, answer):
    assert said("predicted", theory(cycle(**more))) is answer


REFUTED = [{"question": "q", "prediction": "p", "result": "refuted"}]


@pytest.mark.parametrize(
    ("ramp", "answers"),
    [
        ([{"scale": 20}], [True]),
        ([{"scale": 21}], [False]),
        ([{"scale": None}], [None]),
        ([{"scale": 2}, {"scale": 8}, {"scale": 30}], [True, True, True]),
        ([{"scale": 2}, {"scale": 2}, {"scale": 30}], [True, False, False]),
        ([{"scale": 2}, {"scale": None}, {"scale": 30}], [True, None, None]),
        ([{"scale": 50}, {"scale": None}], [False, False]),
        ([{"scale": 8, "predictions": REFUTED}, {"scale": 3}, {"scale": 10}], [True, True, True]),
    ],
)
def test_small_scale_is_what_begins_small_and_rises_except_after_a_refuted_prediction(ramp, answers):
    cycles = [cycle(f"T{n}", follows=f"T{n - 1}" if n else None, **more) for n, more in enumerate(ramp)]
    # the file may name them in any order
    one = theory(*reversed(cycles))
    assert [said("small-scale", one, c.id) for c in cycles] == answers


def test_what_is_small_is_a_value_one_passes():
    (answer,) = audit(theory(cycle(scale=6)), features=[small_scale(5)])
    assert answer.answer is False
    assert "6" in answer.reason


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({}, True),
        ({"of": "A1"}, True),
        ({"of": "C1"}, True),
        ({"of": "C2"}, False),
        ({"data": WEEKS[:9]}, False),
        ({"data": [{"date": "2026-01-01", "value": n} for n in range(12)]}, False),  # twelve rows on one day
        ({"data": [{**row, "value": None} for row in WEEKS]}, False),
        ({"data": [{**row, "date": row["date"] + dt.timedelta(days=400)} for row in WEEKS]}, False),
        ({"data": "away.csv"}, None),
    ],
)
def test_data_over_time_is_a_series_at_or_above_the_idea_around_the_cycle(more, answer):
    assert said("data-over-time", theory(cycle(), **more)) is answer


def test_a_cycle_without_a_date_is_not_placed_in_a_series():
    undated = {"do": {"observed": "o"}, "study": {"learned": "l"}, "act": None}
    assert said("data-over-time", theory(cycle(**undated))) is None
    (answer,) = audit(theory(cycle()), features=[data_over_time(13)])
    assert answer.answer is False


def test_a_series_in_a_file_counts_where_it_can_be_read(tmp_path):
    rows = "".join(f"{row['date']},{row['value']}\n" for row in WEEKS)
    (tmp_path / "weeks.csv").write_text("date,value\n" + rows, "utf-8")
    dk.save(theory(cycle(), data="weeks.csv"), tmp_path / "theory.yaml")
    assert said("data-over-time", dk.load(tmp_path / "theory.yaml")) is True


@pytest.mark.parametrize(
    ("more", "lacks"),
    [
        ({"plan": None}, "a date in Plan"),  # a question is words of Plan
        ({"plan": None, "predictions": []}, "all of Plan"),
        ({"plan": {"date": "2026-01-08"}, "predictions": []}, "words in Plan"),
        ({"do": {"date": "2026-01-12", "as_planned": True}}, "words in Do"),
        ({"study": {"learned": "l"}}, "a date in Study"),
        ({"act": {"date": "2026-01-13"}}, "words in Act"),
        ({"study": None, "act": None}, "all of Study and Act"),
    ],
)
def test_documented_is_what_has_words_and_a_date_in_all_four_steps(more, lacks):
    (answer,) = (one for one in audit_cycle(theory(cycle(**more)), "T1") if one.feature == "documented")
    assert answer.answer is False
    assert lacks in answer.reason


def test_a_complete_ramp_has_every_feature():
    one = theory(cycle(), cycle("T2", follows="T1", scale=9), cycle("T3", follows="T2", **PLANNED))
    for answers in (audit(one), audit_ramp(one, "T2"), audit_ramp(one, dk.ramps(one)[0])):
        assert [answer.feature for answer in answers] == [feature.name for feature in AUDIT]
        assert all(answer.answer is True for answer in answers)
        assert all(answer.yes == ("T1", "T2") for answer in answers)
    found = audit_totals(one)
    assert (found.cycles, found.cycles_meeting_all, found.ramps, found.ramps_meeting_all) == (2, 2, 1, 1)
    assert "3 (4 %)" in found.reason


def test_several_cycles_have_it_where_all_have_it_and_have_it_not_where_one_has_not():
    def judge(theory, cycle):
        return Verdict({"y": True, "n": False, "u": None}[cycle.id[0]], "so it is")

    mine = Feature("mine", "Is it mine?", "by its id", "our charter", judge)
    for ids, answer in (("y1 y2", True), ("y1 n1 u1", False), ("y1 u1", None), ("u1", None), ("n1", False)):
        one = theory(*(cycle(id) for id in ids.split()))
        (found,) = audit(one, features=[mine])
        assert found.answer is answer
        assert [*found.yes, *found.no, *found.cannot_tell] == sorted(
            ids.split(), key=lambda id: "ynu".index(id[0])
        )
        assert verdicts(one, features=[mine]).keys() == set(ids.split())


def test_of_what_is_only_planned_nothing_can_be_told_yet():
    one = theory(cycle(**PLANNED))
    assert all(answer.answer is None for answer in (*audit(one), *audit_cycle(one, "T1")))
    assert "1 planned" in audit(one)[0].reason
    assert audit_totals(one).reason.startswith("no cycle was carried out")
    assert audit_totals(dk.Theory("t")).cycles == 0


def test_the_audit_asks_of_cycles():
    with pytest.raises(dk.UsageError, match="no cycle"):
        audit_cycle(theory(), "C1")
    with pytest.raises(dk.UnknownId):
        audit_cycle(theory(), "T1")
    with pytest.raises(dk.UsageError, match="on no ramp"):
        audit_ramp(theory(cycle()), "T1")


def test_the_hospital_tested_two_ideas_once_and_did_the_rest_by_the_book():
    found = {answer.feature: answer for answer in audit(examples.load("leaving-hospital"))}
    assert found["iterative"].no == ("T17", "T18")
    assert {name for name, answer in found.items() if answer.answer} == {
        "predicted",
        "small-scale",
        "data-over-time",
        "documented",
    }
