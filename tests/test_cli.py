"""The command line, as people and programs call it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.cli import cli, run

WEAK = """\
driverkit: 1
title: Fewer falls
aims:
  - {id: A1, text: Halve the falls}
drivers:
  - {id: P1, text: Risk is known on the first day, contributes_to: [A1]}
"""
BROKEN = """\
driverkit: 1
title: Fewer falls
aims: [{id: A1, text: Halve the falls}]
drivers:
  - {id: P1, text: Risk is known, contributes_to: [A2]}
  - {id: P1, txt: Help comes in time, contributes_to: [A1]}
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str
    raw: bytes


class Shell:
    """Calls the command line in this process and keeps what it says."""

    def __init__(self, capture: pytest.CaptureFixture[bytes], patch: pytest.MonkeyPatch) -> None:
        self.capture = capture
        self.patch = patch

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Said:
        self.patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = run(arguments)
        sys.stdout.flush()
        out, err = self.capture.readouterr()
        return Said(code, out.decode("utf-8", "replace"), err.decode(), out)


@pytest.fixture
def driverkit(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return Shell(capfdbinary, monkeypatch)


@pytest.fixture
def weak(tmp_path: Path) -> str:
    (tmp_path / "falls.yaml").write_text(WEAK, "utf-8")
    return "falls.yaml"


@pytest.fixture
def broken(tmp_path: Path) -> str:
    (tmp_path / "broken.yaml").write_text(BROKEN, "utf-8")
    return "broken.yaml"


@pytest.mark.parametrize("name", list(cli.commands))
def test_the_help_of_every_command_shows_an_example(driverkit: Shell, name: str) -> None:
    said = driverkit(name, "--help")
    assert said.code == 0
    assert f"$ driverkit {name}" in said.out or f"driverkit {name}" in said.out
    assert "Examples:" in said.out


def test_the_first_screen_keeps_its_lines(driverkit: Shell) -> None:
    lines = driverkit("--help").out.splitlines()
    assert "    $ driverkit check theory.yaml" in lines
    assert not any("\\b" in line for line in lines)


def test_a_check_may_be_told_what_is_today_and_what_was_before(
    driverkit: Shell, weak: str, tmp_path: Path
) -> None:
    dated = WEAK.replace("text: Halve the falls", "text: Halve the falls, by: 2026-03-01")
    (tmp_path / "dated.yaml").write_text(dated, "utf-8")
    codes = [
        {f["code"] for f in json.loads(driverkit("check", "dated.yaml", "--format", "json", *more).out)}
        for more in ([], ["--today", "2026-02-01"], ["--today", "2026-04-01"])
    ]
    assert ["AIM09" in found for found in codes] == [False, False, True]
    assert driverkit("check", weak, "--today", "1.3.2026").code == 2
    assert driverkit("check", weak, "--before", "dated.yaml").code == 0


def test_nothing_is_called_sound_that_could_not_be_read(driverkit: Shell, weak: str, broken: str) -> None:
    assert driverkit("check", broken).out == ""
    assert "1 of 2 files could not be read" in driverkit("check", broken, weak).err


def test_the_suffix_says_the_format_of_a_coverage_table(driverkit: Shell, weak: str, tmp_path: Path) -> None:
    assert driverkit("coverage", weak, "-o", "c.json").code == 0
    assert json.loads((tmp_path / "c.json").read_text("utf-8"))["nodes"]
    assert driverkit("coverage", weak, "-o", "c.xlsx").code == 2
    assert not (tmp_path / "c.xlsx").exists()


def test_the_starter_is_a_sound_theory_that_names_its_schema(driverkit: Shell, tmp_path: Path) -> None:
    said = driverkit("new", "theory.yaml")
    assert said.code == 0
    first = (tmp_path / "theory.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=driverkit.schema.json"
    assert json.loads((tmp_path / "driverkit.schema.json").read_text("utf-8"))["title"]
    assert driverkit("check", "theory.yaml").code == 0


def test_the_starter_is_never_written_over_a_file(driverkit: Shell, weak: str, tmp_path: Path) -> None:
    said = driverkit("new", weak)
    assert said.code == 2
    assert "is there already" in said.err
    assert (tmp_path / weak).read_text("utf-8") == WEAK


def test_the_starter_goes_through_a_pipe(driverkit: Shell) -> None:
    made = driverkit("new", "--title", "No: #falls")
    assert driverkit("check", "-", "--fail-on", "never", stdin=made.raw).code == 0
    assert "No: #falls" in driverkit("convert", "-", "-", "--to", "json", stdin=made.raw).out


def test_a_weak_theory_is_reported_and_still_draws(driverkit: Shell, weak: str, tmp_path: Path) -> None:
    said = driverkit("check", weak)
    assert "“Risk is known on the first day” has no change idea" in said.out
    assert said.err == ""
    assert driverkit("render", weak, "-o", "falls.svg").code == 0
    assert "<svg" in (tmp_path / "falls.svg").read_text("utf-8")


def test_the_exit_code_follows_what_people_ask_it_to_fail_on(driverkit: Shell, weak: str) -> None:
    assert driverkit("check", weak, "--fail-on", "never").code == 0
    assert driverkit("check", weak, "--fail-on", "error").code == 0
    assert driverkit("check", weak, "--fail-on", "warning").code == 1


def test_a_broken_file_is_told_with_every_fault_a_line_each(driverkit: Shell, broken: str) -> None:
    said = driverkit("check", broken)
    assert said.code == 2
    lines = said.err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("broken.yaml:5:")
    assert "Did you mean 'A1'?" in lines[0]
    assert all(line.startswith("broken.yaml:6:") for line in lines[1:])
    assert "Traceback" not in said.err


def test_nothing_is_left_behind_where_a_call_fails(driverkit: Shell, broken: str, tmp_path: Path) -> None:
    for arguments in (
        ["render", broken, "-o", "out.svg"],
        ["coverage", broken, "-o", "out.csv", "--format", "csv"],
        ["convert", broken, "out.json"],
        ["render", broken, "-o", "out.gif"],
    ):
        assert driverkit(*arguments).code == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == [broken]


def test_several_files_are_checked_in_one_call_and_a_broken_one_stops_no_other(
    driverkit: Shell, weak: str, broken: str
) -> None:
    said = driverkit("check", broken, weak, "--format", "json")
    assert said.code == 2
    found = json.loads(said.out)
    assert {f["file"] for f in found} == {weak}
    assert "broken.yaml:5:" in said.err


def test_findings_as_json_have_what_other_tools_rest_on(driverkit: Shell, weak: str) -> None:
    found = json.loads(driverkit("check", weak, "--format", "json").out)
    assert found
    for finding in found:
        assert {"code", "severity", "message", "node", "line"} <= set(finding)
    lines = {f["node"]: f["line"] for f in found if f["node"]}
    assert lines["A1"] == 4
    assert lines["P1"] == 6


def test_findings_as_sarif_name_rules_and_places(driverkit: Shell, weak: str) -> None:
    log = json.loads(driverkit("check", weak, "--format", "sarif").out)
    assert log["version"] == "2.1.0"
    rules = {r["id"] for r in log["runs"][0]["tool"]["driver"]["rules"]}
    results = log["runs"][0]["results"]
    assert results
    assert {r["ruleId"] for r in results} <= rules


def test_findings_for_github_are_one_command_a_line(driverkit: Shell, weak: str) -> None:
    lines = driverkit("check", weak, "--format", "github").out.splitlines()
    assert lines
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


def test_only_the_rules_that_are_asked_for_speak(driverkit: Shell, weak: str) -> None:
    every = {f["code"] for f in json.loads(driverkit("check", weak, "--format", "json").out)}
    one = min(every)
    only = json.loads(driverkit("check", weak, "--format", "json", "--select", one).out)
    assert {f["code"] for f in only} == {one}
    rest = json.loads(driverkit("check", weak, "--format", "json", "--ignore", one).out)
    assert {f["code"] for f in rest} == every - {one}


def test_there_is_no_colour_where_nobody_looks_or_where_it_is_not_wanted(
    driverkit: Shell, weak: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in driverkit("check", weak).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in driverkit("check", weak).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in driverkit("check", weak).out


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot"])
def test_a_diagram_comes_in_the_format_of_the_suffix(
    driverkit: Shell, weak: str, tmp_path: Path, suffix: str
) -> None:
    assert driverkit("render", weak, "-o", f"falls.{suffix}").code == 0
    begins = {"svg": b"<", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}[suffix]
    assert (tmp_path / f"falls.{suffix}").read_bytes().startswith(begins)
    assert driverkit("render", weak, "-o", "-", "--to", suffix).raw.startswith(begins)


def test_a_picture_is_the_same_in_a_file_and_in_a_pipe(driverkit: Shell, weak: str, tmp_path: Path) -> None:
    driverkit("render", weak, "-o", "falls.svg")
    assert (
        driverkit("render", "-", "-o", "-", "--to", "svg", stdin=WEAK.encode()).raw
        == (tmp_path / "falls.svg").read_bytes()
    )


@pytest.mark.parametrize(
    ("suffix", "told"), [("pdf", "empty boxes; use svg or png"), ("png", "fonts of this machine")]
)
def test_letters_that_the_bundled_font_lacks_are_told(driverkit: Shell, suffix: str, told: str) -> None:
    if suffix == "pdf":
        pytest.importorskip("reportlab")
    Path("wide.yaml").write_text("driverkit: 1\ntitle: 例中文字\n", encoding="utf-8")
    done = driverkit("render", "wide.yaml", "-o", f"wide.{suffix}")
    assert done.code == 0
    assert done.err.startswith("4 characters (例 中 文 …) are not in the bundled font")
    assert told in done.err
    assert done.err.count("\n") == 1
    assert driverkit("render", "wide.yaml", "-o", "wide.svg").err == ""


def test_levels_and_focus_choose_what_is_drawn(driverkit: Shell) -> None:
    file = str(examples.path("reading-by-nine"))
    whole = driverkit("render", file, "-o", "-", "--to", "svg").out
    drivers = driverkit("render", file, "-o", "-", "--to", "svg", "--levels", "0-1").out
    branch = driverkit("render", file, "-o", "-", "--to", "svg", "--focus", "P1").out
    count = [text.count("<g data-id=") for text in (drivers, branch, whole)]
    assert count[0] < count[2]
    assert count[1] < count[2]
    assert 'data-role="change"' not in drivers


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["render", "falls.yaml", "-o", "x.svg", "--theme", "defalt"], "default"),
        (["render", "falls.yaml", "-o", "x.svg", "--focus", "P9"], "P1"),
        (["render", "falls.yaml", "-o", "x.svgg"], "svg"),
        (["render", "falls.yaml", "-o", "x.svg", "--levels", "two"], "level"),
        (["render", "falls.yaml", "-o", "-"], "--to"),
        (["render", "falls.yaml", "-o", "no/such/folder/x.svg"], "no such folder"),
        (["check", "falls.yaml", "--profile", "ihii"], "ihi"),
        (["check", "falls.yaml", "--select", "NOPE"], "NOPE"),
        (["check", "falls.yaml", "--format", "xml"], "sarif"),
        (["coverage", "falls.yaml", "--format", "xml"], "csv"),
        (["convert", "falls.yaml", "falls.doc"], ".yaml"),
        (["convert", "falls.yaml", "falls.yaml"], "same file"),
        (["check", "nothing.yaml"], "no such file"),
        (["check", "."], "folder"),
        (["chek", "falls.yaml"], "chek"),
        (["render"], "FILE"),
    ],
)
def test_a_call_that_cannot_be_used_says_why_in_one_line(
    driverkit: Shell, weak: str, arguments: list[str], words: str
) -> None:
    said = driverkit(*arguments)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert words in said.err


