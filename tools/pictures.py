"""Draws the pictures of the README and the docs anew; `just pictures` calls this.

A test compares them with what the code draws, so whoever changes the drawing sees the change in the
pictures too.
"""

from __future__ import annotations

from pathlib import Path

import driverkit as dk

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


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
    dk.chart(hospital, "M1", by="language").save(IMAGES / "readmissions-by-language.svg")
    dk.over_time_chart(hospital, every="quarter").save(IMAGES / "over-time.svg")
    print(f"Drawn into {IMAGES}")


if __name__ == "__main__":
    main()
