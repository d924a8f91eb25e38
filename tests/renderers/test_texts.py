"""The drawing languages that are text, each read back by the rules of that language."""

from __future__ import annotations

import html
import importlib
import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import attrs
import pytest
from markdown_it import MarkdownIt

import driverkit as dk
from driverkit import cli, examples
from driverkit.diagram.model import Arrow, Diagram, Dot, TextLine
from driverkit.overlays import overlays
from driverkit.renderers import d2, mermaid, outline, told, tree
from driverkit.themes import theme
from support.drawings import HOSTILE, URLS, box, corpus_strings, everything, two

LOOK = theme("default")
STRINGS = list(dict.fromkeys([*HOSTILE, *corpus_strings()]))
texts = pytest.mark.parametrize("text", STRINGS, ids=lambda text: ascii(text)[:40])


@pytest.fixture(scope="module", params=examples.names())
def example(request) -> Diagram:
    return dk.diagram(examples.load(request.param)).diagram


def all_strings(**more: object) -> Diagram:
    """One box for each awkward text, each linked to the one before."""
    boxes = [
        attrs.evolve(box(f"B{i}", text, x=200.0 * i, y=40, **more), title=f"{text}\nOwner: {text}")
        for i, text in enumerate(STRINGS)
    ]
    arrows = [
        Arrow(f"B{i + 1}", f"B{i}", (0, 0), ((1, 1, 2, 2, 3, 3),), condition=text, conditional=True)
        for i, text in enumerate(STRINGS[:-1])
    ]
    return Diagram(1000, 200, "plain", boxes=tuple(boxes), arrows=tuple(arrows))


# -- what is told where ----------------------------------------------------------------------------------


def test_every_box_is_told_once_and_every_link_is_met_once(example):
    steps = list(told.walk(example))
    assert Counter(step.box.id for step in steps if not step.again) == Counter(
        one.id for one in example.boxes
    )
    assert Counter((step.box.id, step.arrow.effect) for step in steps if step.arrow) == Counter(
        (arrow.cause, arrow.effect) for arrow in example.arrows
    )


def test_a_box_stands_below_what_it_contributes_to(example):
    path: list[str] = []
    for step in told.walk(example):
        del path[step.depth :]
        assert (path[-1] if path else None) == (step.arrow.effect if step.arrow else None)
        path.append(step.box.id)


def test_what_leads_to_no_aim_comes_last():
    aim, lost = box("A1", "aim", role="aim"), box("P9", "lost", marks=("orphan",))
    what = Diagram(1, 1, "t", boxes=(lost, aim))
    assert [step.box.id for step in told.walk(what)] == ["A1", "P9"]
    assert tree.draw(what, LOOK).endswith("A1  aim\n\nNot linked to an aim:\n\nP9  lost\n")
    assert outline.draw(what, LOOK).endswith("---\n\n> Not linked to an aim:\n\n## lost {#P9}\n")


def test_a_chain_of_thousands_is_told_without_running_out_of_stack():
    boxes = tuple(box(f"B{i}", "x", role="aim" if i == 0 else "secondary") for i in range(2000))
    arrows = tuple(Arrow(f"B{i + 1}", f"B{i}", (0, 0), ((0,) * 6,)) for i in range(1999))
    what = Diagram(1, 1, "t", boxes=boxes, arrows=arrows)
    for language in (tree, outline, mermaid, d2):
        assert len(language.draw(what, LOOK)) < 2000 * 120


def test_a_ring_of_boxes_is_told():
    boxes = tuple(box(f"B{i}", "x") for i in range(3))
    arrows = tuple(Arrow(f"B{i}", f"B{(i + 1) % 3}", (0, 0), ((0,) * 6,)) for i in range(3))
    assert len(list(told.walk(Diagram(1, 1, "t", boxes=boxes, arrows=arrows)))) == 4


