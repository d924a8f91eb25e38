"""Between a tree and a theory: the one converter, led by the fields of the nouns themselves.

`read_theory` makes a theory of a tree and tells every fault with its place; `to_plain` gives the
same structure back as plain dicts and lists, in the order in which a file is written.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import attrs

from driverkit.errors import Fault
from driverkit.formats.tree import Faults, Map, Poison, Scalar, Seq, Tree
from driverkit.formats.yaml_write import written_number
from driverkit.model import SECTIONS, Cause, Measure, Member, Network, Observation, Origin, Team, Theory
from driverkit.model.theory import faults_of, reference_faults
from driverkit.model.values import (
    DEEPEST,
    FrozenDict,
    Kind,
    Refused,
    check_characters,
    check_text,
    did_you_mean,
    kind_of,
    near,
    show,
    trusted,
)

__all__ = ["FORMAT_VERSION", "fields_of", "read_network", "read_theory", "to_plain"]

FORMAT_VERSION = 1
"""The version of the theory file that this package reads and writes."""

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?").fullmatch
_HIDDEN = frozenset({"origin", "_trusted", "memo", "extra", "opener", "left_out"})
_MISSING: Any = object()


@cache
def fields_of(noun: type) -> Mapping[str, tuple[attrs.Attribute[Any], Kind]]:
    """The fields of a noun as a file writes them: its own first, then those that every node may carry."""
    own = inspect.get_annotations(noun)
    listed = [a for a in attrs.fields(noun) if a.init and a.name not in _HIDDEN]
    listed.sort(key=lambda a: a.name not in own)  # a stable sort: inherited fields go behind
    return {a.name: (a, kind_of(a)) for a in listed}


# -------------------------------------------------------------------------------------------- reading


class _Reader:
    """Reads one tree; collects faults and the place of every id."""

    def __init__(self, faults: Faults, *, of: str = "theory") -> None:
        self.faults = faults
        self.of = of  # what ids are unique in
        self.path: list[str | int] = []  # the keys, with their dots, and the numbers on the way to a value
        self.offsets: dict[str, int] = {}
        self.paths: dict[str, str] = {}  # of ids in data, that has no lines
        self.unread: list[str] = []
        self.nameless: set[type | None] = (
            set()
        )  # nouns of which some were left unread whose ids are not known
        self.again: list[tuple[Any, Map, str]] = []  # entries with an id that is taken, and where they stand
        self.nodes: dict[str, list[Tree]] = {}
        self.kept: dict[int, list[Tree]] = {}  # of a list with entries that could not be read, the others
        self.readers: dict[type, dict[str, tuple[Callable[[Tree], Any], bool, str]]] = {}
        self.required: dict[type, tuple[str, ...]] = {}
        self.sections = {**SECTIONS, "causes": Cause}
        self.strata: tuple[str, ...] = ()

    def tell(self, message: str, node: Tree, *more: str) -> None:
        self.faults.add(message, node.start, self.where(*more))

    def where(self, *more: str) -> str:
        """The path of what is being read."""
        steps = (step if isinstance(step, str) else f"[{step}]" for step in (*self.path, *more))
        return "".join(steps).lstrip(".")

    # -- one value

    def scalar(self, kind: Kind) -> Callable[[Tree], Any]:
        parse = kind.parse
        assert parse is not None
        typed = kind.schema.get("type") in ("number", "integer", "boolean")
        is_id = kind.name == "an id"

        def read(node: Tree) -> Any:
            if type(node) is Scalar:
                value, style = node.value, node.style
                if not style:
                    if (value in ("", "~", "null", "Null", "NULL")) and not (is_id and len(value) > 1):
                        return None
                    try:
                        return parse(value, False)
                    except Refused as refused:
                        self.tell(str(refused), node)
                        return _MISSING
                if style == "json":
                    if value == "null":
                        return None
                    if not typed and not is_id:
                        self.tell(
                            f"{kind.name[:1].upper()}{kind.name[1:]} is wanted; put {value} in quotes.", node
                        )
                        return _MISSING
                try:
                    return parse(value, style != "json")
                except Refused as refused:
                    self.tell(str(refused), node)
                    return _MISSING
            if type(node) is not Poison:
                flow = type(node) is Map and node.flow
                hint = " If the brace is part of a text, put the text in quotes." if flow else ""
                self.tell(f"{_capital(kind.name)} is wanted here, not a {_name(node)}.{hint}", node)
            return _MISSING

        return read

    def many(self, single: Callable[[Tree], Any], kind: Kind) -> Callable[[Tree], Any]:
        def read(node: Tree) -> Any:
            if type(node) is Seq:
                found = []
                lost: set[int] = set()
                path = self.path
                for number, item in enumerate(node.items):
                    path.append(number)
                    value = single(item)
                    if value is None:
                        self.tell(f"{_capital(kind.name)} is missing here.", item)
                        lost.add(number)
                    elif value is not _MISSING:
                        found.append(value)
                    else:
                        lost.add(number)
                        if kind.noun in _IDENTIFIED and type(item) is not Map:
                            self.nameless.add(kind.noun)
                    path.pop()
                if lost:
                    self.kept[id(node)] = [item for at, item in enumerate(node.items) if at not in lost]
                return tuple(found)
            if type(node) is Scalar:
                if node.is_null and not (kind.name == "an id" and len(node.value) > 1):
                    return ()
                # A single value stands for a list of one.
                if kind.parse is not None or kind.shorthand:
                    value = single(node)
                    return (value,) if value is not None and value is not _MISSING else ()
            if type(node) is not Poison:
                self.tell(f"A list is wanted here, not a {_name(node)}.{_dash(node)}", node)
            return _MISSING

        return read

    def keyed(self, single: Callable[[Tree], Any], kind: Kind) -> Callable[[Tree], Any]:
        def read(node: Tree) -> Any:
            if type(node) is Map:
                found = {}
                for key, child in node.entries.items():
                    if "\x00" in key:
                        continue  # it was refused already
                    self.path.append("." + key)
                    value = single(child)
                    if value is None:
                        self.tell(f"{_capital(kind.name)} is missing here.", child)
                    elif value is not _MISSING:
                        found[self._plain_key(key, child)] = value
                    self.path.pop()
                return FrozenDict(found)
            if type(node) is Scalar and node.is_null:
                return None
            if type(node) is not Poison:
                self.tell(f"A mapping of names to values is wanted here, not a {_name(node)}.", node)
            return _MISSING

        return read

    def noun(self, kind: Kind) -> Callable[[Tree], Any]:
        noun = kind.noun
        assert noun is not None
        same: dict[str, Any] = {}

        def read(node: Tree) -> Any:
            if type(node) is Map:
                return self.mapping(noun, node)
            if type(node) is Scalar and node.is_null and not kind.shorthand:
                return None
            if type(node) is Scalar and kind.shorthand:
                value = first(node)
                if value is _MISSING or value is None:
                    return value
                made = same.get(value)  # most ids are named many times, and a value may be shared
                if made is None:
                    made = same[value] = trusted(noun, {first_name: value})
                return made
            if type(node) is not Poison:
                self.tell(f"{_capital(kind.name)} is wanted here, not a {_name(node)}.", node)
            return _MISSING

        if kind.shorthand:
            first_name, (_, first_kind) = next(iter(fields_of(noun).items()))
            first = self.scalar(first_kind)
        return read

    def reader(self, kind: Kind) -> Callable[[Tree], Any]:
        if kind.accept is _DATA.accept:
            return self.data
        if kind.keyed:
            return self.keyed(self.scalar(kind), kind)
        single = self.noun(kind) if kind.noun is not None else self.scalar(kind)
        return self.many(single, kind) if kind.many else single

    # -- mappings

    def fields(self, noun: type) -> dict[str, tuple[Callable[[Tree], Any], bool, str]]:
        """How each field is read, whether it has to be there, and its step on the path."""
        found = self.readers.get(noun)
        if found is None:
            found = self.readers[noun] = {}  # before it is filled: nouns may hold each other
            for name, (attribute, kind) in fields_of(noun).items():
                if name == "strata" and noun is Observation:
                    continue
                found[name] = (self.reader(kind), attribute.default is attrs.NOTHING, "." + name)
            self.required[noun] = tuple(name for name, (_, required, _) in found.items() if required)
        return found

    def mapping(self, noun: type, node: Map) -> Any:  # noqa: C901 - one line for each thing a key can be
        fields = self.fields(noun)
        path = self.path
        values: dict[str, Any] = {}
        extra: dict[str, Any] | None = None
        later: Tree | None = None
        whole = True
        for key, child in node.entries.items():
            entry = fields.get(key)
            if entry is not None:
                if key == "data" and noun is Measure:
                    later = child
                    continue
                path.append(entry[2])
                value = entry[0](child)
                path.pop()
                if value is _MISSING:
                    whole = whole and not entry[1]
                elif value is not None:
                    values[key] = value
                elif entry[1]:
                    whole = False
                    self._empty(key, child)
            elif "\x00" in key:
                continue  # it was refused already
            elif key.startswith("x-"):
                extra = extra if extra is not None else {}
                extra[self._plain_key(key, child)] = self.plain(child)
            elif noun is Observation and key in self.strata:
                values.setdefault("strata", {})[key] = self._stratum(key, child)
            else:
                self._unknown(key, child, fields, noun)
        if later is not None:
            self.strata = values.get("strata", ())
            path.append(".data")
            value = self.data(later)
            path.pop()
            if value is not _MISSING:
                values["data"] = value
        for key in self.required[noun]:
            if key not in values and key not in node.entries:
                whole = False
                if not any(k not in fields and near(k, fields, most=1) == (key,) for k in node.entries):
                    self.tell(f"The key {key!r} is missing here.", node)
        if extra is not None:
            values["extra"] = FrozenDict(extra)
        if noun in _IDENTIFIED and not self._first_of_its_id(values.get("id"), noun, node, whole):
            # What else is wrong with the entry is told too. A network has no index of ids to keep right.
            if whole and self.of == "theory":
                self.again.append((trusted(noun, values), node, self.where()))
            whole = whole and self.of == "network"
        if not whole:
            return _MISSING
        if noun is Observation and "strata" in values:
            values["strata"] = FrozenDict((k, s) for k, s in values["strata"].items() if s is not None)
        return trusted(noun, values)

    def _first_of_its_id(self, id: str | None, noun: type, node: Map, whole: bool) -> bool:
        """Note where an id is defined; tell of one that is defined already."""
        if id is None:
            self.nameless.add(noun)
            return True
        first = self.offsets.get(id)
        if first is not None:
            other = self.paths[id] if self.faults.of_data else f"on {self.faults.spot(first)}"
            self.tell(
                f"The id {id!r} is used twice: here and {other}. "
                f"Ids are unique in a {self.of}; give one of the two another.",
                node.entries["id"],
                ".id",
            )
            return False
        self.offsets[id] = node.start
        if self.faults.of_data:
            self.paths[id] = f"in {self.where()}"
        if not whole:
            self.unread.append(id)
        return True

    def note_nameless(self, tree: Map, *keys: str) -> None:
        """Note where things stand that have no id, under their paths; no id begins with a colon."""
        for key in keys:
            child = tree.entries.get(key)
            if type(child) is Seq:
                self.offsets.update((f":{key}[{at}]", item.start) for at, item in enumerate(child.items))
            elif child is not None:
                self.offsets.update({f":{key}": child.start, f":{key}[0]": child.start})

    def _stratum(self, key: str, child: Tree) -> str | None:
        self.path.append("." + key)
        value = self.scalar(_TEXT)(child)
        self.path.pop()
        return value if isinstance(value, str) else None

    def _empty(self, key: str, child: Tree) -> None:
        word = type(child) is Scalar and child.value
        hint = f" If the word {child.value!r} is meant, put it in quotes." if word else ""  # type: ignore[union-attr]
        what = "text" if key in ("text", "name", "title") else key
        self.tell(f"The {what} is empty. Write it.{hint}", child, "." + key)

    def _unknown(self, key: str, child: Tree, fields: Mapping[str, Any], noun: type) -> None:
        if noun in (Theory, Network):
            self.nameless.add(noun)
        hint = did_you_mean(key, (*fields, *(self.strata if noun is Observation else ())))
        if noun is Observation and not hint:
            hint = " Name the columns that are groups in the measure's 'strata'."
        elif not hint:
            hint = " Keys for other tools begin with 'x-'."
        self.faults.add(
            f"The key {show(key)} is not known here.{hint}",
            child.key_start,
            self.where("." + key),
        )

    def data(self, node: Tree) -> Any:
        if type(node) is Scalar:
            if node.is_null:
                return None
            try:
                return _DATA.accept(check_text(node.value))
            except Refused as refused:
                self.tell(str(refused), node)
                return _MISSING
        if type(node) is Seq:
            if "_rows" not in self.__dict__:
                self._rows = self.many(
                    self.noun(Kind("a row with a date", Observation, noun=Observation)), _DATA_ROW
                )
            return self._rows(node) or None
        if type(node) is not Poison:
            self.tell("The path of a CSV file or a list of rows is wanted here.", node)
        return _MISSING

    def plain(self, node: Tree, depth: int = 1) -> Any:
        """What stands under a key for other tools, as plain data.

        A plain word becomes a number, true, false or null only where JSON would read it so, and only
        where writing the number gives the same word back; everything else stays the text it was.
        """
        if depth > DEEPEST and type(node) is not Scalar:
            self.tell(f"The value is nested more than {DEEPEST} deep.", node)
            return None
        if type(node) is Map:
            return FrozenDict(
                (self._plain_key(k, n), self.plain(n, depth + 1))
                for k, n in node.entries.items()
                if "\x00" not in k
            )
        if type(node) is Seq:
            return tuple([self.plain(n, depth + 1) for n in node.items])
        if type(node) is Scalar:
            value = node.value
            if node.style in ("", "json"):
                if node.is_null:
                    return None
                if value in ("true", "false"):
                    return value == "true"
                if _JSON_NUMBER(value):
                    try:
                        number = _NUMBER(value, False)
                    except Refused as refused:
                        if node.style == "json":
                            self.tell(str(refused), node)
                        return value
                    if node.style == "json" or value in (repr(number), written_number(number)):
                        return number
            try:
                check_characters(value)
            except Refused as refused:
                self.tell(str(refused), node)
                return None
            return value
        return None

    def _plain_key(self, key: str, child: Tree) -> str:
        try:
            check_characters(key)
        except Refused as refused:
            self.faults.add(str(refused), child.key_start, self.where())
        return key


_IDENTIFIED = frozenset({*SECTIONS.values(), Cause, Member})
_DATA = kind_of(attrs.fields_dict(Measure)["data"])
_TEXT = kind_of(attrs.fields_dict(Measure)["unit"])
_NUMBER: Any = kind_of(attrs.fields_dict(Measure)["target"]).parse
_DATA_ROW = Kind("a row with a date", Observation, noun=Observation)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _dash(node: Tree) -> str:
    return " Begin each entry with '- '." if type(node) is Map and not node.flow else ""


def _name(node: Tree) -> str:
    return {Map: "mapping", Seq: "list"}.get(type(node), "single value")


_SECTIONS_OF_A_THEORY = {"aims", "drivers", "change_ideas"}
"""What the file of a theory has, and that of a network has not."""


def read_theory(tree: Tree, faults: Faults, *, origin: Origin | None = None) -> Theory | None:
    """The theory that a tree tells of, or None where there are faults; every fault is told."""
    if type(tree) is not Map:
        if type(tree) is not Poison:
            faults.add(
                f"A theory file is a mapping that begins with 'driverkit: 1' and a title, not a {_name(tree)}.",
                tree.start,
            )
        return None
    reader = _Reader(faults)
    if not _read_version(tree, reader):
        return None
    if "hub" in tree.entries and not _SECTIONS_OF_A_THEORY & set(tree.entries):
        faults.add(
            "This is the file of a network, not a theory. Open it with `driverkit network` or dk.load_network.",
            tree.entries["hub"].key_start,
            "hub",
        )
        return None
    values, extra = _entries(reader, tree, Theory)
    if "title" not in tree.entries:
        faults.add("The key 'title' is missing: what is the theory called?", tree.start, "title")
    values.setdefault("title", "untitled")
    kept = {} if len(faults) else extra  # what was refused in it is told with its place, not raised without
    theory = Theory(**values, extra=kept, origin=origin, _trusted=True)
    for fault in faults_of(theory, unread=reader.unread):
        if reader.nameless and "is not defined" in fault.message:
            continue  # what it speaks of may be what could not be read
        node = _find(tree, reader.nodes, fault, reader.kept)
        faults.add(fault.message, node.start, fault.path, fault.id)
    for item, entry, where in reader.again:
        for fault in reference_faults(theory, item):
            if not (reader.nameless and "is not defined" in fault.message):
                node = _find(entry, {}, fault, reader.kept)
                faults.add(fault.message, node.start, f"{where}{fault.path}", fault.id)
    if len(faults):
        return None
    if origin is not None:
        reader.note_nameless(tree, "revision", "revisions")
        origin = attrs.evolve(origin, offsets=reader.offsets, line_starts=faults.starts, places=faults.places)
        object.__setattr__(theory, "origin", origin)
    return theory


def _entries(reader: _Reader, tree: Map, noun: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands at the top of a file: the fields of the noun, and the keys for other tools."""
    fields = reader.fields(noun)
    values: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, child in tree.entries.items():
        if key == "driverkit" or "\x00" in key:
            continue
        entry = fields.get(key)
        if entry is not None:
            reader.path.append(key)
            as_section = noun is Theory and key in SECTIONS
            value = _section(reader, key, child) if as_section else entry[0](child)
            reader.path.pop()
            if value is None and entry[1]:
                reader._empty(key, child)
            elif value is not _MISSING and value is not None:
                values[key] = value
            if noun is Network and value is _MISSING:
                reader.nameless.add(fields_of(noun)[key][1].noun)
        elif key.startswith("x-"):
            extra[reader._plain_key(key, child)] = reader.plain(child)
        else:
            reader._unknown(key, child, {"driverkit": None, **fields}, noun)
    return values, extra


