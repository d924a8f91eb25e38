"""How much a reader takes before it refuses: for your own files, and for strangers'."""

from __future__ import annotations

from attrs import field, frozen, validators

__all__ = ["Limits"]

_at_least_one = validators.and_(validators.instance_of(int), validators.ge(1))


@frozen(kw_only=True)
class Limits:
    """The largest input that is read. What is over a limit is refused with a message that names it.

    The defaults fit anything a person or a large network writes; `Limits.web` fits a back end that
    shows strangers' files.

    Attributes:
        bytes: size of the input.
        depth: how deep lists and mappings may be nested.
        values: how many scalars, lists and mappings there may be.
        text: characters in one text.
        faults: how many faults are told; then reading stops.
        cells: cells of a table or of all sheets of a workbook together, empty ones between others counted.
        inflated: bytes of all parts of an archive, such as a workbook, once they are unpacked.
        ratio: how many times its packed size a part of an archive may be once it is unpacked.

    >>> Limits.web().bytes
    1000000
    """

    bytes: int = field(default=256_000_000, validator=_at_least_one)
    depth: int = field(default=64, validator=_at_least_one)
    values: int = field(default=20_000_000, validator=_at_least_one)
    text: int = field(default=1_000_000, validator=_at_least_one)
    faults: int = field(default=1_000, validator=_at_least_one)
    cells: int = field(default=10_000_000, validator=_at_least_one)
    inflated: int = field(default=512_000_000, validator=_at_least_one)
    ratio: int = field(default=200, validator=_at_least_one)

    @classmethod
    def web(cls) -> Limits:
        """For files of strangers.

        1 MB (10 MB unpacked, at most 100 times the packed size), 100,000 values or cells, texts of
        10,000 characters, 16 deep, 100 faults.
        """
        return cls(
            bytes=1_000_000,
            depth=16,
            values=100_000,
            text=10_000,
            faults=100,
            cells=100_000,
            inflated=10_000_000,
            ratio=100,
        )
