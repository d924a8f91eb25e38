"""How the theories of a network fit the common one: who works on what, and in whose words.

A local node takes part where it says what it adapts. What it does not say is told as a local
invention, with the common nodes that its words are like: an offer, never applied unasked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from driverkit.analysis.network_tables import NetworkTables, Rows, documented, joined, kind_of
from driverkit.errors import UsageError
from driverkit.evidence.adapting import adapters, owners, working_on
from driverkit.evidence.changes import Change, changes
from driverkit.evidence.combined import combined_with_sources, cycles_at
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.drift import DRIFT_RULE, Drift, DriftRule, drift, link_differences
from driverkit.evidence.predictions import all_predictions, tally
from driverkit.evidence.wording import WORDING_RULE, WordingRule
from driverkit.graph import ideas_behind
from driverkit.model import Aim, ChangeIdea, Driver, Network, Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "HEADS", "Alignment", "align", "new_in_common", "version_label", "version_that_said"]

Box = Aim | Driver | ChangeIdea

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "drivers": {
        "id": "the id of the aim, driver or change idea in the common theory",
        "kind": "aim, driver or change",
        "level": "0 for an aim, 1 for a primary driver, 2 for a secondary one …; empty for a change",
        "text": "its words in the common theory",
        "members": "members who work on it: a node of theirs adapts it or something below it; those who have left do not",
        "worked_on_by": "the ids of those members, with '; ' between them",
        "adapted": "those members of whom a node adapts this very node",
        "adapted_by": "those nodes as member/ID, with '; ' between them",
        "cycles": "PDSA cycles of members and the hub on change ideas at or below it, local ones included; each once",
        "tested_by": "the ids of members of whom such a cycle reached Study, with '; ' between them",
        "teams": "the ids of the teams whose part it is in, with '; ' between them",
        "nobody": "no member works on it",
        "known": "the node says itself why it is still open ('undeveloped'), or that it is abandoned",
    },
    "members": {
        "member": "the id of the member",
        "teams": "the ids of its teams, with '; ' between them",
        "nodes": "aims, drivers and change ideas in its theory; 0 for a member without a theory",
        "adapted": "those of them that adapt one of the common theory",
        "adapts_nothing_there": "those of them that name one which the common theory does not have (any more), or of another kind",
        "inventions": "those of them that say nothing: local inventions",
        "covers": "aims, drivers and change ideas of the common theory that it adapts, each once",
        "of": "aims, drivers and change ideas in the common theory",
        "share": "covers / of",
        "missing": "the ids of aims and drivers expected of it that it does not adapt, with '; ' between them; expected is "
        "the part of its teams with the way up to the aims, and without a team everything",
        "missing_new": "those of the missing that the version of the common theory before this one did not have, with '; ' between them",
        "reworded": "nodes that it adapts in other words: their similarity is below the rule's limit, and the words are not "
        "those of an earlier version of the common theory",
        "cycles": "PDSA cycles in its file, planned ones included",
        "drift": "how far its theory is from the common one, by the drift rule: 0 the same, 1 nothing in common",
    },
    "wording": {
        "member": "the id of the member",
        "id": "the id of its aim, driver or change",
        "adapts": "the id of the common node that it adapts",
        "kind": "aim, driver or change",
        "text": "the words of the member",
        "hub_text": "the words of the common theory",
        "similarity": "how alike the two are, by the wording rule: 100 where they are the same",
        "differs": "they differ in more than capital letters and spaces",
        "words_of": "the version of the common theory, by its label, its date or its place in the history, whose words the "
        "member has: today's where they do not differ, else the latest that said so; empty where none did",
        "reworded": "their similarity is below the rule's limit, and no version of the common theory said so",
    },
    "links": {
        "member": "the id of the member",
        "cause": "the common id of the cause; the member adapts it",
        "effect": "the common id of the effect; the member adapts it",
        "what": "lacks: only the common theory has the link; adds: only the member has it; through: the member gets there "
        "through nodes of its own; strength or condition: both have it, and say another one",
        "hub": "the strength or condition in the common theory",
        "local": "the strength or condition at the member",
        "local_link": "the member's link in its own ids",
    },
    "years": {
        "id": "the id of the node in the common theory",
        "kind": "aim, driver or change",
        "version": "the label of the version of the common theory, or its place in the history",
        "date": "the date of that version; empty where it has none",
        "level": "its level in that version; empty for change ideas, and where it is not there",
        "text": "its words in that version; where it is gone, the last ones",
        "state": "first (there in the oldest version), not yet, new, kept, changed, gone, back (there again after being gone)",
        "changes": "what changed since the version before (since the last one that had it, where it is back): reworded, "
        "re-levelled, retargeted, moved, renamed …, with '; ' between them",
        "words": "the changes in sentences",
    },
    "matches": {
        "member": "the id of the member",
        "id": "the id of its aim, driver or change idea, which says nothing of what it adapts",
        "kind": "aim, driver or change; only nodes of one kind are offered to each other",
        "text": "its words",
        "hub": "the id of the common node that it may be a version of",
        "hub_text": "the words of that node",
        "score": "how alike the two wordings are, by the wording rule, from 0 to 100",
        "rank": "1 for the most alike, 2 for the next …",
        "above_fits": "what it contributes to adapts what the common node contributes to, directly or through others; "
        "shown beside the score and not counted in it",
        "taken": "another node of the member already adapts that common node",
    },
    "inventions": {
        "member": "the id of the member",
        "id": "the id of its aim, driver or change idea that adapts nothing of the common theory",
        "kind": "aim, driver or change",
        "text": "its words",
        "under": "the nearest common nodes that it contributes to, directly or through other inventions, with '; ' between them",
        "cycles": "PDSA cycles of its change ideas at or below it; each once",
        "cycles_studied": "those of the cycles that reached Study",
        "judged": "predictions with a result in those cycles; those dated after Do are no predictions",
        "held": "those of the judged predictions that were confirmed",
        "same": "inventions of other members that are likely the same, as member/ID, the most alike first, with '; ' between them",
        "same_members": "how many other members have one",
        "likely": "the id of the common node whose words are most alike, where the score is likely at all",
        "score": "that score; empty where none is likely",
    },
    "same": {
        "member": "the id of a member",
        "id": "the id of its invention",
        "text": "its words",
        "other_member": "the id of another member, later in the file",
        "other_id": "the id of its invention",
        "other_text": "its words",
        "kind": "aim, driver or change",
        "score": "how alike the two wordings are, by the wording rule, from 0 to 100",
    },
    "drift": {
        "member": "the id of the member",
        "version": "the label of the version of the common theory that its theory of today is held against",
        "date": "the date of that version; empty where it has none",
        "shared": "common aims, drivers and change ideas that it adapts",
        "dropped": "aims and drivers expected of it that it does not adapt",
        "added": "its own aims and drivers that adapt nothing of that version",
        "reworded": "aims and drivers that it adapts in other words than that version has",
        "relinked": "links among shared nodes that only one of the two has",
        "ideas_not_taken": "change ideas expected of it that it does not adapt; not counted in the drift",
        "ideas_added": "its own change ideas that adapt nothing of that version; not counted in the drift",
        "nodes": "aims and drivers compared",
        "links": "links compared",
        "drift": "how far the two are apart, by the drift rule: 0 the same, 1 nothing in common",
    },
}
"""What each column of the tables says."""

HEADS: Mapping[str, str] = {
    "drivers": "Who works on what",
    "members": "Each member",
    "wording": "Whose words",
    "links": "Whose links differ",
    "years": "The common theory over the years",
    "inventions": "Local inventions",
    "same": "Inventions that are likely the same",
    "matches": "Likely common nodes for what says nothing",
    "drift": "How far each member is from each version",
}
"""The heading over each table."""

TYPES: Mapping[str, str] = {
    "level": "Int64",
    **dict.fromkeys(("members", "adapted", "cycles", "nodes", "adapts_nothing_there", "inventions"), "int64"),
    **dict.fromkeys(("covers", "of", "rank", "cycles_studied", "judged", "held", "same_members"), "int64"),
    **dict.fromkeys(("shared", "dropped", "added", "relinked", "ideas_not_taken", "ideas_added"), "int64"),
    "similarity": "float64",
    **dict.fromkeys(("share", "score", "drift"), "Float64"),
    **dict.fromkeys(("nobody", "known", "differs", "above_fits", "taken"), "bool"),
}
_OTHER_TYPES: Mapping[tuple[str, str], str] = {
    ("members", "reworded"): "int64",
    ("drift", "reworded"): "int64",
    ("drift", "links"): "int64",
    ("wording", "reworded"): "bool",
}


@documented(COLUMNS)
@frozen(eq=False, repr=False)
class Alignment(NetworkTables):
    """How the theories of a network fit the common one, as tables.

    Each table is a `pandas.DataFrame`, made when it is first asked for; its ``attrs["columns"]`` says
    what each column counts. `rows` gives the same without pandas. The columns are there also where
    nobody adapts anything, each with the same dtype.

    Attributes:
        network: the network.
        wording_rule: how wordings are compared.
        drift_rule: how counts of what differs become one number.

    """

    COLUMNS: ClassVar[Mapping[str, Mapping[str, str]]] = COLUMNS
    HEADS: ClassVar[Mapping[str, str]] = HEADS
    TYPES: ClassVar[Mapping[str, str]] = TYPES
    OTHER_TYPES: ClassVar[Mapping[tuple[str, str], str]] = _OTHER_TYPES

    wording_rule: WordingRule = field(default=WORDING_RULE, kw_only=True)
    drift_rule: DriftRule = field(default=DRIFT_RULE, kw_only=True)

    @property
    def drivers(self) -> pd.DataFrame:
        """One row for each aim, driver and change idea of the common theory: who works on it."""
        return self.frame("drivers")

    @property
    def members(self) -> pd.DataFrame:
        """One row for each member: what it adapts, invented and lacks."""
        return self.frame("members")

    @property
    def wording(self) -> pd.DataFrame:
        """One row for each local node that adapts one of the common theory: the two wordings."""
        return self.frame("wording")

    @property
    def links(self) -> pd.DataFrame:
        """One row for each link among shared nodes that a member has otherwise than the common theory."""
        return self.frame("links")

    @property
    def years(self) -> pd.DataFrame:
        """One row for each node that the common theory ever had and each of its versions."""
        return self.frame("years")

    @property
    def matches(self) -> pd.DataFrame:
        """One row for each offer: a common node whose words are like those of a local invention."""
        return self.frame("matches")

    @property
    def inventions(self) -> pd.DataFrame:
        """One row for each local node that adapts nothing of the common theory."""
        return self.frame("inventions")

    @property
    def same(self) -> pd.DataFrame:
        """One row for each two inventions of different members that are likely the same."""
        return self.frame("same")

    @property
    def drift(self) -> pd.DataFrame:
        """One row for each member and version of the common theory: what differs, and how far they are apart."""
        return self.frame("drift")

    def drift_of(self, member: str, *, version: Theory | None = None) -> Drift:
        """What differs between a member's theory and the common one, id by id."""
        return drift(self.network, member, version=version, wording=self.wording_rule)

    def __str__(self) -> str:
        """The same text as ``driverkit network align`` prints."""
        from driverkit.analysis.network_text import alignment_text

        return alignment_text(self).rstrip()

    # -- the rows

    def _drivers(self) -> Rows:
        network = self.network
        direct, works, parts = adapters(network), working_on(network), owners(network)
        cycles = cycles_at(network)
        rows = []
        for node in network.common.nodes:
            by = direct.get(node.id, {})
            tested = {member for member, cycle in cycles[node.id] if member and was_studied(cycle)}
            rows.append(
                {
                    "id": node.id,
                    "kind": kind_of(node),
                    "level": network.common.level(node.id),
                    "text": node.text,
                    "members": len(works[node.id]),
                    "worked_on_by": joined(works[node.id]),
                    "adapted": len(by),
                    "adapted_by": joined(f"{member}/{own}" for member, ids in by.items() for own in ids),
                    "cycles": len(cycles[node.id]),
                    "tested_by": joined(m.id for m in network.members if m.id in tested),
                    "teams": joined(parts[node.id]),
                    "nobody": not works[node.id],
                    "known": node.undeveloped is not None or node.status == "abandoned",
                }
            )
        return rows

    def _members(self) -> Rows:
        network = self.network
        common = {node.id: node for node in network.common.nodes}
        fresh = new_in_common(network)
        theories = network.theories
        words: dict[str, int] = {}
        for row in self.rows("wording"):
            words[row["member"]] = words.get(row["member"], 0) + row["reworded"]
        rows = []
        for member in network.members:
            theory = theories.get(member.id)
            nodes = theory.nodes if theory is not None else ()
            named = [node for node in nodes if node.adapts is not None]
            fits = [n for n in named if type(common.get(n.adapts or "")) is type(n)]
            covers = {node.adapts for node in fits}
            counts = self.drift_of(member.id) if theory is not None else None
            rows.append(
                {
                    "member": member.id,
                    "teams": joined(member.team),
                    "nodes": len(nodes),
                    "adapted": len(fits),
                    "adapts_nothing_there": len(named) - len(fits),
                    "inventions": len(nodes) - len(named),
                    "covers": len(covers),
                    "of": len(common),
                    "share": len(covers) / len(common) if common and theory is not None else None,
                    "missing": joined(counts.dropped) if counts is not None else "",
                    "missing_new": joined(id for id in counts.dropped if id in fresh)
                    if counts is not None
                    else "",
                    "reworded": words.get(member.id, 0),
                    "cycles": len(theory.cycles) if theory is not None else 0,
                    "drift": self.drift_rule(counts) if counts is not None else None,
                }
            )
        return rows

    def _wording(self) -> Rows:
        rows = []
        rule = self.wording_rule
        for member, node, hub in _pairs(self.network):
            same = rule.same(node.text, hub.text)
            score = 100.0 if same else rule.score(node.text, hub.text)
            words_of = version_that_said(self.network, hub, node.text, wording=rule)
            rows.append(
                {
                    "member": member,
                    "id": node.id,
                    "adapts": hub.id,
                    "kind": kind_of(hub),
                    "text": node.text,
                    "hub_text": hub.text,
                    "similarity": score,
                    "differs": not same,
                    "words_of": words_of,
                    "reworded": score < rule.reworded and words_of is None,
                }
            )
        return rows

    def _links(self) -> Rows:
        return [
            {
                "member": member,
                "cause": one.cause,
                "effect": one.effect,
                "what": one.what,
                "hub": one.hub,
                "local": one.local,
                "local_link": one.local_link,
            }
            for member in self.network.theories
            for one in link_differences(self.network, member, self.network.common)
        ]

    def _years(self) -> Rows:
        return list(_over_versions(self.network.versions))

    def _matches(self) -> Rows:
        network, rule = self.network, self.wording_rule
        common = network.common
        rows = []
        for kind in (Aim, Driver, ChangeIdea):
            hubs = [node for node in common.nodes if type(node) is kind]
            locals_ = [(m, node) for m, node in self._unsaid() if type(node) is kind]
            if not hubs or not locals_:
                continue
            scores = rule.scores([node.text for _, node in locals_], [hub.text for hub in hubs])
            for (member, node), line in zip(locals_, scores, strict=True):
                likely = [(score, -at) for at, score in enumerate(line) if score >= rule.likely]
                above = self._above(member, node.id)
                taken = network.adapted(member)
                for rank, (score, at) in enumerate(sorted(likely, reverse=True)[: rule.most], 1):
                    hub = hubs[-at]
                    rows.append(
                        {
                            "member": member,
                            "id": node.id,
                            "kind": kind_of(node),
                            "text": node.text,
                            "hub": hub.id,
                            "hub_text": hub.text,
                            "score": float(score),
                            "rank": rank,
                            "above_fits": bool(above.intersection(_ancestors(common, hub.id))),
                            "taken": hub.id in taken,
                        }
                    )
        place = self._places()
        return sorted(rows, key=lambda row: (place[row["member"], row["id"]], row["rank"]))

    def _inventions(self) -> Rows:
        network = self.network
        made = combined_with_sources(network)
        best = {(row["member"], row["id"]): row for row in self.rows("matches") if row["rank"] == 1}
        alike: dict[tuple[str, str], list[tuple[float, str, str]]] = {}
        for row in self.rows("same"):
            ends = ((row["member"], row["id"]), (row["other_member"], row["other_id"]))
            for one, (member, id) in (ends, ends[::-1]):
                alike.setdefault(one, []).append((-row["score"], member, id))
        cycles = {cycle.id: cycle for cycle in made.theory.cycles}
        records: dict[str, list[Any]] = {}
        for record in all_predictions(made.theory):
            records.setdefault(record.cycle.id, []).append(record)
        rows = []
        for member, node in self._unsaid():
            theory = network.theory(member)
            ideas = {idea.id for idea in ideas_behind(theory, node.id)}
            ideas |= {node.id} if isinstance(node, ChangeIdea) else set()
            mine = [made.home[member, cycle.id] for cycle in theory.cycles if cycle.change in ideas]
            judged = tally(record for id in mine for record in records.get(id, ()))
            same = sorted(alike.get((member, node.id), ()))
            offer = best.get((member, node.id))
            rows.append(
                {
                    "member": member,
                    "id": node.id,
                    "kind": kind_of(node),
                    "text": node.text,
                    "under": joined(_nearest(network, member, node.id)),
                    "cycles": len(mine),
                    "cycles_studied": sum(was_studied(cycles[id]) for id in mine),
                    "judged": judged.judged,
                    "held": judged.confirmed,
                    "same": joined(f"{other}/{id}" for _, other, id in same),
                    "same_members": len({other for _, other, _ in same}),
                    "likely": offer["hub"] if offer is not None else None,
                    "score": offer["score"] if offer is not None else None,
                }
            )
        return rows

    def _same(self) -> Rows:
        rule = self.wording_rule
        rows = []
        for kind in (Aim, Driver, ChangeIdea):
            held = [(member, node) for member, node in self._unsaid() if type(node) is kind]
            texts = [node.text for _, node in held]
            if len({member for member, _ in held}) < 2:
                continue
            for at, line in enumerate(rule.scores(texts, texts)):
                member, node = held[at]
                rows += [
                    {
                        "member": member,
                        "id": node.id,
                        "text": node.text,
                        "other_member": other_member,
                        "other_id": other.id,
                        "other_text": other.text,
                        "kind": kind_of(node),
                        "score": float(score),
                    }
                    for (other_member, other), score in zip(held[at + 1 :], line[at + 1 :], strict=True)
                    if score >= rule.likely and other_member != member
                ]
        return sorted(rows, key=lambda row: -row["score"])

    def _drift(self) -> Rows:
        rows = []
        versions = self.network.versions
        for member in self.network.theories:
            for number, version in enumerate(versions, 1):
                counts = self.drift_of(member, version=version)
                rows.append(
                    {
                        "member": member,
                        "version": version_label(version, number),
                        "date": _day(version),
                        **{
                            name: len(getattr(counts, name))
                            for name in (
                                *("shared", "dropped", "added", "reworded", "relinked"),
                                *("ideas_not_taken", "ideas_added"),
                            )
                        },
                        "nodes": counts.nodes,
                        "links": counts.links,
                        "drift": self.drift_rule(counts),
                    }
                )
        return rows

    # -- within

    def _unsaid(self) -> list[tuple[str, Box]]:
        """The local nodes that say nothing of what they adapt, member by member."""
        return [
            (member, node)
            for member, theory in self.network.theories.items()
            for node in theory.nodes
            if node.adapts is None
        ]

    def _places(self) -> dict[tuple[str, str], int]:
        return {(member, node.id): at for at, (member, node) in enumerate(self._unsaid())}

    def _above(self, member: str, id: str) -> set[str]:
        """The common nodes that a local one contributes to, directly or through others."""
        theory = self.network.theory(member)
        return {
            node.adapts for one in _ancestors(theory, id) if (node := theory.node(one)).adapts is not None
        }


