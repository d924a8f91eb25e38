"""The nodes of a theory: aims, drivers, change ideas, measures and causes, and what joins them.

The words are the field's own (see the vocabulary in the documentation). Every value here is frozen
down to its containers: lists are welcome in a constructor, tuples are kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from driverkit.model import values as v

__all__ = [
    "Aim",
    "Cause",
    "ChangeIdea",
    "Contribution",
    "Driver",
    "Link",
    "Measure",
    "Node",
    "Observation",
    "Problem",
]


def as_strength(value: str | None) -> str | None:
    """How strongly a cause is thought to move its effect."""
    return None if value is None else v.choose(as_strength, value)


v.offers(as_strength, "strong", "moderate", "weak")


def as_role(value: str | None) -> str | None:
    """What a measure is for."""
    return None if value is None else v.choose(as_role, value)


v.offers(as_role, "outcome", "process", "balancing")


def as_timing(value: str | None) -> str | None:
    """Whether a measure moves before or after the outcome."""
    return None if value is None else v.choose(as_timing, value)


v.offers(as_timing, "leading", "lagging")


def as_direction(value: str | None) -> str | None:
    """Which way is better."""
    return None if value is None else v.choose(as_direction, value)


v.offers(as_direction, "increase", "decrease", "maintain")


def as_status(value: str | None) -> str | None:
    """Where a node stands."""
    return None if value is None else v.choose(as_status, value)


v.offers(as_status, "proposed", "testing", "adopted", "abandoned")


def as_cost(value: str | None) -> str | None:
    """What is lost if a change fails."""
    return None if value is None else v.choose(as_cost, value)


v.offers(as_cost, "small", "large")


def as_readiness(value: str | None) -> str | None:
    """How people stand to a change."""
    return None if value is None else v.choose(as_readiness, value)


v.offers(as_readiness, "not-ready", "indifferent", "ready")


def texts(value: Iterable[str] | str | None) -> tuple[str, ...]:
    """A list of texts."""
    return v.each(v.as_text, value)


def ids(value: Iterable[str] | str | None) -> tuple[str, ...]:
    """A list of ids."""
    return v.each(v.as_id, value)


v.lists(texts, v.as_text)
v.lists(ids, v.as_id)


@v.telling_faults
@frozen
class Contribution:
    """One entry of ``contributes_to``: what a node is thought to move, and why.

    Attributes:
        to: the id of the aim or driver that is moved.
        strength: how strongly: strong, moderate or weak.
        because: the reason for believing it.
        only_where: the condition under which it holds; without one it is held to be true everywhere.
        fails_at: the sites and teams (by their names or ids) where it is known not to hold. What was
            tested there is not counted through this link.
    """

    to: str = field(converter=v.as_id)
    strength: str | None = field(default=None, converter=as_strength)
    because: str | None = field(default=None, converter=v.maybe_text)
    only_where: str | None = field(default=None, converter=v.maybe_text)
    fails_at: tuple[str, ...] = field(default=(), converter=texts)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


def as_contribution(value: Contribution | Mapping[str, Any] | str) -> Contribution:
    """One entry of ``contributes_to``: an id, a mapping, or the value itself."""
    return v.inner(as_contribution, Contribution, value)


def as_contributions(
    value: Iterable[Contribution | Mapping[str, Any] | str] | Contribution | str | None,
) -> tuple[Contribution, ...]:
    """What a node contributes to."""
    return v.each(as_contribution, value)


v.holds(as_contribution, Contribution, "an id, or a mapping with the key 'to'", shorthand=True)
v.lists(as_contributions, as_contribution)


@frozen
class Link:
    """A link, "cause contributes to effect": a hypothesis of the theory, seen from outside its nodes.

    Attributes:
        cause: the id of the node that contributes.
        effect: the id of the node that is moved.
        strength: strong, moderate or weak; None where the theory does not say.
        because: the reason for believing it.
        only_where: the condition under which it holds.
        fails_at: the sites and teams where it is known not to hold.
        implied: nobody wrote it; a primary driver contributes to the aim where there is just one.
    """

    cause: str
    effect: str
    strength: str | None = None
    because: str | None = None
    only_where: str | None = None
    fails_at: tuple[str, ...] = ()
    implied: bool = False

    @property
    def id(self) -> str:
        """How evidence names this link: ``CAUSE -> EFFECT``."""
        return f"{self.cause} -> {self.effect}"


@frozen(kw_only=True)
class Node:
    """What every node of a theory may carry.

    Attributes:
        detail: more words than fit in a box.
        owner: who looks after it: a person, a role or the id of a team.
        tags: words to find and group it by.
        url: an address with more about it (http, https or mailto).
        status: proposed, testing, adopted or abandoned; left out, the cycles say it.
        undeveloped: why it is honestly still open; a gap that is known, not forgotten.
        adapts: the id of the node of a network's common theory that it adapts.
    """

    detail: str | None = field(default=None, converter=v.maybe_text)
    owner: str | None = field(default=None, converter=v.maybe_text)
    tags: tuple[str, ...] = field(default=(), converter=texts)
    url: str | None = field(default=None, converter=v.maybe_url)
    status: str | None = field(default=None, converter=as_status)
    undeveloped: str | None = field(default=None, converter=v.maybe_text)
    adapts: str | None = field(default=None, converter=v.maybe_reference)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, repr=False)


@v.telling_faults
@frozen
class Aim(Node):
    """What is to improve, by how much, for whom, by when, and by which measure.

    Attributes:
        id: its id.
        text: what is to improve.
        population: for whom.
        measure: the id of the measure that tells whether it is reached.
        baseline: where the measure stood at the start, in the measure's unit.
        target: where it is to be, in the measure's unit.
        by: the day by which.
        contributes_to: the wider aims that it serves.
    """

    id: str = field(converter=v.as_id)
    text: str = field(converter=v.as_text)
    population: str | None = field(default=None, converter=v.maybe_text)
    measure: str | None = field(default=None, converter=v.maybe_id)
    baseline: float | None = field(default=None, converter=v.maybe_number)
    target: float | None = field(default=None, converter=v.maybe_number)
    by: dt.date | None = field(default=None, converter=v.maybe_date)
    contributes_to: tuple[Contribution, ...] = field(default=(), converter=as_contributions)


@v.telling_faults
@frozen
class Driver(Node):
    """A condition of the system that must change for an aim to be reached.

    Attributes:
        id: its id.
        text: the condition.
        level: 1 is primary, 2 secondary, 3 tertiary, and so on; left out, it is one more than the
            shallowest thing the driver contributes to, an aim being 0.
        contributes_to: the drivers and aims that it moves.
        addresses: the ids of the causes of the problem that it answers.
    """

    id: str = field(converter=v.as_id)
    text: str = field(converter=v.as_text)
    level: int | None = field(default=None, converter=v.maybe_level)
    contributes_to: tuple[Contribution, ...] = field(default=(), converter=as_contributions)
    addresses: tuple[str, ...] = field(default=(), converter=ids)


@v.telling_faults
@frozen
class ChangeIdea(Node):
    """A concrete, testable change.

    Attributes:
        id: its id.
        text: what is done differently.
        concept: the general notion behind it (the change concept).
        contributes_to: the drivers and aims that it moves.
        cost_of_failure: what is lost if it fails: small or large.
        readiness: how the people who would make the change stand to it: not-ready, indifferent, ready.
    """

    id: str = field(converter=v.as_id)
    text: str = field(converter=v.as_text)
    concept: str | None = field(default=None, converter=v.maybe_text)
    contributes_to: tuple[Contribution, ...] = field(default=(), converter=as_contributions)
    cost_of_failure: str | None = field(default=None, converter=as_cost)
    readiness: str | None = field(default=None, converter=as_readiness)


@v.telling_faults
@frozen
class Observation:
    """One point of a measure's series.

    Attributes:
        date: the day (or the first day of the period) that the point is about.
        value: what was measured; None is a missing value.
        numerator: how many had it, where the measure is a proportion or a rate.
        denominator: how many could have had it; a point whose denominator is 0 is a missing value.
        site: where it was measured.
        strata: stratum name to group, such as ``{"language": "Spanish"}``.
        note: a remark on the point.
        phase: the name of the phase that the point belongs to.
        suppressed: true where the value is hidden on purpose, as small numbers are to protect people; the
            point counts as missing, whatever else the row says.
        excluded: why the point is left out of the judgement; it is drawn and not counted.
    """

    date: dt.date = field(converter=v.as_date)
    value: float | None = field(default=None, converter=v.maybe_number)
    numerator: float | None = field(default=None, converter=v.maybe_number)
    denominator: float | None = field(default=None, converter=v.maybe_number)
    site: str | None = field(default=None, converter=v.maybe_text)
    strata: v.FrozenDict = field(default=v.EMPTY, converter=v.as_strata)
    note: str | None = field(default=None, converter=v.maybe_text)
    phase: str | None = field(default=None, converter=v.maybe_text)
    suppressed: bool | None = field(default=None, converter=v.maybe_flag)
    excluded: str | None = field(default=None, converter=v.maybe_text)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)


def as_observation(value: Observation | Mapping[str, Any]) -> Observation:
    """One row of a series."""
    return v.inner(as_observation, Observation, value)


v.holds(as_observation, Observation, "a row with a date")


def as_data(
    value: str | Iterable[Observation | Mapping[str, Any]] | None,
) -> str | tuple[Observation, ...] | None:
    """A measure's series: the path of a CSV file relative to the theory file, or rows."""
    if value is None:
        return None
    if isinstance(value, str):
        return as_data_path(value)
    return v.each(as_observation, value) or None


