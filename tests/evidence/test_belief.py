"""Degree of belief: a word by a table of points, always with its counts; and the scale of the next test."""

from __future__ import annotations

from itertools import product

import attrs
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.evidence.belief import CAPS, LANGLEY, POINTS, SCALES, THRESHOLDS
from driverkit.evidence.contexts import ContextCounts, context_counts


def word(**counts: object) -> str:
    return dk.BELIEF_RULE.judge(dk.BeliefCounts(**counts))[0]


def test_where_there_is_nothing_to_judge_there_is_no_evidence_yet():
    assert word() == word(cycles_studied=3, signal=False) == "no evidence yet"
    assert word(suspect=4) == "no evidence yet"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"held": 1, "confirming": 1}, "low"),
        ({"evidence_for": 5}, "low"),
        ({"evidence_for": 2, "signal": True}, "moderate"),
        ({"held": 3, "confirming": 3, "confirming_sites": 2}, "moderate"),
        (
            {"held": 3, "confirming": 3, "confirming_sites": 2, "confirming_conditions": 2, "signal": True},
            "high",
        ),
        ({"mixed": 1}, "low"),
        ({"failed": 1}, "doubted"),
        ({"evidence_against": 1}, "doubted"),
        ({"evidence_against": 1, "evidence_for": 2}, "low"),
        ({"held": 2, "failed": 3, "confirming": 1, "evidence_against": 1}, "doubted"),
        ({"worse": True, "held": 1, "confirming": 1}, "low"),
    ],
)
def test_a_coach_can_add_up_the_points(counts, expected):
    assert word(**counts) == expected
    total = sum(point.points for point in POINTS if point.holds(dk.BeliefCounts(**counts)))
    by_hand = next((w for least, w in THRESHOLDS if total >= least), "doubted")
    assert by_hand == expected
    assert not any(cap.holds(dk.BeliefCounts(**counts)) and expected == "high" for cap in CAPS)


def test_the_largest_test_counts_where_it_is_five_times_the_smallest():
    point = next(p for p in POINTS if "five times" in p.says)
    for scales, expected in (((1, 5), True), ((1, 4), False), ((0, 0), False), ((0, 1), True), (None, False)):
        assert point.holds(dk.BeliefCounts(confirming_scales=scales)) is expected


def test_high_needs_two_in_three_predictions_held():
    sure = {"held": 6, "confirming": 3, "confirming_sites": 2, "confirming_conditions": 2, "evidence_for": 2}
    assert word(**sure, failed=3) == "high"
    assert word(**sure, failed=4, signal=True) == "moderate"
    assert "no more than moderate" in dk.BELIEF_RULE.judge(dk.BeliefCounts(**sure, failed=4, signal=True))[1]


def test_a_link_is_high_only_with_evidence_of_its_own():
    sure = {"held": 6, "confirming": 3, "confirming_sites": 2, "confirming_conditions": 2, "evidence_for": 1}
    assert word(**sure) == "high"
    assert word(**sure, of_link=True) == "moderate"
    assert word(**{**sure, "evidence_for": 2}, of_link=True) == "high"


def test_a_belief_says_that_it_is_contested_and_by_what():
    counts = dk.BeliefCounts(cycles_studied=2, held=1, failed=1, evidence_against=2, suspect=1)
    said = str(dk.Belief("C1", "low", counts, "points", ""))
    assert said == (
        "low, contested: 2 cycles studied, 1 of 2 judged predictions held, 1 failed, largest scale not said, no site "
        "named, no conditions named, no measure can tell yet, 2 pieces of other evidence against it, 1 suspect record (not "
        "counted for it until confirmed)"
    )


def test_the_rule_is_a_value_that_one_hands_in():
    theory = examples.load("leaving-hospital")
    mine = dk.BeliefRule(
        "coin", "By chance.", "nobody", lambda counts: ("tails", "it fell so"), ("heads", "tails")
    )
    held = dk.belief(theory, "C1", rule=mine)
    assert (held.word, held.rank, held.rule, held.reason) == ("tails", 1, "coin", "it fell so")
    assert {b.word for b in dk.beliefs(theory, rule=mine).values()} == {"tails"}
    wrong = attrs.evolve(mine, words=("heads",))
    with pytest.raises(dk.UsageError, match="which is none of its words: heads"):
        dk.belief(theory, "C1", rule=wrong)


def test_only_what_claims_something_is_believed():
    theory = examples.load("leaving-hospital")
    with pytest.raises(dk.UsageError, match="'M1' is no aim, driver, change idea or link"):
        dk.belief(theory, "M1")
    with pytest.raises(dk.UnknownId):
        dk.belief(theory, "C99")
    assert list(dk.beliefs(theory)) == [*(n.id for n in theory.nodes), *(k.id for k in theory.links)]


def test_a_coach_finds_the_examples_judged_soundly():
    theory = examples.load("leaving-hospital")
    said = {
        id: dk.belief(theory, id).said
        for id in ("C1", "C3", "C7", "C9", "C10", "C13", "P2 -> A1", "S1 -> P3")
    }
    assert said == {
        "C1": "moderate, contested",  # it spread to all, and left behind who does not speak English
        "C3": "no evidence yet",
        "C7": "high",
        "C9": "doubted, contested",  # abandoned: it worked while a nurse of the ward called
        "C10": "low",  # one small test that went well
        "C13": "doubted",
        "P2 -> A1": "doubted, contested",
        "S1 -> P3": "moderate, contested",
    }


