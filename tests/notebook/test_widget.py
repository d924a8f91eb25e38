"""What is picked in the picture goes to Python and back; where nothing can come back, somebody says so."""

from __future__ import annotations

import json
import sys

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.notebook.frame import Exploration
from support.browser import browser


@pytest.fixture(scope="module")
def hospital():
    return examples.load("leaving-hospital")


@pytest.fixture
def live(hospital):
    pytest.importorskip("anywidget")
    return dk.explore(hospital)


WIDGET = "application/vnd.jupyter.widget-view+json"


def test_what_is_selected_can_be_set_read_and_watched(live):
    told = []
    live.observe(lambda change: told.append(change["new"]), "selected")
    assert live.selected == []
    live.selected = ["S1", "C9", "S1"]
    assert live.selected == ["S1", "C9"]
    assert told == [["S1", "C9"]]


def test_an_id_that_no_box_has_cannot_be_selected(live):
    live.selected = ["S1"]
    with pytest.raises(dk.UnknownId, match="Did you mean 'S9'"):
        live.selected = ["P1", "S99"]
    assert live.selected == ["S1"]


def test_the_head_and_the_bones_of_a_fishbone_are_no_nodes_to_select(hospital):
    pytest.importorskip("anywidget")
    shown = dk.explore(hospital, view="fishbone")
    shown.selected = ["R1"]
    with pytest.raises(dk.UnknownId):
        shown.selected = ["(problem)"]


def test_a_front_end_without_widgets_finds_the_plain_frame_and_one_without_html_the_outline(live):
    bundle = live._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", WIDGET}
    assert bundle["text/html"].startswith("<iframe")
    assert bundle["text/plain"].startswith("- A1: ")
    assert set(live._repr_mimebundle_(exclude=[WIDGET])) == {"text/html", "text/plain"}
    assert isinstance(live, dk.Exploration)
    assert repr(live) == repr(Exploration(live.picture))


def test_where_frames_are_taken_away_the_picture_is_left(hospital):
    shown = dk.explore(hospital, live=False)._repr_html_()
    within = shown[shown.index(">") + 1 : shown.index("</iframe>")]
    assert within.startswith('<img src="data:image/svg+xml;base64,')
    assert 'alt="Driver diagram: Leaving hospital safely"' in within


@pytest.fixture
def bare(monkeypatch):
    """A Python without anywidget."""
    import driverkit.notebook as door

    there = door.find_spec
    monkeypatch.setattr(door, "find_spec", lambda name: None if name == "anywidget" else there(name))
    monkeypatch.setitem(sys.modules, "anywidget", None)


def test_without_anywidget_there_is_a_frame_that_says_how_to_get_ids_back(bare, hospital):
    shown = dk.explore(hospital)
    assert type(shown) is Exploration
    assert set(shown._repr_mimebundle_()) == {"text/html", "text/plain"}
    with pytest.raises(dk.MissingEngine, match=r"pip install 'driverkit\[notebook\]'"):
        shown.selected
    with pytest.raises(dk.MissingEngine, match="anywidget"):
        shown.selected = ["S1"]
    with pytest.raises(dk.MissingEngine, match="anywidget"):
        dk.explore(hospital, live=True)


def test_a_plain_frame_can_be_asked_for(hospital):
    assert type(dk.explore(hospital, live=False)) is Exploration


# -- the script of the widget in a real browser ------------------------------------------------------

MODEL = """<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><title>a front end</title>
<div id=cell></div>
<script type=module>
// As much of a model as a front end has: values, and who listens for their changes.
const values = %s, listening = new Set();
window.saved = [];
window.model = {
  get: (name) => values[name],
  set(name, value) { values[name] = value; for (const one of [...listening]) one(); },
  save_changes: () => saved.push(values.selected),
  on: (name, one) => listening.add(one),
  off: (name, one) => listening.delete(one),
};
window.heard = () => listening.size;
const widget = (await import(URL.createObjectURL(new Blob([%s], { type: "text/javascript" })))).default;
window.gone = widget.render({ model, el: document.getElementById("cell") });
</script>"""


