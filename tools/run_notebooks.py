"""Executes the notebooks, which are kept as text, and writes them with their outputs.

python tools/run_notebooks.py              every notebook, into docs/_build/notebooks
python tools/run_notebooks.py FILE …       these
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent
OUT = HOME / "docs" / "_build" / "notebooks"


def notebooks() -> list[Path]:
    """The notebooks of this repository, in the order of their names."""
    return sorted((HOME / "notebooks").glob("*.py"))


def execute(path: Path, folder: Path) -> Any:
    """Runs a notebook from top to bottom in a kernel of this Python, with ``folder`` as its place.

    Returns:
        The notebook with its outputs. A cell that fails raises nbclient's error, which shows the cell.
    """
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(path)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


def main(arguments: list[str]) -> int:
    import nbformat

    OUT.mkdir(parents=True, exist_ok=True)
    for path in map(Path, arguments) if arguments else notebooks():
        with tempfile.TemporaryDirectory() as folder:
            notebook = execute(path, Path(folder))
        target = OUT / path.with_suffix(".ipynb").name
        nbformat.write(notebook, target)  # type: ignore[no-untyped-call]  # nbformat types half of itself
        print(target.relative_to(HOME))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
