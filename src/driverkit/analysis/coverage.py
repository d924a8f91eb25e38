"""What a theory covers: how much is measured, tested and supported, and what is missing.

From requirement tracing (OpenFastTrace) come the two words for it. A node is covered *shallow* when it
has what it needs directly below or beside it, and *deep* when everything below it has too. *Below* a
node is everything reached against the direction of links, same-level and conditional ones included;
each node counts once, so that an idea shared by two drivers counts at each and once in a total.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.collector import collector_at_rest
from driverkit.evidence import cycles_of, has_outcome, idea_status, measures_of, was_studied
from driverkit.evidence.contexts import bits_of, spread, team_of
from driverkit.evidence.cycles import predicted_in_time
from driverkit.evidence.stamps import suspects
from driverkit.evidence.words import plural, quoted
from driverkit.graph import Snapshot, snapshot, sums_behind, totals_behind
from driverkit.model import Aim, Cause, ChangeIdea, Driver, Measure, PdsaCycle, Team, Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "HEADS", "Coverage", "coverage", "coverage_rows"]

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
        "evidence_mixed": "pieces of evidence about it, or about a link from it, whose finding is mixed",
        "judged": "predictions with a result, of the cycles of the change ideas at or below it, each cycle once; "
        "those dated after Do, and questions without an answer, are no predictions",
        "held": "those of the judged predictions that were confirmed; mixed is not held",
        "refuted": "those of the judged predictions that were refuted",
        "sites": "distinct sites that its studied cycles name: those of the change ideas at or below it",
        "teams": "distinct teams that its studied cycles name; a team's id and its name are one team",
        "rests_on_one_site": "its studied cycles name exactly one site",
        "rests_on_one_team": "its studied cycles name exactly one team",
        "rests_on_one_cycle": "it has exactly one studied cycle",
        "suspect": "cycles of it, and pieces of evidence about it or about a link from it, that were gathered about other "
        "words than today's; those without a stamp are not among them",
        "unowned": "it names no owner, and no team says that it works on it",
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
        "id": "the id of the node that lacks something; a node that lacks two things has two rows; empty for what "
        "concerns the theory as a whole",
        "kind": "aim, driver or change; theory or perspective for what concerns the theory as a whole",
        "text": "the words of the node; the title of the theory, or the perspective",
        "gap": "what is missing",
        "reason": "what there is instead, with the counts; for a known gap what 'undeveloped' says",
        "next_step": "what would close the gap",
        "known": "whether the node says itself why it is still open ('undeveloped')",
        "shallow": "whether it keeps the node from being shallow; the others are questions to be looked at",
    },
    "teams": {
        "team": "the id of the team; of one that only cycles name, what they write; empty for cycles that name none",
        "name": "the name of the team",
        "nodes": "aims, drivers and change ideas that it says it works on",
        "ideas": "change ideas that it says it works on, or has cycles of",
        "ideas_tested": "tested: those of the change ideas of which a cycle of this team reached Study",
        "cycles": "PDSA cycles of this team, planned ones included",
        "cycles_studied": "those of the cycles that reached Study",
        "judged": "predictions with a result in its cycles; those dated after Do are no predictions",
        "held": "those of the judged predictions that were confirmed; mixed is not held",
        "sites": "distinct sites that its studied cycles name",
        "perspectives": "the voices that it brings, with '; ' between them",
        "shallow": "those of the nodes it works on that are shallow",
        "deep": "those of the nodes it works on that are deep",
    },
    "sites": {
        "site": "the site as cycles write it, in the order met; empty for cycles that name none",
        "cycles": "PDSA cycles at this site, planned ones included",
        "cycles_studied": "those of the cycles that reached Study",
        "ideas": "change ideas that have a cycle at this site",
        "ideas_tested": "tested: those of the change ideas of which a cycle at this site reached Study",
        "drivers": "drivers that the change ideas tested at this site contribute to, directly or through others",
        "judged": "predictions with a result in the cycles at this site; those dated after Do are no predictions",
        "held": "those of the judged predictions that were confirmed; mixed is not held",
        "teams": "distinct teams that the studied cycles at this site name",
        "drivers_deep": "those of the drivers of which every change idea below was tested at this site, abandoned ones apart",
    },
    "perspectives": {
        "perspective": "the voice, as written where it is met first; capital letters and spaces make no difference",
        "wanted": "the theory lists it among the perspectives that should be heard",
        "teams": "how many teams bring it",
        "brought_by": "the ids of those teams, with '; ' between them",
        "missing": "it is wanted, and no team brings it",
        "nodes": "aims, drivers and change ideas that a team works on which brings it, each once",
        "shallow": "those of the nodes that are shallow",
        "deep": "those of the nodes that are deep",
    },
    "evidence_kinds": {
        "kind": "what the evidence is about: aim, driver, change, measure or cause; of a link its cause",
        "level": "0 for aims, 1 for primary drivers, 2 for secondary ones …; empty for the others",
        "evidence": "research, practice, data or expert; cycles for PDSA cycles that reached Study; empty where it is not said",
        "supports": "pieces that support; of cycles those in which a prediction held and none was refuted",
        "mixed": "pieces whose finding is mixed; of cycles the other ones with a judged prediction",
        "contradicts": "pieces that contradict; of cycles those in which a prediction was refuted and none held",
        "unsaid": "pieces without a finding; of cycles those without a judged prediction",
        "of": "how many nodes of this kind and level there are",
        "nodes": "those of the nodes that have such evidence: about them, or about a link from them",
        "deep": "those of these nodes below which every node has such evidence too; for cycles, measures and causes, below "
        "which there is nothing, the same number",
    },
    "needs": {
        "kind": "aim, driver or change",
        "level": "0 for aims, 1 for primary drivers, 2 for secondary ones …; empty for change ideas",
        "need": "what each node of this kind needs: outcome measure, driver, measure, idea or driver, studied cycle",
        "nodes": "how many nodes of this kind and level there are",
        "shallow": "those of them that have it, whatever else is missing; never those that say 'undeveloped'",
        "deep": "those of them that have it, and below which everything is shallow",
        "known": "those of the nodes that say why they are still open ('undeveloped'), with it or without",
    },
}
"""What each column of the tables says; the documentation and ``DataFrame.attrs`` are made of it."""

HEADS: Mapping[str, str] = {
    "nodes": "Each node",
    "levels": "Each level",
    "gaps": "What is missing or asks to be looked at",
    "teams": "Each team",
    "sites": "Each site",
    "perspectives": "Whose voices are heard",
    "evidence_kinds": "Which evidence there is",
    "needs": "What each kind of node needs",
}
"""The heading over each table."""

_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("id", "kind", "text", "owner", "parents", "gap", "reason", "next_step"), "string"),
    **dict.fromkeys(("team", "name", "site", "perspective", "brought_by", "evidence", "need"), "string"),
    "level": "Int64",
    **dict.fromkeys(("shallow", "deep", "known", "wanted", "missing", "unowned"), "bool"),
    **dict.fromkeys(("rests_on_one_site", "rests_on_one_team", "rests_on_one_cycle"), "bool"),
}
_COUNTED: Mapping[str, str] = {"shallow": "int64", "deep": "int64"}
_OTHER_TYPES: Mapping[str, Mapping[str, str]] = {
    "levels": _COUNTED,
    "teams": {"perspectives": "string", **_COUNTED},
    "perspectives": _COUNTED,
    "evidence_kinds": _COUNTED,
    "needs": {"known": "int64", **_COUNTED},
}
"""Where a column of one table has another type than the same name in the others."""


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
            gaps += [(node.id, kinds[i], node.text, *lack, known[i], True) for lack in lacking]
        nobody = unowned[i] and anybody
        rests = only_sites[i] is not None or only_teams[i] is not None or all_studied[i] == 1
        if all_refuted[i] or against[i] or suspect[i] or rests or nobody:
            predictions, evidence = (all_judged[i], all_held[i], all_refuted[i]), (for_[i], against[i])
            only = (only_sites[i], only_teams[i], all_studied[i])
            asked = _questions(theory, node, predictions, evidence, suspect[i], only, nobody)
            gaps += [(node.id, kinds[i], node.text, *lack, False, False) for lack in asked]
    gaps += _of_the_whole(theory, anybody)
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


def results_of(cycle: PdsaCycle) -> tuple[int, int, int]:
    """How many predictions of a cycle held, held in part, and were refuted; late ones are no predictions."""
    found = {"confirmed": 0, "mixed": 0, "refuted": 0}
    for prediction in cycle.predictions:
        result = prediction.result
        if (
            result is not None
            and prediction.prediction is not None
            and predicted_in_time(cycle, prediction) is not False
        ):
            found[result] += 1
    return found["confirmed"], found["mixed"], found["refuted"]


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


# -------------------------------------------------------------------------------- questions to be looked at


def _questions(
    theory: Theory,
    node: Any,
    predictions: tuple[int, int, int],
    evidence: tuple[int, int],
    suspect: int,
    only: tuple[str | None, str | None, int],
    unowned: bool,
) -> Iterator[Lack]:
    """What does not keep a node from being shallow, and still asks to be looked at."""
    judged, held, refuted = predictions
    for_, against = evidence
    idea = isinstance(node, ChangeIdea)
    site, team, studied = only
    rests = site is not None or team is not None or studied == 1
    status = idea_status(theory, node.id).status if idea and (refuted or against or rests) else node.status
    if (refuted > held or against > for_) and status != "abandoned":
        said = (
            [f"{refuted:,} of {plural(judged, 'judged prediction')} refuted, {held:,} held"]
            if refuted > held
            else []
        )
        if against > for_:
            said.append(f"{plural(against, 'piece')} of evidence against, {for_:,} for")
        yield "refuted", "; ".join(said), "Change it, give it up, or write down why it is kept all the same."
    if suspect:
        told = f"{plural(suspect, 'record')} gathered about other words than today's"
        yield "suspect", told, "Look whether the evidence still holds for today's words, and confirm it."
    # One test at one site is how every idea begins; what others build on should have been elsewhere.
    if rests and status != "abandoned" and (not idea or status == "adopted"):
        within = f"in {plural(studied, 'studied cycle')} is"
        if site is not None:
            told = f"the only site {within} {quoted(site)}"
            yield "one site", told, "Test it where people, place or conditions differ."
        if team is not None:
            yield "one team", f"the only team {within} {quoted(team)}", "Ask another team to test it."
        if studied == 1:
            yield "one cycle", "one cycle reached Study", "Test it again, at a larger scale or elsewhere."
    if unowned:
        yield "unowned", "no owner, and no team works on it", "Ask who looks after it."


def _of_the_whole(theory: Theory, anybody: bool) -> Iterator[tuple[Any, ...]]:
    if theory.nodes and not anybody:
        yield (
            *(
                None,
                "theory",
                theory.title,
                "unowned",
                "no node names an owner, and no team says what it works on",
            ),
            *("Agree who looks after what, the drivers first.", False, False),
        )
    found = _voices(theory)
    for voice, missing in zip(found["perspective"], found["missing"], strict=True):
        if missing:
            step = "Ask who could bring this voice to the table, and invite them."
            yield (None, "perspective", voice, "perspective missing", "no team brings it", step, False, False)


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


# ----------------------------------------------------------------- by team, site, perspective, evidence kind


def _by_team(coverage: Coverage) -> Columns:
    theory = coverage.theory
    shallow, deep = _covered(coverage)
    named = team_of(theory)
    groups: dict[str | None, list[PdsaCycle]] = {team.id: [] for team in theory.teams}
    without: list[PdsaCycle] = []
    for cycle in theory.cycles:
        by = named(cycle.team)
        (without if by is None else groups.setdefault(by, [])).append(cycle)
    if without:
        groups[None] = without
    listed = {team.id: team for team in theory.teams}
    boxes = {node.id: isinstance(node, ChangeIdea) for node in theory.nodes}
    rows = []
    for id, cycles in groups.items():
        team: Team | None = listed.get(id) if id is not None else None
        works_on = [i for i in dict.fromkeys(team.works_on) if i in boxes] if team is not None else []
        ideas = {i for i in works_on if boxes[i]} | {cycle.change for cycle in cycles}
        studied = [cycle for cycle in cycles if was_studied(cycle)]
        rows.append(
            (
                *(id, team.name if team is not None else None, len(works_on), len(ideas)),
                *(len({cycle.change for cycle in studied}), len(cycles), len(studied), *_fared(cycles)),
                len({cycle.site for cycle in studied if cycle.site is not None}),
                "; ".join(team.perspectives) if team is not None else "",
                *(len(shallow.intersection(works_on)), len(deep.intersection(works_on))),
            )
        )
    return _columns("teams", rows)


def _covered(coverage: Coverage) -> tuple[set[str], set[str]]:
    """The ids of the nodes that are shallow, and of those that are deep."""
    nodes = coverage.columns("nodes")
    return set(compress(nodes["id"], nodes["shallow"])), set(compress(nodes["id"], nodes["deep"]))


def _by_site(coverage: Coverage) -> Columns:
    theory = coverage.theory
    named = team_of(theory)
    net = snapshot(theory)
    in_play = [i for i in theory.change_ideas if idea_status(theory, i.id).status != "abandoned"]
    groups: dict[str | None, list[PdsaCycle]] = {}
    for cycle in theory.cycles:
        groups.setdefault(cycle.site, []).append(cycle)
    if None in groups:
        groups[None] = groups.pop(None)  # last
    drivers = range(len(theory.aims), len(theory.aims) + len(theory.drivers))
    rows = []
    for site, cycles in groups.items():
        studied = [cycle for cycle in cycles if was_studied(cycle)]
        tested = {cycle.change for cycle in studied}
        teams = {named(cycle.team) for cycle in studied} - {None}
        reached = [i for i in _reached_by(net, (net.number[id] for id in tested)) if i in drivers]
        untried = _reached_by(net, (net.number[idea.id] for idea in in_play if idea.id not in tested))
        rows.append(
            (
                *(site, len(cycles), len(studied), len({cycle.change for cycle in cycles}), len(tested)),
                *(len(reached), *_fared(cycles), len(teams), sum(i not in untried for i in reached)),
            )
        )
    return _columns("sites", rows)


def _reached_by(net: Snapshot, start: Iterable[int]) -> set[int]:
    """The nodes that some nodes reach along links, they themselves among them."""
    met = set(start)
    stack = list(met)
    while stack:
        for effect in net.effects[stack.pop()]:
            if effect not in met:
                met.add(effect)
                stack.append(effect)
    return met


def _fared(cycles: Sequence[PdsaCycle]) -> tuple[int, int]:
    """How many predictions were judged, and how many of them held."""
    judged = held = 0
    for cycle in cycles:
        counts = results_of(cycle)
        judged += sum(counts)
        held += counts[0]
    return judged, held


def _perspectives(coverage: Coverage) -> Columns:
    found = _voices(coverage.theory)
    shallow, deep = _covered(coverage)
    boxes = {node.id for node in coverage.theory.nodes}
    works_on = {team.id: boxes.intersection(team.works_on) for team in coverage.theory.teams}
    for teams in found.pop("team_ids"):
        mine = set().union(*(works_on[id] for id in teams))
        for name, counted in (("nodes", mine), ("shallow", mine & shallow), ("deep", mine & deep)):
            found.setdefault(name, []).append(len(counted))
    return {name: found.get(name, []) for name in COLUMNS["perspectives"]}


def _voices(theory: Theory) -> Columns:
    """Each voice that is wanted or brought, by which teams, and whether it is missing."""
    words: dict[str, str] = {}
    wanted: set[str] = set()
    brought: dict[str, dict[str, None]] = {}
    for said in theory.perspectives:
        key = " ".join(said.split()).casefold()
        words.setdefault(key, said)
        wanted.add(key)
    for team in theory.teams:
        for said in team.perspectives:
            key = " ".join(said.split()).casefold()
            words.setdefault(key, said)
            brought.setdefault(key, {})[team.id] = None
    teams = [list(brought.get(key, ())) for key in words]
    return {
        "perspective": list(words.values()),
        "wanted": [key in wanted for key in words],
        "teams": [len(ids) for ids in teams],
        "brought_by": ["; ".join(ids) for ids in teams],
        "missing": [key in wanted and key not in brought for key in words],
        "team_ids": teams,
    }


_EVIDENCE = ("research", "practice", "data", "expert", "cycles", None)
_ABOUT = ("aim", "driver", "change", "measure", "cause")


def _evidence_kinds(coverage: Coverage) -> Columns:
    theory = coverage.theory
    levels = theory.levels
    kinds: Mapping[type, str] = {
        Aim: "aim",
        Driver: "driver",
        ChangeIdea: "change",
        Measure: "measure",
        Cause: "cause",
    }
    found: dict[tuple[str, int | None, str | None], list[int]] = {}

    def count(kind: str, level: int | None, evidence: str | None, place: int) -> None:
        found.setdefault((kind, level, evidence), [0, 0, 0, 0])[place] += 1

    places = {"supports": 0, "mixed": 1, "contradicts": 2, None: 3}
    with_it: dict[str | None, set[str]] = {}
    for piece in theory.evidence:
        id = piece.about.partition(" -> ")[0]
        count(kinds[type(theory.node(id))], levels.get(id), piece.kind, places[piece.finding])
        with_it.setdefault(piece.kind, set()).add(id)
    for cycle in theory.cycles:
        if was_studied(cycle):
            held, mixed, refuted = results_of(cycle)
            sure = 0 if held and not refuted else 2 if refuted and not held else 1
            count("change", None, "cycles", sure if held + mixed + refuted else 3)
            with_it.setdefault("cycles", set()).add(cycle.change)
    net = snapshot(theory)
    everything = (*theory.nodes, *theory.measures, *theory.causes)
    of = Counter((kinds[type(node)], levels.get(node.id)) for node in everything)
    nodes: Counter[tuple[str, int | None, str | None]] = Counter()
    deep: Counter[tuple[str, int | None, str | None]] = Counter()
    for evidence, ids in with_it.items():
        # What a node without it reaches has something below that lacks it.
        without = _reached_by(net, (net.number[node.id] for node in theory.nodes if node.id not in ids))
        for id in ids:
            key = (kinds[type(theory.node(id))], levels.get(id), evidence)
            nodes[key] += 1
            deep[key] += net.number.get(id) not in without

    def order(key: tuple[str, int | None, str | None]) -> tuple[int, int, int]:
        kind, level, evidence = key
        return _ABOUT.index(kind), level or 0, _EVIDENCE.index(evidence)

    return _columns(
        "evidence_kinds",
        [(*key, *found[key], of[key[:2]], nodes[key], deep[key]) for key in sorted(found, key=order)],
    )


_NEEDS: Mapping[str, Mapping[str, str]] = {
    "aim": {"no outcome measure": "outcome measure", "no driver": "driver"},
    "driver": {"no measure": "measure", "no change idea": "idea or driver"},
    "change": {"": "studied cycle"},
}
"""What each kind of node needs, by the gap that tells where it is missing; of a change idea every gap does."""


def _needs(coverage: Coverage) -> Columns:
    theory = coverage.theory
    net, tested = snapshot(theory), {c.change for c in theory.cycles if was_studied(c)}
    shallow, _ = _covered(coverage)
    covered = [node.id in shallow for node in net.nodes]
    # What something that is not shallow contributes to is not deep, whatever it has itself.
    above = (effect for i, well in enumerate(covered) if not well for effect in net.effects[i])
    spoiled = _reached_by(net, above)
    found: dict[tuple[str, int | None, str], list[int]] = {}
    levels = theory.levels
    for i, node in enumerate(net.nodes):
        kind = "change" if isinstance(node, ChangeIdea) else "aim" if isinstance(node, Aim) else "driver"
        lacks = {lack[0] for lack in _lacks(theory, net, i)} if kind != "change" else set()
        lacks |= {""} if kind == "change" and node.id not in tested else set()
        for gap, need in _NEEDS[kind].items():
            counts = found.setdefault((kind, levels.get(node.id), need), [0, 0, 0, 0])
            counts[0] += 1
            known = node.undeveloped is not None
            counts[1] += gap not in lacks and not known
            counts[2] += gap not in lacks and not known and i not in spoiled
            counts[3] += known

    def order(key: tuple[str, int | None, str]) -> tuple[int, int]:
        return _ABOUT.index(key[0]), key[1] or 0

    return _columns("needs", [(*key, *found[key]) for key in sorted(found, key=order)])


def _columns(table: str, rows: Sequence[tuple[Any, ...]]) -> Columns:
    names = COLUMNS[table]
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


_LAZY: Mapping[str, Callable[[Coverage], Columns]] = {
    "teams": _by_team,
    "sites": _by_site,
    "perspectives": _perspectives,
    "evidence_kinds": _evidence_kinds,
    "needs": _needs,
}
"""The tables that are made only when somebody asks for them."""


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
        if table in _LAZY:
            key = f"columns.{table}"
            if key not in self._made:
                self._made[key] = _LAZY[table](self)
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

            types = {**_TYPES, **_OTHER_TYPES.get(table, {})}
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
            if table in _LAZY and not any(self.columns(table).values()):
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
