"""What was learned the hard way and is no longer in the theory: what was tried or given up, links that were refuted.

The key driver diagram (KDD) template keeps what was given up and marks it, so that nobody starts it again unawares.

>>> from driverkit.model import ChangeIdea, Theory
>>> old = Theory("Falls", change_ideas=[ChangeIdea("C1", "A leaflet", status="abandoned")])
>>> for one in vanished(old, old.remove("C1")):
...     print(one)
“A leaflet” (C1), which was abandoned, is no longer in the theory and in no revision note.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from driverkit.evidence.bearing import predictions_through
from driverkit.evidence.changes import Change, changes
from driverkit.evidence.predictions import tally
from driverkit.evidence.status import idea_status
from driverkit.evidence.words import listed, plural, quoted
from driverkit.model import ChangeIdea, Driver, Theory

__all__ = ["Vanished", "vanished"]


@frozen
class Vanished:
    """An idea that was tried, a driver that was given up or a link that was refuted, and that is no longer in the theory.

    Attributes:
        id: the id of the idea or driver, or the link ``CAUSE -> EFFECT``.
        what: what is gone, and what was known of it, in words.
        reason: what was known of it: ``abandoned``, ``tested``, or what speaks against the link, with the counts.
        revisions: the labels of the new revision notes that name it; empty where it went without a word.
    """

    id: str
    what: str
    reason: str
    revisions: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = (
            f"; revision {listed(self.revisions, 3)} tells it"
            if self.revisions
            else " and in no revision note"
        )
        return f"{self.what}, is no longer in the theory{told}."


def vanished(before: Theory, theory: Theory, found: Iterable[Change] | None = None) -> tuple[Vanished, ...]:
    """Which ideas that were abandoned or tested, which abandoned drivers and which refuted links are no longer in the theory.

    A link counts as refuted where evidence about it contradicts, where it says at which places it fails, or where of
    the predictions that count through it more were refuted than held. What only has another id now is not gone.
    A note names what is gone by its id, in its reason or under ``because_of``.

    Args:
        before: the theory as it was.
        theory: the theory as it is.
        found: the changes from one to the other, where they are known.
    """
    out: list[Vanished] = []
    for change in changes(before, theory) if found is None else found:
        if change.kind == "dropped" and change.section == "change_ideas":
            idea = before.node(change.id)
            status = idea_status(before, change.id)
            if isinstance(idea, ChangeIdea) and (status.status == "abandoned" or status.carried_out):
                reason = "abandoned" if status.status == "abandoned" else "tested"
                what = f"{quoted(idea)} ({idea.id}), which was {reason}"
                out.append(Vanished(idea.id, what, reason, change.revisions))
        elif change.kind == "dropped" and change.section == "drivers":
            driver = before.node(change.id)
            if isinstance(driver, Driver) and driver.status == "abandoned":
                what = f"{quoted(driver)} ({driver.id}), which was abandoned"
                out.append(Vanished(driver.id, what, "abandoned", change.revisions))
        elif change.kind in ("unlinked", "moved"):
            # A node that moved left all its links behind.
            left = (
                [change.id]
                if change.kind == "unlinked"
                else [f"{change.id} -> {end}" for end in change.before]
            )
            for id in left:
                reason = _refuted(before, id)
                cause, _, effect = id.partition(" -> ")
                if reason and effect in theory:
                    what = f"the link from {quoted(before.node(cause))} to {quoted(before.node(effect))}, which {reason}"
                    out.append(Vanished(id, what, reason, change.revisions))
    return tuple(out)


def _refuted(theory: Theory, id: str) -> str:
    """What speaks against a link; nothing where it is not refuted."""
    against = sum(piece.finding == "contradicts" for piece in theory.evidence if piece.about == id)
    if against:
        return "evidence contradicts"
    link = next(one for one in theory.links if one.id == id)
    if link.fails_at:
        return f"does not hold at {listed(link.fails_at, 3)}"
    fared = tally(predictions_through(theory, id))
    if fared.refuted > fared.confirmed:
        return f"{fared.refuted:,} of {plural(fared.judged, 'prediction')} refuted ({fared.confirmed:,} held)"
    return ""
