"""The stories of the worked examples are told with their figures, and the figures are there."""

from __future__ import annotations

import re

import pytest

import driverkit as dk
import stories


@pytest.mark.slow
@pytest.mark.parametrize("name", stories.STORIES)
def test_a_story_shows_every_figure_that_it_speaks_of(name, tmp_path):
    files = {file.name for file in stories.tell(name, tmp_path)}
    text = (tmp_path / "story.md").read_text("utf-8")
    shown = set(re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text))
    assert shown <= files
    theory = dk.examples.load(name)
    with_data = {m.id for m in theory.measures if m.data is not None}
    assert {
        re.match(r"chart-([^.]+?)(-by-.*)?\.svg", f)[1] for f in shown if f.startswith("chart")
    } == with_data


@pytest.mark.parametrize("name", stories.STORIES)
def test_a_worked_example_holds_what_a_story_needs(name):
    """At least 12 cycles in 4 ramps, 6 measures with series, strata and sites, contradiction and a condition."""
    theory = dk.examples.load(name)
    series = [dk.series(theory, m.id) for m in theory.measures if m.data is not None]
    assert len(theory.cycles) >= 12
    assert len(dk.ramps(theory)) >= 4
    assert len(series) >= 6
    assert any(len(set(one.sites)) > 1 and one.strata for one in series)
    assert any(piece.finding == "contradicts" for piece in theory.evidence)
    assert any(link.only_where for link in theory.links)
