"""Drawing, saving and showing: what a person does with a picture."""

from __future__ import annotations

import base64
import io
import os
import pickle
import re
import stat
import subprocess
import sys
from xml.etree import ElementTree as ET

import attrs
import pytest

import driverkit as dk
from driverkit import examples, notebook, picture
from driverkit.diagram import Diagram, Overlay
from driverkit.errors import MissingEngine, UsageError
from driverkit.picture import Picture
from driverkit.themes import theme
from support.drawings import HOSTILE, two

NS = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def theory():
    return examples.load("small-steps")


@pytest.fixture(scope="module")
def drawn(theory):
    return dk.diagram(theory)


def size_of(png: bytes) -> tuple[int, int]:
    image = pytest.importorskip("PIL.Image")
    return image.open(io.BytesIO(png)).size


# -- drawing and saving --------------------------------------------------------------------------------


def test_dk_diagram_is_the_function_whoever_imported_the_room_first():
    code = (
        "import driverkit.diagram, driverkit.diagram.model\n"
        "from driverkit.diagram import Diagram\n"
        "import driverkit as dk\n"
        "theory = dk.loads('driverkit: 1\\ntitle: t\\n')\n"
        "assert isinstance(dk.diagram(theory).diagram, Diagram)"
    )
    subprocess.run([sys.executable, "-P", "-c", code], check=True)


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot", "gv", "SVG"])
def test_the_suffix_says_the_format(theory, tmp_path, suffix):
    if suffix == "pdf":
        pytest.importorskip("reportlab")
    target = tmp_path / f"picture.{suffix}"
    assert dk.render(theory, target) is None
    starts = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF-", "dot": b"digraph", "gv": b"digraph"}
    assert target.read_bytes().startswith(starts[suffix.lower()])


def test_without_a_path_the_drawing_comes_back(theory, drawn):
    assert dk.render(theory, format="svg") == drawn.svg()
    assert dk.render(theory) == drawn.svg()
    assert isinstance(dk.render(theory, format="png"), bytes)


def test_a_format_may_be_named_whatever_the_suffix(theory, tmp_path):
    dk.render(theory, tmp_path / "picture.txt", format="dot")
    assert (tmp_path / "picture.txt").read_text().startswith("digraph")