def test_marks_are_told_in_words_unless_a_remark_says_them():
    theory = examples.load("leaving-hospital")
    drawn = dk.diagram(theory, overlay="status").diagram
    for language in (tree, outline, mermaid, d2):
        assert "dopted" in language.draw(drawn, LOOK)
    one = box("A1", "aim", role="aim", marks=("undeveloped",))
    legend = {("box", "undeveloped"): "still open"}
    assert told.mark_words(one, legend) == ["still open"]
    note = TextLine("Still open: survey", 0, 0, 11, part="note")
    assert told.mark_words(attrs.evolve(one, lines=(*one.lines, note)), legend) == []


# -- Markdown -----------------------------------------------------------------------------------------------


def markdown(text: str) -> list[tuple[str, str]]:
    """The texts of headings, items and quotations, by the tag of the block around them."""
    tokens = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"]).parse(text)
    out = []
    around: list[str] = []
    for token in tokens:
        if token.nesting == 1:
            around.append(token.tag)
        elif token.nesting == -1:
            around.pop()
        elif token.type == "inline":
            assert {child.type for child in token.children} <= {
                "text", "hardbreak", "strong_open", "strong_close",
            }  # fmt: skip
            words = "".join("\n" if one.type == "hardbreak" else one.content for one in token.children)
            tag = "quote" if "blockquote" in around else "li" if "li" in around else around[-1]
            out.append((tag, words))
        else:
            assert token.type == "hr"
    return out


@texts
@pytest.mark.parametrize("role", ["primary", "change"])
def test_markdown_gives_every_text_back(text, role):
    aim = box("A1", text, role="aim")
    note = TextLine(text, 0, 0, 11, part="note")
    child = box("P1", text, role=role)
    child = attrs.evolve(child, lines=(*child.lines, note))
    link = Arrow("P1", "A1", (0, 0), ((0,) * 6,))
    found = markdown(
        outline.draw(Diagram(1, 1, text, boxes=(aim, child), arrows=(link,), header=(note,)), LOOK)
    )
    assert found == [
        ("p", text),
        ("quote", text),
        ("h1", f"{text} {{#A1}}"),
        ("h2" if role == "primary" else "li", f"{text} {{#P1}}"),
        ("quote", text),
    ]


def test_markdown_has_the_shape_of_an_outline_file():
    text = outline.draw(dk.diagram(examples.load("leaving-hospital")).diagram, LOOK)
    lines = text.splitlines()
    assert "**Leaving hospital safely**" in lines
    assert [line[:5] for line in lines if line.startswith("# ")] == ["# Few"]
    assert next(line for line in lines if line.startswith("## ")).endswith("{#P1}")
    assert "### Teaching is checked, not assumed [P3] {#S1}" in lines
    assert "- Interpreter joins teach-back by video within ten minutes [S1] {#C2}" in lines


