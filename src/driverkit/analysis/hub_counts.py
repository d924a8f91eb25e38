"""Counts over the tables of a network, written once for every engine that narwhals speaks.

The tables (see `driverkit.analysis.hub_tables`) may be frames of pandas or Polars, relations of DuckDB, or
frames of Dask or Spark. What is asked is the same expression everywhere, and so is the answer, to the last count:
a data frame of pandas with one row for each series, idea, site …

    >>> import pandas as pd
    >>> days = pd.date_range("2026-01-01", periods=12, freq="MS")
    >>> points = pd.DataFrame(
    ...     {"member": "m01", "measure": "M1", "date": days, "value": [8, 9, 7, 8, 9, 8, 4, 3, 5, 4, 3, 4]}
    ... )
    >>> run_statistics(points)[
    ...     ["member", "measure", "n_useful", "centre", "longest_run", "n_crossings", "signal"]
    ... ]
      member measure  n_useful  centre  longest_run  n_crossings  signal
    0    m01      M1        12     6.0            6            1    True

*Medians.* Engines do not agree on the last bit of a median: of two middle values pandas and DuckDB halve the sum, Polars adds
half the difference, and comes out one bit apart in a fifth of random series of even length. So an engine's median is only
used to find the two middle values, and those are halved here.

*Dask* knows no order within a group. Run charts and medians are counted there by the same function as elsewhere, once
for each partition, after the points have been shuffled so that each series lies in one partition.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from driverkit.analysis.hub_parts import collected, gathered
from driverkit.analysis.hub_tables import SERIES_COLUMNS, column_type
from driverkit.errors import UsageError
from driverkit.evidence.intervals import IntervalRule, wilson
from driverkit.evidence.run_counts import longest_run_max, n_crossings_min
from driverkit.evidence.run_input import TOO_LARGE
from driverkit.evidence.words import listed
from driverkit.model.values import did_you_mean, show

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "RESULTS",
    "before_and_after",
    "cycle_counts",
    "idea_starts",
    "moved_counts",
    "prediction_counts",
    "run_statistics",
    "total_points",
]

_ROUNDING = 4 * sys.float_info.epsilon  # as for run charts: what differs by less lies on the line
_LEAST = 10  # useful points, below which a run chart cannot tell

_INTERVAL = {
    "low": "the lower end of the interval of the share",
    "high": "the upper end of the interval of the share",
    "interval": "the method of the interval and its level, such as Wilson 95 %",
}

RESULTS: Mapping[str, Mapping[str, str]] = {
    "run_statistics": {
        "n_points": "points of the series, whatever they hold",
        "n_missing": "those of them that have no value; hidden ones are among them",
        "n_excluded": "those of them that have a value and are left out for a reason",
        "n_obs": "those that are neither missing nor excluded",
        "first": "the day of the first point",
        "last": "the day of the last point",
        "centre": "the line: the median of the n_obs points, in the measure's unit",
        "n_useful": "those of n_obs that are not on the line",
        "longest_run": "useful points in the longest run on one side of the line",
        "longest_run_max": "the longest run that is not a signal; empty where there are too few points",
        "n_runs": "runs on one side of the line",
        "n_crossings": "how often the line is crossed",
        "n_crossings_min": "the fewest crossings that are not a signal; empty where there are too few points",
        "signal": "whether the longest run is longer, or crossings are fewer, than chance would have it (rule anhoej); "
        "empty under 10 useful points",
    },
    "prediction_counts": {
        "members": "members with such predictions, late ones too",
        "cycles": "the cycles that the predictions, late ones too, stand in; each once",
        "predictions": "the predictions that were written before Do, or of which no date tells; late ones are not among them",
        "judged": "those of the predictions that have a result",
        "confirmed": "those of the judged ones that held",
        "mixed": "those of the judged ones that held in part; they do not count as held",
        "refuted": "those of the judged ones that did not hold",
        "open": "those of the predictions without a result",
        "late": "how many more were written after Do, whatever their result: they are no predictions",
        "undated": "those of the predictions of which no date tells whether they were written before Do",
        "share": "the confirmed ones as a share of the judged ones, from 0 to 1; empty where none is judged",
        **_INTERVAL,
    },
    "cycle_counts": {
        "cycles": "PDSA cycles, planned ones included",
        "done": "those of the cycles that were carried out: their Do holds a date or words",
        "studied": "those of the cycles that reached Study",
        "adopt": "cycles that decided to adopt",
        "adapt": "cycles that decided to adapt",
        "expand": "cycles that decided to expand",
        "abandon": "cycles that decided to abandon",
        "ideas": "change ideas of the common theory that have a cycle, each once",
        "ideas_tested": "tested: those of them of which a cycle reached Study",
        "inventions": "change ideas of members that adapt none of the common theory, and have a cycle",
        "inventions_tested": "tested: those of them of which a cycle reached Study",
        "sites": "distinct sites of members that cycles name",
        "sites_tested": "those of them at which a cycle reached Study",
        "members": "members that have a cycle",
        "members_tested": "those of them of which a cycle reached Study",
    },
    "before_and_after": {
        "start": "the day on which the idea was first carried out there",
        "n_before": "points before that day that are neither missing nor excluded",
        "n_after": "such points from that day on",
        "median_before": "the median of the points before, in the measure's unit; empty where there is none",
        "median_after": "the median of the points from that day on",
        "moved": "up or down, as the median after lies above or below the one before; none where they are equal; empty "
        "where one of them is missing",
    },
    "moved_counts": {
        "lines": "lines of measures that have a median before and after",
        "up": "those of them that moved up",
        "down": "those of them that moved down",
        "none": "those of them that did not move",
        "members": "members that these lines are of",
        "better": "up or down: the way that was asked for",
        "share": "the lines that moved that way as a share of all lines, from 0 to 1",
        **_INTERVAL,
    },
}
"""What each column of the results says. In front of them stand the columns that were counted by."""


# ------------------------------------------------------------------------------------------- what is given


def _seen(table: Any, what: str, needed: Iterable[str]) -> Any:
    """A table of any library, seen through narwhals, with the columns that are needed.

    Raises:
        UsageError: it is no table, or columns are missing.
    """
    import narwhals as nw

    try:
        frame = nw.from_native(table)
        if (
            frame.implementation.is_pyarrow()
        ):  # it knows no order within a group, and its tables are in memory anyway
            frame = nw.from_native(frame.to_pandas())
        names = frame.collect_schema().names() if isinstance(frame, nw.LazyFrame) else frame.columns
    except (TypeError, ValueError, AttributeError) as refused:
        raise UsageError(
            f"A table of {what} is wanted (of pandas, Polars, DuckDB, Dask or Spark), not "
            f"{show(type(table).__name__)}: {show(str(refused), most=200)}"
        ) from None
    missing = [name for name in dict.fromkeys(needed) if name not in names]
    if missing:
        hints = "".join(did_you_mean(name, names) for name in missing[:3])
        raise UsageError(
            f"The table of {what} has no column {listed([show(name) for name in missing])}.{hints}"
        )
    return _plain_texts(frame)


def _plain_texts(frame: Any) -> Any:
    """Categories as texts where an engine does not compare the two; pandas and Dask do, and are quicker with categories."""
    import narwhals as nw

    if frame.implementation.is_pandas_like() or frame.implementation.is_dask():
        return frame
    schema = frame.collect_schema()
    categories = [name for name, kind in schema.items() if kind in (nw.Categorical, nw.Enum)]
    return frame.with_columns(nw.col(*categories).cast(nw.String)) if categories else frame


def _names(by: str | Iterable[str]) -> list[str]:
    names = [by] if isinstance(by, str) else list(by)
    if len(set(names)) < len(names) or not all(isinstance(name, str) for name in names):
        raise UsageError(f"Names of columns are wanted to count by, each once, not {show(names)}.")
    return names


_COUNTED = "int64"


def _finished(
    found: pd.DataFrame, keys: Sequence[str], result: str, types: Mapping[str, str]
) -> pd.DataFrame:
    """The result with its documented columns and dtypes, sorted by its keys."""
    import pandas as pd

    says = RESULTS[result]
    made: dict[str, Any] = {}
    for name in keys:
        column: Any = found[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(column.cat.categories.dtype)
        if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
            column = column.astype("string")
        if column.isna().any():
            raise UsageError(
                f"The column {name!r} is empty in some rows, and engines do not agree on what that means: "
                "write an empty text ('') where there is nothing to say."
            )
        made[name] = column
    for name in says:
        made[name] = found[name].astype(types.get(name, _COUNTED))  # type: ignore[call-overload]  # names of dtypes
    frame = pd.DataFrame(made)
    if keys:
        frame = frame.sort_values(list(keys), kind="stable", ignore_index=True)
    frame.attrs["columns"] = {**dict.fromkeys(keys, "what the row counts"), **says}
    return frame


# ------------------------------------------------------------------------------------------- run charts

_POINT = ("date", "value")


def _points(points: Any, keys: Sequence[str], more: Iterable[str] = ()) -> Any:
    """The points with what is needed of them: keys, date, place of ties, value where it counts, whether there is one.

    A column of the key that the table does not have is one empty text: a hub whose points have no strata
    need not write them.
    """
    import narwhals as nw

    frame = _seen(points, "points", ("member", "measure", *_POINT))
    names = set(frame.collect_schema().names())
    unknown = [name for name in keys if name not in names and name not in SERIES_COLUMNS]
    if unknown:
        _seen(points, "points", unknown)
    has = nw.col("value").cast(nw.Float64).abs() < TOO_LARGE  # neither NaN nor infinite: both fail this
    if "suppressed" in names:  # what says nothing is not hidden
        has = has & ((nw.col("suppressed") == nw.lit(value=False)) | nw.col("suppressed").is_null())
    counts = has
    if "excluded" in names:
        counts = counts & ((nw.col("excluded") == nw.lit("")) | nw.col("excluded").is_null())
    # Without a row the smaller of two values on one day comes first: any order will do that is the same everywhere.
    row = nw.col("row") if "row" in names else nw.col("value").cast(nw.Float64)
    one, none = nw.lit(1), nw.lit(0)
    return frame.select(
        *(nw.col(name) if name in names else nw.lit("").alias(name) for name in keys),
        *more,
        date=nw.col("date"),
        row=row,
        value=nw.when(counts).then(nw.col("value").cast(nw.Float64)),
        has=nw.when(has).then(one).otherwise(none),
        undated=nw.when(nw.col("date").is_null()).then(one).otherwise(none),
    )


def _medians(frame: Any, keys: Sequence[str]) -> tuple[Any, Any]:
    """For each key counts and an engine's median; and the median to the last bit, of those that have a value."""
    import narwhals as nw

    value, middle = nw.col("value"), nw.col("middle")
    one, none = nw.lit(1), nw.lit(0)
    counts = frame.group_by(*keys).agg(
        n_points=nw.len(),
        n_has=nw.col("has").sum(),
        n_undated=nw.col("undated").sum(),
        n_obs=value.count(),
        first=nw.col("date").min(),
        last=nw.col("date").max(),
        middle=value.median(),
    )
    beside = (
        frame.filter(~value.is_null())
        .select(*keys, "value")
        .join(counts.select(*keys, "middle"), on=list(keys), how="inner")
        .with_columns(
            under=nw.when(value < middle).then(one).otherwise(none),
            upto=nw.when(value <= middle).then(one).otherwise(none),
            below=nw.when(value < middle).then(value),
            above=nw.when(value > middle).then(value),
        )
        .group_by(*keys)
        .agg(
            n=nw.len(),
            under=nw.col("under").sum(),
            upto=nw.col("upto").sum(),
            below=nw.col("below").max(),
            above=nw.col("above").min(),
            middle=middle.max(),
        )
    )
    # The engine's median lies between the two middle values, or is one of them: if half of the values or more are under
    # it, the largest of those is the lower one, and otherwise it is the lower one itself; so for the upper one.
    lower = nw.when(nw.col("under") * 2 >= nw.col("n")).then(nw.col("below")).otherwise(middle)
    upper = nw.when(nw.col("upto") * 2 <= nw.col("n")).then(nw.col("above")).otherwise(middle)
    return counts, beside.select(*keys, centre=(lower + upper) / 2)