@pytest.mark.parametrize("name", ["picture", "picture.docx", "picture.svgz"])
def test_an_unknown_suffix_is_told_before_anything_is_drawn(tmp_path, name):
    with pytest.raises(UsageError, match=r"End it with one of: .*\.svg"):
        dk.render(None, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_unknown_words_are_told_with_what_there_is(theory, drawn):
    with pytest.raises(UsageError, match=r"There is no theme 'drak'. Did you mean 'dark'"):
        dk.diagram(theory, theme="drak")
    with pytest.raises(UsageError, match="No engine is called 'neato'"):
        dk.diagram(theory, engine="neato")
    with pytest.raises(UsageError, match=r"No picture format is called 'sgv'. Did you mean 'svg'"):
        drawn.to("sgv")


def test_a_failed_save_leaves_the_old_picture(theory, tmp_path):
    target = tmp_path / "picture.png"
    target.write_bytes(b"old")
    with pytest.raises(UsageError):
        dk.render(theory, target, scale=1e9)
    assert target.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["picture.png"]


@pytest.mark.skipif(os.name == "nt", reason="no modes or links to speak of")
def test_a_save_keeps_the_mode_and_follows_a_link(drawn, tmp_path):
    target = tmp_path / "picture.svg"
    target.write_text("old")
    target.chmod(0o640)
    (tmp_path / "link.svg").symlink_to(target)
    drawn.save(tmp_path / "link.svg")
    assert target.read_text("utf-8") == drawn.svg()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert (tmp_path / "link.svg").is_symlink()


def test_options_reach_the_layout(theory):
    first = theory.primary_drivers[0].id
    part = dk.diagram(theory, focus=first, legend=False, direction="down").diagram
    assert first in {box.id for box in part.boxes}
    assert part.direction == "down"
    marked = dk.diagram(
        theory, overlay=Overlay(marks={first: ["status-adopted"]}, words={"status-adopted": "adopted"})
    )
    assert "dk-status-adopted" in marked.svg()
    assert "adopted" in [entry.line.text for entry in marked.diagram.legend]


def test_an_overlay_of_status_says_in_words_how_far_each_idea_is():
    theory = examples.load("leaving-hospital")
    shown = dk.diagram(theory, overlay="status").diagram
    for box in shown.boxes:
        if box.role == "change":
            (mark,) = [mark for mark in box.marks if mark.startswith("status-")]
            words = {"proposed": "Not yet tested"}
            status = mark.removeprefix("status-")
            assert box.lines[-1].text.startswith(words.get(status, status.capitalize()))
    used = {mark for box in shown.boxes for mark in box.marks if mark.startswith("status-")}
    assert used <= {entry.key for entry in shown.legend}


def test_an_overlay_of_owners_names_them_all():
    theory = dk.loads(
        "driverkit: 1\ntitle: t\naims: [{id: A, text: a}]\nteams: [{id: o0, name: Ward 5}]\ndrivers:\n"
        + "".join(f"  - {{id: P{i}, text: p, owner: o{i}}}\n" for i in range(9))
    )
    shown = dk.diagram(theory, overlay="owner").diagram
    said = {box.lines[-1].text for box in shown.boxes if box.role == "primary"}
    assert said == {"Owner: Ward 5", *(f"Owner: o{i}" for i in range(1, 9))}
    keys = [entry.key for entry in shown.legend if entry.key.startswith("owner-")]
    assert keys == [*(f"owner-{i}" for i in range(1, 7)), "owner-more", "owner-none"]


def test_what_nobody_owns_is_marked_where_the_theory_speaks_of_owners():
    text = "driverkit: 1\ntitle: t\naims: [{id: A, text: a}]\ndrivers: [{id: P, text: p}]\n"
    unspoken = dk.diagram(dk.loads(text), overlay="owner").diagram
    assert not any(entry.key.startswith("owner") for entry in unspoken.legend)
    spoken = dk.diagram(dk.loads(text + "teams: [{id: o, name: Ward 5}]\n"), overlay="owner").diagram
    assert [box.marks for box in spoken.boxes] == [("owner-none",), ("owner-none",)]
    assert ("owner-none", "no owner") in [(entry.key, entry.line.text) for entry in spoken.legend]


def test_no_overlay_is_no_overlay(theory, drawn):
    assert dk.diagram(theory, overlay="none") == drawn
    with pytest.raises(UsageError, match=r"Did you mean .status.* There are: none, status, evidence"):
        dk.diagram(theory, overlay="statsu")


def test_a_theme_of_ones_own(theory):
    mine = attrs.evolve(theme("default"), name="mine", title="#123456")
    assert "#123456" in dk.diagram(theory, theme=mine).svg()


def test_a_picture_is_a_value(theory, drawn):
    assert dk.diagram(theory) == drawn
    assert pickle.loads(pickle.dumps(drawn)) == drawn
    with pytest.raises(AttributeError):
        drawn.theme = None


# -- PNG -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_png_is_as_large_as_asked_and_says_so(drawn):
    image = pytest.importorskip("PIL.Image")
    width, height = drawn.diagram.width, drawn.diagram.height
    for how, scale in (({}, 2), ({"scale": 1}, 1), ({"scale": 0.5}, 0.5), ({"dpi": 288}, 3)):
        opened = image.open(io.BytesIO(drawn.png(**how)))
        opened.load()
        assert opened.size == pytest.approx((width * scale, height * scale), abs=1)
        assert opened.info["dpi"] == pytest.approx((96 * scale, 96 * scale), abs=0.1)


def test_a_png_is_the_same_bytes_twice(drawn):
    assert drawn.png() == drawn.png()


def test_a_png_shows_words(drawn):
    """A rasteriser without the right font leaves all words out and says nothing."""
    wordless = attrs.evolve(
        drawn.diagram, boxes=tuple(attrs.evolve(box, lines=()) for box in drawn.diagram.boxes)
    )
    assert Picture(wordless, drawn.theme).png() != drawn.png()


@pytest.mark.parametrize("scale", [0, -1, float("nan"), float("inf"), "2"])
def test_a_scale_is_a_number_above_nothing(drawn, scale):
    with pytest.raises(UsageError, match="no scale"):
        drawn.png(scale=scale)


def test_a_png_that_would_be_too_large_says_what_fits(drawn):
    with pytest.raises(UsageError, match=r"the most is 100. Use a scale of ([0-9.]+) or less") as caught:
        drawn.png(scale=60)
    fits = float(re.search(r"scale of ([0-9.]+)", str(caught.value))[1])
    assert drawn.diagram.width * drawn.diagram.height * fits**2 <= picture.MOST_PIXELS
    with pytest.raises(UsageError, match="focus, levels"):
        Picture(Diagram(1e6, 1e6, "large"), drawn.theme).png()


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("plain", False),
        ("é ≥ → ✓ אב مر", False),
        ("a\u200b\u202eb", False),
        ("中文", True),
        ("\U0001f44d", True),
    ],
    ids=ascii,
)
def test_fonts_of_the_machine_are_asked_only_for_letters_that_ours_lacks(text, more):
    assert picture._needs_more_fonts(two(text)) is more


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_no_text_stops_a_png(text):
    assert size_of(Picture(two(text), theme("default")).png(scale=0.5)) == (210, 60)


