"""Theories by the thousand, from a seed: for geometry, walks and benchmarks.

Standard library only and the same theory for the same arguments on every machine; what Hypothesis
draws (see ``strategies``) is stranger, what is made here is larger.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import driverkit as dk

_WORDS = [
    "people",
    "nurses",
    "pupils",
    "teachers",
    "carers",
    "wards",
    "classes",
    "families",
    "know",
    "plan",
    "learn",
    "teach",
    "check",
    "agree",
    "meet",
    "call",
    "visit",
    "answer",
    "share",
    "early",
    "daily",
    "together",
    "before",
    "after",
    "leaving",
    "reading",
    "feedback",
    "language",
    "medicine",
    "schedule",
    "trust",
    "practice",
    "coach",
    "card",
    "list",
    "review",
    "every",
    "each",
    "week",
    "question",
    "evidence",
    "small",
    "large",
    "ready",
    "Übergang",
    "équipe",
    "質問",
    "проверка",
]


def words(rng: random.Random, least: int = 2, most: int = 12) -> str:
    """A text that reads a little like one of a theory."""
    text = " ".join(rng.choice(_WORDS) for _ in range(rng.randint(least, most)))
    return text[:1].upper() + text[1:]


def random_theory(
    seed: int,
    drivers: int = 12,
    ideas: int = 16,
    *,
    aims: int = 1,
    levels: int = 3,
    measures: int = 0,
    cycles: int = 0,
    evidence: int = 0,
    sharing: float = 0.2,
    conditions: float = 0.1,
    orphans: float = 0.02,
    longest: int = 12,
) -> dk.Theory:
    """A theory with that many drivers and change ideas, of any size, without a loop.

    Args:
        seed: the same seed gives the same theory.
        drivers: how many drivers, spread over the levels; each next level is larger.
        ideas: how many change ideas; most hang on the deepest drivers, some on any.
        aims: how many aims.
        levels: how deep the drivers go at most.
        measures: how many measures.
        cycles: how many PDSA cycles, in ramps.
        evidence: how many pieces of evidence, about nodes and links.
        sharing: the share of nodes with a second thing they contribute to.
        conditions: the share of links with a strength, a reason or a condition.
        orphans: the share of nodes that contribute to nothing that is written.
        longest: words in the longest text.
    """
    rng = random.Random(seed)

    def entry(to: str) -> dk.Contribution | str:
        if rng.random() >= conditions:
            return to
        return dk.Contribution(
            to,
            strength=rng.choice(("strong", "moderate", "weak", None)),
            because=words(rng) if rng.random() < 0.5 else None,
            only_where=words(rng) if rng.random() < 0.3 else None,
        )

    def entries(candidates: list[str]) -> list[dk.Contribution | str]:
        if not candidates or rng.random() < orphans:
            return []
        count = 1
        while count < len(candidates) and rng.random() < sharing:
            count += 1
        return [entry(to) for to in rng.sample(candidates, min(count, len(candidates)))]

    all_aims = [dk.Aim(f"A{n + 1}", words(rng, most=longest)) for n in range(aims)]
    by_level: list[list[str]] = [[aim.id for aim in all_aims]]
    weights = [2**n for n in range(levels)]
    sizes = [max(1, drivers * w // sum(weights)) for w in weights]
    sizes[-1] = max(0, drivers - sum(sizes[:-1]))
    all_drivers: list[dk.Driver] = []
    for level, size in enumerate(sizes, 1):
        made = [f"D{level}-{n + 1}" for n in range(max(0, min(size, drivers - len(all_drivers))))]
        for id in made:
            above = by_level[level - 1] or by_level[0]
            all_drivers.append(dk.Driver(id, words(rng, most=longest), contributes_to=entries(above)))
        by_level.append(made)
    bottom = next((ids for ids in reversed(by_level[1:]) if ids), [])
    anywhere = [d.id for d in all_drivers]
    all_ideas = [
        dk.ChangeIdea(
            f"C{n + 1}",
            words(rng, most=longest),
            contributes_to=entries(bottom if rng.random() < 0.85 or not anywhere else [rng.choice(anywhere)]),
        )
        for n in range(ideas)
    ]
    everything = [n.id for n in (*all_aims, *all_drivers, *all_ideas)]
    links = [f"{n.id} -> {c.to}" for n in (*all_drivers, *all_ideas) for c in n.contributes_to]
    return dk.Theory(
        f"Random theory {seed}",
        aims=all_aims,
        drivers=all_drivers,
        change_ideas=all_ideas,
        measures=[
            dk.Measure(
                f"M{n + 1}",
                words(rng, most=5),
                of=[rng.choice(everything)] if everything else [],
                role=rng.choice(("outcome", "process", "balancing")),
            )
            for n in range(measures)
        ],
        cycles=list(_cycles(rng, cycles, [i.id for i in all_ideas])),
        evidence=[
            dk.Evidence(
                f"E{n + 1}",
                rng.choice(links) if links and rng.random() < 0.4 else rng.choice(everything),
                kind=rng.choice(("research", "practice", "data", "expert")),
                finding=rng.choice(("supports", "supports", "mixed", "contradicts")),
                text=words(rng),
            )
            for n in range(evidence if everything else 0)
        ],
    )


def _cycles(rng: random.Random, count: int, ideas: list[str]) -> Iterator[dk.PdsaCycle]:
    last: dict[str, str] = {}
    day = dt.date(2025, 1, 6)
    for number in range(count if ideas else 0):
        idea = rng.choice(ideas)
        done = rng.random() < 0.8
        yield dk.PdsaCycle(
            f"T{number + 1}",
            idea,
            follows=last.get(idea),
            scale=rng.choice((1, 3, 10, 30)),
            plan={"date": day, "objective": words(rng)},
            predictions=[
                {
                    "question": words(rng),
                    "prediction": words(rng, most=4),
                    "result": rng.choice(("confirmed", "mixed", "refuted")) if done else None,
                }
            ],
            do={"date": day + dt.timedelta(days=2), "observed": words(rng)} if done else None,
            study={"date": day + dt.timedelta(days=3), "learned": words(rng)} if done else None,
            act={"decision": rng.choice(("adopt", "adapt", "expand", "abandon"))} if done else None,
        )
        last[idea] = f"T{number + 1}"
        day += dt.timedelta(days=rng.randint(1, 9))
