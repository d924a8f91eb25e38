"""The order of the boxes in each column: as few crossing lines as can be found, then file order.

Barycentre sweeps find a good order, exchanges of neighbours and moves of single boxes improve it,
and small shakes followed by the same improvements get it out of dead ends. The work is counted in
steps, never in seconds, and the shakes come from a small generator with a fixed seed: the same
theory gives the same order everywhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from driverkit.diagram.net import Net

__all__ = ["arrange", "crossings"]

# Steps: one is about one comparison of two boxes, roughly a microsecond.
STEPS = 60_000
# Above this many nodes only the cheap improvements are made.
LARGE = 400


def crossings(net: Net, rows: list[list[int]] | None = None) -> int:
    """How many pairs of links cross, counted column by column with this order of the rows."""
    rows = net.rows if rows is None else rows
    position = _positions(net, rows)
    return sum(_between(net, rows[c], position) for c in range(len(rows) - 1))


def _positions(net: Net, rows: list[list[int]]) -> list[int]:
    position = [0] * len(net.column)
    for row in rows:
        for i, v in enumerate(row):
            position[v] = i
    return position


def _between(net: Net, row: list[int], position: list[int]) -> int:
    """Crossings between a column and the next one: pairs whose ends lie in opposite order."""
    seen: list[int] = []
    total = 0
    outer = net.outer
    for v in row:
        ends = outer[v]
        if len(ends) == 1:
            p = position[ends[0]]
            total += len(seen) - bisect_right(seen, p)
            insort(seen, p)
        elif ends:
            places = sorted([position[e] for e in ends])
            for p in places:
                total += len(seen) - bisect_right(seen, p)
            for p in places:
                insort(seen, p)
    return total


def _file_disorder(net: Net, rows: list[list[int]]) -> int:
    """How many neighbours in a column stand against the order of the file."""
    file, boxes = net.file, net.boxes
    return sum(
        file[a] > file[b]
        for row in rows
        for a, b in zip(row, row[1:], strict=False)
        if a < boxes and b < boxes
    )


def arrange(net: Net, *, by_file: bool = False, steps: int = STEPS) -> None:
    """Put the rows of the net in the order in which they are drawn.

    With ``by_file`` the boxes keep the order of the file and only the bends are moved.
    """
    if by_file:
        _place_bends(net)
        return
    _Search(net, steps).run()


class _Search:
    """The search for an order, and what it has found so far."""

    def __init__(self, net: Net, steps: int) -> None:
        self.net = net
        self.steps = steps
        self.rows = [list(row) for row in net.rows]
        self.position = [0] * len(net.column)
        self.best: list[list[int]] = []
        self.best_score = (1 << 62, 0)
        self.random = _numbers()

    # -- the plan of the search ------------------------------------------------------------

    def run(self) -> None:
        net = self.net
        large = len(net.column) > LARGE
        self._start(_by_branch(net))
        self._sweep(8 if large else 12)
        if self.best_score[0] and not large:
            self._start([sorted(row, key=lambda v: (net.after[v], net.file[v])) for row in net.rows])
            self._sweep(12)
        if self.best_score[0]:
            self._restore()
            self._exchange(4 if large else 8)
            self._keep()
        if self.best_score[0]:
            self._restore()
            self._settle()
            self._keep()
        while self.best_score[0] and self.steps > 0:
            self._restore()
            self._shake()
            self._settle()
            self._keep()
        self._restore()
        self._towards_file()
        net.rows = [list(row) for row in self.rows]

    def _start(self, rows: list[list[int]]) -> None:
        self.rows = rows
        for row in rows:
            self._number(row)
        self._keep()

    def _number(self, row: list[int]) -> None:
        position = self.position
        for i, v in enumerate(row):
            position[v] = i

    def _keep(self) -> None:
        """Remember the order if it is the best so far."""
        count = sum(_between(self.net, row, self.position) for row in self.rows[:-1])
        self.steps -= len(self.position) // 2
        if count > self.best_score[0]:
            return
        score = (count, _file_disorder(self.net, self.rows))
        if score < self.best_score:
            self.best_score = score
            self.best = [list(row) for row in self.rows]

    def _restore(self) -> None:
        self.rows = [list(row) for row in self.best]
        for row in self.rows:
            self._number(row)

    # -- barycentre sweeps -------------------------------------------------------------------

    def _sweep(self, times: int) -> None:
        """Sort each column by the mean place of its neighbours, outwards and inwards in turn."""
        columns = range(len(self.rows))
        stale = 0
        for i in range(times):
            if not self.best_score[0]:
                return
            before = self.best_score[0]
            if i % 2 == 0:
                for c in reversed(columns[:-1]):
                    self._sort(c, self.net.outer)
            else:
                for c in columns[1:]:
                    self._sort(c, self.net.inner)
            self._keep()
            stale = stale + 1 if self.best_score[0] >= before else 0
            if stale >= 4:
                return

    def _sort(self, c: int, neighbours: list[list[int]]) -> None:
        """Sort one column; a box without neighbours on that side stays where it is."""
        row, position, after = self.rows[c], self.position, self.net.after
        keys: dict[int, tuple[bool, float]] = {}
        for v in row:
            ends = neighbours[v]
            if len(ends) == 1:
                keys[v] = (after[v], float(position[ends[0]]))
            elif ends:
                keys[v] = (after[v], sum([position[e] for e in ends]) / len(ends))
        self.steps -= len(row)
        movable = sorted(keys, key=keys.__getitem__)
        if len(movable) == len(row):
            self.rows[c] = row = movable
        else:
            sorted_ones = iter(movable)
            row[:] = [next(sorted_ones) if v in keys else v for v in row]
        self._number(row)

    # -- exchanges and moves -----------------------------------------------------------------

    def _ends(self, row: list[int]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """The sorted places of the neighbours of every node of a column, on both sides."""
        position, inner, outer = self.position, self.net.inner, self.net.outer
        return (
            {v: sorted([position[e] for e in inner[v]]) for v in row},
            {v: sorted([position[e] for e in outer[v]]) for v in row},
        )

    def _exchange(self, times: int) -> None:
        """Exchange neighbours wherever that saves a crossing."""
        after = self.net.after
        restless = set(range(len(self.rows)))
        for _ in range(times):
            again: set[int] = set()
            for c in sorted(restless):
                row = self.rows[c]
                inner, outer = self._ends(row)
                self.steps -= 2 * len(row)
                changed = False
                for i in range(len(row) - 1):
                    u, v = row[i], row[i + 1]
                    if after[u] == after[v] and _gain(inner[u], inner[v]) + _gain(outer[u], outer[v]) > 0:
                        row[i], row[i + 1] = v, u
                        changed = True
                if changed:
                    self._number(row)
                    again |= {c - 1, c, c + 1}
            restless = {c for c in again if 0 <= c < len(self.rows)}
            if not restless or self.steps <= 0:
                return

    def _settle(self) -> None:
        """Move single boxes to the best place in their column until nothing improves."""
        restless = set(range(len(self.rows)))
        while restless and self.steps > 0:
            c = min(restless)
            restless.discard(c)
            if self._settle_column(c):
                restless |= {n for n in (c - 1, c, c + 1) if 0 <= n < len(self.rows)}

    def _settle_column(self, c: int) -> bool:
        row = self.rows[c]
        if len(row) < 2:
            return False
        inner, outer = self._ends(row)
        after = self.net.after
        changed = False
        for u in sorted(row, key=lambda v: (-len(inner[v]) - len(outer[v]), v)):
            ins, outs = inner[u], outer[u]
            at = row.index(u)
            best, where = 0, at
            gain = 0
            for i in range(at - 1, max(-1, at - LARGE), -1):
                v = row[i]
                if after[v] != after[u]:
                    break
                gain += _gain(inner[v], ins) + _gain(outer[v], outs)
                if gain > best:
                    best, where = gain, i
            self.steps -= at - i if at else 0
            gain = 0
            for i in range(at + 1, min(len(row), at + LARGE)):
                v = row[i]
                if after[v] != after[u]:
                    break
                gain += _gain(ins, inner[v]) + _gain(outs, outer[v])
                if gain > best:
                    best, where = gain, i
            self.steps -= len(row) - at
            if where != at:
                del row[at]
                row.insert(where, u)
                changed = True
            if self.steps <= 0:
                break
        if changed:
            self._number(row)
        return changed

    def _shake(self) -> None:
        """Disturb the order a little: move some boxes, or turn a stretch of a column round."""
        wide = [c for c, row in enumerate(self.rows) if len(row) > 1]
        for _ in range(1 + next(self.random) % 3):
            row = self.rows[wide[next(self.random) % len(wide)]]
            a = next(self.random) % len(row)
            b = next(self.random) % len(row)
            if next(self.random) % 2:
                row.insert(b, row.pop(a))
            else:
                low, high = min(a, b), max(a, b) + 1
                row[low:high] = row[low:high][::-1]
            row.sort(key=self.net.after.__getitem__)
            self._number(row)

    # -- the last word: file order ---------------------------------------------------------------

    def _towards_file(self) -> None:
        """Exchange neighbours that stand against the file where it costs no crossing."""
        file, after = self.net.file, self.net.after
        for _ in range(6):
            changed = False
            for row in self.rows:
                if all(file[a] <= file[b] for a, b in zip(row, row[1:], strict=False)):
                    continue
                inner, outer = self._ends(row)
                moved = False
                for i in _there_and_back(len(row) - 1):
                    u, v = row[i], row[i + 1]
                    if (
                        file[u] > file[v]
                        and after[u] == after[v]
                        and _gain(inner[u], inner[v]) + _gain(outer[u], outer[v]) >= 0
                    ):
                        row[i], row[i + 1] = v, u
                        moved = True
                if moved:
                    self._number(row)
                    changed = True
            if not changed:
                return


def _there_and_back(count: int) -> Iterator[int]:
    yield from range(count)
    yield from range(count - 1, -1, -1)


def _gain(upper: list[int], lower: list[int]) -> int:
    """How many crossings are saved when two neighbours change places.

    Each is given by the sorted places of its ends in one neighbouring column.
    """
    if not upper or not lower:
        return 0
    if len(upper) == 1 == len(lower):
        a, b = upper[0], lower[0]
        return 1 if a > b else -1 if a < b else 0
    if upper[-1] <= lower[0]:
        equal = (len(upper) - bisect_left(upper, lower[0])) * bisect_right(lower, lower[0])
        return (equal if upper[-1] == lower[0] else 0) - len(upper) * len(lower)
    if lower[-1] <= upper[0]:
        equal = (len(lower) - bisect_left(lower, upper[0])) * bisect_right(upper, upper[0])
        return len(upper) * len(lower) - (equal if lower[-1] == upper[0] else 0)
    saved = 0
    for a in upper:
        saved += bisect_left(lower, a) - (len(lower) - bisect_right(lower, a))
    return saved


def _numbers() -> Iterator[int]:
    """A fixed stream of numbers that look random; the multiplier is Knuth's MMIX."""
    state = 20_030_411
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        yield state >> 33


