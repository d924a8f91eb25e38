"""The command line: one of the two doors for people.

Results go to standard output or to the file named with ``-o``, messages to standard error. Exit
codes: 0 fine; 1 findings at or above ``--fail-on``; 2 the input or the call cannot be used, told
with one line a fault and never a traceback.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import Any, Literal, NoReturn, TypeVar

import click

from driverkit import __version__
from driverkit.errors import DriverkitError, TheoryError, UsageError
from driverkit.formats import Limits, dumps, format_of, load, schema
from driverkit.formats.files import write_bytes
from driverkit.model import Theory

__all__ = ["main"]

F = TypeVar("F", bound=Callable[..., Any])

STARTER = """\
# yaml-language-server: $schema={schema}
# A theory of improvement: what to improve (aims), what must change for that (drivers), what to try
# (change ideas), how you will know (measures), and what you learned (cycles).
# Only the first two keys are needed; an unfinished theory can be drawn and checked all the same.
driverkit: 1
title: {title}
revision: {{label: "1"{date}}}

aims:
  - id: A1
    text: More of our pupils read at home     # what is to improve
    population: pupils of classes 3 and 4     # for whom
    measure: M1                               # by which measure
    baseline: 40                              # from where
    target: 70                                # to where
    by: {by}                            # by when: change it

drivers:
  - {{id: P1, text: Books that pupils want are at hand, contributes_to: [A1]}}
  - {{id: P2, text: Families know how to help, contributes_to: [A1]}}
  - id: S1
    text: Pupils choose their own books
    contributes_to: [P1]

change_ideas:
  - {{id: C1, text: Each pupil picks a book for the weekend every Friday, contributes_to: [S1]}}
  - {{id: C2, text: A two-minute film in four languages on reading together, contributes_to: [P2]}}

measures:
  - {{id: M1, name: Pupils who read at home on four days or more, of: [A1], role: outcome, unit: "%", direction: increase}}
  - {{id: M2, name: Books borrowed a week, of: [P1, S1], role: process, timing: leading, direction: increase}}
  - {{id: M3, name: Families who watched the film, of: [P2], role: process, timing: leading, direction: increase}}
  - {{id: M4, name: Pupils who say that reading is a chore, of: [A1], role: balancing, direction: decrease}}

cycles:
  - id: T1
    change: C1
    site: Class 3a
    scale: 6                                  # how many pupils were in the test
    plan: {{objective: can they choose in ten minutes{date}}}
    predictions:                              # written before doing; add found and result afterwards
      - {{question: how many have a book to take home, prediction: 5 of 6}}
"""


class _Group(click.Group):
    """Shows commands in the order of a day's work rather than of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def _examples(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  $ {line}" for line in lines)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="driverkit %(version)s")
def cli() -> None:
    """Driver diagrams and theories of improvement: draw them, check them, see what is untested.

    FILE is a theory file (.yaml, .yml or .json), or - for standard input.

    \b
    Exit codes: 0 fine; 1 findings at or above --fail-on;
    2 the input or the call cannot be used.

    \b
    Examples:
      $ driverkit new theory.yaml
      $ driverkit check theory.yaml
      $ driverkit render theory.yaml -o theory.svg
      $ driverkit coverage theory.yaml
    """  # noqa: D301 - the backslashes tell click to keep the lines


# ---------------------------------------------------------------------------------- shared by commands


def _from_option(command: F) -> F:
    return click.option(
        "--from",
        "from_",
        metavar="FORMAT",
        help="Format of the input where its name does not say it (such as json).",
    )(command)


def _web_option(command: F) -> F:
    return click.option(
        "--untrusted", is_flag=True, help="Read with the limits for strangers' files (dk.Limits.web())."
    )(command)


def _limits(untrusted: bool) -> Limits:
    return Limits.web() if untrusted else Limits()


def _read(file: str, from_: str | None, untrusted: bool = False) -> Theory:
    limits = _limits(untrusted)
    if file != "-":
        return load(file, format=from_, limits=limits)
    data = sys.stdin.buffer.read(limits.bytes + 1)
    if from_ is None:
        begin = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
        from_ = "json" if begin.startswith((b"{", b"[")) else "yaml"
    stream = io.BytesIO(data)
    stream.name = "<stdin>"
    return load(stream, format=from_, limits=limits)


def _say(message: str) -> None:
    click.echo(message, err=True)


