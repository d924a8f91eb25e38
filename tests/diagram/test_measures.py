"""Measures, series drawn small and numbers: only where asked, and saying what the theory says."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.diagram.numbering import DEEPEST, numbers
from driverkit.errors import UsageError
from driverkit.evidence.measures import measures_of
from driverkit.evidence.series import line


@pytest.fixture(scope="module")
def hospital() -> dk.Theory:
    return examples.load("leaving-hospital")


def test_nobody_who_does_not_ask_sees_measures_or_numbers(hospital):
    plain = dk.diagram(hospital)
    assert dk.diagram(hospital, measures="none", sparkline=False, numbers=False).svg() == plain.svg()
    assert not any(box.dots or box.sparks for box in plain.diagram.boxes)


@pytest.mark.parametrize("direction", ["left", "right", "down"])
def test_a_strip_has_a_row_for_each_measure_inside_its_box(hospital, direction):
    shown = dk.diagram(hospital, measures="strip", sparkline=True, direction=direction).diagram
    for box in shown.boxes:
        assert len(box.dots) == len(measures_of(hospital).get(box.id, ()))
        for dot in box.dots:
            assert box.x < dot.x - dot.size / 2 < dot.x + dot.size / 2 < box.x + box.width
            assert box.y < dot.y - dot.size / 2 < dot.y + dot.size / 2 < box.y + box.height
        for spark in box.sparks:
            assert box.x < spark.x < spark.x + spark.width < box.x + box.width
            assert box.y < spark.y < spark.y + spark.height < box.y + box.height
            for x, y in (point for run in spark.lines for point in run):
                assert spark.x <= x <= spark.x + spark.width
                assert spark.y <= y <= spark.y + spark.height
        for text in box.lines:
            for spark in box.sparks:
                assert text.y <= spark.y or text.y - text.size >= spark.y + spark.height - 1


def test_the_latest_value_is_that_of_the_series(hospital):
    shown = dk.diagram(hospital, measures="strip").diagram
    (box,) = [box for box in shown.boxes if box.id == "S6"]
    (measure,) = measures_of(hospital)["S6"]
    latest = [value for value in line(hospital, measure.id).values if value is not None][-1]
    assert box.lines[-1].text.endswith(f"{latest:.3g}\u00a0%")


def test_a_large_value_is_told_to_the_unit():
    theory = dk.loads(
        "driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\nmeasures: [{id: M1, name: m, of: [A1], "
        "data: [{date: 2026-01-01, value: 12345.6}]}, {id: M2, name: n, of: [A1], data: [{date: 2026-01-01, value: 0.12345}]}]"
    )
    (box,) = dk.diagram(theory, measures="strip").diagram.boxes
    assert [line.text for line in box.lines[1:]] == ["m: 12,346", "n: 0.123"]


def test_a_series_is_drawn_from_its_first_to_its_latest_value_with_its_gaps():
    theory = dk.loads("driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\n")
    row = dk.Reading("M1", "m", series=(3.0, 1.0, None, 2.0))
    (box,) = dk.diagram(theory, overlay=dk.Overlay(readings={"A1": [row]})).diagram.boxes
    (spark,) = box.sparks
    first, last = spark.lines
    assert [len(first), len(last)] == [2, 1]
    assert first[0] == (spark.x, spark.y)
    assert first[1][1] == spark.y + spark.height
    assert last[0] == (spark.x + spark.width, spark.y + spark.height / 2)


@pytest.mark.parametrize("values", [(1e308, -1e308), (5.0,), (2.0, 2.0), tuple(map(float, range(5000)))])
def test_no_series_is_too_large_too_flat_or_too_long(values):
    theory = dk.loads("driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\n")
    row = dk.Reading("M1", "m", series=values)
    (box,) = dk.diagram(theory, overlay=dk.Overlay(readings={"A1": [row]})).diagram.boxes
    points = [point for run in box.sparks[0].lines for point in run]
    assert 1 <= len(points) <= 120
    assert all(a[0] < b[0] for a, b in pairwise(points))


def test_a_column_has_a_box_for_each_measure_and_a_line_to_what_it_measures(hospital):
    shown = dk.diagram(hospital, measures="column", overlay="signal").diagram
    boxes = {box.id: box for box in shown.boxes if box.role == "measure"}
    assert set(boxes) == {measure.id for measure in hospital.measures}
    assert {box.column for box in boxes.values()} == {len(shown.columns) - 1}
    assert shown.columns[-1].role == "measure"
    for measure in hospital.measures:
        drawn = {arrow.effect for arrow in shown.arrows if arrow.cause == measure.id}
        assert set(measure.of) <= drawn
        assert len(boxes[measure.id].dots) == 1
    assert 'class="dk-box dk-measure"' in dk.diagram(hospital, measures="column").svg()
    assert "is a measure of" in [entry.line.text for entry in shown.legend]


def test_a_theory_without_measures_has_no_column_of_them():
    theory = dk.loads("driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\n")
    assert dk.diagram(theory, measures="column") == dk.diagram(theory)


def test_measures_are_a_strip_a_column_or_none(hospital):
    with pytest.raises(UsageError, match="There are: none, strip, column"):
        dk.diagram(hospital, measures="dots")


@pytest.mark.parametrize("name", examples.names())
def test_a_number_goes_on_from_that_of_what_the_node_serves_first(name):
    theory = examples.load(name)
    found = numbers(theory)
    assert len(set(found.values())) == len(found)
    aims = {aim.id for aim in theory.aims}
    first = {}
    for link in theory.links:
        first.setdefault(link.cause, link.effect)
    for id, number in found.items():
        if "." in number:
            assert number.rpartition(".")[0] == found[first[id]]
        else:
            assert first[id] in aims


def test_the_number_stands_before_the_words_and_is_the_same_in_an_excerpt(hospital):
    whole = {box.id: box.text for box in dk.diagram(hospital, numbers=True).diagram.boxes}
    part = {box.id: box.text for box in dk.diagram(hospital, numbers=True, focus="S4").diagram.boxes}
    assert part.items() <= whole.items()
    plain = {box.id: box.text for box in dk.diagram(hospital, numbers=True, order="file").diagram.boxes}
    assert plain["S4"].startswith("2.1\u00a0")


@pytest.mark.few(5)
@pytest.mark.parametrize("direction", ["left", "right", "down"])
@pytest.mark.parametrize("name", examples.names())
def test_who_reads_down_a_column_counts_upwards(name, direction):
    drawn = dk.diagram(examples.load(name), numbers=True, direction=direction).diagram
    below = {}
    for box in sorted(drawn.boxes, key=lambda box: box.x if direction == "down" else box.y):
        number = box.text.partition("\u00a0")[0]
        if number[:1].isdigit() and number.replace(".", "").isdigit():
            parent, _, last = number.rpartition(".")
            below.setdefault((box.column, parent), []).append(int(last))
    assert all(counted == sorted(counted) for counted in below.values())
    assert [counted[0] for (_, parent), counted in below.items() if not parent] == [1]


@pytest.mark.few(2)
@pytest.mark.parametrize("to", ["svg", "md", "txt", "mmd", "d2", "dot"])
def test_a_box_has_the_same_number_in_every_format(hospital, to):
    drawn = dk.diagram(hospital, numbers=True)
    number = {box.id: box.text.partition("\u00a0")[0] for box in drawn.diagram.boxes}
    assert number["S4"] == "4.1"
    text = drawn.to(to).replace("\\.", ".").replace("#46;", ".").replace("#160;", "\u00a0")
    lines = [line for line in text.splitlines() if "reconciled" in line]
    assert any("4.1" in line for line in lines)


def test_numbers_end_before_they_get_long():
    drivers = [dk.Driver(f"D{i}", "d", contributes_to=[f"D{i - 1}" if i else "A1"]) for i in range(3000)]
    found = numbers(dk.Theory("Deep", aims=[dk.Aim("A1", "a")], drivers=drivers))
    assert len(found) == DEEPEST
    assert found[f"D{DEEPEST - 1}"] == ".".join("1" * DEEPEST)


def test_graphviz_moves_signs_and_series_with_their_boxes(hospital):
    import shutil

    if not shutil.which("dot"):
        pytest.skip("no dot here")
    shown = dk.diagram(hospital, overlay="signal", sparkline=True, engine="dot").diagram
    for box in shown.boxes:
        for dot in box.dots:
            assert box.x < dot.x < box.x + box.width
            assert box.y < dot.y < box.y + box.height


def spark_of(text: str, **options):
    """The small series of the one measure of an aim whose data is given."""
    theory = dk.loads(
        "driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\nmeasures: [{id: M1, name: m, of: [A1], "
        f"frequency: monthly, direction: increase, data: [{text}]}}]"
    )
    drawn = dk.diagram(theory, sparkline=True, **options).diagram
    return drawn.boxes[0].sparks[0], drawn


def rows(*values: float | None, start: int = 1) -> str:
    """A value a month; None leaves the month out."""
    return ", ".join(
        f"{{date: {2024 + (i + start - 1) // 12}-{(i + start - 1) % 12 + 1:02d}-01, value: {value}}}"
        for i, value in enumerate(values)
        if value is not None
    )


def test_values_stand_where_their_days_are_and_the_line_is_broken_where_months_are_missing():
    spark, _ = spark_of(rows(1, 2, None, None, None, 3, 4))
    assert [len(line) for line in spark.lines] == [2, 2]
    (_, b), (c, d) = spark.lines
    assert c[0] - b[0] == pytest.approx(4 * (d[0] - c[0]), rel=0.05)


def test_of_few_values_each_is_a_point_and_no_median_is_drawn():
    spark, drawn = spark_of(rows(3, 5, 4))
    assert spark.few
    assert not spark.medians
    assert not spark.marked
    assert not any("median" in entry.line.text for entry in drawn.legend)


def test_enough_values_have_their_median_and_no_points():
    values = [3, 5, 4, 6, 2, 5, 3, 6, 4, 5, 3, 6]
    spark, drawn = spark_of(rows(*values))
    assert not spark.few
    ((start, end, level),) = spark.medians
    assert (start, end) == (spark.lines[0][0][0], spark.lines[0][-1][0])
    # The median of these is 4.5: as far above 2 as it should be on the way to 6.
    assert level == pytest.approx(spark.y + spark.height * (1 - 2.5 / 4), abs=0.02)
    assert not spark.marked
    said = " ".join(entry.line.text for entry in drawn.legend if entry.kind == "spark")
    assert "median" in said
    assert "signal" not in said


def test_the_points_of_a_shift_are_marked_and_the_legend_says_so():
    values = [3, 4, 3, 5, 4, 3, 4, 5, 9, 11, 10, 9, 12, 10, 11, 9, 10, 12]
    spark, drawn = spark_of(rows(*values))
    assert spark.mark == "signal-better"
    points = spark.lines[0]
    assert set(spark.marked) <= set(points)
    assert set(points[-9:]) <= set(spark.marked)
    assert not set(points[:8]) & set(spark.marked)
    said = " ".join(entry.line.text for entry in drawn.legend if entry.kind == "spark")
    assert "median" in said
    assert "signal" in said


def test_a_signal_overlay_keeps_what_is_drawn_of_the_series(hospital):
    def sparks(**options):
        return {
            box.id: [(spark.mark, len(spark.marked), len(spark.medians)) for spark in box.sparks]
            for box in dk.diagram(hospital, sparkline=True, **options).diagram.boxes
        }

    assert sparks(overlay="signal") == sparks(measures="strip")


def test_each_phase_has_its_own_median():
    theory = dk.loads(
        "driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\nmeasures: [{id: M1, name: m, of: [A1], data: ["
        + ", ".join(
            f"{{date: 2024-{i % 12 + 1:02d}-{1 + 15 * (i // 12):02d}, value: {10 * (i // 12) + i % 3}}}"
            for i in range(24)
        )
        + "]}]"
    )
    (box,) = dk.diagram(theory, sparkline=True).diagram.boxes
    assert box.sparks[0].medians
    row = dk.Reading("M1", "m", series=(1.0, 2.0, 8.0, 9.0), levels=((0, 1, 1.5), (2, 3, 8.5)))
    (box,) = dk.diagram(theory, overlay=dk.Overlay(readings={"A1": [row]})).diagram.boxes
    (_, end, low), (start, _, high) = box.sparks[0].medians
    assert end < start
    assert high < low


@pytest.mark.parametrize("direction", ["left", "down"])
def test_a_long_legend_is_broken_into_rows_and_no_word_of_it_is_cut(direction):
    teams = ["Team", "Team " + "of the many wards " * 12, "x" * 180, "فريق " * 40, "Team " * 30, "y " * 90]
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A1", "aim")],
        drivers=[
            dk.Driver(f"P{i}", "driver", contributes_to=["A1"], owner=f"t{i}") for i in range(len(teams))
        ],
        teams=[dk.Team(f"t{i}", name) for i, name in enumerate(teams)],
    )
    drawn = dk.diagram(theory, overlay="owner", direction=direction).diagram
    for entry in drawn.legend:
        assert entry.line.x >= entry.x + entry.width
        assert entry.line.x + entry.line.width <= drawn.width - 20
        assert entry.line.y < drawn.height - 10
    for a, b in combinations(drawn.legend, 2):
        beside = a.line.x + a.line.width <= b.line.x or b.line.x + b.line.width <= a.line.x
        assert beside or abs(a.line.y - b.line.y) >= 12
    words = "".join(entry.line.text for entry in drawn.legend)
    assert words.count("x") == 180
