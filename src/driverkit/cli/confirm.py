"""``driverkit confirm``: say that evidence holds for today's words."""

from __future__ import annotations

import click

from driverkit.cli.options import from_option
from driverkit.cli.support import examples, read, say, write

__all__ = ["confirm"]


@click.command(
    epilog=examples(
        "driverkit confirm theory.yaml --list",
        "driverkit confirm theory.yaml",
        "driverkit confirm theory.yaml E2 T7",
        "driverkit confirm theory.yaml 'S1 -> P2'",
    )
)
@click.argument("file")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Confirm every suspect record, without naming it.")
@click.option("--list", "only_list", is_flag=True, help="Only list what is suspect or not confirmed yet.")
@click.option("--dry-run", is_flag=True, help="Say what would be stamped, and write nothing.")
@from_option
def confirm(
    file: str, ids: tuple[str, ...], everything: bool, only_list: bool, dry_run: bool, from_: str | None
) -> None:
    """Stamp evidence as true of today's words; tell which words have changed since.

    Without ID, every record that has no stamp yet is stamped: all evidence, and the cycles that reached
    Study. What is suspect, because the words that it is about have changed, is listed and confirmed by
    name. An ID is that of a cycle or piece of evidence, or of a node or link 'CAUSE -> EFFECT' with all
    that is about it.
    """
    from driverkit.errors import UsageError
    from driverkit.evidence import confirm as stamped
    from driverkit.evidence import suspects
    from driverkit.evidence.stamps import unconfirmed
    from driverkit.evidence.words import listed, plural
    from driverkit.formats import save

    if file == "-" and not (only_list or dry_run):
        raise UsageError("Stamps are written into the file, so it needs a name; or add --dry-run or --list.")
    if everything and ids:
        raise UsageError("Name what to confirm, or use --all, not both.")
    theory = read(file, from_)
    doubtful = suspects(theory)
    if only_list:
        lines = [f"suspect: {one}" for one in doubtful]
        lines += [f"not confirmed yet: {record.id}" for record in unconfirmed(theory)]
        write(None, "".join(f"{line}\n" for line in lines))
        return
    new = stamped(theory, ids or None)
    if everything:
        new = stamped(new, [one.record for one in doubtful])
    stamps: list[tuple[str, str | None]] = [(record.id, record.stamp) for record in theory.cycles]
    stamps += [(record.id, record.stamp) for record in theory.evidence]
    fresh: list[str] = []
    again: list[str] = []
    for id, stamp in stamps:
        if new.node(id).stamp != stamp:
            (fresh if stamp is None else again).append(id)
    if not dry_run and (fresh or again):
        save(new, file, format=from_)
    will = "would be stamped" if dry_run else "stamped"
    if fresh:
        say(f"{plural(len(fresh), 'record')} {will} for the first time: {listed(fresh)}.")
    if again:
        say(f"{plural(len(again), 'suspect record')} {will} as true of today's words: {listed(again)}.")
    if not (fresh or again):
        say("Nothing to stamp.")
    left = suspects(new)
    for one in left:
        say(f"suspect: {one}")
    if left:
        say("Look at each, then confirm it by its id.")
