"""A network as tables: points, cycles, predictions, measures and members, each in one frame for all members.

What one theory holds, a theory holds best. The points of two hundred members over ten years are a table:

    >>> from driverkit.model import ChangeIdea, Measure, PdsaCycle, Theory
    >>> ward = Theory(
    ...     "Ward 6",
    ...     change_ideas=[ChangeIdea("K1", "Ask at admission", adapts="C1")],
    ...     measures=[Measure("M", "Falls", adapts="M1", data=[{"date": "2026-01-01", "value": 4}])],
    ...     cycles=[PdsaCycle("T1", "K1", site="Bay 2", do={"date": "2026-01-12"})],
    ... )
    >>> tables = to_tables([("m01", ward)])
    >>> tables["cycles"][["member", "cycle", "change", "idea", "site", "done", "studied"]]
      member   cycle change idea   site  done  studied
    0    m01  m01/T1     K1   C1  Bay 2  True    False
    >>> tables["points"][["member", "measure", "hub_measure", "date", "value"]]
      member measure hub_measure       date  value
    0    m01       M          M1 2026-01-01    4.0

Columns of text hold the empty text, and never nothing, where there is nothing to say: so every engine groups
by them in the same way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from driverkit.analysis.frames import series_frame, stratum_columns
from driverkit.errors import Fault, SeriesError, UsageError
from driverkit.evidence import was_done, was_studied
from driverkit.evidence.predictions import all_predictions
from driverkit.evidence.series import scale_of
from driverkit.formats.cells import listed_cell
from driverkit.model import Measure, Member, Network, Theory
from driverkit.model.values import show

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "CONTEXT", "SERIES_COLUMNS", "TYPES", "column_type", "to_tables"]

SERIES_COLUMNS = ("member", "measure", "site", "stratum", "group")
"""The columns of points that make one series: one line of a chart."""

CONTEXT = "context_"
"""What stands before the name of each column that holds a part of the members' context."""

_MEMBER = "the id of the member"
_HUB = "; empty where it adapts none"
_CONTEXTS = "one column for each thing that a context names (context_setting …), behind the others"

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "points": {
        "member": _MEMBER,
        "measure": "the id of the measure in the member's theory",
        "hub_measure": "the id of the measure of the common theory that it adapts" + _HUB,
        "site": "where it was measured; empty where the row does not say",
        "stratum": "by what it is broken down, such as language; of several strata all names, with '; ' between them; "
        "empty where the row names no group",
        "group": "the group of that stratum; of several strata all groups, in the same order",
        "date": "the day, or the first day of the period, that the point is about",
        "row": "the place of the point in the file or list of its measure, from 1; of two points on one day the smaller "
        "one comes first",
        "value": "what was measured, in the measure's unit; of a proportion or rate the numerator over the denominator; "
        "empty where it is missing or hidden",
        "numerator": "how many had it; rows of one series and day that all have counts are added up",
        "denominator": "how many could have had it",
        "per": "by how much the numerator over the denominator is multiplied to stand in the unit: 100 for %, 1,000 for "
        "per 1,000 …",
        "suppressed": "whether the value is hidden on purpose",
        "excluded": "why the point is left out of the judgement; empty where it is not",
        "phase": "the name of the phase that the point belongs to: its own or the last one named before it; empty where "
        "none is",
    },
    "cycles": {
        "member": _MEMBER,
        "cycle": "the member and the id of the PDSA cycle, as in m07/T3",
        "change": "the id of the change idea in the member's theory",
        "idea": "the id of the change idea of the common theory that it adapts; empty for a local invention",
        "team": "who tested, as written",
        "site": "where, as written",
        "scale": "how many people, classes, records … were in the test",
        "conditions": "under which conditions, word for word",
        "follows": "the cycle before it on the ramp, as member/ID",
        "adapted_from": "the cycle that it adapts, as member/ID",
        "plan_date": "when it was planned",
        "do_date": "when it was carried out",
        "study_date": "when the results were compared with the predictions",
        "act_date": "when it was decided",
        "decision": "adopt, adapt, expand or abandon; empty where nothing was decided",
        "done": "whether it was carried out: its Do holds a date or words",
        "studied": "whether it reached Study: its Study holds a date or words",
    },
    "predictions": {
        "member": _MEMBER,
        "cycle": "the member and the id of the PDSA cycle that the prediction stands in, as in m07/T3",
        "number": "which question of the cycle it is, counted from 1; a question without an answer is no prediction and has "
        "no row",
        "change": "the id of the change idea that the cycle tests, in the member's theory",
        "idea": "the id of the change idea of the common theory that it adapts; empty for a local invention",
        "team": "who tested, as the cycle says",
        "site": "where, as the cycle says",
        "in_time": "whether it was written before the cycle was carried out; empty where no dates tell",
        "undated": "whether dates are missing that would tell if it was written before Do",
        "written": "its date or, without one, the plan's",
        "judged": "the date of its result: of Study or, without one, of Act, then of Do",
        "result": "confirmed, mixed or refuted; empty where it is still open",
    },
    "measures": {
        "member": _MEMBER,
        "measure": "the id of the measure in the member's theory",
        "hub_measure": "the id of the measure of the common theory that it adapts" + _HUB,
        "name": "what is measured",
        "of": "the ids in the member's theory of what it measures, with '; ' between them",
        "hub_of": "the ids in the common theory that those adapt, with '; ' between them",
        "role": "outcome, process or balancing",
        "unit": "the unit of its values",
        "per": "by how much a share is multiplied to stand in the unit",
        "direction": "which way is better: increase, decrease or maintain",
    },
    "members": {
        "member": _MEMBER,
        "name": "its name; empty where it stays anonymous",
        "kind": "what it is, in the network's own words",
        "role": "its part in the network, in the network's own words",
        "teams": "the ids of the teams that it belongs to, with '; ' between them",
        "joined": "when it joined",
        "left": "when it left",
    },
}
"""What each column of each table says. Behind those of cycles, predictions and members stands one column for each
thing that the contexts of members name, such as ``context_setting``."""

