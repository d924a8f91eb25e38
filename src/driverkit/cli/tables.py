"""What commands share whose result is several tables: text for people, one table for spreadsheets, all for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from driverkit.cli.support import write

__all__ = ["table_options", "write_tables"]

F = TypeVar("F", bound=Callable[..., Any])


def table_options(*tables: str) -> Callable[[F], F]:
    """The options ``--format``, ``--table`` and ``-o``; the first table is the one that is taken unasked."""

    def options(command: F) -> F:
        command = click.option(
            "-o", "--output", "out", metavar="OUT", help="Where to; standard output without it."
        )(command)
        command = click.option(
            "--table",
            type=click.Choice(tables),
            default=tables[0],
            show_default=True,
            help="Which table, as csv or md; json has all of them.",
        )(command)
        return click.option(
            "--format",
            "format_",
            type=click.Choice(["text", "csv", "json", "md"]),
            default="text",
            show_default=True,
            help="For people, for spreadsheets, for programs, or for a wiki.",
        )(command)

    return options


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
        write(out, text())
    elif format_ == "json":
        found = {name: rows(name) for name in columns if name not in left_out}
        write(out, json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n")
    else:
        write(out, table_text(format_, columns[table], rows(table), title=title))
