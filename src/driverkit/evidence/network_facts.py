"""What judgements about a network look at: who is a member, whose theory is there, and what counts as most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from attrs import field, frozen

from driverkit.evidence.words import plural
from driverkit.model import Member, Network, Theory

__all__ = ["MOST", "NetworkFacts", "Word", "facts_of", "verb"]

Word = Literal["yes", "partly", "no", "cannot tell"]

MOST = 2 / 3
"""The share of members from which on "most" holds, where no rule says otherwise."""

WITHIN = 548
"""How many days may lie between two versions of a theory that is revised regularly: a year and a half."""


@frozen
class NetworkFacts:
    """What the rules look at: those who are members, and those of them whose theory can be read.

    Attributes:
        network: the network.
        members: its members on the day; without a day, those who have not left.
        theories: the theories of those of them that have one, by the member's id.
        today: the day; None where it is not known.
        most: the share that counts as most.
        within: how many days may lie between two versions of the common theory.
    """

    network: Network
    members: tuple[Member, ...]
    theories: Mapping[str, Theory] = field(repr=False)
    today: dt.date | None
    most: float
    within: int

    @property
    def common(self) -> Theory:
        """The common theory."""
        return self.network.common

    @property
    def hub_file(self) -> str:
        """The file of the common theory, or what it is called where it has none."""
        return self.network.hub if isinstance(self.network.hub, str) else "the common theory"

    def known(self, date: dt.date | None) -> bool:
        """Whether something of that date, or without one, was there on the day."""
        return date is None or self.today is None or date <= self.today

    def files(self, members: Sequence[str]) -> tuple[str, ...]:
        """The files of some members; a member whose theory was made in a program is named by its id."""
        return tuple(
            source if isinstance(source := self.network.member(id).theory, str) else id for id in members
        )

    def who(self, holds: Callable[[str, Theory], Any]) -> tuple[str, ...]:
        """The members of whose theory something holds."""
        return tuple(id for id, theory in self.theories.items() if holds(id, theory))

    def share(self, found: int, known: int | None = None, of: int | None = None) -> Word:
        """Yes for most, partly for some, no for none; cannot tell where too few files can say so."""
        known = len(self.theories) if known is None else known
        of = len(self.members) if of is None else of
        if not known or not of:
            return "cannot tell"
        if found >= self.most * of:
            return "yes"
        if found:
            return "partly"
        return "no" if known >= self.most * of else "cannot tell"

    def of_members(self, found: int) -> str:
        """``3 of 8 members``, and how many of them have no file."""
        missing = len(self.members) - len(self.theories)
        more = f" ({missing:,} without a theory file)" if missing else ""
        return f"{found:,} of {plural(len(self.members), 'member')}{more}"


def facts_of(
    network: Network,
    *,
    today: dt.date | None = None,
    most: float = MOST,
    within: int = WITHIN,
) -> NetworkFacts:
    """Who counts, and their theories."""
    members = (
        network.on(today) if today is not None else tuple(one for one in network.members if one.left is None)
    )
    held = network.theories
    theories = {one.id: held[one.id] for one in members if one.id in held}
    return NetworkFacts(network, members, MappingProxyType(theories), today, most, within)


def verb(count: int, one: str, many: str) -> str:
    """The form of a verb that goes with a count."""
    return one if count == 1 else many