def test_coverage_comes_as_text_csv_json_and_markdown(driverkit: Shell, weak: str, tmp_path: Path) -> None:
    assert "P1" in driverkit("coverage", weak).out
    table = json.loads(driverkit("coverage", weak, "--format", "json").out)
    assert set(table) >= {"nodes", "levels", "gaps"}
    assert [row["id"] for row in table["nodes"]] == ["A1", "P1"]
    assert driverkit("coverage", weak, "--format", "csv", "-o", "c.csv").code == 0
    assert (tmp_path / "c.csv").read_text("utf-8-sig").startswith("id,")
    assert "| P1 |" in driverkit("coverage", weak, "--format", "md").out


def test_a_theory_goes_through_json_and_comes_back(driverkit: Shell, tmp_path: Path) -> None:
    file = str(examples.path("leaving-hospital"))
    said = driverkit("convert", file, "there.json")
    assert said.code == 0
    assert "comments on" in said.err
    assert driverkit("convert", "there.json", "back.yaml").code == 0
    assert driverkit("convert", "back.yaml", "again.json").err == ""
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "there.json").read_bytes()


def test_a_stranger_s_file_can_be_read_with_tighter_limits(driverkit: Shell, tmp_path: Path) -> None:
    long = "x" * 20_000
    (tmp_path / "long.yaml").write_text(f"driverkit: 1\ntitle: {long}\n", "utf-8")
    assert driverkit("check", "long.yaml", "--fail-on", "never").code == 0
    said = driverkit("check", "long.yaml", "--untrusted")
    assert said.code == 2
    assert "limit" in said.err


