"""``driverkit merge``: three versions of a theory file made into one."""

from __future__ import annotations

import click

from driverkit.cli.options import from_option
from driverkit.cli.support import examples, one_line, say, write

__all__ = ["merge"]


@click.command(
    epilog=examples(
        "driverkit merge base.yaml ours.yaml theirs.yaml",
        "driverkit merge base.yaml ours.yaml theirs.yaml -o merged.yaml",
        "git config merge.driverkit.driver 'driverkit merge %O %A %B --name %P'",
    )
)
@click.argument("base")
@click.argument("ours")
@click.argument("theirs")
@click.option(
    "-o", "--output", "out", metavar="OUT", help="Where to write; left out, into OURS. - for standard output."
)
@click.option(
    "--name",
    metavar="PATH",
    help="The name of the file, for messages and its format, where those of the three do not say it.",
)
@from_option
def merge(base: str, ours: str, theirs: str, out: str | None, name: str | None, from_: str | None) -> int:
    """Merge two versions of a theory file that began as BASE: by node and field, not by line.

    What only one side changed is taken; where both changed the same field differently, ours is kept,
    the conflict is told in words, a comment above the node says it too, and the exit code is 1. As a
    merge driver of git it writes into OURS.
    """
    from driverkit.formats import format_of
    from driverkit.formats.rewriting import merge_files, merge_into

    shown = name or ours
    format = from_
    if format is None and name is not None:
        format = format_of(name).name
    if out is None:
        done = merge_into(base, ours, theirs, format=format)
    else:
        data, done = merge_files(base, ours, theirs, format=format)
        write(out, data)
    for one in done.conflicts:
        say(one_line(f"{shown}: {one}"))
    if done.conflicts:
        count = len(done.conflicts)
        say(f"{shown}: {'1 conflict' if count == 1 else f'{count} conflicts'} to decide.")
    return 1 if done.conflicts else 0
