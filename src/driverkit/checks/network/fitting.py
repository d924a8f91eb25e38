"""How the files of a network fit each other, and who works on what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf
from driverkit.checks.rule import rule
from driverkit.evidence.adapting import (
    cycle_named,
    kind_word,
    owners,
    part_of,
    working_on,
)
from driverkit.evidence.cycles import dates_of
from driverkit.evidence.words import listed, plural, quoted
from driverkit.model import Driver, Member, Network, PdsaCycle, Theory
from driverkit.model.values import did_you_mean

_network_rule = partial(rule, family="network")
_BRYK = "Bryk, Gomez, Grunow & LeMahieu, Learning to Improve, Harvard Education Press, 2015"


def _named(member: Member) -> str:
    return quoted(member.name or member.id)


def _version(theory: Theory) -> str:
    """Which version of the common theory that is, in a sentence."""
    revision = theory.revision
    if revision is None or (revision.label is None and revision.date is None):
        return "an earlier version without a revision"
    said = f"revision {quoted(revision.label)}" if revision.label is not None else "the version"
    return f"{said} of {revision.date.isoformat()}" if revision.date is not None else said


def _members(network: Network) -> Iterator[tuple[Member, Theory]]:
    for id, theory in network.theories.items():
        yield network.member(id), theory


@_network_rule(
    "NET01",
    "adapts-nothing-there",
    severity="error",
    summary="What a member adapts is in the common theory.",
    source=f"{sources.OURS}: a node that adapts nothing is compared with nothing.",
)
def adapts_nothing_there(network: Network) -> Iterator[SaidOf]:
    """Where an earlier version of the common theory has the node, it names the last one that does."""
    common, earlier = network.common, network.versions[:-1]
    for member, theory in _members(network):
        for id, own in network.adapted(member.id).items():
            if id in common:
                continue
            had = [version for version in earlier if id in version]
            for local in own:
                said = f"{quoted(theory.node(local))} adapts {quoted(id)}"
                if had:
                    yield SaidOf(
                        local,
                        f"{said}, which the common theory no longer has; the last with it was {_version(had[-1])}, "
                        f"where it read {quoted(had[-1].node(id))}",
                        "name what took its place, or take 'adapts' out and keep it as a local invention",
                        "warning",
                        within=theory,
                        member=member.id,
                    )
                else:
                    hint = did_you_mean(id, common.index).strip(" ?.")
                    likely = f"; {hint[0].lower()}{hint[1:]}" if hint else ""
                    yield SaidOf(
                        local,
                        f"{said}, which the common theory does not have{likely}",
                        "correct the id, or take 'adapts' out",
                        within=theory,
                        member=member.id,
                    )


@_network_rule(
    "NET02",
    "adapts-another-kind",
    severity="warning",
    summary="An aim adapts an aim, a driver a driver, a change idea a change idea and a measure a measure.",
    source=f"{sources.OURS}: otherwise the two cannot be held against each other.",
)
def adapts_another_kind(network: Network) -> Iterator[SaidOf]:
    """By what the two nodes are."""
    for member, theory in _members(network):
        for id, own in network.adapted(member.id).items():
            hub = network.common.index.get(id)
            for local in own:
                node = theory.node(local)
                if hub is not None and type(hub) is not type(node):
                    yield SaidOf(
                        local,
                        f"{quoted(node)}, a {kind_word(node)}, adapts {quoted(hub)}, a {kind_word(hub)} of the common theory".replace(
                            "a aim", "an aim"
                        ),
                        "name the node that it is a version of",
                        within=theory,
                        member=member.id,
                    )


@_network_rule(
    "NET03",
    "member-without-theory",
    severity="warning",
    summary="Every member has a theory of its own.",
    source=f"{_BRYK}: a working theory is shared by being adapted.",
)
def member_without_theory(network: Network) -> Iterator[SaidOf]:
    """Those who have left are not asked."""
    for member in network.members:
        if member.theory is None and member.left is None:
            yield SaidOf(
                member.id,
                f"{_named(member)} has no theory",
                "write down what it believes will move the aim, and name the file under 'theory'",
            )


@_network_rule(
    "NET04",
    "theory-adapts-nothing",
    severity="warning",
    summary="The theory of a member adapts something of the common theory.",
    source=_BRYK,
)
def theory_adapts_nothing(network: Network) -> Iterator[SaidOf]:
    """So that nothing it learns reaches the others."""
    for member, theory in _members(network):
        if not network.adapted(member.id):
            yield SaidOf(
                None,
                f"no node in the theory of {_named(member)} says what it adapts",
                "write 'adapts' where a node is a version of one of the common theory; "
                "'driverkit network align' offers likely ones",
                within=theory,
                member=member.id,
            )


@_network_rule(
    "NET05",
    "no-common-aim",
    severity="warning",
    summary="A member that adapts the common theory shares an aim of it.",
    source=f"{_BRYK}: a networked improvement community has a common aim.",
)
def no_common_aim(network: Network) -> Iterator[SaidOf]:
    """Where the member and the hub have aims at all."""
    aims = {aim.id for aim in network.common.aims}
    for member, theory in _members(network):
        adapted = network.adapted(member.id)
        if aims and theory.aims and adapted and not aims.intersection(adapted):
            yield SaidOf(
                theory.aims[0].id,
                f"{_named(member)} adapts no aim of the common theory",
                "say with 'adapts' which common aim its own is a part of",
                within=theory,
                member=member.id,
            )


@_network_rule(
    "NET06",
    "one-file-for-two",
    severity="warning",
    summary="Every member has a file of its own.",
    source=f"{sources.OURS}: otherwise its cycles are counted for each of them.",
)
def one_file_for_two(network: Network) -> Iterator[SaidOf]:
    """Two members that name the same file."""
    seen: dict[str, Member] = {}
    for member in network.members:
        if not isinstance(member.theory, str):
            continue
        if member.theory in seen:
            yield SaidOf(
                member.id,
                f"{_named(member)} has the same theory file as {_named(seen[member.theory])}",
                "give each of them its own",
            )
        seen.setdefault(member.theory, member)


@_network_rule(
    "NET07",
    "team-without-members",
    severity="warning",
    summary="Every team has a member.",
    source=sources.MTEP,
)
def team_without_members(network: Network) -> Iterator[SaidOf]:
    """Those who have left do not count."""
    for team in network.teams:
        if all(member.left is not None for member in network.members_of(team.id)):
            yield SaidOf(
                team.id,
                f"no member belongs to the team {quoted(team.name or team.id)}",
                "name the team at those who work in it, or give its part to another",
            )


@_network_rule(
    "NET08",
    "member-off-its-part",
    severity="info",
    summary="A member of a team adapts something of the part that the team works on.",
    source=f"{sources.MTEP}: each Research Action Cluster takes one part of the common theory.",
)
def member_off_its_part(network: Network) -> Iterator[SaidOf]:
    """The part is what the team names under 'works_on', and all that lies below."""
    parts = {team.id: part_of(network.common, team.works_on) for team in network.teams}
    for member, theory in _members(network):
        adapted = network.adapted(member.id)
        for team in member.team:
            if adapted and parts[team] and not parts[team].intersection(adapted):
                yield SaidOf(
                    None,
                    f"{_named(member)} is in the team {quoted(network.team(team).name or team)} and adapts nothing "
                    "of the part it works on",
                    "say what of it the member tries, or which team it belongs to",
                    within=theory,
                    member=member.id,
                )


@_network_rule(
    "NET09",
    "driver-nobody-works-on",
    severity="warning",
    gap=True,
    summary="Some member works on every driver of the common theory.",
    source=sources.MTEP,
)
def driver_nobody_works_on(network: Network) -> Iterator[SaidOf]:
    """A member works on a driver where it adapts the driver or something below it; one given up waits for nobody."""
    if not network.theories:
        return
    for id, members in working_on(network).items():
        node = network.common.node(id)
        if isinstance(node, Driver) and not members and node.status != "abandoned":
            yield SaidOf(
                id,
                f"no member works on {quoted(node)}",
                "find who will, or say under 'undeveloped' why it waits",
                within=network.common,
            )


@_network_rule(
    "NET10",
    "driver-in-no-team",
    severity="info",
    gap=True,
    summary="Every driver of the common theory is in the part of some team.",
    source=sources.MTEP,
)
def driver_in_no_team(network: Network) -> Iterator[SaidOf]:
    """Where there are teams at all; an owner of its own will do."""
    if not network.teams:
        return
    for id, teams in owners(network).items():
        node = network.common.node(id)
        if isinstance(node, Driver) and not teams and node.owner is None and node.status != "abandoned":
            yield SaidOf(
                id,
                f"{quoted(node)} is in no team's part",
                "agree on which team looks after it",
                within=network.common,
            )


@_network_rule(
    "NET11",
    "adapted-from-nothing",
    severity="error",
    summary="A cycle that adapts one of another member names a member and a cycle that are there.",
    source=f"{sources.OURS}: otherwise nobody can follow how a change spread.",
)
def adapted_from_nothing(network: Network) -> Iterator[SaidOf]:
    """Cycles of the hub's own are looked at too."""
    for member, theory, cycle in _cycles(network):
        said = cycle.adapted_from
        if said is not None and "/" in said and _leads_nowhere(network, said):
            yield SaidOf(
                cycle.id,
                f"cycle {cycle.id} adapts {quoted(said)}, {_why_not(network, said)}",
                "write member/ID of a cycle that is there",
                within=theory,
                member=member,
            )


