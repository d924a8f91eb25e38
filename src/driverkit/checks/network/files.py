"""What lies beside the members' theories, and what their pages would give away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from driverkit.checks import series, sources
from driverkit.checks.network.said import SaidOf, named, network_rule
from driverkit.evidence.words import quoted
from driverkit.model import Network, Theory


@network_rule(
    "NET23",
    "series-unreadable-somewhere",
    severity="warning",
    summary="The series of the hub and of every member are there and can be read.",
    source=f"{sources.OURS}: what cannot be read is missing from every table without a word (SER01 for one theory).",
)
def series_unreadable_somewhere(network: Network) -> Iterator[SaidOf]:
    """As `driverkit check` tells it of one theory, for all of them."""
    theories: list[tuple[str | None, Theory]] = [(None, network.common), *network.theories.items()]
    for member, theory in theories:
        for said in series.series_unreadable.run(theory):
            yield SaidOf(said.node, said.what, said.next, said.severity, within=theory, member=member)


@network_rule(
    "NET24",
    "hidden-name-is-a-word",
    severity="warning",
    summary="The name of an anonymous member is no word of the common theory.",
    source=f"{sources.OURS}: whoever knows the common theory reads the name off where it is taken out.",
)
def hidden_name_is_a_word(network: Network) -> Iterator[SaidOf]:
    """Whole words, in upper or lower case."""
    words = " ".join(node.text for node in network.common.nodes).casefold()
    for member in network.members:
        if not (member.anonymous or network.anonymous) or not member.name:
            continue
        if re.search(rf"(?<!\w){re.escape(member.name.casefold())}(?!\w)", words):
            yield SaidOf(
                member.id,
                f"{quoted(member.name)} is anonymous, and its name is a word of the common theory: pages for others would "
                "leave a gap there that tells it",
                "give it a name that no sentence needs",
            )


@network_rule(
    "NET27",
    "anonymous-alone",
    severity="info",
    summary="Whoever is anonymous is not the only one.",
    source=f"{sources.OURS}: who has the list of members sees which name is missing.",
)
def anonymous_alone(network: Network) -> Iterator[SaidOf]:
    """Those who have left are counted, as pages tell of them too."""
    hidden = [member for member in network.members if member.anonymous]
    if not network.anonymous and len(hidden) == 1 and len(network.members) > 1:
        yield SaidOf(
            hidden[0].id,
            f"{named(hidden[0])} alone is anonymous: whoever has the list of members knows which name is missing",
            "ask whether that is enough for them, or say 'anonymous: true' for the whole network",
        )
