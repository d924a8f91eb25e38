"""Somebody's spreadsheet becomes cycles and points: what is guessed, what is asked, what is refused and where."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.analysis.log_cells import (
    DATE_FORMATS,
    CellRules,
    date_hints,
    log_date,
    log_number,
    number_hints,
)
from driverkit.analysis.log_headings import CYCLE_FIELDS, CYCLE_HEADINGS, SERIES_FIELDS, SERIES_HEADINGS
from driverkit.model.values import Refused

THEORY = """driverkit: 1
title: Fewer falls   # ours
aims: [{id: A1, text: Halve falls, measure: M1}]
drivers: [{id: P1, text: Risk is known}]
change_ideas:
  - {id: C1, text: Ask three questions at admission, contributes_to: [P1]}
  - {id: C2, text: A yellow sign at the bed, contributes_to: [P1]}
measures:
  - {id: M1, name: Falls per week, strata: [shift], unit: '%'}
  - {id: M2, name: Asked}
cycles:
  - {id: T1, change: C1, do: {date: 2026-01-05}, predictions: [{prediction: two minutes}]}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text(THEORY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def theory(folder):
    return dk.load("t.yaml")


def log(folder, *lines, name="log.csv", encoding="utf-8"):
    (folder / name).write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return name


def told(refused):
    return [str(fault) for fault in refused.value.faults]


# -- the guess


def test_headings_that_people_use_are_guessed_whatever_their_capitals_blanks_and_signs(folder, theory):
    headings = "CYCLE #,start_date,Change  Tested,Prediction,What happened?,Result,Decision,Next-steps,Lunch"
    file = log(folder, headings, "1,13/01/2026,C1,2 minutes,noise,5 minutes,adapt,ask again,soup")
    guess = dk.guess_columns(theory, file, "cycles")
    assert guess.map == {
        "number": "CYCLE #",
        "do_date": "start_date",
        "change": "Change  Tested",
        "prediction": "Prediction",
        "observed": "What happened?",
        "found": "Result",
        "decision": "Decision",
        "next": "Next-steps",
    }
    assert guess.options == {"date_format": ("dmy",)}
    assert "no field has a heading like this  soup" in str(guess)


def test_what_stands_in_the_cells_decides_where_a_heading_fits_two_fields(folder, theory):
    file = log(folder, "PDSA #,Change,Result,Act", "T7,C1,confirmed,try at night")
    assert dk.guess_columns(theory, file, "cycles").map == {
        "id": "PDSA #",
        "change": "Change",
        "result": "Result",
        "next": "Act",
    }


def test_a_heading_that_only_resembles_says_how_much(folder, theory):
    file = log(folder, "Change,Predicton", "C1,two")
    (_, column) = dk.guess_columns(theory, file, "cycles").columns
    assert column.field == "prediction"
    assert 0.75 <= column.score < 1
    assert "resembles 'prediction'" in column.because


def test_no_two_columns_get_one_field(folder, theory):
    file = log(folder, "Date,Test date,Change", "2026-01-01,2026-01-02,C1")
    first, second, _ = dk.guess_columns(theory, file, "cycles").columns
    assert (first.field, second.field) == ("do_date", None)
    assert "another column already" in second.because


def test_every_known_heading_belongs_to_a_field_there_is():
    assert set(CYCLE_HEADINGS) == set(CYCLE_FIELDS)
    assert set(SERIES_HEADINGS) == set(SERIES_FIELDS)


def test_the_name_of_the_measure_is_a_heading_of_its_values(folder, theory):
    file = log(folder, "Week;Falls per week;shift", "05.01.2026;3,5;night", "19.01.2026;12,25;day")
    guess = dk.guess_columns(theory, file, "series", measure="M1")
    assert guess.map == {"date": "Week", "value": "Falls per week", "shift": "shift"}
    assert guess.options == {"date_format": ("dmy",), "decimal_comma": True}
    assert "semicolons" in guess.told


# -- dates


@pytest.mark.parametrize(
    ("cell", "formats", "day"),
    [
        ("2026-01-13", (), "2026-01-13"),
        ("2026/1/3", (), "2026-01-03"),
        ("2026-01-13 00:00:00", (), "2026-01-13"),
        ("13 Jan 2026", (), "2026-01-13"),
        ("Jan 13th, 2026", (), "2026-01-13"),
        ("Tuesday, 13 January 2026", (), "2026-01-13"),
        ("03/02/2026", ("dmy",), "2026-02-03"),
        ("03/02/2026", ("mdy",), "2026-03-02"),
        ("3. 2. 2026", ("dmy",), "2026-02-03"),
        ("46035", ("excel",), "2026-01-13"),
        ("44573", ("excel-1904",), "2026-01-13"),
        ("Jan 2026", ("month",), "2026-01-01"),
        ("01/2026", ("month",), "2026-01-01"),
        ("2026-01-13 14:30", ("no-time",), "2026-01-13"),
    ],
)
def test_a_date_is_read_as_it_was_said_to_be_meant(cell, formats, day):
    assert log_date(cell, CellRules(date_format=formats)) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("cell", "formats", "said"),
    [
        ("03/02/2026", (), "--date-format dmy or --date-format mdy"),
        ("13/01/2026", ("mdy",), "no day of the calendar as mdy"),
        ("13/01/26", ("dmy",), "two digits"),
        ("13-Jan-26", (), "two digits"),
        ("46035", (), "2026-01-13. If it is one, say --date-format excel"),
        ("Jan 2026", (), "--date-format month"),
        ("2026-01-13 14:30", (), "--date-format no-time"),
        ("2026-02-30", (), "no day of the calendar"),
        ("soon", (), "no date"),
        ("1 Foo 2026", (), "no date"),
    ],
)
def test_a_date_that_may_be_several_is_asked_about(cell, formats, said):
    with pytest.raises(Refused, match=said.replace(".", r"\.")):
        log_date(cell, CellRules(date_format=formats))


