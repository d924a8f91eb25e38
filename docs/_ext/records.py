"""The directive ``records``: tables printed from the code's own records.

A page says ```` ```{records} checks ``` ```` and shows what the code would say itself, so a rule, a
column or a field is described in one place. ``{records} fields Driver`` lists the fields of a noun.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

Table = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]


def first_paragraph(text: str | None) -> str:
    """What a docstring says first, on one line."""
    return " ".join(inspect.cleandoc(text or "").partition("\n\n")[0].split())


def described(noun: type) -> dict[str, str]:
    """The sentences under ``Attributes:`` in a docstring, those of the bases too."""
    found: dict[str, str] = {}
    for base in reversed(noun.__mro__):
        _, _, listed = inspect.cleandoc(base.__doc__ or "").partition("Attributes:\n")
        for name, text in re.findall(
            r"^    (\w+): (.*(?:\n {5,}.*)*)", listed.partition("\n\n")[0], re.MULTILINE
        ):
            found[name] = " ".join(text.split())
    return found


def fields(noun: str) -> Table:
    """The fields of a noun of the model: key, what it takes, what it means."""
    from driverkit import model
    from driverkit.model.values import kind_of

    cls = getattr(model, noun)
    meaning = described(cls)
    rows = []
    # id and text stand in front although attrs lists what a base class brings first.
    mine = [a for a in attrs.fields(cls) if a.name in vars(cls).get("__annotations__", {})]
    for attribute in [*mine, *(a for a in attrs.fields(cls) if a not in mine)]:
        if attribute.name not in meaning:
            continue
        kind = kind_of(attribute)
        takes = f"list: {kind.name}" if kind.many else kind.name
        needed = " (required)" if attribute.default is attrs.NOTHING else ""
        rows.append((f"`{attribute.name}`{needed}", takes, meaning[attribute.name]))
    return ("key", "takes", "what it says"), rows


def formats() -> Table:
    """The formats that a theory can be read from or written to."""
    from driverkit.formats import formats as shelf

    rows = [(f"`{f.name}`", listed(f.suffixes), f.description, f.holds) for f in shelf()]
    return ("name", "suffixes", "what it is", "holds"), rows


def examples() -> Table:
    """The theories that ship."""
    from driverkit.examples import table

    rows = []
    for e in table():
        counts = f"{e.aims} aims, {e.drivers} drivers, {e.change_ideas} change ideas, {e.cycles} cycles, {e.measures} measures"
        parts = (
            f"**{e.title}.** {e.summary}",
            counts,
            f"*Source:* {e.source}",
            f"*Made up:* {e.illustrative}",
        )
        rows.append((f"`{e.name}`", "<br>".join(parts)))
    return ("name", "what it shows"), rows


def names() -> Table:
    """The public names of the package, each with what its docstring says first."""
    import driverkit as dk

    rows = []
    for name in sorted(dk.__all__, key=str.lower):
        value = getattr(dk, name)
        try:
            parameters = [p for p in inspect.signature(value).parameters if not p.startswith("_")]
        except (TypeError, ValueError):
            parameters = []
        call = "" if inspect.ismodule(value) or isinstance(value, str) else f"({', '.join(parameters)})"
        rows.append((f"`{name}{call}`", first_paragraph(getattr(value, "__doc__", ""))))
    return ("name", "what it is"), rows


def checks(family: str) -> Table:
    """The rules of one family of checks, each with its source."""
    from driverkit.checks import rules

    rows = []
    for each in rules():
        if each.family != family:
            continue
        more = "" if "default" in each.profiles else f"<br>*Only in:* {', '.join(each.profiles)}"
        if each.needs:
            more += f"<br>*Asked when* `{each.needs}=` *is given*"
        rows.append(
            (
                f"`{each.code}`<br>{each.name}",
                each.severity,
                f"{each.summary}{more}<br>*Source:* {each.source}",
            )
        )
    return ("code", "severity", "what a sound theory does"), rows


def network_checks() -> Table:
    """The rules for networks, each with its source."""
    from driverkit.checks.network import network_rules

    rows = [
        (f"`{r.code}`<br>{r.name}", r.severity, f"{r.summary}<br>*Source:* {r.source}")
        for r in network_rules()
    ]
    return ("code", "severity", "what a sound network does"), rows


def alignment(table: str) -> Table:
    """The columns of one of the tables of alignment."""
    from driverkit.analysis.alignment import COLUMNS

    return ("column", "what it says"), [(f"`{name}`", text) for name, text in COLUMNS[table].items()]


def network_coverage(table: str) -> Table:
    """The columns of one of the tables of what a network covers."""
    from driverkit.analysis.network_coverage import COLUMNS

    return ("column", "what it counts"), [(f"`{name}`", text) for name, text in COLUMNS[table].items()]


def alignment_rules() -> Table:
    """The rules by which wordings are compared and drift is counted together."""
    from driverkit.evidence.drift import DRIFT_RULE
    from driverkit.evidence.wording import WORDING_RULE

    return ("name", "what it does"), [(f"`{rule.name}`", rule.summary) for rule in (WORDING_RULE, DRIFT_RULE)]


def families() -> list[str]:
    """The families of the checks."""
    from driverkit.checks import rules

    return sorted({each.family for each in rules()})


def themes() -> Table:
    """How diagrams can look."""
    from driverkit.themes import themes as records

    return ("name", "how it looks"), [(f"`{t.name}`", t.description) for t in records()]


def theme_keys(part: str) -> Table:
    """The keys of a theme's file: of the whole, or of its boxes, links or marks."""
    from driverkit.themes import BoxStyle, LineStyle, MarkStyle, Theme
    from driverkit.themes.own import BOX_KEYS, LINE_KEYS, MARK_KEYS, THEME_KEYS, TOLD

    keys, noun = {
        "theme": (THEME_KEYS, Theme),
        "boxes": (BOX_KEYS, BoxStyle),
        "links": (LINE_KEYS, LineStyle),
        "marks": (MARK_KEYS, MarkStyle),
    }[part]
    values = {key: noun.__annotations__.get(key, "") for key in keys}
    rows = []
    for key in keys:
        takes = (
            "a name" if key in ("base", "name")
            else "a sentence" if key == "description"
            else "a strip" if key == "band"
            else "a list of lengths" if key in ("dash", "conditional")
            else "a length" if key in ("width", "radius")
            else "keys of a box" if "BoxStyle" in values[key]
            else "keys of a link" if "LineStyle" in values[key]
            else "marks" if key == "marks"
            else "a colour"
        )  # fmt: skip
        rows.append((f"`{key}`", takes, TOLD[key]))
    return ("key", "takes", "what it changes"), rows


