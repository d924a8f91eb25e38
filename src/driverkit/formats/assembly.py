"""Parts of theories put together into one; where two say different things, it is told in words.

What only one part says is taken from it. Lists of ids (what a measure is of, what a team works on)
are put together, as a part names only what it holds. Where two parts say different things about the
same node, nobody can decide but a person: the first one is kept and the conflict is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import attrs

from driverkit.errors import UsageError
from driverkit.formats.merge import _KINDS, Conflict, Merged, _said
from driverkit.model import SECTIONS, Contribution, Problem, Revision, Theory
from driverkit.model.ids import new_id

__all__ = ["assemble"]

_UNITED = ("of", "works_on", "about", "because_of", "addresses", "tags", "perspectives", "fails_at", "strata")
"""Lists of names: a part has those that it knows."""


def assemble(parts: Iterable[Theory]) -> Merged:
    """Put parts of theories together into one theory.

    Args:
        parts: the theories, such as those that `driverkit.Theory.part` gave, worked on by their teams since.

    Returns:
        The theory; what a person has to decide, in words; and ids that two parts had given to things of
        different kinds, with what the later one is called now. Of things that two parts say
        differently, the theory says what the first of them does.

    Raises:
        UsageError: there are no parts, or one of them is no theory.

    >>> import driverkit as dk
    >>> whole = dk.Theory(
    ...     "Falls",
    ...     aims=[dk.Aim("A1", "Fewer falls")],
    ...     drivers=[dk.Driver("P1", "Floors"), dk.Driver("P2", "Shoes")],
    ... )
    >>> parts = [whole.part("P1"), whole.part("P2").replace("A1", text="Halve falls")]
    >>> made = assemble(parts)
    >>> [driver.id for driver in made.theory.drivers], [str(one) for one in made.conflicts]
    (['P1', 'P2'], ["A1.text: part 1 says 'Fewer falls', part 2 says 'Halve falls'. That of part 1 is kept."])
    """
    listed = list(parts)
    if not listed:
        raise UsageError("At least one part is needed.")
    for one in listed:
        if not isinstance(one, Theory):
            raise UsageError(f"Theories are put together, not a {type(one).__name__}.")
    return _Assembly(listed).made()


class _Assembly:
    """Collects what the parts say, and what they say differently."""

    def __init__(self, parts: list[Theory]) -> None:
        self.conflicts: list[Conflict] = []
        self.renamed: dict[str, str] = {}
        self.parts = self._explicit(self._apart(parts))

    def made(self) -> Merged:
        values: dict[str, Any] = {}
        for name in SECTIONS:
            values[name] = self._section([getattr(part, name) for part in self.parts])
        values["problem"] = self._problem()
        values["perspectives"] = _union([part.perspectives for part in self.parts])
        values["revisions"] = self._revisions()
        for name in ("title", "revision", "headings", "extra"):
            held = [getattr(part, name) for part in self.parts]
            values[name] = self._value(None, name, held)
        self._without_loops(values)
        return Merged(Theory(**values), tuple(self.conflicts), dict(self.renamed))

    def tell(self, path: str, id: str | None, message: str) -> None:
        self.conflicts.append(Conflict(path, id, message))

    # -- before

    def _apart(self, parts: list[Theory]) -> list[Theory]:
        """Ids that two parts gave to things of different kinds are made two."""
        kinds: dict[str, tuple[type, int]] = {}
        out: list[Theory] = []
        for number, part in enumerate(parts, 1):
            for id, item in list(part.index.items()):
                first, where = kinds.setdefault(id, (type(item), number))
                if first is type(item):
                    continue
                new = new_id(part, _KINDS[type(item).__name__], getattr(item, "text", None) or id, id)
                while new in kinds or any(new in other for other in parts):
                    new += "_"
                part = part.rename(id, new)
                kinds[new] = (type(item), number)
                self.renamed[id] = new
                self.tell(
                    id,
                    id,
                    f"part {where} gives this id to a {_KINDS[first.__name__]}, part {number} to a "
                    f"{_KINDS[type(item).__name__]}, which is {new!r} now.",
                )
            out.append(part)
        return out

    def _explicit(self, parts: list[Theory]) -> list[Theory]:
        """Links that go without saying in one part are said, where they would not in the whole."""
        several = len({aim.id for part in parts for aim in part.aims}) > 1
        said = {
            driver.id
            for part in parts
            for driver in part.drivers
            if driver.contributes_to or driver.level not in (None, 1)
        }
        out = []
        for part in parts:
            for link in part.links:
                if link.implied and (several or link.cause in said):
                    part = part.replace(link.cause, contributes_to=[Contribution(link.effect)])
            out.append(part)
        return out

    # -- one list

    def _section(self, lists: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        held: dict[str, list[tuple[int, Any]]] = {}
        for number, items in enumerate(lists, 1):
            for item in items:
                held.setdefault(item.id, []).append((number, item))
        return tuple(self._item(held[id]) for id in _in_order([[x.id for x in items] for items in lists]))

    def _item(self, said: list[tuple[int, Any]]) -> Any:
        first = said[0][1]
        if all(item == first for _, item in said[1:]):
            return first
        changes: dict[str, Any] = {}
        for attribute in attrs.fields(type(first)):
            name = attribute.name
            if name == "id" or not attribute.init:
                continue
            values = [(number, getattr(item, name)) for number, item in said]
            if name == "contributes_to":
                changes[name] = self._links(first.id, values)
            elif name in _UNITED and isinstance(values[0][1], tuple):
                changes[name] = _union([value for _, value in values])
            else:
                changes[name] = self._choose(first.id, name, values)
        return attrs.evolve(first, **changes)

    def _choose(self, id: str | None, name: str, values: list[tuple[int, Any]]) -> Any:
        """What the first part says that says something; who says otherwise is told."""
        said = [(number, value) for number, value in values if value not in (None, (), {})]
        if not said:
            return values[0][1]
        number, kept = said[0]
        for other, value in said[1:]:
            if value != kept:
                path = f"{id}.{name}" if id is not None else name
                self.tell(
                    path,
                    id,
                    f"part {number} says {_words(kept)}, part {other} says {_words(value)}. That of part {number} is kept.",
                )
        return kept

    def _value(self, id: str | None, name: str, held: list[Any]) -> Any:
        if name == "revision":
            notes = [one for one in held if one is not None]
            if notes and all(_same_note(one, notes[0]) for one in notes):
                because = _union([one.because_of for one in notes])
                return attrs.evolve(notes[0], because_of=because)
        return self._choose(id, name, list(enumerate(held, 1)))

    def _links(self, id: str, values: list[tuple[int, tuple[Contribution, ...]]]) -> tuple[Contribution, ...]:
        held: dict[str, list[tuple[int, Contribution]]] = {}
        for number, entries in values:
            for entry in entries:
                held.setdefault(entry.to, []).append((number, entry))
        out = []
        for to in _in_order([[entry.to for entry in entries] for _, entries in values]):
            said = held[to]
            changes = {
                name: self._choose(
                    id, f"contributes_to.{to}.{name}", [(n, getattr(e, name)) for n, e in said]
                )
                for name in ("strength", "because", "only_where")
            }
            fails_at = _union([entry.fails_at for _, entry in said])
            out.append(attrs.evolve(said[0][1], fails_at=fails_at, **changes))
        return tuple(out)

    # -- what has no id

    def _problem(self) -> Problem | None:
        said = [(n, part.problem) for n, part in enumerate(self.parts, 1) if part.problem is not None]
        if not said:
            return None
        text = self._choose(None, "problem.text", [(number, one.text) for number, one in said])
        extra = self._choose(None, "problem.extra", [(number, one.extra) for number, one in said])
        lists: list[tuple[Any, ...]] = [part.problem.causes if part.problem else () for part in self.parts]
        return Problem(text=text, causes=self._section(lists), extra=extra)

    def _revisions(self) -> tuple[Revision, ...]:
        """Notes that say the same but for their reasons are one."""
        out: list[Revision] = []
        for part in self.parts:
            taken: set[int] = set()  # a theory may have the same note twice
            at = -1
            for note in part.revisions:
                same = [i for i, one in enumerate(out) if i not in taken and _same_note(one, note)]
                if same:
                    at = same[0]
                    out[at] = attrs.evolve(out[at], because_of=_union([out[at].because_of, note.because_of]))
                else:
                    at += 1
                    out.insert(at, note)
                    taken = {i + (i >= at) for i in taken}
                taken.add(at)
        return tuple(out)

    # -- after

    def _without_loops(self, values: dict[str, Any]) -> None:
        """Links and cycles that lead back to where they began, once the parts are together, are taken out."""
        gone = self._cut(
            [(n, e.to) for name in ("aims", "drivers") for n in values[name] for e in n.contributes_to]
        )
        for name in ("aims", "drivers"):
            values[name] = tuple(
                attrs.evolve(
                    node,
                    contributes_to=tuple(e for e in node.contributes_to if (node.id, e.to) not in gone),
                )
                if any(cause == node.id for cause, _ in gone)
                else node
                for node in values[name]
            )
        for cause, effect in gone:
            message = (
                f"with the links of other parts, the link to {effect!r} would close a loop. It is left out."
            )
            self.tell(f"{cause}.contributes_to.{effect}", cause, message)
        links = {f"{cause} -> {effect}" for cause, effect in gone}
        values["evidence"] = tuple(
            attrs.evolve(one, about=one.about.partition(" -> ")[0]) if one.about in links else one
            for one in values["evidence"]
        )
        back = self._cut([(cycle, cycle.follows) for cycle in values["cycles"] if cycle.follows is not None])
        if back:
            values["cycles"] = tuple(
                attrs.evolve(cycle, follows=None) if (cycle.id, cycle.follows) in back else cycle
                for cycle in values["cycles"]
            )
            for cycle, before in back:
                message = f"with the cycles of other parts, to follow {before!r} would close a loop. It is left out."
                self.tell(f"{cycle}.follows", cycle, message)

    def _cut(self, pairs: list[tuple[Any, str]]) -> dict[tuple[str, str], None]:
        """The pairs that, one after the other, would close a loop."""
        up: dict[str, list[str]] = {}
        gone: dict[tuple[str, str], None] = {}
        for item, to in pairs:
            if _leads(up, to, item.id):
                gone[item.id, to] = None
            else:
                up.setdefault(item.id, []).append(to)
        return gone


def _leads(up: Mapping[str, list[str]], start: str, goal: str) -> bool:
    met = {start}
    stack = [start]
    while stack:
        id = stack.pop()
        if id == goal:
            return True
        more = [one for one in up.get(id, ()) if one not in met]
        met.update(more)
        stack.extend(more)
    return False


def _union(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The names of all lists; where one holds them all, that one as it is written."""
    held = [list(each) for each in lists]
    most = max(held, key=len, default=[])
    if all(set(each) <= set(most) for each in held):
        return tuple(most)
    return tuple(_in_order([list(dict.fromkeys(each)) for each in held]))


