"""``driverkit chart``, as people call it."""

from __future__ import annotations

import pytest

from driverkit import examples
from driverkit.cli import run

FILE = str(examples.path("leaving-hospital"))


@pytest.fixture
def shell(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        code = run(["chart", FILE, *words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def test_the_suffix_says_the_format(shell, tmp_path):
    for name, begin in (("c.svg", b"<svg"), ("c.png", b"\x89PNG")):
        assert shell("M4", "-o", name, "--scale", "0.5") == (0, "", "")
        assert (tmp_path / name).read_bytes().startswith(begin)


def test_what_goes_to_standard_output_is_the_chart_and_nothing_else(shell):
    code, out, err = shell("M4", "-o", "-", "--to", "svg", "--theme", "dark", "--no-cycles")
    assert (code, err) == (0, "")
    assert out.startswith("<svg")
    assert "dk-cycle" not in out


@pytest.mark.slow
def test_every_option_reaches_the_chart(shell):
    code, out, _ = shell(
        "M1", "-o", "-", "--to", "svg", "--kind", "xmr", "--rule", "mdc6", "--stratum", "language=English",
        "--phase", "2025-02-01", "--exclude", "2025-04-01: snow",
    )  # fmt: skip
    assert code == 0
    for words in ("language: English", "By the rule mdc6", "from February 2025", "(snow)"):
        assert words in out, words
    assert "of the first 7 points" in shell("M1", "-o", "-", "--to", "svg", "--freeze", "2025-01-31")[1]
    assert "of the first 7 points" in shell("M1", "-o", "-", "--to", "svg", "--freeze", "7")[1]
    assert "adopted · median" in shell("M1", "-o", "-", "--to", "svg", "--phases")[1]
    assert "Ward 6" in shell("M1", "-o", "-", "--to", "svg", "--by", "site")[1]
    assert "line 17" in shell("M1", "-o", "-", "--to", "svg", "--site", "Ward 5", "--centre", "17")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["M11", "-o", "c.svg"], "Did you mean 'M1'"),
        (["P1", "-o", "c.svg"], "'P1' is no measure"),
        (["M1", "-o", "c.gif"], "There are: svg, png, pdf."),
        (["M1", "-o", "-"], "Say which format"),
        (["M1", "-o", "c.svg", "--stratum", "language"], "such as language=other"),
        (["M1", "-o", "c.svg", "--exclude", "2025-04-01"], "gives no reason"),
        (["M1", "-o", "c.svg", "--exclude", "2025-04-02: snow"], "has no point of 2025-04-02"),
        (["M1", "-o", "c.svg", "--freeze", "soon"], "soon"),
        (["M1", "-o", "c.svg", "--phase", "2025-02-01", "--phases"], "not both"),
        (["M1", "-o", "c.svg", "--rule", "anhoi"], "Did you mean 'anhoej'"),
    ],
)
def test_what_cannot_be_carried_out_is_told_in_one_line_and_nothing_is_written(shell, tmp_path, words, said):
    code, out, err = shell(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())
