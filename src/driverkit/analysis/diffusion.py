"""Whose work spread where in a network, how fast, and where it stopped: as tables and as text.

What counts as an adoption, where something began and what a stop is, is written down in
`driverkit.evidence.diffusion`.

    >>> from driverkit.model import ChangeIdea, Member, Network, PdsaCycle, Theory
    >>> def ward(*cycles):
    ...     return Theory("Ward", change_ideas=[ChangeIdea("C", "Ask twice", adapts="C1")], cycles=cycles)
    >>> network = Network(
    ...     "Wards",
    ...     Theory("Hub", change_ideas=[ChangeIdea("C1", "Ask")]),
    ...     members=[
    ...         Member("m1", theory=ward(PdsaCycle("T1", "C", do={"date": "2026-01-12"}))),
    ...         Member(
    ...             "m2", theory=ward(PdsaCycle("T1", "C", do={"date": "2026-03-09"}, adapted_from="m1/T1"))
    ...         ),
    ...     ],
    ... )
    >>> diffusion(network).adoptions[["idea", "source", "adopter", "days", "depth"]].to_string(
    ...     index=False
    ... ).splitlines()
    ['idea source adopter  days  depth', '  C1  m1/T1   m2/T1    56      1']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.analysis.tables import Rows, listed_in_cell
from driverkit.errors import UsageError
from driverkit.evidence.diffusion import WHY, Adoption, Spread, SpreadIdea, Stop, spread_of
from driverkit.evidence.words import harmless, listed, plural, quoted
from driverkit.model import Network
from driverkit.model.values import show

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "TYPES", "Diffusion", "diffusion"]

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "adoptions": {
        "idea": "what spreads: a node of the common theory, or member/IDEA where it began as a local invention",
        "text": "its words there",
        "source": "the cycle that is adapted, member/ID",
        "source_member": "whose it is",
        "source_date": "its day: of Do or, without one, of Plan, else the first that is known",
        "adopter": "the cycle that adapts it, member/ID",
        "member": "whose that is",
        "date": "its day",
        "days": "days between the two; below zero where the records contradict themselves",
        "depth": "how many members it went through from where it began, that one not counted",
        "changed": "which of words, scale and conditions are different, with '; ' between them",
        "unknown": "which of them cannot be compared, because one cycle does not say them",
        "from_text": "the words of the change idea at the source",
        "to_text": "those at the adopter",
        "from_scale": "how many at a time at the source",
        "to_scale": "how many at a time at the adopter",
        "from_conditions": "under which conditions at the source",
        "to_conditions": "under which conditions at the adopter",
        "held": "whether the adopting cycle's predictions held: yes where all judged ones did, no where none did and "
        "one was refuted; empty where that is open or both",
        "decision": "what the Act of the adopting cycle decided",
        "status": "how the adopter's idea stands now: proposed, testing, adopted or abandoned",
    },
    "ideas": {
        "idea": "a node of the common theory, or member/IDEA for a local invention; only what a cycle tests",
        "text": "its words",
        "state": "spread (a member adapted another's cycle), in several members (and nobody says from whom), or never left home",
        "members": "members with a cycle of it",
        "began": "the members where it began: their cycles adapt nobody's, with '; ' between them",
        "adoptions": "cycles that adapt one of another member",
        "reached": "members that it came to from another member",
        "depth": "how many members the longest way went through, the first not counted",
        "median_days": "the median of the days between a cycle and the one that adapts it; negative ones are left out",
        "first": "the day of its first cycle anywhere",
        "latest": "the day on which it came to the latest new member",
        "stops": "places where it went no further",
        "hubs": "the nodes of the common theory that members' versions of it adapt, with '; ' between them",
    },
    "stops": {
        "idea": "what spread",
        "text": "its words",
        "path": "the members on its way, from where it began to where it stopped, with ' -> ' between them",
        "member": "where it stopped",
        "own": "the member's own change idea, by its id",
        "cycle": "its last cycle there, member/ID",
        "since": "the latest day that a cycle of it there says",
        "depth": "how many members it went through",
        "why": "abandoned, refuted, adopted, under way or not taken further: the first that is true",
        "reason": "what that means",
        "held": "whether more than half of the judged predictions there held",
    },
    "reach": {
        "idea": "what spreads, or is tested",
        "date": "the day of the member's first cycle of it; empty where none is dated",
        "member": "the member",
        "members": "how many members it had reached by then, this one counted",
    },
    "faults": {
        "cycle": "the cycle that refers, member/ID",
        "reference": "what it names in adapted_from",
        "kind": "unknown, loop or backwards (in time)",
        "message": "what is wrong",
    },
}
"""What each column of the tables says; the documentation and ``DataFrame.attrs`` are made of it."""

TYPES: Mapping[str, str] = {
    **dict.fromkeys(("source_date", "date", "first", "latest", "since"), "datetime64[s]"),
    **dict.fromkeys(
        ("depth", "days", "from_scale", "to_scale", "members", "adoptions", "reached", "stops"),
        "Int64",
    ),
    "median_days": "Float64",
    "held": "boolean",
}


@frozen(eq=False)
class Diffusion:
    """How ideas spread in a network, as tables: ``.adoptions``, ``.ideas``, ``.stops``, ``.reach`` and ``.faults``.

    Each is a `pandas.DataFrame` with ``attrs["columns"]``; `rows` gives the same without pandas. ``str`` of it tells
    it in sentences.

    Attributes:
        network: the network.
        spread: what the tables are made of.
    """

    network: Network
    spread: Spread
    _made: dict[str, Any] = field(factory=dict, init=False, repr=False)

    @property
    def adoptions(self) -> pd.DataFrame:
        """One row for each cycle that adapts one of another member: idea by idea, the earliest first."""
        return self._frame("adoptions")

    @property
    def ideas(self) -> pd.DataFrame:
        """One row for each idea that a member tests: nodes of the common theory, then local inventions."""
        return self._frame("ideas")

    @property
    def stops(self) -> pd.DataFrame:
        """One row for each place where an idea that had spread went no further."""
        return self._frame("stops")

    @property
    def reach(self) -> pd.DataFrame:
        """One row for each idea and member, by the day it came there: how many it had reached by then."""
        return self._frame("reach")

    @property
    def faults(self) -> pd.DataFrame:
        """One row for each reference that leads nowhere, in a circle or backwards in time."""
        return self._frame("faults")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as dicts, without pandas."""
        makers = {
            "adoptions": _adoption_rows, "ideas": _idea_rows, "stops": _stop_rows, "reach": _reach_rows,
            "faults": _fault_rows,
        }  # fmt: skip
        if table not in makers:
            raise UsageError(f"There is no table {show(table)}. There are: {', '.join(COLUMNS)}.")
        if table not in self._made:
            made = makers[table](self.spread)
            self._made[table] = [dict(zip(COLUMNS[table], row, strict=True)) for row in made]
        found: list[dict[str, Any]] = self._made[table]
        return found

    def _frame(self, table: str) -> pd.DataFrame:
        key = f"frame.{table}"
        if key not in self._made:
            self._made[key] = Rows(COLUMNS[table], self.rows(table), TYPES).frame(self.network.title)
        made: pd.DataFrame = self._made[key]
        return made

    def __str__(self) -> str:
        """How ideas spread, in sentences; words of files are shown harmless."""
        return "\n".join(_text(self.network, self.spread)) + "\n"


