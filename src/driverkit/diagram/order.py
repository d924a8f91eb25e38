"""The order of the boxes in each column: as few crossing lines as can be found, then file order.

Barycentre sweeps find a good order, exchanges of neighbours and moves of single boxes improve it,
and small shakes followed by the same improvements get it out of dead ends. Boxes that hang on the same
others are moved as one. The work is counted in
steps, never in seconds, and the shakes come from a small generator with a fixed seed: the same
theory gives the same order everywhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import accumulate, pairwise
from math import fsum

from driverkit.diagram.net import Net
from driverkit.diagram.spectrum import by_shape

__all__ = ["arrange", "crossings"]

# Steps: one is roughly a microsecond of the machines this was written on.
STEPS = 60_000
STEPS_PER_NODE = 1_500
STEPS_PER_CROSSING = 80
STEPS_OF_CROSSINGS = 160_000
STEPS_OF_MANY = 40_000
STEPS_PER_CROSSING_OF_MANY = 1.5
LEAST_STEPS_OF_MANY = 40
MOST_STEPS = 1_000_000
SHARE_OF_STARTS = 0.15
ROUNDS_OF_STARTS = 12
PATIENCE = 8
# After so many shakes in a row that bring nothing the search is over.
MOST_STALE = 60
SWEEPS = 8
SWEEPS_OF_MANY = 2
STALE_SWEEPS = 2
EXCHANGES = 3
# Above this many nodes the search goes on only where there is much to gain.
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
    return sum(file[a] > file[b] for row in rows for a, b in pairwise(row) if a < boxes and b < boxes)


def arrange(net: Net, *, by_file: bool = False, steps: int | None = None) -> None:
    """Put the rows of the net in the order in which they are drawn.

    With ``by_file`` the boxes keep the order of the file and only the bends are moved.
    """
    if by_file:
        _place_bends(net)
        return
    branches = _by_branch(net)
    folded, members, rows = _folded(net, branches)
    search = _Search(folded, _beyond_a_tree(net), MOST_STEPS if steps is None else steps)
    search.run(rows)
    net.rows = [[v for group in row for v in members[group]] for row in search.rows]
    _towards_file(net)


def _folded(net: Net, branches: list[list[int]]) -> tuple[Net, list[list[int]], list[list[int]]]:
    """A smaller net that has all the crossings of this one: the net, the nodes behind each of its own, its rows.

    Nodes of one column with the same neighbours stand together in some best order, so they are one
    node there, with as many lines to each neighbour as all of them have. Lines to a node that is
    alone in its column cross nothing there, and are left out.
    """
    boxes = net.boxes
    single = [len(row) < 2 for row in net.rows]
    column = net.column
    groups: dict[object, int] = {}
    of = [0] * len(column)
    members: list[list[int]] = []
    led = {v for lead, followers in net.followers.items() for v in (lead, *followers)}
    inner = [[] if c and single[c - 1] else sorted(ends) for c, ends in zip(column, net.inner, strict=True)]
    last = len(net.rows) - 1
    outer = [
        [] if c < last and single[c + 1] else sorted(ends) for c, ends in zip(column, net.outer, strict=True)
    ]
    for low in (True, False):  # boxes come first in a net
        for row in branches:
            for v in row:
                if (v < boxes) is not low:
                    continue
                key: object = v
                if v not in led and (inner[v] or outer[v]):
                    key = (column[v], low, net.after[v], *inner[v], -1, *outer[v])
                group = groups.get(key)
                if group is None:
                    group = groups[key] = len(members)
                    members.append([])
                of[v] = group
                members[group].append(v)
    first = [group[0] for group in members]
    made = Net(
        boxes=sum(v < boxes for v in first),
        column=[column[v] for v in first],
        rows=[[] for _ in net.rows],
        inner=[[of[e] for v in group for e in inner[v]] for group in members],
        outer=[[of[e] for v in group for e in outer[v]] for group in members],
        after=[net.after[v] for v in first],
        file=[net.file[v] for v in first],
    )
    rows = [list(dict.fromkeys([of[v] for v in row])) for row in branches]
    made.rows = [list(row) for row in rows]
    return made, members, rows


def _beyond_a_tree(net: Net) -> float:
    """How many links there are beyond those of a tree, for each box."""
    links = sum(map(len, net.outer))
    return max(0.0, (links - len(net.column) + 1) / max(1, net.boxes))


class _Search:
    """The search for an order, and what it has found so far."""

    def __init__(self, net: Net, dense: float, steps: int) -> None:
        self.dense = dense
        self.net = net
        self.large = len(net.column) > LARGE
        self.most = steps
        self.steps = steps
        self.rows = [list(row) for row in net.rows]
        self.position = [0] * len(net.column)
        # The crossings between each column and the next, and the columns changed since they were counted.
        self.gaps = [0] * len(net.rows)
        self.changed = set(range(len(net.rows)))
        self.best: list[list[int]] = []
        self.best_gaps = list(self.gaps)
        self.best_score = (1 << 62, 0)
        self.random = _numbers()
        # Columns in which something can be moved at all.
        self.wide = [c for c, row in enumerate(net.rows) if len(row) > 1]

    # -- the plan of the search ------------------------------------------------------------

    def run(self, branches: list[list[int]]) -> None:
        """Search from an order that keeps branches together, and leave the best order in the rows."""
        self._start(branches)
        if self.best_score[0]:
            self.steps = STEPS_OF_MANY if self.large else STEPS
            self._start(by_shape(self.net, branches))
            self._sweep(SWEEPS_OF_MANY if self.large else SWEEPS)
            self._restore()
            if self.large:
                self._exchange()
                self._keep()
            self.steps = min(self.most, self._worth(self.best_score[0]))
        if self.best_score[0] and self.steps > 0:
            self._settle()
            self._keep()
            if not self.large:
                self._start(branches)
                self._sweep(SWEEPS)
                self._settle()
                self._keep()
            self._start_again(branches)
            if not self.large:
                self._restore()
                self._wander()
                while self.best_score[0] and self.steps > 0:
                    self._begin_anew(branches)
        self._restore()

    def _worth(self, crossings: int) -> int:
        """How many steps the search for fewer crossings is worth: the more can be gained, the more.

        A tree crosses nothing; what a net has of links beyond those of a tree, for each of its nodes, tells
        how far an order that was found at once may be from the best.
        """
        if not self.large:
            few = min(STEPS, STEPS_PER_NODE * len(self.position))
            return few + min(STEPS_OF_CROSSINGS, STEPS_PER_CROSSING * crossings)
        worth = int(STEPS_PER_CROSSING_OF_MANY * crossings * self.dense**3)
        return worth if worth >= LEAST_STEPS_OF_MANY * len(self.position) else 0

    def _start(self, rows: list[list[int]]) -> None:
        self.rows = rows
        for c in range(len(rows)):
            self._number(c)
        self._keep()

    def _start_again(self, branches: list[list[int]]) -> None:
        """Begin from other blends of the broad shapes of the net as well, for a part of the steps."""
        until = self.steps * (1 - SHARE_OF_STARTS)
        while self.best_score[0] and self.steps > until:
            self._blend(branches)

    def _begin_anew(self, branches: list[list[int]]) -> None:
        """Search once more from somewhere else, as if nothing had been found, and keep what is better."""
        found = (self.best_score, self.best, self.best_gaps)
        self.best_score = (1 << 62, 0)
        self._blend(branches)
        self._wander()
        if found[0] <= self.best_score:
            self.best_score, self.best, self.best_gaps = found

    def _blend(self, branches: list[list[int]]) -> None:
        """Begin from another blend of the broad shapes of the net."""
        count = len(self.position)
        begin = [next(self.random) / (1 << 31) for _ in range(count)]
        self.steps -= count * ROUNDS_OF_STARTS // 2
        self.rows = by_shape(self.net, branches, rounds=ROUNDS_OF_STARTS, begin=begin)
        for c in range(len(self.rows)):
            self._number(c)
        self._sweep(4)
        self._settle()
        self._keep()

    def _wander(self) -> None:
        """Shake and settle, again and again; go on from what is as good or hardly worse."""
        here, stale = self.best_score[0], 0
        while self.best_score[0] and self.steps > 0 and stale < MOST_STALE:
            before, gaps = [list(row) for row in self.rows], list(self.gaps)
            best = self.best_score
            self._settle(self._shake())
            count = self._keep()
            stale = 0 if self.best_score < best else stale + 1
            if stale % PATIENCE == PATIENCE - 1:
                self._restore()
                here = self.best_score[0]
            elif count <= here + here // 50:
                here = count
            else:
                self._go_to(before, gaps)

    def _number(self, c: int) -> None:
        """Write down where the nodes of a column stand now."""
        self.changed.add(c)
        position = self.position
        for i, v in enumerate(self.rows[c]):
            position[v] = i

    def _keep(self) -> int:
        """Remember the order if it is the best so far; give its crossings back."""
        gaps = self.gaps
        for c in {
            gap for changed in self.changed for gap in (changed - 1, changed) if 0 <= gap < len(gaps) - 1
        }:
            gaps[c] = _between(self.net, self.rows[c], self.position)
            self.steps -= len(self.rows[c]) // 2
        self.changed.clear()
        count = sum(gaps)
        if count <= self.best_score[0]:
            score = (count, _file_disorder(self.net, self.rows))
            if score < self.best_score:
                self.best_score = score
                self.best = [list(row) for row in self.rows]
                self.best_gaps = list(gaps)
        return count

    def _go_to(self, rows: list[list[int]], gaps: list[int]) -> None:
        self.rows = [list(row) for row in rows]
        for c in range(len(rows)):
            self._number(c)
        self.gaps = list(gaps)
        self.changed.clear()

    def _restore(self) -> None:
        self._go_to(self.best, self.best_gaps)

    # -- barycentre sweeps -------------------------------------------------------------------

    def _sweep(self, times: int) -> None:
        """Sort each column by the mean place of its neighbours, outwards and inwards in turn."""
        columns = range(len(self.rows))
        stale = 0
        best = 1 << 62
        for i in range(times):
            if not self.best_score[0]:
                return
            if i % 2 == 0:
                for c in reversed(columns[:-1]):
                    self._sort(c, self.net.outer)
            else:
                for c in columns[1:]:
                    self._sort(c, self.net.inner)
            count = self._keep()
            stale = stale + 1 if count >= best else 0
            best = min(best, count)
            if stale >= STALE_SWEEPS:
                return

    def _sort(self, c: int, neighbours: list[list[int]]) -> None:
        """Sort one column; a box without neighbours on that side stays where it is."""
        row, position, after = self.rows[c], self.position, self.net.after
        if len(row) < 2:
            return
        keys: dict[int, tuple[bool, float]] = {}
        for v in row:
            ends = neighbours[v]
            if len(ends) == 1:
                keys[v] = (after[v], position[ends[0]])
            elif ends:
                keys[v] = (after[v], sum([position[e] for e in ends]) / len(ends))
        self.steps -= len(row)
        movable = sorted(keys, key=keys.__getitem__)
        if len(movable) == len(row):
            self.rows[c] = movable
        else:
            sorted_ones = iter(movable)
            row[:] = [next(sorted_ones) if v in keys else v for v in row]
        self._number(c)

    # -- exchanges of neighbours -------------------------------------------------------------

    def _exchange(self) -> None:
        """Let each node of a column climb over its neighbours as long as that saves crossings."""
        net, after, position = self.net, self.net.after, self.position
        for _ in range(EXCHANGES):
            total = 0
            for c in self.wide:
                row = self.rows[c]
                inner = {v: sorted([position[e] for e in net.inner[v]]) for v in row}
                outer = {v: sorted([position[e] for e in net.outer[v]]) for v in row}
                swaps = 0
                for i in range(1, len(row)):
                    v = row[i]
                    near, far = inner[v], outer[v]
                    at = i
                    while at:
                        u = row[at - 1]
                        if after[u] != after[v] or _gain(inner[u], near) + _gain(outer[u], far) <= 0:
                            break
                        row[at] = u
                        at -= 1
                    if at < i:
                        row[at] = v
                        swaps += i - at
                if swaps:
                    self._number(c)
                total += swaps
            if not total:
                return

    # -- moves of single boxes ---------------------------------------------------------------

    def _settle(self, restless: set[int] | None = None) -> None:
        """Move single boxes to the best place in their column until nothing improves.

        ``restless`` are the boxes that may have a better place; all, where it is left out. Where one
        is moved, its neighbours are looked at again. The columns are gone through outwards, again and again.
        """
        net = self.net
        column, inner, outer = net.column, net.inner, net.outer
        waiting: dict[int, set[int]] = {}
        for v in range(len(column)) if restless is None else restless:
            waiting.setdefault(column[v], set()).add(v)
        c = 0
        while waiting and self.steps > 0:
            c = min((d for d in waiting if d >= c), default=min(waiting))
            those = waiting.pop(c)
            if len(self.rows[c]) < 2:
                continue
            for v in self._settle_column(c, those):
                for e in inner[v]:
                    waiting.setdefault(c - 1, set()).add(e)
                for e in outer[v]:
                    waiting.setdefault(c + 1, set()).add(e)

    def _settle_column(self, c: int, those: set[int]) -> list[int]:
        """Give some boxes of a column, one after the other, their best place there; say which were moved.

        When u stands just below v instead of just above it, each end b of v adds as many
        crossings as u has ends above b, and saves as many as u has ends below b. That difference
        is a step function of b; summed over the ends of the column from the top it gives what
        every place would cost u.
        """
        row = self.rows[c]
        net, position = self.net, self.position
        near = len(self.rows[c - 1]) if c else 0
        far = len(self.rows[c + 1]) if c + 1 < len(self.rows) else 0
        inner, outer, after = net.inner, net.outer, net.after
        ends = {v: [position[e] for e in inner[v]] + [near + position[e] for e in outer[v]] for v in row}
        flat = [e for v in row for e in ends[v]]
        sizes = [len(ends[v]) for v in row]
        starts = list(accumulate(sizes, initial=0))
        first_after = sum([not after[v] for v in row])
        moved: list[int] = []
        salt = next(self.random)
        for u in sorted(those, key=lambda v: ((v * 2654435761 + salt) & 0xFFFF, v)):
            own = ends[u]
            if not own:
                continue
            at = row.index(u)
            low, high = (first_after, len(row)) if after[u] else (0, first_after)
            if high - low < 2:
                continue
            cut = len(inner[u])
            table = _steps(own[:cut], 0, near) + _steps(own[cut:], near, far)
            sums = list(accumulate(map(table.__getitem__, flat), initial=0))
            costs = list(map(sums.__getitem__, starts if high - low == len(row) else starts[low : high + 1]))
            self.steps -= 4 + len(flat) // 16
            least = min(costs)
            if least < costs[at - low]:
                where = low + costs.index(least)
                if where > at:
                    where -= 1
                del row[at]
                row.insert(where, u)
                del flat[starts[at] : starts[at + 1]]
                sizes.insert(where, sizes.pop(at))
                starts = list(accumulate(sizes, initial=0))
                flat[starts[where] : starts[where]] = own
                moved.append(u)
            if self.steps <= 0:
                break
        if moved:
            self._number(c)
        return moved

    def _shake(self) -> set[int] | None:
        """Disturb the order a little; say which boxes may now have a better place, None for all."""
        random = self.random
        c = self.wide[next(random) % len(self.wide)]
        if next(random) % 4:
            # On either side of any of the crossings, so that columns where many lines cross are shaken most.
            at = next(random) % max(1, sum(self.gaps))
            c = 0
            while at >= self.gaps[c]:
                at -= self.gaps[c]
                c += 1
            c += next(random) % 2
        row = self.rows[c]
        restless: set[int] = set()
        for _ in range(1 + next(random) % 2):
            a = next(random) % len(row)
            b = next(random) % len(row)
            kind = next(random) % 3
            if kind == 0:
                restless.add(row[a])
                row.insert(b, row.pop(a))
            elif kind == 1:
                restless |= {row[a], row[b]}
                row[a], row[b] = row[b], row[a]
            else:
                low, high = min(a, b), max(a, b) + 1
                restless.update(row[low:high])
                row[low:high] = row[low:high][::-1]
        row.sort(key=self.net.after.__getitem__)
        self._number(c)
        # Half of the time the branches follow what was moved, so that whole branches change places.
        if next(random) % 2:
            for d in range(c + 1, len(self.rows)):
                self._sort(d, self.net.inner)
            for d in range(c - 1, -1, -1):
                self._sort(d, self.net.outer)
            return None
        for v in list(restless):
            restless.update(self.net.inner[v])
            restless.update(self.net.outer[v])
        return restless


def _towards_file(net: Net) -> None:
    """Exchange neighbours that stand against the file where it costs no crossing."""
    file, after = net.file, net.after
    position = _positions(net, net.rows)
    for _ in range(1 if len(net.column) > LARGE else 8):
        changed = False
        for row in net.rows:
            if all(file[a] <= file[b] for a, b in pairwise(row)):
                continue
            inner = {v: sorted([position[e] for e in net.inner[v]]) for v in row}
            outer = {v: sorted([position[e] for e in net.outer[v]]) for v in row}
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
                for i, v in enumerate(row):
                    position[v] = i
                changed = True
        if not changed:
            return


def _steps(ends: list[int], start: int, length: int) -> list[int]:
    """For each place of a neighbouring column: how many of the ends lie above it, less those below.

    The places are ``start`` to ``start + length - 1``.
    """
    if not ends:
        return [0] * length
    if len(ends) == 1:
        at = ends[0] - start
        return [-1] * at + [0] + [1] * (length - at - 1)
    if len(ends) == 2:
        a, b = ends[0] - start, ends[1] - start
        if a > b:
            a, b = b, a
        if a < b:
            return [-2] * a + [-1] + [0] * (b - a - 1) + [1] + [2] * (length - b - 1)
        return [-2] * a + [0] + [2] * (length - a - 1)
    ends = sorted(ends)
    table: list[int] = []
    below = len(ends)
    above = 0
    place = start
    i = 0
    while i < len(ends):
        end = ends[i]
        same = 1
        while i + same < len(ends) and ends[i + same] == end:
            same += 1
        table += [above - below] * (end - place)
        below -= same
        table.append(above - below)
        above += same
        place = end + 1
        i += same
    table += [above - below] * (start + length - place)
    return table


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
            if v in net.followers:
                waiting.extend(reversed(net.followers[v]))
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
        wish[bend] = fsum([height(e) for e in ends]) / len(ends)
    row = list(own)
    places = [(i + 0.5) / max(1, len(own)) for i in range(len(own))]
    for bend in sorted(bends, key=lambda b: (wish[b], net.file[b]), reverse=True):
        row.insert(bisect_left(places, wish[bend]), bend)
    return row
