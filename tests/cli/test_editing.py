"""Scripts change a theory file: one line of the file for each change."""

from __future__ import annotations

import difflib

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.cli import run


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text(examples.text("leaving-hospital"), encoding="utf-8")
    return tmp_path / "t.yaml"


def changed(file, before):
    after = file.read_text(encoding="utf-8")
    return [
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["set", "t.yaml", "C1", "status=adopted"], ["+    status: adopted"]),
        (["set", "t.yaml", "A1", "target=10"], ["-    target: 12", "+    target: 10"]),
        (["set", "t.yaml", "S1", "owner=clinic-link"], ["-    owner: ward-5", "+    owner: clinic-link"]),
    ],
)
def test_one_change_is_one_line(file, words, lines):
    before = file.read_text(encoding="utf-8")
    assert run(words) == 0
    assert changed(file, before) == lines


def test_a_node_is_added_and_its_id_told(file, capsys):
    assert run(["add", "t.yaml", "change", "Call on day two", "--to", "P2", "--set", "owner=ward-5"]) == 0
    id = capsys.readouterr().out.strip()
    idea = dk.load(file).node(id)
    assert (idea.text, idea.owner) == ("Call on day two", "ward-5")
    assert dk.load(file).parents(id) == ("P2",)


def test_a_cycle_is_recorded_stage_by_stage(file, capsys):
    words = [
        "--question",
        "can people repeat it",
        "--prediction",
        "2 of 3",
        "--prediction",
        "under 5 minutes",
    ]
    run(["record", "t.yaml", "C1", "--plan", "2026-06-02", "--scale", "3", "--number", *words])
    id = capsys.readouterr().out.strip()
    assert (
        run(
            [
                "record",
                "t.yaml",
                id,
                "--do",
                "2026-06-03",
                "--found",
                "3 of 3",
                "--result",
                "confirmed",
                "--as-planned",
            ]
        )
        == 0
    )
    assert (
        run(
            [
                "record",
                "t.yaml",
                id,
                "--study",
                "2026-06-04",
                "--found",
                "six",
                "--result",
                "refuted",
                "--decision",
                "adapt",
            ]
        )
        == 0
    )
    cycle = dk.load(file).node(id)
    assert [(p.prediction, p.found, p.result) for p in cycle.predictions] == [
        ("2 of 3", "3 of 3", "confirmed"),
        ("under 5 minutes", "six", "refuted"),
    ]
    assert (cycle.do.as_planned, cycle.act.decision) == (True, "adapt")


def test_a_prediction_after_do_needs_its_date(file, capsys):
    assert run(["record", "t.yaml", "T1", "--prediction", "four"]) == 2
    assert "--predicted-on" in capsys.readouterr().err
    assert run(["record", "t.yaml", "T1", "--prediction", "four", "--predicted-on", "2026-06-09"]) == 0
    assert str(dk.load(file).node("T1").predictions[-1].date) == "2026-06-09"


def test_a_link_keeps_what_is_not_given(file):
    before = next(one for one in dk.load(file).links if (one.cause, one.effect) == ("S1", "P3"))
    assert run(["link", "t.yaml", "S1", "P3", "--strength", "strong"]) == 0
    after = next(one for one in dk.load(file).links if (one.cause, one.effect) == ("S1", "P3"))
    assert (after.strength, after.because, after.only_where, after.fails_at) == (
        "strong", before.because, before.only_where, before.fails_at)  # fmt: skip


def test_what_is_on_record_is_never_dropped_unasked(file, capsys):
    before = file.read_bytes()
    assert run(["remove", "t.yaml", "C1"]) == 2
    assert "has been tested" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_an_id_changes_everywhere(file):
    assert run(["rename", "t.yaml", "S1", "checked-teaching"]) == 0
    theory = dk.load(file)
    assert "S1" not in theory
    assert "checked-teaching" in theory
    assert "S1 " not in file.read_text(encoding="utf-8").replace("S10", "")


def test_a_dry_run_shows_the_lines_and_writes_nothing(file, capsys):
    before = file.read_bytes()
    assert run(["set", "t.yaml", "C1", "status=adopted", "--dry-run"]) == 0
    assert "+    status: adopted" in capsys.readouterr().out
    assert file.read_bytes() == before


def test_what_changes_needs_a_file(capsys):
    assert run(["set", "-", "C1", "status=adopted"]) == 2
    assert "needs a name" in capsys.readouterr().err


def test_nothing_is_written_where_nothing_changes(file, capsys):
    stamp = file.stat().st_mtime_ns
    assert run(["set", "t.yaml", "A1", "target=12"]) == 0
    assert file.stat().st_mtime_ns == stamp
    assert "Nothing changed" in capsys.readouterr().err
