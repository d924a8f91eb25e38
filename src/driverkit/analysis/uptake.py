"""Recommendations and what became of them: counted by kind of uptake, by whom they were for, by year and by node.

A recommendation is a conjecture: that a node of the theory can be moved by somebody who was told so. Whether it
was taken up is one thing, and whether it then held another: each uptake is a test (Cobb, Jackson, Henrick &
Smith, Systems for Instructional Improvement, 2018). `Uptake.each` says for each recommendation what was
found out about its nodes since.

    >>> from driverkit.model import Driver, Recommendation, Theory
    >>> theory = Theory(
    ...     "Leaving hospital",
    ...     drivers=[Driver("P1", "Help is reachable")],
    ...     recommendations=[
    ...         Recommendation("N1", "Give nurses a phone", about=["P1"], to="board", uptake="taken-up"),
    ...         Recommendation("N2", "Pay for a pharmacist", about=["P1"], to="board", uptake="partly"),
    ...         Recommendation("N3", "Open on Sundays", about=["P1"], to="clinic", uptake="pending"),
    ...     ],
    ... )
    >>> print(uptake(theory))
    3 recommendations: 1 taken up, 1 partly, 0 not taken up, 1 pending.
    Of those that are decided: taken up 1 of 2, 50 % (9 % to 91 %, Wilson); with those in part 2 of 2, 100 % (34 % to 100 %, Wilson).

What is counted: *decided* are those that were taken up, in part or not at all; pending ones, and those that say
nothing, are counted and in no share. Both shares are told, as whether half an uptake is one is a matter of opinion.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.analysis.tables import Rows, listed_in_cell
from driverkit.errors import UsageError
from driverkit.evidence.combined import own_at
from driverkit.evidence.intervals import IntervalRule, wilson
from driverkit.evidence.predictions import PredictionRecord, all_predictions, predictions_of, tally
from driverkit.evidence.words import harmless, plural
from driverkit.graph import everything_behind
from driverkit.model import Aim, ChangeIdea, Driver, Measure, Network, Recommendation, Theory
from driverkit.model.values import show

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "TYPES", "Uptake", "uptake"]

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "counts": {
        "by": "what is counted by: all, to, year, node, or (in a network) whose",
        "key": "who was advised, the year, the id of the node, or whose recommendations; empty where nothing is said, and "
        "for all",
        "text": "the words of the node; empty otherwise",
        "recommendations": "how many there are",
        "taken_up": "those that were taken up",
        "partly": "those that were taken up in part",
        "not_taken_up": "those that were not",
        "pending": "those that wait for an answer",
        "unsaid": "those of which nothing is said",
        "decided": "those that were taken up, in part or not",
        "share": "taken up, as a share of the decided ones, from 0 to 1; empty where none is decided",
        "low": "the lower end of its interval",
        "high": "the upper end",
        "share_with_partly": "taken up or in part, as a share of the decided ones",
        "low_with_partly": "the lower end of its interval",
        "high_with_partly": "the upper end",
        "interval": "the method of the intervals and their level, such as Wilson 95 %",
    },
    "each": {
        "id": "the id of the recommendation",
        "whose": "in a network the member whose file it stands in; empty for those of the hub",
        "text": "the advice",
        "about": "the ids of what it bears on, with '; ' between them",
        "to": "who was advised",
        "date": "when",
        "uptake": "taken-up, partly, not-taken-up or pending",
        "judged_since": "predictions about those nodes that were judged on that day or later; empty where it has no date",
        "held_since": "those of them that held",
        "low": "the lower end of the interval of their share",
        "high": "the upper end",
        "found": "in words, whether it was tested: each uptake is a test of a conjecture",
    },
}
"""What each column of the tables says; the documentation and ``DataFrame.attrs`` are made of it."""

TYPES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("recommendations", "taken_up", "partly", "not_taken_up", "pending", "unsaid", "decided"),
            *("judged_since", "held_since"),
        ),
        "Int64",
    ),
    **dict.fromkeys(
        ("share", "low", "high", "share_with_partly", "low_with_partly", "high_with_partly"), "Float64"
    ),
    "date": "datetime64[s]",
}

_KINDS = ("taken-up", "partly", "not-taken-up", "pending", None)


@frozen
class _Given:
    """A recommendation, with whose it is and the nodes that it bears on, as the common theory calls them."""

    one: Recommendation
    whose: str | None
    nodes: tuple[str, ...]
    records: Callable[[], Sequence[PredictionRecord]]


@frozen(eq=False)
class Uptake:
    """What became of recommendations, as two tables: ``.counts`` and ``.each``.

    Each is a `pandas.DataFrame` with ``attrs["columns"]``; `rows` gives the same without pandas. ``str`` of it tells
    the totals in sentences.

    Attributes:
        source: the theory or network.
        interval: what makes the intervals of the shares.
    """

    source: Theory | Network
    interval: IntervalRule = wilson
    _made: dict[str, Any] = field(factory=dict, init=False, repr=False)

    @property
    def counts(self) -> pd.DataFrame:
        """One row for all, then one for each addressee, year and node, and in a network for each file."""
        return self._frame("counts")

    @property
    def each(self) -> pd.DataFrame:
        """One row for each recommendation: what became of it, and what was found out about its nodes since."""
        return self._frame("each")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table (counts or each) as dicts, without pandas."""
        if table not in COLUMNS:
            raise UsageError(f"There is no table {show(table)}. There are: {', '.join(COLUMNS)}.")
        if table not in self._made:
            given = self._made.setdefault("given", _given(self.source))
            made = self._count_rows(given) if table == "counts" else self._each_rows(given)
            self._made[table] = [dict(zip(COLUMNS[table], row, strict=True)) for row in made]
        found: list[dict[str, Any]] = self._made[table]
        return found

    def _frame(self, table: str) -> pd.DataFrame:
        return Rows(COLUMNS[table], self.rows(table), TYPES).frame(self.source.title)

    def _count_rows(self, given: Sequence[_Given]) -> Iterable[tuple[Any, ...]]:
        yield self._counted("all", None, None, given)
        words = _words(self.source)
        groups: dict[str, dict[str | None, list[_Given]]] = {"to": {}, "year": {}, "node": {}}
        if isinstance(self.source, Network):
            groups["whose"] = {}
        for one in given:
            day = one.one.date
            keys: dict[str, Sequence[str | None]] = {
                "to": (one.one.to,),
                "year": (f"{day.year:04d}" if day is not None else None,),
                "node": one.nodes or (None,),
                "whose": (one.whose,),
            }
            for by, held in groups.items():
                for key in keys[by]:
                    held.setdefault(key, []).append(one)
        order = {id: at for at, id in enumerate(words)}
        for by, held in groups.items():
            names = list(held)
            if by == "year":
                names.sort(key=lambda key: (key is None, key or ""))
            elif by == "node":
                names.sort(key=lambda key: (key is None, order.get(key or "", len(order))))
            else:
                names.sort(key=lambda key: key is None and by == "to")
            for key in names:
                yield self._counted(by, key, words.get(key or "") if by == "node" else None, held[key])

    def _counted(self, by: str, key: str | None, text: str | None, some: Sequence[_Given]) -> tuple[Any, ...]:
        taken, partly, not_taken, pending, unsaid = (
            sum(one.one.uptake == kind for one in some) for kind in _KINDS
        )
        decided = taken + partly + not_taken
        first, both = self.interval(taken, decided), self.interval(taken + partly, decided)
        return (
            *(by, key, text, len(some), taken, partly, not_taken, pending, unsaid, decided),
            *(taken / decided if decided else None,),
            *((first.low, first.high) if first else (None, None)),
            *((taken + partly) / decided if decided else None,),
            *((both.low, both.high) if both else (None, None)),
            f"{first.method} {first.level * 100:.4g} %" if first else None,
        )

    def _each_rows(self, given: Sequence[_Given]) -> Iterable[tuple[Any, ...]]:
        for item in given:
            one = item.one
            count = None
            if one.date is not None:
                count = tally(_since(item.records(), one.date), interval=self.interval)
            within = count.interval if count is not None else None
            yield (
                *(one.id, item.whose, one.text, listed_in_cell(item.nodes), one.to, one.date, one.uptake),
                *((count.judged, count.confirmed) if count is not None else (None, None)),
                *((within.low, within.high) if within is not None else (None, None)),
                _found(one, str(count) if count is not None and count.judged else None),
            )

    def __str__(self) -> str:
        """The totals in sentences, without a bare number."""
        return "\n".join(_told(self.rows("counts")[0]))

    def text(self) -> str:
        """The totals, then by addressee and by year, then each recommendation; words of files are shown harmless."""
        rows = self.rows("counts")
        lines = [harmless(self.source.title), "", *_told(rows[0])]
        if not rows[0]["recommendations"]:
            return "\n".join(lines) + "\n"
        heads = {"to": "To whom", "year": "By year", "node": "About", "whose": "Whose"}
        for by, head in heads.items():
            some = [row for row in rows if row["by"] == by]
            if len(some) < 2:
                continue
            lines += ["", head]
            for row in some:
                name = "not said" if row["key"] is None else harmless(row["key"])
                if by == "whose" and row["key"] is None:
                    name = "the hub"
                lines.append(f"  {name}: {_short(row)}")
        lines += ["", "Each, and what was found out since"]
        for row in self.rows("each"):
            where = f"{row['whose']}/" if row["whose"] else ""
            day = f", {row['date'].isoformat()}" if row["date"] else ""
            lines.append(f"  {where}{row['id']} {harmless(row['text'])}{day}: {row['found']}")
        return "\n".join(lines) + "\n"


