"""The picture in real front ends: it is shown, what is picked in it comes back, and it asks for nothing outside."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from support.browser import Browser, browser
from support.frontends import jupyter, marimo

pytestmark = [pytest.mark.slow, pytest.mark.chromium]


def needs(*names: str):
    """Skipped where one of these packages is missing."""
    missing = [name for name in names if find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}")


CELLS = (
    "import driverkit as dk\ntheory = dk.examples.load('leaving-hospital')\nshown = dk.explore(theory, height=480)\nshown",
    "print('picked', shown.selected)",
    "shown.selected = ['S1', 'C9']\nprint('set')",
)


FRAME = "document.querySelector('.jp-OutputArea iframe')"


def written(target: Path, *cells: str) -> Path:
    """A notebook of code cells."""
    target.write_text(
        json.dumps(
            {
                "nbformat": 4,
                "nbformat_minor": 5,
                "metadata": {
                    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
                },
                "cells": [
                    {
                        "cell_type": "code",
                        "id": f"c{i}",
                        "metadata": {},
                        "execution_count": None,
                        "outputs": [],
                        "source": source,
                    }
                    for i, source in enumerate(cells)
                ],
            }
        ),
        "utf-8",
    )
    return target


@pytest.fixture
def tab(chromium, tmp_path_factory):
    with browser(chromium, tmp_path_factory.mktemp("profile"), 1366, 900) as opened:
        yield opened


def run(tab: Browser, number: int) -> None:
    """Runs a cell as Shift Enter does, once more where the kernel was not there yet."""
    cell = f"document.querySelectorAll('.jp-CodeCell')[{number}]"
    held = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 8}
    for _ in range(20):
        tab.js(f"{cell}.scrollIntoView({{ block: 'center' }})")
        x, y, width, height = tab.js(
            f"(r => [r.x, r.y, r.width, r.height])({cell}.querySelector('.cm-content').getBoundingClientRect())"
        )
        tab.click_at(x + width / 2, y + height / 2)
        for kind in ("keyDown", "keyUp"):
            tab.call("Input.dispatchKeyEvent", type=kind, **held)
        for _ in range(15):
            time.sleep(0.2)
            if tab.js(f"/[0-9]/.test({cell}.querySelector('.jp-InputPrompt').textContent)"):
                return
    raise AssertionError("The cell does not run.")


def shows(tab: Browser, *ids: str, number: int = -1) -> bool:
    """Whether the frame comes to show these boxes as picked, in the order of the picture."""
    with tab.frame(number):
        tab.until(
            "[...document.querySelectorAll('.dk-box.dkx-chosen')].map(one => one.dataset.id).join()"
            f" === {','.join(ids)!r}"
        )
    return True


def says(words: str) -> str:
    """Whether the outputs of the cells say so."""
    return (
        f"[...document.querySelectorAll('.jp-OutputArea-output')].some(o => o.innerText.includes({words!r}))"
    )


def outside(tab: Browser, address: str) -> list[str]:
    """What was asked of any other place."""
    own = (address, address.replace("http", "ws"), "blob:", "about:")
    return [url for url in tab.requests() if not url.startswith(own)]


def faults(tab: Browser) -> list[str]:
    """What went wrong in the page: exceptions and errors of the console."""
    return [
        one
        for one in tab.complaints()
        if '"exceptionDetails"' in one or '"level": "error"' in one or '"type": "error"' in one
    ]


@needs("anywidget", "jupyterlab", "notebook")
@pytest.mark.parametrize(("program", "path"), [("jupyterlab", "/lab/tree/"), ("notebook", "/notebooks/")])
def test_in_jupyter_what_is_picked_comes_back_and_what_is_set_is_shown(tab, tmp_path, program, path):
    notebook = written(tmp_path / "look.ipynb", *CELLS)
    with jupyter(program, tmp_path) as address:
        tab.open(f"{address}{path}{notebook.name}")
        tab.until("document.querySelectorAll('.jp-CodeCell .cm-content').length >= 3")
        own = faults(tab)  # of the front end itself, as it starts
        run(tab, 0)
        tab.until("document.querySelector('.jp-OutputArea iframe[srcdoc]') !== null")
        with tab.frame():
            tab.until("document.documentElement?.classList.contains('running')")
        tab.click_in_frame('g[data-id="P1"] rect', FRAME)
        tab.click_in_frame('g[data-id="P2"] rect', FRAME, held="Control")
        assert shows(tab, "P1", "P2")
        run(tab, 1)
        tab.until(says("picked ['P1', 'P2']"))
        run(tab, 2)
        tab.until(says("set"))
        tab.js("document.querySelector('.jp-OutputArea iframe').scrollIntoView()")
        assert shows(tab, "S1", "C9")
        assert faults(tab)[len(own) :] == []
        assert outside(tab, address) == []


@needs("anywidget", "marimo")
def test_in_marimo_a_cell_runs_again_when_something_is_picked(tab, tmp_path):
    notebook = tmp_path / "look.py"
    notebook.write_text(
        "import marimo\napp = marimo.App()\n"
        "@app.cell\ndef _():\n    import driverkit as dk\n    import marimo as mo\n"
        "    theory = dk.examples.load('leaving-hospital')\n    return dk, mo, theory\n"
        "@app.cell\ndef _(dk, mo, theory):\n    shown = mo.ui.anywidget(dk.explore(theory, height=480))\n"
        "    shown\n    return (shown,)\n"
        "@app.cell\ndef _(mo, shown):\n    mo.md(f'picked: {\", \".join(shown.selected)}.')\n    return\n"
        "utf-8",
    )
    # marimo keeps the elements of a widget in a shadow of their own.
    tab.call("Page.addScriptToEvaluateOnNewDocument", source=DEEP)
    with marimo(notebook) as address:
        tab.open(address)
        tab.until("deep('iframe[srcdoc]').length === 1")
        with tab.frame():
            tab.until("document.documentElement?.classList.contains('running')")
        own = "deep('iframe[srcdoc]')[0]"
        tab.click_in_frame('g[data-id="P1"] rect', own)
        tab.until("document.body.innerText.includes('picked: P1.')")
        tab.click_in_frame('g[data-id="P2"] rect', own, held="Shift")
        tab.until("document.body.innerText.includes('picked: P1, P2.')")
        assert shows(tab, "P1", "P2")
        assert faults(tab) == []
        assert outside(tab, address) == []


DEEP = """
window.deep = (selector, root = document) => [
  ...root.querySelectorAll(selector),
  ...[...root.querySelectorAll('*')].filter(one => one.shadowRoot).flatMap(one => deep(selector, one.shadowRoot)),
];
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """A notebook that was run and saved: what stays when no kernel runs any more."""
    import nbformat

    import run_notebooks

    folder = tmp_path_factory.mktemp("saved")
    written(folder / "look.ipynb", CELLS[0].replace("480", "480, live=False"))
    notebook = run_notebooks.execute(folder / "look.ipynb", folder)
    nbformat.write(notebook, folder / "look.ipynb")
    return folder / "look.ipynb"


