"""A network is checked for how its files fit each other; a weak one is reported, never refused."""

from __future__ import annotations

import re

import attrs
import pytest

import driverkit as dk
from driverkit.checks.network import by_file, check_network, network_rules
from driverkit.checks.rule import Rule, Said
from support.wards import FILES, wards

MEMBER = FILES["members/m01.yaml"]
NETWORK = FILES["network.yaml"]
HUB = FILES["hub.yaml"]
ADVICE = "recommendations: [{id: N1, text: Buy shoes, about: [P3, P1], to: the board, uptake: pending}]\n"


def told(folder, code, **changed) -> list[str]:
    network = dk.load_network(wards(folder, **changed))
    return [
        f"{f.node or '-'} {f.where.line}:{f.where.column} {f.message}"
        for f in check_network(network, select=[code])
    ]


def test_the_wards_have_three_weak_places(tmp_path):
    network = dk.load_network(wards(tmp_path))
    found = dk.check_network(network)
    assert [(f.code, f.severity, f.node) for f in found] == [
        ("NET09", "warning", "P2"),
        ("NET08", "info", None),
        ("NET01", "warning", "m03/D1"),
    ]
    assert [(name.rsplit("w/")[-1][-8:], len(some)) for name, some in by_file(network, found)] == [
        ("hub.yaml", 1),
        ("m02.yaml", 1),
        ("m03.yaml", 1),
    ]


def test_what_the_common_theory_has_no_more_is_told_with_the_version_that_had_it(tmp_path):
    assert told(tmp_path, "NET01") == [
        (
            "m03/D1 5:5 “Shoes fit” adapts “P3”, which the common theory no longer has; the last with it was revision "
            "“2” of 2025-01-10, where it read “Shoes fit”: name what took its place, or take 'adapts' out and keep "
            "it as a local invention."
        )
    ]


