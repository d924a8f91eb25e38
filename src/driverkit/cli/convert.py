"""``driverkit convert``: a theory in another format."""

from __future__ import annotations

import os
from pathlib import Path

import click

from driverkit.cli.options import from_option, web_option
from driverkit.cli.support import examples, one_line, read, say, write
from driverkit.errors import UsageError
from driverkit.formats import dump, dumps, format_of, formats, losses
from driverkit.formats.record import Format
from driverkit.model import Theory

__all__ = ["convert"]


class FormatOption(click.Option):
    """An option whose help tells which formats are written; they are looked up only for the help."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help."""
        names = ", ".join(one.name for one in formats() if one.is_written)
        self.help = f"{(self.help or '').partition(' There are')[0]} There are: {names}."
        return super().get_help_record(ctx)


@click.command(
    epilog=examples(
        "driverkit convert theory.yaml theory.json",
        "driverkit convert theory.json - --to yaml",
        "driverkit convert theory.yaml theory.csv --lossy",
    )
)
@click.argument("in_", metavar="IN")
@click.argument("out", metavar="OUT")
@click.option(
    "--to", metavar="FORMAT", cls=FormatOption, help="The format of OUT where its name does not say it."
)
@click.option("--lossy", is_flag=True, help="Go on where the format cannot hold all of the theory.")
@from_option
@web_option
def convert(in_: str, out: str, to: str | None, lossy: bool, from_: str | None, untrusted: bool) -> None:
    """Write a theory in another format.

    Nothing is lost without a word: where OUT cannot hold all of the theory, or IN holds something
    that a theory has no place for, it is said what that is and nothing is written, unless --lossy
    says that it may go. What had to be concluded from IN is told too.
    """
    target = _target(out, to)
    theory = read(in_, from_, untrusted, foreign=True)
    if in_ != "-" and out != "-" and os.path.realpath(in_) == os.path.realpath(out):
        raise UsageError("IN and OUT are the same file. Choose another name for OUT.")
    _tell_what_goes(theory, target, in_, lossy)
    if out == "-" or target.dumps is not None:
        write(out, dumps(theory, format=target.name, lossy=True))
    else:
        dump(theory, Path(out), format=target.name, lossy=True)
    source = theory.origin
    if source is not None and source.comments:
        lines = "1 line" if source.comments == 1 else f"{source.comments} lines"
        say(
            f"{source.file} has comments on {lines}; they are no part of the theory and were not carried over."
        )


def _target(out: str, to: str | None) -> Format:
    """The format to write.

    Raises:
        UsageError: nobody says which, or it cannot be written there.
    """
    if to is None and out == "-":
        raise UsageError("Say which format: use --to yaml or --to json.")
    if to is None and os.path.isdir(out):  # noqa: PTH112 - says no of names that no file can have
        named = " or ".join(f"--to {one.name}" for one in formats() if one.spreads is not None)
        raise UsageError(f"{out} is a folder. Say which format: {named or 'name a file'}.")
    target = format_of(to or out)
    if not target.is_written:
        raise UsageError(f"The format {target.name} is read and never written.")
    if out == "-" and target.dumps is None:
        raise UsageError(f"The format {target.name} is no text. Give OUT a name.")
    return target


def _tell_what_goes(theory: Theory, target: Format, in_: str, lossy: bool) -> None:
    """Say what was concluded, what IN holds that is no part of a theory, and what OUT cannot hold.

    Raises:
        UsageError: something would be lost, and nobody said that it may be.
    """
    origin = theory.origin
    for fault in origin.guessed if origin is not None else ():
        say(one_line(str(fault)))
    left = [str(fault) for fault in origin.lost] if origin is not None else []
    for line in left:
        say(one_line(line))
    gone = [str(loss) for loss in losses(theory, target.name)] if target.holds != "everything" else []
    for line in gone:
        say(one_line(f"driverkit: {target.name} does not hold {line}."))
    if (left or gone) and not lossy:
        what = (
            f"{in_} holds what no theory can" if left and not gone else f"{target.name} cannot hold all of it"
        )
        raise UsageError(f"Nothing was written, as {what} (see above). With --lossy it goes on without.")
