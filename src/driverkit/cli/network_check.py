"""``driverkit network check``: what is weak in a network, and where."""

from __future__ import annotations

import click

from driverkit.cli.network import folder_options, read_folder
from driverkit.cli.options import findings_options
from driverkit.cli.support import colour, examples, width, write

__all__ = ["check"]


@click.command(
    "check",
    epilog=examples(
        "driverkit network check wards",
        "driverkit network check wards --go-on --fail-on warning",
        "driverkit network check wards --format sarif > findings.sarif",
    ),
)
@folder_options
@findings_options
def check(
    folder: str,
    go_on: bool,
    untrusted: bool,
    format_: str,
    fail_on: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
) -> int:
    """Say what is weak in a network: how its files fit each other, and who works on what.

    Files that cannot be read are told with every fault of all of them. What is weak in each theory by
    itself is told by 'driverkit check'.
    """
    from driverkit.checks.network import by_file, check_network, network_rules
    from driverkit.checks.report import report

    def codes(given: tuple[str, ...]) -> list[str]:
        return [code.strip() for entry in given for code in entry.split(",") if code.strip()]

    found = read_folder(folder, go_on, untrusted)
    findings = check_network(found, select=codes(select), ignore=codes(ignore))
    told = report(
        by_file(found, findings), format=format_, colour=colour(), width=width(), rules=network_rules()
    )
    write(None, told)
    failing = {"error": ("error",), "warning": ("error", "warning"), "never": ()}[fail_on]
    return int(any(finding.severity in failing and not finding.known for finding in findings))
