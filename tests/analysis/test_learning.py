"""Learning as tables and as text: every column documented, every word of a theory harmless."""

from __future__ import annotations

import pandas as pd
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.analysis.learning import COLUMNS, audit_frame, learning, learning_text, predictions_by
from driverkit.evidence.audit import small_scale
from driverkit.evidence.predictions import BY

EMPTY = dk.Theory("Nothing yet")
TABLES = {
    "learning": learning,
    "predictions_by": lambda theory: predictions_by(theory, "driver"),
    "audit": audit_frame,
}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_documented_and_has_the_same_type_where_the_theory_is_empty(table):
    full, empty = TABLES[table](examples.load("leaving-hospital")), TABLES[table](EMPTY)
    assert len(full)
    assert not len(empty)
    for frame in (full, empty):
        assert list(frame.columns) == list(COLUMNS[table])
        assert frame.attrs["columns"] == COLUMNS[table]
        assert frame.attrs["table"] == table
    assert dict(full.dtypes) == dict(empty.dtypes)


def test_what_was_wrong_in_the_hospital_stands_with_what_was_learned():
    frame = learning(examples.load("leaving-hospital"))
    assert frame["result"].value_counts().to_dict() == {"refuted": 8, "mixed": 4}
    row = frame[frame["cycle"] == "T3"].iloc[0]
    assert (row["predicted"], row["found"]) == ("within 10 points", "3 of 9 against 26 of 31")
    assert (row["decision"], row["followed_by"], row["judged"]) == ("adapt", "T4", pd.Timestamp("2025-04-02"))
    assert row["revisions"].startswith("2: ")
    assert set(learning(examples.load("leaving-hospital"), about="S7 -> P3")["idea"]) == {"C9"}


@pytest.mark.parametrize("by", BY)
def test_the_counts_of_each_row_fit_together(by):
    frame = predictions_by(examples.load("algebra-success"), by)
    assert (frame["judged"] == frame["confirmed"] + frame["mixed"] + frame["refuted"]).all()
    assert (frame["predictions"] == frame["judged"] + frame["open"]).all()
    known = frame.dropna(subset="share")
    assert (known["low"] <= known["share"]).all()
    assert (known["share"] <= known["high"]).all()
    assert set(known["interval"]) == {"Wilson 95 %"}
    assert frame["share"].isna().equals(frame["judged"] == 0)


def test_rows_name_what_they_count():
    theory = examples.load("leaving-hospital")
    drivers = predictions_by(theory, "driver").set_index("key")
    assert drivers.loc["P3", ["cycles", "confirmed", "judged", "open"]].tolist() == [18, 20, 32, 1]
    links = predictions_by(theory, "link").set_index("key")
    assert links.loc["S7 -> P3", "text"].startswith("Somebody who knows the case")
    assert predictions_by(theory, "month")["key"].isna().sum() == 1
    theirs = predictions_by(theory, "idea", interval=dk.jeffreys)["interval"].dropna()
    assert set(theirs) == {"Jeffreys 95 %"}


def test_the_audit_is_one_row_for_each_cycle_ramp_or_theory_and_feature():
    theory = examples.load("leaving-hospital")
    wide = audit_frame(theory).pivot(index="id", columns="feature", values="answer")
    assert wide.shape == (18, 5)
    assert wide.loc["T18"].to_dict()["iterative"] == "no"
    by_ramp = audit_frame(theory, by="ramp")
    assert by_ramp["id"].unique().tolist() == ["T1 … T4", "T5 … T7", "T8 … T10", "T11 … T13", "T14 … T16"]
    assert set(by_ramp["answer"]) == {"yes"}
    whole = audit_frame(theory, by="theory", features=[small_scale(4)])
    assert whole[["yes", "no", "cannot_tell"]].sum(axis=1).tolist() == [18]
    with pytest.raises(dk.UsageError, match="Did you mean 'cycle'"):
        audit_frame(theory, by="cycles")


def test_the_text_goes_idea_by_idea_and_tells_one_cycle_once():
    text = learning_text(examples.load("leaving-hospital"))
    assert "21 of 33 judged predictions held (47 % to 78 %, Wilson); 1 open. 8 refuted and 4 mixed." in text
    assert text.count("- **T12**") == 1
    assert text.count("A call from someone who does not know the case does nothing.") == 1
    assert text.index("(C1)") < text.index("(C9)") < text.index("(C13)")
    assert "(C10)" not in text
    some = learning_text(examples.load("leaving-hospital"), about="P2")
    assert "3 of 5 judged predictions held" in some
    assert "(C9)" not in some


def test_a_theory_without_wrong_predictions_says_so():
    assert "Nothing to tell yet." in learning_text(EMPTY)
    cycle = dk.PdsaCycle("T1", "C1", predictions=[{"prediction": "p", "result": "confirmed"}])
    theory = dk.Theory("t", change_ideas=[dk.ChangeIdea("C1", "c")], cycles=[cycle])
    assert "No prediction was refuted or mixed." in learning_text(theory)


def test_what_is_not_written_down_is_told():
    cycle = dk.PdsaCycle("T1", "C1", predictions=[{"prediction": "p", "result": "refuted"}])
    text = learning_text(dk.Theory("t", change_ideas=[dk.ChangeIdea("C1", "c")], cycles=[cycle]))
    assert "what was found is not written down" in text
    assert "What we learned: nothing is written down." in text
    assert "What we did: nothing is written down." in text


def test_words_of_strangers_are_no_markup():
    bad = "<script>x</script> [a](http://b) **c** `d`\n# e\u202e"
    theory = dk.Theory(
        bad,
        change_ideas=[dk.ChangeIdea("C1", bad)],
        cycles=[
            dk.PdsaCycle(
                "T1",
                "C1",
                site=bad,
                predictions=[{"question": bad, "prediction": bad, "found": bad, "result": "refuted"}],
                study={"learned": bad},
                act={"decision": "adapt", "next": bad},
            )
        ],
        revisions=[{"label": bad, "why": bad, "because_of": ["T1"]}],
    )
    text = learning_text(theory)
    assert "<script" not in text.replace("\\<script", "")
    assert "\u202e" not in text
    assert "](http" not in text.replace("\\](http", "").replace("]\\(http", "")
    assert text.count("\n# ") == 0
    assert [line[:3] for line in text.splitlines() if line.startswith("#")] == ["# W", "## "]


@pytest.mark.parametrize("name", examples.names())
def test_the_table_of_beliefs_says_what_the_judgement_says(name):
    theory = examples.load(name)
    frame = dk.beliefs_frame(theory)
    found = dk.beliefs(theory)
    assert frame["about"].tolist() == list(found)
    assert frame["belief"].tolist() == [one.word for one in found.values()]
    assert frame["cycles_studied"].tolist() == [one.counts.cycles_studied for one in found.values()]
    assert frame["failed"].tolist() == [one.counts.failed for one in found.values()]
    assert list(frame.columns) == list(frame.attrs["columns"])
    assert dk.beliefs_frame(dk.Theory("t")).dtypes.equals(frame.dtypes)
