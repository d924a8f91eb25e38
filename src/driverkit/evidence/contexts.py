"""In which contexts something was tested: the sites, conditions and teams behind each node.

What worked in one place may work nowhere else. Counted are the cycles that reached Study, of the change
ideas at or below a node, each cycle once; same-level and conditional links are followed like any other.

    >>> from driverkit.model import ChangeIdea, Driver, PdsaCycle, Theory
    >>> theory = Theory(
    ...     "Fewer falls",
    ...     drivers=[Driver("P1", "Risk is known")],
    ...     change_ideas=[ChangeIdea("C1", "Ask at admission", contributes_to=["P1"])],
    ...     cycles=[
    ...         PdsaCycle("T1", "C1", site="Ward 5", study={"learned": "it is quick"}),
    ...         PdsaCycle("T2", "C1", site="Ward 5", conditions="at night", study={"learned": "it holds"}),
    ...     ],
    ... )
    >>> contexts(theory, "P1")
    Contexts(about='P1', sites=('Ward 5',), conditions=('at night',), teams=(), cycles=('T1', 'T2'))
    >>> context_counts(theory)["P1"].only_site
    'Ward 5'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from driverkit.evidence.cycles import team_of, was_studied
from driverkit.evidence.stamps import link_of
from driverkit.graph import Snapshot, ideas_behind, snapshot
from driverkit.model import ChangeIdea, PdsaCycle, Theory

__all__ = ["ContextCounts", "Contexts", "bits_of", "context_counts", "contexts", "spread", "team_of"]


@frozen
class Contexts:
    """Where, under which conditions and by whom something was tested: from cycles that reached Study.

    Attributes:
        about: the id of the node, or the link ``CAUSE -> EFFECT``.
        sites: the distinct sites, in file order of the cycles that name them first; so for the others.
        conditions: the distinct conditions, word for word.
        teams: the distinct teams, by their ids where the theory lists them.
        cycles: the ids of the cycles.
    """

    about: str
    sites: tuple[str, ...]
    conditions: tuple[str, ...]
    teams: tuple[str, ...]
    cycles: tuple[str, ...]

    @property
    def one_site(self) -> bool:
        """The studied cycles name exactly one site."""
        return len(self.sites) == 1

    @property
    def one_team(self) -> bool:
        """The studied cycles name exactly one team."""
        return len(self.teams) == 1

    @property
    def one_cycle(self) -> bool:
        """There is exactly one studied cycle."""
        return len(self.cycles) == 1


@frozen
class ContextCounts:
    """How many contexts something was tested in: from cycles that reached Study.

    Attributes:
        cycles: how many such cycles there are.
        sites: how many distinct sites they name.
        conditions: how many distinct conditions they name, word for word.
        teams: how many distinct teams they name.
        only_site: the one site that all rests on; None where it is none or several.
        only_team: the one team that all rests on; None where it is none or several.
        only_cycle: the id of the one cycle that all rests on; None where it is none or several.
    """

    cycles: int = 0
    sites: int = 0
    conditions: int = 0
    teams: int = 0
    only_site: str | None = None
    only_team: str | None = None
    only_cycle: str | None = None


def contexts(theory: Theory, about: str) -> Contexts:
    """Where, under which conditions and by whom a node or link was tested.

    Args:
        theory: the theory.
        about: the id of an aim, driver or change idea: the studied cycles of the change ideas at or
            below it. Or a link ``CAUSE -> EFFECT``: those of its cause.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no aim, driver or change idea, or there is no such link.
    """
    id = about
    if "->" in about:
        link = link_of(theory, about)
        about, id = link.id, link.cause
    node = theory.node(id)
    ideas = {id} if isinstance(node, ChangeIdea) else {idea.id for idea in ideas_behind(theory, id)}
    cycles = [cycle for cycle in theory.cycles if cycle.change in ideas and was_studied(cycle)]
    team = team_of(theory)
    return Contexts(
        about,
        _distinct(cycle.site for cycle in cycles),
        _distinct(cycle.conditions for cycle in cycles),
        _distinct(team(cycle.team) for cycle in cycles),
        tuple(cycle.id for cycle in cycles),
    )


def _distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))


def context_counts(theory: Theory) -> Mapping[str, ContextCounts]:
    """How many contexts each aim, driver and change idea was tested in, in the order of ``theory.nodes``.

    What `contexts` tells of one node, counted for all of them in one walk.
    """
    found: Any = theory.memo.get("evidence.contexts")
    if found is None:
        found = theory.memo["evidence.contexts"] = _context_counts(theory)
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _context_counts(theory: Theory) -> Mapping[str, ContextCounts]:
    net = snapshot(theory)
    team = team_of(theory)
    studied = [cycle for cycle in theory.cycles if was_studied(cycle)]
    readers: tuple[Callable[[PdsaCycle], str | None], ...] = (
        lambda cycle: cycle.id,
        lambda cycle: cycle.site,
        lambda cycle: cycle.conditions,
        lambda cycle: team(cycle.team),
    )
    names: list[list[str]] = []
    held: dict[int, list[int]] = {}
    for dimension, read in enumerate(readers):
        number: dict[Any, int] = {}
        own: dict[int, set[int]] = {}
        for cycle in studied:
            said = read(cycle)
            if said is not None:
                own.setdefault(net.number[cycle.change], set()).add(number.setdefault(said, len(number)))
        names.append(list(number))
        for i, members in own.items():
            held.setdefault(i, [0] * len(readers))[dimension] = bits_of(members)
    counts = [ContextCounts()] * len(net.nodes)

    def only(dimension: int, bits: int) -> str | None:
        return names[dimension][bits.bit_length() - 1] if bits.bit_count() == 1 else None

    def done(i: int, bits: Sequence[int]) -> None:
        cycles, sites, conditions, teams = bits
        counts[i] = ContextCounts(
            cycles.bit_count(),
            sites.bit_count(),
            conditions.bit_count(),
            teams.bit_count(),
            only(1, sites),
            only(3, teams),
            only(0, cycles),
        )

    spread(net, held, done)
    return {node.id: counts[i] for i, node in enumerate(net.nodes)}


def bits_of(members: Iterable[int]) -> int:
    """A set of whole numbers of 0 or more as one number with a bit for each."""
    members = tuple(members)
    if not members:
        return 0
    held = bytearray(max(members) // 8 + 1)
    for member in members:
        held[member >> 3] |= 1 << (member & 7)
    return int.from_bytes(held, "little")


def spread(
    net: Snapshot,
    held: dict[int, list[int]],
    done: Callable[[int, Sequence[int]], None],
    *,
    blocked: frozenset[tuple[int, int]] = frozenset(),
    order: Iterable[int] | None = None,
) -> None:
    """Carry sets from the nodes that hold them to every node that these reach, uniting them on the way.

    A set is a whole number with a bit for each member, so that what is shared is counted once. Each
    node's sets are handed to ``done`` when they are complete, and then let go where nobody holds them.

    Args:
        net: the links.
        held: for each node, by its number, the sets that it holds itself; they are used up.
        done: called with the number and the sets of each node that has some.
        blocked: links, as numbers of cause and effect, that carry nothing.
        order: the nodes to walk, causes before their effects; left out, all of them.
    """
    for i in net.upwards if order is None else order:
        sets = held.pop(i, None)
        if sets is None:
            continue
        done(i, sets)
        for effect in net.effects[i]:
            if blocked and (i, effect) in blocked:
                continue
            there = held.get(effect)
            if there is None:
                held[effect] = list(sets)
            else:
                for dimension, members in enumerate(sets):
                    there[dimension] |= members
