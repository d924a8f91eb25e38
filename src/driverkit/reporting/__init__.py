"""One page that tells a whole theory, or a network: what is believed, what was tested, found, and what is next.

The page is a single HTML file that asks for nothing outside itself, runs no script and prints well.
"""

from __future__ import annotations

from driverkit.reporting.member_sections import MEMBER_SECTIONS
from driverkit.reporting.network_context import NetworkContext
from driverkit.reporting.network_page import member_report, network_report
from driverkit.reporting.network_sections import NETWORK_SECTIONS
from driverkit.reporting.page import Report, report
from driverkit.reporting.sections import SECTIONS, Section

__all__ = [
    "MEMBER_SECTIONS",
    "NETWORK_SECTIONS",
    "NetworkContext",
    "Report",
    "SECTIONS",
    "Section",
    "member_report",
    "network_report",
    "report",
]
