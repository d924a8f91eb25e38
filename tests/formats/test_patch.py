"""What a save does to a hand-written file, told by the lines that change."""

from __future__ import annotations

import difflib
from itertools import pairwise

import attrs
import pytest

import driverkit as dk
from driverkit.formats import format_of
from driverkit.formats.yaml import patch_yaml
from support.handwritten import EMPTY_VALUES, FLOW, PLAIN_JSON, SMALL, TEXTS, UNINDENTED, USUAL

HEAD = "driverkit: 1\ntitle: t\n"


def diff(old: str, new: str) -> list[str]:
    lines = difflib.ndiff(old.split("\n"), new.split("\n"))
    return [line for line in lines if line[0] in "+-"]


def change(text: str, make, format: str = "yaml") -> list[str]:
    return diff(text, format_of(format).patch(text, make(dk.loads(text, format=format))))


def reworded(id: str, **fields):
    return lambda theory: theory.replace(attrs.evolve(theory.node(id), **fields))


# ------------------------------------------------------------------------------------------ one value


@pytest.mark.parametrize(
    ("id", "fields", "gone", "come"),
    [
        (
            "P1",
            {"text": "People know their plan"},
            "text: People understand",
            "text: People know their plan,",
        ),
        ("P2", {"text": 'Help is "here": now'}, '"Help is reachable', r'"Help is \"here\": now",'),
        ("S1", {"text": "Teaching isn't assumed"}, "'Teaching is", "    text: 'Teaching isn''t assumed'"),
        ("A1", {"population": "all adults"}, "population: adults", "    population: all adults   # c4"),
        ("A1", {"target": 11.5}, "target: 12.0", "    target: 11.5"),
        ("A1", {"by": "2028-01-31"}, "by: 2027", "    by: 2028-01-31"),
        ("A1", {"owner": "Kim"}, "    owner:", "    owner: Kim"),
        ("T1", {"scale": 5}, "scale: 3 ", "    scale: 5                       # c15 how many people"),
        ("P1", {"text": "no"}, "text: People understand", '{id: P1, text: "no", contributes_to'),
        ("P1", {"text": "a, b"}, "text: People understand", '{id: P1, text: "a, b", contributes_to'),
        ("C1", {"owner": None}, "owner: ward-5}", "contributes_to: [S1]}"),
        ("C1", {"tags": ["new"]}, "owner: ward-5}", "owner: ward-5, tags: [new]}"),
    ],
)
def test_one_changed_value_is_one_changed_line_in_the_style_that_was_there(id, fields, gone, come):
    lines = change(USUAL, reworded(id, **fields))
    assert [line[0] for line in lines] == ["-", "+"]
    assert gone in lines[0]
    assert come in lines[1]


def test_a_word_of_a_folded_or_literal_text_changes_in_its_own_line():
    lines = change(
        USUAL, reworded("S2", text="Plain words, in the language of the family, never of the ward")
    )
    assert lines == ["-       language of the person,", "+       language of the family,"]
    node = dk.loads(USUAL).node("S2")
    because = node.contributes_to[1].because.replace("card", "leaflet")
    links = (node.contributes_to[0], attrs.evolve(node.contributes_to[1], because=because))
    lines = change(USUAL, reworded("S2", contributes_to=links))
    assert lines == ["-           the card says", "+           the leaflet says"]


def test_a_new_field_takes_one_new_line_in_the_order_of_the_documentation():
    assert change(USUAL, reworded("S1", level=2)) == ["+     level: 2"]
    assert change(USUAL, reworded("A1", tags=["a", "b"])) == ["+     tags: [a, b]"]
    lines = change(USUAL, reworded("S1", detail="two\nlines"))
    assert lines == ["+     detail: |-", "+       two", "+       lines"]


def test_a_field_that_is_taken_out_takes_its_line_along():
    assert change(USUAL, reworded("A1", population=None)) == [
        "-     population: adults leaving the two medical wards   # c4"
    ]
    assert change(USUAL, reworded("S2", tags=())) == ["-     tags: [equity, language]"]


# ---------------------------------------------------------------------------------------------- items


