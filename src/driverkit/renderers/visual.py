"""Text in the order and the shapes in which it is seen, for languages that only place letters.

Browsers and drawing programs do this themselves. A PDF does not: Hebrew would run backwards, and
Arabic letters would stand apart. What is here is the part of the Unicode bidirectional algorithm
(UAX 9) that one line of prose needs; explicit overrides are not obeyed, which keeps a text from
being shown as what it is not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from functools import cache

__all__ = ["needs_order", "runs_left", "seen"]

_CONTROLS = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u061c"
)
_MIRROR = str.maketrans("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤")
_RIGHT = frozenset(("R", "AL", "AN"))


def needs_order(text: str) -> bool:
    """Whether a line has letters that are written from right to left, or invisible controls."""
    return not text.isascii() and (not _CONTROLS.isdisjoint(text) or runs_left(text))


def runs_left(text: str) -> bool:
    """Whether a line has letters that are written from right to left."""
    return any(unicodedata.bidirectional(char) in _RIGHT for char in text)


@cache
def _forms() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """The shapes of Arabic letters by place in the word, and those of the lam-alef ligatures."""
    letters: dict[str, dict[str, str]] = {}
    pairs: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBB2), *range(0xFBD3, 0xFC00), *range(0xFE80, 0xFEFD)):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) < 2 or parts[0] not in ("<isolated>", "<initial>", "<medial>", "<final>"):
            continue
        base = "".join(chr(int(part, 16)) for part in parts[1:])
        (letters if len(base) == 1 else pairs).setdefault(base, {})[parts[0][1:-1]] = chr(code)
    return letters, pairs


def _shaped(text: str, font: Container[int]) -> str:
    """Arabic letters in the shape that their place in the word asks for, as far as the font has it."""
    letters, pairs = _forms()
    units: list[str] = []
    for char in text:
        if units and any(ord(one) in font for one in pairs.get(units[-1] + char, {}).values()):
            units[-1] += char
        else:
            units.append(char)

    def joins(unit: str, side: str) -> bool:
        forms = pairs.get(unit) or letters.get(unit) or {}
        return side in forms or (side == "final" and "medial" in forms) or unit == "\u0640"

    def neighbour(i: int, step: int) -> str:
        i += step
        while 0 <= i < len(units) and unicodedata.category(units[i][0]) == "Mn":
            i += step
        return units[i] if 0 <= i < len(units) else ""

    out = []
    for i, unit in enumerate(units):
        forms = pairs.get(unit) or letters.get(unit)
        if not forms:
            out.append(unit)
            continue
        before = joins(neighbour(i, -1), "initial") and "final" in forms
        after = "initial" in forms and joins(neighbour(i, 1), "final")
        place = ("medial" if after else "final") if before else ("initial" if after else "isolated")
        shape = forms.get(place) or forms.get("isolated") or unit
        out.append(shape if all(ord(one) in font for one in shape) else unit)
    return "".join(out)


def _levels(text: str, base: int) -> list[int]:
    """The embedding level of each character: even from left to right, odd from right to left."""
    kinds = [unicodedata.bidirectional(char) or "L" for char in text]
    strong = "R" if base else "L"
    last = strong
    for i, kind in enumerate(kinds):  # W1 to W7, as far as they meet in prose
        if kind == "NSM":
            kinds[i] = kinds[i - 1] if i else strong
        elif kind == "EN":
            kinds[i] = "AN" if last == "AL" else "L" if last == "L" else "EN"
        elif kind in ("L", "R", "AL"):
            last = kind
    for i, kind in enumerate(kinds):
        if kind == "AL":
            kinds[i] = "R"
        elif kind in ("CS", "ES") and 0 < i < len(kinds) - 1 and kinds[i - 1] == kinds[i + 1]:
            if kinds[i - 1] in ("EN", "AN"):
                kinds[i] = kinds[i - 1]
        elif kind == "ET" and ("EN" in kinds[max(0, i - 1) : i] or "EN" in kinds[i + 1 : i + 2]):
            kinds[i] = "EN"
    i = 0
    while i < len(kinds):  # N1 and N2
        if kinds[i] in ("L", "R", "EN", "AN"):
            i += 1
            continue
        end = i
        while end < len(kinds) and kinds[end] not in ("L", "R", "EN", "AN"):
            end += 1
        sides = [
            strong if not 0 <= at < len(kinds) else "R" if kinds[at] in ("EN", "AN") else kinds[at]
            for at in (i - 1, end)
        ]
        kinds[i:end] = [sides[0] if sides[0] == sides[1] else strong] * (end - i)
        i = end
    raised = {"L": base, "R": 1, "EN": 2, "AN": 2} if base == 0 else {"L": 2, "R": 1, "EN": 2, "AN": 2}
    return [raised[kind] for kind in kinds]


def seen(text: str, *, rtl: bool, font: Container[int] = range(0x110000)) -> str:
    r"""The characters of a line from left to right, as they are seen.

    ``font`` holds the code points that the font has a shape for.

    >>> seen("\u05d0\u05d1 12", rtl=True) == "12 \u05d1\u05d0"
    True
    """
    text = _shaped("".join(char for char in text if char not in _CONTROLS), font)
    levels = _levels(text, 1 if rtl else 0)
    # An accent stays behind its letter, on whichever side that is.
    units: list[tuple[str, int]] = []
    for char, level in zip(text, levels, strict=True):
        if units and unicodedata.category(char) == "Mn":
            units[-1] = (units[-1][0] + char, units[-1][1])
        else:
            units.append((char.translate(_MIRROR) if level % 2 else char, level))
    for level in range(max(levels, default=0), 0, -1):
        i = 0
        while i < len(units):
            end = i
            while end < len(units) and units[end][1] >= level:
                end += 1
            if end > i:
                units[i:end] = units[i:end][::-1]
            i = end + 1
    return "".join(unit for unit, _ in units)
