"""How a large table is worked through: at once, a partition after the other, or some keys after the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST_ROWS", "collected", "gathered", "parts"]

MOST_ROWS = 1_000_000
"""So many rows are worked through at once where an engine would hold all of them, and what it makes of them, in memory."""


def collected(frame: Any) -> pd.DataFrame:
    """A table of narwhals as a frame of pandas."""
    import narwhals as nw

    found = frame.collect(backend="pandas") if isinstance(frame, nw.LazyFrame) else frame
    return found.to_pandas()


def gathered(
    frame: Any, keys: Sequence[str], work: Callable[[Any], Any], *, together: bool = False
) -> pd.DataFrame:
    """What some work makes of a table in which the rows of a key lie together.

    On Dask the work is done for each partition, once the rows of each key are in one. pandas and Polars hold in memory what
    they make on the way, many times the table: there it is done for some values of the first key after the others.
    DuckDB and Spark put on the disk what is too much, and do it at once.

    Args:
        frame: the table.
        keys: the columns whose rows belong together.
        work: makes one row for each key; it must not look from one value of the first key to another.
        together: on Dask, that each key lies wholly in one partition already.
    """
    if frame.implementation.is_dask():
        return _by_partition(frame, keys, work, together=together)
    if not (frame.implementation.is_pandas() or frame.implementation.is_polars()):
        return collected(work(frame))
    import pandas as pd

    some = [collected(work(part)) for part in parts(frame, keys[0])] if keys else []
    if len(some) < 2:
        return some[0] if some else collected(work(frame))
    return pd.concat(some, ignore_index=True)


def _by_partition(
    frame: Any, keys: Sequence[str], work: Callable[[Any], Any], *, together: bool
) -> pd.DataFrame:
    import narwhals as nw

    def of_part(part: pd.DataFrame) -> pd.DataFrame:
        return work(nw.from_native(part)).to_native()  # type: ignore[no-any-return]  # of narwhals

    native = frame.to_native()
    if native.npartitions > 1 and not together:
        native = native.shuffle(on=list(keys))
    # The columns are told from a partition of no rows.
    made = native.map_partitions(of_part, meta=of_part(native._meta))
    return made.compute().reset_index(drop=True)  # type: ignore[no-any-return]  # dask has no types


def parts(frame: Any, key: str) -> Iterator[Any]:
    """The table in parts of as many rows as are worked through at once, each with all rows of its values of the key."""
    import narwhals as nw

    counts = frame.group_by(key).agg(rows=nw.len())
    if isinstance(frame, nw.LazyFrame):
        counts = counts.collect()
    empty = counts[key].null_count()  # it is refused later, by name
    if empty or (counts["rows"].sum() or 0) <= MOST_ROWS:
        yield frame
        return
    if isinstance(frame, nw.LazyFrame):
        # Once, and only the columns that are needed, instead of a file again and again.
        frame = frame.collect()
    part = f"part of {key}"
    numbers = _part_numbers([str(value) for value in counts[key]], counts["rows"].to_list())
    made = nw.new_series(part, numbers, nw.Int32, backend=frame.implementation)
    frame = frame.join(counts.select(key).with_columns(made), on=key, how="inner")
    for number in range(max(numbers) + 1):
        yield frame.filter(nw.col(part) == number).drop(part)


def _part_numbers(values: Sequence[str], rows: Sequence[int]) -> list[int]:
    """The part in which each value stands: one after the other, as long as there is room."""
    found = [0] * len(values)
    part = full = 0
    for at in sorted(range(len(values)), key=lambda i: values[i]):
        if full and full + rows[at] > MOST_ROWS:
            part, full = part + 1, 0
        found[at] = part
        full += rows[at]
    return found
