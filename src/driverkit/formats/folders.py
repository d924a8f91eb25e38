"""A folder of new files: all of them or, where one is there already, none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from driverkit.errors import SaveError, UsageError
from driverkit.formats.disk import write_bytes

__all__ = ["write_new"]


def write_new(folder: str | os.PathLike[str], files: Mapping[str, bytes]) -> Path:
    """Writes files into a folder, which is made where there is none. Nothing is written over.

    Args:
        folder: where to.
        files: path inside the folder, with ``/``, to what the file holds.

    Returns:
        The folder.

    Raises:
        SaveError: a file or folder could not be written.
        UsageError: one of the files is there already, or a folder for them is a link; nothing was written.
    """
    home = Path(folder)
    try:
        there = sorted(name for name in files if os.path.lexists(home / name))
        parents = {parent for name in files for parent in Path(name).parents if parent.parts}
        links = sorted(str(parent) for parent in parents if (home / parent).is_symlink())
    except (OSError, ValueError) as error:
        raise _refused(folder, error) from None
    if there:
        more = f" and {len(there) - 1:,} more are" if len(there) > 1 else " is"
        raise UsageError(
            f"{home / there[0]}{more} there already, and nothing is written over. Choose another folder."
        )
    if links:
        raise UsageError(f"{home / links[0]} is a link to another folder. Choose another folder.")
    try:
        for parent in sorted({(home / name).parent for name in files}):
            parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _refused(folder, error) from None
    for name, data in files.items():
        write_bytes(home / name, data, new=True)
    return home


def _refused(folder: str | os.PathLike[str], error: Exception) -> SaveError:
    said = getattr(error, "strerror", None) or error
    return SaveError(f"No folder can be made of {os.fspath(folder)!r}: {said}.")
