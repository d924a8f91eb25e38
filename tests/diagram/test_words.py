"""The words on a diagram: headings, header, notes, hovers, legend and outline."""

from __future__ import annotations

import re

import pytest

import driverkit as dk
from driverkit.diagram import Overlay, diagram
from driverkit.diagram.overlay import Reading
from driverkit.diagram.wrap import Wrapper


def small(**more: object) -> dk.Theory:
    return dk.Theory(
        **{
            "title": "Leaving hospital safely",
            "aims": [dk.Aim("A1", "Fewer people come back")],
            "drivers": [
                dk.Driver("P1", "People understand their plan", contributes_to=["A1"]),
                dk.Driver("P2", "Help is reachable", contributes_to=["A1"], undeveloped="no survey yet"),
                dk.Driver(
                    "S1",
                    "Teaching is checked",
                    contributes_to=[
                        "P1",
                        dk.Contribution(
                            "P2", strength="weak", because="they call", only_where="a nurse answers"
                        ),
                    ],
                ),
            ],
            "change_ideas": [dk.ChangeIdea("C1", "Teach-back", contributes_to=["S1"], owner="ward-5")],
            **more,
        }
    )


def headings(theory: dk.Theory, **options: object) -> list[str]:
    return [" ".join(line.text for line in c.heading) for c in diagram(theory, **options).columns]


def test_columns_are_named_in_the_words_of_the_field() -> None:
    assert headings(small()) == ["Aim", "Primary drivers", "Secondary drivers", "Change ideas"]
    assert headings(small(change_ideas=[])) == ["Aim", "Primary drivers", "Secondary drivers"]


def test_a_team_may_name_its_columns_itself() -> None:
    own = {"aim": "What we want", "primary": "Main levers", "change": "Things to try"}
    assert headings(small(headings=own)) == [
        "What we want",
        "Main levers",
        "Secondary drivers",
        "Things to try",
    ]


def test_a_global_aim_stands_left_of_the_aims_that_serve_it() -> None:
    aims = [
        dk.Aim("A1", "Fewer people come back", contributes_to=["G"]),
        dk.Aim("A2", "People feel safe", contributes_to=["G"]),
        dk.Aim("G", "Leaving hospital is safe"),
    ]
    drawn = diagram(small(aims=aims))
    column = {b.id: b.column for b in drawn.boxes}
    assert (column["G"], column["A1"], column["A2"], column["P1"]) == (0, 1, 1, 2)
    assert headings(small(aims=aims))[:2] == ["Overall aim", "Aims"]


def test_the_header_tells_title_revision_and_date() -> None:
    drawn = diagram(small(revision={"label": "4", "date": "2026-03-01"}))
    assert [(line.text, line.part) for line in drawn.header] == [
        ("Leaving hospital safely", "title"),
        ("Revision 4 · 2026-03-01", "subtitle"),
    ]


def test_an_aim_tells_for_whom_how_far_and_by_when() -> None:
    aim = dk.Aim(
        "A1", "Fewer come back", population="adults", measure="M1", baseline=18, target=12, by="2027-06-30"
    )
    measure = dk.Measure("M1", "Readmissions", of=["A1"], unit="%")
    drawn = diagram(small(aims=[aim], measures=[measure]))
    notes = "".join(line.joins + line.text for line in drawn.boxes[0].lines if line.part == "note")
    assert " ".join(notes.split()) == "For: adults Measure: Readmissions, 18 → 12 % By: 2027-06-30"


def test_what_is_honestly_open_says_so_in_its_box_and_in_the_legend() -> None:
    drawn = diagram(small())
    box = next(b for b in drawn.boxes if b.id == "P2")
    assert box.marks == ("undeveloped",)
    assert "Still open: no survey yet" in " ".join(line.text for line in box.lines if line.part == "note")
    assert "undeveloped" in [entry.key for entry in drawn.legend]


def test_the_legend_lists_only_what_is_drawn() -> None:
    assert [e.key for e in diagram(small()).legend] == ["conditional", "undeveloped"]
    assert [e.key for e in diagram(small(), focus="C1", levels=["secondary", "change"]).legend] == ["focus"]
    assert diagram(small(), legend=False).legend == ()


def test_hovering_tells_the_hypothesis_in_the_words_of_its_nodes() -> None:
    titles = {(a.cause, a.effect): a.title for a in diagram(small()).arrows}
    assert titles["S1", "P1"] == "Teaching is checked → People understand their plan"
    assert titles["S1", "P2"] == (
        "Teaching is checked → Help is reachable: weak; because they call; only where a nurse answers"
    )


def test_hovering_over_a_box_tells_all_that_is_known_of_it() -> None:
    box = next(b for b in diagram(small()).boxes if b.id == "C1")
    assert box.title == "Teach-back\nOwner: ward-5"


