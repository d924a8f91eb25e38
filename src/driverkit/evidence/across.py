"""What each member of a network found out about a part of the common theory.

A member's evidence on a hub node is that of its change ideas at or below it in the combined theory (see
`driverkit.combined`), each cycle once: ideas which adapt the node or something that the common theory has below it
(``adapts``), and inventions of its own that contribute to such. It is counted so in `driverkit.network_coverage`
and on pictures too. Links go by the same rule: a member's link from a node that adapts the one end to a node that
adapts the other *is* the link of the common theory, and the evidence of any member on a link is its evidence on the
cause, whether it has drawn the link itself or not. Cycles at places where the link is known to fail, to the hub
or to the member, are left out. A member that has nothing there is not told of, and what the hub
tested itself is nobody's: it stands in the common theory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from driverkit.errors import UnknownId, UsageError
from driverkit.evidence.adapting import common_id
from driverkit.evidence.bearing import fails_there, places_of
from driverkit.evidence.combined import Combined, combined_with_sources, own_at
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.intervals import IntervalRule, wilson
from driverkit.evidence.predictions import Tally, all_predictions, tally
from driverkit.evidence.stamps import link_of
from driverkit.evidence.status import idea_status, latest_decision
from driverkit.model import Aim, ChangeIdea, Driver, Member, Network, PdsaCycle, Theory
from driverkit.model.values import near

__all__ = [
    "MemberEvidence",
    "conditional_links",
    "held_there",
    "hub_parts",
    "invention",
    "kind_of_part",
    "member_evidence",
    "words_of_part",
]


@frozen
class MemberEvidence:
    """What one member found out about a node or link of the common theory.

    Attributes:
        about: the id of the hub node, or the link ``CAUSE -> EFFECT`` of the hub; of a local invention ``member/ID``.
        member: the id of the member.
        adapted_by: the member's own nodes that adapt it, without any those below it; or its own links that are
            this link, none where it has not drawn it; in the order of its file.
        tally: how the predictions fared.
        cycles: the ids of the cycles at or below (of a link its cause), in the order of its file; of a link without
            those at places where it is known to fail.
        studied: those of them that reached Study.
        sites: the distinct sites of the studied ones.
        conditions: their distinct conditions, word for word.
        largest_scale: the largest scale of the studied ones; None where none says one.
        decisions: how its change ideas there stand: adopted, abandoned, testing or proposed, one for each.
        last_decision: the latest decision among the cycles: adopt, adapt, expand or abandon; None without any.
    """

    about: str
    member: str
    adapted_by: tuple[str, ...]
    tally: Tally = field(repr=False)
    cycles: tuple[str, ...] = field(repr=False)
    studied: tuple[str, ...]
    sites: tuple[str, ...]
    conditions: tuple[str, ...] = field(repr=False)
    largest_scale: int | None
    decisions: tuple[str, ...]
    last_decision: str | None

    @property
    def held(self) -> bool | None:
        """Whether it held there; see `held_there`."""
        return held_there(self.tally)


def held_there(tally: Tally) -> bool | None:
    """Whether something held at a place: more than half of its judged predictions did; None where none was judged.

    Ours, and no more than a way to count places: three of five held and thirty of fifty held alike.
    """
    return tally.confirmed * 2 > tally.judged if tally.judged else None


def hub_parts(hub: Theory) -> tuple[str, ...]:
    """The ids of what evidence is gathered on: aims, drivers, change ideas, then links that somebody wrote."""
    return (*(node.id for node in hub.nodes), *(link.id for link in hub.links if not link.implied))


def conditional_links(network: Network) -> tuple[str, ...]:
    """The links of the common theory that it, or a member that has them, says to hold only where something is so.

    Raises:
        FormatError: theories of members cannot be read.
    """
    had = combined_with_sources(network).links
    return tuple(
        link.id
        for link in network.common.links
        if link.only_where is not None
        or any(one.only_where is not None for own in had.get(link.id, {}).values() for one in own)
    )


def invention(network: Network, about: str) -> ChangeIdea | None:
    """The local invention that ``member/ID`` names; None where that is no name of this kind.

    Raises:
        UnknownId: the member has nothing of that id.
        UsageError: it is something else, or an idea that adapts one of the common theory.
        FormatError: the member's file cannot be read.
    """
    member, slash, id = about.partition("/")
    known = {one.id for one in network.members if one.theory is not None}
    if not slash or "->" in about or about in network.common.index or member not in known:
        return None
    theory = network.theories[member]
    found = theory.index.get(id)
    if found is None:
        ideas = [f"{member}/{one.id}" for one in theory.change_ideas]
        raise UnknownId(about, near(about, ideas), "change idea of a member")
    if not isinstance(found, ChangeIdea):
        raise UsageError(f"{about!r} is no change idea; of what members added only ideas are asked about.")
    common = common_id(network.common, found)
    if common is not None:
        raise UsageError(f"{about!r} adapts {common!r} of the common theory; ask about {common!r}.")
    return found


def kind_of_part(network: Network, about: str) -> str:
    """aim, driver, change or link.

    Raises:
        UnknownId: the common theory has no such node, or the member no such idea.
        UsageError: it is none of these, or there is no such link.
        FormatError: the file of the member whose invention it is cannot be read.
    """
    if invention(network, about) is not None:
        return "change"
    hub = network.common
    if "->" in about:
        link_of(hub, about)
        return "link"
    node = hub.node(about)
    for noun, kind in ((Aim, "aim"), (Driver, "driver"), (ChangeIdea, "change")):
        if isinstance(node, noun):
            return kind
    raise UsageError(
        f"{about!r} is no aim, driver, change idea or link of the common theory; only those gather evidence."
    )


def words_of_part(network: Network, about: str) -> str:
    """The words of a node or a local invention; of a link those of both ends."""
    own = invention(network, about)
    if own is not None:
        return own.text
    hub = network.common
    if "->" in about:
        link = link_of(hub, about)
        return f"{_text(hub, link.cause)} -> {_text(hub, link.effect)}"
    return _text(hub, about)


def _text(theory: Theory, id: str) -> str:
    node = theory.node(id)
    assert isinstance(node, Aim | Driver | ChangeIdea)
    return node.text


def member_evidence(
    network: Network, about: str, *, interval: IntervalRule = wilson
) -> tuple[MemberEvidence, ...]:
    """What each member that has something at or below a part of the common theory found out about it, in the order of the members.

    Args:
        network: the network.
        about: the id of an aim, driver or change idea of the common theory, or a link ``CAUSE -> EFFECT`` of it; or a
            local invention as ``member/ID``, which is told of that member and of those who took it up from it.
        interval: what makes the interval of the share of predictions that held.

    Raises:
        UnknownId: the common theory has no such node, or the member no such idea.
        UsageError: it is none of these, or there is no such link.
        FormatError: a member's file cannot be read.
    """
    kind = kind_of_part(network, about)
    if kind == "link":
        about = link_of(network.common, about).id
    own = _who_has(network, about)
    found = []
    for member in network.members:
        if member.theory is None:
            continue
        theory = network.theories[member.id]
        one = _at(network, member, theory, about, set(own.get(member.id, ())), interval)
        if one is not None:
            found.append(one)
    return tuple(found)


def _who_has(network: Network, about: str) -> Mapping[str, tuple[str, ...]]:
    """By member, the ids of what it has at or below a part; of a local invention the ideas by which that spread."""
    if invention(network, about) is None:
        return own_at(network)[about.partition(" -> ")[0]]
    # How ideas spread is told with what held where, so that module needs this one.
    from driverkit.evidence.diffusion import spread_of

    member, _, id = about.partition("/")
    found = {member: (id,)}
    for idea in spread_of(network).ideas:
        if idea.id == about:
            for stay in idea.stays:
                found[stay.member] = tuple(dict.fromkeys((*found.get(stay.member, ()), stay.idea)))
    return found


def _at(
    network: Network, member: Member, theory: Theory, about: str, there: set[str], interval: IntervalRule
) -> MemberEvidence | None:
    arrow = " -> " in about
    if not there:
        return None
    nodes = [node for node in theory.nodes if node.id in there]
    ideas = [node.id for node in nodes if isinstance(node, ChangeIdea)]
    cycles = [cycle for cycle in theory.cycles if cycle.change in ideas]
    if arrow:
        made = combined_with_sources(network)
        adapted_by = tuple(link.id for link in made.links.get(about, {}).get(member.id, ()))
        places = places_of(made.theory, link_of(made.theory, about).fails_at)
        if places:
            cycles = [one for one in cycles if not fails_there(_here(made, member.id, one), places)]
    else:
        # A node of another kind that says it adapts this one is an invention, as in the combined theory.
        adapted_by = tuple(node.id for node in nodes if node.adapts == about) or tuple(
            node.id for node in nodes
        )
    counted = {cycle.id for cycle in cycles}
    records = [one for one in all_predictions(theory) if one.cycle.id in counted]
    studied = [cycle for cycle in cycles if was_studied(cycle)]
    scales = [cycle.scale for cycle in studied if cycle.scale is not None]
    last = latest_decision(cycles)
    return MemberEvidence(
        about,
        member.id,
        adapted_by,
        tally(records, interval=interval),
        tuple(cycle.id for cycle in cycles),
        tuple(cycle.id for cycle in studied),
        _distinct(studied, "site"),
        _distinct(studied, "conditions"),
        max(scales, default=None),
        tuple(idea_status(theory, id).status for id in ideas),
        last.act.decision if last is not None and last.act is not None else None,
    )


def _here(made: Combined, member: str, cycle: PdsaCycle) -> PdsaCycle:
    """A cycle of a member as it is in the combined theory."""
    found = made.theory.index[made.home[member, cycle.id]]
    assert isinstance(found, PdsaCycle)
    return found


def _distinct(cycles: Sequence[PdsaCycle], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said for cycle in cycles if (said := getattr(cycle, name)) is not None))
