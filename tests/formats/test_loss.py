"""What a format would lose is found by looking, and told before it is gone."""

from __future__ import annotations

import datetime as dt

import pytest

import driverkit as dk
from driverkit.formats.loss import compared


def told(before, after):
    return [str(loss) for loss in compared(before, after)]


def test_a_node_that_is_gone_is_named():
    assert told({"aims": [{"id": "A1"}, {"id": "A2"}]}, {"aims": [{"id": "A2"}]}) == ["1 of the aims (A1)"]


def test_a_section_that_is_gone_names_its_first_nodes():
    causes = [{"id": f"R{n}"} for n in range(5)]
    assert told({"measures": causes}, {}) == ["5 of the measures (R0, R1, R2, …)"]


def test_a_field_that_is_gone_is_told_once_for_all_nodes():
    before = {"aims": [{"id": "A1", "target": 1}, {"id": "A2", "target": 2}]}
    assert told(before, {"aims": [{"id": "A1"}, {"id": "A2"}]}) == ["'target' of 2 of the aims (A1, A2)"]


def test_one_is_not_one_point_nought_and_a_date_is_not_its_text():
    before = {"aims": [{"id": "A1", "target": 1, "by": dt.date(2026, 1, 1)}]}
    after = {"aims": [{"id": "A1", "target": 1.0, "by": "2026-01-01"}]}
    assert told(before, after) == [
        "'target' of 1 of the aims (A1), which would be another",
        "'by' of 1 of the aims (A1), which would be another",
    ]


def test_another_order_is_told():
    assert told({"aims": [{"id": "A"}, {"id": "B"}]}, {"aims": [{"id": "B"}, {"id": "A"}]}) == [
        "the order of the aims"
    ]


def test_what_comes_out_and_was_never_in_is_told():
    [loss] = compared({"aims": [{"id": "A"}]}, {"aims": [{"id": "A"}, {"id": "B"}]})
    assert (loss.what, loss.how, loss.ids) == ("aims", "other", ("B",))


def test_nothing_is_told_where_nothing_changed():
    theory = dk.examples.load("leaving-hospital")
    assert dk.losses(theory, "yaml") == dk.losses(theory, "json") == ()


def test_a_loss_error_survives_pickling():
    import pickle

    error = pickle.loads(pickle.dumps(dk.LossError("csv", ["the title"])))
    assert error.losses == ("the title",)
    assert "csv cannot hold all of this theory. What would be lost: the title." in str(error)
    with pytest.raises(dk.SaveError):
        raise error
