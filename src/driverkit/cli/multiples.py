"""``driverkit multiples``: the diagram once for each version or day."""

from __future__ import annotations

from typing import Any, Literal

import click

from driverkit.cli.support import (
    OverlayOption,
    examples,
    format_for,
    from_option,
    limits,
    read,
    say,
    tell_missing_letters,
    theme_named,
    web_option,
    write,
)
from driverkit.errors import UsageError

__all__ = ["multiples"]


@click.command(
    epilog=examples(
        "driverkit multiples 2024.yaml 2025.yaml 2026.yaml -o years.svg",
        "driverkit multiples theory.yaml --every quarter --overlay evidence -o quarters.pdf",
        "driverkit multiples theory.yaml --on 2025-12-31 --on 2026-05-31 --labels ids -o days.png",
        "driverkit multiples theory.yaml --versions -o versions.html",
    )
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "-o",
    "--output",
    "outs",
    metavar="OUT",
    multiple=True,
    required=True,
    help="Where to: one sheet (.svg, .png, .pdf), or a page that shows one panel after the other (.html); may be given "
    "several times.",
)
@click.option("--to", metavar="FORMAT", help="The format, where the name of OUT does not say it.")
@click.option(
    "--every",
    type=click.Choice(["month", "quarter", "year"]),
    default="quarter",
    show_default=True,
    help="Of one FILE: a panel for the end of each.",
)
@click.option(
    "--on", "days", multiple=True, metavar="DATE", help="Of one FILE: this day instead; may be given again."
)
@click.option("--versions", is_flag=True, help="Of one FILE: each version that git keeps.")
@click.option(
    "--overlay",
    cls=OverlayOption,
    metavar="NAME",
    help="What is laid over each panel; left out, what changed for versions, and status for days.",
)
@click.option(
    "--labels",
    type=click.Choice(["words", "ids"]),
    default="words",
    show_default=True,
    help="What stands in the boxes; ids need less room.",
)
@click.option(
    "--across", type=click.IntRange(1), metavar="N", help="How many panels stand beside each other."
)
@click.option("--paper", metavar="NAME", help="Put the sheet on a3, a4 … (svg and pdf).")
@click.option("--theme", default="default", show_default=True, metavar="NAME|FILE", help="How it looks.")
@click.option(
    "--direction",
    type=click.Choice(["left", "right", "down"]),
    default="left",
    show_default=True,
    help="Where the aim stands.",
)
@click.option("--no-legend", is_flag=True, help="Leave the legend out.")
@click.option("--scale", type=float, metavar="N", help="Pixels of a PNG for one of the sheet.")
@from_option
@web_option
def multiples(
    files: tuple[str, ...],
    outs: tuple[str, ...],
    to: str | None,
    every: Literal["month", "quarter", "year"],
    days: tuple[str, ...],
    versions: bool,
    overlay: str | None,
    labels: Literal["words", "ids"],
    across: int | None,
    paper: str | None,
    theme: str,
    direction: Literal["left", "right", "down"],
    no_legend: bool,
    scale: float | None,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Draw the diagram once for each version or day, what is the same in the same place.

    Several FILEs are versions of one theory, the oldest first: each panel marks what is new, changed or gone. One FILE
    is shown as it was known on some days.
    """
    from driverkit.cli.git import theories_of
    from driverkit.multiples import small_multiples

    subject: Any
    if versions:
        if len(files) > 1 or days:
            raise UsageError(
                "With --versions give one FILE and no days: each version that git keeps is shown."
            )
        subject = [theory for _, theory in theories_of(files[0], from_, limits(untrusted), tell=say)]
    elif len(files) > 1:
        if days:
            raise UsageError("Days can be shown of one FILE; several FILEs are versions.")
        subject = [read(file, from_, untrusted) for file in files]
    else:
        subject = read(files[0], from_, untrusted)
    kinds = [format_for(out, to).lower().lstrip(".") for out in outs]
    found = small_multiples(
        subject,
        dates=days or None,
        every=every,
        overlay=overlay,
        labels=labels,
        across=across,
        direction=direction,
        theme=theme_named(theme, untrusted),
        legend=not no_legend,
    )
    drawn = []
    for out, kind in zip(outs, kinds, strict=True):
        on_paper = paper is not None and kind in ("svg", "pdf")
        drawn.append(
            (out, found.picture().on(paper).to(kind) if on_paper and paper else found.to(kind, scale=scale))
        )
    for out, data in drawn:
        write(out, data)
    tell_missing_letters(found.missing_letters(), kinds)