def theme_marks() -> Table:
    """The marks of a theme by the overlay, or the finding, that sets them."""
    from driverkit.themes import MARKS

    groups: dict[str, list[str]] = {}
    for mark in MARKS:
        first, dash, _ = mark.partition("-")
        groups.setdefault(first if dash else "on their own", []).append(mark)
    return ("family", "marks"), [(name, listed(marks)) for name, marks in groups.items()]


def overlays() -> Table:
    """What can be laid over a diagram."""
    from driverkit.overlays import overlays as records

    return ("name", "what it shows"), [(f"`{o.name}`", o.description) for o in records()]


def renderers() -> Table:
    """What diagrams can be drawn as."""
    from driverkit.renderers import renderers as records

    rows = [(f"`{r.name}`", f"`{r.suffix}`", r.description) for r in records()]
    rows.append(
        (
            "`png`",
            "`.png`",
            "Pixels for slides and documents, at any scale, made of the SVG with the bundled font.",
        )
    )
    return ("name", "suffix", "what it is"), sorted(rows)


def columns(table: str) -> Table:
    """The columns of one of the coverage tables, or of the table of causes, each with what it counts."""
    from driverkit.analysis.causes import COLUMNS as CAUSES
    from driverkit.analysis.coverage import COLUMNS

    known = {**COLUMNS, "causes": CAUSES}
    return ("column", "what it says"), [(f"`{name}`", text) for name, text in known[table].items()]


def frames(table: str) -> Table:
    """The columns of one of the data frames of records, each with its dtype and what it says."""
    from driverkit.analysis.frames import COLUMNS, TYPES

    rows = [(f"`{name}`", f"`{TYPES.get(name, 'string')}`", text) for name, text in COLUMNS[table].items()]
    return ("column", "dtype", "what it says"), rows


def log_headings(kind: str) -> Table:
    """The headings by which ``driverkit import`` knows a field, and what the field says."""
    from driverkit.analysis import log_headings as known

    headings, fields = (
        (known.CYCLE_HEADINGS, known.CYCLE_FIELDS)
        if kind == "cycles"
        else (known.SERIES_HEADINGS, known.SERIES_FIELDS)
    )
    rows = [(f"`{name}`", says, ", ".join(headings[name])) for name, says in fields.items()]
    return ("field", "what it says", "headings"), rows


