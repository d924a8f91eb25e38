"""The theory as sentences: what is wanted, what is believed and why, what was tested, and what is still open.

The words of the theory stand in quotation marks, as they were written: a driver may be a noun phrase or
a sentence, in any language and any case, and no program should bend it to fit a sentence of its own.
Every number is one that the judgements give (see `driverkit.evidence`), and none is worked out here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from driverkit.analysis.coverage import coverage
from driverkit.analysis.narrative_outline import Outline
from driverkit.analysis.narrative_words import (
    GAPS,
    KINDS,
    NOUNS,
    capital,
    day_told,
    escaped,
    joined,
    link_told,
    number_told,
    predictions_told,
    quoted,
    since_told,
    with_stop,
)
from driverkit.errors import UsageError
from driverkit.evidence.bearing import Bearing, bearing
from driverkit.evidence.belief import BELIEF_RULE, BeliefRule, beliefs
from driverkit.evidence.causes import cause_covers
from driverkit.evidence.contexts import context_counts
from driverkit.evidence.cycles import was_studied
from driverkit.evidence.measures import measures_of
from driverkit.evidence.predictions import WrongPrediction, tallies, wrong_predictions
from driverkit.evidence.signals import MeasureChart, signal_of
from driverkit.evidence.stamps import suspects
from driverkit.evidence.status import cycles_of, idea_status
from driverkit.evidence.words import plural, shortened
from driverkit.graph import everything_behind, snapshot
from driverkit.model import Aim, ChangeIdea, Driver, Evidence, Link, Measure, Theory

__all__ = ["Narrative", "narrative"]


class Narrative(str):
    """A theory as sentences, in Markdown: a text that a notebook shows with its headings."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)

    @property
    def plain(self) -> str:
        """The same without Markdown, a paragraph or bullet a line, such as for the notes of a slide."""
        lines = (_plain(line) for line in self.splitlines())
        return "\n".join(line for line in lines if line)


_MARKED = re.compile(r"^(?:#+ +|( *)[-*] +)")
_MEANT = re.compile(r"\\([!-/:-@\[-`{-~])|\*+")


def _plain(line: str) -> str:
    line = _MARKED.sub(lambda found: "" if found[1] is None else f"{found[1]}• ", line)
    return _MEANT.sub(lambda found: found[1] or "", line).rstrip()


def narrative(
    theory: Theory,
    *,
    levels: int | None = None,
    focus: str | None = None,
    belief_rule: BeliefRule = BELIEF_RULE,
) -> Narrative:
    """The theory as sentences, in Markdown: fit to be read by a board that has never seen the diagram.

    It tells the problem and its causes; each aim; for each driver "if … then … because …", with its
    tests, predictions, measures and evidence for and against; what was learned where predictions were
    wrong or ideas given up; and what is still open. A driver or idea that contributes to several things
    is told once, under the first of them, and referred to at the others. The words of the theory are
    quoted as they stand; characters that mean something in Markdown or HTML are escaped.

    Args:
        theory: what is told.
        levels: down to which level of drivers to tell: 0 for the aims alone, 1 for the primary drivers
            too, and so on; then no change idea is told by itself, of what was learned only the latest is, and
            all counts stay those of the whole theory. None for everything.
        focus: the id of an aim, driver or change idea; only it and what is below it is told.
        belief_rule: the rule by which belief is judged.

    Raises:
        UnknownId: nothing has the id given as ``focus``.
        UsageError: it is no aim, driver or change idea; or ``levels`` is no whole number from 0.

    >>> from driverkit import examples
    >>> text = narrative(examples.load("small-steps"), levels=1)
    >>> print(text.splitlines()[0])
    # Small steps
    """
    if levels is not None and (isinstance(levels, bool) or not isinstance(levels, int) or levels < 0):
        raise UsageError(f"'levels' is {levels!r}; give the deepest level of drivers to tell: 0, 1, 2 …")
    if focus is not None:
        everything_behind(theory, focus)  # it tells in its own words what is no node
    return Narrative(_Teller(theory, levels, focus, belief_rule).tell())


