"""Where a narrative tells what: under what each driver and idea stands, its number, and what an excerpt leaves out."""

from __future__ import annotations

from collections.abc import Mapping

from driverkit.analysis.narrative_words import quoted
from driverkit.graph import everything_behind
from driverkit.model import Aim, ChangeIdea, Driver, Link, Theory

__all__ = ["Outline"]


class Outline:
    """The order of one telling of one theory.

    Attributes:
        theory: what is told.
        levels: the deepest level of drivers that is told; None for all.
        within: the ids of what is told; None for everything.
        links: the links of each cause.
        home: under what each driver and idea is told, by id; None where it hangs on nothing.
        drivers: the drivers that are told under each.
        ideas: the ideas that are told under each.
        visitors: the links of those that contribute to something and are told elsewhere.
        numbers: the number of each driver.
    """

    def __init__(self, theory: Theory, levels: int | None, focus: str | None) -> None:
        self.theory = theory
        self.levels = levels
        self.links: dict[str, list[Link]] = {}
        for link in theory.links:
            self.links.setdefault(link.cause, []).append(link)
        self.home = self._homes()
        self.drivers: dict[str | None, list[Driver]] = {}
        self.ideas: dict[str | None, list[ChangeIdea]] = {}
        self.visitors: dict[str, list[Link]] = {}
        for driver in theory.drivers:
            self.drivers.setdefault(self.home[driver.id], []).append(driver)
        for idea in theory.change_ideas:
            self.ideas.setdefault(self.home[idea.id], []).append(idea)
        for link in theory.links:
            if link.cause in self.home and link.effect != self.home[link.cause]:
                self.visitors.setdefault(link.effect, []).append(link)
        self.numbers = self._numbered()
        self.within: set[str] | None = None
        if focus is not None:
            self.within = {focus, *(node.id for node in everything_behind(theory, focus))}

    def _homes(self) -> Mapping[str, str | None]:
        """Under what each driver and idea is told: the first thing it contributes to that lies higher.

        Where all it contributes to is on its own level, or further from the aim, the first of that: links
        never close a loop, so what is told under what never does either.
        """
        level = self.theory.levels
        homes: dict[str, str | None] = {}
        nodes: tuple[Driver | ChangeIdea, ...] = (*self.theory.drivers, *self.theory.change_ideas)
        for node in nodes:
            own = level.get(node.id)
            effects = [link.effect for link in self.links.get(node.id, ())]
            higher = [id for id in effects if own is None or level.get(id, own) < own]
            homes[node.id] = next(iter([*higher, *effects]), None)
        return homes

    def _numbered(self) -> Mapping[str, str]:
        """The number under which each driver is told: 1, 1.1, 1.1.1 …; the same in every excerpt."""
        numbers: dict[str, str] = {}
        tops = [
            one
            for home in (*(aim.id for aim in self.theory.aims), None)
            for one in self.drivers.get(home, ())
        ]
        waiting = [(driver, str(place)) for place, driver in enumerate(tops, 1)]
        while waiting:
            driver, number = waiting.pop()
            numbers[driver.id] = number
            below = enumerate(self.drivers.get(driver.id, ()), 1)
            waiting += [(one, f"{number}.{place}") for place, one in below]
        return numbers

    def named(self, id: str) -> str:
        """A node in the middle of a sentence: its words, and a driver with its number."""
        node = self.theory.node(id)
        if isinstance(node, Aim):
            return "the aim" if len(self.theory.aims) == 1 else f"the aim {quoted(node)}"
        return f"driver {self.numbers[id]} ({quoted(node)})" if isinstance(node, Driver) else quoted(node)

    def holds(self, id: str) -> bool:
        """Whether a node belongs to what is told."""
        return self.within is None or id in self.within

    def under(self, link: Link) -> str:
        """What a driver is told under, in the sentence that says so."""
        if self.home[link.cause] != link.effect or not self.holds(link.effect):
            return self.named(link.effect)
        number = self.numbers.get(link.effect)
        return f"driver {number}" if number else "the aim" if len(self.theory.aims) == 1 else "this aim"

    def deepest(self, driver: Driver) -> bool:
        """Whether what lies below a driver is left out."""
        return self.levels is not None and self.theory.levels[driver.id] >= self.levels

    def deeper(self, id: str) -> bool:
        """Whether a node lies below the levels that are told; what has no level does."""
        level = self.theory.levels.get(id)
        return level is None or (self.levels is not None and level > self.levels)

    def shown(self, id: str) -> bool:
        """Whether a node is on a level that is told."""
        return self.levels is None or not self.deeper(id)

    def below(self, driver: Driver) -> bool:
        """Whether a driver lies below the levels that are told."""
        return self.levels is not None and self.theory.levels[driver.id] > self.levels
