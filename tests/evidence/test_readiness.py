"""The readiness profile: what the files say, what the hub says, and what to ask."""

from __future__ import annotations

import datetime as dt
import json

import attrs
import pytest

import driverkit as dk
from driverkit.evidence.readiness_items import GROUPS

HUB = dk.Theory(
    "Fewer falls",
    revision={"label": "2", "date": "2026-01-10"},
    aims=[dk.Aim("A1", "Halve falls", target=4, by="2027-06-30", measure="M1")],
    drivers=[dk.Driver("P1", "Risk is known", contributes_to=["A1"], addresses=["R1"])],
    change_ideas=[dk.ChangeIdea("C1", "Ask five questions", contributes_to=["P1"])],
    measures=[dk.Measure("M1", "Falls", of=["A1"], role="outcome")],
    problem={"text": "Too many fall", "causes": [{"id": "R1", "text": "Nobody asks"}]},
    revisions=[{"label": "2", "date": "2026-01-10", "why": "m1 learned", "because_of": ["m1/T"]}],
)
FIRST = dk.Theory(
    "Fewer falls", revision={"label": "1", "date": "2025-02-01"}, aims=[dk.Aim("A1", "Fewer falls")]
)


def ward(adapting: bool = True, *, cycle: bool = True, adapted_from: str | None = None) -> dk.Theory:
    points = [{"date": "2026-01-01", "value": 3}]
    whole = dk.PdsaCycle(
        "T",
        "I",
        adapted_from=adapted_from,
        plan={"date": "2026-01-02"},
        predictions=[{"question": "is it quick", "prediction": "yes", "result": "confirmed"}],
        do={"date": "2026-01-03"},
        study={"date": "2026-01-04", "learned": "it is"},
        act={"decision": "adopt"},
    )
    return dk.Theory(
        "Ours",
        aims=[dk.Aim("A", "Fewer falls here", adapts="A1" if adapting else None)],
        drivers=[dk.Driver("D", "Risk is known", contributes_to=["A"], adapts="P1" if adapting else None)],
        change_ideas=[dk.ChangeIdea("I", "Ask", contributes_to=["D"])],
        measures=[dk.Measure("M", "Falls", of=["A"], data=points, adapts="M1" if adapting else None)],
        cycles=[whole] if cycle else [],
    )


def network(*theories: dk.Theory | None, **fields) -> dk.Network:
    members = [
        dk.Member(
            f"m{n}",
            f"Ward {n}",
            theory,
            kind="ward",
            role="partner",
            joined="2025-01-01",
            team="t1",
            perspectives="nurse",
        )
        for n, theory in enumerate(theories, 1)
    ]
    given = {
        "history": [FIRST, HUB],
        "teams": [dk.Team("t1", "Admission", works_on=["P1"])],
        "perspectives": ["nurse"],
        "recommendations": [dk.Recommendation("N1", "Buy low beds", uptake="partly")],
        **fields,
    }
    return dk.Network("Safe wards", HUB, members=members, **given)


READY = network(ward(), ward(adapted_from="m1/T"), ward(adapted_from="m1/T"))
ONLY_ASKED = {
    "culture-norms-identity",
    "convening",
    "communication-infrastructure",
    "human-and-material-resources",
}


def test_what_the_files_show_is_answered_and_what_they_cannot_is_asked():
    profile = dk.readiness(READY)
    assert {line.name: line.answer for line in profile.lines if line.by == "files"} == {
        item.name: "yes" for item in dk.READINESS_ITEMS if item.name not in ONLY_ASKED
    }
    assert {item.name for item in profile.questions} == ONLY_ASKED
    assert all(item.question.endswith("?") for item in profile.questions)
    assert profile.kind.word == "execution"


def test_there_is_no_score():
    told = json.dumps(dk.readiness(READY).to_dict())
    assert "score" not in told


def test_every_item_that_files_can_answer_has_counts_files_and_a_rule():
    for line in dk.readiness(READY).lines:
        assert line.item.group in GROUPS
        assert (line.item.judge is None) == (line.item.rule is None)
        if line.computed is not None:
            assert line.computed.counts
            assert line.computed.rests_on
            assert any(character.isdigit() for character in line.reason)


def answered(network: dk.Network, name: str) -> str:
    return dk.readiness(network)[name].answer


@pytest.mark.parametrize(
    "name", ["common-aim", "common-methods", "methods-and-tools"]
)  # fmt: skip
def test_some_members_are_partly_and_none_is_no(name):
    bare = ward(adapting=False, cycle=False)
    assert answered(network(ward(), bare, bare), name) == "partly"
    assert answered(network(bare, bare, bare), name) == "no"


def test_a_member_without_a_file_is_not_held_to_be_a_no():
    bare = ward(adapting=False, cycle=False)
    assert answered(network(None, None, None), "common-aim") == "cannot tell"
    assert answered(network(bare, None, None), "common-aim") == "cannot tell"
    assert "2 without a theory file" in dk.readiness(network(bare, None, None))["common-aim"].reason


def test_a_theory_that_is_not_revised_any_more_is_shared_in_part():
    assert dk.readiness(READY, today=dt.date(2026, 6, 1))["shared-theory"].answer == "yes"
    late = dk.readiness(READY, today=dt.date(2029, 6, 1))["shared-theory"]
    assert late.answer == "partly"
    assert "41 months apart (the last one to 2029-06-01)" in late.reason
    assert answered(network(ward(), history=[]), "shared-theory") == "partly"


