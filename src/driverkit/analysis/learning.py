"""What was predicted wrongly and what was learned; how predictions fared; the PDSA audit: as tables and text.

>>> from driverkit import examples
>>> theory = examples.load("leaving-hospital")
>>> learning(theory)[["cycle", "result", "decision"]].head(2)
  cycle   result decision
0    T2  refuted    adapt
1    T3  refuted    adapt
>>> predictions_by(theory, "team")[["key", "confirmed", "judged"]].head(2)
                key  confirmed  judged
0  transitions-team          1       2
1            ward-5          4       7
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from driverkit.analysis.report import _escaped
from driverkit.errors import UsageError
from driverkit.evidence.audit import AUDIT, Answer, Feature, audit, verdicts
from driverkit.evidence.belief import BELIEF_RULE, BeliefRule, beliefs
from driverkit.evidence.cycles import ramps
from driverkit.evidence.intervals import IntervalRule, wilson
from driverkit.evidence.predictions import (
    WrongPrediction,
    all_predictions,
    predictions_of,
    tallies,
    tally,
    wrong_predictions,
)
from driverkit.evidence.words import harmless
from driverkit.model import Theory
from driverkit.model.values import did_you_mean, show

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "audit_frame",
    "audit_rows",
    "beliefs_frame",
    "beliefs_rows",
    "learning",
    "learning_rows",
    "learning_text",
    "predictions_by",
    "predictions_rows",
]

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "learning": {
        "cycle": "the id of the cycle; one with two wrong predictions has two rows",
        "idea": "the id of the change idea that was tested",
        "text": "the words of the change idea",
        "team": "who tested, as written",
        "site": "where",
        "scale": "how many people, classes, records … were in the test",
        "number": "which question of the cycle it is, counted from 1",
        "question": "what was asked",
        "predicted": "the answer expected before doing",
        "found": "the answer found",
        "result": "refuted or mixed",
        "judged": "the date of the result: of Study or, without one, of Act, then of Do",
        "learned": "what the Study of the cycle says; it is said of the whole cycle",
        "decision": "what was decided in the Act of the cycle: adopt, adapt, expand or abandon",
        "next": "what the Act of the cycle says comes next",
        "followed_by": "the ids of the cycles that follow it, with '; ' between them",
        "adapted_by": "the ids of the cycles of this theory that adapt it elsewhere, with '; ' between them",
        "revisions": "the revisions of the theory that name the cycle as their reason, with '; ' between them",
    },
    "predictions_by": {
        "key": "what the row counts: the id of a node, a link CAUSE -> EFFECT, a team, a site, conditions, or a month "
        "(2026-01), quarter (2026-Q1) or year; empty where the cycles name none or, over time, where there is no "
        "result or no date",
        "text": "the words of the node, of both ends of the link, or the name of the team; empty for others",
        "cycles": "the cycles that the predictions, late ones too, stand in; each once",
        "predictions": "the predictions that were written before Do, or of which no date tells; late ones are not among them",
        "judged": "those of the predictions that have a result",
        "confirmed": "those of the judged ones that held",
        "mixed": "those of the judged ones that held in part; they do not count as held",
        "refuted": "those of the judged ones that did not hold",
        "open": "those of the predictions without a result",
        "late": "how many more were written after Do, whatever their result: they are no predictions",
        "undated": "those of the predictions of which no date tells whether they were written before Do",
        "share": "the confirmed ones as a share of the judged ones, from 0 to 1; empty where none is judged",
        "low": "the lower end of the interval of the share",
        "high": "the upper end of the interval of the share",
        "interval": "the method of the interval and its level, such as Wilson 95 %",
    },
    "beliefs": {
        "about": "the id of the aim, driver or change idea, or the link as CAUSE -> EFFECT",
        "kind": "aim, driver, change or link",
        "text": "its words; of a link those of both ends",
        "belief": "the word for how far it may be believed",
        "contested": "whether something speaks for it and something against it",
        "rank": "the place of the word in the order of the words of the rule, the lowest being 0",
        "cycles_studied": "cycles at or below it that reached Study; of a link those below its cause that count through it",
        "judged": "predictions of those cycles that have a result",
        "held": "those of the judged ones that were confirmed",
        "mixed": "those of the judged ones that held in part",
        "failed": "those of the judged ones that were refuted",
        "largest_scale": "the largest scale of those cycles; empty where none says one",
        "sites": "distinct sites of those cycles",
        "conditions": "distinct conditions of those cycles, compared word for word",
        "teams": "distinct teams of those cycles",
        "signal": "whether a measure of it moved for the better; empty where none has points enough to tell",
        "evidence_for": "pieces of other evidence about it that support it",
        "evidence_mixed": "those that point both ways",
        "evidence_against": "those that contradict it",
        "suspect": "records gathered about other words, and not confirmed since; what they say for it is not counted",
        "rule": "the name of the rule that found the word",
        "reason": "how the rule came to the word",
    },
    "audit": {
        "id": "the id of the cycle; of a ramp the ids of its first and last cycle; of the theory its title",
        "ideas": "the ids of the change ideas that were tested, with '; ' between them",
        "feature": "the feature of a PDSA cycle that is asked for",
        "answer": "yes, no or cannot tell; of several cycles yes where all have it, and no where one has not",
        "yes": "cycles that were carried out and have it",
        "no": "cycles that were carried out and have it not",
        "cannot_tell": "cycles that were carried out and of which it cannot be told",
        "reason": "why, in words",
    },
}
"""What each column of the tables says; the documentation and ``DataFrame.attrs`` are made of it."""

_TYPES: Mapping[str, str] = {
    "scale": "Int64",
    "largest_scale": "Int64",
    **dict.fromkeys(("contested",), "bool"),
    "signal": "boolean",
    **dict.fromkeys(("share", "low", "high"), "Float64"),
    **dict.fromkeys(
        (
            *("number", "cycles", "predictions", "judged", "confirmed", "mixed", "refuted", "open", "late"),
            *("undated", "yes", "no", "cannot_tell"),
            *("rank", "cycles_studied", "held", "failed", "sites", "conditions", "teams"),
            *("evidence_for", "evidence_mixed", "evidence_against", "suspect"),
        ),
        "int64",
    ),
}


def _frame(
    theory: Theory, table: str, rows: Sequence[Sequence[Any]], types: Mapping[str, str] | None = None
) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    says = COLUMNS[table]
    values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(says)
    made: dict[str, Any] = {}
    for name, held in zip(says, values, strict=True):
        dtype = {**_TYPES, **(types or {})}.get(name, "string")
        if dtype == "datetime64[s]":
            made[name] = np.array(list(held), dtype="datetime64[D]").astype(dtype)
            continue
        try:
            made[name] = pd.array(list(held), dtype=dtype)  # type: ignore[call-overload]
        except OverflowError:  # a scale that 64 bits do not hold
            made[name] = pd.array(list(held), dtype=object)
    frame = pd.DataFrame(made)
    frame.attrs["columns"] = dict(says)
    frame.attrs["table"] = table
    frame.attrs["title"] = theory.title
    return frame


def _dicts(table: str, rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in rows]


def _cell(words: Iterable[str]) -> str | None:
    return "; ".join(words) or None


# ----------------------------------------------------------------------------------------------- learning


def learning(theory: Theory, *, about: str | None = None) -> pd.DataFrame:
    """What did we predict wrongly, and what did we learn: one row for each refuted or mixed prediction.

    In file order of the cycles; ``attrs["columns"]`` says what each column holds. Late predictions are none.

    Args:
        theory: the theory.
        about: only those that bear on this node or link; left out, all.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no aim, driver or change idea, or there is no such link.
    """
    return _frame(theory, "learning", _learning(theory, about), {"judged": "datetime64[s]"})


def learning_rows(theory: Theory, *, about: str | None = None) -> list[dict[str, Any]]:
    """What `learning` gives, as a list of dicts without pandas; None where there is nothing."""
    return _dicts("learning", _learning(theory, about))


def _learning(theory: Theory, about: str | None) -> list[tuple[Any, ...]]:
    return [
        (
            wrong.cycle.id,
            wrong.idea.id,
            wrong.idea.text,
            wrong.cycle.team,
            wrong.cycle.site,
            wrong.cycle.scale,
            wrong.record.number,
            wrong.question,
            wrong.predicted,
            wrong.found,
            wrong.result,
            wrong.record.judged,
            wrong.learned,
            wrong.decision,
            wrong.next,
            _cell(wrong.followed_by),
            _cell(wrong.adapted_by),
            _cell(wrong.revisions),
        )
        for wrong in wrong_predictions(theory, about=about)
    ]


def learning_text(theory: Theory, *, about: str | None = None) -> str:
    """What did we predict wrongly, and what did we learn: as Markdown, change idea by change idea.

    Every word of the theory is escaped. The ideas stand in file order.

    Args:
        theory: the theory.
        about: only those that bear on this node or link; left out, all.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no aim, driver or change idea, or there is no such link.
    """
    wrong = wrong_predictions(theory, about=about)
    all_of_it = tally(all_predictions(theory) if about is None else predictions_of(theory, about))
    of = "" if about is None else f" ({_escaped(about)})"
    parts = [f"# What we predicted wrongly, and what we learned: {_escaped(theory.title)}{of}"]
    counts = f"{str(all_of_it)[:1].upper()}{str(all_of_it)[1:]}"
    if all_of_it.judged:
        counts += f". {all_of_it.refuted:,} refuted and {all_of_it.mixed:,} mixed"
    parts.append(f"{counts}.")
    if not wrong:
        parts.append("No prediction was refuted or mixed." if all_of_it.judged else "Nothing to tell yet.")
    by_idea: dict[str, list[WrongPrediction]] = {}
    for one in wrong:
        by_idea.setdefault(one.idea.id, []).append(one)
    for idea in theory.change_ideas:
        if idea.id not in by_idea:
            continue
        parts.append(f"## {_escaped(idea.text)} ({_escaped(idea.id)})")
        by_cycle: dict[str, list[WrongPrediction]] = {}
        for one in by_idea[idea.id]:
            by_cycle.setdefault(one.cycle.id, []).append(one)
        parts.append("\n".join(_told(told) for told in by_cycle.values()))
    return "\n\n".join(parts) + "\n"


def _told(wrong: Sequence[WrongPrediction]) -> str:
    """The wrong predictions of one cycle, and what came of them."""
    first = wrong[0]
    where = ", ".join(
        [
            *([_escaped(first.cycle.site)] if first.cycle.site else []),
            *([f"scale {first.cycle.scale:,}"] if first.cycle.scale is not None else []),
        ]
    )
    lines = [f"- **{_escaped(first.cycle.id)}**{f' ({where})' if where else ''}"]
    for one in wrong:
        asked = f"{_sentence(one.question or 'a question', end='?')} "
        found = f"found: {_said(one.found)}" if one.found else "what was found is not written down"
        lines.append(f"  - {one.result}: {asked}We expected: {_said(one.predicted)}; {found}.")
    learned = _sentence(first.learned) if first.learned else "nothing is written down."
    lines.append(f"  - What we learned: {learned}")
    then = [*([f"decision: {first.decision}"] if first.decision else [])]
    then += [f"next: {_said(first.next)}"] if first.next else []
    then += [f"followed by {_escaped(', '.join(first.followed_by))}"] if first.followed_by else []
    then += [f"adapted in {_escaped(', '.join(first.adapted_by))}"] if first.adapted_by else []
    lines.append(f"  - What we did: {'; '.join(then) if then else 'nothing is written down'}.")
    lines += [f"  - Changed the theory, revision {_sentence(said)}" for said in first.revisions]
    return "\n".join(lines)


def _said(text: str | None) -> str:
    return _escaped(harmless(text or "").rstrip(" .;"))


def _sentence(text: str, end: str = ".") -> str:
    bare = _escaped(text).rstrip()
    return bare if bare.endswith((".", "?", "!", "…")) else bare + end


# --------------------------------------------------------------------------------------------- predictions


def predictions_by(
    theory: Theory, by: str, *, cumulative: bool = False, interval: IntervalRule = wilson
) -> pd.DataFrame:
    """How predictions fared, with an interval for the share that held: one row for each idea, driver, month …

    ``attrs["columns"]`` says what each column counts; a cycle behind two drivers is counted at each.

    Args:
        theory: the theory.
        by: idea, driver, aim, link, team, site, condition, month, quarter or year; see
            `driverkit.evidence.predictions.tallies`.
        cumulative: over time, whether each period counts all up to its end.
        interval: what makes the interval: `wilson`, `jeffreys`, or any function of how many held and how many
            were judged.

    Raises:
        UsageError: predictions are not counted by that.
    """
    return _frame(theory, "predictions_by", _predictions(theory, by, cumulative, interval))


def predictions_rows(
    theory: Theory, by: str, *, cumulative: bool = False, interval: IntervalRule = wilson
) -> list[dict[str, Any]]:
    """What `predictions_by` gives, as a list of dicts without pandas; None where there is nothing."""
    return _dicts("predictions_by", _predictions(theory, by, cumulative, interval))


def _predictions(theory: Theory, by: str, cumulative: bool, interval: IntervalRule) -> list[tuple[Any, ...]]:
    words: dict[str, str | None] = {}
    found = tallies(theory, by, cumulative=cumulative, interval=interval)
    if by in ("idea", "driver", "aim"):
        words = {node.id: node.text for node in theory.nodes}
    elif by == "link":
        text = {node.id: node.text for node in theory.nodes}
        words = {link.id: f"{text[link.cause]} -> {text[link.effect]}" for link in theory.links}
    elif by == "team":
        words = {team.id: team.name for team in theory.teams}
    rows = []
    for key, one in found.items():
        within = one.interval
        rows.append(
            (
                key or None,
                words.get(key),
                one.n_cycles,
                one.predictions,
                one.judged,
                one.confirmed,
                one.mixed,
                one.refuted,
                one.open,
                one.late,
                one.undated,
                one.share,
                within.low if within else None,
                within.high if within else None,
                f"{within.method} {within.level * 100:.4g} %" if within else None,
            )
        )
    return rows


# -------------------------------------------------------------------------------------------------- belief


def beliefs_frame(theory: Theory, *, rule: BeliefRule = BELIEF_RULE) -> pd.DataFrame:
    """How far each aim, driver, change idea and link may be believed, a row each, with the counts it rests on.

    Nodes come in the order of the file, links after them. What the columns say stands in
    ``frame.attrs["columns"]``.

    Args:
        theory: the theory.
        rule: by which rule; the one that ships is ``dk.BELIEF_RULE``.

    Raises:
        UsageError: the rule gives a word that is none of its own.
    """
    return _frame(theory, "beliefs", _beliefs(theory, rule))


def beliefs_rows(theory: Theory, *, rule: BeliefRule = BELIEF_RULE) -> list[dict[str, Any]]:
    """What `beliefs_frame` gives, as a list of dicts without pandas; None where there is nothing."""
    return _dicts("beliefs", _beliefs(theory, rule))


def _beliefs(theory: Theory, rule: BeliefRule) -> list[tuple[Any, ...]]:
    nodes = {node.id: node for node in theory.nodes}
    ends = {link.id: f"{nodes[link.cause].text} -> {nodes[link.effect].text}" for link in theory.links}
    kinds = {
        **dict.fromkeys((aim.id for aim in theory.aims), "aim"),
        **dict.fromkeys((driver.id for driver in theory.drivers), "driver"),
        **dict.fromkeys((idea.id for idea in theory.change_ideas), "change"),
    }
    rows = []
    for about, found in beliefs(theory, rule=rule).items():
        counts = found.counts
        rows.append(
            (
                about,
                kinds.get(about, "link"),
                nodes[about].text if about in kinds else ends[about],
                found.word,
                found.contested,
                found.rank,
                counts.cycles_studied,
                counts.judged,
                counts.held,
                counts.mixed,
                counts.failed,
                counts.largest_scale,
                counts.sites,
                counts.conditions,
                counts.teams,
                counts.signal,
                counts.evidence_for,
                counts.evidence_mixed,
                counts.evidence_against,
                counts.suspect,
                found.rule,
                found.reason,
            )
        )
    return rows


# --------------------------------------------------------------------------------------------------- audit

_SAID = {True: "yes", False: "no", None: "cannot tell"}


def audit_frame(theory: Theory, *, by: str = "cycle", features: Iterable[Feature] = AUDIT) -> pd.DataFrame:
    """The PDSA audit as a table: one row for each cycle that was carried out (or ramp, or the theory) and feature.

    ``frame.pivot(index="id", columns="feature", values="answer")`` has the features beside each other.

    Args:
        theory: the theory.
        by: cycle, ramp or theory.
        features: what is asked; left out, the five features of Taylor et al. 2014.

    Raises:
        UsageError: the audit is not by that.
    """
    return _frame(theory, "audit", _audited(theory, by, features))


def audit_rows(
    theory: Theory, *, by: str = "cycle", features: Iterable[Feature] = AUDIT
) -> list[dict[str, Any]]:
    """What `audit_frame` gives, as a list of dicts without pandas; None where there is nothing."""
    return _dicts("audit", _audited(theory, by, features))


def _audited(theory: Theory, by: str, features: Iterable[Feature]) -> list[tuple[Any, ...]]:
    features = tuple(features)
    rows: list[tuple[Any, ...]] = []
    if by == "theory":
        tested = tuple(dict.fromkeys(cycle.change for cycle in theory.cycles))
        rows = [_row(theory.title, tested, answer) for answer in audit(theory, features=features)]
    elif by == "ramp":
        said = verdicts(theory, features=features)
        for ramp in ramps(theory):
            held = [said[id] for id in ramp.ids if id in said]
            ids = [id for id in ramp.ids if id in said]
            for place, feature in enumerate(features):
                answer = Answer.of(
                    feature, {id: one[place] for id, one in zip(ids, held, strict=True)}, len(ramp) - len(ids)
                )
                rows.append(_row(f"{ramp.ids[0]} … {ramp.ids[-1]}", ramp.ideas, answer))
    elif by == "cycle":
        for id, verdict in verdicts(theory, features=features).items():
            for feature, one in zip(features, verdict, strict=True):
                counts = [int(one.answer is value) for value in (True, False, None)]
                rows.append(
                    (id, theory.node(id).change, feature.name, _SAID[one.answer], *counts, one.reason)
                )
    else:
        words = ("cycle", "ramp", "theory")
        raise UsageError(
            f"The audit is not by {show(by)}.{did_you_mean(str(by), words)} There are {', '.join(words)}."
        )
    return rows


def _row(id: str, ideas: Sequence[str], answer: Answer) -> tuple[Any, ...]:
    counts = [len(answer.yes), len(answer.no), len(answer.cannot_tell)]
    return (id, _cell(ideas), answer.feature, _SAID[answer.answer], *counts, answer.reason)
