"""Intervals for a share: the published values, what they cover, and what is refused."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

import driverkit as dk
from driverkit.evidence.intervals import Interval, jeffreys, wilson

# Wilson: the score interval, worked out by hand from its formula; Jeffreys: Brown, Cai & DasGupta 2001, and
# numerical integration of the Beta density.
PUBLISHED = [
    (wilson, 3, 3, 0.4385, 1),
    (wilson, 0, 10, 0, 0.2775),
    (wilson, 5, 10, 0.2366, 0.7634),
    (wilson, 1, 10, 0.0179, 0.4042),
    (wilson, 81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 1998;17:857-872, table I
    (wilson, 15, 148, 0.0624, 0.1605),
    (wilson, 0, 20, 0, 0.1611),
    (wilson, 1, 29, 0.0061, 0.1718),
    (jeffreys, 3, 3, 0.4644, 1),
    (jeffreys, 0, 10, 0, 0.2172),
    (jeffreys, 5, 10, 0.2235, 0.7765),
]


@pytest.mark.parametrize(("method", "held", "judged", "low", "high"), PUBLISHED)
def test_the_published_intervals_come_out(method, held, judged, low, high):
    found = method(held, judged)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.level == 0.95
    assert found.method.lower() == method.__name__


@pytest.mark.parametrize("method", [wilson, jeffreys])
def test_nothing_tried_has_no_interval(method):
    assert method(0, 0) is None


@pytest.mark.parametrize("method", [wilson, jeffreys])
@pytest.mark.parametrize("judged", [1, 2, 7, 40])
def test_an_interval_holds_its_share_and_turns_with_it(method, judged):
    for held in range(judged + 1):
        one, turned = method(held, judged), method(judged - held, judged)
        assert 0 <= one.low <= held / judged <= one.high <= 1
        assert one.low == pytest.approx(1 - turned.high, abs=1e-12)
        wider = method(held, judged, level=0.99)
        assert wider.low <= one.low
        assert wider.high >= one.high


@pytest.mark.parametrize("method", [wilson, jeffreys])
def test_more_held_moves_the_interval_up_and_more_judged_narrows_it(method):
    found = [method(held, 12) for held in range(13)]
    assert all(a.low <= b.low and a.high <= b.high for a, b in pairwise(found))
    widths = [(one := method(5 * n, 10 * n)).high - one.low for n in range(1, 8)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("method", [wilson, jeffreys])
@pytest.mark.parametrize("judged", [5, 10, 30])
def test_on_average_an_interval_covers_the_true_share_as_often_as_it_says(method, judged):
    found = [method(held, judged) for held in range(judged + 1)]
    shares = [step / 400 for step in range(1, 400)]
    covered = [
        sum(
            math.comb(judged, held) * share**held * (1 - share) ** (judged - held)
            for held, one in enumerate(found)
            if one.low <= share <= one.high
        )
        for share in shares
    ]
    assert sum(covered) / len(covered) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize("judged", [3, 11])
def test_wilson_is_where_the_share_is_just_compatible_with_what_was_found(judged):
    """Wilson 1927: the shares from which what was found lies less than z standard errors away."""
    z = 1.959963984540054
    for held in range(1, judged):
        found = wilson(held, judged)
        for end in (found.low, found.high):
            assert abs(held / judged - end) == pytest.approx(
                z * math.sqrt(end * (1 - end) / judged), rel=1e-9
            )


def test_an_interval_of_very_many_is_still_found():
    found = jeffreys(500_000, 1_000_000)
    near = wilson(500_000, 1_000_000)
    assert found.low == pytest.approx(near.low, abs=1e-6)
    assert found.high == pytest.approx(near.high, abs=1e-6)


@pytest.mark.parametrize(
    ("held", "judged", "level"),
    [(4, 3, 0.95), (-1, 3, 0.95), (1, -3, 0.95), (1.0, 3, 0.95), (True, 3, 0.95), (1, 3, 1), (1, 3, 95)],
)
def test_what_is_no_count_or_level_is_refused(held, judged, level):
    for method in (wilson, jeffreys):
        with pytest.raises(dk.UsageError):
            method(held, judged, level=level)


def test_counts_of_numpy_are_welcome():
    assert wilson(np.int64(3), np.uint8(3)) == wilson(3, 3)


def test_an_interval_reads_in_per_cent():
    assert str(Interval(0.4385, 1)) == "44 % to 100 %"
