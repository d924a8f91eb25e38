"""What becomes of the causes of the problem: which are addressed, by which drivers, and has anything been tested.

A driver *addresses* a cause directly where it names it under ``addresses``. It has to do with a cause
also through others: a driver above one that addresses the cause, and a driver below one that does,
both work on it. So a driver *addresses no cause* only where neither it, nor a driver below it at any
depth, nor a driver that it contributes to at any depth, names one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from driverkit.evidence.cycles import was_studied
from driverkit.evidence.measures import measures_of
from driverkit.evidence.status import cycles_of
from driverkit.graph import Snapshot, snapshot
from driverkit.model import ChangeIdea, Driver, Theory

__all__ = ["CauseCover", "cause_covers", "drivers_addressing", "drivers_without_cause"]


@frozen
class CauseCover:
    """What addresses one cause of the problem, with the counts that tell how far that has come.

    Attributes:
        cause: the id of the cause.
        drivers: the ids of the drivers that name it under ``addresses``, in file order.
        drivers_below: drivers below those at any depth, each once.
        ideas: change ideas below those drivers at any depth, each once.
        ideas_tested: tested: those of the change ideas with at least one cycle that reached Study.
        cycles_studied: PDSA cycles of those change ideas that reached Study.
        measures: measures of the drivers that address it and of the drivers below them, each once.
    """

    cause: str
    drivers: tuple[str, ...]
    drivers_below: int
    ideas: int
    ideas_tested: int
    cycles_studied: int
    measures: int

    @property
    def addressed(self) -> bool:
        """At least one driver names the cause under ``addresses``."""
        return bool(self.drivers)

    @property
    def tested(self) -> bool:
        """At least one change idea below those drivers has a cycle that reached Study."""
        return self.ideas_tested > 0


def drivers_addressing(theory: Theory) -> Mapping[str, tuple[str, ...]]:
    """For each cause that is addressed the ids of the drivers that name it, each once, in file order."""
    found: Any = theory.memo.get("evidence.drivers-addressing")
    if found is None:
        lists: dict[str, list[str]] = {}
        for driver in theory.drivers:
            for cause in dict.fromkeys(driver.addresses):
                lists.setdefault(cause, []).append(driver.id)
        found = theory.memo["evidence.drivers-addressing"] = {id: tuple(own) for id, own in lists.items()}
    return found  # type: ignore[no-any-return]  # the memo holds anything


def cause_covers(theory: Theory) -> tuple[CauseCover, ...]:
    """What addresses each cause of the problem, in file order.

    >>> theory = Theory(
    ...     "Falls",
    ...     problem={"causes": [{"id": "R1", "text": "Wet floors"}, {"id": "R2", "text": "Dim light"}]},
    ...     drivers=[Driver("P1", "Floors are dry", addresses=["R1"])],
    ... )
    >>> [(cover.cause, cover.drivers, cover.ideas) for cover in cause_covers(theory)]
    [('R1', ('P1',), 0), ('R2', (), 0)]
    """
    found: Any = theory.memo.get("evidence.causes")
    if found is None:
        net = snapshot(theory)
        by = drivers_addressing(theory)
        known: dict[tuple[str, ...], tuple[int, int, int, int, int]] = {(): (0, 0, 0, 0, 0)}
        covers = []
        for cause in theory.causes:
            drivers = by.get(cause.id, ())
            if drivers not in known:
                known[drivers] = _counts(theory, net, drivers)
            covers.append(CauseCover(cause.id, drivers, *known[drivers]))
        found = theory.memo["evidence.causes"] = tuple(covers)
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _counts(theory: Theory, net: Snapshot, drivers: tuple[str, ...]) -> tuple[int, int, int, int, int]:
    """Drivers below, ideas, ideas tested, cycles studied and measures of some drivers taken together."""
    starts = {net.number[id] for id in drivers}
    below = _spread(starts, net.causes)
    at_or_below = [net.nodes[i] for i in sorted(below | starts)]
    ideas = [node.id for node in at_or_below if isinstance(node, ChangeIdea)]
    moved = [node.id for node in at_or_below if isinstance(node, Driver)]
    cycles, measures = cycles_of(theory), measures_of(theory)
    studied = [sum(map(was_studied, cycles.get(id, ()))) for id in ideas]
    own = {measure.id for id in moved for measure in measures.get(id, ())}
    return len(moved) - len(starts), len(ideas), sum(n > 0 for n in studied), sum(studied), len(own)


def _spread(starts: set[int], onward: Sequence[Sequence[int]]) -> set[int]:
    """Whatever is reached from some nodes, those that were begun with only where they are met again."""
    met: set[int] = set()
    stack = list(starts)
    while stack:
        for other in onward[stack.pop()]:
            if other not in met:
                met.add(other)
                stack.append(other)
    return met


def drivers_without_cause(theory: Theory) -> tuple[Driver, ...]:
    """The drivers that address no cause: neither they, nor a driver below or above them, name one.

    Every driver is among them where none names a cause; whether that means anything is for the
    reader to say: a theory may well have been made without a fishbone.
    """
    net = snapshot(theory)
    starts = {net.number[driver.id] for driver in theory.drivers if driver.addresses}
    met = starts | _spread(starts, net.causes) | _spread(starts, net.effects)
    return tuple(driver for driver in theory.drivers if net.number[driver.id] not in met)
