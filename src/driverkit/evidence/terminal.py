"""Text that fits a terminal: sentences broken between words, tables whose columns give way.

Nothing is left out to make it fit. A table that would not be readable as columns is told row by row
instead. Where nobody looks (a pipe, a file) there is no width, and lines are as long as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

__all__ = ["broken", "cells", "grid", "wrapped"]

_LEAST = 20
"""The least width of a column of sentences; one of a few words is as wide as the longest of them."""
_EASY = 30
"""The width down to which columns of words give way before the heads of other columns do."""
_LONGEST = 24
"""A word that is longer is broken itself, and words that are longer together are a sentence."""
_BETWEEN = "  "
_GAP = re.compile(r" (?!%)")  # a number and its sign stay together
_ITEM = re.compile(r" *(?:[-*] |[0-9]+\. )?")
_AS_IT_IS = re.compile(r"#+ |\|")


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: two for each character of Chinese, for example.

    >>> cells("Teach-back"), cells("健康")
    (10, 4)
    """
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def broken(text: str, room: int, *, later: int = 0) -> list[str]:
    """A sentence in lines of at most that many columns, broken between words, or within one that is longer.

    Args:
        text: the sentence.
        room: how wide the first line may be.
        later: by how much less the others may be.

    >>> broken("Ask at admission who helps", 16)
    ['Ask at admission', 'who helps']
    """
    from rich.cells import chop_cells

    lines = [""]
    for word in _GAP.split(text):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cells(longer) <= (room if len(lines) == 1 else room - later):
            lines[-1] = longer
        else:
            pieces = chop_cells(word, room - later) or [""]
            lines[len(lines) - (not lines[-1]) :] = pieces
    return lines


def wrapped(text: str, width: int | None, *, markdown: bool = False) -> str:
    """A text of which every line fits, broken between words; what goes on stands a little to the right.

    Args:
        text: the text; its line breaks are kept.
        width: the width of the terminal; None where lines may be as long as they are.
        markdown: it is Markdown: headings and tables stay as they are, and what goes on keeps its paragraph.

    >>> print(wrapped("  coach: held in 3 of 3 members", 24))
      coach: held in 3 of 3
        members
    """
    if width is None:
        return text
    room = max(20, width - 1)
    lines: list[str] = []
    for line in text.split("\n"):
        start = _ITEM.match(line)
        begin = start[0] if start is not None else ""
        if cells(line) <= room or len(begin) > room // 2 or (markdown and _AS_IT_IS.match(line)):
            lines.append(line)
            continue
        item = begin.strip() != ""
        later = begin if markdown and not item else " " * (len(begin) + (0 if item else 2))
        words = broken(line[len(begin) :], room - len(begin), later=len(later) - len(begin))
        lines += [(later if at else begin) + part for at, part in enumerate(words)]
    return "\n".join(lines)


def grid(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    left: Collection[int],
    width: int | None,
    bold: str = "",
    plain: str = "",
) -> list[str]:
    """The lines of a table.

    Where it is wider than the terminal, the widest columns of words are broken into several lines, then
    the heads of the other columns; where that is not enough, each row becomes a record: what its first
    column says, and below it the others by their names.

    Args:
        head: the names of the columns.
        rows: their cells.
        left: the numbers of the columns of words, which stand to the left; the others are numbers.
        width: the width of the terminal; None where lines may be as long as they are.
        bold: what begins the line of names, such as an escape for bold letters.
        plain: what ends it.

    >>> rows = [["Teach-back on the day before", "C1", "12"]]
    >>> for line in grid(["idea", "id", "cycles"], rows, left={0, 1}, width=34):
    ...     print(line)
    idea                   id  cycles
    Teach-back on the day  C1      12
    before
    >>> for line in grid(["idea", "id", "cycles"], rows, left={0, 1}, width=28):
    ...     print(line)
    idea: Teach-back on the day
      before
      id: C1 · cycles: 12
    """
    table = [list(head), *(list(row) for row in rows)]
    sizes = [max(cells(line[at]) for line in table) for at in range(len(head))]
    if width is not None:
        found = _sizes(table, sizes, left, max(20, width - 1) - len(_BETWEEN) * (len(head) - 1))
        if found is None:
            return _records(table, max(20, width - 1))
        sizes = found
    whole = [
        [[cell] if cells(cell) <= size else broken(cell, size) for cell, size in zip(row, sizes, strict=True)]
        for row in table
    ]
    sizes = [max(cells(part) for row in whole for part in row[at]) for at in range(len(head))]
    lines = []
    for number, row in enumerate(whole):
        for at in range(max(map(len, row))):
            parts = []
            for column, (cell, size) in enumerate(zip(row, sizes, strict=True)):
                told = cell[at] if at < len(cell) else ""
                space = " " * (size - cells(told))
                parts.append(told + space if column in left else space + told)
            line = _BETWEEN.join(parts).rstrip()
            lines.append(line if number else f"{bold}{line}{plain}")
    return lines


def _sizes(
    table: Sequence[Sequence[str]], sizes: Sequence[int], left: Collection[int], room: int
) -> list[int] | None:
    """How wide each column is where all of them fit; None where they would have to be too narrow."""
    found = [min(size, room) for size in sizes]
    least = []
    for at, size in enumerate(sizes):
        longest = max(cells(word) for word in table[0][at].split(" "))
        if at in left:
            words = (word for line in table for word in line[at].split(" "))
            longest = max(_LEAST if size > _LONGEST else 1, *(min(_LONGEST, cells(word)) for word in words))
        else:
            longest = max([longest, *(cells(line[at]) for line in table[1:])])
        least.append(min(size, longest))
    if sum(least) > room:
        return None
    text, numbers = list(left), [at for at in range(len(sizes)) if at not in left]
    for some, bottom in ((text, _EASY), (numbers, 0), (text, 0)):
        while sum(found) > room:
            wide = [at for at in some if found[at] > max(least[at], bottom)]
            if not wide:
                break
            found[max(wide, key=lambda at: found[at])] -= 1
    return found


def _records(table: Sequence[Sequence[str]], room: int) -> list[str]:
    """Each row as what its first column says, and the others as ``name: value``."""
    head, *rows = table
    lines = []
    for row in rows:
        first = f"{head[0]}: {row[0]}" if head[0] else row[0]
        lines += wrapped(first, room + 1).split("\n")
        line = ""
        for name, cell in zip(head[1:], row[1:], strict=True):
            if not cell:
                continue
            pair = f"{name}: {cell}" if name else cell
            longer = f"{line} · {pair}" if line else f"  {pair}"
            if line and cells(longer) > room:
                lines.append(line)
                longer = f"  {pair}"
            line = longer
            if cells(line) > room:
                *done, line = wrapped(line, room + 1).split("\n")
                lines += done
        if line:
            lines.append(line)
    return lines
