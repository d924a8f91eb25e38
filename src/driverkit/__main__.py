"""``python -m driverkit`` is the command line."""

from driverkit.cli import main

main()
