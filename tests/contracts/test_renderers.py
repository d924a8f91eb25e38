"""What every drawing language promises: all there, nothing trusted, the same bytes twice."""

from __future__ import annotations

import subprocess
import unicodedata
from collections import Counter
from xml.etree import ElementTree as ET

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.diagram import diagram
from driverkit.diagram.model import Diagram
from driverkit.renderers import Renderer, renderers
from driverkit.themes import theme
from support.drawings import HOSTILE, URLS, corpus_strings, everything, two

NS = "{http://www.w3.org/2000/svg}"
every_language = pytest.mark.parametrize("renderer", renderers(), ids=lambda one: one.name)
texts = pytest.mark.parametrize("text", [*HOSTILE, *corpus_strings()], ids=lambda text: ascii(text)[:40])

ELEMENTS = {"svg", "title", "desc", "g", "a", "rect", "text", "path"}
ATTRIBUTES = {
    "svg": {
        "width", "height", "viewBox", "class", "role", "aria-labelledby", "aria-describedby", "font-family", "lang",
    },
    "title": {"id"},
    "desc": {"id"},
    "g": {"class", "data-id", "data-role"},
    "a": {"href"},
    "rect": {"class", "x", "y", "width", "height", "rx", "fill", "stroke", "stroke-width", "stroke-dasharray"},
    "text": {
        "class", "x", "y", "font-size", "font-weight", "fill", "direction", "text-anchor",
        "{http://www.w3.org/XML/1998/namespace}space",
    },
    "path": {
        "class", "data-from", "data-to", "d", "fill", "stroke", "stroke-width", "stroke-dasharray",
    },
}  # fmt: skip


def drawn(renderer: Renderer, what: Diagram) -> str | bytes:
    if renderer.name == "pdf":
        pytest.importorskip("reportlab")
    if renderer.name == "pptx":
        pytest.importorskip("pptx")
    return renderer.draw(what, theme("default"))


def svg(what: Diagram) -> ET.Element:
    by_name = {one.name: one for one in renderers()}
    return ET.fromstring(by_name["svg"].draw(what, theme("default")))


def words_of(group: ET.Element) -> str:
    """What a reader gets who takes the text elements one after the other."""
    return "".join(one.text or "" for one in group.findall(NS + "text") if one.get("class") != "dk-note")


@pytest.fixture(scope="module", params=examples.names())
def example(request):
    return diagram(examples.load(request.param))


# -- every language ----------------------------------------------------------------------------------


@every_language
def test_a_language_says_what_it_is(renderer):
    assert renderer.suffix.startswith(".")
    assert "/" in renderer.media_type
    assert renderer.description.endswith(".")


def test_no_name_or_suffix_stands_for_two_languages():
    assert max(Counter(one.name for one in renderers()).values()) == 1
    assert max(Counter(one.suffix for one in renderers()).values()) == 1


@pytest.mark.few(20)
@every_language
def test_the_same_diagram_is_the_same_bytes(renderer, example):
    assert drawn(renderer, example) == drawn(renderer, example)


@pytest.mark.few(100)
@every_language
@texts
def test_no_text_stops_a_drawing(renderer, text):
    assert drawn(renderer, two(text, id=text[:30]))


@every_language
def test_an_empty_diagram_draws(renderer):
    assert drawn(renderer, Diagram(100, 100, "Nothing yet"))


@every_language
def test_what_no_document_may_hold_is_shown_as_a_replacement(renderer):
    assert drawn(renderer, two("a\x00b\x1bc\ud800d￾e\x85f"))


# -- SVG -----------------------------------------------------------------------------------------------


def test_svg_has_every_box_and_every_link_once(example):
    root = svg(example)
    boxes = Counter(one.get("data-id") for one in root.iter(NS + "g") if one.get("data-id") is not None)
    links = Counter(
        (one.get("data-from"), one.get("data-to")) for one in root.iter(NS + "path") if one.get("data-from")
    )
    assert boxes == Counter(box.id for box in example.boxes)
    assert links == Counter((arrow.cause, arrow.effect) for arrow in example.arrows)


def test_svg_boxes_hold_their_rectangle_role_words_and_hover(example):
    groups = {one.get("data-id"): one for one in svg(example).iter(NS + "g") if one.get("data-id")}
    for box in example.boxes:
        group = groups[box.id]
        assert group.get("data-role") == box.role
        assert f"dk-{box.role}" in group.get("class").split()
        assert len(group.findall(NS + "rect")) == 1
        assert " ".join(words_of(group).split()) == " ".join(box.text.split())
        assert group.find(NS + "title").text.startswith(box.text)


def test_svg_links_tell_who_hovers_and_how_strong_they_are(example):
    for path in svg(example).iter(NS + "path"):
        if path.get("data-from"):
            assert path.find(NS + "title").text
            assert path.get("fill") == "none"
            assert "dk-link" in path.get("class").split()


def test_svg_tells_those_who_cannot_see_it(example):
    root = svg(example)
    assert root.get("role") == "img"
    title, desc = root.find(NS + "title"), root.find(NS + "desc")
    assert title.text == example.title
    assert desc.text == example.outline
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")


def test_svg_of_two_diagrams_share_no_id():
    ids = [{one.get("id") for one in svg(two(text)).iter() if one.get("id")} for text in ("one", "two")]
    assert not ids[0] & ids[1]
    assert all(one.startswith("dk-") for one in ids[0] | ids[1])


