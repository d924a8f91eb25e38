"""``driverkit network align``: how the members' theories fit the common one."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from driverkit.cli.editing import show_change
from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import tables_format_option
from driverkit.cli.support import colour, examples, one_line, say, width, write
from driverkit.cli.tables import table_format
from driverkit.errors import UsageError
from driverkit.model import Network, Theory

__all__ = ["align"]


@click.command(
    "align",
    epilog=examples(
        "driverkit network align wards",
        "driverkit network align wards --table inventions",
        "driverkit network align wards --format csv --table wording -o wording.csv",
        "driverkit network align wards --apply m01/D2=P2 --dry-run",
    ),
)
@folder_options
@click.option(
    "--table",
    metavar="NAME",
    help="Only this table: drivers, members, wording, links, years, inventions, same, matches or drift.",
)
@tables_format_option
@click.option(
    "--likely",
    type=click.FloatRange(0, 100),
    metavar="SCORE",
    help="From which score on a common node is offered, or two inventions are told to be the same; 60 without it.",
)
@click.option(
    "--apply",
    "applied",
    multiple=True,
    metavar="MEMBER/ID=NODE",
    help="Write into the member's file that its node ID adapts NODE of the common theory; may be given several times.",
)
@click.option("--dry-run", is_flag=True, help="With --apply: show what would change, and write nothing.")
def align(
    folder: str,
    go_on: bool,
    untrusted: bool,
    table: str | None,
    format_: str | None,
    out: str | None,
    likely: float | None,
    applied: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Tell who works on which part of the common theory, in whose words and links, and what is local.

    Nodes that do not say what they adapt are told with the common nodes that their words are like. Nothing
    is written unless --apply asks for it.
    """
    import attrs

    from driverkit.analysis.alignment import align as run
    from driverkit.analysis.network_text import network_text
    from driverkit.evidence.wording import WORDING_RULE

    if dry_run and not applied:
        raise UsageError("There is nothing to try: --dry-run goes with --apply.")
    network = read_folder(folder, go_on, untrusted)
    if applied:
        _apply(network, folder, applied, dry_run)
        return
    rule = WORDING_RULE if likely is None else attrs.evolve(WORDING_RULE, likely=likely)
    to_file = out not in (None, "-")
    told = network_text(
        run(network, wording=rule),
        format=table_format(format_, out),
        table=table,
        folder=folder,
        colour=not to_file and colour(),
        width=None if to_file else width(),
    )
    write(out, told)


def _apply(network: Network, folder: str, applied: tuple[str, ...], dry_run: bool) -> None:
    """Write what was asked for; all of it is looked at before anything is written."""
    asked: dict[str, dict[str, str]] = {}
    for one in applied:
        member, id, hub = _read(network, folder, one)
        asked.setdefault(member, {})[id] = hub
    for member, pairs in asked.items():
        path = _file(network, folder, member)
        if path is None:
            raise UsageError(f"The theory of member {member!r} stands in no file.")

        def change(theory: Theory, pairs: dict[str, str] = pairs) -> Theory:
            for id, hub in pairs.items():
                theory = theory.replace(id, adapts=hub)
            return theory

        if dry_run:
            show_change(str(path), None, change(network.theory(member)))
            continue
        from driverkit.formats import update

        update(path, change)
        for id, hub in pairs.items():
            say(one_line(f"{path}: {id} adapts {hub} now."))


def _file(network: Network, folder: str, member: str) -> Path | None:
    """The file of a member's theory, as it is reached from where the person stands."""
    source = network.member(member).theory
    if not isinstance(source, str):
        return None
    at = Path(folder)
    return (at if at.is_dir() else at.parent).joinpath(*source.replace("\\", "/").split("/"))


def _read(network: Network, folder: str, said: str) -> tuple[str, str, str]:
    """MEMBER/ID=NODE, with everything in it known."""
    node, equals, hub = said.partition("=")
    member, slash, id = node.partition("/")
    if not equals or not slash or not hub:
        raise UsageError(f"Say MEMBER/ID=NODE, such as m01/D2=P2, not {said!r}.")
    local, common = network.theory(member).node(id), network.common.node(hub)
    if not hasattr(local, "adapts") or type(local) is not type(common):
        raise UsageError(
            f"{node} and {hub} are not of one kind: an aim adapts an aim, a driver a driver, and so on."
        )
    if local.adapts is not None:
        if local.adapts == hub:
            raise UsageError(f"{node} adapts {hub} already.")
        raise UsageError(
            f"{node} adapts {local.adapts} already. To say otherwise: "
            f"driverkit set {shlex.quote(str(_file(network, folder, member)))} {id} adapts={hub}"
        )
    return member, id, hub
