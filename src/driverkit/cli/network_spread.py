"""``driverkit network spread``: whose work spread where, how fast, and where it stopped."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.support import examples
from driverkit.cli.tables import table_options, write_tables

__all__ = ["spread"]


@click.command(
    "spread",
    epilog=examples(
        "driverkit network spread wards",
        "driverkit network spread wards --format csv --table stops -o stops.csv",
    ),
)
@folder_options
@table_options("adoptions", "ideas", "stops", "reach", "faults")
def spread(folder: str, go_on: bool, untrusted: bool, format_: str, table: str, out: str | None) -> None:
    """Say whose work spread where: which cycle adapts which, how fast, how far, and where it stopped.

    It is told from 'adapted_from' in the members' cycles. What members know of each other by talking alone leaves
    no trace.
    """
    from driverkit.analysis.diffusion import COLUMNS, diffusion

    network = read_folder(folder, go_on, untrusted)
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
