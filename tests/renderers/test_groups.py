"""Frames in every drawing language: the name is there, and in it stand its boxes and no others."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from io import BytesIO

import attrs
import pytest

import driverkit as dk
from driverkit.picture import picture_formats
from driverkit.renderers.mermaid import escaped
from driverkit.renderers.shapes import frame
from driverkit.themes import contrast, themes
from support.drawings import HOSTILE, corpus_strings

IDEAS = """
driverkit: 1
title: Fewer falls
aims: [{id: A1, text: Half as many falls}]
drivers: [{id: P1, text: Everybody knows who may fall, contributes_to: [A1]}]
change_ideas:
  - {id: C1, text: Ask at admission, concept: Build in a check, contributes_to: [P1]}
  - {id: C2, text: A yellow band, contributes_to: [P1]}
  - {id: C3, text: Look in every handover, concept: Build in a check, contributes_to: [P1], owner: night}
"""


@pytest.fixture(scope="module")
def picture():
    return dk.diagram(dk.loads(IDEAS), groups="concept", overlay="owner", numbers=True)


@pytest.mark.parametrize("name", [name for name in picture_formats() if name not in ("png", "pdf", "pptx")])
def test_every_language_says_the_name_of_a_frame(picture, name):
    text = picture.to(name).replace("\n", " ").replace("\\n", " ")
    assert "Build in a check" in text or escaped("Build in a check") in text


@pytest.mark.parametrize("look", themes(), ids=lambda look: look.name)
def test_the_name_and_the_line_of_a_frame_can_be_seen_in_every_theme(look):
    style = frame(look)
    assert contrast(style.text, style.fill) >= 4.5
    assert contrast(style.stroke, look.background) >= 2.5


def test_in_svg_frames_lie_below_links_and_boxes(picture):
    text = picture.svg()
    assert text.index("dk-groups") < text.index("dk-links") < text.index("dk-boxes")
    assert 'data-members="C1 C3"' in text


def test_in_draw_io_boxes_lie_in_their_container_where_they_were(picture):
    root = ET.fromstring(picture.to("drawio"))
    cells = {one.get("id"): one for one in root.iter() if one.get("id")}
    (group,) = picture.diagram.groups
    found = {one.get("node"): one for one in root.iter("object") if one.get("node")}
    for box in picture.diagram.boxes:
        cell = found[box.id].find("mxCell")
        place = cell.find("mxGeometry")
        if box.id not in group.members:
            assert cell.get("parent") == "1"
            continue
        container = cells[cell.get("parent")]
        assert container.get("label") == group.label
        outer = container.find("mxCell/mxGeometry")
        assert float(outer.get("x")) + float(place.get("x")) == pytest.approx(box.x)
        assert float(outer.get("y")) + float(place.get("y")) == pytest.approx(box.y)


def test_on_slides_a_frame_and_its_boxes_are_one_group_and_links_stay_glued(picture):
    pptx = pytest.importorskip("pptx")
    slide = pptx.Presentation(BytesIO(picture.to("pptx"))).slides[0]
    (group,) = [shape for shape in slide.shapes if shape.name == "Change concept: Build in a check"]
    names = [shape.name for shape in group.shapes]
    assert {"Frame", "C1", "C3"} <= set(names)
    assert "C2" not in names
    assert group.shapes[0].text_frame.text == "Build in a check"
    ids = [int(one.get("id")) for one in slide.shapes._spTree.iter("{*}cNvPr")]
    assert len(ids) == len(set(ids))
    glued = [
        int(one.get("id"))
        for kind in ("stCxn", "endCxn")
        for one in slide.shapes._spTree.iter(f"{{*}}{kind}")
    ]
    assert len(glued) == 2 * len(picture.diagram.arrows)
    assert set(glued) <= set(ids)


def test_in_a_pdf_the_name_can_be_copied(picture):
    pypdf = pytest.importorskip("pypdf")
    text = pypdf.PdfReader(BytesIO(picture.pdf())).pages[0].extract_text()
    assert "Build in a" in text


def test_in_mermaid_and_d2_boxes_lie_in_their_container(picture):
    mermaid = picture.to("mmd")
    inside = mermaid[mermaid.index("subgraph g1[") :]
    assert re.findall(r"n\d+(?=\[)", inside[: inside.index("    end")]) == ["n3", "n4"]
    d2 = picture.to("d2")
    assert d2.index("\ng1: ") < d2.index("\ng1.n3: ")
    assert "g1.n4 -> n2" in d2


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_keeps_each_frame_to_its_boxes(picture):
    done = subprocess.run(
        [str(shutil.which("dot")), "-Tsvg"], input=picture.dot().encode(), capture_output=True, check=True
    )
    assert not done.stderr
    assert b"cluster" in done.stdout


def test_in_words_what_has_no_frame_is_told_first(picture):
    lines = [line.strip("│├└─ ") for line in str(picture.to("txt")).splitlines()]
    start = lines.index("Change concept: Build in a check:")
    assert [line[:2] for line in lines[start + 1 :] if line[:1] == "C"] == ["C1", "C3"]
    assert any(line.startswith("C2") for line in lines[:start])
    assert "> **Change concept: Build in a check**" in picture.to("md")


@pytest.mark.parametrize("text", [*HOSTILE, *corpus_strings()], ids=lambda text: ascii(text)[:40])
def test_a_hostile_name_becomes_nothing_but_words(text):
    theory = dk.loads(IDEAS)
    name = " ".join(text.split())
    if not name:
        return
    picture = dk.diagram(theory, groups={"C1": text, "C3": text})
    (group,) = picture.diagram.groups
    assert group.label == name
    root = ET.fromstring(picture.svg())
    drawn = next(one for one in root.iter() if one.get("class") == "dk-group")
    # Blanks at which a line was broken, and signs for the direction of writing, may stand beside the words.
    words = "".join("".join(one.itertext()) for one in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert "".join(words.replace("\u200b", "").split()) == "".join(name.replace("\u200b", "").split())
    assert {one.tag.rpartition("}")[2] for one in drawn.iter()} == {"g", "title", "rect", "text"}
    container = next(
        one
        for one in ET.fromstring(picture.to("drawio")).iter("object")
        if one.get("tooltip", "").startswith("Group: ")
    )
    assert "<script" not in container.get("label")
    assert f'g1["{escaped(name)}"]' in picture.to("mmd")


def test_a_diagram_made_by_hand_may_call_its_frames_what_it_likes(picture):
    (group,) = picture.diagram.groups
    odd = attrs.evolve(
        picture, diagram=attrs.evolve(picture.diagram, groups=(attrs.evolve(group, id="end]; x"),))
    )
    for name in ("mmd", "d2", "dot", "drawio", "svg"):
        assert "end]; x" not in odd.to(name)
