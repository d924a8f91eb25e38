"""The picture of how ideas spread: every member, cycle and adoption is on it, once, in words and shapes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import driverkit as dk
from driverkit.charts.spread import MOST_ROWS
from driverkit.cli import run
from driverkit.overlays.network import member_names
from support.networks import cycle, local, network


def chain(members: int = 3, **more) -> dk.Network:
    found = {"m0": local(cycle("T1", "y", day="2026-01-01", act={"decision": "adopt"}))}
    for at in range(1, members):
        act = {"decision": ("abandon", "expand")[at % 2]}
        found[f"m{at}"] = local(
            cycle("T1", "y", day=f"2026-{1 + at % 12:02d}-{1 + at // 12:02d}", adapted_from="m0/T1", act=act)
        )
    return network(found, **more)


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_every_member_has_a_row_every_cycle_a_mark_and_every_adoption_an_arrow():
    chart = dk.spread_chart(chain(4))
    svg = chart.svg()
    assert {"m0", "m1", "m2", "m3"} <= set(texts(svg))
    assert sorted(re.findall(r'data-id="(m\d\.T1)"', svg)) == ["m0.T1", "m1.T1", "m2.T1", "m3.T1"]
    assert [panel.arrows for panel in chart.panels] == [
        (("m0/T1", "m1/T1"), ("m0/T1", "m2/T1"), ("m0/T1", "m3/T1"))
    ]
    assert svg.count('class="dk-adoption"') == 3 * 3  # a line and the two sides of its point


def test_what_became_of_it_stands_in_words_beside_each_row():
    said = texts(dk.spread_chart(chain(4)).svg())
    assert "began, went on" in said
    assert "stopped: abandoned" in said
    assert "stopped: not taken further" in said
    for word in ("adopt", "adapt or expand", "abandon"):
        assert word in said  # the key
    assert "nothing decided" not in said  # none is drawn


def test_the_header_counts_the_ideas_that_are_drawn():
    example = dk.examples.network()
    found = {idea["idea"]: idea for idea in dk.diffusion(example).rows("ideas")}
    one = dk.spread_chart(example, "C6")
    assert f"{found['C6']['adoptions']} adoptions of 1 idea" in one.subtitle
    assert f"median of {found['C6']['median_days']:,.0f} days" in one.subtitle
    assert found["C6"]["adoptions"] < len(dk.diffusion(example).rows("adoptions"))
    assert f"{len(dk.diffusion(example).rows('adoptions'))} adoptions" in dk.spread_chart(example).subtitle


def test_an_idea_that_was_adopted_and_not_passed_on_does_not_read_as_a_failure():
    svg = dk.spread_chart(dk.examples.network(), ["C6", "C7"]).svg()
    bold = {
        node.text: node.get("font-weight")
        for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    }
    assert bold["adopted, not passed on"] is None
    assert bold["stopped: abandoned"]


def test_marks_are_told_apart_without_colour():
    from driverkit.charts.paint import SYMBOLS
    from driverkit.charts.spread import _SYMBOLS

    kinds = {_SYMBOLS[decision] for decision in ("adopt", "abandon", "adapt", None)}
    assert len(kinds) == 4
    # the hollow one is the only one that has the shape of another
    assert len({SYMBOLS[kind][0] for kind in kinds}) == 3


def test_the_same_network_makes_the_same_bytes_and_every_format_comes():
    assert dk.spread_chart(chain()).svg() == dk.spread_chart(chain()).svg()
    assert dk.spread_chart(chain()).png(scale=1).startswith(b"\x89PNG")
    assert dk.spread_chart(chain()).pdf().startswith(b"%PDF")


def test_who_is_anonymous_is_not_named():
    base = chain(3)
    members = [
        dk.Member("m0", "Open ward", base.theory("m0")),
        dk.Member("m1", "Secret ward", base.theory("m1"), anonymous=True),
        dk.Member("m2", "Third ward", base.theory("m2")),
    ]
    one = dk.spread_chart(dk.Network("Wards", base.hub, members=members))
    assert "Open ward" in one.svg()
    assert "Secret ward" not in one.svg() + one.alt
    whole = dk.spread_chart(dk.Network("Wards", base.hub, members=members, anonymous=True))
    assert "ward" not in re.sub("Wards", "", whole.svg() + whole.alt)


def test_neither_words_nor_ids_nor_what_a_program_reads_tell_who_is_anonymous():
    """An invention began at an anonymous member, another took it up; its id, file order and names are nowhere."""
    base = chain(2)
    secret = local(
        cycle("t-secret-1", "y", idea="I", day="2026-01-01"),
        cycle("t-secret-2", "y", idea="I", day="2026-02-01", follows="t-secret-1"),
        cycle("t-secret-3", "y", idea="K", day="2026-03-01", adapted_from="m0/T1"),
        ideas={"I": None, "K": "C1"},
    ).replace("I", text="Secret ward rings at seven")
    taker = local(
        cycle("T1", "y", idea="J", day="2026-04-01", adapted_from="m-hidden/t-secret-2"), ideas={"J": None}
    )
    members = [
        dk.Member("m0", "Open ward", base.theory("m0")),
        dk.Member("m-hidden", "Secret ward", secret, anonymous=True),
        dk.Member("m2", "Third ward", taker),
    ]
    network = dk.Network("Wards", base.hub, members=members)
    chart = dk.spread_chart(network)
    everything = chart.svg() + chart.alt + repr(chart.panels)
    for word in ("m-hidden", "t-secret", "Secret", "other-1"):
        assert word not in everything
    label = network.labels(shared=True)["m-hidden"]
    assert label == "Member 3"
    assert label in texts(chart.svg())
    assert "Member 3: (a member) rings at seven" in texts(chart.svg())
    marks = re.findall(r'data-id="([^"]+)"', chart.svg())
    assert sorted(marks) == ["m0.T1", "m2.T1", "member-3.1", "member-3.2", "member-3.3"]
    assert [panel.arrows for panel in chart.panels] == [
        (("m0/T1", "member-3/1"),),
        (("member-3/3", "m2/T1"),),
    ]
    assert "m-hidden/t-secret-2" in set(dk.diffusion(network).adoptions["source"])  # the hub's own table
    assert dk.spread_chart(network, "m-hidden/I").panels[0].title == "Member 3: (a member) rings at seven"


def test_in_an_anonymous_network_everybody_has_the_number_of_the_other_pictures():
    base = chain(3)
    network = dk.Network("Wards", base.hub, members=base.members, anonymous=True)
    chart = dk.spread_chart(network)
    assert {row.name for row in chart.panels[0].rows} == set(network.labels(shared=True).values())
    assert {row.name for row in chart.panels[0].rows} == set(member_names(network).values())
    assert not re.search(r"\bm\d\b", chart.alt + " ".join(texts(chart.svg())))
    assert all(id.startswith("member-") for id in re.findall(r'data-id="([^"]+)"', chart.svg()))


def test_words_cannot_break_the_picture():
    base = chain(2)
    bad = [dk.Member(id, f"<b>&\"'{id}\u202e", base.theory(id)) for id in ("m0", "m1")]
    svg = dk.spread_chart(dk.Network("W <script>", base.hub, members=bad)).svg()
    ET.fromstring(svg)
    assert "<b>" not in svg
    assert "\u202e" not in svg


def test_of_more_members_than_fit_the_first_are_drawn_and_the_others_counted():
    chart = dk.spread_chart(chain(MOST_ROWS + 7))
    assert len(chart.panels[0].rows) == MOST_ROWS
    assert any("7 members that it came to later are not drawn" in note for note in chart.footnotes)


def test_an_undated_cycle_is_told_and_a_member_without_a_day_keeps_its_row():
    net = network(
        {"m0": local(cycle("T1", "y", day="2026-01-01")), "m1": local(cycle("T1", "y", adapted_from="m0/T1"))}
    )
    chart = dk.spread_chart(net)
    assert "no day is known" in texts(chart.svg())
    assert any("1 cycle without a day" in note for note in chart.footnotes)


def test_where_nothing_spread_there_is_no_picture_and_an_idea_that_is_not_there_is_told():
    with pytest.raises(dk.UsageError, match="no cycle adapts one of another member"):
        dk.spread_chart(network({"m0": local(cycle("T1", "y", day="2026-01-01"))}))
    with pytest.raises(dk.UnknownId, match="C9"):
        dk.spread_chart(chain(), "C9")
    with pytest.raises(dk.UsageError, match="has a date"):
        dk.spread_chart(network({"m0": local(cycle("T1")), "m1": local(cycle("T1", adapted_from="m0/T1"))}))


def test_the_command_draws_where_the_name_says_a_picture(tmp_path):
    folder = tmp_path / "here"
    dk.examples.copy_network(folder)
    out = tmp_path / "spread.svg"
    assert run(["network", "spread", str(folder), "--about", "C6", "-o", str(out)]) == 0
    assert "Millbridge" in out.read_text("utf-8")


def test_the_picture_of_the_docs_is_what_driverkit_draws():
    images = Path(__file__).resolve().parents[2] / "docs" / "images"
    drawn = dk.spread_chart(dk.examples.network()).svg()
    assert (images / "spread.svg").read_text("utf-8") == drawn, "run: just pictures"
