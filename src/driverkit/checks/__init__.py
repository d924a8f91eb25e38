"""What makes a theory weak: one function a rule, grouped in families.

A weak theory is reported and still draws; a check never changes it and never refuses it.

    >>> from driverkit.model import Aim, Theory
    >>> findings = check(Theory("Falls", aims=[Aim("A1", "Fewer falls on ward 6")]), select=["AIM04"])
    >>> print(findings[0].message)
    “Fewer falls on ward 6” does not say by when: agree on a day and write it as 'by'.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from driverkit import shelves
from driverkit.checks.rule import PROFILES, SEVERITIES, Finding, Rule, Said, rule
from driverkit.errors import UsageError
from driverkit.evidence.words import quoted
from driverkit.model import Theory
from driverkit.model.values import did_you_mean

__all__ = ["PROFILES", "SEVERITIES", "Finding", "Rule", "Said", "check", "rule", "rules"]


def rules() -> tuple[Rule, ...]:
    """Every rule on the shelf, family by family; also as ``driverkit.checks.RULES``."""
    families = ("AIM", "STR", "CAU", "KDD", "MEA", "SER", "CYC", "PRD", "EVD", "VER", "TXT", "WOR")
    found = shelves.collect("driverkit.checks", Rule)
    place = {name: number for number, name in enumerate(families)}
    return tuple(sorted(found, key=lambda r: (place.get(r.code.rstrip("0123456789"), len(place)), r.code)))


def __getattr__(name: str) -> Any:
    if name == "RULES":
        return rules()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def check(
    theory: Theory,
    *,
    rules: Iterable[Rule] | None = None,
    profile: str = "default",
    select: Iterable[str] | str = (),
    ignore: Iterable[str] | str = (),
    today: dt.date | None = None,
    before: Theory | None = None,
) -> tuple[Finding, ...]:
    """What is weak in a theory, in the order of the file.

    Args:
        theory: the theory; it stays as it is.
        rules: the rules to go by; left out, all of the shelf. ``[*RULES, mine]`` adds one of your own.
        profile: the set of rules: default; ihi; kdd (one level of drivers); strict (everything, and the
            guesses from wording too).
        select: only these, whatever the profile: codes (``"AIM04"``), beginnings of codes (``"AIM"``),
            names of rules or of families.
        ignore: not these, named in the same way.
        today: the day to compare dates with; rules that need one are left out without it.
        before: the theory as it was; rules that look for what was dropped are left out without it.

    Returns:
        The findings. A gap that a node itself declares with ``undeveloped`` is known: it is told with
        the severity info, and never fails a check.

    Raises:
        UsageError: there is no such profile, code or name.
    """
    chosen = _chosen(tuple(rules) if rules is not None else _shelf(), profile, select, ignore)
    handed = {"today": today, "before": before}
    found: list[tuple[Any, int, Finding]] = []
    places = _Places(theory)
    for one in chosen:
        needed = handed.get(one.needs) if one.needs is not None else None
        if one.needs is not None and needed is None:
            continue
        for said in one.run(theory) if one.needs is None else one.run(theory, needed):
            finding = _finding(theory, one, said)
            found.append((places.key(finding), len(found), finding))
    found.sort(key=lambda f: (f[0], f[2].code, f[1]))
    return tuple(finding for _, _, finding in found)


def _shelf() -> tuple[Rule, ...]:
    return rules()


def _finding(theory: Theory, one: Rule, said: Said) -> Finding:
    item = theory.index.get(said.node) if said.node is not None else None
    why = getattr(item, "undeveloped", None) if one.gap else None
    what = said.what[:1].upper() + said.what[1:]
    next_step = f"{said.next[:1].upper()}{said.next[1:]}."
    if why is not None:
        message = f"{what}, which is known: {quoted(why)}."
        severity = "info"
    else:
        message = f"{what}: {said.next}."
        severity = said.severity or one.severity
    return Finding(
        code=one.code,
        severity=severity,
        message=message,
        node=said.node,
        where=theory.place(said.node) if said.node is not None else None,
        rule=one.name,
        family=one.family,
        next_step=next_step,
        known=why is not None,
    )


class _Places:
    """The order of the file: the theory first, then ids by their place, then those without a place."""

    def __init__(self, theory: Theory) -> None:
        self._order = {id: number for number, id in enumerate(theory.index)}

    def key(self, finding: Finding) -> tuple[int, int, int, int]:
        if finding.node is None:
            return (0, 0, 0, 0)
        number = self._order.get(finding.node, len(self._order))
        if finding.where is None:
            return (2, 0, 0, number)
        return (1, finding.where.line, finding.where.column, number)


def _chosen(
    known: Sequence[Rule], profile: str, select: Iterable[str] | str, ignore: Iterable[str] | str
) -> Iterator[Rule]:
    names = {name for one in known for name in one.profiles} | set(PROFILES)
    if profile not in names:
        raise UsageError(
            f"There is no profile {profile!r}.{did_you_mean(str(profile), names)} "
            f"There are {', '.join(dict.fromkeys((*PROFILES, *sorted(names))))}."
        )
    wanted = _named(known, select)
    unwanted = _named(known, ignore)
    asked = bool(wanted) or not _is_empty(select)
    return (
        one
        for one in known
        if (one.code in wanted if asked else profile in one.profiles) and one.code not in unwanted
    )


def _is_empty(given: Iterable[str] | str) -> bool:
    return not ([given] if isinstance(given, str) and given else list(given))


def _named(known: Sequence[Rule], given: Iterable[str] | str) -> set[str]:
    """The codes of the rules that some words name."""
    found: set[str] = set()
    for word in [given] if isinstance(given, str) and given else given:
        folded = word.strip().casefold()
        hits = {
            one.code
            for one in known
            if folded
            and (
                one.code.casefold().startswith(folded)
                or folded in (one.name.casefold(), one.family.casefold())
            )
        }
        if not hits:
            names = [w for one in known for w in (one.code, one.name, one.family)]
            families = sorted({one.code.rstrip("0123456789") for one in known})
            hint = did_you_mean(word, [*names, *families]) or f" Codes begin with {', '.join(families)}."
            raise UsageError(f"No rule has the code {word!r}.{hint}")
        found |= hits
    return found
