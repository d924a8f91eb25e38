"""Which nodes are drawn, and in which column each of them stands.

Column 0 is nearest the reader's eye: the aims (a global aim has a column of its own before the
aims that serve it), then the drivers level by level, then the change ideas. Levels on which
nothing stands take no column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from driverkit.errors import UnknownId, UsageError
from driverkit.model import Link as Hypothesis
from driverkit.model.values import near

__all__ = ["Link", "Plan", "plan", "reached"]

ROLES = ("aim", "primary", "secondary", "tertiary")
HEADINGS = ("Aim", "Primary drivers", "Secondary drivers", "Tertiary drivers")


@frozen
class Link:
    """A link between two drawn nodes, both given by their number in `Plan.nodes`.

    ``through``: there is no such link in the theory, but a way over nodes of levels that are not drawn.
    ``fails``: it is known not to hold somewhere.
    ``measures``: it is no link of the theory either; its cause is a measure of its effect.
    """

    cause: int
    effect: int
    link: Any
    through: bool = False
    fails: bool = False
    measures: bool = False

    @property
    def style(self) -> tuple[str | None, bool, bool, bool, bool, bool]:
        """What decides how the line looks; only lines that look alike may be merged."""
        link = self.link
        return (
            link.strength,
            bool(link.only_where),
            bool(link.implied),
            self.through,
            self.fails,
            self.measures,
        )


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
        excerpt: where not everything is drawn, what is, in words: ``levels 0–1``.
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
    excerpt: str = ""


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


def _wanted(levels: Iterable[object], there: Sequence[int]) -> tuple[frozenset[int], bool]:
    """The levels that the option names, in numbers or words, and whether the change ideas are among them.

    ``there`` are the levels on which drivers stand. A level deeper than them is a slip; that there
    is no aim, driver or change idea yet is not.
    """
    if isinstance(levels, str):
        levels = [word.strip() for word in levels.split(",")]
    wanted: set[int] = set()
    change = False
    for level in levels:
        text = str(level).strip().lower()
        figures = text.removeprefix("driver-")
        number = None
        if figures.isdecimal() and len(figures) < 7:
            number = int(figures)
        elif text in (*ROLES, "aims"):
            number = ROLES.index(text.removesuffix("s"))
        if number is not None:
            if number and number not in there:
                raise UsageError(f"The theory has no level {level!r}. There are: {_levels_told(there)}.")
            wanted.add(number)
        elif text == "drivers":
            wanted.update(there)
        elif text in ("change", "changes", "change-ideas", "change_ideas"):
            change = True
        else:
            raise UsageError(
                f"No level is called {level!r}. Give numbers (0 the aim, 1 primary …) or words: "
                "aim, primary, secondary, tertiary, driver-4 …, drivers, change."
            )
    return frozenset(wanted), change


def _levels_told(there: Sequence[int]) -> str:
    """``0 (aim), 1 (primary), 2 (secondary), change``; of very many levels only the deepest."""
    named = [f"{n} ({ROLES[n]})" for n in (0, *there) if n < len(ROLES)]
    deeper = [n for n in there if n >= len(ROLES)]
    if deeper:
        named.append(_ranges(deeper))
    return ", ".join([*named, "change"])


def _ranges(numbers: Iterable[int]) -> str:
    """``0–2, 5``."""
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], n]
        else:
            runs.append([n])
    return ", ".join("–".join(map(str, run)) for run in runs)


def _excerpt(focus: str | None, wanted: frozenset[int] | None, change: bool, part: str) -> str:
    """What is drawn, where not everything is; ``focus`` is the words of the node."""
    said = []
    if focus is not None:
        words = " ".join(focus.split())
        said.append(
            f"“{words if len(words) <= 60 else words[:59].rstrip() + '…'}” with its causes and effects"
        )
    said += [f"part {part}"] if part else []
    if wanted is not None:
        parts = [_LEVEL_WORDS[level] for level in sorted(wanted) if level < len(_LEVEL_WORDS)]
        deeper = [level for level in wanted if level >= len(_LEVEL_WORDS)]
        parts += [f"drivers of level{'s' if len(deeper) > 1 else ''} {_ranges(deeper)}"] if deeper else []
        parts += ["change ideas"] if change else []
        said.append(
            "only " + " and ".join(parts[-2:] if len(parts) < 3 else [", ".join(parts[:-1]), parts[-1]])
        )
    return ", ".join(said)


_LEVEL_WORDS = ("aims", "primary drivers", "secondary drivers", "tertiary drivers")


def _bridges(
    shown: Mapping[str, int],
    hidden: Collection[str],
    causes: Mapping[str, Sequence[str]],
    drawn: Iterable[Link],
) -> list[Link]:
    """Links in place of the ways over hidden nodes: from each cause to the nearest effects that are drawn.

    Each pair is linked once, and not at all where a link of its own is drawn.
    """
    linked = {(link.cause, link.effect) for link in drawn}
    out: list[Link] = []
    for effect, e in shown.items():
        seen: set[str] = set()
        waiting = [cause for cause in causes.get(effect, ()) if cause in hidden]
        while waiting:
            middle = waiting.pop()
            if middle in seen:
                continue
            seen.add(middle)
            for cause in causes.get(middle, ()):
                c = shown.get(cause)
                if c is None:
                    if cause in hidden and cause not in seen:
                        waiting.append(cause)
                elif c != e and (c, e) not in linked:
                    linked.add((c, e))
                    out.append(Link(c, e, Hypothesis(cause, effect, implied=True), through=True))
    return sorted(out, key=lambda link: (link.cause, link.effect))


def reached(start: Iterable[str], step: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Everything that is reached from some nodes, they themselves included."""
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for other in step.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)


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


