r"""driverkit: driver diagrams and theories of improvement.

    >>> import driverkit as dk
    >>> theory = dk.loads("driverkit: 1\ntitle: Fewer falls\naims: [{id: A1, text: Halve falls}]\n")
    >>> theory = theory.add(dk.Driver("P1", "Risk is known on admission"))
    >>> [link.id for link in theory.links]
    ['P1 -> A1']

Every name is loaded when it is first used, so that ``import driverkit`` costs next to nothing: no
pandas, matplotlib, graphviz or networkx until something needs them.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

TYPE_CHECKING = False  # what typing would say; importing typing takes longer than all the rest

__version__ = "0.1.0"

_HOMES = {
    "driverkit.errors": (
        "DriverkitError",
        "Fault",
        "FileChanged",
        "FormatError",
        "LossError",
        "LossWarning",
        "MissingEngine",
        "SaveError",
        "SeriesError",
        "TheoryError",
        "UnknownId",
        "UsageError",
    ),
    "driverkit.model": (
        "Act",
        "Aim",
        "Answer",
        "Cause",
        "ChangeIdea",
        "Contribution",
        "Do",
        "Driver",
        "Evidence",
        "Headings",
        "LeftOut",
        "Link",
        "Measure",
        "Member",
        "Network",
        "Observation",
        "PdsaCycle",
        "Place",
        "Plan",
        "Prediction",
        "Problem",
        "Recommendation",
        "Revision",
        "Study",
        "Team",
        "Theory",
        "new_id",
    ),
    "driverkit.formats": (
        "Conflict",
        "Limits",
        "Loss",
        "Merged",
        "dump",
        "dumps",
        "formatted",
        "from_dict",
        "load",
        "load_network",
        "loads",
        "losses",
        "merge",
        "save",
        "schema",
        "to_dict",
        "update",
    ),
    "driverkit.formats.assembly": ("assemble",),
    "driverkit.graph": ("diffusion_graph", "from_networkx", "to_networkx"),
    "driverkit.evidence": (
        "BELIEF_RULE",
        "BELIEF_WORDS",
        "LANGLEY",
        "READINESS_ITEMS",
        "READINESS_RULE",
        "REVISION_RULE",
        "Bearing",
        "Belief",
        "BeliefCounts",
        "BeliefRule",
        "Change",
        "ContextCounts",
        "Contexts",
        "Line",
        "LinkHolding",
        "MeasureChart",
        "NetworkKind",
        "NextScale",
        "Readiness",
        "ReadinessItem",
        "ReadinessRule",
        "RevisionRule",
        "RunChart",
        "ScaleTable",
        "Series",
        "Suspect",
        "WeakestLink",
        "adaptations",
        "after_change",
        "audit",
        "audit_totals",
        "bearing",
        "belief",
        "beliefs",
        "confirm",
        "context_counts",
        "contexts",
        "draft_drivers",
        "drivers_without_cause",
        "is_suspect",
        "jeffreys",
        "leading_before_lagging",
        "line",
        "lines",
        "link_holding",
        "measure_chart",
        "network_kind",
        "network_work",
        "next_scale",
        "predictions_of",
        "predictions_through",
        "progress_score",
        "ramps",
        "readiness",
        "run_chart",
        "series",
        "signal_of",
        "stamp_of",
        "strata_compared",
        "suspects",
        "tallies",
        "tally",
        "weakest_link",
        "wilson",
        "wrong_predictions",
        "xmr_limits",
    ),
    "driverkit.checks": ("Finding", "Rule", "check"),
    "driverkit.checks.network": ("check_network",),
    "driverkit.evidence.combined": ("combined",),
    "driverkit.evidence.drift": ("DRIFT_RULE", "Drift", "DriftRule"),
    "driverkit.evidence.wording": ("WORDING_RULE", "WordingRule"),
    "driverkit.analysis.alignment": ("Alignment", "align"),
    "driverkit.analysis.network_coverage": ("NetworkCoverage", "network_coverage"),
    "driverkit.analysis": (
        "CellRules",
        "Comparison",
        "Coverage",
        "Diffusion",
        "HeldWhere",
        "Imported",
        "LogGuess",
        "Narrative",
        "NextTests",
        "Pooled",
        "RandomEffects",
        "Robustness",
        "SERIES_COLUMNS",
        "Uptake",
        "audit_frame",
        "before_and_after",
        "beliefs_frame",
        "causes_covered",
        "causes_frame",
        "compare",
        "coverage",
        "cycle_counts",
        "cycles_frame",
        "diffusion",
        "driver_matrix",
        "evidence_frame",
        "from_frames",
        "guess_columns",
        "idea_starts",
        "held_where",
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
        "pooled",
        "predictions_by",
        "predictions_frame",
        "random_effects",
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
        "uptake",
        "with_series",
    ),
    "driverkit.overlays": ("Overlay", "OverlayKind", "Reading"),
    "driverkit.themes": ("Theme",),
    "driverkit.themes.own": ("theme_from",),
    "driverkit.charts": ("Chart", "SpreadChart", "TimeChart", "chart", "over_time_chart", "spread_chart"),
    "driverkit.reporting": ("Report", "member_report", "network_report", "report"),
    "driverkit.multiples": ("SmallMultiples", "network_multiples", "small_multiples"),
    "driverkit.notebook": ("Exploration", "explore"),
    "driverkit.picture": ("Picture", "diagram", "fishbone", "render", "to_graphviz"),
}

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", "examples", *_HOME_OF]  # noqa: PLE0604 - the table above holds texts only


def __getattr__(name: str) -> Any:
    if name == "examples":
        return importlib.import_module("driverkit.examples")
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'driverkit' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Door(ModuleType):
    """This package, in which ``diagram`` is the function and not the room of the same name.

    Whoever first imports ``driverkit.diagram`` has the import system write that room into this
    package, over the promised ``dk.diagram(theory)``. The room is still found by importing from it.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name == "diagram" and isinstance(value, ModuleType):
            return
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door


