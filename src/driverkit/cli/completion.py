"""``driverkit completion``: what makes a shell complete commands and options."""

from __future__ import annotations

import click

from driverkit.cli.support import examples, write

__all__ = ["completion"]


@click.command(
    epilog=examples(
        'eval "$(driverkit completion bash)"',
        "driverkit completion fish > ~/.config/fish/completions/driverkit.fish",
    )
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete driverkit's commands and options."""
    from click.shell_completion import get_completion_class

    from driverkit.cli import cli

    found = get_completion_class(shell)
    assert found is not None, "the choice above knows no other shells"
    # The script itself, without asking the installed shell for its version.
    maker = found(cli, {}, "driverkit", "_DRIVERKIT_COMPLETE")
    write(None, maker.source_template % maker.source_vars() + "\n")
