"""How good the layout is: a report over the examples, a corpus and 500 generated theories.

Run from the root of the project::

    python benchmarks/layout.py                         print the page
    python benchmarks/layout.py --page PAGE.md          write it
    python benchmarks/layout.py --save figures.json     keep the figures …
    python benchmarks/layout.py --before figures.json   … and print later ones beside them
    python benchmarks/layout.py --quick                 the examples and 25 generated theories

Theory files of a corpus, in whatever folders below the one that ``DRIVERKIT_CORPUS`` names, are
measured too. Everything is judged from the drawn geometry, never from what the layout believes of
itself. Crossings and lengths are compared with those of ``dot`` over the same boxes in the same
columns (see ``crossings.py``). No figure depends on a clock.
"""

# The folders beside this file are made known before what is in them is imported.
# ruff: noqa: E402, I001

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

import crossings
from support.geometry import links_through_boxes, loose_ends, overlaps, points, text_outside
from support.random_theories import random_theory

import driverkit as dk
from driverkit.diagram import Diagram, diagram

SLIDE = (1280.0, 720.0)
"""A slide of 13.33 by 7.5 inches (16:9), in px of 96 to the inch."""

GENERATED = 500
Figures = dict[str, Any]


def generated(number: int) -> dk.Theory:
    """One of the generated theories: its number decides everything.

    Of ten theories nine have 6 to 60 boxes, the tenth up to 250, and each fiftieth up to 1,000;
    depth (1 to 5 levels of drivers), the share of boxes with a further effect (0 to 60 %) and the
    length of the labels (to about 200 characters) vary with it.
    """
    rng = random.Random(number)
    boxes = rng.randint(6, 60)
    if number % 50 == 49:
        boxes = rng.randint(300, 1000)
    elif number % 10 == 9:
        boxes = rng.randint(61, 250)
    drivers = max(2, round((boxes - 1) * rng.uniform(0.3, 0.7)))
    return random_theory(
        number,
        drivers=drivers,
        ideas=max(0, boxes - 1 - drivers),
        aims=1 if rng.random() < 0.9 else 2,
        levels=rng.choice((1, 2, 2, 2, 3, 3, 4, 5)),
        sharing=rng.choice((0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6)),
        orphans=rng.choice((0.0, 0.0, 0.02)),
        longest=rng.choice((4, 8, 12, 20, 32)),
    )


def length(drawn: Diagram) -> float:
    """The length of all links between columns, in px."""
    column = {box.id: box.column for box in drawn.boxes}
    total = 0.0
    for arrow in drawn.arrows:
        if column[arrow.cause] != column[arrow.effect]:
            total += sum(hypot(c - a, d - b) for (a, b), (c, d) in pairwise(points(arrow, 12)))
    return total


def off_middle(drawn: Diagram) -> list[float]:
    """Symmetry: how far each box stands from the middle of the boxes of the next column behind it, in px.

    Only boxes with two or more of those that serve nothing else: where a box is shared, no place is
    in the middle for all.
    """
    box = {b.id: b for b in drawn.boxes}
    effects: dict[str, list[str]] = {}
    for arrow in drawn.arrows:
        effects.setdefault(arrow.cause, []).append(arrow.effect)
    own: dict[str, list[float]] = {}
    for cause, ends in effects.items():
        if len(ends) == 1 and box[cause].column == box[ends[0]].column + 1:
            own.setdefault(ends[0], []).append(box[cause].y + box[cause].height / 2)
    return [
        abs((min(places) + max(places)) / 2 - box[effect].y - box[effect].height / 2)
        for effect, places in own.items()
        if len(places) > 1
    ]


def straight(drawn: Diagram) -> tuple[int, int]:
    """Alignment: how many links run straight from edge to edge, and how many links there are."""
    flat = 0
    for arrow in drawn.arrows:
        ys = [arrow.start[1], *(y for segment in arrow.path for y in segment[1::2])]
        flat += max(ys) - min(ys) < 0.5
    return flat, len(drawn.arrows)


def together(drawn: Diagram) -> tuple[int, int]:
    """Branches: in each column, how many runs of boxes with the same effects, and how few there could be."""
    effects: dict[str, list[str]] = {}
    for arrow in drawn.arrows:
        effects.setdefault(arrow.cause, []).append(arrow.effect)
    runs = least = 0
    for c in range(len(drawn.columns)):
        row = [b.id for b in sorted(drawn.boxes, key=lambda b: b.y) if b.column == c]
        single = [effects[v][0] for v in row if len(effects.get(v, ())) == 1]
        runs += sum(a != b for a, b in pairwise(single)) + bool(single)
        least += len(set(single))
    return runs, least


