"""Markdown: an outline that people write by hand."""

from __future__ import annotations

from driverkit.formats.markdown_outline import dumps_markdown, loads_markdown
from driverkit.formats.markdown_patch import patch_markdown
from driverkit.formats.record import Format

__all__ = ["MARKDOWN"]

MARKDOWN = Format(
    name="md",
    suffixes=(".md", ".markdown"),
    description="Outline in Markdown: headings for aims and drivers, list items for change ideas.",
    holds="title, aims, drivers and change ideas with their fields, their links and the reasons for them",
    loads=loads_markdown,
    dumps=dumps_markdown,
    patch=patch_markdown,
    orders=True,
)
