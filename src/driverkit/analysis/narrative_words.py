"""How a narrative says things: quoted words, lists, dates, and how predictions fared, as parts of sentences."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from driverkit.evidence.predictions import Tally
from driverkit.evidence.signals import MeasureChart
from driverkit.evidence.words import harmless, plural
from driverkit.model import Link

__all__ = [
    "GAPS",
    "KINDS",
    "NOUNS",
    "capital",
    "day_told",
    "escaped",
    "joined",
    "link_told",
    "number_told",
    "predictions_told",
    "quoted",
    "since_told",
    "with_stop",
]

_SPECIAL = re.compile(r"[\\`*_\[\]<>&#~${}^|]|(?<=\w):(?=//)|^[-+=%:](?=[-+=%:\s])|^\d+(?=[.)]\s)")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
KINDS = {
    "research": "Research",
    "practice": "Experience from practice",
    "data": "Data",
    "expert": "Expert judgement",
    None: "Evidence",
}
"""How a kind of evidence is called."""
NOUNS = {"aim": "aim", "driver": "driver", "change": "change idea"}
"""How a kind of node is called."""
GAPS = {
    "no outcome measure": ("has no outcome measure", "have no outcome measure"),
    "no driver": ("has no driver", "have no driver"),
    "no measure": ("has no measure", "have no measure"),
    "no change idea": (
        "has neither a change idea nor a driver below",
        "have neither a change idea nor a driver below",
    ),
    "no test": ("has no test", "have no test"),
    "not carried out": ("has tests that were only planned", "have tests that were only planned"),
    "not studied": ("was tried and not studied", "were tried and not studied"),
    "abandoned untested": (
        "was given up without a test that was studied",
        "were given up without a test that was studied",
    ),
    "refuted": ("has more against it than for it", "have more against them than for them"),
    "one site": ("has been tested at one site only", "have been tested at one site only"),
    "one team": ("has been tested by one team only", "have been tested by one team only"),
    "one cycle": ("rests on a single studied cycle", "rest on a single studied cycle each"),
    "unowned": ("has nobody who looks after it", "have nobody who looks after them"),
}
"""How a gap of the table of coverage is told, of one node and of several."""
_ENDS = re.compile(r"[.!?…:](?:[”’)*]|\\)*$")


def escaped(text: str) -> str:
    r"""A text in one line whose every character stands for itself in Markdown and HTML.

    >>> print(escaped("a*b* <i> & [x](y)"))
    a\*b\* \<i\> \& \[x\](y)
    """
    text = " ".join(harmless(text).split())
    if text[:1].isdigit() and (found := re.match(r"\d+(?=[.)](?:\s|$))", text)):
        # "1. April" at the beginning of a line would be a list.
        return f"{found[0]}\\{_SPECIAL.sub(_escape, text[found.end() :])}"
    return _SPECIAL.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def quoted(item: Any) -> str:
    """The words of a node, or a text, whole and in quotation marks."""
    return f"“{escaped(item if isinstance(item, str) else item.text)}”"


def with_stop(sentence: str) -> str:
    """A sentence with its full stop, unless the words it ends with bring their own."""
    return sentence if _ENDS.search(sentence) else f"{sentence}."


def joined(words: Iterable[str], most: int | None = None) -> str:
    """Some words with commas and an "and"; those above `most` are counted."""
    found = list(words)
    if most is not None and len(found) > most:
        found = [*found[:most], f"{len(found) - most:,} more"]
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} and {found[-1]}"


def capital(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]


def day_told(date: dt.date) -> str:
    """A day as people write it: 1 April 2026."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def since_told(chart: MeasureChart) -> str:
    """When a shift began: the month where the points stand for months, else the day."""
    if chart.shift_to is None:
        return ""
    day = chart.shift_to
    monthly = all(date.day == 1 for date in chart.line.dates)
    return f" since {_MONTHS[day.month - 1]} {day.year}" if monthly else f" since {day_told(day)}"


def number_told(value: float) -> str:
    """A number with all of its digits, and none that it does not have."""
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else repr(float(value))


def predictions_told(tally: Tally) -> str:
    """``5 of 8 predictions held, 1 held in part and 2 did not``; empty without a prediction."""
    if not tally.predictions:
        return ""
    if not tally.judged:
        return f"none of {plural(tally.predictions, 'prediction')} has a result yet"
    if tally.confirmed == tally.judged:
        said = (
            "the one prediction held"
            if tally.judged == 1
            else "both predictions held"
            if tally.judged == 2
            else f"all {tally.judged:,} predictions held"
        )
        return said + (
            f", and {tally.open:,} more wait{'s' * (tally.open == 1)} for a result" if tally.open else ""
        )
    if tally.judged == 1:
        said = "the one prediction " + ("held in part" if tally.mixed else "did not hold")
    else:
        parts = [f"{tally.confirmed:,} of {tally.judged:,} predictions held"]
        if tally.mixed:
            parts.append(f"{tally.mixed:,} held in part")
        if tally.refuted:
            parts.append(f"{tally.refuted:,} did not")
        said = joined(parts)
    if tally.open:
        said += f"; {tally.open:,} more wait{'s' * (tally.open == 1)} for a result"
    return said


def link_told(link: Link) -> str:
    """The rest of a sentence about a link: its reason, its condition, where it fails."""
    said = ""
    if link.because:
        said += f", because {quoted(link.because)}"
    if link.only_where:
        said += f"{', but' if link.because else ','} only where {quoted(link.only_where)}"
    fails: Sequence[str] = getattr(link, "fails_at", ())
    if fails:
        said += f"; it is known not to hold at {joined(map(quoted, fails))}"
    return said