def test_the_letters_that_the_bundled_font_lacks_are_named_once_in_order_of_appearance():
    def missing(text: str) -> str:
        return dk.diagram(dk.Theory("t", aims=[dk.Aim("A", text)])).missing_letters()

    assert missing("plain é ≥ ✓ שלום مرحبا") == ""
    assert missing("ﻻ ﺣ ﭼ") == ""  # the joined shapes, which a PDF is written in
    assert missing("例 and 中例文") == "例中文"
    assert missing("a\u200b\u2060\u0301\U000e0001 \ufe0f") == ""


def test_lines_from_right_to_left_end_at_one_margin_in_a_png():
    image_of = pytest.importorskip("PIL.Image").open
    words = "يفهم المرضى خطتهم ولا ينسونها يفهم المرضى خطتهم ولا ينسونها"
    shown = dk.diagram(dk.Theory("t", aims=[dk.Aim("A", words)]), theme="plain")
    image = image_of(io.BytesIO(shown.png(scale=1))).convert("L")
    (box,) = shown.diagram.boxes
    assert len(box.lines) > 1
    for line in box.lines:
        right = line.x + line.width
        strip = image.crop((int(line.x), int(line.y - 8), int(right) + 8, int(line.y) + 3))
        light = [
            x for x in range(strip.width) if any(strip.getpixel((x, y)) > 128 for y in range(strip.height))
        ]
        assert abs(line.x + max(light) - right) < 4


# -- notebooks -------------------------------------------------------------------------------------------


def test_a_notebook_gets_every_form(drawn):
    shown = drawn._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html", "image/svg+xml", "image/png"}
    assert shown["image/svg+xml"] == drawn.svg()
    assert shown["text/plain"] == drawn.diagram.outline
    assert shown["image/png"].startswith(b"\x89PNG")


def test_a_notebook_draws_nothing_that_it_does_not_want(drawn, monkeypatch):
    monkeypatch.setattr(picture, "_png", None)
    assert set(drawn._repr_mimebundle_(exclude=["image/png"])) == {"text/plain", "text/html", "image/svg+xml"}
    monkeypatch.setattr(Picture, "svg", None)
    assert list(drawn._repr_mimebundle_(include=["text/plain"])) == ["text/plain"]
    assert drawn._repr_mimebundle_(include=["text/latex"]) == {}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_the_html_of_a_notebook_is_one_image(text):
    html = Picture(two(text), theme("default"))._repr_mimebundle_(include=["text/html"])["text/html"]
    image = ET.fromstring(re.sub(r">$", "/>", html))
    assert image.tag == "img"
    assert set(image.keys()) == {"src", "alt", "width", "style"}
    head, _, data = image.get("src").partition(",")
    assert head == "data:image/svg+xml;base64"
    assert ET.fromstring(base64.b64decode(data)).tag == NS + "svg"


def test_ipython_shows_the_png_too(drawn):
    formatters = pytest.importorskip("IPython.core.formatters")
    data, _ = formatters.DisplayFormatter().format(drawn)
    assert {"text/html", "image/svg+xml", "image/png", "text/plain"} <= set(data)


def test_a_theory_shows_itself_through_the_notebook_door(theory, drawn):
    assert notebook.bundle_for(theory, include=["image/svg+xml"]) == {"image/svg+xml": drawn.svg()}


# -- Graphviz --------------------------------------------------------------------------------------------


def moved(first: Diagram, second: Diagram) -> bool:
    return [(box.x, box.y) for box in first.boxes] != [(box.x, box.y) for box in second.boxes]


