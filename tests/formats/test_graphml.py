"""GraphML: all of a theory, in a form that networkx, yEd and Gephi read; and what they write."""

from __future__ import annotations

import io
import json
from pathlib import Path

import networkx as nx
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.formats.convert import to_plain

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">\n'


def refused(text: str) -> list[str]:
    with pytest.raises(dk.FormatError) as caught:
        dk.loads(text, format="graphml")
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("name", examples.names())
def test_networkx_reads_what_we_write(name):
    theory = examples.load(name)
    graph = nx.read_graphml(io.BytesIO(dk.dumps(theory, format="graphml").encode()))
    ours = dk.to_networkx(theory)
    assert list(graph.nodes) == list(ours.nodes)
    assert set(graph.edges) == set(ours.edges)
    for id, said in ours.nodes(data=True):
        assert {k: graph.nodes[id][k] for k in ("kind", "text")} == {k: said[k] for k in ("kind", "text")}
        assert graph.nodes[id].get("level") == said.get("level")


def test_what_networkx_makes_of_it_and_writes_is_the_same_theory():
    theory = examples.load("leaving-hospital")
    graph = nx.read_graphml(io.BytesIO(dk.dumps(theory, format="graphml").encode()))
    held = io.BytesIO()
    nx.write_graphml(graph, held)
    again = dk.loads(held.getvalue().decode(), format="graphml")
    assert again == theory


def test_tags_are_one_text_where_that_can_be_taken_apart_again():
    theory = dk.Theory("t", aims=[dk.Aim("A", "x", tags=["a", "b c"]), dk.Aim("B", "y", tags=["a;b", " c"])])
    text = dk.dumps(theory, format="graphml")
    assert ">a; b c</data>" in text
    assert dk.loads(text, format="graphml") == theory


YED = (
    HEAD
    + """<key id="d0" for="graph" attr.name="Description" attr.type="string"/>
<key id="d5" for="node" attr.name="description" attr.type="string"/>
<key id="d6" for="node" yfiles.type="nodegraphics"/>
<key id="d10" for="edge" yfiles.type="edgegraphics"/>
<graph edgedefault="directed" id="G">
<data key="d0" xml:space="preserve"/>
<node id="n0"><data key="d5">On the two medical wards</data><data key="d6"><y:ShapeNode><y:Geometry x="1" y="2"/>
 <y:NodeLabel visible="true">Fewer falls<y:LabelModel><y:SmartNodeLabelModel/></y:LabelModel></y:NodeLabel></y:ShapeNode></data></node>
<node id="n1"><data key="d6"><y:ShapeNode><y:NodeLabel>Risk is
known</y:NodeLabel></y:ShapeNode></data></node>
<node id="n2"><data key="d6"><y:ShapeNode><y:NodeLabel>Floors are dry &amp; clear</y:NodeLabel></y:ShapeNode></data></node>
<node id="n3" yfiles.foldertype="group"><graph edgedefault="directed" id="n3:">
<node id="n3::n0"><data key="d6"><y:ShapeNode><y:NodeLabel>A card</y:NodeLabel></y:ShapeNode></data></node></graph></node>
<edge id="e0" source="n1" target="n0"><data key="d10"><y:PolyLineEdge><y:Arrows source="none" target="standard"/></y:PolyLineEdge></data></edge>
<edge id="e1" source="n0" target="n2"><data key="d10"><y:PolyLineEdge><y:Arrows source="standard" target="none"/></y:PolyLineEdge></data></edge>
<edge id="e2" source="n3::n0" target="n1"><data key="d10"><y:PolyLineEdge><y:EdgeLabel>nurses said so</y:EdgeLabel></y:PolyLineEdge></data></edge>
</graph></graphml>
"""
)


def test_a_drawing_of_yed_is_read_with_its_labels_and_its_arrows():
    with pytest.warns(dk.LossWarning):
        theory = dk.loads(YED, format="graphml", file="falls.graphml")
    assert to_plain(theory) == {
        "driverkit": 1,
        "title": "Fewer falls",
        "aims": [{"id": "n0", "text": "Fewer falls", "detail": "On the two medical wards"}],
        "drivers": [
            {"id": "n1", "text": "Risk is\nknown", "contributes_to": ["n0"]},
            {"id": "n2", "text": "Floors are dry & clear", "contributes_to": ["n0"]},
        ],
        "change_ideas": [
            {"id": "C1", "text": "A card", "contributes_to": [{"to": "n1", "because": "nurses said so"}]}
        ],
    }
    lost = [str(fault) for fault in theory.origin.lost]
    assert any("looks have no place" in line for line in lost)
    assert any(line.startswith("falls.graphml:14:1: The attribute 'group'") for line in lost)


