"""``driverkit network over-time``: how far a network had come as time went on."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.over_time import written
from driverkit.cli.support import examples, theme_named

__all__ = ["over_time"]


@click.command(
    "over-time",
    epilog=examples(
        "driverkit network over-time wards",
        "driverkit network over-time wards -o network.svg",
        "driverkit network over-time wards --what predictions --every year -o held.svg -o held.csv",
    ),
)
@folder_options
@click.option(
    "--what",
    default="members",
    show_default=True,
    metavar="NAME",
    help="What is counted: members; or of the whole network as one theory: learning, coverage, gaps, belief, predictions.",
)
@click.option(
    "--every",
    type=click.Choice(["month", "quarter", "year"]),
    default="quarter",
    show_default=True,
    help="Count at the end of each.",
)
@click.option(
    "--on", "days", multiple=True, metavar="DATE", help="Count on this day instead; may be given again."
)
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    help="text, md, csv, json, svg, png or pdf; left out, text, or what OUT says.",
)
@click.option(
    "-o",
    "--output",
    "outs",
    metavar="OUT",
    multiple=True,
    help="Where to: a table (.txt, .md, .csv, .json) or a chart (.svg, .png, .pdf); may be given several times.",
)
@click.option("--theme", default="default", show_default=True, metavar="NAME|FILE", help="How a chart looks.")
def over_time(
    folder: str,
    go_on: bool,
    untrusted: bool,
    what: str,
    every: str,
    days: tuple[str, ...],
    format_: str | None,
    outs: tuple[str, ...],
    theme: str,
) -> None:
    """Count how far a network had come as time went on, as a table or a chart."""
    options: dict[str, object] = {"every": every}
    if days:
        options["dates"] = days
    found = read_folder(folder, go_on, untrusted)
    written(found, what, options, outs, format_, theme_named(theme, untrusted))
