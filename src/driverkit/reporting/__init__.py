"""One page that tells a whole theory: what is believed, what was tested, what was found, what is next.

The page is a single HTML file that asks for nothing outside itself, runs no script and prints well.
"""

from __future__ import annotations

from driverkit.reporting.page import Report, report
from driverkit.reporting.sections import SECTIONS, Section

__all__ = ["SECTIONS", "Report", "Section", "report"]
