"""How many members work on each part of the common theory, have tested it, and saw it hold.

>>> from driverkit.model import Aim, ChangeIdea, Member, Network, PdsaCycle, Theory
>>> hub = Theory(
...     "Falls",
...     aims=[Aim("A1", "Fewer falls")],
...     change_ideas=[ChangeIdea("C1", "A mop", contributes_to=["A1"])],
... )
>>> ours = Theory(
...     "Ward 6",
...     change_ideas=[ChangeIdea("I1", "A red mop", adapts="C1")],
...     cycles=[PdsaCycle("T1", "I1", study={"learned": "it is seen"})],
... )
>>> network = Network("Safe wards", hub, members=[Member("m01", theory=ours), Member("m02")])
>>> print(network_work(network)["A1"])
1 of 2 members works on it, 1 tested it, 0 held
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen

from driverkit.evidence.adapting import working_on
from driverkit.evidence.combined import combined, cycles_at
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.predictions import PredictionRecord, all_predictions, tally
from driverkit.model import Network, PdsaCycle

__all__ = ["MemberWork", "Work", "member_work", "network_work"]


@frozen
class MemberWork:
    """What one member has done about one node of the common theory.

    Attributes:
        member: the id of the member.
        works_on: whether a node of the member adapts it, or something below it.
        cycles: the member's cycles on change ideas at or below it by the links of the common theory, local
            inventions included; each once.
        studied: how many of them reached Study.
        judged: how many predictions of those cycles, written before Do, have a result.
        held: how many of those were confirmed.
        refuted: how many of those were refuted.
    """

    member: str
    works_on: bool
    cycles: int = 0
    studied: int = 0
    judged: int = 0
    held: int = 0
    refuted: int = 0

    @property
    def tested(self) -> bool:
        """At least one of the cycles reached Study."""
        return self.studied > 0

    @property
    def confirmed(self) -> bool:
        """Tested, and more than half of the judged predictions held, as in `driverkit.evidence.across.held_there`.

        Those that held in part are judged and did not hold.
        """
        return self.tested and self.held * 2 > self.judged

    @property
    def failed(self) -> bool:
        """Tested, and more than half of the judged predictions were refuted."""
        return self.tested and self.refuted * 2 > self.judged


@frozen
class Work:
    """What the members have done about one node of the common theory.

    Attributes:
        id: the id of the node.
        of: how many members there are; those who have left are none.
        members: what each of those who work on it has done, in the order of the file.
        gone: what each of those has done who tested it and has left the network: it stays tested.
    """

    id: str
    of: int
    members: tuple[MemberWork, ...]
    gone: tuple[MemberWork, ...] = ()

    @property
    def everybody(self) -> tuple[MemberWork, ...]:
        """Those who work on it, then those who tested it and have left."""
        return (*self.members, *self.gone)

    @property
    def worked_on(self) -> int:
        """How many members work on it."""
        return len(self.members)

    @property
    def tested(self) -> int:
        """How many members have a cycle on it that reached Study; those who have left since are among them."""
        return sum(one.tested for one in self.everybody)

    @property
    def confirmed(self) -> int:
        """Of how many of those who tested it more than half of the judged predictions held."""
        return sum(one.confirmed for one in self.everybody)

    @property
    def failed(self) -> int:
        """Of how many of those who tested it more than half of the judged predictions were refuted."""
        return sum(one.failed for one in self.everybody)

    @property
    def held(self) -> tuple[int, int]:
        """How many predictions of all of them were confirmed, of how many that were judged."""
        return sum(one.held for one in self.everybody), sum(one.judged for one in self.everybody)

    def __str__(self) -> str:
        left = f" (of them {len(self.gone)} left since)" if self.gone else ""
        work = "works" if self.worked_on == 1 else "work"
        return f"{self.worked_on} of {self.of} members {work} on it, {self.tested} tested it{left}, {self.confirmed} held"


def network_work(network: Network) -> Mapping[str, Work]:
    """For each aim, driver and change idea of the common theory what its members have done about it.

    A member works on a node where one of its nodes adapts it, or adapts something below it. What it has tested is
    counted in the combined theory, and stays tested when it leaves, as in `driverkit.network_coverage`: by the links of the common theory, and for what
    the member invented by its own. A cycle that bears on two parts counts at each, and once in each.

    Raises:
        FormatError: theories of members cannot be read.
    """
    there = {one.id for one in network.members if one.left is None}
    who = working_on(network)
    by_member = {id: member_work(network, id) for id in network.theories}
    away = [id for id in by_member if id not in there]
    return MappingProxyType(
        {
            node.id: Work(
                node.id,
                len(there),
                tuple(by_member[member][node.id] for member in who[node.id]),
                tuple(one for id in away if (one := by_member[id][node.id]).tested),
            )
            for node in network.common.nodes
        }
    )


def member_work(network: Network, member: str) -> Mapping[str, MemberWork]:
    """For each aim, driver and change idea of the common theory what one member has done about it.

    Raises:
        UnknownId: there is no such member, or it has no theory.
        FormatError: its theory, or that of the hub, cannot be read.
    """
    network.theory(member)
    who, results = working_on(network), _results(network)
    found: dict[str, MemberWork] = {}
    for id, held in _cycles_of_members(network).items():
        mine = held.get(member, ())
        judged = tally([record for cycle in mine for record in results.get(cycle.id, ())])
        found[id] = MemberWork(
            member,
            member in who[id],
            len(mine),
            sum(was_studied(cycle) for cycle in mine),
            judged.judged,
            judged.confirmed,
            judged.refuted,
        )
    return MappingProxyType(found)


def _cycles_of_members(network: Network) -> Mapping[str, Mapping[str | None, Sequence[PdsaCycle]]]:
    """What `cycles_at` gives, by member."""
    found: Any = network.memo.get("evidence.cycles_of_members")
    if found is None:
        found = network.memo["evidence.cycles_of_members"] = {}
        for id, held in cycles_at(network).items():
            there: dict[str | None, list[PdsaCycle]] = {}
            found[id] = there
            for member, cycle in held:
                there.setdefault(member, []).append(cycle)
    return found  # type: ignore[no-any-return]  # the memo holds anything


def _results(network: Network) -> Mapping[str, list[PredictionRecord]]:
    """The predictions of each cycle of the combined theory."""
    found: Any = network.memo.get("evidence.results")
    if found is None:
        found = network.memo["evidence.results"] = {}
        for record in all_predictions(combined(network)):
            found.setdefault(record.cycle.id, []).append(record)
    return found  # type: ignore[no-any-return]  # the memo holds anything