_WITH_CONTEXT = ("cycles", "predictions", "members")

TYPES: Mapping[str, str] = {
    **dict.fromkeys(("date", "plan_date", "do_date", "study_date", "act_date"), "datetime64[s]"),
    **dict.fromkeys(("written", "judged", "joined", "left"), "datetime64[s]"),
    **dict.fromkeys(("row", "number"), "int64"),
    **dict.fromkeys(("value", "numerator", "denominator", "per"), "float64"),
    **dict.fromkeys(("suppressed", "done", "studied", "undated"), "bool"),
    "scale": "Int64",
    "in_time": "boolean",
}
"""The dtype of each column that holds no text."""


def column_type(name: str) -> str:
    """The dtype of a column of these tables in pandas; ``string`` for all that hold text."""
    return TYPES.get(name, "string")


def to_tables(
    network: Network | Mapping[str, Theory] | Iterable[tuple[str, Theory]],
) -> dict[str, pd.DataFrame]:
    """The tables of a network: points, cycles, predictions, measures and members.

    Args:
        network: the network; or theories by the ids of their members, as a mapping or as pairs.

    Returns:
        Data frames by name; ``to_tables.COLUMNS`` says what each column holds, and so does
        ``frame.attrs["columns"]``.

    Raises:
        FormatError: a theory, or the series of a measure, cannot be read; every fault of all of them.
        UsageError: an id stands twice, or what is given is no network.
    """
    members = _members(network)
    keys = list(dict.fromkeys(key for member, _ in members for key in member.context))
    hidden = isinstance(network, Network) and bool(network.anonymous)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    points: list[Any] = []
    faults: list[Fault] = []
    for member, theory in members:
        context = {CONTEXT + key: str(member.context.get(key, "")) for key in keys}
        rows["members"].append(
            {
                "member": member.id,
                "name": None if hidden or member.anonymous else member.name,
                "kind": member.kind,
                "role": member.role,
                "teams": listed_cell(member.team),
                "joined": member.joined,
                "left": member.left,
                **context,
            }
        )
        if theory is None:
            continue
        adapts = {node.id: node.adapts or "" for node in (*theory.nodes, *theory.measures)}
        rows["cycles"] += [{**row, **context} for row in _cycles(member.id, theory, adapts)]
        rows["predictions"] += [{**row, **context} for row in _predictions(member.id, theory, adapts)]
        rows["measures"] += _measures(member.id, theory, adapts)
        try:
            points += _points(member.id, theory, adapts)
        except SeriesError as error:
            faults += error.faults
    if faults:
        raise SeriesError(faults)
    contexts = [CONTEXT + key for key in keys]
    tables = {
        name: _frame(name, rows[name], contexts if name in _WITH_CONTEXT else ())
        for name in COLUMNS
        if name != "points"
    }
    return {"points": _joined(points), **tables}


