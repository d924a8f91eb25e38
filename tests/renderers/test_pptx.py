"""Slides, read back by python-pptx, and opened by LibreOffice where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from io import BytesIO
from zipfile import ZipFile

import attrs
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.diagram import Arrow, diagram
from driverkit.diagram.model import Diagram, Dot, Spark, TextLine
from driverkit.renderers import renderers
from driverkit.renderers.sheets import LEGIBLE, READABLE, smallest_text
from driverkit.themes import theme, themes
from support.drawings import HOSTILE, URLS, box, corpus_strings, everything, two
from support.random_theories import random_theory

pptx = pytest.importorskip("pptx")

RENDERER = next(one for one in renderers() if one.name == "pptx")
SLIDE = (960, 540)
texts = pytest.mark.parametrize("text", [*HOSTILE, *corpus_strings()], ids=lambda text: ascii(text)[:40])


def deck(*what: Diagram, look="default"):
    return pptx.Presentation(BytesIO(RENDERER.draw_pages(what, theme(look))))


def shapes_of(slide):
    """Every shape, those in groups too."""
    todo = list(slide.shapes)
    while todo:
        shape = todo.pop(0)
        if hasattr(shape, "shapes"):
            todo[:0] = list(shape.shapes)
        else:
            yield shape


def boxes_of(slide) -> dict[str, object]:
    """The shapes that connectors may be glued to, by the id of the node."""
    return {
        shape.name: shape
        for shape in shapes_of(slide)
        if shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.AUTO_SHAPE
        and shape.has_text_frame
        and shape.text_frame.text
    }


def connectors_of(slide) -> list:
    return [shape for shape in slide.shapes if shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.LINE]


def ends(connector) -> tuple[int, int]:
    joined = connector._element.nvCxnSpPr.cNvCxnSpPr
    return joined.stCxn.id, joined.endCxn.id


@pytest.fixture(scope="module", params=examples.names())
def example(request):
    return diagram(examples.load(request.param))


@pytest.mark.few(2)
def test_every_box_is_one_shape_with_the_words_of_its_node(example):
    (slide,) = deck(example).slides
    shapes = boxes_of(slide)
    assert set(shapes) == {one.id for one in example.boxes}
    for one in example.boxes:
        said = shapes[one.id].text_frame.text
        assert said == one.text or said.startswith(one.text + "\n")


def links_of(slide) -> Counter:
    """Cause and effect of every link; one that bends around boxes is several connectors, glued to each other's bends."""
    names = {shape.shape_id: name for name, shape in boxes_of(slide).items()}
    onward = dict(ends(one) for one in connectors_of(slide) if ends(one)[0] not in names)
    found = []
    for one in connectors_of(slide):
        cause, effect = ends(one)
        if cause in names:
            while effect not in names:
                effect = onward[effect]
            found.append((names[cause], names[effect]))
    return Counter(found)


@pytest.mark.few(2)
def test_every_link_is_glued_to_its_cause_and_its_effect(example):
    (slide,) = deck(example).slides
    assert links_of(slide) == Counter((arrow.cause, arrow.effect) for arrow in example.arrows)
    bends = [shape for shape in slide.shapes if shape.name == "Bend"]
    assert len(connectors_of(slide)) == len(example.arrows) + len(bends)


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["left", "right", "down"])
def test_no_connector_runs_behind_a_box_on_the_way_that_a_program_finds_for_it(direction):
    drawn = [
        diagram(examples.load(name), direction=direction) for name in ("mte-partnership", "reading-by-nine")
    ]
    drawn += [diagram(random_theory(seed), direction=direction) for seed in range(6)]
    bent = 0
    for what in drawn:
        (slide,) = deck(what).slides
        shapes = list(boxes_of(slide).values())
        bent += sum(shape.name == "Bend" for shape in slide.shapes)
        for one in connectors_of(slide):
            joined = one._element.nvCxnSpPr.cNvCxnSpPr
            if joined.stCxn.get("idx") == joined.endCxn.get("idx"):
                continue  # within a level: beside its boxes
            others = [shape for shape in shapes if shape.shape_id not in ends(one)]
            for x, y in swing(*corners(one), upright=joined.stCxn.get("idx") in "02"):
                assert not any(inside(shape, x, y) for shape in others), one.name
    assert bent