def _in_order(lists: list[list[str]]) -> list[str]:
    """Everything in the lists once, in an order that keeps that of each list, as far as they agree."""
    from heapq import heapify, heappop, heappush

    place: dict[str, int] = {}
    after: dict[str, dict[str, None]] = {}
    waits: dict[str, int] = {}
    for each in lists:
        for one in each:
            place.setdefault(one, len(place))
            after.setdefault(one, {})
            waits.setdefault(one, 0)
        for one, other in pairwise(each):
            if other not in after[one]:
                after[one][other] = None
                waits[other] += 1
    names = list(place)
    ready = [place[one] for one in names if not waits[one]]
    heapify(ready)
    left = dict.fromkeys(names)
    out: list[str] = []
    while left:
        # Where the lists contradict each other, the first of what is left comes first.
        one = names[heappop(ready)] if ready else next(iter(left))
        if one not in left:
            continue
        del left[one]
        out.append(one)
        for other in after[one]:
            waits[other] -= 1
            if not waits[other] and other in left:
                heappush(ready, place[other])
    return out


def _same_note(one: Revision, other: Revision) -> bool:
    return attrs.evolve(one, because_of=()) == attrs.evolve(other, because_of=())


def _words(value: Any) -> str:
    """A value as a person may read it."""
    if attrs.has(type(value)):
        held = {
            a.name: getattr(value, a.name)
            for a in attrs.fields(type(value))
            if getattr(value, a.name) not in (None, (), {})
        }
        return _said({name: one for name, one in held.items() if isinstance(one, str | int | float)} or held)
    if isinstance(value, tuple):
        return "[" + ", ".join(_words(one) for one in value[:5]) + (", …" if len(value) > 5 else "") + "]"
    return _said(dict(value) if isinstance(value, Mapping) else value)