@pytest.mark.parametrize(
    ("code", "changed", "said"),
    [
        ("NET01", {"m01": MEMBER.replace("adapts: P1", "adapts: P1x")}, "did you mean 'P1'"),
        (
            "NET02",
            {"m01": MEMBER.replace("adapts: P1", "adapts: A1")},
            "a driver, adapts “Halve falls”, an aim",
        ),
        ("NET03", {"network": NETWORK.replace("theory: members/m03.yaml, ", "")}, "“Ward 8” has no theory"),
        ("NET04", {"m03": FILES["members/m03.yaml"].replace(", adapts: P3", "").replace(", adapts: A1", "")}, "No node in"),
        ("NET05", {"m01": MEMBER.replace(", adapts: A1", "")}, "“Ward 6” adapts no aim"),
        ("NET06", {"network": NETWORK.replace("m03.yaml", "m02.yaml")}, "the same theory file as “Ward 7”"),
        ("NET07", {"network": NETWORK.replace("[t1, t2]", "t1")}, "the team “Floors”"),
        ("NET08", {}, "in the team “Floors” and adapts nothing"),
        ("NET09", {}, "“Floors are safe to walk on”"),
        ("NET10", {"network": NETWORK.replace("[P2]", "[C2]")}, "“Floors are safe to walk on” is in no team's part"),
        ("NET11", {"m01": MEMBER.replace("change: I1", "change: I1\n    adapted_from: m02/T8")}, "no such cycle"),
        ("NET11", {"m01": MEMBER.replace("change: I1", "change: I1\n    adapted_from: m08/T8")}, "no member “m08”"),
        ("NET12", {"m01": MEMBER.replace("2025-02", "2025-05")}, "began on 2025-03-01, before m01/T1"),
        (
            "NET29",
            {"m01": MEMBER.replace("change: I1", "change: I1\n    adapted_from: m01/T1")},
            "m01/T1 11:5 Cycle T1 adapts itself: name",
        ),
        (
            "NET29",
            {"m01": MEMBER.replace("change: I1", "change: I1\n    adapted_from: m02/T1")},
            "m01/T1 11:5 Cycle T1 adapts itself by way of m02/T1: name",
        ),
        (
            "NET13",
            {"hub": HUB + "revisions: [{label: '3', because_of: [m01/T1, m01/T7]}]\n"},
            "because of “m01/T7”, and “Ward 6” has no such cycle",
        ),
        ("NET14", {"network": NETWORK.replace("perspectives: [nurse, p", "perspectives: [nurse, carer, p")}, "“carer”"),
        ("NET15", {"hub_2": FILES["history/hub-2.yaml"].replace("2025-", "2023-")}, "comes after"),
        ("NET16", {"hub_1": FILES["history/hub-1.yaml"].replace(", date: 2024-01-10", "")}, "has no revision date"),
        ("NET17", {"network": NETWORK.replace(", context: {setting: urban}", "")}, "1 member does not say “setting”"),
        ("NET23", {"m01": MEMBER + "measures: [{id: M1, name: Falls, data: none.csv}]\n"}, "measure “Falls” cannot be read"),
        ("NET23", {"hub": HUB + "measures: [{id: M1, name: Falls, data: none.csv}]\n"}, "measure “Falls” cannot be read"),
        ("NET24", {"network": NETWORK.replace("name: Ward 6", "name: Floors, anonymous: true")}, "leave a gap"),
        ("NET28", {"network": NETWORK.replace("[P1]", "[P1, P3]")}, "“Admission” works on “P3”, which the common theory no"),
        ("NET28", {"network": NETWORK + ADVICE}, "“Buy shoes” is about “P3”, which the common theory no longer has"),
        ("NET27", {"network": NETWORK.replace("Ward 6,", "Ward 6, anonymous: true,")}, "m01 6:5 “Ward 6” alone is anonymous"),
        ("NET20", {"network": NETWORK + "readiness: [{about: convenning, answer: 'yes'}]\n"}, "did you mean 'convening'"),
        ("NET21", {"network": NETWORK + "readiness: [{about: common-methods, answer: 'yes'}]\n"}, "the files say partly"),
    ],
)  # fmt: skip
def test_each_weak_place_is_found_and_named(tmp_path, code, changed, said):
    found = told(tmp_path, code, **changed)
    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    "code",
    [
        "NET02",
        "NET03",
        "NET04",
        "NET05",
        "NET06",
        "NET07",
        *(f"NET{n}" for n in (*range(10, 18), 20, 21, 23, 24, 25, 26)),
    ],
)
def test_a_rule_says_nothing_where_nothing_is_weak(tmp_path, code):
    assert told(tmp_path, code) == []


def test_what_has_no_id_is_told_with_its_line(tmp_path):
    said = "perspectives:\n  - nurse\n  - carer\nreadiness:\n  - {about: convenning, answer: 'yes'}\n"
    said += "  - {about: common-methods, answer: 'yes'}\n"
    network = NETWORK.replace("perspectives: [nurse, patient]\n", said)
    hub = HUB.replace("title:", "revisions:\n  - label: '2'\n  - {label: '3', because_of: [m01/T7]}\ntitle:")
    before = FILES["history/hub-2.yaml"] + "change_ideas: [{id: C9, text: A leaflet, status: abandoned}]\n"
    found = dk.load_network(wards(tmp_path, network=network, hub=hub, hub_2=before))
    places = {f.code: f.where.line for f in check_network(found)}
    assert (places["NET14"], places["NET20"], places["NET21"]) == (14, 16, 17)
    assert (places["NET13"], places["NET22"]) == (4, 6)


def test_nobody_is_anonymous_alone_where_all_or_two_are(tmp_path):
    assert not told(tmp_path, "NET27", network=NETWORK + "anonymous: true\n")
    two = NETWORK.replace("Ward 6,", "Ward 6, anonymous: true,").replace(
        "Ward 7,", "Ward 7, anonymous: true,"
    )
    assert not told(tmp_path, "NET27", network=two)


