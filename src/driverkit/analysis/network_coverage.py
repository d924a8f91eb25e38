"""What a network covers: what is worked on, tested and confirmed, by whom, where, and whose voices are missing.

It rests on the combined theory of the network (`driverkit.combined`), in which each cycle is there
once; the words are those of the coverage of one theory (`driverkit.coverage`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from driverkit.analysis.network_tables import NetworkTables, Rows, documented, joined, kind_of
from driverkit.errors import UsageError
from driverkit.evidence.adapting import owners, part_of, working_on
from driverkit.evidence.combined import combined_with_sources, cycles_at
from driverkit.evidence.cycles import dates_of, results_of, was_studied
from driverkit.evidence.words import plural
from driverkit.graph import everything_behind
from driverkit.model import ChangeIdea, Member, Network, PdsaCycle

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BY", "COLUMNS", "HEADS", "NetworkCoverage", "network_coverage"]

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "nodes": {
        "id": "the id of the aim, driver or change idea in the common theory",
        "kind": "aim, driver or change",
        "level": "0 for an aim, 1 for a primary driver, 2 for a secondary one …; empty for a change idea",
        "text": "its words in the common theory",
        "teams": "the ids of the teams whose part it is in, with '; ' between them",
        "members": "members who work on it: a node of theirs adapts it or something below it; those who have left do not",
        "tested_by": "members of whom a cycle at or below it reached Study; local inventions below it count",
        "tested_left": "those of the members who tested it who have left since: what they tested stays tested",
        "confirmed_by": "members who tested it and of whom more than half of the judged predictions at or below it held",
        "refuted_by": "members who tested it and of whom more than half of the judged predictions at or below it were refuted",
        "cycles": "PDSA cycles of members and the hub at or below it, planned ones included; each once",
        "cycles_studied": "those of the cycles that reached Study",
        "judged": "predictions with a result in those cycles; those dated after Do are no predictions",
        "held": "those of the judged predictions that were confirmed; mixed is not held",
        "refuted": "those of the judged predictions that were refuted",
        "sites": "distinct sites that the studied cycles name; a site of one member is not that of another, and a cycle "
        "without a site is at its member",
        "inventions": "change ideas of members below it that adapt nothing of the common theory",
        "untested": "no cycle at or below it reached Study",
        "one_member": "exactly one member has tested it: it is one member deep",
        "nobody": "no member works on it",
        "unowned": "it names no owner, and is in no team's part",
        "known": "the node says itself why it is still open ('undeveloped'), or that it is abandoned",
        "missing_voices": "perspectives wanted that no member who works on it brings, nor a team whose part it is in, with "
        "'; ' between them",
    },
    "teams": {
        "team": "the id of the team; empty for members that are in none",
        "name": "the name of the team",
        "members": "members that are in it; those who have left are not, what they tested stays in the other columns",
        "members_testing": "those of them of whom a cycle in the team's part reached Study",
        "nodes": "aims, drivers and change ideas of the common theory in its part: what it names under 'works_on' and all "
        "below; for members in none, those in no team's part",
        "worked_on": "those of the nodes that a member of the team works on",
        "untested": "those of the nodes of which no cycle of any member, at or below, reached Study",
        "cycles": "PDSA cycles of its members at or below a node of its part, each once",
        "cycles_studied": "those of the cycles that reached Study",
        "judged": "predictions with a result in those cycles",
        "held": "those of the judged predictions that were confirmed",
        "refuted": "those of the judged predictions that were refuted",
        "sites": "distinct sites that those studied cycles name",
        "outside": "studied cycles of its members that are not in its part",
        "perspectives": "the voices that the team and its members bring, with '; ' between them",
        "missing_voices": "perspectives wanted that it does not bring, with '; ' between them",
    },
    "members": {
        "member": "the id of the member",
        "teams": "the ids of its teams, with '; ' between them",
        "drivers": "drivers of the common theory that it works on",
        "drivers_tested": "those of the drivers of which a cycle of its own, at or below, reached Study",
        "ideas": "change ideas in its theory",
        "ideas_tested": "those of them of which a cycle reached Study",
        "inventions": "those of them that adapt nothing of the common theory",
        "cycles": "PDSA cycles in its file, planned ones included",
        "cycles_studied": "those of the cycles that reached Study",
        "judged": "predictions with a result in its cycles",
        "held": "those of the judged predictions that were confirmed",
        "refuted": "those of the judged predictions that were refuted",
        "sites": "distinct sites that its studied cycles name",
        "first": "the first date of any of its cycles",
        "last": "the last date of any of its cycles",
        "perspectives": "the voices that it brings, with those of the teams in its file, with '; ' between them",
        "missing_voices": "perspectives wanted that it does not bring, with '; ' between them",
    },
    "contexts": {
        "context": "a word of the members' contexts, such as setting",
        "value": "what it says, such as rural; empty for members that do not say it",
        "members": "members of which it says that; those who have left are not counted, what they tested stays in the others",
        "members_testing": "those of them of whom a cycle reached Study",
        "drivers_tested": "drivers of the common theory of which a cycle of theirs, at or below, reached Study",
        "drivers_untested": "the ids of the drivers that were tested somewhere and not here, with '; ' between them",
        "ideas_tested": "change ideas, common and local, of which a cycle of theirs reached Study",
        "cycles": "PDSA cycles of theirs, planned ones included",
        "cycles_studied": "those of the cycles that reached Study",
        "judged": "predictions with a result in those cycles",
        "held": "those of the judged predictions that were confirmed",
        "refuted": "those of the judged predictions that were refuted",
        "sites": "distinct sites that those studied cycles name",
    },
    "perspectives": {
        "perspective": "the voice, as written where it is met first; capital letters and spaces make no difference",
        "wanted": "the network lists it among the perspectives that should be heard",
        "members": "members that bring it, with those whose file has a team that does",
        "teams": "teams of the network that bring it themselves",
        "brought_by": "the ids of those members and teams, with '; ' between them",
        "missing": "it is wanted, and neither a member nor a team brings it",
        "nodes": "aims, drivers and change ideas of the common theory that such a member works on, or that are in the part "
        "of such a team",
        "unheard": "those on which members work and where it is not heard",
        "tested": "those of the nodes where it is heard that were tested by a member or team that brings it",
    },
    "gaps": {
        "id": "the id of the node, team or member; empty for the network as a whole",
        "kind": "aim, driver, change, team, member or perspective",
        "text": "the words of the node, the name of the team or member, the perspective",
        "gap": "nobody works on it, untested, one member deep, unowned, voice missing, no cycle studied",
        "reason": "what there is instead, with the counts",
        "known": "whether the node says itself why it is still open ('undeveloped'), or that it is abandoned",
    },
}
"""What each column of the tables counts."""

HEADS: Mapping[str, str] = {
    "nodes": "Each node of the common theory",
    "teams": "Each team",
    "members": "Each member",
    "contexts": "Each context",
    "perspectives": "Whose voices are heard",
    "gaps": "What is missing",
}
"""The heading over each table."""

BY: Mapping[str, str] = {
    "node": "nodes",
    "team": "teams",
    "member": "members",
    "context": "contexts",
    "perspective": "perspectives",
    "gap": "gaps",
}
"""What coverage can be asked by, and which table answers."""

TYPES: Mapping[str, str] = {
    "level": "Int64",
    **dict.fromkeys(
        ("members", "tested_by", "tested_left", "confirmed_by", "refuted_by", "members_testing"), "int64"
    ),
    **dict.fromkeys(
        ("cycles", "cycles_studied", "judged", "held", "refuted", "sites", "inventions"), "int64"
    ),
    **dict.fromkeys(("nodes", "worked_on", "outside", "drivers", "drivers_tested", "ideas"), "int64"),
    **dict.fromkeys(("ideas_tested", "unheard", "tested"), "int64"),
    **dict.fromkeys(("one_member", "nobody", "unowned", "known", "wanted", "missing"), "bool"),
}
_OTHER_TYPES: Mapping[tuple[str, str], str] = {
    ("nodes", "untested"): "bool",
    ("teams", "untested"): "int64",
    ("perspectives", "teams"): "int64",
}


@documented(COLUMNS)
@frozen(eq=False, repr=False)
class NetworkCoverage(NetworkTables):
    """What a network covers, as tables by node, team, member, context and perspective.

    Each table is a `pandas.DataFrame`, made when it is first asked for; its ``attrs["columns"]`` says
    what each column counts. `rows` gives the same without pandas.

    Attributes:
        network: the network.

    """

    COLUMNS: ClassVar[Mapping[str, Mapping[str, str]]] = COLUMNS
    HEADS: ClassVar[Mapping[str, str]] = HEADS
    TYPES: ClassVar[Mapping[str, str]] = TYPES
    OTHER_TYPES: ClassVar[Mapping[tuple[str, str], str]] = _OTHER_TYPES

    @property
    def nodes(self) -> pd.DataFrame:
        """One row for each aim, driver and change idea of the common theory."""
        return self.frame("nodes")

    @property
    def teams(self) -> pd.DataFrame:
        """One row for each team, then one for members that are in none."""
        return self.frame("teams")

    @property
    def members(self) -> pd.DataFrame:
        """One row for each member."""
        return self.frame("members")

    @property
    def contexts(self) -> pd.DataFrame:
        """One row for each word of the members' contexts and each thing it says."""
        return self.frame("contexts")

    @property
    def perspectives(self) -> pd.DataFrame:
        """One row for each voice that is wanted or brought."""
        return self.frame("perspectives")

    @property
    def gaps(self) -> pd.DataFrame:
        """What is missing: one row for each thing."""
        return self.frame("gaps")

    def __str__(self) -> str:
        """The same text as ``driverkit network coverage`` prints."""
        from driverkit.analysis.network_text import coverage_text

        return coverage_text(self).rstrip()

    # -- the rows

    def _nodes(self) -> Rows:
        network = self.network
        at, works, parts = cycles_at(network), working_on(network), owners(network)
        made = combined_with_sources(network)
        local = {id for id, (member, own) in made.source.items() if _is_idea(network, member, own)}
        wanted = _wanted(network)
        away = {member.id for member in network.members if member.left is not None}
        member_voices = {member.id: _voices_of(network, member) for member in network.members}
        team_voices = {team.id: set(map(_folded, team.perspectives)) for team in network.teams}
        rows = []
        for node in network.common.nodes:
            held = at[node.id]
            tested = {member for member, cycle in held if member is not None and was_studied(cycle)}
            heard: set[str] = set()
            for member in works[node.id]:
                heard |= member_voices[member]
            for team in parts[node.id]:
                heard |= team_voices[team]
            fared: dict[str, Counter[str]] = {}
            for whose, cycle in held:
                if whose in tested:
                    counts = fared.setdefault(whose, Counter())
                    for result, number in zip(
                        ("held", "mixed", "refuted"), self._results(cycle), strict=True
                    ):
                        counts[result] += number
            below = everything_behind(made.theory, node.id)
            rows.append(
                {
                    "id": node.id,
                    "kind": kind_of(node),
                    "level": network.common.level(node.id),
                    "text": node.text,
                    "teams": joined(parts[node.id]),
                    "members": len(works[node.id]),
                    "tested_by": len(tested),
                    "tested_left": len(tested & away),
                    "confirmed_by": _mostly("held", fared.values()),
                    "refuted_by": _mostly("refuted", fared.values()),
                    **self._counted([cycle for _, cycle in held]),
                    "inventions": sum(one.id in local for one in below),
                    "untested": not any(was_studied(cycle) for _, cycle in held),
                    "one_member": len(tested) == 1,
                    "nobody": not works[node.id],
                    "unowned": node.owner is None and not parts[node.id],
                    "known": node.undeveloped is not None or node.status == "abandoned",
                    "missing_voices": joined(said for key, said in wanted.items() if key not in heard),
                }
            )
        return rows

    def _teams(self) -> Rows:
        network = self.network
        at, works = cycles_at(network), working_on(network)
        untested = {row["id"] for row in self.rows("nodes") if row["untested"]}
        wanted = _wanted(network)
        whole = {node.id for node in network.common.nodes}
        parts = {team.id: part_of(network.common, team.works_on) for team in network.teams}
        listed: list[tuple[str | None, str | None, tuple[Member, ...], frozenset[str], Sequence[str]]] = [
            (team.id, team.name, network.members_of(team.id), parts[team.id], team.perspectives)
            for team in network.teams
        ]
        alone = tuple(member for member in network.members if not member.team)
        if alone:
            listed.append((None, None, alone, frozenset(whole.difference(*parts.values())), ()))
        own = self._own_cycles()
        away = {member.id for member in network.members if member.left is not None}
        rows = []
        for id, name, members, part, voices in listed:
            ids = {member.id for member in members}
            inside = {cycle.id: (m, cycle) for node in part for m, cycle in at[node] if m in ids}
            cycles = [cycle for _, cycle in inside.values()]
            heard = set(map(_folded, voices)).union(*(_voices_of(network, one) for one in members))
            everything = [cycle for member in members for cycle in own.get(member.id, ())]
            rows.append(
                {
                    "team": id,
                    "name": name,
                    "members": sum(member.left is None for member in members),
                    "members_testing": len({m for m, cycle in inside.values() if was_studied(cycle)} - away),
                    "nodes": len(part),
                    "worked_on": sum(bool(ids.intersection(works[node])) for node in part),
                    "untested": len(untested.intersection(part)),
                    **self._counted(cycles),
                    "outside": sum(was_studied(c) for c in everything if c.id not in inside),
                    "perspectives": joined(self._said(heard)),
                    "missing_voices": joined(said for key, said in wanted.items() if key not in heard),
                }
            )
        return rows

    def _members(self) -> Rows:
        network = self.network
        at, works, own = cycles_at(network), working_on(network), self._own_cycles()
        levels = {node.id for node in network.common.drivers}
        wanted = _wanted(network)
        drivers: dict[str, int] = {}
        tested: dict[str, int] = {}
        for id in levels:
            for who in works[id]:
                drivers[who] = drivers.get(who, 0) + 1
            for tester in {m for m, cycle in at[id] if m is not None and was_studied(cycle)}:
                tested[tester] = tested.get(tester, 0) + 1
        theories = network.theories
        rows = []
        for member in network.members:
            theory = theories.get(member.id)
            cycles = own.get(member.id, [])
            ideas = theory.change_ideas if theory is not None else ()
            days = sorted(day for cycle in cycles for day in dates_of(cycle))
            heard = _voices_of(network, member)
            studied = {cycle.change for cycle in theory.cycles if was_studied(cycle)} if theory else set()
            rows.append(
                {
                    "member": member.id,
                    "teams": joined(member.team),
                    "drivers": drivers.get(member.id, 0),
                    "drivers_tested": tested.get(member.id, 0),
                    "ideas": len(ideas),
                    "ideas_tested": len(studied),
                    "inventions": sum(idea.adapts is None for idea in ideas),
                    **self._counted(cycles),
                    "first": days[0].isoformat() if days else None,
                    "last": days[-1].isoformat() if days else None,
                    "perspectives": joined(self._said(heard)),
                    "missing_voices": joined(said for key, said in wanted.items() if key not in heard),
                }
            )
        return rows

    def _contexts(self) -> Rows:
        network = self.network
        own, at = self._own_cycles(), cycles_at(network)
        testers = {
            node.id: {m for m, cycle in at[node.id] if m is not None and was_studied(cycle)}
            for node in network.common.drivers
        }
        rows = []
        for word in dict.fromkeys(word for member in network.members for word in member.context):
            groups: dict[str | None, list[Member]] = {}
            for member in network.members:
                groups.setdefault(member.context.get(word), []).append(member)
            for value in sorted(groups, key=lambda said: (said is None, said)):
                ids = {member.id for member in groups[value]}
                there = {member.id for member in groups[value] if member.left is None}
                cycles = [cycle for id in ids for cycle in own.get(id, ())]
                studied = [cycle for cycle in cycles if was_studied(cycle)]
                here = [id for id, who in testers.items() if who & ids]
                rows.append(
                    {
                        "context": word,
                        "value": value,
                        "members": len(there),
                        "members_testing": sum(any(was_studied(c) for c in own.get(id, ())) for id in there),
                        "drivers_tested": len(here),
                        "drivers_untested": joined(
                            id for id, who in testers.items() if who and not who & ids
                        ),
                        "ideas_tested": len({cycle.change for cycle in studied}),
                        **self._counted(cycles),
                    }
                )
        return rows

    def _perspectives(self) -> Rows:
        network = self.network
        works, parts, at = working_on(network), owners(network), cycles_at(network)
        words: dict[str, str] = {}
        for said in (*network.perspectives, *(v for team in network.teams for v in team.perspectives)):
            words.setdefault(_folded(said), said)
        for member in network.members:
            for said in _said_by(network, member):
                words.setdefault(_folded(said), said)
        wanted = _wanted(network)
        rows = []
        for key, said in words.items():
            members = [m.id for m in network.members if key in _voices_of(network, m)]
            teams = [team.id for team in network.teams if key in set(map(_folded, team.perspectives))]
            who, whose = set(members), set(teams)
            heard = [id for id in works if who.intersection(works[id]) or whose.intersection(parts[id])]
            testers = who.union(m.id for m in network.members if whose.intersection(m.team))
            rows.append(
                {
                    "perspective": said,
                    "wanted": key in wanted,
                    "members": len(members),
                    "teams": len(teams),
                    "brought_by": joined((*members, *teams)),
                    "missing": key in wanted and not members and not teams,
                    "nodes": len(heard),
                    "unheard": sum(bool(works[id]) for id in works) - sum(bool(works[id]) for id in heard),
                    "tested": sum(any(m in testers and was_studied(c) for m, c in at[id]) for id in heard),
                }
            )
        return rows

    def _gaps(self) -> Rows:
        network = self.network
        rows: Rows = []

        def tell(id: str | None, kind: str, text: str, gap: str, reason: str, known: bool = False) -> None:
            rows.append({"id": id, "kind": kind, "text": text, "gap": gap, "reason": reason, "known": known})

        for row in self.rows("nodes"):
            said = (row["id"], row["kind"], row["text"])
            if row["nobody"]:
                tell(*said, "nobody works on it", "no member adapts it or anything below it", row["known"])
            elif row["untested"]:
                works = plural(row["members"], "member works", "members work")
                tell(
                    *said,
                    "untested",
                    f"{works} on it, {plural(row['cycles'], 'cycle')}, none studied",
                    row["known"],
                )
            elif row["one_member"] and row["members"]:
                studied = plural(row["cycles_studied"], "studied cycle")
                tell(*said, "one member deep", f"{studied}, of one member alone", row["known"])
            if row["unowned"] and row["kind"] == "driver":
                tell(*said, "unowned", "it names no owner and is in no team's part", row["known"])
        for row in self.rows("members"):
            member = network.member(row["member"])
            if not row["cycles_studied"] and member.left is None:
                reason = plural(row["cycles"], "cycle") + (", none studied" if row["cycles"] else "")
                tell(member.id, "member", member.name or member.id, "no cycle studied", reason)
        for row in self.rows("perspectives"):
            if row["missing"]:
                tell(
                    None,
                    "perspective",
                    row["perspective"],
                    "voice missing",
                    "neither a member nor a team brings it",
                )
        return rows

    # -- within

    def _own_cycles(self) -> Mapping[str, list[PdsaCycle]]:
        """The cycles of each member, as they are called in the combined theory."""
        found: Any = self._made.get("own cycles")
        if found is None:
            made = combined_with_sources(self.network)
            found = {}
            for cycle in made.theory.cycles:
                if cycle.id in made.source:
                    found.setdefault(made.source[cycle.id][0], []).append(cycle)
            self._made["own cycles"] = found
        return found  # type: ignore[no-any-return]  # it holds anything

    def _results(self, cycle: PdsaCycle) -> tuple[int, int, int]:
        """How the predictions of a cycle of the combined theory fared; a cycle is at many nodes."""
        kept: dict[str, tuple[int, int, int]] = self._made.setdefault("results", {})
        found = kept.get(cycle.id)
        if found is None:
            found = kept[cycle.id] = results_of(cycle)
        return found

    def _counted(self, cycles: Sequence[PdsaCycle]) -> dict[str, int]:
        """Cycles, predictions and sites."""
        studied = [cycle for cycle in cycles if was_studied(cycle)]
        counts = [self._results(cycle) for cycle in cycles]
        return {
            "cycles": len(cycles),
            "cycles_studied": len(studied),
            "judged": sum(map(sum, counts)),
            "held": sum(held for held, _, _ in counts),
            "refuted": sum(refuted for _, _, refuted in counts),
            "sites": len({cycle.site for cycle in studied if cycle.site is not None}),
        }

    def _said(self, keys: Iterable[str]) -> list[str]:
        """Voices as they are written where they are met first, in that order."""
        held = set(keys)
        words: dict[str, str] = {}
        every = [*self.network.perspectives, *(v for t in self.network.teams for v in t.perspectives)]
        for member in self.network.members:
            every.extend(_said_by(self.network, member))
        for said in every:
            words.setdefault(_folded(said), said)
        return [said for key, said in words.items() if key in held]