def smallest_text(drawn: Diagram) -> float:
    """The size of the smallest words in a box, in points, where the picture fills a slide."""
    scale = min(SLIDE[0] / drawn.width, SLIDE[1] / drawn.height)
    sizes = [line.size for box in drawn.boxes for line in box.lines]
    return min(sizes, default=0.0) * scale * 0.75


def faults(drawn: Diagram) -> list[int]:
    """Boxes over boxes, text outside its box, links through boxes, links that meet no edge of a box."""
    return [len(find(drawn)) for find in (overlaps, text_outside, links_through_boxes, loose_ends)]


def measured(name: str, theory: dk.Theory, dot: str | None) -> Figures:
    """All figures of one theory."""
    drawn = diagram(theory)
    found = faults(drawn)
    for direction in ("right", "down"):
        found = [a + b for a, b in zip(found, faults(diagram(theory, direction=direction)), strict=True)]
    in_file_order = diagram(theory, order="file")
    found = [a + b for a, b in zip(found, faults(in_file_order), strict=True)]
    figures: Figures = {
        "name": name,
        "boxes": len(drawn.boxes),
        "links": len(drawn.arrows),
        "faults": found,
        "crossings": crossings.count(crossings.ours(drawn)),
        "file": crossings.count(crossings.ours(in_file_order)),
        "length": length(drawn),
        "aspect": drawn.width / drawn.height,
        "text": smallest_text(drawn),
        "off": off_middle(drawn),
        "straight": straight(drawn),
        "together": together(drawn),
        "dot": None,
        "dot length": None,
    }
    if dot:
        followed, run = crossings.dots_and_length(in_file_order, dot)
        figures["dot"], figures["dot length"] = crossings.count(followed), run
    return figures


def _job(what: tuple[str, str]) -> Figures:
    kind, name = what
    theory = generated(int(name)) if kind == "generated" else dk.load(name)
    label = f"generated {name}" if kind == "generated" else Path(name).stem
    return measured(label, theory, shutil.which("dot"))


def corpus() -> Iterator[Path]:
    """The theory files of the corpus that are theories: others there are for other tests."""
    folder = os.environ.get("DRIVERKIT_CORPUS")
    if folder:
        yield from sorted((Path(folder) / "real").glob("*.yaml"))


def groups(count: int) -> dict[str, list[tuple[str, str]]]:
    """What is measured, by group."""
    examples = sorted((Path(dk.__file__).parent / "examples").glob("*.yaml"))
    out = {"examples": [("file", str(file)) for file in examples]}
    real = [("file", str(file)) for file in corpus()]
    if real:
        out["published theories"] = real
    out[f"{count} generated"] = [("generated", str(n)) for n in range(count)]
    return out


# -- the page ----------------------------------------------------------------------------------------


