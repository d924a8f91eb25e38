"""``driverkit network``: what concerns a hub and its members; each command of it is a module beside this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from driverkit.cli.options import web_option
from driverkit.cli.support import examples, limits, one_line, say, tell
from driverkit.errors import FormatError
from driverkit.evidence.words import listed, plural

__all__ = ["folder_options", "network", "read_folder"]

if TYPE_CHECKING:
    from driverkit.model import Network

F = TypeVar("F", bound=Callable[..., Any])

_QUARTER = ("check", "coverage", "align", "pool", "held", "spread", "uptake", "render", "report")
"""The order of a hub's quarter; what is not named here comes after it."""


class _Group(click.Group):
    """Shows commands in the order in which a hub needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        place = {name: number for number, name in enumerate(_QUARTER)}
        return sorted(self.commands, key=lambda name: (place.get(name, len(_QUARTER)), name))


@click.group(
    cls=_Group,
    epilog=examples("driverkit network check wards", "driverkit network coverage wards --by node"),
)
def network() -> None:
    """Look at a network: a hub's common theory and the members that adapt it.

    DIR is a network folder, or the file network.yaml in it.
    """


def folder_options(command: F) -> F:
    """The argument ``DIR`` and the options ``--go-on`` and ``--untrusted`` of every command on a network."""
    command = web_option(command)
    command = click.option(
        "--go-on", is_flag=True, help="Leave members out whose theory cannot be read, and say so."
    )(command)
    return click.argument("folder", metavar="DIR")(command)


def read_folder(folder: str, go_on: bool, untrusted: bool) -> Network:
    """The network of a folder, of which every file was read.

    Args:
        folder: the folder, or the file of the network in it.
        go_on: leave members out whose theory is not there or cannot be read: the faults are told on
            standard error, and who was left out.
        untrusted: read with the limits for strangers' files.

    Raises:
        FormatError: a file cannot be read; every fault of all of them.
    """
    from driverkit.formats import load_network

    found = load_network(folder, limits=limits(untrusted), whole=not go_on, go_on=go_on)
    for one in found.left_out:
        tell(FormatError(one.faults))
    if found.left_out:
        count = len(found.left_out)
        said = plural(count, "member is", "members are")
        whose = "its file" if count == 1 else "their files"
        names = listed([one.member.id for one in found.left_out], 20)
        say(one_line(f"driverkit: {said} left out, as {whose} cannot be read: {names}."))
    return found
