"""The sections of a hub's report that tell what was found out: what held where, how ideas spread, what became of advice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from driverkit.analysis.diffusion import diffusion
from driverkit.analysis.held_where import held_where
from driverkit.analysis.pooled import pooled
from driverkit.analysis.uptake import uptake
from driverkit.errors import MissingEngine
from driverkit.evidence.across import conditional_links
from driverkit.evidence.combined import combined_with_sources
from driverkit.evidence.series import scale_of
from driverkit.evidence.stamps import link_of
from driverkit.evidence.words import harmless, listed, plural
from driverkit.reporting.network_across import Content, cut
from driverkit.reporting.network_context import NetworkContext
from driverkit.reporting.sections import Section

__all__ = ["FOUND", "strip"]


def _split(cell: object) -> list[str]:
    return [one for one in str(cell or "").split("; ") if one]


# ------------------------------------------------------------------------------------------ what held where


_KINDS = {
    "change": "Change ideas",
    "driver": "Drivers, by the ideas below them",
    "link": "Links that are said to hold only under a condition",
}


def _held(context: NetworkContext) -> Content:
    found = pooled(context.network)
    try:
        between = {row["about"]: row for row in found.rows("between")}
        without = None
    except MissingEngine as error:
        between, without = {}, str(error)
    members: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows("members"):
        if row["judged"]:
            members.setdefault(row["about"], []).append(row)
    # Of links only those that are said to hold under a condition: the others tell what their causes tell.
    conditional = set(conditional_links(context.network))
    groups = []
    for kind, title in _KINDS.items():
        rows = [
            _held_row(context, about, some, between.get(about))
            for about, some in members.items()
            if some[0]["kind"] == kind and (kind != "link" or about in conditional)
        ]
        if rows:
            groups.append({"title": title, "rows": rows})
    measures, silent = _measures(context, found.rows("measures"), between)
    if not groups and not measures:
        return None
    patterns = [
        row
        for row in held_where(context.network).rows("patterns")
        if row["by"] != "conditions" and row["told_apart"] is not None
    ]
    return {
        "groups": groups,
        "measures": measures,
        "silent": silent,
        "patterns": cut(patterns),
        "without": without,
        "method": next((row["method"] for row in between.values() if row.get("method")), None),
    }


def _held_row(
    context: NetworkContext, about: str, some: list[dict[str, Any]], between: Mapping[str, Any] | None
) -> dict[str, Any]:
    held = sum(bool(row["held_there"]) for row in some)
    points = [
        (
            row["held"] / row["judged"],
            row["judged"],
            context.names[row["member"]],
            f"{row['held']} of {row['judged']}",
        )
        for row in some
    ]
    common = new = None
    if between is not None and between["pooled"] is not None:
        common = f"{_percent(between['pooled'])} ({_percent(between['low'])} to {_percent(between['high'])})"
        new = f"{_percent(between['predicted_low'])} to {_percent(between['predicted_high'])}"
    return {
        "about": about,
        "kind": some[0]["kind"],
        "text": some[0]["text"].replace(" -> ", " → ") if some[0]["kind"] == "link" else some[0]["text"],
        "only": _only_where(context, about) if some[0]["kind"] == "link" else "",
        "members": len(some),
        "held": held,
        "together": f"{sum(row['held'] for row in some)} of {sum(row['judged'] for row in some)}",
        "strip": strip(points),
        "pooled": common,
        "new": new,
        "differ": between["p"] is not None and between["p"] < 0.05 if between is not None else False,
    }


def _only_where(context: NetworkContext, link: str) -> str:
    """Under which condition a link is said to hold, and where it is known to fail, which is not counted."""
    common = link_of(context.common, link)
    own = combined_with_sources(context.network).links.get(link, {})
    fails = sum(any(one.fails_at for one in links) for links in own.values())
    said = (
        f"only where {common.only_where}"
        if common.only_where is not None
        else "under a condition, as members say"
    )
    places = [f"fails at {listed(common.fails_at)}"] if common.fails_at else []
    places += [f"{plural(fails, 'member')} {'says' if fails == 1 else 'say'} where it fails"] if fails else []
    return "; ".join([said, *places]) + (" (not counted there)" if places else "")


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


Points = Sequence[tuple[float, int, str, str]]

DOTS = 24
"""Up to so many members have a dot each; more stand in bars."""

BARS = 10
"""How many bars there are then."""


def strip(points: Points) -> str:
    """Members on a line from none to all of their predictions, each a dot as large as it has predictions judged; as SVG.

    More than `DOTS` members stand in ten bars instead, as high as there are members.

    Args:
        points: for each member the share, how many were judged, what it is called, and its counts in words.
    """
    width, height, edge = 180.0, 26.0, 9.0
    middle = height / 2
    said = f"from {_percent(min(p[0] for p in points))} to {_percent(max(p[0] for p in points))} in {len(points)} members"
    level = middle if len(points) <= DOTS else height - 2
    ends = "".join(
        f"M{x:g} {level - 4:g}v{6 if level > middle else 8}" for x in (edge, width / 2, width - edge)
    )
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    drawn = [
        f'<svg class="strip" {size} role="img" aria-label="{said}">',
        f'<path d="M{edge:g} {level:g}H{width - edge:g}{ends}" stroke="#76858d" fill="none"/>',
    ]
    drawn += _dots(points, width, middle, edge) if len(points) <= DOTS else _bars(points, width, height, edge)
    return "".join((*drawn, "</svg>"))


def _dots(points: Points, width: float, middle: float, edge: float) -> list[str]:
    at: dict[float, int] = {}
    drawn = []
    for share, judged, called, counts in sorted(points, key=lambda p: (-p[1], p[2], p[0])):
        place = round(edge + share * (width - 2 * edge), 1)
        # Members with the same share stand side by side, not on top of each other.
        step = at.get(place, 0)
        at[place] = step + 1
        moved = (step + 1) // 2 * (4 if step % 2 else -4)
        x = min(max(place + moved, edge - 4), width - edge + 4)
        radius = 2.6 + min(judged, 16) ** 0.5
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{middle:g}" r="{radius:.1f}" fill="#17475e" fill-opacity=".45" stroke="#17475e">'
            f"<title>{escape(harmless(called))}: {counts}</title></circle>"
        )
    return drawn


def _bars(points: Points, width: float, height: float, edge: float) -> list[str]:
    counts = [0] * BARS
    for share, *_ in points:
        counts[min(int(share * BARS), BARS - 1)] += 1
    wide = (width - 2 * edge) / BARS
    drawn = []
    for number, count in enumerate(counts):
        if count:
            tall = max(2.0, (height - 4) * count / max(counts))
            drawn.append(
                f'<rect x="{edge + number * wide + 0.5:.1f}" y="{height - 2 - tall:.1f}" width="{wide - 1:.1f}" height="{tall:.1f}" '
                f'fill="#17475e"><title>{count} members: {number * 100 // BARS} to {(number + 1) * 100 // BARS} %</title></rect>'
            )
    return drawn


def _decimals(rows: Sequence[Mapping[str, Any]]) -> int:
    """With how many decimals all values of a measure are told: one for percentages, else three digits of the largest."""
    if all(scale_of(row["unit"]) == 100.0 for row in rows):
        return 1
    told = ("before", "after", "difference", "low", "high")
    largest = max((abs(row[name]) for row in rows for name in told if row[name] is not None), default=0.0)
    return min(6, max(0, 2 - math.floor(math.log10(largest)))) if largest and math.isfinite(largest) else 0


def _measures(
    context: NetworkContext, rows: Iterable[Mapping[str, Any]], between: Mapping[str, Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[str]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(
            row["measure"],
            {"name": row["name"], "rows": [], "reason": between.get(row["measure"], {}).get("reason", "")},
        )
        one["rows"].append({**row, "called": context.names[row["member"]]})
    for one in found.values():
        one["counts"] = [
            (word, sum(row["change"] == word for row in one["rows"]))
            for word in ("better", "worse", "unclear")
        ]
        one["form"] = _decimals(one["rows"])
        one["rows"], one["more"] = cut(one["rows"])
    known = [one for one in found.values() if any(row["n_before"] or row["n_after"] for row in one["rows"])]
    return known, [one["name"] for one in found.values() if one not in known]


# -------------------------------------------------------------------------------------------------- spread


def _spread(context: NetworkContext) -> Content:
    found = diffusion(context.network)
    ideas = found.rows("ideas")
    if not ideas:
        return None
    moved = [row for row in ideas if row["adoptions"]]
    moved.sort(key=lambda row: (-row["adoptions"], row["idea"]))
    stops = [
        {**row, "ways": " → ".join(context.names[one] for one in str(row["path"]).split(" -> "))}
        for row in found.rows("stops")
    ]
    faults = found.rows("faults")
    return {
        "ideas": cut([{**row, "from": context.called(_split(row["began"]), 4)} for row in moved]),
        "stops": cut(stops),
        "several": [row for row in ideas if row["state"] == "in several members"],
        "home": sum(row["state"] == "never left home" for row in ideas),
        "faults": len(faults),
        "days": found.spread.days,
    }


# ----------------------------------------------------------------------------------------- recommendations


def _advice(context: NetworkContext) -> Content:
    found = uptake(context.network)
    each = found.rows("each")
    if not each:
        return None
    counts = found.rows("counts")
    rows = [
        {
            **row,
            "called": context.names.get(row["whose"], "") if row["whose"] else "",
            # What became of it stands in a column of its own.
            "then": row["found"].partition("; ")[2] or row["found"].partition(", ")[2],
        }
        for row in each
    ]
    return {
        "said": str(found).split("\n") if len(counts) else [],
        "to": [row for row in counts if row["by"] == "to"],
        "each": cut(rows),
    }


FOUND: Mapping[str, Section] = {
    section.name: section
    for section in (
        Section("held", "What held where", _held, "network-held.html"),
        Section("spread", "How ideas spread", _spread, "network-spread.html"),
        Section("recommendations", "What became of recommendations", _advice, "network-advice.html"),
    )
}
"""These sections, by name."""
