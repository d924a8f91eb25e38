"""Who the members are: their files, and what is said of where they work."""

from __future__ import annotations

from collections.abc import Iterator

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf, named, network_rule
from driverkit.evidence.words import listed, plural, quoted
from driverkit.model import Member, Network


@network_rule(
    "NET03",
    "member-without-theory",
    severity="warning",
    summary="Every member has a theory of its own.",
    source=f"{sources.BRYK}: a working theory is shared by being adapted.",
)
def member_without_theory(network: Network) -> Iterator[SaidOf]:
    """Those who have left are not asked."""
    for member in network.members:
        if member.theory is None and member.left is None:
            yield SaidOf(
                member.id,
                f"{named(member)} has no theory",
                "write down what it believes will move the aim, and name the file under 'theory'",
            )


@network_rule(
    "NET06",
    "one-file-for-two",
    severity="warning",
    summary="Every member has a file of its own.",
    source=f"{sources.OURS}: otherwise its cycles are counted for each of them.",
)
def one_file_for_two(network: Network) -> Iterator[SaidOf]:
    """Two members that name the same file."""
    seen: dict[str, Member] = {}
    for member in network.members:
        if not isinstance(member.theory, str):
            continue
        if member.theory in seen:
            yield SaidOf(
                member.id,
                f"{named(member)} has the same theory file as {named(seen[member.theory])}",
                "give each of them its own",
            )
        seen.setdefault(member.theory, member)


@network_rule(
    "NET17",
    "context-half-said",
    severity="info",
    summary="What is said of the context of some members is said of all of them.",
    source=f"{sources.BRYK}: a network learns under which conditions a change works.",
)
def context_half_said(network: Network) -> Iterator[SaidOf]:
    """Words such as setting or coach that one member's context has and another's lacks."""
    members = [member for member in network.members if member.left is None]
    for word in dict.fromkeys(word for member in members for word in member.context):
        lacking = [member for member in members if word not in member.context]
        if lacking:
            yield SaidOf(
                lacking[0].id,
                f"the context of {plural(len(lacking), 'member')} does not say {quoted(word)}: "
                f"{listed([member.id for member in lacking])}",
                "say it, so that contexts can be compared",
            )
