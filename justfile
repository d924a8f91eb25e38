# The one list of commands. People, pre-commit and CI all call these.
# `python3 do.py COMMAND` sets everything up first; inside .venv, `just COMMAND` is enough.

export PYTHONUTF8 := "1"
# .venv comes first where it is there, so that nobody has to activate it.
export PATH := justfile_directory() / ".venv/bin" + PATH_VAR_SEP + justfile_directory() / ".venv/Scripts" + PATH_VAR_SEP + env("PATH")
set windows-shell := ["powershell.exe", "-NoLogo", "-NoProfile", "-Command"]

# In CI the long tests run too.
tests := if env("CI", "") == "" { "not slow" } else { "slow or not slow" }

# List the commands
default:
    @{{ just_executable() }} --justfile "{{ justfile() }}" --list --unsorted

# The fast tests (under two minutes), in CI all; `just test tests/test_graph.py -k paths` picks some
test *ARGS:
    @python -m pytest -n 2 -m "{{ tests }}" {{ ARGS }}

# Every test, the long ones too
test-all *ARGS:
    @python -m pytest -n 2 {{ ARGS }}

# The fast tests and the README's commands against the wheel that people install
test-wheel: build
    @python tools/wheel.py

# Layout and common slips
lint:
    @python -m ruff check .
    @python -m ruff format --check .

# Repair what lint can repair
fix:
    @python -m ruff check --fix .
    @python -m ruff format .

# Types, strictly in src
types:
    @python -m mypy

# The documentation, into docs/_build/html
docs:
    @python -m sphinx -q -W --keep-going -E -b html docs docs/_build/html

# The pictures of the README, the docs and their gallery, drawn anew
pictures:
    @python tools/pictures.py
    @python tools/gallery.py

# The stories of the worked examples with their figures, into docs/_build/stories
stories *ARGS:
    @python tools/stories.py {{ ARGS }}

# The notebooks, executed, into docs/_build/notebooks
notebooks:
    @python tools/run_notebooks.py

# sdist and wheel, into dist/
build:
    @python tools/wheel.py build

# How fast and how small, as ratios
bench *ARGS:
    @python benchmarks/reference.py {{ ARGS }}

# 100,000 cycles and 1,000,000 points, against pandas counting the same plainly
bench-evidence *ARGS:
    @python benchmarks/evidence.py {{ ARGS }}

# Saves that are killed, meet a full disk, or are two at once: 300 rounds of each, beside a plain write that loses
saving *ARGS:
    @python benchmarks/saving.py {{ ARGS }}

# Coverage-guided fuzzing of every reader (needs `pip install atheris`, on Linux)
fuzz *ARGS:
    @python benchmarks/fuzz.py {{ ARGS }}

# What the next release would say
changelog:
    @python -m towncrier build --draft --version next --date unreleased

# Renew the pins from pyproject.toml and requirements/*.in
pins:
    @python tools/pins.py

