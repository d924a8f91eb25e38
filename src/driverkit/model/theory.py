"""The theory: the root of everything, a value that stays as it is.

A theory is checked once, when it is made: what cannot be a theory (an id used twice, a link to
nothing, a loop) is refused with every fault at once; what is merely weak is allowed. Every change
hands back a new theory and checks only what the change touched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import attrs
from attrs import field, frozen

from driverkit.errors import Fault, TheoryError, UnknownId
from driverkit.model import values as v
from driverkit.model.nodes import Aim, Cause, ChangeIdea, Contribution, Driver, Link, Measure, Problem, texts
from driverkit.model.records import (
    Evidence,
    Headings,
    PdsaCycle,
    Recommendation,
    Revision,
    Team,
)

__all__ = ["SECTIONS", "Item", "Origin", "Place", "Theory", "day_of", "faults_of", "reference_faults"]

Item = Aim | Driver | ChangeIdea | Measure | PdsaCycle | Evidence | Cause | Team | Recommendation
"""Everything in a theory that has an id."""

SECTIONS: Mapping[str, type] = {
    "aims": Aim,
    "drivers": Driver,
    "change_ideas": ChangeIdea,
    "measures": Measure,
    "cycles": PdsaCycle,
    "evidence": Evidence,
    "teams": Team,
    "recommendations": Recommendation,
}
"""The lists of a theory whose entries have ids, in the order of the theory file. Causes stand inside the problem."""

_SECTION_OF = {noun: name for name, noun in SECTIONS.items()}
_KIND_WORDS = {
    Aim: "an aim",
    Driver: "a driver",
    ChangeIdea: "a change idea",
    Measure: "a measure",
    PdsaCycle: "a PDSA cycle",
    Evidence: "a piece of evidence",
    Cause: "a cause",
    Team: "a team",
    Recommendation: "a recommendation",
}


@frozen
class Place:
    """Where something stands in a file: ``file``, and ``line`` and ``column`` counted from 1.

    In a workbook the line is the row, and ``cell`` names the sheet and the cell, such as ``aims!B3``.
    """

    file: str | None
    line: int
    column: int
    cell: str | None = None

    def __str__(self) -> str:
        place = f"{self.file or '<text>'}:{self.line}:{self.column}"
        return f"{place}: {self.cell}" if self.cell else place


@frozen(eq=False)
class Origin:
    """The file that a theory was read from, so that findings have a place and a save loses nothing.

    Attributes:
        file: the name of the file as it was given; None for a text.
        path: the file itself, with links followed, wherever the program moves to; None for a text.
        digest: a mark of the bytes that were read; None where they are not known.
        format: the name of the format.
        offsets: where each id is defined, as a character offset into the text; of some things that have
            none where they stand, under a colon and their path, such as ``:revisions[0]``.
        line_starts: the offset at which each line begins.
        places: for a workbook or a folder of files, what turns an offset into a `Place`; None for a text.
        comments: how many lines hold a comment, which is no part of the theory.
        limits: how much was read before it would have been refused; a series that the theory names is
            held to the same. None where nobody said.
        until: the last day of the series in files of their own that is read; None for all of it. See
            `Theory.as_of`.
        lost: what stands in the file and is not in the theory, because driverkit has no place for it;
            each with its place.
        guessed: what the file does not say and was concluded from what it does say, such as the kind
            of a box in somebody's flowchart; each with its place.
    """

    file: str | None = None
    path: str | None = None
    digest: str | None = None
    format: str = "yaml"
    offsets: Mapping[str, int] = field(factory=dict, repr=False)
    line_starts: Any = field(default=(), repr=False)
    places: Callable[[int], Place] | None = field(default=None, repr=False)
    comments: int = 0
    limits: Any = field(default=None, repr=False)
    until: dt.date | None = None
    lost: tuple[Fault, ...] = field(default=(), repr=False)
    guessed: tuple[Fault, ...] = field(default=(), repr=False)

    def place(self, id: str) -> Place | None:
        """Where an id is defined, or something under its path; None where the file does not have it."""
        from bisect import bisect_right

        offset = self.offsets.get(id)
        if offset is None:
            return None
        if self.places is not None:
            return self.places(offset)
        line = bisect_right(self.line_starts, offset)
        return Place(self.file, line, offset - self.line_starts[line - 1] + 1)


# What each field of a theory takes; see the note on named converters in `driverkit.model.values`.


def _aims(value: Iterable[Aim] | None) -> tuple[Aim, ...]:
    return v.section(Aim, value)


def _drivers(value: Iterable[Driver] | None) -> tuple[Driver, ...]:
    return v.section(Driver, value)


def _change_ideas(value: Iterable[ChangeIdea] | None) -> tuple[ChangeIdea, ...]:
    return v.section(ChangeIdea, value)


def _measures(value: Iterable[Measure] | None) -> tuple[Measure, ...]:
    return v.section(Measure, value)


def _cycles(value: Iterable[PdsaCycle] | None) -> tuple[PdsaCycle, ...]:
    return v.section(PdsaCycle, value)


def _evidence(value: Iterable[Evidence] | None) -> tuple[Evidence, ...]:
    return v.section(Evidence, value)


def _teams(value: Iterable[Team] | None) -> tuple[Team, ...]:
    return v.section(Team, value)


def _recommendations(value: Iterable[Recommendation] | None) -> tuple[Recommendation, ...]:
    return v.section(Recommendation, value)


def _revision(value: Revision | Mapping[str, Any] | None) -> Revision | None:
    return None if value is None else v.inner(_revision, Revision, value)


def _headings(value: Headings | Mapping[str, Any] | None) -> Headings | None:
    return None if value is None else v.inner(_headings, Headings, value)


def _problem(value: Problem | Mapping[str, Any] | None) -> Problem | None:
    return None if value is None else v.inner(_problem, Problem, value)


def _one_revision(value: Revision | Mapping[str, Any]) -> Revision:
    return v.inner(_one_revision, Revision, value)


def _revisions(value: Iterable[Revision | Mapping[str, Any]] | None) -> tuple[Revision, ...]:
    return v.each(_one_revision, value)


for _converter, _noun in (
    (_aims, Aim),
    (_drivers, Driver),
    (_change_ideas, ChangeIdea),
    (_measures, Measure),
    (_cycles, PdsaCycle),
    (_evidence, Evidence),
    (_teams, Team),
    (_recommendations, Recommendation),
):
    v.register(v.Kind(_KIND_WORDS[_noun], _converter, None, {}, many=True, noun=_noun))
v.holds(_revision, Revision, "a mapping (label, date)")
v.holds(_headings, Headings, "a mapping (aim, primary, secondary, tertiary, change)")
v.holds(_problem, Problem, "a mapping (text, causes)")
v.holds(_one_revision, Revision, "a revision")
v.lists(_revisions, _one_revision)


@v.telling_faults
@frozen(repr=False)
class Theory:
    """What a team believes will move its aim. A driver diagram is one view of it.

    Attributes:
        title: what the theory is called.
        revision: the version this is: its label and date.
        headings: what the columns of the diagram are called.
        aims: what is to improve, in file order.
        drivers: the conditions that must change, in file order.
        change_ideas: the concrete changes, in file order.
        measures: how we know.
        cycles: the tests.
        evidence: anything else that bears on a node or link.
        problem: the problem and its causes.
        teams: who works on which part.
        perspectives: the voices that should be heard.
        recommendations: advice given back to those who own the system.
        revisions: how the theory came to be what it is.

    Raises:
        TheoryError: for a duplicate id, a reference to nothing, a link of a node to itself, the same
            link twice, a loop; every fault at once.

    >>> theory = Theory("Fewer falls", aims=[Aim("A1", "Halve falls on ward 6")])
    >>> theory = theory.add(Driver("P1", "Risk is known on admission"))
    >>> [link.id for link in theory.links]
    ['P1 -> A1']
    """

    title: str = field(converter=v.as_text)
    revision: Revision | None = field(default=None, converter=_revision, kw_only=True)
    headings: Headings | None = field(default=None, converter=_headings, kw_only=True)
    aims: tuple[Aim, ...] = field(default=(), converter=_aims, kw_only=True)
    drivers: tuple[Driver, ...] = field(default=(), converter=_drivers, kw_only=True)
    change_ideas: tuple[ChangeIdea, ...] = field(default=(), converter=_change_ideas, kw_only=True)
    measures: tuple[Measure, ...] = field(default=(), converter=_measures, kw_only=True)
    cycles: tuple[PdsaCycle, ...] = field(default=(), converter=_cycles, kw_only=True)
    evidence: tuple[Evidence, ...] = field(default=(), converter=_evidence, kw_only=True)
    problem: Problem | None = field(default=None, converter=_problem, kw_only=True)
    teams: tuple[Team, ...] = field(default=(), converter=_teams, kw_only=True)
    perspectives: tuple[str, ...] = field(default=(), converter=texts, kw_only=True)
    recommendations: tuple[Recommendation, ...] = field(default=(), converter=_recommendations, kw_only=True)
    revisions: tuple[Revision, ...] = field(default=(), converter=_revisions, kw_only=True)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)
    origin: Origin | None = field(default=None, kw_only=True, eq=False, repr=False)
    _trusted: bool = field(default=False, kw_only=True, eq=False, repr=False, alias="_trusted")
    memo: dict[Any, Any] = field(factory=dict, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self._trusted:
            faults = list(_faults(self, tuple(self.items()), {}))
            if faults:
                raise TheoryError(faults)
        object.__setattr__(self, "_trusted", False)

    def __getstate__(self) -> dict[str, Any]:
        return {
            f.name: getattr(self, f.name)
            for f in attrs.fields(type(self))
            if f.name not in ("memo", "_trusted")
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in {**state, "memo": {}, "_trusted": False}.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        counts = {name.replace("_", " "): len(getattr(self, name)) for name in SECTIONS}
        return (
            f"<Theory {self.title!r}: {', '.join(_counted(n, w) for w, n in counts.items() if n) or 'empty'}>"
        )

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        # A theory draws itself in a notebook, but the model knows no drawing: the door that does is
        # found by its name, and only when a notebook asks.
        from importlib import import_module

        bundle: dict[str, Any] = import_module("driverkit.notebook").bundle_for(self, include, exclude)
        return bundle

    # ------------------------------------------------------------------------------------ look at it

    def items(self) -> Iterator[Item]:
        """Everything that has an id, section by section in the order of the theory file."""
        for name in ("aims", "drivers", "change_ideas", "measures", "cycles", "evidence"):
            yield from getattr(self, name)
        if self.problem is not None:
            yield from self.problem.causes
        yield from self.teams
        yield from self.recommendations

    @property
    def nodes(self) -> tuple[Aim | Driver | ChangeIdea, ...]:
        """Aims, drivers and change ideas: the boxes of a driver diagram, in file order."""
        return self.aims + self.drivers + self.change_ideas

    @property
    def index(self) -> Mapping[str, Item]:
        """Everything that has an id, by its id."""
        found: Any = self.memo.get("index")
        if found is None:
            found = self.memo["index"] = {item.id: item for item in self.items()}
        return found  # type: ignore[no-any-return]  # the memo holds anything

    def __contains__(self, id: object) -> bool:
        return id in self.index

    def node(self, id: str) -> Any:
        """What has that id: an aim, driver, change idea, measure, cause, or a record.

        Raises:
            UnknownId: nothing has it; ``.near`` names ids that look like it.

        >>> Theory("t", aims=[Aim("A1", "Halve falls")]).node("A2")
        Traceback (most recent call last):
        driverkit.errors.UnknownId: No node has the id 'A2'. Did you mean 'A1'?
        """
        try:
            return self.index[id]
        except (KeyError, TypeError):
            raise UnknownId(str(id), v.near(str(id), self.index)) from None

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link in file order of its cause; implied links among them.

        A driver that names nothing it contributes to, and has no level or level 1, contributes to
        the aim where there is just one.
        """
        found: Any = self.memo.get("links")
        if found is None:
            found = self.memo["links"] = tuple(
                Link(node.id, c.to, c.strength, c.because, c.only_where, c.fails_at)
                if c is not None
                else Link(node.id, self.aims[0].id, implied=True)
                for node in self.nodes
                for c in (node.contributes_to or ((None,) if self._is_implied(node) else ()))
            )
        return found  # type: ignore[no-any-return]  # the memo holds anything

    def _is_implied(self, node: Aim | Driver | ChangeIdea) -> bool:
        return (
            type(node) is Driver
            and not node.contributes_to
            and node.level in (None, 1)
            and len(self.aims) == 1
        )

    def parents(self, id: str) -> tuple[str, ...]:
        """The ids of what a node contributes to, implied links included, in the order written."""
        node = self.node(id)
        if isinstance(node, (Aim, Driver, ChangeIdea)):
            if node.contributes_to:
                return tuple(c.to for c in node.contributes_to)
            if self._is_implied(node):
                return (self.aims[0].id,)
        return ()

    @property
    def levels(self) -> Mapping[str, int]:
        """The level of every aim and driver: aims are 0, primary drivers 1, and so on.

        A driver without a ``level`` is one deeper than the shallowest thing it contributes to; one
        that contributes to nothing counts as primary.
        """
        found: Any = self.memo.get("levels")
        if found is None:
            found = self.memo["levels"] = _levels(self)
        return found  # type: ignore[no-any-return]  # the memo holds anything

    def level(self, id: str) -> int | None:
        """The level of an aim (0) or driver (1, 2, 3 …); None for anything else.

        Raises:
            UnknownId: nothing has that id.
        """
        self.node(id)
        return self.levels.get(id)

    @property
    def primary_drivers(self) -> tuple[Driver, ...]:
        """The drivers of level 1, in file order."""
        levels = self.levels
        return tuple(d for d in self.drivers if levels[d.id] == 1)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes of the problem."""
        return self.problem.causes if self.problem else ()

    def place(self, id: str) -> Place | None:
        """Where an id is defined in the file that the theory was read from."""
        return self.origin.place(id) if self.origin else None

    # ---------------------------------------------------------------------------- make another of it

    def add(self, *items: Item) -> Theory:
        """A new theory with more in it, each item at the end of its section.

        Hand in many at once where there are many: the cost of a call grows with the size of the
        theory, the cost of an item does not.

        Raises:
            TheoryError: an id is taken, a reference leads nowhere, or a loop would close.
        """
        new: dict[str, list[Any]] = {}
        causes: list[Cause] = []
        for item in items:
            if type(item) is Cause:
                causes.append(item)
            elif type(item) in _SECTION_OF:
                new.setdefault(_SECTION_OF[type(item)], []).append(item)
            else:
                raise TheoryError(f"Only what has a place in a theory can be added, not {v.show(item)}.")
        changes: dict[str, Any] = {name: getattr(self, name) + tuple(more) for name, more in new.items()}
        if causes:
            problem = self.problem or Problem()
            changes["problem"] = attrs.evolve(problem, causes=problem.causes + tuple(causes))
        return self._with(changes, touched=items, fresh=True)

    def replace(self, *items: Item | str, **fields: Any) -> Theory:
        """A new theory in which items take the place of those with the same ids.

        An id alone stands for the item with some of its fields replaced:
        ``theory.replace("P1", text="…", owner="ward-5")``. Without any item, keyword arguments
        replace whole fields of the theory: ``theory.replace(title="…")``.

        Raises:
            UnknownId: no item has the id of a replacement.
            TheoryError: the result could not be a theory.
        """
        if len(items) == 1 and isinstance(items[0], str):
            changed, fields = self._with_fields(items[0], fields), {}
            items = (changed,)
        whole: list[Item] = []
        for item in items:
            if isinstance(item, str) or type(item) not in _KIND_WORDS:
                raise TheoryError(
                    f"Only what has a place in a theory can be replaced, not {v.show(item)}. "
                    'To change one by its id, write replace("P1", text="…").'
                )
            whole.append(item)
        by_id = {item.id: item for item in whole}
        if len(by_id) < len(items):
            raise TheoryError("The same id is replaced twice in one call.")
        sections: dict[str, Any] = {}
        for item in whole:
            old = self.node(item.id)
            if type(old) is not type(item):
                raise TheoryError(
                    [
                        Fault(
                            f"{item.id!r} is {_KIND_WORDS[type(old)]}, not {_KIND_WORDS[type(item)]}.",
                            id=item.id,
                        )
                    ]
                )
            name = _SECTION_OF.get(type(item), "problem")
            if name not in sections:
                if name == "problem":
                    sections[name] = self.problem
                    continue
                sections[name] = getattr(self, name)
        changes: dict[str, Any] = {}
        for name, value in sections.items():
            if name == "problem":
                changes[name] = attrs.evolve(value, causes=tuple(by_id.get(c.id, c) for c in value.causes))
            else:
                changes[name] = tuple(by_id.get(i.id, i) for i in value)
        if both := sorted(changes.keys() & fields.keys()):
            raise TheoryError(
                f"{both[0]!r} is replaced as a whole and item by item in one call. Make it two calls."
            )
        changes.update(fields)
        return self._with(changes, touched=whole, fresh=False, whole=bool(fields))

    def _with_fields(self, id: str, fields: Mapping[str, Any]) -> Item:
        item: Item = self.node(id)
        known = [f.name for f in attrs.fields(type(item)) if f.init]
        for name in fields:
            if name not in known or name == "id":
                hint = " Use rename to change an id." if name == "id" else v.did_you_mean(name, known)
                raise TheoryError(
                    [
                        Fault(
                            f"{_KIND_WORDS[type(item)].capitalize()} has no field {name!r} to replace.{hint}",
                            id=id,
                        )
                    ]
                )
        return attrs.evolve(item, **fields)

    def remove(self, *ids: str) -> Theory:
        """A new theory without some items.

        Links to what is removed go with it, and so do the places of it in measures, teams,
        recommendations and aims. A ramp closes over a cycle that is taken out of it. What is on
        record about an item (cycles of a change idea, evidence, a revision because of it) is never
        dropped unasked: remove it in the same call, or first. A driver that loses its last link
        keeps its level.

        Raises:
            UnknownId: no item has the id.
            TheoryError: something on record still speaks of what is to be removed.
        """
        gone = dict.fromkeys(ids)
        for id in gone:
            self.node(id)
        faults = list(_still_on_record(self, gone))
        if faults:
            raise TheoryError(faults)
        changes: dict[str, Any] = {}
        for name in SECTIONS:
            section = getattr(self, name)
            kept = tuple([self._without(item, gone) for item in section if item.id not in gone])
            if len(kept) < len(section) or any(a is not b for a, b in zip(kept, section, strict=True)):
                changes[name] = kept
        if self.problem and any(c.id in gone for c in self.problem.causes):
            changes["problem"] = attrs.evolve(
                self.problem, causes=tuple(c for c in self.problem.causes if c.id not in gone)
            )
        return self._with(changes, whole=True)

    def _without(self, item: Any, gone: Mapping[str, Any]) -> Any:
        changes: dict[str, Any] = {}
        entries = getattr(item, "contributes_to", ())
        if any(c.to in gone for c in entries):
            kept = tuple(c for c in entries if c.to not in gone)
            return attrs.evolve(self._in_its_column(item, kept), **_names_without(item, gone))
        if type(item) is PdsaCycle and item.follows in gone:
            before: Any = item.follows
            while before in gone:
                before = self.node(before).follows
            changes["follows"] = before
        changes.update(_names_without(item, gone))
        return attrs.evolve(item, **changes) if changes else item

    def _in_its_column(self, node: Any, entries: tuple[Contribution, ...]) -> Any:
        """A node with other links; a driver that has none left says its level, so as not to turn primary."""
        level = self.levels.get(node.id, 0)
        if type(node) is Driver and not entries and node.level is None and level > 1:
            return attrs.evolve(node, contributes_to=entries, level=level)
        return attrs.evolve(node, contributes_to=entries)

    def part(self, of: str | Iterable[str]) -> Theory:
        """The part of the theory that a team works on, as a theory of its own.

        It holds what the team names under ``works_on``, all that lies below, and every way from there up
        to the aims; the measures, cycles, evidence, causes and recommendations that bear on those; and the
        teams that work on some of it. What is named beside it (a cycle on an idea elsewhere, another
        node of a measure) is no longer named. `driverkit.assemble` puts parts together again.

        Args:
            of: the id of a team, or of any node or record; or several.

        Raises:
            UnknownId: nothing in the theory has that id.

        >>> theory = Theory(
        ...     "Fewer falls",
        ...     aims=[Aim("A1", "Halve falls")],
        ...     drivers=[Driver("P1", "Risk is known"), Driver("P2", "Floors are safe")],
        ...     change_ideas=[ChangeIdea("C1", "Ask on admission", contributes_to=["P1"])],
        ...     teams=[Team("t1", works_on=["P1"])],
        ... )
        >>> [node.id for node in theory.part("t1").nodes]
        ['A1', 'P1', 'C1']
        """
        from driverkit.model.parts import taken_out

        return taken_out(self, (of,) if isinstance(of, str) else tuple(of))

    def as_of(self, day: dt.date | str) -> Theory:
        """The theory as far as it was known on a day: what had been tested, found and measured by then.

        Cycles are there as far as they had come; results of predictions are known with the Study (or,
        without one, with Act or Do). Evidence is known from its year on, rows of series, revisions and
        recommendations from their dates on. What has no date is taken as known all along. The nodes, links and what
        people wrote into their fields (a status, an uptake) have no dates: they are today's. For the
        words of then, read the file's version of then.

        Args:
            day: a date, or an ISO 8601 text.

        Raises:
            TheoryError: it is no date.

        >>> from driverkit import examples
        >>> theory = examples.load("leaving-hospital")
        >>> len(theory.cycles), len(theory.as_of("2025-12-31").cycles)
        (19, 17)
        """
        from driverkit.model.then import known_then

        return known_then(self, day_of(day))

    def rename(self, old: str, new: str) -> Theory:
        """A new theory in which an id is another, everywhere it is spoken of.

        Raises:
            UnknownId: nothing has the old id.
            TheoryError: the new id is taken, or is no id.
        """
        self.node(old)
        try:
            v.as_id(new)
        except v.Refused as refused:
            raise TheoryError(str(refused)) from None
        team = type(self.node(old)) is Team
        changes: dict[str, Any] = {
            name: tuple([_renamed(item, old, new, team=team) for item in getattr(self, name)])
            for name in SECTIONS
        }
        if self.problem:
            changes["problem"] = attrs.evolve(
                self.problem,
                causes=tuple(_renamed(c, old, new, team=team) for c in self.problem.causes),
            )
        changes["revisions"] = tuple(_because_renamed(r, old, new) for r in self.revisions)
        if self.revision is not None:
            changes["revision"] = _because_renamed(self.revision, old, new)
        return self._with(changes, whole=True)

    def link(
        self,
        cause: str,
        effect: str,
        *,
        strength: str | None = None,
        because: str | None = None,
        only_where: str | None = None,
        fails_at: Iterable[str] | str = (),
    ) -> Theory:
        """A new theory in which ``cause`` contributes to ``effect``; a link that is there is rewritten.

        Raises:
            UnknownId: one of the two is not there.
            TheoryError: the link cannot be.
        """
        node, _ = self.node(cause), self.node(effect)
        if not isinstance(node, (Aim, Driver, ChangeIdea)):
            raise TheoryError(
                [Fault(f"{cause!r} is {_KIND_WORDS[type(node)]} and contributes to nothing.", id=cause)]
            )
        entry = Contribution(effect, strength, because, only_where, fails_at)
        entries = node.contributes_to
        if any(c.to == effect for c in entries):
            entries = tuple(attrs.evolve(entry, extra=c.extra) if c.to == effect else c for c in entries)
        else:
            if self._is_implied(node) and effect != self.aims[0].id:
                entries = (Contribution(self.aims[0].id),)
            entries = (*entries, entry)
        return self.replace(attrs.evolve(node, contributes_to=entries))

    def unlink(self, cause: str, effect: str) -> Theory:
        """A new theory without one link. A driver that loses its last link keeps its level.

        Raises:
            UnknownId: one of the two is not there.
            TheoryError: no such link is written, evidence still speaks of it, or the driver would
                contribute to the only aim all the same.
        """
        node, _ = self.node(cause), self.node(effect)
        entries = getattr(node, "contributes_to", ())
        kept = tuple(c for c in entries if c.to != effect)
        link = f"{cause} -> {effect}"
        if len(kept) == len(entries):
            if effect in self.parents(cause):
                raise TheoryError([_always_there(cause, effect)])
            raise TheoryError([Fault(f"There is no link {link!r}.", id=cause)])
        about = [e.id for e in self.evidence if e.about == link]
        if about:
            listed = ", ".join(map(repr, about))
            raise TheoryError(
                [
                    Fault(
                        f"The link {link!r} has evidence: {listed}. Remove that first, or keep the link.",
                        id=id,
                    )
                    for id in about[:1]
                ]
            )
        changed = self._in_its_column(node, kept)
        if self._is_implied(changed):
            raise TheoryError([_always_there(cause, self.aims[0].id)])
        return self.replace(changed)

    def _with(
        self,
        changes: dict[str, Any],
        *,
        touched: Iterable[Item] = (),
        fresh: bool = False,
        whole: bool = False,
    ) -> Theory:
        touched = tuple(touched)
        # Another aim can make implied links come or go, so then everything is looked at again.
        if whole or (fresh and any(type(item) is Aim for item in touched)):
            return attrs.evolve(self, **changes)
        new = attrs.evolve(self, **changes, _trusted=True)
        if not fresh:
            # Evidence about a link is about what its cause says, so it is looked at along with the cause.
            ids = {item.id for item in touched}
            about = (e for e in new.evidence if e.about.partition(" -> ")[0] in ids and e.id not in ids)
            touched = (*touched, *about)
        faults = list(_faults(new, touched, self.index if fresh else None))
        if faults:
            raise TheoryError(faults)
        return new


def _counted(number: int, words: str) -> str:
    return f"{number} {words.removesuffix('s') if number == 1 else words}"


# ------------------------------------------------------------------------------------- what is refused


def faults_of(theory: Theory, *, unread: Iterable[str] = ()) -> Iterator[Fault]:
    """What keeps a theory made with ``_trusted`` from being one; ``unread`` ids count as defined.

    A reader uses this to tell the faults among what it could read beside those that it met.
    """
    yield from _faults(theory, tuple(theory.items()), dict.fromkeys(unread, _UNREAD))


def reference_faults(theory: Theory, item: Item) -> Iterator[Fault]:
    """What is wrong with the ids of which an item speaks that is not in the theory; paths begin at the item.

    A reader uses this for an entry whose id is taken, after `faults_of`.
    """
    yield from _reference_faults(theory, item, theory.index)


_UNREAD: Any = object()


def _faults(theory: Theory, items: tuple[Item, ...], before: Mapping[str, Item] | None) -> Iterator[Fault]:
    """What cannot be, looked for in ``items`` only.

    ``before`` holds what was there already when ``items`` are new; it is None when they take the
    place of others with the same ids.
    """
    if before is None:
        index = theory.index
    else:
        index = dict(before)
        for item in items:
            other = index.get(item.id)
            if other is None or other is _UNREAD:
                index[item.id] = item
                continue
            yield Fault(
                f"The id {item.id!r} is used twice: for {_KIND_WORDS[type(other)]} {v.show(_words(other))} "
                f"and for {_KIND_WORDS[type(item)]} {v.show(_words(item))}. Ids are unique in a theory.",
                path=_path(theory, item),
                id=item.id,
            )
        theory.memo["index"] = index
    for item in items:
        if not (type(item) is ChangeIdea and _hangs_well(item, index)):
            yield from _reference_faults(theory, item, index)
    yield from _loops(theory, items, index)
    if before is not None and (not before or next(iter(before.values())) is _UNREAD):
        yield from _revision_faults(theory, index)


def _words(item: Item) -> str:
    return (
        getattr(item, "text", None) or getattr(item, "name", None) or getattr(item, "change", None) or item.id
    )


def _path(theory: Theory, item: Item, more: str = "") -> str:
    paths = theory.memo.get("paths")
    if paths is None:
        paths = theory.memo["paths"] = {}
        for name in SECTIONS:
            paths.update((id(held), f"{name}[{number}]") for number, held in enumerate(getattr(theory, name)))
        paths.update((id(held), f"problem.causes[{number}]") for number, held in enumerate(theory.causes))
    return f"{paths.get(id(item), '')}{more}"


def _did_you_mean(theory: Theory, id: str, known: Iterable[str]) -> str:
    # Looking for what is near is dear, and who has mended twenty such faults knows what to look for.
    theory.memo["hints"] = given = theory.memo.get("hints", 0) + 1
    return v.did_you_mean(id, known) if given <= _MOST_HINTS else ""


_MOST_HINTS = 20


def _missing(
    theory: Theory, item: Item, where: str, id: str, index: Mapping[str, Item], wanted: tuple[type, ...]
) -> Fault | None:
    found = index.get(id)
    if found is None:
        hint = _did_you_mean(theory, id, (i for i, x in index.items() if not wanted or type(x) in wanted))
        return Fault(
            f"{item.id!r} speaks of {id!r}, which is not defined.{hint}",
            _path(theory, item, where),
            id=item.id,
        )
    if wanted and type(found) not in wanted and found is not _UNREAD:
        *first, last = (_KIND_WORDS[w] for w in wanted)
        listed = f"{', '.join(first)} or {last}" if first else last
        return Fault(
            f"{id!r} is {_KIND_WORDS[type(found)]}; {item.id!r} can only name {listed} here.",
            _path(theory, item, where),
            id=item.id,
        )
    return None


_NODES = (Aim, Driver, ChangeIdea, Measure, Cause)
_BOXES = (Aim, Driver, ChangeIdea)

_REFERENCES: Mapping[type, tuple[tuple[str, tuple[type, ...]], ...]] = {
    Aim: (("measure", (Measure,)),),
    Driver: (("addresses", (Cause,)),),
    Measure: (("of", (*_BOXES, Cause)),),
    PdsaCycle: (("change", (ChangeIdea,)), ("follows", (PdsaCycle,)), ("adapted_from", (PdsaCycle,))),
    Team: (("works_on", _NODES),),
    Recommendation: (("about", _NODES),),
}
"""Which fields speak of other items, and of what kind. Links and evidence are looked at by themselves."""


def _reference_faults(theory: Theory, item: Item, index: Mapping[str, Item]) -> Iterator[Fault]:
    if isinstance(item, _BOXES) and item.contributes_to:
        yield from _link_faults(theory, item, index)
    if isinstance(item, Evidence):
        yield from _about_faults(theory, item, index)
    for name, wanted in _REFERENCES.get(type(item), ()):
        value = getattr(item, name)
        listed = value if isinstance(value, tuple) else () if value is None else (value,)
        for number, id in enumerate(listed):
            if "/" in id:  # it is in another file
                continue
            where = f".{name}[{number}]" if isinstance(value, tuple) else f".{name}"
            fault = _missing(theory, item, where, id, index, wanted)
            if fault is not None:
                if name == "adapted_from" and id not in index:
                    fault = attrs.evolve(
                        fault, message=f"{fault.message} A cycle in another file is written member/ID."
                    )
                yield fault


def _hangs_well(idea: ChangeIdea, index: Mapping[str, Item]) -> bool:
    """Whether an idea has one link, and a good one: so it is with most of what a large theory holds."""
    links = idea.contributes_to
    return len(links) == 1 and type(index.get(links[0].to)) in _LINKED


_LINKED = (Driver, Aim)


def _link_faults(
    theory: Theory, item: Aim | Driver | ChangeIdea, index: Mapping[str, Item]
) -> Iterator[Fault]:
    wanted: tuple[type, ...] = (Aim,) if type(item) is Aim else (Aim, Driver)
    met: set[str] = set()
    for number, entry in enumerate(item.contributes_to):
        to = entry.to
        where = f".contributes_to[{number}]"
        if to == item.id and index.get(to) is item:  # and not another one that has the id already
            yield Fault(
                f"{to!r} contributes to itself. Take that link out.", _path(theory, item, where), id=to
            )
        elif to in met:
            message = f"{item.id!r} contributes to {to!r} twice. Keep one of the two."
            yield Fault(message, _path(theory, item, where), id=item.id)
        else:
            met.add(to)
            fault = _missing(theory, item, where, to, index, wanted)
            if fault is not None:
                yield fault


def _about_faults(theory: Theory, item: Evidence, index: Mapping[str, Item]) -> Iterator[Fault]:
    cause, arrow, effect = item.about.partition(" -> ")
    wanted = _BOXES if arrow else _NODES
    ends = [
        _missing(theory, item, ".about", id, index, wanted) for id in ((cause, effect) if arrow else (cause,))
    ]
    yield from (fault for fault in ends if fault is not None)
    if not arrow or any(ends) or _UNREAD in (index[cause], index[effect]):
        return
    node: Any = index[cause]
    there = [c.to for c in node.contributes_to]
    if theory._is_implied(node):
        there = [theory.aims[0].id]
    if effect not in there:
        other: Any = index[effect]
        back = " There is one the other way round." if cause in [c.to for c in other.contributes_to] else ""
        yield Fault(
            f"{item.id!r} is about {item.about!r}, but there is no such link.{back}",
            _path(theory, item, ".about"),
            id=item.id,
        )


def _revisions_of(theory: Theory) -> Iterator[tuple[str, Revision]]:
    yield from ((f"revisions[{n}]", r) for n, r in enumerate(theory.revisions))
    if theory.revision is not None:
        yield "revision", theory.revision


def _revision_faults(theory: Theory, index: Mapping[str, Item]) -> Iterator[Fault]:
    for path, revision in _revisions_of(theory):
        for number, id in enumerate(revision.because_of):
            if "/" not in id and id not in index:
                yield Fault(
                    f"The revision speaks of {id!r}, which is not defined.{_did_you_mean(theory, id, index)}",
                    f"{path}.because_of[{number}]",
                )


def _loops(theory: Theory, items: tuple[Item, ...], index: Mapping[str, Item]) -> Iterator[Fault]:
    """A loop among links, and one among cycles that follow each other; each loop is written out."""
    linked = {i.id: i for i in items if isinstance(i, (Aim, Driver)) and i.contributes_to}
    above = _find_loops(linked, lambda id: [c.to for c in getattr(index.get(id), "contributes_to", ())])
    # A link of a node to itself was told where it stands.
    for loop in islice((loop for loop in above if len(loop) > 1), _MOST_LOOPS):
        yield Fault(
            f"A loop: {_written_out(loop, ' -> ')}. A driver cannot, through others, contribute to itself. "
            "Take one of these links out.",
            _path(theory, index[loop[0]], ".contributes_to"),
            id=loop[0],
        )
    following = [i.id for i in items if isinstance(i, PdsaCycle) and i.follows]
    before = _find_loops(following, lambda id: [f] if (f := getattr(index.get(id), "follows", None)) else [])
    for loop in islice(before, _MOST_LOOPS):
        yield Fault(
            f"A loop: {_written_out(loop, ' follows ')}. A cycle cannot come after itself.",
            _path(theory, index[loop[0]], ".follows"),
            id=loop[0],
        )


_MOST_LOOPS = 100


def _written_out(loop: tuple[str, ...], joint: str) -> str:
    """The way round, back to where it began; only its ends where it is very long."""
    if len(loop) > 30:
        return f"{joint.join(loop[:20])}{joint}… ({len(loop) - 25:,} more) …{joint}{joint.join((*loop[-5:], loop[0]))}"
    return joint.join((*loop, loop[0]))


def _find_loops(starts: Iterable[str], up: Callable[[str], list[str]]) -> Iterator[tuple[str, ...]]:
    """Depth first without recursion; one loop for each way back that is met."""
    done: set[str] = set()
    for start in starts:
        if start in done:
            continue
        path: list[str] = [start]
        on_path = {start: 0}
        stack = [iter(up(start))]
        while stack:
            for nxt in stack[-1]:
                if nxt in on_path:
                    yield tuple(path[on_path[nxt] :])
                elif nxt not in done:
                    on_path[nxt] = len(path)
                    path.append(nxt)
                    stack.append(iter(up(nxt)))
                    break
            else:
                stack.pop()
                last = path.pop()
                del on_path[last]
                done.add(last)


def _levels(theory: Theory) -> dict[str, int]:
    levels = {aim.id: 0 for aim in theory.aims}
    open_drivers: dict[str, list[str]] = {}
    for driver in theory.drivers:
        if driver.level is not None:
            levels[driver.id] = driver.level
        elif not driver.contributes_to:
            levels[driver.id] = 1
        else:
            open_drivers[driver.id] = [c.to for c in driver.contributes_to]
    for start in open_drivers:
        stack = [start]
        while stack:
            id = stack[-1]
            if id in levels:
                stack.pop()
                continue
            waiting = [p for p in open_drivers[id] if p not in levels]
            if waiting:
                stack.extend(waiting)
            else:
                levels[id] = 1 + min(levels[p] for p in open_drivers[id])
                stack.pop()
    return levels


# ----------------------------------------------------------------------- items with an id taken or changed


def _names_of(item: Any) -> Iterator[tuple[str, Any]]:
    """The fields of an item that hold ids of others, with what they hold; links and evidence aside."""
    for name, _ in _REFERENCES.get(type(item), ()):
        yield name, getattr(item, name)


def _names_without(item: Any, gone: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, held in _names_of(item):
        if isinstance(held, tuple):
            if any(i in gone for i in held):
                changes[name] = tuple(i for i in held if i not in gone)
        elif held in gone and name == "measure":
            changes[name] = None
    return changes


def _still_on_record(theory: Theory, gone: Mapping[str, Any]) -> Iterator[Fault]:
    """What would be lost, or speak of nothing, if some items were removed."""
    for cycle in theory.cycles:
        if cycle.id in gone:
            continue
        if cycle.change in gone:
            yield Fault(
                f"{cycle.change!r} has been tested: {cycle.id!r} is a cycle of it. Remove {cycle.id!r} too, "
                "in the same call, or give the idea the status 'abandoned' and keep what was learned.",
                _path(theory, cycle, ".change"),
                id=cycle.id,
            )
        if cycle.adapted_from in gone:
            yield Fault(
                f"{cycle.id!r} was adapted from {cycle.adapted_from!r}. Take that out of {cycle.id!r} first.",
                _path(theory, cycle, ".adapted_from"),
                id=cycle.id,
            )
    for evidence in theory.evidence:
        ends = [end for end in evidence.about.split(" -> ") if end in gone]
        if ends and evidence.id not in gone:
            yield Fault(
                f"{evidence.id!r} is evidence about {evidence.about!r}. Remove {evidence.id!r} too, in the same "
                f"call, or keep {ends[0]!r}.",
                _path(theory, evidence, ".about"),
                id=evidence.id,
            )
    for path, revision in _revisions_of(theory):
        for number, id in enumerate(revision.because_of):
            if id in gone:
                yield Fault(
                    f"A revision was made because of {id!r}. Take it out of the revision first.",
                    f"{path}.because_of[{number}]",
                    id=id,
                )


def _always_there(cause: str, aim: str) -> Fault:
    return Fault(
        f"{cause!r} is a primary driver and {aim!r} is the only aim, so it contributes to it without a link "
        f"being written. Give {cause!r} a level of 2 or more, another link, or remove it.",
        id=cause,
    )


def _because_renamed(revision: Revision, old: str, new: str) -> Revision:
    if old not in revision.because_of:
        return revision
    return attrs.evolve(revision, because_of=tuple(new if b == old else b for b in revision.because_of))


def _renamed(item: Any, old: str, new: str, *, team: bool) -> Any:
    changes: dict[str, Any] = {}
    if item.id == old:
        changes["id"] = new
    entries = getattr(item, "contributes_to", ())
    if any(c.to == old for c in entries):
        changes["contributes_to"] = tuple(attrs.evolve(c, to=new) if c.to == old else c for c in entries)
    if team and any(old in c.fails_at for c in entries):
        changes["contributes_to"] = tuple(
            attrs.evolve(c, fails_at=tuple(new if place == old else place for place in c.fails_at))
            for c in entries
        )
    for name, held in _names_of(item):
        if isinstance(held, tuple):
            if old in held:
                changes[name] = tuple(new if i == old else i for i in held)
        elif held == old:
            changes[name] = new
    for name in ("team", "owner") if team else ():  # a name, or the id of a team
        if getattr(item, name, None) == old:
            changes[name] = new
    if type(item) is Evidence:
        about = " -> ".join(new if end == old else end for end in item.about.split(" -> "))
        if about != item.about:
            changes["about"] = about
    return attrs.evolve(item, **changes) if changes else item


def day_of(value: dt.date | str) -> dt.date:
    """A day that somebody asks for.

    Raises:
        TheoryError: it is none.
    """
    try:
        day = v.maybe_date(value)
    except v.Refused as refused:
        raise TheoryError(str(refused)) from None
    if day is None:
        raise TheoryError("A date is wanted, such as 2026-03-01.")
    return day