def test_diffusion_is_asked_where_two_members_test():
    assert answered(network(ward(), ward(cycle=False)), "orderly-diffusion") == "cannot tell"
    assert answered(network(ward(), ward(), ward()), "orderly-diffusion") == "no"
    # A member that adapts its own cycle takes nothing from another.
    assert answered(network(ward(adapted_from="m1/T"), ward()), "orderly-diffusion") == "no"
    assert (
        answered(network(ward(), ward(adapted_from="m1/T"), *[ward()] * 4), "orderly-diffusion") == "partly"
    )


def test_a_voice_that_nobody_brings_is_told():
    line = dk.readiness(network(ward(), perspectives=["nurse", "patient"]))["participation-structures"]
    assert (line.answer, line.computed.counts["voices missing"]) == ("partly", 1)


def test_what_the_hub_says_is_taken_where_the_files_are_silent():
    said = dk.Answer("convening", "partly", "we met twice", "2026-02-01")
    profile = dk.readiness(network(ward(), readiness=[said]))
    line = profile["convening"]
    assert (line.answer, line.by) == ("partly", "hub")
    assert "we met twice" in line.reason
    assert "convening" not in [item.name for item in profile.questions]


def test_an_answer_that_contradicts_the_files_shows_both():
    bare = ward(adapting=False)
    profile = dk.readiness(network(bare, bare, readiness=[dk.Answer("common-aim", "yes", "we agreed on it")]))
    line = profile["common-aim"]
    assert (line.answer, line.by, line.differs) == ("no", "files", True)
    assert profile.contradictions == (line,)
    assert "0 of 2 members" in line.reason
    assert "The hub says otherwise, yes: we agreed on it." in line.reason


def test_of_several_answers_the_latest_counts():
    old, new = (
        dk.Answer("convening", "no", date="2025-01-01"),
        dk.Answer("convening", "yes", date="2026-01-01"),
    )
    for order in ([old, new], [new, old]):
        assert answered(network(ward(), readiness=order), "convening") == "yes"


def test_an_answer_about_nothing_is_told_with_the_nearest_item():
    profile = dk.readiness(network(ward(), readiness=[dk.Answer("convenning", "yes")]))
    assert profile.unknown == (
        "An answer in network.yaml is about 'convenning', which is no item of the profile. Did you mean 'convening'?",
    )
    assert profile.unknown[0] in profile.text()


def test_the_rule_can_be_another():
    three = network(ward(), ward(), ward(adapting=False))
    assert dk.readiness(three)["common-aim"].answer == "yes"
    strict = attrs.evolve(dk.READINESS_RULE, name="all", most=1.0)
    assert dk.readiness(three, rule=strict)["common-aim"].answer == "partly"
    mine = dk.ReadinessItem("funds", "Funds", "leadership", "Who pays?", None, "ours")
    short = dk.readiness(three, rule=attrs.evolve(dk.READINESS_RULE, items=[mine]))
    assert [item.name for item in short.questions] == ["funds"]
    with pytest.raises(dk.UnknownId, match="funds"):
        short["fund"]


def test_who_left_is_not_counted():
    gone = dk.Member("x", theory=ward(adapting=False), left="2025-06-01")
    left = attrs.evolve(READY, members=(*READY.members, gone))
    assert dk.readiness(left)["common-aim"].computed.counts["members"] == 3
    then = dk.readiness(left, today=dt.date(2025, 5, 1))
    assert then["common-aim"].computed.counts["members"] == 4


# ------------------------------------------------------------------------------- sharing or execution


def test_a_network_that_acts_on_one_measurable_aim_executes():
    found = dk.network_kind(READY)
    assert found.word == "execution"
    assert [one.answer for one in found.reasons] == ["yes"] * 4


def test_without_a_measurable_aim_a_network_shares():
    vague = READY.with_theories({}, hub=HUB.replace("A1", target=None))
    assert dk.network_kind(vague).word == "sharing"


def test_an_aim_that_nobody_adapted_is_not_acted_on():
    apart = ward(adapting=False)
    assert dk.network_kind(network(apart, apart)).word == "sharing"


def test_an_aim_that_few_act_on_is_in_between_and_the_words_say_why():
    found = dk.network_kind(network(ward(), ward(cycle=False), ward(cycle=False)))
    assert found.word == "between"
    assert "not yet acted on" in found.words
    assert "1 of 3 members carried out" in str(found)


def test_without_files_nobody_can_tell():
    assert dk.network_kind(network(None, None)).word == "cannot tell"


def test_a_member_acts_through_an_idea_of_the_hub_without_drivers_of_its_own():
    short = dk.Theory(
        "Ours",
        aims=[dk.Aim("A", "Fewer falls", adapts="A1", measure="M")],
        change_ideas=[dk.ChangeIdea("I", "Ask", adapts="C1", contributes_to=["A"])],
        measures=[dk.Measure("M", "Falls")],
        cycles=[dk.PdsaCycle("T", "I", do={"date": "2026-01-03"})],
    )
    assert dk.network_kind(network(short)).word == "execution"


def test_one_cycle_taken_is_no_orderly_diffusion():
    assert answered(network(ward(), ward(adapted_from="m1/T")), "orderly-diffusion") == "partly"
    assert answered(READY, "orderly-diffusion") == "yes"


def test_a_later_version_without_a_note_is_told():
    third = attrs.evolve(HUB, title="Fewer falls yet", revision={"label": "3", "date": "2026-03-01"})
    line = dk.readiness(network(ward(), ward(), history=[FIRST, HUB, third]))["leadership-and-hub-functions"]
    assert line.answer == "partly"
    assert "1 later version has no note" in line.computed.reason
    assert answered(READY, "leadership-and-hub-functions") == "yes"


def test_what_is_dated_after_the_day_is_not_counted():
    early = dk.readiness(READY, today=dt.date(2025, 3, 1))
    assert early["shared-theory"].computed.counts["dated versions"] == 1
    assert early["leadership-and-hub-functions"].computed.counts["revision notes"] == 0
