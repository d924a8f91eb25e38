"""The walks, held against networkx and against what one would do by hand."""

from __future__ import annotations

import copy
import json
import random
from itertools import islice

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples, graph
from strategies import theories
from support.random_theories import random_theory


def hospital() -> dk.Theory:
    return dk.Theory(
        "Leaving hospital safely",
        aims=[dk.Aim("A0", "Healthy at home"), dk.Aim("A1", "Fewer returns", contributes_to=["A0"])],
        drivers=[
            dk.Driver("P1", "People understand their plan", contributes_to=["A1"]),
            dk.Driver("P2", "Help is reachable", contributes_to=["A1"]),
            dk.Driver(
                "S1",
                "Teaching is checked",
                contributes_to=["P1", dk.Contribution("P2", "weak", only_where="a nurse answers")],
            ),
            dk.Driver("S9", "Belongs nowhere", level=2),
        ],
        change_ideas=[
            dk.ChangeIdea("C1", "Teach-back", contributes_to=["S1"]),
            dk.ChangeIdea("C2", "Call after two days", contributes_to=["P2", "S9"]),
            dk.ChangeIdea("C3", "Only there", contributes_to=["S9"]),
        ],
    )


def ids(nodes) -> list[str]:
    return [node.id for node in nodes]


def test_the_walks_answer_in_file_order_and_name_each_node_once():
    theory = hospital()
    assert ids(graph.causes_of(theory, "P2")) == ["S1", "C2"]
    assert ids(graph.effects_of(theory, "S1")) == ["P1", "P2"]
    assert ids(graph.everything_behind(theory, "A1")) == ["P1", "P2", "S1", "C1", "C2"]
    assert ids(graph.ideas_behind(theory, "A0")) == ["C1", "C2"]
    assert ids(graph.drivers_behind(theory, "A0")) == ["P1", "P2", "S1"]
    assert ids(graph.drivers_moved_by(theory, "C2")) == ["P2", "S9"]
    assert ids(graph.aims_reached_by(theory, "C1")) == ["A0", "A1"]
    assert ids(graph.aims_reached_by(theory, "A0")) == []


def test_an_orphan_is_whatever_reaches_no_aim_even_through_others():
    theory = hospital()
    assert ids(graph.orphans(theory)) == ["S9", "C3"]
    assert graph.reaches_an_aim(theory, "C2")
    assert graph.reaches_an_aim(theory, "A0")
    assert not graph.reaches_an_aim(theory, "C3")


def test_every_way_to_an_aim_is_told_also_where_one_aim_serves_another():
    theory = hospital()
    assert list(graph.paths_to_aim(theory, "C1")) == [
        ("C1", "S1", "P1", "A1"),
        ("C1", "S1", "P1", "A1", "A0"),
        ("C1", "S1", "P2", "A1"),
        ("C1", "S1", "P2", "A1", "A0"),
    ]
    assert list(graph.paths_to_aim(theory, "C3")) == []


def layered(levels: int, wide: int) -> dk.Theory:
    drivers = [dk.Driver(f"D0-{n}", "d", contributes_to=["A"]) for n in range(wide)]
    for level in range(1, levels):
        above = [f"D{level - 1}-{n}" for n in range(wide)]
        drivers += [dk.Driver(f"D{level}-{n}", "d", contributes_to=above) for n in range(wide)]
    dead = [dk.Driver("X0", "leads nowhere", level=2)]
    dead += [dk.Driver(f"X{n}", "leads nowhere", contributes_to=[f"X{n - 1}"]) for n in range(1, 40)]
    return dk.Theory("layers", aims=[dk.Aim("A", "a")], drivers=[*drivers, *dead])


def test_more_ways_than_anybody_can_count_come_one_by_one():
    theory = layered(40, 3)
    first = list(islice(graph.paths_to_aim(theory, "D39-0"), 1000))
    assert len(set(first)) == 1000
    assert all(len(path) == 41 for path in first)


def test_an_unknown_id_is_answered_with_the_nearest_one_before_the_walk_begins():
    with pytest.raises(dk.UnknownId, match="Did you mean"):
        graph.paths_to_aim(hospital(), "C11")


def test_a_measure_is_no_place_to_start_a_walk():
    theory = hospital().add(dk.Measure("M1", "Returns", of=["A1"]))
    with pytest.raises(dk.UsageError, match="'M1' is no aim"):
        graph.ideas_behind(theory, "M1")


