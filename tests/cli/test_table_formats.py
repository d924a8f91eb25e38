"""A table goes by the suffix of OUT, in every command that writes one."""

from __future__ import annotations

import json

import pytest

import driverkit as dk
from driverkit.cli import run

OF_A_THEORY = ("belief", "predictions", "audit", "next", "learning", "coverage")
OF_A_NETWORK = ("uptake", "held", "pool", "readiness", "spread", "coverage", "align")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = tmp_path_factory.mktemp("formats")
    dk.examples.copy_network(found / "here")
    dk.save(dk.examples.load("leaving-hospital"), found / "theory.yaml")
    return found


def words(home, command):
    of_network = command.startswith("network ")
    return [*command.split(), str(home / ("here" if of_network else "theory.yaml"))]


every = pytest.mark.parametrize(
    "command", [*OF_A_THEORY, *(f"network {name}" for name in OF_A_NETWORK)]
)  # fmt: skip


@every
@pytest.mark.few(2)
def test_what_is_written_is_what_the_name_of_the_file_says(home, capsys, command):
    asked = words(home, command)
    assert run([*asked, "-o", str(home / "out.json")]) == 0
    assert json.loads((home / "out.json").read_text("utf-8"))
    assert run([*asked, "-o", str(home / "out.csv")]) == 0
    assert "," in (home / "out.csv").read_text("utf-8").splitlines()[0]
    assert run([*asked, "-o", str(home / "out.md")]) == 0
    assert (home / "out.md").read_text("utf-8").startswith("# ")
    assert run([*asked, "--format", "csv", "-o", str(home / "said.json")]) == 0
    assert (home / "said.json").read_bytes() == (home / "out.csv").read_bytes()


@every
def test_a_format_that_a_command_does_not_have_is_refused_and_nothing_written(home, capsys, command):
    out = home / "page.html"
    assert run([*words(home, command), "-o", str(out)]) == 2
    assert "There is no format 'html'" in capsys.readouterr().err
    assert not out.exists()
