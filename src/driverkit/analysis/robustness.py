"""How many independent sets of evidence hold up each driver and aim, and where each way is weakest.

What is counted, exactly:

* A *piece of support* is a PDSA cycle that the rule ``supports`` lets through (`confirming`: it reached
  Study, at least one of its predictions held and none was refuted), or a piece of evidence that supports
  a node or link. What is suspect (its words have changed since) is left out.
* Pieces of support come from *places*. A cycle's place is its site or, without one, its team; a piece of
  evidence's is its source. Cycles that name neither share one place, and so does evidence without a
  source: nobody can tell that they are different.
* A *set* is a way from a place to the node: through the change idea that was tested there, or the node or
  link that the evidence is about, and on along links. Sets are *independent* where no two share a
  place, an idea, a driver or an entered link on the way. How many there are at most is the number of
  things that have to be taken away until nothing is left (Menger 1927), found as a maximum flow.
* What was tested at a place supports nothing where every way on from it is blocked by a link that is known to fail there
  (``fails_at``).

What it does not say. Two sites of one hospital are two places here. Links are followed whatever their
strength and condition; evidence against is counted beside, not taken off. A place that could take a way
on which a link fails for it and another on which none does is taken to use either. So there are at most
as many independent sets as the number says, and there may be fewer; one is a warning, three no proof.

It costs, for each driver, the number of its sets times the links behind it: some thousandths of a second
for sixty boxes, less than a second for a thousand nodes with three thousand cycles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.evidence import was_studied
from driverkit.evidence.belief import beliefs, weakest_link
from driverkit.evidence.contexts import team_of
from driverkit.evidence.cycles import results_of
from driverkit.evidence.stamps import is_suspect
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import Snapshot, Support, independent_support, snapshot
from driverkit.model import PdsaCycle, Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Robustness", "confirming", "robustness"]

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "nodes": {
        "id": "the id of the aim or driver",
        "kind": "aim or driver",
        "level": "0 for an aim, 1 for a primary driver, 2 for a secondary one …",
        "text": "the words of the node",
        "sets": "how many independent sets of evidence hold it up: no two share a place, idea, driver or entered link",
        "places": "distinct places behind it: sites of supporting cycles (teams where no site is named), sources of evidence",
        "cycles": "supporting cycles of the change ideas below it, each once",
        "evidence": "supporting pieces of evidence about it, about nodes below it, or about links between them",
        "rests_on_one": "there is exactly one set: something stands between the node and having no evidence at all",
        "rests_on": "of one set each thing of which every single one would take all evidence away; of more as many things "
        "as there are sets, which would do so together; with '; ' between them",
        "reason": "the same in a sentence",
    },
    "paths": {
        "idea": "the id of the change idea",
        "via": "the first link of the way, CAUSE -> EFFECT",
        "path": "the ids on the way, up to the first aim on it, with ' -> ' between them",
        "weakest": "the weakest link on that way; of several that are as weak, the first",
        "belief": "how far that link may be believed, in a word",
        "reason": "what that rests on",
        "ways": "how many such ways there are from the change idea; of more than 50 only one is listed for each first link, "
        "that on which the weakest link is strongest",
    },
}
"""What each column of the two tables says; ``DataFrame.attrs`` is made of it."""

_TYPES = {
    **dict.fromkeys(("sets", "places", "cycles", "evidence", "level", "ways"), "int64"),
    "rests_on_one": "bool",
}

MOST_WAYS = 50
"""Up to how many ways from one change idea are listed: there can be more than anybody can list, or read."""

Rule = Callable[[PdsaCycle], bool]


def confirming(cycle: PdsaCycle) -> bool:
    """Whether a cycle holds up what it tests: it reached Study, a prediction held, and none was refuted.

    Predictions that were dated after Do are none. Ours, and strict on purpose: what put nothing at risk
    holds nothing up.
    """
    held, _, refuted = results_of(cycle)
    return was_studied(cycle) and held > 0 and not refuted


@frozen(eq=False)
class Robustness:
    """How well each driver and aim is held up, as two tables: ``.nodes`` and ``.paths``.

    Each is a `pandas.DataFrame` with ``attrs["columns"]``; `rows` gives the same without pandas.

    Attributes:
        theory: the theory that it is about.
        supports: which cycles hold up what they test.

    >>> from driverkit import examples
    >>> held = robustness(examples.load("leaving-hospital"))
    >>> held.nodes.set_index("id").loc["S6", "reason"]
    'All its evidence rests on C7.'
    """

    theory: Theory
    supports: Rule = confirming
    _made: dict[str, Any] = field(factory=dict, init=False, repr=False)

    @property
    def nodes(self) -> pd.DataFrame:
        """One row for each aim and driver, in file order."""
        return self._frame("nodes")

    @property
    def paths(self) -> pd.DataFrame:
        """One row for each way from a change idea to an aim, with the weakest link on it."""
        return self._frame("paths")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table (nodes or paths) as dicts, without pandas."""
        if table not in self._made:
            made = _nodes(self.theory, self.supports) if table == "nodes" else _paths(self.theory)
            self._made[table] = [dict(zip(COLUMNS[table], row, strict=True)) for row in made]
        found: list[dict[str, Any]] = self._made[table]
        return found

    def _frame(self, table: str) -> pd.DataFrame:
        import pandas as pd

        key = f"frame.{table}"
        if key not in self._made:
            rows = self.rows(table)
            made = pd.DataFrame(
                {
                    name: pd.array([row[name] for row in rows], dtype=_TYPES.get(name, "string"))  # type: ignore[call-overload]
                    for name in COLUMNS[table]
                }
            )
            made.attrs = {"columns": dict(COLUMNS[table]), "title": self.theory.title}
            self._made[key] = made
        frame: pd.DataFrame = self._made[key]
        return frame

    def _repr_html_(self) -> str:
        """The tables for a notebook; every word of the theory is escaped."""
        heads = {
            "nodes": "How many independent sets of evidence hold it up",
            "paths": "Where each way is weakest",
        }
        return "\n".join(
            f"<h4>{head}</h4>\n{self._frame(table).to_html(index=False, max_rows=60, na_rep='', border=0)}"
            for table, head in heads.items()
        )


