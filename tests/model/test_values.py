"""One rule for a value, the same for constructors and for files."""

from __future__ import annotations

import datetime as dt
import enum
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.model import FrozenDict
from driverkit.model.values import near
from strategies import texts


def said(noun, *args, **kwargs) -> str:
    with pytest.raises(dk.TheoryError) as told:
        noun(*args, **kwargs)
    return str(told.value)


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u200b", "\u00a0", "\ufeff \u200d", "\u2028"])
def test_a_text_that_nobody_can_see_is_no_text(text):
    assert "text" in said(dk.Aim, "A1", text)


@pytest.mark.parametrize(
    "char", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\r", "\ufdd0", "\ufffe", "\U0001ffff"]
)
def test_a_control_or_non_character_is_named(char):
    assert f"U+{ord(char):04X} is a control or non-character" in said(dk.Aim, "A1", f"a{char}b")


def test_half_a_character_is_told_as_that():
    assert "U+D83D is half of a character" in said(dk.Aim, "A1", "\ud83d")


@given(text=texts)
def test_every_other_text_is_kept_as_it_is(text):
    assert dk.Aim("A1", text).text == text


@pytest.mark.parametrize("id", ["no", "1.0", "A-b_c.d", "0", "x" * 300])
def test_an_id_is_letters_digits_and_three_signs(id):
    assert dk.Aim(id, "x").id == id


@pytest.mark.parametrize(
    ("id", "why"),
    [("", "empty"), ("-a", "begins with"), (".a", "begins with"), ("a b", "U+0020"), ("é", "U+00E9"), ("a/b", "U+002F"),
     ("a\n", "U+000A"), ("x" * 300 + " ", "letters, digits"), (7, "An id is a text, not 7"), (None, "An id is a text")],
)  # fmt: skip
def test_what_is_no_id_is_told_why(id, why):
    assert why in said(dk.Aim, id, "x")


def test_numbers_of_other_libraries_become_plain_ones():
    measure = dk.Measure("M1", "x", baseline=np.float64(1.5), target=np.int64(3))
    assert (type(measure.baseline), type(measure.target)) == (float, int)
    assert type(dk.Driver("D1", "x", level=np.int32(2)).level) is int
    assert type(dk.PdsaCycle("T1", "C1", scale=np.int64(30)).scale) is int
    assert dk.Aim("A1", "x", extra={"x-n": np.float32(0.5)}).extra == {"x-n": 0.5}
    theory = dk.Theory("t", measures=[measure])
    assert dk.loads(dk.dumps(theory)) == theory


def test_texts_of_other_kinds_become_plain_ones():
    class Word(str, enum.Enum):  # noqa: UP042 - not a StrEnum, whose str() is its value already
        A = "teach-back"

    aim = dk.Aim(np.str_("A1"), Word.A)
    assert (type(aim.id), type(aim.text), aim.text) == (str, str, "teach-back")
    assert "teach-back" in dk.dumps(dk.Theory("t", aims=[aim]))


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), np.nan, 10**400, "12", True, [1], pd.NaT])
def test_what_is_no_number_is_refused(odd):
    assert "umber" in said(dk.Measure, "M1", "x", baseline=odd)


@pytest.mark.parametrize("odd", [0, 2.5, True, "1", 10**7, -1])
def test_a_level_is_a_whole_number_from_1(odd):
    assert "A level is a whole number from 1 (primary) on" in said(dk.Driver, "D1", "x", level=odd)


@pytest.mark.parametrize(
    "odd",
    ["2024-02-30", "24-02-01", "0024-02-01", "03/04/2024", "2024-1-2", dt.datetime(2024, 1, 1, 12), dt.date(24, 1, 1), 5,  # noqa: DTZ001 - a time without a zone is what is refused
     pd.Timestamp("2024-01-01"), "20240101", "2024-W01-1"],
)  # fmt: skip
def test_what_is_no_calendar_date_is_refused(odd):
    assert said(dk.Aim, "A1", "x", by=odd)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//x", "http:x", "https://a b", "x"]
)
def test_only_addresses_that_are_safe_to_open_are_taken(url):
    assert "http://, https:// or mailto:" in said(dk.Aim, "A1", "x", url=url)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../x.csv", "a/../../x", "http://x/y", "\\\\server\\x", "C:\\x.csv", "C:x.csv", "file:x"],
)
def test_a_series_lies_beside_the_theory(path):
    assert "lies outside the folder" in said(dk.Measure, "M1", "x", data=path)


def test_a_stratum_is_named_by_its_measure_and_has_a_name_of_its_own():
    row = {"date": "2026-01-01", "value": 1, "strata": {"ward": "5"}}
    assert dk.Measure("M1", "x", strata=["ward"], data=[row]).data[0].strata == {"ward": "5"}
    assert "The rows have a column 'ward'" in said(dk.Measure, "M1", "x", data=[row])
    assert "'value' is a column of its own" in said(dk.Observation, "2026-01-01", strata={"value": "x"})


@pytest.mark.parametrize(
    "extra", [{"a": 1}, {1: 2}, {"x-a": {1: 2}}, {"x-a": object()}, {"x-a": "\x00"}, ["x-a"], "x-a"]
)
def test_data_of_other_tools_is_plain_and_under_its_own_keys(extra):
    assert said(dk.Aim, "A1", "x", extra=extra)


def test_data_of_other_tools_is_nested_as_deep_as_readers_take():
    def nested(depth):
        value = []
        for _ in range(depth - 1):
            value = [value]
        return {"x-a": value}

    deepest = dk.Theory(
        "t",
        change_ideas=[dk.ChangeIdea("C1", "x")],
        cycles=[dk.PdsaCycle("T1", "C1", predictions=[{"extra": nested(50)}])],
    )
    for format in ("yaml", "json"):
        assert dk.loads(dk.dumps(deepest, format=format), format=format) == deepest
    assert "nested more than 50 deep" in said(dk.Aim, "A1", "x", extra=nested(51))


def test_a_frozen_mapping_compares_hashes_and_keeps_its_order():
    one, two = FrozenDict({"b": 1, "a": (2,)}), FrozenDict([("a", (2,)), ("b", 1)])
    assert one == two == {"a": (2,), "b": 1}
    assert hash(one) == hash(two)
    assert list(one) == ["b", "a"]
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(TypeError):
        one["a"] = 3


@given(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=6))
def test_what_is_near_is_among_what_is_known(word, known):
    assert set(near(word, known)) <= set(known)


def test_a_list_of_one_may_be_the_one():
    assert dk.Driver("P1", "x", contributes_to="A1", tags="equity").contributes_to == (dk.Contribution("A1"),)
    assert dk.Driver("P1", "x", tags="equity").tags == ("equity",)
