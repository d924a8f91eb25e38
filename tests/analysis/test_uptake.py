"""What became of recommendations: counted every way, both with and without those that were taken up in part."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit.analysis.uptake import COLUMNS
from support.networks import cycle, hub, local, network


def advised(*uptakes: str | None, **more) -> dk.Theory:
    given = [dk.Recommendation(f"N{at}", f"Do {at}", uptake=one, **more) for at, one in enumerate(uptakes)]
    return dk.Theory("Advised", aims=[dk.Aim("A1", "Fewer falls")], recommendations=given)


@pytest.mark.parametrize("taken", [108, 109])
def test_two_thirds_of_162_recommendations_are_67_per_cent_and_only_108_or_109_are(taken):
    """Cobb et al. 2018 tell of 162 recommendations of which 67 % were taken up."""
    found = dk.uptake(advised(*["taken-up"] * taken, *["not-taken-up"] * (162 - taken)))
    (row,) = (row for row in found.rows("counts") if row["by"] == "all")
    assert (row["recommendations"], row["taken_up"], row["decided"]) == (162, taken, 162)
    assert round(row["share"] * 100) == 67
    assert f"taken up {taken} of 162, 67 % (" in str(found)
    assert row["low"] == pytest.approx({108: 0.5909, 109: 0.5972}[taken], abs=5e-4)
    assert row["share_with_partly"] == row["share"]
    assert [n for n in range(163) if round(n / 162 * 100) == 67] == [108, 109]


def test_those_in_part_are_counted_apart_and_both_ways_are_told():
    row = dk.uptake(advised("taken-up", "partly", "partly", "not-taken-up", "pending", None)).rows("counts")[
        0
    ]
    assert [row[name] for name in ("taken_up", "partly", "not_taken_up", "pending", "unsaid", "decided")] == [
        1, 2, 1, 1, 1, 4,
    ]  # fmt: skip
    assert (row["share"], row["share_with_partly"]) == (0.25, 0.75)
    assert row["interval"] == "Wilson 95 %"


def test_what_is_pending_is_in_no_share():
    row = dk.uptake(advised("pending", "pending")).rows("counts")[0]
    assert (row["recommendations"], row["decided"], row["share"], row["low"]) == (2, 0, None, None)
    assert str(dk.uptake(advised())) == "There are no recommendations."


def test_they_are_counted_by_whom_when_and_about_what():
    theory = dk.Theory(
        "Advised",
        drivers=[dk.Driver("P1", "One"), dk.Driver("P2", "Two")],
        recommendations=[
            dk.Recommendation(
                "N1", "a", about=["P2", "P1"], to="board", date="2026-01-01", uptake="taken-up"
            ),
            dk.Recommendation("N2", "b", about=["P2"], to="county", date="2025-01-01", uptake="not-taken-up"),
            dk.Recommendation("N3", "c", uptake="pending"),
        ],
    )
    found = {(row["by"], row["key"]): row for row in dk.uptake(theory).rows("counts")}
    assert list(found) == [
        ("all", None), ("to", "board"), ("to", "county"), ("to", None), ("year", "2025"), ("year", "2026"),
        ("year", None), ("node", "P1"), ("node", "P2"), ("node", None),
    ]  # fmt: skip
    assert found["node", "P2"]["recommendations"] == 2
    assert found["node", "P2"]["text"] == "Two"
    assert found["to", "board"]["share"] == 1


def test_each_uptake_is_a_test_and_what_was_found_since_stands_beside_it():
    theory = dk.Theory(
        "Advised",
        change_ideas=[dk.ChangeIdea("C", "Ask")],
        cycles=[
            cycle("T1", "nnn", study={"date": "2025-12-31"}),
            cycle("T2", "yn", study={"date": "2026-01-01"}),
            cycle("T3", "y", study={"learned": "undated"}),
        ],
        recommendations=[
            dk.Recommendation("N1", "a", about=["C"], date="2026-01-01", uptake="taken-up"),
            dk.Recommendation("N2", "b", about=["C"], date="2027-01-01", uptake="partly"),
            dk.Recommendation("N3", "c", about=["C"], uptake="taken-up"),
            dk.Recommendation("N4", "d", about=["C"], date="2025-01-01", uptake="not-taken-up"),
        ],
    )
    first, later, undated, refused = dk.uptake(theory).rows("each")
    assert (first["judged_since"], first["held_since"]) == (2, 1)
    assert first["found"].startswith("taken up; since then 1 of 2 judged predictions held (9 % to 91 %")
    assert later["found"] == "taken up in part; nothing about it was judged since"
    assert "without a date" in undated["found"]
    assert refused["found"] == "not taken up, so its conjecture was not put to the test"


def test_in_a_network_the_members_found_it_out_and_their_own_advice_is_theirs():
    own = dk.Recommendation("N1", "Ours", about=["C"], uptake="partly")
    common = dk.Recommendation("N2", "Hub", about=["C1"], date="2026-01-01", uptake="taken-up")
    judged = cycle("T1", "yy", study={"date": "2026-02-01"})
    net = network(
        {"m1": local(judged, recommendations=[own]), "m2": local(judged)},
        hub=dk.Theory("Hub", change_ideas=[dk.ChangeIdea("C1", "Ask")], recommendations=[common]),
        recommendations=[common],
    )
    rows = dk.uptake(net).rows("each")
    assert [(row["id"], row["whose"], row["about"]) for row in rows] == [
        ("N2", None, "C1"),
        ("N1", "m1", "C1"),
    ]
    assert (rows[0]["judged_since"], rows[0]["held_since"]) == (4, 4)
    counts = {(row["by"], row["key"]): row["recommendations"] for row in dk.uptake(net).rows("counts")}
    assert counts["all", None] == 2
    assert counts["whose", "m1"] == counts["whose", None] == 1
    assert counts["node", "C1"] == 2


def test_every_column_is_documented_and_there_where_there_is_nothing():
    for source in (advised(), advised("partly"), network({}), network({"m1": local()}, hub=hub())):
        found = dk.uptake(source)
        for table, says in COLUMNS.items():
            frame = getattr(found, table)
            assert list(frame.columns) == list(says) == list(frame.attrs["columns"])


def test_only_theories_and_networks_have_recommendations():
    with pytest.raises(dk.UsageError, match="A theory or a network"):
        dk.uptake("theory.yaml")
