"""Runs what a document shows.

The blocks are found by the Markdown parser that also renders the docs, so what a reader sees is what is
run. All blocks of a document share one folder and one Python namespace, from top to bottom:

* ``python``: run; as a doctest where it shows ``>>>``
* ``console``: each ``$ command`` is run by a shell and must succeed; where output is shown, it must come,
  with ``...`` for what varies
* ``sh``: run as a script that stops at the first failure
* ``yaml``: where it begins with ``driverkit:``, it must be a theory that loads; what names a hub is the file
  of a network, which is read with the folder it lies in
* ``json``, ``toml``: must be well-formed
* the languages of ``SHOWN`` are only shown

A comment right above a block says what cannot be seen from the block:

* ``<!-- file: theory.yaml -->``: written to that file, not run (a ``:caption:`` of a code-block that is
  a file name does the same)
* ``<!-- exits: 1 -->``: the exit code of the last command in the block
* ``<!-- not run: reason -->``
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

SHOWN = {"text", "csv", "markdown", "html", "xml", "svg", "dot", "mermaid", "ini", "css", "diff"}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_COMMENT = re.compile(r"<!--\s*(file|exits|not run):\s*(.*?)\s*-->", re.DOTALL)
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)")
_CODE = re.compile(r"^\{(code|code-block|code-cell|sourcecode)\}\s*(\S*)")
_FILE_NAME = re.compile(r"^[\w.-]+(/[\w.-]+)*\.\w+$")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, the line where the text begins, and its notes."""

    path: Path
    line: int
    language: str
    text: str
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """Every fenced block of a Markdown document, those inside admonitions and tabs too."""
    return list(_blocks(path, path.read_text("utf-8"), 1))


def _blocks(path: Path, text: str, first: int) -> Iterator[Block]:
    notes: dict[str, str] = {}
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "html_block":
            notes = dict(_COMMENT.findall(token.content))
        elif token.type == "fence":
            assert token.map is not None
            info, body, line = token.info.strip(), token.content, first + token.map[0] + 1
            directive = _CODE.match(info)
            if info.startswith("{") and not directive:
                yield from _blocks(path, body, line)
                continue
            language = directive[2] if directive else info.partition(" ")[0]
            while directive and (option := _OPTION.match(body)):
                _, _, body = body.partition("\n")
                line += 1
                if option[1] == "caption" and _FILE_NAME.match(option[2].strip("` ")):
                    notes["file"] = option[2].strip("` ")
            if directive and body.startswith("\n"):
                body, line = body[1:], line + 1
            yield Block(path, line, language, body, notes)
            notes = {}
        else:
            notes = {}


class Wrong(AssertionError):
    """A block does not do what the document says."""


def commands(block: Block) -> Iterator[tuple[int, str, str]]:
    """The line, the command and the output shown for each ``$ `` of a console block."""
    rows = block.text.splitlines()
    if rows and not rows[0].startswith("$ "):
        raise Wrong(f"{block.place}: a console block begins with `$ ` and a command")
    position = 0
    while position < len(rows):
        line, command = block.line + position, rows[position][2:]
        while command.endswith("\\") and position + 1 < len(rows):
            position += 1
            command += "\n" + rows[position].removeprefix("> ")
        position += 1
        output = []
        while position < len(rows) and not rows[position].startswith("$ "):
            output.append(rows[position] + "\n")
            position += 1
        yield line, command, "".join(output)


