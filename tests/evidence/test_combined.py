"""A network as one theory: what members tested counts for the common idea, and each cycle once."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit import examples
from driverkit.evidence import link_holding
from driverkit.evidence.combined import combined_with_sources
from driverkit.evidence.cycles import was_studied
from strategies import theories
from support.wards import FILES, wards


@pytest.fixture
def network(tmp_path):
    return dk.load_network(wards(tmp_path))


def test_what_adapts_a_common_node_is_that_node_and_the_rest_keeps_its_own_name(network):
    theory = dk.combined(network)
    assert [n.id for n in theory.drivers] == [
        *("P1", "P2", "S1"),
        *("m01.D2", "m01.D3", "m02.D3", "m03.D1"),
    ]
    assert theory.node("P1").text == network.common.node("P1").text
    assert theory.parents("m01.D2") == ("A1",)
    assert theory.parents("m02.I2") == ("m02.D3",)


def test_a_cycle_counts_for_the_common_idea_and_knows_where_it_came_from(network):
    theory = dk.combined(network)
    assert [(c.id, c.change, c.site, c.team, c.adapted_from) for c in theory.cycles] == [
        ("m01.T1", "C1", "m01/Room 1", "t1", None),
        ("m02.T1", "C1", "m02/Room 2", None, "m01.T1"),
        ("m02.T2", "m02.I2", "m02", None, None),
    ]
    (row,) = [r for r in dk.coverage(theory).rows("nodes") if r["id"] == "C1"]
    assert (row["cycles_studied"], row["held"], row["refuted"], row["sites"]) == (2, 1, 1, 2)


def test_where_each_part_came_from_can_be_asked(network):
    made = combined_with_sources(network)
    assert made.source["m01.T1"] == ("m01", "T1")
    assert made.home["m01", "D1"] == "P1"
    assert set(made.source) <= set(made.theory.index)


def test_links_of_local_inventions_come_along_unless_they_would_close_a_loop(tmp_path):
    hub = FILES["hub.yaml"]
    ours = """\
driverkit: 1
title: Ward 8
aims: [{id: A, text: Fewer, adapts: A1}]
drivers:
  - {id: X, text: Between, contributes_to: [B, A]}
  - {id: B, text: Medicines are reviewed, adapts: S1, contributes_to: [A]}
  - {id: P, text: Risk, adapts: P1, contributes_to: [{to: X, because: so it is}]}
