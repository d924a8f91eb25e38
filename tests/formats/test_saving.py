"""Several people, and programs that are killed, at one file: nobody's edit is dropped without a word."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.cli import run
from driverkit.formats import disk, files, rewriting
from support.handwritten import USUAL

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "saving.py"
not_windows = pytest.mark.skipif(os.name == "nt", reason="links, forks and locks as POSIX has them")


@pytest.fixture
def path(tmp_path) -> Path:
    file = tmp_path / "theory.yaml"
    file.write_bytes(USUAL.encode())
    return file


# ---------------------------------------------------------------------------------------------- update


def test_an_update_changes_what_stands_in_the_file(path):
    new = dk.update(path, lambda theory: theory.replace(title="Coming home"))
    assert new == dk.load(path)
    assert path.read_text() == USUAL.replace("Leaving hospital safely", "Coming home")


def test_an_update_that_changes_nothing_writes_nothing(path):
    before = path.stat().st_mtime_ns
    dk.update(path, lambda theory: theory)
    assert path.stat().st_mtime_ns == before


def test_an_update_is_made_to_what_an_editor_has_just_written(path):
    """The editor asks for no lock; it writes between the reading and the saving, three times over."""
    seen = []

    def change(theory: dk.Theory) -> dk.Theory:
        seen.append(theory.title)
        if len(seen) <= 3:
            path.write_text(path.read_text().replace(theory.title, f"Version {len(seen)}"))
        return theory.add(dk.Team("t9"))

    new = dk.update(path, change)
    assert seen == ["Leaving hospital safely", "Version 1", "Version 2", "Version 3"]
    assert (new.title, new.teams[-1].id) == ("Version 3", "t9")
    assert dk.load(path) == new


def test_an_update_gives_up_where_the_file_never_rests(path, monkeypatch):
    monkeypatch.setattr(files, "TRIES", 2)
    count = iter(range(100))

    def change(theory: dk.Theory) -> dk.Theory:
        path.write_text(USUAL.replace("One in six", f"One in {next(count)}"))
        return theory.add(dk.Team("t9"))

    with pytest.raises(dk.FileChanged):
        dk.update(path, change)
    assert "One in 1 comes back" in path.read_text()


def test_what_the_change_raises_comes_through_and_the_file_stays_free(path):
    with pytest.raises(dk.UnknownId):
        dk.update(path, lambda theory: theory.remove("X9"))
    assert path.read_text() == USUAL
    dk.update(path, lambda theory: theory.remove("C2"))


def test_of_many_threads_that_update_at_once_each_finds_its_edit_again(path):
    def edits(name: str) -> None:
        for n in range(4):
            dk.update(path, lambda theory, n=n: theory.add(dk.Team(f"{name}-{n}")))

    threads = [threading.Thread(target=edits, args=(f"t{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {team.id for team in dk.load(path).teams} == {
        "ward-5",
        *(f"t{n}-{m}" for n in range(3) for m in range(4)),
    }


def test_a_command_makes_its_change_to_what_somebody_else_has_just_saved(path, monkeypatch):
    real, meanwhile = files.put_in_place, []

    def slow(target: Path, *rest: object) -> None:
        if not meanwhile:
            meanwhile.append(1)
            path.write_text(USUAL.replace("One in six", "One in seven"))
        real(target, *rest)

    monkeypatch.setattr(files, "put_in_place", slow)
    assert run(["set", str(path), "C1", "status=adopted"]) == 0
    theory = dk.load(path)
    assert (theory.problem.text, theory.node("C1").status) == ("One in seven comes back", "adopted")


def test_a_merge_does_not_write_over_what_somebody_has_just_saved(path, tmp_path, monkeypatch, capsys):
    base, theirs = tmp_path / "base.yaml", tmp_path / "theirs.yaml"
    base.write_text(USUAL)
    theirs.write_text(USUAL.replace("A second idea", "A second thought"))
    real = rewriting.merge

    def slow(*sides: dk.Theory) -> object:
        path.write_text(USUAL.replace("One in six", "One in seven"))
        return real(*sides)

    monkeypatch.setattr(rewriting, "merge", slow)
    assert run(["merge", str(base), str(path), str(theirs)]) == 2
    assert "was changed by somebody" in capsys.readouterr().err
    assert "One in seven" in path.read_text()
    monkeypatch.undo()
    assert run(["merge", str(base), str(path), str(theirs)]) == 0
    assert "One in seven" in path.read_text()
    assert "A second thought" in path.read_text()


def test_two_who_begin_at_the_same_name_do_not_write_over_each_other(tmp_path, monkeypatch, capsys):
    path = tmp_path / "t.yaml"
    real = os.fsync

    def meanwhile(handle: int) -> None:
        if not path.exists():
            path.write_text("driverkit: 1\ntitle: Theirs\n")
        real(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    assert run(["new", str(path)]) == 2
    assert dk.load(path).title == "Theirs"


# --------------------------------------------------------------------------------------------- folders


def test_a_folder_that_changed_since_it_was_read_is_not_written_over(tmp_path):
    plan = tmp_path / "plan"
    dk.dump(examples.load("small-steps"), plan, format="csv-folder")
    theory = dk.load(plan)
    mine, yours = theory.replace(title="Mine"), theory.replace(title="Yours")
    dk.save(mine, plan, format="csv-folder")
    with pytest.raises(dk.FileChanged, match="changed by somebody since it was read"):
        dk.save(yours, plan, format="csv-folder")
    dk.save(mine.add(dk.Team("t9", "Nine")), plan, format="csv-folder")
    assert dk.load(plan).title == "Mine"
    (plan / "teams.csv").unlink()
    with pytest.raises(dk.FileChanged):
        dk.save(mine.replace(title="x"), plan, format="csv-folder")


def test_a_folder_is_updated_too(tmp_path):
    plan = tmp_path / "plan"
    dk.dump(examples.load("small-steps"), plan, format="csv-folder")
    dk.update(plan, lambda theory: theory.add(dk.Team("t9", "Nine")), format="csv-folder")
    assert dk.load(plan).teams[-1].id == "t9"


# --------------------------------------------------------------------------------- what killed ones leave


def test_what_a_killed_program_left_is_taken_away_an_hour_later_and_nothing_else(path):
    old = [path.with_name(f".theory.yaml.{n:012x}.tmp") for n in range(2)]
    others = [
        path.with_name(name) for name in (".theory.yaml.tmp", ".theory.yaml.0123.tmp", "theory.yaml.tmp")
    ]
    young = path.with_name(".theory.yaml.00000000ffff.tmp")
    for file in (*old, *others, young):
        file.write_text("half of it")
    long_ago = time.time() - 2 * disk.FORSAKEN
    for file in (*old, *others):
        os.utime(file, (long_ago, long_ago))
    folder = path.with_name(".theory.yaml.0000000000ff.tmp")
    folder.mkdir()
    os.utime(folder, (long_ago, long_ago))
    dk.save(dk.load(path).replace(title="Mine"), path)
    assert not [file for file in old if file.exists()]
    assert all(file.exists() for file in (*others, young, folder))


# ----------------------------------------------------------------------------------- links and read-only


@not_windows
def test_a_link_that_leads_to_itself_is_told(tmp_path):
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    with pytest.raises(dk.SaveError, match="a link that leads to itself"):
        dk.save(dk.Theory("t"), tmp_path / "a.yaml")
    assert (tmp_path / "a.yaml").is_symlink()


@not_windows
def test_a_link_to_nothing_yet_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "a.yaml").symlink_to(tmp_path / "real" / "b.yaml")
    dk.save(dk.Theory("t"), tmp_path / "a.yaml")
    assert (tmp_path / "a.yaml").is_symlink()
    assert dk.load(tmp_path / "real" / "b.yaml").title == "t"


AS_NOBODY = """
import os, sys
import driverkit as dk
theory = dk.load(sys.argv[2])  # what is imported late is imported before root becomes nobody
dk.save(theory.replace(title="warm"), sys.argv[2])
dk.dump(theory, sys.argv[2])
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
path = sys.argv[1]
theory = dk.load(path)
for way in (lambda: dk.save(theory.replace(title="x"), path), lambda: dk.dump(theory, path),
            lambda: dk.update(path, lambda one: one.replace(title="y")),
            lambda: dk.save(theory, os.path.join(os.path.dirname(path), "new.yaml"))):
    try:
        way()
        print("written")
    except dk.SaveError as error:
        print(error)
