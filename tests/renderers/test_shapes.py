"""The points that all drawing languages share."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driverkit.diagram import Arrow, TextLine
from driverkit.renderers.shapes import (
    Rect,
    arrow_head,
    band,
    flowing,
    halo,
    numeral,
    safe_text,
    safe_url,
)
from driverkit.themes import BoxStyle, LineStyle, theme

LINE = LineStyle(stroke="#000000", width=2)
BANDS = ("none", "empty", "half", "upper", "middle", "full", "sides", "striped", "crossed")


@given(st.floats(-1e6, 1e6))
def test_a_number_is_short_and_right(value):
    text = numeral(value)
    assert abs(float(text) - value) <= 0.005001
    assert not text.endswith((".", ".0"))
    assert text != "-0"
    assert "e" not in text


def test_the_head_points_at_the_box_and_the_line_ends_inside_it():
    arrow = Arrow("a", "b", (100, 10), ((80, 10, 40, 50, 20, 50),))
    line, (tip, left, right) = arrow_head(arrow, LINE)
    assert tip == (20, 50)
    assert left[0] == right[0] > tip[0]
    assert tip[0] < line.path[-1][4] < left[0]
    assert math.isclose((left[1] + right[1]) / 2, tip[1])


@pytest.mark.parametrize("path", [(), ((5, 5, 5, 5, 5, 5),), ((9, 9, 9, 9, 9, 9), (9, 9, 9, 9, 9, 9))])
def test_a_link_without_a_length_still_draws(path):
    curve, corners = arrow_head(Arrow("a", "b", (5, 5), path), LINE)
    numbers = [
        *curve.start,
        *(n for step in curve.path for n in step),
        *(n for corner in corners for n in corner),
    ]
    assert all(map(math.isfinite, numbers))
    assert halo(Arrow("a", "b", (5, 5), path)).start


def test_a_halo_leaves_the_ends_of_a_link_free():
    straight = Arrow("a", "b", (100, 0), ((66, 0, 33, 0, 0, 0),))
    curve = halo(straight)
    assert 0 < curve.path[-1][4] < curve.start[0] < 100


def test_lines_read_one_after_the_other_are_the_text():
    lines = [
        TextLine("two", 0, 0, 10),
        TextLine("words and a cu", 0, 0, 10, joins=" "),
        TextLine("t", 0, 0, 10, joins=""),
        TextLine("new", 0, 0, 10, joins="\n"),
        TextLine("note", 0, 0, 10, part="note"),
    ]
    assert [words for _, words in flowing(lines)] == ["two ", "words and a cu", "t\n", "new", "note"]
    assert list(flowing([])) == []


@pytest.mark.parametrize("kind", BANDS)
@given(st.floats(1, 300), st.floats(1, 300))
def test_a_strip_stays_inside_its_box(kind, width, height):
    style = BoxStyle(fill="#ffffff", stroke="#000000", text="#000000", note="#000000", band=kind, radius=9)
    for shape in band(0, 0, max(width, 28), max(height, 14), style):
        if isinstance(shape, Rect):
            assert shape.x >= 0
            margin = shape.x + shape.width <= 10 or shape.x >= max(width, 28) - 10
            assert margin
            assert shape.x + shape.width <= max(width, 28)
            assert shape.y >= 0
            assert shape.y + shape.height <= max(height, 14)
        else:
            ends = (shape.x1, shape.x2)
            # With half the thickness of its line it keeps clear of the words, which end 10 px before the edge.
            assert max(width, 28) - 10 < min(ends) - shape.width / 2
            assert max(ends) <= max(width, 28)


@given(st.text())
def test_safe_text_keeps_the_length_and_what_may_be_kept(text):
    safe = safe_text(text)
    assert len(safe) == len(text)
    assert all(b in (a, "\ufffd") for a, b in zip(text, safe, strict=True))
    safe.encode("utf-8")


@pytest.mark.parametrize(
    "url", [None, "", "ftp://a", "//a", "javascript:x", "https://a b", 'http://"', "http://", "file:///etc"]
)
def test_an_unsafe_address_is_none(url):
    assert safe_url(url) is None


def test_strips_of_every_kind_are_in_use():
    used = {mark.band for _, mark in theme("default").marks}
    assert used == set(BANDS)
