"""What is true of every diagram that may go on a wall: found by looking at the geometry alone."""

from __future__ import annotations

import random
from collections.abc import Iterator

import driverkit as dk
from driverkit.diagram import Arrow, Box, Diagram, Group
from support.random_theories import random_theory

HARD_WORDS = (
    "x" * 300,
    "https://example.org/" + "a/very/long/path/" * 8 + "?with=query&and=more",
    "患者が自分の計画を理解していることを、退院の前に一緒に確かめる。",
    "👩‍👩‍👧‍👦👨🏽‍⚕️🇩🇰🏴󠁧󠁢󠁳󠁣󠁴󠁿" * 9,
    "فهم المرضى لخطتهم قبل الخروج من المستشفى",
    "Zwei\nZeilen,\n\n\nund\tein Tabulator",
    "a̴̛̗͉̩͊͑̀̀b̸̧̛̪̈́̓c̷̢̪͛̀ d",
    "Krankenhausentlassungsmanagementverantwortliche",
)


def wild_theory(seed: int) -> dk.Theory:
    """A theory with everything in it that makes a drawing hard."""
    rng = random.Random(seed)
    theory = random_theory(
        seed,
        drivers=rng.choice((0, 3, 8, 15, 30)),
        ideas=rng.choice((0, 2, 9, 25, 40)),
        aims=rng.choice((0, 1, 1, 1, 3)),
        levels=rng.choice((1, 2, 3, 5)),
        sharing=rng.choice((0.0, 0.2, 0.5)),
        conditions=0.3,
        orphans=rng.choice((0.0, 0.1)),
    )
    aims = list(theory.aims)
    if len(aims) > 1 and rng.random() < 0.6:
        overall = aims[0].id
        aims = [dk.Aim(a.id, a.text, contributes_to=[overall] if a.id != overall else []) for a in aims]
    drivers: list[dk.Driver] = []
    for d in theory.drivers:
        level, effects = None, list(d.contributes_to)
        if drivers and rng.random() < 0.15:  # a link to any driver before it: beside it, back, or far off
            other = rng.choice(drivers).id
            if other not in [c.to for c in effects]:
                effects.append(dk.Contribution(other))
        if rng.random() < 0.1:
            level = rng.randint(1, 5)
        text = rng.choice(HARD_WORDS) if rng.random() < 0.1 else d.text
        why = "waiting for the survey" if rng.random() < 0.1 else None
        drivers.append(dk.Driver(d.id, text, level=level, contributes_to=effects, undeveloped=why))
    ideas = []
    for c in theory.change_ideas:
        text = rng.choice(HARD_WORDS) if rng.random() < 0.1 else c.text
        ideas.append(dk.ChangeIdea(c.id, text, contributes_to=list(c.contributes_to)))
    return dk.Theory(theory.title, aims=aims, drivers=drivers, change_ideas=ideas)


def points(arrow: Arrow, each: int = 24) -> Iterator[tuple[float, float]]:
    """Points along the curve of a link, close enough to meet any box that it runs through."""
    x0, y0 = arrow.start
    yield x0, y0
    for x1, y1, x2, y2, x3, y3 in arrow.path:
        for i in range(1, each + 1):
            t = i / each
            u = 1 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3
        x0, y0 = x3, y3


def inside(box: Box, x: float, y: float, by: float = 0.5) -> bool:
    """Whether a point lies within a box, and not merely on its edge."""
    return box.x + by < x < box.x + box.width - by and box.y + by < y < box.y + box.height - by


def overlaps(drawn: Diagram) -> list[tuple[str, str]]:
    """Pairs of boxes that lie upon each other, or nearer than a hair."""
    out = []
    for i, a in enumerate(drawn.boxes):
        for b in drawn.boxes[i + 1 :]:
            apart_x = a.x + a.width + 2 <= b.x or b.x + b.width + 2 <= a.x
            apart_y = a.y + a.height + 2 <= b.y or b.y + b.height + 2 <= a.y
            if not (apart_x or apart_y):
                out.append((a.id, b.id))
    return out