def swing(start, end, *, upright: bool):
    """Points on the way of a connector as PowerPoint and LibreOffice find it: out, across half way, and in."""
    (ax, ay), (bx, by) = start, end
    mx, my = (ax + bx) / 2, (ay + by) / 2
    if upright:
        halves = [((ax, ay), (ax, (ay + my) / 2), ((ax + mx) / 2, my), (mx, my))]
        halves += [((mx, my), ((mx + bx) / 2, my), (bx, (my + by) / 2), (bx, by))]
    else:
        halves = [((ax, ay), ((ax + mx) / 2, ay), (mx, (ay + my) / 2), (mx, my))]
        halves += [((mx, my), (mx, (my + by) / 2), ((mx + bx) / 2, by), (bx, by))]
    for points in halves:
        for i in range(21):
            t = i / 20
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            yield tuple(sum(w * p[k] for w, p in zip(weights, points, strict=True)) for k in (0, 1))


def inside(shape, x: float, y: float) -> bool:
    return shape.left < x < shape.left + shape.width and shape.top < y < shape.top + shape.height


@pytest.mark.parametrize("direction", ["left", "right", "down"])
@pytest.mark.parametrize("name", ["mte-partnership"])
def test_a_connector_lies_where_the_sides_are_that_it_is_glued_to(name, direction):
    (slide,) = deck(diagram(examples.load(name), direction=direction)).slides
    shapes = {shape.shape_id: shape for shape in shapes_of(slide)}
    for one in connectors_of(slide):
        joined = one._element.nvCxnSpPr.cNvCxnSpPr
        found = corners(one)
        for glue, at in ((joined.stCxn, found[0]), (joined.endCxn, found[1])):
            wanted = middle_of_side(shapes[glue.id], glue.get("idx"))
            # A point has 12,700; a line ends in the middle of a bend, which is as large as the line is wide.
            assert at == pytest.approx(wanted, abs=16_000), one.name


