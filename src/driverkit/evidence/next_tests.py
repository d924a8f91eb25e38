"""What to test next, at which scale, and why: a ranked list by a written rule.

    >>> from driverkit.model import ChangeIdea, Driver, PdsaCycle, Theory
    >>> theory = Theory(
    ...     "Fewer falls",
    ...     drivers=[Driver("P1", "Risk is known"), Driver("P2", "Help is near")],
    ...     change_ideas=[
    ...         ChangeIdea("C1", "Ask at admission", contributes_to=["P1"]),
    ...         ChangeIdea("C2", "A bell at every bed", contributes_to=["P2"]),
    ...     ],
    ...     cycles=[PdsaCycle("T1", "C1", do={"date": "2026-01-12", "observed": "two minutes"})],
    ... )
    >>> for test in next_tests(theory):
    ...     print(test.rank, test.idea, test.step, test.why)
    1 C1 study study-what-was-done
    2 C2 test blind-spot

The rule is a record, `NEXT_TESTS`: its reasons stand in their order, the weightiest first, and an idea is
ranked by the weightiest one that applies to it. Give your own record to rank in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from driverkit.evidence.belief import BELIEF_RULE, Belief, BeliefRule, NextScale, beliefs, next_scale
from driverkit.evidence.cycles import was_done, was_studied
from driverkit.evidence.predictions import Tally, tallies
from driverkit.evidence.stamps import suspects
from driverkit.evidence.status import IdeaStatus, cycles_of, idea_status, latest_decision
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import snapshot, sums_behind
from driverkit.model import ChangeIdea, Link, PdsaCycle, Theory

__all__ = ["NEXT_TESTS", "Candidate", "NextTest", "NextTestRule", "TestReason", "next_tests"]

LANGLEY = "Langley et al., The Improvement Guide, 2nd ed. 2009"

_STRENGTHS = {"strong": 0, "moderate": 1, None: 1, "weak": 2}
_READY = {"ready": 0, None: 1, "indifferent": 1, "not-ready": 2}
_COSTS = {"small": 0, None: 1, "large": 2}


@frozen
class Candidate:
    """A change idea that is still in play, with all that the reasons look at.

    Attributes:
        idea: the change idea.
        status: how far it is, with its counts.
        cycles: its cycles in file order.
        tally: how the predictions of its cycles fared.
        belief: how far it is believed that it leads to improvement.
        links: its links upwards, in the order written.
        sites: the sites of its cycles that reached Study, each once.
        other_sites: the sites that other cycles of the theory name, and no cycle of this idea.
        blind: the ids of the drivers it contributes to directly below which no cycle has been studied.
        against: pieces of outside evidence about the idea, or about a link from it, that contradict.
        suspect: ids of its cycles, and of evidence about it, whose words changed since they were gathered.
    """

    idea: ChangeIdea
    status: IdeaStatus
    cycles: tuple[PdsaCycle, ...]
    tally: Tally
    belief: Belief
    links: tuple[Link, ...]
    sites: tuple[str, ...]
    other_sites: tuple[str, ...]
    blind: tuple[str, ...]
    against: int
    suspect: tuple[str, ...]

    @property
    def unstudied(self) -> PdsaCycle | None:
        """The first cycle that was carried out and not studied."""
        return next((c for c in self.cycles if was_done(c) and not was_studied(c)), None)

    @property
    def planned(self) -> PdsaCycle | None:
        """The first cycle that is planned and not carried out."""
        return next((c for c in self.cycles if not was_done(c) and not was_studied(c)), None)

    @property
    def latest(self) -> PdsaCycle | None:
        """The cycle with the latest decision."""
        return latest_decision(self.cycles)


@frozen
class TestReason:
    """One reason to test an idea next.

    Attributes:
        name: what it is called.
        step: what is to be done: ``study`` what was carried out, ``do`` what is planned, or ``test`` anew.
        summary: when it applies, in one sentence.
        applies: the sentence that gives the reason for one candidate; None where it does not apply.
    """

    __test__ = False  # its name begins like that of a test class

    name: str
    step: str
    summary: str
    applies: Callable[[Candidate], str | None] = field(repr=False, eq=False)


@frozen
class NextTestRule:
    """A written rule for what to test next.

    Attributes:
        name: what it is called.
        summary: how it ranks, in plain words.
        source: who says so; for a rule of driverkit's own, the reason.
        reasons: the reasons, the weightiest first.
        prefer: among ideas with the same reason, the smaller value comes first; what is equal stays in
            file order.
    """

    name: str
    summary: str
    source: str
    reasons: tuple[TestReason, ...]
    prefer: Callable[[Candidate], Any] = field(repr=False, eq=False)


@frozen
class NextTest:
    """What to test next: one idea, the step to take, the scale and the reason.

    Attributes:
        rank: its place on the list, from 1.
        idea: the id of the change idea.
        step: ``study`` what was carried out, ``do`` what is planned, or ``test`` anew.
        cycle: the id of the cycle to study, to carry out or to follow on from; None for a first test.
        scale: the scale of the next test after Langley et al.: very small, small, large or implement; None
            where the theory does not say enough for one answer.
        scales: the scales that are possible by what the theory says; one where ``scale`` is not None.
        why: the name of the weightiest reason.
        reason: that reason as a sentence.
        also: the sentences of the other reasons that apply.
        belief: the word of the belief, before the test.
        sites: where it has not been tried: sites that the theory's cycles name.
    """

    rank: int
    idea: str
    step: str
    cycle: str | None
    scale: str | None
    scales: tuple[str, ...]
    why: str
    reason: str
    also: tuple[str, ...]
    belief: str
    sites: tuple[str, ...]


# --------------------------------------------------------------------------------------------- the reasons


def _study(c: Candidate) -> str | None:
    cycle = c.unstudied
    if cycle is None:
        return None
    day = f" on {cycle.do.date.isoformat()}" if cycle.do is not None and cycle.do.date is not None else ""
    return (
        f"{quoted(cycle)} was carried out{day} and has not been studied: compare what was found with what was "
        "predicted before testing more."
    )


def _do(c: Candidate) -> str | None:
    cycle = c.planned
    if cycle is None:
        return None
    ready = any(p.prediction is not None for p in cycle.predictions)
    return (
        f"{quoted(cycle)} is planned: carry it out."
        if ready
        else f"{quoted(cycle)} is planned: write down the prediction, then carry it out."
    )


def _blind(c: Candidate) -> str | None:
    if c.status.tested or not c.blind:
        return None
    which = "driver" if len(c.blind) == 1 else "drivers"
    return f"Nothing below the {which} {listed(c.blind)} has been studied yet, so nobody knows whether it can be moved."


def _contested(c: Candidate) -> str | None:
    failed, held = c.tally.refuted + c.tally.mixed, c.tally.confirmed
    if held and 3 * held < 2 * c.tally.judged:
        said = f"{plural(held, 'prediction')} held and {failed:,} did not or only in part"
    elif held and c.against:
        said = f"{plural(held, 'prediction')} held, and {plural(c.against, 'piece')} of outside evidence contradicts"
    else:
        return None
    return f"The results disagree: {said}. Find out where, for whom and under which conditions it works."


def _condition(c: Candidate) -> str | None:
    conditional = [link for link in c.links if link.only_where is not None]
    if not conditional or c.status.tested:
        return None
    return (
        f"It is thought to work only where {quoted(conditional[0].only_where)}, and has not been tested: test it "
        "there, and where that is not so."
    )


def _adopted(c: Candidate) -> str | None:
    if c.status.status != "adopted" or c.status.tested:
        return None
    return "It is adopted, and no cycle of it has been studied: nobody knows whether it does what it should."


def _suspect(c: Candidate) -> str | None:
    if not c.suspect:
        return None
    return (
        f"Its words changed after {listed(c.suspect)}: confirm that the evidence still speaks of the same thing, "
        "or test it again."
    )


def _goes_on(c: Candidate) -> str | None:
    latest = c.latest
    if c.status.status == "adopted" or latest is None or latest.act is None:
        return None
    if latest.act.decision not in ("adapt", "expand") or any(x.follows == latest.id for x in c.cycles):
        return None
    said = f" {quoted(latest.act.next)}" if latest.act.next else ""
    what = f"next{said}" if said else "what comes next is not said"
    return f"{quoted(latest)} decided to {latest.act.decision}: {what}."


def _one_site(c: Candidate) -> str | None:
    if len(c.sites) != 1 or not c.other_sites or not c.tally.confirmed:
        return None
    return f"All that is known comes from {quoted(c.sites[0])}: test it elsewhere, such as at {quoted(c.other_sites[0])}."


def _first(c: Candidate) -> str | None:
    return None if c.status.tested or c.cycles or c.blind else "It has never been tested."


def _prefer(c: Candidate) -> Any:
    strongest = min((_STRENGTHS[link.strength] for link in c.links), default=3)
    return (
        strongest,
        -len(c.links),
        _READY[c.idea.readiness],
        _COSTS[c.idea.cost_of_failure],
    )


NEXT_TESTS = NextTestRule(
    "finish, then look where nobody has looked",
    "Study what has been carried out; carry out what is planned; then test below drivers of which nothing is known, "
    "ideas that were adopted unstudied, ideas whose results disagree, ideas tied to an untested condition, ideas "
    "whose evidence is suspect, ramps that are to go on, ideas known from one site only, and at last what has never "
    "been tested below drivers of which something is known. Among equals: the stronger link, more drivers moved, "
    "people who are ready, the smaller cost of failure, the order of the file. Abandoned ideas are left out.",
    "driverkit's own. That cycles are finished before new ones begin, and that tests go on in ramps and under other "
    f"conditions, is {LANGLEY}; a gap in knowledge is weighed above more of the same because one cycle there can "
    "change the theory",
    (
        TestReason("study-what-was-done", "study", "A cycle was carried out and not studied.", _study),
        TestReason("carry-out-what-is-planned", "do", "A cycle is planned and not carried out.", _do),
        TestReason(
            "blind-spot",
            "test",
            "The idea is untested, and so is everything below a driver that it contributes to directly.",
            _blind,
        ),
        TestReason(
            "adopted-unstudied", "test", "The idea is adopted, and no cycle of it was studied.", _adopted
        ),
        TestReason(
            "results-disagree",
            "test",
            "Some predictions held, yet fewer than two in three of those judged; or some held and outside evidence "
            "contradicts.",
            _contested,
        ),
        TestReason(
            "untested-condition", "test", "A link from it holds only under a condition, untested.", _condition
        ),
        TestReason("suspect", "test", "Its words changed after its evidence was gathered.", _suspect),
        TestReason(
            "ramp-goes-on",
            "test",
            "The latest decision was to adapt or expand, and no cycle follows.",
            _goes_on,
        ),
        TestReason(
            "one-site",
            "test",
            "Predictions held, all at one site, and other sites take part.",
            _one_site,
        ),
        TestReason(
            "never-tested", "test", "No cycle tests it, though others below its drivers were studied.", _first
        ),
    ),
    _prefer,
)
"""The rule that ships."""


# ------------------------------------------------------------------------------------------------ the list


def next_tests(
    theory: Theory,
    *,
    rule: NextTestRule = NEXT_TESTS,
    belief: BeliefRule = BELIEF_RULE,
    most: int | None = None,
) -> tuple[NextTest, ...]:
    """What to test next: the ideas that have a reason to be tested, the weightiest reason first.

    Args:
        theory: the theory.
        rule: how to rank: `NEXT_TESTS`, or a record of your own.
        belief: the rule by which belief, and with it the scale of the next test, is judged.
        most: no more than that many; all, where left out.
    """
    found = []
    for place, candidate in enumerate(_candidates(theory, belief)):
        given = [
            (number, reason, sentence)
            for number, reason in enumerate(rule.reasons)
            if (sentence := reason.applies(candidate)) is not None
        ]
        if given:
            found.append(((given[0][0], rule.prefer(candidate), place), candidate, given))
    found.sort(key=lambda one: one[0])
    return tuple(
        _next(theory, rank, candidate, given, belief)
        for rank, (_, candidate, given) in enumerate(found[:most], 1)
    )


def _next(
    theory: Theory,
    rank: int,
    c: Candidate,
    given: Sequence[tuple[int, TestReason, str]],
    belief: BeliefRule,
) -> NextTest:
    _, main, sentence = given[0]
    scale: NextScale = next_scale(theory, c.idea.id, rule=belief)
    cycle = {"study": c.unstudied, "do": c.planned}.get(main.step, c.latest)
    return NextTest(
        rank,
        c.idea.id,
        main.step,
        cycle.id if cycle is not None else None,
        scale.scale,
        scale.possible,
        main.name,
        sentence,
        tuple(sentence for _, _, sentence in given[1:]),
        c.belief.word,
        c.other_sites,
    )


def _candidates(theory: Theory, rule: BeliefRule) -> Sequence[Candidate]:
    """The ideas in play, in file order; everything that is counted is counted once for all of them."""
    net = snapshot(theory)
    cycles = cycles_of(theory)
    counts = tallies(theory, "idea")
    believed = beliefs(theory, rule=rule)
    studied_here = [0] * len(net.nodes)
    for id, tests in cycles.items():
        studied_here[net.number[id]] = sum(map(was_studied, tests))
    (studied,) = sums_behind(theory, studied_here)
    links: dict[str, list[Link]] = {}
    for link in theory.links:
        links.setdefault(link.cause, []).append(link)
    against: dict[str, int] = {}
    about: dict[str, list[str]] = {}
    changed = {one.record for one in suspects(theory)}
    for piece in theory.evidence:
        cause = piece.about.partition(" -> ")[0]
        if piece.finding == "contradicts":
            against[cause] = against.get(cause, 0) + 1
        if piece.id in changed:
            about.setdefault(cause, []).append(piece.id)
    sites = tuple(dict.fromkeys(c.site for c in theory.cycles if c.site is not None))
    found = []
    for idea in theory.change_ideas:
        status = idea_status(theory, idea.id)
        if status.status == "abandoned":
            continue
        own = tuple(cycles.get(idea.id, ()))
        tried = {c.site for c in own}
        found.append(
            Candidate(
                idea,
                status,
                own,
                counts[idea.id],
                believed[idea.id],
                tuple(links.get(idea.id, ())),
                tuple(dict.fromkeys(c.site for c in own if c.site is not None and was_studied(c))),
                tuple(site for site in sites if site not in tried),
                tuple(up for up in theory.parents(idea.id) if not studied[net.number[up]]),
                against.get(idea.id, 0),
                tuple([c.id for c in own if c.id in changed] + about.get(idea.id, [])),
            )
        )
    return found


STEPS: Mapping[str, str] = MappingProxyType({"study": "Study", "do": "Carry out", "test": "Test"})
"""How each step is called where people read it."""
