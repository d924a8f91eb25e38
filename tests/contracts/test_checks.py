"""The shelf of checks: what every rule promises, whoever adds the next one."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import textwrap

import pytest
from hypothesis import given

import driverkit as dk
from driverkit import examples
from driverkit.checks import PROFILES, RULES, SEVERITIES, check, rules
from driverkit.evidence.words import quoted
from strategies import theories

every_rule = pytest.mark.parametrize("one", RULES, ids=lambda r: r.code)
ALL = [one.code for one in RULES]


def everything(theory: dk.Theory, **more):
    """Every finding of every rule."""
    import datetime as dt

    return check(theory, select=ALL, today=dt.date(2030, 1, 1), before=theory, **more)


def in_one_sentence(message: str) -> bool:
    bare = re.sub(r"“[^”]*”|'[^']*'", "", message)
    return message.endswith(".") and not re.search(r"[.!?]\s", bare) and "\n" not in message


def test_no_two_rules_share_a_code_or_a_name():
    assert len({one.code for one in RULES}) == len(RULES) == len({one.name for one in RULES})


@every_rule
def test_every_rule_is_described_in_full(one):
    assert re.fullmatch(r"[A-Z]{3}[0-9]{2}", one.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.name)
    assert one.severity in SEVERITIES
    assert one.summary.endswith(".")
    assert in_one_sentence(one.summary.replace("An aim over other aims may leave that to them.", "").strip())
    assert len(one.source) > 4
    assert one.family
    assert set(one.profiles) <= set(PROFILES)
    assert one.profiles


@every_rule
def test_what_guesses_from_words_is_off_by_default(one):
    assert one.heuristic == (one.family == "wording")
    assert not (one.heuristic and "default" in one.profiles)


def test_rules_of_one_family_begin_alike_and_live_in_one_module():
    families = {}
    for one in RULES:
        families.setdefault(one.code[:3], set()).add((one.family, one.run.__module__))
    assert all(len(homes) == 1 for homes in families.values()), families


@every_rule
def test_every_rule_says_in_its_docstring_what_it_looks_for(one):
    assert one.run.__doc__
    assert one.run.__doc__.strip().endswith(".")


@pytest.mark.parametrize("name", examples.names())
def test_every_finding_on_an_example_is_one_sentence_about_something_that_is_there(name):
    theory = examples.load(name)
    for finding in everything(theory):
        assert in_one_sentence(finding.message), finding.message
        assert finding.next_step.endswith(".")
        assert finding.next_step[0].isupper()
        assert finding.severity in SEVERITIES
        if finding.node is not None:
            assert finding.node in theory
            assert finding.where == theory.place(finding.node)


def test_every_finding_names_the_words_of_its_node():
    for name in examples.names():
        theory = examples.load(name)
        for finding in everything(theory):
            node = theory.index.get(finding.node or "")
            if node is not None:
                assert quoted(node) in finding.message, finding.message


@pytest.mark.slow
@given(theories(16))
def test_no_rule_raises_for_a_theory_or_changes_it(theory):
    before, order = repr(theory), list(theory.index)
    found = everything(theory)
    assert repr(theory) == before
    assert list(theory.index) == order
    assert found == everything(theory)
    assert all(finding.message and finding.message.endswith(".") for finding in found)


@pytest.mark.slow
@given(theories(12))
def test_giving_everything_another_id_changes_no_verdict(theory):
    renamed = theory
    for number, id in enumerate(list(theory.index)):
        renamed = renamed.rename(id, f"renamed.{number}.{id[-3:]}")
    # STR14 compares what looks like an id.
    one, two = (sorted(f.code for f in everything(t, ignore=["STR14", "CYC13"])) for t in (theory, renamed))
    assert one == two


def test_the_hostile_corpus_gets_the_findings_it_asks_for(corpus):
    hostile = corpus if (corpus / "index.json").exists() else corpus / "hostile"
    if not (hostile / "index.json").exists():
        pytest.skip("the corpus has no hostile files")
    index = json.loads((hostile / "index.json").read_text("utf-8"))
    entries = index if isinstance(index, list) else index.get("entries") or index["files"]
    met = 0
    for entry in entries:
        if entry["file"].partition("/")[0] not in ("yaml", "json", "model", "evidence"):
            continue
        try:
            theory = dk.load(hostile / entry["file"])
        except dk.DriverkitError:
            continue
        everything(theory)
        # A file that loads leaves the command line with 0, so nothing in it may weigh as an error.
        assert not any(f.severity == "error" for f in check(theory)), entry["file"]
        dk.coverage(theory).rows("nodes")
        if entry["expect"] == "finding":
            met += 1
            found = check(theory)
            assert found, entry["file"]
            assert {f.node for f in found} >= set(entry.get("on", [])), entry["file"]
    assert met >= 7


def test_a_rule_reads_no_clock_and_no_file():
    for module in {one.run.__module__ for one in RULES}:
        source = textwrap.dedent(inspect.getsource(importlib.import_module(module)))
        names = {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
        assert not names & {"today", "now", "time", "open", "read_text"}, module


def test_the_shelf_stands_in_the_order_of_the_docs():
    assert [one.code[:3] for one in rules()] == sorted(
        (one.code[:3] for one in rules()),
        key=("AIM", "STR", "CAU", "KDD", "MEA", "SER", "CYC", "PRD", "EVD", "VER", "TXT", "WOR").index,
    )
