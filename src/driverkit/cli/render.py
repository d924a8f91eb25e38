"""``driverkit render``: the picture of a theory."""

from __future__ import annotations

from typing import Literal

import click

from driverkit.cli.support import examples, format_for, from_option, one_line, read, say, web_option, write
from driverkit.errors import UsageError

__all__ = ["render"]


@click.command(
    epilog=examples(
        "driverkit render theory.yaml -o theory.svg",
        "driverkit render theory.yaml -o theory.png --scale 3",
        "driverkit render theory.yaml -o status.svg --overlay status",
        "driverkit render theory.yaml -o branch.svg --focus P1",
        "driverkit render theory.yaml -o fishbone.svg --view fishbone",
        "cat theory.yaml | driverkit render - -o - --to svg > theory.svg",
    )
)
@click.argument("file")
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    metavar="OUT",
    help="Where to; the suffix says the format. - for standard output.",
)
@click.option(
    "--to", metavar="FORMAT", help="The format, where the name of OUT does not say it, such as svg or png."
)
@click.option(
    "--view",
    default="drivers",
    show_default=True,
    metavar="NAME",
    help="What is drawn: drivers (the driver diagram) or fishbone (the problem and its causes).",
)
@click.option("--theme", default="default", show_default=True, metavar="NAME", help="How it looks.")
@click.option(
    "--direction",
    type=click.Choice(["left", "right", "down"]),
    default="left",
    show_default=True,
    help="Where the aim stands: left, right, or on top (down).",
)
@click.option(
    "--overlay",
    default="none",
    show_default=True,
    metavar="NAME",
    help="What is laid over the boxes: none, status (what was tried) or owner (which team).",
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
@click.option(
    "--scale", type=float, default=2.0, show_default=True, help="Pixels of a PNG for one of the picture."
)
@click.option("--no-legend", is_flag=True, help="Leave the legend out.")
@from_option
@web_option
@click.pass_context
def render(
    context: click.Context,
    file: str,
    out: str,
    to: str | None,
    view: str,
    theme: str,
    direction: Literal["left", "right", "down"],
    overlay: str,
    focus: str | None,
    levels: str | None,
    order: Literal["auto", "file"],
    engine: Literal["driverkit", "dot"],
    scale: float,
    no_legend: bool,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Draw the driver diagram of a theory, or another view of it."""
    from driverkit.picture import view as view_of

    format_ = format_for(out, to)
    theory = read(file, from_, untrusted)
    options = {
        "theme": theme,
        "direction": direction,
        "overlay": overlay,
        "focus": focus,
        "levels": _levels(levels),
        "order": order,
        "legend": not no_legend,
        "engine": engine,
    }
    # Views know different options: what nobody asked for is left to the view.
    asked = {name: value for name, value in options.items() if _was_given(context, name)}
    picture = view_of(view, asked)(theory, **asked)
    write(out, picture.to(format_, scale=scale))
    missing = picture.missing_letters() if format_.lower().lstrip(".") in ("pdf", "png") else ""
    if missing:
        one = len(missing) == 1
        some = " ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
        count = f"1 character ({some}) is" if one else f"{len(missing)} characters ({some}) are"
        if format_.lower().lstrip(".") == "pdf":
            stand = "stands as an empty box" if one else "stand as empty boxes"
            say(one_line(f"{count} not in the bundled font and {stand}; use svg or png."))
        else:
            drawn = "is drawn" if one else "are drawn"
            say(
                one_line(
                    f"{count} not in the bundled font and {drawn} with the fonts of this machine, "
                    f"or as {'an empty box' if one else 'empty boxes'} where it has none."
                )
            )


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
