"""Matrices: drivers by change ideas, and nodes by measures; with a view for notebooks.

>>> from driverkit.model import ChangeIdea, Driver, Theory
>>> theory = Theory(
...     "Fewer falls",
...     drivers=[Driver("P1", "Risk is known"), Driver("S1", "People say it", contributes_to=["P1"])],
...     change_ideas=[ChangeIdea("C1", "Ask at admission", contributes_to=["S1"])],
... )
>>> driver_matrix(theory)["C1"].to_dict()
{'P1': 'through', 'S1': 'direct'}
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from driverkit.errors import UsageError
from driverkit.evidence import has_outcome, idea_status, measures_of
from driverkit.evidence.words import shortened, visible
from driverkit.graph import snapshot
from driverkit.model import Aim, ChangeIdea, Driver, Theory

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

__all__ = ["MOST_CELLS", "driver_matrix", "matrix_style", "measure_matrix"]

MOST_CELLS = 4_000_000
"""How many cells a matrix may have; a larger one is refused, as nobody could read it nor memory hold it."""


def _chosen(
    theory: Theory, ids: Iterable[str] | None, noun: Any, what: str, every: Sequence[Any]
) -> list[Any]:
    if ids is None:
        return list(every)
    found = []
    for id in [ids] if isinstance(ids, str) else ids:
        node = theory.node(id)
        if not isinstance(node, noun):
            raise UsageError(f"{id!r} is no {what}.")
        found.append(node)
    return found


def _not_too_large(rows: int, columns: int, what: str) -> None:
    if rows * columns > MOST_CELLS:
        raise UsageError(
            f"A matrix of {rows:,} by {columns:,} has more than {MOST_CELLS:,} cells. Name some of the {what}."
        )


def driver_matrix(
    theory: Theory, *, drivers: Iterable[str] | None = None, ideas: Iterable[str] | None = None
) -> pd.DataFrame:
    """Drivers by change ideas: how each idea moves each driver.

    A cell says ``strong``, ``moderate`` or ``weak`` where the idea contributes to the driver directly and
    the link says how strongly; ``direct`` where the link does not say; ``through`` where it contributes
    only through other drivers, same-level and conditional links included; and nothing where it does not.

    Rows and columns are named by ids, in file order. ``attrs`` holds ``texts`` (the words of each id),
    ``status`` (how far each idea has come: proposed, testing, adopted, abandoned) and ``tested`` (the
    ideas with a cycle that reached Study). `matrix_style` makes a view of it for a notebook.

    Args:
        theory: the theory.
        drivers: the ids of the drivers to show; left out, all.
        ideas: the ids of the change ideas to show; left out, all.

    Raises:
        UnknownId: nothing has one of the ids.
        UsageError: it is of something else, or the matrix would have too many cells.
    """
    import numpy as np
    import pandas as pd

    rows = _chosen(theory, drivers, Driver, "driver", theory.drivers)
    columns = _chosen(theory, ideas, ChangeIdea, "change idea", theory.change_ideas)
    _not_too_large(len(rows), len(columns), "drivers or ideas")
    net = snapshot(theory)
    place = {net.number[driver.id]: at for at, driver in enumerate(rows)}
    cells = np.full((len(rows), len(columns)), "", dtype=object)
    for at, idea in enumerate(columns):
        met = set(net.effects[net.number[idea.id]])
        stack = list(met)
        while stack:
            for effect in net.effects[stack.pop()]:
                if effect not in met:
                    met.add(effect)
                    stack.append(effect)
        for i in met:
            if i in place:
                cells[place[i], at] = "through"
        for link in idea.contributes_to:
            i = net.number[link.to]
            if i in place:
                cells[place[i], at] = link.strength or "direct"
    frame = pd.DataFrame(
        cells,
        index=pd.Index([driver.id for driver in rows], name="driver", dtype="object"),
        columns=pd.Index([idea.id for idea in columns], name="idea", dtype="object"),
    )
    status = {idea.id: idea_status(theory, idea.id) for idea in columns}
    frame.attrs = {
        "table": "driver_matrix",
        "title": theory.title,
        "texts": {node.id: node.text for node in (*rows, *columns)},
        "status": {id: each.status for id, each in status.items()},
        "tested": [id for id, each in status.items() if each.tested],
    }
    return frame


def measure_matrix(
    theory: Theory, *, nodes: Iterable[str] | None = None, measures: Iterable[str] | None = None
) -> pd.DataFrame:
    """Aims, drivers and change ideas by measures: which measure tells about which node.

    A cell says the role of the measure (``outcome``, ``process`` or ``balancing``) where it is of that
    node, that is where it names the node under ``of`` or the aim names it; ``measure`` where no role is
    said; ``outcome`` where an aim names it and it says no role; and nothing elsewhere.

    Rows and columns are named by ids, in file order. ``attrs`` holds ``texts`` (the words of each id) and
    ``unmeasured`` (the ids of shown aims and drivers without any measure in the theory).

    Args:
        theory: the theory.
        nodes: the ids of the nodes to show; left out, all aims, drivers and change ideas.
        measures: the ids of the measures to show; left out, all.

    Raises:
        UnknownId: nothing has one of the ids.
        UsageError: it is of something else, or the matrix would have too many cells.
    """
    import numpy as np
    import pandas as pd

    from driverkit.model import Measure

    rows = _chosen(theory, nodes, (Aim, Driver, ChangeIdea), "aim, driver or change idea", theory.nodes)
    columns = _chosen(theory, measures, Measure, "measure", theory.measures)
    _not_too_large(len(rows), len(columns), "nodes or measures")
    place = {measure.id: at for at, measure in enumerate(columns)}
    found = measures_of(theory)
    cells = np.full((len(rows), len(columns)), "", dtype=object)
    for at, node in enumerate(rows):
        for measure in found.get(node.id, ()):
            if measure.id in place:
                role = measure.role
                if role is None and isinstance(node, Aim) and node.measure == measure.id:
                    role = "outcome" if has_outcome(theory, node) else None
                cells[at, place[measure.id]] = role or "measure"
    frame = pd.DataFrame(
        cells,
        index=pd.Index([node.id for node in rows], name="node", dtype="object"),
        columns=pd.Index([measure.id for measure in columns], name="measure", dtype="object"),
    )
    frame.attrs = {
        "table": "measure_matrix",
        "title": theory.title,
        "texts": {node.id: node.text for node in (*rows, *columns)},
        "unmeasured": [n.id for n in rows if n.id not in found and not isinstance(n, ChangeIdea)],
    }
    return frame


# Shades of grey that survive printing, each with the word in the cell; the darker, the stronger.
_SHADES = {
    "strong": "background-color: #404040; color: #ffffff",
    "moderate": "background-color: #9a9a9a; color: #000000",
    "weak": "background-color: #d9d9d9; color: #000000",
    "direct": "background-color: #bdbdbd; color: #000000",
    "through": "color: #444444; font-style: italic",
    "outcome": "background-color: #404040; color: #ffffff",
    "process": "background-color: #bdbdbd; color: #000000",
    "balancing": "background-color: #ececec; color: #000000; text-decoration: underline",
    "measure": "background-color: #e6e6e6; color: #000000",
}
_HEADINGS = {"driver_matrix": "Drivers by change ideas", "measure_matrix": "Nodes by measures"}


def matrix_style(matrix: pd.DataFrame) -> Styler:
    """A view of a matrix for a notebook or a page: cells shaded, ids with the words they stand for.

    The shades are of grey and every shaded cell has its word, so nothing is lost in print. Of an idea the
    head of its column says how far it has come; "not measured" stands beside a node without a measure.
    All words of the theory are escaped. ``matrix_style(matrix).to_html()`` gives the text of the table.

    Args:
        matrix: what `driver_matrix` or `measure_matrix` gave, or some of its rows and columns.

    Raises:
        UsageError: it is another data frame.
    """
    if matrix.attrs.get("table") not in _HEADINGS:
        raise UsageError("Only a driver_matrix or a measure_matrix has such a view.")
    said = matrix.attrs
    status, tested = said.get("status", {}), set(said.get("tested", ()))
    unmeasured = set(said.get("unmeasured", ()))

    def head(id: Any) -> str:
        words = _escaped(shortened(visible(" ".join(said["texts"].get(id, "").split())), 70))
        more = (
            f"<br><em>{_escaped(status[id])}{'' if id in tested else ', untested'}</em>"
            if id in status
            else ""
        )
        return f'<b>{_escaped(str(id))}</b><br><span style="font-weight: normal">{words}{more}</span>'

    def side(id: Any) -> str:
        words = _escaped(shortened(visible(" ".join(said["texts"].get(id, "").split())), 90))
        more = " <em>(not measured)</em>" if id in unmeasured else ""
        return f'<b>{_escaped(str(id))}</b> <span style="font-weight: normal">{words}{more}</span>'

    style = matrix.style.format(escape="html")
    style = style.format_index(head, axis="columns").format_index(side, axis="index")
    style = style.map(lambda word: _SHADES.get(word, ""))
    style = style.set_table_styles(
        [
            {"selector": "caption", "props": "text-align: left; font-weight: bold; padding: 4px 0"},
            {"selector": "", "props": "border-collapse: collapse; font-family: sans-serif; font-size: 13px"},
            {
                "selector": "th, td",
                "props": "border: 1px solid #8c8c8c; padding: 4px 8px; vertical-align: bottom",
            },
            {"selector": "td", "props": "text-align: center; vertical-align: middle; min-width: 5em"},
            {
                "selector": "th.row_heading",
                "props": "text-align: left; max-width: 24em; vertical-align: middle",
            },
            {"selector": "th.col_heading", "props": "text-align: left; max-width: 11em"},
        ]
    )
    title = _escaped(visible(" ".join(said["title"].split())))
    return style.set_caption(f"{_HEADINGS[said['table']]}: {title}")


def _escaped(text: str) -> str:
    return html.escape(text)
