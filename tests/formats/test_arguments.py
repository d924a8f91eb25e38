"""What is only written: causal graphs for dagitty, arguments for gsn2x; each by the rules of its reader."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings

import driverkit as dk
from driverkit import examples
from strategies import theories

every_example = pytest.mark.parametrize("name", examples.names())

# The grammar of dagitty, as far as it is used: a quote is escaped, nothing else is.
_NAME = r'"((?:\\"|[^"\x00-\x1f\x7f])*?(?:[^"\\\x00-\x1f\x7f]|\\"))"'
_NODE = re.compile(_NAME + r' \[([a-z]+,)*pos="\d+,\d+"\]')
_EDGE = re.compile(_NAME + " -> " + _NAME)


def causal(theory: dk.Theory) -> tuple[list[str], list[tuple[str, str]]]:
    """The names and arrows of what we write for dagitty."""
    first, *lines, last, end = dk.dumps(theory, format="dagitty", lossy=True).split("\n")
    assert (first, last, end) == ("dag {", "}", "")
    nodes = [m.group(1) for line in lines if (m := _NODE.fullmatch(line))]
    edges = [(m.group(1), m.group(2)) for line in lines if (m := _EDGE.fullmatch(line))]
    assert len(nodes) + len(edges) == len(lines)
    return nodes, edges


def is_causal(theory: dk.Theory) -> None:
    nodes, edges = causal(theory)
    assert len(set(nodes)) == len(nodes) == len(theory.nodes)
    assert len(edges) == len(theory.links)
    assert {end for edge in edges for end in edge} <= set(nodes)


def is_argument(theory: dk.Theory) -> None:
    """What gsn2x checks: known prefixes, no dangling or doubled reference, one goal above all, no gap unmarked."""
    found = yaml.safe_load(dk.dumps(theory, format="gsn", lossy=True))
    referenced: set[str] = set()
    for name, element in found.items():
        assert re.match(r"(?:G|Sn|J|C)(?:-|$)", name)
        assert set(element) <= {"text", "classes", "supportedBy", "inContextOf", "undeveloped", "url"}
        assert isinstance(element["text"], str)
        for key, kinds in (("supportedBy", ("G", "Sn")), ("inContextOf", ("J", "C"))):
            listed = element.get(key, [])
            assert len(set(listed)) == len(listed)
            assert set(listed) <= set(found) - {name}
            assert all(one.partition("-")[0] in kinds for one in listed)
            referenced |= set(listed)
        if name.startswith("G"):
            assert ("supportedBy" in element) != ("undeveloped" in element)
    tops = set(found) - referenced
    assert len(tops) == 1
    assert tops.pop().startswith("G")


@every_example
def test_an_example_is_a_causal_graph_and_an_argument(name):
    theory = examples.load(name)
    is_causal(theory)
    is_argument(theory)


@pytest.mark.slow
@settings(max_examples=50)
@given(theory=theories(max_nodes=6))
def test_any_theory_is_one(theory):
    is_causal(theory)
    is_argument(theory)
    assert list(dk.losses(theory, "dagitty")) is not None


def small() -> dk.Theory:
    return dk.Theory(
        "t",
        aims=[dk.Aim("A", "Fewer falls", measure="M")],
        drivers=[
            dk.Driver(
                "P",
                'Risk "is"\nknown',
                contributes_to=[dk.Contribution("A", because="seen", only_where="at night")],
            ),
            dk.Driver("Q", "node", contributes_to=["A"]),
        ],
        change_ideas=[dk.ChangeIdea("C", "A bell\\", contributes_to=["P"])],
        measures=[dk.Measure("M", "falls", of=["A"])],
        cycles=[
            dk.PdsaCycle("T1", "C", study=dk.Study(learned="It is heard")),
            dk.PdsaCycle(
                "T2", "C", study=dk.Study(learned="It is not"), predictions=[dk.Prediction(result="refuted")]
            ),
        ],
        evidence=[
            dk.Evidence("E1", "P", text="known early", finding="supports"),
            dk.Evidence("E2", "P", text="no use", finding="contradicts"),
        ],
    )


def test_a_small_causal_graph():
    assert dk.dumps(small(), format="dagitty", lossy=True).splitlines() == [
        "dag {",
        '"Fewer falls" [outcome,pos="2,0"]',
        '"Risk \\"is\\" known" [latent,pos="1,0"]',
        '"node [Q]" [latent,pos="1,1"]',
        '"A bell\\ " [exposure,pos="0,0"]',
        '"Risk \\"is\\" known" -> "Fewer falls"',
        '"node [Q]" -> "Fewer falls"',
        '"A bell\\ " -> "Risk \\"is\\" known"',
        "}",
    ]


def test_a_small_argument():
    found = yaml.safe_load(dk.dumps(small(), format="gsn", lossy=True))
    assert found["G-P"]["supportedBy"] == ["G-C", "Sn-E1"]
    assert found["G-C"]["supportedBy"] == ["Sn-T1"]
    assert found["G-A"]["inContextOf"] == ["J-P-to-A", "C-P-to-A"]
    assert found["G-Q"]["undeveloped"] is True
    assert found["Sn-T1"]["text"] == "It is heard"


@pytest.mark.parametrize("format", ["dagitty", "gsn"])
def test_what_is_left_out_is_told_first(format):
    with pytest.raises(dk.LossError, match="the title"):
        dk.dumps(small(), format=format)
    told = [str(loss) for loss in dk.losses(small(), format)]
    assert any("of the measures (M)" in line for line in told)
    with pytest.raises(dk.UsageError, match="never read"):
        dk.loads("", format=format)
