"""Records of an earlier version that say something else in a later one, or that are gone: evidence and cycles.

Cycles and evidence are told once; who rewrites what a test found rewrites what the theory rests on.

>>> from driverkit.model import ChangeIdea, Evidence, Theory
>>> old = Theory(
...     "Falls",
...     change_ideas=[ChangeIdea("C1", "A mop")],
...     evidence=[Evidence("E1", "C1", finding="mixed")],
... )
>>> [one.words for one in rewritten(old, old.replace("E1", finding="supports"))]
['The finding of evidence E1 on “A mop” changed from mixed to supports.']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from driverkit.evidence.cycles import was_studied
from driverkit.evidence.words import harmless, listed, plural, quoted, shortened
from driverkit.model import Evidence, PdsaCycle, Prediction, Theory

__all__ = ["GONE", "WEIGHTY", "Rewritten", "became", "called_otherwise", "rewritten", "subject"]

GONE = ("cycles", "evidence")
"""The fields under which records that are gone are told."""

WEIGHTY = frozenset({"finding", "about", "result", "decision", "change", "study", *GONE})
"""The fields of a record that say which way it speaks, or of what; others are wording and circumstances."""


@frozen
class Rewritten:
    """One thing that a record of the earlier version says otherwise in the later one.

    Attributes:
        about: the node or link on which it bears in the later theory.
        ids: the records.
        field: the field; ``cycles`` or ``evidence`` where the records are gone.
        before: what it was; the ids of what is gone.
        after: what it is.
        words: the same in a sentence.
    """

    about: str
    ids: tuple[str, ...]
    field: str
    before: Any
    after: Any
    words: str


def called_otherwise(old: Theory, new: Theory) -> dict[str, str]:
    """Old id to new id of cycles and evidence that were given another id and say the same."""
    found: dict[str, str] = {}
    sections: tuple[tuple[Sequence[Any], Sequence[Any]], ...] = (
        (old.cycles, new.cycles),
        (old.evidence, new.evidence),
    )
    for there, here in sections:
        come: dict[Any, list[str]] = {}
        for record in here:
            if record.id not in old:
                come.setdefault(attrs.evolve(record, id="x", stamp=None), []).append(record.id)
        for record in there if come else ():
            if record.id not in new:
                alike = attrs.evolve(record, id="x", stamp=None)
                if isinstance(record, PdsaCycle) and record.follows in found:
                    alike = attrs.evolve(alike, follows=found[record.follows])
                if ids := come.get(alike):
                    found[record.id] = ids.pop(0)
    return found


def rewritten(old: Theory, new: Theory) -> Iterator[Rewritten]:
    """What records that were there say otherwise, and which of them are gone, as long as what they bore on is there.

    A cycle that had not reached Study may go on: only what was overwritten in it is told, not what was filled in.

    Args:
        old: the earlier theory, with the ids of the later one where nodes and records were renamed.
        new: the later one.
    """
    gone: dict[tuple[str, str, bool], list[Any]] = {}
    records: list[Any] = [*old.cycles, *old.evidence]
    for was in records:
        item: Any = new.node(was.id) if was.id in new else None
        if type(item) is not type(was):
            about = was.change if isinstance(was, PdsaCycle) else was.about
            if all(end in new for end in about.split(" -> ")):
                key = (about, _section(was), not isinstance(was, PdsaCycle) or was_studied(was))
                gone.setdefault(key, []).append(was)
        elif was != item:
            yield from (
                _cycle(old, new, was, item) if isinstance(was, PdsaCycle) else _piece(old, new, was, item)
            )
    for (about, section, heavy), pieces in gone.items():
        ids = tuple(piece.id for piece in pieces)
        verb = "is" if len(ids) == 1 else "are"
        if section == "cycles":
            state = "studied" if heavy else "unfinished"
            what = f"{plural(len(ids), f'{state} cycle')} {verb} gone ({listed(ids, 4)})"
        else:
            ways = listed([f"{one.id} {one.finding}" if one.finding else one.id for one in pieces], 4)
            what = f"{plural(len(ids), 'piece')} of evidence {verb} gone ({ways})"
        words = f"On {subject(old if about not in new else new, about)}: {what}."
        yield Rewritten(about, ids, section if heavy else "unfinished", list(ids), None, words)


def subject(theory: Theory, about: str) -> str:
    """A node or link in words."""
    ends = [quoted(theory.node(id)) if id in theory else harmless(id) for id in about.split(" -> ")]
    return f"the link from {ends[0]} to {ends[1]}" if len(ends) > 1 else ends[0]


def became(first: Any, last: Any, verb: str = "changed") -> str:
    """What became of a field, as the end of a sentence.

    >>> became(3, 2, "moved"), became(None, "ward-5"), became("ward-5", None)
    ('moved from 3 to 2', 'was set to ward-5', 'was taken out; it was ward-5')
    """
    if first is None or first == ():
        return f"was set to {held(last)}"
    if last is None or last == ():
        return f"was taken out; it was {held(first)}"
    return f"{verb} from {held(first)} to {held(last)}"


def held(value: Any) -> str:
    """What a field holds, short and harmless."""
    if value is None or value == ():
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return listed([harmless(str(one)) for one in value], 4)
    return shortened(harmless(f"{value:g}" if isinstance(value, float) else str(value)), 60)


def _section(record: Any) -> str:
    return "cycles" if isinstance(record, PdsaCycle) else "evidence"


_EVIDENCE = {
    "finding": "finding",
    "kind": "kind",
    "text": "words",
    "source": "source",
    "year": "year",
}


def _piece(old: Theory, new: Theory, was: Evidence, item: Evidence) -> Iterator[Rewritten]:
    name = f"evidence {item.id} on {subject(new, item.about)}"
    if was.about != item.about:
        words = f"Evidence {item.id} is about {subject(new, item.about)} now, and was about {subject(old, was.about)}."
        yield Rewritten(item.about, (item.id,), "about", was.about, item.about, words)
    for field, words in _EVIDENCE.items():
        first, last = getattr(was, field), getattr(item, field)
        if first != last:
            told = f"The {words} of {name} {became(first, last)}."
            yield Rewritten(item.about, (item.id,), field, first, last, told)


_PARTS: Mapping[str, Mapping[str, str]] = {
    "": {
        "team": "The team of",
        "site": "The site of",
        "scale": "The scale of",
        "conditions": "The conditions of",
        "follows": "The cycle before",
        "adapted_from": "The origin of",
    },
    "plan": {"date": "The date of the Plan of", "objective": "The objective of"},
    "do": {
        "date": "The date of the Do of",
        "observed": "What was observed in",
        "as_planned": "Whether it went as planned in",
    },
    "study": {"date": "The date of the Study of", "learned": "What was learned in"},
    "act": {
        "date": "The date of the Act of",
        "decision": "The decision after",
        "next": "What comes next after",
    },
}
_PREDICTION = {
    "question": "The question",
    "prediction": "The prediction",
    "found": "What was found",
    "result": "The result",
    "date": "The date of the prediction",
}


def _cycle(old: Theory, new: Theory, was: PdsaCycle, item: PdsaCycle) -> Iterator[Rewritten]:
    about, name = item.change, f"cycle {item.id} on {subject(new, item.change)}"
    finished = was_studied(was)

    def told(field: str, first: Any, last: Any, what: str) -> Iterator[Rewritten]:
        if first != last and (finished or first is not None):
            words = f"{what} {name} {became(first, last)}."
            yield Rewritten(about, (item.id,), field, first, last, words)

    if was.change != item.change:
        words = f"Cycle {item.id} tests {subject(new, about)} now, and tested {subject(old, was.change)}."
        yield Rewritten(about, (item.id,), "change", was.change, about, words)
    undone = finished and not was_studied(item)
    if undone:
        yield Rewritten(about, (item.id,), "study", "studied", None, f"The Study of {name} is gone.")
    for part, fields in _PARTS.items():
        if part == "study" and undone:
            continue
        first, last = (getattr(one, part) if part else one for one in (was, item))
        for field, what in fields.items():
            values = [getattr(one, field) if one is not None else None for one in (first, last)]
            yield from told(f"{part}.date" if field == "date" else field, values[0], values[1], what)
    many = max(len(was.predictions), len(item.predictions)) > 1
    for number, one, other in _paired(was.predictions, item.predictions):
        which = f" of prediction {number} in" if many else " in"
        asked = [p.question or p.prediction for p in (one, other) if p is not None]
        if one is None:
            if finished:
                words = f"A prediction was added to {name}: {held(asked[0])}."
                yield Rewritten(about, (item.id,), "predictions", None, asked[0], words)
        elif other is None:
            field = "result" if one.result else "predictions"
            words = (
                f"A prediction of {name} is gone{f', {one.result}' if one.result else ''}: {held(asked[0])}."
            )
            yield Rewritten(about, (item.id,), field, one.result or asked[0], None, words)
        else:
            for field, what in _PREDICTION.items():
                yield from told(field, getattr(one, field), getattr(other, field), f"{what}{which}")


def _paired(
    first: Sequence[Prediction], last: Sequence[Prediction]
) -> Iterator[tuple[int, Prediction | None, Prediction | None]]:
    """Each prediction with its number and what it is now: by its question, then by its words, then by its place."""
    left: list[int] = list(range(len(last)))
    pairs: dict[int, int] = {}
    for same in ("question", "prediction"):
        for at, one in enumerate(first):
            words = getattr(one, same)
            if at not in pairs and words is not None:
                match = next((i for i in left if getattr(last[i], same) == words), None)
                if match is not None:
                    pairs[at] = match
                    left.remove(match)
    for at in range(len(first)):
        if at not in pairs and left:
            pairs[at] = left.pop(0)
        yield at + 1, first[at], last[pairs[at]] if at in pairs else None
    for at in left:
        yield at + 1, None, last[at]