def align(
    network: Network, *, wording: WordingRule = WORDING_RULE, drift: DriftRule = DRIFT_RULE
) -> Alignment:
    """How the theories of a network fit the common one: who works on what, and in whose words.

    Args:
        network: the network.
        wording: how wordings are compared, and from which score on they are alike.
        drift: how counts of what differs become one number.

    The tables are made when they are first asked for, and may then raise `FormatError` where a file
    cannot be read; see `Alignment` for what each column counts.

    >>> from driverkit.model import Driver, Member, Theory
    >>> hub = Theory("Falls", aims=[Aim("A1", "Halve falls")], drivers=[Driver("P1", "Risk is known")])
    >>> ours = Theory("Ward 6", drivers=[Driver("D1", "The risk is known")])
    >>> found = align(Network("Safe wards", hub, members=[Member("m01", theory=ours)]))
    >>> found.matches[["member", "id", "hub", "score"]]
      member  id hub  score
    0    m01  D1  P1   86.7
    """
    if not isinstance(network, Network):
        raise UsageError(
            f"A network is wanted, not a {type(network).__name__}. Load it first: dk.load_network(folder)."
        )
    return Alignment(network, wording_rule=wording, drift_rule=drift)


# ------------------------------------------------------------------------------------------ the network


def _pairs(network: Network) -> Iterator[tuple[str, Box, Box]]:
    """Each local aim, driver and change idea with the common one that it adapts."""
    common = {node.id: node for node in network.common.nodes}
    for member, theory in network.theories.items():
        for node in theory.nodes:
            hub = common.get(node.adapts or "")
            if hub is not None and type(hub) is type(node):
                yield member, node, hub


