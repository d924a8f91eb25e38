"""Two branches of one theory file: by node and field, and what nobody can decide is told."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.cli import run
from driverkit.formats.edit import added, assign
from strategies import theories

BASE = """\
driverkit: 1
title: Falls
aims:
  - {id: A1, text: Fewer falls, target: 3}
drivers:
  - id: P1   # ours to mend
    text: Floors are dry
    contributes_to: [A1]
    tags: [floor, winter]
  - id: P2
    text: People see well
    contributes_to: [A1]
change_ideas:
  - {id: C1, text: Mats at the door, contributes_to: [P1]}
"""


def merged(ours, theirs, base=BASE):
    return dk.merge(dk.loads(base), dk.loads(ours), dk.loads(theirs))


def told(done):
    return [str(one) for one in done.conflicts]


def test_two_fields_of_one_node_go_together():
    done = merged(BASE.replace("dry", "dry and clear"), BASE.replace("winter]", "winter]\n    owner: ward-5"))
    driver = done.theory.node("P1")
    assert (driver.text, driver.owner, told(done)) == ("Floors are dry and clear", "ward-5", [])


def test_two_words_on_one_line_that_git_could_not_merge():
    done = merged(
        BASE.replace("target: 3", "target: 2"), BASE.replace("Fewer falls", "Fewer falls on the ward")
    )
    assert (done.theory.aims[0].target, done.theory.aims[0].text) == (2, "Fewer falls on the ward")


def test_the_same_field_in_two_ways_is_a_conflict_and_ours_is_kept():
    done = merged(BASE.replace("target: 3", "target: 2"), BASE.replace("target: 3", "target: 1"))
    assert told(done) == ["A1.target: ours says 2, theirs says 1, before it was 3. Ours is kept."]
    assert done.theory.aims[0].target == 2


def test_what_both_changed_alike_is_no_conflict():
    both = BASE.replace("target: 3", "target: 2")
    assert told(merged(both, both)) == []


def test_lists_grow_and_shrink_on_both_sides():
    done = merged(
        BASE.replace("floor, winter", "floor, winter, door"), BASE.replace("floor, winter", "winter, rug")
    )
    assert done.theory.node("P1").tags == ("winter", "rug", "door")


def test_links_are_merged_by_where_they_lead():
    ours = BASE.replace("contributes_to: [P1]}", "contributes_to: [{to: P1, strength: strong}]}")
    theirs = BASE.replace("contributes_to: [P1]}", "contributes_to: [P1, P2]}")
    done = merged(ours, theirs)
    assert [(c.to, c.strength) for c in done.theory.node("C1").contributes_to] == [
        ("P1", "strong"),
        ("P2", None),
    ]


def test_a_node_that_one_took_away_and_the_other_changed_is_kept_and_told():
    ours = "\n".join(BASE.split("\n")[:-2]).replace("change_ideas:", "") + "\n"
    done = merged(ours, BASE.replace("Mats at the door", "Mats at both doors"))
    assert told(done) == ["C1: ours took it away, theirs changed it. It is kept as theirs has it."]
    assert done.theory.node("C1").text == "Mats at both doors"


def test_a_node_that_one_took_away_and_the_other_speaks_of_is_put_back():
    base = dk.loads(BASE)
    done = dk.merge(base, base.remove("P2"), added(base, "change", "Lamps", to=["P2"], id="C2")[0])
    assert told(done) == ["P2: one side took it away, the other one speaks of it. It is kept."]
    assert [d.id for d in done.theory.drivers] == ["P1", "P2"]


def test_links_of_both_that_close_a_loop_are_told():
    base = dk.loads(BASE)
    done = dk.merge(base, base.link("P1", "P2"), base.link("P2", "P1"))
    assert told(done) == [
        "P2 -> P1: with what ours changed, this link of theirs closes a loop. It is left out."
    ]
    assert done.theory.parents("P1") == ("A1", "P2")


def test_one_id_for_two_new_nodes_becomes_two_ids():
    base = dk.loads(BASE)
    ours = base.add(dk.ChangeIdea("C2", "Lamps", contributes_to=["P2"]))
    theirs = base.add(dk.ChangeIdea("C2", "Glasses", contributes_to=["P2"])).add(dk.PdsaCycle("T1", "C2"))
    done = dk.merge(base, ours, theirs)
    new = done.renamed["C2"]
    assert {done.theory.node("C2").text, done.theory.node(new).text} == {"Lamps", "Glasses"}
    assert done.theory.node("T1").change == new
    assert "both sides gave this id to a new node" in told(done)[0]


def test_one_node_added_twice_is_one_node():
    base = dk.loads(BASE)
    ours, one = added(base, "change", "Lamps", to=["P2"])
    theirs, two = added(base, "change", "Lamps", to=["P2"])
    done = dk.merge(base, assign(ours, one, ["owner=kim"]), theirs)
    assert one == two
    assert (len(done.theory.change_ideas), told(done)) == (2, [])


def test_what_only_theirs_has_stands_where_it_stood():
    base = dk.loads(BASE)
    theirs = dk.loads(
        BASE.replace("  - id: P2", "  - {id: P9, text: Rails are held, contributes_to: [A1]}\n  - id: P2")
    )
    ours = base.add(dk.Driver("P3", "Shoes fit", contributes_to=["A1"]))
    assert [d.id for d in dk.merge(base, ours, theirs).theory.drivers] == ["P1", "P9", "P2", "P3"]


@given(base=theories(max_nodes=8), data=st.data())
def test_whatever_two_scripts_did_every_change_is_there_or_told(base, data):
    sides = []
    for side in ("ours", "theirs"):
        theory = base
        for node in base.nodes:
            field = data.draw(
                st.sampled_from([None, "owner", "detail", "text"]), label=f"{side} of {node.id}"
            )
            if field:
                theory = assign(theory, node.id, [f"{field}={side} {node.id}"])
        sides.append(theory)
    done = dk.merge(base, *sides)
    conflicts = {one.path for one in done.conflicts}
    for node in base.nodes:
        for field in ("owner", "detail", "text"):
            was, ours, theirs = (getattr(t.node(node.id), field) for t in (base, *sides))
            now = getattr(done.theory.node(node.id), field)
            if was not in (ours, theirs):
                assert now == ours
                assert f"{node.id}.{field}" in conflicts
            else:
                assert now == (ours if ours != was else theirs)


@given(base=theories(max_nodes=4), other=theories(max_nodes=8))
def test_a_side_that_changed_nothing_takes_the_other_as_it_is(base, other):
    for number, id in enumerate(base.index):
        base = base.rename(id, f"of-the-base.{number}")
    assert dk.merge(base, base, other).theory == other
    assert dk.merge(base, other, base).theory == other


# -- files ------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def test_comments_of_both_sides_stay(home, capsys):
    (home / "ours.yaml").write_text(
        BASE.replace("# ours to mend", "# ours to mend, by May"), encoding="utf-8"
    )
    theirs = BASE.replace("  - id: P2", "  # asked for by the carers\n  - id: P2").replace(
        "see well", "see and hear well"
    )
    (home / "theirs.yaml").write_text(theirs, encoding="utf-8")
    assert run(["merge", "base.yaml", "ours.yaml", "theirs.yaml"]) == 0
    text = (home / "ours.yaml").read_text(encoding="utf-8")
    assert "# ours to mend, by May" in text
    assert "  # asked for by the carers\n  - id: P2\n    text: People see and hear well" in text


def test_a_conflict_is_told_and_stands_above_its_node(home, capsys):
    (home / "ours.yaml").write_text(BASE.replace("target: 3", "target: 2"), encoding="utf-8")
    (home / "theirs.yaml").write_text(BASE.replace("target: 3", "target: 1"), encoding="utf-8")
    assert run(["merge", "base.yaml", "ours.yaml", "theirs.yaml"]) == 1
    error = capsys.readouterr().err
    assert "ours.yaml: A1.target: ours says 2, theirs says 1" in error
    assert "1 conflict to decide" in error
    text = (home / "ours.yaml").read_text(encoding="utf-8")
    assert (
        "  # MERGE A1.target: ours says 2, theirs says 1, before it was 3. Ours is kept.\n  - {id: A1" in text
    )
    assert dk.loads(text).aims[0].target == 2


def test_our_layout_stays_and_only_their_lines_change(home):
    (home / "theirs.yaml").write_text(BASE.replace("see well", "see and hear well"), encoding="utf-8")
    (home / "ours.yaml").write_text(BASE, encoding="utf-8")
    run(["merge", "base.yaml", "ours.yaml", "theirs.yaml"])
    assert (home / "ours.yaml").read_text(encoding="utf-8") == BASE.replace("see well", "see and hear well")


def test_it_is_a_merge_driver_of_git(home):
    def git(*words, ok=True):
        done = subprocess.run(["git", *words], cwd=home, capture_output=True, text=True)
        assert not ok or done.returncode == 0, done.stderr
        return done

    import sys

    git("init", "-q", "-b", "main")
    git("config", "user.email", "a@example.org")
    git("config", "user.name", "A")
    git("config", "merge.driverkit.driver", f"'{sys.executable}' -m driverkit merge %O %A %B --name %P")
    (home / ".gitattributes").write_text("*.yaml merge=driverkit\n", encoding="utf-8")
    (home / "base.yaml").rename(home / "theory.yaml")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "other")
    (home / "theory.yaml").write_text(
        BASE.replace("Fewer falls", "Fewer falls on the ward"), encoding="utf-8"
    )
    git("commit", "-qam", "two")
    git("checkout", "-q", "main")
    (home / "theory.yaml").write_text(BASE.replace("target: 3", "target: 2"), encoding="utf-8")
    git("commit", "-qam", "three")
    git("merge", "other", "-m", "both")
    aim = dk.load(home / "theory.yaml").aims[0]
    assert (aim.text, aim.target) == ("Fewer falls on the ward", 2)


def test_a_side_that_is_no_theory_leaves_ours_alone(home, capsys):
    (home / "ours.yaml").write_text(BASE, encoding="utf-8")
    (home / "theirs.yaml").write_text("title: t\naims: [{id: A, txt: x}]\n", encoding="utf-8")
    assert run(["merge", "base.yaml", "ours.yaml", "theirs.yaml"]) == 2
    assert "theirs.yaml:2:" in capsys.readouterr().err
    assert (home / "ours.yaml").read_text(encoding="utf-8") == BASE


def test_files_without_a_common_beginning_are_merged_too(home):
    (home / "empty").write_text("", encoding="utf-8")
    (home / "ours.yaml").write_text(BASE, encoding="utf-8")
    (home / "theirs.yaml").write_text(BASE, encoding="utf-8")
    assert run(["merge", "empty", "ours.yaml", "theirs.yaml"]) == 0
