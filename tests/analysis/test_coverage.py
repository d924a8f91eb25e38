"""The coverage tables: each column counted again by hand."""

from __future__ import annotations

import itertools
import subprocess
import sys

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given

import driverkit as dk
from driverkit import examples
from driverkit.analysis import coverage, coverage_rows
from driverkit.analysis.coverage import COLUMNS
from driverkit.evidence import idea_status, was_studied
from driverkit.evidence.contexts import contexts
from driverkit.evidence.predictions import predictions_of, tallies, tally
from driverkit.evidence.stamps import suspects
from driverkit.graph import drivers_moved_by, ideas_behind
from strategies import theories


def hospital() -> dk.Theory:
    return dk.loads(
        """\
driverkit: 1
title: Leaving hospital safely
aims:
  - {id: A1, text: Fewer returns, measure: M1}
drivers:
  - {id: P1, text: People understand, contributes_to: [A1], owner: ward-5}
  - {id: P2, text: Help is reachable, contributes_to: [A1], undeveloped: waiting for the survey}
  - {id: S1, text: Teaching is checked, contributes_to: [P1, {to: P2, only_where: a nurse answers}]}
  - {id: S2, text: Same level, level: 2, contributes_to: [S1]}
change_ideas:
  - {id: C1, text: Teach-back, contributes_to: [S1, P1]}
  - {id: C2, text: Card, contributes_to: [S2]}
  - {id: C3, text: Leaflet, status: abandoned, contributes_to: [S2]}
measures:
  - {id: M1, name: Returns}
  - {id: M2, name: Taught, of: [S1, P1], role: process}
cycles:
  - {id: T1, change: C1, do: {date: 2026-01-02}, study: {date: 2026-01-03}}
  - {id: T2, change: C1}
  - {id: T3, change: C2, do: {date: 2026-01-02}, act: {decision: adopt}}
evidence:
  - {id: E1, about: S1, finding: supports}
  - {id: E2, about: S1 -> P2, finding: contradicts}
  - {id: E3, about: S1, finding: mixed}
  - {id: E4, about: M1, finding: supports}
"""
    )


def test_a_shared_idea_counts_at_each_driver_and_once_above_them():
    nodes = coverage(hospital()).nodes.set_index("id")
    assert nodes["ideas"].to_dict() == {
        "A1": 3,
        "P1": 3,
        "P2": 3,
        "S1": 3,
        "S2": 2,
        "C1": 0,
        "C2": 0,
        "C3": 0,
    }
    assert nodes["cycles"].to_dict() == {
        "A1": 3,
        "P1": 3,
        "P2": 3,
        "S1": 3,
        "S2": 1,
        "C1": 2,
        "C2": 1,
        "C3": 0,
    }


def test_tested_means_that_a_cycle_reached_study():
    """An idea that was adopted without a Study (C2) is not counted as tested."""
    nodes = coverage(hospital()).nodes.set_index("id")
    assert nodes.loc["S1", "ideas_tested"] == 1
    assert nodes.loc["S2", "ideas_tested"] == 0
    assert nodes.loc["C1", "cycles_studied"] == 1
    assert "reached Study" in COLUMNS["nodes"]["ideas_tested"]


def test_measures_and_evidence_are_those_of_the_node_and_of_links_from_it():
    nodes = coverage(hospital()).nodes.set_index("id")
    assert nodes["measures"].to_dict() == {
        "A1": 1,
        "P1": 1,
        "P2": 0,
        "S1": 1,
        "S2": 0,
        "C1": 0,
        "C2": 0,
        "C3": 0,
    }
    assert (nodes.loc["S1", "evidence_for"], nodes.loc["S1", "evidence_against"]) == (1, 1)
    assert nodes["evidence_for"].sum() == 1


def test_shallow_is_what_stands_beside_a_node_and_deep_what_stands_below():
    nodes = coverage(hospital()).nodes.set_index("id")
    assert set(nodes.index[nodes["shallow"]]) == {"A1", "P1", "S1", "C1"}
    assert set(nodes.index[nodes["deep"]]) == {"C1"}
    mended = hospital()
    mended = mended.remove("S2", "C2", "C3", "T3").replace(
        dk.Driver("P2", "Help is reachable", contributes_to=["A1"]),
        dk.Measure("M2", "Taught", of=["S1", "P1", "P2"]),
    )
    assert coverage(mended).nodes["deep"].all()
    assert not coverage(mended).gaps["shallow"].any()


