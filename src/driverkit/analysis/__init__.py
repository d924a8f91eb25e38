"""Tables about a theory; the only room that makes data frames.

pandas is loaded when the first frame is asked for.
"""

from __future__ import annotations

from driverkit.analysis.causes import cause_rows, causes_covered
from driverkit.analysis.coverage import Coverage, coverage, coverage_rows

__all__ = ["Coverage", "cause_rows", "causes_covered", "coverage", "coverage_rows"]
