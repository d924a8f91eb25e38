"""``driverkit schema``: the JSON Schema of the theory file, or of the file of a network."""

from __future__ import annotations

import json

import click

from driverkit.cli.options import output_option
from driverkit.cli.support import examples, write
from driverkit.formats import schema

__all__ = ["schema_command", "schema_text"]


@click.command("schema", epilog=examples("driverkit schema > driverkit.schema.json"))
@click.option("--network", is_flag=True, help="That of network.yaml, the file of a network folder.")
@output_option
def schema_command(network: bool, out: str | None) -> None:
    """Print the JSON Schema of the theory file, for editors and other tools."""
    write(out, schema_text("network" if network else "theory"))


def schema_text(of: str = "theory") -> str:
    """The JSON Schema as text."""
    return json.dumps(schema(of), ensure_ascii=False, indent=2) + "\n"
