"""What commands share whose result is several tables: text for people, one table for spreadsheets, all for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from driverkit.cli.support import fitted, write
from driverkit.errors import UsageError
from driverkit.model.values import did_you_mean, show

__all__ = ["table_format", "write_tables"]


def table_format(
    said: str | None, out: str | None, formats: Sequence[str] | None = None, *, unasked: str = "text"
) -> str:
    """The format of a table: what ``--format`` says, else the suffix of OUT, else the one that is taken unasked.

    Raises:
        UsageError: OUT ends in none of ``formats``, where there are any; nothing is written then.
    """
    if said is not None:
        return said
    suffix = PurePath(out).suffix.lstrip(".").lower() if out is not None and out != "-" else ""
    found = {"": unasked, "txt": unasked}.get(suffix, suffix)
    if formats is not None and found not in formats:
        raise UsageError(
            f"There is no format {show(found)} of this command.{did_you_mean(found, formats)} "
            f"There are: {', '.join(formats)}; say one with --format, or end the name of OUT with it."
        )
    return found


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