def robustness(theory: Theory, *, supports: Rule = confirming) -> Robustness:
    """How many independent sets of evidence hold up each driver and aim, and where each way is weakest.

    See `driverkit.analysis.robustness` for what exactly is counted, and what it does not say.

    Args:
        theory: the theory.
        supports: which cycles hold up what they test; any function of a cycle, such as ``was_studied`` for
            all that reached Study.
    """
    return Robustness(theory, supports)


# --------------------------------------------------------------------------------------------- the tables

Place = tuple[str, str]


def _name(place: str) -> str:
    return (
        place.partition(":")[2]
        or {"cycle": "cycles that name no site or team", "source": "evidence without a source"}[
            place.partition(":")[0]
        ]
    )


def _support(theory: Theory, supports: Rule) -> list[tuple[str, str, bool, PdsaCycle | None]]:
    """Each piece of support: its place, where it enters, whether it is a cycle, and the cycle."""
    team = team_of(theory)
    boxes = {node.id for node in theory.nodes}
    found: list[tuple[str, str, bool, PdsaCycle | None]] = []
    for cycle in theory.cycles:
        if supports(cycle) and not is_suspect(theory, cycle):
            by = team(cycle.team)
            place = f"site:{cycle.site}" if cycle.site else f"team:{by}" if by else "cycle:"
            found.append((place, cycle.change, True, cycle))
    for piece in theory.evidence:
        about = piece.about
        if (
            piece.finding == "supports"
            and (" -> " in about or about in boxes)
            and not is_suspect(theory, piece)
        ):
            source = " ".join(piece.source.split()) if piece.source else ""
            found.append((f"source:{source}", about, False, None))
    return found


def _blocked(
    theory: Theory, pieces: Iterable[tuple[str, str, bool, PdsaCycle | None]]
) -> dict[str, list[str]]:
    """For each place of cycles the links that are known to fail there."""
    failing = [(link.id, set(link.fails_at)) for link in theory.links if link.fails_at]
    if not failing:
        return {}
    team = team_of(theory)
    at: dict[str, set[str]] = {}
    for place, _, _, cycle in pieces:
        if cycle is not None:
            words = {cycle.site, cycle.team, team(cycle.team)} - {None}
            # A place of several teams is blocked only by what fails for all of them.
            at[place] = at[place] & words if place in at else set(words)  # type: ignore[arg-type]  # no None left
    named = {t.name: t.id for t in theory.teams if t.name is not None}
    return {
        place: [id for id, fails in failing if words & (fails | {named[f] for f in fails if f in named})]
        for place, words in at.items()
    }


