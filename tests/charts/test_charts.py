"""A chart says what the rule says, shows every point, and leaves nothing out silently."""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import driverkit as dk
from driverkit.charts import scales
from driverkit.charts.flags import hang
from driverkit.charts.style import style_of
from driverkit.errors import UsageError
from driverkit.themes import themes
from support.drawings import HOSTILE, corpus_strings

START = dt.date(2024, 1, 1)
BETTER = [9, 8, 9, 9, 7, 9, 8, 9, 9, 8, 4, 3, 5, 4, 3, 4, 5, 3, 4, 3]


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=7 * number)


def theory(values: Any = (), *, rows: Any = None, cycles: Any = (), **measure: Any) -> dk.Theory:
    """One idea with one measure, weekly."""
    data = rows if rows is not None else [{"date": day(i), "value": v} for i, v in enumerate(values)]
    told = {
        "name": "Days until seen",
        "unit": "days",
        "direction": "decrease",
        "frequency": "weekly",
        **measure,
    }
    return dk.Theory(
        "Seen in time",
        change_ideas=[dk.ChangeIdea("C1", "Two slots a day are kept free")],
        measures=[dk.Measure("M1", of=["C1"], data=data, **told)],
        cycles=[dk.PdsaCycle(**{"change": "C1", **cycle}) for cycle in cycles],
    )


def cycle(id: str, number: int, **more: Any) -> dict[str, Any]:
    return {"id": id, "do": {"date": day(number)}, **more}


@cache
def hospital(measure: str, **options: Any) -> dk.Chart:
    return dk.chart(dk.examples.load("leaving-hospital"), measure, **options)


@cache
def drawn(measure: str, **options: Any) -> etree._Element:
    return etree.fromstring(hospital(measure, **options).svg().encode())


def having(root: etree._Element, role: str) -> list[etree._Element]:
    """The elements of a role."""
    return [one for one in root.iter() if role in (one.get("class") or "").split()]


def signs(root: etree._Element, role: str) -> int:
    """How many signs stand in the elements of a role."""
    return sum(len(list(one.iter("{*}use"))) for one in having(root, role))


def texts(root: etree._Element, role: str) -> list[str]:
    return ["".join(one.itertext()).strip() for one in having(root, role)]


# --- what is on it ---------------------------------------------------------------------------------------------


def test_each_point_is_drawn_once_and_those_of_the_signal_have_a_shape_of_their_own():
    chart, root = hospital("M1"), drawn("M1")
    marks = chart.panels[0].marks
    assert signs(root, "dk-point") == len(marks) == 22
    assert signs(root, "dk-better") == marks.count("better") == 10
    shapes = {
        next(iter(one.iter("{*}path"))).get("d")
        for role in ("dk-better", "dk-point")
        for one in having(root, role)
    }
    assert len(shapes) == 2, "a grey printer must still tell them apart"


def test_what_the_rule_says_stands_below_the_title_with_its_counts():
    assert " ".join(texts(drawn("M1"), "dk-verdict")) == (
        "Signal for the better: 10 points in a row below the median since July 2025"
    )
    assert "more than 7 is unusual for 22 useful points" in " ".join(texts(drawn("M1"), "dk-footnote"))


def test_lines_are_named_where_they_end():
    root = drawn("M1")
    assert texts(root, "dk-centre-label") == ["median 16.5\xa0%"]
    assert texts(root, "dk-target-label") == ["target 12\xa0%"]
    assert texts(root, "dk-baseline-label") == ["baseline 18\xa0%"]


def test_every_cycle_with_a_day_of_do_has_a_flag_there():
    example = dk.examples.load("leaving-hospital")
    done = {c.id for c in example.cycles if c.do and c.do.date}
    flags = [one.get("data-id") for one in having(drawn("M1"), "dk-cycle")]
    assert {id for flag in flags for id in flag.split()} == done
    assert "Not marked: 1 cycle without a day of Do." in hospital("M1").footnotes


def test_only_cycles_of_ideas_at_or_below_the_nodes_of_the_measure_are_marked():
    marked = {mark.idea for mark in hospital("M4").panels[0].cycles}
    assert marked == {"C5"}


