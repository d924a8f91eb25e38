"""Which column of somebody's log may be which field: a guess with its reasons, for a person to confirm."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import field, frozen

from driverkit.analysis.frames import COLUMNS
from driverkit.analysis.log_cells import (
    CellRules,
    date_hints,
    error_value,
    likeness,
    looks_like_date,
    number_hints,
    plain_words,
)
from driverkit.analysis.log_table import LogTable
from driverkit.model import Measure, Theory

__all__ = [
    "CYCLE_FIELDS",
    "CYCLE_HEADINGS",
    "SERIES_FIELDS",
    "SERIES_HEADINGS",
    "ColumnGuess",
    "LogGuess",
    "guess",
    "number_of",
]

CYCLE_FIELDS: Mapping[str, str] = {
    "id": COLUMNS["cycles"]["id"],
    "number": "the number of the cycle among those of its change idea; its id is made of both: C1-T3",
    **{
        name: COLUMNS["cycles"].get(name) or COLUMNS["predictions"][name]
        for name in (
            *("change", "team", "site", "scale", "conditions", "follows", "adapted_from"),
            *("plan_date", "objective", "question", "prediction", "do_date", "observed", "as_planned"),
            *("study_date", "found", "result", "learned", "act_date", "decision", "next"),
        )
    },
}
"""The fields of a PDSA log and what they say."""

SERIES_FIELDS: Mapping[str, str] = {name: says for name, says in COLUMNS["series"].items() if name != "row"}
"""The fields of a table of points and what they say; the strata of the measure are further ones."""

CYCLE_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("cycle id", "pdsa id", "test id", "pdsa", "cycle", "ref", "reference", "cycle #", "pdsa #"),
    "number": (
        *("cycle #", "cycle number", "cycle no", "cycle nr", "pdsa #", "pdsa number", "pdsa cycle #"),
        *("test #", "test number", "#", "no", "nr", "number", "cycle", "pdsa cycle", "pdsa cycle number"),
    ),
    "change": (
        *(
            "change tested",
            "change idea",
            "change",
            "idea",
            "change idea tested",
            "test of change",
            "intervention",
        ),
        *(
            "what was tested",
            "what are you testing",
            "what change are you testing",
            "idea tested",
            "change concept",
        ),
    ),
    "team": (
        "team",
        "team name",
        "group",
        "lead",
        "led by",
        "test lead",
        "who",
        "tester",
        "tested by",
        "owner",
    ),
    "site": (
        "site",
        "ward",
        "unit",
        "clinic",
        "school",
        "location",
        "where",
        "setting",
        "department",
        "classroom",
    ),
    "scale": (
        *(
            "scale",
            "sample size",
            "number of patients",
            "number of people",
            "number tested",
            "n",
            "size of test",
        ),
        *("patients", "students", "how many", "scale of test"),
    ),
    "conditions": ("conditions", "context", "circumstances", "under what conditions", "shift"),
    "follows": ("follows", "previous cycle", "builds on", "follows cycle", "after cycle"),
    "adapted_from": ("adapted from", "borrowed from", "source cycle"),
    "plan_date": ("plan date", "date planned", "planned date", "planned", "planned on", "date of plan"),
    "objective": (
        *("objective", "aim", "goal", "purpose", "aim of cycle", "objective of cycle", "plan", "aim of test"),
        *("objective of this cycle", "what are we trying to learn", "purpose of the test"),
    ),
    "question": (
        "question",
        "questions",
        "learning question",
        "question to answer",
        "what do we want to know",
    ),
    "prediction": (
        *("prediction", "predictions", "predicted", "hypothesis", "expected result", "expected outcome"),
        *(
            "what do you predict",
            "what do we think will happen",
            "we predict",
            "what we expect",
            "expectation",
        ),
    ),
    "do_date": (
        *(
            "start date",
            "test date",
            "pdsa date",
            "date",
            "date of test",
            "date tested",
            "do date",
            "date done",
        ),
        *("cycle date", "date started", "started", "when", "date of cycle", "start"),
    ),
    "observed": (
        *(
            "what happened",
            "observations",
            "observed",
            "observation",
            "do",
            "what did you see",
            "what we did",
        ),
        *("what was done", "what actually happened", "notes on do"),
    ),
    "as_planned": (
        "as planned",
        "done as planned",
        "went as planned",
        "carried out as planned",
        "did it go as planned",
    ),
    "study_date": ("study date", "date studied", "end date", "date reviewed", "review date", "date of study"),
    "found": (
        *(
            "result",
            "results",
            "found",
            "findings",
            "outcome",
            "actual result",
            "actual outcome",
            "actual",
            "data",
        ),
        *("what did you find", "what we found", "measured result"),
    ),
    "result": (
        *("result", "prediction result", "prediction correct", "prediction held", "confirmed", "outcome"),
        *("was the prediction right", "prediction confirmed", "did the prediction hold"),
    ),
    "learned": (
        *(
            "learned",
            "learning",
            "lessons learned",
            "what did you learn",
            "what was learned",
            "lessons",
            "study",
        ),
        *("what we learned", "reflections", "conclusion", "conclusions", "analysis", "key learning"),
    ),
    "act_date": ("act date", "decision date", "date decided", "date of decision"),
    "decision": (
        *(
            "decision",
            "act",
            "adopt adapt abandon",
            "adapt adopt abandon",
            "action",
            "decision made",
            "act decision",
        ),
        *("adopt adapt or abandon", "what was decided"),
    ),
    "next": (
        *(
            "next steps",
            "next step",
            "next",
            "next cycle",
            "what next",
            "follow up",
            "next actions",
            "plan for next cycle",
        ),
        *("next test", "actions", "act"),
    ),
}
"""Headings that people give to the columns of a PDSA log; capitals, blanks and signs make no difference."""

SERIES_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "measure": ("measure", "measure id", "measure name", "indicator", "metric", "kpi"),
    "date": (
        *(
            "date",
            "week",
            "month",
            "period",
            "day",
            "week beginning",
            "week starting",
            "week of",
            "week commencing",
        ),
        *(
            "month beginning",
            "month starting",
            "month of",
            "reporting period",
            "start date",
            "period start",
            "when",
        ),
    ),
    "value": (
        *(
            "value",
            "values",
            "result",
            "rate",
            "percent",
            "percentage",
            "%",
            "score",
            "measurement",
            "reading",
        ),
        *("y", "data", "average", "mean", "count", "number"),
    ),
    "numerator": ("numerator", "num", "events", "cases", "number with", "yes", "n with", "successes"),
    "denominator": (
        "denominator",
        "den",
        "denom",
        "total",
        "sample size",
        "n",
        "bed days",
        "patients",
        "all",
        "out of",
    ),
    "site": CYCLE_HEADINGS["site"],
    "note": ("note", "notes", "comment", "comments", "annotation", "annotations", "remark", "remarks"),
    "phase": ("phase", "stage", "project phase"),
    "suppressed": ("suppressed", "hidden", "masked"),
    "excluded": ("excluded", "exclude", "reason excluded", "why excluded", "left out"),
}
"""Headings that people give to the columns of a table of points."""

_LEAST = 0.75
_PRIORITY = {
    "id": 1,
    "found": 1,
    "next": 1,
}  # where two fields fit a heading alike, the other one comes first
_NUMBER = re.compile(
    r"(?:(?:pdsa|cycle|test|no|nr|number|ramp)[ .:#_-]*)*#?\s*([0-9]{1,6}[a-z]?)(?:\.0+)?", re.IGNORECASE
).fullmatch
_WORDS = {
    "decision": ("adopt", "adapt", "expand", "abandon"),
    "result": ("confirmed", "mixed", "refuted"),
    "as_planned": ("yes", "no", "true", "false", "y", "n", "1", "0"),
    "suppressed": ("yes", "no", "true", "false", "y", "n", "1", "0", "x"),
}


def number_of(cell: str) -> str | None:
    """The number in a cell such as 3, #3, PDSA 3 or Cycle 3b; None where it holds something else.

    >>> number_of("Cycle 3b"), number_of("T3")
    ('3b', None)
    """
    match = _NUMBER(cell.strip())
    return match[1].lower() if match else None


@frozen
class ColumnGuess:
    """What one column may be.

    Attributes:
        column: its heading or, where that does not tell which it is, its number: ``#3``.
        field: the field that it may be; None where nothing is guessed.
        because: why.
        score: how sure the guess is, from 0 to 1; 1 for a heading that is known to be used for the field.
        cells: how many of its cells say something.
        example: the first of them.
    """

    column: str
    field: str | None
    because: str
    score: float
    cells: int
    example: str


@frozen
class LogGuess:
    """What the columns of a log may be. Printed, it is a table.

    Attributes:
        file: the log.
        told: how the file was read, and how many rows it has.
        columns: each of its columns.
        options: the options that alone fit its dates and numbers, such as ``{"date_format": ("dmy",)}``.
        asks: what only a person can say.
    """

    file: str
    told: str
    columns: tuple[ColumnGuess, ...]
    options: Mapping[str, object] = field(factory=dict)
    asks: tuple[str, ...] = ()

    @property
    def map(self) -> dict[str, str]:
        """The guess as a mapping: field to column."""
        return {one.field: one.column for one in self.columns if one.field is not None}

    @property
    def arguments(self) -> str:
        """The guess as options of the command line."""
        parts = [f"--map {shlex.quote(f'{name}={column}')}" for name, column in self.map.items()]
        for name, value in self.options.items():
            option = "--" + name.replace("_", "-")
            parts += [f"{option} {one}" for one in value] if isinstance(value, tuple) else [option]
        return " ".join(parts)

    def __str__(self) -> str:
        rows = [("column", "field", "because", "example")]
        rows += [
            (_short(one.column), one.field or "-", one.because, _short(one.example)) for one in self.columns
        ]
        widths = [max(len(row[n]) for row in rows) for n in range(3)]
        lines = [f"{self.file}: {self.told}"]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            lines.append("  ".join([*cells, row[3]]).rstrip())
        return "\n".join([*lines, *self.asks])


def _short(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 32 else line[:31] + "…"


def _resembles(heading: str, names: Iterable[str]) -> tuple[float, str]:
    """The name that a heading resembles most, and how much."""
    words = plain_words(heading)
    best = (0.0, "")
    for name in names:
        plain = plain_words(name)
        score = likeness(words, plain)
        have, want = words.split(), plain.split()
        if len(plain) > 3 and set(want) < set(have):
            score = max(score, 0.75 + 0.2 * len(want) / len(have))
        best = max(best, (min(score, 0.99), name), key=lambda one: one[0])
    return best


def _headings(theory: Theory, kind: str, measure: Measure | None) -> dict[str, tuple[str, ...]]:
    if kind == "cycles":
        return dict(CYCLE_HEADINGS)
    found = dict(SERIES_HEADINGS)
    if measure is not None:
        del found["measure"]
        found["value"] = (*found["value"], measure.name, measure.id)
    strata = measure.strata if measure is not None else [s for m in theory.measures for s in m.strata]
    for name in strata:
        found.setdefault(name, ())
        found = {field: tuple(n for n in names if n != name) for field, names in found.items()}
    return found


def guess(
    table: LogTable,
    theory: Theory,
    kind: str,
    *,
    measure: Measure | None = None,
    given: Mapping[str, str] | None = None,
    rules: CellRules | None = None,
) -> LogGuess:
    """What the columns of a log may be.

    A heading that is the name of a field, or one of `CYCLE_HEADINGS` and `SERIES_HEADINGS`, counts 1. One that
    resembles such a name counts as much as it does (`log_cells.likeness`), from 0.75 on; one that holds all of its
    words 0.75 and 0.2 times their share. Where most cells are no dates, numbers or words of the field, 0.3 is
    taken away. Each field goes to the column that counts most, the earlier one where two count alike; a column
    takes no field for which it counts 0.1 less than for another one.
    """
    rules = rules or CellRules()
    names = _headings(theory, kind, measure)
    fixed = {table.column(column): name for name, column in (given or {}).items()}
    offers: list[tuple[float, int, int, str, str]] = []
    for at, heading in enumerate(table.header):
        if at in fixed or not plain_words(heading):
            continue
        cells = list(table.cells(at))
        for name, known in names.items():
            if name in fixed.values():
                continue
            score, because = _weighed(heading, name, known, cells, rules)
            if score >= _LEAST:
                offers.append((score, _PRIORITY.get(name, 0), at, name, because))
    taken: dict[int, tuple[str, float, str]] = {at: (name, 1.0, "you said so") for at, name in fixed.items()}
    used = set(fixed.values())
    best = {at: max(offer[0] for offer in offers if offer[2] == at) for _, _, at, _, _ in offers}
    for score, _, at, name, because in sorted(offers, key=lambda o: (-o[0], o[1], o[2])):
        # A column whose field is taken is not pressed into one that it fits worse.
        if at not in taken and name not in used and score > best[at] - 0.1:
            taken[at] = (name, min(score, 1.0), because)
            used.add(name)
    passed = {at: name for _, _, at, name, _ in sorted(offers, key=lambda o: o[0])}
    columns = []
    for at in range(len(table.header)):
        cells = list(table.cells(at))
        if not cells and not table.header[at].strip():
            continue
        other = passed.get(at)
        why = f"{other} is another column already" if other else "no field has a heading like this"
        found: tuple[str | None, float, str] = taken.get(at) or (None, 0.0, why)
        guessed, weight, reason = found
        columns.append(
            ColumnGuess(
                table.name(at), guessed, reason, round(weight, 2), len(cells), cells[0] if cells else ""
            )
        )
    options, asks = _hints(table, taken, kind, measure, rules)
    rows = f"{len(table.rows):,} row{'' if len(table.rows) == 1 else 's'}"
    return LogGuess(table.file, f"{rows}, {table.told}", tuple(columns), options, tuple(asks))


_IS_DATE = ("plan_date", "do_date", "study_date", "act_date", "date")
_IS_NUMBER = ("scale", "value", "numerator", "denominator")


def _weighed(
    heading: str, name: str, known: Sequence[str], cells: Sequence[str], rules: CellRules
) -> tuple[float, str]:
    words = plain_words(heading)
    if words == plain_words(name):
        score, because = 1.0, "it is the name of the field"
    elif words in {plain_words(one) for one in known}:
        score, because = 1.0, "people use this heading for it"
    else:
        score, like = _resembles(heading, (name, *known))
        because = f"it resembles {like!r} ({score:.2f})"
    fits = _test(name, rules) if words != "id" else None
    if fits is None or not cells or score < _LEAST:
        return score, because
    good = sum(1 for cell in cells if error_value(cell) or fits(cell))
    if good * 2 >= len(cells):
        return score + 0.02, because
    return score - 0.3, because


def _test(name: str, rules: CellRules) -> Callable[[str], bool] | None:
    if name in _IS_DATE:
        return looks_like_date
    if name in _IS_NUMBER:
        return lambda cell: bool(re.match(r"[-+<*]?\s*[0-9]|\*", cell)) and not looks_like_date(cell)
    if name == "number":
        return lambda cell: number_of(cell) is not None
    if name == "id":
        return lambda cell: re.fullmatch(r"[A-Za-z0-9][\w.-]*", cell) is not None and number_of(cell) is None
    if name in _WORDS:
        return lambda cell: plain_words(rules.meant(cell)) in _WORDS[name]
    return None


def _hints(
    table: LogTable,
    taken: Mapping[int, tuple[str, float, str]],
    kind: str,
    measure: Measure | None,
    rules: CellRules,
) -> tuple[dict[str, object], list[str]]:
    """The options that the dates and numbers of the guessed columns ask for, beyond those that were given."""
    dates = [cell for at, (name, _, _) in taken.items() if name in _IS_DATE for cell in table.cells(at)]
    formats, asks = date_hints(dates)
    options: dict[str, object] = {}
    given = rules.date_format
    clear = {"dmy": "mdy", "mdy": "dmy", "excel": "excel-1904"}
    more = tuple(one for one in formats if one not in given and clear.get(one) not in given)
    if "dmy" in given or "mdy" in given:
        asks = []
    if more:
        options["date_format"] = more
    numbers = [cell for at, (name, _, _) in taken.items() if name in _IS_NUMBER for cell in table.cells(at)]
    found, more_asks = number_hints(numbers)
    if not rules.decimal_comma and not rules.thousands:
        options.update(found)
    else:
        more_asks = [ask for ask in more_asks if "percent" in ask]
    if rules.percent is not None:
        more_asks = [ask for ask in more_asks if "percent sign" not in ask]
    elif (
        any("percent sign" in ask for ask in more_asks)
        and measure is not None
        and "%" in (measure.unit or "")
    ):
        options["percent"] = ("keep",)
        more_asks = [ask for ask in more_asks if "percent sign" not in ask]
    return options, [*asks, *more_asks]
