"""Versions: which theory this is, and how it came to be what it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence.changes import changes
from driverkit.evidence.vanished import vanished
from driverkit.evidence.words import harmless, listed, plural, quoted
from driverkit.model import Theory

_version_rule = partial(rule, family="versions", profiles=("default", "kdd", "strict"))


@_version_rule(
    "VER01",
    "no-revision",
    severity="info",
    summary="A theory says which revision it is: a label and a date.",
    source=sources.KDD,
)
def no_revision(theory: Theory) -> Iterator[Said]:
    """A print on the wall cannot be told from the one before it."""
    revision = theory.revision
    missing = [
        word
        for word, held in (("label", revision and revision.label), ("date", revision and revision.date))
        if held is None
    ]
    if missing:
        yield Said(
            None,
            f"{quoted(theory.title)} has no revision {' or '.join(missing)}",
            "write it as 'revision', so that a print on the wall can be told from the next",
        )


@_version_rule(
    "VER02",
    "revision-not-listed",
    severity="info",
    summary="The last of the revisions listed is the revision that the theory says it is.",
    source=f"{sources.OURS}: otherwise the last change has no reason.",
)
def revision_not_listed(theory: Theory) -> Iterator[Said]:
    """Where revisions are listed at all."""
    if theory.revisions and theory.revision is not None and theory.revision.label is not None:
        last = theory.revisions[-1].label
        if last is not None and last != theory.revision.label:
            yield Said(
                None,
                f"the theory is revision {quoted(theory.revision.label)}, while the last one listed is {quoted(last)}",
                "list it too, with what changed and why",
            )


@_version_rule(
    "VER03",
    "dropped-instead-of-marked",
    severity="warning",
    needs="before",
    summary="An abandoned idea or driver and a contradicted link stay in the theory, marked, so that nobody starts it again unawares.",
    source=sources.KDD,
)
def dropped_instead_of_marked(theory: Theory, before: Theory) -> Iterator[Said]:
    """Needs the theory as it was: what is gone cannot be seen in what is there."""
    for one in vanished(before, theory):
        note = (
            f", which revision {listed(one.revisions, 3)} tells"
            if one.revisions
            else " and in no revision note"
        )
        cause, arrow, _ = one.id.partition(" -> ")
        yield Said(
            cause if arrow else None,
            f"{one.what}, is no longer in the theory{note}",
            "keep it as weak, with what speaks against it"
            if arrow
            else "keep it with the status abandoned and what was learned",
            severity="info" if one.revisions else None,
        )


@_version_rule(
    "VER05",
    "change-without-note",
    severity="info",
    needs="before",
    summary="A revision note names every substantive change: what changed, why, and because of which cycles or evidence.",
    source=f"{sources.MTEP}: the network revises its diagram yearly and compares it across years; {sources.OURS} says which "
    "change is substantive.",
)
def change_without_note(theory: Theory, before: Theory) -> Iterator[Said]:
    """A note names a change by an id, in its reason or under ``because_of``."""
    untold = [change for change in changes(before, theory) if change.substantive and not change.revisions]
    if untold:
        some = " ".join(harmless(change.words) for change in untold[:3])
        more = f" And {len(untold) - 3:,} more." if len(untold) > 3 else ""
        verb = "is" if len(untold) == 1 else "are"
        yield Said(
            None,
            f"{plural(len(untold), 'substantive change')} {verb} in no revision note ({some}{more})",
            "write a note with the reason, and name the nodes, cycles or evidence",
        )


@_version_rule(
    "VER04",
    "revisions-out-of-order",
    severity="warning",
    summary="Revisions are listed from the oldest to the latest.",
    source=f"{sources.OURS}: the history is read from top to bottom.",
)
def revisions_out_of_order(theory: Theory) -> Iterator[Said]:
    """By their dates."""
    dated = [revision for revision in theory.revisions if revision.date is not None]
    for earlier, later in pairwise(dated):
        if earlier.date is not None and later.date is not None and later.date < earlier.date:
            yield Said(
                None,
                f"revision {quoted(later.label or str(later.date))} of {later.date.isoformat()} is listed after "
                f"one of {earlier.date.isoformat()}",
                "list the oldest first, or correct the dates",
            )
            return
