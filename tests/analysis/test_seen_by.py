"""A network as a member sees it: of whoever is anonymous nothing is there but what the table lets through."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest

import driverkit as dk
from driverkit.analysis.seen_by import FIELDS, KINDS, SOMEBODY
from driverkit.model import Act, Contribution, Do, Observation, Plan, Prediction, Study
from support.marked import SHOWN, marked
from support.wards import wards as wards_folder
from test_untrusted import filled

NOT_FIELDS = {"memo", "_trusted"}


@pytest.mark.parametrize("noun", FIELDS, ids=lambda noun: noun.__name__)
def test_every_field_of_every_noun_is_decided(noun):
    assert set(FIELDS[noun]) == {field.name for field in attrs.fields(noun)} - NOT_FIELDS
    assert set(FIELDS[noun].values()) <= set(KINDS)


HUB = dk.Theory("Fewer falls", aims=[dk.Aim("A1", "Halve falls")], drivers=[dk.Driver("P1", "Risk is known")])


def wards(theory: dk.Theory | None, **fields: Any) -> dk.Network:
    given: dict[str, Any] = {"anonymous": True, **fields}
    hidden = dk.Member(
        "w7hidden",
        "Quiet Ward 7",
        theory,
        kind="Kq1",
        role="Kq2",
        team="t1",
        joined="2019-03-07",
        context={"Kq3": "Kq4"},
        perspectives=["Kq5"],
        extra={"x-mine": "Kq6"},
        **given,
    )
    ours = dk.Theory("Ward 6", aims=[dk.Aim("A", "Fewer falls here", adapts="A1")])
    return dk.Network(
        "Safe wards",
        HUB,
        members=[hidden, dk.Member("m06", "Ward 6", ours), dk.Member("m08", "Ward 8", ours)],
        teams=[dk.Team("t1", "Admission", works_on=["P1"])],
    )


def test_of_everything_an_anonymous_member_wrote_only_the_words_of_the_table_are_there():
    theory, marks = marked()
    seen = repr(plain(dk.seen_by(wards(theory), "m06")))
    assert {place for place, mark in marks.items() if mark in seen} == SHOWN
    said = {
        f"{noun.__name__}.{name}"
        for noun, kinds in FIELDS.items()
        for name, kind in kinds.items()
        if kind == "words"
    }
    assert said == SHOWN
    for word in ("w7hidden", "Quiet", "Kq", "2019-03-07"):
        assert word not in seen


def test_without_words_not_even_those_are_there():
    theory, marks = marked()
    seen = dk.seen_by(wards(theory), "m06", words=False)
    assert not [place for place, mark in marks.items() if mark in repr(plain(seen))]
    cycle = seen.theory("other-1").cycles[0]
    assert (cycle.predictions[0].result, cycle.act.decision) == ("confirmed", "adapt")


def plain(value: Any) -> Any:
    """All that stands in a value, nouns by their fields."""
    if attrs.has(type(value)):
        fields = [f.name for f in attrs.fields(type(value)) if f.name not in ("memo", "opener", "_trusted")]
        return [type(value).__name__, *(plain(getattr(value, name)) for name in fields)]
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return [[plain(key), plain(one)] for key, one in value.items()]
    return value


def test_what_is_counted_stays():
    theory, _ = marked()
    seen = dk.seen_by(wards(theory), "m06")
    assert [member.id for member in seen.members] == ["m06", "m08", "other-1"]
    masked = seen.theory("other-1")
    assert [node.adapts for node in masked.nodes] == ["A1", "P1", None]
    assert [link.id for link in masked.links] == ["n2 -> n1", "n3 -> n2"]
    assert masked.evidence[0].about == "n2 -> n1"
    assert masked.cycles[0].do.date == dt.date(2026, 1, 2)
    assert dk.to_dict(masked) == dk.to_dict(dk.from_dict(dk.to_dict(masked)))  # a theory in its own right


def test_a_name_in_what_others_wrote_is_gone():
    ours = dk.Theory(
        "Ward 6",
        aims=[
            dk.Aim("A", "As QUIET  ward 7 did", detail="see w7hidden/T1 and w7hidden", owner="Quiet Ward 7")
        ],
    )
    hub = attrs.evolve(
        HUB,
        revisions=[
            {"label": "2", "why": "Quiet\u00a0Ward 7 learned", "because_of": ["w7hidden/T1", "m06/T1"]}
        ],
    )
    network = wards(marked()[0]).with_theories({"m08": ours}, hub=hub)
    seen = dk.seen_by(network, "m06")
    aim = seen.theory("m08").aims[0]
    assert (aim.text, aim.detail, aim.owner) == (
        f"As {SOMEBODY} did",
        f"see {SOMEBODY} and {SOMEBODY}",
        SOMEBODY,
    )
    assert seen.common.revisions[0].why == f"{SOMEBODY} learned"
    assert seen.common.revisions[0].because_of == ("other-1/gone", "m06/T1")


def test_a_name_is_gone_wherever_the_hub_or_another_member_may_have_written_it():
    words = filled("as Quiet Ward 7 did")
    bare = attrs.evolve(words, measures=[attrs.evolve(m, data=None) for m in words.measures])
    hub = bare.add(dk.Driver("P1", "Risk is known", contributes_to=["CON"]))
    network = wards(marked()[0]).with_theories({"m08": bare}, hub=hub)
    network = attrs.evolve(
        network,
        title="Quiet Ward 7",
        teams=[dk.Team("t1", "Quiet Ward 7", perspectives=["Quiet Ward 7"])],
        perspectives=["Quiet Ward 7"],
        recommendations=[dk.Recommendation("N1", "Ask Quiet Ward 7", to="Quiet Ward 7")],
        readiness=[dk.Answer("convening", "yes", "Quiet Ward 7 hosts")],
    )
    seen = dk.seen_by(network, "m06")
    assert "Quiet" not in repr(plain(seen))
    assert dk.seen_by(network, None).title == SOMEBODY


def test_common_words_are_no_names():
    theory = dk.Theory(
        "Ward 7",
        change_ideas=[dk.ChangeIdea("C", "Ask", owner="nurse")],
        cycles=[dk.PdsaCycle("T", "C", site="ward")],
    )
    hub = attrs.evolve(HUB, perspectives=["nurse"], title="Each ward asks a nurse")
    seen = dk.seen_by(wards(theory).with_theories({}, hub=hub), "m06")
    assert seen.common.title == "Each ward asks a nurse"


def test_a_member_sees_itself_whole_and_whoever_is_not_anonymous():
    theory, marks = marked()
    seen = dk.seen_by(wards(theory), "w7hidden")
    assert dk.to_dict(seen.theory("w7hidden")) == dk.to_dict(theory)
    assert seen.member("w7hidden").name == "Quiet Ward 7"
    open_ = dk.seen_by(wards(theory, anonymous=None), "m06")
    assert open_.member("w7hidden").name == "Quiet Ward 7"
    assert all(mark in repr(plain(open_)) for mark in marks.values())


def test_in_an_anonymous_network_everybody_else_is_hidden():
    network = attrs.evolve(wards(marked()[0]), anonymous=True)
    seen = dk.seen_by(network, "m08")
    assert [member.name for member in seen.members] == ["Ward 8", None, None]
    assert "Ward 6" not in repr(plain(seen.without(["m08"])))


def test_who_adapted_whom_can_still_be_followed():
    def tested(adapted_from: str | None) -> dk.Theory:
        idea = dk.ChangeIdea("C", "Ask")
        return dk.Theory(
            "Ward", change_ideas=[idea], cycles=[dk.PdsaCycle("TT", "C", adapted_from=adapted_from)]
        )

    members = [
        dk.Member("ma", "Ward A", tested("mb/TT")),
        dk.Member("mb", "Ward B", tested(None), anonymous=True),
        dk.Member("mc", "Ward C", tested("mb/TT"), anonymous=True),
        dk.Member("md", "Ward D", tested("ma/TT"), anonymous=True),
    ]
    network = dk.Network("Safe wards", HUB, members=members)
    seen = dk.seen_by(network, "ma")
    source = seen.theory("ma").cycles[0].adapted_from
    assert seen.cycle(source) is not None
    others = {seen.theory(one.id).cycles[0].adapted_from for one in seen.members if one.id != "ma"}
    assert others == {None, source, "ma/TT"}
    # The one that was adapted reads that its own cycle was.
    assert dk.seen_by(network, "mb").theory("ma").cycles[0].adapted_from == "mb/TT"


def test_the_order_of_hidden_members_is_not_that_of_the_file():
    theories = [dk.Theory(f"W{n}", change_ideas=[dk.ChangeIdea("C", f"idea {n}")]) for n in range(12)]
    hidden = [dk.Member(f"h{n:02}", theory=theory, anonymous=True) for n, theory in enumerate(theories)]
    network = dk.Network("Safe wards", HUB, members=[dk.Member("m06"), *hidden])
    seen = [theory.change_ideas[0].text for theory in dk.seen_by(network, "m06").theories.values()]
    assert sorted(seen) == sorted(f"idea {n}" for n in range(12))
    assert seen != [f"idea {n}" for n in range(12)]
    assert seen == [theory.change_ideas[0].text for theory in dk.seen_by(network, "m06").theories.values()]


def test_nothing_changes_where_nobody_is_anonymous():
    network = wards(None, anonymous=None)
    assert dk.seen_by(network, "m06") is network


def test_nouns_inside_others_are_decided_too():
    assert {Act, Contribution, Do, Observation, Plan, Prediction, Study} <= set(FIELDS)


def test_an_anonymous_member_that_was_left_out_is_named_nowhere(tmp_path):
    folder = wards_folder(tmp_path / "w")
    path = folder / "network.yaml"
    path.write_text(
        path.read_text("utf-8").replace("name: Ward 6,", "name: Ward 6, anonymous: true,"), "utf-8"
    )
    (folder / "members/m01.yaml").unlink()
    network = dk.load_network(folder, go_on=True)
    assert [one.member.id for one in network.left_out] == ["m01"]
    for reader in (None, "m02"):
        seen = dk.seen_by(network, reader)
        assert [one.member.id for one in seen.left_out] == ["other-1"]
        assert "Ward 6" not in repr(seen.left_out) + repr(seen.members)
        assert "m01" not in repr(seen.left_out) + repr(seen.members)
        assert len(seen.members) == 2


def test_where_a_hidden_member_knows_a_link_to_fail_is_hidden_and_still_not_counted():
    hub = dk.Theory(
        "Hub",
        drivers=[dk.Driver("P1", "Risk")],
        change_ideas=[dk.ChangeIdea("C1", "Ask", contributes_to=["P1"])],
    )
    theirs = dk.Theory(
        "Ours",
        drivers=[dk.Driver("D", "Risk", adapts="P1")],
        change_ideas=[
            dk.ChangeIdea("I", "Ask", adapts="C1", contributes_to=[{"to": "D", "fails_at": ["Mill Lane"]}])
        ],
        cycles=[
            dk.PdsaCycle("T1", "I", site="Mill Lane", study={"learned": "no"}),
            dk.PdsaCycle("T2", "I", site="High Street", study={"learned": "yes"}),
        ],
    )
    network = dk.Network("W", hub, members=[dk.Member("m1", "Ward 1", theirs, anonymous=True)])
    seen = dk.seen_by(network, None)
    assert "Mill Lane" not in repr(seen.theory("other-1"))
    for one in (network, seen):
        (row,) = dk.pooled(one, "C1 -> P1").rows("members")
        assert (row["cycles"], row["cycles_studied"]) == (1, 1)
