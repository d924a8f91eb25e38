"""``driverkit network coverage``: what is worked on, tested and confirmed, and whose voices are missing."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import tables_format_option
from driverkit.cli.support import colour, examples, width, write
from driverkit.cli.tables import table_format

__all__ = ["coverage"]


@click.command(
    "coverage",
    epilog=examples(
        "driverkit network coverage wards",
        "driverkit network coverage wards --by perspective",
        "driverkit network coverage wards --by member --format csv -o members.csv",
    ),
)
@folder_options
@click.option(
    "--by",
    type=click.Choice(["node", "team", "member", "context", "perspective", "gap"]),
    help="Only this table; left out, all of them (of csv the nodes).",
)
@tables_format_option
def coverage(
    folder: str, go_on: bool, untrusted: bool, by: str | None, format_: str | None, out: str | None
) -> None:
    """Count what members work on, tested and confirmed: by node, team, member, context and perspective."""
    from driverkit.analysis.network_coverage import BY, network_coverage
    from driverkit.analysis.network_text import network_text

    to_file = out not in (None, "-")
    found = network_coverage(read_folder(folder, go_on, untrusted))
    told = network_text(
        found,
        format=table_format(format_, out),
        table=BY[by] if by is not None else None,
        colour=not to_file and colour(),
        width=None if to_file else width(),
    )
    write(out, told)
