"""The counts beside the sign of a link can be read: they stand beside their line."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.diagram.signs import point_on


def on_words(arrow, words):
    """Whether a link runs through the words."""
    return any(
        words.x - 1 < x < words.x + words.width + 1 and words.y - 7 < y < words.y + 1
        for curve in range(len(arrow.path))
        for step in range(33)
        for x, y in [point_on(arrow.start, arrow.path, step / 32, curve)]
    )


@pytest.mark.parametrize("name", ["leaving-hospital", "algebra-success", "mte-partnership", "small-steps"])
def test_counts_beside_a_sign_do_not_lie_on_their_own_line(name):
    drawn = dk.diagram(examples.load(name), overlay="evidence").diagram
    told = [(arrow, dot.words) for arrow in drawn.arrows for dot in arrow.dots if dot.words]
    assert told
    assert [words.text for arrow, words in told if on_words(arrow, words)] == []