# ------------------------------------------------------------------------------------------- weakest link


def test_the_weakest_link_is_told_for_each_way_out():
    theory = examples.load("leaving-hospital")
    ways = dk.weakest_link(theory, "C2")
    assert [way.via for way in ways] == ["C2 -> S2", "C2 -> S1"]
    assert all(way.path[0] == "C2" and way.path[-1] == "A1" for way in ways)
    assert [way.belief.word for way in ways] == ["low", "low"]
    assert dk.weakest_link(theory, "A1") == ()


def test_a_way_that_reaches_no_aim_is_not_told():
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A", "a"), dk.Aim("B", "b", contributes_to=["A"])],
        drivers=[dk.Driver("P", "p", level=2), dk.Driver("Q", "q", contributes_to=["B", "P"])],
    )
    assert [way.path for way in dk.weakest_link(theory, "Q")] == [("Q", "B")]
    assert dk.weakest_link(theory, "P") == ()
    assert [way.path for way in dk.weakest_link(theory, "B")] == [("B", "A")]


# --------------------------------------------------------------------------------------------- next scale


def test_the_table_is_the_published_one():
    cells = dict(LANGLEY.cells)
    assert len(cells) == 12
    assert set(cells.values()) == set(SCALES)
    assert cells["low", "small", "ready"] == "small"
    assert [cells["high", "large", r] for r in ("not-ready", "indifferent", "ready")] == [
        "very small",
        "small",
        "large",
    ]
    assert [cells["high", "small", r] for r in ("not-ready", "indifferent", "ready")] == [
        "small",
        "large",
        "implement",
    ]
    low = {key: scale for key, scale in cells.items() if key[0] == "low" and key != ("low", "small", "ready")}
    assert set(low.values()) == {"very small"}


def test_more_confidence_less_cost_and_more_readiness_never_make_the_test_smaller():
    order = (("low", "high"), ("large", "small"), ("not-ready", "indifferent", "ready"))
    size = {key: SCALES.index(scale) for key, scale in LANGLEY.cells.items()}
    for key, other in product(size, size):
        if all(words.index(a) <= words.index(b) for words, a, b in zip(order, key, other, strict=True)):
            assert size[key] <= size[other]


def idea(**fields: object) -> dk.NextScale:
    theory = dk.Theory("t", change_ideas=[dk.ChangeIdea("C1", "Teach-back", **fields)])
    return dk.next_scale(theory, "C1")


def test_what_the_theory_does_not_say_stays_open():
    open_ = idea()
    assert (open_.scale, open_.possible) == (None, ("very small", "small"))
    assert (open_.confidence, open_.cost, open_.readiness) == ("low", None, None)
    assert str(open_) == (
        "very small or small: there is no evidence yet, so confidence is low; the cost of failure is not said; how "
        "ready people are is not said"
    )
    assert idea(cost_of_failure="large").scale == "very small"  # whoever is ready
    assert idea(readiness="indifferent").scale == "very small"  # whatever it costs
    assert idea(cost_of_failure="small", readiness="ready").scale == "small"


def test_a_moderate_belief_leaves_the_confidence_open():
    found = dk.next_scale(examples.load("leaving-hospital"), "C1")
    assert found.confidence is None
    assert found.possible == ("small", "implement")
    assert "which leaves the confidence open" in found.reason
    assert found.belief.counts.failed == 2


def test_only_change_ideas_are_tested():
    with pytest.raises(dk.UsageError, match="'P1' is no change idea"):
        dk.next_scale(examples.load("leaving-hospital"), "P1")


# ----------------------------------------------------------------------------------------------- contexts


def test_contexts_are_listed_in_file_order_and_teams_by_their_ids():
    theory = examples.load("leaving-hospital")
    found = dk.contexts(theory, "C1")
    assert found.sites == ("Ward 5", "Ward 6", "Wards 5 and 6")
    assert found.teams == ("ward-5", "ward-6", "transitions-team")
    assert found.cycles == ("T1", "T2", "T3", "T4")
    assert dk.contexts(theory, "C1 -> S1").cycles == found.cycles
    named = theory.replace(*(attrs.evolve(c, team="Ward 5") for c in theory.cycles if c.team == "ward-5"))
    assert dk.contexts(named, "C1").teams == found.teams


def test_what_rests_on_one_site_team_or_cycle_is_told():
    theory = examples.load("leaving-hospital")
    counts = context_counts(theory)
    assert (counts["C10"].only_site, counts["C10"].only_team, counts["C10"].only_cycle) == (
        "Ward 6",
        "ward-6",
        "T13",
    )
    assert (counts["C1"].only_site, counts["C1"].only_cycle) == (None, None)
    assert counts["C3"] == ContextCounts()
    assert dk.contexts(theory, "C10").one_site
    assert dk.contexts(theory, "C10").one_cycle
