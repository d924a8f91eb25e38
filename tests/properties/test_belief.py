"""Degree of belief, held against what the field says of it.

Belief rises with tests at larger scale and under different conditions, people, places. More
confirming tests in new contexts never lower it, a refuted one never raises it. Evidence that
contradicts stays visible. When the words of a node or link change after its evidence was gathered,
that evidence is suspect until someone confirms it.
"""

from __future__ import annotations

import random
from itertools import pairwise

import attrs
from hypothesis import given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.evidence.belief import belief_counts
from driverkit.evidence.contexts import context_counts

PLACES = (None, "Ward 5", "Ward 6", "Town clinic")
TEAMS = (None, "red", "Team red", "blue")
RESULTS = ("confirmed", "mixed", "refuted", None)


def bare() -> dk.Theory:
    """A theory with shared ideas, a link that skips a level and one on the same level; no tests yet."""
    return dk.Theory(
        "Fewer falls",
        aims=[dk.Aim("A1", "Halve the falls", contributes_to=["A2"]), dk.Aim("A2", "A safer hospital")],
        drivers=[
            dk.Driver("P1", "Risk is known", contributes_to=["A1"]),
            dk.Driver("P2", "Help is near", contributes_to=["A1", "A2"]),
            dk.Driver("S1", "Everybody is asked", contributes_to=["P1", "P2"]),
            dk.Driver("S2", "Bells are answered", contributes_to=["S1", "P2", "A1"]),
        ],
        change_ideas=[
            dk.ChangeIdea("C1", "Ask at admission", contributes_to=["S1"]),
            dk.ChangeIdea("C2", "Ask again at night", contributes_to=["S1", "S2"]),
            dk.ChangeIdea("C3", "A bell at each bed", contributes_to=["S2"]),
        ],
        teams=[dk.Team("red", "Team red"), dk.Team("blue")],
        measures=[
            dk.Measure(
                "M1",
                "Asked",
                of=["S1"],
                direction="increase",
                data=[{"date": f"2025-01-{n + 1:02d}", "value": n} for n in range(20)],
            )
        ],
    )


IDS = [node.id for node in bare().nodes]
LINKS = [link.id for link in bare().links]


@st.composite
def cycles(draw: st.DrawFn, id: str) -> dk.PdsaCycle:
    """A cycle of some idea: anywhere, studied or not, with predictions in time, late, and undated."""
    return dk.PdsaCycle(
        id,
        draw(st.sampled_from(["C1", "C2", "C3"])),
        site=draw(st.sampled_from(PLACES)),
        team=draw(st.sampled_from(TEAMS)),
        conditions=draw(st.sampled_from([None, "by day", "at night"])),
        scale=draw(st.sampled_from([None, 0, 1, 3, 5, 40])),
        plan=draw(st.sampled_from([None, {"date": "2026-01-05"}, {"date": "2026-02-01"}])),
        predictions=[
            {"prediction": draw(st.sampled_from(["yes", None])), "question": "does it", "result": result}
            for result in draw(st.lists(st.sampled_from(RESULTS), max_size=3))
        ],
        do=draw(st.sampled_from([None, {"date": "2026-01-12"}])),
        study=draw(st.sampled_from([None, {"learned": "something"}, {}])),
        stamp=draw(st.sampled_from([None, None, "v1-of-others"])),
    )


@st.composite
def pieces(draw: st.DrawFn, id: str) -> dk.Evidence:
    """A piece of evidence about a node or link."""
    return dk.Evidence(
        id,
        draw(st.sampled_from([*IDS, *LINKS])),
        finding=draw(st.sampled_from(["supports", "mixed", "contradicts", None])),
        stamp=draw(st.sampled_from([None, None, "v1-of-others"])),
    )


@st.composite
def theories(draw: st.DrawFn) -> dk.Theory:
    """The bare theory with random tests and evidence, some links failing somewhere."""
    theory = bare()
    for link in draw(st.lists(st.sampled_from(LINKS), unique=True, max_size=2)):
        cause, _, effect = link.partition(" -> ")
        places = draw(st.lists(st.sampled_from(["Ward 5", "Town clinic", "red", "Team red"]), max_size=2))
        theory = theory.link(cause, effect, only_where="it is day", fails_at=places)
    return theory.add(
        *(draw(cycles(f"T{n}")) for n in range(draw(st.integers(0, 6)))),
        *(draw(pieces(f"E{n}")) for n in range(draw(st.integers(0, 4)))),
    )


def ranks(theory: dk.Theory) -> dict[str, int]:
    return {about: held.rank for about, held in dk.beliefs(theory).items()}


