"""``driverkit network spread``: whose work spread where, how fast, and where it stopped."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import tables_options, theme_option
from driverkit.cli.support import examples, theme_named, write
from driverkit.cli.tables import write_tables

__all__ = ["spread"]

_PICTURES = ("svg", "png", "pdf")


@click.command(
    "spread",
    epilog=examples(
        "driverkit network spread wards",
        "driverkit network spread wards -o spread.svg",
        "driverkit network spread wards --format csv --table stops -o stops.csv",
    ),
)
@folder_options
@click.option(
    "--about",
    multiple=True,
    metavar="IDEA",
    help="On a picture only this idea, by its id in the common theory or as member/ID; may be given several times.",
)
@theme_option("How a picture looks")
@tables_options("adoptions", "ideas", "stops", "reach", "faults", pictures=_PICTURES)
def spread(
    folder: str,
    go_on: bool,
    untrusted: bool,
    about: tuple[str, ...],
    theme: str,
    format_: str,
    table: str,
    out: str | None,
) -> None:
    """Say whose work spread where: which cycle adapts which, how fast, how far, and where it stopped.

    It is told from 'adapted_from' in the members' cycles. What members know of each other by talking alone leaves
    no trace. As svg, png or pdf it is drawn: members as rows, days from left to right; there whoever
    is anonymous has a number. Text and tables are the hub's own and name everybody.
    """
    network = read_folder(folder, go_on, untrusted)
    if format_ in _PICTURES:
        from driverkit.charts.spread import spread_chart

        drawn = spread_chart(network, about or None, theme=theme_named(theme, untrusted))
        write(out, drawn.to(format_))
        return
    from driverkit.analysis.diffusion import COLUMNS, diffusion

    found = diffusion(network)
    write_tables(
        out,
        format_,
        table,
        COLUMNS,
        found.rows,
        lambda: str(found),
        title=f"How ideas spread: {network.title}",
    )
