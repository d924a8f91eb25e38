"""One theory of a whole network: the common one, with what its members tested, found and invented.

>>> from driverkit.model import Aim, ChangeIdea, Driver, Member, Network, PdsaCycle, Theory
>>> hub = Theory(
...     "Fewer falls",
...     aims=[Aim("A1", "Halve falls")],
...     drivers=[Driver("P1", "Risk is known")],
...     change_ideas=[ChangeIdea("C1", "Ask on admission", contributes_to=["P1"])],
... )
>>> ours = Theory(
...     "Ward 6",
...     drivers=[Driver("D1", "Risk", adapts="P1"), Driver("D2", "Bells are heard")],
...     change_ideas=[ChangeIdea("I1", "Ask on day one", contributes_to=["D1"], adapts="C1")],
...     cycles=[PdsaCycle("T1", "I1", site="Room 1")],
... )
>>> theory = combined(Network("Safe wards", hub, members=[Member("m01", theory=ours)]))
>>> [driver.id for driver in theory.drivers]
['P1', 'm01.D2']
>>> theory.cycles[0].id, theory.cycles[0].change, theory.cycles[0].site
('m01.T1', 'C1', 'm01/Room 1')
"""

from __future__ import annotations

import os.path
import posixpath
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath
from typing import Any

import attrs
from attrs import frozen

from driverkit.evidence.adapting import common_id
from driverkit.evidence.stamps import suspects
from driverkit.graph import everything_behind
from driverkit.model import (
    Aim,
    ChangeIdea,
    Contribution,
    Driver,
    Evidence,
    Link,
    Measure,
    Network,
    Origin,
    PdsaCycle,
    Recommendation,
    Team,
    Theory,
)

__all__ = ["Combined", "combined", "combined_with_sources", "cycles_at"]

Box = Aim | Driver | ChangeIdea


@frozen
class Combined:
    """The combined theory of a network, and where each part of it comes from.

    Attributes:
        theory: the theory.
        source: for what a member brought, by its id in that theory: the member's id and the id in the
            member's file.
        home: the other way round: the id of an aim, driver, change idea or cycle of a member in that theory.
        links: which members have a link of the common theory: by its ``CAUSE -> EFFECT`` and the member's id,
            the member's own links that are that link. Links that no member has are not there.
    """

    theory: Theory
    source: Mapping[str, tuple[str, str]]
    home: Mapping[tuple[str, str], str]
    links: Mapping[str, Mapping[str, tuple[Link, ...]]]


def combined(network: Network) -> Theory:
    """The common theory with every member's cycles, evidence and local inventions, as one theory.

    All that is counted and drawn of a theory can so be counted and drawn of a network, and each cycle
    counts once.

    * An aim, driver or change idea that adapts one of the common theory *is* that one: its words,
      status and owner are the hub's. One that adapts nothing (or what is not there, or another kind of
      node) is there as ``m07.D3``, linked as its member links it.
    * A cycle is there as ``m07.T3``, under the common change idea that the member's idea adapts. Its
      site is ``m07/Ward 5``, or ``m07`` where it names none; its team, where it names none, is the one
      team of the network that the member is in; ``adapted_from: m07/T3`` leads to it.
    * Evidence, measures, teams and recommendations are there as ``m07.E1`` and so on. Evidence about a
      link that the common theory lacks is about the cause of that link.
    * A member's link from a node that adapts one end of a common link to a node that adapts the other *is* that
      link: its strength, reason and condition are the hub's, and where the member knows it to fail
      (``fails_at``) it fails here, at ``m07/Ward 5``. Where the hub says that it fails at a member, or at a
      team of the network, it fails wherever that member, or a member of that team, tested.
    * Other links among common nodes stay with the member. A link that would close a loop is left out.
    * What is confirmed by a stamp loses the stamp, as the words above it are other ones; what is
      suspect at the member stays so. Problems and their causes stay with the members.

    Raises:
        FormatError: theories of members cannot be read; every fault of all of them.
    """
    return combined_with_sources(network).theory


