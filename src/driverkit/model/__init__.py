"""The nouns: everything that a theory file can hold, as frozen values.

Nothing here opens a file, draws, judges, or knows the time.
"""

from driverkit.model.ids import new_id
from driverkit.model.network import Answer, LeftOut, Member, Network
from driverkit.model.nodes import (
    Aim,
    Cause,
    ChangeIdea,
    Contribution,
    Driver,
    Link,
    Measure,
    Node,
    Observation,
    Problem,
)
from driverkit.model.records import (
    Act,
    Do,
    Evidence,
    Headings,
    PdsaCycle,
    Plan,
    Prediction,
    Recommendation,
    Revision,
    Study,
    Team,
)
from driverkit.model.theory import SECTIONS, Item, Origin, Place, Theory
from driverkit.model.values import FrozenDict

__all__ = [
    "SECTIONS",
    "Act",
    "Aim",
    "Answer",
    "Cause",
    "ChangeIdea",
    "Contribution",
    "Do",
    "Driver",
    "Evidence",
    "FrozenDict",
    "Headings",
    "Item",
    "Link",
    "Measure",
    "LeftOut",
    "Member",
    "Network",
    "Node",
    "Observation",
    "Origin",
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
]
