"""Evidence: does the theory say where it comes from, which way it points, and what it is about today?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from driverkit.checks import sources
from driverkit.checks.rule import Said, rule
from driverkit.evidence import context_counts, idea_status, suspects
from driverkit.evidence.bearing import evidence_about
from driverkit.evidence.cycles import team_of
from driverkit.evidence.words import harmless, listed, plural, quoted
from driverkit.model import Link, Theory
from driverkit.model.values import near

_evidence_rule = partial(rule, family="evidence")
_VISIBLE = f"{sources.OURS}: evidence that contradicts stays visible."


def _named(theory: Theory, about: str) -> str:
    """A node by its words, a link by those of its two ends."""
    cause, arrow, effect = about.partition(" -> ")
    ends = (cause, effect) if arrow else (about,)
    words = [quoted(theory.node(id)) for id in ends]
    return f"that {words[0]} contributes to {words[1]}" if arrow else words[0]


def _link_named(theory: Theory, link: Link) -> str:
    return f"{quoted(theory.node(link.cause))} contributes to {quoted(theory.node(link.effect))}"


@_evidence_rule(
    "EVD01",
    "adopted-though-contradicted",
    severity="warning",
    summary="A change that is adopted is not contradicted by as much other evidence as supports it.",
    source=_VISIBLE,
)
def adopted_though_contradicted(theory: Theory) -> Iterator[Said]:
    """Adopted, by its own status or its latest decision, against what is on record."""
    about = evidence_about(theory)
    for idea in theory.change_ideas:
        pieces = about.get(idea.id, ())
        against = [piece.id for piece in pieces if piece.finding == "contradicts"]
        for_ = sum(piece.finding == "supports" for piece in pieces)
        if against and len(against) >= for_ and idea_status(theory, idea.id).status == "adopted":
            yield Said(
                idea.id,
                f"{quoted(idea)} is adopted, while {listed(against)} {_verb(against)} it and "
                f"{plural(for_, 'piece')} of other evidence {'supports' if for_ == 1 else 'support'} it",
                "say what it is kept for, or test it again where the evidence says it fails",
            )


def _verb(ids: list[str]) -> str:
    return "contradicts" if len(ids) == 1 else "contradict"


@_evidence_rule(
    "EVD02",
    "suspect-evidence",
    severity="warning",
    summary="The words that evidence is about are those that it was gathered about.",
    source=f"{sources.OURS}: from requirement management, where a changed text makes its links suspect (doorstop).",
)
def suspect_evidence(theory: Theory) -> Iterator[Said]:
    """Told once for each node or link whose words have changed since."""
    by_about: dict[str, list[str]] = {}
    for one in suspects(theory):
        by_about.setdefault(one.about, []).append(one.record)
    for about, records in by_about.items():
        yield Said(
            records[0],
            f"the words of {_of(theory, about)} have changed since {listed(records)} "
            f"{'was' if len(records) == 1 else 'were'} confirmed",
            "see whether it still holds, then run 'driverkit confirm' with its id",
        )


def _of(theory: Theory, about: str) -> str:
    cause, arrow, effect = about.partition(" -> ")
    if not arrow:
        return quoted(theory.node(about))
    return f"the link from {quoted(theory.node(cause))} to {quoted(theory.node(effect))}"


@_evidence_rule(
    "EVD03",
    "rests-on-one-site",
    severity="info",
    summary="A change that is adopted was tested at more than one site, where several teams test at several sites.",
    source="Institute for Healthcare Improvement (IHI), Open School, QI 103: belief rises with tests in different places",
)
def rests_on_one_site(theory: Theory) -> Iterator[Said]:
    """Two studied cycles or more, all at one site; of a single cycle a rule of the cycles tells."""
    team = team_of(theory)
    for names in ({cycle.site for cycle in theory.cycles}, {team(cycle.team) for cycle in theory.cycles}):
        if len(names - {None}) < 2:
            return
    counts = context_counts(theory)
    for idea in theory.change_ideas:
        found = counts[idea.id]
        if found.only_site is None or found.cycles < 2 or idea_status(theory, idea.id).status != "adopted":
            continue
        yield Said(
            idea.id,
            f"{quoted(idea)} is adopted after {plural(found.cycles, 'studied cycle')}, all at "
            f"{quoted(found.only_site)}",
            "test it at another site before others take it up",
        )


@_evidence_rule(
    "EVD04",
    "evidence-without-source",
    severity="info",
    summary="Evidence says where it is published or kept.",
    source="Issen et al. 2018: evidence is one of the six things that a driver diagram is rated by",
)
def evidence_without_source(theory: Theory) -> Iterator[Said]:
    """Nobody can look it up."""
    for piece in theory.evidence:
        if piece.source is None:
            yield Said(
                piece.id,
                f"evidence {piece.id} about {_of(theory, piece.about)} has no source",
                "say where it is published or kept",
            )


@_evidence_rule(
    "EVD05",
    "evidence-without-finding",
    severity="info",
    summary="Evidence says which way it points: supports, mixed or contradicts.",
    source=f"{sources.OURS}: what does not say which way it points counts for nothing.",
)
def evidence_without_finding(theory: Theory) -> Iterator[Said]:
    """It is on record, and nobody knows for what."""
    for piece in theory.evidence:
        if piece.finding is None:
            yield Said(
                piece.id,
                f"evidence {piece.id} does not say whether it supports or contradicts {_named(theory, piece.about)}",
                "write its finding",
            )


@_evidence_rule(
    "EVD06",
    "opinion-only",
    severity="info",
    summary="What is supported by nothing but expert judgement is tested, or backed by research, practice or data.",
    source=f"{sources.LANGLEY}: degree of belief",
)
def opinion_only(theory: Theory) -> Iterator[Said]:
    """Only where no studied cycle stands behind it either."""
    counts = None
    for about, pieces in evidence_about(theory).items():
        kinds = {piece.kind for piece in pieces if piece.finding == "supports"}
        if kinds != {"expert"}:
            continue
        counts = context_counts(theory) if counts is None else counts
        id = about.partition(" -> ")[0]
        if id in counts and not counts[id].cycles:
            yield Said(
                id,
                f"{_named(theory, about)} is supported by expert judgement only"
                if " -> " not in about
                else f"only expert judgement supports {_named(theory, about)}",
                "plan a small test that could show it wrong",
            )


@_evidence_rule(
    "EVD07",
    "strong-link-without-reason",
    severity="info",
    profiles=("default", "kdd", "strict"),
    summary="A link that is called strong has a reason or evidence.",
    source=f"{sources.OURS}: a link is a hypothesis; how strong it is has to rest on something.",
)
def strong_link_without_reason(theory: Theory) -> Iterator[Said]:
    """Belief without anything beside it; of a condition without evidence STR09 tells."""
    about = evidence_about(theory)
    for link in theory.links:
        if link.strength == "strong" and link.because is None and link.id not in about:
            yield Said(
                link.cause,
                f"{_link_named(theory, link)} strongly, and neither a reason nor evidence is given",
                "give the reason as 'because', or the evidence",
            )


@_evidence_rule(
    "EVD08",
    "fails-without-place",
    severity="info",
    profiles=("default", "kdd", "strict"),
    summary="A link that holds only under a condition, and that evidence contradicts, says where it fails.",
    source=sources.COBB,
)
def fails_without_place(theory: Theory) -> Iterator[Said]:
    """Known to fail somewhere; without the place every test is counted through it."""
    about = evidence_about(theory)
    for link in theory.links:
        if link.only_where is None or link.fails_at:
            continue
        against = [piece.id for piece in about.get(link.id, ()) if piece.finding == "contradicts"]
        if against:
            yield Said(
                link.cause,
                f"{listed(against)} {_verb(against)} that {_link_named(theory, link)} where "
                f"{quoted(link.only_where)}, and where it fails is not said",
                "name the sites or teams as 'fails_at'",
            )


@_evidence_rule(
    "EVD09",
    "fails-without-condition",
    severity="info",
    profiles=("default", "kdd", "strict"),
    summary="A link that is known to fail somewhere says under which condition it holds.",
    source=sources.COBB,
)
def fails_without_condition(theory: Theory) -> Iterator[Said]:
    """Where is known, why is not."""
    for link in theory.links:
        if link.fails_at and link.only_where is None:
            yield Said(
                link.cause,
                f"{_link_named(theory, link)}, but not at {listed([quoted(p) for p in link.fails_at])}, and under "
                "which condition it holds is not said",
                "ask what is different there and write it as 'only_where'",
            )


@_evidence_rule(
    "EVD10",
    "misspelt-place",
    severity="info",
    profiles=("default", "kdd", "strict"),
    summary="A place where a link fails that looks like a site or team is that site or team.",
    source=f"{sources.OURS}: a slip lets tests count where the link is known to fail.",
)
def misspelt_place(theory: Theory) -> Iterator[Said]:
    """Near a site of the cycles, or a team; but none."""
    failing = [link for link in theory.links if link.fails_at]
    if not failing:
        return
    known = {name for cycle in theory.cycles for name in (cycle.site, cycle.team) if name is not None}
    known |= {name for team in theory.teams for name in (team.id, team.name) if name is not None}
    for link in failing:
        for place in dict.fromkeys(link.fails_at):
            hits = (
                [] if place in known else [hit for hit in near(place, known, most=3) if _a_slip(place, hit)]
            )
            if hits:
                yield Said(
                    link.cause,
                    f"{_link_named(theory, link)}, but not at {quoted(place)}, which no cycle names and no team is",
                    f"if {quoted(harmless(hits[0]))} is meant, write that",
                )


def _a_slip(word: str, name: str) -> bool:
    """Whether two names differ by a letter or two, or by case, and in no number: Ward 5 is not Ward 6."""
    from difflib import SequenceMatcher

    digits = ["".join(c for c in w if c.isdigit()) for w in (word, name)]
    return digits[0] == digits[1] and SequenceMatcher(None, word.casefold(), name.casefold()).ratio() > 0.85