def test_markdown_holds_every_node_and_every_link(example):
    nodes, links = Counter(), set()
    above: list[str] = []
    inside: list[str] = []
    for line in outline.draw(example, LOOK).splitlines():
        found = re.fullmatch(r"(#+|(?: *)-) .*?((?: \[[\w.-]+\])*) \{#([\w.-]+)\}", line)
        if not found:
            continue
        lead, others, id = found.groups()
        nodes[id] += 1
        if lead.startswith("#"):
            del above[len(lead) - 1 :]
            inside = []
        else:
            del inside[len(lead) // 2 :]
        path = above + inside
        if path:
            links.add((id, path[-1]))
        links |= {(id, other) for other in re.findall(r"\[([\w.-]+)\]", others)}
        (above if lead.startswith("#") else inside).append(id)
    assert nodes == Counter(one.id for one in example.boxes)
    assert links == {(arrow.cause, arrow.effect) for arrow in example.arrows}


def test_headings_end_at_the_sixth_level_and_deeper_drivers_say_where_they_belong():
    boxes = tuple(box(f"B{i}", f"level {i}", role="aim" if i == 0 else "secondary") for i in range(9))
    arrows = tuple(Arrow(f"B{i + 1}", f"B{i}", (0, 0), ((0,) * 6,)) for i in range(8))
    text = outline.draw(Diagram(1, 1, "t", boxes=boxes, arrows=arrows), LOOK)
    assert "###### level 5 {#B5}" in text
    assert "###### level 6 [B5] {#B6}" in text
    assert "#######" not in text


# -- the tree ----------------------------------------------------------------------------------------------


def unhidden(text: str) -> str:
    return re.sub("‹U\\+([0-9A-F]{4,6})›", lambda found: chr(int(found[1], 16)), text)


@texts
def test_the_tree_gives_every_text_back(text):
    if "\n" in text:
        pytest.skip("lines of a text are lines of the tree")
    lines = tree.draw(two(text), LOOK, width=100_000).splitlines()
    assert lines[0] == tree.shown(text).rstrip(" ")
    assert unhidden(tree.shown(text)) == text
    first = re.fullmatch(r"A1  (.*)", lines[3 if text.strip() else 2])
    assert first, lines
    assert unhidden(first[1]) == text.rstrip(" ")


@texts
def test_the_tree_hides_nothing_and_commands_nothing(text):
    # The joiners of emoji and Persian, the tags of flags, and the blank that does not break a line.
    allowed = "\n\u200c\u200d\xa0"
    for char in tree.draw(two(text), LOOK):
        assert char.isprintable() or char in allowed or 0xE0020 <= ord(char) <= 0xE007F


@pytest.mark.parametrize("width", [40, 72, 100])
def test_no_line_of_the_tree_is_wider_than_asked(example, width):
    for line in tree.draw(example, LOOK, width=width).splitlines():
        if tree.columns_of(line) > width:
            # A branch that is far in keeps room for a few words.
            assert len(re.match(r"[│├└─ ]*", line)[0]) + tree.LEAST > width - 8


def test_wrapping_loses_no_word(example):
    for one in example.boxes:
        assert " ".join(tree.wrapped(one.text, 20)).split() == one.text.split()


def test_chinese_is_broken_between_letters_and_takes_two_columns_a_letter():
    lines = tree.wrapped("减少三十天内再次住院的人数。", 10)
    assert all(tree.columns_of(line) <= 12 for line in lines)
    assert "".join(lines) == "减少三十天内再次住院的人数。"


def test_the_tree_is_as_wide_as_the_terminal_it_goes_to(tmp_path, monkeypatch, capfdbinary):
    module = importlib.import_module("driverkit.cli.render")
    file = tmp_path / "theory.yaml"
    dk.save(examples.load("leaving-hospital"), file)
    call = ["render", str(file), "-o", "-", "--to", "txt"]
    drawn = dk.diagram(dk.load(file))
    assert cli.run(call) == 0
    assert capfdbinary.readouterr().out.decode() == drawn.txt()
    monkeypatch.setattr(module, "width", lambda: 60)
    assert cli.run(call) == 0
    assert capfdbinary.readouterr().out.decode() == drawn.txt(width=60) != drawn.txt()


def test_a_sign_on_a_link_is_told_in_the_words_of_the_legend():
    arrow = Arrow("P1", "A1", (0, 0), ((0,) * 6,), dots=(Dot(0, 0, 9, mark="evidence-mixed"),))
    legend = {("dot", "evidence-mixed"): "link: speaks for and against"}
    assert told.link_words(arrow, legend) == ["speaks for and against"]


def test_the_tree_is_a_tree():
    drawn = tree.draw(dk.diagram(examples.load("leaving-hospital")).diagram, LOOK)
    assert "├─ P1  People and carers understand their plan and can carry it out (strong)\n" in drawn
    assert "S1  see above (weak; only where a nurse answers the phone" in drawn
    assert not [line for line in drawn.splitlines() if line.endswith(" ")]


# -- Mermaid -----------------------------------------------------------------------------------------------


def unescaped(label: str) -> str:
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label.replace("<br>", "\n"))


