"""The items of the readiness profile: what each asks, and what of the files answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

from attrs import field, frozen

from driverkit.evidence.cycles import predicted_in_time, was_done, was_studied
from driverkit.evidence.network_facts import MOST, WITHIN, NetworkFacts, Word, verb
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import drivers_moved_by
from driverkit.model import Network, PdsaCycle, Theory

__all__ = [
    "GROUPS",
    "READINESS_ITEMS",
    "READINESS_RULE",
    "Computed",
    "ReadinessItem",
    "ReadinessRule",
    "adopted_cycles",
]

BRYK = "Bryk et al. 2015, Learning to Improve; Gomez et al. 2016"
RUSSELL = "Russell et al. 2017; Martin & Gobstein 2015"

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "characteristics": "Characteristics of a networked improvement community",
        "technical core": "Initiation: the technical core",
        "social rings": "Initiation: the social rings",
        "leadership": "Initiation: six factors of leadership",
    }
)
"""The parts of the profile, and what each is called."""


@frozen
class Computed:
    """What the files say about one item.

    Attributes:
        answer: yes, partly, no or cannot tell.
        reason: the counts in a sentence.
        counts: the counts, by what each counts.
        rests_on: the files that say so.
    """

    answer: Word
    reason: str
    counts: Mapping[str, int] = MappingProxyType({})
    rests_on: tuple[str, ...] = ()


@frozen
class ReadinessItem:
    """One item of the profile.

    Attributes:
        name: its name, as ``about`` of an answer in network.yaml gives it.
        title: what it is called.
        group: the part of the profile that it belongs to, one of `GROUPS`.
        question: what is asked of the hub where the files do not say it.
        rule: when the files say yes, partly or no, in words; None where files cannot say it.
        source: where the item comes from.
        judge: what the files say; None where they cannot.
    """

    name: str
    title: str
    group: str
    question: str
    rule: str | None
    source: str
    judge: Callable[[NetworkFacts], Computed] | None = field(default=None, repr=False)


@frozen
class ReadinessRule:
    """How the items of the profile are answered. Another rule is another value.

    Attributes:
        name: what the rule is called.
        summary: the rule in a sentence or two.
        source: where it comes from.
        items: the items, in their order.
        most: the share of members, from 0 to 1, from which on "most" holds and an item is a yes.
        within: how many days may lie between two versions of the common theory that is revised regularly.
    """

    name: str
    summary: str
    source: str
    items: tuple[ReadinessItem, ...] = field(repr=False)
    most: float = MOST
    within: int = WITHIN


# ----------------------------------------------------------------------------------- what the files say


def _ids(facts: NetworkFacts, section: str) -> frozenset[str]:
    """The ids of a section of the common theory."""
    return frozenset(node.id for node in getattr(facts.common, section))


def _adapting(facts: NetworkFacts, section: str) -> tuple[str, ...]:
    """The members of which a node of that section adapts one of the same section of the common theory."""
    hub = _ids(facts, section)
    return facts.who(lambda id, theory: any(node.adapts in hub for node in getattr(theory, section)))


def _common_aim(facts: NetworkFacts) -> Computed:
    aims = facts.common.aims
    sharp = [aim for aim in aims if aim.target is not None and aim.by is not None]
    having = _adapting(facts, "aims")
    word = facts.share(len(having))
    if word == "yes" and not sharp:
        word = "partly"
    if not aims:
        word = "no"
    return Computed(
        word,
        f"{facts.of_members(len(having))} {verb(len(having), 'has', 'have')} an aim that adapts one of the hub's; "
        f"{len(sharp)} of the hub's {plural(len(aims), 'aim')} {verb(len(sharp), 'has', 'have')} a number and a date.",
        {
            "members": len(facts.members),
            "adapt the aim": len(having),
            "aims with number and date": len(sharp),
        },
        (facts.hub_file, *facts.files(having)),
    )


def _versions(facts: NetworkFacts) -> tuple[list[dt.date], int | None]:
    """The dates of the versions of the common theory, and the longest gap between them, in days."""
    dates = sorted(
        {t.revision.date for t in facts.network.versions if t.revision is not None and t.revision.date}
        | {r.date for r in facts.common.revisions if r.date is not None}
    )
    dates = [day for day in dates if facts.known(day)]
    until = [*dates, facts.today] if facts.today is not None and dates and facts.today > dates[-1] else dates
    gaps = [(b - a).days for a, b in pairwise(until)]
    return dates, max(gaps, default=None)


def _shared_theory(facts: NetworkFacts) -> Computed:
    having = _adapting(facts, "drivers")
    dates, gap = _versions(facts)
    word = facts.share(len(having))
    regular = len(dates) > 1 and gap is not None and gap <= facts.within
    if (word == "yes" and not regular) or (word == "no" and regular):
        word = "partly"
    said = f"{plural(len(dates), 'dated version')} of the common theory"
    if dates:
        said += f", {dates[0].isoformat()}" + (f" to {dates[-1].isoformat()}" if len(dates) > 1 else "")
    if gap is not None:
        said += f", at most {round(gap / 30.44):,} months apart" if len(dates) > 1 else ""
        if facts.today is not None and (facts.today - dates[-1]).days == gap:
            said += f" (the last one to {facts.today.isoformat()})"
    return Computed(
        word,
        f"{facts.of_members(len(having))} {verb(len(having), 'adapts', 'adapt')} a driver of the common theory; {said}.",
        {"members": len(facts.members), "adapt a driver": len(having), "dated versions": len(dates)},
        (facts.hub_file, *facts.files(having)),
    )


def _predicts(cycle: PdsaCycle) -> bool:
    return was_done(cycle) and any(predicted_in_time(cycle, one) is not False for one in cycle.predictions)


def _common_methods(facts: NetworkFacts) -> Computed:
    predicting = facts.who(lambda id, theory: any(map(_predicts, theory.cycles)))
    measuring = _adapting(facts, "measures")
    words = {facts.share(len(predicting)), facts.share(len(measuring))}
    return Computed(
        _both(words),
        f"{facts.of_members(len(predicting))} carried out a PDSA cycle with a prediction written before Do; "
        f"{len(measuring):,} {verb(len(measuring), 'uses', 'use')} a measure that adapts one of the hub's.",
        {
            "members": len(facts.members),
            "cycle with a prediction": len(predicting),
            "common measure": len(measuring),
        },
        facts.files(tuple(dict.fromkeys((*predicting, *measuring)))),
    )


def _both(words: set[Word]) -> Word:
    """The word for two things that are both wanted."""
    if len(words) == 1:
        return next(iter(words))
    return "partly" if words & {"yes", "partly"} else "cannot tell"


def adopted_cycles(network: Network, theories: Mapping[str, Theory]) -> Iterator[tuple[str, PdsaCycle, str]]:
    """The cycles that adapt one of another member: whose, which, and the member that they adapt."""
    for id, theory in theories.items():
        for cycle in theory.cycles:
            source = (cycle.adapted_from or "").partition("/")
            if source[1] and source[0] != id and any(source[0] == one.id for one in network.members):
                yield id, cycle, source[0]


def _diffusion(facts: NetworkFacts) -> Computed:
    moved = list(adopted_cycles(facts.network, facts.theories))
    testing = facts.who(lambda id, theory: any(map(was_done, theory.cycles)))
    part = {id for id, _, _ in moved} | {source for _, _, source in moved}
    learned = sum(was_studied(cycle) for _, cycle, _ in moved)
    word: Word = facts.share(
        len(part & set(testing)), known=len(testing) if len(testing) > 1 else 0, of=len(testing)
    )
    if word == "yes" and (len(moved) < 2 or learned < facts.most * len(moved)):
        word = "partly"
    return Computed(
        word,
        f"{plural(len(moved), 'cycle')} {verb(len(moved), 'adapts', 'adapt')} one of another member; "
        f"{learned:,} of them reached Study; {len(part & set(testing)):,} of the {plural(len(testing), 'member')} "
        "that test gave or took one.",
        {"adapted cycles": len(moved), "of them studied": learned, "members that test": len(testing)},
        facts.files(tuple(dict.fromkeys(id for id, _, _ in moved))),
    )


def _problem_and_theory(facts: NetworkFacts) -> Computed:
    theory = facts.common
    causes = theory.problem.causes if theory.problem is not None else ()
    addressed = {id for driver in theory.drivers for id in driver.addresses}
    met = sum(cause.id in addressed for cause in causes)
    reasons = sum(
        link.because is not None or any(piece.about == link.id for piece in theory.evidence)
        for link in theory.links
        if not link.implied
    )
    has_theory = bool(theory.aims and theory.drivers)
    word: Word = "yes" if causes and met and has_theory else "partly" if causes or has_theory else "no"
    return Computed(
        word,
        f"The common theory has {plural(len(theory.drivers), 'driver')}; it names {plural(len(causes), 'cause')} of "
        f"the problem, {met:,} of them addressed by a driver; {plural(reasons, 'link')} "
        f"{verb(reasons, 'gives', 'give')} a reason or evidence.",
        {
            "drivers": len(theory.drivers),
            "causes": len(causes),
            "causes addressed": met,
            "links with a reason": reasons,
        },
        (facts.hub_file,),
    )


def _all_four(cycle: PdsaCycle) -> bool:
    return None not in (cycle.plan, cycle.do, cycle.study, cycle.act) and was_studied(cycle)


def _methods_and_tools(facts: NetworkFacts) -> Computed:
    whole = facts.who(lambda id, theory: any(map(_all_four, theory.cycles)))
    cycles = [cycle for theory in facts.theories.values() for cycle in theory.cycles if was_done(cycle)]
    return Computed(
        facts.share(len(whole)),
        f"{facts.of_members(len(whole))} wrote down all four steps of at least one PDSA cycle; "
        f"{sum(map(_all_four, cycles)):,} of {plural(len(cycles), 'cycle')} carried out have all four.",
        {"members": len(facts.members), "with a whole cycle": len(whole), "cycles carried out": len(cycles)},
        facts.files(whole),
    )


def _measurement(facts: NetworkFacts) -> Computed:
    hub = _ids(facts, "measures")
    aims = facts.common.aims
    measured = sum(
        aim.measure is not None or any(aim.id in m.of for m in facts.common.measures) for aim in aims
    )
    having = facts.who(lambda id, theory: any(m.data and m.adapts in hub for m in theory.measures))
    word = facts.share(len(having))
    if (word == "yes" and measured < len(aims)) or (word == "no" and measured):
        word = "partly"
    return Computed(
        word,
        f"{measured} of the hub's {plural(len(aims), 'aim')} {verb(measured, 'has', 'have')} a measure; "
        f"{facts.of_members(len(having))} {verb(len(having), 'has', 'have')} data for a measure that adapts one of the hub's.",
        {
            "members": len(facts.members),
            "aims measured": measured,
            "members with data for a common measure": len(having),
        },
        (facts.hub_file, *facts.files(having)),
    )


def _leading(facts: NetworkFacts) -> Computed:
    teams = facts.network.teams
    manned = [team for team in teams if any(team.id in one.team for one in facts.members)]
    owned = {id for team in teams for id in team.works_on}
    primary = facts.common.primary_drivers
    reached = owned.union(*(_above(facts.common, id) for id in owned if id in facts.common))
    bare = [driver for driver in primary if driver.id not in reached]
    held = len(primary) - len(bare)
    word: Word
    if not teams:
        word = "no" if not any(one.role for one in facts.members) else "partly"
    else:
        word = "yes" if len(manned) == len(teams) and held == len(primary) and primary else "partly"
    return Computed(
        word,
        f"{len(manned):,} of {plural(len(teams), 'team')} {verb(len(manned), 'has', 'have')} members; "
        f"{held} of {plural(len(primary), 'primary driver')} {verb(held, 'is', 'are')} worked on by a team"
        + (f" (not {listed([quoted(driver) for driver in bare], 3)})." if bare and teams else "."),
        {"teams": len(teams), "teams with members": len(manned), "primary drivers with a team": held},
        ("network.yaml",),
    )


def _above(theory: Theory, id: str) -> frozenset[str]:
    if theory.node(id) not in theory.nodes:
        return frozenset()
    return frozenset(driver.id for driver in drivers_moved_by(theory, id))


def _membership(facts: NetworkFacts) -> Computed:
    members = facts.members
    known = [one for one in members if one.kind and one.role and one.joined]
    some = [one for one in members if one.kind or one.role or one.joined]
    word: Word = "cannot tell" if not members else facts.share(len(known), len(members))
    if word == "no":
        word = "partly" if some else "cannot tell"
    return Computed(
        word,
        f"{len(known):,} of {plural(len(members), 'member')} {verb(len(known), 'is', 'are')} listed with kind, role and "
        "the day of joining.",
        {"members": len(members), "with kind, role and joining": len(known)},
        ("network.yaml",),
    )


def _participation(facts: NetworkFacts) -> Computed:
    network, members = facts.network, facts.members
    placed = [one for one in members if one.team]
    brought = {voice for team in network.teams for voice in team.perspectives}
    brought |= {voice for one in members for voice in one.perspectives}
    missing = [voice for voice in network.perspectives if voice not in brought]
    word = facts.share(len(placed), len(members))
    if word == "yes" and missing:
        word = "partly"
    wanted = len(network.perspectives)
    voices = (
        f"{wanted - len(missing)} of {plural(wanted, 'voice')} wanted {verb(wanted - len(missing), 'is', 'are')} brought"
        + (f" (not {listed(missing, 4)})" if missing else "")
        if wanted
        else "no voices are named as wanted"
    )
    return Computed(
        word,
        f"{len(placed):,} of {plural(len(members), 'member')} {verb(len(placed), 'belongs', 'belong')} to a team; {voices}.",
        {
            "members": len(members),
            "in a team": len(placed),
            "voices wanted": wanted,
            "voices missing": len(missing),
        },
        ("network.yaml",),
    )


def _hub_functions(facts: NetworkFacts) -> Computed:
    noted = [one for version in facts.network.versions for one in version.revisions if facts.known(one.date)]
    notes = list({(one.label, one.date, one.because_of): one for one in noted}.values())
    from_members = sum(any("/" in id for id in one.because_of) for one in notes)
    told = {one.label for one in notes}
    later = [one.revision for one in facts.network.versions[1:] if one.revision is not None]
    silent = sum(facts.known(one.date) and one.label not in told for one in later)
    advice = [one for one in facts.network.recommendations if facts.known(one.date)]
    settled = sum(one.uptake not in (None, "pending") for one in advice)
    word: Word = (
        "cannot tell"
        if not notes and not advice
        else "yes"
        if from_members and settled and not silent
        else "partly"
        if from_members or settled
        else "cannot tell"
    )
    return Computed(
        word,
        f"{from_members:,} of {plural(len(notes), 'revision note')} of the common theory "
        f"{verb(from_members, 'names', 'name')} a member's cycle"
        + (f"; {plural(silent, 'later version')} {verb(silent, 'has', 'have')} no note" if silent else "")
        + "; what became of it is known for "
        f"{settled:,} of {plural(len(advice), 'recommendation')}.",
        {
            "revision notes": len(notes),
            "because of a member's cycle": from_members,
            "later versions without a note": silent,
            "recommendations": len(advice),
            "uptake known": settled,
        },
        (facts.hub_file, "network.yaml"),
    )


READINESS_ITEMS: tuple[ReadinessItem, ...] = (
    ReadinessItem(
        "common-aim",
        "A common aim",
        "characteristics",
        "Do all members pursue one specified aim?",
        "Yes where most members have an aim that adapts one of the hub's, and an aim of the hub has a number and a "
        "date. Partly where some have, or the number or date is missing. No where none has.",
        BRYK,
        _common_aim,
    ),
    ReadinessItem(
        "shared-theory",
        "A shared working theory",
        "characteristics",
        "Do members work from one theory of improvement, and is it revised as they learn?",
        "Yes where most members adapt a driver of the common theory, and it has two dated versions or more with at "
        "most 18 months between any two (and, where a day is given, since the last). Partly where one of the two holds, "
        "or some members adapt a driver. No where neither does.",
        BRYK + "; the MTE-Partnership revises its diagram yearly",
        _shared_theory,
    ),
    ReadinessItem(
        "common-methods",
        "Common methods and measures",
        "characteristics",
        "Do members use the same methods of improvement, and common measures?",
        "Yes where most members carried out a PDSA cycle with a prediction that is not late, and most use a measure that "
        "adapts one of the hub's. Partly where some do. No where none does either.",
        BRYK,
        _common_methods,
    ),
    ReadinessItem(
        "orderly-diffusion",
        "Orderly diffusion, with learning about adaptation to context",
        "characteristics",
        "Do changes spread from member to member, and does the network learn how they are adapted to context?",
        "Asked of members that carried out a cycle, where there are two or more. Yes where most of them gave or took a cycle "
        "(adapted_from), two cycles or more were taken, and most of those reached Study. Partly where some did. No where no cycle adapts "
        "another member's.",
        BRYK,
        _diffusion,
    ),
    ReadinessItem(
        "problem-and-theory",
        "The problem is understood, and there is a theory of improvement",
        "technical core",
        "Was the problem analysed with those who live with it, and does the theory answer its causes?",
        "Yes where the common theory has aims and drivers, names causes of the problem, and a driver addresses one. Partly "
        "where it has either. No where it has neither.",
        RUSSELL,
        _problem_and_theory,
    ),
    ReadinessItem(
        "methods-and-tools",
        "Methods and tools of improvement are learned and used",
        "technical core",
        "Have members learned the methods and tools of improvement, and who coaches them?",
        "Yes where most members wrote down all four steps of at least one PDSA cycle. Partly where some did. No where none did.",
        RUSSELL,
        _methods_and_tools,
    ),
    ReadinessItem(
        "measurement-and-analytics",
        "Measurement and analytics",
        "technical core",
        "Who collects the common measures, and who makes sense of them with the members?",
        "Yes where every aim of the hub has a measure, and most members have data for a measure that adapts one of the hub's. "
        "Partly where one of the two holds, or some members have data. No where neither does.",
        RUSSELL,
        _measurement,
    ),
    ReadinessItem(
        "leading-organising-operating",
        "Leading, organising and operating the network",
        "social rings",
        "Who leads the network, who organises its work, and who keeps it running from day to day?",
        "Yes where there are teams, each has a member, and every primary driver is worked on by a team, itself or by what is "
        "below it. Partly where some of that holds, or members have roles. No where there are neither teams nor roles.",
        RUSSELL,
        _leading,
    ),
    ReadinessItem(
        "culture-norms-identity",
        "Culture, norms and identity",
        "social rings",
        "Do members share openly what did not work, trust each other with data, and think of themselves as one network?",
        None,
        RUSSELL,
    ),
    ReadinessItem(
        "convening",
        "Convening",
        "leadership",
        "Do members meet regularly, and is what they do there part of the work of improvement?",
        None,
        RUSSELL,
    ),
    ReadinessItem(
        "membership-framework",
        "Membership framework",
        "leadership",
        "Is it agreed what it takes to be a member, what members give and what they get?",
        "Yes where most members are listed with kind, role and the day of joining. Partly where some are, or some of it "
        "is known. Files cannot say no.",
        RUSSELL,
        _membership,
    ),
    ReadinessItem(
        "participation-structures",
        "Participation structures",
        "leadership",
        "Through what teams and roles do members take part, and are those affected at the table?",
        "Yes where most members belong to a team, and every voice that is wanted is brought by a team or a member. "
        "Partly where some belong to one, or a voice is missing. No where none belongs to a team.",
        RUSSELL,
        _participation,
    ),
    ReadinessItem(
        "leadership-and-hub-functions",
        "Leadership and hub functions",
        "leadership",
        "Who does the work of the hub (bringing learning together, coaching, advising those who own the system)?",
        "Yes where a revision note of the common theory names a member's cycle, every version after the first has a note, "
        "and the uptake of a recommendation is known. Partly where a note names one or an uptake is known. Files cannot say no.",
        RUSSELL,
        _hub_functions,
    ),
    ReadinessItem(
        "communication-infrastructure",
        "Communication infrastructure",
        "leadership",
        "How do members reach each other and the hub between meetings, and where is what was learned kept?",
        None,
        RUSSELL,
    ),
    ReadinessItem(
        "human-and-material-resources",
        "Human and material resources",
        "leadership",
        "Are there people with time, money and data support for the hub and for members, for as long as the aim takes?",
        None,
        RUSSELL,
    ),
)
"""The items of the profile."""

READINESS_RULE = ReadinessRule(
    name="driverkit",
    summary="Each item is answered from the counts that its rule names; most is two thirds of the members or more. A member "
    "without a theory file counts neither for nor against: where it could tip an answer to no, the answer is cannot tell. "
    "What the hub answers itself stands beside what the files say.",
    source="The items are those of Bryk et al. 2015, Gomez et al. 2016, Russell et al. 2017 and Martin & Gobstein 2015; what of "
    "a file answers them, and the share of two thirds, are ours",
    items=READINESS_ITEMS,
)
"""The rule that is used where nobody gives one."""
