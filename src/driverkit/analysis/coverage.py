"""What a theory covers: how much is measured, tested and supported, and what is missing.

From requirement tracing (OpenFastTrace) come the two words for it. A node is covered *shallow* when it
has what it needs directly below or beside it, and *deep* when everything below it has too. *Below* a
node is everything reached against the direction of links, same-level and conditional ones included;
each node counts once, so that an idea shared by two drivers counts at each and once in a total.
"""

from __future__ import annotations

import gc
import html
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import compress
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.evidence import cycles_of, has_outcome, idea_status, measures_of, was_studied
from driverkit.evidence.words import plural
from driverkit.graph import Snapshot, snapshot, sums_behind, totals_behind
from driverkit.model import Aim, ChangeIdea, Driver, Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Coverage", "coverage", "coverage_rows"]

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "nodes": {
        "id": "the id of the node",
        "kind": "aim, driver or change",
        "level": "0 for an aim, 1 for a primary driver, 2 for a secondary one …; empty for a change idea",
        "text": "the words of the node",
        "owner": "who looks after it, as written; empty where nobody is named",
        "parents": "the ids of what it contributes to, in the order written, with '; ' between them",
        "ideas": "change ideas below it at any depth, each once; 0 for a change idea, below which there is nothing",
        "ideas_tested": "tested: change ideas with at least one cycle that reached Study, of those in the column ideas",
        "cycles": "PDSA cycles of the change ideas at or below it, planned ones included; each cycle once",
        "cycles_studied": "those of the cycles that reached Study: its Study holds a date or words",
        "measures": "measures of this very node: those that name it under 'of', and the measure that an aim names",
        "evidence_for": "pieces of evidence about it, or about a link from it, that support; cycles are not among them",
        "evidence_against": "pieces of evidence about it, or about a link from it, that contradict; mixed ones count in neither",
        "shallow": "it has what it needs directly: an aim an outcome measure and a driver (or an aim) directly below, "
        "a driver a measure and a driver or change idea directly below, a change idea a cycle that reached Study; "
        "never so where the node says 'undeveloped'",
        "deep": "it is shallow, and so is everything below it",
        "gap": "what it lacks to be shallow, with '; ' between several; empty where nothing is missing",
    },
    "levels": {
        "kind": "aim, driver or change",
        "level": "0 for aims, 1 for primary drivers, 2 for secondary ones …; empty for change ideas",
        "nodes": "how many nodes are on this level",
        "shallow": "how many of them are shallow",
        "deep": "how many of them are deep",
        "ideas": "change ideas below any node of this level, each once",
        "ideas_tested": "tested: change ideas with at least one cycle that reached Study, of those in the column ideas",
        "cycles": "PDSA cycles of the change ideas at or below any node of this level, each once",
        "cycles_studied": "those of the cycles that reached Study",
        "measures": "measures of any node of this level, each once",
        "evidence_for": "pieces of evidence about a node of this level, or about a link from one, that support",
        "evidence_against": "pieces of evidence about a node of this level, or about a link from one, that contradict",
        "gaps": "how many of the nodes lack something to be shallow",
        "gaps_known": "those of them that say why they are still open ('undeveloped')",
    },
    "gaps": {
        "id": "the id of the node that lacks something; a node that lacks two things has two rows",
        "kind": "aim, driver or change",
        "text": "the words of the node",
        "gap": "what is missing",
        "reason": "what there is instead, with the counts; for a known gap what 'undeveloped' says",
        "next_step": "what would close the gap",
        "known": "whether the node says itself why it is still open ('undeveloped')",
    },
}
"""What each column of the three tables says; the documentation and ``DataFrame.attrs`` are made of it."""

_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("id", "kind", "text", "owner", "parents", "gap", "reason", "next_step"), "string"),
    "level": "Int64",
    **dict.fromkeys(("shallow", "deep", "known"), "bool"),
}
_LEVEL_TYPES = {**_TYPES, "shallow": "int64", "deep": "int64"}


# --------------------------------------------------------------------------------------------- the gaps


Lack = tuple[str, str, str]
"""What is missing, the reason, the next step."""

