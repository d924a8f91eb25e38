"""The fishbone can go on a wall: nothing overlaps, nothing is left out, and what no driver answers is seen."""

from __future__ import annotations

import itertools
import random
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

import driverkit as dk
from driverkit.diagram.fishbone import NO_CATEGORY, NO_PROBLEM, PROBLEM, fishbone
from driverkit.renderers import renderers
from driverkit.themes import theme as theme_of
from driverkit.themes import themes
from strategies import theories
from support.drawings import HOSTILE
from support.geometry import HARD_WORDS, inside, links_through_boxes, overlaps, points, text_outside
from support.random_theories import words

NS = "{http://www.w3.org/2000/svg}"
THOUSAND = [pytest.param(n, marks=pytest.mark.slow) for n in range(20, 300)]


def random_fishbone(seed: int, categories: int | None = None, causes: int = 15) -> dk.Theory:
    """A problem with 1 to 12 categories of 1 to 15 causes, some of their words hard."""
    rng = random.Random(seed)
    count = rng.randint(1, 12) if categories is None else categories
    bones: list[str | None] = [f"{words(rng, 1, 4)} {n}" for n in range(count)]
    if rng.random() < 0.3:
        bones[0] = rng.choice(HARD_WORDS)
    if rng.random() < 0.3:
        bones[-1] = None
    hanging = []
    for bone in bones:
        for _ in range(rng.randint(1, causes)):
            text = rng.choice(HARD_WORDS) if rng.random() < 0.05 else words(rng, 1, 30)
            why = words(rng) if rng.random() < 0.1 else None
            hanging.append(dk.Cause(f"R{len(hanging)}", text, category=bone, undeveloped=why))
    answered = [cause.id for cause in hanging if rng.random() < 0.6]
    drivers = [dk.Driver(f"P{n}", words(rng, 2, 20), addresses=answered[:: n + 1]) for n in range(4)]
    problem = {"text": words(rng, 1, 40), "causes": hanging}
    return dk.Theory(words(rng), drivers=drivers, problem=problem)


def look_at(drawn) -> None:
    assert overlaps(drawn) == []
    assert text_outside(drawn) == []
    assert links_through_boxes(drawn) == []
    for box in drawn.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= drawn.width
        assert box.y + box.height <= drawn.height


@pytest.mark.few(6)
@pytest.mark.parametrize("seed", [*range(20), *THOUSAND])
def test_nothing_overlaps_and_no_bone_runs_through_a_box(seed):
    look_at(fishbone(random_fishbone(seed)))


@pytest.mark.parametrize("seed", range(6))
def test_every_cause_hangs_on_the_bone_of_its_category(seed):
    theory = random_fishbone(seed)
    drawn = fishbone(theory)
    boxes = {box.id: box for box in drawn.boxes}
    assert [box.id for box in drawn.boxes if box.role == "problem"] == [PROBLEM]
    assert {box.id for box in drawn.boxes if box.role == "cause"} == {cause.id for cause in theory.causes}
    arrows = {arrow.cause: arrow for arrow in drawn.arrows}
    assert len(arrows) == len(drawn.arrows) == len(drawn.boxes) - 1
    for cause in theory.causes:
        bone = boxes[arrows[cause.id].effect]
        assert bone.text == (cause.category or NO_CATEGORY)
        # The rib ends on the bone, which ends at the head.
        end = arrows[cause.id].path[-1][4:]
        track = list(points(arrows[bone.id], each=400))
        assert min(abs(x - end[0]) + abs(y - end[1]) for x, y in track) < 6
    head = boxes[PROBLEM]
    for box in drawn.boxes:
        if box.role == "category":
            assert arrows[box.id].effect == PROBLEM
            assert arrows[box.id].path[-1][4:] == (head.x, pytest.approx(head.y + head.height / 2, abs=0.6))


@pytest.mark.parametrize("seed", range(6))
def test_every_word_is_on_the_picture(seed):
    theory = random_fishbone(seed)
    boxes = {box.id: box for box in fishbone(theory).boxes}
    texts = [(PROBLEM, theory.problem.text), *((cause.id, cause.text) for cause in theory.causes)]
    for id, text in texts:
        shown = "".join(line.joins + line.text for line in boxes[id].lines if line.part == "text")
        assert shown.split() == text.split()
        assert text in boxes[id].title


def test_a_cause_that_no_driver_addresses_is_marked_in_words_and_in_shape():
    theory = dk.Theory(
        "Falls",
        problem={"causes": [{"id": "R1", "text": "Wet floors"}, {"id": "R2", "text": "Dim light"}]},
        drivers=[dk.Driver(f"P{n}", f"Floors are dry {n}", addresses=["R1"]) for n in range(4)],
    )
    drawn = fishbone(theory)
    boxes = {box.id: box for box in drawn.boxes}
    assert boxes["R1"].marks == ()
    assert boxes["R2"].marks == ("unaddressed",)
    assert [line.text for line in boxes["R1"].lines if line.part == "note"] == [
        "Driver: Floors are dry 0",
        "and 3 more drivers",
    ]
    assert boxes["R1"].title.count("Addressed by: ") == 4
    assert [line.text for line in boxes["R2"].lines if line.part == "note"] == ["No driver addresses it"]
    assert [entry.key for entry in drawn.legend] == ["unaddressed"]
    for look in themes():
        plain, marked = look.box("cause"), look.box("cause", ["unaddressed"])
        assert plain.dash != marked.dash
    assert fishbone(theory, legend=False).legend == ()


