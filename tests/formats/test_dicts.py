"""A theory as plain data, for programs that have no file."""

from __future__ import annotations

import datetime as dt
import json
import math

import pytest
from hypothesis import given

import driverkit as dk
from strategies import theories
from support.exactly import exactly


@given(theory=theories(max_nodes=10))
def test_what_to_dict_gives_from_dict_takes(theory):
    data = dk.to_dict(theory)
    assert exactly(dk.from_dict(data)) == exactly(theory)
    assert exactly(dk.from_dict(json.loads(json.dumps(data)))) == exactly(theory)


@given(theory=theories(max_nodes=6))
def test_it_is_what_a_theory_file_in_json_holds(theory):
    assert json.loads(dk.dumps(theory, format="json")) == dk.to_dict(theory)


def test_dates_may_be_dates():
    theory = dk.from_dict(
        {"driverkit": 1, "title": "t", "aims": [{"id": "A", "text": "x", "by": dt.date(2026, 5, 1)}]}
    )
    assert theory.aims[0].by == dt.date(2026, 5, 1)


def test_changing_what_came_out_changes_no_theory():
    theory = dk.examples.load("small-steps")
    before = dk.dumps(theory)
    data = dk.to_dict(theory)
    data["aims"].clear()
    data["title"] = "other"
    assert dk.dumps(theory) == before


def faults(data, **more):
    with pytest.raises(dk.FormatError) as caught:
        dk.from_dict(data, **more)
    assert all(fault.line is None and fault.column is None for fault in caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


def test_every_fault_is_told_with_its_path():
    told = faults(
        {
            "driverkit": 1,
            "title": "t",
            "aims": [{"id": "A1", "text": "x", "by": "2026-02-30"}],
            "drivers": [{"id": "P1", "text": "y", "contributes_to": ["A9"]}, {"id": "P2"}],
        }
    )
    assert [one.partition(": ")[0] for one in told] == [
        "aims[0].by",
        "drivers[1]",
        "drivers[0].contributes_to[0]",
    ]


def test_what_else_is_wrong_with_an_entry_whose_id_is_taken_is_told_too():
    told = faults(
        {
            "driverkit": 1,
            "title": "t",
            "aims": [{"id": "A1", "text": "x"}],
            "drivers": [
                {"id": "P1", "text": "y", "contributes_to": ["A1"]},
                {"id": "P1", "text": "z", "contributes_to": ["A1", "A9", {"to": "P1"}]},
            ],
            "cycles": [{"id": "P1", "change": "C7"}],
        }
    )
    assert [one.partition(". ")[0] for one in told] == [
        "drivers[1].id: The id 'P1' is used twice: here and in drivers[0]",
        "cycles[0].id: The id 'P1' is used twice: here and in drivers[0]",
        "drivers[1].contributes_to[1]: 'P1' speaks of 'A9', which is not defined",
        "cycles[0].change: 'P1' speaks of 'C7', which is not defined.",
    ]


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, b"bytes", {1, 2}, object(), 1j, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), 10**400],
)
def test_what_json_cannot_say_is_refused_with_its_path(value):
    [told] = faults({"driverkit": 1, "title": "t", "x-a": {"b": [value]}})
    assert told.startswith("x-a.b[0]: ")


def test_what_is_no_mapping_is_refused():
    for data in (None, [], "title", 3):
        faults(data)


def test_a_list_that_holds_itself_is_refused_at_the_limit():
    loop: list[object] = []
    loop.append(loop)
    [told] = faults({"driverkit": 1, "title": "t", "x-a": loop})
    assert "nested more than 64 deep" in told


def test_limits_for_strangers_hold():
    many = {"driverkit": 1, "title": "t", "x-a": list(range(200_000))}
    [told] = faults(many, limits=dk.Limits.web())
    assert "more than 100,000 values" in told
    [told] = faults({"driverkit": 1, "title": "x" * 10_001}, limits=dk.Limits.web())
    assert told == "title: The text is longer than 10,000 characters."


def test_keys_are_texts():
    assert faults({1: 2}) == ["A key is a text, not '1'."]


def test_half_a_character_in_a_key_can_be_printed():
    with pytest.raises(dk.FormatError) as caught:
        dk.from_dict({"driverkit": 1, "title": "t", "x-a": {"\ud800": {"b": object()}}, "\ud800": 1})
    assert str(caught.value).encode("utf-8")
