"""What a PDSA cycle amounts to: carried out, studied, predicted in time; the ramps and adaptations of cycles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import attrs
from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.evidence.words import by_id
from driverkit.model import PdsaCycle, Prediction, Theory

__all__ = [
    "Adaptation",
    "Ramp",
    "adaptations",
    "adapters_of",
    "dates_of",
    "followers_of",
    "predicted_in_time",
    "predictions_held",
    "ramp",
    "ramps",
    "results_of",
    "team_of",
    "was_done",
    "was_studied",
]


def was_done(cycle: PdsaCycle) -> bool:
    """Whether the cycle has been carried out: its Do holds a date or words.

    >>> was_done(PdsaCycle("T1", "C1", do={}))
    False
    """
    do = cycle.do
    return do is not None and (do.date is not None or do.observed is not None or do.as_planned is not None)


def was_studied(cycle: PdsaCycle) -> bool:
    """Whether the cycle reached Study: its Study holds a date or words."""
    study = cycle.study
    return study is not None and (study.date is not None or study.learned is not None)


def predicted_in_time(cycle: PdsaCycle, prediction: Prediction) -> bool | None:
    """Whether a prediction was written before the cycle was carried out; None where no dates tell.

    A prediction without an answer is none. Its date is its own or the plan's; one that is written on
    the day of Do counts as in time, one that is dated after Do, or after Study or Act, does not.

    >>> cycle = PdsaCycle(
    ...     "T1",
    ...     "C1",
    ...     plan={"date": "2024-02-09"},
    ...     do={"date": "2024-02-02"},
    ...     predictions=[{"question": "is it quick", "prediction": "under a minute"}],
    ... )
    >>> predicted_in_time(cycle, cycle.predictions[0])
    False
    """
    if prediction.prediction is None:
        return False
    written = prediction.date or (cycle.plan.date if cycle.plan else None)
    steps = (cycle.do, cycle.study, cycle.act)
    days = [step.date for step in steps if step is not None and step.date is not None]
    if written is None or not days:
        return None
    return written <= min(days)


def predictions_held(cycle: PdsaCycle) -> bool | None:
    """Whether what was predicted for a cycle came about; None where that is open or both yes and no.

    True where all its judged predictions were confirmed, False where none was and at least one was
    refuted. Late predictions are none.
    """
    results = {p.result for p in cycle.predictions if p.result and predicted_in_time(cycle, p) is not False}
    if results == {"confirmed"}:
        return True
    return False if "refuted" in results and "confirmed" not in results else None


def dates_of(cycle: PdsaCycle) -> tuple[dt.date, ...]:
    """The dates of its Plan, Do, Study and Act, as far as they are known, in this order."""
    steps = (cycle.plan, cycle.do, cycle.study, cycle.act)
    return tuple(step.date for step in steps if step is not None and step.date is not None)


def team_of(theory: Theory) -> Callable[[str | None], str | None]:
    """What a cycle says of its team, by the team's id where it is written by its name."""
    ids = {team.name: team.id for team in reversed(theory.teams) if team.name is not None}
    ids.update({team.id: team.id for team in theory.teams})
    return lambda said: None if said is None else ids.get(said, said)


