"""Sharing networks exchange; execution networks act on one measurable aim. Which of the two is this, and why?"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from attrs import frozen

from driverkit.evidence.cycles import was_done
from driverkit.evidence.network_facts import MOST, NetworkFacts, Word, facts_of, verb
from driverkit.evidence.words import listed
from driverkit.graph import aims_reached_by, drivers_moved_by
from driverkit.model import Aim, Network, Theory

__all__ = ["NetworkKind", "Reason", "kind_of", "network_kind"]


@frozen
class Reason:
    """One thing that an execution network has.

    Attributes:
        name: its name.
        answer: yes, partly, no or cannot tell.
        words: the counts in a sentence.
    """

    name: str
    answer: Word
    words: str


@frozen
class NetworkKind:
    """Whether a network shares or executes, with the reasons.

    Attributes:
        word: execution, sharing, between or cannot tell.
        reasons: what an execution network has, and whether this one has it.
        words: the verdict in a sentence.
    """

    word: Literal["execution", "sharing", "between", "cannot tell"]
    reasons: tuple[Reason, ...]
    words: str

    def to_dict(self) -> dict[str, Any]:
        """The verdict as plain data."""
        return {
            "word": self.word,
            "words": self.words,
            "reasons": [{"name": one.name, "answer": one.answer, "words": one.words} for one in self.reasons],
        }

    def __str__(self) -> str:
        return "\n".join((self.words, *(f"  {one.answer}: {one.words}" for one in self.reasons)))


def network_kind(network: Network, *, today: dt.date | None = None, most: float = MOST) -> NetworkKind:
    """Is it a sharing network, whose members exchange, or an execution network, which acts on one measurable aim?

    An execution network has an aim with a number, a date and a measure; most of its members have an aim that
    adapts it, measure it, and carried out a cycle on something that reaches it. Where all four hold the word is
    *execution*; where there is no such aim or no member has adapted it, *sharing*; else *between*. The rule is ours.

    Args:
        network: the network.
        today: the day; see `readiness`.
        most: the share of members that counts as most.

    Raises:
        FormatError: files of members cannot be read.
    """
    return kind_of(facts_of(network, today=today, most=most))


def kind_of(facts: NetworkFacts) -> NetworkKind:
    """The verdict; see `network_kind`."""
    common = facts.common
    measured = {aim.id for aim in common.aims if aim.measure is not None}
    measured |= {id for m in common.measures if m.role in (None, "outcome") for id in m.of}
    sharp = [
        aim for aim in common.aims if aim.target is not None and aim.by is not None and aim.id in measured
    ]
    best = max(sharp, key=lambda aim: len(_holding(facts, aim.id)), default=None)
    if best is None:
        none = Reason(
            "measurable aim", "no", "No aim of the hub has a number, a date and a measure all together."
        )
        return NetworkKind(
            "sharing" if facts.theories else "cannot tell",
            (none,),
            "A sharing network: there is no one measurable aim to act on."
            if facts.theories
            else "Sharing or execution network: cannot tell, as no member has a theory file.",
        )
    holding = _holding(facts, best.id)
    measures = {best.measure, *(m.id for m in common.measures if best.id in m.of)} - {None}
    measuring = facts.who(
        lambda id, theory: (
            any(m.adapts in measures for m in theory.measures)
            or any(aim.adapts == best.id and aim.measure is not None for aim in theory.aims)
        )
    )
    acting = facts.who(lambda id, theory: _acts(theory, best.id, common))
    reasons = (
        Reason("measurable aim", "yes", f"Aim {best.id} of the hub has a number, a date and a measure."),
        Reason(
            "held",
            facts.share(len(holding)),
            f"{facts.of_members(len(holding))} {verb(len(holding), 'has', 'have')} an aim that adapts it.",
        ),
        Reason(
            "measured",
            facts.share(len(measuring)),
            f"{facts.of_members(len(measuring))} {verb(len(measuring), 'measures', 'measure')} it.",
        ),
        Reason(
            "acted on",
            facts.share(len(acting)),
            f"{facts.of_members(len(acting))} carried out a cycle on something that reaches it.",
        ),
    )
    words = [one.answer for one in reasons]
    if not facts.theories:
        return NetworkKind(
            "cannot tell",
            reasons,
            "Sharing or execution network: cannot tell, as no member has a theory file.",
        )
    if set(words) == {"yes"}:
        return NetworkKind(
            "execution", reasons, "An execution network: most members act on one measurable aim."
        )
    if not holding:
        return NetworkKind(
            "sharing", reasons, "A sharing network: no member has an aim that adapts the measurable one."
        )
    lacking = listed([one.name for one in reasons if one.answer != "yes"])
    return NetworkKind(
        "between",
        reasons,
        f"Between a sharing and an execution network: by most members its aim is not yet {lacking}.",
    )


def _holding(facts: NetworkFacts, aim: str) -> tuple[str, ...]:
    """The members with an aim that adapts this one, or one of the hub's that contributes to it."""
    common = facts.common
    same = {
        aim,
        *(one.id for one in common.aims if any(aim == it.id for it in aims_reached_by(common, one.id))),
    }
    return facts.who(lambda id, theory: any(one.adapts in same for one in theory.aims))


def _acts(theory: Theory, aim: str, common: Theory) -> bool:
    """Whether a member carried out a cycle on an idea that reaches the common aim, by its own links or the hub's."""
    for id in dict.fromkeys(cycle.change for cycle in theory.cycles if was_done(cycle)):
        behind = (theory.node(id), *drivers_moved_by(theory, id), *aims_reached_by(theory, id))
        for node in behind:
            if node.adapts == aim:
                return True
            if node.adapts in common and any(aim == one.id for one in _aims_above(common, node.adapts)):
                return True
    return False


def _aims_above(common: Theory, id: str) -> tuple[Aim, ...]:
    return aims_reached_by(common, id) if common.node(id) in common.nodes else ()
