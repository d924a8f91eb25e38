"""Two versions side by side: as a table, in words, on one picture; and from git."""

from __future__ import annotations

import datetime as dt
import json
import subprocess

import attrs
import pytest
import yaml
from hypothesis import given

import driverkit as dk
from driverkit import examples
from driverkit.analysis.compare import COLUMNS, both
from driverkit.cli import run
from strategies import theories
from support.wards import FILES, wards

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
    assert note.why.count("(S2 -> P3)") == 1


def _revised(theory, label, *notes):
    return attrs.evolve(
        theory,
        revision=dk.Revision(label, date="2026-03-01"),
        revisions=[*theory.revisions, *(dk.Revision(label, why=why) for why in notes)],
    )


def test_a_note_to_begin_with_is_of_the_revision_that_has_none():
    note = dk.compare(OLD, _revised(NEW, "6")).suggested_note()
    assert (note.label, str(note.date)) == ("6", "2026-03-01")
    told = attrs.evolve(_revised(NEW, "6"), revisions=[*NEW.revisions, note])
    assert dk.compare(OLD, told).unexplained == ()
    assert dk.compare(OLD, told).suggested_note() is None
    assert not dk.check(told, before=OLD, select=["VER02", "VER05"])


def test_a_note_to_begin_with_leaves_out_what_notes_tell_and_nothing_else():
    many = OLD
    for idea in OLD.drivers:
        many = many.replace(idea.id, text=f"Quite another word for {idea.id.lower()}")
    new = _revised(many, "6", "we found better words for P1")
    found = dk.compare(OLD, new)
    note = found.suggested_note()
    assert len(found.unexplained) > 3
    assert all(change.words.rstrip(".") in note.why for change in found.unexplained)
    assert "(P1)" not in note.why
    assert note.label == "7"


def test_a_note_to_begin_with_names_an_abandoned_idea_that_vanished():
    old = OLD.add(dk.ChangeIdea("C99", "Ring every bell", status="abandoned"))
    found = dk.compare(old, OLD)
    assert not found.substantive
    assert "(C99)" in found.suggested_note().why


def test_a_new_revision_without_a_substantive_change_has_a_minor_note():
    note = dk.compare(OLD, _revised(OLD.replace("C1", owner="Ann"), "6")).suggested_note()
    assert (note.label, note.kind) == ("6", "minor")
    assert "(C1)" in note.why
    assert dk.compare(OLD, OLD.replace("C1", owner="Ann")).suggested_note() is None


def test_the_note_is_yaml_to_paste_with_its_reason_left_open(tmp_path, capsys):
    old = OLD.replace("A1", text="More go home\nrevisions: [\u202e")
    new = _revised(NEW, "no: 6").add(
        dk.PdsaCycle("T99", "C1", study={"date": "2026-02-02", "learned": "they ask"})
    )
    idea = new.node("C1").id
    new = new.replace(idea, status="abandoned")
    dk.save(attrs.evolve(old, revisions=[]), tmp_path / "old.yaml")
    dk.save(attrs.evolve(new, revisions=[]), tmp_path / "new.yaml")
    files = [str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]
    assert run(["diff", *files, "--note"]) == 0
    text = capsys.readouterr().out
    (entry,) = yaml.safe_load(text)["revisions"]
    assert entry == {
        "label": "no: 6",
        "date": dt.date(2026, 3, 1),
        "kind": "substantive",
        "why": None,
        "because_of": ["T99"],
    }
    assert "# - A1: The target of" in text
    assert "\u202e" not in text
    path = tmp_path / "new.yaml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    assert dk.load(path).revisions[0].because_of == ("T99",)
    assert run(["diff", files[0], files[0], "--note"]) == 0
    assert capsys.readouterr().out == "# No substantive change is without a revision note.\n"
    assert run(["diff", *files, "--note", "-o", str(tmp_path / "note.svg")]) == 2
    assert not (tmp_path / "note.svg").exists()


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


def test_a_rewritten_finding_is_told_everywhere():
    old = OLD.add(dk.Evidence("E99", "P1", finding="contradicts"))
    found = dk.compare(old, old.replace("E99", finding="supports"))
    assert found.text().index("Substantive changes") < found.text().index(
        "changed from contradicts to supports"
    )
    assert "Learned in between" not in found.text()
    assert found.text().endswith("1 substantive change is in no revision note.\n")
    (row,) = found.rows()
    assert (row["field"], row["before"], row["after"], row["evidence"]) == (
        "finding", "contradicts", "supports", "E99",
    )  # fmt: skip
    (box,) = [box for box in dk.diagram(found).diagram.boxes if box.id == "P1"]
    assert "changed" in box.marks
    assert "E99 was contradicts" in [line.text for line in box.lines]