def _write(out: str | None, data: str | bytes) -> None:
    """To a file, whole or not at all; or to standard output."""
    raw = data.encode("utf-8") if isinstance(data, str) else data
    if out is None or out == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
    else:
        write_bytes(Path(out), raw)


def _tell(error: Exception) -> None:
    if isinstance(error, TheoryError):
        for fault in error.faults:
            _say(_one_line(str(fault)))
    elif isinstance(error, click.ClickException):
        _say(_one_line(f"driverkit: {error.format_message()}"))
    else:
        _say(_one_line(f"driverkit: {error}"))


def _one_line(text: str) -> str:
    """Nothing in a message may move the cursor, hide words or pretend to be another line."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


# -------------------------------------------------------------------------------------------- commands


@cli.command(
    epilog=_examples(
        "driverkit new theory.yaml",
        'driverkit new theory.yaml --title "Reading at home"',
        "driverkit new > theory.yaml",
    )
)
@click.argument("file", required=False, default="-")
@click.option("--title", default="Reading at home", show_default=True, help="What the theory is called.")
@click.option("--date", metavar="DATE", help="Date of the first revision and plan, such as 2026-03-01.")
@click.option("--no-schema", is_flag=True, help="Do not write driverkit.schema.json beside the file.")
def new(file: str, title: str, date: str | None, no_schema: bool) -> None:
    """Write a small starter theory to edit.

    Beside FILE stands driverkit.schema.json, which the first line of FILE names: editors that know
    YAML schemas complete the keys and underline slips. Without FILE the theory goes to standard output.
    """
    from driverkit.formats import loads
    from driverkit.formats.yaml_write import scalar
    from driverkit.model.values import Refused, as_text, maybe_date

    try:
        day = maybe_date(date)
        as_text(title)
    except Refused as refused:
        raise UsageError(str(refused)) from None
    text = STARTER.format(
        schema="driverkit.schema.json",
        title=scalar(title),
        date=f", date: {day.isoformat()}" if day else "",
        by=f"{day.year + 1 if day else 2030}-06-30",
    )
    loads(text)
    if file == "-":
        _write(None, text)
        return
    path = Path(file)
    if format_of(file).name != "yaml":
        raise UsageError(
            f"The starter is YAML, with remarks that JSON cannot hold. Name it {path.with_suffix('.yaml')}."
        )
    if path.exists():
        raise UsageError(f"{file} is there already and is not written over. Choose another name.")
    write_bytes(path, text.encode("utf-8"))
    beside = path.parent / "driverkit.schema.json"
    if not no_schema and not beside.exists():
        write_bytes(beside, _schema_text().encode("utf-8"))
        _say(f"Wrote {file}, and {beside} for your editor.")
    else:
        _say(f"Wrote {file}.")
    _say(f"Next: driverkit check {file}; driverkit render {file} -o {path.with_suffix('.svg')}")


@cli.command(
    epilog=_examples(
        "driverkit check theory.yaml",
        "driverkit check theories/*.yaml --fail-on warning",
        "driverkit check theory.yaml --format sarif > findings.sarif",
        "driverkit check theory.yaml --profile kdd --ignore MEA",
    )
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "format_",
    default="text",
    show_default=True,
    metavar="FORMAT",
    help="text, json, sarif or github.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 for findings of this severity or above.",
)
@click.option("--profile", default="default", show_default=True, metavar="NAME", help="Which set of rules.")
@click.option(
    "--select", multiple=True, metavar="CODE", help="Only these rules; the beginning of a code will do."
)
@click.option("--ignore", multiple=True, metavar="CODE", help="All but these rules.")
@click.option(
    "--today", metavar="DATE", help="What is today, such as 2026-03-01: dates that have passed are told then."
)
@click.option(
    "--before",
    metavar="FILE",
    help="An earlier version of the theory: what was dropped unmarked is told then.",
)
@_from_option
@_web_option
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

    from driverkit.model.values import Refused, maybe_date

    try:
        day = maybe_date(today)
    except Refused as refused:
        raise UsageError(str(refused)) from None
    earlier = _read(before, from_, untrusted) if before else None
    chosen: dict[str, Any] = {
        "profile": profile,
        "select": codes(select),
        "ignore": codes(ignore),
        "today": day,
        "before": earlier,
    }
    found = []
    broken = 0
    for file in files:
        try:
            theory = _read(file, from_, untrusted)
        except TheoryError as error:
            _tell(error)
            broken += 1
            continue
        name = "<stdin>" if file == "-" else file
        found.append((name, run(theory, **chosen)))
    if found or not broken or format_ != "text":
        _write(None, report(found, format=format_, colour=_colour(), width=_width()))
    if broken:
        if found:
            _say(f"driverkit: {broken} of {len(files)} files could not be read.")
        return 2
    failing = {"error": ("error",), "warning": ("error", "warning"), "never": ()}[fail_on]
    return int(any(f.severity in failing and not f.known for _, findings in found for f in findings))


def _colour() -> bool:
    """Colour where a person looks, unless NO_COLOR asks for none."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _width() -> int | None:
    """The width of the terminal; None where nobody looks, so that lines are not broken."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@cli.command(
    epilog=_examples(
        "driverkit render theory.yaml -o theory.svg",
        "driverkit render theory.yaml -o theory.png --scale 3",
        "driverkit render theory.yaml -o status.svg --overlay status",
        "driverkit render theory.yaml -o branch.svg --focus P1",
        "cat theory.yaml | driverkit render - -o - --to svg > theory.svg",
    )
)
@click.argument("file")
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    metavar="OUT",
    help="Where to; the suffix says the format. - for standard output.",
)
@click.option(
    "--to", metavar="FORMAT", help="The format, where the name of OUT does not say it, such as svg or png."
)
@click.option("--theme", default="default", show_default=True, metavar="NAME", help="How it looks.")
@click.option(
    "--direction",
    type=click.Choice(["left", "right", "down"]),
    default="left",
    show_default=True,
    help="Where the aim stands: left, right, or on top (down).",
)
@click.option(
    "--overlay",
    default="none",
    show_default=True,
    metavar="NAME",
    help="What is laid over the boxes: none, status (what was tried) or owner (which team).",
)
@click.option("--focus", metavar="ID", help="Only this node with its causes and effects.")
@click.option(
    "--levels", metavar="LEVELS", help="Only these levels: such as 0-2, or 1,change (0 are the aims)."
)
@click.option(
    "--order",
    type=click.Choice(["auto", "file"]),
    default="auto",
    show_default=True,
    help="auto: fewest crossings; file: as written.",
)
@click.option(
    "--engine",
    type=click.Choice(["driverkit", "dot"]),
    default="driverkit",
    show_default=True,
    help="Who draws: driverkit, or Graphviz where it is installed.",
)
@click.option(
    "--scale", type=float, default=2.0, show_default=True, help="Pixels of a PNG for one of the picture."
)
@click.option("--no-legend", is_flag=True, help="Leave the legend out.")
@_from_option
@_web_option
def render(
    file: str,
    out: str,
    to: str | None,
    theme: str,
    direction: Literal["left", "right", "down"],
    overlay: str,
    focus: str | None,
    levels: str | None,
    order: Literal["auto", "file"],
    engine: Literal["driverkit", "dot"],
    scale: float,
    no_legend: bool,
    from_: str | None,
    untrusted: bool,
) -> None:
    """Draw the driver diagram of a theory."""
    from driverkit.picture import diagram

    format_ = to or (None if out == "-" else PurePath(out).suffix.lstrip(".").lower() or None)
    if format_ is None:
        raise UsageError("Say which format: end the name of OUT with a suffix such as .svg, or use --to svg.")
    theory = _read(file, from_, untrusted)
    picture = diagram(
        theory,
        theme=theme,
        direction=direction,
        overlay=overlay,
        focus=focus,
        levels=_levels(levels),
        order=order,
        legend=not no_legend,
        engine=engine,
    )
    _write(out, picture.to(format_, scale=scale))
    missing = picture.missing_letters() if format_.lower().lstrip(".") in ("pdf", "png") else ""
    if missing:
        one = len(missing) == 1
        some = " ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
        count = f"1 character ({some}) is" if one else f"{len(missing)} characters ({some}) are"
        if format_.lower().lstrip(".") == "pdf":
            stand = "stands as an empty box" if one else "stand as empty boxes"
            _say(_one_line(f"{count} not in the bundled font and {stand}; use svg or png."))
        else:
            drawn = "is drawn" if one else "are drawn"
            _say(
                _one_line(
                    f"{count} not in the bundled font and {drawn} with the fonts of this machine, "
                    f"or as {'an empty box' if one else 'empty boxes'} where it has none."
                )
            )


def _levels(text: str | None) -> tuple[int | str, ...] | None:
    """``0-2,change`` as (0, 1, 2, "change"); words are looked up where the theory is known."""
    if text is None:
        return None
    chosen: list[int | str] = []
    for part in text.split(","):
        part = part.strip()
        first, dash, last = part.partition("-")
        if part.isdecimal() and len(part) < 7:
            chosen.append(int(part))
        elif part[:1].isalpha():
            chosen.append(part)
        elif (
            dash
            and first.isdecimal()
            and last.isdecimal()
            and len(part) < 15
            and int(first) <= int(last) < 100_000
        ):
            chosen.extend(range(int(first), int(last) + 1))
        else:
            raise UsageError(
                f"{part!r} is no level. Write numbers, ranges such as 0-2, or words such as primary, change."
            )
    return tuple(chosen)


@cli.command(
    epilog=_examples(
        "driverkit coverage theory.yaml",
        "driverkit coverage theory.yaml --format csv -o coverage.csv",
        "driverkit coverage theory.yaml --format json | jq .gaps",
    )
)
@click.argument("file")
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    help="text, csv, json or md; left out, the suffix of OUT says it.",
)
@click.option("-o", "--output", "out", metavar="OUT", help="Where to; standard output without it.")
@_from_option
@_web_option
def coverage(file: str, format_: str | None, out: str | None, from_: str | None, untrusted: bool) -> None:
    """Count what is tested, measured and supported, and list what is missing."""
    from driverkit.analysis import coverage as run
    from driverkit.analysis.report import report

    to_file = out not in (None, "-")
    if format_ is None:
        suffix = PurePath(out).suffix.lstrip(".").lower() if out and to_file else ""
        format_ = {"": "text", "txt": "text"}.get(suffix, suffix)
    theory = _read(file, from_, untrusted)
    text = report(
        run(theory), format=format_, colour=not to_file and _colour(), width=None if to_file else _width()
    )
    _write(out, text)


@cli.command(
    epilog=_examples("driverkit convert theory.yaml theory.json", "driverkit convert theory.json - --to yaml")
)
@click.argument("in_", metavar="IN")
@click.argument("out", metavar="OUT")
@click.option("--to", metavar="FORMAT", help="The format of OUT where its name does not say it.")
@_from_option
@_web_option
def convert(in_: str, out: str, to: str | None, from_: str | None, untrusted: bool) -> None:
    """Write a theory in another format.

    The whole theory is carried over. Comments belong to the text, not to the theory; where IN has
    some, it is said so.
    """
    target = format_of(to) if to else None
    if target is None:
        if out == "-":
            raise UsageError("Say which format: use --to yaml or --to json.")
        target = format_of(out)
    theory = _read(in_, from_, untrusted)
    if in_ != "-" and out != "-" and os.path.realpath(in_) == os.path.realpath(out):
        raise UsageError("IN and OUT are the same file. Choose another name for OUT.")
    _write(out, dumps(theory, format=target.name))
    source = theory.origin
    if source is not None and source.comments:
        lines = "1 line" if source.comments == 1 else f"{source.comments} lines"
        _say(
            f"{source.file} has comments on {lines}; they are no part of the theory and were not carried over."
        )


@cli.command("schema", epilog=_examples("driverkit schema > driverkit.schema.json"))
@click.option("-o", "--output", "out", metavar="OUT", help="Where to; standard output without it.")
def schema_command(out: str | None) -> None:
    """Print the JSON Schema of the theory file, for editors and other tools."""
    _write(out, _schema_text())


def _schema_text() -> str:
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


@cli.command(
    epilog=_examples(
        'eval "$(driverkit completion bash)"',
        "driverkit completion fish > ~/.config/fish/completions/driverkit.fish",
    )
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete driverkit's commands and options."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, "the choice above knows no other shells"
    # The script itself, without asking the installed shell for its version.
    maker = found(cli, {}, "driverkit", "_DRIVERKIT_COMPLETE")
    _write(None, maker.source_template % maker.source_vars() + "\n")


# ------------------------------------------------------------------------------------------------ door


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; hand back its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        answer = cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="driverkit",
            standalone_mode=False,
        )
        return answer if isinstance(answer, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.exceptions.Exit as done:
        return done.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # Whoever read has stopped reading; nothing is to be said, and nothing more written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (DriverkitError, click.ClickException) as error:
        _tell(error)
        return 2
    except RecursionError:  # pragma: no cover - no input is known that gets here
        _say("driverkit: the theory is nested too deeply for this command.")
        return 2
    except MemoryError:  # pragma: no cover - depends on the machine
        _say("driverkit: not enough memory for a theory of this size.")
        return 2


if __name__ == "__main__":
    main()
