"""``driverkit report``: one self-contained page about a theory."""

from __future__ import annotations

import click

from driverkit.cli.options import (
    OverlayOption,
    from_option,
    output_option,
    page_options,
    today_option,
    web_option,
)
from driverkit.cli.support import day, examples, read, theme_named, write

__all__ = ["report"]


@click.command(
    epilog=examples(
        "driverkit report theory.yaml -o theory.html",
        "driverkit report theory.yaml -o board.html --sections summary,diagram,next,measures",
        "driverkit report theory.yaml -o theory.html --today 2026-03-01",
    )
)
@click.argument("file")
@output_option
@page_options(
    "theory",
    "Only these, in this order, with commas between: summary, diagram, next, words, measures, predictions, "
    "belief, coverage, findings, causes, audit, people, log.",
)
@click.option(
    "--overlay",
    cls=OverlayOption,
    default="status",
    show_default=True,
    metavar="NAME",
    help="What is laid over the diagram.",
)
@click.option("--profile", default="default", show_default=True, metavar="NAME", help="Which set of checks.")
@click.option("--rule", default="anhoej", show_default=True, metavar="NAME", help="Which run chart rule.")
@today_option("The day of the report, such as 2026-03-01; dates that have passed are told then.")
@from_option
@web_option
def report(
    file: str,
    out: str | None,
    title: str | None,
    sections: str | None,
    theme: str,
    overlay: str,
    profile: str,
    rule: str,
    today: str | None,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Tell a whole theory on one page: diagram, findings, coverage, charts, PDSA log.

    The page is one HTML file without scripts that asks for nothing outside itself, and prints well.
    """
    from driverkit.reporting import report as make

    chosen = None if sections is None else [name.strip() for name in sections.split(",") if name.strip()]
    page = make(
        read(file, from_, untrusted),
        title=title,
        sections=chosen,
        theme=theme_named(theme, untrusted),
        overlay=overlay,
        profile=profile,
        rule=rule,
        today=day(today),
    )
    write(out, page.html)
