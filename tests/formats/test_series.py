"""The series of a measure, read from a CSV file: what is taken, what is refused, and what each refusal says."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import sys

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.formats.series import read_file, read_rows

JAN = dt.date(2026, 1, 1)


def refused(text: str, *strata: str, **more) -> list[str]:
    """Each fault as ``line:column: message``."""
    with pytest.raises(dk.SeriesError) as caught:
        read_rows(text, strata, file="m.csv", **more)
    return [str(fault).removeprefix("m.csv:") for fault in caught.value.faults]


def values(text: str, *strata: str) -> tuple[float | None, ...]:
    return read_rows(text, strata).values


# --- what is taken


def test_a_series_of_values_and_one_of_proportions():
    assert values("date,value\n2026-01-01,5\n2026-02-01,6.5\n") == (5, 6.5)
    rows = read_rows("date,numerator,denominator\n2026-01-01,3,20\n")
    assert (rows.dates, rows.numerators, rows.denominators, rows.values) == ((JAN,), (3,), (20,), (None,))


def test_every_column_of_the_contract_is_read_in_any_order():
    text = "phase,language,value,site,note,date,excluded\nbefore,other,5, Ward 5 ,snow,2026-01-01,a strike\n"
    rows = read_rows(text, ["language"])
    assert (rows.sites, rows.notes, rows.phases, rows.excluded) == (
        ("Ward 5",),
        ("snow",),
        ("before",),
        ("a strike",),
    )
    assert rows.strata == {"language": ("other",)}
    assert rows.rows == (2,)


def test_an_empty_cell_is_missing_and_0_is_0():
    assert values("date,value\n2026-01-01,\n2026-01-02,0\n2026-01-03, \n") == (None, 0, None)


@pytest.mark.parametrize("mark", ["*", "**", "<5", "< 5", "<=5", "suppressed", "Suppressed"])
def test_a_mark_says_that_a_value_is_hidden(mark):
    rows = read_rows(f"date,numerator,denominator\n2026-01-01,{mark},20\n2026-02-01,3,20\n")
    assert rows.suppressed == (True, False)
    assert rows.numerators == (None, 3)


@pytest.mark.parametrize(("word", "hidden"), [("true", True), ("YES", True), ("", False), ("no", False)])
def test_a_column_may_say_that_a_value_is_hidden(word, hidden):
    assert read_rows(f"date,value,suppressed\n2026-01-01,,{word}\n").suppressed == (hidden,)


def test_blank_rows_and_empty_columns_at_the_end_are_passed_over():
    text = "\n,,,\ndate,value,,\n2026-01-01,5,,\n,,,\n\n2026-02-01,6,,\n"
    assert read_rows(text).rows == (4, 7)


@pytest.mark.parametrize(
    "text",
    [
        "date;value\n2026-01-01;5\n",
        "sep=;\ndate;value\n2026-01-01;5\n",
        "date\tvalue\n2026-01-01\t5\n",
        " Date , VALUE\r\n2026-01-01,5\r\n",
        "date,value\r2026-01-01,5\r",
        'date,value,x-our-key\n2026-01-01,5,"1"',
    ],
)
def test_what_spreadsheets_write_is_read(text):
    assert values(text) == (5,)


def test_a_cell_may_hold_lines_commas_and_quotation_marks():
    text = 'date,value,note\n2026-01-01,1,"one,\r\n""two"""\n2026-01-02,2,5\'10" tall\n2026-01-03,x,\n'
    (told,) = refused(text)
    assert told.startswith("5:12: 'x' is no plain number.")
    rows = read_rows(text.replace(",x,", ",3,"))
    assert rows.notes == ('one,\n"two"', "5'10\" tall", None)
    assert rows.rows == (2, 4, 5)


def test_a_header_alone_is_an_empty_series():
    assert values("date,value\n") == ()


def test_a_stratum_without_a_column_is_noted():
    assert read_rows("date,value\n2026-01-01,5\n", ["language"]).without == ("language",)


def test_rows_stay_in_the_order_of_the_file():
    assert [d.month for d in read_rows("date,value\n2026-03-01,1\n2026-01-01,2\n").dates] == [3, 1]


# --- what is refused


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("12%", "Leave out the percent sign"),
        ('"1,234"', "Leave out the comma: 1234."),
        ("1 234", "Leave out the space: 1234."),
        ('"12,5"', "Write a decimal point: 12.5."),
        ("£12.50", "Leave out the currency"),
        ("١٢", "Write it with the digits 0 to 9."),
        ("3/4", "Use the columns numerator and denominator."),
        ("-", "Leave the cell empty where the value is missing"),
        ("n/a", "Leave the cell empty where the value is missing"),
        ("NaN", "Leave the cell empty where the value is missing"),
        ("#NAME?", "It is an error of a spreadsheet"),
        ("1_000", "Write digits"),
        ("0x10", "Write digits"),
        ("inf", "Write digits"),
        ("1e999", "too large"),
        ("9" * 500, "It has 500 characters; round it."),
        ("about 5", "Write digits"),
    ],
)
def test_a_number_that_is_written_in_another_way_is_refused_with_what_to_write(cell, hint):
    (told,) = refused(f"date,value\n2026-01-01,{cell}\n")
    assert told.startswith("2:12: ")
    assert hint in told