def test_the_gap_says_what_shallow_lacks():
    nodes = coverage(hospital()).nodes.set_index("id")
    assert nodes["gap"].to_dict() == {
        "A1": "",
        "P1": "",
        "P2": "no measure",
        "S1": "",
        "S2": "no measure",
        "C1": "",
        "C2": "not studied",
        "C3": "abandoned untested",
    }


def test_the_gaps_come_with_a_reason_a_next_step_and_whether_they_are_known():
    gaps = coverage(hospital()).gaps
    assert gaps["next_step"].str.endswith((".", "?")).all()
    gaps = gaps[gaps["shallow"]].reset_index(drop=True)
    assert gaps["id"].tolist() == ["P2", "S2", "C2", "C3"]
    first = gaps.iloc[0]
    assert first["known"]
    assert first["reason"] == "waiting for the survey"
    assert gaps.loc[2, "reason"] == "1 cycle carried out, none reached Study"
    assert not gaps["known"][1:].any()


def test_an_undeveloped_node_is_an_honest_gap_even_where_it_has_everything():
    theory = hospital().replace(
        dk.ChangeIdea("C1", "Teach-back", contributes_to=["S1"], undeveloped="nights?")
    )
    table = coverage(theory)
    assert not table.nodes.set_index("id").loc["C1", "shallow"]
    gaps = table.gaps[table.gaps["shallow"]]
    assert gaps.set_index("id").loc["C1"].to_dict()["gap"] == "undeveloped"


def test_levels_count_what_is_shared_once():
    levels = coverage(hospital()).levels
    assert levels["kind"].tolist() == ["aim", "driver", "driver", "change"]
    assert levels["level"].tolist()[:3] == [0, 1, 2]
    assert pd.isna(levels["level"].iloc[3])
    assert levels["ideas"].tolist() == [3, 3, 3, 0]
    assert levels["ideas_tested"].tolist() == [1, 1, 1, 0]
    assert levels["cycles"].tolist() == [3, 3, 3, 3]
    assert levels["measures"].tolist() == [1, 1, 1, 0]
    assert levels["gaps"].tolist() == [0, 1, 1, 2]
    assert levels["gaps_known"].tolist() == [0, 1, 0, 0]


def test_parents_stand_in_one_cell_and_the_owner_as_written():
    nodes = coverage(hospital()).nodes.set_index("id")
    assert nodes.loc["S1", "parents"] == "P1; P2"
    assert nodes.loc["A1", "parents"] == ""
    assert nodes.loc["P1", "owner"] == "ward-5"
    assert pd.isna(nodes.loc["P2", "owner"])


EMPTY = dk.Theory("Nothing yet")


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_is_documented_and_there_with_its_type_when_empty(table):
    full, empty = (getattr(coverage(theory), table) for theory in (hospital(), EMPTY))
    assert list(full.columns) == list(empty.columns) == list(COLUMNS[table])
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()
    assert full.attrs["columns"] == dict(COLUMNS[table])
    assert all(f"``{name}``" in dk.Coverage.__doc__ for name in COLUMNS[table])
    assert all(text and not text.endswith(".") for text in COLUMNS[table].values())


def test_the_columns_promised_come_in_the_order_promised():
    assert list(COLUMNS["nodes"])[:16] == [
        "id",
        "kind",
        "level",
        "text",
        "owner",
        "parents",
        "ideas",
        "ideas_tested",
        "cycles",
        "cycles_studied",
        "measures",
        "evidence_for",
        "evidence_against",
        "shallow",
        "deep",
        "gap",
    ]


