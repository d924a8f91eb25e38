"""The proposed project score: the highest step that a file supports, with its reasons."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.evidence.progress import STEPS, Step, progress_score

DAY = dt.date(2026, 1, 5)


def weeks(*values, start=DAY):
    return [{"date": start + dt.timedelta(weeks=n), "value": value} for n, value in enumerate(values)]


FALLING = weeks(
    *[8, 9, 8.5, 9.5, 8, 9, 8.2, 9.1, 8.4, 9.3, 8.1, 9.2],
    *[3, 2, 2.5, 1.5, 3, 2, 2.2, 2.9, 1.8, 2.7, 2.1, 2.6],
)
FLAT = weeks(*[8, 9, 8.5, 9.5, 8, 9, 8.2, 9.1, 8.4, 9.3, 8.1, 9.2])


def cycle(id="T1", change="C1", result="confirmed", decision="adopt", **more):
    fields = {
        "plan": {"date": "2026-02-01"},
        "predictions": [{"question": "q", "prediction": "p", "found": "f", "result": result}],
        "do": {"date": "2026-02-02", "observed": "o"},
        "study": {"date": "2026-02-03", "learned": "l"},
        "act": {"date": "2026-02-04", "decision": decision},
    }
    return dk.PdsaCycle(id, change, **{**fields, **more})


def theory(*cycles, data=None, aim=None, measures=(), **more) -> dk.Theory:
    fields = {
        "target": 3,
        "baseline": 9,
        "by": "2027-01-01",
        "owner": "ward-6",
        "measure": "M1",
        **(aim or {}),
    }
    return dk.Theory(
        "t",
        aims=[dk.Aim("A1", "Fewer falls", **fields)],
        drivers=[dk.Driver("P1", "p")],
        change_ideas=[
            dk.ChangeIdea("C1", "c", contributes_to=["P1"]),
            dk.ChangeIdea("C2", "d", contributes_to=["P1"]),
        ],
        measures=[dk.Measure("M1", "Falls", direction="decrease", data=data), *measures],
        cycles=cycles,
        **more,
    )


def proposed(one: dk.Theory, **more) -> float:
    return progress_score(one, **more).score


def test_each_step_is_reached_by_what_it_asks_for():
    bare = dk.Theory("t")
    charter = dk.Theory("t", aims=[dk.Aim("A1", "a", target=3, by="2027-01-01", owner="o")])
    assert [
        proposed(bare),
        proposed(charter),
        proposed(theory()),
        proposed(theory(data=FLAT)),
        proposed(theory(cycle(result="refuted", decision="adapt"), data=FLAT)),
        proposed(theory(cycle(), data=FLAT)),
        proposed(theory(cycle(result="refuted", decision="adapt"), data=FALLING)),
        proposed(theory(cycle(), data=FALLING[:-6] + weeks(4, 4, 4, 2, 2, 2, start=FALLING[-6]["date"]))),
        proposed(theory(cycle(), cycle("T2", "C2", decision="adapt"), data=FALLING)),
        proposed(theory(cycle(), data=FALLING)),
    ] == [step.score for step in STEPS]


def test_a_charter_has_a_target_a_date_and_somebody():
    assert proposed(dk.Theory("t", aims=[dk.Aim("A1", "a", target=3, by="2027-01-01")])) == 0.5
    team = dk.Theory("t", aims=[dk.Aim("A1", "a", target=3, by="2027-01-01")], teams=[dk.Team("w")])
    assert proposed(team) == 1.0
    assert proposed(dk.Theory("t", aims=[dk.Aim("A1", "a", target=3, owner="o")])) == 0.5


def test_a_gain_that_came_before_the_first_test_is_none_of_the_project():
    late = cycle(
        plan={"date": "2027-02-01"},
        do={"date": "2027-02-02", "observed": "o"},
        study={"learned": "l"},
        act={"decision": "adopt"},
    )
    assert proposed(theory(late, data=FALLING)) == 3.0


def test_without_a_studied_cycle_no_improvement_is_proposed():
    assert proposed(theory(data=FALLING)) == 2.0
    assert proposed(theory(cycle(study=None), data=FALLING)) == 2.0


def test_a_lower_step_that_is_not_reached_is_told_as_missing():
    found = progress_score(theory(cycle(), data=FALLING, aim={"by": None}))
    assert found.score == 5.0
    assert any("charter" in one for one in found.missing)
    assert not any("charter" in one for one in found.reasons)


def test_what_got_worse_and_what_cannot_be_told_is_said():
    worse = dk.Measure(
        "M2",
        "Stay",
        of=["P1"],
        role="balancing",
        direction="decrease",
        data=[{**row, "value": 20 - row["value"]} for row in FALLING],
    )
    dumb = dk.Measure("M3", "Asked", of=["P1"], target=9, data=FLAT)
    away = dk.Measure("M4", "Away", of=["P1"], target=9, direction="increase", data="away.csv")
    found = progress_score(theory(cycle(), data=FALLING, measures=[worse, dumb, away]))
    told = "\n".join(found.missing)
    assert "look at what got worse: a signal in M2" in told
    assert "M3 does not say which way is better" in told
    assert "the series of M4 could not be read" in told


def test_goals_are_half_met_or_not():
    def also(target):
        return dk.Measure("M2", "Asked", of=["P1"], target=target, direction="increase", data=FLAT)

    assert proposed(theory(cycle(), data=FALLING, measures=[also(100)])) == 4.5
    two = [also(100), attrs.evolve(also(100), id="M3")]
    assert proposed(theory(cycle(), data=FALLING, measures=two)) == 3.5


def test_lines_without_a_total_each_have_to_reach_the_target():
    def sites(second):
        rows = [{**row, "site": "Ward 5"} for row in FALLING]
        return rows + [
            {**row, "site": "Ward 6", "value": value} for row, value in zip(FALLING, second, strict=True)
        ]

    both = [row["value"] for row in FALLING]
    assert proposed(theory(cycle(), data=sites(both))) == 5.0
    assert proposed(theory(cycle(), data=sites([*both[:-3], 8, 8, 8]))) == 3.5


def test_what_is_later_than_today_does_not_count():
    one = theory(cycle(), data=FALLING)
    assert proposed(one, today=dt.date(2030, 1, 1)) == 5.0
    assert proposed(one, today=dt.date(2026, 3, 1)) == 3.0
    assert proposed(one, today=dt.date(2026, 1, 20)) == 2.0


def test_the_steps_are_values_one_passes():
    mine = Step(7.0, "ours", "always", lambda at: (bool(at.studied), "our charter"))
    found = progress_score(theory(cycle()), steps=[*STEPS, mine])
    assert (found.score, found.word) == (7.0, "ours")
    assert str(found) == "proposed: 7.0, ours"


@pytest.mark.parametrize(
    ("name", "score"), [("leaving-hospital", 3.5), ("algebra-success", 3.5), ("reading-by-nine", 2.0)]
)
def test_the_examples_are_where_a_coach_would_put_them(name, score):
    found = progress_score(examples.load(name))
    assert found.score == score
    assert len(found.reasons) == [step.score for step in STEPS].index(score) + 1
    assert found.missing[0].startswith("for ")
    assert found.missing[-1].endswith("the score is yours to set")
