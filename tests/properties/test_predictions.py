"""Predictions and the audit, over any theory.

*Each prediction is confirmed, mixed or refuted. Per change idea, driver, link, team and site: how many
predictions, how many held, with an interval, never a bare percentage of three.* Predictions of a node are
those of all cycles of the ideas at or below it, each cycle once; of a link those of its cause.
"""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import driverkit as dk
from driverkit.analysis.learning import audit_frame, learning, learning_text, predictions_by
from driverkit.evidence.audit import AUDIT, audit, audit_totals, verdicts
from driverkit.evidence.cycles import adaptations, ramps
from driverkit.evidence.predictions import (
    BY,
    all_predictions,
    predictions_of,
    tallies,
    tally,
    wrong_predictions,
)
from driverkit.evidence.progress import STEPS, progress_score
from strategies import theories
from support.random_theories import random_theory

seeds = st.integers(0, 10_000)


def grown(seed: int, **more) -> dk.Theory:
    return random_theory(seed, drivers=8, ideas=8, levels=3, cycles=25, sharing=0.5, aims=2, **more)


def at_or_below(theory: dk.Theory, id: str) -> set[str]:
    """By hand: take in causes of what is there until nothing is added."""
    met, before = {id}, -1
    while len(met) != before:
        before = len(met)
        met |= {link.cause for link in theory.links if link.effect in met}
    return met


@given(seeds)
def test_each_cycle_is_counted_once_behind_shared_drivers(seed):
    theory = grown(seed)
    by_hand = {
        node.id: [c for c in theory.cycles if c.change in at_or_below(theory, node.id)]
        for node in theory.nodes
    }
    for by, nodes in (("idea", theory.change_ideas), ("driver", theory.drivers), ("aim", theory.aims)):
        found = tallies(theory, by)
        assert list(found) == [node.id for node in nodes]
        for id, one in found.items():
            results = [p.result for c in by_hand[id] for p in c.predictions]
            assert one.predictions == len(results)
            assert one.confirmed == results.count("confirmed")
            assert one.refuted == results.count("refuted")
            assert one.cycles == tuple(c.id for c in by_hand[id])
            assert one.n_cycles == len(by_hand[id])
    causes = {**tallies(theory, "idea"), **tallies(theory, "driver"), **tallies(theory, "aim")}
    for link in theory.links:
        assert tallies(theory, "link")[link.id] == causes[link.cause]


@pytest.mark.slow
@settings(max_examples=20)
@given(theories(8))
def test_what_is_counted_at_once_is_what_is_counted_one_by_one(theory):
    for by in BY:
        for key, one in tallies(theory, by).items():
            assert one.predictions == one.confirmed + one.mixed + one.refuted + one.open
            assert one.undated <= one.predictions
            assert (one.interval is None) == (one.judged == 0)
            if one.interval is not None:
                assert one.interval.low <= one.share <= one.interval.high
            if by in ("idea", "driver", "aim", "link"):
                assert one == tally(predictions_of(theory, key))
    for by in ("team", "site", "condition", "month", "quarter", "year"):
        found = tallies(theory, by).values()
        assert sum(one.predictions + one.late for one in found) == len(all_predictions(theory))


@given(seeds)
def test_a_late_prediction_never_counts(seed):
    theory = grown(seed)
    late = [
        attrs.evolve(
            cycle,
            predictions=[attrs.evolve(p, date=dt.date(9000, 1, 1)) for p in cycle.predictions],
            do=cycle.do or {"date": "2025-01-01"},
        )
        for cycle in theory.cycles
    ]
    changed = theory.replace(*late)
    for by in BY:
        assert all(one.predictions == one.judged == 0 for one in tallies(changed, by).values())
    assert sum(one.late for one in tallies(changed, "idea").values()) == len(all_predictions(theory))
    assert not wrong_predictions(changed)


def with_result(theory: dk.Theory, result: str) -> dk.Theory:
    idea = theory.change_ideas[0].id
    return theory.add(
        dk.PdsaCycle(
            "NEW",
            idea,
            plan={"date": "2026-01-01"},
            do={"date": "2026-01-02"},
            predictions=[{"question": "q", "prediction": "p", "result": result}],
        )
    )


