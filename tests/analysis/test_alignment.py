"""How members' theories fit the common one: who works on what, in whose words, and what is local."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.analysis.alignment import COLUMNS, HEADS
from driverkit.analysis.network_text import FORMATS, network_text
from support.wards import FILES, wards


@pytest.fixture
def network(tmp_path):
    return dk.load_network(wards(tmp_path))


@pytest.fixture
def found(network):
    return dk.align(network)


def rows(found, table, *names):
    return [tuple(row[name] for name in names) for row in found.rows(table)]


def test_who_works_on_what_and_what_nobody_works_on(found):
    assert rows(found, "drivers", "id", "worked_on_by", "adapted_by", "cycles", "tested_by", "teams", "nobody") == [
        ("A1", "m01; m02; m03", "m01/A; m02/A; m03/A", 3, "m01; m02", "", False),
        ("P1", "m01; m02", "m01/D1; m02/D1", 2, "m01; m02", "t1", False),
        ("P2", "", "", 0, "", "t2", True),
        ("S1", "m02", "m02/D9", 0, "", "t1", False),
        ("C1", "m01; m02", "m01/I1; m02/I1", 2, "m01; m02", "t1", False),
        ("C2", "", "", 0, "", "t2", True),
    ]  # fmt: skip


def test_who_has_left_works_on_nothing_and_its_tests_stay(tmp_path):
    text = FILES["network.yaml"].replace(
        "{id: m02, name: Ward 7,", "{id: m02, name: Ward 7, left: 2025-06-01,"
    )
    network = dk.load_network(wards(tmp_path, network=text))
    told = {row["id"]: row for row in dk.align(network).rows("drivers")}
    assert (told["S1"]["nobody"], told["P1"]["worked_on_by"], told["P1"]["tested_by"]) == (
        True,
        "m01",
        "m01; m02",
    )
    then = {row["id"]: row for row in dk.align(network.as_of(dt.date(2025, 5, 1))).rows("drivers")}
    assert then["P1"]["worked_on_by"] == "m01; m02"


def test_each_member_with_what_it_adapts_and_lacks(found):
    names = (
        "member",
        "nodes",
        "adapted",
        "adapts_nothing_there",
        "inventions",
        "covers",
        "missing",
        "reworded",
    )
    assert rows(found, "members", *names) == [
        ("m01", 5, 3, 0, 2, 3, "S1", 2),
        ("m02", 6, 4, 0, 2, 4, "P2", 3),
        ("m03", 2, 1, 1, 0, 1, "P1; P2; S1", 0),
    ]


def test_two_wordings_side_by_side_with_how_alike_they_are(found):
    told = {
        (m, id): rest
        for m, id, *rest in rows(found, "wording", "member", "id", "similarity", "differs", "reworded")
    }
    assert told["m01", "D1"] == [100.0, False, False]
    assert told["m01", "I1"][1:] == [True, True]
    assert told["m02", "I1"] == [100.0, False, False]
    assert 0 < told["m02", "D1"][0] < 60


@pytest.fixture
def left_behind(tmp_path):
    ours = """\
driverkit: 1
title: Ward 8
aims: [{id: A, text: Halve falls, adapts: A1}]
drivers:
  - {id: D1, text: risk  is known, adapts: P1}
"""
    return dk.load_network(wards(tmp_path, m03=ours))


def test_who_keeps_the_words_of_an_earlier_version_has_not_reworded_it(left_behind):
    found = dk.align(left_behind)
    told = {
        id: rest
        for member, id, *rest in rows(found, "wording", "member", "id", "differs", "words_of", "reworded")
        if member == "m03"
    }
    assert told == {"A": [False, "3", False], "D1": [True, "1", False]}
    (member,) = [row for row in found.rows("members") if row["member"] == "m03"]
    assert member["reworded"] == 0
    assert "In the words of an earlier version" in str(found)
    assert "m03/D1  P1      1\n" in str(found)


def test_what_is_new_in_the_common_theory_is_marked_where_a_member_lacks_it(left_behind):
    found = dk.align(left_behind)
    (member,) = [row for row in found.rows("members") if row["member"] == "m03"]
    assert (member["missing"], member["missing_new"]) == ("P2; S1", "P2; S1")
    assert "P2 (new); S1 (new)\n" in str(found)
    earlier = attrs.evolve(left_behind, history=())
    assert {row["missing_new"] for row in dk.align(earlier).rows("members")} == {""}
    for page in (dk.network_report(left_behind), dk.member_report(left_behind, "m03")):
        text = page.html
        assert "<td>revision 1</td>" in text
        assert "In the words of an earlier version" in text
        assert "in this version of the common theory" in text


def test_links_that_a_member_has_otherwise(tmp_path):
    hub = FILES["hub.yaml"].replace(
        "{id: P2, text: Floors are safe to walk on, contributes_to: [A1]}",
        "{id: P2, text: Floors are safe to walk on, contributes_to: [{to: A1, strength: strong}]}",
    )
    ours = """\