_NO_TEST: tuple[Lack, ...] = (
    (
        "no test",
        "no cycle tests this idea",
        "Plan a first cycle: one person, one day, with the prediction written down.",
    ),
)


def _lacks(theory: Theory, net: Snapshot, i: int) -> Iterator[Lack]:
    """What an aim or driver lacks to be shallow."""
    node = net.nodes[i]
    measures = measures_of(theory).get(node.id, ())
    if isinstance(node, Aim):
        if not has_outcome(theory, node):
            reason = (
                f"has {plural(len(measures), 'measure')}, none of them an outcome measure"
                if measures
                else "no measure is of this aim"
            )
            yield "no outcome measure", reason, "Say by which measure you will know that the aim is reached."
        if not any(isinstance(net.nodes[c], (Aim, Driver)) for c in net.causes[i]):
            ideas = len(net.causes[i])
            reason = (
                f"{plural(ideas, 'change idea')} but no driver directly below" if ideas else "nothing below"
            )
            yield "no driver", reason, "Ask what in the system must change for the aim to be reached."
        return
    if not measures:
        yield "no measure", "no measure is of this driver", "Say how you would see that this driver moves."
    if not net.causes[i]:
        yield (
            "no change idea",
            "neither a driver nor a change idea is directly below",
            "Ask the people who do the work what they would try first.",
        )


def _idea_lacks(theory: Theory, idea: ChangeIdea) -> tuple[Lack, ...]:
    """What a change idea lacks of which no cycle has been studied."""
    if idea.id not in cycles_of(theory) and idea.status is None:
        return _NO_TEST
    status = idea_status(theory, idea.id)
    if status.status == "abandoned":
        done = (
            f"{plural(status.done, 'cycle')} carried out, none studied"
            if status.done
            else "no cycle carried out"
        )
        return (("abandoned untested", done, "Write down what was learned that led to giving it up."),)
    if status.done:
        return (
            (
                "not studied",
                f"{plural(status.done, 'cycle')} carried out, none reached Study",
                "Compare what was found with what was predicted, and write it down as Study.",
            ),
        )
    if status.cycles:
        return (
            (
                "not carried out",
                f"{plural(status.cycles, 'cycle')} planned, none carried out",
                "Carry out the planned cycle, at the smallest scale that can teach something.",
            ),
        )
    return _NO_TEST


# --------------------------------------------------------------------------------------------- the rows

Columns = dict[str, list[Any]]


@contextmanager
def _collector_at_rest(theory: Theory) -> Iterator[None]:
    """Keep the garbage collector from walking a large theory again and again while its rows are made.

    Nothing made here refers back to itself, so there is nothing for it to find.
    """
    if len(theory.drivers) + len(theory.change_ideas) < 5_000 or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _tables(theory: Theory) -> dict[str, Columns]:
    net = snapshot(theory)
    nodes = net.nodes
    cycles, measures, levels = cycles_of(theory), measures_of(theory), theory.levels
    count = len(nodes)
    kinds = ["aim"] * len(theory.aims) + ["driver"] * len(theory.drivers)
    kinds += ["change"] * len(theory.change_ideas)

    # What each change idea holds, then what is behind each node: distinct, by way of the graph.
    is_idea = [int(kind == "change") for kind in kinds]
    tested, own_cycles, own_studied = [0] * count, [0] * count, [0] * count
    for id, tests in cycles.items():
        i = net.number[id]
        own_cycles[i] = len(tests)
        own_studied[i] = sum(map(was_studied, tests))
        tested[i] = int(own_studied[i] > 0)
    ideas, ideas_tested, all_cycles, all_studied = sums_behind(
        theory, is_idea, tested, own_cycles, own_studied
    )
    for i in range(count - len(theory.change_ideas), count):
        all_cycles[i], all_studied[i] = own_cycles[i], own_studied[i]

    for_, against = _evidence(theory, net)
    gaps: list[tuple[Any, ...]] = []
    gap_words, known = [""] * count, [False] * count
    for i, node in enumerate(nodes):
        lacking: Sequence[Lack] = ()
        if not is_idea[i]:
            lacking = tuple(_lacks(theory, net, i))
        elif not tested[i]:
            lacking = _idea_lacks(theory, node)  # type: ignore[arg-type]  # is_idea says so
        why = node.undeveloped
        if why is not None:
            known[i] = True
            lacking = lacking or (("undeveloped", why, "Look at it again: is it still open?"),)
            lacking = [(gap, why, step) for gap, _, step in lacking]
        if lacking:
            gap_words[i] = lacking[0][0] if len(lacking) == 1 else "; ".join([lack[0] for lack in lacking])
            gaps += [(node.id, kinds[i], node.text, *lack, known[i]) for lack in lacking]
    gap_columns: Columns = {
        name: list(values)
        for name, values in zip(COLUMNS["gaps"], zip(*gaps, strict=True) if gaps else [[]] * 7, strict=True)
    }
    shallow = [not words for words in gap_words]
    deep = list(shallow)
    for i in net.upwards:
        if not deep[i]:
            for effect in net.effects[i]:
                deep[effect] = False

    ids = [node.id for node in nodes]
    level = [levels.get(id) for id in ids]
    table: Columns = {
        "id": ids,
        "kind": kinds,
        "level": level,
        "text": [node.text for node in nodes],
        "owner": [node.owner for node in nodes],
        "parents": ["; ".join([ids[e] for e in effects]) if effects else "" for effects in net.effects],
        "ideas": ideas,
        "ideas_tested": ideas_tested,
        "cycles": all_cycles,
        "cycles_studied": all_studied,
        "measures": [len(measures.get(id, ())) for id in ids],
        "evidence_for": for_,
        "evidence_against": against,
        "shallow": shallow,
        "deep": deep,
        "gap": gap_words,
    }
    holdings = (is_idea, tested, own_cycles, own_studied)
    return {"nodes": table, "levels": _levels(theory, net, table, holdings, known), "gaps": gap_columns}


