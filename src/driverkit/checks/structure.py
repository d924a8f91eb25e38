"""Structure: how aims, drivers and change ideas hang together, and who works on them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence import cycles_of, idea_status
from driverkit.evidence.words import listed, plural, quoted
from driverkit.graph import reaches_an_aim, snapshot, sums_behind
from driverkit.model import Aim, ChangeIdea, Driver, Measure, Theory
from driverkit.model.values import near

_structure_rule = partial(rule, family="structure")
_OWN = ("default", "kdd", "strict")


@_structure_rule(
    "STR01",
    "number-of-primary-drivers",
    severity="info",
    gap=True,
    summary="An aim has two to five primary drivers; four to six where there is no secondary level.",
    source=f"{sources.IHI}; {sources.ACR}",
)
def number_of_primary_drivers(theory: Theory) -> Iterator[Said]:
    """Too few to cover the aim, or too many to hold in mind."""
    net, levels = snapshot(theory), theory.levels
    deep = any(level > 1 for level in levels.values())
    least, most = (2, 5) if deep else (4, 6)
    for i, aim in enumerate(theory.aims):
        below = [net.nodes[c] for c in net.causes[i]]
        if any(isinstance(node, Aim) for node in below):
            continue
        count = sum(isinstance(node, Driver) and levels[node.id] == 1 for node in below)
        if count and not least <= count <= most:
            usual = f"{least} to {most} are usual" + ("" if deep else " where there is no secondary level")
            yield Said(
                aim.id,
                f"{quoted(aim)} has {plural(count, 'primary driver')}, while {usual}",
                "ask what else must change for the aim to be reached"
                if count < least
                else "see which of them belong together or are part of another",
            )


@_structure_rule(
    "STR02",
    "aim-without-drivers",
    severity="warning",
    gap=True,
    summary="Every aim has a driver, or aims that serve it.",
    source=sources.IHI,
)
def aim_without_drivers(theory: Theory) -> Iterator[Said]:
    """Nothing that would move it."""
    net = snapshot(theory)
    for i, aim in enumerate(theory.aims):
        if not any(isinstance(net.nodes[c], (Aim, Driver)) for c in net.causes[i]):
            yield Said(
                aim.id,
                f"{quoted(aim)} has no driver",
                "ask what in the system must change for it to be reached",
            )


@_structure_rule(
    "STR03",
    "driver-reaches-no-aim",
    severity="warning",
    gap=True,
    summary="Every driver reaches an aim.",
    source=sources.CEC,
)
def driver_reaches_no_aim(theory: Theory) -> Iterator[Said]:
    """A driver that moves nothing the theory wants."""
    if not theory.aims:
        return
    for driver in theory.drivers:
        if reaches_an_aim(theory, driver.id):
            continue
        parents = theory.parents(driver.id)
        if not parents:
            yield Said(
                driver.id,
                f"{quoted(driver)} contributes to nothing",
                "say which aim or driver it moves, or move it out of the theory",
            )
        elif all(id not in theory.index or not theory.parents(id) for id in parents):
            yield Said(
                driver.id,
                f"{quoted(driver)} reaches no aim, because {listed([quoted(theory.node(p)) for p in parents], 2)} "
                f"{'contributes' if len(parents) == 1 else 'contribute'} to nothing",
                "link those to an aim",
            )
        else:
            yield Said(
                driver.id, f"{quoted(driver)} reaches no aim", "link what it contributes to with an aim"
            )


@_structure_rule(
    "STR04",
    "idea-without-driver",
    severity="warning",
    gap=True,
    summary="Every change idea contributes to a driver.",
    source=sources.CEC,
)
def idea_without_driver(theory: Theory) -> Iterator[Said]:
    """An idea whose reason nobody can read off the diagram."""
    for idea in theory.change_ideas:
        parents = [theory.node(c.to) for c in idea.contributes_to]
        if not parents:
            yield Said(
                idea.id,
                f"{quoted(idea)} contributes to no driver",
                "say which driver it moves",
            )
        elif all(isinstance(parent, Aim) for parent in parents):
            yield Said(
                idea.id,
                f"{quoted(idea)} hangs on an aim directly",
                "say which driver it moves, so that one can see why it should help",
                severity="info",
            )


@_structure_rule(
    "STR05",
    "driver-without-ideas",
    severity="warning",
    gap=True,
    summary="Every driver has a change idea, or drivers below it that have.",
    source=sources.IHI,
)
def driver_without_ideas(theory: Theory) -> Iterator[Said]:
    """Told at the lowest driver only: those above it wait for the same idea."""
    net = snapshot(theory)
    for driver in theory.drivers:
        if not net.causes[net.number[driver.id]]:
            yield Said(
                driver.id,
                f"{quoted(driver)} has no change idea",
                "ask the people who do the work what they would try first",
            )


@_structure_rule(
    "STR06",
    "idea-without-test",
    severity="info",
    gap=True,
    summary="Every change idea that has not been given up has a cycle, if only a planned one.",
    source=f"{sources.IHI}; {sources.LANGLEY}",
)
def idea_without_test(theory: Theory) -> Iterator[Said]:
    """Where there is no cycle at all, it is said once."""
    if not theory.change_ideas:
        return
    tried = cycles_of(theory)
    open_ideas = [idea for idea in theory.change_ideas if idea.id not in tried and idea.status != "abandoned"]
    if not tried and len(open_ideas) > 1 and not any(idea.undeveloped for idea in open_ideas):
        yield Said(
            None,
            f"none of the {len(open_ideas):,} change ideas of {quoted(theory.title)} has a cycle",
            "choose one and plan a first cycle: one person, one day, with the prediction written down",
        )
        return
    for idea in open_ideas:
        yield Said(
            idea.id,
            f"{quoted(idea)} has no cycle",
            "plan a first cycle: one person, one day, with the prediction written down",
        )


@_structure_rule(
    "STR07",
    "single-idea-driver",
    severity="info",
    gap=True,
    summary="A driver has more than one change idea at or below it.",
    source=f"{sources.IHI}; {sources.CEC}",
)
def single_idea_driver(theory: Theory) -> Iterator[Said]:
    """Told where the idea hangs: one idea is seldom all that a driver needs."""
    net = snapshot(theory)
    ideas = sums_behind(theory, [int(isinstance(node, ChangeIdea)) for node in net.nodes])[0]
    for driver in theory.drivers:
        i = net.number[driver.id]
        if ideas[i] == 1 and isinstance(net.nodes[net.causes[i][0]], ChangeIdea):
            yield Said(
                driver.id,
                f"{quoted(driver)} rests on one change idea, {quoted(net.nodes[net.causes[i][0]])}",
                "collect a few more before you settle on it",
            )


@_structure_rule(
    "STR08",
    "effect-deeper-than-cause",
    severity="info",
    profiles=_OWN,
    summary="A driver contributes to drivers of its own level or nearer to the aim.",
    source=f"{sources.OURS}: the columns of a driver diagram are read from cause to effect towards the aim.",
)
def effect_deeper_than_cause(theory: Theory) -> Iterator[Said]:
    """Against the direction of reading; same-level links and links that skip a level are fine."""
    levels = theory.levels
    for driver in theory.drivers:
        for entry in driver.contributes_to:
            if levels[entry.to] > levels[driver.id]:
                yield Said(
                    driver.id,
                    f"{quoted(driver)} of level {levels[driver.id]} contributes to "
                    f"{quoted(theory.node(entry.to))} of level {levels[entry.to]}",
                    "look whether the link is the wrong way round or a level is",
                )


@_structure_rule(
    "STR09",
    "condition-without-evidence",
    severity="info",
    profiles=_OWN,
    summary="A link that holds only under a condition has evidence, or a reason.",
    source=sources.COBB,
)
def condition_without_evidence(theory: Theory) -> Iterator[Said]:
    """A condition is the strongest of claims about a link."""
    backed = {piece.about for piece in theory.evidence}
    for link in theory.links:
        if link.only_where is not None and link.because is None and link.id not in backed:
            yield Said(
                link.cause,
                f"{quoted(theory.node(link.cause))} contributes to {quoted(theory.node(link.effect))} only where "
                f"{quoted(link.only_where)}, and nothing says how that is known",
                "give the reason as 'because', or the evidence",
            )


@_structure_rule(
    "STR10",
    "strong-link-contradicted",
    severity="warning",
    summary="A link that evidence contradicts, with none for it, is not called strong.",
    source=f"{sources.OURS}: evidence that contradicts stays visible.",
)
def strong_link_contradicted(theory: Theory) -> Iterator[Said]:
    """Belief against evidence."""
    findings: dict[str, list[tuple[str, str | None]]] = {}
    for piece in theory.evidence:
        findings.setdefault(piece.about, []).append((piece.id, piece.finding))
    for link in theory.links:
        told = findings.get(link.id, [])
        against = [id for id, finding in told if finding == "contradicts"]
        if link.strength == "strong" and against and not any(f == "supports" for _, f in told):
            yield Said(
                link.cause,
                f"{quoted(theory.node(link.cause))} is said to move {quoted(theory.node(link.effect))} strongly, "
                f"while {listed(against)} {'contradicts' if len(against) == 1 else 'contradict'} it and nothing "
                "supports it",
                "call the link weaker, or say under which condition it holds",
            )


@_structure_rule(
    "STR11",
    "same-words-twice",
    severity="info",
    summary="Two nodes of one kind do not say the same; a shared driver or idea is one node with two links.",
    source=f"{sources.OURS}: written twice, a shared node is drawn and counted twice. IHI lets a driver serve several.",
)
def same_words_twice(theory: Theory) -> Iterator[Said]:
    """Told at the second one."""
    for section in (theory.aims, theory.drivers, theory.change_ideas):
        met: dict[str, str] = {}
        for node in section:
            words = " ".join(node.text.casefold().split()).rstrip(".")
            if len(words) > 3 and words in met:
                yield Said(
                    node.id,
                    f"{quoted(node)} says the same as {met[words]}",
                    "if it is one thing, keep one node and let it contribute to both",
                )
            else:
                met[words] = node.id


def _voice(said: str) -> str:
    """A perspective as it is compared: capital letters and spaces make no difference."""
    return " ".join(said.split()).casefold()


@_structure_rule(
    "STR12",
    "missing-perspective",
    severity="info",
    summary="Every perspective that the theory lists is brought by some team.",
    source=sources.MTEP,
)
def missing_perspective(theory: Theory) -> Iterator[Said]:
    """Who else should be at the table."""
    if not theory.teams:
        return
    brought = {_voice(said) for team in theory.teams for said in team.perspectives}
    missing = [said for said in theory.perspectives if _voice(said) not in brought]
    if missing:
        yield Said(
            None,
            f"no team brings the {'perspective' if len(missing) == 1 else 'perspectives'} "
            f"{listed([quoted(voice) for voice in missing])}",
            "ask whom to invite",
        )


@_structure_rule(
    "STR13",
    "unowned",
    severity="info",
    gap=True,
    profiles=("strict",),
    summary="Every driver and change idea has an owner, or a team that works on it.",
    source=f"{sources.OURS}: what nobody looks after is not done.",
)
def unowned(theory: Theory) -> Iterator[Said]:
    """Neither a name nor a team."""
    worked_on = {id for team in theory.teams for id in team.works_on}
    owned: tuple[Driver | ChangeIdea, ...] = (*theory.drivers, *theory.change_ideas)
    for node in owned:
        if node.owner is None and node.id not in worked_on and node.status != "abandoned":
            yield Said(node.id, f"{quoted(node)} has no owner and no team", "agree on who looks after it")


@_structure_rule(
    "STR14",
    "misspelt-owner",
    severity="info",
    profiles=_OWN,
    summary="An owner that looks like a team's id is that id.",
    source=f"{sources.OURS}: an owner may be a person, a role or a team; a slip makes a team look idle.",
)
def misspelt_owner(theory: Theory) -> Iterator[Said]:
    """Near a team's id, but not one."""
    teams = {team.id for team in theory.teams}
    names = {team.name for team in theory.teams}
    known: dict[str, str | None] = {}
    if not teams:
        return
    owned: tuple[Aim | Driver | ChangeIdea | Measure, ...] = (*theory.nodes, *theory.measures)
    for node in owned:
        owner = node.owner
        if owner is None or owner in teams or owner in names:
            continue
        if owner not in known:
            hits = near(owner, teams, most=1)
            known[owner] = hits[0] if hits and _a_slip(owner, hits[0]) else None
        if known[owner] is not None:
            yield Said(
                node.id,
                f"{quoted(node)} is owned by {quoted(owner)}, which is no team",
                f"if the team {known[owner]} is meant, write that",
            )


