"""Small multiples: a diagram once for each version, day or member, what is the same in the same place.

One sheet shows all panels at once; a page of HTML shows them one after the other, for whoever wants to see the change
happen. That page has no script and nothing that moves by itself: people go through it at their own pace, by mouse or
arrow keys, and a printer prints every panel.

    >>> import driverkit as dk
    >>> old = dk.Theory("Fewer falls", aims=[dk.Aim("A1", "Halve falls")])
    >>> new = old.add(dk.Driver("P1", "Floors are dry", contributes_to=["A1"]))
    >>> dk.small_multiples([old, new]).panels[1].said
    '1 new'
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path, PurePath
from typing import Any, Literal, get_args

import attrs
from attrs import frozen

from driverkit.analysis.compare import Comparison, compare
from driverkit.analysis.over_time import Every, Subject, moments
from driverkit.diagram import Diagram
from driverkit.diagram.overlay import Overlay
from driverkit.diagram.surround import Explained, legend_entries
from driverkit.diagram.together import Frame, Labels, Together, sheet, together
from driverkit.diagram.wrap import Wrapper
from driverkit.errors import UsageError
from driverkit.evidence.adapting import part_of
from driverkit.evidence.network_work import member_work
from driverkit.evidence.words import harmless, plural, shortened
from driverkit.model import Network, Theory
from driverkit.model.values import did_you_mean
from driverkit.overlays import OverlayKind
from driverkit.overlays import overlay as overlay_of
from driverkit.overlays.comparison import comparison_overlay
from driverkit.overlays.network import member_names, network_overlay
from driverkit.picture import Picture, _image_tag, _modest
from driverkit.renderers.shapes import safe_text
from driverkit.renderers.svg import SVG
from driverkit.themes import Theme
from driverkit.themes import theme as theme_named

__all__ = [
    "FORMATS",
    "Panel",
    "SmallMultiples",
    "arranged",
    "network_multiples",
    "redrawn",
    "small_multiples",
]

FORMATS = ("svg", "png", "pdf", "html")
"""What small multiples can be had as."""

MOST_PANELS = 60


@frozen
class Panel:
    """One of the small multiples.

    Attributes:
        title: what it is of, such as the revision and its date.
        said: what is to be seen, in a few words.
        story: the same in sentences, for those who do not see it.
        drawing: the diagram, without header and legend.
    """

    title: str
    said: str
    story: tuple[str, ...]
    drawing: Diagram


@frozen
class SmallMultiples:
    """Panels in a row: they show themselves in a notebook, and can be had as SVG, PNG, PDF and HTML.

    Attributes:
        title: what they are of.
        said: a line below that.
        panels: the panels, in order.
        sheet: all of them on one sheet.
        explained: what the legend explains.
        theme: how they look.
        key: a diagram that stands above the panels and has the words for what they show.
    """

    title: str
    said: str
    panels: tuple[Panel, ...]
    sheet: Diagram
    explained: tuple[Explained, ...]
    theme: Theme
    key: Diagram | None = None

    def picture(self) -> Picture:
        """The sheet as a picture; its ``on("a3")`` puts it on paper."""
        return Picture(self.sheet, self.theme)

    def svg(self) -> str:
        """The sheet as SVG text."""
        return self.picture().svg()

    def png(self, *, scale: float | None = None, dpi: float | None = None) -> bytes:
        """The sheet as PNG; left out, at a scale of 2, or less where that would be very large.

        Raises:
            UsageError: the PNG would be too large.
        """
        fits = min(2.0, math.sqrt(40e6 / max(1.0, self.sheet.width * self.sheet.height)))
        return self.picture().png(scale=round(fits, 3) if scale is None else scale, dpi=dpi)

    def pdf(self) -> bytes:
        """The sheet as PDF, on one page.

        Raises:
            MissingEngine: reportlab is not installed.
        """
        return self.picture().pdf()

    def html(self) -> str:
        """A page that shows one panel after the other: no script, nothing moves by itself, and all are printed."""
        return _page(self)

    def to(self, format: str, *, scale: float | None = None) -> str | bytes:
        """The panels in the format of that name: a sheet for svg, png and pdf, a page for html.

        Raises:
            UsageError: there is no such format.
        """
        name = str(format).lower().removeprefix(".")
        made: dict[str, Callable[[], str | bytes]] = {
            "svg": self.svg,
            "png": lambda: self.png(scale=scale),
            "pdf": self.pdf,
            "html": self.html,
        }
        if name not in made:
            raise UsageError(
                f"No format of small multiples is called {format!r}.{did_you_mean(name, FORMATS)} "
                f"There are: {', '.join(FORMATS)}."
            )
        return made[name]()

    def save(
        self, path: str | os.PathLike[str], *, format: str | None = None, scale: float | None = None
    ) -> None:
        """Write them to a file, whole or not at all.

        Args:
            path: where to.
            format: svg, png, pdf or html; left out, the suffix says it.
            scale: pixels of a PNG for one of the sheet.
        """
        from driverkit.formats.disk import write_bytes

        name = format or PurePath(path).suffix
        if not name:
            raise UsageError(
                f"The name {os.fspath(path)!r} does not say the format. End it with one of: "
                f"{', '.join(f'.{one}' for one in FORMATS)}."
            )
        drawn = self.to(name, scale=scale)
        write_bytes(Path(path), drawn.encode("utf-8") if isinstance(drawn, str) else drawn)

    def missing_letters(self) -> str:
        """The letters on the sheet that the bundled font cannot draw, each once."""
        return self.picture().missing_letters()

    def __repr__(self) -> str:
        return f"<SmallMultiples of {self.title!r}: {plural(len(self.panels), 'panel')}, theme {self.theme.name}>"

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """What a notebook shows, in every form that it may know. Nothing is drawn that is left out."""
        makers: dict[str, Callable[[], str | bytes]] = {
            "text/plain": lambda: self.sheet.outline,
            "text/html": lambda: _image_tag(self.svg(), self.sheet),
            "image/svg+xml": self.svg,
            "image/png": lambda: self.png(scale=_modest(self.sheet)),
        }
        kept = set(makers) if include is None else set(include)
        kept -= set(exclude or ())
        return {kind: make() for kind, make in makers.items() if kind in kept}


# ------------------------------------------------------------------------------------- versions and days


def small_multiples(
    theory: Subject,
    *,
    dates: Iterable[dt.date | str] | None = None,
    every: Every = "quarter",
    overlay: str | OverlayKind | None = None,
    titles: Sequence[str] | None = None,
    said: str | None = None,
    labels: Labels = "words",
    across: int | None = None,
    direction: Literal["left", "right", "down"] = "left",
    order: Literal["auto", "file"] = "auto",
    theme: str | Theme = "default",
    legend: bool = True,
) -> SmallMultiples:
    """A diagram once for each version of a theory, or for each day, what is the same in the same place.

    Of versions each panel marks what is new, changed or gone since the one before it, and where cycles, evidence or
    points came; what is gone stands there once more, and then no longer. Of days of one theory, whose nodes have no dates, each panel shows what was known then
    by an overlay, and marks with a wide outline what is other than on the day before.

    Args:
        theory: versions of a theory, the oldest first; or one theory, to be shown as on some days.
        dates: of one theory the days.
        every: of one theory without ``dates``: the end of each ``month``, ``quarter`` or ``year`` from the first dated
            stage of a cycle to the last.
        overlay: what is laid over each panel, such as ``status``, ``evidence`` or ``coverage``; left out, the marks of
            what changed for versions, and ``status`` for days.
        titles: what stands above each panel; left out, its revision and date, or its day.
        said: a line below the title of all; left out, how many versions or days there are.
        labels: ``words`` in the boxes, or only their ``ids``, which need far less room.
        across: how many panels stand beside each other; left out, so that the sheet has the proportions of paper.
        direction: where the aim stands.
        order: ``auto`` for as few crossing lines as possible, ``file`` for the order of the last version.
        theme: how it looks: a name, or a `Theme`.
        legend: whether to explain line styles and marks.

    Raises:
        UsageError: an option has a value that it cannot have, there is nothing to show, or more than 60 panels.
    """
    look = theme_named(theme)
    _look_at_options(labels, across)
    days = isinstance(theory, Theory)
    found = moments(theory, every=every, dates=dates)
    if not found:
        raise UsageError(
            "There is nothing to show: no cycle has a date. Hand in the days with 'dates', or several versions."
            if days
            else "There is nothing to show: the list of versions is empty."
        )
    if len(found) > MOST_PANELS:
        raise UsageError(
            f"There would be {len(found)} panels; up to {MOST_PANELS} can be looked at. Choose some."
        )
    if titles is not None and len(titles) != len(found):
        raise UsageError(f"There are {len(titles)} titles for {len(found)} panels.")
    names = [_when(row, days) for row, _ in found] if titles is None else [str(one) for one in titles]
    theories = [one for _, one in found]
    chosen = "status" if overlay is None and days else overlay
    if chosen is None or chosen == "none":
        frames, stories = _compared(theories, names)
    else:
        frames, stories = _overlaid(theories, names, chosen)
    last = theories[-1]
    if said is None:
        count = plural(len(frames), "day" if days else "version")
        said = f"{count}: {names[0]} to {names[-1]}" if len(frames) > 1 else names[0]
    return arranged(
        frames,
        stories,
        title=last.title,
        said=said,
        labels=labels,
        across=across,
        direction=direction,
        order=order,
        theme=look,
        legend=legend,
        outline=_outline_of(last),
    )


def _look_at_options(labels: object, across: object) -> None:
    if labels not in get_args(Labels):
        raise UsageError(f"There are no labels {labels!r}. There are: {', '.join(get_args(Labels))}.")
    if across is not None and (isinstance(across, bool) or not isinstance(across, int) or across < 1):
        raise UsageError(f"{across!r} panels cannot stand beside each other. Give a number from 1 on.")


def arranged(
    frames: Sequence[Frame],
    stories: Sequence[Sequence[str]],
    *,
    title: str,
    said: str,
    theme: Theme,
    labels: Labels = "words",
    across: int | None = None,
    direction: Literal["left", "right", "down"] = "left",
    order: Literal["auto", "file"] = "auto",
    legend: bool = True,
    outline: str = "",
    key: Together | None = None,
) -> SmallMultiples:
    """Some theories with what is laid over them, as panels on one sheet.

    Args:
        frames: the theories, the one that decides the order of boxes last.
        stories: for each of them what is to be seen, in sentences.
        title: of the sheet.
        said: a line below it.
        theme: how it looks.
        labels: what stands in the boxes.
        across: how many panels stand beside each other.
        direction: where the aim stands.
        order: as for one diagram.
        legend: whether there is a legend.
        outline: what the boxes say, for those who do not see them.
        key: a diagram that stands above the panels.
    """
    laid_out = together(frames, direction=direction, order=order, labels=labels)
    explained = {(kind, name): (kind, name, words) for kind, name, words in laid_out.explained}
    first = None
    if key is not None:
        explained = {(kind, name): (kind, name, words) for kind, name, words in key.explained} | explained
        first = key.drawings[0]
    panels = tuple(
        Panel(frame.title, frame.said, tuple(story), drawing)
        for frame, story, drawing in zip(frames, stories, laid_out.drawings, strict=True)
    )
    told = [
        outline,
        *(line for panel in panels for line in (_head(panel), *(f"  - {one}" for one in panel.story))),
    ]
    drawn = sheet(
        [(panel.title, panel.said, panel.drawing) for panel in panels],
        title=title,
        said=said,
        explained=tuple(explained.values()),
        shapes=laid_out.shapes,
        outline="\n".join(filter(None, told)),
        across=across,
        first=first,
        legend=legend,
    )
    return SmallMultiples(
        title, said, panels, drawn, tuple(explained.values()) if legend else (), theme, first
    )


def _head(panel: Panel) -> str:
    return f"{panel.title}: {panel.said}" if panel.said else panel.title


def _outline_of(theory: Theory, laid: Overlay | None = None) -> str:
    from driverkit.diagram import diagram as lay_out

    return lay_out(theory, legend=False, overlay=laid or Overlay()).outline


def _when(row: Mapping[str, Any], days: bool) -> str:
    day: dt.date | None = row["date"]
    if days:
        assert day is not None
        return day.isoformat()
    name = f"Revision {harmless(str(row['version']))}"
    return f"{name} · {day.isoformat()}" if day is not None else name


def _compared(theories: Sequence[Theory], names: Sequence[str]) -> tuple[list[Frame], list[tuple[str, ...]]]:
    """Each version with what came, went and changed since the one before it."""
    frames = [Frame(theories[0], title=names[0], said=_counted(theories[0]))]
    stories: list[tuple[str, ...]] = [()]
    known: dict[str, str] = {}
    for before, now, name in zip(theories, theories[1:], names[1:], strict=False):
        found = compare(before, now)
        renamed = {str(c.id): str(c.before) for c in found.changes if c.kind == "renamed"}
        known = {
            **{node.id: known[node.id] for node in now.nodes if node.id in known},
            **{new: known.get(old, old) for new, old in renamed.items()},
        }
        drawn, laid = comparison_overlay(found)
        laid = attrs.evolve(laid, heading="")  # the title of a frame says which version it is
        frames.append(Frame(drawn, laid, name, _changed(found, laid), dict(known)))
        told = sorted(
            found.changes, key=lambda change: change.learned
        )  # what is another, then what was learned
        stories.append(tuple(harmless(change.words) for change in told))
    return frames, stories


def _counted(theory: Theory) -> str:
    return f"{plural(len(theory.drivers), 'driver')} · {plural(len(theory.change_ideas), 'change idea')}"


def _changed(found: Comparison, laid: Overlay) -> str:
    """How many boxes and links came, went and changed: ``2 new · 1 changed · 1 gone · 3 links``."""
    drawn = {node.id for node in (*found.old.nodes, *found.new.nodes)}
    boxes = Counter(mark for id, marks in laid.marks.items() if id in drawn for mark in marks)
    said = [
        f"{boxes[mark]:,} {word}"
        for mark, word in (("added", "new"), ("changed", "changed"), ("removed", "gone"))
        if boxes[mark]
    ]
    ends = {id for id, marks in laid.marks.items() if set(marks) & {"added", "removed"}}
    links = sum(not set(pair) & ends for pair, marks in laid.link_marks.items() if marks)
    if links:
        said.append(f"{plural(links, 'link')} changed")
    return " · ".join([*said, *_learned(found)]) or "nothing on the diagram changed"


def _learned(found: Comparison) -> list[str]:
    """How many records came and were rewritten: ``4 cycles studied``, ``1 piece of evidence``, ``2 series with other points``."""
    records = [change for change in found.changes if change.kind == "re-evidenced"]
    come = [change for change in records if change.learned]
    cycles = {id for change in come for id in change.cycles}
    pieces = {id for change in come for id in change.evidence}
    other = {id for change in records if not change.learned for id in (*change.cycles, *change.evidence)}
    series = {change.id for change in found.changes if change.field == "data"}
    said = [f"{plural(len(cycles), 'cycle')} studied"] if cycles else []
    said += [f"{plural(len(pieces), 'piece')} of evidence"] if pieces else []
    said += [f"{plural(len(other), 'record')} rewritten or gone"] if other else []
    said += [f"{plural(len(series), 'series', 'series')} with other points"] if series else []
    return said


def redrawn(found: Comparison) -> bool:
    """Whether boxes or links came, went or changed, or the diagram is as it was but for what was learned.

    >>> from driverkit.model import Aim, Driver, Theory
    >>> old = Theory("Falls", aims=[Aim("A1", "Fewer falls")], drivers=[Driver("P1", "Floors are dry")])
    >>> redrawn(compare(old, old.remove("P1"))), redrawn(compare(old, old))
    (True, False)
    """
    theory, laid = comparison_overlay(found)
    marks = {mark for node in theory.nodes for mark in laid.marks.get(node.id, ())}
    return bool(marks - {"learned"}) or any(laid.link_marks.values())


def _overlaid(
    theories: Sequence[Theory], names: Sequence[str], chosen: str | OverlayKind
) -> tuple[list[Frame], list[tuple[str, ...]]]:
    """Each theory with an overlay, and what has other marks than in the panel before."""
    frames: list[Frame] = []
    stories: list[tuple[str, ...]] = []
    last: Overlay | None = None
    for theory, name in zip(theories, names, strict=True):
        plain = laid = overlay_of(theory, chosen)
        boxes = [node.id for node in theory.nodes]
        measures = {row.measure: row.mark for id in boxes for row in laid.readings.get(id, ())}
        counts = Counter([mark for id in boxes for mark in laid.marks.get(id, ())])
        counts.update(measures.values())
        said = [f"{words}: {counts[mark]:,}" for mark, words in laid.words.items() if counts[mark]]
        story: list[str] = []
        if last is not None:
            before = last
            news = [id for id in boxes if _shown_of(before, id) != _shown_of(laid, id)]
            laid = attrs.evolve(
                laid,
                marks={**laid.marks, **{id: (*laid.marks.get(id, ()), "focus") for id in news}},
                words={**laid.words, "focus": "other than in the panel before"},
            )
            story = [
                f"{harmless(shortened(theory.node(id).text))}: {_told_of(plain, id) or 'no mark'}"
                for id in news
            ]
        frames.append(Frame(theory, laid, name, " · ".join(said)))
        stories.append(tuple(story))
        last = plain
    return frames, stories


def _shown_of(laid: Overlay, id: str) -> tuple[str, ...]:
    """The marks of a box, and of the measures in it."""
    return (*laid.marks.get(id, ()), *(f"{row.measure} {row.mark}" for row in laid.readings.get(id, ())))


def _told_of(laid: Overlay, id: str) -> str:
    said = [laid.words[mark] for mark in laid.marks.get(id, ()) if mark in laid.words]
    return ", ".join([*said, *(harmless(str(row)) for row in laid.readings.get(id, ()))])


# --------------------------------------------------------------------------------------------- a network


def network_multiples(
    network: Network,
    by: Literal["member", "team"] = "member",
    *,
    labels: Labels = "ids",
    across: int | None = None,
    direction: Literal["left", "right", "down"] = "left",
    order: Literal["auto", "file"] = "auto",
    theme: str | Theme = "default",
    legend: bool = True,
    show: str = "worked-on",
) -> SmallMultiples:
    """The common theory of a network once for each member or team, with what it works on filled in and the rest faded.

    A strip at the edge of a box says how far the member has come there: works on it, has tested it (a cycle reached
    Study), saw it hold (more than half of the judged predictions did). Of a team its part is filled in, and the strip says
    how far any of its members has come. Where the boxes have ids alone, the common theory with its words stands above.
    Anonymous members have a number for a name, and stand behind the others.

    Args:
        network: the network.
        by: a panel for each ``member`` or each ``team``.
        labels: what stands in the boxes of the panels: ``ids`` or ``words``.
        across: how many panels stand beside each other.
        direction: where the aim stands.
        order: as for one diagram.
        theme: how it looks: a name, or a `Theme`.
        legend: whether to explain line styles and marks.
        show: what the common theory above the panels shows: ``worked-on``, ``tested`` or ``confirmed``.

    Raises:
        UsageError: an option has a value that it cannot have, or the network has no members or no teams.
        FormatError: theories cannot be read.
    """
    if not isinstance(network, Network):
        raise UsageError(
            f"The panels are of a network, not of a {type(network).__name__}: dk.load_network(folder)."
        )
    if by not in ("member", "team"):
        raise UsageError(
            f"There are no panels by {by!r}.{did_you_mean(str(by), ('member', 'team'))} There are: member, team."
        )
    _look_at_options(labels, across)
    look = theme_named(theme)
    frames, stories = (_by_member if by == "member" else _by_team)(network)
    if not frames:
        raise UsageError(f"The network has no {by}s, so there is nothing to show by {by}.")
    if len(frames) > MOST_PANELS:
        raise UsageError(
            f"There would be {len(frames)} panels; up to {MOST_PANELS} can be looked at. Show some: network.without(…)."
        )
    common = network.common
    key = counts = None
    if labels == "ids":
        theory, laid = network_overlay(network, show)
        # The bars and their words say it all; a second kind of strip would need a second legend.
        counts = attrs.evolve(laid, marks={}, words={})
        whole = Frame(_with_ids(theory), counts)
        key = together([whole], direction=direction, order=order)
    count = plural(len(frames), by)
    return arranged(
        frames,
        stories,
        title=network.title,
        said=f"What each {by} works on, and how far it has come: {count}",
        labels=labels,
        across=across,
        direction=direction,
        order=order,
        theme=look,
        legend=legend,
        outline=_outline_of(common, counts),
        key=key,
    )


def _with_ids(theory: Theory) -> Theory:
    """The theory with the id of each node before its words."""
    new: dict[str, Any] = {
        section: tuple(attrs.evolve(one, text=f"{one.id}  {one.text}") for one in getattr(theory, section))
        for section in ("aims", "drivers", "change_ideas")
    }
    return attrs.evolve(theory, **new)


def _by_member(network: Network) -> tuple[list[Frame], list[tuple[str, ...]]]:
    common = network.common
    frames, stories = [], []
    names = member_names(network)
    there = {one.id: one for one in network.members if one.left is None}
    theories = network.theories
    for id, name in names.items():
        if id not in there:
            continue
        done = dict(member_work(network, id)) if id in theories else {}
        on = [node.id for node in common.nodes if id in theories and done[node.id].works_on]
        far = {one: "held" if done[one].confirmed else "tested" if done[one].tested else "on" for one in on}
        own = len(network.local(id)) if id in theories else 0
        said = _worked(far, len(common.nodes), plural(own, "local invention") if own else "")
        frames.append(Frame(common, _filled(common, far), name, said if id in theories else "no theory yet"))
        stories.append(_told_work(common, far))
    return frames, stories


def _by_team(network: Network) -> tuple[list[Frame], list[tuple[str, ...]]]:
    common = network.common
    frames, stories = [], []
    theories = network.theories
    for team in network.teams:
        part = part_of(common, team.works_on)
        everybody = network.members_of(team.id)  # what those tested who have left stays tested
        done = [member_work(network, one.id) for one in everybody if one.id in theories]
        far = {}
        for node in common.nodes:
            if node.id not in part:
                continue
            some = [one[node.id] for one in done]
            tested = [one for one in some if one.tested]
            if tested:
                held, judged = sum(one.held for one in tested), sum(one.judged for one in tested)
                far[node.id] = "held" if held * 2 > judged else "tested"
            elif any(one.works_on for one in some):
                far[node.id] = "on"
        there = sum(one.left is None for one in everybody)
        on = sum(any(one[id].works_on for one in done) for id in far)
        said = _worked(far, len(common.nodes), plural(there, "member"), on)
        frames.append(Frame(common, _filled(common, far), harmless(team.name or team.id), said))
        stories.append(_told_work(common, far))
    return frames, stories


def _worked(far: Mapping[str, str], of: int, more: str, on: int | None = None) -> str:
    """``works on 9 of 25 · 4 tested · 2 held``; on how many, where some are tested that nobody works on any more."""
    if not far:
        return " · ".join(filter(None, ("works on nothing of the common theory", more)))
    count = Counter(far.values())
    said = [
        f"works on {len(far) if on is None else on:,} of {of:,}",
        f"{count['tested'] + count['held']:,} tested",
    ]
    said += [f"{count['held']:,} held"] if count["held"] else []
    return " · ".join([*said, *([more] if more else [])])


def _told_work(common: Theory, far: Mapping[str, str]) -> tuple[str, ...]:
    words = {"on": "works on it", "tested": "tested", "held": "held"}
    return tuple(
        f"{node.id} {harmless(shortened(node.text))}: {words[far[node.id]]}"
        for node in common.nodes
        if node.id in far
    )


def _filled(common: Theory, far: Mapping[str, str]) -> Overlay:
    """What is worked on as it is, with a strip; the rest faded."""
    faded = [node.id for node in common.nodes if node.id not in far]
    return Overlay(
        marks={**{id: (f"work-{how}",) for id, how in far.items()}, **dict.fromkeys(faded, ("faded",))},
        link_marks={
            (link.cause, link.effect): ("faded",)
            for link in common.links
            if {link.cause, link.effect} - set(far)
        },
        words={
            "work-on": "works on it, not tested yet",
            "work-tested": "tested",
            "work-held": "tested, and more than half of the predictions held",
            "faded": "does not work on it",
        },
    )


# ------------------------------------------------------------------------------------------ page by page


def _words(text: str) -> str:
    return escape(safe_text(text), quote=True)


def _whole(one: SmallMultiples, panel: Panel) -> Diagram:
    """A panel as a drawing of its own, with the legend of all below it."""
    drawn = panel.drawing
    entries, end = legend_entries(Wrapper(), one.explained, drawn.height - 36, drawn.width)
    return attrs.evolve(
        drawn,
        height=round(end + 24, 2) if entries else drawn.height,
        legend=entries,
        title=f"{one.title}: {panel.title}",
        outline="\n".join((panel.said, *panel.story)) or drawn.outline,
    )


def _svg(drawn: Diagram, theme: Theme) -> str:
    return str(SVG.draw(drawn, theme))


def _page(one: SmallMultiples) -> str:
    """One page; which panel is seen is decided by which button is pressed, without a script."""
    theme = one.theme
    n = len(one.panels)
    begin = n if one.key is None else 1  # today's version, but the first of several members
    rules = "".join(
        f"#p{i}:checked~.f{i}{{display:block}}#p{i}:checked~nav .l{i}{{background:{theme.aim.fill};color:{theme.aim.text}}}"
        f"#p{i}:focus-visible~nav .l{i}{{outline:3px solid {theme.title};outline-offset:2px}}"
        for i in range(1, n + 1)
    )
    lying = one.panels[0].drawing.width > one.panels[0].drawing.height
    style = (
        f"body{{margin:0;padding:1rem 1.5rem;background:{theme.background};color:{theme.title};"
        "font-family:'DejaVu Sans',Verdana,sans-serif}h1{font-size:1.4rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:.8rem 0 .1rem}"
        f"p{{margin:.2rem 0;color:{theme.subtitle}}}"
        "input{position:absolute;opacity:0;width:1px;height:1px}"
        "nav{display:flex;flex-wrap:wrap;gap:.35rem;margin:.8rem 0}"
        f"label{{border:1px solid {theme.unstated.stroke};border-radius:4px;padding:.3rem .6rem;cursor:pointer;font-size:.85rem}}"
        ".f{display:none}svg{max-width:100%;height:auto;display:block}"
        f"li{{color:{theme.subtitle};margin:.15rem 0}}summary{{cursor:pointer;margin:.5rem 0}}"
        f"{rules}"
        f"@page{{size:A4{' landscape' if lying else ''};margin:10mm}}"
        "@media print{body{padding:0;font-size:.8rem}.f{display:block!important;break-before:page}"
        f"nav,.how{{display:none}}.f1{{break-before:{'auto' if one.key is None else 'page'}}}"
        f".f svg{{width:100%;max-height:{130 if lying else 200}mm}}ul{{columns:3;margin:.3rem 0}}li{{break-inside:avoid;font-size:.7rem}}}}"
    )
    radios = "".join(
        f'<input type="radio" name="panel" id="p{i}"{" checked" if i == begin else ""}'
        f' aria-label="{_words(panel.title)}">'
        for i, panel in enumerate(one.panels, 1)
    )
    labels = "".join(
        f'<label class="l{i}" for="p{i}">{_words(panel.title)}</label>'
        for i, panel in enumerate(one.panels, 1)
    )
    frames = []
    for i, panel in enumerate(one.panels, 1):
        story = "".join(f"<li>{_words(words)}</li>" for words in panel.story)
        told = f"<details open><summary>In words</summary><ul>{story}</ul></details>" if story else ""
        frames.append(
            f'<section class="f f{i}"><h2>{_words(panel.title)}</h2><p>{_words(panel.said)}</p>'
            f"{_svg(_whole(one, panel), theme)}{told}</section>"
        )
    key = (
        f"<section>{_svg(attrs.evolve(one.key, outline=one.sheet.outline), theme)}</section>"
        if one.key
        else ""
    )
    language = one.sheet.language
    lang = language if language and language.replace("-", "").isalnum() and language.isascii() else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{_words(one.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{_words(one.title)}</h1>\n<p>{_words(one.said)}</p>\n{key}"
        '<p class="how">Choose a panel; the arrow keys go on to the next.</p>\n'
        f'<div role="radiogroup" aria-label="Panels">{radios}<nav aria-hidden="true">{labels}</nav>\n'
        + "\n".join(frames)
        + "\n</div>\n</main>\n</body>\n</html>\n"
    )
