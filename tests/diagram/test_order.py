"""The order of the boxes: few crossings, the file's order where that is free, the same every time."""

from __future__ import annotations

import itertools
import random

import pytest

import driverkit as dk
from driverkit.diagram import diagram
from driverkit.diagram.columns import plan
from driverkit.diagram.net import Net, net
from driverkit.diagram.order import arrange, crossings
from support.geometry import wild_theory
from support.random_theories import random_theory


def counted(graph: Net) -> int:
    """Crossings the slow and certain way: every pair of lines in every gap."""
    place = {v: i for row in graph.rows for i, v in enumerate(row)}
    total = 0
    for row in graph.rows:
        lines = [(place[v], place[e]) for v in row for e in graph.outer[v]]
        total += sum(
            (a < c and b > d) or (a > c and b < d) for (a, b), (c, d) in itertools.combinations(lines, 2)
        )
    return total


def fewest(graph: Net) -> int:
    """The fewest crossings that any order has, by trying them all."""
    best = 1 << 30
    for rows in itertools.product(*(itertools.permutations(row) for row in graph.rows)):
        graph.rows = [list(row) for row in rows]
        best = min(best, crossings(graph))
    return best


@pytest.mark.few(4)
@pytest.mark.parametrize("seed", range(12))
def test_crossings_are_counted_right(seed: int) -> None:
    graph = net(plan(random_theory(seed, sharing=0.4)))
    assert crossings(graph) == counted(graph)
    arrange(graph)
    assert crossings(graph) == counted(graph)


@pytest.mark.few(4)
@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.slow if seed >= 10 else ()) for seed in range(30)]
)
def test_small_theories_have_as_few_crossings_as_any_order_could(seed: int) -> None:
    rng = random.Random(seed)
    first = [dk.Driver(f"P{i}", "p", contributes_to=["A1"]) for i in range(4)]
    second = [
        dk.Driver(f"S{i}", "s", contributes_to=rng.sample([p.id for p in first], rng.choice((1, 2, 2, 3))))
        for i in range(5)
    ]
    ideas = [
        dk.ChangeIdea(f"C{i}", "c", contributes_to=rng.sample([s.id for s in second], rng.choice((1, 2))))
        for i in range(3)
    ]
    graph = net(plan(dk.Theory("t", aims=[dk.Aim("A1", "a")], drivers=first + second, change_ideas=ideas)))
    arrange(graph)
    found = crossings(graph)
    assert found == fewest(graph)


@pytest.mark.parametrize("seed", range(12))
def test_a_theory_without_shared_nodes_has_no_crossing_and_keeps_the_files_order(seed: int) -> None:
    theory = random_theory(seed, sharing=0.0, orphans=0.0)
    graph = net(plan(theory))
    arrange(graph)
    assert crossings(graph) == 0
    file = [n.id for n in theory.drivers if theory.level(n.id) == 1]
    assert [b.id for b in diagram(theory).boxes if b.role == "primary"] == file


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_file_is_kept_where_it_is_asked_for(seed: int) -> None:
    theory = wild_theory(seed)
    drawn = diagram(theory, order="file")
    rank = {n.id: i for i, n in enumerate((*theory.aims, *theory.drivers, *theory.change_ideas))}
    for column in range(len(drawn.columns)):
        ids = [b.id for b in sorted(drawn.boxes, key=lambda b: b.y) if b.column == column]
        assert ids == sorted(ids, key=rank.__getitem__)


@pytest.mark.few(4)
@pytest.mark.parametrize("seed", range(12))
def test_the_best_order_never_crosses_more_than_the_files_order(seed: int) -> None:
    theory = random_theory(seed, drivers=20, ideas=30, sharing=0.3)
    best, plain = net(plan(theory)), net(plan(theory))
    arrange(best)
    arrange(plain, by_file=True)
    assert crossings(best) <= crossings(plain)


def test_children_of_one_parent_stand_together() -> None:
    drivers = [dk.Driver(f"P{i}", "p") for i in range(3)]
    drivers += [dk.Driver(f"S{i}", "s", contributes_to=[f"P{i % 3}"]) for i in range(9)]
    drawn = diagram(dk.Theory("t", aims=[dk.Aim("A1", "a")], drivers=drivers))
    order = [int(b.id[1:]) for b in drawn.boxes if b.role == "secondary"]
    assert order == [0, 3, 6, 1, 4, 7, 2, 5, 8]