def as_data_path(value: str) -> str:
    """A path inside the theory file's own folder; nothing else is ever opened."""
    text = v.check_text(value)
    parts = text.replace("\\", "/").split("/")
    if "://" in text or text.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        raise v.Refused(
            f"{v.show(text)} lies outside the folder of the theory file. "
            "Put the series beside the theory file and name it by its relative path."
        )
    return text


v.register(v.Kind("the path of a CSV file, or a list of rows", as_data, None, {}))


@v.telling_faults
@frozen
class Measure(Node):
    """How we know: an outcome, process or balancing measure of a node, with its series.

    Attributes:
        id: its id.
        name: what is measured.
        of: the ids of the nodes that it measures.
        role: outcome, process or balancing.
        timing: leading or lagging.
        unit: the unit of its values, such as "%" or "days".
        direction: which way is better: increase, decrease or maintain.
        baseline: where it stood at the start, in its unit.
        target: where it is to be, in its unit.
        frequency: how often it is taken, such as "monthly".
        strata: the groups it is broken down by; each is a column of the series.
        data: its series: the path of a CSV file relative to the theory file, or the rows themselves.
    """

    id: str = field(converter=v.as_id)
    name: str = field(converter=v.as_text)
    of: tuple[str, ...] = field(default=(), converter=ids)
    role: str | None = field(default=None, converter=as_role)
    timing: str | None = field(default=None, converter=as_timing)
    unit: str | None = field(default=None, converter=v.maybe_text)
    direction: str | None = field(default=None, converter=as_direction)
    baseline: float | None = field(default=None, converter=v.maybe_number)
    target: float | None = field(default=None, converter=v.maybe_number)
    frequency: str | None = field(default=None, converter=v.maybe_text)
    strata: tuple[str, ...] = field(default=(), converter=texts)
    data: str | tuple[Observation, ...] | None = field(default=None, converter=as_data)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.data, tuple):
            for name in dict.fromkeys(name for row in self.data for name in row.strata):
                if name not in self.strata:  # its column could not be told from a misspelt one
                    raise v.Refused(f"The rows have a column {name!r}. Name it in the measure's strata.")

    @property
    def text(self) -> str:
        """The name, under the word that every other node uses for its own words."""
        return self.name


@v.telling_faults
@frozen
class Cause(Node):
    """A cause of the problem, as found by root cause analysis (a bone of the fishbone).

    Attributes:
        id: its id.
        text: the cause.
        category: the group of causes that it belongs to.
    """

    id: str = field(converter=v.as_id)
    text: str = field(converter=v.as_text)
    category: str | None = field(default=None, converter=v.maybe_text)


def as_cause(value: Cause | Mapping[str, Any]) -> Cause:
    """A cause."""
    return v.inner(as_cause, Cause, value)


def as_causes(value: Iterable[Cause | Mapping[str, Any]] | None) -> tuple[Cause, ...]:
    """The causes of a problem."""
    return v.each(as_cause, value)


v.holds(as_cause, Cause, "a cause")
v.lists(as_causes, as_cause)


@v.telling_faults
@frozen
class Problem:
    """The problem that the aim answers, with its causes.

    Attributes:
        text: the problem.
        causes: what is behind it.
    """

    text: str | None = field(default=None, converter=v.maybe_text)
    causes: tuple[Cause, ...] = field(default=(), converter=as_causes)
    extra: v.FrozenDict = field(default=v.EMPTY, converter=v.as_extra, kw_only=True, repr=False)
