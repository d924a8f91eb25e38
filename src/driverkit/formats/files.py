"""Theory files: reading them, and writing them so that nothing is ever lost.

A save changes the text of the file that is there only where the theory changed, reads it back and compares,
and looks whether the file is still what was read; `driverkit.formats.disk` puts it in the place of the old one.
"""

from __future__ import annotations

import hashlib
import os
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import attrs

from driverkit.collector import collector_at_rest
from driverkit.errors import Fault, FileChanged, FormatError, LossError, LossWarning, SaveError, UsageError
from driverkit.formats.branches import linked
from driverkit.formats.convert import to_plain
from driverkit.formats.disk import (
    bytes_there,
    folder_of,
    locked,
    put_in_place,
    read_bytes,
    target_of,
    write_bytes,
)
from driverkit.formats.limits import Limits
from driverkit.formats.loss import Loss, compared
from driverkit.formats.record import Format, format_of, formats
from driverkit.formats.text import decode
from driverkit.model import Origin, Theory

__all__ = [
    "dump",
    "dumps",
    "format_named",
    "format_of_file",
    "load",
    "loads",
    "losses",
    "read_text",
    "save",
    "update",
]

_DEFAULT = Limits()

NETWORK_FILES = ("network.yaml", "network.yml", "network.json")
"""What the file of a network folder may be called."""


def loads(text: str, *, format: str = "yaml", limits: Limits = _DEFAULT, file: str | None = None) -> Theory:
    r"""A theory from text.

    Args:
        text: the text; a byte order mark at its start is passed over.
        format: the name of the format, such as ``yaml`` or ``json``.
        limits: how much is read before it is refused.
        file: the name to use in messages.

    Raises:
        FormatError: the text cannot be a theory; ``.faults`` lists every fault with its place.
        UsageError: there is no such format.

    >>> loads("driverkit: 1\ntitle: Fewer falls\n").title
    'Fewer falls'
    """
    if len(text) > limits.bytes:
        raise FormatError(
            [Fault(f"The text is over the limit of {limits.bytes:,} bytes.", line=1, column=1, file=file)]
        )
    return _warned(read_text(format_named(format), text.removeprefix("\ufeff"), file, limits))


def dumps(theory: Theory, *, format: str = "yaml", lossy: bool = False) -> str:
    """A theory as text, in the layout of the documentation.

    Args:
        theory: what to write.
        format: the name of the format.
        lossy: whether what the format cannot hold may go.

    Raises:
        LossError: the format cannot hold all of the theory, and ``lossy`` is not set.
        UsageError: there is no such format, it is no text, or it is only read.
    """
    chosen = format_named(format)
    if chosen.dumps is None:
        if chosen.is_written:
            raise UsageError(
                f"The format {chosen.name} is no text. Save it to a path with dk.save or dk.dump."
            )
        raise _only_read(chosen)
    return str(_checked(theory, chosen, lossy), "utf-8")


LARGE = 500_000
"""From how many characters on a text is large: the collector of cycles rests while it is read."""


def losses(theory: Theory, format: str) -> tuple[Loss, ...]:
    """What of a theory a format would lose.

    It is found by writing the theory, reading it back and comparing: every section, node and field
    that is not there any more, or is another. A format that is only written says it itself.

    Raises:
        UsageError: there is no such format, or it is only read.

    >>> from driverkit import examples
    >>> losses(examples.load("small-steps"), "json")
    ()
    """
    chosen = format_named(format)
    if not chosen.is_written:
        raise _only_read(chosen)
    return _losses(theory, chosen, _written(theory, chosen))


def _only_read(format: Format) -> UsageError:
    return UsageError(f"The format {format.name} is read and never written.")


Files = Mapping[str, bytes]


def _written(theory: Theory, format: Format) -> bytes | Files:
    if format.spreads is not None:
        return format.spreads(theory)
    if format.writes is not None:
        return format.writes(theory)
    if format.dumps is None:
        raise _only_read(format)
    return format.dumps(theory).encode("utf-8")


def _losses(theory: Theory, format: Format, written: bytes | Files) -> tuple[Loss, ...]:
    if not format.is_read:
        return tuple(format.loss(theory)) if format.loss is not None else ()
    return _difference(theory, _back(format, written))


def _difference(before: Theory, after: Theory) -> tuple[Loss, ...]:
    """What of the one is not in the other; a link that is implied says the same as one that is written."""
    return compared(to_plain(linked(before)), to_plain(linked(after)))


def _back(format: Format, written: bytes | Files) -> Theory:
    """What a reader makes of what was written."""
    if format.gathers is not None and not isinstance(written, bytes):
        return format.gathers(written.get, "", _DEFAULT)
    assert isinstance(written, bytes)
    if format.reads is not None:
        return format.reads(written, None, _DEFAULT)
    return read_text(format, written.decode("utf-8").removeprefix("\ufeff"), None, _DEFAULT)


