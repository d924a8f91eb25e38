"""What became of the common theory from version to version."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf
from driverkit.checks.rule import rule
from driverkit.evidence.vanished import vanished
from driverkit.model import Network


@rule(
    "NET22",
    "vanished-from-common",
    severity="warning",
    summary="What was given up or refuted stays in the common theory, marked, or a revision note tells that it went.",
    source=sources.KDD,
    family="network",
)
def vanished_from_common(network: Network) -> Iterator[SaidOf]:
    """Told of the version in which it was missed first, unless it came back since."""
    links = {link.id for link in network.common.links}
    for before, after in pairwise(network.versions):
        for one in vanished(before, after):
            if not one.revisions and one.id not in network.common and one.id not in links:
                yield SaidOf(
                    None,
                    f"{one.what}, is no longer in the common theory and in no revision note",
                    "put it back, marked, with what was learned, or tell in a note why it went",
                    within=after,
                )
