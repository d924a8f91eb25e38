"""The schema of the theory file: it is a schema, and each of its examples is what it describes."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit import examples

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = dk.schema()
NOUNS = sorted(SCHEMA["$defs"])


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_an_example_that_it_describes(noun):
    part = {"$defs": SCHEMA["$defs"], "$ref": f"#/$defs/{noun}"}
    (example,) = SCHEMA["$defs"][noun]["examples"]
    jsonschema.Draft202012Validator(part).validate(example)
    assert set(example) <= set(SCHEMA["$defs"][noun]["properties"])


def test_the_example_of_a_theory_is_one_for_the_schema_and_for_the_reader():
    (example,) = SCHEMA["examples"]
    jsonschema.Draft202012Validator(SCHEMA).validate(example)
    theory = dk.from_dict(example)
    assert [aim.id for aim in theory.aims] == ["A1"]
    assert dk.to_dict(theory) == example


@pytest.mark.parametrize("name", examples.names())
def test_every_example_theory_as_data_is_what_the_schema_describes(name):
    jsonschema.Draft202012Validator(SCHEMA).validate(dk.to_dict(examples.load(name)))


def test_what_a_caller_does_to_a_schema_stays_with_the_caller():
    mine = dk.schema()
    mine["examples"][0]["title"] = "Mine"
    mine["$defs"]["Aim"]["examples"][0]["id"] = "mine"
    assert dk.schema() == SCHEMA