def _a_slip(word: str, id: str) -> bool:
    """Whether two words differ by one or two letters, and in no number: ward-5 is not ward-6."""
    from difflib import SequenceMatcher

    digits = ["".join(c for c in w if c.isdigit()) for w in (word, id)]
    return digits[0] == digits[1] and SequenceMatcher(None, word.casefold(), id.casefold()).ratio() > 0.85


@_structure_rule(
    "STR15",
    "cause-not-addressed",
    severity="info",
    gap=True,
    summary="Every cause of the problem is addressed by a driver.",
    source=f"{sources.OURS}: drivers answer causes; a cause that none answers was found for nothing.",
)
def cause_not_addressed(theory: Theory) -> Iterator[Said]:
    """Said only where drivers address causes at all."""
    addressed = {id for driver in theory.drivers for id in driver.addresses}
    if addressed:
        for cause in theory.causes:
            if cause.id not in addressed:
                yield Said(
                    cause.id,
                    f"the cause {quoted(cause)} is addressed by no driver",
                    "say which driver answers it, or why none does",
                )


@_structure_rule(
    "STR16",
    "status-without-tests",
    severity="warning",
    summary="An idea that is called adopted has cycles.",
    source=sources.LANGLEY,
)
def status_without_tests(theory: Theory) -> Iterator[Said]:
    """Adopted on its own word."""
    for idea in theory.change_ideas:
        if idea.status == "adopted" and not idea_status(theory, idea.id).planned:
            yield Said(
                idea.id,
                f"{quoted(idea)} is called adopted, but no cycle tells of a test",
                "write down the cycles that led to it, or test it",
            )


@rule(
    "KDD01",
    "more-than-one-driver-level",
    severity="warning",
    family="key driver diagram",
    profiles=("kdd",),
    summary="A key driver diagram has one level of drivers.",
    source=sources.KDD,
)
def more_than_one_driver_level(theory: Theory) -> Iterator[Said]:
    """Asked only under the profile kdd."""
    levels = theory.levels
    for driver in theory.drivers:
        if levels[driver.id] > 1:
            yield Said(
                driver.id,
                f"{quoted(driver)} is a driver of level {levels[driver.id]}",
                "make it a change idea, or part of the driver that it moves",
            )
