"""Tables about a theory; the only room that makes data frames.

pandas is loaded when the first frame is asked for.
"""

from __future__ import annotations

from driverkit.analysis.causes import cause_rows, causes_covered
from driverkit.analysis.compare import Comparison, compare
from driverkit.analysis.coverage import Coverage, coverage, coverage_rows
from driverkit.analysis.diffusion import Diffusion, diffusion
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
from driverkit.analysis.held_where import HeldWhere, held_where
from driverkit.analysis.hub_counts import (
    before_and_after,
    cycle_counts,
    idea_starts,
    moved_counts,
    prediction_counts,
    run_statistics,
    total_points,
)
from driverkit.analysis.hub_engines import open_tables, save_tables
from driverkit.analysis.hub_tables import SERIES_COLUMNS, to_tables
from driverkit.analysis.import_log import Imported, guess_columns, import_cycles
from driverkit.analysis.import_points import import_series
from driverkit.analysis.learning import (
    audit_frame,
    beliefs_frame,
    learning,
    learning_text,
    predictions_by,
)
from driverkit.analysis.log_cells import CellRules
from driverkit.analysis.log_headings import LogGuess
from driverkit.analysis.matrices import driver_matrix, matrix_style, measure_matrix
from driverkit.analysis.narrative import Narrative, narrative
from driverkit.analysis.next_tests import NextTests, next_tests
from driverkit.analysis.over_time import over_time
from driverkit.analysis.pooled import Pooled, pooled
from driverkit.analysis.random_effects import RandomEffects, random_effects
from driverkit.analysis.robustness import Robustness, robustness
from driverkit.analysis.seen_by import seen_by
from driverkit.analysis.series_rows import with_series
from driverkit.analysis.uptake import Uptake, uptake

__all__ = [
    "uptake",
    "Uptake",
    "random_effects",
    "RandomEffects",
    "pooled",
    "Pooled",
    "held_where",
    "HeldWhere",
    "diffusion",
    "Diffusion",
    "CellRules",
    "Comparison",
    "Coverage",
    "Imported",
    "LogGuess",
    "Narrative",
    "NextTests",
    "Robustness",
    "SERIES_COLUMNS",
    "audit_frame",
    "before_and_after",
    "beliefs_frame",
    "cause_rows",
    "causes_covered",
    "causes_frame",
    "compare",
    "coverage",
    "coverage_rows",
    "cycle_counts",
    "cycles_frame",
    "driver_matrix",
    "evidence_frame",
    "from_frames",
    "guess_columns",
    "idea_starts",
    "import_cycles",
    "import_series",
    "learning",
    "learning_text",
    "links_frame",
    "matrix_style",
    "measure_matrix",
    "measures_frame",
    "moved_counts",
    "narrative",
    "next_tests",
    "nodes_frame",
    "open_tables",
    "over_time",
    "prediction_counts",
    "predictions_by",
    "predictions_frame",
    "recommendations_frame",
    "robustness",
    "run_statistics",
    "save_tables",
    "seen_by",
    "series_frame",
    "teams_frame",
    "to_frames",
    "to_tables",
    "total_points",
    "with_series",
]