def test_the_key_tells_what_was_decided():
    key = " ".join(texts(drawn("M4"), "dk-key")).replace("\xa0", " ")
    assert key.startswith("C5 Pharmacist compares")
    assert key.endswith("T14 adapt, T15 expand, T16 adopt")
    bare = dk.chart(dk.examples.load("leaving-hospital"), "M4", key=False)
    assert bare.key == ()
    assert "Marked: 3 cycles of 1 change idea." in bare.footnotes


def test_without_annotation_no_cycle_is_marked_or_told():
    chart = dk.chart(dk.examples.load("leaving-hospital"), "M4", annotate=False)
    assert not chart.panels[0].cycles
    assert "cycle" not in " ".join(chart.footnotes)


def test_a_line_is_broken_where_a_value_is_missing_and_never_bridged():
    chart = dk.chart(theory([5, 6, None, 7, 8, None, None, 6]), "M1")
    root = etree.fromstring(chart.svg().encode())
    assert len(having(root, "dk-series")) == 2  # the last point stands alone
    assert signs(root, "dk-point") == 5
    assert "3 points have no value." in chart.footnotes
    assert "Where a value is missing, the line is broken." in chart.footnotes


def test_a_line_is_broken_where_whole_periods_have_no_row():
    assert len(having(drawn("M5"), "dk-series")) == 2
    assert (
        "No rows between September 2025 and January 2026: the line is broken there."
        in hospital("M5").footnotes
    )


def test_a_point_that_is_not_counted_is_hollow_and_its_reason_is_told():
    chart = dk.chart(theory(BETTER), "M1", exclude={day(3): "the ward was closed"})
    root = etree.fromstring(chart.svg().encode())
    assert signs(root, "dk-excluded") == 1
    assert "Not counted, drawn hollow: 22 January 2024 (the ward was closed)." in chart.footnotes
    assert "not counted" in texts(root, "dk-legend")


def test_a_frozen_line_is_solid_as_far_as_its_points_and_dashed_beyond():
    chart = dk.chart(theory(BETTER), "M1", freeze=day(9))
    root = etree.fromstring(chart.svg().encode())
    (solid,), (dashed,) = having(root, "dk-centre"), having(root, "dk-centre-extended")
    assert next(solid.iter("{*}path")).get("stroke-dasharray") is None
    assert next(dashed.iter("{*}path")).get("stroke-dasharray")
    assert texts(root, "dk-centre-label") == ["median 9\xa0days", "of the first 10 points"]


def test_each_phase_has_its_name_and_its_own_line():
    root = drawn("M1", phases="column")
    assert [text.split(" · ")[0] for text in texts(root, "dk-phase")] == ["before", "testing", "adopted"]
    assert len(having(root, "dk-centre")) == 3
    assert len(having(root, "dk-phase-boundary")) == 2


def test_remarks_on_points_have_letters_and_the_same_words_have_the_same_letter():
    notes = hospital("M5").panels[0].notes
    assert [(note.letter, note.first, note.last) for note in notes] == [("a", 3, 4), ("b", 5, 8)]
    assert "a: call centre with a script; b: ward nurses call the worry list." in hospital("M5").footnotes


def test_denominators_and_the_theory_with_its_revision_are_told():
    assert hospital("M5").subtitle.replace("\xa0", " ").endswith("n = 12 to 33 a month")
    assert hospital("M5").footnotes[-1] == "Leaving hospital safely, revision 5, 2026-05-20."


def test_the_chart_is_described_for_those_who_listen():
    root = drawn("M1")
    assert root.get("role") == "img"
    title, desc = root.find("{*}title"), root.find("{*}desc")
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")
    assert title.text == "Readmitted within 30 days"
    for words in (
        "22 points, July 2024 to April 2026",
        "Median 16.46",
        "Signal for the better",
        "Target 12",
        "T1 13 January",
    ):
        assert words in desc.text.replace("\xa0", " "), words


# --- XmR ---------------------------------------------------------------------------------------------------------


def test_an_xmr_chart_shows_its_limits_and_names_them():
    root = drawn("M3", kind="xmr")
    assert len(having(root, "dk-limit")) == 2
    assert len(having(root, "dk-limits")) == 1
    assert texts(root, "dk-limit-label") == ["upper limit 65.9\xa0%", "lower limit 38.7\xa0%"]
    assert texts(root, "dk-centre-label") == ["mean 52.3\xa0%"]


