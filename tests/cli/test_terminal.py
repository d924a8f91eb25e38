"""What a person sees in a terminal, and what a program gets through a pipe."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from driverkit import examples
from driverkit.cli import run, support

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")


def seen(arguments: list[str], *, width: int, folder: str) -> list[str]:
    """The lines that stand in a terminal of that width."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "driverkit", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "COLUMNS": str(width), "TERM": "xterm"},
    ):
        os.close(theirs)
        told = b""
        try:
            while some := os.read(ours, 65536):
                told += some
        except OSError:  # Linux says so where the other end is closed
            pass
        os.close(ours)
    return told.decode("utf-8").replace("\r\n", "\n").split("\n")


@pytest.fixture
def theory(tmp_path):
    path = tmp_path / "theory.yaml"
    path.write_text(examples.text("leaving-hospital"), encoding="utf-8")
    return path


def words(text: str) -> set[str]:
    return {word.strip(":;,.()·") for word in text.split()}


def test_tables_fit_the_terminal_and_no_word_is_missing(theory, tmp_path, capsysbinary):
    lines = seen(["coverage", "theory.yaml"], width=60, folder=tmp_path)
    assert len(lines) > 20
    assert max(map(len, lines)) < 60
    assert run(["coverage", str(theory)]) == 0
    piped = capsysbinary.readouterr().out.decode("utf-8")
    assert max(map(len, piped.splitlines())) > 100  # a program gets each row as one line
    assert words("\n".join(lines)) >= words(piped)


@pytest.mark.parametrize(
    "command", ["audit", "belief", "learning", "narrative", "next", "over-time", "predictions"]
)
def test_sentences_are_broken_between_words(theory, monkeypatch, capsysbinary, command):
    assert run([command, str(theory)]) == 0
    piped = capsysbinary.readouterr().out.decode("utf-8")
    monkeypatch.setattr(support, "width", lambda: 60)
    assert run([command, str(theory)]) == 0
    lines = capsysbinary.readouterr().out.decode("utf-8").splitlines()
    assert (
        max(len(line) for line in lines if not line.startswith("#")) < 60 < max(map(len, piped.splitlines()))
    )
    assert " ".join(lines).split() == piped.split()
    assert run([command, str(theory), "-o", str(theory.with_suffix(".txt"))]) == 0
    assert theory.with_suffix(".txt").read_text(encoding="utf-8").split("\n") == piped.split("\n")
