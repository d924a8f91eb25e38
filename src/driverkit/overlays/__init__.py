"""What can be laid over a diagram: one module each, found by `driverkit.shelves`.

An overlay never invents a judgement. It shows what `driverkit.evidence` and `driverkit.analysis` say, in a
mark that survives a grey printer, in a few words and in the legend, and nothing else.

>>> from driverkit.overlays import overlays
>>> [one.name for one in overlays()]
['none', 'status', 'evidence', 'coverage', 'signal', 'owner', 'suspect', 'concept']
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
from attrs import field, frozen

from driverkit.diagram.overlay import Overlay, Reading
from driverkit.errors import UsageError
from driverkit.model import Theory
from driverkit.model.values import did_you_mean
from driverkit.shelves import collect

__all__ = ["Overlay", "OverlayKind", "Reading", "overlay", "overlays"]


@frozen(kw_only=True)
class OverlayKind:
    """One thing that can be laid over a diagram.

    Attributes:
        name: what ``--overlay`` calls it.
        description: what it shows, in a sentence.
        make: given a theory, the marks, notes and legend words.
        place: where it stands in the list of overlays; those of others come last.
    """

    name: str = field(validator=attrs.validators.matches_re(r"[a-z][a-z0-9-]*"))
    description: str
    make: Callable[[Theory], Overlay] = field(repr=False)
    place: int = 100


def overlays() -> tuple[OverlayKind, ...]:
    """Every overlay there is: the built-in ones in the order of the command line, then those of installed packages."""
    return tuple(sorted(collect(__name__, OverlayKind), key=lambda one: one.place))


def overlay(theory: Theory, chosen: str | Overlay | OverlayKind | None) -> Overlay:
    r"""What is laid over the diagram of a theory.

    Args:
        theory: the theory.
        chosen: the name of an overlay, a kind of your own, an `Overlay` that is made already, or None for nothing.

    Raises:
        UsageError: there is no overlay of that name.

    >>> from driverkit import examples
    >>> made = overlay(examples.load("leaving-hospital"), "evidence")
    >>> made.notes["C7"]
    ('High: predictions 5\xa0held, 1\xa0in\xa0part; evidence 1\xa0for',)
    """
    if chosen is None:
        return Overlay()
    if isinstance(chosen, Overlay):
        return chosen
    if isinstance(chosen, OverlayKind):
        return chosen.make(theory)
    if not isinstance(chosen, str):
        raise UsageError(
            f"An overlay is a name, an Overlay or an OverlayKind, not a {type(chosen).__name__}."
        )
    shelf = {one.name: one for one in reversed(overlays())}
    if chosen not in shelf:
        names = ", ".join(one.name for one in overlays())
        raise UsageError(f"There is no overlay {chosen!r}.{did_you_mean(chosen, shelf)} There are: {names}.")
    return shelf[chosen].make(theory)
