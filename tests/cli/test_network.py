"""``driverkit network``: what a hub does on the command line."""

from __future__ import annotations

import json

import pytest

import driverkit as dk
from driverkit.cli import cli, run
from support.wards import FILES, wards


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return wards(tmp_path / "w")


def test_every_command_on_a_network_says_how_it_is_called(capsys):
    group = cli.commands["network"]
    assert "check" in group.commands
    for name in group.commands:
        assert run(["network", name, "--help"]) == 0
        said = capsys.readouterr().out
        assert f"$ driverkit network {name}" in said
    assert all(not command.startswith("network_") for command in cli.commands)


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_the_exit_code_says_what_was_found(folder, capsys, fail_on, code):
    assert run(["network", "check", "w", "--fail-on", fail_on]) == code
    assert "NET01" in capsys.readouterr().out


def test_findings_for_programs_name_the_file_of_each(folder, capsys):
    run(["network", "check", "w", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)
    assert [(row["file"].replace("\\", "/"), row["line"], row["node"]) for row in rows] == [
        ("w/hub.yaml", 7, "P2"),
        ("w/members/m02.yaml", 1, None),
        ("w/members/m03.yaml", 5, "m03/D1"),
    ]
    run(["network", "check", "w", "--format", "sarif"])
    log = json.loads(capsys.readouterr().out)["runs"][0]
    assert {result["ruleId"] for result in log["results"]} == {"NET01", "NET08", "NET09"}
    assert all(rule["id"].startswith("NET") for rule in log["tool"]["driver"]["rules"])
    run(["network", "check", "w", "--format", "github"])
    assert "file=w/members/m03.yaml,line=5" in capsys.readouterr().out.replace("\\", "/")


def test_every_fault_of_every_file_is_told_and_a_broken_member_may_be_left_out(folder, capsys):
    for name in ("members/m01.yaml", "members/m02.yaml"):
        (folder / name).write_text(FILES[name].replace("change: I1", "chnge: I1"), encoding="utf-8")
    assert run(["network", "check", "w"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.replace("\\", "/").splitlines()
    assert {line.partition(":")[0] for line in lines} == {"w/members/m01.yaml", "w/members/m02.yaml"}
    assert all(line.split(":")[1].isdecimal() and line.split(":")[2].isdecimal() for line in lines)
    assert run(["network", "check", "w", "--go-on"]) == 0
    said = capsys.readouterr()
    assert "2 members are left out, as their files cannot be read: m01 and m02." in said.err
    assert "m03.yaml" in said.out


def test_a_broken_earlier_version_is_told_with_the_members(folder, capsys):
    for name in ("history/hub-1.yaml", "members/m01.yaml"):
        (folder / name).write_text("driverkit: 1\n", encoding="utf-8")
    for more, files in (([], {"hub-1.yaml", "s/m01.yaml"}), (["--go-on"], {"hub-1.yaml"})):
        assert run(["network", "check", "w", *more]) == 2
        assert {line.partition(":")[0][-10:] for line in capsys.readouterr().err.splitlines()} == files


def test_faults_of_the_hub_and_of_members_are_told_together(folder, capsys):
    for name in ("network.yaml", "hub.yaml", "members/m02.yaml", "history/hub-1.yaml"):
        (folder / name).write_text(FILES[name].replace("title:", "titel:"), encoding="utf-8")
    assert run(["network", "check", "w"]) == 2
    files = {line.partition(":")[0].replace("\\", "/") for line in capsys.readouterr().err.splitlines()}
    assert files == {"w/network.yaml", "w/hub.yaml", "w/members/m02.yaml", "w/history/hub-1.yaml"}


def test_a_network_without_a_weak_place_is_told_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    wards(tmp_path / "w")
    assert run(["network", "check", "w", "--select", "NET07"]) == 0
    assert "nothing found" in capsys.readouterr().out


def test_the_readiness_profile_is_told_in_every_format(folder, capsys):
    assert run(["network", "readiness", "w"]) == 0
    text = capsys.readouterr().out
    assert "A common aim: yes. 3 of 3 members" in text
    assert "convening: Do members meet regularly" in text
    assert run(["network", "readiness", "w", "--format", "json", "--today", "2026-03-01"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["item"] for row in told["items"]} >= {"common-aim", "convening"}
    assert told["kind"]["word"] == "sharing"  # their aim has no measure
    assert run(["network", "readiness", "w", "--format", "md"]) == 0
    assert capsys.readouterr().out.startswith("# Readiness of Safe wards\n\n| title | answer |")
    assert run(["network", "readiness", "w", "--format", "csv", "-o", "r.csv"]) == 0
    assert run(["network", "readiness", "w", "--today", "soon"]) == 2


def test_an_offer_is_written_when_it_is_asked_for_and_changes_one_line(folder, capsys):
    path = folder / "members/m01.yaml"
    before = path.read_text("utf-8")
    assert run(["network", "align", "w"]) == 0
    assert "--apply m01/D2=P2" in capsys.readouterr().out
    assert path.read_text("utf-8") == before
    assert run(["network", "align", "w", "--apply", "m01/D2=P2", "--dry-run"]) == 0
    assert "+  - {id: D2" in capsys.readouterr().out
    assert path.read_text("utf-8") == before
    assert run(["network", "align", "w", "--apply", "m01/D2=P2"]) == 0
    assert "D2 adapts P2 now" in capsys.readouterr().err
    changed = list(zip(before.splitlines(), path.read_text("utf-8").splitlines(), strict=True))
    assert [new for old, new in changed if old != new] == [
        "  - {id: D2, text: Floors are safe for walking on, contributes_to: [A], adapts: P2}"
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("m01/D2", "Say MEMBER/ID=NODE"),
        ("m09/D2=P2", "No member has the id 'm09'"),
        ("m01/D7=P2", "No node has the id 'D7'"),
        ("m01/D2=P7", "No node has the id 'P7'"),
        ("m01/D2=C1", "not of one kind"),
        ("m01/D1=P2", "adapts P1 already. To say otherwise: driverkit set w/members/m01.yaml D1 adapts=P2"),
        ("m01/D1=P1", "adapts P1 already"),
    ],
)
def test_what_cannot_be_applied_is_told_before_anything_is_written(folder, capsys, asked, said):
    before = (folder / "members/m01.yaml").read_text("utf-8")
    assert run(["network", "align", "w", "--apply", "m01/D2=P2", "--apply", asked]) == 2
    assert said in capsys.readouterr().err
    assert (folder / "members/m01.yaml").read_text("utf-8") == before


def test_the_command_that_a_refusal_names_works_where_the_person_stands(folder, capsys, monkeypatch):
    assert run(["network", "align", "w/network.yaml", "--apply", "m01/D1=P2"]) == 2
    command = capsys.readouterr().err.partition("To say otherwise: driverkit ")[2].split()
    assert run(command) == 0
    assert dk.load(folder / "members/m01.yaml").node("D1").adapts == "P2"
    monkeypatch.chdir(folder)
    assert run(["network", "align", ".", "--apply", "m01/D1=P1"]) == 2
    assert "driverkit set members/m01.yaml D1 adapts=P1" in capsys.readouterr().err


def test_the_suffix_says_the_format_and_an_option_the_table(folder, capsys):
    assert run(["network", "coverage", "w", "--by", "member", "-o", "members.csv"]) == 0
    assert (folder.parent / "members.csv").read_text("utf-8").startswith("member,teams,drivers,")
    assert run(["network", "align", "w", "-o", "align.json"]) == 0
    tables = json.loads((folder.parent / "align.json").read_text("utf-8"))
    assert set(tables) >= {
        "drivers",
        "members",
        "wording",
        "links",
        "years",
        "matches",
        "inventions",
        "drift",
    }
    assert run(["network", "coverage", "w", "--format", "md"]) == 0
    assert "## Each team" in capsys.readouterr().out
    assert run(["network", "coverage", "w", "--format", "pdf"]) == 2
    assert run(["network", "align", "w", "--table", "driver"]) == 2
    assert "Did you mean 'drivers'" in capsys.readouterr().err
    assert run(["network", "align", "w", "--dry-run"]) == 2


def test_the_limit_of_what_is_likely_can_be_moved(folder, capsys):
    run(["network", "align", "w", "--table", "matches", "--format", "json", "--likely", "99"])
    assert json.loads(capsys.readouterr().out) == {"matches": []}


def test_coverage_is_told_for_people_too(folder, capsys):
    assert run(["network", "coverage", "w"]) == 0
    said = capsys.readouterr().out
    for words in ("Each node of the common theory", "Ward 7", "setting", "nobody works on it: P2, C2"):
        assert words in said
    assert run(["network", "coverage", "w", "--by", "team"]) == 0
    assert "Each team" in capsys.readouterr().out


def test_who_was_left_out_is_told_and_nothing_else_is_said_of_them(folder, capsys):
    (folder / "members/m01.yaml").unlink()
    (folder / "members/m03.yaml").write_text("driverkit: 1\n", encoding="utf-8")
    assert run(["network", "check", "w"]) == 2
    assert "network.yaml:6:37" in capsys.readouterr().err
    assert run(["network", "check", "w", "--go-on"]) == 0
    said = capsys.readouterr()
    assert "NET11" not in said.out
    assert "network.yaml:6:37" in said.err
    assert "2 members are left out, as their files cannot be read: m01 and m03." in said.err
    assert run(["network", "spread", "w", "--go-on", "--format", "csv", "--table", "faults"]) == 0
    told = capsys.readouterr().out
    assert "The file of member 'm01' cannot be read" in told
    assert "Did you mean" not in told
    assert run(["network", "report", "w", "--go-on"]) == 0
    page = capsys.readouterr().out
    assert "Ward 6 (m01) is left out: " in page
    assert "members left out</dt><dd>2 of 3 " in page
    assert run(["network", "report", "w", "--go-on", "--member", "m01"]) == 2
    assert "The file of m01 cannot be read" in capsys.readouterr().err
