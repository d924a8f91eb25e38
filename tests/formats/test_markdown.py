"""Markdown outlines: what people write is read, with its place, and a save changes what changed."""

from __future__ import annotations

import difflib
import random
import re
import warnings

import attrs
import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

import driverkit as dk
from driverkit import examples
from driverkit.formats import files, format_of
from driverkit.formats.markdown_text import plain, verbatim
from strategies import any_text, theories
from support.outlines import OUTLINES, WIKI
from support.random_edits import edit, one_word

MD = format_of("md")


@pytest.fixture(autouse=True)
def quietly():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dk.LossWarning)
        yield


def read(text: str) -> dk.Theory:
    return dk.loads(text, format="md")


def links(theory: dk.Theory) -> list[str]:
    return [link.id for link in theory.links]


def refused(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(dk.FormatError) as told:
        read(text)
    return [(f.line, f.column, f.message) for f in told.value.faults]


def left_out(text: str) -> list[tuple[int, str]]:
    return [(f.line, f.message) for f in read(text).origin.lost]


# -------------------------------------------------------------------------------------------- reading


def test_headings_are_aims_and_drivers_and_items_are_change_ideas_of_the_heading_above():
    theory = read("# Aim\n## Driver\n### Below it\n- One\n* Two\n## Another\n+ Three\n")
    assert [a.text for a in theory.aims] == ["Aim"]
    assert [d.text for d in theory.drivers] == ["Driver", "Another", "Below it"]
    assert links(theory) == ["P1 -> A1", "P2 -> A1", "S1 -> P1", "C1 -> S1", "C2 -> S1", "C3 -> P2"]


def test_what_stands_at_the_end_of_a_line_is_the_id_and_further_effects():
    theory = read("# Aim {#A9}\n## One {#P1}\n## Two {#P2}\n### Both [P1] {#S1}\n### Both too {#S2} [P1]\n")
    assert links(theory)[2:] == ["S1 -> P2", "S1 -> P1", "S2 -> P2", "S2 -> P1"]


def test_brackets_that_name_the_heading_above_too_say_the_order():
    theory = read("# A {#A}\n## One {#P1}\n## Two {#P2}\n- idea [P1] [P2] {#C}\n")
    assert links(theory)[-2:] == ["C -> P1", "C -> P2"]


def test_several_aims_and_an_aim_over_aims():
    theory = read("# Global {#A1}\n# Part one [A1] {#A2}\n## Driver\n# Part two [A1]\n")
    assert links(theory) == ["A2 -> A1", "A3 -> A1", "P1 -> A2"]


def test_quoted_lines_are_fields_and_what_is_said_of_links():
    theory = read(WIKI)
    assert theory.title == "Leaving hospital safely"
    assert theory.aims[0].population == "adults leaving the two medical wards"
    assert str(theory.aims[0].by) == "2027-06-30"
    assert theory.aims[0].detail == "Agreed with the board in March."
    link = theory.node("S1").contributes_to[1]
    assert (link.to, link.strength, link.only_where) == ("P2", "weak", "a nurse answers")
    assert theory.node("C1").owner == "ward-5"
    assert theory.change_ideas[1].text == "The card is read aloud, slowly, in the language of the family"
    assert theory.origin.comments == 1
    assert left_out(WIKI) == [(28, "This is a block of code and is left out. A theory has no place for it.")]


def test_a_heading_that_skips_a_level_is_a_driver_of_that_level():
    theory = read("# Aim\n#### Far down\n- idea\n")
    assert (theory.drivers[0].level, links(theory)) == (3, ["P1 -> A1", "C1 -> P1"])
    assert "skips a level" in theory.origin.guessed[-1].message


def test_drivers_below_the_deepest_heading_name_what_they_hang_on():
    theory = dk.Theory("deep", aims=[dk.Aim("A", "a")])
    for n in range(1, 9):
        theory = theory.add(
            dk.Driver(f"D{n}", f"driver {n}", contributes_to=["A" if n == 1 else f"D{n - 1}"])
        )
    text = dk.dumps(theory, format="md")
    assert "###### driver 5 {#D5}\n\n###### driver 6 [D5] {#D6}\n\n###### driver 7 [D6] {#D7}" in text
    assert read(text) == theory


def test_an_item_inside_an_item_stays_under_its_heading_and_is_told():
    theory = read("# A\n## D\n- one\n\t- two\n    - three\n  - four\n")
    assert links(theory)[1:] == ["C1 -> P1", "C2 -> P1", "C3 -> P1", "C4 -> P1"]
    assert [f.line for f in theory.origin.guessed[1:]] == [4, 5, 6]


def test_numbers_boxes_and_other_bullets_are_no_part_of_the_text():
    theory = read("# A\n1. one\n2) two\n- [x] three\n- [ ] four\n* five\n")
    assert [(c.text, c.status) for c in theory.change_ideas] == [
        ("one", None),
        ("two", None),
        ("three", "adopted"),
        ("four", None),
        ("five", None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, 1, "The file is empty")]),
        ("only words\n", [(1, 1, "neither a heading nor a list item")]),
        ("# A\n## B {#x!}\n", [(2, 8, "'x!' is no id")]),
        ("# A\n## B [S9]\n", [(2, 6, "No node has the id 'S9'")]),
        ("# A {#P}\n## B {#P}\n", [(2, 8, "used twice")]),
        ("# A\n##\n-\n", [(2, 1, "The heading has no words"), (3, 1, "The list item has no words")]),
        ("# A\n## B {#B} and more\n", [(2, 6, "in the middle of the text")]),
        ("# A\n```\n# B\n", [(2, 1, "never closed")]),
        ("# A\n<!-- x\n# B\n", [(2, 1, "never closed")]),
        ("# A {#A}\n> By: soon\n", [(2, 3, "'soon' is no date")]),
        ("# A {#A}\n> Target: many\n", [(2, 3, "A number is wanted")]),
        ("# A {#A}\n> Owner: x\n> Owner: y\n", [(3, 3, "said twice")]),
        ("# A {#A}\n## B {#B}\n> Link to C: weak\n", [(3, 3, "which is not there")]),
        ("# A {#A}\n## B [C] {#B}\n### C {#C}\n", [(2, 1, "A loop")]),
        ("# A\n- # B\n", [(2, 1, "has no words"), (2, 3, "A heading stands inside a list item")]),
        ("# A\n- red \x1b[31m\n", [(2, 7, "U+001B")]),
        ("# A\n- red &#27;[31m\n", [(2, 3, "U+001B")]),
        ("# A\n" + "".join("  " * n + "- x\n" for n in range(70)), [(66, 129, "nested more than 64 deep")]),
    ],
)
def test_what_is_no_outline_is_refused_with_its_place(text, expected):
    found = refused(text)
    assert [(line, column) for line, column, _ in found] == [(line, column) for line, column, _ in expected]
    for (_, _, message), (_, _, words) in zip(found, expected, strict=True):
        assert words in message


