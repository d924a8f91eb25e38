"""Where things go: boxes, arrows and columns with sizes, positions and roles.

A `Diagram` is computed once from a theory, in no drawing language and with no colour. Renderers
see only this and a theme, so a new drawing language is written without knowing what a driver is.

All lengths are in CSS pixels (96 to the inch); y grows downwards; positions are absolute.
"""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

__all__ = ["Arrow", "Box", "Column", "Diagram", "Dot", "Group", "LegendEntry", "Spark", "TextLine"]

Strength = Literal["strong", "moderate", "weak"]
Shape = Literal["circle", "square", "triangle", "diamond"]


@frozen
class TextLine:
    r"""One line of text inside a box or a header: left end of the baseline, size and weight.

    Attributes:
        text: the words of the line, exactly as they are shown.
        x: left end of the line.
        y: baseline of the line.
        size: font size.
        bold: whether the line is set in the bold face.
        width: the advance width of the line in the bundled font.
        part: what the line is: ``text`` (the node's words), ``note`` (a smaller remark such as an
            aim's target), ``title``, ``subtitle``, ``heading``, ``group`` (the name of a frame).
        rtl: whether the line is to be laid out from right to left; then ``x`` is still its left end.
        joins: how the line goes on from the one above: ``" "`` where a space was broken,
            ``""`` where a long word was cut, ``"\n"`` where the writer began a new line.
    """

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    width: float = 0.0
    part: str = "text"
    rtl: bool = False
    joins: str = " "


@frozen
class Dot:
    """A small sign: a measure in a box, or what is known of a link on its line.

    Attributes:
        x, y: its middle.
        size: its width and height.
        shape: its outline; of a measure the role: ``circle`` outcome, ``square`` process, ``triangle``
            balancing, ``diamond`` where no role is said.
        mark: what is known, such as ``signal-better``; it decides what stands inside the outline, in
            every theme alike, so that it is told without colour. Empty for the outline alone.
        title: what a reader sees who hovers over it.
        words: of a sign on a link the counts beside it, such as ``3+ 1−``: three for, one against.
    """

    x: float
    y: float
    size: float
    shape: Shape = "circle"
    mark: str = ""
    title: str = ""
    words: TextLine | None = None


@frozen
class Spark:
    """A series drawn small, from left to right; the space around it belongs to it alone.

    Attributes:
        x, y, width, height: the space.
        lines: the points of each run of values without a gap, placed within the space.
        title: what a reader sees who hovers over it.
        medians: where it starts, where it ends and how high it is: the median of each phase.
        marked: the points on which a signal rests.
        mark: what the signal says, such as ``signal-better``; it only helps with a colour.
        few: whether there are too few points for a judgement; then each is drawn.
    """

    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()
    title: str = ""
    medians: tuple[tuple[float, float, float], ...] = ()
    marked: tuple[tuple[float, float], ...] = ()
    mark: str = ""
    few: bool = False


@frozen
class Box:
    """One node of the theory with its place on the picture.

    Attributes:
        id: the id of the node in the theory; shown as data, never as an element id.
        role: ``aim``, ``primary``, ``secondary``, ``tertiary``, ``driver-4`` …, ``change``, ``measure``;
            on a fishbone ``problem``, ``category``, ``cause``.
        x, y, width, height: the outer edge of the box.
        lines: the words, wrapped and placed.
        text: the words of the node, whole and unwrapped.
        column: index into ``Diagram.columns``.
        title: what a reader sees who hovers over the box.
        url: an ``http``, ``https`` or ``mailto`` address, or None.
        marks: further roles for the theme, such as ``orphan`` or ``status-adopted``; each is drawn
            by the theme and explained in the legend.
        dots: the signs of its measures, each before the words of a ``note``.
        sparks: the series of its measures, drawn small.
        details: what else is known of the node, each as a label and a text; empty unless asked for.
    """

    id: str
    role: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[TextLine, ...]
    text: str
    column: int
    title: str = ""
    url: str | None = None
    marks: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    dots: tuple[Dot, ...] = ()
    sparks: tuple[Spark, ...] = ()