def _whole(format: Format) -> bool:
    return format.holds == "everything"


def _checked(theory: Theory, format: Format, lossy: bool) -> Any:
    """The theory as the format writes it.

    Raises:
        LossError: it cannot hold all of the theory, and ``lossy`` is not set.
    """
    written = _written(theory, format)
    if not lossy and not _whole(format) and (lost := _losses(theory, format, written)):
        raise LossError(format.name, [str(loss) for loss in lost])
    return written


def _warned(theory: Theory) -> Theory:
    """Say so where a file of another tool holds what no theory can."""
    lost = theory.origin.lost if theory.origin is not None else ()
    if lost:
        more = f" (and {len(lost) - 1:,} more)" if len(lost) > 1 else ""
        warnings.warn(
            f"{lost[0]}{more} What was left out is listed in theory.origin.lost.", LossWarning, stacklevel=3
        )
    return theory


def read_text(format: Format, text: str, file: str | None, limits: Limits) -> Theory:
    """The theory that a text tells of.

    Raises:
        FormatError: it is no such text.
        UsageError: the format is never read, or is no text.
    """
    if format.loads is None:
        if not format.is_read:
            raise UsageError(f"The format {format.name} is written and never read.")
        raise UsageError(f"The format {format.name} is no text. Read it from its path with dk.load.")
    with collector_at_rest(len(text) >= LARGE):
        return format.loads(text, file, limits)


def format_named(name: str) -> Format:
    """The format of that name, or else of that suffix.

    Raises:
        UsageError: there is none.
    """
    for format in formats():
        if format.name == name.lower():
            return format
    return format_of(name)


def load(
    source: str | os.PathLike[str] | IO[str] | IO[bytes],
    *,
    format: str | None = None,
    limits: Limits = _DEFAULT,
) -> Theory:
    """A theory from a file.

    Args:
        source: a path, or an open file of text or bytes.
        format: the name of the format; left out, the suffix says it, and YAML where there is none.
        limits: how much is read before it is refused.

    Raises:
        FormatError: the file cannot be read as a theory; ``.faults`` lists every fault with its place.
        UsageError: no format has the suffix.
    """
    held: str | bytes = b""
    path: Path | None
    if hasattr(source, "read"):
        stream: Any = source
        name = getattr(stream, "name", None)
        name = name if isinstance(name, str) else None
        held = stream.read(limits.bytes + 1)
        data = held.encode("utf-8", "surrogatepass") if isinstance(held, str) else bytes(held)
        chosen = format_of_file(name, format, data)
        path = Path(name) if name and Path(name).is_file() else None
    else:
        path = Path(source)
        name = os.fspath(source)
        if os.path.isdir(name):  # noqa: PTH112 - says no, where pathlib raises, of names that no file can have
            return _warned(_load_folder(path, name, format, limits))
        if format is None and path.suffix:
            _refuse(path, name)
            format_of(name)  # a suffix that nobody knows is told before the file is opened
        data = read_bytes(path, name, limits)
        chosen = format_of_file(name, format, data)
    if chosen.reads is not None:
        if len(data) > limits.bytes:
            decode(data, name, limits)  # it tells so
        theory = chosen.reads(data, name, limits)
    else:
        theory = read_text(chosen, decode(data, name, limits), name, limits)
    if path is not None and theory.origin is not None:
        if isinstance(source, str | os.PathLike) or not isinstance(held, str):
            digest = _digest(data)
        else:
            digest = _digest_behind(path, held)
        origin = attrs.evolve(theory.origin, digest=digest, path=os.path.realpath(path), limits=limits)
        _remember(theory, origin)
    return _warned(theory)


def _refuse(path: Path, name: str) -> None:
    """Say what to do with a file that is near to a format and is not read."""
    for one in formats():
        hint = one.not_read.get(path.suffix.lower())
        if hint is not None:
            raise FormatError([Fault(hint, line=1, column=1, file=name)])


def _load_folder(path: Path, name: str, format: str | None, limits: Limits) -> Theory:
    """A theory from a folder of files; only those that the format knows are opened, and no link is followed."""
    if any((path / one).is_file() for one in NETWORK_FILES):
        said = "This is the folder of a network, not a theory. Open it with `driverkit network` or dk.load_network."
        raise FormatError([Fault(said, line=1, column=1, file=name)])
    chosen = [format_named(format)] if format else [f for f in formats() if f.gathers is not None]
    gathers = chosen[0].gathers if chosen else None
    if gathers is None:
        raise FormatError([Fault("This is a folder, not a theory file.", line=1, column=1, file=name)])

    held = hashlib.sha256()

    def file(one: str) -> bytes | None:
        inside = path / one
        if inside.is_symlink():
            raise FormatError(
                [Fault("This is a link. Put the file itself into the folder.", file=f"{name}/{one}")]
            )
        data = read_bytes(inside, f"{name}/{one}", limits) if inside.exists() else None
        held.update(f"{one}:{'' if data is None else _digest(data)};".encode())
        return data

    theory = gathers(file, name, limits)
    if theory.origin is not None:
        origin = attrs.evolve(
            theory.origin, digest=held.hexdigest(), path=os.path.realpath(path), limits=limits
        )
        _remember(theory, origin)
    return theory


