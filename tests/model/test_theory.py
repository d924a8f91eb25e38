"""A theory refuses what cannot be one, allows what is weak, and changes by handing back another."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

import attrs
import pytest

import driverkit as dk
from driverkit import examples
from driverkit.model import FrozenDict


def faults(*args, **kwargs) -> list[str]:
    with pytest.raises(dk.TheoryError) as told:
        dk.Theory("t", *args, **kwargs)
    return [fault.message for fault in told.value.faults]


@pytest.fixture
def theory() -> dk.Theory:
    """One of everything, each speaking of the others."""
    return dk.Theory(
        "Leaving hospital safely",
        revision={"label": "4", "because_of": ["T2"]},
        aims=[dk.Aim("A1", "Fewer people come back", measure="M1")],
        drivers=[
            dk.Driver("P1", "People understand their plan", addresses=["R1"]),
            dk.Driver("P2", "Help is reachable", contributes_to=["A1"]),
            dk.Driver("S1", "Teaching is checked", contributes_to=["P1", {"to": "P2", "strength": "weak"}]),
            dk.Driver("S2", "Plain words", contributes_to=["P1"]),
        ],
        change_ideas=[
            dk.ChangeIdea("C1", "Teach-back", contributes_to=["S1"], owner="ward-5"),
            dk.ChangeIdea("C2", "A card", contributes_to=["S1", "S2"]),
        ],
        measures=[dk.Measure("M1", "Readmissions", of=["A1", "S1"])],
        cycles=[
            dk.PdsaCycle("T1", "C1", team="ward-5"),
            dk.PdsaCycle("T2", "C1", follows="T1"),
            dk.PdsaCycle("T3", "C1", follows="T2", adapted_from="T1"),
        ],
        evidence=[dk.Evidence("E1", "S1 -> P2"), dk.Evidence("E2", "P1 -> A1"), dk.Evidence("E3", "P2")],
        problem=dk.Problem("One in six comes back", causes=[dk.Cause("R1", "Not understood")]),
        teams=[dk.Team("ward-5", "Ward 5", works_on=["S1", "C1"])],
        recommendations=[dk.Recommendation("N1", "A phone", about=["P2"])],
        revisions=[dk.Revision("4", because_of=["T2", "E2", "m07/T9"])],
    )


# ----------------------------------------------------------------------------------- what is refused


def test_an_id_is_used_once_in_the_whole_file():
    told = faults(aims=[dk.Aim("A1", "one")], drivers=[dk.Driver("A1", "two")])
    assert told == [
        "The id 'A1' is used twice: for an aim 'one' and for a driver 'two'. Ids are unique in a theory."
    ]


def test_the_same_value_twice_is_the_same_id_twice():
    driver = dk.Driver("P1", "x")
    assert "used twice" in faults(drivers=[driver, driver])[0]
    with pytest.raises(dk.TheoryError, match="used twice"):
        dk.Theory("t").add(driver, driver)


def test_a_cause_shares_the_ids_of_all_others():
    assert "used twice" in faults(aims=[dk.Aim("A", "x")], problem={"causes": [{"id": "A", "text": "y"}]})[0]


REFERENCES = {
    "aims[0].contributes_to[0]": {"aims": [dk.Aim("A1", "x", contributes_to=["A9"])]},
    "aims[0].measure": {"aims": [dk.Aim("A1", "x", measure="A9")]},
    "drivers[0].contributes_to[0]": {"drivers": [dk.Driver("D", "x", contributes_to=["A9"])]},
    "drivers[0].addresses[0]": {"drivers": [dk.Driver("D", "x", addresses=["A9"])]},
    "change_ideas[0].contributes_to[0]": {"change_ideas": [dk.ChangeIdea("D", "x", contributes_to=["A9"])]},
    "measures[0].of[0]": {"measures": [dk.Measure("D", "x", of=["A9"])]},
    "cycles[0].change": {"cycles": [dk.PdsaCycle("D", "A9")]},
    "evidence[0].about": {"evidence": [dk.Evidence("D", "A9")]},
    "teams[0].works_on[0]": {"teams": [dk.Team("D", works_on=["A9"])]},
    "recommendations[0].about[0]": {"recommendations": [dk.Recommendation("D", "x", about=["A9"])]},
    "revisions[0].because_of[0]": {"revisions": [dk.Revision(because_of=["A9"])]},
    "revision.because_of[0]": {"revision": {"because_of": ["A9"]}},
}


@pytest.mark.parametrize("path", REFERENCES)
def test_a_reference_to_nothing_is_refused_with_its_path(path):
    with pytest.raises(dk.TheoryError) as told:
        dk.Theory("t", **REFERENCES[path])
    assert [f.path for f in told.value.faults] == [path]
    assert "'A9', which is not defined." in told.value.faults[0].message


@pytest.mark.parametrize("field", ["follows", "adapted_from"])
def test_a_cycle_follows_and_adapts_cycles_that_are_there(field):
    idea = dk.ChangeIdea("C1", "x")
    told = faults(change_ideas=[idea], cycles=[dk.PdsaCycle("T1", "C1", **{field: "T0"})])
    assert "'T1' speaks of 'T0', which is not defined. Did you mean 'T1'?" in told[0]


def test_what_is_in_another_file_is_not_looked_for():
    idea = dk.ChangeIdea("C1", "x", adapts="hub/C9")
    theory = dk.Theory(
        "t",
        change_ideas=[idea],
        cycles=[dk.PdsaCycle("T1", "C1", adapted_from="m07/T3")],
        revisions=[dk.Revision(because_of=["m07/T3"])],
    )
    assert theory.cycles[0].adapted_from == "m07/T3"


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([dk.Driver("P1", "x", contributes_to=["C1"])], "'C1' is a change idea; 'P1' can only name an aim or a driver here."),
        ([dk.Aim("A2", "x", contributes_to=["D1"])], "'D1' is a driver; 'A2' can only name an aim here."),
        ([dk.PdsaCycle("T1", "D1")], "'D1' is a driver; 'T1' can only name a change idea here."),
        ([dk.Aim("A2", "x", measure="D1")], "can only name a measure here."),
        ([dk.Driver("P1", "x", addresses=["D1"])], "can only name a cause here."),
        ([dk.Team("t", works_on=["T1"]), dk.PdsaCycle("T1", "C1")], "'t' can only name an aim, a driver, a change idea, a measure or a cause here."),
        ([dk.Evidence("E1", "T0"), dk.PdsaCycle("T0", "C1")], "'T0' is a PDSA cycle"),
        ([dk.PdsaCycle("T1", "C1", follows="C1")], "can only name a PDSA cycle here."),
    ],
)  # fmt: skip
def test_a_reference_to_the_wrong_kind_of_thing_is_refused(items, said):
    base = dk.Theory(
        "t", aims=[dk.Aim("A1", "x")], drivers=[dk.Driver("D1", "x")], change_ideas=[dk.ChangeIdea("C1", "x")]
    )
    with pytest.raises(dk.TheoryError) as told:
        base.add(*items)
    assert said in str(told.value)


def test_evidence_about_a_link_needs_that_link():
    nodes = {
        "aims": [dk.Aim("A1", "x")],
        "drivers": [dk.Driver("P1", "x"), dk.Driver("S1", "x", contributes_to=["P1"])],
    }
    dk.Theory("t", **nodes, evidence=[dk.Evidence("E1", "S1->P1"), dk.Evidence("E2", "P1 -> A1")])
    told = faults(**nodes, evidence=[dk.Evidence("E1", "P1 -> S1"), dk.Evidence("E2", "S1 -> A1")])
    assert told == [
        "'E1' is about 'P1 -> S1', but there is no such link. There is one the other way round.",
        "'E2' is about 'S1 -> A1', but there is no such link.",
    ]


def test_a_node_cannot_contribute_to_itself_or_twice_to_the_same():
    told = faults(drivers=[dk.Driver("P1", "x", contributes_to=["P1"])])
    assert told == ["'P1' contributes to itself. Take that link out."]
    told = faults(
        drivers=[
            dk.Driver("P1", "x"),
            dk.Driver("S1", "x", contributes_to=["P1", {"to": "P1", "strength": "weak"}]),
        ]
    )
    assert told == ["'S1' contributes to 'P1' twice. Keep one of the two."]


def test_a_loop_is_written_out():
    ring = [dk.Driver(f"D{n}", "x", contributes_to=[f"D{(n + 1) % 4}"]) for n in range(4)]
    assert faults(drivers=ring) == [
        (
            "A loop: D0 -> D1 -> D2 -> D3 -> D0. A driver cannot, through others, contribute to itself. "
            "Take one of these links out."
        )
    ]


def test_a_loop_of_aims_and_a_loop_of_cycles_are_written_out():
    told = faults(aims=[dk.Aim("A", "x", contributes_to=["B"]), dk.Aim("B", "x", contributes_to=["A"])])
    assert told[0].startswith("A loop: A -> B -> A.")
    told = faults(
        change_ideas=[dk.ChangeIdea("C", "x")],
        cycles=[dk.PdsaCycle("T1", "C", follows="T2"), dk.PdsaCycle("T2", "C", follows="T1")],
    )
    assert told == ["A loop: T1 follows T2 follows T1. A cycle cannot come after itself."]


def test_a_very_long_loop_is_told_in_a_line_that_can_be_read():
    ring = [dk.Driver(f"D{n}", "x", contributes_to=[f"D{(n + 1) % 5000}"]) for n in range(5000)]
    (told,) = faults(drivers=ring)
    assert "(4,975 more)" in told
    assert len(told) < 500


def test_every_fault_is_told_at_once():
    told = faults(
        aims=[dk.Aim("A1", "x"), dk.Aim("A1", "y")],
        drivers=[dk.Driver("P1", "x", contributes_to=["A7", "P1"]), dk.Driver("P2", "x", addresses=["R1"])],
        revisions=[dk.Revision(because_of=["E7"])],
    )
    assert len(told) == 5


def test_a_constructor_tells_every_field_that_is_wrong_by_its_name():
    with pytest.raises(dk.TheoryError) as told:
        dk.Measure("no id", "", role="outcom", baseline=float("nan"), unit="%\x00")
    wrong = ("id", "name", "role", "unit", "baseline")
    assert {f.path for f in told.value.faults} == {f"Measure.{name}" for name in wrong}
    assert "Did you mean 'outcome'?" in str(told.value)


def test_a_misspelt_key_of_a_mapping_is_named_with_the_nearest():
    with pytest.raises(dk.TheoryError, match=r"The key 'strenght' is not known .* Did you mean 'strength'?"):
        dk.Driver("P1", "x", contributes_to=[{"to": "A1", "strenght": "weak"}])
    with pytest.raises(dk.TheoryError, match="The key 'to' is missing"):
        dk.Driver("P1", "x", contributes_to=[{"strength": "weak"}])


def test_keys_for_other_tools_are_taken_from_a_mapping_too():
    cycle = dk.PdsaCycle("T1", "C1", plan={"objective": "see", "x-room": [1, {"b": None}]})
    assert cycle.plan.extra == {"x-room": (1, {"b": None})}


# ------------------------------------------------------------------------------- what is weak is allowed


def test_a_title_alone_is_a_theory():
    theory = dk.Theory("Fewer falls")
    assert theory.nodes == ()
    assert theory.links == ()


def test_a_primary_driver_contributes_to_the_one_aim():
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A1", "x")],
        drivers=[dk.Driver("P1", "x"), dk.Driver("P2", "x", level=1), dk.Driver("S", "x", level=2)],
    )
    assert [link.id for link in theory.links] == ["P1 -> A1", "P2 -> A1"]
    assert all(link.implied for link in theory.links)
    assert theory.add(dk.Aim("A2", "y")).links == ()


def test_a_level_is_one_more_than_the_shallowest_thing_contributed_to():
    theory = dk.Theory(
        "t",
        aims=[dk.Aim("A1", "x"), dk.Aim("A0", "y")],
        drivers=[
            dk.Driver("T1", "x", contributes_to=["S1", "P1"]),
            dk.Driver("S1", "x", contributes_to=["P1"]),
            dk.Driver("P1", "x", contributes_to=["A1"]),
            dk.Driver("L5", "x", level=5, contributes_to=["A1"]),
            dk.Driver("L6", "x", contributes_to=["L5"]),
            dk.Driver("O", "x"),
        ],
    )
    assert dict(theory.levels) == {"A1": 0, "A0": 0, "P1": 1, "S1": 2, "T1": 2, "L5": 5, "L6": 6, "O": 1}
    assert theory.level("T1") == 2
    assert [d.id for d in theory.primary_drivers] == ["P1", "O"]


def test_levels_of_a_chain_of_any_length_are_found_without_recursion():
    chain = [dk.Driver(f"D{n}", "x", contributes_to=[f"D{n + 1}"] if n < 4999 else []) for n in range(5000)]
    assert dk.Theory("t", drivers=chain).level("D0") == 5000


# ------------------------------------------------------------------------------ values that stay as they are


def test_values_are_frozen_down_to_their_containers():
    theory = examples.load("leaving-hospital")

    def still(value: object) -> None:
        assert not isinstance(value, (list, dict, set, bytearray))
        if attrs.has(type(value)):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                value.id = "new"
            for field in attrs.fields(type(value)):
                if field.eq:
                    still(getattr(value, field.name))
        elif isinstance(value, tuple):
            for part in value:
                still(part)
        elif isinstance(value, FrozenDict):
            for part in value.values():
                still(part)

    still(theory)


def test_a_list_that_was_handed_in_and_changed_later_changes_nothing():
    data = {"x-a": [1, 2]}
    tags = ["one"]
    aim = dk.Aim("A1", "x", tags=tags, extra=data)
    tags.append("two")
    data["x-a"].append(3)
    assert aim.tags == ("one",)
    assert aim.extra == {"x-a": (1, 2)}


@pytest.mark.parametrize("name", examples.names())
def test_a_theory_can_be_hashed_pickled_and_copied(name):
    theory = examples.load(name)
    for again in (pickle.loads(pickle.dumps(theory)), copy.copy(theory), copy.deepcopy(theory)):
        assert again == theory
        assert hash(again) == hash(theory)
        assert again.place(again.aims[0].id) == theory.place(theory.aims[0].id)
    assert len({theory, examples.load(name)}) == 1


ERRORS = [
    dk.TheoryError([dk.Fault("m", "p", 1, 2, "f", "i")]),
    dk.FormatError([dk.Fault("m", "p", 1, 2, "f", "i"), dk.Fault("n")]),
    dk.TheoryError("one sentence"),
    dk.UnknownId("feedbck", ["feedback"]),
    dk.SaveError("cannot"),
    dk.FileChanged("changed"),
    dk.UsageError("how"),
    dk.MissingEngine("get it"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_an_error_survives_pickling_with_its_fields(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert isinstance(again, dk.DriverkitError)


def test_an_id_that_is_not_there_is_told_with_the_nearest():
    theory = dk.Theory("t", drivers=[dk.Driver("feedback", "x")])
    with pytest.raises(dk.UnknownId) as told:
        theory.node("feedbck")
    assert told.value.near == ("feedback",)
    assert str(told.value) == "No node has the id 'feedbck'. Did you mean 'feedback'?"
    for odd in (None, 5, ["feedback"]):
        with pytest.raises(dk.UnknownId):
            theory.node(odd)


# --------------------------------------------------------------------------------------------------- edits


def test_add_puts_each_item_at_the_end_of_its_section(theory):
    more = theory.add(
        dk.ChangeIdea("C9", "x"),
        dk.Cause("R9", "z"),
        dk.Driver("S9", "x", contributes_to=["P1"], addresses=["R9"]),
    )
    assert more.change_ideas[-1].id == "C9"
    assert more.causes[-1].id == "R9"
    assert more.drivers[-1].addresses == ("R9",)
    assert len(theory.change_ideas) == 2


def test_items_that_are_added_together_may_speak_of_each_other():
    theory = dk.Theory("t").add(
        dk.ChangeIdea("C1", "x", contributes_to=["P1"]), dk.Driver("P1", "y"), dk.PdsaCycle("T1", "C1")
    )
    assert [link.id for link in theory.links] == ["C1 -> P1"]


def test_an_aim_that_takes_the_implied_links_away_is_refused_where_evidence_speaks_of_them(theory):
    with pytest.raises(dk.TheoryError, match="'E2' is about 'P1 -> A1', but there is no such link"):
        theory.add(dk.Aim("A2", "another"))


def test_a_replacement_that_drops_a_link_is_refused_where_evidence_speaks_of_it(theory):
    for driver in (dk.Driver("P1", "x", level=2), dk.Driver("S1", "x", contributes_to=["P1"])):
        with pytest.raises(dk.TheoryError, match="but there is no such link"):
            theory.replace(driver)


def test_a_replacement_keeps_its_place_and_its_kind(theory):
    new = theory.replace(dk.Driver("P2", "Help answers", contributes_to=["A1"]), title="Another")
    assert [d.id for d in new.drivers] == ["P1", "P2", "S1", "S2"]
    assert new.title == "Another"
    assert new.replace(dk.Cause("R1", "reworded")).causes[0].text == "reworded"
    with pytest.raises(dk.TheoryError, match="'P2' is a driver, not a change idea"):
        theory.replace(dk.ChangeIdea("P2", "x"))
    with pytest.raises(dk.UnknownId):
        theory.replace(dk.Driver("P9", "x"))
    with pytest.raises(dk.TheoryError, match="twice in one call"):
        theory.replace(dk.Driver("P2", "x"), dk.Driver("P2", "y"))
    with pytest.raises(dk.TheoryError, match="as a whole and item by item"):
        theory.replace(dk.Driver("P2", "x"), drivers=[])


def test_a_replacement_that_closes_a_loop_is_refused(theory):
    with pytest.raises(dk.TheoryError, match=r"A loop: P2 -> S1 -> P2"):
        theory.replace(dk.Driver("P2", "x", contributes_to=["S1"]))


def test_links_go_with_what_is_removed_and_a_driver_keeps_its_level(theory):
    new = theory.remove("P2", "E1", "E3")
    assert [c.to for c in new.node("S1").contributes_to] == ["P1"]
    assert new.recommendations[0].about == ()
    new = theory.replace(revision=None, revisions=[]).remove("P1", "E2")
    assert new.level("S2") == 2
    assert new.parents("S2") == ()
    assert not any(link.cause == "S2" for link in new.links)


def test_measures_and_causes_leave_no_trace_where_they_were_named(theory):
    new = theory.remove("M1", "R1", "ward-5")
    assert new.aims[0].measure is None
    assert new.node("P1").addresses == ()
    assert new.node("T1").team == "ward-5", "a name stays a name"


def test_what_is_on_record_is_never_dropped_unasked(theory):
    with pytest.raises(dk.TheoryError) as told:
        theory.remove("C1", "P2")
    said = str(told.value)
    for words in (
        "'T1' is a cycle of it",
        "'T3' is a cycle of it",
        "'E1' is evidence about 'S1 -> P2'",
        "'E3' is evidence",
    ):
        assert words in said
    with pytest.raises(dk.TheoryError, match="A revision was made because of 'T2'"):
        theory.remove("T2")
    with pytest.raises(dk.TheoryError, match="'T3' was adapted from 'T1'"):
        theory.remove("T1")


def test_a_ramp_closes_over_a_cycle_that_is_taken_out(theory):
    free = theory.replace(revision=None, revisions=[])
    assert free.remove("T2").node("T3").follows == "T1"
    alone = free.replace(dk.PdsaCycle("T3", "C1", follows="T2"))
    assert alone.remove("T1", "T2").node("T3").follows is None


def test_an_id_is_renamed_everywhere_it_is_spoken_of(theory):
    new = theory
    for old, to in {
        "A1": "aim", "P1": "prim", "P2": "prim2", "S1": "sec", "C1": "idea", "M1": "meas", "T1": "first",
        "T2": "second", "E2": "ev", "R1": "cause", "ward-5": "five", "N1": "advice",
    }.items():  # fmt: skip
        new = new.rename(old, to)
    assert new.aims[0].measure == "meas"
    assert [c.to for c in new.node("sec").contributes_to] == ["prim", "prim2"]
    assert new.node("sec").contributes_to[1].strength == "weak"
    assert new.node("prim").addresses == ("cause",)
    assert new.measures[0].of == ("aim", "sec")
    assert [c.change for c in new.cycles] == ["idea"] * 3
    assert [c.follows for c in new.cycles] == [None, "first", "second"]
    assert new.cycles[2].adapted_from == "first"
    assert [e.about for e in new.evidence] == ["sec -> prim2", "prim -> aim", "prim2"]
    assert new.teams[0].works_on == ("sec", "idea")
    assert (new.node("idea").owner, new.node("first").team) == ("five", "five")
    assert new.recommendations[0].about == ("prim2",)
    assert new.revisions[0].because_of == ("second", "ev", "m07/T9")
    assert new.revision.because_of == ("second",)


def test_an_owner_who_happens_to_be_called_like_a_node_is_not_renamed():
    theory = dk.Theory("t", drivers=[dk.Driver("Kim", "x", owner="Kim")])
    assert theory.rename("Kim", "P1").node("P1").owner == "Kim"


def test_an_id_can_not_take_one_that_is_there_or_none_at_all(theory):
    with pytest.raises(dk.TheoryError, match="used twice"):
        theory.rename("P1", "P2")
    with pytest.raises(dk.TheoryError, match="An id begins with"):
        theory.rename("P1", "-x")
    with pytest.raises(dk.UnknownId):
        theory.rename("P9", "P8")


def test_a_link_is_written_or_rewritten(theory):
    new = theory.link("S2", "P2", strength="strong", because="seen on the ward")
    assert [c.to for c in new.node("S2").contributes_to] == ["P1", "P2"]
    again = new.link("S2", "P2", only_where="a nurse answers")
    assert again.node("S2").contributes_to[1] == dk.Contribution("P2", only_where="a nurse answers")
    with pytest.raises(dk.TheoryError, match="contributes to itself"):
        theory.link("S1", "S1")
    with pytest.raises(dk.TheoryError, match="A loop"):
        theory.link("P1", "S1")
    with pytest.raises(dk.TheoryError, match="a measure and contributes to nothing"):
        theory.link("M1", "S1")
    with pytest.raises(dk.UnknownId):
        theory.link("S1", "P9")


def test_a_second_link_of_a_primary_driver_keeps_the_one_that_nobody_wrote(theory):
    new = theory.link("P1", "P2")
    assert [c.to for c in new.node("P1").contributes_to] == ["A1", "P2"]
    assert not new.links[0].implied


def test_unlink_takes_one_link_and_adds_none(theory):
    new = theory.unlink("S2", "P1")
    assert new.node("S2").level == 2
    assert {link.id for link in new.links} == {link.id for link in theory.links} - {"S2 -> P1"}


def test_a_link_that_holds_by_itself_cannot_be_taken_out(theory):
    bare = theory.replace(revisions=[]).remove("E1", "E2", "E3")
    for driver in ("P1", "P2"):
        with pytest.raises(dk.TheoryError, match="is the only aim, so it contributes to it without a link"):
            bare.unlink(driver, "A1")


def test_a_link_with_evidence_or_that_is_not_there_is_not_unlinked(theory):
    with pytest.raises(dk.TheoryError, match=r"The link 'S1 -> P2' has evidence: 'E1'\."):
        theory.unlink("S1", "P2")
    with pytest.raises(dk.TheoryError, match="There is no link 'S2 -> P2'"):
        theory.unlink("S2", "P2")


def test_what_is_no_part_of_a_theory_is_not_added():
    for odd in ("A1", None, dk.Plan(), dk.Contribution("A1"), dk.Revision()):
        with pytest.raises(dk.TheoryError, match="Only what has a place in a theory"):
            dk.Theory("t").add(odd)


def test_a_section_takes_its_own_values_only():
    with pytest.raises(dk.TheoryError, match="Aim values are wanted here"):
        dk.Theory("t", aims=[dk.Driver("P1", "x")])
    with pytest.raises(dk.TheoryError, match="A list of Aim values is wanted here"):
        dk.Theory("t", aims=dk.Aim("A1", "x"))


# --------------------------------------------------------------------------------------------- the work it is


def test_adding_many_at_once_costs_each_item_the_same(monkeypatch):
    """Counted in looks at items, not in seconds, so that a slow machine cannot turn it red."""
    from driverkit.model import theory as room

    looked_at = 0
    original = room._reference_faults

    def counted(*args):
        nonlocal looked_at
        looked_at += 1
        return original(*args)

    monkeypatch.setattr(room, "_reference_faults", counted)
    base = dk.Theory("t", aims=[dk.Aim("A1", "x")])
    for n in range(0, 1000, 100):
        base = base.add(*(dk.Driver(f"D{n + k}", "x", contributes_to=["A1"]) for k in range(100)))
    assert looked_at == 1 + 1000
    looked_at = 0
    base.replace(dk.Driver("D500", "other"))
    assert looked_at == 1


def test_dates_may_be_texts_or_dates():
    assert dk.Aim("A1", "x", by="2027-06-30") == dk.Aim("A1", "x", by=dt.date(2027, 6, 30))
