"""Two versions of a theory side by side: what changed, what came between, which revision note tells it.

>>> from driverkit.model import Aim, Driver, Theory
>>> old = Theory("Falls", aims=[Aim("A1", "Fewer falls", target=3)], drivers=[Driver("P1", "Floors are dry")])
>>> found = compare(old, old.replace("A1", target=2))
>>> found.substantive
True
>>> found.frame()[["kind", "id", "before", "after"]]
         kind  id  before  after
0  retargeted  A1       3      2
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from driverkit.analysis.report import _escaped
from driverkit.errors import TheoryError, UsageError
from driverkit.evidence.adapting import reasons_of
from driverkit.evidence.changes import NO_REASONS, REVISION_RULE, Change, RevisionRule, changes, new_notes
from driverkit.evidence.vanished import Vanished, vanished
from driverkit.evidence.words import harmless, listed, plural, quoted
from driverkit.model import Aim, ChangeIdea, Driver, Network, Revision, Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Comparison", "both", "compare", "joined", "reason"]

COLUMNS: Mapping[str, str] = {
    "kind": "what kind of change it is: added, dropped, renamed, reworded, retargeted, re-levelled, moved, linked, "
    "unlinked, restrengthened, restated, reordered or re-evidenced",
    "section": "where it stands in the theory file; links for a link, theory for the theory itself",
    "id": "the id of the node, or the link CAUSE -> EFFECT; empty for the theory itself",
    "field": "the field that changed; empty where there is none",
    "before": "what it was; empty where there was nothing",
    "after": "what it is; empty where there is nothing",
    "substantive": "whether the rule calls the change substantive",
    "cycles": "the ids of the cycles on the node that were studied in between, or that were rewritten or are gone, with "
    "'; ' between them",
    "evidence": "the ids of the evidence about it that was written down in between, or that was rewritten or is gone, "
    "with '; ' between them",
    "revisions": "the labels of the new revision notes that name the change, its cycles or its evidence, with '; ' "
    "between them",
    "words": "the change in a sentence",
}
"""The columns of a comparison, and what each says."""


@frozen
class Comparison:
    """What changed between two versions of a theory.

    Attributes:
        old: the earlier version.
        new: the later one.
        changes: what changed, in the order of the theory.
        rule: what decided which change is substantive.
    """

    old: Theory
    new: Theory
    changes: tuple[Change, ...]
    rule: RevisionRule

    @property
    def substantive(self) -> bool:
        """Whether at least one change is substantive."""
        return any(change.substantive for change in self.changes)

    @property
    def unexplained(self) -> tuple[Change, ...]:
        """The substantive changes that no new revision note names."""
        return tuple(change for change in self.changes if change.substantive and not change.revisions)

    @property
    def notes(self) -> tuple[Revision, ...]:
        """The revision notes of the later version that the earlier one does not have."""
        return new_notes(self.old, self.new)

    @property
    def vanished(self) -> tuple[Vanished, ...]:
        """Ideas that were tried, drivers given up and links refuted, and that are no longer in the theory.

        See `driverkit.evidence.vanished`; those without ``revisions`` went without a note.
        """
        return vanished(self.old, self.new, self.changes)

    def rows(self) -> list[dict[str, Any]]:
        """The changes as plain rows, with the columns of `COLUMNS`."""
        return [
            {
                "kind": change.kind,
                "section": change.section,
                "id": change.id,
                "field": change.field or "",
                "before": _cell(change.before),
                "after": _cell(change.after),
                "substantive": change.substantive,
                "cycles": "; ".join(change.cycles),
                "evidence": "; ".join(change.evidence),
                "revisions": "; ".join(change.revisions),
                "words": change.words,
            }
            for change in self.changes
        ]

    def frame(self) -> pd.DataFrame:
        """The changes as a table, one row each; the columns are those of `COLUMNS`."""
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(COLUMNS))

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain data: titles, counts, the rule and every change."""
        return {
            "old": _label(self.old),
            "new": _label(self.new),
            "rule": self.rule.name,
            "substantive": sum(change.substantive for change in self.changes),
            "minor": sum(not change.substantive for change in self.changes),
            "changes": self.rows(),
            "notes": [
                {
                    "label": note.label or "",
                    "date": _cell(note.date),
                    "why": note.why or "",
                    "because_of": list(note.because_of),
                }
                for note in self.notes
                if note.why or note.because_of
            ],
            "vanished": [
                {"id": one.id, "reason": one.reason, "revisions": list(one.revisions)}
                for one in self.vanished
            ],
        }

    def suggested_note(self) -> Revision | None:
        """A revision note to begin with, for what no new note tells yet; None where there is nothing to tell.

        Its label and day are those of the later version where that one is in no note yet, else the label is
        the next one. Its reason is all that changed, each with its id, as `check` wants it of a note; why it
        changed is left to people. ``because_of`` has the cycles and evidence of what changed that came in
        between. ``driverkit diff --note`` prints it as YAML.
        """
        from driverkit.analysis.revision_note import suggested_note

        return suggested_note(self)

    def text(self, *, markdown: bool = False) -> str:
        """The comparison to read: substantive changes first, then minor ones, then what was learned in between.

        Args:
            markdown: as Markdown, with what stands in the theory escaped; else as plain text.
        """
        clean = _escaped if markdown else harmless
        head = clean(f"{_label(self.old)} → {_label(self.new)}")
        lines = [f"# {head}" if markdown else head, ""]
        parts = (
            ("Substantive changes", [c for c in self.changes if c.substantive]),
            ("Minor changes", [c for c in self.changes if not c.substantive and not c.learned]),
            ("Learned in between", [c for c in self.changes if not c.substantive and c.learned]),
        )
        for title, part in parts:
            if part:
                lines += [f"## {title}" if markdown else title, ""] if markdown else [title]
                lines += [f"- {clean(change.words)}{clean(joined(change))}" for change in part]
                lines.append("")
        if not self.changes:
            lines += ["Nothing changed.", ""]
        notes = [(_note_head(note), reason(note)) for note in self.notes if note.why or note.because_of]
        if notes:
            lines += ["## Why", ""] if markdown else ["Why"]
            lines += [f"- {clean(head)}: {clean(why)}" for head, why in notes]
            lines.append("")
        gone = self.vanished
        if gone:
            title = "Tried or refuted, and no longer there"
            lines += [f"## {title}" if markdown else title, ""] if markdown else [title]
            lines += [f"- {clean(str(one)[:1].upper() + str(one)[1:])}" for one in gone]
            lines += ["", "Keep what was given up, marked, so that nobody starts it again unawares.", ""]
        unexplained = self.unexplained
        if unexplained:
            count = plural(len(unexplained), "substantive change")
            verb = "is" if len(unexplained) == 1 else "are"
            lines += [f"{count} {verb} in no revision note.", ""]
        return "\n".join(lines).rstrip("\n") + "\n"

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        count = len(self.changes)
        some = sum(change.substantive for change in self.changes)
        return f"<Comparison: {plural(count, 'change')}, {some} substantive>"

    def _repr_html_(self) -> str:
        from html import escape

        items = [
            f"<li>{'<b>' if c.substantive else ''}{escape(harmless(c.words))}{'</b>' if c.substantive else ''}"
            f"{escape(harmless(joined(c)))}</li>"
            for c in self.changes
        ]
        head = escape(harmless(f"{_label(self.old)} → {_label(self.new)}"))
        return f"<p><b>{head}</b></p><ul>{''.join(items) or '<li>Nothing changed.</li>'}</ul>"