@pytest.mark.parametrize(
    "cell", ["01/02/2026", "2026-1-1", "2026-02-30", "24-01-01", "2026-01-01T00:00", "", "0024-01-01"]
)
def test_a_date_that_is_no_iso_date_is_refused(cell):
    (told,) = refused(f"date,value\n{cell},5\n")
    assert told.startswith("2:1: ")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("date,vlaue", "1:6: The column 'vlaue' is not known here. Did you mean 'value'?"),
        ("date,value,value", "1:12: The column 'value' is there twice."),
        ("value,site", "1:1: The column 'date' is missing"),
        ("date,site", "1:1: The column 'value' is missing"),
        ("date,numerator", "1:6: The column 'numerator' is there and 'denominator' is missing."),
        ("date,value,langauge", "Did you mean 'language'?"),
        ("date,value,zzz", "Name the columns that are groups in the measure's 'strata'"),
        ("2026-01-01,5", "1:1: The first line names the columns"),
    ],
)
def test_a_header_that_does_not_fit_is_refused_with_the_nearest_known_name(header, told):
    (found,) = refused(header + "\n", "language")
    assert told in found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1: The file is empty."),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "1:1: This is a web page, not CSV"),
        ("date,value\n2026-01-01,5,6\n", "2:14: The row has 3 cells, and the header has 2."),
        ("date,value,site\n2026-01-01,5\n", "2:12: The row has 2 cells, and the header has 3."),
        (
            'date,value,note\n2026-01-01,1,"a\n2026-01-02,2,b\n',
            "2:14: A quotation mark opens here and is not",
        ),
        ("date,value\n2026-01-01,5\x00\n", "2:13: U+0000"),
        ("date,value,suppressed\n2026-01-01,5,maybe\n", "2:14: true or false is wanted"),
        ('date,value,note\n2026-01-01,5,"\u200b"\n', "2:14: Nothing in the text"),
        ('date,value,note\n2026-01-01,1,"a"b\n', "2:1: This line cannot be read as CSV"),
        ("<<<<<<< mine\ndate,value\n=======\n>>>>>>> theirs\n", "1:1: git has left the marks"),
    ],
)
def test_what_is_no_table_is_refused_where_it_goes_wrong(text, told):
    assert told in refused(text)[0]


def test_every_fault_is_told_at_once_and_in_order():
    told = refused("date,value\n2026-13-01,12%\n2026-01-01,1,2\n,5\n")
    assert [one.split(": ")[0] for one in told] == ["2:1", "2:12", "3:14", "4:1"]


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (dk.Limits(faults=2), "more faults than the limit of 2"),
        (dk.Limits(values=3), "more cells than the limit of 3"),
        (dk.Limits(text=3), "the limit is 3"),
    ],
)
def test_what_is_over_a_limit_is_refused(limits, told):
    text = "date,value,note\n" + "2026-01-01,x,a long note\n" * 4
    assert any(told in one for one in refused(text, limits=limits))


# --- files


