"""``driverkit network pool``: what each member found out, and how far members differ."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import tables_options
from driverkit.cli.support import examples
from driverkit.cli.tables import write_tables

__all__ = ["pool"]


@click.command(
    "pool",
    epilog=examples(
        "driverkit network pool wards",
        "driverkit network pool wards --about C1 --about M1 --number",
        "driverkit network pool wards --format csv --table measures -o measures.csv",
    ),
)
@folder_options
@click.option(
    "--about",
    multiple=True,
    metavar="ID",
    help="Only this node, measure or link 'CAUSE -> EFFECT' of the common theory, or a member's own idea as member/ID; may be given several times.",
)
@click.option("--links", is_flag=True, help="Tell of links too; they say much the same as their causes.")
@click.option(
    "--number",
    is_flag=True,
    help="Add a pooled number, with how far members differ; needs driverkit[network].",
)
@click.option(
    "--since",
    type=click.Choice(["tested", "adopted"]),
    default="tested",
    show_default=True,
    help="From when on points of a measure count as after: the first test, or the first decision to adopt.",
)
@click.option(
    "--method",
    type=click.Choice(["paule-mandel", "dersimonian-laird"]),
    default="paule-mandel",
    show_default=True,
    help="How the variance between members is estimated.",
)
@click.option(
    "--interval",
    type=click.Choice(["hartung-knapp", "normal"]),
    default="hartung-knapp",
    show_default=True,
    help="How the interval of a pooled number is made.",
)
@tables_options("members", "measures", "between")
def pool(
    folder: str,
    go_on: bool,
    untrusted: bool,
    about: tuple[str, ...],
    links: bool,
    number: bool,
    since: str,
    method: str,
    interval: str,
    format_: str,
    table: str,
    out: str | None,
) -> None:
    """Say what each member found out about the parts of the common theory.

    Each member stands by itself: how many predictions held, with an interval; cycles, sites and scale; and what
    its measures changed by since the first test. A pooled number comes only where it is asked for, with three
    members or more, beside how far they differ.
    """
    from driverkit.analysis.pooled import COLUMNS, pooled

    network = read_folder(folder, go_on, untrusted)
    hub = network.common
    wanted = about or None
    if wanted is None and not links:
        wanted = (*(one.id for one in hub.nodes), *(one.id for one in hub.measures))
    found = pooled(network, wanted, since=since, method=method, interval=interval)
    write_tables(
        out,
        format_,
        table,
        COLUMNS,
        found.rows,
        lambda: found.text(numbers=number),
        title=f"What members of {network.title} found out",
        left_out=() if number else ("between",),
    )