def _digest_behind(path: Path, text: str) -> str:
    """The mark of the bytes that an open file of text was read from; of none where they are others by now."""
    try:
        data = path.read_bytes()
        same = data.decode("utf-8-sig").replace("\r\n", "\n") == text.removeprefix("\ufeff").replace(
            "\r\n", "\n"
        )
    except (OSError, UnicodeDecodeError):
        return ""
    return _digest(data) if same else ""


def format_of_file(name: str | None, format: str | None, data: bytes) -> Format:
    """The format that is named, or else that the name of the file and its beginning tell; YAML where neither does."""
    if format is None and name and Path(name).suffix:
        return format_of(name, text=data[:LOOK].decode("utf-8", "replace").removeprefix("\ufeff"))
    return format_named(format or "yaml")


LOOK = 4096
"""How many bytes of a file are looked at to choose between formats that share a suffix."""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _remember(theory: Theory, origin: Origin) -> None:
    # Where a theory was read from or saved to is no part of its value; it is noted on the value at hand.
    object.__setattr__(theory, "origin", origin)


def save(
    theory: Theory, path: str | os.PathLike[str], *, format: str | None = None, lossy: bool = False
) -> None:
    """Write a theory to a file, keeping everything in the file that did not change.

    Where the file is there already, its text is patched: comments, order, quoting and keys for other
    tools stay, and a changed word changes its own line only. (A format that cannot be patched, such
    as a workbook, is written whole, unless the file holds something that the theory does not.) The
    write is atomic. After it, the theory knows the file as its own, so that it can be changed and
    saved again.

    Args:
        theory: what to write.
        path: where to; a link is followed to its target.
        format: the name of the format; left out, the suffix says it.
        lossy: whether what the format cannot hold may go.

    Raises:
        FileChanged: the file is not what it was when this theory was read from it. Read it again.
        LossError: the format cannot hold all of the theory, and ``lossy`` is not set.
        SaveError: the file could not be written; what was there is untouched.
        UsageError: no format has the suffix, or the format is only read.
    """
    name = os.fspath(path)
    chosen = format_named(format) if format else format_of(name)
    if not chosen.is_written:
        raise _only_read(chosen)
    if chosen.spreads is not None:
        _save_folder(theory, path, chosen, lossy)
        return
    target = target_of(path)
    with locked(target.parent):
        old = bytes_there(target, name)
        expected = _expected(theory, target)
        if expected is not None and old is None:
            raise FileChanged(f"{name} is gone since it was read. Save under another name, or read it again.")
        if expected is not None and old is not None and _digest(old) != expected:
            raise FileChanged(
                f"{name} was changed by somebody since it was read. Read it again and make your change there."
            )
        with collector_at_rest(len(old or b"") >= LARGE):
            data = _new_bytes(theory, chosen, old, name, lossy)
            origin = _read_again(theory, chosen, data, name, lossy)
        if data != old:
            put_in_place(target, data, name, lambda: bytes_there(target, name) == old)
    limits = theory.origin.limits if theory.origin is not None else None
    _remember(theory, attrs.evolve(origin, file=name, path=str(target), digest=_digest(data), limits=limits))


TRIES = 20
"""How often an update reads the file again that somebody without the lock has changed meanwhile."""


def update(
    path: str | os.PathLike[str],
    change: Callable[[Theory], Theory],
    *,
    format: str | None = None,
    limits: Limits = _DEFAULT,
) -> Theory:
    """Read a theory file, change the theory and save it, so that nobody's edit is lost.

    Whoever else updates or saves in the same folder waits for it, where the system has locks. Where
    the file changes all the same, because an editor does not ask for the lock, it is read again, and
    ``change`` is called again with what stands in it now. So ``change`` may be called several times.

    Args:
        path: the theory file; a link is followed to its target.
        change: takes the theory that is in the file and gives the one that shall be.
        format: the name of the format; left out, the suffix says it.
        limits: how much is read before it is refused.

    Returns:
        The theory that is in the file now.

    Raises:
        FileChanged: it changed every time, twenty times over.
        FormatError: the file cannot be read as a theory.
        SaveError: the file could not be written; what was there is untouched.
        UsageError: no format has the suffix, or the format is only read.
    """
    folder = folder_of(path)
    for left in range(TRIES, 0, -1):
        with locked(folder):
            theory = load(path, format=format, limits=limits)
            new = change(theory)
            if new == theory:
                return new
            try:
                save(new, path, format=format)
            except FileChanged:
                if left == 1:
                    raise
            else:
                return new
        time.sleep(0.05)  # an editor is given the time to finish what it writes
    raise AssertionError  # the last try returns or raises


