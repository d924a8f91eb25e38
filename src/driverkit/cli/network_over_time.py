"""``driverkit network over-time``: how far a network had come as time went on."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import moments_options, tables_or_charts_options
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
@moments_options("quarter", "Count at the end of each.", "Count on this day instead")
@tables_or_charts_options
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