if TYPE_CHECKING:
    from typing import Any

    from driverkit import examples as examples
    from driverkit.analysis import SERIES_COLUMNS as SERIES_COLUMNS
    from driverkit.analysis import CellRules as CellRules
    from driverkit.analysis import Comparison as Comparison
    from driverkit.analysis import Coverage as Coverage
    from driverkit.analysis import Diffusion as Diffusion
    from driverkit.analysis import HeldWhere as HeldWhere
    from driverkit.analysis import Imported as Imported
    from driverkit.analysis import LogGuess as LogGuess
    from driverkit.analysis import Narrative as Narrative
    from driverkit.analysis import NextTests as NextTests
    from driverkit.analysis import Pooled as Pooled
    from driverkit.analysis import RandomEffects as RandomEffects
    from driverkit.analysis import Robustness as Robustness
    from driverkit.analysis import Uptake as Uptake
    from driverkit.analysis import audit_frame as audit_frame
    from driverkit.analysis import before_and_after as before_and_after
    from driverkit.analysis import beliefs_frame as beliefs_frame
    from driverkit.analysis import causes_covered as causes_covered
    from driverkit.analysis import causes_frame as causes_frame
    from driverkit.analysis import cycle_counts as cycle_counts
    from driverkit.analysis import cycles_frame as cycles_frame
    from driverkit.analysis import driver_matrix as driver_matrix
    from driverkit.analysis import evidence_frame as evidence_frame
    from driverkit.analysis import guess_columns as guess_columns
    from driverkit.analysis import idea_starts as idea_starts
    from driverkit.analysis import import_cycles as import_cycles
    from driverkit.analysis import import_series as import_series
    from driverkit.analysis import learning_text as learning_text
    from driverkit.analysis import links_frame as links_frame
    from driverkit.analysis import matrix_style as matrix_style
    from driverkit.analysis import measure_matrix as measure_matrix
    from driverkit.analysis import measures_frame as measures_frame
    from driverkit.analysis import moved_counts as moved_counts
    from driverkit.analysis import nodes_frame as nodes_frame
    from driverkit.analysis import open_tables as open_tables
    from driverkit.analysis import prediction_counts as prediction_counts
    from driverkit.analysis import predictions_by as predictions_by
    from driverkit.analysis import predictions_frame as predictions_frame
    from driverkit.analysis import recommendations_frame as recommendations_frame
    from driverkit.analysis import run_statistics as run_statistics
    from driverkit.analysis import save_tables as save_tables
    from driverkit.analysis import series_frame as series_frame
    from driverkit.analysis import teams_frame as teams_frame
    from driverkit.analysis import to_frames as to_frames
    from driverkit.analysis import to_tables as to_tables
    from driverkit.analysis import total_points as total_points
    from driverkit.analysis import with_series as with_series
    from driverkit.analysis.alignment import Alignment as Alignment
    from driverkit.analysis.alignment import align as align
    from driverkit.analysis.compare import compare as compare
    from driverkit.analysis.coverage import coverage as coverage
    from driverkit.analysis.diffusion import diffusion as diffusion
    from driverkit.analysis.from_frames import from_frames as from_frames
    from driverkit.analysis.held_where import held_where as held_where
    from driverkit.analysis.learning import learning as learning
    from driverkit.analysis.narrative import narrative as narrative
    from driverkit.analysis.network_coverage import NetworkCoverage as NetworkCoverage
    from driverkit.analysis.network_coverage import network_coverage as network_coverage
    from driverkit.analysis.next_tests import next_tests as next_tests
    from driverkit.analysis.over_time import over_time as over_time
    from driverkit.analysis.pooled import pooled as pooled
    from driverkit.analysis.random_effects import random_effects as random_effects
    from driverkit.analysis.robustness import robustness as robustness
    from driverkit.analysis.seen_by import seen_by as seen_by
    from driverkit.analysis.uptake import uptake as uptake
    from driverkit.charts import Chart as Chart
    from driverkit.charts import SpreadChart as SpreadChart
    from driverkit.charts import TimeChart as TimeChart
    from driverkit.charts import chart as chart
    from driverkit.charts import over_time_chart as over_time_chart
    from driverkit.charts import spread_chart as spread_chart
    from driverkit.checks import Finding as Finding
    from driverkit.checks import Rule as Rule
    from driverkit.checks import check as check
    from driverkit.checks.network import check_network as check_network
    from driverkit.errors import DriverkitError as DriverkitError
    from driverkit.errors import Fault as Fault
    from driverkit.errors import FileChanged as FileChanged
    from driverkit.errors import FormatError as FormatError
    from driverkit.errors import LossError as LossError
    from driverkit.errors import LossWarning as LossWarning
    from driverkit.errors import MissingEngine as MissingEngine
    from driverkit.errors import SaveError as SaveError
    from driverkit.errors import SeriesError as SeriesError
    from driverkit.errors import TheoryError as TheoryError
    from driverkit.errors import UnknownId as UnknownId
    from driverkit.errors import UsageError as UsageError
    from driverkit.evidence import BELIEF_RULE as BELIEF_RULE
    from driverkit.evidence import BELIEF_WORDS as BELIEF_WORDS
    from driverkit.evidence import LANGLEY as LANGLEY
    from driverkit.evidence import READINESS_ITEMS as READINESS_ITEMS
    from driverkit.evidence import READINESS_RULE as READINESS_RULE
    from driverkit.evidence import REVISION_RULE as REVISION_RULE
    from driverkit.evidence import Bearing as Bearing
    from driverkit.evidence import Belief as Belief
    from driverkit.evidence import BeliefCounts as BeliefCounts
    from driverkit.evidence import BeliefRule as BeliefRule
    from driverkit.evidence import Change as Change
    from driverkit.evidence import ContextCounts as ContextCounts
    from driverkit.evidence import Contexts as Contexts
    from driverkit.evidence import Line as Line
    from driverkit.evidence import LinkHolding as LinkHolding
    from driverkit.evidence import MeasureChart as MeasureChart
    from driverkit.evidence import NetworkKind as NetworkKind
    from driverkit.evidence import NextScale as NextScale
    from driverkit.evidence import Readiness as Readiness
    from driverkit.evidence import ReadinessItem as ReadinessItem
    from driverkit.evidence import ReadinessRule as ReadinessRule
    from driverkit.evidence import RevisionRule as RevisionRule
    from driverkit.evidence import RunChart as RunChart
    from driverkit.evidence import ScaleTable as ScaleTable
    from driverkit.evidence import Series as Series
    from driverkit.evidence import Suspect as Suspect
    from driverkit.evidence import WeakestLink as WeakestLink
    from driverkit.evidence import adaptations as adaptations
    from driverkit.evidence import after_change as after_change
    from driverkit.evidence import audit_totals as audit_totals
    from driverkit.evidence import beliefs as beliefs
    from driverkit.evidence import confirm as confirm
    from driverkit.evidence import context_counts as context_counts
    from driverkit.evidence import draft_drivers as draft_drivers
    from driverkit.evidence import drivers_without_cause as drivers_without_cause
    from driverkit.evidence import is_suspect as is_suspect
    from driverkit.evidence import jeffreys as jeffreys
    from driverkit.evidence import leading_before_lagging as leading_before_lagging
    from driverkit.evidence import line as line
    from driverkit.evidence import lines as lines
    from driverkit.evidence import link_holding as link_holding
    from driverkit.evidence import measure_chart as measure_chart
    from driverkit.evidence import next_scale as next_scale
    from driverkit.evidence import predictions_of as predictions_of
    from driverkit.evidence import predictions_through as predictions_through
    from driverkit.evidence import progress_score as progress_score
    from driverkit.evidence import ramps as ramps
    from driverkit.evidence import run_chart as run_chart
    from driverkit.evidence import signal_of as signal_of
    from driverkit.evidence import stamp_of as stamp_of
    from driverkit.evidence import strata_compared as strata_compared
    from driverkit.evidence import suspects as suspects
    from driverkit.evidence import tallies as tallies
    from driverkit.evidence import tally as tally
    from driverkit.evidence import weakest_link as weakest_link
    from driverkit.evidence import wilson as wilson
    from driverkit.evidence import wrong_predictions as wrong_predictions
    from driverkit.evidence import xmr_limits as xmr_limits
    from driverkit.evidence.audit import audit as audit
    from driverkit.evidence.bearing import bearing as bearing
    from driverkit.evidence.belief import belief as belief
    from driverkit.evidence.combined import combined as combined
    from driverkit.evidence.contexts import contexts as contexts
    from driverkit.evidence.drift import DRIFT_RULE as DRIFT_RULE
    from driverkit.evidence.drift import Drift as Drift
    from driverkit.evidence.drift import DriftRule as DriftRule
    from driverkit.evidence.network_kind import network_kind as network_kind
    from driverkit.evidence.network_work import network_work as network_work
    from driverkit.evidence.readiness import readiness as readiness
    from driverkit.evidence.series import series as series
    from driverkit.evidence.wording import WORDING_RULE as WORDING_RULE
    from driverkit.evidence.wording import WordingRule as WordingRule
    from driverkit.formats import Conflict as Conflict
    from driverkit.formats import Limits as Limits
    from driverkit.formats import Loss as Loss
    from driverkit.formats import Merged as Merged
    from driverkit.formats import dump as dump
    from driverkit.formats import dumps as dumps
    from driverkit.formats import formatted as formatted
    from driverkit.formats import from_dict as from_dict
    from driverkit.formats import load as load
    from driverkit.formats import load_network as load_network
    from driverkit.formats import loads as loads
    from driverkit.formats import losses as losses
    from driverkit.formats import save as save
    from driverkit.formats import schema as schema
    from driverkit.formats import to_dict as to_dict
    from driverkit.formats import update as update
    from driverkit.formats.assembly import assemble as assemble
    from driverkit.formats.merge import merge as merge
    from driverkit.graph import diffusion_graph as diffusion_graph
    from driverkit.graph import from_networkx as from_networkx
    from driverkit.graph import to_networkx as to_networkx
    from driverkit.model import Act as Act
    from driverkit.model import Aim as Aim
    from driverkit.model import Answer as Answer
    from driverkit.model import Cause as Cause
    from driverkit.model import ChangeIdea as ChangeIdea
    from driverkit.model import Contribution as Contribution
    from driverkit.model import Do as Do
    from driverkit.model import Driver as Driver
    from driverkit.model import Evidence as Evidence
    from driverkit.model import Headings as Headings
    from driverkit.model import LeftOut as LeftOut
    from driverkit.model import Link as Link
    from driverkit.model import Measure as Measure
    from driverkit.model import Member as Member
    from driverkit.model import Network as Network
    from driverkit.model import Observation as Observation
    from driverkit.model import PdsaCycle as PdsaCycle
    from driverkit.model import Place as Place
    from driverkit.model import Plan as Plan
    from driverkit.model import Prediction as Prediction
    from driverkit.model import Problem as Problem
    from driverkit.model import Recommendation as Recommendation
    from driverkit.model import Revision as Revision
    from driverkit.model import Study as Study
    from driverkit.model import Team as Team
    from driverkit.model import Theory as Theory
    from driverkit.model import new_id as new_id
    from driverkit.multiples import SmallMultiples as SmallMultiples
    from driverkit.multiples import network_multiples as network_multiples
    from driverkit.multiples import small_multiples as small_multiples
    from driverkit.notebook import Exploration as Exploration
    from driverkit.notebook import explore as explore
    from driverkit.overlays import Overlay as Overlay
    from driverkit.overlays import OverlayKind as OverlayKind
    from driverkit.overlays import Reading as Reading
    from driverkit.picture import Picture as Picture
    from driverkit.picture import diagram as diagram
    from driverkit.picture import fishbone as fishbone
    from driverkit.picture import render as render
    from driverkit.picture import to_graphviz as to_graphviz
    from driverkit.reporting import Report as Report
    from driverkit.reporting import member_report as member_report
    from driverkit.reporting import network_report as network_report
    from driverkit.reporting import report as report
    from driverkit.themes import Theme as Theme
    from driverkit.themes.own import theme_from as theme_from
