"""How far a change idea has come, judged by its cycles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen

from driverkit.errors import UsageError
from driverkit.evidence.cycles import was_done, was_studied
from driverkit.model import ChangeIdea, PdsaCycle, Theory

__all__ = ["STATUS_WORDS", "IdeaStatus", "cycles_of", "idea_status", "latest_decision"]

STATUS_WORDS: Mapping[str, str] = MappingProxyType(
    {"proposed": "not yet tested", "testing": "testing", "adopted": "adopted", "abandoned": "abandoned"}
)
"""What people read of each status, in order of how far an idea has come."""


@frozen
class IdeaStatus:
    """How far a change idea has come, with the counts that this rests on.

    Attributes:
        idea: the id of the change idea.
        status: proposed, testing, adopted or abandoned: what the idea says itself or, where it says
            nothing, what its cycles say: the latest decision to adopt or abandon; else testing once
            a cycle has been carried out; else proposed.
        said_by: what the status rests on: ``idea`` where it says so itself, the id of the cycle that
            decided, or None where neither did.
        cycles: how many cycles there are, planned ones included.
        done: how many of them have been carried out (a Do with a date or words in it).
        studied: how many of them reached Study (a Study with a date or words in it).
    """

    idea: str
    status: str
    said_by: str | None
    cycles: int
    done: int
    studied: int

    @property
    def word(self) -> str:
        """The status as pictures, pages and reports tell it: not yet tested, testing, adopted or abandoned."""
        return STATUS_WORDS[self.status]

    @property
    def planned(self) -> bool:
        """There is a cycle, carried out or not."""
        return self.cycles > 0

    @property
    def carried_out(self) -> bool:
        """At least one cycle has a Do."""
        return self.done > 0

    @property
    def tested(self) -> bool:
        """At least one cycle reached Study: what was done has been compared with what was expected.

        A change that was made, even adopted, without anybody having studied it has not been tested.
        """
        return self.studied > 0


def cycles_of(theory: Theory) -> Mapping[str, Sequence[PdsaCycle]]:
    """The cycles of each change idea that has some, in file order."""
    found: Any = theory.memo.get("evidence.cycles")
    if found is None:
        found = {}
        for cycle in theory.cycles:
            found.setdefault(cycle.change, []).append(cycle)
        theory.memo["evidence.cycles"] = found
    return found  # type: ignore[no-any-return]  # the memo holds anything


def latest_decision(cycles: Sequence[PdsaCycle]) -> PdsaCycle | None:
    """The cycle with the latest decision, by the date of its Act; None where nothing was decided.

    A decision without a date counts as older than any with one; of decisions on one day, or without
    days, the one later in the file counts.
    """
    decided = [
        (cycle.act.date or dt.date.min, place, cycle)
        for place, cycle in enumerate(cycles)
        if cycle.act is not None and cycle.act.decision is not None
    ]
    return max(decided, key=lambda d: d[:2])[2] if decided else None


def idea_status(theory: Theory, id: str) -> IdeaStatus:
    """How far a change idea has come.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no change idea.

    >>> theory = Theory("t", change_ideas=[ChangeIdea("C1", "Teach-back")])
    >>> theory = theory.add(PdsaCycle("T1", "C1", do={"observed": "four minutes"}))
    >>> status = idea_status(theory, "C1")
    >>> status.status, status.done, status.tested
    ('testing', 1, False)
    """
    idea = theory.node(id)
    if not isinstance(idea, ChangeIdea):
        raise UsageError(f"{id!r} is no change idea; only those are tested by cycles.")
    found: Any = theory.memo.get(("evidence.idea_status", id))
    if found is None:
        found = theory.memo["evidence.idea_status", id] = _status_of(theory, idea)
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _status_of(theory: Theory, idea: ChangeIdea) -> IdeaStatus:
    id = idea.id
    cycles = cycles_of(theory).get(id, ())
    done = sum(map(was_done, cycles))
    studied = sum(map(was_studied, cycles))
    status, said_by = idea.status, "idea"
    if status is None:
        last = latest_decision(cycles)
        decision = last.act.decision if last is not None and last.act is not None else None
        said: str | None = None
        if last is not None and decision in ("adopt", "abandon"):
            status = {"adopt": "adopted", "abandon": "abandoned"}[decision]
            said = last.id
        else:
            status = "testing" if done or studied else "proposed"
        return IdeaStatus(id, status, said, len(cycles), done, studied)
    return IdeaStatus(id, status, said_by, len(cycles), done, studied)
