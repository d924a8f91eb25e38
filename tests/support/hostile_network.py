"""A network with the same words in every place that takes words."""

from __future__ import annotations

import attrs

import driverkit as dk
from test_untrusted import filled

__all__ = ["hostile_network"]


def hostile_network(words: str) -> dk.Network:
    """Three members, one of them anonymous, which adapt a hub and took tests from each other."""
    hub = filled(words)
    aim, driver, deeper, idea, measure, cycle, team = "CON", "n1", "a..", "0--o", "svg", "constructor", "A.B"
    local = dk.Driver("own", words, contributes_to=[driver])

    def member(source: str, hidden: bool) -> dk.Theory:
        theory = filled(words)
        if hidden:  # its places and people would be names, and go out of everybody's words
            theory = theory.replace(cycle, site="a corner", team=None).replace(measure, data=None)
            theory = theory.replace(aim, owner=None).replace(idea, owner=None).remove(team)
        for id in (aim, driver, deeper, idea, measure):
            theory = theory.replace(id, adapts=id)
        return theory.replace(cycle, adapted_from=f"{source}/{cycle}").add(local)

    def one(id: str, source: str, hidden: bool) -> dk.Member:
        return dk.Member(
            id,
            f"{words} of {id}",
            member(source, hidden),
            kind=words,
            role=words,
            team="t1",
            context={"setting": words},
            perspectives=[words],
            anonymous=hidden,
        )

    first = attrs.evolve(
        hub,
        revision={"label": "0"},
        drivers=(),
        change_ideas=(),
        measures=(),
        cycles=(),
        evidence=(),
        problem=None,
        teams=(),
        recommendations=(),
        revisions=(),
        aims=[dk.Aim(aim, "before")],
    )
    return dk.Network(
        words,
        hub,
        history=[first, hub],
        members=[
            one("m1", "m2", False),
            one("m2", "m3", True),
            one("m3", "m1", False),
            dk.Member("m4", words),
        ],
        teams=[dk.Team("t1", words, works_on=[driver], perspectives=[words])],
        perspectives=[words, "another"],
        recommendations=[dk.Recommendation("N1", words, about=[driver], to=words, uptake="partly")],
        readiness=[dk.Answer("convening", "no", words), dk.Answer("common-aim", "no", words)],
    )
