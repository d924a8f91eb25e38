"""The sections of a hub's report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from driverkit.analysis.compare import compare
from driverkit.checks import Finding
from driverkit.checks.network import check_network
from driverkit.evidence import all_predictions, readiness, tally, was_studied
from driverkit.evidence.adapting import common_id
from driverkit.evidence.combined import cycles_at
from driverkit.evidence.readiness_items import GROUPS
from driverkit.evidence.words import listed, plural, quoted
from driverkit.model import Aim, ChangeIdea, Member, Theory
from driverkit.overlays.network import network_overlay
from driverkit.reporting.network_across import ACROSS
from driverkit.reporting.network_context import SOMEBODY_ELSE, NetworkContext
from driverkit.reporting.network_found import FOUND
from driverkit.reporting.sections import Section, unit_of

__all__ = ["NETWORK_SECTIONS"]

Content = Mapping[str, Any] | None


def aims_told(context: NetworkContext) -> list[dict[str, Any]]:
    """The aims of the common theory, as the summary sets them."""
    theory = context.common
    return [
        {
            "text": aim.text,
            "population": aim.population,
            "baseline": aim.baseline,
            "target": aim.target,
            "by": aim.by.isoformat() if aim.by else None,
            "unit": unit_of(theory, aim.measure),
        }
        for aim in theory.aims
        if not aim.contributes_to
    ]


# ------------------------------------------------------------------------------------------------ in short


def _summary(context: NetworkContext) -> Content:
    network = context.network
    counted = context.counted
    cycles = sum(len(one.cycles) for one in counted.values())
    studied = sum(one.studied for one in counted.values())
    held = tally(record for theory in context.theories.values() for record in all_predictions(theory))
    nobody = [
        node for node in context.common.drivers if not context.working[node.id] and node.status != "abandoned"
    ]
    profile = _profile(context)
    missing = _missing(context)
    settled = [one for one in network.recommendations if one.uptake not in (None, "pending")]
    taken = sum(one.uptake == "taken-up" for one in settled)
    left = sum(one.left is not None for one in network.members)
    figures = [
        (
            "members",
            f"{len(network.members) - left:,}",
            f"{plural(len(network.teams), 'team')}; {len(context.theories):,} with a theory file"
            + (f"; {left:,} left" if left else ""),
        ),
        (
            "PDSA cycles that reached Study",
            f"{studied:,} of {cycles:,}",
            f"carried out, by {plural(sum(bool(one.cycles) for one in counted.values()), 'member')}",
        ),
        (
            "predictions that held",
            f"{held.confirmed:,} of {held.judged:,}",
            "of those judged, all members together; members differ, see below",
        ),
        (
            "drivers that nobody works on",
            f"{len(nobody):,} of {len(context.common.drivers):,}",
            listed([node.text for node in nobody], 3),
        ),
    ]
    if network.recommendations:
        figures.append(
            (
                "recommendations taken up",
                f"{taken:,} of {len(settled):,}",
                "of those of which it is known what became of them"
                + (
                    f"; {len(network.recommendations) - len(settled):,} open"
                    if len(settled) < len(network.recommendations)
                    else ""
                ),
            )
        )
    if network.perspectives:
        figures.append(
            (
                "voices missing",
                f"{len(missing):,} of {len(network.perspectives):,}",
                listed(missing, 4),
            )
        )
    if profile.questions:
        figures.append(
            (
                "open questions of the readiness profile",
                f"{len(profile.questions)}",
                listed([item.title for item in profile.questions], 4),
            )
        )
    if network.left_out:
        names = listed(
            list(dict.fromkeys(_left_out_name(context, one.member) for one in network.left_out)), 8
        )
        figures.insert(
            1,
            (
                "members left out",
                f"{len(network.left_out):,} of {len(network.members) + len(network.left_out):,}",
                f"{names}: what they did is not on this page",
            ),
        )
    return {
        "figures": figures,
        "aims": aims_told(context),
        "kind": profile.kind,
        "left_out": left_out_told(context),
    }


def _left_out_name(context: NetworkContext, member: Member) -> str:
    if context.shared and (context.network.anonymous or member.anonymous):
        return SOMEBODY_ELSE.capitalize()
    return f"{member.name} ({member.id})" if member.name else member.id


def left_out_told(context: NetworkContext) -> list[str]:
    """A sentence for each member that is not on the page, as its file cannot be read."""
    told = dict.fromkeys(
        f"{_left_out_name(context, one.member)} is left out: "
        + (" ".join(str(fault) for fault in one.faults[:1]) or "its file cannot be read.")
        + (f" That file has {len(one.faults) - 1:,} more faults." if len(one.faults) > 1 else "")
        for one in context.network.left_out
    )
    return list(told)


def _profile(context: NetworkContext) -> Any:
    if "profile" not in context.kept:
        context.kept["profile"] = readiness(context.network, rule=context.rule, today=context.today)
    return context.kept["profile"]


# ----------------------------------------------------------------------------------------- who works on what


def _theory(context: NetworkContext) -> Content:
    if not context.common.nodes:
        return None
    _, overlay = network_overlay(context.network)
    if context.shared:  # who does what is told in the tables, by what members are called there
        overlay = attrs.evolve(overlay, titles={})
    return context.picture(overlay)


def _who(context: NetworkContext) -> Content:
    rows = []
    theory = context.common
    tests = cycles_at(context.network)
    away = {one.id for one in context.network.members if one.left is not None}
    for node in theory.nodes:
        members = context.working[node.id]
        tested = {id for id, cycle in tests[node.id] if id is not None and was_studied(cycle)}
        gone = len(tested.intersection(away))
        kind = "Aim" if isinstance(node, Aim) else "Change idea" if isinstance(node, ChangeIdea) else "Driver"
        rows.append(
            {
                "node": node,
                "kind": kind,
                "members": members,
                "called": context.called(members),
                "tested": len(tested),
                "gone": gone,
                "teams": listed(context.teams_of[node.id], 4),
                "known": node.undeveloped,
                "given_up": node.status == "abandoned",
            }
        )
    if not rows:
        return None
    return {"rows": rows, "of": sum(one.left is None for one in context.network.members)}


# --------------------------------------------------------------------------------------------- the profile


def _readiness(context: NetworkContext) -> Content:
    profile = _profile(context)
    groups = [
        {"title": title, "lines": [line for line in profile.lines if line.item.group == group]}
        for group, title in GROUPS.items()
    ]
    rest = [line for line in profile.lines if line.item.group not in GROUPS]
    groups += [{"title": "Further", "lines": rest}] if rest else []
    return {
        "groups": [one for one in groups if one["lines"]],
        "questions": profile.questions,
        "unknown": profile.unknown,
        "rule": profile.rule,
        "kind": profile.kind,
    }


# -------------------------------------------------------------------------------------------------- voices


def _missing(context: NetworkContext) -> list[str]:
    network = context.network
    brought = {_folded(voice) for team in network.teams for voice in team.perspectives}
    brought |= {_folded(voice) for one in network.members for voice in one.perspectives}
    return [voice for voice in network.perspectives if _folded(voice) not in brought]


def _folded(voice: str) -> str:
    return " ".join(voice.split()).casefold()


def _voices(context: NetworkContext) -> Content:
    network = context.network
    wanted = dict.fromkeys(
        (
            *network.perspectives,
            *(voice for team in network.teams for voice in team.perspectives),
            *(voice for one in network.members for voice in one.perspectives),
        )
    )
    if not wanted:
        return None
    first: dict[str, str] = {}
    for voice in wanted:
        first.setdefault(_folded(voice), voice)
    rows = []
    asked = {_folded(voice) for voice in network.perspectives}
    for key, voice in first.items():
        teams = [t.name or t.id for t in network.teams if key in map(_folded, t.perspectives)]
        members = [one.id for one in network.members if key in map(_folded, one.perspectives)]
        rows.append(
            {
                "voice": voice,
                "wanted": key in asked,
                "teams": listed(teams, 4),
                "members": members,
                "called": context.called(members, 6),
                "missing": not teams and not members,
            }
        )
    return {"rows": rows, "missing": _missing(context), "wanted": network.perspectives}


# ----------------------------------------------------------------------------------------------- over time


def changes_told(context: NetworkContext) -> Content:
    """The versions of the common theory, and what changed since the last but one."""
    versions = context.network.versions
    if len(versions) < 2:
        return None
    told = []
    for version in versions:
        revision = version.revision
        notes = [one for one in version.revisions if revision is not None and one.label == revision.label]
        told.append(
            {
                "label": (revision.label if revision is not None else None) or "",
                "date": revision.date.isoformat() if revision is not None and revision.date else "",
                "drivers": len(version.drivers),
                "ideas": len(version.change_ideas),
                "why": " ".join(one.why for one in notes if one.why),
                "because": "; ".join(
                    dict.fromkeys(_of_member(context, id) for one in notes for id in one.because_of)
                ),
            }
        )
    found = compare(versions[-2], versions[-1], network=context.network)
    gone = found.vanished
    told_below = {one.id for one in gone}
    return {
        "versions": told,
        "substantive": [change for change in found.changes if change.substantive],
        "minor": sum(not change.substantive and change.id not in told_below for change in found.changes),
        "vanished": [str(one)[:1].upper() + str(one)[1:] for one in gone],
        "unexplained": found.unexplained,
        "rule": found.rule,
        "studied": _studied_between(context, versions[-2], versions[-1]),
    }


def _of_member(context: NetworkContext, id: str) -> str:
    """A cycle or evidence of a member by the member's name on this page; one of the hub by its id."""
    member, slash, own = id.partition("/")
    if not slash:
        return id
    name = context.names.get(member, SOMEBODY_ELSE)
    return f"what {name} learned" if name == SOMEBODY_ELSE else f"{name}, {own}"


