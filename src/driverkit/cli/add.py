"""``driverkit add``: one more node in a theory file."""

from __future__ import annotations

import click

from driverkit.cli.editing import edit, editing
from driverkit.cli.support import examples, write
from driverkit.errors import UsageError
from driverkit.formats.edit import KINDS, added
from driverkit.model import Theory

__all__ = ["add"]

_ADDED = tuple(kind for kind in KINDS if kind != "cycle")


@click.command(
    epilog=examples(
        'driverkit add theory.yaml driver "Help is reachable" --to A1',
        'driverkit add theory.yaml change "Call on day two" --to P2 --set owner=ward-5 --set tags+=phone',
        'driverkit add theory.yaml measure "Calls made" --to P2 --set role=process --id M7',
    )
)
@click.argument("file")
@click.argument("kind", type=click.Choice(_ADDED), metavar="KIND")
@click.argument("text")
@click.option("--to", "to", multiple=True, metavar="ID", help="What it hangs on; may be given several times.")
@click.option("--id", "id", metavar="ID", help="Its id; left out, one is made that no other branch takes.")
@click.option("--number", is_flag=True, help="Take the next free number as its id.")
@click.option("--set", "changes", multiple=True, metavar="FIELD=VALUE", help="A further field.")
@editing
def add(
    file: str,
    kind: str,
    text: str,
    to: tuple[str, ...],
    id: str | None,
    number: bool,
    changes: tuple[str, ...],
    from_: str | None,
    dry_run: bool,
) -> None:
    """Add a node at the end of its section; its id goes to standard output.

    KIND is aim, driver, change, measure, evidence, cause, team or recommendation; a test of a
    change idea is added with 'driverkit record'. An id that is not given is made of what the node
    says, so that two people on two branches do not take the same one.
    """
    if id is not None and number:
        raise UsageError("Give an id, or take the next number, not both.")
    made = ""

    def change(theory: Theory) -> Theory:
        nonlocal made
        new, made = added(theory, kind, text, to=to, id=id, number=number, changes=changes)
        return new

    edit(file, from_, dry_run, change)
    if not dry_run:
        write(None, made + "\n")