@texts
def test_mermaid_labels_hold_letters_digits_blanks_and_escapes_only(text):
    label = mermaid.escaped(text)
    assert unescaped(label) == text
    for char in re.sub(r"#\d+;", "", label):
        assert char.isalnum() or char == " "


@texts
def test_no_text_becomes_a_statement_of_mermaid(text):
    plain = mermaid.draw(two("plain"), LOOK).splitlines()
    awkward = mermaid.draw(two(text), LOOK).splitlines()
    begins = re.compile(r'[^"]*')
    kinds = [
        Counter(
            begins.match(line)[0].split("[")[0].split("#")[0].strip() for line in one if "acc" not in line
        )
        for one in (plain, awkward)
    ]
    for name in ("subgraph c1", "end", "n2 --> n1", "n1", "n2"):
        assert kinds[0][name] == kinds[1][name]


def test_mermaid_has_every_box_and_every_link_once(example):
    drawn = mermaid.draw(example, LOOK)
    names = {one.id: f"n{i}" for i, one in enumerate(example.boxes, 1)}
    for one in example.boxes:
        (label,) = re.findall(rf'^ *{names[one.id]}\["(.*)"\]:::dk\w+$', drawn, re.MULTILINE)
        assert unescaped(label).startswith(one.text)
    links = re.findall(r"^  (n\d+) --> (n\d+)$", drawn, re.MULTILINE)
    assert Counter(links) == Counter((names[one.cause], names[one.effect]) for one in example.arrows)


def test_the_outline_is_left_out_of_a_mermaid_diagram_that_would_be_too_long_to_be_drawn():
    drawn = dk.diagram(examples.load("leaving-hospital")).diagram
    assert "accDescr {" in mermaid.draw(drawn, LOOK)
    long = attrs.evolve(drawn, outline=drawn.outline * 20)
    assert len(mermaid.draw(long, LOOK)) < mermaid.MOST
    assert "accDescr" not in mermaid.draw(long, LOOK)


@pytest.mark.parametrize("url", URLS)
def test_no_address_but_web_and_mail_is_linked(url):
    assert "click" not in mermaid.draw(two(url=url), LOOK)
    assert "link:" not in d2.draw(two(url=url), LOOK)


def test_web_addresses_are_linked():
    assert 'click n1 href "https://a.b/?x=1&y=%7B2%7D#z" _blank' in mermaid.draw(
        two(url="https://a.b/?x=1&y={2}#z"), LOOK
    )
    assert 'link: "https://a.b/?x=\\$1"' in d2.draw(two(url="https://a.b/?x=$1"), LOOK)


@pytest.mark.parametrize(
    ("direction", "ranks", "d2_name"),
    [("left", "RL", "left"), ("right", "LR", "right"), ("down", "BT", "up")],
)
def test_the_aim_stands_where_the_diagram_has_it(direction, ranks, d2_name):
    what = attrs.evolve(two(), direction=direction)
    assert f"\nflowchart {ranks}\n" in mermaid.draw(what, LOOK)
    assert d2.draw(what, LOOK).startswith(f"direction: {d2_name}\n")


# -- D2 ------------------------------------------------------------------------------------------------------

D2_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def d2_value(body: str) -> str:
    """What D2 reads between double quotes; an open ``${`` would be a variable."""
    assert not re.search(r"(?<!\\)(?:\\\\)*\$\{", body)
    known = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda found: known.get(found[1], found[1]), body)


@texts
def test_d2_gives_every_text_back(text):
    drawn = d2.draw(two(text), LOOK)
    labels = re.findall(r'^(n\d+): "((?:[^"\\\n]|\\.)*)" \{', drawn, re.MULTILINE)
    assert [name for name, _ in labels] == ["n1", "n2"]
    assert {d2_value(body) for _, body in labels} == {text}
    # Outside of strings nothing is left that a text could have written.
    left = D2_STRING.sub("", drawn)
    assert re.fullmatch(r"[\w\s:;{}.>-]*", left, re.ASCII)


