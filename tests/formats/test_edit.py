"""A theory changed by paths and words, as scripts do it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.formats.edit import KINDS, added, assign
from driverkit.model.ids import LETTERS, next_id
from strategies import theories


@pytest.fixture
def theory():
    return dk.Theory(
        "Falls",
        aims=[dk.Aim("A1", "Fewer falls", target=3)],
        drivers=[dk.Driver("P1", "Floors are dry", contributes_to=["A1"], tags=["floor"])],
        change_ideas=[dk.ChangeIdea("C1", "Mats at the door", contributes_to=["P1"])],
        cycles=[dk.PdsaCycle("T1", "C1", plan={"date": "2026-01-02"}, predictions=[{"prediction": "3"}])],
    )


def test_numbers_dates_and_words_become_what_the_field_takes(theory):
    new = assign(theory, "A1", ["target=2.5", "by=2027-06-30", "population=people over 65"])
    aim = new.node("A1")
    assert (aim.target, aim.by.isoformat(), aim.population) == (2.5, "2027-06-30", "people over 65")


def test_a_number_in_a_text_stays_a_text(theory):
    assert assign(theory, "P1", ["text=1"]).node("P1").text == "1"
    assert assign(theory, "P1", ["text=2026-01-01"]).node("P1").text == "2026-01-01"


def test_an_empty_value_takes_the_field_away(theory):
    assert assign(theory, "A1", ["target="]).node("A1").target is None


def test_lists_grow_and_shrink(theory):
    new = assign(theory, "P1", ["tags+=winter", "tags+=door", "tags-=floor"])
    assert new.node("P1").tags == ("winter", "door")
    assert assign(new, "P1", ["tags=only"]).node("P1").tags == ("only",)
    assert assign(new, "P1", ["tags="]).node("P1").tags == ()


def test_fields_inside_others_and_entries_of_lists(theory):
    new = assign(
        theory,
        "T1",
        ["study.learned=it works", "predictions[0].result=confirmed", "predictions[1].prediction=four"],
    )
    cycle = new.node("T1")
    assert cycle.study.learned == "it works"
    assert [p.result for p in cycle.predictions] == ["confirmed", None]
    assert [p.prediction for p in cycle.predictions] == ["3", "four"]


def test_a_link_becomes_more_than_an_id(theory):
    new = assign(theory, "P1", ["contributes_to[0].strength=strong"])
    assert (new.links[0].effect, new.links[0].strength) == ("A1", "strong")


def test_the_theory_itself_has_fields(theory):
    new = assign(
        theory, None, ["title=Falling less", "problem.text=One in five falls", "perspectives+=nurse"]
    )
    assert (new.title, new.problem.text, new.perspectives) == (
        "Falling less",
        "One in five falls",
        ("nurse",),
    )


def test_nothing_else_changes(theory):
    new = assign(theory, "C1", ["owner=ward 5"])
    assert new.replace("C1", owner=None) == theory


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("statsu=adopted", "Did you mean 'status'?"),
        ("owner", "Write PATH=VALUE"),
        ("=x", "Write PATH=VALUE"),
        ("id=C2", "driverkit rename"),
        ("owner.name=x", "is no list"),
        ("owner+=x", "is no list"),
        ("tags-=never", "is not in the list"),
        ("tags[3]=x", "has 0 entries; the next one is tags[0]"),
        ("x-a.b=1", "Only a whole value"),
        ("..=1", "is no path"),
    ],
)
def test_what_cannot_be_understood_is_told_with_what_to_write(theory, change, says):
    with pytest.raises(dk.UsageError) as caught:
        assign(theory, "C1", [change])
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("id", "change"), [("C1", "status=adoptd"), ("A1", "target=many"), ("A1", "by=30.6.27")]
)
def test_what_the_field_does_not_take_is_a_fault(theory, id, change):
    with pytest.raises(dk.FormatError):
        assign(theory, id, [change])


def test_an_id_that_nobody_has_is_told(theory):
    with pytest.raises(dk.UnknownId):
        assign(theory, "C9", ["owner=x"])


def test_every_kind_can_be_added(theory):
    theory = assign(theory, None, ["problem.text=p"])
    hangs = {"aim": [], "cause": [], "cycle": ["C1"], "evidence": ["P1"]}
    more = {"evidence": ["finding=supports", "kind=data"]}
    for kind in KINDS:
        theory, id = added(
            theory, kind, f"a new {kind}", to=hangs.get(kind, ["A1"]), changes=more.get(kind, ())
        )
        assert id in theory
        assert id.startswith(LETTERS[kind if kind != "driver" else "driver"])


def test_a_driver_of_a_driver_gets_the_letter_of_its_level(theory):
    theory, first = added(theory, "driver", "x", to=["P1"], number=True)
    theory, second = added(theory, "driver", "y", to=[first], number=True)
    assert (first, second) == ("S1", "D1")


def test_two_branches_that_add_different_nodes_take_different_ids(theory):
    ids = {added(theory, "change", f"idea {n}", to=["P1"])[1] for n in range(100)}
    assert len(ids) == 100


def test_two_branches_that_add_the_same_node_take_the_same_id(theory):
    ours = added(theory, "change", "Mats", to=["P1"])[1]
    theirs = added(added(theory, "change", "Other", to=["P1"])[0], "change", "Mats", to=["P1"])[1]
    assert ours == theirs


def test_the_same_words_twice_in_one_theory_are_two_nodes(theory):
    theory, one = added(theory, "change", "Mats", to=["P1"])
    theory, two = added(theory, "change", "Mats", to=["P1"])
    assert one != two
    assert two.startswith(one)


def test_the_next_number_passes_over_ids_that_differ_in_case_only(theory):
    theory = theory.add(dk.ChangeIdea("c2", "y", contributes_to=["P1"]))
    assert next_id(theory, "change") == "C3"


@given(theory=theories(max_nodes=8), data=st.data())
def test_setting_a_field_to_what_it_is_changes_nothing(theory, data):
    nodes = theory.nodes
    if not nodes:
        return
    node = data.draw(st.sampled_from(nodes))
    assert assign(theory, node.id, [f"text={node.text}"]) == theory