def dump(
    theory: Theory, path: str | os.PathLike[str], *, format: str | None = None, lossy: bool = False
) -> None:
    """Write a theory whole, in the layout of the documentation, whatever was in the file before.

    Args:
        theory: what to write.
        path: where to; a folder, where the format is one of several files.
        format: the name of the format; left out, the suffix says it.
        lossy: whether what the format cannot hold may go.

    Raises:
        LossError: the format cannot hold all of the theory, and ``lossy`` is not set.
        SaveError: the file could not be written; what was there is untouched.
        UsageError: no format has the suffix, or the format is only read.
    """
    name = os.fspath(path)
    chosen = format_named(format) if format else format_of(name)
    written = _checked(theory, chosen, lossy)
    if isinstance(written, bytes):
        write_bytes(Path(name), written)
    else:
        _write_folder(Path(name), written)


def _save_folder(theory: Theory, path: str | os.PathLike[str], format: Format, lossy: bool) -> None:
    """Write the files of a folder, unless one of them is no longer what was read."""
    name = os.fspath(path)
    folder = Path(os.path.realpath(name))
    expected = _expected(theory, folder)
    with locked(folder.parent):
        if expected is not None:
            try:
                now = _load_folder(folder, name, format.name, _DEFAULT).origin
            except FormatError:
                now = None
            if now is None or now.digest != expected:
                raise FileChanged(
                    f"{name} was changed by somebody since it was read. Read it again and make your change there."
                )
        dump(theory, path, format=format.name, lossy=lossy)
        if format.is_read:
            _remember(theory, _load_folder(folder, name, format.name, _DEFAULT).origin or Origin(name))


def _write_folder(folder: Path, files: Files) -> None:
    """The files of a folder, each whole or not at all, and none outside it."""
    try:
        folder.mkdir(parents=False, exist_ok=True)
    except OSError as error:
        raise SaveError(f"{folder} cannot be written: {error.strerror or error}.") from error
    linked = [one for one in files if (folder / one).is_symlink()]
    if linked:
        raise SaveError(f"{folder / linked[0]} is a link and may lead elsewhere; take it away first.")
    for one, data in files.items():
        write_bytes(folder / one, data)


def _expected(theory: Theory, target: Path) -> str | None:
    origin = theory.origin
    if origin is None or origin.digest is None or origin.path is None:
        return None
    return origin.digest if Path(origin.path) == target else None


def _new_bytes(theory: Theory, format: Format, old: bytes | None, name: str, lossy: bool) -> bytes:
    if old is None or not old.strip():
        return bytes(_checked(theory, format, lossy))
    limits = Limits()
    bom = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
    try:
        if format.patch is not None:
            return bom + format.patch(decode(old, name, limits), theory).encode("utf-8")
        there = _back(format, old) if format.is_read else None
    except FormatError as error:
        raise SaveError(
            f"{name} holds something that is no theory file, and is not written over ({error.faults[0].message}) "
            "Save under another name, or take the file away first."
        ) from error
    lost = there.origin.lost if there is not None and there.origin is not None else ()
    if lost:
        raise SaveError(
            f"{name} holds something that a theory has no place for, and is not written over "
            f"({lost[0].message}) Save under another name."
        )
    return bytes(_checked(theory, format, lossy))


def _read_again(theory: Theory, format: Format, data: bytes, name: str, lossy: bool) -> Origin:
    """What a reader will know of the file; it is written only if it says exactly this theory."""
    if not format.is_read:
        return Origin(format=format.name)
    try:
        if format.reads is not None:
            again = format.reads(data, name, _DEFAULT)
        else:
            again = read_text(format, data.decode("utf-8").removeprefix("\ufeff"), name, _DEFAULT)
    except FormatError as error:
        raise SaveError(
            f"{name} was not written, as it could not be read again: {error.faults[0].message}"
        ) from error
    if _whole(format) and again != theory:
        raise SaveError(f"{name} was not written: what would be in it does not read back as the same theory.")
    if not lossy and again != theory:
        # An outline has one order: what was added stands below what it contributes to, not at the end.
        lost = [
            loss for loss in _difference(theory, again) if not (format.orders and loss.how == "reordered")
        ]
        if lost:
            raise LossError(format.name, [str(loss) for loss in lost])
    return again.origin or Origin(format=format.name)
