"""Judgements over the records of a theory: how far is an idea, was a prediction made in time?

Records are nouns and belong to the model; what they amount to is an opinion, will be argued over,
and lives here. Every judgement comes with the counts that it rests on.
"""

from __future__ import annotations

from driverkit.evidence.audit import (
    Answer,
    AuditTotals,
    Feature,
    audit,
    audit_cycle,
    audit_ramp,
    audit_totals,
)
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
from driverkit.evidence.changes import REVISION_RULE, Change, RevisionRule
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
from driverkit.evidence.network_kind import NetworkKind, network_kind
from driverkit.evidence.network_work import MemberWork, Work, network_work
from driverkit.evidence.predictions import (
    PredictionRecord,
    Tally,
    WrongPrediction,
    all_predictions,
    predictions_of,
    tallies,
    tally,
    wrong_predictions,
)
from driverkit.evidence.progress import ProgressScore, progress_score
from driverkit.evidence.readiness import Readiness, readiness
from driverkit.evidence.readiness_items import (
    READINESS_ITEMS,
    READINESS_RULE,
    ReadinessItem,
    ReadinessRule,
)
from driverkit.evidence.run_charts import RunChart, run_chart, xmr_limits
from driverkit.evidence.series import Line, Series, line, lines, series
from driverkit.evidence.signals import MeasureChart, NodeSignal, measure_chart, signal_of
from driverkit.evidence.stamps import Suspect, confirm, is_suspect, stamp_of, suspects
from driverkit.evidence.status import IdeaStatus, cycles_of, idea_status, latest_decision
from driverkit.evidence.strata import StrataComparison, strata_compared
from driverkit.evidence.timing import AfterChange, LeadLag, after_change, leading_before_lagging

__all__ = [
    "READINESS_ITEMS",
    "READINESS_RULE",
    "REVISION_RULE",
    "Change",
    "RevisionRule",
    "Adaptation",
    "AfterChange",
    "Answer",
    "AuditTotals",
    "BELIEF_RULE",
    "BELIEF_WORDS",
    "Bearing",
    "Belief",
    "BeliefCounts",
    "BeliefRule",
    "CauseCover",
    "ContextCounts",
    "Contexts",
    "Feature",
    "IdeaStatus",
    "Interval",
    "LANGLEY",
    "LeadLag",
    "Line",
    "LinkHolding",
    "MeasureChart",
    "MemberWork",
    "NextScale",
    "NetworkKind",
    "NodeSignal",
    "PredictionRecord",
    "ProgressScore",
    "Ramp",
    "Readiness",
    "ReadinessItem",
    "ReadinessRule",
    "RunChart",
    "ScaleTable",
    "Series",
    "StrataComparison",
    "Suspect",
    "Tally",
    "WeakestLink",
    "Work",
    "WrongPrediction",
    "adaptations",
    "after_change",
    "all_predictions",
    "audit",
    "audit_cycle",
    "audit_ramp",
    "audit_totals",
    "bearing",
    "belief",
    "beliefs",
    "cause_covers",
    "confirm",
    "context_counts",
    "contexts",
    "cycles_of",
    "draft_drivers",
    "drivers_addressing",
    "drivers_without_cause",
    "has_outcome",
    "idea_status",
    "is_suspect",
    "jeffreys",
    "latest_decision",
    "leading_before_lagging",
    "line",
    "lines",
    "link_holding",
    "measure_chart",
    "measures_of",
    "network_kind",
    "network_work",
    "next_scale",
    "predicted_in_time",
    "predictions_of",
    "predictions_through",
    "progress_score",
    "ramp",
    "ramps",
    "readiness",
    "run_chart",
    "series",
    "series_length",
    "signal_of",
    "stamp_of",
    "strata_compared",
    "suspects",
    "tallies",
    "tally",
    "was_done",
    "was_studied",
    "weakest_link",
    "wilson",
    "wrong_predictions",
    "xmr_limits",
]
