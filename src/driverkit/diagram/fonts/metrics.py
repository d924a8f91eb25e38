"""How wide text is when it is set in the bundled fonts.

Widths are whole numbers of 1/2048 em, so that sums are exact and the same on every machine.
Kerning and shaping are left out: both make text a little narrower, never wider.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from driverkit.diagram.fonts import advances

__all__ = ["ASCENT", "DESCENT", "EM", "Advances", "advances_of", "measure", "stacked_marks"]

EM: Final = 2048
ASCENT: Final = 1901 / EM
"""Height of the font above the baseline, in em."""
DESCENT: Final = 483 / EM
"""Depth of the font below the baseline, in em."""

_FULL_WIDTH: Final = EM
# The usual colour fonts draw an emoji 1.17 to 1.25 em wide.
_EMOJI: Final = EM * 5 // 4
# Letters of scripts that the bundled font lacks; another font will draw them.
_FOREIGN: Final = EM * 7 // 8


class Advances(dict[str, int]):
    """Character to advance width; what the font lacks is judged by its Unicode properties."""

    def __missing__(self, char: str) -> int:
        width = self[char] = _width_without_font(char)
        return width


def _width_without_font(char: str) -> int:
    code = ord(char)
    if 0x1F1E6 <= code <= 0x1F1FF:  # half a flag
        return _EMOJI // 2
    if 0x1F3FB <= code <= 0x1F3FF or 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE0FFF:
        return 0
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf", "Cc"):
        return 0
    if code >= 0x1F000 and category == "So":
        return _EMOJI
    if unicodedata.east_asian_width(char) in "WF":
        return _FULL_WIDTH
    if category in ("Lo", "Lm", "Ll", "Mc"):
        return _FOREIGN
    return _FULL_WIDTH


@cache
def advances_of(bold: bool) -> Advances:
    """The advance of every character of one face, read once."""
    table = Advances()
    for line in (advances.BOLD if bold else advances.REGULAR).splitlines():
        start, _, rest = line.partition(":")
        code = int(start, 16)
        for word in rest.split():
            width, _, times = word.partition("*")
            for _ in range(int(times or 1)):
                table[chr(code)] = int(width)
                code += 1
    for char in [c for c in table if unicodedata.category(c) in ("Mn", "Me")]:
        table[char] = 0
    return table


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line of text in px."""
    return sum(map(advances_of(bold).__getitem__, text)) * size / EM


# Canonical combining classes of what hangs below the letter; every other mark stands upon it.
_BELOW: Final = frozenset((7, 9, *range(10, 19), 20, 22, 29, 32, 202, 218, 220, 222, 233, 240))


def stacked_marks(text: str) -> tuple[int, int]:
    """How many accents stand upon, and hang below, the letter of the line that has the most."""
    most_above = most_below = above = below = 0
    for char in text:
        position = unicodedata.combining(char)
        if position == 0:
            above = below = 0
        elif position in _BELOW:
            below += 1
            most_below = max(most_below, below)
        else:
            above += 1
            most_above = max(most_above, above)
    return most_above, most_below
