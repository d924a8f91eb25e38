"""A theory taken apart and put together again is the theory, up to what no part holds."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from strategies import theories

SECTIONS = ("aims", "drivers", "change_ideas", "measures", "cycles", "evidence", "teams", "recommendations")


def plain(value):
    """A value in which the order of lists makes no difference."""
    if attrs.has(type(value)):
        return (
            type(value).__name__,
            *((a.name, plain(getattr(value, a.name))) for a in attrs.fields(type(value)) if a.eq),
        )
    if isinstance(value, tuple):
        return tuple(sorted((plain(one) for one in value), key=repr))
    return value


def same(one: dk.Theory, other: dk.Theory) -> bool:
    return plain(one) == plain(other)


@pytest.mark.few(2)
@pytest.mark.parametrize("name", examples.names())
def test_the_parts_of_all_boxes_and_records_make_the_whole(name):
    theory = examples.load(name)
    parts = [theory.part(item.id) for item in theory.items()]
    made = dk.assemble([*parts, *reversed(parts)])
    assert made.conflicts == ()
    assert same(made.theory, theory.part([item.id for item in theory.items()]))


@given(theories(max_nodes=9), st.data())
def test_parts_that_hold_everything_together_make_the_whole(theory, data):
    ids = [item.id for item in theory.items()]
    if not ids:
        return
    cut = data.draw(st.integers(0, len(ids)))
    every = theory.part(ids)
    parts = [theory.part(ids[:cut]), every, theory.part(ids[cut:])]
    made = dk.assemble(parts)
    assert made.conflicts == ()
    assert made.renamed == {}
    assert same(made.theory, every)


@given(theories(max_nodes=9), st.data())
def test_a_part_holds_what_was_asked_for_and_all_that_bears_on_it(theory, data):
    boxes = [node.id for node in theory.nodes]
    asked = data.draw(st.lists(st.sampled_from(boxes), max_size=3)) if boxes else []
    part = theory.part(asked)
    assert set(asked) <= set(part.index)
    kept = {node.id for node in part.nodes}
    for link in theory.links:
        assert link.cause not in kept or link.effect in kept
    assert {link.id for link in part.links} == {link.id for link in theory.links if link.cause in kept}
    assert {c.id for c in part.cycles} == {c.id for c in theory.cycles if c.change in kept}
    assert {m.id for m in theory.measures if kept.intersection(m.of)} <= {m.id for m in part.measures}
    for node in part.nodes:
        assert node == theory.node(node.id)
        assert part.level(node.id) == theory.level(node.id)
    assert part.part(asked) == part


@given(st.lists(theories(max_nodes=6), min_size=1, max_size=3))
def test_whatever_is_put_together_is_a_theory_and_holds_every_id(parts):
    made = dk.assemble(parts)
    for part in parts:
        for item in part.items():
            assert item.id in made.theory or item.id in made.renamed
    links = {link.id for link in made.theory.links}
    told = " ".join(str(conflict) for conflict in made.conflicts)
    if not made.conflicts:
        for part in parts:
            assert {link.id for link in part.links} <= links
    assert (made.renamed == {}) or "is" in told


@given(theories(max_nodes=8))
def test_one_part_alone_is_itself(theory):
    made = dk.assemble([theory])
    assert made.conflicts == ()
    assert made.theory == theory