def _mostly(result: str, fared: Iterable[Counter[str]]) -> int:
    """At how many members it was the result of more than half of the judged predictions; see `held_there`."""
    return sum(counts[result] * 2 > counts.total() for counts in fared)


def network_coverage(network: Network) -> NetworkCoverage:
    """What a network covers: what is worked on, tested and confirmed, by whom, where, and whose voices are missing.

    The tables are made when they are first asked for, and may then raise `FormatError` where a file
    cannot be read; see `NetworkCoverage` for what each column counts.

    >>> from driverkit.model import Aim, ChangeIdea, Driver, PdsaCycle, Theory
    >>> hub = Theory("Falls", aims=[Aim("A1", "Halve falls")], drivers=[Driver("P1", "Risk is known")])
    >>> ours = Theory(
    ...     "Ward 6",
    ...     drivers=[Driver("D1", "Risk is known", adapts="P1")],
    ...     change_ideas=[ChangeIdea("I1", "Ask on day one", contributes_to=["D1"])],
    ...     cycles=[PdsaCycle("T1", "I1", study={"learned": "it is quick"})],
    ... )
    >>> found = network_coverage(Network("Safe wards", hub, members=[Member("m01", theory=ours)]))
    >>> found.nodes[["id", "members", "tested_by", "inventions", "one_member"]]
       id  members  tested_by  inventions  one_member
    0  A1        1          1           1        True
    1  P1        1          1           1        True
    """
    if not isinstance(network, Network):
        raise UsageError(
            f"A network is wanted, not a {type(network).__name__}. Load it first: dk.load_network(folder)."
        )
    return NetworkCoverage(network)


# ----------------------------------------------------------------------------------------------- within


def _is_idea(network: Network, member: str, id: str) -> bool:
    return isinstance(network.theory(member).index.get(id), ChangeIdea)


def _folded(voice: str) -> str:
    return " ".join(voice.split()).casefold()


def _wanted(network: Network) -> dict[str, str]:
    found: dict[str, str] = {}
    for said in network.perspectives:
        found.setdefault(_folded(said), said)
    return found


def _said_by(network: Network, member: Member) -> list[str]:
    """The voices that a member brings: its own, and those of the teams in its file; none once it has left."""
    if member.left is not None:
        return []
    theory = network.theories.get(member.id)
    teams = theory.teams if theory is not None else ()
    return [*member.perspectives, *(said for team in teams for said in team.perspectives)]


def _voices_of(network: Network, member: Member) -> set[str]:
    return set(map(_folded, _said_by(network, member)))