def _studied_between(context: NetworkContext, earlier: Theory, later: Theory) -> list[str]:
    """Which cycles members studied after the earlier version and up to the later one, idea by idea.

    Nothing where one of the two has no date; a cycle without a date of its Study is left out.
    """
    days = [one.revision.date if one.revision is not None else None for one in (earlier, later)]
    first, last = days
    if first is None or last is None:
        return []
    # For each idea, by whose it is (None for the hub's): the member of each cycle.
    by_idea: dict[tuple[str | None, str], list[str]] = {}
    for member, theory in context.theories.items():
        for cycle in theory.cycles:
            day = cycle.study.date if cycle.study is not None else None
            if day is not None and first < day <= last:
                common = common_id(context.common, theory.node(cycle.change))
                idea = (member, cycle.change) if common is None else (None, common)
                by_idea.setdefault(idea, []).append(member)
    told = []
    for (owner, id), brought in by_idea.items():
        if owner is not None and context.names.get(owner, SOMEBODY_ELSE) == SOMEBODY_ELSE:
            continue  # the words of an idea of its own could tell who it is
        who = context.called(tuple(dict.fromkeys(brought)), 6)
        node = (context.common if owner is None else context.theories[owner]).node(id)
        told.append(f"{quoted(node)}: {plural(len(brought), 'cycle')} ({who})")
    return told


