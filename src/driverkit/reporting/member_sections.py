"""The sections of a member's report: its part of the common theory, beside what the rest of the network does.

They are filled from what the member may see, see `driverkit.seen_by`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from statistics import median
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from driverkit.analysis.alignment import new_in_common, version_that_said
from driverkit.analysis.seen_by import UNTOLD
from driverkit.diagram.overlay import Overlay
from driverkit.evidence import (
    PredictionRecord,
    all_predictions,
    idea_status,
    predictions_of,
    tally,
    was_done,
    was_studied,
)
from driverkit.evidence.combined import own_at
from driverkit.evidence.drift import drift, link_differences
from driverkit.evidence.next_tests import NEXT_TESTS, STEPS
from driverkit.evidence.wording import WORDING_RULE
from driverkit.evidence.words import listed, plural
from driverkit.graph import drivers_moved_by
from driverkit.model import Aim, ChangeIdea, Driver, PdsaCycle, Theory
from driverkit.reporting.network_across import difference
from driverkit.reporting.network_context import SOMEBODY_ELSE, NetworkContext
from driverkit.reporting.network_sections import aims_told, changes_told, left_out_told
from driverkit.reporting.sections import Section

__all__ = ["MEMBER_SECTIONS"]

Content = Mapping[str, Any] | None

_KIND = {Aim: "Aim", Driver: "Driver", ChangeIdea: "Change idea"}

MOST_ALIKE = 3
"""How many inventions of others are told to be near one of the member's."""

MOST = 12
"""How many tests of others are told of one idea; the rest is counted."""


# ------------------------------------------------------------------------------------------------ in short


def _summary(context: NetworkContext) -> Content:
    reader = context.reader
    own = context.own
    if reader is None:
        return None
    if own is None:
        return {
            "aims": aims_told(context),
            "figures": [],
            "kind": None,
            "left_out": left_out_told(context),
            "start": context.network.member(reader),
        }
    adapted = {id for id in context.network.adapted(reader) if id in context.common}
    boxes = {node.id for node in context.common.nodes}
    mine = context.counted[reader]
    others = {id: one for id, one in context.counted.items() if id != reader}
    held = mine.tally.interval
    local = [id for id in context.network.local(reader) if id in own]
    figures = [
        (
            "parts of the common theory that you adapt",
            f"{len(adapted & boxes)} of {len(boxes)}",
            f"{plural(len(local), 'invention')} of your own",
        ),
        (
            "your PDSA cycles that reached Study",
            f"{mine.studied} of {len(mine.cycles)}",
            f"the median of other members is {median(one.studied for one in others.values()):g}"
            if others
            else "no other member has a theory file",
        ),
        (
            "your predictions that held",
            f"{mine.tally.confirmed} of {mine.tally.judged}",
            (f"the share may well be {held} ({held.method}); " if held else "")
            + f"all others together: {sum(one.tally.confirmed for one in others.values()):,} of "
            f"{sum(one.tally.judged for one in others.values()):,}",
        ),
        (
            "ideas between you and others",
            f"{sum(1 for _ in _taken(context))} taken",
            f"{sum(1 for _ in _given(context))} given: cycles that adapt another member's",
        ),
    ]
    return {"aims": aims_told(context), "figures": figures, "kind": None, "left_out": left_out_told(context)}


# ------------------------------------------------------------------------------------------------- its part


def _own_part(context: NetworkContext) -> set[str]:
    """The boxes of the common theory in the part of the teams that the member belongs to."""
    assert context.reader is not None
    teams = {
        team.name or team.id
        for team in context.network.teams
        if team.id in context.network.member(context.reader).team
    }
    return {id for id, names in context.teams_of.items() if teams & set(names)}


