"""Which changes held where, and under what conditions: by what members say of their context, and by conditions of tests.

    >>> from driverkit.model import ChangeIdea, Member, Network, PdsaCycle, Theory
    >>> def ward(result):
    ...     asked = [{"question": "q", "prediction": "a", "result": result}]
    ...     cycle = PdsaCycle("T", "C", predictions=asked, study={"learned": "so"})
    ...     return Theory("Ward", change_ideas=[ChangeIdea("C", "Ask twice", adapts="C1")], cycles=[cycle])
    >>> network = Network(
    ...     "Wards",
    ...     Theory("Hub", change_ideas=[ChangeIdea("C1", "Ask")]),
    ...     members=[
    ...         Member("m1", theory=ward("confirmed"), context={"coach": "experienced"}),
    ...         Member("m2", theory=ward("refuted"), context={"coach": "new"}),
    ...         Member("m3", theory=ward("confirmed"), context={"coach": "experienced"}),
    ...     ],
    ... )
    >>> print(held_where(network).rows("patterns")[0]["statement"])
    held in 2 of 2 members where coach is experienced, in 0 of 1 where it is new; no more than chance could make (p = 0.33)

What is counted, exactly:

* An idea *held in a member* where more than half of its judged predictions there did (see
  `driverkit.evidence.across`): members are counted, not predictions, as those of one member hang together.
* *Context*: what ``context`` of a member says. Members that say nothing of it are counted by themselves, and
  compared with nobody. *Conditions*: what the cycles say, word for word; one member may test under
  several, so those are told side by side and not tested. *Only where*, of links and nothing else: the condition
  under which a link is said to hold, by the member or, where it says none or has not drawn the link, by the common theory;
  members for whom nobody says one are counted by themselves.
* *Told apart*: the members of one value against those of all others, held or not, by Fisher's exact test,
  two-sided, after Holm's correction for all comparisons that are made in one call; below 0.05. What held
  in all members or in none is no comparison.

It is exploratory. Nobody was assigned to a context; what goes with it may be what matters. What is told apart is a
reason for a test that is planned to find out, and what is not may be so all the same where members are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.analysis.tables import Rows
from driverkit.errors import UsageError
from driverkit.evidence.across import (
    MemberEvidence,
    conditional_links,
    held_there,
    kind_of_part,
    member_evidence,
    words_of_part,
)
from driverkit.evidence.combined import combined_with_sources
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.intervals import Interval, IntervalRule, wilson
from driverkit.evidence.predictions import all_predictions, tally
from driverkit.evidence.stamps import link_of
from driverkit.evidence.status import latest_decision
from driverkit.evidence.where import fisher, holm
from driverkit.evidence.words import harmless, plural, quoted, shortened
from driverkit.model import Network, PdsaCycle
from driverkit.model.values import did_you_mean, show

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "TOLD_APART", "TYPES", "HeldWhere", "held_where"]

TOLD_APART = 0.05
"""Below which a difference is told apart from chance, after Holm's correction."""

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "values": {
        "about": "the id of the change idea (or driver, aim) of the common theory, or the link as CAUSE -> EFFECT",
        "text": "its words in the common theory",
        "by": "context, conditions or only_where",
        "name": "of a context what it is about, such as coach; otherwise empty",
        "value": "what is said of it, word for word; empty where nothing is",
        "members": "members of that value with a version of it",
        "members_judged": "those of them with a judged prediction of it",
        "members_held": "those of them where more than half of the judged predictions held",
        "judged": "their judged predictions together",
        "held": "those of them that held",
        "mixed": "those of them that held in part",
        "failed": "those of them that were refuted",
        "share": "members_held as a share of members_judged, from 0 to 1",
        "low": "the lower end of its interval",
        "high": "the upper end",
        "interval": "the method of the interval and its level, such as Wilson 95 %",
        "adopted": "members whose latest decision on it was to adopt; of conditions, among the cycles under them",
        "adapted": "members whose latest decision was to adapt",
        "expanded": "members whose latest decision was to expand",
        "abandoned": "members whose latest decision was to abandon",
        "undecided": "members without a decision",
        "p": "Fisher's exact test of members of this value against those of all others; empty where nothing is compared",
        "p_holm": "the same after Holm's correction for all comparisons of the call",
        "told_apart": "whether p_holm is below 0.05; empty where nothing is compared",
    },
    "patterns": {
        "about": "the id of the change idea (or driver, aim) of the common theory, or the link",
        "text": "its words in the common theory",
        "by": "context, conditions or only_where",
        "name": "of a context what it is about",
        "told_apart": "whether a value of it is told apart from the others; empty where nothing is compared",
        "statement": "where it held, in words with the counts",
    },
}
"""What each column of the tables says; the documentation and ``DataFrame.attrs`` are made of it."""