def test_a_graph_of_gephi_is_read():
    text = (
        HEAD
        + """<key attr.name="label" attr.type="string" for="node" id="label"/>
<key attr.name="r" attr.type="int" for="node" id="r"/><key attr.name="weight" attr.type="double" for="edge" id="weight"/>
<key attr.name="kind" attr.type="string" for="node" id="kind"/>
<graph edgedefault="directed">
<node id="1"><data key="label">Fewer falls</data><data key="r">120</data><data key="kind">aim</data></node>
<node id="2"><data key="label">Risk is known</data></node>
<edge id="0" source="2" target="1"><data key="weight">1.0</data></edge></graph></graphml>"""
    )
    with pytest.warns(dk.LossWarning):
        theory = dk.loads(text, format="graphml")
    assert [link.id for link in theory.links] == ["2 -> 1"]
    assert [node.text for node in theory.drivers] == ["Risk is known"]


def test_what_is_wrong_is_told_with_its_place():
    def graph(inside: str, keys: str = "") -> str:
        return HEAD + keys + f'<graph edgedefault="directed">\n{inside}</graph></graphml>'

    assert "<text>:4:" in refused(graph('<node id="a"/><edge source="a" target="b"/>'))[0]
    assert "not declared" in refused(graph('<node id="a"><data key="q">x</data></node>'))[0]
    assert "more than two ends" in refused(graph('<node id="a"/><hyperedge/>'))[0]
    assert "There is no <graph>" in refused(HEAD + "</graphml>")[0]
    assert "begins with <graphml>" in refused("<svg/>")[0]
    assert "Two nodes have the id" in refused(graph('<node id="a"/><node id="a"/>'))[0]
    ours = dk.dumps(examples.load("small-steps"), format="graphml")
    assert (
        "a JSON object"
        in refused(
            ours.replace('<data key="d1">{', '<data key="d1">[{', 1).replace("}</data>", "}]</data>", 1)
        )[0]
    )
    assert "is one of aim, driver or change" in refused(ours.replace(">driver<", ">drive<", 1))[0]


def test_a_bomb_is_not_set_off():
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><graphml>&b;</graphml>'
    assert "A document type" in refused(bomb)[0]


def strings() -> list[str]:
    """Texts on which other programs stumbled; more of them where a collection is at hand."""
    import os

    own = [
        "a<b & c>d \"e\" 'f'",
        "-->",
        "]]>",
        "<![CDATA[x]]>",
        "&amp;lt;",
        "\t=1",
        "\\N \\n",
        "a\nb",
        "\u202ex",
    ]
    corpus = os.environ.get("DRIVERKIT_CORPUS")
    path = Path(corpus or "/nonexistent") / "hostile" / "strings.json"
    if path.is_file():
        own += [one["value"] for one in json.loads(path.read_text("utf-8")) if one["kind"] == "ok"]
    return own


@pytest.mark.parametrize("format", ["graphml", "node-link"])
def test_hostile_texts_come_back_as_they_were(format):
    aims = [dk.Aim(f"A{n}", text, tags=[text], detail=text) for n, text in enumerate(strings())]
    theory = dk.Theory("t", aims=aims)
    assert dk.loads(dk.dumps(theory, format=format), format=format) == theory


@pytest.mark.parametrize("suffix", [".dot", ".mmd"])
def test_hostile_texts_come_back_from_our_drawings(suffix, tmp_path):
    drivers = [dk.Driver(f"D{n}", text) for n, text in enumerate(strings())]
    theory = dk.Theory("t", aims=[dk.Aim("A", "Fewer falls")], drivers=drivers)
    dk.render(theory, tmp_path / f"x{suffix}")
    with pytest.warns(dk.LossWarning):
        again = dk.load(tmp_path / f"x{suffix}")
    assert {node.id: node.text for node in again.drivers} == {node.id: node.text for node in drivers}


def test_the_name_of_a_key_for_other_tools_is_text_too():
    theory = dk.Theory("t", drivers=[dk.Driver("P1", "x", extra={"x-<<\"&'": False})])
    assert dk.loads(dk.dumps(theory, format="graphml"), format="graphml") == theory
