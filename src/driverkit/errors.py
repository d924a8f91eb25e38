"""Every exception that driverkit raises on purpose.

::

    DriverkitError
    ├── TheoryError        values that cannot be a theory (.faults)
    │   └── FormatError    a file that cannot be read (.faults, each with its line and column)
    │       └── SeriesError    a series of a measure that cannot be read (likewise)
    ├── UnknownId          nothing in the theory has that id (.id, .near)
    ├── SaveError          a file that could not be written; what was there is untouched
    │   ├── FileChanged    somebody changed the file since it was read
    │   └── LossError      the format cannot hold all of the theory (.losses)
    ├── UsageError         a call that cannot be carried out as asked
    └── MissingEngine      a program or optional package that is not installed

An error is data, one sentence and a next step: the fields can be shown by another tool, and every
error survives pickling. `LossWarning` is no error: a foreign file holds more than a theory can.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

__all__ = [
    "DriverkitError",
    "Fault",
    "FileChanged",
    "FormatError",
    "LossError",
    "LossWarning",
    "MissingEngine",
    "SaveError",
    "SeriesError",
    "TheoryError",
    "UnknownId",
    "UsageError",
]


@frozen
class Fault:
    """One thing that is wrong, where it is, and what to do about it.

    Attributes:
        message: one sentence; it names the words that were found and, where it helps, a next step.
        path: the place inside the document, such as ``drivers[2].contributes_to[0]``; empty for
            the document as a whole.
        line: the line in the file, counted from 1; None where there is no file.
        column: the column in that line, counted from 1 in characters; None where there is no file.
        file: the name of the file as it was given; None where there is none.
        id: the id of the item that the fault is about, where it has one.
    """

    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    file: str | None = None
    id: str | None = None

    def __str__(self) -> str:
        """``file:line:column: message``, as editors and CI logs understand it."""
        if self.file is None and self.line is None:
            return f"{self.path}: {self.message}" if self.path else self.message
        where = ":".join(str(p) for p in (self.file or "<text>", self.line, self.column) if p is not None)
        return f"{where}: {self.message}"


class DriverkitError(Exception):
    """The root of all errors of this package."""


class TheoryError(DriverkitError, ValueError):
    """Values that cannot be a theory: a duplicate id, a link to nothing, a loop, an empty text.

    Attributes:
        faults: every fault found, in the order of the document.
    """

    def __init__(self, faults: Iterable[Fault] | str) -> None:
        self.faults: tuple[Fault, ...] = (Fault(faults),) if isinstance(faults, str) else tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class FormatError(TheoryError):
    """A file that cannot be read as a theory. ``.faults`` lists every fault with its place."""


class SeriesError(FormatError):
    """The series of a measure cannot be read. ``.faults`` lists every fault with its place.

    A theory whose series cannot be read still loads, draws and is reported on.
    """


class UnknownId(DriverkitError, KeyError):
    """Nothing in the theory, or in the network, has that id.

    Attributes:
        id: the id that was asked for.
        near: ids that look like it, nearest first.
        kind: what was asked for, such as a node or a member.
    """

    def __init__(self, id: str, near: Iterable[str] = (), kind: str = "node") -> None:
        self.id = id
        self.near = tuple(near)
        self.kind = kind
        super().__init__(id, self.near, kind)

    def __str__(self) -> str:
        hint = f" Did you mean {self.near[0]!r}?" if self.near else ""
        return f"No {self.kind} has the id {self.id!r}.{hint}"


class SaveError(DriverkitError, OSError):
    """A file could not be written. What was there before is untouched."""


class FileChanged(SaveError):
    """The file is no longer what it was when the theory was read from it."""


class LossError(SaveError):
    """A format cannot hold all of a theory, and nobody said that the rest may go.

    Attributes:
        format: the name of the format.
        losses: what would be lost, one sentence part each.
    """

    def __init__(self, format: str, losses: Iterable[str]) -> None:
        self.format = format
        self.losses = tuple(losses)
        super().__init__(format, self.losses)

    def __str__(self) -> str:
        return (
            f"The format {self.format} cannot hold all of this theory. What would be lost: "
            f"{'; '.join(self.losses)}. Choose a format that holds everything, or say that it may go (lossy)."
        )


class LossWarning(UserWarning):
    """A file of another tool was read, and something in it has no place in a theory."""


class UsageError(DriverkitError, ValueError):
    """A call that cannot be carried out as asked: an unknown option, format or theme."""


class MissingEngine(DriverkitError, RuntimeError):
    """A program or optional package is needed that is not installed; the message says how to get it."""