def _part(context: NetworkContext) -> Content:
    reader, own = context.reader, context.own
    if reader is None or own is None or not context.common.nodes:
        return None
    adapted = context.network.adapted(reader)
    part = _own_part(context)
    rows = []
    for node in context.common.nodes:
        mine = [own.node(id) for id in adapted.get(node.id, ())]
        others = [id for id in context.working[node.id] if id != reader]
        if mine or node.id in part:
            rows.append(
                {
                    "node": node,
                    "mine": mine,
                    "others": len(others),
                    "in_part": node.id in part,
                    "same": [
                        " ".join(one.text.split()).casefold() == " ".join(node.text.split()).casefold()
                        for one in mine
                    ],
                }
            )
    if not rows:
        return None
    marks = {id: ("coverage-full",) for id in adapted if id in context.common}
    marks |= {id: ("coverage-none",) for id in part if id not in adapted}
    marks |= {node.id: ("faded",) for node in context.common.nodes if node.id not in marks}
    faded = {id for id, one in marks.items() if one == ("faded",)}
    notes = {
        node.id: (f"others: {sum(id != reader for id in context.working[node.id])}",)
        for node in context.common.nodes
    }
    overlay = Overlay(
        marks=marks,
        notes=notes,
        link_marks={
            (link.cause, link.effect): ("faded",)
            for link in context.common.links
            if {link.cause, link.effect} & faded
        },
        words={
            "coverage-full": "you adapt it",
            "coverage-none": "in your teams' part; you do not adapt it",
            "faded": "not in your part",
        },
    )
    return {"rows": rows, **context.picture(overlay), "has_part": bool(part)}


# ------------------------------------------------------------------------------------ the same ideas elsewhere


@frozen
class Test:
    """One test of another member.

    Attributes:
        member: the id of the member.
        cycle: the cycle.
        held: how many of its predictions held.
        judged: of how many that have a result; those dated after Do are none.
        text: the words of its change idea.
        who: what the member is called on this page.
    """

    member: str
    cycle: PdsaCycle
    held: int
    judged: int
    text: str
    who: str = ""

    @property
    def told(self) -> list[str]:
        """Scale and conditions, as far as they are known."""
        said = [f"scale {self.cycle.scale:,}"] if self.cycle.scale is not None else []
        return said + ([self.cycle.conditions] if self.cycle.conditions else [])


def _same_ideas(context: NetworkContext) -> Content:
    reader, own = context.reader, context.own
    if reader is None or own is None:
        return None
    groups = []
    told: set[tuple[str, str]] = set()
    adapted = context.network.adapted(reader)
    for hub in context.common.change_ideas:
        if hub.id in adapted:
            tests = list(_tests(context, hub.id))
            told.update((one.member, one.cycle.id) for one in tests)
            groups.append(_group(context, hub.id, tests))
    beside = []
    for driver in context.common.drivers:
        if driver.id in adapted:
            tests = [one for one in _tests(context, driver.id) if (one.member, one.cycle.id) not in told]
            told.update((one.member, one.cycle.id) for one in tests)
            if tests:
                beside.append(_group(context, driver.id, tests))
    if not groups and not beside:
        return None
    return {"groups": groups, "beside": beside, "most": MOST}


def _tests(context: NetworkContext, hub: str) -> Iterator[Test]:
    """The tests by others of what is at or below a node of the common theory, by the rule of `driverkit.evidence.across`."""
    for id, theory in context.theories.items():
        if id != context.reader:
            yield from _tests_there(id, theory, own_at(context.network)[hub].get(id, ()))


def _tests_there(member: str, theory: Theory, ids: tuple[str, ...]) -> Sequence[Test]:
    """The tests of the change ideas among some nodes of a member; found once for all pages."""
    key = ("reporting.tests", member, ids)
    found: Any = theory.memo.get(key)
    if found is None:
        ideas = _ideas_among(theory, ids)
        records: dict[str, list[PredictionRecord]] = {}
        for record in all_predictions(theory):
            if record.cycle.change in ideas:
                records.setdefault(record.cycle.id, []).append(record)
        found = theory.memo[key] = tuple(
            _test(member, cycle, ideas[cycle.change], records.get(cycle.id, ()))
            for cycle in theory.cycles
            if cycle.change in ideas and was_studied(cycle)
        )
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _ideas_among(theory: Theory, ids: Sequence[str]) -> dict[str, str]:
    """The change ideas among some nodes, each with its words."""
    return {id: node.text for id in ids if isinstance(node := theory.node(id), ChangeIdea)}


