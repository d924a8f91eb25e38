"""What a whole network found out: each member by itself, how far they differ, and one number only where one is wanted.

What is shown first is each member. Where three or more have something to weigh, `Pooled.between` says how far
they differ and, beside that, what they have in common by a standard random-effects method (see
`driverkit.analysis.random_effects`); with fewer there is no number, and the row says so.

Two things are pooled, each on a scale of its own:

* *Predictions that held*: the logit of the share, half a prediction added to those that held and those that did
  not at every member (Gart & Zweifel, Biometrika 1967;54:181-187), so that 3 of 3 has a finite logit and an
  error; its variance is 1/(held + ½) + 1/(not held + ½). Told is the share again.
* *Measured change*: the difference after minus before of the members' measures that adapt one measure of the common
  theory, in its unit, with the errors of `driverkit.evidence.measured`. Units have to be the same.

The predictions of one member are taken for independent of each other, which those of one ramp are not quite;
members differ more easily than they seem to.

    >>> from driverkit.model import ChangeIdea, Member, Network, PdsaCycle, Theory
    >>> def ward(*results):
    ...     asked = [{"question": "q", "prediction": "a", "result": one} for one in results]
    ...     cycle = PdsaCycle("T", "C", predictions=asked, study={"learned": "so"})
    ...     return Theory("Ward", change_ideas=[ChangeIdea("C", "Ask twice", adapts="C1")], cycles=[cycle])
    >>> network = Network(
    ...     "Wards",
    ...     Theory("Hub", change_ideas=[ChangeIdea("C1", "Ask")]),
    ...     members=[
    ...         Member("m1", theory=ward("confirmed", "confirmed")),
    ...         Member("m2", theory=ward("refuted")),
    ...     ],
    ... )
    >>> found = pooled(network)
    >>> found.members[["member", "judged", "held"]].to_string(index=False).splitlines()
    ['member  judged  held', '    m1       2     2', '    m2       1     0']
    >>> found.rows("between")[0]["reason"]
    'No pooled number: 2 members have judged predictions, and it takes 3 to tell how far they differ.'
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.analysis.random_effects import LEAST, RandomEffects, random_effects
from driverkit.analysis.tables import Rows, listed_in_cell
from driverkit.errors import SeriesError, UsageError
from driverkit.evidence.across import (
    MemberEvidence,
    hub_parts,
    kind_of_part,
    member_evidence,
    words_of_part,
)
from driverkit.evidence.intervals import IntervalRule, wilson
from driverkit.evidence.measured import MeasuredChange, measured_change
from driverkit.evidence.series import scale_of
from driverkit.evidence.stamps import link_of
from driverkit.evidence.words import harmless, listed, plural, quoted
from driverkit.model import Measure, Network
from driverkit.model.values import show

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "TYPES", "Pooled", "pooled"]

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "members": {
        "about": "the id of the aim, driver or change idea of the common theory, or the link as CAUSE -> EFFECT",
        "kind": "aim, driver, change or link",
        "text": "its words in the common theory; of a link those of both ends",
        "member": "the id of a member that adapts it or something below it",
        "adapted_by": "the member's own nodes that adapt it, without any those below it; of a link its own links that are it, "
        "empty where it has not drawn it; with '; ' between them",
        "cycles": "cycles of the member's change ideas at or below it by the links of the common theory, inventions of its own "
        "that contribute there too, each once; of a link those of its cause, whether the member has drawn the link or not, without "
        "those at places where it is known to fail",
        "cycles_studied": "those of them that reached Study",
        "sites": "distinct sites of the studied ones",
        "largest_scale": "the largest scale of the studied ones; empty where none says one",
        "judged": "predictions of those cycles that have a result; those dated after Do are none",
        "held": "those of the judged ones that were confirmed",
        "mixed": "those of the judged ones that held in part; they do not count as held",
        "failed": "those of the judged ones that were refuted",
        "share": "the held ones as a share of the judged ones, from 0 to 1; empty where none is judged",
        "low": "the lower end of the interval of the share",
        "high": "the upper end of the interval of the share",
        "interval": "the method of the interval and its level, such as Wilson 95 %",
        "held_there": "whether more than half of the judged predictions held; empty where none is judged",
        "ideas": "change ideas of the member at or below it",
        "adopted": "those of the change ideas that the member adopted, by their status or the latest decision",
        "abandoned": "those that it abandoned",
        "last_decision": "the latest decision among the cycles: adopt, adapt, expand or abandon",
        "measured": "what the member's measures that adapt a measure of the node changed by, in a sentence for each",
    },
    "measures": {
        "measure": "the id of the measure of the common theory",
        "name": "its name",
        "of": "what it measures there, with '; ' between ids",
        "member": "the id of a member with a measure that adapts it",
        "own": "the id of the member's measure",
        "unit": "the unit of the member's measure",
        "kind": "share, rate or median: what is compared; empty where nothing is",
        "since": "the day from which on points count as after: the first Do of a cycle of an idea at or below what it measures",
        "n_before": "points with a value before that day",
        "before": "the level before it: the total of shares and rates, the median of plain values",
        "n_after": "points with a value on that day or later",
        "after": "the level of those",
        "difference": "after minus before, in the unit",
        "error": "its standard error; empty where there is none",
        "low": "the lower end of its 95 % interval (normal)",
        "high": "the upper end",
        "change": "better or worse where the whole interval lies on that side, else unclear; empty where nothing tells",
        "leans": "better or worse, whichever way the difference points",
        "reason": "the figures in a sentence, or why there are none",
    },
    "between": {
        "about": "the id of the node, link or measure of the common theory",
        "kind": "aim, driver, change, link or measure",
        "text": "its words in the common theory",
        "effect": "what is compared: predictions held, or measured change",
        "members": "members that adapt it or something below it; of a measure, that adapt it",
        "places": "those of them that have something to weigh: judged predictions, or a difference with a standard error",
        "judged": "their judged predictions together; of a measure empty",
        "held": "those of them that held; a sum, which hides how members differ",
        "lowest": "the smallest share, or difference, of a member",
        "lowest_at": "the member with it; of several the first",
        "highest": "the largest share, or difference, of a member",
        "highest_at": "the member with it; of several the first",
        "q": "Cochran's Q, by which members are tested for being alike",
        "df": "its degrees of freedom",
        "p": "how often chance alone would make a Q as large, were all members alike",
        "i2": "the share of the variance that is not chance, from 0 to 1",
        "i2_low": "the lower end of its 95 % interval (Q profile)",
        "i2_high": "the upper end",
        "tau2": "the variance between members: of logits for predictions, in the unit squared for measures",
        "pooled": "what members have in common, as a share from 0 to 1 or in the unit; empty for fewer than 3 places",
        "low": "the lower end of its 95 % interval",
        "high": "the upper end",
        "predicted_low": "the lower end of where a new member may well lie (95 % prediction interval)",
        "predicted_high": "the upper end",
        "method": "the names of the methods, the library and the effect",
        "reason": "the same in a sentence, or why there is no pooled number",
    },
}
"""What each column of the tables says; the documentation and ``DataFrame.attrs`` are made of it."""

TYPES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *(
                "cycles",
                "cycles_studied",
                "sites",
                "largest_scale",
                "judged",
                "held",
                "mixed",
                "failed",
                "ideas",
            ),
            *("adopted", "abandoned", "n_before", "n_after", "members", "places", "df"),
        ),
        "Int64",
    ),
    **dict.fromkeys(
        (
            *(
                "share",
                "low",
                "high",
                "before",
                "after",
                "difference",
                "error",
                "lowest",
                "highest",
                "q",
                "p",
                "i2",
            ),
            *("i2_low", "i2_high", "tau2", "pooled", "predicted_low", "predicted_high"),
        ),
        "Float64",
    ),
    "held_there": "boolean",
    "since": "datetime64[s]",
}


@frozen(eq=False)
class Pooled:
    """What a network found out, as three tables: ``.members``, ``.measures`` and ``.between``.

    Each is a `pandas.DataFrame` with ``attrs["columns"]``; `rows` gives the same without pandas. ``between``
    needs statsmodels where there are three places or more; the other two do not.

    Attributes:
        network: the network that it is about.
        about: the ids of what it tells of: nodes, links and measures of the common theory.
        since: from when on points of a measure count as after: ``tested`` or ``adopted``.
        method: how the variance between members is estimated.
        interval: how the interval of a pooled number is made.
        counted: what makes the interval of the share of predictions at a member.
    """

    network: Network
    about: tuple[str, ...]
    since: str = "tested"
    method: str = "paule-mandel"
    interval: str = "hartung-knapp"
    counted: IntervalRule = wilson
    _made: dict[str, Any] = field(factory=dict, init=False, repr=False)

    @property
    def members(self) -> pd.DataFrame:
        """One row for each part of the common theory and each member that adapts it or something below it."""
        return self._frame("members")

    @property
    def measures(self) -> pd.DataFrame:
        """One row for each measure of the common theory and each measure of a member that adapts it."""
        return self._frame("measures")

    @property
    def between(self) -> pd.DataFrame:
        """One row for each part and measure that a member adapts: how far members differ, and what they share.

        Raises:
            MissingEngine: statsmodels is not installed, and there are three places to pool.
        """
        return self._frame("between")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table (members, measures or between) as dicts, without pandas."""
        if table not in COLUMNS:
            raise UsageError(f"There is no table {show(table)}. There are: {', '.join(COLUMNS)}.")
        if table not in self._made:
            make = {
                "members": self._member_rows,
                "measures": self._measure_rows,
                "between": self._between_rows,
            }
            self._made[table] = [dict(zip(COLUMNS[table], row, strict=True)) for row in make[table]()]
        found: list[dict[str, Any]] = self._made[table]
        return found

    def _frame(self, table: str) -> pd.DataFrame:
        key = f"frame.{table}"
        if key not in self._made:
            self._made[key] = Rows(COLUMNS[table], self.rows(table), TYPES).frame(self.network.title)
        made: pd.DataFrame = self._made[key]
        return made

    # ------------------------------------------------------------------------------------- what it rests on

    def evidence(self, about: str) -> tuple[MemberEvidence, ...]:
        """What each member found out about a node or link; those that have nothing there are not told of."""
        kept = self._made.setdefault("evidence", {})
        if about not in kept:
            kept[about] = member_evidence(self.network, about, interval=self.counted)
        found: tuple[MemberEvidence, ...] = kept[about]
        return found

    def changes(self, measure: str) -> tuple[tuple[str, MeasuredChange], ...]:
        """Each member with what its measures that adapt a measure of the common theory changed by."""
        kept = self._made.setdefault("changes", {})
        if measure not in kept:
            kept[measure] = tuple(self._changes(measure))
        found: tuple[tuple[str, MeasuredChange], ...] = kept[measure]
        return found

    def _changes(self, measure: str) -> Iterable[tuple[str, MeasuredChange]]:
        for member in self.network.members:
            if member.theory is None:
                continue
            theory = self.network.theories[member.id]
            for id in self.network.adapted(member.id).get(measure, ()):
                own = theory.node(id)
                if not isinstance(own, Measure):
                    continue
                try:
                    yield member.id, measured_change(theory, id, since=self.since)  # type: ignore[arg-type]  # it is told there
                except SeriesError as error:
                    said = f"Its series cannot be read: {error.faults[0].message}"
                    yield member.id, MeasuredChange(id, own.unit, None, None, 0, 0, None, None, reason=said)

    @property
    def parts(self) -> tuple[str, ...]:
        """The nodes and links among what it tells of."""
        hub = self.network.common
        return tuple(id for id in self.about if "->" in id or not isinstance(hub.index.get(id), Measure))

    @property
    def hub_measures(self) -> tuple[Measure, ...]:
        """The measures of the common theory among what it tells of."""
        hub = self.network.common
        return tuple(m for m in hub.measures if m.id in self.about)

    # ----------------------------------------------------------------------------------------- the tables

    def _member_rows(self) -> Iterable[tuple[Any, ...]]:
        for about in self.parts:
            told: dict[str, list[str]] = {}
            for measure in self._measures_of(about):
                for member, change in self.changes(measure.id):
                    told.setdefault(member, []).append(f"{measure.id}: {change.reason}")
            for one in self.evidence(about):
                count, within = one.tally, one.tally.interval
                yield (
                    one.about,
                    kind_of_part(self.network, about),
                    words_of_part(self.network, about),
                    one.member,
                    listed_in_cell(one.adapted_by),
                    len(one.cycles),
                    len(one.studied),
                    len(one.sites),
                    one.largest_scale,
                    count.judged,
                    count.confirmed,
                    count.mixed,
                    count.refuted,
                    count.share,
                    within.low if within else None,
                    within.high if within else None,
                    f"{within.method} {within.level * 100:.4g} %" if within else None,
                    one.held,
                    len(one.decisions),
                    one.decisions.count("adopted"),
                    one.decisions.count("abandoned"),
                    one.last_decision,
                    listed_in_cell(told.get(one.member, ())),
                )

    def _measures_of(self, about: str) -> list[Measure]:
        hub = self.network.common
        named = {aim.measure for aim in hub.aims if aim.id == about}
        return [one for one in hub.measures if about in one.of or one.id in named]

    def _measure_rows(self) -> Iterable[tuple[Any, ...]]:
        for measure in self.hub_measures:
            for member, one in self.changes(measure.id):
                yield (
                    *(
                        measure.id,
                        measure.name,
                        listed_in_cell(measure.of),
                        member,
                        one.measure,
                        one.unit,
                        one.kind,
                    ),
                    *(one.since, one.n_before, one.before, one.n_after, one.after, one.difference, one.error),
                    *(one.low, one.high, one.change, one.leans, one.reason),
                )

    def _between_rows(self) -> Iterable[tuple[Any, ...]]:
        for about in self.parts:
            some = self.evidence(about)
            if some:
                yield (
                    about,
                    kind_of_part(self.network, about),
                    words_of_part(self.network, about),
                    *self._of_predictions(some),
                )
        for measure in self.hub_measures:
            changes = self.changes(measure.id)
            if changes:
                yield measure.id, "measure", measure.name, *self._of_changes(changes)

    def _of_predictions(self, some: Sequence[MemberEvidence]) -> tuple[Any, ...]:
        judged = [one for one in some if one.tally.judged]
        shares = [(one.tally.confirmed / one.tally.judged, one.member) for one in judged]
        held = sum(one.tally.confirmed for one in judged)
        total = sum(one.tally.judged for one in judged)
        effects, variances = [], []
        for one in judged:
            yes, no = one.tally.confirmed + 0.5, one.tally.judged - one.tally.confirmed + 0.5
            effects.append(math.log(yes / no))
            variances.append(1 / yes + 1 / no)
        head = ("predictions held", len(some), len(judged), total, held, *_ends(shares))
        if len(judged) < LEAST:
            return *head, *[None] * 13, _none(len(judged), "judged predictions")
        found = random_effects(effects, variances, method=self.method, interval=self.interval)

        def share(logit: float) -> float:
            return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0

        numbers = tuple(
            share(x) for x in (found.pooled, found.low, found.high, found.predicted_low, found.predicted_high)
        )
        return *head, *_figures(found, numbers, "logits of shares, ½ added"), _told(found, numbers, _percent)

    def _of_changes(self, changes: Sequence[tuple[str, MeasuredChange]]) -> tuple[Any, ...]:
        members = dict.fromkeys(member for member, _ in changes)
        usable = [(m, one) for m, one in changes if one.error is not None and one.difference is not None]
        several = [m for m in members if sum(m == other for other, _ in usable) > 1]
        usable = [(m, one) for m, one in usable if m not in several]
        differences = [(one.difference or 0.0, m) for m, one in usable]
        head = ("measured change", len(members), len(usable), None, None, *_ends(differences))
        units = list(dict.fromkeys(one.unit for _, one in usable))
        kinds = list(dict.fromkeys(one.kind for _, one in usable))
        more = f" {listed(several)} left out: several measures adapt it there." if several else ""
        nothing = (*head, *[None] * 13)
        if len(usable) < LEAST:
            return *nothing, _none(len(usable), "a difference with a standard error") + more
        if len(units) > 1:
            said = listed([show(one) if one is not None else "none" for one in units])
            return *nothing, f"No pooled number: members measure in different units ({said}).{more}"
        if len(kinds) > 1:
            return (
                *nothing,
                f"No pooled number: what is compared differs ({listed([str(k) for k in kinds])}).{more}",
            )
        found = random_effects(
            [one.difference or 0.0 for _, one in usable],
            [(one.error or 0.0) ** 2 for _, one in usable],
            method=self.method,
            interval=self.interval,
        )
        numbers = (found.pooled, found.low, found.high, found.predicted_low, found.predicted_high)
        # What a percentage changes by is no percentage of it.
        unit = " percentage points" if units[0] == "%" else f" {harmless(units[0])}" if units[0] else ""
        form = ".1f" if scale_of(units[0]) == 100.0 else ".3g"
        effect = {"share": "differences of shares", "rate": "differences of rates"}.get(
            kinds[0] or "", "differences of medians"
        )
        return (
            *head,
            *_figures(found, numbers, effect),
            _told(found, numbers, lambda value: f"{value:+{form}}", unit) + more,
        )

    # ------------------------------------------------------------------------------------------- for people

    def text(self, *, numbers: bool = False) -> str:
        """What was found out, part by part, for people; words of files are shown harmless.

        Args:
            numbers: whether a pooled number stands below the members, with how far they differ.
        """
        lines = [harmless(self.network.title), ""]
        between = {row["about"]: row for row in self.rows("between")} if numbers else {}
        silent = 0
        for about in self.parts:
            some = [one for one in self.evidence(about) if one.tally.judged or one.studied]
            if not some:
                silent += 1
                continue
            rest = len(self.evidence(about)) - len(some)
            more = f", {rest:,} more with nothing studied yet" if rest else ""
            lines.append(
                f"{about} {quoted(words_of_part(self.network, about))}: {plural(len(some), 'member')}{more}"
            )
            width = max(len(one.member) for one in some)
            lines += [f"  {one.member:{width}}  {_line(one)}" for one in some]
            lines += _spread([one for one in some if one.tally.judged])
            if about in between:
                lines.append(f"  {between[about]['reason']}")
            lines.append("")
        for measure in self.hub_measures:
            changes = self.changes(measure.id)
            if changes:
                lines.append(
                    f"{measure.id} {quoted(measure.name)}: {plural(len(changes), 'measure')} of members"
                )
                width = max(len(member) for member, _ in changes)
                lines += [f"  {member:{width}}  {one.reason}" for member, one in changes]
                if measure.id in between:
                    lines.append(f"  {between[measure.id]['reason']}")
                lines.append("")
        if silent:
            lines.append(
                f"{plural(silent, 'part')} of the common theory with nothing studied by any member yet."
            )
        if len(lines) == 2:
            lines.append("There is nothing to pool: " + self._nothing())
        return "\n".join(lines).rstrip("\n") + "\n"

    def _nothing(self) -> str:
        if not self.about:
            return "the common theory has no aim, driver, change idea or measure."
        if not self.network.theories:
            return "no member has a theory file."
        return "no member has a measure that adapts it."

    def __str__(self) -> str:
        """What was found out, without any pooled number."""
        return self.text()


