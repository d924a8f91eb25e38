"""How wide each column is, so that the picture fits a slide and its words can be read there.

Every width is from one small set. The picture is judged as it would look on a slide: the smaller
it has to be shown, the worse; then how far it is from the proportions of a slide; then how much of
the boxes stays empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

__all__ = ["WIDTHS", "choose"]

WIDTHS = (150.0, 165.0, 180.0, 195.0, 210.0, 225.0, 240.0, 260.0, 280.0, 300.0, 330.0)
# A slide of 13.33 by 7.5 inches at 96 px to the inch, less its margins.
SLIDE = (1240.0, 690.0)
WIDEST, TALLEST = 16 / 9, 4 / 3


def cost(width: float, height: float) -> float:
    """How badly a picture of that size sits on a slide."""
    shrink = max(1.0, width / SLIDE[0], height / SLIDE[1])
    shape = width / height
    off = max(0.0, log(shape / WIDEST), log(TALLEST / shape))
    # A small picture need not be stretched to fill the slide; a large one should use it.
    return log(shrink) + 0.3 * off * min(1.0, max(width / SLIDE[0], height / SLIDE[1]))


def choose(
    columns: int,
    height: Callable[[int, float], float],
    needed: Sequence[float],
    *,
    around: tuple[float, float],
    untidy: Callable[[int, float], float],
) -> list[float]:
    """A width for each column.

    Args:
        columns: how many columns there are.
        height: the height of a column at a width.
        needed: for each column the width at which no text would be broken any more.
        around: the width and the height of the picture that is not columns.
        untidy: a small penalty for a column at a width, such as for words that are cut.
    """
    if not columns:
        return []
    table = [[(height(c, w), w) for w in WIDTHS] for c in range(columns)]
    limits = sorted({h for row in table for h, _ in row})
    if len(limits) > 120:
        limits = limits[:: len(limits) // 120 + 1] + limits[-1:]
    best: tuple[float, list[float]] | None = None
    for limit in limits:
        widths: list[float] = []
        tallest = 0.0
        penalty = 0.0
        for c, row in enumerate(table):
            fitting = [(0.35 * untidy(c, w) + w / 6000, w, h) for h, w in row if h <= limit]
            if not fitting:
                h, w = min(row)
                fitting = [(untidy(c, w), w, h)]
            bad, w, h = min(fitting)
            widths.append(w)
            tallest = max(tallest, h)
            penalty += bad
        total = cost(sum(widths) + around[0], tallest + around[1]) + penalty / columns
        if best is None or total < best[0] - 1e-9:
            best = (total, widths)
    assert best is not None
    return best[1]
