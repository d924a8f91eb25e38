"""Drivers by ideas and nodes by measures: each cell looked up again by hand."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given

import driverkit as dk
from driverkit import examples
from driverkit.analysis import matrices
from driverkit.evidence import idea_status
from strategies import theories


@given(theories(12, records=False))
def test_a_cell_says_how_an_idea_moves_a_driver(theory):
    graph = dk.to_networkx(theory)
    matrix = dk.driver_matrix(theory)
    assert list(matrix.index) == [driver.id for driver in theory.drivers]
    assert list(matrix.columns) == [idea.id for idea in theory.change_ideas]
    for idea in theory.change_ideas:
        direct = {link.to: link.strength or "direct" for link in idea.contributes_to}
        above = nx.descendants(graph, idea.id)
        for driver in theory.drivers:
            wanted = direct.get(driver.id, "through" if driver.id in above else "")
            assert matrix.loc[driver.id, idea.id] == wanted
        assert matrix.attrs["status"][idea.id] == idea_status(theory, idea.id).status


@given(theories(10))
def test_a_cell_says_what_a_measure_is_for_a_node(theory):
    matrix = dk.measure_matrix(theory)
    for node in theory.nodes:
        for measure in theory.measures:
            named = getattr(node, "measure", None) == measure.id
            of = node.id in measure.of or named
            wanted = (measure.role or ("outcome" if named else "measure")) if of else ""
            assert matrix.loc[node.id, measure.id] == wanted


def test_some_rows_and_columns_can_be_chosen():
    theory = examples.load("leaving-hospital")
    assert dk.driver_matrix(theory, drivers=["S1", "P1"], ideas="C1").to_dict() == {
        "C1": {"S1": "direct", "P1": "through"}
    }
    assert dk.measure_matrix(theory, nodes=["A1"], measures=["M1"]).to_dict() == {"M1": {"A1": "outcome"}}
    with pytest.raises(dk.UsageError, match="no driver"):
        dk.driver_matrix(theory, drivers=["C1"])
    with pytest.raises(dk.UnknownId):
        dk.measure_matrix(theory, measures=["M99"])


def test_a_matrix_that_nobody_could_read_is_refused(monkeypatch):
    monkeypatch.setattr(matrices, "MOST_CELLS", 20)
    theory = examples.load("leaving-hospital")
    for asked in (dk.driver_matrix, dk.measure_matrix):
        with pytest.raises(dk.UsageError, match="more than 20 cells"):
            asked(theory)


@pytest.mark.parametrize("asked", [dk.driver_matrix, dk.measure_matrix])
def test_the_view_escapes_every_word_and_keeps_every_word_of_a_cell(asked):
    theory = examples.load("leaving-hospital")
    hostile = '<script>alert(1)</script> & "q" {{7*7}}'
    theory = theory.replace("C1", text=hostile).replace("P1", text=hostile).replace("M1", name=hostile)
    shown = dk.matrix_style(asked(theory.replace(title="<b>t</b>"))).to_html()
    assert "<script" not in shown
    assert "<b>t" not in shown
    assert "&lt;script&gt;" in shown
    assert "{{7*7}}" in shown
    for word in {word for word in asked(theory).to_numpy().ravel() if word}:
        assert f">{word}</td>" in shown


@pytest.mark.parametrize("asked", [dk.driver_matrix, dk.measure_matrix])
def test_an_empty_theory_has_an_empty_matrix_and_a_view(asked):
    matrix = asked(dk.Theory("t"))
    assert matrix.shape == (0, 0)
    assert "t" in dk.matrix_style(matrix).to_html()


def test_only_a_matrix_has_such_a_view():
    with pytest.raises(dk.UsageError, match="driver_matrix"):
        dk.matrix_style(dk.cycles_frame(dk.Theory("t")))
