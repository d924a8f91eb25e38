"""What the commands that change a file share: reading it, showing what would change, saving it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import click

from driverkit.cli.options import from_option
from driverkit.cli.support import read, say, tell_lost, write
from driverkit.errors import LossWarning, UsageError
from driverkit.model import Theory

__all__ = ["edit", "editing", "show_change"]

F = TypeVar("F", bound=Callable[..., Any])


def editing(command: F) -> F:
    """The options of every command that changes a file."""
    dry = click.option(
        "--dry-run", is_flag=True, help="Show what would change in the file, and write nothing."
    )
    return dry(from_option(command))


def edit(file: str, from_: str | None, dry_run: bool, change: Callable[[Theory], Theory]) -> Theory:
    """Read a theory file, change the theory, and save it: only what changed is touched in the file.

    Where somebody else changes the file at the same time, the change is made to what they wrote.

    Raises:
        UsageError: the theory comes from standard input, or its format is never patched.
    """
    from driverkit.formats.files import update

    if file == "-":
        raise UsageError("What changes is written into the file, so it needs a name.")
    if dry_run:
        theory = read(file, from_)
        new = change(theory)
        if new != theory:
            show_change(file, from_, new)
    else:
        seen: list[Theory] = []

        def told(theory: Theory) -> Theory:
            if not seen:
                tell_lost(theory)
            seen[:] = [theory]
            return change(theory)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LossWarning)
            new = update(file, told, format=from_)
        theory = seen[0]
    if new == theory:
        say("Nothing changed.")
    return new


def show_change(file: str, from_: str | None, new: Theory) -> None:
    """What would change in a theory file, on standard output."""
    from pathlib import Path

    from driverkit.formats import format_of
    from driverkit.formats.edit import patched
    from driverkit.formats.layout import diff
    from driverkit.formats.limits import Limits
    from driverkit.formats.text import decode

    name = format_of(from_ or file).name
    text = decode(Path(file).read_bytes(), file, Limits())
    write(None, diff(text, patched(text, new, format=name), file, "changed"))
