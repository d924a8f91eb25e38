r"""Texts in Markdown: written so that they show exactly as they are, and read back.

What is read is the text, not its looks: a backslash before a mark and a character reference such as
``&#10;`` or ``&amp;`` stand for the character they name, everything else for itself.
"""

from __future__ import annotations

import re

__all__ = ["plain", "verbatim"]

# What begins something wherever it stands. A colon does so before a letter or a slash only: it makes
# an address (https://) or a sign (:smile:). A dot makes one after www.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$&@^]|:(?=\S)|(?<=\bwww)\.", re.IGNORECASE)
# What begins something where a text begins: a list, a rule, a line below a heading.
_BEGINS = re.compile(r"[-+=!]|(?<=\d)[.)]")
_BLANKS = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]|(?<= ) ")
_ESCAPES = re.compile(
    r"\\([!-/:-@\[-`{-~])|&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));"
)


def verbatim(text: str) -> str:
    r"""A text as Markdown that shows it unchanged, on one line.

    >>> print(verbatim("1. *first* & last"))
    1\. \*first\* \& last
    """
    inner = text.lstrip()
    before, text = text[: len(text) - len(inner)], inner.rstrip()
    after = inner[len(text) :]
    number = re.match(r"[0-9]{1,9}(?=[.)])", text)
    at = number.end() if number else 0
    begin = _BEGINS.match(text, at)
    head, tail = text[:at], text[at:]
    tail = _SPECIAL.sub(lambda found: "\\" + found.group(), tail)
    if begin:
        tail = "\\" + tail
    return _coded(before) + _BLANKS.sub(lambda found: _coded(found.group()), head + tail) + _coded(after)


def _coded(blanks: str) -> str:
    return "".join(f"&#{ord(char)};" for char in blanks)


def _meant(found: re.Match[str]) -> str:
    char, decimal, hexadecimal, name = found.groups()
    if char:
        return str(char)
    if name:
        from html.entities import html5

        return html5.get(f"{name};", found.group())
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code <= 0x10FFFF else found.group()


def plain(source: str) -> str:
    r"""The text that a piece of Markdown stands for.

    >>> plain(r"1\. \*first\* &amp; last")
    '1. *first* & last'
    """
    return _ESCAPES.sub(_meant, source) if "\\" in source or "&" in source else source
