"""What was predicted, and what came of it: for an idea, a driver, a link, a team, a site, over time.

    >>> from driverkit.model import ChangeIdea, Driver, PdsaCycle, Theory
    >>> theory = Theory(
    ...     "Fewer falls",
    ...     drivers=[Driver("P1", "Risk is known"), Driver("P2", "Help is near")],
    ...     change_ideas=[ChangeIdea("C1", "Ask at admission", contributes_to=["P1", "P2"])],
    ...     cycles=[
    ...         PdsaCycle(
    ...             "T1",
    ...             "C1",
    ...             plan={"date": "2026-01-08"},
    ...             do={"date": "2026-01-12"},
    ...             predictions=[
    ...                 {"question": "how long", "prediction": "a minute", "result": "refuted"},
    ...                 {"question": "is it true", "prediction": "9 of 10", "result": "confirmed"},
    ...             ],
    ...         )
    ...     ],
    ... )
    >>> print(tally(predictions_of(theory, "P1")))
    1 of 2 judged predictions held (9 % to 91 %, Wilson)
    >>> [wrong.record.prediction.question for wrong in wrong_predictions(theory)]
    ['how long']

The rules, in one place:

* A question without an answer is no prediction.
* A prediction that is dated after Do (see `predicted_in_time`) was no prediction: it is counted as late,
  and in nothing else. One that no date tells of is counted, and told as undated.
* Held are the confirmed ones. Mixed is not held. Judged are the confirmed, mixed and refuted ones.
* The predictions of a node are those of all cycles of the change ideas at or below it, each cycle once;
  same-level and conditional links are followed like any other. Those of a link are those of its cause.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.evidence.cycles import predicted_in_time, was_done, was_studied
from driverkit.evidence.intervals import Interval, IntervalRule, wilson
from driverkit.evidence.words import by_id, plural
from driverkit.graph import ideas_behind, snapshot, sums_behind
from driverkit.model import ChangeIdea, PdsaCycle, Prediction, Theory
from driverkit.model.values import did_you_mean, show

__all__ = [
    "BY",
    "PredictionRecord",
    "Tally",
    "WrongPrediction",
    "all_predictions",
    "predictions_of",
    "tallies",
    "tally",
    "wrong_predictions",
]

BY: Mapping[str, str] = MappingProxyType(
    {
        "idea": "each change idea, in file order: the cycles that test it",
        "driver": "each driver, in file order: the cycles of all change ideas below it, each cycle once",
        "aim": "each aim, in file order: the cycles of all change ideas below it, each cycle once",
        "link": "each link, in file order: the cycles of its cause, at or below it",
        "team": "each team of the theory, in file order, then others that cycles name; a cycle that names a team by "
        "its name counts under its id",
        "site": "each site that a cycle names, in the order they are met",
        "condition": "each set of conditions that a cycle names, word for word, in the order they are met",
        "month": "each month in which predictions were judged, oldest first",
        "quarter": "each quarter in which predictions were judged, oldest first",
        "year": "each year in which predictions were judged, oldest first",
    }
)
"""What predictions can be counted by, and what each entry counts."""


@frozen
class PredictionRecord:
    """One prediction with the cycle it stands in, and its dates.

    Attributes:
        cycle: the cycle.
        number: which of the questions of the cycle it is, counted from 1.
        prediction: the prediction.
        in_time: whether it was written before Do; None where no dates tell.
        written: the date of the prediction or, without one, of the plan.
        judged: the date of its result: of Study or, without one, of Act, then of Do; None where it has
            no result, or nothing is dated.
    """

    cycle: PdsaCycle = field(repr=by_id)
    number: int
    prediction: Prediction
    in_time: bool | None
    written: dt.date | None
    judged: dt.date | None

    @property
    def undated(self) -> bool:
        """Whether dates are missing that would tell if it was written before Do.

        One of a cycle that is still to be carried out is not undated where it has a date.
        """
        if self.in_time is not None:
            return False
        return (
            self.written is None
            or self.prediction.result is not None
            or was_done(self.cycle)
            or was_studied(self.cycle)
        )


def _resolved(cycles: Any) -> tuple[str, ...]:
    return tuple(cycles() if callable(cycles) else cycles)


def _shown(cycles: Any) -> str:
    return repr(_resolved(cycles))


@frozen
class Tally:
    """How some predictions fared. Late ones are counted in ``late`` and nowhere else.

    Attributes:
        predictions: how many there are; those not yet judged, and undated ones, included.
        confirmed: those of them that held.
        mixed: those of them that held in part; they do not count as held.
        refuted: those of them that did not hold.
        open: those of them without a result.
        late: how many more were written after Do, whatever their result: they are no predictions.
        undated: those of the predictions of which no dates tell whether they were written before Do.
        interval: between which shares the truth may well lie, from the judged ones; None without any.
        cycles: the ids of the cycles that the predictions (late ones too) stand in, in file order.
    """

    predictions: int
    confirmed: int
    mixed: int
    refuted: int
    open: int
    late: int
    undated: int
    interval: Interval | None
    # Of thousands of drivers over thousands of cycles the ids are gathered only where somebody asks.
    _cycles: Sequence[str] | Callable[[], Sequence[str]] = field(
        default=(), alias="cycles", eq=_resolved, repr=_shown
    )
    _n_cycles: int | None = field(default=None, alias="n_cycles", eq=False, repr=False)

    @property
    def cycles(self) -> tuple[str, ...]:
        """The ids of the cycles that the predictions (late ones too) stand in, in file order."""
        return _resolved(self._cycles)

    @property
    def n_cycles(self) -> int:
        """How many cycles that are, counted without gathering their ids where they were counted before."""
        return len(self.cycles) if self._n_cycles is None else self._n_cycles

    @property
    def judged(self) -> int:
        """How many have a result: confirmed, mixed or refuted."""
        return self.confirmed + self.mixed + self.refuted

    @property
    def share(self) -> float | None:
        """The share of the judged ones that were confirmed, from 0 to 1; None where none is judged."""
        return self.confirmed / self.judged if self.judged else None

    def __str__(self) -> str:
        """The counts, and the interval with the name of its method."""
        if not self.judged:
            said = f"none of {plural(self.predictions, 'prediction')} judged" if self.predictions else ""
            said = said or "no prediction"
        else:
            within = f" ({self.interval}, {self.interval.method})" if self.interval else ""
            said = f"{self.confirmed:,} of {plural(self.judged, 'judged prediction')} held{within}"
        more = [
            f"{count:,} {word}"
            for count, word in (
                (self.open if self.judged else 0, "open"),
                (self.undated, "undated"),
                (self.late, "late and not counted"),
            )
            if count
        ]
        return "; ".join([said, *more])


_COUNTS = ("predictions", "confirmed", "mixed", "refuted", "open", "late", "undated")
_Counted = list[int]


def _count(records: Iterable[PredictionRecord]) -> _Counted:
    """The counts of some records, in the order of ``_COUNTS``."""
    confirmed = mixed = refuted = open_ = late = undated = 0
    for record in records:
        if record.in_time is False:
            late += 1
            continue
        result = record.prediction.result
        if result == "confirmed":
            confirmed += 1
        elif result == "mixed":
            mixed += 1
        elif result == "refuted":
            refuted += 1
        else:
            open_ += 1
        if record.in_time is None and record.undated:
            undated += 1
    return [confirmed + mixed + refuted + open_, confirmed, mixed, refuted, open_, late, undated]


def _tally(counts: Sequence[int], cycles: Any, interval: IntervalRule, n_cycles: int | None = None) -> Tally:
    predictions, confirmed, mixed, refuted, open_, late, undated = counts
    within = interval(confirmed, confirmed + mixed + refuted)
    return Tally(predictions, confirmed, mixed, refuted, open_, late, undated, within, cycles, n_cycles)


# ------------------------------------------------------------------------------------------- the records


def _records(theory: Theory) -> Mapping[str, tuple[PredictionRecord, ...]]:
    """The records of each cycle that has some, in file order of the cycles."""
    found: Any = theory.memo.get("evidence.predictions")
    if found is None:
        found = {}
        for cycle in theory.cycles:
            made = tuple(_of_cycle(cycle)) if cycle.predictions else ()
            if made:
                found[cycle.id] = made
        theory.memo["evidence.predictions"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _records_by_idea(theory: Theory) -> Mapping[str, Sequence[tuple[int, Sequence[PredictionRecord]]]]:
    """The records of the cycles of each change idea, with the places of the cycles in the file."""
    found: Any = theory.memo.get("evidence.predictions_by_idea")
    if found is None:
        found = theory.memo["evidence.predictions_by_idea"] = {}
        for place, records in enumerate(_records(theory).values()):
            found.setdefault(records[0].cycle.change, []).append((place, records))
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _of_cycle(cycle: PdsaCycle) -> Iterable[PredictionRecord]:
    planned = cycle.plan.date if cycle.plan is not None else None
    judged = next(
        (
            step.date
            for step in (cycle.study, cycle.act, cycle.do)
            if step is not None and step.date is not None
        ),
        None,
    )
    for number, prediction in enumerate(cycle.predictions, 1):
        if prediction.prediction is not None:
            yield PredictionRecord(
                cycle,
                number,
                prediction,
                predicted_in_time(cycle, prediction),
                prediction.date or planned,
                judged if prediction.result is not None else None,
            )


def all_predictions(theory: Theory) -> tuple[PredictionRecord, ...]:
    """Every prediction of a theory, in file order of the cycles; late ones among them."""
    return tuple(record for records in _records(theory).values() for record in records)


def _cause(theory: Theory, about: str) -> str:
    """The node whose predictions are meant: the one that is named, or the cause of a link."""
    if "->" not in about:
        return about
    cause, _, effect = (part.strip() for part in about.partition("->"))
    for id in (cause, effect):
        theory.node(id)
    if effect not in theory.parents(cause):
        ups = [f"{cause} -> {id}" for id in theory.parents(cause)]
        raise UsageError(f"There is no link {about!r}.{did_you_mean(f'{cause} -> {effect}', ups)}")
    return cause


def _ideas_at_or_below(theory: Theory, about: str) -> set[str]:
    id = _cause(theory, about)
    node = theory.node(id)
    if isinstance(node, ChangeIdea):
        return {id}
    return {idea.id for idea in ideas_behind(theory, id)}


def predictions_of(theory: Theory, about: str) -> tuple[PredictionRecord, ...]:
    """The predictions that bear on a node or link, in file order of their cycles; late ones among them.

    Args:
        theory: the theory.
        about: the id of an aim, driver or change idea: the predictions of all cycles of the change ideas at
            or below it, each cycle once. Or a link ``CAUSE -> EFFECT``: those of its cause.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no aim, driver or change idea, or there is no such link.
    """
    ideas = _ideas_at_or_below(theory, about)
    by_idea = _records_by_idea(theory)
    found = [one for idea in ideas for one in by_idea.get(idea, ())]
    found.sort(key=lambda one: one[0])
    return tuple(record for _, records in found for record in records)


@frozen
class _CyclesAbout:
    """The ids of the cycles with predictions about a node, gathered when they are asked for."""

    theory: Theory
    about: str

    def __call__(self) -> tuple[str, ...]:
        return tuple(_ids_in(predictions_of(self.theory, self.about)))


def _ids_in(records: Iterable[PredictionRecord]) -> dict[str, None]:
    return dict.fromkeys(record.cycle.id for record in records)


@frozen
class _CyclesUntil:
    """The ids of the cycles of several groups of records, in file order, gathered when they are asked for."""

    theory: Theory
    groups: Sequence[Sequence[PredictionRecord]]
    most: int

    def __call__(self) -> tuple[str, ...]:
        met = _ids_in(record for group in self.groups[: self.most] for record in group)
        return tuple(id for id in _records(self.theory) if id in met)


# ------------------------------------------------------------------------------------------- the counts


def tally(records: Iterable[PredictionRecord], *, interval: IntervalRule = wilson) -> Tally:
    """How some predictions fared, with an interval for the share that held.

    Args:
        records: the predictions, as `predictions_of` gives them.
        interval: what makes the interval: `wilson`, `jeffreys`, or any function of how many held and how
            many were judged.
    """
    if isinstance(records, Theory):
        raise UsageError(
            "Predictions are tallied, not theories: dk.tally(dk.predictions_of(theory, 'A1')), or dk.predictions_by(theory, 'idea')."
        )
    records = tuple(records)
    return _tally(_count(records), tuple(dict.fromkeys(r.cycle.id for r in records)), interval)


def tallies(
    theory: Theory, by: str, *, cumulative: bool = False, interval: IntervalRule = wilson
) -> Mapping[str, Tally]:
    """How predictions fared, counted by idea, driver, aim, link, team, site, condition, month, quarter or year.

    Nodes and links are all there, also those without any prediction. What names no team, site or
    conditions, and over time what has no result or no date, stands under the empty text, last.

    Args:
        theory: the theory.
        by: one of the words of `BY`. Over time, the date of a prediction is that of its result: of Study,
            else Act, else Do. ``2026-01``, ``2026-Q1`` and ``2026`` are the keys.
        cumulative: over time, whether each period counts all up to its end.
        interval: what makes the interval, as for `tally`.

    Raises:
        UsageError: predictions are not counted by that, or it is not over time and cumulative is asked for.
    """
    if by not in BY:
        raise UsageError(
            f"Predictions are not counted by {show(by)}.{did_you_mean(str(by), BY)} There are {', '.join(BY)}."
        )
    if cumulative and by not in _PERIODS:
        raise UsageError(
            f"Only counts over time can be cumulative ({', '.join(_PERIODS)}), not those by {by}."
        )
    if by in ("idea", "driver", "aim", "link"):
        return _by_node(theory, by, interval)
    groups = _over_time(theory, _PERIODS[by]) if by in _PERIODS else _grouped(theory, by)
    found: dict[str, Tally] = {}
    so_far, cycles_so_far = [0] * len(_COUNTS), 0
    periods = [records for key, records in groups.items() if key]
    for place, (key, records) in enumerate(groups.items(), 1):
        counts, ids = _count(records), tuple(_ids_in(records))
        if cumulative and key:
            # All judged predictions of a cycle are of one date, so no cycle is in two periods.
            so_far = [a + b for a, b in zip(so_far, counts, strict=True)]
            cycles_so_far += len(ids)
            until = _CyclesUntil(theory, periods, place)
            found[key] = _tally(so_far, until, interval, cycles_so_far)
        else:
            found[key] = _tally(counts, ids, interval, len(ids))
    return found


def _by_node(theory: Theory, by: str, interval: IntervalRule) -> Mapping[str, Tally]:
    net = snapshot(theory)
    sums = _sums(theory)
    counted: dict[int, Tally] = {}

    def of(i: int) -> Tally:
        if i not in counted:
            about = _CyclesAbout(theory, net.nodes[i].id)
            *counts, cycles = [held[i] for held in sums]
            counted[i] = _tally(counts, about, interval, cycles)
        return counted[i]

    if by == "link":
        return {link.id: of(net.number[link.cause]) for link in theory.links}
    nodes: Sequence[Any] = {"idea": theory.change_ideas, "driver": theory.drivers, "aim": theory.aims}[by]
    return {node.id: of(net.number[node.id]) for node in nodes}


def _sums(theory: Theory) -> Sequence[Sequence[int]]:
    """For each of ``_COUNTS``, and for cycles, the counts at or below each node, by its number; made once."""
    found: Any = theory.memo.get("evidence.prediction_sums")
    if found is None:
        net = snapshot(theory)
        own = [[0] * len(net.nodes) for _ in (*_COUNTS, "cycles")]
        for records in _records(theory).values():
            i = net.number[records[0].cycle.change]
            for held, count in zip(own, (*_count(records), 1), strict=True):
                held[i] += count
        found = sums_behind(theory, *own)
        for i in range(len(net.nodes) - len(theory.change_ideas), len(net.nodes)):
            for held, amounts in zip(found, own, strict=True):
                held[i] = amounts[i]
        theory.memo["evidence.prediction_sums"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _last_empty(groups: dict[str, list[PredictionRecord]]) -> dict[str, list[PredictionRecord]]:
    if "" in groups:
        groups[""] = groups.pop("")
    return groups


def _grouped(theory: Theory, by: str) -> dict[str, list[PredictionRecord]]:
    groups: dict[str, list[PredictionRecord]] = {}
    names: dict[str, str] = {}
    if by == "team":
        groups = {team.id: [] for team in theory.teams}
        names = {team.name: team.id for team in reversed(theory.teams) if team.name is not None}
        names.update({id: id for id in groups})
    read = {"team": "team", "site": "site", "condition": "conditions"}[by]
    for records in _records(theory).values():
        said = getattr(records[0].cycle, read) or ""
        groups.setdefault(names.get(said, said), []).extend(records)
    return _last_empty(groups)


_PERIODS: Mapping[str, Callable[[dt.date], str]] = {
    "month": lambda day: f"{day.year:04d}-{day.month:02d}",
    "quarter": lambda day: f"{day.year:04d}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day.year:04d}",
}


def _over_time(theory: Theory, period: Callable[[dt.date], str]) -> dict[str, list[PredictionRecord]]:
    groups: dict[str, list[PredictionRecord]] = {}
    for records in _records(theory).values():
        for record in records:
            key = period(record.judged) if record.judged is not None else ""
            groups.setdefault(key, []).append(record)
    return _last_empty(dict(sorted(groups.items())))


# ------------------------------------------------------------------------------- what we predicted wrongly


@frozen
class WrongPrediction:
    """A prediction that did not hold, what was learned from it, and what came of that.

    Attributes:
        record: the prediction, with its cycle; its result is refuted or mixed.
        idea: the change idea that was tested.
        followed_by: the ids of the cycles that follow it.
        adapted_by: the ids of cycles of this theory that adapt it elsewhere.
        revisions: the revisions of the theory that name the cycle under ``because_of``: their label, or
            their date where they have none, and why.
    """

    record: PredictionRecord
    idea: ChangeIdea = field(repr=by_id)
    followed_by: tuple[str, ...]
    adapted_by: tuple[str, ...]
    revisions: tuple[str, ...]

    @property
    def cycle(self) -> PdsaCycle:
        """The cycle."""
        return self.record.cycle

    @property
    def result(self) -> str:
        """Refuted or mixed."""
        return self.record.prediction.result or ""

    @property
    def question(self) -> str | None:
        """What was asked."""
        return self.record.prediction.question

    @property
    def predicted(self) -> str | None:
        """What was expected."""
        return self.record.prediction.prediction

    @property
    def found(self) -> str | None:
        """What was found."""
        return self.record.prediction.found

    @property
    def learned(self) -> str | None:
        """What the Study of the cycle says; it is said of the whole cycle."""
        return self.cycle.study.learned if self.cycle.study is not None else None

    @property
    def decision(self) -> str | None:
        """What was decided in the Act of the cycle: adopt, adapt, expand or abandon."""
        return self.cycle.act.decision if self.cycle.act is not None else None

    @property
    def next(self) -> str | None:
        """What the Act of the cycle says comes next."""
        return self.cycle.act.next if self.cycle.act is not None else None


def wrong_predictions(theory: Theory, *, about: str | None = None) -> tuple[WrongPrediction, ...]:
    """What was predicted wrongly (refuted, or mixed), and what was learned; in file order of the cycles.

    Late predictions are none and are not among them; undated ones are.

    Args:
        theory: the theory.
        about: only those that bear on this node or link; left out, all.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no aim, driver or change idea, or there is no such link.
    """
    ideas = None if about is None else _ideas_at_or_below(theory, about)
    wrong = [
        record
        for records in _records(theory).values()
        if ideas is None or records[0].cycle.change in ideas
        for record in records
        if record.in_time is not False and record.prediction.result in ("refuted", "mixed")
    ]
    if not wrong:
        return ()
    follows: dict[str, list[str]] = {}
    adapts: dict[str, list[str]] = {}
    for cycle in theory.cycles:
        if cycle.follows is not None:
            follows.setdefault(cycle.follows, []).append(cycle.id)
        if cycle.adapted_from is not None:
            adapts.setdefault(cycle.adapted_from, []).append(cycle.id)
    revisions: dict[str, list[str]] = {}
    # The theory's own revision is told first only where the list of revisions does not tell it too.
    own = [theory.revision] if theory.revision is not None and theory.revision.because_of else []
    for revision in [*(r for r in own if r not in theory.revisions), *theory.revisions]:
        named = revision.label or (revision.date.isoformat() if revision.date else "a revision")
        said = f"{named}: {revision.why}" if revision.why else named
        for id in dict.fromkeys(revision.because_of):
            revisions.setdefault(id, []).append(said)
    return tuple(
        WrongPrediction(
            record,
            theory.node(record.cycle.change),
            tuple(follows.get(record.cycle.id, ())),
            tuple(adapts.get(record.cycle.id, ())),
            tuple(revisions.get(record.cycle.id, ())),
        )
        for record in wrong
    )
