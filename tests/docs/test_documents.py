"""Docs run: what README, guides and docstrings show is what happens."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import driverkit
from support import documents

HOME = Path(__file__).resolve().parents[2]
PACKAGE = Path(driverkit.__file__).parent
DOCUMENTS = sorted(
    p
    for p in (HOME / "README.md", HOME / "CONTRIBUTING.md", *(HOME / "docs").rglob("*.md"))
    if "_build" not in p.parts and p.is_file()
)
MODULES = sorted(
    ".".join(("driverkit", *p.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for p in PACKAGE.rglob("*.py")
    if ">>> " in p.read_text("utf-8")
)


# These draw many pictures, some of them through other programs; CI runs them. What the README shows is run
# against the wheel as well.
LONG = {
    *("README", "first-diagram", "next-tests", "narrative", "web-back-ends", "fishbone", "first-theory"),
    *("network-reports", "large-networks", "readiness", "network-folder"),
    *(
        "command-line",
        "print",
        "slides",
        "themes",
        "report",
        "text-formats",
        "charts",
        "edit-from-scripts",
        "overlays",
        "hub-quarter",
        "network",
    ),
    *(
        "makefile-and-ci",
        "import-a-log",
        "explore",
        "compare",
        "over-time",
        "network-pictures",
        "pooled-evidence",
        "spread",
        "xlsx",
        "csv",
        "csv-folder",
        "freespc",
        "node-link",
    ),
    *("graphml", "md", "txt", "opml", "dot", "mermaid", "dagitty", "gsn", "formats", "merge", "spreadsheets"),
}


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=pytest.mark.slow if p.stem in LONG else ()) for p in DOCUMENTS],
    ids=lambda p: p.relative_to(HOME).as_posix(),
)
def test_what_a_document_shows_is_what_happens(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    documents.Reader(tmp_path).follow(path)


@pytest.mark.parametrize("name", MODULES)
def test_what_a_docstring_shows_is_what_happens(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module(name)
    for number, test in enumerate(doctest.DocTestFinder(exclude_empty=True).find(module)):
        if not test.examples:
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        report: list[str] = []
        runner = doctest.DocTestRunner(optionflags=documents.FLAGS, verbose=False)
        runner.run(test, out=report.append)
        assert not runner.failures, "".join(report)


def test_the_readme_promises_two_commands_for_python_alone() -> None:
    promised = re.findall(
        r"^(?:\$ )?(python3 do\.py .*)$", (HOME / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert promised == ["python3 do.py first-light", "python3 do.py test"]
