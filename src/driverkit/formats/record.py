"""The shelf of formats: what a format is, and which there are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from attrs import frozen

from driverkit import shelves
from driverkit.errors import UsageError
from driverkit.formats.limits import Limits
from driverkit.model import Theory
from driverkit.model.values import did_you_mean

__all__ = ["Format", "format_of", "formats"]


@frozen
class Format:
    """A way to write a theory down.

    Attributes:
        name: what it is called, in options and messages.
        suffixes: the endings of its files, the usual one first.
        description: one sentence for the documentation.
        holds: what of a theory it can hold: ``everything``, or a sentence that says what.
        loads: text to theory; called with the text, the file's name for messages, and the limits.
        dumps: theory to text.
        patch: the text that was there and the new theory to the new text, everything that did not
            change left as it was; None where the format is always written whole.
    """

    name: str
    suffixes: tuple[str, ...]
    description: str
    holds: str
    loads: Callable[[str, str | None, Limits], Theory]
    dumps: Callable[[Theory], str]
    patch: Callable[[str, Theory], str] | None = None


def formats() -> tuple[Format, ...]:
    """Every format there is, by name."""
    return tuple(sorted(shelves.collect("driverkit.formats", Format), key=lambda f: f.name))


def format_of(name_or_path: str | PurePath) -> Format:
    """The format with that name, or the one whose suffix a path has.

    Raises:
        UsageError: there is none.
    """
    known = formats()
    text = str(name_or_path)
    suffix = PurePath(text).suffix.lower()
    for format in known:
        if text.lower() == format.name or (suffix and suffix in format.suffixes):
            return format
    suffixes = [s for f in known for s in f.suffixes]
    what = f"the suffix {suffix!r}" if suffix else f"{text!r}"
    raise UsageError(
        f"No format has {what}.{did_you_mean(suffix or text, [*suffixes, *(f.name for f in known)])} "
        f"There are {', '.join(suffixes)}."
    )
