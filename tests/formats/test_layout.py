"""Bringing a file into the layout of the documentation keeps every word in it, remarks too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.formats import formats
from driverkit.formats.limits import Limits
from driverkit.formats.rewriting import format_file
from driverkit.formats.tree import Faults
from driverkit.formats.yaml_tree import comments, compose_yaml
from strategies import theories
from support.handwritten import TEXTS

MESSY = """\
# yaml-language-server: $schema=./driverkit.schema.json

title: Falls   # our title
driverkit: 1

# --- the aims ---
aims:
# first one
- {id: A1, text: "Fewer falls", target: 3}  # by Christmas

# a second
- text: Fewer injuries
  # why this id?
  id: A2
  # end of A2
drivers:
    - id: P1
      text: >
        folded text
        goes on
      contributes_to:
        - A1   # strong we think
        # and the second
        - {to: A2, because: "rails"}


    # P3 was dropped
# the last word
"""

NEAT = """\
# yaml-language-server: $schema=./driverkit.schema.json

driverkit: 1
title: Falls  # our title

# --- the aims ---
aims:
  # first one
  - id: A1
    text: Fewer falls
    target: 3  # by Christmas

  # a second
  # why this id?
  - id: A2
    text: Fewer injuries
    # end of A2

drivers:
  - id: P1
    text: |
      folded text goes on
    contributes_to:
      - A1  # strong we think
      # and the second
      - {to: A2, because: rails}
  # P3 was dropped
# the last word
"""


def said(text):
    tree = compose_yaml(text, Faults(text, None, Limits()), Limits())
    return sorted(text[at:].partition("\n")[0].rstrip() for at in comments(text, tree))


def test_comments_stay_at_what_they_stood_at():
    assert dk.formatted(MESSY) == NEAT


def test_what_is_in_layout_stays_as_it_is():
    assert dk.formatted(NEAT) == NEAT
    assert dk.loads(NEAT) == dk.loads(MESSY)


@pytest.mark.few(2)
@pytest.mark.parametrize("name", examples.names())
def test_what_we_write_is_in_layout(name):
    for format in ("yaml", "json"):
        text = dk.dumps(examples.load(name), format=format)
        assert dk.formatted(text, format=format) == text


@st.composite
def remarked(draw):
    """A theory as people write it, with comments and empty lines wherever they say nothing else."""
    written = draw(
        st.sampled_from([text for format, text in TEXTS.values() if format == "yaml"]) | theories(max_nodes=8)
    )
    text = written if isinstance(written, str) else dk.dumps(written)
    theory = dk.loads(text)
    lines = text.split("\n")
    for number in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(lines)))
        pad = " " * draw(st.sampled_from([0, 2, 4, 6]))
        kind = draw(st.sampled_from(["line", "behind", "empty"]))
        new = list(lines)
        if kind == "behind" and at < len(lines):
            new[at] += f"  # remark {number}"
        else:
            new.insert(at, f"{pad}# remark {number}" if kind == "line" else "")
        text = "\n".join(new) + "\n"
        try:
            if dk.loads(text) == theory:
                lines = new
        except dk.FormatError:
            continue
    return "\n".join(lines) + "\n"


@given(text=remarked())
def test_no_remark_is_lost_and_a_second_time_changes_nothing(text):
    new = dk.formatted(text)
    assert dk.loads(new) == dk.loads(text)
    assert said(new) == said(text)
    assert dk.formatted(new) == new


def test_a_file_is_written_only_where_its_layout_is_another(tmp_path):
    path = tmp_path / "theory.yaml"
    path.write_text(MESSY, encoding="utf-8")
    before = path.stat().st_ino
    assert format_file(path, write=False) == (MESSY, NEAT)
    assert path.stat().st_ino == before
    format_file(path)
    assert path.read_text(encoding="utf-8") == NEAT
    after = path.stat().st_ino
    format_file(path)
    assert path.stat().st_ino == after


def test_a_mark_at_the_start_of_the_file_stays(tmp_path):
    path = tmp_path / "theory.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + MESSY.encode())
    format_file(path)
    assert path.read_bytes() == b"\xef\xbb\xbf" + NEAT.encode()


def test_a_file_that_is_no_theory_is_left_alone_and_told_with_its_name(tmp_path):
    path = tmp_path / "theory.yaml"
    path.write_text("title: t\naims: [{id: A, txt: x}]\n", encoding="utf-8")
    with pytest.raises(dk.FormatError) as caught:
        format_file(path)
    assert all(fault.file == str(path) for fault in caught.value.faults)


@pytest.mark.parametrize("format", [f.name for f in formats() if f.layout is None])
def test_a_format_without_a_layout_says_which_have_one(format):
    with pytest.raises(dk.UsageError, match="json, yaml"):
        dk.formatted("x", format=format)


@pytest.mark.parametrize("key", ['"x-a # b"', "'x-a # b'", '"x-\\" # b"', "'x-'' # b'"])
def test_a_hash_in_a_key_begins_no_comment(key):
    text = f"driverkit: 1\ntitle: t\n{key}: 1  # but this one does\n"
    assert dk.loads(text).origin.comments == 1
    assert said(dk.formatted(text)) == ["# but this one does"]
