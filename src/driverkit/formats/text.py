"""Bytes to text, and the faults that a text has before anybody asks what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from driverkit.errors import Fault, FormatError
from driverkit.formats.limits import Limits
from driverkit.formats.tree import Enough, Faults, Stop
from driverkit.model import Theory

__all__ = ["decode", "scan", "theory_in"]

_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# Controls, surrogates and non-characters; carriage returns are line ends here.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CONFLICT = re.compile(r"^(?:<<<<<<<|>>>>>>>)(?: .*)?$|^=======$", re.MULTILINE)


def decode(data: bytes, file: str | None, limits: Limits) -> str:
    """UTF-8 bytes as text, a byte order mark at the start taken off.

    Raises:
        FormatError: too many bytes, or not UTF-8; the message says where and what it looks like.
    """
    if len(data) > limits.bytes:
        raise FormatError(
            [
                Fault(
                    f"The file has {len(data):,} bytes; the limit is {limits.bytes:,}.",
                    line=1,
                    column=1,
                    file=file,
                )
            ]
        )
    for mark, name in _BOMS:
        if data.startswith(mark):
            raise FormatError([Fault(f"The file is {name}. Save it as UTF-8.", line=1, column=1, file=file)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        byte = data[error.start]
        if b"\x00" in data or data[:2] in (b"\x80\x04", b"PK"):
            looks = "It does not look like text."
        else:
            looks = "It looks like Windows-1252. Save it as UTF-8."
        raise FormatError(
            [Fault(f"The byte 0x{byte:02X} here is not UTF-8. {looks}", line=line, column=column, file=file)]
        ) from None


def scan(text: str, faults: Faults) -> None:
    """Tell of control characters and of marks that git leaves in a conflict."""
    if not text.isascii() or not text.isprintable():
        for match in _FORBIDDEN.finditer(text):
            faults.add(
                f"U+{ord(match.group()):04X} is a control or non-character and cannot stand in a text. Take it out.",
                match.start(),
            )
    if "\n<<<<<<<" in text or text.startswith("<<<<<<<"):
        marks = [m.start() for m in _CONFLICT.finditer(text)]
        if marks:
            lines = ", ".join(str(faults.line(at)) for at in marks)
            faults.add(
                f"git has left the marks of a conflict here (lines {lines}). Choose what is right and take the marks out.",
                marks[0],
            )


def theory_in(
    text: str,
    file: str | None,
    limits: Limits,
    read: Callable[[Faults], Theory | None],
    *,
    empty: str | None = None,
    clean: bool = True,
) -> Theory:
    """The theory that a reader makes of a text: what every format of texts does around its own grammar.

    Args:
        text: the text.
        file: the name to use in messages.
        limits: how much is read before it is refused.
        read: makes the theory, and tells every fault; it may end with `Stop` where nothing more can be read.
        empty: what is told of a text with nothing in it; None where the reader tells it itself.
        clean: whether a text with controls or the marks of a conflict is left unread: what a grammar would say
            of these helps nobody.

    Raises:
        FormatError: with every fault and its place.
    """
    faults = Faults(text, file, limits)
    theory = None
    with suppress(Enough, Stop):
        scan(text, faults)
        if empty is not None and not text.strip():
            faults.add(empty, 0)
        if not (clean and len(faults)):
            theory = read(faults)
    if theory is None or len(faults):
        raise FormatError(faults)
    return theory
