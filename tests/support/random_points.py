"""Random tables of a network, with all that makes series hard: ties, gaps, hidden points, points on the line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import driverkit as dk

KEYS = list(dk.SERIES_COLUMNS)


def random_points(seed: int, n_series: int = 40) -> pd.DataFrame:
    """Points of series of 1 to 60 points, of five kinds, in no order; some on one day."""
    rng = np.random.default_rng(seed)
    parts = []
    for s in range(n_series):
        n = int(rng.integers(1, 60))
        value = (
            rng.integers(0, 4, n).astype(float),  # many on the line
            rng.normal(0, 1, n),
            np.round(rng.normal(10, 1, n), 1),
            rng.integers(0, 9, n) * 0.1,  # tenths that floats do not hold
            np.cumsum(rng.normal(0, 1, n)),
        )[s % 5]
        value[rng.random(n) < 0.1] = np.nan
        if s == 7:
            value[:] = 3.0
        if s == 8:
            value[:] = np.nan
        if s == 9:
            value[: n // 2] = 1e308  # too large to reckon with: missing
        days = rng.integers(0, 40, n) if s % 2 else np.arange(n)
        parts.append(
            pd.DataFrame(
                {
                    "member": f"m{s // 10}",
                    "measure": f"M{s % 3}",
                    "site": f"s{s % 10}",
                    "stratum": "" if s % 4 else "shift",
                    "group": "" if s % 4 else "night",
                    "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D"),
                    "row": np.arange(1, n + 1),
                    "value": value,
                    "suppressed": rng.random(n) < 0.03,
                    "excluded": np.where(rng.random(n) < 0.03, "snow", ""),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def charts_of(points: pd.DataFrame) -> pd.DataFrame:
    """What `dk.run_chart` says of each series, one at a time."""
    rows = []
    for key, some in points.groupby(KEYS):
        some = some.sort_values(["date", "row"]).reset_index(drop=True)
        values = [
            None if hidden or not abs(value) < 1e300 else value
            for value, hidden in zip(some["value"], some["suppressed"], strict=True)
        ]
        chart = dk.run_chart(values, exclude={at: why for at, why in enumerate(some["excluded"]) if why})
        rows.append(
            {
                **dict(zip(KEYS, key, strict=True)),
                "n_points": len(some),
                **{
                    name: getattr(chart, name)
                    for name in (
                        *("n_missing", "n_obs", "centre", "n_useful", "longest_run", "longest_run_max"),
                        *("n_runs", "n_crossings", "n_crossings_min", "signal"),
                    )
                },
            }
        )
    return pd.DataFrame(rows)


def random_predictions(seed: int, n: int = 400) -> pd.DataFrame:
    """Predictions of cycles of ten members: late, open and undated ones among them."""
    rng = np.random.default_rng(seed)
    member = rng.integers(0, 10, n)
    in_time = rng.choice(["yes", "no", "unknown"], n, p=[0.7, 0.15, 0.15])
    return pd.DataFrame(
        {
            "member": [f"m{one}" for one in member],
            "cycle": [f"m{one}/T{two}" for one, two in zip(member, rng.integers(0, 20, n), strict=True)],
            "idea": rng.choice(["", "C1", "C2", "C3"], n),
            "context_setting": [("rural", "urban")[one % 2] for one in member],
            "in_time": pd.array([{"yes": True, "no": False}.get(one) for one in in_time], dtype="boolean"),
            "undated": in_time == "unknown",
            "result": rng.choice(["", "confirmed", "mixed", "refuted"], n),
        }
    )


def random_cycles(seed: int, n: int = 300) -> pd.DataFrame:
    """Cycles of ten members, of common ideas and of inventions."""
    rng = np.random.default_rng(seed)
    member = rng.integers(0, 10, n)
    idea = rng.choice(["", "C1", "C2", "C3"], n)
    done = rng.random(n) < 0.7
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    return pd.DataFrame(
        {
            "member": [f"m{one}" for one in member],
            "cycle": [f"m{one}/T{at}" for at, one in enumerate(member)],
            "change": [one or f"own{at % 4}" for at, one in enumerate(idea)],
            "idea": idea,
            "site": rng.choice(["", "Ward 1", "Ward 2"], n),
            "context_setting": [("rural", "urban")[one % 2] for one in member],
            "do_date": pd.Series(days).where(done),
            "decision": rng.choice(["", "adopt", "adapt", "expand", "abandon"], n),
            "done": done,
            "studied": done & (rng.random(n) < 0.6),
        }
    )


def as_categories(frame: pd.DataFrame) -> pd.DataFrame:
    """The texts of a frame as categories, as Parquet files are read."""
    return frame.astype(
        {name: "category" for name in frame.columns if frame[name].dtype in ("str", "object")}
    )


def same(one: Any, other: Any) -> None:
    """Two results are equal to the last bit, dtypes and order included."""
    pd.testing.assert_frame_equal(one, other, check_exact=True)
