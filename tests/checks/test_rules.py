"""Each rule, told by a theory that is weak in that way and one that is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest

import driverkit as dk
from driverkit.checks import RULES, check

HEAD = "driverkit: 1\ntitle: Fewer falls\n"
GOOD_AIM = (
    "{id: A, text: Fewer falls, population: adults, measure: M, baseline: 6, target: 3, by: 2027-01-01}"
)


def aims(*entries: str) -> str:
    return HEAD + "aims:\n" + "".join(f"  - {e}\n" for e in entries)


def cycles(*entries: str, more: str = "") -> str:
    listed = "".join(f"  - {e}\n" for e in entries)
    return HEAD + "change_ideas: [{id: C, text: Teach-back}]\ncycles:\n" + listed + more


def measures(*entries: str) -> str:
    return HEAD + "aims: [{id: A, text: a}]\nmeasures:\n" + "".join(f"  - {e}\n" for e in entries)


def drivers(*entries: str, more: str = "") -> str:
    return HEAD + "aims: [{id: A, text: a}]\ndrivers:\n" + "".join(f"  - {e}\n" for e in entries) + more


P = "{id: P, text: p}"
BONES = "problem: {text: Falls, causes: [{id: R, text: wet}, {id: Q, text: dark}]}\n"
TESTED = "change_ideas: [{id: C, text: c, contributes_to: [P]}]\ncycles: [{id: T, change: C, study: {learned: l}}]\n"
DATED = "plan: {date: 2026-01-01}, do: {date: 2026-01-02}, study: {date: 2026-01-03}"
ADOPT = "act: {date: 2026-01-04, decision: adopt, next: go on}"

REFUTED = "{question: q, prediction: p, result: refuted}"
CONFIRMED = "{question: q, prediction: p, result: confirmed}"
WEEKS = (
    "measures: [{id: M, name: m, of: [C], data: ["
    + ", ".join(
        f"{{date: {dt.date(2025, 11, 17) + dt.timedelta(weeks=week)}, value: {week}}}" for week in range(10)
    )
    + "]}]\n"
)


def thrice(prediction: str) -> str:
    asked = ", ".join([prediction] * 3)
    return f"change_ideas: [{{id: C, text: c, contributes_to: [P]}}]\ncycles: [{{id: T, change: C, predictions: [{asked}]}}]\n"


# code, the weak theory, the ids it is told of (None: the theory as a whole), a theory that is fine
CASES: list[tuple[str, str, list[str | None], str]] = [
    ("AIM01", HEAD, [None], aims(GOOD_AIM.replace(", measure: M", ""))),
    ("AIM02", aims("{id: A, text: Fewer falls on the ward}"), ["A"], aims("{id: A, text: Falls, target: 3}")),
    (
        "AIM03",
        aims("{id: A, text: Falls, target: 3}"),
        ["A"],
        aims("{id: A, text: Falls, target: 3, baseline: 6}"),
    ),
    ("AIM04", aims("{id: A, text: Fewer falls}"), ["A"], aims("{id: A, text: Falls, by: 2027-01-01}")),
    ("AIM05", aims("{id: A, text: Fewer falls}"), ["A"], aims("{id: A, text: Falls, population: adults}")),
    ("AIM06", aims("{id: A, text: Fewer falls}"), ["A"], measures("{id: M, name: Falls, of: [A]}")),
    ("AIM07", aims("{id: A, text: To improve safety}"), ["A"], aims("{id: A, text: Improve safety by 50%}")),
    (
        "AIM08",
        aims("{id: A, text: a}", "{id: B, text: b}"),
        ["B"],
        aims(
            "{id: A, text: a, contributes_to: [G]}",
            "{id: B, text: b, contributes_to: [G]}",
            "{id: G, text: g}",
        ),
    ),
    (
        "AIM10",
        aims(GOOD_AIM) + "measures: [{id: M, name: Falls, target: 2}]\n",
        ["A"],
        aims(GOOD_AIM) + "measures: [{id: M, name: Falls, target: 3}]\n",
    ),
    (
        "STR01",
        drivers(*(f"{{id: P{n}, text: p{n}}}" for n in range(3))),
        ["A"],
        drivers(*(f"{{id: P{n}, text: p{n}}}" for n in range(3)), "{id: S, text: s, contributes_to: [P1]}"),
    ),
    ("STR02", aims("{id: A, text: a}"), ["A"], drivers(P)),
    ("STR03", drivers(P, "{id: S, text: s, level: 2}"), ["S"], drivers(P)),
    (
        "STR04",
        drivers(P, more="change_ideas: [{id: C, text: c}, {id: D, text: d, contributes_to: [A]}]\n"),
        ["C", "D"],
        drivers(P, more="change_ideas: [{id: C, text: c, contributes_to: [P]}]\n"),
    ),
    (
        "STR05",
        drivers(P, "{id: S, text: s, contributes_to: [P]}"),
        ["S"],
        drivers(P, more="change_ideas: [{id: C, text: c, contributes_to: [P]}]\n"),
    ),
    (
        "STR06",
        HEAD + "change_ideas: [{id: C, text: c}, {id: D, text: d}, {id: E, text: e, status: abandoned}]\n"
        "cycles: [{id: T, change: C}]\n",
        ["D"],
        HEAD + "change_ideas: [{id: C, text: c}]\ncycles: [{id: T, change: C}]\n",
    ),
    (
        "STR07",
        drivers(P, more="change_ideas: [{id: C, text: c, contributes_to: [P]}]\n"),
        ["P"],
        drivers(
            P,
            more="change_ideas: [{id: C, text: c, contributes_to: [P]}, {id: D, text: d, contributes_to: [P]}]\n",
        ),
    ),
    (
        "STR08",
        drivers(
            "{id: P, text: p, level: 1, contributes_to: [S]}",
            "{id: S, text: s, level: 2, contributes_to: [A]}",
        ),
        ["P"],
        drivers(
            "{id: P, text: p, level: 2, contributes_to: [S]}",
            "{id: S, text: s, level: 2, contributes_to: [A]}",
        ),
    ),
    (
        "STR09",
        drivers("{id: P, text: p, contributes_to: [{to: A, only_where: a nurse answers}]}"),
        ["P"],
        drivers("{id: P, text: p, contributes_to: [{to: A, only_where: a nurse answers, because: seen}]}"),
    ),
    (
        "STR10",
        drivers("{id: P, text: p, contributes_to: [{to: A, strength: strong}]}")
        + "evidence: [{id: E, about: P -> A, finding: contradicts}]\n",
        ["P"],
        drivers("{id: P, text: p, contributes_to: [{to: A, strength: weak}]}")
        + "evidence: [{id: E, about: P -> A, finding: contradicts}]\n",
    ),
    ("STR11", drivers("{id: P, text: Same words}", "{id: Q, text: same  Words.}"), ["Q"], drivers(P)),
    (
        "STR12",
        HEAD + "perspectives: [nurse, patient]\nteams: [{id: t, perspectives: [Nurse]}]\n",
        [None],
        HEAD + "perspectives: [nurse]\nteams: [{id: t, perspectives: [Nurse]}]\n",
    ),
    ("STR13", drivers(P), ["P"], drivers(P, more="teams: [{id: t, works_on: [P]}]\n")),
    (
        "STR14",
        drivers("{id: P, text: p, owner: wrad-five}", more="teams: [{id: ward-five}]\n"),
        ["P"],
        drivers("{id: P, text: p, owner: ward-6}", more="teams: [{id: ward-5}]\n"),
    ),
    (
        "STR15",
        drivers(
            "{id: P, text: p, addresses: [R1]}",
            more="problem: {causes: [{id: R1, text: r}, {id: R2, text: r}]}\n",
        ),
        ["R2"],
        drivers("{id: P, text: p}", more="problem: {causes: [{id: R1, text: r}]}\n"),
    ),
    (
        "STR16",
        HEAD + "change_ideas: [{id: C, text: c, status: adopted}]\n",
        ["C"],
        HEAD + "change_ideas: [{id: C, text: c, status: adopted}]\ncycles: [{id: T, change: C}]\n",
    ),
    ("KDD01", drivers(P, "{id: S, text: s, contributes_to: [P]}"), ["S"], drivers(P)),
    (
        "MEA01",
        measures("{id: M, name: m, of: [A], role: process}"),
        ["A"],
        measures("{id: M, name: m, of: [A], role: outcome}"),
    ),
    (
        "MEA02",
        drivers(P, "{id: Q, text: q}", more="measures: [{id: M, name: m, of: [P]}]\n"),
        ["Q"],
        drivers(P, more="measures: [{id: M, name: m, of: [P]}]\n"),
    ),
    (
        "MEA03",
        measures("{id: M, name: m, role: outcome}"),
        [None],
        measures("{id: M, name: m, role: balancing}"),
    ),
    (
        "MEA04",
        drivers(P, more="measures: [{id: M, name: m, of: [A], timing: lagging}]\n"),
        ["A"],
        drivers(
            P,
            more="measures: [{id: M, name: m, of: [A], timing: lagging}, {id: N, name: n, of: [P], timing: leading}]\n",
        ),
    ),
    (
        "MEA05",
        aims("{id: A, text: a, population: adults}")
        + "change_ideas: [{id: C, text: c, contributes_to: [A], status: adopted}]\nmeasures: [{id: M, name: m, of: [A]}]\n",
        ["C"],
        aims("{id: A, text: a, population: adults}")
        + "change_ideas: [{id: C, text: c, contributes_to: [A], status: adopted}]\n"
        "measures: [{id: M, name: m, of: [A], strata: [language]}]\n",
    ),
    ("MEA06", measures("{id: M, name: m}"), ["M"], measures("{id: M, name: m, of: [A]}")),
    (
        "MEA07",
        measures("{id: M, name: m, data: [{date: 2026-01-01, value: 1}, {date: 2026-01-01, value: 2}]}"),
        ["M"],
        measures(
            "{id: M, name: m, data: [{date: 2026-01-01, value: 1, site: a}, {date: 2026-01-01, value: 2, site: b}]}"
        ),
    ),
    (
        "MEA08",
        measures("{id: M, name: m, data: [{date: 2026-01-01, numerator: 0, denominator: 0}]}"),
        ["M"],
        measures("{id: M, name: m, data: [{date: 2026-01-01, numerator: 0, denominator: 5}]}"),
    ),
    (
        "MEA09",
        measures(
            "{id: M, name: m, data: [{date: 2026-01-01, numerator: 5, denominator: 3}]}",
            "{id: N, name: n, unit: per bed, data: [{date: 2026-01-01, numerator: -1, denominator: 3}]}",
        ),
        ["M", "N"],
        measures("{id: M, name: m, unit: per bed, data: [{date: 2026-01-01, numerator: 5, denominator: 3}]}"),
    ),
    (
        "MEA10",
        measures("{id: M, name: m, direction: decrease, baseline: 12, target: 18}"),
        ["M"],
        measures("{id: M, name: m, direction: decrease, baseline: 18, target: 12}"),
    ),
    ("MEA11", measures("{id: M, name: m}"), ["M"], measures("{id: M, name: m, data: m.csv}")),
    (
        "CYC01",
        cycles("{id: T, change: C}"),
        ["T"],
        cycles("{id: T, change: C, predictions: [{question: q}]}"),
    ),
    (
        "CYC02",
        cycles("{id: T, change: C, predictions: [{question: q}]}"),
        ["T"],
        cycles("{id: T, change: C, predictions: [{question: q, prediction: p}]}"),
    ),
    (
        "CYC03",
        cycles(
            "{id: T, change: C, predictions: [{prediction: p}], plan: {date: 2026-01-05}, do: {date: 2026-01-02}}"
        ),
        ["T"],
        cycles(f"{{id: T, change: C, predictions: [{{prediction: p}}], {DATED}}}"),
    ),
    (
        "CYC04",
        cycles(
            "{id: T, change: C, do: {date: 2026-01-05}, study: {date: 2026-01-02}}",
            "{id: U, change: C, plan: {date: 2026-01-05}, do: {date: 2026-01-02}}",
            "{id: V, change: C, do: {date: 2026-01-05}, act: {date: 2026-01-02}}",
            "{id: W, change: C, predictions: [{prediction: p, date: 2026-01-01}], plan: {date: 2026-01-09}, "
            "do: {date: 2026-01-02}}",
        ),
        ["T", "U", "V", "W"],
        cycles(f"{{id: T, change: C, {DATED}}}"),
    ),
    (
        "CYC05",
        cycles("{id: T, change: C, study: {learned: much}}", "{id: U, change: C, act: {decision: adopt}}"),
        ["T", "U"],
        cycles("{id: T, change: C, do: {observed: it}, study: {learned: much}}"),
    ),
    (
        "CYC06",
        cycles("{id: T, change: C, scale: 5}", "{id: U, change: C, follows: T, scale: 5}"),
        ["U"],
        cycles(
            "{id: T, change: C, scale: 5}",
            "{id: U, change: C, follows: T, scale: 6}",
            "{id: V, change: C, follows: U}",
        ),
    ),
    (
        "CYC07",
        cycles(f"{{id: T, change: C, {DATED}}}"),
        ["C"],
        cycles(f"{{id: T, change: C, {DATED}}}", "{id: U, change: C}"),
    ),
    (
        "CYC08",
        cycles("{id: T, change: C, act: {decision: adapt}}"),
        ["T"],
        cycles(
            "{id: T, change: C, act: {decision: adapt}}",
            "{id: U, change: C, follows: T, act: {decision: abandon}}",
        ),
    ),
    (
        "CYC09",
        cycles(f"{{id: T, change: C, {DATED}}}"),
        ["T"],
        cycles(f"{{id: T, change: C, {DATED}, {ADOPT}}}"),
    ),
    (
        "CYC10",
        cycles("{id: T, change: C, do: {date: 2026-01-02}, act: {decision: adopt}}"),
        ["T"],
        cycles(f"{{id: T, change: C, {DATED}, {ADOPT}}}"),
    ),
    (
        "CYC11",
        cycles("{id: T, change: C, do: {date: 2026-01-02}}"),
        ["T"],
        cycles(f"{{id: T, change: C, {DATED}}}"),
    ),
    (
        "CYC12",
        cycles(f"{{id: T, change: C, predictions: [{{prediction: p}}], {DATED}}}"),
        ["T"],
        cycles(f"{{id: T, change: C, predictions: [{{prediction: p, result: mixed}}], {DATED}}}"),
    ),
    (
        "CYC13",
        cycles("{id: T, change: C, team: wrad-5}", more="teams: [{id: ward-5, name: Ward 5}]\n"),
        ["T"],
        cycles("{id: T, change: C, team: Ward 5}", more="teams: [{id: ward-5, name: Ward 5}]\n"),
    ),
    (
        "CYC14",
        HEAD + "change_ideas: [{id: C, text: c, status: adopted}]\n"
        "cycles: [{id: T, change: C, act: {decision: abandon}}]\n",
        ["C"],
        HEAD + "change_ideas: [{id: C, text: c, status: adopted}]\n"
        "cycles: [{id: T, change: C, act: {decision: adapt}}]\n",
    ),
    (
        "CYC15",
        drivers(P, more="change_ideas: [{id: C, text: c, contributes_to: [P], status: adopted}]\n"),
        ["C"],
        drivers(
            P,
            more="change_ideas: [{id: C, text: c, contributes_to: [P], status: adopted}]\n"
            "measures: [{id: M, name: m, of: [P], data: m.csv}]\n",
        ),
    ),
    (
        "CYC17",
        cycles(
            "{id: T, change: C, do: {date: 2026-02-01}}",
            "{id: U, change: C, follows: T, do: {date: 2026-01-01}}",
        ),
        ["U"],
        cycles(
            "{id: T, change: C, do: {date: 2026-01-01}}",
            "{id: U, change: C, follows: T, do: {date: 2026-02-01}}",
        ),
    ),
    ("CYC18", cycles("{id: T, change: C, scale: 400}"), ["T"], cycles("{id: T, change: C, scale: 2}")),
    (
        "CYC19",
        cycles("{id: T, change: C, do: {observed: it}}"),
        ["T"],
        cycles("{id: T, change: C, site: Ward 5, conditions: weekday, do: {observed: it}}"),
    ),
    ("VER01", HEAD, [None], HEAD + "revision: {label: '1', date: 2026-01-01}\n"),
    (
        "VER02",
        HEAD + "revision: {label: '2'}\nrevisions: [{label: '1'}]\n",
        [None],
        HEAD + "revision: {label: '1'}\nrevisions: [{label: '1'}]\n",
    ),
    (
        "VER04",
        HEAD + "revisions: [{date: 2026-02-01}, {date: 2026-01-01}]\n",
        [None],
        HEAD + "revisions: [{date: 2026-01-01}, {label: x}, {date: 2026-02-01}]\n",
    ),
    (
        "TXT01",
        drivers("{id: P, text: Nurseâ€™s checklist}"),
        ["P"],
        drivers("{id: P, text: Où est l’âge à 5 €}"),
    ),
    ("TXT02", drivers('{id: P, text: "a\\u202Eb"}'), ["P"], drivers("{id: P, text: سلام 👩‍🏫}")),
    (
        "WOR01",
        drivers("{id: P, text: Develop a plan}"),
        ["P"],
        drivers("{id: P, text: Plans are developed with people}"),
    ),
    (
        "WOR02",
        drivers("{id: P, text: 90% of staff trained}"),
        ["P"],
        drivers("{id: P, text: Two wards act as one}"),
    ),
    ("WOR03", drivers("{id: P, text: Lack of time}"), ["P"], drivers("{id: P, text: Time is kept free}")),
    (
        "WOR04",
        HEAD + "change_ideas: [{id: C, text: Improve work culture}]\n",
        ["C"],
        HEAD + "change_ideas: [{id: C, text: Ask one question at the board round every day}]\n",
    ),
    (
        "WOR05",
        HEAD + "change_ideas: [{id: C, text: Standardise}, {id: D, text: A thing, concept: a thing}]\n",
        ["C", "D"],
        HEAD + "change_ideas: [{id: C, text: A five-line card, concept: Standardise}]\n",
    ),
    (
        "CAU01",
        drivers(
            "{id: P, text: p, addresses: [R]}",
            "{id: O, text: o}",
            "{id: S, text: s, contributes_to: [O]}",
            more=BONES,
        ),
        ["O"],
        drivers(P, "{id: S, text: s, contributes_to: [P], addresses: [R]}", more=BONES),
    ),
    (
        "CAU02",
        drivers("{id: P, text: p, addresses: [R]}", "{id: O, text: o, addresses: [Q]}", more=BONES + TESTED),
        ["Q"],
        drivers("{id: P, text: p, addresses: [R]}", "{id: O, text: o, addresses: [Q]}", more=BONES),
    ),
    ("CAU03", HEAD + "problem: {causes: [{id: R, text: wet}]}\n", [None], HEAD + BONES),
    ("CAU04", HEAD + "problem: {text: Falls}\n", [None], HEAD + BONES),
    (
        "PRD01",
        cycles(f"{{id: T, change: C, predictions: [{REFUTED}]}}"),
        ["T"],
        cycles(f"{{id: T, change: C, predictions: [{REFUTED}], study: {{learned: too late in the day}}}}"),
    ),
    (
        "PRD02",
        cycles(f"{{id: T, change: C, predictions: [{', '.join([CONFIRMED] * 10)}]}}"),
        [None],
        cycles(f"{{id: T, change: C, predictions: [{', '.join([CONFIRMED] * 9)}, {REFUTED}]}}"),
    ),
    (
        "PRD03",
        cycles(f"{{id: T, change: C, predictions: [{REFUTED}]}}"),
        ["T"],
        cycles("{id: T, change: C, predictions: [{prediction: p, found: f, result: refuted}]}"),
    ),
    (
        "PRD04",
        cycles(
            f"{{id: T, change: C, predictions: [{CONFIRMED}]}}",
            "{id: U, change: C, predictions: [{prediction: p}]}",
        ),
        ["T"],
        cycles(f"{{id: T, change: C, predictions: [{CONFIRMED}], {DATED}}}"),
    ),
    (
        "PRD05",
        cycles(f"{{id: T, change: C, predictions: [{REFUTED}], {DATED}, {ADOPT}}}"),
        ["C"],
        cycles(f"{{id: T, change: C, predictions: [{REFUTED}, {CONFIRMED}], {DATED}, {ADOPT}}}"),
    ),
    (
        "PRD06",
        drivers("{id: P, text: p, contributes_to: [{to: A, strength: strong}]}", more=thrice(REFUTED)),
        ["P"],
        drivers("{id: P, text: p, contributes_to: [{to: A, strength: weak}]}", more=thrice(REFUTED)),
    ),
    (
        "PRD07",
        cycles("{id: T, change: C, site: a}", "{id: U, change: C, site: a, adapted_from: T}"),
        ["U"],
        cycles("{id: T, change: C, site: a}", "{id: U, change: C, site: b, adapted_from: T}"),
    ),
    (
        "PRD08",
        cycles(f"{{id: T, change: C, {DATED}}}"),
        ["C"],
        cycles(f"{{id: T, change: C, {DATED}}}", more=WEEKS),
    ),
    (
        "PRD09",
        cycles(
            "{id: T, change: C, site: a, act: {decision: adopt}}",
            "{id: U, change: C, site: b, act: {decision: abandon}}",
        ),
        ["C"],
        cycles(
            "{id: T, change: C, site: a, act: {decision: adopt}}",
            "{id: U, change: C, site: b, act: {decision: adapt}}",
        ),
    ),
    (
        "EVD01",
        cycles(
            f"{{id: T, change: C, {ADOPT}}}", more="evidence: [{id: E, about: C, finding: contradicts}]\n"
        ),
        ["C"],
        cycles(
            f"{{id: T, change: C, {ADOPT}}}",
            more="evidence:\n  - {id: E, about: C, finding: contradicts}\n"
            "  - {id: F, about: C, finding: supports}\n  - {id: G, about: C, finding: supports}\n",
        ),
    ),
    (
        "EVD02",
        cycles("{id: T, change: C, stamp: of-other-words}", "{id: U, change: C, stamp: of-other-words}"),
        ["T"],
        cycles("{id: T, change: C}"),
    ),
    (
        "EVD03",
        cycles(
            f"{{id: T, change: C, team: red, site: north, {DATED}, {ADOPT}}}",
            f"{{id: U, change: C, team: red, site: north, {DATED}}}",
            "{id: V, change: C, team: blue, site: south}",
        ),
        ["C"],
        cycles(
            f"{{id: T, change: C, team: red, site: north, {DATED}, {ADOPT}}}",
            f"{{id: U, change: C, team: blue, site: south, {DATED}}}",
        ),
    ),
    (
        "EVD04",
        drivers(P, more="evidence: [{id: E, about: P, finding: supports}]\n"),
        ["E"],
        drivers(P, more="evidence: [{id: E, about: P, finding: supports, source: ward book}]\n"),
    ),
    (
        "EVD05",
        drivers(P, more="evidence: [{id: E, about: P -> A}]\n"),
        ["E"],
        drivers(P, more="evidence: [{id: E, about: P -> A, finding: mixed}]\n"),
    ),
    (
        "EVD06",
        drivers(P, more="evidence: [{id: E, about: P -> A, kind: expert, finding: supports}]\n"),
        ["P"],
        drivers(P, more=TESTED + "evidence: [{id: E, about: P -> A, kind: expert, finding: supports}]\n"),
    ),
    (
        "EVD07",
        drivers("{id: P, text: p, contributes_to: [{to: A, strength: strong}]}"),
        ["P"],
        drivers("{id: P, text: p, contributes_to: [{to: A, strength: strong, because: seen}]}"),
    ),
    (
        "EVD08",
        drivers(
            "{id: P, text: p, contributes_to: [{to: A, only_where: it is day}]}",
            more="evidence: [{id: E, about: P -> A, finding: contradicts}]\n",
        ),
        ["P"],
        drivers(
            "{id: P, text: p, contributes_to: [{to: A, only_where: it is day, fails_at: [Ward 5]}]}",
            more="evidence: [{id: E, about: P -> A, finding: contradicts}]\n",
        ),
    ),
    (
        "EVD09",
        drivers("{id: P, text: p, contributes_to: [{to: A, fails_at: [Ward 5]}]}"),
        ["P"],
        drivers("{id: P, text: p, contributes_to: [{to: A, only_where: it is day, fails_at: [Ward 5]}]}"),
    ),
    (
        "EVD10",
        drivers(
            "{id: P, text: p, contributes_to: [{to: A, only_where: it is day, fails_at: [Town clinc]}]}",
            more="teams: [{id: t, name: Town clinic}]\n",
        ),
        ["P"],
        drivers(
            "{id: P, text: p, contributes_to: [{to: A, only_where: it is day, fails_at: [Town clinic, Ward 6]}]}",
            more="teams: [{id: t, name: Town clinic}, {id: u, name: Ward 5}]\n",
        ),
    ),
]
ELSEWHERE = {"AIM09", "CYC16", "VER03", "VER05", *(f"SER{n:02}" for n in range(1, 13))}


def test_every_rule_has_its_story_here():
    assert {case[0] for case in CASES} | ELSEWHERE == {one.code for one in RULES}


@pytest.mark.parametrize(("code", "weak", "on", "fine"), CASES, ids=[case[0] for case in CASES])
def test_the_weak_theory_is_told_and_the_other_is_not(code, weak, on, fine):
    assert [f.node for f in check(dk.loads(weak), select=[code])] == on
    assert not check(dk.loads(fine), select=[code])


def one(code: str, text: str, **handed: Any) -> Any:
    (finding,) = check(dk.loads(text), select=[code], **handed)
    return finding


def test_what_an_aim_says_in_words_only_weighs_less():
    assert one("AIM02", aims("{id: A, text: Halve falls}")).severity == "info"
    assert one("AIM04", aims("{id: A, text: Fewer falls by March}")).severity == "info"
    assert one("AIM04", aims("{id: A, text: Fewer falls within 30 days of leaving}")).severity in (
        "info",
        "warning",
    )


def test_a_global_aim_leaves_the_numbers_to_the_aims_under_it():
    text = aims("{id: G, text: Health at home}", "{id: A, text: a, contributes_to: [G]}")
    assert {f.node for f in check(dk.loads(text), select=["AIM02", "AIM04", "AIM05", "AIM06"])} == {"A"}


def test_a_link_that_skips_a_level_is_no_finding():
    text = drivers(
        P,
        "{id: S, text: s, contributes_to: [P, A]}",
        more="change_ideas: [{id: C, text: c, contributes_to: [P, S]}, {id: D, text: d, contributes_to: [S]}]\n",
    )
    assert not [f for f in check(dk.loads(text), select=["STR"]) if f.code not in ("STR01", "STR06", "STR13")]


def test_a_late_plan_is_told_once():
    plan = "plan: {date: 2026-01-09}, do: {date: 2026-01-02}"
    told = {
        "[{prediction: p}]": "CYC03",
        "[{prediction: p, date: 2026-01-01}, {prediction: q}]": "CYC03",
        "[{prediction: p, date: 2026-01-01}]": "CYC04",
        "[{question: q}]": "CYC04",
        "[]": "CYC04",
    }
    for predictions, code in told.items():
        text = cycles(f"{{id: T, change: C, predictions: {predictions}, {plan}}}")
        assert [f.code for f in check(dk.loads(text), select=["CYC03", "CYC04"])] == [code], predictions


def test_an_idea_without_a_cycle_is_not_called_untested():
    text = HEAD + "change_ideas: [{id: C, text: Teach-back}]\n"
    assert one("STR06", text).message.startswith("“Teach-back” has no cycle: plan a first cycle")
    assert not check(dk.loads(cycles("{id: T, change: C}")), select=["STR06"])


def test_where_nothing_is_tested_or_measured_it_is_said_once():
    text = drivers(
        P, "{id: Q, text: q}", more="change_ideas: [{id: C, text: c}, {id: D, text: d}, {id: E, text: e}]\n"
    )
    assert one("STR06", text).node is None
    assert "3 change ideas of “Fewer falls” has a cycle" in one("STR06", text).message
    assert one("MEA02", text).node is None


def test_a_smaller_test_after_a_refuted_prediction_is_right():
    text = cycles(
        "{id: T, change: C, scale: 5, predictions: [{prediction: p, result: refuted}]}",
        "{id: U, change: C, follows: T, scale: 1}",
    )
    assert not check(dk.loads(text), select=["CYC06"])


def test_a_study_before_do_names_both_days():
    text = cycles("{id: T, change: C, do: {date: 2026-01-05}, study: {date: 2026-01-02}}")
    found = one("CYC04", text)
    assert found.message == (
        "Cycle T of “Teach-back” has its Study on 2026-01-02, before its Do on 2026-01-05: correct the dates."
    )


def test_what_has_been_done_tomorrow_is_told_only_by_somebody_who_knows_today():
    text = cycles("{id: T, change: C, do: {date: 2026-01-05, observed: it went well}}")
    assert not check(dk.loads(text), select=["CYC16"])
    assert one("CYC16", text, today=dt.date(2026, 1, 4)).node == "T"
    assert not check(dk.loads(text), select=["CYC16"], today=dt.date(2026, 1, 5))
    planned = cycles("{id: T, change: C, do: {date: 2026-01-05}}")
    assert not check(dk.loads(planned), select=["CYC16"], today=dt.date(2026, 1, 4))


def test_what_was_given_up_stays_in_the_theory():
    before = dk.loads(
        drivers(
            "{id: P, text: p, contributes_to: [A]}",
            "{id: Q, text: q, contributes_to: [A, P]}",
            more="change_ideas: [{id: C, text: Leaflet, status: abandoned}, {id: D, text: never tried}]\n"
            "evidence: [{id: E, about: Q -> P, finding: contradicts}]\n",
        )
    )
    after = before.remove("E", "C", "D").unlink("Q", "P")
    found = check(after, select=["VER03"], before=before)
    assert [f.node for f in found] == [None, "Q"]
    assert "“Leaflet” (C), which was abandoned" in found[0].message
    assert not check(before, select=["VER03"], before=before)
    assert not check(after, select=["VER03"])


def test_what_was_given_up_and_is_told_in_a_note_weighs_less():
    before = dk.loads(
        drivers(
            "{id: P, text: p, contributes_to: [A]}",
            more="change_ideas: [{id: C, text: Leaflet, contributes_to: [P], status: abandoned}]\n",
        )
    )
    after = before.remove("C")
    (found,) = check(after, select=["VER03"], before=before)
    assert (found.severity, "in no revision note" in found.message) == ("warning", True)
    noted = attrs.evolve(after, revisions=[dk.Revision(label="2", why="C cost more than it gave")])
    (found,) = check(noted, select=["VER03"], before=before)
    assert (found.severity, "which revision 2 tells" in found.message) == ("info", True)


def test_a_driver_that_was_given_up_is_missed_and_one_that_was_not_is_no_scar():
    before = dk.loads(drivers("{id: P, text: Shoes fit, status: abandoned}", "{id: Q, text: q}"))
    after = before.remove("P", "Q")
    (found,) = check(after, select=["VER03"], before=before)
    assert "“Shoes fit” (P), which was abandoned, is no longer in the theory" in found.message
    assert [one.id for one in dk.compare(before, after).vanished] == ["P"]


def test_a_link_that_tests_refuted_is_missed_too():
    before = dk.loads(
        drivers(
            "{id: P, text: p, contributes_to: [A]}",
            "{id: Q, text: q, contributes_to: [A, P]}",
            more="change_ideas: [{id: C, text: c, contributes_to: [Q]}]\n"
            "cycles: [{id: T, change: C, plan: {date: 2026-01-01}, do: {date: 2026-01-02}, study: {date: 2026-01-03},"
            " predictions: [{prediction: more, found: less, result: refuted}]}]\n",
        )
    )
    (found,) = check(before.unlink("Q", "P"), select=["VER03"], before=before)
    assert (found.node, "1 of 1 prediction refuted (0 held)" in found.message) == ("Q", True)


def test_another_id_is_not_gone():
    before = dk.loads(drivers(more="change_ideas: [{id: C, text: Leaflet, status: abandoned}]\n"))
    assert not check(before.rename("C", "C7"), select=["VER03"], before=before)


def test_a_substantive_change_that_no_note_names_is_told():
    before = dk.loads(drivers("{id: P, text: Floors are dry, contributes_to: [A]}"))
    after = before.replace("P", text="Nobody is alone at night")
    (found,) = check(after, select=["VER05"], before=before)
    assert "1 substantive change is in no revision note" in found.message
    assert "Nobody is alone at night" in found.message
    noted = attrs.evolve(after, revisions=[dk.Revision(label="2", why="P was the wrong lever")])
    assert not check(noted, select=["VER05"], before=before)
    assert not check(before.replace("P", owner="Ana"), select=["VER05"], before=before)
    assert not check(after, select=["VER05"])


def test_suspect_evidence_is_told_with_all_its_records_and_what_to_do():
    found = one("EVD02", cycles("{id: T, change: C, stamp: x}", "{id: U, change: C, stamp: x}"))
    assert found.message == (
        "The words of “Teach-back” have changed since T and U were confirmed: see whether it still holds, then run "
        "'driverkit confirm' with its id."
    )


def test_a_team_by_its_id_and_by_its_name_is_no_second_team():
    text = cycles(
        f"{{id: T, change: C, team: red, site: north, {DATED}, {ADOPT}}}",
        f"{{id: U, change: C, team: The reds, site: north, {DATED}}}",
        "{id: V, change: C, team: red, site: south}",
        more="teams: [{id: red, name: The reds}]\n",
    )
    assert not [found for found in check(dk.loads(text)) if found.code == "EVD03"]
