"""Each rule of measures over time, told by a series that is weak in that way and one that is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import driverkit as dk
from driverkit.checks import check

HEAD = "driverkit: 1\ntitle: t\naims: [{id: A, text: a}]\nchange_ideas: [{id: C, text: c, contributes_to: [A]}]\n"
MONTHS = [f"{2024 + at // 12}-{at % 12 + 1:02}-01" for at in range(36)]
EVEN = [5, 6] * 10
STEP = [5, 6] * 6 + [15, 16] * 6
GROUPS = ", strata: [g], unit: '%', direction: increase"


def rows(*values, **more) -> list[dict]:
    return [{"date": day, "value": value, **more} for day, value in zip(MONTHS, values, strict=False)]


def shares(first: tuple[int, int], n: int = 12, **more) -> list[dict]:
    """So many of 100, from the first half of the months to the second."""
    return [
        {"date": day, "numerator": first[at >= n // 2], "denominator": 100, **more}
        for at, day in enumerate(MONTHS[:n])
    ]


def theory(data: list[dict], options: str = "", more: str = "") -> dk.Theory:
    return dk.loads(
        f"{HEAD}measures: [{{id: M, name: m, of: [A]{options}, data: {json.dumps(data)}}}]\n{more}"
    )


def carried_out(day: str) -> str:
    return f"cycles: [{{id: T, change: C, do: {{date: {day}}}}}]\n"


@pytest.mark.parametrize(
    ("code", "weak", "fine"),
    [
        ("SER02", theory(rows(*EVEN, None)), theory(rows(*EVEN))),
        (
            "SER03",
            theory([*rows(*EVEN), {"date": "2027-01-01", "suppressed": True}]),
            theory(rows(*EVEN, None)),
        ),
        (
            "SER06",
            theory([*shares((40, 60), site="5"), *shares((40, 60), n=8, site="6")]),
            theory([*shares((40, 60), site="5"), *shares((40, 60), site="6")]),
        ),
        ("SER07", theory(rows(5, 6, 7)), theory(rows(*EVEN))),
        ("SER08", theory(rows(*STEP), ", direction: decrease"), theory(rows(*STEP), ", direction: increase")),
        (
            "SER09",
            theory([r for g, s in (("a", (40, 70)), ("b", (50, 46))) for r in shares(s, g=g)], GROUPS),
            theory([r for g, s in (("a", (40, 70)), ("b", (40, 60))) for r in shares(s, g=g)], GROUPS),
        ),
        (
            "SER10",
            theory(rows(*STEP), more=carried_out("2025-06-01")),
            theory(rows(*STEP), more=carried_out("2024-06-01")),
        ),
        (
            "SER12",
            theory([*shares((40, 60), site="5"), *shares((40, 60))]),
            theory([*shares((40, 60), site="5"), *shares((40, 60), site="6")]),
        ),
        ("SER11", theory(rows(*EVEN), ", strata: [g]"), theory(rows(*EVEN, g="a"), ", strata: [g]")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_weak_series_is_told_and_the_other_is_not(code, weak, fine):
    assert [f.node for f in check(weak, select=[code])] == ["M"]
    assert not check(fine, select=[code])


# --- series in files


@pytest.fixture
def file(tmp_path: Path):
    def write(text: str | None, options: str = "") -> dk.Theory:
        if text is not None:
            (tmp_path / "m.csv").write_text(text, "utf-8")
        path = tmp_path / "t.yaml"
        path.write_text(f"{HEAD}measures: [{{id: M, name: m, of: [A]{options}, data: m.csv}}]\n", "utf-8")
        return dk.load(path)

    return write


def one(theory: dk.Theory, code: str) -> str:
    (finding,) = check(theory, select=[code])
    return finding.message


def test_a_file_that_cannot_be_read_is_a_finding_with_its_first_faults(file):
    told = one(file("date,value\n2026-01-01,n/a\n2026-02-01,12%\nx,1\n,2\n"), "SER01")
    assert "m.csv:2:12: 'n/a' is no plain number" in told
    assert "m.csv:4:1: 'x' is no date" in told
    assert ", and 1 fault more: mend the file where it says so." in told


def test_a_file_that_is_not_there_is_a_finding_and_stops_no_other_rule(file):
    lost = file(None)
    assert "There is no such file beside the theory file" in one(lost, "SER01")
    assert {f.code for f in check(lost, select=["SER"])} == {"SER01"}


def test_a_theory_that_was_never_in_a_file_is_not_blamed_for_it():
    assert not check(dk.loads(HEAD + "measures: [{id: M, name: m, data: m.csv}]\n"), select=["SER"])


def test_rows_given_twice_in_a_file_are_told(file):
    assert "more than once on 1 date" in one(file("date,value\n2026-01-01,5\n2026-01-01,6\n"), "SER04")
    assert not check(file("date,value,site\n2026-01-01,5,a\n2026-01-01,6,b\n"), select=["SER04"])


@pytest.mark.parametrize(
    ("row", "odd"), [("0,0", True), ("5,3", True), ("-1,3", True), ("3,3", False), (",3", False)]
)
def test_odd_counts_in_a_file_are_told_with_their_line(file, row, odd):
    found = file(f"date,numerator,denominator\n2026-01-01,1,2\n2026-02-01,{row}\n", ", unit: '%'")
    assert bool(check(found, select=["SER05"])) is odd
    if odd:
        assert "in line 3:" in one(found, "SER05")


def test_a_gain_that_cannot_be_told_for_some_weighs_less_than_a_loss():
    data = [r for g, s in (("a", (40, 70)), ("b", (50, 50))) for r in shares(s, g=g)]
    (finding,) = check(theory(data, GROUPS), select=["SER09"])
    assert finding.severity == "info"
    assert "for some no gain can be told: b from 50.0 %" in finding.message


def test_a_balancing_measure_is_named_as_one():
    told = one(theory(rows(*STEP), ", direction: maintain, role: balancing"), "SER08")
    assert told.startswith("The balancing measure “m” has moved for the worse since 2025-01-01")
