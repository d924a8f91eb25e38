"""What the sections of a network's reports are filled from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import field, frozen

from driverkit.diagram.overlay import Overlay
from driverkit.evidence import ReadinessRule, Tally, all_predictions, tally, was_done, was_studied
from driverkit.evidence.adapting import owners, working_on
from driverkit.evidence.words import listed, plural
from driverkit.model import Network, PdsaCycle, Theory
from driverkit.picture import diagram
from driverkit.reporting.sections import fits_upright
from driverkit.themes import Theme

__all__ = ["SOMEBODY_ELSE", "NetworkContext"]

SOMEBODY_ELSE = "another member"
"""What a member that is anonymous is called: nothing that could be followed from one table to the next."""


@frozen(slots=False)
class NetworkContext:
    """What a section is filled from.

    Attributes:
        network: the network, as whoever reads may see it.
        theme: how pictures look.
        rule: how the readiness profile is answered.
        today: the day of the report; None where it is not known.
        reader: the id of the member that reads; None for the hub.
        shared: whether members read it.
    """

    network: Network
    theme: Theme
    rule: ReadinessRule
    today: dt.date | None = None
    reader: str | None = None
    shared: bool = False
    kept: dict[str, Any] = field(factory=dict, repr=False, eq=False)

    @property
    def common(self) -> Theory:
        """The common theory."""
        return self.network.common

    @property
    def own(self) -> Theory | None:
        """The theory of the member that reads; None where it has none."""
        return self.theories.get(self.reader) if self.reader is not None else None

    @cached_property
    def theories(self) -> Mapping[str, Theory]:
        """The theories of the members that have one."""
        return self.network.theories

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What each member is called on this page."""
        network = self.network
        hidden = {
            one.id
            for one in network.members
            if self.shared and one.id != self.reader and (network.anonymous or one.anonymous)
        }
        # They are all called the same here, so nobody has to find their numbers, which takes all their files.
        said = network.without(hidden).labels(self.reader, shared=self.shared)
        return {one.id: SOMEBODY_ELSE if one.id in hidden else said[one.id] for one in network.members}

    @cached_property
    def working(self) -> Mapping[str, tuple[str, ...]]:
        """For each box of the common theory the members that work on it."""
        return working_on(self.network)

    @cached_property
    def teams_of(self) -> Mapping[str, tuple[str, ...]]:
        """For each box of the common theory the names of the teams whose part it is in."""
        named = {team.id: team.name or team.id for team in self.network.teams}
        return {id: tuple(named[team] for team in teams) for id, teams in owners(self.network).items()}

    @cached_property
    def counted(self) -> Mapping[str, Counted]:
        """What each member with a theory did."""
        return {id: Counted.of(theory) for id, theory in self.theories.items()}

    def called(self, members: Sequence[str], most: int = 8) -> str:
        """Members in a sentence; those that are anonymous are counted at its end."""
        known = [self.names[id] for id in members if self.names[id] != SOMEBODY_ELSE]
        rest = len(members) - len(known)
        more = [SOMEBODY_ELSE if rest == 1 else plural(rest, "other member")] if rest and known else []
        if rest and not known:
            return plural(rest, "member")
        return listed(
            [*known[:most], *([f"{len(known) - most} more"] if len(known) > most else []), *more], most + 2
        )

    def picture(self, overlay: Overlay | None = None) -> dict[str, Any]:
        """The common theory drawn, and whether it fits on an upright sheet."""
        drawn = diagram(self.common, theme=self.theme, overlay=overlay or Overlay()).svg()
        return {"svg": drawn, "upright": fits_upright(drawn)}


@frozen
class Counted:
    """What a member did.

    Attributes:
        cycles: its cycles that were carried out, or that reached Study, as what was studied was carried
            out whether or not anybody wrote down when.
        studied: those of them that reached Study.
        tally: how its predictions fared.
    """

    cycles: tuple[PdsaCycle, ...] = field(repr=False)
    studied: int
    tally: Tally

    @classmethod
    def of(cls, theory: Theory) -> Counted:
        """What is in a theory; counted once for all pages on which it is told."""
        found: Any = theory.memo.get("reporting.counted")
        if found is None:
            done = tuple(one for one in theory.cycles if was_done(one) or was_studied(one))
            found = cls(done, sum(map(was_studied, done)), tally(all_predictions(theory)))
            theory.memo["reporting.counted"] = found
        return found  # type: ignore[no-any-return]  # the memo holds anything
