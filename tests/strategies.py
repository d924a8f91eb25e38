"""Theories drawn by Hypothesis: every noun, every field, every text that is one.

What is drawn is meant to be awkward: ids that YAML reads as something else, texts that look like
numbers, comments or keys, numbers at the ends of what a float holds, data of other tools.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
from hypothesis import strategies as st

import driverkit as dk
from driverkit.model import Node

# ------------------------------------------------------------------------------------------------ values

AWKWARD = (
    *("no", "off", "y", "null", "~", "12:30", "007", "1_000", "0x1F", "1e3", ".5", "-", "?", ":", "=", "<<"),
    *("2024-02-30", "2024-01-02", "true", "Yes", "NaN", ".inf", "0o17", "+1", "1.0", "-0", "0b1", "1__2"),
    *("# not a comment", "a # b", "a: b", "a:b", "ends with:", "- dash", "? what", "[list", "{map}", "a, b"),
    *("it's", "'quoted'", '"double"', "back\\slash", "\\n", "%percent", "@at", "`tick", "&anchor", "*alias"),
    *(
        "!tag",
        "| literal",
        "> folded",
        "---",
        "...",
        "--- a",
        "a ---",
        "tab\there",
        "\ttab first",
        "tab last\t",
    ),
    *(
        " space first",
        "space last ",
        "two  spaces",
        "line\nbreak",
        "\nbreak first",
        "break last\n",
        "a\n\n\nb",
    ),
    *("  indented\nthen not", "a\n  b\n c\n", "two breaks last\n\n", "a\n \nb", "a\n\tb", "\n\n", "x\n "),
    *("a\u2028b\u2029c", "no\u00a0break", "zero\u200bwidth", "\u202ebidi\u202c", "\ufeffmark", "a\ufeff"),
    *(
        "\u2067אב\u2069",
        "👨\u200d👩\u200d👧",
        "𝒳",
        "e\u0301",
        "ﬀ",
        "ภาษาไทย",
        "=cmd()",
        "key: [a, {b: c}] # d",
    ),
    *(
        "\ud7ff\ue000",
        "\U0010fffd",
        "a" * 200,
        "word " * 60 + "end",
        "x: |",
        "x: >-\n  y",
        "{{7*7}}",
        "\\u0041",
    ),
)
"""Texts on which readers and writers of YAML and JSON have stumbled."""

_BAD_ALPHABET = "".join(chr(p * 0x10000 + n) for p in range(17) for n in (0xFFFE, 0xFFFF)) + "".join(
    map(chr, range(0xFDD0, 0xFDF0))
)
characters = st.one_of(
    st.sampled_from(" \n\t:#-'\"\\,[]{}&*!|>%@`?=<~.0123456789eExnoyN/"),
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters=_BAD_ALPHABET),
)


def _can_be_seen(text: str) -> bool:
    try:
        dk.Aim("A", text)
    except dk.TheoryError:
        return False
    return True


any_text = st.one_of(st.sampled_from(AWKWARD), st.text(characters, max_size=40))
"""Any text that may stand under a key for other tools: it may be empty or blank."""

texts = st.one_of(
    st.sampled_from([t for t in AWKWARD if _can_be_seen(t)]),
    st.text(characters, min_size=1, max_size=40).filter(_can_be_seen),
)
"""Any text that a field takes."""

dates = st.dates(min_value=dt.date(1000, 1, 1))
numbers = st.one_of(
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -0.0, 0.0, 1.0, 1e16, 1e20, 1e22, 1e308, 5e-324, 12345678901234567890, 1e-7, 0.1]),
)
urls = st.sampled_from(["https://example.org/a?b=c&d#e", "http://x", "mailto:a@b.org", "HTTPS://EXAMPLE.ORG"])
plain_data = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, any_text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(any_text, inner, max_size=3)),
    max_leaves=5,
)
extras = st.one_of(
    st.just({}),
    st.dictionaries(any_text.map(lambda t: "x-" + t), plain_data, min_size=1, max_size=2),
)

_IDS = (
    "no",
    "1.0",
    "y",
    "null",
    "1e3",
    "0x10",
    "a-b",
    "x.y",
    "Z_9",
    "12",
    "true",
    "off",
    "007",
    "2024-01-02",
)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def _some(ids: list[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(ids), max_size=most, unique=True) if ids else st.just([])


_WORDS: dict[str, tuple[str, ...]] = {
    "strength": ("strong", "moderate", "weak"),
    "role": ("outcome", "process", "balancing"),
    "timing": ("leading", "lagging"),
    "direction": ("increase", "decrease", "maintain"),
    "status": ("proposed", "testing", "adopted", "abandoned"),
    "cost_of_failure": ("small", "large"),
    "readiness": ("not-ready", "indifferent", "ready"),
    "result": ("confirmed", "mixed", "refuted"),
    "decision": ("adopt", "adapt", "expand", "abandon"),
    "finding": ("supports", "mixed", "contradicts"),
    "uptake": ("taken-up", "partly", "not-taken-up", "pending"),
}
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.sampled_from(words) for name, words in _WORDS.items()},
    **dict.fromkeys(("date", "by"), dates),
    **dict.fromkeys(("baseline", "target", "value", "numerator", "denominator"), numbers),
    **dict.fromkeys(("tags", "perspectives", "fails_at"), st.lists(texts, max_size=3)),
    "url": urls,
    "adapts": st.sampled_from(["S3", "hub/S3"]),
    "scale": st.integers(0, 10**6),
    "year": st.integers(1000, 9999),
    "as_planned": st.booleans(),
    "suppressed": st.booleans(),
    "extra": extras,
}


@st.composite
def _fields(draw: st.DrawFn, noun: type, **given: Any) -> dict[str, Any]:
    """Values for some of a noun's fields; those in ``given`` stay as they are."""
    names = [a.alias for a in attrs.fields(noun) if a.init and a.alias not in given]
    values = dict(given)
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=5)) if names else ():
        values[name] = draw(_FIELDS.get(name, texts))
    return {k: v for k, v in values.items() if v is not None}