def _evidence(theory: Theory, net: Snapshot) -> tuple[list[int], list[int]]:
    for_, against = [0] * len(net.nodes), [0] * len(net.nodes)
    for piece in theory.evidence:
        i = net.number.get(piece.about.partition(" -> ")[0])
        if i is not None and piece.finding == "supports":
            for_[i] += 1
        elif i is not None and piece.finding == "contradicts":
            against[i] += 1
    return for_, against


def _levels(
    theory: Theory,
    net: Snapshot,
    table: Columns,
    holdings: Sequence[Sequence[int]],
    known: Sequence[bool],
) -> Columns:
    numbers = sorted({level for level in table["level"] if level is not None})
    rows: list[int | None] = [*numbers, None] if theory.change_ideas else [*numbers]
    place = {level: n for n, level in enumerate(rows)}
    on = [place[level] for level in table["level"]]

    totals = totals_behind(theory, on, len(rows), *holdings)
    for i in range(len(theory.aims) + len(theory.drivers), len(net.nodes)):
        totals[2][on[i]] += holdings[2][i]
        totals[3][on[i]] += holdings[3][i]

    measured: list[set[str]] = [set() for _ in rows]
    for id, listed in measures_of(theory).items():
        number = net.number.get(id)
        if number is not None:
            measured[on[number]].update(m.id for m in listed)

    def count(holds: Sequence[Any]) -> list[int]:
        found = Counter(compress(on, holds))
        return [found[row] for row in range(len(rows))]

    def total(amounts: Sequence[int]) -> list[int]:
        sums = [0] * len(rows)
        for i, amount in enumerate(amounts):
            if amount:
                sums[on[i]] += amount
        return sums

    return {
        "kind": ["change" if level is None else "driver" if level else "aim" for level in rows],
        "level": list(rows),
        "nodes": count([True] * len(on)),
        "shallow": count(table["shallow"]),
        "deep": count(table["deep"]),
        "ideas": totals[0],
        "ideas_tested": totals[1],
        "cycles": totals[2],
        "cycles_studied": totals[3],
        "measures": [len(found) for found in measured],
        "evidence_for": total(table["evidence_for"]),
        "evidence_against": total(table["evidence_against"]),
        "gaps": count(table["gap"]),
        "gaps_known": count([gap and k for gap, k in zip(table["gap"], known, strict=True)]),
    }


# ------------------------------------------------------------------------------------------- the tables