def uptake(source: Theory | Network, *, interval: IntervalRule = wilson) -> Uptake:
    """What became of the recommendations of a theory or a network; see `driverkit.analysis.uptake`.

    Args:
        source: the theory; or the network, with the recommendations of its own file, of the common theory (one with an
            id that the network's file has too is the same one) and of the members' files, whose nodes are
            told as the node of the common theory that they adapt, or as ``member/ID``.
        interval: what makes the intervals of the shares.

    Raises:
        UsageError: it is neither a theory nor a network.
        FormatError: a member's file cannot be read.
    """
    if not isinstance(source, Theory | Network):
        raise UsageError(f"A theory or a network has recommendations, not {show(source)}.")
    return Uptake(source, interval)


def _given(source: Theory | Network) -> tuple[_Given, ...]:
    if isinstance(source, Theory):
        return tuple(_own(source, one) for one in source.recommendations)
    hub = source.common
    mine = {one.id: one for one in hub.recommendations}
    mine.update((one.id, one) for one in source.recommendations)
    found = [_Given(one, None, one.about, partial(_through, source, one.about)) for one in mine.values()]
    for member, theory in source.theories.items():
        adapts = {id: name for name, ids in source.adapted(member).items() if name in hub for id in ids}
        for one in theory.recommendations:
            nodes = tuple(dict.fromkeys(adapts.get(id, f"{member}/{id}") for id in one.about))
            found.append(_Given(one, member, nodes, _own(theory, one).records))
    return tuple(found)


