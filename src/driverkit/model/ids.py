"""Ids for new nodes that two people on two branches do not both take."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from driverkit.model.theory import Theory

__all__ = ["LETTERS", "new_id", "next_id"]

LETTERS = {
    "aim": "A",
    "driver": "P",
    "secondary": "S",
    "deeper": "D",
    "change": "C",
    "measure": "M",
    "cycle": "T",
    "evidence": "E",
    "cause": "R",
    "team": "G",
    "recommendation": "N",
}
"""The letter with which ids of a kind begin, as in the documentation of the theory file."""

# No vowels, so that no word appears; nothing that looks like something else.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
_LENGTH = 5


def new_id(theory: Theory, kind: str, *words: str) -> str:
    """An id for a new node, made from what the node says.

    Two people who add two different nodes on two branches get two ids, so nothing collides when the
    branches are merged; two who add the same node get the same id, so that it is one node afterwards.
    (There are 14,348,907 ids a letter. One that is taken in this theory is lengthened.)

    Args:
        theory: the theory that the node is for.
        kind: what it is, one of the keys of `LETTERS`.
        words: what the node says: its text, what it hangs on.

    >>> import driverkit as dk
    >>> dk.new_id(dk.Theory("Falls"), "change", "Ask about the last fall")
    'C-58mqp'
    """
    said = "\x1f".join((kind, *words)).encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.sha256(said).digest(), "big")
    taken = _folded(theory)
    letters = ""
    while True:
        number, digit = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[digit]
        found = f"{LETTERS[kind]}-{letters}"
        if len(letters) >= _LENGTH and found.casefold() not in taken:
            return found


def next_id(theory: Theory, kind: str) -> str:
    """The next free number of a kind: C13 where C1 to C12 are taken.

    Fine for one person at a time; see `new_id` for more.

    >>> import driverkit as dk
    >>> next_id(dk.Theory("Falls", aims=[dk.Aim("A1", "Fewer falls")]), "aim")
    'A2'
    """
    taken = _folded(theory)
    number = 1
    while f"{LETTERS[kind]}{number}".casefold() in taken:
        number += 1
    return f"{LETTERS[kind]}{number}"


def _folded(theory: Theory) -> frozenset[str]:
    ids: Iterable[str] = theory.index
    return frozenset(one.casefold() for one in ids)
