"""How a sentence about a theory names what it speaks of: by its own words, short and harmless.

Words from a file may hold characters that reorder a line, hide words or move the cursor of a
terminal. In a quotation they are made visible.
"""

from __future__ import annotations

import re
from typing import Any

from driverkit.model import PdsaCycle

__all__ = ["by_id", "harmless", "listed", "plural", "quoted", "shortened", "visible"]

# Joiners (U+200C, U+200D) stay: Persian and emoji are written with them.
_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def harmless(text: str) -> str:
    r"""A text in one line in which nothing is hidden and nothing moves a cursor.

    >>> harmless("Teach\u202e-back\nwith a card")
    'Teach⟨U+202E⟩-back with a card'
    """
    if text.isprintable():
        if text.isascii():
            return text
    else:
        text = " ".join(text.split())
    return visible(text)


def visible(text: str) -> str:
    """A text in which nothing is hidden and nothing moves a cursor; its lines stay lines."""
    return _HIDDEN.sub(_shown, _UNSEEN.sub(_shown, text))


def _shown(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match.group()):04X}⟩"


def shortened(text: str, most: int = 60) -> str:
    """A text of at most that many characters, cut between words where that is possible."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > most // 2 else cut).rstrip(" ,;:.-") + "…"


def quoted(item: Any) -> str:
    """The words of a node, or a text, in quotation marks and shortened; a cycle is named by its id.

    >>> from driverkit.model import Driver
    >>> quoted(Driver("P1", "Help is reachable in the first days at home, also on weekends and at night"))
    '“Help is reachable in the first days at home, also on…”'
    """
    if isinstance(item, PdsaCycle):
        return f"Cycle {item.id}"
    text = item if isinstance(item, str) else getattr(item, "text", None) or item.id
    return f"“{shortened(harmless(text))}”"


def by_id(value: Any) -> str:
    """How the long name of a value (its ``repr``) names a node or record: by its id alone."""
    if isinstance(value, tuple):
        return repr(tuple(item.id for item in value))
    return repr(getattr(value, "id", value))


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> plural(1, "driver"), plural(3, "change idea")
    ('1 driver', '3 change ideas')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: Any, most: int = 5) -> str:
    """Words with commas and a last "and"; of many only the first few and how many more.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    words = list(words)
    if len(words) > most:
        return f"{', '.join(words[: most - 1])} and {len(words) - most + 1} more"
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""
