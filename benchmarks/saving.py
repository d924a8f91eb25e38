"""Whether anything is ever lost: saves that are killed, that meet a full disk, and that two writers do at once.

Run from the root of the project, on Linux or macOS::

    python benchmarks/saving.py                  300 rounds of each
    python benchmarks/saving.py --rounds 30 killed full two-writers

Each scenario is run twice: as driverkit saves, and as a control that does the obvious thing, which is to open
the file for writing and write. What driverkit loses must be 0; what the control loses must be more, or the
scenario has shown nothing. The exit status is 1 where either is otherwise.

``killed``
    A process saves over and over and is killed: in half of the rounds after a random time, in the others
    at one line after the other of the code that writes. Lost: the file is neither an old version nor a new
    one, whole.
``full``
    A save meets a disk with no room for it: a tmpfs of its own where the system lets one be made
    (``unshare``), else a limit on the size of files. Lost: the file is not the old one where the save
    failed, or not the new one where it said that it succeeded.
``two-writers``
    Two processes read the same file at the same moment, each adds a team, and both save: with `dk.update`,
    which must keep both; with `dk.save`, of which one may be refused and then told so. Lost: an edit that
    was reported as saved and is not in the file.
``commands``
    Likewise with two ``driverkit set`` and ``driverkit add`` at once; both must be in the file.
``folder``
    Likewise with a folder of CSV files.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "src")]

import driverkit as dk  # noqa: E402
from driverkit import examples  # noqa: E402
from driverkit.cli import run  # noqa: E402
from driverkit.formats import disk, files  # noqa: E402
from driverkit.formats.edit import patched  # noqa: E402

TITLE = "Leaving hospital safely"


def text(title: str) -> str:
    """A theory of some 15 kB as a person writes it, by its title."""
    more = "".join(
        f"  # remark {n}\n  - {{id: F{n}, name: Team number {n} of the ward}}\n" for n in range(250)
    )
    return f"driverkit: 1\ntitle: {title}   # ours\naims: [{{id: A1, text: Fewer people come back}}]\nteams:\n{more}"


def saved(theory: dk.Theory, path: Path) -> None:
    dk.save(theory, path)


def plainly(theory: dk.Theory, path: Path) -> None:
    """The control: the same text, written the obvious way."""
    new = patched(path.read_text("utf-8"), theory, format="yaml")
    stream = path.open("w", encoding="utf-8")
    stream.write(new)
    stream.flush()
    os.fsync(stream.fileno())
    stream.close()


WAYS: dict[str, Callable[[dk.Theory, Path], None]] = {"driverkit": saved, "control": plainly}


def child(work: Callable[[], None]) -> int:
    """A process that does some work and ends; its number."""
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


# ---------------------------------------------------------------------------------------------- killed


def killed(way: str, rounds: int, folder: Path) -> dict[str, int]:
    write, rng = WAYS[way], random.Random(7)
    path = folder / "theory.yaml"
    lines = lines_of(write, path)
    lost = between = 0
    for number in range(rounds):
        path.write_text(text(TITLE), "utf-8")
        told, tell = os.pipe()
        at = (number // 2) % lines if number % 2 else None

        def work(at: int | None = at, tell: int = tell, number: int = number) -> None:
            theory = dk.load(path)
            os.write(tell, b".")
            if at is not None:
                sys.settrace(after(at, lambda: os.kill(os.getpid(), signal.SIGKILL)))
            for turn in range(1000):
                theory = theory.replace(title=f"Saved {number} {turn} times")
                write(theory, path)

        process = child(work)
        os.close(tell)
        os.read(told, 1)
        os.close(told)
        if at is None:
            time.sleep(rng.random() * 0.15)
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        found = path.read_bytes().decode("utf-8", "replace")
        try:
            whole = found == text(dk.loads(found).title)
        except dk.DriverkitError:
            whole = False
        lost += not whole
        left = [one for one in folder.iterdir() if one.name.endswith(".tmp")]
        between += bool(left)
        for one in left:
            one.unlink()
    return {"lost": lost, "files left beside": between}


def after(at: int, act: Callable[[], Any]) -> Any:
    """A trace that acts at the given line of the code that writes, counted as it runs."""
    count = 0

    def trace(frame: Any, event: str, _: object) -> Any:
        nonlocal count
        if frame.f_code.co_filename not in (files.__file__, disk.__file__, __file__):
            return None
        if event == "line":
            count += 1
            if count > at:
                act()
        return trace

    return trace


def lines_of(write: Callable[[dk.Theory, Path], None], path: Path) -> int:
    """How many lines of that code one save runs through."""
    path.write_text(text(TITLE), "utf-8")
    theory = dk.load(path).replace(title="New")
    count = 0

    def one() -> None:
        nonlocal count
        count += 1

    sys.settrace(after(0, one))
    try:
        write(theory, path)
    finally:
        sys.settrace(None)
    return count


# ------------------------------------------------------------------------------------------------ full


def full(way: str, rounds: int, folder: Path) -> dict[str, int]:
    """In a file system of its own where that may be made; else with a limit on the size of a file."""
    call = [sys.executable, __file__, "--inside", way, "--rounds", str(rounds)]
    if shutil.which("unshare"):
        mount = 'mount -t tmpfs -o size=256k none "$0" && exec "$@" "$0"'
        own = ["unshare", "-rm", "sh", "-c", mount, str(folder), *call, "--folder"]
        done = subprocess.run(own, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return {**json.loads(done.stdout), "on a tmpfs": rounds}
    done = subprocess.run([*call, "--folder", str(folder)], capture_output=True, text=True, check=True)
    return {**json.loads(done.stdout), "at a limit": rounds}


def inside(way: str, rounds: int, folder: Path) -> dict[str, int]:
    """Fill the disk but for a random rest, and save."""
    write, rng = WAYS[way], random.Random(11)
    path, ballast = folder / "theory.yaml", folder / "ballast"
    mounted = shutil.disk_usage(folder).total < 1_000_000
    begin = text(TITLE)
    lost = refused = half = 0
    for number in range(rounds):
        ballast.unlink(missing_ok=True)
        path.write_text(begin, "utf-8")
        theory = dk.load(path).replace(title=f"Number {number} {'is longer ' * 2000}".strip())
        new = begin.replace(TITLE, theory.title)
        if mounted:
            free = shutil.disk_usage(folder).free
            with contextlib.suppress(OSError):
                ballast.write_bytes(b"x" * (free - rng.randrange(0, 2 * len(new))))
        else:
            most = rng.randrange(2 * len(new))
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            write(theory, path)
            told = True
        except OSError:
            told = False
        if not mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        refused += not told
        lost += path.read_bytes() != (new if told else begin).encode()
        half += any(one.name.endswith(".tmp") for one in folder.iterdir())
    return {"lost": lost, "refused": refused, "files left beside": half}


# ----------------------------------------------------------------------------------------- two writers


def two(
    rounds: int, prepare: Callable[[], None], work: Callable[[str], bool], there: Callable[[], set[str]]
) -> dict[str, int]:
    """Two processes that are let go at the same moment; what each says that it saved, and what is there."""
    lost = refused = 0
    for _ in range(rounds):
        prepare()
        go, let = os.pipe()
        told, tell = os.pipe()
        processes = []
        for name in ("one", "two"):

            def edit(name: str = name, go: int = go, tell: int = tell, let: int = let) -> None:
                os.close(let)
                os.read(go, 1)
                out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in "oe")
                with (
                    contextlib.redirect_stdout(out),
                    contextlib.redirect_stderr(err),
                    contextlib.suppress(dk.FormatError),  # the control may find half a file
                ):
                    if work(name):
                        os.write(tell, f"{name} ".encode())

            processes.append(child(edit))
        os.close(go)
        os.close(tell)
        os.close(let)
        ended = [os.waitpid(process, 0)[1] for process in processes]
        assert ended == [0, 0], "a writer broke"
        said = set(os.read(told, 100).decode().split())
        os.close(told)
        lost += len(said - there())
        refused += 2 - len(said)
    return {"lost": lost, "refused and told": refused}


def two_writers(way: str, rounds: int, folder: Path) -> dict[str, int]:
    path = folder / "theory.yaml"

    def prepare() -> None:
        path.write_text(text(TITLE), "utf-8")

    def edit(name: str) -> bool:
        if way == "control":
            plainly(dk.load(path).add(dk.Team(name)), path)
        elif way == "save":
            try:
                dk.save(dk.load(path).add(dk.Team(name)), path)
            except dk.FileChanged:
                return False
        else:
            dk.update(path, lambda theory: theory.add(dk.Team(name)))
        return True

    def there() -> set[str]:
        try:
            return {team.id for team in dk.load(path).teams}
        except dk.DriverkitError:
            return set()

    return two(rounds, prepare, edit, there)


def commands(way: str, rounds: int, folder: Path) -> dict[str, int]:
    path = folder / "theory.yaml"

    def prepare() -> None:
        path.write_text(examples.text("leaving-hospital"), "utf-8")

    def edit(name: str) -> bool:
        if way == "control":
            plainly(dk.load(path).add(dk.Team(name)), path)
            return True
        words = ["set", "P1", f"tags+={name}"] if name == "one" else ["add", "team", "Two", "--id", name]
        return run([words[0], str(path), *words[1:]]) == 0

    def there() -> set[str]:
        try:
            theory = dk.load(path)
        except dk.DriverkitError:
            return set()
        return {team.id for team in theory.teams} | set(theory.node("P1").tags)

    return two(rounds, prepare, edit, there)


def csv_folder(way: str, rounds: int, folder: Path) -> dict[str, int]:
    path = folder / "plan"
    before = examples.load("small-steps")

    def prepare() -> None:
        shutil.rmtree(path, ignore_errors=True)
        dk.dump(before, path, format="csv-folder")

    def edit(name: str) -> bool:
        if way == "control":
            theory = dk.load(path).add(dk.Team(name, f"Team {name}"))
            dk.dump(theory, path, format="csv-folder")
        else:
            dk.update(path, lambda theory: theory.add(dk.Team(name, f"Team {name}")), format="csv-folder")
        return True

    def there() -> set[str]:
        try:
            return {team.id for team in dk.load(path).teams}
        except dk.DriverkitError:
            return set()

    return two(rounds, prepare, edit, there)


SCENARIOS: dict[str, tuple[Callable[[str, int, Path], dict[str, int]], tuple[str, ...]]] = {
    "killed": (killed, ("driverkit", "control")),
    "full": (full, ("driverkit", "control")),
    "two-writers": (two_writers, ("driverkit", "save", "control")),
    "commands": (commands, ("driverkit", "control")),
    "folder": (csv_folder, ("driverkit", "control")),
}


def tried(scenario: str, way: str, rounds: int) -> dict[str, int]:
    """One scenario in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="saving-") as folder:
        return SCENARIOS[scenario][0](way, rounds, Path(folder))


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    ask.add_argument("scenario", nargs="*", help=f"of {', '.join(SCENARIOS)}; left out, all")
    ask.add_argument("--rounds", type=int, default=300)
    ask.add_argument("--inside", help=argparse.SUPPRESS)
    ask.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    got = ask.parse_args()
    if got.inside:
        print(json.dumps(inside(got.inside, got.rounds, got.folder)))
        return 0
    wrong = False
    for scenario in got.scenario or SCENARIOS:
        for way in SCENARIOS[scenario][1]:
            began = time.monotonic()
            result = tried(scenario, way, got.rounds)
            wrong |= (result["lost"] == 0) == (way == "control")
            told = ", ".join(f"{key} {value}" for key, value in result.items())
            print(
                f"{scenario:12} {way:10} {got.rounds} rounds: {told} ({time.monotonic() - began:.0f} s)",
                flush=True,
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
