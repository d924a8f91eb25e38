"""Coverage for people, spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.analysis import coverage
from driverkit.analysis.coverage import COLUMNS
from driverkit.analysis.report import FORMATS, plain_cell, report, safe_cell
from strategies import theories


def hospital():
    return coverage(examples.load("leaving-hospital"))


def test_people_see_totals_nodes_and_what_to_do_next():
    text = report(hospital())
    assert text.startswith("Leaving hospital safely\n")
    assert "primary drivers" in text
    assert "Teach-back with a five-line card on the day before leaving" in text
    assert "8 gaps, 1 known gap and 14 more things to look at. What to do next:" in text
    assert "perspective missing (carer, interpreter)" in text
    assert "Wards 5 and 6" in text
    assert "no test (C3, C4, C6, C11)" in text
    assert "\x1b" not in text
    assert "\x1b[1m" in report(hospital(), colour=True)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_text_fits_a_terminal_and_every_word_of_it_is_there(width):
    text = report(hospital(), width=width)
    assert all(len(line) < width for line in text.splitlines())
    told = {word.strip(":;,.()·") for word in text.split()}
    assert told >= {word.strip(":;,.()·") for word in report(hospital()).split()}


def test_a_theory_without_nodes_says_so():
    assert "Nothing to cover yet" in report(coverage(dk.Theory("Nothing yet")))


def test_json_holds_every_table():
    made = json.loads(report(hospital(), format="json"))
    for table, columns in COLUMNS.items():
        assert all(list(row) == list(columns) for row in made[table])
        assert made[table]


def test_csv_is_one_row_a_node():
    text = report(hospital(), format="csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0]) == list(COLUMNS["nodes"])
    assert len(rows) == len(hospital().nodes)
    assert rows[0]["shallow"] == "true"
    assert rows[-1]["level"] == ""


@given(st.text(max_size=12))
def test_a_cell_is_never_a_formula_and_comes_back_exactly(text):
    cell = safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert plain_cell(cell) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''=1", "+1", "-5 %", "@home", "\t=1", "＝1", "'tis so", "plain", ""]
)
def test_formulas_as_people_meet_them_come_back_exactly(text):
    assert plain_cell(safe_cell(text)) == text


@given(theories(10))
def test_every_format_writes_every_theory(theory):
    table = coverage(theory)
    for format in FORMATS:
        assert report(table, format=format).endswith("\n")
    assert len(json.loads(report(table, format="json"))["nodes"]) == len(theory.nodes)
    rows = list(csv.reader(io.StringIO(report(table, format="csv"), newline="")))
    assert [plain_cell(row[3]) for row in rows[1:]] == [node.text for node in theory.nodes]


def test_markdown_shows_texts_as_they_are():
    theory = dk.Theory("a|b", aims=[dk.Aim("A", "*a* | <b> `c` [d](javascript:1) https://e.example")])
    text = report(coverage(theory), format="md")
    from markdown_it import MarkdownIt

    shown = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<td>*a* | &lt;b&gt; `c` [d](javascript:1) https://e.example</td>" in shown
    assert "<h1>Coverage of a|b</h1>" in shown


def test_an_unknown_format_is_answered_with_the_nearest():
    with pytest.raises(dk.UsageError, match="Did you mean 'json'"):
        report(hospital(), format="jsn")
