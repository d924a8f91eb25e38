"""``driverkit learning``: what was predicted wrongly, and what was learned."""

from __future__ import annotations

import click

from driverkit.cli.options import format_or_suffix_options, from_option, web_option
from driverkit.cli.support import examples, fitted, read, write

__all__ = ["learning"]


@click.command(
    epilog=examples(
        "driverkit learning theory.yaml",
        "driverkit learning theory.yaml --about P1",
        "driverkit learning theory.yaml --format csv -o learning.csv",
    )
)
@click.argument("file")
@click.option("--about", metavar="ID", help="Only what bears on this node, or on a link 'CAUSE -> EFFECT'.")
@format_or_suffix_options(
    "md", "csv", "json", unasked="md", whom="Text to read, for spreadsheets, or for programs"
)
@from_option
@web_option
def learning(
    file: str, about: str | None, format_: str, out: str | None, from_: str | None, untrusted: bool
) -> None:
    """Tell which predictions were refuted or mixed, what was learned and what was done about it.

    Predictions that were dated after Do are none, and are not told.
    """
    from driverkit.analysis.learning import COLUMNS, learning_rows, learning_text
    from driverkit.analysis.report import table_text

    theory = read(file, from_, untrusted)
    if format_ == "md":
        write(out, fitted(out, learning_text(theory, about=about), markdown=True))
    else:
        write(out, table_text(format_, COLUMNS["learning"], learning_rows(theory, about=about)))