def _ancestors(theory: Theory, id: str) -> list[str]:
    """What a node contributes to, directly or through others, nearest first."""
    found: dict[str, None] = {}
    waiting = list(theory.parents(id))
    while waiting:
        onward: list[str] = []
        for one in waiting:
            if one not in found:
                found[one] = None
                onward.extend(theory.parents(one))
        waiting = onward
    return list(found)


def _nearest(network: Network, member: str, id: str) -> list[str]:
    """The nearest common nodes that a local one contributes to, directly or through others that adapt nothing."""
    theory, common = network.theory(member), network.common
    found: dict[str, None] = {}
    met: set[str] = set()
    waiting = list(theory.parents(id))
    while waiting:
        onward: list[str] = []
        for one in waiting:
            if one in met:
                continue
            met.add(one)
            adapts = theory.node(one).adapts
            if adapts is not None and adapts in common:
                found[adapts] = None
            else:
                onward.extend(theory.parents(one))
        waiting = onward
    return list(found)


# -------------------------------------------------------------------------------------- over the years

_TOLD = {
    "reworded",
    "retargeted",
    "re-levelled",
    "moved",
    "linked",
    "unlinked",
    "restrengthened",
    "renamed",
    "restated",
}


def version_label(theory: Theory, number: int) -> str:
    """What a version of the common theory is called: its label, its date, or its place in the history."""
    revision = theory.revision
    if revision is not None and revision.label is not None:
        return revision.label
    if revision is not None and revision.date is not None:
        return revision.date.isoformat()
    return f"#{number}"


