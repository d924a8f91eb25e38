"""``driverkit network report``: one self-contained page for the hub, and one for each member."""

from __future__ import annotations

from pathlib import Path

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import output_option, page_options, today_option
from driverkit.cli.support import day, examples, say, theme_named, write
from driverkit.errors import SaveError, UsageError
from driverkit.evidence.words import plural

__all__ = ["report"]


@click.command(
    "report",
    epilog=examples(
        "driverkit network report wards -o hub.html",
        "driverkit network report wards --member m01 -o m01.html",
        "driverkit network report wards -o hub.html --members-to reports --today 2026-07-01",
    ),
)
@folder_options
@output_option
@click.option("--member", metavar="ID", help="The page of one member instead of the hub's.")
@click.option(
    "--members-to",
    "members_to",
    metavar="FOLDER",
    help="The page of every member too, each as ID.html in that folder.",
)
@click.option(
    "--shared",
    is_flag=True,
    help="The hub's page as members may read it: whoever is anonymous stays so.",
)
@click.option(
    "--no-words",
    "no_words",
    is_flag=True,
    help="In members' pages nothing that anonymous members wrote in words of their own.",
)
@page_options("network", "Only these sections, in this order, with commas between.")
@today_option("The day of the report, such as 2026-07-01; it is printed.")
def report(
    folder: str,
    go_on: bool,
    untrusted: bool,
    out: str | None,
    member: str | None,
    members_to: str | None,
    shared: bool,
    no_words: bool,
    title: str | None,
    sections: str | None,
    theme: str,
    today: str | None,
) -> None:
    """Tell a network on one page for its hub, or a member its part on a page of its own.

    A page is one HTML file without scripts that asks for nothing outside itself, and prints well. A member's page
    names nobody who is anonymous; the hub's names everybody unless it is --shared.
    """
    from driverkit.reporting import member_report, network_report

    if member is not None and (members_to is not None or shared):
        raise UsageError("--member makes the page of one member; leave --members-to and --shared out.")
    network = read_folder(folder, go_on, untrusted)
    if member is not None and network.was_left_out(member):
        raise UsageError(
            f"The file of {member} cannot be read, so there is no page for it. Mend it, as said above."
        )
    chosen = None if sections is None else [name.strip() for name in sections.split(",") if name.strip()]
    look, on = theme_named(theme, untrusted), day(today)
    if member is not None:
        page = member_report(
            network, member, title=title, sections=chosen, theme=look, today=on, words=not no_words
        )
        write(out, page.html)
        return
    if members_to is None or out is not None:
        page = network_report(network, title=title, sections=chosen, theme=look, today=on, shared=shared)
        write(out, page.html)
    if members_to is not None:
        where = Path(members_to)
        try:
            where.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaveError(f"{members_to} cannot be made: {error.strerror or error}.") from None
        for one in network.members:
            made = member_report(network, one.id, theme=look, today=on, words=not no_words)
            write(str(where / f"{one.id}.html"), made.html)
        say(f"{plural(len(network.members), 'page')} of members written to {members_to}.")