@pytest.fixture(scope="module")
def tab(chromium, tmp_path_factory):
    with browser(chromium, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def cell(tab, hospital, tmp_path):
    pytest.importorskip("anywidget")
    shown = dk.explore(hospital)
    values = {"_tag": shown._tag, "selected": ["S1"]}
    texts = [json.dumps(one).replace("<", "\\u003c") for one in (values, shown._esm)]
    file = tmp_path / "cell.html"
    file.write_text(MODEL % tuple(texts), "utf-8")
    tab.open(file)
    tab.until("document.querySelector('iframe') !== null")
    with tab.frame():
        tab.until("document.querySelector('.dk-box.dkx-chosen') !== null")
    yield tab
    assert tab.complaints() == []
    assert all(url.startswith(("file:", "blob:", "about:")) for url in tab.requests())


FRAME = "document.querySelector('iframe')"


def picked(tab):
    with tab.frame():
        return tab.js("[...document.querySelectorAll('.dk-box.dkx-chosen')].map(one => one.dataset.id)")


@pytest.mark.slow
@pytest.mark.chromium
class TestInAFrontEnd:
    def test_what_python_has_selected_is_shown_and_not_told_back(self, cell):
        assert picked(cell) == ["S1"]
        assert cell.js("saved") == []
        cell.js("model.set('selected', ['P2', 'C9'])")
        with cell.frame():
            cell.until("document.querySelector('#dkx-panel .ids')?.textContent === 'P2, C9'")
        assert set(picked(cell)) == {"P2", "C9"}
        assert cell.js("saved") == []

    def test_clicks_are_told_one_box_alone_or_one_more(self, cell):
        cell.click_in_frame('g[data-id="P1"] rect', FRAME)
        cell.until("saved.length === 1")
        cell.click_in_frame('g[data-id="P2"] rect', FRAME, held="Control")
        cell.until("saved.length === 2")
        cell.click_in_frame('g[data-id="P1"] rect', FRAME, held="Shift")
        cell.until("saved.length === 3")
        cell.click_in_frame("[data-shut]", FRAME)
        cell.until("saved.length === 4")
        assert cell.js("saved") == [["P1"], ["P1", "P2"], ["P2"], []]

    def test_the_keyboard_picks_several_and_says_so(self, cell):
        cell.click_in_frame('g[data-id="P1"] rect', FRAME)  # the keyboard goes on from there
        cell.key("ArrowDown", " ")
        cell.until("saved.length === 2")
        first, second = cell.js("saved.at(-1)")
        assert first == "P1"
        assert second.startswith("P")
        with cell.frame():
            assert (
                cell.js("document.getElementById('dkx-said').textContent")
                == f"{second} picked. 2 boxes picked."
            )
            assert cell.js("document.activeElement.dataset.id") == second
            assert cell.js("document.activeElement.ariaLabel").endswith("Picked.")

    def test_a_finger_picks_several_too(self, cell):
        cell.click_in_frame("[data-more]", FRAME)
        cell.click_in_frame('g[data-id="P2"] rect', FRAME)
        cell.until("saved.length === 1")
        assert cell.js("saved") == [["S1", "P2"]]
        cell.click_in_frame("[data-drop]", FRAME)
        cell.until("saved.length === 2")
        assert cell.js("saved.at(-1)") == ["P2"]

    def test_a_frame_that_was_moved_about_shows_what_is_selected_again(self, cell):
        cell.js("model.set('selected', ['C9'])")
        cell.js(
            "(one => { const at = one.parentNode; one.remove(); at.append(one) })(document.querySelector('iframe'))"
        )
        with cell.frame():
            cell.until("document.querySelector('.dk-box.dkx-chosen')?.dataset.id === 'C9'")

    def test_a_cell_that_is_gone_listens_no_more(self, cell):
        assert cell.js("heard()") == 1
        cell.js("gone()")
        assert cell.js("heard()") == 0
