"""``driverkit over-time``: tests, coverage, belief and predictions as time went on."""

from __future__ import annotations

import click

from driverkit.cli.git import whole_or_versions
from driverkit.cli.options import from_option, moments_options, tables_or_charts_options, web_option
from driverkit.cli.support import examples, fitted, format_for, tell_missing_letters, theme_named, write
from driverkit.errors import UsageError
from driverkit.model import Network

__all__ = ["TABLES", "over_time", "written"]

TABLES = ("text", "md", "csv", "json")


@click.command(
    "over-time",
    epilog=examples(
        "driverkit over-time theory.yaml",
        "driverkit over-time theory.yaml -o learned.svg --every quarter",
        "driverkit over-time theory.yaml --what gaps -o gaps.svg -o gaps.csv",
        "driverkit over-time theory.yaml --versions -o versions.svg",
        "driverkit over-time 2024.yaml 2025.yaml 2026.yaml --what coverage",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--what",
    default="learning",
    show_default=True,
    metavar="NAME",
    help="What is counted: learning, coverage, gaps, belief or predictions.",
)
@moments_options("month", "Count at the end of each.", "Count on this day instead")
@click.option(
    "--versions",
    is_flag=True,
    help="Count each version of FILE that git keeps, instead of days of its last one.",
)
@tables_or_charts_options
@from_option
@web_option
def over_time(
    files: tuple[str, ...],
    what: str,
    every: str,
    days: tuple[str, ...],
    versions: bool,
    format_: str | None,
    outs: tuple[str, ...],
    theme: str,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Count what was known as time went on, as a table or a chart.

    One FILE is counted at the end of each month, quarter or year, as far as its cycles had come then. Several FILEs
    are versions of one theory, the oldest first, and each is counted as it stands.
    """
    from typing import Any

    options: dict[str, Any] = {"every": every}
    subject = whole_or_versions(files, versions, days, from_, untrusted)
    if days:
        options["dates"] = days
    written(subject, what, options, outs, format_, theme_named(theme, untrusted))


def written(
    subject: object,
    what: str,
    options: dict[str, object],
    outs: tuple[str, ...],
    format_: str | None,
    theme: object,
) -> None:
    """Write tables and charts to wherever they are asked for."""
    drawn: list[tuple[str, str | bytes]] = []
    for out in outs or ("-",):
        kind = (format_ or ("text" if out == "-" else format_for(out, None))).lower().lstrip(".")
        kind = {"txt": "text"}.get(kind, kind)
        if kind in TABLES:
            told = _table(subject, what, kind, options)
            drawn.append((out, fitted(out, told) if kind == "text" else told))
        else:
            drawn.append((out, _chart(subject, what, kind, theme, options)))
    for out, data in drawn:
        write(out, data)


def _table(subject: object, what: str, kind: str, options: dict[str, object]) -> str:
    from typing import Any, cast

    from driverkit.analysis.over_time import over_time_rows
    from driverkit.analysis.report import table_text
    from driverkit.evidence.words import harmless

    rows = over_time_rows(cast("Any", subject), what, **cast("Any", options))
    if kind != "text":
        columns = list(rows[0]) if rows else ["date"]
        plain = [
            {
                name: value.isoformat() if name == "date" and value is not None else value
                for name, value in row.items()
            }
            for row in rows
        ]
        return table_text(kind, columns, plain, title=f"Over time: {what}")
    if not rows:
        return (
            f"Nothing to count yet: {'nothing' if isinstance(subject, Network) else 'no cycle'} has a date.\n"
        )
    lines = []
    for row in rows:
        day = row["date"].isoformat() if row["date"] is not None else ""
        head = " ".join(filter(None, (harmless(row.get("version", "")), day)))
        said = [
            f"{name.replace('_', ' ')} {_told(value)}"
            for name, value in row.items()
            if name not in ("version", "date") and value is not None
        ]
        lines.append(f"{head}: {', '.join(said) or 'nothing'}\n")
    return "".join(lines)


def _told(value: object) -> str:
    return f"{value:.0%}" if isinstance(value, float) else f"{value}"


def _chart(subject: object, what: str, kind: str, theme: object, options: dict[str, object]) -> str | bytes:
    from typing import Any, cast

    from driverkit.charts import FORMATS, over_time_chart
    from driverkit.model.values import did_you_mean

    known = (*TABLES, *FORMATS)
    if kind not in FORMATS:
        raise UsageError(
            f"No format of this command is called {kind!r}.{did_you_mean(kind, known)} There are: {', '.join(known)}."
        )
    chart = over_time_chart(cast("Any", subject), what, theme=cast("Any", theme), **cast("Any", options))
    tell_missing_letters(chart.missing_letters(), [kind])
    return chart.to(kind)
