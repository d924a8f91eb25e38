"""The command line: one of the two doors for people.

Results go to standard output or to the file named with ``-o``, messages to standard error. Exit
codes: 0 fine; 1 findings at or above ``--fail-on``; 2 the input or the call cannot be used, told
with one line a fault and never a traceback.

Adding a command is adding a module with one ``click`` command in it; one in a module ``network_check``
belongs to the group in the module ``network``. Options that several commands share are declared
in `options`, what they read, write and say in `support`.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

import click

from driverkit import __version__
from driverkit.cli.support import say, tell
from driverkit.errors import DriverkitError
from driverkit.shelves import collect

__all__ = ["cli", "main", "run"]

_DAY = (
    "new",
    "add",
    "set",
    "link",
    "unlink",
    "record",
    "rename",
    "remove",
    "check",
    "render",
    "coverage",
    "next",
    "chart",
    "predictions",
    "learning",
    "audit",
    "belief",
    "over-time",
    "multiples",
    "narrative",
    "report",
    "confirm",
    "import",
    "format",
    "diff",
    "history",
    "convert",
    "merge",
    "network",
    "schema",
)
"""The order of a day's work; what is not named here comes after it."""


class _Group(click.Group):
    """Shows commands in the order of a day's work rather than of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        place = {name: number for number, name in enumerate(_DAY)}
        return sorted(self.commands, key=lambda name: (place.get(name, len(_DAY)), name))


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


def _group_of(command: click.Command, known: Mapping[str, click.Command]) -> click.Group:
    """A module ``network_check`` holds a command of the group in the module ``network``."""
    home = command.callback.__module__.rpartition(".")[2] if command.callback is not None else ""
    name, _, rest = home.partition("_")
    group = known.get(name) if rest else None
    return group if isinstance(group, click.Group) else cli


_found = collect("driverkit.cli", click.Command)
_named = {_command.name or "": _command for _command in _found}
for _command in _found:
    _group_of(_command, _named).add_command(_command)


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
        tell(error)
        return 2
    except RecursionError:  # pragma: no cover - no input is known that gets here
        say("driverkit: the theory is nested too deeply for this command.")
        return 2
    except MemoryError:  # pragma: no cover - depends on the machine
        say("driverkit: not enough memory for a theory of this size.")
        return 2


if __name__ == "__main__":
    main()
