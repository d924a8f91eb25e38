"""Every diagram can go on a wall: nothing overlaps, nothing sticks out, no line runs through a box."""

from __future__ import annotations

import itertools
from statistics import mean, median

import pytest

import driverkit as dk
from driverkit.diagram import Diagram, diagram
from support.geometry import links_through_boxes, loose_ends, overlaps, text_outside, wild_theory
from support.random_theories import random_theory

FEW = range(24)
THOUSAND = [pytest.param(n, marks=pytest.mark.slow) for n in range(24, 1024)]
DIRECTIONS = ("left", "right", "down")


def look_at(drawn: Diagram) -> None:
    assert overlaps(drawn) == []
    assert text_outside(drawn) == []
    assert links_through_boxes(drawn) == []
    assert loose_ends(drawn) == []
    for box in drawn.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= drawn.width
        assert box.y + box.height <= drawn.height


@pytest.mark.few(8)
@pytest.mark.parametrize("seed", [*FEW, *THOUSAND])
def test_nothing_overlaps_and_no_line_runs_through_a_box(seed: int) -> None:
    theory = wild_theory(seed)
    look_at(diagram(theory, direction=DIRECTIONS[seed % 3], order="file" if seed % 5 == 4 else "auto"))


@pytest.mark.few(6)
@pytest.mark.parametrize("seed", [*FEW, *THOUSAND])
def test_every_word_is_on_the_picture(seed: int) -> None:
    theory = wild_theory(seed)
    drawn = diagram(theory)
    boxes = {box.id: box for box in drawn.boxes}
    for node in (*theory.aims, *theory.drivers, *theory.change_ideas):
        box = boxes[node.id]
        shown = "".join(line.joins + line.text for line in box.lines if line.part == "text")
        assert shown.split() == node.text.split()
        assert box.text == node.text
        assert node.text in box.title


@pytest.mark.few(5)
@pytest.mark.parametrize("seed", FEW)
def test_the_boxes_of_a_column_are_equally_wide_and_stand_in_it(seed: int) -> None:
    for direction in ("left", "right"):
        drawn = diagram(wild_theory(seed), direction=direction)
        for number, column in enumerate(drawn.columns):
            own = [box for box in drawn.boxes if box.column == number]
            assert own
            assert {(box.x, box.width, box.role) for box in own} == {(column.x, column.width, column.role)}


@pytest.mark.few(5)
@pytest.mark.parametrize("seed", FEW)
def test_the_same_theory_gives_the_same_diagram(seed: int) -> None:
    assert repr(diagram(wild_theory(seed))) == repr(diagram(wild_theory(seed)))


@pytest.mark.few(5)
@pytest.mark.parametrize("seed", FEW)
def test_the_right_hand_picture_mirrors_the_left_hand_one(seed: int) -> None:
    theory = wild_theory(seed)
    left, right = diagram(theory), diagram(theory, direction="right")
    assert (left.width, left.height) == (right.width, right.height)
    for a, b in zip(left.boxes, right.boxes, strict=True):
        assert b.x == pytest.approx(left.width - a.x - a.width, abs=0.02)
        assert (a.y, a.height) == (b.y, b.height)
        for one, other in zip(a.lines, b.lines, strict=True):
            assert one.text == other.text
            assert one.x - a.x == pytest.approx(other.x - b.x, abs=0.02)


@pytest.mark.few(6)
@pytest.mark.parametrize("seed", FEW)
def test_every_link_is_drawn_once(seed: int) -> None:
    theory = wild_theory(seed)
    drawn = diagram(theory)
    assert sorted((a.cause, a.effect) for a in drawn.arrows) == sorted(
        (k.cause, k.effect) for k in theory.links
    )


def test_numbers_have_at_most_two_decimals() -> None:
    drawn = diagram(wild_theory(5))
    for arrow in drawn.arrows:
        for number in (*arrow.start, *itertools.chain.from_iterable(arrow.path)):
            assert round(number, 2) == number


def one_aim(drivers: list[dk.Driver], ideas: list[dk.ChangeIdea] | None = None) -> dk.Theory:
    return dk.Theory(
        "Fewer falls", aims=[dk.Aim("A1", "Halve falls")], drivers=drivers, change_ideas=ideas or []
    )


@pytest.mark.slow
def test_a_chain_of_five_thousand_drivers_is_drawn() -> None:
    drivers = [dk.Driver("D0", "first")]
    drivers += [dk.Driver(f"D{i}", "next", contributes_to=[f"D{i - 1}"]) for i in range(1, 5000)]
    drawn = diagram(one_aim(drivers))
    assert len(drawn.boxes) == 5001
    assert len(drawn.columns) == 5001
    assert len(drawn.outline) < 400_000


def test_a_link_that_skips_columns_keeps_clear_of_the_boxes_it_passes() -> None:
    drivers = [dk.Driver(f"P{i}", f"primary {i}") for i in range(3)]
    drivers += [dk.Driver(f"S{i}", f"secondary {i}", contributes_to=[f"P{i % 3}"]) for i in range(9)]
    ideas = [dk.ChangeIdea(f"C{i}", f"idea {i}", contributes_to=[f"P{i % 3}"]) for i in range(9)]
    ideas.append(dk.ChangeIdea("C9", "straight to the aim", contributes_to=["A1", "S0"]))
    drawn = diagram(one_aim(drivers, ideas))
    assert {a.kind for a in drawn.arrows} == {"down", "skip"}
    look_at(drawn)


