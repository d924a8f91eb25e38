"""The house stands as it is drawn: rooms import downwards, and opening the door is light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1]
HEAVY = (
    "pandas",
    "numpy",
    "matplotlib",
    "jinja2",
    "markdown_it",
    "narwhals",
    "graphviz",
    "networkx",
    "yaml",
    "reportlab",
    "resvg_py",
    "rich",
    "IPython",
)


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after this code."""
    program = f"{code}\nimport sys\nprint(*sorted(sys.modules))"
    # -P: not the folder the tests happen to run in.
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_each_room_imports_only_rooms_below_it(capsys, tmp_path):
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    status = lint_imports(config_filename=str(HOME / "pyproject.toml"), cache_dir=str(tmp_path))
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_import_driverkit_loads_no_heavy_library():
    assert not loaded_by("import driverkit").intersection(HEAVY)


def test_import_driverkit_changes_nothing_outside_of_it():
    """No logging set up, no warnings filtered, no matplotlib backend chosen: the notebook is yours."""
    code = (
        "import logging, os, warnings\n"
        "before = (list(logging.root.handlers), list(warnings.filters), dict(os.environ), logging.root.level)\n"
        "import driverkit\n"
        "after = (list(logging.root.handlers), list(warnings.filters), dict(os.environ), logging.root.level)\n"
        "assert before == after, (before, after)"
    )
    loaded_by(code)


@pytest.mark.parametrize("name", ["run", "dev", "frontends"])
def test_every_requirement_is_pinned_hashed_and_without_an_address(name):
    text = (HOME / "requirements" / f"{name}.txt").read_text("utf-8")
    assert "://" not in text
    entries = text.replace("\\\n", "").strip().splitlines()
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+( ; [^-]+)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+$", entry), entry


def pins(name: str) -> set[str]:
    lines = (HOME / "requirements" / f"{name}.txt").read_text("utf-8").splitlines()
    return {line.removesuffix("\\").strip() for line in lines if "==" in line}


def test_whoever_develops_runs_the_same_versions_as_the_newcomer():
    assert not pins("run") - pins("dev")


def test_front_ends_are_installed_beside_the_rest_without_moving_a_version():
    # One name may have several versions, each for some Pythons.
    dev, beside = ({pin.split(" ")[0] for pin in pins(name)} for name in ("dev", "frontends"))
    names = {pin.partition("==")[0] for pin in dev}
    assert {"jupyterlab", "notebook", "marimo", "nbconvert"} <= {pin.partition("==")[0] for pin in beside}
    assert {pin for pin in beside - dev if pin.partition("==")[0] in names} == set()


def test_every_dependency_of_the_package_is_pinned():
    project = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["pdf"]]
    pinned = {pin.partition("==")[0] for pin in pins("run")}
    assert {re.split(r"[<>=!~\[; ]", one, maxsplit=1)[0].lower() for one in wanted} <= pinned


def test_an_older_python_can_read_the_setup_script_and_be_told():
    source = (HOME / "do.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))
    code = "import sys; sys.version_info = (3, 9); sys.argv = ['do.py', 'test']; import runpy; runpy.run_path('do.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "driverkit needs Python 3.11 or newer" in done.stderr


def test_the_setup_script_needs_the_standard_library_alone():
    tree = ast.parse((HOME / "do.py").read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_changelog_fragments_have_a_kind_that_the_changelog_knows():
    settings = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["tool"]["towncrier"]
    kinds = {kind["directory"] for kind in settings["type"]}
    for fragment in (HOME / "changelog.d").glob("*.md"):
        assert re.fullmatch(rf"(\d+|\+[\w-]+)\.({'|'.join(kinds)})(\.\d+)?\.md", fragment.name), fragment.name
        assert fragment.read_text("utf-8").strip()
