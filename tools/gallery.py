"""Draws the gallery of the docs anew, pictures and page; `just pictures` calls this.

A test compares both with what the code draws and says, so whoever changes the drawing sees the
change in the gallery too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import driverkit as dk
from driverkit.overlays import overlays
from driverkit.themes import themes

HOME = Path(__file__).resolve().parent.parent
IMAGES = HOME / "docs" / "images" / "gallery"
PAGE = HOME / "docs" / "gallery.md"


@dataclass(frozen=True)
class Shown:
    """One picture of the gallery.

    Attributes:
        name: of the file.
        says: what there is to see, in one sentence.
        call: how to draw it, on the command line.
        draw: draws it as SVG.
    """

    name: str
    says: str
    call: str
    draw: Callable[[], str]

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.svg"


def _diagram(name: str, example: str, says: str, **options: str) -> Shown:
    more = "".join(f" --{key} {value}" for key, value in options.items())
    return Shown(
        name,
        says,
        f"driverkit render {example}.yaml -o {name}.svg{more}",
        lambda: dk.render(dk.examples.load(example), format="svg", **options),  # type: ignore[return-value,arg-type]
    )


def _chart(name: str, measure: str, says: str, **options: str) -> Shown:
    more = "".join(f" --{key} {value}" for key, value in options.items())
    return Shown(
        name,
        says,
        f"driverkit chart leaving-hospital.yaml {measure} -o {name}.svg{more}",
        lambda: dk.chart(dk.examples.load("leaving-hospital"), measure, **options).svg(),  # type: ignore[arg-type]
    )


def _over_time(name: str, what: str, says: str) -> Shown:
    return Shown(
        name,
        says,
        f"driverkit over-time leaving-hospital.yaml -o {name}.svg --what {what} --every quarter",
        lambda: dk.over_time_chart(dk.examples.load("leaving-hospital"), what, every="quarter").svg(),
    )


def _small_multiples(name: str, says: str) -> Shown:
    days = ("2025-06-30", "2026-05-31")
    return Shown(
        name,
        says,
        f"driverkit multiples leaving-hospital.yaml -o {name}.svg --labels ids {' '.join(f'--on {day}' for day in days)}",
        lambda: dk.small_multiples(dk.examples.load("leaving-hospital"), dates=days, labels="ids").svg(),
    )


def sections() -> Iterator[tuple[str, str, list[Shown]]]:
    """The heading of each section, what it is about, and its pictures."""
    yield (
        "Driver diagrams",
        "Causes on the right, the aim on the left; the width of a line says how strong a link is, its dashes say more.",
        [
            _diagram("small-steps", "small-steps", "A household that wants to walk more."),
            _diagram("leaving-hospital", "leaving-hospital", "Two wards, four primary drivers, shared causes."),
            _diagram("small-steps-down", "small-steps", "The same household with the aim on top.", direction="down"),
            _diagram("one-branch", "leaving-hospital", "One primary driver, its causes and its effects.", focus="P2"),
        ],
    )  # fmt: skip
    yield (
        "Laid over them",
        "What is known of each box: in a word, in a strip of its own shape, and in colour.",
        [
            _diagram("overlay-status", "leaving-hospital", "What has been tried and what became of it.", overlay="status"),
            *(
                _diagram(f"overlay-{one.name}", "leaving-hospital", one.description, overlay=one.name, focus="P1")
                for one in overlays()
                if one.name not in ("none", "status")
            ),
        ],
    )  # fmt: skip
    yield (
        "In groups",
        "Change ideas that come of the same [change concept](how-to/overlays.md#change-concepts-as-groups) in a frame with its name.",
        [
            _diagram("groups-concept", "reading-by-nine", "Which ideas rest on the same notion.", groups="concept"),
        ],
    )  # fmt: skip
    yield (
        "Themes",
        "One theory in every theme; [choose one or make your own](how-to/themes.md).",
        [
            _diagram(f"theme-{look.name}", "small-steps", look.description, theme=look.name, overlay="status")
            for look in sorted(themes(), key=lambda look: (look.name != "default", look.name))
        ],
    )
    yield (
        "Root causes",
        "A [fishbone](how-to/fishbone.md) of the problem, with the drivers that address each cause.",
        [_diagram("fishbone", "leaving-hospital", "What brings people back to hospital.", view="fishbone")],
    )
    yield (
        "Measures over time",
        "[Charts](how-to/charts.md) with the verdict in words and PDSA cycles at the day of their Do.",
        [
            _chart("run-chart", "M3", "A run chart."),
            _chart("xmr-chart", "M3", "The same measure with the limits of single values.", kind="xmr"),
            _chart("by-language", "M1", "A gain that did not reach everybody.", by="language"),
        ],
    )
    yield (
        "As time went on",
        "[What was known](how-to/over-time.md) quarter by quarter, and the diagram once for each day.",
        [
            _over_time("over-time-learning", "learning", "Ideas tested, predictions held, belief."),
            _over_time("over-time-gaps", "gaps", "What was still open, by kind."),
            _small_multiples("multiples-days", "Two days, and what became of which idea in between."),
        ],
    )


def page() -> str:
    """The page of the gallery."""
    lines = [
        "# Gallery",
        "",
        "Every picture here is drawn from the [examples that ship](reference/shelves.md#examples-that-ship) by the command below it.",
    ]
    for heading, about, pictures in sections():
        lines += ["", f"## {heading}", "", about]
        for one in pictures:
            lines += [
                "",
                f"```{{figure}} images/gallery/{one.file}",
                f":alt: {one.says}",
                ":width: 100%",
                "",
                one.says,
                "",
                f"`{one.call}`",
                "```",
            ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every picture and the page."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    shown = [one for _, _, pictures in sections() for one in pictures]
    for old in IMAGES.glob("*.svg"):
        if old.name not in {one.file for one in shown}:
            old.unlink()
    for one in shown:
        (IMAGES / one.file).write_text(one.draw(), "utf-8")
    PAGE.write_text(page(), "utf-8")
    size = sum(one.stat().st_size for one in IMAGES.glob("*.svg"))
    print(f"{len(shown)} pictures ({size / 1000:,.0f} kB) drawn into {IMAGES}")


if __name__ == "__main__":
    main()
