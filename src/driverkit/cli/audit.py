"""``driverkit audit``: are the tests PDSA cycles in the sense of the method?"""

from __future__ import annotations

import click

from driverkit.cli.options import from_option, table_options, web_option
from driverkit.cli.support import examples, fitted, read, write

__all__ = ["audit"]


@click.command(
    epilog=examples(
        "driverkit audit theory.yaml",
        "driverkit audit theory.yaml --by ramp",
        "driverkit audit theory.yaml --by cycle --format csv -o audit.csv",
    )
)
@click.argument("file")
@click.option(
    "--by",
    type=click.Choice(["theory", "ramp", "cycle"]),
    default="theory",
    show_default=True,
    help="What each answer is about.",
)
@table_options
@from_option
@web_option
def audit(file: str, by: str, format_: str, out: str | None, from_: str | None, untrusted: bool) -> None:
    """Ask five features of every cycle that was carried out, after Taylor et al. 2014.

    Is it iterative, predicted, begun small, with data over time, and documented? The answer is yes, no or
    cannot tell, with the cycles that say so.
    """
    from driverkit.analysis.learning import COLUMNS, audit_rows
    from driverkit.analysis.report import table_text
    from driverkit.evidence import audit_totals
    from driverkit.evidence.words import harmless

    theory = read(file, from_, untrusted)
    rows = audit_rows(theory, by=by)
    if format_ != "text":
        write(out, table_text(format_, COLUMNS["audit"], rows, title=f"PDSA audit: {theory.title}"))
        return
    lines = []
    told = None
    for row in rows:
        if row["id"] != told:
            told = row["id"]
            lines.append(f"{harmless(told)}\n")
        lines.append(f"  {row['feature']}: {row['answer']} ({harmless(row['reason'])})\n")
    write(out, fitted(out, "".join([*lines, f"{audit_totals(theory)}\n"])))