@_network_rule(
    "NET12",
    "adapted-before-it-was",
    severity="warning",
    summary="A cycle begins no earlier than the one it adapts.",
    source=f"{sources.OURS}: what has not begun cannot be adapted.",
)
def adapted_before_it_was(network: Network) -> Iterator[SaidOf]:
    """By the first date of each; cycles without dates are left alone."""
    for member, theory, cycle in _cycles(network):
        if cycle.adapted_from is None:
            continue
        found = cycle_named(network, member, cycle.adapted_from)
        if found is None:
            continue
        here, there = _begins(cycle), _begins(found[1])
        if here is not None and there is not None and here < there:
            yield SaidOf(
                cycle.id,
                f"cycle {cycle.id} began on {here.isoformat()}, before {cycle.adapted_from}, which it adapts, on {there.isoformat()}",
                "correct the dates, or which of the two adapts the other",
                within=theory,
                member=member,
            )


@_network_rule(
    "NET13",
    "because-of-nothing",
    severity="error",
    summary="A revision that was made because of members' cycles names cycles that are there.",
    source=f"{sources.OURS}: a reason that cannot be looked up is none.",
)
def because_of_nothing(network: Network) -> Iterator[SaidOf]:
    """In the common theory of today and in members' files."""
    for member, theory in [(None, network.common), *network.theories.items()]:
        notes = [*theory.revisions, *([theory.revision] if theory.revision is not None else [])]
        for said in dict.fromkeys(id for note in notes for id in note.because_of if "/" in id):
            if _leads_nowhere(network, said):
                label = next(note.label for note in notes if said in note.because_of)
                yield SaidOf(
                    None,
                    f"revision {quoted(label or 'without a label')} was made because of {quoted(said)}, {_why_not(network, said)}",
                    "write member/ID of a cycle that is there",
                    within=theory,
                    member=member,
                )


