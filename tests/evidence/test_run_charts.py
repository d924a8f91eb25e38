"""Run charts: published answers to the digit, counting against brute force, and what must never matter."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.evidence import run_counts
from driverkit.evidence import run_rules as rules_room
from driverkit.evidence.levels import word_of
from driverkit.evidence.run_charts import (
    RULES,
    Fired,
    Judged,
    RunCounts,
    RunRule,
    count_runs,
    longest_run_max,
    mean,
    median,
    n_crossings_min,
    run_chart,
    runs_limits,
    with_trend,
    xmr_limits,
)

HOME = Path(__file__).resolve().parents[2]

# --- published answers -----------------------------------------------------------------------------------

# Anhøj & Olesen 2014; qicharts2 vignette, Appendix 2: n = 10 .. 100.
LONGEST = [6] * 2 + [7] * 11 + [8] * 23 + [9] * 45 + [10] * 10
CROSSINGS = [
    *(
        2,
        2,
        3,
        3,
        4,
        4,
        4,
        5,
        5,
        6,
        6,
        6,
        7,
        7,
        8,
        8,
        8,
        9,
        9,
        10,
        10,
        11,
        11,
        11,
        12,
        12,
        13,
        13,
        14,
        14,
        14,
    ),
    *(
        15,
        15,
        16,
        16,
        17,
        17,
        17,
        18,
        18,
        19,
        19,
        20,
        20,
        21,
        21,
        21,
        22,
        22,
        23,
        23,
        24,
        24,
        25,
        25,
        25,
        26,
        26,
    ),
    *(
        27,
        27,
        28,
        28,
        29,
        29,
        29,
        30,
        30,
        31,
        31,
        32,
        32,
        33,
        33,
        34,
        34,
        34,
        35,
        35,
        36,
        36,
        37,
        37,
        38,
        38,
        39,
    ),
    *(39, 39, 40, 40, 41, 41),
]
# Balestracci, An underrated test for run charts, Quality Digest 2008: sides of 16 months.
BALESTRACCI = [1] * 7 + [-1] * 7 + [1, -1]
# Wentzel-Larsen & Anhøj, Science Trends: crossings at 3/4, 6/7, 7/8, 9/10, 10/11.
SCIENCE_TRENDS = [1, 1, 1, -1, -1, -1, 1, -1, -1, 1, -1, -1, -1]
# Pickering, QuEST Mental Health (NHS Scotland): patients who did not attend.
DNA = [9, 8, 9, 6, 7, 5, 6, 8, 9, 6, 7, 6, 6, 7, 9, 9, 8, 6, 7, 8, 6, 8, 7, 5, 4]
# Elsmar Cove, an exam question.
ELSMAR = [10, 8, 6, 14, 16, 14, 18, 20, 8, 10, 10, 10]
# NIST/SEMATECH e-Handbook 6.3.2.2.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Anhøj & Mohammed, Mastering SPC Charts in Healthcare, "Screened I Chart".
SCREENED = [18, 16, 8, 9, 10, 11, 26, 14, 15, 14, 18, 19, 18, 11, 28, 20, 16, 17, 12, 13, 24, 16, 15, 11]


def test_the_limits_are_those_that_were_published():
    assert [longest_run_max(n) for n in range(10, 101)] == LONGEST
    assert [n_crossings_min(n) for n in range(10, 101)] == CROSSINGS


def test_the_limit_for_runs_is_the_logarithm_rounded():
    for n in range(1, 5000):
        assert longest_run_max(n) == round(math.log2(n)) + 3


def test_the_limit_for_crossings_is_the_quantile_counted_out():
    for n in range(1, 60):
        total, crossings = 0, -1
        while total * 20 < 2 ** (n - 1):
            crossings += 1
            total += math.comb(n - 1, crossings)
        assert n_crossings_min(n) == crossings


def test_the_limits_for_the_number_of_runs_are_those_on_which_copies_agree():
    published = {
        10: (3, 9),
        14: (4, 12),
        16: (5, 13),
        24: (8, 18),
        30: (11, 21),
        40: (15, 27),
        50: (19, 33),
        60: (24, 38),
    }
    assert {n: runs_limits(n) for n in published} == published


def test_the_limits_for_the_number_of_runs_are_the_exact_ones_where_the_copied_table_is_not():
    assert runs_limits(12) == (4, 10)  # the copied table has 3 and 11


def test_runs_of_every_order_of_signs_give_the_limits():
    for n in range(2, 15):
        counted = [0] * (n + 2)
        for above in itertools.combinations(range(n), n // 2):
            counted[count_runs([1 if at in above else -1 for at in range(n)]).n_runs] += 1
        total = sum(counted)
        lower = next(r for r in range(n + 2) if sum(counted[: r + 1]) * 40 > total)
        upper = next(r for r in reversed(range(n + 2)) if sum(counted[r:]) * 40 > total)
        assert runs_limits(n) == (lower, upper), n


def test_the_limits_of_long_series_are_those_of_the_full_count():
    for n in (300, 599, 1000, 1501, 2000):
        ways = run_counts._ways_to_cross(n - 1, whole=False)
        assert run_counts._reaches(ways, 20, sum(way for _, way in ways)) == n_crossings_min(n)
        ways = run_counts._ways_to_run(n, whole=False)
        total = sum(way for _, way in ways)
        found = run_counts._reaches(ways, 40, total), run_counts._reaches(ways[::-1], 40, total)
        assert found == runs_limits(n)


@pytest.mark.parametrize(
    ("values", "line", "expected"),
    [
        (BALESTRACCI, 0, (16, 16, 7, 7, 4, 3, 4, True)),
        (SCIENCE_TRENDS, 0, (13, 13, 3, 7, 6, 5, 3, False)),
        (DNA, 7, (25, 20, 3, 7, 10, 9, 6, False)),
        (FLOW, 51.25, (10, 10, 4, 6, 4, 3, 2, False)),
        (range(1, 12), 6, (11, 10, 5, 6, 2, 1, 2, True)),
        (ELSMAR, 10, (12, 8, 5, None, 3, 2, None, None)),
    ],
    ids=["balestracci", "science-trends", "did-not-attend", "flow", "one-to-eleven", "elsmar"],
)
def test_published_series_are_counted_and_judged_as_published(values, line, expected):
    for given_line in (None, line) if values is not SCIENCE_TRENDS else (line,):
        chart = run_chart(values, centre=given_line)
        assert chart.centre == line
        assert (
            chart.n_obs,
            chart.n_useful,
            chart.longest_run,
            chart.longest_run_max,
            chart.n_runs,
            chart.n_crossings,
            chart.n_crossings_min,
            chart.signal,
        ) == expected


def test_only_crossings_catch_the_underrated_case():
    chart = run_chart(BALESTRACCI)
    assert [(f.test, f.points, f.whole) for f in chart.fired] == [("few-crossings", tuple(range(16)), True)]
    assert chart.reason == (
        "A signal: the line is crossed 3 times (fewer than 4 is unusual for 16 useful points)."
    )


def test_a_long_run_names_its_points():
    chart = run_chart([1, 2] * 6 + [2, 9, 9, None, 9, 8, 9, 9, 7, 9, 9, 9])
    fired = chart.fired[0]
    assert (fired.test, fired.side, fired.is_shift) == ("long-run", "above", True)
    assert 15 not in fired.points
    assert fired.points == (13, 14, 16, 17, 18, 19, 20, 21, 22, 23)


def test_limits_of_the_handbook():
    limits = xmr_limits(FLOW)
    assert limits.centre == pytest.approx(50.81, rel=1e-12)
    assert limits.mean_range == pytest.approx(1.8777777777777784, rel=1e-12)
    assert limits.lower == pytest.approx(45.81591016548463, rel=1e-9)
    assert limits.upper == pytest.approx(55.80408983451537, rel=1e-9)


def test_limits_with_and_without_screening():
    plain, screened = xmr_limits(SCREENED), xmr_limits(SCREENED, screened=True)
    assert (plain.mean_range, plain.removed, plain.n_ranges) == (5.0, (), 23)
    assert plain.range_max == screened.range_max == pytest.approx(16.335)
    assert plain.centre == screened.centre == pytest.approx(15.791666666666666)
    assert (plain.lower, plain.upper) == pytest.approx((2.4937943262411313, 29.0895390070922), rel=1e-9)
    assert (screened.removed, screened.n_ranges) == ((17.0,), 22)
    assert screened.mean_range == pytest.approx(4.454545454545454)
    assert (screened.lower, screened.upper) == pytest.approx(
        (3.944471308833009, 27.638862024500323), rel=1e-9
    )
    assert run_chart(SCREENED, rule="xmr").signal is False
    # The 15th point, which is place 14.
    assert run_chart(SCREENED, rule="xmr-screened").fired == (Fired("outside-limits", (14,), "above"),)


def test_limits_of_one_to_eleven():
    chart = run_chart(range(1, 12), rule="xmr")
    assert chart.limits is not None
    assert (chart.limits.lower, chart.limits.upper) == pytest.approx((3.340425531914893, 8.659574468085108))
    assert sum(len(f.points) for f in chart.fired) == 6


def test_the_training_example_has_neither_shift_nor_trend_by_perla():
    chart = run_chart(DNA, rule="perla")
    assert (chart.signal, chart.fired, chart.n_runs) == (False, (), 10)


def test_crossings_and_longest_runs_of_14_points_are_distributed_as_published():
    """Wentzel-Larsen & Anhøj 2019, PLoS ONE 14(10):e0223233, symmetric case, times 2^13."""
    table: dict[tuple[int, int], int] = {}
    for rest in itertools.product((1, -1), repeat=13):
        counts = count_runs((1, *rest))
        key = counts.n_crossings, counts.longest_run
        table[key] = table.get(key, 0) + 1
    row = {crossings: [table.get((crossings, run), 0) for run in range(1, 15)] for crossings in range(4)}
    assert row[0] == [0] * 13 + [1]
    assert row[1] == [0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 0]
    assert row[2] == [0, 0, 0, 0, 3, 12, 18, 15, 12, 9, 6, 3, 0, 0]
    assert row[3][:10] == [0, 0, 0, 10, 58, 78, 60, 40, 24, 12]
    assert sum(table.values()) == 2**13


def test_every_published_case_of_the_collection(corpus):
    path = corpus / "oracles" / "run_charts.json"
    if not path.exists():
        pytest.skip("this corpus has no oracles")
    cases = json.loads(path.read_text("utf-8"))["cases"]
    assert cases
    for case in cases:
        _CHECKS[case["kind"]](case)


def _table(case):
    for n, first, second in case["data"]["rows"]:
        if case["data"]["columns"][1] == "longest_run_max":
            assert (longest_run_max(n), n_crossings_min(n)) == (first, second), n
        else:
            assert runs_limits(n) == (first, second), n


def _counted(case):
    expected = case["expected"]
    chart = run_chart(case["data"], centre=expected["cl"] if case["kind"] == "run-signs" else None)
    assert chart.centre == expected["cl"]
    for name in set(expected) & {f.name for f in attrs.fields(dk.RunChart)} - {"reason"}:
        assert getattr(chart, name) == expected[name], (case["id"], name)
    tests = {fired.test for fired in chart.fired}
    assert expected.get("long_run_signal", False) == ("long-run" in tests)
    assert expected.get("crossings_signal", False) == ("few-crossings" in tests)
    if "perla" in expected:
        perla = run_chart(case["data"], rule="perla")
        assert perla.n_runs == expected["perla"]["n_runs"]
        for test in ("shift", "trend"):
            assert [list(f.points) for f in perla.fired if f.test == test] == expected["perla"][test]
    if "i_chart" in expected:
        limits = xmr_limits(case["data"])
        assert (limits.lower, limits.centre, limits.upper) == pytest.approx(
            tuple(expected["i_chart"][name] for name in ("lcl", "cl", "ucl")), rel=1e-6
        )
        outside = run_chart(case["data"], rule="xmr").fired
        assert sum(len(f.points) for f in outside) == expected["i_chart_points_outside"]


def _individuals(case):
    expected, data = case["expected"], case["data"]
    plain = xmr_limits(data)
    assert plain.mean_range == pytest.approx(expected["mr_bar"], rel=1e-6)
    unscreened = expected.get("unscreened", expected)
    assert (plain.lower, plain.centre, plain.upper) == pytest.approx(
        tuple(unscreened[name] for name in ("lcl", "cl", "ucl")), rel=1e-6
    )
    if "screened" in expected:
        limits = xmr_limits(data, screened=True)
        assert limits.range_max == pytest.approx(expected["mr_upper"], rel=1e-6)
        assert list(limits.removed) == expected["mr_removed"]
        assert limits.mean_range == pytest.approx(expected["mr_bar_screened"], rel=1e-6)
        assert (limits.lower, limits.centre, limits.upper) == pytest.approx(
            tuple(expected["screened"][name] for name in ("lcl", "cl", "ucl")), rel=1e-6
        )
        for rule, name in (("xmr", "points_outside_unscreened"), ("xmr-screened", "points_outside_screened")):
            # The collection counts from 1.
            places = [place + 1 for f in run_chart(data, rule=rule).fired for place in f.points]
            assert places == expected[name]
    if "run_chart" in expected:
        _counted({"id": case["id"], "kind": "run", "data": data, "expected": expected["run_chart"]})


def _distribution(case):
    test_crossings_and_longest_runs_of_14_points_are_distributed_as_published()


_CHECKS = {
    "limits-table": _table,
    "run-signs": _counted,
    "run": _counted,
    "run+i": _counted,
    "xmr": _individuals,
    "distribution": _distribution,
}


# --- counting against brute force ------------------------------------------------------------------------


def by_hand(sides) -> RunCounts:
    """The same counts, the plain way: text is cut where the sign changes."""
    text = "".join("+" if side > 0 else "-" for side in sides if side)
    runs = text.replace("+-", "+ -").replace("-+", "- +").split()
    return RunCounts(len(text), max(map(len, runs), default=0), len(runs), max(len(runs) - 1, 0))


@pytest.mark.parametrize("n", [n if n <= 12 else pytest.param(n, marks=pytest.mark.slow) for n in range(17)])
def test_every_sequence_is_counted_as_by_hand(n):
    for sides in itertools.product((1, -1), repeat=n):
        assert count_runs(sides) == by_hand(sides)


@pytest.mark.parametrize("n", range(9))
def test_every_sequence_with_points_on_the_line_is_counted_as_by_hand(n):
    for sides in itertools.product((1, 0, -1), repeat=n):
        assert count_runs(sides) == by_hand(sides)


def trends_by_hand(values, least, *, equal_ends):
    """All longest stretches that only rise or only fall, by trying each beginning and each end."""
    kept = [at for at, value in enumerate(values) if equal_ends or at == 0 or values[at - 1] != value]
    found = []
    for first, last in itertools.combinations(range(len(kept)), 2):
        stretch = kept[first : last + 1]
        steps = {(values[b] > values[a]) - (values[b] < values[a]) for a, b in itertools.pairwise(stretch)}
        if len(steps) == 1 and steps != {0} and len(stretch) >= least:
            found.append(tuple(stretch))
    return [s for s in found if not any(set(s) < set(other) for other in found)]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=14), st.booleans())
def test_trends_are_those_found_by_trying_every_stretch(values, equal_ends):
    points = rules_room.Points(tuple(range(len(values))), tuple(map(float, values)), (), 0.0, len(values))
    found = rules_room._trends(points, 3, equal_ends=equal_ends)
    assert [f.points for f in found] == trends_by_hand(values, 3, equal_ends=equal_ends)
    for one in found:
        assert one.side == ("up" if values[one.points[-1]] > values[one.points[0]] else "down")


# --- what must never matter ------------------------------------------------------------------------------

series = st.lists(st.integers(-20, 20), min_size=1, max_size=45)
with_gaps = st.lists(st.none() | st.integers(-20, 20), min_size=1, max_size=45)
every_rule = pytest.mark.parametrize("rule", RULES)
run_rules = pytest.mark.parametrize("rule", ["anhoej", "anhoej-trend", "perla"])


def counts(chart):
    return chart.n_useful, chart.longest_run, chart.n_runs, chart.n_crossings


@given(series, st.data())
def test_points_on_the_line_change_nothing(values, data):
    line = run_chart(values).centre
    more = list(values)
    for at in data.draw(st.lists(st.integers(0, len(values)), max_size=5)):
        more.insert(at, line)
    before, after = run_chart(values), run_chart(more)
    assert after.centre == line
    assert (counts(after), after.signal, after.reason) == (counts(before), before.signal, before.reason)


@run_rules
@given(values=series, data=st.data())
def test_missing_points_neither_add_to_a_run_nor_break_it(rule, values, data):
    more = list(values)
    holes = data.draw(st.lists(st.integers(0, len(values)), max_size=5))
    for at in holes:
        more.insert(at, None)
    before, after = run_chart(values, rule=rule), run_chart(more, rule=rule)
    assert (counts(after), after.signal, after.reason) == (counts(before), before.signal, before.reason)
    assert (after.n_missing, after.n_obs) == (len(holes), len(values))


@every_rule
@given(values=with_gaps)
def test_a_series_upside_down_has_the_same_signal(rule, values):
    chart = run_chart(values, rule=rule)
    turned = run_chart([None if v is None else -v for v in values], rule=rule)
    assert (turned.signal, counts(turned)) == (chart.signal, counts(chart))
    other = {"above": "below", "below": "above", "up": "down", "down": "up", None: None}
    assert {(f.test, f.points, f.side) for f in turned.fired} == {
        (f.test, f.points, other[f.side]) for f in chart.fired
    }


@every_rule
@given(
    values=with_gaps, times=st.sampled_from([0.25, 0.1, 1, 3, 1000]), more=st.sampled_from([0, 100, -7, 0.3])
)
def test_the_unit_of_a_measure_changes_no_signal(rule, values, times, more):
    chart = run_chart(values, rule=rule)
    other = run_chart([None if v is None else v * times + more for v in values], rule=rule)
    assert (other.signal, other.fired) == (chart.signal, chart.fired)


@every_rule
@given(values=with_gaps)
def test_read_backwards_a_series_has_the_same_counts(rule, values):
    chart, back = run_chart(values, rule=rule), run_chart(values[::-1], rule=rule)
    assert (counts(back), back.signal) == (counts(chart), chart.signal)


@every_rule
@given(values=with_gaps, data=st.data())
def test_an_excluded_point_counts_like_a_missing_one(rule, values, data):
    out = data.draw(st.sets(st.integers(0, len(values) - 1), max_size=4))
    chart = run_chart(values, rule=rule, exclude=dict.fromkeys(out, "snow"))
    gone = run_chart([None if at in out else v for at, v in enumerate(values)], rule=rule)
    assert (chart.signal, chart.fired, chart.reason) == (gone.signal, gone.fired, gone.reason)
    assert chart.excluded == tuple((at, "snow") for at in sorted(out))


@every_rule
@given(values=with_gaps, direction=st.sampled_from([None, "increase", "decrease", "maintain"]))
def test_what_is_said_of_a_series_holds_together(rule, values, direction):
    chart = run_chart(values, rule=rule, direction=direction)
    assert (chart.signal is True) == bool(chart.fired)
    assert chart.n_obs + chart.n_missing == len(values)
    assert chart.n_useful <= chart.n_obs
    for fired in chart.fired:
        assert list(fired.points) == sorted(set(fired.points))
        assert all(values[place] is not None for place in fired.points)
        assert fired.change is None or (fired.is_shift and direction)
    assert chart.change == word_of(chart.shift.side if chart.shift else None, direction)
    assert {fired.change for fired in chart.fired} <= {None, chart.change}
    if chart.shift:
        assert 0 <= chart.shift.before < chart.shift.at <= chart.shift.after < len(values)
    assert chart.reason.endswith(".")
    assert chart.reason.startswith(
        {True: "A signal: ", False: "No signal: ", None: "Cannot tell: "}[chart.signal]
    )
    assert "\n" not in chart.reason
    assert pickle.loads(pickle.dumps(chart)) == chart
    assert hash(chart) == hash(run_chart(values, rule=rule, direction=direction))


@every_rule
@given(values=series)
def test_freezing_the_whole_series_is_not_freezing_it(rule, values):
    chart, frozen = run_chart(values, rule=rule), run_chart(values, rule=rule, freeze=len(values))
    assert attrs.evolve(frozen, phases=()) == attrs.evolve(chart, phases=())


# --- the rules, one by one -------------------------------------------------------------------------------


def test_too_few_points_are_no_no():
    chart = run_chart(ELSMAR)
    assert chart.signal is None
    assert chart.reason == "Cannot tell: 8 useful points, and the rule needs 10."


@every_rule
@pytest.mark.parametrize("values", [[], [None, None], [5], [5] * 30])
def test_a_series_that_says_nothing_is_not_judged(rule, values):
    chart = run_chart(values, rule=rule)
    assert (chart.signal, chart.fired) == (None, ())
    assert chart.centre == (5 if 5 in values else None)


@every_rule
def test_equal_fractions_are_equal_to_their_mean(rule):
    assert run_chart([0.1] * 30, rule=rule).n_useful == 0


def test_what_rounding_alone_puts_beside_the_line_lies_on_it():
    chart = run_chart([0.1, 0.7, 0.4, 0.4, 0.1, 0.7], freeze=2)
    assert (chart.centre, chart.n_useful) == (pytest.approx(0.4), 4)


def test_an_absurd_value_does_not_pull_the_others_onto_the_median():
    assert run_chart([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1e17]).n_useful == 12


def test_perla_counts_equal_neighbours_once_in_a_trend():
    rising = [5, 9, 1, 2, 2, 3, 3, 3, 4, 5, 2, 8, 1, 9]
    (fired,) = [f for f in run_chart(rising, rule="perla").fired if f.test == "trend"]
    assert (fired.points, fired.side) == ((2, 3, 5, 8, 9), "up")
    four = [5, 9, 1, 2, 2, 3, 3, 3, 4, 2, 8, 1, 9, 3]
    assert not [f for f in run_chart(four, rule="perla").fired if f.test == "trend"]


def test_perla_finds_shifts_and_too_many_runs():
    shift = run_chart([1, 9, 1, 9, 1, 9, 9, 8, None, 9, 7, 9, 1, 1, 1, 9, 1, 1], rule="perla", centre=5)
    assert shift.fired[0] == Fired("shift", (5, 6, 7, 9, 10, 11), "above", is_shift=True)
    zigzag = run_chart([1, 9] * 8, rule="perla")
    assert [(f.test, f.whole) for f in zigzag.fired] == [("many-runs", True)]
    assert (zigzag.n_runs, zigzag.n_runs_max) == (16, 13)


def test_the_trend_rule_is_off_unless_asked_for():
    rising = [8, 1, 9, 2, 7, 3, 4, 5, 6, 8, 1, 9, 2, 8, 1]
    assert run_chart(rising).signal is False
    assert run_chart(rising, rule="anhoej-trend").fired[-1].test == "trend"
    assert run_chart(rising, rule=with_trend(RULES["anhoej"], 6)).signal is False
    assert run_chart([1, 2, 3, 4, 5], rule="anhoej-trend").signal is None
    with pytest.raises(dk.UsageError, match="no trend"):
        with_trend(RULES["anhoej"], 2)


QUIET = [6, 4] * 7


def names_fired(values, rule):
    return {f.test for f in run_chart(values, rule=rule, centre=5).fired}


def test_making_data_count_asks_for_six_or_seven_points():
    six = [*QUIET, 6, 7, 6.5, 7, 6, 7, 4, 6, 4]
    assert (names_fired(six, "mdc6"), names_fired(six, "mdc7")) == ({"shift"}, set())
    falling = [*QUIET, 8, 7, 6, 5.5, 4.5, 4, 6, 4]
    assert (names_fired(falling, "mdc6"), names_fired(falling, "mdc7")) == ({"trend"}, set())


def test_making_data_count_ends_a_trend_where_neighbours_are_equal_and_a_shift_on_the_mean():
    assert names_fired([*QUIET, 8, 7, 6, 6, 5.5, 4.5, 4, 6, 4], "mdc6") == set()
    assert names_fired([*QUIET, 6, 7, 6.5, 5, 7, 6, 7, 4], "mdc6") == set()


def test_making_data_count_takes_two_of_three_near_a_limit_on_one_side_only():
    base = [0, 1, -1, 1, -1, 1, -1, 0, 1, -1, 1, -1, 0, 1, -1, 1, -1, 0]  # ranges near 1.8, limits near 4.7
    near = run_chart([*base, 3.9, 1, 3.9, *base], rule="mdc7", centre=0)
    assert [(f.test, f.points, f.side) for f in near.fired] == [("two-of-three", (18, 20), "above")]
    assert run_chart([*base, 3.9, -1, 3.9, *base], rule="mdc7", centre=0).signal is False
    both = run_chart([*base, 9, 3.9, 1, *base], rule="mdc7", centre=0)
    # A point beyond the limit is also beyond two thirds of the way to it.
    assert {(f.test, f.points) for f in both.fired} == {("outside-limits", (18,)), ("two-of-three", (18, 19))}


def test_making_data_count_waits_for_thirteen_points():
    assert run_chart([1, 99] * 6, rule="mdc7").signal is None
    assert run_chart([1, 99] * 6, rule="mdc7").limits is not None
    assert run_chart([*([1, 99] * 6), 1], rule="mdc7").signal is False


def test_a_range_next_to_a_gap_is_dropped():
    whole = xmr_limits([1, 2, 1, 2, 9, 8, 9])
    gap = xmr_limits([1, 2, 1, 2, None, 9, 8, 9])
    assert (whole.n_ranges, gap.n_ranges) == (6, 5)
    assert gap.mean_range == 1
    assert xmr_limits([1, 2, 1, 2, 50, 9, 8, 9], exclude={4: "flood"}).mean_range == 1


def test_ranges_of_nothing_make_no_limits():
    alternate = [1, None, 2, None] * 10
    assert run_chart(alternate, rule="xmr").signal is None
    with pytest.raises(dk.UsageError, match="neighbours"):
        xmr_limits(alternate)
    with pytest.raises(dk.UsageError, match="no point"):
        xmr_limits([None])


def test_screening_that_leaves_no_spread_calls_no_point_a_signal():
    step = [1.0] * 12 + [9.0] * 12
    chart = run_chart(step, rule="xmr-screened")
    assert (chart.signal, chart.fired) == (None, ())
    assert "do not differ" in chart.reason
    assert chart.limits is not None
    assert chart.limits.removed == (8.0,)


def test_limits_can_be_frozen_and_given_a_line():
    calm, wild = [1, 2, 1, 2, 1, 2], [1, 50, 2, 60]
    assert xmr_limits(calm + wild, freeze=6) == xmr_limits(calm)
    assert xmr_limits(calm, centre=10).centre == 10
    chart = run_chart(calm + wild, rule="xmr", freeze=6)
    assert [f.points for f in chart.fired] == [(7, 9)]


# --- line, phases, exclusions, direction -------------------------------------------------------------------

LOW = [3, 5, 2, 4.5, 6, 3, 5, 3.5, 2, 5, 3, 4.5]
HIGH = [value + 10 for value in LOW]


def test_a_frozen_line_is_that_of_the_first_points():
    chart = run_chart([*LOW, *HIGH], freeze=12, direction="increase")
    assert chart.centre == run_chart(LOW).centre == 4
    # The last of the first twelve is already above the line.
    assert chart.fired[0].points == tuple(range(11, 24))
    assert chart.change == "better"


def test_each_phase_has_a_line_of_its_own():
    chart = run_chart([*LOW, *HIGH], phases=[12])
    assert [(p.start, p.end, p.centre) for p in chart.phases] == [(0, 12, 4), (12, 24, 14)]
    assert chart.signal is False
    assert chart.n_obs == 24
    assert (chart.centre, chart.longest_run, chart.n_crossings_min, chart.limits) == (None, None, None, None)
    assert chart.reason.startswith("No signal: phase 1: no signal, of 12 useful points")
    assert run_chart([*LOW, *HIGH], phases=[0, 12]) == chart


def test_a_phase_too_short_leaves_the_answer_open_and_a_signal_in_another_answers_it():
    assert run_chart([*LOW, *LOW, 3, 4, 5], phases=[24]).signal is None
    chart = run_chart([*LOW, *HIGH, 3, 4, 5], phases=[24])
    assert chart.signal is True
    assert [p.signal for p in chart.phases] == [True, None]
    assert {place for f in chart.fired for place in f.points} <= set(range(24))


def test_points_of_a_later_phase_keep_their_places():
    chart = run_chart([4, *LOW, *HIGH], phases=[1])
    assert chart.phases[1].fired[0].points[0] >= 1
    assert max(chart.fired[-1].points) == 24


def test_a_line_that_is_given_holds_for_every_phase():
    chart = run_chart([*LOW, *HIGH], centre=10, phases=[12])
    assert [p.centre for p in chart.phases] == [10, 10]
    assert chart.signal is True


def test_a_shift_is_better_or_worse_as_the_measure_says():
    falls = [*HIGH, *LOW]
    assert run_chart(falls).change is None
    assert run_chart(falls, direction="decrease").change == "better"
    assert run_chart(falls, direction="increase").change == "worse"
    assert run_chart(falls, direction="maintain").change == "worse"


def test_the_run_that_a_series_starts_with_is_where_it_was_not_where_it_went():
    """Low months before a change that raised everything: the early run must not make the change look bad."""
    rises = run_chart([*LOW, *HIGH], direction="increase")
    assert [f.change for f in rises.fired if f.is_shift] == [None, "better"]
    early = run_chart([1, 2, 1, 3, 2, 1, 2, 3, 1, 9, 8, 9, 8, 9, 2, 9, 8, 9, 8, 9], direction="increase")
    assert early.signal is True
    assert [f.change for f in early.fired] == [None, None]
    assert (early.shift.at, early.change) == (9, "better")


def test_a_run_of_old_levels_that_does_not_begin_the_series_is_not_where_it_went():
    """The first point lies below the line by chance, so the only run shows the good months before the step down."""
    values = [9, 20, 21, 20, 22, 21, 20, 21, 20, 22, 21, 9, 8, 9, 10, 9, 8, 20, 9, 8, 9, 10, 8]
    chart = run_chart(values, direction="increase")
    run = chart.fired[0]
    assert (run.test, run.side, run.points, run.change) == ("long-run", "above", tuple(range(1, 11)), None)
    assert (chart.shift.side, chart.shift.at, chart.change) == ("below", 11, "worse")


@pytest.mark.parametrize("size", [1.5, 2, 3])
def test_a_plain_step_for_the_worse_is_never_called_better(size):
    chance = Random(3)
    told = 0
    for _ in range(300):
        at = chance.randrange(5, 19)
        values = [chance.gauss(-size if month >= at else 0, 1) for month in range(24)]
        chart = run_chart(values, direction="increase")
        assert chart.change != "better"
        assert all(fired.change != "better" for fired in chart.fired)
        told += chart.change == "worse"
    assert told >= 50


def test_a_shift_inside_the_frozen_baseline_is_no_change():
    chart = run_chart([9] * 9 + [1, 2] * 5 + [1] * 3, freeze=19, direction="increase")
    assert chart.signal is True
    assert chart.fired[0].points == tuple(range(9))
    assert chart.fired[0].change is None


def test_few_crossings_between_two_levels_tell_which_way_it_went():
    chart = run_chart(BALESTRACCI, direction="increase")
    assert [fired.change for fired in chart.fired] == [None]
    assert (chart.shift.side, chart.shift.at, chart.change) == ("below", 7, "worse")


def test_a_trend_or_a_single_point_is_neither_better_nor_worse():
    assert run_chart(SCREENED, rule="xmr-screened", direction="decrease").change is None
    rising = [8, 1, 9, 2, 7, 3, 4, 5, 6, 8, 1, 9, 2, 8, 1]
    assert run_chart(rising, rule="anhoej-trend", direction="increase").change is None


# --- rules of one's own ------------------------------------------------------------------------------------


def _any_above_100(points):
    high = tuple(p for p, v in zip(points.places, points.values, strict=True) if v > 100)
    return Judged(bool(high), f"{len(high)} above 100", (Fired("high", high, "above"),) if high else ())


def test_a_rule_of_ones_own_is_a_value():
    mine = RunRule("over-100", "A point above 100.", "our ward", _any_above_100, line=mean)
    chart = run_chart([1, 2, None, 300], rule=mine)
    assert (chart.rule, chart.source, chart.signal, chart.centre) == ("over-100", "our ward", True, 101)
    assert chart.fired == (Fired("high", (3,), "above"),)
    assert run_chart([1], rule=with_trend(mine)).rule == "over-100-trend"


def test_every_rule_has_a_name_a_sentence_and_a_source():
    page = (HOME / "docs" / "reference" / "run-charts.md").read_text("utf-8")
    for name, rule in RULES.items():
        assert rule.name == name
        assert rule.summary.endswith(".")
        assert rule.source
        assert f"`{name}`" in page
    with pytest.raises(TypeError):
        RULES["mine"] = RULES["anhoej"]


# --- what may be handed in -----------------------------------------------------------------------------------


def test_numbers_come_in_many_kinds():
    import numpy as np
    import pandas as pd

    plain = [3, 5, None, 4, 9, 8, 2, 1, 5, 7, 6, 3]
    floats = [math.nan if v is None else float(v) for v in plain]
    expected = run_chart(plain)
    assert expected.n_missing == 1
    for values in (
        tuple(plain),
        iter(plain),
        floats,
        np.array(floats),
        np.array(floats, dtype="float32"),
        pd.Series(floats, index=range(100, 112)),
        pd.Series(plain, dtype="Int64"),
        [None if v is None else Fraction(v) for v in plain],
        [Decimal("NaN") if v is None else Decimal(v) for v in plain],
    ):
        assert run_chart(values) == expected


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, math.inf], "Point 1 is infinite"),
        ([1, -math.inf], "infinite"),
        ([10**400], "too large"),
        ([1e301], "too large"),
        ([1, "2"], "Point 1 is '2', a text"),
        ([1, [2]], "no number"),
        ([dt.date(2024, 1, 1)], "no number"),
        ("12", "oldest first"),
        ({0: 1}, "oldest first"),
        ({1, 2}, "oldest first"),
        (3, "oldest first"),
    ],
)
def test_what_is_no_series_is_refused_with_a_sentence(values, words):
    with pytest.raises(dk.UsageError, match=words):
        run_chart(values)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rule": "anhoj"}, "Did you mean 'anhoej'"),
        ({"rule": "weco"}, "There are anhoej"),
        ({"rule": None}, "no run chart rule None"),
        ({"direction": "up"}, "no direction 'up'"),
        ({"centre": "7"}, "a text"),
        ({"centre": math.nan}, "'centre' is no number"),
        ({"centre": 1, "freeze": 3}, "not both"),
        ({"freeze": 3, "phases": [3]}, "each has its own"),
        ({"freeze": 0}, "'freeze' is 0"),
        ({"freeze": 7}, "the series has 6 points"),
        ({"freeze": 2.5}, "whole numbers"),
        ({"freeze": True}, "whole numbers"),
        ({"freeze": 1, "exclude": {0: "snow"}}, "None of the first 1 point"),
        ({"phases": [3, 3]}, "must rise"),
        ({"phases": [6]}, "A phase begins at 6"),
        ({"phases": "3"}, "such as"),
        ({"phases": 3}, "such as"),
        ({"exclude": {6: "snow"}}, "no point 6"),
        ({"exclude": {-1: "snow"}}, "no point -1"),
        ({"exclude": {1: " "}}, "without a reason"),
        ({"exclude": [1]}, "and the reason"),
    ],
)
def test_options_that_do_not_fit_are_refused_with_a_sentence(options, words):
    with pytest.raises(dk.UsageError, match=words):
        run_chart([1, 2, 3, 4, 5, 6], **options)


def test_values_at_the_edge_of_floats_are_judged():
    huge = [1e300, -1e300] * 8
    for rule in RULES:
        assert run_chart(huge, rule=rule).n_obs == 16
        assert run_chart([5e-324, 0.0] * 8, rule=rule).n_obs == 16


def test_the_median_and_the_mean_are_what_they_are():
    assert (median([3, 1, 2]), median([4, 1, 3, 2]), mean([0.1] * 3)) == (2, 2.5, 0.1)


def test_judging_a_series_loads_no_heavy_library():
    code = (
        "import sys, driverkit as dk; dk.run_chart(range(20)); "
        "sys.exit(bool({'numpy', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_false_alarms_are_about_as_frequent_as_the_page_says():
    """docs/reference/run-charts.md shows these figures."""
    random = Random(20260301)

    def alarms(rule, n, times=1500):
        return (
            sum(
                run_chart([random.gauss(0, 1) for _ in range(n)], rule=rule).signal is True
                for _ in range(times)
            )
            / times
        )

    for rule, of_24, of_100 in (
        ("anhoej", 0.02, 0.05),
        ("perla", 0.35, 0.91),
        ("mdc7", 0.15, 0.63),
        ("xmr", 0.06, 0.23),
    ):
        assert alarms(rule, 24) == pytest.approx(of_24, abs=0.05)
        assert alarms(rule, 100) == pytest.approx(of_100, abs=0.05)
