"""How far a member's theory is from the common one: what it dropped, added, reworded and relinked.

>>> from driverkit.model import Aim, Driver, Member, Network, Theory
>>> hub = Theory(
...     "Falls", aims=[Aim("A1", "Halve falls")], drivers=[Driver("P1", "Risk"), Driver("P2", "Floors")]
... )
>>> ours = Theory("Ward 6", aims=[Aim("A", "Halve falls", adapts="A1")], drivers=[Driver("D", "Bells")])
>>> network = Network("Safe wards", hub, members=[Member("m01", theory=ours)])
>>> counts = drift(network, "m01")
>>> counts.dropped, counts.added, round(DRIFT_RULE(counts), 2)
(('P1', 'P2'), ('D',), 0.75)
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from driverkit.evidence.adapting import part_of
from driverkit.evidence.wording import WORDING_RULE, WordingRule
from driverkit.graph import effects_of
from driverkit.model import Aim, ChangeIdea, Link, Network, Theory

__all__ = ["DRIFT_RULE", "Drift", "DriftRule", "LinkDifference", "drift", "expected_of", "link_differences"]


@frozen
class Drift:
    """What differs between a member's theory and a version of the common one.

    Expected of a member is the part that its teams work on with the way up to the aims; of a member
    without a team, everything; of nobody what is abandoned or still open in the common theory itself. An
    aim is not dropped where the member adapts a wider aim that it serves: it is a team's own. Change ideas are counted apart: a member chooses some of them and tries
    its own, which is not to leave the theory.

    Attributes:
        shared: the common aims, drivers and change ideas that the member adapts.
        dropped: aims and drivers expected of it that it does not adapt.
        added: its own aims and drivers that adapt none of the common theory.
        reworded: its own aims and drivers whose words are others than those they adapt.
        relinked: links among shared nodes that only one of the two has, as ``CAUSE -> EFFECT`` in common ids.
        ideas_not_taken: change ideas expected of it that it does not adapt.
        ideas_added: its own change ideas that adapt none of the common theory.
        nodes: aims and drivers compared: those shared, dropped and added.
        links: links compared: those among shared nodes that either of the two has.
    """

    shared: tuple[str, ...]
    dropped: tuple[str, ...]
    added: tuple[str, ...]
    reworded: tuple[str, ...]
    relinked: tuple[str, ...]
    ideas_not_taken: tuple[str, ...]
    ideas_added: tuple[str, ...]
    nodes: int
    links: int


@frozen
class DriftRule:
    """How counts of what differs become one number.

    Attributes:
        name: what the rule is called.
        summary: what it does, in a sentence.
        measure: what counts it together; called with a `Drift`, it hands back a number from 0 (the
            same theory) to 1 (nothing in common), None where there is nothing to compare.
    """

    name: str
    summary: str
    measure: Callable[[Drift], float | None] = field(repr=False, eq=False)

    def __call__(self, counts: Drift) -> float | None:
        """The number for some counts."""
        return self.measure(counts)


def share_that_differs(counts: Drift) -> float | None:
    """What was dropped, added, reworded and relinked, as a share of all nodes and links that were compared."""
    compared = counts.nodes + counts.links
    if not compared:
        return None
    differs = len(counts.dropped) + len(counts.added) + len(counts.reworded) + len(counts.relinked)
    return min(1.0, differs / compared)


DRIFT_RULE = DriftRule(
    "share-that-differs",
    "Aims and drivers dropped, added or reworded and links among shared nodes that only one of the two has, as a share "
    "of the aims and drivers expected or added and of the links among shared nodes. 0 is the same theory, 1 nothing "
    "in common. Change ideas do not count: to choose among them and to try others is what members are asked to do.",
    share_that_differs,
)
"""The rule that is used where no other is handed in; driverkit's own, for want of one in the field."""


@frozen
class LinkDifference:
    """A link among common nodes that a member adapts, which it has otherwise than the common theory.

    Attributes:
        cause: the common id of the cause.
        effect: the common id of the effect.
        what: ``lacks`` where only the common theory has it; ``adds`` where only the member has it;
            ``through`` where the member gets there through nodes of its own; ``strength``, ``condition``
            where both have it and say another strength, or that it holds under other conditions.
        hub: what the common theory says of it: its strength or condition; None where it says nothing.
        local: what the member says of it.
        local_link: the member's link, ``CAUSE -> EFFECT`` in its own ids; None where it has none.
    """

    cause: str
    effect: str
    what: str
    hub: str | None = None
    local: str | None = None
    local_link: str | None = None


def expected_of(network: Network, member: str, hub: Theory) -> frozenset[str]:
    """The aims, drivers and change ideas of a version of the common theory that are expected of a member.

    The part that its teams work on with the way up to the aims; everything where it has no team, or its
    teams say nothing of that version. What the common theory itself calls abandoned or still open
    (``undeveloped``) is expected of nobody.
    """
    named = tuple(id for team in network.member(member).team for id in network.team(team).works_on)
    part = set(part_of(hub, named))
    open_ = {node.id for node in hub.nodes if node.undeveloped is not None or node.status == "abandoned"}
    if not part:
        return frozenset(node.id for node in hub.nodes) - open_
    stack = list(part)
    while stack:
        for effect in effects_of(hub, stack.pop()):
            if effect.id not in part:
                part.add(effect.id)
                stack.append(effect.id)
    return frozenset(part - open_)


