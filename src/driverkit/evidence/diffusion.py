"""Whose work spread where in a network: which cycle adapts which of another member, and where it stopped.

A cycle says with ``adapted_from: m07/T3`` that it adapts cycle ``T3`` of member ``m07``. From that alone:

* A *stay* is what one member did with one of its change ideas: the cycles that test it.
* An *adoption* is a cycle that adapts a cycle of another member. Its depth is how many members the idea went
  through from where it began, that one not counted.
* A stay *came from* the stay that its earliest adoption names; or, without one, from another stay of the same
  member, where a cycle follows or adapts one of that. A stay that came from nowhere is where something *began*.
* It *stopped* at each stay that came from another member and from which nothing went on. Why is told by the
  records alone, see `Stop`; nobody's clock is asked how long it has been quiet.

What is known to a member only by talking, or through the common theory, leaves no trace here; an idea that two
members test without naming each other *began* twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from statistics import median
from typing import Any

import attrs
from attrs import field, frozen

from driverkit.evidence.across import held_there
from driverkit.evidence.cycles import dates_of, predictions_held, was_studied
from driverkit.evidence.predictions import all_predictions, tally
from driverkit.evidence.status import idea_status
from driverkit.model import ChangeIdea, Network, PdsaCycle, Theory
from driverkit.model.values import did_you_mean

__all__ = ["WHY", "Adoption", "Spread", "SpreadFault", "SpreadIdea", "Stay", "Stop", "day_of", "spread_of"]

WHY: Mapping[str, str] = {
    "abandoned": "the member abandoned its idea",
    "refuted": "its last judged test held in nothing that was predicted",
    "adopted": "the member adopted it, and nobody has adapted that",
    "under way": "its last cycle has reached neither Study nor a decision",
    "not taken further": "nobody has adapted it, and the records give no reason",
}
"""Why an idea went no further, the first that is true; from the records, not from a clock."""


def day_of(cycle: PdsaCycle) -> dt.date | None:
    """The day of a cycle: of its Do or, without one, of its Plan, else the first that is known."""
    if cycle.do is not None and cycle.do.date is not None:
        return cycle.do.date
    days = dates_of(cycle)
    return days[0] if days else None


@frozen
class Stay:
    """What one member did with one of its change ideas.

    Attributes:
        member: the id of the member.
        idea: the id of its change idea.
        text: the words of it.
        hub: the node of the common theory that it adapts; None for a local invention.
        cycles: the ids of its cycles, in the order of the file.
        first: the day of the first of them; None where none is dated.
        last: the last of them, by its day, then in the order of the file.
        last_day: the latest day that a cycle of it says.
        status: proposed, testing, adopted or abandoned, as the idea or its cycles say.
        held: whether more than half of its judged predictions held; None where none is judged.
        why: how it stands, one of the words of `WHY`.
    """

    member: str
    idea: str
    text: str
    hub: str | None
    cycles: tuple[str, ...]
    first: dt.date | None
    last: str
    last_day: dt.date | None
    status: str
    held: bool | None
    why: str

    @property
    def id(self) -> str:
        """``member/IDEA``."""
        return f"{self.member}/{self.idea}"


@frozen
class Adoption:
    """A cycle that adapts a cycle of another member.

    Attributes:
        idea: what spreads: the node of the common theory, or ``member/IDEA`` where it began as a local invention.
        source: the cycle that is adapted, ``member/ID``.
        adopter: the cycle that adapts it, ``member/ID``.
        source_day: the day of the one.
        day: the day of the other.
        days: how many days lie between them; None where one is not dated.
        depth: how many members it went through from where it began.
        from_idea: the change idea of the source, ``member/ID``.
        to_idea: the change idea of the adopter, ``member/ID``.
        changed: which of words, scale and conditions are different; both say them.
        unknown: which of them cannot be compared, because one does not say them.
        from_text: the words of the idea at the source.
        to_text: those at the adopter.
        scales: how many at a time, at the source and at the adopter.
        conditions: under which conditions, likewise.
        held: whether the predictions of the adopting cycle held; None where that is open or both.
        decision: what its Act decided.
        status: how the adopter's idea stands: proposed, testing, adopted or abandoned.
    """

    idea: str
    source: str
    adopter: str
    source_day: dt.date | None
    day: dt.date | None
    days: int | None
    depth: int
    from_idea: str
    to_idea: str
    changed: tuple[str, ...]
    unknown: tuple[str, ...]
    from_text: str
    to_text: str
    scales: tuple[int | None, int | None]
    conditions: tuple[str | None, str | None]
    held: bool | None
    decision: str | None
    status: str

    @property
    def members(self) -> tuple[str, str]:
        """From whom to whom."""
        return self.source.partition("/")[0], self.adopter.partition("/")[0]


@frozen
class Stop:
    """Where an idea that had spread went no further.

    Attributes:
        idea: what spread.
        path: the members that it went through, from where it began to this one.
        stay: the last stay.
        depth: how many members it went through from where it began.
        why: one of the words of `WHY`.
    """

    idea: str
    path: tuple[str, ...]
    stay: Stay
    depth: int

    @property
    def why(self) -> str:
        """Why it went no further."""
        return self.stay.why


@frozen
class SpreadIdea:
    """One idea in a network: a node of the common theory, or a local invention by where it began.

    Attributes:
        id: the node of the common theory, or ``member/IDEA``.
        text: its words there.
        stays: what members did with it, in the order of the members.
        began: the stays where it began.
        adoptions: where it was taken up elsewhere.
        stops: where it went no further.
        hubs: the nodes of the common theory that a stay of it adapts.
    """

    id: str
    text: str
    stays: tuple[Stay, ...]
    began: tuple[Stay, ...]
    adoptions: tuple[Adoption, ...]
    stops: tuple[Stop, ...]
    hubs: tuple[str, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """The members with a cycle of it."""
        return tuple(dict.fromkeys(stay.member for stay in self.stays))

    @property
    def state(self) -> str:
        """spread, in several members, or never left home."""
        if self.adoptions:
            return "spread"
        return "in several members" if len(self.members) > 1 else "never left home"

    @property
    def days(self) -> float | None:
        """The median of the days between a cycle and the one that adapts it; None where none are known."""
        return _median(self.adoptions)

    @property
    def depth(self) -> int:
        """How many members the longest way went through, the first not counted."""
        return max((one.depth for one in self.adoptions), default=0)

    @property
    def reach(self) -> tuple[tuple[dt.date | None, str], ...]:
        """The day of the first cycle of each member, and the member; the earliest first, undated ones last."""
        first: dict[str, dt.date | None] = {}
        for stay in self.stays:
            known = first.get(stay.member)
            if stay.member not in first or (stay.first is not None and (known is None or stay.first < known)):
                first[stay.member] = stay.first
        return tuple(
            sorted(
                ((day, member) for member, day in first.items()),
                key=lambda one: (one[0] is None, one[0] or dt.date.min),
            )
        )


@frozen
class SpreadFault:
    """A reference that leads nowhere, in a circle or backwards in time.

    Attributes:
        cycle: the cycle that refers, ``member/ID``.
        reference: what it names.
        kind: unknown, loop or backwards.
        message: what is wrong, in a sentence.
    """

    cycle: str
    reference: str
    kind: str
    message: str


@frozen(eq=False)
class Spread:
    """How ideas spread in a network.

    Attributes:
        ideas: every idea that a cycle of a member tests: nodes of the common theory in its order, then local
            inventions in the order of the members.
        faults: references that lead nowhere, in a circle or backwards in time.
        within: how many cycles adapt one of the same member; they are no adoptions.
    """

    ideas: tuple[SpreadIdea, ...]
    faults: tuple[SpreadFault, ...]
    within: int

    @cached_property
    def adoptions(self) -> tuple[Adoption, ...]:
        """All adoptions, idea by idea; the earliest first, undated ones last."""
        return tuple(adoption for idea in self.ideas for adoption in idea.adoptions)

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """Everywhere that an idea went no further."""
        return tuple(stop for idea in self.ideas for stop in idea.stops)

    @property
    def days(self) -> float | None:
        """The median of the days between a cycle and the one that adapts it; None where none are known."""
        return _median(self.adoptions)


def _median(adoptions: Sequence[Adoption]) -> float | None:
    """Of those that lie forwards in time; the others are told as faults."""
    days = [one.days for one in adoptions if one.days is not None and one.days >= 0]
    return float(median(days)) if days else None


# ------------------------------------------------------------------------------------------ from the records

_Cycle = tuple[str, str]  # member and id of a cycle
_Stay = tuple[str, str]  # member and id of a change idea


@attrs.define
class _Records:
    """All cycles of a network, with what they name."""

    network: Network
    theories: Mapping[str, Theory]
    cycles: dict[_Cycle, PdsaCycle]
    stays: dict[_Stay, list[str]]
    sources: dict[_Cycle, _Cycle] = field(factory=dict)
    faults: list[SpreadFault] = field(factory=list)

    def stay_of(self, cycle: _Cycle) -> _Stay:
        return cycle[0], self.cycles[cycle].change


def spread_of(network: Network) -> Spread:
    """How ideas spread in a network: the adoptions, where each began, and where each stopped.

    Raises:
        FormatError: a member's file cannot be read.
    """
    found: Any = network.memo.get("evidence.spread")
    if found is None:
        found = network.memo["evidence.spread"] = _spread_of(network)
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _spread_of(network: Network) -> Spread:
    records = _Records(network, network.theories, {}, {})
    for member, theory in records.theories.items():
        for cycle in theory.cycles:
            records.cycles[member, cycle.id] = cycle
            records.stays.setdefault((member, cycle.change), []).append(cycle.id)
    _resolve(records)
    _cut_loops(records)
    _backwards(records)
    came = _came_from(records)
    told = _stays(records)
    roots, depths = _roots(records, came)
    keys = {stay: _key(told[root]) for stay, root in roots.items()}
    adoptions = _adoptions(records, told, keys, depths)
    stops = _stops(told, keys, came, _entered(records), _went_on(records, came))
    return _gathered(records, told, keys, came, adoptions, stops)


def _resolve(records: _Records) -> None:
    """The cycle that each adapting cycle names; those that lead nowhere are told."""
    for (member, id), cycle in records.cycles.items():
        said = cycle.adapted_from
        if said is None:
            continue
        other, slash, name = said.rpartition("/")
        source = (other if slash else member, name)
        if source in records.cycles:
            records.sources[member, id] = source
            continue
        where = source[0]
        if records.network.was_left_out(where):
            why = f"The file of member {where!r} cannot be read, so nobody knows whether it has the cycle {name!r}."
        elif where not in records.theories:
            known = [one.id for one in records.network.members]
            hint = " It has no theory." if where in known else did_you_mean(where, known)
            why = f"There is no member {where!r} with a theory.{hint}"
        else:
            of = [c.id for c in records.theories[where].cycles]
            why = f"Member {where!r} has no cycle {name!r}.{did_you_mean(name, of)}"
        records.faults.append(SpreadFault(f"{member}/{id}", said, "unknown", why))


def _cut_loops(records: _Records) -> None:
    """Cycles that adapt each other in a circle: told, and taken for no adoptions."""
    state: dict[_Cycle, int] = {}
    for start in records.sources:
        way: list[_Cycle] = []
        at: _Cycle | None = start
        while at is not None and at not in state:
            state[at] = 1
            way.append(at)
            at = records.sources.get(at)
        if at is not None and state[at] == 1:
            circle = way[way.index(at) :]
            names = " -> ".join("/".join(one) for one in (*circle, circle[0]))
            for one in circle:
                said = records.cycles[one].adapted_from or ""
                why = f"Cycles adapt each other in a circle ({names}); none of them is counted."
                records.faults.append(SpreadFault("/".join(one), said, "loop", why))
        for one in way:
            state[one] = 2
    looped = {one.cycle for one in records.faults if one.kind == "loop"}
    records.sources = {one: to for one, to in records.sources.items() if "/".join(one) not in looped}


def _backwards(records: _Records) -> None:
    for one, source in records.sources.items():
        mine, theirs = day_of(records.cycles[one]), day_of(records.cycles[source])
        if mine is not None and theirs is not None and mine < theirs:
            why = (
                f"It is dated {mine.isoformat()}, before what it adapts ({theirs.isoformat()}); it is counted, and its "
                "days are not."
            )
            said = records.cycles[one].adapted_from or ""
            records.faults.append(SpreadFault("/".join(one), said, "backwards", why))


def _order(records: _Records, cycle: _Cycle) -> tuple[bool, dt.date, int]:
    """Earlier cycles of a stay first: by day, undated ones last, then in the order of the file."""
    day = day_of(records.cycles[cycle])
    at = records.stays[records.stay_of(cycle)].index(cycle[1]) if day is None else 0
    return day is None, day or dt.date.min, at


def _came_from(records: _Records) -> dict[_Stay, _Stay]:
    """The stay that each stay came from, by its first cycle; what began is not there."""
    came: dict[_Stay, _Stay] = {}
    for stay, ids in records.stays.items():
        first = min(((stay[0], id) for id in ids), key=lambda cycle: _order(records, cycle))
        sources = [other for source in _named(records, first) if (other := records.stay_of(source)) != stay]
        if sources:
            came[stay] = sources[0]
    return _without_circles(records, came)


def _named(records: _Records, cycle: _Cycle) -> list[_Cycle]:
    """The cycles that one goes back to: the one it adapts, then the one it follows."""
    follows = records.cycles[cycle].follows
    named = [records.sources.get(cycle), (cycle[0], follows) if follows is not None else None]
    return [one for one in named if one is not None and one in records.cycles]


def _entered(records: _Records) -> dict[_Stay, _Stay]:
    """The stay of another member that each stay was first adapted from, whether it began by itself or not."""
    first: dict[_Stay, tuple[tuple[bool, dt.date, int], _Stay]] = {}
    for cycle, source in records.sources.items():
        if cycle[0] == source[0]:
            continue
        stay, way = records.stay_of(cycle), (_order(records, cycle), records.stay_of(source))
        if stay not in first or way[0] < first[stay][0]:
            first[stay] = way
    return {stay: other for stay, (_, other) in first.items()}


def _without_circles(records: _Records, came: dict[_Stay, _Stay]) -> dict[_Stay, _Stay]:
    """An idea may come back to where it began: in each circle the stay with the earliest cycle is the beginning."""
    state: dict[_Stay, int] = {}
    place = {stay: number for number, stay in enumerate(records.stays)}

    def age(stay: _Stay) -> tuple[bool, dt.date, int]:
        days = [day for id in records.stays[stay] if (day := day_of(records.cycles[stay[0], id])) is not None]
        return not days, min(days, default=dt.date.min), place[stay]

    for start in list(came):
        way: list[_Stay] = []
        at: _Stay | None = start
        while at is not None and at not in state:
            state[at] = 1
            way.append(at)
            at = came.get(at)
        if at is not None and state[at] == 1:
            del came[min(way[way.index(at) :], key=age)]
        for one in way:
            state[one] = 2
    return came


def _roots(records: _Records, came: Mapping[_Stay, _Stay]) -> tuple[dict[_Stay, _Stay], dict[_Stay, int]]:
    """Where each stay began, and how many members it went through."""
    roots: dict[_Stay, _Stay] = {}
    depths: dict[_Stay, int] = {}
    for stay in records.stays:
        way = [stay]
        while way[-1] not in roots and way[-1] in came:
            way.append(came[way[-1]])
        for one in reversed(way):
            if one in roots:
                continue
            if one in came:
                other = came[one]
                roots[one], depths[one] = roots[other], depths[other] + (other[0] != one[0])
            else:
                roots[one], depths[one] = one, 0
    return roots, depths


def _stays(records: _Records) -> dict[_Stay, Stay]:
    judged: dict[_Stay, list[Any]] = {}
    for member, theory in records.theories.items():
        for record in all_predictions(theory):
            judged.setdefault((member, record.cycle.change), []).append(record)
    hub = records.network.common
    told = {}
    for (member, id), ids in records.stays.items():
        idea = records.theories[member].node(id)
        assert isinstance(idea, ChangeIdea)
        cycles = [records.cycles[member, one] for one in ids]
        days = [day for cycle in cycles if (day := day_of(cycle)) is not None]
        ordered = sorted(enumerate(cycles), key=lambda one: (day_of(one[1]) or dt.date.min, one[0]))
        status = idea_status(records.theories[member], id).status
        told[member, id] = Stay(
            member,
            id,
            idea.text,
            idea.adapts if idea.adapts is not None and idea.adapts in hub else None,
            tuple(ids),
            min(days, default=None),
            ordered[-1][1].id,
            max((day for cycle in cycles for day in dates_of(cycle)), default=None),
            status,
            held_there(tally(judged.get((member, id), ()))),
            _why([cycle for _, cycle in ordered], status),
        )
    return told


def _why(cycles: Sequence[PdsaCycle], status: str) -> str:
    """How a stay stands, from its cycles, the earliest first."""
    if status == "abandoned":
        return "abandoned"
    judged = [cycle for cycle in cycles if any(p.result is not None for p in cycle.predictions)]
    if judged and predictions_held(judged[-1]) is False:
        return "refuted"
    if status == "adopted":
        return "adopted"
    last = cycles[-1]
    decided = last.act is not None and last.act.decision is not None
    if not was_studied(last) and not decided:
        return "under way"
    return "not taken further"


def _key(root: Stay) -> str:
    return root.hub if root.hub is not None else root.id


def _adoptions(
    records: _Records,
    told: Mapping[_Stay, Stay],
    keys: Mapping[_Stay, str],
    depths: Mapping[_Stay, int],
) -> dict[str, list[Adoption]]:
    found: dict[str, list[Adoption]] = {}
    for adopter, source in records.sources.items():
        if adopter[0] == source[0]:
            continue
        mine, theirs = records.cycles[adopter], records.cycles[source]
        to, came_of = records.stay_of(adopter), records.stay_of(source)
        days = (day_of(theirs), day_of(mine))
        changed, unknown = _changed(told[came_of], told[to], theirs, mine)
        found.setdefault(keys[came_of], []).append(
            Adoption(
                keys[came_of],
                "/".join(source),
                "/".join(adopter),
                *days,
                (days[1] - days[0]).days if days[0] is not None and days[1] is not None else None,
                depths[came_of] + 1,
                told[came_of].id,
                told[to].id,
                changed,
                unknown,
                told[came_of].text,
                told[to].text,
                (theirs.scale, mine.scale),
                (theirs.conditions, mine.conditions),
                predictions_held(mine),
                mine.act.decision if mine.act is not None else None,
                told[to].status,
            )
        )
    for some in found.values():
        some.sort(key=lambda one: (one.day is None, one.day or dt.date.min))
    return found


def _changed(
    first: Stay, last: Stay, theirs: PdsaCycle, mine: PdsaCycle
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    changed = ["words"] if first.text.casefold().split() != last.text.casefold().split() else []
    unknown = []
    for what in ("scale", "conditions"):
        before, after = getattr(theirs, what), getattr(mine, what)
        if before is None or after is None:
            unknown.append(what)
        elif before != after:
            changed.append(what)
    return tuple(changed), tuple(unknown)


def _went_on(records: _Records, came: Mapping[_Stay, _Stay]) -> set[_Stay]:
    """The stays from which something went on; coming back to a member on the way there is no going on."""
    found = set()
    for cycle in records.cycles:
        for source in _named(records, cycle):
            giver, taker = records.stay_of(source), records.stay_of(cycle)
            before = giver
            while before != taker and before in came:
                before = came[before]
            if before != taker:
                found.add(giver)
    return found


def _stops(
    told: Mapping[_Stay, Stay],
    keys: Mapping[_Stay, str],
    came: Mapping[_Stay, _Stay],
    entered: Mapping[_Stay, _Stay],
    went_on: set[_Stay],
) -> dict[str, list[Stop]]:
    found: dict[str, list[Stop]] = {}
    for stay, one in told.items():
        if stay in went_on:
            continue
        path = [stay]
        if stay not in came and stay in entered:
            path.append(entered[stay])
        while path[-1] in came:
            path.append(came[path[-1]])
        members = tuple(name for name, _ in groupby(member for member, _ in reversed(path)))
        if len(members) > 1:
            # What it was adapted from names it, also where the member was at something of its own before.
            key = keys[path[-1]]
            found.setdefault(key, []).append(Stop(key, members, one, len(members) - 1))
    return found


def _gathered(
    records: _Records,
    told: Mapping[_Stay, Stay],
    keys: Mapping[_Stay, str],
    came: Mapping[_Stay, _Stay],
    adoptions: Mapping[str, Sequence[Adoption]],
    stops: Mapping[str, Sequence[Stop]],
) -> Spread:
    by_key: dict[str, list[_Stay]] = {}
    for stay, key in keys.items():
        by_key.setdefault(key, []).append(stay)
    hub = records.network.common

    def ordered() -> Iterator[str]:
        yield from (one.id for one in hub.items() if one.id in by_key)
        yield from (key for key in by_key if "/" in key)

    ideas = []
    for key in dict.fromkeys(ordered()):
        stays = [told[stay] for stay in by_key[key]]
        began = tuple(told[stay] for stay in by_key[key] if stay not in came)
        node: Any = hub.node(key) if "/" not in key else began[0]
        ideas.append(
            SpreadIdea(
                key,
                str(getattr(node, "text", None) or getattr(node, "name", key)),
                tuple(stays),
                began,
                tuple(adoptions.get(key, ())),
                tuple(stops.get(key, ())),
                tuple(dict.fromkeys(stay.hub for stay in stays if stay.hub is not None)),
            )
        )
    within = sum(one[0] == source[0] for one, source in records.sources.items())
    return Spread(tuple(ideas), tuple(records.faults), within)
