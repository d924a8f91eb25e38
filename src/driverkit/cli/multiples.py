"""``driverkit multiples``: the diagram once for each version or day."""

from __future__ import annotations

from typing import Any, Literal

import click

from driverkit.cli.options import (
    OverlayOption,
    from_option,
    labels_option,
    moments_options,
    outputs_option,
    sheet_options,
    to_option,
    web_option,
)
from driverkit.cli.support import (
    examples,
    format_for,
    tell_missing_letters,
    theme_named,
    write,
)
from driverkit.errors import UsageError

__all__ = ["multiples", "sheet"]


@click.command(
    epilog=examples(
        "driverkit multiples 2024.yaml 2025.yaml 2026.yaml -o years.svg",
        "driverkit multiples theory.yaml --every quarter --overlay evidence -o quarters.pdf",
        "driverkit multiples theory.yaml --on 2025-12-31 --on 2026-05-31 --labels ids -o days.png",
        "driverkit multiples theory.yaml --versions -o versions.html",
    )
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@outputs_option(
    ": one sheet (.svg, .png, .pdf), or a page that shows one panel after the other (.html)", required=True
)
@to_option
@moments_options("quarter", "Of one FILE: a panel for the end of each.", "Of one FILE: this day instead")
@click.option("--versions", is_flag=True, help="Of one FILE: each version that git keeps.")
@click.option(
    "--overlay",
    cls=OverlayOption,
    metavar="NAME",
    help="What is laid over each panel; left out, what changed for versions, and status for days.",
)
@labels_option("What stands in the boxes; ids need less room.")
@sheet_options
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
    from driverkit.cli.git import whole_or_versions
    from driverkit.multiples import small_multiples

    if len(files) > 1 and days and not versions:
        raise UsageError("Days can be shown of one FILE; several FILEs are versions.")
    subject: Any = whole_or_versions(files, versions, days, from_, untrusted)
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
    drawn = [sheet(found, kind, paper, scale) for kind in kinds]
    for out, data in zip(outs, drawn, strict=True):
        write(out, data)
    tell_missing_letters(found.missing_letters(), kinds)


def sheet(panels: Any, kind: str, paper: str | None, scale: float | None) -> str | bytes:
    """A sheet of panels in a format, on paper where the format has such."""
    if paper is not None and kind in ("svg", "pdf"):
        panels, scale = panels.picture().on(paper), None
    drawn: str | bytes = panels.to(kind) if scale is None else panels.to(kind, scale=scale)
    return drawn
