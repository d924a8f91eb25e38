"""The common theory from version to version: its order, its dates, and what became of its parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf, network_rule, version_named
from driverkit.evidence.adapting import reasons_of
from driverkit.evidence.changes import changes
from driverkit.evidence.vanished import vanished
from driverkit.evidence.words import quoted
from driverkit.model import Network, Theory


@network_rule(
    "NET15",
    "history-out-of-order",
    severity="warning",
    summary="The history of the common theory goes from the oldest version to the latest.",
    source=f"{sources.OURS}: it is read from top to bottom.",
)
def history_out_of_order(network: Network) -> Iterator[SaidOf]:
    """By the dates of their revisions."""
    dated = [(version, day) for version in network.versions if (day := _day(version)) is not None]
    for (first, before), (later, after) in pairwise(dated):
        if after < before:
            yield SaidOf(
                None,
                f"{version_named(later)} comes after {version_named(first)} in the history of the common theory",
                "list the oldest first under 'history', or correct the dates",
            )


@network_rule(
    "NET16",
    "common-theory-without-date",
    severity="warning",
    summary="Every version of the common theory has the date of its revision.",
    source=sources.KDD,
)
def common_theory_without_date(network: Network) -> Iterator[SaidOf]:
    """Without it nobody can say what was common on a day."""
    for version in network.versions:
        if _day(version) is None:
            today = version is network.common or version == network.common
            yield SaidOf(
                None,
                "the common theory has no revision date"
                if today
                else f"an earlier version of the common theory, {quoted(version.title)}, has no revision date",
                "write it as 'revision', with its label and date",
                within=version,
            )


@network_rule(
    "NET22",
    "vanished-from-common",
    severity="warning",
    summary="What was given up or refuted stays in the common theory, marked, or a revision note tells that it went.",
    source=sources.KDD,
)
def vanished_from_common(network: Network) -> Iterator[SaidOf]:
    """Told of the version in which it was missed first, unless it came back since."""
    links = {link.id for link in network.common.links}
    for before, after in pairwise(network.versions):
        found = changes(before, after, reasons=reasons_of(network, before, after))
        for one in vanished(before, after, found):
            if not one.revisions and one.id not in network.common and one.id not in links:
                yield SaidOf(
                    None,
                    f"{one.what}, is no longer in the common theory and in no revision note",
                    "put it back, marked, with what was learned, or tell in a note why it went",
                    within=after,
                    path="revision",
                )


def _day(theory: Theory) -> dt.date | None:
    return theory.revision.date if theory.revision is not None else None
