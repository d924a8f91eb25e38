"""Boxes that belong together in one frame: change ideas that come of the same change concept.

A frame holds boxes that stand next to each other in their column. Those that share a name and contribute to
the same boxes are brought together, whatever it costs; others that share it are moved together where no line
crosses more for it. What still stands apart has a frame each, so every name can be read where it belongs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple

from driverkit.diagram.columns import Plan
from driverkit.diagram.content import line_height, lines_of
from driverkit.diagram.model import Group, TextLine
from driverkit.diagram.net import Net
from driverkit.diagram.order import crossings
from driverkit.diagram.surround import moved
from driverkit.diagram.wrap import Wrapper
from driverkit.errors import UsageError
from driverkit.model.values import did_you_mean

__all__ = ["GROUPINGS", "SIDE", "TOP", "Frames", "Grouping", "Run", "grouping"]

HEADING_SIZE = 11.0
# From the edge of a frame to its boxes; above and below its heading.
SIDE = 7.0
ABOVE, BELOW = 4.0, 3.0
# From the line under the headings of the columns to a frame.
TOP = 6.0
# In larger nets boxes are only brought together where the first of them stands.
LARGE = 400
# So often at most a frame is tried beside another one.
MOST_TRIES = 200


class Grouping(NamedTuple):
    """What boxes may have in common: how it is called, the words of the legend, and what each node has."""

    kind: str
    legend: str
    names: Mapping[str, str]


def _concepts(theory: Any) -> Mapping[str, str]:
    """The change concept of each change idea that has one."""
    return {idea.id: idea.concept for idea in theory.change_ideas if idea.concept}


GROUPINGS: Mapping[str, tuple[str, str, Callable[[Any], Mapping[str, str]]]] = MappingProxyType(
    {"concept": ("change concept", "change ideas of one change concept", _concepts)}
)
"""By what boxes can be put into frames: how it is called, what the legend says, and what gives each node its name."""


def grouping(theory: Any, chosen: str | Mapping[str, str] | None) -> Grouping | None:
    """What the boxes of a theory are put into frames by; None for no frames.

    Args:
        theory: the theory.
        chosen: ``concept``, ``none``, or a name for the id of each node that belongs into a frame.

    Raises:
        UsageError: there are no such groups.
    """
    if chosen is None or chosen == "none":
        return None
    if isinstance(chosen, Mapping):
        return Grouping("group", "boxes that belong together", chosen)
    if chosen not in GROUPINGS:
        known = ["none", *GROUPINGS]
        raise UsageError(
            f"There are no groups {chosen!r}.{did_you_mean(str(chosen), known)} There are: {', '.join(known)}."
        )
    kind, legend, names = GROUPINGS[chosen]
    return Grouping(kind, legend, names(theory))


class Run(NamedTuple):
    """Neighbours in one column that share a name: its words, and where they stand in their row."""

    label: str
    members: tuple[int, ...]
    column: int
    first: int
    last: int


class Frames:
    """The frames of one diagram in the making."""

    def __init__(self, plan: Plan, chosen: Grouping, wrapper: Wrapper) -> None:
        self.plan = plan
        self.kind = chosen.kind
        self.legend = chosen.legend
        self.wrapper = wrapper
        # Capital letters and spaces make no difference; the first who wrote it says how it is written.
        self.key: list[str | None] = []
        self.words: dict[str, str] = {}
        for node in plan.nodes:
            name = " ".join(chosen.names.get(node.id, "").split())
            self.key.append(name.casefold() or None)
            self.words.setdefault(name.casefold(), name)
        count = Counter(self.key)
        self.key = [key if count[key] > 1 else None for key in self.key]
        self.runs: list[Run] = []
        self._known: dict[tuple[str, float], tuple[list[TextLine], float]] = {}

    # -- order -------------------------------------------------------------------------------

    def gather(self, net: Net) -> None:
        """Bring boxes together that share a name and what they contribute to, then others where it costs nothing."""
        effects: list[set[int]] = [set() for _ in self.plan.nodes]
        for link in self.plan.links:
            effects[link.cause].add(link.effect)
        bound = {v for lead, behind in net.followers.items() for v in (lead, *behind)}
        for c in range(len(net.rows)):
            alike: dict[object, list[int]] = {}
            for v in net.rows[c]:
                if v < net.boxes and self.key[v] and v not in bound:
                    alike.setdefault((self.key[v], tuple(sorted(effects[v])), net.after[v]), []).append(v)
            for members in alike.values():
                if len(members) > 1:
                    self._together(net, c, members)
            if len(net.column) <= LARGE:
                self._beside(net, c, bound)

    def _together(self, net: Net, c: int, members: list[int]) -> None:
        """Put boxes next to each other where one of them stands, at the place with the fewest crossings."""
        row = net.rows[c]
        at = sorted(row.index(v) for v in members)
        if at[-1] - at[0] == len(at) - 1:
            return
        own = set(members)
        best: tuple[int, list[int]] | None = None
        for place in at if len(net.column) <= LARGE else at[:1]:
            made = [v for v in row[:place] if v not in own]
            made += members
            made += [v for v in row[place:] if v not in own]
            cost = crossings(net, [*net.rows[:c], made, *net.rows[c + 1 :]]) if len(at) > 1 else 0
            if best is None or cost < best[0]:
                best = (cost, made)
        if best is not None:
            net.rows[c] = best[1]

    def _beside(self, net: Net, c: int, bound: set[int]) -> None:
        """Move a run beside another one of the same name where no line crosses more for it."""
        now = crossings(net)
        tries = 0
        moved = True
        while moved and tries < MOST_TRIES:
            moved = False
            runs = self._runs_of(net, c)
            for k, a in enumerate(runs):
                for b in runs[k + 1 :]:
                    if self.key[a.members[0]] != self.key[b.members[0]] or tries >= MOST_TRIES:
                        continue
                    if bound.intersection((*a.members, *b.members)):
                        continue
                    tries += 1
                    ways = [
                        (crossings(net, [*net.rows[:c], made, *net.rows[c + 1 :]]), i, made)
                        for i, made in enumerate(self._joined(net.rows[c], a, b))
                        if [net.after[v] for v in made] == sorted(net.after[v] for v in made)
                    ]
                    if ways and min(ways)[0] <= now:
                        (now, _, net.rows[c]), moved = min(ways), True
                    if moved:
                        break
                if moved:
                    break

    @staticmethod
    def _joined(row: Sequence[int], a: Run, b: Run) -> list[list[int]]:
        """The row with both runs where the first stands and where the second does, in either order."""
        before, between, behind = row[: a.first], row[a.last + 1 : b.first], row[b.last + 1 :]
        ways = ([*a.members, *b.members], [*b.members, *a.members])
        return [
            [*before, *some]
            for both in ways
            for some in ([*both, *between, *behind], [*between, *both, *behind])
        ]

    def settle(self, net: Net) -> None:
        """Find out which boxes share a frame, now that the order stands."""
        self.runs = [run for c in range(len(net.rows)) for run in self._runs_of(net, c)]

    def _runs_of(self, net: Net, c: int) -> list[Run]:
        def what(pair: tuple[int, int]) -> tuple[str | None, bool]:
            v = pair[1]
            return (self.key[v] if v < net.boxes else None, net.after[v])

        out = []
        for (key, _), some in groupby(enumerate(net.rows[c]), key=what):
            if key:
                pairs = list(some)
                members = tuple(v for _, v in pairs)
                out.append(Run(self.words[key], members, c, pairs[0][0], pairs[-1][0]))
        return out

    # -- room --------------------------------------------------------------------------------

    def roomy(
        self, net: Net, between: list[list[float]], widths: Sequence[float] | None, *, down: bool = False
    ) -> list[list[float]]:
        """The gaps of all columns with the room that frames need; for a rough guess without widths."""
        if not self.runs:
            return between
        out = [list(column) for column in between]
        for run in self.runs:
            if down:
                before = after = SIDE
            else:
                before, after = self.above(run, widths[run.column] if widths else None), SIDE
            column = out[run.column]
            if run.first > 0:
                column[run.first - 1] += before
            if run.last < len(column):
                column[run.last] += after
        return out

    def above(self, run: Run, width: float | None) -> float:
        """The room that a frame takes for its heading where its boxes are so wide."""
        if width is None:
            return ABOVE + line_height(HEADING_SIZE) + BELOW
        return ABOVE + self._heading(run.label, width)[1] + BELOW

    def _heading(self, label: str, width: float) -> tuple[list[TextLine], float]:
        found = self._known.get((label, width))
        if found is None:
            words = self.wrapper.prepare(label, HEADING_SIZE, bold=True)
            found = self._known[label, width] = lines_of(self.wrapper, words, width, 0.0, 0.0, "group")
        return found

    # -- places ------------------------------------------------------------------------------

    def drawn(
        self, places: Mapping[int, tuple[float, float, float, float]], *, down: bool = False
    ) -> tuple[Group, ...]:
        """The frames around boxes whose x, y, width and height are given; where they lie side by side, the heading is below."""
        out: list[Group] = []
        for run in self.runs:
            boxes = [places[v] for v in run.members]
            left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
            right, low = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
            lines, used = self._heading(run.label, right - left)
            if down:
                y, height, at = top - SIDE, low - top + SIDE + BELOW + used + ABOVE, low + BELOW
            else:
                room = ABOVE + used + BELOW
                y, height, at = top - room, low - top + room + SIDE, top - room + ABOVE
            out.append(
                Group(
                    f"g{len(out) + 1}",
                    run.label,
                    self.kind,
                    tuple(self.plan.nodes[v].id for v in run.members),
                    round(left - SIDE, 2),
                    round(y, 2),
                    round(right - left + 2 * SIDE, 2),
                    round(height, 2),
                    tuple(moved(line, left, at) for line in lines),
                )
            )
        return tuple(out)

    def foot(self, column: int, widths: Callable[[Run], float]) -> float:
        """The room below a row of boxes that stand side by side, for the headings of their frames."""
        return max(
            (
                BELOW + self._heading(run.label, widths(run))[1] + ABOVE
                for run in self.runs
                if run.column == column
            ),
            default=0.0,
        )
