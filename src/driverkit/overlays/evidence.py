"""How far each box and each link may be believed, and what that rests on."""

from __future__ import annotations

from driverkit.diagram.overlay import Overlay
from driverkit.evidence.belief import BELIEF_RULE, Belief, BeliefCounts, BeliefRule, beliefs
from driverkit.model import Theory
from driverkit.overlays import OverlayKind

__all__ = ["EVIDENCE", "evidence", "leaning"]

_SPACE = "\u00a0"


def leaning(counts: BeliefCounts) -> str:
    """Which way the evidence points, whatever word a rule makes of it: supports, mixed, contradicts or none.

    Predictions that held, evidence that supports and a measure that moved for the better speak for it;
    predictions that failed, evidence that contradicts and a measure that moved for the worse against it.
    It is mixed where there are both, or evidence whose finding is mixed; and where predictions held in
    part and nothing else is known.
    """
    for_ = bool(counts.held or counts.evidence_for or counts.signal)
    against = bool(counts.failed or counts.evidence_against or counts.worse)
    if counts.none:
        return "none"
    if for_ == against or counts.evidence_mixed:
        return "mixed"
    return "supports" if for_ else "contradicts"


def _told(belief: Belief) -> str:
    """The word, and the counts that people ask for first: ``Moderate: predictions 5 held, 1 failed; evidence 2 for``."""
    counts = belief.counts
    said: list[str] = []
    if counts.judged:
        ways = [
            f"{count:,}{_SPACE}{way}"
            for count, way in (
                (counts.held, "held"),
                (counts.mixed, f"in{_SPACE}part"),
                (counts.failed, "failed"),
            )
            if count
        ]
        noun = "prediction" if counts.judged == 1 else "predictions"
        said.append(f"{noun} {', '.join(ways)}")
    elif counts.cycles_studied:
        noun = "cycle" if counts.cycles_studied == 1 else "cycles"
        said.append(f"{counts.cycles_studied:,}{_SPACE}{noun} studied, no prediction judged")
    ways = [
        f"{count:,}{_SPACE}{way}"
        for count, way in (
            (counts.evidence_for, "for"),
            (counts.evidence_mixed, "both ways"),
            (counts.evidence_against, "against"),
        )
        if count
    ]
    if ways:
        said.append(f"evidence {', '.join(ways)}")
    if counts.signal:
        said.append("a measure improved")
    if counts.worse:
        said.append("a measure got worse")
    if counts.suspect:
        said.append(f"{counts.suspect:,}{_SPACE}suspect")
    word = belief.word[:1].upper() + belief.word[1:]
    return f"{word}: {'; '.join(said)}" if said else word


def _counted(counts: BeliefCounts) -> str:
    """What is for a link, partly so, and against it, in a few characters: ``3+ 1± 1−``."""
    ways = (
        (counts.held + counts.evidence_for, "+"),
        (counts.mixed + counts.evidence_mixed, "±"),
        (counts.failed + counts.evidence_against, "\u2212"),
    )
    return _SPACE.join(f"{count:,}{way}" for count, way in ways if count)


def evidence(theory: Theory, *, rule: BeliefRule = BELIEF_RULE) -> Overlay:
    """How far each box and link may be believed: the word and the counts in the box, a sign and counts on the link.

    Beside the sign stands what is for the link (predictions that held, evidence that supports it) as ``3+``, what is
    partly so as ``1±``, what is against it as ``1−``. Hovering tells all counts, and why the rule says that word.

    Args:
        theory: the theory.
        rule: how the counts become a word; see `driverkit.evidence.belief.BeliefRule`.
    """
    marks: dict[str, tuple[str, ...]] = {}
    notes: dict[str, tuple[str, ...]] = {}
    titles: dict[str, tuple[str, ...]] = {}
    link_marks: dict[tuple[str, str], tuple[str, ...]] = {}
    link_titles: dict[tuple[str, str], tuple[str, ...]] = {}
    signs: dict[tuple[str, str], str] = {}
    counted: dict[tuple[str, str], str] = {}
    judged = beliefs(theory, rule=rule)
    for about, belief in judged.items():
        cause, arrow, effect = about.partition(" -> ")
        mark = f"evidence-{leaning(belief.counts)}"
        title = (f"Belief by the rule '{belief.rule}': {belief}", *([belief.reason] if belief.reason else []))
        if arrow:
            link_marks[cause, effect] = (mark,)
            link_titles[cause, effect] = title
            if mark != "evidence-none":
                signs[cause, effect] = mark
                if told := _counted(belief.counts):
                    counted[cause, effect] = told
        else:
            marks[about] = (mark,)
            notes[about] = (_told(belief),)
            titles[about] = title
    return Overlay(
        marks=marks,
        notes=notes,
        titles=titles,
        link_marks=link_marks,
        link_titles=link_titles,
        link_signs=signs,
        link_counts=counted,
        words={
            "evidence-supports": "what there is speaks for it",
            "evidence-mixed": "speaks for it and against it",
            "evidence-contradicts": "speaks against it",
            "evidence-none": "no evidence yet",
        },
    )


EVIDENCE = OverlayKind(
    name="evidence",
    description="How far each box and link may be believed, with the counts for and against it.",
    make=evidence,
    place=2,
)
