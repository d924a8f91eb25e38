r"""What stands in a cell of somebody's log: dates, numbers and words as people write them in spreadsheets.

Nothing is guessed here. What can be read in two ways is refused with the option that says which one
is meant.

    >>> log_date("13/01/2026", CellRules(date_format=("dmy",)))
    datetime.date(2026, 1, 13)
    >>> log_number("1.234,5", CellRules(decimal_comma=True, thousands=True))
    1234.5
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.model.values import Refused, did_you_mean, show

__all__ = [
    "DATE_FORMATS",
    "PERCENT",
    "CellRules",
    "date_hints",
    "error_value",
    "likeness",
    "log_date",
    "log_number",
    "looks_like_date",
    "number_hints",
    "plain_words",
]

DATE_FORMATS: Mapping[str, str] = {
    "dmy": "13/01/2026 is day, month, year",
    "mdy": "01/13/2026 is month, day, year",
    "excel": "46035 is a day as Excel counts them, from 1900",
    "excel-1904": "44573 is a day as old Excel for Mac counts them, from 1904",
    "month": "2026-01, 01/2026 or Jan 2026 stands for the first day of that month",
    "no-time": "a time of day behind the date is left out",
}
"""What ``--date-format`` takes, and how a cell is then read. Days such as 2026-01-13, 2026/01/13 and 13 Jan 2026
are read without it."""

PERCENT: Mapping[str, str] = {"keep": "12 % is 12", "fraction": "12 % is 0.12"}
"""What ``--percent`` takes."""


def _known_formats(value: Iterable[str] | str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys([value] if isinstance(value, str) else value))
    for one in found:
        if one not in DATE_FORMATS:
            raise UsageError(
                f"There is no date format {show(one)}.{did_you_mean(one, DATE_FORMATS)} There are: "
                f"{', '.join(DATE_FORMATS)}."
            )
    for first, second in (("dmy", "mdy"), ("excel", "excel-1904")):
        if first in found and second in found:
            raise UsageError(f"The date formats {first} and {second} contradict each other. Choose one.")
    return found


def _percent(value: str | None) -> str | None:
    if value is not None and value not in PERCENT:
        raise UsageError(f"percent is one of {', '.join(PERCENT)}, not {show(value)}.")
    return value


def _words(value: Mapping[str, str] | None) -> dict[str, str]:
    return {plain_words(cell): meant for cell, meant in (value or {}).items()}


@frozen(kw_only=True)
class CellRules:
    """How cells are read that can be read in several ways.

    Attributes:
        date_format: of `DATE_FORMATS`, those that the log uses.
        decimal_comma: whether 3,5 is three and a half.
        thousands: whether 1,234 (with a decimal comma: 1.234) and 1 234 are one thousand and so on.
        percent: what 12 % is, of `PERCENT`; None where a percent sign is refused.
        read_as: what a cell says is read as what is meant: ``{"Adopted": "adopt", "Ask at bedtime": "C3"}``.
            Capitals, blanks and signs make no difference.
    """

    date_format: tuple[str, ...] = field(default=(), converter=_known_formats)
    decimal_comma: bool = False
    thousands: bool = False
    percent: str | None = field(default=None, converter=_percent)
    read_as: Mapping[str, str] = field(factory=dict, converter=_words)

    def meant(self, cell: str) -> str:
        """What a cell is read as."""
        return self.read_as.get(plain_words(cell), cell) if self.read_as else cell


def plain_words(text: str) -> str:
    """A text as it is compared: capitals, blanks, signs and forms of letters make no difference.

    >>> plain_words(" Cycle_#") == plain_words("CYCLE number")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("#", " number ")
    return " ".join(re.sub(r"[^\w]+|_", " ", folded).split())


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1, in the order of their words or in that of the alphabet.

    It is 2 x (letters in common) / (letters of both), as difflib counts them.
    """
    one, other = plain_words(one)[:500], plain_words(other)[:500]
    straight = SequenceMatcher(None, one, other, autojunk=False).ratio()
    one, other = " ".join(sorted(one.split())), " ".join(sorted(other.split()))
    return max(straight, SequenceMatcher(None, one, other, autojunk=False).ratio())


_ERROR = re.compile(
    r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|GETTING_DATA)"
    r"|Err:[0-9]{3}|#{3,}",
    re.IGNORECASE,
).fullmatch


def error_value(cell: str) -> str | None:
    """What to say of a cell that holds an error of a spreadsheet; None where it holds none."""
    word = cell.strip()
    if not word.startswith(("#", "E", "e")) or not _ERROR(word):
        return None
    if not word.strip("#"):
        return f"{show(word)} is what a spreadsheet shows where a column is too narrow. Widen it, and save again."
    return f"{show(word)} is an error of a spreadsheet. Mend its formula there, or empty the cell, and save again."


# ------------------------------------------------------------------------------------------------ dates

_TIME = (
    r"(?:[T ]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,]0+)?)?\s*(?:[ap]\.?m\.?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + _TIME, re.IGNORECASE).fullmatch
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2 ?([0-9]{4})" + _TIME, re.IGNORECASE).fullmatch
_SHORT_YEAR = re.compile(
    r"[0-9]{1,2}([-/. ]+)(?:[0-9]{1,2}|[^\W\d_]{3,9})\.?\1'?[0-9]{2}(?:[T ].*)?"
).fullmatch
_DAY_NAME = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th)?[- .]+([^\W\d_]{3,9})\.?,?[- ]+([0-9]{4})" + _TIME, re.IGNORECASE
).fullmatch
_NAME_DAY = re.compile(
    r"([^\W\d_]{3,9})\.?[- ]+([0-9]{1,2})(?:st|nd|rd|th)?,?[- ]+([0-9]{4})" + _TIME, re.IGNORECASE
).fullmatch
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s+", re.IGNORECASE
).match
_LOOSE = re.compile(r"(?<=[0-9]) ?([-/.]) ?(?=[0-9])")
_SERIAL = re.compile(r"([2-7][0-9]{4})(?:\.([0-9]+))?").fullmatch
_MONTH = re.compile(
    r"(?:([0-9]{4})[-/.]([0-9]{1,2})|([0-9]{1,2})[-/.]([0-9]{4})|([^\W\d_]{3,9})\.?[- ]+([0-9]{4}))",
    re.IGNORECASE,
).fullmatch
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def _month(word: str) -> int | None:
    word = word.casefold()
    if word == "sept":
        return 9
    hits = [number for number, name in enumerate(_MONTHS, 1) if name == word or name[:3] == word]
    return hits[0] if hits else None


def _tidy(cell: str) -> str:
    """A date without the name of the day, and without blanks that say nothing."""
    word = " ".join(cell.split())
    told = _WEEKDAY(word)
    word = word[told.end() :] if told is not None else word
    return _LOOSE.sub(r"\1", word)


def log_date(cell: str, rules: CellRules) -> dt.date:
    """The day that a cell names.

    Raises:
        Refused: it names none, or may be several; with the option that says which.
    """
    word = _tidy(cell)
    if match := _YEAR_FIRST(word):
        return _timed(_day(word, int(match[1]), int(match[3]), int(match[4])), match, word, rules)
    if match := _DAY_NAME(word) or _NAME_DAY(word):
        first_is_day = match[1].isdigit()
        number, name = (match[1], match[2]) if first_is_day else (match[2], match[1])
        month = _month(name)
        if month is not None:
            return _timed(_day(word, int(match[3]), month, int(number)), match, word, rules)
    if _SHORT_YEAR(word):
        raise Refused(
            f"{show(word)} has a year of two digits, and nobody knows of which century. Write years with four digits."
        )
    if match := _YEAR_LAST(word):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if "dmy" in rules.date_format:
            return _timed(_day(word, year, second, first, "dmy"), match, word, rules)
        if "mdy" in rules.date_format:
            return _timed(_day(word, year, first, second, "mdy"), match, word, rules)
        raise Refused(
            f"{show(word)} may be day, month, year or month, day, year. Say which: --date-format dmy or "
            "--date-format mdy."
        )
    if match := _SERIAL(word):
        return _of_serial(word, match, rules)
    if match := _MONTH(word):
        year_, month_ = match[1] or match[4] or match[6], match[2] or match[3]
        number_ = int(month_) if month_ else _month(match[5])
        if number_ is not None:
            if "month" in rules.date_format:
                return _day(word, int(year_), number_, 1)
            raise Refused(f"{show(word)} is a month. With --date-format month its first day is taken.")
    raise Refused(f"{show(word)} is no date. Write it as 2026-03-31.")


def _day(word: str, year: int, month: int, day: int, how: str = "") -> dt.date:
    try:
        if year < 1000:
            raise ValueError
        return dt.date(year, month, day)
    except ValueError:
        read = f" as {how}" if how else ""
        raise Refused(f"{show(word)} is no day of the calendar{read}.") from None


def _timed(day: dt.date, match: re.Match[str], word: str, rules: CellRules) -> dt.date:
    times = (match["hour"], match["minute"], match["second"])
    if any(int(part or 0) for part in times) and "no-time" not in rules.date_format:
        raise Refused(
            f"{show(word)} has a time of day, which has no place here. With --date-format no-time it is left out."
        )
    return day


def _of_serial(word: str, match: re.Match[str], rules: CellRules) -> dt.date:
    days = int(match[1])
    since_1900 = dt.date(1899, 12, 30) + dt.timedelta(days=days)
    if "excel" not in rules.date_format and "excel-1904" not in rules.date_format:
        raise Refused(
            f"{show(word)} looks like a day as Excel counts them, {since_1900.isoformat()}. If it is one, say "
            "--date-format excel."
        )
    if match[2] and int(match[2]) and "no-time" not in rules.date_format:
        raise Refused(
            f"{show(word)} has a time of day, which has no place here. With --date-format no-time it is left out."
        )
    return since_1900 if "excel" in rules.date_format else dt.date(1904, 1, 1) + dt.timedelta(days=days)


def looks_like_date(cell: str) -> bool:
    """Whether a cell is a date in some way of writing it, clear or not."""
    word = _tidy(cell)
    if _YEAR_FIRST(word) or _YEAR_LAST(word) or _SHORT_YEAR(word) or _SERIAL(word):
        return True
    name = _DAY_NAME(word) or _NAME_DAY(word)
    if name:
        return _month(name[2] if name[1].isdigit() else name[1]) is not None
    month = _MONTH(word)
    return month is not None and (month[5] is None or _month(month[5]) is not None)


def date_hints(cells: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """The date formats that alone fit all cells of a log's date columns; and what only a person can say.

    >>> date_hints(["13/01/2026", "02/02/2026"])
    (('dmy',), [])
    >>> date_hints(["03/02/2026"])[1]
    ["'03/02/2026' may be day, month, year or month, day, year: add --date-format dmy or --date-format mdy."]
    """
    found: dict[str, None] = {}
    asks: list[str] = []
    both: str | None = None
    fits = {"dmy": True, "mdy": True}
    timed = False
    for cell in cells:
        word = _tidy(cell)
        if match := _YEAR_LAST(word):
            both = both or word
            fits["dmy"] &= int(match[3]) <= 12 and int(match[1]) <= 31
            fits["mdy"] &= int(match[1]) <= 12 and int(match[3]) <= 31
        elif match := _SERIAL(word):
            found["excel"] = None
            timed |= bool(match[2] and int(match[2]))
        elif not _YEAR_FIRST(word) and not _SHORT_YEAR(word) and _MONTH(word):
            found["month"] = None
        when = _YEAR_FIRST(word) or match or _DAY_NAME(word) or _NAME_DAY(word)
        if when is not None and "hour" in when.re.groupindex:
            timed |= any(int(when[part] or 0) for part in ("hour", "minute", "second"))
    if both is not None:
        alone = [name for name, fit in fits.items() if fit]
        if len(alone) == 1:
            found[alone[0]] = None
        elif alone:
            asks.append(
                f"{show(both)} may be day, month, year or month, day, year: add --date-format dmy or --date-format mdy."
            )
        else:
            asks.append(
                "Some dates are day, month, year and others month, day, year; mend them in the spreadsheet."
            )
    if timed:
        found["no-time"] = None
    return tuple(found), asks


# ---------------------------------------------------------------------------------------------- numbers

_PLAIN = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?").fullmatch
_COMMA = re.compile(r"[-+]?[0-9]*,[0-9]+").fullmatch
_GROUPED = {
    False: re.compile(r"[-+]?[0-9]{1,3}(?:([, '\u2019])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?").fullmatch,
    True: re.compile(r"[-+]?[0-9]{1,3}(?:([. '\u2019])[0-9]{3})(?:\1[0-9]{3})*(?:,[0-9]+)?").fullmatch,
}


def log_number(cell: str, rules: CellRules) -> float:
    """The number that a cell holds.

    Raises:
        Refused: it holds none, or may be several; with the option that says which.
    """
    word = " ".join(cell.split()).replace("\u2212", "-")
    share = word.endswith("%")
    bare = word.removesuffix("%").strip() if share else word
    number = _of_digits(bare, word, rules)
    if not math.isfinite(number):
        raise Refused(f"{show(word)} is too large to be drawn or counted.")
    if not share:
        return number
    if rules.percent is None:
        raise Refused(
            f"{show(word)} has a percent sign. Say what it is: --percent keep ({bare}) or --percent fraction "
            f"({number / 100:g})."
        )
    return number if rules.percent == "keep" else number / 100


def _of_digits(bare: str, word: str, rules: CellRules) -> float:
    if len(bare) > 300:
        raise Refused(f"{show(bare)} is no number that can be drawn or counted.")
    comma = rules.decimal_comma
    grouped = _GROUPED[comma](bare)
    if grouped and rules.thousands:
        bare = bare.replace(grouped[1], "")
        return float(bare.replace(",", ".") if comma else bare)
    if _PLAIN(bare):
        if comma and "." in bare:
            raise Refused(
                f"{show(word)} has a point where decimals have commas. If points stand between thousands, add --thousands."
            )
        return float(bare)
    if _COMMA(bare) and comma:
        return float(bare.replace(",", "."))
    if _GROUPED[False](bare) and "," in bare and _COMMA(bare) and not rules.thousands:
        raise Refused(
            f"{show(word)} may be {bare.replace(',', '')} or {bare.replace(',', '.')}. Say which: --thousands or "
            "--decimal-comma."
        )
    if _COMMA(bare):
        raise Refused(
            f"{show(word)} has a decimal comma. If commas mark decimals in this log, add --decimal-comma."
        )
    if _GROUPED[False](bare) or _GROUPED[True](bare):
        both = (
            "--decimal-comma --thousands"
            if "," in bare and "." in bare and not _GROUPED[False](bare)
            else "--thousands"
        )
        raise Refused(f"{show(word)} has marks between thousands. If it does, add {both}.")
    raise Refused(
        f"{show(word)} is no number. Write digits; leave the cell empty where the value is missing, and write * "
        "where it is hidden on purpose."
    )


def number_hints(cells: Iterable[str]) -> tuple[dict[str, bool], list[str]]:
    """The options that alone fit all numbers of a log, and what only a person can say.

    >>> number_hints(["3,5", "12,25"])
    ({'decimal_comma': True}, [])
    """
    held = [" ".join(cell.split()) for cell in cells]
    shares = [word for word in held if word.endswith("%") and len(word) < 300]
    asks = []
    if shares:
        asks.append(
            f"{show(shares[0])} has a percent sign: add --percent keep (12 % is 12) or --percent fraction (0.12)."
        )
    bare = [word.removesuffix("%").strip() for word in held if len(word) < 300]
    odd = [
        word
        for word in bare
        if not _PLAIN(word) and (_COMMA(word) or _GROUPED[False](word) or _GROUPED[True](word))
    ]
    if not odd:
        return {}, asks
    fits = []
    for comma in (False, True):
        for thousands in (False, True):
            rules = CellRules(decimal_comma=comma, thousands=thousands)
            try:
                for word in odd:
                    _of_digits(word, word, rules)
                if comma:
                    for word in bare:
                        if _PLAIN(word):
                            _of_digits(word, word, rules)
            except Refused:
                continue
            fits.append(
                {name: True for name, on in (("decimal_comma", comma), ("thousands", thousands)) if on}
            )
    least = [one for one in fits if not any(other != one and other.keys() <= one.keys() for other in fits)]
    if len(least) == 1:
        return least[0], asks
    if least:
        asks.append(f"{show(odd[0])} may be read in two ways: add --thousands or --decimal-comma.")
    else:
        asks.append(
            f"{show(odd[0])} and other numbers are written in different ways; mend them in the spreadsheet."
        )
    return {}, asks