def _group(context: NetworkContext, hub: str, tests: Sequence[Test]) -> dict[str, Any]:
    own, reader = context.own, context.reader
    assert own is not None
    assert reader is not None
    names = context.names
    # What comes from members that are anonymous stands in an order of its own: by what was found.
    shown = nsmallest(
        MOST,
        tests,
        key=lambda one: (
            names[one.member] == SOMEBODY_ELSE,
            names[one.member],
            -one.judged,
            one.text,
            one.cycle.study.learned or "" if one.cycle.study else "",
        ),
    )
    ideas = _ideas_among(own, own_at(context.network)[hub].get(reader, ()))
    records = [record for record in all_predictions(own) if record.cycle.change in ideas]
    return {
        "node": context.common.node(hub),
        "tests": [attrs.evolve(one, who=names[one.member]) for one in shown],
        "more": max(0, len(tests) - MOST),
        "held": sum(one.held for one in tests),
        "judged": sum(one.judged for one in tests),
        "members": len({one.member for one in tests}),
        "mine": tally(records),
        "tested": any(was_studied(cycle) for cycle in own.cycles if cycle.change in ideas),
    }


def _test(member: str, cycle: PdsaCycle, text: str, records: Sequence[PredictionRecord]) -> Test:
    counted = tally(records)
    return Test(member, cycle, counted.confirmed, counted.judged, text)


# ------------------------------------------------------------------------------------------- given and taken


def _taken(context: NetworkContext) -> Iterator[tuple[PdsaCycle, str, PdsaCycle | None]]:
    """The member's cycles that adapt another member's, whose that is, and which."""
    own = context.own
    for cycle in own.cycles if own is not None else ():
        member, slash, _ = (cycle.adapted_from or "").partition("/")
        if slash and member != context.reader and member in context.names:
            found = context.network.cycle(cycle.adapted_from or "")
            yield cycle, member, found[1] if found is not None else None


def _given(context: NetworkContext) -> Iterator[tuple[str, PdsaCycle, str]]:
    """Other members' cycles that adapt one of this member: whose, which, and the id of the one that is adapted."""
    for id, theory in context.theories.items():
        for cycle in theory.cycles if id != context.reader else ():
            member, slash, source = (cycle.adapted_from or "").partition("/")
            if slash and member == context.reader:
                yield id, cycle, source


def _passed_on(context: NetworkContext) -> Content:
    own = context.own
    taken = [
        {"cycle": cycle, "who": context.names[member], "source": source, "text": own.node(cycle.change).text}
        for cycle, member, source in _taken(context)
        if own is not None
    ]
    given = [
        {
            "who": context.names[id],
            "cycle": cycle,
            "source": source,
            "text": context.theories[id].node(cycle.change).text,
        }
        for id, cycle, source in _given(context)
    ]
    given.sort(key=lambda one: (one["who"] == SOMEBODY_ELSE, one["who"], one["source"], one["text"]))
    return {"taken": taken, "given": given} if taken or given else None


# ----------------------------------------------------------------------------------------------- what is next


def _next(context: NetworkContext) -> Content:
    from driverkit.analysis.next_tests import next_tests

    own, reader = context.own, context.reader
    if own is None or reader is None:
        return None
    rows = next_tests(own).rows()
    elsewhere = list(_elsewhere(context))
    if not rows and not elsewhere:
        return None
    return {"rows": rows, "steps": STEPS, "rule": NEXT_TESTS, "elsewhere": elsewhere}


def _elsewhere(context: NetworkContext) -> Iterator[dict[str, Any]]:
    """Ideas of the common theory, in the member's part or on drivers that it adapts, that it has not tested and others have."""
    own, reader = context.own, context.reader
    assert own is not None
    assert reader is not None
    adapted = context.network.adapted(reader)
    tried = {cycle.change for cycle in own.cycles if was_done(cycle) or was_studied(cycle)}
    part = _own_part(context)
    found: list[dict[str, Any]] = []
    for hub in context.common.change_ideas:
        if any(id in tried for id in adapted.get(hub.id, ())):
            continue
        drivers = {one.id for one in drivers_moved_by(context.common, hub.id)}
        if hub.id not in adapted and hub.id not in part and not drivers & set(adapted):
            continue
        tests = list(_tests(context, hub.id))
        judged, held = sum(one.judged for one in tests), sum(one.held for one in tests)
        if judged:
            adopted = sum(
                idea_status(theory, own_id).status == "adopted"
                for id, theory in context.theories.items()
                if id != reader
                for own_id in context.network.adapted(id).get(hub.id, ())
                if isinstance(theory.node(own_id), ChangeIdea)
            )
            found.append(
                {
                    "hub": hub,
                    "mine": hub.id in adapted,
                    "members": len({one.member for one in tests}),
                    "held": held,
                    "judged": judged,
                    "adopted": adopted,
                    "conditions": listed(
                        dict.fromkeys(
                            one.cycle.conditions
                            for one in tests
                            if one.cycle.conditions and one.held * 2 > one.judged
                        ),
                        3,
                    ),
                }
            )
    # Most members first, as one place proves least.
    found.sort(key=lambda row: (-row["members"], -row["held"] / row["judged"], row["hub"].id))
    yield from found


