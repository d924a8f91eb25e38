"""The theory as a graph: the walks people ask for, in their words; and the way to networkx and back.

    >>> from driverkit.model import Aim, ChangeIdea, Driver, Theory
    >>> theory = Theory(
    ...     "Leaving hospital safely",
    ...     aims=[Aim("A1", "Fewer people come back within 30 days")],
    ...     drivers=[
    ...         Driver("P1", "People understand their plan", contributes_to=["A1"]),
    ...         Driver("S1", "Teaching is checked, not assumed", contributes_to=["P1"]),
    ...     ],
    ...     change_ideas=[ChangeIdea("C1", "Teach-back with a five-line card", contributes_to=["S1"])],
    ... )
    >>> [idea.text for idea in ideas_behind(theory, "P1")]
    ['Teach-back with a five-line card']
    >>> [driver.id for driver in drivers_moved_by(theory, "C1")]
    ['P1', 'S1']
    >>> [" -> ".join(path) for path in paths_to_aim(theory, "C1")]
    ['C1 -> S1 -> P1 -> A1']

Links point from cause to effect, so what is *behind* a node is what contributes to it, directly or
through others: same-level and conditional links are followed like any other, and each node is met
once. Every walk hands back nodes in file order and takes no recursion, however deep the theory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from attrs import frozen

from driverkit.errors import Fault, TheoryError, UsageError
from driverkit.model import (
    Aim,
    ChangeIdea,
    Contribution,
    Driver,
    Evidence,
    FrozenDict,
    Headings,
    Measure,
    Network,
    Observation,
    PdsaCycle,
    Problem,
    Recommendation,
    Revision,
    Team,
    Theory,
)
from driverkit.model import values as v

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "Snapshot",
    "aims_reached_by",
    "causes_of",
    "diffusion_graph",
    "drivers_behind",
    "drivers_moved_by",
    "effects_of",
    "Support",
    "everything_behind",
    "independent_support",
    "from_networkx",
    "ideas_behind",
    "orphans",
    "paths_to_aim",
    "reaches_an_aim",
    "snapshot",
    "sums_behind",
    "to_networkx",
    "totals_behind",
]

Box = Aim | Driver | ChangeIdea
N = TypeVar("N", Aim, Driver, ChangeIdea)


# ------------------------------------------------------------------------------------------ the snapshot


@frozen(eq=False)
class Snapshot:
    """The links of a theory as whole numbers: made once for each theory, so that walks are cheap.

    A node's number is its place in ``theory.nodes``.

    Attributes:
        nodes: the nodes, by number.
        number: the number of each id.
        effects: for each node the numbers of what it contributes to, in the order written.
        causes: for each node the numbers of what contributes to it, in file order.
        upwards: every number once, causes before their effects.
    """

    nodes: tuple[Box, ...]
    number: Mapping[str, int]
    effects: Sequence[tuple[int, ...]]
    causes: Sequence[Sequence[int]]
    upwards: Sequence[int]


def snapshot(theory: Theory) -> Snapshot:
    """The links of a theory as whole numbers; the same object for the same theory."""
    found: Any = theory.memo.get("graph")
    if found is None:
        found = theory.memo["graph"] = _snapshot(theory)
    return found  # type: ignore[no-any-return]  # the memo holds anything


_NONE: tuple[int, ...] = ()


def _snapshot(theory: Theory) -> Snapshot:
    nodes = theory.nodes
    number = {node.id: i for i, node in enumerate(nodes)}
    effects: list[tuple[int, ...]] = []
    causes: list[Any] = [_NONE] * len(nodes)
    for i, node in enumerate(nodes):
        entries = node.contributes_to
        if len(entries) == 1:
            up: tuple[int, ...] = (number[entries[0].to],)
        elif entries:
            up = tuple([number[c.to] for c in entries])
        else:
            up = tuple([number[id] for id in theory.parents(node.id)])
        effects.append(up)
        for effect in up:
            if causes[effect] is _NONE:
                causes[effect] = [i]
            else:
                causes[effect].append(i)
    waiting = [len(below) for below in causes]
    upwards = [i for i, count in enumerate(waiting) if not count]
    for i in upwards:  # it grows while it is walked
        for effect in effects[i]:
            waiting[effect] -= 1
            if not waiting[effect]:
                upwards.append(effect)
    return Snapshot(nodes, number, effects, causes, upwards)


def _start(theory: Theory, id: str) -> tuple[Snapshot, int]:
    net = snapshot(theory)
    start = net.number.get(id)
    if start is None:
        found = theory.node(id)  # nothing of that id at all is told in its own way
        tests = f" It is a cycle of {found.change!r}." if isinstance(found, PdsaCycle) else ""
        raise UsageError(f"{id!r} is no aim, driver or change idea.{tests}")
    return net, start


def _reached(start: int, onward: Sequence[Sequence[int]]) -> set[int]:
    met = {start}
    stack = [start]
    while stack:
        for other in onward[stack.pop()]:
            if other not in met:
                met.add(other)
                stack.append(other)
    met.discard(start)
    return met


def _of(net: Snapshot, numbers: Iterable[int], noun: type[N]) -> tuple[N, ...]:
    found = (net.nodes[i] for i in sorted(numbers))
    return tuple(node for node in found if isinstance(node, noun))


# ------------------------------------------------------------------------------------------- the walks


def causes_of(theory: Theory, id: str) -> tuple[Box, ...]:
    """What contributes to a node directly, in file order.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no aim, driver or change idea. So for every walk.
    """
    net, start = _start(theory, id)
    return tuple(net.nodes[i] for i in net.causes[start])


def effects_of(theory: Theory, id: str) -> tuple[Box, ...]:
    """What a node contributes to directly, in the order written."""
    net, start = _start(theory, id)
    return tuple(net.nodes[i] for i in net.effects[start])


def everything_behind(theory: Theory, id: str) -> tuple[Box, ...]:
    """Whatever contributes to a node, directly or through others; each once, in file order."""
    net, start = _start(theory, id)
    return tuple(net.nodes[i] for i in sorted(_reached(start, net.causes)))


def ideas_behind(theory: Theory, id: str) -> tuple[ChangeIdea, ...]:
    """The change ideas that contribute to a node, directly or through drivers; each once."""
    net, start = _start(theory, id)
    return _of(net, _reached(start, net.causes), ChangeIdea)


def drivers_behind(theory: Theory, id: str) -> tuple[Driver, ...]:
    """The drivers that contribute to a node, directly or through others; each once."""
    net, start = _start(theory, id)
    return _of(net, _reached(start, net.causes), Driver)


def drivers_moved_by(theory: Theory, id: str) -> tuple[Driver, ...]:
    """The drivers that a change idea (or a driver) contributes to, directly or through others."""
    net, start = _start(theory, id)
    return _of(net, _reached(start, net.effects), Driver)


def aims_reached_by(theory: Theory, id: str) -> tuple[Aim, ...]:
    """The aims that a node contributes to, directly or through others; an aim not counting itself."""
    net, start = _start(theory, id)
    return _of(net, _reached(start, net.effects), Aim)


def reaches_an_aim(theory: Theory, id: str) -> bool:
    """Whether a node contributes to some aim, directly or through others; an aim does."""
    net, start = _start(theory, id)
    return _reaching(theory, net)[start]


def orphans(theory: Theory) -> tuple[Driver | ChangeIdea, ...]:
    """The drivers and change ideas that contribute to no aim, not even through others."""
    net = snapshot(theory)
    reaching = _reaching(theory, net)
    return tuple(
        node for node, well in zip(net.nodes, reaching, strict=True) if not well and not isinstance(node, Aim)
    )


def _reaching(theory: Theory, net: Snapshot) -> list[bool]:
    found: Any = theory.memo.get("graph.reaching")
    if found is None:
        aims = len(theory.aims)
        reaching = [i < aims for i in range(len(net.nodes))]
        for i in reversed(net.upwards):
            if not reaching[i]:
                reaching[i] = any(reaching[effect] for effect in net.effects[i])
        found = theory.memo["graph.reaching"] = reaching
    return found  # type: ignore[no-any-return]  # the memo holds anything


def paths_to_aim(theory: Theory, id: str) -> Iterator[tuple[str, ...]]:
    """Every way from a node along its links to an aim, each as ids from cause to effect.

    A way that goes on from one aim to a wider one is told at both. There can be more ways than
    anybody can list (twenty levels of three drivers that all share have over a thousand million), so
    they come one by one; take as many as you need:

        >>> from itertools import islice
        >>> theory = Theory("t", aims=[Aim("A", "a")], drivers=[Driver("P", "p")])
        >>> list(islice(paths_to_aim(theory, "P"), 100))
        [('P', 'A')]
    """
    net, start = _start(theory, id)
    reaching = _reaching(theory, net)
    return _paths(net, start, reaching, len(theory.aims))


def _paths(net: Snapshot, start: int, reaching: Sequence[bool], aims: int) -> Iterator[tuple[str, ...]]:
    path = [net.nodes[start].id]
    stack = [iter(net.effects[start])]
    while stack:
        for effect in stack[-1]:
            if reaching[effect]:  # a way that ends nowhere is never entered
                path.append(net.nodes[effect].id)
                stack.append(iter(net.effects[effect]))
                if effect < aims:
                    yield tuple(path)
                break
        else:
            stack.pop()
            path.pop()


# ------------------------------------------------------------------------------------ independent support


@frozen
class Support:
    """How much independent support reaches a node; see `independent_support`.

    Attributes:
        target: the id of the node.
        sets: how many ways there are from the sources to the node that share nothing on the way.
        cut: without these no support is left: sources (by name), ids of nodes, and links; as many as
            there are sets, those nearest to the sources. Of one set alone: each of the things of which
            every single one would take all support away, from the source to the node.
        sources: the sources that reach the node, in the order given.
        entered: each of these sources with each node or link at which it enters and from which it reaches the node.
    """

    target: str
    sets: int
    cut: tuple[str, ...]
    sources: tuple[str, ...]
    entered: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)


def independent_support(
    theory: Theory,
    target: str,
    sources: Mapping[str, Iterable[str]],
    *,
    blocked: Mapping[str, Iterable[str]] | None = None,
) -> Support:
    """How many ways lead from sources to a node that share no source, node or link on the way (Menger 1927).

    Each way begins at another source, enters the theory at a node or link that the source speaks for,
    and goes on along the links to the target; no two ways meet before it. Found by augmenting ways one by
    one (maximum flow with a capacity of one at every source, node and link), so the work is the number
    of sets times the links behind the target.

    Args:
        theory: the theory.
        target: the id of the node that is to be supported.
        sources: for each source the ids of the nodes, or links ``CAUSE -> EFFECT``, at which it enters.
        blocked: for a source the links that do not carry it. It does not enter where it has no way left from;
            where it has one, the ways found may still lead it over a blocked link.

    Raises:
        UnknownId: nothing has one of the ids.
        UsageError: one of them is no aim, driver or change idea.

    >>> theory = Theory(
    ...     "t",
    ...     drivers=[Driver("P", "p"), Driver("S", "s", contributes_to=["P"])],
    ...     change_ideas=[
    ...         ChangeIdea("C1", "c", contributes_to=["S"]),
    ...         ChangeIdea("C2", "c", contributes_to=["S"]),
    ...     ],
    ... )
    >>> tests = {"Ward 5": ["C1"], "Ward 6": ["C2"]}
    >>> independent_support(theory, "S", tests)
    Support(target='S', sets=2, cut=('Ward 5', 'Ward 6'), sources=('Ward 5', 'Ward 6'))
    >>> independent_support(theory, "P", tests).cut
    ('S',)
    """
    net, goal = _start(theory, target)
    behind = _reached(goal, net.causes)
    entries: dict[str, list[str]] = {}
    special: set[str] = set()
    onward = _Onward(net, goal, behind, special)
    for source, ats in sources.items():
        kept = []
        for at in ats:
            cause, arrow, effect = at.partition(" -> ")
            for id in (cause, effect) if arrow else (cause,):
                _start(theory, id)
            i = net.number[effect if arrow else cause]
            if i == goal or i in behind:
                kept.append(at)
                if arrow:
                    special.add(at)
        if kept:
            entries[source] = kept
    for source, links in (blocked or {}).items():
        if source in entries:
            without = set(links)
            kept = [at for at in entries[source] if onward.reaches([at], without)]
            if kept:
                entries[source] = kept
            else:
                del entries[source]
    flow = _Flow(onward, entries)
    while flow.augment():
        pass
    entered = tuple((source, at) for source, ats in entries.items() for at in ats)
    return Support(target, flow.sets, flow.cut(), tuple(entries), entered)


class _Onward:
    """What lies before each node and link on the way to a goal; links that something enters at stand by themselves."""

    def __init__(self, net: Snapshot, goal: int, behind: set[int], special: set[str]) -> None:
        self.net, self.goal, self.behind, self.special = net, goal, behind, special

    def after(self, at: str) -> list[str]:
        """The next nodes and links; the goal by its id."""
        net = self.net
        if " -> " in at:
            return [at.partition(" -> ")[2]]
        found = []
        for effect in net.effects[net.number[at]]:
            if effect == self.goal or effect in self.behind:
                link = f"{at} -> {net.nodes[effect].id}"
                found.append(link if link in self.special else net.nodes[effect].id)
        return found

    def reaches(self, entries: Iterable[str], without: set[str]) -> bool:
        goal = self.net.nodes[self.goal].id
        stack = [at for at in entries if at not in without]
        met = set(stack)
        while stack:
            at = stack.pop()
            if at == goal:
                return True
            for after in self.after(at):
                link = after if " -> " in after else f"{at} -> {after}"
                if link not in without and after not in met:
                    met.add(after)
                    stack.append(after)
        return False


class _Flow:
    """Ways that share nothing, found one after the other; each thing may be passed once.

    A thing is passed from its near side ``(thing, 0)`` to its far side ``(thing, 1)``. Sources and
    what they are called stand apart from ids: a source of the name S1 is not the node S1.
    """

    def __init__(self, onward: _Onward, entries: Mapping[str, Sequence[str]]) -> None:
        self.goal = (("", onward.net.nodes[onward.goal].id), 0)
        self.entries = entries
        self.after: dict[tuple[str, str], list[tuple[str, str]]] = {
            ("source", source): [("", at) for at in ats] for source, ats in entries.items()
        }
        stack = [at for ats in self.after.values() for at in ats]
        while stack:
            thing = stack.pop()
            if thing not in self.after and thing != self.goal[0]:
                self.after[thing] = [("", at) for at in onward.after(thing[1])]
                stack.extend(self.after[thing])
        self.sets = 0
        self.next: dict[tuple[str, str], tuple[str, str]] = {}  # the ways found: what follows each thing
        self.before: dict[tuple[str, str], tuple[str, str]] = {}

    def augment(self) -> bool:
        """One way more, where there is one; ways found before may be led over other things for it."""
        came = self._search()
        if self.goal not in came:
            return False
        side: Any = self.goal
        steps: list[Any] = []
        while side is not None:
            steps.append(side)
            side = came[side]
        steps.reverse()
        moves = [(a, b) for a, b in pairwise(steps) if a[0] != b[0]]
        gone = [(b[0], a[0]) for a, b in moves if not a[1]]
        new = [(a[0], b[0]) for a, b in moves if a[1]]
        for thing, after in gone:
            if self.next.get(thing) == after:
                del self.next[thing]
        for thing, after in new:
            self.next[thing] = after
        self.before = {}
        for thing, after in self.next.items():
            if after != self.goal[0]:
                self.before[after] = thing
        self.sets += 1
        return True

    def _search(self) -> dict[Any, Any]:
        """Every side of a thing that can be reached, with the side that it was reached from."""
        came: dict[Any, Any] = {}
        queue: list[Any] = []
        for source in self.entries:
            if ("source", source) not in self.next:
                came[("source", source), 0] = None
                queue.append((("source", source), 0))
        for side in queue:  # it grows while it is walked
            thing, far = side
            if side == self.goal:
                break
            used = thing in self.next
            if far:
                found = [(after, 0) for after in self.after[thing]]
                if used:
                    found.append((thing, 0))
            elif not used:
                found = [(thing, 1)]
            else:
                came_by = self.before.get(thing)
                found = [(came_by, 1)] if came_by is not None else []
            for other in found:
                if other not in came:
                    came[other] = side
                    queue.append(other)
        return came

    def cut(self) -> tuple[str, ...]:
        if not self.sets:
            return ()
        if self.sets == 1:
            return self._single_points()
        reached = self._search()
        # A source in use is passed from outside, so its near side counts as reached.
        cut = [
            thing
            for thing in self.after
            if ((thing, 0) in reached or thing[0]) and thing in self.next and (thing, 1) not in reached
        ]
        return tuple(name for _, name in cut)

    def _single_points(self) -> tuple[str, ...]:
        way: list[tuple[str, str]] = [next(thing for thing in self.next if thing[0])]
        while self.next[way[-1]] != self.goal[0]:
            way.append(self.next[way[-1]])
        return tuple(name for kind, name in way if self._needed((kind, name)))

    def _needed(self, thing: tuple[str, str]) -> bool:
        stack = [("source", source) for source in self.entries if ("source", source) != thing]
        met = set(stack)
        while stack:
            for after in self.after[stack.pop()]:
                if after == self.goal[0]:
                    return False
                if after != thing and after not in met:
                    met.add(after)
                    stack.append(after)
        return True


# ----------------------------------------------------------------------------------------------- sums

# How many nodes may stand in all the sets of ancestors together: so many for each node, and at least so many.
_SETS_PER_NODE, _SETS_AT_LEAST = 30, 1_000_000


def sums_behind(theory: Theory, *amounts: Sequence[int]) -> list[list[int]]:
    """For each node the sum of what all the nodes behind it hold, each of them counted once.

    Args:
        theory: the theory.
        amounts: lists with a whole number of 0 or more for each node, in the order of ``theory.nodes``.

    Returns:
        For each list of amounts the sums, in the same order.

    Adding the sums of its causes up to each node would count a shared idea twice. So each node adds
    what it holds to every node that it reaches; nodes with the same effects do so together, because
    they reach the same ones.
    """
    net = snapshot(theory)
    sums = _spread(net, amounts, _SETS_PER_NODE * len(net.nodes) + _SETS_AT_LEAST)
    return sums if sums is not None else _unite(net, amounts)


def _spread(net: Snapshot, amounts: Sequence[Sequence[int]], most: int) -> list[list[int]] | None:
    """The sums; None where the links are so deep or entangled that the sets would grow without end."""
    groups: dict[tuple[int, ...], int] = {(): 0}
    group = [groups.setdefault(ups, len(groups)) for ups in net.effects]
    reached: list[set[int] | None] = [None] * len(groups)
    nothing: set[int] = set()
    effects = list(groups)
    for i in reversed(net.upwards):  # effects come first
        g = group[i]
        if reached[g] is None:
            ups = effects[g]
            reached[g] = here = set(ups).union(*[reached[group[up]] or nothing for up in ups])
            most -= len(here)
            if most < 0:
                return None
    sums = []
    for held in amounts:
        together = [0] * len(groups)
        for i, amount in enumerate(held):
            if amount:
                together[group[i]] += amount
        found = [0] * len(net.nodes)
        for g, amount in enumerate(together):
            if amount:
                for i in reached[g] or nothing:
                    found[i] += amount
        sums.append(found)
    return sums


def _unite(net: Snapshot, amounts: Sequence[Sequence[int]]) -> list[list[int]]:
    """The sums by way of sets, each a whole number with a bit for every unit that is counted."""
    sums = []
    for held in amounts:
        found = [0] * len(net.nodes)
        behind: dict[int, int] = {}
        position = 0
        for i in net.upwards:
            bits = behind.pop(i, 0)
            if bits:
                found[i] = bits.bit_count()
            if held[i]:
                bits |= ((1 << held[i]) - 1) << position
                position += held[i]
            if bits:
                for effect in net.effects[i]:
                    behind[effect] = behind.get(effect, 0) | bits
        sums.append(found)
    return sums


def totals_behind(
    theory: Theory, groups: Sequence[int], count: int, *amounts: Sequence[int]
) -> list[list[int]]:
    """For each group of nodes the sum of what all the nodes behind any of it hold, each counted once.

    Args:
        theory: the theory.
        groups: for each node, in the order of ``theory.nodes``, the number of its group.
        count: how many groups there are.
        amounts: lists with a whole number of 0 or more for each node.

    Returns:
        For each list of amounts the sums, by the number of the group.
    """
    net = snapshot(theory)
    if count > _FEW_GROUPS:
        return _unite_groups(net, groups, count, amounts)
    above = [0] * len(net.nodes)  # the groups above each node, as bits
    for i in reversed(net.upwards):
        bits = 0
        for effect in net.effects[i]:
            bits |= above[effect] | (1 << groups[effect])
        above[i] = bits
    totals = []
    for held in amounts:
        together: dict[int, int] = {}
        for i, amount in enumerate(held):
            if amount:
                together[above[i]] = together.get(above[i], 0) + amount
        totals.append([sum(a for bits, a in together.items() if bits >> group & 1) for group in range(count)])
    return totals


_FEW_GROUPS = 12


def _unite_groups(
    net: Snapshot, groups: Sequence[int], count: int, amounts: Sequence[Sequence[int]]
) -> list[list[int]]:
    """The same where there are many groups, by way of sets of units as in `_unite`."""
    totals = []
    for held in amounts:
        united = [0] * count
        behind: dict[int, int] = {}
        position = 0
        for i in net.upwards:
            bits = behind.pop(i, 0)
            if bits:
                united[groups[i]] |= bits
            if held[i]:
                bits |= ((1 << held[i]) - 1) << position
                position += held[i]
            if bits:
                for effect in net.effects[i]:
                    behind[effect] = behind.get(effect, 0) | bits
        totals.append([bits.bit_count() for bits in united])
    return totals


# ------------------------------------------------------------------------------------------- networkx

KINDS: Mapping[str, type[Box]] = {"aim": Aim, "driver": Driver, "change": ChangeIdea}
"""What the attribute ``kind`` of a node in a graph says."""

_RECORDS: Mapping[str, tuple[type, bool]] = {
    "revision": (Revision, False),
    "headings": (Headings, False),
    "measures": (Measure, True),
    "cycles": (PdsaCycle, True),
    "evidence": (Evidence, True),
    "problem": (Problem, False),
    "teams": (Team, True),
    "recommendations": (Recommendation, True),
    "revisions": (Revision, True),
}
# Notes that networkx and its readers leave on a graph.
_FOREIGN = frozenset({"name", "node_default", "edge_default", "node", "edge", "graph"})


def to_networkx(theory: Theory) -> nx.DiGraph[str]:
    """The theory as a `networkx.DiGraph`, a graph of your own; `from_networkx` brings it back whole.

    A node for each aim, driver and change idea with the attributes ``kind`` (aim, driver, change),
    ``text``, ``level`` (aims 0, primary drivers 1 …; ``level_implied`` where it is not written) and
    whatever else its file entry says; an edge from cause to effect for each link, with ``strength``,
    ``because``, ``only_where`` and ``fails_at`` where they are given and ``implied`` (nobody wrote the link). The rest
    of the theory stands in ``graph.graph`` under the keys of the theory file. All values are plain:
    texts, numbers, lists, dicts; dates are ISO 8601 texts.

    >>> theory = Theory("t", aims=[Aim("A", "Fewer falls")], drivers=[Driver("P", "Risk is known")])
    >>> graph = to_networkx(theory)
    >>> graph.nodes["P"]
    {'kind': 'driver', 'text': 'Risk is known', 'level': 1, 'level_implied': True}
    >>> list(graph.edges(data=True))
    [('P', 'A', {'implied': True})]
    >>> from_networkx(graph) == theory
    True
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.graph["title"] = theory.title
    for name in _RECORDS:
        held = getattr(theory, name)
        if held is not None and held != ():
            graph.graph[name] = _plain(held)
    if theory.perspectives:
        graph.graph["perspectives"] = list(theory.perspectives)
    graph.graph.update(_plain(theory.extra))
    levels = theory.levels
    words = {noun: kind for kind, noun in KINDS.items()}
    for node in theory.nodes:
        said = _plain(node)
        id, text = said.pop("id"), said.pop("text")
        said.pop("contributes_to", None)
        known: dict[str, Any] = {"kind": words[type(node)], "text": text}
        if id in levels:
            known["level"] = levels[id]
            if isinstance(node, Driver) and node.level is None:
                known["level_implied"] = True
        graph.add_node(id, **{**known, **said})
    for node in theory.nodes:
        for entry in node.contributes_to:
            said = _plain(entry)
            graph.add_edge(node.id, said.pop("to"), **said, implied=False)
        if not node.contributes_to:
            for effect in theory.parents(node.id):
                graph.add_edge(node.id, effect, implied=True)
    return graph