def test_the_legend_lists_only_what_is_drawn():
    assert fishbone(dk.examples.load("leaving-hospital")).legend == ()
    assert [e.key for e in fishbone(dk.examples.load("algebra-success")).legend] == ["unaddressed"]


def test_a_theory_without_a_problem_or_without_causes_still_draws():
    for theory in (dk.Theory("t"), dk.Theory("t", problem={"text": "Falls"})):
        drawn = fishbone(theory)
        look_at(drawn)
        assert len(drawn.boxes) == 1
        assert drawn.boxes[0].text == (theory.problem.text if theory.problem else NO_PROBLEM)


def test_causes_without_a_category_hang_on_the_last_bone():
    causes = [dk.Cause("R1", "loose"), dk.Cause("R2", "b", category="B"), dk.Cause("R3", "loose too")]
    drawn = fishbone(dk.Theory("t", problem={"causes": causes}))
    assert [box.text for box in drawn.boxes if box.role == "category"] == ["B", NO_CATEGORY]


def test_the_outline_tells_the_fishbone_to_those_who_cannot_see_it():
    drawn = fishbone(dk.examples.load("algebra-success"))
    assert drawn.outline.startswith("- Problem: Almost half of the students")
    assert (
        "  - life\n    - R6: Shifts change after the timetable is fixed\n      - addressed by no driver"
        in drawn.outline
    )
    root = ET.fromstring(dk.fishbone(dk.examples.load("algebra-success")).svg())
    assert root.find(NS + "desc").text == drawn.outline
    assert (
        'alt="Fishbone: ' in dk.fishbone(dk.examples.load("algebra-success"))._repr_mimebundle_()["text/html"]
    )


@pytest.mark.few(60)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
@pytest.mark.parametrize("renderer", renderers(), ids=lambda one: one.name)
def test_no_text_breaks_a_fishbone(renderer, text):
    if renderer.name == "pdf":
        pytest.importorskip("reportlab")
    try:
        cause = dk.Cause("R1", text, category=text)
    except dk.TheoryError:
        pytest.skip("no theory holds this text")
    theory = dk.Theory(
        text, problem={"text": text, "causes": [cause]}, drivers=[dk.Driver("P", text, addresses=["R1"])]
    )
    drawn = fishbone(theory)
    look_at(drawn)
    out = renderer.draw(drawn, theme_of("default"))
    assert out == renderer.draw(fishbone(theory), theme_of("default"))
    if renderer.name == "svg":
        root = ET.fromstring(out)
        assert {one.tag for one in root.iter()} <= {
            NS + tag for tag in ("svg", "title", "desc", "g", "rect", "text", "path")
        }


@pytest.mark.slow
@settings(max_examples=10)
@given(theories(16))
def test_every_theory_has_a_fishbone_and_the_same_one_twice(theory):
    drawn = fishbone(theory)
    assert overlaps(drawn) == []
    assert repr(drawn) == repr(fishbone(theory))
    assert len(drawn.boxes) == 1 + len(theory.causes) + len({cause.category for cause in theory.causes})


def test_numbers_have_at_most_two_decimals():
    for arrow in fishbone(random_fishbone(5)).arrows:
        for number in (*arrow.start, *itertools.chain.from_iterable(arrow.path)):
            assert round(number, 2) == number


def test_a_fishbone_is_saved_like_any_picture(tmp_path):
    theory = dk.examples.load("leaving-hospital")
    dk.render(theory, tmp_path / "bones.svg", view="fishbone", theme="grey")
    assert (tmp_path / "bones.svg").read_text("utf-8") == dk.fishbone(theory, theme="grey").svg()
    assert dk.fishbone(theory).png(scale=0.5)[:4] == b"\x89PNG"
    with pytest.raises(dk.UsageError, match="Did you mean 'fishbone'"):
        dk.render(theory, view="fishbones")
    with pytest.raises(dk.UsageError, match=r"no option 'focus'\. It has: theme, legend"):
        dk.render(theory, view="fishbone", focus="P1")


def test_a_tall_box_never_touches_a_bone_that_leans():
    long = " ".join(["worries"] * 160)
    causes = [dk.Cause(f"R{n}", long if n % 3 == 0 else "short", category=f"c{n % 5}") for n in range(15)]
    drawn = fishbone(dk.Theory("t", problem={"text": "p", "causes": causes}))
    look_at(drawn)
    for arrow in drawn.arrows:
        if "bone" in arrow.marks:
            assert not any(
                inside(box, x, y, by=-3)
                for x, y in points(arrow, each=200)
                for box in drawn.boxes
                if box.role == "cause"
            )


def test_the_words_of_a_driver_under_a_cause_are_whole():
    long = "Everybody on the ward knows each morning who may fall and what was agreed for them at night"
    theory = dk.Theory(
        "t",
        drivers=[dk.Driver("P1", long, addresses=["R1"])],
        problem={"text": "Falls", "causes": [dk.Cause("R1", "Nobody knows", category="Knowing")]},
    )
    (cause,) = [box for box in fishbone(theory).boxes if box.id == "R1"]
    assert " ".join(line.text for line in cause.lines if line.part == "note") == f"Driver: {long}"
