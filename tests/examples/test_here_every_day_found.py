"""What was planted in the example network is found by the analyses, and nothing that was not planted."""

from __future__ import annotations

import re

import pytest

import driverkit as dk
from driverkit import examples


@pytest.fixture(scope="module")
def network() -> dk.Network:
    return examples.network()


@pytest.fixture(scope="module")
def aligned(network: dk.Network) -> dk.Alignment:
    return dk.align(network)


def test_one_invention_is_offered_as_the_hubs_and_nothing_else_is(aligned: dk.Alignment) -> None:
    offered = [(row.member, row.id, row.hub) for row in aligned.matches.itertuples()]
    assert offered == [("m06", "C2", "C5")]


def test_one_pair_of_inventions_is_found_to_be_nearly_the_same(aligned: dk.Alignment) -> None:
    same = [{(r.member, r.id), (r.other_member, r.other_id)} for r in aligned.same.itertuples()]
    assert same == [{("m02", "I5"), ("m07", "C8")}]


def test_the_member_that_went_its_own_way_drifted_furthest_by_far(aligned: dk.Alignment) -> None:
    drift = aligned.members.set_index("member")["drift"]
    assert drift.idxmax() == "m08"
    assert drift["m08"] > 2 * drift.drop("m08").max()


def test_other_words_are_found_where_they_were_planted(aligned: dk.Alignment) -> None:
    table = aligned.wording
    told = {(row.member, row.id) for row in table[table["differs"]].itertuples()}
    planted = {("m01", "C3"), ("m02", "W"), ("m02", "I3"), ("m03", "H"), ("m05", "S1"), ("m08", "R")}
    aims = {("m01", "A"), ("m08", "A")}
    assert told == planted | aims


def test_what_came_went_and_came_back_is_told_by_version(aligned: dk.Alignment) -> None:
    table = aligned.years
    states = {
        id: dict(zip(rows["version"], rows["state"], strict=True))
        for id, rows in table.groupby("id")
        if id in {"P4", "S4", "S7", "C10"}
    }
    came = {
        id: {version: state for version, state in told.items() if state in {"new", "gone", "back"}}
        for id, told in states.items()
    }
    assert came == {
        "P4": {"2": "gone", "3": "gone", "4": "back"},
        "S4": {"3": "new"},
        "S7": {"3": "gone", "4": "gone"},
        "C10": {"3": "gone", "4": "gone"},
    }


def test_what_is_missing_is_what_was_left_out(network: dk.Network) -> None:
    gaps = dk.network_coverage(network).gaps
    open_ = gaps[~gaps["known"]]
    assert set(zip(open_["gap"], open_["id"].fillna(""), open_["text"], strict=True)) == {
        ("one member deep", "S6", "Coming back is made easier than staying away"),
        ("one member deep", "C5", "A card with three neighbours who can give a ride"),
        ("one member deep", "C8", "A welcome desk for everyone who comes back"),
        ("untested", "C2", "A letter every six weeks with the days missed so far"),
        ("voice missing", "", "bus driver"),
    }
    assert set(gaps[gaps["known"]]["id"]) == {"P4", "S9", "C9"}


def test_the_hub_is_told_what_it_has_not_said(network: dk.Network) -> None:
    profile = dk.readiness(network)
    assert [item.name for item in profile.questions] == ["culture-norms-identity"]
    assert not profile.contradictions
    assert {line.item.name for line in profile.lines if line.answer == "partly"} == {
        "leading-organising-operating",  # nobody looks after P4
        "participation-structures",  # nobody asked the bus drivers
        "human-and-material-resources",
    }
    assert dk.network_kind(network).word == "execution"


def test_one_idea_splits_the_members_by_coach_and_no_other_splits_them_as_far(network: dk.Network) -> None:
    values = dk.held_where(network, by=["coach", "setting"]).values
    judged = values[values["members_judged"] > 0]
    least = judged.groupby(["about", "name"])["p"].min().dropna()
    assert least.idxmin() == ("C7", "coach")
    assert least.drop(("C7", "coach")).min() == 1
    told = judged[(judged["about"] == "C7") & (judged["name"] == "coach")].set_index("value")
    assert told["members_held"].to_dict() == {"experienced": 3, "new": 0}
    assert told["members_judged"].to_dict() == {"experienced": 3, "new": 3}
    assert not judged["told_apart"].any()  # six members are too few to tell it from chance


def test_the_ways_of_ideas_are_found_and_where_they_stopped(network: dk.Network) -> None:
    spread = dk.diffusion(network)
    assert not len(spread.faults)
    assert len(spread.adoptions) == 10
    ideas = spread.ideas.set_index("idea")
    assert ideas.loc["C6", ["began", "depth"]].tolist() == ["m03", 3]
    stops = spread.stops
    assert stops.loc[stops["why"] == "abandoned", ["idea", "path"]].to_numpy().tolist() == [
        ["C7", "m01 -> m04 -> m05"]
    ]
    assert set(stops.loc[stops["why"] == "refuted", "member"]) == {"m06", "m07"}


def test_what_became_of_recommendations_is_counted(network: dk.Network) -> None:
    (all_,) = (row for row in dk.uptake(network).counts.itertuples() if row.by == "all")
    assert (all_.taken_up, all_.partly, all_.not_taken_up, all_.pending) == (2, 1, 1, 1)


def test_four_members_fell_and_no_other(network: dk.Network) -> None:
    """By about as much as was planted: -11, -9, -9 and -9 points, and -2 and none."""
    changed = dk.pooled(network, "M1", since="adopted").measures.set_index("member")["difference"].dropna()
    planted = {"m01": -11, "m02": -9, "m03": -9, "m04": -9, "m06": -2, "m07": 0}
    assert set(changed.index) == set(planted)  # two members never adopted anything
    for member, points in planted.items():
        assert abs(changed[member] - points) < 3, member
    between = dk.pooled(network, "M1", since="adopted").between.iloc[0]
    assert between["i2"] > 0.75  # places of two kinds: no one number stands for them


def test_at_how_many_members_something_held_is_counted_in_one_way(network: dk.Network) -> None:
    """Coverage, the picture and the evidence: at a member it held where more than half of the predictions did."""
    covered = dk.network_coverage(network).nodes.set_index("id")["confirmed_by"]
    drawn = dk.network_work(network)
    gathered = dk.pooled(network)
    for idea in network.common.change_ideas:
        held = sum(one.held is True for one in gathered.evidence(idea.id))
        assert (covered[idea.id], drawn[idea.id].confirmed) == (held, held), idea.id
    assert covered[["A1", "C6", "C7", "C8"]].to_dict() == {"A1": 4, "C6": 4, "C7": 3, "C8": 0}
    assert {id for id in covered.index if covered[id] != drawn[id].confirmed} == set()


def test_the_hubs_page_says_in_whose_file_something_does_not_fit(network: dk.Network) -> None:
    page = dk.network_report(network, sections=["findings"]).html
    rows = {
        re.sub(r"<[^>]+>", " ", row).split()[1]: re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)[2]
        for row in page.split("<tr>")
        if "NET" in row
    }
    assert rows == {
        "NET14": "",
        "NET27": "",
        "NET22": "the common theory, revision 3",
        "NET01": "Northgate",
        "NET08": "Lakeshore Charter",
        "NET09": "the common theory",
        "NET10": "the common theory",
    }
    shared = dk.network_report(network, sections=["findings"], shared=True).html
    assert "Northgate" not in shared
