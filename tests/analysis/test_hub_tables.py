"""A network as tables: every record of every member, one frame each, and Parquet files out and in."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import driverkit as dk
from driverkit.analysis.hub_engines import ENGINES
from driverkit.analysis.hub_tables import COLUMNS, TYPES
from support.random_points import same


def ward(data, *, unit=None, strata=(), cycles=()):
    return dk.Theory(
        "Ward",
        change_ideas=[dk.ChangeIdea("K1", "Ask", adapts="C1"), dk.ChangeIdea("K2", "Our own")],
        measures=[
            dk.Measure("M", "Falls", of=["K1"], adapts="M1", unit=unit, strata=strata, data=data),
            dk.Measure("N", "Nothing yet"),
        ],
        cycles=cycles,
    )


@pytest.fixture(scope="module")
def network():
    hub = dk.Theory("Hub", aims=[dk.Aim("A1", "Halve falls")], change_ideas=[dk.ChangeIdea("C1", "Ask")])
    cycles = [
        dk.PdsaCycle(
            "T1",
            "K1",
            site="Bay 2",
            scale=3,
            plan={"date": "2026-01-08"},
            do={"date": "2026-01-12"},
            study={"date": "2026-01-13"},
            act={"date": "2026-01-13", "decision": "adapt"},
            predictions=[
                {"question": "how long", "prediction": "a minute", "result": "refuted"},
                {"question": "no answer, so no prediction"},
                {"question": "late", "prediction": "2", "result": "confirmed", "date": "2026-01-20"},
            ],
        ),
        dk.PdsaCycle("T2", "K2", follows="T1", adapted_from="m02/T9"),
    ]
    counted = [
        {"date": "2026-02-01", "numerator": 1, "denominator": 4, "site": "a", "strata": {"language": "x"}},
        {
            "date": "2026-01-01",
            "numerator": 1,
            "denominator": 3,
            "site": "a",
            "strata": {"language": "x"},
            "phase": "p1",
        },
        {"date": "2026-02-01", "numerator": 2, "denominator": 4, "site": "a", "strata": {"language": "x"}},
        {"date": "2026-01-01", "site": "b", "suppressed": True},
    ]
    plain = [{"date": "2026-01-01", "value": 4}, {"date": "2026-01-01", "value": 5, "excluded": "snow"}]
    return dk.Network(
        "Wards",
        hub,
        members=[
            dk.Member(
                "m01",
                "Ward 6",
                ward(counted, unit="%", strata=["language"], cycles=cycles),
                context={"size": "small"},
                joined=dt.date(2025, 1, 1),
            ),
            dk.Member("m02", "Hidden", ward(plain), context={"setting": "rural"}, anonymous=True),
            dk.Member("m03", "Without a theory"),
        ],
    )


@pytest.fixture(scope="module")
def tables(network):
    return dk.to_tables(network)


def test_every_table_has_its_documented_columns_and_types_also_when_empty(tables):
    for made in (tables, dk.to_tables([])):
        assert list(made) == list(COLUMNS)
        for name, frame in made.items():
            columns = [column for column in frame.columns if not column.startswith("context_")]
            assert columns == list(COLUMNS[name])
            assert {c: str(frame[c].dtype) for c in columns} == {c: TYPES.get(c, "string") for c in columns}
            assert list(frame.attrs["columns"]) == list(frame.columns)


def test_texts_are_never_nothing(tables):
    for frame in tables.values():
        for column in frame.columns:
            if frame[column].dtype == "string":
                assert frame[column].notna().all(), column


def test_a_cycle_names_its_member_its_common_idea_and_what_it_adapts(tables):
    first, second = tables["cycles"].to_dict("records")
    assert (first["cycle"], first["change"], first["idea"]) == ("m01/T1", "K1", "C1")
    assert (second["idea"], second["follows"], second["adapted_from"]) == ("", "m01/T1", "m02/T9")
    assert (first["context_size"], first["context_setting"]) == ("small", "")
    assert (first["done"], first["studied"], second["done"]) == (True, True, False)


def test_a_question_without_an_answer_has_no_row_and_a_late_prediction_says_so(tables):
    rows = tables["predictions"]
    assert rows["number"].tolist() == [1, 3]
    assert rows["in_time"].tolist() == [True, False]


def test_points_name_site_and_group_and_counts_given_twice_are_added_up(tables):
    points = tables["points"]
    mine = points[points["member"] == "m01"].sort_values(["site", "date"])
    assert mine["value"].tolist()[:2] == [100 / 3, 100 * 3 / 8]
    assert mine["phase"].tolist()[:2] == ["p1", "p1"]
    assert mine["stratum"].tolist() == ["language", "language", ""]
    assert mine["group"].tolist() == ["x", "x", ""]
    assert mine["suppressed"].tolist() == [False, False, True]
    assert mine["hub_measure"].unique().tolist() == ["M1"]
    plain = points[points["member"] == "m02"]
    assert plain["value"].tolist() == [4.0, 5.0]
    assert plain["excluded"].tolist() == ["", "snow"]


def test_points_of_the_examples_are_judged_as_their_lines_are():
    """Counts given twice, hidden and excluded points, strata: the table says what the chart says."""
    compared = 0
    for name in ("algebra-success", "leaving-hospital"):
        theory = dk.examples.load(name)
        statistics = dk.run_statistics(dk.to_tables([("m", theory)])["points"])
        for row in statistics.to_dict("records"):
            strata = [one for one in row["stratum"].split("; ") if one]
            groups = dict(zip(strata, [one for one in row["group"].split("; ") if one], strict=True))
            measure = theory.node(row["measure"])
            if not row["site"] or set(groups) != set(measure.strata):
                continue
            chart = dk.measure_chart(theory, measure.id, site=row["site"], stratum=groups).chart
            assert (row["n_obs"], row["n_useful"]) == (chart.n_obs, chart.n_useful)
            assert (row["longest_run"], row["n_crossings"]) == (chart.longest_run, chart.n_crossings)
            assert (None if pd.isna(row["signal"]) else row["signal"]) == chart.signal
            compared += 1
    assert compared > 5


def test_an_anonymous_member_keeps_its_name_to_itself(tables):
    assert tables["members"]["name"].tolist() == ["Ward 6", "", "Without a theory"]


def test_pairs_of_member_and_theory_do_as_well(network, tables):
    made = dk.to_tables(dict(network.theories.items()))
    assert made["points"].drop(columns="member").equals(tables["points"].drop(columns="member"))
    with pytest.raises(dk.UsageError, match="stands twice"):
        dk.to_tables([("m", ward([])), ("m", ward([]))])
    with pytest.raises(dk.UsageError, match="A network is wanted"):
        dk.to_tables(7)
    with pytest.raises(dk.UsageError, match="theory of 'm' is wanted"):
        dk.to_tables([("m", "theory.yaml")])


def test_every_series_that_cannot_be_read_is_told_at_once():
    broken = ward("gone.csv")
    with pytest.raises(dk.SeriesError) as told:
        dk.to_tables([("m01", broken), ("m02", broken)])
    assert len(told.value.faults) == 2


# --- Parquet ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tables, tmp_path_factory):
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("tables") / "hub"
    dk.save_tables(tables, folder)
    return folder


def test_what_parquet_holds_is_what_was_saved(folder, tables):
    found = dk.open_tables(folder)
    assert list(found) == list(tables)
    for name, frame in tables.items():
        back = found[name].astype(frame.dtypes.to_dict())
        pd.testing.assert_frame_equal(back, frame, check_exact=True)


@pytest.mark.parametrize(
    "engine",
    [
        "polars",
        pytest.param("duckdb", marks=pytest.mark.slow),
        pytest.param(
            "dask",
            marks=[
                pytest.mark.slow,
                pytest.mark.filterwarnings("ignore:Dask support is moving out of Narwhals:FutureWarning"),
            ],
        ),
    ],
)
def test_every_engine_counts_the_same_files_alike(engine, folder, tables):
    pytest.importorskip(engine)
    opened = dk.open_tables(folder, engine=engine)
    same(dk.run_statistics(opened["points"]), dk.run_statistics(tables["points"]))
    same(dk.cycle_counts(opened["cycles"], by=()), dk.cycle_counts(tables["cycles"], by=()))
    same(dk.prediction_counts(opened["predictions"]), dk.prediction_counts(tables["predictions"]))
    starts = dk.idea_starts(opened["cycles"], by="member")
    same(starts, dk.idea_starts(tables["cycles"], by="member"))
    same(dk.before_and_after(opened["points"], starts), dk.before_and_after(tables["points"], starts))


def test_a_table_may_stand_in_pieces(folder, tables, tmp_path):
    (tmp_path / "points").mkdir()
    for member, some in tables["points"].groupby("member"):
        some.to_parquet(tmp_path / "points" / f"{member}.parquet")
    points = dk.open_tables(tmp_path)["points"]
    same(dk.run_statistics(points), dk.run_statistics(tables["points"]))


def test_what_a_lazy_engine_made_is_saved_too(folder, tmp_path, tables):
    opened = dk.open_tables(folder, engine="duckdb")
    dk.save_tables({"cycles": opened["cycles"]}, tmp_path)
    back = dk.open_tables(tmp_path)["cycles"]
    assert sorted(back["cycle"]) == sorted(tables["cycles"]["cycle"])


def test_the_same_tables_give_the_same_bytes(folder, tables, tmp_path):
    dk.save_tables(tables, tmp_path)
    for file in folder.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_what_is_not_there_is_told(tmp_path, tables):
    with pytest.raises(dk.UsageError, match="no table in"):
        dk.open_tables(tmp_path)
    with pytest.raises(dk.UsageError, match=r"no engine 'duck'.*Did you mean 'duckdb'"):
        dk.open_tables(tmp_path, engine="duck")
    with pytest.raises(dk.UsageError, match="no table 'point'"):
        dk.save_tables({"point": tables["points"]}, tmp_path)
    with pytest.raises(dk.UsageError, match="'points' is none"):
        dk.save_tables({"points": 7}, tmp_path)


def test_a_missing_engine_says_how_to_get_it(folder, monkeypatch):
    def missing(paths):
        raise ImportError("No module named 'polars'", name="polars")

    from attrs import evolve

    with pytest.raises(dk.MissingEngine, match=r"pip install 'driverkit\[polars\]'"):
        dk.open_tables(folder, engine=evolve(ENGINES["polars"], read=missing))
