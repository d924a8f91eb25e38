"""``driverkit remove`` and ``rename``: nodes that go, and ids that change everywhere."""

from __future__ import annotations

import click

from driverkit.cli.editing import edit, editing
from driverkit.cli.support import examples

__all__ = ["remove", "rename"]


@click.command(epilog=examples("driverkit remove theory.yaml C4", "driverkit remove theory.yaml C4 T7 E2"))
@click.argument("file")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@editing
def remove(file: str, ids: tuple[str, ...], from_: str | None, dry_run: bool) -> None:
    """Take nodes out of the file, and the links to them.

    What is on record about a node, its cycles and its evidence, is never dropped unasked: name it too.
    """
    edit(file, from_, dry_run, lambda theory: theory.remove(*ids))


@click.command(epilog=examples("driverkit rename theory.yaml S1 checked-teaching"))
@click.argument("file")
@click.argument("old")
@click.argument("new")
@editing
def rename(file: str, old: str, new: str, from_: str | None, dry_run: bool) -> None:
    """Give a node another id, everywhere it is spoken of."""
    edit(file, from_, dry_run, lambda theory: theory.rename(old, new))
