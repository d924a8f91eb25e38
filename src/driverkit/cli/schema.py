"""``driverkit schema``: the JSON Schema of the theory file."""

from __future__ import annotations

import json

import click

from driverkit.cli.support import examples, write
from driverkit.formats import schema

__all__ = ["schema_command", "schema_text"]


@click.command("schema", epilog=examples("driverkit schema > driverkit.schema.json"))
@click.option("-o", "--output", "out", metavar="OUT", help="Where to; standard output without it.")
def schema_command(out: str | None) -> None:
    """Print the JSON Schema of the theory file, for editors and other tools."""
    write(out, schema_text())


def schema_text() -> str:
    """The JSON Schema as text."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
