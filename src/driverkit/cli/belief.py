"""``driverkit belief``: how far each part of a theory may be believed."""

from __future__ import annotations

import click

from driverkit.cli.options import from_option, table_options, web_option
from driverkit.cli.support import examples, fitted, read, write

__all__ = ["belief"]


@click.command(
    epilog=examples(
        "driverkit belief theory.yaml",
        "driverkit belief theory.yaml --about 'P1 -> A1'",
        "driverkit belief theory.yaml --format csv -o belief.csv",
    )
)
@click.argument("file")
@click.option(
    "--about", metavar="ID", help="Only this node, or a link 'CAUSE -> EFFECT'; with what earned the word."
)
@table_options
@from_option
@web_option
def belief(
    file: str, about: str | None, format_: str, out: str | None, from_: str | None, untrusted: bool
) -> None:
    """Say how far each aim, driver, change idea and link may be believed.

    A word, from doubted to high, with the counts that it rests on. It is found by a written rule, and is no
    probability.
    """
    from driverkit.analysis.learning import COLUMNS, beliefs_rows
    from driverkit.analysis.report import table_text
    from driverkit.evidence import BELIEF_RULE, beliefs
    from driverkit.evidence.belief import belief as believed
    from driverkit.evidence.words import harmless, quoted

    theory = read(file, from_, untrusted)
    found = beliefs(theory) if about is None else {about: believed(theory, about)}
    found = {one.about: one for one in found.values()}
    rows = [row for row in beliefs_rows(theory) if row["about"] in found]
    if format_ != "text":
        write(out, table_text(format_, COLUMNS["beliefs"], rows, title=f"Belief: {theory.title}"))
        return
    lines = []
    for row in rows:
        words = "" if row["kind"] == "link" else f" {quoted(row['text'])}"
        lines.append(f"{harmless(row['about'])}{words}: {found[row['about']]}\n")
        if about is not None:
            lines.append(f"  {harmless(row['reason'])}\n")
    lines.append(f"By the rule “{BELIEF_RULE.name}”: {BELIEF_RULE.summary}\n")
    write(out, fitted(out, "".join(lines)))
