"""Any bytes in, and out comes a theory or one error that tells every fault with its place.

The small cases here run everywhere. Where DRIVERKIT_CORPUS names a folder with a larger collection
(``hostile/index.json`` says what each file should do), every file of it is tried too, each within its
limits of time and memory, in a process of its own that may open nothing but that file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

import driverkit as dk
from driverkit.formats import files, formats
from driverkit.formats.convert import read_theory
from driverkit.formats.limits import Limits
from driverkit.formats.text import scan
from driverkit.formats.tree import Enough, Faults
from driverkit.formats.yaml_tree import compose_yaml
from support.handwritten import COMPACT_JSON, FLOW, PLAIN_JSON, UNINDENTED, USUAL

HEAD = "driverkit: 1\ntitle: t\n"

# ------------------------------------------------------------------------------ what is refused, and how

REFUSED: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "alias bomb": (
        HEAD + "x-a: &a [x, x]\nx-b: [*a, *a]\n",
        [(3, "An anchor (&a)"), (4, "An alias (*a)"), (4, "An alias (*a)")],
    ),
    "merge key": (HEAD + "x-b: {<<: {a: 1}}\n", [(3, "A merge key (<<)")]),
    "python tag": (
        HEAD + "x-a: !!python/object/apply:os.system ['touch driverkit-pwned']\n",
        [(3, "A tag (tag:yaml.org,2002:python/object/apply:os.system)")],
    ),
    "own tag": (HEAD + "x-a: !secret s\n", [(3, "A tag (!secret)")]),
    "section twice": (HEAD + "aims: []\naims: []\n", [(4, "The key 'aims' stands twice in one mapping, first on line 3")]),
    "impossible date": (HEAD + "aims: [{id: A, text: x, by: 2024-02-30}]\n", [(3, "There is no such day")]),
    "other dates": (
        HEAD + "aims:\n- {id: A, text: x, by: 03/04/2024}\n- {id: B, text: x, by: 2024-02-03T10:00:00Z}\n- {id: C, text: x, by: 24-02-03}\n",
        [(4, "no date"), (5, "no date"), (6, "no date")],
    ),
    "empty text": (HEAD + "aims: [{id: A, text: }]\n", [(3, "The text is empty")]),
    "blank text": (HEAD + 'aims: [{id: A, text: "  \\n"}]\n', [(3, "The text is empty")]),
    "text nobody can see": (HEAD + "aims: [{id: A, text: '\u200b'}]\n", [(3, "can be seen")]),
    "colon in a text": (HEAD + "aims:\n- id: A\n  text: a: b\n", [(5, "put the whole text in quotes")]),
    "brace in a text": (HEAD + "aims:\n- id: A\n  text: {name} to call\n", [(5, "put the whole text in quotes")]),
    "escape beyond Unicode": (HEAD + 'x-a: "\\U00110000"\n', [(3, "escape that YAML does not know")]),
    "half a character": (HEAD + 'x-a: "\\ud83d\\ude00"\n', [(3, "")]),
    "terminal escape": (HEAD + 'aims: [{id: A, text: "\\e[31m"}]\n', [(3, "U+001B")]),
    "NEL": (HEAD + "aims: [{id: A, text: 'a\x85b'}]\n", [(3, "U+0085")]),
    "NUL": (HEAD + "x-a: a\x00b\n", [(3, "U+0000")]),
    "NUL in a key": (HEAD + '"x-\\0a": 1\n', [(3, "U+0000")]),
    "5,000 digits": (HEAD + f"aims: [{{id: A, text: x, target: {'9' * 5000}}}]\n", [(3, "5,000 digits")]),
    "350 digits": (HEAD + f"aims: [{{id: A, text: x, target: {'9' * 350}}}]\n", [(3, "too large")]),
    "no numbers": (
        HEAD + "measures:\n- id: M\n  name: m\n  data:\n" + "".join(
            f"  - {{date: 2024-01-01, value: {v}}}\n" for v in (".nan", "-.inf", "1e400", "12%", "1 234", "true", "n/a", "٣")
        ),
        [(n, "") for n in range(7, 15)],
    ),
    "3,000 deep": (HEAD + "x-a: " + "[" * 3000 + "]" * 3000 + "\n", [(3, "nested more than 64 deep"), (3, "nested more than 50 deep")],
    ),
    "60 deep": (HEAD + "x-a: " + "[" * 60 + "]" * 60 + "\n", [(3, "nested more than 50 deep")]),
    "tab": (HEAD + "aims:\n\t- id: A\n", [(4, "There is a tab in the indentation. Use spaces.")]),
    "conflict": (HEAD + "<<<<<<< HEAD\nx-a: 1\n=======\nx-a: 2\n>>>>>>> other\n", [(3, "marks of a conflict here (lines 3, 5, 7)")]),
    "two documents": (HEAD + "---\n" + HEAD, [(3, "A second document begins here")]),
    "empty": ("", [(1, "The file is empty")]),
    "remarks only": ("# only\n", [(1, "The file is empty")]),
    "a word": ("theory\n", [(1, "not a single value")]),
    "a list": ("- theory\n", [(1, "not a list")]),
    "misspelt section": (HEAD + "driver: []\n", [(3, "The key 'driver' is not known here. Did you mean 'drivers'?")]),
    "newer format": ("driverkit: 2\ntitle: t\nnew-things: []\n", [(1, "needs a newer driverkit")]),
    "no format": ("title: t\n", [(1, "The key 'driverkit' is missing")]),
    "no title": ("driverkit: 1\n", [(1, "what is the theory called?")]),
    "a list as a key": (HEAD + "? [a, b]\n: 1\n", [(3, "A key is a word")]),
    "mapping for a list": (HEAD + "aims:\n  A1: {text: x}\n", [(4, "Begin each entry with '- '.")]),
    "cut in a text": (HEAD + 'aims: [{id: A, text: "cut', [(3, "A quote is opened here and never closed.")]),
    "unknown keys": (
        HEAD + "aims:\n- {id: A, text: x, __class__: y}\n__proto__: z\n",
        [(4, "'__class__' is not known"), (5, "'__proto__' is not known")],
    ),
    "loop": (
        HEAD + "drivers:\n- {id: S1, text: x, contributes_to: [S2]}\n- {id: S2, text: x, contributes_to: [S1]}\n",
        [(4, "A loop: S1 -> S2 -> S1")],
    ),
    "ids": (
        HEAD + "aims:\n" + "".join(f"- {{id: {i}, text: x}}\n" for i in ("-rf", "a:b", "café", "'a b'", "A\u200b", "../x")),
        [(n, "") for n in range(4, 10)],
    ),
    "all at once": (
        HEAD + "aims:\n- {id: A, text: x, by: soon}\n- {id: A, text: y}\ndrivers:\n"
        "- {id: P1, text: x, contributes_to: [B], levl: 2}\n- [no]\n- {text: x}\n"
        "cycles:\n- {id: T, change: C9, act: {decision: adpot}}\n",
        [(4, "'soon' is no date"), (5, "used twice"), (7, "'levl'"), (8, "A mapping that begins"), (9, "'id' is missing"), (11, "Did you mean 'adopt'?")],
    ),
}  # fmt: skip


def faults_of(text: str, format: str = "yaml", **limits: Any) -> list[dk.Fault]:
    with pytest.raises(dk.FormatError) as told:
        dk.loads(text, format=format, **limits)
    return list(told.value.faults)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_theory_file_is_refused_with_every_fault_and_its_line(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, expected = REFUSED[name]
    found = [(f.line, f.message) for f in faults_of(text)]
    for line, words in expected:
        assert any(at == line and words in message for at, message in found), (line, words, found)
    assert len(found) == len(expected), found
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", REFUSED)
def test_the_loader_in_pure_python_tells_the_same_faults(name):
    text = REFUSED[name][0]
    assert lines_with(text, yaml.SafeLoader) == lines_with(text, yaml.CSafeLoader)


def lines_with(text: str, loader: Any) -> list[int]:
    """The lines of the faults that are told where this loader reads the text."""
    faults = Faults(text, None, Limits())
    try:
        scan(text, faults)
        if not len(faults):
            tree = compose_yaml(text, faults, Limits(), loader=loader)
            if tree is not None:
                read_theory(tree, faults)
    except Enough:
        pass
    return [fault.line or 0 for fault in faults]


JSON_REFUSED = {
    "name twice": ('{"driverkit": 1,\n"title": "t",\n"title": "u"}', 3, "stands twice"),
    "NaN": ('{"driverkit": 1, "title": "t",\n"x-a": NaN}', 2, "no number"),
    "too large": ('{"driverkit": 1, "title": "t",\n"x-a": 1e999}', 2, "too large"),
    "deep": ("[" * 100_000, 1, "nested more than 64 deep"),
    "half a character": ('{"driverkit": 1,\n"title": "\\ud800"}', 2, "half of a character"),
    "escapes": ('{"driverkit": 1,\n"title": "a\\u0000b"}', 2, "U+0000"),
    "NUL in a key": ('{"driverkit": 1, "title": "t",\n"x-\\u0000": 1}', 2, "U+0000"),
    "remark": ('{"driverkit": 1, // format\n"title": "t"}', 1, "JSON has no comments"),
    "last comma": ('{"driverkit": 1, "title": "t",\n}', 1, "no"),
    "single quotes": ("{'driverkit': 1}", 1, "double quotes"),
    "cut": ('{"driverkit": 1,\n"title": "t', 2, "opened here and never closed"),
    "cut later": ('{"driverkit": 1,\n"title": "t"\n', 2, "ends early"),
    "true as a number": ('{"driverkit": 1, "title": "t",\n"aims": [{"id": "A", "text": "x", "target": true}]}', 2, "A number"),
    "number as a text": ('{"driverkit": 1,\n"title": 5}', 2, "put 5 in quotes"),
    "two values": ('{"driverkit": 1, "title": "t"}\n{}', 2, "Something follows"),
    "empty": (" \n", 1, "The file is empty"),
    "leading zero": ('{"driverkit": 1, "title": "t",\n"x-a": 007}', 2, ""),
    "bad escape": ('{"driverkit": 1,\n"title": "\\x"}', 2, "Write two backslashes"),
}  # fmt: skip


@pytest.mark.parametrize("name", JSON_REFUSED)
def test_what_is_no_json_is_refused_with_its_line(name):
    text, line, words = JSON_REFUSED[name]
    first = faults_of(text, "json")[0]
    assert first.line == line
    assert words in first.message


def test_bytes_that_are_no_utf8_are_told_with_their_place(tmp_path):
    path = tmp_path / "t.yaml"
    for data, line, words in (
        (HEAD.encode("utf-16"), 1, "UTF-16. Save it as UTF-8."),
        (HEAD.encode("utf-32"), 1, "UTF-32. Save it as UTF-8."),
        (
            HEAD.encode() + b"x-a: caf\xe9\n",
            3,
            "The byte 0xE9 here is not UTF-8. It looks like Windows-1252.",
        ),
        (b"\x80\x04\x95driverkit", 1, "does not look like text"),
        (b"PK\x03\x04\xff\xff", 1, "does not look like text"),
    ):
        path.write_bytes(data)
        with pytest.raises(dk.FormatError) as told:
            dk.load(path)
        assert told.value.faults[0].line == line
        assert words in told.value.faults[0].message


# ------------------------------------------------------------------------------------ what is welcome


def test_what_others_read_as_something_else_is_the_text_that_was_written():
    words = [
        "no",
        "off",
        "12:30",
        "007",
        "1_000",
        "0x1F",
        "1e3",
        "=",
        "2024-01-02",
        "1.0",
        "Yes",
        "~x",
        "null.",
    ]
    text = HEAD + "aims:\n" + "".join(f"- {{id: A{n}, text: {w}}}\n" for n, w in enumerate(words))
    assert [aim.text for aim in dk.loads(text).aims] == words
    assert [d.id for d in dk.loads(HEAD + "drivers: [{id: no, text: x}, {id: 1.0, text: x}]").drivers] == [
        "no",
        "1.0",
    ]


def test_every_language_and_line_separator_is_welcome():
    for text in (
        "مرضى ١٢",
        "ภาษาไทย",
        "👨\u200d👩\u200d👧\u200d👦",
        "a\u2028b\u2029c",
        "\u202eabc\u202c",
        "one\n\ntwo",
        "\ta",
    ):
        theory = dk.Theory("t", aims=[dk.Aim("A", text)])
        for format in ("yaml", "json"):
            assert dk.loads(dk.dumps(theory, format=format), format=format) == theory


def test_data_of_other_tools_builds_no_object_and_is_kept():
    text = HEAD + 'x-a: {"py/object": os.system, "py/reduce": [touch driverkit-pwned]}\n'
    assert dk.loads(text).extra == {
        "x-a": {"py/object": "os.system", "py/reduce": ("touch driverkit-pwned",)}
    }


@pytest.mark.parametrize("key", ["x-\x7f", "x-a\x01", "x-\u2029\ufdd0"])
def test_a_control_character_in_a_key_for_other_tools_is_told_with_its_place(key):
    """Found by fuzzing: the theory itself was refused, and the place with it."""
    data = {"driverkit": 1, "title": "t", key: 1, "x-b": {key: [{key: 2}]}}
    for format in ("json", "yaml"):
        found = faults_of(json.dumps(data), format)
        assert [fault.line for fault in found] == [1, 1, 1]
        assert all("control or non-character" in fault.message for fault in found)
    with pytest.raises(dk.FormatError, match="control or non-character"):
        dk.from_dict(data)


# --------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("limit", "text", "words"),
    [
        ({"bytes": 100}, HEAD + "# " + "x" * 100, "limit of 100 bytes"),
        ({"depth": 4}, HEAD + "x-a: [[[[1]]]]\n", "nested more than 4 deep"),
        ({"values": 10}, HEAD + "x-a: [1, 2, 3, 4, 5, 6, 7, 8]\n", "more than 10 values"),
        ({"text": 20}, HEAD + "x-a: " + "x" * 21, "A text of 21 characters is over the limit of 20"),
    ],
)
def test_what_is_over_a_limit_is_refused_in_a_sentence_that_names_it(limit, text, words):
    assert words in faults_of(text, limits=dk.Limits(**limit))[0].message
    dk.loads(text)


def test_of_a_file_with_too_many_values_only_that_is_told():
    """What is missing where reading stopped is not missing in the file."""
    for text in (HEAD + "drivers:\n" + "- {id: D, text: x, tags: [a]}\n" * 30, HEAD + "x-a: [1]\n" * 2):
        found = faults_of(text, limits=dk.Limits(values=20 if "D" in text else 5))
        assert "more than" in found[-1].message
        assert not [fault for fault in found if "missing" in fault.message]


def test_the_limits_hold_for_json_and_for_files_too(tmp_path):
    small = dk.Limits(bytes=50, depth=3, values=5, text=5)
    for limit, text in (
        ("bytes", " " * 60),
        ("depth", "[[[[]]]]"),
        ("values", "[1,2,3,4,5,6]"),
        ("text", '"too long"'),
    ):
        only = dk.Limits(**{limit: getattr(small, limit)})
        assert f"{getattr(small, limit)}" in faults_of(text, "json", limits=only)[0].message
    path = tmp_path / "t.yaml"
    path.write_text(HEAD + "# " + "x" * 100)
    with pytest.raises(dk.FormatError, match="the limit is 50"):
        dk.load(path, limits=small)


@pytest.mark.slow
def test_reading_stops_where_there_are_more_faults_than_anybody_reads():
    text = (
        HEAD
        + "drivers:\n"
        + "".join(f"- {{id: D{n}, text: x, contributes_to: [E{n}]}}\n" for n in range(30_000))
    )
    begin = time.perf_counter()
    found = faults_of(text, limits=dk.Limits(faults=10))
    assert len(found) == 11
    assert "more faults than the limit of 10" in found[-1].message
    assert len(faults_of(text)) == 1001
    assert time.perf_counter() - begin < 60, "each of 30,000 faults looked for what is near it"


def test_a_strangers_file_meets_narrow_limits():
    web = dk.Limits.web()
    assert (web.bytes, web.values, web.depth, web.text, web.faults) == (1_000_000, 100_000, 16, 10_000, 100)
    for text in (USUAL, UNINDENTED):
        dk.loads(text, limits=web)
    with pytest.raises(ValueError, match="'depth' must be"):
        dk.Limits(depth=0)


# ----------------------------------------------------------------------------------------------- fuzz

VALID = [("yaml", t.encode()) for t in (USUAL, UNINDENTED, FLOW)] + [
    ("json", t.encode()) for t in (PLAIN_JSON, COMPACT_JSON)
]
PIECES = [
    *(
        b"\x00",
        b"\xff",
        b"\n",
        b"\t",
        b" ",
        b"- ",
        b": ",
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"'",
        b"|",
        b">",
        b"&a",
        b"*a",
    ),
    *(
        b"!!",
        b"<<",
        b"? ",
        b"#",
        b"%",
        b"---\n",
        b"...\n",
        b"\\",
        b"\\u",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
    ),
    *(
        b"null",
        b"~",
        b"1e999",
        b"9" * 400,
        b"-",
        b",",
        b"x-",
        b"\r",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"id: A1",
    ),
]


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    format, data = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 3)):
            case 0:
                data = data[:at] + draw(st.sampled_from(PIECES)) + data[at:]
            case 1:
                data = data[:at] + data[at + draw(st.integers(1, 30)) :]
            case 2:
                data = data[:at] + draw(st.binary(min_size=1, max_size=4)) + data[at:]
            case 3:
                data = data[:at]
    return format, data


@given(case=damaged())
@example(case=("yaml", b"\xef\xbb\xbf"))
@example(case=("yaml", b"%YAML 9.9\n---\na: 1\n"))
@example(case=("json", b'{"driverkit": 1, "title": "\\ud83d\\ude00"}'))
def test_of_any_bytes_comes_a_theory_or_an_error_that_can_be_shown(case, tmp_path_factory):
    format, data = case
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    try:
        theory = dk.loads(text, format=format)
    except dk.FormatError as error:
        strange = [
            f
            for f in error.faults
            if not f.message.endswith((".", "?"))
            or not 1 <= f.line <= text.count("\n") + text.count("\r") + 1
        ]
        if strange or not error.faults:
            raise AssertionError(strange) from error
    else:
        again = dk.dumps(theory, format=format)
        assert dk.loads(again, format=format) == theory


@given(text=st.text(max_size=60))
def test_of_any_text_comes_a_theory_or_a_format_error(text):
    for format in ("yaml", "json"):
        for prefix in ("", HEAD if format == "yaml" else '{"driverkit": 1, "title": "t", "x-a": '):
            try:
                dk.loads(prefix + text, format=format)
            except dk.FormatError as error:
                str(error)


@pytest.mark.slow
@given(case=damaged(), both=st.booleans())
def test_both_loaders_refuse_or_read_damaged_files_alike(case, both):
    format, data = case
    if format == "json":
        return
    text = data.decode("utf-8", "replace")
    if "?" in text:  # inside brackets the pure loader ends a word there
        return
    fast, pure = (bool(lines_with(text, loader)) for loader in (yaml.CSafeLoader, yaml.SafeLoader))
    assert fast == pure


# --------------------------------------------------------------------------------------- the collection

# Where the index asks for all faults of a file, how many those are.
AT_LEAST = {
    "Y22": 3,
    "J11": 3,
    "J16": 7,
    "G06": 2,
    "G09": 12,
    "G16": 3,
    "G17": 3,
    "G18": 3,
    "E12": 2,
    "E13": 5,
    "E17": 3,
}
GROUPS = ("yaml", "json", "model", "evidence")
CONVERTED = ("csv", "md", "xlsx")  # these are no theory files: they are read to be converted
WATCH = """
import difflib, encodings.utf_8_sig, json, os, sys, time  # what is only read once is read before the watch begins
folder, names = sys.argv[1], json.loads(sys.stdin.read())
import driverkit as dk
from driverkit.errors import DriverkitError
from driverkit.formats import formats
dk.loads("driverkit: 1\\ntitle: t\\n"), dk.loads('{"driverkit": 1, "title": "t"}', format="json")
try:
    dk.loads("driverkit: 1\\ntitle: t\\nx: 1\\nthe: [\\n")