def _nodes(theory: Theory, supports: Rule) -> Iterable[tuple[Any, ...]]:
    net = snapshot(theory)
    pieces = _support(theory, supports)
    blocked = _blocked(theory, pieces)
    levels = theory.levels
    nodes: Sequence[Any] = (*theory.aims, *theory.drivers)
    for node in nodes:
        goal = net.number[node.id]
        below = {goal}
        stack = [goal]
        while stack:
            for cause in net.causes[stack.pop()]:
                if cause not in below:
                    below.add(cause)
                    stack.append(cause)
        sources: dict[str, list[str]] = {}
        counts: dict[tuple[str, str], list[bool]] = {}
        for place, about, is_cycle, _ in pieces:
            if net.number[about.rpartition(" -> ")[2]] in below:
                sources.setdefault(place, []).append(about)
                counts.setdefault((place, about), []).append(is_cycle)
        entries = {place: list(dict.fromkeys(abouts)) for place, abouts in sources.items()}
        held = independent_support(theory, node.id, entries, blocked=blocked)
        mine = [is_cycle for entered in held.entered for is_cycle in counts[entered]]
        rests_on = [_name(thing) if thing in entries else thing for thing in held.cut]
        yield (
            *(node.id, "driver" if levels[node.id] else "aim", levels[node.id], node.text),
            *(held.sets, len(held.sources), sum(mine), len(mine) - sum(mine), held.sets == 1),
            *("; ".join(rests_on), _reason(theory, held, rests_on, entries)),
        )


def _reason(theory: Theory, held: Support, rests_on: Sequence[str], entries: Mapping[str, Any]) -> str:
    if not held.sets:
        return "Nothing holds it up yet: no supporting cycle or evidence behind it."
    said = [
        quoted(name) if thing in entries else thing for thing, name in zip(held.cut, rests_on, strict=True)
    ]
    if held.sets == 1:
        if len(said) == 1:
            return f"All its evidence rests on {said[0]}."
        return f"All its evidence rests on each one of {listed(said, 12)}."
    return f"{plural(held.sets, 'independent set')}; without {listed(said, 12)} nothing would be left."


def _paths(theory: Theory) -> Iterable[tuple[Any, ...]]:
    net, known = snapshot(theory), beliefs(theory)
    aims = len(theory.aims)
    ways = [1] * aims + [0] * (len(net.nodes) - aims)
    for i in reversed(net.upwards):
        if i >= aims:
            ways[i] = sum(ways[effect] for effect in net.effects[i])
    for idea in theory.change_ideas:
        count = ways[net.number[idea.id]]
        if count > MOST_WAYS:
            # More than fit into 64 bits are as many as that: nobody counts them.
            listed_ways = [(way.path, way.link) for way in weakest_link(theory, idea.id)]
            count = min(count, 2**63 - 1)
        else:
            listed_ways = []
            for path in _ways(net, net.number[idea.id], ways, aims):
                links = [f"{cause} -> {effect}" for cause, effect in pairwise(path)]
                listed_ways.append((path, min(links, key=lambda link: known[link].rank)))
        for path, weakest in listed_ways:
            said = known[weakest]
            via = f"{path[0]} -> {path[1]}"
            yield idea.id, via, " -> ".join(path), weakest, said.word, said.reason, count


def _ways(net: Snapshot, start: int, ways: Sequence[int], aims: int) -> Iterator[tuple[str, ...]]:
    """Every way from a node to the first aim on it, as ids; in the order in which links are written."""
    stack: list[tuple[int, ...]] = [(start,)]
    while stack:
        path = stack.pop()
        if path[-1] < aims:
            yield tuple(net.nodes[i].id for i in path)
            continue
        stack.extend((*path, effect) for effect in reversed(net.effects[path[-1]]) if ways[effect])
