"""The report: one page that tells a whole theory and asks for nothing outside itself."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys

import lxml.html
import pytest
from click.testing import CliRunner

import driverkit as dk
from driverkit import examples
from driverkit.cli import cli, run
from driverkit.evidence import idea_status
from driverkit.reporting import SECTIONS, Section

HOSTILE = "<script>top.F(1)</script> {{ 7*7 }} \" ' & ]]> <!-- "


@pytest.fixture(scope="module")
def page():
    return dk.report(examples.load("leaving-hospital"))


def document(report):
    return lxml.html.document_fromstring(report.html)


def test_a_page_of_a_whole_theory_has_every_section(page):
    assert page.sections == tuple(SECTIONS)
    tree = document(page)
    assert [s.get("id") for s in tree.iter("section")] == list(SECTIONS)
    assert {a.get("href") for a in tree.iter("a")} >= {f"#{name}" for name in SECTIONS}


@pytest.mark.few(2)
@pytest.mark.parametrize("name", [n for n in examples.names() if n != "leaving-hospital"])
def test_every_example_makes_a_page(name):
    # Charts take longest, and are drawn for every example in their own tests.
    report = dk.report(examples.load(name), sections=[one for one in SECTIONS if one != "measures"])
    assert len(report.sections) >= 5
    assert examples.load(name).title in document(report).text_content()


def test_a_page_asks_for_nothing_outside_itself_and_runs_nothing(page):
    tree = document(page)
    assert not list(tree.iter("script", "link", "iframe", "object", "embed", "form"))
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (element.tag, name)
            if name == "src" or (
                name == "href" and element.tag not in ("a", "{http://www.w3.org/2000/svg}a")
            ):
                assert value.startswith(("data:", "#")), (element.tag, name, value[:60])
    assert "@import" not in page.html
    assert "default-src 'none'" in page.html


def test_every_change_idea_and_cycle_is_told(page):
    theory = examples.load("leaving-hospital")
    text = " ".join(document(page).text_content().split())
    for item in (*theory.change_ideas, *theory.drivers, *theory.aims, *theory.measures):
        assert " ".join(item.text.split()) in text, item.id
    for cycle in theory.cycles:
        assert cycle.id in text
        if cycle.study and cycle.study.learned:
            assert cycle.study.learned in text


def test_the_figures_are_those_of_the_judgements(page):
    theory = examples.load("leaving-hospital")
    text = " ".join(document(page).text_content().split())
    tested = sum(idea_status(theory, idea.id).tested for idea in theory.change_ideas)
    assert f"{tested} of {len(theory.change_ideas)}" in text
    results = [p.result for c in theory.cycles for p in c.predictions if p.result is not None]
    assert f"{results.count('confirmed')} of {len(results)}" in text


def test_a_measure_that_gains_overall_and_not_for_everybody_is_told_so(page):
    text = " ".join(document(page).text_content().split())
    assert "A gain overall, which cannot be told for every part" in text
    assert "Coming after a change is not being caused by it." in text


def hostile():
    return dk.Theory(
        HOSTILE,
        aims=[dk.Aim("A1", HOSTILE, measure="M1", population=HOSTILE, url="https://example.org/?a=1&b=2")],
        drivers=[
            dk.Driver(
                "P1", HOSTILE, contributes_to=[{"to": "A1", "only_where": HOSTILE}], undeveloped=HOSTILE
            )
        ],
        change_ideas=[dk.ChangeIdea("C1", HOSTILE, contributes_to=["P1"])],
        measures=[
            dk.Measure(
                "M1",
                HOSTILE,
                of=["A1"],
                unit=HOSTILE,
                strata=["who"],
                data=[
                    {
                        "date": f"2026-01-{day:02}",
                        "value": day % 3,
                        "note": HOSTILE,
                        "strata": {"who": HOSTILE},
                    }
                    for day in range(1, 15)
                ],
            )
        ],
        cycles=[
            dk.PdsaCycle(
                "T1",
                "C1",
                team=HOSTILE,
                site=HOSTILE,
                conditions=HOSTILE,
                plan={"date": "2026-01-01", "objective": HOSTILE},
                predictions=[
                    {"question": HOSTILE, "prediction": HOSTILE, "found": HOSTILE, "result": "refuted"}
                ],
                do={"date": "2026-01-02", "observed": HOSTILE},
                study={"date": "2026-01-03", "learned": HOSTILE},
                act={"date": "2026-01-03", "decision": "adapt", "next": HOSTILE},
            )
        ],
        evidence=[
            dk.Evidence("E1", "P1 -> A1", kind="data", finding="supports", text=HOSTILE, source=HOSTILE)
        ],
        problem={"text": HOSTILE, "causes": [{"id": "R1", "text": HOSTILE, "category": HOSTILE}]},
        teams=[dk.Team("t1", HOSTILE, works_on=["C1"], perspectives=[HOSTILE])],
        perspectives=[HOSTILE, "another"],
        recommendations=[dk.Recommendation("N1", HOSTILE, to=HOSTILE)],
    )


def test_what_a_stranger_wrote_is_shown_as_text():
    report = dk.report(hostile())
    assert "<script" not in report.html
    assert "{{ 7*7 }}" in report.html  # shown, not reckoned
    tree = document(report)
    assert not list(tree.iter("script"))
    assert " ".join(HOSTILE.split()) in " ".join(tree.text_content().split())


def test_hidden_characters_are_made_visible():
    report = dk.report(dk.Theory("t", aims=[dk.Aim("A1", "Fewer \u202efalls")]), sections=["summary"])
    assert "\u202e" not in report.html
    assert "U+202E" in report.html


@pytest.mark.slow
def test_cycles_are_listed_under_the_charts_only_where_no_log_tells_them(page):
    import base64

    def charts(report):
        found = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)"', report.html)
        return [base64.b64decode(one).decode() for one in found]

    listed = "Cycles and what was decided"
    assert not any(listed in one for one in charts(page))
    assert 'href="#log"' in page.html
    alone = dk.report(examples.load("leaving-hospital"), sections=["measures"])
    assert any(listed in one for one in charts(alone))
    assert "PDSA log" not in alone.html


def test_an_empty_theory_makes_a_page_that_says_little():
    report = dk.report(dk.Theory("Nothing yet"))
    assert "Nothing yet" in report.html
    assert "diagram" not in report.sections


def test_sections_are_chosen_by_name_and_can_be_ones_own():
    mine = Section(
        "ours",
        "Our own",
        lambda context: {"count": len(context.theory.change_ideas)},
        "<p>{{ count }} ideas</p>",
        inline=True,
    )
    report = dk.report(examples.load("small-steps"), sections=["summary", mine])
    assert report.sections == ("summary", "ours")
    assert f"<p>{len(examples.load('small-steps').change_ideas)} ideas</p>" in report.html


def test_a_section_that_is_asked_for_and_empty_does_not_fail():
    for name in SECTIONS:
        assert dk.report(dk.Theory("t"), sections=[name]).sections == (name,)


def test_a_misspelt_section_is_told_with_the_nearest_one():
    with pytest.raises(dk.UsageError, match="Did you mean 'summary'"):
        dk.report(dk.Theory("t"), sections=["sumary"])


def test_the_day_of_the_report_is_printed_and_dates_that_have_passed_are_told():
    theory = dk.Theory("t", aims=[dk.Aim("A1", "Fewer falls", by="2020-01-01")])
    without, with_ = dk.report(theory), dk.report(theory, today=dt.date(2026, 3, 1))
    assert "2026-03-01" not in without.html
    assert "made on 2026-03-01" in with_.html
    assert with_.html.count("AIM") > without.html.count("AIM")


def test_a_series_that_cannot_be_read_is_told_on_the_page(tmp_path):
    file = tmp_path / "theory.yaml"
    file.write_text(
        "driverkit: 1\ntitle: t\naims: [{id: A1, text: Fewer falls}]\n"
        "measures: [{id: M1, name: Falls, of: [A1], data: falls.csv}]\n"
    )
    (tmp_path / "falls.csv").write_text("date,value\n2026-01-01,many\n")
    text = document(dk.report(dk.load(file))).text_content()
    assert "many" in text


@pytest.mark.slow
def test_the_same_theory_gives_the_same_page_under_any_hash_seed():
    program = (
        "import driverkit as dk, hashlib\n"
        "page = dk.report(dk.examples.load('algebra-success'), sections='summary next words belief log'.split())\n"
        "print(hashlib.sha256(page.html.encode()).hexdigest())"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1


def test_no_element_id_is_used_twice(page):
    ids = re.findall(r'\sid="([^"]+)"', page.html)
    assert len(ids) == len(set(ids))


def test_a_notebook_shows_the_page_in_a_frame_in_which_nothing_can_run():
    frame = lxml.html.fragment_fromstring(dk.report(hostile(), sections=["summary"])._repr_html_())
    assert frame.tag == "iframe"
    assert frame.get("sandbox") == ""
    assert frame.get("srcdoc").startswith("<!DOCTYPE html>")


def test_the_command_writes_the_page(tmp_path):
    file, out = tmp_path / "t.yaml", tmp_path / "t.html"
    dk.save(examples.load("small-steps"), file)
    assert run(["report", str(file), "-o", str(out), "--sections", "summary,diagram"]) == 0
    assert out.read_text("utf-8") == dk.report(dk.load(file), sections=["summary", "diagram"]).html
    wrong = CliRunner().invoke(cli, ["report", str(file), "--sections", "diagramm"])
    assert isinstance(wrong.exception, dk.UsageError)


@pytest.mark.slow
@pytest.mark.chromium
def test_a_browser_shows_and_prints_the_page_without_a_complaint(chromium, tmp_path, page):
    from pypdf import PdfReader

    file, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.save(file)
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
            "--v=0",
            f"--print-to-pdf={pdf}",
            "--no-pdf-header-footer",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "CONSOLE" not in done.stderr, [x for x in done.stderr.splitlines() if "CONSOLE" in x]
    pages = PdfReader(pdf).pages
    sizes = {(round(p.mediabox.width), round(p.mediabox.height)) for p in pages}
    assert sizes == {(595, 842), (842, 595)} or len(sizes) == 2  # A4, the diagram lying
    text = " ".join(" ".join(p.extract_text().split()) for p in pages)
    assert "Leaving hospital safely" in text


def test_a_voice_that_one_team_writes_with_a_capital_is_heard():
    theory = dk.Theory(
        "t", perspectives=["patient", "carer"], teams=[dk.Team("t1", perspectives=["nurse", " Patient"])]
    )
    text = " ".join(document(dk.report(theory)).text_content().split())
    assert "no team brings: carer." in text
    (found,) = [one for one in dk.check(theory) if one.code == "STR12"]
    assert "carer" in found.message
    assert "patient" not in found.message


def test_the_headings_of_the_story_stand_below_that_of_its_section(page):
    tree = document(page)
    assert [h.text_content() for h in tree.iter("h1")] == ["Leaving hospital safely"]
    (words,) = [s for s in tree.iter("section") if s.get("id") == "words"]
    assert [h.text_content() for h in words.iter("h2")] == ["The theory in words"]
    assert "The aim" in [h.text_content() for h in words.iter("h3")]


@pytest.mark.parametrize(("site", "told"), [("Ward 6", True), (None, False)])
def test_a_table_by_site_is_left_out_where_nobody_names_one(site, told):
    cycle = dk.PdsaCycle(
        "T1",
        "C1",
        site=site,
        plan={"date": "2026-01-01"},
        predictions=[{"question": "how long", "prediction": "2", "found": "4", "result": "refuted"}],
        do={"date": "2026-01-02"},
        study={"date": "2026-01-03", "learned": "slow"},
    )
    theory = dk.Theory("t", change_ideas=[dk.ChangeIdea("C1", "Ask")], cycles=[cycle])
    titles = [h.text_content() for h in document(dk.report(theory, sections=["predictions"])).iter("h3")]
    assert ("By site" in titles) is told
    assert "By change idea" in titles


def test_a_small_diagram_stands_among_the_rest_and_a_large_one_has_a_sheet_that_lies(page):
    small = dk.report(dk.Theory("t", aims=[dk.Aim("A1", "Fewer falls")]), sections=["diagram"])
    assert 'id="diagram" class="wide"' not in small.html
    assert 'id="diagram" class="wide"' in page.html


def test_a_gap_that_is_of_no_node_says_what_it_is_about():
    theory = dk.Theory("Fewer falls", aims=[dk.Aim("A1", "Fewer falls")], perspectives=["carer"])
    tree = document(dk.report(theory, sections=["coverage"]))
    rows = [[cell.text_content() for cell in row.iter("td")] for row in tree.iter("tr")]
    assert ["carer", "perspective missing"] in [row[:2] for row in rows]


def test_findings_are_counted_in_the_words_of_the_command():
    theory = examples.load("small-steps")
    by = {word: sum(f.severity == word and not f.known for f in dk.check(theory)) for word in ("info",)}
    text = " ".join(document(dk.report(theory, sections=["summary"])).text_content().split())
    assert f"{by['info']} remark" in text