def test_what_a_file_says_cannot_move_the_cursor(driverkit: Shell, tmp_path: Path) -> None:
    (tmp_path / "evil.yaml").write_text('driverkit: 1\ntitle: t\n"\\e[2J\\r::error ::x": 1\n', "utf-8")
    said = driverkit("check", "evil.yaml")
    assert said.code == 2
    assert "\x1b" not in said.err
    assert "\r" not in said.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(driverkit: Shell, shell: str) -> None:
    assert "_DRIVERKIT_COMPLETE" in driverkit("completion", shell).out


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    line = f"{sys.executable} -m driverkit schema | head -c 10"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, env=os.environ, check=False
    )
    assert done.stdout == b'{\n  "$sche'
    assert b"Traceback" not in done.stderr


CLAIMED = """\
# ours
driverkit: 1
title: Fewer falls
drivers: [{id: P1, text: Risk is known}]  # first
change_ideas: [{id: C1, text: Ask at admission, contributes_to: [P1]}]
cycles:
  - {id: T1, change: C1, study: {learned: it is quick}}
  - {id: T2, change: C1, plan: {objective: again}}
evidence: [{id: E1, about: C1 -> P1, finding: supports}]
"""


def test_confirm_stamps_what_nobody_confirmed_yet_and_keeps_the_file(driverkit, tmp_path):
    path = tmp_path / "theory.yaml"
    path.write_text(CLAIMED)
    assert driverkit("confirm", str(path), "--list").out == "not confirmed yet: T1\nnot confirmed yet: E1\n"
    said = driverkit("confirm", str(path), "--dry-run")
    assert said.err == "2 records would be stamped for the first time: T1 and E1.\n"
    assert path.read_text() == CLAIMED
    said = driverkit("confirm", str(path))
    assert (said.code, said.out) == (0, "")
    assert said.err == "2 records stamped for the first time: T1 and E1.\n"
    text = path.read_text()
    assert text.count("stamp: v1-") == 2
    assert re.sub(r", stamp: v1-[0-9a-f]{12}", "", text) == CLAIMED
    assert driverkit("confirm", str(path)).err == "Nothing to stamp.\n"


