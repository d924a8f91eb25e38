"""``driverkit set``: fields of a node, or of the theory."""

from __future__ import annotations

import click

from driverkit.cli.editing import edit, editing
from driverkit.cli.support import examples
from driverkit.errors import UsageError

__all__ = ["set_"]


@click.command(
    "set",
    epilog=examples(
        "driverkit set theory.yaml C1 status=adopted owner=ward-5",
        "driverkit set theory.yaml T3 act.decision=adapt 'predictions[0].result=confirmed'",
        "driverkit set theory.yaml S1 tags+=equity tags-=draft undeveloped=",
        'driverkit set theory.yaml title="Leaving hospital safely"',
    ),
)
@click.argument("file")
@click.argument("words", nargs=-1, required=True, metavar="[ID] FIELD=VALUE...")
@editing
def set_(file: str, words: tuple[str, ...], from_: str | None, dry_run: bool) -> None:
    """Set fields of a node, or of the theory itself where no ID is given.

    FIELD=VALUE sets a field, FIELD+=VALUE adds to a list, FIELD-=VALUE takes out of it, FIELD=
    takes the field away. A field inside another is written with a point, an entry of a list with
    its number in brackets, counted from 0. Links are set with 'driverkit link'.
    """
    from driverkit.formats.edit import assign

    id, changes = (None, words) if "=" in words[0] else (words[0], words[1:])
    if not changes:
        raise UsageError("Say what to set, such as owner=ward-5.")
    edit(file, from_, dry_run, lambda theory: assign(theory, id, changes))
