"""``driverkit convert``: a theory in another format."""

from __future__ import annotations

import os

import click

from driverkit.cli.support import examples, from_option, read, say, web_option, write
from driverkit.errors import UsageError
from driverkit.formats import dumps, format_of

__all__ = ["convert"]


@click.command(
    epilog=examples("driverkit convert theory.yaml theory.json", "driverkit convert theory.json - --to yaml")
)
@click.argument("in_", metavar="IN")
@click.argument("out", metavar="OUT")
@click.option("--to", metavar="FORMAT", help="The format of OUT where its name does not say it.")
@from_option
@web_option
def convert(in_: str, out: str, to: str | None, from_: str | None, untrusted: bool) -> None:
    """Write a theory in another format.

    The whole theory is carried over. Comments belong to the text, not to the theory; where IN has
    some, it is said so.
    """
    target = format_of(to) if to else None
    if target is None:
        if out == "-":
            raise UsageError("Say which format: use --to yaml or --to json.")
        target = format_of(out)
    theory = read(in_, from_, untrusted)
    if in_ != "-" and out != "-" and os.path.realpath(in_) == os.path.realpath(out):
        raise UsageError("IN and OUT are the same file. Choose another name for OUT.")
    write(out, dumps(theory, format=target.name))
    source = theory.origin
    if source is not None and source.comments:
        lines = "1 line" if source.comments == 1 else f"{source.comments} lines"
        say(
            f"{source.file} has comments on {lines}; they are no part of the theory and were not carried over."
        )