def test_confirm_leaves_what_is_suspect_until_it_is_named(driverkit, tmp_path):
    path = tmp_path / "theory.yaml"
    path.write_text(CLAIMED)
    driverkit("confirm", str(path))
    changed = path.read_text().replace("Ask at admission", "Ask twice")
    path.write_text(changed)
    said = driverkit("confirm", str(path))
    assert said.err == (
        "Nothing to stamp.\n"
        "suspect: T1 tested other words than “Ask twice”\n"
        "suspect: E1 was gathered about other words than “Ask twice” → “Risk is known”\n"
        "Look at each, then confirm it by its id.\n"
    )
    assert path.read_text() == changed
    said = driverkit("confirm", str(path), "C1 -> P1")
    assert said.err.startswith("1 suspect record stamped as true of today's words: E1.\nsuspect: T1 ")
    assert driverkit("confirm", str(path), "--all").err == (
        "1 suspect record stamped as true of today's words: T1.\n"
    )
    assert driverkit("confirm", str(path), "--list").out == ""


def test_confirm_tells_a_slip_and_writes_no_pipe(driverkit, tmp_path):
    path = tmp_path / "theory.yaml"
    path.write_text(CLAIMED)
    said = driverkit("confirm", str(path), "T9")
    assert (said.code, said.out) == (2, "")
    assert "No node has the id 'T9'. Did you mean" in said.err
    assert driverkit("confirm", str(path), "T1", "--all").code == 2
    assert driverkit("confirm", "-", stdin=CLAIMED.encode()).code == 2
    said = driverkit("confirm", "-", "--list", stdin=CLAIMED.encode())
    assert (said.code, said.out) == (0, "not confirmed yet: T1\nnot confirmed yet: E1\n")
    assert path.read_text() == CLAIMED


