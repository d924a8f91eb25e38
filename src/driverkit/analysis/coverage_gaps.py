"""What is missing from a theory, or asks to be looked at, each with the reason and the next step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from driverkit.analysis.coverage_columns import Columns
from driverkit.evidence import cycles_of, has_outcome, idea_status, measures_of
from driverkit.evidence.words import plural, quoted
from driverkit.graph import Snapshot
from driverkit.model import Aim, ChangeIdea, Driver, Theory

__all__ = ["Lack", "idea_lacks", "lacks", "of_the_whole", "questions", "voices"]


Lack = tuple[str, str, str]
"""What is missing, the reason, the next step."""

_NO_TEST: tuple[Lack, ...] = (
    (
        "no test",
        "no cycle tests this idea",
        "Plan a first cycle: one person, one day, with the prediction written down.",
    ),
)


def lacks(theory: Theory, net: Snapshot, i: int) -> Iterator[Lack]:
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


def idea_lacks(theory: Theory, idea: ChangeIdea) -> tuple[Lack, ...]:
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


def questions(
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


def of_the_whole(theory: Theory, anybody: bool) -> Iterator[tuple[Any, ...]]:
    """The rows of the table of gaps that concern no single node: owners of nothing, and voices that are missing."""
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
    found = voices(theory)
    for voice, missing in zip(found["perspective"], found["missing"], strict=True):
        if missing:
            step = "Ask who could bring this voice to the table, and invite them."
            yield (None, "perspective", voice, "perspective missing", "no team brings it", step, False, False)


def voices(theory: Theory) -> Columns:
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
