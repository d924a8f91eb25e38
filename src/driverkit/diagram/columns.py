"""Which nodes are drawn, and in which column each of them stands.

Column 0 is nearest the reader's eye: the aims (a global aim has a column of its own before the
aims that serve it), then the drivers level by level, then the change ideas. Levels on which
nothing stands take no column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from driverkit.errors import UnknownId, UsageError
from driverkit.model.values import near

__all__ = ["Link", "Plan", "plan"]

ROLES = ("aim", "primary", "secondary", "tertiary")
HEADINGS = ("Aim", "Primary drivers", "Secondary drivers", "Tertiary drivers")


@frozen
class Link:
    """A link between two drawn nodes, both given by their number in `Plan.nodes`."""

    cause: int
    effect: int
    link: Any

    @property
    def style(self) -> tuple[str | None, bool, bool]:
        """What decides how the line looks; only lines that look alike may be merged."""
        return (self.link.strength, bool(self.link.only_where), bool(self.link.implied))


@frozen
class Plan:
    """The nodes that are drawn, in the order of the file, and the column of each.

    Attributes:
        nodes: the values of the theory: aims, then drivers, then change ideas.
        roles: the role of each node.
        column: the column of each node, counted from the aim.
        rows: the nodes of each column, by number, in the order of the file.
        column_roles, headings: of each column.
        links: the links between drawn nodes.
        orphans: the numbers of the nodes from which no aim is reached.
        file: for each node its rank in the order in which people read the file: a node that serves
            only another node of its own column comes right after that one.
        followers: for a node those that come right after it for that reason.
    """

    nodes: tuple[Any, ...]
    roles: tuple[str, ...]
    column: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    column_roles: tuple[str, ...]
    headings: tuple[str, ...]
    links: tuple[Link, ...]
    orphans: frozenset[int]
    file: tuple[float, ...]
    followers: Mapping[int, tuple[int, ...]]


def role_of_level(level: int) -> str:
    """``aim``, ``primary``, ``secondary``, ``tertiary``, ``driver-4`` …"""
    return ROLES[level] if level < len(ROLES) else f"driver-{level}"


def _heading_of_level(theory: Any, level: int) -> str:
    own = None
    if theory.headings is not None and 1 <= level <= 3:
        own = getattr(theory.headings, ROLES[level], None)
    if own:
        return str(own)
    return HEADINGS[level] if level < len(HEADINGS) else f"Level {level} drivers"


def _wanted_roles(levels: Iterable[object]) -> frozenset[str]:
    """The roles that the option ``levels`` names: numbers or words, in any mixture."""
    if isinstance(levels, str):
        levels = [word.strip() for word in levels.split(",")]
    wanted: set[str] = set()
    for level in levels:
        text = str(level).strip().lower()
        if text.isdecimal():
            wanted.add(role_of_level(int(text)))
        elif text in (*ROLES, "change") or (text.startswith("driver-") and text[7:].isdecimal()):
            wanted.add(role_of_level(int(text[7:])) if text.startswith("driver-") else text)
        elif text in ("aims", "changes", "change-ideas", "change_ideas", "drivers"):
            wanted.add({"aims": "aim", "drivers": "driver"}.get(text, "change"))
        else:
            raise UsageError(
                f"No level is called {level!r}. Give numbers (0 the aim, 1 primary …) or words: "
                "aim, primary, secondary, tertiary, driver-4 …, change."
            )
    return frozenset(wanted)


def _reached(start: Iterable[str], step: dict[str, list[str]]) -> set[str]:
    """Everything that is reached from some nodes, they themselves included."""
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for other in step.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def _aim_columns(aims: Sequence[Any], causes: dict[str, list[str]]) -> dict[str, int]:
    """The column of each aim: an aim stands left of the aims that contribute to it."""
    own = {aim.id for aim in aims}
    waits = {a: sum(c in own for c in causes.get(a, ())) for a in own}
    serves: dict[str, list[str]] = {}
    for a in own:
        for c in causes.get(a, ()):
            if c in own:
                serves.setdefault(c, []).append(a)
    height = dict.fromkeys(own, 0)
    ready = [aim.id for aim in aims if not waits[aim.id]]
    while ready:
        a = ready.pop()
        for effect in serves.get(a, ()):
            height[effect] = max(height[effect], height[a] + 1)
            waits[effect] -= 1
            if not waits[effect]:
                ready.append(effect)
    top = max(height.values(), default=0)
    return {a: top - h for a, h in height.items()}


def plan(theory: Any, *, levels: Iterable[object] | None = None, focus: str | None = None) -> Plan:
    """Choose what is drawn and in which column.

    ``levels`` names the levels to draw; ``focus`` the one node to draw with all that it
    contributes to and all that contributes to it.
    """
    aims, drivers, ideas = theory.aims, theory.drivers, theory.change_ideas
    everything = (*aims, *drivers, *ideas)
    known = {node.id for node in everything}
    links = [link for link in theory.links if link.cause in known and link.effect in known]
    causes: dict[str, list[str]] = {}
    effects: dict[str, list[str]] = {}
    for link in links:
        causes.setdefault(link.effect, []).append(link.cause)
        effects.setdefault(link.cause, []).append(link.effect)
    alive = _reached((aim.id for aim in aims), causes) if aims else known

    shown = known
    if focus is not None:
        if focus not in known:
            raise UnknownId(focus, near=near(focus, known))
        shown = _reached([focus], causes) | _reached([focus], effects)
    wanted = None if levels is None else _wanted_roles(levels)

    aim_column = _aim_columns(aims, causes)
    first_driver = max(aim_column.values(), default=-1) + 1
    # One sort key a column: aims, then levels of drivers, then change ideas.
    stand: list[tuple[Any, str, tuple[int, int]]] = [(aim, "aim", (0, aim_column[aim.id])) for aim in aims]
    for driver in drivers:
        level = theory.level(driver.id)
        stand.append((driver, role_of_level(level), (1, level)))
    stand += [(idea, "change", (2, 0)) for idea in ideas]
    chosen = [
        (node, role, place)
        for node, role, place in stand
        if node.id in shown and (wanted is None or role in wanted or ("driver" in wanted and place[0] == 1))
    ]
    places = sorted({place for _, _, place in chosen})
    number = {place: i for i, place in enumerate(places)}
    index = {node.id: i for i, (node, _, _) in enumerate(chosen)}
    rows: list[list[int]] = [[] for _ in places]
    for i, (_, _, place) in enumerate(chosen):
        rows[number[place]].append(i)

    column_roles: list[str] = []
    headings: list[str] = []
    own = theory.headings
    for place, row in zip(places, rows, strict=True):
        if place[0] == 0:
            column_roles.append("aim")
            if place[1] < first_driver - 1:
                headings.append("Overall aim" if len(row) == 1 else "Overall aims")
            else:
                headings.append(
                    (own.aim if own is not None and own.aim else None) or ("Aim" if len(row) == 1 else "Aims")
                )
        elif place[0] == 1:
            column_roles.append(role_of_level(place[1]))
            headings.append(_heading_of_level(theory, place[1]))
        else:
            column_roles.append("change")
            headings.append((own.change if own is not None and own.change else None) or "Change ideas")

    column = tuple(number[place] for _, _, place in chosen)
    drawn = tuple(
        Link(index[link.cause], index[link.effect], link)
        for link in links
        if link.cause in index and link.effect in index and link.cause != link.effect
    )
    followers = _followers(column, drawn)
    file = _reading_order(len(column), followers)
    return Plan(
        nodes=tuple(node for node, _, _ in chosen),
        roles=tuple(role for _, role, _ in chosen),
        column=column,
        rows=tuple(tuple(row) for row in rows),
        column_roles=tuple(column_roles),
        headings=tuple(headings),
        links=drawn,
        orphans=frozenset(i for i, (node, _, _) in enumerate(chosen) if node.id not in alive),
        file=file,
        followers=followers,
    )


def _followers(column: tuple[int, ...], links: tuple[Link, ...]) -> dict[int, tuple[int, ...]]:
    """For a node the nodes of its own column that serve it and nothing nearer the aim."""
    leads: dict[int, int] = {}
    tied: set[int] = set()
    for link in links:
        if column[link.cause] == column[link.effect]:
            leads.setdefault(link.cause, link.effect)
        elif column[link.cause] > column[link.effect]:
            tied.add(link.cause)
    followers: dict[int, list[int]] = {}
    for cause in sorted(leads):
        if cause not in tied:
            followers.setdefault(leads[cause], []).append(cause)
    return {effect: tuple(causes) for effect, causes in followers.items()}


def _reading_order(count: int, followers: Mapping[int, tuple[int, ...]]) -> tuple[float, ...]:
    """The rank of each node in file order, but followers right after the node they serve."""
    rank = [float(i) for i in range(count)]
    if not followers:
        return tuple(rank)
    led = {cause for causes in followers.values() for cause in causes}
    at = 0
    for start in [i for i in range(count) if i not in led]:
        waiting = [start]
        while waiting:
            v = waiting.pop()
            rank[v] = float(at)
            at += 1
            waiting.extend(reversed(followers.get(v, ())))
    return tuple(rank)
