"""What was known as time went on: tests, coverage, belief and predictions, on days or from version to version.

>>> from driverkit import examples
>>> table = over_time(examples.load("leaving-hospital"), every="year")
>>> table[["date", "cycles_studied", "ideas_tested", "predictions_judged"]].to_string(
...     index=False
... ).splitlines()[0]
'      date  cycles_studied  ideas_tested  predictions_judged'
>>> over_time(examples.load("leaving-hospital"), "coverage", every="year")["ideas_tested"].tolist()
[7, 8]
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from driverkit.analysis.coverage import coverage
from driverkit.errors import UsageError
from driverkit.evidence.belief import BELIEF_RULE, BeliefRule, beliefs
from driverkit.evidence.combined import combined
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.network_work import network_work
from driverkit.evidence.predictions import all_predictions, tally
from driverkit.evidence.status import idea_status
from driverkit.model import Network, Theory
from driverkit.model.values import Refused, did_you_mean, maybe_date

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "GAPS", "WHAT", "Every", "Subject", "What", "counted", "over_time", "over_time_rows"]

Every = Literal["month", "quarter", "year"]
Subject = Theory | Sequence[Theory] | Network
"""A theory or a network, of which is asked what was known on some days; or versions of a theory, the oldest first."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MOST = 1_200

WHEN: Mapping[str, str] = {
    "version": "the label of the version's revision, or its number from 1; only where versions are compared",
    "date": "the day up to which everything is counted: the last one of a month, quarter or year, or one that was "
    "given; of a version the date of its revision, if it has one",
}
"""The columns that begin each table."""

_PREDICTED: Mapping[str, str] = {
    "predictions_judged": "predictions, written before Do, that had a result",
    "predictions_held": "those of them whose result was confirmed",
    "share_held": "predictions_held / predictions_judged; missing where none was judged",
    "share_low": "the lower end of the 95 % interval of that share, by Wilson's method",
    "share_high": "its upper end",
}
_TESTED: Mapping[str, str] = {
    "cycles_begun": "cycles of which any stage had begun",
    "cycles_studied": "cycles that had reached Study",
    "ideas": "change ideas of the theory; where days are compared those of today, as nodes have no dates",
    "ideas_tested": "change ideas with at least one cycle that had reached Study",
}

COLUMNS: Mapping[str, str] = {
    "date": WHEN["date"],
    **_TESTED,
    **_PREDICTED,
    "evidence": "pieces of evidence from that year or before, or without a year",
}
"""The columns of ``learning``; behind them one column a word of belief: how many change ideas had it."""

GAPS: Mapping[str, str] = {
    "no outcome measure": "aims without an outcome measure",
    "no driver": "aims with no driver or aim directly below",
    "no measure": "drivers without a measure",
    "no change idea": "drivers with neither a driver nor a change idea directly below",
    "no test": "change ideas without a cycle",
    "not carried out": "change ideas with planned cycles only",
    "not studied": "change ideas with cycles that were carried out and did not reach Study",
    "abandoned untested": "change ideas given up without a studied cycle",
    "refuted": "nodes with more predictions refuted than held, or more evidence against than for, that are not abandoned",
    "suspect": "nodes with evidence gathered about other words",
    "one site": "aims, drivers and adopted ideas whose studied cycles name one site only",
    "one team": "aims, drivers and adopted ideas whose studied cycles name one team only",
    "one cycle": "aims, drivers and adopted ideas that rest on one studied cycle",
    "unowned": "nodes without an owner on which no team works",
    "perspective missing": "perspectives that no team brings",
}
"""The gaps that `driverkit.coverage` finds, in its words, and what is counted of each."""

_COVERED: Mapping[str, str] = {
    "nodes": "aims, drivers and change ideas",
    "shallow": "those of them that have what they need directly; see `driverkit.coverage`",
    "deep": "those of them under which everything has it too",
    "ideas": _TESTED["ideas"],
    "ideas_planned": "change ideas with at least one cycle, planned ones included",
    "ideas_tested": _TESTED["ideas_tested"],
    "ideas_adopted": "change ideas that are adopted, by their own status or else by the latest decision",
    "ideas_abandoned": "change ideas that are abandoned, by their own status or else by the latest decision",
    "gaps": "nodes that lack something to be shallow",
    "gaps_known": "those of them that say why they are still open ('undeveloped')",
}


