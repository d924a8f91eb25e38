"""What ``==`` does not see."""

from __future__ import annotations

from typing import Any

import attrs

from driverkit.model import FrozenDict


def exactly(value: Any) -> Any:
    """A value with the type of every part of it: 1 is not 1.0, -0.0 is not 0.0."""
    if attrs.has(type(value)):
        fields = [a.name for a in attrs.fields(type(value)) if a.eq]
        return (type(value).__name__, [(name, exactly(getattr(value, name))) for name in fields])
    if isinstance(value, FrozenDict):
        return ("FrozenDict", sorted((k, exactly(x)) for k, x in value.items()))
    if isinstance(value, tuple):
        return ("tuple", [exactly(x) for x in value])
    return (type(value).__name__, repr(value))
