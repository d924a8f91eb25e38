"""The JSON Schema of the theory file, made from the nouns themselves.

Editors use it to complete keys and to underline slips while a file is being written. The reader
does not: it knows more (ids that are used twice, links that lead nowhere) and says it in words.
"""

from __future__ import annotations

import copy
import inspect
import re
from functools import cache
from typing import Any

import attrs

from driverkit.errors import UsageError
from driverkit.formats.convert import FORMAT_VERSION, fields_of
from driverkit.model import Network, Observation, Theory
from driverkit.model.nodes import as_data
from driverkit.model.values import Kind

__all__ = ["field_words", "schema"]

_ENTRY = re.compile(r"^ {4}(\w+): (.*?)(?=^ {4}\w+: |\Z)", re.MULTILINE | re.DOTALL)


# One example a noun, in the words of one small theory; a test holds them to the schema and to the reader.
_EXAMPLES: dict[str, dict[str, Any]] = {
    "Act": {"date": "2026-03-10", "decision": "adapt", "next": "two questions instead of three"},
    "Aim": {
        "id": "A1",
        "text": "Halve falls on ward 6 by June 2027",
        "measure": "M1",
        "baseline": 4,
        "target": 2,
        "by": "2027-06-30",
    },
    "Cause": {"id": "R1", "text": "Nobody asks about the last fall", "category": "Admission"},
    "ChangeIdea": {"id": "C1", "text": "Ask three questions at admission", "contributes_to": ["P1"]},
    "Contribution": {"to": "A1", "strength": "strong", "because": "most who fall have fallen before"},
    "Do": {"date": "2026-03-04", "observed": "it took five minutes", "as_planned": True},
    "Driver": {
        "id": "P1",
        "text": "Risk is known on the first day",
        "contributes_to": [{"to": "A1", "strength": "strong"}],
    },
    "Evidence": {
        "id": "E1",
        "about": "P1 -> A1",
        "kind": "practice",
        "finding": "supports",
        "text": "Ward 2 did it",
    },
    "Headings": {"aim": "Our aim", "primary": "What drives it", "change": "What we try"},
    "Measure": {
        "id": "M1",
        "name": "Falls per week",
        "role": "outcome",
        "direction": "decrease",
        "data": "falls.csv",
    },
    "Member": {
        "id": "m06",
        "name": "Ward 6",
        "theory": "members/m06.yaml",
        "team": "G1",
        "joined": "2025-09-01",
        "context": {"setting": "rural"},
    },
    "Answer": {"about": "convening", "answer": "yes", "because": "four days together a year"},
    "Observation": {"date": "2026-01-05", "value": 4, "note": "half a week of holidays"},
    "PdsaCycle": {
        "id": "T1",
        "change": "C1",
        "scale": 3,
        "plan": {"date": "2026-03-02"},
        "predictions": [{"question": "how long does it take", "prediction": "two minutes"}],
    },
    "Plan": {"date": "2026-03-02", "objective": "find out whether it fits into the first talk"},
    "Prediction": {
        "question": "how long does it take",
        "prediction": "two minutes",
        "found": "five minutes",
        "result": "refuted",
    },
    "Problem": {"text": "People fall in their first week", "causes": [{"id": "R1", "text": "Nobody asks"}]},
    "Recommendation": {"id": "N1", "text": "Let nurses order aids", "about": ["P1"], "uptake": "pending"},
    "Revision": {"label": "2", "date": "2026-04-05", "kind": "substantive", "why": "T1 took too long"},
    "Study": {"date": "2026-03-05", "learned": "two questions are enough"},
    "Team": {"id": "G1", "name": "Ward 6", "works_on": ["P1"]},
}
_WHOLE: dict[str, dict[str, Any]] = {
    "theory": {
        "driverkit": FORMAT_VERSION,
        "title": "Fewer falls",
        "aims": [_EXAMPLES["Aim"]],
        "drivers": [_EXAMPLES["Driver"]],
        "change_ideas": [_EXAMPLES["ChangeIdea"]],
        "measures": [_EXAMPLES["Measure"]],
        "cycles": [_EXAMPLES["PdsaCycle"]],
    },
    "network": {
        "driverkit": FORMAT_VERSION,
        "title": "Safe wards",
        "hub": "hub.yaml",
        "members": [_EXAMPLES["Member"]],
        "teams": [_EXAMPLES["Team"]],
    },
}
_FILES: dict[str, type] = {"theory": Theory, "network": Network}