def _numbered(frame: Any, keys: Sequence[str]) -> tuple[Any, list[str], Any]:
    """In memory each key gets a number, by which it is grouped faster than by several texts."""
    import narwhals as nw

    if isinstance(frame, nw.LazyFrame) or len(keys) < 2:
        return frame, list(keys), None
    for name in keys:
        if frame[name].null_count():
            return frame, list(keys), None  # it is refused in the end, with the name of the column
    known = frame.select(*keys).unique().with_row_index("series of rows")
    rest = [name for name in frame.columns if name not in keys]
    return (
        frame.join(known, on=list(keys), how="inner").select("series of rows", *rest),
        ["series of rows"],
        known,
    )


def _runs(frame: Any, keys: Sequence[str]) -> Any:
    """One row for each key: counts, line and runs."""
    import narwhals as nw

    frame, by, known = _numbered(frame, keys)
    value, centre, above = nw.col("value"), nw.col("centre"), nw.col("above")
    counts, lines = _medians(frame, by)
    away = (value - centre).abs()
    useful = (
        frame.filter(~value.is_null())
        .select(*by, "date", "row", "value")
        .join(lines, on=by, how="inner")
        .filter(away > _ROUNDING * nw.max_horizontal(value.abs(), centre.abs()))
        .select(*by, "date", "row", above=nw.when(value > centre).then(nw.lit(1)).otherwise(nw.lit(0)))
        .with_columns(before=above.shift(1).over(*by, order_by=["date", "row"]))
        .with_columns(begins=nw.when(nw.col("before") == above).then(nw.lit(0)).otherwise(nw.lit(1)))
        .with_columns(run=nw.col("begins").cum_sum().over(*by, order_by=["date", "row"]))
    )
    length = nw.col("length")
    runs = (
        useful.group_by(*by, "run")
        .agg(length=nw.len())
        .group_by(*by)
        .agg(n_useful=length.sum(), longest_run=length.max(), n_runs=nw.len())
    )
    names = ("n_points", "n_has", "n_undated", "n_obs", "first", "last")
    found = counts.select(*by, *names).join(lines, on=by, how="left").join(runs, on=by, how="left")
    if known is not None:
        found = known.join(found, on=by, how="left").drop(by)
    return found


