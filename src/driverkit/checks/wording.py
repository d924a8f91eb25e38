"""Wording: guesses from the words themselves, in English; off unless asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence.words import quoted
from driverkit.model import Theory

_wording_rule = partial(rule, family="wording", severity="info", heuristic=True, profiles=("strict",))

_TASK = re.compile(
    r"(to )?(develop|implement|train|create|provide|introduce|establish|set up|organi[sz]e|design|build|launch|"
    r"conduct|hold|write|buy|hire|install|roll out|deliver|educate|distribute|send|print|run|start)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"(lack of|no |not enough|poor|insufficient|inadequate|absence of|failure|barriers? to|missing|limited|low |bad |"
    r"avoid|prevent|stop|too (few|little|many|much))",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d+(\.\d+)?\s*(%|percent|per cent)|\b(by|to|from|at least|under|over) \d", re.IGNORECASE
)
_VAGUE = re.compile(
    r"(to )?(improve|enhance|promote|increase|raise|strengthen|support|foster|encourage|better|optimi[sz]e)\b",
    re.IGNORECASE,
)
# Words that name a notion rather than something to do on Monday.
_CONCEPTS = re.compile(
    r"(standardi[sz](e|ation)|reminders?|simplif(y|ication)|education|training|communication|teamwork|checklists?|"
    r"feedback|automation|culture|engagement|collaboration|awareness|reduce handovers?|eliminate waste)\W*",
    re.IGNORECASE,
)


@_wording_rule(
    "WOR01",
    "driver-is-a-task",
    summary="A driver is a condition of the system, not a task.",
    source=f"{sources.NEWCH}; {sources.ACR}",
)
def driver_is_a_task(theory: Theory) -> Iterator[Said]:
    """Begins with something to do."""
    for driver in theory.drivers:
        if _TASK.match(driver.text):
            yield Said(
                driver.id,
                f"{quoted(driver)} reads like a task",
                "say what will be true once it is done, and make the task a change idea",
            )


@_wording_rule(
    "WOR02",
    "driver-is-a-number",
    summary="A driver is a clear statement rather than a numeric target.",
    source=sources.CEC,
)
def driver_is_a_number(theory: Theory) -> Iterator[Said]:
    """A target has slipped in."""
    for driver in theory.drivers:
        if _NUMBER.search(driver.text):
            yield Said(
                driver.id,
                f"{quoted(driver)} holds a number",
                "give the number to a measure of this driver, and say the condition in words",
            )


@_wording_rule(
    "WOR03",
    "driver-is-negative",
    summary="A driver says what is wanted, not what is wrong.",
    source=f"{sources.NEWCH}; {sources.LOTHIAN}",
)
def driver_is_negative(theory: Theory) -> Iterator[Said]:
    """Says what is wrong; that is a cause."""
    for driver in theory.drivers:
        if _NEGATIVE.match(driver.text):
            yield Said(
                driver.id,
                f"{quoted(driver)} says what is wrong",
                "turn it round: what will be there instead",
            )


@_wording_rule(
    "WOR04",
    "vague-idea",
    summary='A change idea says what is done differently; "improve work culture" does not.',
    source=sources.CEC,
)
def vague_idea(theory: Theory) -> Iterator[Said]:
    """Nobody could begin with it tomorrow."""
    for idea in theory.change_ideas:
        if _VAGUE.match(idea.text) and len(idea.text.split()) <= 6:
            yield Said(
                idea.id,
                f"{quoted(idea)} does not say what is done differently",
                "say who does what, with whom, from when on",
            )


@_wording_rule(
    "WOR05",
    "idea-is-a-concept",
    summary="A change idea is concrete enough to be tested; the general notion behind it is its concept.",
    source=f"{sources.LOTHIAN}; {sources.LANGLEY}",
)
def idea_is_a_concept(theory: Theory) -> Iterator[Said]:
    """A notion, not yet something to try."""
    for idea in theory.change_ideas:
        same = idea.concept is not None and idea.concept.casefold().strip() == idea.text.casefold().strip()
        if same or _CONCEPTS.fullmatch(idea.text):
            yield Said(
                idea.id,
                f"{quoted(idea)} is still a concept",
                "write it as 'concept', and say what would be done differently tomorrow",
            )