except DriverkitError:
    pass
try:
    check = dk.check
    check(dk.loads("driverkit: 1\\ntitle: t\\n"))
except ImportError:
    check = None
dk.loads("id,kind,text\\n", format="csv")
from driverkit.formats import format_of
from driverkit.formats.limits import Limits
format_of("xlsx").reads(format_of("xlsx").writes(dk.Theory("t")), None, Limits())
events = []
def hook(event, args):
    if event == "open" or event.startswith(("subprocess.", "os.", "socket.", "shutil.", "ctypes.", "urllib.")):
        if event not in ("os.listdir", "os.scandir"):
            events.append([event, str(args[0]) if args else ""])
    elif event == "exec" and "<attrs generated" not in getattr(args[0], "co_filename", ""):
        events.append([event, getattr(args[0], "co_filename", "")])
sys.addaudithook(hook)
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
for name in names:
    path = os.path.join(folder, name)
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    before = peak()
    del events[:]
    begin = time.perf_counter()
    try:
        theory = dk.load(path)
        result = {"got": "ok", "faults": []}
    except DriverkitError as error:
        theory = None
        result = {"got": "error", "faults": [[f.line, f.message] for f in error.faults], "type": type(error).__name__}
    except BaseException as error:
        theory = None
        result = {"got": repr(error)[:300], "faults": []}
    result["seconds"] = time.perf_counter() - begin
    result["opened"] = [e for e in events]
    if theory is not None:
        result["again"] = all(dk.loads(dk.dumps(theory, format=f), format=f) == theory for f in ("yaml", "json"))
    if theory is not None and check is not None:
        result["findings"] = [f.node for f in check(theory)]
    result["mb"] = peak() - before
    print(json.dumps(result), flush=True)