class Reader:
    """Somebody who follows one document in an empty folder, from top to bottom."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self.environment = {**os.environ, "PATH": self._path(), "HOME": str(folder), "PYTHONUTF8": "1"}

    def _path(self) -> str:
        """A PATH whose driverkit is the one under test."""
        scripts = sysconfig.get_path("scripts")
        if shutil.which("driverkit", path=scripts) is None:
            # Run from a source tree that is not installed: a stand-in of one line.
            scripts = str(self.folder / ".bin")
            stand_in = Path(scripts, "driverkit")
            stand_in.parent.mkdir(exist_ok=True)
            stand_in.write_text(
                f'#!/bin/sh\nexec "{sys.executable}" -c "import driverkit.cli as c; c.main()" "$@"\n'
            )
            stand_in.chmod(0o755)
        return os.pathsep.join(
            (scripts, str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
        )

    def follow(self, path: Path) -> int:
        """Does what every block of the document says; gives back how many there were."""
        found = blocks(path)
        for block in found:
            self.do(block)
        return len(found)

    def do(self, block: Block) -> None:
        if "not run" in block.notes:
            if not block.notes["not run"]:
                raise Wrong(f"{block.place}: `not run` needs a reason")
        elif "file" in block.notes:
            target = self.folder / block.notes["file"]
            if not target.resolve().is_relative_to(self.folder.resolve()):
                raise Wrong(f"{block.place}: {target} is outside of the folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, "utf-8")
            if block.language == "yaml":
                self._yaml(block)
        elif block.language in RUNNERS:
            RUNNERS[block.language](self, block)
        elif block.language not in SHOWN:
            known = ", ".join(sorted({*RUNNERS, *SHOWN}))
            raise Wrong(f"{block.place}: what is {block.language!r}? Say one of: {known}")

    def _python(self, block: Block) -> None:
        if re.search(r"^>>> ", block.text, re.MULTILINE):
            run_doctest(block.text, self.namespace, block.path, block.line)
            return
        # Empty lines in front, so that a traceback names the line of the document.
        source = "\n" * (block.line - 1) + block.text
        try:
            exec(compile(source, str(block.path), "exec"), self.namespace)
        except Exception as error:
            raise Wrong(f"{block.place}: {type(error).__name__}: {error}\n\n{block.text}") from error

    def _shell(self, command: str, place: str) -> tuple[int, str]:
        shell = shutil.which("sh", path=os.environ.get("PATH", "") + os.pathsep + os.defpath)
        try:
            done = subprocess.run(
                [shell or "sh", "-e", "-c", command],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=120,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Wrong(f"{place}: no end after 120 s: {command}") from None
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def _console(self, block: Block) -> None:
        every = list(commands(block))
        for number, (line, command, expected) in enumerate(every, start=1):
            place = f"{block.path}:{line}"
            code, output = self._shell(command, place)
            should = int(block.notes.get("exits", 0)) if number == len(every) else 0
            if code != should:
                raise Wrong(f"{place}: `{command}` exits with {code}, not {should}:\n{output}")
            if expected.strip() and not doctest.OutputChecker().check_output(expected, output, FLAGS):
                raise Wrong(f"{place}: `{command}` prints\n{output}\nThe document shows\n{expected}")

    def _script(self, block: Block) -> None:
        code, output = self._shell(block.text, block.place)
        if code != int(block.notes.get("exits", 0)):
            raise Wrong(f"{block.place}: the script exits with {code}:\n{output}")

    def _yaml(self, block: Block) -> None:
        if re.search(r"^hub:", block.text, re.MULTILINE):
            return
        if re.search(r"\A(#.*\n|\s*\n)*driverkit:", block.text):
            import driverkit as dk

            try:
                dk.loads(block.text, format="yaml")
            except dk.DriverkitError as error:
                raise Wrong(f"{block.place}: {error}") from error

    def _json(self, block: Block) -> None:
        try:
            json.loads(block.text)
        except ValueError as error:
            raise Wrong(f"{block.place}: {error}") from error

    def _toml(self, block: Block) -> None:
        try:
            tomllib.loads(block.text)
        except ValueError as error:
            raise Wrong(f"{block.place}: {error}") from error


RUNNERS: dict[str, Callable[[Reader, Block], None]] = {
    "python": Reader._python,
    "pycon": Reader._python,
    "console": Reader._console,
    "sh": Reader._script,
    "yaml": Reader._yaml,
    "json": Reader._json,
    "toml": Reader._toml,
}


def run_doctest(text: str, namespace: dict[str, Any], path: Path, line: int) -> None:
    """Runs a session with ``>>>``; what it defines stays in the namespace."""
    test = doctest.DocTestParser().get_doctest(text, namespace, path.name, str(path), line - 1)
    test.globs = namespace  # get_doctest makes a copy, which would forget
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    runner.run(test, out=report.append, clear_globs=False)
    if runner.failures:
        raise Wrong("".join(report))
