"""What of a theory a format would lose: found by comparing what went in with what comes out again.

Both sides are theories as plain data, as `driverkit.formats.convert.to_plain` gives them, so a field
that is added to a noun one day is looked at here without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

__all__ = ["Loss", "compared", "told"]


@frozen
class Loss:
    """Something that a format does not hold.

    Attributes:
        what: the section, or the section and the field, such as ``measures`` or ``aims.target``.
        how: ``lost``; ``other`` where something else comes back; ``reordered``.
        count: how many nodes, or entries, it concerns.
        ids: the ids of those that have one, in the order of the theory.
    """

    what: str
    how: str = "lost"
    count: int = 1
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        some = ", ".join(self.ids[:3]) + (", …" if len(self.ids) > 3 else "")
        where = f" ({some})" if some else ""
        section, _, name = self.what.partition(".")
        words = section.replace("_", " ")
        if self.how == "reordered":
            return f"the order of the {words}"
        if not name:
            if not self.ids:
                return f"the {words}" + ("" if self.how == "lost" else ", which would be another")
            return f"{self.count:,} of the {words}{where}"
        of = f"{name!r} of {self.count:,} of the {words}{where}"
        return of if self.how == "lost" else f"{of}, which would be another"


def told(losses: Iterable[Loss]) -> str:
    """All of them in one sentence's words, separated by semicolons."""
    return "; ".join(str(loss) for loss in losses)


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Loss, ...]:
    """What of the one is not in the other, or is another there; section by section, field by field.

    >>> aims = [{"id": "A1", "text": "Fewer falls", "target": 3}]
    >>> [
    ...     str(loss)
    ...     for loss in compared(
    ...         {"title": "Falls", "aims": aims}, {"aims": [{"id": "A1", "text": "Fewer falls"}]}
    ...     )
    ... ]
    ['the title', "'target' of 1 of the aims (A1)"]
    """
    found: list[Loss] = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if (key in before) is (key in after) and _same(old, new):
            continue
        if isinstance(old, list) and _has_ids(old) and (new is None or _has_ids(new)):
            found += _section(key, old, new or [])
        else:
            count = len(old) if isinstance(old, list | dict) else 1
            found.append(Loss(key, "lost" if key not in after else "other", count))
    return tuple(found)


def _same(a: Any, b: Any) -> bool:
    """Equal to the type of each number: 1 is not 1.0, and True is not 1."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and repr(a) == repr(b)


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) and "id" in x for x in value)


def _section(name: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[Loss]:
    there = {item["id"]: item for item in new}
    gone = tuple(item["id"] for item in old if item["id"] not in there)
    found = [Loss(name, "lost", len(gone), gone)] if gone else []
    lost: dict[str, list[str]] = {}
    other: dict[str, list[str]] = {}
    kept = [item for item in old if item["id"] in there]
    for item in kept:
        again = there[item["id"]]
        for key in dict.fromkeys([*item, *again]):
            if key not in again:
                lost.setdefault(key, []).append(item["id"])
            elif key not in item or not _same(item[key], again[key]):
                other.setdefault(key, []).append(item["id"])
    found += [Loss(f"{name}.{key}", "lost", len(ids), tuple(ids)) for key, ids in lost.items()]
    found += [Loss(f"{name}.{key}", "other", len(ids), tuple(ids)) for key, ids in other.items()]
    ids = {item["id"] for item in old}
    if [item["id"] for item in kept] != [item["id"] for item in new if item["id"] in ids]:
        found.append(Loss(name, "reordered", len(kept)))
    added = tuple(item["id"] for item in new if item["id"] not in ids)
    if added:
        found.append(Loss(name, "other", len(added), added))
    return found
