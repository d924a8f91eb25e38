"""Nothing is ever lost: whatever stops a save, the file is the old one or the new one, whole."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.formats import disk
from support.handwritten import USUAL

not_windows = pytest.mark.skipif(os.name == "nt", reason="modes, links and signals as POSIX has them")


@pytest.fixture
def path(tmp_path) -> Path:
    file = tmp_path / "theory.yaml"
    file.write_bytes(USUAL.encode())
    return file


def leftovers(folder: Path) -> list[str]:
    return sorted(f.name for f in folder.iterdir() if f.name.endswith(".tmp"))


# ------------------------------------------------------------------------------------- load and save


def test_a_theory_is_loaded_from_a_path_and_from_an_open_file(path):
    theory = dk.load(path)
    assert dk.load(str(path)) == theory
    with path.open(encoding="utf-8") as text, path.open("rb") as data:
        assert dk.load(text) == dk.load(data) == theory
    assert str(theory.place("S1")) == f"{path}:23:5"


def test_a_file_that_cannot_be_read_is_told_as_one_fault(tmp_path):
    for name in ("none.yaml", "", "a\x00b.yaml", "x" * 300 + ".yaml"):
        with pytest.raises((dk.FormatError, dk.UsageError)):
            dk.load(tmp_path / name)
    with pytest.raises(dk.FormatError, match="There is no such file"):
        dk.load(tmp_path / "none.yaml")
    with pytest.raises(dk.FormatError, match="no folder of a theory"):
        dk.load(tmp_path)
    with pytest.raises(dk.UsageError, match=r"No format has the suffix '\.yml2'"):
        dk.load(tmp_path / "x.yml2")


def test_save_patches_the_file_that_is_there(path):
    theory = dk.load(path)
    dk.save(theory.replace(title="Coming home safely"), path)
    assert path.read_text() == USUAL.replace("Leaving hospital safely", "Coming home safely")


def test_saving_twice_in_a_row_works(path):
    theory = dk.load(path)
    for n in range(3):
        theory = theory.add(dk.Team(f"t{n}"))
        dk.save(theory, path)
    assert dk.load(path) == theory
    assert theory.place("t2").line > theory.place("t1").line, "places are those of the file as it is now"


def test_saving_what_is_there_already_writes_nothing(path):
    theory = dk.load(path)
    before = path.stat().st_mtime_ns
    time.sleep(0.01)
    dk.save(theory, path)
    assert path.stat().st_mtime_ns == before


def test_a_new_file_is_written_in_the_layout_of_the_documentation(tmp_path):
    theory = examples.load("small-steps")
    for name in ("new.yaml", "new.yml", "new.json", "umlaut ä 質問.yaml"):
        dk.save(theory, tmp_path / name)
        assert dk.load(tmp_path / name) == theory


def test_a_theory_goes_from_one_format_to_another(path, tmp_path):
    theory = dk.load(path)
    dk.save(theory, tmp_path / "theory.json")
    again = dk.load(tmp_path / "theory.json")
    assert again == theory
    dk.save(again.replace(title="From JSON"), path)
    assert path.read_text() == USUAL.replace("Leaving hospital safely", "From JSON")


def test_a_mark_at_the_start_and_windows_line_ends_stay(tmp_path):
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + USUAL.replace("\n", "\r\n").encode())
    theory = dk.load(path)
    dk.save(theory.add(dk.Team("t9", "New")), path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# c1")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_a_file_that_is_no_theory_is_not_written_over(tmp_path):
    path = tmp_path / "shopping.yaml"
    path.write_text("- milk\n- eggs\n")
    with pytest.raises(dk.SaveError, match="no theory file"):
        dk.save(dk.Theory("t"), path)
    assert path.read_text() == "- milk\n- eggs\n"


def test_an_empty_file_is_filled(tmp_path):
    path = tmp_path / "empty.yaml"
    path.write_text("\n")
    dk.save(dk.Theory("t"), path)
    assert dk.load(path).title == "t"


def test_dump_writes_the_file_whole(path):
    theory = dk.load(path)
    dk.dump(theory, path)
    assert path.read_text() == dk.dumps(theory)


# ----------------------------------------------------------------------------------------- two people


def test_a_file_that_changed_since_it_was_read_is_not_written_over(path):
    theory = dk.load(path)
    path.write_text(USUAL.replace("One in six", "One in seven"))
    with pytest.raises(dk.FileChanged, match="changed by somebody since it was read"):
        dk.save(theory.replace(title="Mine"), path)
    assert "One in seven" in path.read_text()
    path.unlink()
    with pytest.raises(dk.FileChanged, match="is gone since it was read"):
        dk.save(theory.replace(title="Mine"), path)


def test_of_two_theories_from_one_reading_the_second_to_be_saved_is_refused(path):
    theory = dk.load(path)
    mine, yours = theory.replace(title="Mine"), theory.replace(title="Yours")
    dk.save(mine, path)
    with pytest.raises(dk.FileChanged):
        dk.save(yours, path)
    dk.save(mine.add(dk.Team("t9")), path)
    assert dk.load(path).title == "Mine"


def test_where_the_program_stands_makes_no_difference(path, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    theory = dk.load("theory.yaml")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path.write_text(USUAL.replace("One in six", "One in seven"))
    with pytest.raises(dk.FileChanged):
        dk.save(theory.replace(title="Mine"), path)


def test_a_change_in_the_middle_of_a_save_is_noticed(path, monkeypatch):
    theory = dk.load(path)
    real = os.fsync

    def meanwhile(handle: int) -> None:
        path.write_text(USUAL.replace("One in six", "One in seven"))
        real(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(dk.FileChanged, match="while it was being saved"):
        dk.save(theory.replace(title="Mine"), path)
    assert "One in seven" in path.read_text()
    assert not leftovers(path.parent)


def test_a_file_that_appears_in_the_middle_of_a_save_is_not_written_over(tmp_path, monkeypatch):
    path = tmp_path / "new.yaml"
    real = os.fsync

    def meanwhile(handle: int) -> None:
        path.write_text("driverkit: 1\ntitle: Theirs\n")
        real(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(dk.FileChanged):
        dk.save(dk.Theory("Mine"), path)
    assert dk.load(path).title == "Theirs"


WRITER = """
import random, sys
import driverkit as dk
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
rng = random.Random(name)
for n in range(count):
    theory = dk.load(path).add(dk.Team(f"{name}-{n}"))
    try:
        dk.save(theory, path)
        print(f"{name}-{n}", flush=True)
    except dk.FileChanged:
        pass
"""


@pytest.mark.slow
@not_windows
def test_of_two_programs_that_write_at_once_none_loses_an_edit_unawares(path):
    """Every edit that was saved is in the file; every other was told of."""
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, name, "25"], stdout=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    saved = [line for one in running for line in one.communicate()[0].split()]
    assert all(one.returncode == 0 for one in running)
    assert saved
    assert {team.id for team in dk.load(path).teams} == {"ward-5", *saved}


def test_of_many_threads_none_loses_an_edit_unawares(path):
    saved: list[str] = []

    def write(name: str) -> None:
        for n in range(8):
            theory = dk.load(path).add(dk.Team(f"{name}-{n}"))
            try:
                dk.save(theory, path)
            except dk.FileChanged:
                continue
            saved.append(f"{name}-{n}")

    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {team.id for team in dk.load(path).teams} == {"ward-5", *saved}


# ------------------------------------------------------------------------------------- when it goes wrong


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "open"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_is_full_or_broken_leaves_the_old_file(path, monkeypatch, step, code):
    theory = dk.load(path).replace(title="Mine")

    def broken(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    class Broken:
        def __init__(self, handle: int, mode: str) -> None:
            self.handle = handle

        def __enter__(self):
            return self

        def __exit__(self, *exc: object) -> None:
            os.close(self.handle)

        write = broken

    if step == "write":
        monkeypatch.setattr(disk.os, "fdopen", Broken)
    elif step == "replace":
        monkeypatch.setattr(Path, "replace", broken)
    elif step == "open":
        monkeypatch.setattr(disk, "_temporary_beside", broken)
    else:
        monkeypatch.setattr(disk.os, "fsync", broken)
    with pytest.raises(dk.SaveError, match=os.strerror(code)):
        dk.save(theory, path)
    monkeypatch.undo()
    assert path.read_text() == USUAL
    assert not leftovers(path.parent)
    dk.save(theory, path)


def test_what_the_disk_gives_back_is_compared(path, monkeypatch):
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda p: real(p)[:-1] if p.suffix == ".tmp" else real(p))
    with pytest.raises(dk.SaveError, match="the disk gave back something else"):
        dk.save(dk.load(path).replace(title="Mine"), path)
    assert path.read_text() == USUAL


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(dk.SaveError, match="there is no such folder"):
        dk.save(dk.Theory("t"), tmp_path / "none" / "t.yaml")
    with pytest.raises(dk.SaveError, match="it is a folder"):
        dk.save(dk.Theory("t"), tmp_path, format="yaml")
    with pytest.raises(dk.SaveError):
        dk.save(dk.Theory("t"), "a\x00b.yaml")


@not_windows
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(dk.SaveError, match="Permission denied"):
            dk.save(dk.Theory("t"), tmp_path / "t.yaml")
    finally:
        tmp_path.chmod(0o700)


@not_windows
def test_only_ordinary_files_are_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(dk.SaveError, match="no ordinary file"):
        dk.save(dk.Theory("t"), tmp_path / "pipe.yaml")
    assert stat.S_ISFIFO((tmp_path / "pipe.yaml").stat().st_mode)


@not_windows
def test_the_mode_of_a_file_stays_and_a_new_one_follows_the_umask(path):
    for mode in (0o600, 0o640, 0o664):
        path.chmod(mode)
        dk.save(dk.load(path).replace(title=f"mode {mode}"), path)
        assert stat.S_IMODE(path.stat().st_mode) == mode
    held = os.umask(0o027)
    try:
        dk.save(dk.Theory("t"), path.with_name("new.yaml"))
    finally:
        os.umask(held)
    assert stat.S_IMODE(path.with_name("new.yaml").stat().st_mode) == 0o640


@not_windows
def test_the_new_text_is_never_easier_to_read_than_the_old(path, monkeypatch):
    path.chmod(0o600)
    seen = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda h: (seen.append(stat.S_IMODE(os.fstat(h).st_mode)), real(h)))
    dk.save(dk.load(path).replace(title="secret"), path)
    assert seen[0] == 0o600


@not_windows
def test_a_link_stays_a_link_and_its_target_is_written(path, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    dk.save(dk.load(link).replace(title="Through a link"), link)
    assert link.is_symlink()
    assert dk.load(path).title == "Through a link"


KILLED = """
import sys
import driverkit as dk
path = sys.argv[1]
theory = dk.load(path)
print("ready", flush=True)
n = 0
while True:
    n += 1
    theory = theory.replace(title=f"Saved {n} times")
    dk.save(theory, path)
"""


def kill_often(path: Path, times: int) -> None:
    rng = random.Random(7)
    for _ in range(times):
        running = subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE)
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(rng.random() * 0.05)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        text = path.read_text("utf-8")
        theory = dk.loads(text)
        assert text == USUAL.replace("Leaving hospital safely", theory.title)


@pytest.mark.slow
@not_windows
def test_a_program_killed_in_the_middle_of_a_save_leaves_a_whole_file(path):
    kill_often(path, 3)


@not_windows
@pytest.mark.slow
def test_a_program_killed_three_hundred_times_leaves_a_whole_file_each_time(path):
    kill_often(path, 300)
