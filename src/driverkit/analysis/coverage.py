"""What a theory covers: how much is measured, tested and supported, and what is missing.

From requirement tracing (OpenFastTrace) come the two words for it. A node is covered *shallow* when it
has what it needs directly below or beside it, and *deep* when everything below it has too. *Below* a
node is everything reached against the direction of links, same-level and conditional ones included;
each node counts once, so that an idea shared by two drivers counts at each and once in a total.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.analysis.coverage_columns import COLUMNS, HEADS, OTHER_TYPES, TYPES, Columns
from driverkit.analysis.coverage_gaps import Lack, idea_lacks, lacks, of_the_whole, questions
from driverkit.analysis.coverage_parts import PARTS
from driverkit.collector import collector_at_rest
from driverkit.evidence import cycles_of, measures_of, was_studied
from driverkit.evidence.contexts import bits_of, spread, team_of
from driverkit.evidence.cycles import results_of
from driverkit.evidence.stamps import suspects
from driverkit.graph import Snapshot, snapshot, sums_behind, totals_behind
from driverkit.model import Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "HEADS", "Coverage", "coverage", "coverage_rows"]

# --------------------------------------------------------------------------------------------- the rows


def _tables(theory: Theory) -> dict[str, Columns]:
    net = snapshot(theory)
    nodes = net.nodes
    cycles, measures, levels = cycles_of(theory), measures_of(theory), theory.levels
    count = len(nodes)
    kinds = ["aim"] * len(theory.aims) + ["driver"] * len(theory.drivers)
    kinds += ["change"] * len(theory.change_ideas)

    # What each change idea holds, then what is behind each node: distinct, by way of the graph.
    is_idea = [int(kind == "change") for kind in kinds]
    tested, *owns = _own_counts(theory, net)
    if cycles:
        ideas, ideas_tested, *alls = sums_behind(theory, is_idea, tested, *owns)
    else:
        ideas = sums_behind(theory, is_idea)[0]
        ideas_tested, *alls = ([0] * count for _ in range(6))
    for whole, own in zip(alls, owns, strict=True):
        whole[count - len(theory.change_ideas) :] = own[count - len(theory.change_ideas) :]
    all_cycles, all_studied, all_held, all_refuted, all_judged = alls

    for_, mixed_, against = _evidence(theory, net)
    sites, teams, only_sites, only_teams = _contexts(theory, count)
    suspect = _suspect(theory, net)
    unowned, anybody = _unowned(theory, net)
    gaps: list[tuple[Any, ...]] = []
    gap_words, known = [""] * count, [False] * count
    for i, node in enumerate(nodes):
        lacking: Sequence[Lack] = ()
        if not is_idea[i]:
            lacking = tuple(lacks(theory, net, i))
        elif not tested[i]:
            lacking = idea_lacks(theory, node)  # type: ignore[arg-type]  # is_idea says so
        why = node.undeveloped
        if why is not None:
            known[i] = True
            lacking = lacking or (("undeveloped", why, "Look at it again: is it still open?"),)
            lacking = [(gap, why, step) for gap, _, step in lacking]
        if lacking:
            gap_words[i] = lacking[0][0] if len(lacking) == 1 else "; ".join([lack[0] for lack in lacking])
            gaps += [(node.id, kinds[i], node.text, *lack, known[i], True) for lack in lacking]
        nobody = unowned[i] and anybody
        rests = only_sites[i] is not None or only_teams[i] is not None or all_studied[i] == 1
        if all_refuted[i] or against[i] or suspect[i] or rests or nobody:
            predictions, evidence = (all_judged[i], all_held[i], all_refuted[i]), (for_[i], against[i])
            only = (only_sites[i], only_teams[i], all_studied[i])
            asked = questions(theory, node, predictions, evidence, suspect[i], only, nobody)
            gaps += [(node.id, kinds[i], node.text, *lack, False, False) for lack in asked]
    gaps += of_the_whole(theory, anybody)
    gap_columns: Columns = {
        name: list(values)
        for name, values in zip(COLUMNS["gaps"], zip(*gaps, strict=True) if gaps else [[]] * 8, strict=True)
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
        "evidence_mixed": mixed_,
        "judged": all_judged,
        "held": all_held,
        "refuted": all_refuted,
        "sites": sites,
        "teams": teams,
        "rests_on_one_site": [only is not None for only in only_sites],
        "rests_on_one_team": [only is not None for only in only_teams],
        "rests_on_one_cycle": [studied == 1 for studied in all_studied],
        "suspect": suspect,
        "unowned": unowned,
    }
    holdings = (is_idea, tested, *owns[:2])
    return {"nodes": table, "levels": _levels(theory, net, table, holdings, known), "gaps": gap_columns}


def _own_counts(theory: Theory, net: Snapshot) -> list[list[int]]:
    """For each node, by its number: tested (1 or 0), cycles, studied ones, predictions held, refuted, judged."""
    found = [[0] * len(net.nodes) for _ in range(6)]
    tested, all_, studied, held, refuted, judged = found
    for id, cycles in cycles_of(theory).items():
        i = net.number[id]
        all_[i] = len(cycles)
        studied[i] = sum(map(was_studied, cycles))
        tested[i] = int(studied[i] > 0)
        for cycle in cycles:
            if cycle.predictions:
                results = results_of(cycle)
                held[i] += results[0]
                refuted[i] += results[2]
                judged[i] += sum(results)
    return found


def _evidence(theory: Theory, net: Snapshot) -> tuple[list[int], list[int], list[int]]:
    found = {finding: [0] * len(net.nodes) for finding in ("supports", "mixed", "contradicts")}
    for piece in theory.evidence:
        i = net.number.get(piece.about.partition(" -> ")[0])
        if i is not None and piece.finding is not None:
            found[piece.finding][i] += 1
    return found["supports"], found["mixed"], found["contradicts"]


def _contexts(theory: Theory, count: int) -> tuple[list[int], list[int], list[str | None], list[str | None]]:
    """For each node how many sites and teams its studied cycles name; the site where it is one, and the team.

    As `driverkit.evidence.contexts` counts them, without the cycles, which are many and counted already.
    """
    net = snapshot(theory)
    team = team_of(theory)
    sites: dict[str, int] = {}
    teams: dict[str, int] = {}
    own: dict[int, tuple[set[int], set[int]]] = {}
    for cycle in theory.cycles:
        if (cycle.site is not None or cycle.team is not None) and was_studied(cycle):
            held = own.setdefault(net.number[cycle.change], (set(), set()))
            if cycle.site is not None:
                held[0].add(sites.setdefault(cycle.site, len(sites)))
            by = team(cycle.team)
            if by is not None:
                held[1].add(teams.setdefault(by, len(teams)))
    n_sites, n_teams = [0] * count, [0] * count
    only_site: list[str | None] = [None] * count
    only_team: list[str | None] = [None] * count
    site_names, team_names = list(sites), list(teams)

    def done(i: int, sets: Sequence[int]) -> None:
        n_sites[i], n_teams[i] = sets[0].bit_count(), sets[1].bit_count()
        if n_sites[i] == 1:
            only_site[i] = site_names[sets[0].bit_length() - 1]
        if n_teams[i] == 1:
            only_team[i] = team_names[sets[1].bit_length() - 1]

    spread(net, {i: [bits_of(held[0]), bits_of(held[1])] for i, held in own.items()}, done)
    return n_sites, n_teams, only_site, only_team


def _suspect(theory: Theory, net: Snapshot) -> list[int]:
    found = [0] * len(net.nodes)
    for each in suspects(theory):
        i = net.number.get(each.about.partition(" -> ")[0])
        if i is not None:
            found[i] += 1
    return found


def _unowned(theory: Theory, net: Snapshot) -> tuple[list[bool], bool]:
    """For each node whether nobody looks after it; and whether anybody is named for anything."""
    worked_on = {id for team in theory.teams for id in team.works_on}
    found = [node.owner is None and node.id not in worked_on for node in net.nodes]
    return found, not all(found)


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
    """What a theory covers, as tables: ``.nodes``, ``.levels``, ``.gaps`` and ``.needs``, and four by where and by whom.

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

    def __str__(self) -> str:
        """The same text as ``driverkit coverage`` prints."""
        from driverkit.analysis.report import report

        return report(self).rstrip()

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
        """What is missing or asks to be looked at: one row for each thing, node by node in file order."""
        return self._frame("gaps")

    @property
    def teams(self) -> pd.DataFrame:
        """One row for each team of the theory, then others that cycles name, then cycles that name none."""
        return self._frame("teams")

    @property
    def sites(self) -> pd.DataFrame:
        """One row for each site that a cycle names, then cycles that name none."""
        return self._frame("sites")

    @property
    def perspectives(self) -> pd.DataFrame:
        """One row for each voice that is wanted or that a team brings."""
        return self._frame("perspectives")

    @property
    def evidence_kinds(self) -> pd.DataFrame:
        """One row for each kind of evidence about the nodes of each level, where there is some."""
        return self._frame("evidence_kinds")

    @property
    def needs(self) -> pd.DataFrame:
        """One row for each kind and level of nodes and each thing that they need: how many have it."""
        return self._frame("needs")

    def columns(self, table: str) -> Mapping[str, Sequence[Any]]:
        """The values of a table (nodes, levels, gaps, teams …), column by column, without pandas."""
        if table in PARTS:
            key = f"columns.{table}"
            if key not in self._made:
                self._made[key] = PARTS[table](self)
            made: Mapping[str, Sequence[Any]] = self._made[key]
            return made
        if "tables" not in self._made:
            with collector_at_rest(len(self.theory.drivers) + len(self.theory.change_ideas) >= 5_000):
                self._made["tables"] = _tables(self.theory)
        found: Mapping[str, Sequence[Any]] = self._made["tables"][table]
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table (nodes, levels, gaps, teams …) as dicts, without pandas; None where there is no value."""
        columns = self.columns(table)
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]

    def _frame(self, table: str) -> pd.DataFrame:
        made: Any = self._made.get(table)
        if made is None:
            import pandas as pd

            types = {**TYPES, **OTHER_TYPES.get(table, {})}
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
        for table, head in HEADS.items():
            if table in PARTS and not any(self.columns(table).values()):
                continue
            shown = self._frame(table).to_html(index=False, max_rows=60, na_rep="", border=0)
            parts.append(f"<h4>{head}</h4>\n{shown}")
        return f"<h3>{html.escape(self.theory.title)}</h3>\n" + "\n".join(parts)


def coverage(theory: Theory) -> Coverage:
    """What a theory covers: what is measured, tested and supported, and what is missing.

    The tables are made when they are first asked for; see `Coverage` for what each column counts.
    """
    return Coverage(theory)


def coverage_rows(theory: Theory) -> dict[str, list[dict[str, Any]]]:
    """The tables as lists of dicts, without pandas: ``nodes``, ``levels``, ``gaps``, ``teams`` and so on."""
    found = Coverage(theory)
    return {table: found.rows(table) for table in COLUMNS}
