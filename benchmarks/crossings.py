"""Crossing lines and time: driverkit's layout beside Graphviz ``dot`` on the same graph.

Run from the root of the project, with any theory files as arguments::

    python benchmarks/crossings.py                 the examples, and random theories
    python benchmarks/crossings.py my-theory.yaml  these files, and random theories

Both pictures are judged in the same way, from the drawn geometry: every link is followed from
column to column, and for every gap between two columns the pairs of links are counted whose ends
lie in opposite order. ``dot`` is given the same columns (one rank each). Two links that meet at the
same place do not cross there.

The time of driverkit is that of `driverkit.diagram.diagram` alone; that of ``dot`` the whole
process with ``-Tsvg``. The smallest of several runs is shown.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import time
from bisect import bisect_right, insort
from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from pathlib import Path

import driverkit as dk
from driverkit.diagram import Box, Diagram, diagram

Followed = list[tuple[int, float]]
"""A link: each column that it meets, from the aim outwards, and its place along that column."""


def random_theory(boxes: int, shared: float, skips: float, seed: int) -> dk.Theory:
    """A theory of about the proportions of published ones.

    ``shared`` is the share of drivers and ideas with two or three effects, ``skips`` the share of
    change ideas that hang on a primary driver. Some secondary drivers have no idea yet.
    """
    rng = random.Random(seed)
    primary = max(3, round(boxes**0.5 * 0.8))
    secondary = max(4, round((boxes - primary) * 0.4))
    ideas = max(0, boxes - 1 - primary - secondary)

    def effects(pool: list[str], own: int) -> list[str]:
        out = [pool[own]]
        if rng.random() < shared:
            out += rng.sample(pool, min(len(pool), rng.choice((1, 1, 2))))
        return list(dict.fromkeys(out))

    first = [f"P{i}" for i in range(primary)]
    second = [f"S{i}" for i in range(secondary)]
    words = [
        "care",
        "plans",
        "reach",
        "every",
        "student",
        "early",
        "and",
        "teachers",
        "share",
        "what",
        "helps",
        "learning",
    ]

    def text(few: int, many: int) -> str:
        return " ".join(rng.choice(words) for _ in range(rng.randint(few, many))).capitalize()

    drivers = [dk.Driver(p, text(2, 5), contributes_to=["A1"]) for p in first]
    drivers += [
        dk.Driver(s, text(3, 9), contributes_to=effects(first, i * primary // secondary))
        for i, s in enumerate(second)
    ]
    busy = sorted(rng.sample(range(secondary), max(1, secondary * 2 // 3)))
    changes = []
    for i in range(ideas):
        at = busy[i * len(busy) // ideas]
        pool, own = (first, at * primary // secondary) if rng.random() < skips else (second, at)
        changes.append(dk.ChangeIdea(f"C{i}", text(3, 12), contributes_to=effects(pool, own)))
    return dk.Theory(
        title=f"{boxes} boxes, seed {seed}",
        aims=[dk.Aim("A1", text(8, 16))],
        drivers=drivers,
        change_ideas=changes,
    )


def count(links: list[Followed]) -> int:
    """Pairs of links that lie in opposite order at the two sides of a gap, summed over the gaps."""
    gaps: dict[int, list[tuple[float, float]]] = {}
    for link in links:
        for (c, y), (_, z) in pairwise(link):
            gaps.setdefault(c, []).append((round(y, 1), round(z, 1)))
    total = 0
    for ends in gaps.values():
        seen: list[float] = []
        for _, z in sorted(ends):
            total += len(seen) - bisect_right(seen, z)
            insort(seen, z)
    return total


def _at(curve: list[tuple[float, float]], x: float) -> float:
    """The y of a chain of cubic Bézier segments, monotone in x, where it passes x."""
    for i in range(0, len(curve) - 3, 3):
        p = curve[i : i + 4]
        low, high = (0.0, 1.0) if p[0][0] <= p[3][0] else (1.0, 0.0)
        if not min(p[0][0], p[3][0]) - 1e-6 <= x <= max(p[0][0], p[3][0]) + 1e-6:
            continue
        for _ in range(40):
            t = (low + high) / 2
            if _bezier(p, t, 0) < x:
                low = t
            else:
                high = t
        return _bezier(p, (low + high) / 2, 1)
    raise ValueError("the curve does not pass there")


def _bezier(p: list[tuple[float, float]], t: float, axis: int) -> float:
    u = 1 - t
    return u**3 * p[0][axis] + 3 * u * u * t * p[1][axis] + 3 * u * t * t * p[2][axis] + t**3 * p[3][axis]


def ours(drawn: Diagram) -> list[Followed]:
    """The links of a diagram, followed from column to column."""
    box = {b.id: b for b in drawn.boxes}
    middles = [c.x + c.width / 2 for c in drawn.columns]
    out = []
    for arrow in drawn.arrows:
        near, far = sorted((box[arrow.cause], box[arrow.effect]), key=lambda b: b.column)
        if near.column == far.column:
            continue
        curve = [arrow.start]
        for a, b, c, d, e, f in arrow.path:
            curve += [(a, b), (c, d), (e, f)]
        inside = [(c, _at(curve, middles[c])) for c in range(near.column + 1, far.column)]
        out.append([(near.column, near.y + near.height / 2), *inside, (far.column, far.y + far.height / 2)])
    return out


def _label(box: Box) -> str:
    """The lines of a box as they stand there."""
    return "".join(
        line.text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") + "\\l"
        for line in box.lines
    )


def _source(drawn: Diagram, *, words: bool = False) -> str:
    """The same boxes, columns and links for dot, in the order of the file; with ``words`` also the lines in the boxes."""
    lines = [
        "digraph G { rankdir=LR; nodesep=0.12; ranksep=0.9;",
        'node [shape=box fixedsize=true fontname="DejaVu Sans" fontsize=9.75];',
    ]
    count = len(drawn.columns)
    lines += [f"k{c} [style=invis width=0.01 height=0.01];" for c in range(count)]
    lines += [f"k{c} -> k{c + 1} [style=invis];" for c in range(count - 1)]
    name = {b.id: f"n{i}" for i, b in enumerate(drawn.boxes)}
    column = {b.id: b.column for b in drawn.boxes}
    for b in drawn.boxes:
        label = f' label="{_label(b)}"' if words else ""
        lines.append(f"{name[b.id]} [width={b.width / 96:.3f} height={b.height / 96:.3f}{label}];")
    for c in range(count):
        own = "; ".join(name[b.id] for b in drawn.boxes if b.column == c)
        lines.append(f"{{rank=same; k{c}; {own}}}")
    for i, a in enumerate(drawn.arrows):
        near, far = sorted((a.effect, a.cause), key=column.__getitem__)
        if column[near] != column[far]:
            lines.append(f'{name[near]} -> {name[far]} [arrowhead=none comment="{i}"];')
    return "\n".join([*lines, "}"])


def dots(drawn: Diagram, dot: str) -> list[Followed]:
    """The same links as dot draws them."""
    return dots_and_length(drawn, dot)[0]


def dots_and_length(drawn: Diagram, dot: str) -> tuple[list[Followed], float]:
    """The same links as dot draws them, and how long they are together, in px of 96 to the inch."""
    run = subprocess.run(
        [dot, "-Tplain"], input=_source(drawn), text=True, capture_output=True, check=True, timeout=600
    )
    column = {f"n{i}": b.column for i, b in enumerate(drawn.boxes)}
    place: dict[str, tuple[float, float]] = {}
    at: dict[int, float] = {}
    out: list[Followed] = []
    length = 0.0
    for line in run.stdout.replace("\\\n", "").splitlines():
        word = line.split()
        if word[0] == "node":
            place[word[1]] = (float(word[2]) * 72, float(word[3]) * 72)
            if word[1][0] == "k":
                at[int(word[1][1:])] = float(word[2]) * 72
        elif word[0] == "edge" and word[1][0] == "n":
            tail, head, n = word[1], word[2], int(word[3])
            flat = [float(w) * 72 for w in word[4 : 4 + 2 * n]]
            curve = list(zip(flat[::2], flat[1::2], strict=True))
            length += _length(curve) * 96 / 72
            c0, c1 = column[tail], column[head]
            inside = [(c, _at(curve, at[c])) for c in range(c0 + 1, c1)]
            out.append([(c0, place[tail][1]), *inside, (c1, place[head][1])])
    return out, length


def _length(curve: list[tuple[float, float]]) -> float:
    """The length of a chain of cubic Bézier segments, by a dozen straight pieces each."""
    total = 0.0
    for i in range(0, len(curve) - 3, 3):
        p = curve[i : i + 4]
        track = [(_bezier(p, n / 12, 0), _bezier(p, n / 12, 1)) for n in range(13)]
        total += sum(hypot(c - a, d - b) for (a, b), (c, d) in pairwise(track))
    return total


def _best(run: object, times: int) -> float:
    best = 1e9
    for _ in range(times):
        start = time.perf_counter()
        run()  # type: ignore[operator]
        best = min(best, time.perf_counter() - start)
    return best


def theories(files: list[str]) -> Iterator[tuple[str, dk.Theory]]:
    """The files, or the examples, then random theories."""
    for file in files or sorted(map(str, (Path(dk.__file__).parent / "examples").glob("*.yaml"))):
        yield Path(file).stem, dk.load(file)
    for boxes in (20, 40, 60, 100, 200, 400, 1000):
        for shared, skips in ((0.15, 0.0), (0.4, 0.1)):
            for seed in range(3 if boxes <= 200 else 1):
                yield (
                    f"{boxes} boxes, {shared:.0%} shared, seed {seed}",
                    random_theory(boxes, shared, skips, seed),
                )


def main() -> None:
    """Print one line a theory: crossings and milliseconds of both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("files", nargs="*", help="theory files; without them the examples")
    dot = shutil.which("dot")
    print(f"{'':44} boxes links | crossings: ours  file-order   dot |  ms: ours   dot")
    for name, theory in theories(parser.parse_args().files):
        drawn = diagram(theory)
        few = len(drawn.boxes) < 150
        took = _best(lambda theory=theory: diagram(theory), 5 if few else 2)
        plain = diagram(theory, order="file")
        theirs, took_dot = "–", 0.0
        if dot:
            theirs = str(count(dots(plain, dot)))
            source = _source(plain)
            took_dot = _best(
                lambda source=source: subprocess.run(
                    [dot, "-Tsvg"], input=source, text=True, capture_output=True, check=True
                ),
                3 if few else 1,
            )
        print(
            f"{name[:44]:44} {len(drawn.boxes):5} {len(drawn.arrows):5} | {count(ours(drawn)):15} {count(ours(plain)):11}"
            f" {theirs:>5} | {took * 1000:8.1f} {took_dot * 1000:6.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