def test_the_outline_tells_each_node_once_and_refers_back() -> None:
    assert diagram(small()).outline == (
        "- A1: Fewer people come back\n"
        "  - P1: People understand their plan\n"
        "    - S1: Teaching is checked\n"
        "      - C1: Teach-back\n"
        "  - P2: Help is reachable\n"
        "    - see S1"
    )


def test_the_outline_says_what_is_laid_over_boxes_and_links() -> None:
    laid = Overlay(
        marks={"P1": ("coverage-some",), "S1": ("nobody-explains",)},
        notes={"P1": ("▮▯ 1\u00a0of\u00a02 tested it",)},
        readings={"A1": (Reading("M1", "Falls", value="3", word="improved"),)},
        link_marks={("P1", "A1"): ("added",)},
        link_signs={("C1", "S1"): "evidence-supports"},
        link_counts={("C1", "S1"): "3+ 1−"},
        words={"coverage-some": "some", "added": "new", "evidence-supports": "speaks for it"},
    )
    plain = diagram(small()).outline.splitlines()
    told = dict(zip(plain, diagram(small(), overlay=laid).outline.splitlines(), strict=True))
    more = {line.strip().partition(":")[0]: words.removeprefix(line) for line, words in told.items()}
    assert more["- A1"] == " [Falls: 3, improved]"
    assert more["- P1"] == " [some; 1 of 2 tested it; link: new]"
    assert more["- C1"] == " [link: speaks for it 3+ 1−]"


def test_an_outline_of_many_shared_levels_does_not_blow_up() -> None:
    drivers = [dk.Driver("L0-0", "x"), dk.Driver("L0-1", "x")]
    for level in range(1, 40):
        above = [f"L{level - 1}-0", f"L{level - 1}-1"]
        drivers += [dk.Driver(f"L{level}-{i}", "x", contributes_to=above) for i in (0, 1)]
    assert len(diagram(small(drivers=drivers, change_ideas=[])).outline.splitlines()) < 200


def test_levels_choose_what_is_drawn() -> None:
    def drawn(levels: object) -> set[str]:
        return {b.id for b in diagram(small(), levels=levels).boxes}

    assert drawn([0, 1]) == {"A1", "P1", "P2"}
    assert drawn("aim, drivers") == {"A1", "P1", "P2", "S1"}
    assert drawn(["secondary", "change"]) == {"S1", "C1"}
    assert drawn(None) == {"A1", "P1", "P2", "S1", "C1"}


def test_levels_that_leave_a_middle_one_out_are_bridged() -> None:
    drawn = diagram(small(), levels=["primary", "change"])
    assert {(a.cause, a.effect, a.implied, a.marks) for a in drawn.arrows} == {
        ("C1", "P1", True, ("through",)),
        ("C1", "P2", True, ("through",)),
    }
    assert [(e.key, e.line.text) for e in drawn.legend if e.kind == "line"] == [
        ("through", "through levels not shown")
    ]
    assert drawn.arrows[0].title.endswith("through levels not shown")
    assert "- P1: People understand their plan\n  - C1" in drawn.outline


def test_a_bridge_goes_to_the_nearest_effects_once_and_never_beside_a_link() -> None:
    drivers = [
        dk.Driver("P1", "p", contributes_to=["A1"]),
        dk.Driver("S1", "s", contributes_to=["P1"]),
        dk.Driver("S2", "s", contributes_to=["P1"]),
        dk.Driver("T1", "t", contributes_to=["S1", "S2"]),
        dk.Driver("T2", "t", contributes_to=["S1"]),
    ]
    ideas = [
        dk.ChangeIdea("C1", "c", contributes_to=["T1", "T2"]),
        dk.ChangeIdea("C2", "c", contributes_to=["T2", "P1"]),
    ]

    def links(levels: object) -> dict[tuple[str, str], bool]:
        drawn = diagram(small(drivers=drivers, change_ideas=ideas), levels=levels)
        pairs = [(a.cause, a.effect) for a in drawn.arrows]
        assert len(set(pairs)) == len(pairs)
        return {(a.cause, a.effect): "through" in a.marks for a in drawn.arrows}

    assert links("0, 1, change") == {("P1", "A1"): False, ("C1", "P1"): True, ("C2", "P1"): False}
    assert links("1, 3") == {("T1", "P1"): True, ("T2", "P1"): True}
    assert links("0, change") == {("C1", "A1"): True, ("C2", "A1"): True}
    assert not any(links("0, drivers, change").values())


