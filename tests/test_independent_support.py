"""How many independent ways of support reach a node, held against networkx's maximum flow."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.graph import independent_support
from strategies import theories


def by_networkx(
    theory: dk.Theory, target: str, sources: dict[str, list[str]], without: set[str] = frozenset()
) -> int:
    """The maximum flow in a graph in which every source, node and link has two sides with one way between."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["start", ("", target, 0)])
    for link in theory.links:
        for name in (link.cause, link.id):
            if name != target and name not in without:
                graph.add_edge(("", name, 0), ("", name, 1), capacity=1)
        graph.add_edge(("", link.cause, 1), ("", link.id, 0))
        graph.add_edge(("", link.id, 1), ("", link.effect, 0))
    for source, entries in sources.items():
        if source not in without:
            graph.add_edge("start", ("source", source, 0))
            graph.add_edge(("source", source, 0), ("source", source, 1), capacity=1)
        for entry in entries:
            graph.add_edge(("source", source, 1), ("", entry, 0))
    return int(nx.maximum_flow_value(graph, "start", ("", target, 0)))


@st.composite
def supported(draw: st.DrawFn) -> tuple[dk.Theory, str, dict[str, list[str]]]:
    theory = draw(theories(12, records=False).filter(lambda t: bool(t.nodes)))
    names = [node.id for node in theory.nodes] + [link.id for link in theory.links]
    sources = {
        f"site {n}": draw(st.lists(st.sampled_from(names), unique=True, max_size=4))
        for n in range(draw(st.integers(0, 6)))
    }
    return theory, draw(st.sampled_from([node.id for node in theory.nodes])), sources


@given(supported())
def test_there_are_as_many_sets_as_the_maximum_flow(drawn):
    """Menger 1927: as many ways that share nothing as things that have to be taken away."""
    theory, target, sources = drawn
    found = independent_support(theory, target, sources)
    assert found.sets == by_networkx(theory, target, sources)
    if found.sets > 1:
        assert len(found.cut) == found.sets
        assert by_networkx(theory, target, sources, set(found.cut)) == 0
    if found.sets == 1:
        needed = [
            n for n in (*sources, *(x.id for x in theory.nodes), *(x.id for x in theory.links)) if n != target
        ]
        every = {n for n in needed if by_networkx(theory, target, sources, {n}) == 0}
        entered = {entry for entries in sources.values() for entry in entries if " -> " in entry}
        # A link that nothing enters at is told by its cause, which goes with it.
        assert set(found.cut) == {n for n in every if " -> " not in n or n in entered}
    if not found.sets:
        assert found.cut == ()


@given(supported())
def test_a_source_more_never_takes_support_away(drawn):
    theory, target, sources = drawn
    for source in sources:
        fewer = {name: entries for name, entries in sources.items() if name != source}
        assert (
            independent_support(theory, target, fewer).sets
            <= independent_support(theory, target, sources).sets
        )


THEORY = dk.Theory(
    "t",
    aims=[dk.Aim("A", "a")],
    drivers=[dk.Driver("P", "p", contributes_to=["A"]), dk.Driver("S", "s", contributes_to=["P"])],
    change_ideas=[
        dk.ChangeIdea("C", "c", contributes_to=["S"]),
        dk.ChangeIdea("D", "d", contributes_to=["S", "P"]),
    ],
)


def test_a_way_found_first_is_led_elsewhere_to_make_room():
    tests = {"one": ["D"], "two": ["C"]}
    assert independent_support(THEORY, "P", tests).sets == 2
    assert independent_support(THEORY, "P", {"one": ["C", "D"], "two": ["D"]}).sets == 2


def test_one_set_names_each_thing_that_it_rests_on():
    assert independent_support(THEORY, "A", {"one": ["C"]}).cut == ("one", "C", "S", "P")
    assert independent_support(THEORY, "A", {"one": ["C"], "two": ["D"]}).cut == ("P",)
    assert independent_support(THEORY, "P", {"study": ["S -> P"]}).cut == ("study", "S -> P")


def test_a_source_whose_every_way_is_blocked_is_taken_out():
    tests = {"one": ["C"], "two": ["D"]}
    blocked = {"one": ["S -> P"], "two": ["S -> P"]}
    assert independent_support(THEORY, "P", tests, blocked=blocked).sources == ("two",)
    assert independent_support(THEORY, "S", tests, blocked=blocked).sources == ("one", "two")


def test_a_source_does_not_enter_where_every_way_on_is_blocked():
    tests = {"one": ["C", "D"], "two": ["D"]}
    found = independent_support(THEORY, "P", tests, blocked={"one": ["S -> P"]})
    assert found.entered == (("one", "D"), ("two", "D"))
    assert found.sets == 1  # both have D, and nothing else


def test_what_is_not_there_cannot_be_supported():
    with pytest.raises(dk.UnknownId):
        independent_support(THEORY, "Z", {})
    with pytest.raises(dk.UnknownId):
        independent_support(THEORY, "A", {"one": ["Z"]})
