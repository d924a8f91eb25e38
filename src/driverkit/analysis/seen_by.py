"""A network as one of its members may see it: whoever is anonymous stays so.

What of an anonymous member others may see is decided field by field, in `FIELDS`. Everything else is left
out, so that a report made of such a network cannot tell it.

>>> from driverkit.model import Driver, Member, Network, Theory
>>> theirs = Theory(
...     "Ward 7", drivers=[Driver("w7-1", "Ward 7 knows whose risk is high", owner="Ann", adapts="P1")]
... )
>>> hub = Theory("Fewer falls", drivers=[Driver("P1", "Risk is known")])
>>> wards = [Member("m01", "Ward 6"), Member("m02", "Ward 7", theirs, anonymous=True)]
>>> seen = seen_by(Network("Safe wards", hub, members=wards), "m01")
>>> [member.name for member in seen.members]
['Ward 6', None]
>>> node = seen.theory("other-1").drivers[0]
>>> node.id, node.text, node.adapts, node.owner
('n1', '(a member) knows whose risk is high', 'P1', None)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import count
from typing import Any

import attrs
from attrs import field, frozen

from driverkit.evidence.words import visible
from driverkit.model import (
    Act,
    Aim,
    ChangeIdea,
    Contribution,
    Do,
    Driver,
    Evidence,
    LeftOut,
    Measure,
    Member,
    Network,
    Observation,
    PdsaCycle,
    Plan,
    Prediction,
    Study,
    Theory,
)
from driverkit.model import values as v
from driverkit.model.network import as_context, evolved
from driverkit.model.nodes import texts
from driverkit.model.values import EMPTY, kind_of

__all__ = ["FIELDS", "KINDS", "SOMEBODY", "UNTOLD", "hidden_members", "seen_by", "seen_ids"]

SOMEBODY = "(a member)"
"""What stands where an anonymous member was named."""

UNTOLD = "(words not shown)"
"""What stands for the words of a node that are not shown."""

KINDS: Mapping[str, str] = {
    "words": "shown; where a known name of an anonymous member stands in it, “(a member)” stands instead",
    "value": "kept, and counted",
    "id": "replaced by a number",
    "ids": "replaced by numbers",
    "common": "kept where the common theory has or had that id",
    "reference": "replaced by numbers",
    "place": "replaced by a number, so that places can be counted",
    "places": "replaced by the same numbers",
    "inside": "decided field by field",
    "left out": "left out",
}
"""What may become of a field of an anonymous member."""

_NODE = {
    "detail": "left out",
    "owner": "left out",
    "tags": "left out",
    "url": "left out",
    "status": "value",
    "undeveloped": "left out",
    "adapts": "common",
    "extra": "left out",
}

FIELDS: Mapping[type, Mapping[str, str]] = {
    Theory: {
        "title": "left out",
        "revision": "left out",
        "headings": "left out",
        "aims": "inside",
        "drivers": "inside",
        "change_ideas": "inside",
        "measures": "inside",
        "cycles": "inside",
        "evidence": "inside",
        "problem": "left out",
        "teams": "left out",
        "perspectives": "left out",
        "recommendations": "left out",
        "revisions": "left out",
        "extra": "left out",
        "origin": "left out",
    },
    Aim: {
        "id": "id",
        "text": "words",
        "population": "left out",
        "measure": "id",
        "baseline": "left out",
        "target": "left out",
        "by": "left out",
        "contributes_to": "inside",
        **_NODE,
    },
    Driver: {
        "id": "id",
        "text": "words",
        "level": "value",
        "contributes_to": "inside",
        "addresses": "left out",
        **_NODE,
    },
    ChangeIdea: {
        "id": "id",
        "text": "words",
        "concept": "words",
        "contributes_to": "inside",
        "cost_of_failure": "value",
        "readiness": "value",
        **_NODE,
    },
    Contribution: {
        "to": "id",
        "strength": "value",
        "because": "words",
        "only_where": "words",
        "fails_at": "places",
        "extra": "left out",
    },
    Measure: {
        "id": "id",
        "name": "words",
        "of": "ids",
        "role": "value",
        "timing": "value",
        "unit": "left out",
        "direction": "value",
        "baseline": "left out",
        "target": "left out",
        "frequency": "left out",
        "strata": "left out",
        "data": "left out",
        **_NODE,
    },
    Observation: dict.fromkeys(
        (
            "date",
            "value",
            "numerator",
            "denominator",
            "site",
            "strata",
            "note",
            "phase",
            "suppressed",
            "excluded",
            "extra",
        ),
        "left out",
    ),
    PdsaCycle: {
        "id": "id",
        "change": "id",
        "team": "left out",
        "site": "place",
        "scale": "value",
        "conditions": "words",
        "follows": "id",
        "adapted_from": "reference",
        "plan": "inside",
        "predictions": "inside",
        "do": "inside",
        "study": "inside",
        "act": "inside",
        "stamp": "left out",
        "extra": "left out",
    },
    Plan: {"date": "value", "objective": "left out", "extra": "left out"},
    Prediction: {
        "question": "words",
        "prediction": "words",
        "found": "words",
        "result": "value",
        "date": "value",
        "extra": "left out",
    },
    Do: {"date": "value", "observed": "left out", "as_planned": "value", "extra": "left out"},
    Study: {"date": "value", "learned": "words", "extra": "left out"},
    Act: {"date": "value", "decision": "value", "next": "left out", "extra": "left out"},
    Evidence: {
        "id": "id",
        "about": "id",
        "kind": "value",
        "finding": "value",
        "text": "words",
        "source": "left out",
        "year": "value",
        "stamp": "left out",
        "extra": "left out",
    },
    Member: {
        "id": "id",
        "name": "left out",
        "theory": "inside",
        "kind": "left out",
        "role": "left out",
        "team": "left out",
        "joined": "left out",
        "left": "value",
        "context": "left out",
        "perspectives": "left out",
        "anonymous": "value",
        "extra": "left out",
    },
}
"""What others may see of an anonymous member: each field of each noun, with one of `KINDS`. Dates are kept for
counting, in reports they are not printed."""


def hidden_members(network: Network) -> frozenset[str]:
    """The ids of the members that are anonymous: all of an anonymous network."""
    return frozenset(one.id for one in network.members if network.anonymous or one.anonymous)


def seen_by(network: Network, reader: str | None, *, words: bool = True) -> Network:
    """The network as one of its members may see it, to make of it what that member reads.

    Anonymous members, the reader apart, have other ids, in an order that says nothing about that of the file;
    their names, kinds, roles, teams, dates of joining and contexts are gone, and of their theories there is what
    `FIELDS` lets through. Where their names, ids, file names or sites stand in what the hub and other members
    wrote, “(a member)” stands instead. What people wrote in words of their own may tell more than that; see the
    documentation.

    Args:
        network: the network.
        reader: the id of the member that reads; None for anybody at all.
        words: whether the words of anonymous members are there (their aims, drivers and ideas, conditions,
            predictions, what they learned); else only what they adapt and how it went.

    Raises:
        UnknownId: there is no such member.
        FormatError: theories of members cannot be read.
    """
    if reader is not None:
        network.member(reader)
    if network.left_out:
        return _with_left_out(network, reader, words)
    hidden = hidden_members(network)
    others = [one for one in network.members if one.id in hidden]
    if not [one for one in others if one.id != reader]:
        return network
    seen = _seen(network, others, words)
    clean = seen.names
    theories = network.theories
    members = []
    for one in network.members:
        mine = theories.get(one.id)
        if one.id == reader:
            members.append(attrs.evolve(one, theory=None if mine is None else seen.pointing(mine, reader)))
        elif one.id not in hidden:
            kept = None if mine is None else seen.told(mine, reader)
            members.append(attrs.evolve(clean.everything(attrs.evolve(one, theory=None)), theory=kept))
    for id, alias in seen.alias.items():
        if id != reader:
            masked = seen.theories[id]
            theory = None if masked is None else seen.told(masked, reader, masked=True)
            members.append(Member(alias, theory=theory, left=network.member(id).left, anonymous=True))
    versions = [seen.told(version, reader) for version in network.versions]
    return attrs.evolve(
        network,
        hub=versions[-1],
        history=tuple(versions),
        members=tuple(members),
        teams=tuple(clean.everything(team) for team in network.teams),
        recommendations=tuple(clean.everything(one) for one in network.recommendations),
        readiness=tuple(clean.everything(one) for one in network.readiness),
        title=clean(network.title),
        perspectives=tuple(map(clean, network.perspectives)),
        extra=EMPTY,
        origin=None,
        opener=None,
    )


def seen_ids(network: Network) -> Mapping[str, str]:
    """What anonymous members, and their aims, drivers, ideas and cycles, are called in ``seen_by(network, None)``.

    Returns:
        By the id of the member, its id there; by ``member/ID`` of what is in its file, the same there.
    """
    seen_by(network, None)
    whole: Network = network.memo.get("seen_by.whole", network) if network.left_out else network
    kept: Any = whole.memo.get(("seen_by", True))
    found: dict[str, str] = {}
    for member, alias in kept.alias.items() if kept is not None else ():
        found[member] = alias
        found.update((f"{member}/{id}", f"{alias}/{new}") for id, new in kept.ids[member].items())
    return found


def _with_left_out(network: Network, reader: str | None, words: bool) -> Network:
    """The same where members were left out: what is anonymous of them is hidden too, and why they are left out."""
    away = [attrs.evolve(one.member, theory=None) for one in network.left_out]
    if "seen_by.whole" not in network.memo:
        network.memo["seen_by.whole"] = evolved(network, members=(*network.members, *away), left_out=())
        told = tuple(LeftOut(one) for one in away)
        network.memo["seen_by.silent"] = evolved(network, left_out=told)
    whole: Network = network.memo["seen_by.whole"]
    seen = seen_by(whole, reader, words=words)
    if seen is whole:
        silent: Network = network.memo["seen_by.silent"]
        return silent
    kept: Any = whole.memo["seen_by", words]
    ids = {kept.alias.get(one.id, one.id) for one in away}
    return attrs.evolve(
        seen,
        members=tuple(one for one in seen.members if one.id not in ids),
        left_out=tuple(LeftOut(one) for one in seen.members if one.id in ids),
    )


# -------------------------------------------------------------------------------------- anonymous members


@frozen
class _Seen:
    """What is the same for all who read: what anonymous members are called, and their theories."""

    names: _Names
    alias: Mapping[str, str]
    theories: Mapping[str, Theory | None]
    ids: Mapping[str, Mapping[str, str]]
    kept: dict[int, Theory] = field(factory=dict, init=False, repr=False)

    def told(self, theory: Theory, reader: str | None, *, masked: bool = False) -> Theory:
        """A theory of somebody else with its references turned and, where it is not masked, without known names.

        Who reads makes a difference only where the theory names a cycle of theirs; for all others it is the very
        same value, so that what is counted of it is counted once.
        """
        if reader in _pointed_at(theory):
            return self._made(self.pointing(theory, reader), masked)
        found = self.kept.get(id(theory))  # the network holds it, so that its number stays its own
        if found is None:
            found = self.kept[id(theory)] = self._made(self.pointing(theory, None), masked)
        return found

    def _made(self, turned: Theory, masked: bool) -> Theory:
        cleaned: Theory = turned if masked else self.names.everything(turned)
        return cleaned

    def pointing(self, theory: Theory, reader: str | None) -> Theory:
        """The theory with references to cycles of anonymous members turned to what these are called."""

        def turned(reference: str) -> str:
            member, slash, id = reference.partition("/")
            if not slash or member == reader or member not in self.alias:
                return reference
            return f"{self.alias[member]}/{self.ids[member].get(id, 'gone')}"

        def noted(one: Any) -> Any:
            ids = tuple(map(turned, one.because_of))
            return one if ids == one.because_of else attrs.evolve(one, because_of=ids)

        cycles = tuple(
            one
            if one.adapted_from is None or (to := turned(one.adapted_from)) == one.adapted_from
            else attrs.evolve(one, adapted_from=to)
            for one in theory.cycles
        )
        revisions = tuple(map(noted, theory.revisions))
        revision = None if theory.revision is None else noted(theory.revision)
        pairs = ((cycles, theory.cycles), (revisions, theory.revisions))
        if revision is theory.revision and all(
            a is b for new, old in pairs for a, b in zip(new, old, strict=True)
        ):
            return theory
        return attrs.evolve(theory, cycles=cycles, revisions=revisions, revision=revision, _trusted=True)


def _pointed_at(theory: Theory) -> frozenset[str]:
    """The members whose cycles a theory names."""
    found: Any = theory.memo.get("seen_by.pointed_at")
    if found is None:
        notes = (*theory.revisions, *([theory.revision] if theory.revision is not None else []))
        named = [cycle.adapted_from or "" for cycle in theory.cycles]
        named += [reference for note in notes for reference in note.because_of]
        found = frozenset(one.partition("/")[0] for one in named if "/" in one)
        theory.memo["seen_by.pointed_at"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _seen(network: Network, others: Sequence[Member], words: bool) -> _Seen:
    found: Any = network.memo.get(("seen_by", words))
    if found is None:
        held = network.theories
        clean = _Names(network, others)
        ids = {one.id: _numbered(held[one.id]) if one.id in held else {} for one in others}
        common = frozenset(id for version in network.versions for id in version.index)
        members = frozenset(one.id for one in network.members)
        theories: dict[str, Theory | None] = {}
        marks: dict[str, str] = {}
        for one in others:
            theory = held.get(one.id)
            theories[one.id] = theory and _Mask(ids[one.id], clean, words, common, members).theory(theory)
            # The order is that of a mark nobody can reckon who does not have the file: it says nothing about who it is.
            told = (
                ""
                if theory is None
                else repr([theory.aims, theory.drivers, theory.change_ideas, theory.cycles])
            )
            marks[one.id] = hashlib.sha256(f"{one.id} {told}".encode("utf-8", "replace")).hexdigest()
        order = sorted(marks, key=marks.__getitem__)
        taken = {one.id for one in network.members}
        free = (name for number in count(1) if (name := f"other-{number}") not in taken)
        alias = dict(zip(order, free, strict=False))
        found = network.memo["seen_by", words] = _Seen(clean, alias, theories, ids)
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _numbered(theory: Theory) -> Mapping[str, str]:
    ids: dict[str, str] = {}
    for item in theory.items():
        ids[item.id] = f"{'t' if isinstance(item, PdsaCycle) else 'n'}{len(ids) + 1}"
    return ids


class _Mask:
    """Puts every value of an anonymous member's theory through `FIELDS`."""

    def __init__(
        self,
        ids: Mapping[str, str],
        clean: _Names,
        words: bool,
        common: AbstractSet[str],
        members: AbstractSet[str],
    ) -> None:
        self.ids = ids
        self.clean = clean
        self.words = words
        self.common = common
        self.members = members
        self.sites: dict[str, str] = {}

    def theory(self, theory: Theory) -> Theory:
        """The theory as others may see it."""
        kept = {
            name: self.field(kind, getattr(theory, name))
            for name, kind in FIELDS[Theory].items()
            if kind == "inside"
        }
        return Theory("Another member's theory", **kept, _trusted=True)

    def __call__(self, noun: Any) -> Any:
        kinds = FIELDS[type(noun)]
        fields = {
            name: self.field(kind, getattr(noun, name)) for name, kind in kinds.items() if kind != "left out"
        }
        name = "name" if isinstance(noun, Measure) else "text"
        if name in fields and not isinstance(noun, Evidence):
            fields[name] = fields[name] or UNTOLD
        return type(noun)(**fields)

    def field(self, kind: str, value: Any) -> Any:
        """What becomes of the value of a field."""
        if value is None or kind == "value":
            return value
        if kind == "inside":
            return tuple(map(self, value)) if isinstance(value, tuple) else self(value)
        if kind == "words":
            return self.clean(value) if self.words else None
        if kind == "places":
            return tuple(self.field("place", one) for one in value)
        if kind == "ids":
            return tuple(self.ids[one] for one in value)
        if kind == "place":
            return self.sites.setdefault(value, f"site {len(self.sites) + 1}")
        if kind == "common":
            return value if value in self.common else None
        if kind == "reference":  # one to another member is turned later, when it is known who reads
            known = value in self.ids or value.partition("/")[0] in self.members
            return self.ids.get(value, value) if known else None
        cause, arrow, effect = value.partition(" -> ")
        return f"{self.ids[cause]} -> {self.ids[effect]}" if arrow else self.ids[cause]


