"""The tables of a network in Parquet files, and what reads them: pandas, Polars, DuckDB, Dask or Spark.

In a folder each table is one file (``points.parquet``) or a folder of pieces (``points/*.parquet``). Each engine is a
record of ``ENGINES``; one of your own is not needed: whatever narwhals knows is taken by the counts as it is.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import frozen

from driverkit.analysis.hub_tables import COLUMNS, CONTEXT, column_type
from driverkit.errors import MissingEngine, SaveError, UsageError
from driverkit.model.values import did_you_mean, show

__all__ = ["ENGINES", "TableEngine", "open_tables", "save_tables"]


@frozen
class TableEngine:
    """A library that reads a table from Parquet files.

    Attributes:
        name: what it is called in ``open_tables(folder, engine=name)``.
        summary: when it is the one to choose, in a sentence.
        extra: the extra of driverkit that installs it.
        read: takes the paths of the pieces of a table and gives a table.
    """

    name: str
    summary: str
    extra: str
    read: Callable[[Sequence[str]], Any]


def _texts(path: str) -> list[str]:
    """The columns of text in a file: they are read as categories, which hold each word once."""
    import pyarrow.parquet as pq

    names = pq.read_schema(path).names
    return [name for name in names if column_type(name) == "string" or name.startswith(CONTEXT)]


def _pandas(paths: Sequence[str]) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [pq.read_table(path, read_dictionary=_texts(path)) for path in paths]
    whole = pa.concat_tables(parts).unify_dictionaries()
    return whole.to_pandas(self_destruct=True, split_blocks=True)


def _polars(paths: Sequence[str]) -> Any:
    import polars as pl

    return pl.scan_parquet(list(paths))


def _duckdb(paths: Sequence[str]) -> Any:
    import duckdb

    return duckdb.read_parquet(list(paths))


def _dask(paths: Sequence[str]) -> Any:
    import dask.dataframe as dd

    return dd.read_parquet(list(paths))


def _spark(paths: Sequence[str]) -> Any:
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate().read.parquet(*paths)


ENGINES: Mapping[str, TableEngine] = MappingProxyType(
    {
        engine.name: engine
        for engine in (
            TableEngine("pandas", "the usual one: the whole table in memory", "parquet", _pandas),
            TableEngine("polars", "reads what it needs, on all cores", "polars", _polars),
            TableEngine(
                "duckdb",
                "for what does not fit in memory: works on the disk beyond a limit",
                "duckdb",
                _duckdb,
            ),
            TableEngine("dask", "several processes or machines; needs no Java", "dask", _dask),
            TableEngine("spark", "several processes or machines; needs Java", "spark", _spark),
        )
    }
)
"""The engines that tables can be opened with."""


def open_tables(folder: str | os.PathLike[str], *, engine: str | TableEngine = "pandas") -> dict[str, Any]:
    """The tables of a network from a folder of Parquet files, as an engine sees them.

    Args:
        folder: where ``points.parquet``, ``cycles.parquet`` … stand, each one file or a folder of pieces
            (``points/part-000.parquet`` …).
        engine: ``pandas``, ``polars``, ``duckdb``, ``dask`` or ``spark``, see ``ENGINES``. All but pandas read no row before a
            count asks for it. Spark takes the session that is there.

    Returns:
        The tables that are there, by name.

    Raises:
        UsageError: there is no such engine, or no table in the folder.
        MissingEngine: the library is not installed.
    """
    if isinstance(engine, str):
        if engine not in ENGINES:
            hint = did_you_mean(engine, ENGINES) or f" There are {', '.join(ENGINES)}."
            raise UsageError(f"There is no engine {show(engine)}.{hint}")
        engine = ENGINES[engine]
    place = Path(folder)
    found: dict[str, Any] = {}
    for name in COLUMNS:
        whole, pieces = place / f"{name}.parquet", sorted((place / name).glob("*.parquet"))
        if whole.is_file() and pieces:
            raise UsageError(f"The table {name!r} stands twice: in {whole.name} and in the folder {name}.")
        paths = [whole] if whole.is_file() else pieces
        if not paths:
            continue
        try:
            found[name] = engine.read([os.fspath(path) for path in paths])
        except ImportError as missing:
            raise MissingEngine(
                f"The engine {engine.name} needs {missing.name}, which is not installed here: "
                f"pip install 'driverkit[{engine.extra}]'."
            ) from None
    if not found:
        raise UsageError(
            f"There is no table in {show(os.fspath(folder))}: {', '.join(f'{name}.parquet' for name in COLUMNS)} are looked for."
        )
    return found


def save_tables(tables: Mapping[str, Any], folder: str | os.PathLike[str]) -> None:
    """Write tables as Parquet files, one for each: ``points.parquet`` and so on. Those of the same name are replaced.

    Args:
        tables: tables by name, of any engine that narwhals knows; see `to_tables`.
        folder: where to; it is made where it is not there.

    Raises:
        UsageError: there is no table of that name, or a table is none.
        MissingEngine: pyarrow is not installed.
        SaveError: a file cannot be written; the one that was there is untouched.
    """
    import narwhals as nw

    for name in tables:
        if name not in COLUMNS:
            hint = did_you_mean(str(name), COLUMNS) or f" There are {', '.join(COLUMNS)}."
            raise UsageError(f"There is no table {show(name)} of a network.{hint}")
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            if (place / name).is_dir():
                raise SaveError(
                    f"The table {name!r} stands in {os.fspath(place / name)} in pieces; remove it first."
                )
            try:
                frame = nw.from_native(table)
            except TypeError as refused:
                raise UsageError(f"The table {name!r} is none: {show(str(refused), most=200)}") from None
            with tempfile.TemporaryDirectory(prefix=".", dir=place) as half:
                written = Path(half) / f"{name}.parquet"
                if isinstance(frame, nw.LazyFrame) and not _writes_one_file(frame):
                    frame = frame.collect(backend="pyarrow")
                if isinstance(frame, nw.LazyFrame):
                    frame.sink_parquet(os.fspath(written))
                else:
                    frame.write_parquet(os.fspath(written))
                written.replace(place / written.name)
    except ImportError as missing:
        raise MissingEngine(
            f"Parquet files need {missing.name or 'pyarrow'}, which is not installed here: pip install 'driverkit[parquet]'."
        ) from None
    except OSError as error:
        if isinstance(error, SaveError):
            raise
        raise SaveError(f"{os.fspath(place)} cannot be written: {error}") from error


def _writes_one_file(frame: Any) -> bool:
    """Whether a lazy engine writes a table piece by piece into one file; Dask and Spark make a folder of it."""
    return bool(frame.implementation.is_duckdb() or frame.implementation.is_polars())
