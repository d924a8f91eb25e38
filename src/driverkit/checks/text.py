"""Text: what happened to the letters on their way into the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence.words import quoted
from driverkit.model import Theory

_text_rule = partial(rule, family="text", severity="info")

# UTF-8 read as Windows-1252 or Latin-1: â€™ for an apostrophe, Ã© for é, Â before a space.
_TWICE = re.compile(
    "â€[\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u203a\u20ac\u2122]|[ÃÂ][\u0080-\u00bf\u0192\u201a\u20ac]|ï»¿|ðŸ"
)
_HIDDEN = re.compile("[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def _texts(theory: Theory) -> Iterator[tuple[str | None, str]]:
    yield None, theory.title
    for item in theory.items():
        for name in ("text", "name", "detail", "objective", "population"):
            held = getattr(item, name, None)
            if isinstance(held, str) and not held.isascii():
                yield item.id, held


@_text_rule(
    "TXT01",
    "encoded-twice",
    summary="No text was encoded twice on its way into the file.",
    source=f"{sources.OURS}: such letters stay wrong for years; driverkit never repairs them silently.",
)
def encoded_twice(theory: Theory) -> Iterator[Said]:
    """A typical pair of letters."""
    for id, text in _texts(theory):
        found = _TWICE.search(text)
        if found:
            yield Said(
                id,
                f"{quoted(text)} holds “{found.group()}”, which looks like text that was encoded twice",
                "type the letter again, and save the file as UTF-8",
            )


@_text_rule(
    "TXT02",
    "hidden-character",
    summary="No text holds characters that are invisible or reorder what is read.",
    source=f"{sources.OURS}: what one sees is not what is there (Unicode Technical Report 36).",
)
def hidden_character(theory: Theory) -> Iterator[Said]:
    """Zero-width spaces and direction overrides; joiners, which some scripts need, are fine."""
    for id, text in _texts(theory):
        found = _HIDDEN.search(text)
        if found:
            yield Said(
                id,
                f"{quoted(text)} holds the invisible character U+{ord(found.group()):04X}",
                "take it out, unless the language needs it there",
            )
