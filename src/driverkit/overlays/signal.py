"""What the measures say: better, worse, no signal, or too few points to tell."""

from __future__ import annotations

from driverkit.diagram.overlay import Overlay
from driverkit.diagram.readings import SIGNAL_WORDS, readings
from driverkit.model import Theory
from driverkit.overlays import OverlayKind

__all__ = ["SIGNAL", "signal"]


def signal(theory: Theory) -> Overlay:
    """Each measure as a sign under the node that it measures: its outline tells the role, its inside the signal.

    The judgement is that of `driverkit.evidence.signals.signal_of`, one measure at a time.
    """
    return Overlay(readings=readings(theory, judged=True), words=SIGNAL_WORDS)


SIGNAL = OverlayKind(
    name="signal",
    description="What each outcome, process and balancing measure says: better, worse, no signal, too few points.",
    make=signal,
    place=4,
)
