"""The gallery shows what driverkit draws today."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("gallery", HOME / "tools" / "gallery.py")
assert spec
assert spec.loader
gallery = importlib.util.module_from_spec(spec)
sys.modules["gallery"] = gallery  # a dataclass looks its module up
spec.loader.exec_module(gallery)
SHOWN = [one for _, _, pictures in gallery.sections() for one in pictures]


@pytest.mark.few(8)
@pytest.mark.parametrize("shown", SHOWN, ids=lambda one: one.name)
def test_a_picture_of_the_gallery_is_what_driverkit_draws(shown):
    drawn = (gallery.IMAGES / shown.file).read_text("utf-8")
    assert drawn == shown.draw(), "run: just pictures"
    assert len(drawn) < 100_000


def test_the_page_shows_every_picture_and_no_other():
    assert gallery.PAGE.read_text("utf-8") == gallery.page(), "run: just pictures"
    assert {one.name for one in gallery.IMAGES.iterdir()} == {one.file for one in SHOWN}


@pytest.mark.slow
def test_the_command_below_a_picture_draws_it(tmp_path, monkeypatch):
    import driverkit as dk
    from driverkit import cli

    monkeypatch.chdir(tmp_path)
    # The files that ship, with the series beside them.
    for one in dk.examples.path("small-steps").parent.iterdir():
        if one.suffix in (".yaml", ".csv"):
            (tmp_path / one.name).write_bytes(one.read_bytes())
    for shown in SHOWN:
        assert cli.run(shown.call.split()[1:]) == 0, shown.call
        drawn = (gallery.IMAGES / shown.file).read_text("utf-8")
        assert (tmp_path / shown.file).read_text("utf-8") == drawn, shown.call