@pytest.mark.slow
def test_a_chain_of_5000_drivers_is_walked_without_recursion():
    chain = [dk.Driver("D0", "d", contributes_to=["A"])]
    chain += [dk.Driver(f"D{n}", "d", contributes_to=[f"D{n - 1}"]) for n in range(1, 5000)]
    theory = dk.Theory("chain", aims=[dk.Aim("A", "a")], drivers=chain)
    assert len(graph.everything_behind(theory, "A")) == 5000
    assert len(next(graph.paths_to_aim(theory, "D4999"))) == 5001
    assert graph.sums_behind(theory, [1] * 5001)[0][0] == 5000
    assert graph.from_networkx(graph.to_networkx(theory)) == theory


def test_the_links_are_counted_once_for_each_theory():
    theory = hospital()
    assert graph.snapshot(theory) is graph.snapshot(theory)


@pytest.mark.slow
@given(theories(20, records=False))
def test_the_walks_are_those_of_networkx(theory):
    g = graph.to_networkx(theory)
    for node in theory.nodes:
        assert set(ids(graph.everything_behind(theory, node.id))) == nx.ancestors(g, node.id)
        reached = nx.descendants(g, node.id)
        assert set(ids(graph.aims_reached_by(theory, node.id))) == {a.id for a in theory.aims} & reached
        assert set(ids(graph.drivers_moved_by(theory, node.id))) == {d.id for d in theory.drivers} & reached
        paths = list(islice(graph.paths_to_aim(theory, node.id), 200))
        assert len(paths) == len(set(paths))
        for path in paths:
            assert nx.is_path(g, list(path))


@given(theories(20, records=False), st.data())
def test_removing_a_link_never_adds_a_path(theory, data):
    links = [link for link in theory.links if not link.implied]
    if not links:
        return
    link = data.draw(st.sampled_from(links))
    try:
        less = theory.unlink(link.cause, link.effect)
    except dk.TheoryError:
        return  # the driver would contribute to the one aim all the same, by a link that nobody wrote
    for node in theory.nodes:
        before, after = (set(islice(graph.paths_to_aim(t, node.id), 500)) for t in (theory, less))
        if len(before) < 500:
            assert after <= before


@given(theories(20, records=False), st.randoms(use_true_random=False))
def test_a_shared_cause_is_summed_once_by_every_method(theory, rng):
    net = graph.snapshot(theory)
    amounts = [[rng.randrange(4) for _ in theory.nodes] for _ in range(2)]
    g = graph.to_networkx(theory)
    by_hand = [
        [sum(held[net.number[id]] for id in nx.ancestors(g, node.id)) for node in theory.nodes]
        for held in amounts
    ]
    assert graph.sums_behind(theory, *amounts) == by_hand
    assert graph._spread(net, amounts, 10**9) == by_hand
    assert graph._unite(net, amounts) == by_hand


@given(theories(20, records=False), st.randoms(use_true_random=False))
def test_what_is_behind_a_group_is_summed_once_by_every_method(theory, rng):
    net = graph.snapshot(theory)
    amounts = [[rng.randrange(4) for _ in theory.nodes]]
    groups = [rng.randrange(3) for _ in theory.nodes]
    g = graph.to_networkx(theory)
    by_hand = []
    for group in range(3):
        of_it = [n.id for n, mine in zip(theory.nodes, groups, strict=True) if mine == group]
        behind = set().union(*(nx.ancestors(g, id) for id in of_it))
        by_hand.append(sum(amounts[0][net.number[id]] for id in behind))
    assert graph.totals_behind(theory, groups, 3, *amounts) == [by_hand]
    assert graph._unite_groups(net, groups, 3, amounts) == [by_hand]


def test_entangled_links_are_summed_in_the_other_way_with_the_same_result():
    theory = layered(60, 4)
    net = graph.snapshot(theory)
    amounts = [[1] * len(theory.nodes)]
    assert graph._spread(net, amounts, 100) is None
    assert graph._spread(net, amounts, 10**9) == graph._unite(net, amounts)


# ------------------------------------------------------------------------------------------- networkx


@given(theories(20))
def test_networkx_gives_back_every_theory(theory):
    assert graph.from_networkx(graph.to_networkx(theory)) == theory


@pytest.mark.parametrize("name", examples.names())
def test_networkx_gives_back_every_example(name):
    theory = examples.load(name)
    made = graph.to_networkx(theory)
    assert graph.from_networkx(made) == theory
    assert graph.from_networkx(copy.deepcopy(made)) == theory


