"""What commands share whose result is several tables: text for people, one table for spreadsheets, all for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from driverkit.cli.support import fitted, write

__all__ = ["table_format", "write_tables"]


def table_format(said: str | None, out: str | None) -> str:
    """The format of a table: what ``--format`` says, else the suffix of OUT, else text."""
    if said is not None:
        return said
    suffix = PurePath(out).suffix.lstrip(".").lower() if out not in (None, "-") and out is not None else ""
    return {"": "text", "txt": "text"}.get(suffix, suffix)


def write_tables(
    out: str | None,
    format_: str,
    table: str,
    columns: Mapping[str, Mapping[str, str]],
    rows: Callable[[str], list[dict[str, Any]]],
    text: Callable[[], str],
    *,
    title: str,
    left_out: tuple[str, ...] = (),
) -> None:
    """Write tables in the format that was asked for; those that are left out nobody asked for."""
    from driverkit.analysis.report import table_text

    if format_ == "text":
        write(out, fitted(out, text()))
    elif format_ == "json":
        found = {name: rows(name) for name in columns if name not in left_out}
        write(out, json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n")
    else:
        write(out, table_text(format_, columns[table], rows(table), title=title))
