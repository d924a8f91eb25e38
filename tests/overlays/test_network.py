"""How many members work on, tested and confirmed each part of the common theory: counted, drawn, and nobody named."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

import driverkit as dk
from driverkit.cli import run
from driverkit.evidence.network_work import member_work, network_work
from driverkit.overlays.network import member_names, network_overlay

EXAMPLE = Path(dk.examples.path("small-steps")).parent / "here-every-day"
HUB = dk.loads("""\
driverkit: 1
title: Safe wards
aims: [{id: A1, text: Halve falls}]
drivers:
  - {id: P1, text: Risk is known, contributes_to: [A1]}
  - {id: P2, text: Floors are dry, contributes_to: [A1]}
change_ideas:
  - {id: C1, text: Ask at admission, contributes_to: [P1]}
  - {id: C2, text: A mop at every door, contributes_to: [P2]}
""")


def ward(result: str | None = None, *, local: bool = False, studied: bool = True) -> dk.Theory:
    """A ward that adapts C1, and maybe tried something of its own below P2."""
    more = "  - {id: I2, text: A red line, contributes_to: [D2]}\n" if local else ""
    drivers = "  - {id: D2, text: Dry floors, adapts: P2, contributes_to: [A]}\n" if local else ""
    idea = "I2" if local else "I1"
    told = "study: {date: 2026-01-03}," if studied else ""
    cycles = (
        f"cycles: [{{id: T1, change: {idea}, plan: {{date: 2026-01-01}}, do: {{date: 2026-01-02}}, {told}"
        f" predictions: [{{prediction: three, found: two, result: {result}}}]}}]\n"
        if result
        else ""
    )
    return dk.loads(
        "driverkit: 1\ntitle: A ward\naims: [{id: A, text: Halve falls here, adapts: A1}]\ndrivers:\n"
        "  - {id: D1, text: Risk, adapts: P1, contributes_to: [A]}\n"
        f"{drivers}change_ideas:\n  - {{id: I1, text: Ask, adapts: C1, contributes_to: [D1]}}\n{more}{cycles}"
    )


@pytest.fixture
def network() -> dk.Network:
    return dk.Network(
        "Safe wards",
        HUB,
        members=[
            dk.Member("m01", "Ward <1>", ward("confirmed"), team="t1"),
            dk.Member("m02", "Ward 2", ward("refuted")),
            dk.Member("m03", "Ward 3", ward("confirmed", local=True), anonymous=True),
            dk.Member("m04", "Ward 4", ward("confirmed", studied=False)),
            dk.Member("m05", "Ward 5"),
            dk.Member("m06", "Ward 6", ward("confirmed"), left="2025-01-01"),
        ],
        teams=[dk.Team("t1", "Admission", works_on=["P1"])],
    )


def counts(network: dk.Network, id: str) -> tuple[int, int, int, int, int]:
    found = network_work(network)[id]
    return found.of, found.worked_on, found.tested, found.confirmed, found.failed


def test_members_count_where_they_work_and_only_once(network):
    assert counts(network, "C1") == (5, 4, 3, 2, 1)  # of those who tested it one has left
    assert counts(network, "P1") == (5, 4, 3, 2, 1)
    assert counts(network, "A1") == (5, 4, 4, 3, 1)
    left = network.member("m06")
    assert left.left is not None
    assert [one.member for one in network_work(network)["C1"].gone] == [left.id]
    row = dk.network_coverage(network).rows("nodes")[-2]
    assert (row["id"], row["members"], row["tested_by"], row["tested_left"]) == ("C1", 4, 3, 1)


def test_a_local_invention_counts_below_what_it_contributes_to(network):
    assert counts(network, "P2") == (5, 1, 1, 1, 0)
    assert counts(network, "C2") == (5, 0, 0, 0, 0)


def test_a_cycle_counts_once_however_many_ways_lead_to_it(network):
    theory = ward("confirmed").link("I1", "A")
    once = network.with_theories({"m01": theory})
    assert member_work(once, "m01")["A1"].studied == 1
    assert member_work(once, "m01")["A1"].judged == 1


def test_the_counts_are_those_of_the_coverage():
    network = dk.load_network(EXAMPLE)
    work = network_work(network)
    for row in dk.network_coverage(network).nodes.to_dict("records"):
        done = work[row["id"]]
        assert (done.worked_on, done.tested, done.confirmed, done.failed) == (
            row["members"],
            row["tested_by"],
            row["confirmed_by"],
            row["refuted_by"],
        )
        assert done.held == (row["held"], row["judged"])


def test_the_counts_are_those_of_the_alignment():
    network = dk.load_network(EXAMPLE)
    work = network_work(network)
    for row in dk.align(network).drivers.to_dict("records"):
        done = work[row["id"]].members
        assert "; ".join(one.member for one in done) == row["worked_on_by"]
        assert "; ".join(one.member for one in done if one.tested) == row["tested_by"]


def test_who_only_carried_out_has_not_tested(network):
    done = member_work(network, "m04")["C1"]
    assert (done.cycles, done.studied, done.tested) == (1, 0, False)


def test_the_bar_has_a_block_for_each_member(network):
    theory, laid = network_overlay(network)
    assert theory is network.common
    assert laid.notes["C1"] == (
        "▮▮▮▮▯ 4\u00a0of\u00a05 work on it",
        "3\u00a0tested · 2\u00a0held · 1\u00a0did not hold · of\u00a0them 1\u00a0has\u00a0left",
    )
    assert laid.notes["C2"] == ("▯▯▯▯▯ 0\u00a0of\u00a05 work on it",)
    assert laid.marks["C1"] == ("coverage-full",)
    assert laid.marks["P2"] == ("coverage-some",)
    assert laid.marks["C2"] == ("coverage-none",)
    assert (
        network_overlay(network, "confirmed")[1]
        .notes["C1"][0]
        .startswith("▮▯▯▯▯ 1\u00a0of\u00a05 saw it hold")
    )


def test_of_many_members_a_block_is_a_tenth_and_neither_none_nor_all_is_claimed_falsely(network):
    members = [dk.Member(f"w{i}", theory=ward() if i < 1 else None) for i in range(200)]
    laid = network_overlay(attrs.evolve(network, members=members, teams=[]))[1]
    assert laid.notes["C1"][0].startswith("▮▯▯▯▯▯▯▯▯▯ 1\u00a0of\u00a0200")
    members = [dk.Member(f"w{i}", theory=ward() if i else None) for i in range(200)]
    laid = network_overlay(attrs.evolve(network, members=members, teams=[]))[1]
    assert laid.notes["C1"][0].startswith("▮▮▮▮▮▮▮▮▮▯ 199\u00a0of\u00a0200")


def test_a_network_is_drawn_as_its_common_theory(network):
    picture = dk.diagram(network)
    assert [box.id for box in picture.diagram.boxes] == ["A1", "P1", "P2", "C1", "C2"]
    assert "▮▮▮▮▯ 4\u00a0of\u00a05 work on it" in picture.svg()
    assert "half of the members or more work on it" in picture.svg()
    plain = dk.diagram(network, overlay="status")
    assert "of\u00a05" not in plain.svg()


@pytest.mark.parametrize("show", ["worked-on", "tested", "confirmed"])
def test_the_counts_stand_in_the_text_of_a_notebook_too(network, show):
    shown = dk.diagram(network, overlay=show)._repr_mimebundle_(include=["text/plain"])["text/plain"]
    theory, laid = network_overlay(network, show)
    for line, node in zip(shown.splitlines(), ("A1", "P1", "C1"), strict=False):
        count, rest = (" ".join(note.lstrip("▮▯ ").split()) for note in laid.notes[node])
        assert line.strip().startswith(f"- {node}: {theory.node(node).text} [")
        assert f"{count}; {rest}]" in line


def test_who_is_anonymous_is_named_nowhere(network):
    assert member_names(network)["m03"] == "Member 6"
    for drawn in (
        dk.diagram(network).svg(),
        dk.network_multiples(network).svg(),
        dk.network_multiples(network).html(),
        dk.network_multiples(network, "team").svg(),
    ):
        assert "Ward 3" not in drawn
        assert "m03" not in drawn
    assert "Member 6" in dk.network_multiples(network).svg()
    hidden = attrs.evolve(network, anonymous=True)
    assert not any("Ward" in name for name in member_names(hidden).values())
    assert "Ward 2" not in dk.network_multiples(hidden).html()


def test_a_panel_has_what_a_member_works_on_and_the_rest_is_faded(network):
    found = dk.network_multiples(network)
    assert [panel.title for panel in found.panels] == ["Ward <1>", "Ward 2", "Ward 4", "Ward 5", "Member 6"]
    first = {box.id: box.marks for box in found.panels[0].drawing.boxes}
    assert first == {
        "A1": ("work-held",), "P1": ("work-held",), "C1": ("work-held",), "P2": ("faded",), "C2": ("faded",),
    }  # fmt: skip
    assert {box.marks for box in found.panels[1].drawing.boxes if box.id == "C1"} == {("work-tested",)}
    assert {box.marks for box in found.panels[2].drawing.boxes if box.id == "C1"} == {("work-on",)}
    assert found.panels[0].said == "works on 3 of 5 · 3 tested · 3 held"
    assert found.panels[3].said == "no theory yet"
    assert found.panels[4].said == "works on 4 of 5 · 2 tested · 2 held · 1 local invention"
    faded = {
        (arrow.cause, arrow.effect) for arrow in found.panels[0].drawing.arrows if "faded" in arrow.marks
    }
    assert faded == {("P2", "A1"), ("C2", "P2")}


def test_the_key_above_has_the_words_for_the_ids(network):
    found = dk.network_multiples(network)
    assert [" ".join(line.text for line in box.lines if line.part == "text") for box in found.key.boxes] == [
        "A1 Halve falls", "P1 Risk is known", "P2 Floors are dry", "C1 Ask at admission", "C2 A mop at every door",
    ]  # fmt: skip
    assert all(len(box.lines) == 1 for box in found.panels[0].drawing.boxes)
    assert dk.network_multiples(network, labels="words").key is None


def test_a_team_has_its_part_and_how_far_any_of_its_members_came(network):
    (panel,) = dk.network_multiples(network, "team").panels
    assert (panel.title, panel.said) == ("Admission", "works on 2 of 5 · 2 tested · 2 held · 1 member")
    assert {box.id for box in panel.drawing.boxes if box.marks == ("work-held",)} == {"P1", "C1"}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda n: dk.network_multiples(n, "members"), "Did you mean 'member'"),
        (lambda n: dk.network_multiples(HUB), "not of a Theory"),
        (lambda n: dk.network_multiples(attrs.evolve(n, teams=[], members=[]), "team"), "has no teams"),
        (lambda n: dk.diagram(n, overlay="testd"), "no overlay 'testd'"),
        (lambda n: dk.network_multiples(n, show="testd"), "Did you mean 'tested'"),
    ],
)
def test_what_cannot_be_drawn_is_told(network, call, said):
    with pytest.raises(dk.UsageError, match=said):
        call(network)


# --------------------------------------------------------------------------------- the command line


def test_the_command_draws_what_the_names_say(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    folder = str(EXAMPLE)
    assert run(["network", "render", folder, "-o", "a.svg", "-o", "a.dot", "--overlay", "tested"]) == 0
    assert "tested it" in Path("a.svg").read_text("utf-8")
    assert run(["network", "render", folder, "-o", "m.svg", "--multiples", "member", "--paper", "a3"]) == 0
    svg = Path("m.svg").read_text("utf-8")
    assert "Harbour City" in svg
    assert "Northgate" not in svg
    assert 'height="1587' in svg
    assert run(["network", "render", folder, "-o", "v.html", "--multiples", "version"]) == 0
    assert "Revision 3" in Path("v.html").read_text("utf-8")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "x.svg", "--labels", "ids"], "add --multiples"),
        (["-o", "x.svg", "--overlay", "tsted"], "no overlay 'tsted' of a network. Did you mean 'tested'?"),
        (
            ["-o", "x.svg", "--overlay", "foo"],
            "There are: worked-on, tested, confirmed, none, status, evidence,",
        ),
        (
            ["-o", "x.svg", "--overlay", "foo", "--multiples", "member"],
            "There are: worked-on, tested, confirmed.",
        ),
        (["-o", "x.svg", "--overlay", "foo", "--multiples", "version"], "overlay"),
        (["-o", "x.svg", "--overlay", "tested", "--multiples", "version"], "overlay"),
        (["-o", "x.gif", "--multiples", "team"], "There are: svg, png, pdf, html"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, monkeypatch, capfd, words, said):
    monkeypatch.chdir(tmp_path)
    assert run(["network", "render", str(EXAMPLE), *words]) == 2
    error = capfd.readouterr().err
    assert len(error.splitlines()) == 1
    assert said in error


def test_a_team_saw_it_hold_where_more_than_half_of_all_its_predictions_did(network):
    members = [
        dk.Member("m01", theory=ward("confirmed"), team="t1"),
        dk.Member("m02", theory=ward("refuted"), team="t1"),
    ]
    teams = [dk.Team("t1", "Admission", works_on=["A1"])]
    (panel,) = dk.network_multiples(dk.Network("Wards", HUB, members=members, teams=teams), "team").panels
    assert "C1 Ask at admission: tested" in panel.story
    assert not any(line.startswith("C2") for line in panel.story)  # nobody works on it
    assert panel.said == "works on 3 of 5 · 3 tested · 2 members"