def robustness(table: str) -> Table:
    """The columns of one of the tables of robustness."""
    from driverkit.analysis.robustness import COLUMNS

    return ("column", "what it says"), [(f"`{name}`", text) for name, text in COLUMNS[table].items()]


def audit_features() -> Table:
    """What the PDSA audit asks of a cycle, with its rule and source."""
    from driverkit.evidence.audit import AUDIT

    rows = [(f"`{f.name}`", f.question, f"{f.rule}<br>*Source:* {f.source}") for f in AUDIT]
    return ("feature", "question", "answer"), rows


def progress_steps() -> Table:
    """The steps of the progress score, lowest first, with when each is proposed."""
    from driverkit.evidence.progress import STEPS

    return ("score", "word", "proposed where"), [(str(s.score), s.word, s.rule) for s in STEPS]


def prediction_groups() -> Table:
    """What predictions can be counted by."""
    from driverkit.evidence.predictions import BY

    return ("by", "what each row counts"), [(f"`{name}`", text) for name, text in BY.items()]


def learning_columns(table: str) -> Table:
    """The columns of one of the tables about predictions and the audit."""
    from driverkit.analysis.learning import COLUMNS

    return ("column", "what it says"), [(f"`{name}`", text) for name, text in COLUMNS[table].items()]


def across(name: str) -> Table:
    """The columns of one of the tables across a network, by its module and name, such as ``pooled.members``."""
    from importlib import import_module

    module, _, table = name.partition(".")
    found = import_module(f"driverkit.analysis.{module}")
    rows = [
        (f"`{name}`", f"`{found.TYPES.get(name, 'string')}`", text)
        for name, text in found.COLUMNS[table].items()
    ]
    return ("column", "dtype", "what it says"), rows


def network_counts(table: str) -> Table:
    """The columns of what is counted over the tables of a network."""
    from driverkit.analysis.hub_counts import RESULTS

    return ("column", "what it says"), [(f"`{name}`", text) for name, text in RESULTS[table].items()]


def over_time(what: str) -> Table:
    """The columns of one of the tables over time."""
    from driverkit.analysis.over_time import WHAT
    from driverkit.evidence.belief import BELIEF_RULE

    found = WHAT[what].columns(BELIEF_RULE)
    return ("column", "what it says"), [(f"`{name}`", text) for name, text in found.items()]


def next_reasons() -> Table:
    """The reasons to test an idea next, the weightiest first."""
    from driverkit.evidence.next_tests import NEXT_TESTS

    rows = [
        (str(place), f"`{each.name}`", each.step, each.summary)
        for place, each in enumerate(NEXT_TESTS.reasons, 1)
    ]
    return ("", "reason", "step", "when it applies"), rows


def report_sections() -> Table:
    """The sections of a report."""
    from driverkit.reporting import SECTIONS

    return ("name", "heading"), [(f"`{one.name}`", one.title) for one in SECTIONS.values()]


def network_sections(whose: str) -> Table:
    """The sections of the hub's report, or of a member's."""
    from driverkit.reporting import MEMBER_SECTIONS, NETWORK_SECTIONS

    shelf = {"hub": NETWORK_SECTIONS, "member": MEMBER_SECTIONS}[whose]
    return ("name", "heading"), [(f"`{one.name}`", one.title) for one in shelf.values()]


def next_columns() -> Table:
    """The columns of the table of next tests."""
    from driverkit.analysis.next_tests import COLUMNS

    return ("column", "what it says"), [(f"`{name}`", text) for name, text in COLUMNS.items()]


def belief_rule() -> Table:
    """The rule by which counts become a degree of belief."""
    from driverkit.evidence.belief import BELIEF_RULE

    return ("name", "what it does", "source"), [
        (f"`{BELIEF_RULE.name}`", BELIEF_RULE.summary, BELIEF_RULE.source)
    ]


def belief_points() -> Table:
    """What earns a point and what costs one."""
    from driverkit.evidence.belief import POINTS

    return ("points", "where"), [(f"{point.points:+d}".replace("-", "−"), point.says) for point in POINTS]


def belief_words() -> Table:
    """From how many points on a word is earned."""
    from driverkit.evidence.belief import BELIEF_WORDS, THRESHOLDS

    known = {word: f"{least} points or more".replace("-", "−") for least, word in THRESHOLDS}
    known |= {"doubted": "fewer", "no evidence yet": "nothing speaks for it, against it or both ways"}
    return ("word, high to low", "points"), [(word, known[word]) for word in reversed(BELIEF_WORDS)]


def belief_caps() -> Table:
    """What no number of points passes."""
    from driverkit.evidence.belief import CAPS

    return ("at most", "where"), [(cap.word, cap.says) for cap in CAPS]