def run_statistics(
    points: Any, *, by: str | Iterable[str] = SERIES_COLUMNS, together: bool = False
) -> pd.DataFrame:
    """For each series of points what its run chart says: line, runs, crossings, and whether there is a signal.

    One series is a member's measure at one site in one group; each gets the numbers that `run_chart` gives with the
    rule ``anhoej`` (Anhøj & Olesen 2014), with the same exact limits.

    Args:
        points: a table with the columns ``member``, ``measure``, ``date`` and ``value``, and as far as there are
            any ``site``, ``stratum``, ``group``, ``row``, ``suppressed`` and ``excluded``: a frame of pandas, Polars or
            Dask, a relation of DuckDB, a frame of Spark. See `to_tables` and `open_tables`.
        by: the columns that make one series; with ``(*SERIES_COLUMNS, "phase")`` each phase is judged by a line of its own. Two
            points of a series on one day are two points.
        together: on Dask, that each series lies wholly in one partition, as where each member is a file of its own; that
            spares sending all points around. Without meaning elsewhere.

    Returns:
        One row for each series, sorted; the columns of ``by`` and those of ``RESULTS["run_statistics"]``.

    Raises:
        UsageError: columns are missing; a point has no date; a column of ``by`` is empty somewhere (null, not the empty text).
    """
    import pandas as pd

    keys = _names(by)
    frame = _points(points, keys)
    found = gathered(frame, keys, lambda part: _runs(part, keys), together=together)
    _dated(found, keys)
    for name in ("n_useful", "longest_run", "n_runs"):
        found[name] = found[name].fillna(0).astype("int64")
    found["n_missing"] = found["n_points"] - found["n_has"]
    found["n_excluded"] = found["n_has"] - found["n_obs"]
    found["n_crossings"] = (found["n_runs"] - 1).clip(lower=0)
    enough = [n for n in found["n_useful"].unique() if n >= _LEAST]
    for name, limit in (("longest_run_max", longest_run_max), ("n_crossings_min", n_crossings_min)):
        found[name] = found["n_useful"].map({n: limit(int(n)) for n in enough}).astype("Int64")
    found["signal"] = (found["longest_run"].astype("Int64") > found["longest_run_max"]) | (
        found["n_crossings"].astype("Int64") < found["n_crossings_min"]
    )
    types = {
        **dict.fromkeys(("first", "last"), "datetime64[s]"),
        **dict.fromkeys(("longest_run_max", "n_crossings_min"), "Int64"),
        "centre": "float64",
        "signal": "boolean",
    }
    for name in ("first", "last"):
        found[name] = pd.to_datetime(found[name])
    return _finished(found, keys, "run_statistics", types)


