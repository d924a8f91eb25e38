"""A folder of CSV files: a file a section, every fault with its file, and nothing outside the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import driverkit as dk
from driverkit import examples
from support.exactly import exactly


def folder(path: Path, **files: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, "utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(dk.FormatError) as told:
        dk.load(path)
    return [str(f).replace(str(path), "plan") for f in told.value.faults]


def test_a_theory_is_written_into_a_folder_and_read_from_it(tmp_path):
    for name in examples.names():
        theory = examples.load(name)
        dk.save(theory, tmp_path / name, format="csv-folder")
        again = dk.load(tmp_path / name)
        assert exactly(again) == exactly(theory)
        assert again.origin.format == "csv-folder"
    names = sorted(p.name for p in (tmp_path / name).iterdir())
    assert names == sorted(f"{n}.csv" for n in (
        "theory", "aims", "drivers", "change_ideas", "links", "measures", "series", "cycles", "predictions",
        "evidence", "causes", "teams", "recommendations", "revisions",
    ))  # fmt: skip


def test_what_people_type_is_enough(tmp_path):
    path = folder(
        tmp_path / "plan",
        aims="id;text;target;by\nA1;Fewer falls;1,5\n".replace("1,5", "1.5") .replace("1.5\n", "1.5;2027-06-30\n"),
        drivers="id,text,parents\nP1,Risk is known,A1\n",
        change_ideas="text,contributes_to,x-room\nAsk three questions,P1,6\n",
        links="cause,effect,strength,because\nP1,A1,Strong,it fell elsewhere\nC1,A1,weak,\n",
        measures="name,of,role,strata\nFalls a week,A1,outcome,shift\n",
        series='measure,date,value,suppressed,group: shift\nM1,2026-01-05,4,,night\nM1,2026-01-12,,Yes,day\n',
        cycles="id,change,plan_date,do_date,as_planned,decision\nT1,C1,2026-01-08,2026-01-12,TRUE,Adapt\n",
        predictions="cycle,question,prediction,result\nT1,does it fit,yes,confirmed\nT1,how long,2 min,\n",
    )  # fmt: skip
    theory = dk.load(path)
    assert theory.title == "Fewer falls"
    assert [link.id for link in theory.links] == ["P1 -> A1", "C1 -> P1", "C1 -> A1"]
    assert [(link.strength, link.because) for link in theory.links] == [
        ("strong", "it fell elsewhere"), (None, None), ("weak", None),
    ]  # fmt: skip
    assert theory.node("C1").extra == {"x-room": "6"}
    assert theory.node("A1").target == 1.5
    cycle = theory.node("T1")
    assert (cycle.plan.date.isoformat(), cycle.do.as_planned, cycle.act.decision) == (
        "2026-01-08",
        True,
        "adapt",
    )
    assert [p.question for p in cycle.predictions] == ["does it fit", "how long"]
    rows = theory.node("M1").data
    assert [(r.value, r.suppressed, r.strata["shift"]) for r in rows] == [
        (4, None, "night"),
        (None, True, "day"),
    ]
    told = [str(g).replace(str(path), "plan") for g in theory.origin.guessed]
    assert told == [
        "plan/change_ideas.csv:2:1: The row has no id; it is called C1.",
        "plan/measures.csv:2:1: The row has no id; it is called M1.",
        "plan/aims.csv:2:4: There is no title; the theory is called 'Fewer falls'.",
    ]
    place = theory.place("T1")
    assert (str(place).replace(str(path), "plan"), place.line) == ("plan/cycles.csv:2:1", 2)


def test_every_fault_names_its_file_line_and_column(tmp_path):
    path = folder(
        tmp_path / "plan",
        theory="key,value\ntitel,t\ndriverkit,1\nrevision.date,soon\n",
        aims="id,text,target,x\nA1,a,many,\nA1,b,,\n",
        drivers="id,text,contributes_to,level\nP1,p,A9,null\n",
        links="cause,effect,strength\nZ,A1,strong\nP1,,weak\nP1,A9,strog\nP1,A9,weak\n",
        change_ideas="id,text\nC1,c\n",
        measures="id,name,data\nM1,m,a.csv\n",
        series="measure,date,value\nM1,2026-01-05,4\nM2,2026-01-05,4\n,2026-01-05,4\n",
        predictions="cycle,qestion\nT1,q\n",
        cycles="id,change,extra\nT1,C1,[1]\nT2,C1,{\nT3,C1,\"{\"\"a\"\": 1}\"\n",
    )  # fmt: skip
    assert faults(path) == [
        "plan/theory.csv:2:1: The key 'titel' is not known here. Did you mean 'title'?",
        "plan/theory.csv:4:15: 'soon' is no date. Write it as year-month-day, for example 2026-03-01.",
        "plan/aims.csv:2:6: A number is wanted, such as 12 or 3.5, not 'many'.",
        ("plan/aims.csv:3:1: The id 'A1' is used twice: here and on line 2 of plan/aims.csv. Ids are unique in a "
        "theory; give one of the two another."),
        "plan/drivers.csv:2:9: A number is wanted, not the text 'null'.",
        "plan/links.csv:2:1: No aim, driver or change idea has the id 'Z'.",
        "plan/links.csv:3:1: The effect of the link must be there.",
        "plan/links.csv:4:4: 'P1' speaks of 'A9', which is not defined. Did you mean 'A1'?",
        "plan/links.csv:4:7: One of strong, moderate or weak is wanted, not 'strog'. Did you mean 'strong'?",
        "plan/links.csv:5:1: The link P1 -> A9 is there twice. Keep one.",
        "plan/series.csv:2:1: The measure 'M1' names a file, and has rows here. Keep one.",
        "plan/series.csv:3:1: No measure has the id 'M2'.",
        "plan/series.csv:4:2: The measure that this row belongs to is missing.",
        "plan/cycles.csv:2:7: Keys for other tools are a JSON object such as {\"x-key\": 1}.",
        "plan/cycles.csv:3:7: This cell holds JSON that cannot be read: The file ends early: an object is opened and never closed.",
        "plan/cycles.csv:4:7: The key 'a' here does not begin with 'x-'.",
        "plan/predictions.csv:1:7: The column 'qestion' is not known here. Did you mean 'question'?",
    ]  # fmt: skip


def test_a_folder_without_any_of_the_files_is_refused(tmp_path):
    assert faults(folder(tmp_path / "plan", notes="a\n")) == [
        "plan:1:1: There is no theory.csv, aims.csv or drivers.csv here, so this is no folder of a theory."
    ]


def test_a_link_to_a_file_elsewhere_is_not_followed(tmp_path):
    path = folder(tmp_path / "plan", aims="id,text\nA,a\n")
    (tmp_path / "other.csv").write_text("id,text\nP,p\n")
    (path / "drivers.csv").symlink_to(tmp_path / "other.csv")
    assert "This is a link" in faults(path)[0]


def test_a_file_that_is_not_utf_8_is_named(tmp_path):
    path = folder(tmp_path / "plan", aims="id,text\nA,a\n")
    (path / "drivers.csv").write_bytes(b"id,text\nP,caf\xe9\n")
    assert faults(path)[0].startswith("plan/drivers.csv:2:6: The byte 0xE9 here is not UTF-8. It looks like")


def test_a_column_that_nobody_knows_is_told_with_its_file(tmp_path):
    path = folder(tmp_path / "plan", aims="id,text,Sprint\nA,a,3\n")
    with pytest.warns(dk.LossWarning, match="'Sprint' has no place in a theory"):
        theory = dk.load(path)
    assert [(Path(f.file).name, f.line, f.column) for f in theory.origin.lost] == [("aims.csv", 1, 9)]


def test_formulas_are_neutralised_in_every_file(tmp_path):
    theory = dk.Theory(
        "=1+1",
        aims=[dk.Aim("A", "@SUM(A1)", tags=["-2", "+3"], extra={"x-a": "=1"})],
        measures=[
            dk.Measure(
                "M", "'=x", strata=["=s"], data=[dk.Observation("2026-01-01", -4, strata={"=s": "+g"})]
            )
        ],
    )
    dk.save(theory, tmp_path / "f", format="csv-folder")
    for path in (tmp_path / "f").iterdir():
        for line in path.read_text("utf-8").splitlines():
            for cell in line.split(","):
                assert cell == "-4" or not cell.strip('"').startswith(("=", "+", "-", "@")), (
                    path.name,
                    line,
                )
    assert dk.load(tmp_path / "f") == theory