def _own(theory: Theory, one: Recommendation) -> _Given:
    return _Given(one, None, one.about, partial(_about, theory, one.about))


def _about(theory: Theory, ids: Iterable[str]) -> list[PredictionRecord]:
    """The predictions about some nodes, each once; of a measure those of what it measures."""
    found: dict[tuple[str, int], PredictionRecord] = {}
    nodes: list[str] = []
    for id in ids:
        node = theory.node(id)
        nodes += node.of if isinstance(node, Measure) else [id]
    for id in nodes:
        if isinstance(theory.node(id), Aim | Driver | ChangeIdea):
            found.update(((one.cycle.id, one.number), one) for one in predictions_of(theory, id))
    return list(found.values())


def _through(network: Network, ids: Iterable[str]) -> list[PredictionRecord]:
    """The predictions of all members, and of the hub, about nodes of the common theory and what lies below them."""
    key = ("analysis.through", wanted := tuple(ids))
    found: Any = network.memo.get(key)
    if found is None:
        there = [id for id in wanted if id in network.common]
        found = network.memo[key] = _about(network.common, there)
        nodes = [network.common.node(id) for id in there]
        meant = [id for node in nodes for id in (node.of if isinstance(node, Measure) else (node.id,))]
        at = own_at(network)
        for member, theory in network.theories.items():
            own = {id for one in meant if one in at for id in at[one].get(member, ())}
            own |= _at_gone(network, member, [id for id in wanted if id not in network.common])
            found += [one for one in all_predictions(theory) if one.cycle.change in own]
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _at_gone(network: Network, member: str, gone: Iterable[str]) -> set[str]:
    """What a member has at or below nodes that the common theory no longer has."""
    theory, adapted = network.theory(member), network.adapted(member)
    own = [id for one in gone for id in adapted.get(one, ())]
    boxes = [id for id in own if isinstance(theory.node(id), Aim | Driver | ChangeIdea)]
    return {*boxes, *(below.id for id in boxes for below in everything_behind(theory, id))}


