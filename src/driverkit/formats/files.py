"""Files: reading them, and writing them so that nothing is ever lost.

A save makes the new text beside the old file, brings it to the disk, reads it back and compares,
looks whether the file is still what was read, and only then puts the one in the place of the other.
Whatever stops it, the file is either the old one or the new one, whole.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import attrs

from driverkit.collector import collector_at_rest
from driverkit.errors import Fault, FileChanged, FormatError, SaveError
from driverkit.formats.limits import Limits
from driverkit.formats.record import Format, format_of, formats
from driverkit.formats.text import decode
from driverkit.model import Origin, Theory

__all__ = ["dump", "dumps", "load", "loads", "save", "write_bytes"]

_DEFAULT = Limits()


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
    return _read_text(_named(format), text.removeprefix("\ufeff"), file, limits)


def dumps(theory: Theory, *, format: str = "yaml") -> str:
    """A theory as text, in the layout of the documentation.

    Raises:
        UsageError: there is no such format.
    """
    return _named(format).dumps(theory)


LARGE = 500_000
"""From how many characters on a text is large: the collector of cycles rests while it is read."""


def _read_text(format: Format, text: str, file: str | None, limits: Limits) -> Theory:
    with collector_at_rest(len(text) >= LARGE):
        return format.loads(text, file, limits)


def _named(name: str) -> Format:
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
        chosen = _format_for(name, format)
        held = stream.read(limits.bytes + 1)
        data = held.encode("utf-8", "surrogatepass") if isinstance(held, str) else bytes(held)
        path = Path(name) if name and Path(name).is_file() else None
    else:
        path = Path(source)
        name = os.fspath(source)
        chosen = _format_for(name, format)
        data = _read(path, name, limits)
    text = decode(data, name, limits)
    theory = _read_text(chosen, text, name, limits)
    if path is not None and theory.origin is not None:
        if isinstance(source, str | os.PathLike) or not isinstance(held, str):
            digest = _digest(data)
        else:
            digest = _digest_behind(path, held)
        origin = attrs.evolve(theory.origin, digest=digest, path=os.path.realpath(path), limits=limits)
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


def _format_for(name: str | None, format: str | None) -> Format:
    if format is None and name and Path(name).suffix:
        return format_of(name)
    return _named(format or "yaml")


def _read(path: Path, name: str, limits: Limits) -> bytes:
    try:
        if path.is_dir():
            raise FormatError([Fault("This is a folder, not a theory file.", line=1, column=1, file=name)])
        with path.open("rb") as stream:
            return stream.read(limits.bytes + 1)
    except FileNotFoundError:
        raise FormatError([Fault("There is no such file.", line=1, column=1, file=name)]) from None
    except (OSError, ValueError) as error:  # a name with a NUL in it is a ValueError
        said = getattr(error, "strerror", None) or error
        raise FormatError([Fault(f"The file cannot be read: {said}.", line=1, column=1, file=name)]) from None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _remember(theory: Theory, origin: Origin) -> None:
    # Where a theory was read from or saved to is no part of its value; it is noted on the value at hand.
    object.__setattr__(theory, "origin", origin)


def save(theory: Theory, path: str | os.PathLike[str], *, format: str | None = None) -> None:
    """Write a theory to a file, keeping everything in the file that did not change.

    Where the file is there already, its text is patched: comments, order, quoting and keys for other
    tools stay, and a changed word changes its own line only. The write is atomic. After it, the
    theory knows the file as its own, so that it can be changed and saved again.

    Args:
        theory: what to write.
        path: where to; a link is followed to its target.
        format: the name of the format; left out, the suffix says it.

    Raises:
        FileChanged: the file is not what it was when this theory was read from it. Read it again.
        SaveError: the file could not be written; what was there is untouched.
        UsageError: no format has the suffix.
    """
    name = os.fspath(path)
    chosen = _named(format) if format else format_of(name)
    target = _target(path)
    with _locked(target.parent):
        old = _old_bytes(target, name)
        expected = _expected(theory, target)
        if expected is not None and old is None:
            raise FileChanged(f"{name} is gone since it was read. Save under another name, or read it again.")
        if expected is not None and old is not None and _digest(old) != expected:
            raise FileChanged(
                f"{name} was changed by somebody since it was read. Read it again and make your change there."
            )
        with collector_at_rest(len(old or b"") >= LARGE):
            text = _new_text(theory, chosen, old, name)
            origin = _read_again(theory, chosen, text, name)
        data = text.encode("utf-8")
        if data != old:
            _replace(target, data, name, lambda: _old_bytes(target, name) == old)
    limits = theory.origin.limits if theory.origin is not None else None
    _remember(theory, attrs.evolve(origin, file=name, path=str(target), digest=_digest(data), limits=limits))


def dump(theory: Theory, path: str | os.PathLike[str], *, format: str | None = None) -> None:
    """Write a theory whole, in the layout of the documentation, whatever was in the file before.

    Raises:
        SaveError: the file could not be written; what was there is untouched.
        UsageError: no format has the suffix.
    """
    name = os.fspath(path)
    chosen = _named(format) if format else format_of(name)
    write_bytes(Path(name), chosen.dumps(theory).encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file atomically: whole or not at all; a link is followed to its target.

    Raises:
        SaveError: it could not be written; what was there is untouched.
    """
    _replace(_target(path), data, os.fspath(path), lambda: True)