def test_many_bullets_on_one_line_take_no_time():
    assert "deep" in refused("# A\n" + "- " * 200_000 + "x\n")[0][2]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Some words first.\n\n# A\n", 1),
        ("# A\n- idea\n\nwords after the list\n", 4),
        ("# A\n- idea\n\n[P1]: Reliable\n", 4),
        ("# A\n\n    indented\n", 3),
        ("# A\n> a remark of no known kind\n", 2),
        ("# A\n> Concept: of no idea\n", 2),
        ("---\ntitle: t\nauthor: me\n---\n# A\n", 3),
    ],
)
def test_what_a_theory_has_no_place_for_is_told_with_its_line(text, line):
    assert [found for found, _ in left_out(text)] == [line]


def test_marks_inside_a_line_are_part_of_the_text():
    theory = read("# Aim <b>x</b> & *y*\n- [Risk](javascript:alert(1))\n- a \\[S1\\] \\{#x\\}\n")
    assert theory.aims[0].text == "Aim <b>x</b> & *y*"
    assert [c.text for c in theory.change_ideas] == ["[Risk](javascript:alert(1))", "a [S1] {#x}"]


@pytest.mark.slow
def test_the_outline_that_render_writes_is_read(tmp_path):
    for name in examples.names():
        theory = examples.load(name)
        again = read(dk.diagram(theory).to("md"))
        assert {n.id: n.text for n in again.nodes} == {n.id: n.text for n in theory.nodes}
        assert {link.id: link.strength for link in again.links} == {
            link.id: link.strength for link in theory.links
        }


# -------------------------------------------------------------------------------------------- writing


@given(text=any_text)
def test_any_text_is_written_so_that_it_comes_back_and_shows_as_it_is(text):
    assert plain(verbatim(text)) == text
    if text.strip():
        [block] = [t for t in MarkdownIt().enable("table").parse("# " + verbatim(text)) if t.type == "inline"]
        shown = "".join("\n" if c.type in ("softbreak", "hardbreak") else c.content for c in block.children)
        assert shown == text


@pytest.mark.slow
@settings(max_examples=30)
@given(theory=theories(max_nodes=8, records=False))
def test_another_reader_of_markdown_sees_the_same_headings_and_items(theory):
    text = dk.dumps(theory, format="md", lossy=True)
    tokens = MarkdownIt().parse(text)
    starts = [t for t in tokens if t.type in ("heading_open", "list_item_open")]
    ids = [re.search(r"\{#(.*)\}$", text.split("\n")[t.map[0]])[1] for t in starts]
    assert sorted(ids) == sorted(n.id for n in theory.nodes)
    kinds = {id: t.type for id, t in zip(ids, starts, strict=True)}
    assert {id for id, kind in kinds.items() if kind == "list_item_open"} == {
        c.id for c in theory.change_ideas
    }


@pytest.mark.parametrize("name", OUTLINES)
def test_another_reader_sees_the_same_in_what_people_write(name):
    text = OUTLINES[name]
    if text.startswith("---"):
        text = text[text.index("---", 3) + 4 :]
    tokens = MarkdownIt().parse(text)
    places = [t.map[0] + 1 for t in tokens if t.type in ("heading_open", "list_item_open")]
    theory = read(text)
    assert sorted(theory.place(n.id).line for n in theory.nodes) == sorted(places)


