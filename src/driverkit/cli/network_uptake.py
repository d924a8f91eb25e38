"""``driverkit network uptake``: recommendations, and what became of them."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import tables_options
from driverkit.cli.support import examples
from driverkit.cli.tables import write_tables

__all__ = ["uptake"]


@click.command(
    "uptake",
    epilog=examples(
        "driverkit network uptake wards",
        "driverkit network uptake wards --format md --table each -o advice.md",
    ),
)
@folder_options
@tables_options("counts", "each")
def uptake(folder: str, go_on: bool, untrusted: bool, format_: str, table: str, out: str | None) -> None:
    """Count what became of recommendations: all, by whom they were for, by year and by node.

    Told are those of the network's file, of the common theory and of the members. Each uptake is a test of a
    conjecture: what was found out since about the nodes of a recommendation stands beside it.
    """
    from driverkit.analysis.uptake import COLUMNS
    from driverkit.analysis.uptake import uptake as counted

    network = read_folder(folder, go_on, untrusted)
    found = counted(network)
    write_tables(
        out, format_, table, COLUMNS, found.rows, found.text, title=f"Recommendations: {network.title}"
    )
