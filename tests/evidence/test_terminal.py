"""What goes to a terminal fits it, and nothing is left out to make it fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driverkit.evidence.terminal import cells, grid, wrapped

WORDS = st.lists(st.text("abcé健x", min_size=1, max_size=9), min_size=1, max_size=12).map(" ".join)
ROWS = st.lists(
    st.tuples(WORDS, st.sampled_from(["C1", "C12"]), st.integers(0, 10**6).map(str), WORDS), max_size=4
)
HEAD = ("", "id", "cycles studied", "look at")
LEFT = {0, 1, 3}


@given(ROWS, st.integers(21, 160))
def test_no_line_of_a_table_is_wider_than_the_terminal_and_no_word_is_gone(rows, width):
    lines = grid(HEAD, rows, left=LEFT, width=width)
    assert all(cells(line) < width for line in lines)
    told = " ".join(lines).split()
    for row in rows:
        for cell in row:
            for word in cell.split():
                assert word in told


@given(ROWS)
def test_where_nobody_looks_each_row_is_a_line(rows):
    lines = grid(HEAD, rows, left=LEFT, width=None)
    assert len(lines) == len(rows) + 1
    assert lines == grid(HEAD, rows, left=LEFT, width=1000)


def test_the_widest_words_give_way_first_then_the_heads_of_numbers_then_columns():
    rows = [["Teach-back with a five-line card on the day before leaving", "C1", "4", "untested"]]
    assert grid(HEAD, rows, left=LEFT, width=70) == [
        "                                         id  cycles studied  look at",
        "Teach-back with a five-line card on the  C1               4  untested",
        "day before leaving",
    ]
    assert grid(HEAD, rows, left=LEFT, width=52) == [
        "                             id   cycles  look at",
        "                                 studied",
        "Teach-back with a five-line  C1        4  untested",
        "card on the day before",
        "leaving",
    ]
    assert grid(HEAD, rows, left=LEFT, width=40) == [
        "Teach-back with a five-line card on the",
        "  day before leaving",
        "  id: C1 · cycles studied: 4",
        "  look at: untested",
    ]


@given(
    st.lists(st.tuples(st.sampled_from(["", "  ", "- ", "  12. "]), WORDS), max_size=4), st.integers(21, 120)
)
def test_no_line_of_a_text_is_wider_than_the_terminal_and_no_word_is_gone(lines, width):
    text = "\n".join(begin + words for begin, words in lines)
    found = wrapped(text, width)
    assert all(cells(line) < width for line in found.split("\n"))
    assert found.split() == text.split()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("  coach: held in 3 of 3 members", "  coach: held in 3 of 3\n    members"),
        ("- T2: it is too late, and quiet", "- T2: it is too late, and\n  quiet"),
        ("taken up, of those that were, 9 %", "taken up, of those that\n  were, 9 %"),
    ],
)
def test_what_goes_on_stands_a_little_to_the_right(line, found):
    assert wrapped(line, 26) == found


def test_headings_and_tables_of_markdown_stay_as_they_are():
    text = "# What we predicted wrongly\n\n| cycle | what was found |\n\nOne two three four five six"
    assert wrapped(text, 24, markdown=True) == text.replace("five six", "five\nsix")