@st.composite
def _entries(draw: st.DrawFn, targets: list[str]) -> list[dk.Contribution]:
    chosen = draw(_some(targets))
    return [dk.Contribution(**draw(_fields(dk.Contribution, to=to))) for to in chosen]


@st.composite
def _series(draw: st.DrawFn, strata: list[str]) -> Any:
    if draw(st.booleans()):
        return draw(st.sampled_from(["series.csv", "data/no.csv", "1.0"]))
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        groups = {s: draw(texts) for s in strata if draw(st.booleans())}
        rows.append(dk.Observation(**draw(_fields(dk.Observation, date=draw(dates), strata=groups))))
    return rows


# --------------------------------------------------------------------------------------------- theories


@st.composite
def theories(draw: st.DrawFn, max_nodes: int = 12, *, records: bool = True) -> dk.Theory:
    """Any theory: up to ``max_nodes`` aims, drivers and change ideas, with everything around them.

    Args:
        draw: given by Hypothesis.
        max_nodes: how many aims, drivers and change ideas at most.
        records: whether there may be measures, cycles, evidence, causes, teams, advice, revisions too.
    """
    left = max_nodes
    counts = []
    for most in (3, max_nodes, max_nodes):
        counts.append(draw(st.integers(0, min(most, left))))
        left -= counts[-1]
    extra_counts = [draw(st.integers(0, 2)) if records else 0 for _ in range(6)]
    total = sum(counts) + sum(extra_counts)
    odd = draw(st.lists(st.sampled_from(_IDS), unique=True, max_size=total))
    pool = iter([*odd, *(f"N{n}" for n in range(total - len(odd)))])

    def take(count: int) -> list[str]:
        return [next(pool) for _ in range(count)]

    aim_ids, driver_ids, idea_ids = (take(c) for c in counts)
    measure_ids, cycle_ids, evidence_ids, cause_ids, team_ids, advice_ids = (take(c) for c in extra_counts)

    aims = [
        dk.Aim(
            **draw(
                _fields(
                    dk.Aim,
                    id=id,
                    text=draw(texts),
                    measure=draw(_maybe(st.sampled_from(measure_ids))) if measure_ids else None,
                    contributes_to=draw(_entries(aim_ids[:n])) if draw(st.booleans()) else [],
                )
            )
        )
        for n, id in enumerate(aim_ids)
    ]
    drivers = [
        dk.Driver(
            **draw(
                _fields(
                    dk.Driver,
                    id=id,
                    text=draw(texts),
                    level=draw(_maybe(st.integers(1, 5))),
                    contributes_to=draw(_entries([*aim_ids, *driver_ids[:n]])),
                    addresses=draw(_some(cause_ids)),
                )
            )
        )
        for n, id in enumerate(driver_ids)
    ]
    # Links lead to what was made earlier, so there is no loop; the order of the file is another matter.
    aims, drivers = draw(st.permutations(aims)), draw(st.permutations(drivers))
    ideas = [
        dk.ChangeIdea(
            **draw(
                _fields(
                    dk.ChangeIdea,
                    id=id,
                    text=draw(texts),
                    contributes_to=draw(_entries([*aim_ids, *driver_ids])),
                )
            )
        )
        for id in idea_ids
    ]
    bare = dk.Theory(
        "t",
        aims=[attrs.evolve(aim, measure=None) for aim in aims],
        drivers=drivers,
        change_ideas=ideas,
        problem=dk.Problem(causes=[dk.Cause(id, id) for id in cause_ids]),
    )
    fields: dict[str, Any] = {}
    if records:
        fields = draw(_records(bare, measure_ids, cycle_ids, evidence_ids, cause_ids, team_ids, advice_ids))
    return dk.Theory(
        draw(texts), aims=aims, drivers=drivers, change_ideas=ideas, extra=draw(extras), **fields
    )


