r"""What stands in one cell of a table: several texts at once, and text that a spreadsheet would run.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` (also in full width, also behind blanks) is a
formula to a spreadsheet, whatever was meant. In a CSV file that is written for people such a text
therefore gets one apostrophe in front; so does one that begins with a tab or a line break, and one
that already has such an apostrophe. Reading takes exactly one apostrophe away again where it stands
in front of such a text, and nowhere else.

    >>> neutral("=1+1"), natural("'=1+1"), natural("=1+1"), natural("'tis")
    ("'=1+1", '=1+1', '=1+1', "'tis")
    >>> natural(neutral("'=1+1"))
    "'=1+1"
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["cell_list", "is_formula_like", "listed_cell", "natural", "neutral"]

is_formula_like = re.compile(r"[\s'\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]").match
"""Whether a spreadsheet may take a text for a formula, apostrophes in front of it counted as nothing."""


def neutral(text: str) -> str:
    """The text as it is written for a spreadsheet: with an apostrophe where it looks like a formula."""
    return f"'{text}" if is_formula_like(text) else text


def natural(cell: str) -> str:
    """The text that was meant by a cell: without the apostrophe of `neutral`, every line break a line feed."""
    if "\r" in cell:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return cell[1:] if cell.startswith("'") and is_formula_like(cell, 1) else cell


def listed_cell(words: Sequence[str]) -> str | None:
    """Several texts in one cell, with "; " between them; None for none at all.

    A text that holds a semicolon, begins with a quotation mark, or has a blank at an end is put in
    quotation marks, and those in it are doubled; so `cell_list` gives back exactly what was there.

    >>> listed_cell(["night shift", "wards 5; 6"])
    'night shift; "wards 5; 6"'
    """
    if not words:
        return None
    return "; ".join([_cell_part(word) for word in words])


def _cell_part(word: str) -> str:
    if ";" in word or word.startswith('"') or word != word.strip():
        return '"' + word.replace('"', '""') + '"'
    return word


_PART = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=;|$)|([^;]*))(;|$)')


def cell_list(cell: str) -> list[str]:
    """The texts that stand in one cell with semicolons between them; empty ones are left out.

    >>> cell_list('night shift; "wards 5; 6"')
    ['night shift', 'wards 5; 6']
    """
    if '"' not in cell:
        return [part for each in cell.split(";") if (part := each.strip())]
    found = []
    at = 0
    while at <= len(cell):
        match = _PART.match(cell, at)
        if match is None:  # cannot be: every text has a part
            break
        within, plain, end = match.groups()
        part = within.replace('""', '"') if within is not None else plain.strip()
        if part:
            found.append(part)
        if not end:
            break
        at = match.end()
    return found
