"""What is handed to a run chart: numbers, places and reasons, or a refusal that says what is wanted."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any

from driverkit.errors import UsageError
from driverkit.evidence.words import plural
from driverkit.model.values import did_you_mean, show

__all__ = [
    "TOO_LARGE",
    "excluded_points",
    "frozen_points",
    "hint",
    "number_of",
    "numbers_of",
    "phase_starts",
    "whole_number",
]

# Beyond this, sums and differences of floats could overflow; no measure of improvement comes near it.
TOO_LARGE = 1e300


def hint(word: object, known: Iterable[str]) -> str:
    """What to end a refusal with: the nearest known word, or all of them."""
    names = list(known)
    return did_you_mean(str(word), names) or f" There are {', '.join(names)}."


def numbers_of(values: Iterable[Any]) -> list[float | None]:
    """Numbers as floats, None where one is missing; anything else is refused with its place."""
    if isinstance(values, (str, bytes, Mapping, AbstractSet)):
        raise UsageError(
            f"A run chart needs numbers in their order, oldest first, not a {type(values).__name__}."
        )
    try:
        each = enumerate(values)
    except TypeError:
        more = ""
        if type(values).__module__.startswith("driverkit."):
            more = " Give the 'values' of a line; or judge a measure by its id with dk.measure_chart(theory, id)."
        raise UsageError(
            f"A run chart needs numbers in their order, oldest first, not a {type(values).__name__}.{more}"
        ) from None
    return [
        value if type(value) is float and -TOO_LARGE < value < TOO_LARGE else value_of(value, at)
        for at, value in each
    ]


def value_of(value: Any, at: int) -> float | None:
    # pandas.NA and NaT are known by their names, so that pandas need not be loaded to meet them.
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    number = float_of(value, f"Point {at}")
    return None if math.isnan(number) else number


def float_of(value: Any, what: str) -> float:
    """A number that can be reckoned with; it may be NaN."""
    if isinstance(value, (str, bytes, bytearray)):
        raise UsageError(
            f"{what} is {show(value)}, a text; numbers are needed, and None where one is missing."
        )
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except (TypeError, ValueError):
        raise UsageError(f"{what} is {show(value)}, which is no number.") from None
    if abs(number) > TOO_LARGE:
        raise UsageError(f"{what} is infinite or too large to reckon with; leave it out as None.")
    return number


def number_of(value: Any, what: str) -> float:
    """A number that is there."""
    number = float_of(value, f"'{what}'")
    if math.isnan(number):
        raise UsageError(f"'{what}' is no number.")
    return number


def whole_number(value: Any, what: str) -> int:
    """A whole number, and no true or false."""
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)
    except TypeError:
        raise UsageError(f"'{what}' needs whole numbers, not {show(value)}.") from None


def frozen_points(freeze: Any, numbers: Sequence[float | None]) -> int:
    """How many points, from the first, the line is taken from."""
    first = whole_number(freeze, "freeze")
    if not 1 <= first <= len(numbers):
        raise UsageError(f"'freeze' is {first}, and the series has {plural(len(numbers), 'point')}.")
    return first


def phase_starts(phases: Iterable[int] | None, n: int) -> list[int]:
    """The places at which a phase begins, the first of them 0."""
    if phases is None:
        return [0]
    if isinstance(phases, (str, bytes)) or not isinstance(phases, Iterable):
        raise UsageError("'phases' needs the places at which a new phase begins, such as [12, 24].")
    starts = [whole_number(one, "phases") for one in phases]
    if starts[:1] != [0]:
        starts.insert(0, 0)
    for before, after in pairwise(starts):
        if after <= before:
            raise UsageError(f"'phases' must rise from one to the next; {after} comes after {before}.")
    if starts[-1] >= max(n, 1):
        raise UsageError(f"A phase begins at {starts[-1]}, and the series has {plural(n, 'point')} (from 0).")
    return starts


def excluded_points(exclude: Mapping[int, str] | None, n: int) -> tuple[tuple[int, str], ...]:
    """The points that are left out, each as its place and the reason, in their order."""
    if exclude is None:
        return ()
    if not isinstance(exclude, Mapping):
        raise UsageError("'exclude' needs the place of each point and the reason, such as {7: 'snow'}.")
    found = []
    for place, reason in exclude.items():
        at = whole_number(place, "exclude")
        if not 0 <= at < n:
            raise UsageError(
                f"There is no point {at} to exclude; the series has {plural(n, 'point')} (from 0)."
            )
        if not isinstance(reason, str) or not reason.strip():
            raise UsageError(
                f"Point {at} is excluded without a reason; whoever reads the chart will ask for it."
            )
        found.append((at, reason))
    return tuple(sorted(found))
