"""``driverkit network render``: the common theory and what members make of it, as a picture."""

from __future__ import annotations

from typing import Any, Literal

import click

from driverkit.cli.multiples import sheet
from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import labels_option, outputs_option, sheet_options, to_option
from driverkit.cli.support import examples, format_for, tell_missing_letters, theme_named, write
from driverkit.errors import UsageError

__all__ = ["render"]


@click.command(
    "render",
    epilog=examples(
        "driverkit network render wards -o common.svg",
        "driverkit network render wards -o held.pdf --overlay confirmed --paper a3",
        "driverkit network render wards -o members.svg --multiples member",
        "driverkit network render wards -o years.html --multiples version",
    ),
)
@folder_options
@outputs_option(
    "; the suffix says the format: svg, png, pdf and html, and without --multiples every other format of "
    "'driverkit render'",
    required=True,
)
@to_option
@click.option(
    "--overlay",
    metavar="NAME",
    help="How many members work on each part, have tested it, or saw it hold: worked-on (the default), tested, "
    "confirmed; or an overlay of 'driverkit render' for the common theory alone, or for each of its versions.",
)
@click.option(
    "--multiples",
    type=click.Choice(["member", "team", "version"]),
    help="The common theory once for each member, team, or version of its history.",
)
@labels_option(
    "What stands in the boxes of panels; left out, ids for members and teams, words for versions.",
    ("ids", "words"),
    None,
)
@sheet_options
def render(
    folder: str,
    go_on: bool,
    untrusted: bool,
    outs: tuple[str, ...],
    to: str | None,
    overlay: str | None,
    multiples: str | None,
    labels: Literal["ids", "words"] | None,
    across: int | None,
    paper: str | None,
    theme: str,
    direction: Literal["left", "right", "down"],
    no_legend: bool,
    scale: float | None,
) -> None:
    """Draw the common theory of a network and what its members make of it.

    Anonymous members are counted, and named by a number.
    """
    from driverkit.multiples import network_multiples, small_multiples
    from driverkit.picture import diagram

    found = read_folder(folder, go_on, untrusted)
    kinds = [format_for(out, to).lower().lstrip(".") for out in outs]
    options: dict[str, Any] = {
        "theme": theme_named(theme, untrusted),
        "direction": direction,
        "legend": not no_legend,
    }
    if multiples is None:
        if labels is not None or across is not None:
            raise UsageError("--labels and --across are for panels; add --multiples member, team or version.")
        whole = diagram(found, overlay=overlay or "worked-on", **options)
        put = whole.on(paper) if paper else whole
        drawn = [((put if kind in ("svg", "pdf") else whole).to(kind, scale=scale or 2.0)) for kind in kinds]
        missing = whole.missing_letters()
    else:
        panels: Any
        if multiples == "version":
            panels = small_multiples(
                found.versions, labels=labels or "words", across=across, overlay=overlay, **options
            )
        else:
            by: Any = multiples
            panels = network_multiples(
                found, by, labels=labels or "ids", across=across, show=overlay or "worked-on", **options
            )
        drawn = [sheet(panels, kind, paper, scale) for kind in kinds]
        missing = panels.missing_letters()
    for out, data in zip(outs, drawn, strict=True):
        write(out, data)
    tell_missing_letters(missing, kinds)
