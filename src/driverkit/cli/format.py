"""``driverkit format``: theory files in one layout, comments and all."""

from __future__ import annotations

import sys

import click

from driverkit.cli.options import from_option, web_option
from driverkit.cli.support import examples, limits, one_line, say, tell, write
from driverkit.errors import DriverkitError, UsageError

__all__ = ["format_"]


@click.command(
    "format",
    epilog=examples(
        "driverkit format theory.yaml",
        "driverkit format --check theories/*.yaml",
        "driverkit format --diff theory.yaml",
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a file has another layout.")
@click.option("--diff", "show", is_flag=True, help="Write nothing; show what would change.")
@from_option
@web_option
def format_(files: tuple[str, ...], check: bool, show: bool, from_: str | None, untrusted: bool) -> int:
    """Bring theory files into the layout of the documentation.

    Keys and sections come into the order of the documentation, indentation and quotation marks are
    made alike; nodes stay in their order, comments at what they stood at, and one empty line before
    a node is kept. A file that would lose a comment is left alone, and it is said so.
    """
    from driverkit.formats.layout import diff
    from driverkit.formats.rewriting import format_file, formatted
    from driverkit.formats.text import decode

    if "-" in files and len(files) > 1:
        raise UsageError("Standard input stands alone: name files, or -.")
    if files == ("-",):
        data = sys.stdin.buffer.read(limits(untrusted).bytes + 1)
        text = decode(data, "<stdin>", limits(untrusted))
        new = formatted(text, format=from_ or "yaml", limits=limits(untrusted))
        write(None, diff(text, new, "<stdin>") if show else "" if check else new)
        return 1 if new != text and (check or show) else 0
    broken = False
    others = []
    for file in files:
        try:
            text, new = format_file(file, format=from_, limits=limits(untrusted), write=not (check or show))
        except DriverkitError as error:
            tell(error)
            broken = True
            continue
        if text == new:
            continue
        others.append(file)
        if show:
            write(None, diff(text, new, file))
        say(one_line(f"{file}: " + ("has another layout." if check or show else "was brought into layout.")))
    alike = len(files) - len(others)
    if not (broken or others):
        say("1 file is in layout." if alike == 1 else f"{alike:,} files are in layout.")
    return 2 if broken else 1 if others and (check or show) else 0
