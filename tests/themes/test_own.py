"""A theme of one's own: small, checked, and told of with every fault and its place."""

from __future__ import annotations

import io
import json

import attrs
import pytest

import driverkit as dk
from driverkit.themes import MARKS, ROLES, Theme, theme
from driverkit.themes.own import (
    BOX_KEYS,
    LINE_KEYS,
    LINES,
    MARK_KEYS,
    THEME_KEYS,
    TOLD,
    hard_to_read,
    theme_from,
)


def faults_of(source) -> list[str]:
    with pytest.raises(dk.FormatError) as caught:
        theme_from(source)
    return [str(fault) for fault in caught.value.faults]


def of(text: str) -> io.StringIO:
    stream = io.StringIO(text)
    stream.name = "mine.yaml"
    return stream


def test_only_what_is_named_changes():
    mine = theme_from(of("base: dark\nname: ours\nheading: '#AABBCC'\nprimary: {width: 3}\n"))
    dark = theme("dark")
    assert mine.heading == "#aabbcc"
    assert mine.primary == attrs.evolve(dark.primary, width=3)
    assert mine == attrs.evolve(
        dark, name="ours", description="The theme dark, changed.", heading="#aabbcc", primary=mine.primary
    )


def test_a_theme_without_a_base_changes_the_default_and_is_called_like_its_file(tmp_path):
    (tmp_path / "Our Ward.yaml").write_text("subtitle: 333333\n", "utf-8")
    mine = theme_from(tmp_path / "Our Ward.yaml")
    assert (mine.name, mine.subtitle) == ("our-ward", "#333333")
    assert mine.aim == theme("default").aim


def test_an_empty_file_changes_nothing():
    empty = theme_from(of("# nothing yet\n"))
    assert attrs.evolve(empty, name="default", description=theme("default").description) == theme("default")


def test_a_mark_keeps_what_is_not_named_of_it():
    mine = theme_from({"marks": {"status-adopted": {"band_colour": "#123456"}}})
    assert mine.mark("status-adopted") == attrs.evolve(
        theme("default").mark("status-adopted"), band_colour="#123456"
    )
    assert mine.mark("removed") == theme("default").mark("removed")


@pytest.mark.parametrize("base", ["default", "dark", "paper", "plain", "print"])
def test_every_key_of_a_theme_can_be_written(base):
    """Whatever a built-in theme is made of can be said in a file: nothing is out of reach."""
    whole = theme(base)

    def plain(value, keys):
        return {key: getattr(value, key) for key in keys if getattr(value, key) is not None}

    said = {key: getattr(whole, key) for key in THEME_KEYS if key not in ("base", "marks", *ROLES, *LINES)}
    said |= {role: plain(getattr(whole, role), BOX_KEYS) for role in ROLES}
    said |= {line: plain(getattr(whole, line), ("stroke", "width", "dash")) for line in LINES}
    said["marks"] = {
        name: plain(mark, [a.name for a in attrs.fields(type(mark))]) for name, mark in whole.marks
    }
    said = json.loads(json.dumps(said))
    said["base"] = base  # a mark has no way to take back what its base says
    assert theme_from(said) == whole
    stream = io.BytesIO(json.dumps(said).encode())
    stream.name = "whole.json"
    assert theme_from(stream) == whole