def test_a_level_that_the_theory_lacks_is_told_with_what_there_is() -> None:
    for level in (7, "7", "tertiary", "driver-4"):
        with pytest.raises(dk.UsageError, match=r"0 \(aim\), 1 \(primary\), 2 \(secondary\), change"):
            diagram(small(), levels=[level])
    with pytest.raises(dk.UsageError, match="No level is called"):
        diagram(small(), levels=["9" * 5000])
    no_ideas_yet = diagram(small(change_ideas=[]), levels="aim, change")
    assert [b.id for b in no_ideas_yet.boxes] == ["A1"]


def test_an_excerpt_says_so_in_its_header() -> None:
    def header(**options: object) -> str:
        lines = diagram(small(), **options).header
        return " ".join(line.text for line in lines if line.part == "subtitle")

    assert header() == ""
    assert header(levels="aim, drivers, change") == ""
    assert header(levels=[0, 1]) == "Excerpt: only aims and primary drivers"
    assert header(levels="0, 2, change") == "Excerpt: only aims, secondary drivers and change ideas"
    words = f"“{small().node('P1').text}” with its causes and effects"
    assert header(focus="P1") == f"Excerpt: {words}"
    assert header(focus="P1", levels=[1]) == f"Excerpt: {words}, only primary drivers"


def test_the_legend_has_a_word_for_links_that_nobody_wrote() -> None:
    drivers = [dk.Driver("P1", "People understand their plan")]
    drawn = diagram(small(drivers=drivers, change_ideas=[]))
    assert [e.key for e in drawn.legend] == ["implied"]


def test_focus_draws_one_node_with_its_causes_and_effects() -> None:
    assert {b.id for b in diagram(small(), focus="P1").boxes} == {"A1", "P1", "S1", "C1"}


def test_a_mistaken_option_is_told_with_what_there_is() -> None:
    with pytest.raises(dk.UnknownId, match="P1"):
        diagram(small(), focus="PP1")
    with pytest.raises(dk.UsageError, match="left, right, down"):
        diagram(small(), direction="up")  # type: ignore[arg-type]
    with pytest.raises(dk.UsageError, match="auto, file"):
        diagram(small(), order="best")  # type: ignore[arg-type]
    with pytest.raises(dk.UsageError, match="secondary"):
        diagram(small(), levels=["cellar"])


def test_an_overlay_adds_marks_notes_and_legend_words() -> None:
    over = Overlay(
        marks={"C1": ["status-testing"]},
        notes={"C1": ["testing since May"]},
        link_marks={("C1", "S1"): ["believed"]},
        words={"status-adopted": "adopted", "status-testing": "being tested", "believed": "believed"},
    )
    drawn = diagram(small(), overlay=over)
    box = next(b for b in drawn.boxes if b.id == "C1")
    assert box.marks == ("status-testing",)
    assert [line.text for line in box.lines if line.part == "note"] == ["testing since May"]
    assert [e.key for e in drawn.legend][-2:] == ["status-testing", "believed"]


def test_a_theory_with_nothing_in_it_draws() -> None:
    drawn = diagram(dk.Theory("Only a title"))
    assert drawn.boxes == ()
    assert drawn.header[0].text == "Only a title"


def failing(*places: str, **more: object) -> dk.Theory:
    return small(**more).link("S1", "P2", only_where="a nurse answers", fails_at=places)


def test_a_link_that_is_known_to_fail_somewhere_is_drawn_and_says_where() -> None:
    drawn = diagram(failing("the call centre"))
    arrow = next(a for a in drawn.arrows if a.effect == "P2")
    assert arrow.marks == ("fails",)
    assert arrow.title.endswith("only where a nurse answers; does not hold at: the call centre")
    said = " ".join(e.line.text for e in drawn.legend if e.key == "fails")
    assert said == "does not hold at: the call centre; meant to hold only where: a nurse answers"


def test_a_contradicted_condition_without_a_place_is_known_to_fail_somewhere() -> None:
    evidence = [dk.Evidence("E1", "S1 -> P2", finding="contradicts")]
    drawn = diagram(failing(evidence=evidence))
    arrow = next(a for a in drawn.arrows if a.effect == "P2")
    assert arrow.marks == ("fails",)
    assert "known to fail somewhere" in arrow.title
    said = " ".join(e.line.text for e in drawn.legend if e.key == "fails")
    assert said == "is known to fail somewhere; meant to hold only where: a nurse answers"


def test_of_many_places_at_which_links_fail_the_legend_names_a_few() -> None:
    legend = diagram(failing(*(f"ward {n}" for n in range(9)))).legend
    said = " ".join(e.line.text for e in legend if e.key == "fails")
    assert said.startswith("does not hold at: ward 0, ward 1, ward 2, ward 3 and 5 more; meant to hold")


