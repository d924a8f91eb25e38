"""How roles look. A theme is data only: colours, widths and dashes, and nothing that could run.

A theme never says *what* is drawn or where; that is the diagram. It answers four questions: how does
a box of this role look, what do its marks change, how does a link of this strength look, and in which
colours are the words around them set.

>>> from driverkit.themes import theme
>>> theme("default").box("aim").fill
'#17475e'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, get_args

import attrs
from attrs import field, frozen

from driverkit.diagram.model import Arrow
from driverkit.errors import UsageError
from driverkit.model.values import did_you_mean
from driverkit.shelves import collect

__all__ = [
    "MARKS",
    "ROLES",
    "BoxStyle",
    "LineStyle",
    "MarkStyle",
    "Theme",
    "contrast",
    "theme",
    "themes",
]

Band = Literal["none", "empty", "half", "upper", "middle", "full", "sides", "striped", "crossed"]
"""What stands at the inner edge of a marked box, so that the mark survives grey printing."""

ROLES = (
    *("aim", "primary", "secondary", "tertiary", "deeper", "change", "measure"),
    *("problem", "category", "cause"),
)
"""The roles that every theme fills; drivers below the third level are drawn as ``deeper``."""

MARKS = (
    "orphan",
    "undeveloped",
    "abandoned",
    "status-proposed",
    "status-testing",
    "status-adopted",
    "status-abandoned",
    "evidence-supports",
    "evidence-mixed",
    "evidence-contradicts",
    "evidence-none",
    "coverage-none",
    "coverage-some",
    "coverage-full",
    "signal-better",
    "signal-worse",
    "signal-none",
    "work-on",
    "work-tested",
    "work-held",
    "owner-1",
    "owner-2",
    "owner-3",
    "owner-4",
    "owner-5",
    "owner-6",
    "owner-none",
    "measure-outcome",
    "measure-process",
    "measure-balancing",
    "added",
    "removed",
    "changed",
    "learned",
    "through",
    "fails",
    "suspect",
    "measures",
    "unaddressed",
    "bone",
    "focus",
    "faded",
)
"""The marks that the built-in themes know. A mark that a theme does not know changes nothing."""

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)


def _colour(instance: object, attribute: attrs.Attribute[str], value: object) -> None:
    # A closed set: a colour that could carry anything but six hexadecimal digits would be a way
    # out of the attribute it is written into.
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise UsageError(
            f"{value!r} is no colour for {attribute.name!r}. Write six hexadecimal digits, such as '#17475e'."
        )


def _colour_or_none(instance: object, attribute: attrs.Attribute[str | None], value: object) -> None:
    if value is not None:
        _colour(instance, attribute, value)  # type: ignore[arg-type]  # the same attribute, narrowed


def _length(instance: object, attribute: attrs.Attribute[float], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise UsageError(f"{value!r} is no length for {attribute.name!r}. Give pixels between 0 and 100.")


def _length_or_none(instance: object, attribute: attrs.Attribute[float | None], value: object) -> None:
    if value is not None:
        _length(instance, attribute, value)  # type: ignore[arg-type]  # the same attribute, narrowed


def _dash(instance: object, attribute: attrs.Attribute[tuple[float, ...]], value: tuple[float, ...]) -> None:
    for length in value:
        _length(instance, attribute, length)  # type: ignore[arg-type]  # only its name is read
    if value and not any(value):
        raise UsageError(f"The dashes of {attribute.name!r} have no length; give at least one above 0.")


def _dash_or_none(
    instance: object, attribute: attrs.Attribute[tuple[float, ...] | None], value: tuple[float, ...] | None
) -> None:
    if value is not None:
        _dash(instance, attribute, value)  # type: ignore[arg-type]  # the same attribute, narrowed


def _numbers(value: Iterable[float]) -> tuple[float, ...]:
    return tuple(value)


def _numbers_or_none(value: Iterable[float] | None) -> tuple[float, ...] | None:
    return None if value is None else tuple(value)


def contrast(one: str, other: str) -> float:
    """How well two colours can be told apart, from 1 to 21 (WCAG 2.1)."""
    shades = []
    for colour in (one, other):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        shades.append(0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
    return max(shades) / min(shades)


@frozen(kw_only=True)
class BoxStyle:
    """How a box of one role looks.

    Attributes:
        fill: the ground of the box.
        stroke: its border.
        text: the words.
        note: the smaller remarks inside the box.
        width: of the border.
        radius: of the corners.
        dash: of the border; empty for a solid one.
        band: what stands at the inner edge of the box.
        band_colour: in which colour.
    """

    fill: str = field(validator=_colour)
    stroke: str = field(validator=_colour)
    text: str = field(validator=_colour)
    note: str = field(validator=_colour)
    width: float = field(default=1.25, validator=_length)
    radius: float = field(default=4.0, validator=_length)
    dash: tuple[float, ...] = field(default=(), converter=_numbers, validator=_dash)
    band: Band = field(
        default="none",
        validator=attrs.validators.in_(get_args(Band)),
    )
    band_colour: str = field(default="#000000", validator=_colour)


@frozen(kw_only=True)
class MarkStyle:
    """What a mark changes about a box or a link; None leaves it as the role has it.

    The dash, the width or the band carries the meaning; the colour only helps. So a mark survives a
    grey printer and a reader who does not tell red from green.
    """

    fill: str | None = field(default=None, validator=_colour_or_none)
    stroke: str | None = field(default=None, validator=_colour_or_none)
    text: str | None = field(default=None, validator=_colour_or_none)
    note: str | None = field(default=None, validator=_colour_or_none)
    width: float | None = field(default=None, validator=_length_or_none)
    dash: tuple[float, ...] | None = field(default=None, converter=_numbers_or_none, validator=_dash_or_none)
    band: Band = field(
        default="none",
        validator=attrs.validators.in_(get_args(Band)),
    )
    band_colour: str | None = field(default=None, validator=_colour_or_none)


@frozen(kw_only=True)
class LineStyle:
    """How a link looks: its colour, its width and its dashes (empty for a solid line)."""

    stroke: str = field(validator=_colour)
    width: float = field(default=1.5, validator=_length)
    dash: tuple[float, ...] = field(default=(), converter=_numbers, validator=_dash)


def _pairs(
    value: Mapping[str, MarkStyle] | Iterable[tuple[str, MarkStyle]],
) -> tuple[tuple[str, MarkStyle], ...]:
    return tuple(value.items() if isinstance(value, Mapping) else value)


@frozen(kw_only=True)
class Theme:
    """How everything on a picture looks.

    To change a theme, evolve it: ``attrs.evolve(theme("default"), name="ours", heading="#224466")``.

    Attributes:
        name: what ``--theme`` calls it.
        description: one sentence for the table of themes.
        background: the ground of the picture, also drawn as a halo where links cross.
        title, subtitle: the words of the header.
        heading: the words above a column.
        rule: the thin line below a heading.
        legend: the words of the legend.
        aim, primary, secondary, tertiary, deeper, change, measure: the boxes; ``deeper`` are
            drivers below the third level.
        problem, category, cause: the head of a fishbone, its bones and what hangs on them.
        strong, moderate, weak: links by strength.
        unstated: links of which nobody said how strong they are.
        conditional: the dashes of a link that holds only under a condition.
        implied: a link that nobody wrote and that follows from the rules of the theory file.
        marks: what each mark changes.
        margin: the clear space around a picture of SVG, PNG or PDF in px; 24 is what every picture has, so that more
            changes nothing.
    """

    name: str = field(validator=attrs.validators.matches_re(r"[a-z][a-z0-9-]*"))
    description: str
    background: str = field(validator=_colour)
    title: str = field(validator=_colour)
    subtitle: str = field(validator=_colour)
    heading: str = field(validator=_colour)
    rule: str = field(validator=_colour)
    legend: str = field(validator=_colour)
    aim: BoxStyle
    primary: BoxStyle
    secondary: BoxStyle
    tertiary: BoxStyle
    deeper: BoxStyle
    change: BoxStyle
    measure: BoxStyle
    problem: BoxStyle
    category: BoxStyle
    cause: BoxStyle
    strong: LineStyle
    moderate: LineStyle
    weak: LineStyle
    unstated: LineStyle
    implied: LineStyle
    conditional: tuple[float, ...] = field(default=(7, 3, 1.5, 3), converter=_numbers, validator=_dash)
    marks: tuple[tuple[str, MarkStyle], ...] = field(default=(), converter=_pairs)
    margin: float = field(default=24.0, validator=_length)

    def mark(self, name: str) -> MarkStyle:
        """What the mark ``name`` changes; nothing, where this theme does not know it."""
        return dict(self.marks).get(name, _NOTHING)

    def box(self, role: str, marks: Iterable[str] = ()) -> BoxStyle:
        """How a box of this role looks once its marks have been put on, the last one on top.

        >>> theme("default").box("driver-5") == theme("default").deeper
        True
        """
        style: BoxStyle = getattr(self, role) if role in ROLES else self.deeper
        marks = tuple(marks)
        if not marks:
            return style
        known = dict(self.marks)
        changes: dict[str, Any] = {}
        for name in marks:
            mark = known.get(name)
            if mark is None:
                continue
            for key in ("fill", "stroke", "text", "note", "width", "dash", "band_colour"):
                value = getattr(mark, key)
                if value is not None:
                    changes[key] = value
            if mark.band != "none":
                changes["band"] = mark.band
        if not changes:
            return style
        style = attrs.evolve(style, **changes)
        if any(name in known and _outlines(known[name]) for name in marks):
            solid = contrast(style.fill, self.background) >= _SEEN
            style = attrs.evolve(
                style,
                stroke=_seen(style.stroke, style.fill, self.background),
                # Half of the line lies on the ground of the picture, and half on that of the box.
                width=style.width + 1.5 if solid else style.width,
            )
        if style.band != "none" and contrast(style.band_colour, style.fill) < 2:
            # A strip in the colour of its ground would say nothing; the words can be read on any ground.
            style = attrs.evolve(style, band_colour=style.text)
        return style

    def line(self, arrow: Arrow) -> LineStyle:
        """How a link looks: its strength gives the width, its condition the dashes."""
        style: LineStyle
        if arrow.implied:
            style = self.implied
        elif arrow.strength is None:
            style = self.unstated
        else:
            style = getattr(self, arrow.strength)
        if arrow.conditional:
            style = attrs.evolve(style, dash=self.conditional)
        if arrow.marks:
            known = dict(self.marks)
            for name in arrow.marks:
                mark = known.get(name)
                if mark is not None:
                    changes = {
                        key: value
                        for key in ("stroke", "width", "dash")
                        if (value := getattr(mark, key)) is not None
                    }
                    style = attrs.evolve(style, **changes)
        return style


_NOTHING = MarkStyle()

_SEEN = 3.0
"""The least contrast of a line that says something (WCAG 2.1, non-text contrast)."""


def _outlines(mark: MarkStyle) -> bool:
    """Whether a mark speaks by the outline of a box; one that makes it thin says that the box is in the back."""
    return mark.dash is not None or (mark.width is not None and mark.width >= 1.5)


@cache
def _seen(line: str, fill: str, ground: str) -> str:
    """The colour of an outline, made as much lighter or darker as it takes to be seen on its box and beside it.

    >>> _seen("#8a6a26", "#ffffff", "#ffffff")
    '#8a6a26'
    >>> contrast(_seen("#8a6a26", "#17475e", "#ffffff"), "#17475e") >= 3
    True
    """

    def apart(colour: str) -> float:
        return min(contrast(colour, fill), contrast(colour, ground))

    best = line
    for step in range(1, 257):
        if apart(best) >= _SEEN:
            break
        for end in (255, 0):
            parts = [int(line[at : at + 2], 16) for at in (1, 3, 5)]
            shade = "#" + "".join(f"{round(part + (end - part) * step / 256):02x}" for part in parts)
            best = max(best, shade, key=apart)
    return best


_FORMERLY = {"grey": "print"}
"""Names that themes had, and still answer to."""


def themes() -> tuple[Theme, ...]:
    """Every theme there is: the built-in ones, then those of packages installed beside driverkit."""
    return collect(__name__, Theme)


def theme(name: str | Theme) -> Theme:
    """The theme of that name; a `Theme` is given back as it is.

    >>> theme("drak")
    Traceback (most recent call last):
    ...
    driverkit.errors.UsageError: There is no theme 'drak'. Did you mean 'dark'? There are: dark, default, paper, plain, print.
    """
    if isinstance(name, Theme):
        return name
    if not isinstance(name, str):
        raise UsageError(
            f"A theme is a name or a Theme, not a {type(name).__name__}. dk.theme_from makes one of a mapping or a file."
        )
    shelf = {one.name: one for one in reversed(themes())}
    name = _FORMERLY.get(name, name)
    if name in shelf:
        return shelf[name]
    hint = did_you_mean(name, shelf)
    if name.lower().endswith((".yaml", ".yml", ".json")):
        hint = f" Is a file meant? dk.theme_from({name!r}) reads it."
    raise UsageError(f"There is no theme {name!r}.{hint} There are: {', '.join(sorted(shelf))}.")
