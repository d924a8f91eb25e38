"""One expression, every engine: counts over the tables of a network are those of a single theory, everywhere."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest

import driverkit as dk
from driverkit.analysis import hub_parts
from driverkit.analysis.hub_counts import RESULTS
from support.random_points import (
    as_categories,
    charts_of,
    random_cycles,
    random_points,
    random_predictions,
    same,
)

STARTS = pd.DataFrame(
    {"member": ["m0", "m1", "m2"], "idea": ["C1", "C1", "C2"], "start": pd.Timestamp("2024-01-20")}
)


def in_duckdb(frame: pd.DataFrame) -> Any:
    duckdb = pytest.importorskip("duckdb")
    return duckdb.from_df(frame)


def in_arrow(frame: pd.DataFrame) -> Any:
    arrow = pytest.importorskip("pyarrow")
    return arrow.Table.from_pandas(frame)


HERE: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "pandas, categories": as_categories,
    "polars": pl.from_pandas,
    "polars, lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "polars, categories": lambda frame: pl.from_pandas(as_categories(frame)).lazy(),
    "duckdb": in_duckdb,
    "duckdb, categories": lambda frame: in_duckdb(as_categories(frame)),
    "pyarrow": in_arrow,
}


QUICK = ("pandas", "polars, lazy", "duckdb")
"""Those that the fast tests ask; the others differ from one of them in how their texts or tables are held."""


def answers(put: Callable[[pd.DataFrame], Any], seed: int) -> dict[str, pd.DataFrame]:
    """Every count, asked of one engine."""
    points, predictions, cycles = random_points(seed), random_predictions(seed), random_cycles(seed)
    around = dk.before_and_after(put(points), STARTS)
    around["way"] = np.where(around["n_before"] > 5, "long", "short")
    return {
        "runs": dk.run_statistics(put(points)),
        "predictions": dk.prediction_counts(put(predictions), by=("idea", "context_setting")),
        "all predictions": dk.prediction_counts(put(predictions), by=()),
        "cycles": dk.cycle_counts(put(cycles), by="idea"),
        "cycles by member": dk.cycle_counts(put(cycles), by=("member", "site")),
        "all cycles": dk.cycle_counts(put(cycles), by=()),
        "starts": dk.idea_starts(put(cycles)),
        "before and after": around.drop(columns="way"),
        "moved": dk.moved_counts(put(around[around["moved"].notna()]), by=("idea", "way"), better="down"),
    }


@pytest.fixture(scope="module")
def expected() -> dict[str, pd.DataFrame]:
    return answers(HERE["pandas"], 3)


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "engine",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.slow)
        for name in HERE
        if name != "pandas"
    ],
)
def test_every_engine_gives_the_same_answers_to_the_last_bit(engine, expected):
    found = answers(HERE[engine], 3)
    for name, frame in expected.items():
        same(found[name], frame)


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("engine", "rows"),
    [
        ("pandas", 50),
        ("pandas", 1),
        pytest.param("pandas, categories", 50, marks=pytest.mark.slow),
        pytest.param("polars", 50, marks=pytest.mark.slow),
        ("polars, lazy", 50),
        pytest.param("polars, categories", 50, marks=pytest.mark.slow),
    ],
)
def test_a_table_worked_through_in_parts_gives_the_same_answers(engine, rows, expected, monkeypatch):
    seen = []

    def parts(frame, key):
        for part in made(frame, key):
            seen.append(key)
            yield part

    made = hub_parts.parts
    monkeypatch.setattr(hub_parts, "MOST_ROWS", rows)
    monkeypatch.setattr(hub_parts, "parts", parts)
    found = answers(HERE[engine], 3)
    for name, frame in expected.items():
        same(found[name], frame)
    assert len(seen) > 4, "nothing was done in parts"


@pytest.mark.parametrize("engine", ["pandas", "polars, lazy"])
def test_in_parts_too_an_empty_cell_is_refused(engine, monkeypatch):
    monkeypatch.setattr(hub_parts, "MOST_ROWS", 1)
    test_an_empty_cell_to_count_by_is_refused_and_not_lost(engine)
    points = random_points(1, 3)
    points.loc[0, "member"] = None
    with pytest.raises(dk.UsageError, match="'member' is empty in some rows"):
        dk.run_statistics(HERE[engine](points))


@pytest.mark.few(1)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_table_of_points_says_what_each_run_chart_says(seed):
    points = random_points(seed)
    found = dk.run_statistics(points)
    charts = charts_of(points).astype(found.dtypes[charts_of(points).columns].to_dict())
    same(found[list(charts.columns)], charts)
    assert set(found["signal"].dropna()) == {True, False}
    assert found["signal"].isna().any()


def test_a_median_is_the_mean_of_the_middle_two_to_the_last_bit_on_every_engine():
    """Polars adds half the difference to the lower one, and comes out one bit apart in a fifth of the cases."""
    rng = np.random.default_rng(0)
    series = [rng.normal(0, 10, n) for n in (2, 4, 6, 8) for _ in range(60)]
    series.append(np.array([0.1, np.nextafter(0.1, 1)]))
    points = pd.concat(
        pd.DataFrame(
            {"member": f"m{at:03}", "measure": "M", "date": pd.Timestamp("2026-01-01"), "value": one}
        )
        for at, one in enumerate(series)
    )
    exact = [dk.run_chart(one).centre for one in series]
    for put in map(HERE.__getitem__, QUICK):
        assert dk.run_statistics(put(points.reset_index(drop=True)))["centre"].tolist() == exact


def test_only_member_measure_date_and_value_are_needed():
    points = pd.DataFrame(
        {"member": "m01", "measure": "M1", "date": pd.date_range("2026-01-01", periods=3), "value": [1, 2, 3]}
    )
    found = dk.run_statistics(points)
    assert found[["site", "stratum", "group"]].iloc[0].tolist() == ["", "", ""]
    assert found["centre"].tolist() == [2.0]
    assert found["signal"].isna().all()


def test_phases_are_judged_by_lines_of_their_own_where_asked():
    points = random_points(1, 1).assign(phase="before")
    points.loc[points["row"] > 20, "phase"] = "after"
    assert len(dk.run_statistics(points)) == 1
    assert len(dk.run_statistics(points, by=(*dk.SERIES_COLUMNS, "phase"))) == 2


def test_a_row_that_does_not_say_whether_it_is_hidden_is_not():
    points = random_points(1, 5).assign(suppressed=False)
    silent = points.assign(suppressed=pd.array([None] * len(points), dtype="boolean"), excluded=None)
    wanted = dk.run_statistics(points.assign(excluded=""))
    for put in map(HERE.__getitem__, QUICK):
        same(dk.run_statistics(put(silent)), wanted)


def test_a_start_of_nobody_is_nobodys():
    starts = pd.concat([STARTS, STARTS.head(1).assign(member="nobody")], ignore_index=True)
    points = random_points(3, 10)
    wanted = dk.before_and_after(points, STARTS)
    for put in (as_categories, HERE["duckdb"]):
        same(dk.before_and_after(put(points), starts), wanted)


def test_an_empty_table_gives_an_empty_answer_with_all_its_columns():
    empty = random_points(1, 1).head(0)
    found = dk.run_statistics(empty)
    assert list(found.columns) == [*dk.SERIES_COLUMNS, *RESULTS["run_statistics"]]
    assert len(found) == 0
    assert len(dk.before_and_after(empty, STARTS)) == 0
    assert len(dk.prediction_counts(random_predictions(1).head(0))) == 0
    assert len(dk.cycle_counts(random_cycles(1).head(0))) == 0


def test_a_missing_column_is_told_with_its_nearest_name():
    with pytest.raises(dk.UsageError, match=r"no column 'value'.*Did you mean 'values'"):
        dk.run_statistics(pd.DataFrame({"member": [], "measure": [], "date": [], "values": []}))
    with pytest.raises(dk.UsageError, match="A table of points is wanted"):
        dk.run_statistics("points.parquet")
    with pytest.raises(dk.UsageError, match="each once"):
        dk.run_statistics(random_points(1, 1), by=("member", "member"))


@pytest.mark.parametrize("engine", ["pandas", "polars, lazy", "duckdb"])
def test_an_empty_cell_to_count_by_is_refused_and_not_lost(engine):
    points = random_points(1, 3)
    points.loc[0, "site"] = None
    with pytest.raises(dk.UsageError, match="'site' is empty in some rows"):
        dk.run_statistics(HERE[engine](points))


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_a_point_without_a_date_is_refused_with_its_series(engine):
    points = random_points(1, 3)
    points.loc[0, "date"] = pd.NaT
    with pytest.raises(dk.UsageError, match=r"1 points have no date.*member 'm0'"):
        dk.run_statistics(HERE[engine](points))


def test_predictions_are_counted_as_in_a_single_theory():
    theory = dk.examples.load("leaving-hospital")
    tables = dk.to_tables([("m01", theory)])
    by_change = dk.prediction_counts(tables["predictions"], by="change").set_index("change")
    single = dk.predictions_by(theory, "idea").set_index("key")
    for idea, row in by_change.iterrows():
        for name in ("predictions", "judged", "confirmed", "mixed", "refuted", "open", "late", "undated"):
            assert row[name] == single.loc[idea, name], (idea, name)
        if row["judged"]:
            assert row["low"] == single.loc[idea, "low"]
            assert row["interval"] == "Wilson 95 %"


def test_cycles_are_counted_as_in_a_single_theory():
    theory = dk.examples.load("leaving-hospital")
    tables = dk.to_tables([("m01", theory), ("m02", theory)])
    found = dk.cycle_counts(tables["cycles"], by=()).iloc[0]
    ideas = [dk.coverage(theory).nodes.set_index("id").loc[idea.id] for idea in theory.change_ideas]
    assert found["cycles"] == 2 * len(theory.cycles)
    assert found["studied"] == 2 * sum(one["cycles_studied"] for one in ideas)
    assert found["inventions_tested"] == 2 * sum(
        one["ideas_tested"] or one["cycles_studied"] > 0 for one in ideas
    )
    assert found["ideas"] == 0
    assert found["members"] == 2
    sites = {cycle.site for cycle in theory.cycles if cycle.site is not None}
    assert found["sites"] == 2 * len(sites)


def test_a_total_is_the_sum_of_numerators_over_the_sum_of_denominators():
    theory = dk.examples.load("leaving-hospital")
    counted = [m.id for m in theory.measures if dk.series(theory, m.id).denominators[:1] not in ((), (None,))]
    assert counted
    tables = dk.to_tables([("m01", theory)])
    for put in (HERE["pandas"], HERE["polars, lazy"], HERE["duckdb"]):
        total = nw.from_native(dk.total_points(put(tables["points"]), by="measure"))
        total = (total.collect() if isinstance(total, nw.LazyFrame) else total).to_pandas()
        for id in counted:
            line = dk.line(theory, id)
            mine = total[total["measure"] == id].sort_values("date")
            assert mine["value"].replace({np.nan: None}).tolist() == list(line.values)
        statistics = dk.run_statistics(dk.total_points(put(tables["points"]), by="measure"), by="measure")
        chart = dk.run_chart(dk.line(theory, counted[0]).values)
        row = statistics.set_index("measure").loc[counted[0]]
        assert (row["centre"], row["n_useful"]) == (chart.centre, chart.n_useful)


def test_a_hidden_part_hides_the_total_and_plain_values_have_none():
    day = pd.Timestamp("2026-01-01")
    points = pd.DataFrame(
        {
            "member": ["m1", "m2", "m1", "m2", "m1"],
            "measure": "M",
            "hub_measure": ["A", "A", "B", "B", "C"],
            "date": day,
            "value": [10.0, 20.0, 10.0, np.nan, 7.0],
            "numerator": [1.0, 4.0, 1.0, np.nan, np.nan],
            "denominator": [10.0, 20.0, 10.0, np.nan, np.nan],
            "per": 100.0,
            "suppressed": [False, False, False, True, False],
            "excluded": ["", "snow", "", "", ""],
        }
    )
    for put in (HERE["pandas"], HERE["polars"], HERE["duckdb"]):
        found = nw.from_native(dk.total_points(put(points)))
        found = (found.collect() if isinstance(found, nw.LazyFrame) else found).to_pandas()
        found = found.set_index("hub_measure").sort_index()
        assert found.loc["A", "value"] == 100 * 5 / 30
        assert found["value"].isna().tolist() == [False, True, True]
        assert found["excluded"].tolist() == ["a part of it is excluded", "", ""]
        assert found["n_rows"].tolist() == [2, 2, 1]


def test_before_and_after_splits_on_the_day_and_counts_that_day_as_after():
    days = pd.date_range("2026-01-01", periods=6)
    points = pd.DataFrame({"member": "m1", "measure": "M", "date": days, "value": [1.0, 3, 2, 8, 7, 9]})
    starts = pd.DataFrame({"member": ["m1"], "idea": ["C1"], "start": [days[3]]})
    row = dk.before_and_after(points, starts).iloc[0]
    assert (row["n_before"], row["n_after"]) == (3, 3)
    assert (row["median_before"], row["median_after"], row["moved"]) == (2.0, 8.0, "up")
    assert pd.isna(dk.before_and_after(points, starts.assign(start=days[0])).iloc[0]["moved"])
    with pytest.raises(dk.UsageError, match="two starts"):
        dk.before_and_after(points, pd.concat([starts, starts]))
    with pytest.raises(dk.UsageError, match="share no column"):
        dk.before_and_after(points, starts.drop(columns="member"))


def test_moved_asks_for_up_or_down():
    with pytest.raises(dk.UsageError, match="up or down"):
        dk.moved_counts(pd.DataFrame(), better="better")


# --- several processes ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Dask support is moving out of Narwhals:FutureWarning")
def test_two_processes_of_dask_give_the_same_answers(expected):
    distributed = pytest.importorskip("dask.distributed")
    frames = pytest.importorskip("dask.dataframe")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        found = answers(lambda frame: frames.from_pandas(frame, npartitions=5), 3)
    for name, frame in expected.items():
        same(found[name], frame)


def java() -> bool:
    try:
        return subprocess.run(["java", "-version"], capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Spark warns of itself where pandas is newer than it knows
@pytest.mark.skipif(not java(), reason="Spark needs Java")
def test_two_workers_of_spark_give_the_same_answers_by_the_very_same_expressions(expected, tmp_path):
    sql = pytest.importorskip("pyspark.sql")
    session = (
        # two workers, each a process with one core
        sql.SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(tmp_path))
        .getOrCreate()
    )
    try:
        session.sparkContext.setLogLevel("OFF")
        found = answers(session.createDataFrame, 3)
    finally:
        session.stop()
    for name, frame in expected.items():
        same(found[name], frame)
