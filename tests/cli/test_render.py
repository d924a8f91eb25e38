"""``driverkit render``: several pictures at once, own themes, and drawing again whenever a file changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from driverkit.cli import run, watching
from driverkit.errors import UsageError

THEORY = """\
driverkit: 1
title: Fewer falls
aims:
  - {id: A1, text: Halve the falls}
drivers:
  - {id: P1, text: Risk is known on the first day, contributes_to: [A1]}
measures:
  - {id: M1, name: Falls, of: [A1], role: outcome, data: falls.csv}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theory.yaml").write_text(THEORY, "utf-8")
    (tmp_path / "falls.csv").write_text("date,value\n2026-01-01,3\n", "utf-8")
    return tmp_path


def files(home: Path) -> set[str]:
    return {one.name for one in home.iterdir()} - {"theory.yaml", "falls.csv"}


# -- several at once --------------------------------------------------------------------------------


def test_several_pictures_come_from_one_call_and_are_what_each_call_alone_draws(home):
    pytest.importorskip("reportlab")
    assert run(["render", "theory.yaml", "-o", "a.svg", "-o", "b.png", "-o", "c.pdf", "-o", "d.gv"]) == 0
    assert files(home) == {"a.svg", "b.png", "c.pdf", "d.gv"}
    for name in ("a.svg", "b.png", "c.pdf", "d.gv"):
        assert run(["render", "theory.yaml", "-o", f"alone-{name}"]) == 0
        assert (home / f"alone-{name}").read_bytes() == (home / name).read_bytes()


