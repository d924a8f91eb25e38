"""Suspect evidence: what was gathered about words that have changed since.

A stamp is a short mark of the words that a record is about. `confirm` writes it; when the words change
afterwards, the stamp on the record is no longer that of the words, and the record is suspect until
somebody has looked and confirmed it. The idea comes from requirement management (doorstop, trudag).

    >>> from driverkit.model import Driver, Evidence, Theory
    >>> theory = Theory(
    ...     "Leaving hospital",
    ...     drivers=[Driver("P1", "People understand their plan")],
    ...     evidence=[Evidence("E1", "P1", finding="supports")],
    ... )
    >>> theory = confirm(theory)
    >>> suspects(theory)
    ()
    >>> theory = theory.replace("P1", text="People and carers understand their plan")
    >>> print(suspects(theory)[0])
    E1 was gathered about other words than “People and carers understand their plan”
    >>> suspects(confirm(theory, ["E1"]))
    ()

`STAMPED` says which words count. Ids are not among them, so that renaming a node changes no verdict;
nor are line breaks and repeated spaces.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from driverkit.errors import UnknownId, UsageError
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.words import quoted
from driverkit.model import Aim, Cause, ChangeIdea, Driver, Evidence, Link, Measure, PdsaCycle, Theory
from driverkit.model.values import did_you_mean, near, show

__all__ = ["STAMPED", "Suspect", "confirm", "is_suspect", "link_of", "stamp_of", "suspects", "unconfirmed"]

STAMPED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "aim": ("text", "population"),
        "driver": ("text",),
        "change": ("text", "concept"),
        "measure": ("name", "unit", "direction"),
        "cause": ("text",),
        "link": ("cause", "effect", "only_where"),
    }
)
"""Which words go into a stamp, by kind; ``cause`` and ``effect`` of a link are the texts of its two ends.