def test_a_revision_note_to_begin_with_names_nothing_that_is_gone():
    old = OLD.add(dk.Evidence("E99", "P1", finding="contradicts"))
    assert dk.compare(old, OLD).suggested_note().because_of == ()


def test_why_a_theory_was_revised_is_told():
    new = attrs.evolve(NEW, revisions=[*NEW.revisions, dk.Revision("6", why="nobody read it")])
    assert "Why\n- Revision 6: nobody read it\n" in dk.compare(OLD, new).text()
    assert dk.compare(OLD, new).to_dict()["notes"][0]["why"] == "nobody read it"


def test_cycles_of_members_are_among_the_reasons_of_the_common_theory():
    hub = examples.network().versions
    assert "(because of m05/T2, m07/T3, m02/T1, m02/T4 and m08/T2)" in dk.compare(hub[-2], hub[-1]).text()


def test_a_refuted_link_that_a_node_left_by_moving_is_missed():
    link = next(one for one in OLD.links if len(OLD.parents(one.cause)) == 1 and one.cause.startswith("S"))
    other = next(one.id for one in OLD.drivers if one.id.startswith("P") and one.id != link.effect)
    old = OLD.add(dk.Evidence("E99", link.id, finding="contradicts"))
    new = old.remove("E99").link(link.cause, other).unlink(link.cause, link.effect)
    found = dk.compare(old, new)
    assert [c.kind for c in found.changes if link.cause in c.id.split(" -> ")] == ["moved", "re-evidenced"]
    assert [one.id for one in found.vanished] == [link.id]
    arrows = {(a.cause, a.effect): a.marks for a in dk.diagram(found).diagram.arrows}
    assert "added" in arrows[link.cause, other]
    assert "removed" in arrows[link.cause, link.effect]


def test_the_picture_says_with_which_version_it_is_compared_and_the_new_status():
    idea = OLD.change_ideas[0].id
    found = dk.compare(OLD, attrs.evolve(OLD, revision=dk.Revision("9")).replace(idea, status="abandoned"))
    drawn = dk.diagram(found).diagram
    revision = OLD.revision
    wanted = f"compared with revision {revision.label} · {revision.date}"
    assert wanted in " ".join(line.text for line in drawn.header)
    (box,) = [box for box in drawn.boxes if box.id == idea]
    assert "Now abandoned" in [line.text for line in box.lines]


def test_an_overlay_beside_a_comparison_is_refused():
    with pytest.raises(dk.UsageError, match="its own marks"):
        dk.diagram(dk.compare(OLD, NEW), overlay="status")


@pytest.mark.slow
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


