"""One table from rows of plain data: every column documented, and of its type where there are no rows.

>>> rows = Rows({"id": "the id", "tests": "how many tests"}, [{"id": "C1", "tests": 3}], {"tests": "Int64"})
>>> rows.frame("Fewer falls").to_string(index=False).splitlines()
['id  tests', 'C1      3']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Rows", "listed_in_cell"]


def listed_in_cell(words: Sequence[str]) -> str | None:
    """Several texts in one cell, with "; " between them; nothing where there are none."""
    return "; ".join(words) or None


@frozen(eq=False)
class Rows:
    """The rows of a table, as dicts; `frame` makes a `pandas.DataFrame` of them.

    Attributes:
        columns: what each column says.
        rows: the rows, each with every column; None where there is nothing.
        types: the dtype of each column that holds no text.
    """

    columns: Mapping[str, str]
    rows: Sequence[dict[str, Any]]
    types: Mapping[str, str]

    def frame(self, title: str) -> pd.DataFrame:
        """The rows as a data frame; ``attrs["columns"]`` says what each column holds."""
        import numpy as np
        import pandas as pd

        made: dict[str, Any] = {}
        for name in self.columns:
            values = [row[name] for row in self.rows]
            dtype = self.types.get(name, "string")
            if dtype == "datetime64[s]":
                made[name] = np.array(values, dtype="datetime64[D]").astype(dtype)
                continue
            try:
                made[name] = pd.array(values, dtype=dtype)  # type: ignore[call-overload]
            except OverflowError:  # a whole number that 64 bits do not hold
                made[name] = pd.array(values, dtype=object)
        found = pd.DataFrame(made)
        found.attrs = {"columns": dict(self.columns), "title": title}
        return found