TYPES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("members", "members_judged", "members_held", "judged", "held", "mixed", "failed"),
            *("adopted", "adapted", "expanded", "abandoned", "undecided"),
        ),
        "Int64",
    ),
    **dict.fromkeys(("share", "low", "high", "p", "p_holm"), "Float64"),
    "told_apart": "boolean",
}
_DECISIONS = ("adopt", "adapt", "expand", "abandon", None)


@frozen
class _Place:
    """One member under one value: what it found out there."""

    member: str
    counts: tuple[int, int, int, int]  # judged, held, mixed, failed
    held: bool | None
    decision: str | None


@frozen
class _Group:
    """The members of one value."""

    about: str
    by: str
    name: str | None
    value: str | None
    places: tuple[_Place, ...]

    @property
    def judged(self) -> int:
        return sum(place.held is not None for place in self.places)

    @property
    def held(self) -> int:
        return sum(place.held is True for place in self.places)


@frozen(eq=False)
class HeldWhere:
    """Which changes held where, as two tables: ``.values`` and ``.patterns``.

    Each is a `pandas.DataFrame` with ``attrs["columns"]``; `rows` gives the same without pandas. ``str`` of it tells
    the patterns in sentences.

    Attributes:
        network: the network.
        about: the ids of what it tells of.
        by: the names of contexts, ``conditions`` or ``only_where``; None for all.
        counted: what makes the interval of the share of members.
    """

    network: Network
    about: tuple[str, ...]
    by: tuple[str, ...] | None = None
    counted: IntervalRule = wilson
    _made: dict[str, Any] = field(factory=dict, init=False, repr=False)

    @property
    def values(self) -> pd.DataFrame:
        """One row for each idea and each value of a context, each condition, and each ``only_where``."""
        return self._frame("values")

    @property
    def patterns(self) -> pd.DataFrame:
        """One row for each idea and context: where it held, in words with the counts."""
        return self._frame("patterns")

    @property
    def comparisons(self) -> int:
        """How many comparisons were made, for which the p values are corrected."""
        self.rows("values")
        made: int = self._made["comparisons"]
        return made

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table (values or patterns) as dicts, without pandas."""
        if table not in COLUMNS:
            raise UsageError(f"There is no table {show(table)}. There are: {', '.join(COLUMNS)}.")
        if not self._made:
            self._make()
        found: list[dict[str, Any]] = self._made[table]
        return found

    def _frame(self, table: str) -> pd.DataFrame:
        return Rows(COLUMNS[table], self.rows(table), TYPES).frame(self.network.title)

    def _make(self) -> None:
        groups = [
            group
            for about in self.about
            for group in _groups(self.network, about)
            if self.by is None or (group.name or group.by) in self.by
        ]
        tested = _compared(groups)
        kept = dict(zip(tested, holm(list(tested.values())), strict=True))
        self._made["comparisons"] = len(kept)
        words = {about: words_of_part(self.network, about) for about in self.about}
        rows, patterns = [], []
        sets: dict[tuple[str, str, str | None], list[tuple[_Group, float | None, float | None]]] = {}
        for at, group in enumerate(groups):
            place = _comparison(groups, at)
            p, corrected = tested.get(place), kept.get(place)
            sets.setdefault((group.about, group.by, group.name), []).append((group, p, corrected))
            row = _row(group, words[group.about], self.counted(group.held, group.judged), p, corrected)
            rows.append(dict(zip(COLUMNS["values"], row, strict=True)))
        for (about, by, name), some in sets.items():
            told = [one for _, _, one in some if one is not None]
            apart = min(told) < TOLD_APART if told else None
            patterns.append(
                dict(
                    zip(
                        COLUMNS["patterns"],
                        (about, words[about], by, name, apart, _statement(some, len(kept))),
                        strict=True,
                    )
                )
            )
        self._made["values"], self._made["patterns"] = rows, patterns

    def __str__(self) -> str:
        """Where each idea held, in sentences; words of files are shown harmless."""
        lines = [harmless(self.network.title)]
        by_about: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows("patterns"):
            by_about.setdefault(row["about"], []).append(row)
        for about, some in by_about.items():
            lines += ["", f"{about} {quoted(words_of_part(self.network, about))}"]
            lines += [f"  {row['name'] or row['by'].replace('_', ' ')}: {row['statement']}" for row in some]
        if len(lines) == 1:
            return f"{lines[0]}\n\nNothing was judged by a member that says something of its context or conditions.\n"
        if self.comparisons:
            lines += [
                "",
                f"{plural(self.comparisons, 'comparison')} of members by Fisher's exact test, corrected by Holm's method. "
                + _CAUTION,
            ]
        return "\n".join(lines) + "\n"


def held_where(
    network: Network,
    about: str | Iterable[str] | None = None,
    *,
    by: str | Iterable[str] | None = None,
    interval: IntervalRule = wilson,
) -> HeldWhere:
    """Which changes held where and under what conditions; see `driverkit.analysis.held_where` for what is counted.

    Args:
        network: the network.
        about: the id of a change idea, driver or aim of the common theory, or a link ``CAUSE -> EFFECT`` of it, or a
            local invention as ``member/ID``; or several. Left out, all change ideas, and the links that are said to hold only where something is so.
        by: only these: the names of contexts, ``conditions`` or ``only_where``; left out, all. Fewer are
            fewer comparisons to correct for.
        interval: what makes the interval of the share of members.

    Raises:
        UnknownId: the common theory has no such node.
        UsageError: it is no aim, driver, change idea or link, or no member says anything of that context.
        FormatError: a member's file cannot be read.
    """
    hub = network.common
    if about is None:
        wanted = (*(one.id for one in hub.change_ideas), *conditional_links(network))
    else:
        wanted = tuple(dict.fromkeys([about] if isinstance(about, str) else about))
        for id in wanted:
            kind_of_part(network, id)
        wanted = tuple(link_of(hub, id).id if "->" in id else id for id in wanted)
    if by is None:
        return HeldWhere(network, wanted, None, interval)
    names = tuple(dict.fromkeys([by] if isinstance(by, str) else by))
    known = (
        *dict.fromkeys(name for member in network.members for name in member.context),
        "conditions",
        "only_where",
    )
    for name in names:
        if name not in known:
            raise UsageError(
                f"No member says anything of {show(name)}.{did_you_mean(str(name), known)} There are: {', '.join(known)}."
            )
    return HeldWhere(network, wanted, names, interval)


# ------------------------------------------------------------------------------------------------- the groups


def _groups(network: Network, about: str) -> Iterable[_Group]:
    """The members of each value: by context, then by conditions, then by what a link holds under."""
    some = member_evidence(network, about)
    if "->" in about:
        yield from _by_only_where(network, about, some)
        return
    members = {member.id: member for member in network.members}
    names = dict.fromkeys(name for member in network.members for name in member.context)
    for name in names:
        values: dict[str | None, list[_Place]] = {}
        for (
            member
        ) in network.members:  # values stand in the order in which members say them, whoever has the idea
            if name in member.context:
                values.setdefault(str(member.context[name]), [])
        for one in some:
            said = members[one.member].context.get(name)
            values.setdefault(None if said is None else str(said), []).append(_place(one))
        # What nobody says of a context comes last.
        for value in sorted(values, key=lambda value: value is None):
            if values[value]:
                yield _Group(about, "context", name, value, tuple(values[value]))
    yield from _by_conditions(network, about, some)


def _place(one: MemberEvidence) -> _Place:
    count = one.tally
    return _Place(
        one.member,
        (count.judged, count.confirmed, count.mixed, count.refuted),
        one.held,
        one.last_decision,
    )


def _by_conditions(network: Network, about: str, some: Sequence[MemberEvidence]) -> Iterable[_Group]:
    values: dict[str, list[_Place]] = {}
    for one in some:
        theory = network.theories[one.member]
        mine: dict[str, list[PdsaCycle]] = {}
        wanted = set(one.cycles)
        for cycle in theory.cycles:
            if cycle.id in wanted and cycle.conditions is not None and was_studied(cycle):
                mine.setdefault(cycle.conditions, []).append(cycle)
        if not mine:
            continue
        for words, cycles in mine.items():
            ids = {cycle.id for cycle in cycles}
            count = tally(record for record in all_predictions(theory) if record.cycle.id in ids)
            last = latest_decision(cycles)
            values.setdefault(words, []).append(
                _Place(
                    one.member,
                    (count.judged, count.confirmed, count.mixed, count.refuted),
                    held_there(count),
                    last.act.decision if last is not None and last.act is not None else None,
                )
            )
    for words, places in values.items():
        yield _Group(about, "conditions", None, words, tuple(places))


def _by_only_where(network: Network, about: str, some: Sequence[MemberEvidence]) -> Iterable[_Group]:
    common = link_of(network.common, about).only_where
    values: dict[str | None, list[_Place]] = {}
    had = combined_with_sources(network).links.get(about, {})
    for one in some:
        said = [link.only_where for link in had.get(one.member, ()) if link.only_where is not None]
        values.setdefault(said[0] if said else common, []).append(_place(one))
    if any(value is not None for value in values):
        for value in sorted(values, key=lambda value: value is None):
            yield _Group(about, "only_where", None, value, tuple(values[value]))


# -------------------------------------------------------------------------------------------- the comparisons

_Comparison = tuple[str, str, str | None, str | None]


def _comparison(groups: Sequence[_Group], at: int) -> _Comparison | None:
    """Which comparison a group takes part in; of two values there is one, under the name of the first."""
    group = groups[at]
    if group.by == "conditions" or group.value is None:
        return None
    beside = [
        one
        for one in groups
        if (one.about, one.by, one.name) == (group.about, group.by, group.name)
        and one.value is not None
        and one.judged
    ]
    if len(beside) < 2 or not group.judged:
        return None
    value = beside[0].value if len(beside) == 2 else group.value
    return group.about, group.by, group.name, value


def _compared(groups: Sequence[_Group]) -> dict[_Comparison | None, float]:
    """The p value of each comparison that can be made, in the order of the groups."""
    found: dict[_Comparison | None, float] = {}
    sets: dict[tuple[str, str, str | None], list[_Group]] = {}
    for group in groups:
        if group.value is not None and group.by != "conditions":
            sets.setdefault((group.about, group.by, group.name), []).append(group)
    for at, group in enumerate(groups):
        place = _comparison(groups, at) if group.judged else None
        if place is None or place in found:
            continue
        beside = sets[group.about, group.by, group.name]
        judged, held = sum(one.judged for one in beside), sum(one.held for one in beside)
        if held in (0, judged):
            continue
        found[place] = fisher(
            group.held,
            group.judged - group.held,
            held - group.held,
            judged - group.judged - (held - group.held),
        )
    return found


def _row(
    group: _Group, text: str, interval: Interval | None, p: float | None, corrected: float | None
) -> tuple[Any, ...]:
    sums = [sum(place.counts[at] for place in group.places) for at in range(4)]
    decisions = [sum(place.decision == word for place in group.places) for word in _DECISIONS]
    return (
        *(
            group.about,
            text,
            group.by,
            group.name,
            group.value,
            len(group.places),
            group.judged,
            group.held,
            *sums,
        ),
        *(group.held / group.judged if group.judged else None,),
        *((interval.low, interval.high) if interval else (None, None)),
        f"{interval.method} {interval.level * 100:.4g} %" if interval else None,
        *decisions,
        *(p, corrected, corrected < TOLD_APART if corrected is not None else None),
    )


def _statement(some: Sequence[tuple[_Group, float | None, float | None]], comparisons: int) -> str:
    """Where it held, in words with the counts."""
    first = some[0][0]
    if not any(group.judged for group, _, _ in some):
        return f"nothing judged yet; {plural(sum(len(group.places) for group, _, _ in some), 'member')} with a version of it"
    parts: list[str] = []
    for group, _, _ in some:
        value = "nothing is said of it" if group.value is None else shortened(harmless(group.value), 60)
        if group.by == "context" and group.value is not None:
            where = f"where {harmless(group.name or '')} is {value}" if not parts else f"where it is {value}"
        elif group.value is None:
            where = f"where {value}"
        else:
            where = f"under “{value}”" if group.by == "conditions" else f"where “{value}” is the condition"
        if group.judged:
            parts.append(f"in {group.held} of {plural(group.judged, 'member')} {where}")
        else:
            parts.append(f"not judged {where}")
        if len(parts) > 1 and group.judged:
            parts[-1] = f"in {group.held} of {group.judged} {where}"
    said = "held " + ", ".join(parts[:_MOST])
    if len(parts) > _MOST:
        said += f", and {len(parts) - _MOST} more"
    if first.by == "conditions":
        return said + "; one member may be under several, so nothing is compared"
    told = [(corrected, p) for _, p, corrected in some if corrected is not None and p is not None]
    if not told:
        return said + "; nothing to compare"
    corrected, p = min(told)
    many = (
        f", {_p(corrected).removeprefix('= ')} after correction for {comparisons} comparisons"
        if comparisons > 1
        else ""
    )
    if corrected < TOLD_APART:
        return f"{said}; told apart from chance (p {_p(p)}{many})"
    return f"{said}; no more than chance could make (p {_p(p)}{many})"


_CAUTION = "Exploratory: nobody was assigned to a context, so what is told apart is a reason for a test."

_MOST = 12
"""How many values are told in one sentence; the table has all."""


def _p(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"= {value:.2g}"