@pytest.fixture
def theory(tmp_path):
    def write(data: bytes | str, name: str = "m.csv", **more) -> dk.Theory:
        (tmp_path / "m.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
        file = tmp_path / "t.yaml"
        file.write_text(f"driverkit: 1\ntitle: t\nmeasures: [{{id: M, name: m, data: '{name}'}}]\n", "utf-8")
        return dk.load(file, **more)

    return write


def faults(theory: dk.Theory) -> str:
    with pytest.raises(dk.SeriesError) as caught:
        dk.series(theory, "M")
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults
    return str(caught.value)


def test_a_file_beside_the_theory_is_read(theory, tmp_path, monkeypatch):
    found = theory(b"\xef\xbb\xbfdate,value\n2026-01-01,5\n")
    monkeypatch.chdir("/")
    assert dk.series(found, "M").values == (5,)
    assert dk.series(found, "M").file == "m.csv"


def test_other_encodings_are_refused_with_what_to_do(theory):
    assert "It looks like Windows-1252. Save it as UTF-8." in faults(
        theory(b"date,value,note\n2026-01-01,5,caf\xe9\n")
    )
    assert "The file is UTF-16. Save it as UTF-8." in faults(theory("date,value\n".encode("utf-16")))
    assert "It does not look like text." in faults(theory(b"PK\x03\x04\xff\xfe\x00"))


def test_the_limits_of_the_theory_hold_for_its_series(theory):
    text = "date,value\n" + "2026-01-01,5\n" * 100_000
    assert "the limit is 1,000,000" in faults(theory(text, limits=dk.Limits.web()))
    assert len(dk.series(theory(text), "M")) == 100_000


def test_the_limits_are_kept_when_a_theory_is_changed_or_saved(theory, tmp_path):
    found = theory("date,value\n2026-01-01,5\n", limits=dk.Limits.web())
    assert found.add(dk.Aim("A", "a")).origin.limits == dk.Limits.web()
    dk.save(found, tmp_path / "t.yaml")
    assert found.origin.limits == dk.Limits.web()


def test_what_is_not_there_is_told_by_its_name(theory):
    assert faults(theory("", "other.csv")).startswith(
        "other.csv:1:1: There is no such file beside the theory file."
    )


def test_a_folder_is_no_series(theory, tmp_path):
    (tmp_path / "data").mkdir()
    assert "This is a folder" in faults(theory("", "data"))


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_no_link_leads_out_of_the_folder(theory, tmp_path_factory, tmp_path):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    secret.write_text("date,value\n2026-01-01,5\n", "utf-8")
    (tmp_path / "link.csv").symlink_to(secret)
    (tmp_path / "folder").symlink_to(secret.parent)
    assert "leads out of the folder" in faults(theory("", "link.csv"))
    assert "leads out of the folder" in faults(theory("", "folder/secret.csv"))
    assert "leads out of the folder" in faults(theory("", "./link.csv"))
    (tmp_path / "inside.csv").symlink_to(tmp_path / "m.csv")
    assert dk.series(theory("date,value\n2026-01-01,7\n", "inside.csv"), "M").values == (7,)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_never_waited_for(theory, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "This is no plain file." in faults(theory("", "pipe.csv"))


def test_a_theory_that_was_never_in_a_file_has_no_place_to_look():
    found = dk.loads("driverkit: 1\ntitle: t\nmeasures: [{id: M, name: m, data: m.csv}]\n")
    with pytest.raises(dk.SeriesError, match="was not read from a file"):
        dk.series(found, "M")


def test_a_name_with_other_slashes_is_the_same_file(theory, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "m.csv").write_text("date,value\n2026-01-01,5\n", "utf-8")
    assert read_file(str(tmp_path), "data\\m.csv").values == (5,)


# --- any bytes


@given(st.text(alphabet=st.sampled_from('date,value;\n\r"2026-01-0.5*%<>x \u00e9\u200b\x00'), max_size=200))
def test_any_text_is_a_series_or_is_refused_with_places(text):
    faults, rows = (), None
    try:
        rows = read_rows("date,value,site\n" + text, file="m.csv")
    except dk.SeriesError as error:
        faults = error.faults
    assert (rows is None) == bool(faults)
    assert all(fault.line and fault.column and fault.message.endswith(".") for fault in faults)
    if rows is not None:
        columns = ("dates", "values", "sites", "suppressed", "rows")
        assert len({len(getattr(rows, name)) for name in columns}) == 1


@given(
    st.lists(
        st.tuples(
            st.dates(min_value=dt.date(1000, 1, 1)),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.sampled_from(["", "Ward 5", 'a "b", c', "x\ny"]),
        ),
        max_size=20,
    )
)
def test_what_a_spreadsheet_wrote_comes_back_to_the_digit(rows):
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream).writerows(
        [("date", "value", "site"), *((d, "" if v is None else repr(v), s) for d, v, s in rows)]
    )
    found = read_rows(stream.getvalue())
    assert list(zip(found.dates, found.values, found.sites, strict=True)) == [
        (d, v, s or None) for d, v, s in rows
    ]


def test_rows_in_the_theory_file_are_read_as_from_a_csv():
    text = (
        "driverkit: 1\ntitle: t\nmeasures:\n  - id: M\n    name: m\n    strata: [language]\n    data:\n"
        "      - {date: 2026-01-01, suppressed: true, language: other}\n"
        "      - {date: 2026-02-01, value: 5, excluded: a strike, language: English}\n"
    )
    theory = dk.loads(text)
    found = dk.series(theory, "M")
    assert found.suppressed == (True, False)
    assert found.excluded == (None, "a strike")
    assert found.strata == {"language": ("other", "English")}
    assert dk.loads(dk.dumps(theory)) == theory == dk.loads(dk.dumps(theory, format="json"), format="json")
    with pytest.raises(dk.FormatError, match="true or false is wanted"):
        dk.loads(text.replace("suppressed: true", "suppressed: maybe"))
    assert attrs.fields_dict(dk.Observation)["suppressed"].default is None
