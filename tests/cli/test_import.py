"""``driverkit import``: the guess is shown first, and nothing is written until somebody says so."""

from __future__ import annotations

import shlex

import pytest

import driverkit as dk
from driverkit.cli import run

THEORY = """driverkit: 1
title: Fewer falls   # ours
aims: [{id: A1, text: Halve falls}]
drivers: [{id: P1, text: Risk is known}]
change_ideas: [{id: C1, text: Ask at admission, contributes_to: [P1]}]
measures:
  - {id: M1, name: Falls}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text(THEORY)
    (tmp_path / "log.csv").write_text(
        "Cycle #,Date,Change tested,Lunch\n1,13/01/2026,Ask at admission,soup\n"
    )
    return tmp_path


def test_without_a_word_the_guess_is_shown_and_nothing_written(folder, capsys):
    assert run(["import", "t.yaml", "log.csv", "--as", "cycles"]) == 0
    out = capsys.readouterr().out
    assert "Date           do_date  people use this heading for it" in out
    assert "With this guess: 1 added." in out
    assert (folder / "t.yaml").read_text() == THEORY


def test_the_command_that_the_guess_offers_does_what_accepting_does(folder, capsys):
    run(["import", "t.yaml", "log.csv", "--as", "cycles"])
    offered = capsys.readouterr().out.splitlines()[-1].strip()
    assert run(shlex.split(offered)[1:]) == 0
    spelled = (folder / "t.yaml").read_text()
    (folder / "t.yaml").write_text(THEORY)
    assert run(["import", "t.yaml", "log.csv", "--as", "cycles", "--accept"]) == 0
    assert (folder / "t.yaml").read_text() == spelled
    assert spelled.startswith(THEORY)
    assert dk.load("t.yaml").node("C1-T1").do.date.isoformat() == "2026-01-13"


def test_what_was_not_read_is_told(capsys):
    run(["import", "t.yaml", "log.csv", "--as", "cycles", "--accept"])
    assert (
        "Columns that were not read, with their cells that say something: 'Lunch' (1)."
        in capsys.readouterr().err
    )


def test_a_dry_run_shows_the_lines_and_writes_nothing(folder, capsys):
    (folder / "m.csv").write_text("date,value\n2026-01-05,4\n")
    assert (
        run(["import", "t.yaml", "m.csv", "--as", "series", "--measure", "M1", "--accept", "--dry-run"]) == 0
    )
    out = capsys.readouterr().out
    assert "+2026-01-05,4" in out
    assert "data: series-M1.csv" in out
    assert (folder / "t.yaml").read_text() == THEORY
    assert not (folder / "series-M1.csv").exists()


def test_cells_that_cannot_be_read_stop_the_import_and_only_show_in_the_guess(folder, capsys):
    (folder / "log.csv").write_text("Cycle #,Date,Change\n1,13/01/26,C1\nx,2026-01-01,C1\n")
    assert run(["import", "t.yaml", "log.csv", "--as", "cycles"]) == 0
    assert "With this guess 2 places could not be read" in capsys.readouterr().out
    words = ["--map", "number=#1", "--map", "do_date=Date", "--map", "change=Change"]
    assert run(["import", "t.yaml", "log.csv", "--as", "cycles", *words]) == 2
    assert [line.split(": ")[0] for line in capsys.readouterr().err.splitlines()] == [
        "log.csv:2:3",
        "log.csv:3:1",
    ]
    assert (folder / "t.yaml").read_text() == THEORY


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as", "cycles", "--map", "change"], "FIELD=COLUMN"),
        (["--as", "cycles", "--map", "change=a", "--map", "change=b"], "twice"),
        (["--as", "cycles", "--inline"], "for --as series"),
        (["--as", "series", "--change", "C1"], "for --as cycles"),
        (["--as", "cycles", "--date-format", "uk"], "no date format"),
    ],
)
def test_options_that_do_not_fit_are_told(words, said, capsys):
    assert run(["import", "t.yaml", "log.csv", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_theory_without_a_name_cannot_be_written(capsys):
    assert run(["import", "-", "log.csv", "--as", "cycles"]) == 2
    assert "needs a name" in capsys.readouterr().err
