"""The shelf of formats: what a format is, and which there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath

from attrs import field, frozen

from driverkit import shelves
from driverkit.errors import UsageError
from driverkit.formats.limits import Limits
from driverkit.formats.loss import Loss
from driverkit.model import Theory
from driverkit.model.values import did_you_mean

__all__ = ["Format", "format_of", "formats"]


@frozen(kw_only=True)
class Format:
    """A way to write a theory down.

    A format is text (``loads``, ``dumps``), bytes (``reads``, ``writes``) or a folder (``gathers``,
    ``spreads``). One that is only read lacks the second of them, one that is only written the first.

    Attributes:
        name: what it is called, in options and messages.
        suffixes: the endings of its files, the usual one first; one of two parts, such as
            ``.nodes.json``, goes before ``.json``.
        description: one sentence for the documentation.
        holds: what of a theory it can hold: ``everything``, or a sentence that says what.
        loads: text to theory; called with the text, the file's name for messages, and the limits.
        dumps: theory to text.
        patch: the text that was there and the new theory to the new text, everything that did not
            change left as it was; None where the format is always written whole.
        layout: a text in the layout of the documentation, comments and all; called with the text and
            the limits. None where the format has no such thing.
        remarks: takes over into a merged text the comments that another version added, and adds lines
            that are told of nodes; called with the text, the base, the other version, and pairs of an
            id and a line. None where the format has no comments.
        reads: bytes to theory, for formats that are no text; called like ``loads``.
        writes: theory to bytes.
        gathers: a folder to a theory; called with a function that gives the bytes of a file of that
            name in the folder, or None where there is none, with the folder's name, and the limits.
        spreads: theory to the files of a folder, by name.
        recognises: whether a text is of this format, where several have one suffix; the first
            format by name that has no such function is taken where none recognises it.
        loss: what of a theory would be lost, for a format that is only written; for the others it
            is found by reading back what was written.
        orders: whether the nodes have an order of its own, as those of an outline have; a save over
            a file then takes that order.
        not_read: endings of files that are near to it and are not read, each with what to do instead.
    """

    name: str
    suffixes: tuple[str, ...]
    description: str
    holds: str
    loads: Callable[[str, str | None, Limits], Theory] | None = None
    dumps: Callable[[Theory], str] | None = None
    patch: Callable[[str, Theory], str] | None = None
    layout: Callable[[str, Limits], str] | None = None
    remarks: Callable[[str, str, str, Sequence[tuple[str | None, str]]], str] | None = None
    reads: Callable[[bytes, str | None, Limits], Theory] | None = None
    writes: Callable[[Theory], bytes] | None = None
    gathers: Callable[[Callable[[str], bytes | None], str, Limits], Theory] | None = None
    spreads: Callable[[Theory], Mapping[str, bytes]] | None = None
    recognises: Callable[[str], bool] | None = None
    loss: Callable[[Theory], Iterable[Loss]] | None = None
    orders: bool = False
    not_read: Mapping[str, str] = field(factory=dict)

    @property
    def is_read(self) -> bool:
        """Whether theories can be read from it."""
        return self.loads is not None or self.reads is not None or self.gathers is not None

    @property
    def is_written(self) -> bool:
        """Whether theories can be written in it."""
        return self.dumps is not None or self.writes is not None or self.spreads is not None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return self.gathers is not None or self.spreads is not None


def formats() -> tuple[Format, ...]:
    """Every format there is, by name."""
    return tuple(sorted(shelves.collect("driverkit.formats", Format), key=lambda f: f.name))


def format_of(name_or_path: str | PurePath, *, text: str | None = None) -> Format:
    """The format with that name, or the one whose suffix a path has.

    Args:
        name_or_path: a name such as ``yaml``, or a path.
        text: what is in the file, or its beginning, to choose by where several formats have the suffix.

    Raises:
        UsageError: there is none.
    """
    known = formats()
    asked = str(name_or_path)
    for format in known:
        if asked.lower() == format.name:
            return format
    name = PurePath(asked).name.lower()
    for suffix in (_suffix(name, 2), _suffix(name, 1)):
        having = [f for f in known if suffix and suffix in f.suffixes]
        if text is not None:
            for format in having:
                if format.recognises is not None and format.recognises(text):
                    return format
        having.sort(key=lambda f: f.recognises is not None)
        if having:
            return having[0]
    suffix = PurePath(asked).suffix.lower()
    suffixes = list(dict.fromkeys(s for f in known for s in f.suffixes))
    what = f"the suffix {suffix!r}" if suffix else f"{asked!r}"
    raise UsageError(
        f"No format has {what}.{did_you_mean(suffix or asked, [*suffixes, *(f.name for f in known)])} "
        f"There are {', '.join(suffixes)}."
    )


def _suffix(name: str, parts: int) -> str:
    """The last parts of a file's name with their dots: ``.json`` of ``a.nodes.json``, or ``.nodes.json``."""
    pieces = name.split(".")
    return "." + ".".join(pieces[-parts:]) if len(pieces) > parts else ""