def _dated(found: pd.DataFrame, keys: Sequence[str]) -> None:
    undated = found[found["n_undated"] > 0]
    if len(undated):
        row = undated.sort_values(list(keys)).iloc[0]
        which = ", ".join(f"{name} {show(row[name])}" for name in keys)
        raise UsageError(
            f"{int(undated['n_undated'].sum()):,} points have no date, so their order is not known; the first of "
            f"{len(undated):,} series: {which}."
        )


def total_points(points: Any, *, by: str | Iterable[str] = ("hub_measure",)) -> Any:
    """Points of totals: for each day the sum of the numerators over the sum of the denominators.

    Plain values of several sites have no total, and none is made up: a row without numerator or denominator adds
    nothing. A day on which any part is hidden has no value; one of which any part is excluded is excluded. Where some rows
    are totals of others, both are counted: choose the rows first.

    Args:
        points: a table of points with ``numerator``, ``denominator`` and ``per``; see `run_statistics`.
        by: the columns that make one series of totals, such as ``("hub_measure", "group")``; rows in which
            ``hub_measure`` is the empty text are left out where it is one of them.

    Returns:
        A table of the engine that was given (lazy where that is lazy): the columns of ``by``, ``member`` and ``measure``
        (the empty text where not among them), ``date``, ``value``, ``numerator``, ``denominator``, ``n_rows`` (rows that
        were added up), ``suppressed`` and ``excluded``; it can be handed to `run_statistics` with the same ``by``.

    Raises:
        UsageError: columns are missing.

    >>> import pandas as pd
    >>> day = pd.Timestamp("2026-01-01")
    >>> two = pd.DataFrame(
    ...     {"member": ["m01", "m02"], "measure": "M", "hub_measure": "M1", "date": day, "value": [25.0, 0.0]}
    ... )
    >>> two = two.assign(numerator=[5.0, 0.0], denominator=[20.0, 30.0], per=100.0)
    >>> total_points(two)[["hub_measure", "value", "numerator", "denominator", "n_rows"]]
      hub_measure  value  numerator  denominator  n_rows
    0          M1   10.0        5.0         50.0       2
    """
    import narwhals as nw

    keys = _names(by)
    frame = _seen(points, "points", ("member", "measure", *_POINT, "numerator", "denominator", "per", *keys))
    names = set(frame.collect_schema().names())
    if "hub_measure" in keys:
        frame = frame.filter(nw.col("hub_measure") != nw.lit(""))
    one, none = nw.lit(1), nw.lit(0)
    top, bottom = nw.col("numerator").cast(nw.Float64), nw.col("denominator").cast(nw.Float64)
    counts = ~top.is_null() & (bottom.abs() < TOO_LARGE) & (top.abs() < TOO_LARGE)
    hidden = (
        nw.when(nw.col("suppressed") == nw.lit(value=True)).then(one).otherwise(none)
        if "suppressed" in names
        else none
    )
    left_out = (
        nw.when((nw.col("excluded") == nw.lit("")) | nw.col("excluded").is_null()).then(none).otherwise(one)
        if "excluded" in names
        else none
    )
    summed = (
        frame.select(
            *keys,
            "date",
            top=nw.when(counts).then(top),
            bottom=nw.when(counts).then(bottom),
            counted=nw.when(counts).then(one).otherwise(none),
            per=nw.col("per"),
            hidden=hidden,
            left_out=left_out,
        )
        .group_by(*keys, "date")
        .agg(
            numerator=nw.col("top").sum(),
            denominator=nw.col("bottom").sum(),
            counted=nw.col("counted").sum(),
            n_rows=nw.len(),
            per=nw.col("per").max(),
            hidden=nw.col("hidden").max(),
            left_out=nw.col("left_out").max(),
        )
    )
    known = (nw.col("counted") > 0) & (nw.col("hidden") == 0)
    out_of_some = nw.when(known & (nw.col("denominator") != 0)).then(nw.col("denominator"))
    told = summed.select(
        *keys,
        *(nw.lit("").alias(name) for name in ("member", "measure") if name not in keys),
        date=nw.col("date"),
        value=nw.col("numerator") * nw.col("per") / out_of_some,
        numerator=nw.when(known).then(nw.col("numerator")),
        denominator=nw.when(known).then(nw.col("denominator")),
        n_rows=nw.col("n_rows"),
        suppressed=nw.col("hidden") > 0,
        excluded=nw.when(nw.col("left_out") > 0)
        .then(nw.lit("a part of it is excluded"))
        .otherwise(nw.lit("")),
    )
    return told.to_native()


