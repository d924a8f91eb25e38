"""What every theme promises: each role filled, each word readable, each mark visible without colour."""

from __future__ import annotations

import itertools

import attrs
import pytest

from driverkit.diagram import Arrow
from driverkit.errors import UsageError
from driverkit.renderers import renderers
from driverkit.renderers.shapes import band
from driverkit.themes import MARKS, ROLES, BoxStyle, LineStyle, MarkStyle, Theme, theme, themes
from support.drawings import ALL_ROLES, everything

every_theme = pytest.mark.parametrize("look", themes(), ids=lambda look: look.name)
STRENGTHS = ("strong", "moderate", "weak", None)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    out = []
    for i in (1, 3, 5):
        part = int(colour[i : i + 2], 16) / 255
        out.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * out[0] + 0.7152 * out[1] + 0.0722 * out[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_there_is_a_default_and_no_name_stands_for_two_themes():
    names = [look.name for look in themes()]
    assert "default" in names
    assert len(set(names)) == len(names)


@every_theme
def test_a_theme_says_in_one_sentence_what_it_is_for(look):
    assert look.description.endswith(".")
    assert look.description.count(". ") == 0


@every_theme
def test_a_theme_fills_every_role_and_knows_every_mark(look):
    for role in ROLES:
        assert isinstance(getattr(look, role), BoxStyle)
    assert set(MARKS) <= {name for name, _ in look.marks}


@every_theme
@pytest.mark.parametrize("mark", [None, *MARKS])
def test_words_in_boxes_can_be_read(look, mark):
    for role in ALL_ROLES:
        style = look.box(role, [mark] if mark else [])
        assert contrast(style.text, style.fill) >= 4.5, (role, mark)
        assert contrast(style.note, style.fill) >= 4.5, (role, mark)


@every_theme
def test_words_around_boxes_can_be_read(look):
    for words in ("title", "subtitle", "heading", "legend"):
        assert contrast(getattr(look, words), look.background) >= 4.5, words


@every_theme
def test_links_stand_out_from_the_ground(look):
    for strength in STRENGTHS:
        assert (
            contrast(look.line(Arrow("a", "b", (0, 0), (), strength=strength)).stroke, look.background) >= 3
        )
    assert contrast(look.line(Arrow("a", "b", (0, 0), (), implied=True)).stroke, look.background) >= 3


@every_theme
def test_strengths_differ_without_colour(look):
    looks = [look.line(Arrow("a", "b", (0, 0), (), strength=strength)) for strength in STRENGTHS[:3]]
    assert len({(line.width, line.dash) for line in looks}) == 3
    assert looks[0].width > looks[1].width >= looks[2].width
    assert not looks[0].dash
    assert looks[2].dash


@every_theme
@pytest.mark.parametrize("strength", STRENGTHS)
def test_a_condition_shows_at_every_strength(look, strength):
    sure = look.line(Arrow("a", "b", (0, 0), (), strength=strength))
    unsure = look.line(Arrow("a", "b", (0, 0), (), strength=strength, conditional=True))
    assert (unsure.dash, unsure.width) == (look.conditional, sure.width)
    assert unsure.dash != sure.dash


@every_theme
@pytest.mark.parametrize("mark", [mark for mark in MARKS if mark not in ("focus", "faded", "bone")])
def test_a_mark_survives_grey_printing(look, mark):
    plain, marked = look.box("change"), look.box("change", [mark])
    assert (plain.dash, plain.band) != (marked.dash, marked.band)


@every_theme
@pytest.mark.parametrize("family", ["status", "evidence", "coverage", "signal", "owner", "measure", "work"])
def test_marks_of_one_family_differ_without_colour(look, family):
    looks = [
        (look.box("change", [mark]).band, look.box("change", [mark]).dash)
        for mark in MARKS
        if mark.startswith(family + "-")
    ]
    assert all(one != other for one, other in itertools.combinations(looks, 2))


@every_theme
def test_no_owner_has_the_cross_that_elsewhere_means_abandoned(look):
    marks = [mark for mark in MARKS if mark.startswith("owner-")]
    assert len(marks) == 7
    assert all(look.box("change", [mark]).band != "crossed" for mark in marks)


@every_theme
def test_the_strips_of_owners_differ_in_shape_at_every_size(look):
    styles = [look.box("change", [mark]) for mark in MARKS if mark.startswith("owner-")]
    for height in (16, 30, 120):
        shapes = [tuple(band(0, 0, 28, height, style)) for style in styles]
        assert len(set(shapes)) == len(shapes)


@every_theme
def test_strips_can_be_seen_on_every_box(look):
    for mark in MARKS:
        for role in ALL_ROLES:
            style = look.box(role, [mark])
            if style.band != "none":
                assert contrast(style.band_colour, style.fill) >= 2, (role, mark)


OUTLINED = (
    *("added", "removed", "changed", "focus", "suspect"),
    *("orphan", "undeveloped", "unaddressed", "abandoned"),
)


@every_theme
@pytest.mark.parametrize("mark", OUTLINED)
def test_an_outline_that_says_something_can_be_seen_on_every_box(look, mark):
    for role in ALL_ROLES:
        plain, style = look.box(role), look.box(role, [mark])
        assert contrast(style.stroke, style.fill) >= 3, role
        assert contrast(style.stroke, look.background) >= 3, role
        assert style.dash != plain.dash or style.width >= 1.5 * plain.width, role


def test_black_and_white_stays_black_and_white_whatever_is_marked():
    look = theme("plain")
    for role in ALL_ROLES:
        for mark in set(MARKS) - {"through", "fails", "measures", "bone"}:  # marks of links
            style = look.box(role, [mark])
            shades = {style.fill, style.stroke, style.text, style.note}
            assert shades <= {"#000000", "#ffffff"}, (role, mark)


@pytest.mark.few(20)
@every_theme
@pytest.mark.parametrize("renderer", renderers(), ids=lambda one: one.name)
def test_every_language_draws_the_theme(look, renderer):
    if renderer.name == "pdf":
        pytest.importorskip("reportlab")
    drawn = renderer.draw(everything(MARKS), look)
    assert drawn == renderer.draw(everything(MARKS), look)


def test_an_unknown_mark_or_role_still_draws():
    look = theme("default")
    assert look.box("aim", ["nobody-knows"]) == look.aim
    assert look.box("driver-17") == look.deeper
    assert look.box("__class__") == look.deeper
    assert look.mark("nobody-knows") == MarkStyle()


@pytest.mark.parametrize(
    "colour",
    ["red", "#fff", "#FFFFFF", "#12345g", "red}</style><script>", "url(#x)", "#123456\n", "", None, 7],
)
def test_a_colour_is_six_digits_and_nothing_else(colour):
    with pytest.raises(UsageError, match="no colour"):
        attrs.evolve(theme("default"), heading=colour)


@pytest.mark.parametrize("width", [-1, float("nan"), float("inf"), "1", True, 1000])
def test_a_length_is_a_small_number(width):
    with pytest.raises(UsageError, match="no length"):
        LineStyle(stroke="#000000", width=width)


def test_dashes_have_a_length():
    with pytest.raises(UsageError, match="no length; give"):
        LineStyle(stroke="#000000", dash=[0, 0])


def test_a_theme_is_found_by_name_and_an_own_one_is_taken_as_it_is():
    mine = attrs.evolve(theme("default"), name="mine", heading="#224466")
    assert theme(mine) is mine
    assert isinstance(theme("plain"), Theme)
    with pytest.raises(UsageError, match="Did you mean 'plain'"):
        theme("plane")


# -- eyes that see other colours --------------------------------------------------------------------

# Machado, Oliveira & Fernandes (2009), severity 1.0: what linear red, green and blue become.
SIGHT = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "grey printing": ((0.2126, 0.7152, 0.0722),) * 3,
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
every_sight = pytest.mark.parametrize("sight", SIGHT)
eyes = pytest.mark.parametrize("sight", [one for one in SIGHT if one != "grey printing"])
ON_ONE_PICTURE = (
    ("aim", "primary", "secondary", "tertiary", "deeper", "change", "measure"),
    ("problem", "category", "cause"),
)


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    """A colour in CIELAB, as these eyes see it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in SIGHT[sight]
    )
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: BoxStyle, other: BoxStyle, sight: str) -> float:
    """How far the colours of two boxes are apart to these eyes (CIE 1976; 2.3 is just noticeable)."""
    keys = ["fill", "stroke"] + ["band_colour"] * ("none" not in (one.band, other.band))
    return max(
        sum((a - b) ** 2 for a, b in zip(seen(getattr(one, k), sight), seen(getattr(other, k), sight), strict=True))
        ** 0.5
        for k in keys
    )  # fmt: skip


def shape(style: BoxStyle) -> tuple[object, ...]:
    return style.width, style.radius, style.dash, style.band


def test_the_simulated_eyes_confuse_what_such_eyes_confuse():
    red, green = (
        attrs.evolve(theme("plain").change, fill=fill, stroke=fill) for fill in ("#c00000", "#5a7400")
    )
    assert apart(red, green, "all colours") > 60
    assert apart(red, green, "deuteranopia") < 25
    yellow, pink = (attrs.evolve(theme("plain").change, fill=f, stroke=f) for f in ("#e8d060", "#ecc8d0"))
    assert apart(yellow, pink, "tritanopia") < apart(yellow, pink, "all colours") / 2


@every_theme
@every_sight
def test_roles_of_one_picture_differ_in_colour_or_shape_to_every_eye(look, sight):
    for roles in ON_ONE_PICTURE:
        for one, other in itertools.combinations((getattr(look, role) for role in roles), 2):
            assert apart(one, other, sight) >= 7 or shape(one) != shape(other), (one, other)


@every_theme
@every_sight
@pytest.mark.parametrize("family", ["status", "evidence", "coverage", "signal", "owner", "measure", "work"])
def test_marks_of_one_family_differ_in_colour_or_shape_to_every_eye(look, family, sight):
    styles = [look.box("change", [mark]) for mark in MARKS if mark.startswith(family + "-")]
    for one, other in itertools.combinations(styles, 2):
        assert apart(one, other, sight) >= 10 or shape(one) != shape(other), (one, other)


@eyes
def test_the_default_is_told_apart_by_colour_alone_by_every_eye(sight):
    """Roles, and the marks that a judgement is made by: colour and shape say it twice."""
    look = theme("default")
    for one, other in itertools.combinations((getattr(look, role) for role in ROLES), 2):
        assert apart(one, other, sight) >= 7
    for family in ("status", "evidence", "coverage", "signal"):
        marks = [mark for mark in MARKS if mark.startswith(family + "-")]
        for one, other in itertools.combinations((look.box("change", [mark]) for mark in marks), 2):
            assert apart(one, other, sight) >= 10, (one, other)


# -- comparison -------------------------------------------------------------------------------------


@every_theme
def test_links_of_a_comparison_differ_from_all_other_links_without_colour(look):
    links = [look.line(Arrow("a", "b", (0, 0), (), strength=strength)) for strength in STRENGTHS]
    links += [look.line(Arrow("a", "b", (0, 0), (), strength=s, conditional=True)) for s in STRENGTHS]
    links += [
        look.line(Arrow("a", "b", (0, 0), (), implied=True)),
        *(look.line(Arrow("a", "b", (0, 0), (), marks=(mark,))) for mark in ("through", "fails")),
    ]
    marked = [
        look.line(Arrow("a", "b", (0, 0), (), strength=s, marks=(mark,)))
        for mark in ("added", "removed", "changed")
        for s in STRENGTHS
    ]
    assert len({(line.width, line.dash) for line in marked}) == 3
    assert not {line.dash for line in marked if line.dash} & {line.dash for line in links}
    thick = max(line.width for line in links)
    assert all(line.width >= thick * 1.25 for line in marked if not line.dash)
    for line in marked:
        assert contrast(line.stroke, look.background) >= 3


# -- charts -----------------------------------------------------------------------------------------


@every_theme
def test_a_chart_in_every_theme_can_be_read(look):
    from driverkit.charts.style import style_of

    style = style_of(look)
    for words in ("title", "text", "quiet", "centre", "limits", "target", "baseline"):
        assert contrast(getattr(style, words), style.background) >= 4.5, words
    assert contrast(style.flag_text, style.flag) >= 4.5
    assert contrast(style.limits, style.band) >= 4.5
    for drawn in ("series", "better", "worse", "part", "axis", "flag_edge"):
        assert contrast(getattr(style, drawn), style.background) >= 3, drawn
        assert drawn in ("axis", "flag_edge") or contrast(getattr(style, drawn), style.band) >= 3, drawn


@every_theme
def test_what_the_library_says_is_hard_to_read_is_what_the_rule_says(look):
    from driverkit.themes.own import hard_to_read

    assert hard_to_read(look) == ()


def test_a_theme_still_answers_to_the_name_that_it_had():
    assert theme("grey") is theme("print")


def test_every_mark_that_an_overlay_sets_is_one_that_every_theme_draws():
    import driverkit as dk
    from driverkit.overlays import overlay, overlays

    for name in ("leaving-hospital", "algebra-success"):
        theory = dk.examples.load(name)
        for kind in overlays():
            made = overlay(theory, kind)
            for marks in (*made.marks.values(), *made.link_marks.values()):
                assert set(marks) <= set(MARKS), kind.name
