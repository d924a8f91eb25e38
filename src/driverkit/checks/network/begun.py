"""What a network needs before anything else can be said of it."""

from __future__ import annotations

from collections.abc import Iterator

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf, network_rule
from driverkit.model import Network


@network_rule(
    "NET25",
    "network-without-members",
    severity="warning",
    summary="A network has members.",
    source=f"{sources.OURS}: without them there is nothing to hold beside the common theory.",
)
def network_without_members(network: Network) -> Iterator[SaidOf]:
    """Those whose file cannot be read are members; those who have left are none."""
    if not network.left_out and all(member.left is not None for member in network.members):
        yield SaidOf(
            None,
            "the network has no members" + (" any more" if network.members else ""),
            "name each under 'members' with its id and the path of its theory file",
        )


@network_rule(
    "NET26",
    "common-theory-without-aim",
    severity="warning",
    summary="The common theory has an aim.",
    source=f"{sources.BRYK}: a networked improvement community has a common aim.",
)
def common_theory_without_aim(network: Network) -> Iterator[SaidOf]:
    """What the aim has to say is told by `driverkit check` of the common theory."""
    if not network.common.aims:
        yield SaidOf(
            None,
            "the common theory has no aim",
            "write down what all want to achieve, by how much and by when",
            within=network.common,
        )
