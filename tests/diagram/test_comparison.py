"""Old against new on one picture: whoever compares two theories lays what changed over their union."""

from __future__ import annotations

import re

import pytest

import driverkit as dk
from driverkit.diagram import Overlay
from driverkit.themes import themes

OLD = dk.loads("""\
driverkit: 1
title: Fewer falls
aims: [{id: A1, text: Halve the falls}]
drivers:
  - {id: P1, text: Risk is known, contributes_to: [A1]}
  - {id: P2, text: Floors are dry, contributes_to: [A1]}
change_ideas:
  - {id: C1, text: A red bracelet, contributes_to: [P1]}
""")
NEW = dk.loads("""\
driverkit: 1
title: Fewer falls
aims: [{id: A1, text: Halve the falls}]
drivers:
  - {id: P1, text: Risk is known on the first day, contributes_to: [{to: A1, strength: strong}]}
change_ideas:
  - {id: C1, text: A red bracelet, contributes_to: [P1]}
  - {id: C2, text: A look at shoes, contributes_to: [P1]}
""")


def compared(old: dk.Theory, new: dk.Theory) -> tuple[dk.Theory, Overlay]:
    """A comparison as a stranger would make it: the new theory, what is gone put back, and marks."""
    before, after = {n.id: n for n in old.nodes}, {n.id: n for n in new.nodes}
    gone = [before[one] for one in before if one not in after]
    links = [{(link.cause, link.effect): link for link in one.links} for one in (old, new)]
    marks = {one.id: ["removed"] for one in gone}
    marks |= {one: ["added"] for one in after if one not in before}
    marks |= {one: ["changed"] for one in after if one in before and after[one].text != before[one].text}
    link_marks = {pair: ["removed"] for pair in links[0] if pair not in links[1]}
    link_marks |= {pair: ["added"] for pair in links[1] if pair not in links[0]}
    link_marks |= {
        pair: ["changed"]
        for pair in links[1]
        if pair in links[0] and links[1][pair].strength != links[0][pair].strength
    }
    words = {"added": "new", "removed": "no longer", "changed": "in other words"}
    notes = {one: (f"Was: {before[one].text}",) for one, mark in marks.items() if mark == ["changed"]}
    return new.add(*gone), Overlay(marks=marks, notes=notes, link_marks=link_marks, words=words)


@pytest.mark.parametrize("look", themes(), ids=lambda look: look.name)
def test_what_came_went_and_changed_is_on_one_picture_with_words(look):
    both, overlay = compared(OLD, NEW)
    picture = dk.diagram(both, overlay=overlay, theme=look)
    boxes = {box.id: box.marks for box in picture.diagram.boxes}
    assert {one: marks for one, marks in boxes.items() if "added" in marks or "removed" in marks} == {
        "C2": ("added",),
        "P2": boxes["P2"],
    }
    assert "removed" in boxes["P2"]
    assert "changed" in boxes["P1"]
    links = {(one.cause, one.effect): one.marks for one in picture.diagram.arrows}
    assert links == {
        ("P1", "A1"): ("changed",),
        ("P2", "A1"): ("removed",),
        ("C1", "P1"): (),
        ("C2", "P1"): ("added",),
    }
    legend = [entry.line.text for entry in picture.diagram.legend]
    assert {"new", "no longer", "in other words"} <= set(legend)
    svg = picture.svg()
    assert "Was: Risk is known" in re.sub(r"</?t[^>]*>", "", svg)


def test_a_comparison_in_which_nothing_changed_explains_nothing():
    both, overlay = compared(NEW, NEW)
    picture = dk.diagram(both, overlay=overlay)
    assert not {"added", "removed", "changed"} & {entry.key for entry in picture.diagram.legend}
    assert [box.id for box in picture.diagram.boxes] == [box.id for box in dk.diagram(NEW).diagram.boxes]
