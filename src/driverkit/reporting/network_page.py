"""The reports of a network: one for the hub, and one for each member that names nobody who is anonymous."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from driverkit.analysis.seen_by import seen_by
from driverkit.errors import UsageError
from driverkit.evidence import READINESS_RULE, ReadinessRule
from driverkit.model import Network
from driverkit.reporting.member_sections import MEMBER_SECTIONS
from driverkit.reporting.network_context import NetworkContext
from driverkit.reporting.network_sections import NETWORK_SECTIONS
from driverkit.reporting.page import Report, chosen_from, put_together
from driverkit.reporting.sections import Section
from driverkit.themes import Theme
from driverkit.themes import theme as theme_named

__all__ = ["member_report", "network_report"]


def network_report(
    network: Network,
    *,
    title: str | None = None,
    sections: Iterable[str | Section] | None = None,
    theme: str | Theme = "default",
    rule: ReadinessRule = READINESS_RULE,
    today: dt.date | None = None,
    shared: bool = False,
) -> Report:
    """One self-contained HTML page about a network, for its hub.

    It tells the common theory with who works on what, coverage, alignment, what held where, how ideas spread, what
    became of recommendations, the readiness profile, whose voices are missing and what changed since the last
    version. It runs no script and asks for nothing outside itself; the same network gives the same page.

    The hub reads all names. Where the page is to go to members, ask for `shared`: whoever is anonymous stays so.

    Args:
        network: the network.
        title: what the page is called; left out, as the network is.
        sections: which sections, in this order: names from ``NETWORK_SECTIONS``, or records of your own; left out,
            all those that have something to say.
        theme: how pictures look.
        rule: how the readiness profile is answered.
        today: the day of the report. It is printed; who has left by then, or has not joined, is not counted in the
            readiness profile.
        shared: whether members read it: see `driverkit.seen_by`.

    Raises:
        FormatError: files of the network cannot be read.
        UsageError: there is no such section or theme.

    >>> import driverkit as dk
    >>> page = network_report(dk.examples.network(), sections=["readiness"])
    >>> page.sections, "<script" in page.html
    (('readiness',), False)
    """
    _is_network(network)
    chosen = chosen_from(NETWORK_SECTIONS, sections)
    shown = seen_by(network, None) if shared else network
    context = NetworkContext(shown, _look(theme), rule, today, None, shared)
    return put_together(
        title if title is not None else shown.title,
        _subtitle(shown, today),
        chosen,
        context,
        all_of=sections is not None,
        language=network.common.extra.get("x-language"),
    )


def member_report(
    network: Network,
    member: str,
    *,
    title: str | None = None,
    sections: Iterable[str | Section] | None = None,
    theme: str | Theme = "default",
    rule: ReadinessRule = READINESS_RULE,
    today: dt.date | None = None,
    words: bool = True,
) -> Report:
    """One self-contained HTML page for a member: its part, beside what the rest of the network does and learned.

    It is made of `driverkit.seen_by`, so that nothing but the words that this lets through can be in it of a member
    that is anonymous.

    Args:
        network: the network.
        member: the id of the member.
        title: what the page is called; left out, by the member's name and the network's title.
        sections: which sections, in this order: names from ``MEMBER_SECTIONS``, or records of your own; left out,
            all those that have something to say.
        theme: how pictures look.
        rule: how the network is judged.
        today: the day of the report; it is printed. What is told is what the files say now.
        words: whether what anonymous members wrote in words of their own is shown; else only what they adapt and how it
            went.

    Raises:
        UnknownId: there is no such member.
        FormatError: files of the network cannot be read.
        UsageError: there is no such section or theme.

    >>> import driverkit as dk
    >>> page = member_report(dk.examples.network(), "m01", sections=["summary"])
    >>> "Northgate" in page.html  # a member of that network that is anonymous
    False
    """
    _is_network(network)
    chosen = chosen_from(MEMBER_SECTIONS, sections)
    shown = seen_by(network, member, words=words)
    context = NetworkContext(shown, _look(theme), rule, today, member, True)
    one = shown.member(member)
    return put_together(
        title if title is not None else f"{one.name or one.id} in {shown.title}",
        _subtitle(shown, today),
        chosen,
        context,
        all_of=sections is not None,
        language=network.common.extra.get("x-language"),
    )


def _look(theme: str | Theme) -> Theme:
    return theme if isinstance(theme, Theme) else theme_named(theme)


def _is_network(network: object) -> None:
    if not isinstance(network, Network):
        raise UsageError(
            f"A network is wanted, not a {type(network).__name__}. Load it first: dk.load_network(folder); "
            "for one theory there is dk.report."
        )


def _subtitle(network: Network, today: dt.date | None) -> str:
    revision = network.common.revision
    said = []
    if revision is not None and (revision.label or revision.date):
        which = f"revision {revision.label}" if revision.label else "the version"
        said.append(f"Common theory: {which}" + (f" of {revision.date.isoformat()}" if revision.date else ""))
    if today is not None:
        said.append(f"made on {today.isoformat()}")
    return " · ".join(said)
