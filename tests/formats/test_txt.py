"""Indented text: what people type or paste is read by how far in it stands."""

from __future__ import annotations

import pytest
from hypothesis import given

import driverkit as dk
from strategies import any_text


def read(text: str) -> dk.Theory:
    return dk.loads(text, format="txt")


def links(text: str) -> list[str]:
    return [link.id for link in read(text).links]


def refused(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(dk.FormatError) as told:
        read(text)
    return [(f.line, f.column, f.message) for f in told.value.faults]


def test_how_far_in_a_line_stands_says_what_it_hangs_on_and_a_bullet_that_it_is_a_change_idea():
    text = "Title: Falls\n\nFewer falls\n  Risk is known\n    - Ask on admission\n  Light is on\n  - Lamps\n"
    assert read(text).title == "Falls"
    assert links(text) == ["P1 -> A1", "P2 -> A1", "C1 -> P1", "C2 -> P2"]
    assert read(text).origin.guessed == ()


@pytest.mark.parametrize(
    "text",
    [
        "Fewer falls\n\tRisk is known\n\t\tAsk\n\t\tAsk again\n\tLight is on\n",
        "• Fewer falls\n  o Risk is known\n    ▪ Ask\n    ▪ Ask again\n  o Light is on {#P2}\n",
        "1. Fewer falls\r\n   1. Risk is known\r\n      a\r\n",
    ],
)
def test_what_is_pasted_from_other_programs_is_read(text):
    assert links(text)[0] == "P1 -> A1"
    assert any("-> P1" in link for link in links(text))


def test_without_bullets_and_ids_the_innermost_lines_are_change_ideas_and_that_is_told():
    theory = read("Aim\n  Driver\n    Idea\n  Driver without ideas\n")
    assert [c.text for c in theory.change_ideas] == ["Idea"]
    assert [d.text for d in theory.drivers] == ["Driver", "Driver without ideas"]
    assert [f.line for f in theory.origin.guessed] == [1, 2]


def test_ids_and_further_effects_stand_at_the_end_of_a_line():
    text = "Global {#A}\n\nPart [A] {#B}\n  One {#P1}\n  Two {#P2}\n    - idea [P1] {#C}\n"
    assert links(text) == ["B -> A", "P1 -> B", "P2 -> B", "C -> P2", "C -> P1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, 1, "The file is empty")]),
        ("A\n\tB\n    C\n", [(3, 1, "indented with a blank, the lines above with tabs")]),
        ("A\n    B\n  C\n", [(3, 3, "not as far in as any line above")]),
        ("A\n  B [X]\n", [(2, 5, "No line has the id 'X'")]),
        ("A {#A}\n  B {#A}\n", [(2, 7, "used twice")]),
        ("A {#A} {#B}\n", [(1, 3, "two ids")]),
        ("A\n  {#B}\n", [(2, 3, "no words")]),
        ("A\n├─ P1  B\n", [(2, 1, "'driverkit render' draws")]),
        ("A \x1b[31m\n", [(1, 3, "U+001B")]),
        ("".join(" " * n + "x\n" for n in range(70)), [(65, 65, "more than 64 deep")]),
    ],
)
def test_what_is_no_outline_is_refused_with_its_place(text, expected):
    found = refused(text)
    assert [(line, column) for line, column, _ in found] == [(line, column) for line, column, _ in expected]
    for (_, _, message), (_, _, words) in zip(found, expected, strict=True):
        assert words in message


@given(text=any_text.filter(lambda t: t.strip(" \n\t\u200b\ufeff\u2028\u2029\u00a0\u202e\u202c")))
def test_any_text_comes_back(text):
    theory = dk.Theory(text, aims=[dk.Aim("A", text)], drivers=[dk.Driver("P", text, contributes_to=["A"])])
    theory = theory.add(dk.ChangeIdea("C", text, contributes_to=["P"]))
    assert read(dk.dumps(theory, format="txt")) == theory


def test_a_theory_of_many_levels_comes_back():
    theory = dk.Theory("deep", aims=[dk.Aim("A", "a")])
    for n in range(100):
        theory = theory.add(dk.Driver(f"D{n}", "d", contributes_to=[f"D{n - 1}" if n else "A"]))
    assert read(dk.dumps(theory, format="txt")) == theory
    theory = theory.add(*(dk.ChangeIdea(f"C{n}", "c", contributes_to=[f"D{n}"]) for n in range(0, 100, 7)))
    assert read(dk.dumps(theory, format="txt")) == theory


@pytest.mark.parametrize("format", ["txt", "md", "opml"])
@pytest.mark.parametrize(
    "words", ["{#A}", "{#A\u2028}", "x {#A}", "{#}", "x \\{#A}", "{#A}{#B}", "x {#A} {#B}", "x [A1]"]
)
def test_words_that_look_like_an_id_stay_words(words, format):
    theory = dk.Theory(
        "T", aims=[dk.Aim("A1", words)], drivers=[dk.Driver("D1", words, contributes_to=["A1"])]
    )
    assert dk.losses(theory, format) == ()
