"""What records amount to: how far an idea is, whether a prediction came in time, what a ramp is."""

from __future__ import annotations

import pytest
from hypothesis import given

import driverkit as dk
from driverkit.evidence import (
    has_outcome,
    idea_status,
    latest_decision,
    measures_of,
    predicted_in_time,
    ramps,
    series_length,
    was_done,
    was_studied,
)
from driverkit.evidence.words import harmless, listed, quoted, shortened
from strategies import theories


def with_cycles(*cycles: dk.PdsaCycle, **idea) -> dk.Theory:
    return dk.Theory("t", change_ideas=[dk.ChangeIdea("C1", "Teach-back", **idea)], cycles=list(cycles))


def cycle(id: str = "T1", **steps) -> dk.PdsaCycle:
    return dk.PdsaCycle(id, "C1", **steps)


@pytest.mark.parametrize(
    ("steps", "status", "is_tested"),
    [
        ({}, "proposed", False),
        ({"do": {"date": "2026-01-02"}}, "testing", False),
        ({"do": {"date": "2026-01-02"}, "study": {"learned": "fine"}}, "testing", True),
        ({"do": {"date": "2026-01-02"}, "act": {"decision": "adopt"}}, "adopted", False),
        (
            {"do": {"date": "2026-01-02"}, "study": {"learned": "x"}, "act": {"decision": "abandon"}},
            "abandoned",
            True,
        ),
        ({"do": {}, "study": {}}, "proposed", False),
    ],
)
def test_an_idea_is_as_far_as_its_cycles_say(steps, status, is_tested):
    found = idea_status(with_cycles(cycle(**steps)), "C1")
    assert (found.status, found.tested) == (status, is_tested)
    assert found.planned
    assert found.cycles == 1


def test_an_idea_without_cycles_is_proposed():
    found = idea_status(with_cycles(), "C1")
    assert (found.status, found.said_by, found.planned, found.carried_out) == ("proposed", None, False, False)


def test_what_an_idea_says_itself_goes_before_its_cycles():
    found = idea_status(with_cycles(cycle(act={"decision": "adopt"}), status="abandoned"), "C1")
    assert (found.status, found.said_by) == ("abandoned", "idea")


def test_the_latest_decision_counts_by_the_date_of_act():
    later = cycle("T1", act={"date": "2026-03-01", "decision": "abandon"})
    earlier = cycle("T2", act={"date": "2026-02-01", "decision": "adopt"})
    undated = cycle("T3", act={"decision": "adopt"})
    assert idea_status(with_cycles(later, earlier, undated), "C1").said_by == "T1"
    assert latest_decision([earlier, undated]) is earlier
    assert latest_decision([undated, cycle("T4", act={"decision": "adapt"})]).id == "T4"
    assert latest_decision([cycle()]) is None


def test_adapting_after_adopting_takes_the_adoption_back():
    theory = with_cycles(
        cycle("T1", do={"date": "2026-01-01"}, act={"date": "2026-01-02", "decision": "adopt"}),
        cycle("T2", do={"date": "2026-02-01"}, act={"date": "2026-02-02", "decision": "adapt"}),
    )
    assert idea_status(theory, "C1").status == "testing"


def test_only_ideas_have_a_status_by_cycles():
    with pytest.raises(dk.UsageError, match="'A' is no change idea"):
        idea_status(dk.Theory("t", aims=[dk.Aim("A", "a")]), "A")
    with pytest.raises(dk.UnknownId):
        idea_status(dk.Theory("t"), "C1")


@given(theories(12))
def test_the_counts_of_an_idea_never_grow_from_step_to_step(theory):
    for idea in theory.change_ideas:
        found = idea_status(theory, idea.id)
        assert found.cycles >= max(found.done, found.studied) >= 0
        assert found.cycles == sum(c.change == idea.id for c in theory.cycles)


@pytest.mark.parametrize(
    ("plan", "own", "do", "expected"),
    [
        ("2026-01-01", None, "2026-01-02", True),
        ("2026-01-02", None, "2026-01-02", True),
        ("2026-01-03", None, "2026-01-02", False),
        ("2026-01-03", "2026-01-01", "2026-01-02", True),
        ("2026-01-01", "2026-01-05", "2026-01-02", False),
        (None, None, "2026-01-02", None),
        ("2026-01-01", None, None, None),
    ],
)
def test_a_prediction_is_in_time_when_it_is_written_before_do(plan, own, do, expected):
    made = cycle(
        plan={"date": plan},
        do={"date": do},
        predictions=[{"question": "q", "prediction": "p", "date": own}],
    )
    assert predicted_in_time(made, made.predictions[0]) is expected


def test_a_question_without_an_answer_is_no_prediction():
    made = cycle(plan={"date": "2026-01-01"}, do={"date": "2026-01-02"}, predictions=[{"question": "q"}])
    assert predicted_in_time(made, made.predictions[0]) is False


def test_a_plan_dated_after_study_is_late_even_without_a_date_of_do():
    made = cycle(plan={"date": "2024-02-09"}, study={"date": "2024-02-03"}, predictions=[{"prediction": "p"}])
    assert predicted_in_time(made, made.predictions[0]) is False


def test_an_empty_section_is_no_step_taken():
    assert not was_done(cycle(do={}))
    assert was_done(cycle(do={"as_planned": False}))
    assert not was_studied(cycle(study={}))
    assert was_studied(cycle(study={"date": "2026-01-01"}))


def test_a_ramp_is_a_chain_of_two_cycles_or_more():
    theory = with_cycles(
        cycle("T1"),
        cycle("T2", follows="T1"),
        cycle("T3", follows="T2"),
        cycle("T4"),
        cycle("T5", follows="T2"),
    )
    assert [[c.id for c in ramp] for ramp in ramps(theory)] == [["T1", "T2", "T3"], ["T1", "T2", "T5"]]


def test_a_measure_belongs_to_what_it_names_and_to_the_aim_that_names_it_once():
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A", "a", measure="M1"), dk.Aim("B", "b", measure="M2")],
        measures=[dk.Measure("M1", "m", of=["A", "A"]), dk.Measure("M2", "n", role="process", data="x.csv")],
    )
    found = {id: [m.id for m in listed] for id, listed in measures_of(theory).items()}
    assert found == {"A": ["M1"], "B": ["M2"]}
    assert has_outcome(theory, theory.aims[0])
    assert not has_outcome(theory, theory.aims[1])
    assert series_length(theory.measures[0]) == 0
    assert series_length(theory.measures[1]) is None


def test_words_of_a_file_cannot_hide_or_reorder_a_message():
    assert harmless("a\u202eb\u200bc\n\td\u2028e") == "a⟨U+202E⟩b⟨U+200B⟩c d e"
    assert harmless("سلام 👩‍🏫 漢字") == "سلام 👩‍🏫 漢字"
    assert quoted("x" * 100) == "“" + "x" * 59 + "…”"
    assert shortened("one two three", 9) == "one two…"
    assert listed(["a"]) == "a"
    assert listed([]) == ""
    assert listed("abcdefg", 3) == "a, b and 5 more"
