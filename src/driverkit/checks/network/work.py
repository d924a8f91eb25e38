"""Who works on what, in teams and beside them, and whose voices are heard."""

from __future__ import annotations

from collections.abc import Iterator

from driverkit.checks import sources
from driverkit.checks.network.said import SaidOf, gone, named, network_rule, with_theories
from driverkit.evidence.adapting import owners, part_of, working_on
from driverkit.evidence.words import quoted
from driverkit.model import Driver, Network


@network_rule(
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


@network_rule(
    "NET08",
    "member-off-its-part",
    severity="info",
    summary="A member of a team adapts something of the part that the team works on.",
    source=f"{sources.MTEP}: each Research Action Cluster takes one part of the common theory.",
)
def member_off_its_part(network: Network) -> Iterator[SaidOf]:
    """The part is what the team names under 'works_on', and all that lies below."""
    parts = {team.id: part_of(network.common, team.works_on) for team in network.teams}
    for member, theory in with_theories(network):
        adapted = network.adapted(member.id)
        for team in member.team:
            if adapted and parts[team] and not parts[team].intersection(adapted):
                yield SaidOf(
                    None,
                    f"{named(member)} is in the team {quoted(network.team(team).name or team)} and adapts nothing "
                    "of the part it works on",
                    "say what of it the member tries, or which team it belongs to",
                    within=theory,
                    member=member.id,
                )


@network_rule(
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


@network_rule(
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


@network_rule(
    "NET28",
    "about-what-went",
    severity="warning",
    summary="What a team works on and a recommendation is about is still in the common theory.",
    source=f"{sources.OURS}: what the common theory no longer has is counted in nobody's part.",
)
def about_what_went(network: Network) -> Iterator[SaidOf]:
    """It names the last version that had the node. A recommendation that is decided is history and only mentioned."""
    for team in network.teams:
        for id, version in network.gone(team.works_on).items():
            yield SaidOf(
                team.id,
                f"the team {quoted(team.name or team.id)} works on {gone(id, version)}",
                "name what took its place under 'works_on', or take it out",
            )
    for advice in network.recommendations:
        for id, version in network.gone(advice.about).items():
            settled = advice.uptake not in (None, "pending")
            yield SaidOf(
                advice.id,
                f"the recommendation {quoted(advice.text)} is about {gone(id, version)}",
                "leave it as it was given, or say under 'about' what took its place"
                if settled
                else "name what took its place under 'about', or say under 'uptake' what became of it",
                "info" if settled else None,
            )


@network_rule(
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
    for at, voice in enumerate(network.perspectives):
        if _folded(voice) not in heard:
            yield SaidOf(
                None,
                f"no member and no team brings the perspective {quoted(voice)}",
                "ask who else should be at the table",
                path=f"perspectives[{at}]",
            )


def _folded(voice: str) -> str:
    return " ".join(voice.split()).casefold()