def a_test(idea: str, *results: str, **where: object) -> dk.PdsaCycle:
    """One more test of an idea, planned in time, carried out and studied."""
    return dk.PdsaCycle(
        "T99",
        idea,
        plan={"date": "2026-03-01"},
        do={"date": "2026-03-02"},
        study={"date": "2026-03-03"},
        predictions=[{"question": "q", "prediction": "p", "result": result} for result in results],
        **where,
    )


contexts = st.fixed_dictionaries(
    {
        "site": st.sampled_from([*PLACES, "Ward 9"]),
        "conditions": st.sampled_from([None, "by day", "in a flu week"]),
        "team": st.sampled_from([None, "blue", "green"]),
        "scale": st.sampled_from([None, 0, 1, 2, 10, 500]),
    }
)


@given(theories(), st.sampled_from(["C1", "C2", "C3"]), contexts, st.integers(1, 3))
def test_one_more_confirming_test_never_lowers_belief(
    theory: dk.Theory, idea: str, where: dict[str, object], count: int
) -> None:
    before, after = ranks(theory), ranks(theory.add(a_test(idea, *["confirmed"] * count, **where)))
    assert all(after[about] >= before[about] for about in before)


@given(theories(), st.sampled_from(["C1", "C2", "C3"]), contexts, st.integers(1, 3))
def test_one_more_refuted_test_never_raises_belief(
    theory: dk.Theory, idea: str, where: dict[str, object], count: int
) -> None:
    before, after = ranks(theory), ranks(theory.add(a_test(idea, *["refuted"] * count, **where)))
    assert all(after[about] <= before[about] for about in before)


@given(theories(), st.sampled_from([*IDS, *LINKS]))
def test_evidence_that_contradicts_never_raises_belief_and_stays_visible(
    theory: dk.Theory, about: str
) -> None:
    more = theory.add(dk.Evidence("E99", about, finding="contradicts"))
    before, after = ranks(theory), ranks(more)
    assert all(after[id] <= before[id] for id in before)
    assert "E99" in [piece.id for piece in dk.bearing(more, about).contradicts]
    assert "against it" in str(dk.belief(more, about))


@given(theories(), st.sampled_from([*IDS, *LINKS]))
def test_evidence_that_supports_never_lowers_belief(theory: dk.Theory, about: str) -> None:
    before, after = ranks(theory), ranks(theory.add(dk.Evidence("E99", about, finding="supports")))
    assert all(after[id] >= before[id] for id in before)


@given(theories(), st.randoms(use_true_random=False))
def test_changed_words_never_raise_belief(theory: dk.Theory, rng: random.Random) -> None:
    confirmed = dk.confirm(theory, [*IDS, *LINKS])
    assert not dk.suspects(confirmed)
    changed = confirmed.replace(rng.choice(IDS), text="other words")
    before, after = ranks(confirmed), ranks(changed)
    assert all(after[about] <= before[about] for about in before)


@given(theories())
def test_suspect_evidence_counts_for_nothing_until_it_is_confirmed(theory: dk.Theory) -> None:
    doubtful = {suspect.record for suspect in dk.suspects(theory)}
    for node in theory.nodes:
        pieces = [e for e in theory.evidence if e.about == node.id and e.finding == "supports"]
        counts = dk.belief(theory, node.id).counts
        assert counts.evidence_for == sum(e.id not in doubtful for e in pieces)
    again = dk.confirm(theory, sorted(doubtful))
    assert not dk.suspects(again)
    assert all(held.counts.suspect == 0 for held in dk.beliefs(again).values())


@given(theories(), st.randoms(use_true_random=False))
def test_renaming_ids_changes_no_belief(theory: dk.Theory, rng: random.Random) -> None:
    theory = dk.confirm(theory)
    old = rng.choice([id for id in theory.index if id not in ("red", "blue")])
    new = theory.rename(old, "Z9")
    assert dk.suspects(new) == dk.suspects(theory) or old in str(dk.suspects(theory))
    assert [held.word for held in dk.beliefs(new).values()] == [
        held.word for held in dk.beliefs(theory).values()
    ]
    assert list(belief_counts(new).values()) == list(belief_counts(theory).values())


