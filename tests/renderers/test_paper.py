"""A picture fills the sheet that it is asked to fill, and nothing in it moves against the rest."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

import driverkit as dk
from driverkit import cli
from driverkit.picture import PAPERS

PICTURE = dk.diagram(dk.examples.load("small-steps"))


def ground(text: str) -> tuple[list[float], list[float]]:
    """What an SVG shows, and what it paints first: x, y, width and height of both."""
    view = re.search(r'viewBox="([^"]*)"', text)
    rect = re.search(r'<rect class="dk-background"([^>]*)>', text)
    assert view
    assert rect
    own = dict(re.findall(r'(\w+)="([^"]*)"', rect[1]))
    return [*map(float, view[1].split())], [float(own.get(k, 0)) for k in ("x", "y", "width", "height")]


@pytest.mark.parametrize("paper", PAPERS)
def test_an_svg_has_the_size_of_the_sheet_and_is_otherwise_the_same(paper) -> None:
    text = PICTURE.on(paper).svg()
    found = re.search(r'width="([\d.]+)" height="([\d.]+)" viewBox', text)
    assert found
    wide, high = map(float, found.groups())
    short, long = PAPERS[paper]
    assert (wide, high) == pytest.approx((long * 96 / 25.4, short * 96 / 25.4), abs=0.02)
    assert text.split('<g class="dk-header">', 1)[1] == PICTURE.svg().split('<g class="dk-header">', 1)[1]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_ground_of_an_svg_reaches_to_the_edges_of_the_sheet(paper) -> None:
    text = PICTURE.on(paper).svg()
    view, rect = ground(text)
    assert rect == view
    short, long = PAPERS[paper]
    x, y, wide, high = view
    assert wide / high == pytest.approx(long / short, rel=1e-3)
    # The picture is whole, and in the middle.
    assert x <= 0.01
    assert y <= 0.01
    assert x + wide / 2 == pytest.approx(PICTURE.diagram.width / 2, abs=0.02)
    assert y + high / 2 == pytest.approx(PICTURE.diagram.height / 2, abs=0.02)


def test_a_drawing_that_is_high_stands_on_its_sheet() -> None:
    ideas = [dk.ChangeIdea(f"C{n}", f"idea {n}") for n in range(40)]
    high = dk.diagram(dk.Theory("Fewer falls", change_ideas=ideas))
    assert high.diagram.height > high.diagram.width
    wide, tall = high.on("a4").diagram.paper
    assert tall > wide


def test_a_pdf_has_the_size_of_the_sheet() -> None:
    reader = pytest.importorskip("pypdf").PdfReader(BytesIO(PICTURE.on("a3").pdf()))
    (page,) = reader.pages
    assert float(page.mediabox.width) == pytest.approx(420 / 25.4 * 72, abs=0.1)
    assert float(page.mediabox.height) == pytest.approx(297 / 25.4 * 72, abs=0.1)


def test_a_png_knows_no_paper() -> None:
    assert PICTURE.on("a0").png(scale=1.0) == PICTURE.png(scale=1.0)


def test_a_paper_that_is_not_there_is_told(tmp_path, capsys) -> None:
    with pytest.raises(dk.UsageError, match="There are: a4, a3"):
        PICTURE.on("a33")
    theory = dk.examples.path("small-steps")
    assert cli.run(["render", str(theory), "-o", str(tmp_path / "x.png"), "--paper", "a3"]) != 0
    assert "--paper is for SVG and PDF" in capsys.readouterr().err
    assert cli.run(["render", str(theory), "-o", str(tmp_path / "x.svg"), "--paper", "a3"]) == 0
    assert 'width="1587.4"' in (tmp_path / "x.svg").read_text("utf-8")