# ------------------------------------------------------------------------------------- what is counted


@frozen
class What:
    """One thing that can be followed over time.

    Attributes:
        name: what it is called.
        description: what it counts, in a sentence.
        columns: given the rule of belief, each column and what it counts.
        count: given what was known then and the rule of belief, the values of those columns.
        members: whether it counts members, and so is asked of a network and not of a theory.
    """

    name: str
    description: str
    columns: Callable[[BeliefRule], Mapping[str, str]]
    count: Callable[[Any, BeliefRule], Mapping[str, Any]]
    members: bool = False


def _predictions(then: Theory, rule: BeliefRule) -> dict[str, Any]:
    judged = tally(all_predictions(then))
    interval = judged.interval
    return {
        "predictions_judged": judged.judged,
        "predictions_held": judged.confirmed,
        "share_held": judged.share,
        "share_low": interval.low if interval is not None else None,
        "share_high": interval.high if interval is not None else None,
        "predictions_mixed": judged.mixed,
        "predictions_refuted": judged.refuted,
    }


def _words(then: Theory, rule: BeliefRule, ids: Iterable[str]) -> dict[str, int]:
    """How many of some nodes have which word of belief."""
    found = beliefs(then, rule=rule)
    words = Counter(found[id].word for id in ids)
    return {word: words.get(word, 0) for word in rule.words}


def _learning(then: Theory, rule: BeliefRule) -> dict[str, Any]:
    studied = [cycle for cycle in then.cycles if was_studied(cycle)]
    predicted = _predictions(then, rule)
    return {
        "cycles_begun": len(then.cycles),
        "cycles_studied": len(studied),
        "ideas": len(then.change_ideas),
        "ideas_tested": len({cycle.change for cycle in studied}),
        **{name: predicted[name] for name in _PREDICTED},
        "evidence": len(then.evidence),
        **_words(then, rule, [idea.id for idea in then.change_ideas]),
    }


def _coverage(then: Theory, rule: BeliefRule) -> dict[str, Any]:
    nodes = coverage(then).columns("nodes")
    states = [idea_status(then, idea.id) for idea in then.change_ideas]
    lacking = [id for id, gap in zip(nodes["id"], nodes["gap"], strict=True) if gap]
    return {
        "nodes": len(nodes["id"]),
        "shallow": sum(nodes["shallow"]),
        "deep": sum(nodes["deep"]),
        "ideas": len(states),
        "ideas_planned": sum(state.planned for state in states),
        "ideas_tested": sum(state.studied > 0 for state in states),
        "ideas_adopted": sum(state.status == "adopted" for state in states),
        "ideas_abandoned": sum(state.status == "abandoned" for state in states),
        "gaps": len(lacking),
        "gaps_known": sum(then.node(id).undeveloped is not None for id in lacking),
    }


def _gaps(then: Theory, rule: BeliefRule) -> dict[str, Any]:
    found = Counter(coverage(then).columns("gaps")["gap"])
    return {name: found.get(name, 0) for name in GAPS}


def _belief(then: Theory, rule: BeliefRule) -> dict[str, Any]:
    drivers = _words(then, rule, [driver.id for driver in then.drivers])
    return {
        "ideas": len(then.change_ideas),
        **_words(then, rule, [idea.id for idea in then.change_ideas]),
        "drivers": len(then.drivers),
        **{f"drivers: {word}": count for word, count in drivers.items()},
    }


_MEMBERS: Mapping[str, str] = {
    "members": "members who had joined by then, or nobody says when, and had not left",
    "members_tested": "those of them of whom at least one cycle had reached Study",
    "parts": "aims, drivers and change ideas of the common theory of then",
    "parts_worked_on": "those of them on which some member works, by the members' files of today",
    "parts_tested": "those of them on which some member had a cycle that had reached Study",
    "parts_tested_by_two": "those of them on which two members or more had one",
    "parts_held": "those of them of which, at some member, more than half of the judged predictions held",
}


def _network(then: Network, rule: BeliefRule) -> dict[str, Any]:
    parts = network_work(then)
    tested = {member.member for one in parts.values() for member in one.members if member.tested}
    return {
        "members": len(then.members),
        "members_tested": len(tested),
        "parts": len(parts),
        "parts_worked_on": sum(one.worked_on > 0 for one in parts.values()),
        "parts_tested": sum(one.tested > 0 for one in parts.values()),
        "parts_tested_by_two": sum(one.tested > 1 for one in parts.values()),
        "parts_held": sum(one.confirmed > 0 for one in parts.values()),
    }