@given(st.dates(dt.date(1955, 1, 1), dt.date(2119, 1, 1)))
def test_one_day_is_read_the_same_however_it_is_written(day):
    serial = (day - dt.date(1899, 12, 30)).days
    ways = {
        "dmy": f"{day.day}/{day.month}/{day.year}",
        "mdy": f"{day.month}-{day.day}-{day.year}",
        "excel": str(serial),
    }
    for name, cell in ways.items():
        assert log_date(cell, CellRules(date_format=name)) == day


@given(st.text(max_size=40), st.sampled_from(sorted(DATE_FORMATS)))
def test_no_text_breaks_the_readers_of_dates_and_numbers(text, name):
    for how, rules in ((log_date, CellRules(date_format=name)), (log_number, CellRules(thousands=True))):
        with suppress(Refused):
            how(text, rules)
    date_hints([text])
    number_hints([text])


def test_days_that_fit_only_one_order_tell_which_and_the_others_are_asked_about():
    assert date_hints(["03/02/2026", "01/13/2026"]) == (("mdy",), [])
    assert date_hints(["03/02/2026"])[0] == ()
    assert "others" in date_hints(["13/01/2026", "01/13/2026"])[1][0]


def test_contradicting_formats_are_refused():
    with pytest.raises(dk.UsageError, match="contradict"):
        dk.CellRules(date_format=("dmy", "mdy"))
    with pytest.raises(dk.UsageError, match="Did you mean 'dmy'"):
        dk.CellRules(date_format="dmyy")


# -- numbers


@pytest.mark.parametrize(
    ("cell", "rules", "number"),
    [
        ("3.5", {}, 3.5),
        ("-2", {}, -2),
        ("\u22122", {}, -2),
        ("3,5", {"decimal_comma": True}, 3.5),
        ("1,234", {"thousands": True}, 1234),
        ("1,234", {"decimal_comma": True}, 1.234),
        ("1.234,5", {"decimal_comma": True, "thousands": True}, 1234.5),
        ("1 234 567", {"thousands": True}, 1234567),
        ("1'234.5", {"thousands": True}, 1234.5),
        ("12 %", {"percent": "keep"}, 12),
        ("12%", {"percent": "fraction"}, 0.12),
    ],
)
def test_a_number_is_read_as_it_was_said_to_be_meant(cell, rules, number):
    assert log_number(cell, CellRules(**rules)) == pytest.approx(number)


