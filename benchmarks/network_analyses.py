"""The analyses and reports of a network at several sizes, in one run: what each takes, and how it grows with the members.

Run from the root of the project (the largest size takes a minute or two)::

    python benchmarks/network_analyses.py                      25, 100 and 200 members
    python benchmarks/network_analyses.py --members 25,50      smaller ones
    python benchmarks/network_analyses.py --every-page         the page of every member, not of 24

The networks are planted (tests/support/planted_network.py: ten ideas and a hundred cycles at each member), with what the
planted one leaves out: a series of two years for each measure, conditions of tests, a team for every eight members,
perspectives, a recommendation for each member and an earlier version of the common theory. Each size runs in a process of its
own, after everything has run once on the example network, so that no import is timed. Each analysis begins with a network of
which nothing but the files has been read; the pages after the first go on with what the first one found. Told are the
seconds that the processor was busy, which say the same on a machine that others use, and the ratio of the largest
size to the smallest: as many times as there are members, where the work is in step with them. What comes out is marked by
a hash, so that two versions of driverkit can be held against each other.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HOME / "tests"), str(HOME / "src")]

MONTHS = 24
TEAM = 8
PAGES = 24
"""Of so many members, one after the other through the list, the pages after the first are made."""

VOICES = ("patient", "nurse", "doctor", "pharmacist", "carer")
CONDITIONS = (
    "one nurse, a weekday",
    "a full ward",
    "at night",
    "two new colleagues",
    "the interpreter was there",
)


def planted(folder: Path, members: int) -> None:
    """A planted network with series, teams, voices, recommendations and an earlier version."""
    from support.planted_network import Size, plant

    plant(folder, Size(members=members, sites=4, groups=1, days=120))
    rng = random.Random(1)
    network = json.loads((folder / "network.yaml").read_text("utf-8"))
    hub = json.loads((folder / "hub.json").read_text("utf-8"))
    teams = []
    for at, member in enumerate(network["members"]):
        if at % TEAM == 0:
            parts = [hub["drivers"][4 + (at // TEAM + more) % 12]["id"] for more in range(3)]
            voices = [VOICES[at // TEAM % 5], VOICES[(at // TEAM + 1) % 5]]
            teams.append({"id": f"t{at // TEAM}", "works_on": parts, "perspectives": voices})
        member |= {"team": teams[-1]["id"], "perspectives": [rng.choice(VOICES)], "joined": "2023-01-02"}
        measured(folder, member["id"], rng)
    hub["revision"] = {"label": "2", "date": "2023-05-01", "kind": "substantive", "why": "Two ideas are new."}
    before = {**hub, "revision": {"label": "1", "date": "2023-01-02"}}
    before["change_ideas"] = hub["change_ideas"][:-2]
    before["measures"] = hub["measures"][:-2]
    (folder / "history").mkdir()
    for name, theory in (("hub.json", hub), ("history/hub-1.json", before), ("history/hub-2.json", hub)):
        (folder / name).write_text(json.dumps(theory), "utf-8")
    network |= {
        "history": ["history/hub-1.json", "history/hub-2.json"],
        "teams": teams,
        "perspectives": [*VOICES, "interpreter"],
        "recommendations": [
            {
                "id": f"N{at}",
                "text": f"Give place {at} a telephone",
                "about": [hub["drivers"][at % 16]["id"]],
                "to": f"board {at % 7}",
                "date": "2023-03-01",
                "uptake": ("taken-up", "partly", "not-taken-up", "pending")[at % 4],
            }
            for at in range(members)
        ],
    }
    (folder / "network.yaml").write_text(json.dumps(network), "utf-8")


def measured(folder: Path, member: str, rng: random.Random) -> None:
    """A series for each measure of a member, and conditions for its cycles."""
    file = folder / "members" / f"{member}.json"
    theory = json.loads(file.read_text("utf-8"))
    days = [dt.date(2022 + at // 12, at % 12 + 1, 1) for at in range(MONTHS)]
    for measure in theory["measures"]:
        level = rng.randint(30, 50)
        if measure.get("unit") == "%":
            head, values = (
                "date,numerator,denominator",
                [f"{rng.randint(level, level + 20)},80" for _ in days],
            )
        else:
            head, values = "date,value", [str(rng.randint(level, level + 20)) for _ in days]
        lines = [f"{day.isoformat()},{value}" for day, value in zip(days, values, strict=True)]
        measure["data"] = f"{member}-{measure['id']}.csv"
        (file.parent / measure["data"]).write_text("\n".join((head, *lines, "")), "utf-8")
    for cycle in theory["cycles"]:
        cycle["conditions"] = rng.choice(CONDITIONS)
        cycle["study"]["learned"] = (
            f"It took {rng.randint(2, 9)} minutes, and {rng.choice(CONDITIONS)} mattered"
        )
    file.write_text(json.dumps(theory), "utf-8")


# --------------------------------------------------------------------------------------------- what is timed


def tables(found: Any) -> str:
    """All rows of all tables of an analysis, as text."""
    columns = getattr(found, "COLUMNS", None) or sys.modules[type(found).__module__].COLUMNS
    return "\n".join(json.dumps(found.rows(name), default=str) for name in columns)


def analyses() -> dict[str, Callable[[Any], str]]:
    """What is done with a network, by its name; each gives back what came out, as text."""
    import driverkit as dk

    def ideas(network: Any) -> list[str]:
        return [idea.id for idea in network.common.change_ideas]

    return {
        "align": lambda one: tables(dk.align(one)),
        "network_coverage": lambda one: tables(dk.network_coverage(one)),
        "combined": lambda one: dk.dumps(dk.combined(one), format="json"),
        "diffusion": lambda one: tables(dk.diffusion(one)),
        "pooled, every idea": lambda one: tables(dk.pooled(one, ideas(one))),
        "pooled, everything": lambda one: tables(dk.pooled(one)),
        "held_where": lambda one: tables(dk.held_where(one)),
        "uptake": lambda one: tables(dk.uptake(one)),
        "readiness": lambda one: str(dk.readiness(one)),
        "check_network": lambda one: "\n".join(found.message for found in dk.check_network(one)),
        "network_report": lambda one: dk.network_report(one).html,
    }


def timed(what: Callable[[], str]) -> tuple[float, str]:
    """Seconds of the processor, and the mark of what came out."""
    began = time.process_time()
    found = what()
    took = time.process_time() - began
    return took, hashlib.sha256(found.encode()).hexdigest()[:12]


def run(folder: str, every_page: bool) -> None:
    """Print a line for each analysis of the network in a folder: what, seconds, mark."""
    import attrs

    import driverkit as dk

    example = dk.examples.network()
    for what in analyses().values():
        what(example)
    dk.member_report(example, example.members[0].id)

    def tell(what: str, found: tuple[float, str]) -> None:
        print("RESULT" + json.dumps([what, *found]), flush=True)

    def loaded() -> str:
        nonlocal network
        network = dk.load_network(folder)
        return " ".join(network.theories)

    network = example
    tell("load, all members", timed(loaded))
    # A network that holds its theories; made again from these bytes, it has found out nothing yet.
    kept = pickle.dumps(network.with_theories(network.theories))
    for name, what in analyses().items():
        fresh = pickle.loads(kept)
        tell(name, timed(lambda what=what, fresh=fresh: what(fresh)))
    for name, changes in (("member page", {}), ("member page, all anonymous", {"anonymous": True})):
        fresh = attrs.evolve(pickle.loads(kept), **changes)
        first, *others = (member.id for member in fresh.members)
        others = others[:: 1 if every_page else max(1, len(others) // PAGES)]
        tell(f"first {name}", timed(lambda fresh=fresh, id=first: dk.member_report(fresh, id).html))
        took, mark = timed(
            lambda fresh=fresh, ids=others: "".join(dk.member_report(fresh, id).html for id in ids)
        )
        tell(f"each later {name}", (took / len(others), mark))
        if every_page:
            tell(f"all: {name}", (took, mark))


def main() -> None:
    """Print every figure."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--members", default="25,100,200")
    asked.add_argument("--every-page", action="store_true", help="make the pages of all members, not of some")
    asked.add_argument("--run", help=argparse.SUPPRESS)
    arguments = asked.parse_args()
    if arguments.run:
        run(arguments.run, arguments.every_page)
        return
    sizes = [int(one) for one in arguments.members.split(",")]
    found: dict[str, dict[int, tuple[float, str]]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            planted(folder, size)
            command = [sys.executable, __file__, "--run", str(folder)]
            command += ["--every-page"] if arguments.every_page else []
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HOME) as process:
                for line in process.stdout or ():
                    what, seconds, mark = json.loads(line.removeprefix("RESULT"))
                    found.setdefault(what, {})[size] = (seconds, mark)
                    print(f"{size:6} members: {what}: {seconds:.2f} s", file=sys.stderr, flush=True)
        if process.returncode:
            raise SystemExit(process.returncode)
    heads = "".join(f"{f'{size} members':>14}" for size in sizes)
    print(
        f"{'processor seconds':34}{heads}   {sizes[-1] / sizes[0]:g} times the members: times the work   mark"
    )
    for what, each in found.items():
        times = each[sizes[-1]][0] / each[sizes[0]][0] if each[sizes[0]][0] else float("nan")
        seconds = "".join(f"{each[size][0]:14.2f}" for size in sizes)
        print(f"{what:34}{seconds}   {times:6.1f}   {each[sizes[-1]][1]}")


if __name__ == "__main__":
    main()