@attrs.frozen
class ReadNetwork:
    """What the file of a network says.

    Attributes:
        values: the arguments of a `Network`, as far as they could be read.
        unread: the ids of what could not be read; None where a team could not whose id is not known.
        offsets: where each id is defined.
        tell: tells a fault of the network, found later, at its place in the file.
        placed: the same fault with its place in the file; it is not told.
    """

    values: dict[str, Any]
    unread: tuple[str, ...] | None
    offsets: Mapping[str, int]
    tell: Callable[[Fault], None]
    placed: Callable[[Fault], Fault]


def read_network(tree: Tree, faults: Faults) -> ReadNetwork | None:
    """What the file of a network says; every fault is told. None where nothing can be read."""
    if type(tree) is not Map:
        if type(tree) is not Poison:
            faults.add(
                "The file of a network is a mapping that begins with 'driverkit: 1', a title and the hub, "
                f"not a {_name(tree)}.",
                tree.start,
            )
        return None
    reader = _Reader(faults, of="network")
    if not _read_version(tree, reader, Network):
        return None
    if "hub" not in tree.entries and (found := [key for key in tree.entries if key in _SECTIONS_OF_A_THEORY]):
        faults.add(
            "This is the file of a theory, not of a network. Name the folder of the network, or the file "
            "network.yaml in it; `driverkit check` and dk.load open a theory.",
            tree.entries[found[0]].key_start,
            found[0],
        )
        return None
    values, extra = _entries(reader, tree, Network)
    for key, what in (("title", "what is the network called?"), ("hub", "which file is the common theory?")):
        if key not in tree.entries:
            faults.add(f"The key {key!r} is missing: {what}", tree.start, key)

    def tell(fault: Fault) -> None:
        faults.add(fault.message, _find(tree, {}, fault, reader.kept).start, fault.path, fault.id)

    def placed(fault: Fault) -> Fault:
        return faults.fault(fault.message, _find(tree, {}, fault, reader.kept).start, fault.path, fault.id)

    values["extra"] = {} if len(faults) else extra
    unread = None if reader.nameless & {Team, Network} else tuple(reader.unread)
    reader.note_nameless(tree, "history", "perspectives", "readiness")
    return ReadNetwork(values, unread, reader.offsets, tell, placed)


