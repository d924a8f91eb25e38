"""A theory with a mark of its own in every place that takes words, and a network in which its member is anonymous."""

from __future__ import annotations

from itertools import count
from typing import Any

import driverkit as dk

__all__ = ["SHOWN", "marked", "marked_network"]

SHOWN = {
    "Aim.text",
    "Driver.text",
    "ChangeIdea.text",
    "ChangeIdea.concept",
    "Contribution.because",
    "Contribution.only_where",
    "Measure.name",
    "PdsaCycle.conditions",
    "Prediction.question",
    "Prediction.prediction",
    "Prediction.found",
    "Study.learned",
    "Evidence.text",
}


def marked() -> tuple[dk.Theory, dict[str, str]]:
    """A theory with a mark of its own in every place that takes words, and what each mark stands in."""
    number = count(1)
    marks: dict[str, str] = {}

    def mark(place: str) -> str:
        found = f"Zq{next(number)}x"
        marks[place] = found
        return found

    def node(noun: str) -> dict[str, Any]:
        names = ("detail", "owner", "undeveloped")
        more: dict[str, Any] = {name: mark(f"{noun}.{name}") for name in names}
        return {
            **more,
            "tags": [mark(f"{noun}.tags")],
            "url": f"https://{mark(f'{noun}.url')}.example.org/",
            "extra": {"x-mine": mark(f"{noun}.extra")},
        }

    def link(to: str) -> dict[str, Any]:
        return {
            "to": to,
            "because": mark("Contribution.because"),
            "only_where": mark("Contribution.only_where"),
            "fails_at": [mark("Contribution.fails_at")],
        }

    a, d, c, m, t, e, r, team = (
        mark(f"{noun}.id")
        for noun in ("Aim", "Driver", "ChangeIdea", "Measure", "PdsaCycle", "Evidence", "Cause", "Team")
    )
    theory = dk.Theory(
        mark("Theory.title"),
        revision={"label": mark("Revision.label"), "why": mark("Revision.why")},
        headings={"aim": mark("Headings.aim"), "change": mark("Headings.change")},
        aims=[dk.Aim(a, mark("Aim.text"), population=mark("Aim.population"), measure=m, adapts="A1", **node("Aim"))],
        drivers=[dk.Driver(d, mark("Driver.text"), contributes_to=[link(a)], addresses=[r], adapts="P1", **node("Driver"))],
        change_ideas=[
            dk.ChangeIdea(
                c, mark("ChangeIdea.text"), concept=mark("ChangeIdea.concept"), contributes_to=[d], **node("ChangeIdea")
            )
        ],
        measures=[
            dk.Measure(
                m,
                mark("Measure.name"),
                of=[a],
                unit=mark("Measure.unit"),
                frequency=mark("Measure.frequency"),
                strata=[stratum := mark("Measure.strata")],
                data=[
                    {
                        "date": "2026-01-01",
                        "value": 1,
                        "site": mark("Observation.site"),
                        "note": mark("Observation.note"),
                        "phase": mark("Observation.phase"),
                        "excluded": mark("Observation.excluded"),
                        "strata": {stratum: mark("Observation.strata")},
                    }
                ],
                **node("Measure"),
            )
        ],
        cycles=[
            dk.PdsaCycle(
                t,
                c,
                team=mark("PdsaCycle.team"),
                site=mark("PdsaCycle.site"),
                conditions=mark("PdsaCycle.conditions"),
                adapted_from=f"{mark('PdsaCycle.adapted_from')}/T1",
                plan={"date": "2026-01-01", "objective": mark("Plan.objective")},
                predictions=[
                    {
                        "question": mark("Prediction.question"),
                        "prediction": mark("Prediction.prediction"),
                        "found": mark("Prediction.found"),
                        "result": "confirmed",
                    }
                ],
                do={"date": "2026-01-02", "observed": mark("Do.observed")},
                study={"date": "2026-01-03", "learned": mark("Study.learned")},
                act={"decision": "adapt", "next": mark("Act.next")},
                stamp=mark("PdsaCycle.stamp"),
                extra={"x-mine": mark("PdsaCycle.extra")},
            )
        ],
        evidence=[
            dk.Evidence(
                e, f"{d} -> {a}", kind="data", finding="mixed", text=mark("Evidence.text"), source=mark("Evidence.source")
            )
        ],
        problem={"text": mark("Problem.text"), "causes": [{"id": r, "text": mark("Cause.text"), "category": mark("Cause.category")}]},
        teams=[dk.Team(team, mark("Team.name"), works_on=[d], perspectives=[mark("Team.perspectives")])],
        perspectives=[mark("Theory.perspectives")],
        recommendations=[dk.Recommendation(mark("Recommendation.id"), mark("Recommendation.text"), to=mark("Recommendation.to"))],
        revisions=[{"label": mark("Revisions.label"), "why": mark("Revisions.why"), "because_of": [t]}],
        extra={"x-mine": mark("Theory.extra")},
    )  # fmt: skip
    return theory, marks


