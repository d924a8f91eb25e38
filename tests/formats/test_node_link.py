"""Graphs as JSON: the whole theory in ours, and a theory concluded from those of others."""

from __future__ import annotations

import json

import networkx as nx
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.formats.convert import to_plain


def read(data, **more) -> dk.Theory:
    return dk.loads(json.dumps(data), format="node-link", **more)


def kinds(theory: dk.Theory) -> dict[str, list[str]]:
    return {
        name: [node.text for node in getattr(theory, name)] for name in ("aims", "drivers", "change_ideas")
    }


def refused(data) -> list[str]:
    with pytest.raises(dk.FormatError) as caught:
        read(data)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("name", examples.names())
def test_networkx_reads_what_we_write_as_the_graph_that_we_would_give_it(name):
    theory = examples.load(name)
    graph = nx.node_link_graph(json.loads(dk.dumps(theory, format="node-link")))
    ours = dk.to_networkx(theory)
    assert list(graph.nodes) == list(ours.nodes)
    assert dict(graph.nodes(data=True)) == dict(ours.nodes(data=True))
    assert {(a, b) for a, b in graph.edges} == {(a, b) for a, b in ours.edges}


@pytest.mark.parametrize("edges", ["links", "edges"])
def test_what_networkx_writes_of_our_graph_is_the_same_theory(edges):
    theory = examples.load("leaving-hospital")
    graph = nx.node_link_graph(json.loads(dk.dumps(theory, format="node-link")))
    assert to_plain(read(nx.node_link_data(graph, edges=edges))) == to_plain(theory)


def test_a_graph_in_a_json_file_is_told_from_a_theory(tmp_path):
    theory = examples.load("small-steps")
    for name, format in (("a.json", "node-link"), ("b.json", "json"), ("c.nodes.json", "node-link")):
        dk.dump(theory, tmp_path / name, format=format)
        again = dk.load(tmp_path / name)
        assert again == theory
        assert again.origin.format == format


NAMED = [{"id": n, "label": f"box {n}"} for n in "abcdef"]


def linked(*pairs: str) -> list[dict[str, str]]:
    return [{"source": pair[0], "target": pair[1]} for pair in pairs]


def test_arrows_that_meet_lead_to_the_aim():
    theory = read({"nodes": NAMED, "links": linked("ba", "ca", "db", "eb", "fc")})
    assert kinds(theory) == {
        "aims": ["box a"],
        "drivers": ["box b", "box c"],
        "change_ideas": ["box d", "box e", "box f"],
    }
    assert theory.node("d").contributes_to == (dk.Contribution("b"),)
    assert theory.title == "box a"


def test_arrows_that_spread_out_lead_away_from_it_and_are_turned_round():
    theory = read({"nodes": NAMED, "edges": linked("ab", "ac", "bd", "be", "cf")})
    assert kinds(theory)["aims"] == ["box a"]
    assert theory.node("d").contributes_to == (dk.Contribution("b"),)
    assert any("turned round" in fault.message for fault in theory.origin.guessed)


def test_what_was_concluded_is_told_with_its_place():
    theory = read({"nodes": NAMED[:3], "links": linked("ba", "cb")}, file="g.json")
    told = [str(fault) for fault in theory.origin.guessed]
    assert any(t.startswith("g.json:1:") and "'box a' (a) is taken for an aim" in t for t in told)
    assert any("'box c' (c) is taken for a change idea" in t for t in told)


def test_a_box_two_arrows_away_is_a_driver_without_ideas_where_others_lie_further_out():
    theory = read({"nodes": NAMED, "links": linked("ba", "cb", "dc", "eb")})
    assert kinds(theory)["change_ideas"] == ["box d", "box f"]  # f has no arrow at all
    assert theory.node("e") in theory.drivers


def test_a_kind_that_is_written_stands():
    nodes = [
        {"id": "a", "label": "Fewer falls", "type": "Aim"},
        {"id": "b", "label": "Risk is known", "group": "primary driver"},
        {"id": "c", "label": "A bell", "kind": "change idea"},
    ]
    theory = read({"nodes": nodes, "links": linked("ab", "bc")})
    assert kinds(theory) == {
        "aims": ["Fewer falls"],
        "drivers": ["Risk is known"],
        "change_ideas": ["A bell"],
    }
    assert [(link.cause, link.effect) for link in theory.links] == [("b", "a"), ("c", "b")]


def test_graphs_of_d3_name_their_nodes_by_number():
    with pytest.warns(dk.LossWarning):
        theory = read(
            {
                "nodes": [{"name": "Fewer falls", "group": 1}, {"name": "Risk is known"}],
                "links": [{"source": 1, "target": 0, "value": 3}],
            }
        )
    assert [link.id for link in theory.links] == ["P1 -> A1"]
    assert [fault.message for fault in theory.origin.lost] == [
        "The attribute 'group' of 1 box has no place in a theory.",
        "The attribute 'value' of 1 link has no place in a theory.",
    ]


def test_what_cannot_be_is_told_with_every_place():
    told = refused({"nodes": NAMED[:2], "links": linked("ab", "ab", "aa", "xb")})
    assert [t.partition(": ")[2] for t in told] == [
        "The \"source\" of this edge names 'x', and there is no such node."
    ]
    told = refused({"nodes": NAMED[:2], "links": linked("ab", "ab", "aa")})
    assert len(told) == 2
    assert "twice" in told[0] + told[1]
    assert "contributes to itself" in told[0] + told[1]
    assert "A loop" in refused({"nodes": NAMED[:3], "links": linked("ab", "bc", "cb")})[0]
    assert "Two nodes are called 'a'" in refused({"nodes": [NAMED[0], NAMED[0]]})[0]
    assert "nodes" in refused({"links": []})[0]
    assert "no box" in refused({"nodes": []})[0]


def test_a_node_that_another_program_added_to_our_graph_is_given_a_kind_and_told():
    data = json.loads(dk.dumps(examples.load("small-steps"), format="node-link"))
    driver = next(node["id"] for node in data["nodes"] if node["kind"] == "driver")
    data["nodes"].append({"id": "new", "text": "Ask at the door"})
    data["edges"].append({"source": "new", "target": driver})
    theory = read(data)
    assert theory.node("new") in theory.change_ideas
    assert "'new' has no kind" in theory.origin.guessed[0].message


def test_an_aim_more_makes_the_implied_link_a_written_one():
    """A link that nobody wrote is implied only where there is one aim; in a changed graph it must not vanish."""
    theory = dk.Theory("t", aims=[dk.Aim("A", "Fewer falls")], drivers=[dk.Driver("P", "Risk is known")])
    data = json.loads(dk.dumps(theory, format="node-link"))
    assert read(data) == theory
    data["nodes"].append({"id": "B", "kind": "aim", "text": "Fewer injuries"})
    assert read(data).node("P").contributes_to == (dk.Contribution("A"),)


def test_what_another_program_adds_to_our_graph_is_left_out_and_told():
    data = json.loads(dk.dumps(examples.load("small-steps"), format="node-link"))
    data["nodes"][0]["modularity"] = 3
    data["edges"][0]["id"] = 7
    with pytest.warns(dk.LossWarning, match="'modularity' of 1 box"):
        theory = read(data)
    assert theory == examples.load("small-steps")
    assert len(theory.origin.lost) == 1
