"""What a network covers: worked on, tested, confirmed, by whom and where, and whose voices are missing."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.analysis.network_coverage import BY, COLUMNS, HEADS
from support.wards import FILES, wards


@pytest.fixture
def network(tmp_path):
    return dk.load_network(wards(tmp_path))


@pytest.fixture
def found(network):
    return dk.network_coverage(network)


def rows(found, table, *names):
    return [tuple(row[name] for name in names) for row in found.rows(table)]


def test_by_node_members_who_work_on_it_tested_and_confirmed_it(found):
    names = ("id", "members", "tested_by", "confirmed_by", "refuted_by", "cycles", "cycles_studied", "sites")
    assert rows(found, "nodes", *names) == [
        ("A1", 3, 2, 1, 1, 3, 2, 2),
        ("P1", 2, 2, 1, 1, 2, 2, 2),
        ("P2", 0, 0, 0, 0, 0, 0, 0),
        ("S1", 1, 0, 0, 0, 0, 0, 0),
        ("C1", 2, 2, 1, 1, 2, 2, 2),
        ("C2", 0, 0, 0, 0, 0, 0, 0),
    ]
    assert rows(found, "nodes", "id", "untested", "one_member", "nobody", "unowned")[3] == (
        "S1", True, False, False, False
    )  # fmt: skip


def test_a_node_that_one_member_alone_has_tested_is_one_member_deep(tmp_path):
    ours = FILES["members/m02.yaml"].replace("    study: {date: 2025-03-03}\n", "")
    found = dk.network_coverage(dk.load_network(wards(tmp_path, m02=ours)))
    assert [id for id, one in rows(found, "nodes", "id", "one_member") if one] == ["A1", "P1", "C1"]
    assert ("P1", "one member deep") in rows(found, "gaps", "id", "gap")


def test_by_team_the_cycles_of_its_members_in_its_part(found):
    names = ("team", "members", "members_testing", "nodes", "worked_on", "untested", "cycles", "outside")
    assert rows(found, "teams", *names) == [
        ("t1", 2, 2, 3, 3, 1, 2, 0),
        ("t2", 1, 0, 2, 0, 2, 0, 1),
        (None, 1, 0, 1, 1, 0, 0, 0),
    ]


def test_by_member_and_by_context(found):
    assert rows(found, "members", "member", "drivers", "drivers_tested", "cycles", "held", "refuted", "last") == [
        ("m01", 1, 1, 1, 1, 0, "2025-02-03"),
        ("m02", 2, 1, 2, 0, 1, "2025-04-01"),
        ("m03", 0, 0, 0, 0, 0, None),
    ]  # fmt: skip
    assert rows(found, "contexts", "context", "value", "members", "members_testing", "held", "refuted") == [
        ("setting", "rural", 2, 1, 1, 0),
        ("setting", "urban", 1, 1, 0, 1),
    ]


def test_members_that_do_not_say_a_word_of_context_stand_apart(tmp_path):
    text = FILES["network.yaml"].replace(", context: {setting: urban}", "")
    found = dk.network_coverage(dk.load_network(wards(tmp_path, network=text)))
    assert rows(found, "contexts", "value", "members") == [("rural", 2), (None, 1)]


def test_whose_voices_are_missing_where(tmp_path):
    text = FILES["network.yaml"].replace(
        "perspectives: [nurse, patient]", "perspectives: [Nurse, patient, carer]"
    )
    found = dk.network_coverage(dk.load_network(wards(tmp_path, network=text)))
    assert rows(found, "perspectives", "perspective", "members", "teams", "brought_by", "missing", "nodes", "unheard") == [
        ("Nurse", 1, 0, "m01", False, 3, 1),
        ("patient", 0, 1, "t1", False, 3, 1),
        ("carer", 0, 0, "", True, 0, 4),
    ]  # fmt: skip
    voices = dict(rows(found, "nodes", "id", "missing_voices"))
    assert voices["P1"] == "carer"
    assert voices["P2"] == "Nurse; patient; carer"
    assert ("carer", "voice missing") in rows(found, "gaps", "text", "gap")


def test_a_voice_that_a_team_in_a_members_file_brings_is_heard(tmp_path):
    ours = FILES["members/m03.yaml"] + "teams: [{id: x, perspectives: [Carer]}]\n"
    text = FILES["network.yaml"].replace("perspectives: [nurse, patient]", "perspectives: [carer]")
    found = dk.network_coverage(dk.load_network(wards(tmp_path, network=text, m03=ours)))
    assert rows(found, "perspectives", "perspective", "members", "missing")[0] == ("carer", 1, False)
    left = text.replace("id: m03, name: Ward 8,", "id: m03, name: Ward 8, left: 2026-01-01,")
    found = dk.network_coverage(dk.load_network(wards(tmp_path, network=left, m03=ours)))
    assert rows(found, "perspectives", "perspective", "missing")[0] == ("carer", True)


def test_each_cycle_counts_once_however_many_ways_lead_up():
    network = examples.network()
    found = dk.network_coverage(network)
    whole = sum(len(theory.cycles) for theory in network.theories.values())
    by_id = dict(rows(found, "nodes", "id", "cycles"))
    assert by_id["A1"] == whole
    assert sum(row["cycles"] for row in found.rows("members")) == whole
    for word in ("setting", "coach"):
        assert sum(row["cycles"] for row in found.rows("contexts") if row["context"] == word) == whole


def test_what_the_hub_gave_up_or_left_open_is_a_known_gap():
    found = dk.network_coverage(examples.network())
    known = {id for id, known in rows(found, "gaps", "id", "known") if known}
    assert known == {"P4", "S9", "C9"}


@pytest.mark.parametrize("table", list(COLUMNS))
def test_every_column_says_what_it_counts_also_where_there_is_nothing(table, found):
    empty = dk.network_coverage(dk.Network("n", dk.Theory("h"))).frame(table)
    full = getattr(found, table)
    assert list(empty.columns) == list(full.columns) == list(COLUMNS[table])
    assert list(map(str, empty.dtypes)) == list(map(str, full.dtypes))
    assert full.attrs["columns"] == COLUMNS[table]
    assert table in HEADS
    assert table in BY.values()


def test_what_is_no_network_is_refused_in_a_sentence():
    with pytest.raises(dk.UsageError, match="A network is wanted"):
        dk.network_coverage(dk.Theory("t"))