@pytest.mark.parametrize(
    ("cell", "rules", "said"),
    [
        ("3,5", {}, "--decimal-comma"),
        ("1,234", {}, "may be 1234 or 1.234"),
        ("1.234,5", {}, "--decimal-comma --thousands"),
        ("1 234", {}, "--thousands"),
        ("3.5", {"decimal_comma": True}, "has a point"),
        ("12%", {}, "--percent keep"),
        ("n/a", {}, "is no number"),
        ("1e999", {}, "too large"),
    ],
)
def test_a_number_that_may_be_several_is_asked_about(cell, rules, said):
    with pytest.raises(Refused, match=said):
        log_number(cell, CellRules(**rules))


# -- cycles


def test_rows_become_cycles_and_a_second_import_adds_nothing(folder, theory):
    file = log(
        folder,
        "number,change,do_date,prediction,found,decision",
        "1,ask three questions at  ADMISSION,2026-01-13,2 minutes,5 minutes,Adapt",
        "2,C1,2026-01-20,2 minutes,2 minutes,expand",
        "1,C2,2026-01-20,nobody minds,,",
    )
    imported = dk.import_cycles(theory, file)
    assert imported.added == ("C1-T1", "C1-T2", "C2-T1")
    assert imported.theory.node("C1-T1").act.decision == "adapt"
    assert imported.theory.node("C1-T1").predictions[0].found == "5 minutes"
    assert "'ask three questions at  ADMISSION' is C1 (once)." in imported.notes
    imported.save("t.yaml")
    again = dk.import_cycles(dk.load("t.yaml"), file)
    assert (again.added, again.same) == ((), 3)
    assert "# ours" in (folder / "t.yaml").read_text()


def test_without_ids_and_numbers_an_id_is_made_of_what_was_planned(folder, theory):
    first = dk.import_cycles(theory, log(folder, "change,do_date,prediction", "C1,2026-01-13,two"))
    later = log(folder, "change,do_date,prediction,found", "C1,2026-01-13,two,five")
    second = dk.import_cycles(first.theory, later)
    assert (second.added, second.completed) == ((), first.added)
    assert second.theory.node(first.added[0]).predictions[0].found == "five"


def test_what_the_theory_says_stays_unless_it_is_asked_for(folder, theory):
    file = log(folder, "id,change,do_date,learned", "T1,C1,2026-01-06,it is too long")
    imported = dk.import_cycles(theory, file)
    assert imported.theory.node("T1").do.date == dt.date(2026, 1, 5)
    assert imported.theory.node("T1").study.learned == "it is too long"
    assert imported.kept == (
        "T1 says something else in the theory: do_date ('2026-01-05', in the log '2026-01-06').",
    )
    replaced = dk.import_cycles(theory, file, replace=True)
    assert (replaced.replaced, replaced.kept) == (("T1",), ())
    assert replaced.theory.node("T1").do.date == dt.date(2026, 1, 6)
    assert replaced.theory.node("T1").predictions[0].prediction == "two minutes"


def test_every_cell_that_cannot_be_read_is_told_at_once_with_its_place(folder, theory):
    file = log(
        folder,
        "id,change,do_date,found,decision",
        "T2,Yellow sign at bed,03/02/2026,#DIV/0!,Adopted",
        "T2,C1,2026-01-01,,",
        ",C1,,x,",
        "P1,C1,,,",
    )
    with pytest.raises(dk.FormatError) as refused:
        dk.import_cycles(theory, file)
    lines = told(refused)
    places = [line.split(": ")[0] for line in lines]
    assert places == [
        *("log.csv:2:4", "log.csv:2:23", "log.csv:2:34", "log.csv:2:42"),
        *("log.csv:3:1", "log.csv:4:1", "log.csv:5:1"),
    ]
    assert "C2 'A yellow sign at the bed' (0." in lines[0]
    assert "--read-as 'Yellow sign at bed=C2'" in lines[0]
    assert "error of a spreadsheet" in lines[2]
    assert "--read-as Adopted=adopt" in lines[3]


