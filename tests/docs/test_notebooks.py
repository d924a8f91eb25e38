"""Every notebook runs from top to bottom."""

from __future__ import annotations

import pytest

import run_notebooks


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(p, marks=() if p.stem == "first-diagram" else pytest.mark.slow)  # charts take their time
        for p in run_notebooks.notebooks()
    ],
    ids=lambda p: p.stem,
)
def test_a_notebook_runs_from_top_to_bottom(path, tmp_path):
    notebook = run_notebooks.execute(path, tmp_path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    warned = [o.text for c in cells for o in c.outputs if o.get("name") == "stderr"]
    assert not warned, "\n".join(warned)
