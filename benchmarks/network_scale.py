"""The counts over a network's points on every engine, at three sizes, in one run: time, peak memory and how they grow.

Run from the root of the project (the largest size takes some minutes, and 18 GB of memory for pandas)::

    python benchmarks/network_scale.py                             1, 5 and 50 million points
    python benchmarks/network_scale.py --sizes 1,5                 smaller ones
    python benchmarks/network_scale.py --engines pandas,duckdb     fewer engines
    python benchmarks/network_scale.py --recover                   only: is what was planted found again, and nothing else?
                                                                   (on DuckDB, that keeps to 4 GB)

Each engine runs in a process of its own, on the Parquet files of a planted network (tests/support/planted_network.py: 200 members,
20,000 cycles). Counted are the run chart of every series, and the predictions and cycles of every idea in every setting. Work is
the seconds that processors were busy for it, which says the same on a machine that others use; it is told as a ratio to
pandas at the same size as well. Waited is the time by the clock. Memory is the peak of the process and of those it started (workers
of Dask, Java for Spark) over what it held before the tables were opened. Every engine must come to the same answers: a hash
of them is compared.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HOME / "tests"), str(HOME / "src")]

ENGINES = ("pandas", "polars", "duckdb", "dask", "spark")
SIZES = {1: (10, 1, 50), 5: (10, 2, 125), 50: (10, 4, 625)}  # million points: sites, groups, days

# What is more than the memory goes to the disk.
DUCKDB = ("memory_limit = '4GB'", "preserve_insertion_order = false", "temp_directory = '{folder}/duckdb'")

BEFORE = {
    "pandas": "import pyarrow.parquet",
    "polars": "import polars",
    "duckdb": "\n".join(["import duckdb", *(f'duckdb.sql(f"SET {setting}")' for setting in DUCKDB)]),
    "dask": """
import warnings; warnings.simplefilter("ignore")
from dask.distributed import Client, LocalCluster
cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, memory_limit="4GB", dashboard_address=None)
client = Client(cluster)
""",
    "spark": """
import warnings; warnings.simplefilter("ignore")
from pyspark.sql import SparkSession
session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "4g")
    .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.local.dir", f"{folder}/spark").config("spark.sql.shuffle.partitions", "16").getOrCreate())
session.sparkContext.setLogLevel("OFF")
""",
}
PROGRAM = """
import hashlib, json, os, sys, threading, time
import psutil
import pandas as pd
import driverkit as dk

engine, folder = sys.argv[1:3]


def family():
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def held():
    total = 0
    for one in family():
        try:
            total += one.memory_info().rss
        except psutil.Error:
            pass
    return total / 1e6


def worked():
    return sum(one.cpu_times().user + one.cpu_times().system for one in family())


def watch():
    while True:
        peak[0] = max(peak[0], held())
        time.sleep(0.2)


def main():
    tables = dk.open_tables(folder, engine=engine)
    found = [
        dk.run_statistics(tables["points"], **({"together": True} if engine == "dask" else {})),
        dk.prediction_counts(tables["predictions"], by=("idea", "context_setting")),
        dk.cycle_counts(tables["cycles"], by=("idea", "context_setting")),
    ]
    seconds, work = time.perf_counter() - begin, worked() - before
    mark = hashlib.sha256()
    for frame in found:
        mark.update(frame.to_json(orient="split", double_precision=15, date_format="iso").encode())
        mark.update(b"".join(value.hex().encode() for value in frame.get("centre", pd.Series(dtype=float)).dropna()))
    signals = int(found[0]["signal"].sum())
    print("RESULT" + json.dumps([work, peak[0] - start, len(found[0]), signals, mark.hexdigest()[:16], seconds]), flush=True)


if __name__ == "__main__":
    {before}
    peak = [0.0]
    start = held()
    threading.Thread(target=watch, daemon=True).start()
    before, begin = worked(), time.perf_counter()
    main()