@st.composite
def _records(
    draw: st.DrawFn,
    bare: dk.Theory,
    measure_ids: list[str],
    cycle_ids: list[str],
    evidence_ids: list[str],
    cause_ids: list[str],
    team_ids: list[str],
    advice_ids: list[str],
) -> dict[str, Any]:
    nodes = [n.id for n in bare.nodes]
    ideas = [i.id for i in bare.change_ideas]
    everywhere = [*nodes, *measure_ids, *cause_ids]
    abouts = [*everywhere, *(link.id for link in bare.links)]
    measures = []
    for id in measure_ids:
        strata = draw(
            st.lists(st.sampled_from(["ward", "no", "language spoken", "1.0"]), unique=True, max_size=2)
        )
        measures.append(
            dk.Measure(
                **draw(
                    _fields(
                        dk.Measure,
                        id=id,
                        name=draw(texts),
                        of=draw(_some([*nodes, *cause_ids])),
                        strata=strata,
                        data=draw(_maybe(_series(strata))),
                    )
                )
            )
        )
    cycles = [
        dk.PdsaCycle(
            **draw(
                _fields(
                    dk.PdsaCycle,
                    id=id,
                    change=draw(st.sampled_from(ideas)),
                    follows=draw(_maybe(st.sampled_from(cycle_ids[:n]))) if n else None,
                    adapted_from=draw(st.sampled_from([None, "m07/T3", *cycle_ids])),
                    plan=draw(_maybe(_fields(dk.Plan))),
                    predictions=draw(st.lists(_fields(dk.Prediction), max_size=2)),
                    do=draw(_maybe(_fields(dk.Do))),
                    study=draw(_maybe(_fields(dk.Study))),
                    act=draw(_maybe(_fields(dk.Act))),
                )
            )
        )
        for n, id in enumerate(cycle_ids if ideas else [])
    ]
    kinds = st.sampled_from(["research", "practice", "data", "expert"])
    evidence = [
        dk.Evidence(
            **draw(_fields(dk.Evidence, id=id, about=draw(st.sampled_from(abouts)), kind=draw(_maybe(kinds))))
        )
        for id in (evidence_ids if abouts else [])
    ]
    known = [*nodes, *(c.id for c in cycles), *(e.id for e in evidence)]
    revision_kinds = st.sampled_from(["substantive", "minor"])

    def revision() -> dk.Revision:
        because = draw(_some([*known, "m02/T1"]))
        return dk.Revision(
            **draw(_fields(dk.Revision, kind=draw(_maybe(revision_kinds)), because_of=because))
        )

    return {
        "measures": measures,
        "cycles": cycles,
        "evidence": evidence,
        "problem": dk.Problem(
            **draw(
                _fields(
                    dk.Problem,
                    causes=[dk.Cause(**draw(_fields(dk.Cause, id=id, text=draw(texts)))) for id in cause_ids],
                )
            )
        )
        if cause_ids or draw(st.booleans())
        else None,
        "teams": [
            dk.Team(**draw(_fields(dk.Team, id=id, works_on=draw(_some(everywhere))))) for id in team_ids
        ],
        "recommendations": [
            dk.Recommendation(
                **draw(_fields(dk.Recommendation, id=id, text=draw(texts), about=draw(_some(everywhere))))
            )
            for id in advice_ids
        ],
        "perspectives": draw(st.lists(texts, max_size=2)),
        "revision": revision() if draw(st.booleans()) else None,
        "headings": dk.Headings(**draw(_fields(dk.Headings))) if draw(st.booleans()) else None,
        "revisions": [revision() for _ in range(draw(st.integers(0, 2)))],
    }


def every_node(theory: dk.Theory) -> list[Node]:
    """What a theory holds that is a node."""
    return [item for item in theory.items() if isinstance(item, Node)]
