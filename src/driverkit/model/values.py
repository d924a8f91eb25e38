"""What a field may hold: texts, ids, dates, numbers, choices, and lists of them.

Each kind of value is one *converter* (a plain function, used by the nouns as ``attrs`` converter)
and one `Kind` that says the same thing to readers and to the JSON Schema. The rule for a value is
written once, here; a constructor and a file are held to the same rule.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import math
import numbers
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

import attrs

from driverkit.errors import Fault, TheoryError

__all__ = [
    "DEEPEST",
    "ID_PATTERN",
    "FrozenDict",
    "Kind",
    "Refused",
    "kind_of",
    "near",
    "telling_faults",
    "trusted",
]

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
"""What an id looks like (contract section 2)."""

DEEPEST = 50
"""How deep data of other tools may be nested; readers take 64 levels of a whole file."""

_ID = re.compile(ID_PATTERN).fullmatch
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?").fullmatch
_WHOLE = re.compile(r"[-+]?[0-9]+").fullmatch
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(1, 17))
    + "]"
).search
_URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"\\^`{|}]+", re.IGNORECASE).fullmatch
_LONGEST_NUMBER = 400
_LARGEST = sys.float_info.max


class Refused(ValueError):
    """A value that its kind does not allow; the message says why, in one sentence."""


def near(word: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The known words that look most like ``word``, nearest first; what "did you mean" is made of."""
    from difflib import get_close_matches

    candidates = [k for k in known if abs(len(k) - len(word)) <= max(2, len(word) // 2)]
    if len(candidates) > 5000:  # difflib is quadratic in spirit: look only where the first letter agrees
        candidates = [k for k in candidates if k[:1].lower() == word[:1].lower()][:5000]
    folded: dict[str, list[str]] = {}
    for candidate in candidates:
        folded.setdefault(candidate.lower(), []).append(candidate)
    hits = get_close_matches(word.lower(), list(folded), n=most, cutoff=0.5)
    return tuple(c for hit in hits for c in folded[hit])[:most]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A short question to end a message with, or nothing where no known word is near."""
    hits = near(word, known, most=1)
    return f" Did you mean {hits[0]!r}?" if hits else ""


def show(value: object, *, most: int = 60) -> str:
    """A value in a message: quoted, on one line, cut where it is long."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…" + text[0]


class FrozenDict(Mapping[str, Any]):
    """A mapping that stays as it is: keeps its order, can be compared and hashed."""

    __slots__ = ("_hash", "_items")

    def __init__(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self._items: dict[str, Any] = dict(items)
        self._hash: int | None = None

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._items.items()))
        return self._hash

    def __repr__(self) -> str:
        return f"FrozenDict({self._items!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenDict, (self._items,))


EMPTY: FrozenDict = FrozenDict()

# ------------------------------------------------------------------------------------- single values


def check_characters(value: str) -> None:
    """Refuse controls, halves of characters and non-characters: no format can carry them all."""
    bad = _FORBIDDEN(value)
    if bad is None:
        return
    code = f"U+{ord(bad.group()):04X}"
    if "\ud800" <= bad.group() <= "\udfff":
        raise Refused(f"{code} is half of a character. Write the character itself, not its halves.")
    raise Refused(
        f"{code} is a control or non-character and cannot stand in a text. Take it out of {show(value)}."
    )


def check_text(value: str) -> str:
    """Let through a text that can be written to every format and shown everywhere; refuse others."""
    if value.isprintable():  # the quick way: no control, surrogate, non-character or line separator
        if value and not value.isspace():
            return value
        raise Refused("The text is empty. Write it, or leave the key out.")
    check_characters(value)
    if value.isspace():
        raise Refused("The text is empty. Write it, or leave the key out.")
    if all(unicodedata.category(c) in _UNSEEN for c in value):
        raise Refused(f"Nothing in the text {show(value)} can be seen. Write the text, or leave the key out.")
    return value


_UNSEEN = frozenset(("Cf", "Cc", "Zs", "Zl", "Zp"))


def _exact(value: str) -> str:
    """A text of a kind of its own (such as numpy's) as the plain text it is."""
    return value if type(value) is str else str.__str__(value)


def as_text(value: str) -> str:
    """A text that is not empty."""
    if not isinstance(value, str):
        raise Refused(f"A text is wanted, not {show(value)}.")
    return check_text(_exact(value))


def maybe_text(value: str | None) -> str | None:
    """A text, or None."""
    return None if value is None else as_text(value)


def as_id(value: str) -> str:
    """An id: a letter or digit, then letters, digits, ``_``, ``.`` and ``-``."""
    if not isinstance(value, str):
        raise Refused(f"An id is a text, not {show(value)}.")
    if not _ID(value):
        raise Refused(_why_no_id(value))
    return _exact(value)


def _why_no_id(value: str) -> str:
    if not value:
        return "The id is empty."
    if len(value) > 200:
        return f"An id has letters, digits, '_', '.' and '-' only; this begins {show(value)}."
    bad = next((c for c in value if not re.match(r"[A-Za-z0-9_.-]", c)), None)
    if bad is None:
        return f"An id begins with a letter or a digit, not as {value!r} does."
    return (
        f"{ascii(value) if not bad.isprintable() else repr(value)} is no id: it holds U+{ord(bad):04X}. "
        "An id has letters (A-Z, a-z), digits, '_', '.' and '-' only."
    )


def maybe_id(value: str | None) -> str | None:
    """An id, or None."""
    return None if value is None else as_id(value)


def as_reference(value: str) -> str:
    """An id, maybe one in another file: ``member/ID``."""
    if not isinstance(value, str):
        raise Refused(f"An id is a text, not {show(value)}.")
    member, slash, rest = value.partition("/")
    if slash:
        return f"{as_id(member)}/{as_id(rest)}"
    return as_id(value)


def maybe_reference(value: str | None) -> str | None:
    """A reference, or None."""
    return None if value is None else as_reference(value)


def as_about(value: str) -> str:
    """What evidence is about: an id, or a link ``CAUSE -> EFFECT``; spaces round the arrow are made one."""
    if not isinstance(value, str):
        raise Refused(f"An id or a link 'CAUSE -> EFFECT' is wanted, not {show(value)}.")
    cause, arrow, effect = value.partition("->")
    if arrow:
        return f"{as_id(cause.strip())} -> {as_id(effect.strip())}"
    return as_id(value)


def maybe_date(value: dt.date | str | None) -> dt.date | None:
    """A calendar date, given as `datetime.date` or as ISO 8601 text (``2026-03-01``); or None."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        raise Refused(f"A calendar date is wanted, without a time of day: {value.date().isoformat()!r}.")
    if isinstance(value, dt.date):
        if value.year < 1000:
            raise Refused(f"The year of {value.isoformat()!r} has fewer than four digits. Write it in full.")
        return value
    if isinstance(value, str):
        if not _DATE(value):
            raise Refused(f"{show(value)} is no date. Write it as year-month-day, for example 2026-03-01.")
        if value < "1000":
            raise Refused(f"The year of {value!r} has fewer than four digits. Write it in full.")
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise Refused(f"There is no such day as {value!r}.") from None
    raise Refused(f"A date is wanted, not {show(value)}.")


def as_date(value: dt.date | str) -> dt.date:
    """A calendar date."""
    date = maybe_date(value)
    if date is None:
        raise Refused("The date is missing.")
    return date


def maybe_number(value: float | None) -> float | None:
    """A finite number, whole or not; or None."""
    if value is None:
        return None
    return plain_number(value, "A number is wanted")


def plain_number(value: Any, wanted: str) -> float:
    """A number as Python's own int or float, whichever library it comes from."""
    number: Any = value
    if type(value) is not int and type(value) is not float:
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise Refused(f"{wanted}, not {show(value)}.")
        number = int(value) if isinstance(value, numbers.Integral) else float(value)
    try:
        finite = math.isfinite(number)
    except OverflowError:
        raise Refused("The number is too large to be drawn or counted.") from None
    if not finite:
        raise Refused(f"{value} is no number that can be drawn or counted. Leave a missing value empty.")
    return number  # type: ignore[no-any-return]  # one of two types by now


def plain_whole(value: Any, wanted: str) -> int:
    """A whole number as Python's own int."""
    number = plain_number(value, wanted)
    if not isinstance(number, int):
        raise Refused(f"{wanted}, not {show(value)}.")
    return number


def maybe_count(value: int | None) -> int | None:
    """A whole number of 0 or more; or None."""
    if value is None:
        return None
    number = plain_whole(value, "A whole number of 0 or more is wanted")
    if number < 0:
        raise Refused(f"A whole number of 0 or more is wanted, not {show(number)}.")
    return number


def maybe_level(value: int | None) -> int | None:
    """The level of a driver: 1 is primary, 2 secondary, and so on; or None."""
    if value is None:
        return None
    level = plain_whole(value, "A level is a whole number from 1 (primary) on")
    if not 1 <= level <= 1_000_000:
        raise Refused(f"A level is a whole number from 1 (primary) on, not {show(level)}.")
    return level


def maybe_year(value: int | None) -> int | None:
    """A year of four digits; or None."""
    if value is None:
        return None
    year = plain_whole(value, "A year of four digits is wanted")
    if not 1000 <= year <= 9999:
        raise Refused(f"A year of four digits is wanted, not {show(year)}.")
    return year


def maybe_flag(value: bool | None) -> bool | None:
    """True, False or None."""
    if value is None or isinstance(value, bool):
        return value
    raise Refused(f"true or false is wanted, not {show(value)}.")


def maybe_url(value: str | None) -> str | None:
    """An address that begins with ``http://``, ``https://`` or ``mailto:``; or None."""
    if value is None:
        return None
    text = as_text(value)
    if not _URL(text):
        raise Refused(
            f"{show(text)} is no address that may be opened: it begins with http://, https:// or mailto:."
        )
    return text


# -------------------------------------------------------------------------------------------- kinds


@attrs.frozen
class Kind:
    """What a field may hold, as readers and the JSON Schema need it.

    Attributes:
        name: what is wanted, in words.
        accept: the converter of the field.
        parse: reads a scalar as it was written; called with the text and whether it was quoted.
        schema: the JSON Schema of one value.
        many: the field holds a list of such values.
        noun: the class of the mapping that is wanted, where it is no scalar.
        shorthand: a scalar may stand for the mapping whose first field it fills.
        keyed: the field holds such values under names that the file chooses.
    """

    name: str
    accept: Callable[[Any], Any]
    parse: Callable[[str, bool], Any] | None = None
    schema: Mapping[str, Any] = attrs.field(factory=dict)
    many: bool = False
    noun: type | None = None
    shorthand: bool = False
    keyed: bool = False


_KINDS: dict[Callable[[Any], Any], Kind] = {}

F = TypeVar("F", bound=Callable[..., Any])


def register(kind: Kind) -> Kind:
    """Remember what a converter stands for."""
    _KINDS[kind.accept] = kind
    return kind


def kind_of(attribute: attrs.Attribute[Any]) -> Kind:
    """The kind of a noun's field."""
    return _KINDS[attribute.converter]  # type: ignore[index]


def _parse_text(source: str, quoted: bool) -> str:
    return check_text(source)


def _parse_id(source: str, quoted: bool) -> str:
    return source if _ID(source) else as_id(source)


def _parse_number(source: str, quoted: bool) -> float:
    if quoted:
        hint = " Write it without quotes." if _NUMBER(source) else ""
        raise Refused(f"A number is wanted, not the text {show(source)}.{hint}")
    if len(source) > _LONGEST_NUMBER:
        raise Refused(f"A number of {len(source):,} digits is no measurement.")
    if not _NUMBER(source):
        if source.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
            raise Refused(
                f"{source!r} is no number that can be drawn or counted. Leave a missing value empty."
            )
        raise Refused(f"A number is wanted, such as 12 or 3.5, not {show(source)}.")
    value: float = int(source) if _WHOLE(source) and source.strip("-+0") else _zero_or_float(source)
    if abs(value) > _LARGEST:
        raise Refused(f"{show(source)} is too large for a number.")
    return value


def _zero_or_float(source: str) -> float:
    # 0 is whole, -0 is the number that a float keeps and an int does not.
    return 0 if _WHOLE(source) and not source.startswith("-") else float(source)


def _whole(accept: Callable[[int | None], int | None]) -> Callable[[str, bool], int | None]:
    def parse(source: str, quoted: bool) -> int | None:
        value = _parse_number(source, quoted)
        if not isinstance(value, int):
            raise Refused(f"A whole number is wanted, not {show(source)}.")
        return accept(value)

    return parse


def _parse_flag(source: str, quoted: bool) -> bool:
    word = source.lower()
    if not quoted and word in ("true", "yes"):
        return True
    if not quoted and word in ("false", "no"):
        return False
    raise Refused(f"true or false is wanted, not {show(source)}.")


_TEXT_SCHEMA = {"type": "string", "minLength": 1}
_ID_SCHEMA = {"type": "string", "pattern": f"^{ID_PATTERN}$"}
_REF_SCHEMA = {"type": "string", "pattern": f"^{ID_PATTERN}(/{ID_PATTERN})?$"}
_ABOUT_SCHEMA = {"type": "string", "pattern": f"^{ID_PATTERN}( *-> *{ID_PATTERN})?$"}
_DATE_SCHEMA = {"type": "string", "format": "date", "pattern": "^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"}

TEXT = register(Kind("a text", as_text, _parse_text, _TEXT_SCHEMA))
register(Kind("a text", maybe_text, _parse_text, _TEXT_SCHEMA))
ID = register(Kind("an id", as_id, _parse_id, _ID_SCHEMA))
register(Kind("an id", maybe_id, _parse_id, _ID_SCHEMA))
REFERENCE = register(Kind("an id", as_reference, lambda s, q: as_reference(s), _REF_SCHEMA))
register(Kind("an id", maybe_reference, lambda s, q: as_reference(s), _REF_SCHEMA))
register(Kind("an id or a link 'CAUSE -> EFFECT'", as_about, lambda s, q: as_about(s), _ABOUT_SCHEMA))
register(Kind("a date", maybe_date, lambda s, q: maybe_date(s), _DATE_SCHEMA))
register(Kind("a date", as_date, lambda s, q: as_date(s), _DATE_SCHEMA))
register(Kind("a number", maybe_number, _parse_number, {"type": "number"}))
register(Kind("a whole number", maybe_count, _whole(maybe_count), {"type": "integer", "minimum": 0}))
register(Kind("a level", maybe_level, _whole(maybe_level), {"type": "integer", "minimum": 1}))
register(
    Kind("a year", maybe_year, _whole(maybe_year), {"type": "integer", "minimum": 1000, "maximum": 9999})
)
register(Kind("true or false", maybe_flag, _parse_flag, {"type": "boolean"}))
register(
    Kind(
        "an address",
        maybe_url,
        lambda s, q: maybe_url(s),
        {
            "type": "string",
            "pattern": '^([hH][tT][tT][pP][sS]?://|[mM][aA][iI][lL][tT][oO]:)[^\\s<>"\\\\^`{|}]+$',
        },
    )
)


# Type checkers follow a converter only where it is a function with a name. So each choice, list and
# inner noun has a small function of its own, whose meaning is told to readers by one of these:


def offers(converter: Callable[[Any], Any], *words: str) -> None:
    """Say that a converter lets through one of a few words."""
    listed = ", ".join(words[:-1]) + " or " + words[-1]
    register(Kind(f"one of {listed}", converter, lambda s, q: converter(s), {"enum": list(words)}))


def choose(converter: Callable[[Any], Any], value: str) -> str:
    """One of the words that a converter offers."""
    kind = _KINDS[converter]
    words: list[str] = kind.schema["enum"]
    if value in words:
        return value
    hint = did_you_mean(value, words) if isinstance(value, str) else ""
    raise Refused(f"O{kind.name[1:]} is wanted, not {show(value)}.{hint}")


def lists(converter: Callable[[Any], Any], single: Callable[[Any], Any]) -> None:
    """Say that a converter takes a list of what another converter takes one of."""
    register(attrs.evolve(_KINDS[single], accept=converter, many=True))


def each(single: Callable[[Any], Any], value: Any) -> tuple[Any, ...]:
    """A tuple of values; one value alone stands for a list of one, and None for none."""
    if value is None or value == ():
        return ()
    noun = _KINDS[single].noun
    if isinstance(value, (str, Mapping)) or (noun is not None and isinstance(value, noun)):
        value = (value,)
    if not isinstance(value, Iterable):
        raise Refused(f"A list is wanted, not {show(value)}.")
    return tuple([single(v) for v in value])


def holds(converter: Callable[[Any], Any], noun: type[Any], name: str, *, shorthand: bool = False) -> None:
    """Say that a converter takes a noun, or the mapping of its fields."""
    register(Kind(name, converter, None, {}, noun=noun, shorthand=shorthand))


N = TypeVar("N")


def inner(converter: Callable[[Any], Any], noun: Callable[..., N], value: Any) -> N:
    """A noun inside another: the value itself, a mapping of its fields, or its shorthand."""
    if isinstance(value, cast("type[N]", noun)):
        return value
    if isinstance(value, str) and _KINDS[converter].shorthand:
        return noun(value)
    if isinstance(value, Mapping):
        return noun(**_arguments(cast("type", noun), _KINDS[converter].name, value))
    raise Refused(
        f"{_KINDS[converter].name[:1].upper()}{_KINDS[converter].name[1:]} is wanted, not {show(value)}."
    )


def _arguments(noun: type, name: str, value: Mapping[Any, Any]) -> dict[str, Any]:
    """The keys of a mapping as arguments of a noun; those for other tools go under ``extra``."""
    fields = {a.alias: a for a in attrs.fields(noun) if a.init}
    arguments: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, held in value.items():
        if key in fields:
            arguments[key] = held
        elif isinstance(key, str) and key.startswith("x-"):
            extra[key] = held
        else:
            raise Refused(f"The key {show(key)} is not known in {name}.{did_you_mean(str(key), fields)}")
    for key, field in fields.items():
        if field.default is attrs.NOTHING and key not in arguments:
            raise Refused(f"The key {key!r} is missing in {name}.")
    if extra:
        arguments["extra"] = {**arguments.get("extra", {}), **extra}
    return arguments


def section(noun: type[N], value: Iterable[N] | None) -> tuple[N, ...]:
    """A section of a theory: values of one noun."""
    if value is not None and (not isinstance(value, Iterable) or isinstance(value, (str, Mapping))):
        raise Refused(f"A list of {noun.__name__} values is wanted here, not {show(value)}.")
    items = () if value is None else value if type(value) is tuple else tuple(value)
    for item in items:
        if type(item) is not noun:
            raise Refused(f"{noun.__name__} values are wanted here, not {show(item)}.")
    return items


def _freeze(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        check_characters(value)
        return _exact(value)
    if isinstance(value, numbers.Real):
        return plain_number(value, "A number is wanted")
    if depth > DEEPEST:
        raise Refused(f"The value is nested more than {DEEPEST} deep.")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise Refused(f"A key is a text, not {show(key)}.")
        return FrozenDict((_freeze(k), _freeze(v, depth + 1)) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return tuple([_freeze(v, depth + 1) for v in value])
    raise Refused(f"Only texts, numbers, lists and mappings can be kept, not {show(value)}.")


def as_extra(value: Mapping[str, Any]) -> FrozenDict:
    """Keys for other tools: every key begins with ``x-``; the values are plain data and kept untouched."""
    if value is EMPTY or value is None:
        return EMPTY
    if not isinstance(value, Mapping):
        raise Refused(f"A mapping is wanted, not {show(value)}.")
    for key in value:
        if not isinstance(key, str) or not key.startswith("x-"):
            raise Refused(f"A key for other tools begins with 'x-', not as {show(key)} does.")
    frozen: FrozenDict = _freeze(value)
    return frozen or EMPTY


def as_strata(value: Mapping[str, str]) -> FrozenDict:
    """Which group a point belongs to: stratum name to group."""
    if value is EMPTY or value is None:
        return EMPTY
    if not isinstance(value, Mapping):
        raise Refused(f"A mapping of a stratum to a group is wanted, not {show(value)}.")
    for name in value:
        if name in _COLUMNS or (isinstance(name, str) and name.startswith("x-")):
            raise Refused(f"{name!r} is a column of its own and cannot be the name of a stratum.")
    return FrozenDict((as_text(k), as_text(v)) for k, v in value.items()) or EMPTY


_COLUMNS = frozenset(
    ("date", "value", "numerator", "denominator", "site", "note", "phase", "suppressed", "excluded")
)


register(Kind("keys that begin with 'x-'", as_extra))
register(Kind("strata", as_strata))

# ------------------------------------------------------------------- values that were looked at already


@functools.cache
def _slots(noun: type) -> tuple[tuple[str, Any, Callable[[Any, Any], None]], ...]:
    """Each field with what it holds where nothing is given, and the quickest way to fill it."""
    return tuple(
        (f.name, None if f.default is attrs.NOTHING else f.default, getattr(noun, f.name).__set__)
        for f in attrs.fields(noun)
    )


def trusted(noun: type[N], values: Mapping[str, Any]) -> N:
    """A noun of values that their own kinds have let through, each exactly as the constructor would keep it.

    For readers, which hold every value to its kind to tell its place; a large file loads in half the
    time when that is not done twice.
    """
    made = object.__new__(noun)
    given = values.get
    for name, default, put in _slots(noun):  # type: ignore[arg-type]  # a class can be hashed
        put(made, given(name, default))
    return made


# ------------------------------------------------------------------------- telling faults all at once

C = TypeVar("C", bound=type)


def telling_faults(cls: C) -> C:
    """Let a noun's constructor tell every fault of a call at once, each with the field's name."""
    original: Any = vars(cls)["__init__"]
    signature = inspect.signature(original)
    fields = {f.name: f for f in attrs.fields(cls) if f.init}

    @functools.wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it takes the place of one
        try:
            original(self, *args, **kwargs)
        except (Refused, TheoryError) as first:
            bound = signature.bind(self, *args, **kwargs)
            faults = []
            for name, value in bound.arguments.items():
                converter: Any = fields[name].converter if name in fields else None
                if converter is None:
                    continue
                try:
                    converter(value)
                except Refused as refused:
                    faults.append(
                        Fault(str(refused), path=f"{cls.__name__}.{name}", id=_id_in(bound.arguments))
                    )
                except TheoryError as error:
                    faults.extend(error.faults)
            if not faults and isinstance(first, TheoryError):
                raise
            raise TheoryError(faults or str(first)) from None

    cls.__init__ = __init__  # type: ignore[misc]  # the very point of this decorator
    return cls


def _id_in(arguments: Mapping[str, Any]) -> str | None:
    value = arguments.get("id")
    return value if isinstance(value, str) else None