def test_advice_that_was_decided_may_stay_as_it_was_given(tmp_path):
    text = NETWORK + ADVICE.replace("pending", "taken-up")
    (found,) = check_network(dk.load_network(wards(tmp_path, network=text)), select=["NET28"])
    assert (found.severity, found.node) == ("info", "N1")
    assert "the last with it was revision “2” of 2025-01-10, where it read “Shoes fit”" in found.message


def test_advice_about_what_went_is_counted_with_what_members_found_out(tmp_path):
    text = NETWORK + ADVICE.replace("uptake: pending", "uptake: taken-up, date: 2025-01-01").replace(
        ", P1", ""
    )
    tried = MEMBER[MEMBER.index("change_ideas") :].replace(", adapts: C1", "")
    network = dk.load_network(wards(tmp_path, network=text, m03=FILES["members/m03.yaml"] + tried))
    found = dk.uptake(network)
    (row,) = found.rows("each")
    assert (row["about"], row["judged_since"], row["held_since"]) == ("P3", 1, 1)
    assert [one["text"] for one in found.rows("counts") if one["by"] == "node"] == ["Shoes fit"]
    assert dk.combined(network).recommendations[0].about == ()


@pytest.mark.parametrize("one", network_rules(), ids=lambda r: r.code)
def test_every_rule_is_described_in_full(one):
    assert re.fullmatch(r"NET[0-9]{2}", one.code)
    assert one.family == "network"
    assert one.summary.endswith(".")
    assert len(one.source) > 4
    assert one.run.__doc__
    assert one.run.__doc__.strip().endswith(".")


def test_a_network_that_has_just_begun_is_told_what_it_needs():
    found = check_network(dk.Network("n", dk.Theory("h")), select=["NET25", "NET26"])
    assert [one.code for one in found] == ["NET25", "NET26"]
    gone = dk.Network("n", dk.Theory("h"), members=[dk.Member("m01", left="2025-01-01")])
    assert "any more" in check_network(gone, select=["NET25"])[0].message


def test_a_rule_of_ones_own_needs_no_more_than_one_for_a_theory():
    network = dk.Network("Safe wards", dk.Theory("Falls"), members=[dk.Member("m01")])
    mine = Rule(
        "OUR01", "few", "error", "ours", "Many.", "we", run=lambda n: [Said("m01", "too few", "ask more")]
    )
    (finding,) = check_network(network, rules=[mine])
    assert (finding.message, finding.node, finding.where) == ("Too few: ask more.", "m01", None)


def test_a_gap_that_the_common_theory_knows_fails_nothing(tmp_path):
    hub = HUB.replace("{id: P2,", "{id: P2, undeveloped: waits for the new floor,")
    (finding,) = check_network(dk.load_network(wards(tmp_path, hub=hub)), select=["NET09"])
    assert finding.known
    assert finding.severity == "info"


def test_nobody_is_sought_for_a_driver_that_was_given_up(tmp_path):
    hub = HUB.replace("{id: P2,", "{id: P2, status: abandoned,")
    assert not check_network(dk.load_network(wards(tmp_path, hub=hub)), select=["NET09", "NET10"])


def test_what_was_given_up_and_went_without_a_word_is_told_once_where_it_was_missed_first():
    hub = dk.Theory("Falls", aims=[dk.Aim("A1", "Halve falls")], drivers=[dk.Driver("P1", "Risk is known")])
    tried = hub.add(dk.ChangeIdea("C1", "A leaflet", contributes_to=["P1"], status="abandoned"))

    def found(*versions):
        network = dk.Network("Safe wards", versions[-1], history=versions[:-1])
        return [f.message for f in check_network(network, select=["NET22"])]

    (message,) = found(tried, hub, hub)
    assert message.startswith("“A leaflet” (C1), which was abandoned, is no longer in the common theory")
    assert not found(tried, tried)
    assert not found(tried, hub, tried)  # it came back
    noted = attrs.evolve(hub, revisions=[dk.Revision(label="2", why="C1 is out: nobody read it")])
    assert not found(tried, noted)
