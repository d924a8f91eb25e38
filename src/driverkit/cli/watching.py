"""Doing something again whenever a file changes that it was made from."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from driverkit.cli.support import one_line, say, tell
from driverkit.errors import DriverkitError

__all__ = ["PAUSE", "pause", "watch"]

PAUSE = 0.4
"""Seconds between two looks at the files."""

Mark = tuple[int, int, int] | None


def pause() -> None:
    """Wait until it is time to look again."""
    time.sleep(PAUSE)


def watch(make: Callable[[Callable[[Path], None]], str], *, wait: Callable[[], None] | None = None) -> None:
    """Make something, and make it again whenever one of its files changes, until Ctrl-C.

    The files are looked at now and then, which works on every system and on shared drives. Where a
    file has changed, nothing is made until two looks in a row find the same: an editor may still be
    writing.

    Args:
        make: makes it, and says in a few words what was made. It is given a function to name each
            file with before it reads it; a file that is not named is not watched.
        wait: waits between two looks; it may end everything by raising ``KeyboardInterrupt``.
    """
    wait = wait or pause
    marks: dict[Path, Mark] = {}
    why = ""
    try:
        while True:
            last, marks = marks, {}

            def note(path: Path, marks: dict[Path, Mark] = marks) -> None:
                marks.setdefault(path, _mark(path))

            try:
                made = make(note)
                say(one_line(f"{why}{made}" if why else made[:1].upper() + made[1:]))
            except DriverkitError as error:
                tell(error)
                # What was not reached this time is still worth a look: it may be what mends it.
                for path in last:
                    note(path)
            if not why:
                say("Drawn again when a file changes; Ctrl-C ends.")
            changed: list[Path] = []
            while not changed:
                wait()
                changed = [path for path, mark in marks.items() if _mark(path) != mark]
            looked = {path: _mark(path) for path in marks}
            while True:
                wait()
                again = {path: _mark(path) for path in marks}
                if again == looked:
                    break
                looked = again
            why = f"{', '.join(path.name for path in changed)} changed: "
    except KeyboardInterrupt:
        say("No longer watching.")


def _mark(path: Path) -> Mark:
    """What changes when a file does; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
