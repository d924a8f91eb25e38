"""The page: its sections filled and put together."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from driverkit.errors import UsageError
from driverkit.evidence.words import harmless, visible
from driverkit.model import Theory
from driverkit.model.values import did_you_mean, show
from driverkit.overlays import Overlay, OverlayKind
from driverkit.reporting.sections import SECTIONS, Context, Section
from driverkit.themes import Theme
from driverkit.themes import theme as theme_named

if TYPE_CHECKING:
    import jinja2

__all__ = ["Report", "chosen_from", "put_together", "report"]


@frozen
class Report:
    """A theory as one self-contained HTML page.

    Attributes:
        title: what the page is called.
        html: the page.
        sections: the names of the sections that are in it.
    """

    title: str
    html: str = field(repr=False)
    sections: tuple[str, ...] = ()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file, whole or not at all."""
        from driverkit.formats.disk import write_bytes

        write_bytes(Path(path), self.html.encode("utf-8"))

    def _repr_html_(self) -> str:
        """In a notebook: the page in a frame of its own, in which nothing can run."""
        from html import escape

        return (
            f'<iframe title="{escape(self.title, quote=True)}" sandbox srcdoc="{escape(self.html, quote=True)}" '
            'style="width: 100%; height: 80vh; border: 1px solid #ccc"></iframe>'
        )


def report(
    theory: Theory,
    *,
    title: str | None = None,
    sections: Iterable[str | Section] | None = None,
    theme: str | Theme = "default",
    overlay: str | Overlay | OverlayKind = "status",
    profile: str = "default",
    rule: str = "anhoej",
    today: dt.date | None = None,
) -> Report:
    r"""One self-contained HTML page about a theory: diagram, findings, coverage, charts, PDSA log.

    It holds no script and asks for nothing outside itself, so that it can be mailed, printed and kept. The
    same theory gives the same page, byte for byte.

    Args:
        theory: the theory.
        title: what the page is called; left out, as the theory is.
        sections: which sections, in this order: names from ``SECTIONS``, or records of your own; left out,
            all those that have something to say.
        theme: how the diagram and the charts look.
        overlay: what is laid over the diagram: the name of an overlay, or one of your own; see `driverkit.diagram`.
        profile: the set of checks.
        rule: the run chart rule.
        today: the day of the report. It is printed, and dates that have passed are told.

    Raises:
        UsageError: there is no such section, theme, overlay, profile or rule.

    >>> import driverkit as dk
    >>> page = report(dk.loads("driverkit: 1\ntitle: Fewer falls\naims: [{id: A1, text: Halve falls}]\n"))
    >>> page.html[:15], "<script" in page.html
    ('<!DOCTYPE html>', False)
    """
    chosen = chosen_from(SECTIONS, sections)
    look = theme if isinstance(theme, Theme) else theme_named(theme)
    has_log = any(section is SECTIONS["log"] for section in chosen)
    context = Context(theory, look, overlay, profile, rule, today, has_log)
    called = title if title is not None else theory.title
    revision = theory.revision
    said = []
    if revision is not None and revision.label:
        said.append(f"Revision {revision.label}")
    if revision is not None and revision.date:
        said.append(revision.date.isoformat())
    if today is not None:
        said.append(f"made on {today.isoformat()}")
    return put_together(
        called,
        " · ".join(said),
        chosen,
        context,
        all_of=sections is not None,
        language=theory.extra.get("x-language"),
        theory=theory,
    )


def put_together(
    title: str,
    subtitle: str,
    chosen: Iterable[Section],
    context: Any,
    *,
    all_of: bool,
    language: object = None,
    **given: Any,
) -> Report:
    """A page of sections.

    Args:
        title: what it is called.
        subtitle: what stands below.
        chosen: the sections.
        context: what they are filled from.
        all_of: whether those that have nothing to say are there and say so.
        language: the language of its words; English where that is no text.
        given: what else the templates know.
    """
    page = _page()
    filled = []
    for section in chosen:
        content = section.fill(context)
        if content is None:
            if not all_of:
                continue
            html, wide = "<p>There is nothing to tell here yet.</p>", False
        else:
            body = (
                page.from_string(section.template) if section.inline else page.get_template(section.template)
            )
            wide = section.wide and not content.get("upright", False)
            html = body.render(section=section, context=context, **given, **content)
        filled.append({"name": section.name, "title": section.title, "html": html, "wide": wide})
    html = page.get_template("page.html").render(
        title=title,
        subtitle=subtitle,
        sections=filled,
        language=language if isinstance(language, str) else "en",
    )
    return Report(harmless(title), html, tuple(str(one["name"]) for one in filled))


def chosen_from(shelf: Mapping[str, Section], sections: Iterable[str | Section] | None) -> list[Section]:
    """The sections that are asked for; left out, all of the shelf.

    Raises:
        UsageError: there is no such section.
    """
    return [_section(shelf, one) for one in (shelf.values() if sections is None else sections)]


def _section(shelf: Mapping[str, Section], one: str | Section) -> Section:
    if isinstance(one, Section):
        return one
    found = shelf.get(one)
    if found is None:
        raise UsageError(
            f"A report has no section {show(one)}.{did_you_mean(str(one), shelf)} There are {', '.join(shelf)}."
        )
    return found


@cache
def _page() -> jinja2.Environment:
    """The templates; every word of a theory that is put into one is escaped, and what is hidden in it is shown."""
    import jinja2

    def finalize(value: Any) -> Any:
        # A bare text from the theory may hold characters that hide or reorder words.
        return visible(value) if type(value) is str else "" if value is None else value

    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
    )
    found.filters["percent"] = _percent
    return found


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.0f} %"
