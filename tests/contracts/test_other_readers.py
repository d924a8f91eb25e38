"""Other readers of YAML see the same data in what we write: ruamel by the rules of 1.2, js-yaml in node."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import example, given

import driverkit as dk
from driverkit import examples
from driverkit.formats.convert import to_json_values, to_plain
from strategies import AWKWARD, theories
from support.npm import install

READ = """
const yaml = require("js-yaml");
let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => { text += part; });
process.stdin.on("end", () => {
  const found = JSON.parse(text).map((one) => yaml.load(one, {schema: yaml.CORE_SCHEMA}));
  process.stdout.write(JSON.stringify(found));
});
"""


def awkward() -> dk.Theory:
    texts = [text for text in AWKWARD if text.strip()]
    return dk.Theory(
        "Texts on which readers stumble",
        aims=[dk.Aim(f"A{n}", text, tags=[text]) for n, text in enumerate(texts)],
        extra={"x-keys": {text: text for text in AWKWARD}},
    )


def plain(value: Any) -> Any:
    """Data from ruamel as dicts and lists, dates as texts."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


@given(theory=theories(max_nodes=10))
@example(theory=awkward())
def test_ruamel_reads_the_same(theory):
    ruamel = pytest.importorskip("ruamel.yaml")
    reader = ruamel.YAML(typ="safe", pure=True)
    assert plain(reader.load(dk.dumps(theory))) == to_json_values(to_plain(theory))


@pytest.mark.few(2)
@pytest.mark.parametrize("name", examples.names())
def test_ruamel_reads_the_files_that_people_wrote(name):
    ruamel = pytest.importorskip("ruamel.yaml")
    reader = ruamel.YAML(typ="safe", pure=True)
    found = plain(reader.load(examples.text(name)))
    assert dk.from_dict(found) == examples.load(name)


@pytest.mark.slow
def test_js_yaml_reads_the_same_in_node(tmp_path_factory):
    if shutil.which("node") is None:
        pytest.skip("needs node")
    folder = tmp_path_factory.mktemp("node")
    modules = install(folder, ["js-yaml@4.1.0"])
    if not (modules / "js-yaml").is_dir():
        pytest.skip("js-yaml is not in the folder of DRIVERKIT_NODE")
    gathered = [awkward(), *(examples.load(name) for name in examples.names())]

    @given(theory=theories(max_nodes=8))
    def gather(theory):
        gathered.append(theory)

    gather()
    (folder / "read.js").write_text(READ, encoding="utf-8")
    done = subprocess.run(
        ["node", "read.js"],
        cwd=modules.parent if (folder / "node_modules").exists() else folder,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "NODE_PATH": str(modules)},
        input=json.dumps([dk.dumps(theory) for theory in gathered]),
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    for theory, found in zip(gathered, json.loads(done.stdout), strict=True):
        assert exact(found) == exact(to_json_values(to_plain(theory)))


def exact(value: Any) -> Any:
    """Numbers as JavaScript has them: whole ones and others are of one kind, of 53 bits, and have no -0 in JSON."""
    if isinstance(value, dict):
        return {key: exact(one) for key, one in value.items()}
    if isinstance(value, list):
        return [exact(one) for one in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) + 0.0
    return value