def test_a_limit_where_no_value_can_be_is_told_and_not_drawn():
    chart = dk.chart(theory([2, 9, 1, 8, 2, 9, 1, 7, 2, 9, 1, 8]), "M1", kind="xmr")
    root = etree.fromstring(chart.svg().encode())
    assert len(having(root, "dk-limit")) == 1
    assert any(
        "below 0, where no value can be, and is not drawn" in text for text in texts(root, "dk-footnote")
    )


def test_a_rule_of_your_own_judges_and_is_named():
    from driverkit.evidence.run_charts import Fired, Judged, RunRule

    def high(points):
        found = tuple(p for p, v in zip(points.places, points.values, strict=True) if v > 60)
        return Judged(
            bool(found), f"{len(found)} months above 60 %", (Fired("target", found),) if found else ()
        )

    mine = RunRule("sixty", "A month above 60 %.", "our ward", high, line=lambda values: 60.0)
    chart = dk.chart(dk.examples.load("leaving-hospital"), "M3", rule=mine)
    assert chart.verdicts == (("part", "Signal: 9 points (target), July 2025 to March 2026"),)
    assert chart.footnotes[0].startswith("By the rule sixty. A signal: 9 months above 60 %.")
    assert chart.panels[0].word == "line"


@pytest.mark.parametrize("example", ["leaving-hospital", "algebra-success"])
def test_the_sentence_agrees_with_what_the_measure_is_judged_to_be(example):
    from driverkit.evidence.signals import measure_chart

    told = dk.examples.load(example)
    for measure in told.measures:
        found = measure_chart(told, measure.id)
        said = dk.chart(told, measure.id).panels[0].verdict
        expected = {None: "unknown", False: "none"}.get(found.signal, found.change or "signal")
        assert said.kind == expected, measure.id


def test_a_run_at_the_beginning_and_few_crossings_tell_the_way_together():
    chart = dk.chart(
        theory([9, 8, 9, 8, 9, 8, 9, 9, 8, 3, 4, 3, 9, 4, 3, 4, 3, 4], direction="decrease"), "M1"
    )
    assert chart.verdicts[0][0] == "better"


def test_the_run_before_a_step_for_the_worse_does_not_make_it_look_better():
    """The first month lies below the line by chance, so the only run is that of the months before."""
    values = [9, 20, 21, 20, 22, 21, 20, 21, 20, 22, 21, 9, 8, 9, 10, 9, 8, 20, 9, 8, 9, 10, 8]
    chart = dk.chart(theory(values, direction="increase"), "M1")
    assert chart.verdicts[0][0] == "worse"
    assert "better" not in chart.verdicts[0][1]
    assert "better" not in chart.panels[0].marks


@pytest.mark.parametrize("rule", ["anhoej", "perla", "mdc7", "xmr"])
@pytest.mark.parametrize("options", [{}, {"freeze": 12}, {"centre": 10.0}, {"phases": ["2024-04-15"]}])
def test_the_sentence_agrees_with_the_measure_whatever_the_series(rule, options):
    from driverkit.evidence.signals import measure_chart

    chance = random.Random(11)
    for _ in range(25):
        at, size = chance.randrange(5, 25), chance.choice([-3, -1, 0, 2])
        values = [round(chance.gauss(10 + (size if month >= at else 0), 1), 2) for month in range(30)]
        told = theory(values, direction="increase")
        found = measure_chart(told, "M1", rule=rule, **options)
        said = dk.chart(told, "M1", rule=rule, **options).panels[0].verdict
        assert said.kind == {None: "unknown", False: "none"}.get(found.signal, found.change or "signal")
        for word, other in (("better", "worse"), ("worse", "better")):
            assert found.change != word or (word in said.text and other not in said.text)


def test_a_run_that_ended_tells_since_when_the_level_is_another():
    values = [9, 8, 9, 8, 7, 9, 8, 9, 8, 9, 8, 9, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 9, 3]
    chart = dk.chart(theory(values, direction="decrease"), "M1")
    assert chart.verdicts[0][1].startswith("Signal for the better: 10 points in a row below the median, ")
    assert chart.verdicts[0][1].endswith(", and the level is lower since 25 March 2024")
    assert chart.panels[0].verdict.short == "better since 25 March 2024"


def test_a_rule_without_limits_makes_no_xmr_chart():
    with pytest.raises(UsageError, match="'anhoej' has no limits"):
        hospital("M1", kind="xmr", rule="anhoej")


# --- many panels ---------------------------------------------------------------------------------------------------


def test_each_group_has_a_panel_with_its_own_line_and_verdict_and_all_share_one_axis():
    chart, root = hospital("M1", by="site and stratum"), drawn("M1", by="site and stratum")
    assert [panel.heading for panel in chart.panels] == [
        "Ward 5 · language: English",
        "Ward 5 · language: other",
        "Ward 6 · language: English",
        "Ward 6 · language: other",
    ]
    assert len(having(root, "dk-plot")) == 4
    assert len(texts(root, "dk-centre-label")) == 4
    assert len({(plot.scale, plot.low, plot.high) for plot in chart.layout().plots}) == 1
    assert chart.verdicts[0] == ("better", "Signal for the better in 1 of 4: Ward 6 · language: English")


def test_a_panel_of_a_site_marks_the_cycles_of_that_site():
    example = dk.examples.load("leaving-hospital")
    sites = {c.id: c.site for c in example.cycles}
    for panel in hospital("M1", by="site").panels:
        assert panel.cycles
        assert {sites[mark.id] for mark in panel.cycles} <= {panel.heading, None}


def test_more_panels_than_can_be_read_are_refused_with_a_next_step():
    rows = [
        {"date": day(i), "numerator": 1, "denominator": 2, "site": f"Site {k}"}
        for i in range(2)
        for k in range(41)
    ]
    with pytest.raises(UsageError, match=r"would have 41 panels; up to 40 can be read\. Choose some"):
        dk.chart(theory(rows=rows), "M1", by="site")


# --- calls that cannot be carried out --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "options", "words"),
    [
        ("A1", {}, r"'A1' is no measure.* Did you mean 'M1'"),
        ("M1", {"kind": "xmrr"}, "Did you mean 'xmr'"),
        ("M1", {"by": "langage"}, "Did you mean 'language'"),
        ("M1", {"by": "site", "site": "Ward 5"}, "not both"),
        ("M1", {"theme": "drak"}, "Did you mean 'dark'"),
        ("M1", {"width": 20}, "between 480 and 10,000"),
        ("M1", {"height": 300}, r"leaves no room for the points\. Give \d+ or more"),
    ],
)
def test_a_call_that_cannot_be_carried_out_says_what_to_do(id, options, words):
    with pytest.raises(UsageError, match=words):
        hospital(id, **options).layout()


def test_an_unknown_measure_is_told_with_its_nearest():
    with pytest.raises(dk.UnknownId, match="Did you mean 'M1'"):
        hospital("M11")


# --- series as they come -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "No values yet"),
        ([None] * 4, "No values to judge"),
        ([5], "Cannot tell: 0 useful points"),
        ([7] * 20, "Cannot tell: all 20 points lie on the median"),
        ([0] * 20, "Cannot tell: all 20 points lie on the median"),
        ([1e299, -1e299, 3e298] * 6, "No signal"),
        ([1e-300, 5e-324] * 8, "No signal"),
        ([1e308] * 12, "No values to judge"),
    ],
)
def test_whatever_the_values_are_there_is_a_readable_chart_that_says_so(values, words):
    chart = dk.chart(theory(values), "M1")
    assert chart.verdicts[0][1].startswith(words)
    root = etree.fromstring(chart.svg().encode())
    numbers = [n for one in root.iter("{*}text") for n in (one.get("x"), one.get("y"))]
    assert not {"nan", "inf", "-inf"} & set(numbers)


def test_hundreds_of_points_are_drawn_each():
    dice = random.Random(5)
    chart = dk.chart(theory([dice.gauss(50, 9) for _ in range(600)]), "M1")
    assert signs(etree.fromstring(chart.svg().encode()), "dk-point") == 600


def test_of_very_many_points_those_are_marked_that_say_something_and_the_chart_says_so():
    dice = random.Random(6)
    values = [dice.gauss(50, 9) for _ in range(3000)]
    values[100] = values[102] = None
    chart = dk.chart(theory(values, frequency=None), "M1", exclude={day(7): "snow"})
    root = etree.fromstring(chart.svg().encode())
    assert signs(root, "dk-point") == 2 + sum(bool(mark) for mark in chart.panels[0].marks)
    assert len(having(root, "dk-series")) == 2
    assert any("the line goes through all" in text for text in texts(root, "dk-footnote"))


def test_two_values_of_one_day_are_both_drawn():
    chart = dk.chart(theory(rows=[{"date": START, "value": 1}, {"date": START, "value": 3}]), "M1")
    assert signs(etree.fromstring(chart.svg().encode()), "dk-point") == 2


# --- words from strangers ------------------------------------------------------------------------------------------------


TEXTS = (r"$\frac{1}{0}$ and $x", "$" * 3, "{key}", "dk-x {0}", *HOSTILE)


def accepted(texts: Any) -> list[str]:
    """Those of some texts that the model does not refuse at the door."""
    found = []
    for text in texts:
        try:
            dk.ChangeIdea("C1", text)
        except dk.TheoryError:
            continue
        found.append(text)
    return found


def named(text: str) -> dk.Chart:
    """Title and unit."""
    return dk.chart(theory([5, 6], name=text, unit=text), "M1")


def keyed(texts: list[str]) -> dk.Chart:
    """The key, below the points, and the remarks on them."""
    ideas = [dk.ChangeIdea(f"C{i}", text, contributes_to=["P1"]) for i, text in enumerate(texts)]
    cycles = [dk.PdsaCycle(f"T{i}", f"C{i}", do={"date": day(i % 9)}) for i in range(len(texts))]
    rows = [{"date": day(i), "value": i, "note": text, "phase": text} for i, text in enumerate(texts[:12])]
    told = dk.Theory(
        "t",
        aims=[dk.Aim("A1", "Seen in time")],
        drivers=[dk.Driver("P1", texts[0], contributes_to=["A1"])],
        change_ideas=ideas,
        measures=[dk.Measure("M1", "m", of=["P1"], data=rows)],
        cycles=cycles,
    )
    return dk.chart(told, "M1", key=True, phases="column", exclude={day(2): texts[1]})


def panelled(texts: list[str]) -> dk.Chart:
    """The headings of panels."""
    rows = [{"date": START, "numerator": 1, "denominator": 2, "site": text} for text in texts[:40]]
    return dk.chart(theory(rows=rows), "M1", by="site")


ELEMENTS = {"svg", "title", "desc", "g", "path", "use", "defs", "text", "clipPath", "rect"}
ATTRIBUTES = {
    "xmlns", "width", "height", "viewBox", "class", "role", "aria-labelledby", "aria-describedby", "font-family",
    "stroke-linejoin", "id", "d", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-dashoffset",
    "stroke-linecap", "clip-path", "data-id", "font-size", "font-weight", "text-anchor", "x", "y", "direction",
    "stroke-miterlimit", "opacity", "stroke-opacity", "{http://www.w3.org/1999/xlink}href",
}  # fmt: skip


@pytest.mark.few(1)
@pytest.mark.parametrize("source", ["ours", "corpus"])
def test_no_text_becomes_markup_mathematics_or_a_crash(source):
    texts = accepted(TEXTS if source == "ours" else corpus_strings())
    if not texts:
        pytest.skip("needs a corpus: set DRIVERKIT_CORPUS to its folder")
    for chart in (keyed(texts), panelled(texts), *map(named, texts[:5])):
        root = etree.fromstring(chart.svg().encode())
        assert {etree.QName(one).localname for one in root.iter() if isinstance(one.tag, str)} <= ELEMENTS
        assert {name for one in root.iter() if isinstance(one.tag, str) for name in one.attrib} <= ATTRIBUTES


def test_a_name_is_drawn_as_it_is_written():
    chart = dk.chart(theory([5, 6], name=r"Cost in $ or $x_{1}$ <b> & {key}"), "M1")
    assert texts(etree.fromstring(chart.svg().encode()), "dk-title") == [r"Cost in $ or $x_{1}$ <b> & {key}"]


def test_a_name_from_right_to_left_is_told_so():
    chart = dk.chart(theory([5, 6], name="ימים עד לביקור"), "M1")
    (title,) = having(etree.fromstring(chart.svg().encode()), "dk-title")
    assert next(title.iter("{*}text")).get("direction") == "rtl"
    assert chart.png(scale=0.5)[:4] == b"\x89PNG"


# --- the picture ------------------------------------------------------------------------------------------------------------


def test_words_are_real_text_and_nothing_reaches_out_of_the_picture():
    text = hospital("M1").svg()
    assert "<style" not in text
    assert "<metadata" not in text
    assert "<script" not in text
    assert not text.startswith("<?xml"), "it also stands in a page"
    assert len(list(drawn("M1").iter("{*}text"))) > 50


def test_two_charts_live_on_one_page():
    one, other = ({e.get("id") for e in drawn(m).iter() if e.get("id")} for m in ("M1", "M4"))
    assert one
    assert other
    assert not one & other


def test_whatever_is_referred_to_is_there():
    root = drawn("M1", by="site and stratum")
    ids = {one.get("id") for one in root.iter()}
    used = {one.get("{http://www.w3.org/1999/xlink}href") for one in root.iter("{*}use")}
    assert used <= {f"#{id}" for id in ids}


@pytest.mark.slow
def test_the_settings_of_matplotlib_neither_change_a_chart_nor_are_changed_by_one():
    import matplotlib as mpl

    usual = hospital("M6").svg()
    with mpl.rc_context(
        {"font.size": 40, "svg.fonttype": "path", "text.parse_math": True, "savefig.bbox": "tight"}
    ):
        before = dict(mpl.rcParams)
        assert hospital("M6").svg() == usual
        assert dict(mpl.rcParams) == before


@pytest.mark.slow
def test_matplotlib_is_not_loaded_before_the_first_chart_is_drawn():
    program = (
        "import sys, driverkit as dk, driverkit.charts\n"
        "dk.chart(dk.examples.load('leaving-hospital'), 'M4').layout()\n"
        "assert not {'matplotlib', 'numpy', 'pandas'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.slow
def test_the_same_bytes_come_again_whatever_the_hash_seed_and_the_machine(tmp_path):
    (tmp_path / "matplotlibrc").write_text(
        "font.size: 40\naxes.grid: True\nlines.linewidth: 9\nsvg.fonttype: path\ntext.usetex: True\n"
        "savefig.bbox: tight\naxes.facecolor: red\nfont.family: serif\nfigure.dpi: 300\nsavefig.dpi: 300\n",
        "utf-8",
    )
    program = (
        "import driverkit as dk, hashlib, sys\n"
        "c = dk.chart(dk.examples.load('leaving-hospital'), 'M4', kind='xmr')\n"
        "for form in ('svg', 'png', 'pdf'):\n"
        "    data = c.to(form, scale=0.5)\n"
        "    print(hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest())\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, **more},
        ).stdout
        for seed, more in (("1", {}), ("2", {"MATPLOTLIBRC": str(tmp_path)}))
    ]
    assert said[0] == said[1]
    assert len(said[0].split()) == 3


@pytest.mark.chromium
@pytest.mark.slow
def test_a_browser_shows_what_the_png_shows(chromium, tmp_path):
    """Where ink is in one picture there is ink in the other: letters are smoothed differently, no more."""
    import numpy as np
    from matplotlib.image import imread

    chart = hospital("M1", phases="column", kind="xmr")
    sheet = chart.layout()
    (tmp_path / "c.png").write_bytes(chart.png(scale=1))
    (tmp_path / "c.html").write_text(f"<body style='margin:0'>{chart.svg()}", "utf-8")
    subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--hide-scrollbars", f"--screenshot={tmp_path / 'b.png'}",
            f"--window-size={sheet.width:.0f},{sheet.height:.0f}", (tmp_path / "c.html").as_uri(),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    ours, theirs = (imread(tmp_path / name)[..., :3] for name in ("c.png", "b.png"))
    height, width = (min(a, b) // 8 * 8 for a, b in zip(ours.shape[:2], theirs.shape[:2], strict=True))
    assert abs(ours.shape[0] - theirs.shape[0]) <= 1
    blocks = [
        picture[:height, :width].reshape(height // 8, 8, width // 8, 8, 3).mean(axis=(1, 3, 4))
        for picture in (ours, theirs)
    ]
    assert np.abs(blocks[0] - blocks[1]).max() < 0.2


def test_charts_can_be_drawn_in_several_threads_at_once():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: hospital("M4").svg(), range(4)))
    assert len(set(found)) == 1


@pytest.mark.slow
def test_a_chart_is_saved_whole_in_the_format_of_its_suffix(tmp_path):
    hospital("M4").save(tmp_path / "c.svg")
    hospital("M4").save(tmp_path / "c.png", scale=0.5)
    hospital("M4").save(tmp_path / "c.pdf")
    assert (tmp_path / "c.svg").read_text("utf-8") == hospital("M4").svg()
    assert (tmp_path / "c.png").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "c.pdf").read_bytes()[:5] == b"%PDF-"
    with pytest.raises(UsageError, match=r"End it with one of: \.svg, \.png, \.pdf"):
        hospital("M4").save(tmp_path / "c")
    with pytest.raises(UsageError, match="There are: svg, png, pdf"):
        hospital("M4").save(tmp_path / "c.gif")


def test_a_notebook_draws_only_what_it_asks_for():
    chart = hospital("M4")
    assert chart._repr_mimebundle_(include=["text/plain"]) == {"text/plain": chart.alt}
    assert set(chart._repr_mimebundle_(exclude=["image/png"])) == {"text/plain", "text/html", "image/svg+xml"}


def test_the_figure_can_be_taken_further():
    figure = hospital("M4").figure()
    (axes,) = figure.axes
    first = hospital("M4").panels[0].dates[0]
    low, high = axes.get_xlim()
    assert low < (first - dt.date(1970, 1, 1)).days < high


# --- nothing covers anything --------------------------------------------------------------------------------------------------


@cache
def crowded() -> dk.Chart:
    """Everything at once."""
    dice = random.Random(8)
    values = [dice.gauss(50, 8) if i != 7 else None for i in range(40)]
    rows = [
        {"date": day(i), "value": v, "note": "two nurses ill" if i in (5, 6, 20) else None}
        for i, v in enumerate(values)
    ]
    cycles = [
        cycle(f"T{i}", dice.randrange(40), act={"decision": dice.choice(["adapt", "adopt", "abandon"])})
        for i in range(60)
    ]
    return dk.chart(
        theory(rows=rows, cycles=cycles, baseline=50.2, target=49.7, unit="%"),
        "M1",
        kind="xmr",
        phases=[day(12), day(25)],
        exclude={day(15): "snow"},
    )


CROWDED = {
    "everything": crowded,
    "M1": lambda: hospital("M1"),
    "phases": lambda: hospital("M1", phases="column", kind="xmr"),
    "panels": lambda: hospital("M1", by="site and stratum"),
    "M3": lambda: hospital("M3", kind="xmr"),
    "narrow": lambda: hospital("M2", width=480),
}


@pytest.mark.few(2)
@pytest.mark.parametrize("name", CROWDED)
def test_no_words_cover_one_another_or_leave_the_picture(name):
    """As matplotlib itself measures them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    chart = CROWDED[name]()
    figure = chart.figure()
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_gid()
    ]
    assert len(boxes) > 20
    width, height = figure.get_size_inches() * 72
    for words, box in boxes:
        assert box.x0 >= 0, words
        assert box.x1 <= width, words
        assert box.y0 >= 0, words
        assert box.y1 <= height, words
    boxes.sort(key=lambda one: one[1].x0)
    for at, (words, box) in enumerate(boxes):
        for others, other in boxes[at + 1 :]:
            if other.x0 >= box.x1 - 1:
                break
            # Lines of one paragraph stand as close as their tallest letters let them.
            assert other.y0 >= box.y1 - 3 or box.y0 >= other.y1 - 3, (words, others)


@pytest.mark.parametrize("name", CROWDED)
def test_no_flag_covers_another_or_the_pole_of_another(name):
    sheet = CROWDED[name]().layout()
    flags = [box for box in sheet.boxes if box.role.startswith("dk-cycle")]
    poles = [line for line in sheet.segments if line.role == "dk-pole"]
    assert flags
    assert poles
    for at, box in enumerate(flags):
        for other in flags[at + 1 :]:
            beside = other.x >= box.x + box.width or box.x >= other.x + other.width
            above = other.y >= box.y + box.height or box.y >= other.y + other.height
            assert beside or above
        for pole in poles:
            assert not (
                box.x < pole.x1 < box.x + box.width and pole.y1 < box.y + box.height and pole.y2 > box.y
            )
        for plot in sheet.plots:
            inside = (
                plot.x <= box.x <= plot.x + plot.width and plot.y < box.y + box.height < plot.y + plot.height
            )
            assert not inside, "flags hang above the points"


def test_however_many_cycles_there_are_each_is_under_one_flag():
    dice = random.Random(3)
    places = sorted(dice.uniform(0, 500) for _ in range(400))
    names = [f"T{i}" for i in range(400)]
    flags = hang(places, names, lanes=3, measure=lambda text: 7.0 * len(text), right=520)
    assert [at for flag in flags for at in flag.members] == list(range(400))
    assert len(flags) < 100


@pytest.mark.parametrize(
    ("name", "id", "options"),
    [("visits-kept", "M3", {}), ("readmissions-by-language", "M1", {"by": "language"})],
)
def test_the_pictures_of_the_docs_are_what_driverkit_draws(name, id, options):
    images = Path(__file__).resolve().parents[2] / "docs" / "images"
    assert (images / f"{name}.svg").read_text("utf-8") == hospital(id, **options).svg(), "run: just pictures"


# --- axes ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_every_value_lies_on_the_axis_and_ticks_are_even(seed):
    dice = random.Random(seed)
    size = 10.0 ** dice.randint(-12, 12)
    found = [dice.uniform(-1 if seed % 2 else 0, 1) * size for _ in range(dice.randint(1, 9))]
    scale = scales.values(found, most=dice.choice([4, 6]))
    for value in found:
        assert scale.low - 1e-9 <= value / scale.factor <= scale.high + 1e-9
    steps = [b - a for a, b in zip(scale.ticks, scale.ticks[1:], strict=False)]
    assert max(steps) - min(steps) < 1e-6 * max(steps)
    assert 2 <= len(scale.ticks) <= 9
    assert len(set(scale.labels)) == len(scale.labels)
    assert scale.from_zero or min(found) > 0, "an axis that does not begin at zero says so"


@pytest.mark.parametrize("length", [1, 6, 40, 200, 700, 4000, 40_000, 2_000_000])
def test_ticks_of_days_fit_from_days_to_millennia(length):
    low, high = scales.span(dt.date(1200, 3, 9).toordinal(), dt.date(1200, 3, 9).toordinal() + length)
    ticks = scales.tick_days(low, high, 10, 14)
    assert 1 <= len(ticks) <= 15
    assert all(low <= at <= high for at, _, _ in ticks)
    assert [at for at, _, _ in ticks] == sorted({at for at, _, _ in ticks})


def test_an_axis_that_does_not_begin_at_zero_says_where_it_begins():
    assert "The vertical axis does not begin at 0: it begins at 4.8." in texts(drawn("M6"), "dk-footnote")
    assert not any("does not begin" in text for text in texts(drawn("M4"), "dk-footnote"))


# --- themes ---------------------------------------------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    def shade(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05

    light, dark = sorted((shade(one), shade(other)), reverse=True)
    return light / dark


@pytest.mark.parametrize("look", themes(), ids=lambda look: look.name)
def test_words_and_lines_of_a_chart_can_be_seen_in_every_theme(look):
    style = style_of(look)
    for name in ("title", "text", "quiet", "centre", "limits", "target", "baseline"):
        assert contrast(getattr(style, name), style.background) >= 4.5, name
    assert contrast(style.flag_text, style.flag) >= 4.5
    for name in ("series", "axis", "better", "worse", "part"):
        assert contrast(getattr(style, name), style.background) >= 3, name
    for name in ("centre", "limits", "series", "better", "worse"):
        assert contrast(getattr(style, name), style.band) >= 3, name