def _believed(rule: BeliefRule) -> dict[str, str]:
    return {word: f"change ideas whose belief was “{word}” by the rule {rule.name}" for word in rule.words}


WHAT: Mapping[str, What] = MappingProxyType(
    {
        one.name: one
        for one in (
            What(
                "learning",
                "Tests, predictions and belief, the main counts of each.",
                lambda rule: {**{k: v for k, v in COLUMNS.items() if k != "date"}, **_believed(rule)},
                _learning,
            ),
            What(
                "coverage",
                "How many nodes have what they need, and how far change ideas have come.",
                lambda rule: _COVERED,
                _coverage,
            ),
            What("gaps", "How many gaps of each kind are open.", lambda rule: GAPS, _gaps),
            What(
                "belief",
                "How many change ideas and drivers have which word of belief.",
                lambda rule: {
                    "ideas": _TESTED["ideas"],
                    **_believed(rule),
                    "drivers": "drivers; where days are compared those of today",
                    **{f"drivers: {word}": f"drivers whose belief was “{word}”" for word in rule.words},
                },
                _belief,
            ),
            What(
                "predictions",
                "How many predictions held, with the interval of that share.",
                lambda rule: {
                    **_PREDICTED,
                    "predictions_mixed": "those of the judged predictions that held in part",
                    "predictions_refuted": "those of them that were refuted",
                },
                _predictions,
            ),
            What(
                "members",
                "Of a network: how many members there were, and how much of the common theory they worked on and tested.",
                lambda rule: _MEMBERS,
                _network,
                members=True,
            ),
        )
    }
)
"""What can be followed over time, by name."""


def counted(what: str | Callable[[Any], Mapping[str, Any]]) -> What:
    """What is followed: by its name, or a function of your own.

    Raises:
        UsageError: nothing has that name.
    """
    if callable(what):
        own = what
        return What("own", "An analysis of your own.", lambda rule: {}, lambda then, rule: own(then))
    if what not in WHAT:
        raise UsageError(
            f"Nothing called {what!r} is counted over time.{did_you_mean(str(what), WHAT)} "
            f"There are: {', '.join(WHAT)}."
        )
    return WHAT[what]


# -------------------------------------------------------------------------------------------- the table


def over_time_rows(
    theory: Subject,
    what: str | Callable[[Any], Mapping[str, Any]] = "learning",
    *,
    every: Every = "month",
    dates: Iterable[dt.date | str] | None = None,
    rule: BeliefRule = BELIEF_RULE,
) -> list[dict[str, Any]]:
    """The rows of `over_time`, as plain data."""
    found = counted(what)
    if found.members or (callable(what) and isinstance(theory, Network)):
        if not isinstance(theory, Network):
            raise UsageError(f"{found.name!r} is counted of a network: dk.load_network(folder).")
        days = [when["date"] for when, _ in moments(theory, every=every, dates=dates)]
        return [{"date": day, **found.count(theory.as_of(day), rule)} for day in days]
    return [{**when, **found.count(then, rule)} for when, then in moments(theory, every=every, dates=dates)]


def moments(
    theory: Subject, *, every: Every = "month", dates: Iterable[dt.date | str] | None = None
) -> list[tuple[dict[str, Any], Theory]]:
    """Each moment that is counted: how its row begins, and what was known then; of a network in its combined theory."""
    also: list[dt.date] = []
    if isinstance(theory, Network):
        also = _days_of_network(theory)
        theory = combined(theory)
    if isinstance(theory, Theory):
        days = _days(theory, every, also) if dates is None else sorted({_day(one) for one in dates})
        return [({"date": day}, theory.as_of(day)) for day in days]
    versions = list(theory) if isinstance(theory, Iterable) else [theory]
    for one in versions:
        if not isinstance(one, Theory):
            raise UsageError(
                f"What is followed over time is a theory or a list of its versions, not a {type(one).__name__}. "
                "Load it first: dk.load(path)."
            )
    if dates is not None:
        raise UsageError("Either versions are compared or days; with 'dates' hand in one theory.")
    rows: list[tuple[dict[str, Any], Theory]] = []
    for number, one in enumerate(versions, 1):
        revision = one.revision
        label = revision.label if revision is not None and revision.label else str(number)
        rows.append(({"version": label, "date": revision.date if revision is not None else None}, one))
    return rows


