"""What was known as time went on: tests, predictions and belief at the end of each month, quarter or year.

>>> from driverkit import examples
>>> table = over_time(examples.load("leaving-hospital"), every="year")
>>> table[["date", "cycles_studied", "ideas_tested", "predictions_judged"]].to_string(
...     index=False
... ).splitlines()[0]
'      date  cycles_studied  ideas_tested  predictions_judged'
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from driverkit.errors import UsageError
from driverkit.evidence.belief import BELIEF_RULE, BeliefRule, beliefs
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.predictions import all_predictions, tally
from driverkit.model import Theory
from driverkit.model.values import Refused, maybe_date

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "over_time", "over_time_rows"]

Every = Literal["month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MOST = 1_200

COLUMNS: Mapping[str, str] = {
    "date": "the day up to which everything is counted: the last one of a month, quarter or year, or one that was given",
    "cycles_begun": "cycles of which any stage had begun",
    "cycles_studied": "cycles that had reached Study",
    "ideas": "change ideas of the theory; those of today, as nodes have no dates",
    "ideas_tested": "change ideas with at least one cycle that had reached Study",
    "predictions_judged": "predictions, written before Do, that had a result",
    "predictions_held": "those of them whose result was confirmed",
    "share_held": "predictions_held / predictions_judged; missing where none was judged",
    "share_low": "the lower end of the 95 % interval of that share, by Wilson's method",
    "share_high": "its upper end",
    "evidence": "pieces of evidence from that year or before, or without a year",
}
"""The columns of the table; behind them one column a word of belief: how many change ideas had it."""


def over_time_rows(
    theory: Theory,
    *,
    every: Every = "month",
    dates: Iterable[dt.date | str] | None = None,
    rule: BeliefRule = BELIEF_RULE,
) -> list[dict[str, Any]]:
    """The rows of `over_time`, as plain data."""
    rows = []
    for day in _days(theory, every) if dates is None else sorted({_day(one) for one in dates}):
        then = theory.as_of(day)
        judged = tally(all_predictions(then))
        studied = [cycle for cycle in then.cycles if was_studied(cycle)]
        words = Counter(beliefs(then, rule=rule)[idea.id].word for idea in then.change_ideas)
        interval = judged.interval
        rows.append(
            {
                "date": day,
                "cycles_begun": len(then.cycles),
                "cycles_studied": len(studied),
                "ideas": len(then.change_ideas),
                "ideas_tested": len({cycle.change for cycle in studied}),
                "predictions_judged": judged.judged,
                "predictions_held": judged.confirmed,
                "share_held": judged.share,
                "share_low": interval.low if interval is not None else None,
                "share_high": interval.high if interval is not None else None,
                "evidence": len(then.evidence),
                **{word: words.get(word, 0) for word in rule.words},
            }
        )
    return rows


def over_time(
    theory: Theory,
    *,
    every: Every = "month",
    dates: Iterable[dt.date | str] | None = None,
    rule: BeliefRule = BELIEF_RULE,
) -> pd.DataFrame:
    """How tests, predictions and belief came about, one row a date; see `COLUMNS`, and `driverkit.Theory.as_of`.

    Args:
        theory: the theory.
        every: count at the end of each ``month``, ``quarter`` or ``year`` from the first dated stage
            of a cycle to the last.
        dates: count on these days instead.
        rule: how the counts of an idea become a word of belief.

    Raises:
        UsageError: ``every`` is none of those, a date is none, or there would be more than 1,200 rows.
    """
    import pandas as pd

    rows = over_time_rows(theory, every=every, dates=dates, rule=rule)
    table = pd.DataFrame(rows, columns=[*COLUMNS, *rule.words])
    table["date"] = pd.to_datetime(table["date"])
    for name in ("share_held", "share_low", "share_high"):
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


def _days(theory: Theory, every: Every) -> list[dt.date]:
    """The last day of each period, from the first dated stage of a cycle to the last."""
    if every not in _MONTHS:
        raise UsageError(f"There is no period {every!r}. There are: {', '.join(_MONTHS)}.")
    dates = [
        stage.date
        for cycle in theory.cycles
        for stage in (cycle.plan, cycle.do, cycle.study, cycle.act)
        if stage is not None and stage.date is not None
    ]
    if not dates:
        return []
    step = _MONTHS[every]
    first = (min(dates).year * 12 + min(dates).month - 1) // step
    last = (max(dates).year * 12 + max(dates).month - 1) // step
    if last - first >= _MOST:
        raise UsageError(
            f"There would be {last - first + 1:,} rows, the most is {_MOST:,}: a date of a cycle may be wrong, "
            "or take a longer period."
        )
    return [_last_day((number + 1) * step) for number in range(first, last + 1)]


def _last_day(months: int) -> dt.date:
    """The day before the first one of a month, counted from the year 0."""
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, 1) - dt.timedelta(days=1) if year <= dt.MAXYEAR else dt.date.max