# ------------------------------------------------------------------------------------------- predictions


def _keyed(frame: Any, keys: Sequence[str]) -> tuple[Any, list[str]]:
    """Keys to group by: those that were asked for or, without any, one that all rows share."""
    import narwhals as nw

    return (frame, list(keys)) if keys else (frame.with_columns(all_rows=nw.lit("all")), ["all_rows"])


def _interval(found: pd.DataFrame, successes: str, trials: str, interval: IntervalRule) -> None:
    """Share and interval of each row, made by the very function that judges a single theory."""
    import pandas as pd

    made = [interval(int(some), int(of)) for some, of in zip(found[successes], found[trials], strict=True)]
    of = found[trials].astype("Float64")
    found["share"] = (found[successes].astype("Float64") / of.mask(of == 0)).astype("Float64")
    found["low"] = pd.array([one.low if one else None for one in made], dtype="Float64")
    found["high"] = pd.array([one.high if one else None for one in made], dtype="Float64")
    found["interval"] = pd.array(
        [f"{one.method} {one.level * 100:g} %" if one else None for one in made], dtype="string"
    )


_SHARES = {**dict.fromkeys(("share", "low", "high"), "Float64"), "interval": "string"}


def prediction_counts(
    predictions: Any, *, by: str | Iterable[str] = ("idea",), interval: IntervalRule = wilson
) -> pd.DataFrame:
    """How predictions fared, by the rules of `tally`: late ones are counted in ``late`` and nowhere else.

    Args:
        predictions: a table with ``member``, ``cycle``, ``in_time``, ``undated`` and ``result``, and the columns to
            count by; of any engine, see `run_statistics`.
        by: columns to count by, such as ``("idea", "context_setting")``; without any all are counted in one row.
        interval: what makes an interval of the confirmed and the judged ones.

    Returns:
        One row for each combination that is there, sorted; see ``RESULTS["prediction_counts"]``.

    Raises:
        UsageError: columns are missing, or one of ``by`` is empty somewhere (null, not the empty text).
    """
    import narwhals as nw

    wanted = _names(by)
    frame = _seen(predictions, "predictions", ("member", "cycle", "in_time", "undated", "result", *wanted))
    frame, keys = _keyed(frame, wanted)
    one, none = nw.lit(1), nw.lit(0)
    late = nw.when(nw.col("in_time") == nw.lit(value=False)).then(one).otherwise(none)
    frame = frame.select(
        *dict.fromkeys((*keys, "member", "cycle")), undated="undated", result="result", late=late
    )
    counts = nw.col("late") == 0
    words = ("confirmed", "mixed", "refuted")
    flagged = frame.with_columns(
        *(
            nw.when(counts & (nw.col("result") == nw.lit(word))).then(one).otherwise(none).alias(word)
            for word in words
        ),
        predictions=nw.when(counts).then(one).otherwise(none),
        undated=nw.when(counts & nw.col("undated")).then(one).otherwise(none),
    )
    sums = ("predictions", *words, "late", "undated")
    found = collected(flagged.group_by(*keys).agg(*(nw.col(name).sum() for name in sums)))
    for what, name in (("cycle", "cycles"), ("member", "members")):
        found = _with_distinct(found, frame, keys, what, name)
    found["judged"] = found["confirmed"] + found["mixed"] + found["refuted"]
    found["open"] = found["predictions"] - found["judged"]
    _interval(found, "confirmed", "judged", interval)
    return _finished(found, wanted, "prediction_counts", _SHARES)


