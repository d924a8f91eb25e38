"""What a rule for networks says, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from attrs import frozen

from driverkit.checks.rule import Said, rule
from driverkit.evidence.words import quoted
from driverkit.model import Member, Network, Theory

__all__ = ["SaidOf", "gone", "named", "network_rule", "version_named", "with_theories"]

network_rule = partial(rule, family="network")
"""What makes a function a rule for networks."""


@frozen
class SaidOf(Said):
    """What a rule says about one place in one of the files of a network.

    Attributes:
        within: the theory whose file it stands in; None for the file of the network itself.
        member: the id of the member whose theory that is; None for the hub.
        path: where it stands in that file, for what has no id: ``revision``, ``revisions[0]``, or in the
            file of the network ``history[0]``, ``perspectives[0]`` or ``readiness[0]``.
    """

    within: Theory | None = None
    member: str | None = None
    path: str | None = None


def named(member: Member) -> str:
    """A member, in a sentence."""
    return quoted(member.name or member.id)


def version_named(theory: Theory) -> str:
    """Which version of the common theory that is, in a sentence."""
    revision = theory.revision
    if revision is None or (revision.label is None and revision.date is None):
        return "an earlier version without a revision"
    said = f"revision {quoted(revision.label)}" if revision.label is not None else "the version"
    return f"{said} of {revision.date.isoformat()}" if revision.date is not None else said


def gone(id: str, version: Theory) -> str:
    """A node that the common theory no longer has, in a sentence."""
    return (
        f"{quoted(id)}, which the common theory no longer has; the last with it was {version_named(version)}, "
        f"where it read {quoted(version.node(id))}"
    )


def with_theories(network: Network) -> Iterator[tuple[Member, Theory]]:
    """Every member that has a theory, with it."""
    for id, theory in network.theories.items():
        yield network.member(id), theory
