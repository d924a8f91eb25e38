"""Draws the pictures of the README and the docs anew; `just pictures` calls this.

A test compares them with what the code draws, so whoever changes the drawing sees the change in the
pictures too.
"""

from __future__ import annotations

import re
from pathlib import Path

import driverkit as dk

_SHIPPED = Path(dk.__file__).parent / "examples"
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


def versions() -> dk.SmallMultiples:
    """The two versions that the page about time shows, which has them in full."""
    page = (IMAGES.parent / "how-to" / "over-time.md").read_text("utf-8")
    files = re.findall(r"```yaml\n(driverkit: 1\n.*?)```", page, re.DOTALL)
    return dk.small_multiples([dk.loads(file) for file in files])


def days() -> dk.SmallMultiples:
    """What was known of an example on three days."""
    theory = dk.examples.load("leaving-hospital")
    return dk.small_multiples(theory, dates=["2025-06-30", "2025-12-31", "2026-05-31"], labels="ids")


def network() -> dk.Picture:
    """The common theory of the network that ships."""
    return dk.diagram(dk.load_network(_SHIPPED / "here-every-day"))


def network_members() -> dk.SmallMultiples:
    """What each of its members works on."""
    return dk.network_multiples(dk.load_network(_SHIPPED / "here-every-day"))


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    dk.render(dk.examples.load("small-steps"), IMAGES / "small-steps.svg")
    hospital = dk.examples.load("leaving-hospital")
    dk.render(
        hospital,
        IMAGES / "leaving-hospital-signal.svg",
        overlay="signal",
        measures="strip",
        sparkline=True,
    )
    dk.chart(hospital, "M3").save(IMAGES / "visits-kept.svg")
    dk.spread_chart(dk.examples.network()).save(IMAGES / "spread.svg")
    dk.chart(hospital, "M1", by="language").save(IMAGES / "readmissions-by-language.svg")
    dk.over_time_chart(hospital, every="quarter").save(IMAGES / "over-time.svg")
    versions().save(IMAGES / "versions.svg")
    days().save(IMAGES / "days.svg")
    network().save(IMAGES / "network.svg")
    network_members().save(IMAGES / "network-members.svg")
    print(f"Drawn into {IMAGES}")


if __name__ == "__main__":
    main()
