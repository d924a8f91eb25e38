"""Lines of a measure: what a point is, what has no total, and what is told of gaps."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.evidence.series import line, lines, scale_of, series

COUNTS = {"numerator": 4, "denominator": 20}


def row(month: int, value: float | None = None, **more) -> dict:
    return {"date": dt.date(2026, month, 1), "value": value, **more}


def share(month: int, top: float, bottom: float, site: str | None = None, **more) -> dict:
    return row(month, numerator=top, denominator=bottom, site=site, **more)


def theory(*rows: dict, unit: str | None = "%", strata: tuple[str, ...] = ()) -> dk.Theory:
    measure = dk.Measure("M", "Falls", unit=unit, strata=strata, data=list(rows))
    return dk.Theory("t", measures=[measure])


def said(found: dk.Line) -> str:
    return " ".join(found.remarks)


# --- the rows


def test_every_row_is_kept_and_sorted_by_date_those_of_one_date_as_written():
    found = series(theory(row(3, 1), row(1, 2), row(3, 0), row(2, 4)), "M")
    assert [d.month for d in found.dates] == [1, 2, 3, 3]
    assert found.values == (2, 4, 1, 0)
    assert found.rows == (2, 4, 1, 3)


def test_a_measure_without_data_has_an_empty_series_and_an_empty_line():
    found = dk.Theory("t", measures=[dk.Measure("M", "m", strata=["language"])])
    assert len(series(found, "M")) == len(line(found, "M")) == 0
    assert lines(found, "M", by="language") == lines(found, "M", by="site") == ()


def test_only_measures_have_a_series():
    found = theory().add(dk.Aim("A", "a"))
    with pytest.raises(dk.UsageError, match="'A' is no measure"):
        series(found, "A")
    with pytest.raises(dk.UnknownId, match="Did you mean 'M'"):
        series(found, "M1")


def test_a_series_is_read_once_for_a_theory_and_its_faults_are_told_each_time():
    found = theory(row(1, 1))
    assert series(found, "M") is series(found, "M")
    lost = dk.Theory("t", measures=[dk.Measure("M", "m", data="m.csv")])
    for _ in range(2):
        with pytest.raises(dk.SeriesError):
            line(lost, "M")


# --- units


@pytest.mark.parametrize(
    ("unit", "scale"),
    [
        ("%", 100),
        ("% of discharges", 100),
        ("percent", 100),
        ("per cent", 100),
        ("‰", 1000),
        ("per 1,000 bed days", 1000),
        ("falls per 1000 bed days", 1000),
        ("per 100 000 people", 100_000),
        ("Per 10 visits", 10),
        ("differences per list", 1),
        ("days", 1),
        ("per 0 days", 1),
        (None, 1),
    ],
)
def test_a_share_is_scaled_to_the_unit_of_its_measure(unit, scale):
    assert scale_of(unit) == scale
    found = line(theory(share(1, 1, 4), unit=unit), "M")
    assert found.values == (pytest.approx(scale / 4),)


def test_plain_values_stand_in_the_unit_already():
    assert line(theory(row(1, 18)), "M").values == (18,)


def test_counts_decide_where_a_row_has_both():
    assert line(theory(row(1, 99, numerator=1, denominator=4)), "M").values == (25,)


# --- totals


def test_the_total_of_a_proportion_on_a_date_is_the_sum_of_numerators_over_the_sum_of_denominators():
    found = line(
        theory(share(1, 4, 20, "5"), share(1, 1, 30, "6"), share(2, 3, 10, "5"), share(2, 0, 5, "6")), "M"
    )
    assert found.values == (10, 20)
    assert found.numerators == (5, 3)
    assert found.denominators == (50, 15)
    assert (found.n_missing, found.n_incomplete, found.remarks) == (0, 0, ())


counts = st.lists(
    st.tuples(
        st.integers(1, 6), st.integers(0, 9), st.integers(1, 9), st.sampled_from("56"), st.sampled_from("ab")
    ),
    max_size=30,
)


@given(counts)
def test_a_total_is_what_adding_up_by_hand_gives_and_every_row_is_in_one_group(rows):
    given_rows = [share(m, t, b, s, strata={"g": g}) for m, t, b, s, g in rows]
    found = theory(*given_rows, strata=("g",))
    total = line(found, "M")
    for at, date in enumerate(total.dates):
        mine = [r for r in rows if r[0] == date.month]
        assert total.numerators[at] == sum(r[1] for r in mine)
        assert total.values[at] == pytest.approx(100 * sum(r[1] for r in mine) / sum(r[2] for r in mine))
    for by in ("site", "g", "site and stratum"):
        parts = lines(found, "M", by=by)
        assert sum(sum(p.numerators) for p in parts) == sum(r[1] for r in rows)


def test_plain_values_of_several_sites_have_no_total():
    found = theory(row(1, 5, site="5"), row(1, 7, site="6"))
    with pytest.raises(dk.UsageError, match="no total: say which site \\('5' and '6'\\)"):
        line(found, "M")
    assert [(one.site, one.values) for one in lines(found, "M", by="site")] == [("5", (5,)), ("6", (7,))]
    assert line(found, "M", site="6").label == "Falls, 6"


def test_plain_values_of_several_groups_have_no_total_either():
    found = theory(row(1, 5, strata={"g": "a"}), row(1, 7, strata={"g": "b"}), strata=("g",))
    with pytest.raises(dk.UsageError, match="say which g"):
        line(found, "M")
    assert [one.values for one in lines(found, "M", by="g")] == [(5,), (7,)]


def test_a_total_that_was_reported_is_taken_and_told():
    found = line(theory(row(1, 6), row(1, 5, site="5"), row(1, 7, site="6")), "M")
    assert found.values == (6,)
    assert "of the rows that name neither site nor group" in said(found)


def test_a_row_without_a_site_is_added_to_a_total_and_told():
    found = line(theory(share(1, 1, 4), share(1, 1, 4, "5")), "M")
    assert found.denominators == (8,)
    assert "they are counted twice" in said(found)
    (only,) = lines(theory(share(1, 1, 4), share(1, 1, 4, "5")), "M", by="site")
    assert "1 row of the series does not say the site" in said(only)


def test_sites_and_groups_stand_in_the_order_of_the_file_each_site_with_its_groups():
    rows = [
        share(month, 1, 4, site, strata={"g": group})
        for site, group, month in [
            ("B", "y", 2), ("A", "y", 1), ("B", "x", 1), ("A", "x", 3), ("B", "y", 1), ("A", "y", 2),
        ]
    ]  # fmt: skip
    told = theory(*rows, strata=("g",))
    assert series(told, "M").site_names == ("B", "A")
    assert [one.site for one in lines(told, "M", by="site")] == ["B", "A"]
    both = lines(told, "M", by="site and stratum")
    assert [(one.site, one.stratum["g"]) for one in both] == [("B", "y"), ("B", "x"), ("A", "y"), ("A", "x")]


# --- what is missing


def test_a_denominator_of_0_is_a_missing_point():
    found = line(theory(share(1, 0, 0), share(2, 1, 4)), "M")
    assert found.values == (None, 25)
    assert (found.n_missing, said(found)) == (1, "1 point is counted out of 0, and counts as missing.")


def test_a_share_of_more_than_all_is_drawn_as_it_is_written_and_told():
    found = line(theory(share(1, 5, 3), share(2, -1, 4), share(3, 1, 4)), "M")
    assert found.values[1:] == (-25, 25)
    assert "2 points count more than all or fewer than none" in said(found)
    rate = line(theory(share(1, 5, 3), unit="calls per 10 people"), "M")
    assert rate.remarks == ()


def test_a_site_without_people_that_day_adds_nothing_to_a_total():
    assert line(theory(share(1, 0, 0, "5"), share(1, 1, 4, "6")), "M").values == (25,)


def test_a_hidden_value_is_missing_whatever_else_the_row_says():
    found = line(theory(row(1, 3, suppressed=True), row(2, 5)), "M")
    assert found.values == (None, 5)
    assert (found.n_missing, found.n_suppressed) == (1, 1)
    assert "hidden on purpose" in said(found)


def test_a_total_with_a_hidden_part_is_missing_and_counted():
    found = line(theory(share(1, 2, 9, "5", suppressed=True), share(1, 1, 4, "6"), share(2, 1, 4, "6")), "M")
    assert found.values == (None, 25)
    assert found.numerators == (None, 1)
    assert (found.n_missing, found.n_suppressed) == (1, 1)


def test_a_date_on_which_a_site_is_absent_is_counted_and_told():
    found = line(theory(share(1, 1, 4, "5"), share(1, 1, 4, "6"), share(2, 1, 4, "6")), "M")
    assert found.values == (25, 25)
    assert found.n_incomplete == 1
    assert "On 1 date of 2 a site or group is absent" in said(found)


def test_a_part_without_numbers_makes_a_total_of_fewer():
    found = line(theory(row(1, site="5"), share(1, 1, 4, "6")), "M")
    assert (found.values, found.n_incomplete) == ((25,), 1)


def test_two_plain_values_on_one_date_are_two_points():
    found = line(theory(row(1, 5), row(1, 7), row(2, 6)), "M")
    assert found.values == (5, 7, 6)
    assert found.n_duplicated == 1
    assert "each value is a point of its own" in said(found)


def test_a_row_that_is_given_twice_is_added_up_and_told():
    found = line(theory(share(1, 1, 4, "5"), share(1, 1, 4, "5"), share(1, 1, 4, "6")), "M")
    assert (found.denominators, found.n_duplicated) == ((12,), 1)


@pytest.mark.parametrize(
    "rows",
    [
        [row(1, 1e308), row(2, 1e308), row(3, -0.0), row(4, 5e-324)],
        [share(1, 1e308, 1e308, "5"), share(1, 1e308, 1e308, "6"), share(2, 1, 5e-324, "5")],
        [share(1, 5e-324, 1e308), share(2, -1e308, 3)],
    ],
)
def test_extreme_numbers_give_finite_figures_or_none(rows):
    found = line(theory(*rows), "M")
    assert all(value is None or math.isfinite(value) for value in found.values)
    assert found.n_missing == sum(value is None for value in found.values)
    assert dk.measure_chart(theory(*rows), "M").chart.signal is None


# --- what goes along


def test_a_change_of_the_phase_begins_a_phase_and_a_blank_does_not():
    found = line(
        theory(row(1, 1), row(2, 1, phase="a"), row(3, 1), row(4, 1, phase="b"), row(5, 1, phase="a")), "M"
    )
    assert (found.phase_starts, found.phase_names) == ((0, 1, 3, 4), (None, "a", "b", "a"))
    assert line(theory(row(1, 1)), "M").phase_starts == ()


def test_a_point_is_left_out_for_the_reason_of_its_row_and_a_total_for_that_of_any_part():
    assert line(theory(row(1, 1), row(2, 1, excluded="snow")), "M").excluded == {1: "snow"}
    found = line(theory(share(1, 1, 4, "5", excluded="snow"), share(1, 1, 4, "6")), "M")
    assert found.excluded == {0: "5: snow"}
    assert (
        line(theory(share(1, 1, 4, "5", excluded="snow"), share(1, 1, 4, "6")), "M", site="6").excluded == {}
    )


def test_notes_of_one_date_are_joined_each_once():
    found = line(
        theory(share(1, 1, 4, "5", note="x"), share(1, 1, 4, "6", note="y"), share(1, 1, 2, "7", note="x")),
        "M",
    )
    assert found.notes == ("x; y",)


# --- what is asked for and is not there


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"site": "Ward 55"}, "no site 'Ward 55'. Did you mean 'Ward 5'?"),
        ({"stratum": {"langauge": "other"}}, "no stratum 'langauge'. Did you mean 'language'?"),
        ({"stratum": {"language": "others"}}, "no group 'others' of 'language'. Did you mean 'other'?"),
    ],
)
def test_an_unknown_site_or_group_is_refused_with_the_nearest(asked, told):
    with pytest.raises(dk.UsageError) as caught:
        line(examples.load("leaving-hospital"), "M1", **asked)
    assert told in str(caught.value)


def test_an_unknown_breakdown_is_refused_with_what_there_is():
    with pytest.raises(dk.UsageError, match="There are 'site', 'site and stratum' and 'language'"):
        lines(examples.load("leaving-hospital"), "M1", by="ward")


def test_the_example_adds_up_by_ward_by_language_and_by_both():
    found = examples.load("leaving-hospital")
    total = line(found, "M1")
    assert len(total) == 22
    for by, n in (("site", 2), ("language", 2), ("site and stratum", 4)):
        parts = lines(found, "M1", by=by)
        assert len(parts) == n
        assert [sum(column) for column in zip(*(p.numerators for p in parts), strict=True)] == list(
            total.numerators
        )
    assert total.phase_names == ("before", "testing", "adopted")
