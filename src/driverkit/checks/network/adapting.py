"""What members adapt of the common theory."""

from __future__ import annotations

from collections.abc import Iterator

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf, gone, named, network_rule, with_theories
from driverkit.evidence.adapting import kind_word
from driverkit.evidence.words import quoted
from driverkit.model import Network
from driverkit.model.values import did_you_mean


@network_rule(
    "NET01",
    "adapts-nothing-there",
    severity="error",
    summary="What a member adapts is in the common theory.",
    source=f"{sources.OURS}: a node that adapts nothing is compared with nothing.",
)
def adapts_nothing_there(network: Network) -> Iterator[SaidOf]:
    """Where an earlier version of the common theory has the node, it names the last one that does."""
    common, earlier = network.common, network.versions[:-1]
    for member, theory in with_theories(network):
        for id, own in network.adapted(member.id).items():
            if id in common:
                continue
            had = [version for version in earlier if id in version]
            for local in own:
                said = f"{quoted(theory.node(local))} adapts {quoted(id)}"
                if had:
                    yield SaidOf(
                        local,
                        f"{quoted(theory.node(local))} adapts {gone(id, had[-1])}",
                        "name what took its place, or take 'adapts' out and keep it as a local invention",
                        "warning",
                        within=theory,
                        member=member.id,
                    )
                else:
                    hint = did_you_mean(id, common.index).strip(" ?.")
                    likely = f"; {hint[0].lower()}{hint[1:]}" if hint else ""
                    yield SaidOf(
                        local,
                        f"{said}, which the common theory does not have{likely}",
                        "correct the id, or take 'adapts' out",
                        within=theory,
                        member=member.id,
                    )


@network_rule(
    "NET02",
    "adapts-another-kind",
    severity="warning",
    summary="An aim adapts an aim, a driver a driver, a change idea a change idea and a measure a measure.",
    source=f"{sources.OURS}: otherwise the two cannot be held against each other.",
)
def adapts_another_kind(network: Network) -> Iterator[SaidOf]:
    """By what the two nodes are."""
    for member, theory in with_theories(network):
        for id, own in network.adapted(member.id).items():
            hub = network.common.index.get(id)
            for local in own:
                node = theory.node(local)
                if hub is not None and type(hub) is not type(node):
                    yield SaidOf(
                        local,
                        f"{quoted(node)}, a {kind_word(node)}, adapts {quoted(hub)}, a {kind_word(hub)} of the common theory".replace(
                            "a aim", "an aim"
                        ),
                        "name the node that it is a version of",
                        within=theory,
                        member=member.id,
                    )


@network_rule(
    "NET04",
    "theory-adapts-nothing",
    severity="warning",
    summary="The theory of a member adapts something of the common theory.",
    source=sources.BRYK,
)
def theory_adapts_nothing(network: Network) -> Iterator[SaidOf]:
    """So that nothing it learns reaches the others."""
    for member, theory in with_theories(network):
        if not network.adapted(member.id):
            yield SaidOf(
                None,
                f"no node in the theory of {named(member)} says what it adapts",
                "write 'adapts' where a node is a version of one of the common theory; "
                "'driverkit network align' offers likely ones",
                within=theory,
                member=member.id,
            )


@network_rule(
    "NET05",
    "no-common-aim",
    severity="warning",
    summary="A member that adapts the common theory shares an aim of it.",
    source=f"{sources.BRYK}: a networked improvement community has a common aim.",
)
def no_common_aim(network: Network) -> Iterator[SaidOf]:
    """Where the member and the hub have aims at all."""
    aims = {aim.id for aim in network.common.aims}
    for member, theory in with_theories(network):
        adapted = network.adapted(member.id)
        if aims and theory.aims and adapted and not aims.intersection(adapted):
            yield SaidOf(
                theory.aims[0].id,
                f"{named(member)} adapts no aim of the common theory",
                "say with 'adapts' which common aim its own is a part of",
                within=theory,
                member=member.id,
            )
