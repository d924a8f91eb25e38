"""``driverkit render``: the picture of a theory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal

import click
from attrs import evolve

from driverkit.cli.options import (
    OverlayOption,
    direction_option,
    from_option,
    legend_option,
    outputs_option,
    paper_option,
    scale_option,
    theme_option,
    to_option,
    web_option,
)
from driverkit.cli.support import (
    examples,
    format_for,
    one_line,
    read,
    say,
    tell_missing_letters,
    theme_file,
    theme_named,
    width,
    write,
)
from driverkit.errors import UsageError

if TYPE_CHECKING:
    from driverkit.model import Theory
    from driverkit.picture import Pages, Picture

__all__ = ["render"]


@click.command(
    epilog=examples(
        "driverkit render theory.yaml -o theory.svg",
        "driverkit render theory.yaml -o theory.png --scale 3",
        "driverkit render theory.yaml -o wall.pdf -o slides.png -o page.svg",
        "driverkit render theory.yaml -o slides.pptx -o book.pdf --pages primary",
        "driverkit render theory.yaml -o theory.svg --watch",
        "driverkit render theory.yaml -o status.svg --overlay status",
        "driverkit render theory.yaml -o concepts.svg --groups concept",
        "driverkit render theory.yaml -o measures.svg --overlay signal --sparkline",
        "driverkit render theory.yaml -o branch.svg --focus P1",
        "driverkit render theory.yaml -o fishbone.svg --view fishbone",
        "driverkit render theory.yaml -o - --to txt",
        "cat theory.yaml | driverkit render - -o - --to svg > theory.svg",
    )
)
@click.argument("file")
@outputs_option("; the suffix says the format, and - is standard output", required=True)
@to_option
@click.option(
    "--view",
    default="drivers",
    show_default=True,
    metavar="NAME",
    help="What is drawn: drivers (the driver diagram) or fishbone (the problem and its causes).",
)
@theme_option()
@direction_option
@click.option(
    "--overlay",
    cls=OverlayOption,
    default="none",
    show_default=True,
    metavar="NAME",
    help="What is laid over the boxes and links.",
)
@click.option(
    "--measures",
    type=click.Choice(["none", "strip", "column"]),
    default="none",
    show_default=True,
    help="Where measures stand: as rows with their latest value under what they measure, or in a last column.",
)
@click.option("--sparkline", is_flag=True, help="Draw the series of each measure small.")
@click.option("--numbers", is_flag=True, help="Put 1, 1.1, 1.1.1 before the words.")
@click.option(
    "--groups",
    type=click.Choice(["none", "concept"]),
    default="none",
    show_default=True,
    help="concept: a frame around change ideas of one change concept that stand together.",
)
@click.option("--focus", metavar="ID", help="Only this node with its causes and effects.")
@click.option(
    "--levels", metavar="LEVELS", help="Only these levels: such as 0-2, or 1,change (0 are the aims)."
)
@click.option(
    "--order",
    type=click.Choice(["auto", "file"]),
    default="auto",
    show_default=True,
    help="auto: fewest crossings; file: as written.",
)
@click.option(
    "--engine",
    type=click.Choice(["driverkit", "dot"]),
    default="driverkit",
    show_default=True,
    help="Who draws: driverkit, or Graphviz where it is installed.",
)
@scale_option("picture")
@click.option(
    "--pages",
    type=click.Choice(["auto", "one", "primary"]),
    help="What a format with pages (pdf, pptx, drawio) has: one for everything; primary for an overview and "
    "the primary drivers, each on pages of its own; auto for one, and those too where its text would be too "
    "small on a slide.",
)
@paper_option(
    "Fill a sheet, for SVG and PDF: a4, a3, a2, a1, a0, letter or tabloid; or be a figure of that width: 85mm."
)
@legend_option
@click.option(
    "--watch",
    "watching",
    is_flag=True,
    help="Draw again whenever the file, its data or the theme change, until Ctrl-C.",
)
@from_option
@web_option
@click.pass_context
def render(
    context: click.Context,
    file: str,
    outs: Sequence[str],
    to: str | None,
    view: str,
    theme: str,
    direction: Literal["left", "right", "down"],
    overlay: str,
    measures: str,
    sparkline: bool,
    numbers: bool,
    groups: str,
    focus: str | None,
    levels: str | None,
    order: Literal["auto", "file"],
    engine: Literal["driverkit", "dot"],
    scale: float,
    pages: Literal["auto", "one", "primary"] | None,
    paper: str | None,
    no_legend: bool,
    watching: bool,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Draw the driver diagram of a theory, or another view of it."""
    # The formats are looked at first: a mistake there should cost no drawing.
    wanted = _wanted(file, outs, to)
    if watching and (file == "-" or "-" in outs):
        raise UsageError("--watch needs a file to look at and files to draw into; - is neither.")
    options = {
        "theme": theme,
        "direction": direction,
        "overlay": overlay,
        "measures": measures,
        "sparkline": sparkline,
        "numbers": numbers,
        "groups": groups,
        "focus": focus,
        "levels": _levels(levels),
        "order": order,
        "legend": not no_legend,
        "engine": engine,
    }
    # Views know different options: what nobody asked for is left to the view.
    asked = {name: value for name, value in options.items() if _was_given(context, name)}

    def make(note: Callable[[Path], None]) -> str:
        return _draw(file, wanted, view, asked, scale, pages, paper, from_, untrusted, note)

    if watching:
        from driverkit.cli.watching import watch

        watch(make)
    else:
        make(lambda path: None)


