"""A theory file written anew in its own text: in the layout of the documentation, or with what another version says."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import attrs

from driverkit.errors import FormatError, UsageError
from driverkit.formats.disk import bytes_there, locked, put_in_place, read_bytes, target_of
from driverkit.formats.files import format_named, format_of_file, read_text
from driverkit.formats.limits import Limits
from driverkit.formats.merge import Merged, merge
from driverkit.formats.record import Format, format_of, formats
from driverkit.formats.text import decode
from driverkit.model import Theory

__all__ = ["format_file", "formatted", "merge_files", "merge_into"]

_DEFAULT = Limits()


def formatted(text: str, *, format: str = "yaml", limits: Limits = _DEFAULT) -> str:
    r"""A theory file's text in the layout of the documentation, its comments at what they stood at.

    Sections and keys come into the order of the documentation, nodes stay in theirs. What is in that
    layout already comes back as it is.

    Args:
        text: the text of a theory file.
        format: the name of its format.
        limits: how much is read before it is refused.

    Raises:
        FormatError: the text is no theory file.
        SaveError: a comment would be lost.
        UsageError: there is no such format, or it has no layout.

    >>> print(formatted("title: Falls # ours\ndriverkit:   1\n"), end="")
    driverkit: 1
    title: Falls  # ours
    """
    return _layout(format_named(format))(text, limits)


def _layout(format: Format) -> Callable[[str, Limits], str]:
    if format.layout is None:
        having = ", ".join(one.name for one in formats() if one.layout is not None)
        raise UsageError(f"The format {format.name} has no layout of its own. Those that have one: {having}.")
    return format.layout


def format_file(
    path: str | os.PathLike[str], *, format: str | None = None, limits: Limits = _DEFAULT, write: bool = True
) -> tuple[str, str]:
    """Bring a theory file into the layout of the documentation; its text before and after.

    Args:
        path: the file; a link is followed to its target.
        format: the name of its format; left out, the suffix says it.
        limits: how much is read before it is refused.
        write: whether the file is written where its layout is another.

    Raises:
        FormatError: the file is no theory file.
        SaveError: a comment would be lost, or the file could not be written.
        UsageError: the format has no layout.
    """
    name = os.fspath(path)
    chosen = format_named(format) if format else format_of(name)
    layout = _layout(chosen)
    target = target_of(path)
    with locked(target.parent):
        old = read_bytes(target, name, limits)
        text = decode(old, name, limits)
        try:
            new = layout(text, limits)
        except FormatError as error:
            raise FormatError([attrs.evolve(fault, file=name) for fault in error.faults]) from None
        data = (b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b"") + new.encode("utf-8")
        if write and data != old:
            put_in_place(target, data, name, lambda: bytes_there(target, name) == old)
    return text, new


def merge_files(
    base: str | os.PathLike[str],
    ours: str | os.PathLike[str],
    theirs: str | os.PathLike[str],
    *,
    format: str | None = None,
    limits: Limits = _DEFAULT,
) -> tuple[bytes, Merged]:
    """Three versions of a theory file made into one: its bytes, and what came of it.

    Our text is kept: order, quotation marks, comments; only what theirs changed is changed in it.
    Comments that theirs added are taken over where they belong. Above each node in conflict stands a
    comment that tells it.

    Args:
        base: the file that both sides began with; an empty one is a theory with nothing in it.
        ours: our version.
        theirs: the other version.
        format: the name of their format; left out, the suffix of ``ours`` says it, and YAML where it has none.
        limits: how much is read before it is refused.

    Raises:
        FormatError: one of the three is no theory file.
        SaveError: the changes could not be made in our text.
        UsageError: the format is always written whole.
    """
    texts: list[str] = []
    sides: list[Theory] = []
    chosen: Format | None = None
    for path in (ours, base, theirs):
        name = os.fspath(path)
        data = read_bytes(Path(name), name, limits)
        if chosen is None:
            chosen = format_of_file(name if _known_suffix(name) else None, format, data)
            if chosen.patch is None:
                raise UsageError(f"The format {chosen.name} is always written whole and cannot be merged.")
        text = decode(data, name, limits)
        if path is base and not text.strip():
            text = chosen.dumps(Theory("untitled")) if chosen.dumps is not None else text
        texts.append(text)
        sides.append(read_text(chosen, text, name, limits))
    assert chosen is not None
    assert chosen.patch is not None
    done = merge(sides[1], sides[0], sides[2])
    text = chosen.patch(texts[0], done.theory)
    if chosen.remarks is not None:
        told = [(one.id, f"MERGE {one}") for one in done.conflicts]
        marked = chosen.remarks(text, texts[1], texts[2], told)
        with suppress(FormatError):
            if read_text(chosen, marked, None, limits) == done.theory:
                text = marked
    return text.encode("utf-8"), done


def _known_suffix(name: str) -> bool:
    return any(Path(name).suffix.lower() in format.suffixes for format in formats())


def merge_into(
    base: str | os.PathLike[str],
    ours: str | os.PathLike[str],
    theirs: str | os.PathLike[str],
    *,
    format: str | None = None,
    limits: Limits = _DEFAULT,
) -> Merged:
    """Three versions of a theory file made into one, as `merge_files` does; it is written into ours.

    Raises:
        FileChanged: somebody changed our version meanwhile.
        FormatError: one of the three is no theory file.
        SaveError: the changes could not be made in our text, or it could not be written.
        UsageError: the format is always written whole.
    """
    name = os.fspath(ours)
    target = target_of(ours)
    with locked(target.parent):
        old = bytes_there(target, name)
        data, done = merge_files(base, ours, theirs, format=format, limits=limits)
        if data != old:
            put_in_place(target, data, name, lambda: bytes_there(target, name) == old)
    return done