def _read_version(tree: Map, reader: _Reader, noun: type = Theory) -> bool:
    node = tree.entries.get("driverkit")
    if node is None:
        alike = [k for k in tree.entries if k not in fields_of(noun) and near(k, ["driverkit"])]
        hint = f" Is {alike[0]!r} meant?" if alike else ""
        reader.faults.add(
            f"The key 'driverkit' is missing. The file begins with 'driverkit: {FORMAT_VERSION}'.{hint}",
            tree.start,
            "driverkit",
        )
        return True
    text = node.value if type(node) is Scalar else ""
    if text == str(FORMAT_VERSION):
        return True
    if text.isdigit() and len(text) < 10 and int(text) > FORMAT_VERSION:
        reader.faults.add(
            f"The file has format {text} and needs a newer driverkit; this one reads format {FORMAT_VERSION}.",
            node.start,
            "driverkit",
        )
        return False
    reader.tell(f"The format of the file is written 'driverkit: {FORMAT_VERSION}'.", node, "driverkit")
    return True


def _section(reader: _Reader, name: str, node: Tree) -> Any:
    """A list of items with ids; remembers which part of the file each item came from."""
    if type(node) is not Seq:
        if type(node) is Scalar and node.is_null:
            return ()
        reader.nameless.add(SECTIONS[name])
        if type(node) is not Poison:
            reader.tell(f"A list is wanted here, not a {_name(node)}.{_dash(node)}", node)
        return _MISSING
    noun = SECTIONS[name]
    kept: list[Tree] = []
    found = []
    path = reader.path
    for number, item in enumerate(node.items):
        path.append(number)
        if type(item) is Map:
            value = reader.mapping(noun, item)
            if value is not _MISSING:
                found.append(value)
                kept.append(item)
        else:
            reader.nameless.add(noun)
            if type(item) is not Poison:
                reader.tell(f"A mapping that begins with an id is wanted here, not a {_name(item)}.", item)
        path.pop()
    reader.nodes[name] = kept
    return tuple(found)