def _by_branch(net: Net) -> list[list[int]]:
    """The order of a walk from the aim outwards, in file order: branches stay together."""
    rows: list[list[int]] = [[] for _ in net.rows]
    seen = [False] * len(net.column)
    file, after, outer = net.file, net.after, net.outer
    starts = sorted((v for row in net.rows for v in row), key=lambda v: (after[v], net.column[v], file[v]))
    for start in starts:
        waiting = [start]
        while waiting:
            v = waiting.pop()
            if seen[v]:
                continue
            seen[v] = True
            rows[net.column[v]].append(v)
            ends = outer[v]
            if len(ends) > 1:
                ends = sorted(set(ends), key=file.__getitem__, reverse=True)
            waiting.extend(ends)
    for row in rows:
        row.sort(key=after.__getitem__)
    return rows


def _place_bends(net: Net) -> None:
    """Boxes in file order; each bend beside them where its line crosses least."""
    boxes = net.boxes
    for c, row in enumerate(net.rows):
        own = [v for v in row if v < boxes]
        bends = [v for v in row if v >= boxes]
        if not bends:
            net.rows[c] = own
            continue
        net.rows[c] = _merge_bends(net, own, bends)


def _merge_bends(net: Net, own: list[int], bends: list[int]) -> list[int]:
    """Put each bend among the boxes of its column by the relative height of the ends of its line."""
    share: dict[int, float] = {}

    def height(v: int) -> float:
        if v not in share:
            row = net.rows[net.column[v]]
            share[v] = (row.index(v) + 0.5) / len(row)
        return share[v]

    wish: dict[int, float] = {}
    for bend in bends:
        ends = [net.serves[bend], *[e for e in net.outer[bend] if e < net.boxes]]
        wish[bend] = sum(height(e) for e in ends) / len(ends)
    row = list(own)
    places = [(i + 0.5) / max(1, len(own)) for i in range(len(own))]
    for bend in sorted(bends, key=lambda b: (wish[b], net.file[b]), reverse=True):
        row.insert(bisect_left(places, wish[bend]), bend)
    return row
