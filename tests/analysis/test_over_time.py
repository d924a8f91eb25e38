"""What was known on a day, and how it came about."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.analysis.over_time import COLUMNS
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.predictions import all_predictions
from strategies import theories

T = dk.loads("""\
driverkit: 1
title: Falls
revision: {label: "2", date: 2026-03-01}
aims: [{id: A1, text: Fewer falls, measure: M1}]
change_ideas: [{id: C1, text: A mop, contributes_to: [A1]}]
measures:
  - {id: M1, name: Falls, of: [A1], data: [{date: 2026-01-01, value: 3}, {date: 2026-02-01, value: 2}]}
cycles:
  - id: T1
    change: C1
    plan: {date: 2026-01-05}
    predictions: [{prediction: two, found: three, result: refuted}, {prediction: late, date: 2026-01-20, result: mixed}]
    do: {date: 2026-01-10}
    study: {learned: it dries slowly}
    act: {date: 2026-01-15, decision: adapt}
  - {id: T2, change: C1, follows: T1, plan: {date: 2026-02-01}}
  - {id: T3, change: C1, conditions: nobody wrote a date}
evidence:
  - {id: E1, about: C1, kind: research, finding: supports, year: 2025}
  - {id: E2, about: C1, kind: data, finding: contradicts, year: 2026}
revisions:
  - {label: "1", date: 2026-01-01}
  - {label: "2", date: 2026-03-01, because_of: [T1, T2]}
""")


def test_before_the_first_day_nothing_dated_is_known():
    then = T.as_of("2025-06-01")
    assert [c.id for c in then.cycles] == ["T3"]
    assert [e.id for e in then.evidence] == ["E1"]
    assert (then.measures[0].data, then.revisions, then.revision) == (None, (), None)


def test_a_cycle_is_there_as_far_as_it_had_come():
    then = T.as_of("2026-01-12").node("T1")
    assert (then.plan is not None, then.do is not None, then.study, then.act) == (True, True, None, None)
    assert [(p.prediction, p.result, p.found) for p in then.predictions] == [("two", None, None)]


def test_a_stage_without_a_date_is_known_with_the_next_one():
    then = T.as_of("2026-01-15").node("T1")
    assert then.study.learned == "it dries slowly"
    assert then.predictions[0].result == "refuted"


def test_the_revision_of_then_is_the_last_one_before():
    assert T.as_of("2026-02-15").revision.label == "1"
    assert T.as_of("2026-03-01").revision.label == "2"


def test_series_end_on_the_day_in_the_file_and_beside_it(tmp_path):
    assert [row.value for row in T.as_of("2026-01-31").measures[0].data] == [3]
    (tmp_path / "m.csv").write_text("date,value,site\n2026-01-01,3,a\n2026-02-01,2,b\n", encoding="utf-8")
    dk.save(T.replace("M1", data="m.csv"), tmp_path / "t.yaml")
    theory = dk.load(tmp_path / "t.yaml")
    assert dk.series(theory.as_of("2026-01-31"), "M1").values == (3.0,)
    assert dk.series(theory.as_of("2026-01-31").as_of("2026-12-31"), "M1").values == (3.0,)
    assert dk.series(theory, "M1").values == (3.0, 2.0)


def test_what_was_known_then_is_not_written_over_what_is_known_now(tmp_path):
    path = tmp_path / "t.yaml"
    dk.save(T, path)
    with pytest.raises(dk.SaveError):
        dk.save(dk.load(path).as_of("2026-01-12"), path)
    assert dk.load(path) == T


def test_after_the_last_day_everything_is_known():
    for name in examples.names():
        theory = examples.load(name)
        assert theory.as_of("9999-12-31") == theory


def test_what_is_no_date_is_told():
    for day in ("soon", "", None, "2026-02-30"):
        with pytest.raises(dk.TheoryError):
            T.as_of(day)


@given(
    theory=theories(max_nodes=8),
    days=st.lists(st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)), min_size=2, max_size=2),
)
def test_what_was_known_once_is_known_ever_after(theory, days):
    first, last = (theory.as_of(day) for day in sorted(days))
    assert {c.id for c in first.cycles} <= {c.id for c in last.cycles}
    assert {c.id for c in first.cycles if was_studied(c)} <= {c.id for c in last.cycles if was_studied(c)}
    assert {e.id for e in first.evidence} <= {e.id for e in last.evidence}
    assert last.as_of(min(days)) == first


def test_the_table_counts_up_to_each_date():
    table = dk.over_time(T, dates=["2026-01-01", "2026-01-31", "2026-03-31"])
    assert list(table["cycles_studied"]) == [0, 1, 1]
    assert list(table["ideas_tested"]) == [0, 1, 1]
    assert list(table["predictions_judged"]) == [0, 1, 1]
    assert list(table["cycles_begun"]) == [1, 2, 3]
    assert list(table["evidence"]) == [2, 2, 2]


@pytest.mark.parametrize(("every", "rows"), [("month", 2), ("quarter", 1), ("year", 1)])
def test_periods_go_from_the_first_stage_to_the_last(every, rows):
    table = dk.over_time(T, every=every)
    assert len(table) == rows
    assert (
        str(table["date"].iloc[0].date())
        == {"month": "2026-01-31", "quarter": "2026-03-31", "year": "2026-12-31"}[every]
    )


def test_the_table_has_its_columns_where_nothing_was_tested():
    table = dk.over_time(dk.Theory("t"))
    assert len(table) == 0
    assert list(table.columns) == [*COLUMNS, *dk.BELIEF_WORDS]


def test_every_last_row_is_what_is_known_today():
    theory = examples.load("leaving-hospital")
    last = dk.over_time(theory).iloc[-1]
    assert last["cycles_studied"] == sum(was_studied(c) for c in theory.cycles)
    assert sum(last[word] for word in dk.BELIEF_WORDS) == len(theory.change_ideas)
    assert last["share_held"] == dk.tally(all_predictions(theory)).share


def test_a_wrong_year_does_not_make_a_million_rows():
    wrong = T.add(dk.PdsaCycle("T9", "C1", plan={"date": "1026-01-01"}))
    with pytest.raises(dk.UsageError, match="a date of a cycle may be wrong"):
        dk.over_time(wrong)
