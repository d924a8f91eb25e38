"""How far an idea, driver, aim or link may be believed, by a written rule; and how large the next test may be.

    >>> from driverkit.model import ChangeIdea, Driver, PdsaCycle, Theory
    >>> theory = Theory(
    ...     "Fewer falls",
    ...     drivers=[Driver("P1", "Risk is known")],
    ...     change_ideas=[
    ...         ChangeIdea("C1", "Ask at admission", contributes_to=["P1"], cost_of_failure="small")
    ...     ],
    ...     cycles=[
    ...         PdsaCycle(
    ...             "T1",
    ...             "C1",
    ...             site="Ward 5",
    ...             scale=3,
    ...             study={"learned": "it is quick"},
    ...             predictions=[{"question": "how long", "prediction": "a minute", "result": "confirmed"}],
    ...         )
    ...     ],
    ... )
    >>> print(belief(theory, "C1"))
    low: 1 cycle studied, 1 of 1 judged prediction held, largest scale 3, 1 site, no conditions named, no measure can tell yet
    >>> print(next_scale(theory, "C1").reason)
    belief is low, so confidence is low; the cost of failure is small; how ready people are is not said

A belief is a word with the counts it rests on, never a number by itself, and never a product of the
beliefs along a path: where several drivers share their evidence, multiplying counts it again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs
from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.evidence.bearing import evidence_about, places_of
from driverkit.evidence.contexts import bits_of, spread, team_of
from driverkit.evidence.cycles import predicted_in_time, was_studied
from driverkit.evidence.measures import measures_of
from driverkit.evidence.signals import signal_of
from driverkit.evidence.stamps import link_of, suspects
from driverkit.evidence.words import plural
from driverkit.graph import reaches_an_aim, snapshot
from driverkit.model import ChangeIdea, PdsaCycle, Theory

__all__ = [
    "BELIEF_RULE",
    "BELIEF_WORDS",
    "LANGLEY",
    "POINTS",
    "SCALES",
    "THRESHOLDS",
    "CAPS",
    "Cap",
    "Belief",
    "BeliefCounts",
    "BeliefRule",
    "NextScale",
    "Point",
    "ScaleTable",
    "WeakestLink",
    "belief",
    "belief_counts",
    "beliefs",
    "next_scale",
    "weakest_link",
]

BELIEF_WORDS = ("doubted", "no evidence yet", "low", "moderate", "high")
"""The words for a degree of belief, low to high. Doubted: what speaks against it outweighs what speaks for it."""


@frozen
class BeliefCounts:
    """What a belief rests on.

    For an idea these are its own cycles; for a driver or aim those of the ideas at or below it, each
    once; for a link those of its cause. Cycles at places where a link is known to fail are not counted
    through that link. Of what is suspect only that is left out which speaks for it.

    Attributes:
        cycles_studied: cycles that reached Study; suspect ones are not among them.
        held: predictions that were confirmed; of these three, late ones and ones without an answer are
            no predictions.
        mixed: predictions that held in part.
        failed: predictions that were refuted.
        largest_scale: the largest scale of a studied cycle; None where none says its scale.
        sites: distinct sites that the studied cycles name.
        conditions: distinct conditions that they name, word for word.
        teams: distinct teams that they name.
        signal: whether a measure of this very node moved for the better: True, False, or None where no
            measure can tell.
        evidence_for: pieces of other evidence about exactly this that support it.
        evidence_mixed: pieces that point both ways.
        evidence_against: pieces that contradict it.
        suspect: cycles and pieces of evidence that were gathered about other words.
        confirming: studied cycles that confirmed: at least one prediction held and none was refuted.
        confirming_sites: distinct sites of these.
        confirming_conditions: distinct conditions of these.
        confirming_scales: the smallest and the largest scale of these; None where none says its scale.
        worse: whether a measure of this very node moved for the worse.
        of_link: these are the counts of a link, whose tests are those of its cause.
    """

    cycles_studied: int = 0
    held: int = 0
    mixed: int = 0
    failed: int = 0
    largest_scale: int | None = None
    sites: int = 0
    conditions: int = 0
    teams: int = 0
    signal: bool | None = None
    evidence_for: int = 0
    evidence_mixed: int = 0
    evidence_against: int = 0
    suspect: int = 0
    confirming: int = 0
    confirming_sites: int = 0
    confirming_conditions: int = 0
    confirming_scales: tuple[int, int] | None = None
    worse: bool = False
    of_link: bool = False

    @property
    def judged(self) -> int:
        """Predictions with a result."""
        return self.held + self.mixed + self.failed

    @property
    def none(self) -> bool:
        """Nothing speaks for it, against it or both ways."""
        outside = self.evidence_for + self.evidence_mixed + self.evidence_against
        return not (self.judged or outside or self.signal or self.worse)

    @property
    def contested(self) -> bool:
        """Something speaks for it and something against it."""
        for_ = self.held or self.evidence_for or self.signal
        return bool(for_ and (self.failed or self.evidence_against or self.worse))

    def __str__(self) -> str:
        """The counts in words."""
        said = [f"{plural(self.cycles_studied, 'cycle')} studied"]
        if self.judged:
            said.append(f"{self.held:,} of {plural(self.judged, 'judged prediction')} held")
            if self.failed:
                said.append(f"{self.failed:,} failed")
        if self.cycles_studied:
            scale = "not said" if self.largest_scale is None else f"{self.largest_scale:,}"
            said.append(f"largest scale {scale}")
            said.append(plural(self.sites, "site") if self.sites else "no site named")
            conditions = plural(self.conditions, "set of conditions", "sets of conditions")
            said.append(conditions if self.conditions else "no conditions named")
        moved = [way for way, yes in (("better", self.signal), ("worse", self.worse)) if yes]
        if moved:
            said.extend(f"a measure moved for the {way}" for way in moved)
        elif not self.of_link:
            said.append(
                "no measure can tell yet" if self.signal is None else "no measure moved for the better"
            )
        for count, way in (
            (self.evidence_for, "for it"),
            (self.evidence_mixed, "pointing both ways"),
            (self.evidence_against, "against it"),
        ):
            if count:
                said.append(f"{plural(count, 'piece')} of other evidence {way}")
        if self.suspect:
            said.append(f"{plural(self.suspect, 'suspect record')} (not counted for it until confirmed)")
        return ", ".join(said)


# --------------------------------------------------------------------------------------------- the rule


@frozen
class Point:
    """One line of the table of points: what earns or costs them.

    Attributes:
        points: how many; below 0 where it speaks against.
        says: what it asks, so that it can be read out.
        holds: whether it does.
    """

    points: int
    says: str
    holds: Callable[[BeliefCounts], bool] = field(repr=False)


def _five_times(counts: BeliefCounts) -> bool:
    scales = counts.confirming_scales
    return scales is not None and scales[0] < scales[1] and scales[1] >= 5 * scales[0]


POINTS: tuple[Point, ...] = (
    Point(1, "a test confirmed it", lambda c: c.confirming >= 1),
    Point(1, "three tests or more did", lambda c: c.confirming >= 3),
    Point(1, "tests confirmed it at two sites or more", lambda c: c.confirming_sites >= 2),
    Point(
        1, "tests confirmed it under two sets of conditions or more", lambda c: c.confirming_conditions >= 2
    ),
    Point(1, "the largest test that confirmed it was at least five times the smallest one", _five_times),
    Point(1, "a measure of it moved for the better", lambda c: c.signal is True),
    Point(1, "other evidence supports it", lambda c: c.evidence_for >= 1),
    Point(1, "two pieces of other evidence or more do", lambda c: c.evidence_for >= 2),
    Point(-1, "fewer than two in three judged predictions held", lambda c: 3 * c.held < 2 * c.judged),
    Point(-1, "more predictions failed than held", lambda c: c.failed > c.held),
    Point(-1, "other evidence contradicts it", lambda c: c.evidence_against >= 1),
    Point(
        -1,
        "no less other evidence contradicts it than supports it",
        lambda c: 0 < c.evidence_against >= c.evidence_for,
    ),
    Point(-1, "a measure of it moved for the worse", lambda c: c.worse),
)
"""What earns a point and what costs one. A test confirmed it: its cycle reached Study, at least one
prediction held and none was refuted. Judged are predictions that held, held in part, or failed."""

THRESHOLDS: tuple[tuple[int, str], ...] = ((5, "high"), (3, "moderate"), (-1, "low"))
"""From how many points on a word is earned; below the last of them it is doubted. Where there is
nothing to judge it is "no evidence yet"."""


@frozen
class Cap:
    """A limit that no number of points passes.

    Attributes:
        word: the highest word that is left.
        says: where it applies, so that it can be read out.
        holds: whether it does.
    """

    word: str
    says: str
    holds: Callable[[BeliefCounts], bool] = field(repr=False)


CAPS: tuple[Cap, ...] = (
    Cap("low", "more predictions failed than held", lambda c: c.failed > c.held),
    Cap("moderate", "fewer than two in three judged predictions held", lambda c: 3 * c.held < 2 * c.judged),
    Cap(
        "moderate",
        "it is a link, and fewer than two pieces of other evidence support it: tests of its cause show that a "
        "change works, and only in part what it moves",
        lambda c: c.of_link and c.evidence_for < 2,
    ),
)
"""What no number of points passes."""

Verdict = str | tuple[str, str]


@frozen
class BeliefRule:
    """How counts become a degree of belief.

    Attributes:
        name: what it is called.
        summary: what it does, in a sentence or two.
        source: who says so.
        judge: given the counts, the word; or the word and the reason for it.
        words: the words that it gives, low to high.
    """

    name: str
    summary: str
    source: str
    judge: Callable[[BeliefCounts], Verdict] = field(repr=False)
    words: tuple[str, ...] = BELIEF_WORDS


def _by_points(counts: BeliefCounts) -> tuple[str, str]:
    if counts.none:
        tested = f"; {plural(counts.cycles_studied, 'studied cycle')} without a judged prediction"
        return "no evidence yet", f"nothing to judge{tested if counts.cycles_studied else ''}"
    earned = [point for point in POINTS if point.holds(counts)]
    total = sum(point.points for point in earned)
    word = next((word for least, word in THRESHOLDS if total >= least), "doubted")
    for_ = "; ".join([point.says for point in earned if point.points > 0])
    against = "; ".join([point.says for point in earned if point.points < 0])
    told = [f"for it: {for_}"] if for_ else []
    told += [f"against it: {against}"] if against else []
    for cap in CAPS:
        if cap.holds(counts) and BELIEF_WORDS.index(word) > BELIEF_WORDS.index(cap.word):
            word = cap.word
            told.append(f"no more than {word}: {cap.says}")
    points = f"{total} point{'' if abs(total) == 1 else 's'}"
    return word, f"{points} ({' | '.join(told)})" if told else points


BELIEF_RULE = BeliefRule(
    "points",
    "A point for each kind of support (confirming tests, more sites, more conditions, larger scale, a measure that "
    "moved, other evidence), a point off for each kind of doubt; 5 points or more are high, 3 or 4 moderate, -1 to 2 "
    "low, fewer doubted. High needs two in three judged predictions held, and for a link two pieces of other evidence; "
    "where more predictions failed than held it is low at most.",
    "driverkit's own rule: belief rises with tests at larger scale and under different conditions, people and places "
    "(IHI Open School, QI 103; Langley et al. 2009); five times is the step of scale that IHI teaches.",
    _by_points,
)
"""The rule that is used unless another is handed in."""


@frozen
class Belief:
    """How far a node or link may be believed: a word, with the counts it rests on.

    Attributes:
        about: the id of the node, or the link ``CAUSE -> EFFECT``.
        word: the word, one of the rule's.
        counts: the counts.
        rule: the name of the rule.
        reason: why that word.
        rank: the place of the word among the rule's words, from 0, low to high.
    """

    about: str
    word: str
    counts: BeliefCounts
    rule: str
    reason: str
    rank: int = 0

    @property
    def contested(self) -> bool:
        """Something speaks for it and something against it."""
        return self.counts.contested

    @property
    def said(self) -> str:
        """The word, with the remark that it is contested where it is."""
        return f"{self.word}, contested" if self.contested else self.word

    def __str__(self) -> str:
        """The word and the counts."""
        return f"{self.said}: {self.counts}"


def _judged(about: str, counts: BeliefCounts, rule: BeliefRule) -> Belief:
    verdict = rule.judge(counts)
    word, reason = (verdict, "") if isinstance(verdict, str) else verdict
    try:
        rank = rule.words.index(word)
    except ValueError:
        raise UsageError(
            f"The rule {rule.name!r} says {word!r}, which is none of its words: {', '.join(rule.words)}."
        ) from None
    return Belief(about, word, counts, rule.name, reason, rank)


def belief(theory: Theory, about: str, *, rule: BeliefRule = BELIEF_RULE) -> Belief:
    """How far a change idea, driver, aim or link may be believed.

    Args:
        theory: the theory.
        about: the id of an aim, driver or change idea, or a link ``CAUSE -> EFFECT``.
        rule: how the counts become a word.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no aim, driver or change idea, or there is no such link.
    """
    if "->" in about:
        about = link_of(theory, about).id
    else:
        theory.node(about)
    counts = belief_counts(theory).get(about)
    if counts is None:
        raise UsageError(f"{about!r} is no aim, driver, change idea or link; only those are believed or not.")
    return _judged(about, counts, rule)


def beliefs(theory: Theory, *, rule: BeliefRule = BELIEF_RULE) -> Mapping[str, Belief]:
    """How far each aim, driver, change idea and link may be believed: nodes first, then links, in file order."""
    if rule is not BELIEF_RULE:
        return {about: _judged(about, counts, rule) for about, counts in belief_counts(theory).items()}
    found: Any = theory.memo.get("evidence.beliefs")
    if found is None:
        found = theory.memo["evidence.beliefs"] = MappingProxyType(
            {about: _judged(about, counts, rule) for about, counts in belief_counts(theory).items()}
        )
    return found  # type: ignore[no-any-return]  # the memo holds anything


# ------------------------------------------------------------------------------------------- the counts


def belief_counts(theory: Theory) -> Mapping[str, BeliefCounts]:
    """What belief in each aim, driver, change idea and link rests on: nodes first, then links, in file order."""
    found: Any = theory.memo.get("evidence.belief_counts")
    if found is None:
        found = theory.memo["evidence.belief_counts"] = MappingProxyType(_Counter(theory).all())
    return found  # type: ignore[no-any-return]  # the memo holds anything


_Sets = list[int]
_SITE, _CONDITIONS, _TEAM, _SCALE, _YES_SITE, _YES_CONDITIONS, _YES_SCALE = range(1, 8)
_DIMENSIONS = 8


class _Counter:
    """Counts what is behind every node in one walk.

    Every cycle is a bit, those of one idea beside each other; every site, set of conditions, team and
    scale is a bit of another number. Carried up the links and united they count what is shared once.
    """

    def __init__(self, theory: Theory) -> None:
        self.theory = theory
        self.net = snapshot(theory)
        self.doubtful = {suspect.record for suspect in suspects(theory)}
        # The cycles of an idea get numbers beside each other; a stable sort keeps the order of the file.
        self.cycles = sorted(theory.cycles, key=lambda cycle: self.net.number[cycle.change])
        self.results = [_results(cycle) for cycle in self.cycles]
        self.masks = self._masks()
        self.scales = sorted({c.scale for c in self.cycles if c.scale is not None})

    def _masks(self) -> dict[str, list[tuple[int, int]]]:
        """For each count, which cycles hold how much of it: a weight (1, 2, 4 …) and a set of cycles."""
        amounts: dict[str, dict[int, int]] = {}
        for position, cycle in enumerate(self.cycles):
            held, mixed, failed = self.results[position]
            doubtful = cycle.id in self.doubtful
            studied = was_studied(cycle) and not doubtful
            for name, amount in (
                ("studied", int(studied)),
                ("held", 0 if doubtful else held),
                ("mixed", mixed),
                ("failed", failed),
                ("suspect", int(doubtful)),
                ("confirming", int(studied and held > 0 and not failed)),
            ):
                if amount:
                    amounts.setdefault(name, {})[position] = amount
        masks: dict[str, list[tuple[int, int]]] = {}
        for name, by_position in amounts.items():
            widest = max(by_position.values()).bit_length()
            masks[name] = [
                (1 << digit, bits_of(p for p, amount in by_position.items() if amount >> digit & 1))
                for digit in range(widest)
            ]
        return masks

    def count(self, name: str, cycles: int) -> int:
        return sum(weight * (cycles & mask).bit_count() for weight, mask in self.masks.get(name, ()))

    # -- what each idea holds, by the links through which it does not count

    def held(self) -> dict[frozenset[tuple[int, int]], dict[int, _Sets]]:
        number: list[dict[Any, int]] = [{} for _ in range(_DIMENSIONS)]
        number[_YES_SITE], number[_YES_CONDITIONS] = number[_SITE], number[_CONDITIONS]
        number[_SCALE] = number[_YES_SCALE] = {scale: n for n, scale in enumerate(self.scales)}
        team = team_of(self.theory)
        confirming = self._positions("confirming")
        studied = self._positions("studied")
        failing = self._failing()
        blocked: dict[tuple[str | None, str | None], frozenset[tuple[int, int]]] = {}
        members: dict[tuple[frozenset[tuple[int, int]], int], list[set[int]]] = {}
        for position, cycle in enumerate(self.cycles):
            place = (cycle.site, cycle.team)
            links = blocked.get(place)
            if links is None:
                links = blocked[place] = frozenset().union(
                    *(failing[name] for name in place if name in failing)
                )
            key = (links, self.net.number[cycle.change])
            sets = members.get(key)
            if sets is None:
                sets = members[key] = [set() for _ in range(_DIMENSIONS)]
            sets[0].add(position)
            if position not in studied:
                continue
            told = {
                _SITE: cycle.site,
                _CONDITIONS: cycle.conditions,
                _TEAM: team(cycle.team),
                _SCALE: cycle.scale,
            }
            if position in confirming:
                told |= {
                    _YES_SITE: cycle.site,
                    _YES_CONDITIONS: cycle.conditions,
                    _YES_SCALE: cycle.scale,
                }
            for dimension, said in told.items():
                if said is not None:
                    numbers = number[dimension]
                    sets[dimension].add(numbers.setdefault(said, len(numbers)))
        out: dict[frozenset[tuple[int, int]], dict[int, _Sets]] = {}
        for (links, i), sets in members.items():
            out.setdefault(links, {})[i] = [bits_of(one) for one in sets]
        return out

    def _positions(self, name: str) -> set[int]:
        """The cycles that hold one of something."""
        mask = self.masks.get(name, [(1, 0)])[0][1]
        return (
            {p for p in range(len(self.cycles)) if mask >> p & 1}
            if len(self.cycles) < 512
            else _members(mask)
        )

    def _failing(self) -> dict[str, set[tuple[int, int]]]:
        """The links that fail at each place, by the name of the site or team."""
        number = self.net.number
        found: dict[str, set[tuple[int, int]]] = {}
        for link in self.theory.links:
            if link.fails_at:
                for name in places_of(self.theory, link.fails_at):
                    found.setdefault(name, set()).add((number[link.cause], number[link.effect]))
        return found

    # -- everything

    def all(self) -> dict[str, BeliefCounts]:
        net, held = self.net, self.held()
        links = self.theory.links
        of_node: list[BeliefCounts] = [BeliefCounts()] * len(net.nodes)
        of_link: dict[str, BeliefCounts] = {}
        if set(held) <= {frozenset()}:

            def done(i: int, sets: Sequence[int]) -> None:
                of_node[i] = self.counts(sets)

            spread(net, held.get(frozenset(), {}), done)
        else:
            place = {i: rank for rank, i in enumerate(net.upwards)}
            behind: list[list[tuple[frozenset[tuple[int, int]], Sequence[int]]]] = [[] for _ in net.nodes]
            for blocked, own in held.items():
                there: dict[int, Sequence[int]] = {}
                order = sorted(_reached(net.effects, own), key=place.__getitem__)
                spread(net, own, there.__setitem__, blocked=blocked, order=order)
                for i, sets in there.items():
                    behind[i].append((blocked, sets))
            for i, ways in enumerate(behind):
                if ways:
                    of_node[i] = self.counts(_united(sets for _, sets in ways))
            for link in links:
                if link.fails_at:
                    ends = (net.number[link.cause], net.number[link.effect])
                    met = [sets for blocked, sets in behind[ends[0]] if ends not in blocked]
                    of_link[link.id] = self.counts(_united(met)) if met else BeliefCounts()
        found = {node.id: self._with_own(node.id, of_node[i]) for i, node in enumerate(net.nodes)}
        for link in links:
            counts = of_link.get(link.id)
            if counts is None:
                counts = of_node[net.number[link.cause]]
            found[link.id] = self._with_own(link.id, attrs.evolve(counts, of_link=True))
        return found

    def counts(self, sets: Sequence[int]) -> BeliefCounts:
        cycles = sets[0]
        scales, yes = sets[_SCALE], sets[_YES_SCALE]
        return BeliefCounts(
            cycles_studied=self.count("studied", cycles),
            held=self.count("held", cycles),
            mixed=self.count("mixed", cycles),
            failed=self.count("failed", cycles),
            largest_scale=self.scales[scales.bit_length() - 1] if scales else None,
            sites=sets[_SITE].bit_count(),
            conditions=sets[_CONDITIONS].bit_count(),
            teams=sets[_TEAM].bit_count(),
            suspect=self.count("suspect", cycles),
            confirming=self.count("confirming", cycles),
            confirming_sites=sets[_YES_SITE].bit_count(),
            confirming_conditions=sets[_YES_CONDITIONS].bit_count(),
            confirming_scales=(self.scales[(yes & -yes).bit_length() - 1], self.scales[yes.bit_length() - 1])
            if yes
            else None,
        )

    def _with_own(self, about: str, counts: BeliefCounts) -> BeliefCounts:
        """The counts with the evidence about exactly this, and what its measures say."""
        pieces = evidence_about(self.theory).get(about, ())
        moved = _moved(self.theory, about)
        if not pieces and moved is None:
            return counts
        found = {"supports": 0, "mixed": 0, "contradicts": 0}
        suspect = counts.suspect
        for piece in pieces:
            doubtful = piece.id in self.doubtful
            suspect += doubtful
            if piece.finding is not None and not (doubtful and piece.finding == "supports"):
                found[piece.finding] += 1
        return attrs.evolve(
            counts,
            evidence_for=found["supports"],
            evidence_mixed=found["mixed"],
            evidence_against=found["contradicts"],
            suspect=suspect,
            signal=None if moved is None else moved in ("better", "mixed"),
            worse=moved in ("worse", "mixed"),
        )


def _members(bits: int) -> set[int]:
    """The members of a set of whole numbers that is written as bits."""
    found: set[int] = set()
    for place, byte in enumerate(bits.to_bytes(bits.bit_length() // 8 + 1, "little")):
        if byte:
            found.update(place * 8 + n for n in range(8) if byte >> n & 1)
    return found


def _reached(onward: Sequence[Sequence[int]], start: Iterable[int]) -> set[int]:
    """The nodes that some nodes reach, they themselves among them."""
    met = set(start)
    stack = list(met)
    while stack:
        for other in onward[stack.pop()]:
            if other not in met:
                met.add(other)
                stack.append(other)
    return met


def _united(sets: Iterable[Sequence[int]]) -> _Sets:
    first, *rest = sets
    united = list(first)
    for one in rest:
        for dimension, members in enumerate(one):
            united[dimension] |= members
    return united


def _results(cycle: PdsaCycle) -> tuple[int, int, int]:
    """How many predictions of a cycle held, held in part, and failed; late ones are none."""
    held = mixed = failed = 0
    for prediction in cycle.predictions:
        result = prediction.result
        if result is None or prediction.prediction is None or predicted_in_time(cycle, prediction) is False:
            continue
        if result == "confirmed":
            held += 1
        elif result == "mixed":
            mixed += 1
        else:
            failed += 1
    return held, mixed, failed


def _moved(theory: Theory, about: str) -> str | None:
    """Which way the measures of a node moved: better, worse, mixed or none; None where none can tell."""
    if about not in measures_of(theory):
        return None
    word = signal_of(theory, about).word
    return word if word in ("better", "worse", "mixed", "none") else None


# -------------------------------------------------------------------------------------- the weakest link


@frozen
class WeakestLink:
    """The weakest link on the way to an aim that begins with one link of a node.

    Attributes:
        about: the id of the node.
        via: the first link of the way, ``CAUSE -> EFFECT``.
        link: the weakest link: of several ways that begin so, on the one whose weakest is strongest.
        belief: how far that link may be believed.
        path: the ids of the nodes on that way, from the node to the aim.
    """

    about: str
    via: str
    link: str
    belief: Belief
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' -> '.join(self.path)}: weakest at {self.link}, {self.belief}"


def weakest_link(theory: Theory, id: str, *, rule: BeliefRule = BELIEF_RULE) -> tuple[WeakestLink, ...]:
    """The weakest link on the way from a node to the nearest aim, for each link that leads out of it.

    A way is as good as its weakest link. Where several ways begin with the same link, that is told of
    which the weakest link is strongest; of equal ones the one that is written first. Ways that reach no
    aim are not told.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no aim, driver or change idea.
    """
    reaches_an_aim(theory, id)  # it tells what cannot be asked
    net = snapshot(theory)
    found: Any = theory.memo.get("evidence.weakest") if rule is BELIEF_RULE else None
    if found is None:
        found = _bottlenecks(theory, rule)
        if rule is BELIEF_RULE:
            theory.memo["evidence.weakest"] = found
    known = beliefs(theory, rule=rule)
    out = []
    start = net.number[id]
    for effect in net.effects[start]:
        way = found[effect] if effect >= len(theory.aims) else (None, None)
        if way is None:
            continue
        links = [(start, effect)]
        at = effect
        while at >= len(theory.aims):
            links.append((at, found[at][1]))
            at = found[at][1]
        names = [f"{net.nodes[a].id} -> {net.nodes[b].id}" for a, b in links]
        weakest = min(names, key=lambda name: known[name].rank)
        path = (id, *(net.nodes[b].id for _, b in links))
        out.append(WeakestLink(id, names[0], weakest, known[weakest], path))
    return tuple(out)


def _bottlenecks(theory: Theory, rule: BeliefRule) -> list[tuple[int, int] | None]:
    """For each driver and idea the rank of the weakest link on its best way to an aim, and the next node on it."""
    net = snapshot(theory)
    known = beliefs(theory, rule=rule)
    aims = len(theory.aims)
    best: list[tuple[int, int] | None] = [None] * len(net.nodes)
    for i in reversed(net.upwards):
        if i < aims:
            continue
        for effect in net.effects[i]:
            rank = known[f"{net.nodes[i].id} -> {net.nodes[effect].id}"].rank
            if effect >= aims:
                onward = best[effect]
                if onward is None:
                    continue
                rank = min(rank, onward[0])
            here = best[i]
            if here is None or rank > here[0]:
                best[i] = (rank, effect)
    return best


# -------------------------------------------------------------------------------- the scale of the next test

SCALES = ("very small", "small", "large", "implement")
"""The answers of the table, small to large; the last is to make it the way of working."""


@frozen
class ScaleTable:
    """Which scale of test fits which case.

    Attributes:
        name: what it is called.
        source: who says so.
        cells: by confidence (low, high), cost of failure (large, small) and readiness (not-ready,
            indifferent, ready), the scale.
        confidence: by the word for a belief, the confidence; a word that is not there leaves it open.
    """

    name: str
    source: str
    cells: Mapping[tuple[str, str, str], str]
    confidence: Mapping[str, str]


LANGLEY = ScaleTable(
    "after Langley et al. 2009",
    "after Langley et al., The Improvement Guide, 2nd ed., Jossey-Bass, 2009. That a moderate belief leaves the "
    "confidence open is driverkit's own reading: the table knows only low and high.",
    MappingProxyType(
        {
            ("low", "large", "not-ready"): "very small",
            ("low", "large", "indifferent"): "very small",
            ("low", "large", "ready"): "very small",
            ("low", "small", "not-ready"): "very small",
            ("low", "small", "indifferent"): "very small",
            ("low", "small", "ready"): "small",
            ("high", "large", "not-ready"): "very small",
            ("high", "large", "indifferent"): "small",
            ("high", "large", "ready"): "large",
            ("high", "small", "not-ready"): "small",
            ("high", "small", "indifferent"): "large",
            ("high", "small", "ready"): "implement",
        }
    ),
    MappingProxyType({"doubted": "low", "no evidence yet": "low", "low": "low", "high": "high"}),
)
"""The scale of the next test, by confidence, cost of failure and readiness."""


@frozen
class NextScale:
    """How large the next test of a change idea may be.

    Attributes:
        idea: the id of the change idea.
        scale: the scale; None where what is known leaves several open.
        possible: every scale that is still possible, small to large.
        confidence: low or high; None where the belief leaves it open.
        cost: the cost of failure: small or large; None where the idea does not say.
        readiness: not-ready, indifferent or ready; None where the idea does not say.
        reason: what the answer rests on, and what is open.
        table: the name of the table.
        belief: the belief in the idea, with its counts.
    """

    idea: str
    scale: str | None
    possible: tuple[str, ...]
    confidence: str | None
    cost: str | None
    readiness: str | None
    reason: str
    table: str
    belief: Belief

    def __str__(self) -> str:
        """The scale, or those that are possible, and why."""
        return f"{self.scale or ' or '.join(self.possible)}: {self.reason}"


def next_scale(
    theory: Theory, idea: str, *, rule: BeliefRule = BELIEF_RULE, table: ScaleTable = LANGLEY
) -> NextScale:
    """How large the next test of a change idea may be, from belief, cost of failure and readiness.

    What the theory does not say stays open, and every scale that the table gives for any answer is
    possible.

    Args:
        theory: the theory.
        idea: the id of the change idea.
        rule: how the belief in the idea is judged.
        table: which scale fits which case.

    Raises:
        UnknownId: nothing has that id.
        UsageError: it is no change idea.
    """
    node = theory.node(idea)
    if not isinstance(node, ChangeIdea):
        raise UsageError(f"{idea!r} is no change idea; only those are tested.")
    held = belief(theory, idea, rule=rule)
    confidence = table.confidence.get(held.word)
    known = (confidence, node.cost_of_failure, node.readiness)
    fitting = {
        scale
        for key, scale in table.cells.items()
        if all(one is None or one == other for one, other in zip(known, key, strict=True))
    }
    order = [*SCALES, *sorted(fitting.difference(SCALES))]
    possible = tuple(scale for scale in order if scale in fitting)
    told = "there is no evidence yet" if held.word == "no evidence yet" else f"belief is {held.said}"
    between = f"{told}, which leaves the confidence open"
    sure = f"{told}, so confidence is {confidence}"
    reason = "; ".join(
        (
            between if confidence is None else sure,
            "the cost of failure is not said"
            if node.cost_of_failure is None
            else f"the cost of failure is {node.cost_of_failure}",
            "how ready people are is not said"
            if node.readiness is None
            else f"people are {node.readiness.replace('-', ' ')}",
        )
    )
    return NextScale(
        idea,
        possible[0] if len(possible) == 1 else None,
        possible,
        *known,
        reason,
        table.name,
        held,
    )
