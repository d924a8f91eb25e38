"""Who adapts what of the common theory of a network, and which part of it is whose.

>>> from driverkit.model import Aim, Driver, Member, Network, Theory
>>> hub = Theory("Fewer falls", aims=[Aim("A1", "Halve falls")], drivers=[Driver("P1", "Risk is known")])
>>> ours = Theory("Ward 6", aims=[Aim("A", "Halve falls", adapts="A1")])
>>> network = Network("Safe wards", hub, members=[Member("m01", theory=ours)])
>>> dict(adapters(network))
{'A1': {'m01': ('A',)}}
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from driverkit.graph import everything_behind
from driverkit.model import Aim, ChangeIdea, Driver, Network, PdsaCycle, Theory

__all__ = [
    "adapters",
    "common_id",
    "cycle_named",
    "kind_word",
    "owners",
    "part_of",
    "reasons_of",
    "working_on",
]

_KINDS = {"Aim": "aim", "Driver": "driver", "ChangeIdea": "change idea", "Measure": "measure"}


def kind_word(item: object) -> str:
    """What a node is called in a sentence: aim, driver, change idea or measure."""
    return _KINDS.get(type(item).__name__, "record")


def common_id(common: Theory, node: object) -> str | None:
    """The id of the node of the common theory that a node of a member is; None for what adapts none of its kind."""
    if not isinstance(node, Aim | Driver | ChangeIdea) or node.adapts is None:
        return None
    return node.adapts if type(common.index.get(node.adapts)) is type(node) else None


def adapters(network: Network) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """For each id that some node adapts, the members whose nodes do, each with the ids of those nodes.

    Ids that the common theory does not have are among them; those that nobody adapts are not. Members who
    have left adapt nothing any more.

    Raises:
        FormatError: theories of members cannot be read.
    """
    kept: Any = network.memo.get("evidence.adapters")
    if kept is None:
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for member in network.theories:
            if network.member(member).left is not None:
                continue
            for id, own in network.adapted(member).items():
                found.setdefault(id, {})[member] = own
        kept = network.memo["evidence.adapters"] = MappingProxyType(found)
    return kept  # type: ignore[no-any-return]  # the memo holds anything


def working_on(network: Network) -> Mapping[str, tuple[str, ...]]:
    """For each aim, driver and change idea of the common theory, the members who work on it, in file order.

    A member works on a node where one of its nodes adapts it, or adapts something below it: whoever
    tries a change idea works on the drivers that the idea is to move. Members who have left work on
    nothing any more; what they tested stays tested.

    Raises:
        FormatError: theories of members cannot be read.
    """
    kept: Any = network.memo.get("evidence.working_on")
    if kept is None:
        found = adapters(network)
        place = {member.id: number for number, member in enumerate(network.members)}
        said: dict[str, tuple[str, ...]] = {}
        for node in network.common.nodes:
            ids = (node.id, *(below.id for below in everything_behind(network.common, node.id)))
            members = {member for id in ids for member in found.get(id, ())}
            said[node.id] = tuple(sorted(members, key=lambda m: place[m]))
        kept = network.memo["evidence.working_on"] = MappingProxyType(said)
    return kept  # type: ignore[no-any-return]  # the memo holds anything


def part_of(theory: Theory, ids: tuple[str, ...]) -> frozenset[str]:
    """The boxes that somebody works on who says ids: those named, and all that lies below them."""
    found: set[str] = set()
    for id in ids:
        if isinstance(theory.index.get(id), Aim | Driver | ChangeIdea):
            found.add(id)
            found.update(node.id for node in everything_behind(theory, id))
    return frozenset(found)


def owners(network: Network) -> Mapping[str, tuple[str, ...]]:
    """For each aim, driver and change idea of the common theory, the teams whose part it is in.

    The part of a team is what it names under ``works_on`` and all that lies below.
    """
    kept: Any = network.memo.get("evidence.owners")
    if kept is None:
        parts = {team.id: part_of(network.common, team.works_on) for team in network.teams}
        kept = network.memo["evidence.owners"] = MappingProxyType(
            {
                node.id: tuple(team for team, part in parts.items() if node.id in part)
                for node in network.common.nodes
            }
        )
    return kept  # type: ignore[no-any-return]  # the memo holds anything


def cycle_named(network: Network, member: str | None, reference: str) -> tuple[str, PdsaCycle] | None:
    """The cycle that a file names: ``member/ID``, or an id of the same member's file; None where there is none."""
    if "/" in reference:
        return network.cycle(reference) if _readable(network, reference) else None
    return network.cycle(f"{member}/{reference}") if member is not None else None


def reasons_of(network: Network, old: Theory, new: Theory) -> Mapping[str, str]:
    """Cycles of members that notes of a version of the common theory name, each with the node that it tested.

    The node is the one that the cycle's change idea adapts, in that version or in the earlier one; a cycle
    of a local invention has none.

    Raises:
        FormatError: theories of members cannot be read.
    """
    found: dict[str, str] = {}
    notes = [*new.revisions, *([new.revision] if new.revision is not None else [])]
    for id in dict.fromkeys(id for note in notes for id in note.because_of if "/" in id):
        named = cycle_named(network, None, id)
        if named is not None:
            idea = network.theory(named[0]).index.get(named[1].change)
            node = common_id(new, idea) or common_id(old, idea)
            if node is not None:
                found[id] = node
    return MappingProxyType(found)


def _readable(network: Network, reference: str) -> bool:
    return reference.partition("/")[0] in network.theories
