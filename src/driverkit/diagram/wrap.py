"""Breaking text into lines that fit a box.

Lines break at spaces, after hyphens and slashes, and between the characters of Chinese and
Japanese. A word that is longer than a line is cut, but never inside what a reader sees as one
character: a letter with its accents, a flag, a family of emoji. Nothing is ever left out.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from driverkit.diagram.fonts.metrics import EM, advances_of, stacked_marks

__all__ = ["Line", "Paragraph", "Prepared", "Wrapper", "clusters", "is_rtl"]


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


class Paragraph(NamedTuple):
    """Pieces of text, each kept on one line where it fits, and how far they reach.

    Attributes:
        pieces: the pieces in order.
        sums: how wide the pieces before each place are, each with a space before it where there is
            one; the first piece counts as if a space stood before it. In 1/2048 em.
        spaced: whether a space stands before each piece; None where it does before all of them.
    """

    pieces: Sequence[str]
    sums: Sequence[int]
    spaced: Sequence[bool] | None = None

    def words(self, begin: int, end: int) -> str:
        """The words of a line."""
        spaced = self.spaced
        if spaced is None:
            return " ".join(self.pieces[begin:end])
        rest = zip(self.pieces[begin + 1 : end], spaced[begin + 1 : end], strict=True)
        return self.pieces[begin] + "".join([" " + piece if so else piece for piece, so in rest])


class Prepared(NamedTuple):
    """A text cut into paragraphs of pieces, measured once, to be wrapped at several widths.

    ``longest`` is the widest piece and ``totals`` the widths of the paragraphs, in 1/2048 em;
    ``rtl`` says which paragraphs run from right to left; ``plain`` that no accents are combined.
    """

    paragraphs: tuple[Paragraph, ...]
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


class _Words(dict[str, int]):
    """The width of each word with a space before it; below zero where the word may be broken inside."""

    def __init__(self, bold: bool) -> None:
        super().__init__()
        self.advance = advances_of(bold).__getitem__
        self.space = self.advance(" ")
        self._parts: dict[str, tuple[list[str], list[int]]] = {}

    def __missing__(self, word: str) -> int:
        whole = (word.isalpha() and word.isascii()) or _parts(word) == [word]
        width = self[word] = self.space + sum(map(self.advance, word)) if whole else -1
        return width

    def parts(self, word: str) -> tuple[list[str], list[int]]:
        """The pieces of a word, and the width of each."""
        known = self._parts.get(word)
        if known is None:
            pieces = _parts(word)
            known = self._parts[word] = (pieces, [sum(map(self.advance, piece)) for piece in pieces])
        return known


class Wrapper:
    """Measures and wraps; remembers the words it has met, for the same ones come again and again.

    With ``even`` the lines of a short text are made about equally long; without it, which is
    faster, each line takes as many words as it can.
    """

    def __init__(self, *, even: bool = True) -> None:
        self._even = even
        self._known = {bold: _Words(bold) for bold in (False, True)}

    def prepare(self, text: str, size: float, *, bold: bool = False) -> Prepared:
        """Cut a text into measured pieces."""
        known = self._known[bold]
        space = known.space
        if text.isascii() and text.isprintable():  # one paragraph, and no blanks but spaces
            words = text.split()
            widths = list(map(known.__getitem__, words))
            if widths and min(widths) >= 0:
                sums = list(accumulate(widths, initial=0))
                found = (Paragraph(words, sums),)
                return Prepared(found, size, bold, max(widths) - space, (sums[-1] - space,), (False,), True)
        paragraphs: list[Paragraph] = []
        rtl: list[bool] = []
        longest = 0
        for raw in _NEWLINES.split(text):
            pieces: list[str] = []
            widths = []
            spaced: list[bool] = []
            for word in filter(None, _BLANKS.split(raw)):
                parts, own = known.parts(word)
                pieces += parts
                widths += own
                spaced += [True, *[False] * (len(parts) - 1)][: len(parts)]
            if pieces or (paragraphs and paragraphs[-1].pieces):  # one empty line says as much as ten
                longest = max([longest, *widths])
                paragraphs.append(_paragraph(pieces, widths, spaced, space))
                rtl.append(not raw.isascii() and is_rtl(raw))
        if len(paragraphs) > 1 and not paragraphs[-1].pieces:
            del paragraphs[-1], rtl[-1]
        totals = tuple([one.sums[-1] - space if one.pieces else 0 for one in paragraphs])
        plain = text.isascii() or _MARKS.search(text) is None
        return Prepared(tuple(paragraphs), size, bold, longest, totals, tuple(rtl), plain)

    def count(self, prepared: Prepared, width: float) -> int:
        """How many lines the text takes at a width in px, judged quickly."""
        limit = int(width * EM / prepared.size)
        space = self._known[prepared.bold].space
        if prepared.longest > limit:
            return len(self.wrap(prepared, width))
        lines = 0
        for paragraph, total in zip(prepared.paragraphs, prepared.totals, strict=True):
            lines += 1 if total <= limit else len(_filled(paragraph, limit, space)) - 1
        return lines

    def wrap(self, prepared: Prepared, width: float) -> list[Line]:
        """The lines of a text at a width in px; no line is wider than that."""
        paragraphs, size, bold, longest, totals, rtls, plain = prepared
        limit = int(width * EM / size)
        space = self._known[bold].space
        if plain and len(totals) == 1 and totals[0] <= limit and longest:  # most texts of a large theory
            only = paragraphs[0]
            return [Line(only.words(0, len(only.pieces)), totals[0] * size / EM, "", rtls[0])]
        lines: list[Line] = []
        joins = ""
        for paragraph, total, rtl in zip(paragraphs, totals, rtls, strict=True):
            if not paragraph.pieces:
                lines.append(Line("", 0.0, joins, rtl))
                joins = "\n"
                continue
            if longest > limit:
                paragraph = self._cut(paragraph, limit, bold)
            if self._even and limit < total < MOST_EVEN * limit:
                cuts = _even(paragraph, limit, space)
            else:
                cuts = _filled(paragraph, limit, space)
            sums, spaced = paragraph.sums, paragraph.spaced
            for begin, end in pairwise(cuts):
                text = paragraph.words(begin, end)
                above = below = 0.0
                if not plain:
                    upon, under = stacked_marks(text)
                    above, below = max(0, upon - 1) * size * 0.28, max(0, under - 1) * size * 0.28
                lead = space if spaced is None or spaced[begin] else 0
                wide = (sums[end] - sums[begin] - lead) * size / EM
                join = joins if not begin else " " if lead else ""
                lines.append(Line(text, wide, join, rtl, above, below))
            joins = "\n"
        return lines

    def _cut(self, paragraph: Paragraph, limit: int, bold: bool) -> Paragraph:
        """Cut the pieces that are longer than a line, between the characters a reader sees."""
        advance, space = self._known[bold].advance, self._known[bold].space
        pieces: list[str] = []
        widths: list[int] = []
        spaced: list[bool] = []
        for i, piece in enumerate(paragraph.pieces):
            so = paragraph.spaced is None or paragraph.spaced[i]
            width = sum(map(advance, piece))
            glue = piece.rfind("\u00a0", 0, -1) if width > limit else -1
            if glue >= 0:
                # What was glued comes apart before a word does; the blank stays at the end of its line.
                for part in re.split("(?<=\u00a0)", piece)[:-1]:
                    pieces.append(part)
                    widths.append(sum(map(advance, part)))
                    spaced.append(so)
                    so = False
                piece = piece[glue + 1 :]
                width = sum(map(advance, piece))
            if width > limit:
                begun: list[str] = []
                width = 0
                for cluster in clusters(piece):
                    step = sum(map(advance, cluster))
                    if begun and width + step > limit:
                        pieces.append("".join(begun))
                        widths.append(width)
                        spaced.append(so)
                        begun, width, so = [], 0, False
                    begun.append(cluster)
                    width += step
                piece = "".join(begun)
            pieces.append(piece)
            widths.append(width)
            spaced.append(so)
        return _paragraph(pieces, widths, spaced, space)


def _paragraph(pieces: list[str], widths: list[int], spaced: list[bool], space: int) -> Paragraph:
    steps = [width + space if so else width for width, so in zip(widths, spaced, strict=True)]
    return Paragraph(pieces, list(accumulate(steps, initial=0)), spaced)


def _filled(paragraph: Paragraph, limit: int, space: int) -> list[int]:
    """Lines as long as the limit allows: where each begins, and where the last one ends."""
    pieces, sums, spaced = paragraph
    cuts = [0]
    begin, count = 0, len(pieces)
    while begin < count:
        lead = space if spaced is None or spaced[begin] else 0
        begin = max(begin + 1, bisect_right(sums, sums[begin] + lead + limit, begin + 1) - 1)
        cuts.append(begin)
    return cuts


# Texts of more than about so many lines are simply filled.
MOST_EVEN = 7


def _even(paragraph: Paragraph, limit: int, space: int) -> list[int]:
    """As few lines as can be, and of those the most even ones: least squares of what stays empty.

    Gives where each line begins, and where the last one ends.
    """
    pieces, sums, spaced = paragraph
    count = len(pieces)
    a_line = limit * limit * 10  # one line more is worse than any unevenness
    a_cut = limit * limit // 9  # a break inside a word, after its hyphen, is worse than one between words
    best = [0] * (count + 1)
    back = [0] * (count + 1)
    for end in range(1, count + 1):
        least = -1
        room = limit - sums[end]
        for begin in range(end - 1, -1, -1):
            free = room + sums[begin]
            lead = spaced is None or spaced[begin]
            if lead:
                free += space
            if free < 0 and begin < end - 1:
                break
            cost = best[begin] + a_line + free * free
            if not lead:
                cost += a_cut
            if least < 0 or cost < least:
                least, back[end] = cost, begin
        best[end] = least
    cuts = [count]
    while cuts[-1]:
        cuts.append(back[cuts[-1]])
    return cuts[::-1]
