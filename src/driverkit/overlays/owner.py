"""Who looks after what."""

from __future__ import annotations

from driverkit.diagram.overlay import Overlay
from driverkit.model import Theory
from driverkit.overlays import OverlayKind

__all__ = ["OWNER", "owner"]


def owner(theory: Theory) -> Overlay:
    """Who looks after what, and what nobody does.

    There are six strips to tell owners apart; whoever comes later is named in the box alone. Where the
    theory names no owner and no team, it does not speak of owners, and nothing is marked.
    """
    owned = [node for node in theory.nodes if node.owner]
    places = {owner: i for i, owner in enumerate(dict.fromkeys(node.owner for node in owned), 1)}
    names = {team.id: team.name for team in theory.teams}
    marks = {node.id: (f"owner-{places[node.owner]}",) for node in owned if places[node.owner] <= 6}
    marks |= {node.id: ("owner-more",) for node in owned if places[node.owner] > 6}
    words = {f"owner-{i}": str(names.get(str(o), o)) for o, i in places.items() if i <= 6}
    words["owner-more"] = "other owners: named in the boxes"
    if owned or theory.teams:
        marks |= {node.id: ("owner-none",) for node in theory.nodes if not node.owner}
        words["owner-none"] = "no owner"
    return Overlay(
        marks=marks,
        notes={node.id: (f"Owner: {names.get(str(node.owner), node.owner)}",) for node in owned},
        words=words,
    )


OWNER = OverlayKind(
    name="owner",
    description="Which team or person looks after what, and what nobody does.",
    make=owner,
    place=5,
)
