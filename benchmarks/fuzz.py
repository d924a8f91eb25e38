"""Coverage-guided fuzzing of every reader: of any bytes comes a theory, or an error of the contract.

Run from the root of the project, on Linux, with Atheris (``pip install atheris``; it is no dependency)::

    python benchmarks/fuzz.py                                 every reader, 100,000 executions each
    python benchmarks/fuzz.py yaml csv --runs 5000            some of them, shorter
    python benchmarks/fuzz.py xlsx --seeds FOLDER FOLDER      with these files as seeds too

Atheris instruments driverkit's own modules, so that an input that reaches a new branch is kept and changed
further. Seeds are the examples in every format, hand-written files of the tests, and the files below
``--seeds`` whose suffix the reader knows. Half of the changes are made to what is written rather than to
its bytes: to the values of a JSON tree, to the cells of a table, to the parts inside a workbook.

What an execution is held to: nothing is raised but a `driverkit.FormatError`; it tells at least one fault,
each a sentence; a line that is told is in the file; the message can be shown; it ends within ten seconds;
and one theory in sixteen that is read is written, and read back equal. Each distinct breach is told with a file
that shows it, in ``--found``, and makes the exit status 1.
"""

from __future__ import annotations

import argparse
import importlib
import io
import itertools
import json
import math
import os
import pkgutil
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests")]

LONGEST = 3_000
"""Bytes of an input; longer seeds are left out, as a coverage-guided search is about branches, not size."""
SLOW = 10.0
"""Seconds of processor time after which an execution counts as a hang; nothing this small should need one."""
OTHERS = ("series", "theme", "dict")
"""Readers that are no format of theories."""
BACK = 16
"""One theory in so many is read back; that takes far longer than reading, and other tests do it all day."""
PARTS = b"\n=== "
"""What divides the files of a folder, in an input that stands for one."""


def readers() -> list[str]:
    from driverkit.formats import formats

    return [one.name for one in formats() if one.is_read] + list(OTHERS)


# --------------------------------------------------------------------------------- what is run and held


TURNS = itertools.count()


class Breach(Exception):
    """Something that is outside the contract."""


def read(name: str) -> Callable[[bytes], None]:
    """What reads bytes with one reader, and holds what comes out to the contract."""
    import driverkit as dk
    from driverkit.formats import formats
    from driverkit.formats.series import read_rows
    from driverkit.formats.text import decode
    from driverkit.themes.own import theme_from

    limits = dk.Limits()
    if name == "series":
        return lambda data: void(read_rows(decode(data, "f", limits), ("group", "language"), file="f"))
    if name == "theme":
        return lambda data: void(theme_from(io.BytesIO(data)))
    if name == "dict":
        return lambda data: back(dk.from_dict(planted(data)), "json")
    chosen = next(one for one in formats() if one.name == name)
    if chosen.gathers is not None:
        gathers = chosen.gathers
        return lambda data: back(gathers(folder(data).get, "f", limits), name)
    if chosen.reads is not None:
        reads = chosen.reads
        return lambda data: back(reads(data, "f", limits), name)
    loads = chosen.loads
    assert loads is not None
    return lambda data: back(loads(decode(data, "f", limits), "f", limits), name)


def void(_: object) -> None:
    """A value that is read and is no theory."""


def back(theory: Any, name: str) -> None:
    """A theory that was read is written and read again, in its own format and in YAML; one in `BACK` is."""
    if next(TURNS) % BACK:
        return
    import driverkit as dk
    from driverkit.errors import SaveError
    from driverkit.formats import formats
    from driverkit.formats.files import losses

    if dk.loads(dk.dumps(theory)) != theory:
        raise Breach("what was read is not read back from YAML")
    chosen = next(one for one in formats() if one.name == name)
    if not chosen.is_written or (chosen.patch is not None and name == "yaml"):
        return
    try:
        lost = losses(theory, name)
    except SaveError:
        return  # a text that is longer than a cell holds is refused, in words, where it would be written
    if chosen.holds == "everything" and lost:
        raise Breach(f"what was read is not read back from {name}")


