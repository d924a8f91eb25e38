"""What several commands share: reading, writing, and telling what went wrong."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeVar

import click

from driverkit.errors import LossWarning, SaveError, TheoryError, UsageError
from driverkit.formats import Limits, load
from driverkit.formats.disk import write_bytes
from driverkit.model import Theory
from driverkit.model.values import Refused, maybe_date

__all__ = [
    "colour",
    "day",
    "format_for",
    "examples",
    "fitted",
    "limits",
    "one_line",
    "read",
    "say",
    "tell",
    "tell_lost",
    "tell_missing_letters",
    "theme_file",
    "theme_named",
    "width",
    "write",
]

if TYPE_CHECKING:
    from driverkit.themes import Theme

F = TypeVar("F", bound=Callable[..., Any])


def examples(*lines: str) -> str:
    """The examples that stand under the help of a command."""
    return "\b\nExamples:\n" + "\n".join(f"  $ {line}" for line in lines)


def limits(untrusted: bool) -> Limits:
    """How much is read: the usual, or what a stranger's file may ask for."""
    return Limits.web() if untrusted else Limits()


def read(file: str, from_: str | None, untrusted: bool = False, *, foreign: bool = False) -> Theory:
    """The theory in a file, or from standard input where the file is called ``-``.

    What stands in a file of another tool and has no place in a theory is told on standard error;
    with ``foreign`` the command tells it itself.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LossWarning)
        theory = _read(file, from_, untrusted)
    if not foreign:
        tell_lost(theory)
    return theory


def tell_lost(theory: Theory) -> None:
    """What stands in a file of another tool and has no place in a theory, on standard error."""
    for fault in theory.origin.lost if theory.origin is not None else ():
        say(one_line(str(fault)))


def _read(file: str, from_: str | None, untrusted: bool) -> Theory:
    most = limits(untrusted)
    if file != "-":
        return load(file, format=from_, limits=most)
    data = sys.stdin.buffer.read(most.bytes + 1)
    if from_ is None:
        begin = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
        from_ = "json" if begin.startswith((b"{", b"[")) else "yaml"
    stream = io.BytesIO(data)
    stream.name = "<stdin>"
    return load(stream, format=from_, limits=most)


def say(message: str) -> None:
    """A message for the person, on standard error."""
    click.echo(message, err=True)


def write(out: str | None, data: str | bytes) -> None:
    """To a file, whole or not at all; or to standard output."""
    raw = data.encode("utf-8") if isinstance(data, str) else data
    if out is None or out == "-":
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(raw)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise SaveError(f"Standard output cannot be written: {error.strerror or error}.") from None
    else:
        write_bytes(Path(out), raw)


def tell(error: Exception) -> None:
    """One line for each fault, on standard error."""
    if isinstance(error, TheoryError):
        for fault in error.faults:
            say(one_line(str(fault)))
    elif isinstance(error, click.ClickException):
        say(one_line(f"driverkit: {error.format_message()}"))
    else:
        say(one_line(f"driverkit: {error}"))


def tell_missing_letters(missing: str, formats: Iterable[str]) -> None:
    """What becomes of letters that the bundled font lacks, for the formats that draw with it."""
    drawn = [one for one in formats if one in ("pdf", "png")]
    if not missing or not drawn:
        return
    one = len(missing) == 1
    some = " ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
    lacking = f"{'1 character' if one else f'{len(missing)} characters'} ({some}) {'is' if one else 'are'} not in the bundled font"
    if "pdf" in drawn:
        stand = "stands as an empty box" if one else "stand as empty boxes"
        say(one_line(f"{lacking} and {stand}{' in the pdf' if len(drawn) > 1 else ''}; use svg or png."))
    else:
        how = "is drawn" if one else "are drawn"
        boxes = "an empty box" if one else "empty boxes"
        say(one_line(f"{lacking} and {how} with the fonts of this machine, or as {boxes} where it has none."))


_THEME_FILES = (".yaml", ".yml", ".json")


def theme_file(name: str) -> Path | None:
    """The file that ``--theme`` names; None where it is the name of a theme."""
    return Path(name) if name.lower().endswith(_THEME_FILES) else None


def theme_named(name: str, untrusted: bool = False) -> Theme:
    """The theme that ``--theme`` names, or that of the YAML or JSON file of that name.

    What of a file's theme is hard to read is told on standard error; it is used all the same.
    """
    from driverkit.themes import theme
    from driverkit.themes.own import hard_to_read, theme_from

    if theme_file(name) is None:
        return theme(name)
    found = theme_from(name, limits=limits(untrusted)) if untrusted else theme_from(name)
    for sentence in hard_to_read(found):
        say(one_line(f"{name}: {sentence}"))
    return found


def fitted(out: str | None, text: str, *, markdown: bool = False) -> str:
    """A text for people, of which no line is wider than the terminal where it goes to one."""
    if out not in (None, "-"):
        return text
    from driverkit.evidence.terminal import wrapped

    return wrapped(text, width(), markdown=markdown)


def one_line(text: str) -> str:
    """Nothing in a message may move the cursor, hide words or pretend to be another line."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def day(text: str | None) -> dt.date | None:
    """The day that an option names; None where it was not given.

    Raises:
        UsageError: it is no ISO 8601 date.
    """
    try:
        return maybe_date(text)
    except Refused as refused:
        raise UsageError(str(refused)) from None


def format_for(out: str, to: str | None) -> str:
    """The format that ``--to`` names, or else the suffix of OUT."""
    found = to or (None if out == "-" else PurePath(out).suffix.lstrip(".").lower() or None)
    if found is None:
        raise UsageError("Say which format: end the name of OUT with a suffix such as .svg, or use --to svg.")
    return found


def colour() -> bool:
    """Colour where a person looks, unless NO_COLOR asks for none."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int | None:
    """The width of the terminal; None where nobody looks, so that lines are not broken."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
