"""Tests what people install: the wheel, in an environment that knows nothing of the clone.

    python tools/wheel.py build     sdist and wheel into dist/, with a look at what is in them
    python tools/wheel.py           the README's story and the fast tests with the wheel in dist/

The story runs where only the pins of requirements/run.txt are, so a dependency that is used but not
declared fails there. The tests then run in the same environment with the development pins added.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
DIST = HOME / "dist"
VENV = HOME / "build" / "wheel-venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
# What every file of the wheel is one of; anything else came in by accident.
KINDS = {
    ".py",
    ".typed",
    ".ttf",
    ".txt",
    ".yaml",
    ".yml",
    ".csv",
    ".json",
    ".md",
    ".css",
    ".html",
    ".js",
    ".svg",
}
WANTED = ("driverkit/py.typed", "driverkit/__init__.py", "driverkit/diagram/fonts/DejaVuSans.ttf")


def run(*command: str | Path, cwd: Path = HOME, **environment: str) -> None:
    """Runs a program of the wheel's environment; its failure is ours."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    env |= {
        "PATH": os.pathsep.join((str(BIN), env.get("PATH", os.defpath))),
        "VIRTUAL_ENV": str(VENV),
        **environment,
    }
    print("$", *(str(c) for c in command), flush=True)
    code = subprocess.run([str(c) for c in command], cwd=cwd, env=env).returncode
    if code:
        sys.exit(code)


def build() -> Path:
    """Builds the sdist and from it the wheel, as a package index would receive them."""
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", DIST)
    wheel = the_wheel()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    inside = [n for n in names if ".dist-info/" not in n]
    strange = [n for n in inside if not n.startswith("driverkit/") or Path(n).suffix not in KINDS]
    missing = [n for n in WANTED if n not in names]
    licences = [n for n in names if "/licenses/" in n]
    with tarfile.open(next(DIST.glob("*.tar.gz"))) as archive:
        source = {"/".join(n.split("/")[1:]) for n in archive.getnames()}
    missing += [n for n in ("do.py", "justfile", "tests/conftest.py", "LICENSE") if n not in source]
    if strange or missing or len(licences) < 2:
        print(
            f"The build is wrong: strange {strange}, missing {missing}, licences {licences}", file=sys.stderr
        )
        sys.exit(1)
    print(f"{wheel.relative_to(HOME)}: {len(inside)} files, {wheel.stat().st_size / 1e3:.0f} kB", flush=True)
    return wheel


def the_wheel() -> Path:
    """The one wheel in dist/."""
    found = list(DIST.glob("*.whl"))
    if len(found) != 1:
        sys.exit(f"There should be one wheel in dist/, not {len(found)}. Run: just build")
    return found[0]


def test(wheel: Path) -> None:
    """The README's story with the run-time pins, then the fast tests with the development pins."""
    venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=True).create(VENV)
    pip = (BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", "requirements/run.txt")
    run(*pip, "--no-deps", wheel)
    run(BIN / "python", "-m", "pip", "check")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        driverkit = BIN / "driverkit"
        run(driverkit, "new", "theory.yaml", cwd=folder)
        run(driverkit, "check", "theory.yaml", "--fail-on", "never", cwd=folder)
        run(driverkit, "coverage", "theory.yaml", cwd=folder)
        for suffix in ("svg", "png", "pdf"):
            run(driverkit, "render", "theory.yaml", "-o", f"theory.{suffix}", cwd=folder)
            assert (folder / f"theory.{suffix}").stat().st_size > 1000
    run(*pip, "--require-hashes", "-r", "requirements/dev.txt")
    # CI is taken away: the long tests run once, against the clone.
    tests = ("-m", "pytest", "-q", "-n", "2", "-m", "not slow", "-p", "no:cacheprovider")
    run(BIN / "python", "-P", *tests, CI="", DRIVERKIT_EXPECTED_IN=str(VENV))


if __name__ == "__main__":
    if sys.argv[1:] == ["build"]:
        build()
    else:
        test(the_wheel())