def _draw(
    file: str,
    wanted: Sequence[tuple[str, str]],
    view: str,
    asked: dict[str, Any],
    scale: float,
    pages: Literal["auto", "one", "primary"] | None,
    paper: str | None,
    from_: str | None,
    untrusted: bool,
    note: Callable[[Path], None],
) -> str:
    """Draw everything, then write it; ``note`` is told of each file before it is read."""
    from driverkit.picture import view as view_of

    note(Path(file))
    if "theme" in asked:
        own = theme_file(asked["theme"])
        if own is not None:
            note(own)
        asked = {**asked, "theme": theme_named(asked["theme"], untrusted)}
    theory = read(file, from_, untrusted)
    for measure in theory.measures:
        if isinstance(measure.data, str):
            note(Path(file).resolve().parent / measure.data)  # beside the file that a link leads to
    picture = view_of(view, asked)(theory, **asked)
    if paper is not None:
        other = [format_ for _, format_ in wanted if format_ not in ("svg", "pdf")]
        if other:
            raise UsageError(f"--paper is for SVG and PDF; {other[0]!r} has no sheet of paper.")
        picture = picture.on(paper)
        _tell_small_figure(picture, paper)
    drawn = [(out, _drawn(picture, out, format_, scale, pages)) for out, format_ in wanted]
    for out, data in drawn:
        write(out, data)
    _tell_what_did_nothing(theory, asked, wanted)
    _tell_small_text(picture, [format_ for _, format_ in wanted], pages, paper)
    tell_missing_letters(picture.missing_letters(), [format_ for _, format_ in wanted])
    return f"drawn {', '.join(out for out, _ in wanted)}."


def _tell_what_did_nothing(theory: Theory, asked: dict[str, Any], wanted: Sequence[tuple[str, str]]) -> None:
    """Say so where somebody asked to see something, and there is nothing of it to be seen."""
    from driverkit.overlays import overlay as overlay_of
    from driverkit.picture import picture_formats

    overlay = asked.get("overlay", "none")
    wants_measures = asked.get("measures", "none") != "none" or asked.get("sparkline") or overlay == "signal"
    if wants_measures and not theory.measures:
        say("The theory has no measures, so none is drawn.")
    elif overlay != "none":
        made = overlay_of(theory, overlay)
        if made is not None and not (made.marks or made.notes or made.link_marks or made.readings):
            say(f"There is nothing for the overlay {overlay!r} to show.")
    for out, format_ in wanted:
        suffix = PurePath(out).suffix.lower().lstrip(".")
        if out != "-" and suffix and suffix not in (format_, "gv") and suffix in picture_formats():
            say(one_line(f"{out} holds {format_}, whatever its name says."))


def _drawn(
    picture: Picture, out: str, format_: str, scale: float, pages: Literal["auto", "one", "primary"] | None
) -> str | bytes:
    """A picture in a format; a tree of words is as wide as the terminal that it goes to."""
    columns = width() if out == "-" and format_ == "txt" else None
    return picture.to(format_, scale=scale, pages=pages) if columns is None else picture.txt(width=columns)


def _tell_small_figure(picture: Picture, paper: str) -> None:
    """Say how small the words of a figure are, where they can hardly be read."""
    from driverkit.picture import PAPERS, SMALLEST_IN_FIGURE
    from driverkit.renderers.shapes import shown
    from driverkit.renderers.sheets import smallest_text

    drawn = picture.diagram
    if paper.lower() in PAPERS or drawn.paper is None:
        return
    _, _, width, height = shown(drawn, picture.theme)
    small = smallest_text(drawn) * min(1.0, drawn.paper[0] / width, drawn.paper[1] / height)
    if 0 < small < SMALLEST_IN_FIGURE - 0.5:
        say(
            f"In a figure of {paper} the smallest words have {small:.1f} points; a wider one, or less on it (--levels, --focus), has larger ones."
        )


def _tell_small_text(
    picture: Picture, formats: Sequence[str], pages: Pages | None, paper: str | None
) -> None:
    """Say how small the text is on slides, and on sheets of paper, where it can hardly be read."""
    from driverkit.renderers import renderers

    for one in renderers():
        if one.name in formats and one.sheet:
            _tell_small_slides(picture, one.sheet, pages or "auto")
    if "pdf" in formats or (paper is not None and "svg" in formats):
        _tell_small_paper(picture, formats, pages or "one", paper)


