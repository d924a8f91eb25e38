"""``driverkit network pool``, ``held``, ``spread`` and ``uptake`` on the example network."""

from __future__ import annotations

import json

import pytest

import driverkit as dk
from driverkit.cli import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("network") / "here"
    dk.examples.copy_network(found)
    return str(found)


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("command", "table", "column"),
    [("pool", "measures", "own"), ("held", "values", "members_held"), ("spread", "stops", "why"), ("uptake", "each", "found")],
)  # fmt: skip
def test_each_has_its_tables_for_spreadsheets_programs_and_people(
    folder, capsys, tmp_path, command, table, column
):
    assert run(["network", command, folder]) == 0
    assert "Here every day" in capsys.readouterr().out
    out = tmp_path / "out.csv"
    assert run(["network", command, folder, "--format", "csv", "--table", table, "-o", str(out)]) == 0
    assert column in out.read_text("utf-8").splitlines()[0].split(",")
    assert run(["network", command, folder, "--format", "json"]) == 0
    assert column in json.loads(capsys.readouterr().out)[table][0]
    assert run(["network", command, folder, "--format", "md", "--table", table]) == 0
    assert f"| {column} |".replace("_", "\\_") in capsys.readouterr().out.replace("_", "\\_").replace(
        "\\\\_", "\\_"
    )


@pytest.mark.slow
def test_a_pooled_number_comes_only_where_it_is_asked_for(folder, capsys):
    run(["network", "pool", folder, "--about", "C7"])
    assert "Together" not in capsys.readouterr().out
    run(["network", "pool", folder, "--about", "C7", "--format", "json"])
    assert "between" not in json.loads(capsys.readouterr().out)
    run(["network", "pool", folder, "--about", "C7", "--number", "--method", "dersimonian-laird"])
    assert "DerSimonian-Laird, Hartung-Knapp-Sidik-Jonkman, by statsmodels" in capsys.readouterr().out


def test_what_is_not_there_is_told_in_a_line(folder, capsys):
    assert run(["network", "pool", folder, "--about", "C77"]) == 2
    assert "Did you mean" in capsys.readouterr().err
    assert run(["network", "held", folder, "--by", "coahc"]) == 2
    assert "Did you mean 'coach'" in capsys.readouterr().err


def test_the_planted_story_of_the_example_is_found(folder):
    """The nurse line went through four districts; two minutes a day came to a stop in Northgate."""
    found = dk.diffusion(dk.load_network(folder))
    stops = {(row["idea"], row["path"]): row["why"] for row in found.rows("stops")}
    assert stops["C6", "m03 -> m02 -> m06 -> m07"] == "adopted"
    assert stops["C7", "m01 -> m04 -> m05"] == "abandoned"