@given(seeds)
def test_a_confirmed_prediction_never_lowers_the_share_and_a_refuted_one_never_raises_it(seed):
    theory = grown(seed)
    better, worse = with_result(theory, "confirmed"), with_result(theory, "refuted")
    for by in ("idea", "driver", "aim", "link"):
        for key, before in tallies(theory, by).items():
            up, down = tallies(better, by)[key], tallies(worse, by)[key]
            if before.share is None:
                continue
            assert up.share >= before.share >= down.share
            assert up.interval.low >= before.interval.low
            assert down.interval.high <= before.interval.high
            assert before.predictions <= up.predictions <= before.predictions + 1


@given(seeds)
def test_over_time_the_last_cumulative_count_is_the_whole(seed):
    theory = grown(seed)
    for by in ("month", "quarter", "year"):
        found = {key: one for key, one in tallies(theory, by, cumulative=True).items() if key}
        judged = [one.judged for one in found.values()]
        assert judged == sorted(judged)
        assert list(found) == sorted(found)
        assert all(one.n_cycles == len(one.cycles) for one in found.values())
        if found:
            assert judged[-1] == sum(1 for r in all_predictions(theory) if r.judged is not None)


@pytest.mark.slow
@settings(max_examples=20)
@given(theories(8))
def test_the_audit_asks_each_cycle_that_was_carried_out_once(theory):
    told = verdicts(theory)
    for answer in audit(theory):
        assert sorted([*answer.yes, *answer.no, *answer.cannot_tell]) == sorted(told)
        assert answer.answer is (
            False if answer.no else None if answer.cannot_tell or not answer.yes else True
        )
        assert answer.reason
    found = audit_totals(theory)
    assert found.cycles == len(told)
    assert found.cycles_meeting_all == sum(all(v.answer is True for v in said) for said in told.values())


@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_no_answer_of_the_audit(seed, shuffler):
    theory = grown(seed, measures=4)
    cycles = list(theory.cycles)
    shuffler.shuffle(cycles)
    shuffled = attrs.evolve(theory, cycles=cycles)
    one, two = verdicts(theory), verdicts(shuffled)
    assert {id: [v.answer for v in said] for id, said in one.items()} == {
        id: [v.answer for v in said] for id, said in two.items()
    }
    assert {one.ids for one in ramps(theory)} == {one.ids for one in ramps(shuffled)}


@given(seeds)
def test_a_ramp_passes_the_audit_where_each_of_its_cycles_does(seed):
    theory = grown(seed)
    passed = {
        id: all(v.answer is True for v in said) for id, said in verdicts(theory, features=AUDIT[:3]).items()
    }
    by_hand = [[passed[id] for id in one.ids if id in passed] for one in ramps(theory)]
    by_hand = [said for said in by_hand if len(said) > 1]
    found = audit_totals(theory, features=AUDIT[:3])
    assert (found.ramps, found.ramps_meeting_all) == (len(by_hand), sum(map(all, by_hand)))


@pytest.mark.slow
@settings(max_examples=20)
@given(theories(8))
def test_a_score_is_on_the_scale_and_has_its_reasons(theory):
    found = progress_score(theory, today=dt.date(2026, 1, 1))
    assert found.score in [step.score for step in STEPS]
    assert found.reasons
    assert found.missing


@pytest.mark.slow
@settings(max_examples=20)
@given(theories(8))
def test_the_tables_have_their_columns_and_rows_for_any_theory(theory):
    assert len(learning(theory)) == len(wrong_predictions(theory))
    assert len(audit_frame(theory)) == len(verdicts(theory)) * len(AUDIT)
    assert len(audit_frame(theory, by="ramp")) == len(ramps(theory)) * len(AUDIT)
    for by in BY:
        frame = predictions_by(theory, by)
        assert list(frame["predictions"]) == [one.predictions for one in tallies(theory, by).values()]
    assert learning_text(theory).startswith("# What we predicted wrongly")
    assert len(adaptations(theory)) == sum(c.adapted_from is not None for c in theory.cycles)


@pytest.mark.slow
def test_thousands_of_cycles_are_counted_as_one_by_one():
    theory = random_theory(1, 500, 3000, levels=5, cycles=20_000, sharing=0.4)
    found = tallies(theory, "driver")
    for id in list(found)[::50]:
        assert found[id] == tally(predictions_of(theory, id))
    assert sum(one.predictions for one in tallies(theory, "idea").values()) == 20_000
