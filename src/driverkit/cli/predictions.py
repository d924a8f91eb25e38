"""``driverkit predictions``: how predictions fared, by idea, driver, team, site or over time."""

from __future__ import annotations

import click

from driverkit.cli.options import from_option, table_options, web_option
from driverkit.cli.support import examples, fitted, read, write
from driverkit.evidence.predictions import BY

__all__ = ["predictions"]


@click.command(
    epilog=examples(
        "driverkit predictions theory.yaml",
        "driverkit predictions theory.yaml --by team",
        "driverkit predictions theory.yaml --by quarter --format csv -o quarters.csv",
    )
)
@click.argument("file")
@click.option("--by", type=click.Choice([*BY]), default="idea", show_default=True, help="What to count by.")
@click.option("--cumulative", is_flag=True, help="By month, quarter or year: count all up to its end.")
@table_options
@from_option
@web_option
def predictions(
    file: str,
    by: str,
    cumulative: bool,
    format_: str,
    out: str | None,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Count how many predictions held, with the interval in which the share may well lie.

    Held are the confirmed ones, of those that were judged; mixed ones did not hold. Those that were dated
    after Do are none: they are counted as late, and in nothing else.
    """
    from driverkit.analysis.learning import COLUMNS, predictions_rows
    from driverkit.analysis.report import table_text
    from driverkit.evidence import tallies
    from driverkit.evidence.words import harmless, quoted

    theory = read(file, from_, untrusted)
    rows = predictions_rows(theory, by, cumulative=cumulative)
    if format_ != "text":
        title = f"Predictions by {by}: {theory.title}"
        write(out, table_text(format_, COLUMNS["predictions_by"], rows, title=title))
        return
    lines = []
    counted = tallies(theory, by, cumulative=cumulative)
    without = "no result or no date" if by in ("month", "quarter", "year") else "none named"
    for row, tally in zip(rows, counted.values(), strict=True):
        name = harmless(row["key"]) if row["key"] else f"({without})"
        words = f" {quoted(row['text'])}" if row["text"] and by != "link" else ""
        wrong = f"; {tally.mixed:,} mixed, {tally.refuted:,} refuted" if tally.judged else ""
        lines.append(f"{name}{words}: {tally}{wrong}\n")
    write(out, fitted(out, "".join(lines) or "Nothing to count yet.\n"))
