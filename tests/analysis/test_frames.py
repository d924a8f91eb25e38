"""Every record as a data frame: what is in it, what each column says, and the way back."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
from typing import Any

import attrs
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.analysis import frames
from driverkit.analysis.frames import COLUMNS, COMPUTED, TYPES, cell_list, listed_cell
from driverkit.evidence import was_done, was_studied
from driverkit.evidence.predictions import predictions_of, tally
from strategies import any_text, theories

EMPTY = dk.Theory("Nothing yet")


def frame_of(theory: dk.Theory, table: str) -> pd.DataFrame:
    return getattr(dk, f"{table}_frame")(theory)


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_is_documented_and_there_with_its_type_when_empty(table):
    full, empty = frame_of(examples.load("leaving-hospital"), table), frame_of(EMPTY, table)
    names = list(COLUMNS[table])
    assert list(empty.columns) == names
    assert list(full.columns)[: len(names)] == names
    for name in names:
        assert str(full[name].dtype) == str(empty[name].dtype) == TYPES.get(name, "string")
    assert empty.attrs["columns"] == dict(COLUMNS[table])
    assert set(full.attrs["columns"]) == set(full.columns)
    assert all(text and not text.endswith(".") for text in COLUMNS[table].values())


@pytest.mark.parametrize("name", examples.names())
def test_every_record_of_every_example_is_a_row(name):
    theory = examples.load(name)
    made = dk.to_frames(theory)
    assert len(made["nodes"]) == len(theory.nodes)
    assert len(made["links"]) == len(theory.links)
    assert len(made["cycles"]) == len(theory.cycles)
    assert len(made["predictions"]) == sum(len(cycle.predictions) for cycle in theory.cycles)
    assert len(made["evidence"]) == len(theory.evidence)
    assert made["series"]["measure"].nunique() == sum(m.data is not None for m in theory.measures)
    assert set(made) == set(COLUMNS)


def test_a_cycle_has_plan_do_study_and_act_beside_each_other():
    cycle = dk.cycles_frame(examples.load("leaving-hospital")).set_index("id").loc["T12"]
    assert cycle["plan_date"] == pd.Timestamp("2025-08-04")
    assert cycle["do_date"] == pd.Timestamp("2025-08-11")
    assert cycle["as_planned"]
    assert cycle["decision"] == "abandon"
    assert (cycle["predictions"], cycle["refuted"], cycle["confirmed"]) == (3, 3, 0)


@given(theories(8))
def test_predictions_are_counted_as_the_judgements_count_them(theory):
    cycles = dk.cycles_frame(theory)
    for idea in theory.change_ideas:
        records = predictions_of(theory, idea.id)
        counted = tally(records)
        mine = cycles[cycles["change"] == idea.id]
        for name in ("predictions", "confirmed", "mixed", "refuted", "open", "late"):
            assert mine[name].sum() == getattr(counted, name)
    asked = dk.predictions_frame(theory)
    for record in (r for idea in theory.change_ideas for r in predictions_of(theory, idea.id)):
        (row,) = asked[(asked["cycle"] == record.cycle.id) & (asked["number"] == record.number)].to_dict(
            "records"
        )
        for name in ("written", "judged"):
            held = getattr(record, name)
            assert pd.isna(row[name]) if held is None else row[name].date() == held
        assert pd.isna(row["in_time"]) if record.in_time is None else row["in_time"] == record.in_time
    for cycle, row in zip(theory.cycles, cycles.to_dict("records"), strict=True):
        assert (row["done"], row["studied"]) == (was_done(cycle), was_studied(cycle))


def test_days_of_every_year_that_a_theory_takes_are_held():
    days = [dt.date(1000, 1, 1), dt.date(1600, 2, 29), dt.date(9999, 12, 31)]
    theory = dk.Theory("t", aims=[dk.Aim(f"A{n}", "a", by=day) for n, day in enumerate(days)])
    held = dk.nodes_frame(theory)["by"]
    assert str(held.dtype) == "datetime64[s]"
    assert [moment.isoformat()[:10] for moment in held] == [day.isoformat() for day in days]


def test_a_count_that_64_bits_do_not_hold_is_kept_all_the_same():
    theory = dk.Theory(
        "t", change_ideas=[dk.ChangeIdea("C", "c")], cycles=[dk.PdsaCycle("T", "C", scale=10**30)]
    )
    made = dk.cycles_frame(theory)
    assert made["scale"].tolist() == [10**30]
    assert dk.from_frames(None, **dk.to_frames(theory)).cycles == theory.cycles


def test_links_say_what_nobody_wrote_and_count_their_evidence():
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A", "a")],
        drivers=[dk.Driver("P", "p"), dk.Driver("S", "s", contributes_to=[dk.Contribution("P", "weak")])],
        evidence=[
            dk.Evidence("E1", "S -> P", finding="supports"),
            dk.Evidence("E2", "S -> P", finding="mixed"),
            dk.Evidence("E3", "P -> A", finding="contradicts"),
            dk.Evidence("E4", "P", finding="supports"),
        ],
    )
    links = dk.links_frame(theory).set_index(["cause", "effect"])
    assert links["implied"].to_dict() == {("P", "A"): True, ("S", "P"): False}
    counts = links[["evidence_for", "evidence_mixed", "evidence_against"]]
    assert counts.loc[("S", "P")].tolist() == [1, 1, 0]
    assert counts.loc[("P", "A")].tolist() == [0, 0, 1]


# --------------------------------------------------------------------------------------------- series


def test_a_point_has_its_value_in_the_unit_of_the_measure():
    rows = [
        {"date": "2026-02-01", "numerator": 3, "denominator": 20, "site": "W", "strata": {"row": "b"}},
        {"date": "2026-01-01", "numerator": 1, "denominator": 0},
        {"date": "2026-03-01", "numerator": 1, "denominator": 4, "suppressed": True},
        {"date": "2026-04-01", "value": 12.5, "excluded": "strike"},
    ]
    theory = dk.Theory("t", measures=[dk.Measure("M", "m", unit="%", strata=["row"], data=rows)])
    made = dk.series_frame(theory, "M")
    assert made["row"].tolist() == [2, 1, 3, 4]
    assert made["value"].fillna(-1).tolist() == [-1, 15, -1, 12.5]
    assert made["suppressed"].tolist() == [False, False, True, False]
    assert made["stratum_row"].fillna("").tolist() == ["", "b", "", ""]
    assert made.attrs["strata"] == {"row": "stratum_row"}
    assert made["numerator"].isna().tolist() == [False, False, True, True]


def test_a_series_is_asked_of_measures_only():
    theory = examples.load("leaving-hospital")
    with pytest.raises(dk.UsageError, match="no measure"):
        dk.series_frame(theory, "C1")
    with pytest.raises(dk.UnknownId):
        dk.series_frame(theory, "M99")


def test_a_series_that_cannot_be_read_tells_why():
    theory = dk.Theory("t", measures=[dk.Measure("M", "m", data="gone.csv")])
    with pytest.raises(dk.FormatError, match="not read from a file"):
        dk.series_frame(theory)


# ------------------------------------------------------------------------------------- lists in a cell


@given(st.lists(any_text.filter(lambda text: text.strip()), max_size=4))
def test_what_is_listed_in_a_cell_comes_back_exactly(words):
    cell = listed_cell(words)
    assert (cell_list(cell) if cell is not None else []) == words


@given(st.text('"; ab', max_size=12))
def test_any_cell_is_a_list_of_something(cell):
    assert all(part for part in cell_list(cell))


def test_a_person_writes_a_list_without_quotation_marks():
    assert cell_list(" S1;S2 ; ;P1;") == ["S1", "S2", "P1"]
    assert cell_list('a 5" card; "b') == ['a 5" card', '"b']


# ------------------------------------------------------------------------------------------ round trips


def _without_loss(theory: dk.Theory) -> dk.Theory:
    """What tables hold of a theory: what `from_frames` says they do not hold is made plain or left out."""

    def number(value: Any) -> Any:
        return None if value is None else float(value)

    def kept(extra: Any) -> dict[str, Any]:
        return {
            k: x for k, x in extra.items() if x is not None and not (isinstance(x, str) and not x.strip())
        }

    def bare(item: Any, **more: Any) -> Any:
        numbers = {n: number(getattr(item, n)) for n in ("baseline", "target") if hasattr(item, n)}
        return attrs.evolve(item, extra=kept(item.extra), **numbers, **more)

    def name(value: str | None) -> str | None:
        return None if value is None else value.strip()

    def step(part: Any) -> Any:
        return None if part is None or bare(part) == type(part)() else bare(part)

    def observed(row: dk.Observation) -> dk.Observation:
        top, bottom = number(row.numerator), number(row.denominator)
        hidden = row.suppressed is True
        value = None if hidden or (top is not None and bottom is not None) else number(row.value)
        return attrs.evolve(
            row,
            value=value,
            numerator=None if hidden else top,
            denominator=bottom,
            suppressed=hidden or None,
            site=name(row.site),
            phase=name(row.phase),
            strata={key: group.strip() for key, group in row.strata.items()},
            extra=kept(row.extra),
        )

    return attrs.evolve(
        theory,
        revision=None,
        headings=None,
        perspectives=(),
        revisions=(),
        extra={},
        problem=dk.Problem(causes=[bare(c) for c in theory.causes]) if theory.causes else None,
        **{
            section: [
                bare(
                    node,
                    contributes_to=[attrs.evolve(c, extra=kept(c.extra)) for c in node.contributes_to],
                )
                for node in getattr(theory, section)
            ]
            for section in ("aims", "drivers", "change_ideas")
        },
        measures=[
            bare(m, data=tuple(map(observed, m.data)) if isinstance(m.data, tuple) else m.data)
            for m in theory.measures
        ],
        cycles=[
            bare(
                cycle,
                team=name(cycle.team),
                site=name(cycle.site),
                predictions=[bare(p) for p in cycle.predictions],
                **{part: step(getattr(cycle, part)) for part in ("plan", "do", "study", "act")},
            )
            for cycle in theory.cycles
        ],
        **{
            section: [bare(item) for item in getattr(theory, section)]
            for section in ("evidence", "teams", "recommendations")
        },
    )


@given(theories(10))
def test_what_the_frames_hold_makes_the_theory_again(theory):
    theory = theory.replace(*(attrs.evolve(m, data=None) for m in theory.measures if isinstance(m.data, str)))
    again = dk.from_frames(None, title=theory.title, **dk.to_frames(theory))
    assert again == _without_loss(theory)


@pytest.mark.parametrize("name", examples.names())
def test_every_example_comes_back_whole(name):
    theory = dk.with_series(examples.load(name))
    again = dk.from_frames(None, title=theory.title, **dk.to_frames(theory))
    again = again.replace(
        revision=theory.revision,
        headings=theory.headings,
        perspectives=theory.perspectives,
        revisions=theory.revisions,
        extra=theory.extra,
        problem=theory.problem and attrs.evolve(theory.problem, causes=again.causes),
    )
    assert again == theory


@pytest.mark.few(1)
@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("name", ["leaving-hospital", "small-steps"])
def test_an_example_comes_back_from_csv_files(name, library):
    theory = dk.with_series(examples.load(name))
    tables = {}
    for table, frame in dk.to_frames(theory).items():
        text = frame.to_csv(index=False)
        if library == "pandas":
            tables[table] = pd.read_csv(io.StringIO(text), dtype="string", keep_default_na=False)
        else:
            tables[table] = pl.read_csv(text.encode(), infer_schema=False)
    again = dk.from_frames(None, title=theory.title, **tables)
    assert again == dk.from_frames(None, title=theory.title, **dk.to_frames(theory))


def test_what_is_worked_out_is_named():
    assert "studied" in COMPUTED["cycles"]
    assert "id" not in COMPUTED["cycles"]
    assert all(COMPUTED[table] <= COLUMNS[table].keys() for table in COLUMNS)


def test_asking_for_a_frame_is_what_loads_pandas():
    code = (
        "import sys, driverkit as dk\n"
        "dk.cycles_frame, dk.from_frames, dk.with_series\n"
        "assert not {'pandas', 'narwhals', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_frame_has_its_function():
    assert {name.removesuffix("_frame") for name in frames.__all__ if name.endswith("_frame")} == set(COLUMNS)