def _line(one: MemberEvidence) -> str:
    said = [str(one.tally), f"{plural(len(one.studied), 'cycle')} studied"]
    if one.sites:
        said.append(plural(len(one.sites), "site"))
    if one.largest_scale is not None:
        said.append(f"up to {one.largest_scale:,} at a time")
    said += [
        word if len(one.decisions) == 1 else f"{count} of {len(one.decisions)} ideas {word}"
        for word in ("adopted", "abandoned")
        if (count := one.decisions.count(word))
    ]
    return "; ".join(said)


def _spread(judged: Sequence[MemberEvidence]) -> list[str]:
    if len(judged) < 2:
        return []
    low, low_at, high, high_at = _ends(
        [(one.tally.confirmed / one.tally.judged, one.member) for one in judged]
    )
    held = sum(one.held is True for one in judged)
    where = f"from {_percent(low)} in {low_at} to {_percent(high)} in {high_at}"
    if low == high:
        where = f"{_percent(low)} in each"
    return [f"  Held in {held:,} of {plural(len(judged), 'member')}; of the predictions {where}."]


def _ends(values: Sequence[tuple[float, str]]) -> tuple[Any, ...]:
    if not values:
        return None, None, None, None
    low, high = min(values, key=lambda one: one[0]), max(values, key=lambda one: one[0])
    return *low, *high