_STEP = re.compile(r"\.?([A-Za-z_]+)|\[([0-9]+)\]")


def _find(tree: Map, nodes: Mapping[str, list[Tree]], fault: Fault, kept: Mapping[int, list[Tree]]) -> Tree:
    """The part of the file that a fault is about: as deep down its path as there is a node.

    The numbers of a path count what could be read: `nodes` has it for sections, `kept` for other lists.
    """
    node: Tree = tree
    steps = [m.group(1) or int(m.group(2)) for m in _STEP.finditer(fault.path)]
    if len(steps) >= 2 and steps[0] in nodes and isinstance(steps[1], int):
        node = nodes[str(steps[0])][steps[1]]
        steps = steps[2:]
    for step in steps:
        if isinstance(step, str) and type(node) is Map and step in node.entries:
            node = node.entries[step]
        elif isinstance(step, int) and type(node) is Seq and step < len(node.items):
            node = kept.get(id(node), node.items)[step]
        else:
            break
    if type(node) is Map and "to" in node.entries:
        node = node.entries["to"]
    return node


# -------------------------------------------------------------------------------------------- writing


def to_plain(theory: Theory) -> dict[str, Any]:
    """A theory as dicts, lists, texts, numbers and dates, in the order in which a file is written.

    What is empty is left out; a link that says no more than where it leads is a bare id.
    """
    return {"driverkit": FORMAT_VERSION, **_plain(theory)}