def held(run: Callable[[bytes], None], data: bytes) -> bool:
    """Run one input and hold it to the contract; whether it was read."""
    from driverkit.errors import FormatError

    began = time.process_time()
    accepted = False
    try:
        run(data)
        accepted = True
    except FormatError as error:
        if not error.faults:
            raise Breach("an error without a fault") from error
        lines = len(re.split(b"\r\n|\r|\n|\x0b|\x0c|\x1c|\x1d|\x1e|\xc2\x85|\xe2\x80[\xa8\xa9]", data))
        for fault in error.faults:
            if not fault.message.endswith((".", "?", ")", "...", "…")):
                raise Breach(f"no sentence: {fault.message[-60:]!r}") from error
            if fault.line is not None and not 1 <= fault.line <= lines and not data.startswith(b"PK"):
                raise Breach("a line that is not in the file") from error
        str(error).encode("utf-8")
    if time.process_time() - began > SLOW:
        raise Breach(f"more than {SLOW:g} s of processor time")
    return accepted


def folder(data: bytes) -> dict[str, bytes]:
    """The files of a folder in one input: each behind a line ``=== name``."""
    parts = (b"\n" + data).split(PARTS)[1:]
    return {p.partition(b"\n")[0].decode("latin-1").strip(): p.partition(b"\n")[2] for p in parts}


STRANGE: dict[str, Any] = {
    "@nan": math.nan, "@inf": math.inf, "@bytes": b"x", "@set": {1}, "@none": None, "@object": object(),
    "@big": 10**5000, "@complex": 1j, "@type": int, "@lone": "\ud800",
}  # fmt: skip


