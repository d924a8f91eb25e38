"""Tells the stories of the worked examples, with their figures: ``just stories``.

For each example a folder in docs/_build/stories: the diagram, a chart of every measure with data (and by group
where it has some), the theory in words, what was predicted wrongly, what to test next, and the report.
"""

from __future__ import annotations

import sys
from pathlib import Path

import driverkit as dk

HOME = Path(__file__).resolve().parent.parent
STORIES = ("leaving-hospital", "algebra-success")


def tell(name: str, folder: Path) -> list[Path]:
    """Write the story of one example; hand back the files, in the order in which they are best read."""
    theory = dk.examples.load(name)
    folder.mkdir(parents=True, exist_ok=True)
    files = []

    def write(file: str, text: str) -> None:
        (folder / file).write_text(text, "utf-8", newline="\n")
        files.append(folder / file)

    def save(file: str, picture: dk.Picture | dk.Chart) -> None:
        picture.save(folder / file)
        files.append(folder / file)

    save("diagram.svg", dk.diagram(theory, overlay="status"))
    save("diagram.png", dk.diagram(theory, overlay="status"))
    if theory.problem is not None and theory.problem.causes:
        save("fishbone.svg", dk.fishbone(theory))
    figures = []
    for measure in theory.measures:
        if measure.data is None:
            continue
        for by in (None, *measure.strata):
            file = f"chart-{measure.id}{f'-by-{by}' if by else ''}.svg"
            try:
                save(file, dk.chart(theory, measure.id, by=by))
            except dk.UsageError:  # plain values of several sites have no total; each has its own chart
                save(file, dk.chart(theory, measure.id, by="site"))
            figures.append((measure, file))
    write("story.md", _story(theory, figures))
    dk.report(theory).save(folder / "report.html")
    files.append(folder / "report.html")
    return files


def _story(theory: dk.Theory, figures: list[tuple[dk.Measure, str]]) -> str:
    parts = [str(dk.narrative(theory)).rstrip(), "", "![The theory as a driver diagram](diagram.svg)", ""]
    parts += ["## The measures over time", ""]
    told = set()
    for measure, file in figures:
        parts += [f"![{measure.id} over time]({file})", ""]
        if measure.id not in told:
            told.add(measure.id)
            parts += [f"{found.reason}\n" for found in dk.after_change(theory, measure.id)]
            if measure.strata:
                parts += [dk.strata_compared(theory, measure.id).reason, ""]
    parts += ["## What to test next", "", "```text", str(dk.next_tests(theory)), "```", ""]
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Tell the stories into the folder that is named, or into docs/_build/stories."""
    home = Path(arguments[0]) if arguments else HOME / "docs" / "_build" / "stories"
    for name in STORIES:
        for file in tell(name, home / name):
            print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
