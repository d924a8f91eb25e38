"""Renews requirements/run.txt, dev.txt and frontends.txt: each one file for Python 3.11 to 3.13, every pin with its hashes.

It needs uv, which is not among the pinned tools because only this one command does (``pip install uv``).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
# No annotations and no header: a pin that did not change is a line that did not change.
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"),
)


def main(arguments: list[str]) -> int:
    uv = shutil.which("uv")
    if uv is None:
        print("There is no uv on the PATH. Install it with: pip install uv", file=sys.stderr)
        return 2
    # run.txt first: dev.txt takes its versions over, so that both can live in one .venv.
    for target, extra, sources in (
        ("run", "pdf", ["requirements/run.in"]),
        ("dev", "all", ["requirements/run.in", "requirements/dev.in"]),
        ("frontends", "notebook", ["requirements/frontends.in"]),
    ):
        output = f"requirements/{target}.txt"
        command = [uv, "pip", "compile", "--quiet", *OPTIONS, *arguments, "pyproject.toml", "--extra", extra]
        subprocess.run([*command, *sources, "-o", output], cwd=HOME, check=True, stdout=subprocess.DEVNULL)
        if "://" in (HOME / output).read_text("utf-8"):
            print(f"{output} names an address; pins must come without one.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
