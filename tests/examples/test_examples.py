"""The theories that ship with the package keep what they promise to whoever copies them."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
import yaml

from driverkit import examples
from driverkit.errors import UsageError

NAMES = examples.names()
WITH_FULL_EVIDENCE = ("algebra-success", "leaving-hospital", "math-teaching-at-scale")
SECTIONS = ("aims", "drivers", "change_ideas", "measures", "cycles", "evidence", "teams", "recommendations")

every_example = pytest.mark.parametrize("name", NAMES)


@cache
def written(name: str) -> dict[str, Any]:
    """The file as plain YAML, without the library's own reading."""
    theory: dict[str, Any] = yaml.safe_load(examples.text(name))
    return theory


def with_ids(theory: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for section in SECTIONS:
        for item in theory.get(section, []):
            yield section, item
    for cause in theory.get("problem", {}).get("causes", []):
        yield "causes", cause


def ids(theory: Mapping[str, Any], *sections: str) -> set[str]:
    return {item["id"] for section, item in with_ids(theory) if not sections or section in sections}


def targets(item: Mapping[str, Any]) -> list[str]:
    return [t if isinstance(t, str) else t["to"] for t in item.get("contributes_to", [])]


def rows(name: str, measure: Mapping[str, Any]) -> list[dict[str, Any]]:
    data = measure.get("data", [])
    if not isinstance(data, str):
        return list(data)
    file = examples.path(name).with_name(data)
    with file.open(encoding="utf-8", newline="") as handle:
        return [{**row, "date": dt.date.fromisoformat(row["date"])} for row in csv.DictReader(handle)]


def ramps(theory: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """Chains by `follows` of two cycles or more, first cycle first."""
    cycles = {c["id"]: c for c in theory.get("cycles", [])}
    followed = {c["follows"]: c for c in cycles.values() if "follows" in c}
    chains = []
    for cycle in cycles.values():
        if "follows" in cycle or cycle["id"] not in followed:
            continue
        chain = [cycle]
        while chain[-1]["id"] in followed:
            chain.append(followed[chain[-1]["id"]])
        chains.append(chain)
    return chains


# --- what a newcomer is told ------------------------------------------------------------------------


def test_there_are_at_least_six_examples_in_a_fixed_order() -> None:
    assert len(NAMES) >= 6
    assert list(NAMES) == sorted(NAMES)


@every_example
def test_every_file_opens_with_its_story_and_then_the_format(name: str) -> None:
    lines = examples.text(name).splitlines()
    first = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    comment = " ".join(lines[:first])
    assert first > 5
    assert "What it is:" in comment
    assert "Illustrative, made up for this example:" in comment
    assert "Published" in comment or "Source:" in comment
    assert lines[first] == "driverkit: 1"


@every_example
def test_every_example_says_what_it_shows_where_it_comes_from_and_what_is_made_up(name: str) -> None:
    theory = written(name)
    assert theory["x-summary"].endswith(".")
    assert theory["x-source"]
    assert len(theory["x-illustrative"]) > 20


@every_example
def test_every_research_finding_names_its_source_and_year(name: str) -> None:
    for piece in written(name).get("evidence", []):
        if piece["kind"] == "research":
            assert piece["source"], piece["id"]
            assert 1950 < piece["year"] < 2030, piece["id"]
        else:
            assert "illustrative" in piece.get("source", "") or name == "mte-partnership", piece["id"]


def test_the_table_shows_every_example_once() -> None:
    shown = examples.table()
    assert tuple(row.name for row in shown) == NAMES
    for row in shown:
        assert row.title
        assert row.summary
        assert row.source
        assert row.illustrative
        theory = written(row.name)
        counts = (row.aims, row.drivers, row.change_ideas, row.cycles, row.measures)
        sections = ("aims", "drivers", "change_ideas", "cycles", "measures")
        assert counts == tuple(len(theory.get(section, [])) for section in sections)


def test_a_misspelt_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="Did you mean 'leaving-hospital'"):
        examples.load("leaving-hospitl")


def test_a_name_like_no_other_is_answered_with_all_of_them() -> None:
    with pytest.raises(UsageError, match="small-steps"):
        examples.path("../../secrets")


# --- the files hold together ------------------------------------------------------------------------


@every_example
def test_ids_are_unique_in_a_file_and_of_the_agreed_form(name: str) -> None:
    seen = [item["id"] for _, item in with_ids(written(name))]
    assert len(seen) == len(set(seen))
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", i) for i in seen)


@every_example
def test_every_reference_names_something_in_the_file(name: str) -> None:
    theory = written(name)
    everything, nodes = ids(theory), ids(theory, "aims", "drivers", "change_ideas")
    links = {(item["id"], t) for _, item in with_ids(theory) for t in targets(item)}
    for section, item in with_ids(theory):
        assert set(targets(item)) <= ids(theory, "aims", "drivers"), item["id"]
        assert set(item.get("addresses", [])) <= ids(theory, "causes"), item["id"]
        assert set(item.get("of", [])) <= nodes, item["id"]
        assert set(item.get("works_on", [])) <= nodes, item["id"]
        if section == "aims" and "measure" in item:
            assert item["measure"] in ids(theory, "measures")
        if section == "cycles":
            assert item["change"] in ids(theory, "change_ideas")
            assert item.get("follows", item["id"]) in ids(theory, "cycles")
            assert item["team"] in ids(theory, "teams")
        if section == "recommendations":
            assert set(item["about"]) <= nodes
        if section == "evidence":
            cause, arrow, effect = item["about"].partition(" -> ")
            assert (cause, effect) in links if arrow else cause in nodes, item["id"]
    for revision in theory.get("revisions", []):
        assert set(revision.get("because_of", [])) <= everything, revision["label"]
    assert theory["revisions"][-1]["label"] == theory["revision"]["label"]


@every_example
def test_owners_are_teams_of_the_file_or_people(name: str) -> None:
    theory = written(name)
    owners = {item["owner"] for _, item in with_ids(theory) if "owner" in item}
    assert owners <= ids(theory, "teams") | {"Ana", "Ben"}


@every_example
def test_every_driver_and_idea_leads_to_an_aim(name: str) -> None:
    theory = written(name)
    up = {item["id"]: targets(item) for _, item in with_ids(theory)}
    aims = ids(theory, "aims")

    def reaches(node: str, seen: frozenset[str] = frozenset()) -> bool:
        assert node not in seen, f"a loop through {node}"
        return node in aims or any(reaches(parent, seen | {node}) for parent in up[node])

    assert all(reaches(node) for node in ids(theory, "drivers", "change_ideas"))


@every_example
def test_predictions_come_before_do_and_every_step_after_the_one_before(name: str) -> None:
    for cycle in written(name).get("cycles", []):
        dates = [cycle[step]["date"] for step in ("plan", "do", "study", "act") if step in cycle]
        assert dates == sorted(dates), cycle["id"]
        assert cycle["predictions"], cycle["id"]
        for prediction in cycle["predictions"]:
            assert ("result" in prediction) == ("study" in cycle), cycle["id"]
            assert ("found" in prediction) == ("study" in cycle), cycle["id"]


@every_example
def test_a_cycle_that_follows_another_begins_after_it_ends(name: str) -> None:
    for ramp in ramps(written(name)):
        for before, after in pairwise(ramp):
            assert before["act"]["date"] <= after["plan"]["date"], after["id"]


@every_example
def test_a_series_is_in_order_of_date_and_names_its_strata(name: str) -> None:
    for measure in written(name)["measures"]:
        points = rows(name, measure)
        dates = [point["date"] for point in points]
        assert dates == sorted(dates), measure["id"]
        for point in points:
            assert all(point.get(stratum) for stratum in measure.get("strata", [])), measure["id"]
            if "numerator" in point:
                assert 0 <= int(point["numerator"]) <= int(point["denominator"]), measure["id"]


@every_example
def test_texts_fit_into_a_box(name: str) -> None:
    for section, item in with_ids(written(name)):
        if section in {"aims", "drivers", "change_ideas"}:
            assert len(item["text"]) <= 120, item["id"]


# --- what each example is there for -----------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_FULL_EVIDENCE)
def test_three_examples_have_cycles_series_and_evidence_for_and_against(name: str) -> None:
    theory = written(name)
    assert len(theory["cycles"]) >= 12
    assert len(ramps(theory)) >= 4
    assert {e["finding"] for e in theory["evidence"]} == {"supports", "mixed", "contradicts"}
    results = {p["result"] for c in theory["cycles"] for p in c["predictions"] if "result" in p}
    assert results == {"confirmed", "mixed", "refuted"}
    decisions = {c["act"]["decision"] for c in theory["cycles"] if "act" in c}
    assert decisions == {"adopt", "adapt", "expand", "abandon"}
    assert {r["uptake"] for r in theory["recommendations"]} >= {
        "taken-up",
        "partly",
        "not-taken-up",
        "pending",
    }
    conditions = [
        t for d in theory["drivers"] for t in d["contributes_to"] if isinstance(t, dict) and "only_where" in t
    ]
    assert conditions


@pytest.mark.parametrize("name", ["leaving-hospital", "algebra-success"])
def test_the_two_full_examples_have_six_series_by_site_and_by_group(name: str) -> None:
    measures = written(name)["measures"]
    charted = [m for m in measures if len({p["date"] for p in rows(name, m)}) >= 10]
    assert len(charted) >= 6
    assert {m["role"] for m in measures} == {"outcome", "process", "balancing"}
    assert any(isinstance(m["data"], str) for m in charted)
    points = [p for m in charted for p in rows(name, m)]
    assert len({p["site"] for p in points if p.get("site")}) >= 2
    assert any(m.get("strata") for m in charted)


@pytest.mark.parametrize("name", ["leaving-hospital", "algebra-success"])
def test_most_ramps_rise_in_scale_and_change_place_or_conditions(name: str) -> None:
    chains = ramps(written(name))
    rising = [c for c in chains if all(a["scale"] < b["scale"] for a, b in pairwise(c))]
    assert len(rising) >= 3
    assert all(len({cycle["conditions"] for cycle in chain}) == len(chain) for chain in chains)


def test_the_readmission_series_hides_a_group_that_was_left_behind() -> None:
    measure = next(m for m in written("leaving-hospital")["measures"] if m["id"] == "M1")

    def rate(language: str, *, late: bool) -> float:
        some = [
            p
            for p in rows("leaving-hospital", measure)
            if p["language"] == language
            and (dt.date(2025, 7, 1) <= p["date"] < dt.date(2026, 3, 1)) is late
            and p["date"] < dt.date(2026, 3, 1)
        ]
        return sum(int(p["numerator"]) for p in some) / sum(int(p["denominator"]) for p in some)

    assert rate("English", late=True) < rate("English", late=False) - 0.03
    assert rate("other", late=True) > rate("other", late=False) - 0.03


def test_a_cluster_of_the_partnership_has_an_aim_of_its_own_under_the_common_one() -> None:
    theory = written("mte-partnership")
    strides = next(a for a in theory["aims"] if a["id"] == "A-strides")
    assert (strides["target"], strides["by"]) == (85, dt.date(2022, 7, 1))
    assert targets(strides) == ["A0"]
    assert {m["timing"] for m in theory["measures"] if "timing" in m} == {"leading", "lagging"}
    assert len(theory["teams"]) >= 6
    missing = set(theory["perspectives"]) - {p for t in theory["teams"] for p in t["perspectives"]}
    assert missing == {"school student", "family", "state agency"}


def test_teaching_at_scale_has_three_levels_a_link_within_one_and_a_driver_added_late() -> None:
    theory = written("math-teaching-at-scale")
    drivers = {d["id"]: d for d in theory["drivers"]}
    assert {d["level"] for d in drivers.values() if "level" in d} >= {1, 3}
    assert drivers["T-meet"]["level"] == drivers["T-advice"]["level"] == 3
    assert "T-advice" in targets(drivers["T-meet"])
    condition = drivers["T-advice"]["contributes_to"][0]
    assert condition["to"] == "E3"
    assert "coach" in condition["only_where"]
    assert "added-late" in drivers["E4"]["tags"]
    assert any(e["finding"] == "contradicts" and e["about"] == "E4 -> P1" for e in theory["evidence"])


def test_small_steps_lacks_nothing_at_its_size() -> None:
    theory = written("small-steps")
    boxes = ids(theory, "aims", "drivers", "change_ideas")
    assert len(boxes) <= 9
    assert ids(theory, "aims", "drivers") <= {node for m in theory["measures"] for node in m["of"]}
    assert ids(theory, "change_ideas") == {c["change"] for c in theory["cycles"] if "study" in c}
    assert all("act" in c for c in theory["cycles"])
    for driver in theory["drivers"][2:]:
        assert len([c for c in theory["change_ideas"] if driver["id"] in targets(c)]) >= 2


def test_reading_by_nine_is_young_and_says_where_it_is_open() -> None:
    theory = written("reading-by-nine")
    assert 30 <= len(ids(theory, "aims", "drivers", "change_ideas")) <= 45
    assert "cycles" not in theory
    open_nodes = [i["id"] for _, i in with_ids(theory) if "undeveloped" in i]
    assert len(open_nodes) >= 4
    shared = [d["id"] for d in theory["drivers"] if len(targets(d)) >= 2]
    assert len(shared) >= 8


# --- the library's own reading ----------------------------------------------------------------------


@every_example
def test_every_example_loads_as_the_theory_that_was_written(name: str) -> None:
    theory, plain = examples.load(name), written(name)
    assert theory.title == plain["title"]
    assert [n.id for n in theory.nodes] == [
        item["id"] for section in ("aims", "drivers", "change_ideas") for item in plain[section]
    ]
    assert {(link.cause, link.effect) for link in theory.links} >= {
        (item["id"], t) for _, item in with_ids(plain) for t in targets(item)
    }
