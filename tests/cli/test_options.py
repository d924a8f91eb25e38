"""Options of the command line: the same word means the same in every command."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import click

import driverkit.cli


def declarations() -> list[tuple[str, str]]:
    """Every ``click.option(...)`` in the source of the command line, with its module."""
    home = Path(driverkit.cli.__file__).parent
    return [
        (path.name, ast.unparse(node))
        for path in sorted(home.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "click.option"
    ]


def commands(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    """Every command, with what is typed for it."""
    found: list[tuple[str, click.Command]] = []
    for name, one in group.commands.items():
        found.append((f"{path} {name}".strip(), one))
        if isinstance(one, click.Group):
            found.extend(commands(one, f"{path} {name}".strip()))
    return found


def test_an_option_is_declared_once_and_shared() -> None:
    counted = Counter(text for _, text in declarations())
    twice = {text: [m for m, t in declarations() if t == text] for text, n in counted.items() if n > 1}
    assert not twice


def test_what_many_commands_know_is_declared_in_one_module() -> None:
    shared = ("--from", "--untrusted", "--theme", "--direction", "--no-legend", "--scale", "--every", "--on")
    elsewhere = [
        (module, name)
        for module, text in declarations()
        if module != "options.py"
        for name in shared
        if f"'{name}'" in text
    ]
    # The scale of a test is how many were in it, not how large a picture is.
    assert [one for one in elsewhere if one[0] != "record.py"] == []


def test_every_option_says_what_it_does_and_how_often_it_may_be_given() -> None:
    for path, command in commands(driverkit.cli.cli):
        for option in command.params:
            if isinstance(option, click.Option) and "--help" not in option.opts:
                assert option.help, f"{path} {option.opts}"
                assert option.help.endswith("."), f"{path} {option.opts}: {option.help}"
