"""The workbook: what spreadsheets make of ours, what we make of theirs, and what is refused with its cell."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings

import driverkit as dk
from driverkit import examples
from driverkit.formats import format_of
from driverkit.formats.tables import SHEETS, sheets_of
from strategies import theories
from support.exactly import exactly

XLSX = format_of("xlsx")


def written(theory: dk.Theory) -> bytes:
    return XLSX.writes(theory)


def read(data: bytes, **limits: int) -> dk.Theory:
    return XLSX.reads(data, "t.xlsx", dk.Limits(**limits))


def faults(data: bytes, **limits: int) -> list[str]:
    with pytest.raises(dk.FormatError) as told:
        read(data, **limits)
    return [str(fault) for fault in told.value.faults]


def book(**sheets: list[list[object]]) -> bytes:
    """A workbook as another program writes it."""
    openpyxl = pytest.importorskip("openpyxl")
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with one thing in it another."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            text = source.read(info)
            if info.filename == part:
                assert old.encode() in text, text
                text = text.replace(old.encode(), new.encode())
            target.writestr(info, text)
    return stream.getvalue()


AWKWARD = dk.Theory(
    "=1+1",
    aims=[
        dk.Aim("1", "_x0041_ & <b> \"q\" '=x", baseline=4.0, target=0.1 + 0.2, by=dt.date(1899, 1, 1), owner="@me"),
        dk.Aim("1.0", " two\nlines ", baseline=-0.0, target=10**20, by=dt.date(2027, 6, 30), tags=["a; b", "-c"]),
        dk.Aim("TRUE", "1e5", baseline=1e22, target=5e-324, by=dt.date(1900, 2, 28), extra={"x-a": [1, 1.0, None, {}]}),
    ],
    measures=[dk.Measure("M", "007", strata=["ward"], data=[dk.Observation("2026-01-05", 4.0, suppressed=False)])],
)  # fmt: skip


def test_what_a_workbook_holds_it_gives_back_to_the_last_digit():
    for theory in (AWKWARD, *(examples.load(name) for name in examples.names())):
        assert exactly(read(written(theory))) == exactly(theory)


def test_the_same_theory_makes_the_same_bytes():
    assert written(AWKWARD) == written(AWKWARD)
    with zipfile.ZipFile(io.BytesIO(written(AWKWARD))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        everything = b"".join(map(archive.read, archive.namelist()))
    assert b"<f>" not in everything
    assert b"dcterms" not in everything


def test_openpyxl_and_pandas_read_the_same_cells():
    openpyxl = pytest.importorskip("openpyxl")
    pd = pytest.importorskip("pandas")
    for theory in (AWKWARD, examples.load(examples.names()[0])):
        data = written(theory)
        made = openpyxl.load_workbook(io.BytesIO(data))
        assert made.sheetnames == ["Read me", *SHEETS]
        for sheet in sheets_of(theory):
            theirs = made[sheet.name]
            assert theirs.freeze_panes == "A2"
            for number, row in enumerate([sheet.header, *sheet.rows], start=1):
                for column, value in enumerate(row, start=1):
                    cell = theirs.cell(number, column)
                    found = cell.value.date() if isinstance(cell.value, dt.datetime) else cell.value
                    if isinstance(value, str):
                        assert cell.data_type == "s"
                        assert openpyxl.utils.escape.unescape(found) == value
                        assert cell.quotePrefix is bool(re.match(r"[\s']*[=+\-@]", value)) or number == 1
                    elif isinstance(value, dt.date) and value < dt.date(1900, 3, 1):
                        assert found == value.isoformat()
                    elif isinstance(value, int) and abs(value) > 10**15:
                        assert found == str(value)
                    else:
                        assert found == value
        frame = pd.read_excel(io.BytesIO(data), sheet_name="aims", dtype={"id": str}, keep_default_na=False)
        assert frame["id"].tolist() == [aim.id for aim in theory.aims]


def test_columns_with_few_words_offer_them_and_text_columns_stay_text():
    openpyxl = pytest.importorskip("openpyxl")
    made = openpyxl.load_workbook(io.BytesIO(written(dk.Theory("t"))))
    offered = {
        f"{sheet.title}.{sheet.cell(1, next(iter(each.sqref.ranges)).min_col).value}": each.formula1
        for sheet in made
        for each in sheet.data_validations.dataValidation
    }
    for name, words in {
        "links.strength": "strong,moderate,weak",
        "measures.role": "outcome,process,balancing",
        "predictions.result": "confirmed,mixed,refuted",
        "cycles.decision": "adopt,adapt,expand,abandon",
        "cycles.as_planned": "true,false",
        "evidence.kind": "research,practice,data,expert",
        "drivers.status": "proposed,testing,adopted,abandoned",
        "recommendations.uptake": "taken-up,partly,not-taken-up,pending",
        "revisions.kind": "substantive,minor",
    }.items():
        assert offered[name] == f'"{words}"'
    formats = {
        cell.value: made["aims"].column_dimensions[cell.column_letter].number_format
        for cell in made["aims"][1]
    }
    assert (formats["id"], formats["by"], formats["target"]) == ("@", "yyyy\\-mm\\-dd", "General")


def test_what_people_type_into_sheets_is_enough():
    data = book(
        Aims=[["ID", "Text", "Target", "By"], [1, "Fewer falls", 2, dt.date(2027, 6, 30)]],
        drivers=[["id", "text", "contributes_to", "owner"], ["P1", 2026, 1, 4.5], [None, None], ["P2", "b", "1;P1", True]],
        Change_ideas=[["text", "contributes_to"], ["Ask", "P1; P2"]],
        notes=[["Sprint 3"]],
    )  # fmt: skip
    theory = read(data)
    assert theory.title == "Fewer falls"
    assert exactly(theory.aims[0].target) == exactly(2)
    assert theory.aims[0].by == dt.date(2027, 6, 30)
    assert [(d.id, d.text, d.owner) for d in theory.drivers] == [("P1", "2026", "4.5"), ("P2", "b", "TRUE")]
    assert [link.id for link in theory.links] == ["P1 -> 1", "P2 -> 1", "P2 -> P1", "C1 -> P1", "C1 -> P2"]
    assert [str(f) for f in theory.origin.lost] == [
        "t.xlsx:1:1: notes!A1: The sheet 'notes' is no part of a theory."
    ]
    assert str(theory.place("P2")) == "t.xlsx:4:1: drivers!A4"
    finding = next(f for f in dk.check(theory) if f.node == "P2")
    assert (finding.where.line, finding.where.cell) == (4, "drivers!A4")


def test_a_flat_table_on_the_first_sheet_is_read_too():
    rows = [
        ["id", "kind", "level", "parents", "text"],
        ["A", "aim", None, None, "a"],
        [2, "driver", 1, "A", "x"],
    ]
    theory = read(book(Tabelle1=rows))
    assert [link.id for link in theory.links] == ["2 -> A"]


def test_every_fault_names_its_sheet_and_cell():
    data = book(
        aims=[
            ["id", "text", "target", "by"],
            ["A", "a", "many", "soon"],
            [
                "A",
                "b",
                None,
                dt.datetime(2026, 1, 1, 10, 30),  # noqa: DTZ001 - a workbook knows no zones
            ],
        ],
        drivers=[["id", "text", "contributes_to"], ["P", None, "B"], ["Q", "q", "B"]],
    )
    assert faults(data) == [
        "t.xlsx:2:3: aims!C2: A number is wanted, such as 12 or 3.5, not 'many'.",
        "t.xlsx:2:4: aims!D2: 'soon' is no date. Write it as year-month-day, for example 2026-03-01.",
        "t.xlsx:3:1: aims!A3: The id 'A' is used twice: here and on aims!A2. Ids are unique in a theory; give one of the two another.",
        "t.xlsx:3:4: aims!D3: '2026-01-01T10:30:00' is no date. Write it as year-month-day, for example 2026-03-01.",
        "t.xlsx:2:1: drivers!A2: The key 'text' is missing here.",
        "t.xlsx:3:3: drivers!C3: 'Q' speaks of 'B', which is not defined.",
    ]  # fmt: skip


def test_a_formula_counts_by_its_stored_value_and_it_is_told():
    data = changed(
        written(dk.Theory("t", aims=[dk.Aim("A", "old")])),
        "xl/worksheets/sheet3.xml",
        '<c r="B2" s="2" t="inlineStr"><is><t xml:space="preserve">old</t></is></c>',
        '<c r="B2" t="str"><f>WEBSERVICE("http://x")</f><v>new</v></c>',
    )
    theory = read(data)
    assert theory.aims[0].text == "new"
    assert "aims!B2: Of the formula here its stored value is read: 'new'." in str(theory.origin.guessed[0])
    data = changed(
        data, "xl/worksheets/sheet3.xml", 't="str"><f>WEBSERVICE("http://x")</f><v>new</v>', "><f>1</f>"
    )
    assert "aims!B2: The formula here has no stored value." in faults(data)[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('t="inlineStr"><is><t xml:space="preserve">old</t></is>', 't="e"><v>#REF!</v>', "aims!B2: The cell holds the error '#REF!'."),
        ('t="inlineStr"><is><t xml:space="preserve">old</t></is>', 't="s"><v>7</v>', "aims!B2: The cell names a text, '7', that is not"),
        ('t="inlineStr"><is><t xml:space="preserve">old</t></is>', '><v>nan</v>', "aims!B2: 'nan' is no number."),
        ("old", "a_x0007_b", "aims!B2: U+0007 is a control"),
        ("old", "a_xD800_b", "aims!B2: U+D800 is half of a character"),
        ("</sheetData>", '</sheetData><mergeCells><mergeCell ref="B2:C2"/></mergeCells>', "aims!B2: The cells B2:C2 are merged"),
        ("</row></sheetData>", '<c r="B2"><v>1</v></c></row></sheetData>', "aims!B2: This cell is there twice"),
        ('r="B2"', 'r="B9"', "The sheet 'aims' has a cell 'B9' that is out of its place."),
        ('<row r="2">', '<row r="2000000">', "which no sheet has"),
        ("<sheetData>", "<sheetData><", "The part 'xl/worksheets/sheet3.xml' is not well-formed"),
        ("<worksheet", '<!DOCTYPE w [<!ENTITY a "b">]><worksheet', "has a DTD"),
        ('encoding="UTF-8"', 'encoding="x-none"', "sheet3.xml' cannot be read: unknown encoding: x-none."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_sheet_is_refused(old, new, words):
    data = changed(written(dk.Theory("t", aims=[dk.Aim("A", "old")])), "xl/worksheets/sheet3.xml", old, new)
    assert words in faults(data)[0]


def test_a_part_that_is_not_read_may_not_have_a_dtd_either():
    data = changed(written(dk.Theory("t")), "xl/styles.xml", "<styleSheet", "<!DOCTYPE s><styleSheet")
    assert "'xl/styles.xml' has a DTD" in faults(data)[0]


def test_what_is_no_workbook_is_refused(tmp_path):
    good = written(dk.Theory("t"))
    for data, words in (
        (b"", "This is no .xlsx workbook."),
        (b"id,kind\n", "This is no .xlsx workbook."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old .xls workbook, or one with a password."),
        (good[:-30], "The workbook is damaged"),
        (b"PK\x05\x06" + bytes(18), "This archive holds no workbook."),
        (book(Sheet=[["a", "b"], [1, 2]]), "Sheet!A1: No sheet here is a table of a theory."),
    ):
        assert words in faults(data)[0]
    for at in range(30, len(good), 97):
        broken = good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :]
        try:
            read(broken)
        except dk.FormatError as error:
            str(error)
    for suffix in (".xlsm", ".xls", ".xlsb", ".ods"):
        with pytest.raises(dk.FormatError, match="is not read"):
            dk.load(tmp_path / f"a{suffix}")


def test_the_limits_hold_before_and_while_it_is_unpacked():
    data = written(dk.Theory("t", aims=[dk.Aim(f"A{n}", "x" * 20_000) for n in range(200)]))
    assert "more than 20 times its packed size" in faults(data, ratio=20)[0]
    assert "the limit is 2,000,000" in faults(data, inflated=2_000_000, ratio=10_000)[0]
    assert "more cells than the limit of 100" in faults(data, cells=100, ratio=10_000)[0]
    assert (
        "aims!B2: A text of 20,000 characters is over the limit of 200."
        in faults(data, text=200, faults=5, ratio=10_000)[0]
    )


def test_a_text_that_no_cell_holds_is_refused_on_writing_and_nothing_is_cut(tmp_path):
    theory = dk.Theory("t", aims=[dk.Aim("A", "x" * 32_768)])
    with pytest.raises(dk.SaveError, match=r"32,768 characters \(aims!B2\) is longer than the 32,767"):
        dk.save(theory, tmp_path / "t.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_workbook_is_saved_over_only_where_nothing_in_it_is_lost(tmp_path):
    path = tmp_path / "t.xlsx"
    theory = dk.Theory("t", aims=[dk.Aim("A", "a")])
    dk.save(theory, path)
    theory = dk.load(path).add(dk.Driver("P", "p"))
    dk.save(theory, path)
    assert dk.load(path) == theory
    path.write_bytes(book(aims=[["id", "text"], ["A", "a"]], notes=[["mine"]]))
    theory = dk.Theory("t")
    with pytest.raises(dk.SaveError, match="has no place for"):
        dk.save(theory, path)


def test_days_before_march_1900_and_those_of_a_mac_are_the_days_they_show():
    data = book(
        aims=[["id", "text", "by"], ["A", "a", dt.date(1900, 1, 31)], ["B", "b", dt.date(2026, 2, 28)]]
    )
    assert [a.by for a in read(data).aims] == [dt.date(1900, 1, 31), dt.date(2026, 2, 28)]
    mac = changed(data, "xl/workbook.xml", "<workbookPr/>", '<workbookPr date1904="1"/>')
    assert read(mac).aims[1].by == dt.date(2030, 3, 1)


@pytest.mark.slow
@settings(max_examples=15)
@given(theory=theories(max_nodes=6))
def test_openpyxl_opens_what_we_write_of_any_theory(theory):
    openpyxl = pytest.importorskip("openpyxl")
    made = openpyxl.load_workbook(io.BytesIO(written(theory)), read_only=True)
    assert [row[0].value for row in made["aims"].iter_rows(min_row=2)] == [aim.id for aim in theory.aims]


@pytest.mark.slow
def test_libreoffice_opens_it_and_what_it_saves_is_the_same_theory(tmp_path):
    soffice = shutil.which("soffice")
    if soffice is None or not Path(soffice).resolve().with_name("libsclo.so").exists():
        pytest.skip("there is no LibreOffice Calc here")
    for name in examples.names():
        theory = examples.load(name)
        (tmp_path / "in").mkdir(exist_ok=True)
        path = tmp_path / "in" / f"{name}.xlsx"
        dk.save(theory, path)
        subprocess.run(
            [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
             "--outdir", str(tmp_path / "out"), str(path)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        again = dk.load(tmp_path / "out" / path.name)
        assert again == theory


def test_a_report_names_sheet_and_cell_and_in_a_folder_the_file(tmp_path):
    from driverkit.checks.report import report

    theory = dk.Theory("t", aims=[dk.Aim("A", "a")], drivers=[dk.Driver("P", "p", contributes_to=["A"])])
    for name, format, place in (("t.xlsx", "xlsx", "drivers!A2"), ("t", "csv-folder", "drivers.csv:2:1")):
        dk.save(theory, tmp_path / name, format=format)
        path = str(tmp_path / name)
        found = [(path, dk.check(dk.load(path)))]
        told = {line.split()[0] for line in report(found).splitlines()[1:-2] if line.strip()}
        assert place in told
        rows = [row for row in json.loads(report(found, format="json")) if row["node"] == "P"]
        assert (rows[0]["line"], rows[0]["column"], rows[0].get("cell")) == (
            2,
            1,
            place if format == "xlsx" else None,
        )
        assert rows[0]["file"] == (path if format == "xlsx" else f"{path}/drivers.csv")


def test_the_template_is_a_theory_that_explains_itself(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from driverkit.cli.new import new

    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.chdir(tmp_path)
    for call, name in ((["--xlsx"], "theory.xlsx"), (["--xlsx", "a.xlsx"], "a.xlsx"), (["b.xlsx"], "b.xlsx")):
        done = CliRunner().invoke(new, [*call, "--title", "Our plan"])
        assert done.exit_code == 0, done.output
        theory = dk.load(tmp_path / name)
        assert theory.title == "Our plan"
        assert not theory.origin.lost
        assert not theory.origin.guessed
    assert "one sheet a section" in openpyxl.load_workbook(tmp_path / "a.xlsx")["Read me"]["A1"].value
    with pytest.raises(dk.UsageError, match="is there already"):
        CliRunner().invoke(new, ["--xlsx"], catch_exceptions=False, standalone_mode=False)
    with pytest.raises(dk.UsageError, match=r"A workbook is called c\.xlsx, not c\.yaml"):
        CliRunner().invoke(new, ["--xlsx", "c.yaml"], catch_exceptions=False, standalone_mode=False)
