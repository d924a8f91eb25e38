"""Breaking text into lines that fit a box.

Lines break at spaces, after hyphens and slashes, and between the characters of Chinese and
Japanese. A word that is longer than a line is cut, but never inside what a reader sees as one
character: a letter with its accents, a flag, a family of emoji. Nothing is ever left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from driverkit.diagram.fonts.metrics import EM, advances_of, stacked_marks

__all__ = ["Line", "Prepared", "Wrapper", "clusters", "is_rtl"]


class Line(NamedTuple):
    """One line: its words, its width in px, and how it goes on from the line above.

    ``above`` and ``below`` are the extra heights in px that stacked accents need.
    """

    text: str
    width: float
    joins: str
    rtl: bool = False
    above: float = 0.0
    below: float = 0.0


class _Piece(NamedTuple):
    """Text that is kept on one line where it fits; ``spaced``: a space stands before it."""

    text: str
    width: int
    spaced: bool


class Prepared(NamedTuple):
    """A text cut into paragraphs of pieces, measured once, to be wrapped at several widths.

    ``longest`` is the widest piece and ``totals`` the widths of the paragraphs, in 1/2048 em;
    ``rtl`` says which paragraphs run from right to left; ``plain`` that no accents are combined.
    """

    paragraphs: tuple[tuple[_Piece, ...], ...]
    size: float
    bold: bool
    longest: int
    totals: tuple[int, ...]
    rtl: tuple[bool, ...]
    plain: bool


_BLANKS = re.compile(r"[ \t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]+")
_NEWLINES = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
# After a hyphen or dash between letters, after slashes and other joints of long addresses.
_JOINT = re.compile(r"(?<=\w[-\u2010\u2013\u2014/\\])(?=\w)|(?<=[\w)]/)(?=\S)|(?<=[/?&=])(?=\w)|\u200b")
# Where a break between the characters of a word may be allowed at all: wide scripts.
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f"
    "\uff00-\uff60\uffe0-\uffe6\U0001f000-\U0003fffd]"
)
_NOT_FIRST = frozenset(
    "、。，．・：；？！ー」』）］｝〉》】〕〗〙〟’”ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻%‰℃!?,.:;)]}»›"
)
_NOT_LAST = frozenset("「『（［｛〈《【〔〖〘〝‘“([{«‹$£€¥")
_SIMPLE = re.compile("[\u0300-\U0010ffff]")
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0dff\u0e31-\u0eff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_ZWJ = "\u200d"


def _extends(char: str) -> bool:
    """Whether a character belongs to the one before it."""
    code = ord(char)
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or code in (0x200C, 0x200D)
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
    )


def clusters(text: str) -> Iterator[str]:
    """What a reader sees as single characters: letters with accents, flags, families of emoji."""
    if not _SIMPLE.search(text):
        yield from text
        return
    start = 0
    flags = 0  # regional indicators in a row, ending just before position i
    for i in range(1, len(text)):
        before, here = text[i - 1], text[i]
        flags = flags + 1 if 0x1F1E6 <= ord(before) <= 0x1F1FF else 0
        if (
            _extends(here)
            or before == _ZWJ
            or (flags % 2 == 1 and 0x1F1E6 <= ord(here) <= 0x1F1FF)
            or _one_syllable(ord(before), ord(here))
            or (unicodedata.combining(before) == 9 and unicodedata.category(here) == "Lo")
        ):
            continue
        yield text[start:i]
        start = i
    if text:
        yield text[start:]


def _one_syllable(before: int, here: int) -> bool:
    """Hangul written in its parts: leading consonant, vowel, trailing consonant."""
    leads = 0x1100 <= before <= 0x115F
    vowels = 0x1160 <= before <= 0x11A7 or (0xAC00 <= before <= 0xD7A3 and (before - 0xAC00) % 28 == 0)
    if leads:
        return 0x1100 <= here <= 0x11A7 or 0xAC00 <= here <= 0xD7A3
    if vowels:
        return 0x1160 <= here <= 0x11FF
    return (0xAC00 <= before <= 0xD7A3 or 0x11A8 <= before <= 0x11FF) and 0x11A8 <= here <= 0x11FF


def is_rtl(text: str) -> bool:
    """Whether a line runs from right to left: its first strong letter says so."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction == "L":
            return False
        if direction in ("R", "AL"):
            return True
    return False