"""


@not_windows
def test_in_a_folder_that_may_only_be_read_nothing_is_written_and_it_is_said(tmp_path):
    import tempfile

    warm = tmp_path / "warm.yaml"
    warm.write_text(USUAL)
    with tempfile.TemporaryDirectory() as home:  # pytest's own folders may not be entered by others
        Path(home).chmod(0o755)
        path = Path(home) / "theory.yaml"
        path.write_text(USUAL)
        path.chmod(0o644)
        folder = Path(home)
        folder.chmod(0o555)
        try:
            done = subprocess.run(
                [sys.executable, "-c", AS_NOBODY, path, warm], capture_output=True, text=True
            )
        finally:
            folder.chmod(0o755)
        assert done.returncode == 0, done.stderr
        told = done.stdout.splitlines()
        assert len(told) == 4
        assert all("cannot be written: Permission denied" in line for line in told), told
        assert path.read_text() == USUAL
        assert [file.name for file in folder.iterdir()] == ["theory.yaml"]


@not_windows
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_a_file_that_root_mends_stays_its_owners(path):
    os.chown(path, 65534, 65534)
    dk.save(dk.load(path).replace(title="Mended"), path)
    assert (path.stat().st_uid, path.stat().st_gid) == (65534, 65534)


# ------------------------------------------------------------------------------------------- rounds of it


@not_windows
@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "rounds"),
    [("killed", 60), ("full", 40), ("two-writers", 15), ("commands", 15), ("folder", 15)],
)
def test_nothing_is_lost_over_many_rounds_while_the_plain_way_does_lose(scenario, rounds):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), scenario, "--rounds", str(rounds)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"driverkit  {rounds} rounds: lost 0" in done.stdout
