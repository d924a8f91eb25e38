"""Tables about a theory; the only room that makes data frames.

pandas is loaded when the first frame is asked for.
"""

from __future__ import annotations

from driverkit.analysis.causes import cause_rows, causes_covered
from driverkit.analysis.coverage import Coverage, coverage, coverage_rows
from driverkit.analysis.frames import (
    causes_frame,
    cycles_frame,
    evidence_frame,
    links_frame,
    measures_frame,
    nodes_frame,
    predictions_frame,
    recommendations_frame,
    series_frame,
    teams_frame,
    to_frames,
)
from driverkit.analysis.from_frames import from_frames
from driverkit.analysis.series_rows import with_series

__all__ = [
    "Coverage",
    "cause_rows",
    "causes_covered",
    "causes_frame",
    "coverage",
    "coverage_rows",
    "cycles_frame",
    "evidence_frame",
    "from_frames",
    "links_frame",
    "measures_frame",
    "nodes_frame",
    "predictions_frame",
    "recommendations_frame",
    "series_frame",
    "teams_frame",
    "to_frames",
    "with_series",
]