def _parts(word: str) -> list[str]:
    """A word cut at every place inside it where a line may break."""
    parts = [part for part in _JOINT.split(word) if part]
    if not _WIDE.search(word):
        return parts
    out: list[str] = []
    for part in parts:
        fresh = True
        for cluster in clusters(part):
            glued = fresh is False and (
                cluster[0] in _NOT_FIRST
                or out[-1][-1] in _NOT_LAST
                or not (_WIDE.match(cluster) or _WIDE.match(out[-1][-1]) or _WIDE.match(out[-1]))
            )
            if glued:
                out[-1] += cluster
            else:
                out.append(cluster)
            fresh = False
    return out


class Wrapper:
    """Measures and wraps; remembers the words it has met, for the same ones come again and again.

    With ``even`` the lines of a short text are made about equally long; without it, which is
    faster, each line takes as many words as it can.
    """

    def __init__(self, *, even: bool = True) -> None:
        self._even = even
        self._known: dict[bool, dict[str, tuple[tuple[str, int], ...]]] = {False: {}, True: {}}
        self._space = {bold: advances_of(bold)[" "] for bold in (False, True)}

    def _word(self, word: str, bold: bool) -> tuple[tuple[str, int], ...]:
        advance = advances_of(bold).__getitem__
        parts = [word] if word.isalpha() and word.isascii() else _parts(word)
        return tuple((part, sum(map(advance, part))) for part in parts)

    def prepare(self, text: str, size: float, *, bold: bool = False) -> Prepared:
        """Cut a text into measured pieces."""
        known = self._known[bold]
        space = self._space[bold]
        paragraphs: list[tuple[_Piece, ...]] = []
        totals: list[int] = []
        rtl: list[bool] = []
        longest = 0
        make = _Piece
        simple = text.isascii() and text.isprintable()  # one paragraph, and no blanks but spaces
        for raw in (text,) if simple else _NEWLINES.split(text):
            pieces: list[_Piece] = []
            total = 0
            for word in raw.split() if simple else _BLANKS.split(raw):
                if not word:
                    continue
                parts = known.get(word)
                if parts is None:
                    parts = known[word] = self._word(word, bold)
                spaced = bool(pieces)
                for part, width in parts:
                    pieces.append(make(part, width, spaced))
                    total += width + space if spaced else width
                    spaced = False
                    longest = max(longest, width)
            if pieces or (paragraphs and paragraphs[-1]):  # one empty line says as much as ten
                paragraphs.append(tuple(pieces))
                totals.append(total)
                rtl.append(not raw.isascii() and is_rtl(raw))
        if len(paragraphs) > 1 and not paragraphs[-1]:
            del paragraphs[-1], totals[-1], rtl[-1]
        plain = text.isascii() or _MARKS.search(text) is None
        return Prepared(tuple(paragraphs), size, bold, longest, tuple(totals), tuple(rtl), plain)

    def count(self, prepared: Prepared, width: float) -> int:
        """How many lines the text takes at a width in px, judged quickly."""
        limit = int(width * EM / prepared.size)
        space = self._space[prepared.bold]
        if prepared.longest > limit:
            return len(self.wrap(prepared, width))
        lines = 0
        for pieces, total in zip(prepared.paragraphs, prepared.totals, strict=True):
            lines += 1 if total <= limit else _count(pieces, limit, space)
        return lines

    def wrap(self, prepared: Prepared, width: float) -> list[Line]:
        """The lines of a text at a width in px; no line is wider than that."""
        size, bold = prepared.size, prepared.bold
        limit = int(width * EM / size)
        space = self._space[bold]
        lines: list[Line] = []
        joins = ""
        for pieces, total, rtl in zip(prepared.paragraphs, prepared.totals, prepared.rtl, strict=True):
            if prepared.longest > limit:
                pieces = tuple(self._cut(pieces, limit, bold))
            broken: Iterable[tuple[str, int, str]]
            if self._even and limit < total < MOST_EVEN * limit:
                broken = _even_lines(pieces, limit, space)
            else:
                broken = _fill(pieces, limit, space)
            for text, advance, join in broken:
                above = below = 0.0
                if not prepared.plain:
                    upon, under = stacked_marks(text)
                    above, below = max(0, upon - 1) * size * 0.28, max(0, under - 1) * size * 0.28
                lines.append(Line(text, advance * size / EM, joins or join, rtl, above, below))
                joins = ""
            joins = "\n"
        if lines:
            lines[0] = lines[0]._replace(joins="")
        return lines

    def _cut(self, pieces: tuple[_Piece, ...], limit: int, bold: bool) -> Iterator[_Piece]:
        """Cut the pieces that are longer than a line, between the characters a reader sees."""
        table = advances_of(bold)
        for piece in pieces:
            if piece.width <= limit:
                yield piece
                continue
            spaced = piece.spaced
            begun: list[str] = []
            width = 0
            for cluster in clusters(piece.text):
                step = sum(map(table.__getitem__, cluster))
                if begun and width + step > limit:
                    yield _Piece("".join(begun), width, spaced)
                    begun, width, spaced = [], 0, False
                begun.append(cluster)
                width += step
            yield _Piece("".join(begun), width, spaced)


