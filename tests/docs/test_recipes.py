"""The Makefile and the workflow of the docs do what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from driverkit import cli
from support.documents import Reader, blocks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "makefile-and-ci.md"
FILES = {block.notes["file"]: block.text for block in blocks(PAGE) if "file" in block.notes}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_the_makefile_makes_everything_once_and_again_after_a_change(tmp_path, monkeypatch):
    pytest.importorskip("reportlab")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Makefile").write_text(FILES["Makefile"], "utf-8")
    assert cli.run(["new", "theory.yaml"]) == 0
    environment = Reader(tmp_path).environment

    def make() -> str:
        done = subprocess.run(["make"], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "driverkit render" in make()
    made = {one.name for one in (tmp_path / "out").iterdir()}
    assert made == {"theory.svg", "theory.png", "theory.pdf", "coverage.csv", "report.html"}
    assert "driverkit render" not in make()
    later = (tmp_path / "out" / "theory.svg").stat().st_mtime + 10
    os.utime(tmp_path / "theory.yaml", (later, later))
    assert "driverkit render" in make()


def test_the_makefile_stops_at_a_broken_theory(tmp_path, monkeypatch):
    if shutil.which("make") is None:
        pytest.skip("needs make")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Makefile").write_text(FILES["Makefile"], "utf-8")
    (tmp_path / "theory.yaml").write_text("driverkit: 1\n", "utf-8")
    done = subprocess.run(
        ["make"], env=Reader(tmp_path).environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "theory.yaml:1:1: " in done.stderr
    assert not list(tmp_path.glob("out/theory.*"))


def test_the_commands_of_the_workflow_are_those_that_the_page_runs():
    workflow = yaml.safe_load(FILES[".github/workflows/theory.yml"])
    steps = workflow["jobs"]["theory"]["steps"]
    inside = [
        line.strip()
        for step in steps
        for line in step.get("run", "").splitlines()
        if line.strip() and not line.startswith("pip ")
    ]
    scripts = [block.text for block in blocks(PAGE) if block.language == "sh"]
    assert inside == scripts[0].splitlines()
    assert workflow["permissions"] == {"contents": "read"}


def test_the_files_of_the_page_are_yaml_that_programs_read():
    hooks = yaml.safe_load(FILES[".pre-commit-config.yaml"])
    assert hooks["repos"][0]["hooks"][0]["entry"].startswith("driverkit check")


def test_the_hooks_for_pre_commit_are_such_and_run_commands_that_there_are():
    clientlib = pytest.importorskip("pre_commit.clientlib")
    hooks = clientlib.load_manifest(str(PAGE.parents[2] / ".pre-commit-hooks.yaml"))
    assert [hook["id"] for hook in hooks] == ["driverkit-check", "driverkit-format"]
    for hook in hooks:
        program, command, *_ = hook["entry"].split()
        assert program == "driverkit"
        assert command in cli.cli.commands
        assert re.search(hook["files"], "plans/team-theory.yaml")
        assert not re.search(hook["files"], "plans/theoretical.yaml.txt")
