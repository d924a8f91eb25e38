"""The causes of the problem as a table: which are addressed, and whether anything has been tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from driverkit.evidence.causes import cause_covers
from driverkit.model import Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "cause_rows", "causes_covered"]

COLUMNS: Mapping[str, str] = {
    "id": "the id of the cause",
    "category": "the group of causes that it belongs to; empty where none is given",
    "text": "the words of the cause",
    "addressed_by": "the ids of the drivers that name it under 'addresses', in file order, with '; ' between them",
    "drivers": "how many drivers name it under 'addresses'; those above and below them are not counted",
    "drivers_below": "drivers below those at any depth, each once",
    "ideas": "change ideas below those drivers at any depth, each once",
    "ideas_tested": "tested: change ideas with at least one cycle that reached Study, of those in the column ideas",
    "cycles_studied": "PDSA cycles of those change ideas that reached Study, each once",
    "measures": "measures of the drivers that address it and of the drivers below them, each once",
    "gap": "'no driver', 'no change idea' or 'nothing tested', whichever comes first; empty where a tested idea is below",
    "undeveloped": "why it is honestly still open, as the cause itself says; empty where it says nothing",
}
"""What each column of the table says; ``DataFrame.attrs`` is made of it."""

_TYPES = dict.fromkeys(("id", "category", "text", "addressed_by", "gap", "undeveloped"), "string")


def cause_rows(theory: Theory) -> list[dict[str, Any]]:
    """One row for each cause of the problem, in file order, without pandas."""
    rows = []
    for cause, cover in zip(theory.causes, cause_covers(theory), strict=True):
        gap = (
            "no driver"
            if not cover.addressed
            else "no change idea"
            if not cover.ideas
            else ""
            if cover.tested
            else "nothing tested"
        )
        rows.append(
            {
                "id": cause.id,
                "category": cause.category,
                "text": cause.text,
                "addressed_by": "; ".join(cover.drivers),
                "drivers": len(cover.drivers),
                "drivers_below": cover.drivers_below,
                "ideas": cover.ideas,
                "ideas_tested": cover.ideas_tested,
                "cycles_studied": cover.cycles_studied,
                "measures": cover.measures,
                "gap": gap,
                "undeveloped": cause.undeveloped,
            }
        )
    return rows


def causes_covered(theory: Theory) -> pd.DataFrame:
    """The causes of the problem: which are addressed, by what, and whether anything below has been tested.

    One row for each cause, in file order; the columns are there also where there is no cause. What each
    column counts is said in ``frame.attrs["columns"]`` and in `COLUMNS`.

    >>> from driverkit import examples
    >>> frame = causes_covered(examples.load("algebra-success"))
    >>> frame[["id", "addressed_by", "ideas", "ideas_tested", "gap"]]
       id addressed_by  ideas  ideas_tested        gap
    0  R1           D1      6             4
    1  R2           D2      3             1
    2  R3           D3      9             5
    3  R4           D3      9             5
    4  R5           D4      7             4
    5  R6                   0             0  no driver
    """
    import pandas as pd

    rows = cause_rows(theory)
    frame = pd.DataFrame(
        {
            name: pd.array([row[name] for row in rows], dtype=_TYPES.get(name, "int64"))  # type: ignore[call-overload]
            for name in COLUMNS
        }
    )
    frame.attrs["columns"] = dict(COLUMNS)
    frame.attrs["title"] = theory.title
    return frame