def version_that_said(
    network: Network, node: Box, text: str, *, wording: WordingRule = WORDING_RULE
) -> str | None:
    """The latest version of the common theory that says a node in these words, as `version_label` calls it."""
    versions = network.versions
    for at in range(len(versions) - 1, -1, -1):
        then = versions[at].index.get(node.id)
        if isinstance(then, Box) and type(then) is type(node) and wording.same(then.text, text):
            return version_label(versions[at], at + 1)
    return None


def new_in_common(network: Network) -> frozenset[str]:
    """The aims, drivers and change ideas of the common theory that the version before did not have."""
    versions = network.versions
    if len(versions) < 2:
        return frozenset()
    return frozenset(node.id for node in versions[-1].nodes if node.id not in versions[-2].index)


def _day(theory: Theory) -> str | None:
    revision = theory.revision
    return revision.date.isoformat() if revision is not None and revision.date is not None else None


def _over_versions(versions: tuple[Theory, ...]) -> Iterator[dict[str, Any]]:
    compared: dict[tuple[int, int], dict[str, list[Change]]] = {}

    def between(first: int, last: int) -> Mapping[str, list[Change]]:
        if (first, last) not in compared:
            by_node: dict[str, list[Change]] = {}
            for change in changes(versions[first], versions[last]):
                if change.kind in _TOLD:
                    by_node.setdefault(change.id.partition(" -> ")[0], []).append(change)
            compared[first, last] = by_node
        return compared[first, last]

    nodes = {node.id: node for version in versions for node in version.nodes}
    order = {id: at for at, id in enumerate(dict.fromkeys(n.id for v in reversed(versions) for n in v.nodes))}
    for id in sorted(nodes, key=lambda one: (_KIND_ORDER[type(nodes[one])], order[one])):
        last: int | None = None
        for at, version in enumerate(versions):
            there = isinstance(version.index.get(id), Box)
            moved: list[Change] = []
            if there:
                state = (
                    ("first" if at == 0 else "new") if last is None else ("back" if last < at - 1 else "kept")
                )
                if last is not None:
                    moved = between(last, at).get(id, [])
                    state = "changed" if state == "kept" and moved else state
                elif at:
                    moved = [c for c in between(at - 1, at).get(id, []) if c.kind == "renamed"]
                last = at
            else:
                state = "not yet" if last is None else "gone"
            text = (
                version.node(id).text if there else versions[last].node(id).text if last is not None else None
            )
            yield {
                "id": id,
                "kind": kind_of(nodes[id]),
                "version": version_label(version, at + 1),
                "date": _day(version),
                "level": version.level(id) if there else None,
                "text": text,
                "state": state,
                "changes": joined(dict.fromkeys(change.kind for change in moved)),
                "words": " ".join(change.words for change in moved),
            }


_KIND_ORDER: Mapping[type, int] = {Aim: 0, Driver: 1, ChangeIdea: 2}