def _tell_small_slides(picture: Picture, sheet: tuple[float, float], pages: Pages) -> None:
    """Say so of the slide of everything, and of those of primary drivers."""
    from driverkit.renderers.sheets import LEGIBLE, smallest_text

    first, *rest = picture.pages(pages, sheet=sheet)
    small = smallest_text(first, sheet)
    if pages != "primary" and 0 < small < LEGIBLE:
        way = (
            "slides of the primary drivers follow it"
            if rest
            else "--pages primary has one slide a primary driver"
        )
        say(f"With everything on one slide the smallest text has {small:.1f} points; {way}.")
    shown = [first, *rest] if pages == "primary" else rest
    least = min(shown, key=lambda one: smallest_text(one, sheet), default=None)
    small = 0.0 if least is None else smallest_text(least, sheet)
    if least is not None and 0 < small < LEGIBLE:
        crowded = sum(smallest_text(one, sheet) < LEGIBLE for one in shown)
        which = (
            f"{crowded} slides"
            if crowded > 1
            else f"the slide {least.label!r}"
            if least.label
            else "the slide"
        )
        say(
            one_line(
                f"On {which} the smallest text has {small:.1f} points; shorter words, or less on it (--levels), would be larger."
            )
        )


def _tell_small_paper(picture: Picture, formats: Sequence[str], pages: Pages, paper: str | None) -> None:
    """Say so of the sheet that was asked for; or, where a PDF is as large as its drawing, of A4 as most people print it."""
    from driverkit.picture import PAPERS, SMALLEST_IN_FIGURE
    from driverkit.renderers.shapes import paper_scale
    from driverkit.renderers.sheets import smallest_text

    if paper is not None and paper.lower() not in PAPERS:
        return  # a figure: told already
    several = "pdf" in formats and pages != "one"
    on = picture if paper is not None else picture.on("a4")
    sheets = picture.pages(pages) if several else [picture.diagram]
    if paper is None:
        sheets = [evolve(one, paper=on.diagram.paper, edge=on.diagram.edge) for one in sheets]
    sizes = [smallest_text(one) * paper_scale(one, picture.theme) for one in sheets]
    small = min(sizes)
    if not 0 < small < SMALLEST_IN_FIGURE - 0.05:
        return
    ways = ["less on a page (--levels, --focus)"]
    if not several and "pdf" in formats:
        ways.insert(0, "--pages primary")
    if paper is None:
        where = "The page of the pdf is as large as its drawing; printed on A4"
        ways.insert(0, "a larger sheet (--paper a3)")
    else:
        where = f"On {paper.upper() if paper[:1] in 'aA' else paper.capitalize()}"
        ways.insert(0, "a larger sheet")
    label = sheets[sizes.index(small)].label
    which = f" of the page {label!r}" if label else ""
    say(
        one_line(
            f"{where} the smallest text{which} has {small:.1f} points; {', '.join(ways)}: each makes it larger."
        )
    )


def _wanted(file: str, outs: Sequence[str], to: str | None) -> list[tuple[str, str]]:
    """Each OUT and the name of its format; what is wrong with any of them is told before anything is drawn."""
    from driverkit.model.values import did_you_mean
    from driverkit.picture import picture_formats
    from driverkit.renderers import renderers

    if to is not None and len(outs) > 1 and "-" not in outs:
        raise UsageError(
            "--to says the format of one OUT; with several, end the name of each with its suffix."
        )
    names = {one.suffix.lstrip("."): one.name for one in renderers()} | {"gv": "dot"}
    names |= {one: one for one in picture_formats()}
    wanted: list[tuple[str, str]] = []
    places: set[Path] = set()
    for out in outs:
        format_ = format_for(out, to if len(outs) == 1 or out == "-" else None).lower().lstrip(".")
        if format_ not in names:
            hint = did_you_mean(format_, names)
            raise UsageError(
                f"No picture format is called {format_!r}.{hint} There are: {', '.join(picture_formats())}."
            )
        place = Path(out).resolve()
        if out != "-" and place == Path(file).resolve():
            raise UsageError(f"{out!r} is the theory itself; draw into another file.")
        if out != "-" and not place.parent.is_dir():
            raise UsageError(f"{out!r} cannot be written: there is no such folder.")
        if place in places:
            raise UsageError(f"{out!r} is named twice; each OUT is a file of its own.")
        places.add(place)
        wanted.append((out, names[format_]))
    return wanted


def _was_given(context: click.Context, name: str) -> bool:
    """Whether an option stands on the command line."""
    source = context.get_parameter_source({"legend": "no_legend"}.get(name, name))
    return source is not click.core.ParameterSource.DEFAULT


def _levels(text: str | None) -> tuple[int | str, ...] | None:
    """``0-2,change`` as (0, 1, 2, "change"); words are looked up where the theory is known."""
    if text is None:
        return None
    chosen: list[int | str] = []
    for part in text.split(","):
        part = part.strip()
        first, dash, last = part.partition("-")
        if part.isdecimal() and len(part) < 7:
            chosen.append(int(part))
        elif part[:1].isalpha():
            chosen.append(part)
        elif (
            dash
            and first.isdecimal()
            and last.isdecimal()
            and len(part) < 15
            and int(first) <= int(last) < 100_000
        ):
            chosen.extend(range(int(first), int(last) + 1))
        else:
            raise UsageError(
                f"{part!r} is no level. Write numbers, ranges such as 0-2, or words such as primary, change."
            )
    return tuple(chosen)