def test_a_new_item_is_written_as_its_neighbours_are():
    lines = change(USUAL, lambda t: t.add(dk.ChangeIdea("C3", "A third", contributes_to=["S1"])))
    assert lines == ["+   - {id: C3, text: A third, contributes_to: [S1]}"]
    lines = change(USUAL, lambda t: t.add(dk.Driver("S3", "A third", contributes_to=["P1"])))
    assert lines == ["+   - id: S3", "+     text: A third", "+     contributes_to: [P1]"]
    lines = change(UNINDENTED, lambda t: t.add(dk.ChangeIdea("C3", "A third")))
    assert lines == ["+ - id: C3", "+   text: A third"]


def test_a_new_section_comes_at_its_place_with_an_empty_line_where_others_have_one():
    text = "driverkit: 1\ntitle: t\n\naims:\n  - {id: A1, text: x}\n"
    new = patch_yaml(text, dk.loads(text).add(dk.Driver("P1", "why")))
    assert new == text + "\ndrivers:\n  - id: P1\n    text: why\n"


def test_an_item_that_is_removed_takes_its_own_lines_only():
    lines = change(USUAL, lambda t: t.remove("C2"))
    assert lines == ["-   - {id: C2, text: A second idea, contributes_to: [S1, S2]}"]
    lines = change(USUAL, lambda t: t.remove("E1"))
    assert [line[:15] for line in lines] == ["-   - {id: E1, "]


def test_remarks_above_an_item_stay_when_it_or_its_whole_section_goes():
    text = patch_yaml(USUAL, dk.loads(USUAL).replace(recommendations=[], teams=[]).remove("R1", "M2"))
    for n in (1, 2, 3, 6, 8, 13, 17):
        assert f"# c{n}" in text
    emptied = (
        "driverkit: 1\ntitle: t\ndrivers:\n  # one\n  - id: P1\n    text: x\n  # two\n  - {id: P2, text: y}\n"
    )
    assert patch_yaml(emptied, dk.loads(emptied).remove("P1", "P2")) == (
        "driverkit: 1\ntitle: t\n  # one\n  # two\n"
    )


def test_an_item_that_moves_takes_the_remarks_above_it_along():
    theory = dk.loads(USUAL)
    drivers = list(theory.drivers)
    new = patch_yaml(USUAL, theory.replace(drivers=[drivers[1], drivers[0], *drivers[2:]]))
    at = [new.index(part) for part in ("# c6", "# c8", "id: P2", "id: P1", "# c7", "id: S1")]
    assert at == sorted(at), "what is above the first item is about the section, and stays there"


def test_a_renamed_id_changes_the_lines_that_name_it_and_keeps_every_remark():
    lines = change(USUAL, lambda t: t.rename("S1", "teaching"))
    assert all(
        ("S1" in a and b == a.replace("S1", "teaching").replace("- ", "+ ", 1))
        for a, b in zip(lines[::2], lines[1::2], strict=True)
    )


def test_a_link_that_gets_a_reason_keeps_its_neighbours():
    lines = change(USUAL, lambda t: t.link("S2", "P1", because="they can read it"))
    assert lines == [
        "-       - P1      # c11",
        "+       - {to: P1, because: they can read it}      # c11",
    ] or all("c11" in line or "because" in line or "to: P1" in line for line in lines)
    assert any("# c11" in line for line in lines if line[0] == "+")


def test_rows_and_predictions_come_and_go_one_line_each():
    theory = dk.loads(USUAL)
    measure = theory.node("M2")
    more = attrs.evolve(measure, data=(*measure.data, dk.Observation("2026-04-01", 15)))
    assert change(USUAL, lambda t: t.replace(more)) == ["+       - {date: 2026-04-01, value: 15}"]
    less = attrs.evolve(measure, data=measure.data[:1] + measure.data[2:])
    assert [line[0] for line in change(USUAL, lambda t: t.replace(less))] == ["-"]
    cycle = theory.node("T1")
    first = attrs.evolve(cycle.predictions[1], found="six minutes", result="refuted")
    lines = change(USUAL, lambda t: t.replace(attrs.evolve(cycle, predictions=(cycle.predictions[0], first))))
    assert lines == ["+         found: six minutes", "+         result: refuted"]


