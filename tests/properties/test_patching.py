"""A save changes what changed, and nothing else: no other line, no comment, no order, no quote."""

from __future__ import annotations

import difflib
import random
import re

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.formats import format_of
from support.exactly import exactly
from support.handwritten import TEXTS
from support.random_edits import TAKE_OUT, edit, one_word

every_text = pytest.mark.parametrize("name", TEXTS)


def changed_lines(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines that are gone and those that are new."""
    a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    diff = [line for line in difflib.unified_diff(a, b, n=0) if not line.startswith(("---", "+++", "@@"))]
    return [x[1:] for x in diff if x[0] == "-"], [x[1:] for x in diff if x[0] == "+"]


def comments(text: str) -> set[str]:
    return set(re.findall(r"# ?(c\d+)\b", text))


def own_line_comments(text: str) -> set[str]:
    return set(re.findall(r"^\s*# ?(c\d+)\b", text, re.MULTILINE))


@every_text
def test_saving_what_was_read_changes_no_byte(name):
    format, text = TEXTS[name]
    assert format_of(format).patch(text, dk.loads(text, format=format)) == text


@pytest.mark.few(5)
@every_text
def test_a_changed_word_changes_its_line_only(name):
    format, text = TEXTS[name]
    theory = dk.loads(text, format=format)
    tried = list(one_word(theory))
    most = 2 if name in examples.names() else 12
    if len(tried) > most:
        tried = random.Random(1).sample(tried, most)
    for where, new in tried:
        patched = format_of(format).patch(text, new)
        assert exactly(dk.loads(patched, format=format)) == exactly(new), where
        gone, come = changed_lines(text, patched)
        assert len(gone) == len(come) == 1, (where, gone, come)
        assert comments(patched) == comments(text), where


def try_edits(name: str, seeds: range, most: int) -> None:
    format, text = TEXTS[name]
    for seed in seeds:
        rng = random.Random(seed)
        old_text, theory = text, dk.loads(text, format=format)
        for step in range(most):
            what, new = edit(rng, theory)
            where = f"{name}, seed {seed}, step {step}: {what}"
            try:
                patched = format_of(format).patch(old_text, new)
            except dk.DriverkitError as error:
                raise AssertionError(f"{where}: {error}\n{old_text}") from error
            again = dk.loads(patched, format=format)
            assert exactly(again) == exactly(new), where
            lost = comments(old_text) - comments(patched)
            if what in TAKE_OUT:
                lost &= own_line_comments(old_text)
            inside = {"c5", "c9", "c12", "c16", "c3", "c2"}  # they stand inside an item, or inside brackets
            lost -= inside if what in TAKE_OUT else set()
            assert not lost, f"{where}: lost {lost}\n{patched}"
            assert ("\r\n" in patched) == ("\r\n" in old_text), where
            assert not re.search("(?<!\r)\n", patched) or "\r\n" not in old_text, where
            old_text, theory = patched, new


@pytest.mark.few(5)
@every_text
def test_after_any_edits_the_file_says_the_new_theory_and_keeps_its_comments(name):
    try_edits(name, range(1 if name in examples.names() else 4), most=4)


@pytest.mark.slow
@every_text
def test_after_very_many_edits_the_file_still_says_the_new_theory(name):
    try_edits(name, range(1000, 1005 if name in examples.names() else 1040), most=20)