def _members(network: Any) -> list[tuple[Member, Theory | None]]:
    if isinstance(network, Network):
        theories: Mapping[str, Theory] = network.theories
        return [(member, theories.get(member.id)) for member in network.members]
    try:
        pairs = list(network.items() if isinstance(network, Mapping) else network)
        found: list[tuple[Member, Theory | None]] = [(Member(id), theory) for id, theory in pairs]
    except (TypeError, ValueError) as error:
        raise UsageError(f"A network is wanted, or pairs of a member's id and its theory: {error}") from None
    seen: set[str] = set()
    for member, theory in found:
        if not isinstance(theory, Theory):
            raise UsageError(f"The theory of {member.id!r} is wanted, not {show(type(theory).__name__)}.")
        if member.id in seen:
            raise UsageError(f"The member {member.id!r} stands twice.")
        seen.add(member.id)
    return found


def _frame(table: str, rows: Sequence[Mapping[str, Any]], more: Iterable[str] = ()) -> pd.DataFrame:
    import pandas as pd

    names = [*COLUMNS[table], *more]
    columns: dict[str, Any] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        dtype = column_type(name)
        if dtype == "string":
            values = ["" if value is None else value for value in values]
        columns[name] = pd.Series(values, dtype=dtype)
    return _told(pd.DataFrame(columns), table)