def diffusion_graph(network: Network) -> nx.DiGraph[str]:
    """The cycles of a network as a graph of one's own: from each cycle to those that adapt or follow it.

    Nodes are ``member/ID``, with ``member``, ``cycle``, ``idea`` (the member's own), ``hub`` (the node of the common
    theory that it adapts), ``date`` (of Do or, without one, of Plan) and ``decision``, as far as they are said.
    Edges have a ``kind``: ``adapted_from`` or ``follows``. A cycle that names one that is not there has no edge
    to it; `driverkit.diffusion` tells of those.

    Raises:
        FormatError: a member's file cannot be read.
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph(title=network.title)
    for member, theory in network.theories.items():
        adapts = {idea.id: idea.adapts for idea in theory.change_ideas}
        for cycle in theory.cycles:
            day = next((step.date for step in (cycle.do, cycle.plan) if step is not None and step.date), None)
            said = {
                "hub": adapts[cycle.change],
                "date": day.isoformat() if day is not None else None,
                "decision": cycle.act.decision if cycle.act is not None else None,
            }
            known = {key: value for key, value in said.items() if value is not None}
            graph.add_node(f"{member}/{cycle.id}", member=member, cycle=cycle.id, idea=cycle.change, **known)
    for member, theory in network.theories.items():
        for cycle in theory.cycles:
            source = cycle.adapted_from
            if source is not None and "/" not in source:
                source = f"{member}/{source}"
            follows = f"{member}/{cycle.follows}" if cycle.follows is not None else None
            for kind, other in (("follows", follows), ("adapted_from", source)):
                if other is not None and other in graph:
                    graph.add_edge(other, f"{member}/{cycle.id}", kind=kind)
    return graph


def _plain(value: Any) -> Any:
    """Texts, numbers, lists and dicts; what is empty in a noun is left out."""
    if isinstance(value, FrozenDict):
        return {k: _plain(x) for k, x in value.items()}
    if isinstance(value, tuple):
        return [_plain(x) for x in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if not attrs.has(type(value)):
        return value
    out = {}
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        if field.name != "extra" and held not in (None, (), v.EMPTY):
            out[field.name] = _plain(held)
    out.update(_plain(value.extra))
    return out


def from_networkx(graph: nx.DiGraph[Any]) -> Theory:
    """A theory from a directed graph: one that `to_networkx` made, or one made by hand.

    By hand, the least that is needed: every node is a text that can be an id, with the attributes
    ``kind`` (aim, driver or change) and ``text``; edges lead from cause to effect.

    >>> import networkx as nx
    >>> graph = nx.DiGraph(title="Fewer falls")
    >>> graph.add_node("A1", kind="aim", text="Halve falls on ward 6")
    >>> graph.add_node("P1", kind="driver", text="Risk is known on admission")
    >>> graph.add_edge("P1", "A1", strength="strong")
    >>> from_networkx(graph).links
    (Link(cause='P1', effect='A1', strength='strong', because=None, only_where=None, fails_at=(), implied=False),)

    Raises:
        TheoryError: the graph is no theory; ``.faults`` tells everything that is in the way, an
            attribute that no theory has among it. Names that begin with ``x-`` are kept.
    """
    if not getattr(graph, "is_directed", bool)() or graph.is_multigraph():
        raise TheoryError(
            "A theory comes from a networkx.DiGraph: links have a direction, and there is one from a node to another."
        )
    faults: list[Fault] = []
    entries = _edges(graph, faults)
    sections: dict[type, list[Any]] = {Aim: [], Driver: [], ChangeIdea: []}
    for id, said in graph.nodes(data=True):
        node = _node(graph, id, dict(said), entries.get(id, []), faults)
        if node is not None:
            sections[type(node)].append(node)
    fields = _records(graph, faults)
    if faults:
        raise TheoryError(faults)
    aims = sections[Aim]
    if len(aims) == 1:
        sections[Driver] = [_without_implied(driver, graph, aims[0].id) for driver in sections[Driver]]
    return Theory(aims=aims, drivers=sections[Driver], change_ideas=sections[ChangeIdea], **fields)


def _without_implied(driver: Driver, graph: nx.DiGraph[Any], aim: str) -> Driver:
    """The driver without its one link where that link is implied all the same."""
    implied = (
        len(driver.contributes_to) == 1
        and driver.contributes_to[0] == Contribution(aim)
        and driver.level in (None, 1)
        and graph.edges[driver.id, aim].get("implied") is True
    )
    return attrs.evolve(driver, contributes_to=()) if implied else driver


def _edges(graph: nx.DiGraph[Any], faults: list[Fault]) -> dict[Any, list[Contribution]]:
    entries: dict[Any, list[Contribution]] = {}
    for cause, effect, said in graph.edges(data=True):
        said = {k: x for k, x in said.items() if k != "implied"}
        entry = _made(Contribution, {"to": effect, **said}, f"edge {cause!r} -> {effect!r}", faults)
        if entry is not None:
            entries.setdefault(cause, []).append(entry)
    return entries


def _node(
    graph: nx.DiGraph[Any], id: Any, said: dict[str, Any], entries: list[Contribution], faults: list[Fault]
) -> Box | None:
    where = f"node {id!r}"
    kind = said.pop("kind", None)
    noun = KINDS.get(kind) if isinstance(kind, str) else None
    if noun is None:
        if kind is None and isinstance(id, str) and not said:
            hint = v.did_you_mean(
                id, (i for i, d in graph.nodes(data=True) if d.get("kind") and isinstance(i, str))
            )
            told = f"{id!r} has no kind and no text; maybe an edge names it by mistake.{hint}"
        elif kind is None:
            told = f"{id!r} has no kind. Give it one: aim, driver or change."
        else:
            told = f"The kind of {id!r} is one of aim, driver or change, not {v.show(kind)}."
        faults.append(Fault(told, path=where, id=id if isinstance(id, str) else None))
        return None
    implied = said.pop("level_implied", False)
    if noun is not Driver:
        level = said.pop("level", None)
        if level is not None and not (noun is Aim and level == 0):
            faults.append(Fault(f"Only a driver has a level; {id!r} is of the kind {kind}.", path=where))
    elif implied:
        said.pop("level", None)
    made: Box | None = _made(noun, {"id": id, "contributes_to": entries, **said}, where, faults)
    return made


def _records(graph: nx.DiGraph[Any], faults: list[Fault]) -> dict[str, Any]:
    held = dict(graph.graph)
    name = held.get("name")
    fields: dict[str, Any] = {
        "title": held.pop("title", None) or (name if isinstance(name, str) and name else "Theory"),
        "perspectives": held.pop("perspectives", ()),
        "extra": {k: held.pop(k) for k in [k for k in held if str(k).startswith("x-")]},
    }
    for name, (noun, many) in _RECORDS.items():
        value = held.pop(name, None)
        if value is None:
            continue
        if many:
            made = [
                _made(noun, item, f"graph[{name!r}][{n}]", faults) if isinstance(item, Mapping) else item
                for n, item in enumerate(value if isinstance(value, (list, tuple)) else [value])
            ]
            fields[name] = [item for item in made if item is not None]
        else:
            fields[name] = (
                _made(noun, value, f"graph[{name!r}]", faults) if isinstance(value, Mapping) else value
            )
    known = ["title", "perspectives", *_RECORDS]
    faults.extend(
        Fault(f"A theory has no {key!r}.{v.did_you_mean(str(key), known)}", path="graph")
        for key in held
        if key not in _FOREIGN
    )
    return fields


def _made(noun: type[Any], said: Mapping[str, Any], where: str, faults: list[Fault]) -> Any:
    """A noun from plain data; None, and the faults told, where it cannot be one."""
    fields = {f.name: f for f in attrs.fields(noun) if f.init}
    values: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    before = len(faults)
    for key, value in said.items():
        if str(key).startswith("x-"):
            extra[str(key)] = value
        elif key not in fields or key == "extra":
            hint = v.did_you_mean(str(key), fields)
            faults.append(
                Fault(
                    f"A theory has no {key!r} here.{hint} Take it out, or let its name begin with 'x-'.",
                    path=where,
                )
            )
        else:
            inner = v.kind_of(fields[key]).noun if key != "data" else Observation
            path = f"{where}.{key}"
            if inner is not None and isinstance(value, Mapping):
                value = _made(inner, value, path, faults)
            elif inner is not None and isinstance(value, (list, tuple)):
                value = [
                    _made(inner, x, f"{path}[{n}]", faults) if isinstance(x, Mapping) else x
                    for n, x in enumerate(value)
                ]
            values[key] = value
    if len(faults) > before:
        return None
    needed = [f.name for f in fields.values() if f.default is attrs.NOTHING and f.name not in values]
    faults.extend(Fault(f"The {name} is missing.", path=where) for name in needed)
    if len(faults) > before:
        return None
    try:
        return noun(**values, extra=extra)
    except TheoryError as error:
        faults.extend(attrs.evolve(fault, path=where) for fault in error.faults)
        return None