def _with_distinct(
    found: pd.DataFrame, frame: Any, keys: Sequence[str], what: str, name: str, flag: str | None = None
) -> pd.DataFrame:
    """How many different things a column names, the empty text apart; and how many of those have a flag somewhere."""
    import narwhals as nw

    made = {name: nw.len()} if flag is None else {name: nw.len(), f"{name}_tested": nw.col(flag).sum()}
    if what in keys:
        each = frame.select(*keys, of=nw.col(what), **({} if flag is None else {flag: nw.col(flag)}))
    else:
        each = frame.select(*keys, nw.col(what).alias("of"), *(() if flag is None else (flag,)))
    each = each.filter(nw.col("of") != nw.lit(""))
    flags = {"seen": nw.len()} if flag is None else {flag: nw.col(flag).max()}
    distinct = each.group_by(*keys, "of").agg(**flags).group_by(*keys).agg(**made)
    counted = collected(distinct)
    for key in keys:  # categories of one engine, texts of another: both are joined as what they say
        if found[key].dtype != counted[key].dtype:
            found[key], counted[key] = found[key].astype(object), counted[key].astype(object)
    joined = found.merge(counted, on=list(keys), how="left")
    for column in made:
        joined[column] = joined[column].fillna(0).astype("int64")
    return joined


# ------------------------------------------------------------------------------------------- cycles


def cycle_counts(cycles: Any, *, by: str | Iterable[str] = ("idea",)) -> pd.DataFrame:
    """What was planned, done and studied, of how many ideas, at how many sites, by how many members.

    Args:
        cycles: a table with ``member``, ``cycle``, ``change``, ``idea``, ``site``, ``decision``, ``done`` and
            ``studied``, and the columns to count by; of any engine, see `run_statistics`.
        by: columns to count by, such as ``("idea", "context_setting")``; without any all are counted in one row.

    Returns:
        One row for each combination that is there, sorted; see ``RESULTS["cycle_counts"]``.

    Raises:
        UsageError: columns are missing, or one of ``by`` is empty somewhere (null, not the empty text).
    """
    import narwhals as nw

    wanted = _names(by)
    needed = ("member", "cycle", "change", "idea", "site", "decision", "done", "studied")
    frame = _seen(cycles, "cycles", (*needed, *wanted))
    frame, keys = _keyed(frame, wanted)
    one, none = nw.lit(1), nw.lit(0)
    decisions = ("adopt", "adapt", "expand", "abandon")
    text, empty = nw.String, nw.lit("")
    own = nw.concat_str([nw.col("member").cast(text), nw.col("change").cast(text)], separator="/")
    place = nw.concat_str([nw.col("member").cast(text), nw.col("site").cast(text)], separator="/")
    frame = frame.select(
        *keys,
        **{word: nw.when(nw.col("decision") == nw.lit(word)).then(one).otherwise(none) for word in decisions},
        n_done=nw.when(nw.col("done")).then(one).otherwise(none),
        n_studied=nw.when(nw.col("studied")).then(one).otherwise(none),
        hub_idea=nw.col("idea"),
        own_idea=nw.when(nw.col("idea") == empty).then(own).otherwise(empty),
        own_site=nw.when(nw.col("site") != empty).then(place).otherwise(empty),
        whose=nw.col("member"),
    )
    found = collected(
        frame.group_by(*keys).agg(
            cycles=nw.len(),
            done=nw.col("n_done").sum(),
            studied=nw.col("n_studied").sum(),
            **{word: nw.col(word).sum() for word in decisions},
        )
    )
    for what, name in (
        ("hub_idea", "ideas"),
        ("own_idea", "inventions"),
        ("own_site", "sites"),
        ("whose", "members"),
    ):
        found = _with_distinct(found, frame, keys, what, name, "n_studied")
    return _finished(found, wanted, "cycle_counts", {})


