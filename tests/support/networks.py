"""Small networks, made in a line each: what members predicted, found, measured and adapted from each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import driverkit as dk

RESULTS = {"y": "confirmed", "n": "refuted", "m": "mixed", "-": None}


def cycle(
    id: str, results: str = "", *, idea: str = "C", day: str | None = None, **more: Any
) -> dk.PdsaCycle:
    """A cycle whose predictions fared as the letters say: y held, n did not, m in part, - is open."""
    asked = [
        {"question": f"q{at}", "prediction": "so", "result": RESULTS[one]} for at, one in enumerate(results)
    ]
    more.setdefault("study", {"learned": "this"} if results else None)
    return dk.PdsaCycle(id, idea, predictions=asked, do={"date": day} if day else None, **more)


def hub(*ideas: str) -> dk.Theory:
    """A common theory with one aim, one driver and some ideas below it."""
    return dk.Theory(
        "Hub",
        aims=[dk.Aim("A1", "Fewer falls", measure="M1")],
        drivers=[dk.Driver("P1", "Risk is known", contributes_to=["A1"])],
        change_ideas=[dk.ChangeIdea(id, f"Idea {id}", contributes_to=["P1"]) for id in ideas or ("C1",)],
        measures=[dk.Measure("M1", "Falls", of=["A1"], unit="%", direction="decrease")],
    )


def local(
    *cycles: dk.PdsaCycle,
    ideas: Mapping[str, str | None] | None = None,
    rows: Iterable[Mapping[str, Any]] | None = None,
    **more: Any,
) -> dk.Theory:
    """A member's theory: its ideas, by id with what each adapts, below a driver and an aim that adapt the hub's."""
    known = {"C": "C1"} if ideas is None else ideas
    measures = []
    if rows is not None:
        measures = [
            dk.Measure(
                "M", "Falls here", of=["A"], unit="%", direction="decrease", adapts="M1", data=list(rows)
            )
        ]
    return dk.Theory(
        "Local",
        aims=[dk.Aim("A", "Fewer falls here", adapts="A1", **({"measure": "M"} if measures else {}))],
        drivers=[dk.Driver("D", "We know the risk", contributes_to=["A"], adapts="P1")],
        change_ideas=[
            dk.ChangeIdea(id, f"Our {id}", contributes_to=["D"], adapts=adapts)
            for id, adapts in known.items()
        ],
        measures=measures,
        cycles=cycles,
        **more,
    )


def network(
    members: Mapping[str, dk.Theory], contexts: Mapping[str, Any] | None = None, **more: Any
) -> dk.Network:
    """A network of members by id, with what each says of its context."""
    more.setdefault("hub", hub())
    said = contexts or {}
    return dk.Network(
        "Wards",
        members=[dk.Member(id, theory=one, context=said.get(id)) for id, one in members.items()],
        **more,
    )