# -------------------------------------------------------------------------------------------------- names


class _Names:
    """The known names of anonymous members: a text in which one stands is changed."""

    def __init__(self, network: Network, others: Iterable[Member]) -> None:
        theories = network.theories
        names: set[str] = set()
        ids: set[str] = set()
        for one in others:
            ids.add(one.id)
            names.update(_proper([one.name or ""], always=True))
            if isinstance(one.theory, str):
                names.add(one.theory)
                names.update(_proper([re.split(r"[/\\]", one.theory)[-1].rpartition(".")[0]]))
            if one.id in theories:
                names.update(_proper(_places(theories[one.id])))
        names = {name for name in names if name.strip()}
        self.first = frozenset(word for name in names for word in _tokens(name)[:1])
        self.ids = frozenset(id for id in ids if any(c.isdigit() for c in id) or len(id) > 3)
        self.id_words = frozenset(word for id in self.ids for word in _tokens(id)[:1])
        self.odd = tuple(name for name in names if not _tokens(name))
        self.pattern = _pattern(names)
        self.id_pattern = _pattern(self.ids, exactly=True)
        self.slashed = _pattern(ids, exactly=True, more=r"/[A-Za-z0-9][A-Za-z0-9_.-]*")

    def __call__(self, text: str) -> str:
        text = visible(text)
        if "/" in text:
            text = self.slashed.sub(SOMEBODY, text)
        words = set(_tokens(text))
        if words & self.first or any(name in text for name in self.odd):
            text = self.pattern.sub(SOMEBODY, text)
        if words & self.id_words:
            text = self.id_pattern.sub(SOMEBODY, text)
        return text

    def everything(self, noun: Any) -> Any:
        """A value in whose words no known name stands: of the hub, or of a member that is not anonymous."""
        changed = {}
        for name in _wordy(type(noun)):  # type: ignore[arg-type]  # a class can be hashed
            value = getattr(noun, name)
            new = self._any(value)
            if new is not value:
                changed[name] = new
        if "url" in {f.name for f in attrs.fields(type(noun))} and noun.url and self(noun.url) != noun.url:
            changed["url"] = None
        if not changed:
            return noun
        if isinstance(noun, Theory):
            changed["_trusted"] = True
        return attrs.evolve(noun, **changed)

    def _any(self, value: Any) -> Any:
        if isinstance(value, str):
            new = self(value)
            return value if new == value else new
        if isinstance(value, tuple):
            all_of = tuple(self._any(one) for one in value)
            return value if all(a is b for a, b in zip(all_of, value, strict=True)) else all_of
        if attrs.has(type(value)):
            return self.everything(value)
        if isinstance(value, Mapping):
            pairs = {self._any(key): self._any(one) for key, one in value.items()}
            return value if pairs == dict(value) else type(value)(pairs)  # type: ignore[call-arg]  # a FrozenDict
        return value