def idea_starts(cycles: Any, *, by: str | Iterable[str] = ("member", "site")) -> pd.DataFrame:
    """The day on which each idea of the common theory was first carried out, at each member and site.

    Args:
        cycles: a table with ``idea``, ``do_date`` and the columns of ``by``; of any engine.
        by: where: the columns by which a start is told.

    Returns:
        The columns of ``by``, ``idea`` and ``start``, sorted. Cycles without a date of Do, and local inventions, are
        not in it.

    Raises:
        UsageError: columns are missing.
    """
    import narwhals as nw
    import pandas as pd

    keys = [*_names(by), "idea"]
    frame = _seen(cycles, "cycles", (*keys, "do_date"))
    done = frame.filter(~nw.col("do_date").is_null()).filter(nw.col("idea") != nw.lit(""))
    found = collected(done.group_by(*keys).agg(start=nw.col("do_date").min()))
    made = {name: found[name].astype(column_type(name)) for name in keys}  # type: ignore[call-overload]  # likewise
    made["start"] = pd.to_datetime(found["start"]).astype("datetime64[s]")
    return pd.DataFrame(made).sort_values(keys, kind="stable", ignore_index=True)


# ------------------------------------------------------------------------------------------- before and after


def before_and_after(points: Any, starts: pd.DataFrame, *, together: bool = False) -> pd.DataFrame:
    """The medians of each series before and after an idea was first carried out there.

    That a level moved after a change does not say that the change moved it; many lines in many places that all moved the same
    way say more, and `moved_counts` counts them.

    Args:
        points: a table of points, of any engine; see `run_statistics`.
        starts: a frame of pandas with ``idea``, ``start`` and one or more columns that points have too, such as
            ``member`` and ``site``, or ``hub_measure``: a series is looked at for each start that fits it.
            See `idea_starts`.
        together: on Dask, that each series lies wholly in one partition; see `run_statistics`.

    Returns:
        One row for each series and idea, sorted; the columns of a series, ``idea`` and those of
        ``RESULTS["before_and_after"]``.

    Raises:
        UsageError: columns are missing; a series has two starts of one idea; a point has no date.
    """
    import narwhals as nw
    import pandas as pd

    begun = _seen(starts, "starts", ("idea", "start"))
    if isinstance(begun, nw.LazyFrame):
        begun = begun.collect(backend="pandas")
    known = set(_seen(points, "points", ()).collect_schema().names())
    on = [name for name in begun.columns if name not in ("idea", "start") and name in known]
    if not on:
        raise UsageError("The starts share no column with the points, such as member, site or hub_measure.")
    small = begun.to_pandas()[[*on, "idea", "start"]]
    if small.duplicated([*on, "idea"]).any():
        raise UsageError(f"An idea has two starts for the same {listed(on)}; give the first one.")
    frame = _points(points, SERIES_COLUMNS, [name for name in on if name not in SERIES_COLUMNS])
    keys = [*SERIES_COLUMNS, "idea"]
    whole = gathered(frame, SERIES_COLUMNS, lambda part: _around(part, small, on, keys), together=together)
    _dated(whole, keys)
    for name in keys:
        whole[name] = whole[name].astype("string")
    whole = whole.set_index([*keys, "start"])
    sides = {}
    for at, word in ((0, "before"), (1, "after")):
        some = whole[whole["after"] == at]
        sides[f"n_{word}"] = some["n_obs"]
        sides[f"median_{word}"] = some["centre"].astype("float64")
    found = pd.DataFrame(sides).reset_index()
    for word in ("before", "after"):
        found[f"n_{word}"] = found[f"n_{word}"].fillna(0).astype("int64")
    before, after = found["median_before"], found["median_after"]
    near = _ROUNDING * pd.concat([before.abs(), after.abs()], axis=1).max(axis=1)
    moved = pd.Series(pd.NA, index=found.index, dtype="string")
    moved[before.notna() & after.notna()] = "none"
    moved[after - before > near] = "up"
    moved[before - after > near] = "down"
    found["moved"] = moved
    found["start"] = pd.to_datetime(found["start"])
    types = {
        "start": "datetime64[s]",
        "moved": "string",
        **dict.fromkeys(("median_before", "median_after"), "float64"),
    }
    return _finished(found, keys, "before_and_after", types)


