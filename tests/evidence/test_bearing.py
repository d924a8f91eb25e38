"""Evidence for and against, and links that hold only somewhere."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit.evidence import predictions_through

STUDIED = {"learned": "something"}


def a_test(id: str, result: str, **more: object) -> dk.PdsaCycle:
    predictions = [{"question": "q", "prediction": "p", "result": result}]
    return dk.PdsaCycle(id, "C1", predictions=predictions, **{"study": STUDIED, **more})


def theory(*more: object, fails_at: object = ()) -> dk.Theory:
    return (
        dk.Theory(
            "Leaving hospital",
            aims=[dk.Aim("A1", "Fewer people come back")],
            drivers=[dk.Driver("P1", "They understand"), dk.Driver("P2", "Help is near")],
            change_ideas=[dk.ChangeIdea("C1", "Teach-back", contributes_to=["P1", "P2"])],
            teams=[dk.Team("red", "Team red"), dk.Team("blue")],
        )
        .link("C1", "P2", only_where="a nurse answers", fails_at=fails_at)
        .add(*more)
    )


def test_evidence_is_sorted_by_which_way_it_points_and_nothing_is_left_out():
    findings = ("supports", "contradicts", "mixed", None, "contradicts")
    pieces = [dk.Evidence(f"E{n}", "P1", finding=finding) for n, finding in enumerate(findings)]
    found = dk.bearing(theory(*pieces, dk.Evidence("E9", "P1 -> A1", finding="supports")), "P1")
    assert [p.id for p in found.supports] == ["E0"]
    assert [p.id for p in found.contradicts] == ["E1", "E4"]
    assert [p.id for p in (*found.mixed, *found.silent)] == ["E2", "E3"]
    assert found.contested
    assert str(found) == (
        "1 piece of evidence for it, 2 against it, 1 pointing both ways, 1 not saying which way"
    )


def test_evidence_about_a_link_is_not_about_its_ends():
    about_link = theory(dk.Evidence("E1", "C1 -> P2", finding="contradicts"))
    assert [p.id for p in dk.bearing(about_link, "C1->P2").contradicts] == ["E1"]
    assert str(dk.bearing(about_link, "C1")) == str(dk.bearing(about_link, "P2")) == "no evidence"


def test_suspect_evidence_stays_where_it_is_and_is_named():
    found = dk.bearing(theory(dk.Evidence("E1", "P1", finding="contradicts", stamp="of-other-words")), "P1")
    assert [p.id for p in found.contradicts] == ["E1"]
    assert found.suspect == ("E1",)
    assert str(found) == "1 piece of evidence against it, 1 of them suspect"


def test_a_link_that_is_not_there_is_told_with_the_nearest_one():
    with pytest.raises(dk.UsageError, match=r"There is no link 'P2 -> C1'"):
        dk.bearing(theory(), "P2 -> C1")
    with pytest.raises(dk.UnknownId):
        dk.link_holding(theory(), "C1 -> P9")


def test_what_was_tested_where_a_link_fails_does_not_count_through_it():
    tests = [
        a_test("T1", "confirmed", site="Ward 5"),
        a_test("T2", "refuted", site="Ward 6"),
        a_test("T3", "confirmed", site="Ward 7", team="Team red"),
        a_test("T4", "mixed", site="Town"),
    ]
    there = theory(*tests, fails_at=["Ward 6", "red"])
    assert [r.cycle.id for r in predictions_through(there, "C1 -> P2")] == ["T1", "T4"]
    assert len(predictions_through(there, "C1 -> P1")) == 4
    found = dk.link_holding(there, "C1 -> P2")
    assert found.condition == "a nurse answers"
    assert (found.holds_at, found.fails_at, found.unsettled_at) == (("Ward 5",), ("Ward 6", "red"), ("Town",))
    assert found.untested_at == ("blue",)
    assert (found.studied, found.left_out) == (2, 2)
    assert (found.held_where_it_holds.confirmed, found.held_where_it_holds.judged) == (1, 2)
    assert (found.held_where_it_fails.confirmed, found.held_where_it_fails.judged) == (1, 2)
    assert found.fails
    assert str(found) == (
        "C1 -> P2: holds only where a nurse answers; does not hold at Ward 6, red; 2 studied cycles through it; "
        "2 not counted, being from where it fails"
    )
    assert dk.belief(there, "P1").counts.cycles_studied == 4
    assert dk.belief(there, "P2").counts.cycles_studied == 2
    assert dk.belief(there, "A1").counts.cycles_studied == 4  # there is another way


def test_a_contradicted_condition_without_a_place_is_known_to_fail_somewhere():
    against = dk.Evidence("E1", "C1 -> P2", finding="contradicts")
    found = dk.link_holding(theory(against, a_test("T1", "confirmed", site="Ward 5")), "C1 -> P2")
    assert found.fails_somewhere
    assert found.fails
    assert found.against == ("E1",)
    assert (found.studied, found.left_out) == (1, 0)
    assert "is known to fail somewhere; where is not said" in str(found)
    assert not dk.link_holding(theory(against, fails_at="Ward 6"), "C1 -> P2").fails_somewhere


def test_a_contradicted_link_without_a_condition_is_contradicted_and_not_conditional():
    found = dk.link_holding(theory(dk.Evidence("E1", "C1 -> P1", finding="contradicts")), "C1 -> P1")
    assert not found.fails
    assert found.against == ("E1",)


def test_a_team_that_is_renamed_is_renamed_where_links_fail():
    renamed = theory(fails_at=["red", "Ward 6"]).rename("red", "crimson")
    assert renamed.node("C1").contributes_to[1].fails_at == ("crimson", "Ward 6")


def test_where_a_link_fails_is_written_and_read_in_every_format(tmp_path):
    one = theory(fails_at=["Ward 6", "red"])
    assert dk.loads(dk.dumps(one)) == one
    assert dk.loads(dk.dumps(one, format="json"), format="json") == one
    assert dk.from_networkx(dk.to_networkx(one)) == one
    path = tmp_path / "theory.yaml"
    path.write_text("# ours\n" + dk.dumps(one))
    again = dk.load(path).link("C1", "P2", only_where="a nurse answers", fails_at=["Ward 7"])
    dk.save(again, path)
    assert path.read_text().startswith("# ours\n")
    assert dk.load(path) == again


def test_a_node_is_no_link_and_that_is_said():
    theory = dk.Theory("t", aims=[dk.Aim("A1", "a")], drivers=[dk.Driver("P1", "p")])
    with pytest.raises(dk.UsageError, match="'P1' is no link; a link is written CAUSE -> EFFECT"):
        dk.link_holding(theory, "P1")
    with pytest.raises(dk.UnknownId, match="Did you mean 'P1'"):
        dk.link_holding(theory, "P2")
