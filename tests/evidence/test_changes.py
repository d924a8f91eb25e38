"""What changed between two versions of a theory: every kind of change, and which is substantive."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given

import driverkit as dk
from driverkit.evidence.changes import KINDS, RevisionRule, changes, content_words
from strategies import theories

OLD = dk.loads("""\
driverkit: 1
title: Fewer falls
aims: [{id: A1, text: Fewer falls on the ward, target: 3, by: 2026-06-30, measure: M1}]
drivers:
  - {id: P1, text: Risk is known, contributes_to: [A1]}
  - {id: P2, text: Floors are dry, contributes_to: [A1]}
  - {id: S1, text: Spills are seen, contributes_to: [P2]}
change_ideas:
  - {id: C1, text: A red bracelet, contributes_to: [P1], owner: ward-5}
  - {id: C2, text: A mop at each door, contributes_to: [S1]}
measures: [{id: M1, name: Falls a month, of: [A1], unit: falls}]
cycles: [{id: T1, change: C1, study: {date: 2026-01-02, learned: it works}}]
""")


def kinds(new, old=OLD):
    return [(c.kind, c.id, c.substantive) for c in changes(old, new)]


def test_nothing_changed_is_no_change():
    assert changes(OLD, OLD) == ()


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD.replace("A1", target=2), [("retargeted", "A1", True)]),
        (OLD.replace("A1", by="2027-06-30"), [("retargeted", "A1", True)]),
        (OLD.replace("P1", text="Risk is known on the first day"), [("reworded", "P1", True)]),
        (OLD.replace("P1", text="The risk is known."), [("reworded", "P1", False)]),
        (OLD.replace("P1", text="Risk was known"), [("reworded", "P1", False)]),
        (OLD.link("S1", "P1"), [("linked", "S1 -> P1", True)]),
        (OLD.link("C2", "P1"), [("linked", "C2 -> P1", False)]),
        (OLD.link("S1", "P1").unlink("S1", "P2"), [("moved", "S1", True)]),
        (OLD.unlink("C2", "S1"), [("unlinked", "C2 -> S1", False)]),
        (OLD.link("P1", "A1", strength="strong"), [("restrengthened", "P1 -> A1", True)]),
        (OLD.link("P1", "A1", because="we saw it"), [("restrengthened", "P1 -> A1", False)]),
        (OLD.add(dk.ChangeIdea("C3", "Socks", contributes_to=["P1"])), [("added", "C3", False)]),
        (OLD.add(dk.Driver("P3", "Shoes fit", contributes_to=["A1"])), [("added", "P3", True)]),
        (OLD.remove("C2"), [("dropped", "C2", False)]),
        (OLD.remove("C1", "T1"), [("dropped", "C1", True)]),
        (OLD.replace("C1", status="abandoned"), [("restated", "C1", True)]),
        (OLD.replace("C1", owner="ward-6"), [("restated", "C1", False)]),
        (OLD.replace("M1", unit="falls a month"), [("restated", "M1", False)]),
        (OLD.rename("S1", "S9"), [("renamed", "S9", False)]),
        (attrs.evolve(OLD, drivers=(OLD.drivers[1], OLD.drivers[0], OLD.drivers[2])), [("reordered", "drivers", False)]),
        (attrs.evolve(OLD, title="Falls"), [("restated", "", False)]),
        (OLD.replace("S1", level=3), [("re-levelled", "S1", True)]),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_told_and_judged(new, expected):
    assert kinds(new) == expected


def test_every_kind_has_its_words():
    assert {kind for _, expected in test_each_kind_of_change_is_told_and_judged.pytestmark[0].args[1] for kind, _, _ in expected} | {"re-evidenced"} == set(KINDS)  # fmt: skip


def test_what_was_learned_in_between_is_joined_with_what_changed():
    new = (
        OLD.replace("C1", status="abandoned")
        .add(dk.PdsaCycle("T2", "C1", study={"date": "2026-02-02", "learned": "nobody wears it"}))
        .add(dk.Evidence("E1", "C1", kind="data", finding="contradicts"))
    )
    new = attrs.evolve(
        new, revisions=[dk.Revision("2", kind="substantive", why="the bracelet failed", because_of=["T2"])]
    )
    found = {(c.kind, c.id): c for c in changes(OLD, new)}
    change = found["restated", "C1"]
    assert (change.cycles, change.evidence, change.revisions) == (("T2",), ("E1",), ("2",))
    assert found["re-evidenced", "C1"].words == (
        "On “A red bracelet”: 1 cycle studied (T2) and 1 piece of evidence (E1 contradicts)."
    )


def test_a_rule_of_ones_own_decides():
    rule = RevisionRule("all", "Everything is substantive.", "us", lambda change, old, new: True)
    assert all(c.substantive for c in changes(OLD, OLD.replace("C1", owner="x"), rule=rule))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Floors are dry", "The floor is dry.", True),
        ("Floors are dry", "Floors are clear", False),
        ("Halve falls by 2026", "Halve falls by 2027", False),
        ("Call within 3 days", "Call within 3.5 days", False),
        ("", "the of", True),
    ],
)
def test_words_without_content_change_no_claim(one, other, same):
    assert (content_words(one) == content_words(other)) is same


@given(old=theories(max_nodes=8), new=theories(max_nodes=8))
def test_every_node_is_added_dropped_renamed_or_in_both(old, new):
    found = changes(old, new)
    added = {c.id for c in found if c.kind == "added"}
    dropped = {c.id for c in found if c.kind == "dropped"}
    renamed = {c.id: c.before for c in found if c.kind == "renamed"}
    sections = ("aims", "drivers", "change_ideas", "measures", "causes", "teams", "recommendations")
    for name in sections:
        was, now = ({x.id for x in getattr(t, name)} for t in (old, new))
        for id in now - was:
            assert id in added or id in renamed
        for id in was - now:
            assert id in dropped or id in renamed.values()
    assert changes(new, new) == ()
    assert all(c.kind in KINDS and c.words.endswith(".") for c in found)


# -- records that say something else, or are gone ----------------------------------------------------

KNOWN = (
    OLD.replace(
        "T1",
        predictions=[{"question": "Who wears it?", "prediction": "all", "result": "refuted"}],
        act={"decision": "adopt"},
    )
    .add(dk.Evidence("E1", "C1", kind="data", finding="contradicts", text="It went with the washing"))
    .add(dk.Evidence("E2", "P1 -> A1", finding="supports"))
    .add(dk.PdsaCycle("T2", "C2", predictions=[{"question": "Is it used?", "prediction": "daily"}]))
)
T1 = KNOWN.node("T1")


@pytest.mark.parametrize(
    ("new", "expected", "words"),
    [
        (KNOWN.replace("E1", finding="supports"), [("C1", "finding", True)], "changed from contradicts to supports."),
        (KNOWN.replace("E1", about="P2"), [("P2", "about", True)], "is about “Floors are dry” now, and was about “A red bracelet”."),
        (KNOWN.replace("E1", text="It was lost"), [("C1", "text", False)], "to It was lost."),
        (KNOWN.remove("E1"), [("C1", "evidence", True)], "1 piece of evidence is gone (E1 contradicts)."),
        (KNOWN.remove("E2"), [("P1 -> A1", "evidence", True)], "On the link from “Risk is known” to “Fewer falls on the ward”"),
        (KNOWN.replace("T1", predictions=[attrs.evolve(T1.predictions[0], result="confirmed")]), [("C1", "result", True)], "The result in cycle T1 on “A red bracelet” changed from refuted to confirmed."),
        (KNOWN.replace("T1", predictions=[attrs.evolve(T1.predictions[0], prediction="some")]), [("C1", "prediction", False)], "changed from all to some."),
        (KNOWN.replace("T1", predictions=[]), [("C1", "result", True)], "is gone, refuted: Who wears it?."),
        (KNOWN.replace("T1", study={"date": "2026-01-02", "learned": "it does not"}), [("C1", "learned", False)], "changed from it works to it does not."),
        (KNOWN.replace("T1", act={"decision": "abandon"}), [("C1", "decision", True)], "changed from adopt to abandon."),
        (KNOWN.replace("T1", change="C2"), [("C2", "change", True)], "Cycle T1 tests “A mop at each door” now"),
        (KNOWN.replace("T1", study=None), [("C1", "study", True)], "The Study of cycle T1 on “A red bracelet” is gone."),
        (KNOWN.remove("T1", "T2"), [("C1", "cycles", True), ("C2", "unfinished", False)], "1 studied cycle is gone (T1)."),
        (KNOWN.replace("T2", predictions=[{"question": "Is it used?", "prediction": "never"}]), [("C2", "prediction", False)], "changed from daily to never."),
    ],
)  # fmt: skip
def test_a_record_that_was_rewritten_or_deleted_is_told_on_what_it_bears_on(new, expected, words):
    found = changes(KNOWN, new)
    assert {c.kind for c in found} == {"re-evidenced"}
    assert [(c.id, c.field, c.substantive) for c in found] == expected
    assert words in found[0].words
    assert (*found[0].cycles, *found[0].evidence)[0] in ("T1", "T2", "E1", "E2")


def test_a_cycle_that_goes_on_is_not_told_as_rewritten():
    new = KNOWN.replace(
        "T2",
        predictions=[{"question": "Is it used?", "prediction": "daily", "result": "confirmed"}],
        study={"date": "2026-03-01"},
    )
    assert [(c.kind, c.id, c.field) for c in changes(KNOWN, new)] == [("re-evidenced", "C2", None)]


def test_predictions_in_another_order_are_the_same_predictions():
    two = [{"question": "A?", "result": "refuted"}, {"question": "B?", "result": "confirmed"}]
    assert changes(KNOWN.replace("T1", predictions=two), KNOWN.replace("T1", predictions=two[::-1])) == ()


def test_a_record_with_another_id_alone_is_renamed_and_not_gone():
    for id in ("E1", "T1"):
        assert [(c.kind, c.id, c.before, c.substantive) for c in changes(KNOWN, KNOWN.rename(id, "X9"))] == [
            ("renamed", "X9", id, False)
        ]
    assert kinds(KNOWN.rename("C1", "C9"), KNOWN) == [("renamed", "C9", False)]


def test_what_went_with_a_node_is_told_with_it():
    (change,) = changes(KNOWN, KNOWN.remove("C1", "T1", "E1"))
    assert change.words == "“A red bracelet” was dropped, with 1 cycle (T1) and 1 piece of evidence (E1)."
    untested = KNOWN.remove("T1").replace("E1", about="C2").remove("T2")
    (change,) = changes(untested, untested.remove("C2", "E1"))
    assert change.substantive  # evidence is lost, although the idea was never tested


def test_a_note_that_names_a_rewritten_record_tells_it():
    new = KNOWN.replace("E1", finding="mixed")
    new = attrs.evolve(new, revisions=[dk.Revision("2", why="read again", because_of=["E1"])])
    (change,) = changes(KNOWN, new)
    assert change.revisions == ("2",)


def test_an_old_note_that_lost_a_reason_tells_nothing_new():
    old = attrs.evolve(KNOWN, revisions=[dk.Revision("1", why="C1 was tried", because_of=["T1", "E1"])])
    new = attrs.evolve(old, revisions=[dk.Revision("1", why="C1 was tried", because_of=["T1"])]).remove("E1")
    (change,) = changes(old, new)
    assert (change.field, change.revisions) == ("evidence", ())
    later = attrs.evolve(old, revisions=[dk.Revision("1", why="C1 was tried", because_of=["T1", "E1", "T2"])])
    assert [note.label for note in dk.compare(old, later).notes] == ["1"]


def test_a_note_that_names_the_new_place_of_a_node_tells_its_move():
    new = OLD.link("S1", "P1").unlink("S1", "P2")
    (change,) = changes(OLD, attrs.evolve(new, revisions=[dk.Revision("2", why="S1 works through P1")]))
    assert change.revisions == ("2",)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (OLD.link("P1", "A1", only_where="on wards"), "The condition under which the link from “Risk is known” to “Fewer falls on the ward” holds was set to on wards."),
        (OLD.link("P1", "A1", because="we saw it"), "The reason for the link from “Risk is known” to “Fewer falls on the ward” was set to we saw it."),
        (OLD.link("P1", "A1", fails_at=["north"]), "Where the link from “Risk is known” to “Fewer falls on the ward” fails was set to north."),
        (OLD.replace("C1", owner=None), "The owner of “A red bracelet” was taken out; it was ward-5."),
    ],
)  # fmt: skip
def test_a_field_is_told_in_plain_words(new, words):
    assert [c.words for c in changes(OLD, new)] == [words]


def test_a_team_is_called_by_its_name():
    old = attrs.evolve(OLD, teams=[dk.Team("way", "The way team", works_on=["P1"])])
    (change,) = changes(old, attrs.evolve(OLD, teams=[dk.Team("way", "The way team", works_on=["P2"])]))
    assert change.words == "What “The way team” works on changed from P1 to P2."
