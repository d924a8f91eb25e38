"""PDF of several pages, read back by pypdf, and by the programs of poppler where they are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from io import BytesIO

import pytest

import driverkit as dk
from driverkit import cli, examples
from driverkit.renderers import renderers
from driverkit.themes import theme
from support.drawings import HOSTILE, corpus_strings, two

pytest.importorskip("reportlab")
pypdf = pytest.importorskip("pypdf")

RENDERER = next(one for one in renderers() if one.name == "pdf")


def read(data: bytes):
    return pypdf.PdfReader(BytesIO(data))


def words(page) -> str:
    return " ".join(page.extract_text().split())


@pytest.fixture(scope="module")
def picture():
    return dk.diagram(examples.load("leaving-hospital"))


@pytest.fixture(scope="module")
def book(picture) -> bytes:
    return picture.to("pdf", pages="primary")


def test_there_is_an_overview_then_one_page_a_primary_driver_each_with_all_its_words(picture, book):
    pages = picture.pages("primary")
    found = read(book).pages
    assert len(found) == len(pages) == 5
    for i, (page, what) in enumerate(zip(found, pages, strict=True), 1):
        said = words(page)
        assert what.title in said
        assert said.endswith(f"{i} / 5")
        for box in what.boxes:
            for line in box.lines:
                assert " ".join(line.text.split()) in said


def test_bookmarks_lead_to_the_pages(picture, book):
    reader = read(book)
    assert [one.title for one in reader.outline] == [page.label for page in picture.pages("primary")]
    assert [reader.get_destination_page_number(one) for one in reader.outline] == list(range(5))
    assert reader.page_mode == "/UseOutlines"


def test_what_the_file_says_of_itself_is_the_theory_and_no_time_of_day(picture, book):
    about = read(book).metadata
    assert (about.title, about.creator) == ("Leaving hospital safely", "driverkit")
    assert about.subject == picture.pages("primary")[0].outline
    assert about.creation_date == about.modification_date
    assert about.creation_date.year == 2000
    assert book == picture.to("pdf", pages="primary")


def test_every_font_is_inside_and_every_letter_can_be_copied(book):
    for page in read(book).pages:
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        drawn = set(re.findall(rb"/(F\d\+\d+) [\d.]+ Tf", page.get_contents().get_data()))
        assert drawn
        for name, font in page["/Resources"]["/Font"].items():
            if name[1:].encode() in drawn:
                font = font.get_object()
                assert "/FontFile2" in font["/FontDescriptor"]
                assert "/ToUnicode" in font
        assert fonts


def test_one_page_has_no_number_and_no_bookmark(picture):
    reader = read(picture.pdf())
    assert len(reader.pages) == 1
    assert not reader.outline
    assert "1 / 1" not in words(reader.pages[0])


def test_on_paper_all_sheets_have_one_size_and_titles_stand_in_one_place(picture):
    tops = set()
    for page in read(picture.on("a4").to("pdf", pages="primary")).pages:
        assert float(page.mediabox.width) == pytest.approx(841.89, abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(595.28, abs=0.1)
        places = []

        def note(text, user, place, font, size, places=places):
            if "Leaving hospital" in text:
                a, b = place, user
                places.append(a[5] * b[3] + b[5])

        page.extract_text(visitor_text=note)
        tops.add(round(places[0]))
    assert max(tops) - min(tops) < 12  # but for the size of the letters


def test_hostile_words_become_bookmarks_and_nothing_else():
    awkward = ") /JS (app.alert(1)) \\ <</S/JavaScript>> \u202e\n("
    pages = [two(awkward), two("plain")]
    data = RENDERER.draw_pages(pages, theme("default"))
    reader = read(data)
    assert reader.outline[0].title == " ".join(awkward.split())
    for found in reader.xref[0]:
        found = reader.get_object(found)
        assert not (isinstance(found, dict) and {"/JS", "/JavaScript", "/OpenAction", "/AA"} & set(found))


def test_the_command_makes_the_book(tmp_path):
    out = tmp_path / "theory.pdf"
    theory = str(examples.path("leaving-hospital"))
    assert cli.run(["render", theory, "-o", str(out), "--pages", "primary"]) == 0
    assert len(pypdf.PdfReader(out).pages) == 5


def seen(text: str) -> str:
    """A text without blanks, and without controls that nobody sees."""
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) != "Cf")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler")
def test_poppler_reads_every_text_back_from_right_to_left_too(tmp_path):
    # What is wider than its page is cut off, which the layout never does.
    texts = [text for text in dict.fromkeys([*HOSTILE, *corpus_strings()]) if len(text) < 120]
    file = tmp_path / "texts.pdf"
    file.write_bytes(RENDERER.draw_pages([two(text) for text in texts], theme("default")))
    done = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True, timeout=60)
    *pages, _ = done.stdout.decode("utf-8").split("\f")
    for text, page in zip(texts, pages, strict=True):
        assert seen(text) in seen(page)


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="no poppler")
def test_poppler_finds_every_font_inside(book, tmp_path):
    file = tmp_path / "book.pdf"
    file.write_bytes(book)
    said = subprocess.run(
        ["pdffonts", str(file)], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    rows = said.splitlines()[2:]
    assert len(rows) == 2
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)
