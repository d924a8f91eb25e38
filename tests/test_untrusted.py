"""What strangers write stays text: no element, no file name, no argument of a program, and nothing runs.

Theories are filled with hostile texts in every place, and go through everything that writes or draws.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import driverkit as dk
from driverkit import examples, picture
from driverkit.formats import formats
from driverkit.renderers import renderers
from support.browser import browser
from support.drawings import HOSTILE

RAN = "driverkit-pwned"
WORDS = (
    f"../../../{RAN}",
    f"/tmp/{RAN}",
    f"..\\..\\{RAN}",
    f"-o{RAN}",
    f"--output={RAN}",
    f"$(touch {RAN})",
    f"`touch {RAN}`",
    f"; touch {RAN} #",
    f"|touch {RAN}",
    f"=cmd|'/c touch {RAN}'!A1",
    f"file:///tmp/{RAN}",
    f"http://127.0.0.1:9/{RAN}.png",
    f"![x](http://127.0.0.1:9/{RAN}.png)",
    f"<!ENTITY x SYSTEM 'file:///tmp/{RAN}'>",
    f'"] image="{RAN}" [x="',
    f"!include {RAN}",
    *HOSTILE,
)
# As far from ordinary as ids may be.
IDS = ("CON", "n1", "a..", "0--o", "svg", "constructor", "x-.-", "A.B", "null", "end")


def filled(words: str) -> dk.Theory:
    """A theory with these words in every place that takes words, and strange ids."""
    a, p, s, c, m, t, e, team, r, cause = IDS
    return dk.from_dict(
        {
            "driverkit": 1,
            "title": words,
            "revision": {"label": words, "date": "2026-03-01"},
            "headings": {"aim": words, "primary": words, "secondary": words, "change": words},
            "aims": [{"id": a, "text": words, "population": words, "measure": m, "owner": words, "tags": [words]}],
            "drivers": [
                {"id": p, "text": words, "contributes_to": [a], "addresses": [cause], "detail": words, "undeveloped": words},
                {"id": s, "text": words, "contributes_to": [{"to": p, "because": words, "only_where": words}]},
            ],
            "change_ideas": [{"id": c, "text": words, "concept": words, "contributes_to": [s], "owner": words}],
            "measures": [
                {
                    "id": m, "name": words, "of": [a, p], "role": "outcome", "unit": words,
                    "data": [
                        {"date": f"2026-{month:02}-01", "value": month, "note": words, "phase": words, "site": words}
                        for month in range(1, 13)
                    ],
                }
            ],
            "cycles": [
                {
                    "id": t, "change": c, "team": team, "site": words, "conditions": words,
                    "plan": {"date": "2026-01-08", "objective": words},
                    "predictions": [{"question": words, "prediction": words, "found": words, "result": "mixed"}],
                    "do": {"date": "2026-01-12", "observed": words},
                    "study": {"date": "2026-01-13", "learned": words},
                    "act": {"date": "2026-01-13", "decision": "adapt", "next": words},
                }
            ],
            "evidence": [{"id": e, "about": s, "kind": "data", "finding": "mixed", "text": words, "source": words}],
            "problem": {"text": words, "causes": [{"id": cause, "text": words, "category": words}]},
            "teams": [{"id": team, "name": words, "works_on": [s], "perspectives": [words]}],
            "perspectives": [words],
            "recommendations": [{"id": r, "text": words, "about": [p], "to": words}],
            "revisions": [{"label": words, "date": "2026-03-01", "kind": "substantive", "why": words, "because_of": [t]}],
        }
    )  # fmt: skip


def pictures(theory: dk.Theory) -> list[dk.Picture]:
    """Every view of a theory, with everything in it that can be asked for."""
    return [
        dk.diagram(
            theory, overlay="evidence", measures="strip", numbers=True, sparkline=True, groups="concept"
        ),
        dk.diagram(theory, overlay="owner", groups="concept", direction="down", measures="column"),
        dk.fishbone(theory),
    ]


# --------------------------------------------------------------- file names, programs, second files, network

TRIED = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
sys.path[:0] = json.loads(sys.argv[2])
from pathlib import Path
import driverkit as dk
from driverkit.formats import formats
from driverkit.renderers import renderers
from test_untrusted import WORDS, filled, pictures
out = Path(sys.argv[1])
READS, WRITES, RUNS = [], [], []
watching = False
def hook(event, args):
    if not watching:
        return
    if event == "open" and isinstance(args[0], (str, bytes, os.PathLike)):
        writes = (isinstance(args[1], str) and set(args[1]) & set("wax+")) or (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        (WRITES if writes else READS).append(os.fsdecode(args[0]))
    elif event in ("os.rename", "os.mkdir", "os.remove", "os.symlink", "os.link", "os.rmdir", "os.truncate"):
        WRITES.append(os.fsdecode(args[1 if event in ("os.rename", "os.symlink", "os.link") else 0]))
    elif event.startswith(("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "socket.connect", "socket.getaddrinfo",
                           "urllib.", "http.", "ftplib.", "pty.", "webbrowser.", "ctypes.dlopen")):
        RUNS.append([event, ascii(args)[:200]])
sys.addaudithook(hook)
def work(words, where):
    theory = filled(words)
    where.mkdir()
    for one in formats():
        if one.is_written:
            target = where / (one.name if one.is_folder else "theory" + one.suffixes[0])
            dk.dump(theory, target, format=one.name, lossy=True)
            if one.is_read:
                try:
                    dk.load(target, format=one.name)
                except dk.FormatError:
                    assert one.holds != "everything"
    for number, shown in enumerate(pictures(theory)):
        for one in renderers():
            if one.name not in ("pdf", "pptx") or number == 0:
                shown.save(where / f"{number}{one.suffix}")
    dk.chart(theory, theory.measures[0].id).save(where / "chart.svg")
    dk.report(theory).save(where / "report.html")
    (where / "frame.html").write_text(dk.explore(theory, live=False)._repr_html_() or "")
work("warm", out / "warm")
watching = True
for number, words in enumerate(WORDS[:26]):
    work(words, out / str(number))
watching = False
print(json.dumps([READS, WRITES, RUNS]))
"""


