"""``driverkit network held``: which changes held where, and under what conditions."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import tables_options
from driverkit.cli.support import examples
from driverkit.cli.tables import write_tables

__all__ = ["held"]


@click.command(
    "held",
    epilog=examples(
        "driverkit network held wards",
        "driverkit network held wards --by coach --about C1",
        "driverkit network held wards --format csv --table values -o held.csv",
    ),
)
@folder_options
@click.option(
    "--about",
    multiple=True,
    metavar="ID",
    help="Only this idea, driver, aim or link 'CAUSE -> EFFECT' of the common theory, or a member's own idea as member/ID; may be given several times.",
)
@click.option(
    "--by",
    multiple=True,
    metavar="NAME",
    help="Only this context, conditions or only_where; may be given several times.",
)
@tables_options("patterns", "values")
def held(
    folder: str,
    go_on: bool,
    untrusted: bool,
    about: tuple[str, ...],
    by: tuple[str, ...],
    format_: str,
    table: str,
    out: str | None,
) -> None:
    """Say which changes held where: by the context of members, the conditions of tests, and where links hold.

    Members are counted: an idea held in one where more than half of its judged predictions there did. What is told
    apart from chance (Fisher's exact test, Holm's correction) is exploratory: a reason for a test.
    """
    from driverkit.analysis.held_where import COLUMNS, held_where

    network = read_folder(folder, go_on, untrusted)
    found = held_where(network, about or None, by=by or None)
    write_tables(
        out,
        format_,
        table,
        COLUMNS,
        found.rows,
        lambda: str(found),
        title=f"Where changes held: {network.title}",
    )
