"""What was gathered about other words than today's."""

from __future__ import annotations

from driverkit.diagram.overlay import Overlay
from driverkit.evidence.stamps import suspects
from driverkit.evidence.words import listed, plural
from driverkit.model import Theory
from driverkit.overlays import OverlayKind

__all__ = ["SUSPECT", "suspect"]


def suspect(theory: Theory) -> Overlay:
    """Which boxes and links have cycles or evidence that were gathered about other words than today's."""
    records: dict[str, list[str]] = {}
    titles: dict[str, list[str]] = {}
    for one in suspects(theory):
        records.setdefault(one.about, []).append(one.record)
        titles.setdefault(one.about, []).append(f"{one}.")
    links = {link.id: (link.cause, link.effect) for link in theory.links if link.id in records}
    nodes = {id: found for id, found in records.items() if id not in links}
    return Overlay(
        marks=dict.fromkeys(nodes, ("suspect",)),
        notes={
            id: (f"{plural(len(found), 'suspect record')}: {listed(found, 3)}",)
            for id, found in nodes.items()
        },
        titles={id: titles[id] for id in nodes},
        link_marks=dict.fromkeys(links.values(), ("suspect",)),
        link_titles={ends: titles[id] for id, ends in links.items()},
        link_signs=dict.fromkeys(links.values(), "suspect"),
        words={"suspect": "rests on what was gathered about other words"},
    )


SUSPECT = OverlayKind(
    name="suspect",
    description="What rests on cycles or evidence that were gathered about other words than today's.",
    make=suspect,
    place=6,
)
