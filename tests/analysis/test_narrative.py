"""The narrative: every word comes back as it was written, every number is that of the judgements."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

import driverkit as dk
from driverkit import examples
from driverkit.analysis.narrative_words import escaped, predictions_told
from driverkit.evidence import idea_status
from driverkit.evidence.belief import beliefs
from driverkit.evidence.predictions import predictions_of, tallies, tally
from driverkit.evidence.stamps import confirm
from driverkit.evidence.words import harmless
from driverkit.graph import everything_behind
from strategies import theories
from support.drawings import HOSTILE

# Tables, strike-through and bare addresses are what other readers of Markdown know beyond CommonMark.
READERS = (MarkdownIt("commonmark"), MarkdownIt("js-default", {"linkify": False, "typographer": False}))


def rendered(text: str, reader: MarkdownIt = READERS[0]) -> str:
    """The text that a reader of the page sees: without its tags, blanks as one."""
    plain = re.sub(r"<[^>]*>", " ", reader.render(text))
    return one_line(html.unescape(plain))


def one_line(text: str) -> str:
    return " ".join(text.split())


def shown(text: str) -> str:
    """What a text looks like on the page: in one line, and nothing hidden."""
    return one_line(harmless(text))


@pytest.fixture(scope="module", params=examples.names())
def theory(request) -> dk.Theory:
    return examples.load(request.param)


# -- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS, ids=("commonmark", "tables-and-more"))
@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        "# a",
        "1. a",
        "1) a",
        "- a",
        "+ a",
        "> a",
        "=== ",
        "--- ---",
        "a --- b",
        "~~a~~",
        "[a](b)",
        "![a](b)",
        "<http://a.b>",
        "`a`",
        "``",
        "*a* _b_",
        "a_b_c",
        "{a}`b`",
        "$a$",
        "a|b",
        ":a: ::: b",
        "&amp;",
        "\\*",
        "http://a.b/c_d_e",
        "[^1]",
        "    a",
        "%%",
        "(a)=",
        "+++",
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_a_text_comes_back_as_it_was_written_wherever_it_stands(reader, text):
    if any(ord(char) < 32 and char not in "\n\t" for char in text):
        pytest.skip("no theory holds this text")
    safe = escaped(text)
    for around in (f"{safe}", f"a “{safe}” b", f"# {safe}", f"- “{safe}”", f"**{safe}**", f"*a {safe}.*"):
        page = reader.render(around)
        assert not re.search(r"<(?!/?(p|h1|ul|li|strong|em)\b)", page), page
    assert rendered(f"a “{safe}” b", reader) == f"a “{shown(text)}” b"
    assert rendered(f"# {safe}", reader) == shown(text)


def test_every_node_is_told_in_its_own_words(theory):
    page = rendered(dk.narrative(theory))
    for node in (*theory.nodes, *theory.causes):
        assert shown(node.text) in page, node.id


@pytest.mark.slow
@settings(max_examples=10)
@given(theories(16))
def test_every_theory_can_be_told_in_its_own_words_and_twice_the_same(theory):
    text = dk.narrative(theory)
    assert text == dk.narrative(theory)
    page = rendered(text)
    for node in (*theory.nodes, *theory.causes):
        assert shown(node.text) in page, node.id
    assert not re.search(r"<(?!/?(h[1-6]|p|ul|li|em|strong)\b)", READERS[0].render(text))
    for node in theory.nodes:
        part = dk.narrative(theory, focus=node.id)
        assert shown(node.text) in rendered(part)
    for levels in (0, 1, 3):
        assert rendered(dk.narrative(theory, levels=levels))


@pytest.mark.slow
@settings(max_examples=10)
@given(theories(16))
def test_each_driver_is_told_once(theory):
    numbers = re.findall(r"^(?:### |\*\*)(\d+(?:\.\d+)*)\.? ", dk.narrative(theory), re.MULTILINE)
    assert len(numbers) == len(set(numbers)) == len(theory.drivers)


def test_hostile_words_stay_words_in_every_place():
    for text in HOSTILE:
        try:
            theory = dk.Theory(
                text,
                aims=[dk.Aim("A", text, population=text, undeveloped=text)],
                drivers=[
                    dk.Driver("P", text, contributes_to=[dk.Contribution("A", because=text, only_where=text)])
                ],
                change_ideas=[
                    dk.ChangeIdea("C", text, contributes_to=["P"], detail=text, status="abandoned")
                ],
                evidence=[dk.Evidence("E", "P", text=text, source=text, finding="contradicts")],
                problem={"text": text, "causes": [dk.Cause("R", text)]},
                cycles=[
                    dk.PdsaCycle(
                        "T",
                        "C",
                        site=text,
                        study={"learned": text},
                        act={"next": text},
                        predictions=[
                            {"question": text, "prediction": text, "found": text, "result": "refuted"}
                        ],
                    )
                ],
                revision={"label": text, "why": text},
            )
        except dk.TheoryError:
            continue
        page = READERS[1].render(dk.narrative(theory))
        assert not re.search(r"<(?!/?(h[1-6]|p|ul|li|em|strong)\b)", page), page
        assert rendered(dk.narrative(theory)).count(shown(text)) >= 15


# -- numbers -------------------------------------------------------------------------------------------


def bullets(text: str) -> dict[str, str]:
    """What is said of each change idea in its own line."""
    return {line[3 : line.index("”")]: line for line in text.splitlines() if line.startswith("- “")}


def test_tests_and_predictions_of_an_idea_are_those_of_the_judgements(theory):
    told = bullets(dk.narrative(theory).split("## What we learned")[0])
    counted = 0
    for idea in theory.change_ideas:
        status = idea_status(theory, idea.id)
        if not status.studied:
            continue
        line = told[escaped(idea.text)]
        times = {1: "once", 2: "twice"}.get(status.studied, f"{status.studied} times")
        assert f"It was tested {times}" in line
        fared = predictions_told(tallies(theory, "idea")[idea.id])
        assert fared in line
        if fared:
            counted += 1
    assert counted == sum(
        bool(tallies(theory, "idea")[i.id].predictions) and idea_status(theory, i.id).tested
        for i in theory.change_ideas
    )


def test_the_numbers_of_an_aim_are_those_of_all_ideas_below_it(theory):
    text = dk.narrative(theory, levels=0)
    for aim in theory.aims:
        ideas = [node for node in everything_behind(theory, aim.id) if isinstance(node, dk.ChangeIdea)]
        studied = sum(idea_status(theory, idea.id).studied for idea in ideas)
        if studied:
            assert f"The ideas below it were tested in {studied} cycle" in text
            assert predictions_told(tally(predictions_of(theory, aim.id))) in text


def test_belief_is_the_word_of_the_rule(theory):
    found = beliefs(theory)
    for aim in theory.aims:
        one = found[aim.id]
        if not one.counts.none and one.word != "doubted":
            more = ", and contested" if one.counts.contested else ""
            assert f"Belief in this aim is {one.word}{more}." in dk.narrative(theory, levels=0)


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([], ""),
        ([None], "none of 1 prediction has a result yet"),
        (["confirmed"], "the one prediction held"),
        (["mixed"], "the one prediction held in part"),
        (["refuted"], "the one prediction did not hold"),
        (["confirmed"] * 2, "both predictions held"),
        (["confirmed"] * 3 + [None], "all 3 predictions held, and 1 more waits for a result"),
        (["confirmed", "mixed", "refuted"], "1 of 3 predictions held, 1 held in part and 1 did not"),
        (
            ["confirmed", "refuted", None, None],
            "1 of 2 predictions held and 1 did not; 2 more wait for a result",
        ),
    ],
)
def test_how_predictions_fared_reads_like_a_sentence(results, said):
    cycle = dk.PdsaCycle("T", "C", predictions=[{"prediction": "p", "result": one} for one in results])
    theory = dk.Theory("t", change_ideas=[dk.ChangeIdea("C", "c")], cycles=[cycle])
    assert predictions_told(tally(predictions_of(theory, "C"))) == said


# -- the shape -----------------------------------------------------------------------------------------


def small(**more) -> dk.Theory:
    fields = {
        "aims": [dk.Aim("A1", "Fewer falls", population="adults", target=3, by="2027-01-31")],
        "drivers": [
            dk.Driver(
                "P1", "Risk is known", contributes_to=[dk.Contribution("A1", "strong", "nobody is surprised")]
            ),
            dk.Driver("P2", "Safe floors"),
            dk.Driver(
                "S1",
                "Everybody asks",
                contributes_to=["P1", dk.Contribution("P2", "weak", only_where="it is wet")],
            ),
        ],
        "change_ideas": [dk.ChangeIdea("C1", "Ask at admission", contributes_to=["S1", "P2"])],
    }
    return dk.Theory("Fewer falls", **{**fields, **more})


def test_a_driver_is_told_as_if_then_because():
    text = dk.narrative(small())
    assert (
        "### 1. Risk is known\n\n"
        "If this is in place, then we come closer to the aim (a strong link), because “nobody is surprised”. "
        "We expect it to come about through 1.1.\n"
    ) in text
    assert (
        "**1.1 Everybody asks.** It also contributes weakly to driver 2 (“Safe floors”), only where “it is wet”."
        in text
    )


def test_what_contributes_to_several_is_told_once_and_referred_to():
    text = dk.narrative(small())
    assert (
        "- Told elsewhere, and counted on here too: “Everybody asks” (1.1, weakly) and “Ask at admission” (under 1.1)."
        in text
    )
    assert (
        "“Ask at admission” is proposed and not tested yet. It also serves driver 2 (“Safe floors”)." in text
    )


def test_an_aim_says_how_much_for_whom_and_by_when_as_far_as_it_knows():
    text = dk.narrative(small())
    assert (
        "What we want is this: “Fewer falls”. It is for “adults”. It is to go to 3 by 31 January 2027."
        in text
    )
    assert "For the aim no target, population or end date is filled in." in dk.narrative(
        dk.Theory("t", aims=[dk.Aim("A", "a")])
    )
    measured = small(
        measures=[dk.Measure("M", "Falls", of=["A1"], role="outcome", unit="a month", baseline=9, target=3)]
    ).replace("A1", measure="M")
    assert "Its measure, “Falls”, is to go from 9 to 3 a month by 31 January 2027." in dk.narrative(measured)


def test_a_theory_without_an_aim_is_told_as_well():
    text = dk.narrative(small(aims=[], drivers=[dk.Driver("P1", "Risk is known")], change_ideas=[]))
    assert "## What we believe must change\n\nNo aim is written down yet.\n\n### 1. Risk is known" in text
    assert dk.narrative(dk.Theory("Nothing yet")).startswith("# Nothing yet\n")


def test_what_reaches_no_aim_has_a_place_of_its_own():
    lost = small().add(dk.Driver("S9", "Lost", level=2), dk.ChangeIdea("C9", "Lost too"))
    text = dk.narrative(lost)
    assert (
        text.index("## Not linked to an aim yet")
        < text.index("- Not tested yet: “Lost too”.")
        < text.index("### 3. Lost")
    )


def test_a_driver_beside_another_is_told_under_it_and_not_as_lost():
    beside = small(
        drivers=[
            dk.Driver("P1", "One"),
            dk.Driver("S1", "Two", contributes_to=["P1"]),
            dk.Driver("S2", "Three", level=2, contributes_to=["S1"]),
        ],
        change_ideas=[],
    )
    assert "**1.1.1 Three.**" in dk.narrative(beside)
    assert "Not linked" not in dk.narrative(beside)


def test_evidence_against_is_always_told_and_what_is_suspect_says_so():
    theory = small(
        evidence=[
            dk.Evidence(
                "E1", "P1", kind="research", finding="supports", text="A trial", source="Doe", year=2020
            ),
            dk.Evidence("E2", "P1", kind="research", finding="supports", text="Another"),
            dk.Evidence("E3", "P1 -> A1", kind="data", finding="contradicts", text="No difference"),
            dk.Evidence("E4", "P1", finding="mixed"),
        ]
    )
    text = dk.narrative(theory, levels=1)
    assert "Research speaks for this driver: “A trial” (Doe, 2020) and “Another”." in text
    assert "Data speaks against this link: “No difference”." in text
    assert "Evidence on this driver points both ways: a piece (E4) without words." in text
    changed = confirm(theory).replace("P1", text="Every risk is known")
    assert (
        "“A trial” (Doe, 2020; gathered about other words than today's, and not confirmed since)"
        in dk.narrative(changed)
    )
    assert (
        "4 records were gathered about other words than today's and wait to be confirmed: E1, E2, E3 and E4."
        in dk.narrative(changed)
    )


def test_what_was_given_up_or_went_wrong_is_told_as_what_was_learned():
    theory = small(
        change_ideas=[
            dk.ChangeIdea("C1", "Leaflet", contributes_to=["P1"]),
            dk.ChangeIdea("C2", "Poster", contributes_to=["P1"], status="abandoned"),
        ],
        cycles=[
            dk.PdsaCycle(
                "T1",
                "C1",
                study={"learned": "Nobody reads it"},
                predictions=[
                    {
                        "question": "How many read it",
                        "prediction": "8 of 10",
                        "found": "2 of 10",
                        "result": "refuted",
                    }
                ],
                act={"decision": "abandon"},
            )
        ],
    )
    learned = dk.narrative(theory).split("## What we learned where we were wrong\n\n")[1].split("\n\n")[0]
    assert learned.splitlines() == [
        "- “Leaflet”, since given up:",
        "  - On “How many read it” we expected “8 of 10” and found “2 of 10”. We learned: “Nobody reads it”.",
        "- “Poster”, since given up:",
        "  - What was learned from it is not written down.",
    ]


def test_an_excerpt_tells_less_with_the_same_numbers():
    theory = examples.load("leaving-hospital")
    whole, brief = dk.narrative(theory), dk.narrative(theory, levels=1)
    assert len(brief) < len(whole) * 0.6
    for driver in theory.primary_drivers:
        assert f"{driver.text}\n" in brief
    for driver in theory.drivers:
        if theory.level(driver.id) == 2:
            assert f"**{driver.text}" not in brief
    part = dk.narrative(theory, focus="S9")
    assert "## 4.1 The whole ward team agrees daily on who needs more" in part
    assert "Teach-back" not in part


def test_what_cannot_be_told_is_refused():
    theory = small()
    with pytest.raises(dk.UnknownId, match="nothing"):
        dk.narrative(theory, focus="nothing")
    for levels in (-1, True, "1", 1.5):
        with pytest.raises(dk.UsageError, match="levels"):
            dk.narrative(theory, levels=levels)


def test_a_notebook_shows_it_with_its_headings():
    text = dk.narrative(small())
    assert isinstance(text, str)
    assert text._repr_markdown_() == text
    assert "<h3>1. Risk is known</h3>" in READERS[0].render(text._repr_markdown_())


def test_the_command_line_tells_it(tmp_path):
    from click.testing import CliRunner

    from driverkit.cli import cli

    file = examples.path("small-steps")
    done = CliRunner().invoke(cli, ["narrative", str(file), "--levels", "1"])
    assert done.output == dk.narrative(examples.load("small-steps"), levels=1)
    out = tmp_path / "told.md"
    assert CliRunner().invoke(cli, ["narrative", str(file), "-o", str(out)]).exit_code == 0
    assert out.read_text("utf-8") == dk.narrative(examples.load("small-steps"))


def test_real_theories_are_told_in_their_own_words(corpus):
    found = sorted((corpus / "real").glob("*.yaml"))
    assert found
    for file in found:
        theory = dk.load(file)
        page = rendered(dk.narrative(theory))
        assert all(shown(node.text) in page for node in theory.nodes), file.name
        if theory.aims and not [d for d in theory.drivers if not theory.parents(d.id)]:
            assert "Not linked to an aim" not in page, file.name
