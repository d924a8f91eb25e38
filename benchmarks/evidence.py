"""100,000 cycles and 1,000,000 points: what an analysis takes, against pandas counting the same things plainly.

Run from the root of the project::

    python benchmarks/evidence.py                     all of it, about a minute
    python benchmarks/evidence.py 10000 100000        that many cycles and points

The yardstick is what an analyst would write: the same table as a data frame, and one ``groupby`` with the
counts. It knows nothing of late predictions, of ideas that several drivers share, of missing or suppressed
points, and names no rule. Every step is measured three times, each on a theory that remembers nothing yet;
the smallest time of the processor is shown, and the ratio to the yardstick of the same run.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import driverkit as dk
from driverkit.evidence import audit, beliefs, lines, measure_chart, series, tallies

SITES, TEAMS, IDEAS, DRIVERS = 200, 30, 5_000, 400


def theory_with(cycles: int) -> dk.Theory:
    chance = random.Random(1)
    ideas = [dk.ChangeIdea(f"C{i}", f"idea {i}", contributes_to=[f"S{i % DRIVERS}"]) for i in range(IDEAS)]
    drivers = [dk.Driver(f"P{i}", f"primary {i}", contributes_to=["A1"]) for i in range(5)]
    drivers += [
        dk.Driver(
            f"S{i}",
            f"secondary {i}",
            contributes_to=[f"P{i % 5}", f"P{(i + 1) % 5}"] if i % 3 == 0 else [f"P{i % 5}"],
        )
        for i in range(DRIVERS)
    ]

    def cycle(i: int) -> dk.PdsaCycle:
        day = dt.date(2020, 1, 1) + dt.timedelta(days=i % 1500)
        return dk.PdsaCycle(
            f"T{i}",
            f"C{i % IDEAS}",
            site=f"site {i % SITES}",
            team=f"t{i % TEAMS}",
            scale=1 + i // IDEAS * 3,
            conditions=f"conditions {i % 7}",
            follows=f"T{i - IDEAS}" if i >= IDEAS else None,
            plan={"date": day, "objective": "does it help"},
            predictions=[
                {
                    "question": "how many",
                    "prediction": "most",
                    "found": "some",
                    "result": chance.choice(["confirmed", "mixed", "refuted"]),
                }
            ],
            do={"date": day + dt.timedelta(days=3), "observed": "something"},
            study={"date": day + dt.timedelta(days=9), "learned": "something"},
            act={"date": day + dt.timedelta(days=10), "decision": "adapt", "next": "more"},
        )

    return dk.Theory(
        "Many cycles",
        aims=[dk.Aim("A1", "More of what is good")],
        drivers=drivers,
        change_ideas=ideas,
        teams=[dk.Team(f"t{i}") for i in range(TEAMS)],
        cycles=[cycle(i) for i in range(cycles)],
    )


def write_points(folder: Path, points: int) -> Path:
    chance = random.Random(2)
    days = max(1, points // (SITES * 2))
    with (folder / "points.csv").open("w", encoding="utf-8") as out:
        out.write("date,numerator,denominator,site,group\n")
        for day in range(days):
            date = (dt.date(2000, 1, 1) + dt.timedelta(days=day)).isoformat()
            for site in range(SITES):
                for group in ("a", "b"):
                    of = 20 + chance.randrange(20)
                    out.write(f"{date},{chance.randrange(of)},{of},site {site},{group}\n")
    file = folder / "theory.yaml"
    file.write_text(
        "driverkit: 1\ntitle: Many points\naims: [{id: A1, text: More of what is good}]\nmeasures:\n"
        '- {id: M1, name: Good, of: [A1], unit: "%", direction: increase, strata: [group], data: points.csv}\n',
        "utf-8",
    )
    return file


def took(step: Callable[[], object]) -> float:
    begin = time.process_time()
    step()
    return time.process_time() - begin


def best(prepare: Callable[[], object], step: Callable[[object], object]) -> float:
    times = []
    for _ in range(3):
        ready = prepare()
        times.append(took(lambda ready=ready: step(ready)))
    return min(times)


def row(name: str, ours: float, plain: float | None) -> None:
    ratio = f"{ours / plain:8.1f}" if plain else "       –"
    yard = f"{plain:10.3f}" if plain else "         –"
    print(f"{name:58s}{ours:9.2f}{yard}{ratio}")


def main(cycles: int = 100_000, points: int = 1_000_000) -> None:
    whole = theory_with(cycles)
    frame = dk.predictions_frame(whole)
    table = dk.cycles_frame(whole)

    def fresh() -> dk.Theory:
        return whole.replace(title="Many cycles ")  # the same theory, remembering nothing

    print(f"{cycles:,} cycles, {points:,} points          seconds: driverkit, pandas, ratio")
    for by in ("idea", "team", "site"):
        row(
            f"predictions by {by}, with intervals",
            best(fresh, lambda t, by=by: tallies(t, by)),
            best(lambda: None, lambda _, by=by: frame.groupby([by, "result"], observed=True).size()),
        )
    ups = pd.DataFrame(
        [
            (idea.id, driver.id)
            for driver in whole.drivers
            for idea in dk.graph.ideas_behind(whole, driver.id)
        ],
        columns=["idea", "driver"],
    )
    row(
        "predictions by driver, shared ideas counted once",
        best(fresh, lambda t: tallies(t, "driver")),
        best(
            lambda: None,
            lambda _: frame.merge(ups, on="idea").groupby(["driver", "result"], observed=True).size(),
        ),
    )
    row(
        "predictions by month",
        best(fresh, lambda t: tallies(t, "month")),
        best(
            lambda: None,
            lambda _: frame.groupby([frame["judged"].dt.strftime("%Y-%m"), "result"], observed=True).size(),
        ),
    )
    row(
        "coverage: nodes, levels and gaps",
        best(fresh, lambda t: [getattr(dk.coverage(t), name) for name in ("nodes", "levels", "gaps")]),
        best(
            lambda: None,
            lambda _: table.groupby("change").agg({"id": "size", "studied": "sum", "site": "nunique"}),
        ),
    )
    row("belief in every node and link", best(fresh, beliefs), None)
    row("PDSA audit of every cycle", best(fresh, audit), None)
    row("what to test next", best(fresh, dk.next_tests), None)
    row("all checks", best(fresh, dk.check), None)

    with tempfile.TemporaryDirectory() as folder:
        file = write_points(Path(folder), points)
        csv = Path(folder) / "points.csv"

        def load() -> dk.Theory:
            return dk.load(file)

        def plain() -> pd.DataFrame:
            return pd.read_csv(csv, parse_dates=["date"])

        def shares(rows: pd.DataFrame, by: list[str]) -> pd.Series:
            sums = rows.groupby(by)[["numerator", "denominator"]].sum()
            return sums["numerator"] / sums["denominator"]

        row(
            "reading the points", best(load, lambda t: series(t, "M1")), best(lambda: None, lambda _: plain())
        )
        rows = plain()

        def read() -> dk.Theory:
            theory = dk.load(file)
            series(theory, "M1")
            return theory

        row(
            "one line of all sites, judged by its run chart",
            best(read, lambda t: measure_chart(t, "M1")),
            best(lambda: None, lambda _: shares(rows, ["date"])),
        )
        row(
            f"{SITES * 2} lines, by site and group",
            best(read, lambda t: lines(t, "M1", by="site and stratum")),
            best(lambda: None, lambda _: shares(rows, ["site", "group", "date"])),
        )
        row("the points as a data frame", best(read, dk.series_frame), None)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
