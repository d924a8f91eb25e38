"""What a rule for networks says, and where it stands."""

from __future__ import annotations

from attrs import frozen

from driverkit.checks.rule import Said
from driverkit.model import Theory

__all__ = ["SaidOf"]


@frozen
class SaidOf(Said):
    """What a rule says about one place in one of the files of a network.

    Attributes:
        within: the theory whose file it stands in; None for the file of the network itself.
        member: the id of the member whose theory that is; None for the hub.
    """

    within: Theory | None = None
    member: str | None = None