@pytest.mark.parametrize("name", examples.names())
def test_the_graph_holds_nothing_but_plain_values(name):
    made = graph.to_networkx(examples.load(name))
    written = json.dumps(nx.node_link_data(made, edges="edges"), allow_nan=False)
    back = nx.node_link_graph(json.loads(written), edges="edges")
    assert graph.from_networkx(back) == examples.load(name)


def test_the_graph_is_one_of_its_own():
    theory = hospital()
    made = graph.to_networkx(theory)
    made.remove_node("C1")
    made.nodes["P1"]["text"] = "People can carry out their plan"
    assert "C1" in theory
    changed = graph.from_networkx(made)
    assert changed.node("P1").text == "People can carry out their plan"
    assert "C1" not in changed


def test_edges_carry_what_the_theory_says_of_the_link():
    made = graph.to_networkx(hospital())
    assert made.edges["S1", "P2"] == {"strength": "weak", "only_where": "a nurse answers", "implied": False}
    assert made.edges["P1", "A1"] == {"implied": False}


def test_an_implied_link_stays_implied_unless_another_aim_comes():
    theory = dk.Theory("t", aims=[dk.Aim("A", "a")], drivers=[dk.Driver("P", "p")])
    made = graph.to_networkx(theory)
    assert graph.from_networkx(made).links[0].implied
    made.add_node("B", kind="aim", text="b")
    assert [(k.id, k.implied) for k in graph.from_networkx(made).links] == [("P -> A", False)]


def by_hand() -> nx.DiGraph:
    made = nx.DiGraph()
    made.add_node("A1", kind="aim", text="Halve falls")
    made.add_node("P1", kind="driver", text="Risk is known")
    made.add_node("C1", kind="change", text="Ask at admission")
    made.add_edge("P1", "A1")
    made.add_edge("C1", "P1", strength="strong", because="we saw it")
    return made


def test_a_graph_made_by_hand_becomes_a_theory():
    theory = graph.from_networkx(by_hand())
    assert theory.title == "Theory"
    assert [link.id for link in theory.links] == ["P1 -> A1", "C1 -> P1"]
    assert theory.links[1].because == "we saw it"
    named = by_hand()
    named.graph["name"] = "Fewer falls"
    assert graph.from_networkx(named).title == "Fewer falls"


def faults_of(made) -> list[str]:
    with pytest.raises(dk.TheoryError) as told:
        graph.from_networkx(made)
    return [fault.message for fault in told.value.faults]


def test_a_node_that_a_mistyped_edge_made_is_told_as_that():
    made = by_hand()
    made.add_edge("C1", "P11")
    (fault,) = faults_of(made)
    assert "maybe an edge names it by mistake" in fault
    assert "Did you mean 'P1'?" in fault


def test_every_fault_of_a_graph_is_told_at_once():
    made = by_hand()
    made.nodes["A1"]["txt"] = "x"
    made.nodes["P1"]["kind"] = "drivr"
    made.nodes["C1"]["level"] = 3
    made.edges["C1", "P1"]["strength"] = "storng"
    made.graph["mesures"] = []
    faults = "\n".join(faults_of(made))
    for word in (
        "'txt'",
        "'text'",
        "'drivr'",
        "Only a driver has a level",
        "storng",
        "'mesures'",
        "measures",
    ):
        assert word in faults


def test_what_networkx_allows_and_a_theory_does_not_is_refused():
    loop = by_hand()
    loop.add_edge("A1", "P1")
    assert faults_of(loop)
    assert "a text" in faults_of(nx.relabel_nodes(by_hand(), {"P1": 7}))[0]
    assert "networkx.DiGraph" in faults_of(nx.Graph())[0]
    assert "networkx.DiGraph" in faults_of(nx.MultiDiGraph())[0]
    records = by_hand()
    records.graph["cycles"] = [{"id": "T1", "change": "C9"}]
    assert "C9" in faults_of(records)[0]


def test_large_theories_come_back_too():
    rng = random.Random(3)
    for seed in range(10):
        theory = random_theory(
            seed,
            drivers=rng.randrange(40),
            ideas=rng.randrange(60),
            aims=rng.randrange(1, 4),
            sharing=0.5,
            orphans=0.1,
            measures=5,
            cycles=10,
            evidence=5,
        )
        assert graph.from_networkx(graph.to_networkx(theory)) == theory