def diffusion(network: Network) -> Diffusion:
    """Whose work spread where in a network, how fast, and where it stopped.

    The tables and the text are the hub's own: they name every cycle as ``member/ID``, those of members that are anonymous
    too. For others there are `driverkit.spread_chart`, which names nobody who is, and the tables of
    ``driverkit.seen_by(network, None)``.

    Raises:
        FormatError: a member's file cannot be read.
    """
    return Diffusion(network, spread_of(network))


# ----------------------------------------------------------------------------------------------- the tables


def _adoption_rows(spread: Spread) -> Iterable[tuple[Any, ...]]:
    words = {idea.id: idea.text for idea in spread.ideas}
    for one in spread.adoptions:
        giver, taker = one.members
        yield (
            *(
                one.idea,
                words[one.idea],
                one.source,
                giver,
                one.source_day,
                one.adopter,
                taker,
                one.day,
                one.days,
            ),
            *(
                one.depth,
                listed_in_cell(one.changed),
                listed_in_cell(one.unknown),
                one.from_text,
                one.to_text,
            ),
            *(*one.scales, *one.conditions, one.held, one.decision, one.status),
        )


def _reached(idea: SpreadIdea) -> list[str]:
    return list(dict.fromkeys(adoption.members[1] for adoption in idea.adoptions))


