"""XML is read so that no stranger's file can do harm, and what is wrong has its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driverkit.formats.limits import Limits
from driverkit.formats.tree import Enough, Faults
from driverkit.formats.xml_tree import compose_xml, escaped
from strategies import any_text


def read(text, /, **limits):
    held = Limits(**limits)
    faults = Faults(text, None, held)
    return compose_xml(text, faults, held), [str(fault) for fault in faults]


def test_every_element_has_its_place_in_characters():
    root, told = read("\n\n <a>é\n<b x='1'/><c>ü</c></a>")
    assert not told
    assert root.at == 3
    assert [child.at for child in root.children] == [8, 18]
    assert root.children[0].attributes == {"x": "1"}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "1:", "A document type"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "1:", "A document type"),
        ("<a>ü&x;</a>", "1:5", "An entity stands here"),
        ("<a>\n é</b>", "2:5", "closed here"),
        ("<a></a><b/>", "1:8", "Something follows"),
        ("<a", "1:1", "ends early"),
        ("", "1:1", "empty"),
        ("<a>\ud800</a>", "1:4", "Half of a character"),
        ("<a>&#0;</a>", "1:4", "no XML file can hold"),
        ("<a b='1' b='2'/>", "1:10", "twice"),
        ("<x:a/>", "1:1", "prefix"),
        ("<a>" * 100, "1:193", "nested more than 64 deep"),
    ],
)
def test_what_is_no_xml_is_told_in_words_with_its_place(text, place, words):
    root, told = read(text)
    assert root is None
    assert len(told) == 1
    assert told[0].startswith(f"<text>:{place}")
    assert words in told[0]


def test_the_limits_are_named():
    assert "over the limit of 5" in read("<a>123456</a>", text=5)[1][0]
    assert "over the limit of 5" in read("<a x='123456'/>", text=5)[1][0]
    assert "more than 3 values" in read("<a><b/><b/><b/></a>", values=3)[1][0]


@given(text=any_text)
def test_what_is_escaped_is_read_as_it_was(text):
    root, told = read(f'<a b="{escaped(text, attribute=True)}">{escaped(text)}</a>')
    assert not told
    assert root.text == text
    assert root.attributes["b"] == text


@given(text=st.text(st.sampled_from("<>/a b='\"&;#x!-[]?\n"), max_size=60))
def test_any_text_is_read_or_told(text):
    try:
        root, told = read(text)
    except Enough:
        return
    assert (root is None) == bool(told)