def plan(
    theory: Any,
    *,
    levels: Iterable[object] | None = None,
    focus: str | None = None,
    only: Collection[str] | None = None,
    part: str = "",
) -> Plan:
    """Choose what is drawn and in which column.

    ``levels`` names the levels to draw; ``focus`` the one node to draw with all that it
    contributes to and all that contributes to it; ``only`` the ids of those among them that are
    drawn on a page, and ``part`` which page that is, in words: ``2 of 3``.
    """
    aims, drivers, ideas = theory.aims, theory.drivers, theory.change_ideas
    everything = (*aims, *drivers, *ideas)
    known = frozenset(node.id for node in everything)
    links = [link for link in theory.links if link.cause in known and link.effect in known]
    causes: dict[str, list[str]] = {}
    effects: dict[str, list[str]] = {}
    for link in links:
        causes.setdefault(link.effect, []).append(link.cause)
        effects.setdefault(link.cause, []).append(link.effect)
    alive = reached((aim.id for aim in aims), causes) if aims else known

    shown = known
    if focus is not None:
        if focus not in known:
            if focus in theory:
                some = f", such as {next(iter(everything)).id!r}" if everything else ""
                raise UsageError(
                    f"{focus!r} is no box of the diagram. Focus on an aim, a driver or a change idea{some}."
                )
            raise UnknownId(focus, near=near(focus, known))
        shown = reached([focus], causes) | reached([focus], effects)
    if only is not None:
        shown = shown & frozenset(only)
    wanted: frozenset[int] | None = None
    change = True
    if levels is not None:
        wanted, change = _wanted(levels, sorted({theory.level(driver.id) for driver in drivers}))

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
        if node.id in shown
        and (wanted is None or (change if place[0] == 2 else (place[1] if place[0] else 0) in wanted))
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
    focused = next((node.text for node in everything if node.id == focus), None)
    against = {e.about for e in getattr(theory, "evidence", ()) if e.finding == "contradicts"}
    drawn = tuple(
        Link(index[link.cause], index[link.effect], link, fails=_fails(link, against))
        for link in links
        if link.cause in index and link.effect in index and link.cause != link.effect
    )
    if wanted is not None:
        hidden = shown - index.keys()
        drawn += tuple(_bridges(index, hidden, causes, drawn))
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
        excerpt=_excerpt(focused, wanted, change, part) if len(chosen) < len(everything) else "",
    )


def _fails(link: Hypothesis, against: set[str]) -> bool:
    """Whether a link is known not to hold somewhere: it says where, or evidence contradicts its condition."""
    return bool(link.fails_at) or (link.only_where is not None and link.id in against)


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