def test_near_words_are_taken_only_when_somebody_says_so(folder, theory):
    file = log(folder, "number,change,decision", "1,yellow sign,Adopted")
    rules = dk.CellRules(read_as={"Yellow Sign": "C2", "adopted": "adopt"})
    cycle = dk.import_cycles(theory, file, rules=rules).theory.node("C2-T1")
    assert cycle.act.decision == "adopt"


def test_a_column_may_be_kept_for_other_tools_and_what_is_left_out_is_told(folder, theory):
    file = log(folder, "number,Idea,Lead,Cost", "1,C1,Ann,5", "2,C1,,")
    imported = dk.import_cycles(theory, file, map={"number": "number", "change": "Idea", "x-cost": "#4"})
    assert imported.theory.node("C1-T1").extra["x-cost"] == "5"
    assert imported.notes == ("Columns that were not read, with their cells that say something: 'Lead' (1).",)


def test_all_rows_may_test_one_idea(folder, theory):
    imported = dk.import_cycles(
        theory, log(folder, "number,scale", '1,"1,200"'), change="C2", rules=dk.CellRules(thousands=True)
    )
    assert imported.theory.node("C2-T1").scale == 1200


def test_what_keeps_rows_from_being_a_theory_is_told_at_the_row(folder, theory):
    file = log(folder, "id,change,follows", "T2,C1,T9", "T3,C1,T4", "T4,C1,T3")
    with pytest.raises(dk.FormatError) as refused:
        dk.import_cycles(theory, file)
    assert any(line.startswith("log.csv:2:7: follows: 'T2' speaks of 'T9'") for line in told(refused))


def test_a_guess_is_not_used_before_somebody_has_seen_it(folder, theory):
    with pytest.raises(dk.UsageError, match="guess_columns"):
        dk.import_cycles(theory, log(folder, "Cycle #,change", "1,C1"))


@pytest.mark.parametrize(
    ("map", "said"),
    [
        ({"chnge": "a"}, "Did you mean 'change'"),
        ({"change": "A column"}, "no column 'A column'"),
        ({"change": "b"}, "2 columns 'b'. Say which: #2 or #3"),
        ({"change": "a", "team": "#1"}, "cannot be both change and team"),
        ({"team": "a"}, "Which change idea"),
    ],
)
def test_a_mapping_that_does_not_fit_is_told(folder, theory, map, said):
    with pytest.raises(dk.UsageError, match=said):
        dk.import_cycles(theory, log(folder, "a,b,b", "1,2,3"), map=map)


# -- the file


def test_windows_files_are_read_when_their_encoding_is_named(folder, theory):
    file = log(folder, "number;change;observed", "1;C1;caf\u00e9", encoding="cp1252")
    with pytest.raises(dk.FormatError, match="--encoding cp1252"):
        dk.import_cycles(theory, file)
    imported = dk.import_cycles(theory, file, encoding="cp1252")
    assert imported.theory.node("C1-T1").do.observed == "caf\u00e9"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_a_heading(folder, theory, encoding):
    file = log(folder, "number\tchange", "1\tC1", encoding=encoding)
    option = None if encoding == "utf-8-sig" else "utf-16"
    assert dk.import_cycles(theory, file, encoding=option).added == ("C1-T1",)


def test_a_title_above_the_headings_is_passed_over_when_the_row_is_named(folder, theory):
    file = log(folder, "PDSA log of ward 6", "", "number,change", "1,C9")
    with pytest.raises(dk.FormatError) as refused:
        dk.import_cycles(theory, file, heading_row=3)
    assert told(refused)[0].startswith("log.csv:4:3: change: No change idea")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"encoding": "cp12520"}, "no encoding"),
        ({"encoding": "zip"}, "no encoding"),
        ({"sheet": "PDSA"}, "no workbook"),
        ({"heading_row": 0}, "counted from 1"),
    ],
)
def test_an_option_that_does_not_fit_the_file_is_told(folder, theory, options, said):
    with pytest.raises(dk.UsageError, match=said):
        dk.import_cycles(theory, log(folder, "number,change", "1,C1"), **options)


def test_a_file_that_is_not_there_is_told(theory):
    with pytest.raises(dk.FormatError, match="no such file"):
        dk.import_cycles(theory, "nowhere.csv")