They are those that say what is claimed. What is only said about it (detail, owner, tags, status,
levels, targets, dates, the strength of a link and the reason for it) may change without a stamp changing.
"""

_KIND: Mapping[type, str] = MappingProxyType(
    {Aim: "aim", Driver: "driver", ChangeIdea: "change", Measure: "measure", Cause: "cause"}
)
_VERSION = "v1"
_LENGTH = 12

Record = PdsaCycle | Evidence


@frozen
class Suspect:
    """A record that was gathered about other words than today's.

    Attributes:
        record: the id of the cycle or piece of evidence.
        about: the id of the node, or the link ``CAUSE -> EFFECT``, that it is about; for a cycle its
            change idea.
        kind: ``cycle`` or ``evidence``.
        stamp: the stamp on the record.
        now: the stamp of today's words.
        words: today's words.
    """

    record: str
    about: str
    kind: str
    stamp: str
    now: str
    words: str

    def __str__(self) -> str:
        """One sentence without its full stop."""
        done = "tested" if self.kind == "cycle" else "was gathered about"
        return f"{self.record} {done} other words than {self.words}"


def link_of(theory: Theory, about: str) -> Link:
    """The link that ``CAUSE -> EFFECT`` names; spaces round the arrow do not matter.

    Raises:
        UnknownId: one of its ends is not there.
        UsageError: there is no such link, or what is given names a node.
    """
    if "->" not in about:
        theory.node(about)
        raise UsageError(f"{show(about)} is no link; a link is written CAUSE -> EFFECT.")
    cause, _, effect = (part.strip() for part in about.partition("->"))
    found = _links(theory).get(f"{cause} -> {effect}")
    if found is None:
        for id in (cause, effect):
            theory.node(id)
        raise UsageError(
            f"There is no link {show(about)}.{did_you_mean(f'{cause} -> {effect}', _links(theory))}"
        )
    return found


def _links(theory: Theory) -> Mapping[str, Link]:
    found: Any = theory.memo.get("evidence.links")
    if found is None:
        found = theory.memo["evidence.links"] = {link.id: link for link in theory.links}
    return found  # type: ignore[no-any-return]  # the memo holds anything


def stamp_of(theory: Theory, about: str) -> str:
    """The stamp of the words of a node or link, as they are today.

    It is ``v1-`` and the first 12 digits of the SHA-256 of one line for each field in `STAMPED` that
    is filled, ``field: words``, in UTF-8.

    Args:
        theory: the theory.
        about: the id of an aim, driver, change idea, measure or cause; or a link ``CAUSE -> EFFECT``.

    Raises:
        UnknownId: nothing has that id.
        UsageError: there is no such link, or it is a record and has no words of its own to be stamped.

    >>> from driverkit.model import Driver, Theory
    >>> stamp_of(Theory("t", drivers=[Driver("P1", "Risk is known")]), "P1")
    'v1-7e3401722740'
    """
    memo: dict[str, str] = theory.memo.setdefault("evidence.stamps", {})
    found = memo.get(about)
    if found is None:
        found = memo[about] = _stamp(_claim(theory, about))
    return found


def _claim(theory: Theory, about: str) -> list[tuple[str, Any]]:
    """The fields that count, with what they hold."""
    if "->" in about:
        link = link_of(theory, about)
        ends = (theory.node(link.cause).text, theory.node(link.effect).text)
        return list(zip(STAMPED["link"], (*ends, link.only_where), strict=True))
    node = theory.node(about)
    kind = _KIND.get(type(node))
    if kind is None:
        raise UsageError(f"{about!r} is a record; stamps are of the nodes and links that records are about.")
    return [(name, getattr(node, name)) for name in STAMPED[kind]]


def _stamp(claim: Iterable[tuple[str, Any]]) -> str:
    lines = [
        f"{name}: {unicodedata.normalize('NFC', ' '.join(str(held).split()))}"
        for name, held in claim
        if held is not None
    ]
    return f"{_VERSION}-{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:_LENGTH]}"


def _records(theory: Theory) -> Iterator[Record]:
    yield from theory.cycles
    yield from theory.evidence


def _about(record: Record) -> str:
    return record.change if isinstance(record, PdsaCycle) else record.about


def is_suspect(theory: Theory, record: Record | str) -> bool | None:
    """Whether a cycle or piece of evidence was gathered about other words than today's.

    None where the record has no stamp: nobody has confirmed it yet, so nothing can be told. A stamp
    that is not of driverkit's making counts as that of other words.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is neither a cycle nor evidence.
    """
    held = theory.node(record) if isinstance(record, str) else record
    if not isinstance(held, (PdsaCycle, Evidence)):
        raise UsageError(f"Only cycles and evidence can be suspect, not {show(record)}.")
    return None if held.stamp is None else held.stamp != stamp_of(theory, _about(held))


def suspects(theory: Theory) -> tuple[Suspect, ...]:
    """The records that were gathered about other words than today's: cycles, then evidence, in file order.

    A record without a stamp is not among them: nobody has confirmed it yet.
    """
    found: Any = theory.memo.get("evidence.suspects")
    if found is None:
        found = theory.memo["evidence.suspects"] = tuple(
            Suspect(
                record.id,
                _about(record),
                "cycle" if isinstance(record, PdsaCycle) else "evidence",
                record.stamp,
                stamp_of(theory, _about(record)),
                _words(theory, _about(record)),
            )
            for record in _records(theory)
            if record.stamp is not None and record.stamp != stamp_of(theory, _about(record))
        )
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _words(theory: Theory, about: str) -> str:
    if "->" not in about:
        return quoted(theory.node(about))
    link = link_of(theory, about)
    where = f", only where {quoted(link.only_where)}" if link.only_where is not None else ""
    return f"{quoted(theory.node(link.cause))} → {quoted(theory.node(link.effect))}{where}"


def confirm(theory: Theory, ids: Iterable[str] | str | None = None) -> Theory:
    """A new theory in which records are stamped: somebody has looked, and they hold for today's words.

    Args:
        theory: the theory.
        ids: the ids of cycles and evidence; or of nodes and links, which stand for every record about
            them. Left out, every record that has no stamp yet: all evidence, and the cycles that reached
            Study. What is suspect is confirmed by name only.

    Returns:
        The theory with the stamps; the same one where nothing changed.

    Raises:
        UnknownId: nothing has one of the ids.
        UsageError: there is no such link, or an id is of something that no record can be about.
    """
    chosen = unconfirmed(theory) if ids is None else _named(theory, (ids,) if isinstance(ids, str) else ids)
    stamped = [
        attrs.evolve(record, stamp=stamp)
        for record in chosen
        if record.stamp != (stamp := stamp_of(theory, _about(record)))
    ]
    return theory.replace(*stamped) if stamped else theory


def unconfirmed(theory: Theory) -> tuple[Record, ...]:
    """The records that nobody has confirmed yet: the cycles that reached Study, and evidence; in file order."""
    return tuple(
        record
        for record in _records(theory)
        if record.stamp is None and (isinstance(record, Evidence) or was_studied(record))
    )


def _named(theory: Theory, ids: Iterable[str]) -> Iterable[Record]:
    """The records that some ids name, or that are about them; each once."""
    found: dict[str, Record] = {}
    records: dict[str, list[Record]] = {}
    for record in _records(theory):
        records.setdefault(_about(record), []).append(record)
    for id in ids:
        if "->" in id:
            id = link_of(theory, id).id
        else:
            held = theory.index.get(id)
            if held is None:
                raise UnknownId(id, near(id, theory.index))
            if isinstance(held, (PdsaCycle, Evidence)):
                found[id] = held
                continue
            if type(held) not in _KIND:
                raise UsageError(f"{id!r} is neither a record nor something that a record is about.")
        found.update((record.id, record) for record in records.get(id, ()))
    return found.values()
