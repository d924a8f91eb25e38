"""The layout report: what it measures, and that what it wants is so."""

from __future__ import annotations

import importlib.util
import random
import re
import sys
from itertools import pairwise
from pathlib import Path

import attrs
import pytest

import driverkit as dk
from driverkit.diagram import diagram
from support.geometry import links_through_boxes, loose_ends, overlaps, text_outside
from support.random_theories import random_theory

HOME = Path(__file__).resolve().parents[2]
THEORIES = [*range(20), *(pytest.param(n, marks=pytest.mark.slow) for n in range(20, 500))]


@pytest.fixture(scope="module")
def report():
    sys.path.insert(0, str(HOME / "benchmarks"))
    spec = importlib.util.spec_from_file_location("layout", HOME / "benchmarks" / "layout.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["layout"] = module
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(HOME / "benchmarks"))


@pytest.mark.few(5)
@pytest.mark.parametrize("number", THEORIES)
def test_no_generated_theory_has_a_fault_in_any_direction(number, report) -> None:
    theory = report.generated(number)
    if len(theory.nodes) > 200 and number < 20:
        pytest.skip("a large one; the long tests draw it")
    for direction in ("left", "down"):
        assert report.faults(diagram(theory, direction=direction)) == [0, 0, 0, 0]


@pytest.mark.few(4)
@pytest.mark.parametrize("seed", range(12))
def test_the_order_that_is_found_never_crosses_more_than_that_of_the_file(seed, report) -> None:
    theory = random_theory(seed, drivers=12, ideas=20, sharing=0.3)
    found = report.crossings.count(report.crossings.ours(diagram(theory)))
    assert found <= report.crossings.count(report.crossings.ours(diagram(theory, order="file")))


# What dot 2.43 had, in the same columns, of theories that are hard to order.
DOTS = {80: 2, 163: 17, 205: 14}
HARD = {231: 514, 248: 420, 249: 121_625, 339: 1_850, 408: 42, 439: 4_317, 456: 176, 479: 3_721}


@pytest.mark.parametrize(
    ("number", "theirs"),
    [*DOTS.items(), *(pytest.param(*one, marks=pytest.mark.slow) for one in HARD.items())],
)
def test_a_theory_that_is_hard_to_order_crosses_no_more_than_dots_picture(number, theirs, report) -> None:
    drawn = diagram(report.generated(number))
    assert report.crossings.count(report.crossings.ours(drawn)) <= theirs


@pytest.mark.parametrize("seed", range(12))
def test_a_part_of_a_theory_is_drawn_as_cleanly_as_the_whole(seed) -> None:
    theory = random_theory(seed, drivers=14, ideas=18, levels=3, sharing=0.3)
    node = random.Random(seed).choice(theory.drivers).id
    for drawn in (diagram(theory, focus=node), diagram(theory, levels=[0, 1, "change"])):
        assert overlaps(drawn) == text_outside(drawn) == links_through_boxes(drawn) == loose_ends(drawn) == []


def test_boxes_that_hang_on_the_same_others_stand_together(report) -> None:
    theory = dk.Theory(
        "Fewer falls",
        aims=[dk.Aim("A1", "Halve falls")],
        drivers=[dk.Driver(f"P{n}", f"driver {n}", contributes_to=["A1"]) for n in range(4)],
        change_ideas=[
            dk.ChangeIdea(f"C{n}", f"idea {n}", contributes_to=[f"P{n % 4}", f"P{(n + 1) % 4}"])
            for n in range(16)
        ],
    )
    drawn = diagram(theory)
    ideas = [box.id for box in sorted(drawn.boxes, key=lambda box: box.y) if box.role == "change"]
    kinds = [int(id[1:]) % 4 for id in ideas]
    assert len(list(dict.fromkeys(kinds))) == 1 + sum(a != b for a, b in pairwise(kinds))


def test_the_report_finds_a_fault_where_one_is_made(report) -> None:
    drawn = diagram(dk.examples.load("small-steps"))
    assert report.faults(drawn) == [0, 0, 0, 0]
    first, second, *rest = drawn.boxes
    upon = attrs.evolve(second, x=first.x, y=first.y)
    found = report.faults(attrs.evolve(drawn, boxes=(first, upon, *rest)))
    assert found[0] > 0
    assert found[1] > 0
    assert found[3] > 0


def test_the_report_tells_every_figure_and_what_it_was_before(report) -> None:
    now = {"examples": [report.measured("small-steps", dk.examples.load("small-steps"), None)]}
    text = report.table(now, None)
    assert all(what in text for what, _ in report.LINES)
    then = {"examples": [{**now["examples"][0], "crossings": 7}]}
    assert "| crossings | 7 → 0 |" in report.table(now, then)
    assert "| small-steps | 9 | 9 | 0 | – | – |" in report.each(now["examples"])


def test_the_page_says_of_the_smallest_text_what_its_table_says() -> None:
    page = (HOME / "docs" / "reference" / "layout.md").read_text("utf-8")
    (row,) = re.findall(r"^\| smallest text on a slide.*$", page, re.MULTILINE)
    examples, _, generated = [cell.split("→")[-1].split()[0] for cell in row.split("|")[2:5]]
    said = " ".join(page.partition("<!-- end of figures -->")[2].split())
    assert (
        f"half of the examples have {examples} points or more on a slide, and half of the generated theories {generated};"
        in said
    )