def compare(
    old: Theory, new: Theory, *, rule: RevisionRule = REVISION_RULE, network: Network | None = None
) -> Comparison:
    """What changed between two versions of a theory.

    Nodes are the same where their ids are; one that was dropped and one that was added with the same words
    in the same section are one node that was renamed. Each change is joined with the cycles studied and the
    evidence written down in between, and with the revision notes that name them.

    Args:
        old: the earlier version.
        new: the later one.
        rule: when a change is substantive.
        network: the network of which both are versions of the common theory: a note that names a cycle of a
            member then names the node which that cycle's idea adapts.

    Raises:
        UsageError: one of the two is no theory, or the network is none.
        FormatError: theories of members that a note names cannot be read.
    """
    for one in (old, new):
        if not isinstance(one, Theory):
            raise UsageError(
                f"Two theories are compared, not a {type(one).__name__}. Load it first: dk.load(path)."
            )
    if network is not None and not isinstance(network, Network):
        raise UsageError(
            f"A network is wanted, not a {type(network).__name__}. Load it first: dk.load_network(folder)."
        )
    reasons = reasons_of(network, old, new) if network is not None else NO_REASONS
    return Comparison(old, new, changes(old, new, rule=rule, reasons=reasons), rule)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _label(theory: Theory) -> str:
    revision = theory.revision
    said = [theory.title]
    if revision is not None and revision.label:
        said.append(f"revision {revision.label}")
    if revision is not None and revision.date:
        said.append(revision.date.isoformat())
    return ", ".join(said)


