"""``driverkit check``: what is weak in theories, and where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import click

from driverkit.cli.git import read_version, theory_in
from driverkit.cli.options import findings_options, from_option, today_option, web_option
from driverkit.cli.support import colour, day, examples, limits, read, say, tell, width, write
from driverkit.errors import TheoryError
from driverkit.model import Theory

__all__ = ["check"]


@click.command(
    epilog=examples(
        "driverkit check theory.yaml",
        "driverkit check theories/*.yaml --fail-on warning",
        "driverkit check theory.yaml --format sarif > findings.sarif",
        "driverkit check theory.yaml --profile kdd --ignore MEA",
        "driverkit check theory.yaml --since HEAD~5",
    )
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@findings_options
@click.option("--profile", default="default", show_default=True, metavar="NAME", help="Which set of rules.")
@today_option("What is today, such as 2026-03-01: dates that have passed are told then.")
@click.option(
    "--before",
    "--since",
    "before",
    metavar="FILE|REV",
    help="An earlier version of the theory: what was dropped unmarked, or changed without a note, is told then. A file, "
    "REVISION:PATH, or a revision that git keeps (HEAD~5, v1.0), in which each FILE is looked up.",
)
@from_option
@web_option
def check(
    files: tuple[str, ...],
    format_: str,
    fail_on: str,
    profile: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    today: str | None,
    before: str | None,
    from_: str | None,
    untrusted: bool,
) -> int:
    """Say what is weak in theories, and where.

    A weak theory is reported; only a file that cannot be read is refused, with every fault at once.
    """
    from driverkit.checks import check as run
    from driverkit.checks.report import report

    def codes(given: Sequence[str]) -> list[str]:
        return [code.strip() for entry in given for code in entry.split(",") if code.strip()]

    chosen: dict[str, Any] = {
        "profile": profile,
        "select": codes(select),
        "ignore": codes(ignore),
        "today": day(today),
    }
    whole = _earlier(before, from_, untrusted) if before else None
    found = []
    broken = 0
    for file in files:
        try:
            theory = read(file, from_, untrusted)
        except TheoryError as error:
            tell(error)
            broken += 1
            continue
        name = "<stdin>" if file == "-" else file
        earlier = whole
        if before and whole is None:
            earlier = theory_in(file, before, from_, limits(untrusted))
        found.append((name, run(theory, before=earlier, **chosen)))
    if found or not broken or format_ != "text":
        write(None, report(found, format=format_, colour=colour(), width=width()))
    if broken:
        if found:
            say(f"driverkit: {broken} of {len(files)} files could not be read.")
        return 2
    failing = {"error": ("error",), "warning": ("error", "warning"), "never": ()}[fail_on]
    return int(any(f.severity in failing and not f.known for _, findings in found for f in findings))


def _earlier(before: str, from_: str | None, untrusted: bool) -> Theory | None:
    """The earlier version that a file or REVISION:PATH names; None where it can only be a revision."""
    found = read_version(before, from_, limits(untrusted)) if before != "-" else None
    if found is not None:
        return found
    if (
        before == "-"
        or Path(before).exists()
        or PurePath(before).suffix.lower() in (".yaml", ".yml", ".json")
    ):
        return read(before, from_, untrusted)
    return None
