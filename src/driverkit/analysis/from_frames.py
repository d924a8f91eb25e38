"""From data frames of any library to a theory: a PDSA log in a spreadsheet becomes evidence.

    >>> import pandas as pd
    >>> from driverkit.model import ChangeIdea, Theory
    >>> theory = Theory("Fewer falls", change_ideas=[ChangeIdea("C1", "Ask at admission")])
    >>> log = pd.DataFrame(
    ...     {"id": ["T1"], "change": ["C1"], "do_date": ["2026-01-12"], "learned": ["too long"]}
    ... )
    >>> from_frames(theory, cycles=log).cycles[0].study.learned
    'too long'

The columns are those of `driverkit.analysis.frames`; what a cell may hold is what the theory file takes,
read as a spreadsheet would write it (see `from_frames`). Any library that narwhals knows will do.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import attrs

from driverkit.analysis.frames import COLUMNS, COMPUTED, cell_list
from driverkit.collector import collector_at_rest
from driverkit.errors import Fault, TheoryError, UsageError
from driverkit.formats import Limits
from driverkit.model import (
    SECTIONS,
    Act,
    Aim,
    Cause,
    ChangeIdea,
    Contribution,
    Do,
    Driver,
    Evidence,
    Measure,
    PdsaCycle,
    Plan,
    Prediction,
    Problem,
    Recommendation,
    Study,
    Team,
    Theory,
)
from driverkit.model.theory import faults_of
from driverkit.model.values import (
    EMPTY,
    FrozenDict,
    Kind,
    Refused,
    as_extra,
    did_you_mean,
    kind_of,
    show,
    trusted,
)

__all__ = ["REQUIRED", "TABLES", "from_frames"]

_NOUNS: Mapping[str, type] = {
    "cycles": PdsaCycle,
    "evidence": Evidence,
    "measures": Measure,
    "causes": Cause,
    "teams": Team,
    "recommendations": Recommendation,
}
_KINDS = {"aim": Aim, "driver": Driver, "change": ChangeIdea}
_STEPS: Mapping[str, type] = {"plan": Plan, "do": Do, "study": Study, "act": Act}
_ASKED = ("question", "prediction", "found", "result")
_OTHER_NAMES = {"nodes": {"parents": "contributes_to"}}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "nodes": ("id", "kind", "text"),
    "links": ("cause", "effect"),
    "cycles": ("id", "change"),
    "predictions": ("cycle",),
    "evidence": ("id", "about"),
    "measures": ("id", "name"),
    "series": ("measure", "date"),
    "causes": ("id", "text"),
    "teams": ("id",),
    "recommendations": ("id", "text"),
}
TABLES = tuple(REQUIRED)
"""The tables that `from_frames` takes, in the order in which their faults are told."""

_EXTRA = re.compile(r"(?:(plan|do|study|act)_)?x[-_](.*)", re.DOTALL).fullmatch
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?").fullmatch
_REMEMBERED = 100_000
_YES, _NO = ("yes", "true", "y", "1"), ("no", "false", "n", "0")


# ------------------------------------------------------------------------------------------- the cells


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT, NA, or a text of blanks."""
    if value is None:
        return True
    if type(value) is str:
        return not value or value.isspace()
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value  # noqa: PLR0124 - only NaN differs from itself


