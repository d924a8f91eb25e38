"""OPML: outlines of other tools come in, nothing in them does harm, and what goes out comes back."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from strategies import AWKWARD


def opml(body: str, head: str = "<title>t</title>") -> str:
    return f'<?xml version="1.0"?>\n<opml version="2.0"><head>{head}</head><body>\n{body}\n</body></opml>\n'


def read(body: str, head: str = "<title>t</title>") -> dk.Theory:
    return dk.loads(opml(body, head), format="opml")


def refused(source: str, **limits: int) -> list[tuple[int, int, str]]:
    with pytest.raises(dk.FormatError) as told:
        dk.loads(source, format="opml", **({"limits": dk.Limits(**limits)} if limits else {}))
    return [(f.line, f.column, f.message) for f in told.value.faults]


MIND_MAP = """\
<outline text="Fewer falls" _note="by the spring">
  <outline text="Risk is known"><outline text="Ask on admission"/><outline text="Ask again"/></outline>
  <outline text="Staff are trained"/>
</outline>"""


def test_an_outline_of_another_tool_is_read_by_where_its_elements_stand():
    theory = read(MIND_MAP)
    assert [a.text for a in theory.aims] == ["Fewer falls"]
    assert theory.aims[0].detail == "by the spring"
    assert [d.text for d in theory.drivers] == ["Risk is known", "Staff are trained"]
    assert [link.id for link in theory.links] == ["P1 -> A1", "P2 -> A1", "C1 -> P1", "C2 -> P1"]
    [guess] = theory.origin.guessed
    assert (guess.line, guess.message[:20]) == (3, "The outline does not")
    assert theory.place("C2").line == 4


def test_what_the_attributes_say_is_read():
    theory = read(
        '<outline text="A" _kind="aim" _id="A" _target="12" _by="2030-01-31"/>'
        '<outline text="B" _kind="aim" _id="B" _parents="A">'
        '<outline text="D" _kind="driver" _id="D" _parents="A" _strength="weak" _because.A="so" '
        '_tags="a\\;b;c\\\\;" _level="2"/></outline>'
    )
    assert theory.node("A").target == 12
    assert theory.node("B").contributes_to == (dk.Contribution("A"),)
    assert theory.node("D").contributes_to == (
        dk.Contribution("B", "weak"),
        dk.Contribution("A", because="so"),
    )
    assert (theory.node("D").tags, theory.node("D").level) == (("a;b", "c\\"), 2)
    assert theory.origin.guessed == theory.origin.lost == ()


def test_what_has_no_place_in_a_theory_is_told_with_its_line():
    with pytest.warns(dk.LossWarning):
        theory = read(
            '<outline text="A" _status="checked" colour="red"/>\n<outline text="B" colour="blue"/>words\n<rule/>',
            "<title>t</title><dateCreated>today</dateCreated><ownerName>me</ownerName>",
        )
    assert [(f.line, f.message.split(" is ")[0]) for f in theory.origin.lost] == [
        (2, "The element <ownerName>"),
        (3, "What the attribute '_status' says"),
        (3, "What the attribute 'colour' says"),
        (4, "Words between the elements are left out."),
        (5, "The element <rule>"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "The file is empty"),
        ("<opml", 1, "no XML from here on"),
        ("<html/>", 1, "no OPML"),
        (opml('<outline text="A">'), 4, "no XML from here on"),
        (opml('<outline text="A"/>\n<outline text="a & b"/>'), 4, "no XML from here on"),
        (opml('<outline/>'), 3, "has no words"),
        (opml('<outline text="A" _kind="goal"/>'), 3, "aim, driver or change, not 'goal'"),
        (opml('<outline text="A" _id="a b"/>'), 3, "is no id"),
        (opml('<outline text="A" _id="A"/>\n<outline text="A" _id="A"/>'), 4, "used twice"),
        (opml('<outline text="A">\n<outline text="B" _parents="C"/></outline>'), 4, "'C'"),
        (opml('<outline text="A" _strength="weak"/>'), 3, "a link to what is around it, which is not there"),
        (opml('<outline text="A" _by="soon"/>'), 3, "'soon' is no date"),
        (opml('<outline text="A" _target="much"/>'), 3, "A number is wanted"),
        (opml('<outline text="&#27;[31m"/>'), 3, "no XML from here on"),
        (opml('<outline text="a\x1b"/>'), 3, "U+001B"),
        (opml('<outline text="&unknown;"/>'), 3, "no XML from here on"),
    ],
)  # fmt: skip
def test_what_is_no_outline_is_refused_with_its_place(text, line, words):
    found = refused(text)
    assert found[0][0] == line
    assert words in found[0][2]


LAUGHS = '<!DOCTYPE opml [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>\n" + opml('<outline text="&i;"/>').partition("\n")[2]  # fmt: skip
SECOND_FILE = (
    '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
    + opml('<outline text="&x;"/>').partition("\n")[2]
)


@pytest.mark.parametrize(
    "text", [LAUGHS, SECOND_FILE, '<!DOCTYPE opml SYSTEM "http://localhost/x.dtd"><opml/>']
)
def test_a_doctype_is_refused_before_anything_in_it_is_read(text):
    assert "DOCTYPE" in refused(text)[0][2]


def test_what_is_over_a_limit_is_refused():
    deep = "".join(f'<outline text="{n}">' for n in range(10_000)) + "</outline>" * 10_000
    assert "nested more than 64 deep" in refused(opml(deep))[0][2]
    assert "more than 5 nodes" in refused(opml('<outline text="a"/>' * 6), values=5)[0][2]
    assert "over the limit of 5" in refused(opml('<outline text="abcdefg"/>'), text=5)[0][2]


def test_a_theory_of_many_levels_comes_back():
    theory = dk.Theory("deep", aims=[dk.Aim("A", "a")])
    for n in range(100):
        theory = theory.add(dk.Driver(f"D{n}", "d", contributes_to=[f"D{n - 1}" if n else "A"]))
    for format in ("opml", "md"):
        assert dk.loads(dk.dumps(theory, format=format), format=format) == theory


@given(texts=st.lists(st.sampled_from([t for t in AWKWARD if t.strip()]), min_size=1, max_size=5))
def test_another_reader_of_xml_sees_the_same_texts(texts):
    theory = dk.Theory(texts[0], aims=[dk.Aim(f"A{n}", text) for n, text in enumerate(texts)])
    root = ET.fromstring(dk.dumps(theory, format="opml"))
    assert root.findtext("head/title") == texts[0]
    assert [o.get("text") for o in root.iter("outline")] == texts