# --------------------------------------------------------------------------------------------- saving


def diff(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def change(text: str, make) -> list[str]:
    return diff(text, MD.patch(text, make(read(text))))


@pytest.mark.parametrize("name", OUTLINES)
def test_saving_what_was_read_changes_no_byte(name):
    assert MD.patch(OUTLINES[name], read(OUTLINES[name])) == OUTLINES[name]


@pytest.mark.few(2)
@pytest.mark.parametrize("name", OUTLINES)
def test_a_changed_word_is_one_changed_line(name):
    text = OUTLINES[name]
    theory = read(text)
    for where, new in one_word(theory):
        if where.startswith("theory.title") and theory.title == "Untitled":
            continue
        assert [line[0] for line in diff(text, MD.patch(text, new))] == ["-", "+"], where


def reworded(id: str, **fields):
    return lambda theory: theory.replace(attrs.evolve(theory.node(id), **fields))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (reworded("S1", text="Checked"), ["-### Teaching is checked, not assumed [P2] {#S1}", "+### Checked [P2] {#S1}"]),
        (reworded("C1", owner="ward-6"), ["-  > Owner: ward-5", "+  > Owner: ward-6"]),
        (reworded("C4", owner="Kim"), ["+   > Owner: Kim"]),
        (reworded("A1", owner="Kim"), ["+> Owner: Kim"]),
        (reworded("P2", detail="Asked for\nby families."), ["+Asked for\\", "+by families.", "+"]),
        (lambda t: t.add(dk.ChangeIdea("C9", "A third", contributes_to=["P2"])), ["+3. A third {#C9}"]),
        (lambda t: t.add(dk.ChangeIdea("C9", "One", contributes_to=["S1", "P2"])), ["+* One [P2] {#C9}"]),
        (
            lambda t: t.add(dk.Driver("S2", "Calls are answered", contributes_to=["P1"])),
            ["+### Calls are answered {#S2}", "+"],
        ),
        (lambda t: t.remove("C4"), ["-2. A call on the second day {#C4}"]),
        (lambda t: t.replace("C1", owner=None), ["-  > Owner: ward-5"]),
        (lambda t: t.link("C4", "P1"), ["-2. A call on the second day {#C4}", "+2. A call on the second day [P1] {#C4}"]),
        (
            lambda t: t.link("S1", "P2", strength="strong", only_where="a nurse answers"),
            ["-> Link to P2: weak; only where a nurse answers", "+> Link to P2: strong; only where a nurse answers"],
        ),
    ],
)  # fmt: skip
def test_a_change_takes_the_lines_it_needs_in_the_style_that_is_there(make, expected):
    assert change(WIKI, make) == expected


def test_what_moves_is_written_below_what_it_contributes_to_now():
    new = MD.patch(WIKI, read(WIKI).unlink("C1", "S1").link("C1", "P2"))
    assert "2. A call on the second day {#C4}\n3. Teach-back with a five-line card {#C1}" in new


def test_ids_are_written_only_where_they_would_be_others():
    text = OUTLINES["bare"]
    assert change(text, lambda t: t.remove("C3")) == ["-- Mop before ten"]
    lines = change(text, lambda t: t.remove("C1"))
    assert "-- [x] Ask on admission" in lines
    assert "+- [ ] Ask again after a transfer {#C2}" in lines
    assert "+- Mop before ten {#C3}" in lines
    assert len(lines) == 5


def test_a_save_keeps_everything_that_is_no_part_of_the_theory(tmp_path):
    path = tmp_path / "theory.md"
    path.write_text(WIKI, "utf-8")
    theory = dk.load(path)
    dk.save(theory.replace("P1", text="People know their plan"), path)
    assert path.read_text("utf-8") == WIKI.replace("People understand their plan", "People know their plan")
    with pytest.raises(dk.LossError, match="1 of the measures"):
        dk.save(dk.load(path).add(dk.Measure("M1", "Calls")), path)


def try_edits(seeds: range, most: int) -> tuple[int, int]:
    done = kept = 0
    for seed in seeds:
        rng = random.Random(seed)
        text = OUTLINES[rng.choice(list(OUTLINES))]
        theory = read(text)
        for _ in range(most):
            what, new = edit(rng, theory)
            if not new.nodes:
                break
            done += 1
            try:
                patched = MD.patch(text, new)
            except dk.SaveError:
                kept += 1
                continue
            wanted = files._back(MD, files._written(new, MD))
            again = read(patched)
            lost = [x for x in files._difference(wanted, again) if x.how != "reordered"]
            assert not lost, f"seed {seed}: {what}: {lost}\n{text}\n=====\n{patched}"
            assert ("written at the away day" in text) == ("written at the away day" in patched)
            assert ("make diagram" in text) == ("make diagram" in patched)
            text, theory = patched, again
    return done, kept


def test_after_any_edits_the_outline_says_the_new_theory():
    done, refused = try_edits(range(12), 6)
    assert done > 40
    assert refused < done / 10


@pytest.mark.slow
def test_after_very_many_edits_the_outline_says_the_new_theory():
    try_edits(range(1000, 1150), 10)
