"""What to test next: finish what is begun, then look where nobody has looked."""

from __future__ import annotations

import attrs
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.analysis.next_tests import COLUMNS
from driverkit.evidence.next_tests import NEXT_TESTS, TestReason, next_tests


def theory(**more):
    return dk.Theory(
        "t",
        aims=[dk.Aim("A1", "a")],
        drivers=[dk.Driver("P1", "one"), dk.Driver("P2", "two")],
        change_ideas=[
            dk.ChangeIdea("C1", "first", contributes_to=["P1"]),
            dk.ChangeIdea("C2", "second", contributes_to=["P2"]),
            dk.ChangeIdea("C3", "third", contributes_to=["P2"]),
        ],
        **more,
    )


def cycle(id, change, result="confirmed", *, decision="adapt", **more):
    more = {
        "do": {"date": "2026-01-12"},
        "study": {"learned": "something"},
        "act": {"decision": decision, "next": "go on"},
        "predictions": [{"question": "q", "prediction": "p", "result": result}],
    } | more
    return dk.PdsaCycle(id, change, **more)


def whys(found):
    return {test.idea: test.why for test in found}


def order(found):
    return [test.idea for test in found]


def test_what_was_carried_out_is_studied_before_anything_else():
    found = next_tests(theory(cycles=[cycle("T1", "C3", study=None, act=None)]))
    assert order(found)[0] == "C3"
    assert (found[0].step, found[0].cycle, found[0].why) == ("study", "T1", "study-what-was-done")
    assert "2026-01-12" in found[0].reason


def test_what_is_planned_is_carried_out_before_new_plans_are_made():
    found = next_tests(theory(cycles=[dk.PdsaCycle("T1", "C3", plan={"date": "2026-01-01"})]))
    assert (found[0].idea, found[0].step, found[0].cycle) == ("C3", "do", "T1")
    assert "write down the prediction" in found[0].reason


def test_a_driver_of_which_nothing_is_known_comes_before_one_of_which_something_is():
    found = next_tests(theory(cycles=[cycle("T1", "C2", decision="adopt")]))
    assert order(found) == ["C1", "C3"]
    assert whys(found) == {"C1": "blind-spot", "C3": "never-tested"}
    assert "P1" in found[0].reason


def test_an_idea_adopted_without_a_study_is_asked_for():
    found = next_tests(
        theory(cycles=[cycle("T1", "C2"), cycle("T2", "C3", study=None, do=None, decision="adopt")])
    )
    assert whys(found)["C3"] in ("adopted-unstudied", "carry-out-what-is-planned")
    adopted = theory(cycles=[cycle("T1", "C2")]).replace("C3", status="adopted")
    assert whys(next_tests(adopted))["C3"] == "adopted-unstudied"


def test_results_that_disagree_are_looked_into():
    cycles = [cycle("T1", "C2"), cycle("T2", "C2", "refuted", follows="T1", decision="adopt")]
    found = next_tests(theory(cycles=cycles))
    assert whys(found)["C2"] == "results-disagree"
    against = theory(cycles=[cycle("T1", "C2", decision="adopt")]).add(
        dk.Evidence("E1", "C2", kind="data", finding="contradicts")
    )
    assert whys(next_tests(against))["C2"] == "results-disagree"


def test_a_ramp_goes_on_where_its_last_decision_says_so_and_stops_where_something_follows():
    assert whys(next_tests(theory(cycles=[cycle("T1", "C2")])))["C2"] == "ramp-goes-on"
    gone_on = theory(cycles=[cycle("T1", "C2"), cycle("T2", "C2", follows="T1", decision="adopt")])
    assert "C2" not in whys(next_tests(gone_on))


def test_what_is_known_from_one_site_is_tried_at_another():
    cycles = [
        cycle("T1", "C2", site="North", decision="adopt"),
        cycle("T2", "C1", site="South", decision="adopt"),
    ]
    (found,) = [test for test in next_tests(theory(cycles=cycles)) if test.idea == "C2"]
    assert (found.why, found.sites) == ("one-site", ("South",))


def test_an_abandoned_idea_is_left_alone():
    cycles = [cycle("T1", "C2", "refuted", decision="abandon")]
    assert "C2" not in whys(next_tests(theory(cycles=cycles)))


def test_words_that_changed_after_the_evidence_ask_for_a_look():
    before = dk.confirm(theory(cycles=[cycle("T1", "C2", decision="adopt")]))
    changed = before.replace("C2", text="something else altogether")
    found = whys(next_tests(changed))
    assert found["C2"] == "suspect"
    assert "C2" not in whys(next_tests(before))


def test_a_condition_that_was_never_tested_is_told():
    conditional = theory(cycles=[cycle("T1", "C3", decision="adopt")]).replace(
        "C2", contributes_to=[{"to": "P2", "only_where": "a coach is there"}]
    )
    (found,) = [test for test in next_tests(conditional) if test.idea == "C2"]
    assert found.why == "untested-condition"
    assert "a coach is there" in found.reason


def test_ready_people_and_a_small_cost_come_first_among_equals():
    base = theory()
    found = next_tests(base.replace("C3", readiness="ready").replace("C2", readiness="not-ready"))
    assert order(found) == ["C3", "C1", "C2"]


def test_the_rule_is_replaced_by_passing_another_one():
    mine = attrs.evolve(
        NEXT_TESTS,
        name="mine",
        reasons=(
            TestReason(
                "short", "test", "Short words.", lambda c: "it is short" if len(c.idea.text) < 6 else None
            ),
        ),
        prefer=lambda c: c.idea.text,
    )
    assert order(next_tests(theory(), rule=mine)) == ["C1", "C3"]
    assert dk.next_tests(theory(), rule=mine).rule.name == "mine"


@pytest.mark.parametrize("name", examples.names())
def test_the_list_names_each_idea_once_and_none_that_was_abandoned(name):
    loaded = examples.load(name)
    found = dk.next_tests(loaded)
    assert [test.rank for test in found] == list(range(1, len(found) + 1))
    assert len(set(order(found))) == len(found)
    from driverkit.evidence import idea_status

    assert all(idea_status(loaded, test.idea).status != "abandoned" for test in found)
    assert list(found.frame.columns) == list(COLUMNS)
    assert list(found.frame["idea"]) == order(found)


def test_the_columns_are_there_when_there_is_nothing_to_test():
    frame = dk.next_tests(dk.Theory("t")).frame
    assert list(frame.columns) == list(COLUMNS)
    assert frame.empty


def test_what_a_theory_says_is_shown_as_text_in_a_notebook():
    hostile = theory().replace("C1", text="<script>alert(1)</script>")
    assert "<script>" not in dk.next_tests(hostile)._repr_html_()
