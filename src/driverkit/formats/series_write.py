r"""The CSV file of a series with more rows in it: what stands in it already stays as it is written.

>>> more_rows("date,value\n2026-01-01,4\n", [{"date": "2026-02-01", "value": "5"}])
'date,value\n2026-01-01,4\n2026-02-01,5\n'
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from driverkit.errors import FileChanged, SaveError
from driverkit.formats.cells import neutral
from driverkit.formats.csv_text import CsvText
from driverkit.formats.disk import bytes_there, locked, put_in_place, target_of
from driverkit.formats.limits import Limits
from driverkit.formats.tree import Faults

__all__ = ["more_rows", "save_series"]


def more_rows(
    text: str,
    rows: Sequence[Mapping[str, str]],
    *,
    changed: Mapping[int, Mapping[str, str]] | None = None,
) -> str:
    """The text of a series file with more rows at its end, and others changed.

    Args:
        text: the text as it is; empty for a new file.
        rows: the new rows, each a mapping of column to cell.
        changed: new cells of rows that are there, by the line on which the row begins.
    """
    named = dict.fromkeys(name for row in (*rows, *(changed or {}).values()) for name in row)
    if not text.strip():
        return _written([list(named), *([row.get(name, "") for name in named] for row in rows)], ",", "\n")
    limits = Limits()
    table = CsvText(text, Faults(text, None, limits), limits, columns="date,value")
    header = list(table.header or ())
    at = {cell.strip().casefold(): number for number, cell in enumerate(header)}
    missing = [name for name in named if name.casefold() not in at]
    end = "\r\n" if "\r\n" in text else "\n"
    if not missing and not changed:
        places = {name: at[name.casefold()] for name in named}
        width = len(header)
        added = []
        for row in rows:
            cells = [""] * width
            for name, cell in row.items():
                cells[places[name]] = cell
            added.append(cells)
        joined = text if text.endswith(("\n", "\r")) else text + end
        return joined + _written(added, table.delimiter, end)
    header += missing
    at.update((name.casefold(), len(header) - len(missing) + n) for n, name in enumerate(missing))
    kept: list[list[str]] = []
    for batch, lines in table.batches():
        for cells, line in zip(batch, lines, strict=True):
            held = [*cells, *([""] * len(missing))]
            for name, cell in (changed or {}).get(line, {}).items():
                held[at[name.casefold()]] = neutral(cell)
            kept.append(held)
    for row in rows:
        cells = [""] * len(header)
        for name, cell in row.items():
            cells[at[name.casefold()]] = neutral(cell)
        kept.append(cells)
    above = text[: table.faults.starts[table.header_line - 1]]
    return above + _written([header, *kept], table.delimiter, end, neutral_cells=False)


def _written(rows: Sequence[Sequence[str]], delimiter: str, end: str, *, neutral_cells: bool = True) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end)
    writer.writerows([[neutral(cell) for cell in row] for row in rows] if neutral_cells else rows)
    return stream.getvalue()


def save_series(path: str | os.PathLike[str], name: str, text: str, old: str | None) -> None:
    """Write a series file beside a theory file, whole or not at all.

    Args:
        path: the theory file.
        name: the path of the series file from there.
        text: what to write.
        old: what it held when it was read; None where there was none.

    Raises:
        SaveError: it could not be written.
        FileChanged: it holds something else by now.
    """
    home = Path(path).resolve().parent
    target = target_of(home.joinpath(*name.split("/")))
    if not target.is_relative_to(home):
        raise SaveError(f"{name} leads out of the folder of the theory file, and is not written.")
    with locked(target.parent):
        before = bytes_there(target, name)
        mark = b"\xef\xbb\xbf" if before is None or before.startswith(b"\xef\xbb\xbf") else b""
        if before is None and text.isascii():
            mark = b""

        def unchanged() -> bool:
            now = bytes_there(target, name)
            return now is None if old is None else now is not None and _same(now, old)

        if not unchanged():
            raise FileChanged(f"{name} was changed by somebody since it was read. Read it again.")
        put_in_place(target, mark + text.encode("utf-8"), name, unchanged)


def _same(data: bytes, text: str) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf") == text.encode("utf-8")