@cache
def field_words(noun: type) -> dict[str, str]:
    """What each field of a noun means: the lines under "Attributes:" of its own and its parents' docstrings."""
    words: dict[str, str] = {}
    for cls in reversed(noun.__mro__):
        text = inspect.cleandoc(cls.__doc__ or "")
        _, _, listed = text.partition("Attributes:\n")
        listed = re.split(r"\n\S", listed)[0]
        for match in _ENTRY.finditer(listed + "\n"):
            words[match.group(1)] = " ".join(match.group(2).split())
    return words


def schema(of: str = "theory") -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file, as plain data.

    Args:
        of: ``theory``, or ``network`` for the file ``network.yaml`` of a network folder.

    Raises:
        UsageError: it is neither.

    >>> schema()["required"]
    ['driverkit', 'title']
    >>> schema("network")["required"]
    ['driverkit', 'title', 'hub']
    """
    if of not in _FILES:
        raise UsageError(f"There is no file of a {of!r}. There are: {', '.join(_FILES)}.")
    nouns: dict[str, Any] = {}
    root = _noun(_FILES[of], nouns)
    properties = {
        "driverkit": {
            "const": FORMAT_VERSION,
            "description": "The version of the file format. Write 1.",
        },
        **root.pop("properties"),
    }
    root["required"] = ["driverkit", *root["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:driverkit:{of}:{FORMAT_VERSION}",
        "title": f"driverkit {of} file",
        **root,
        "properties": properties,
        "examples": [copy.deepcopy(_WHOLE[of])],
        "$defs": dict(sorted(nouns.items())),
    }


def _noun(noun: type, nouns: dict[str, Any]) -> dict[str, Any]:
    words = field_words(noun)
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name, (attribute, kind) in fields_of(noun).items():
        if name == "strata" and noun is Observation:
            continue
        needed = attribute.default is attrs.NOTHING
        properties[name] = {**_field(kind, nouns, needed), "description": words.get(name, "")}
        if needed:
            required.append(name)
    doc = inspect.cleandoc(noun.__doc__ or "").split("\n\n", 1)[0]
    rows = noun is Observation
    return {
        "type": "object",
        "description": " ".join(doc.split()),
        "properties": properties,
        "required": required,
        "patternProperties": {"^x-": {}},
        # A row may have a column for each stratum of its measure.
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]} if rows else False,
        **({"examples": [copy.deepcopy(_EXAMPLES[noun.__name__])]} if noun.__name__ in _EXAMPLES else {}),
    }


def _field(kind: Kind, nouns: dict[str, Any], needed: bool) -> dict[str, Any]:
    if kind.accept is as_data:
        row = _one(Kind("a row with a date", Observation, noun=Observation), nouns)
        return {
            "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": row}, {"type": "null"}]
        }
    one = _one(kind, nouns)
    if kind.keyed:
        return {"type": ["object", "null"], "additionalProperties": one}
    if kind.many:
        listed: list[dict[str, Any]] = [{"type": "array", "items": one}, {"type": "null"}]
        if kind.parse is not None or kind.shorthand:  # a single value stands for a list of one
            listed.insert(1, _one(kind, nouns) if kind.noun is None else _shorthand(kind))
        return {"anyOf": listed}
    if needed:
        return one
    if set(one) == {"$ref"}:
        return {"anyOf": [one, {"type": "null"}]}
    if "enum" in one:
        return {"enum": [*one["enum"], None]}
    return {**one, "type": [one["type"], "null"]}


def _one(kind: Kind, nouns: dict[str, Any]) -> dict[str, Any]:
    if kind.noun is None:
        return dict(kind.schema)
    name = kind.noun.__name__
    if name not in nouns:
        nouns[name] = {}  # before it is filled: nouns may hold each other
        nouns[name] = _noun(kind.noun, nouns)
    ref = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [_shorthand(kind), ref]} if kind.shorthand else ref


def _shorthand(kind: Kind) -> dict[str, Any]:
    assert kind.noun is not None
    return dict(next(iter(fields_of(kind.noun).values()))[1].schema)
