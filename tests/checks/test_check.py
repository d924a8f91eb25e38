"""How checks are chosen, ordered and told."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit.checks import RULES, Finding, Said, check, rule


def weak() -> dk.Theory:
    return dk.loads(
        """\
driverkit: 1
title: Fewer falls
drivers:
  - {id: P2, text: Floors are safe, contributes_to: [A1], undeveloped: waiting for the survey}
  - {id: P1, text: Risk is known, contributes_to: [A1]}
aims:
  - {id: A1, text: Fewer falls on ward 6}
""",
        file="falls.yaml",
    )


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


def test_findings_stand_in_the_order_of_the_file_then_by_code():
    found = [f for f in check(weak()) if f.node]
    assert [f.node for f in found] == sorted((f.node for f in found), key=["P2", "P1", "A1"].index)
    of_aim = [f.code for f in found if f.node == "A1"]
    assert of_aim == sorted(of_aim)
    assert str(found[0].where) == "falls.yaml:4:5"


def test_what_concerns_the_whole_theory_stands_first():
    found = check(weak())
    assert found[0].node is None
    assert found[0].where is None


def test_a_theory_that_was_never_a_file_is_checked_in_its_own_order():
    made = dk.Theory("t", aims=[dk.Aim("A2", "one"), dk.Aim("A1", "two")])
    found = [f.node for f in check(made, select=["AIM04"])]
    assert found == ["A2", "A1"]


def test_a_gap_that_the_node_declares_is_known_and_weighs_nothing():
    found = {f.node: f for f in check(weak(), select=["STR05"])}
    assert (found["P1"].severity, found["P1"].known) == ("warning", False)
    assert (found["P2"].severity, found["P2"].known) == ("info", True)
    assert found["P2"].message == (
        "“Floors are safe” has no change idea, which is known: “waiting for the survey”."
    )


def test_a_contradiction_is_never_a_known_gap():
    theory = dk.Theory(
        "t",
        measures=[
            dk.Measure("M", "m", of=[], direction="increase", baseline=2, target=1, undeveloped="we know")
        ],
    )
    (finding,) = check(theory, select=["MEA10"])
    assert (finding.severity, finding.known) == ("error", False)


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (["AIM04"], {"AIM04"}),
        ("aim04", {"AIM04"}),
        (["AIM"], {"AIM02", "AIM04", "AIM05", "AIM06"}),
        (["aim"], {"AIM02", "AIM04", "AIM05", "AIM06"}),
        (["aim-without-date"], {"AIM04"}),
        (["structure"], {"STR01", "STR05", "STR13"}),
        (["wording"], set()),
    ],
)
def test_rules_are_selected_by_code_beginning_name_or_family(select, expected):
    assert set(codes(check(weak(), select=select))) == expected


def test_what_is_ignored_is_left_out_even_where_it_is_selected():
    assert set(codes(check(weak(), select=["AIM"], ignore=["AIM02", "AIM05"]))) == {"AIM04", "AIM06"}
    assert not {c for c in codes(check(weak(), ignore=["STR"])) if c.startswith("STR")}


def test_an_unknown_code_or_profile_is_answered_with_the_nearest():
    with pytest.raises(dk.UsageError, match="Did you mean 'AIM04'"):
        check(weak(), select=["AIN04"])
    with pytest.raises(dk.UsageError, match="Codes begin with AIM"):
        check(weak(), ignore=["999"])
    with pytest.raises(dk.UsageError, match="Did you mean 'strict'"):
        check(weak(), profile="stict")
    with pytest.raises(dk.UsageError):
        check(weak(), select=[""])


def test_selecting_nothing_is_asking_for_the_profile():
    assert check(weak(), select=[]) == check(weak(), select="") == check(weak())


def test_wording_is_asked_for_or_left_alone():
    theory = dk.Theory("t", drivers=[dk.Driver("P1", "Develop a training plan")])
    assert "WOR01" not in codes(check(theory))
    assert "WOR01" in codes(check(theory, profile="strict"))
    assert codes(check(theory, select=["WOR"])) == ["WOR01"]


def test_a_key_driver_diagram_has_one_level_of_drivers_and_others_may_have_more():
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A", "a")],
        drivers=[dk.Driver("P", "p"), dk.Driver("S", "s", contributes_to=["P"])],
    )
    assert "KDD01" not in codes(check(theory, profile="strict"))
    assert [f.node for f in check(theory, profile="kdd") if f.code == "KDD01"] == ["S"]


def test_somebody_elses_rule_joins_without_any_registry():
    @rule("OUR01", "no-owner", severity="error", family="ours", summary="Owned.", source="us", gap=True)
    def no_owner(theory):
        for driver in theory.drivers:
            yield Said(driver.id, f"“{driver.text}” has no owner", "name one")

    found = check(weak(), rules=[*RULES, no_owner])
    mine = [f for f in found if f.code == "OUR01"]
    assert [f.severity for f in mine] == ["info", "error"]
    assert mine[1].message == "“Risk is known” has no owner: name one."
    assert codes(check(weak(), rules=[no_owner])) == ["OUR01", "OUR01"]
    assert "OUR01" not in codes(check(weak()))


def test_a_rule_of_an_unknown_severity_is_refused():
    with pytest.raises(dk.UsageError, match="fatal"):
        dk.Rule("X1", "x", "fatal", "f", "s", "s")


def test_the_answer_depends_on_the_day_only_where_the_day_is_handed_in():
    import datetime as dt

    theory = dk.Theory("t", aims=[dk.Aim("A", "a", by="2020-01-01")])
    assert "AIM09" not in codes(check(theory))
    assert "AIM09" in codes(check(theory, today=dt.date(2020, 1, 2)))
    assert "AIM09" not in codes(check(theory, today=dt.date(2020, 1, 1)))


def test_an_empty_theory_is_weak_but_no_error():
    found = check(dk.Theory("Nothing yet"), profile="strict")
    assert "AIM01" in codes(found)
    assert all(f.severity != "error" for f in found)


def test_a_finding_reads_as_a_line():
    finding = Finding("AIM01", "warning", "No aim.", where=dk.Place("a.yaml", 3, 5))
    assert str(finding) == "a.yaml:3:5: warning AIM01: No aim."
