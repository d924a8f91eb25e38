"""The pages of a drawing that has several: an overview, then each primary driver on pages of its own.

A page of a primary driver shows what contributes to it and what it contributes to. Where a page has
a size of its own, as a slide has, its text should be read: then the columns are laid out for it, and
what is still too much goes on on further pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from driverkit.diagram import Diagram
from driverkit.diagram import diagram as lay_out
from driverkit.diagram.parts import Part, parts
from driverkit.diagram.surround import LEGEND_SIZE
from driverkit.errors import UsageError
from driverkit.model import Theory
from driverkit.renderers.sheets import LEGIBLE, READABLE, smallest_text

__all__ = ["Origin"]

Sheet = tuple[float, float]

MOST_ON_A_PAGE = 40
"""More boxes than that are not even tried on a page whose text should be read."""

ON_SLIDES = (READABLE, (READABLE + LEGIBLE) / 2, LEGIBLE)
"""The sizes in points that the smallest text of a slide should have, the best first."""

ON_PAPER = (LEGIBLE, 7.0)
"""The same on a sheet of paper, which is held nearer to the eye."""


@frozen
class Origin:
    """What a picture was drawn from, so that parts of it can be drawn on pages of their own.

    Attributes:
        theory: the theory.
        options: those of the layout, without ``focus``.
        focus: the node around which it was drawn, if any.
        settled: what else happens to a layout: nothing, or other places for its boxes.
    """

    theory: Theory
    options: Mapping[str, Any]
    focus: str | None
    settled: Callable[[Diagram], Diagram]

    def draw(self, focus: str | None, **more: Any) -> Diagram:
        """The layout of what is around a node; ``more`` are further options of the layout."""
        return self.settled(lay_out(self.theory, focus=focus, **{**self.options, **more}))

    def told(self, drawn: Diagram, focus: str | None = None, *, levels: int | None = None) -> Diagram:
        """The same layout with the sentences that tell it."""
        return attrs.evolve(drawn, story=self._story(focus, levels))

    def pages(
        self,
        whole: Diagram,
        sheet: Sheet | None,
        *,
        sizes: Sequence[float] = ON_SLIDES,
        everything: bool,
        told: bool,
    ) -> list[Diagram]:
        """An overview and the pages of the primary drivers.

        Args:
            whole: the layout of everything.
            sheet: width and height of a page in points; None where it is as large as the drawing.
            sizes: how large the smallest text of a page should be in points, the best first.
            everything: whether the first page shows everything, however small.
            told: whether each page brings its sentences.
        """
        ids = [one.id for one in self.theory.primary_drivers]
        all_boxes = {box.id for box in whole.boxes}
        branches = {id: self.draw(id) for id in ids if id in all_boxes}
        shown = [{box.id for box in drawn.boxes} for drawn in branches.values()]
        rest = [
            page for id, drawn in branches.items() for page in self._branch(id, drawn, sheet, sizes, told)
        ]
        if not rest or (len(rest) == 1 and shown[0] >= all_boxes):  # it would be told twice
            return [self.told(whole) if told else whole]
        # A node below no primary driver is only on the page of everything.
        lost = not all_boxes <= set().union(*shown)
        if everything or lost or sheet is None:
            first, levels = whole, None
        else:
            first, levels = self._overview(whole, sheet, sizes[-1])
        first = attrs.evolve(first, label="Overview")
        return [self.told(first, levels=levels) if told else first, *rest]

    def _overview(self, whole: Diagram, sheet: Sheet, size: float) -> tuple[Diagram, int | None]:
        """Everything, where it can be read on the page; else as many levels as can, and how many those are."""
        if self.options["levels"] is not None or smallest_text(whole, sheet) >= size:
            return whole, None
        found = {self.theory.level(driver.id) for driver in self.theory.drivers}
        there = sorted((level for level in found if level is not None), reverse=True)
        for level in there:
            drawn = self.draw(None, levels=range(level + 1))
            if smallest_text(drawn, sheet) >= size or level == there[-1]:
                return drawn, level
        return whole, None

    def _branch(
        self, id: str, whole: Diagram, sheet: Sheet | None, sizes: Sequence[float], told: bool
    ) -> list[Diagram]:
        """The pages of a primary driver: one, and more where its text would be too small on that sheet."""
        label = f"{id} {' '.join(self.theory.node(id).text.split())}"
        pages: list[Diagram] = [whole]
        found: Sequence[Part] = ()
        if sheet is not None and smallest_text(whole, sheet) < sizes[0]:
            pages, found = self._split(id, whole, sheet, sizes)
        many = len(pages)
        out = []
        for i, page in enumerate(pages, 1):
            page = attrs.evolve(page, label=label if many == 1 else f"{label} ({i} of {many})")
            if told:
                page = attrs.evolve(
                    page, story=self._story(id) if many == 1 else self._told_part(id, i, found)
                )
            out.append(page)
        return out

    def _split(
        self, id: str, whole: Diagram, sheet: Sheet, sizes: Sequence[float]
    ) -> tuple[list[Diagram], Sequence[Part]]:
        """The pages of a branch with text as large as can be had, and what each of them shows."""
        share = 0.75 * LEGEND_SIZE / sizes[0]
        for_words = {"room": (sheet[0] / 0.75 * share, sheet[1] / 0.75 * share)}
        known: dict[frozenset[str], tuple[float, dict[str, Any]]] = {}

        def best(ids: frozenset[str]) -> tuple[float, dict[str, Any]]:
            """How large the text of a page is, and the options of that layout: columns as usual, or for large words."""
            if ids not in known:
                size, options = smallest_text(self.draw(id, only=ids), sheet), {}
                if size < sizes[0]:
                    other = smallest_text(self.draw(id, only=ids, **for_words), sheet)
                    if other > size:
                        size, options = other, for_words
                known[ids] = size, options
            return known[ids]

        effects = {arrow.effect for arrow in whole.arrows}
        ends = sum(box.id not in effects for box in whole.boxes)
        found: Sequence[Part] = ()
        for size in sizes:

            def fits(ids: frozenset[str], size: float = size) -> bool:
                return len(ids) <= MOST_ON_A_PAGE and best(ids)[0] >= size

            found = parts(self.theory, id, fits)
            # Two or more ends of the branch a page: smaller words are better than single boxes.
            if 2 * len(found) <= max(2, ends) and all(best(part.shows)[0] >= size for part in found):
                break
        many = len(found)
        pages = [
            self.draw(
                id,
                only=part.shows,
                part=f"{i} of {many}" if many > 1 else "",
                **best(part.shows)[1],
            )
            for i, part in enumerate(found, 1)
        ]
        return pages, found

    def _story(self, focus: str | None, levels: int | None = None) -> str:
        """What is around a node in sentences; around a measure, say, there is nothing to tell."""
        from driverkit.analysis.narrative import narrative

        try:
            return narrative(self.theory, focus=focus, levels=levels).plain
        except UsageError:
            return ""

    def _told_part(self, id: str, i: int, found: Sequence[Part]) -> str:
        """The sentences of one page of a branch: which page it is, then what it shows."""
        many = len(found)
        said = [
            f"{id} has {many} pages, so that its words can be read. This is page {i} of {many}: {_list(found[i - 1])}."
        ]
        if i == 1:
            said += [f"On page {j}: {_list(one)}." for j, one in enumerate(found[1:], 2)]
            said += ["", self._story(id)]
        else:
            said += ["", *[self._story(one) for one in found[i - 1].tells]]
        return "\n".join(said).strip()


def _list(part: Part) -> str:
    return ", ".join(part.tells)