@_network_rule(
    "NET14",
    "perspective-missing",
    severity="warning",
    summary="Every perspective that the network wants is brought by a member or a team.",
    source=f"{sources.MTEP}; MTEP 2.0 asks of every team whose voices are represented, and who else should be at the table",
)
def perspective_missing(network: Network) -> Iterator[SaidOf]:
    """Capital letters and spaces make no difference; members who have left do not count."""
    brought = [team.perspectives for team in network.teams]
    brought += [member.perspectives for member in network.members if member.left is None]
    brought += [team.perspectives for theory in network.theories.values() for team in theory.teams]
    heard = {_folded(voice) for voices in brought for voice in voices}
    for voice in network.perspectives:
        if _folded(voice) not in heard:
            yield SaidOf(
                None,
                f"no member and no team brings the perspective {quoted(voice)}",
                "ask who else should be at the table",
            )


@_network_rule(
    "NET15",
    "history-out-of-order",
    severity="warning",
    summary="The history of the common theory goes from the oldest version to the latest.",
    source=f"{sources.OURS}: it is read from top to bottom.",
)
def history_out_of_order(network: Network) -> Iterator[SaidOf]:
    """By the dates of their revisions."""
    dated = [(version, day) for version in network.versions if (day := _day(version)) is not None]
    for (first, before), (later, after) in pairwise(dated):
        if after < before:
            yield SaidOf(
                None,
                f"{_version(later)} comes after {_version(first)} in the history of the common theory",
                "list the oldest first under 'history', or correct the dates",
            )