def combined_with_sources(network: Network) -> Combined:
    """The combined theory, with where each part of it comes from; see `combined`."""
    found: Any = network.memo.get("evidence.combined")
    if found is None:
        found = network.memo["evidence.combined"] = _joined(network).made()
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _joined(network: Network) -> _Maker:
    """The links of the combined theory, and what everything is called there; without its cycles, so made in no time."""
    found: Any = network.memo.get("evidence.joined")
    if found is None:
        found = network.memo["evidence.joined"] = _Maker(network)
    return found  # type: ignore[no-any-return]  # the memo holds anything


class _Maker:
    """Puts the theories of a network together."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.common = network.common
        self.used = set(self.common.index)
        self.team_ids = {team.id: self._free(team.id) for team in network.teams}
        self.source: dict[str, tuple[str, str]] = {}
        self.home: dict[tuple[str, str], str] = {}
        self.sections: dict[str, list[Any]] = {
            name: list(getattr(self.common, name))
            for name in (
                "aims", "drivers", "change_ideas", "measures", "cycles", "evidence", "teams", "recommendations"
            )
        }  # fmt: skip
        self.links: dict[str, dict[str, Contribution]] = {}
        self.shared: dict[str, dict[str, tuple[Link, ...]]] = {}
        self.up: dict[str, list[str]] = {}
        theories = network.theories
        for member, theory in theories.items():
            self._settle(member, theory)
        self._join(theories)

    def made(self) -> Combined:
        theories = self.network.theories
        for member, theory in theories.items():
            self._bring(member, theory)
        self._link(theories)
        self._of_the_network()
        common = self.common
        title = self.network.title
        sections: dict[str, Any] = {name: tuple(held) for name, held in self.sections.items()}
        theory = Theory(
            title,
            revision=common.revision,
            headings=common.headings,
            problem=common.problem,
            perspectives=tuple(dict.fromkeys((*self.network.perspectives, *common.perspectives))),
            revisions=tuple(
                attrs.evolve(note, because_of=tuple(self._elsewhere(id) for id in note.because_of))
                for note in common.revisions
            ),
            extra=common.extra,
            origin=self._origin(),
            **sections,
        )
        if theory.revision is not None:
            because = tuple(self._elsewhere(id) for id in theory.revision.because_of)
            theory = attrs.evolve(theory, revision=attrs.evolve(theory.revision, because_of=because))
        return Combined(theory, self.source, self.home, self.shared)

    # -- ids

    def _free(self, id: str) -> str:
        """An id that nothing has yet."""
        while id in self.used:
            id += "_"
        self.used.add(id)
        return id

    def _new(self, member: str, id: str) -> str:
        new = self._free(f"{member}.{id}")
        self.source[new] = (member, id)
        return new

    def _settle(self, member: str, theory: Theory) -> None:
        """What every item of a member is called from now on."""
        for item in theory.items():
            common = common_id(self.common, item)
            if common is not None:
                self.home[member, item.id] = common
            elif isinstance(item, Box | Measure | PdsaCycle | Evidence | Team | Recommendation):
                self.home[member, item.id] = self._new(member, item.id)

    def _elsewhere(self, reference: str) -> str:
        """``m07/T3`` as the id of that cycle here, where it is here."""
        member, slash, id = reference.partition("/")
        return self.home.get((member, id), reference) if slash else reference

    def _at_home(self, member: str, ids: Iterable[str]) -> tuple[str, ...]:
        """The ids of some things of a member, each once; what was left behind is not among them."""
        found = (self.home.get((member, id)) for id in ids)
        return tuple(dict.fromkeys(id for id in found if id is not None))

    # -- what members bring

    def _bring(self, member: str, theory: Theory) -> None:
        doubtful = {suspect.record for suspect in suspects(theory)}
        brought = _Brought(self, member, theory)
        for name in ("aims", "drivers", "change_ideas"):
            for node in getattr(theory, name):
                if self.source.get(self.home[member, node.id]) == (member, node.id):
                    self.sections[name].append(brought.node(node))
        for measure in theory.measures:
            self.sections["measures"].append(brought.measure(measure))
        for cycle in theory.cycles:
            self.sections["cycles"].append(brought.cycle(cycle, cycle.id in doubtful))
        links = {link.id for link in self.common.links}
        for piece in theory.evidence:
            about = brought.about(piece.about, links)
            if about is not None:
                stamp = piece.stamp if piece.id in doubtful else None
                new = attrs.evolve(piece, id=self.home[member, piece.id], about=about, stamp=stamp)
                self.sections["evidence"].append(new)
        for team in theory.teams:
            works_on = self._at_home(member, team.works_on)
            self.sections["teams"].append(
                attrs.evolve(team, id=self.home[member, team.id], works_on=works_on)
            )
        for advice in theory.recommendations:
            about_ids = self._at_home(member, advice.about)
            new_advice = attrs.evolve(advice, id=self.home[member, advice.id], about=about_ids)
            self.sections["recommendations"].append(new_advice)

    def _of_the_network(self) -> None:
        """The teams of the network and its recommendations, beside those of the common theory."""
        for team in self.network.teams:
            works_on = [id for id in team.works_on if id in self.common]  # what it has no more is left out
            self.sections["teams"].append(attrs.evolve(team, id=self.team_ids[team.id], works_on=works_on))
        for advice in self.network.recommendations:
            about = [id for id in advice.about if id in self.common]
            new = attrs.evolve(advice, id=self._free(advice.id), about=about)
            self.sections["recommendations"].append(new)

    # -- links

    def _join(self, theories: Mapping[str, Theory]) -> None:
        """The links of local inventions; those among common nodes are the hub's."""
        more_aims = any(
            (member, aim.id) == self.source.get(self.home[member, aim.id])
            for member, theory in theories.items()
            for aim in theory.aims
        )
        up = self.up
        common = {link.id for link in self.common.links}
        for link in self.common.links:
            up.setdefault(link.cause, []).append(link.effect)
            if link.implied and more_aims:  # it would no longer be implied
                self._note(link.cause, link.effect, Contribution(link.effect))
        late: list[tuple[str, str, Contribution]] = []
        for member, theory in theories.items():
            for link in theory.links:
                cause, effect = self.home[member, link.cause], self.home[member, link.effect]
                if cause not in self.source and effect not in self.source:
                    if (id := f"{cause} -> {effect}") in common:
                        have = self.shared.setdefault(id, {})
                        have[member] = (*have.get(member, ()), link)
                    continue
                entry = _entry(link, effect, self._places(member, theory, link.fails_at))
                if cause in self.source:
                    if self._note(cause, effect, entry):
                        up.setdefault(cause, []).append(effect)
                else:
                    late.append((cause, effect, entry))
        for cause, effect, entry in late:
            if cause not in _all_from(up, effect) and self._note(cause, effect, entry):
                up.setdefault(cause, []).append(effect)

    def _link(self, theories: Mapping[str, Theory]) -> None:
        """Write the links into what stands there, with where members know common ones to fail."""
        failing = self._failing(theories)
        for name in ("aims", "drivers", "change_ideas"):
            self.sections[name] = [self._linked(node, failing) for node in self.sections[name]]

    def _places(self, member: str, theory: Theory, said: Iterable[str]) -> tuple[str, ...]:
        """Sites and teams of a member that a link of its own names, as they are called here."""
        found: dict[str, None] = {}
        for place in said:
            found[f"{member}/{place}"] = None
            for team in theory.teams:
                if place in (team.id, team.name):
                    found[self.home[member, team.id]] = None
        return tuple(found)

    def _failing(self, theories: Mapping[str, Theory]) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Where common links are known to fail, of those that fail elsewhere too than where the hub says."""
        teams = {team.id: {team.id, team.name} for team in self.network.teams}
        found = {}
        for link in self.common.links:
            places = dict.fromkeys(link.fails_at)
            said = set(link.fails_at)
            for member in self.network.members if said else ():
                called = {member.id, member.name}.union(*(teams[team] for team in member.team))
                if called & said and member.id in theories:  # then wherever it tested
                    sites = (cycle.site for cycle in theories[member.id].cycles)
                    places.update(
                        (member.id if site is None else f"{member.id}/{site}", None) for site in sites
                    )
            for whose, links in self.shared.get(link.id, {}).items():
                own = (place for one in links for place in one.fails_at)
                places.update(dict.fromkeys(self._places(whose, theories[whose], own)))
            if len(places) > len(said):
                found[link.cause, link.effect] = tuple(places)
        return found

    def _note(self, cause: str, effect: str, entry: Contribution) -> bool:
        held = self.links.setdefault(cause, {})
        if effect in held or cause == effect:
            return False
        held[effect] = entry
        return True

    def _linked(self, node: Any, failing: Mapping[tuple[str, str], tuple[str, ...]]) -> Any:
        entries = self.links.get(node.id, {})
        there = [*node.contributes_to]
        if node.id in self.common:
            parents = self.common.parents(node.id)
            if not entries and all((node.id, to) not in failing for to in parents):
                return node
            # what was implied is written, as it goes without saying only where nothing else is said
            there = there or [Contribution(to) for to in parents]
            there = [
                attrs.evolve(entry, fails_at=failing.get((node.id, entry.to), entry.fails_at))
                for entry in there
            ]
        elif not entries:
            return node
        known = {entry.to for entry in there}
        return attrs.evolve(
            node, contributes_to=(*there, *(e for to, e in entries.items() if to not in known))
        )

    # -- files

    def _origin(self) -> Origin | None:
        origin = self.network.origin
        if origin is None:
            return None
        hub = self.common.origin
        until = hub.until if hub is not None else None  # of a network as it was on a day
        return Origin(origin.file, origin.path, limits=origin.limits, digest="", until=until)

    def folder(self, theory: Theory) -> str | None:
        """Where a member's file lies, from the folder of the network; None where that is not known."""
        here, there = self.network.origin, theory.origin
        if here is None or here.path is None or there is None or there.path is None:
            return None
        try:
            way = os.path.relpath(os.path.dirname(there.path), os.path.dirname(here.path))  # noqa: PTH120 - texts
        except ValueError:  # on another drive
            return None
        parts = PurePath(way).parts
        return None if ".." in parts else "/".join(parts)


