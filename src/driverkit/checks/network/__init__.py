"""What makes a network weak: one function a rule, on the shelf of this package.

The rules are `driverkit.checks.Rule` like those for a theory; their function is called with the
network, and each `SaidOf` tells in which file the thing stands.

    >>> from driverkit.model import Aim, Member, Network, Theory
    >>> hub = Theory("Fewer falls", aims=[Aim("A1", "Halve falls")])
    >>> network = Network("Safe wards", hub, members=[Member("m01", "Ward 6")])
    >>> print(check_network(network, select=["NET03"])[0].message)
    “Ward 6” has no theory: write down what it believes will move the aim, and name the file under 'theory'.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from driverkit import shelves
from driverkit.checks import _chosen, _finding
from driverkit.checks.network.said import SaidOf
from driverkit.checks.rule import Finding, Rule
from driverkit.model import Network, Place

__all__ = ["SaidOf", "by_file", "check_network", "network_rules"]


def network_rules() -> tuple[Rule, ...]:
    """Every rule for networks, by code."""
    return tuple(sorted(shelves.collect("driverkit.checks.network", Rule), key=lambda r: r.code))


def check_network(
    network: Network,
    *,
    rules: Iterable[Rule] | None = None,
    select: Iterable[str] | str = (),
    ignore: Iterable[str] | str = (),
) -> tuple[Finding, ...]:
    """What is weak in a network: in how its files fit each other, and in who works on what.

    What is weak in each theory by itself is told by `driverkit.check`.

    Args:
        network: the network; it stays as it is.
        rules: the rules to go by; left out, those of the shelf.
        select: only these: codes, beginnings of codes, names of rules or of families.
        ignore: not these, named in the same way.

    Returns:
        The findings: those of the file of the network first, then the common theory, then the members
        in the order of the file. The node of a finding in the file of a member is ``member/ID``.

    Raises:
        FormatError: a file cannot be read; every fault of all of them.
        UsageError: there is no such code or name.
    """
    chosen = tuple(_chosen(tuple(rules) if rules is not None else network_rules(), "default", select, ignore))
    place = {member.id: number for number, member in enumerate(network.members, 2)}
    found: list[tuple[tuple[int, int, int, str, int], Finding]] = []
    for one in chosen:
        for each in one.run(network):
            said = (
                each if isinstance(each, SaidOf) else SaidOf(each.node, each.what, each.next, each.severity)
            )
            finding, where = _said(network, one, said)
            spot = (where.line, where.column) if where is not None else (0, 0)
            number = place[said.member] if said.member is not None else said.within is not None
            found.append(((number, *spot, one.code, len(found)), finding))
    return tuple(finding for _, finding in sorted(found, key=lambda pair: pair[0]))


def _said(network: Network, one: Rule, said: SaidOf) -> tuple[Finding, Place | None]:
    """The finding, with its place in the file that it stands in."""
    theory, origin = said.within, said.within.origin if said.within is not None else network.origin
    finding = _finding(theory if theory is not None else network.common, one, said)
    spot = said.node if said.path is None else f":{said.path}"
    where = origin.place(spot) if origin is not None and spot is not None else None
    if where is None and origin is not None and origin.file is not None:
        where = Place(origin.file, 1, 1)
    node = said.node if said.member is None or said.node is None else f"{said.member}/{said.node}"
    return attrs.evolve(finding, node=node, where=where), where


def by_file(network: Network, findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings of each file that has some, for `driverkit.checks.report.report`.

    Where nothing was found the file of the network stands alone with no finding.
    """
    name = network.origin.file if network.origin is not None and network.origin.file else network.title
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        file = finding.where.file if finding.where is not None else None
        found.setdefault(file or name, []).append(finding)
    return list(found.items()) or [(name, [])]
