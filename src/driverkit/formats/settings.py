"""Small files of settings, such as a theme: read with the care of a theory file, and told of in the same way.

What comes back is the tree of `driverkit.formats.tree`, each value with its place, so that whoever
knows what the settings mean tells every fault with its line and column.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from driverkit.errors import Fault, FormatError
from driverkit.formats.disk import read_bytes
from driverkit.formats.json_tree import compose_json
from driverkit.formats.limits import Limits
from driverkit.formats.text import decode, scan
from driverkit.formats.tree import Enough, Faults, Tree
from driverkit.formats.yaml_tree import compose_yaml

__all__ = ["read_settings"]

_SAYS_SOMETHING = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)


def read_settings(
    source: str | os.PathLike[str] | IO[str] | IO[bytes], limits: Limits
) -> tuple[Tree | None, Faults]:
    """The tree of a YAML or JSON file (``.json``), and the faults found so far; no tree where it says nothing.

    Args:
        source: a path, or an open file of text or bytes.
        limits: how much is read before it is refused.

    Raises:
        FormatError: the file cannot be read, or is no text.
    """
    held: Any
    if isinstance(source, str | os.PathLike):
        name: str | None = os.fspath(source)
        held = _bytes(Path(source), str(name), limits)
    else:
        said = getattr(source, "name", None)
        name = said if isinstance(said, str) else None
        held = source.read(limits.bytes + 1)
    data = held.encode("utf-8", "surrogatepass") if isinstance(held, str) else bytes(held)
    text = decode(data, name, limits)
    faults = Faults(text, name, limits)
    tree: Tree | None = None
    with suppress(Enough):
        scan(text, faults)
        if not len(faults):
            if (name or "").lower().endswith(".json"):
                tree = compose_json(text, faults, limits)
            elif _SAYS_SOMETHING.search(text):  # to the reader of theories, a file of comments is a fault
                tree = compose_yaml(text, faults, limits)
    return tree, faults


def _bytes(path: Path, name: str, limits: Limits) -> bytes:
    if os.path.isdir(path):  # noqa: PTH112 - raises for no name; what is wrong with one is told below
        raise FormatError([Fault("This is a folder, not a file.", line=1, column=1, file=name)])
    return read_bytes(path, name, limits)