driverkit: 1
title: Ward 8
aims: [{id: A, text: Fewer, adapts: A1}]
drivers:
  - {id: P, text: Risk, adapts: P1, contributes_to: [Q]}
  - {id: Q, text: Floors, adapts: P2, contributes_to: [{to: A, strength: weak, only_where: it is wet}]}
  - {id: S, text: Medicines, adapts: S1, contributes_to: [X]}
  - {id: X, text: Between, contributes_to: [P]}
"""
    found = dk.align(dk.load_network(wards(tmp_path, hub=hub, m03=ours)))
    told = [row for row in rows(found, "links", *COLUMNS["links"]) if row[0] == "m03"]
    assert told == [
        ("m03", "P1", "A1", "lacks", None, None, None),
        ("m03", "P2", "A1", "strength", "strong", "weak", "Q -> A"),
        ("m03", "P2", "A1", "condition", None, "it is wet", "Q -> A"),
        ("m03", "S1", "P1", "through", None, None, "S -> X -> P"),
        ("m03", "P1", "P2", "adds", None, None, "P -> Q"),
    ]


def test_drivers_come_and_go_and_come_back(found):
    told = {}
    for id, version, state, changed in rows(found, "years", "id", "version", "state", "changes"):
        told.setdefault(id, []).append((version, state, changed))
    assert told["P2"] == [("1", "first", ""), ("2", "gone", ""), ("3", "back", "")]
    assert told["P3"] == [("1", "first", ""), ("2", "kept", ""), ("3", "gone", "")]
    assert told["P1"] == [("1", "first", ""), ("2", "changed", "reworded"), ("3", "kept", "")]
    assert told["S1"] == [("1", "not yet", ""), ("2", "not yet", ""), ("3", "new", "")]
    assert told["A1"][1] == ("2", "changed", "retargeted")
    words = [row["words"] for row in found.rows("years") if row["id"] == "A1" and row["version"] == "2"]
    assert "The target of “Halve falls” moved from 5 to 3." in words[0]


def test_what_was_reworded_while_it_was_gone_is_told_when_it_is_back(tmp_path):
    hub = FILES["hub.yaml"].replace("Floors are safe to walk on", "Nobody slips")
    found = dk.align(dk.load_network(wards(tmp_path, hub=hub)))
    (row,) = [r for r in found.rows("years") if r["id"] == "P2" and r["state"] == "back"]
    assert row["changes"] == "reworded"
    (row,) = [r for r in found.rows("years") if r["id"] == "P2" and r["state"] == "gone"]
    assert row["text"] == "Floors are safe to walk on"


def test_what_says_nothing_is_offered_the_common_nodes_it_reads_like(found):
    assert rows(found, "matches", "member", "id", "hub", "rank", "above_fits", "taken") == [
        ("m01", "D2", "P2", 1, True, False)
    ]
    assert found.rows("matches")[0]["score"] > 80


def test_an_offer_changes_nothing(network, found):
    before = dict(network.theories)
    _ = [found.frame(table) for table in COLUMNS]
    assert dict(network.theories) == before
    assert network.local("m01") == ("D2", "D3")


def test_inventions_with_their_tests_and_the_same_ones_elsewhere(found):
    assert rows(found, "inventions", "member", "id", "under", "cycles", "same", "same_members", "likely") == [
        ("m01", "D2", "A1", 0, "", 0, "P2"),
        ("m01", "D3", "A1", 0, "m02/D3", 1, None),
        ("m02", "D3", "A1", 1, "m01/D3", 1, None),
        ("m02", "I2", "A1", 1, "", 0, None),
    ]


def test_only_nodes_of_one_kind_are_held_against_each_other():
    hub = dk.Theory("Falls", drivers=[dk.Driver("P1", "Risk is known")])
    ours = dk.Theory("W", change_ideas=[dk.ChangeIdea("C", "Risk is known")])
    network = dk.Network("n", hub, members=[dk.Member("m1", theory=ours)])
    assert dk.align(network).rows("matches") == []


def test_another_rule_of_wording_may_be_handed_in(network):
    rule = dk.WordingRule(
        "first-letter",
        "The first letters are the same.",
        scores=lambda some, others: [[100.0 * (a[0] == b[0]) for b in others] for a in some],
    )
    found = dk.align(network, wording=rule)
    assert ("m01", "D2", "P2") in rows(found, "matches", "member", "id", "hub")
    strict = attrs.evolve(dk.WORDING_RULE, likely=99)
    assert dk.align(network, wording=strict).rows("matches") == []
    with pytest.raises(dk.UsageError, match="0 to 100"):
        attrs.evolve(dk.WORDING_RULE, likely=101)
    with pytest.raises(dk.UsageError, match="fewer"):
        attrs.evolve(dk.WORDING_RULE, most=0)


def test_the_same_theory_has_not_drifted_and_one_of_its_own_has_nothing_in_common():
    hub = dk.loads(FILES["hub.yaml"])
    same = hub
    for id in [node.id for node in hub.nodes]:
        same = same.replace(id, adapts=id)
    other = dk.Theory("W", aims=[dk.Aim("X", "Sleep")], drivers=[dk.Driver("Y", "Quiet")])
    members = [
        dk.Member("m1", theory=same),
        dk.Member("m2", theory=other),
        dk.Member("m3", theory=dk.Theory("e")),
    ]
    found = dk.align(dk.Network("n", hub, members=members))
    drift = dict(rows(found, "members", "member", "drift"))
    assert drift["m1"] == 0
    assert drift["m2"] == 1
    assert drift["m3"] == 1
    empty = dk.Network("n", dk.Theory("h"), members=[dk.Member("m", theory=dk.Theory("e"))])
    assert rows(dk.align(empty), "members", "drift") == [(None,)]


def test_what_a_team_does_not_work_on_is_not_missed_at_its_members(found):
    counts = found.drift_of("m01")  # in a team that works on P1
    assert counts.dropped == ("S1",)
    assert counts.ideas_not_taken == ()
    assert found.drift_of("m03").dropped == ("P1", "P2", "S1")


def test_what_the_hub_leaves_open_or_gave_up_is_expected_of_nobody(tmp_path):
    hub = FILES["hub.yaml"].replace("{id: S1,", "{id: S1, undeveloped: later,")
    network = dk.load_network(wards(tmp_path, hub=hub))
    assert dk.align(network).drift_of("m01").dropped == ()


def test_an_aim_of_a_teams_own_is_not_missed_where_the_wider_one_is_adapted():
    hub = dk.Theory("F", aims=[dk.Aim("A", "Halve falls"), dk.Aim("B", "Fewer slips", contributes_to=["A"])])
    ours = dk.Theory("W", aims=[dk.Aim("X", "Halve falls", adapts="A")])
    network = dk.Network("n", hub, members=[dk.Member("m1", theory=ours)])
    assert dk.align(network).drift_of("m1").dropped == ()


def test_drift_is_held_against_every_version(found):
    told = {(m, v): (d, a) for m, v, d, a in rows(found, "drift", "member", "version", "dropped", "added")}
    assert len(told) == 9
    assert told["m03", "2"] == (1, 0)  # P3 was there then, and P1 is not adapted
    assert told["m03", "3"] == (3, 1)


def test_another_rule_of_drift_may_be_handed_in(network):
    rule = dk.DriftRule("added", "How much was added.", lambda counts: float(len(counts.added)))
    assert rows(dk.align(network, drift=rule), "members", "drift") == [(2.0,), (1.0,), (1.0,)]


def test_the_district_with_a_theory_of_its_own_has_drifted_furthest():
    found = dk.align(examples.network())
    drift = {row["member"]: row["drift"] for row in found.rows("members")}
    assert max(drift, key=lambda m: drift[m]) == "m08"
    assert all(value < 0.4 for member, value in drift.items() if member != "m08")


@pytest.mark.parametrize("table", list(COLUMNS))
def test_every_column_says_what_it_counts_also_where_there_is_nothing(table, found):
    empty = dk.align(dk.Network("n", dk.Theory("h"))).frame(table)
    full = found.frame(table)
    assert list(empty.columns) == list(full.columns) == list(COLUMNS[table])
    assert list(map(str, empty.dtypes)) == list(map(str, full.dtypes))
    assert full.attrs["columns"] == COLUMNS[table]
    assert table in HEADS
    assert all(f"``{name}``" in dk.Alignment.__doc__ for name in COLUMNS[table])


def test_a_member_without_a_theory_is_there_and_covers_nothing():
    network = dk.Network("n", dk.Theory("h", aims=[dk.Aim("A", "x")]), members=[dk.Member("m1")])
    (row,) = dk.align(network).rows("members")
    assert (row["nodes"], row["covers"], row["share"], row["drift"]) == (0, 0, None, None)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("make", [dk.align, dk.network_coverage])
def test_words_of_strangers_stay_words_in_every_format(format, make):
    bad = "=cmd()<script>|`\u202e"
    hub = dk.Theory(bad, aims=[dk.Aim("A", bad)], drivers=[dk.Driver("P", bad)])
    ours = dk.Theory(bad, drivers=[dk.Driver("D", bad)])
    network = dk.Network(
        bad,
        hub,
        members=[dk.Member("m1", bad, ours, context={bad: bad}, perspectives=[bad])],
        teams=[dk.Team("t", bad)],
        perspectives=["another"],
    )
    tables = make(network)
    for table in [None, *tables.COLUMNS]:
        told = network_text(tables, format=format, table=table)
        if format in ("text", "md"):
            assert "\u202e" not in told
        if format == "md":
            assert "<script>" not in told
        if format == "csv":
            assert not any(cell.startswith("=") for line in told.splitlines() for cell in line.split(","))
    assert "<script>" not in tables._repr_html_()


def test_what_is_no_network_is_refused_in_a_sentence():
    with pytest.raises(dk.UsageError, match="A network is wanted"):
        dk.align(dk.Theory("t"))
    with pytest.raises(dk.UsageError, match="There is no table 'drift_'"):
        dk.align(dk.Network("n", dk.Theory("h"))).rows("drift_")


@pytest.mark.parametrize("make", [dk.align, dk.network_coverage])
def test_what_people_read_fits_their_terminal(make):
    network = examples.network()
    for width in (60, 80, 100, 140):
        lines = network_text(make(network), width=width).splitlines()
        # A command is left whole, so that it can be copied.
        assert max(len(line) for line in lines if "driverkit network" not in line) < width
    assert "\x1b[" in network_text(make(network), colour=True)


def test_a_network_that_has_just_begun_is_told_so():
    network = dk.Network("n", dk.Theory("h"))
    assert str(dk.align(network)).count("None yet.") == 2
    told = str(dk.network_coverage(network))
    assert "Nothing is missing." not in told
    assert "Nothing to cover yet" in told
    assert "There is no member" in told
    assert "There is nothing to pool" in str(dk.pooled(network))


def test_a_condition_that_one_of_two_names_is_told_in_words():
    hub = dk.Theory(
        "Hub",
        drivers=[dk.Driver("P1", "Risk")],
        change_ideas=[
            dk.ChangeIdea("C1", "Ask", contributes_to=[{"to": "P1", "only_where": "a nurse answers"}]),
            dk.ChangeIdea("C2", "Tell", contributes_to=["P1"]),
        ],
    )

    def ward(first: str | None, second: str | None) -> dk.Theory:
        return dk.Theory(
            "Ours",
            drivers=[dk.Driver("D", "Risk", adapts="P1")],
            change_ideas=[
                dk.ChangeIdea("I", "Ask", adapts="C1", contributes_to=[{"to": "D", "only_where": first}]),
                dk.ChangeIdea("J", "Tell", adapts="C2", contributes_to=[{"to": "D", "only_where": second}]),
            ],
        )

    members = [dk.Member("m1", theory=ward(None, None)), dk.Member("m2", theory=ward("by day", "by night"))]
    lines = str(dk.align(dk.Network("Wards", hub, members=members))).splitlines()
    told = [" ".join(line.split()) for line in lines]
    assert "C1 -> P1 names no condition m1" in told
    assert "C1 -> P1 says under other conditions m2" in told
    assert "C2 -> P1 says under other conditions m2" in told


def test_a_node_of_another_kind_shares_no_link_with_the_common_theory():
    """A driver that says it adapts an idea is an invention, in what is combined and in what is compared."""
    hub = dk.Theory(
        "Hub",
        drivers=[dk.Driver("P1", "Risk")],
        change_ideas=[dk.ChangeIdea("C1", "Ask", contributes_to=["P1"])],
    )
    ours = dk.Theory(
        "Ours",
        drivers=[
            dk.Driver("D", "Risk", adapts="P1"),
            dk.Driver("E", "Ask", contributes_to=["D"], adapts="C1"),
        ],
    )
    network = dk.Network("Wards", hub, members=[dk.Member("m1", theory=ours)])
    assert dk.align(network).rows("links") == []