def _around(frame: Any, starts: pd.DataFrame, on: Sequence[str], keys: Sequence[str]) -> Any:
    """Medians of each series and idea, before the start and after it."""
    import narwhals as nw

    begun = _beside(frame, starts, on)
    after = nw.when(nw.col("date") >= nw.col("start")).then(nw.lit(1)).otherwise(nw.lit(0))
    joined = frame.join(begun, on=list(on), how="inner").with_columns(after=after)
    sides = [*keys, "start", "after"]
    numbered, by, known = _numbered(joined, sides)
    counts, lines = _medians(numbered, by)
    found = counts.select(*by, "n_undated", "n_obs").join(lines, on=by, how="left")
    return found if known is None else known.join(found, on=by, how="left").drop(by)


def _beside(frame: Any, small: pd.DataFrame, on: Sequence[str]) -> Any:
    """A small frame of pandas in the engine of a large one, with the types that its columns have there."""
    import narwhals as nw

    schema = frame.collect_schema()
    native = frame.to_native()
    if not isinstance(frame, nw.LazyFrame) and frame.implementation.is_pandas():
        small = small.astype(
            {name: native[name].dtype for name in on if str(native[name].dtype) != "category"}
        )
        for name in on:
            if str(native[name].dtype) == "category":
                small = small[small[name].isin(native[name].cat.categories)].copy()
                small[name] = small[name].astype(native[name].dtype)
        return nw.from_native(small)
    kinds = {name: nw.String if schema[name] == nw.Categorical else schema[name] for name in on}
    held = {
        **{name: small[name].astype(str).tolist() for name in on},
        "idea": small["idea"].astype(str).tolist(),
    }
    held["start"] = small["start"].dt.to_pydatetime().tolist() if len(small) else []
    made = nw.from_dict(
        held, schema={**kinds, "idea": nw.String, "start": nw.Datetime("us")}, backend="pyarrow"
    )
    implementation = frame.implementation
    if implementation.is_duckdb():
        return made.lazy("duckdb")
    if implementation.is_polars():
        polars = nw.from_native(made.to_polars())
        return polars.lazy() if isinstance(frame, nw.LazyFrame) else polars
    if implementation.is_pyspark():
        return made.lazy("pyspark", session=native.sparkSession)
    raise UsageError(
        f"Starts cannot be laid beside points of {implementation.value}; pandas, Polars, DuckDB, Dask and Spark can."
    )


def moved_counts(
    found: Any,
    *,
    by: str | Iterable[str] = ("idea",),
    better: str = "up",
    interval: IntervalRule = wilson,
) -> pd.DataFrame:
    """How many lines moved which way after an idea was carried out there.

    Each line of a measure counts once. Where an idea does nothing, about half of them move each way; lines of one member share
    more than chance, so look at the members too.

    Args:
        found: what `before_and_after` gave, with further columns to count by where wanted, such as those of the
            table of members.
        by: columns to count by, such as ``("idea", "context_setting")``; without any all are counted in one row.
        better: ``up`` or ``down``: the way of which the share is told.
        interval: what makes an interval of the lines that moved that way and all of them.

    Returns:
        One row for each combination that is there, sorted; see ``RESULTS["moved_counts"]``.

    Raises:
        UsageError: columns are missing, or ``better`` is neither up nor down.
    """
    import narwhals as nw

    if better not in ("up", "down"):
        raise UsageError(f"'better' is up or down, not {show(better)}.")
    wanted = _names(by)
    frame = _seen(found, "medians before and after", ("member", "moved", *wanted))
    frame, keys = _keyed(frame, wanted)
    one, none = nw.lit(1), nw.lit(0)
    told = frame.filter(~nw.col("moved").is_null()).select(
        *keys,
        whose=nw.col("member"),
        **{
            f"is_{way}": nw.when(nw.col("moved") == nw.lit(way)).then(one).otherwise(none)
            for way in ("up", "down", "none")
        },
    )
    ways = {way: nw.col(f"is_{way}").sum() for way in ("up", "down", "none")}
    counted = collected(told.group_by(*keys).agg(lines=nw.len(), **ways))
    counted = _with_distinct(counted, told, keys, "whose", "members")
    counted["better"] = better
    counted["of_it"] = counted[better]
    _interval(counted, "of_it", "lines", interval)
    return _finished(counted, wanted, "moved_counts", {**_SHARES, "better": "string"})