def link_differences(network: Network, member: str, hub: Theory) -> tuple[LinkDifference, ...]:
    """The links among common nodes that a member adapts, where it has them otherwise than the common theory."""
    theory = network.theory(member)
    home = {
        own: id
        for id, mine in network.adapted(member).items()
        for own in mine
        if id in hub and type(theory.node(own)) is type(hub.node(id))
    }
    theirs = {(link.cause, link.effect): link for link in hub.links}
    shared = set(home.values())
    ours: dict[tuple[str, str], Link] = {}
    for link in theory.links:
        ends = (home.get(link.cause), home.get(link.effect))
        cause, effect = ends
        if cause is not None and effect is not None and cause != effect:
            ours.setdefault((cause, effect), link)
    found = []
    for (cause, effect), link in theirs.items():
        if cause not in shared or effect not in shared:
            continue
        mine = ours.get((cause, effect))
        if mine is None:
            way = _through(theory, home, cause, effect)
            found.append(LinkDifference(cause, effect, "through" if way else "lacks", local_link=way))
            continue
        for what, name in (("strength", "strength"), ("condition", "only_where")):
            hub_said, said = getattr(link, name), getattr(mine, name)
            if hub_said != said:
                found.append(LinkDifference(cause, effect, what, hub_said, said, mine.id))
    found += [
        LinkDifference(cause, effect, "adds", local_link=mine.id)
        for (cause, effect), mine in ours.items()
        if (cause, effect) not in theirs
    ]
    return tuple(found)


def _wider(hub: Theory, aim: str) -> set[str]:
    """The wider aims that an aim serves."""
    found: set[str] = set()
    stack = [aim]
    while stack:
        more = [id for id in hub.parents(stack.pop()) if id not in found]
        found.update(more)
        stack.extend(more)
    return found


def _through(theory: Theory, home: dict[str, str], cause: str, effect: str) -> str | None:
    """The first way from one common node to another through nodes of the member's own, in its ids."""
    for start in (own for own, id in home.items() if id == cause and own in theory):
        stack: list[tuple[str, tuple[str, ...]]] = [(start, (start,))]
        met = {start}
        while stack:
            at, way = stack.pop()
            for onward in theory.parents(at):
                if onward in met:
                    continue
                met.add(onward)
                if home.get(onward) == effect:
                    return " -> ".join((*way, onward))
                if onward not in home:
                    stack.append((onward, (*way, onward)))
    return None


def drift(
    network: Network, member: str, *, version: Theory | None = None, wording: WordingRule = WORDING_RULE
) -> Drift:
    """What differs between a member's theory and the common one.

    Args:
        network: the network.
        member: the id of the member.
        version: the version of the common theory to compare with; left out, today's.
        wording: from which score on words are others.

    Raises:
        UnknownId: there is no such member, or it has no theory.
        FormatError: a file cannot be read.
    """
    hub = network.common if version is None else version
    theory = network.theory(member)
    boxes = {node.id: node for node in hub.nodes}
    own = {node.id: node for node in theory.nodes}
    home = {
        local: id
        for id, mine in network.adapted(member).items()
        for local in mine
        if id in boxes and type(own.get(local)) is type(boxes[id])
    }
    shared = set(home.values())
    expected = expected_of(network, member, hub)
    pairs = list(home.items())
    reworded = tuple(
        local
        for local, id in pairs
        if not isinstance(boxes[id], ChangeIdea)
        and not wording.same(own[local].text, boxes[id].text)
        and wording.score(own[local].text, boxes[id].text) < wording.reworded
    )
    relinked = tuple(
        f"{one.cause} -> {one.effect}"
        for one in link_differences(network, member, hub)
        if one.what in ("lacks", "adds")
    )
    among = {link.id for link in hub.links if link.cause in shared and link.effect in shared}
    dropped = [
        node
        for node in hub.nodes
        if node.id in expected
        and node.id not in shared
        and not (isinstance(node, Aim) and _wider(hub, node.id) & shared)
    ]
    added = [node for node in theory.nodes if node.id not in home]
    compared = shared.union(node.id for node in dropped)
    return Drift(
        shared=tuple(id for id in boxes if id in shared),
        dropped=tuple(node.id for node in dropped if not isinstance(node, ChangeIdea)),
        added=tuple(node.id for node in added if not isinstance(node, ChangeIdea)),
        reworded=reworded,
        relinked=relinked,
        ideas_not_taken=tuple(node.id for node in dropped if isinstance(node, ChangeIdea)),
        ideas_added=tuple(node.id for node in added if isinstance(node, ChangeIdea)),
        nodes=sum(not isinstance(boxes[id], ChangeIdea) for id in compared)
        + sum(not isinstance(node, ChangeIdea) for node in added),
        links=len(among.union(relinked)),
    )
