"""What outside evidence says for and against a node or link; and where a conditional link holds.

Nothing that contradicts is ever left out: what is suspect is listed as suspect and stays in its place.

    >>> from driverkit.model import Driver, Evidence, Theory
    >>> theory = Theory(
    ...     "Leaving hospital",
    ...     drivers=[Driver("P1", "People understand their plan")],
    ...     evidence=[
    ...         Evidence("E1", "P1", kind="research", finding="supports"),
    ...         Evidence("E2", "P1", kind="data", finding="contradicts"),
    ...     ],
    ... )
    >>> print(bearing(theory, "P1"))
    1 piece of evidence for it, 1 against it
    >>> [piece.id for piece in bearing(theory, "P1").contradicts]
    ['E2']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from driverkit.evidence.cycles import was_studied
from driverkit.evidence.predictions import PredictionRecord, Tally, predictions_of, tally
from driverkit.evidence.stamps import link_of, suspects
from driverkit.evidence.words import plural
from driverkit.graph import ideas_behind
from driverkit.model import ChangeIdea, Evidence, Link, PdsaCycle, Theory

__all__ = [
    "Bearing",
    "LinkHolding",
    "bearing",
    "evidence_about",
    "fails_there",
    "link_holding",
    "places_of",
    "predictions_through",
]


@frozen
class Bearing:
    """The evidence that names a node or link, by which way it points; each in file order.

    Attributes:
        about: the id of the node, or the link ``CAUSE -> EFFECT``.
        supports: the pieces that support it.
        mixed: the pieces that point both ways.
        contradicts: the pieces that contradict it.
        silent: the pieces that do not say which way they point.
        suspect: the ids of those pieces, among all of the above, that were gathered about other words.
    """

    about: str
    supports: tuple[Evidence, ...] = ()
    mixed: tuple[Evidence, ...] = ()
    contradicts: tuple[Evidence, ...] = ()
    silent: tuple[Evidence, ...] = ()
    suspect: tuple[str, ...] = ()

    @property
    def contested(self) -> bool:
        """Some evidence supports it and some contradicts it."""
        return bool(self.supports and self.contradicts)

    def __str__(self) -> str:
        """The counts in words."""
        counts = (
            (len(self.supports), "for it"),
            (len(self.contradicts), "against it"),
            (len(self.mixed), "pointing both ways"),
            (len(self.silent), "not saying which way"),
        )
        said = [(count, which) for count, which in counts if count]
        if not said:
            return "no evidence"
        (first, which), *rest = said
        parts = [
            f"{plural(first, 'piece')} of evidence {which}",
            *(f"{count:,} {which}" for count, which in rest),
        ]
        if self.suspect:
            parts.append(f"{len(self.suspect):,} of them suspect")
        return ", ".join(parts)


def evidence_about(theory: Theory) -> Mapping[str, Sequence[Evidence]]:
    """The pieces of evidence about each node and link that has some, in file order."""
    found: Any = theory.memo.get("evidence.about")
    if found is None:
        found = {}
        for piece in theory.evidence:
            found.setdefault(piece.about, []).append(piece)
        theory.memo["evidence.about"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def bearing(theory: Theory, about: str) -> Bearing:
    """The evidence for and against a node or link: the pieces that name exactly it.

    Evidence about a link is about the link, not about its ends.

    Args:
        theory: the theory.
        about: the id of an aim, driver, change idea, measure or cause; or a link ``CAUSE -> EFFECT``.

    Raises:
        UnknownId: nothing has that id.
        UsageError: there is no such link.
    """
    if "->" in about:
        about = link_of(theory, about).id
    else:
        theory.node(about)
    pieces = evidence_about(theory).get(about, ())
    doubtful = {suspect.record for suspect in suspects(theory)} if pieces else set()

    def pointing(finding: str | None) -> tuple[Evidence, ...]:
        return tuple(piece for piece in pieces if piece.finding == finding)

    return Bearing(
        about,
        pointing("supports"),
        pointing("mixed"),
        pointing("contradicts"),
        pointing(None),
        tuple(piece.id for piece in pieces if piece.id in doubtful),
    )


# ------------------------------------------------------------------------------------ conditional links


def places_of(theory: Theory, names: Iterable[str]) -> frozenset[str]:
    """Sites and teams as ``fails_at`` names them, with the ids of teams that are named by their names, and back."""
    named = frozenset(names)
    found = set(named)
    if named:
        for team in theory.teams:  # another team of the same name is not meant where one is named by its id
            if team.id in named or (team.name is not None and team.name in named):
                found.update(name for name in (team.id, team.name) if name is not None)
    return frozenset(found)


def fails_there(cycle: PdsaCycle, places: frozenset[str]) -> bool:
    """Whether a cycle was done at one of some places: its site is one, or its team."""
    return cycle.site in places or cycle.team in places


@frozen
class LinkHolding:
    """Where a link holds, where it is known not to, and where nobody has looked.

    Attributes:
        link: the link ``CAUSE -> EFFECT``.
        condition: under which condition it is said to hold; None where it is held to be true everywhere.
        holds_at: sites where a studied cycle of its cause confirmed: at least one prediction held and
            none was refuted. Of a cycle that names no site, its team.
        fails_at: sites and teams where it is known not to hold, as the link says.
        unsettled_at: sites where cycles were studied, and their predictions did not hold throughout.
        untested_at: sites and teams of the theory at which the cause has no studied cycle.
        fails_somewhere: evidence contradicts a link that holds only under a condition, and the link names
            no place: it is known to fail somewhere, and not where.
        studied: studied cycles of the cause that count through the link.
        left_out: studied cycles of the cause at places where the link fails; they do not count.
        held_where_it_holds: how the predictions fared that count through the link.
        held_where_it_fails: how those fared that do not count, being from places where it fails.
        against: the ids of the evidence that contradicts the link.
    """

    link: str
    condition: str | None
    holds_at: tuple[str, ...]
    fails_at: tuple[str, ...]
    unsettled_at: tuple[str, ...]
    untested_at: tuple[str, ...]
    fails_somewhere: bool
    studied: int
    left_out: int
    held_where_it_holds: Tally
    held_where_it_fails: Tally
    against: tuple[str, ...]

    @property
    def fails(self) -> bool:
        """It is known not to hold somewhere."""
        return bool(self.fails_at) or self.fails_somewhere

    def __str__(self) -> str:
        """In words, with the counts."""
        said = [f"holds only where {self.condition}"] if self.condition else []
        if self.fails_at:
            said.append(f"does not hold at {', '.join(self.fails_at)}")
        elif self.fails_somewhere:
            said.append("is known to fail somewhere; where is not said")
        said.append(f"{plural(self.studied, 'studied cycle')} through it")
        if self.left_out:
            said.append(f"{self.left_out:,} not counted, being from where it fails")
        return f"{self.link}: {'; '.join(said)}"


def predictions_through(theory: Theory, link: str) -> tuple[PredictionRecord, ...]:
    """The predictions that count through a link: those of its cause, without those of places where it fails.

    Raises:
        UnknownId: one of its ends is not there.
        UsageError: there is no such link.
    """
    found = link_of(theory, link)
    places = places_of(theory, found.fails_at)
    records = predictions_of(theory, found.id)
    return tuple(record for record in records if not fails_there(record.cycle, places))


def _confirms(records: Iterable[PredictionRecord]) -> bool:
    results = [r.prediction.result for r in records if r.in_time is not False]
    return "confirmed" in results and "refuted" not in results


def link_holding(theory: Theory, link: str) -> LinkHolding:
    """Where a link holds, where it is known not to, and where it is untested.

    Args:
        theory: the theory.
        link: the link, ``CAUSE -> EFFECT``.

    Raises:
        UnknownId: one of its ends is not there.
        UsageError: there is no such link.
    """
    found = link_of(theory, link)
    places = places_of(theory, found.fails_at)
    cycles = _studied_behind(theory, found)
    records: dict[str, list[PredictionRecord]] = {}
    for record in predictions_of(theory, found.id):
        records.setdefault(record.cycle.id, []).append(record)
    told: dict[str, bool] = {}
    for cycle in cycles:
        place = cycle.site or cycle.team
        if place is not None and not fails_there(cycle, places):
            told[place] = told.get(place, False) or _confirms(records.get(cycle.id, ()))
    met = {name for cycle in cycles for name in (cycle.site, cycle.team)} | places
    everywhere = dict.fromkeys(cycle.site for cycle in theory.cycles if cycle.site is not None)
    everywhere.update(dict.fromkeys(team.name or team.id for team in theory.teams))
    ids = {team.name or team.id: team.id for team in theory.teams}
    against = tuple(piece.id for piece in bearing(theory, found.id).contradicts)
    failing = [r for listed in records.values() for r in listed if fails_there(r.cycle, places)]
    return LinkHolding(
        found.id,
        found.only_where,
        tuple(place for place, confirmed in told.items() if confirmed),
        found.fails_at,
        tuple(place for place, confirmed in told.items() if not confirmed),
        tuple(name for name in everywhere if name not in met and ids.get(name) not in met),
        bool(against) and found.only_where is not None and not found.fails_at,
        sum(not fails_there(cycle, places) for cycle in cycles),
        sum(fails_there(cycle, places) for cycle in cycles),
        tally(r for listed in records.values() for r in listed if not fails_there(r.cycle, places)),
        tally(failing),
        against,
    )


def _studied_behind(theory: Theory, link: Link) -> list[PdsaCycle]:
    node = theory.node(link.cause)
    ideas = {node.id} if isinstance(node, ChangeIdea) else {i.id for i in ideas_behind(theory, link.cause)}
    return [cycle for cycle in theory.cycles if cycle.change in ideas and was_studied(cycle)]
