"""A picture fills the sheet that it is asked to fill, and nothing in it moves against the rest."""

from __future__ import annotations

import re
import shutil
import subprocess
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


def clear(drawn: dk.Diagram, view: list[float]) -> list[float]:
    """The clear space on the left, right and below the boxes and words of a drawing."""
    areas = [(box.x, box.x + box.width, box.y + box.height) for box in drawn.boxes]
    areas += [(e.line.x, e.line.x + e.line.width, e.line.y) for e in drawn.legend]
    areas += [(e.x, e.x + e.width, e.y + e.height) for e in drawn.legend]
    areas += [(group.x, group.x + group.width, group.y + group.height) for group in drawn.groups]
    left, right = min(one[0] for one in areas), max(one[1] for one in areas)
    return [left - view[0], view[0] + view[2] - right, view[1] + view[3] - max(one[2] for one in areas)]


@pytest.mark.few(2)
@pytest.mark.parametrize("name", ["small-steps", "reading-by-nine"])
@pytest.mark.parametrize("direction", ["left", "right", "down"])
def test_a_figure_for_a_paper_has_a_small_margin_and_nothing_of_it_is_cut(name, direction) -> None:
    picture = dk.diagram(dk.examples.load(name), theme="paper", direction=direction, groups="concept")
    view, rect = ground(picture.svg())
    assert view == rect
    assert min(clear(picture.diagram, view)) >= 3.5
    assert min(clear(picture.diagram, view)) < 8
    plain, _ = ground(dk.diagram(dk.examples.load(name), direction=direction, groups="concept").svg())
    assert view[2] < plain[2]
    assert view[3] < plain[3]


@pytest.mark.parametrize("width", ["85mm", "180 mm"])
def test_a_figure_is_as_wide_as_it_was_asked_to_be_and_as_high_as_it_needs(width) -> None:
    reader = pytest.importorskip("pypdf")
    figure = dk.diagram(dk.examples.load("leaving-hospital"), theme="paper").on(width)
    wanted = float(width.removesuffix("mm")) * 72 / 25.4
    text = figure.svg()
    found = re.search(r'width="([\d.]+)" height="([\d.]+)" viewBox="\S+ \S+ (\S+) (\S+)"', text)
    assert found
    wide, high, across, down = map(float, found.groups())
    assert wide * 0.75 == pytest.approx(wanted, abs=0.1)
    assert wide / high == pytest.approx(across / down, rel=0.01)
    (page,) = reader.PdfReader(BytesIO(figure.pdf())).pages
    assert float(page.mediabox.width) == pytest.approx(wanted, abs=0.1)
    assert float(page.mediabox.height) == pytest.approx(high * 0.75, abs=0.1)


def test_across_a_page_the_words_of_a_figure_can_be_read() -> None:
    picture = dk.diagram(dk.examples.load("leaving-hospital"), theme="paper")
    before, after = picture.diagram, picture.on("180mm").diagram
    assert after.width < before.width
    assert {box.id for box in after.boxes} == {box.id for box in before.boxes}
    points = 13 * 0.75 * after.paper[0] / (after.width - 2 * 20)
    assert points > 6.5


def test_a_small_drawing_is_not_enlarged_in_a_wide_figure() -> None:
    picture = dk.diagram(dk.Theory("Fewer falls", aims=[dk.Aim("A1", "Halve them")]), theme="paper")
    view, rect = ground(picture.on("180mm").svg())
    assert view == rect
    assert view[2] == pytest.approx(180 * 96 / 25.4, abs=0.05)


def test_words_that_are_too_small_in_a_figure_are_told(tmp_path, capsys) -> None:
    theory = str(dk.examples.path("leaving-hospital"))
    out = str(tmp_path / "figure.svg")
    assert cli.run(["render", theory, "-o", out, "--paper", "85mm"]) == 0
    assert "In a figure of 85mm the smallest words have " in capsys.readouterr().err
    assert (
        cli.run(["render", theory, "-o", out, "--paper", "85mm", "--levels", "0-1", "--theme", "paper"]) == 0
    )
    assert "smallest" not in capsys.readouterr().err


@pytest.mark.parametrize("width", ["5mm", "9000mm", "mm", "-85mm", "85cm"])
def test_a_width_that_no_figure_has_is_refused(width) -> None:
    with pytest.raises(dk.UsageError, match="There is no paper"):
        PICTURE.on(width)


@pytest.mark.parametrize("theme", ["default", "paper"])
@pytest.mark.parametrize("pages", ["one", "primary"])
def test_all_that_is_drawn_on_a_sheet_stays_where_printers_reach(theme, pages, tmp_path) -> None:
    """Ink on the page of the PDF, in millimetres from its edges."""
    program = shutil.which("pdftoppm")
    if program is None:
        pytest.skip("pdftoppm is not installed")
    picture = dk.diagram(dk.examples.load("small-steps"), theme=theme).on("a4")
    file = tmp_path / "sheet.pdf"
    picture.save(file, pages=pages)
    subprocess.run([program, "-r", "72", "-gray", str(file), str(tmp_path / "page")], check=True)
    seen = sorted(tmp_path.glob("page*.pgm"))
    assert len(seen) == (1 if pages == "one" else 3)
    for one in seen:
        data = one.read_bytes()
        found = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", data)
        assert found
        wide, high = map(int, found.groups())
        dots = data[found.end() :]
        rows = [dots[y * wide : (y + 1) * wide] for y in range(high)]
        ground = rows[0][0]
        inked = [y for y, row in enumerate(rows) if any(dot != ground for dot in row)]
        across = [x for row in rows for x in range(wide) if row[x] != ground and (x < 30 or x > wide - 30)]
        near = [inked[0], high - 1 - inked[-1], *(min(x, wide - 1 - x) for x in across)]
        assert min(near) / 72 * 25.4 > 7.3  # a line is drawn a little beside its middle


def test_a_sheet_keeps_no_air_for_a_figure_or_for_pixels() -> None:
    assert PICTURE.on("a4").diagram.edge == pytest.approx(8 * 96 / 25.4, abs=0.01)
    assert PICTURE.on("a4").on("180mm").diagram.edge == 0
    assert [page.edge for page in PICTURE.on("a4").pages("primary")] == [PICTURE.on("a4").diagram.edge] * 3


@pytest.mark.slow
def test_words_that_are_too_small_on_a_sheet_are_told(tmp_path, capsys) -> None:
    large, small = (str(dk.examples.path(name)) for name in ("reading-by-nine", "small-steps"))
    out = str(tmp_path / "sheet.pdf")
    assert cli.run(["render", large, "-o", out, "--paper", "a4"]) == 0
    said = capsys.readouterr().err
    assert "On A4 the smallest text has 5." in said
    assert "--pages primary" in said
    assert cli.run(["render", large, "-o", out]) == 0
    assert "printed on A4 the smallest text has 5." in capsys.readouterr().err
    assert cli.run(["render", large, "-o", out, "--paper", "a4", "--pages", "primary"]) == 0
    assert cli.run(["render", large, "-o", out, "--paper", "a3"]) == 0
    assert cli.run(["render", small, "-o", out]) == 0
    assert capsys.readouterr().err == ""
