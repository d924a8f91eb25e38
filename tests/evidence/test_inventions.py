"""What members found out about an idea of their own can be asked for as ``member/ID``."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit.evidence.across import member_evidence


def ward(result, **more):
    asked = [{"question": "q", "prediction": "a", "result": result}]
    cycle = dk.PdsaCycle("T1", "I2", predictions=asked, study={"learned": "so"}, **more)
    idea = dk.ChangeIdea("C", "Ask", adapts="C1")
    own = dk.ChangeIdea("I2", "Ask by telephone", contributes_to=["D1"])
    driver = dk.Driver("D1", "Somebody asks")
    return dk.Theory("Ward", drivers=[driver], change_ideas=[idea, own], cycles=[cycle])


@pytest.fixture
def network():
    return dk.Network(
        "Wards",
        hub=dk.Theory("Hub", change_ideas=[dk.ChangeIdea("C1", "Ask")]),
        members=[
            dk.Member("oak", theory=ward("confirmed"), context={"setting": "city"}),
            dk.Member("elm", theory=ward("refuted", adapted_from="oak/T1"), context={"setting": "rural"}),
            dk.Member("ash", theory=ward("refuted"), context={"setting": "rural"}),
        ],
    )


def test_it_is_told_of_whose_it_is_and_of_who_took_it_up(network):
    found = member_evidence(network, "oak/I2")
    assert [(one.member, one.adapted_by, one.tally.judged, one.held) for one in found] == [
        ("oak", ("I2",), 1, True),
        ("elm", ("I2",), 1, False),
    ]
    assert [one.member for one in member_evidence(network, "ash/I2")] == ["ash"]


def test_it_can_be_pooled_and_compared_by_context(network):
    rows = dk.pooled(network, "oak/I2").rows("members")
    assert [(row["member"], row["text"], row["judged"]) for row in rows] == [
        ("oak", "Ask by telephone", 1),
        ("elm", "Ask by telephone", 1),
    ]
    assert "oak/I2 “Ask by telephone”: 2 members" in str(dk.pooled(network, "oak/I2"))
    statement = dk.held_where(network, "oak/I2").rows("patterns")[0]["statement"]
    assert statement.startswith("held in 1 of 1 member where setting is city, in 0 of 1 where it is rural")


@pytest.mark.parametrize(
    ("about", "error", "said"),
    [
        ("oak/I3", dk.UnknownId, "Did you mean 'oak/I2'"),
        ("oak/C", dk.UsageError, "ask about 'C1'"),
        ("oak/D1", dk.UsageError, "is no change idea"),
        ("fir/I2", dk.UnknownId, "No node has the id 'fir/I2'"),
    ],
)
def test_what_is_none_is_told_with_the_next_step(network, about, error, said):
    for ask in (dk.pooled, dk.held_where):
        with pytest.raises(error, match=said):
            ask(network, about)