def followers_of(theory: Theory) -> Mapping[str, Sequence[PdsaCycle]]:
    """The cycles that follow each cycle that has some, in file order."""
    found: Any = theory.memo.get("evidence.followers")
    if found is None:
        found = {}
        for cycle in theory.cycles:
            if cycle.follows is not None:
                found.setdefault(cycle.follows, []).append(cycle)
        theory.memo["evidence.followers"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def adapters_of(theory: Theory) -> Mapping[str, Sequence[PdsaCycle]]:
    """The cycles that adapt each cycle which some do (``adapted_from``), in file order."""
    found: Any = theory.memo.get("evidence.adapters")
    if found is None:
        found = {}
        for cycle in theory.cycles:
            if cycle.adapted_from is not None:
                found.setdefault(cycle.adapted_from, []).append(cycle)
        theory.memo["evidence.adapters"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


# -------------------------------------------------------------------------------------------------- ramps


@frozen
class Ramp:
    """Cycles that follow one another, from the first to the last. Iterating over it gives the cycles.

    Attributes:
        cycles: the cycles, two or more.
        branches: whether it shares its beginning with another ramp, because two cycles follow the same one.
        parallel: whether it branches, or another ramp with one of its change ideas was under way during the
            same days; None where dates are missing that would tell.
    """

    cycles: tuple[PdsaCycle, ...] = field(repr=by_id)
    branches: bool = False
    parallel: bool | None = False

    def __iter__(self) -> Iterator[PdsaCycle]:
        return iter(self.cycles)

    def __len__(self) -> int:
        return len(self.cycles)

    def __getitem__(self, at: int) -> PdsaCycle:
        return self.cycles[at]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its cycles."""
        return tuple(cycle.id for cycle in self.cycles)

    @property
    def ideas(self) -> tuple[str, ...]:
        """The ids of the change ideas that it tests, in the order they are met; mostly one."""
        return tuple(dict.fromkeys(cycle.change for cycle in self.cycles))

    @property
    def scales(self) -> tuple[int | None, ...]:
        """The scale of each cycle; None where it is not known."""
        return tuple(cycle.scale for cycle in self.cycles)

    @property
    def rises(self) -> bool | None:
        """Whether each scale is above the one before; None where a scale is missing."""
        known = [scale for scale in self.scales if scale is not None]
        if len(known) < len(self.cycles):
            return None
        return all(before < after for before, after in pairwise(known))

    @property
    def sites(self) -> tuple[str, ...]:
        """The distinct sites, in the order they are met."""
        return _distinct(cycle.site for cycle in self.cycles)

    @property
    def teams(self) -> tuple[str, ...]:
        """The distinct teams, as the cycles name them, in the order they are met."""
        return _distinct(cycle.team for cycle in self.cycles)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The distinct conditions, word for word, in the order they are met."""
        return _distinct(cycle.conditions for cycle in self.cycles)

    @property
    def begins(self) -> dt.date | None:
        """The earliest date of any step; None where nothing is dated."""
        return min((day for cycle in self.cycles for day in dates_of(cycle)), default=None)

    @property
    def ends(self) -> dt.date | None:
        """The latest date of any step; None where nothing is dated."""
        return max((day for cycle in self.cycles for day in dates_of(cycle)), default=None)

    @property
    def days(self) -> int | None:
        """How many days lie between its first and its last date; None where nothing is dated."""
        first, last = self.begins, self.ends
        return (last - first).days if first is not None and last is not None else None

    @property
    def decision(self) -> str | None:
        """The decision of the last of its cycles that has one: adopt, adapt, expand or abandon."""
        decisions = (cycle.act.decision for cycle in reversed(self.cycles) if cycle.act is not None)
        return next((decision for decision in decisions if decision is not None), None)


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def ramps(theory: Theory) -> Sequence[Ramp]:
    """The ramps: chains of two cycles or more that follow one another, each from its first to its last.

    Where two cycles follow the same one, each way to the end is a ramp; they stand in the file order of
    their last cycles.
    """
    found: Any = theory.memo.get("evidence.ramps")
    if found is None:
        by_id = {cycle.id: cycle for cycle in theory.cycles}
        followers = followers_of(theory)
        found = []
        for last in theory.cycles:
            if last.follows is None or last.id in followers:
                continue
            chain = [last]
            while chain[-1].follows is not None:
                chain.append(by_id[chain[-1].follows])
            branches = any(len(followers[cycle.id]) > 1 for cycle in chain[1:])
            found.append(Ramp(tuple(reversed(chain)), branches, branches))
        found = theory.memo["evidence.ramps"] = _beside(found)
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _beside(found: Sequence[Ramp]) -> tuple[Ramp, ...]:
    """The ramps, those marked that run beside another one of the same idea."""
    by_idea: dict[str, list[int]] = {}
    for number, one in enumerate(found):
        for idea in one.ideas:
            by_idea.setdefault(idea, []).append(number)
    parallel: list[bool | None] = [one.branches for one in found]
    for numbers in by_idea.values():
        if len(numbers) < 2:
            continue
        spans = sorted(
            (first, last, number)
            for number in numbers
            if (first := found[number].begins) is not None and (last := found[number].ends) is not None
        )
        latest: tuple[dt.date, int] | None = (
            None  # how far the ramps so far reach, and which reaches furthest
        )
        for first, last, number in spans:
            if latest is not None and first <= latest[0]:
                parallel[number] = parallel[latest[1]] = True
            if latest is None or last > latest[0]:
                latest = (last, number)
        if len(spans) < len(numbers):
            for number in numbers:
                parallel[number] = parallel[number] or None
    return tuple(
        one if one.parallel is beside else attrs.evolve(one, parallel=beside)
        for one, beside in zip(found, parallel, strict=True)
    )


def ramp(theory: Theory, id: str) -> Ramp:
    """The ramp in which a cycle stands, named by the id of any of its cycles; the first one where it branches.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no cycle, or it neither follows a cycle nor is followed.
    """
    cycle = theory.node(id)
    if not isinstance(cycle, PdsaCycle):
        raise UsageError(f"{id!r} is no cycle; a ramp is named by one of its cycles.")
    found = next((one for one in ramps(theory) if id in one.ids), None)
    if found is None:
        raise UsageError(f"Cycle {id!r} neither follows a cycle nor is followed, so it is on no ramp.")
    return found


# -------------------------------------------------------------------------------------------- adaptations


@frozen
class Adaptation:
    """A cycle that adapts another one, what is different in it, and whether it held there too.

    Attributes:
        cycle: the cycle that adapts.
        adapted_from: what it names as its source: the id of a cycle, or ``member/ID`` for one in another file.
        source: the source; None where it is in another file.
        differs: which of site, team, conditions and scale are different; both cycles say them. A team's id and
            its name are one team.
        unknown: which of them cannot be compared, because a cycle does not say them or is in another file.
        held: whether the predictions of the adapting cycle held: True where all judged ones did, False
            where none did and at least one was refuted, None where that is open or both.
        held_at_source: the same of the source.
    """

    cycle: PdsaCycle = field(repr=by_id)
    adapted_from: str
    source: PdsaCycle | None = field(repr=by_id)
    differs: tuple[str, ...]
    unknown: tuple[str, ...]
    held: bool | None
    held_at_source: bool | None

    @property
    def elsewhere(self) -> bool:
        """Whether the source is in another file."""
        return self.source is None


def adaptations(theory: Theory) -> tuple[Adaptation, ...]:
    """The cycles that adapt another one (``adapted_from``), in file order.

    Whose work spread where, what was changed on the way, and whether it held there too.
    """
    found = []
    one_team = team_of(theory)
    for cycle in theory.cycles:
        if cycle.adapted_from is None:
            continue
        named = theory.index.get(cycle.adapted_from)
        source = named if isinstance(named, PdsaCycle) else None
        differs, unknown = [], []
        for what in ("site", "team", "conditions", "scale"):
            mine, theirs = getattr(cycle, what), getattr(source, what, None)
            if mine is None or theirs is None:
                unknown.append(what)
            elif mine != theirs and not (what == "team" and one_team(mine) == one_team(theirs)):
                differs.append(what)
        found.append(
            Adaptation(
                cycle,
                cycle.adapted_from,
                source,
                tuple(differs),
                tuple(unknown),
                predictions_held(cycle),
                predictions_held(source) if source is not None else None,
            )
        )
    return tuple(found)


def results_of(cycle: PdsaCycle) -> tuple[int, int, int]:
    """How many predictions of a cycle held, held in part, and were refuted; late ones are no predictions."""
    found = {"confirmed": 0, "mixed": 0, "refuted": 0}
    for prediction in cycle.predictions:
        result = prediction.result
        if (
            result is not None
            and prediction.prediction is not None
            and predicted_in_time(cycle, prediction) is not False
        ):
            found[result] += 1
    return found["confirmed"], found["mixed"], found["refuted"]