def over_time(
    theory: Subject,
    what: str | Callable[[Any], Mapping[str, Any]] = "learning",
    *,
    every: Every = "month",
    dates: Iterable[dt.date | str] | None = None,
    rule: BeliefRule = BELIEF_RULE,
) -> pd.DataFrame:
    """How something came about, one row a date or a version; see `WHAT`, and `driverkit.Theory.as_of`.

    Args:
        theory: the theory, of which is counted what was known on some days; or a list of its versions, the oldest
            first, of which each is counted as it stands; or a network, which is counted as one theory
            (`driverkit.combined`), its members' cycles and inventions included.
        what: what is counted: ``learning`` (tests, predictions, belief of ideas), ``coverage`` (how many nodes have
            what they need, how far ideas have come), ``gaps`` (how many of each kind are open), ``belief`` (how many
            ideas and drivers have which word), ``predictions`` (how many held, with the interval); of a network also
            ``members`` (how many there were, and how much of the common theory they worked on and tested); or a
            function of your own that is given the theory, or network, of then and gives back the columns of the row.
        every: count at the end of each ``month``, ``quarter`` or ``year`` from the first dated stage
            of a cycle to the last; of a network from the first day to the last of its cycles, of the versions of the
            common theory, and on which members joined or left.
        dates: count on these days instead.
        rule: how the counts of an idea become a word of belief.

    Raises:
        UsageError: nothing is called that; ``every`` is none of those, a date is none, days are asked of a list of
            versions, or there would be more than 1,200 rows.

    >>> from driverkit import examples
    >>> theory = examples.load("leaving-hospital")
    >>> over_time(theory, lambda then: {"cycles": len(then.cycles)}, every="year")["cycles"].tolist()
    [17, 19]
    """
    import pandas as pd

    rows = over_time_rows(theory, what, every=every, dates=dates, rule=rule)
    begin = ["date"] if isinstance(theory, Theory | Network) else list(WHEN)
    columns = [*begin, *counted(what).columns(rule)]
    columns += [name for row in rows for name in row if name not in columns and callable(what)]
    table = pd.DataFrame(rows, columns=list(dict.fromkeys(columns)))
    table["date"] = pd.to_datetime(table["date"])
    for name in ("share_held", "share_low", "share_high"):
        if name in table:
            table[name] = table[name].astype("float64")
    return table


def _day(value: dt.date | str) -> dt.date:
    try:
        day = maybe_date(value)
    except Refused as refused:
        raise UsageError(str(refused)) from None
    if day is None:
        raise UsageError("A date is wanted, such as 2026-03-01.")
    return day


def _days_of_network(network: Network) -> list[dt.date]:
    """The days of the versions of the common theory, and on which members joined or left."""
    revisions = [one.revision for one in network.versions]
    days = [one.date for one in revisions if one is not None]
    days += [day for one in network.members for day in (one.joined, one.left)]
    return [day for day in days if day is not None]


def _days(theory: Theory, every: Every, also: Sequence[dt.date] = ()) -> list[dt.date]:
    """The last day of each period, from the first dated stage of a cycle, or other day, to the last."""
    if every not in _MONTHS:
        raise UsageError(f"There is no period {every!r}. There are: {', '.join(_MONTHS)}.")
    dates = [
        stage.date
        for cycle in theory.cycles
        for stage in (cycle.plan, cycle.do, cycle.study, cycle.act)
        if stage is not None and stage.date is not None
    ]
    dates += also
    if not dates:
        return []
    step = _MONTHS[every]
    first = (min(dates).year * 12 + min(dates).month - 1) // step
    last = (max(dates).year * 12 + max(dates).month - 1) // step
    if last - first >= _MOST:
        raise UsageError(
            f"There would be {last - first + 1:,} rows, the most is {_MOST:,}: a date of a cycle "
            f"{'or of the network ' if also else ''}may be wrong, or take a longer period."
        )
    return [_last_day((number + 1) * step) for number in range(first, last + 1)]


def _last_day(months: int) -> dt.date:
    """The day before the first one of a month, counted from the year 0."""
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, 1) - dt.timedelta(days=1) if year <= dt.MAXYEAR else dt.date.max
