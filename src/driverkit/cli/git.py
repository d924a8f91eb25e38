"""Versions of a theory file that git keeps: read one, list all."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from attrs import frozen

from driverkit.cli.support import limits as limits_for
from driverkit.cli.support import one_line, read, say
from driverkit.errors import FormatError, MissingEngine, UsageError
from driverkit.formats import Limits, format_of, loads
from driverkit.formats.text import decode
from driverkit.model import Theory

__all__ = [
    "Version",
    "read_version",
    "theories_of",
    "theory_at",
    "theory_before",
    "theory_in",
    "versions",
    "whole_or_versions",
]

_REVISION = re.compile(r"(?P<revision>[^:\-][^:]*):(?P<path>.+)", re.DOTALL)
_SECONDS = 60


@frozen
class Version:
    """A version of a file in git.

    Attributes:
        commit: its full name.
        path: what the file was called then, from the root of the repository.
        date: the day on which it was written.
        author: who wrote it.
        subject: the first line of its message.
    """

    commit: str
    path: str
    date: dt.date
    author: str
    subject: str


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints.

    Raises:
        MissingEngine: git is not installed.
        UsageError: git says no.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the words are separate arguments; revisions never begin with a dash
            ["git", "-C", str(folder), "--no-pager", *arguments],  # noqa: S607 - the git of this machine
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "LC_ALL": "C"},  # what it says is read
        )
    except FileNotFoundError:
        raise MissingEngine("Versions are kept by git, which is not installed here.") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"git took more than {_SECONDS} seconds.") from None
    if done.returncode:
        raise UsageError(_refusal(done.stderr.decode("utf-8", "replace"), folder))
    return done.stdout


def _refusal(said: str, folder: Path) -> str:
    """What git said no to, and what to do about it, in a sentence or two."""
    first = next(iter(said.strip().splitlines()), "no").removeprefix("fatal: ").rstrip(". ")
    if "not a git repository" in first:
        return f"{folder} is in no git repository, so there are no earlier versions. Name two files, or run `git init` and commit."
    if "does not have any commits" in first:
        return (
            "The git repository has no commits yet, so there are no earlier versions. Commit the file first."
        )
    name = re.search(r"'([^']*)'", first)
    if (
        re.search(r"invalid object name|unknown revision|bad revision|Not a valid object name", first)
        and name
    ):
        return (
            f"git knows no revision {name[1]!r} here. `git log --oneline` lists those that there are; "
            "HEAD~1 is the one before the last."
        )
    if re.search(r"does not exist in|exists on disk, but not in|outside repository", first):
        return (
            f"git says: {first}. `git log --oneline --all -- PATH` lists the revisions that have the file; a file that was "
            "renamed goes by the name that it had then."
        )
    return f"git says: {first}."


def read_version(name: str, from_: str | None, limits: Limits) -> Theory | None:
    """The theory that ``REVISION:PATH`` names, such as ``HEAD~5:theory.yaml``; None where it names none.

    A path is one from the folder that we are in, as with other commands. What is there as a file is a file.

    Raises:
        FormatError: that version is no theory file.
        UsageError: git knows no such version.
    """
    match = _REVISION.fullmatch(name)
    if match is None or Path(name).exists() or len(match["revision"]) == 1:  # one letter is a drive
        return None
    path = match["path"]
    inside = path if path.startswith(("./", "../", "/")) else f"./{path}"
    data = _git(Path.cwd(), "show", "--end-of-options", f"{match['revision']}:{inside}")
    return _theory(data, name, from_ or _format(path), limits)


def theory_in(file: str, revision: str, from_: str | None, limits: Limits) -> Theory:
    """A file as it was in a revision, such as ``HEAD~5``.

    Raises:
        FormatError: that version is no theory file.
        UsageError: git knows no such version, or standard input is asked for.
    """
    if file == "-":
        raise UsageError("Standard input has no earlier version in git; name a file with --since.")
    path = Path(file)
    data = _git(path.resolve().parent, "show", "--end-of-options", f"{revision}:./{path.name}")
    return _theory(data, f"{revision}:{file}", from_ or _format(file), limits)


def _format(path: str) -> str:
    return format_of(path).name if PurePosixPath(path).suffix else "yaml"


def _theory(data: bytes, name: str, format: str, limits: Limits) -> Theory:
    return loads(decode(data, name, limits), format=format, limits=limits, file=name)


def versions(file: str, *, most: int | None = None) -> list[Version]:
    """Every version of a file that git knows, the oldest first; renamed files are followed.

    Raises:
        UsageError: the file is in no repository, or git knows no version of it.
    """
    path = Path(file)
    folder = path.resolve().parent
    limit = [f"--max-count={most}"] if most is not None else []
    form = "--format=%x1e%H%x1f%as%x1f%an%x1f%s%x1f"
    printed = _git(folder, "log", "--follow", "--name-only", "-z", form, *limit, "--", path.name).decode(
        "utf-8", "replace"
    )
    found = []
    for one in printed.split("\x1e")[1:]:
        commit, day, author, subject, rest = one.split("\x1f", 4)
        names = [name for name in rest.replace("\n", "\0").split("\0") if name]
        if names:
            found.append(Version(commit, names[-1], dt.date.fromisoformat(day), author, subject))
    if not found:
        raise UsageError(f"git knows no version of {file}. Commit it first.")
    return found[::-1]


def theory_at(file: str, version: Version, from_: str | None, limits: Limits) -> Theory:
    """The theory as it was in a version.

    Raises:
        FormatError: that version is no theory file.
    """
    folder = Path(file).resolve().parent
    data = _git(folder, "show", f"{version.commit}:{version.path}")
    return _theory(data, f"{version.commit[:10]}:{version.path}", from_ or _format(version.path), limits)


def theories_of(
    file: str, from_: str | None, limits: Limits, *, most: int | None = None, tell: Callable[[str], None]
) -> list[tuple[Version, Theory]]:
    """Every version of a file that git knows and that can be read, the oldest first.

    Args:
        file: the file.
        from_: its format, where its name does not say it.
        limits: how much is read.
        most: only the last that many versions.
        tell: what is done with a sentence about each version that cannot be read and is passed over.

    Raises:
        UsageError: the file is in no repository, git knows no version of it, or none can be read.
    """
    found = []
    refused = []
    for version in versions(file, most=most):
        try:
            found.append((version, theory_at(file, version, from_, limits)))
        except FormatError as error:
            refused.append((version, error.faults[0].message))
    why = {message for _, message in refused}
    if not found and len(why) == 1:
        raise UsageError(f"No version of {file} that git keeps can be read as a theory. {why.pop()}")
    for version, message in refused:
        tell(one_line(f"{version.commit[:10]} {version.date}: passed over, as it cannot be read: {message}"))
    if not found:
        raise UsageError(f"No version of {file} that git keeps can be read as a theory.")
    return found


def theory_before(
    file: str, version: Version, from_: str | None, limits: Limits
) -> tuple[Theory | None, bool]:
    """The last theory before a version that can be read, and whether git knows of any version before that one."""
    known = versions(file)
    earlier = known[: [one.commit for one in known].index(version.commit)]
    for one in reversed(earlier):
        try:
            return theory_at(file, one, from_, limits), True
        except FormatError:
            continue
    return None, bool(earlier)


def whole_or_versions(
    files: Sequence[str], versions: bool, days: Sequence[str], from_: str | None, untrusted: bool
) -> Theory | list[Theory]:
    """What FILE... and ``--versions`` name together: one theory, or its versions, the oldest first.

    Raises:
        FormatError: a file is no theory file.
        UsageError: versions are asked for of several files or of days; or git has none.
    """
    if versions:
        if len(files) > 1 or days:
            raise UsageError(
                "With --versions give one FILE and no days: each version that git keeps is taken."
            )
        return [theory for _, theory in theories_of(files[0], from_, limits_for(untrusted), tell=say)]
    if len(files) > 1:
        return [read(file, from_, untrusted) for file in files]
    return read(files[0], from_, untrusted)
