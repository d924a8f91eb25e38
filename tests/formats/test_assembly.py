"""Parts are put together; what two of them say differently is told in words, and the first is kept."""

from __future__ import annotations

import pytest

import driverkit as dk


@pytest.fixture
def whole():
    return dk.Theory(
        "Fewer falls",
        aims=[dk.Aim("A1", "Halve falls", target=3)],
        drivers=[dk.Driver("P1", "Risk is known"), dk.Driver("P2", "Floors are safe"), dk.Driver("S1", "Shoes fit", contributes_to=["P1", "P2"])],
        change_ideas=[dk.ChangeIdea("C1", "Ask", contributes_to=["P1"]), dk.ChangeIdea("C2", "Dry", contributes_to=["P2"])],
        measures=[dk.Measure("M1", "Falls", of=["A1", "P1", "P2"])],
        cycles=[dk.PdsaCycle("T1", "C1"), dk.PdsaCycle("T2", "C2", follows="T1")],
        teams=[dk.Team("t1", works_on=["P1"]), dk.Team("t2", works_on=["P2", "C2"])],
        revisions=[dk.Revision("1", why="because", because_of=["T1", "T2"])],
    )  # fmt: skip


def test_a_team_takes_its_part_and_names_nothing_beside_it(whole):
    part = whole.part("t2")
    assert [node.id for node in part.nodes] == ["A1", "P1", "P2", "S1", "C2"]  # S1 leads up to P1 too
    assert part.node("T2").follows is None
    assert part.revisions[0].because_of == ("T2",)
    assert part.part("t2").node("M1").of == ("A1", "P1", "P2")
    assert [t.id for t in part.teams] == ["t1", "t2"]


def test_a_measure_a_cause_or_a_cycle_may_be_asked_for_too(whole):
    assert [n.id for n in whole.part("T2").nodes] == ["A1", "P2", "C2"]
    assert "C1" in whole.part("M1")
    with pytest.raises(dk.UnknownId):
        whole.part("P9")


def test_teams_work_apart_and_their_parts_are_put_together(whole):
    first = whole.part("t1").add(dk.ChangeIdea("C3", "Ask again", contributes_to=["P1"]))
    second = whole.part("t2").replace("P2", text="Floors are dry").add(dk.PdsaCycle("T3", "C2"))
    made = dk.assemble([first, second])
    assert [n.id for n in made.theory.change_ideas] == ["C1", "C3", "C2"]
    assert [c.id for c in made.theory.cycles] == ["T1", "T2", "T3"]
    assert [(c.path, c.id) for c in made.conflicts] == [("P2.text", "P2")]
    assert str(made.conflicts[0]) == (
        "P2.text: part 1 says 'Floors are safe', part 2 says 'Floors are dry'. That of part 1 is kept."
    )
    assert made.theory.node("P2").text == "Floors are safe"


def test_what_one_part_does_not_say_is_no_conflict(whole):
    made = dk.assemble([whole.part("t1").replace("P1", owner="ward-5"), whole.part("t2")])
    assert made.conflicts == ()
    assert made.theory.node("P1").owner == "ward-5"


def test_a_link_that_two_parts_describe_differently_is_told(whole):
    def with_link(strength):
        return whole.replace("C1", contributes_to=[dk.Contribution("P1", strength)])

    made = dk.assemble([with_link("weak"), with_link("strong")])
    assert [c.path for c in made.conflicts] == ["C1.contributes_to.P1.strength"]
    assert made.theory.node("C1").contributes_to[0].strength == "weak"


def test_links_that_close_a_loop_together_are_told_and_the_later_is_left_out():
    def one(cause, effect):
        drivers = [dk.Driver(cause, cause, contributes_to=[effect]), dk.Driver(effect, effect, level=1)]
        evidence = [dk.Evidence(f"E{cause}", f"{cause} -> {effect}")]
        return dk.Theory("t", drivers=drivers, evidence=evidence)

    made = dk.assemble([one("X", "Y"), one("Y", "X")])
    assert [link.id for link in made.theory.links] == ["X -> Y"]
    assert made.theory.node("EY").about == "Y"
    assert any("would close a loop" in c.message for c in made.conflicts)


def test_an_id_of_two_kinds_is_made_two():
    made = dk.assemble(
        [
            dk.Theory("t", drivers=[dk.Driver("X", "a driver")]),
            dk.Theory(
                "t",
                drivers=[dk.Driver("D", "another")],
                change_ideas=[dk.ChangeIdea("X", "an idea", contributes_to=["D"])],
            ),
        ]
    )
    new = made.renamed["X"]
    assert made.theory.node(new).text == "an idea"
    assert made.theory.parents(new) == ("D",)
    assert "gives this id to a driver" in str(made.conflicts[0])


def test_a_link_that_went_without_saying_is_said_where_there_are_several_aims():
    one = dk.Theory("t", aims=[dk.Aim("A", "a")], drivers=[dk.Driver("P", "p")])
    other = dk.Theory("t", aims=[dk.Aim("B", "b")], drivers=[dk.Driver("Q", "q")])
    theory = dk.assemble([one, other]).theory
    assert [link.id for link in theory.links] == ["P -> A", "Q -> B"]


def test_titles_and_notes_are_held_against_each_other(whole):
    made = dk.assemble([whole.part("t1"), dk.Theory("Safe wards", perspectives=["nurse"])])
    assert made.theory.title == "Fewer falls"
    assert [c.path for c in made.conflicts] == ["title"]
    assert made.theory.perspectives == ("nurse",)
    assert len(dk.assemble([whole.part("t1"), whole.part("t2")]).theory.revisions) == 1


def test_what_is_no_theory_is_refused():
    with pytest.raises(dk.UsageError, match="At least one"):
        dk.assemble([])
    with pytest.raises(dk.UsageError, match="not a str"):
        dk.assemble(["x"])


def test_what_is_written_twice_stays_written_twice():
    theory = dk.Theory("t", perspectives=["nurse", "nurse"])
    assert dk.assemble([theory, dk.Theory("t"), theory]).theory == theory
