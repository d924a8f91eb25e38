"""Text to theory and back: one module a format, one converter, faults with their place.

``loads`` and ``dumps`` see text; ``load`` and ``save`` touch the disk.
"""

from __future__ import annotations

from driverkit.formats.dicts import from_dict, to_dict
from driverkit.formats.files import dump, dumps, load, loads, losses, save, update
from driverkit.formats.json_schema import schema
from driverkit.formats.limits import Limits
from driverkit.formats.loss import Loss
from driverkit.formats.merge import Conflict, Merged, merge
from driverkit.formats.network import load_network
from driverkit.formats.record import Format, format_of, formats
from driverkit.formats.rewriting import formatted

__all__ = [
    "Conflict",
    "Format",
    "Limits",
    "Loss",
    "Merged",
    "dump",
    "dumps",
    "format_of",
    "formats",
    "formatted",
    "from_dict",
    "load",
    "load_network",
    "loads",
    "losses",
    "merge",
    "save",
    "schema",
    "to_dict",
    "update",
]