"""
    theory = dk.combined(dk.load_network(wards(tmp_path, hub=hub, m03=ours)))
    assert theory.parents("m03.X") == ("S1", "A1")
    assert theory.parents("P1") == ("A1",)  # P1 -> m03.X -> S1 -> P1 would be a loop
    fine = ours.replace("B, A]", "A]")
    theory = dk.combined(dk.load_network(wards(tmp_path, hub=hub, m03=fine)))
    assert theory.parents("P1") == ("A1", "m03.X")


def test_implied_links_of_the_hub_stay_where_a_member_has_an_aim_of_its_own():
    hub = dk.Theory("Falls", aims=[dk.Aim("A1", "Halve falls")], drivers=[dk.Driver("P1", "Risk")])
    ours = dk.Theory("Ward 6", aims=[dk.Aim("A", "More sleep")], drivers=[dk.Driver("D", "Quiet")])
    theory = dk.combined(dk.Network("n", hub, members=[dk.Member("m1", theory=ours)]))
    assert theory.parents("P1") == ("A1",)
    assert theory.parents("m1.D") == ("m1.A",)


def test_a_driver_that_contributes_to_nothing_does_not_begin_to():
    hub = dk.Theory("Falls", aims=[dk.Aim("A1", "Halve falls")])
    ours = dk.Theory("Ward 6", drivers=[dk.Driver("D", "Quiet"), dk.Driver("E", "Light", level=1)])
    theory = dk.combined(dk.Network("n", hub, members=[dk.Member("m1", theory=ours)]))
    assert theory.links == ()


def test_ids_that_are_taken_are_left_to_those_who_have_them():
    hub = dk.Theory("Falls", drivers=[dk.Driver("m1.D", "Risk"), dk.Driver("t", "Floors")])
    ours = dk.Theory("Ward 6", drivers=[dk.Driver("D", "Quiet")])
    network = dk.Network("n", hub, members=[dk.Member("m1", theory=ours, team="t")], teams=[dk.Team("t")])
    theory = dk.combined(network)
    assert [d.id for d in theory.drivers] == ["m1.D", "t", "m1.D_"]
    assert [team.id for team in theory.teams] == ["t_"]


def test_evidence_about_a_link_that_is_not_common_is_about_its_cause(tmp_path):
    ours = FILES["members/m02.yaml"] + (
        "evidence:\n"
        "  - {id: E1, about: D9 -> A, finding: contradicts}\n"
        "  - {id: E2, about: D1 -> A, finding: supports}\n"
        "  - {id: E3, about: I2 -> D3, finding: supports}\n"
    )
    theory = dk.combined(dk.load_network(wards(tmp_path, m02=ours)))
    assert [(e.id, e.about) for e in theory.evidence] == [
        ("m02.E1", "S1"),
        ("m02.E2", "P1 -> A1"),
        ("m02.E3", "m02.I2 -> m02.D3"),
    ]


def test_where_members_know_a_common_link_to_fail_it_fails_in_the_network():
    hub = dk.Theory(
        "Hub",
        drivers=[dk.Driver("P1", "Risk")],
        change_ideas=[dk.ChangeIdea("C1", "Ask", contributes_to=[{"to": "P1", "fails_at": ["Third ward"]}])],
    )

    def ward(*fails_at: str) -> dk.Theory:
        return dk.Theory(
            "Local",
            drivers=[dk.Driver("D", "Risk", adapts="P1")],
            change_ideas=[
                dk.ChangeIdea("C", "Ask", adapts="C1", contributes_to=[{"to": "D", "fails_at": fails_at}])
            ],
            cycles=[
                dk.PdsaCycle("T1", "C", site="Ward 9", study={"learned": "no"}),
                dk.PdsaCycle("T2", "C", team="night", study={"learned": "no"}),
                dk.PdsaCycle("T3", "C", site="Ward 1", study={"learned": "yes"}),
            ],
            teams=[dk.Team("night", "The night team")],
        )

    members = [
        dk.Member("m1", "First ward", ward("Ward 9", "The night team")),
        dk.Member("m2", "Second ward", ward()),
        dk.Member("m3", "Third ward", ward()),
    ]
    made = combined_with_sources(dk.Network("Wards", hub, members=members))
    (link,) = made.theory.links
    assert {place for place in link.fails_at if place.startswith("m1")} == {
        "m1/Ward 9", "m1/The night team", "m1.night",
    }  # fmt: skip
    assert [links[0].id for links in made.links["C1 -> P1"].values()] == ["C -> D"] * 3
    # Of the first ward one cycle counts, though the second has a team of the same name; of the third none does.
    holding = link_holding(made.theory, "C1 -> P1")
    assert (holding.studied, holding.left_out) == (4, 5)


def test_stamps_go_where_words_are_others_and_stay_where_they_were_in_doubt():
    hub = dk.Theory("Falls", change_ideas=[dk.ChangeIdea("C1", "Ask")])
    idea = dk.ChangeIdea("I1", "Ask on day one", adapts="C1")
    ours = dk.confirm(
        dk.Theory("W", change_ideas=[idea], cycles=[dk.PdsaCycle("T1", "I1", study={"learned": "x"})])
    )
    doubtful = ours.replace("I1", text="Ask on day two")
    for theory, suspects in ((ours, 0), (doubtful, 1)):
        made = dk.combined(dk.Network("n", hub, members=[dk.Member("m1", theory=theory)]))
        assert len(dk.suspects(made)) == suspects


def test_series_beside_members_files_are_still_found():
    network = examples.network()
    theory = dk.combined(network)
    assert [m.id for m in theory.measures if m.data is not None and len(dk.series(theory, m.id)) < 2] == []


def test_of_a_network_as_it_was_nothing_later_is_known():
    network = examples.network()
    day = dt.date(2025, 3, 31)
    theory = dk.combined(network.as_of(day))
    assert 0 < len(theory.cycles) < len(dk.combined(network).cycles)
    series = [dk.series(theory, m.id) for m in theory.measures if m.data is not None]
    assert sum(len(one) for one in series) > 20
    assert max(date for one in series for date in one.dates) <= day


def test_the_example_network_counts_every_cycle_once():
    network = examples.network()
    theory = dk.combined(network)
    assert len(theory.cycles) == sum(len(t.cycles) for t in network.theories.values())
    whole = [cycle for t in network.theories.values() for cycle in t.cycles]
    rows = dk.coverage(theory).rows("levels")
    assert rows[0]["cycles_studied"] == sum(map(was_studied, whole))


@given(st.data())
def test_any_theories_can_be_brought_together(data):
    hub = data.draw(theories(max_nodes=6))
    members = []
    for number in range(data.draw(st.integers(0, 2))):
        theory = data.draw(theories(max_nodes=6))
        for name in ("aims", "drivers", "change_ideas"):
            known = [node.id for node in getattr(hub, name)]
            pick = st.sampled_from([None, *known])
            nodes = [attrs.evolve(node, adapts=data.draw(pick)) for node in getattr(theory, name)]
            theory = attrs.evolve(theory, **{name: nodes})
        members.append(dk.Member(f"m{number}", theory=theory))
    made = combined_with_sources(dk.Network("n", hub, members=members))
    theory = made.theory
    assert len(theory.cycles) == len(hub.cycles) + sum(len(m.theory.cycles) for m in members)
    for member in members:
        for link in member.theory.links:
            cause, effect = (made.home[member.id, end] for end in (link.cause, link.effect))
            if cause in made.source:
                assert effect in theory.parents(cause)
    assert set(hub.index) <= set(theory.index)
    assert {link.id for link in hub.links} <= {link.id for link in theory.links}
