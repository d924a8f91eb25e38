"""Words in the order in which they are seen, for languages that only place letters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driverkit.renderers.visual import needs_order, seen

ALEF, BET, GIMEL = "\u05d0", "\u05d1", "\u05d2"


@pytest.mark.parametrize(
    ("text", "rtl", "shown"),
    [
        ("plain", False, "plain"),
        (ALEF + BET + GIMEL, True, GIMEL + BET + ALEF),
        (f"{ALEF}{BET} 12", True, f"12 {BET}{ALEF}"),
        (f"{ALEF}{BET} abc {GIMEL}", True, f"{GIMEL} abc {BET}{ALEF}"),
        (f"abc {ALEF}{BET} def", False, f"abc {BET}{ALEF} def"),
        (f"{ALEF} (5)", True, f"(5) {ALEF}"),
        (f"{ALEF} 1,250.5", True, f"1,250.5 {ALEF}"),
        (f"{ALEF} 5%", True, f"5% {ALEF}"),
        (f"{ALEF}\u05b8{BET}", True, f"{BET}{ALEF}\u05b8"),
    ],
    ids=ascii,
)
def test_a_line_is_ordered_as_it_is_read(text, rtl, shown):
    assert seen(text, rtl=rtl) == shown


def test_overrides_are_not_obeyed():
    assert seen("\u202eabc\u202c", rtl=False) == "abc"


def test_arabic_letters_join_where_the_font_has_the_shapes():
    beh = "\u0628"
    assert seen(beh * 3, rtl=True) == "\ufe90\ufe92\ufe91"  # final, medial, initial: from left to right
    assert seen(beh * 3, rtl=True, font=range(0x0700)) == beh * 3
    assert seen("\u0644\u0627", rtl=True) == "\ufefb"  # lam and alef are one shape
    assert seen("\u0644\u0627", rtl=True, font=range(0x0700)) == "\u0627\u0644"
    assert seen("\u0627\u0628", rtl=True) == "\ufe8f\ufe8d"  # alef does not join what follows


@given(st.text(max_size=40), st.booleans())
def test_no_letter_is_lost_or_made_up(text, rtl):
    # Brackets turn round, and shapes stand for letters: compared as what they stand for.
    def bag(text: str) -> list[str]:
        plain = text.translate(str.maketrans(")]}>»›≥", "([{<«‹≤"))
        return sorted(
            c for c in unicodedata.normalize("NFKD", plain) if unicodedata.category(c) != "Cf" and c != "ـ"
        )

    assert bag(seen(text, rtl=rtl)) == bag(text)


@given(st.text(st.characters(max_codepoint=0x058F), max_size=40))
def test_what_runs_from_left_to_right_needs_nothing(text):
    assert not needs_order(text)