# ---------------------------------------------------------------------------------- manners of a file


def test_lines_end_as_they_did():
    for name in ("windows", "json-windows"):
        format, text = TEXTS[name]
        new = format_of(format).patch(
            text, dk.loads(text, format=format).add(dk.Driver("X", "a\nb"), dk.Team("Y"))
        )
        assert all(a + b == "\r\n" for a, b in pairwise(new) if b == "\n")


def test_a_file_without_a_last_line_end_gets_none():
    assert not patch_yaml(SMALL, dk.loads(SMALL).replace(title="Other")).endswith("\n")
    new = patch_yaml(SMALL, dk.loads(SMALL).add(dk.Driver("P2", "Second")))
    assert new == SMALL + "\n- {id: P2, text: Second}"


def test_a_block_at_the_very_end_gets_the_line_end_it_needs():
    text = patch_yaml(SMALL, dk.loads(SMALL).replace(extra={"x-a": "one\ntwo\n"}))
    assert dk.loads(text).extra == {"x-a": "one\ntwo\n"}


def test_a_document_end_and_what_is_behind_it_stay_the_end():
    text = patch_yaml(UNINDENTED, dk.loads(UNINDENTED).add(dk.Team("t9", "New")))
    assert text.endswith("...\n# c8 behind the end\n")


def test_brackets_stay_brackets_and_keep_the_remarks_between():
    theory = dk.loads(FLOW)
    drivers = theory.drivers
    for new in (
        theory.replace(drivers=drivers[::-1]),
        theory.remove("P1"),
        theory.remove("P3"),
        theory.add(dk.Driver("P4", "fourth, with comma")),
        theory.add(dk.Measure("M1", "m")),
    ):
        text = patch_yaml(FLOW, new)
        assert [f"# c{n}" in text for n in (1, 2, 3)] == [True] * 3
        assert text.startswith("{driverkit: 1, title: All in braces, # c1\n")


def test_a_block_that_keeps_its_empty_lines_takes_in_no_others_where_it_moves():
    text = HEAD + "aims:\n- id: A\n  text: |+\n    kept\n\n- id: B # c1\n  text: x\n\n\nteams: []\n"
    theory = dk.loads(text)
    new = patch_yaml(text, theory.replace(aims=theory.aims[::-1]))
    assert new == HEAD + 'aims:\n- id: B # c1\n  text: x\n- id: A\n  text: "kept\\n\\n"\n\n\nteams: []\n'


def test_empty_values_stay_empty_where_nothing_is_set():
    text = patch_yaml(EMPTY_VALUES, dk.loads(EMPTY_VALUES).replace(title="Still empty"))
    assert text == EMPTY_VALUES.replace("Empty values", "Still empty")
    lines = change(EMPTY_VALUES, lambda t: t.add(dk.Driver("P1", "x")))
    assert lines[0] == "- drivers: []"


def test_json_keeps_its_spacing():
    lines = change(PLAIN_JSON, reworded("P2", text="Other words"), "json")
    assert lines == ['-       "text": "Another driver",', '+       "text": "Other words",']
    lines = change(PLAIN_JSON, lambda t: t.add(dk.Driver("P3", "Third")), "json")
    assert lines == [
        "-     }",
        "+     },",
        "+     {",
        '+       "id": "P3",',
        '+       "text": "Third"',
        "+     }",
    ] or all(line[0] == "+" for line in lines)


def test_data_of_other_tools_is_written_where_only_its_kind_changed():
    """1 and true, or 1 and 1.0, are equal to Python and different to whoever reads the file."""
    text = "driverkit: 1\ntitle: t\nx-a: 1\nx-b: 1\n"
    new = patch_yaml(text, dk.loads(text).replace(extra={"x-b": True, "x-a": 1.0}))
    assert new == "driverkit: 1\ntitle: t\nx-a: 1.0\nx-b: true\n"


def test_what_is_no_theory_file_is_not_patched():
    with pytest.raises(dk.FormatError):
        patch_yaml("just: a mapping\n", dk.Theory("t"))
