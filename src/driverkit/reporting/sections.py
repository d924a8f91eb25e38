"""The sections of a report: what each says, and how it is set.

A section is a record with a function that fills it from the theory and a template that sets it. Where
the function gives None the section has nothing to say and is left out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from driverkit.analysis import coverage
from driverkit.analysis.narrative import narrative
from driverkit.charts import chart
from driverkit.checks import check
from driverkit.errors import DriverkitError, FormatError, UsageError
from driverkit.evidence import (
    BELIEF_RULE,
    after_change,
    audit,
    audit_totals,
    beliefs,
    cycles_of,
    idea_status,
    leading_before_lagging,
    link_holding,
    measure_chart,
    progress_score,
    strata_compared,
    suspects,
    tallies,
    tally,
    was_done,
    was_studied,
    wrong_predictions,
)
from driverkit.evidence.next_tests import NEXT_TESTS, STEPS
from driverkit.evidence.predictions import predictions_of
from driverkit.evidence.status import STATUS_WORDS
from driverkit.evidence.words import plural
from driverkit.model import Theory
from driverkit.overlays import Overlay, OverlayKind
from driverkit.picture import diagram, fishbone
from driverkit.themes import Theme

__all__ = ["SECTIONS", "Context", "Section"]

Content = Mapping[str, Any] | None


@frozen
class Context:
    """What a section is filled from.

    Attributes:
        theory: the theory.
        theme: how pictures look.
        overlay: what is laid over the diagram.
        profile: the set of checks.
        rule: the run chart rule.
        today: the day of the report; None where it is not known.
        has_log: whether the page tells every cycle.
    """

    theory: Theory
    theme: Theme
    overlay: str | Overlay | OverlayKind
    profile: str
    rule: str
    today: dt.date | None = None
    has_log: bool = False


@frozen
class Section:
    """One section of a report.

    Attributes:
        name: its name, and its anchor on the page.
        title: its heading.
        fill: what it says: names for the template; None where it has nothing to say. Called with what the page is
            filled from: the `Context` of a theory's report, or that of a network's.
        template: the name of its template; or the template itself, where ``inline`` is set.
        wide: it is printed on a page of its own, in landscape; not where ``fill`` gives ``upright=True``.
        inline: whether ``template`` is the text of a Jinja template.
    """

    name: str
    title: str
    fill: Callable[[Any], Content] = field(repr=False, eq=False)
    template: str
    wide: bool = False
    inline: bool = False


# ------------------------------------------------------------------------------------------------ in short


def _summary(context: Context) -> Content:
    theory = context.theory
    statuses = [idea_status(theory, idea.id) for idea in theory.change_ideas]
    studied = sum(map(was_studied, theory.cycles))
    all_of = tally(
        record
        for idea in theory.change_ideas
        for record in (predictions_of(theory, idea.id) if idea.id in cycles_of(theory) else ())
    )
    words = Counter(status.word for status in statuses)
    signals = Counter(_signal(context, measure.id)[0] for measure in theory.measures)
    findings = [f for f in _findings(context) if not f.known]
    score = progress_score(theory, today=context.today)
    figures = [
        (
            "change ideas tested",
            f"{sum(s.tested for s in statuses)} of {len(statuses)}",
            listed_counts(words, tuple(STATUS_WORDS.values())),
        ),
        (
            "PDSA cycles that reached Study",
            f"{studied} of {len(theory.cycles)}",
            f"{sum(map(was_done, theory.cycles))} carried out",
        ),
        (
            "predictions that held",
            f"{all_of.confirmed} of {all_of.judged}",
            "of those judged"
            + (
                f"; the share may well be {all_of.interval} ({all_of.interval.method})"
                if all_of.interval
                else ""
            ),
        ),
        (
            "measures with a signal for the better",
            f"{signals['better']} of {len(theory.measures)}",
            listed_counts(signals, ("worse", "moved", "no signal", "cannot tell", "no data")),
        ),
        (
            "findings",
            str(len(findings)),
            ", ".join(
                plural(sum(f.severity == severity for f in findings), word)
                for severity, word in (("error", "error"), ("warning", "warning"), ("info", "remark"))
                if any(f.severity == severity for f in findings)
            ),
        ),
        (
            "progress score, proposed",
            f"{score.score:g}",
            f"{score.word}, on the scale of 0.5 to 5 that teams set by hand (after IHI)",
        ),
    ]
    aims = [
        {
            "text": aim.text,
            "population": aim.population,
            "baseline": aim.baseline,
            "target": aim.target,
            "by": aim.by.isoformat() if aim.by else None,
            "unit": unit_of(theory, aim.measure),
        }
        for aim in theory.aims
    ]
    return {"figures": figures, "aims": aims, "score": score}


def unit_of(theory: Theory, measure: str | None) -> str:
    """The unit of a measure, as it stands behind a number."""
    unit = getattr(theory.node(measure), "unit", None) if measure is not None else None
    return "" if unit is None else f" {unit}"


def listed_counts(counts: Mapping[str, int], order: tuple[str, ...]) -> str:
    """The counts that are not 0, each with its word."""
    return ", ".join(f"{counts[word]} {word}" for word in order if counts.get(word))


def _signal(context: Context, measure: str) -> tuple[str, str]:
    """What a measure says in a word, and the sentence for it."""
    try:
        found = measure_chart(context.theory, measure, rule=context.rule)
    except FormatError as error:
        return "no data", error.faults[0].message
    except UsageError as error:  # plain values of several sites have no total
        return "cannot tell", str(error)
    if not found.line.dates:
        return "no data", "has no series yet"
    if found.signal is None:
        return "cannot tell", found.reason
    if not found.signal:
        return "no signal", found.reason
    return found.change or "moved", found.reason


def _findings(context: Context) -> Any:
    theory = context.theory
    kept = theory.memo.setdefault("reporting.findings", {})
    key = (context.profile, context.today)
    if key not in kept:
        kept[key] = check(theory, profile=context.profile, today=context.today)
    return kept[key]


# ------------------------------------------------------------------------------------------------ pictures


def _diagram(context: Context) -> Content:
    if not context.theory.nodes:
        return None
    drawn = diagram(context.theory, theme=context.theme, overlay=context.overlay).svg()
    return {"svg": drawn, "upright": fits_upright(drawn)}


def fits_upright(svg: str) -> bool:
    """Whether a drawing can still be read on an upright sheet: its 180 mm hold 900 pixels at three quarters of their size."""
    width, height = map(float, svg.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split())
    return width <= 900 and height <= 700


def _causes(context: Context) -> Content:
    problem = context.theory.problem
    if problem is None or not problem.causes:
        return None
    from driverkit.analysis import cause_rows

    return {"svg": fishbone(context.theory, theme=context.theme).svg(), "rows": cause_rows(context.theory)}


def _measures(context: Context) -> Content:
    theory = context.theory
    if not theory.measures:
        return None
    shown = []
    without = []
    for measure in theory.measures:
        word, reason = _signal(context, measure.id)
        if word == "no data":
            without.append({"measure": measure, "reason": reason})
            continue
        drawn = [_chart(context, measure.id, by) for by in (None, *measure.strata)]
        if (
            drawn[0]["svg"] is None
        ):  # plain values of several sites have no total; each has a chart of its own
            by_site = _chart(context, measure.id, "site")
            drawn[0] = by_site if by_site["svg"] is not None else drawn[0]
        shown.append(
            {
                "measure": measure,
                "charts": drawn,
                "reason": reason,
                "after": [one.reason for one in after_change(theory, measure.id)],
                "strata": strata_compared(theory, measure.id).reason if measure.strata else None,
            }
        )
    order = [one.reason for one in leading_before_lagging(theory)]
    return {
        "shown": shown,
        "without": without,
        "order": order,
        "log": context.has_log and bool(theory.cycles),
    }


def _chart(context: Context, measure: str, by: str | None) -> dict[str, Any]:
    """A chart as an image with its description; or what keeps it from being drawn."""
    # Where the cycles are told on the page itself, no chart needs a list of them.
    key = False if context.has_log else None
    try:
        one = chart(context.theory, measure, theme=context.theme, rule=context.rule, by=by, key=key)
    except DriverkitError as error:
        return {"svg": None, "said": str(error), "alt": ""}
    return {"svg": data_uri(one.svg()), "said": "", "alt": one.alt}


def data_uri(svg: str) -> str:
    """A picture as an address that needs no other file; nothing in it can run or style the page."""
    from base64 import b64encode

    return "data:image/svg+xml;base64," + b64encode(svg.encode("utf-8")).decode("ascii")


# -------------------------------------------------------------------------------------------------- tables


def _next(context: Context) -> Content:
    from driverkit.analysis.next_tests import next_tests as listed_tests

    found = listed_tests(context.theory)
    if not len(found):
        return None
    return {"rows": found.rows(), "steps": STEPS, "rule": NEXT_TESTS}


def _words(context: Context) -> Content:
    if not context.theory.nodes:
        return None
    from markdown_it import MarkdownIt

    # No HTML in the text is let through; the words of the theory are escaped in the Markdown already.
    page = MarkdownIt("commonmark", {"html": False}).disable("image")
    tokens = page.parse(str(narrative(context.theory)))[3:]  # the title is that of the page
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1]) + 1}"  # below the heading of the section
    return {"html": page.renderer.render(tokens, page.options, {})}


def _weak(context: Context) -> Content:
    found = _findings(context)
    if not found:
        return None
    order = {"error": 0, "warning": 1, "info": 2}
    rows = sorted(found, key=lambda f: (f.known, order[f.severity]))
    return {"rows": rows, "profile": context.profile}


def _covered(context: Context) -> Content:
    if not context.theory.nodes:
        return None
    from driverkit.analysis.report import level_name

    found = coverage(context.theory)
    levels = [{**row, "name": level_name(row).capitalize()} for row in found.rows("levels")]
    return {"levels": levels, "gaps": found.rows("gaps")}


def _predictions(context: Context) -> Content:
    theory = context.theory
    by_idea = tallies(theory, "idea")
    if not any(one.predictions or one.late for one in by_idea.values()):
        return None
    names = (("idea", "By change idea"), ("driver", "By driver"), ("team", "By team"), ("site", "By site"))
    tables = []
    for by, title in names:
        rows = [
            {"id": key, "text": _text(theory, by, key), "tally": one}
            for key, one in tallies(theory, by).items()
            if one.predictions or one.late
        ]
        if any(row["id"] for row in rows):  # where nobody names a site, a table by site says nothing
            tables.append({"title": title, "rows": rows})
    return {"tables": tables, "wrong": wrong_predictions(theory)}


def _text(theory: Theory, by: str, key: str) -> str:
    if by in ("idea", "driver"):
        return str(theory.node(key).text)
    if by == "team" and key:
        node = theory.index.get(key)
        return getattr(node, "name", None) or key
    return key or f"no {by} named"


def _believed(context: Context) -> Content:
    theory = context.theory
    found = beliefs(theory)
    kinds = (("Aims", theory.aims), ("Drivers", theory.drivers), ("Change ideas", theory.change_ideas))
    tables = [
        {"title": title, "rows": [(node.id, node.text, found[node.id]) for node in nodes]}
        for title, nodes in kinds
        if nodes
    ]
    links = [
        (link, found[link.id])
        for link in theory.links
        if any(piece.about == link.id for piece in theory.evidence) or link.only_where
    ]
    conditional = [link_holding(theory, link.id) for link in theory.links if link.only_where is not None]
    if not tables:
        return None
    return {
        "tables": tables,
        "links": links,
        "conditional": conditional,
        "evidence": theory.evidence,
        "suspect": suspects(theory),
        "rule": BELIEF_RULE,
    }


def _audited(context: Context) -> Content:
    if not any(map(was_done, context.theory.cycles)):
        return None
    return {
        "answers": audit(context.theory),
        "said": {True: "yes", False: "no", None: "cannot tell"},
        "totals": audit_totals(context.theory),
    }


def _log(context: Context) -> Content:
    theory = context.theory
    if not theory.cycles:
        return None
    ideas = [
        {"idea": idea, "status": idea_status(theory, idea.id), "cycles": cycles_of(theory)[idea.id]}
        for idea in theory.change_ideas
        if idea.id in cycles_of(theory)
    ]
    return {"ideas": ideas}


def _people(context: Context) -> Content:
    theory = context.theory
    if not (theory.teams or theory.perspectives or theory.recommendations):
        return None
    voices = coverage(theory).rows("perspectives")
    return {
        "teams": theory.teams,
        "missing": [row["perspective"] for row in voices if row["missing"]],
        "wanted": theory.perspectives,
        "recommendations": theory.recommendations,
    }


SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        section.name: section
        for section in (
            Section("summary", "In short", _summary, "summary.html"),
            Section("diagram", "The theory", _diagram, "diagram.html", wide=True),
            Section("next", "What to test next", _next, "next.html"),
            Section("words", "The theory in words", _words, "words.html"),
            Section("measures", "Measures over time", _measures, "measures.html"),
            Section(
                "predictions", "What was predicted, and what was found", _predictions, "predictions.html"
            ),
            Section("belief", "What we may believe", _believed, "belief.html"),
            Section("coverage", "What is covered", _covered, "coverage.html"),
            Section("findings", "What is weak", _weak, "findings.html"),
            Section("causes", "Causes of the problem", _causes, "causes.html"),
            Section("audit", "How well we test", _audited, "audit.html"),
            Section("people", "Teams, voices, advice", _people, "people.html"),
            Section("log", "PDSA log", _log, "log.html"),
        )
    }
)
"""The sections that ship, in their order."""