# --------------------------------------------------------------------------------------------- predictions


def _predictions(context: NetworkContext) -> Content:
    rows = [
        {"name": context.names[id], "one": one}
        for id, one in context.counted.items()
        if one.cycles or one.tally.predictions
    ]
    if not rows:
        return None
    none = [context.names[one.id] for one in context.network.members if one.id not in context.counted]
    return {"rows": rows, "without": none}


# ------------------------------------------------------------------------------------------------ findings


def _findings(context: NetworkContext) -> Content:
    found = check_network(context.network)
    if not found:
        return None
    order = {"error": 0, "warning": 1, "info": 2}
    rows = sorted(found, key=lambda f: (f.known, order[f.severity]))
    return {"rows": rows, "profile": "network", "places": [_place(context, row) for row in rows]}


def _place(context: NetworkContext, finding: Finding) -> str:
    """In whose file a finding stands: a member's name, the common theory, or nothing for the network itself."""
    member, slash, _ = (finding.node or "").partition("/")
    if slash:
        return context.names[member]
    if finding.where is None or finding.where.file is None:
        return ""
    for id, theory in context.network.theories.items():
        if theory.origin is not None and theory.origin.file == finding.where.file:
            return context.names[id]
    versions = context.network.versions
    for theory in versions:
        if theory.origin is not None and theory.origin.file == finding.where.file:
            label = theory.revision.label if theory.revision is not None else None
            return (
                f"the common theory, revision {label}"
                if label and theory is not versions[-1]
                else "the common theory"
            )
    return ""


NETWORK_SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        section.name: section
        for section in (
            Section("summary", "In short", _summary, "network-summary.html"),
            Section("theory", "The common theory", _theory, "diagram.html", wide=True),
            Section("who", "Who works on what", _who, "network-who.html"),
            FOUND["held"],
            ACROSS["coverage"],
            ACROSS["alignment"],
            FOUND["spread"],
            FOUND["recommendations"],
            Section("predictions", "What members predicted", _predictions, "network-predictions.html"),
            Section("readiness", "Readiness of the network", _readiness, "network-readiness.html"),
            Section("voices", "Whose voices are missing", _voices, "network-voices.html"),
            Section("changes", "How the common theory changed", changes_told, "network-changes.html"),
            Section("findings", "What does not fit", _findings, "findings.html"),
        )
    }
)
"""The sections of a hub's report that ship, in their order."""
