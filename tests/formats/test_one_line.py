"""A word that changes is a line that changes, in whatever manner somebody writes their file."""

from __future__ import annotations

import random

import pytest

import driverkit as dk
from support.exactly import exactly
from support.fifty_hands import HANDS
from support.random_edits import one_word


def test_the_fifty_hands_write_differently():
    assert len(HANDS) == len({text for _, text in HANDS.values()}) == 50
    yaml = [text for format, text in HANDS.values() if format == "yaml"]
    assert len(yaml) == 40
    for habit in (
        "\r\n",
        "---",
        ">-",
        "|-",
        "#",
        "'",
        '"',
        "\n- ",
        "\n  - ",
        "\n    - ",
        "- {",
        "-   id",
        "[ ",
    ):
        assert 2 <= sum(habit in text for text in yaml) < 40, habit
    for text in ("  ", "\t", " : ", "\r\n"):
        assert any(text in made for format, made in HANDS.values() if format == "json")


@pytest.mark.few(12)
@pytest.mark.parametrize("name", HANDS)
def test_a_one_word_change_is_a_one_line_diff(name, tmp_path):
    format, text = HANDS[name]
    path = tmp_path / f"theory.{format}"
    theory = dk.loads(text, format=format)
    changes = list(one_word(theory))
    assert len(changes) > 20
    for where, new in random.Random(3).sample(changes, 4):
        path.write_bytes(text.encode())
        dk.update(path, lambda _, new=new: new)
        before, after = text.split("\n"), path.read_bytes().decode().split("\n")
        assert len(before) == len(after), where
        different = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert len(different) == 1, (where, different)
        assert exactly(dk.load(path)) == exactly(new), where