def _documented(cls: type[Coverage]) -> type[Coverage]:
    """Write what the columns say into the docstring, from the one table."""
    parts = [cls.__doc__ or ""]
    for table, columns in COLUMNS.items():
        parts.append(f"    The columns of ``.{table}``:\n")
        parts.extend(f"    * ``{name}``: {text}" for name, text in columns.items())
        parts.append("")
    cls.__doc__ = "\n".join(parts)
    return cls


@_documented
@frozen(eq=False)
class Coverage:
    """What a theory covers, as three tables: ``.nodes``, ``.levels`` and ``.gaps``.

    Each is a `pandas.DataFrame`, made when it is first asked for; its ``attrs["columns"]`` says what
    each column counts. `rows` gives the same without pandas. The columns are there also where a theory
    is empty, each with the same dtype.

    Attributes:
        theory: the theory that it is about.

    >>> from driverkit.model import Aim, ChangeIdea, Driver, Theory
    >>> theory = Theory(
    ...     "Fewer falls",
    ...     aims=[Aim("A1", "Halve falls")],
    ...     drivers=[Driver("P1", "Risk is known"), Driver("P2", "Floors are safe")],
    ...     change_ideas=[ChangeIdea("C1", "Ask at admission", contributes_to=["P1", "P2"])],
    ... )
    >>> coverage(theory).nodes[["id", "ideas", "gap"]]
       id  ideas                 gap
    0  A1      1  no outcome measure
    1  P1      1          no measure
    2  P2      1          no measure
    3  C1      0             no test

    """

    theory: Theory
    _made: dict[str, Any] = field(factory=dict, init=False, repr=False)

    @property
    def nodes(self) -> pd.DataFrame:
        """One row for each aim, driver and change idea, in file order."""
        return self._frame("nodes")

    @property
    def levels(self) -> pd.DataFrame:
        """One row for each level with its totals; a shared idea counts once."""
        return self._frame("levels")

    @property
    def gaps(self) -> pd.DataFrame:
        """What is missing: one row for each thing that a node lacks, in file order."""
        return self._frame("gaps")

    def columns(self, table: str) -> Mapping[str, Sequence[Any]]:
        """The values of a table (nodes, levels or gaps), column by column, without pandas."""
        if "tables" not in self._made:
            with _collector_at_rest(self.theory):
                self._made["tables"] = _tables(self.theory)
        found: Mapping[str, Sequence[Any]] = self._made["tables"][table]
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table (nodes, levels or gaps) as dicts, without pandas; None where there is no value."""
        columns = self.columns(table)
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]

    def _frame(self, table: str) -> pd.DataFrame:
        made: Any = self._made.get(table)
        if made is None:
            import pandas as pd

            types = _LEVEL_TYPES if table == "levels" else _TYPES
            made = pd.DataFrame(
                {
                    name: pd.array(list(values), dtype=types.get(name, "int64"))  # type: ignore[call-overload]
                    for name, values in self.columns(table).items()
                }
            )
            made.attrs["columns"] = dict(COLUMNS[table])
            made.attrs["title"] = self.theory.title
            self._made[table] = made
        return made  # type: ignore[no-any-return]  # it holds frames only

    def _repr_html_(self) -> str:
        """The tables for a notebook; every word of the theory is escaped."""
        parts = []
        for table in COLUMNS:
            head = {"nodes": "Each node", "levels": "Each level", "gaps": "What is missing"}[table]
            shown = self._frame(table).to_html(index=False, max_rows=60, na_rep="", border=0)
            parts.append(f"<h4>{head}</h4>\n{shown}")
        return f"<h3>{html.escape(self.theory.title)}</h3>\n" + "\n".join(parts)


def coverage(theory: Theory) -> Coverage:
    """What a theory covers: what is measured, tested and supported, and what is missing.

    The tables are made when they are first asked for; see `Coverage` for what each column counts.
    """
    return Coverage(theory)


def coverage_rows(theory: Theory) -> dict[str, list[dict[str, Any]]]:
    """The three tables as lists of dicts, without pandas: ``nodes``, ``levels`` and ``gaps``."""
    found = Coverage(theory)
    return {table: found.rows(table) for table in COLUMNS}
