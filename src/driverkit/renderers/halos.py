"""In which order links are drawn, and where one that is drawn later sets itself apart from those below it.

A halo is a piece of ground under a link where it crosses another one. It is no longer than the crossing,
and the narrower the flatter the links cross and the nearer their crossings lie: so a line is broken for a
few px only and can be followed, however many lines cross it.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise
from math import asin, hypot, inf, sin
from typing import NamedTuple

from driverkit.diagram.model import Arrow
from driverkit.renderers.shapes import HALO, Curve, Looks, halo, split

__all__ = ["Layer", "layers"]

Point = tuple[float, float]
Segment = tuple[float, float, float, float, float, float]

# In pictures with more links than this their crossings are not sought; all halos are narrow there.
MOST_LINKS = 600
NARROW = 1.2
# A link may be rubbed out for this many px at a crossing, and for this part of the way to its next crossing.
MOST_RUBBED = 10.0
MOST_PART = 0.4
# A narrower halo would not be seen.
LEAST = 0.5
# Within so many px of its ends a link has no halo: there it meets those that it shares a box with.
FREE = 9.0


class Layer(NamedTuple):
    """Links that are drawn together: all halos of a layer lie below its lines.

    Attributes:
        arrows: the links, in drawing order.
        halos: for each of them the pieces under which there is ground, and how wide the ground is.
    """

    arrows: list[Arrow]
    halos: list[tuple[list[Curve], float]]


class _Piece(NamedTuple):
    """The way of a link through one gap: from one level (``begin``) to another (``end``) along an S.

    All such curves between two columns run alike: at the same time they are equally far across the gap.
    ``turned`` says that the link runs the other way, and ``segment`` which of its curves this is.
    """

    begin: float
    end: float
    arrow: int
    segment: int
    turned: bool


def layers(arrows: Sequence[Arrow], looks: Looks) -> list[Layer]:
    """The links from below to above: thin ones first, so that they yield to strong ones; then by the box they reach."""
    found: dict[tuple[float, bool, str], list[int]] = {}
    for i, arrow in enumerate(arrows):
        # A link with a long way lies above short ones: each of these is broken once, it is not broken by all.
        found.setdefault((looks.line(arrow).width, len(arrow.path) > 1, arrow.effect), []).append(i)
    bundles = sorted(found.items(), key=lambda one: one[0][:2])
    order = [i for _, bundle in bundles for i in bundle]
    if len(arrows) > MOST_LINKS:
        return [
            Layer([arrows[i] for i in bundle], [([halo(arrows[i])], NARROW) for i in bundle])
            for _, bundle in bundles
        ]
    halos = _halos(arrows, order, looks)
    return [Layer([arrows[i] for i in bundle], [halos[i] for i in bundle]) for _, bundle in bundles]


def _start(arrow: Arrow, segment: int) -> Point:
    return arrow.path[segment - 1][4:] if segment else arrow.start


def _pieces(arrows: Sequence[Arrow]) -> dict[tuple[bool, float, float], list[_Piece]]:
    """The ways of links through each gap; for a gap whether it lies between rows, and its two edges."""
    out: dict[tuple[bool, float, float], list[_Piece]] = {}
    for i, arrow in enumerate(arrows):
        if arrow.kind == "same":
            continue
        for s, (a, b, c, d, x, y) in enumerate(arrow.path):
            x0, y0 = _start(arrow, s)
            if b == y0 and d == y and abs(a - c) < 0.05 and x != x0:
                down, u0, v0, u1, v1 = False, x0, y0, x, y
            elif a == x0 and c == x and abs(b - d) < 0.05 and y != y0:
                down, u0, v0, u1, v1 = True, y0, x0, y, x
            else:
                continue
            turned = u0 > u1
            if turned:
                u0, v0, u1, v1 = u1, v1, u0, v0
            out.setdefault((down, u0, u1), []).append(_Piece(v0, v1, i, s, turned))
    return out


class _Crossing(NamedTuple):
    """Where a link lies above another one.

    ``time`` is how far along the gap, from 0 to 1; ``apart`` the sine of the angle; ``speed`` the px that
    the upper link runs in one unit of time.
    """

    over: _Piece
    under: _Piece
    time: float
    at: Point
    apart: float
    speed: float


def _crossings(
    gap: tuple[bool, float, float], pieces: list[_Piece], arrows: Sequence[Arrow], rank: Sequence[int]
) -> list[_Crossing]:
    _, left, right = gap
    wide = right - left
    pieces = sorted(pieces)
    ends: list[tuple[float, int]] = []
    out: list[_Crossing] = []
    for i, one in enumerate(pieces):
        # Those that begin above this one and end below it.
        for _, j in ends[bisect_right(ends, (one.end, inf)) :]:
            other = pieces[j]
            a, b = arrows[one.arrow], arrows[other.arrow]
            if (
                other.begin == one.begin
                or one.arrow == other.arrow
                or a.effect == b.effect
                or a.cause == b.cause
            ):
                continue
            run, others = one.end - one.begin, other.end - other.begin
            share = (one.begin - other.begin) / (others - run)
            t = 0.5 - sin(asin(max(-1.0, min(1.0, 1 - 2 * share))) / 3)
            across, along = wide * (1.5 - 3 * t + 3 * t * t), 6 * t * (1 - t)
            over, under = (one, other) if rank[one.arrow] > rank[other.arrow] else (other, one)
            fast = hypot(across, along * (over.end - over.begin))
            slow = hypot(across, along * (under.end - under.begin))
            apart = across * along * abs(run - others) / (fast * slow)
            x = left + wide * (1.5 * t - 1.5 * t * t + t * t * t)
            out.append(_Crossing(over, under, t, (x, one.begin + share * run), apart, fast))
        insort(ends, (one.end, i))
    return out


def _halos(arrows: Sequence[Arrow], order: Sequence[int], looks: Looks) -> list[tuple[list[Curve], float]]:
    rank = [0] * len(arrows)
    for at, i in enumerate(order):
        rank[i] = at
    wide = [looks.line(arrow).width for arrow in arrows]
    found: list[_Crossing] = []
    for gap, pieces in _pieces(arrows).items():
        found += _crossings(gap, pieces, arrows, rank)
    # How near the next crossing of the lower link lies.
    under: dict[tuple[int, int], list[_Crossing]] = {}
    for one in found:
        under.setdefault((one.under.arrow, one.under.segment), []).append(one)
    width = [HALO] * len(arrows)
    drawn: list[tuple[_Crossing, float]] = []
    for some in under.values():
        some.sort(key=lambda one: (one.time, one.over.arrow))
        steps = [hypot(b.at[0] - a.at[0], b.at[1] - a.at[1]) for a, b in pairwise(some)]
        for i, one in enumerate(some):
            free = min([MOST_RUBBED / MOST_PART, *steps[max(0, i - 1) : i + 1]]) * MOST_PART
            reach = min(HALO, free * one.apart / 2)
            if reach >= LEAST:
                width[one.over.arrow] = min(width[one.over.arrow], reach)
                drawn.append((one, one.apart))
    pieces_of: dict[int, list[Curve]] = {}
    for one, apart in drawn:
        i = one.over.arrow
        arrow, s = arrows[i], one.over.segment
        half = (wide[one.under.arrow] + wide[i]) / 2 / apart + 1.0
        t, step = one.time, half / max(one.speed, 1.0)
        # Near a box the curve runs level: so many px are about this much time.
        free = min(0.3, FREE / max(one.speed, 1.0))
        low, high = max(t - step, free), min(t + step, 1 - free)
        if low >= high:
            continue
        if one.over.turned:
            low, high = 1 - high, 1 - low
        start, segment = _start(arrow, s), arrow.path[s]
        _, start, rest = split(start, segment, low)
        pieces_of.setdefault(i, []).append(Curve(start, (split(start, rest, (high - low) / (1 - low))[0],)))
    out: list[tuple[list[Curve], float]] = []
    for i, arrow in enumerate(arrows):
        # What runs beside a column, or round the outside, crosses others at right angles.
        plain = arrow.kind in ("same", "back") and len(arrow.path) > 1
        out.append(([halo(arrow)], NARROW) if plain else (pieces_of.get(i, []), width[i]))
    return out
