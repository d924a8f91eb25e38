"""What a rule is, what it finds, and how one is written.

A rule is a function that looks at a theory and says what is weak, under a decorator that names it:

    >>> from driverkit.checks import check
    >>> from driverkit.evidence.words import quoted
    >>> from driverkit.model import Driver, Theory
    >>> @rule(
    ...     "TEAM01",
    ...     "unowned-driver",
    ...     severity="info",
    ...     family="our team",
    ...     summary="Every driver has an owner.",
    ...     source="our charter",
    ... )
    ... def unowned_driver(theory):
    ...     for driver in theory.drivers:
    ...         if driver.owner is None:
    ...             yield Said(driver.id, f"{quoted(driver)} has no owner", "agree on who looks after it")
    >>> theory = Theory("Fewer falls", drivers=[Driver("P1", "Risk is known")])
    >>> print(check(theory, rules=[unowned_driver])[0].message)
    “Risk is known” has no owner: agree on who looks after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.model import Place

__all__ = ["PROFILES", "SEVERITIES", "Finding", "Rule", "Said", "rule"]

SEVERITIES = ("error", "warning", "info")
"""How much a finding weighs: a contradiction, a basic thing that is missing, advice."""

PROFILES = ("default", "ihi", "kdd", "strict")
"""The sets of rules that one can ask for by name."""


@frozen
class Said:
    """What a rule says about one place; `check` makes a `Finding` of it.

    Attributes:
        node: the id of the node or record that it is about; None for the theory as a whole.
        what: what is weak, in the node's own words; a sentence without its full stop.
        next: what to do about it; it goes on after a colon, so it begins in lower case.
        severity: where this case weighs less or more than the rule usually does.
    """

    node: str | None
    what: str
    next: str
    severity: str | None = None


@frozen
class Finding:
    """One thing that is weak in a theory.

    Attributes:
        code: the code of the rule.
        severity: error (a contradiction), warning (something basic is missing) or info (advice, and
            every known gap).
        message: one sentence: what is weak, in the node's own words, and what to do about it.
        node: the id of the node or record that it is about; None for the theory as a whole.
        where: its place in the file that the theory was read from, where there is one.
        rule: the name of the rule.
        family: the family of the rule.
        next_step: what to do about it, as a sentence of its own.
        known: the node says itself, in ``undeveloped``, why this is still open. A known gap is told
            but never fails a check.
    """

    code: str
    severity: str
    message: str
    node: str | None = None
    where: Place | None = None
    rule: str = ""
    family: str = ""
    next_step: str = ""
    known: bool = False

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.severity} {self.code}: {self.message}"


@frozen
class Rule:
    """A check: what it asks of a theory, why, and the function that looks.

    Attributes:
        code: its short name, which stays the same; the letters name its family.
        name: what it finds, in a few words joined by hyphens.
        severity: what its findings weigh: error, warning or info.
        family: what it is about.
        summary: what it asks of a theory, in one sentence.
        source: who says so; for a rule of driverkit's own, the reason.
        profiles: the sets of rules that it belongs to.
        heuristic: that there is something to find is a guess from the words, in English, and can be
            wrong; never on by default. Not marked are rules that stand on fields and read the words
            beside them: AIM02, AIM04 and AIM07 find an empty field, and the words decide only how it is
            told and weighed; MEA05 takes an aim without a population for one about equity by its words.
        gap: it finds something missing, which a node may declare as known with ``undeveloped``.
        needs: ``today`` where it needs a date, ``before`` where it needs the theory as it was; it is
            left out of a check to which that is not handed in.
        run: the function; called with the theory, and with what the rule needs.
    """

    code: str
    name: str
    severity: str
    family: str
    summary: str
    source: str
    profiles: tuple[str, ...] = field(default=PROFILES)
    heuristic: bool = False
    gap: bool = False
    needs: str | None = None
    run: Callable[..., Iterable[Said]] = field(default=lambda theory: (), repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise UsageError(
                f"The severity of rule {self.code} is one of {', '.join(SEVERITIES)}, not {self.severity!r}."
            )


def rule(
    code: str,
    name: str,
    *,
    severity: str,
    family: str,
    summary: str,
    source: str,
    profiles: Iterable[str] = PROFILES,
    heuristic: bool = False,
    gap: bool = False,
    needs: str | None = None,
) -> Callable[[Callable[..., Iterable[Said]]], Rule]:
    """Make a `Rule` of the function below it; the arguments are the rule's fields."""

    def make(run: Callable[..., Iterable[Said]]) -> Rule:
        return Rule(
            code, name, severity, family, summary, source, tuple(profiles), heuristic, gap, needs, run
        )

    return make