@pytest.mark.parametrize("command", ["predictions", "learning", "audit", "belief"])
def test_what_the_tests_taught_comes_in_every_format(driverkit, command):
    path = str(examples.path("leaving-hospital"))
    rows = json.loads(driverkit(command, path, "--format", "json").out)
    sheet = list(csv.DictReader(io.StringIO(driverkit(command, path, "--format", "csv").out, newline="")))
    assert rows
    assert [list(row) for row in rows] == [list(row) for row in sheet]
    assert driverkit(command, path, "--format", "md").out.startswith("# ")
    assert driverkit(command, path).code == 0


def test_predictions_are_counted_by_what_one_asks_for(driverkit):
    path = str(examples.path("leaving-hospital"))
    said = driverkit("predictions", path, "--by", "team").out
    assert (
        "ward-6 “Ward 6”: 6 of 8 judged predictions held (41 % to 93 %, Wilson); 1 mixed, 1 refuted" in said
    )
    assert "(no result or no date): " in driverkit("predictions", path, "--by", "month").out
    refused = driverkit("predictions", path, "--by", "team", "--cumulative")
    assert refused.code == 2
    assert "Only counts over time can be cumulative" in refused.err


def test_belief_is_told_with_its_counts_and_of_one_thing_with_what_earned_it(driverkit):
    path = str(examples.path("leaving-hospital"))
    theory = examples.load("leaving-hospital")
    said = driverkit("belief", path).out
    for one in dk.beliefs(theory).values():
        assert f"{one}\n" in said
    alone = driverkit("belief", path, "--about", "S1->P3").out.splitlines()
    assert len(alone) == 3
    assert alone[0] == f"S1 -> P3: {dk.belief(theory, 'S1 -> P3')}"
    assert alone[1].strip() == dk.belief(theory, "S1 -> P3").reason
    assert "Did you mean" in driverkit("belief", path, "--about", "C99").err


def test_the_audit_says_which_cycles_say_so_and_how_many_pass(driverkit):
    path = str(examples.path("leaving-hospital"))
    said = driverkit("audit", path).out
    assert [line.split(":")[0].strip() for line in said.splitlines()[1:6]] == [
        "iterative",
        "predicted",
        "small-scale",
        "data-over-time",
        "documented",
    ]
    assert "have every feature" in said
    assert "\nT5\n  iterative: " in driverkit("audit", path, "--by", "cycle").out