def _count(pieces: tuple[_Piece, ...], limit: int, space: int) -> int:
    lines, used = 1, 0
    for _, width, spaced in pieces:
        step = width + space if spaced else width
        if used and used + step > limit:
            lines += 1
            used = width
        else:
            used += step if used else width
    return lines


# Texts of more than about so many lines are simply filled.
MOST_EVEN = 7


def _even_lines(pieces: tuple[_Piece, ...], limit: int, space: int) -> list[tuple[str, int, str]]:
    """As few lines as can be, and of those the most even ones: least squares of what stays empty."""
    count = len(pieces)
    a_line = limit * limit * 10  # one line more is worse than any unevenness
    a_cut = limit * limit // 9  # a break inside a word, after its hyphen, is worse than one between words
    best = [0] * (count + 1)
    back = [0] * (count + 1)
    for end in range(1, count + 1):
        least = -1
        used = 0
        for begin in range(end - 1, -1, -1):
            piece = pieces[begin]
            used += piece.width
            if used > limit and begin < end - 1:
                break
            cost = best[begin] + a_line + (limit - used) ** 2
            if begin and not piece.spaced:
                cost += a_cut
            if least < 0 or cost < least:
                least, back[end] = cost, begin
            if piece.spaced:
                used += space
        best[end] = least
    cuts = [count]
    while cuts[-1]:
        cuts.append(back[cuts[-1]])
    out: list[tuple[str, int, str]] = []
    for begin, end in zip(cuts[:0:-1], cuts[-2::-1], strict=True):
        words, used = [pieces[begin].text], pieces[begin].width
        for piece in pieces[begin + 1 : end]:
            words.append(" " + piece.text if piece.spaced else piece.text)
            used += piece.width + space if piece.spaced else piece.width
        out.append(("".join(words), used, " " if begin and pieces[begin].spaced else ""))
    return out


def _fill(pieces: tuple[_Piece, ...], limit: int, space: int) -> Iterator[tuple[str, int, str]]:
    """Lines as long as the limit allows: words, width, and how each goes on from the one above."""
    begun: list[str] = []
    used = 0
    join = ""
    for text, width, spaced in pieces:
        step = width + space if spaced else width
        if begun and used + step > limit:
            yield "".join(begun), used, join
            join = " " if spaced else ""
            begun, used = [text], width
        elif begun:
            begun.append(" " + text if spaced else text)
            used += step
        else:
            begun.append(text)
            used = width
    yield "".join(begun), used, join
