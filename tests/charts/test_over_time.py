"""What was learned as time went on, as a chart and on the command line."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.charts.over_time import over_time_chart
from driverkit.cli import run

HOSPITAL = examples.load("leaving-hospital")
FILE = str(examples.path("leaving-hospital"))


def _words(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_chart_has_the_numbers_of_the_table():
    table = dk.over_time(HOSPITAL, every="quarter")
    chart = dk.over_time_chart(HOSPITAL, every="quarter")
    for panel in chart.panels:
        for name, column in panel.series:
            named = {
                "change ideas": "ideas",
                "cycles studied": "cycles_studied",
                "ideas tested": "ideas_tested",
                "held": "share_held",
                "low": "share_low" if panel.kind == "share" else "low",
                "high": "share_high" if panel.kind == "share" else "high",
            }.get(name, name)
            assert list(column) == list(table[named]), name


def test_the_last_number_of_every_line_stands_beside_it():
    last = dk.over_time(HOSPITAL).iloc[-1]
    words = _words(dk.over_time_chart(HOSPITAL).svg())
    assert f"{last['ideas_tested']} ideas tested" in words
    assert f"{last['cycles_studied']} cycles studied" in words
    assert f"{last['predictions_held']} of {last['predictions_judged']}: 64 % (47–78 %)" in words


@pytest.mark.parametrize("what", ["learning", "coverage", "gaps", "belief", "predictions"])
def test_every_word_stays_on_the_sheet_and_off_the_others(what):
    sheet = over_time_chart(HOSPITAL, what).layout()
    for words in sheet.words:
        assert words.left >= 0, words.text
        assert words.left + words.width <= sheet.width, words.text
        assert 0 < words.y <= sheet.height, words.text
    placed = sorted((w.y, w.left, w.left + w.width, w.text) for w in sheet.words)
    for i, (y, left, right, text) in enumerate(placed):
        for y2, left2, right2, other in placed[i + 1 :]:
            assert y2 - y > 8 or right <= left2 or right2 <= left, (text, other)


def test_the_picture_of_the_docs_is_what_driverkit_draws():
    images = Path(__file__).resolve().parents[2] / "docs" / "images"
    drawn = dk.over_time_chart(HOSPITAL, every="quarter").svg()
    assert (images / "over-time.svg").read_text("utf-8") == drawn, "run: just pictures"


def test_the_same_chart_is_the_same_bytes():
    assert dk.over_time_chart(HOSPITAL, "belief").svg() == dk.over_time_chart(HOSPITAL, "belief").svg()


def test_parts_of_a_stack_are_told_apart_without_colour():
    sheet = over_time_chart(HOSPITAL, "belief", every="year").layout()
    looks = {(box.fill, box.hatch) for box in sheet.boxes if box.fill != box.edge}
    greys = {
        (round(sum(w * int(fill[i : i + 2], 16) for w, i in ((0.3, 1), (0.59, 3), (0.11, 5))) / 24), hatch)
        for fill, hatch in looks
    }
    assert len(greys) == len(looks)


def test_what_a_stack_ever_had_is_named_beside_it_with_a_sample_of_its_look():
    chart = dk.over_time_chart(examples.network(), "learning", every="year")
    panel = next(one for one in chart.panels if one.kind == "stack")
    ever = {name: column[-1] or 0 for name, column in panel.series if any(column)}
    assert 0 in ever.values()  # some part is gone by the last moment
    sheet = chart.layout()
    said = {words.text: words for words in sheet.words if words.role == "dk-label"}
    for name, value in ever.items():
        words = said[f"{value:g} {name}"]
        samples = [b for b in sheet.boxes if b.width == 9.0 and abs(b.y + 8 - words.y) < 1 and b.x < words.x]
        assert len(samples) == 1, name
        parts = {(b.fill, b.hatch) for b in sheet.boxes if b.width > 9.0}
        assert (samples[0].fill, samples[0].hatch) in parts, name


def test_an_analysis_of_ones_own_becomes_lines():
    chart = dk.over_time_chart(
        HOSPITAL, lambda then: {"evidence": len(then.evidence), "word": "x"}, every="year"
    )
    ((name, column),) = chart.panels[0].series
    assert (name, column) == ("evidence", (13.0, 14.0))


def test_versions_stand_beside_each_other_under_their_labels():
    old = HOSPITAL.as_of("2025-12-31")
    chart = dk.over_time_chart([old, HOSPITAL], "coverage")
    assert [name for name, _ in chart.moments] == [old.revision.label, HOSPITAL.revision.label]
    table = dk.over_time([old, HOSPITAL], "coverage")
    assert list(table["ideas_tested"]) == [7, 8]
    assert list(table["version"]) == [old.revision.label, HOSPITAL.revision.label]


def test_days_stand_where_they_are_in_time():
    chart = dk.over_time_chart(HOSPITAL, dates=["2025-01-01", "2025-02-01", "2026-01-01"])
    first, second, third = chart.places
    assert (second - first) * 5 < third - second


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"what": "beliefs"}, "Did you mean 'belief'"),
        ({"what": lambda then: {}}, "gives back no number"),
        ({"every": "week"}, "no period 'week'"),
        ({"width": 100}, "Give pixels"),
    ],
)
def test_what_cannot_be_drawn_is_told(options, said):
    with pytest.raises(dk.UsageError, match=said):
        dk.over_time_chart(HOSPITAL, **options)


def test_a_theory_without_dates_says_what_to_hand_in():
    with pytest.raises(dk.UsageError, match="no cycle has a date"):
        dk.over_time_chart(dk.Theory("t"))
    with pytest.raises(dk.UsageError, match="list of its versions, not a str"):
        dk.over_time(["theory.yaml"])


def test_hostile_words_stay_words():
    bad = '<script>alert(1)</script>"&'
    theory = dk.Theory(bad, revision=dk.Revision(label=bad))
    svg = dk.over_time_chart([theory, theory], lambda then: {bad: 1}).svg()
    assert "<script" not in svg
    ET.fromstring(svg)


def test_every_gap_that_coverage_finds_is_counted():
    from driverkit.analysis.over_time import GAPS

    for name in examples.names():
        theory = examples.load(name)
        gaps = dk.coverage(theory).gaps["gap"]
        assert set(gaps) <= set(GAPS)
        row = dk.over_time([theory], "gaps").iloc[0]
        assert sum(row[list(GAPS)]) == len(gaps)


# --------------------------------------------------------------------------------- the command line


@pytest.fixture
def shell(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        code = run(["over-time", *words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def test_the_command_writes_tables_and_charts_at_once(shell, tmp_path):
    assert shell(FILE, "--every", "year", "-o", "t.csv", "-o", "t.svg", "-o", "t.md")[0] == 0
    assert (tmp_path / "t.csv").read_text().startswith("date,cycles_begun")
    assert (tmp_path / "t.svg").read_text().startswith("<svg")
    assert "2026-12-31" in (tmp_path / "t.md").read_text()
    code, out, _ = shell(FILE, "--what", "gaps", "--on", "2026-01-01", "--format", "json")
    assert (code, json.loads(out)[0]["date"]) == (0, "2026-01-01")
    assert "ideas tested 8" in shell(FILE)[1]


def test_several_files_and_versions_of_git_are_counted_one_by_one(shell, tmp_path):
    old = HOSPITAL.as_of("2025-06-30")
    dk.save(old, "old.yaml")
    code, out, _ = shell("old.yaml", FILE, "--format", "csv")
    assert code == 0
    assert len(out.splitlines()) == 3
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "init", "-q"], check=True)
    for text in ("driverkit: 1\ntitle: One\n", "driverkit: [", "driverkit: 1\ntitle: Two\n"):
        (tmp_path / "t.yaml").write_text(text)
        subprocess.run([*git, "add", "t.yaml"], check=True)
        subprocess.run([*git, "commit", "-qm", "x"], check=True)
    code, out, err = shell("t.yaml", "--versions", "--format", "json")
    assert (code, [row["version"] for row in json.loads(out)]) == (0, ["1", "2"])
    assert "passed over" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--what", "beliefs"], "Did you mean 'belief'"),
        (["-o", "t.gif"], "There are: text, md, csv, json, svg, png, pdf"),
        (["--versions", "--on", "2026-01-01"], "no days"),
        (["--on", "soon"], "soon"),
    ],
)
def test_a_mistake_is_one_line(shell, words, said):
    code, out, err = shell(FILE, *words)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert re.search(re.escape(said), err)


# ----------------------------------------------------------------------------------------- a network

NETWORK = Path(examples.path("small-steps")).parent / "here-every-day"


def test_a_network_is_followed_as_one_theory_and_by_its_members():
    network = dk.load_network(NETWORK)
    learned = dk.over_time(network, every="year").iloc[-1]
    assert learned["cycles_studied"] == dk.over_time([dk.combined(network)]).iloc[0]["cycles_studied"]
    table = dk.over_time(network, "members", every="year")
    last, parts = table.iloc[-1], dk.network_work(network).values()
    assert last["members"] == 8
    assert last["parts_tested"] == sum(
        one.tested > 0 for one in dk.network_work(network.as_of(last["date"].date())).values()
    )
    assert last["parts_worked_on"] <= len(parts)
    assert list(table["members"]) == sorted(table["members"])
    own = dk.over_time(network, lambda then: {"members": len(then.members)}, every="year")
    assert list(own["members"]) == list(table["members"])


def test_only_of_a_network_members_are_counted():
    with pytest.raises(dk.UsageError, match="counted of a network"):
        dk.over_time(HOSPITAL, "members")


def test_the_network_command_draws_and_counts(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["network", "over-time", str(NETWORK), "--every", "year", "-o", "n.svg", "-o", "n.csv"]) == 0
    assert "tested by a member" in Path("n.svg").read_text("utf-8")
    assert Path("n.csv").read_text("utf-8").startswith("date,members,members_tested")
    assert run(["network", "over-time", str(NETWORK), "--what", "gaps", "--on", "2026-06-30"]) == 0
    assert "2026-06-30: " in capfd.readouterr().out


def test_a_network_is_followed_from_its_first_day_to_its_last_with_or_without_cycles(tmp_path, capfd):
    def hub(label, day, ids):
        ideas = [dk.ChangeIdea(id, f"Idea {id}") for id in ids]
        note = dk.Revision(label=label, date=day)
        return dk.Theory("Hub", change_ideas=ideas, revision=note)

    network = dk.Network(
        "Wards",
        hub=hub("2", "2026-02-01", ["C1", "C2"]),
        history=[hub("1", "2025-01-10", ["C1"])],
        members=[
            dk.Member("m1", theory=dk.Theory("m1"), joined="2025-03-01"),
            dk.Member("m2", theory=dk.Theory("m2"), joined="2025-03-01", left="2027-05-01"),
        ],
    )
    table = dk.over_time(network, "members", every="year")
    assert [str(day.date()) for day in table["date"]] == ["2025-12-31", "2026-12-31", "2027-12-31"]
    assert list(table["members"]) == [2, 2, 1]
    assert list(table["parts"]) == [1, 2, 2]
    assert dk.over_time_chart(network, "members", every="year").to("svg")
    with pytest.raises(dk.UsageError, match="nothing has a date"):
        dk.over_time_chart(dk.Network("Wards", hub=dk.Theory("Hub"), members=[dk.Member("m1")]), "members")


def test_what_is_none_of_is_told_as_a_nought(shell, tmp_path):
    file = tmp_path / "t.yaml"
    asked = [{"question": "q", "prediction": "a", "result": "refuted"}]
    stages = {"plan": {"date": "2026-01-01"}, "do": {"date": "2026-01-02"}, "study": {"date": "2026-01-03"}}
    cycle = dk.PdsaCycle("T1", "C1", predictions=asked, **stages)
    dk.save(dk.Theory("t", change_ideas=[dk.ChangeIdea("C1", "Ask")], cycles=[cycle]), file)
    code, out, _ = shell(str(file), "--what", "predictions")
    assert code == 0
    assert "predictions judged 1, predictions held 0, share held 0%, share low 0%, share high 79%" in out
