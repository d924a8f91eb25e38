"""The series of a measure: its rows, and the lines that can be drawn and judged from them.

A *series* is everything that was written down, row by row. A *line* has one point a date: of one site, of one
group, or of all together. The total of a proportion on a date is the sum of the numerators over the sum of the
denominators; plain values of several sites have no total, and none is made up.

    >>> from driverkit.model import Measure, Theory
    >>> rows = [
    ...     {"date": "2026-01-01", "numerator": 4, "denominator": 20, "site": "Ward 5"},
    ...     {"date": "2026-01-01", "numerator": 1, "denominator": 30, "site": "Ward 6"},
    ... ]
    >>> theory = Theory("Back home", measures=[Measure("M1", "Readmitted", unit="%", data=rows)])
    >>> line(theory, "M1").values
    (10.0,)
    >>> [(one.site, one.values) for one in lines(theory, "M1", by="site")]
    [('Ward 5', (20.0,)), ('Ward 6', (3.3333333333333335,))]

What is missing, hidden, given twice or given by only some of the sites is counted, and told in ``remarks``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import attrs
from attrs import frozen

from driverkit.collector import collector_at_rest
from driverkit.errors import SeriesError, UsageError
from driverkit.evidence.run_input import TOO_LARGE
from driverkit.evidence.words import harmless, listed, plural, shortened
from driverkit.formats.series import rows_of
from driverkit.model import FrozenDict, Measure, Theory
from driverkit.model.values import did_you_mean, show

__all__ = ["Line", "Series", "line", "lines", "scale_of", "series"]

T = TypeVar("T")

_PER = re.compile(r"\bper\s+([0-9][0-9., \u00a0\u202f\u2009]*)", re.IGNORECASE)


def _span(dates: Sequence[dt.date]) -> str:
    if not dates:
        return "no points"
    return f"{plural(len(dates), 'point')} from {dates[0].isoformat()} to {dates[-1].isoformat()}"


@frozen(eq=False, repr=False)
class Series:
    """Everything that was written down of a measure: column by column, sorted by date, every row kept.

    Rows of one date stay in the order in which they were written.

    Attributes:
        measure: the measure.
        dates: the day, or the first day of the period, of each row.
        values: what was measured, in the measure's unit; None where it is missing or hidden.
        numerators: how many had it; None likewise.
        denominators: how many could have had it; None likewise.
        sites: where it was measured; None where the row does not say.
        strata: for each stratum of the measure the group of each row; None where the row does not say.
        notes: a remark on each row.
        phases: the name of the phase of each row.
        excluded: why a row is left out of the judgement; None where it is not.
        suppressed: whether the value of a row is hidden on purpose.
        rows: where each row stands: its line in the CSV file, or its place in the list, from 1.
        file: the CSV file as the measure names it; None where the rows stand in the theory.
        remarks: what a reader of the series has to know, in sentences.
    """

    measure: Measure
    dates: tuple[dt.date, ...] = ()
    values: tuple[float | None, ...] = ()
    numerators: tuple[float | None, ...] = ()
    denominators: tuple[float | None, ...] = ()
    sites: tuple[str | None, ...] = ()
    strata: Mapping[str, tuple[str | None, ...]] = FrozenDict()
    notes: tuple[str | None, ...] = ()
    phases: tuple[str | None, ...] = ()
    excluded: tuple[str | None, ...] = ()
    suppressed: tuple[bool, ...] = ()
    rows: tuple[int, ...] = ()
    file: str | None = None
    remarks: tuple[str, ...] = ()
    memo: dict[Any, Any] = attrs.field(factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.dates)

    def __repr__(self) -> str:
        """What it is of and from when to when; its points are in its columns."""
        return f"<Series {self.measure.id!r}: {_span(self.dates)}>"

    @property
    def site_names(self) -> tuple[str, ...]:
        """The sites, in the order in which they are first met where they were written down."""
        return tuple(site for site in self._once("sites", self.sites) if site is not None)

    def groups(self, stratum: str) -> tuple[str, ...]:
        """The groups of a stratum, in the order in which they are first met where they were written down."""
        found = self._once("strata." + stratum, self.strata[stratum])
        return tuple(group for group in found if group is not None)

    def _as_written(self, column: Sequence[str | None]) -> Iterable[str | None]:
        """A column in the order of the file; all others are sorted by date."""
        order: Any = self.memo.get("order")
        if order is None:
            rows = self.rows
            sorted_already = all(before <= after for before, after in pairwise(rows))
            order = () if sorted_already else sorted(range(len(rows)), key=rows.__getitem__)
            self.memo["order"] = order
        return [column[at] for at in order] if order else column

    def _once(self, key: str, column: Sequence[str | None]) -> tuple[str | None, ...]:
        found: Any = self.memo.get(key)
        if found is None:
            found = self.memo[key] = tuple(dict.fromkeys(self._as_written(column)))
        return found  # type: ignore[no-any-return]  # the memo holds anything


@frozen(eq=False, repr=False)
class Line:
    """One line of a measure, as it is charted: one point a date, in the measure's unit.

    Attributes:
        measure: the measure.
        site: the site that the line is of; None for all.
        stratum: the groups that the line is of, such as ``{"language": "other"}``; empty for all.
        dates: the date of each point, rising. A date stands twice only where two plain values were given for it;
            counts that were given twice are added up.
        values: the value of each point in the measure's unit: a share in "%" is times 100, a rate "per
            1,000 bed days" times 1,000. None where it is missing, hidden or cannot be computed.
        numerators: the sum of the numerators of each point; None where there is none.
        denominators: the sum of the denominators of each point; None where there is none.
        notes: the remarks on each point, joined.
        phase_starts: the places at which a phase begins, the first of them 0; empty where no row names one.
        phase_names: the name of each of these phases; None for points before the first that has one.
        excluded: the place of each point that is left out of the judgement, and why.
        n_missing: points without a value, hidden ones included.
        n_suppressed: those of them that are hidden, wholly or in part.
        n_duplicated: dates on which the same site and group is given more than once.
        n_incomplete: dates of a total on which a site or group is absent that is there on others.
        remarks: what a reader of the chart has to know, in sentences.
        label: what the line is called: the measure, site and groups.
    """

    measure: Measure
    site: str | None
    stratum: Mapping[str, str]
    dates: tuple[dt.date, ...]
    values: tuple[float | None, ...]
    numerators: tuple[float | None, ...]
    denominators: tuple[float | None, ...]
    notes: tuple[str | None, ...]
    phase_starts: tuple[int, ...]
    phase_names: tuple[str | None, ...]
    excluded: Mapping[int, str]
    n_missing: int
    n_suppressed: int
    n_duplicated: int
    n_incomplete: int
    remarks: tuple[str, ...]
    label: str

    def __len__(self) -> int:
        return len(self.dates)

    def __repr__(self) -> str:
        """What it is of and from when to when; its points are in its columns."""
        return f"<Line {self.label!r}: {_span(self.dates)}>"


# ------------------------------------------------------------------------------------------------- the rows


def series(theory: Theory, measure_id: str) -> Series:
    """The series of a measure, from its CSV file or from the theory; empty where it has no data.

    A file is read once for each theory value; where it changed, load the theory again.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure.
        SeriesError: the file cannot be read; every fault is told with its place.
    """
    kept = theory.memo.setdefault("evidence.series", {})
    found: Any = kept.get(measure_id)
    if found is None:
        measure = theory.node(measure_id)
        if not isinstance(measure, Measure):
            raise UsageError(f"{measure_id!r} is no measure; only those have a series.")
        try:
            found = _sorted(theory, measure)
        except SeriesError as error:
            found = error.faults
        kept[measure_id] = found
    if not isinstance(found, Series):
        raise SeriesError(found)
    return found


def _sorted(theory: Theory, measure: Measure) -> Series:
    rows = rows_of(theory, measure)
    order: list[int] | None = None
    if any(after < before for before, after in pairwise(rows.dates)):
        order = sorted(range(len(rows.dates)), key=rows.dates.__getitem__)

    def turned(column: tuple[T, ...]) -> tuple[T, ...]:
        return column if order is None else tuple([column[at] for at in order])

    return Series(
        measure,
        turned(rows.dates),
        turned(rows.values),
        turned(rows.numerators),
        turned(rows.denominators),
        turned(rows.sites),
        FrozenDict({name: turned(column) for name, column in rows.strata.items()}),
        turned(rows.notes),
        turned(rows.phases),
        turned(rows.excluded),
        turned(rows.suppressed),
        turned(rows.rows),
        measure.data if isinstance(measure.data, str) else None,
        tuple(
            f"The file has no column {show(name)}, which the measure names as a stratum."
            for name in rows.without
        ),
    )


# ------------------------------------------------------------------------------------------------- the lines


def scale_of(unit: str | None) -> float:
    """By how much a share is multiplied to stand in a unit.

    100 for "%" and "percent", the number for "per 1,000 bed days", 1,000 for "‰", and 1 for everything else.

    >>> scale_of("%"), scale_of("falls per 1,000 bed days"), scale_of("days"), scale_of(None)
    (100.0, 1000.0, 1.0, 1.0)
    """
    if unit is None:
        return 1.0
    said = unit.strip().casefold()
    if said.startswith("%") or said.endswith("%") or re.match(r"per ?cent", said):
        return 100.0
    if "\u2030" in said:
        return 1000.0
    per = _PER.search(said)
    if per:
        digits = re.sub(r"[^0-9.]", "", per[1]).rstrip(".")
        number = float(digits) if digits.count(".") <= 1 and digits else 0.0
        return number if 0 < number <= 1e12 else 1.0
    return 1.0


def line(
    theory: Theory,
    measure_id: str,
    *,
    site: str | None = None,
    stratum: Mapping[str, str] | None = None,
) -> Line:
    """One line of a measure: what is charted and judged, one point a date.

    Args:
        theory: the theory.
        measure_id: the id of the measure.
        site: only this site; left out, all together.
        stratum: only these groups, such as ``{"language": "other"}``; left out, all together.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure; there is no such site or group; or the rows hold plain values of several
            sites or groups, which have no total.
        SeriesError: the file of the series cannot be read.
    """
    found = series(theory, measure_id)
    groups = dict(stratum or {})
    _known(found, site, groups)
    key = (site, tuple(sorted(groups.items())))
    if key not in found.memo:
        with collector_at_rest(len(found) >= 10_000):
            found.memo[key] = _line(found, site, groups)
    made: Line = found.memo[key]
    return made


def lines(theory: Theory, measure_id: str, *, by: str) -> tuple[Line, ...]:
    """The lines of a measure, one for each site or group, in the order in which these were first written down.

    By site and stratum, each site with its groups in turn.

    Args:
        theory: the theory.
        measure_id: the id of the measure.
        by: ``site``, the name of a stratum, or ``site and stratum`` for each site with each group.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no measure, or has no such stratum; or plain values have no total, see `line`.
        SeriesError: the file of the series cannot be read.
    """
    found = series(theory, measure_id)
    names = list(found.strata)
    if by == "site":
        made = [line(theory, measure_id, site=one) for one in found.site_names]
        without = sum(one is None for one in found.sites)
    elif by in found.strata:
        made = [line(theory, measure_id, stratum={by: one}) for one in found.groups(by)]
        without = sum(one is None for one in found.strata[by])
    elif by == "site and stratum":
        made, without = [], 0
        ranks = [{one: at for at, one in enumerate(found.site_names)}]
        ranks += [{one: at for at, one in enumerate(found.groups(name))} for name in names]
        whole = []
        for cell, places in cells_of(found).items():
            if None in cell:
                without += len(places)
            else:
                whole.append(cell)
        whole.sort(
            key=lambda cell: [rank[one] for rank, one in zip(ranks, cell, strict=True) if one is not None]
        )
        for cell in whole:
            groups = {name: one for name, one in zip(names, cell[1:], strict=True) if one is not None}
            made.append(line(theory, measure_id, site=cell[0], stratum=groups))
    else:
        known = ("site", "site and stratum", *names)
        hint = did_you_mean(str(by), known) or f" There are {listed([show(one) for one in known])}."
        raise UsageError(f"The measure {measure_id!r} cannot be broken down by {show(by)}.{hint}")
    if without:
        said = f"{plural(without, 'row')} of the series {'does' if without == 1 else 'do'} not say the {by}"
        remark = f"{said} and {'is' if without == 1 else 'are'} in none of the lines by {by}."
        made = [attrs.evolve(one, remarks=(*one.remarks, remark)) for one in made]
    return tuple(made)


def _known(found: Series, site: str | None, groups: Mapping[str, str]) -> None:
    id = found.measure.id
    if site is not None and site not in found.site_names:
        raise UsageError(f"The series of {id!r} has no site {show(site)}.{_hint(site, found.site_names)}")
    for name, group in groups.items():
        if name not in found.strata:
            raise UsageError(f"The measure {id!r} has no stratum {show(name)}.{_hint(name, found.strata)}")
        if group not in found.groups(name):
            raise UsageError(
                f"The series of {id!r} has no group {show(group)} of {name!r}.{_hint(group, found.groups(name))}"
            )


def _hint(word: object, known: Iterable[str]) -> str:
    names = list(known)
    if not names:
        return " It has none."
    return did_you_mean(str(word), names) or f" There are {listed([show(one) for one in names])}."


def cells_of(found: Series) -> Mapping[tuple[str | None, ...], Sequence[int]]:
    """The places of the rows of each site with each group, in their order; made once for a series."""
    cells: Any = found.memo.get("cells")
    if cells is None:
        cells = found.memo["cells"] = {}
        for at, key in enumerate(zip(found.sites, *found.strata.values(), strict=True)):
            if key in cells:
                cells[key].append(at)
            else:
                cells[key] = [at]
    return cells  # type: ignore[no-any-return]  # the memo holds anything


class _Point(NamedTuple):
    """What is told of one point while a line is made."""

    date: dt.date
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    note: str | None = None
    phase: str | None = None
    excluded: str | None = None
    hidden: bool = False


class _Counts:
    """What is counted while a line is made; and which columns of remarks have anything to say at all."""

    def __init__(self, found: Series) -> None:
        self.notes = _speaks(found, "notes")
        self.phases = _speaks(found, "phases")
        self.excluded = _speaks(found, "excluded")
        self.doubled = 0
        self.apart = 0
        self.partial = 0
        self.lacking = 0
        self.zero = 0
        self.large = 0
        self.several_phases = 0


def _speaks(found: Series, column: str) -> bool:
    return set(found._once(column, getattr(found, column))) != {None}


def _chosen(
    found: Series, site: str | None, groups: Mapping[str, str]
) -> dict[tuple[str | None, ...], Sequence[int]]:
    """The rows of a site and of groups, by site and groups; in no time even where there are thousands of sites."""
    cells = cells_of(found)
    if site is None:
        some: Iterable[tuple[str | None, ...]] = cells
    else:
        by_site: Any = found.memo.get("cells by site")
        if by_site is None:
            by_site = found.memo["cells by site"] = {}
            for key in cells:
                by_site.setdefault(key[0], []).append(key)
        some = by_site.get(site, ())
    places = {name: at for at, name in enumerate(found.strata, 1)}
    wanted = [(places[name], one) for name, one in groups.items()]
    return {key: cells[key] for key in some if all(key[at] == one for at, one in wanted)}


def _line(found: Series, site: str | None, groups: Mapping[str, str]) -> Line:
    chosen = _chosen(found, site, groups)
    counts = _Counts(found)
    remarks = list(found.remarks)
    plain = len(chosen) > 1 and all(
        found.denominators[at] is None and found.numerators[at] is None
        for rows in chosen.values()
        for at in rows
    )
    if plain:
        chosen = _reported_total(found, chosen, remarks)
    rows = sorted(at for some in chosen.values() for at in some)
    total = len(chosen) > 1
    scale = scale_of(found.measure.unit)
    cell_of = {at: number for number, some in enumerate(chosen.values()) for at in some} if total else {}
    points: list[_Point] = []
    if not total and len({found.dates[at] for at in rows}) == len(rows):  # one row a date: nothing to add up
        points = [_single(found, at, scale, counts) for at in rows]
        rows = []
    for first, last in _by_date(found.dates, rows):
        some = rows[first:last]
        if total or _all_counted(found, some):
            cells = [cell_of.get(at, 0) for at in some]
            points.append(_total(found, some, scale, cells, max(len(chosen), 1), counts))
        else:
            counts.doubled += len(some) > 1
            counts.apart += len(some) > 1
            points += [_single(found, at, scale, counts) for at in some]
    if total and depths(chosen) > 1:
        remarks.append(
            "Some rows say a site or group that others leave open. All are added up; where some are totals of others, "
            "they are counted twice."
        )
    remarks += _remarks(points, counts, total)
    if scale == 100.0:
        remarks += _impossible(points)
    starts, phases = _phases(points)
    return Line(
        measure=found.measure,
        site=site,
        stratum=FrozenDict(groups),
        dates=tuple([one.date for one in points]),
        values=tuple([one.value for one in points]),
        numerators=tuple([one.numerator for one in points]),
        denominators=tuple([one.denominator for one in points]),
        notes=tuple([one.note for one in points]),
        phase_starts=starts,
        phase_names=phases,
        excluded=FrozenDict({at: one.excluded for at, one in enumerate(points) if one.excluded is not None}),  # type: ignore[arg-type]  # places, not names
        n_missing=sum(one.value is None for one in points),
        n_suppressed=sum(one.hidden for one in points),
        n_duplicated=counts.doubled,
        n_incomplete=counts.partial,
        remarks=tuple(remarks),
        label=_label(found.measure, site, groups),
    )


def depths(cells: Iterable[tuple[str | None, ...]]) -> int:
    """In how many ways rows are broken down: by site and group, by site alone, not at all …"""
    return len({tuple(part is None for part in key) for key in cells})


def _label(measure: Measure, site: str | None, groups: Mapping[str, str]) -> str:
    parts = [site, *(f"{name} {group}" for name, group in groups.items())]
    return ", ".join([shortened(harmless(measure.name), 80), *(harmless(one) for one in parts if one)])


def _by_date(dates: Sequence[dt.date], rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or dates[rows[at]] != dates[rows[first]]:
            yield first, at
            first = at


def _reported_total(
    found: Series, chosen: dict[tuple[str | None, ...], Sequence[int]], remarks: list[str]
) -> dict[tuple[str | None, ...], Sequence[int]]:
    """Of plain values the rows that name neither site nor group, where there are some: the total as reported."""
    whole = {key: rows for key, rows in chosen.items() if all(part is None for part in key)}
    if whole:
        remarks.append(
            "Plain values have no total; the line is of the rows that name neither site nor group."
        )
        return whole
    named = list(dict.fromkeys(key[0] for key in chosen if key[0] is not None))
    ways = []
    if len(named) > 1:
        ways.append(f"say which site ({listed([show(one) for one in named])})")
    for at, name in enumerate(found.strata, 1):
        group = list(dict.fromkeys(key[at] for key in chosen if key[at] is not None))
        if len(group) > 1:
            ways.append(f"say which {name} ({listed([show(one) for one in group])})")
    if not ways:
        ways.append("give every row its site and groups")
    raise UsageError(
        f"The series of {found.measure.id!r} holds plain values of several sites or groups, which have no total: "
        f"{' and '.join(ways)}, or record numerators and denominators."
    )


def _all_counted(found: Series, some: Sequence[int]) -> bool:
    return all(
        found.suppressed[at] or (found.numerators[at] is not None and found.denominators[at] is not None)
        for at in some
    )


def _single(found: Series, at: int, scale: float, counts: _Counts) -> _Point:
    """A row as a point of its own."""
    hidden = found.suppressed[at]
    top, bottom = found.numerators[at], found.denominators[at]
    value = None
    if not hidden:
        if top is not None and bottom is not None:
            value = _share(top, bottom, scale, counts)
        else:
            value = _sound(found.values[at], counts)
    return _Point(
        found.dates[at],
        value,
        None if hidden else top,
        None if hidden else bottom,
        found.notes[at],
        found.phases[at],
        found.excluded[at],
        hidden,
    )


def _share(top: float, bottom: float, scale: float, counts: _Counts) -> float | None:
    if bottom:
        value = top * scale / bottom  # the scale first: 11 of 20 in per cent is exactly 55
        if -TOO_LARGE < value < TOO_LARGE:
            return value
        counts.large += 1
        return None
    counts.zero += 1
    return None


def _sound(value: float | None, counts: _Counts) -> float | None:
    if value is None:
        return None
    if not -TOO_LARGE < value < TOO_LARGE:  # an overflow, or more than a chart can reckon with
        counts.large += 1
        return None
    return float(value)


def _total(
    found: Series, some: Sequence[int], scale: float, cells: Sequence[int], n_cells: int, counts: _Counts
) -> _Point:
    """The rows of one date as one point: sum of numerators over sum of denominators."""
    present = set(cells)
    if len(present) < len(cells):
        counts.doubled += 1
    hidden = lacking = False
    tops, bottoms = 0.0, 0.0
    counted = 0
    for at in some:
        if found.suppressed[at]:
            hidden = True
            continue
        top, bottom = found.numerators[at], found.denominators[at]
        if top is None or bottom is None:
            lacking = True
            continue
        tops += top
        bottoms += bottom
        counted += 1
    if len(present) < n_cells or lacking:
        counts.partial += 1
    if lacking:
        counts.lacking += 1
    value = _share(tops, bottoms, scale, counts) if counted and not hidden else None
    return _Point(
        found.dates[some[0]],
        value,
        tops if counted and not hidden else None,
        bottoms if counted and not hidden else None,
        _joined(found.notes, some) if counts.notes else None,
        _phase(found, some, counts) if counts.phases else None,
        _joined_with_place(found, some) if counts.excluded else None,
        hidden,
    )


def _joined(column: Sequence[str | None], some: Sequence[int]) -> str | None:
    return "; ".join(dict.fromkeys(one for at in some if (one := column[at]) is not None)) or None


def _joined_with_place(found: Series, some: Sequence[int]) -> str | None:
    """Why a total is left out: what was said of any of its parts."""
    said: dict[str, None] = {}
    reasons = [at for at in some if found.excluded[at] is not None]
    for at in reasons:
        site = found.sites[at] if len(reasons) < len(some) else None
        said[f"{site}: {found.excluded[at]}" if site else str(found.excluded[at])] = None
    return "; ".join(said) or None


def _phase(found: Series, some: Sequence[int], counts: _Counts) -> str | None:
    names = dict.fromkeys(one for at in some if (one := found.phases[at]) is not None)
    counts.several_phases += len(names) > 1
    return next(iter(names), None)


def _phases(points: Sequence[_Point]) -> tuple[tuple[int, ...], tuple[str | None, ...]]:
    """Where a phase begins: at the first point, and wherever another name is written."""
    if all(one.phase is None for one in points):
        return (), ()
    starts, names = [0], [points[0].phase]
    for at, one in enumerate(points):
        if one.phase is not None and one.phase != names[-1]:
            if at == 0:
                continue
            starts.append(at)
            names.append(one.phase)
    return tuple(starts), tuple(names)


def _remarks(points: Sequence[_Point], counts: _Counts, total: bool) -> Iterator[str]:
    hidden = sum(one.hidden for one in points)
    empty = sum(one.value is None for one in points) - hidden - counts.zero - counts.large
    if hidden:
        part = ", wholly or in part" if total else ""
        yield f"{plural(hidden, 'point')} {_is(hidden)} hidden on purpose{part}, and {_count(hidden)} as missing."
    if counts.zero:
        yield f"{plural(counts.zero, 'point')} {_is(counts.zero)} counted out of 0, and {_count(counts.zero)} as missing."
    if counts.large:
        yield f"{plural(counts.large, 'point')} cannot be computed: the number is too large."
    if empty > 0:
        yield f"{plural(empty, 'point')} {'has' if empty == 1 else 'have'} no value."
    if counts.doubled:
        how = "each value is a point of its own" if counts.apart else "all of them are added up"
        yield f"On {plural(counts.doubled, 'date')} the same site and group is given more than once; {how}."
    if counts.partial:
        yield (
            f"On {plural(counts.partial, 'date')} of {len(points):,} a site or group is absent that is there on "
            "others, so the total is of fewer."
        )
    if counts.several_phases:
        yield f"On {plural(counts.several_phases, 'date')} the rows name several phases; the first is taken."


def _impossible(points: Sequence[_Point]) -> Iterator[str]:
    """Of shares those that cannot be: more than all, or fewer than none."""
    odd = sum(
        1
        for one in points
        if one.numerator is not None and one.denominator and not 0 <= one.numerator / one.denominator <= 1
    )
    if odd:
        yield f"{plural(odd, 'point')} {_count(odd)} more than all or fewer than none: look the numbers up again."


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _count(count: int) -> str:
    return "counts" if count == 1 else "count"