LONG = 240
"""A list of names that is longer, in characters, stands as a list of lines."""


class _Teller:
    """One telling of one theory."""

    def __init__(self, theory: Theory, levels: int | None, focus: str | None, rule: BeliefRule) -> None:
        self.theory = theory
        self.levels = levels
        self.focus = focus
        self.outline = Outline(theory, levels, focus)
        self.rule = rule
        self.lines: list[str] = []
        self.used: set[str] = set()  # which words need to be explained at the end
        self.beliefs = beliefs(theory, rule=rule)
        self.contexts = context_counts(theory)
        self.tallies = {
            **tallies(theory, "aim"),
            **tallies(theory, "driver"),
            **tallies(theory, "idea"),
        }
        self.coverage = coverage(theory)
        counted = self.coverage.columns("nodes")
        self.ideas_tested = dict(zip(counted["id"], counted["ideas_tested"], strict=True))
        self.suspect = {one.record for one in suspects(theory)}

    def say(self, *parts: str) -> None:
        """A paragraph of sentences."""
        text = " ".join(with_stop(part) for part in parts if part)
        if text:
            self.lines += [text, ""]

    def head(self, depth: int, text: str) -> None:
        self.lines += [f"{'#' * depth} {text}", ""]

    def bullets(self, items: Iterable[str]) -> None:
        items = list(items)
        if items:
            self.lines += [*(f"- {item}" for item in items), ""]

    def tell(self) -> str:
        theory = self.theory
        self.head(1, escaped(theory.title))
        self._begin()
        if self.focus is None:
            self._problem()
            for aim in theory.aims:
                self._aim(aim, alone=len(theory.aims) == 1)
            self._loose()
        else:
            node = theory.node(self.focus)
            if isinstance(node, Aim):
                self._aim(node, alone=len(theory.aims) == 1)
            elif isinstance(node, Driver):
                self._driver(node, first=True)
            else:
                self.head(2, escaped(node.text))
                self._ideas([node], ())
        self._learned()
        self._open()
        self._explained()
        return "\n".join(self.lines).rstrip("\n") + "\n"

    def _begin(self) -> None:
        theory = self.theory
        revision = theory.revision
        said = []
        if revision is not None and (revision.label or revision.date):
            label = f"Revision {escaped(revision.label)}" if revision.label else "Revision"
            said.append(f"{label} of {day_told(revision.date)}" if revision.date else label)
        if self.focus is not None:
            said.append(f"Only {quoted(theory.node(self.focus))} and what is below it")
        if said:
            self.lines += [f"*{'. '.join(said)}.*", ""]
        why = revision.why if revision is not None else None
        if why is None and revision is not None:
            why = next((r.why for r in theory.revisions if r.label == revision.label and r.label), None)
        if why and self.focus is None:
            self.say(f"Why it was revised: {quoted(why)}")

    # -- problem and aims --------------------------------------------------------------------

    def _problem(self) -> None:
        problem, causes = self.theory.problem, self.theory.causes
        if problem is None or (problem.text is None and not causes):
            return
        self.head(2, "The problem")
        said = [quoted(problem.text)] if problem.text else ["The problem itself is not written down yet"]
        if causes:
            shown = joined(quoted(cause) for cause in causes)
            one = len(causes) == 1
            said.append(f"Behind it we found {'one cause' if one else f'{len(causes):,} causes'}: {shown}")
            lost = [
                c for c, cover in zip(causes, cause_covers(self.theory), strict=True) if not cover.addressed
            ]
            untested = [
                c
                for c, cover in zip(causes, cause_covers(self.theory), strict=True)
                if cover.addressed and not cover.tested
            ]
            if len(lost) == len(causes):
                said.append(f"No driver is said to address {'it' if one else 'any of them'} yet")
            elif lost:
                said.append(f"No driver addresses {joined(quoted(c) for c in lost)} yet")
            elif not one:
                said.append("Each of them is addressed by a driver")
            if untested and len(untested) < len(causes) - len(lost):
                said.append(f"Nothing has been tested yet against {joined(quoted(c) for c in untested)}")
        self.say(*said)

    def _aim(self, aim: Aim, *, alone: bool) -> None:
        self.head(2, "The aim" if alone else f"Aim: {escaped(aim.text)}")
        said = [f"What we want is this: {quoted(aim)}" if alone else ""]
        if aim.population:
            said.append(f"It is for {quoted(aim.population)}")
        said.append(self._target(aim))
        wider = [self.theory.node(link.effect) for link in self.outline.links.get(aim.id, ())]
        if wider:
            said.append(f"It serves the wider aim{'s' * (len(wider) > 1)} {joined(map(quoted, wider))}")
        if aim.status == "abandoned":
            said.append("This aim has been given up")
        if aim.undeveloped:
            said.append(f"Still open: {quoted(aim.undeveloped)}")
        self.say(*said)
        self.say(
            self._tests(aim, interval=True), *self._measures(aim), *self._evidence(aim.id), self._belief(aim)
        )
        drivers = self.outline.drivers.get(aim.id, []) if self.levels != 0 else []
        visitors = [link for link in self.outline.visitors.get(aim.id, ()) if self.levels != 0]
        if drivers:
            first, last = (self.outline.numbers[drivers[at].id] for at in (0, -1))
            joint = "and" if len(drivers) == 2 else "to"
            self.say(
                f"We expect to get there through one driver, told below as {first}"
                if len(drivers) == 1
                else f"We expect to get there through {len(drivers):,} drivers, told below as {first} {joint} {last}"
            )
        self._ideas(self.outline.ideas.get(aim.id, []), visitors)
        for driver in drivers:
            self._driver(driver, first=True)

    def _target(self, aim: Aim) -> str:
        """``Its measure “…” is to go from 18 to 12 % by 30 June 2027``."""
        measure = self.theory.node(aim.measure) if aim.measure else None
        baseline = measure.baseline if aim.baseline is None and measure is not None else aim.baseline
        target = measure.target if aim.target is None and measure is not None else aim.target
        unit = f" {escaped(measure.unit)}" if measure is not None and measure.unit else ""
        by = f" by {day_told(aim.by)}" if aim.by else ""
        what = f"Its measure, {quoted(measure)}," if measure is not None else "It"
        if target is not None:
            start = f"from {number_told(baseline)} " if baseline is not None else ""
            return f"{what} is to go {start}to {number_told(target)}{unit}{by}"
        if baseline is not None:
            when = f"; it is to be reached{by}" if by else ""
            return f"{what} stood at {number_told(baseline)}{unit} at the start{when}"
        if measure is not None:
            return f"It is measured by {quoted(measure)}" + (f", and is to be reached{by}" if by else "")
        return f"It is to be reached{by}" if by else ""

    # -- drivers -----------------------------------------------------------------------------

    def _driver(self, driver: Driver, *, first: bool) -> None:
        """A driver, its ideas, and the drivers that are told under it."""
        if self.levels is not None and self.theory.levels[driver.id] > self.levels:
            return
        begin = ""
        if first:
            number = self.outline.numbers[driver.id]
            dot = "" if "." in number else "."
            self.head(3 if self.focus is None else 2, f"{number}{dot} {escaped(driver.text)}")
        else:
            begin = f"**{self.outline.numbers[driver.id]} {with_stop(escaped(driver.text))}**"
        claims = [begin, *self._claims(driver, first=first)]
        tests = [
            self._tests(driver),
            *self._measures(driver),
            *self._evidence(driver.id),
            self._belief(driver),
        ]
        if first:
            self.say(*claims)
            self.say(*tests)
        else:
            self.say(*claims, *tests)
        self._ideas(self.outline.ideas.get(driver.id, []), self.outline.visitors.get(driver.id, ()))
        for below in self.outline.drivers.get(driver.id, []):
            self._driver(below, first=False)

    def _claims(self, driver: Driver, *, first: bool) -> list[str]:
        """If … then … because …, for each thing that a driver contributes to."""
        said: list[str] = []
        home = self.outline.home[driver.id]
        links = sorted(self.outline.links.get(driver.id, ()), key=lambda link: link.effect != home)
        bare = [
            self.outline.named(link.effect)
            for link in links[1:]
            if not (link.strength or link_told(link) or self._evidence(link.id))
        ]
        for place, link in enumerate(links):
            how = {"strong": " strongly", "weak": " weakly"}.get(link.strength or "", "")
            if place and self.outline.named(link.effect) not in bare:
                said.append(f"It also contributes{how} to {self.outline.named(link.effect)}{link_told(link)}")
            elif not place and (first or link.strength or link_told(link) or link.effect != home):
                strength = f" (a {link.strength} link)" if link.strength else ""
                said.append(
                    f"If this is in place, then we come closer to {self.outline.under(link)}{strength}{link_told(link)}"
                )
            said += self._evidence(link.id)
        if bare:
            said.append(f"It also contributes to {joined(bare)}")
        below = self.outline.drivers.get(driver.id, ()) if not self.outline.deepest(driver) else ()
        if below:
            begin, end = self.outline.numbers[below[0].id], self.outline.numbers[below[-1].id]
            span = begin if len(below) == 1 else f"{begin} {'and' if len(below) == 2 else 'to'} {end}"
            said.append(f"We expect it to come about through {span}")
        if driver.status == "abandoned":
            said.append(
                "This driver has been given up, and is kept here so that nobody takes it up again unawares"
            )
        if driver.undeveloped:
            said.append(f"It is still open: {quoted(driver.undeveloped)}")
        return said

    def _tests(self, node: Any, *, interval: bool = False) -> str:
        """Tests and predictions behind an aim or driver; empty where what is told below says the same."""
        counts, tally = self.contexts.get(node.id), self.tallies.get(node.id)
        if counts is None or not counts.cycles:
            if isinstance(node, Aim) or (
                self.outline.home.get(node.id) in {a.id for a in self.theory.aims} and self._anything()
            ):
                return (
                    "Nothing below it has been tested yet"
                    if snapshot(self.theory).causes[self._number(node)]
                    else ""
                )
            return ""
        if self.levels is None and not interval and self.ideas_tested[node.id] < 2:
            return ""
        self.used.add("tests")
        where = ""
        if counts.sites > 1:
            where = f" at {counts.sites:,} sites"
        elif counts.only_site is not None:
            where = f", {'' if counts.cycles == 1 else 'all '}at one site ({escaped(counts.only_site)})"
        said = f"The ideas below it were tested in {plural(counts.cycles, 'cycle')}{where}"
        fared = predictions_told(tally) if tally is not None else ""
        if fared:
            self.used.add("predictions")
            said += f": {fared}"
        if interval and tally is not None and tally.interval is not None and tally.judged > 1:
            said += (
                f" (the share that holds may well be anything from {tally.interval}; {tally.interval.method})"
            )
        return said

    def _anything(self) -> bool:
        """Whether anything in the theory has been tested."""
        return any(self.ideas_tested.values())

    def _number(self, node: Any) -> int:
        return snapshot(self.theory).number[node.id]

    def _visits(self, links: Iterable[Link]) -> str:
        """What is told elsewhere and contributes here too."""
        items = []
        for link in links:
            if not self.outline.holds(link.cause) or (
                self.levels is not None and self.outline.deeper(link.cause)
            ):
                continue
            home = self.outline.home[link.cause]
            number = self.outline.numbers.get(link.cause)
            where = number or (
                f"under {self.outline.numbers[home]}"
                if home is not None and home in self.outline.numbers
                else ""
            )
            how = {"strong": "strongly", "weak": "weakly"}.get(link.strength or "", "")
            more = ", ".join(part for part in (where, how) if part)
            items.append(f"{quoted(self.theory.node(link.cause))}{f' ({more})' if more else ''}")
        return with_stop(f"Told elsewhere, and counted on here too: {joined(items)}") if items else ""

    def _loose(self) -> None:
        """What reaches no aim, and what there is where there is no aim."""
        drivers = [driver for driver in self.outline.drivers.get(None, []) if not self.outline.below(driver)]
        ideas = self.outline.ideas.get(None, []) if self.levels is None else []
        if not drivers and not ideas:
            return
        if self.theory.aims:
            self.head(2, "Not linked to an aim yet")
        else:
            self.head(2, "What we believe must change")
            self.say("No aim is written down yet")
        self._ideas(ideas, ())
        for driver in drivers:
            self._driver(driver, first=True)

    # -- measures, evidence, belief ------------------------------------------------------------

    def _measures(self, node: Any) -> list[str]:
        """What each measure of a node says over time."""
        measures = measures_of(self.theory).get(node.id, ())
        if not measures:
            return []
        signal = signal_of(self.theory, node.id)
        charts: dict[str, list[MeasureChart]] = {}
        for chart in (*signal.charts, *signal.balancing):
            charts.setdefault(chart.line.measure.id, []).append(chart)
        groups: dict[tuple[bool, str], list[str]] = {}
        for measure in measures:
            said = self._moved(measure, charts.get(measure.id, []), measure.id in signal.unread)
            groups.setdefault((measure.role == "balancing", said), []).append(quoted(measure))
        out = []
        for (balancing, said), names in groups.items():
            many = len(names) > 1
            begin = f"The balancing measure{'s' if many else ''} " if balancing else ""
            out.append(f"{begin}{joined(names)} {self._verb(said, many)}")
        return out

    def _verb(self, said: str, many: bool) -> str:
        if not many:
            return said
        for one, more in (("has ", "have "), ("shows ", "show "), ("cannot ", "cannot ")):
            if said.startswith(one):
                return more + said[len(one) :]
        return said

    def _moved(self, measure: Measure, charts: Sequence[MeasureChart], unread: bool) -> str:
        if unread:
            return "cannot be read from its file"
        if not charts:
            return "has no data yet"
        self.used.add("signals")
        if len(charts) == 1:
            chart = charts[0]
            if chart.change:
                return f"has moved for the {chart.change}{since_told(chart)}"
            if chart.signal:
                return f"shows that something has changed{since_told(chart)}"
            return "has too few points to tell" if chart.signal is None else "shows no signal of change"
        moved = {word: sum(chart.change == word for chart in charts) for word in ("better", "worse")}
        said = [
            f"for the {word} on {count:,} of {len(charts):,} lines" for word, count in moved.items() if count
        ]
        if said:
            return f"has moved {joined(said)}"
        if all(chart.signal is None for chart in charts):
            return "has too few points to tell on any of its lines"
        return f"shows no signal of change on its {len(charts):,} lines"

    def _evidence(self, about: str) -> list[str]:
        """The evidence about a node or link, a sentence each, with its source; what contradicts is always told."""
        found: Bearing = bearing(self.theory, about)
        it = self._this(about)
        ways = (
            (found.supports, f"speaks for {it}"),
            (found.contradicts, f"speaks against {it}"),
            (found.mixed, f"on {it} points both ways" if it != "it" else "points both ways"),
            (
                found.silent,
                f"on {it} does not say which way it points"
                if it != "it"
                else "does not say which way it points",
            ),
        )
        said = []
        for pieces, way in ways:
            kinds: dict[str | None, list[str]] = {}
            for piece in pieces:
                kinds.setdefault(piece.kind, []).append(self._piece(piece, piece.id in found.suspect))
            for kind, told in kinds.items():
                words = [one for one in told if one]
                said.append(f"{KINDS[kind]} {way}{': ' + joined(words) if words else ''}")
        return said

    def _piece(self, piece: Evidence, suspect: bool) -> str:
        """What a piece of evidence says and where it is from."""
        year = str(piece.year) if piece.year and str(piece.year) not in (piece.source or "") else ""
        source = ", ".join(part for part in (escaped(piece.source or ""), year) if part)
        if suspect:
            old = "gathered about other words than today's, and not confirmed since"
            source = f"{source}; {old}" if source else old
        text = quoted(piece.text) if piece.text else f"a piece ({piece.id}) without words"
        return f"{text} ({source})" if source else text

    def _belief(self, node: Any) -> str:
        """How far a node is believed, where anything speaks for or against it."""
        found = self.beliefs.get(node.id)
        if found is None or found.counts.none:
            return ""
        self.used.add("belief")
        contested = ", and contested" if found.counts.contested else ""
        if found.word == "doubted":
            return f"Taken together, {self._this(node.id)} is doubted"
        return f"Belief in {self._this(node.id)} is {found.word}{contested}"

    def _this(self, about: str) -> str:
        """What a sentence calls that which it is about, where the sentence before may be about a measure."""
        if "->" in about:
            return "this link"
        node = self.theory.node(about)
        return "this aim" if isinstance(node, Aim) else "this driver" if isinstance(node, Driver) else "it"

    # -- change ideas ------------------------------------------------------------------------

    def _ideas(self, ideas: Sequence[ChangeIdea], visitors: Iterable[Link]) -> None:
        """The change ideas under one driver, those without a test in one line; then what is told elsewhere."""
        items: list[str] = []
        plain: list[ChangeIdea] = []
        if self.levels is not None:
            ideas = ()
        for idea in ideas:
            status = idea_status(self.theory, idea.id)
            more = [*self._others(idea), *self._evidence(idea.id)]
            if idea.undeveloped:
                more.append(f"Still open: {quoted(idea.undeveloped)}")
            if status.status == "proposed" and not status.cycles and not more:
                plain.append(idea)
            else:
                items.append(
                    " ".join(
                        with_stop(part)
                        for part in (self._idea(idea, status), *more, self._next(idea, status))
                        if part
                    )
                )
        if plain:
            names = [quoted(idea) for idea in plain]
            long = len(names) > 1 and sum(map(len, names)) > LONG
            items.append(
                "\n  - ".join(["Not tested yet:", *names])
                if long
                else f"Not tested yet: {with_stop(joined(names))}"
            )
        self.bullets([*items, *filter(None, [self._visits(visitors)])])

    def _idea(self, idea: ChangeIdea, status: Any) -> str:
        begin = {
            "adopted": f"{quoted(idea)} has been adopted",
            "testing": f"{quoted(idea)} is being tested",
            "abandoned": f"{quoted(idea)} has been given up",
            "proposed": f"{quoted(idea)} is proposed",
        }[status.status]
        if not status.studied:
            if status.done:
                return f"{begin}; {plural(status.done, 'cycle')} carried out, none studied yet"
            if status.cycles:
                return f"{begin}; {plural(status.cycles, 'cycle')} planned, none carried out yet"
            return (
                f"{begin}, without a test on record"
                if status.status != "proposed"
                else f"{begin} and not tested yet"
            )
        self.used.add("tests")
        counts, tally = self.contexts[idea.id], self.tallies[idea.id]
        scales = sorted(
            {c.scale for c in cycles_of(self.theory)[idea.id] if was_studied(c) and c.scale is not None}
        )
        how = ""
        if len(scales) > 1:
            how += f", at scales from {scales[0]:,} to {scales[-1]:,}"
        elif scales:
            how += f", at a scale of {scales[0]:,}"
        if counts.sites > 1:
            how += f", at {counts.sites:,} sites"
        elif counts.only_site is not None:
            how += f", at one site ({escaped(counts.only_site)})"
        times = {1: "once", 2: "twice"}.get(status.studied, f"{status.studied:,} times")
        said = f"{begin}. It was tested {times}{how}"
        fared = predictions_told(tally)
        if fared:
            self.used.add("predictions")
            said += f": {fared}"
        waiting = status.cycles - status.studied
        if waiting > 0:
            said += f"; {plural(waiting, 'more cycle')} {'has' if waiting == 1 else 'have'} not reached Study"
        own = sum(cycle.id in self.suspect for cycle in cycles_of(self.theory)[idea.id])
        if own:
            said += f". Its words were changed after {plural(own, 'cycle')}, and nobody has confirmed that the results still hold"
        return said

    def _others(self, idea: ChangeIdea) -> list[str]:
        """Why an idea should help, and what else it contributes to."""
        said = []
        for link in self.outline.links.get(idea.id, ()):
            if link.effect == self.outline.home[idea.id]:
                if how := link_told(link):
                    said.append(f"It should help{how}")
            else:
                said.append(f"It also serves {self.outline.named(link.effect)}{link_told(link)}")
            said += self._evidence(link.id)
        return said

    def _next(self, idea: ChangeIdea, status: Any) -> str:
        """What the latest Act says comes next, where the idea is still being tested."""
        if status.status != "testing":
            return ""
        acts = [
            (cycle.act.date or dt.date.min, place, cycle.act.next)
            for place, cycle in enumerate(cycles_of(self.theory).get(idea.id, ()))
            if cycle.act is not None
        ]
        last = max(acts, default=None)
        return f"Next: {quoted(last[2])}" if last is not None and last[2] else ""

    # -- what was learned, what is open --------------------------------------------------------

    def _learned(self) -> None:
        """Predictions that did not hold and ideas that were given up, told as what was learned."""
        wrong: dict[str, dict[str, list[WrongPrediction]]] = {}
        for one in wrong_predictions(self.theory, about=self.focus):
            wrong.setdefault(one.idea.id, {}).setdefault(one.cycle.id, []).append(one)
        items = []
        for idea in self.theory.change_ideas:
            if not self.outline.holds(idea.id):
                continue
            status = idea_status(self.theory, idea.id)
            cycles = wrong.get(idea.id, {})
            if not cycles and status.status != "abandoned":
                continue
            gone = status.status == "abandoned"
            told = [" ".join(map(with_stop, self._surprise(group))) for group in cycles.values()]
            if self.levels is not None and len(told) > 1:
                told = [f"{plural(len(told) - 1, 'earlier cycle')} found what was not expected.", told[-1]]
            if gone and not (told and self.levels is not None):
                told += map(with_stop, self._parting(idea, set(cycles)))
            items.append("\n  - ".join([f"{quoted(idea)}{', since given up' if gone else ''}:", *told]))
        if items:
            self.head(2, "What we learned where we were wrong")
            self.bullets(items)

    def _surprise(self, group: Sequence[WrongPrediction]) -> list[str]:
        """What one cycle found that was not expected, and what was learned from it."""
        said = []
        for one in group:
            asked = f"on {quoted(one.question)} we" if one.question else "we"
            found = f"found {quoted(one.found)}" if one.found else "found otherwise"
            part = ", which holds in part" if one.result == "mixed" else ""
            said.append(capital(f"{asked} expected {quoted(one.predicted or '')} and {found}{part}"))
        first = group[0]
        if first.learned:
            said.append(f"We learned: {quoted(first.learned)}")
        said += [f"It led to a revision of the theory ({escaped(why)})" for why in first.revisions]
        return said

    def _parting(self, idea: ChangeIdea, told: set[str]) -> list[str]:
        """What an idea that was given up leaves behind, beyond what has just been told."""
        cycles = [c for c in cycles_of(self.theory).get(idea.id, ()) if c.id not in told]
        said = [
            f"We learned: {quoted(c.study.learned)}"
            for c in cycles
            if c.study is not None and c.study.learned
        ]
        if idea.detail:
            said.append(f"Kept on record: {quoted(idea.detail)}")
        if not said and not told:
            said.append("What was learned from it is not written down")
        return said

    def _open(self) -> None:
        """What is missing, each gap in one line."""
        items = [self._unsaid(aim) for aim in self.theory.aims if self.outline.holds(aim.id)]
        groups: dict[tuple[str, str], list[str]] = {}
        known: dict[str, str] = {}
        for row in self.coverage.rows("gaps"):
            if row["kind"] in NOUNS and not (self.outline.holds(row["id"]) and self.outline.shown(row["id"])):
                continue
            if row["kind"] not in NOUNS and self.focus is not None:
                continue
            if row["known"]:
                known[row["id"]] = row["text"]
            elif row["gap"] != "suspect":  # the records themselves are named below
                groups.setdefault((row["gap"], row["kind"]), []).append(row["text"])
        for (gap, kind), texts in groups.items():
            names = joined((quoted(shortened(text, 70)) for text in texts), 6)
            if kind == "theory":
                items.append("Nobody is named who looks after any of this")
            elif kind == "perspective":
                items.append(f"No team brings the voice of {names}")
            else:
                one, many = GAPS.get(gap, (f"asks to be looked at ({gap})", f"ask to be looked at ({gap})"))
                said = one if len(texts) == 1 else many
                if kind == "aim" and len(self.theory.aims) == 1:
                    items.append(f"The aim {one}")
                    continue
                items.append(f"{plural(len(texts), NOUNS[kind])} {said}: {names}")
        if known:
            items.append(
                f"Said to be still open, with the reason: {joined((quoted(shortened(text, 70)) for text in known.values()), 6)}"
            )
        doubtful = [
            one
            for one in suspects(self.theory)
            if self.focus is None or self.outline.holds(one.about.partition(" -> ")[0])
        ]
        if doubtful:
            several = len(doubtful) > 1
            items.append(
                f"{plural(len(doubtful), 'record')} {'were' if several else 'was'} gathered about other words than "
                f"today's and {'wait' if several else 'waits'} to be confirmed: {joined([d.record for d in doubtful], 12)}"
            )
        items = [with_stop(item) for item in items if item]
        if items:
            self.head(2, "What is still open")
            self.bullets(items)

    def _unsaid(self, aim: Aim) -> str:
        """What an aim does not say, unless it stands over aims that may say it."""
        if any(
            link.effect == aim.id
            for other in self.theory.aims
            for link in self.outline.links.get(other.id, ())
        ):
            return ""
        measure = self.theory.node(aim.measure) if aim.measure else None
        target = aim.target if aim.target is not None else measure.target if measure is not None else None
        missing = [
            word
            for word, there in (
                ("target", target is not None),
                ("population", aim.population),
                ("end date", aim.by),
            )
            if not there
        ]
        if not missing:
            return ""
        what = "the aim" if len(self.theory.aims) == 1 else f"the aim {quoted(shortened(aim.text, 70))}"
        several = ", ".join(missing[:-1])
        return f"For {what} no {f'{several} or ' if several else ''}{missing[-1]} is filled in"

    def _explained(self) -> None:
        """What the words and numbers of this text count."""
        said = []
        if "tests" in self.used:
            said.append(
                "Tested are change ideas with a PDSA cycle that reached Study; each cycle counts once"
            )
        if "predictions" in self.used:
            said.append(
                "A prediction held where its result confirmed it; one written after the test was carried out is none, and is not counted"
            )
        if "signals" in self.used:
            said.append(
                "A measure has moved where its run chart shows a signal by the rule of Anhøj and Olesen; that it came after a change does not say that the change caused it"
            )
        if "belief" in self.used:
            said.append(f"Belief is judged by the rule “{escaped(self.rule.name)}” from these counts alone")
        if said:
            self.head(2, "How to read this")
            self.say(*said)
