"""DOT as people write it, and as we draw it."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.formats.convert import to_plain
from driverkit.formats.dot import loads_dot
from driverkit.formats.limits import Limits


def read(text: str) -> dk.Theory:
    """The theory, whatever was lost (the warning about it is the business of `dk.loads`)."""
    return loads_dot(text, "x.dot", Limits())


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
    dk.render(theory, tmp_path / "x.dot")
    again = read((tmp_path / "x.dot").read_text("utf-8"))
    assert {(type(n), n.id, n.text) for n in again.nodes} == {(type(n), n.id, n.text) for n in theory.nodes}
    assert {(x.cause, x.effect, x.strength) for x in again.links} == {
        (x.cause, x.effect, x.strength) for x in theory.links
    }
    assert again.title == theory.title
    assert not again.origin.guessed


DRAWN = r"""
// by hand
strict digraph "Our falls" {
  rankdir=LR; node [shape=box, color="#112233"]
  # a line of the preprocessor
  aim [label="Fewer\nfalls"];
  aim -> {P1 P2} -> "A card" [label="nurses said so"] /* both
  of them */
  subgraph cluster_ideas { label="Ideas"; P1:e -> "A \"bell\"":n }
  P2 [label=<<b>Risk</b> is &amp; known<br/>early>]
  aim -> P1
}
"""


def test_what_people_draw_is_read():
    theory = read(DRAWN)
    assert to_plain(theory) == {
        "driverkit": 1,
        "title": "Our falls",
        "aims": [{"id": "aim", "text": "Fewer\nfalls"}],
        "drivers": [
            {"id": "P1", "text": "P1", "contributes_to": [{"to": "aim", "because": "nurses said so"}]},
            {
                "id": "P2",
                "text": "Risk is & known\nearly",
                "contributes_to": [{"to": "aim", "because": "nurses said so"}],
            },
        ],
        "change_ideas": [
            {
                "id": "C1",
                "text": "A card",
                "contributes_to": [
                    {"to": "P1", "because": "nurses said so"},
                    {"to": "P2", "because": "nurses said so"},
                ],
            },
            {"id": "C2", "text": 'A "bell"', "contributes_to": ["P1"]},
        ],
    }
    lost = [str(fault) for fault in theory.origin.lost]
    assert len(lost) == 2
    assert lost[0].startswith("x.dot:9:34: The attribute 'label' of 1 group")
    assert "looks" in lost[1]
    assert any("turned round" in str(fault) for fault in theory.origin.guessed)


@pytest.mark.dot
@pytest.mark.parametrize(
    "text", [DRAWN, "digraph { a -> b -> c; subgraph { d e } -> {f g} ; {h; i} }", "digraph{a->{b{c->d}}->e}"]
)
def test_graphviz_sees_the_same_boxes_and_arrows(text):
    done = subprocess.run(["dot", "-Tjson"], input=text, capture_output=True, text=True, check=True)
    data = json.loads(done.stdout)
    names = {o["_gvid"]: o["name"] for o in data["objects"] if "nodes" not in o and "subgraphs" not in o}
    parser_arrows = {(names[e["tail"]], names[e["head"]]) for e in data.get("edges", ())}
    from driverkit.formats.dot import _Parser
    from driverkit.formats.tree import Faults

    parser = _Parser(text, Faults(text, None, Limits()), Limits())
    parser.read()
    assert {(tail, head) for tail, head, _, _ in parser.arrows} == parser_arrows
    assert set(parser.boxes) >= set(names.values()) - {None} - {
        n for n in names.values() if n.startswith("%")
    }


def test_an_arrow_drawn_backwards_is_read_backwards_and_an_unseen_one_not_at_all():
    theory = read("digraph { a [class=aim]; a -> b [dir=back]; a -> c [style=invis]; c -> b }")
    assert links(theory) == {"b -> a", "c -> b"}


def test_a_class_says_the_kind():
    theory = read('digraph { a -> b; a [class="change idea", label="A bell"] b [class=driver] }')
    assert [node.text for node in theory.change_ideas] == ["A bell"]
    assert [node.id for node in theory.drivers] == ["b"]


def test_a_graph_without_arrows_is_read_in_the_order_of_its_words():
    theory = read("graph { a -- b; a -- c; b -- d }")
    assert links(theory) == {"b -> a", "c -> a", "d -> b"}
    assert any("no direction" in str(fault) for fault in theory.origin.guessed)


def test_what_is_wrong_is_told_with_its_place():
    assert refused("digraph { a -> }")[0].startswith("x.dot:1:16: An arrow leads to a box")
    assert refused('digraph { a [label="x }')[0].startswith("x.dot:1:20: A quote is opened")
    assert refused("digraph { a ")[0].startswith("x.dot:1:13: The file ends early")
    assert "begins with 'digraph'" in refused("tree { a }")[0]
    assert "in a digraph" in refused("digraph { a -- b }")[0]
    assert "contributes to itself" in refused("digraph { a -> a; a -> b }")[0]
    assert "twice" in refused("digraph { a -> b\n a -> b }")[0]
    assert "A loop" in refused("digraph { a -> b -> c -> a; c -> d }")[0]
    assert "no box" in refused("digraph {}")[0]
    assert "nested more than" in refused("digraph {" + "{" * 5000)[0]
    assert "follows the end" in refused("digraph {a} digraph {b}")[0]


def test_a_long_chain_is_a_deep_theory_and_no_trouble():
    theory = read("digraph { " + " -> ".join(f"n{i}" for i in range(3000)) + " }")
    assert len(theory.drivers) == 2998


@settings(max_examples=100)
@given(text=st.text(st.sampled_from('digraph{}[]->;:="a b\\\n<>/*#,+'), max_size=60))
def test_any_text_is_a_theory_or_told(text):
    for whole in (text, "digraph {" + text + "}"):
        try:
            told = bool(read(whole).nodes)
        except dk.FormatError as error:
            told = bool(error.faults)
        assert told
