"""``driverkit import``: a PDSA log or the points of a measure out of a spreadsheet, into a theory file."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import attrs
import click

from driverkit.cli.editing import editing, show_change
from driverkit.cli.options import web_option
from driverkit.cli.support import examples, limits, one_line, read, say, write
from driverkit.errors import FormatError, TheoryError, UsageError

if TYPE_CHECKING:
    from driverkit.analysis.import_log import Imported
    from driverkit.analysis.log_cells import CellRules
    from driverkit.analysis.log_headings import LogGuess
    from driverkit.model import Theory

__all__ = ["import_"]


@click.command(
    "import",
    epilog=examples(
        "driverkit import theory.yaml log.csv --as cycles",
        "driverkit import theory.yaml log.csv --as cycles --date-format dmy --accept",
        "driverkit import theory.yaml log.xlsx --as cycles --sheet PDSAs \\\n"
        "        --map id='Test no' --map change='Change tested' --map do_date=Date",
        "driverkit import theory.yaml falls.csv --as series --measure M1 --map date=Week --map value=Falls",
    ),
)
@click.argument("theory", metavar="THEORY")
@click.argument("log", metavar="LOG")
@click.option(
    "--as", "kind", type=click.Choice(["cycles", "series"]), required=True, help="What the rows of LOG are."
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column is which field; COLUMN is a heading, or #3. A field x-NAME keeps it for other tools.",
)
@click.option("--accept", is_flag=True, help="Use the guess for every column that --map does not name.")
@click.option("--change", metavar="ID", help="The change idea that all cycles test.")
@click.option("--measure", metavar="ID", help="The measure that all points are of.")
@click.option("--replace", is_flag=True, help="Where the theory says something else, write what LOG says.")
@click.option(
    "--inline", is_flag=True, help="Put points into the theory file, not into a CSV file beside it."
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook.")
@click.option("--encoding", metavar="NAME", help="The encoding of a CSV file, such as cp1252; else UTF-8.")
@click.option("--heading-row", type=click.IntRange(1), metavar="N", help="The row that names the columns.")
@click.option(
    "--date-format",
    "date_format",
    multiple=True,
    metavar="WORD",
    help="dmy, mdy, excel, excel-1904, month or no-time: how dates are meant that can be read in several ways.",
)
@click.option("--decimal-comma", is_flag=True, help="3,5 is three and a half.")
@click.option(
    "--thousands", is_flag=True, help="1,234 (with --decimal-comma 1.234) and 1 234 are more than a thousand."
)
@click.option("--percent", type=click.Choice(["keep", "fraction"]), help="12 % is 12, or 0.12.")
@click.option(
    "--read-as",
    "meant",
    multiple=True,
    metavar="CELL=VALUE",
    help="What a cell means: 'Adopted=adopt', 'Ask at bedtime=C3'.",
)
@web_option
@editing
def import_(
    theory: str,
    log: str,
    kind: str,
    maps: tuple[str, ...],
    accept: bool,
    from_: str | None,
    dry_run: bool,
    untrusted: bool,
    **given: Any,
) -> None:
    """Take a PDSA log or the points of a measure out of a spreadsheet.

    LOG is a CSV file or a workbook (.xlsx). Without --map and --accept it is only said which column
    may be which field, and why, with the command that takes the guess. Every cell that cannot be
    read is told at once, and nothing is written then. What the theory says already stays; what it
    lacks is filled in.
    """
    from driverkit.analysis.import_log import guess_columns

    if theory == "-":
        raise UsageError("What is imported is written into the theory file, so it needs a name.")
    base = read(theory, from_, untrusted)
    options = _Options(base, log, kind, _pairs(maps, "--map"), untrusted, given)
    if maps and not accept:
        _finish(options.imported(options.map, options.rules), base, theory, from_, dry_run)
        return
    found = guess_columns(
        base, log, kind, measure=given["measure"], map=options.map, rules=options.rules, **options.file
    )
    if accept:
        _finish(options.imported(found.map, options.with_hints(found)), base, theory, from_, dry_run)
    else:
        _show(found, options, theory, log)


class _Options:
    """What was asked for, as the library takes it."""

    def __init__(
        self, theory: Theory, log: str, kind: str, map: dict[str, str], untrusted: bool, given: dict[str, Any]
    ) -> None:
        from driverkit.analysis.log_cells import CellRules

        self.theory = theory
        self.log = log
        self.kind = kind
        self.map = map
        self.given = given
        self.file = {
            "sheet": given["sheet"],
            "encoding": given["encoding"],
            "heading_row": given["heading_row"],
            "limits": limits(untrusted),
        }
        self.rules = CellRules(
            date_format=given["date_format"],
            decimal_comma=given["decimal_comma"],
            thousands=given["thousands"],
            percent=given["percent"],
            read_as=_pairs(given["meant"], "--read-as"),
        )
        if kind == "cycles" and (given["measure"] or given["inline"]):
            raise UsageError("--measure and --inline are for --as series.")
        if kind == "series" and given["change"]:
            raise UsageError("--change is for --as cycles.")

    def with_hints(self, guess: LogGuess) -> CellRules:
        """The rules, and those that alone fit the log."""
        hints = dict(guess.options)
        changes: dict[str, Any] = {name: True for name in ("decimal_comma", "thousands") if hints.get(name)}
        formats = hints.get("date_format", ())
        if isinstance(formats, tuple):
            changes["date_format"] = (*self.rules.date_format, *formats)
        percent = hints.get("percent")
        if isinstance(percent, tuple):
            changes["percent"] = percent[0]
        return attrs.evolve(self.rules, **changes)

    def imported(self, map: dict[str, str], rules: CellRules) -> Imported:
        """The theory with what stands in the log."""
        from driverkit.analysis.import_log import import_cycles
        from driverkit.analysis.import_points import import_series

        given = self.given
        if self.kind == "cycles":
            return import_cycles(
                self.theory,
                self.log,
                map=map,
                change=given["change"],
                replace=given["replace"],
                rules=rules,
                **self.file,
            )
        return import_series(
            self.theory,
            self.log,
            map=map,
            measure=given["measure"],
            inline=given["inline"],
            replace=given["replace"],
            rules=rules,
            **self.file,
        )


def _pairs(words: tuple[str, ...], option: str) -> dict[str, str]:
    """``A=B`` as a mapping.

    Raises:
        UsageError: one is no such pair, or a name is there twice.
    """
    found: dict[str, str] = {}
    for word in words:
        name, mark, value = word.rpartition("=") if option == "--read-as" else word.partition("=")
        if not mark or not name.strip() or not value.strip():
            raise UsageError(
                f"{option} takes {'CELL=VALUE' if option == '--read-as' else 'FIELD=COLUMN'}, not {word!r}."
            )
        if name.strip() in found:
            raise UsageError(f"{option} names {name.strip()!r} twice.")
        found[name.strip()] = value.strip()
    return found


def _show(guess: LogGuess, options: _Options, theory: str, log: str) -> None:
    """The guess, what would come of it, and how to take it."""
    write(None, "".join(f"{one_line(line)}\n" for line in str(guess).split("\n")))
    write(None, "\n")
    try:
        imported = options.imported(guess.map, options.with_hints(guess))
    except UsageError as refused:
        say(one_line(str(refused)))
    except (FormatError, TheoryError) as refused:
        for fault in refused.faults:
            say(one_line(str(fault)))
        cells = "1 cell" if len(refused.faults) == 1 else f"{len(refused.faults):,} places"
        write(None, f"With this guess {cells} could not be read (see above).\n")
    else:
        for note in imported.notes:
            say(one_line(note))
        write(None, f"With this guess: {_counted(imported)}.\n")
    said = click.get_current_context().params
    more = _said_again(said, log)
    taken = f"driverkit import {shlex.quote(theory)} {shlex.quote(log)} --as {options.kind}"
    write(
        None,
        "Nothing was written. If the guess is right, add --accept. The same, spelled out, to change it:\n",
    )
    write(None, f"  {one_line(' '.join(part for part in (taken, more, guess.arguments) if part))}\n")


def _said_again(said: dict[str, Any], log: str) -> str:
    """The options that were given and are no part of the guess."""
    parts = []
    for param in click.get_current_context().command.params:
        value = said.get(param.name or "")
        if not isinstance(param, click.Option) or param.name in ("kind", "maps", "accept") or not value:
            continue
        if value is True:
            parts.append(param.opts[0])
        else:
            parts += [
                f"{param.opts[0]} {shlex.quote(str(v))}"
                for v in (value if isinstance(value, tuple) else (value,))
            ]
    return " ".join(parts)


def _counted(imported: Imported) -> str:
    counts = [
        (len(imported.added), "added"),
        (len(imported.completed), "completed"),
        (len(imported.replaced), "replaced"),
        (len(imported.kept), "kept as in the theory"),
        (imported.same, "there already"),
    ]
    parts = [f"{count:,} {word}" for count, word in counts if count]
    return ", ".join(parts) or "nothing is new"


def _finish(imported: Imported, base: Theory, theory: str, from_: str | None, dry_run: bool) -> None:
    """Tell what became of the log, and save."""
    from driverkit.formats.layout import diff

    for note in (*imported.notes, *imported.kept):
        say(one_line(note))
    if imported.kept:
        say("With --replace what the log says is taken.")
    say(f"{_counted(imported)[:1].upper()}{_counted(imported)[1:]}{' (not written)' if dry_run else ''}.")
    if imported.theory == base and not imported.files:
        return
    if dry_run:
        for file in imported.files:
            write(None, diff(file.old or "", file.text, file.name, "changed"))
        if imported.theory != base:
            show_change(theory, from_, imported.theory)
    else:
        imported.save(theory, format=from_)