def test_the_keys_of_a_theme_file_are_those_of_a_theme():
    assert set(THEME_KEYS) == {a.name for a in attrs.fields(Theme)} | {"base"}
    assert set(TOLD) == {*THEME_KEYS, *BOX_KEYS, *LINE_KEYS, *MARK_KEYS}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("haeding: '#224466'\n", "mine.yaml:1:1: A theme has no key 'haeding' here. Did you mean 'heading'?"),
        ("aim: {witdh: 3}\n", "mine.yaml:1:7: A theme has no key 'witdh' here. Did you mean 'width'?"),
        ("heading: #224466\n", "mine.yaml:1:9: A colour is missing here. Put it in quotes"),
        ("heading: red\n", "mine.yaml:1:10: 'red' is no colour. Write six hexadecimal digits"),
        ("base: drak\n", "There is no theme 'drak'. Did you mean 'dark'?"),
        ("base: [dark]\n", "A text is wanted here, not a list."),
        ("name: Our Theme\n", "'Our Theme' is no name for a theme."),
        ("description: ''\nname:\n", "mine.yaml:2:6: A text is missing here."),
        ("aim: 3\n", "mine.yaml:1:6: A mapping is wanted here"),
        ("aim: {width: -1}\n", "'-1' is no length."),
        ("aim: {width: 1e400}\n", "'1e400' is no length."),
        ("aim: {width: 101}\n", "'101' is no length."),
        ("aim: {width: .nan}\n", "'.nan' is no length."),
        ("aim: {band: fulll}\n", "There is no strip 'fulll'. Did you mean 'full'?"),
        ("weak: {dash: 4}\n", "A list of lengths is wanted here"),
        ("weak: {dash: [0, 0]}\n", "These dashes have no length"),
        ("weak: {fill: '#ffffff'}\n", "A theme has no key 'fill' here."),
        (f"weak: {{dash: {[1] * 13}}}\n", "At most 12 lengths"),
        ("marks: {status-adoptd: {}}\n", "no mark 'status-adoptd' here. Did you mean 'status-adopted'?"),
        ("marks: [removed]\n", "A mapping is wanted here"),
        ("- aim\n", "mine.yaml:1:1: A theme is a mapping of keys"),
        ("aim: &a {}\nprimary: *a\n", "An anchor (&a)"),
        ("aim: {}\naim: {}\n", "The key 'aim' stands twice"),
        ("heading: '\x1b[31m'\n", "U+001B is a control"),
        ("heading: '#224466\n", "A quote is opened here and never closed."),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_to_write(text, says):
    told = faults_of(of(text))
    assert any(says in one for one in told), told
    assert all(one.startswith("mine.yaml:") for one in told)


def test_every_fault_is_told_at_once():
    told = faults_of(of("heading: red\naim: {fill: blue}\nmarks: {removed: {width: x}}\n"))
    assert [one.split(": ")[0] for one in told] == ["mine.yaml:1:10", "mine.yaml:2:13", "mine.yaml:3:26"]


def test_faults_of_a_mapping_say_where_in_it():
    assert faults_of({"aim": {"fill": "red", "text": "red"}}) == [
        "aim.fill: 'red' is no colour. Write six hexadecimal digits, such as '#224466'.",
        "aim.text: 'red' is no colour. Write six hexadecimal digits, such as '#224466'.",
    ]


def test_there_has_to_be_a_file(tmp_path):
    assert faults_of(tmp_path / "none.yaml") == [f"{tmp_path / 'none.yaml'}:1:1: There is no such file."]
    assert "This is a folder" in faults_of(tmp_path)[0]


@pytest.mark.parametrize(
    "text",
    [
        "heading: '" + "#" * 2_000_000 + "'",
        "[" * 3_000,
        "a: &a [x, x]\nb: &b [*a, *a]\n" * 40,
        "\n".join(f"k{i}: 1" for i in range(200_000)),
        "marks:\n" + "\n".join(f"  m{i}: {{fill: red}}" for i in range(20_000)),
        "\x00" * 5_000,
    ],
    ids=["long", "deep", "aliases", "keys", "marks", "controls"],
)
def test_a_strangers_theme_is_refused_within_limits(text):
    assert 1 <= len(faults_of(of(text))) <= 101


def test_a_mapping_without_end_is_refused():
    loop: dict[str, object] = {}
    loop["aim"] = loop
    assert "nested" in faults_of(loop)[0]


@pytest.mark.parametrize("payload", ["red}</style><script>", "url(#x)", "#12345", "#1234567", "#12345６"])
def test_nothing_but_six_digits_gets_into_a_picture(payload):
    for key in ("background", "aim"):
        value = payload if key == "background" else {"fill": payload}
        assert "no colour" in faults_of({key: value})[0]


def test_a_theme_of_ones_own_draws_a_diagram_and_a_chart():
    mine = dk.theme_from({"base": "paper", "aim": {"stroke": "#7a1f1f"}})
    hospital = dk.examples.load("leaving-hospital")
    assert "#7a1f1f" in dk.diagram(hospital, theme=mine).svg()
    assert "#7a1f1f" in dk.chart(hospital, "M1", theme=mine).svg()


def test_what_is_hard_to_read_is_told_once_for_each_pair_of_colours():
    faint = theme_from({"heading": "#cccccc", "strong": {"stroke": "#eeeeee"}, "aim": {"text": "#3f6f86"}})
    told = hard_to_read(faint)
    assert any(one.startswith("The words 'heading'") and one.endswith("4.5 is the least.") for one in told)
    assert any(one.startswith("The links 'strong'") and one.endswith("3 is the least.") for one in told)
    assert any(one.startswith("The words on the box 'aim'") for one in told)
    assert len(told) < len(MARKS)
    assert hard_to_read(theme("default")) == ()
