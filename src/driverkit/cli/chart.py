"""``driverkit chart``: a measure over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import click

from driverkit.cli.options import from_option, scale_option, theme_option, to_option, web_option
from driverkit.cli.support import day, examples, format_for, read, tell_missing_letters, theme_named, write
from driverkit.errors import UsageError

__all__ = ["chart"]


@click.command(
    epilog=examples(
        "driverkit chart theory.yaml M1 -o m1.svg",
        "driverkit chart theory.yaml M1 -o m1.png --kind xmr --freeze 2025-12-31",
        "driverkit chart theory.yaml M1 -o m1.svg --by language",
        'driverkit chart theory.yaml M1 -o m1.pdf --exclude "2026-02-01: the ward was closed for two weeks"',
    )
)
@click.argument("file")
@click.argument("measure")
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    metavar="OUT",
    help="Where to; the suffix says the format: svg, png or pdf. - for standard output.",
)
@to_option
@click.option(
    "--kind",
    type=click.Choice(["run", "xmr"]),
    default="run",
    show_default=True,
    help="run: a centre line; xmr: limits of single values as well.",
)
@click.option(
    "--rule", metavar="NAME", help="The rule that judges; left out, anhoej, or xmr with --kind xmr."
)
@click.option(
    "--by", metavar="WHAT", help="A panel for each: site, the name of a stratum, or 'site and stratum'."
)
@click.option("--site", metavar="NAME", help="Only this site.")
@click.option("--stratum", multiple=True, metavar="NAME=VALUE", help="Only this group; may be given again.")
@click.option(
    "--freeze", metavar="DATE|N", help="Take the line from the points up to that day, or from the first N."
)
@click.option(
    "--phase", multiple=True, metavar="DATE", help="A new phase begins that day; may be given again."
)
@click.option("--phases", is_flag=True, help="Phases as the column 'phase' of the series names them.")
@click.option(
    "--exclude",
    multiple=True,
    metavar='"DATE: REASON"',
    help="A point that is not counted; may be given again.",
)
@click.option("--centre", type=float, metavar="VALUE", help="The line, where it is known from elsewhere.")
@theme_option()
@click.option("--no-cycles", is_flag=True, help="Do not mark PDSA cycles.")
@scale_option("chart")
@from_option
@web_option
def chart(
    file: str,
    measure: str,
    out: str,
    to: str | None,
    kind: Literal["run", "xmr"],
    rule: str | None,
    by: str | None,
    site: str | None,
    stratum: Sequence[str],
    freeze: str | None,
    phase: Sequence[str],
    phases: bool,
    exclude: Sequence[str],
    centre: float | None,
    theme: str,
    no_cycles: bool,
    scale: float,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Draw a measure over time, with the PDSA cycles on it.

    MEASURE is the id of a measure in FILE. What the rule says stands below the title, and its counts below the points.
    """
    from driverkit.charts import FORMATS
    from driverkit.charts import chart as draw
    from driverkit.model.values import did_you_mean

    format_ = format_for(out, to).lower().lstrip(".")
    if format_ not in FORMATS:
        hint = did_you_mean(format_, FORMATS)
        raise UsageError(f"No format of charts is called {format_!r}.{hint} There are: {', '.join(FORMATS)}.")
    if phase and phases:
        raise UsageError(
            "Either --phase says when a phase begins or --phases takes it from the series, not both."
        )
    look = theme_named(theme, untrusted)
    drawn = draw(
        read(file, from_, untrusted),
        measure,
        kind=kind,
        rule=rule,
        by=by,
        site=site,
        stratum=_groups(stratum),
        freeze=_freeze(freeze),
        phases="column" if phases else [_day(one) for one in phase] or None,
        exclude=dict(map(_excluded, exclude)) or None,
        centre=centre,
        annotate=not no_cycles,
        theme=look,
    )
    write(out, drawn.to(format_, scale=scale))
    tell_missing_letters(drawn.missing_letters(), [format_])


def _day(text: str) -> dt.date:
    found = day(text)
    assert found is not None
    return found


def _groups(given: Sequence[str]) -> dict[str, str] | None:
    """``language=other`` as {"language": "other"}."""
    found = {}
    for one in given:
        name, sign, group = one.partition("=")
        if not sign or not name.strip() or not group.strip():
            raise UsageError(
                f"{one!r} names no group. Write the stratum and its group, such as language=other."
            )
        found[name.strip()] = group.strip()
    return found or None


def _freeze(text: str | None) -> int | dt.date | None:
    if text is None:
        return None
    return int(text) if text.isdecimal() and len(text) < 7 else _day(text)


def _excluded(text: str) -> tuple[dt.date, str]:
    """``2026-02-01: snow`` as its day and the reason."""
    when, sign, reason = text.partition(":")
    if not sign or not reason.strip():
        raise UsageError(f'{text!r} gives no reason. Write the day and why, such as "2026-02-01: snow".')
    return _day(when.strip()), reason.strip()
