"""Stamps: evidence is suspect when the words that it is about have changed, until someone confirms it."""

from __future__ import annotations

import hashlib

import pytest

import driverkit as dk
from driverkit.evidence.stamps import STAMPED


def theory() -> dk.Theory:
    return dk.Theory(
        "Leaving hospital",
        aims=[dk.Aim("A1", "Fewer people come back", population="adults")],
        drivers=[
            dk.Driver("P1", "Help is near", contributes_to=[dk.Contribution("A1", only_where="by day")])
        ],
        change_ideas=[dk.ChangeIdea("C1", "A nurse calls", contributes_to=["P1"], concept="reach out")],
        measures=[dk.Measure("M1", "Reached", of=["P1"], unit="%", direction="increase")],
        problem=dk.Problem(causes=[dk.Cause("R1", "Nobody answers")]),
        cycles=[
            dk.PdsaCycle("T1", "C1", study={"learned": "it helps"}),
            dk.PdsaCycle("T2", "C1", plan={"objective": "more of it"}),
        ],
        evidence=[
            dk.Evidence(f"E{n}", about) for n, about in enumerate(("A1", "P1", "P1 -> A1", "M1", "R1"), 1)
        ],
        teams=[dk.Team("t1")],
    )


def suspected(theory: dk.Theory) -> list[str]:
    return [suspect.record for suspect in dk.suspects(theory)]


def test_a_stamp_can_be_made_by_hand():
    digest = hashlib.sha256(b"text: A nurse calls\nconcept: reach out").hexdigest()
    assert dk.stamp_of(theory(), "C1") == f"v1-{digest[:12]}"
    digest = hashlib.sha256(
        b"cause: Help is near\neffect: Fewer people come back\nonly_where: by day"
    ).hexdigest()
    assert dk.stamp_of(theory(), "P1 -> A1") == dk.stamp_of(theory(), "P1->A1") == f"v1-{digest[:12]}"


def test_without_names_whatever_has_no_stamp_is_stamped_and_a_planned_cycle_is_not():
    stamped = dk.confirm(theory())
    assert [c.stamp is None for c in stamped.cycles] == [False, True]
    assert all(e.stamp for e in stamped.evidence)
    assert suspected(stamped) == []
    assert dk.confirm(stamped) is stamped


CHANGES = [
    ("A1", {"text": "Fewer come back"}, ["E1", "E3"]),
    ("A1", {"population": "everybody"}, ["E1"]),
    ("P1", {"text": "Help is there"}, ["E2", "E3"]),
    ("P1", {"contributes_to": [dk.Contribution("A1", only_where="at night")]}, ["E3"]),
    ("C1", {"text": "Anybody calls"}, ["T1"]),
    ("C1", {"concept": "wait"}, ["T1"]),
    ("M1", {"name": "Reached by phone"}, ["E4"]),
    ("M1", {"direction": "decrease"}, ["E4"]),
    ("R1", {"text": "The line is busy"}, ["E5"]),
    # What is only said about it may change.
    ("A1", {"target": 3, "detail": "d", "owner": "o", "tags": ["t"], "status": "adopted"}, []),
    ("P1", {"level": 1, "undeveloped": "u", "text": "Help  is\nnear "}, []),
    (
        "P1",
        {
            "contributes_to": [
                dk.Contribution("A1", strength="weak", because="b", only_where="by day", fails_at=["Town"])
            ]
        },
        [],
    ),
    ("C1", {"cost_of_failure": "large", "readiness": "ready", "url": "https://example.org"}, []),
]


@pytest.mark.parametrize(("id", "fields", "expected"), CHANGES)
def test_what_is_claimed_counts_and_what_is_said_about_it_does_not(id, fields, expected):
    assert suspected(dk.confirm(theory()).replace(id, **fields)) == expected


def test_every_field_that_counts_is_tried_above():
    tried = {name for _, fields, expected in CHANGES if expected for name in fields}
    counted = {name for names in STAMPED.values() for name in names} - {
        "cause",
        "effect",
        "only_where",
        "unit",
    }
    assert counted <= tried


@pytest.mark.parametrize("old", ["A1", "P1", "C1", "M1", "R1", "T1", "E3"])
def test_renaming_an_id_makes_nothing_suspect(old):
    assert suspected(dk.confirm(theory()).rename(old, "Z9")) == []


def test_changing_the_words_back_makes_it_sound_again():
    changed = dk.confirm(theory()).replace("C1", text="Anybody calls")
    assert suspected(changed.replace("C1", text="A nurse calls")) == []


def test_without_a_stamp_nothing_can_be_told():
    assert dk.is_suspect(theory(), "T1") is None
    stamped = dk.confirm(theory())
    assert dk.is_suspect(stamped, "T1") is False
    assert dk.is_suspect(stamped.replace("C1", text="x"), "T1") is True
    assert dk.is_suspect(theory().replace("E1", stamp="made up"), "E1") is True


def test_what_is_suspect_is_confirmed_by_name_only():
    changed = dk.confirm(theory()).replace("P1", text="Help is there")
    assert dk.confirm(changed) is changed
    assert suspected(dk.confirm(changed, "E2")) == ["E3"]
    assert suspected(dk.confirm(changed, ["P1 -> A1"])) == ["E2"]
    assert suspected(dk.confirm(changed, ["P1", "E3"])) == []


def test_a_planned_cycle_is_stamped_where_it_is_named():
    assert dk.confirm(theory(), ["C1"]).node("T2").stamp == dk.stamp_of(theory(), "C1")


def test_what_nothing_can_be_about_cannot_be_confirmed():
    with pytest.raises(dk.UnknownId, match="Did you mean 'E"):
        dk.confirm(theory(), ["E9"])
    with pytest.raises(dk.UsageError, match="'t1' is neither a record"):
        dk.confirm(theory(), ["t1"])
    with pytest.raises(dk.UsageError, match="'T1' is a record"):
        dk.stamp_of(theory(), "T1")
    with pytest.raises(dk.UsageError, match="Only cycles and evidence"):
        dk.is_suspect(theory(), "P1")


def test_stamps_are_written_into_the_file_and_nothing_else_changes(tmp_path):
    path = tmp_path / "theory.yaml"
    text = (
        "driverkit: 1  # ours\ntitle: t\n\nevidence: # first\n  - {id: E1, about: P1, finding: supports} # a note\n"
        "  - id: E2   # another\n    about: P1\ndrivers:\n  - {id: P1, text: Help is near}\n"
    )
    path.write_text(text)
    one = dk.load(path)
    dk.save(dk.confirm(one), path)
    stamp = dk.stamp_of(one, "P1")
    assert path.read_text() == text.replace("supports}", f"supports, stamp: {stamp}}}").replace(
        "    about: P1\n", f"    about: P1\n    stamp: {stamp}\n"
    )