def corners(connector) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a connector begins and ends, after it was flipped and turned."""
    form = connector._element.spPr.find("{*}xfrm")
    off, ext = form.find("{*}off"), form.find("{*}ext")
    width, height = int(ext.get("cx")), int(ext.get("cy"))
    x, y = int(off.get("x")) + width / 2, int(off.get("y")) + height / 2
    out = []
    for sx, sy in ((-1, -1), (1, 1)):
        dx, dy = sx * width / 2, sy * height / 2
        dx = -dx if form.get("flipH") else dx
        dy = -dy if form.get("flipV") else dy
        for _ in range(int(form.get("rot", "0")) // 5_400_000):
            dx, dy = -dy, dx
        out.append((x + dx, y + dy))
    return out[0], out[1]


def middle_of_side(shape, side: str) -> tuple[float, float]:
    x, y, w, h = shape.left, shape.top, shape.width, shape.height
    return {"0": (x + w / 2, y), "1": (x, y + h / 2), "2": (x + w / 2, y + h), "3": (x + w, y + h / 2)}[side]


def test_nothing_lies_outside_the_slide(example):
    slides = deck(example)
    assert slides.slide_width / slides.slide_height == pytest.approx(16 / 9, rel=1e-4)
    for shape in shapes_of(slides.slides[0]):
        if not shape.is_placeholder and ends_known(shape):
            assert shape.left >= -12_700
            assert shape.top >= -12_700
            assert shape.left + shape.width <= slides.slide_width + 12_700
            assert shape.top + shape.height <= slides.slide_height + 12_700


def ends_known(shape) -> bool:
    # A turned connector tells its place as it was before it was turned.
    return shape.shape_type != pptx.enum.shapes.MSO_SHAPE_TYPE.LINE


def test_no_number_stands_for_two_shapes(example):
    (slide,) = deck(example).slides
    numbers = slide._element.xpath("//p:cNvPr/@id")
    assert len(numbers) == len(set(numbers))


@pytest.mark.few(10)
@texts
def test_every_text_is_read_back_unchanged(text):
    what = attrs.evolve(two(text), story=text)
    (slide,) = deck(what).slides
    shown = [
        shape.text_frame.text for shape in shapes_of(slide) if shape.has_text_frame and shape.text_frame.text
    ]
    boxes = boxes_of(slide).values()
    assert [one.text_frame.text for one in boxes] == [text, text]
    assert slide.shapes.title.text_frame.text == text.replace("\n", " ")
    assert slide.notes_slide.notes_text_frame.text == text
    assert set(shown) <= {text, text.replace("\n", " ")}


def test_what_no_document_may_hold_is_shown_as_a_replacement():
    (slide,) = deck(two("a\x00b\x1bc\ud800d")).slides
    assert {one.text_frame.text for one in boxes_of(slide).values()} == {"a\ufffdb\ufffdc\ufffdd"}


def test_lines_that_the_writer_began_stay_lines():
    line = TextLine("one", 10, 18, 13)
    last = TextLine("two", 10, 35, 13, joins="\n")
    what = Diagram(300, 100, "t", boxes=(attrs.evolve(box("A1", "one\ntwo"), lines=(line, last)),))
    (slide,) = deck(what).slides
    assert [one.text for one in boxes_of(slide)["A1"].text_frame.paragraphs] == ["one", "two"]


def test_what_is_written_from_right_to_left_is_marked_so():
    line = TextLine("אבג", 10, 18, 13, rtl=True)
    (slide,) = deck(Diagram(300, 100, "t", boxes=(attrs.evolve(box("A1", "אבג"), lines=(line,)),))).slides
    paragraph = boxes_of(slide)["A1"].text_frame.paragraphs[0]._p
    assert paragraph.pPr.get("rtl") == "1"
    assert paragraph.pPr.get("algn") == "r"


@pytest.mark.parametrize("url", URLS)
def test_a_slide_links_to_nothing_but_web_and_mail(url):
    with ZipFile(BytesIO(RENDERER.draw(two(url=url), theme("default")))) as package:
        for name in package.namelist():
            assert b'TargetMode="External"' not in package.read(name)


@pytest.mark.parametrize("url", ["https://example.org/?a=1&b=2#c", "mailto:a@b.c"])
def test_a_box_links_to_its_address(url):
    (slide,) = deck(two(url=url)).slides
    assert boxes_of(slide)["A1"].click_action.hyperlink.address == url
    assert boxes_of(slide)["P 1"].click_action.hyperlink.address is None


def test_boxes_and_links_say_what_they_are_to_those_who_cannot_see_them(example):
    (slide,) = deck(example).slides
    about = {one._element.xpath(".//p:cNvPr")[0].get("descr") for one in boxes_of(slide).values()}
    assert about == {one.title or one.text for one in example.boxes}
    links = Counter(one._element.xpath(".//p:cNvPr")[0].get("descr") for one in connectors_of(slide))
    del links[None]  # what follows the first piece of a link that bends is only drawn
    assert links == Counter(arrow.title for arrow in example.arrows)


def test_strength_is_width_and_dashes_and_a_condition_is_dashes():
    (slide,) = deck(everything()).slides
    lines = [one._element.spPr.find("{*}ln") for one in connectors_of(slide)]
    widths = [int(line.get("w")) for line in lines]
    dashes = [
        None if line.find("{*}prstDash") is None else line.find("{*}prstDash").get("val") for line in lines
    ]
    assert widths[0] > widths[1] > widths[2]
    assert dashes[:6] == [None, None, "dash", None, "sysDot", "dashDot"]
    assert all(line.find("{*}tailEnd").get("type") == "triangle" for line in lines)


@pytest.mark.parametrize("look", [one.name for one in themes()])
def test_the_colours_are_those_of_the_theme_and_the_menus_offer_them(look):
    slides = deck(everything(), look=look)
    chosen = theme(look)
    fill = boxes_of(slides.slides[0])["B0"].fill.fore_color.rgb
    assert f"#{str(fill).lower()}" == chosen.aim.fill.lower()
    with ZipFile(BytesIO(RENDERER.draw(everything(), chosen))) as package:
        offered = package.read("ppt/theme/theme1.xml").decode()
    assert f'<a:lt1><a:srgbClr val="{chosen.background[1:].upper()}"/></a:lt1>' in offered


def test_a_mark_is_moved_along_with_its_box():
    (slide,) = deck(everything(("status-adopted",))).slides
    groups = [one for one in slide.shapes if hasattr(one, "shapes")]
    assert {one.name for one in groups} >= {f"B{i}" for i in range(11)}
    names = {shape.shape_id: name for name, shape in boxes_of(slide).items()}
    assert all(set(ends(one)) <= set(names) for one in connectors_of(slide))


def test_signs_and_series_stand_on_the_slide():
    dot = Dot(20, 20, 9, "triangle", "signal-better", "M1 is better")
    spark = Spark(30, 30, 60, 12, (((30, 40), (60, 32), (90, 36)),), "M1 over time")
    note = TextLine("M1: 12", 30, 24, 11, part="note")
    one = box("A1", "words")
    what = attrs.evolve(
        one, lines=(*one.lines, attrs.evolve(note, y=34)), dots=(attrs.evolve(dot, y=30),), sparks=(spark,)
    )
    link = Arrow("B1", "A1", (240, 15), ((220, 15, 180, 15, 160, 15),), dots=(Dot(200, 15, 9),))
    (slide,) = deck(Diagram(420, 120, "t", boxes=(what, box("B1", "cause", 240)), arrows=(link,))).slides
    about = slide._element.xpath("//p:cNvPr/@descr")
    assert {"M1 is better", "M1 over time"} <= set(about)
    said = {shape.text_frame.text for shape in shapes_of(slide) if shape.has_text_frame}
    assert {"words", "M1: 12"} <= said


def test_the_same_diagrams_are_the_same_bytes_whatever_the_time():
    what = [two("a"), two("b")]
    data = RENDERER.draw_pages(what, theme("default"))
    assert data == RENDERER.draw_pages(what, theme("default"))
    with ZipFile(BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "thumbnail" in name or "printer" in name]
        assert b'type="screen4x3"' not in package.read("ppt/presentation.xml")
    about = pptx.Presentation(BytesIO(data)).core_properties
    assert (about.title, about.author, about.last_modified_by) == ("a", "", "")
    assert about.created == about.modified


def test_nothing_in_the_file_runs_or_is_fetched():
    data = RENDERER.draw(two("javascript:top.F(1)", url="https://example.org/"), theme("default"))
    with ZipFile(BytesIO(data)) as package:
        assert not [
            name for name in package.namelist() if re.search(r"vba|ole|activeX|embed", name, re.IGNORECASE)
        ]
        outside = [
            target
            for name in package.namelist()
            if name.endswith(".rels")
            for target in re.findall(
                r'Target="([^"]*)"[^>]*TargetMode="External"', package.read(name).decode()
            )
        ]
    assert outside == ["https://example.org/"]


def test_the_bones_of_a_fish_keep_their_places_and_are_glued_to_nothing():
    what = dk.fishbone(examples.load("leaving-hospital")).diagram
    (slide,) = deck(what).slides
    assert not connectors_of(slide)
    bones = [shape for shape in slide.shapes if shape.name == "Link"]
    assert len(bones) == len(what.arrows)
    assert set(boxes_of(slide)) == {one.id for one in what.boxes}


@pytest.mark.dot
def test_links_are_glued_where_graphviz_found_the_places_too():
    what = dk.diagram(examples.load("mte-partnership"), engine="dot").diagram
    (slide,) = deck(what).slides
    assert links_of(slide) == Counter((arrow.cause, arrow.effect) for arrow in what.arrows)


# -- pages ---------------------------------------------------------------------------------------------


def test_an_overview_comes_first_and_no_two_slides_have_one_title():
    slides = list(
        pptx.Presentation(
            BytesIO(dk.diagram(examples.load("leaving-hospital")).to("pptx", pages="primary"))
        ).slides
    )
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[0] == "Leaving hospital safely – Overview"
    assert titles[3].startswith("Leaving hospital safely – P3 (1 of ")
    assert len(set(titles)) == len(titles)
    tops = {slide.shapes.title.top for slide in slides}
    assert max(tops) - min(tops) < 12_700 * 8  # in one place, but for the size of the letters


def test_text_too_small_for_a_slide_brings_slides_on_which_it_can_be_read():
    small, large = dk.diagram(examples.load("small-steps")), dk.diagram(examples.load("leaving-hospital"))
    assert smallest_text(small.diagram, SLIDE) >= LEGIBLE > smallest_text(large.diagram, SLIDE)
    assert len(small.pages("auto", sheet=SLIDE)) == 1
    whole, *parts = large.pages("auto", sheet=SLIDE)
    assert whole == attrs.evolve(large.diagram, label="Overview")
    assert min(smallest_text(one, SLIDE) for one in parts) >= READABLE
    assert len(pptx.Presentation(BytesIO(large.to("pptx", pages="one"))).slides) == 1


def test_the_notes_tell_what_the_slide_shows_and_other_formats_do_not_pay_for_it():
    theory = examples.load("leaving-hospital")
    picture = dk.diagram(theory)
    slides = pptx.Presentation(BytesIO(picture.to("pptx"))).slides
    assert slides[0].notes_slide.notes_text_frame.text == dk.narrative(theory).plain
    assert slides[1].notes_slide.notes_text_frame.text == dk.narrative(theory, focus="P1").plain
    assert picture.diagram.story == ""
    assert all(one.story == "" for one in picture.pages("primary"))


def test_a_format_of_one_page_says_which_have_several():
    picture = dk.diagram(examples.load("small-steps"))
    with pytest.raises(dk.UsageError, match=r"one page only.*drawio.*pdf.*pptx"):
        picture.to("svg", pages="primary")
    with pytest.raises(dk.UsageError, match="Did you mean 'primary'"):
        picture.to("pptx", pages="primry")
    with pytest.raises(dk.UsageError, match="drivers"):
        dk.fishbone(examples.load("leaving-hospital")).to("pptx", pages="primary")


def test_whoever_has_no_python_pptx_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pptx", None)
    with pytest.raises(dk.MissingEngine, match=r"pip install 'driverkit\[pptx\]'"):
        RENDERER.draw(two(), theme("default"))


# -- a real program ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice")
@pytest.mark.parametrize("name", ["leaving-hospital", "mte-partnership", "reading-by-nine"])
def test_libreoffice_opens_the_slides_with_every_word_on_them(name, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    picture = dk.diagram(examples.load(name))
    picture.save(tmp_path / "deck.pptx")
    profile = (tmp_path / "profile").as_uri()
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={profile}",
        "--convert-to",
        "pdf",
        "deck.pptx",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    pages = pypdf.PdfReader(tmp_path / "deck.pdf").pages
    diagrams = picture.pages("auto", sheet=SLIDE)
    assert len(pages) == len(diagrams)
    for page, what in zip(pages, diagrams, strict=True):
        found = "".join(page.extract_text().split())
        for one in what.boxes:
            assert "".join(one.text.split()) in found


def test_on_a_slide_that_shrinks_the_drawing_the_heads_of_arrows_are_small():
    for name, size in (("leaving-hospital", "sm"), ("small-steps", "med")):
        (slide,) = deck(diagram(examples.load(name))).slides
        heads = [one._element.spPr.find("{*}ln").find("{*}tailEnd") for one in connectors_of(slide)]
        assert {(one.get("w"), one.get("len")) for one in heads if one is not None} == {(size, size)}


def test_the_words_of_a_box_end_where_its_measures_begin_whatever_the_font():
    drawn = dk.diagram(examples.load("leaving-hospital"), overlay="signal").diagram
    (slide,) = deck(drawn).slides
    with_rows = [one for one in drawn.boxes if one.dots]
    assert with_rows
    for one in with_rows:
        about = boxes_of(slide)[one.id]._element.txBody.bodyPr
        assert about.get("anchor") == "b"
        scale = 9525 * min(1280 / drawn.width, 720 / drawn.height)
        end = one.y + one.height - int(about.get("bIns")) / scale
        assert end <= min(dot.y for dot in one.dots)
