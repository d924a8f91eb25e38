"""Real front ends for notebooks, each with a server of its own on this machine, ended with the block."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 90.0


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _serving(command: Sequence[str], folder: Path, health: str) -> Iterator[str]:
    """A server that runs in a folder and asks nothing of whoever comes; gives its address once it answers."""
    port = _free_port()
    home = folder / ".home"
    home.mkdir(exist_ok=True)
    own = {
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
    }
    log = folder / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, str(port)],
            cwd=folder,
            env={**os.environ, **{name: str(value) for name, value in own.items()}},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(address + health, timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, log.read_text("utf-8", "replace")
                assert time.monotonic() < end, log.read_text("utf-8", "replace")
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def jupyter(program: str, folder: Path) -> Iterator[str]:
    """JupyterLab (``jupyterlab``) or Notebook (``notebook``)."""
    options = (
        "--no-browser",
        "--allow-root",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.port",
    )
    with _serving([sys.executable, "-m", program, *options], folder, "/api/status") as address:
        yield address


@contextmanager
def marimo(notebook: Path) -> Iterator[str]:
    """A marimo notebook as an app, as its readers see it."""
    command = [sys.executable, "-m", "marimo", "run", "--headless", "--no-token", str(notebook), "--port"]
    with _serving(command, notebook.parent, "/health") as address:
        yield address
