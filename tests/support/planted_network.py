"""A network of any size in which it is known what is true: which idea works where, who drifted, where ideas stopped.

`plant` writes a folder: ``network.yaml`` with the members' theory files, ``tables/`` with the points as Parquet pieces of whole
members, and ``truths.json`` with what was planted. Everything is made of one seed; nothing in it is real.

    hub          one aim, 4 primary and 12 secondary drivers, 24 change ideas, a measure of each idea
    effects      6 ideas work everywhere, 6 in one setting alone, 12 nowhere: where one works its measure steps up by
                 0.8 standard deviations with the first Do at a site, and 8 of 10 predictions hold instead of 1 of 3
    drift        1 member of 25 dropped, reworded and relinked two fifths of the common drivers; the others changed a word
    diffusion    each idea began at one member and went on from there, each taking it from an earlier one
                 (``adapted_from``); of one idea in three it was abandoned at every end, of the others adopted
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import driverkit as dk

SETTINGS = ("rural", "suburban", "urban")
COACHES = ("experienced", "new")
GROUPS = ("", "first language", "second language", "no record")
BEGIN = dt.date(2023, 1, 2)
IDEAS, SECONDARY, PRIMARY = 24, 12, 4
STEP = 0.8
PIECE = 250_000  # points, of whole members, that a file of Parquet holds at least
HELD = {True: 0.8, False: 0.33}

_WHAT = ("The plan", "Every question", "The record", "Help at night", "The first visit", "Each transfer")
_HOW = ("is known to all who need it", "reaches the one who can act on it")
_DO = ("Ask about", "Write down", "Read out", "Draw", "Count", "Call back about")
_OBJECT = ("the plan on the first day", "what is still open", "who comes next", "what went well")
_OTHER = (
    "Rooms stand near each other",
    "Pay follows the results of a year",
    "Machines sort what is urgent",
    "Volunteers take over on weekends",
    "Rules fit on one sheet",
    "Journeys are paid for",
)


@dataclass(frozen=True)
class Size:
    """How large the network is."""

    members: int = 200
    ideas_each: int = 10
    cycles_each: int = 100
    sites: int = 10
    groups: int = 4
    days: int = 625

    @property
    def points(self) -> int:
        return self.members * self.ideas_each * self.sites * self.groups * self.days

    @property
    def cycles(self) -> int:
        return self.members * self.cycles_each


def plant(folder: Path, size: Size, *, seed: int = 1) -> dict[str, Any]:
    """Write the network and hand back what was planted in it."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    members = [f"m{at + 1:03}" for at in range(size.members)]
    context = {
        id: {"setting": SETTINGS[at % 3], "coach": COACHES[int(rng.integers(2))]}
        for at, id in enumerate(members)
    }
    works = {f"C{at + 1:02}": _works(at) for at in range(IDEAS)}
    drifted = sorted(rng.choice(members, max(1, size.members // 25), replace=False).tolist())
    takes = _takes(rng, members, size)
    spread = _spread(rng, members, takes)
    ends = {idea: sorted(set(_members_of(spread, idea)) - _gave(spread, idea)) for idea in works}
    stopped = {idea: ends[idea] for at, idea in enumerate(works) if at % 3 == 2}
    starts = _starts(rng, members, takes, spread, size)
    (folder / "members").mkdir(exist_ok=True)
    for id in members:
        theory = _theory(rng, id, takes[id], id in drifted, context[id], works, spread, stopped, starts, size)
        (folder / "members" / f"{id}.json").write_text(json.dumps(theory), "utf-8")
    (folder / "hub.json").write_text(json.dumps(_hub()), "utf-8")
    listed = [
        {"id": id, "name": f"Place {id[1:]}", "theory": f"members/{id}.json", "context": context[id]}
        for id in members
    ]
    network = {"driverkit": 1, "title": "A planted network", "hub": "hub.json", "members": listed}
    # JSON is YAML too.
    (folder / "network.yaml").write_text(json.dumps(network, indent=1), "utf-8")
    _points(rng, folder / "tables" / "points", members, context, takes, works, starts, size)
    truths = {
        "size": {**asdict(size), "points": size.points, "cycles": size.cycles},
        "works": works,
        "drifted": drifted,
        "ends": ends,
        "stopped": stopped,
    }
    (folder / "truths.json").write_text(json.dumps(truths, indent=1), "utf-8")
    return truths


def _works(at: int) -> list[str]:
    if at % 4 == 0:
        return list(SETTINGS)
    return [SETTINGS[at // 4 % 3]] if at % 4 == 1 else []


def _takes(rng: Any, members: list[str], size: Size) -> dict[str, list[int]]:
    """Which ideas each member takes up, by their numbers."""
    return {id: sorted(rng.choice(IDEAS, size.ideas_each, replace=False).tolist()) for id in members}


def _idea(at: int) -> str:
    return f"C{at + 1:02}"


Spread = dict[tuple[str, str], tuple[str, int]]
"""For an idea and a member: from whom it came (the empty text where it began) and after how many members."""


def _spread(rng: Any, members: list[str], takes: dict[str, list[int]]) -> Spread:
    found: Spread = {}
    for at in range(IDEAS):
        there = [id for id in members if at in takes[id]]
        rng.shuffle(there)
        for place, id in enumerate(there):
            source = "" if place == 0 else there[int(rng.integers(max(0, place - 12), place))]
            found[_idea(at), id] = (source, 0 if not source else found[_idea(at), source][1] + 1)
    return found


def _members_of(spread: Spread, idea: str) -> list[str]:
    return [member for (one, member), (source, _) in spread.items() if one == idea and source]


def _gave(spread: Spread, idea: str) -> set[str]:
    return {source for (one, _), (source, _) in spread.items() if one == idea and source}


def _starts(
    rng: Any, members: list[str], takes: dict[str, list[int]], spread: Spread, size: Size
) -> dict[tuple[str, str], list[int]]:
    """For a member and idea the day of the first Do at each site, later for what came from elsewhere."""
    deepest = {idea: 1 for idea, _ in spread}
    for (idea, _), (_, depth) in spread.items():
        deepest[idea] = max(deepest[idea], depth)
    found = {}
    for id in members:
        for at in takes[id]:
            idea = _idea(at)
            depth = spread[idea, id][1]
            first = 0.3 + 0.3 * depth / deepest[idea]  # after three to six tenths of the days
            later = rng.integers(1, max(2, size.days // 20), size.sites)
            later[0] = 0  # the first site begins before anybody adapts it
            found[id, idea] = [int(size.days * first + one) for one in np.sort(later)]
    return found


def _day(at: int) -> str:
    return (BEGIN + dt.timedelta(days=int(at))).isoformat()


def _hub() -> dict[str, Any]:
    return {
        "driverkit": 1,
        "title": "A common theory",
        "aims": [{"id": "A1", "text": "People leave with what they need"}],
        "drivers": _drivers(),
        "change_ideas": [
            {"id": _idea(at), "text": _idea_words(at), "contributes_to": [f"S{at % SECONDARY + 1:02}"]}
            for at in range(IDEAS)
        ],
        "measures": [
            {
                "id": f"M{at + 1:02}",
                "name": f"How often: {_idea_words(at)}",
                "of": [_idea(at)],
                **_measure(at),
            }
            for at in range(IDEAS)
        ],
    }


def _measure(at: int) -> dict[str, Any]:
    return {"role": "process", "direction": "increase", **({"unit": "%"} if at % 2 else {})}


def _driver_words(at: int) -> str:
    return f"{_WHAT[at % 6]} {_HOW[at // 6 % 2]}"


def _idea_words(at: int) -> str:
    return f"{_DO[at % 6]} {_OBJECT[at // 6]}"


def _drivers() -> list[dict[str, Any]]:
    primary = [
        {"id": f"P{at + 1}", "text": f"Part {at + 1} of the way is safe", "contributes_to": ["A1"]}
        for at in range(PRIMARY)
    ]
    return primary + [
        {"id": f"S{at + 1:02}", "text": _driver_words(at), "contributes_to": [f"P{at % PRIMARY + 1}"]}
        for at in range(SECONDARY)
    ]


def _theory(
    rng: Any,
    id: str,
    takes: list[int],
    drifted: bool,
    context: dict[str, str],
    works: dict[str, list[str]],
    spread: Spread,
    stopped: dict[str, list[str]],
    starts: dict[tuple[str, str], list[int]],
    size: Size,
) -> dict[str, Any]:
    drivers = []
    for one in _drivers():
        at = int(one["id"][1:]) - 1
        mine = {**one, "id": f"D{one['id']}", "adapts": one["id"]}
        mine["contributes_to"] = [to if to == "A1" else f"D{to}" for to in one["contributes_to"]]
        if one["id"].startswith("S"):
            if drifted and at % 5 == 0:  # other words, another place
                mine["text"] = _OTHER[at % 6]
                mine["contributes_to"] = [f"DP{(at + 1) % PRIMARY + 1}"]
            elif drifted and at % 5 == 1:  # a driver of their own instead
                del mine["adapts"]
                mine["text"] = _OTHER[(at + 3) % 6]
            elif rng.random() < 0.15:
                mine["text"] += " here"
        drivers.append(mine)
    ideas = [
        {
            "id": f"K{at + 1:02}",
            "text": _idea_words(at),
            "adapts": _idea(at),
            "contributes_to": [f"DS{at % SECONDARY + 1:02}"],
        }
        for at in takes
    ]
    return {
        "driverkit": 1,
        "title": f"Theory of place {id[1:]}",
        "aims": [{"id": "A1", "text": "People leave with what they need", "adapts": "A1"}],
        "drivers": drivers,
        "change_ideas": ideas,
        "measures": [
            {
                "id": f"N{at + 1:02}",
                "name": f"How often: {_idea_words(at)}",
                "of": [f"K{at + 1:02}"],
                "adapts": f"M{at + 1:02}",
                **_measure(at),
            }
            for at in takes
        ],
        "cycles": [
            cycle
            for at in takes
            for cycle in _ramp(
                rng, id, at, context["setting"] in works[_idea(at)], spread, stopped, starts, size
            )
        ],
    }


def _ramp(
    rng: Any,
    id: str,
    at: int,
    holds: bool,
    spread: Spread,
    stopped: dict[str, list[str]],
    starts: dict[tuple[str, str], list[int]],
    size: Size,
) -> list[dict[str, Any]]:
    idea = _idea(at)
    source, _ = spread[idea, id]
    found = []
    n = size.cycles_each // size.ideas_each
    for number in range(n):
        day = starts[id, idea][number % size.sites] + 7 * (number // size.sites)
        results = rng.random(2) < HELD[holds]
        last = number == n - 1
        ended = "abandon" if id in stopped.get(idea, ()) else "adopt"
        cycle: dict[str, Any] = {
            "id": f"{idea}.{number + 1}",
            "change": f"K{at + 1:02}",
            "site": f"site {number % size.sites + 1:02}",
            "scale": 2 ** min(number + 1, 8),
            "plan": {"date": _day(day - 3)},
            "predictions": [
                {
                    "question": f"question {q}",
                    "prediction": "yes",
                    "result": "confirmed" if one else "refuted",
                }
                for q, one in enumerate(results, 1)
            ],
            "do": {"date": _day(day)},
            "study": {"date": _day(day + 2), "learned": "what the counts say"},
            "act": {"date": _day(day + 3), "decision": ended if last else "adapt"},
        }
        if number:
            cycle["follows"] = f"{idea}.{number}"
        elif source:
            cycle["adapted_from"] = f"{source}/{idea}.1"
        found.append(cycle)
    return found


def _points(
    rng: Any,
    folder: Path,
    members: list[str],
    context: dict[str, dict[str, str]],
    takes: dict[str, list[int]],
    works: dict[str, list[str]],
    starts: dict[tuple[str, str], list[int]],
    size: Size,
) -> None:
    """The points as Parquet files of whole members; shares of about 60 every second measure, plain values otherwise."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    lines, days = size.sites * size.groups, size.days
    date = np.datetime64(BEGIN, "D") + np.arange(days)
    sites = [f"site {at + 1:02}" for at in range(size.sites)]
    n = len(takes[members[0]]) * lines * days

    def words(codes: Any, names: list[str]) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype("int8")), pa.array(names))

    at_idea = np.repeat(np.arange(size.ideas_each), lines * days)
    at_site = np.tile(np.repeat(np.arange(size.sites), size.groups * days), size.ideas_each)
    at_group = np.tile(np.repeat(np.arange(size.groups), days), size.ideas_each * size.sites)
    dates = pa.array(np.tile(date, size.ideas_each * lines).astype("datetime64[ms]"))
    row = pa.array(np.tile(np.arange(1, days + 1, dtype="int64"), size.ideas_each * lines))
    waiting: list[Any] = []
    pieces = 0
    for id in members:
        value = np.empty((size.ideas_each, size.sites, size.groups, days))
        top = np.full(value.shape, np.nan)
        bottom = np.full(value.shape, np.nan)
        for place, at in enumerate(takes[id]):
            level = rng.normal(0, 1, (size.sites, size.groups, 1))
            step = np.zeros((size.sites, 1, days))
            if context[id]["setting"] in works[_idea(at)]:
                for site, start in enumerate(starts[id, _idea(at)]):
                    step[site, 0, start:] = STEP
            noise = level + step + rng.standard_normal((size.sites, size.groups, days))
            if at % 2:
                bottom[place] = rng.integers(40, 80, noise.shape)
                share = np.clip(0.5 + 0.07 * noise, 0, 1)  # about one standard deviation of such a share
                top[place] = np.rint(bottom[place] * share)
                value[place] = top[place] * 100.0 / bottom[place]
            else:
                value[place] = np.round(50 + 10 * noise, 1)
        value, top, bottom = value.ravel(), top.ravel(), bottom.ravel()
        hidden = rng.random(n) < 0.005
        missing = hidden | (rng.random(n) < 0.01)
        excluded = (rng.random(n) < 0.002).astype("int8")
        table = pa.table(
            {
                "member": words(np.zeros(n), [id]),
                "measure": words(at_idea, [f"N{at + 1:02}" for at in takes[id]]),
                "hub_measure": words(at_idea, [f"M{at + 1:02}" for at in takes[id]]),
                "site": words(at_site, sites),
                "stratum": words(np.minimum(at_group, 1), ["", "language"]),
                "group": words(at_group, list(GROUPS[: size.groups])),
                "date": dates,
                "row": row,
                "value": pa.array(value, mask=missing),
                "numerator": pa.array(top, mask=missing | np.isnan(top)),
                "denominator": pa.array(bottom, mask=np.isnan(bottom)),
                "per": pa.array(np.where(np.array(takes[id])[at_idea] % 2, 100.0, 1.0)),
                "suppressed": pa.array(hidden),
                "excluded": words(excluded, ["", "a day of storm"]),
                "phase": words(np.zeros(n), [""]),
            }
        )
        waiting.append(table)
        if len(waiting) * n >= PIECE or id == members[-1]:
            piece = pa.concat_tables(waiting).unify_dictionaries()
            # In one group of rows, so that no reader takes a member apart.
            pq.write_table(piece, folder / f"part-{pieces:03}.parquet", row_group_size=len(piece))
            waiting, pieces = [], pieces + 1


# ------------------------------------------------------------------------------------------- found again

SURE = partial(dk.wilson, level=0.999)
"""72 pairs of idea and setting are looked at, so that one of them would seem to work by chance in one of thirty networks."""


def where_predictions_held(predictions: Any) -> set[tuple[str, str]]:
    """Idea and setting where surely more than half of the predictions held."""
    found = dk.prediction_counts(predictions, by=("idea", "context_setting"), interval=SURE)
    return _sure(found)


def where_lines_moved(
    points: Any, cycles: Any, members: pd.DataFrame, **options: Any
) -> set[tuple[str, str]]:
    """Idea and setting where surely more than half of the lines of its measure moved up after it began there."""
    starts = dk.idea_starts(cycles)
    starts["hub_measure"] = "M" + starts["idea"].str[1:]  # the measure of each idea has its number
    around = dk.before_and_after(points, starts, **options)
    around = around.merge(members[["member", "context_setting"]].astype("string"), on="member")
    return _sure(dk.moved_counts(around, by=("idea", "context_setting"), interval=SURE))


def _sure(found: pd.DataFrame) -> set[tuple[str, str]]:
    found = found[found["low"] > 0.5]
    return set(zip(found["idea"], found["context_setting"], strict=True))


def planted_effects(truths: dict[str, Any]) -> set[tuple[str, str]]:
    """Idea and setting where it works."""
    return {(idea, setting) for idea, settings in truths["works"].items() for setting in settings}


def in_the_theories(network: dk.Network, truths: dict[str, Any]) -> list[tuple[str, set[Any], set[Any]]]:
    """What the theory files tell: each as what it is, what was planted, and what was found."""
    drift = dk.align(network).drift
    drift = drift[drift["version"] == drift["version"].iloc[-1]] if drift["version"].notna().any() else drift
    # A member that changed a word here and there is not adrift; one that differs in a quarter of what is compared is.
    adrift = set(drift["member"][drift["drift"] >= 0.25])
    spread = dk.diffusion(network)
    stops = spread.stops
    given_up = stops[stops["why"] == "abandoned"]
    return [
        ("who drifted from the common theory", set(truths["drifted"]), adrift),
        ("where an idea went no further", _pairs(truths["ends"]), _rows(stops)),
        ("where it was given up", _pairs(truths["stopped"]), _rows(given_up)),
    ]


def _pairs(places: dict[str, list[str]]) -> set[tuple[str, str]]:
    return {(idea, member) for idea, members in places.items() for member in members}


def _rows(stops: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(stops["idea"], stops["member"], strict=True))
