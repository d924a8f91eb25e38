"""Options that several commands share, each declared once: the same word means the same everywhere.

Those that read alike in every command are decorators (``@from_option``). Those of which a command says a
little itself are functions that make one (``@theme_option("How a chart looks")``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import click

from driverkit.cli.tables import table_format

__all__ = [
    "OverlayOption",
    "across_option",
    "direction_option",
    "findings_options",
    "format_option",
    "format_or_suffix_options",
    "from_option",
    "labels_option",
    "legend_option",
    "moments_options",
    "output_option",
    "outputs_option",
    "page_options",
    "paper_option",
    "scale_option",
    "sheet_options",
    "table_options",
    "tables_format_option",
    "tables_options",
    "tables_or_charts_options",
    "theme_option",
    "to_option",
    "today_option",
    "web_option",
]

F = TypeVar("F", bound=Callable[..., Any])


def _together(*declared: Callable[[Any], Any]) -> Callable[[F], F]:
    """Several options as one, in the order in which the help shows them."""

    def options(command: F) -> F:
        for one in reversed(declared):
            command = one(command)
        return command

    return options


# --- what is read -----------------------------------------------------------------------------------

from_option = click.option(
    "--from",
    "from_",
    metavar="FORMAT",
    help="Format of the input where its name does not say it (such as json).",
)
"""The option ``--from`` of every command that reads a theory."""

web_option = click.option(
    "--untrusted", is_flag=True, help="Read with the limits for strangers' files (dk.Limits.web())."
)
"""The option ``--untrusted`` of every command that reads a theory or a network."""


# --- where a result goes, and as what ---------------------------------------------------------------

output_option = click.option(
    "-o", "--output", "out", metavar="OUT", help="Where to; standard output without it."
)
"""The option ``-o`` of a command with one result that people may want to look at."""


def outputs_option(where: str, *, required: bool = False) -> Callable[[F], F]:
    """The option ``-o`` of a command that writes its result in several formats at once.

    Args:
        where: which formats there are.
        required: a picture that was sent nowhere would be drawn for nothing.
    """
    return click.option(
        "-o",
        "--output",
        "outs",
        metavar="OUT",
        multiple=True,
        required=required,
        help=f"Where to{where}; may be given several times.",
    )


to_option = click.option(
    "--to", metavar="FORMAT", help="The format, where the name of OUT does not say it, such as svg or png."
)
"""The option ``--to`` of a command that draws."""


def format_option(
    *formats: str, default: str | None = "text", help: str = "For people, for spreadsheets, or for programs."
) -> Callable[[F], F]:
    """The option ``--format`` with the formats that a command writes.

    Args:
        formats: their names.
        default: which it is unasked; None where OUT says it.
        help: whom they are for.
    """
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=default,
        show_default=default is not None,
        help=help,
    )


def format_or_suffix_options(
    *formats: str, unasked: str = "text", whom: str = "For people, for spreadsheets, or for programs"
) -> Callable[[F], F]:
    """The options ``--format`` and ``-o`` of a command that gets one of these formats, or says no before it begins.

    Args:
        formats: their names.
        unasked: which it is where neither ``--format`` nor the suffix of OUT says one.
        whom: whom they are for.
    """

    def settled(command: F) -> F:
        @wraps(command)
        def with_format(*given: Any, **said: Any) -> Any:
            format_ = table_format(said.pop("format_"), said["out"], formats, unasked=unasked)
            return command(*given, format_=format_, **said)

        return with_format  # type: ignore[return-value]  # what wraps a command is called as it is

    asked = format_option(*formats, default=None, help=f"{whom}; left out, what OUT ends in, else {unasked}.")
    return _together(settled, asked, output_option)


_TABLE = ("text", "csv", "json", "md")
_WHOM = "For people, for spreadsheets, for programs, or for a wiki"

table_options = format_or_suffix_options(*_TABLE, whom=_WHOM)
"""The options ``--format`` and ``-o`` of a command that writes a table."""


def tables_options(*tables: str, pictures: Sequence[str] = ()) -> Callable[[F], F]:
    """The options ``--format``, ``--table`` and ``-o``.

    Args:
        tables: their names; the first is the one that is taken unasked.
        pictures: the formats in which it is drawn too.
    """
    which = click.option(
        "--table",
        type=click.Choice(tables),
        default=tables[0],
        show_default=True,
        help="Which table, as csv or md; json has all of them.",
    )
    whom = f"{_WHOM}, or as a picture" if pictures else _WHOM
    return _together(which, format_or_suffix_options(*_TABLE, *pictures, whom=whom))


tables_format_option = _together(
    click.option(
        "--format",
        "format_",
        metavar="FORMAT",
        help="text, csv, json or md; left out, the suffix of OUT says it.",
    ),
    output_option,
)
"""The options ``--format`` and ``-o`` of a command whose tables are in the format that OUT says."""


def findings_options(command: F) -> F:
    """The options ``--format``, ``--fail-on``, ``--select`` and ``--ignore`` of a command that tells findings."""
    return _together(
        click.option(
            "--format",
            "format_",
            default="text",
            show_default=True,
            metavar="FORMAT",
            help="text, json, sarif or github.",
        ),
        click.option(
            "--fail-on",
            type=click.Choice(["error", "warning", "never"]),
            default="error",
            show_default=True,
            help="Exit with 1 for findings of this severity or above.",
        ),
        click.option(
            "--select",
            multiple=True,
            metavar="CODE",
            help="Only these rules; the beginning of a code will do.",
        ),
        click.option("--ignore", multiple=True, metavar="CODE", help="All but these rules."),
    )(command)


# --- of which day -----------------------------------------------------------------------------------


def today_option(what: str) -> Callable[[F], F]:
    """The option ``--today``; nothing here asks a clock."""
    return click.option("--today", metavar="DATE", help=what)


def moments_options(every: str, help: str, on: str) -> Callable[[F], F]:
    """The options ``--every`` and ``--on``: which moments are looked at.

    Args:
        every: which it is unasked.
        help: what happens at the end of each.
        on: what happens on the days that are named.
    """
    return _together(
        click.option(
            "--every",
            type=click.Choice(["month", "quarter", "year"]),
            default=every,
            show_default=True,
            help=help,
        ),
        click.option("--on", "days", multiple=True, metavar="DATE", help=f"{on}; may be given again."),
    )


# --- how a picture looks ----------------------------------------------------------------------------


def theme_option(what: str = "How it looks") -> Callable[[F], F]:
    """The option ``--theme`` of a command that draws."""
    return click.option(
        "--theme",
        default="default",
        show_default=True,
        metavar="NAME|FILE",
        help=f"{what}: the name of a theme, or a file of your own (.yaml, .json).",
    )


direction_option = click.option(
    "--direction",
    type=click.Choice(["left", "right", "down"]),
    default="left",
    show_default=True,
    help="Where the aim stands: left, right, or on top (down).",
)
"""The option ``--direction`` of a command that draws a diagram."""

legend_option = click.option("--no-legend", is_flag=True, help="Leave the legend out.")
"""The option ``--no-legend`` of a command that draws a diagram."""


def scale_option(of: str, *, default: float | None = 2.0) -> Callable[[F], F]:
    """The option ``--scale`` of a command that draws what becomes a PNG.

    Args:
        of: what is drawn.
        default: the pixels; None where it depends on what is drawn.
    """
    return click.option(
        "--scale",
        type=float,
        default=default,
        show_default=default is not None,
        metavar="N" if default is None else None,
        help=f"Pixels of a PNG for one of the {of}.",
    )


def paper_option(what: str) -> Callable[[F], F]:
    """The option ``--paper`` of a command that draws a diagram."""
    return click.option("--paper", metavar="NAME", help=what)


def labels_option(
    what: str, names: Sequence[str] = ("words", "ids"), default: str | None = "words"
) -> Callable[[F], F]:
    """The option ``--labels`` of a command that draws a diagram many times, each of them small."""
    return click.option(
        "--labels", type=click.Choice(names), default=default, show_default=default is not None, help=what
    )


across_option = click.option(
    "--across", type=click.IntRange(1), metavar="N", help="How many panels stand beside each other."
)
"""The option ``--across`` of a command that draws a sheet of panels."""


sheet_options = _together(
    across_option,
    paper_option("Put it on a3, a4 … (svg and pdf)."),
    theme_option(),
    direction_option,
    legend_option,
    scale_option("picture", default=None),
)
"""How a sheet of panels looks: ``--across``, ``--paper``, ``--theme``, ``--direction``, ``--no-legend``, ``--scale``."""


class OverlayOption(click.Option):
    """An option whose help tells which overlays there are; they are looked up only for the help."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help."""
        from driverkit.overlays import overlays

        names = ", ".join(one.name for one in overlays())
        self.help = f"{(self.help or '').partition(' There are')[0]} There are: {names}."
        return super().get_help_record(ctx)


# --- tables that are charts too, and pages ----------------------------------------------------------

tables_or_charts_options = _together(
    click.option(
        "--format",
        "format_",
        metavar="FORMAT",
        help="text, md, csv, json, svg, png or pdf; left out, text, or what OUT says.",
    ),
    outputs_option(": a table (.txt, .md, .csv, .json) or a chart (.svg, .png, .pdf)"),
    theme_option("How a chart looks"),
)
"""The options ``--format``, ``-o`` and ``--theme`` of a command that writes counts as tables or as charts."""


def page_options(title: str, sections: str) -> Callable[[F], F]:
    """The options ``--title``, ``--sections`` and ``--theme`` of a command that makes a page.

    Args:
        title: what the page is called unasked.
        sections: which sections there are.
    """
    return _together(
        click.option(
            "--title", metavar="TITLE", help=f"What the page is called; left out, as the {title} is."
        ),
        click.option("--sections", metavar="NAMES", help=sections),
        theme_option("How pictures look"),
    )
