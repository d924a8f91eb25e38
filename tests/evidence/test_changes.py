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
        (OLD.link("S1", "P1").unlink("S1", "P2"), [("moved", "S1", True), ("linked", "S1 -> P1", True), ("unlinked", "S1 -> P2", True)]),
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
