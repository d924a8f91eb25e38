"""Frames around change ideas of one change concept: who shares one, and that nothing else reaches into it."""

from __future__ import annotations

import random

import attrs
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.diagram.columns import plan
from driverkit.diagram.groups import Frames, grouping
from driverkit.diagram.net import net
from driverkit.diagram.order import arrange, crossings
from driverkit.diagram.wrap import Wrapper
from driverkit.errors import UsageError
from support.geometry import (
    HARD_WORDS,
    astray,
    links_through_boxes,
    links_through_names,
    loose_ends,
    overlaps,
    text_outside,
    wild_theory,
)

IDEAS = """
driverkit: 1
title: Fewer falls
aims: [{id: A1, text: Half as many falls}]
drivers:
  - {id: P1, text: Everybody knows who may fall, contributes_to: [A1]}
  - {id: P2, text: The way to the bathroom is safe, contributes_to: [A1]}
change_ideas:
  - {id: C1, text: Ask at admission, concept: Build in a check, contributes_to: [P1]}
  - {id: C2, text: A yellow band, concept: Make it visible, contributes_to: [P1]}
  - {id: C3, text: Look in every handover, concept: " build in  a CHECK", contributes_to: [P1]}
  - {id: C4, text: Dry the floor, contributes_to: [P2]}
  - {id: C5, text: Light strips, concept: Make it visible, contributes_to: [P2]}
  - {id: C6, text: Socks, concept: Standardise, contributes_to: [P2]}
"""


@pytest.fixture(scope="module")
def theory() -> dk.Theory:
    return dk.loads(IDEAS)


def framed(theory: dk.Theory, **options: object) -> list[tuple[str, tuple[str, ...]]]:
    drawn = dk.diagram(theory, groups="concept", **options).diagram
    return [(group.label, group.members) for group in drawn.groups]


def with_concepts(seed: int) -> dk.Theory:
    """A theory that is hard to draw, whose ideas share a few concepts, some with hard words."""
    rng = random.Random(seed)
    names = ["Standardise", "Go where people are", *rng.sample(HARD_WORDS, 2)]
    theory = wild_theory(seed)
    return attrs.evolve(
        theory,
        change_ideas=[
            attrs.evolve(idea, concept=rng.choice(names) if rng.random() < 0.8 else None)
            for idea in theory.change_ideas
        ],
    )


def test_ideas_of_one_concept_stand_in_one_frame(theory):
    assert ("Build in a check", ("C1", "C3")) in framed(theory)


def test_a_frame_joins_branches_where_no_line_crosses_for_it(theory):
    assert ("Make it visible", ("C2", "C5")) in framed(theory)


def test_an_idea_whose_concept_nobody_shares_has_no_frame(theory):
    assert not any("C6" in members for _, members in framed(theory))


def test_in_the_order_of_the_file_each_run_has_a_frame_of_its_own(theory):
    assert framed(theory, order="file") == [
        ("Build in a check", ("C1",)),
        ("Make it visible", ("C2",)),
        ("Build in a check", ("C3",)),
        ("Make it visible", ("C5",)),
    ]


def test_nobody_who_does_not_ask_sees_frames(theory):
    plain = dk.diagram(theory)
    assert dk.diagram(theory, groups="none").svg() == plain.svg()
    assert not plain.diagram.groups


def test_the_legend_tells_of_frames_only_where_there_are_some(theory):
    def told(**options):
        legend = dk.diagram(theory, groups="concept", **options).diagram.legend
        return [entry.line.text for entry in legend if entry.key == "group"]

    assert told() == ["change ideas of one change concept"]
    assert told(levels=[0, 1]) == []


def test_an_excerpt_frames_only_what_it_shows(theory):
    assert framed(theory, focus="P1") == [("Build in a check", ("C1", "C3"))]
    assert framed(theory, levels=["change"])[0][0] == "Build in a check"


def test_names_of_ones_own_make_frames_of_any_boxes(theory):
    drawn = dk.diagram(
        theory, groups={"P1": "Ward", "P2": "ward", "C4": "Cleaning", "C6": "Cleaning"}
    ).diagram
    assert {group.label: set(group.members) for group in drawn.groups} == {
        "Ward": {"P1", "P2"},
        "Cleaning": {"C4", "C6"},
    }
    assert not astray(drawn)


def test_a_slip_in_the_name_of_the_groups_is_told(theory):
    with pytest.raises(UsageError, match="Did you mean 'concept'"):
        dk.diagram(theory, groups="concpet")


@pytest.mark.parametrize("engine", ["driverkit", "dot"])
def test_both_engines_keep_each_frame_to_its_own_boxes(theory, engine):
    drawn = dk.diagram(theory, groups="concept", engine=engine).diagram
    assert drawn.groups
    assert not astray(drawn)
    assert not text_outside(drawn)


@pytest.mark.few(5)
@pytest.mark.parametrize("direction", ["left", "right", "down"])
@pytest.mark.parametrize("name", examples.names())
def test_frames_on_the_examples_hold_their_boxes_and_nothing_else(name, direction):
    drawn = dk.diagram(examples.load(name), groups="concept", overlay="concept", direction=direction).diagram
    assert not astray(drawn)
    assert not text_outside(drawn)
    assert not overlaps(drawn)
    assert not links_through_names(drawn)


@pytest.mark.few(5)
@pytest.mark.parametrize("direction", ["left", "right", "down"])
@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_theory_frames_hold_their_boxes_and_nothing_else(seed, direction):
    drawn = dk.diagram(
        with_concepts(seed),
        groups="concept",
        direction=direction,
        numbers=True,
        order=("auto", "file")[seed % 2],
    ).diagram
    assert not astray(drawn)
    assert not text_outside(drawn)
    assert not overlaps(drawn)
    assert not loose_ends(drawn)
    assert not links_through_boxes(drawn)
    assert not links_through_names(drawn)


@pytest.mark.parametrize("seed", range(8))
def test_ideas_of_one_concept_on_the_same_drivers_always_share_a_frame(seed):
    theory = with_concepts(seed)
    drawn = dk.diagram(theory, groups="concept").diagram
    frame = {id: group.id for group in drawn.groups for id in group.members}
    orphans = {box.id for box in drawn.boxes if "orphan" in box.marks}
    alike: dict[object, set[str]] = {}
    for idea in theory.change_ideas:
        if idea.concept and idea.id in frame:
            key = (
                " ".join(idea.concept.split()).casefold(),
                frozenset(one.to for one in idea.contributes_to),
            )
            alike.setdefault((key, idea.id in orphans), set()).add(frame[idea.id])
    assert all(len(frames) == 1 for frames in alike.values())


@pytest.mark.parametrize("seed", range(4))
def test_bringing_together_ideas_with_the_same_links_costs_no_crossing(seed):
    rng = random.Random(seed)
    drivers = [dk.Driver(f"P{i}", "p", contributes_to=["A1"]) for i in range(5)]
    ideas = [
        dk.ChangeIdea(
            f"C{i}", "c", concept=rng.choice("xyz"), contributes_to=rng.sample([d.id for d in drivers], 2)
        )
        for i in range(20)
    ]
    theory = dk.Theory("t", aims=[dk.Aim("A1", "a")], drivers=drivers, change_ideas=ideas)
    drawn = plan(theory)
    made = net(drawn)
    arrange(made)
    before = crossings(made)
    chosen = grouping(theory, "concept")
    assert chosen is not None
    Frames(drawn, chosen, Wrapper()).gather(made)
    assert crossings(made) <= before
