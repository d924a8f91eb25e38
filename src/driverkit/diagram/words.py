"""The words around the boxes: notes under an aim, what a hover says, the outline in text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from driverkit.diagram.columns import Link, Plan
from driverkit.diagram.overlay import Overlay
from driverkit.evidence.status import STATUS_WORDS

__all__ = ["THROUGH", "box_title", "link_title", "notes", "number", "outline"]

# Deeper levels of the outline are not indented further, so that its size stays in proportion.
DEEPEST_INDENT = 12
# What is said of a link that stands for a way over nodes that are not drawn.
THROUGH = "through levels not shown"
# Of many places at which links fail the legend names so many, and so many of the conditions of links.
MOST_PLACES = 4
MOST_CONDITIONS = 3
# What a bar of blocks is drawn with; the number behind it says the same.
_BAR = "▮▯ "
_NOTHING = Overlay()


def number(value: float) -> str:
    """A number as people write it: ``18``, ``12.5``, ``1,540``."""
    return f"{int(value):,}" if value == int(value) and abs(value) < 1e15 else repr(float(value))


def notes(node: Any, role: str, theory: Any) -> list[str]:
    """The small lines under the words of a box: for whom, from where to where, by when, what is open."""
    out: list[str] = []
    if role == "aim":
        population = getattr(node, "population", None)
        if population:
            out.append(f"For: {population}")
        target = _target(node, theory)
        if target:
            out.append(target)
        by = getattr(node, "by", None)
        if by is not None:
            out.append(f"By: {by.isoformat() if hasattr(by, 'isoformat') else by}")
    if node.undeveloped:
        out.append(f"Still open: {node.undeveloped}")
    return out


def _target(aim: Any, theory: Any) -> str:
    """``Measure: 30-day readmissions, 18 → 12 %``, as far as it is known; no line breaks within the numbers."""
    measure = None
    if getattr(aim, "measure", None):
        measure = next((m for m in getattr(theory, "measures", ()) if m.id == aim.measure), None)
    baseline = getattr(aim, "baseline", None)
    target = getattr(aim, "target", None)
    if measure is not None:
        baseline = measure.baseline if baseline is None else baseline
        target = measure.target if target is None else target
    unit = getattr(measure, "unit", None)
    if baseline is not None and target is not None:
        change = f"{number(baseline)}\u00a0→\u00a0{number(target)}"
    elif target is not None:
        change = f"target\u00a0{number(target)}"
    elif baseline is not None:
        change = f"from\u00a0{number(baseline)}"
    else:
        change = ""
    if change and unit:
        change += f"\u00a0{unit}"
    if measure is None:
        return change[:1].upper() + change[1:]
    return f"Measure: {measure.name}, {change}" if change else f"Measure: {measure.name}"


def box_title(node: Any) -> str:
    """What a reader sees who hovers over a box: all its words, and what else is known of it."""
    lines = [node.text]
    if node.detail:
        lines.append(node.detail)
    if node.owner:
        lines.append(f"Owner: {node.owner}")
    if node.status:
        lines.append(f"Status: {STATUS_WORDS[node.status]}")
    if node.tags:
        lines.append("Tags: " + ", ".join(node.tags))
    if node.undeveloped:
        lines.append(f"Still open: {node.undeveloped}")
    return "\n".join(lines)


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split()) if "\n" in text or "\t" in text else text


def link_title(cause: str, effect: str, drawn: Link) -> str:
    """What a reader sees who hovers over a link: the hypothesis in the words of its nodes, a line each."""
    if drawn.measures:
        return f"{cause} is a measure of: {effect}"
    title = f"{cause} → {effect}"
    link = drawn.link
    said = []
    if drawn.through:
        said.append(THROUGH)
    if link.strength:
        said.append(str(link.strength))
    if link.because:
        said.append(f"because {one_line(link.because)}")
    if link.only_where:
        said.append(f"only where {one_line(link.only_where)}")
    if link.fails_at:
        said.append(f"does not hold at: {', '.join(map(one_line, link.fails_at))}")
    elif drawn.fails:
        said.append("known to fail somewhere; where is not said")
    return f"{title}: {'; '.join(said)}" if said else title


def fails(links: Sequence[Link]) -> str:
    """What the legend says of the links that are known not to hold somewhere: at which places."""
    failing = [drawn for drawn in links if drawn.fails]
    places = list(dict.fromkeys(one_line(place) for drawn in links for place in drawn.link.fails_at))
    meant = list(dict.fromkeys(one_line(one.link.only_where) for one in failing if one.link.only_where))
    only = f"; meant to hold only where: {'; '.join(meant[:MOST_CONDITIONS])}" if meant else ""
    only += f"; and {len(meant) - MOST_CONDITIONS:,} more" if len(meant) > MOST_CONDITIONS else ""
    if not places:
        return f"is known to fail somewhere{only}"
    told = ", ".join(places[:MOST_PLACES])
    more = f" and {len(places) - MOST_PLACES:,} more" if len(places) > MOST_PLACES else ""
    if len(failing) == 1:
        return f"does not hold at: {told}{more}{only}"
    return f"does not hold everywhere, not at: {told}{more}{only}"


def conditions(links: Sequence[Link]) -> str:
    """What the legend says of links that hold only under a condition: the conditions, in the words of their writer."""
    found = list(
        dict.fromkeys(one_line(one.link.only_where) for one in links if one.link.only_where and not one.fails)
    )
    told = "; ".join(found[:MOST_CONDITIONS])
    more = f"; and {len(found) - MOST_CONDITIONS:,} more" if len(found) > MOST_CONDITIONS else ""
    return f"holds only where: {told}{more}"


def _bracketed(said: Sequence[str]) -> str:
    return f" [{'; '.join(said)}]" if said else ""


def laid_over(overlay: Overlay, id: str) -> str:
    """What an overlay says of a node, in words: its marks, the lines under its words and the rows of its measures."""
    lines = [one_line(note.lstrip(_BAR)).replace("\u00a0", " ") for note in overlay.notes.get(id, ())]
    lines += [one_line(str(row)) for row in overlay.readings.get(id, ())]
    marks = [overlay.words[mark] for mark in overlay.marks.get(id, ()) if overlay.words.get(mark)]
    known = "\n".join(lines).casefold()
    return "; ".join(dict.fromkeys([*(mark for mark in marks if mark.casefold() not in known), *lines]))


def laid_over_link(overlay: Overlay, cause: str, effect: str) -> str:
    """What an overlay says of a link, in words: its marks, its sign and the counts beside that."""
    pair = (cause, effect)
    sign = overlay.link_signs.get(pair, "")
    marks = dict.fromkeys([*overlay.link_marks.get(pair, ()), sign])
    said = [overlay.words[mark] for mark in marks if overlay.words.get(mark)]
    counts = overlay.link_counts.get(pair, "") if sign else ""
    return " ".join(filter(None, ("; ".join(said), counts)))


def outline(plan: Plan, order: Sequence[int], overlay: Overlay = _NOTHING) -> str:
    """The theory as an indented text: each node under what it contributes to, with what an overlay says of it.

    A node is told in full once; where it is met again, its id points back. ``order`` is the order
    of the nodes on the picture.
    """
    rank = {v: i for i, v in enumerate(order)}
    causes: dict[int, list[int]] = {}
    has_effect: set[int] = set()
    for link in plan.links:
        causes.setdefault(link.effect, []).append(link.cause)
        has_effect.add(link.cause)
    for ends in causes.values():
        ends.sort(key=rank.__getitem__, reverse=True)
    lines: list[str] = []
    told: set[int] = set()

    def tell(start: int) -> None:
        waiting: list[tuple[int, int, str | None]] = [(start, 0, None)]
        while waiting:
            v, depth, above = waiting.pop()
            node = plan.nodes[v]
            indent = "  " * min(depth, DEEPEST_INDENT)
            link = laid_over_link(overlay, node.id, above) if above is not None else ""
            said = [f"link: {link}"] if link else []
            if v in told:
                lines.append(f"{indent}- see {node.id}{_bracketed(said)}")
                continue
            told.add(v)
            if over := laid_over(overlay, node.id):
                said.insert(0, over)
            lines.append(f"{indent}- {node.id}: {one_line(node.text)}{_bracketed(said)}")
            waiting.extend((cause, depth + 1, node.id) for cause in causes.get(v, ()))

    roots = [v for v in order if v not in has_effect]
    for v in roots:
        if v not in plan.orphans:
            tell(v)
    lost = [v for v in roots if v in plan.orphans]
    if lost:
        lines.append("Not linked to an aim:")
        for v in lost:
            tell(v)
    for v in order:  # a ring of nodes has no beginning
        if v not in told:
            tell(v)
    return "\n".join(lines)