def _plain(value: Any) -> Any:
    """A value of numpy's, or a decimal number, as Python's own."""
    if type(value).__module__ == "numpy":
        return value.tolist()
    if isinstance(value, decimal.Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _as_words(value: Any) -> Any:
    """A number that a spreadsheet made of a text such as 5, as that text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value


def _text(kind: Kind) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, str):
            value = _as_words(value)
        elif "\r" in value:  # a spreadsheet's line breaks
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return kind.accept(value)

    return read


def name_reader(kind: Kind) -> Callable[[Any], Any]:
    """What reads the name of a site, team or group: a text in which blanks around it do not count."""
    read = _text(kind)
    return lambda value: read(value.strip() if isinstance(value, str) else value)


def _word(kind: Kind) -> Callable[[Any], Any]:
    """An id, a reference, an address: blanks around it do not count."""

    def read(value: Any) -> Any:
        value = _as_words(value)
        return kind.accept(value.strip() if isinstance(value, str) else value)

    return read


def _choice(kind: Kind) -> Callable[[Any], Any]:
    words = {word.replace("-", " "): word for word in kind.schema["enum"]}

    def read(value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip()
            found = words.get(value.lower().replace("-", " ").replace("_", " "))
            if found is not None:
                return found
        return kind.accept(value)

    return read


def _number(kind: Kind) -> Callable[[Any], Any]:
    whole = kind.schema["type"] == "integer"
    assert kind.parse is not None
    parse = kind.parse

    def read(value: Any) -> Any:
        if isinstance(value, str):
            word = value.strip()
            if whole and re.fullmatch(r"[-+]?[0-9]+\.0+", word):
                word = word.partition(".")[0]
            return parse(word, False)
        if whole and isinstance(value, float) and value.is_integer():
            value = int(value)
        return kind.accept(value)

    return read


def _flag(kind: Kind) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, (int, float)) and value in (0, 1):
            return bool(value)
        word = value.strip().lower() if isinstance(value, str) else None
        if word in _YES or word in _NO:
            return word in _YES
        raise Refused(f"yes or no (or true or false) is wanted, not {show(value)}.")

    return read


def _date(kind: Kind) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, dt.datetime):
            if (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
                return kind.accept(dt.date(value.year, value.month, value.day))
        elif isinstance(value, str):
            value = value.strip()
            midnight = _MIDNIGHT(value)
            value = midnight.group(1) if midnight else value
        return kind.accept(value)

    return read


def _list(kind: Kind, single: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, str):
            value = cell_list(value)
        elif not isinstance(value, (list, tuple)):
            value = [value]
        return tuple([single(_plain(part)) for part in value if not is_missing(part)])

    return read


def reader(kind: Kind) -> Callable[[Any], Any]:
    """What reads a cell of a spreadsheet as a value of a kind; it raises `Refused`."""
    type_ = kind.schema.get("type")
    if "enum" in kind.schema:
        read = _choice(kind)
    elif type_ in ("number", "integer"):
        read = _number(kind)
    elif type_ == "boolean":
        read = _flag(kind)
    elif kind.schema.get("format") == "date":
        read = _date(kind)
    elif kind.name == "a text":
        read = _text(kind)
    else:
        read = _word(kind)
    return read


def _field_reader(noun: type, name: str) -> Callable[[Any], Any]:
    kind = kind_of(attrs.fields_dict(noun)[name])
    if noun is PdsaCycle and name in ("team", "site"):
        return name_reader(kind)
    if not kind.many:
        return reader(kind)
    if kind.noun is Contribution:
        return _list(kind, reader(kind_of(attrs.fields_dict(Contribution)["to"])))
    item = attrs.evolve(kind, many=False)
    # A list's converter takes one value as a list of one; each entry is held to it by itself.
    one = _text if kind.name == "a text" else _word

    def single(value: Any) -> Any:
        if not isinstance(_as_words(value), str):
            raise Refused(f"{kind.name[:1].upper()}{kind.name[1:]} is wanted, not {show(value)}.")
        return one(item)(value)[0]

    return _list(kind, single)


# ------------------------------------------------------------------------------------------ the tables


def native(frame: Any, what: str) -> Any:
    """A frame of any library, seen through narwhals; a lazy one is collected.

    Raises:
        UsageError: it is no data frame.
    """
    import narwhals as nw

    if isinstance(frame, str | PathLike):
        raise UsageError(
            f"A data frame is wanted for {what}, not the name of a file: read it first, as with "
            "pandas.read_csv(name, dtype='string', keep_default_na=False)."
        )
    try:
        seen = nw.from_native(frame)
        seen = seen.collect() if isinstance(seen, nw.LazyFrame) else seen
        names = list(seen.columns)
    except (TypeError, ValueError, AttributeError) as refused:
        raise UsageError(
            f"A data frame is wanted for {what} (of pandas, polars or another library that narwhals knows), "
            f"not {show(type(frame).__name__)}: {show(str(refused), most=200)}"
        ) from None
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"The table of {what} has two columns of the name {twice!r}.")
    return seen


def cells(column: Any) -> list[Any]:
    """The cells of a column of narwhals; days, where all of its datetimes are at midnight."""
    import narwhals as nw

    if column.dtype == nw.Datetime and column.dtype.time_zone is None:
        import numpy as np

        moments = column.to_numpy()
        if moments.dtype.kind == "M":
            days = moments.astype("datetime64[D]")
            if ((moments == days) | np.isnat(moments)).all():
                return days.tolist()  # type: ignore[no-any-return]  # a list, of days
    return column.to_list()  # type: ignore[no-any-return]  # a list, of whatever the library holds


class Told:
    """The faults of a call, each with its table, row and column."""

    def __init__(self) -> None:
        self.faults: list[tuple[tuple[int, int, int], Fault]] = []

    def tell(
        self,
        message: str,
        table: Table,
        row: int | None = None,
        column: str | None = None,
        id: str | None = None,
    ) -> None:
        order = (table.order, -1 if row is None else row, table.place_of(column))
        self.faults.append((order, Fault(message, path=place(table.label, row, column), id=id)))

    def refuse(self) -> None:
        """Raise what was told, in order of tables and rows; as many as of a file are told at most."""
        if self.faults:
            self.faults.sort(key=lambda told: told[0])
            most = Limits().faults
            faults = [fault for _, fault in self.faults[:most]]
            if len(self.faults) > most:
                faults.append(Fault(f"There are {len(self.faults) - most:,} more faults like these."))
            raise TheoryError(faults)


def place(table: str, row: int | None = None, column: str | None = None) -> str:
    """How a fault names a cell; rows count from 1, and from 2 in a sheet with a heading in its first row.

    >>> place("cycles", 0, "scale")
    "cycles, row 1 (2 in a sheet with headings), column 'scale'"
    """
    parts = [table]
    if row is not None:
        parts.append(f"row {row + 1:,} ({row + 2:,} in a sheet with headings)")
    if column is not None:
        parts.append(f"column {column!r}")
    return ", ".join(parts)


class Table:
    """One frame: its columns as lists, read cell by cell."""

    def __init__(
        self,
        name: str,
        frame: Any,
        told: Told,
        more: Iterable[str] = (),
        *,
        required: Sequence[str] | None = None,
        label: str | None = None,
        order: int | None = None,
    ) -> None:
        self.name = name
        self.label = label or name
        self.order = TABLES.index(name) if order is None else order
        self.told = told
        required = REQUIRED[name] if required is None else required
        seen = native(frame, self.label)
        self.length = len(seen)
        other = _OTHER_NAMES.get(name, {})
        known = {*COLUMNS[name], *other, *more, *(_ASKED if name == "cycles" else ())}
        self.columns: dict[str, list[Any]] = {}
        self.written: dict[str, str] = {}
        self.extra: dict[tuple[str, str], str] = {}
        self.places: dict[str, int] = {}
        self.bad: set[int] = set()
        self.blank: set[int] = set()
        for number, column in enumerate(map(str, seen.columns)):
            self.places[column] = number
            extra = _EXTRA(column)
            if column in COMPUTED[name]:
                continue
            if column in known:
                self._take(other.get(column, column), column, seen)
            elif extra and (extra.group(1) is None or name == "cycles"):
                key = (extra.group(1) or "", "x-" + extra.group(2))
                if key in self.extra:
                    told.tell(
                        f"The columns {self.extra[key]!r} and {column!r} are the same one.",
                        self,
                        None,
                        column,
                    )
                self.extra[key] = column
                self.columns[column] = cells(seen[column])
            else:
                hint = did_you_mean(column, known - COMPUTED[name])
                told.tell(
                    f"The column {show(column)} is not known in the table of {name}.{hint} "
                    "Take it out or, for another tool, let its name begin with 'x_'.",
                    self,
                    None,
                    column,
                )
        for column in required:
            if column not in self.columns:
                told.tell(f"The column {column!r} is missing in the table of {name}.", self)
        # Sheets have empty rows, most of them at the end; what says nothing in them is no fault.
        first = self.columns.get(required[0], ())
        self.blank = {
            row
            for row, value in enumerate(first)
            if is_missing(value) and all(is_missing(held[row]) for held in self.columns.values())
        }

    def _take(self, name: str, column: str, seen: Any) -> None:
        if name in self.columns:
            self.told.tell(
                f"The columns {self.written[name]!r} and {column!r} say the same. Keep one.",
                self,
                None,
                column,
            )
            return
        self.written[name] = column
        self.columns[name] = cells(seen[column])

    def place_of(self, column: str | None) -> int:
        return -1 if column is None else self.places.get(column, len(self.places))

    def tell(self, message: str, row: int, column: str | None = None, id: str | None = None) -> None:
        self.bad.add(row)
        self.told.tell(message, self, row, self.written.get(column, column) if column else None, id)

    def read(self, name: str, how: Callable[[Any], Any], *, required: bool = False) -> list[Any]:
        """A column, each cell as a value; None where nothing is given, or what is given is refused and told."""
        held = self.columns.get(name)
        if held is None:
            return [None] * self.length
        found: list[Any] = [None] * self.length
        known: dict[Any, Any] = {}  # what texts and days were read as, as most come again and again
        for row, value in enumerate(held):
            often = type(value) is str or type(value) is dt.date
            if often and value in known:
                read = known[value]
            elif is_missing(value):
                if required and row not in self.blank:
                    self.tell(f"The {name} is missing.", row, name)
                continue
            else:
                try:
                    read = how(_plain(value))
                except Refused as refused:
                    read = refused
                if often and len(known) < _REMEMBERED:
                    known[value] = read
            if isinstance(read, Refused):
                self.tell(str(read), row, name)
            else:
                found[row] = read
        return found

    def extras(self, part: str = "") -> list[FrozenDict]:
        """The keys for other tools of each row."""
        found: list[dict[str, Any] | None] = [None] * self.length
        for (of, key), column in self.extra.items():
            if of != part:
                continue
            for row, value in enumerate(self.columns[column]):
                if isinstance(value, (Mapping, list, tuple)) or not is_missing(value):
                    value = _plain(value)
                    if isinstance(value, (dt.date, dt.datetime)):
                        value = value.isoformat()
                    try:
                        as_extra({key: value})
                    except Refused as refused:
                        self.tell(str(refused), row, column)
                        continue
                    held = found[row]
                    if held is None:
                        held = found[row] = {}
                    held[key] = value
        return [EMPTY if held is None else as_extra(held) for held in found]


# ---------------------------------------------------------------------------------------- what they hold


class Gathered:
    """What the tables hold, on its way to a theory."""

    def __init__(self, base: Theory, told: Told) -> None:
        self.base = base
        self.told = told
        self.sections: dict[str, list[Any]] = {
            **{name: list(getattr(base, name)) for name in SECTIONS},
            "causes": list(base.causes),
        }
        self.before = {name: len(items) for name, items in self.sections.items()}
        self.rows: dict[tuple[str, int], tuple[Table, int]] = {}
        self.links: dict[tuple[str, str], tuple[Table, int]] = {}
        self.unread: list[str] = []
        self.nameless = False
        self.where: dict[
            str, tuple[str, int]
        ] = {}  # section and place of each id; the first where there are two
        for name, items in self.sections.items():
            for number, item in enumerate(items):
                self.where.setdefault(item.id, (name, number))

    def put(self, section: str, item: Any, table: Table, row: int) -> None:
        items = self.sections[section]
        self.rows[section, len(items)] = (table, row)
        self.where.setdefault(item.id, (section, len(items)))
        items.append(item)

    def skip(self, id: str | None) -> None:
        """A row that cannot be an item; what speaks of it is not told of as well."""
        if id is None:
            self.nameless = True
        else:
            self.unread.append(id)

    def item(self, id: str) -> Any:
        section, number = self.where[id]
        return self.sections[section][number]

    def swap(self, id: str, item: Any) -> None:
        section, number = self.where[id]
        self.sections[section][number] = item

    def missing(self, id: str, known: Iterable[str]) -> str | None:
        """What to say of an id that is not there; None where it may be one that could not be read."""
        if id in self.unread or self.nameless:
            return None
        return f"{id!r} is not defined.{did_you_mean(id, known)}"


def _records(table: Table, noun: type, names: Iterable[str], required: Sequence[str]) -> Iterator[Any]:
    """For each row the fields that are given, as the noun takes them."""
    columns = {name: table.read(name, _field_reader(noun, name), required=name in required) for name in names}
    extras = table.extras()
    for row in range(table.length):
        values = {name: held[row] for name, held in columns.items() if held[row] is not None}
        if extras[row]:
            values["extra"] = extras[row]
        yield values


def _simple(gathered: Gathered, table: Table) -> None:
    """Evidence, measures, causes, teams and recommendations: a row is an item."""
    noun = _NOUNS[table.name]
    names = [name for name in COLUMNS[table.name] if name in table.columns]
    for row, values in enumerate(_records(table, noun, names, REQUIRED[table.name])):
        if row in table.blank:
            continue
        if row in table.bad:
            gathered.skip(values.get("id"))
        else:
            gathered.put(table.name, trusted(noun, values), table, row)


def _nodes(gathered: Gathered, table: Table) -> None:
    nouns = table.read("kind", _choice_of(_KINDS, "a node"), required=True)
    fields = {
        noun: {f.name for f in attrs.fields(noun) if f.name != "extra"} for noun in (Aim, Driver, ChangeIdea)
    }
    names = [n for n in COLUMNS["nodes"] if n in table.columns and n != "kind"]
    columns = {}
    for name in names:
        noun = next(noun for noun, has in fields.items() if name in has)
        columns[name] = table.read(name, _field_reader(noun, name), required=name in REQUIRED["nodes"])
    extras = table.extras()
    section = {Aim: "aims", Driver: "drivers", ChangeIdea: "change_ideas"}
    words = {Aim: "An aim", Driver: "A driver", ChangeIdea: "A change idea"}
    for row, noun in enumerate(nouns):
        if row in table.blank:
            continue
        values = {name: held[row] for name, held in columns.items() if held[row] not in (None, ())}
        if noun is not None:
            for name in values.keys() - fields[noun]:
                table.tell(f"{words[noun]} has no {name}.", row, name, values.get("id"))
        if row in table.bad or noun is None:
            gathered.skip(values.get("id"))
            continue
        if "contributes_to" in values:
            values["contributes_to"] = tuple([Contribution(to) for to in values["contributes_to"]])
        if extras[row]:
            values["extra"] = extras[row]
        gathered.put(section[noun], trusted(noun, values), table, row)


def _choice_of(words: Mapping[str, Any], what: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        word = value.strip().lower() if isinstance(value, str) else ""
        if word not in words:
            hint = did_you_mean(word, words)
            raise Refused(f"The kind of {what} is one of {', '.join(words)}, not {show(value)}.{hint}")
        return words[word]

    return read


def _links(gathered: Gathered, table: Table) -> None:
    ends = {
        name: table.read(name, _field_reader(Contribution, "to"), required=True)
        for name in ("cause", "effect")
    }
    implied = table.read("implied", _FLAG)
    names = [n for n in ("strength", "because", "only_where", "fails_at") if n in table.columns]
    entries: dict[str, dict[str, Contribution]] = {}
    nodes = dict.fromkeys((Aim, Driver, ChangeIdea))
    for row, values in enumerate(_records(table, Contribution, names, ())):
        cause, effect = ends["cause"][row], ends["effect"][row]
        if row in table.bad or row in table.blank or implied[row]:
            continue
        if cause not in gathered.where:
            said = gathered.missing(cause, gathered.where)
            if said is not None:
                table.tell(said, row, "cause", cause)
            continue
        node = gathered.item(cause)
        if type(node) not in nodes:
            table.tell(
                f"{cause!r} is no aim, driver or change idea, and links join only those.", row, "cause", cause
            )
            continue
        held = entries.get(cause)
        if held is None:
            held = entries[cause] = {c.to: c for c in node.contributes_to}
        new = gathered.where[cause][1] >= gathered.before[gathered.where[cause][0]]
        if (cause, effect) in gathered.links or (effect in held and not new):
            which = "twice in the table" if (cause, effect) in gathered.links else "there already"
            table.tell(f"The link '{cause} -> {effect}' is {which}. Keep one.", row, "effect", cause)
            continue
        gathered.links[cause, effect] = (table, row)
        held[effect] = trusted(Contribution, {"to": effect, **values})
    for cause, held in entries.items():
        gathered.swap(cause, attrs.evolve(gathered.item(cause), contributes_to=tuple(held.values())))


def _cycles(gathered: Gathered, table: Table) -> None:
    own = [
        n for n in COLUMNS["cycles"] if n in table.columns and n in {f.name for f in attrs.fields(PdsaCycle)}
    ]
    steps: dict[str, tuple[type, dict[str, list[Any]], list[FrozenDict]]] = {}
    for step, noun in _STEPS.items():
        columns = {}
        for field in attrs.fields(noun):
            name = f"{step}_date" if field.name == "date" else field.name
            if field.name != "extra" and name in table.columns:
                columns[field.name] = table.read(name, _field_reader(noun, field.name))
        steps[step] = (noun, columns, table.extras(step))
    asked = {n: table.read(n, _field_reader(Prediction, n)) for n in _ASKED if n in table.columns}
    for row, values in enumerate(_records(table, PdsaCycle, own, REQUIRED["cycles"])):
        if row in table.blank:
            continue
        if row in table.bad:
            gathered.skip(values.get("id"))
            continue
        for step, (noun, columns, extras) in steps.items():
            part = {name: held[row] for name, held in columns.items() if held[row] is not None}
            if extras[row]:
                part["extra"] = extras[row]
            if part:
                values[step] = trusted(noun, part)
        question = {name: held[row] for name, held in asked.items() if held[row] is not None}
        if question:
            values["predictions"] = (trusted(Prediction, question),)
        gathered.put("cycles", trusted(PdsaCycle, values), table, row)


def _predictions(gathered: Gathered, table: Table) -> None:
    cycles = table.read("cycle", _field_reader(PdsaCycle, "id"), required=True)
    names = [n for n in ("question", "prediction", "found", "result", "date") if n in table.columns]
    found: dict[str, list[Prediction]] = {}
    for row, values in enumerate(_records(table, Prediction, names, ())):
        id = cycles[row]
        if id is None:
            continue
        if id not in gathered.where or gathered.where[id][0] != "cycles":
            known = [cycle.id for cycle in gathered.sections["cycles"]]
            said = f"{id!r} is no cycle." if id in gathered.where else gathered.missing(id, known)
            if said is not None:
                table.tell(said, row, "cycle", id)
        elif row not in table.bad:
            found.setdefault(id, []).append(trusted(Prediction, values))
    for id, more in found.items():
        cycle = gathered.item(id)
        gathered.swap(id, attrs.evolve(cycle, predictions=(*cycle.predictions, *more)))


_FLAG = _flag(kind_of(attrs.fields_dict(Do)["as_planned"]))
_STEP = re.compile(r"(?:problem\.)?(\w+)\[(\d+)\](?:\.(\w+)(?:\[(\d+)\])?)?")


def _tell_theory_faults(gathered: Gathered, theory: Theory) -> None:
    """What keeps the rows from being a theory together, each told at the row it comes from."""
    for fault in faults_of(theory, unread=gathered.unread):
        if gathered.nameless and "is not defined" in fault.message:
            continue  # what it speaks of may be what could not be read
        match = _STEP.match(fault.path)
        where = None
        column = None
        if match:
            section, number, column, entry = (
                match.group(1),
                int(match.group(2)),
                match.group(3),
                match.group(4),
            )
            where = gathered.rows.get((section, number))
            if column == "contributes_to":
                node = gathered.sections[section][number]
                tos = [c.to for c in node.contributes_to]
                tos = [tos[int(entry)]] if entry is not None else tos
                row = next(
                    (gathered.links[node.id, to] for to in tos if (node.id, to) in gathered.links), None
                )
                if row is not None:
                    where, column = row, "effect"
        if where is None and "used twice" in fault.message:
            # Of two items of one id the later in the file is told of; the fault is of the row that is new.
            rows = (
                r for (section, n), r in gathered.rows.items() if gathered.sections[section][n].id == fault.id
            )
            where = next(rows, None)
        if where is None:
            gathered.told.faults.append(((len(TABLES), 0, 0), fault))
        else:
            table, row_number = where
            if column is None or column not in table.columns:
                column = "id" if "used twice" in fault.message else None
            table.tell(fault.message, row_number, column, fault.id)


_TAKERS: Mapping[str, Callable[[Gathered, Table], None]] = {
    "nodes": _nodes,
    "causes": _simple,
    "measures": _simple,
    "links": _links,
    "cycles": _cycles,
    "predictions": _predictions,
    "evidence": _simple,
    "teams": _simple,
    "recommendations": _simple,
}


def from_frames(
    theory: Theory | None = None,
    *,
    title: str | None = None,
    nodes: Any = None,
    links: Any = None,
    cycles: Any = None,
    predictions: Any = None,
    evidence: Any = None,
    measures: Any = None,
    series: Any = None,
    causes: Any = None,
    teams: Any = None,
    recommendations: Any = None,
) -> Theory:
    """A theory with the rows of data frames in it; the way back from `to_frames` and the frames it lists.

    Every table may be a frame of pandas, polars or any other library that narwhals knows; a lazy one is
    collected. The columns are those that the functions ``*_frame`` give, in any order; only the required
    ones have to be there. Columns that are worked out are passed over, an unknown one is refused with the
    nearest name, and one whose name begins with ``x_`` or ``x-`` is kept as a key for other tools.

    Cells are read as spreadsheets write them. None, NaN, NaT and blanks mean that nothing is given.
    Dates are dates, datetimes at midnight or ISO 8601 text; numbers may stand in texts; yes or no may be
    written yes, no, true, false, 1 or 0; a number in a column of texts or ids is taken for its digits;
    small and capital letters do not matter where one of a few words is wanted. Several texts stand in one
    cell with semicolons between them, or in a list.

    Args:
        theory: the rows are added to it, each at the end of its section; None begins a new theory.
        title: what the theory is called; left out, as it was, or "Untitled".
        nodes: ``id``, ``kind`` (aim, driver or change) and ``text`` are required. ``parents`` is another name
            for ``contributes_to``.
        links: ``cause`` and ``effect`` are required. They say more about links of ``contributes_to``, or
            stand in their place; implied ones are passed over.
        cycles: ``id`` and ``change`` are required. Where each cycle asks one question, ``question``,
            ``prediction``, ``found`` and ``result`` may stand in its row.
        predictions: ``cycle`` is required: the id of a cycle of the table of cycles or of the theory.
        evidence: ``id`` and ``about`` are required.
        measures: ``id`` and ``name`` are required.
        series: ``measure`` and ``date`` are required; see `with_series` for the other columns.
        causes: ``id`` and ``text`` are required.
        teams: ``id`` is required.
        recommendations: ``id`` and ``text`` are required.

    Raises:
        TheoryError: every fault at once, each with its table, row and column; rows count from 1.
        UsageError: what is given is no data frame, or has two columns of one name; or the first thing is no theory.

    What tables do not hold: the revision, headings, perspectives, revisions and keys for other tools of
    the theory as a whole, and the words of its problem; hand in a theory that has them, or use
    ``.replace``. A Plan, Do, Study or Act with nothing in it comes back as none; numbers come back as
    64-bit floats; a key for other tools that holds null or blanks comes back as none; a series that stood
    in a file comes back as rows in the theory.
    """
    if theory is not None and not isinstance(theory, Theory):
        raise UsageError(
            f"The theory comes first, then tables by name: from_frames(theory, cycles=…), not "
            f"{show(type(theory).__name__)}. The dict of to_frames is handed in as from_frames(None, **tables)."
        )
    base = theory if theory is not None else Theory("Untitled")
    given = {
        "nodes": nodes,
        "causes": causes,
        "measures": measures,
        "links": links,
        "cycles": cycles,
        "predictions": predictions,
        "evidence": evidence,
        "teams": teams,
        "recommendations": recommendations,
    }
    told = Told()
    gathered = Gathered(base, told)
    with collector_at_rest():
        for name, take in _TAKERS.items():
            if given[name] is not None:
                table = Table(name, given[name], told)
                if told.faults and any(column not in table.columns for column in REQUIRED[name]):
                    gathered.nameless = True
                    continue
                take(gathered, table)
        if series is not None:
            from driverkit.analysis.series_rows import take_series

            take_series(gathered, series)
    changes: dict[str, Any] = {name: tuple(gathered.sections[name]) for name in SECTIONS}
    if len(gathered.sections["causes"]) > gathered.before["causes"]:
        changes["problem"] = attrs.evolve(
            base.problem or Problem(), causes=tuple(gathered.sections["causes"])
        )
    if title is not None:
        changes["title"] = title
    made = attrs.evolve(base, **changes, _trusted=True)
    _tell_theory_faults(gathered, made)
    told.refuse()
    return made