"""


def measured(engine: str, folder: Path) -> list:
    before = "\n".join(f"    {line}" for line in BEFORE[engine].strip().splitlines()).strip()
    with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as program:
        program.write(PROGRAM.replace("{before}", before))
        program.flush()
        command = [sys.executable, program.name, engine, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HOME)
    for line in done.stdout.splitlines():
        if "RESULT" in line:
            return json.loads(line.partition("RESULT")[2])
    raise SystemExit(f"{engine} failed:\n{done.stderr[-3000:]}")


def planted(million: int, folder: Path) -> Path:
    """The network of a size; made once where a folder is kept."""
    import driverkit as dk
    from support.planted_network import Size, plant

    place = folder / f"{million}-million"
    if not (place / "truths.json").exists():
        sites, groups, days = SIZES[million]
        began = time.perf_counter()
        plant(place, Size(sites=sites, groups=groups, days=days))
        tables = dk.to_tables(dk.load_network(place))
        dk.save_tables({name: frame for name, frame in tables.items() if name != "points"}, place / "tables")
        print(f"planted {million} million points in {time.perf_counter() - began:.0f} s", flush=True)
    return place


def recover(place: Path) -> None:
    """Is what was planted found again, and nothing else?"""
    import duckdb

    import driverkit as dk
    from support import planted_network as plan

    truths = json.loads((place / "truths.json").read_text("utf-8"))
    tables = dk.open_tables(place / "tables")
    for setting in DUCKDB:
        duckdb.sql(f"SET {setting}".format(folder=place))
    points = dk.open_tables(place / "tables", engine="duckdb")["points"]
    network = dk.load_network(place)
    effects = plan.planted_effects(truths)
    told = [
        (
            "which idea works in which setting, by predictions",
            effects,
            plan.where_predictions_held(tables["predictions"]),
        ),
        (
            "which idea works in which setting, by measures",
            effects,
            plan.where_lines_moved(points, tables["cycles"], tables["members"]),
        ),
        *plan.in_the_theories(network, truths),
    ]
    for what, wanted, found in told:
        print(
            f"{what}: {len(wanted)} planted, {len(wanted & found)} found again, {len(wanted - found)} missed, "
            f"{len(found - wanted)} found that were not planted"
        )


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--sizes", default="1,5,50")
    asked.add_argument("--engines", default=",".join(ENGINES))
    asked.add_argument("--folder", type=Path, help="where the networks are kept for another run")
    asked.add_argument("--recover", action="store_true")
    asked = asked.parse_args()
    sizes = [int(one) for one in asked.sizes.split(",")]
    with tempfile.TemporaryDirectory() as passing:
        folder = asked.folder or Path(passing)
        if asked.recover:
            for million in sizes:
                print(f"{million} million points")
                recover(planted(million, folder))
            return
        rows: dict[tuple[str, int], list] = {}
        print(
            f"{'engine':8} {'points':>10} {'series':>8} {'signals':>8} {'work, s':>8} {'to pandas':>9} {'waited':>8} {'peak MB':>8}"
        )
        for million in sizes:
            place = planted(million, folder) / "tables"
            for engine in asked.engines.split(","):
                rows[engine, million] = row = measured(engine, place)
                work, memory, series, signals, _, waited = row
                base = rows.get(("pandas", million))
                ratio = f"{work / base[0]:9.2f}" if base else " " * 9
                print(
                    f"{engine:8} {million:8} M {series:8,} {signals:8,} {work:8.1f} {ratio} {waited:8.1f} {memory:8,.0f}",
                    flush=True,
                )
        for engine in asked.engines.split(","):
            for small, large in itertools.pairwise(sizes):
                a, b = rows[engine, small], rows[engine, large]
                print(
                    f"{engine:8} from {small} to {large} million ({large / small:.0f} times): {b[0] / a[0]:.1f} times the work, "
                    f"{b[1] / a[1]:.1f} times the memory"
                )
        for million in sizes:
            marks = {row[4] for (_, size), row in rows.items() if size == million}
            print(
                f"{million} million: {'all engines agree' if len(marks) == 1 else f'ENGINES DISAGREE: {marks}'}"
            )
            if len(marks) > 1:
                raise SystemExit(1)


if __name__ == "__main__":
    main()