@pytest.mark.slow
@given(theories(18))
def test_every_count_of_a_random_theory_is_what_one_counts_by_hand(theory):
    graph = dk.to_networkx(theory)
    ideas = {idea.id for idea in theory.change_ideas}
    rows = coverage_rows(theory)
    assert [row["id"] for row in rows["nodes"]] == [node.id for node in theory.nodes]
    studied = {c.change for c in theory.cycles if was_studied(c)}
    for row in rows["nodes"]:
        below = nx.ancestors(graph, row["id"])
        at_or_below = below | {row["id"]}
        tests = [c for c in theory.cycles if c.change in at_or_below]
        assert row["ideas"] == len(below & ideas)
        assert row["ideas_tested"] == len(below & studied)
        assert row["cycles"] == len(tests)
        assert row["cycles_studied"] == sum(map(was_studied, tests))
        assert row["measures"] == sum(
            row["id"] in m.of or getattr(theory.node(row["id"]), "measure", None) == m.id
            for m in theory.measures
        )
        shallow = {r["id"] for r in rows["nodes"] if r["shallow"]}
        assert row["deep"] == (at_or_below <= shallow)
        assert row["shallow"] == (row["gap"] == "")
        if theory.node(row["id"]).undeveloped:
            assert not row["shallow"]
    for (kind, level), group in itertools.groupby(
        sorted(rows["nodes"], key=lambda r: (r["level"] is None, r["level"])),
        key=lambda r: (r["kind"], r["level"]),
    ):
        of_level = [row["id"] for row in group]
        below = set().union(*(nx.ancestors(graph, id) for id in of_level))
        (total,) = (r for r in rows["levels"] if (r["kind"], r["level"]) == (kind, level))
        assert total["nodes"] == len(of_level)
        assert total["ideas"] == len(below & ideas)
        assert total["cycles"] == sum(c.change in below | set(of_level) for c in theory.cycles)
    lacking = [row for row in rows["gaps"] if row["shallow"]]
    assert len(lacking) == sum(len(r["gap"].split("; ")) for r in rows["nodes"] if r["gap"])


@given(theories(14))
def test_who_where_and_how_sure_is_what_the_judgements_say(theory):
    rows = {row["id"]: row for row in coverage_rows(theory)["nodes"]}
    worked_on = {id for team in theory.teams for id in team.works_on}
    told = [each.about.partition(" -> ")[0] for each in suspects(theory)]
    for node in theory.nodes:
        row, here = rows[node.id], contexts(theory, node.id)
        counted = tally(predictions_of(theory, node.id))
        assert (row["judged"], row["held"], row["refuted"]) == (
            counted.judged,
            counted.confirmed,
            counted.refuted,
        )
        assert (row["sites"], row["teams"]) == (len(here.sites), len(here.teams))
        assert row["rests_on_one_site"] == here.one_site
        assert row["rests_on_one_team"] == here.one_team
        assert row["rests_on_one_cycle"] == here.one_cycle
        assert row["unowned"] == (node.owner is None and node.id not in worked_on)
        assert row["suspect"] == told.count(node.id)
        assert row["evidence_mixed"] == sum(
            piece.finding == "mixed" and piece.about.partition(" -> ")[0] == node.id
            for piece in theory.evidence
        )


@given(theories(12))
def test_teams_and_sites_share_out_what_cycles_there_are(theory):
    rows = coverage_rows(theory)
    for by in ("team", "site"):
        counted = tallies(theory, by)
        table = rows[f"{by}s"]
        assert sum(row["cycles"] for row in table) == len(theory.cycles)
        assert sum(row["cycles_studied"] for row in table) == sum(map(was_studied, theory.cycles))
        assert len({row[by] for row in table}) == len(table)
        for row in table:
            held = counted.get(row[by] or "")
            if held is not None:
                assert (row["judged"], row["held"]) == (held.judged, held.confirmed)
            else:
                assert row["judged"] == 0
    for row in rows["sites"]:
        there = [c for c in theory.cycles if c.site == row["site"]]
        tested = {c.change for c in there if was_studied(c)}
        assert (row["ideas"], row["ideas_tested"]) == (len({c.change for c in there}), len(tested))
        reached = {d.id for id in tested for d in drivers_moved_by(theory, id)}
        assert row["drivers"] == len(reached)
        in_play = {i.id for i in theory.change_ideas if idea_status(theory, i.id).status != "abandoned"}
        assert row["drivers_deep"] == sum(
            {idea.id for idea in ideas_behind(theory, id)} & in_play <= tested for id in reached
        )
    covered = {row["id"]: (row["shallow"], row["deep"]) for row in rows["nodes"]}
    for team, row in zip(theory.teams, rows["teams"], strict=False):
        assert row["team"] == team.id
        mine = {n.id for n in theory.nodes} & set(team.works_on)
        assert row["nodes"] == len(mine)
        assert row["shallow"] == sum(covered[id][0] for id in mine)
        assert row["deep"] == sum(covered[id][1] for id in mine)