def test_d2_has_every_box_and_every_link_once(example):
    drawn = d2.draw(example, LOOK)
    names = {one.id: f"n{i}" for i, one in enumerate(example.boxes, 1)}
    for one in example.boxes:
        (body,) = re.findall(rf'^{names[one.id]}: "((?:[^"\\\n]|\\.)*)" \{{', drawn, re.MULTILINE)
        assert d2_value(body).replace(" \n", " ").startswith(one.text)
    links = re.findall(r"^(n\d+) -> (n\d+): ", drawn, re.MULTILINE)
    assert Counter(links) == Counter((names[one.cause], names[one.effect]) for one in example.arrows)


def test_every_look_is_a_class_and_every_class_is_used(example):
    for drawn, given in (
        (mermaid.draw(example, LOOK), r":::(dk\w+)"),
        (d2.draw(example, LOOK), r"class: (dk\w+)"),
    ):
        used = set(re.findall(given, drawn))
        known = set(re.findall(r"^ +(?:classDef )?(dk\w+)[: ]", drawn, re.MULTILINE))
        assert used <= known
        assert known - used <= {"dkFrame", "dkKey", "dkTitle"}


# -- the programs of these languages -------------------------------------------------------------------------


PAYLOADS = (
    "<script>top.F()</script>",
    "<img src=x onerror=top.F()>",
    "&lt;img src=x onerror=top.F()&gt;",
    "</title></style></script><img src=x onerror=top.F()>",
    "[x](javascript:top.F())",
    "javascript:top.F()",
)


def browser_payloads() -> list[str]:
    """The payloads above, and those of the corpus where there is one."""
    file = Path(os.environ.get("DRIVERKIT_CORPUS", "nowhere")) / "browser" / "payloads.json"
    if not file.is_file():
        file = file.parent.parent / "hostile" / "browser" / "payloads.json"
    more = json.loads(file.read_text("utf-8")) if file.is_file() else []
    return [*PAYLOADS, *(one["p"].replace("@", "") for one in more)]


