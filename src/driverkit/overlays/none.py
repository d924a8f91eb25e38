"""Nothing is laid over the diagram."""

from __future__ import annotations

from driverkit.diagram.overlay import Overlay
from driverkit.overlays import OverlayKind

__all__ = ["NONE"]

NONE = OverlayKind(name="none", description="The theory alone.", make=lambda theory: Overlay(), place=0)
