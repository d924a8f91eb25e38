"""Aims: what, how much, for whom, by when, and by which measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

from driverkit.checks import sources
from driverkit.checks.english import names_a_day, names_an_amount, only_a_direction
from driverkit.checks.rule import Said, rule
from driverkit.evidence import measures_of
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import snapshot
from driverkit.model import Aim, Theory

_aim_rule = partial(rule, family="aim")


def _global(theory: Theory) -> set[str]:
    """The aims that stand over other aims, which may be measured in their place."""
    net = snapshot(theory)
    aims = len(theory.aims)
    return {aim.id for i, aim in enumerate(theory.aims) if any(c < aims for c in net.causes[i])}


def _own(theory: Theory) -> Iterator[Aim]:
    over = _global(theory)
    return (aim for aim in theory.aims if aim.id not in over)


def _is_wish(aim: Aim) -> bool:
    return aim.target is None and only_a_direction(aim.text)


@_aim_rule(
    "AIM01",
    "no-aim",
    severity="warning",
    summary="A theory has an aim.",
    source=sources.IHI,
)
def no_aim(theory: Theory) -> Iterator[Said]:
    """Nothing to reach."""
    if not theory.aims:
        yield Said(
            None,
            f"{quoted(theory.title)} has no aim",
            "say what is to improve, by how much, for whom and by when",
        )


@_aim_rule(
    "AIM02",
    "aim-without-amount",
    severity="warning",
    gap=True,
    summary="Every aim says how much: where it is to be. An aim over other aims may leave that to them.",
    source=f"{sources.IHI}; {sources.REL}; {sources.KDD}",
)
def aim_without_amount(theory: Theory) -> Iterator[Said]:
    """No target."""
    for aim in _own(theory):
        if aim.target is None and not _is_wish(aim):
            if names_an_amount(aim.text):
                yield Said(
                    aim.id,
                    f"{quoted(aim)} says how much in words only",
                    "write the numbers as 'baseline' and 'target' too, so that they can be drawn and followed",
                    severity="info",
                )
            else:
                yield Said(
                    aim.id,
                    f"{quoted(aim)} does not say how much",
                    "write where it stands and where it is to be, as 'baseline' and 'target'",
                )


@_aim_rule(
    "AIM03",
    "aim-without-baseline",
    severity="info",
    gap=True,
    summary="An aim with a target says from where it starts.",
    source=f"{sources.IHI}; {sources.REL}",
)
def aim_without_baseline(theory: Theory) -> Iterator[Said]:
    """A target without a start."""
    for aim in _own(theory):
        if aim.target is not None and aim.baseline is None:
            yield Said(
                aim.id,
                f"{quoted(aim)} says where to ({aim.target:g}) but not from where",
                "look up where you stand now and write it as 'baseline'",
            )


@_aim_rule(
    "AIM04",
    "aim-without-date",
    severity="warning",
    gap=True,
    summary="Every aim says by when. An aim over other aims may leave that to them.",
    source=f"{sources.IHI}; {sources.REL}; {sources.KDD}",
)
def aim_without_date(theory: Theory) -> Iterator[Said]:
    """No day by which."""
    for aim in _own(theory):
        if aim.by is None:
            if names_a_day(aim.text):
                yield Said(
                    aim.id,
                    f"{quoted(aim)} says by when in words only",
                    "write the day as 'by' too, so that it can be followed",
                    severity="info",
                )
            else:
                yield Said(
                    aim.id,
                    f"{quoted(aim)} does not say by when",
                    "agree on a day and write it as 'by'",
                )


@_aim_rule(
    "AIM05",
    "aim-without-population",
    severity="info",
    gap=True,
    summary="Every aim says for whom. An aim over other aims may leave that to them.",
    source=f"{sources.IHI}; {sources.REL}",
)
def aim_without_population(theory: Theory) -> Iterator[Said]:
    """Nobody named."""
    for aim in _own(theory):
        if aim.population is None:
            yield Said(
                aim.id,
                f"{quoted(aim)} does not say for whom",
                "name the people or places that it is about as 'population', and who is not meant",
            )


@_aim_rule(
    "AIM06",
    "aim-without-measure",
    severity="warning",
    gap=True,
    summary="Every aim has a measure that tells whether it is reached. An aim over other aims may leave that to them.",
    source=f"{sources.IHI}; {sources.REL}",
)
def aim_without_measure(theory: Theory) -> Iterator[Said]:
    """No measure at all."""
    measures = measures_of(theory)
    for aim in _own(theory):
        if aim.id not in measures:
            yield Said(
                aim.id,
                f"{quoted(aim)} has no measure",
                "say by which measure you will know that it is reached",
            )


@_aim_rule(
    "AIM07",
    "aim-is-a-wish",
    severity="warning",
    gap=True,
    summary='"To improve" or "to reduce" alone is no aim.',
    source=sources.LOTHIAN,
)
def aim_is_a_wish(theory: Theory) -> Iterator[Said]:
    """A direction instead of an aim."""
    for aim in _own(theory):
        if _is_wish(aim):
            yield Said(
                aim.id,
                f"{quoted(aim)} gives a direction but no aim",
                "say from how much to how much, for whom and by when",
            )


@_aim_rule(
    "AIM08",
    "several-aims",
    severity="warning",
    summary="Several aims serve one wider aim, so that the theory remains one.",
    source=sources.KDD,
)
def several_aims(theory: Theory) -> Iterator[Said]:
    """Aims side by side."""
    tops = [aim for aim in theory.aims if not aim.contributes_to]
    if len(tops) > 1:
        names = listed([quoted(aim) for aim in tops], most=3)
        yield Said(
            tops[1].id,
            f"{plural(len(tops), 'aim')} stand side by side with none over them ({names})",
            "add the wider aim that they all contribute to, or make a theory of each",
        )


@_aim_rule(
    "AIM09",
    "aim-past-its-date",
    severity="warning",
    needs="today",
    summary="The day by which an aim is to be reached lies ahead; a date that was moved is a revision.",
    source=f"{sources.MTEP}",
)
def aim_past_its_date(theory: Theory, today: dt.date) -> Iterator[Said]:
    """The day has gone by."""
    for aim in theory.aims:
        if aim.by is not None and aim.by < today:
            yield Said(
                aim.id,
                f"{quoted(aim)} was to be reached by {aim.by.isoformat()}",
                "say what became of it, and revise the aim or the theory",
            )


@_aim_rule(
    "AIM10",
    "aim-and-measure-disagree",
    severity="error",
    summary="An aim and the measure that it names give the same baseline and target.",
    source=f"{sources.OURS}: two numbers for one thing, and readers take either.",
)
def aim_and_measure_disagree(theory: Theory) -> Iterator[Said]:
    """Two numbers for one thing."""
    for aim in theory.aims:
        if aim.measure is None:
            continue
        measure = theory.node(aim.measure)
        for name in ("baseline", "target"):
            mine, other = getattr(aim, name), getattr(measure, name)
            if mine is not None and other is not None and mine != other:
                yield Said(
                    aim.id,
                    f"{quoted(aim)} has the {name} {mine:g}, and its measure {quoted(measure)} {other:g}",
                    "find out which one holds, and write it in both places",
                )