def planted(data: bytes) -> Any:
    """Python values: JSON, in which some texts stand for values that no JSON holds."""
    try:
        value = json.loads(data.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return data
    return swapped(value)


def swapped(value: Any) -> Any:
    if isinstance(value, dict):
        items = {swapped(k) if k in ("@none", "@nan", "@bytes") else k: swapped(v) for k, v in value.items()}
        if "@self" in items:
            items["@self"] = items
        return items
    if isinstance(value, list):
        return tuple(map(swapped, value)) if value[:1] == ["@tuple"] else list(map(swapped, value))
    return STRANGE.get(value, value) if isinstance(value, str) else value


# ---------------------------------------------------------------------------------------------- seeds


def seeds(name: str, given: list[Path]) -> Iterator[bytes]:
    """The examples and hand-written files in a format, and the files given whose suffix it knows."""
    import driverkit as dk
    from driverkit import examples
    from driverkit.formats import formats
    from driverkit.formats.files import _written
    from driverkit.renderers import renderers
    from support.handwritten import TEXTS

    small = [examples.load(one) for one in examples.names()]
    small += [cut(theory) for theory in small]
    if name == "series":
        yield b"date,value\n2026-01-01,12\n2026-02-01,13.5\n"
        yield b"\xef\xbb\xbfdate;numerator;denominator;site;group;note;phase\n2026-01-01;1;2;a;b;c;1\n"
        suffixes: tuple[str, ...] = (".csv",)
        for one in sorted(Path(examples.__file__).parent.glob("*.csv")):
            yield one.read_bytes()
    elif name == "theme":
        yield b'base: paper\nname: own\nheading: "#224466"\naim: {fill: "#224466", text: "#ffffff"}\n'
        yield b'{"base": "dark", "margin": 12, "marks": {"tested": {"stroke": "#111111", "dash": "4 2"}}}'
        suffixes = (".yaml", ".json")
    elif name == "dict":
        for theory in small:
            yield json.dumps(dk.to_dict(theory), ensure_ascii=False).encode()
        yield b'{"driverkit": 1, "title": "@nan", "x-a": ["@tuple", "@inf", {"@self": 1, "@none": "@set"}]}'
        suffixes = (".json",)
    else:
        chosen = next(one for one in formats() if one.name == name)
        suffixes = chosen.suffixes
        for theory in small if chosen.is_written else ():
            written = _written(theory, chosen)
            if isinstance(written, bytes):
                yield written
            else:
                yield b"".join(b"\n=== " + k.encode() + b"\n" + v for k, v in written.items()).lstrip(b"\n")
        for language in renderers() if not chosen.is_written else ():  # it reads what is drawn
            if language.suffix in suffixes:
                for theory in small:
                    yield str(dk.render(theory, format=language.name)).encode()
                yield b'digraph plan { rankdir=RL; "A 1" [label="Aim"]; a -> b -> "A 1" [label="why"]; }'
                yield b"flowchart LR\n  C1[Call] -->|because| P1(Help)\n  P1 --> A1[[Fewer come back]]\n"
        for format, text in TEXTS.values():
            if format == name or (name == "yaml" and format == "json"):
                yield text.encode()
    for path in given:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.name.lower().endswith(suffixes or ("?",)):
                yield file.read_bytes()


def cut(theory: Any) -> Any:
    """A small theory that still has something of every section."""
    from driverkit.formats.edit import from_dict, to_dict

    data = to_dict(theory)
    ids = {data["aims"][0]["id"]} if data.get("aims") else set()
    data.get("aims", [])[1:] = []
    for section in ("drivers", "change_ideas"):
        kept = []
        for one in data.get(section, []):
            to = [t if isinstance(t, str) else t["to"] for t in one.get("contributes_to", [])]
            if set(to) <= ids and len(kept) < 2:
                kept.append({k: v for k, v in one.items() if k not in ("addresses", "adapts")})
                ids.add(one["id"])
        data[section] = kept
    for section in ("measures", "cycles", "evidence", "teams", "recommendations", "revisions", "problem"):
        data.pop(section, None)
    for aim in data.get("aims", []):
        aim.pop("measure", None)
    return from_dict(data)


def words(name: str) -> list[bytes]:
    """What the mutations may put in: keys, values and marks of the format."""
    from driverkit.formats.json_schema import schema

    found = set(re.findall(r'"([A-Za-z_-]{2,20})"', json.dumps(schema())))
    marks = [
        "\n", "\r\n", "\t", "- ", ": ", ", ", ";", "{", "}", "[", "]", '"', "'", "|", ">", "&a ", "*a", "!!str ",
        "<<: ", "? ", "# ", "## ", "---\n", "...\n", "\\u0000", "\ufeff", "\u2028", "\x85", "null", "~", "1e999",
        "NaN", "-0", "9" * 40, "2026-02-30", "2024-02-29", "=1+1", "@SUM(1)", "x-a", "S1 -> P2", "%%", "-->", "==>",
        "graph LR\n", "flowchart TD\n", "subgraph a\n", "digraph {", "->", "[label=\"", "<b>", "&lt;", "<!--", "-->",
        "<![CDATA[", "]]>", "<!DOCTYPE", "<!ENTITY a 'b'>", "&a;", "<?xml", "{#S1}", "[S2]", "[ ] ", "1. ", "~~~\n",
        "```\n", "<graphml>", "<outline text='", "</", "/>", "sep=;\n", *STRANGE,
    ]  # fmt: skip
    return sorted({word.encode("utf-8", "surrogatepass") for word in [*found, *marks]})


# ------------------------------------------------------------------------------------------- mutations


def mutator(name: str, mutate: Callable[[bytes, int], bytes], tokens: list[bytes]) -> Any:
    """Half of all changes are made to the bytes, half to what they mean."""
    values = [token.decode("utf-8", "replace") for token in tokens]

    def changed(data: bytes, longest: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if data.startswith(b"PK") and rng.random() < 0.9:
            made = archive(data, rng, mutate, tokens)
        elif rng.random() < 0.4:
            made = mutate(data, longest)
        elif data.lstrip()[:1] in (b"{", b"[") and rng.random() < 0.8:
            made = tree(data, rng, values) or mutate(data, longest)
        else:
            made = lines(data, rng, tokens)
        return made if 0 < len(made) <= longest else mutate(data, longest)

    return changed


def lines(data: bytes, rng: random.Random, tokens: list[bytes]) -> bytes:
    """Lines and cells put in, out, twice and elsewhere."""
    rows = data.split(b"\n")
    for _ in range(rng.randint(1, 3)):
        at, other = rng.randrange(len(rows)), rng.randrange(len(rows))
        match rng.randrange(7):
            case 0:
                rows.insert(at, rows[other])
            case 1 if len(rows) > 1:
                del rows[at]
            case 2:
                rows[at], rows[other] = rows[other], rows[at]
            case 3:
                rows[at] = b" " * rng.choice((1, 2, 4)) + rows[at]
            case 4:
                rows[at] = rows[at].strip()
            case 5:
                cells = re.split(rb"([,;: \t])", rows[at])
                cells[rng.randrange(len(cells))] = rng.choice((rng.choice(tokens), rng.choice(cells)))
                rows[at] = b"".join(cells)
            case _:
                where = rng.randint(0, len(rows[at]))
                rows[at] = rows[at][:where] + rng.choice(tokens) + rows[at][where:]
    return b"\n".join(rows)


def tree(data: bytes, rng: random.Random, values: list[str]) -> bytes | None:
    """A value of a JSON tree changed, taken out, doubled or moved."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return None
    places: list[tuple[Any, Any]] = []
    todo = [root]
    while todo:
        one = todo.pop()
        for key in list(one) if isinstance(one, dict) else range(len(one)):
            places.append((one, key))
            if isinstance(one[key], dict | list):
                todo.append(one[key])
    for _ in range(rng.randint(1, 3)):
        if not places:
            break
        holder, key = rng.choice(places)
        try:
            match rng.randrange(5):
                case 0:
                    holder[key] = rng.choice(
                        [None, True, 0, -1, 1.5, 1e300, 10**30, "", [], {}, [[]], rng.choice(values)]
                    )
                case 1:
                    other, its = rng.choice(places)
                    holder[key] = json.loads(json.dumps(other[its]))
                case 2:
                    del holder[key]
                case 3 if isinstance(holder, dict):
                    holder[rng.choice(values)] = holder.pop(key)
                case _ if isinstance(holder, list):
                    holder.insert(0, holder[key])
        except (KeyError, IndexError, ValueError, RecursionError):
            continue
    try:
        return json.dumps(root, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return None


def archive(
    data: bytes, rng: random.Random, mutate: Callable[[bytes, int], bytes], tokens: list[bytes]
) -> bytes:
    """A part of an archive changed, and the archive packed again."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(info.file_size for info in packed.infolist()) > 1_000_000:
                return mutate(data, LONGEST * 4)
            parts = [(info.filename, packed.read(info)) for info in packed.infolist()]
    except Exception:  # noqa: BLE001 - a broken archive is changed as bytes
        return mutate(data, LONGEST * 4)
    if not parts:
        return mutate(data, LONGEST * 4)
    at = rng.randrange(len(parts))
    name, held = parts[at]
    match rng.randrange(6):
        case 0:
            parts[at] = (name, mutate(held, len(held) + 100) if held else b"")
        case 1:
            del parts[at]
        case 2:
            parts.append((rng.choice(parts)[0], held))
        case _:
            tags = re.split(rb"(<[^>]*>)", held)
            where = rng.randrange(len(tags))
            if rng.random() < 0.4:
                tags[where] = rng.choice(tags)
            elif rng.random() < 0.5:
                quoted = re.split(rb'("[^"]*")', tags[where])
                quoted[rng.randrange(len(quoted))] = rng.choice(
                    (
                        b'"'
                        + rng.choice((b"0", b"-1", b"99999999999", b"A1", b"XFD1048576", b"s", b"e", b"b"))
                        + b'"',
                    )
                )
                tags[where] = b"".join(quoted)
            else:
                tags[where] = tags[where] + rng.choice(tokens)
            parts[at] = (name, b"".join(tags))
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        warnings.simplefilter("ignore")
        for name, held in parts:
            packed.writestr(zipfile.ZipInfo(name), held)
    return made.getvalue()


# ------------------------------------------------------------------------------------------ one reader


def fuzz(name: str, runs: int, seconds: float, given: list[Path], found: Path, seed: int) -> None:
    """Fuzz one reader; never comes back: the search ends the process."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["driverkit"], enable_loader_override=False):
        import driverkit.formats
        import driverkit.themes.own

        for module in pkgutil.iter_modules(driverkit.formats.__path__, "driverkit.formats."):
            importlib.import_module(module.name)
    warnings.simplefilter("ignore")
    run = read(name)
    tokens = words(name)
    work = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    longest = LONGEST * (4 if name == "xlsx" else 1)
    begun = [one for one in dict.fromkeys(seeds(name, given)) if 0 < len(one) <= longest]
    for number, data in enumerate(begun):
        (work / f"{number:04}").write_bytes(data)
    kinds: dict[str, int] = {}
    counts = {"executions": 0, "read": 0}
    began = time.monotonic()
    longest_run = 0.0

    def done() -> None:
        took = time.monotonic() - began
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        result = {
            "reader": name, **counts, "seeds": len(begun), "kept": len(list(work.iterdir())),
            "seconds": round(took), "slowest": round(longest_run, 2), "megabytes": round(most), "breaches": kinds,
        }  # fmt: skip
        print("RESULT " + json.dumps(result), flush=True)
        shutil.rmtree(work, ignore_errors=True)
        os._exit(1 if kinds else 0)

    def one(data: bytes) -> None:
        nonlocal longest_run
        counts["executions"] += 1
        began_one = time.process_time()
        try:
            counts["read"] += held(run, data)
        except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
            frames = [f for f in traceback.extract_tb(error.__traceback__) if "/driverkit/" in f.filename]
            where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "-"
            kind = f"{type(error).__name__} at {where}: {str(error)[:120]!a}"
            key = f"{type(error).__name__} at {where}" if not isinstance(error, Breach) else kind
            if key not in kinds:
                (found / f"{name}-{len(kinds)}").write_bytes(data)
                print(f"{name}: {kind} -> {found / f'{name}-{len(kinds)}'}", flush=True)
            kinds[key] = kinds.get(key, 0) + 1
        longest_run = max(longest_run, time.process_time() - began_one)
        if counts["executions"] % 10_000 == 0:
            print(f"{name}: {counts}, {time.monotonic() - began:.0f} s", flush=True)
        if counts["executions"] >= runs or time.monotonic() - began > seconds:
            done()

    def mutate(data: bytes, most: int) -> bytes:
        changed: bytes = atheris.Mutate(data, most)  # it is another function once the search has begun
        return changed

    options = [
        sys.argv[0], str(work), f"-max_len={longest}", f"-seed={seed}", "-rss_limit_mb=6000", "-timeout=120",
        "-print_final_stats=0", "-verbosity=0", "-reload=0", "-len_control=0",
    ]  # fmt: skip
    atheris.Setup(options, one, custom_mutator=mutator(name, mutate, tokens))
    atheris.Fuzz()


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    ask.add_argument("reader", nargs="*", help="readers; left out, all of them")
    ask.add_argument("--runs", type=int, default=100_000, help="executions of each reader")
    ask.add_argument("--seconds", type=float, default=7200, help="when to stop a reader at the latest")
    ask.add_argument("--seeds", type=Path, nargs="*", default=[], help="files or folders of seeds")
    ask.add_argument("--found", type=Path, default=Path("fuzz-found"), help="where to put what is found")
    ask.add_argument("--seed", type=int, default=1, help="of the search itself")
    ask.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    ask.add_argument("--again", type=Path, help="only run this input, and show what comes")
    got = ask.parse_args()
    if got.again:
        warnings.simplefilter("ignore")
        held(read(got.reader[0]), got.again.read_bytes())
        return 0
    found = got.found.resolve()
    found.mkdir(parents=True, exist_ok=True)
    given = [path.resolve() for path in got.seeds]
    if got.one:
        fuzz(got.reader[0], got.runs, got.seconds, given, found, got.seed)
    if importlib.util.find_spec("atheris") is None:
        print("Atheris is not installed: pip install atheris", file=sys.stderr)
        return 2
    broken = 0
    for name in got.reader or readers():
        call = [sys.executable, __file__, name, "--one", "--found", str(found), "--seed", str(got.seed)]
        call += ["--runs", str(got.runs), "--seconds", str(got.seconds), "--seeds", *map(str, given)]
        with tempfile.TemporaryFile("w+") as noise:
            running = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=noise, text=True)
            assert running.stdout is not None
            last = ""
            for last in running.stdout:
                print(last, end="", flush=True)
            broken += running.wait() != 0
            if not last.startswith("RESULT"):
                noise.seek(0)
                print(f"{name}: the search itself ended.\n{noise.read()[-2000:]}", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
