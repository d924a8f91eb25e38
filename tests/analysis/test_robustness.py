"""How many independent sets of evidence hold up a driver: counted by hand, and with the rules of the field."""

from __future__ import annotations

from itertools import pairwise

import attrs
import pandas as pd
import pytest
from hypothesis import assume, given

import driverkit as dk
from driverkit import examples
from driverkit.analysis.robustness import COLUMNS, MOST_WAYS, confirming
from driverkit.evidence import was_studied
from driverkit.graph import paths_to_aim
from strategies import theories


def cycle(id: str, change: str, result: str = "confirmed", **more: object) -> dk.PdsaCycle:
    asked = {"question": "q", "prediction": "p", "result": result}
    return dk.PdsaCycle(id, change, study={"learned": "it"}, predictions=[asked], **more)


def ward(*cycles: dk.PdsaCycle, evidence: tuple[dk.Evidence, ...] = ()) -> dk.Theory:
    return dk.Theory(
        "t",
        aims=[dk.Aim("A", "a")],
        drivers=[
            dk.Driver("P", "p", contributes_to=["A"]),
            dk.Driver(
                "S", "s", contributes_to=[dk.Contribution("P", only_where="day", fails_at=["Night ward"])]
            ),
        ],
        change_ideas=[
            dk.ChangeIdea("C", "c", contributes_to=["S"]),
            dk.ChangeIdea("D", "d", contributes_to=["S", "P"]),
        ],
        teams=[dk.Team("t1", name="Team one")],
        cycles=cycles,
        evidence=evidence,
    )


def sets(theory: dk.Theory, **options: object) -> dict[str, int]:
    return {row["id"]: row["sets"] for row in dk.robustness(theory, **options).rows("nodes")}


def row(theory: dk.Theory, id: str) -> dict[str, object]:
    return next(row for row in dk.robustness(theory).rows("nodes") if row["id"] == id)


def test_two_ideas_at_two_sites_are_two_sets_and_meet_at_the_driver_above():
    theory = ward(cycle("T1", "C", site="Ward 5"), cycle("T2", "D", site="Ward 6"))
    assert sets(theory) == {"A": 1, "P": 2, "S": 2}
    assert row(theory, "A")["rests_on"] == "P"
    assert row(theory, "A")["rests_on_one"]


def test_two_ideas_at_one_site_are_one_set():
    theory = ward(cycle("T1", "C", site="Ward 5"), cycle("T2", "D", site="Ward 5"))
    assert sets(theory)["S"] == 1
    assert row(theory, "S")["rests_on"] == "Ward 5"


def test_one_idea_at_two_sites_is_one_set():
    theory = ward(cycle("T1", "C", site="Ward 5"), cycle("T2", "C", site="Ward 6"))
    assert row(theory, "S")["rests_on"] == "C"
    assert row(theory, "S")["places"] == 2


def test_without_a_site_the_team_is_the_place_by_id_or_name():
    theory = ward(cycle("T1", "C", team="t1"), cycle("T2", "D", team="Team one"))
    assert sets(theory)["S"] == 1
    assert row(theory, "S")["rests_on"] == "t1"


def test_what_names_no_place_is_one_place():
    theory = ward(
        cycle("T1", "C"),
        cycle("T2", "D"),
        evidence=(dk.Evidence("E1", "C", finding="supports"), dk.Evidence("E2", "D", finding="supports")),
    )
    assert sets(theory)["S"] == 2
    assert row(theory, "S")["rests_on"] == "cycles that name no site or team; evidence without a source"


def test_evidence_about_the_driver_itself_or_a_link_to_it_stands_beside_its_ideas():
    theory = ward(
        cycle("T1", "C", site="Ward 5"),
        evidence=(
            dk.Evidence("E1", "P", finding="supports", source="Trial 1"),
            dk.Evidence("E2", "S -> P", finding="supports", source="Trial 2"),
            dk.Evidence("E3", "P", finding="contradicts", source="Trial 3"),
            dk.Evidence("E4", "P", finding="supports", source="Trial  1"),
        ),
    )
    assert sets(theory) == {"A": 1, "P": 2, "S": 1}
    found = row(theory, "P")
    assert (found["cycles"], found["evidence"], found["places"]) == (1, 3, 3)


def test_a_refuted_prediction_a_cycle_without_study_and_a_late_prediction_hold_nothing_up():
    late = attrs.evolve(cycle("T3", "C"), plan={"date": "2026-02-02"}, do={"date": "2026-02-01"})
    unstudied = attrs.evolve(cycle("T2", "C"), study=None)
    theory = ward(cycle("T1", "C", result="refuted"), unstudied, late)
    assert set(sets(theory).values()) == {0}
    assert "no supporting cycle" in row(theory, "S")["reason"]
    assert sets(theory, supports=was_studied)["S"] == 1
    assert confirming(cycle("T4", "C"))


