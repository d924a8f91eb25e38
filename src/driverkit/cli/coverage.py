"""``driverkit coverage``: what is tested, measured and supported."""

from __future__ import annotations

import click

from driverkit.cli.options import from_option, tables_format_option, web_option
from driverkit.cli.support import colour, examples, read, width, write
from driverkit.cli.tables import table_format

__all__ = ["coverage"]


@click.command(
    epilog=examples(
        "driverkit coverage theory.yaml",
        "driverkit coverage theory.yaml --format csv -o coverage.csv",
        "driverkit coverage theory.yaml --format json | jq .gaps",
    )
)
@click.argument("file")
@tables_format_option
@from_option
@web_option
def coverage(file: str, format_: str | None, out: str | None, from_: str | None, untrusted: bool) -> None:
    """Count what is tested, measured and supported, and list what is missing."""
    from driverkit.analysis import coverage as run
    from driverkit.analysis.report import report

    to_file = out not in (None, "-")
    theory = read(file, from_, untrusted)
    text = report(
        run(theory),
        format=table_format(format_, out),
        colour=not to_file and colour(),
        width=None if to_file else width(),
    )
    write(out, text)
