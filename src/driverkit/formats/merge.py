"""Three versions of a theory made into one: by node and field, not by line.

Two people change the same file on two branches. What only one of them touched is taken from that
one; what both changed alike is taken once. Where both changed the same field differently, or one
changed what the other took away, nobody can decide but a person: ours is kept and the conflict is
told in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from driverkit.errors import FormatError
from driverkit.formats.dicts import from_dict, to_dict
from driverkit.model import SECTIONS, Theory
from driverkit.model.ids import new_id
from driverkit.model.values import show

__all__ = ["Conflict", "Merged", "merge"]

_NOTHING: Any = object()
Data = dict[str, Any]


@frozen
class Conflict:
    """Something that both sides changed, each in its own way.

    Attributes:
        path: what it is about: ``S1.text``, ``C4``, ``title``.
        id: the node; None for the theory itself.
        message: the conflict in a sentence or two, with what stands in the merged theory.
    """

    path: str
    id: str | None
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@frozen
class Merged:
    """What came of a merge.

    Attributes:
        theory: both sides' changes; ours where they conflict.
        conflicts: what a person has to decide, in the order of the theory.
        renamed: ids of theirs that both sides had given to different nodes, and what they are now.
    """

    theory: Theory
    conflicts: tuple[Conflict, ...]
    renamed: Mapping[str, str]


def merge(base: Theory, ours: Theory, theirs: Theory) -> Merged:
    """Make one theory of two that were changed from the same one.

    Args:
        base: what both sides began with.
        ours: our version; its order and, in conflicts, its words are kept.
        theirs: the other version.

    >>> import driverkit as dk
    >>> base = dk.Theory("Falls", aims=[dk.Aim("A1", "Fewer falls", target=3)])
    >>> ours = base.replace("A1", target=2)
    >>> theirs = base.replace("A1", text="Fewer falls on the ward").add(dk.Driver("P1", "Floors are dry"))
    >>> merged = dk.merge(base, ours, theirs)
    >>> merged.theory.aims[0].target, merged.theory.aims[0].text, [d.id for d in merged.theory.drivers]
    (2, 'Fewer falls on the ward', ['P1'])
    >>> [str(c) for c in dk.merge(base, ours, base.replace("A1", target=1)).conflicts]
    ['A1.target: ours says 2, theirs says 1, before it was 3. Ours is kept.']
    """
    theirs, renamed = _apart(base, ours, theirs)
    three = _Three(to_dict(base), to_dict(ours), to_dict(theirs))
    data = three.merged()
    for id, new in renamed.items():
        three.conflicts.insert(
            0,
            Conflict(
                id,
                id,
                f"both sides gave this id to a new node. Theirs is {new!r} now; check that both are meant.",
            ),
        )
    theory = _valid(data, three)
    object.__setattr__(theory, "origin", ours.origin)
    return Merged(theory, tuple(three.conflicts), renamed)


def _apart(base: Theory, ours: Theory, theirs: Theory) -> tuple[Theory, dict[str, str]]:
    """Theirs, with other ids for new nodes whose id we gave to another new node."""
    renamed: dict[str, str] = {}
    for id, item in theirs.index.items():
        mine = ours.index.get(id)
        if id in base or mine is None or mine == item:
            continue
        if type(mine) is type(item) and _words(mine) == _words(item):
            continue  # the same node, added twice, with details that differ
        kind = _KINDS[type(item).__name__]
        new = new_id(ours, kind, _words(item), id)
        while new in theirs or new in renamed.values():
            new = new_id(ours, kind, _words(item), new)
        renamed[id] = new
    for id, new in renamed.items():
        theirs = theirs.rename(id, new)
    return theirs, renamed


_KINDS = {
    "Aim": "aim",
    "Driver": "driver",
    "ChangeIdea": "change",
    "Measure": "measure",
    "PdsaCycle": "cycle",
    "Evidence": "evidence",
    "Cause": "cause",
    "Team": "team",
    "Recommendation": "recommendation",
}


def _words(item: Any) -> str:
    for name in ("text", "name", "change"):
        value = getattr(item, name, None)
        if value:
            return str(value)
    return ""


class _Three:
    """The three versions as plain data, and the conflicts found so far."""

    def __init__(self, base: Data, ours: Data, theirs: Data) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.conflicts: list[Conflict] = []

    def merged(self) -> Data:
        return dict(self.mapping(self.base, self.ours, self.theirs, "", None))

    def tell(self, path: str, id: str | None, message: str) -> None:
        self.conflicts.append(Conflict(path or "the theory", id, message))

    # -- one value

    def value(self, base: Any, ours: Any, theirs: Any, path: str, id: str | None) -> Any:
        """What all three say, made one; ``_NOTHING`` where it is not there."""
        if _same(ours, theirs) or _same(base, theirs):
            return ours
        if _same(base, ours):
            return theirs
        if isinstance(base, list) and _NOTHING in (ours, theirs):
            ours, theirs = ([] if side is _NOTHING else side for side in (ours, theirs))
            return self.list(base, ours, theirs, path, id) or _NOTHING
        if isinstance(ours, dict) and isinstance(theirs, dict):
            return self.mapping(base if isinstance(base, dict) else {}, ours, theirs, path, id)
        if isinstance(ours, list) and isinstance(theirs, list):
            return self.list(base if isinstance(base, list) else [], ours, theirs, path, id)
        said = [_said(x) for x in (ours, theirs, base)]
        before = f", before it was {said[2]}" if base is not _NOTHING else ""
        self.tell(path, id, f"ours says {said[0]}, theirs says {said[1]}{before}. Ours is kept.")
        return ours

    def mapping(self, base: Data, ours: Data, theirs: Data, path: str, id: str | None) -> Data:
        found: Data = {}
        for key in _in_order(list(ours), list(theirs)):
            here = f"{path}.{key}" if path else key
            value = self.value(
                base.get(key, _NOTHING), ours.get(key, _NOTHING), theirs.get(key, _NOTHING), here, id
            )
            if value is not _NOTHING:
                found[key] = value
        return found

    # -- lists

    def list(
        self, base: list[Any], ours: list[Any], theirs: list[Any], path: str, id: str | None
    ) -> list[Any]:
        """By entry, each known by what names it: its id, where it leads, its day, its words."""
        name = _namer([*base, *ours, *theirs])
        if name is None:
            said = f"both sides changed this list. Ours is kept: {_said(ours)}; theirs: {_said(theirs)}."
            self.tell(path, id, said)
            return ours
        b, o, t = ({name(x): x for x in side} for side in (base, ours, theirs))
        if len(b) < len(base) or len(o) < len(ours) or len(t) < len(theirs):
            self.tell(
                path,
                id,
                f"both sides changed this list, in which entries are alike. Ours is kept; theirs: {_said(theirs)}.",
            )
            return ours
        found = []
        for key in _in_order(list(o), list(t)):
            entry = self.entry(
                b.get(key, _NOTHING), o.get(key, _NOTHING), t.get(key, _NOTHING), path, id, key
            )
            if entry is not _NOTHING:
                found.append(entry)
        return found

    def entry(self, base: Any, ours: Any, theirs: Any, path: str, id: str | None, key: str) -> Any:
        node = next(
            (x["id"] for x in (ours, theirs) if isinstance(x, dict) and isinstance(x.get("id"), str)), None
        )
        here = node or f"{path}[{key}]"
        about = node or id
        if base is not _NOTHING and _NOTHING in (ours, theirs) and ours is not theirs:
            left, other = (theirs, "ours") if ours is _NOTHING else (ours, "theirs")
            if _same(base, left):
                return _NOTHING
            changed = "theirs" if other == "ours" else "ours"
            self.tell(
                here, about, f"{other} took it away, {changed} changed it. It is kept as {changed} has it."
            )
            return left
        if isinstance(ours, str) and isinstance(theirs, dict) and _same(base, ours):
            return theirs
        if isinstance(ours, str | dict) and isinstance(theirs, str | dict) and type(ours) is not type(theirs):
            ours, theirs, base = (_as_link(x) for x in (ours, theirs, base))
        return self.value(base, ours, theirs, here, about)


def _as_link(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


def _same(a: Any, b: Any) -> bool:
    if a is _NOTHING or b is _NOTHING:
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return type(a) is type(b) and repr(a) == repr(b)


def _said(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, str):
        return show(value)
    if isinstance(value, list):
        return "[" + ", ".join(_said(x) for x in value[:5]) + (", …" if len(value) > 5 else "") + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_said(x)}" for k, x in list(value.items())[:5]) + "}"
    return str(value)


_NAMES: tuple[tuple[str, ...], ...] = (
    ("id",),
    ("to",),
    ("label",),
    ("question", "prediction"),
    ("date", "site"),
)


def _namer(entries: Sequence[Any]) -> Callable[[Any], str] | None:
    """What the entries of a list are known by; None where nothing names them all."""
    if all(isinstance(x, str) for x in entries):
        return str
    if all(isinstance(x, str) or (isinstance(x, dict) and "to" in x) for x in entries):
        return lambda x: x if isinstance(x, str) else str(x["to"])
    if not all(isinstance(x, dict) for x in entries):
        return None
    for fields in _NAMES:
        if all(fields[0] in x for x in entries) or (
            len(fields) > 1 and all(any(f in x for f in fields) for x in entries)
        ):
            if fields[0] == "date":
                # A row of a series is its day, its site and its groups; what was measured is what it says.
                return lambda x: repr(
                    [
                        (k, v)
                        for k, v in x.items()
                        if isinstance(v, str) and k not in ("note", "excluded", "phase")
                    ]
                )
            return lambda x, f=fields: next((str(x[one]) for one in f if one in x), "")  # type: ignore[misc]
    return None


def _in_order(ours: list[str], theirs: list[str]) -> list[str]:
    """Our order, with what only they have behind what stands before it there."""
    known = set(ours)
    behind: dict[str | None, list[str]] = {}
    last: str | None = None
    for key in theirs:
        if key in known:
            last = key
        else:
            behind.setdefault(last, []).append(key)
    out = list(behind.get(None, ()))
    for key in ours:
        out.append(key)
        out += behind.get(key, ())
    return out


# ------------------------------------------------------------------------------------- what cannot be


def _valid(data: Data, three: _Three) -> Theory:
    """The theory of the data; where the two sides together cannot be one, what is needed for it is put back.

    Raises:
        FormatError: even then it is none.
    """
    for _ in range(ROUNDS):
        try:
            return from_dict(data)
        except FormatError as error:
            mended = [_mended(data, three, fault.message) for fault in error.faults]
            if not any(mended):
                break
    three.conflicts[:] = [
        Conflict(
            "the theory",
            None,
            "what both sides changed cannot be one theory together. Ours is kept whole; bring theirs in by hand.",
        )
    ]
    return from_dict(three.ours)


ROUNDS = 20
"""How often what is needed is put back, until the two sides are one theory."""


def _mended(data: Data, three: _Three, message: str) -> bool:
    """Put back a node that one side took away and the other one speaks of."""
    if "loop" in message and _without_new_link(data, three):
        return True
    for side in (three.ours, three.theirs, three.base):
        for section in SECTIONS:
            for item in side.get(section, ()):
                id = item["id"]
                if not _is_missed(id, message):
                    continue
                if any(x["id"] == id for x in data.get(section, ())):
                    continue
                _put_back(data, section, item, side)
                three.tell(id, id, "one side took it away, the other one speaks of it. It is kept.")
                return True
        for item in side.get("problem", {}).get("causes", ()):
            here = data.setdefault("problem", {}).setdefault("causes", [])
            if _is_missed(item["id"], message) and all(x["id"] != item["id"] for x in here):
                here.append(item)
                three.tell(
                    item["id"], item["id"], "one side took it away, the other one speaks of it. It is kept."
                )
                return True
    return False


def _without_new_link(data: Data, three: _Three) -> bool:
    """Leave out one link that theirs added, last first, where links of both sides close a loop."""
    for section in ("change_ideas", "drivers", "aims"):
        old = {x["id"]: x.get("contributes_to", []) for x in three.ours.get(section, ())}
        for item in reversed(data.get(section, [])):
            mine = {_as_link(x)["to"] for x in old.get(item["id"], [])}
            links = item.get("contributes_to", [])
            new = [x for x in links if _as_link(x)["to"] not in mine]
            if new and item["id"] in old:
                item["contributes_to"] = [x for x in links if x is not new[-1]]
                link = f"{item['id']} -> {_as_link(new[-1])['to']}"
                three.tell(
                    link,
                    item["id"],
                    "with what ours changed, this link of theirs closes a loop. It is left out.",
                )
                return True
    return False


def _is_missed(id: str, message: str) -> bool:
    """Whether a fault says that something speaks of this id, and that it is not there."""
    return f"speaks of {id!r}, which is not defined" in message or f"{id!r} is not defined" in message


def _put_back(data: Data, section: str, item: Data, side: Data) -> None:
    """Where it stood: behind the nearest one before it that is still there."""
    items = data.setdefault(section, [])
    before = [x["id"] for x in side[section]][: [x["id"] for x in side[section]].index(item["id"])]
    places = {x["id"]: n for n, x in enumerate(items)}
    at = next((places[id] + 1 for id in reversed(before) if id in places), 0)
    items.insert(at, item)