@pytest.mark.slow
def test_no_words_become_a_path_a_program_or_an_address(tmp_path):
    """Every format is written and read, every picture and report drawn; a hook tells what the process did."""
    pytest.importorskip("reportlab")
    pytest.importorskip("pptx")
    pytest.importorskip("openpyxl")
    out = tmp_path / "out"
    out.mkdir()
    paths = json.dumps([str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-c", TRIED, str(out), paths], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    reads, writes, runs = json.loads(done.stdout.splitlines()[-1])
    assert not runs
    assert len(writes) > 26 * (len(formats()) + len(renderers()))
    assert not [one for one in writes if not Path(one).is_relative_to(out)]
    ours = (str(out), str(Path(dk.__file__).parent), sys.prefix, sys.base_prefix)
    strange = [
        one
        for one in reads
        if not one.startswith(ours)
        and not one.startswith(("/usr/share/", "/etc/mime.types", "/proc/", "/dev/null"))
    ]
    assert not strange, strange[:5]
    assert not [one for one in tmp_path.rglob("*") if RAN in one.name]
    assert not Path(f"/tmp/{RAN}").exists()


def test_what_graphviz_is_called_with_holds_no_word_of_the_theory(monkeypatch):
    calls = []

    def run(call, **options):
        calls.append(call)
        return subprocess.CompletedProcess(call, 0, b"", b"")

    monkeypatch.setattr(picture.subprocess, "run", run)
    monkeypatch.setattr(picture, "_graphviz", lambda: ["dot"])
    for words in WORDS:
        theory = filled(words)
        with suppress(dk.DriverkitError, ValueError, IndexError, StopIteration, KeyError):
            dk.diagram(
                theory, engine="dot"
            ).svg()  # an empty answer cannot be drawn; the call is what is looked at
    assert len(calls) >= len(WORDS)
    assert {tuple(call) for call in calls} == {("dot", "-Tplain")}


@pytest.mark.filterwarnings("ignore::driverkit.errors.LossWarning")
@pytest.mark.parametrize("format", [one.name for one in formats() if one.is_read])
def test_to_read_a_format_opens_its_own_files_and_nothing_else(format, tmp_path):
    one = next(one for one in formats() if one.name == format)
    if format == "xlsx":
        pytest.importorskip("openpyxl")
    theory = examples.load("small-steps")
    target = tmp_path / (one.name if one.is_folder else "theory" + one.suffixes[0])
    if one.is_written:
        dk.dump(theory, target, format=format, lossy=True)
    else:
        drawn = next(language for language in renderers() if language.suffix in one.suffixes)
        dk.render(theory, target, format=drawn.name)
    dk.load(target, format=format)  # what is imported late is imported now
    opened: list[str] = []
    watching = True

    def hook(event: str, args: tuple[object, ...]) -> None:
        if watching and (
            event == "open" or event.startswith(("subprocess.", "socket.", "os.system", "exec", "urllib."))
        ):
            opened.append(f"{event} {args[0]}")

    sys.addaudithook(hook)
    try:
        dk.load(target, format=format)
    finally:
        watching = False
    if one.is_folder:
        assert {Path(name.partition(" ")[2]).parent for name in opened} == {target}
    else:
        assert opened == [f"open {target}"]


# ------------------------------------------------------------------------------------------- elements


@pytest.mark.few(12)
@pytest.mark.parametrize("words", WORDS, ids=lambda words: ascii(words)[:30])
def test_no_id_or_text_becomes_an_id_of_an_element(words):
    theory = filled(words)
    first, second = pictures(theory)[0], dk.fishbone(theory)
    ids = []
    for shown in (first, second):
        root = ET.fromstring(shown.svg())
        found = [one.get("id") for one in root.iter() if one.get("id") is not None]
        assert all(one.startswith("dk") for one in found), found
        assert not set(found) & {*IDS, words}
        assert not [name for one in root.iter() for name in one.attrib if name.lower().startswith("on")]
        ids += found
    assert len(ids) == len(set(ids)), "two diagrams live on one page"


# ------------------------------------------------------------------------------------------- a browser

PAYLOADS = (
    "<script>top.F(@)</script>",
    "<img src=x onerror=top.F(@)>",
    "' onmouseover='top.F(@)' autofocus tabindex=1 onfocus='top.F(@)' x='",
    '"><svg onload=top.F(@)>',
    "</title></style></script></textarea></template></iframe><img src=x onerror=top.F(@)>",
    "--><img src=x onerror=top.F(@)><!--",
    "]]><img src=x onerror=top.F(@)>",
    "&lt;img src=x onerror=top.F(@)&gt;",
    "&amp;lt;img src=x onerror=top.F(@)&amp;gt;",
    "javascript:top.F(@)",
    '";top.F(@);//',
    "\\u003cimg src=x onerror=top.F(@)\\u003e",
)


CLICKED = r"""document.querySelectorAll('a').forEach(one => {
  const to = (one.getAttribute('href') ?? one.getAttribute('xlink:href') ?? '').replace(/\s/g, '').toLowerCase();
  if (to.startsWith('javascript:')) one.dispatchEvent(new MouseEvent('click'));  // any other link leads away
})"""


def payloads() -> list[str]:
    """Those above, and those of the corpus where there is one."""
    file = Path(os.environ.get("DRIVERKIT_CORPUS", "nowhere")) / "hostile" / "browser" / "payloads.json"
    more = json.loads(file.read_text("utf-8")) if file.is_file() else []
    return [text.replace("@", "1") for text in (*PAYLOADS, *(one["p"] for one in more))]


def pages(theory: dk.Theory) -> dict[str, str]:
    """Everything that a browser shows of a theory, as pages."""
    head = "<!doctype html><meta charset=utf-8><title>t</title>"
    made = {}
    for number, shown in enumerate(pictures(theory)):
        made[f"picture {number}"] = head + shown.svg()
        made[f"page {number}"] = str(shown.to("html"))
    made["chart"] = head + dk.chart(theory, theory.measures[0].id).svg()
    made["report"] = dk.report(theory).html
    made["frame"] = head + str(dk.explore(theory, live=False)._repr_html_())
    return made


@pytest.mark.slow
@pytest.mark.chromium
def test_no_payload_runs_in_anything_that_a_browser_shows(chromium, tmp_path):
    """The same payloads, put between the same tags without being escaped, do run."""
    ran, ran_plain = [], []
    with browser(chromium, tmp_path / "profile") as tab:
        tab.call("Page.addScriptToEvaluateOnNewDocument", source="window.F = () => { top.RAN = true }")
        shown = tmp_path / "shown.html"
        for payload in payloads():
            theory = filled(payload.replace("\n", " "))
            for name, made in pages(theory).items():
                shown.write_text(made, "utf-8")
                tab.open(shown)
                tab.js(CLICKED)
                tab.js("document.querySelectorAll('[tabindex], button').forEach(one => one.focus())")
                if tab.js("window.RAN === true"):
                    ran.append((name, payload))
            shown.write_text(
                f"<!doctype html><meta charset=utf-8><title>t</title><p title='{payload}'>{payload}"
                f'<a href="{payload}">{payload}</a><script>let one = "{payload}"</script>',
                "utf-8",
            )
            tab.open(shown)
            tab.js(CLICKED)
            ran_plain += [payload] * bool(tab.js("window.RAN === true"))
    assert not ran
    assert len(ran_plain) > len(payloads()) / 3


def test_every_language_and_format_is_tried_here():
    """A new shelf entry needs no word here: all are walked."""
    assert {one.name for one in renderers()} >= {"svg", "html", "pdf", "pptx"}
    assert {one.name for one in formats()} >= {"yaml", "json", "csv"}