def _idea_rows(spread: Spread) -> Iterable[tuple[Any, ...]]:
    for one in spread.ideas:
        days = [day for day, _ in one.reach if day is not None]
        yield (
            *(one.id, one.text, one.state, len(one.members)),
            listed_in_cell(list(dict.fromkeys(stay.member for stay in one.began))),
            *(len(one.adoptions), len(_reached(one)), one.depth, one.days),
            *(
                days[0] if days else None,
                days[-1] if days else None,
                len(one.stops),
                listed_in_cell(one.hubs),
            ),
        )


def _stop_rows(spread: Spread) -> Iterable[tuple[Any, ...]]:
    words = {idea.id: idea.text for idea in spread.ideas}
    for one in spread.stops:
        stay = one.stay
        yield (
            *(
                one.idea,
                words[one.idea],
                " -> ".join(one.path),
                stay.member,
                stay.idea,
                f"{stay.member}/{stay.last}",
            ),
            *(stay.last_day, one.depth, one.why, WHY[one.why], stay.held),
        )


def _reach_rows(spread: Spread) -> Iterable[tuple[Any, ...]]:
    for idea in spread.ideas:
        for count, (day, member) in enumerate(idea.reach, 1):
            yield idea.id, day, member, count


def _fault_rows(spread: Spread) -> Iterable[tuple[Any, ...]]:
    for one in spread.faults:
        yield one.cycle, one.reference, one.kind, one.message


# ------------------------------------------------------------------------------------------------ in sentences

_MOST = 12
"""How many adoptions, stops and faults of one kind are told for people; the tables have all."""


def _text(network: Network, spread: Spread) -> list[str]:
    lines = [harmless(network.title), ""]
    moved = [idea for idea in spread.ideas if idea.adoptions]
    if not moved:
        lines.append("No cycle adapts one of another member yet.")
    else:
        days = spread.days
        speed = f", with a median of {days:,.0f} days from one cycle to the next" if days is not None else ""
        lines.append(f"{plural(len(spread.adoptions), 'adoption')} of {plural(len(moved), 'idea')}{speed}.")
    for idea in moved:
        lines += ["", *_idea(idea)]
    for state, words in (
        ("in several members", "Tested by several members, none of whom says from whom it came"),
        ("never left home", "Never left home"),
    ):
        some = [idea for idea in spread.ideas if idea.state == state]
        if some:
            names = [f"{idea.id} {quoted(idea.text)} ({', '.join(idea.members[:3])})" for idea in some]
            lines += ["", f"{words}: {listed(names, _MOST)}."]
    if spread.faults:
        lines += ["", f"{plural(len(spread.faults), 'reference')} to be looked at:"]
        lines += [f"  {one.cycle}: {harmless(one.message)}" for one in spread.faults[:_MOST]]
        if len(spread.faults) > _MOST:
            lines.append(f"  and {len(spread.faults) - _MOST:,} more")
    return lines


def _idea(idea: SpreadIdea) -> list[str]:
    began = listed(list(dict.fromkeys(stay.member for stay in idea.began)), 4)
    days = f"; a median of {idea.days:,.0f} days from one to the next" if idea.days is not None else ""
    counts = f"{plural(len(idea.adoptions), 'adoption')}, {plural(len(idea.members), 'member')}"
    lines = [f"{idea.id} {quoted(idea.text)}: began in {began}, {counts}{days}"]
    lines += [f"  {_adoption(one)}" for one in idea.adoptions[:_MOST]]
    if len(idea.adoptions) > _MOST:
        lines.append(f"  and {len(idea.adoptions) - _MOST:,} more adoptions")
    lines += [f"  {_stop(one)}" for one in idea.stops[:_MOST]]
    if len(idea.stops) > _MOST:
        lines.append(f"  and {len(idea.stops) - _MOST:,} more places where it stopped")
    return lines


def _adoption(one: Adoption) -> str:
    when = f" on {one.day.isoformat()}" if one.day is not None else ""
    after = f", {plural(one.days, 'day')} later" if one.days is not None and one.days >= 0 else ""
    said = {True: "what was predicted held", False: "what was predicted did not hold", None: "mixed or open"}[
        one.held
    ]
    changed = f"; changed: {', '.join(one.changed)}" if one.changed else "; nothing that both say was changed"
    decided = f"; {one.decision}" if one.decision else ""
    return f"{one.source} -> {one.adopter}{when}{after}{changed}; {said}{decided}"


def _stop(one: Stop) -> str:
    since = f", since {one.stay.last_day.isoformat()}" if one.stay.last_day is not None else ""
    last = f"{one.stay.member}/{one.stay.last}"
    return f"stopped in {one.stay.member} ({last}{since}): {WHY[one.why]}"