@_network_rule(
    "NET16",
    "common-theory-without-date",
    severity="warning",
    summary="Every version of the common theory has the date of its revision.",
    source=sources.KDD,
)
def common_theory_without_date(network: Network) -> Iterator[SaidOf]:
    """Without it nobody can say what was common on a day."""
    for version in network.versions:
        if _day(version) is None:
            today = version is network.common or version == network.common
            yield SaidOf(
                None,
                "the common theory has no revision date"
                if today
                else f"an earlier version of the common theory, {quoted(version.title)}, has no revision date",
                "write it as 'revision', with its label and date",
                within=version,
            )


@_network_rule(
    "NET17",
    "context-half-said",
    severity="info",
    summary="What is said of the context of some members is said of all of them.",
    source=f"{_BRYK}: a network learns under which conditions a change works.",
)
def context_half_said(network: Network) -> Iterator[SaidOf]:
    """Words such as setting or coach that one member's context has and another's lacks."""
    members = [member for member in network.members if member.left is None]
    for word in dict.fromkeys(word for member in members for word in member.context):
        lacking = [member for member in members if word not in member.context]
        if lacking:
            yield SaidOf(
                lacking[0].id,
                f"the context of {plural(len(lacking), 'member')} does not say {quoted(word)}: "
                f"{listed([member.id for member in lacking])}",
                "say it, so that contexts can be compared",
            )


# ----------------------------------------------------------------------------------------------- within


def _cycles(network: Network) -> Iterator[tuple[str | None, Theory, PdsaCycle]]:
    theories: list[tuple[str | None, Theory]] = [(None, network.common), *network.theories.items()]
    for member, theory in theories:
        for cycle in theory.cycles:
            yield member, theory, cycle


def _leads_nowhere(network: Network, reference: str) -> bool:
    """Whether ``member/ID`` names no cycle; of a member whose file cannot be read nobody knows."""
    if network.was_left_out(reference.partition("/")[0]):
        return False
    return cycle_named(network, None, reference) is None


def _why_not(network: Network, reference: str) -> str:
    """Why ``member/ID`` names no cycle, as the end of a sentence."""
    member, _, id = reference.partition("/")
    known = {one.id: one for one in network.members}
    if member not in known:
        hint = did_you_mean(member, known).strip(" ?.")
        return f"and there is no member {quoted(member)}" + (f"; {hint[0].lower()}{hint[1:]}" if hint else "")
    if member not in network.theories:
        return f"and {_named(known[member])} has no theory"
    cycles = {cycle.id: cycle for cycle in network.theories[member].cycles}
    hint = did_you_mean(id, cycles).strip(" ?.")
    return f"and {_named(known[member])} has no such cycle" + (
        f"; {hint[0].lower()}{hint[1:]}" if hint else ""
    )


def _begins(cycle: PdsaCycle) -> dt.date | None:
    return min(dates_of(cycle), default=None)


def _day(theory: Theory) -> dt.date | None:
    return theory.revision.date if theory.revision is not None else None


def _folded(voice: str) -> str:
    return " ".join(voice.split()).casefold()
