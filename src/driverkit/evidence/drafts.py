"""A first draft of drivers from a fishbone: offered, never imposed.

A cause says what is wrong; a driver says what must be true. Turning one into the other is a team's
work, and no program's. What a program can do is lay the table: one draft for each cause, under one for
each category, linked and marked as drafts, so that nobody begins with a blank page.
"""

from __future__ import annotations

from driverkit.evidence.causes import drivers_addressing
from driverkit.model import Driver, Theory
from driverkit.model.values import FrozenDict

__all__ = ["draft_drivers"]

DRAFT = "Draft: "
CAUSE_OPEN = "drafted from the fishbone: reword as what must be true instead"
CATEGORY_OPEN = "drafted from a category of the fishbone: say what must be true there"
_CATEGORY, _CAUSE = "x-drafted-from-category", "x-drafted-from-cause"


def draft_drivers(theory: Theory, *, addressed: bool = False) -> Theory:
    """A new theory with a first draft of drivers from the fishbone, beside what is already there.

    Each category becomes a primary driver and each of its causes a secondary driver that addresses it.
    A cause without a category becomes a primary driver itself: a heading made up by a program would be
    one more thing to delete. The words stay those of the fishbone, with ``Draft:`` before them, and
    each draft says ``undeveloped``: it is a known gap until somebody has reworded it. Drafts are linked
    to the aim where there is just one; with several, the team has to say which aim a draft moves.

    Drafting again adds nothing; after new causes have been found it adds drafts for those, under the
    drafts of their categories where these are still there.

    Args:
        theory: the theory; it stays as it is.
        addressed: whether to draft also for causes that a driver addresses already.

    Returns:
        The theory with the drafts; the same theory where there is nothing to draft. Ids are ``F1``,
        ``F1.1`` …, and never one that is taken.

    >>> from driverkit.model import Aim
    >>> theory = Theory(
    ...     "Fewer returns",
    ...     aims=[Aim("A1", "Fewer people come back")],
    ...     problem={"causes": [{"id": "R1", "text": "Papers are in English only", "category": "language"}]},
    ... )
    >>> for driver in draft_drivers(theory).drivers:
    ...     print(driver.id, "|", driver.text, "|", driver.addresses)
    F1 | Draft: language | ()
    F1.1 | Draft: Papers are in English only | ('R1',)
    """
    answered = drivers_addressing(theory)
    drafted = {id for driver in theory.drivers if _CAUSE in driver.extra for id in driver.addresses}
    homes = {
        driver.extra[_CATEGORY]: driver.id
        for driver in reversed(theory.drivers)
        if isinstance(driver.extra.get(_CATEGORY), str)
    }
    names = _Names(theory)
    new: list[Driver] = []
    for cause in theory.causes:
        if cause.id in drafted or (not addressed and cause.id in answered):
            continue
        category = cause.category
        if category is not None and category not in homes:
            homes[category] = names.primary()
            new.append(
                Driver(
                    homes[category],
                    DRAFT + category,
                    level=1,
                    undeveloped=CATEGORY_OPEN,
                    extra=FrozenDict({_CATEGORY: category}),
                )
            )
        home = homes[category] if category is not None else None
        new.append(
            Driver(
                names.below(home) if home is not None else names.primary(),
                DRAFT + cause.text,
                level=1 if home is None else None,
                contributes_to=[] if home is None else [home],
                addresses=[cause.id],
                undeveloped=CAUSE_OPEN,
                extra=FrozenDict({_CAUSE: cause.id}),
            )
        )
    return theory.add(*new) if new else theory


class _Names:
    """Ids that nothing in the theory has: ``F1``, ``F2`` … and ``F1.1``, ``F1.2`` … below them."""

    def __init__(self, theory: Theory) -> None:
        self._taken = {*theory.index}
        self._next: dict[str, int] = {}

    def primary(self) -> str:
        return self._fresh("F")

    def below(self, home: str) -> str:
        return self._fresh(f"{home}.")

    def _fresh(self, begin: str) -> str:
        number = self._next.get(begin, 1)
        while f"{begin}{number}" in self._taken:
            number += 1
        self._next[begin] = number + 1
        self._taken.add(f"{begin}{number}")
        return f"{begin}{number}"
