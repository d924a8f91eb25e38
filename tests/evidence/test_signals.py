"""Signals of measures: planted shifts are found where they were planted, and no more is said than is known."""

from __future__ import annotations

import datetime as dt
import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.evidence.signals import charts_of, judged


def months(n: int, start: int = 2024) -> list[dt.date]:
    return [dt.date(start + at // 12, at % 12 + 1, 1) for at in range(n)]


def theory(values, *, of=(), direction="increase", unit=None, cycles=(), ideas=(), **measure) -> dk.Theory:
    rows = [{"date": day, "value": value} for day, value in zip(months(len(values)), values, strict=True)]
    return dk.Theory(
        "t",
        aims=[dk.Aim("A", "a")],
        drivers=[dk.Driver("P", "p", contributes_to=["A"])],
        change_ideas=[dk.ChangeIdea("C", "c", contributes_to=["P"]), *ideas],
        measures=[dk.Measure("M", "m", of=of or ["P"], direction=direction, unit=unit, data=rows, **measure)],
        cycles=cycles,
    )


def done(id: str, day: str | None, **more) -> dk.PdsaCycle:
    do = {"date": day} if day else {"observed": "it went well"}
    return dk.PdsaCycle(id, more.pop("change", "C"), do=do, **more)


# Alternating about 10, then about 20: the step is planted, the rest is even.
def step(before: int = 12, after: int = 12, low: float = 10, high: float = 20) -> list[float]:
    return [low + at % 2 for at in range(before)] + [high + at % 2 for at in range(after)]


STEP = step()


# --- since when


def test_a_step_is_found_at_the_date_at_which_it_was_planted():
    found = dk.measure_chart(theory(STEP), "M")
    assert (found.signal, found.change) == (True, "better")
    assert (found.shift_from, found.shift_to, found.shift_until) == (
        dt.date(2024, 12, 1),
        dt.date(2025, 1, 1),
        dt.date(2025, 2, 1),
    )
    assert found.shift_at == found.shift_to
    assert found.reason.endswith("The level moved for the better between 2024-12-01 and 2025-01-01.")


@given(st.integers(10, 20), st.integers(10, 20), st.booleans(), st.sampled_from([None, 15]))
def test_wherever_a_step_is_planted_it_is_found_between_its_two_points(before, after, up, centre):
    values = step(before, after) if up else step(before, after, 20, 10)
    found = dk.measure_chart(theory(values), "M", centre=centre)
    days = months(len(values))
    if found.shift_to is None:  # the median lies among the points of the longer half, and cuts its run short
        assert before != after
        return
    assert (found.shift_from, found.shift_at, found.shift_to) == (
        days[before - 1],
        days[before],
        days[before],
    )
    assert found.change == ("better" if up else "worse")


@pytest.mark.parametrize(("size", "most"), [(2, 6), (3, 2), (5, 1)])
def test_noise_about_a_step_hides_its_date_no_more_than_is_told(size, most):
    """The module says in how many cases the true date lies between the two that are told."""
    rng = random.Random(1970)
    held = moved = width = 0
    for _ in range(150):
        at = rng.randint(10, 20)
        found = dk.measure_chart(theory([rng.gauss(size if i >= at else 0, 1) for i in range(30)]), "M")
        if found.change == "better":
            days = months(30)
            moved += 1
            held += found.shift_from <= days[at - 1] and days[at] <= found.shift_to
            width += days.index(found.shift_to) - days.index(found.shift_from) - 1
    assert moved >= 90
    assert held / moved >= 0.85
    assert width / moved <= most


def test_a_series_in_which_nothing_changes_gives_as_many_signals_as_published():
    # Anhøj 2015 (PLoS ONE 10:e0121349) finds 3 to 8 % for 10 to 40 points; the bounds leave room for chance.
    rng = random.Random(20140911)
    hits = 0
    for _ in range(400):
        measure = theory([rng.gauss(50, 5) for _ in range(24)])
        hits += dk.measure_chart(measure, "M").signal is True
    assert 0.005 <= hits / 400 <= 0.12


def test_of_several_shifts_the_latest_is_told():
    found = dk.measure_chart(theory([*step(12, 12), *step(0, 12, 0, 10)]), "M", centre=15)
    assert (found.shift_from, found.shift_to) == (dt.date(2025, 12, 1), dt.date(2026, 1, 1))
    assert found.change == "worse"


def test_a_level_that_was_there_from_the_first_point_on_moved_at_no_date():
    found = dk.measure_chart(theory([20 + at % 2 for at in range(12)]), "M", centre=10)
    assert (found.change, found.shift_from, found.shift_to) == ("better", None, None)
    assert found.reason.endswith("It does not tell when the level moved, which is for the better.")


def test_a_long_run_before_the_shift_is_not_taken_for_the_shift():
    # The first point lies above the median by chance, so the run of low ones is the only one that fires.
    values = [5.1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 5, 9, 5.2, 4.9, 9, 5, 9, 4.8, 9, 9, 5, 9]
    found = dk.measure_chart(theory(values), "M", centre=4.95)
    assert (found.chart.fired[0].side, found.chart.fired[0].change) == ("below", "worse")
    assert (found.change, found.shift_at) == ("better", dt.date(2025, 1, 1))


def test_a_run_at_the_very_beginning_is_where_things_were():
    found = dk.measure_chart(theory([20 + at % 2 for at in range(10)] + [10, 30] * 6), "M")
    assert (found.change, found.shift_to) == (None, None)


def test_few_crossings_alone_tell_a_shift_where_nearly_all_points_lie_on_the_right_side():
    found = dk.measure_chart(theory([1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9]), "M")
    assert [one.test for one in found.chart.fired] == ["few-crossings"]
    assert (found.chart.change, found.change) == ("better", "better")
    assert (found.shift_from, found.shift_to) == (dt.date(2024, 6, 1), dt.date(2024, 7, 1))


def test_points_that_came_and_went_tell_no_shift():
    wave = [9, 9.5, 9, 1, 1.5, 1, 1.5, 1, 1, 9, 9.5, 9]
    found = dk.measure_chart(theory(wave), "M")
    assert found.signal is True
    assert (found.shift_to, found.change) == (None, None)
    assert found.reason.endswith("It does not tell when the level moved, or which way.")


@pytest.mark.parametrize(
    ("direction", "change"),
    [("increase", "better"), ("decrease", "worse"), ("maintain", "worse"), (None, None)],
)
def test_better_or_worse_is_said_where_the_measure_says_which_is_good(direction, change):
    found = dk.measure_chart(theory(STEP, direction=direction), "M")
    assert found.change == change
    assert found.side == "above"
    assert found.shift_to == dt.date(2025, 1, 1)


@given(
    st.lists(st.none() | st.integers(-5, 5), max_size=40), st.sampled_from(["anhoej", "perla", "mdc6", "xmr"])
)
def test_a_shift_is_told_only_with_a_signal_and_lies_in_the_series(values, rule):
    found = dk.measure_chart(theory(values), "M", rule=rule)
    assert found.chart.signal is True or found.shift_to is None
    if found.shift_to is not None:
        assert found.shift_to in found.line.dates
        assert found.shift_from is None or found.shift_from < found.shift_to
        assert found.change in ("better", "worse")


def test_who_hands_a_line_to_a_run_chart_is_told_what_to_hand_over():
    told = theory(STEP)
    for handed in (dk.line(told, "M"), dk.series(told, "M"), told.node("M")):
        with pytest.raises(dk.UsageError, match=r"dk\.measure_chart\(theory, id\)"):
            dk.run_chart(handed)
    assert dk.run_chart(dk.line(told, "M").values).signal is True


# --- options by date


def test_the_line_is_frozen_at_a_date_as_at_a_count():
    by_date = dk.measure_chart(theory(STEP), "M", freeze="2024-12-15")
    by_count = dk.measure_chart(theory(STEP), "M", freeze=12)
    assert by_date.chart == by_count.chart
    assert by_date.chart.centre == 10.5
    assert by_date.change == "better"
    with pytest.raises(dk.UsageError, match=r"no point up to 2020-01-01\. It runs from 2024-01-01"):
        dk.measure_chart(theory(STEP), "M", freeze=dt.date(2020, 1, 1))


def test_a_phase_begins_at_a_date_or_where_the_column_changes():
    by_date = dk.measure_chart(theory(STEP), "M", phases=["2024-12-15"])
    assert [(p.start, p.centre) for p in by_date.chart.phases] == [(0, 10.5), (12, 20.5)]
    assert by_date.signal is False
    rows = [
        attrs.evolve(row, phase="before" if at < 12 else "after")
        for at, row in enumerate(theory(STEP).measures[0].data)
    ]
    named = theory(STEP).replace(attrs.evolve(theory(STEP).measures[0], data=rows))
    assert dk.measure_chart(named, "M", phases="column").chart == by_date.chart
    with pytest.raises(dk.UsageError, match="No row of 'M' names a phase"):
        dk.measure_chart(theory(STEP), "M", phases="column")
    with pytest.raises(dk.UsageError, match="no point from 2030-01-01 on"):
        dk.measure_chart(theory(STEP), "M", phases=["2030-01-01"])
    with pytest.raises(dk.UsageError, match="the word 'column'"):
        dk.measure_chart(theory(STEP), "M", phases="colunm")


def test_a_point_is_left_out_by_its_date_besides_those_of_the_rows():
    values = [*STEP[:5], 99, *STEP[5:]]
    found = dk.measure_chart(theory(values), "M", exclude={"2024-06-01": "a strike"})
    assert found.chart.excluded == ((5, "a strike"),)
    assert found.chart.n_obs == 24
    rows = list(theory(values).measures[0].data)
    rows[5] = attrs.evolve(rows[5], excluded="a strike")
    said = theory(values).replace(attrs.evolve(theory(values).measures[0], data=rows))
    assert dk.measure_chart(said, "M").chart == found.chart
    with pytest.raises(dk.UsageError, match="no point of 2024-06-02"):
        dk.measure_chart(theory(values), "M", exclude={"2024-06-02": "x"})


def test_a_chart_may_be_of_one_site_or_group():
    found = dk.measure_chart(examples.load("leaving-hospital"), "M1", stratum={"language": "other"})
    assert found.line.label == "Readmitted within 30 days, language other"
    assert found.signal is False


# --- a node


def test_a_node_tells_what_its_measures_say_together():
    found = dk.signal_of(theory(STEP), "P")
    assert (found.word, found.signal, found.improved) == ("better", True, True)
    assert dk.signal_of(theory(STEP, direction="decrease"), "P").improved is False
    assert (dk.signal_of(theory(STEP), "A").word, dk.signal_of(theory(STEP), "A").improved) == (
        "no data",
        None,
    )
    few = dk.signal_of(theory(STEP[:5]), "P")
    assert (few.word, few.signal, few.improved) == ("too few", None, None)
    none = dk.signal_of(theory([1, 2, 2, 1] * 5), "P")
    assert (none.word, none.signal, none.improved) == ("none", False, False)
    unknown = dk.signal_of(theory(STEP, direction=None), "P")
    assert (unknown.word, unknown.signal, unknown.improved) == ("signal", True, None)


def test_a_balancing_measure_is_no_sign_that_a_change_works():
    found = dk.signal_of(theory(STEP, role="balancing"), "P")
    assert (found.word, found.charts, len(found.balancing)) == ("no data", (), 1)


def test_a_series_that_cannot_be_read_is_told_and_stops_nothing():
    lost = theory(STEP).add(dk.Measure("N", "n", of=["P"], data="n.csv"))
    found = dk.signal_of(lost, "P")
    assert (found.word, found.unread) == ("better", ("N",))
    assert "cannot be read" in found.reason


def test_of_plain_values_each_site_is_judged_by_itself():
    rows = [
        {"date": day, "value": value + shift, "site": site}
        for site, shift in (("5", 0), ("6", 100))
        for day, value in zip(months(24), STEP, strict=True)
    ]
    found = theory(STEP).replace("M", data=rows)
    assert [one.line.site for one in charts_of(found, "M")] == ["5", "6"]
    assert dk.signal_of(found, "P").word == "better"


# --- signals and cycles


def test_a_shift_after_the_first_test_is_lined_up_with_the_cycles():
    cycles = [done("T1", "2024-11-05"), done("T2", "2025-01-20"), done("T3", "2025-06-01"), done("T4", None)]
    (found,) = dk.after_change(theory(STEP, cycles=cycles), "M")
    assert (found.verdict, found.before, found.during, found.later, found.undated) == (
        "after",
        ("T1",),
        ("T2",),
        ("T3",),
        ("T4",),
    )
    assert "Coming after a change is not being caused by it." in found.reason


def test_a_shift_before_the_first_test_was_made_by_something_else():
    (found,) = dk.after_change(theory(STEP, cycles=[done("T1", "2025-03-05")]), "M")
    assert found.verdict == "before"
    assert "What moved it came before the first test." in found.reason


@pytest.mark.parametrize(
    ("values", "cycles", "verdict"),
    [
        (STEP, [done("T1", "2025-01-20")], "same time"),
        (STEP, [done("T1", None)], "cannot tell"),
        (STEP, [], "cannot tell"),
        (STEP, [dk.PdsaCycle("T1", "C", plan={"date": "2024-01-01"})], "cannot tell"),
        (STEP[:6], [done("T1", "2024-02-01")], "cannot tell"),
        ([1, 2, 2, 1] * 5, [done("T1", "2024-02-01")], "no signal"),
    ],
)
def test_where_the_order_is_not_known_none_is_told(values, cycles, verdict):
    (found,) = dk.after_change(theory(values, cycles=cycles), "M")
    assert found.verdict == verdict
    assert found.reason.endswith(".")


def test_only_ideas_at_or_below_what_is_measured_count():
    elsewhere = dk.ChangeIdea("D", "d", contributes_to=["A"])
    cycles = [done("T1", "2024-02-01", change="D")]
    (found,) = dk.after_change(theory(STEP, ideas=[elsewhere], cycles=cycles), "M")
    assert found.before == ()
    (found,) = dk.after_change(theory(STEP, of=["A"], ideas=[elsewhere], cycles=cycles), "M")
    assert found.before == ("T1",)
    (found,) = dk.after_change(theory(STEP, of=["D"], ideas=[elsewhere], cycles=cycles), "M")
    assert found.before == ("T1",)


# --- groups


def shares(groups: dict[str, tuple[int, int]], n: int = 12, direction: str = "increase") -> dk.Theory:
    """Each group with so many of 100, from the first half to the second."""
    rows = [
        {"date": day, "numerator": first if at < n // 2 else last, "denominator": 100, "strata": {"g": group}}
        for group, (first, last) in groups.items()
        for at, day in enumerate(months(n))
    ]
    measure = dk.Measure("M", "Screened", unit="%", direction=direction, strata=["g"], data=rows)
    return dk.Theory("t", measures=[measure])


def test_a_gain_overall_with_a_loss_in_a_group_is_told():
    found = dk.strata_compared(shares({"a": (40, 60), "b": (40, 60), "c": (50, 46)}), "M")
    assert found.verdict == "loss"
    assert found.losing == ("Screened, g c",)
    assert found.overall.difference == pytest.approx(100 * (60 + 60 + 46 - 40 - 40 - 50) / 300)
    assert "c from 50.0 % (200 of 400) to 46.0 % (184 of 400)" in found.reason
    assert found.reason.endswith("which chance could make, but its run chart shows a shift for the worse.")


def test_a_loss_may_be_of_a_site_and_the_good_way_may_be_down():
    found = shares({"a": (60, 40), "b": (50, 54)}, direction="decrease")
    assert dk.strata_compared(found, "M").losing == ("Screened, g b",)
    assert dk.strata_compared(shares({"a": (40, 60), "b": (50, 54)}), "M").losing == ()


def test_a_gain_for_all_is_a_gain_for_all():
    assert dk.strata_compared(shares({"a": (40, 60), "b": (40, 60)}), "M").verdict == "together"
    assert dk.strata_compared(shares({"a": (50, 50), "b": (50, 50)}), "M").verdict in (
        "no gain",
        "cannot tell",
    )
    assert dk.strata_compared(shares({"a": (60, 40), "b": (60, 40)}), "M").verdict == "no gain"


def test_few_dates_or_one_group_are_nothing_to_compare():
    assert dk.strata_compared(shares({"a": (40, 60), "b": (50, 46)}, n=8), "M").verdict == "cannot tell"
    assert dk.strata_compared(shares({"a": (40, 60)}), "M").verdict == "one group"


def test_the_difference_of_two_shares_has_the_published_interval():
    # Newcombe 1998, table II, case (a), method 10: 56/70 - 48/80 lies between 0.0524 and 0.3339.
    rows = [
        {"date": day, "numerator": top, "denominator": bottom, "site": site}
        for site in ("5", "6")
        for day, (top, bottom) in zip(
            months(9), [(48, 80), (0, 0), (0, 0)] + [(1, 2)] * 3 + [(56, 70), (0, 0), (0, 0)], strict=True
        )
    ]
    measure = dk.Measure("M", "m", direction="increase", data=rows)
    one = dk.strata_compared(dk.Theory("t", measures=[measure]), "M").groups[0]
    assert (one.first_counts, one.last_counts) == ((48, 80), (56, 70))
    assert (round(one.low, 4), round(one.high, 4)) == (0.0524, 0.3339)


def test_the_example_gains_where_english_is_spoken_and_says_that_nothing_is_known_of_the_others():
    found = dk.strata_compared(examples.load("leaving-hospital"), "M1")
    assert found.verdict == "unclear in part"
    assert found.unclear == ("Readmitted within 30 days, language other",)
    assert found.overall.change == "better"


# --- leading and lagging


def pair(leading: list[float], lagging: list[float]) -> str:
    rows = [
        [{"date": day, "value": value} for day, value in zip(months(len(values)), values, strict=True)]
        for values in (leading, lagging)
    ]
    found = dk.Theory(
        "t",
        aims=[dk.Aim("A", "a", measure="Y")],
        drivers=[dk.Driver("P", "p", contributes_to=["A"])],
        measures=[
            dk.Measure("X", "x", of=["P"], timing="leading", direction="increase", data=rows[0]),
            dk.Measure("Y", "y", role="outcome", direction="increase", data=rows[1]),
        ],
    )
    (only,) = dk.leading_before_lagging(found)
    assert (only.leading, only.lagging, only.aim) == ("X", "Y", "A")
    assert only.reason.endswith(".")
    return only.verdict


@pytest.mark.parametrize(
    ("leading", "lagging", "verdict"),
    [
        (step(10, 14), step(13, 11), "before"),
        (step(13, 11), step(10, 14), "after"),
        (STEP, STEP, "same time"),
        (STEP, [1, 2, 2, 1] * 6, "only leading"),
        ([1, 2, 2, 1] * 6, STEP, "only lagging"),
        ([1, 2, 2, 1] * 6, [1, 2, 2, 1] * 6, "no signal"),
        (STEP[:5], STEP, "cannot tell"),
    ],
)
def test_a_leading_measure_moves_before_the_lagging_one_or_not(leading, lagging, verdict):
    assert pair(leading, lagging) == verdict


def test_a_line_may_be_judged_by_itself():
    found = judged(dk.line(theory(STEP), "M"), rule="xmr")
    assert found.rule == "xmr"


def test_what_a_console_shows_of_a_judgement_is_short_enough_to_read():
    theory = examples.load("leaving-hospital")
    for value in (
        dk.ramps(theory)[0],
        dk.wrong_predictions(theory)[0],
        dk.after_change(theory, "M2")[0],
        dk.series(theory, "M1"),
        dk.line(theory, "M1"),
    ):
        assert len(repr(value)) < 900, repr(value)
    assert "PdsaCycle(" not in repr(dk.ramps(theory)) + repr(dk.wrong_predictions(theory))
    assert str(dk.coverage(theory)).startswith("Leaving hospital safely")
