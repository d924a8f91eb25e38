"""Whose work spread where: adoptions, depth, speed and stops are those that the records name, no more."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit.analysis.diffusion import COLUMNS
from support.networks import cycle, hub, local, network


def adopted(id: str, source: str | None, day: str | None, results: str = "y", **more) -> dk.PdsaCycle:
    return cycle(id, results, day=day, adapted_from=source, **more)


def chain() -> dk.Network:
    """m1 began, m2 took it up, m3 from m2 and m4 from m1."""
    return network(
        {
            "m1": local(cycle("T1", "y", day="2026-01-01", scale=3)),
            "m2": local(adopted("T1", "m1/T1", "2026-01-11", scale=10), cycle("T2", "y", day="2026-02-01")),
            "m3": local(
                adopted("T1", "m2/T2", "2026-03-03", "n"),
                adopted(
                    "T2",
                    None,
                    "2026-04-01",
                    "n",
                    follows="T1",
                    act={"decision": "abandon", "date": "2026-04-05"},
                ),
            ),
            "m4": local(adopted("T1", "m1/T1", "2026-01-21", act={"decision": "adopt"})),
        }
    )


def test_an_adoption_tells_from_whom_to_whom_how_long_it_took_and_how_deep_it_is():
    rows = dk.diffusion(chain()).rows("adoptions")
    assert [(row["source"], row["adopter"], row["days"], row["depth"]) for row in rows] == [
        ("m1/T1", "m2/T1", 10, 1),
        ("m1/T1", "m4/T1", 20, 1),
        ("m2/T2", "m3/T1", 30, 2),  # by a later cycle of the same idea, which names nobody
    ]
    assert {row["idea"] for row in rows} == {"C1"}
    assert (rows[0]["changed"], rows[0]["from_scale"], rows[0]["to_scale"]) == ("scale", 3, 10)
    assert rows[0]["unknown"] == "conditions"
    assert [row["held"] for row in rows] == [True, True, False]
    assert rows[1]["status"] == "adopted"


def test_it_stopped_where_nothing_went_on_with_the_last_cycle_and_why():
    rows = {row["member"]: row for row in dk.diffusion(chain()).rows("stops")}
    assert set(rows) == {"m3", "m4"}  # not m2, which gave it on, nor m1, where it began
    assert (rows["m3"]["path"], rows["m3"]["cycle"], str(rows["m3"]["since"]), rows["m3"]["why"]) == (
        "m1 -> m2 -> m3", "m3/T2", "2026-04-05", "abandoned",
    )  # fmt: skip
    assert rows["m3"]["held"] is False
    assert rows["m4"]["why"] == "adopted"


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (adopted("T1", "m1/T1", "2026-02-01", "n"), "refuted"),
        (adopted("T1", "m1/T1", "2026-02-01", "yn"), "not taken further"),
        (adopted("T1", "m1/T1", "2026-02-01", "-", study=None), "under way"),
        (adopted("T1", "m1/T1", "2026-02-01", "y", act={"decision": "expand"}), "not taken further"),
        (adopted("T1", "m1/T1", "2026-02-01", "n", act={"decision": "adopt"}), "refuted"),
        (adopted("T1", "m1/T1", "2026-02-01", "n", act={"decision": "abandon"}), "abandoned"),
    ],
)
def test_why_it_stopped_is_told_from_the_records_alone(last, why):
    net = network({"m1": local(cycle("T1", "y", day="2026-01-01")), "m2": local(last)})
    assert [row["why"] for row in dk.diffusion(net).rows("stops")] == [why]


def test_the_speed_is_the_median_and_the_reach_grows_by_members():
    (row,) = dk.diffusion(chain()).rows("ideas")
    assert (row["state"], row["members"], row["began"], row["reached"], row["depth"], row["median_days"]) == (
        "spread", 4, "m1", 3, 2, 20,
    )  # fmt: skip
    reach = [(str(row["date"]), row["member"], row["members"]) for row in dk.diffusion(chain()).rows("reach")]
    assert reach == [
        ("2026-01-01", "m1", 1), ("2026-01-11", "m2", 2), ("2026-01-21", "m4", 3), ("2026-03-03", "m3", 4),
    ]  # fmt: skip


def test_what_nobody_adapted_never_left_home_and_what_two_test_unasked_began_twice():
    net = network(
        {
            "m1": local(cycle("T1", "y"), cycle("T2", "y", idea="B"), ideas={"C": "C1", "B": None}),
            "m2": local(cycle("T1", "y")),
        }
    )
    rows = {row["idea"]: row for row in dk.diffusion(net).rows("ideas")}
    assert (rows["C1"]["state"], rows["C1"]["began"], rows["C1"]["adoptions"]) == (
        "in several members",
        "m1; m2",
        0,
    )
    assert rows["m1/B"]["state"] == "never left home"
    assert "Never left home: m1/B “Our B” (m1)." in str(dk.diffusion(net))
    assert dk.diffusion(net).rows("stops") == []  # what never spread did not stop


def test_a_local_invention_keeps_its_name_on_its_way_and_tells_what_it_became():
    net = network(
        {
            "m1": local(cycle("T1", "y", day="2026-01-01"), ideas={"C": None}),
            "m2": local(adopted("T1", "m1/T1", "2026-02-01"), ideas={"C": "C1"}),
        }
    )
    (row,) = dk.diffusion(net).rows("ideas")
    assert (row["idea"], row["hubs"], row["members"]) == ("m1/C", "C1", 2)


def test_a_reference_that_leads_nowhere_is_told_and_counts_for_nothing():
    net = network(
        {
            "m1": local(adopted("T1", "m9/T1", "2026-01-01"), adopted("T2", "m2/T9", "2026-01-01")),
            "m2": local(cycle("T1", "y")),
        }
    )
    found = dk.diffusion(net)
    assert found.rows("adoptions") == []
    said = {row["cycle"]: (row["kind"], row["message"]) for row in found.rows("faults")}
    assert said["m1/T1"][0] == said["m1/T2"][0] == "unknown"
    assert "no member 'm9'" in said["m1/T1"][1]
    assert "Member 'm2' has no cycle 'T9'" in said["m1/T2"][1]


def test_cycles_that_adapt_each_other_in_a_circle_are_told_and_not_counted():
    net = network(
        {
            "m1": local(adopted("T1", "m2/T1", "2026-01-01")),
            "m2": local(adopted("T1", "m3/T1", "2026-01-02")),
            "m3": local(adopted("T1", "m1/T1", "2026-01-03")),
            "m4": local(adopted("T1", "m1/T1", "2026-02-03")),  # adapts one of the circle, and is none of it
        }
    )
    found = dk.diffusion(net)
    assert [row["kind"] for row in found.rows("faults")] == ["loop"] * 3
    assert [(row["adopter"], row["depth"]) for row in found.rows("adoptions")] == [("m4/T1", 1)]


def test_what_adapts_a_later_cycle_is_told_counted_and_left_out_of_the_speed():
    net = network(
        {"m1": local(cycle("T1", "y", day="2026-05-01")), "m2": local(adopted("T1", "m1/T1", "2026-01-01"))}
    )
    found = dk.diffusion(net)
    assert [row["kind"] for row in found.rows("faults")] == ["backwards"]
    assert found.rows("adoptions")[0]["days"] < 0
    assert found.rows("ideas")[0]["median_days"] is None


def test_an_idea_that_comes_home_again_still_began_there_and_stopped_abroad():
    net = network(
        {
            "m1": local(cycle("T1", "y", day="2026-01-01"), adopted("T2", "m2/T1", "2026-03-01")),
            "m2": local(adopted("T1", "m1/T1", "2026-02-01")),
        }
    )
    found = dk.diffusion(net)
    assert found.rows("ideas")[0]["began"] == "m1"
    assert [row["member"] for row in found.rows("stops")] == ["m2"]
    assert len(found.rows("adoptions")) == 2


def test_a_cycle_that_adapts_one_of_the_same_member_is_no_adoption():
    net = network({"m1": local(cycle("T1", "y", day="2026-01-01"), adopted("T2", "T1", "2026-02-01"))})
    found = dk.diffusion(net)
    assert found.rows("adoptions") == []
    assert found.spread.within == 1
    own = network({"m1": local(cycle("T1", "y", day="2026-01-01"), adopted("T2", "m1/T1", "2026-02-01"))})
    assert dk.diffusion(own).rows("adoptions") == []


def test_a_ramp_that_goes_on_with_another_idea_carries_the_way_on():
    net = network(
        {
            "m1": local(cycle("T1", "y", day="2026-01-01")),
            "m2": local(
                adopted("T1", "m1/T1", "2026-02-01"),
                cycle("T2", "y", idea="B", day="2026-03-01", follows="T1"),
                ideas={"C": "C1", "B": None},
            ),
            "m3": local(adopted("T1", "m2/T2", "2026-04-01")),
        }
    )
    found = dk.diffusion(net)
    assert [row["depth"] for row in found.rows("adoptions")] == [1, 2]
    assert [row["path"] for row in found.rows("stops")] == ["m1 -> m2 -> m3"]


def test_who_was_at_it_before_began_it_and_the_adoption_counts_all_the_same():
    net = network(
        {
            "m1": local(cycle("T1", "y", day="2026-01-01")),
            "m2": local(cycle("T1", "y", day="2026-01-02"), adopted("T2", "m1/T1", "2026-03-01")),
            "m3": local(adopted("T1", "m2/T1", "2026-02-01")),
        }
    )
    found = dk.diffusion(net)
    assert found.rows("ideas")[0]["began"] == "m1; m2"
    assert [(row["adopter"], row["depth"]) for row in found.rows("adoptions")] == [("m3/T1", 1), ("m2/T2", 1)]
    assert [row["path"] for row in found.rows("stops")] == ["m2 -> m3"]
    alone = network({id: theory for id, theory in net.theories.items() if id != "m3"})
    assert [row["path"] for row in dk.diffusion(alone).rows("stops")] == ["m1 -> m2"]


def test_undated_cycles_count_and_have_no_days():
    net = network({"m1": local(cycle("T1", "y")), "m2": local(adopted("T1", "m1/T1", None))})
    (row,) = dk.diffusion(net).rows("adoptions")
    assert (row["days"], row["date"]) == (None, None)
    assert "with a median" not in str(dk.diffusion(net))


@pytest.mark.slow
def test_a_way_through_thousands_of_members_needs_no_recursion():
    members = {"m0": local(cycle("T1", "y", day="2026-01-01"))}
    members |= {f"m{at}": local(adopted("T1", f"m{at - 1}/T1", "2026-01-02")) for at in range(1, 1500)}
    (row,) = dk.diffusion(network(members)).rows("stops")
    assert row["depth"] == 1499


def test_the_graph_of_adoptions_is_there_for_other_tools():
    graph = dk.diffusion_graph(chain())
    assert graph.nodes["m3/T1"]["member"] == "m3"
    assert graph.edges["m2/T2", "m3/T1"]["kind"] == "adapted_from"
    assert graph.edges["m3/T1", "m3/T2"]["kind"] == "follows"
    import networkx as nx

    assert nx.has_path(graph, "m1/T1", "m2/T1")
    assert "m9/T1" not in dk.diffusion_graph(network({"m1": local(adopted("T1", "m9/T1", None))}))


def test_every_column_is_documented_and_there_where_there_is_nothing():
    for net in (network({}), chain(), dk.Network("Empty", hub())):
        found = dk.diffusion(net)
        for table, says in COLUMNS.items():
            frame = getattr(found, table)
            assert list(frame.columns) == list(says) == list(frame.attrs["columns"])
    assert "No cycle adapts one of another member yet." in str(dk.diffusion(network({})))