# -- points


def test_points_go_into_a_file_beside_the_theory_and_are_not_doubled(folder, theory):
    file = log(
        folder, "date,value,site,shift,note", "2026-01-05,4,Ward 6,night,- flu", "2026-01-12,<5,Ward 6,night,"
    )
    imported = dk.import_series(theory, file, measure="M1")
    assert imported.added == ("M1 2026-01-05 (Ward 6, night)", "M1 2026-01-12 (Ward 6, night)")
    imported.save("t.yaml")
    saved = dk.load("t.yaml")
    assert saved.node("M1").data == "series-M1.csv"
    frame = dk.series_frame(saved, "M1")
    assert frame["value"].tolist()[0] == 4
    assert frame["note"].tolist()[0] == "- flu"
    assert frame["suppressed"].tolist() == [False, True]
    again = dk.import_series(saved, file, measure="M1")
    assert (again.same, again.files) == (2, ())


def test_a_file_of_points_gets_lines_at_its_end_and_keeps_the_others_as_they_are(folder):
    (folder / "t.yaml").write_text(THEORY.replace("unit: '%'", "data: m.csv"))
    before = 'date;value;shift;x-who\r\n2026-01-05;"4";night;Ann\r\n'
    (folder / "m.csv").write_bytes(b"\xef\xbb\xbf" + before.encode())
    theory = dk.load("t.yaml")
    new = log(folder, "date,value,shift", "2026-01-05,5,night", "2026-01-12,6,night")
    imported = dk.import_series(theory, new, measure="M1")
    assert imported.kept == ("M1 2026-01-05 (night) says something else there: value 4.0, in the log 5.0.",)
    imported.save("t.yaml")
    assert (folder / "m.csv").read_bytes() == b"\xef\xbb\xbf" + (before + "2026-01-12;6;night;\r\n").encode()
    dk.import_series(theory, new, measure="M1", replace=True).save("t.yaml")
    assert (folder / "m.csv").read_bytes().decode("utf-8-sig").splitlines() == [
        "date;value;shift;x-who",
        "2026-01-05;5;night;Ann",
        "2026-01-12;6;night;",
    ]
    wider = log(folder, "date,value,shift,note", "2026-01-19,7,night,flu")
    dk.import_series(theory, wider, measure="M1").save("t.yaml")
    assert (folder / "m.csv").read_bytes().decode("utf-8-sig").splitlines()[-1] == "2026-01-19;7;night;;flu"


def test_points_may_go_into_the_theory_itself(folder, theory):
    file = log(folder, "date,numerator,denominator,x-who", "2026-01-05,1,4,Ann")
    imported = dk.import_series(theory, file, measure="M2", inline=True)
    (point,) = imported.theory.node("M2").data
    assert (point.numerator, point.denominator, point.extra["x-who"]) == (1, 4, "Ann")
    changed = log(folder, "date,value", "2026-01-05,3", "2026-01-12,5")
    more = dk.import_series(imported.theory, changed, measure="M2", replace=True)
    assert [(p.value, p.numerator) for p in more.theory.node("M2").data] == [(3, None), (5, None)]


def test_several_measures_may_stand_in_one_table(folder, theory):
    file = log(folder, "measure,date,value", "falls per WEEK,2026-01-05,4", "M2,2026-01-05,9")
    imported = dk.import_series(theory, file)
    assert sorted(one.name for one in imported.files) == ["series-M1.csv", "series-M2.csv"]


def test_points_that_contradict_each_other_are_told(folder, theory):
    file = log(folder, "date,value,shift", "2026-01-05,4,night", "2026-01-05,5,night", "2026-01-05,4,night")
    with pytest.raises(dk.FormatError) as refused:
        dk.import_series(theory, file, measure="M1")
    assert [line.split(": ")[0] for line in told(refused)] == ["log.csv:3:1"]


def test_a_file_that_lies_there_and_is_nobodys_is_not_written_over(folder, theory):
    (folder / "series-M2.csv").write_text("mine")
    with pytest.raises(dk.UsageError, match="already"):
        dk.import_series(theory, log(folder, "date,value", "2026-01-05,4"), measure="M2")


