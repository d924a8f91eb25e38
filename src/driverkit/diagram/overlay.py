"""What is laid over a diagram: further roles for boxes and links, each with a word in the legend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from attrs import Factory, frozen

__all__ = ["Overlay", "Reading"]


@frozen
class Reading:
    """What a measure says, in one row under the words of its node: a sign, its name, a value, a word.

    Attributes:
        measure: the id of the measure; two rows of one measure under one node become one.
        name: what it is called.
        role: ``outcome``, ``process``, ``balancing`` or None: the outline of the sign.
        value: the latest value in words, such as ``84 %``; empty to leave it out.
        word: what is judged of it, such as ``improved``; empty to leave it out.
        mark: the mark of that word, such as ``signal-better``: what stands inside the sign.
        series: its values from the first to the latest, to be drawn small; None where one is missing.
        title: what a reader sees who hovers over the sign.
        dates: the day of each value of the series; it is drawn by them. Without them its values are evenly spaced.
        breaks: the places in the series, from 0, before which its line is broken although no value is missing.
        levels: for each phase the places of its first and its last value, and its median; where nobody
            knows it yet, a few values are drawn as a point each.
        signal: the places of the values on which a signal rests.
        signal_mark: what that signal says, such as ``signal-better``.
    """

    measure: str
    name: str
    role: str | None = None
    value: str = ""
    word: str = ""
    mark: str = ""
    series: tuple[float | None, ...] = ()
    title: str = ""
    dates: tuple[dt.date, ...] = ()
    breaks: tuple[int, ...] = ()
    levels: tuple[tuple[int, int, float], ...] = ()
    signal: tuple[int, ...] = ()
    signal_mark: str = ""

    def __str__(self) -> str:
        """The row in words: ``Teach-back done: 84 %, improved``."""
        said = ", ".join(filter(None, (self.value, self.word)))
        return f"{self.name}: {said}" if said else self.name


@frozen
class Overlay:
    """Roles to lay over the boxes and links of a diagram.

    Attributes:
        marks: for the id of a node its further roles, such as ``status-adopted``.
        notes: for the id of a node small lines to show under its words.
        link_marks: for ``(cause, effect)`` the further roles of that link.
        words: for each role what the legend says of it; a role without words is not in the legend.
            The legend keeps this order and lists only what is drawn.
        titles: for the id of a node what else is said to whoever hovers over it.
        link_titles: the same for ``(cause, effect)``.
        link_signs: for ``(cause, effect)`` the mark of a small sign on that link, such as ``evidence-supports``.
        link_counts: for ``(cause, effect)`` the few characters beside that sign, such as ``3+ 1−``.
        readings: for the id of a node what its measures say, each in a row with a sign.
        heading: a few words for the header, after revision and date; empty for none.
    """

    marks: Mapping[str, Sequence[str]] = Factory(dict)
    notes: Mapping[str, Sequence[str]] = Factory(dict)
    link_marks: Mapping[tuple[str, str], Sequence[str]] = Factory(dict)
    words: Mapping[str, str] = Factory(dict)
    titles: Mapping[str, Sequence[str]] = Factory(dict)
    link_titles: Mapping[tuple[str, str], Sequence[str]] = Factory(dict)
    link_signs: Mapping[tuple[str, str], str] = Factory(dict)
    link_counts: Mapping[tuple[str, str], str] = Factory(dict)
    readings: Mapping[str, Sequence[Reading]] = Factory(dict)
    heading: str = ""
