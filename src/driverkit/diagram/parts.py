"""A branch that is too large for one page, taken apart into several.

Each page shows the head of the branch and what it contributes to, then some of its direct causes
with all that is below them. Every link of the branch is on some page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from driverkit.diagram.columns import reached

__all__ = ["Part", "parts"]


@frozen
class Part:
    """What one page of a branch shows.

    Attributes:
        shows: the ids of all nodes on the page.
        tells: those among them that this page is for: the direct causes that it begins with.
    """

    shows: frozenset[str]
    tells: tuple[str, ...]


def parts(theory: Any, head: str, fits: Callable[[frozenset[str]], bool]) -> tuple[Part, ...]:
    """The pages of a branch, each as full as fits.

    A page begins with causes of the head. Where one of them alone is too much, its own causes are
    dealt out in the same way; what cannot be taken apart any further has a page even if it is too full.

    Args:
        theory: the theory.
        head: the id of the node that the branch begins with.
        fits: whether a page can hold these nodes.
    """
    known = {node.id for node in (*theory.aims, *theory.drivers, *theory.change_ideas)}
    causes: dict[str, list[str]] = {}
    effects: dict[str, list[str]] = {}
    for link in theory.links:
        if link.cause in known and link.effect in known and link.cause != link.effect:
            causes.setdefault(link.effect, []).append(link.cause)
            effects.setdefault(link.cause, []).append(link.effect)
    # The order of the file, which is the order on the diagram.
    rank = {node.id: i for i, node in enumerate((*theory.drivers, *theory.change_ideas, *theory.aims))}
    above = reached([head], effects)
    return tuple(_joined(_dealt(head, above, causes, rank, fits), fits))


def _joined(found: Iterable[Part], fits: Callable[[frozenset[str]], bool]) -> list[Part]:
    """Neighbours that have room on one page, put onto it: a cause that was taken apart may leave half a page."""
    out: list[Part] = []
    for part in found:
        if out:
            both = Part(out[-1].shows | part.shows, (*out[-1].tells, *part.tells))
            if fits(both.shows):
                out[-1] = both
                continue
        out.append(part)
    return out


def _dealt(
    head: str,
    above: frozenset[str],
    causes: Mapping[str, Sequence[str]],
    rank: Mapping[str, int],
    fits: Callable[[frozenset[str]], bool],
) -> list[Part]:
    direct = sorted(dict.fromkeys(c for c in causes.get(head, ()) if c not in above), key=rank.__getitem__)

    def page(some: Sequence[str]) -> frozenset[str]:
        return above | reached(some, causes)

    out: list[Part] = []
    held: list[str] = []

    def close() -> None:
        if held:
            out.append(Part(page(held), tuple(held)))
            held.clear()

    if not direct or fits(page(direct)):
        return [Part(page(direct), tuple(direct))]
    for cause in direct:
        if held and fits(page([*held, cause])):
            held.append(cause)
            continue
        close()
        alone = page([cause])
        if len([c for c in causes.get(cause, ()) if c not in above]) > 1 and not fits(alone):
            out.extend(_dealt(cause, above | {cause}, causes, rank, fits))
        else:
            held.append(cause)
    close()
    return out