def _since(records: Iterable[PredictionRecord], day: dt.date) -> list[PredictionRecord]:
    return [one for one in records if one.judged is not None and one.judged >= day]


def _words(source: Theory | Network) -> dict[str, str]:
    theory = source.common if isinstance(source, Network) else source
    found = {}
    for item in theory.items():
        text = getattr(item, "text", None) or getattr(item, "name", None)
        if isinstance(text, str) and not isinstance(item, Recommendation):
            found[item.id] = text
    if isinstance(source, Network):
        for member, own in source.theories.items():
            for item in own.items():
                text = getattr(item, "text", None) or getattr(item, "name", None)
                if isinstance(text, str):
                    found.setdefault(f"{member}/{item.id}", text)
        named = dict.fromkeys(id for one in source.recommendations for id in one.about)
        for id, version in source.gone(named).items():
            text = getattr(version.node(id), "text", None) or getattr(version.node(id), "name", None)
            if isinstance(text, str):
                found.setdefault(id, text)
    return found


def _found(one: Recommendation, since: str | None) -> str:
    kind = {
        "taken-up": "taken up",
        "partly": "taken up in part",
        "not-taken-up": "not taken up, so its conjecture was not put to the test",
        "pending": "pending",
        None: "nobody says what became of it",
    }[one.uptake]
    if one.uptake not in ("taken-up", "partly"):
        return kind
    if one.date is None:
        return f"{kind}; without a date nothing tells what was found out since"
    if since is None:
        return f"{kind}; nothing about it was judged since"
    return f"{kind}; since then {since}"


def _told(row: Mapping[str, Any]) -> list[str]:
    if not row["recommendations"]:
        return ["There are no recommendations."]
    said = f"{row['taken_up']:,} taken up, {row['partly']:,} partly, {row['not_taken_up']:,} not taken up, {row['pending']:,} pending"
    if row["unsaid"]:
        said += f", {row['unsaid']:,} without a word"
    lines = [f"{plural(row['recommendations'], 'recommendation')}: {said}."]
    if row["decided"]:
        said = _shares(row)
        lines.append(f"Of those that are decided: {said}.")
    return lines


def _shares(row: Mapping[str, Any]) -> str:
    both, decided = row["taken_up"] + row["partly"], row["decided"]
    return f"taken up {_share(row, row['taken_up'], decided)}; with those in part {_share(row, both, decided, '_with_partly')}"


def _share(row: Mapping[str, Any], count: int, decided: int, end: str = "") -> str:
    method = str(row["interval"]).partition(" ")[0]
    low, high = row[f"low{end}"] * 100, row[f"high{end}"] * 100
    return (
        f"{count:,} of {decided:,}, {row[f'share{end}'] * 100:.0f} % ({low:.0f} % to {high:.0f} %, {method})"
    )


def _short(row: Mapping[str, Any]) -> str:
    if not row["decided"]:
        return f"{plural(row['recommendations'], 'recommendation')}, none decided"
    more = row["recommendations"] - row["decided"]
    return _shares(row) + (f"; {more:,} pending or without a word" if more else "")