def _none(places: int, what: str) -> str:
    have = "has" if places == 1 else "have"
    return f"No pooled number: {plural(places, 'member')} {have} {what}, and it takes {LEAST} to tell how far they differ."


def _figures(found: RandomEffects, numbers: Sequence[float], effect: str) -> tuple[Any, ...]:
    return (
        *(found.q, found.df, found.p, found.i2, found.i2_low, found.i2_high, found.tau2, *numbers),
        f"{found.name}; {effect}",
    )


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _told(found: RandomEffects, numbers: Sequence[float], form: Any, unit: str = "") -> str:
    pooled, low, high, least, most = map(form, numbers)
    differ = (
        "Members differ by more than chance"
        if found.p < 0.05
        else "Members differ by no more than chance could make"
    )
    return (
        f"{differ}: {found.differ}. Together {pooled}{unit} ({low} to {high}); a new member may lie anywhere between {least} "
        f"and {most} ({found.name})."
    )


def pooled(
    network: Network,
    about: str | Iterable[str] | None = None,
    *,
    since: str = "tested",
    method: str = "paule-mandel",
    interval: str = "hartung-knapp",
    counted: IntervalRule = wilson,
) -> Pooled:
    """What each member of a network found out about the parts of its common theory, and how far members differ.

    See `driverkit.analysis.pooled` for what is pooled and how.

    Args:
        network: the network.
        about: the id of an aim, driver, change idea or measure of the common theory, or a link ``CAUSE -> EFFECT``
            of it; or a local invention as ``member/ID``; or several; left out, all of the common theory.
        since: from when on points of a measure count as after: ``tested``, the first Do of a cycle of an idea
            below it; or ``adopted``, the first decision to adopt one.
        method: how the variance between members is estimated: ``paule-mandel`` or ``dersimonian-laird``.
        interval: how the interval of a pooled number is made: ``hartung-knapp`` or ``normal``.
        counted: what makes the interval of the share of predictions that held at a member.

    Raises:
        UnknownId: the common theory has nothing of that id.
        UsageError: it is nothing that gathers evidence; there is no such link or option.
        FormatError: a member's file cannot be read.
    """
    from driverkit.analysis.random_effects import INTERVALS, METHODS

    for name, given, known in (
        ("method", method, METHODS),
        ("interval", interval, INTERVALS),
        ("since", since, ("tested", "adopted")),
    ):
        if given not in known:
            raise UsageError(f"There is no {name} {show(given)}. There are: {', '.join(known)}.")
    hub = network.common
    if about is None:
        wanted = (*hub_parts(hub), *(one.id for one in hub.measures))
    else:
        wanted = tuple(dict.fromkeys([about] if isinstance(about, str) else about))
        wanted = tuple(link_of(hub, id).id if "->" in id else id for id in wanted)
        for id in wanted:
            if "->" in id or not isinstance(hub.index.get(id), Measure):
                kind_of_part(network, id)
    return Pooled(network, wanted, since, method, interval, counted)
