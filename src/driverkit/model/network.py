"""A network: the common theory of a hub, and the members that adapt it.

A network holds its members' theories or knows where they are. Which of the two it is makes no
difference to whoever asks: a theory that is not there yet is opened when it is first asked for, by
what the reader of files hands in. Nothing here opens a file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import Any

import attrs
from attrs import field, frozen

from driverkit.errors import Fault, FormatError, TheoryError, UnknownId
from driverkit.model import values as v
from driverkit.model.nodes import ids, texts
from driverkit.model.records import PdsaCycle, Recommendation, Team
from driverkit.model.theory import Origin, Theory, day_of

__all__ = ["Answer", "LeftOut", "Member", "Network", "evolved"]


def as_source(value: Theory | str) -> Theory | str:
    """A theory, or the path of its file inside the folder of the network."""
    return value if isinstance(value, Theory) else v.as_text(value)


def maybe_source(value: Theory | str | None) -> Theory | str | None:
    """The same, or None."""
    return None if value is None else as_source(value)


def sources(value: Iterable[Theory | str] | Theory | str | None) -> tuple[Theory | str, ...]:
    """A list of theories or paths."""
    return v.each(as_source, (value,) if isinstance(value, Theory) else value)


def as_context(value: Mapping[str, str] | None) -> v.FrozenDict:
    """What is particular about a place: a name and a word for each thing, such as ``setting: rural``."""
    if value is None or value is v.EMPTY:
        return v.EMPTY
    if not isinstance(value, Mapping):
        raise v.Refused(f"A mapping such as {{setting: rural}} is wanted, not {v.show(value)}.")
    return v.FrozenDict((v.as_text(key), v.as_text(word)) for key, word in value.items()) or v.EMPTY


def as_answer(value: str | None) -> str | None:
    """What somebody said to a question about the network."""
    return None if value is None else v.choose(as_answer, value)


_PATH = v.Kind("the path of a theory file", as_source, v.TEXT.parse, v.TEXT.schema)
v.register(_PATH)
v.register(attrs.evolve(_PATH, accept=maybe_source))
v.lists(sources, as_source)
v.register(v.Kind("a text", as_context, v.TEXT.parse, v.TEXT.schema, keyed=True))
v.offers(as_answer, "yes", "partly", "no")


@v.telling_faults
@frozen
class Member:
    """One of those who adapt the common theory: a school, a ward, a university, a district.

    Attributes:
        id: its id; ``m07/T3`` in a file of another member is cycle ``T3`` of member ``m07``.
        name: its name.
        theory: its theory, or the path of its theory file from the folder of the network.
        kind: what it is, in the network's own words, such as university or school district.
        role: its part in the network, in the network's own words, such as lead or partner.
        team: the ids of the teams that it belongs to; one alone needs no list.
        joined: when it joined.
        left: when it left, if it did.
        context: what is particular about the place, such as ``{coach: new, setting: rural}``.
        perspectives: the voices it brings.
        anonymous: whether its name is kept out of what others read.
    """

    id: str = field(converter=v.as_id)
    name: str | None = field(default=None, converter=v.maybe_text)
    theory: Theory | str | None = field(default=None, converter=maybe_source)
    kind: str | None = field(default=None, converter=v.maybe_text)
    role: str | None = field(default=None, converter=v.maybe_text)
    team: tuple[str, ...] = field(default=(), converter=ids)
    joined: dt.date | None = field(default=None, converter=v.maybe_date)
    left: dt.date | None = field(default=None, converter=v.maybe_date)
    context: v.FrozenDict = field(default=v.EMPTY, converter=as_context)
    perspectives: tuple[str, ...] = field(default=(), converter=texts)
    anonymous: bool | None = field(default=None, converter=v.maybe_flag)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@frozen
class LeftOut:
    """A member that was passed over when the network was read, as its theory cannot be.

    Attributes:
        member: the member.
        faults: what is wrong with its file; empty where that is not told.
    """

    member: Member
    faults: tuple[Fault, ...] = ()


@v.telling_faults
@frozen
class Answer:
    """What the hub says about itself where its files cannot: one answer of the readiness profile.

    Attributes:
        about: what it is about, such as ``convening``; the profile lists what may be asked.
        answer: yes, partly or no.
        because: what the answer rests on.
        date: when it was given.
    """

    about: str = field(converter=v.as_id)
    answer: str | None = field(default=None, converter=as_answer)
    because: str | None = field(default=None, converter=v.maybe_text)
    date: dt.date | None = field(default=None, converter=v.maybe_date)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


def _members(value: Iterable[Member] | None) -> tuple[Member, ...]:
    return v.section(Member, value)


def _teams(value: Iterable[Team] | None) -> tuple[Team, ...]:
    return v.section(Team, value)


def _recommendations(value: Iterable[Recommendation] | None) -> tuple[Recommendation, ...]:
    return v.section(Recommendation, value)


def _answers(value: Iterable[Answer] | None) -> tuple[Answer, ...]:
    return v.section(Answer, value)


def _left_out(value: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    return tuple(value)


for _converter, _noun, _words in (
    (_members, Member, "a member"),
    (_teams, Team, "a team"),
    (_recommendations, Recommendation, "a recommendation"),
    (_answers, Answer, "an answer"),
):
    v.register(v.Kind(_words, _converter, None, {}, many=True, noun=_noun))

Opener = Callable[[str], Theory]


@v.telling_faults
@frozen(repr=False)
class Network:
    """A hub's common theory and many members' local theories that adapt it.

    A node of a member's theory says with ``adapts`` which node of the common theory it adapts; one
    that does not is a local invention. Theories are read when they are first asked for, and kept.

    Attributes:
        title: what the network is called.
        hub: the common theory, or the path of its file.
        history: earlier versions of the common theory, oldest first, the last one like the hub's.
        members: those who adapt it.
        teams: the sub-networks, and the part of the common theory that each works on.
        perspectives: the voices that should be heard.
        recommendations: advice given back to those who own the system.
        readiness: what the hub says about itself, where its files cannot.
        anonymous: whether members' names are kept out of what other members read.
        left_out: those that were passed over when the folder was read, see `driverkit.load_network`; they
            are not among the members.

    Raises:
        TheoryError: an id is used twice, a member names a team that is not there, or, where the hub
            is a theory already, a team or recommendation names a node that no version of it has.

    >>> from driverkit.model import Aim, ChangeIdea, Driver
    >>> hub = Theory("Fewer falls", aims=[Aim("A1", "Halve falls")], drivers=[Driver("P1", "Risk is known")])
    >>> ours = Theory(
    ...     "Ward 6",
    ...     aims=[Aim("A", "Fewer falls here", adapts="A1")],
    ...     drivers=[Driver("D", "Risk", adapts="P1")],
    ... )
    >>> network = Network(
    ...     "Safe wards", hub, members=[Member("m01", "Ward 6", ours, context={"size": "small"})]
    ... )
    >>> network.adapted("m01")["P1"]
    ('D',)
    """

    title: str = field(converter=v.as_text)
    hub: Theory | str = field(converter=as_source)
    history: tuple[Theory | str, ...] = field(default=(), converter=sources, kw_only=True)
    members: tuple[Member, ...] = field(default=(), converter=_members, kw_only=True)
    teams: tuple[Team, ...] = field(default=(), converter=_teams, kw_only=True)
    perspectives: tuple[str, ...] = field(default=(), converter=texts, kw_only=True)
    recommendations: tuple[Recommendation, ...] = field(default=(), converter=_recommendations, kw_only=True)
    readiness: tuple[Answer, ...] = field(default=(), converter=_answers, kw_only=True)
    anonymous: bool | None = field(default=None, converter=v.maybe_flag, kw_only=True)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)
    origin: Origin | None = field(default=None, kw_only=True, eq=False, repr=False)
    opener: Opener | None = field(default=None, kw_only=True, eq=False, repr=False)
    left_out: tuple[LeftOut, ...] = field(default=(), converter=_left_out, kw_only=True, eq=False, repr=False)
    memo: dict[Any, Any] = field(factory=dict, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        faults = list(self.faults())
        if faults:
            raise TheoryError(faults)

    def __repr__(self) -> str:
        return f"<Network {self.title!r}: {len(self.members)} members, {len(self.teams)} teams>"

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in attrs.fields(type(self)) if f.name != "memo"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in {**state, "memo": {}}.items():
            object.__setattr__(self, name, value)

    # ------------------------------------------------------------------------------- the common theory

    @property
    def common(self) -> Theory:
        """The common theory of the hub.

        Raises:
            FormatError: its file cannot be read.
        """
        return self._opened(self.hub)

    def gone(self, ids: Iterable[str]) -> Mapping[str, Theory]:
        """Of some ids those that the common theory no longer has, each with the last version that has it.

        Raises:
            FormatError: a file of the history cannot be read.
        """
        missing = [id for id in ids if id not in self.common]
        found = (
            {id: version for version in self.versions[:-1] for id in missing if id in version}
            if missing
            else {}
        )
        return MappingProxyType({id: found[id] for id in missing if id in found})

    @property
    def versions(self) -> tuple[Theory, ...]:
        """The common theory as it came to be, oldest first; the last one is `common`.

        A last entry of the history that says the same as the hub's file is not counted twice.

        Raises:
            FormatError: files cannot be read; every fault of all of them.
        """
        found = self._all(dict(enumerate(self.history)))
        past = [found[at] for at in range(len(self.history))]
        if past and past[-1] == self.common:
            past.pop()
        return (*past, self.common)

    # ------------------------------------------------------------------------------------ the members

    def member(self, id: str) -> Member:
        """The member of that id.

        Raises:
            UnknownId: there is none; ``.near`` names ids that look like it.
        """
        found: Member = self._of_id("members", id)
        return found

    def team(self, id: str) -> Team:
        """The team of that id.

        Raises:
            UnknownId: there is none.
        """
        found: Team = self._of_id("teams", id)
        return found

    def members_of(self, team: str) -> tuple[Member, ...]:
        """The members that belong to a team, in the order of the file.

        Raises:
            UnknownId: there is no such team.
        """
        self.team(team)
        return tuple(member for member in self.members if team in member.team)

    def theory(self, member: str) -> Theory:
        """The theory of a member; read when it is first asked for.

        Raises:
            UnknownId: there is no such member, or it has no theory.
            FormatError: its file cannot be read.
        """
        source = self.member(member).theory
        if source is None:
            raise UnknownId(member, kind="member with a theory")
        return self._opened(source)

    @property
    def theories(self) -> Mapping[str, Theory]:
        """The theory of every member that has one, by the member's id, in the order of the file.

        Raises:
            FormatError: files cannot be read; every fault of all of them. `without` leaves members out.
        """
        found: Any = self.memo.get("theories")
        if found is None:
            wanted = {m.id: m.theory for m in self.members if m.theory is not None}
            found = self.memo["theories"] = MappingProxyType(self._all(wanted))
        return found  # type: ignore[no-any-return]  # the memo holds anything

    @property
    def unreadable(self) -> Mapping[str, FormatError]:
        """The members whose theory cannot be read, each with the error that tells why; empty where all can."""
        found: dict[str, FormatError] = {}
        for member in self.members:
            if member.theory is not None:
                try:
                    self._opened(member.theory)
                except FormatError as error:
                    found[member.id] = error
        return MappingProxyType(found)

    def was_left_out(self, member: str) -> bool:
        """Whether a member of that id was passed over when the folder was read: nobody knows what it did."""
        return any(one.member.id == member for one in self.left_out)

    def labels(self, reader: str | None = None, *, shared: bool = False) -> Mapping[str, str]:
        """What each member is called in what somebody reads.

        A member is called by its name, or by its id where it has none or shares it with another. Where
        the network or a member is anonymous, other members read "Member 3" instead. The hub itself reads
        names, and a member its own.

        The numbers come after those who are named and say nothing about the order of the file, in which
        somebody else may have a list. They hang on what the files of all anonymous members say, which nobody
        has but the hub, so nobody else can reckon them either. The same files always give the same numbers, on pages
        and pictures alike; when one of these files changes or a member joins, all numbers may be others, so that
        the one that is new is not the one that joined. Whoever is anonymous alone among members that are named is
        known by being the only one missing.

        Args:
            reader: the id of the member that reads; None for the hub.
            shared: it is read by anybody: whoever is anonymous stays so.

        Raises:
            UnknownId: the reader is no member.

        >>> wards = [Member("m01", "Ward 6"), Member("m02", "Ward 7", anonymous=True)]
        >>> network = Network("Safe wards", Theory("Fewer falls"), members=wards)
        >>> dict(network.labels("m01"))
        {'m01': 'Ward 6', 'm02': 'Member 2'}
        """
        if reader is not None:
            self.member(reader)
        names = [member.name for member in self.members if member.name is not None]
        found: dict[str, str] = {}
        for member in self.members:
            hidden = self.anonymous or member.anonymous
            if hidden and (shared or reader is not None) and member.id != reader:
                found[member.id] = f"Member {self._numbers[member.id]}"
            elif member.name is None:
                found[member.id] = member.id
            else:
                alone = names.count(member.name) == 1
                found[member.id] = member.name if alone else f"{member.name} ({member.id})"
        return MappingProxyType(found)

    @property
    def _numbers(self) -> Mapping[str, int]:
        """The number of each anonymous member, after all that are named."""
        found: Any = self.memo.get("numbers")
        if found is None:
            hidden = [one for one in self.members if self.anonymous or one.anonymous]
            said = [repr((one.id, self._content(one))) for one in hidden]
            key = hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()
            order = sorted(
                (one.id for one in hidden),
                key=lambda id: hashlib.sha256(f"{key} {id}".encode("utf-8", "replace")).digest(),
            )
            taken = {one.name or one.id for one in self.members if one not in hidden}
            first = len(self.members) - len(hidden) + 1
            free = (number for number in count(first) if f"Member {number}" not in taken)
            found = self.memo["numbers"] = dict(zip(order, free, strict=False))
        return found  # type: ignore[no-any-return]  # the memo holds anything

    def _content(self, member: Member) -> Any:
        """What a member's file says; nothing where it has none, or it cannot be read."""
        if member.theory is None:
            return None
        try:
            theory = self._opened(member.theory)
        except FormatError:
            return None
        return theory.aims, theory.drivers, theory.change_ideas, theory.cycles

    def adapted(self, member: str) -> Mapping[str, tuple[str, ...]]:
        """Which of a member's nodes adapt which node of the common theory.

        Returns:
            For each id that a node of the member names with ``adapts``, in the member's order, the ids
            of those nodes. An id that the common theory does not have (any more) is among them.
        """
        theory = self.theory(member)
        found: Any = theory.memo.get("adapted")
        if found is None:
            pairs: dict[str, list[str]] = {}
            for node in _adaptable(theory):
                if node.adapts is not None:
                    pairs.setdefault(node.adapts, []).append(node.id)
            found = theory.memo["adapted"] = MappingProxyType({hub: tuple(own) for hub, own in pairs.items()})
        return found  # type: ignore[no-any-return]  # the memo holds anything

    def local(self, member: str) -> tuple[str, ...]:
        """The aims, drivers and change ideas of a member that adapt nothing: its own inventions."""
        return tuple(node.id for node in self.theory(member).nodes if node.adapts is None)

    def cycle(self, reference: str) -> tuple[str, PdsaCycle] | None:
        """The cycle that ``member/ID`` names, with the id of its member; None where there is none."""
        member, slash, id = reference.partition("/")
        known = self._by_id("members").get(member)
        if not slash or known is None or known.theory is None:
            return None
        held = self.theory(member).index.get(id)
        return (member, held) if isinstance(held, PdsaCycle) else None

    def on(self, day: dt.date | str) -> tuple[Member, ...]:
        """Those who were members on a day: had joined by then (or nobody says when) and had not left.

        Raises:
            TheoryError: it is no date.
        """
        day = day_of(day)
        return tuple(
            one
            for one in self.members
            if not (one.joined is not None and one.joined > day)
            and not (one.left is not None and one.left <= day)
        )

    # --------------------------------------------------------------------------------- other networks

    def without(self, members: Collection[str]) -> Network:
        """The network without some of its members.

        Raises:
            UnknownId: one of them is no member.
        """
        for id in members:
            self.member(id)
        return evolved(self, members=tuple(m for m in self.members if m.id not in members))

    def with_theories(self, theories: Mapping[str, Theory], *, hub: Theory | None = None) -> Network:
        """The network with other theories for some members, and maybe for the hub.

        Raises:
            UnknownId: there is no such member.
        """
        for id in theories:
            self.member(id)
        members = tuple(
            attrs.evolve(one, theory=theories[one.id]) if one.id in theories else one for one in self.members
        )
        return evolved(self, members=members, hub=self.hub if hub is None else hub)

    def as_of(self, day: dt.date | str) -> Network:
        """What was known on a day: who was a member then, the common theory of then, their theories.

        The common theory is the last version whose revision is dated on that day or before; where no
        version is dated, today's. See `Theory.as_of` for what of a theory was known.

        Raises:
            TheoryError: it is no date.
            FormatError: files cannot be read.
        """
        day = day_of(day)
        versions = self.versions
        dated = [t for t in versions if t.revision is not None and t.revision.date is not None]
        past = [t for t in dated if t.revision and t.revision.date and t.revision.date <= day]
        hub = past[-1] if past else (versions[0] if dated else self.common)
        there = self.on(day)
        theories = self.theories
        members = tuple(
            attrs.evolve(
                one,
                theory=theories[one.id].as_of(day) if one.id in theories else one.theory,
                left=None,  # nobody knew then that it would
            )
            for one in there
        )
        advice = tuple(one for one in self.recommendations if one.date is None or one.date <= day)
        known = set(hub.index).union(*(version.index for version in past))
        return attrs.evolve(
            self,
            hub=hub.as_of(day),
            history=tuple(past),
            members=members,
            teams=tuple(
                attrs.evolve(t, works_on=[id for id in t.works_on if id in known]) for t in self.teams
            ),
            recommendations=tuple(
                attrs.evolve(one, about=[id for id in one.about if id in known]) for one in advice
            ),
        )

    # ---------------------------------------------------------------------------------------- within

    def faults(self) -> Iterator[Fault]:
        """What cannot be in one network, each fault with its path; nothing where all is well."""
        seen: dict[str, str] = {}
        for section in ("members", "teams", "recommendations"):
            for at, one in enumerate(getattr(self, section)):
                if one.id in seen:
                    yield Fault(
                        f"The id {one.id!r} is used twice: here and in {seen[one.id]}. "
                        "Ids are unique in a network; give one of the two another.",
                        f"{section}[{at}].id",
                        id=one.id,
                    )
                seen.setdefault(one.id, section)
        yield from self.misfits()

    def misfits(
        self, *, common: Theory | None = None, unread: Collection[str] | None = ()
    ) -> Iterator[Fault]:
        """What does not fit the rest of the network, each fault with its path; ids may be used twice.

        Args:
            common: the common theory, where it is known though `hub` is a path.
            unread: the ids of what is in the file and could not be read; None where a team is among it whose id nobody knows.
        """
        teams = {team.id for team in self.teams}
        for at, member in enumerate(self.members):
            for number, id in enumerate(member.team):
                if unread is not None and id not in teams and id not in unread:
                    hint = v.did_you_mean(id, teams) or " Add it under 'teams', or correct the id."
                    yield Fault(
                        f"There is no team {id!r}.{hint}", f"members[{at}].team[{number}]", id=member.id
                    )
            if member.joined is not None and member.left is not None and member.left < member.joined:
                yield Fault(
                    f"{member.id} left on {member.left}, before it joined on {member.joined}. "
                    "Correct one of the two dates.",
                    f"members[{at}].left",
                    id=member.id,
                )
        hub = common if common is not None else self.hub
        if not isinstance(hub, Theory):
            return
        named = [(f"teams[{at}].works_on", team.id, team.works_on) for at, team in enumerate(self.teams)]
        named += [
            (f"recommendations[{at}].about", one.id, one.about) for at, one in enumerate(self.recommendations)
        ]
        for path, whose, listed in named:
            for number, id in enumerate(listed):
                if id not in hub and not self._was_common(id):
                    hint = v.did_you_mean(id, hub.index) or " Name a node of its file, or leave it out."
                    yield Fault(
                        f"The common theory has no node {id!r}.{hint}",
                        f"{path}[{number}]",
                        id=whose,
                    )

    def _was_common(self, id: str) -> bool:
        """Whether an earlier version of the common theory has the id; True where one of them cannot be read."""
        try:
            return any(id in self._opened(version) for version in self.history)
        except FormatError:
            return True  # nobody knows, and the file is told of where the versions are asked for

    def _by_id(self, section: str) -> Mapping[str, Any]:
        """The members or teams by their ids."""
        found: Any = self.memo.get(("by id", section))
        if found is None:
            found = self.memo["by id", section] = {one.id: one for one in getattr(self, section)}
        return found  # type: ignore[no-any-return]  # the memo holds anything

    def _of_id(self, section: str, id: str) -> Any:
        known = self._by_id(section)
        if id in known:
            return known[id]
        raise UnknownId(str(id), v.near(str(id), known), section.removesuffix("s"))

    def _opened(self, source: Theory | str) -> Theory:
        if isinstance(source, Theory):
            return source
        kept = self.memo.get(("opened", source))
        if kept is None:
            if self.opener is None:
                raise FormatError(
                    [
                        Fault(
                            f"{source}: nobody knows where the files of this network are. Load it from its folder."
                        )
                    ]
                )
            kept = self.memo["opened", source] = self.opener(source)
        held: Theory = kept
        return held

    def _all(self, wanted: Mapping[Any, Theory | str]) -> dict[Any, Theory]:
        """Each theory opened; the faults of all files are told at once."""
        found: dict[Any, Theory] = {}
        faults: list[Fault] = []
        for key, source in wanted.items():
            try:
                found[key] = self._opened(source)
            except FormatError as error:
                faults.extend(error.faults)
        if faults:
            raise FormatError(faults)
        return found


def evolved(network: Network, **fields: Any) -> Network:
    """The network with other fields; what was read of its files is not read again."""
    found = attrs.evolve(network, **fields)
    found.memo.update({key: kept for key, kept in network.memo.items() if key[0] == "opened"})
    return found


def _adaptable(theory: Theory) -> Iterator[Any]:
    """What may say what it adapts, in the order of the file."""
    for item in theory.items():
        if hasattr(item, "adapts"):
            yield item
