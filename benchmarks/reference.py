"""The figures that driverkit is held to, as ratios of one run.

Run from the root of the project::

    python benchmarks/reference.py                     everything, over the examples
    python benchmarks/reference.py my-theories/*.yaml  crossings of these files instead
    python benchmarks/reference.py --quick             smaller, to see that it runs

Ratios travel between machines, times do not. The two sides of a ratio are run in turn, each in a
process of its own, and the median of the ratios is shown with the least and the greatest. What is
timed is processor time, so that a busy machine disturbs little. Needs ``dot`` for the ratios to it:
it is given the same boxes, of the same size and with the same lines of words, in the same columns, and
its time is that of the whole program (some 10 ms of it are its start); ours is that of layout and SVG,
after the import and the reading of the file.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

SCAN = """
import sys, time, yaml
text = open(sys.argv[1], encoding="utf-8").read()
began = time.process_time()
for event in yaml.parse(text, Loader=yaml.CSafeLoader):
    pass
print(time.process_time() - began, 0)
"""
COVER = """
import resource, sys, time
import pandas
import driverkit as dk
import driverkit.formats, driverkit.analysis
began = time.process_time()
coverage = dk.coverage(dk.load(sys.argv[1]))
coverage.nodes, coverage.levels, coverage.gaps
took = time.process_time() - began
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
DRAW = """
import sys, time
import driverkit as dk
theory = dk.load(sys.argv[1])
dk.diagram(dk.examples.load("small-steps")).svg()
began = time.process_time()
dk.diagram(theory).svg()
print(time.process_time() - began, 0)
"""
DOT = """
import resource, subprocess, sys
subprocess.run([sys.argv[2], "-Tsvg", sys.argv[1]], capture_output=True, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, 0)
"""
NOTHING = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-I", "-c", sys.argv[1]], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def measured(script: str, *arguments: str) -> tuple[float, float]:
    """Seconds of processor time and megabytes at most, as the script in its own process prints them."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


def ratio(
    ours: Callable[[], tuple[float, float]], theirs: Callable[[], tuple[float, float]], times: int
) -> dict[str, Any]:
    """The two in turn; the ratio of each pair, and the medians."""
    pairs = [(ours(), theirs()) for _ in range(times)]
    ratios = sorted(a[0] / b[0] for a, b in pairs)
    return {
        "ratio": statistics.median(ratios),
        "least": ratios[0],
        "greatest": ratios[-1],
        "ours": statistics.median(a[0] for a, _ in pairs),
        "theirs": statistics.median(b[0] for _, b in pairs),
        "megabytes": max(a[1] for a, _ in pairs),
    }


def tell(what: str, found: dict[str, Any], more: str = "") -> None:
    print(
        f"{what:60} {found['ratio']:7.2f}  ({found['least']:.2f} to {found['greatest']:.2f};"
        f" {found['ours'] * 1000:,.0f} ms against {found['theirs'] * 1000:,.0f} ms){more}",
        flush=True,
    )


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("files", nargs="*", help="theory files whose crossings are counted")
    parser.add_argument("--quick", action="store_true", help="smaller and fewer")
    parser.add_argument("--times", type=int, default=5, help="pairs for each ratio")
    arguments = parser.parse_args()
    times = 1 if arguments.quick else arguments.times
    nodes = 5_000 if arguments.quick else 100_000

    import crossings

    import driverkit as dk
    from support.random_theories import random_theory

    dot = shutil.which("dot")
    print(f"{'':60}   ratio")
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.yaml"
        dk.dump(random_theory(1, drivers=nodes // 5, ideas=nodes * 4 // 5 - 1, levels=4), large)
        found = ratio(lambda: measured(COVER, str(large)), lambda: measured(SCAN, str(large)), times)
        tell(
            f"load + coverage of {nodes:,} nodes / bare libyaml event scan",
            found,
            f"; {found['megabytes']:.0f} MB at most",
        )
        for boxes, shared in ((40, 0.15), (40, 0.4), (200, 0.15), (200, 0.4), (1000, 0.15), (1000, 0.4)):
            theory = crossings.random_theory(boxes, shared, 0.0, 0)
            file, source = Path(folder) / f"{boxes}.yaml", Path(folder) / f"{boxes}.dot"
            dk.dump(theory, file)
            drawn = dk.diagram(theory, order="file").diagram
            source.write_text(crossings._source(drawn, words=True), encoding="utf-8")
            if dot:
                found = ratio(
                    lambda s=source: measured(DOT, str(s), dot), lambda f=file: measured(DRAW, str(f)), times
                )
                found["ours"], found["theirs"] = found["theirs"], found["ours"]
                tell(f"dot -Tsvg / layout + SVG, {boxes} boxes, {shared:.0%} shared", found)
        per_box = {}
        for boxes in (1000,) if arguments.quick else (1000, 5000, 20_000):
            file = Path(folder) / f"{boxes}.yaml"
            dk.dump(crossings.random_theory(boxes, 0.15, 0.0, 0), file)
            per_box[boxes] = statistics.median(measured(DRAW, str(file))[0] for _ in range(times)) / boxes
            print(
                f"{f'layout + SVG, {boxes:,} boxes: time for a box, to that of 1,000':60}"
                f" {per_box[boxes] / per_box[1000]:7.2f}  ({per_box[boxes] * 1e6:,.0f} µs)",
                flush=True,
            )
    tell(
        "import driverkit / bare interpreter",
        ratio(lambda: measured(NOTHING, "import driverkit"), lambda: measured(NOTHING, "pass"), times * 2),
    )
    if dot:
        print("\ncrossings, from the drawn geometry                               ours   dot")
        files = arguments.files or sorted(map(str, (Path(dk.__file__).parent / "examples").glob("*.yaml")))
        for file in files:
            drawn = dk.diagram(dk.load(file)).diagram
            ours = crossings.count(crossings.ours(drawn))
            theirs = crossings.count(crossings.dots(dk.diagram(dk.load(file), order="file").diagram, dot))
            print(f"{Path(file).stem:60} {ours:8} {theirs:5}")


if __name__ == "__main__":
    main()
