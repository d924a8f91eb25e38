"""What a person sees in a terminal, and what a program gets through a pipe."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from driverkit import examples

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")


@pytest.fixture
def network(tmp_path):
    examples.copy_network(tmp_path / "net")
    return "net"


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


@pytest.mark.parametrize(
    ("arguments", "width"),
    [(["coverage"], 60), (["uptake"], 80)],
    ids=["tables", "sentences"],
)
def test_a_terminal_is_never_too_narrow_and_no_word_is_missing(network, tmp_path, arguments, width):
    command = ["network", *arguments, network]
    lines = seen(command, width=width, folder=tmp_path)
    assert len(lines) > 20
    assert max(map(len, lines)) < width
    piped = subprocess.run(
        [sys.executable, "-m", "driverkit", *command], capture_output=True, cwd=tmp_path, check=True
    ).stdout.decode("utf-8")
    assert max(map(len, piped.splitlines())) > width  # a program gets each row as one line
    told = {word.strip(":;,.()·") for line in lines for word in line.split()}
    assert told >= {word.strip(":;,.()·") for word in piped.split()}
