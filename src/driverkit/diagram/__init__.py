"""Theory to diagram: what is drawn, in which order, and where.

The steps, each a module of its own: `columns` chooses what is drawn and in which column, `net`
gives lines that skip a column a place in it, `order` orders the columns, `widths` and `wrap` fit
the words, `place` finds the heights, `route` draws the curves, `build` puts them together.
"""

from __future__ import annotations

from driverkit.diagram.build import diagram
from driverkit.diagram.model import Arrow, Box, Column, Diagram, Group, LegendEntry, TextLine
from driverkit.diagram.overlay import Overlay

__all__ = ["Arrow", "Box", "Column", "Diagram", "Group", "LegendEntry", "Overlay", "TextLine", "diagram"]