@pytest.mark.slow
@pytest.mark.chromium
def test_no_text_runs_in_a_page_made_from_the_outline(chromium, tmp_path):
    """A page made from Markdown by a program that lets HTML through, as some wikis do."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    titles = []
    for name, sources in (
        ("escaped", [outline.draw(two(one, url=one), LOOK) for one in browser_payloads()]),
        ("as they are", [f"# {one}\n" for one in browser_payloads()]),
    ):
        file = tmp_path / f"{name}.html"
        page = "<!doctype html><meta charset=utf-8><title>calm</title><script>function F() { document.title = 'RAN' }</script>"
        page += "\n".join(reader.render(one) for one in sources)
        page += "<script>document.querySelectorAll('a').forEach(a => a.click())</script>"
        file.write_text(page, "utf-8")
        call = [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom",
            file.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(
            call, capture_output=True, text=True, timeout=120, encoding="utf-8", check=False
        )
        titles.append(re.search("<title>(.*?)</title>", done.stdout)[1])
    assert titles == ["calm", "RAN"]


def with_every_overlay() -> list[Diagram]:
    """Every example under every overlay, and one with everything else that can be asked for."""
    theories = [examples.load(name) for name in examples.names()]
    drawn = [dk.diagram(one, overlay=kind.name).diagram for one in theories for kind in overlays()]
    more = dk.diagram(
        theories[0], measures="strip", numbers=True, sparkline=True, groups="concept", direction="down"
    )
    return [*drawn, more.diagram, dk.fishbone(examples.load("leaving-hospital")).diagram]


@pytest.mark.slow
@pytest.mark.chromium
def test_mermaid_shows_every_text_unchanged_and_runs_none(chromium, node_modules, tmp_path):
    many = all_strings()
    titles = [two(text) for text in (*STRINGS[:40], *browser_payloads())]
    shown = with_every_overlay()
    sources = [mermaid.draw(one, LOOK) for one in (many, *titles, *shown)]
    page = [
        "<!doctype html><meta charset=utf-8><title>calm</title><div id=d></div><pre id=out></pre>",
        "<script>function F() { document.title = 'RAN' }</script>",
        f'<script src="{(node_modules / "mermaid/dist/mermaid.min.js").as_uri()}"></script>',
        "<script>const sources = " + json.dumps(sources).replace("<", "\\u003c") + """;
        (async () => {
          mermaid.initialize({startOnLoad: false, maxTextSize: 1e7, maxEdges: 10000});
          const out = [];
          for (let i = 0; i < sources.length; i++) {
            try {
              const {svg} = await mermaid.render('m' + i, sources[i]);
              const d = document.getElementById('d');
              d.innerHTML = svg;
              const labels = [...d.querySelectorAll('.node')].map(n => {
                n.querySelectorAll('br').forEach(b => b.replaceWith('\\n'));
                return [n.id.split('-').slice(-2)[0], n.querySelector('.nodeLabel')?.textContent ?? null];
              });
              out.push({labels, links: d.querySelectorAll('.flowchart-link').length,
                title: d.querySelector('.flowchartTitleText')?.textContent ?? null,
                accessible: d.querySelector('svg > title').textContent});
            } catch (e) { out.push({error: String(e)}); }
          }
          document.getElementById('out').textContent = JSON.stringify(out);
        })();</script>""",
    ]  # fmt: skip
    file = tmp_path / "page.html"
    file.write_text("\n".join(page), "utf-8")
    done = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
            "--virtual-time-budget=200000", "--dump-dom", file.as_uri(),
        ],
        capture_output=True, text=True, timeout=400, encoding="utf-8", check=False,
    )  # fmt: skip
    assert "<title>calm</title>" in done.stdout
    found = json.loads(html.unescape(re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.DOTALL)[1]))
    assert not [one["error"] for one in found if "error" in one]

    labels = dict(found[0]["labels"])
    for i, text in enumerate(STRINGS, 1):
        assert labels[f"n{i}"] == text
    for one, drawn in zip((*titles, *shown), found[1:], strict=True):
        assert drawn["accessible"].split() == f"{one.kind}: {one.title}".split()
        title = told_title(one)
        assert (drawn["title"] if drawn["title"] is not None else dict(drawn["labels"])["t1"]) == title
        lines = {entry.key for entry in one.legend if entry.kind == "line"}
        assert drawn["links"] == len(one.arrows) + len(lines)


def told_title(what: Diagram) -> str:
    return " · ".join([what.title, *told.subtitle(what)])


@pytest.mark.slow
def test_d2_reads_every_text_unchanged(node_modules, tmp_path):
    node = shutil.which("node")
    if not node:
        pytest.skip("needs Node")
    drawn = [all_strings(), everything(), *with_every_overlay()]
    (tmp_path / "sources.json").write_text(json.dumps([d2.draw(one, LOOK) for one in drawn]), "utf-8")
    script = tmp_path / "read.mjs"
    script.write_text(
        f"""import {{D2}} from {json.dumps((node_modules / "@terrastruct/d2/dist/node-esm/index.js").as_uri())};
        import fs from 'fs';
        const d2 = new D2(), out = [];
        for (const source of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {{
          const {{diagram}} = await d2.compile(source);
          out.push([diagram.shapes.map(s => [s.id, s.label]), diagram.connections.length]);
        }}
        fs.writeFileSync(process.argv[3], JSON.stringify(out));
        process.exit(0);""",
        "utf-8",
    )
    done = subprocess.run(
        [node, str(script), str(tmp_path / "sources.json"), str(tmp_path / "out.json")],
        capture_output=True, text=True, timeout=400, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    for one, (shapes, links) in zip(drawn, found, strict=True):
        assert len(shapes) == len(one.boxes) + len(one.groups) + 1
        assert links == len(one.arrows)
    words = dict(found[0][0])
    for i, text in enumerate(STRINGS, 1):
        assert words[f"n{i}"] == text
