"""``driverkit next``: what to test next, at which scale, and why."""

from __future__ import annotations

import click

from driverkit.cli.options import from_option, table_options, web_option
from driverkit.cli.support import examples, fitted, read, write

__all__ = ["next_command"]


@click.command(
    "next",
    epilog=examples(
        "driverkit next theory.yaml",
        "driverkit next theory.yaml --most 3",
        "driverkit next theory.yaml --format csv -o next.csv",
    ),
)
@click.argument("file")
@table_options
@click.option("--most", type=click.IntRange(min=1), metavar="N", help="No more than that many.")
@from_option
@web_option
def next_command(
    file: str, format_: str, most: int | None, out: str | None, from_: str | None, untrusted: bool
) -> None:
    """Rank what to test next, with the scale and the reason.

    First what has been begun is finished, then tests go where nobody has looked. The rule is written down
    in the documentation, and in Python it can be replaced.
    """
    from driverkit.analysis.next_tests import COLUMNS, next_tests
    from driverkit.analysis.report import table_text

    theory = read(file, from_, untrusted)
    found = next_tests(theory, most=most)
    if format_ != "text":
        text = table_text(format_, COLUMNS, found.rows(), title=f"What to test next: {theory.title}")
    else:
        said = f"{found}\n" if len(found) else "Nothing has a reason to be tested next by this rule.\n"
        text = fitted(out, said)
    write(out, text)
