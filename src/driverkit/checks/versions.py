"""Versions: which theory this is, and how it came to be what it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence import idea_status
from driverkit.evidence.words import quoted
from driverkit.model import ChangeIdea, Theory

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
    summary="An abandoned idea or a contradicted link stays in the theory, marked, so that nobody starts it again unawares.",
    source=sources.KDD,
)
def dropped_instead_of_marked(theory: Theory, before: Theory) -> Iterator[Said]:
    """Needs the theory as it was: what is gone cannot be seen in what is there."""
    for node in before.nodes:
        if isinstance(node, ChangeIdea) and node.id not in theory:
            status = idea_status(before, node.id)
            if status.status == "abandoned" or status.carried_out:
                what = "abandoned" if status.status == "abandoned" else "tested"
                yield Said(
                    None,
                    f"{quoted(node)} ({node.id}), which was {what}, is no longer in the theory",
                    "keep it with the status abandoned and what was learned",
                )
    links = {link.id for link in theory.links}
    contradicted = {piece.about for piece in before.evidence if piece.finding == "contradicts"}
    for link in before.links:
        if (
            link.id in contradicted
            and link.id not in links
            and link.cause in theory
            and link.effect in theory
        ):
            yield Said(
                link.cause,
                f"the link from {quoted(before.node(link.cause))} to {quoted(before.node(link.effect))}, "
                "which evidence contradicts, is no longer in the theory",
                "keep it as weak, with the evidence against it",
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