@frozen
class Arrow:
    """One link: "cause contributes to effect".

    Attributes:
        cause, effect: ids of the boxes that the link joins.
        path: the curve from cause to effect: a start point, then cubic Bézier segments
            ``(x1, y1, x2, y2, x, y)``; a straight piece is a segment whose control points lie on it.
        strength: ``strong``, ``moderate``, ``weak`` or None where the theory does not say.
        conditional: the link holds only under a condition.
        implied: nobody wrote the link; it follows from the rules of the theory file, or stands for a
            way over levels that are not shown (then it has the mark ``through``).
        kind: ``down`` (a cause one level below its effect), ``skip`` (levels are skipped),
            ``same`` (both on one level), ``back`` (the cause is nearer the aim than its effect).
        title: what a reader sees who hovers over the link.
        marks: further roles for the theme.
        dots: signs on the line.
        condition: where alone the link holds, in the words of whoever wrote it.
        details: what else is known of the link, as for a box.
    """

    cause: str
    effect: str
    start: tuple[float, float]
    path: tuple[tuple[float, float, float, float, float, float], ...]
    strength: Strength | None = None
    conditional: bool = False
    implied: bool = False
    kind: str = "down"
    title: str = ""
    marks: tuple[str, ...] = ()
    condition: str = ""
    dots: tuple[Dot, ...] = ()
    details: tuple[tuple[str, str], ...] = ()


@frozen
class Column:
    """A level of the theory: its heading and where it stands."""

    role: str
    heading: tuple[TextLine, ...]
    x: float
    y: float
    width: float
    height: float


@frozen
class Group:
    """Boxes that stand next to each other in a frame of their own, under a name that they share.

    Attributes:
        id: made for the drawing: ``g1``, ``g2`` …
        label: the name, whole and unwrapped.
        kind: what it is the name of, such as ``change concept``.
        members: the ids of the boxes, in the order in which they stand.
        x, y, width, height: the outer edge of the frame.
        lines: the name, wrapped and placed inside the frame.
    """

    id: str
    label: str
    kind: str
    members: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    lines: tuple[TextLine, ...] = ()

    @property
    def title(self) -> str:
        """What a reader sees who hovers over the frame: ``Change concept: standardise``."""
        return f"{self.kind[:1].upper()}{self.kind[1:]}: {self.label}"


@frozen
class LegendEntry:
    """One thing that is drawn and needs a word: a line style, a mark.

    Attributes:
        kind: whether a line, a box, a dot or a small series is shown.
        key: the strength, ``conditional``, ``implied``, ``group`` for a frame, or the mark that is explained;
            for a small series what is drawn of it: ``line``, ``line-median`` or ``line-median-signal``.
        line: the words; they stand to the right of the sample.
        x, y, width, height: the place of the sample alone.
        shape: the outline of a dot; its key is the mark, or ``measure-`` and the role that the outline tells
            (``role-`` where every sign on the picture has a mark, and so the colour of that mark).
    """

    kind: Literal["line", "box", "dot", "spark"]
    key: str
    line: TextLine
    x: float
    y: float
    width: float
    height: float
    shape: Shape = "circle"


@frozen
class Diagram:
    """Everything that is drawn, and where.

    Attributes:
        width, height: the size of the picture.
        title: the title of the theory.
        header: the lines of the header (title, whether it is an excerpt, revision, date).
        columns, boxes, arrows, legend: what is drawn, in drawing order.
        outline: the theory as an indented outline, for readers who cannot see the picture.
        direction: which way the causes lie: ``right`` of the aim (the default ``left`` to right
            reading has the aim on the left), see `driverkit.diagram`.
        language: the language of the words, where the theory says it.
        kind: what the picture is called where it cannot be seen.
        story: the theory in sentences, a paragraph a line, for the speaker notes of a slide; empty
            unless it was asked for.
        label: what the page shows, where it is one of several: for tabs, bookmarks and titles of slides.
        paper: width and height of the sheet that the whole picture is to fill, in px; None for a sheet
            of its own size.
        edge: how far from the edges of the paper everything that is drawn stays at least, in px.
        groups: the frames around boxes; each box is in one at most.
    """

    width: float
    height: float
    title: str
    header: tuple[TextLine, ...] = ()
    columns: tuple[Column, ...] = ()
    boxes: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    legend: tuple[LegendEntry, ...] = field(default=())
    outline: str = ""
    direction: Literal["left", "right", "down"] = "left"
    language: str | None = None
    kind: str = "Driver diagram"
    story: str = ""
    label: str = ""
    paper: tuple[float, float] | None = None
    edge: float = 0.0
    groups: tuple[Group, ...] = ()
