"""Causes and drivers: what is addressed, what addresses nothing, and the first draft from a fishbone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import driverkit as dk
from driverkit import examples
from driverkit.analysis import cause_rows
from driverkit.analysis.causes import COLUMNS
from driverkit.evidence import cause_covers, drivers_without_cause, idea_status
from driverkit.graph import drivers_behind, drivers_moved_by, ideas_behind
from strategies import theories

BONES = {
    "text": "People fall",
    "causes": [
        {"id": "R1", "text": "Floors are wet", "category": "place"},
        {"id": "R2", "text": "Nobody asks", "category": "people"},
        {"id": "R3", "text": "Lights are dim", "category": "place"},
        {"id": "R4", "text": "It is always night somewhere"},
    ],
}


def falls(**more) -> dk.Theory:
    return dk.Theory("Falls", aims=[dk.Aim("A1", "Halve falls")], problem=BONES, **more)


def answered() -> dk.Theory:
    return falls(
        drivers=[
            dk.Driver("P1", "Places are safe"),
            dk.Driver("S1", "Floors are dry", contributes_to=["P1"], addresses=["R1"]),
            dk.Driver("S2", "Cleaners have time", contributes_to=["S1"]),
            dk.Driver("P2", "Spirits are high"),
            dk.Driver("S3", "Music is played", contributes_to=["P2"]),
        ],
        change_ideas=[
            dk.ChangeIdea("C1", "Mats", contributes_to=["S2", "S1"]),
            dk.ChangeIdea("C2", "Songs", contributes_to=["S3"]),
            dk.ChangeIdea("C3", "Signs", contributes_to=["P1"]),
        ],
        measures=[dk.Measure("M1", "Wet floors", of=["S1", "S2"]), dk.Measure("M2", "Songs", of=["P2"])],
        cycles=[
            dk.PdsaCycle("T1", "C1", study={"learned": "They slip"}),
            dk.PdsaCycle("T2", "C1", do={"observed": "Stuck down"}),
            dk.PdsaCycle("T3", "C3", study={"learned": "Nobody reads"}),
        ],
    )


def test_a_cause_is_addressed_by_the_drivers_that_name_it_and_counts_what_is_below_them():
    covers = {cover.cause: cover for cover in cause_covers(answered())}
    assert covers["R1"].drivers == ("S1",)
    one = covers["R1"]
    assert (one.drivers_below, one.ideas, one.ideas_tested, one.cycles_studied, one.measures) == (
        1,
        1,
        1,
        1,
        1,
    )
    assert not covers["R2"].addressed
    assert not covers["R2"].tested


def test_a_driver_addresses_no_cause_where_neither_it_nor_one_below_or_above_names_one():
    assert [driver.id for driver in drivers_without_cause(answered())] == ["P2", "S3"]
    assert len(drivers_without_cause(falls(drivers=[dk.Driver("P1", "p")]))) == 1
    assert drivers_without_cause(falls()) == ()


@pytest.mark.slow
@settings(max_examples=10)
@given(theories(20))
def test_the_counts_are_those_of_the_walks(theory):
    """Each idea once, however many drivers answer the cause."""
    for cause, cover in zip(theory.causes, cause_covers(theory), strict=True):
        named = [driver for driver in theory.drivers if cause.id in driver.addresses]
        assert cover.cause == cause.id
        assert cover.drivers == tuple(driver.id for driver in named)
        ideas = {idea.id for driver in named for idea in ideas_behind(theory, driver.id)}
        below = {d.id for driver in named for d in drivers_behind(theory, driver.id)} - set(cover.drivers)
        assert cover.ideas == len(ideas)
        assert cover.drivers_below == len(below)
        assert cover.ideas_tested == sum(idea_status(theory, id).tested for id in ideas)
        assert cover.cycles_studied == sum(idea_status(theory, id).studied for id in ideas)
    naming = {driver.id for driver in theory.drivers if driver.addresses}
    for driver in theory.drivers:
        touching = {driver.id}
        touching |= {d.id for d in (*drivers_behind(theory, driver.id), *drivers_moved_by(theory, driver.id))}
        assert (driver in drivers_without_cause(theory)) == (not touching & naming)


@pytest.mark.parametrize("name", examples.names())
def test_the_table_says_what_the_judgement_says_and_documents_each_column(name):
    theory = examples.load(name)
    frame = dk.causes_covered(theory)
    assert list(frame.columns) == list(COLUMNS) == list(frame.attrs["columns"])
    assert len(frame) == len(theory.causes)
    for row, cover in zip(cause_rows(theory), cause_covers(theory), strict=True):
        assert (row["drivers"], row["ideas"], row["ideas_tested"]) == (
            len(cover.drivers),
            cover.ideas,
            cover.ideas_tested,
        )
        assert (row["gap"] == "") == cover.tested


def test_the_table_has_its_columns_and_types_also_without_causes():
    empty, full = dk.causes_covered(dk.Theory("t")), dk.causes_covered(answered())
    assert list(empty.columns) == list(COLUMNS)
    assert list(empty.dtypes) == list(full.dtypes)
    assert list(full["gap"]) == ["", "no driver", "no driver", "no driver"]


# -- drafts ----------------------------------------------------------------------------------------------


def test_categories_become_primary_drivers_and_causes_secondary_ones():
    drafted = dk.draft_drivers(falls())
    assert [(d.id, drafted.level(d.id), drafted.parents(d.id), d.addresses) for d in drafted.drivers] == [
        ("F1", 1, ("A1",), ()),
        ("F1.1", 2, ("F1",), ("R1",)),
        ("F2", 1, ("A1",), ()),
        ("F2.1", 2, ("F2",), ("R2",)),
        ("F1.2", 2, ("F1",), ("R3",)),
        ("F3", 1, ("A1",), ("R4",)),
    ]


def test_drafts_keep_the_words_of_the_fishbone_and_say_that_they_are_drafts():
    drafted = dk.draft_drivers(falls())
    for driver in drafted.drivers:
        assert driver.text.startswith("Draft: ")
        assert driver.undeveloped
    assert drafted.node("F1").text == "Draft: place"
    assert drafted.node("F1.1").text == "Draft: Floors are wet"
    assert all(finding.known for finding in dk.check(drafted, select="STR05"))


def test_what_is_addressed_already_is_left_out_unless_asked_for():
    theory = answered()
    drafted = dk.draft_drivers(theory)
    assert drafted.drivers[: len(theory.drivers)] == theory.drivers
    assert {c for d in drafted.drivers[len(theory.drivers) :] for c in d.addresses} == {"R2", "R3", "R4"}
    everything = dk.draft_drivers(theory, addressed=True).drivers[len(theory.drivers) :]
    assert {c for d in everything for c in d.addresses} == {"R1", "R2", "R3", "R4"}


def test_new_causes_join_the_draft_of_their_category():
    drafted = dk.draft_drivers(falls()).replace("F2", text="People speak up", undeveloped=None)
    more = dk.draft_drivers(drafted.add(dk.Cause("R5", "Alarms are off", category="people")))
    assert [(d.id, more.parents(d.id)) for d in more.drivers[len(drafted.drivers) :]] == [("F2.2", ("F2",))]


def test_with_several_aims_the_team_says_which_one_a_draft_moves():
    drafted = dk.draft_drivers(falls().add(dk.Aim("A2", "Fewer fractures")))
    assert drafted.parents("F1") == ()
    assert [f.node for f in dk.check(drafted, select="STR03") if f.node == "F1"] == ["F1"]


def test_an_id_that_is_taken_is_passed_over():
    theory = falls(drivers=[dk.Driver("F1", "f")], evidence=[dk.Evidence("F2.1", about="F1")])
    assert [d.id for d in dk.draft_drivers(theory).drivers] == [
        "F1",
        "F2",
        "F2.2",
        "F3",
        "F3.1",
        "F2.3",
        "F4",
    ]


@pytest.mark.few(1)
@pytest.mark.parametrize("addressed", [False, True])
@settings(max_examples=10)
@given(theory=theories(20))
def test_drafting_twice_adds_nothing_and_never_touches_what_is_there(addressed, theory):
    drafted = dk.draft_drivers(theory, addressed=addressed)
    assert dk.draft_drivers(drafted, addressed=addressed) is drafted
    assert dk.draft_drivers(drafted) is drafted
    assert drafted.drivers[: len(theory.drivers)] == theory.drivers
    assert (drafted.aims, drafted.problem) == (theory.aims, theory.problem)
    assert all(cover.addressed for cover in cause_covers(drafted))
    assert drafted == dk.draft_drivers(theory, addressed=addressed)
    assert dk.loads(dk.dumps(drafted)) == drafted