def marked_network() -> tuple[dk.Network, dict[str, str]]:
    """Two wards and an anonymous one between them, all on the same ideas, each of which took something from the others."""
    theory, marks = marked()
    cycle = theory.cycles[0]
    idea = theory.change_ideas[0]
    theory = theory.replace(cycle.id, adapted_from="m06/T").replace(idea.id, adapts="C1")
    marks = {
        **marks,
        **{
            f"Member.{name}": f"Wq{name}"
            for name in ("name", "kind", "role", "context", "voice", "team", "extra")
        },
    }
    marks["Member.id"] = "wq7hidden"
    hub = dk.Theory(
        "Fewer falls",
        revision={"label": "2"},
        aims=[dk.Aim("A1", "Halve falls", target=4, by="2027-01-01", measure="M1")],
        drivers=[dk.Driver("P1", "Risk is known", contributes_to=["A1"])],
        change_ideas=[dk.ChangeIdea("C1", "Ask", contributes_to=["P1"])],
        measures=[dk.Measure("M1", "Falls", of=["A1"])],
        revisions=[
            {
                "label": "2",
                "why": "as wq7hidden/T1 and WQNAME showed",
                "because_of": [f"wq7hidden/{cycle.id}"],
            }
        ],
    )

    def ward(adapted_from: str | None) -> dk.Theory:
        test = dk.PdsaCycle(
            "T",
            "C",
            adapted_from=adapted_from,
            conditions=f"a nurse from {marks['PdsaCycle.site']}",
            predictions=[{"question": "q", "prediction": "p", "result": "confirmed"}],
            do={"date": "2026-01-02"},
            study={"learned": "as Wqname and wq7hidden say"},
        )
        return dk.Theory(
            "Ward",
            aims=[dk.Aim("A", "Fewer falls here", adapts="A1")],
            drivers=[dk.Driver("D", "Risk is known here", contributes_to=["A"], adapts="P1")],
            change_ideas=[dk.ChangeIdea("C", "Ask here", contributes_to=["D"], adapts="C1")],
            cycles=[test],
        )

    hidden = dk.Member(
        "wq7hidden",
        marks["Member.name"],
        theory,
        kind=marks["Member.kind"],
        role=marks["Member.role"],
        team="t1",
        joined="2019-03-07",
        context={"setting": marks["Member.context"]},
        perspectives=[marks["Member.voice"]],
        anonymous=True,
        extra={"x-mine": marks["Member.extra"]},
    )
    members = [
        dk.Member("m06", "Ward 6", ward(f"wq7hidden/{cycle.id}"), team="t1", context={"setting": "rural"}),
        hidden,
        dk.Member("m08", "Ward 8", ward(None), context={"setting": "urban"}),
    ]
    network = dk.Network(
        "Safe wards",
        hub,
        members=members,
        teams=[dk.Team("t1", "With Wqname", works_on=["P1"], perspectives=["nurse of Wqname"])],
        recommendations=[dk.Recommendation("N1", "Do as Wqname does", to="the board of Wqname", about=["P1"])],
        readiness=[dk.Answer("convening", "yes", "Wqname hosts us")],
    )  # fmt: skip
    return network, marks