def joined(change: Change) -> str:
    """What came between, and which note tells it: behind the sentence."""
    said = []
    if change.kind != "re-evidenced" and change.cycles:
        said.append(f"cycles {listed(change.cycles, 4)}")
    if change.kind != "re-evidenced" and change.evidence:
        said.append(f"evidence {listed(change.evidence, 4)}")
    if change.revisions:
        said.append(f"revision {listed(change.revisions, 3)}")
    return f" ({'; '.join(said)})" if said else ""


def reason(note: Revision) -> str:
    """Why a revision came about: its reason, and the cycles and evidence that led to it, members' ones too."""
    because = f"because of {listed(note.because_of, 8)}" if note.because_of else ""
    return f"{note.why} ({because})" if note.why and because else note.why or because


def _note_head(note: Revision) -> str:
    """A revision note by its label and its day."""
    said = [f"Revision {note.label}" if note.label else "A revision"]
    return ", ".join([*said, note.date.isoformat()] if note.date else said)


# ------------------------------------------------------------------------------------ on one picture


def both(comparison: Comparison) -> Theory:
    """The new theory with what was dropped put back where it stood, to draw old and new on one picture.

    Links that are gone are put back too, unless they would close a loop with new ones.
    """
    old, new = comparison.old, comparison.new
    was = {c.before: c.id for c in comparison.changes if c.kind == "renamed"}
    for before, now in was.items():
        if now not in old:
            old = old.rename(before, now)
    theory = new
    for section in ("aims", "drivers", "change_ideas"):
        there = list(getattr(theory, section))
        known = {node.id for node in there}
        last: str | None = None
        for node in getattr(old, section):
            if node.id not in known and node.id not in theory:
                at = next(
                    (i + 1 for i, x in enumerate(there) if x.id == last), 0 if last is None else len(there)
                )
                there.insert(at, _bare(node, old.level(node.id)))
            last = node.id
        if len(there) > len(getattr(theory, section)):
            put_back: dict[str, Any] = {section: tuple(there)}
            theory = attrs.evolve(theory, **put_back)
    for link in old.links:
        if link.cause in theory and link.effect in theory and link.effect not in theory.parents(link.cause):
            try:
                theory = theory.link(
                    link.cause,
                    link.effect,
                    strength=link.strength,
                    because=link.because,
                    only_where=link.only_where,
                )
            except TheoryError:
                continue  # with the new links it would close a loop
    return theory


def _bare(node: Any, level: int | None) -> Any:
    """A node that is gone, with its words only: what it spoke of may be gone too."""
    if isinstance(node, Aim):
        return Aim(node.id, node.text)
    if isinstance(node, ChangeIdea):
        return ChangeIdea(node.id, node.text)
    return Driver(node.id, node.text, level=level)


def revision_said(theory: Theory) -> str:
    """Which version it is, for the head of a picture: ``revision 1 · 2023-09-15``; nothing where it does not say so."""
    revision = theory.revision
    if revision is None:
        return ""
    said = [
        f"revision {revision.label}" if revision.label else "",
        revision.date.isoformat() if revision.date else "",
    ]
    return " · ".join(filter(None, said))


def told(comparison: Comparison) -> Mapping[str, tuple[str, ...]]:
    """The sentences about each node or link that changed, for a reader who hovers."""
    found: dict[str, list[str]] = {}
    for change in comparison.changes:
        found.setdefault(change.id, []).append(f"{change.words}{joined(change)}")
    return {id: tuple(words) for id, words in found.items()}


def before_words(comparison: Comparison) -> Mapping[str, str]:
    """What a node that was reworded said before, quoted."""
    return {
        change.id: quoted(str(change.before))
        for change in comparison.changes
        if change.kind == "reworded" and change.before
    }