@texts
def test_svg_gives_every_text_back_unchanged(text):
    root = svg(two(text, id=text))
    groups = [one for one in root.iter(NS + "g") if one.get("data-id") is not None]
    assert groups[0].get("data-id") == text
    assert {words_of(group) for group in groups} == {text}
    assert {one.text for one in root.iter(NS + "title")} == {text}
    (link,) = [one for one in root.iter(NS + "path") if one.get("data-to") is not None]
    assert link.get("data-to") == text


@texts
def test_svg_knows_a_closed_set_of_elements_and_attributes(text):
    for one in svg(two(text, id=text, url="https://example.org/?a=1&b=2", language=text)).iter():
        name = one.tag.removeprefix(NS)
        assert name in ELEMENTS
        assert set(one.keys()) <= ATTRIBUTES[name]
        assert not set(one.keys()) - {"{http://www.w3.org/XML/1998/namespace}space"} & {"style", "onload"}


def test_svg_draws_every_role_and_mark_from_the_same_elements():
    for one in svg(everything(("status-adopted", "evidence-mixed", "removed"))).iter():
        name = one.tag.removeprefix(NS)
        assert name in ELEMENTS
        assert set(one.keys()) <= ATTRIBUTES[name]


@pytest.mark.parametrize("url", URLS)
def test_no_language_links_to_anything_but_web_and_mail(url):
    look = theme("default")
    for renderer in renderers():
        if renderer.name == "svg":
            assert not list(svg(two(url=url)).iter(NS + "a"))
        elif renderer.name == "dot":
            assert "URL=" not in str(renderer.draw(two(url=url), look))


@pytest.mark.parametrize(
    "url", ["https://example.org/?a=1&b=2#c", "http://a.b", "mailto:a@b.c", "HTTPS://A.B/"]
)
def test_svg_links_a_box_to_its_address(url):
    (link,) = svg(two(url=url)).iter(NS + "a")
    assert link.get("href") == url
    assert link.find(NS + "g").get("data-id") == "A1"


def test_svg_is_a_few_milliseconds_of_work_and_small():
    big = everything()
    text = next(one for one in renderers() if one.name == "svg").draw(big, theme("default"))
    assert len(text) < 1000 * (len(big.boxes) + len(big.arrows) + len(big.legend))


# -- PDF -----------------------------------------------------------------------------------------------


def pdf_text(what: Diagram) -> str:
    pytest.importorskip("reportlab")
    from io import BytesIO

    pypdf = pytest.importorskip("pypdf")
    renderer = next(one for one in renderers() if one.name == "pdf")
    reader = pypdf.PdfReader(BytesIO(renderer.draw(what, theme("default"))))
    assert len(reader.pages) == 1
    return reader.pages[0].extract_text()


def test_pdf_has_every_word(example):
    found = " ".join(pdf_text(example).split())
    for box in example.boxes:
        for line in box.lines:
            assert " ".join(line.text.split()) in found


@texts
def test_pdf_gives_back_every_text(text):
    # Letters from right to left are stored as they are seen; readers put them back into order.
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN", "RLO", "PDF", "RLI") for char in text):
        pytest.skip("right to left")
    hidden = {char: None for char in map(ord, text) if unicodedata.category(chr(char)) == "Cf"}
    found = "".join(pdf_text(two(text)).translate(hidden).split())
    assert "".join(text.translate(hidden).split()) in found


def test_pdf_has_nothing_that_runs_or_changes():
    pytest.importorskip("reportlab")
    renderer = next(one for one in renderers() if one.name == "pdf")
    data = renderer.draw(two("javascript:top.F(1)", url="https://example.org/"), theme("default"))
    assert data.startswith(b"%PDF-")
    for word in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/EmbeddedFile"):
        assert word not in data


# -- DOT -----------------------------------------------------------------------------------------------


def graphviz_says(source: str) -> ET.Element:
    done = subprocess.run(["dot", "-Tsvg"], input=source.encode(), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert b"syntax error" not in done.stderr
    return ET.fromstring(done.stdout)


def test_dot_has_every_box_and_every_link_once(example):
    text = next(one for one in renderers() if one.name == "dot").draw(example, theme("default"))
    for i, box in enumerate(example.boxes, 1):
        assert text.count(f"\n\tn{i} [") == 1
        assert f'comment="{box.id}"' in text
    assert text.count(" [tooltip=") == len(example.arrows)


@pytest.mark.dot
@texts
def test_graphviz_shows_every_text_unchanged(text):
    if len(text) > 5000:
        pytest.skip("longer than any line")
    what = two(text)
    root = graphviz_says(
        str(next(one for one in renderers() if one.name == "dot").draw(what, theme("default")))
    )
    nodes = [one for one in root.iter(NS + "g") if (one.get("class") or "").startswith("node")]
    assert len(nodes) == 2
    for node in nodes:
        shown = "\n".join(one.text or "" for one in node.iter(NS + "text")).replace("\xa0", " ")
        assert shown == text
    assert len([one for one in root.iter(NS + "g") if (one.get("class") or "").startswith("edge")]) == 1


@pytest.mark.few(2)
@pytest.mark.dot
def test_graphviz_takes_what_to_graphviz_makes(example):
    theory = examples.load(examples.names()[0])
    root = graphviz_says(dk.to_graphviz(theory).source)
    assert root.tag == NS + "svg"
