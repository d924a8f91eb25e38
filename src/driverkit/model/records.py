"""The records of a theory: what was tried, found, decided, advised and revised.

Records are nouns and travel in files. What they amount to ("is this idea tested?") is a judgement
and lives in `driverkit.evidence`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from driverkit.model import values as v
from driverkit.model.nodes import ids, texts

__all__ = [
    "Act",
    "Do",
    "Evidence",
    "Headings",
    "PdsaCycle",
    "Plan",
    "Prediction",
    "Recommendation",
    "Revision",
    "Study",
    "Team",
]


def as_result(value: str | None) -> str | None:
    """How a prediction fared."""
    return None if value is None else v.choose(as_result, value)


v.offers(as_result, "confirmed", "mixed", "refuted")


def as_decision(value: str | None) -> str | None:
    """What was decided."""
    return None if value is None else v.choose(as_decision, value)


v.offers(as_decision, "adopt", "adapt", "expand", "abandon")


def as_evidence_kind(value: str | None) -> str | None:
    """Where evidence comes from."""
    return None if value is None else v.choose(as_evidence_kind, value)


v.offers(as_evidence_kind, "research", "practice", "data", "expert")


def as_finding(value: str | None) -> str | None:
    """Which way evidence points."""
    return None if value is None else v.choose(as_finding, value)


v.offers(as_finding, "supports", "mixed", "contradicts")


def as_uptake(value: str | None) -> str | None:
    """What became of a recommendation."""
    return None if value is None else v.choose(as_uptake, value)


v.offers(as_uptake, "taken-up", "partly", "not-taken-up", "pending")


def as_revision_kind(value: str | None) -> str | None:
    """How much a revision changes."""
    return None if value is None else v.choose(as_revision_kind, value)


v.offers(as_revision_kind, "substantive", "minor")


def references(value: Iterable[str] | str | None) -> tuple[str, ...]:
    """A list of ids, some maybe in other files."""
    return v.each(v.as_reference, value)


v.lists(references, v.as_reference)


@v.telling_faults
@frozen
class Prediction:
    """One question of a cycle, answered before Do and again after it.

    Attributes:
        question: what the test is to find out.
        prediction: the answer expected before doing.
        found: the answer found.
        result: confirmed, mixed or refuted.
        date: when it was written; left out, the plan's date.
    """

    question: str | None = field(default=None, converter=v.maybe_text)
    prediction: str | None = field(default=None, converter=v.maybe_text)
    found: str | None = field(default=None, converter=v.maybe_text)
    result: str | None = field(default=None, converter=as_result)
    date: dt.date | None = field(default=None, converter=v.maybe_date)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Plan:
    """The plan of a cycle.

    Attributes:
        date: when it was made; it dates the predictions too.
        objective: what the cycle is to find out.
    """

    date: dt.date | None = field(default=None, converter=v.maybe_date)
    objective: str | None = field(default=None, converter=v.maybe_text)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Do:
    """The carrying out of a cycle.

    Attributes:
        date: when it was done.
        observed: what was seen.
        as_planned: whether it went as planned.
    """

    date: dt.date | None = field(default=None, converter=v.maybe_date)
    observed: str | None = field(default=None, converter=v.maybe_text)
    as_planned: bool | None = field(default=None, converter=v.maybe_flag)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Study:
    """The comparison of results with predictions.

    Attributes:
        date: when it was made.
        learned: what was learned.
    """

    date: dt.date | None = field(default=None, converter=v.maybe_date)
    learned: str | None = field(default=None, converter=v.maybe_text)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Act:
    """What was decided.

    Attributes:
        date: when.
        decision: adopt, adapt, expand or abandon.
        next: what comes next.
    """

    date: dt.date | None = field(default=None, converter=v.maybe_date)
    decision: str | None = field(default=None, converter=as_decision)
    next: str | None = field(default=None, converter=v.maybe_text)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


def as_prediction(value: Prediction | Mapping[str, Any]) -> Prediction:
    """A prediction."""
    return v.inner(as_prediction, Prediction, value)


def as_predictions(value: Iterable[Prediction | Mapping[str, Any]] | None) -> tuple[Prediction, ...]:
    """The predictions of a cycle."""
    return v.each(as_prediction, value)


v.holds(as_prediction, Prediction, "a prediction")
v.lists(as_predictions, as_prediction)


def as_plan(value: Plan | Mapping[str, Any] | None) -> Plan | None:
    """A plan."""
    return None if value is None else v.inner(as_plan, Plan, value)


v.holds(as_plan, Plan, "a mapping (date, objective)")


def as_do(value: Do | Mapping[str, Any] | None) -> Do | None:
    """A Do."""
    return None if value is None else v.inner(as_do, Do, value)


v.holds(as_do, Do, "a mapping (date, observed, as_planned)")


def as_study(value: Study | Mapping[str, Any] | None) -> Study | None:
    """A Study."""
    return None if value is None else v.inner(as_study, Study, value)


v.holds(as_study, Study, "a mapping (date, learned)")


def as_act(value: Act | Mapping[str, Any] | None) -> Act | None:
    """A Act."""
    return None if value is None else v.inner(as_act, Act, value)


v.holds(as_act, Act, "a mapping (date, decision, next)")


@v.telling_faults
@frozen
class PdsaCycle:
    """One test of a change idea: Plan, Do, Study, Act.

    Attributes:
        id: its id.
        change: the id of the change idea that is tested.
        team: who tests it.
        site: where.
        scale: how many people, classes, records … were in the test.
        conditions: under which conditions.
        follows: the id of the cycle before it on the ramp.
        adapted_from: the id of the cycle that it adapts; ``member/ID`` names one in another file.
        plan: the plan.
        predictions: the questions, each with its prediction and result.
        do: the carrying out.
        study: the comparison with the predictions.
        act: the decision.
        stamp: a mark that ``driverkit confirm`` writes.
    """

    id: str = field(converter=v.as_id)
    change: str = field(converter=v.as_id)
    team: str | None = field(default=None, converter=v.maybe_text)
    site: str | None = field(default=None, converter=v.maybe_text)
    scale: int | None = field(default=None, converter=v.maybe_count)
    conditions: str | None = field(default=None, converter=v.maybe_text)
    follows: str | None = field(default=None, converter=v.maybe_id)
    adapted_from: str | None = field(default=None, converter=v.maybe_reference)
    plan: Plan | None = field(default=None, converter=as_plan)
    predictions: tuple[Prediction, ...] = field(default=(), converter=as_predictions)
    do: Do | None = field(default=None, converter=as_do)
    study: Study | None = field(default=None, converter=as_study)
    act: Act | None = field(default=None, converter=as_act)
    stamp: str | None = field(default=None, converter=v.maybe_text)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Evidence:
    """Anything but a cycle that bears on a node or link.

    Attributes:
        id: its id.
        about: the id of a node, or a link ``CAUSE -> EFFECT``.
        kind: research, practice, data or expert.
        finding: supports, mixed or contradicts.
        text: what was found.
        source: where it is published or kept.
        year: the year of the source.
        stamp: a mark that ``driverkit confirm`` writes.
    """

    id: str = field(converter=v.as_id)
    about: str = field(converter=v.as_about)
    kind: str | None = field(default=None, converter=as_evidence_kind)
    finding: str | None = field(default=None, converter=as_finding)
    text: str | None = field(default=None, converter=v.maybe_text)
    source: str | None = field(default=None, converter=v.maybe_text)
    year: int | None = field(default=None, converter=v.maybe_year)
    stamp: str | None = field(default=None, converter=v.maybe_text)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Team:
    """A sub-network (a Research Action Cluster, a site, a working group) and its part of the theory.

    Attributes:
        id: its id.
        name: its name.
        works_on: the ids of the nodes that it works on.
        perspectives: the voices it brings.
    """

    id: str = field(converter=v.as_id)
    name: str | None = field(default=None, converter=v.maybe_text)
    works_on: tuple[str, ...] = field(default=(), converter=ids)
    perspectives: tuple[str, ...] = field(default=(), converter=texts)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Recommendation:
    """Advice given back to those who own the system.

    Attributes:
        id: its id.
        text: the advice.
        about: the ids of the nodes that it bears on.
        to: who was advised.
        date: when.
        uptake: taken-up, partly, not-taken-up or pending.
    """

    id: str = field(converter=v.as_id)
    text: str = field(converter=v.as_text)
    about: tuple[str, ...] = field(default=(), converter=ids)
    to: str | None = field(default=None, converter=v.maybe_text)
    date: dt.date | None = field(default=None, converter=v.maybe_date)
    uptake: str | None = field(default=None, converter=as_uptake)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Revision:
    """A version of the theory and, in the list of revisions, why it came about.

    Attributes:
        label: what the version is called.
        date: when it was made.
        kind: substantive or minor.
        why: the reason.
        because_of: the ids of the cycles and evidence that led to it; ``member/ID`` for another file.
    """

    label: str | None = field(default=None, converter=v.maybe_text)
    date: dt.date | None = field(default=None, converter=v.maybe_date)
    kind: str | None = field(default=None, converter=as_revision_kind)
    why: str | None = field(default=None, converter=v.maybe_text)
    because_of: tuple[str, ...] = field(default=(), converter=references)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


@v.telling_faults
@frozen
class Headings:
    """What the columns of the diagram are called.

    Attributes:
        aim: over the aims.
        primary: over the primary drivers.
        secondary: over the secondary drivers.
        tertiary: over the tertiary drivers.
        change: over the change ideas.
    """

    aim: str | None = field(default=None, converter=v.maybe_text)
    primary: str | None = field(default=None, converter=v.maybe_text)
    secondary: str | None = field(default=None, converter=v.maybe_text)
    tertiary: str | None = field(default=None, converter=v.maybe_text)
    change: str | None = field(default=None, converter=v.maybe_text)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)
