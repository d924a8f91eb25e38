"""How wide each column is, so that the picture fits a slide and its words can be read there.

Every width is from one small set. The picture is judged as it would look on a slide: the smaller
it has to be shown, the worse; then how far it is from the proportions of a slide; then how much of
the boxes stays empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum, log

__all__ = ["PANEL", "SLIDE", "WIDTHS", "candidates", "cost"]

WIDTHS = (
    150.0,
    165.0,
    180.0,
    195.0,
    210.0,
    225.0,
    240.0,
    260.0,
    280.0,
    300.0,
    330.0,
    360.0,
    400.0,
    440.0,
    480.0,
)
NARROW = (120.0, 135.0)
# Where boxes have an id for their words, the words above a column say how narrow it can be.
TINY = (80.0, 100.0)
PANEL = (520.0, 420.0)
"""How large a drawing with ids for words should be at most, where that can be had."""
# A slide of 13.33 by 7.5 inches at 96 px to the inch, less its margins.
SLIDE = (1240.0, 690.0)
WIDEST, TALLEST = 16 / 9, 4 / 3


def cost(width: float, height: float, room: tuple[float, float] = SLIDE) -> float:
    """How badly a picture of that size sits on a slide.

    Args:
        width: of the picture.
        height: of the picture.
        room: how wide and how high it may be before its words have to be shown smaller.
    """
    shrink = max(1.0, width / room[0], height / room[1])
    shape = width / height
    off = max(0.0, log(shape / WIDEST), log(TALLEST / shape))
    # A small picture need not be stretched to fill the slide; a large one should use it.
    return (1.0 if room is SLIDE else 4.0) * log(shrink) + 0.3 * off * min(
        1.0, max(width / room[0], height / room[1])
    )


def widths_for(room: tuple[float, float]) -> tuple[float, ...]:
    """The widths that a column may have; narrower ones where words should be shown larger than on a slide."""
    if room[0] >= SLIDE[0]:
        return WIDTHS
    return (*TINY, *NARROW, *WIDTHS) if room == PANEL else (*NARROW, *WIDTHS)


def candidates(
    height: Sequence[Callable[[float], float]],
    untidy: Sequence[Callable[[float], float]],
    *,
    around: tuple[float, float],
    room: tuple[float, float] = SLIDE,
    most: int = 1,
) -> list[tuple[float, list[float]]]:
    """The best sets of widths, best first, each with what its untidiness costs.

    Args:
        height: for each column its height at a width.
        untidy: for each column a small penalty at a width, such as for words that are cut.
        around: the width and the height of the picture that is not columns.
        room: of the picture, before its words have to be shown smaller.
        most: how many sets are wanted.
    """
    if not height:
        return [(0.0, [])]
    table = [
        [(high(w), w, ugly(w)) for w in widths_for(room)] for high, ugly in zip(height, untidy, strict=True)
    ]
    limits = sorted({h for row in table for h, _, _ in row})
    if len(limits) > 120:
        limits = limits[:: len(limits) // 120 + 1] + limits[-1:]
    # Where words should be large, what they cost in lines counts less than what a column costs in width.
    broad = 6000 if room[0] >= SLIDE[0] else 1500
    found: dict[tuple[float, ...], tuple[float, float]] = {}
    for limit in limits:
        widths: list[float] = []
        tallest = penalty = 0.0
        for row in table:
            # In a column that decides nothing, words alone say how wide it is.
            fitting = [(0.35 * ugly + w / broad, w, h) for h, w, ugly in row if h <= limit]
            if not fitting:
                fitting = [(ugly, w, h) for h, w, ugly in [min(row)]]
            bad, w, h = min(fitting)
            widths.append(w)
            tallest = max(tallest, h)
            penalty += bad
        penalty /= len(table)
        total = cost(fsum(widths) + around[0], tallest + around[1], room) + penalty
        found.setdefault(tuple(widths), (total, penalty))
    best = sorted(found, key=lambda widths: (found[widths][0], widths))[:most]
    return [(found[widths][1], list(widths)) for widths in best]