@pytest.mark.slow
@given(theories(12))
def test_every_piece_of_evidence_and_every_studied_cycle_is_in_one_row_of_its_kind(theory):
    table = coverage_rows(theory)["evidence_kinds"]
    findings = ("supports", "mixed", "contradicts", "unsaid")
    pieces = [row for row in table if row["evidence"] != "cycles"]
    assert sum(row[name] for row in pieces for name in findings) == len(theory.evidence)
    for name in findings[:3]:
        assert sum(row[name] for row in pieces) == sum(e.finding == name for e in theory.evidence)
    cycles = [row for row in table if row["evidence"] == "cycles"]
    assert sum(row[name] for row in cycles for name in findings) == sum(map(was_studied, theory.cycles))
    graph, levels = dk.to_networkx(theory), theory.levels
    for row in table:
        about = {
            e.about.partition(" -> ")[0] for e in theory.evidence if e.kind == row["evidence"] != "cycles"
        }
        if row["evidence"] == "cycles":
            about = {c.change for c in theory.cycles if was_studied(c)}
        there = [
            id for id in about if (_kind(theory.node(id)), levels.get(id)) == (row["kind"], row["level"])
        ]
        assert row["nodes"] == len(there) <= row["of"]
        boxes = [id for id in there if id in graph]
        assert row["deep"] == len(there) - sum(not nx.ancestors(graph, id) <= about for id in boxes)


def _kind(node: object) -> str:
    names = {"ChangeIdea": "change"}
    return names.get(type(node).__name__, type(node).__name__.lower())


@given(theories(14))
def test_what_each_kind_of_node_needs_is_what_no_gap_tells_of(theory):
    rows = coverage_rows(theory)
    gap_of = {
        "outcome measure": "no outcome measure",
        "driver": "no driver",
        "measure": "no measure",
        "idea or driver": "no change idea",
    }
    graph = dk.to_networkx(theory)
    shallow = {row["id"] for row in rows["nodes"] if row["shallow"]}
    for row in rows["needs"]:
        here = [n for n in rows["nodes"] if (n["kind"], n["level"]) == (row["kind"], row["level"])]
        known = {n["id"] for n in here if theory.node(n["id"]).undeveloped is not None}
        gap = gap_of.get(row["need"])
        has = {
            n["id"]
            for n in here
            if n["id"] not in known and (gap not in n["gap"].split("; ") if gap else not n["gap"])
        }
        assert (row["nodes"], row["shallow"], row["known"]) == (len(here), len(has), len(known))
        assert row["deep"] == sum(nx.ancestors(graph, id) <= shallow for id in has)
    assert sum(row["nodes"] for row in rows["needs"]) == sum(
        1 if row["kind"] == "change" else 2 for row in rows["nodes"]
    )


def test_how_well_the_work_of_a_team_and_of_those_who_bring_a_voice_is_covered():
    theory = hospital().add(
        dk.Team("t1", works_on=["P1", "S1", "C1"], perspectives=["nurse"]),
        dk.Team("t2", works_on=["C2", "C1"], perspectives=["nurse", "patient"]),
    )
    tables = coverage(theory)
    said = tables.teams.set_index("team")[["nodes", "shallow", "deep"]]
    assert said.values.tolist() == [[3, 3, 1], [2, 1, 1], [0, 0, 0]]  # T1 to T3 name no team
    heard = tables.perspectives.set_index("perspective")[["nodes", "shallow", "deep"]]
    assert heard.values.tolist() == [[4, 3, 1], [2, 1, 1]]


def test_a_voice_that_is_wanted_and_that_no_team_brings_is_missing():
    theory = hospital().replace(perspectives=["nurse", "carer"])
    theory = theory.add(dk.Team("t1", works_on=["S1"], perspectives=["Nurse", "patient"]))
    table = coverage(theory)
    voices = table.perspectives.set_index("perspective")
    assert voices["missing"].to_dict() == {"nurse": False, "carer": True, "patient": False}
    assert voices["brought_by"].to_dict() == {"nurse": "t1", "carer": "", "patient": "t1"}
    gaps = table.gaps[table.gaps["gap"] == "perspective missing"]
    assert gaps["text"].tolist() == ["carer"]
    assert gaps["id"].isna().all()


