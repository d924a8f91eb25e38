"""The reference is printed from the code's own records, and no cell of it is empty by mistake."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PRINTED = sorted(
    {
        tuple(words.split(maxsplit=1))
        for page in DOCS.rglob("*.md")
        for words in re.findall(r"^```\{records\} (.+)$", page.read_text("utf-8"), re.MULTILINE)
    }
)
spec = importlib.util.spec_from_file_location("records", DOCS / "_ext" / "records.py")
assert spec
assert spec.loader
records = importlib.util.module_from_spec(spec)
spec.loader.exec_module(records)


@pytest.mark.parametrize("words", PRINTED, ids=" ".join)
def test_a_table_has_rows_and_every_row_says_what_it_is(words):
    kind, *arguments = words
    head, rows = records.TABLES[kind](*arguments)
    assert rows
    for row in rows:
        assert len(row) == len(head)
        assert row[0].strip("`")
        assert row[-1], f"{row[0]} has no last cell"


def test_every_field_of_a_noun_is_described():
    import attrs

    from driverkit import model

    for noun in {words[1] for words in PRINTED if words[0] == "fields"}:
        cls = getattr(model, noun)
        told = {a.name for a in attrs.fields(cls) if a.init and a.name[0] != "_"} - {"extra", "origin"}
        assert told <= set(records.described(cls)), noun


def test_the_page_of_checks_shows_every_family():
    assert {words[1] for words in PRINTED if words[0] == "checks"} == set(records.families())