def _told(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    says = COLUMNS[table]
    frame.attrs["columns"] = {
        name: says.get(name, f"the {name.removeprefix(CONTEXT)} that the member's context names")
        for name in frame.columns
    }
    frame.attrs["table"] = table
    return frame


def _full(member: str, reference: str | None) -> str | None:
    """A cycle as the network names it: with its member."""
    return None if reference is None else reference if "/" in reference else f"{member}/{reference}"


def _cycles(member: str, theory: Theory, adapts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    def day(step: Any) -> dt.date | None:
        return None if step is None else step.date

    for cycle in theory.cycles:
        yield {
            "member": member,
            "cycle": f"{member}/{cycle.id}",
            "change": cycle.change,
            "idea": adapts[cycle.change],
            "team": cycle.team,
            "site": cycle.site,
            "scale": cycle.scale,
            "conditions": cycle.conditions,
            "follows": _full(member, cycle.follows),
            "adapted_from": _full(member, cycle.adapted_from),
            "plan_date": day(cycle.plan),
            "do_date": day(cycle.do),
            "study_date": day(cycle.study),
            "act_date": day(cycle.act),
            "decision": cycle.act.decision if cycle.act is not None else None,
            "done": was_done(cycle),
            "studied": was_studied(cycle),
        }


def _predictions(member: str, theory: Theory, adapts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for record in all_predictions(theory):
        cycle = record.cycle
        yield {
            "member": member,
            "cycle": f"{member}/{cycle.id}",
            "number": record.number,
            "change": cycle.change,
            "idea": adapts[cycle.change],
            "team": cycle.team,
            "site": cycle.site,
            "in_time": record.in_time,
            "undated": record.undated,
            "written": record.written,
            "judged": record.judged,
            "result": record.prediction.result,
        }


def _measures(member: str, theory: Theory, adapts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for measure in theory.measures:
        hub = dict.fromkeys(adapts[id] for id in measure.of if adapts.get(id))
        yield {
            "member": member,
            "measure": measure.id,
            "hub_measure": measure.adapts,
            "name": measure.name,
            "of": listed_cell(measure.of),
            "hub_of": listed_cell(tuple(hub)),
            "role": measure.role,
            "unit": measure.unit,
            "per": scale_of(measure.unit),
            "direction": measure.direction,
        }


def _points(member: str, theory: Theory, adapts: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    faults: list[Fault] = []
    for measure in theory.measures:
        if measure.data is None:
            continue
        try:
            frame = series_frame(theory, measure.id)
        except SeriesError as error:
            faults += error.faults
            continue
        if len(frame):
            yield _points_of(member, measure, frame, adapts)
    if faults:
        raise SeriesError(faults)


def _points_of(member: str, measure: Measure, frame: pd.DataFrame, adapts: Mapping[str, str]) -> pd.DataFrame:
    import pandas as pd

    stands_in = stratum_columns(measure.strata)
    cells = zip(*(frame[stands_in[name]] for name in measure.strata), strict=True)
    strata, groups = [""] * len(frame), [""] * len(frame)
    known: dict[tuple[Any, ...], tuple[str, str]] = {}
    for at, cell in enumerate(cells if measure.strata else ()):
        if cell not in known:
            said = [(name, one) for name, one in zip(measure.strata, cell, strict=True) if not pd.isna(one)]
            known[cell] = (
                listed_cell(tuple(name for name, _ in said)) or "",
                listed_cell(tuple(one for _, one in said)) or "",
            )
        strata[at], groups[at] = known[cell]
    made = pd.DataFrame(
        {
            "member": member,
            "measure": measure.id,
            "hub_measure": adapts[measure.id],
            "site": frame["site"].fillna(""),
            "stratum": strata,
            "group": groups,
            "date": frame["date"],
            "row": frame["row"].astype("int64"),
            "value": frame["value"],
            "numerator": frame["numerator"],
            "denominator": frame["denominator"],
            "per": scale_of(measure.unit),
            "suppressed": frame["suppressed"].fillna(value=False).astype(bool),
            "excluded": frame["excluded"].fillna(""),
            "phase": frame["phase"],
        }
    )
    made = _added_up(made)
    made["phase"] = made.groupby(["site", "stratum", "group"], sort=False)["phase"].ffill().fillna("")
    return made


def _added_up(points: pd.DataFrame) -> pd.DataFrame:
    """Counts that the same series gives twice on a day are added up, as on a chart; plain values are not."""
    import numpy as np

    cell = [*SERIES_COLUMNS, "date"]
    twice = points[points.duplicated(cell, keep=False)]
    if twice.empty:
        return points
    dropped: list[Any] = []
    for _, some in twice.groupby(cell, sort=False):
        hidden = some["suppressed"]
        counted = some["numerator"].notna() & some["denominator"].notna()
        if not (hidden | counted).all():
            continue
        first = some.index[0]
        top = float(sum(some["numerator"][~hidden]))
        bottom = float(sum(some["denominator"][~hidden]))
        known = not hidden.any() and bottom != 0
        points.loc[first, ["numerator", "denominator"]] = (np.nan, np.nan) if hidden.any() else (top, bottom)
        points.loc[first, "value"] = top * some["per"].iloc[0] / bottom if known else np.nan
        points.loc[first, "suppressed"] = bool(hidden.any())
        points.loc[first, "excluded"] = "; ".join(dict.fromkeys(one for one in some["excluded"] if one))
        named = some["phase"].dropna()
        points.loc[first, "phase"] = named.iloc[0] if len(named) else None
        dropped += list(some.index[1:])
    return points.drop(index=dropped)


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    if not parts:
        return _frame("points", ())
    whole = pd.concat(parts, ignore_index=True)
    for name in COLUMNS["points"]:
        whole[name] = whole[name].astype(column_type(name))  # type: ignore[call-overload]
    return _told(whole[list(COLUMNS["points"])], "points")