@cache
def _wordy(noun: Any) -> tuple[str, ...]:
    """The fields of a noun that hold words of people, or nouns that do; no ids, paths or words from a list."""
    words = (v.as_text, v.maybe_text, texts, v.as_extra, v.as_strata, as_context)
    found = []
    for one in attrs.fields(noun):
        if not one.init or one.name in ("origin", "memo", "_trusted", "stamp"):
            continue
        if noun is Measure and one.name in ("strata", "data"):  # names of columns, and where they are
            continue
        if one.converter in words or (one.converter is not None and kind_of(one).noun is not None):
            found.append(one.name)
    return tuple(found)


def _places(theory: Theory) -> list[str]:
    """The places, teams and people that a theory names."""
    found = [cycle.site for cycle in theory.cycles] + [cycle.team for cycle in theory.cycles]
    found += [team.name for team in theory.teams] + [node.owner for node in theory.nodes]
    found += [node.owner for node in theory.measures]
    for measure in theory.measures:
        if isinstance(measure.data, tuple):
            found += [row.site for row in measure.data]
        elif measure.data is not None:
            found += [measure.data]
    return [text for text in dict.fromkeys(found) if text]


def _proper(texts: Iterable[str], *, always: bool = False) -> list[str]:
    """Those that look like names: with a capital or a digit, or in a script that has no capitals."""
    return [
        text
        for text in texts
        if always or any(c.isupper() or c.isdigit() for c in text) or not any(c.islower() for c in text)
    ]


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _pattern(names: Iterable[str], *, exactly: bool = False, more: str = "") -> re.Pattern[str]:
    """A pattern for any of the names as whole words, longest first; blanks may be of any kind."""
    listed = sorted({" ".join(name.split()) for name in names}, key=lambda name: (-len(name), name))
    if not listed:
        return re.compile(r"(?!)")
    each = (re.escape(name).replace(r"\ ", r"\s+") for name in listed)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)}){more}(?!\w)", 0 if exactly else re.IGNORECASE)
