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


@pytest.mark.parametrize(
    ("uptake", "day", "said"),
    [
        (
            "taken-up",
            "2026-01-01",
            "taken up; since then 1 of 2 judged predictions held (9 % to 91 %, Wilson)",
        ),
        (
            "partly",
            "2026-01-01",
            "taken up in part; since then 1 of 2 judged predictions held (9 % to 91 %, Wilson)",
        ),
        ("taken-up", "2027-01-01", "taken up; nothing about it was judged since"),
        ("partly", None, "taken up in part; without a date nothing tells what was found out since"),
        ("not-taken-up", "2026-01-01", "not taken up, so its conjecture was not put to the test"),
        ("pending", "2026-01-01", "pending"),
        (None, "2026-01-01", "nobody says what became of it"),
    ],
)
def test_every_kind_of_uptake_is_told_in_words(uptake, day, said):
    theory = dk.Theory(
        "Advised",
        change_ideas=[dk.ChangeIdea("C", "Ask")],
        cycles=[
            cycle("T", "yn", plan={"date": "2026-01-05"}, day="2026-01-10", study={"date": "2026-02-01"})
        ],
        recommendations=[dk.Recommendation("N", "Do it", about=["C"], date=day, uptake=uptake)],
    )
    found = dk.uptake(theory)
    assert found.rows("each")[0]["found"] == said
    when = f", {day}" if day else ""
    assert found.text().splitlines()[-1] == f"  N Do it{when}: {said}"


def test_the_counts_are_told_in_words_with_what_waits_and_what_nobody_says():
    theory = advised("taken-up", "partly", "not-taken-up", "pending", None, to="board")
    theory = theory.add(dk.Recommendation("N9", "Wait", uptake="pending"))
    told = dk.uptake(theory).text().splitlines()
    assert told[2] == "6 recommendations: 1 taken up, 1 partly, 1 not taken up, 2 pending, 1 without a word."
    assert told[3].startswith("Of those that are decided: taken up 1 of 3, 33 % (")
    assert "; with those in part 2 of 3, 67 % (" in told[3]
    at = told.index("To whom")
    assert told[at + 1].startswith("  board: taken up 1 of 3")
    assert told[at + 1].endswith("; 2 pending or without a word")
    assert told[at + 2] == "  not said: 1 recommendation, none decided"


def test_whose_advice_it_is_stands_in_the_text_of_a_network():
    own = dk.Recommendation("N1", "Ours", about=["C"], uptake="pending")
    common = dk.Recommendation("N2", "Hub", about=["C1"], uptake="taken-up")
    text = dk.uptake(network({"m1": local(recommendations=[own])}, recommendations=[common])).text()
    assert "Whose\n  the hub: taken up 1 of 1" in text
    assert "  m1: 1 recommendation, none decided" in text
    assert "  m1/N1 Ours: pending" in text


def test_what_was_found_since_is_what_the_network_counts_of_the_node():
    """A member's idea that adapts a common one counts for the driver above it, though its own file has no link."""
    common = dk.Recommendation("N", "Do", about=["P1"], date="2026-01-01", uptake="taken-up")
    apart = dk.Theory(
        "Local",
        change_ideas=[dk.ChangeIdea("C", "Ask", adapts="C1")],
        cycles=[cycle("T", "yn", study={"date": "2026-02-01"})],
    )
    net = network({"m1": apart}, recommendations=[common])
    (row,) = dk.uptake(net).rows("each")
    (there,) = (one for one in dk.pooled(net, "P1").rows("members"))
    assert (row["judged_since"], row["held_since"]) == (there["judged"], there["held"]) == (2, 1)


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
