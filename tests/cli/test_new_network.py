"""A network to begin with, and one to learn from, without writing over anything."""

from __future__ import annotations

from pathlib import Path

import pytest

import driverkit as dk
from driverkit.cli import run


def call(*arguments: str) -> int:
    return run(["new", *arguments])


def test_a_starter_network_loads_and_nothing_in_it_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    assert call("--network", str(folder), "--title", "No: #title", "--date", "2026-10-01") == 0
    network = dk.load_network(folder)
    assert network.title == "No: #title"
    assert network.adapted("m01")["P1"] == ("D1",)
    assert network.local("m01") == ("D2",)
    for theory in (network.common, network.theory("m01")):
        assert theory.revision is not None
        assert theory.revision.date is not None
        assert not [f for f in dk.check(theory) if f.severity == "error"]


@pytest.mark.parametrize("name", ["network.yaml", "hub.yaml", "members/m01.yaml"])
def test_the_schema_named_in_a_file_stands_where_it_says(tmp_path: Path, name: str) -> None:
    assert call("--network", str(tmp_path / "ours")) == 0
    file = tmp_path / "ours" / name
    first = file.read_text("utf-8").splitlines()[0]
    assert (file.parent / first.rpartition("$schema=")[2]).is_file()
    assert call("--network", str(tmp_path / "plain"), "--no-schema") == 0
    assert not list((tmp_path / "plain").rglob("*.json"))


def test_the_example_is_written_where_asked(tmp_path: Path) -> None:
    assert call("--network", "--example", str(tmp_path / "ours")) == 0
    assert len(dk.load_network(tmp_path / "ours").theories) == 8


@pytest.mark.parametrize("kind", [(), ("--example",)])
def test_nothing_is_written_over(
    tmp_path: Path, kind: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "members").mkdir()
    (tmp_path / "members" / "m01.yaml").write_text("mine", "utf-8")
    assert call("--network", str(tmp_path), *kind) == 2
    assert "already" in capsys.readouterr().err
    assert [f.name for f in tmp_path.rglob("*") if f.is_file()] == ["m01.yaml"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--network",), "Name it"),
        (("--example", "x"), "--network"),
        (("--network", "x", "--xlsx"), "workbook"),
    ],
)
def test_a_call_that_cannot_be_is_told(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(*arguments) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
