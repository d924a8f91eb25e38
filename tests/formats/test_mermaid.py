"""Mermaid flowcharts as people write them, and as we draw them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.formats.convert import to_plain
from driverkit.formats.limits import Limits
from driverkit.formats.mermaid import loads_mermaid


def read(text: str) -> dk.Theory:
    """The theory, whatever was lost (the warning about it is the business of `dk.loads`)."""
    return loads_mermaid(text, "x.mmd", Limits())


def links(theory: dk.Theory) -> set[str]:
    return {link.id for link in theory.links}


def refused(text: str) -> list[str]:
    with pytest.raises(dk.FormatError) as caught:
        read(text)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.few(2)
@pytest.mark.parametrize("name", examples.names())
def test_our_own_drawing_comes_back_with_its_ids_texts_kinds_and_links(name, tmp_path):
    theory = examples.load(name)
    dk.render(theory, tmp_path / "x.mmd")
    again = read((tmp_path / "x.mmd").read_text("utf-8"))
    assert {(type(n), n.id, n.text) for n in again.nodes} == {(type(n), n.id, n.text) for n in theory.nodes}
    assert links(again) == links(theory)
    assert again.title == theory.title
    assert not again.origin.guessed


WRITTEN = """---
title: Our falls
---
graph TD
  %% by hand
  A[Fewer falls] --> B(Risk is known) & C{{"Floors #quot;dry#quot;<br>and #35;clear"}}
  B -->|nurses said so| D((A bell)):::idea; B -- seen elsewhere --> E>A card]
  C -.-> F([Mop at noon]) %% or at one
  C -. why .-> H[/"Mats"/]
  C ==> I["`Signs`"]
  subgraph one [Ideas]
    direction LR
    D
  end
  style A fill:#f00
  classDef idea fill:#eee
  click A href "https://example.org"
"""


def test_what_people_write_is_read():
    theory = read(WRITTEN)
    assert to_plain(theory) == {
        "driverkit": 1,
        "title": "Our falls",
        "aims": [{"id": "A", "text": "Fewer falls"}],
        "drivers": [
            {"id": "B", "text": "Risk is known", "contributes_to": ["A"]},
            {"id": "C", "text": 'Floors "dry"\nand #clear', "contributes_to": ["A"]},
        ],
        "change_ideas": [
            {"id": "D", "text": "A bell", "contributes_to": [{"to": "B", "because": "nurses said so"}]},
            {"id": "E", "text": "A card", "contributes_to": [{"to": "B", "because": "seen elsewhere"}]},
            {"id": "F", "text": "Mop at noon", "contributes_to": ["C"]},
            {"id": "H", "text": "Mats", "contributes_to": [{"to": "C", "because": "why"}]},
            {"id": "I", "text": "Signs", "contributes_to": ["C"]},
        ],
    }
    lost = [str(fault) for fault in theory.origin.lost]
    assert [line.partition(": ")[0] for line in lost] == ["x.mmd:6:23", "x.mmd:11:3", "x.mmd:17:3"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A --> B", {"A -> B"}),
        ("A-->B-->C", {"A -> B", "B -> C"}),
        ("A & B --> C & D", {"A -> C", "A -> D", "B -> C", "B -> D"}),
        ("A --- B", {"A -> B"}),
        ("A ---> B", {"A -> B"}),
        ("A --o B", {"A -> B"}),
        ("A --x B", {"A -> B"}),
        ("A ==> B", {"A -> B"}),
        ("A -.-> B", {"A -> B"}),
        ("A <-- x --o B", {"B -> A"}),
        ("A -->\n  B", {"A -> B"}),
        ("A ~~~ B\nB --> A", {"B -> A"}),
        ("A-->|x|B", {"A -> B"}),
        ("A--x y-->B", {"A -> y", "y -> B"}),
        ("A == x ==> B", {"A -> B"}),
        ("A-b.c --> end1", {"A-b.c -> end1"}),
    ],
)
def test_every_way_to_write_an_arrow(line, expected):
    assert links(read(f"flowchart LR\n{line}\n")) == expected


def test_a_class_says_the_kind():
    theory = read("flowchart LR\n a:::aim --> b\n b --> c\n class c changeIdea\n")
    assert [node.id for node in theory.aims] == ["a"]
    assert [node.id for node in theory.change_ideas] == ["c"]


def test_what_is_wrong_is_told_with_its_place():
    assert refused("sequenceDiagram\n A->>B: x")[0].startswith("x.mmd:1:1: A flowchart begins with")
    assert refused("flowchart LR\n A[x --> B\n")[0].startswith("x.mmd:2:3: ']' is missing")
    assert refused('flowchart LR\n A["x --> B\n')[0].startswith("x.mmd:2:4: A quote is opened")
    assert refused("flowchart LR\n A --> \n")[0].endswith("The name of a box is wanted here, not ''.")
    assert "no arrow ends them" in refused("flowchart LR\n A -- x\n")[0]
    assert "never closed with 'end'" in refused("flowchart LR\n subgraph x\n A --> B\n")[0]
    assert "closes no subgraph" in refused("flowchart LR\n end\n")[0]
    assert "at the subgraph 's'" in refused("flowchart LR\n subgraph s\n A --> B\n end\n C --> s\n")[0]
    assert "contributes to itself" in refused("flowchart LR\n A --> A --> B\n")[0]
    assert "twice" in refused("flowchart LR\n A --> B\n A --> B\n")[0]
    assert "A loop" in refused("flowchart LR\n A --> B --> C --> A\n C --> D\n")[0]
    assert "U+0001" in refused("flowchart LR\n A[x#1;y]\n")[0]


@settings(max_examples=100)
@given(text=st.text(st.sampled_from('AB[]{}()<>-=.|&%:;#"\n \\/~xo@^'), max_size=60))
def test_any_text_is_a_theory_or_told(text):
    for whole in (text, "flowchart LR\n" + text, 'graph TD\nA["' + text):
        try:
            told = bool(read(whole).nodes)
        except dk.FormatError as error:
            told = bool(error.faults)
        assert told


def test_seven_angles_are_no_mark_of_a_conflict_unless_git_could_have_written_them():
    assert "A flowchart begins" in refused("<<<<<<<x")[0]
    assert "marks of a conflict" in refused("flowchart LR\n<<<<<<< ours\nA --> B\n")[0]


def test_words_in_brackets_of_their_own_come_back_beside_what_is_laid_over_a_box(tmp_path):
    texts = ("A leaflet [in large print]", "A leaflet", "A [b] [c]")
    ideas = [dk.ChangeIdea(f"C{n}", text, status="abandoned") for n, text in enumerate(texts)]
    theory = dk.Theory(
        "Falls", aims=[dk.Aim("A1", "Fewer falls")], change_ideas=[*ideas, dk.ChangeIdea("C9", "A [b]")]
    )
    dk.render(theory, tmp_path / "x.mmd")
    again = read((tmp_path / "x.mmd").read_text("utf-8"))
    assert {(n.id, n.text) for n in again.change_ideas} == {(n.id, n.text) for n in theory.change_ideas}