def text_outside(drawn: Diagram) -> list[tuple[str, str]]:
    """Lines that reach out of their box, or headings and titles that reach out of the picture."""
    out = []
    for box in drawn.boxes:
        for line in box.lines:
            high = line.y - 0.93 * line.size
            low = line.y + 0.24 * line.size
            if (
                line.x < box.x + 1
                or line.x + line.width > box.x + box.width - 1
                or high < box.y - 0.5
                or low > box.y + box.height + 0.5
            ):
                out.append((box.id, line.text))
    out += [
        (group.id, line.text)
        for group in drawn.groups
        for line in group.lines
        if line.x < group.x + 1
        or line.x + line.width > group.x + group.width - 1
        or line.y - 0.93 * line.size < group.y - 0.5
        or line.y + 0.24 * line.size > group.y + group.height + 0.5
    ]
    loose = [*drawn.header, *(entry.line for entry in drawn.legend)]
    loose += [line for column in drawn.columns for line in column.heading]
    out += [
        ("picture", line.text)
        for line in loose
        if line.x < 0 or line.x + line.width > drawn.width or line.y > drawn.height
    ]
    return out


def links_through_boxes(drawn: Diagram) -> list[tuple[str, str, str]]:
    """Links that run through a box: cause, effect and the box."""
    out = []
    for arrow in drawn.arrows:
        track = list(points(arrow))
        low_x, high_x = min(x for x, _ in track), max(x for x, _ in track)
        low_y, high_y = min(y for _, y in track), max(y for _, y in track)
        for box in drawn.boxes:
            if box.x > high_x or box.x + box.width < low_x or box.y > high_y or box.y + box.height < low_y:
                continue
            if any(inside(box, x, y) for x, y in track):
                out.append((arrow.cause, arrow.effect, box.id))
    return out


def loose_ends(drawn: Diagram) -> list[tuple[str, str]]:
    """Links that do not begin on the edge of their cause and end on the edge of their effect."""
    box = {b.id: b for b in drawn.boxes}
    out = []
    for arrow in drawn.arrows:
        ends = ((box[arrow.cause], *arrow.start), (box[arrow.effect], *arrow.path[-1][4:]))
        for b, x, y in ends:
            on_x = min(abs(x - b.x), abs(x - b.x - b.width)) < 0.02 and b.y < y < b.y + b.height
            on_y = min(abs(y - b.y), abs(y - b.y - b.height)) < 0.02 and b.x < x < b.x + b.width
            if not (on_x or on_y):
                out.append((arrow.cause, arrow.effect))
    return out


def _meet(a: Box | Group, b: Box | Group, by: float = 2.0) -> bool:
    """Whether two areas lie upon each other, or nearer than that."""
    return (
        a.x < b.x + b.width + by
        and b.x < a.x + a.width + by
        and a.y < b.y + b.height + by
        and b.y < a.y + a.height + by
    )


def astray(drawn: Diagram) -> list[tuple[str, str]]:
    """Frames that do not hold their boxes, or that a box of another frame or of none reaches into, and frames upon frames."""
    out = []
    for group in drawn.groups:
        right, low = group.x + group.width, group.y + group.height
        for box in drawn.boxes:
            holds = (
                group.x < box.x and box.x + box.width < right and group.y < box.y and box.y + box.height < low
            )
            if not holds if box.id in group.members else _meet(group, box):
                out.append((group.id, box.id))
        out += [(group.id, other.id) for other in drawn.groups if other is not group and _meet(group, other)]
        if not (group.x >= 0 and right <= drawn.width and group.y >= 0 and low <= drawn.height):
            out.append((group.id, "picture"))
        # No heading and no title may lie under it, and no line of the legend.
        loose = [*drawn.header, *(entry.line for entry in drawn.legend)]
        loose += [line for column in drawn.columns for line in column.heading]
        out += [
            (group.id, line.text)
            for line in loose
            if line.x < right
            and group.x < line.x + line.width
            and line.y - 0.75 * line.size < low
            and group.y < line.y + 0.24 * line.size
        ]
    return out


def links_through_names(drawn: Diagram) -> list[tuple[str, str, str]]:
    """Links that run through the name of a frame: cause, effect and the frame."""
    out = []
    for arrow in drawn.arrows:
        track = list(points(arrow))
        for group in drawn.groups:
            for line in group.lines:
                top, low = line.y - 0.75 * line.size, line.y
                if any(line.x < x < line.x + line.width and top < y < low for x, y in track):
                    out.append((arrow.cause, arrow.effect, group.id))
                    break
    return out