def _plain(value: Any) -> Any:
    noun: Any = type(value)
    fields = fields_of(noun)
    out: dict[str, Any] = {}
    for name, (_attribute, kind) in fields.items():
        held = getattr(value, name)
        if held is None or held == ():
            continue
        if name == "strata" and isinstance(held, FrozenDict):
            out.update(held)
        elif isinstance(held, tuple):
            out[name] = [_plain_item(item, kind) for item in held]
        elif attrs.has(type(held)):
            out[name] = _plain(held)
        else:
            out[name] = held
    if value.extra:
        out.update((k, thaw(x)) for k, x in value.extra.items())
    return out


def _plain_item(item: Any, kind: Kind) -> Any:
    if not attrs.has(type(item)):
        return item
    plain = _plain(item)
    if kind.shorthand and len(plain) == 1:
        return next(iter(plain.values()))
    return plain


def thaw(value: Any) -> Any:
    """Frozen containers as dicts and lists."""
    if isinstance(value, FrozenDict):
        return {k: thaw(x) for k, x in value.items()}
    if isinstance(value, tuple):
        return [thaw(x) for x in value]
    return value


def to_json_values(value: Any) -> Any:
    """The same with dates as ISO 8601 text."""
    if isinstance(value, dict):
        return {k: to_json_values(x) for k, x in value.items()}
    if isinstance(value, list):
        return [to_json_values(x) for x in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
