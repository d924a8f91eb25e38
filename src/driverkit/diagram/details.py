"""What else is known of a box or a link, in words: what a page shows of it on request.

The words are those of the judgements themselves, with the counts that they rest on. They are only gathered
for formats that have a place for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import evolve

from driverkit.diagram.fishbone import NO_CATEGORY
from driverkit.diagram.model import Arrow, Box, Diagram

__all__ = ["with_details"]

MOST_CYCLES = 12
"""Of more cycles of one idea only the latest so many are told."""

Detail = tuple[str, str]


def with_details(diagram: Diagram, theory: Any) -> Diagram:
    """The diagram with the details of its boxes and links.

    A box that is no node of the theory, and what has details already, stays as it is.
    """
    known = _Known(theory)
    return evolve(
        diagram,
        boxes=tuple(
            box if box.details else evolve(box, details=tuple(known.of_box(box))) for box in diagram.boxes
        ),
        arrows=tuple(
            arrow if arrow.details else evolve(arrow, details=tuple(known.of_link(arrow)))
            for arrow in diagram.arrows
        ),
    )


class _Known:
    """What the records of one theory say of its nodes and links."""

    def __init__(self, theory: Any) -> None:
        from driverkit.evidence import beliefs, tallies
        from driverkit.evidence.bearing import evidence_about
        from driverkit.evidence.causes import cause_covers
        from driverkit.evidence.status import STATUS_WORDS, cycles_of

        self.theory = theory
        self.status_words = STATUS_WORDS
        self.nodes = {node.id: node for node in theory.nodes}
        self.causes = {cause.id: cause for cause in theory.causes}
        self.aims = {aim.id for aim in theory.aims}
        self.ideas = {idea.id for idea in theory.change_ideas}
        self.measures = {measure.id for measure in theory.measures}
        self.teams = {team.id: team.name or team.id for team in theory.teams}
        self.beliefs = beliefs(theory)
        self.tallies = {**tallies(theory, "idea"), **tallies(theory, "driver"), **tallies(theory, "aim")}
        self.evidence = evidence_about(theory)
        self.covers = cause_covers(theory)
        self.cycles = cycles_of(theory)

    def of_box(self, box: Box) -> Iterator[Detail]:
        """What is known of a node, the most telling first."""
        node = self.nodes.get(box.id)
        if node is None:
            yield from self._of_fishbone(box)
            return
        if node.detail:
            yield "About", node.detail
        if getattr(node, "concept", None):
            yield "Change concept", node.concept
        if node.id in self.ideas:
            yield "Status", self._status(node.id)
        elif node.status:
            yield "Status", self.status_words[node.status].capitalize()
        yield from self._judged(node.id)
        if node.id in self.tallies and self.tallies[node.id].predictions:
            said = str(self.tallies[node.id])
            yield "Predictions", said[:1].upper() + said[1:] + "."
        yield from self._evidence(node.id)
        yield from self._signal(node)
        yield from self._cycles(node.id)
        if node.owner:
            yield "Owner", self.teams.get(node.owner, node.owner)
        if node.tags:
            yield "Tags", ", ".join(node.tags)

    def _of_fishbone(self, box: Box) -> Iterator[Detail]:
        """What is known of a cause: what answers it, and how far that has come; of a bone and the head how many do."""
        from driverkit.evidence.words import plural

        if box.role in ("problem", "category"):
            named = None if box.text == NO_CATEGORY else box.text
            own = [
                one
                for one in self.covers
                if box.role == "problem" or self.causes[one.cause].category == named
            ]
            answered = sum(bool(one.drivers) for one in own)
            if own:
                yield "Answered", f"{answered:,} of {plural(len(own), 'cause')} addressed by a driver."
            return
        cause = self.causes.get(box.id)
        if cause is None:
            return
        if cause.detail:
            yield "About", cause.detail
        cover = next(one for one in self.covers if one.cause == cause.id)
        for id in cover.drivers:
            yield "Addressed by", f"{id}: {self.nodes[id].text}"
        if cover.drivers:
            yield (
                "Tested",
                f"{cover.ideas_tested:,} of {plural(cover.ideas, 'change idea')} behind it, in "
                f"{plural(cover.cycles_studied, 'studied cycle')}."
                if cover.ideas
                else "No change idea behind it.",
            )
        else:
            yield "Addressed by", "No driver."
        if cause.undeveloped:
            yield "Still open", cause.undeveloped
        yield from self._judged(cause.id)
        yield from self._evidence(cause.id)
        if cause.owner:
            yield "Owner", self.teams.get(cause.owner, cause.owner)
        if cause.tags:
            yield "Tags", ", ".join(cause.tags)

    def of_link(self, arrow: Arrow) -> Iterator[Detail]:
        """What is known of a link that somebody wrote."""
        about = f"{arrow.cause} -> {arrow.effect}"
        if about in self.evidence and about in self.beliefs:
            yield "Belief", self.beliefs[about].word
        yield from self._evidence(about)

    def _status(self, idea: str) -> str:
        from driverkit.evidence import idea_status
        from driverkit.evidence.words import plural

        judged = idea_status(self.theory, idea)
        if not judged.cycles:
            return f"{judged.word.capitalize()}: no cycle."
        return (
            f"{judged.word.capitalize()}: {plural(judged.cycles, 'cycle')}, "
            f"{judged.done:,} carried out, {judged.studied:,} studied."
        )

    def _judged(self, about: str) -> Iterator[Detail]:
        found = self.beliefs.get(about)
        if found is not None:
            head, bracket, rest = found.reason.partition(" (")
            parts = rest.removesuffix(")").split(" | ") if bracket else []
            lines = [f"{found.word}: {head}", *parts]
            yield "Belief", "\n".join(f"{line[:1].upper()}{line[1:]}" for line in lines)

    def _evidence(self, about: str) -> Iterator[Detail]:
        """Each piece of evidence about it: those for it, those that point both ways, those against it."""
        words = {
            "supports": "Evidence for it",
            "mixed": "Evidence both ways",
            "contradicts": "Evidence against it",
        }
        pieces = self.evidence.get(about, ())
        for finding, label in (*words.items(), (None, "Evidence that does not say which way")):
            for piece in pieces:
                if piece.finding == finding:
                    yield label, self._piece(piece)

    def _piece(self, piece: Any) -> str:
        from driverkit.evidence import is_suspect

        source = ", ".join(str(part) for part in (piece.kind, piece.source, piece.year) if part)
        told = " ".join(part for part in (piece.text, f"({source})" if source else "") if part)
        if is_suspect(self.theory, piece):
            told += " Gathered about other words than today's: look again."
        return told or piece.id

    def _signal(self, node: Any) -> Iterator[Detail]:
        from driverkit.evidence import measures_of, signal_of

        if node.id in self.measures or not measures_of(self.theory).get(node.id):
            return
        found = measures_of(self.theory)[node.id]
        for measure in found:
            parts = ", ".join(part for part in (measure.role, measure.frequency) if part)
            yield "Measures", f"{measure.name} ({parts})" if parts else measure.name
        if any(measure.data for measure in found):
            yield "Signal", signal_of(self.theory, node.id).reason

    def _cycles(self, id: str) -> Iterator[Detail]:
        if id not in self.ideas:
            return
        from driverkit.evidence import is_suspect

        cycles = self.cycles.get(id, ())
        if len(cycles) > MOST_CYCLES:
            yield "Cycles", f"{len(cycles) - MOST_CYCLES:,} earlier ones are not told here."
        for cycle in cycles[-MOST_CYCLES:]:
            told = _cycle(cycle)
            if is_suspect(self.theory, cycle):
                told += " Its idea had other words then: look again."
            yield "Cycles", told


def _cycle(cycle: Any) -> str:
    """One cycle in a few words: when, where, how large, what was learned and decided."""
    place: Iterable[Any] = (
        cycle.site,
        f"with {cycle.scale:,}" if cycle.scale else None,
        next((step.date for step in (cycle.do, cycle.plan) if step is not None and step.date), None),
    )
    head = ", ".join(str(part) for part in place if part)
    lines = [f"{cycle.id}: {head}" if head else str(cycle.id)]
    if cycle.study is not None and cycle.study.learned:
        lines.append(f"Learned: {cycle.study.learned}")
    if cycle.act is not None and cycle.act.decision:
        lines.append(f"Decided: {cycle.act.decision}")
    return "\n".join(lines)
