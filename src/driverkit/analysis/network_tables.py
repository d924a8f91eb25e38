"""What the tables about networks share: rows made when asked for, and data frames made of them."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.model import Network
from driverkit.model.values import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NetworkTables", "documented", "joined", "kind_of"]

Rows = list[dict[str, Any]]


def joined(ids: Any) -> str:
    """Ids in one cell."""
    return "; ".join(ids)


def kind_of(node: Any) -> str:
    """The kind of a node as the tables of coverage say it."""
    return {"Aim": "aim", "Driver": "driver", "ChangeIdea": "change"}[type(node).__name__]


@frozen(eq=False, repr=False)
class NetworkTables:
    """Tables about a network, each made when it is first asked for.

    Attributes:
        network: the network that they are about.
    """

    COLUMNS: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    HEADS: ClassVar[Mapping[str, str]] = {}
    TYPES: ClassVar[Mapping[str, str]] = {}
    OTHER_TYPES: ClassVar[Mapping[tuple[str, str], str]] = {}

    network: Network
    _made: dict[str, Any] = field(factory=dict, init=False, repr=False)

    def rows(self, table: str) -> Rows:
        """The rows of a table as dicts, without pandas; None where there is no value.

        Raises:
            UsageError: there is no such table.
            FormatError: a file of the network cannot be read.
        """
        if table not in self.COLUMNS:
            raise UsageError(
                f"There is no table {table!r}.{did_you_mean(table, self.COLUMNS)} There are {', '.join(self.COLUMNS)}."
            )
        key = f"rows.{table}"
        if key not in self._made:
            self._made[key] = getattr(self, f"_{table}")()
        found: Rows = self._made[key]
        return [dict(row) for row in found]

    def frame(self, table: str) -> pd.DataFrame:
        """A table as a `pandas.DataFrame`; its ``attrs["columns"]`` says what each column counts."""
        made: Any = self._made.get(table)
        if made is None:
            import pandas as pd

            rows = self.rows(table)
            made = pd.DataFrame(
                {
                    name: pd.array(
                        [row[name] for row in rows],
                        dtype=self.OTHER_TYPES.get((table, name), self.TYPES.get(name, "string")),  # type: ignore[call-overload]
                    )
                    for name in self.COLUMNS[table]
                }
            )
            made.attrs["columns"] = dict(self.COLUMNS[table])
            made.attrs["title"] = self.network.title
            self._made[table] = made
        return made  # type: ignore[no-any-return]  # it holds frames only

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.network!r}>"

    def _repr_html_(self) -> str:
        """The tables for a notebook; every word of the network is escaped."""
        parts = []
        for table, head in self.HEADS.items():
            if self.rows(table):
                shown = self.frame(table).to_html(index=False, max_rows=60, na_rep="", border=0)
                parts.append(f"<h4>{head}</h4>\n{shown}")
        return f"<h3>{html.escape(self.network.title)}</h3>\n" + "\n".join(parts)


def documented(columns: Mapping[str, Mapping[str, str]]) -> Any:
    """Write what the columns say into the docstring of a class of tables, from the one table."""

    def write(cls: type) -> type:
        parts = [cls.__doc__ or ""]
        for table, each in columns.items():
            parts.append(f"    The columns of ``.{table}``:\n")
            parts.extend(f"    * ``{name}``: {text}" for name, text in each.items())
            parts.append("")
        cls.__doc__ = "\n".join(parts)
        return cls

    return write