@needs("nbconvert")
def test_in_a_notebook_as_static_html_the_plain_frame_still_moves(tab, saved):
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(saved)]
    subprocess.run(command, check=True, capture_output=True)
    # What nbconvert itself asks of other places (a library for formulas) is kept from it here.
    tab.call("Network.setBlockedURLs", urls=["http://*", "https://*"])
    tab.open(saved.with_suffix(".html"))
    with tab.frame():
        tab.until("document.documentElement?.classList.contains('running')")
    tab.click_in_frame('g[data-id="P1"] rect', "document.querySelector('iframe')")
    assert shows(tab, "P1")


@needs("jupyterlab")
def test_a_saved_notebook_that_nobody_trusts_still_shows_the_picture(tab, saved, tmp_path):
    (tmp_path / "look.ipynb").write_bytes(saved.read_bytes())
    with jupyter("jupyterlab", tmp_path) as address:
        tab.open(f"{address}/lab/tree/look.ipynb")
        tab.until("document.querySelectorAll('.jp-CodeCell .jp-OutputArea-output').length >= 1")
        tab.until("document.querySelectorAll('.jp-OutputArea-output img').length === 1")
        assert tab.js(
            "[...document.querySelectorAll('.jp-OutputArea-output img')].every(one => one.naturalWidth > 900"
            " && one.alt === 'Driver diagram: Leaving hospital safely')"
        )
        assert outside(tab, address) == []


VSCODE = """<!DOCTYPE html><html><head><meta charset=utf-8><link rel=icon href="data:,">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval';
style-src 'unsafe-inline'; img-src data: https: http:; font-src https:; connect-src https:; child-src https: data:;">
<title>outputs</title></head><body>%s</body></html>"""
"""The policy of the page in which VS Code shows the outputs of a notebook."""


def test_the_frame_moves_under_the_policy_that_vs_code_has_for_outputs(tab, tmp_path):
    import driverkit as dk

    shown = dk.explore(dk.examples.load("leaving-hospital"), live=False)
    page = tmp_path / "outputs.html"
    # As there: put in by a script, within a frame of its own.
    inside = json.dumps(shown._repr_html_()).replace("<", "\\u003c")
    page.write_text(VSCODE % f"<div id=o></div><script>o.innerHTML = {inside}</script>", "utf-8")
    tab.open(page)
    with tab.frame():
        tab.until("document.documentElement?.classList.contains('running')")
    tab.click_in_frame('g[data-id="P1"] rect', "document.querySelector('iframe')")
    assert shows(tab, "P1")
    assert tab.complaints() == []
    assert set(tab.requests()) <= {page.as_uri(), "about:srcdoc"}
