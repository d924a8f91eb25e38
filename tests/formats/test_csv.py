"""The flat table: what a row says, what dialects are taken, and what is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given

import driverkit as dk
from driverkit.formats.cells import natural, neutral
from driverkit.formats.convert import to_plain
from strategies import any_text, theories

HEAD = "id,kind,level,parents,text\n"


def read(text: str, **options: object) -> dk.Theory:
    return dk.loads(text, format="csv", **options)  # type: ignore[arg-type]


def refused(text: str) -> list[str]:
    with pytest.raises(dk.FormatError) as told:
        read(text)
    return [str(fault) for fault in told.value.faults]


def plain(theory: dk.Theory) -> dict[str, object]:
    return {key: value for key, value in to_plain(theory).items() if key != "driverkit"}


THREE = {
    "title": "Fewer falls",
    "aims": [{"id": "A", "text": "Fewer falls"}],
    "drivers": [{"id": "P1", "text": "Risk, known", "contributes_to": ["A"]}],
    "change_ideas": [{"id": "C1", "text": "Checklist", "contributes_to": ["P1", "A"]}],
}


@pytest.mark.parametrize(
    "text",
    [
        HEAD + 'A,aim,,,Fewer falls\nP1,driver,1,A,"Risk, known"\nC1,change,,P1;A,Checklist\n',
        "\ufeff" + HEAD + 'A,aim,,,Fewer falls\nP1,driver,1,A,"Risk, known"\nC1,change,,P1;A,Checklist\n',
        "id;kind;parents;text\r\nA;aim;;Fewer falls\r\nP1;driver;A;Risk, known\r\nC1;change;\"P1;A\";Checklist\r\n",
        "sep=;\nid;kind;parents;text\nA;aim;;Fewer falls\nP1;driver;A;Risk, known\nC1;change;\"P1;A\";Checklist",
        "id\tkind\tparents\ttext\nA\taim\t\tFewer falls\nP1\tdriver\tA\tRisk, known\nC1\tchange\tP1; A\tChecklist\n",
        '\n,,,,\n ID , Kind,LEVEL,Parents,text,,\n\nA,Aim,0,,Fewer falls,,\n,,,,,,\nP1,DRIVER,1,A,"Risk, known",,\nC1,Change Idea,,P1 ; A,Checklist,,\n',
        'text,kind,contributes_to,id\nFewer falls,goal,,A\n"Risk, known",primary driver,A,P1\nChecklist,idea,P1;A,C1\n',
    ],
)  # fmt: skip
def test_what_spreadsheets_save_is_read_whatever_the_dialect(text):
    assert plain(read(text)) == THREE


def test_a_row_without_an_id_gets_one_that_is_free_and_it_is_told():
    theory = read(
        "id,kind,level,parents,text\nS1,aim,,,x\n,driver,1,S1,one\n,driver,2,S1,two\n,change,,,three\n"
    )
    assert [n.id for n in theory.drivers] == ["P1", "S2"]
    assert [n.id for n in theory.change_ideas] == ["C1"]
    assert [str(g) for g in theory.origin.guessed] == [
        "<text>:2:10: The table has no title; the theory is called 'x'.",
        "<text>:3:2: The row has no id; it is called P1.",
        "<text>:4:2: The row has no id; it is called S2.",
        "<text>:5:2: The row has no id; it is called C1.",
    ]
    assert theory.place("S2").line == 4


def test_every_fault_is_told_at_its_cell():
    assert refused(HEAD + "A,aim,,,\nA,drver,one,B,text\n-,change,,,x\n") == [
        "<text>:2:9: The text is empty. Write it, or leave the key out.",
        "<text>:3:1: The id 'A' is used twice: here and on line 2. Ids are unique in a theory; give one of the two another.",
        "<text>:3:3: The kind of a row is aim, driver or change, not 'drver'.",
        "<text>:3:9: A level is a whole number, 1 for a primary driver and 2 for a secondary one, not 'one'.",
        "<text>:4:1: An id begins with a letter or a digit, not as '-' does.",
    ]
    assert refused(HEAD + "A,aim,,,x\nA,driver,1,B,text\n") == [
        "<text>:3:1: The id 'A' is used twice: here and on line 2. Ids are unique in a theory; give one of the two another.",
        "<text>:3:12: 'A' speaks of 'B', which is not defined.",
    ]
    assert "'P' speaks of 'B', which is not defined" in refused(HEAD + "A,aim,,,x\nP,driver,1,B,text\n")[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,kind,txt\nA,aim,x\n", "<text>:1:9: The column 'txt' is not known here. Did you mean 'text'?"),
        ("id,text\nA,x\n", "<text>:1:1: The column 'kind' is missing. The columns are id, kind, level"),
        ("id,kind,text,Text\n", "<text>:1:14: The column 'text' is there twice."),
        (HEAD + "A,aim,,,x,y\n", "<text>:2:11: The row has 6 cells, and the header has 5."),
        (HEAD + 'A,aim,,,"x\nB,aim,,,y\n', "<text>:2:9: A quotation mark opens here and is not closed"),
        (HEAD + 'A,aim,,,"x" y\n', "cannot be read as CSV"),
        ("id,kind,text,,\nA,aim,x,y,\n", "<text>:2:9: 'y' stands in a column without a heading."),
        ("", "<text>:1:1: The file is empty. Its first line names the columns: id,kind"),
        ("<!DOCTYPE html><p>Sign in", "<text>:1:1: This is a web page, not CSV"),
        (HEAD + "A,aim,,,a\x07b\n", "<text>:2:10: U+0007 is a control"),
        (HEAD + "A,aim,,," + "x" * 140_000, "<text>:2:1: A cell here has more than 131,072 characters."),
    ],
)  # fmt: skip
def test_what_is_no_flat_table_is_refused(text, words):
    assert words in refused(text)[0]


def test_a_table_of_headings_only_is_a_theory_that_is_still_empty():
    theory = read(HEAD, file="plans/falls 2026.csv")
    assert plain(theory) == {"title": "falls 2026"}
    assert plain(read(HEAD)) == {"title": "Untitled"}


def test_columns_of_other_tools_are_kept_and_others_told():
    text = "id,kind,parents,text,x-jira,Sprint\nA,aim,,a,FALL-1,3\nP,driver,A,b,,\n"
    with pytest.warns(dk.LossWarning, match="'Sprint' has no place"):
        theory = read(text)
    assert theory.node("A").extra == {"x-jira": "FALL-1"}
    assert dk.losses(theory, "csv") == ()
    again = dk.dumps(theory, format="csv")
    assert again == "id,kind,level,parents,text,x-jira\nA,aim,,,a,FALL-1\nP,driver,1,A,b,\n"


def test_levels_that_the_links_say_are_written_for_the_reader_and_not_taken_for_more():
    theory = dk.Theory(
        "a",
        aims=[dk.Aim("A", "a")],
        drivers=[
            dk.Driver("P", "p", contributes_to=["A"]),
            dk.Driver("S", "s", contributes_to=["P"]),
            dk.Driver("D", "d", contributes_to=["S"], level=5),
        ],
    )
    text = dk.dumps(theory, format="csv")
    assert [line.split(",")[2] for line in text.splitlines()] == ["level", "", "1", "2", "5"]
    assert dk.loads(text, format="csv") == theory


FORMULAS = [
    "=1+1",
    "+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "'=1",
    "''=1",
    " =1",
    "＝1",
    "\n@x",
    "' x",
    "'",
    "'tis",
    "a=b",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_run_is_written_with_an_apostrophe_and_read_without(text):
    theory = dk.Theory(text, aims=[dk.Aim("A", text, owner=text, tags=[text, "b"])])
    written = dk.dumps(theory, format="csv")
    cell = written.splitlines()[1].split(",")[4].strip('"')
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))
    assert dk.loads(written, format="csv") == theory
    # Nobody else writes the apostrophe, and the text is read all the same.
    if "\n" not in text and not text.startswith("'"):
        assert read(f"{HEAD}A,aim,,,{text}\n").aims[0].text == text


@given(text=any_text)
def test_the_apostrophe_is_undone_exactly_once(text):
    assert natural(neutral(text)) == text.replace("\r", "\n")


def test_a_file_for_excel_says_that_it_is_utf_8(tmp_path):
    path = tmp_path / "theory.csv"
    dk.save(dk.Theory("Café", aims=[dk.Aim("A", "Café")]), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert dk.load(path).title == "Café"
    assert not dk.dumps(dk.Theory("b", aims=[dk.Aim("A", "b")]), format="csv").startswith("\ufeff")


def test_a_text_longer_than_a_cell_is_not_cut(tmp_path):
    theory = dk.Theory("t", aims=[dk.Aim("A", "x" * 140_000)])
    with pytest.raises(dk.SaveError, match="A text of A is longer than the 131,072 characters"):
        dk.dump(theory, tmp_path / "t.csv", lossy=True)


@given(theory=theories(max_nodes=8, records=False))
def test_pandas_reads_the_same_cells(theory):
    import io

    pd = pytest.importorskip("pandas")
    frame = pd.read_csv(
        io.StringIO(dk.dumps(theory, format="csv", lossy=True)), dtype=str, keep_default_na=False
    )
    nodes = [*theory.aims, *theory.drivers, *theory.change_ideas]
    assert frame["id"].tolist() == [n.id for n in nodes]
    assert [natural(cell) for cell in frame["text"]] == [n.text for n in nodes]