@pytest.mark.few(4)
@pytest.mark.dot
@pytest.mark.parametrize("direction", ["left", "right", "down"])
@pytest.mark.parametrize("name", examples.names())
def test_graphviz_finds_other_places_for_the_same_things(name, direction):
    theory = examples.load(name)
    ours = dk.diagram(theory, direction=direction).diagram
    theirs = dk.diagram(theory, direction=direction, engine="dot").diagram
    assert moved(ours, theirs)
    for before, after in zip(ours.boxes, theirs.boxes, strict=True):
        assert attrs.evolve(after, x=before.x, y=before.y, lines=before.lines) == before
        assert 0 <= after.x <= after.x + after.width <= theirs.width
        assert 0 <= after.y <= after.y + after.height <= theirs.height
        for line in after.lines:
            assert after.x < line.x < after.x + after.width
            assert after.y < line.y < after.y + after.height
    places = {box.id: box for box in theirs.boxes}
    for arrow in theirs.arrows:
        for (x, y), id in ((arrow.start, arrow.cause), (arrow.path[-1][4:], arrow.effect)):
            box = places[id]
            assert box.x - 3 <= x <= box.x + box.width + 3
            assert box.y - 3 <= y <= box.y + box.height + 3
    columns = {
        column.role: [b for b in theirs.boxes if b.column == i] for i, column in enumerate(theirs.columns)
    }
    if direction == "left":
        starts = [own[0].x for own in columns.values() if own]
        assert starts == sorted(starts)


@pytest.mark.dot
def test_graphviz_is_told_no_word_of_the_theory(theory, monkeypatch):
    told = []
    real = picture._plain
    monkeypatch.setattr(picture, "_plain", lambda source: told.append(source) or real(source))
    dk.diagram(theory, engine="dot")
    words = set(re.findall(r"[A-Za-z]{4,}", told[0]))
    assert words <= {
        "digraph", "driverkit", "graph", "rankdir", "ranksep", "nodesep", "node", "shape", "fixedsize", "true",
        "label", "edge", "none", "width", "height", "rank", "same", "style", "invis", "weight", "tailport",
        "headport", "constraint", "false",
    }  # fmt: skip


def test_where_graphviz_is_missing_the_way_to_it_is_told(theory, monkeypatch):
    monkeypatch.setattr(picture.shutil, "which", lambda *args, **kwargs: None)
    with pytest.raises(
        MissingEngine, match=r"pip install 'driverkit\[dot\]'; or draw with engine='driverkit'"
    ):
        dk.diagram(theory, engine="dot")


def test_a_graphviz_that_fails_or_hangs_is_told(theory, monkeypatch):
    monkeypatch.setattr(
        picture, "_graphviz", lambda: [sys.executable, "-c", "import sys; sys.exit('no layout')"]
    )
    with pytest.raises(UsageError, match=r"Graphviz failed \(1\): no layout"):
        dk.diagram(theory, engine="dot")
    monkeypatch.setattr(picture, "_graphviz", lambda: [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(picture, "DOT_SECONDS", 0.2)
    with pytest.raises(UsageError, match="did not finish"):
        dk.diagram(theory, engine="dot")


def test_to_graphviz_gives_a_graph_of_ones_own(theory):
    pytest.importorskip("graphviz")
    graph = dk.to_graphviz(theory)
    before = graph.source
    graph.node("mine")
    assert graph.source != before
    assert dk.to_graphviz(theory).source == before


def test_a_pdf_without_reportlab_says_how_to_get_it(drawn, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "reportlab"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "reportlab", None)
    with pytest.raises(MissingEngine, match=r"pip install 'driverkit\[pdf\]'"):
        drawn.pdf()


# -- a real browser ----------------------------------------------------------------------------------------


@pytest.mark.chromium
@pytest.mark.slow
def test_no_text_runs_in_a_browser(chromium, tmp_path):
    """Every place for words is filled with a payload that would change the title of the page."""
    payloads = [
        "<script>top.F()</script>",
        "<img src=x onerror=top.F()>",
        "' onmouseover='top.F()' autofocus tabindex=1 onfocus='top.F()' x='",
        '"><svg onload=top.F()>',
        "</title></style></script></textarea><img src=x onerror=top.F()>",
        "javascript:top.F()",
        "red}</style><img src=x onerror=top.F()>",
        "&lt;img src=x onerror=top.F()&gt;",
        "<animate attributeName=href values=javascript:top.F() begin=0s fill=freeze />",
        "<!--<script>",
        "]]><script>top.F()</script>",
    ]
    page = ["<!doctype html><title>calm</title><script>function F() { document.title = 'RAN' }</script>"]
    for payload in payloads:
        shown = Picture(two(payload, id=payload, url=payload, language=payload), theme("default"))
        page += [shown.svg(), shown._repr_mimebundle_(include=["text/html"])["text/html"]]
    page.append(
        "<script>document.querySelectorAll('a').forEach(a => a.dispatchEvent(new Event('click')))</script>"
    )
    page.append("<p id=end>reached</p>")
    file = tmp_path / "page.html"
    file.write_text("\n".join(page), "utf-8")
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=2000",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        encoding="utf-8",
    )
    assert "<title>calm</title>" in done.stdout
    assert '<p id="end">reached</p>' in done.stdout