def test_what_is_suspect_holds_nothing_up_until_it_is_confirmed():
    theory = dk.confirm(ward(cycle("T1", "C", site="Ward 5"))).replace("C", text="something else")
    assert sets(theory)["S"] == 0
    assert sets(dk.confirm(theory, ["T1"]))["S"] == 1


def test_a_place_where_every_way_is_known_to_fail_supports_nothing_beyond():
    theory = ward(cycle("T1", "C", site="Night ward"), cycle("T2", "D", site="Night ward"))
    assert sets(theory) == {"A": 1, "P": 1, "S": 1}
    assert sets(theory.remove("T2")) == {"A": 0, "P": 0, "S": 1}


@given(theories(10))
def test_no_node_has_more_sets_than_places_and_one_set_always_names_what_it_rests_on(theory):
    for found in dk.robustness(theory).rows("nodes"):
        assert found["sets"] <= found["places"] <= found["cycles"] + found["evidence"]
        assert bool(found["sets"]) == bool(found["places"]) == bool(found["rests_on"])
        assert found["rests_on_one"] == (found["sets"] == 1)


@given(theories(8))
def test_one_more_confirming_test_never_takes_a_set_away(theory):
    before = sets(theory)
    for idea in theory.change_ideas[:2]:
        after = sets(theory.add(cycle("new-cycle", idea.id, site="a new place")))
        assert all(after[id] >= count for id, count in before.items())


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_is_documented_and_there_when_empty(table):
    full, empty = (
        getattr(dk.robustness(theory), table)
        for theory in (examples.load("leaving-hospital"), dk.Theory("t"))
    )
    assert list(full.columns) == list(empty.columns) == list(COLUMNS[table])
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()
    assert full.attrs["columns"] == dict(COLUMNS[table])


def test_the_weakest_link_of_each_way_is_on_it():
    paths = dk.robustness(examples.load("leaving-hospital")).paths
    assert not paths.empty
    for way in paths.to_dict("records"):
        assert way["weakest"] in way["path"]
        assert way["path"].startswith(way["via"])


@given(theories(14))
def test_every_way_to_an_aim_is_there_with_the_link_on_it_that_is_believed_least(theory):
    aims = {aim.id for aim in theory.aims}
    rows = dk.robustness(theory).rows("paths")
    ways = [
        path
        for idea in theory.change_ideas
        for path in paths_to_aim(theory, idea.id)
        if not aims.intersection(path[:-1])
    ]
    most = max((sum(path[0] == idea.id for path in ways) for idea in theory.change_ideas), default=0)
    assume(most <= MOST_WAYS)
    assert sorted(row["path"] for row in rows) == sorted(map(" -> ".join, ways))
    for row in rows:
        ids = row["path"].split(" -> ")
        known = [dk.belief(theory, f"{a} -> {b}").rank for a, b in pairwise(ids)]
        weakest = dk.belief(theory, row["weakest"])
        assert (weakest.rank, weakest.word) == (min(known), row["belief"])
        assert row["ways"] == sum(path[0] == row["idea"] for path in ways)


def test_of_more_ways_than_anybody_reads_the_best_by_each_first_link_is_listed():
    above, drivers = ["A"], []
    for level in range(70):
        drivers += [dk.Driver(f"{side}{level}", side, contributes_to=above) for side in "LR"]
        above = [f"L{level}", f"R{level}"]
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A", "a")],
        drivers=drivers,
        change_ideas=[dk.ChangeIdea("C", "c", contributes_to=above)],
    )
    found = dk.robustness(theory).paths
    assert found["via"].tolist() == ["C -> L69", "C -> R69"]
    assert found["ways"].tolist() == [2**63 - 1] * 2  # 2**70, as far as 64 bits go


def test_a_notebook_shows_every_word_escaped():
    theory = dk.Theory("t", aims=[dk.Aim("A", "<img src=x>")])
    shown = dk.robustness(theory)._repr_html_()
    assert "<img" not in shown
    assert isinstance(dk.robustness(theory).nodes, pd.DataFrame)


def test_a_test_that_does_not_reach_a_driver_is_not_counted_behind_it():
    here = {"site": "Night ward"}
    theory = ward(cycle("T1", "C", **here), cycle("T2", "D", **here))
    assert (row(theory, "P")["cycles"], row(theory, "S")["cycles"]) == (1, 2)
