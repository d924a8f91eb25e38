"""``driverkit network readiness``: what a network has of what a network needs, and what to ask."""

from __future__ import annotations

import json

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import table_options, today_option
from driverkit.cli.support import day, examples, fitted, write

__all__ = ["readiness"]


@click.command(
    "readiness",
    epilog=examples(
        "driverkit network readiness wards",
        "driverkit network readiness wards --today 2026-07-01 --format md -o readiness.md",
    ),
)
@folder_options
@table_options
@today_option("The day, such as 2026-07-01: who is a member then, how old the theory is.")
def readiness(
    folder: str, go_on: bool, untrusted: bool, format_: str, today: str | None, out: str | None
) -> None:
    """Say what a network has of what a networked improvement community needs, and what to ask.

    The four characteristics and the framework for the initiation of a network: each item is answered from the
    files where they say it, and asked for where they do not. Answers go into network.yaml under readiness.
    """
    from driverkit.analysis.report import table_text
    from driverkit.evidence import readiness as profile_of

    profile = profile_of(read_folder(folder, go_on, untrusted), today=day(today))
    if format_ == "text":
        write(out, fitted(out, profile.text()))
    elif format_ == "json":
        write(out, json.dumps(profile.to_dict(), ensure_ascii=False, indent=2) + "\n")
    else:
        columns = ("title", "answer", "by", "reason", "question")
        write(out, table_text(format_, columns, profile.rows(), title=f"Readiness of {profile.title}"))
