"""What is laid over a diagram: it says what the judgements say, and the legend only what is drawn."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.diagram.model import Dot
from driverkit.errors import UsageError
from driverkit.evidence import confirm
from driverkit.evidence.belief import BeliefRule, beliefs
from driverkit.evidence.signals import charts_of, told_together
from driverkit.overlays import overlay, overlays
from driverkit.overlays.evidence import evidence, leaning
from driverkit.renderers import renderers
from driverkit.renderers.shapes import sign
from driverkit.themes import theme, themes
from support.drawings import HOSTILE

NAMES = [one.name for one in overlays()]
every_overlay = pytest.mark.parametrize("name", NAMES)
RICH = ("leaving-hospital", "algebra-success", "mte-partnership")


@pytest.fixture(scope="module")
def hospital() -> dk.Theory:
    return examples.load("leaving-hospital")


def drawn_keys(shown: dk.Diagram) -> set[tuple[str, str]]:
    """Every mark and sign on the picture, with how it is shown."""
    keys = {("box", mark) for box in shown.boxes for mark in box.marks}
    keys |= {("dot", dot.mark) for box in shown.boxes for dot in box.dots if dot.mark}
    keys |= {("dot", dot.mark) for arrow in shown.arrows for dot in arrow.dots}
    keys |= {("dot", "counts") for arrow in shown.arrows for dot in arrow.dots if dot.words}
    roles = {"circle": "outcome", "square": "process", "triangle": "balancing", "diamond": "None"}
    dots = [dot for box in shown.boxes for dot in box.dots]
    kind = "role" if all(dot.mark for dot in dots) else "measure"
    return keys | {("dot", f"{kind}-{roles[dot.shape]}") for dot in dots}


def test_the_promised_overlays_are_there_in_their_order():
    promised = ["none", "status", "evidence", "coverage", "signal", "owner"]
    assert [name for name in NAMES if name in promised] == promised
    assert "suspect" in NAMES


@pytest.mark.few(8)
@every_overlay
@pytest.mark.parametrize("example", RICH)
def test_the_legend_lists_what_is_drawn_and_nothing_else(example, name):
    shown = dk.diagram(examples.load(example), overlay=name).diagram
    told = {(entry.kind, entry.key) for entry in shown.legend if entry.kind != "line"}
    drawn = drawn_keys(shown)
    assert drawn == told
    # A sign is shown in the legend with an outline that it has on the picture.
    shapes = {(dot.mark, dot.shape) for box in shown.boxes for dot in box.dots}
    signs = {(e.key, e.shape) for e in shown.legend if e.kind == "dot" and e.key.startswith("signal-")}
    assert signs <= shapes


@pytest.mark.few(3)
@every_overlay
def test_an_overlay_is_the_same_twice_and_comes_with_one_sentence(name, hospital):
    one, two = dk.diagram(hospital, overlay=name), dk.diagram(hospital, overlay=name)
    assert one.svg() == two.svg()
    (kind,) = [kind for kind in overlays() if kind.name == name]
    assert kind.description.endswith(".")


@pytest.mark.parametrize("example", RICH)
def test_evidence_says_the_word_and_the_counts_of_the_judgement(example):
    theory = examples.load(example)
    made = overlay(theory, "evidence")
    for about, belief in beliefs(theory).items():
        if " -> " in about:
            ends = tuple(about.split(" -> "))
            assert any(str(belief) in line for line in made.link_titles[ends])
            mark = f"evidence-{leaning(belief.counts)}"
            assert made.link_signs.get(ends) == (mark if mark != "evidence-none" else None)
            continue
        (note,) = made.notes[about]
        assert note.lower().startswith(belief.word)
        if belief.counts.judged:
            counts = belief.counts
            told = ((counts.held, "held"), (counts.mixed, "in part"), (counts.failed, "failed"))
            for count, way in told:
                assert (f"{count} {way}" in note.replace("\u00a0", " ")) is (count > 0)
        if belief.counts.evidence_against:
            assert f"{belief.counts.evidence_against}\u00a0against" in note


def test_a_rule_of_ones_own_changes_the_word_and_not_the_counts(hospital):
    rule = BeliefRule("ours", "All is well.", "us", lambda counts: "fine", ("fine",))
    ours, usual = evidence(hospital, rule=rule), evidence(hospital)
    assert ours.notes["C7"] == (usual.notes["C7"][0].replace("High", "Fine"),)
    assert ours.marks == usual.marks


@pytest.mark.parametrize("example", RICH)
def test_coverage_names_the_gap_of_the_table(example):
    theory = examples.load(example)
    made = overlay(theory, "coverage")
    rows = dk.coverage(theory).rows("nodes")
    assert set(made.marks) == {row["id"] for row in rows}
    for row in rows:
        told = made.notes.get(row["id"], ("",))[0]
        assert told.partition(": ")[2] == row["gap"]
        full = made.marks[row["id"]] == ("coverage-full",)
        assert full == row["deep"]
        assert (made.marks[row["id"]] == ("coverage-none",)) == (not row["shallow"])


@pytest.mark.parametrize("example", RICH)
def test_each_measure_has_the_sign_of_its_role_and_of_its_signal(example):
    theory = examples.load(example)
    marks = {
        "better": "signal-better",
        "worse": "signal-worse",
        "none": "signal-none",
        "too few": "signal-few",
    }
    shapes = {"outcome": "circle", "process": "square", "balancing": "triangle", None: "diamond"}
    made = overlay(theory, "signal")
    boxes = {box.id: box for box in dk.diagram(theory, overlay=made).diagram.boxes}
    for node, rows in made.readings.items():
        for row in rows:
            measure = theory.node(row.measure)
            word = told_together(charts_of(theory, row.measure))
            assert row.mark == marks.get(word, row.mark)
            assert (measure.name, measure.role) == (row.name, row.role)
        assert [dot.shape for dot in boxes[node].dots] == [shapes[row.role] for row in rows]


def test_every_sign_is_told_from_the_others_without_colour():
    marks = ["", "signal-better", "signal-worse", "signal-none", "signal-few", "signal-mixed", "signal-moved"]
    for look in themes():
        for shape in ("circle", "square", "triangle", "diamond"):
            made = [tuple(map(repr, sign(dot_of(shape, mark), look))) for mark in marks]
            assert len(set(made)) == len(marks)


def dot_of(shape, mark):
    return Dot(10, 10, 10, shape, mark)


def test_what_rests_on_other_words_is_marked_on_boxes_and_links():
    theory = dk.loads(
        "driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\ndrivers: [{id: P1, text: p, contributes_to: [A1]}]\n"
        "change_ideas: [{id: C1, text: the old words, contributes_to: [P1]}]\ncycles: [{id: T1, change: C1, study: {learned: it works}}]\n"
        "evidence: [{id: E1, about: C1 -> P1, kind: data, finding: supports, text: e}]\n"
    )
    assert overlay(confirm(theory), "suspect").marks == {}
    stamped = dk.dumps(confirm(theory)).replace("the old words", "other words")
    changed = dk.loads(stamped)
    shown = dk.diagram(changed, overlay="suspect").diagram
    (box,) = [box for box in shown.boxes if "suspect" in box.marks]
    assert (box.id, box.lines[-1].text) == ("C1", "1 suspect record: T1")
    assert "T1 tested other words" in box.title


def test_the_picture_of_the_guide_is_what_is_drawn(hospital):
    picture = Path(__file__).parents[2] / "docs" / "images" / "leaving-hospital-signal.svg"
    drawn = dk.diagram(hospital, overlay="signal", measures="strip", sparkline=True).svg()
    assert picture.read_text("utf-8") == drawn, "run: just pictures"


def test_ideas_of_one_concept_have_the_same_strip_and_its_name_in_the_legend():
    theory = examples.load("algebra-success")
    shown = dk.diagram(theory, overlay="concept").diagram
    strips = {
        box.id: tuple(mark for mark in box.marks if mark.startswith("owner-"))
        for box in shown.boxes
        if box.role == "change"
    }
    strips = {id: marks for id, marks in strips.items() if marks}
    story = {idea.id for idea in theory.change_ideas if idea.concept == "Change the story"}
    assert set(strips) == story
    assert len(story) == 2
    assert set(strips.values()) == {("owner-1",)}
    assert "Change the story" in [entry.line.text for entry in shown.legend]


def test_no_overlay_of_that_name_is_told_with_what_there_is(hospital):
    with pytest.raises(UsageError, match=r"Did you mean 'evidence'\? There are: none, status, evidence"):
        dk.diagram(hospital, overlay="evidense")


def test_an_overlay_of_ones_own_is_a_value_or_a_kind(hospital):
    mine = dk.Overlay(notes={"A1": ["Hello"]})
    kind = dk.OverlayKind(name="mine", description="Mine.", make=lambda theory: mine)
    assert dk.diagram(hospital, overlay=kind) == dk.diagram(hospital, overlay=mine)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_no_text_breaks_a_row_of_a_measure(text):
    row = dk.Reading("M1", text, "outcome", text, text, text, (1.0, None, 3.0), text)
    theory = dk.loads("driverkit: 1\ntitle: t\naims: [{id: A1, text: a}]\n")
    made = dk.Overlay(readings={"A1": [row]}, words={text: text}, titles={"A1": [text]})
    shown = dk.diagram(theory, overlay=made).diagram
    (svg,) = [one for one in renderers() if one.name == "svg"]
    root = ET.fromstring(svg.draw(shown, theme("default")))
    assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "g",
        "rect",
        "text",
        "path",
    }


def test_the_status_has_one_word_on_the_box_in_the_legend_and_beside_the_picture():
    """Whether an idea says itself that it is proposed, or nobody has tried it."""
    text = (
        "driverkit: 1\ntitle: t\nchange_ideas: [{id: C1, text: one}, {id: C2, text: two, status: proposed},"
        " {id: C3, text: three, status: testing}, {id: C4, text: four, status: adopted},"
        " {id: C5, text: five, status: abandoned}]\n"
    )
    picture = dk.diagram(dk.loads(text), overlay="status")
    words = ["not yet tested", "testing", "adopted", "abandoned"]
    assert [entry.line.text for entry in picture.diagram.legend if entry.key.startswith("status-")] == words
    notes = {box.id: box.lines[-1].text.partition(":")[0].lower() for box in picture.diagram.boxes}
    assert notes == dict(zip(["C1", "C2", "C3", "C4", "C5"], [words[0], *words], strict=True))
    assert '["Status","Not yet tested: no cycle."]' in picture.to("html")
    for name in ("svg", "html", "md", "txt", "mmd", "d2", "dot", "drawio"):
        assert "roposed" not in picture.to(name).replace("status-proposed", "")


def test_owners_beyond_the_sixth_are_told_of_in_the_legend():
    drivers = [dk.Driver(f"P{i}", f"driver {i}", owner=f"Person {i}") for i in range(8)]
    shown = dk.diagram(dk.Theory("T", aims=[dk.Aim("A1", "aim")], drivers=drivers), overlay="owner").diagram
    said = {entry.key: entry.line.text for entry in shown.legend}
    assert said["owner-more"] == "other owners: named in the boxes"
    assert {box.id for box in shown.boxes if "owner-more" in box.marks} == {"P6", "P7"}


def test_the_counts_of_a_link_stand_beside_its_sign_and_in_every_text(hospital):
    picture = dk.diagram(hospital, overlay="evidence")
    counted = {
        (a.cause, a.effect): dot.words.text for a in picture.diagram.arrows for dot in a.dots if dot.words
    }
    assert "5+\u00a01±" in counted.values()
    for name in ("svg", "html", "drawio", "md", "txt"):
        written = picture.to(name)
        assert all(told in written or told.replace("\u00a0", " ") in written for told in counted.values()), (
            name
        )


def test_signs_and_counts_keep_off_boxes_heads_and_each_other(hospital):
    shown = dk.diagram(hospital, overlay="evidence").diagram
    areas = []
    for arrow in shown.arrows:
        for dot in arrow.dots:
            line = dot.words
            edges = [dot.x - 5, dot.x + 5, *([line.x, line.x + line.width] if line else [])]
            areas.append((min(edges), dot.y - 5, max(edges), dot.y + 5))
    others = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in shown.boxes]
    heads = [arrow.path[-1][4:] for arrow in shown.arrows]
    for i, (left, top, right, low) in enumerate(areas):
        for other in (*areas[i + 1 :], *others):
            assert not (other[0] < right and left < other[2] and other[1] < low and top < other[3])
        assert not any(left < x < right and top < y < low for x, y in heads)