@frozen
class _Brought:
    """What one member brings, as it is called in the combined theory."""

    maker: _Maker
    member: str
    theory: Theory

    def node(self, node: Any) -> Any:
        changes: dict[str, Any] = {
            "id": self.maker.home[self.member, node.id],
            "contributes_to": (),
            "adapts": None,
            "owner": self.owner(node.owner),
        }
        if isinstance(node, Aim) and node.measure is not None:
            changes["measure"] = self.maker.home[self.member, node.measure]
        if isinstance(node, Driver):
            changes["addresses"] = ()
            if not self.theory.parents(node.id):  # nor does it contribute to the one common aim here
                changes["level"] = max(2, node.level or 2)
        return attrs.evolve(node, **changes)

    def owner(self, said: str | None) -> str | None:
        if said is None:
            return None
        team = self.maker.home.get((self.member, said))
        return team if team is not None else f"{self.member}/{said}"

    def measure(self, measure: Measure) -> Measure:
        data = measure.data
        if isinstance(data, str):
            folder = self.maker.folder(self.theory)
            data = posixpath.join(folder, data) if folder is not None else None
        id = self.maker.home[self.member, measure.id]
        of = self.maker._at_home(self.member, measure.of)
        return attrs.evolve(measure, id=id, of=of, data=data, owner=self.owner(measure.owner))

    def cycle(self, cycle: PdsaCycle, doubtful: bool) -> PdsaCycle:
        home, member = self.maker.home, self.member
        adapted = cycle.adapted_from
        if adapted is not None:
            adapted = (
                self.maker._elsewhere(adapted) if "/" in adapted else home.get((member, adapted), adapted)
            )
        return attrs.evolve(
            cycle,
            id=home[member, cycle.id],
            change=home[member, cycle.change],
            follows=home[member, cycle.follows] if cycle.follows is not None else None,
            adapted_from=adapted,
            team=self.team(cycle.team),
            site=f"{member}/{cycle.site}" if cycle.site is not None else member,
            stamp=cycle.stamp if doubtful else None,
        )

    def team(self, said: str | None) -> str | None:
        """The team of a cycle; where it names none, the one team of the network that the member is in."""
        if said is None:
            teams = self.maker.network.member(self.member).team
            return self.maker.team_ids[teams[0]] if len(teams) == 1 else None
        return self.owner(next((team.id for team in self.theory.teams if team.name == said), said))

    def about(self, about: str, links: Collection[str]) -> str | None:
        """What evidence is about: the same link where it is there, else its cause; None for what stays behind."""
        cause, arrow, effect = about.partition(" -> ")
        ends = self.maker._at_home(self.member, (cause, effect) if arrow else (cause,))
        if not ends:
            return None
        if len(ends) == 2:
            link = " -> ".join(ends)
            if link in links or ends[0] in self.maker.source:
                return link
        return ends[0]


