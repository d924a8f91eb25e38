"""``driverkit narrative``: the theory as sentences."""

from __future__ import annotations

import click

from driverkit.cli.options import from_option, output_option, web_option
from driverkit.cli.support import examples, fitted, read, write

__all__ = ["narrative"]


@click.command(
    epilog=examples(
        "driverkit narrative theory.yaml",
        "driverkit narrative theory.yaml -o theory.md",
        "driverkit narrative theory.yaml --levels 1",
        "driverkit narrative theory.yaml --focus P1",
    )
)
@click.argument("file")
@output_option
@click.option(
    "--levels",
    type=click.IntRange(min=0),
    metavar="N",
    help="How deep to tell: 0 the aims alone, 1 the primary drivers too …; then no change ideas.",
)
@click.option("--focus", metavar="ID", help="Only this node and what is below it.")
@from_option
@web_option
def narrative(
    file: str, out: str | None, levels: int | None, focus: str | None, from_: str | None, untrusted: bool
) -> None:
    """Tell the theory as sentences, in Markdown: what is believed, why, and what tests found."""
    from driverkit.analysis import narrative as tell

    told = tell(read(file, from_, untrusted), levels=levels, focus=focus)
    write(out, fitted(out, told, markdown=True))
