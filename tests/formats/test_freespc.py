"""The file of the FreeSPC driver diagram tool: what it says comes in, and goes out again as it was."""

from __future__ import annotations

import csv
import io

import pytest

import driverkit as dk
from driverkit.formats import format_of

# As the tool writes it: carriage returns, every setting on every row.
EXPORT = (
    "id,level,parent_id,text,color,auto_size,extra_parents,box_height,vertical_gap,font_size,font_family,font_bold,"
    "title_aim,title_primary,title_secondary,title_change,palette_json,measures_json\r\n"
    '1,aim,,Fewer missed visits,,0,,32,8,13,,0,Aim,Primary drivers,Secondary drivers,Change ideas,"[{""label"":""Done"",""value"":""#ffc281""}]",'
    '"[{""text"":""Visits missed, %"",""type"":""outcome""}]"\r\n'
    '2,primary,1,People remember,#ffc281,1,,32,8,13,,0,Aim,Primary drivers,Secondary drivers,Change ideas,"[{""label"":""Done"",""value"":""#ffc281""}]",[]\r\n'
    '3,primary,1,The time suits,,0,,32,8,13,,0,Aim,Primary drivers,Secondary drivers,Change ideas,"[{""label"":""Done"",""value"":""#ffc281""}]",[]\r\n'
    '4,secondary,2,Moving a visit is easy,,0,3,32,8,13,,0,Aim,Primary drivers,Secondary drivers,Change ideas,"[{""label"":""Done"",""value"":""#ffc281""}]",'
    '"[{""text"":""Calls"",""type"":""none"",""owner"":""desk""},{""text"":""Moved"",""type"":""process""}]"\r\n'
    '5,change,4,"Answer ""2"" to move",,0,2;3,32,8,13,,0,Aim,Primary drivers,Secondary drivers,Change ideas,"[{""label"":""Done"",""value"":""#ffc281""}]",[]\r\n'
)


def test_a_diagram_of_the_tool_becomes_a_theory(tmp_path):
    path = tmp_path / "driver-diagram.csv"
    path.write_bytes(EXPORT.encode())
    theory = dk.load(path)
    assert theory.origin.format == "freespc"
    assert theory.title == "Fewer missed visits"
    assert [link.id for link in theory.links] == [
        *("2 -> 1", "3 -> 1", "4 -> 2", "4 -> 3", "5 -> 4", "5 -> 2", "5 -> 3"),
    ]
    assert [d.level for d in theory.drivers] == [None, None, None]
    assert [(m.id, m.name, m.role, m.of) for m in theory.measures] == [
        ("M1", "Visits missed, %", "outcome", ("1",)),
        ("M2", "Calls", None, ("4",)),
        ("M3", "Moved", "process", ("4",)),
    ]
    assert theory.node("2").extra["x-freespc"] == {"color": "#ffc281", "auto_size": "1"}
    assert theory.headings.primary == "Primary drivers"
    assert not theory.origin.lost


def test_what_the_tool_wrote_it_gets_back_cell_for_cell():
    theory = dk.loads(EXPORT, format="freespc")
    written = dk.dumps(theory, format="freespc")

    def cells(text: str) -> list[dict[str, str]]:
        rows = csv.DictReader(io.StringIO(text.replace("\r\n", "\n"), newline=""))
        return [
            {key: held.replace(", ", ",").replace(": ", ":") for key, held in row.items()} for row in rows
        ]

    assert cells(written) == cells(EXPORT)
    assert dk.losses(theory, "freespc") == ()


def test_what_the_tool_has_no_place_for_is_told_before_it_goes():
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A", "a", target=3)],
        drivers=[dk.Driver("P", "p", contributes_to=["A"]), dk.Driver("S", "s", contributes_to=["P"])],
    )
    theory = theory.add(dk.Driver("D", "d", contributes_to=["S"]))
    told = [str(loss) for loss in dk.losses(theory, "freespc")]
    assert told == [
        "the title, which would be another",
        "'target' of 1 of the aims (A)",
        "'level' of 1 of the drivers (D), which would be another",
    ]
    with pytest.raises(dk.LossError):
        dk.dumps(theory, format="freespc")


def test_older_files_with_fewer_columns_and_newer_ones_with_more_are_read():
    old = "id,level,parent_id,text\n1,aim,,a\n2,Primary,1,b\n,change,2,c\n"
    theory = dk.loads(old, format="freespc")
    assert [n.id for n in theory.change_ideas] == ["C1"]
    assert "is called C1" in str(theory.origin.guessed[1])
    new = "id,level,parent_id,text,shape\n1,aim,,a,round\n"
    theory = dk.loads(new, format="freespc")
    assert theory.node("1").extra["x-freespc"] == {"shape": "round"}
    assert dk.losses(theory, "freespc") == ()


def test_which_of_the_two_tables_a_file_is_its_headings_say():
    assert format_of("a.csv", text=EXPORT).name == "freespc"
    assert format_of("a.csv", text='"id";"level";"parent_id";"text"\r\n').name == "freespc"
    assert format_of("a.csv", text="id,kind,level,parents,text\n").name == "csv"
    assert format_of("a.csv").name == "csv"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,goal,,a,[]", ":2:3: A level is aim, primary, secondary or change, not 'goal'."),
        ("1,,,a,[]", ":2:3: A level is aim, primary, secondary or change."),
        ("1,aim,,,[]", ":2:8: The text is empty."),
        ("1,aim,9,a,[]", ":2:7: '1' speaks of '9', which is not defined."),
        ("1,aim,,a,[", ":2:10: This cell holds JSON that cannot be read: The file ends early"),
        ("1,aim,,a,{}", ":2:10: Measures are a list of JSON objects"),
        ('1,aim,,a,"[{""type"":""process""}]"', ":2:10: The text is empty."),
        ("1,aim,,a," + "[" * 5000, ":2:10: This cell holds JSON that cannot be read: Lists and mappings are nested"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_its_cell(row, words):
    with pytest.raises(dk.FormatError) as told:
        dk.loads(f"id,level,parent_id,text,measures_json\n{row}\n", format="freespc")
    assert words in str(told.value.faults[0])
