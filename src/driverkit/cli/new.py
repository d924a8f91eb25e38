"""``driverkit new``: a small starter theory, or a starter network, to edit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from driverkit.cli.schema import schema_text
from driverkit.cli.starter_network import STARTER_NETWORK
from driverkit.cli.support import day as given_day
from driverkit.cli.support import examples, say, write
from driverkit.errors import UsageError
from driverkit.examples import copy_network
from driverkit.formats import dump, format_of
from driverkit.formats.disk import write_bytes
from driverkit.formats.folders import write_new
from driverkit.model import Theory

__all__ = ["new"]

STARTER = """\
# yaml-language-server: $schema={schema}
# A theory of improvement: what to improve (aims), what must change for that (drivers), what to try
# (change ideas), how you will know (measures), and what you learned (cycles).
# Only the first two keys are needed; an unfinished theory can be drawn and checked all the same.
driverkit: 1
title: {title}
revision: {{label: "1"{date}}}

aims:
  - id: A1
    text: More of our pupils read at home     # what is to improve
    population: pupils of classes 3 and 4     # for whom
    measure: M1                               # by which measure
    baseline: 40                              # from where
    target: 70                                # to where
    by: {by}                            # by when: change it

drivers:
  - {{id: P1, text: Books that pupils want are at hand, contributes_to: [A1]}}
  - {{id: P2, text: Families know how to help, contributes_to: [A1]}}
  - id: S1
    text: Pupils choose their own books
    contributes_to: [P1]

change_ideas:
  - {{id: C1, text: Each pupil picks a book for the weekend every Friday, contributes_to: [S1]}}
  - {{id: C2, text: A two-minute film in four languages on reading together, contributes_to: [P2]}}

measures:
  - {{id: M1, name: Pupils who read at home on four days or more, of: [A1], role: outcome, unit: "%", direction: increase}}
  - {{id: M2, name: Books borrowed a week, of: [P1, S1], role: process, timing: leading, direction: increase}}
  - {{id: M3, name: Families who watched the film, of: [P2], role: process, timing: leading, direction: increase}}
  - {{id: M4, name: Pupils who say that reading is a chore, of: [A1], role: balancing, direction: decrease}}

cycles:
  - id: T1
    change: C1
    site: Class 3a
    scale: 6                                  # how many pupils were in the test
    plan: {{objective: can they choose in ten minutes{date}}}
    predictions:                              # written before doing; add found and result afterwards
      - {{question: how many have a book to take home, prediction: 5 of 6}}
"""


@click.command(
    epilog=examples(
        "driverkit new theory.yaml",
        'driverkit new theory.yaml --title "Reading at home"',
        "driverkit new > theory.yaml",
        "driverkit new --xlsx theory.xlsx",
        "driverkit new --network our-network",
        "driverkit new --network --example a-network-to-learn-from",
    )
)
@click.argument("file", required=False, default="-")
@click.option(
    "--title", default="Reading at home", show_default=True, help="What the theory or network is called."
)
@click.option("--date", metavar="DATE", help="Date of the first revision and plan, such as 2026-03-01.")
@click.option(
    "--xlsx", is_flag=True, help="Write a workbook, with lists to choose from and a sheet that explains."
)
@click.option("--no-schema", is_flag=True, help="Do not write driverkit.schema.json beside the file.")
@click.option(
    "--network", is_flag=True, help="Write a folder, FILE: a hub's common theory, and one member to copy."
)
@click.option("--example", is_flag=True, help="With --network: the shipped network of eight members instead.")
def new(
    file: str, title: str, date: str | None, xlsx: bool, no_schema: bool, network: bool, example: bool
) -> None:
    """Write a small starter theory to edit.

    Beside FILE stands driverkit.schema.json, which the first line of FILE names: editors that know
    YAML schemas complete the keys and underline slips. Without FILE the theory goes to standard output.
    With --xlsx it is a workbook, theory.xlsx where no FILE is named. With --network it is a folder.
    """
    from driverkit.formats import loads
    from driverkit.formats.yaml_write import scalar
    from driverkit.model.values import Refused, as_text

    day = given_day(date)
    try:
        as_text(title)
    except Refused as refused:
        raise UsageError(str(refused)) from None
    if network or example:
        if not network:
            raise UsageError(
                "--example goes with --network. An example theory is driverkit.examples.text(NAME)."
            )
        if xlsx:
            raise UsageError("A network is a folder of YAML files, not a workbook. Leave out --xlsx.")
        _network(file, title, day, example=example, no_schema=no_schema)
        return
    text = STARTER.format(
        schema="driverkit.schema.json",
        title=scalar(title),
        date=f", date: {day.isoformat()}" if day else "",
        by=f"{day.year + 1 if day else 2030}-06-30",
    )
    theory = loads(text)
    if xlsx or file.lower().endswith(".xlsx"):
        _workbook(theory, Path("theory.xlsx" if file == "-" else file))
        return
    if file == "-":
        write(None, text)
        return
    path = Path(file)
    if format_of(file).name != "yaml":
        raise UsageError(
            f"The starter is YAML, with remarks that JSON cannot hold. Name it {path.with_suffix('.yaml')}."
        )
    if path.exists():
        raise UsageError(f"{file} is there already and is not written over. Choose another name.")
    write_bytes(path, text.encode("utf-8"), new=True)
    beside = path.parent / "driverkit.schema.json"
    if not no_schema and not beside.exists():
        write_bytes(beside, schema_text().encode("utf-8"))
        say(f"Wrote {file}, and {beside} for your editor.")
    else:
        say(f"Wrote {file}.")
    say(f"Next: driverkit check {file}; driverkit render {file} -o {path.with_suffix('.svg')}")


def _network(folder: str, title: str, day: dt.date | None, *, example: bool, no_schema: bool) -> None:
    """A network folder: a starter, or the shipped example.

    Raises:
        UsageError: no folder is named, or a file of it is there already.
    """
    if folder == "-":
        raise UsageError("A network is a folder. Name it: driverkit new --network our-network")
    from driverkit.formats.yaml_write import scalar

    if example:
        copy_network(folder)
    else:
        files = {
            name: text.format(
                title=scalar(title),
                common=scalar(f"{title}: the common theory"),
                date=f", date: {day.isoformat()}" if day else "",
                by=f"{day.year + 1 if day else 2030}-06-30",
            ).encode("utf-8")
            for name, text in STARTER_NETWORK.items()
        }
        if not no_schema:
            files["driverkit.schema.json"] = schema_text().encode("utf-8")
            files["network.schema.json"] = schema_text("network").encode("utf-8")
        write_new(folder, files)
    say(f"Wrote {folder}. Begin with {Path(folder) / 'network.yaml'}.")
    say(f"Next: driverkit network check {folder}; driverkit network render {folder} -o network.svg")


def _workbook(theory: Theory, path: Path) -> None:
    """The same starter as a workbook.

    Raises:
        UsageError: the file is there already, or is called something else.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"A workbook is called {path.with_suffix('.xlsx')}, not {path}.")
    if path.exists():
        raise UsageError(f"{path} is there already and is not written over. Choose another name.")
    dump(theory, path, format="xlsx")
    say(f"Wrote {path}.")
    say(f"Next: driverkit check {path}; driverkit render {path} -o {path.with_suffix('.svg')}")