def _middle(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def _above(rows: Sequence[Figures]) -> str:
    compared = [r for r in rows if r["dot"] is not None]
    above = sum(r["crossings"] > r["dot"] for r in compared)
    return f"{above} of {len(compared)}"


def _shape(rows: Sequence[Figures]) -> str:
    usual = [r for r in rows if r["boxes"] <= 60]
    fits = sum(1.2 <= r["aspect"] <= 2.0 for r in usual)
    return f"{_middle([r['aspect'] for r in rows]):.2f} ({fits} of {len(usual)})"


def _share(rows: Sequence[Figures], key: str) -> float:
    part, whole = (sum(r[key][i] for r in rows) for i in (0, 1))
    return 100 * part / max(1, whole)


def _length(rows: Sequence[Figures]) -> str:
    ratios = [r["length"] / r["dot length"] for r in rows if r["dot length"]]
    return f"{_middle(ratios):.2f}" if ratios else "–"


def _smallest(rows: Sequence[Figures]) -> str:
    usual = [r["text"] for r in rows if r["boxes"] <= 40]
    return f"{_middle(usual):.1f} ({min(usual):.1f})" if usual else "–"


LINES: tuple[tuple[str, Callable[[Sequence[Figures]], str]], ...] = (
    ("theories", lambda rows: f"{len(rows)}"),
    ("boxes, links", lambda rows: f"{sum(r['boxes'] for r in rows):,}, {sum(r['links'] for r in rows):,}"),
    ("boxes over boxes", lambda rows: str(sum(r["faults"][0] for r in rows))),
    ("text outside its box", lambda rows: str(sum(r["faults"][1] for r in rows))),
    ("links through boxes", lambda rows: str(sum(r["faults"][2] for r in rows))),
    ("links that meet no edge", lambda rows: str(sum(r["faults"][3] for r in rows))),
    ("crossings", lambda rows: f"{sum(r['crossings'] for r in rows):,}"),
    ("crossings, file order", lambda rows: f"{sum(r['file'] for r in rows):,}"),
    ("crossings, `dot`", lambda rows: f"{sum(r['dot'] or 0 for r in rows):,}"),
    ("theories with more crossings than `dot`", _above),
    ("length of links / `dot`'s, median", _length),
    ("width / height, median (from 1.2 to 2.0, of those to 60 boxes)", _shape),
    ("smallest text on a slide to 40 boxes, pt, median (least)", _smallest),
    (
        "off the middle of its causes, px, mean",
        lambda rows: f"{statistics.fmean([x for r in rows for x in r['off']] or [0]):.1f}",
    ),
    ("links that run straight, %", lambda rows: f"{_share(rows, 'straight'):.0f}"),
    (
        "runs of boxes of one branch / branches",
        lambda rows: (
            f"{sum(r['together'][0] for r in rows) / max(1, sum(r['together'][1] for r in rows)):.2f}"
        ),
    ),
)


def table(found: dict[str, list[Figures]], before: dict[str, list[Figures]] | None) -> str:
    """One line a figure, one column a group; where there are earlier figures, ``before → now``."""
    lines = ["| figure | " + " | ".join(found) + " |", "|---" * (len(found) + 1) + "|"]
    for what, tell in LINES:
        cells = []
        for group, rows in found.items():
            now = tell(rows)
            then = tell(before[group]) if before and group in before else now
            cells.append(now if then == now else f"{then} → {now}")
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def each(rows: Sequence[Figures]) -> str:
    """One line a theory: the ones that people know."""
    lines = [
        "| theory | boxes | links | crossings | `dot` | length / `dot`'s | width / height | smallest text, pt |",
        "|---" * 8 + "|",
    ]
    for r in rows:
        ratio = f"{r['length'] / r['dot length']:.2f}" if r["dot length"] else "–"
        theirs = "–" if r["dot"] is None else r["dot"]
        lines.append(
            f"| {r['name']} | {r['boxes']} | {r['links']} | {r['crossings']} | {theirs} | {ratio}"
            f" | {r['aspect']:.2f} | {r['text']:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--quick", action="store_true", help="25 generated theories")
    parser.add_argument("--save", metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--before", metavar="FILE", help="earlier figures to print beside these")
    parser.add_argument("--page", metavar="FILE", help="put the tables into this page, between its marks")
    parser.add_argument(
        "--worst", action="store_true", help="name the theories with faults or more crossings"
    )
    arguments = parser.parse_args()
    wanted = groups(25 if arguments.quick else GENERATED)
    with ProcessPoolExecutor() as pool:
        found = {group: list(pool.map(_job, jobs, chunksize=4)) for group, jobs in wanted.items()}
    before = json.loads(Path(arguments.before).read_text(encoding="utf-8")) if arguments.before else None
    if arguments.save:
        Path(arguments.save).write_text(json.dumps(found), encoding="utf-8")
    text = f"{table(found, before)}\n\n{each(found['examples'])}\n"
    if arguments.page:
        page = Path(arguments.page)
        start, end = "<!-- figures -->\n", "<!-- end of figures -->"
        head, _, rest = page.read_text(encoding="utf-8").partition(start)
        _, _, tail = rest.partition(end)
        page.write_text(f"{head}{start}\n{text}\n{end}{tail}", encoding="utf-8")
    else:
        print(text)
    if arguments.worst:
        for rows in found.values():
            for r in rows:
                if any(r["faults"]) or (r["dot"] is not None and r["crossings"] > r["dot"]):
                    print(r["name"], r["boxes"], r["links"], "faults", r["faults"], r["crossings"], r["dot"])


if __name__ == "__main__":
    main()
