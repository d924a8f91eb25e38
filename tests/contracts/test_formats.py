"""The shelf of formats: each gives back what it got, for every example and for random theories."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import example, given, note, seed, settings

import driverkit as dk
from driverkit import examples
from driverkit.formats import Format, files, formats
from driverkit.formats.branches import linked
from driverkit.formats.convert import to_json_values, to_plain
from strategies import AWKWARD, any_text, theories
from support.exactly import exactly

WHOLE = [f for f in formats() if f.holds == "everything" and f.dumps is not None]
every_format = pytest.mark.parametrize("format", WHOLE, ids=lambda f: f.name)
every_example = pytest.mark.parametrize("name", examples.names())


@pytest.mark.few(8)
@every_format
@every_example
def test_what_a_format_writes_of_an_example_it_reads_back(format, name):
    theory = examples.load(name)
    again = dk.loads(dk.dumps(theory, format=format.name), format=format.name)
    assert again == theory
    assert exactly(again) == exactly(theory)


@given(theory=theories())
def test_what_a_format_writes_it_reads_back_to_the_type_of_every_number_and_writes_again_the_same(theory):
    for format in WHOLE:
        text = dk.dumps(theory, format=format.name)
        again = dk.loads(text, format=format.name)
        assert again == theory
        assert exactly(again) == exactly(theory)
        assert dk.dumps(again, format=format.name) == text


BOTH_WAYS = [f for f in formats() if f.is_read and f.is_written]


def through(format: Format, theory: dk.Theory) -> dk.Theory:
    """What a reader makes of the theory as the format writes it, whatever that leaves out."""
    return files._back(format, files._written(theory, format))


def held_twice(format: Format, theory: dk.Theory) -> None:
    """What a format lets through once, it holds for ever, and what it does not, it tells."""
    once = through(format, theory)
    if format.holds == "everything":
        assert exactly(once) == exactly(theory)
        return
    assert to_plain(through(format, once)) == to_plain(once)
    # A link that is implied and one that is written are the same belief.
    lost = files._difference(theory, once)  # what `dk.losses` tells
    assert (lost == ()) is (exactly(linked(once)) == exactly(linked(theory)))


@pytest.mark.few(16)
@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda f: f.name)
@every_example
def test_what_a_format_cannot_hold_of_an_example_is_told_and_the_rest_stays(format, name):
    theory = examples.load(name)
    held_twice(format, theory)
    assert dk.losses(through(format, theory), format.name) == ()


def held_by_all(theory: dk.Theory) -> None:
    for format in BOTH_WAYS:
        note(f"the format is {format.name}")
        held_twice(format, theory)


@pytest.mark.slow
@settings(max_examples=15)  # two thousand are tried where there is time
@given(theory=theories(max_nodes=10))
def test_what_a_format_cannot_hold_is_told_and_the_rest_stays(theory):
    held_by_all(theory)


@pytest.mark.slow
@pytest.mark.parametrize("half", [1, 2])
def test_two_thousand_theories_come_back_from_every_format_as_far_as_it_holds_them(half):
    settings(max_examples=1_000, deadline=None)(
        seed(half)(given(theory=theories(max_nodes=8))(held_by_all))
    )()


def typed(value: Any) -> Any:
    """Plain data with the type of each of its parts."""
    if isinstance(value, dict):
        return {k: typed(x) for k, x in value.items()}
    if isinstance(value, list):
        return [typed(x) for x in value]
    return (type(value), repr(value))


def awkward_theory() -> dk.Theory:
    seen = [t for t in AWKWARD if re.search(r"\S", t)]
    return dk.Theory(
        "Texts on which readers stumble",
        aims=[dk.Aim(f"A{n}", text, tags=[text], extra={"x-" + text: text}) for n, text in enumerate(seen)],
        extra={"x-all": list(AWKWARD), "x-keys": {text: text for text in AWKWARD}},
    )


@given(theory=theories())
@example(theory=awkward_theory())
def test_other_readers_of_yaml_and_json_read_the_same_data_from_what_we_write(theory):
    assert typed(yaml.safe_load(dk.dumps(theory))) == typed(to_plain(theory))
    text = dk.dumps(theory, format="json")
    assert typed(json.loads(text)) == typed(to_json_values(to_plain(theory)))


def test_json_is_a_way_to_write_yaml_and_says_the_same_there():
    """YAML holds JSON: a file that is misnamed still means what it meant."""
    for name in examples.names():
        theory = examples.load(name)
        assert dk.loads(dk.dumps(theory, format="json"), format="yaml") == theory


@given(text=any_text)
def test_what_we_write_shows_everything_that_is_in_it(text):
    """Line separators, bidirectional marks and the like are written as escapes, so that a diff shows them."""
    written = dk.dumps(dk.Theory("t", extra={"x-a": text}))
    assert not re.search("[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\x80-\x9f]", written)


@every_format
def test_dates_stay_dates_and_numbers_keep_their_kind(format):
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A", "x", by=dt.date(2027, 6, 30), baseline=0, target=-0.0)],
        measures=[
            dk.Measure("M1", "m", baseline=12345678901234567890, target=1.0),
            dk.Measure("M2", "m", baseline=1e308, target=5e-324),
            dk.Measure("M3", "m", data=[{"date": "2026-01-01", "value": 1e22}, {"date": "9999-12-31"}]),
        ],
    )
    again = dk.loads(dk.dumps(theory, format=format.name), format=format.name)
    assert exactly(again) == exactly(theory)
    assert str(again.aims[0].target) == "-0.0"


@every_format
def test_an_empty_line_or_a_mark_at_the_start_is_no_part_of_the_theory(format):
    text = dk.dumps(dk.Theory("t"), format=format.name)
    assert dk.loads("\ufeff" + text, format=format.name) == dk.loads("\n\n" + text, format=format.name)


@settings(max_examples=10)
@given(theory=theories(max_nodes=5))
def test_both_loaders_of_yaml_see_the_same_tree(theory):
    from driverkit.formats.limits import Limits
    from driverkit.formats.tree import Faults
    from driverkit.formats.yaml_tree import compose_yaml

    text = dk.dumps(theory)
    trees = []
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        faults = Faults(text, None, Limits())
        trees.append(shape(compose_yaml(text, faults, Limits(), loader=loader)))
        assert not len(faults)
    assert trees[0] == trees[1]


def shape(node: Any) -> Any:
    """A tree as plain tuples, with every place."""
    place = (type(node).__name__, node.start, node.end, node.key_start)
    if hasattr(node, "entries"):
        return (*place, node.flow, [(k, shape(x)) for k, x in node.entries.items()])
    if hasattr(node, "items"):
        return (*place, node.flow, [shape(x) for x in node.items])
    return (*place, getattr(node, "style", None), getattr(node, "value", None))