@pytest.mark.parametrize(
    ("outs", "says"),
    [
        (["a.svg", "b.pngg"], "No picture format is called 'pngg'. Did you mean 'png'?"),
        (["a.svg", "b"], "Say which format"),
        (["a.svg", "-"], "Say which format"),
        (["a.svg", "./a.svg"], "'./a.svg' is named twice"),
    ],
)
def test_where_one_format_is_wrong_nothing_is_drawn(home, capsys, outs, says):
    arguments = [part for out in outs for part in ("-o", out)]
    assert run(["render", "theory.yaml", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert files(home) == set()


def test_a_wrong_format_is_told_before_the_file_is_read(home, capsys):
    assert run(["render", "nothing.yaml", "-o", "a.svgg"]) == 2
    assert "'svgg'" in capsys.readouterr().err


def test_a_theory_is_never_drawn_over(home, capsys):
    for out in ("theory.yaml", "./theory.yaml"):
        assert run(["render", "theory.yaml", "-o", out, "--to", "svg"]) == 2
        assert "is the theory itself" in capsys.readouterr().err
    assert (home / "theory.yaml").read_text("utf-8") == THEORY


def test_one_format_cannot_be_said_for_several(home, capsys):
    assert run(["render", "theory.yaml", "-o", "a.svg", "-o", "b.svg", "--to", "svg"]) == 2
    assert "--to says the format of one OUT" in capsys.readouterr().err
    assert files(home) == set()


def test_a_folder_that_is_not_there_is_told(home, capsys):
    assert run(["render", "theory.yaml", "-o", "none/a.svg"]) == 2
    assert "there is no such folder" in capsys.readouterr().err


# -- letters, themes --------------------------------------------------------------------------------


def test_missing_letters_are_told_once_for_all_formats(home, capsys):
    pytest.importorskip("reportlab")
    (home / "theory.yaml").write_text("driverkit: 1\ntitle: 例\n", "utf-8")
    assert run(["render", "theory.yaml", "-o", "a.svg"]) == 0
    assert capsys.readouterr().err == ""
    assert run(["render", "theory.yaml", "-o", "a.svg", "-o", "a.pdf", "-o", "a.png"]) == 0
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "1 character (例) is not in the bundled font and stands as an empty box in the pdf" in told


@pytest.mark.slow
def test_a_chart_tells_missing_letters_in_the_words_of_a_diagram(home, capsys):
    (home / "theory.yaml").write_text(THEORY.replace("name: Falls", "name: 例 Falls"), "utf-8")
    assert run(["chart", "theory.yaml", "M1", "-o", "a.png"]) == 0
    assert (
        "1 character (例) is not in the bundled font and is drawn with the fonts" in capsys.readouterr().err
    )


@pytest.mark.parametrize("command", [["render"], ["chart", "M1"], ["report"]])
def test_a_theme_may_be_a_file(home, capsys, command):
    (home / "ours.yaml").write_text("title: '#7a1f1f'\n", "utf-8")
    name, *more = command
    out = "a.html" if name == "report" else "a.svg"
    assert run([name, "theory.yaml", *more, "-o", out, "--theme", "ours.yaml"]) == 0
    assert capsys.readouterr().err == ""
    assert "#7a1f1f" in (home / out).read_text("utf-8")


def test_faults_of_a_theme_are_told_with_their_place(home, capsys):
    (home / "ours.yaml").write_text("haeding: '#7a1f1f'\ntitle: red\n", "utf-8")
    assert run(["render", "theory.yaml", "-o", "a.svg", "--theme", "ours.yaml"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in told] == ["ours.yaml:1:1", "ours.yaml:2:8"]
    assert files(home) == {"ours.yaml"}


def test_a_theme_that_is_hard_to_read_draws_and_is_told(home, capsys):
    (home / "ours.yaml").write_text("title: '#dddddd'\n", "utf-8")
    assert run(["render", "theory.yaml", "-o", "a.svg", "--theme", "ours.yaml"]) == 0
    assert capsys.readouterr().err.startswith("ours.yaml: The words 'title' have a contrast of 1.3 to 1")


def test_a_strangers_theme_has_limits(home, capsys):
    (home / "ours.yaml").write_text("description: " + "x" * 20_000, "utf-8")
    assert run(["render", "theory.yaml", "-o", "a.svg", "--theme", "ours.yaml", "--untrusted"]) == 2
    assert "over the limit" in capsys.readouterr().err


# -- watching ---------------------------------------------------------------------------------------


class Steps:
    """Instead of a clock: at each look the next thing happens, and in the end somebody presses Ctrl-C."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self.steps: Iterator[Callable[[], object]] = iter(steps)
        self.quiet = 0

    def __call__(self) -> None:
        # Two looks of quiet after each change: one that sees it, one that sees that it is over.
        if self.quiet:
            self.quiet -= 1
            return
        step = next(self.steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()
        self.quiet = 2


@pytest.fixture
def watched(home, monkeypatch, capsys):
    def watch(*steps: Callable[[], object], more: tuple[str, ...] = ()) -> list[str]:
        monkeypatch.setattr(watching, "pause", Steps(*steps))
        assert run(["render", "theory.yaml", "-o", "a.svg", "--watch", *more]) == 0
        told = capsys.readouterr()
        assert told.out == ""
        return told.err.splitlines()

    return watch


def test_a_changed_file_is_drawn_again_with_one_line_a_drawing(home, watched):
    told = watched(
        lambda: (home / "theory.yaml").write_text(THEORY.replace("Halve the falls", "No more falls"), "utf-8")
    )
    assert told == [
        "Drawn a.svg.",
        "Drawn again when a file changes; Ctrl-C ends.",
        "theory.yaml changed: drawn a.svg.",
        "No longer watching.",
    ]
    assert "No more falls" in (home / "a.svg").read_text("utf-8")


def test_nothing_is_drawn_while_nothing_changes(watched):
    told = watched(lambda: None, lambda: None)
    assert [line for line in told if "rawn a.svg" in line] == ["Drawn a.svg."]


def test_the_data_of_measures_and_the_theme_are_watched_too(home, watched):
    theme = home / "ours.yaml"
    theme.write_text("title: '#7a1f1f'\n", "utf-8")
    told = watched(
        lambda: (home / "falls.csv").write_text("date,value\n2026-01-01,3\n2026-02-01,2\n", "utf-8"),
        lambda: theme.write_text("title: '#1f3f7a'\n# and a remark\n", "utf-8"),
        more=("--theme", "ours.yaml"),
    )
    assert told[2:4] == ["falls.csv changed: drawn a.svg.", "ours.yaml changed: drawn a.svg."]
    assert "#1f3f7a" in (home / "a.svg").read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_the_data_beside_the_file_that_a_link_leads_to_are_watched(home, watched):
    (home / "real").mkdir()
    for name in ("theory.yaml", "falls.csv"):
        (home / name).rename(home / "real" / name)
    (home / "theory.yaml").symlink_to(home / "real" / "theory.yaml")
    told = watched(lambda: (home / "real" / "falls.csv").write_text("date,value\n2026-01-01,4\n1", "utf-8"))
    assert told[2] == "falls.csv changed: drawn a.svg."


def test_a_fault_is_told_the_last_picture_stays_and_watching_goes_on(home, watched):
    theory = home / "theory.yaml"
    before: list[bytes] = []
    told = watched(
        lambda: theory.write_text(THEORY + "drivrs: []\n", "utf-8"),
        lambda: before.append((home / "a.svg").read_bytes()) or theory.write_text(THEORY, "utf-8"),
    )
    assert told[2].startswith("theory.yaml:9:1: ")
    assert "drivrs" in told[2]
    assert told[3] == "theory.yaml changed: drawn a.svg."
    assert before == [(home / "a.svg").read_bytes()]


def test_a_file_that_goes_and_comes_back_is_drawn_again(home, watched):
    theory = home / "theory.yaml"
    told = watched(theory.unlink, lambda: theory.write_text(THEORY, "utf-8"))
    assert told[2:4] == [
        "theory.yaml:1:1: There is no such file.",
        "theory.yaml changed: drawn a.svg.",
    ]


def test_a_theory_that_is_not_there_yet_is_waited_for(home, watched):
    theory = home / "theory.yaml"
    theory.unlink()
    told = watched(lambda: theory.write_text(THEORY, "utf-8"))
    assert told[0] == "theory.yaml:1:1: There is no such file."
    assert "theory.yaml changed: drawn a.svg." in told


def test_an_editor_that_is_still_writing_is_waited_for(home):
    looks: list[int] = []
    path = home / "half.txt"
    made: list[str] = []

    def make(note):
        note(path)
        made.append(path.read_text() if path.exists() else "")
        return "made."

    def wait() -> None:
        looks.append(1)
        if len(looks) <= 4:
            path.write_text("x" * len(looks))
        elif len(looks) > 6:
            raise KeyboardInterrupt

    watching.watch(make, wait=wait)
    assert made == ["", "xxxx"]


@pytest.mark.parametrize("arguments", [["-", "-o", "a.svg"], ["theory.yaml", "-o", "-", "--to", "svg"]])
def test_what_has_no_name_cannot_be_watched(home, capsys, arguments):
    assert run(["render", *arguments, "--watch"]) == 2
    assert "--watch needs a file" in capsys.readouterr().err


def test_a_wrong_call_ends_at_once(home, capsys):
    assert run(["render", "theory.yaml", "-o", "a.svgg", "--watch"]) == 2
    assert "Drawn" not in capsys.readouterr().err


def test_only_faults_are_survived():
    def broken(note):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watching.watch(broken, wait=lambda: None)

    said: list[int] = []

    def weak(note):
        said.append(1)
        raise UsageError("no")

    def stop() -> None:
        raise KeyboardInterrupt

    watching.watch(weak, wait=stop)
    assert said == [1]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_ends_a_real_watch_without_a_traceback(home):
    process = subprocess.Popen(
        [sys.executable, "-m", "driverkit", "render", "theory.yaml", "-o", "a.svg", "--watch"],
        cwd=home,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        lines = [process.stderr.readline(), process.stderr.readline()]
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.stderr.close()
    assert lines[0] == "Drawn a.svg.\n"
    assert rest == "No longer watching.\n"
