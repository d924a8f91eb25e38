"""The reports of a network: what a hub reads, and what a member reads, which names nobody who is anonymous."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from pathlib import Path
from typing import Any

import attrs
import lxml.html
import pytest

import driverkit as dk
from driverkit.cli import run
from driverkit.reporting import MEMBER_SECTIONS, NETWORK_SECTIONS, Section
from driverkit.reporting.network_found import strip
from support.hostile_network import hostile_network
from support.marked import SHOWN, marked_network
from support.wards import wards
from test_untrusted import PAYLOADS, payloads

NAMES = ("Northgate", "m05", "members/m05")


@pytest.fixture(scope="module")
def network() -> dk.Network:
    return dk.examples.network()


@pytest.fixture(scope="module")
def hub(network) -> dk.Report:
    return dk.network_report(network, today=dt.date(2026, 8, 1))


def text(page: dk.Report) -> str:
    return " ".join(lxml.html.document_fromstring(page.html).text_content().split())


# ------------------------------------------------------------------------------------------------ the hub's


def test_the_page_of_the_example_has_every_section(hub):
    assert hub.sections == tuple(NETWORK_SECTIONS)


def test_the_figures_are_those_of_the_network(hub, network):
    said = text(hub)
    cycles = sum(cycle.do is not None for theory in network.theories.values() for cycle in theory.cycles)
    assert f"of {cycles} carried out, by 8 members" in said
    assert "An execution network" in said
    assert "bus driver" in said
    for member in network.members:
        assert member.name in said
    for node in network.common.nodes:
        assert " ".join(node.text.split()) in said


def test_every_member_stands_on_the_line_of_what_held(hub, network):
    table = lxml.html.document_fromstring(hub.html).get_element_by_id("held")
    row = next(row for row in table.iter("tr") if row.text_content().startswith("C7:"))
    dots = [title.text for title in row.iter("title")]
    judged = [one for one in dk.pooled(network, "C7").rows("members") if one["judged"]]
    assert dots
    assert sorted(dots) == sorted(
        f"{network.member(one['member']).name}: {one['held']} of {one['judged']}" for one in judged
    )
    assert (
        f"{sum(one['held'] for one in judged)} of {sum(one['judged'] for one in judged)}"
        in row.text_content()
    )


def test_what_was_given_up_and_is_gone_from_the_common_theory_is_told_on_every_page():
    idea = dk.ChangeIdea("C9", "Ring every bell", status="abandoned")
    old = dk.Theory("Hub", change_ideas=[idea], revision=dk.Revision(label="1"))
    new = dk.Theory("Hub", revision=dk.Revision(label="2"))
    network = dk.Network("Wards", hub=new, history=[old], members=[dk.Member("m1", theory=dk.Theory("m1"))])
    for page in (
        dk.network_report(network, today=dt.date(2026, 8, 1)),
        dk.member_report(network, "m1", today=dt.date(2026, 8, 1)),
    ):
        assert "“Ring every bell” (C9), which was abandoned, is no longer in the theory" in text(page)
        assert "1 minor change" not in text(page)


def test_many_members_stand_in_bars_that_count_all_of_them():
    few = strip([(share / 10, 2, f"Ward {share}", "1 of 2") for share in range(11)])
    assert few.count("<circle") == 11
    many = strip([(share / 100, 2, "Ward", "1 of 2") for share in range(101)])
    counts = [int(text.split()[0]) for text in lxml.html.fromstring(many).xpath("//title/text()")]
    assert (len(counts), sum(counts)) == (10, 101)
    assert "<circle" not in many


def test_what_became_of_advice_and_where_ideas_stopped_is_told(hub, network):
    said = text(hub)
    for one in network.recommendations:
        assert " ".join(one.text.split()) in said
    for words in (
        "taken up</td><td>since then 2 of 2",
        "not taken up</td><td>so its conjecture",
        "pending</td><td><",
    ):
        assert words in hub.html  # what became of it stands once
    for stop in dk.diffusion(network).rows("stops"):
        way = " → ".join(network.member(one).name for one in stop["path"].split(" -> "))
        assert way in said


def test_why_the_common_theory_changed_names_what_members_learned(hub):
    shown = text(hub)
    assert "because of Northgate, T2; Orchard, T3; Upper Valley, T1" in shown
    between = shown.partition("What members studied in between")[2]
    assert "“A home visit in the summer before a new school”: 1 cycle (Orchard)" in between


def test_what_nobody_works_on_is_told(hub):
    table = lxml.html.document_fromstring(hub.html).get_element_by_id("who")
    rows = [" ".join(row.text_content().split()) for row in table.iter("tr")]
    assert any(row.startswith("P4:") and "0 of 8" in row for row in rows)


def test_a_page_that_is_shared_names_nobody_who_is_anonymous(network):
    shared = dk.network_report(network, shared=True)
    assert not [name for name in NAMES if name in shared.html]
    assert "Harbour City" in shared.html
    assert set(shared.sections) == set(NETWORK_SECTIONS)


@pytest.mark.parametrize("make", [dk.network_report, lambda n: dk.member_report(n, "m01")])
def test_a_page_asks_for_nothing_outside_itself_and_runs_nothing(network, make):
    page = make(network)
    tree = lxml.html.document_fromstring(page.html)
    assert not list(tree.iter("script", "link", "iframe", "object", "embed", "form"))
    for element in tree.iter():
        if isinstance(element.tag, str):
            for name, value in element.attrib.items():
                assert not name.startswith("on"), (element.tag, name)
                if name in ("src", "href", "xlink:href"):
                    assert value.startswith(("data:", "#")), (element.tag, name, value[:60])
    assert "default-src 'none'" in page.html


def test_the_same_network_gives_the_same_page():
    first, second = (dk.member_report(dk.examples.network(), "m02").html for _ in range(2))
    assert first == second


def test_sections_are_chosen_and_one_can_be_ones_own(network):
    mine = Section(
        "count", "Count", lambda c: {"n": len(c.network.members)}, "<p>{{ n }} in all</p>", inline=True
    )
    page = dk.network_report(network, title="Ours", sections=["voices", mine])
    assert (page.title, page.sections) == ("Ours", ("voices", "count"))
    assert "8 in all" in page.html
    with pytest.raises(dk.UsageError, match="Did you mean 'voices'"):
        dk.network_report(network, sections=["voice"])


def test_an_empty_network_still_makes_a_page():
    bare = dk.Network("Safe wards", dk.Theory("Fewer falls"), members=[dk.Member("m01")])
    assert "Safe wards" in dk.network_report(bare).html
    assert dk.member_report(bare, "m01").title == "m01 in Safe wards"
    for sections, make in (
        (NETWORK_SECTIONS, dk.network_report),
        (MEMBER_SECTIONS, lambda n, **k: dk.member_report(n, "m01", **k)),
    ):
        assert make(bare, sections=list(sections)).sections == tuple(sections)


def test_a_theory_is_no_network():
    with pytest.raises(dk.UsageError, match=r"dk\.load_network"):
        dk.network_report(dk.examples.load("small-steps"))


def test_a_small_network_without_measures_is_told(tmp_path):
    network = dk.load_network(wards(tmp_path))
    assert "What is ours" not in dk.network_report(network).html
    assert "We know whose risk is high" in text(dk.member_report(network, "m02"))


# ------------------------------------------------------------------------------------------------ a member's


def test_a_member_reads_what_others_learned_about_the_same_idea(network):
    said = text(dk.member_report(network, "m01"))
    assert "Harbour City in Here every day" in said
    idea = next(one for one in network.theory("m04").cycles if one.study and one.change == "C3")
    assert idea.study.learned in said
    assert "another member" in said


def test_what_others_learned_is_what_is_counted_of_the_network_and_late_predictions_are_none():
    hub = dk.Theory(
        "Hub",
        drivers=[dk.Driver("P1", "Risk is known")],
        change_ideas=[dk.ChangeIdea("C1", "Ask on admission", contributes_to=["P1"])],
    )
    reader = dk.Theory("Ward 1", drivers=[dk.Driver("D", "Risk", adapts="P1")])
    late = {"prediction": "so", "result": "confirmed", "date": "2026-03-01"}
    in_time = {"prediction": "so", "result": "refuted"}
    apart = dk.Theory(  # its file does not say what its idea is to move; the common theory does
        "Ward 2",
        change_ideas=[dk.ChangeIdea("C", "Ask twice", adapts="C1")],
        cycles=[
            dk.PdsaCycle(
                "T1", "C", plan={"date": "2026-01-01"}, do={"date": "2026-02-01"}, study={"learned": "no"},
                predictions=[late, in_time],
            )
        ],
    )  # fmt: skip
    network = dk.Network("W", hub, members=[dk.Member("m1", theory=reader), dk.Member("m2", theory=apart)])
    said = text(dk.member_report(network, "m1", sections=["learned"]))
    assert "Other ideas on “Risk is known” 1 other member: 0 of 1 predictions held." in said
    row = next(row for row in dk.pooled(network, "P1").rows("members") if row["member"] == "m2")
    assert (row["held"], row["judged"]) == (0, 1)


def test_what_is_not_in_a_members_part_stands_back_on_its_picture(network):
    page = dk.member_report(network, "m01").html
    part = page.partition('id="part"')[2].partition("</section>")[0]
    marks = dict(re.findall(r'data-id="([^"]+)" data-role="[^"]+" class="dk-box [a-z-]+ ?([^"]*)"', part))
    adapted = set(network.adapted("m01"))
    assert {id for id, said in marks.items() if "dk-coverage-full" in said} == adapted & set(marks)
    assert marks["C9"] == "dk-abandoned dk-faded"  # it stands back, and is dash-dotted still
    assert "dk-faded" not in marks["S2"]  # its team works on it
    assert 'data-from="C9"' in part
    assert all("dk-faded" in said for said in re.findall(r'data-from="C9"[^>]*class="([^"]*)"', part))
    assert "not in your part" in part


def test_nobody_who_is_anonymous_is_named(network):
    for member in network.members:
        page = dk.member_report(network, member.id)
        if member.id != "m05":
            assert not [name for name in NAMES if name in page.html], member.id
    assert "Northgate" in dk.member_report(network, "m05").html


def test_an_anonymous_network_names_nobody_but_the_reader(network):
    quiet = attrs.evolve(network, anonymous=True)
    page = dk.member_report(quiet, "m01").html
    # What people wrote into sentences is changed too: a coach "from Harbour City's first test" is the reader's own.
    assert not [one.name for one in network.members if one.id != "m01" and one.name in page]


def test_of_every_field_of_an_anonymous_member_only_the_words_of_the_table_may_be_told():
    """Each mark stands in one field of the anonymous member; what is told of whom is decided in one table."""
    network, marks = marked_network()
    told: set[str] = set()
    for make in (
        lambda: dk.member_report(network, "m06"),
        lambda: dk.member_report(network, "m08"),
        lambda: dk.network_report(network, shared=True),
    ):
        html = make().html
        told |= {place for place, mark in marks.items() if mark in html}
    assert told <= SHOWN
    assert {
        "ChangeIdea.text",
        "Study.learned",
        "PdsaCycle.conditions",
    } <= told  # so the marks are looked for where they are
    silent = dk.member_report(network, "m06", words=False).html
    assert not [place for place, mark in marks.items() if mark in silent]
    # The hub reads it all by name.
    assert marks["Member.name"] in dk.network_report(network).html


# ------------------------------------------------------------------------------------------------ strangers


def strings() -> list[str]:
    file = Path(os.environ.get("DRIVERKIT_CORPUS", "nowhere")) / "hostile" / "strings.json"
    corpus = [one["value"] for one in json.loads(file.read_text("utf-8"))] if file.is_file() else []
    return [one for one in (*PAYLOADS, *corpus) if usable(one)]


def usable(words: str) -> bool:
    try:
        dk.Theory(words)
    except dk.DriverkitError:
        return False
    return True


def pages(network: dk.Network) -> dict[str, str]:
    made: dict[str, Any] = {
        "hub": dk.network_report(network),
        "shared": dk.network_report(network, shared=True),
    }
    made |= {
        id: dk.member_report(network, id) for id in ("m1", "m2")
    }  # one that reads of an anonymous one, and that one
    return {name: page.html for name, page in made.items()}


@pytest.mark.slow
def test_what_strangers_wrote_is_shown_as_text():
    for words in strings():
        for name, html in pages(hostile_network(words)).items():
            tree = lxml.html.document_fromstring(html)
            assert not list(tree.iter("script", "img", "iframe", "object", "base", "form")), (name, words)
            for element in tree.iter():
                if isinstance(element.tag, str):
                    assert not [one for one in element.attrib if one.startswith("on")], (name, words)
                    assert not str(element.get("href", "#")).lower().startswith("javascript"), (name, words)


@pytest.mark.slow
@pytest.mark.chromium
def test_no_payload_runs_in_a_browser(chromium, tmp_path):
    from support.browser import browser

    ran = []
    with browser(chromium, tmp_path / "profile") as tab:
        tab.call("Page.addScriptToEvaluateOnNewDocument", source="window.F = () => { top.RAN = true }")
        shown = tmp_path / "shown.html"
        for payload in payloads():
            for name, html in pages(hostile_network(payload.replace("\n", " "))).items():
                shown.write_text(html, "utf-8")
                tab.open(shown)
                if tab.js("window.RAN === true"):
                    ran.append((name, payload))
    assert not ran


def test_a_payload_of_each_kind_stays_text():
    network = hostile_network("<script>top.F(1)</script> {{ 7*7 }} \" ' & ]]> <!-- ")
    for name, html in pages(network).items():
        assert "<script" not in html, name
        assert "{{ 7*7 }}" in html, name


# -------------------------------------------------------------------------------------------- command line


def test_pages_are_made_on_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    wards(tmp_path / "w")
    call = [
        "network",
        "report",
        "w",
        "-o",
        "hub.html",
        "--members-to",
        "out/members",
        "--today",
        "2026-03-01",
    ]
    assert run(call) == 0
    assert "3 pages of members written to out/members." in capsys.readouterr().err
    assert sorted(one.name for one in (tmp_path / "out/members").iterdir()) == [
        "m01.html",
        "m02.html",
        "m03.html",
    ]
    assert "made on 2026-03-01" in (tmp_path / "hub.html").read_text("utf-8")
    assert run(["network", "report", "w", "--member", "m02", "-o", "m02.html"]) == 0
    assert "Ward 7 in Safe wards" in (tmp_path / "m02.html").read_text("utf-8")
    assert run(["network", "report", "w", "--sections", "voices", "--shared"]) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")
    assert run(["network", "report", "w", "--member", "m09"]) == 2
    assert run(["network", "report", "w", "--member", "m01", "--shared"]) == 2
    (tmp_path / "file").write_text("")
    assert run(["network", "report", "w", "--members-to", "file/x"]) == 2


def test_a_cycle_that_was_studied_counts_whether_or_not_its_do_is_written():
    theory = dk.Theory(
        "Ward 6",
        change_ideas=[dk.ChangeIdea("I", "Ask", adapts="C1")],
        cycles=[
            dk.PdsaCycle(
                "T1",
                "I",
                plan={},
                predictions=[{"question": "q", "prediction": "p"}],
                study={"learned": "so"},
            )
        ],
    )
    hub = dk.Theory("Fewer falls", change_ideas=[dk.ChangeIdea("C1", "Ask")])
    members = [dk.Member(id, theory=theory) for id in ("m1", "m2")]
    network = dk.Network("Wards", hub, members=members)
    assert "reached Study</dt><dd>2 of 2 " in dk.network_report(network, sections=["summary"]).html
    page = dk.member_report(network, "m1", sections=["summary", "learned", "next"]).html
    assert "reached Study</dt><dd>1 of 1 " in page
    assert "not tested" not in page


def test_what_a_percentage_changed_by_is_told_in_percentage_points_with_one_decimal(hub):
    told = re.findall(r"<td>([+-][0-9.]+) percentage points \(([+-][0-9.]+) to ([+-][0-9.]+)\)", hub.html)
    assert len(told) > 8
    assert all(re.fullmatch(r"[+-][0-9]+\.[0-9]", one) for row in told for one in row)


def test_a_member_without_a_theory_file_is_told_what_is_next():
    hub = dk.Theory("Fewer falls", aims=[dk.Aim("A1", "Halve falls")])
    page = dk.member_report(dk.Network("Wards", hub, members=[dk.Member("m1")]), "m1").html
    assert "driverkit new m1.yaml" in page


def test_a_link_of_the_report_says_under_which_condition_it_holds_and_where_it_is_not_counted(network, hub):
    assert "only where the coach has led check-ins before" in text(hub)
    theory = network.theory("m01")
    fails = theory.link("C1", "D1", fails_at=["Mill Lane school"])
    said = text(dk.network_report(network.with_theories({"m01": fails}), sections=["held"]))
    assert "check-ins before; 1 member says where it fails (not counted there)" in said


def test_of_several_members_one_who_is_anonymous_is_another_member(network):
    said = text(dk.member_report(network, "m01", sections=["changes"]))
    assert "(Eastfield and another member)" in said
    assert "1 another" not in said
