"""What changed between two versions of a theory, what came between, and whether it is substantive.

>>> from driverkit.model import Aim, Driver, Theory
>>> old = Theory("Falls", aims=[Aim("A1", "Fewer falls", target=3)], drivers=[Driver("P1", "Floors are dry")])
>>> new = old.replace("A1", target=2).replace("P1", text="Floors are dry and clear")
>>> for change in changes(old, new):
...     print(change)
The target of “Fewer falls” moved from 3 to 2.
“Floors are dry” now reads “Floors are dry and clear”.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs
from attrs import field, frozen

from driverkit.evidence.cycles import was_studied
from driverkit.evidence.rewritten import WEIGHTY, became, called_otherwise, rewritten, subject
from driverkit.evidence.words import harmless, listed, plural, quoted
from driverkit.model import (
    Aim,
    ChangeIdea,
    Driver,
    Evidence,
    Link,
    Measure,
    PdsaCycle,
    Revision,
    Team,
    Theory,
)

__all__ = ["KINDS", "REVISION_RULE", "Change", "RevisionRule", "changes", "content_words", "new_notes"]

KINDS: Mapping[str, str] = {
    "added": "a node that the old theory does not have",
    "dropped": "a node that the new theory does not have",
    "renamed": "a node with another id and the same words",
    "reworded": "a node whose words are others",
    "retargeted": "an aim whose baseline, target, date, population or measure moved",
    "re-levelled": "a driver on another level",
    "moved": "a node that contributes to other things than before, and to none of those it did",
    "linked": "a link that was not there",
    "unlinked": "a link that is not there any more",
    "restrengthened": "a link whose strength, reason or condition is another",
    "restated": "another field of a node, such as its status, owner or unit",
    "reordered": "a section whose nodes stand in another order",
    "re-evidenced": "a node or link on which cycles were studied or evidence was written down in between, or on which "
    "such records say something else now or are gone",
}
"""The kinds of changes, and what each says."""


@frozen
class Change:
    """One thing that is not as it was.

    Attributes:
        kind: one of `KINDS`.
        id: the node, or the link ``CAUSE -> EFFECT``; the name of a section where it was reordered;
            empty for the theory itself. A node that was renamed has its new id.
        section: where it stands in a theory file; ``links`` for a link, ``theory`` for the theory itself.
        field: the field that changed; None where there is none. Of a record that was rewritten its own field, such
            as ``finding`` or ``result``; ``cycles`` or ``evidence`` where records are gone (``unfinished``: cycles
            that had not reached Study).
        before: what it was, as plain data.
        after: what it is.
        words: the change in a sentence.
        substantive: whether the rule calls it substantive.
        cycles: the ids of the cycles on the node, or on what is below a link, that were studied in between; where
            cycles were rewritten or are gone, the ids of those.
        evidence: the ids of the evidence about it that was written down in between; where evidence was rewritten
            or is gone, the ids of that.
        revisions: the labels of the revision notes, not there before, that name one of these or the change.
    """

    kind: str
    id: str
    section: str
    field: str | None = None
    before: Any = None
    after: Any = None
    words: str = ""
    substantive: bool = False
    cycles: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()

    @property
    def learned(self) -> bool:
        """Whether it tells only what was studied or written down in between, and nothing that is another."""
        return self.kind == "re-evidenced" and self.field is None

    def __str__(self) -> str:
        return self.words


@frozen
class RevisionRule:
    """When a change to a theory is substantive.

    Attributes:
        name: what the rule is called.
        summary: the rule in a sentence or two.
        source: where it comes from.
        judge: whether a change is substantive; called with the change and the two theories.
    """

    name: str
    summary: str
    source: str
    judge: Callable[[Change, Theory, Theory], bool] = field(repr=False)


# Words without content: changing them changes no claim.
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "as",
        "is",
        "are",
        "be",
        "been",
        "was",
        "were",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "their",
        "our",
        "your",
        "we",
        "they",
        "which",
        "who",
        "will",
        "can",
        "may",
        "so",
        "into",
        "than",
        "then",
        "there",
        "all",
        "each",
    ]
)
_WORD = re.compile(r"\w+(?:[.,]\w+)*", re.UNICODE)


def content_words(text: str) -> Counter[str]:
    """The words of a text that carry its claim, each with how often: no articles, no endings of number.

    >>> content_words("The floors are dry") == content_words("A dry floor")
    True
    """
    words = (word.casefold() for word in _WORD.findall(text))
    return Counter(_stem(word) for word in words if word not in _STOP)


def _stem(word: str) -> str:
    if not word.isalpha() or len(word) < 4 or word.endswith("ss"):
        return word
    return word.removesuffix("s")


def _judge(change: Change, old: Theory, new: Theory) -> bool:
    """See `REVISION_RULE`."""
    theories = (old, new)
    if change.kind in ("reordered", "renamed"):
        return False
    if change.kind == "re-evidenced":
        return change.field in WEIGHTY
    if change.kind == "restated":
        return change.field == "status" and change.after == "abandoned"
    if change.kind == "reworded":
        return content_words(str(change.before)) != content_words(str(change.after))
    if change.kind == "restrengthened":
        return change.field in ("strength", "only_where", "fails_at")
    if change.section in ("aims", "drivers"):
        return True
    if change.section == "links":
        cause = change.id.partition(" -> ")[0]
        return any(cause in t and not isinstance(t.node(cause), ChangeIdea) for t in theories)
    if change.section == "change_ideas":
        # An idea comes and goes with the work; one that was tested leaves something behind.
        return (
            change.kind in ("dropped", "moved")
            and any(was_studied(cycle) for cycle in old.cycles if cycle.change == change.id)
        ) or (change.kind == "dropped" and bool(_lost(old, new, change.id)[1]))
    return change.section == "causes"


REVISION_RULE = RevisionRule(
    name="driverkit",
    summary="Substantive is what changes a claim: aims, their numbers and dates, drivers, their levels and the links "
    "between them, the strength or condition of a link, words other than articles and number, causes; an idea "
    "that was tested and is dropped, moved or abandoned; and the finding of evidence, a result, a decision, or what a "
    "record is about, where it was rewritten, and studied cycles or evidence that are gone. Minor are new and untested "
    "ideas, order, ids, owners, tags, measures' details, the wording of records and words that say the same.",
    source="after the distinction between substantive and minor revisions in the MTE-Partnership's yearly revision of "
    "its driver diagram; the rule itself is ours",
    judge=_judge,
)
"""The rule that is used where nobody gives one."""

_AIM_FIELDS = ("population", "measure", "baseline", "target", "by")
_WORDS_OF = {"measures": "name", "teams": "name"}
_LINK_FIELDS = ("strength", "because", "only_where", "fails_at")
_OWN = {"id", "text", "name", "contributes_to", "level", "extra", "stamp"}
_SECTIONS = ("aims", "drivers", "change_ideas", "measures", "causes", "teams", "recommendations")


NO_REASONS: Mapping[str, str] = MappingProxyType({})
"""No cycles of other files are known."""


def changes(
    old: Theory,
    new: Theory,
    *,
    rule: RevisionRule = REVISION_RULE,
    reasons: Mapping[str, str] = NO_REASONS,
) -> tuple[Change, ...]:
    """What is not as it was, node by node in the order of the new theory, what was dropped last.

    Nodes are the same where their ids are; one that was dropped and one that was added with the same words
    in the same section are one node that was renamed.

    Args:
        old: the earlier theory.
        new: the later one.
        rule: when a change is substantive.
        reasons: cycles of other files, as notes name them (``member/ID``), with the id of the node of the new theory that
            each tested: a note that names the cycle names the node.
    """
    renamed = _renamed(old, new)
    before = _with_ids(old, renamed)
    records = called_otherwise(before, new)
    before = _with_ids(before, records)
    found = list(_whole(before, new))
    found += list(_nodes(before, new, {now: was for was, now in renamed.items()}))
    found += [
        Change(
            "renamed", now, section, "id", was, now, f"{what} {harmless(was)} is called {harmless(now)} now."
        )
        for was, now in records.items()
        for section, what in [_record(new.node(now))]
    ]
    found += _links(before, new, {change.id for change in found if change.kind == "moved"})
    found += _orders(before, new)
    between = _Between(before, new, reasons)
    found += between.re_evidenced()
    done = []
    for change in found:
        cycles, evidence = change.cycles, change.evidence
        if change.kind != "re-evidenced" or change.field is None:
            cycles, evidence = between.cycles(change.id), between.evidence(change.id)
        named = {change.id, *cycles, *evidence}
        if change.kind == "moved":
            named |= {f"{change.id} -> {end}" for end in (*change.before, *change.after)}
        done.append(
            attrs.evolve(
                change,
                substantive=rule.judge(change, before, new),
                cycles=cycles,
                evidence=evidence,
                revisions=between.notes(named),
            )
        )
    return tuple(done)


def _whole(old: Theory, new: Theory) -> Iterator[Change]:
    """What changed of the theory itself."""
    problems = [t.problem.text if t.problem is not None else None for t in (old, new)]
    for name, first, last in (
        ("title", old.title, new.title),
        ("problem", *problems),
        ("perspectives", old.perspectives, new.perspectives),
    ):
        if first != last:
            said = f"The {name} of the theory {became(first, last)}."
            yield Change("restated", "", "theory", name, _plain(first), _plain(last), said)


def _section(theory: Theory, name: str) -> Sequence[Any]:
    return theory.causes if name == "causes" else getattr(theory, name)


def _words_field(section: str) -> str:
    return _WORDS_OF.get(section, "text")


def _renamed(old: Theory, new: Theory) -> dict[str, str]:
    """Old id to new id of nodes that were given another id and kept their words."""
    found: dict[str, str] = {}
    for section in _SECTIONS:
        name = _words_field(section)
        gone = [x for x in _section(old, section) if x.id not in new]
        come: dict[str, list[str]] = {}
        for x in _section(new, section):
            if x.id not in old and getattr(x, name):
                come.setdefault(" ".join(getattr(x, name).split()).casefold(), []).append(x.id)
        for x in gone:
            ids = come.get(" ".join((getattr(x, name) or "").split()).casefold())
            if ids:
                found[x.id] = ids.pop(0)
    return found


def _with_ids(theory: Theory, renamed: Mapping[str, str]) -> Theory:
    for was, now in renamed.items():
        if now not in theory:
            theory = theory.rename(was, now)
    return theory


def _record(item: Any) -> tuple[str, str]:
    """The section of a record, and what it is called in a sentence."""
    return ("cycles", "Cycle") if isinstance(item, PdsaCycle) else ("evidence", "Evidence")


def _lost(old: Theory, new: Theory, id: str) -> tuple[list[str], list[str]]:
    """The cycles and the evidence that went with a node."""
    cycles = [one.id for one in old.cycles if one.change == id and one.id not in new]
    pieces = [one.id for one in old.evidence if id in one.about.split(" -> ") and one.id not in new]
    return cycles, pieces


def _nodes(old: Theory, new: Theory, was: Mapping[str, str]) -> Iterator[Change]:
    for section in _SECTIONS:
        there = {x.id: x for x in _section(old, section)}
        here = {x.id: x for x in _section(new, section)}
        for id, item in here.items():
            if id in was:
                words = f"{_called(item)} is called {id} now, and was {harmless(was[id])}."
                yield Change("renamed", id, section, "id", was[id], id, words)
            if id in there:
                yield from _fields(old, new, section, there[id], item)
            else:
                yield Change("added", id, section, words=f"{_called(item)} is new{_under(new, id)}.")
        for id, item in there.items():
            if id not in here:
                kind = new.node(id) if id in new else None
                cycles, pieces = _lost(old, new, id)
                went = [
                    f"{plural(len(ids), *what)} ({listed(ids, 4)})"
                    for ids, what in (
                        (cycles, ("cycle",)),
                        (pieces, ("piece of evidence", "pieces of evidence")),
                    )
                    if ids
                ]
                more = f", with {listed(went)}" if went else ""
                more += "" if kind is None else f"; its id is now that of {quoted(kind)}"
                yield Change("dropped", id, section, words=f"{_called(item)} was dropped{more}.")


def _under(theory: Theory, id: str) -> str:
    item = theory.node(id)
    if not isinstance(item, (Driver, ChangeIdea)):
        return ""
    parents = [quoted(theory.node(one)) for one in theory.parents(id)]
    return f", under {listed(parents, 2)}" if parents else ", under nothing"


def _fields(old: Theory, new: Theory, section: str, was: Any, item: Any) -> Iterator[Change]:
    id, words = item.id, _words_field(section)
    first, last = getattr(was, words), getattr(item, words)
    if first != last:
        if first and last:
            said = f"{quoted(first)} now reads {quoted(last)}."
        else:
            said = f"{id} {'lost its words' if first else f'got words: {quoted(last)}'}."
        yield Change("reworded", id, section, words, first, last, said)
    if isinstance(item, Driver):
        levels = old.level(id), new.level(id)
        if levels[0] != levels[1]:
            said = f"{quoted(item)} moved from level {levels[0]} to level {levels[1]}."
            yield Change("re-levelled", id, section, "level", *levels, said)
    if isinstance(item, (Driver, ChangeIdea)):
        parents = [tuple(one for one in t.parents(id)) for t in (old, new)]
        if parents[0] and parents[1] and not set(parents[0]) & set(parents[1]):
            ends = [
                listed([quoted(t.node(one)) for one in ids], 2)
                for t, ids in zip((old, new), parents, strict=True)
            ]
            said = f"{quoted(item)} moved from {ends[0]} to {ends[1]}."
            yield Change("moved", id, section, "contributes_to", list(parents[0]), list(parents[1]), said)
    for attribute in attrs.fields(type(item)):
        name = attribute.name
        if name in _OWN or not attribute.init or name in (words, "data"):
            continue
        first, last = getattr(was, name), getattr(item, name)
        if first != last and not (name == "about" and first is None):
            kind = "retargeted" if isinstance(item, Aim) and name in _AIM_FIELDS else "restated"
            yield Change(
                kind, id, section, name, _plain(first), _plain(last), _told(name, _called(item), first, last)
            )
    if isinstance(item, Measure) and was.data != item.data:
        said = _rows(was.data, item.data)
        yield Change("restated", id, section, "data", None, None, f"The series of {quoted(item)} {said}.")


def _called(item: Any) -> str:
    """A node by its words, a team by its name."""
    return quoted(item.name) if isinstance(item, Team) and item.name else quoted(item)


def _rows(before: Any, after: Any) -> str:
    counts = [len(x) if isinstance(x, tuple) else None for x in (before, after)]
    if counts[0] is not None and counts[1] is not None:
        more = counts[1] - counts[0]
        if more > 0 and tuple(after[: counts[0]]) == tuple(before):
            return f"has {plural(more, 'more row')}"
        return "has other rows"
    return "stands elsewhere" if before and after else "is there now" if after else "is gone"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


# What a field is called in a sentence, where its key is not plain English; {} is what it belongs to.
_CALLED = {
    "by": "The date of {}",
    "of": "What {} measures",
    "url": "The web address of {}",
    "undeveloped": "The reason why {} is undeveloped",
    "adapts": "What {} adapts",
    "addresses": "Which causes {} answers",
    "works_on": "What {} works on",
    "about": "What {} bears on",
    "to": "The addressee of {}",
    "because": "The reason for {}",
    "only_where": "The condition under which {} holds",
    "fails_at": "Where {} fails",
}


def _told(name: str, of: str, first: Any, last: Any) -> str:
    """What became of a field, in a sentence."""
    called = _CALLED.get(name, f"The {name.replace('_', ' ')} of {{}}").replace("{}", of)
    return f"{called} {became(first, last, 'moved' if name in ('baseline', 'target', 'by') else 'changed')}."


def _links(old: Theory, new: Theory, moved: Collection[str]) -> Iterator[Change]:
    """What changed of the links; those of a node that moved are told with the move."""
    first = {link.id: link for link in old.links}
    last = {link.id: link for link in new.links}
    for id, link in last.items():
        known = link.cause in old and link.effect in old
        if id not in first:
            if known and link.cause not in moved:  # a node that is new brings its links with it
                yield Change("linked", id, "links", words=f"{_capital(_link(new, link))} is new.")
            continue
        for name in _LINK_FIELDS:
            was, now = getattr(first[id], name), getattr(link, name)
            if was != now:
                said = _told(name, _link(new, link), was, now)
                yield Change("restrengthened", id, "links", name, _plain(was), _plain(now), said)
    for id, link in first.items():
        if id not in last and link.cause in new and link.effect in new and link.cause not in moved:
            yield Change("unlinked", id, "links", words=f"{_capital(_link(old, link))} is gone.")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _link(theory: Theory, link: Link) -> str:
    return f"the link from {quoted(theory.node(link.cause))} to {quoted(theory.node(link.effect))}"


def _orders(old: Theory, new: Theory) -> Iterator[Change]:
    for section in _SECTIONS:
        first = [x.id for x in _section(old, section) if x.id in new]
        known = set(first)
        last = [x.id for x in _section(new, section) if x.id in known]
        if set(first) == set(last) and first != last:
            said = f"The {section.replace('_', ' ')} stand in another order."
            yield Change("reordered", section, section, None, first, last, said)


def new_notes(old: Theory, new: Theory) -> tuple[Revision, ...]:
    """The revision notes of a theory that an earlier version of it does not have, the oldest first."""
    had: dict[Revision, set[str]] = {}
    for note in (*old.revisions, *([old.revision] if old.revision is not None else [])):
        had.setdefault(attrs.evolve(note, because_of=()), set()).update(note.because_of)
    notes = [*new.revisions, *([new.revision] if new.revision is not None else [])]
    # A note from which a reason was only taken out, since the cycle is gone, is no new note.
    return tuple(
        note
        for note in dict.fromkeys(notes)
        if (known := had.get(attrs.evolve(note, because_of=()))) is None
        or not known.issuperset(note.because_of)
    )


class _Between:
    """What was learned between two versions, by what it is about."""

    def __init__(self, old: Theory, new: Theory, reasons: Mapping[str, str]) -> None:
        self.old, self.new, self.reasons = old, new, reasons
        studied = {cycle.id for cycle in old.cycles if was_studied(cycle)}
        self.by_idea: dict[str, list[str]] = {}
        for cycle in new.cycles:
            if was_studied(cycle) and cycle.id not in studied:
                self.by_idea.setdefault(cycle.change, []).append(cycle.id)
        known = {piece.id for piece in old.evidence}
        self.about: dict[str, list[str]] = {}
        for piece in new.evidence:
            if piece.id not in known:
                self.about.setdefault(piece.about, []).append(piece.id)
        self.new_notes = new_notes(old, new)

    def cycles(self, id: str) -> tuple[str, ...]:
        return tuple(self.by_idea.get(id.partition(" -> ")[0], ()))

    def evidence(self, id: str) -> tuple[str, ...]:
        return tuple(self.about.get(id, ()))

    def notes(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The labels of new revision notes that name one of the ids; who names both ends of a link names it."""
        wanted = set(ids)
        ends = [set(id.split(" -> ")) for id in wanted if " -> " in id]
        named = []
        for note in self.new_notes:
            whole = set(re.findall(r"[A-Za-z0-9][\w.-]*\w|\w", note.why or ""))
            about = {self.reasons[id] for id in note.because_of if id in self.reasons}
            if wanted & {*note.because_of, *about, *whole} or any(both <= whole for both in ends):
                named.append(note.label or (note.date.isoformat() if note.date else "unnamed"))
        return tuple(dict.fromkeys(named))

    def re_evidenced(self) -> Iterator[Change]:
        for about in dict.fromkeys([*self.by_idea, *self.about]):
            node = about.partition(" -> ")[0]
            if node not in self.new:
                continue
            cycles, pieces = self.by_idea.get(about, []), self.about.get(about, [])
            said = []
            if cycles:
                said.append(f"{plural(len(cycles), 'cycle')} studied ({listed(cycles, 4)})")
            if pieces:
                said.append(f"{plural(len(pieces), 'piece')} of evidence ({_ways(self.new, pieces)})")
            section = "links" if " -> " in about else _home(self.new, about)
            words = f"On {subject(self.new, about)}: {' and '.join(said)}."
            yield Change("re-evidenced", about, section, None, None, [*cycles, *pieces], words)
        for one in rewritten(self.old, self.new):
            section = "links" if " -> " in one.about else _home(self.new, one.about)
            record = (self.new if one.ids[0] in self.new else self.old).node(one.ids[0])
            piece = isinstance(record, Evidence)
            yield Change(
                "re-evidenced",
                one.about,
                section,
                one.field,
                _plain(one.before),
                one.after,
                one.words,
                cycles=() if piece else one.ids,
                evidence=one.ids if piece else (),
            )


def _ways(theory: Theory, ids: Sequence[str]) -> str:
    found = []
    for id in ids:
        piece = theory.node(id)
        assert isinstance(piece, Evidence)
        found.append(f"{id} {piece.finding}" if piece.finding else id)
    return listed(found, 4)


def _home(theory: Theory, id: str) -> str:
    item = theory.node(id)
    for section in _SECTIONS:
        if any(x is item for x in _section(theory, section)):
            return section
    return "cycles" if isinstance(item, PdsaCycle) else "evidence"
