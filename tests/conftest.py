"""What every test may ask for, and what is the same for all of them."""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No deadlines: two workers on two cores make single examples slow now and then, and that is no fault.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
# The same examples on every machine, so that a red test is red for everyone …
settings.register_profile("fast", max_examples=5, derandomize=True, **_COMMON)
settings.register_profile("all", max_examples=100, derandomize=True, **_COMMON)
# … and a search for new ones, for whoever has the time: HYPOTHESIS_PROFILE=search just test-all
settings.register_profile("search", max_examples=2000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "all" if os.environ.get("CI") else "fast"))

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
HOME = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Where the wheel is tested, a driverkit from anywhere else is a mistake."""
    expected = os.environ.get("DRIVERKIT_EXPECTED_IN")
    if expected:
        import driverkit

        if not Path(driverkit.__file__).resolve().is_relative_to(Path(expected).resolve()):
            raise pytest.UsageError(
                f"These tests should see the driverkit in {expected}, not {driverkit.__file__}"
            )


@pytest.hookimpl(tryfirst=True)  # before those that are not asked for are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test marked ``few(N)`` only N cases belong to the fast tests: always the same ones, drawn by their names."""
    cases: dict[tuple[str, int], list[pytest.Item]] = {}
    for item in items:
        few = item.get_closest_marker("few")
        if few is not None and item.get_closest_marker("slow") is None:
            cases.setdefault((item.nodeid.partition("[")[0], few.args[0]), []).append(item)
    for (_, most), found in cases.items():
        for item in sorted(found, key=lambda one: sha256(one.nodeid.encode()).digest())[most:]:
            item.add_marker(pytest.mark.slow)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Programs that are not installed are no failure."""
    if item.get_closest_marker("dot") and shutil.which("dot") is None:
        pytest.skip("needs the dot program of Graphviz")
    if item.get_closest_marker("chromium") and not any(map(shutil.which, CHROMIUM)):
        pytest.skip("needs Chromium")


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output of the same width and without colour, whoever runs the tests and wherever."""
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "dumb")


@pytest.fixture(scope="session")
def home() -> Path:
    """The folder of the clone."""
    return HOME


@pytest.fixture(scope="session")
def corpus() -> Path:
    """A folder of real and hostile theory files that is not part of the clone; DRIVERKIT_CORPUS names it."""
    named = os.environ.get("DRIVERKIT_CORPUS")
    if not named:
        pytest.skip("needs a corpus: set DRIVERKIT_CORPUS to its folder")
    folder = Path(named)
    assert folder.is_dir(), f"DRIVERKIT_CORPUS names no folder: {named}"
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium program, for tests marked ``chromium``."""
    found = [path for path in map(shutil.which, CHROMIUM) if path]
    if not found:
        pytest.skip("needs Chromium")
    return found[0]


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs from npm that draw Mermaid, D2 and draw.io files."""
    from support.npm import install

    return install(tmp_path_factory.mktemp("node"))
