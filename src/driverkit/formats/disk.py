"""The disk: bytes are written whole or not at all, one saver after the other.

New bytes are made beside the old file, brought to the disk, read back and compared, and only then put in the place
of the others. Whatever stops it, the file is either the old one or the new one, whole.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from driverkit.errors import Fault, FileChanged, FormatError, SaveError
from driverkit.formats.limits import Limits

__all__ = [
    "FORSAKEN",
    "bytes_there",
    "folder_of",
    "inside",
    "locked",
    "put_in_place",
    "read_bytes",
    "target_of",
    "write_bytes",
]


def read_bytes(path: Path, name: str, limits: Limits) -> bytes:
    """The bytes of a file, one more than the limits allow at most, so that who decodes them can tell.

    Raises:
        FormatError: it is not there or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(limits.bytes + 1)
    except FileNotFoundError:
        raise FormatError([Fault("There is no such file.", line=1, column=1, file=name)]) from None
    except (OSError, ValueError) as error:  # a name with a NUL in it is a ValueError
        said = getattr(error, "strerror", None) or error
        raise FormatError([Fault(f"The file cannot be read: {said}.", line=1, column=1, file=name)]) from None


def inside(folder: str, name: str) -> str | None:
    """The file that a file of somebody's names, with links followed; None where that is outside the folder."""
    home = os.path.realpath(folder)
    try:
        path = os.path.realpath(os.path.join(home, *name.replace("\\", "/").split("/")))  # noqa: PTH118 - texts
        return path if os.path.commonpath([home, path]) == home else None
    except ValueError:  # another drive, or a name that no file can have
        return None


def write_bytes(path: Path, data: bytes, *, new: bool = False) -> None:
    """Write a file atomically: whole or not at all; a link is followed to its target.

    Args:
        path: where to.
        data: what.
        new: whether there may be no such file yet.

    Raises:
        FileChanged: with ``new``, a file appeared there.
        SaveError: it could not be written; what was there is untouched.
    """
    target = target_of(path)
    put_in_place(target, data, os.fspath(path), lambda: not (new and target.exists()))


def folder_of(path: str | os.PathLike[str]) -> Path:
    """The folder in which a file or folder is found in the end, whether it is there or not."""
    try:
        return Path(os.path.realpath(path)).parent
    except (OSError, ValueError):  # a name that no file can have; who reads it tells so
        return Path()


def target_of(path: str | os.PathLike[str]) -> Path:
    """The file that is meant: links followed, and nothing but a file or the place for one."""
    name = os.fspath(path)
    try:
        target = Path(os.path.realpath(name))
        special = target.exists() and not target.is_file()
        circle = target.is_symlink()
    except (OSError, ValueError) as error:
        raise SaveError(f"{name!r} cannot be written: {error}.") from None
    if circle:
        raise SaveError(f"{name} cannot be written: it is a link that leads to itself.")
    if special:
        what = "a folder" if target.is_dir() else "no ordinary file"
        raise SaveError(f"{name} cannot be written: it is {what}.")
    return target


def bytes_there(target: Path, name: str) -> bytes | None:
    """What stands in a file that is to be written; None where there is none.

    Raises:
        SaveError: it cannot be read, so nobody knows what would be lost.
    """
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SaveError(f"{name} cannot be written: {error.strerror or error}.") from None


def put_in_place(target: Path, data: bytes, name: str, unchanged: Callable[[], bool]) -> None:
    """Put new bytes in the place of a file, or of none.

    Args:
        target: the file itself, no link to it.
        data: the bytes.
        name: what the file is called in messages.
        unchanged: asked at the last moment whether the file is still what it was.

    Raises:
        FileChanged: it is not.
        SaveError: it could not be written; what was there is untouched.
    """
    temporary: Path | None = None
    try:
        there = target.stat() if target.exists() else None
        mode = None if there is None else stat.S_IMODE(there.st_mode)
        temporary, handle = _temporary_beside(target, 0o666 if mode is None else mode)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if there is not None and mode is not None:
            _owned_alike(temporary, there)
            temporary.chmod(mode)
        if temporary.read_bytes() != data:
            raise SaveError(f"{name} was not written: the disk gave back something else than was written.")
        if not unchanged():
            raise FileChanged(f"{name} was changed by somebody while it was being saved. Read it again.")
        temporary.replace(target)
        temporary = None
        _sync_folder(target.parent)
        _clear_up(target)
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


def _owned_alike(path: Path, there: os.stat_result) -> None:
    """Give a new file the owner and group of the old one, so that root can mend a file for somebody."""
    made = path.stat()
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (there.st_uid, there.st_gid):
        with suppress(OSError):  # only root may give files away; then it is the saver's own, as ever
            os.chown(path, there.st_uid, there.st_gid)


FORSAKEN = 3600.0
"""Seconds after which a temporary file that nobody has written to is taken for one of a killed program."""


def _clear_up(target: Path) -> None:
    """Take away what a killed program has left beside the file; never anything that is still in use."""
    ours = re.compile(rf"\.{re.escape(target.name[:20])}\.[0-9a-f]{{12}}\.tmp")
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if (
                ours.fullmatch(entry.name)
                and entry.is_file(follow_symlinks=False)
                and time.time() - entry.stat(follow_symlinks=False).st_mtime > FORSAKEN
            ):
                Path(entry.path).unlink()


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some systems have no such thing for folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


_held = threading.local()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let two savers into one folder only one after the other, where the system has such a lock.

    A thread that has the lock of a folder gets it again, so that an update may save.
    """
    mine: set[Path] = _held.__dict__.setdefault("folders", set())
    if folder in mine:
        yield
        return
    handle = None
    with suppress(ImportError, OSError):
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    mine.add(folder)
    try:
        yield
    finally:
        mine.discard(folder)
        if handle is not None:
            os.close(handle)
