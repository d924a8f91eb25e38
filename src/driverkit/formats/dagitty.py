"""The text of dagitty.net and of the R package dagitty, written: for whoever asks causal questions of the graph.

Aims are outcomes, change ideas exposures; an aim or driver that no measure watches is latent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from driverkit.formats.convert import to_plain
from driverkit.formats.loss import Loss, compared
from driverkit.formats.record import Format
from driverkit.formats.sketch import SECTION
from driverkit.model import Aim, ChangeIdea, Theory

__all__ = ["DAGITTY", "dumps_dagitty"]

_TAKEN = frozenset(("graph", "node", "edge", "subgraph", "strict", "digraph", "dag", "pdag", "mag", "pag"))


def names(theory: Theory) -> dict[str, str]:
    """What each node is called there, by id: its words on one line, with the id where they would be ambiguous."""
    found: dict[str, str] = {}
    used: dict[str, int] = {}
    for node in theory.nodes:
        words = " ".join(node.text.split())
        found[node.id] = words
        used[words.casefold()] = used.get(words.casefold(), 0) + 1
    for id, words in found.items():
        if used[words.casefold()] > 1 or words.casefold() in _TAKEN:
            found[id] = f"{words} [{id}]"
    taken: set[str] = set()
    for id, words in found.items():
        while words in taken:  # somebody's words may end with an id in brackets
            words = f"{words} [{id}]"
        taken.add(words)
        found[id] = words
    return found


def quoted(words: str) -> str:
    r"""A name in quotes. Only a quote is escaped there; a backslash at the end would escape the closing one.

    >>> print(quoted('the "bell"'), quoted("C:\\"))
    "the \"bell\"" "C:\ "
    """
    return '"' + words.replace('"', '\\"') + (" " if words.endswith("\\") else "") + '"'


def dumps_dagitty(theory: Theory) -> str:
    """A theory as a causal graph in the words of dagitty: aims to the right of what moves them."""
    called = names(theory)
    levels = theory.levels
    deepest = max(levels.values(), default=0) + 1
    measured = {id for measure in theory.measures for id in measure.of}
    measured |= {aim.id for aim in theory.aims if aim.measure is not None}
    rows: dict[int, int] = {}
    out = ["dag {"]
    for node in theory.nodes:
        column = deepest if isinstance(node, ChangeIdea) else levels.get(node.id, 0)
        row = rows[column] = rows.get(column, -1) + 1
        said = []
        if isinstance(node, Aim):
            said.append("outcome")
        elif isinstance(node, ChangeIdea):
            said.append("exposure")
        if not isinstance(node, ChangeIdea) and node.id not in measured:
            said.append("latent")
        said.append(f'pos="{deepest - column},{row}"')
        out.append(f"{quoted(called[node.id])} [{','.join(said)}]")
    out += [f"{quoted(called[link.cause])} -> {quoted(called[link.effect])}" for link in theory.links]
    return "\n".join([*out, "}", ""])


def loss(theory: Theory) -> Iterable[Loss]:
    """What of a theory is not there: all but the boxes, the arrows and what is measured."""
    before = to_plain(theory)
    kept: dict[str, Any] = {"driverkit": before["driverkit"]}
    called = names(theory)
    for section in SECTION.values():
        for item in before.get(section, ()):
            held = {k: v for k, v in item.items() if k in ("id", "text")}
            held["text"] = called[item["id"]]
            if "contributes_to" in item:
                held["contributes_to"] = [
                    link if isinstance(link, str) else link["to"] for link in item["contributes_to"]
                ]
            kept.setdefault(section, []).append(held)
    ids = [
        Loss(f"{section}.id", "lost", len(items), tuple(item["id"] for item in items))
        for section in SECTION.values()
        if (items := before.get(section, ()))
    ]
    return (*ids, *compared(before, kept))


DAGITTY = Format(
    name="dagitty",
    suffixes=(".dagitty", ".dag"),
    description="The causal graph for dagitty.net and the R package dagitty; only written.",
    holds="the words of aims, drivers and change ideas, the links, and which of them are measured",
    dumps=dumps_dagitty,
    loss=loss,
)