@given(theories(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_no_belief(theory: dk.Theory, rng: random.Random) -> None:
    shuffled = attrs.evolve(
        theory,
        **{
            name: rng.sample(getattr(theory, name), len(getattr(theory, name)))
            for name in ("aims", "drivers", "change_ideas", "cycles", "evidence", "teams")
        },
    )
    assert dict(belief_counts(shuffled)) == dict(belief_counts(theory))


# ------------------------------------------------------------------------------- the counts, counted slowly


def counting(theory: dk.Theory, about: str) -> list[dk.PdsaCycle]:
    """The cycles that count for a node or link: some way leads there on which every link holds at their place."""
    out = []
    for cycle in theory.cycles:
        here = {cycle.site, cycle.team}
        here |= {team.id for team in theory.teams if {team.id, team.name} & {cycle.team}}
        here |= {team.name for team in theory.teams if {team.id, team.name} & {cycle.team}}
        here -= {None}
        # A team's name may be written where a site is meant, and is that team's then.
        here |= {t.id for t in theory.teams if t.name in here} | {
            t.name for t in theory.teams if t.id in here
        }
        met, ways = {cycle.change}, [cycle.change]
        used = set()
        while ways:
            at = ways.pop()
            for link in theory.links:
                if link.cause == at and not here & set(link.fails_at):
                    used.add(link.id)
                    if link.effect not in met:
                        met.add(link.effect)
                        ways.append(link.effect)
        if about in met or about in used:
            out.append(cycle)
    return out


@given(theories())
def test_every_count_is_what_counting_one_by_one_gives(theory: dk.Theory) -> None:
    doubtful = {suspect.record for suspect in dk.suspects(theory)}
    for about, counts in belief_counts(theory).items():
        behind = counting(theory, about)
        results = {
            cycle.id: [
                p.result
                for p in cycle.predictions
                if p.prediction is not None
                and not (cycle.plan and cycle.do and cycle.plan.date and cycle.plan.date > cycle.do.date)
            ]
            for cycle in behind
        }
        sound = [cycle for cycle in behind if cycle.id not in doubtful]
        studied = [cycle for cycle in sound if cycle.study is not None and cycle.study.learned]
        yes = [c for c in studied if "confirmed" in results[c.id] and "refuted" not in results[c.id]]
        own = [piece for piece in theory.evidence if piece.about == about]
        scales = [c.scale for c in yes if c.scale is not None]
        found = attrs.asdict(counts)
        assert found == found | {
            "cycles_studied": len(studied),
            "held": sum(results[c.id].count("confirmed") for c in sound),
            "mixed": sum(results[c.id].count("mixed") for c in behind),
            "failed": sum(results[c.id].count("refuted") for c in behind),
            "largest_scale": max((c.scale for c in studied if c.scale is not None), default=None),
            "sites": len({c.site for c in studied} - {None}),
            "conditions": len({c.conditions for c in studied} - {None}),
            "teams": len({(c.team or "").removeprefix("Team ") for c in studied} - {""}),
            "signal": True if about == "S1" else None,
            "evidence_for": sum(e.finding == "supports" and e.id not in doubtful for e in own),
            "evidence_mixed": sum(e.finding == "mixed" for e in own),
            "evidence_against": sum(e.finding == "contradicts" for e in own),
            "suspect": sum(r.id in doubtful for r in (*behind, *own)),
            "confirming": len(yes),
            "confirming_sites": len({c.site for c in yes} - {None}),
            "confirming_conditions": len({c.conditions for c in yes} - {None}),
            "confirming_scales": (min(scales), max(scales)) if scales else None,
        }, about


@given(theories())
def test_contexts_are_those_of_the_studied_cycles_at_or_below(theory: dk.Theory) -> None:
    plain = attrs.evolve(
        theory,
        **{
            name: [
                attrs.evolve(node, contributes_to=[attrs.evolve(c, fails_at=()) for c in node.contributes_to])
                for node in getattr(theory, name)
            ]
            for name in ("aims", "drivers", "change_ideas")
        },
    )
    for id, counts in context_counts(theory).items():
        found = dk.contexts(theory, id)
        studied = [c for c in counting(plain, id) if c.study is not None and c.study.learned]
        assert found.cycles == tuple(c.id for c in studied)
        assert set(found.sites) == {c.site for c in studied} - {None}
        assert (counts.cycles, counts.sites) == (len(found.cycles), len(found.sites))
        assert (counts.conditions, counts.teams) == (len(found.conditions), len(found.teams))
        assert counts.only_site == (found.sites[0] if found.one_site else None)
        assert counts.only_team == (found.teams[0] if found.one_team else None)
        assert counts.only_cycle == (found.cycles[0] if found.one_cycle else None)


@given(theories())
def test_the_weakest_link_is_that_of_the_way_whose_weakest_is_strongest(theory: dk.Theory) -> None:
    known = dk.beliefs(theory)
    aims = {aim.id for aim in theory.aims}
    for node in theory.nodes:
        ways = [way for way in theory_ways(theory, node.id) if not aims & set(way[1:-1])]
        for told in dk.weakest_link(theory, node.id):
            mine = [way for way in ways if f"{way[0]} -> {way[1]}" == told.via]
            best = max(min(known[f"{a} -> {b}"].rank for a, b in pairwise(way)) for way in mine)
            assert told.belief.rank == best
            assert told.path in mine


def theory_ways(theory: dk.Theory, id: str) -> list[tuple[str, ...]]:
    from driverkit.graph import paths_to_aim

    return list(paths_to_aim(theory, id))