def test_links_within_a_column_and_links_back_are_told_apart() -> None:
    drivers = [
        dk.Driver("P1", "one"),
        dk.Driver("P2", "two", contributes_to=["A1", "P1"]),
        dk.Driver("S1", "three", contributes_to=["P1"]),
        dk.Driver("X1", "first column, serves the second", level=1, contributes_to=["S1"]),
    ]
    drawn = diagram(one_aim(drivers))
    kinds = {(a.cause, a.effect): a.kind for a in drawn.arrows}
    assert kinds["P2", "P1"] == "same"
    assert kinds["X1", "S1"] == "back"
    assert kinds["S1", "P1"] == "down"
    look_at(drawn)


def test_what_reaches_no_aim_stands_marked_at_the_bottom_of_its_column() -> None:
    drivers = [
        dk.Driver("S1", "lost", level=2, contributes_to=[]),
        dk.Driver("P1", "found", contributes_to=["A1"]),
        dk.Driver("S2", "held", contributes_to=["P1"]),
    ]
    drawn = diagram(one_aim(drivers, [dk.ChangeIdea("C1", "lost too", contributes_to=["S1"])]))
    box = {b.id: b for b in drawn.boxes}
    assert {id for id, b in box.items() if "orphan" in b.marks} == {"S1", "C1"}
    assert box["S1"].y > box["S2"].y + box["S2"].height
    assert [entry.key for entry in drawn.legend] == ["orphan"]
    assert "Not linked to an aim:\n- S1: lost\n  - C1: lost too" in drawn.outline


def test_a_picture_of_usual_size_fits_a_slide() -> None:
    drivers = [dk.Driver(f"P{i}", f"What people hold dear number {i}") for i in range(5)]
    drivers += [
        dk.Driver(
            f"S{i}",
            f"A condition of the system that has to change, number {i}",
            contributes_to=[f"P{i // 4}"],
        )
        for i in range(19)
    ]
    ideas = [
        dk.ChangeIdea(f"C{i}", f"Try this one-line idea number {i}", contributes_to=[f"S{i % 19}"])
        for i in range(20)
    ]
    drawn = diagram(one_aim(drivers, ideas))
    assert 1.25 <= drawn.width / drawn.height <= 2.0


def test_many_links_into_a_small_box_share_one_head() -> None:
    ideas = [dk.ChangeIdea(f"C{i}", f"Idea {i}", contributes_to=["P1"]) for i in range(9)]
    drawn = diagram(one_aim([dk.Driver("P1", "Care")], ideas))
    tips = {arrow.path[-1][4:] for arrow in drawn.arrows if arrow.effect == "P1"}
    assert len(tips) == 1


@pytest.mark.slow
def test_heads_at_one_box_keep_apart_or_are_one() -> None:
    for seed in range(12):
        drawn = diagram(wild_theory(seed))
        for box in drawn.boxes:
            tips = sorted(
                {a.path[-1][5] for a in drawn.arrows if a.effect == box.id and a.kind in ("down", "skip")}
            )
            assert all(b - a > 4.5 for a, b in itertools.pairwise(tips))


def test_the_gap_between_columns_grows_with_the_lines_that_cross_in_it() -> None:
    def gap(linked: int) -> float:
        aims = [dk.Aim(f"A{a}", f"Aim {a}") for a in range(3)]
        drivers = [
            dk.Driver(f"D{d}", f"Driver {d}", contributes_to=[f"A{(d // 2 + i) % 3}" for i in range(linked)])
            for d in range(6)
        ]
        drawn = diagram(dk.Theory("Dense", aims=aims, drivers=drivers))
        return drawn.columns[1].x - drawn.columns[0].x - drawn.columns[0].width

    assert gap(3) > gap(1) + 30


@pytest.mark.slow
def test_a_line_keeps_clear_of_the_boxes_that_it_passes() -> None:
    for seed in range(8):
        drawn = diagram(random_theory(seed, 40, 110, sharing=0.2))
        for arrow in drawn.arrows:
            for x1, y1, x2, y2, x, y in arrow.path if arrow.kind == "skip" else ():
                if y1 == y2 == y:  # the straight pieces beside a box
                    for box in drawn.boxes:
                        if box.x < x1 < box.x + box.width and box.x < x2 < box.x + box.width:
                            assert y <= box.y - 9 or y >= box.y + box.height + 9, (seed, x)


def test_a_box_stands_at_the_median_of_its_causes_where_there_is_room() -> None:
    off: list[float] = []
    for seed in (1, 2, 5):
        drawn = diagram(random_theory(seed, 30, 80, sharing=0.1))
        middle = {box.id: box.y + box.height / 2 for box in drawn.boxes}
        causes: dict[str, list[float]] = {}
        for arrow in drawn.arrows:
            if arrow.kind in ("down", "skip"):
                causes.setdefault(arrow.effect, []).append(middle[arrow.cause])
        off += [abs(median(some) - middle[effect]) for effect, some in causes.items()]
    assert mean(off) < 15
    assert max(off) < 150
