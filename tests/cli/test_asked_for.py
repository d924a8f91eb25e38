"""What somebody asks for and cannot have, or would see nothing of, is said."""

from __future__ import annotations

import subprocess
import sys

import pytest

import driverkit as dk
from driverkit.cli import run

SMALL = """\
driverkit: 1
title: Falls
aims: [{id: A1, text: Fewer falls}]
drivers: [{id: P1, text: Floors are dry}]
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text(SMALL, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--overlay", "suspect", "-o", "a.svg"], "nothing for the overlay 'suspect' to show"),
        (["--overlay", "signal", "-o", "a.svg"], "The theory has no measures"),
        (["--measures", "strip", "-o", "a.svg"], "The theory has no measures"),
        (["--to", "png", "-o", "a.svg"], "a.svg holds png, whatever its name says."),
    ],
)
def test_an_option_that_shows_nothing_says_so(home, capsys, words, says):
    assert run(["render", "t.yaml", *words]) == 0
    assert says in capsys.readouterr().err


def test_nothing_is_said_where_the_option_shows_something(home, capsys):
    assert run(["render", "t.yaml", "--overlay", "coverage", "-o", "a.svg"]) == 0
    assert capsys.readouterr().err == ""


def test_one_of_several_may_be_standard_output(home, capsysbinary):
    assert run(["render", "t.yaml", "-o", "-", "-o", "b.svg", "--to", "svg"]) == 0
    assert capsysbinary.readouterr().out == (home / "b.svg").read_bytes()


def test_nothing_is_written_where_one_folder_is_missing(home, capsys):
    assert run(["render", "t.yaml", "-o", "a.svg", "-o", "none/b.svg"]) == 2
    assert not (home / "a.svg").exists()


def test_focus_on_a_measure_says_what_can_be_focused(home, capsys):
    run(["add", "t.yaml", "measure", "Falls a month", "--to", "A1", "--id", "M1"])
    capsys.readouterr()
    assert run(["render", "t.yaml", "--focus", "M1", "-o", "a.svg"]) == 2
    assert (
        "'M1' is no box of the diagram. Focus on an aim, a driver or a change idea" in capsys.readouterr().err
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a device")
def test_a_full_disk_behind_standard_output_is_one_line(home):
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "driverkit", "render", "t.yaml", "-o", "-", "--to", "svg"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("driverkit: Standard output cannot be written")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "call",
    [
        lambda theory: dk.diagram("t.yaml"),
        lambda theory: dk.diagram(None),
        lambda theory: dk.diagram(theory, theme={"heading": "#224466"}),
        lambda theory: dk.diagram(theory, theme="mine.yaml"),
        lambda theory: dk.diagram(theory, overlay=["status"]),
        lambda theory: dk.diagram(theory, focus=["P1"]),
        lambda theory: dk.diagram(theory, focus=theory.drivers[0]),
    ],
)
def test_a_call_that_cannot_be_meant_is_told_in_words(call):
    with pytest.raises(dk.UsageError) as caught:
        call(dk.loads(SMALL))
    assert str(caught.value).endswith(".")


def test_one_level_may_be_a_number():
    assert [box.id for box in dk.diagram(dk.loads(SMALL), levels=1).diagram.boxes] == ["P1"]