def test_the_details_of_an_aim_keep_apart_and_their_numbers_whole() -> None:
    aim = dk.Aim(
        "A1",
        "More",
        population="new teachers of mathematics in all of the partner school districts that take part",
        measure="M1",
        baseline=1100,
        target=15400,
        by="2027-06-30",
    )
    measure = dk.Measure("M1", "Teachers who begin a third year as teachers of mathematics", of=["A1"])
    box = diagram(small(aims=[aim], measures=[measure])).boxes[0]
    notes = [line for line in box.lines if line.part == "note"]
    assert "1,100\u00a0→\u00a015,400" in " ".join(line.text for line in notes)
    first = [line.x for line in notes if line.text.startswith(("For:", "Measure:", "By:"))]
    others = [line.x for line in notes if not line.text.startswith(("For:", "Measure:", "By:"))]
    assert len(first) == 3
    assert others
    assert max(first) < min(others)


def test_the_legend_tells_the_condition_of_a_link_in_its_own_words() -> None:
    theory = dk.Theory(
        "Home",
        aims=[dk.Aim("A1", "Fewer come back")],
        drivers=[
            dk.Driver(
                "P1", "one", contributes_to=[dk.Contribution("A1", only_where="a nurse is there at night")]
            )
        ],
    )
    said = " ".join(entry.line.text for entry in diagram(theory).legend if entry.key == "conditional")
    assert said == "holds only where: a nurse is there at night"


def test_the_node_that_a_picture_is_about_is_marked_and_told_in_the_legend() -> None:
    drawn = diagram(small(), focus="P1")
    assert [box.id for box in drawn.boxes if "focus" in box.marks] == ["P1"]
    assert "focus" in [entry.key for entry in drawn.legend]


def test_a_number_comes_off_its_word_before_the_word_is_cut() -> None:
    wrapper = Wrapper()
    word = "Interpretationsvermögen"
    wide = wrapper.prepare(word, 13.0)
    prepared = wrapper.prepare(f"1.1.1\u00a0{word} joins", 13.0)
    lines = [line.text for line in wrapper.wrap(prepared, wide.longest * 13 / 2048 + 3)]
    assert lines == ["1.1.1\u00a0", word, "joins"]


def abandoned(**more: object) -> dk.Theory:
    """A driver that says itself that it is abandoned, and an idea that a cycle gave up."""
    dropped = dk.PdsaCycle(
        "T1",
        "C1",
        plan={"date": "2026-01-05"},
        do={"date": "2026-01-06"},
        act={"date": "2026-01-07", "decision": "abandon"},
    )
    drivers = [dk.Driver("P1", "Risk is known", contributes_to=["A1"], status="abandoned")]
    ideas = [dk.ChangeIdea(id, "A leaflet", contributes_to=["P1"]) for id in ("C1", "C2")]
    return dk.Theory(
        **{
            "title": "Falls",
            "aims": [dk.Aim("A1", "Fewer")],
            "drivers": drivers,
            "change_ideas": ideas,
            "cycles": [dropped],
            **more,
        }
    )


@pytest.mark.parametrize("over", ["none", "coverage", "evidence", "owner", "signal", "suspect", "concept"])
def test_what_was_given_up_says_so_under_every_overlay(over: str) -> None:
    drawn = dk.diagram(abandoned(), overlay=over).diagram
    boxes = {box.id: [line.text for line in box.lines if line.part == "note"] for box in drawn.boxes}
    assert {id for id, said in boxes.items() if "Abandoned" in said} == {"P1", "C1"}
    assert {box.id for box in drawn.boxes if "abandoned" in box.marks} == {"P1", "C1"}
    assert [entry.key for entry in drawn.legend].count("abandoned") == 1
    assert re.findall(r"- (\w+): [^\n]*\bAbandoned\b", drawn.outline) == ["P1", "C1"]


def test_an_overlay_that_shows_statuses_says_it_once() -> None:
    drawn = dk.diagram(abandoned(), overlay="status").diagram
    assert not any("abandoned" in box.marks for box in drawn.boxes)
    assert drawn.outline.casefold().count("abandoned") == 2


@pytest.mark.parametrize("labels", ["words", "ids"])
def test_panels_show_what_was_given_up_once_it_was(labels: str) -> None:
    from driverkit.diagram.together import Frame, together

    panels = together([Frame(abandoned(cycles=[])), Frame(abandoned())], labels=labels).drawings
    assert ["C1" in {box.id for box in one.boxes if "abandoned" in box.marks} for one in panels] == [
        False,
        True,
    ]


def test_a_comparison_keeps_its_own_outlines_over_what_was_given_up() -> None:
    drawn = diagram(abandoned(), overlay=Overlay(marks={"C1": ("added",), "P1": ("coverage-none",)}))
    marks = {box.id: box.marks for box in drawn.boxes}
    assert (marks["C1"], marks["P1"]) == (("abandoned", "added"), ("coverage-none", "abandoned"))