"""

pytestmark_linux = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it"
)


@pytestmark_linux
@pytest.mark.parametrize("group", GROUPS + CONVERTED)
def test_every_file_of_the_collection_behaves_as_its_index_asks(corpus, group, tmp_path):
    folder = corpus / "hostile"
    cases = [
        c for c in json.loads((folder / "index.json").read_text("utf-8")) if c["file"].startswith(f"{group}/")
    ]
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(folder)],
        input=json.dumps([case["file"] for case in cases]),
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = []
    for case, result in zip(cases, results, strict=True):
        wrong.extend(f"{case['id']} {case['title']}: {said}" for said in what_is_wrong(case, result, folder))
    assert not wrong, "\n".join(wrong)
    assert not list(tmp_path.iterdir())


def what_is_wrong(case: dict[str, Any], result: dict[str, Any], folder: Path) -> list[str]:
    wrong = []
    wanted = {"ok" if case["expect"] == "finding" else case["expect"], case.get("also")}
    if result["got"] not in wanted:
        wrong.append(f"{result['got']}, not {case['expect']}: {result['faults'][:2]}")
    if result["got"] == "error":
        first = result["faults"][0][0]
        if result["type"] != "FormatError":
            wrong.append(f"a {result['type']}")
        if case["line"] is not None and (first is None or abs(first - case["line"]) > 1):
            wrong.append(f"first told on line {first}, not {case['line']}")
    if result["got"] == "error" and len(result["faults"]) < AT_LEAST.get(case["id"], 1):
        wrong.append(f"{len(result['faults'])} faults told, not {AT_LEAST[case['id']]}")
    if result.get("again") is False:
        wrong.append("is not read back as it was")
    if case["expect"] == "finding" and "findings" in result:
        if not result["findings"]:
            wrong.append("nothing found")
        elif not set(case.get("on") or ()) <= set(result["findings"]):
            wrong.append(f"nothing found on {case['on']}: {result['findings']}")
    limits = case["limits"]
    if result["seconds"] > limits["seconds"]:
        wrong.append(f"{result['seconds']:.1f} s")
    if result["mb"] > limits["mb"]:
        wrong.append(f"{result['mb']:.0f} MB")
    others = [e for e in result["opened"] if e != ["open", str(folder / case["file"])]]
    if others or len(result["opened"]) > 1:
        wrong.append(f"did more than open its file: {others}")
    return wrong


def test_the_texts_of_the_collection_come_back_or_are_refused(corpus):
    for case in json.loads((corpus / "hostile" / "strings.json").read_text("utf-8")):
        if case["kind"] == "ok":
            theory = dk.Theory(case["value"], aims=[dk.Aim("A", case["value"], tags=[case["value"]])])
            for format in formats():
                if format.holds == "everything" and format.is_read:
                    assert files._back(format, files._written(theory, format)) == theory, case["id"]
        else:
            with pytest.raises(dk.TheoryError):
                dk.Aim("A", case["value"])
            text = json.dumps({"driverkit": 1, "title": case["value"]})
            for format in ("yaml", "json"):
                with pytest.raises(dk.FormatError):
                    dk.loads(text, format=format)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_both_loaders_tell_the_same_lines_of_every_file(corpus, group):
    for path in sorted((corpus / "hostile" / group).glob("*.yaml")):
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        if path.stat().st_size > 100_000:
            continue
        assert lines_with(text, yaml.CSafeLoader) == lines_with(text, yaml.SafeLoader), path.name


@pytest.mark.parametrize("group", GROUPS + CONVERTED)
def test_the_command_line_says_the_same_of_every_file(corpus, group, tmp_path):
    """One process for all: what ``driverkit check`` or ``convert`` would do, file after file."""
    cli = pytest.importorskip("driverkit.cli")
    folder = corpus / "hostile"
    cases = [
        c for c in json.loads((folder / "index.json").read_text("utf-8")) if c["file"].startswith(f"{group}/")
    ]
    program = (
        "import sys, json, io, contextlib, pathlib\n"
        "from driverkit import cli\n"
        "for path in json.loads(sys.stdin.read()):\n"
        "    out, err = (io.TextIOWrapper(io.BytesIO(), encoding='utf-8', write_through=True) for _ in 'oe')\n"
        f"    sys.argv = ['driverkit', 'convert', path, 'out.yaml'] if {group in CONVERTED} else ['driverkit', 'check', path]\n"
        "    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):\n"
        "        try:\n"
        "            code = cli.main()\n"
        "        except SystemExit as stop:\n"
        "            code = stop.code\n"
        "    left = pathlib.Path('out.yaml').exists()\n"
        "    pathlib.Path('out.yaml').unlink(missing_ok=True)\n"
        "    print(json.dumps([code or 0, *(s.buffer.getvalue().decode() for s in (out, err)), left]))\n"
    )
    assert cli.main
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps([str(folder / case["file"]) for case in cases]),
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    for case, line in zip(cases, done.stdout.splitlines(), strict=True):
        code, _, err, left = json.loads(line)
        assert left is (group in CONVERTED and code == 0)
        wanted = {"ok": {0, 1}, "finding": {0, 1}, "error": {2}}
        assert code in wanted[case["expect"]] | wanted.get(case.get("also"), set()), (case["id"], code, err)
        assert "Traceback" not in err
        if code == 2:
            place = re.compile(re.escape(str(folder / case["file"])) + r":\d+(:\d+)?: \S")
            lines = [
                told for told in err.splitlines() if not told.startswith("driverkit: Nothing was written")
            ]
            assert lines, case["id"]
            assert all(place.match(told) for told in lines), (case["id"], err)
    assert not list(tmp_path.iterdir())


# ----------------------------------------------------------------------------------- found by fuzzing


@pytest.mark.parametrize("shift", [732, 2**31, -1])
def test_a_workbook_whose_directory_points_elsewhere_is_damaged(shift):
    """An archive whose parts are said to begin before it did raised what seeking raises."""
    import io

    from driverkit.formats import format_of

    workbook = format_of("xlsx")
    data = bytearray(workbook.writes(dk.Theory("t", aims=[dk.Aim("A", "a")])))
    at = data.rindex(b"PK\x05\x06") + 16
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "little") + shift).to_bytes(4, "little")
    with pytest.raises(dk.FormatError, match="damaged"):
        dk.load(io.BytesIO(bytes(data)), format="xlsx")
