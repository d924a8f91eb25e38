"""From tables of any library to a theory: what is taken, what is refused, and where the fault is."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.analysis.frames import COLUMNS
from driverkit.analysis.from_frames import REQUIRED, TABLES

START = dk.Theory(
    "Fewer falls",
    aims=[dk.Aim("A1", "Halve falls")],
    drivers=[dk.Driver("P1", "Risk is known")],
    change_ideas=[dk.ChangeIdea("C1", "Ask at admission", contributes_to=["P1"])],
    cycles=[dk.PdsaCycle("T1", "C1", predictions=[{"question": "how long"}])],
    measures=[dk.Measure("M1", "Falls", strata=["shift"])],
)

LOG = {
    "id": ["T2", "T3"],
    "change": ["C1", "C1"],
    "follows": ["T1", "T2"],
    "scale": [3, None],
    "plan_date": ["2026-01-08", None],
    "do_date": [dt.date(2026, 1, 12), None],
    "as_planned": ["yes", ""],
    "learned": ["  too long ", None],
    "decision": ["Adapt", None],
    "question": ["how long", None],
    "prediction": ["a minute", None],
    "result": ["refuted", None],
    "x_sheet": ["March", None],
}


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_a_log_of_any_library_becomes_evidence(library):
    theory = dk.from_frames(START, cycles=library(LOG))
    assert [cycle.id for cycle in theory.cycles] == ["T1", "T2", "T3"]
    first = theory.node("T2")
    assert first.scale == 3
    assert first.plan.date == dt.date(2026, 1, 8)
    assert first.do == dk.Do("2026-01-12", as_planned=True)
    assert first.study.learned == "  too long "
    assert first.act.decision == "adapt"
    assert first.predictions == (dk.Prediction("how long", "a minute", result="refuted"),)
    assert dict(first.extra) == {"x-sheet": "March"}
    assert theory.node("T3") == dk.PdsaCycle("T3", "C1", follows="T2")
    assert START.cycles == theory.cycles[:1]


def test_predictions_find_their_cycle_new_or_old():
    asked = pd.DataFrame({"cycle": ["T1", "T2", "T1"], "question": ["a", "b", "c"], "result": ["mixed"] * 3})
    theory = dk.from_frames(START, cycles=pd.DataFrame({"id": ["T2"], "change": ["C1"]}), predictions=asked)
    assert [p.question for p in theory.node("T1").predictions] == ["how long", "a", "c"]
    assert [p.question for p in theory.node("T2").predictions] == ["b"]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (np.int64(7), "7"),
        (np.float64(7), "7"),
        (decimal.Decimal("7.50"), "7.5"),
        ("one\r\ntwo", "one\ntwo"),
        (None, None),
        (float("nan"), None),
        (pd.NA, None),
        (pd.NaT, None),
        ("", None),
        (" \t", None),
    ],
)
def test_a_cell_of_words_is_read_as_spreadsheets_write_it(cell, kept):
    frame = pd.DataFrame({"id": ["E1"], "about": ["P1"], "text": pd.Series([cell], dtype=object)})
    assert dk.from_frames(START, evidence=frame).node("E1").text == kept


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-08",
        " 2026-01-08 ",
        "2026-01-08 00:00:00",
        "2026-01-08T00:00:00Z",
        dt.date(2026, 1, 8),
        dt.datetime(2026, 1, 8),  # noqa: DTZ001 - spreadsheets know no zones
        dt.datetime(2026, 1, 8, tzinfo=dt.UTC),
        pd.Timestamp("2026-01-08"),
        np.datetime64("2026-01-08"),
    ],
)
def test_a_day_may_be_written_in_many_ways(cell):
    for column in (pd.Series([cell], dtype=object), pd.Series([cell])):
        frame = pd.DataFrame({"id": ["T2"], "change": ["C1"], "do_date": column})
        assert dk.from_frames(START, cycles=frame).node("T2").do.date == dt.date(2026, 1, 8)


@pytest.mark.parametrize(
    "cell", ["08/01/2026", "2026-01-08 09:30", pd.Timestamp("2026-01-08 09:30"), 46030, True]
)
def test_what_may_be_another_day_is_refused(cell):
    frame = pd.DataFrame({"id": ["T2"], "change": ["C1"], "do_date": [cell]})
    with pytest.raises(dk.TheoryError, match="column 'do_date'"):
        dk.from_frames(START, cycles=frame)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("yes", True),
        ("No", False),
        ("TRUE", True),
        ("false", False),
        (1, True),
        (0.0, False),
        (np.True_, True),
        ("1", True),
    ],
)
def test_yes_and_no_may_be_written_in_many_ways(cell, kept):
    frame = pd.DataFrame({"id": ["T2"], "change": ["C1"], "as_planned": pd.Series([cell], dtype=object)})
    assert dk.from_frames(START, cycles=frame).node("T2").do.as_planned is kept


def test_every_fault_is_told_at_once_with_its_table_row_and_column():
    cycles = pd.DataFrame(
        {
            "id": ["T2", "T1", None, "no id!"],
            "change": ["C1", "C1", "C1", "C9"],
            "scale": [2.5, 1, 1, 1],
            "decision": ["adpt", None, None, None],
            "follows": ["T9", None, None, None],
        }
    )
    evidence = pd.DataFrame({"id": ["E1"], "about": ["P1 -> C1"], "year": ["last"]})
    predictions = pd.DataFrame({"cycle": ["T77"], "result": ["perhaps"]})
    with pytest.raises(dk.TheoryError) as caught:
        dk.from_frames(START, cycles=cycles, evidence=evidence, predictions=predictions)
    assert [fault.path for fault in caught.value.faults] == [
        "cycles, row 1 (2 in a sheet with headings), column 'scale'",
        "cycles, row 1 (2 in a sheet with headings), column 'decision'",
        "cycles, row 2 (3 in a sheet with headings), column 'id'",
        "cycles, row 3 (4 in a sheet with headings), column 'id'",
        "cycles, row 4 (5 in a sheet with headings), column 'id'",
        "predictions, row 1 (2 in a sheet with headings), column 'result'",
        "evidence, row 1 (2 in a sheet with headings), column 'year'",
    ]
    assert "Did you mean 'ad" in str(caught.value)


def test_what_speaks_of_nothing_is_told_at_its_own_row():
    with pytest.raises(dk.TheoryError) as caught:
        dk.from_frames(
            START,
            cycles=pd.DataFrame({"id": ["T2"], "change": ["C11"]}),
            evidence=pd.DataFrame({"id": ["E1", "E2"], "about": ["P1", "P7"]}),
            predictions=pd.DataFrame({"cycle": ["T2", "T8"]}),
            links=pd.DataFrame({"cause": ["C1", "P1", "C5"], "effect": ["P1", "P4", "P1"]}),
        )
    told = {fault.path.partition(" (")[0]: fault.message for fault in caught.value.faults}
    assert told.keys() == {
        "cycles, row 1",
        "evidence, row 2",
        "predictions, row 2",
        *(f"links, row {n}" for n in (1, 2, 3)),
    }
    assert "Did you mean 'C1'" in told["cycles, row 1"]
    assert "there already" in told["links, row 1"]


def test_an_id_that_is_taken_is_told_at_the_row_that_is_new():
    with pytest.raises(dk.TheoryError, match=r"^measures, row 1 .*column 'id': The id 'T1' is used twice"):
        dk.from_frames(START, measures=pd.DataFrame({"id": ["T1"], "name": ["m"]}))


def test_what_speaks_of_a_row_that_could_not_be_read_is_not_told_as_well():
    with pytest.raises(dk.TheoryError) as caught:
        dk.from_frames(
            START,
            nodes=pd.DataFrame({"id": ["P2"], "kind": ["drvr"], "text": ["Help is near"]}),
            evidence=pd.DataFrame({"id": ["E1"], "about": ["P2"]}),
        )
    (fault,) = caught.value.faults
    assert "Did you mean 'driver'" in fault.message


def test_an_unknown_column_is_answered_with_the_nearest():
    with pytest.raises(dk.TheoryError, match=r"'desicion' is not known.*Did you mean 'decision'"):
        dk.from_frames(START, cycles=pd.DataFrame({"id": [], "change": [], "desicion": []}))


def test_a_column_that_is_needed_and_not_there_is_told():
    with pytest.raises(dk.TheoryError, match="column 'change' is missing"):
        dk.from_frames(START, cycles=pd.DataFrame({"id": ["T2"]}))


def test_a_row_with_nothing_in_it_is_passed_over_and_still_counted():
    log = pd.DataFrame({"id": [None, "T2", ""], "change": [None, "C1", " "], "scale": [None, 3, None]})
    assert dk.from_frames(START, cycles=log).cycles[1:] == (dk.PdsaCycle("T2", "C1", scale=3),)
    log.loc[2, "scale"] = 5
    with pytest.raises(dk.TheoryError, match="row 3"):
        dk.from_frames(START, cycles=log)


def test_a_flat_table_makes_a_theory():
    nodes = pd.DataFrame(
        {
            "id": ["A1", "P1", "P2", "C1"],
            "kind": ["aim", "driver", "driver", "change"],
            "level": [None, 1, 1, None],
            "parents": [None, "A1", "A1", "P1; P2"],
            "text": ["Halve falls", "Risk is known", "Help is near", "Ask at admission"],
            "tags": [None, 'night; "wards 5; 6"', None, None],
        }
    )
    theory = dk.from_frames(None, title="Fewer falls", nodes=nodes)
    assert [link.id for link in theory.links] == ["P1 -> A1", "P2 -> A1", "C1 -> P1", "C1 -> P2"]
    assert theory.node("P1").tags == ("night", "wards 5; 6")
    assert theory.title == "Fewer falls"
    assert dk.from_frames(None).title == "Untitled"


def test_lists_of_polars_are_lists():
    nodes = pl.DataFrame({"id": ["C2"], "kind": ["change"], "text": ["t"], "contributes_to": [["P1", "A1"]]})
    assert dk.from_frames(START, nodes=nodes).parents("C2") == ("P1", "A1")


def test_a_field_of_another_kind_of_node_is_refused():
    nodes = pd.DataFrame({"id": ["P2"], "kind": ["driver"], "text": ["t"], "target": [12]})
    with pytest.raises(dk.TheoryError, match=r"column 'target': A driver has no target"):
        dk.from_frames(START, nodes=nodes)


def test_links_say_more_about_what_nodes_contribute_to():
    nodes = pd.DataFrame({"id": ["S1"], "kind": ["driver"], "text": ["s"], "contributes_to": ["P1"]})
    links = pd.DataFrame(
        {
            "cause": ["S1", "S1", "P1"],
            "effect": ["P1", "A1", "A1"],
            "strength": ["weak", "", None],
            "implied": [0, 0, 1],
        }
    )
    theory = dk.from_frames(START, nodes=nodes, links=links)
    assert theory.node("S1").contributes_to == (dk.Contribution("P1", "weak"), dk.Contribution("A1"))
    assert theory.node("P1").contributes_to == ()


def test_a_loop_is_told_at_a_link_that_closes_it():
    links = pd.DataFrame({"cause": ["P2", "P1"], "effect": ["P1", "P2"]})
    nodes = pd.DataFrame({"id": ["P2"], "kind": ["driver"], "text": ["t"]})
    with pytest.raises(dk.TheoryError, match=r"links, row \d.*A loop"):
        dk.from_frames(START, nodes=nodes, links=links)


@pytest.mark.parametrize("what", [[1], {"id": ["T2"]}, "log.csv", 7])
def test_what_is_no_data_frame_is_refused(what):
    with pytest.raises(dk.UsageError, match="data frame is wanted for cycles"):
        dk.from_frames(START, cycles=what)


def test_who_hands_over_the_name_of_a_file_is_told_how_to_read_it():
    with pytest.raises(dk.UsageError, match=r"read it first, as with pandas\.read_csv"):
        dk.with_series(START, "M1", "falls.csv")


def test_two_columns_of_one_name_are_refused():
    log = pd.DataFrame([["T2", "C1", "C1"]], columns=["id", "change", "change"])
    with pytest.raises(dk.UsageError, match="change"):
        dk.from_frames(START, cycles=log)


# --------------------------------------------------------------------------------------------- series

POINTS = {
    "date": ["2026-01-01", "2026-02-01", "2026-03-01"],
    "value": ["4", "<5", None],
    "shift": ["day ", "night", None],
    "site": ["Ward 5", None, None],
}


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_a_series_of_any_library_is_read_by_the_rules_of_the_files(library):
    rows = dk.with_series(START, "M1", library(POINTS)).node("M1").data
    assert [row.value for row in rows] == [4, None, None]
    assert [row.suppressed for row in rows] == [None, True, None]
    assert [dict(row.strata) for row in rows] == [{"shift": "day"}, {"shift": "night"}, {}]
    assert rows[0].site == "Ward 5"


def test_a_frame_and_the_file_of_the_same_text_give_the_same_rows(tmp_path):
    text = (
        "date,numerator,denominator,site,shift,note,phase,suppressed,excluded\n"
        "2026-01-01,4,20,Ward 5,day,first,before,,\n"
        "2025-12-01,*,8,Ward 6, night ,,before,,\n"
        "2026-02-01,,,,,,,x,\n"
        "2026-03-01,3,9,Ward 5,day,,after,no,strike\n"
    )
    (tmp_path / "falls.csv").write_text(text, encoding="utf-8")
    theory = START.replace("M1", data="falls.csv")
    dk.save(theory, tmp_path / "theory.yaml")
    theory = dk.load(tmp_path / "theory.yaml")
    frame = pd.read_csv(tmp_path / "falls.csv", dtype=str)
    assert dk.with_series(theory, "M1", frame) == dk.with_series(theory)
    assert dk.with_series(theory, "M1", dk.series_frame(theory)) == dk.with_series(theory)


def test_every_fault_of_every_series_is_told():
    with pytest.raises(dk.TheoryError) as caught:
        dk.with_series(
            START.add(dk.Measure("M2", "x")),
            {
                "M1": pd.DataFrame({"date": ["2026-01-01", None, "1/2/2026"], "value": ["12%", 3, "n/a"]}),
                "M2": pd.DataFrame({"date": ["2026-01-01"], "valeu": [1]}),
            },
        )
    told = [str(fault) for fault in caught.value.faults]
    assert [fault.path.partition(" (")[0] for fault in caught.value.faults] == [
        "series of M1, row 1",
        "series of M1, row 2",
        "series of M1, row 3",
        "series of M1, row 3",
        "series of M2",
        "series of M2, column 'valeu'",
    ]
    assert "percent sign" in told[0]
    assert "Did you mean 'value'" in told[-1]


def test_half_a_share_is_refused():
    with pytest.raises(dk.TheoryError, match="'numerator' is there and 'denominator' is missing"):
        dk.with_series(START, "M1", pd.DataFrame({"date": ["2026-01-01"], "numerator": [1]}))


def test_points_of_a_table_join_those_that_are_there():
    more = pd.DataFrame({"measure": ["M1", "M1"], "date": ["2026-01-01", "2026-02-01"], "value": [1, 2]})
    theory = dk.from_frames(dk.from_frames(START, series=more[:1]), series=more[1:])
    assert [row.value for row in theory.node("M1").data] == [1, 2]


def test_points_are_not_put_beside_a_file():
    theory = START.replace("M1", data="falls.csv")
    more = pd.DataFrame({"measure": ["M1"], "date": ["2026-01-01"], "value": [1]})
    with pytest.raises(dk.TheoryError, match=r"stands in the file 'falls.csv'"):
        dk.from_frames(theory, series=more)


def test_points_of_what_is_no_measure_are_refused():
    more = pd.DataFrame(
        {"measure": ["M2", "C1", "M1"], "date": ["2026-01-01"] * 3, "value": [1] * 3, "shift": ["a"] * 3}
    )
    with pytest.raises(dk.TheoryError) as caught:
        dk.from_frames(START, series=more)
    assert [fault.message for fault in caught.value.faults] == [
        "'M2' is not defined. Did you mean 'M1'?",
        "'C1' is no measure.",
    ]


def test_a_group_of_a_stratum_that_the_measure_does_not_name_is_refused():
    theory = START.add(dk.Measure("M2", "x"))
    more = pd.DataFrame({"measure": ["M2"], "date": ["2026-01-01"], "value": [1], "shift": ["day"]})
    with pytest.raises(dk.TheoryError, match="'M2' has no stratum 'shift'"):
        dk.from_frames(theory, series=more)


@pytest.mark.parametrize("call", [("M1",), ({"M1": pd.DataFrame()}, pd.DataFrame()), ("C1", pd.DataFrame())])
def test_a_call_that_makes_no_sense_is_refused(call):
    with pytest.raises(dk.UsageError):
        dk.with_series(START, *call)


def test_the_files_of_a_theory_are_taken_in():
    theory = examples.load("leaving-hospital")
    whole = dk.with_series(theory)
    assert not [m for m in whole.measures if isinstance(m.data, str)]
    before, after = dk.series_frame(theory), dk.series_frame(whole)
    assert before.drop(columns="row").equals(after.drop(columns="row"))
    with pytest.raises(dk.FormatError):
        dk.with_series(START.replace("M1", data="gone.csv"))


# ------------------------------------------------------------------------------------- whatever is in it

cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["T1", "C1", "P1", "aim", "driver", "change", "M1", "2026-01-08", "P1 -> A1", "; ;", '"', "<5", "*"]
    ),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=3),
    st.lists(st.one_of(st.text(max_size=3), st.integers(), st.none()), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.decimals(),
    st.complex_numbers(),
    st.sampled_from([pd.NA, pd.NaT, np.nan, np.array([1, 2]), np.float32(2.5), object(), pd.Interval(1, 2)]),
)


@pytest.mark.parametrize("table", TABLES)
@given(data=st.data())
def test_any_cell_is_taken_or_refused_in_words(table, data):
    names = [*COLUMNS[table], "x_more", "x-more", *(["plan_x-more", "question"] if table == "cycles" else [])]
    names += ["shift"] if table == "series" else []
    rows = data.draw(st.integers(0, 3))
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=6))
    frame = pd.DataFrame(
        {
            name: pd.Series(data.draw(st.lists(cells, min_size=rows, max_size=rows)), dtype=object)
            for name in dict.fromkeys([*REQUIRED[table], *chosen])
        }
    )
    faults: tuple[dk.Fault, ...] = ()
    theory = START
    try:
        theory = dk.from_frames(START, **{table: frame})
    except dk.TheoryError as error:
        faults = error.faults
    assert all(fault.message and fault.path.startswith(table) for fault in faults)
    assert dk.loads(dk.dumps(theory)) == theory


def test_tables_without_their_names_are_refused_with_the_way_to_hand_them_in():
    tables = dk.to_frames(dk.Theory("t"))
    for wrong in (tables, tables["cycles"]):
        with pytest.raises(dk.UsageError, match="The theory comes first"):
            dk.from_frames(wrong)