def test_a_file_that_somebody_changed_meanwhile_is_not_written_over(folder):
    (folder / "t.yaml").write_text(THEORY.replace("unit: '%'", "data: m.csv"))
    (folder / "m.csv").write_text("date,value\n2026-01-05,4\n")
    imported = dk.import_series(dk.load("t.yaml"), log(folder, "date,value", "2026-01-12,6"), measure="M1")
    (folder / "m.csv").write_text("date,value\n2026-01-05,4\n2026-01-06,1\n")
    with pytest.raises(dk.FileChanged):
        imported.save("t.yaml")
    assert (folder / "m.csv").read_text().endswith("2026-01-06,1\n")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("value\n4\n", {"measure": "M1"}, "Which column is the date"),
        ("date\n2026-01-01\n", {"measure": "M1"}, "Which column is the number"),
        ("date,numerator\n2026-01-01,1\n", {"measure": "M1"}, "only the numerator"),
        ("date,value\n2026-01-01,1\n", {}, "Which measure"),
        ("date,value\n2026-01-01,1\n", {"measure": "A1"}, "is no measure"),
    ],
)
def test_what_a_table_of_points_lacks_is_asked_for(folder, theory, text, options, said):
    (folder / "log.csv").write_text(text)
    with pytest.raises(dk.UsageError, match=said):
        dk.import_series(theory, "log.csv", **options)


# -- workbooks


@pytest.fixture
def book(folder):
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "PDSAs"
    for row in (
        ["PDSA log of ward 6"],
        [],
        ["Cycle #", "Start date", "Change tested", "Result", "Cost"],
        [1, dt.date(2026, 1, 13), "C1", 5, "#REF!"],
        [2, dt.datetime.fromisoformat("2026-01-14T09:30"), "C1", "#DIV/0!", None, "stray"],
    ):
        sheet.append(row)
    sheet["E4"].data_type = sheet["D5"].data_type = "e"
    other = workbook.create_sheet("Other")
    other.append(["x"])
    other.append(["#REF!"])
    other["A2"].data_type = "e"
    workbook.save(folder / "log.xlsx")
    return "log.xlsx"


MAP = {"number": "Cycle #", "do_date": "Start date", "change": "Change tested", "found": "Result"}


def test_of_a_workbook_one_sheet_is_read_and_each_cell_that_is_wrong_is_named(theory, book):
    with pytest.raises(dk.UsageError, match=r"2 sheets\. Say which, with --sheet: 'PDSAs', 'Other'"):
        dk.guess_columns(theory, book, "cycles")
    with pytest.raises(dk.UsageError, match="Did you mean 'PDSAs'"):
        dk.guess_columns(theory, book, "cycles", sheet="PDSA")
    guess = dk.guess_columns(theory, book, "cycles", sheet="pdsas", heading_row=3)
    assert guess.map == MAP
    assert guess.options == {"date_format": ("no-time",)}
    with pytest.raises(dk.FormatError) as refused:
        dk.import_cycles(theory, book, map=MAP, sheet="PDSAs", heading_row=3)
    assert [line.split(": ")[:3] for line in told(refused)] == [
        ["log.xlsx:5:2", "PDSAs!B5", "Start date"],
        ["log.xlsx:5:4", "PDSAs!D5", "Result"],
    ]


def test_what_is_wrong_in_a_column_that_nobody_reads_stops_nothing_and_stray_cells_are_told(theory, book):
    map = {name: column for name, column in MAP.items() if name != "found"}
    rules = dk.CellRules(date_format="no-time")
    imported = dk.import_cycles(theory, book, map=map, sheet="PDSAs", heading_row=3, rules=rules)
    assert [imported.theory.node(id).do.date.day for id in imported.added] == [13, 14]
    assert any("PDSAs!F5" in note and "outside the table" in note for note in imported.notes)


@pytest.mark.parametrize("name", ["log.xlsx", "log.csv"])
def test_what_only_calls_itself_a_workbook_is_told(folder, theory, name):
    (folder / name).write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(dk.FormatError, match="workbook"):
        dk.import_cycles(theory, name)
