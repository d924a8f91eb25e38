"""Text is broken where a reader would break it, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driverkit.diagram.fonts.metrics import measure
from driverkit.diagram.wrap import Line, Wrapper, clusters


def wrapped(text: str, width: float = 150.0, *, even: bool = True) -> list[Line]:
    wrapper = Wrapper(even=even)
    return wrapper.wrap(wrapper.prepare(text, 13.0), width)


def texts(text: str, width: float = 150.0) -> list[str]:
    return [line.text for line in wrapped(text, width)]


def test_lines_break_at_spaces_and_are_about_equally_long() -> None:
    assert texts("one two three four five six seven", 110) == ["one two", "three four", "five six seven"]
    assert texts("aaaa bbbb cccc dddd", 120) == ["aaaa bbbb", "cccc dddd"]


def test_lines_break_after_hyphens_and_slashes_where_they_must() -> None:
    assert texts("evidence-informed decision-making", 90) == ["evidence-", "informed", "decision-", "making"]
    assert texts("https://example.org/reports/2026", 110)[0].endswith("/")
    assert texts("-5 or 1/2", 300) == ["-5 or 1/2"]


def test_a_long_word_is_cut_into_pieces_that_fit() -> None:
    lines = wrapped("x" * 1000)
    assert "".join(line.text for line in lines) == "x" * 1000
    assert all(line.joins == "" for line in lines)


def test_new_lines_of_the_writer_are_kept() -> None:
    lines = wrapped("one\ntwo\n\n\nthree\n")
    assert [(line.text, line.joins) for line in lines] == [
        ("one", ""),
        ("two", "\n"),
        ("", "\n"),
        ("three", "\n"),
    ]


def test_tabs_and_runs_of_spaces_are_shown_as_one_space() -> None:
    assert texts("one \t  two") == ["one two"]


def test_a_no_break_space_keeps_its_words_together() -> None:
    assert "12\u00a0%" in " ".join(texts("reduce the share of them to 12\u00a0% or less than that", 90))


def test_chinese_and_japanese_break_between_characters_but_not_before_a_full_stop() -> None:
    lines = texts("退院の前に計画を確かめる。退院の前に計画を確かめる。", 13 * 6)
    assert "".join(lines) == "退院の前に計画を確かめる。退院の前に計画を確かめる。"
    assert len(lines) > 3
    assert not any(line.startswith("。") for line in lines)


@pytest.mark.parametrize("one", ["👩‍👩‍👧‍👦", "🇩🇰", "👍🏽", "e\u0301", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "각", "✍🏿", "นี้", "1️⃣"])
def test_what_reads_as_one_character_is_never_cut(one: str) -> None:
    assert (
        list(clusters(one * 3)) == [one] * 3
        or list(clusters(one)) == list(clusters(one * 3))[: len(list(clusters(one)))]
    )
    for line in texts(one * 60, 60):
        assert line == one * (len(line) // len(one))


def test_stacked_accents_get_room_above_the_line() -> None:
    assert wrapped("a\u0301")[0].above == 0
    assert wrapped("a\u0301\u0302\u0303")[0].above > 0
    assert wrapped("a\u0323\u0324")[0].below > 0


def test_lines_from_right_to_left_are_told() -> None:
    assert [line.rtl for line in wrapped("فهم المرضى\nEnglish\n12 שלום")] == [True, False, True]


def test_kerning_never_makes_text_wider_than_measured() -> None:
    assert measure("AVATAR", 100) >= measure("A", 100) * 3 + measure("V", 100) + measure("T", 100) + measure(
        "R", 100
    )


def test_bold_is_wider() -> None:
    assert measure("Primary drivers", 13, bold=True) > measure("Primary drivers", 13)


@given(st.text(max_size=200), st.sampled_from([40.0, 90.0, 150.0, 300.0]), st.booleans())
def test_no_line_is_too_wide_and_no_word_is_lost(text: str, width: float, even: bool) -> None:
    lines = wrapped(text, width, even=even)
    wide = max([measure(cluster, 13.0) for cluster in clusters(text)], default=0.0)
    assert all(line.width <= max(width, wide) + 1e-6 for line in lines)
    shown = "".join(line.joins + line.text for line in lines)
    assert shown.replace("\u200b", "").split() == text.replace("\u200b", "").split()


@given(st.text(max_size=80))
def test_clusters_are_the_text_cut_up(text: str) -> None:
    assert "".join(clusters(text)) == text
