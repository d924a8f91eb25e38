"""Where links cross, each of them can be followed."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

import pytest

import driverkit as dk
from driverkit.diagram import Arrow, diagram
from driverkit.renderers.halos import MOST_LINKS, MOST_RUBBED, layers
from driverkit.renderers.shapes import Looks
from driverkit.themes import theme
from support.random_theories import random_theory

LOOKS = Looks(theme("default"))


def all_linked(aims: int, drivers: int, strengths: tuple[str | None, ...] = (None,)) -> dk.Theory:
    """Every driver moves every aim."""
    made = [
        dk.Driver(
            f"D{d}",
            f"Driver {d}",
            contributes_to=[
                dk.Contribution(f"A{a}", strength=strengths[(d + a) % len(strengths)]) for a in range(aims)
            ],
        )
        for d in range(drivers)
    ]
    return dk.Theory("Dense", aims=[dk.Aim(f"A{a}", f"Aim {a}") for a in range(aims)], drivers=made)


def s_curve(cause: str, effect: str, begin: float, end: float, strength: str | None = None) -> Arrow:
    return Arrow(cause, effect, (200, begin), ((150, begin, 150, end, 100, end),), strength)  # type: ignore[arg-type]


def rubbed(arrow: Arrow, others: list[tuple[list[object], float, float]]) -> float:
    """The longest stretch of a link of one curve, in px, that lies under the ground of links drawn later."""
    (x0, y0), (a, b, c, d, x1, y1) = arrow.start, arrow.path[0]
    places = []
    for i in range(101):
        t = i / 100
        u = 1 - t
        w = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        places.append(
            (w[0] * x0 + w[1] * a + w[2] * c + w[3] * x1, w[0] * y0 + w[1] * b + w[2] * d + w[3] * y1)
        )
    ground = []
    for pieces, reach, width in others:
        for (sx, sy), path in pieces:  # type: ignore[misc]
            (p, q, r, s, ex, ey) = path[0]  # type: ignore[has-type]
            for i in range(9):
                t = i / 8
                u = 1 - t
                w = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
                # Only what is seen: the ground beside the upper line itself.
                ground.append(
                    (
                        w[0] * sx + w[1] * p + w[2] * r + w[3] * ex,
                        w[0] * sy + w[1] * q + w[2] * s + w[3] * ey,
                        reach + width / 2,
                    )
                )
    longest = run = 0.0
    for (px, py), (qx, qy) in pairwise(places):
        under = any(hypot(px - gx, py - gy) < reach for gx, gy, reach in ground)
        run = run + hypot(qx - px, qy - py) if under else 0.0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize(("aims", "drivers"), [(3, 6), (5, 4)])
def test_no_link_is_rubbed_out_for_long_where_everything_is_linked(aims: int, drivers: int) -> None:
    drawn = layers(diagram(all_linked(aims, drivers)).arrows, LOOKS)
    for i, layer in enumerate(drawn):
        above = [
            (pieces, reach, LOOKS.line(arrow).width)
            for later in drawn[i + 1 :]
            for arrow, (pieces, reach) in zip(later.arrows, later.halos, strict=True)
        ]
        for arrow in layer.arrows:
            assert rubbed(arrow, above) < 2 * MOST_RUBBED


def test_thin_links_yield_to_strong_ones() -> None:
    drawn = layers(diagram(all_linked(3, 6, ("strong", "weak", "moderate"))).arrows, LOOKS)
    order = [arrow.strength for layer in drawn for arrow in layer.arrows]
    assert order == sorted(order, key=["weak", "moderate", "strong"].index)


def test_the_upper_link_alone_has_ground_where_two_cross() -> None:
    drawn = layers([s_curve("a", "x", 0, 80), s_curve("b", "y", 80, 0)], LOOKS)
    grounds = {
        arrow.cause: pieces
        for layer in drawn
        for arrow, (pieces, _) in zip(layer.arrows, layer.halos, strict=True)
    }
    assert grounds["a"] == []
    ((start, path),) = grounds["b"]
    assert min(start[1], path[0][5]) < 40 < max(start[1], path[0][5])
    assert abs(start[1] - path[0][5]) < 20


def test_links_that_meet_at_a_box_have_no_ground() -> None:
    drawn = layers([s_curve("a", "x", 0, 40), s_curve("b", "x", 80, 40), s_curve("a", "y", 0, 90)], LOOKS)
    found = [pieces for layer in drawn for pieces, _ in layer.halos]
    assert sum(map(bool, found)) == 1  # b to x and a to y cross; the others share a box


def test_every_link_is_in_one_layer_however_many_there_are() -> None:
    arrows = diagram(random_theory(1, 150, 420, sharing=0.3)).arrows
    assert len(arrows) > MOST_LINKS
    drawn = [arrow for layer in layers(arrows, LOOKS) for arrow in layer.arrows]
    assert sorted(drawn, key=repr) == sorted(arrows, key=repr)
