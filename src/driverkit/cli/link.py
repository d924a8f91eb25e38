"""``driverkit link`` and ``unlink``: what contributes to what."""

from __future__ import annotations

import click

from driverkit.cli.editing import edit, editing
from driverkit.cli.support import examples
from driverkit.model import Theory

__all__ = ["link", "unlink"]


@click.command(
    epilog=examples(
        "driverkit link theory.yaml S1 P2",
        'driverkit link theory.yaml S1 P2 --strength weak --because "people call earlier"',
    )
)
@click.argument("file")
@click.argument("cause")
@click.argument("effect")
@click.option(
    "--strength", type=click.Choice(("strong", "moderate", "weak")), help="How strong it is thought to be."
)
@click.option("--because", metavar="TEXT", help="Why it is thought to hold.")
@click.option("--only-where", metavar="TEXT", help="The condition under which it holds.")
@editing
def link(
    file: str,
    cause: str,
    effect: str,
    strength: str | None,
    because: str | None,
    only_where: str | None,
    from_: str | None,
    dry_run: bool,
) -> None:
    """Say that CAUSE contributes to EFFECT.

    Of a link that is there, what is given is changed and the rest stays.
    """

    def change(theory: Theory) -> Theory:
        there = next((one for one in theory.links if (one.cause, one.effect) == (cause, effect)), None)
        return theory.link(
            cause,
            effect,
            strength=strength or (there.strength if there else None),
            because=because or (there.because if there else None),
            only_where=only_where or (there.only_where if there else None),
            fails_at=there.fails_at if there else (),
        )

    edit(file, from_, dry_run, change)


@click.command(epilog=examples("driverkit unlink theory.yaml S1 P2"))
@click.argument("file")
@click.argument("cause")
@click.argument("effect")
@editing
def unlink(file: str, cause: str, effect: str, from_: str | None, dry_run: bool) -> None:
    """Take away the link from CAUSE to EFFECT; one that evidence speaks of is kept."""
    edit(file, from_, dry_run, lambda theory: theory.unlink(cause, effect))
