"""``driverkit coverage``: what is tested, measured and supported."""

from __future__ import annotations

from pathlib import PurePath

import click

from driverkit.cli.support import colour, examples, from_option, read, web_option, width, write

__all__ = ["coverage"]


@click.command(
    epilog=examples(
        "driverkit coverage theory.yaml",
        "driverkit coverage theory.yaml --format csv -o coverage.csv",
        "driverkit coverage theory.yaml --format json | jq .gaps",
    )
)
@click.argument("file")
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    help="text, csv, json or md; left out, the suffix of OUT says it.",
)
@click.option("-o", "--output", "out", metavar="OUT", help="Where to; standard output without it.")
@from_option
@web_option
def coverage(file: str, format_: str | None, out: str | None, from_: str | None, untrusted: bool) -> None:
    """Count what is tested, measured and supported, and list what is missing."""
    from driverkit.analysis import coverage as run
    from driverkit.analysis.report import report

    to_file = out not in (None, "-")
    if format_ is None:
        suffix = PurePath(out).suffix.lstrip(".").lower() if out and to_file else ""
        format_ = {"": "text", "txt": "text"}.get(suffix, suffix)
    theory = read(file, from_, untrusted)
    text = report(
        run(theory), format=format_, colour=not to_file and colour(), width=None if to_file else width()
    )
    write(out, text)
