"""Everything in a theory as data frames: one table a kind of record, every column documented.

    >>> from driverkit.model import ChangeIdea, PdsaCycle, Theory
    >>> theory = Theory(
    ...     "Fewer falls",
    ...     change_ideas=[ChangeIdea("C1", "Ask at admission")],
    ...     cycles=[PdsaCycle("T1", "C1", scale=3, do={"date": "2026-01-12"}, act={"decision": "adapt"})],
    ... )
    >>> cycles_frame(theory)[["id", "scale", "do_date", "decision"]]
       id  scale    do_date decision
    0  T1      3 2026-01-12    adapt

The way back is `driverkit.analysis.from_frames`: what a function here writes, it reads. Columns that
are worked out (`COMPUTED` names them) are passed over on the way back.

Types: texts are ``string``, whole numbers ``Int64``, numbers ``float64``, dates ``datetime64[s]`` (which
holds every day from the year 1000 to 9999), yes or no ``boolean``. A list stands in one cell with "; "
between its entries (see `driverkit.formats.cells.listed_cell`). Keys for other tools (``x-…``) are columns of their own, behind
the others, as objects; keys inside Plan, Do, Study and Act have that word in front (``plan_x-…``). A
whole number that 64 bits do not hold makes its column one of objects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from driverkit.errors import UsageError
from driverkit.evidence import predicted_in_time, was_done, was_studied
from driverkit.formats.cells import cell_list, listed_cell
from driverkit.formats.convert import thaw
from driverkit.model import Aim, ChangeIdea, Driver, Measure, Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "COMPUTED",
    "TYPES",
    "causes_frame",
    "cell_list",
    "cycles_frame",
    "evidence_frame",
    "links_frame",
    "listed_cell",
    "measures_frame",
    "nodes_frame",
    "predictions_frame",
    "recommendations_frame",
    "series_frame",
    "teams_frame",
    "to_frames",
]

_NODE = {
    "detail": "more words than fit in a box",
    "owner": "who looks after it, as written",
    "tags": "words to find and group it by, with '; ' between them",
    "url": "an address with more about it",
    "status": "proposed, testing, adopted or abandoned, where the record itself says so",
    "undeveloped": "why it is honestly still open",
    "adapts": "the node of a network's common theory that it adapts",
}

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "nodes": {
        "id": "the id of the node",
        "kind": "aim, driver or change",
        "text": "the words of the node",
        "at_level": "worked out: 0 for an aim, 1 for a primary driver, 2 for a secondary one …; empty for a change idea",
        "level": "the level that a driver names itself; empty where it leaves it to its links",
        "contributes_to": "the ids of what it is written to contribute to, in the order written, with '; ' between them; "
        "without implied links, which the table of links has",
        **_NODE,
        "population": "of an aim: for whom",
        "measure": "of an aim: the id of the measure that tells whether it is reached",
        "baseline": "of an aim: where the measure stood at the start, in the measure's unit",
        "target": "of an aim: where the measure is to be, in the measure's unit",
        "by": "of an aim: the day by which",
        "addresses": "of a driver: the ids of the causes of the problem that it answers, with '; ' between them",
        "concept": "of a change idea: the general notion behind it",
        "cost_of_failure": "of a change idea: what is lost if it fails, small or large",
        "readiness": "of a change idea: how the people who would make it stand to it: not-ready, indifferent or ready",
    },
    "links": {
        "cause": "the id of the node that contributes",
        "effect": "the id of the node that is moved",
        "strength": "strong, moderate or weak; empty where the theory does not say",
        "because": "the reason for believing it",
        "only_where": "the condition under which it holds",
        "fails_at": "sites or teams where the condition is known to fail, with '; ' between them",
        "implied": "whether nobody wrote it: a primary driver contributes to the aim where there is just one",
        "evidence_for": "worked out: pieces of evidence about this link that support; cycles are not among them",
        "evidence_mixed": "worked out: pieces of evidence about this link whose finding is mixed",
        "evidence_against": "worked out: pieces of evidence about this link that contradict",
    },
    "cycles": {
        "id": "the id of the PDSA cycle",
        "change": "the id of the change idea that it tests",
        "team": "who tested, as written",
        "site": "where",
        "scale": "how many people, classes, records … were in the test",
        "conditions": "under which conditions",
        "follows": "the id of the cycle before it on the ramp",
        "adapted_from": "the id of the cycle that it adapts; member/ID names one in another file",
        "plan_date": "when it was planned; it dates the predictions too",
        "objective": "Plan: what the cycle is to find out",
        "do_date": "when it was carried out",
        "observed": "Do: what was seen",
        "as_planned": "Do: whether it went as planned",
        "study_date": "when the results were compared with the predictions",
        "learned": "Study: what was learned",
        "act_date": "when it was decided",
        "decision": "Act: adopt, adapt, expand or abandon",
        "next": "Act: what comes next",
        "stamp": "a mark that 'driverkit confirm' writes",
        "predictions": "worked out: its predictions, written before Do or undated; a question without an answer is none",
        "confirmed": "worked out: those of the predictions that held",
        "mixed": "worked out: those of the predictions that held in part",
        "refuted": "worked out: those of the predictions that did not hold",
        "open": "worked out: those of the predictions without a result",
        "late": "worked out: how many more were dated after Do, whatever their result; they are no predictions",
        "done": "worked out: whether it was carried out: its Do holds a date or words",
        "studied": "worked out: whether it reached Study: its Study holds a date or words",
    },
    "predictions": {
        "cycle": "the id of the cycle that asks",
        "number": "worked out: which question of the cycle it is, counted from 1",
        "idea": "worked out: the id of the change idea that the cycle tests",
        "team": "worked out: who tested, as the cycle says",
        "site": "worked out: where, as the cycle says",
        "question": "what the test was to find out",
        "prediction": "the answer expected before doing; without one it is a question, not a prediction",
        "found": "the answer found",
        "result": "confirmed, mixed or refuted; empty where it is still open",
        "date": "when it was written, where the prediction has a date of its own",
        "written": "worked out: that date or, without one, the plan's",
        "in_time": "worked out: whether it was written before the cycle was carried out; empty where no dates tell, "
        "false for a question without an answer",
        "judged": "worked out: the date of its result: of Study or, without one, of Act, then of Do",
    },
    "evidence": {
        "id": "the id of the piece of evidence",
        "about": "the id of the node, or the link CAUSE -> EFFECT, that it bears on",
        "kind": "research, practice, data or expert",
        "finding": "supports, mixed or contradicts",
        "text": "what was found",
        "source": "where it is published or kept",
        "year": "the year of the source",
        "stamp": "a mark that 'driverkit confirm' writes",
    },
    "measures": {
        "id": "the id of the measure",
        "name": "what is measured",
        "of": "the ids of what it measures, with '; ' between them",
        "role": "outcome, process or balancing",
        "timing": "leading or lagging",
        "unit": "the unit of its values",
        "direction": "which way is better: increase, decrease or maintain",
        "baseline": "where it stood at the start, in its unit",
        "target": "where it is to be, in its unit",
        "frequency": "how often it is taken",
        "strata": "the groups it is broken down by, with '; ' between them",
        "data": "the path of the file that its series stands in, relative to the theory file; empty where the theory "
        "holds the rows itself, or there are none",
        **_NODE,
    },
    "series": {
        "measure": "the id of the measure",
        "date": "the day (or the first day of the period) that the point is about",
        "value": "what was measured, in the measure's unit; of a proportion or rate the numerator over the denominator; "
        "empty where it is missing",
        "numerator": "how many had it, where the measure is a proportion or a rate",
        "denominator": "how many could have had it",
        "site": "where it was measured",
        "note": "a remark on the point",
        "phase": "the name of the phase that the point belongs to",
        "suppressed": "whether the value is hidden on purpose, as small numbers are to protect people",
        "excluded": "why the point is left out of the judgement; empty where it is not",
        "row": "which row of the file, or of the rows in the theory, it is, counted from 1",
    },
    "causes": {
        "id": "the id of the cause of the problem",
        "text": "the cause",
        "category": "the group of causes that it belongs to",
        **_NODE,
    },
    "teams": {
        "id": "the id of the team",
        "name": "its name",
        "works_on": "the ids of what it works on, with '; ' between them",
        "perspectives": "the voices it brings, with '; ' between them",
    },
    "recommendations": {
        "id": "the id of the recommendation",
        "text": "the advice",
        "about": "the ids of what it bears on, with '; ' between them",
        "to": "who was advised",
        "date": "when",
        "uptake": "taken-up, partly, not-taken-up or pending",
    },
}
"""What each column of each table says; the documentation and ``DataFrame.attrs`` are made of it."""

COMPUTED: Mapping[str, frozenset[str]] = {
    table: frozenset(name for name, says in columns.items() if says.startswith("worked out:"))
    for table, columns in COLUMNS.items()
}
"""The columns of each table that are worked out from others; `from_frames` passes over them."""

_DATES = ("by", "date", "plan_date", "do_date", "study_date", "act_date", "written", "judged")
_COUNTS = (
    *("at_level", "level", "scale", "year", "number", "row", "predictions", "confirmed", "mixed", "refuted"),
    *("open", "late", "evidence_for", "evidence_mixed", "evidence_against"),
)
_NUMBERS = ("baseline", "target", "value", "numerator", "denominator")
_FLAGS = ("implied", "as_planned", "done", "studied", "in_time", "suppressed")

TYPES: Mapping[str, str] = {
    **dict.fromkeys(_DATES, "datetime64[s]"),
    **dict.fromkeys(_COUNTS, "Int64"),
    **dict.fromkeys(_NUMBERS, "float64"),
    **dict.fromkeys(_FLAGS, "boolean"),
}
"""The dtype of each column that holds no text; a name has the same one in every table."""


# ------------------------------------------------------------------------------------- making the frames

Columns = dict[str, list[Any]]


def _column(values: Sequence[Any], dtype: str) -> Any:
    import numpy as np
    import pandas as pd

    if dtype == "datetime64[s]":
        return np.array(values, dtype="datetime64[D]").astype("datetime64[s]")
    if dtype == "float64":
        return np.array([np.nan if value is None else value for value in values], dtype="float64")
    try:
        return pd.array(list(values), dtype=dtype)  # type: ignore[call-overload]
    except OverflowError:
        return pd.array(list(values), dtype=object)


def _frame(
    theory: Theory, table: str, columns: Mapping[str, Any], extra: Columns | None = None
) -> pd.DataFrame:
    import pandas as pd

    extra = extra or {}
    says = COLUMNS[table]
    made = {name: _column(columns[name], TYPES.get(name, "string")) for name in says}
    made.update((name, pd.array(values, dtype=object)) for name, values in extra.items())
    frame = pd.DataFrame(made)
    frame.attrs["columns"] = {**says, **dict.fromkeys(extra, "a key for other tools, kept as it was")}
    frame.attrs["table"] = table
    frame.attrs["title"] = theory.title
    return frame


def _extra(found: Columns, records: Sequence[Any], prefix: str = "") -> Columns:
    """The keys for other tools as columns, in the order in which they are met."""
    for place, record in enumerate(records):
        if record is not None and record.extra:
            for key, value in record.extra.items():
                found.setdefault(prefix + key, [None] * len(records))[place] = thaw(value)
    return found


def _plain(records: Sequence[Any], names: Iterable[str]) -> Columns:
    """The fields of records under their own names; a field that a record does not have is empty."""
    found: Columns = {}
    for name in names:
        values = [getattr(record, name, None) for record in records]
        found[name] = [listed_cell(v) if type(v) is tuple else v for v in values]
    return found


def _documented_fields(table: str) -> list[str]:
    return [name for name in COLUMNS[table] if name not in COMPUTED[table]]


# ------------------------------------------------------------------------------------------ the tables


def nodes_frame(theory: Theory) -> pd.DataFrame:
    """One row for each aim, driver and change idea, in file order; see the columns of ``nodes``."""
    nodes, levels = theory.nodes, theory.levels
    columns = _plain(nodes, [n for n in _documented_fields("nodes") if n not in ("kind", "contributes_to")])
    kinds = {Aim: "aim", Driver: "driver", ChangeIdea: "change"}
    columns["kind"] = [kinds[type(node)] for node in nodes]
    columns["at_level"] = [levels.get(node.id) for node in nodes]
    columns["contributes_to"] = [listed_cell([c.to for c in node.contributes_to]) for node in nodes]
    return _frame(theory, "nodes", columns, _extra({}, nodes))


def links_frame(theory: Theory) -> pd.DataFrame:
    """One row for each link, implied ones included, in the file order of causes; see the columns of ``links``."""
    entries: list[tuple[str, str, Any]] = []
    for node in theory.nodes:
        if node.contributes_to:
            entries += [(node.id, c.to, c) for c in node.contributes_to]
        else:
            entries += [(node.id, to, None) for to in theory.parents(node.id)]
    found: dict[str, dict[str, int]] = {"supports": {}, "mixed": {}, "contradicts": {}}
    for piece in theory.evidence:
        if piece.finding is not None and " -> " in piece.about:
            counts = found[piece.finding]
            counts[piece.about] = counts.get(piece.about, 0) + 1
    ids = [f"{cause} -> {effect}" for cause, effect, _ in entries]
    contributions = [c for _, _, c in entries]
    columns: Columns = {
        "cause": [cause for cause, _, _ in entries],
        "effect": [effect for _, effect, _ in entries],
        **_plain(contributions, ("strength", "because", "only_where", "fails_at")),
        "implied": [c is None for c in contributions],
        "evidence_for": [found["supports"].get(id, 0) for id in ids],
        "evidence_mixed": [found["mixed"].get(id, 0) for id in ids],
        "evidence_against": [found["contradicts"].get(id, 0) for id in ids],
    }
    return _frame(theory, "links", columns, _extra({}, contributions))


_STEPS: Mapping[str, tuple[str, ...]] = {
    "plan": ("date", "objective"),
    "do": ("date", "observed", "as_planned"),
    "study": ("date", "learned"),
    "act": ("date", "decision", "next"),
}


def cycles_frame(theory: Theory) -> pd.DataFrame:
    """One row for each PDSA cycle, in file order, Plan, Do, Study and Act beside each other.

    See the columns of ``cycles``; the questions of a cycle are rows of `predictions_frame`.
    """
    cycles = theory.cycles
    columns = _plain(
        cycles,
        ("id", "change", "team", "site", "scale", "conditions", "follows", "adapted_from", "stamp"),
    )
    extra = _extra({}, cycles)
    for step, names in _STEPS.items():
        held = [getattr(cycle, step) for cycle in cycles]
        for name in names:
            values = [None if part is None else getattr(part, name) for part in held]
            columns[f"{step}_date" if name == "date" else name] = values
        _extra(extra, held, f"{step}_")
    counted = [_counted(cycle) for cycle in cycles]
    for place, name in enumerate(("predictions", "confirmed", "mixed", "refuted", "open", "late")):
        columns[name] = [counts[place] for counts in counted]
    columns["done"] = [was_done(cycle) for cycle in cycles]
    columns["studied"] = [was_studied(cycle) for cycle in cycles]
    return _frame(theory, "cycles", columns, extra)


def _counted(cycle: Any) -> tuple[int, int, int, int, int, int]:
    """How the predictions of a cycle fared, by the rules of `driverkit.evidence.predictions`."""
    results: dict[str | None, int] = {}
    late = 0
    for prediction in cycle.predictions:
        if prediction.prediction is None:
            continue
        if predicted_in_time(cycle, prediction) is False:
            late += 1
        else:
            results[prediction.result] = results.get(prediction.result, 0) + 1
    confirmed, mixed, refuted, open_ = (
        results.get(word, 0) for word in ("confirmed", "mixed", "refuted", None)
    )
    return confirmed + mixed + refuted + open_, confirmed, mixed, refuted, open_, late


def predictions_frame(theory: Theory) -> pd.DataFrame:
    """One row for each question of each cycle, in file order; see the columns of ``predictions``."""
    asked = [(cycle, n, p) for cycle in theory.cycles for n, p in enumerate(cycle.predictions, 1)]
    predictions = [p for _, _, p in asked]
    columns: Columns = {
        "cycle": [cycle.id for cycle, _, _ in asked],
        "number": [n for _, n, _ in asked],
        "idea": [cycle.change for cycle, _, _ in asked],
        "team": [cycle.team for cycle, _, _ in asked],
        "site": [cycle.site for cycle, _, _ in asked],
        **_plain(predictions, ("question", "prediction", "found", "result", "date")),
        "written": [p.date or (cycle.plan.date if cycle.plan else None) for cycle, _, p in asked],
        "in_time": [predicted_in_time(cycle, p) for cycle, _, p in asked],
        "judged": [_judged(cycle) if p.result is not None else None for cycle, _, p in asked],
    }
    return _frame(theory, "predictions", columns, _extra({}, predictions))


def _judged(cycle: Any) -> dt.date | None:
    steps = (cycle.study, cycle.act, cycle.do)
    return next((step.date for step in steps if step is not None and step.date is not None), None)


def _simple(theory: Theory, table: str, records: Sequence[Any]) -> pd.DataFrame:
    return _frame(theory, table, _plain(records, _documented_fields(table)), _extra({}, records))


def evidence_frame(theory: Theory) -> pd.DataFrame:
    """One row for each piece of evidence, in file order; see the columns of ``evidence``."""
    return _simple(theory, "evidence", theory.evidence)


def measures_frame(theory: Theory) -> pd.DataFrame:
    """One row for each measure, in file order; its points are rows of `series_frame`. See ``measures``."""
    measures = theory.measures
    columns = _plain(measures, [n for n in _documented_fields("measures") if n != "data"])
    columns["data"] = [m.data if isinstance(m.data, str) else None for m in measures]
    return _frame(theory, "measures", columns, _extra({}, measures))


def causes_frame(theory: Theory) -> pd.DataFrame:
    """One row for each cause of the problem, in file order; see the columns of ``causes``."""
    return _simple(theory, "causes", theory.causes)


def teams_frame(theory: Theory) -> pd.DataFrame:
    """One row for each team, in file order; see the columns of ``teams``."""
    return _simple(theory, "teams", theory.teams)


def recommendations_frame(theory: Theory) -> pd.DataFrame:
    """One row for each recommendation, in file order; see the columns of ``recommendations``."""
    return _simple(theory, "recommendations", theory.recommendations)


def stratum_columns(strata: Iterable[str]) -> dict[str, str]:
    """For each stratum the column in which its groups stand: its name, behind ``stratum_`` where that is taken."""
    taken = set(COLUMNS["series"])
    found: dict[str, str] = {}
    for name in dict.fromkeys(strata):
        column = name
        while column in taken:
            column = f"stratum_{column}"
        taken.add(column)
        found[name] = column
    return found


def series_frame(theory: Theory, measure: str | None = None) -> pd.DataFrame:
    """One row for each row of the series of a measure, oldest first; see the columns of ``series``.

    Behind the documented columns stands one for each stratum of the measures, under the name of the
    stratum (``stratum_…`` where that is the name of another column). Every point is there: missing,
    suppressed and excluded ones, and several on one day. Nothing is added up; for what is charted,
    one point a date, see `driverkit.evidence.series.line`. Of a suppressed point neither value nor
    numerator is shown, whatever its row says.

    Args:
        theory: the theory; a series in a file is looked for beside the file of the theory.
        measure: the id of a measure; left out, all measures that have a series, in file order.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure.
        SeriesError: a series cannot be read; every fault of it is told.
    """
    import numpy as np
    import pandas as pd

    from driverkit.evidence.series import scale_of, series

    if measure is not None and not isinstance(theory.node(measure), Measure):
        raise UsageError(f"{measure!r} is no measure, and only measures have a series.")
    wanted = [measure] if measure is not None else [m.id for m in theory.measures if m.data is not None]
    found = [series(theory, id) for id in wanted]

    def all_of(name: str) -> list[Any]:
        whole: list[Any] = []
        for each in found:
            whole.extend(getattr(each, name))
        return whole

    lengths = [len(each.dates) for each in found]
    scales = [scale_of(each.measure.unit) for each in found]
    columns: dict[str, Any] = {
        "measure": np.repeat(np.array([each.measure.id for each in found], dtype=object), lengths),
        "date": all_of("dates"),
        "value": all_of("values"),
        "numerator": all_of("numerators"),
        "denominator": all_of("denominators"),
        "site": all_of("sites"),
        "note": all_of("notes"),
        "phase": all_of("phases"),
        "suppressed": all_of("suppressed"),
        "excluded": all_of("excluded"),
        "row": all_of("rows"),
    }
    extra: Columns = {}
    groups: dict[str, Any] = {}
    says: dict[str, str] = {}
    names = stratum_columns(name for each in found for name in each.measure.strata)
    for name, column in names.items():
        whole: list[Any] = []
        for each, length in zip(found, lengths, strict=True):
            whole.extend(each.strata.get(name) or [None] * length)
        groups[column] = pd.array(whole, dtype="string")
        says[column] = f"the group of the stratum {name!r} that the point belongs to"
    start = 0
    for each, length in zip(found, lengths, strict=True):
        data = each.measure.data
        if isinstance(data, tuple) and any(row.extra for row in data):
            for place, row in enumerate(each.rows, start):
                for key, value in data[row - 1].extra.items():
                    extra.setdefault(key, [None] * sum(lengths))[place] = thaw(value)
        start += length
    frame = _frame(theory, "series", columns, extra)
    hidden = frame["suppressed"].to_numpy(dtype=bool)
    top, bottom = (frame[name].to_numpy(dtype="float64") for name in ("numerator", "denominator"))
    with np.errstate(all="ignore"):  # a share out of 0, or one too large, is a missing value
        shares = top * np.repeat(scales, lengths) / bottom
    shares[~np.isfinite(shares) | (bottom == 0)] = np.nan
    values = np.where(np.isnan(top) | np.isnan(bottom), frame["value"].to_numpy(dtype="float64"), shares)
    values[hidden] = np.nan
    frame["value"] = values
    frame["numerator"] = np.where(hidden, np.nan, top)
    attrs = {**frame.attrs, "columns": {**frame.attrs["columns"], **says}, "strata": dict(names)}
    if groups:
        at = len(COLUMNS["series"])
        frame = pd.concat([frame.iloc[:, :at], pd.DataFrame(groups), frame.iloc[:, at:]], axis=1)
    frame.attrs = attrs
    return frame


def to_frames(theory: Theory) -> dict[str, pd.DataFrame]:
    """Every table of a theory by the name under which `from_frames` takes it.

    ``from_frames(None, title=theory.title, **to_frames(theory))`` gives the theory back; see there for
    the little that tables do not hold.

    Raises:
        SeriesError: the series of a measure cannot be read.
    """
    return {
        "nodes": nodes_frame(theory),
        "links": links_frame(theory),
        "cycles": cycles_frame(theory),
        "predictions": predictions_frame(theory),
        "evidence": evidence_frame(theory),
        "measures": measures_frame(theory),
        "series": series_frame(theory),
        "causes": causes_frame(theory),
        "teams": teams_frame(theory),
        "recommendations": recommendations_frame(theory),
    }
