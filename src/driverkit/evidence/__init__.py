"""Judgements over the records of a theory: how far is an idea, was a prediction made in time?

Records are nouns and belong to the model; what they amount to is an opinion, will be argued over,
and lives here. Every judgement comes with the counts that it rests on.
"""

from __future__ import annotations

from driverkit.evidence.bearing import Bearing, LinkHolding, bearing, link_holding, predictions_through
from driverkit.evidence.belief import (
    BELIEF_RULE,
    BELIEF_WORDS,
    LANGLEY,
    Belief,
    BeliefCounts,
    BeliefRule,
    NextScale,
    ScaleTable,
    WeakestLink,
    belief,
    beliefs,
    next_scale,
    weakest_link,
)
from driverkit.evidence.causes import CauseCover, cause_covers, drivers_addressing, drivers_without_cause
from driverkit.evidence.contexts import ContextCounts, Contexts, context_counts, contexts
from driverkit.evidence.cycles import (
    Adaptation,
    Ramp,
    adaptations,
    predicted_in_time,
    ramp,
    ramps,
    was_done,
    was_studied,
)
from driverkit.evidence.drafts import draft_drivers
from driverkit.evidence.intervals import Interval, jeffreys, wilson
from driverkit.evidence.measures import has_outcome, measures_of, series_length
from driverkit.evidence.predictions import (
    PredictionRecord,
    Tally,
    WrongPrediction,
    predictions_of,
    tallies,
    tally,
    wrong_predictions,
)
from driverkit.evidence.run_charts import RunChart, run_chart, xmr_limits
from driverkit.evidence.series import Line, Series, line, lines, series
from driverkit.evidence.signals import (
    AfterChange,
    LeadLag,
    MeasureChart,
    NodeSignal,
    StrataComparison,
    after_change,
    leading_before_lagging,
    measure_chart,
    signal_of,
    strata_compared,
)
from driverkit.evidence.stamps import Suspect, confirm, is_suspect, stamp_of, suspects
from driverkit.evidence.status import IdeaStatus, cycles_of, idea_status, latest_decision

__all__ = [
    "BELIEF_RULE",
    "BELIEF_WORDS",
    "LANGLEY",
    "Bearing",
    "Belief",
    "BeliefCounts",
    "BeliefRule",
    "ContextCounts",
    "Contexts",
    "LinkHolding",
    "NextScale",
    "ScaleTable",
    "Suspect",
    "WeakestLink",
    "bearing",
    "belief",
    "beliefs",
    "confirm",
    "context_counts",
    "contexts",
    "is_suspect",
    "link_holding",
    "next_scale",
    "predictions_through",
    "stamp_of",
    "suspects",
    "weakest_link",
    "Adaptation",
    "AfterChange",
    "CauseCover",
    "IdeaStatus",
    "Interval",
    "LeadLag",
    "Line",
    "MeasureChart",
    "NodeSignal",
    "PredictionRecord",
    "Ramp",
    "RunChart",
    "Series",
    "StrataComparison",
    "Tally",
    "WrongPrediction",
    "adaptations",
    "after_change",
    "cause_covers",
    "cycles_of",
    "draft_drivers",
    "drivers_addressing",
    "drivers_without_cause",
    "has_outcome",
    "idea_status",
    "jeffreys",
    "latest_decision",
    "leading_before_lagging",
    "line",
    "lines",
    "measure_chart",
    "measures_of",
    "predicted_in_time",
    "predictions_of",
    "ramp",
    "ramps",
    "run_chart",
    "series",
    "series_length",
    "signal_of",
    "strata_compared",
    "tallies",
    "tally",
    "was_done",
    "was_studied",
    "wilson",
    "wrong_predictions",
    "xmr_limits",
]