def _target(path: str | os.PathLike[str]) -> Path:
    """The file that is meant: links followed, and nothing but a file or the place for one."""
    name = os.fspath(path)
    try:
        target = Path(os.path.realpath(name))
        special = target.exists() and not target.is_file()
    except (OSError, ValueError) as error:
        raise SaveError(f"{name!r} cannot be written: {error}.") from None
    if special:
        what = "a folder" if target.is_dir() else "no ordinary file"
        raise SaveError(f"{name} cannot be written: it is {what}.")
    return target


def _old_bytes(target: Path, name: str) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SaveError(f"{name} cannot be written: {error.strerror or error}.") from None


def _expected(theory: Theory, target: Path) -> str | None:
    origin = theory.origin
    if origin is None or origin.digest is None or origin.path is None:
        return None
    return origin.digest if Path(origin.path) == target else None


def _new_text(theory: Theory, format: Format, old: bytes | None, name: str) -> str:
    if old is None or not old.strip() or format.patch is None:
        return format.dumps(theory)
    limits = Limits()
    bom = "\ufeff" if old.startswith(b"\xef\xbb\xbf") else ""
    try:
        return bom + format.patch(decode(old, name, limits), theory)
    except FormatError as error:
        raise SaveError(
            f"{name} holds something that is no theory file, and is not written over ({error.faults[0].message}) "
            "Save under another name, or take the file away first."
        ) from error


def _read_again(theory: Theory, format: Format, text: str, name: str) -> Origin:
    """What a reader will know of the file; the text is written only if it says exactly this theory."""
    try:
        again = _read_text(format, text.removeprefix("\ufeff"), name, _DEFAULT)
    except FormatError as error:
        raise SaveError(
            f"{name} was not written, as it could not be read again: {error.faults[0].message}"
        ) from error
    if again != theory:
        raise SaveError(f"{name} was not written: what would be in it does not read back as the same theory.")
    return again.origin or Origin(format=format.name)


def _replace(target: Path, data: bytes, name: str, unchanged: Callable[[], bool]) -> None:
    temporary: Path | None = None
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        temporary, handle = _temporary_beside(target, 0o666 if mode is None else mode)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            temporary.chmod(mode)
        if temporary.read_bytes() != data:
            raise SaveError(f"{name} was not written: the disk gave back something else than was written.")
        if not unchanged():
            raise FileChanged(f"{name} was changed by somebody while it was being saved. Read it again.")
        temporary.replace(target)
        temporary = None
        _sync_folder(target.parent)
    except FileNotFoundError:
        raise SaveError(f"{name} cannot be written: there is no such folder.") from None
    except OSError as error:
        if isinstance(error, SaveError):
            raise
        raise SaveError(f"{name} cannot be written: {error.strerror or error}.") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _temporary_beside(target: Path, mode: int) -> tuple[Path, int]:
    """A new file in the same folder, no easier to read than the file whose place it takes."""
    while True:
        path = target.with_name(f".{target.name[:20]}.{secrets.token_hex(6)}.tmp")
        with suppress(FileExistsError):
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
            return path, os.open(path, flags, mode)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some systems have no such thing for folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let two savers into one folder only one after the other, where the system has such a lock."""
    handle = None
    with suppress(ImportError, OSError):
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)