def belief_counts() -> Table:
    """The counts that a belief rests on."""
    from driverkit.evidence.belief import BeliefCounts

    return ("count", "what it counts"), [
        (f"`{name}`", text) for name, text in described(BeliefCounts).items()
    ]


def stamped() -> Table:
    """Which words go into a stamp."""
    from driverkit.evidence.stamps import STAMPED

    return ("what evidence is about", "fields"), [(kind, listed(names)) for kind, names in STAMPED.items()]


def next_scale() -> Table:
    """The scale of the next test."""
    from driverkit.evidence.belief import LANGLEY

    ready = ("not-ready", "indifferent", "ready")
    rows = [
        (confidence, cost, *(LANGLEY.cells[confidence, cost, each] for each in ready))
        for confidence in ("low", "high")
        for cost in ("large", "small")
    ]
    return ("confidence", "cost of failure", *ready), rows


def confidence() -> Table:
    """Which confidence a degree of belief gives."""
    from driverkit.evidence.belief import BELIEF_WORDS, LANGLEY

    rows = [(word, LANGLEY.confidence.get(word, "open: both rows are possible")) for word in BELIEF_WORDS]
    return ("belief", "confidence"), rows


def readiness_items(group: str) -> Table:
    """The items of the readiness profile in one of its groups."""
    from driverkit.evidence.readiness_items import READINESS_ITEMS

    rows = [
        (f"{one.title}<br>`{one.name}`", one.rule or "Files cannot say this.", one.question)
        for one in READINESS_ITEMS
        if one.group == group
    ]
    return ("item", "what the files say", "what is asked otherwise"), rows


def seen_fields() -> Table:
    """What others may see of an anonymous member, field by field."""
    from driverkit.analysis.seen_by import FIELDS, KINDS

    rows = []
    for kind, says in KINDS.items():
        named = []
        for noun, kinds in FIELDS.items():
            fields = [name for name, one in kinds.items() if one == kind]
            if fields:
                named.append(f"{noun.__name__}: {listed(fields)}")
        if kind != "inside":
            rows.append((says, "<br>".join(named)))
    return ("what becomes of it", "fields"), rows


def listed(words: Iterable[str]) -> str:
    """Code words with commas between them."""
    return ", ".join(f"`{word}`" for word in words)


TABLES: dict[str, Callable[..., Table]] = {
    "across": across,
    "alignment": alignment,
    "alignment-rules": alignment_rules,
    "network-coverage": network_coverage,
    "audit-features": audit_features,
    "belief-caps": belief_caps,
    "belief-counts": belief_counts,
    "belief-points": belief_points,
    "belief-rule": belief_rule,
    "belief-words": belief_words,
    "checks": checks,
    "columns": columns,
    "confidence": confidence,
    "examples": examples,
    "fields": fields,
    "formats": formats,
    "frames": frames,
    "names": names,
    "learning-columns": learning_columns,
    "over-time": over_time,
    "network-checks": network_checks,
    "network-counts": network_counts,
    "network-sections": network_sections,
    "log-headings": log_headings,
    "next-columns": next_columns,
    "next-reasons": next_reasons,
    "report-sections": report_sections,
    "next-scale": next_scale,
    "prediction-groups": prediction_groups,
    "progress-steps": progress_steps,
    "overlays": overlays,
    "readiness-items": readiness_items,
    "renderers": renderers,
    "robustness": robustness,
    "seen-fields": seen_fields,
    "stamped": stamped,
    "theme-keys": theme_keys,
    "theme-marks": theme_marks,
    "themes": themes,
}


def markdown(table: Table) -> list[str]:
    """The table in the Markdown of the page around it."""

    def row(cells: Iterable[Any]) -> str:
        return "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    head, rows = table
    return [row(head), row("---" for _ in head), *map(row, rows)]


class Records(SphinxDirective):
    """A table of records."""

    required_arguments = 1
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Print the table here."""
        kind, *arguments = self.arguments
        if kind not in TABLES:
            raise ExtensionError(f"There are no records {kind!r}; there are {', '.join(sorted(TABLES))}")
        table = TABLES[kind](*arguments)
        if not table[1]:
            raise ExtensionError(f"The table of {kind} is empty")
        parent = nodes.container()
        self.state.nested_parse(StringList(markdown(table), source=self.get_source_info()[0]), 0, parent)
        return list(parent.children)


def setup(app: Sphinx) -> dict[str, Any]:
    """Offer the directive."""
    app.add_directive("records", Records)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