# ---------------------------------------------------------------------------------------- its own inventions


def _inventions(context: NetworkContext) -> Content:
    own, reader = context.own, context.reader
    if own is None or reader is None:
        return None
    mine = [own.node(id) for id in context.network.local(reader)]
    if not mine:
        return None
    theirs = [
        (id, node)
        for id, theory in context.theories.items()
        if id != reader
        for node in theory.nodes
        if node.adapts is None and node.text != UNTOLD
    ]
    rows = [
        {
            "node": node,
            "kind": _KIND[type(node)],
            "tally": tally(predictions_of(own, node.id)),
            "common": [
                {"node": hub, "score": score}
                for (_, hub), score in _alike(node, [(None, hub) for hub in context.common.nodes])
            ][:1],
            "others": [
                {
                    "who": context.names[id],
                    "text": other.text,
                    "tally": tally(predictions_of(context.theories[id], other.id)),
                    "score": score,
                }
                for (id, other), score in _alike(node, theirs)
            ][:MOST_ALIKE],
        }
        for node in mine
    ]
    return {"rows": rows, "rule": WORDING_RULE}


def _alike(node: Any, others: Sequence[tuple[Any, Any]]) -> list[tuple[Any, float]]:
    """Those of the others, of the same kind, whose words are likely the same; the most alike first."""
    same = [one for one in others if type(one[1]) is type(node)]
    if not same:
        return []
    scores = WORDING_RULE.scores([node.text], [one[1].text for one in same])[0]
    found = [
        (one, float(score)) for one, score in zip(same, scores, strict=True) if score >= WORDING_RULE.likely
    ]
    return sorted(found, key=lambda one: (-one[1], one[0][1].text))


# ------------------------------------------------------------------------------------------- where it differs


def _differs(context: NetworkContext) -> Content:
    own, reader = context.own, context.reader
    if own is None or reader is None:
        return None
    common = context.common
    words = []
    for hub, ids in context.network.adapted(reader).items():
        node = common.index.get(hub)
        if node not in common.nodes:
            continue
        for id in ids:
            mine = own.node(id)
            if not WORDING_RULE.same(mine.text, node.text):
                words.append(
                    {
                        "hub": node,
                        "mine": mine,
                        "score": WORDING_RULE.score(mine.text, node.text),
                        "words_of": version_that_said(context.network, node, mine.text),
                    }
                )
    gone = [id for id in context.network.adapted(reader) if id not in common]
    words.sort(key=lambda row: (row["score"], row["hub"].id))
    links = [
        {
            "one": one,
            "said": difference(one.what, one.hub, one.local),
            "ends": [common.node(one.cause).text, common.node(one.effect).text],
        }
        for one in link_differences(context.network, reader, common)
    ]
    found = drift(context.network, reader)
    missing = [common.node(id) for id in found.dropped]
    if not (words or links or missing or gone):
        return None
    return {
        "words": [row for row in words if row["words_of"] is None],
        "older": [row for row in words if row["words_of"] is not None],
        "links": links,
        "missing": missing,
        "fresh": new_in_common(context.network),
        "gone": gone,
        "rule": WORDING_RULE,
    }


MEMBER_SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        section.name: section
        for section in (
            Section("summary", "In short", _summary, "network-summary.html"),
            Section("part", "Your part of the common theory", _part, "member-part.html", wide=True),
            Section("differs", "Where your theory differs", _differs, "member-differs.html"),
            Section(
                "learned", "What others learned about the same ideas", _same_ideas, "member-learned.html"
            ),
            Section("next", "What to test next", _next, "member-next.html"),
            Section(
                "passed-on",
                "What you took, and what others took from you",
                _passed_on,
                "member-passed-on.html",
            ),
            Section(
                "inventions",
                "Your own inventions, and what is near them",
                _inventions,
                "member-inventions.html",
            ),
            Section("changes", "How the common theory changed", changes_told, "network-changes.html"),
        )
    }
)
"""The sections of a member's report that ship, in their order."""
