"""Two versions side by side: as a table, in words, on one picture; and from git."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import given

import driverkit as dk
from driverkit import examples
from driverkit.analysis.compare import COLUMNS, both
from driverkit.cli import run
from strategies import theories

OLD = examples.load("leaving-hospital")
NEW = (
    OLD.replace("A1", target=10)
    .replace("S2", text="The plan is in plain words")
    .link("S2", "P3")
    .add(dk.ChangeIdea("C99", "Call on day two", contributes_to=["P3"]))
)


def test_the_table_has_its_columns_even_where_nothing_changed():
    assert list(dk.compare(OLD, OLD).frame().columns) == list(COLUMNS)
    frame = dk.compare(OLD, NEW).frame()
    assert list(frame.columns) == list(COLUMNS)
    assert set(frame["kind"]) == {"retargeted", "reworded", "linked", "added"}


def test_substantive_changes_stand_first_and_what_no_note_names_is_said():
    text = dk.compare(OLD, NEW).text()
    assert text.index("Substantive changes") < text.index("moved from 12 to 10") < text.index("Minor changes")
    assert text.endswith("3 substantive changes are in no revision note.\n")
    assert "Nothing changed." in dk.compare(OLD, OLD).text()


def test_a_revision_note_to_begin_with_says_what_changed_and_leaves_why_to_people():
    note = dk.compare(OLD, NEW).suggested_note()
    assert (note.label, note.kind) == ("6", "substantive")
    assert note.why.startswith("The target of")


def test_words_of_strangers_are_harmless_in_every_text():
    evil = OLD.replace("P1", text="<script>top.F(1)</script> [a](javascript:1) \u202e")
    found = dk.compare(OLD, evil)
    assert "<script>" not in found.text(markdown=True)
    assert "<script>" not in found._repr_html_()
    assert "\u202e" not in found.text()


def test_old_and_new_are_on_one_picture():
    picture = dk.diagram(dk.compare(NEW, OLD))
    marks = {box.id: box.marks for box in picture.diagram.boxes}
    assert "removed" in marks["C99"]
    assert "changed" in marks["A1"]
    arrows = {(a.cause, a.effect): a.marks for a in picture.diagram.arrows}
    assert "removed" in arrows["S2", "P3"]
    assert "removed" in arrows["C99", "P3"]
    assert {"no longer", "changed"} <= {entry.line.text for entry in picture.diagram.legend}


def test_an_overlay_beside_a_comparison_is_refused():
    with pytest.raises(dk.UsageError, match="its own marks"):
        dk.diagram(dk.compare(OLD, NEW), overlay="status")


@given(old=theories(max_nodes=6), new=theories(max_nodes=6))
def test_any_two_theories_can_be_compared_and_drawn(old, new):
    found = dk.compare(old, new)
    theory = both(found)
    kept = {n.id for n in theory.nodes}
    assert {n.id for n in new.nodes} <= kept
    assert dk.diagram(found).svg()
    json.dumps(found.to_dict(), default=str)
    assert found.text()
    assert found.text(markdown=True)


# -- git ---------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def git(*words):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    git("config", "user.email", "a@example.org")
    git("config", "user.name", "Ann")
    path = tmp_path / "theory.yaml"
    path.write_text(examples.text("small-steps"), encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "First words")
    theory = dk.load(path)
    dk.save(theory.replace(theory.aims[0].id, target=99), path)
    git("commit", "-qam", "We aim higher")
    git("mv", "theory.yaml", "ours.yaml")
    git("commit", "-qm", "Another name")
    path = tmp_path / "ours.yaml"
    path.write_text("broken: [", encoding="utf-8")
    git("commit", "-qam", "A slip")
    path.write_text(
        dk.dumps(theory.replace(theory.drivers[0].id, text="Quite other words")), encoding="utf-8"
    )
    git("commit", "-qam", "Other words")
    return tmp_path


def test_a_version_of_git_is_compared(repository, capsys):
    assert run(["diff", "HEAD~4:theory.yaml", "HEAD~3:theory.yaml"]) == 0
    assert "moved from" in capsys.readouterr().out
    assert run(["diff", "HEAD~4:theory.yaml", "ours.yaml", "--exit-code"]) == 1


def test_a_picture_and_texts_at_once(repository, capsys):
    assert (
        run(
            [
                "diff",
                "HEAD~4:theory.yaml",
                "ours.yaml",
                "-o",
                "c.svg",
                "-o",
                "c.md",
                "-o",
                "c.json",
                "-o",
                "c.csv",
            ]
        )
        == 0
    )
    assert "Quite other words" in (repository / "c.md").read_text(encoding="utf-8")
    assert json.loads((repository / "c.json").read_text(encoding="utf-8"))["substantive"] >= 1
    assert (repository / "c.csv").read_text(encoding="utf-8").startswith("kind,section,id")
    assert "<svg" in (repository / "c.svg").read_text(encoding="utf-8")


def test_the_story_of_a_file_goes_from_the_first_version_to_the_last(repository, capsys):
    assert run(["history", "ours.yaml"]) == 0
    told = capsys.readouterr()
    assert (
        told.out.index("Ann: First words")
        < told.out.index("Ann: We aim higher")
        < told.out.index("Ann: Other words")
    )
    assert "A slip" not in told.out
    assert "passed over, as it cannot be read" in told.err
    assert run(["history", "ours.yaml", "--format", "json", "--most", "1"]) == 0
    assert [one["subject"] for one in json.loads(capsys.readouterr().out)] == ["Other words"]


def test_what_vanished_since_a_revision_is_told(repository, capsys):
    theory = dk.load("ours.yaml")
    kept = theory.add(dk.ChangeIdea("C99", "Ring every bell", status="abandoned"))
    (repository / "ours.yaml").write_text(dk.dumps(kept), encoding="utf-8")
    subprocess.run(["git", "commit", "-qam", "An idea given up"], check=True)
    (repository / "ours.yaml").write_text(dk.dumps(theory), encoding="utf-8")
    for since in ("HEAD", "HEAD:ours.yaml"):
        assert run(["check", str(repository / "ours.yaml"), "--since", since, "--select", "VER03"]) == 0
        assert "“Ring every bell” (C99), which was abandoned" in capsys.readouterr().out
    assert run(["diff", "HEAD:ours.yaml", "ours.yaml"]) == 0
    told = capsys.readouterr().out
    assert "Tried or refuted, and no longer there" in told
    assert "(C99), which was abandoned, is no longer in the theory and in no revision note." in told
    assert run(["check", "ours.yaml", "--since", "HEAD~99"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "name", ["HEAD~99:theory.yaml", "HEAD:no.yaml", "--output=x:theory.yaml", "nothing:theory.yaml"]
)
def test_a_version_that_git_does_not_know_is_one_line(repository, capsys, name):
    assert run(["diff", "--", name, "ours.yaml"]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert not (repository / "x").exists()
    assert not (repository / "x:theory.yaml").exists()


def test_a_file_with_a_colon_in_its_name_is_a_file(repository, capsys):
    (repository / "a:b.yaml").write_text(examples.text("small-steps"), encoding="utf-8")
    assert run(["diff", "a:b.yaml", "a:b.yaml"]) == 0
    assert "Nothing changed." in capsys.readouterr().out
