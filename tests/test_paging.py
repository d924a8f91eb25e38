"""Drawings of several pages: an overview, then every primary driver so that its words can be read."""

from __future__ import annotations

from functools import cache

import attrs
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.renderers.sheets import LEGIBLE, READABLE, smallest_text
from support.random_theories import random_theory

SLIDE = (960, 540)
everywhere = pytest.mark.parametrize("name", examples.names())


@cache
def slides(name):
    return dk.diagram(examples.load(name)).pages("primary", sheet=SLIDE)


def links(*drawn):
    return {(arrow.cause, arrow.effect) for one in drawn for arrow in one.arrows}


def boxes(*drawn):
    return {box.id for one in drawn for box in one.boxes}


@pytest.mark.few(2)
@everywhere
def test_the_pages_together_show_every_box_and_every_link(name):
    picture = dk.diagram(examples.load(name))
    for pages in (slides(name), picture.pages("primary")):
        assert boxes(*pages[1:]) == boxes(picture.diagram)
        assert links(*pages[1:]) == links(picture.diagram)


@pytest.mark.few(1)
@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_from_theories_that_nobody_drew_by_hand(seed):
    picture = dk.diagram(random_theory(seed, 10, 20))
    pages = picture.pages("primary", sheet=SLIDE)
    assert boxes(*pages) == boxes(picture.diagram)
    assert links(*pages) == links(picture.diagram)


@pytest.mark.few(2)
@everywhere
def test_the_overview_comes_first_then_the_primary_drivers_in_the_order_of_the_file(name):
    theory = examples.load(name)
    first, *rest = slides(name)
    assert first.label == "Overview"
    assert boxes(first) >= {one.id for one in (*theory.aims, *theory.primary_drivers)}
    heads = list(dict.fromkeys(page.label.split()[0] for page in rest))
    assert heads == [driver.id for driver in theory.primary_drivers]
    assert all(page.label.split()[0] in boxes(page) for page in rest)
    assert len({page.label for page in rest}) == len(rest)


@pytest.mark.few(2)
@everywhere
def test_the_words_on_a_slide_can_be_read(name):
    pages = slides(name)
    sizes = [smallest_text(page, SLIDE) for page in pages]
    assert min(sizes) >= LEGIBLE
    # Where five columns of long words stand side by side, 10 points are out of reach.
    assert sum(size >= READABLE - 0.05 for size in sizes[1:]) >= len(sizes[1:]) / 2


def test_a_page_of_its_own_size_is_never_taken_apart():
    picture = dk.diagram(examples.load("reading-by-nine"))
    assert len(picture.pages("primary")) == 1 + len(examples.load("reading-by-nine").primary_drivers)


@pytest.mark.slow
def test_sheets_of_paper_lie_as_the_whole_does_and_hold_more_than_slides():
    picture = dk.diagram(examples.load("reading-by-nine"))
    pages = picture.on("a4").pages("primary")
    assert {page.paper for page in pages} == {picture.on("a4").diagram.paper}
    assert len(pages) < len(slides("reading-by-nine"))


def test_a_branch_on_several_slides_says_so_on_them_and_in_the_notes():
    picture = dk.diagram(examples.load("leaving-hospital"))
    found = [page for page in picture.pages("primary", sheet=SLIDE, told=True) if "P3" in page.label]
    count = len(found)
    assert count > 1
    one = found[0]
    assert one.label == f"P3 Help is reachable in the first days at home (1 of {count})"
    assert f"with its causes and effects, part 1 of {count}" in one.header[1].text
    assert one.story.startswith(f"P3 has {count} pages")
    assert dk.narrative(examples.load("leaving-hospital"), focus="P3").plain in one.story
    for number, page in enumerate(found, start=1):
        _, _, told = page.story.partition(f"This is page {number} of {count}: ")
        on_it = told.partition(".")[0]
        assert set(on_it.split(", ")) <= boxes(page)
        if number > 1:
            assert f"On page {number}: {on_it}." in one.story
    everything = boxes(dk.diagram(examples.load("leaving-hospital"), focus="P3").diagram)
    assert set().union(*map(boxes, found)) == everything


def test_a_theory_of_one_primary_driver_is_not_shown_twice():
    theory = dk.loads(
        "driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\ndrivers: [{id: P1, text: p}]\n"
        "change_ideas: [{id: C1, text: c, contributes_to: [P1]}]\n"
    )
    picture = dk.diagram(theory)
    assert picture.pages("primary", sheet=SLIDE) == (picture.diagram,)
    assert picture.pages("primary") == (picture.diagram,)


def test_a_node_below_no_primary_driver_is_on_the_overview():
    theory = examples.load("leaving-hospital").add(dk.ChangeIdea("LOOSE", "On nobody's list"))
    picture = dk.diagram(theory)
    first, *_ = picture.pages("primary", sheet=SLIDE)
    assert first == attrs.evolve(picture.diagram, label="Overview")


def test_levels_that_were_asked_for_are_those_of_every_page():
    picture = dk.diagram(examples.load("leaving-hospital"), levels=[0, 1, "change"])
    pages = picture.pages("primary", sheet=SLIDE)
    assert boxes(*pages) == boxes(picture.diagram)