def asked(theory: dk.Theory) -> set[tuple[str, str]]:
    return {(row["id"], row["gap"]) for row in coverage_rows(theory)["gaps"] if not row["shallow"]}


def test_the_questions_of_a_coverage_review_are_answered():
    theory = hospital()
    assert ("S1", "unowned") in asked(theory)
    assert ("P1", "unowned") not in asked(theory)
    wrong = {"question": "q", "prediction": "p", "result": "refuted"}
    tested = theory.add(
        dk.PdsaCycle(
            "T4", "C1", site="Ward 5", do={"date": "2026-02-01"}, study={"learned": "no"}, predictions=[wrong]
        )
    )
    assert {("C1", "refuted"), ("S1", "refuted"), ("A1", "refuted")} <= asked(tested)
    assert {("S1", "one site"), ("A1", "one site")} <= asked(tested)
    assert ("C1", "one site") not in asked(tested)
    assert ("C1", "one site") in asked(tested.replace("C1", status="adopted"))
    assert not {("C1", "refuted"), ("C1", "one site")} & asked(tested.replace("C1", status="abandoned"))
    elsewhere = tested.replace("T1", site="Ward 6")
    assert ("S1", "one site") not in asked(elsewhere)
    stamped = dk.confirm(theory).replace("S1", text="Teaching is checked every time")
    assert ("S1", "suspect") in asked(stamped)
    assert ("S1", "suspect") not in asked(dk.confirm(stamped, ["S1", "E2"]))


def test_what_rests_on_one_team_or_one_cycle_is_asked_about():
    once = hospital()
    assert ("S1", "one cycle") in asked(once)
    assert ("S1", "one team") not in asked(once)  # its cycle names no team
    twice = once.replace("T1", team="ward-5").add(
        dk.PdsaCycle("T9", "C2", team="Ward 5", study={"learned": "x"}), dk.Team("ward-5", name="Ward 5")
    )
    assert ("S1", "one cycle") not in asked(twice)
    assert ("S1", "one team") in asked(twice)  # an id and a name are one team
    assert ("C2", "one cycle") not in asked(twice.replace("C2", status="testing"))
    assert ("C2", "one cycle") in asked(twice)  # it is adopted


def test_where_nobody_is_named_that_is_told_once():
    bare = dk.Theory("t", aims=[dk.Aim("A", "a")], drivers=[dk.Driver("P", "p")])
    assert asked(bare) == {(None, "unowned")}
    assert asked(dk.Theory("t")) == set()


@given(theories(14))
def test_the_frames_hold_the_rows(theory):
    table = coverage(theory)
    for name in COLUMNS:
        frame = getattr(table, name)
        for made, row in zip(frame.to_dict("records"), table.rows(name), strict=True):
            for column, value in row.items():
                if value is None:
                    assert pd.isna(made[column])
                else:
                    assert made[column] == value


def test_many_levels_are_counted_in_another_way_with_the_same_result():
    chain = [dk.Driver("D0", "d", contributes_to=["A"])]
    chain += [dk.Driver(f"D{n}", "d", contributes_to=[f"D{n - 1}"]) for n in range(1, 300)]
    ideas = [
        dk.ChangeIdea(f"C{n}", "c", contributes_to=[f"D{n}", f"D{n // 2}"][: 1 + (n > 0)]) for n in range(300)
    ]
    levels = coverage(dk.Theory("t", aims=[dk.Aim("A", "a")], drivers=chain, change_ideas=ideas)).levels
    assert levels["ideas"].tolist() == [300, *range(300, 0, -1), 0]


@pytest.mark.parametrize("name", examples.names())
def test_every_example_is_counted(name):
    table = coverage(examples.load(name))
    assert len(table.nodes) == len(examples.load(name).nodes)
    assert table.levels["nodes"].sum() == len(table.nodes)


def test_a_notebook_shows_every_word_escaped():
    theory = dk.Theory("<script>a</script>", aims=[dk.Aim("A", "<img src=x onerror=alert(1)>")])
    shown = coverage(theory)._repr_html_()
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_rows_need_no_pandas():
    code = (
        "import sys, driverkit as dk\n"
        "dk.coverage(dk.Theory('t', aims=[dk.Aim('A', 'a')])).rows('nodes')\n"
        "from driverkit.analysis import report\n"
        "assert 'pandas' not in sys.modules and 'networkx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
