"""What the tables of coverage hold: their columns, heads and types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["COLUMNS", "HEADS", "OTHER_TYPES", "TYPES", "Columns"]

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

TYPES: Mapping[str, str] = {
    **dict.fromkeys(("id", "kind", "text", "owner", "parents", "gap", "reason", "next_step"), "string"),
    **dict.fromkeys(("team", "name", "site", "perspective", "brought_by", "evidence", "need"), "string"),
    "level": "Int64",
    **dict.fromkeys(("shallow", "deep", "known", "wanted", "missing", "unowned"), "bool"),
    **dict.fromkeys(("rests_on_one_site", "rests_on_one_team", "rests_on_one_cycle"), "bool"),
}
_COUNTED: Mapping[str, str] = {"shallow": "int64", "deep": "int64"}
OTHER_TYPES: Mapping[str, Mapping[str, str]] = {
    "levels": _COUNTED,
    "teams": {"perspectives": "string", **_COUNTED},
    "perspectives": _COUNTED,
    "evidence_kinds": _COUNTED,
    "needs": {"known": "int64", **_COUNTED},
}
"""Where a column of one table has another type than the same name in the others."""

Columns = dict[str, list[Any]]
"""The values of a table, by column."""
