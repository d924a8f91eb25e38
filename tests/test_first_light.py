"""From a theory file to a picture, on a machine that has Python and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import driverkit as dk

SVG = "{http://www.w3.org/2000/svg}"
CORPUS = Path(os.environ.get("DRIVERKIT_CORPUS", "nowhere"))
FILES = [
    *(Path(str(dk.examples.path(name))) for name in dk.examples.names()),
    *sorted((CORPUS / "real").glob("*.yaml")),
]


def words(text: str) -> list[str]:
    return text.split()


# Each file is drawn in processes of their own, which takes its time: fast tests do the smallest and the largest.
QUICK = {"small-steps"}


@pytest.fixture(
    params=[pytest.param(f, marks=() if f.stem in QUICK else pytest.mark.slow) for f in FILES],
    ids=lambda p: p.stem,
)
def file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def alone(*arguments: str) -> None:
    """The command line with nothing on the PATH but this Python."""
    environment = {"PATH": str(Path(sys.executable).parent), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-m", "driverkit", *arguments], check=True, env=environment)


@pytest.mark.slow
def test_every_theory_is_drawn_whole_and_the_same_twice(file: Path, tmp_path: Path) -> None:
    out = [tmp_path / name for name in ("one.svg", "two.svg", "one.png", "two.png")]
    for path in out:
        alone("render", str(file), "-o", str(path), *(["--scale", "1"] if path.suffix == ".png" else []))
    one, two, png, again = (path.read_bytes() for path in out)
    assert one == two
    assert png == again
    assert png.startswith(b"\x89PNG")

    theory = dk.load(file)
    root = ET.fromstring(one)
    boxes = {g.attrib["data-id"]: g for g in root.iter(f"{SVG}g") if "data-id" in g.attrib}
    assert list(Counter(boxes)) == list(boxes)
    assert set(boxes) == {node.id for node in theory.nodes}
    for node in theory.nodes:
        shown = [w for line in boxes[node.id].iter(f"{SVG}text") for w in words("".join(line.itertext()))]
        # A word that is wider than its box goes on in the next line.
        assert "".join(shown).startswith("".join(words(node.text)))
        assert len(list(boxes[node.id].iter(f"{SVG}rect"))) >= 1
    drawn = Counter(
        (p.attrib["data-from"], p.attrib["data-to"])
        for p in root.iter(f"{SVG}path")
        if "data-from" in p.attrib
    )
    assert drawn == Counter((link.cause, link.effect) for link in theory.links)
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None


def test_findings_and_coverage_come_for_every_theory(file: Path, tmp_path: Path) -> None:
    theory = dk.load(file)
    for finding in dk.check(theory):
        assert finding.message.strip()
        assert finding.node is None or finding.node in theory
    tables = dk.coverage(theory)
    assert list(tables.nodes["id"]) == [node.id for node in theory.nodes]
    assert set(tables.nodes.columns) >= {
        "id", "kind", "level", "text", "owner", "parents", "ideas", "ideas_tested", "cycles", "cycles_studied",
        "measures", "evidence_for", "evidence_against", "shallow", "deep", "gap",
    }  # fmt: skip
    assert set(tables.nodes.attrs["columns"]) == set(tables.nodes.columns)


def test_the_picture_of_the_readme_is_what_driverkit_draws(home: Path) -> None:
    picture = home / "docs" / "images" / "small-steps.svg"
    assert picture.read_text("utf-8") == dk.diagram(dk.examples.load("small-steps")).svg()