def _entry(link: Link, effect: str, fails_at: tuple[str, ...]) -> Contribution:
    return Contribution(effect, link.strength, link.because, link.only_where, fails_at)


def _all_from(ways: Mapping[str, Collection[str]], start: str) -> set[str]:
    """A node, and all that ways lead to from it."""
    met = {start}
    stack = [start]
    while stack:
        onward = [to for to in ways.get(stack.pop(), ()) if to not in met]
        met.update(onward)
        stack.extend(onward)
    return met


def cycles_at(network: Network) -> Mapping[str, tuple[tuple[str | None, PdsaCycle], ...]]:
    """For each node of the common theory, the cycles at or below it, each once, with the member whose they are.

    The member is None for cycles of the hub. Change ideas of members that adapt nothing count below what
    they contribute to. Ids are those of the combined theory.
    """
    found: Any = network.memo.get("evidence.cycles_at")
    if found is None:
        made = combined_with_sources(network)
        by_idea: dict[str, list[PdsaCycle]] = {}
        for cycle in made.theory.cycles:
            by_idea.setdefault(cycle.change, []).append(cycle)
        found = {}
        for node in network.common.nodes:
            below = everything_behind(made.theory, node.id)
            found[node.id] = tuple(
                (made.source[cycle.id][0] if cycle.id in made.source else None, cycle)
                for id in (node.id, *(one.id for one in below))
                for cycle in by_idea.get(id, ())
            )
        network.memo["evidence.cycles_at"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def own_at(network: Network) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """For each node of the common theory, the aims, drivers and change ideas of each member at or below it.

    They are named by the ids of the member's own file, in its order; what lies below is what lies below in the
    combined theory, as for `cycles_at`. Members without any are not there.
    """
    found: Any = network.memo.get("evidence.own_at")
    if found is None:
        joined = _joined(network)
        down: dict[str, list[str]] = {}
        for cause, effects in joined.up.items():
            for effect in effects:
                down.setdefault(effect, []).append(cause)
        boxes = [
            (joined.home[member, node.id], member, node.id)
            for member, theory in network.theories.items()
            for node in theory.nodes
        ]
        found = {}
        for hub in network.common.nodes:
            there: dict[str, list[str]] = {}
            below = _all_from(down, hub.id)
            for id, member, own in boxes:
                if id in below:
                    there.setdefault(member, []).append(own)
            found[hub.id] = {member: tuple(some) for member, some in there.items()}
        network.memo["evidence.own_at"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything
