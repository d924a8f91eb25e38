"""A diagram once for each version or day: nothing moves but what changed."""

from __future__ import annotations

import base64
import re
import runpy
import subprocess
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import given, settings

import driverkit as dk
from driverkit import examples
from driverkit.cli import run
from driverkit.diagram.together import Frame, together
from driverkit.overlays import overlay
from strategies import theories
from support.browser import browser

BEGUN = """\
driverkit: 1
title: Fewer falls
revision: {label: "1", date: 2025-01-01}
aims: [{id: A1, text: Halve falls}]
drivers:
  - {id: P1, text: Floors are dry, contributes_to: [A1]}
  - {id: P2, text: Risk is known, contributes_to: [A1]}
  - {id: S1, text: Nobody hurries, contributes_to: [P2]}
change_ideas:
  - {id: C1, text: A mop at every door, contributes_to: [P1]}
  - {id: C2, text: A leaflet, contributes_to: [P2]}
"""
FIRST = dk.loads(BEGUN)
SECOND = dk.loads("""\
driverkit: 1
title: Fewer falls
revision: {label: "2", date: 2026-01-01}
aims: [{id: A1, text: Halve falls}]
drivers:
  - {id: P1, text: Floors are dry and clear of cables at every hour of the day and night, contributes_to: [A1]}
  - {id: P2, text: Risk is known, contributes_to: [A1]}
  - {id: S1, text: Nobody hurries, contributes_to: [P2]}
  - {id: S2, text: Call bells are answered, contributes_to: [P2]}
change_ideas:
  - {id: C1, text: A mop at every door, contributes_to: [P1]}
""")
HOSPITAL = examples.load("leaving-hospital")


def _places(panel):
    return {box.id: (box.x, box.y, box.width, box.height) for box in panel.drawing.boxes}


def test_what_is_in_two_versions_stands_in_the_same_place():
    first, second = dk.small_multiples([FIRST, SECOND]).panels
    one, other = _places(first), _places(second)
    assert {id for id in one if id in other} == set(one)
    assert all(one[id] == other[id] for id in one)


def test_a_panel_marks_what_came_went_and_changed():
    first, second = dk.small_multiples([FIRST, SECOND]).panels
    assert (first.title, second.title) == ("Revision 1 · 2025-01-01", "Revision 2 · 2026-01-01")
    assert second.said == "1 new · 1 changed · 1 gone"
    marks = {box.id: box.marks for box in second.drawing.boxes if box.marks}
    assert marks == {"P1": ("changed",), "S2": ("added",), "C2": ("removed",)}
    assert not any(box.marks for box in first.drawing.boxes)


TESTED = dk.loads(
    BEGUN
    + """\
cycles:
  - {id: T1, change: C1, plan: {date: 2025-02-01}, do: {date: 2025-02-02}, study: {date: 2025-02-09}}
evidence:
  - {id: E1, about: P2 -> A1, kind: research, finding: supports, text: A review of nine trials}
"""
)


def test_a_panel_marks_where_only_records_came():
    panel = dk.small_multiples([FIRST, TESTED]).panels[1]
    assert {box.id: box.marks for box in panel.drawing.boxes if box.marks} == {"C1": ("learned",)}
    (sign,) = [(one.cause, one.effect, dot.mark) for one in panel.drawing.arrows for dot in one.dots]
    assert sign == ("P2", "A1", "learned")
    box = next(box for box in panel.drawing.boxes if box.id == "C1")
    assert "Studied: T1" in [line.text for line in box.lines]
    assert panel.said == "1 cycle studied · 1 piece of evidence"
    assert [words for words in panel.story if "T1" in words]


def test_the_legend_says_each_thing_once_with_lines_before_boxes_before_signs():
    third = SECOND.link("C1", "P2", strength="weak").unlink("C1", "P1")
    found = dk.small_multiples([FIRST, TESTED, SECOND, third, third.link("C1", "P2", strength="strong")])
    words = [(entry.kind, entry.line.text) for entry in found.sheet.legend]
    assert len({said for _, said in words}) == len(words)
    kinds = [kind for kind, _ in words]
    assert kinds == sorted(kinds, key=["line", "box", "dot"].index)
    assert "dot" in kinds


def test_what_is_new_is_not_marked_as_learned_too():
    new = TESTED.add(dk.Driver("S2", "Call bells are answered", contributes_to=["P2"]))
    panel = dk.small_multiples([FIRST, new.replace("C1", text="A mop and a bucket at every door")]).panels[1]
    marks = {box.id: box.marks for box in panel.drawing.boxes if box.marks}
    assert marks == {"S2": ("added",), "C1": ("changed",)}
    assert panel.said == "1 new · 1 changed · 1 cycle studied · 1 piece of evidence"


def test_what_is_gone_stands_there_once_more_and_then_no_longer():
    third = attrs.evolve(SECOND, revision=dk.Revision(label="3"))
    panels = dk.small_multiples([FIRST, SECOND, third]).panels
    assert ["C2" in _places(panel) for panel in panels] == [True, True, False]
    assert panels[2].said == "nothing on the diagram changed"


def test_words_of_every_version_fit_into_their_box():
    for panel in dk.small_multiples([FIRST, SECOND]).panels:
        for box in panel.drawing.boxes:
            assert all(box.y < line.y < box.y + box.height for line in box.lines), box.id


def test_a_driver_that_changed_its_level_has_a_place_on_each():
    deeper = SECOND.replace("S1", contributes_to=["S2"], level=3)
    first, second = dk.small_multiples([FIRST, deeper]).panels
    roles = [next(box.role for box in panel.drawing.boxes if box.id == "S1") for panel in (first, second)]
    assert roles == ["secondary", "tertiary"]
    assert _places(first)["S1"][0] < _places(second)["S1"][0]


def test_a_node_with_another_id_is_still_in_its_place():
    renamed = FIRST.rename("S1", "X9")
    first, second = dk.small_multiples([FIRST, renamed]).panels
    assert _places(first)["S1"] == _places(second)["X9"]


def test_links_that_would_close_a_loop_together_are_drawn_all_the_same():
    base = FIRST.unlink("S1", "P2")
    one, other = base.link("P1", "P2"), base.link("P2", "P1")
    ends = [
        {(arrow.cause, arrow.effect) for arrow in panel.drawing.arrows if "removed" not in arrow.marks}
        for panel in dk.small_multiples([one, other]).panels
    ]
    assert ("P1", "P2") in ends[0]
    assert ("P2", "P1") in ends[1]
    assert ("P1", "P2") not in ends[1]


def test_days_show_an_overlay_and_what_is_other_than_before():
    days = ["2025-06-30", "2025-09-30"]
    found = dk.small_multiples(HOSPITAL, dates=days)
    assert [panel.title for panel in found.panels] == days
    before, after = ({box.id: box.marks for box in panel.drawing.boxes} for panel in found.panels)
    for id, marks in after.items():
        told = overlay(HOSPITAL.as_of(days[1]), "status").marks.get(id, ())
        assert tuple(mark for mark in marks if mark.startswith("status")) == tuple(told)
        other = [m for m in marks if m.startswith("status")] != [
            m for m in before[id] if m.startswith("status")
        ]
        assert ("focus" in marks) == other


def test_ids_for_words_take_less_room_and_are_told_in_words_to_whoever_hovers():
    words, ids = (dk.small_multiples([FIRST, SECOND], labels=labels) for labels in ("words", "ids"))
    assert ids.sheet.width * ids.sheet.height < words.sheet.width * words.sheet.height
    box = next(box for box in ids.panels[0].drawing.boxes if box.id == "C1")
    assert [line.text for line in box.lines] == ["C1"]
    assert box.title.startswith("A mop at every door")


def test_panels_of_ids_below_a_key_are_as_wide_as_it_and_can_be_read_on_paper():
    network = examples.network()
    for by in ("member", "team"):
        found = dk.network_multiples(network, by)
        assert found.panels[0].drawing.width < 660
        sheet = found.sheet
        paper = max(
            min(1587 / sheet.width, 1122 / sheet.height), min(1122 / sheet.width, 1587 / sheet.height)
        )
        assert paper * 13 * 0.75 > 5  # points, of the ids on A3
        right = max(box.x + box.width for box in sheet.boxes)
        assert sheet.width - right < 50


def test_a_sheet_has_every_panel_and_no_panel_touches_another():
    found = dk.small_multiples([FIRST, SECOND, FIRST, SECOND], across=2)
    assert len(found.sheet.boxes) == sum(len(panel.drawing.boxes) for panel in found.panels)
    areas = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in found.sheet.boxes]
    for i, (a, b, c, d) in enumerate(areas):
        assert a >= 0
        assert c <= found.sheet.width
        assert d <= found.sheet.height
        for left, top, right, low in areas[i + 1 :]:
            assert c <= left or right <= a or d <= top or low <= b
    for box in found.sheet.boxes:
        assert found.sheet.columns[box.column].x == box.x


@pytest.mark.slow
def test_the_sheet_is_had_in_every_format_and_the_same_bytes_twice():
    found = dk.small_multiples([FIRST, SECOND])
    for format, begin in (("svg", "<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", "<!DOCTYPE")):
        assert found.to(format)[: len(begin)] == begin
        assert found.to(format) == dk.small_multiples([FIRST, SECOND]).to(format)
    svg = ET.fromstring(found.svg())
    assert {g.get("data-id") for g in svg.iter("{http://www.w3.org/2000/svg}g") if g.get("data-id")} == {
        "A1", "P1", "P2", "S1", "S2", "C1", "C2",
    }  # fmt: skip


def test_the_page_has_no_script_and_a_button_for_each_panel():
    page = dk.small_multiples([FIRST, SECOND]).html()
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert page.count('type="radio"') == 2
    assert page.count("<svg") == 2
    assert page.count(" checked") == 1
    assert "“Floors are dry” now reads" in page


@pytest.mark.chromium
@pytest.mark.slow
def test_the_arrow_keys_go_from_panel_to_panel_and_the_mouse_chooses_one(chromium, tmp_path):
    dk.small_multiples([FIRST, SECOND, FIRST]).save(tmp_path / "p.html")
    with browser(chromium, tmp_path / "profile") as tab:
        tab.open(tmp_path / "p.html")
        seen = "[...document.querySelectorAll('.f')].map(e => e.offsetHeight > 0).indexOf(true) + 1"
        assert tab.js(seen) == 3
        tab.key("Tab", "ArrowLeft")
        assert tab.js(seen) == 2
        tab.key("ArrowLeft")
        assert tab.js(seen) == 1
        tab.click("label.l3")
        assert tab.js(seen) == 3
        assert tab.js("document.querySelectorAll('.f').length") == 3
        assert tab.complaints() == []
        assert [url for url in tab.requests() if not url.startswith("file:")] == []


@pytest.mark.chromium
@pytest.mark.slow
def test_each_panel_is_printed_on_a_sheet_of_its_own_that_lies_where_the_panel_does(chromium, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    days = dk.small_multiples(HOSPITAL, dates=["2025-06-30", "2025-12-31", "2026-05-31"])
    (tmp_path / "p.html").write_text(days.html(), "utf-8")
    with browser(chromium, tmp_path / "profile") as page:
        page.open(tmp_path / "p.html")
        printed = base64.b64decode(page.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    sheets = pypdf.PdfReader(BytesIO(printed)).pages
    assert len(sheets) == len(days.panels)
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in sheets)
    for sheet, panel in zip(sheets, days.panels, strict=True):
        assert panel.title in sheet.extract_text()


def test_hostile_words_stay_words():
    bad = "</style><script>alert(1)</script>\"'&"
    theory = dk.Theory(bad, aims=[dk.Aim("A1", bad)], revision=dk.Revision(label=bad))
    other = dk.Theory(bad, aims=[dk.Aim("A1", "x")], revision=dk.Revision(label=bad))
    found = dk.small_multiples([theory, other], titles=[bad, bad])
    assert "<script" not in found.html()
    assert "<script" not in found.svg()
    ET.fromstring(found.svg())
    assert len(re.findall("</style>", found.html())) == 1


@pytest.mark.parametrize(
    ("subject", "options", "said"),
    [
        ([], {}, "the list of versions is empty"),
        (dk.Theory("t"), {}, "no cycle has a date"),
        ([FIRST], {"labels": "id"}, "There are: words, ids"),
        ([FIRST], {"across": 0}, "from 1 on"),
        ([FIRST], {"titles": ["a", "b"]}, "2 titles for 1 panels"),
        ([FIRST] * 61, {}, "up to 60"),
        ([FIRST], {"dates": ["2026-01-01"]}, "hand in one theory"),
        (["x.yaml"], {}, "not a str"),
    ],
)
def test_what_cannot_be_drawn_is_told(subject, options, said):
    with pytest.raises(dk.UsageError, match=said):
        dk.small_multiples(subject, **options)
    with pytest.raises(dk.UsageError, match="Did you mean 'svg'"):
        dk.small_multiples([FIRST]).to("svgg")


@pytest.mark.slow
@settings(max_examples=12)
@given(one=theories(max_nodes=6), other=theories(max_nodes=6))
def test_any_two_theories_are_laid_out_alike(one, other):
    drawn = together([Frame(one), Frame(other)]).drawings
    assert (drawn[0].width, drawn[0].height) == (drawn[1].width, drawn[1].height)
    for theory, drawing in zip((one, other), drawn, strict=True):
        assert [box.id for box in drawing.boxes] == [node.id for node in theory.nodes]
        places = [(box.x, box.y) for box in drawing.boxes]
        assert len(set(places)) == len(places)
    roles = [{box.id: (box.role, box.x, box.y) for box in drawing.boxes} for drawing in drawn]
    for id in roles[0].keys() & roles[1].keys():
        if roles[0][id][0] == roles[1][id][0]:
            assert roles[0][id] == roles[1][id]


@pytest.mark.parametrize("name", ["versions", "days", "network", "network-members"])
def test_the_pictures_of_the_docs_are_what_driverkit_draws(name):
    home = Path(__file__).resolve().parents[1]
    tools = runpy.run_path(str(home / "tools" / "pictures.py"))
    assert (home / "docs" / "images" / f"{name}.svg").read_text("utf-8") == tools[
        name.replace("-", "_")
    ]().svg(), "run: just pictures"


# --------------------------------------------------------------------------------- the command line


@pytest.fixture
def shell(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dk.save(FIRST, "one.yaml")
    dk.save(SECOND, "two.yaml")

    def call(*words: str) -> tuple[int, str, str]:
        code = run([*words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def test_files_are_versions_and_one_file_is_shown_on_days(shell, tmp_path):
    assert shell("multiples", "one.yaml", "two.yaml", "-o", "v.svg", "-o", "v.html", "--paper", "a3") == (
        0,
        "",
        "",
    )
    assert 'width="1587' in (tmp_path / "v.svg").read_text()
    file = str(examples.path("leaving-hospital"))
    code, out, _ = shell("multiples", file, "--every", "year", "--labels", "ids", "-o", "-", "--to", "svg")
    assert code == 0
    assert "2026-12-31" in out


def test_history_draws_the_versions_that_git_keeps(shell, tmp_path):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "init", "-q"], check=True)
    same = attrs.evolve(FIRST, origin=None)
    for theory, words in ((FIRST, "begin"), (same, "again"), (SECOND, "bells <b>")):
        (tmp_path / "t.yaml").write_text(dk.dumps(theory))
        subprocess.run([*git, "add", "t.yaml"], check=True)
        subprocess.run([*git, "commit", "-qm", words, "--allow-empty"], check=True)
    assert shell("history", "t.yaml", "-o", "h.svg", "-o", "h.md")[0] == 0
    svg = (tmp_path / "h.svg").read_text()
    assert "bells &lt;b&gt;" in svg
    assert "begin" in svg
    assert "again" not in svg
    assert "# " in (tmp_path / "h.md").read_text()
    assert shell("multiples", "t.yaml", "--versions", "-o", "v.svg")[0] == 0


def test_versions_in_a_row_that_brought_only_records_share_a_panel_of_the_history(shell, tmp_path):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "init", "-q"], check=True)
    planned = attrs.evolve(TESTED, evidence=[], cycles=[attrs.evolve(TESTED.cycles[0], do=None, study=None)])
    for theory, words in (
        (FIRST, "begin"),
        (planned, "a test is planned"),
        (attrs.evolve(TESTED, evidence=[]), "the test is studied"),
        (TESTED, "a review is found"),
        (attrs.evolve(SECOND, revision=None), "call bells"),
    ):
        (tmp_path / "t.yaml").write_text(dk.dumps(theory))
        subprocess.run(["git", "add", "t.yaml"], check=True)
        subprocess.run([*git, "commit", "-qm", words, "--date", "2025-03-01T12:00:00Z"], check=True)
    assert shell("history", "t.yaml", "-o", "h.html", "-o", "h.svg")[0] == 0
    page = (tmp_path / "h.html").read_text()
    titles = ["2025-03-01: begin", "2025-03-01: 3 versions, no box or link changed", "2025-03-01: call bells"]
    assert re.findall("<h2>(.*?)</h2>", page) == [f"Revision 1, {titles[0]}", *titles[1:]]
    assert "<p>5 versions, 2025-03-01</p>" in page
    assert "<p>1 cycle studied · 1 piece of evidence</p>" in page
    assert "1 cycle studied (T1)" in page
    assert "3 versions, no box or link changed" in (tmp_path / "h.svg").read_text()
    assert shell("history", "t.yaml", "--substantive", "-o", "s.html")[0] == 0
    assert "3 versions" not in (tmp_path / "s.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["one.yaml", "two.yaml", "--on", "2026-01-01", "-o", "v.svg"], "Days can be shown of one FILE"),
        (["one.yaml", "-o", "v.svg"], "no cycle has a date"),
        (["one.yaml", "two.yaml", "-o", "v.gif"], "There are: svg, png, pdf, html"),
        (["one.yaml", "two.yaml", "-o", "v.svg", "--overlay", "statu"], "Did you mean 'status'"),
    ],
)
def test_a_mistake_is_one_line(shell, words, said):
    code, out, err = shell("multiples", *words)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert said in err
