"""Flags for cycles: where each stands so that none covers another, nor the pole of another.

A flag hangs to the right of its pole, which comes down to the axis at the cycle's day. A later flag hangs lower,
so its pole passes below the earlier ones; one may hang high again where nothing below reaches across its pole.
What has no room joins the flag before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

__all__ = ["Flag", "hang"]


@frozen
class Flag:
    """One flag.

    Attributes:
        members: the places of the cycles it stands for, in the order they were given.
        x: where its pole stands: that of its first cycle.
        lane: how deep it hangs, from 0 at the top.
        text: what is written on it.
        width: how wide it is.
    """

    members: tuple[int, ...]
    x: float
    lane: int
    text: str
    width: float


def hang(
    places: Sequence[float],
    texts: Sequence[str],
    *,
    lanes: int,
    measure: Callable[[str], float],
    right: float,
    gap: float = 3.0,
) -> tuple[Flag, ...]:
    """Hang a flag for each cycle, or for several together where there is no room.

    Args:
        places: where the poles stand, from left to right.
        texts: what is written on each flag.
        lanes: how many flags may hang below one another.
        measure: how wide a flag with some words is.
        right: what no flag may reach beyond.
        gap: room between two flags.

    >>> [
    ...     (flag.text, flag.lane)
    ...     for flag in hang([0, 4, 60], ["T1", "T2", "T3"], lanes=2, measure=len, right=99)
    ... ]
    [('T1', 0), ('T2', 1), ('T3', 0)]
    >>> [flag.text for flag in hang([0, 1, 2], ["T1", "T2", "T3"], lanes=2, measure=len, right=99)]
    ['T1', 'T2 +1']
    """
    done: list[tuple[list[int], float, int]] = []  # members, pole, lane
    ends = [float("-inf")] * lanes
    for at, (x, text) in enumerate(zip(places, texts, strict=True)):
        width = measure(text)
        lane = next((lane for lane in range(lanes) if all(end + gap <= x for end in ends[lane:])), None)
        if lane is not None and (x + width <= right or not done):
            done.append(([at], x, lane))
            ends[lane] = x + width
            continue
        members, pole, lane = done[-1]
        members.append(at)
        ends[lane] = pole + measure(_joined(texts, members))
    found = []
    for members, pole, lane in done:
        text = _joined(texts, members)
        found.append(Flag(tuple(members), pole, lane, text, measure(text)))
    return tuple(found)


def _joined(texts: Sequence[str], members: Sequence[int]) -> str:
    first = texts[members[0]]
    return f"{first} +{len(members) - 1:,}" if len(members) > 1 else first