def test_a_file_that_was_never_a_theory_is_told_once(repository, capsys):
    for title in ("One", "Two"):
        text = f"driverkit: 1\ntitle: {title}\nhub: ours.yaml\n"
        (repository / "network.yaml").write_text(text, encoding="utf-8")
        subprocess.run(["git", "add", "."], cwd=repository, check=True, capture_output=True)
        subprocess.run(["git", "commit", "-qm", title], cwd=repository, check=True, capture_output=True)
    assert run(["history", "network.yaml"]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert "can be read as a theory. This is the file of a network" in said


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


def test_the_story_tells_what_was_given_up_and_is_gone(repository, capsys):
    theory = dk.load("ours.yaml")
    for words, version in (
        ("Given up", theory.add(dk.ChangeIdea("C99", "Ring every bell", status="abandoned"))),
        ("Tidied", theory),
    ):
        (repository / "ours.yaml").write_text(dk.dumps(version), encoding="utf-8")
        subprocess.run(["git", "commit", "-qam", words], check=True)
    for more in ([], ["--substantive"], ["--format", "md"]):
        assert run(["history", "ours.yaml", *more]) == 0
        told = capsys.readouterr().out.partition("Tidied")[2].replace("\\", "")
        assert "“Ring every bell” (C99), which was abandoned, is no longer in the theory" in told, more
        assert "minor change" not in told
    assert run(["history", "ours.yaml", "--format", "json"]) == 0
    last = json.loads(capsys.readouterr().out)[-1]
    assert last["vanished"] == [{"id": "C99", "reason": "abandoned", "revisions": []}]


def test_the_last_versions_are_told_by_what_they_changed_and_only_the_first_one_begins_the_file(
    repository, capsys
):
    run(["history", "ours.yaml"])
    whole = capsys.readouterr().out
    assert whole.count("The file begins") == 1
    run(["history", "ours.yaml", "--most", "1"])
    last = capsys.readouterr().out
    assert "The file begins" not in last
    assert "Quite other words" in last
    assert whole.endswith(last)


def test_the_story_tells_reasons_as_a_comparison_does(repository, capsys):
    theory = dk.load("ours.yaml")
    idea = theory.change_ideas[0].id
    new = theory.replace(idea, status="abandoned").add(
        dk.PdsaCycle("T99", idea, study={"date": "2026-02-02", "learned": "nobody came"})
    )
    new = attrs.evolve(new, revisions=[dk.Revision("8", why="it costs too much", because_of=["T99"])])
    (repository / "ours.yaml").write_text(dk.dumps(new), encoding="utf-8")
    subprocess.run(["git", "commit", "-qam", "Given up"], check=True)
    assert run(["history", "ours.yaml", "--most", "2"]) == 0
    told = capsys.readouterr().out.partition("Ann: Given up")[2]
    assert "(cycles T99; revision 8)" in told
    assert "Learned in between:\n    On" in told
    assert "Why (revision 8): it costs too much (because of T99)" in told
    assert run(["history", "ours.yaml", "--most", "2", "--format", "json"]) == 0
    last = json.loads(capsys.readouterr().out)[-1]
    assert [row["revisions"] for row in last["changes"]] == ["8", "8"]
    assert last["notes"] == [{"label": "8", "why": "it costs too much", "because_of": ["T99"]}]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("HEAD~99:theory.yaml", "knows no revision 'HEAD~99' here. `git log --oneline` lists"),
        ("HEAD:no.yaml", "does not exist in 'HEAD'. `git log --oneline --all -- PATH` lists"),
    ],
)
def test_a_version_that_is_not_there_is_told_with_the_next_step(repository, capsys, name, said):
    assert run(["diff", name, "ours.yaml"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert ".." not in error


def test_a_version_outside_a_repository_is_told_with_the_next_step(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert run(["diff", "HEAD:no.yaml", "HEAD:other.yaml"]) == 2
    assert "is in no git repository" in capsys.readouterr().err


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


# -- the common theory of a network ------------------------------------------------------------------


@pytest.fixture
def hub_with_reason(tmp_path):
    """The common theory reworded C1 because of a cycle on an idea of a member that adapts C1."""
    hub = FILES["hub.yaml"].replace("Ask five questions", "Ask three questions").replace(
        'revision: {label: "3", date: 2026-01-10}', 'revision: {label: "4", date: 2026-02-10}'
    ) + (
        "revisions:\n"
        '  - {label: "4", date: 2026-02-10, kind: substantive, why: five were too many, because_of: [m01/T1]}\n'
    )
    network = FILES["network.yaml"].replace("history/hub-2.yaml]", "history/hub-2.yaml, history/hub-3.yaml]")
    folder = wards(tmp_path / "w", hub=hub, network=network)
    (folder / "history/hub-3.yaml").write_text(FILES["hub.yaml"], encoding="utf-8")
    return folder


def test_a_cycle_of_a_member_is_the_reason_of_what_its_idea_adapts(hub_with_reason):
    network = dk.load_network(hub_with_reason)
    old, new = network.versions[-2:]
    (alone,) = dk.compare(old, new).changes
    assert (alone.id, alone.revisions) == ("C1", ())
    found = dk.compare(old, new, network=network)
    assert [change.revisions for change in found.changes] == [("4",)]
    assert found.unexplained == ()
    assert "in no revision note" not in dk.network_report(network, sections=["changes"]).html
    with pytest.raises(dk.UsageError, match="A network is wanted, not a str"):
        dk.compare(old, new, network="w")


def test_what_went_because_of_a_members_cycle_is_told_by_that_note(hub_with_reason):
    network = dk.load_network(hub_with_reason)
    old, new = network.versions[-2:]
    found = dk.compare(old.replace("C1", status="abandoned"), new.remove("C1"), network=network)
    assert [(one.id, one.revisions) for one in found.vanished] == [("C1", ("4",))]


def test_on_the_command_line_the_network_is_named(hub_with_reason, capsys):
    files = [str(hub_with_reason / name) for name in ("history/hub-3.yaml", "hub.yaml")]
    assert run(["diff", *files]) == 0
    told = capsys.readouterr()
    assert "1 substantive change is in no revision note." in told.out
    assert "--network DIR" in told.err
    assert run(["diff", *files, "--network", str(hub_with_reason)]) == 0
    told = capsys.readouterr()
    assert "(revision 4)" in told.out
    assert "in no revision note" not in told.out
    assert told.err == ""
