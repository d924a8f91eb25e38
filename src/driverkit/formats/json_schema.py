"""The JSON Schema of the theory file, made from the nouns themselves.

Editors use it to complete keys and to underline slips while a file is being written. The reader
does not: it knows more (ids that are used twice, links that lead nowhere) and says it in words.
"""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import Any

import attrs

from driverkit.formats.convert import FORMAT_VERSION, fields_of
from driverkit.model import Observation, Theory
from driverkit.model.nodes import as_data
from driverkit.model.values import Kind

__all__ = ["field_words", "schema"]

_ENTRY = re.compile(r"^ {4}(\w+): (.*?)(?=^ {4}\w+: |\Z)", re.MULTILINE | re.DOTALL)


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


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the theory file, as plain data.

    >>> schema()["required"]
    ['driverkit', 'title']
    """
    nouns: dict[str, Any] = {}
    root = _noun(Theory, nouns)
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
        "$id": f"urn:driverkit:theory:{FORMAT_VERSION}",
        "title": "driverkit theory file",
        **root,
        "properties": properties,
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
    }


def _field(kind: Kind, nouns: dict[str, Any], needed: bool) -> dict[str, Any]:
    if kind.accept is as_data:
        row = _one(Kind("a row with a date", Observation, noun=Observation), nouns)
        return {
            "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": row}, {"type": "null"}]
        }
    one = _one(kind, nouns)
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
