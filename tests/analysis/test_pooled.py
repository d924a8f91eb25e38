"""Evidence of many members: each by itself first, and a number for all only where there is something to weigh."""

from __future__ import annotations

import pytest

import driverkit as dk
from driverkit.analysis.pooled import COLUMNS
from support.networks import cycle, hub, local, network


def rows(found: dk.Pooled, about: str, table: str = "members") -> list[dict]:
    return [row for row in found.rows(table) if row["about"] == about]


def test_each_member_is_told_by_itself_with_an_interval():
    found = dk.pooled(
        network(
            {"m1": local(cycle("T1", "yyn", scale=4, site="Ward 1")), "m2": local(cycle("T1", "nm", scale=9))}
        )
    )
    first, second = rows(found, "C1")
    assert (first["judged"], first["held"], first["failed"], first["largest_scale"], first["sites"]) == (
        3,
        2,
        1,
        4,
        1,
    )
    assert first["held_there"] is True
    assert (first["low"], first["high"]) == pytest.approx((0.2077, 0.9385), abs=1e-4)  # Wilson for 2 of 3
    assert first["interval"] == "Wilson 95 %"
    assert (second["judged"], second["held"], second["mixed"], second["held_there"]) == (2, 0, 1, False)
    assert [row["member"] for row in rows(found, "P1")] == ["m1", "m2"]
    assert rows(found, "A1")[0]["cycles_studied"] == 1


def test_a_member_that_adapts_nothing_of_it_is_not_there():
    found = dk.pooled(
        network({"m1": local(cycle("T1", "y")), "m2": local(cycle("T1", "y"), ideas={"C": None})})
    )
    assert [row["member"] for row in rows(found, "C1")] == ["m1"]
    # its own invention lies below a driver that does adapt the common one
    assert [(row["member"], row["held"]) for row in rows(found, "P1")] == [("m1", 1), ("m2", 1)]


def test_two_ideas_that_adapt_one_are_counted_together_and_no_cycle_twice():
    both = local(cycle("T1", "y"), cycle("T2", "nn", idea="B"), ideas={"C": "C1", "B": "C1"})
    (row,) = rows(dk.pooled(network({"m1": both})), "C1")
    assert (row["adapted_by"], row["cycles"], row["judged"], row["held"], row["ideas"]) == (
        "C; B",
        2,
        3,
        1,
        2,
    )
    (row,) = rows(dk.pooled(network({"m1": both})), "P1")
    assert (row["cycles"], row["judged"]) == (2, 3)


def test_a_link_gathers_what_its_cause_does_whoever_drew_it_and_not_where_it_is_known_to_fail():
    fails = dk.Theory(
        "Local",
        drivers=[dk.Driver("D", "Ours", adapts="P1")],
        change_ideas=[
            dk.ChangeIdea("C", "Ask", adapts="C1", contributes_to=[{"to": "D", "fails_at": ["Ward 9"]}])
        ],
        cycles=[cycle("T1", "y", site="Ward 1"), cycle("T2", "n", site="Ward 9")],
    )
    apart = dk.Theory(
        "Local", change_ideas=[dk.ChangeIdea("C", "Ask", adapts="C1")], cycles=[cycle("T1", "n")]
    )
    found = dk.pooled(network({"m1": fails, "m2": apart}), "C1->P1")
    shown = [
        tuple(row[name] for name in ("about", "member", "adapted_by", "cycles", "judged", "held"))
        for row in found.rows("members")
    ]
    assert shown == [("C1 -> P1", "m1", "C -> D", 1, 1, 1), ("C1 -> P1", "m2", None, 1, 1, 0)]


def test_late_predictions_are_none_here_either():
    late = cycle("T1", "y", day="2026-01-02", plan={"date": "2026-02-01"})
    (row,) = rows(dk.pooled(network({"m1": local(late)})), "C1")
    assert (row["judged"], row["share"], row["held_there"]) == (0, None, None)


def test_with_two_members_there_is_no_pooled_number_and_the_reason_is_said():
    found = dk.pooled(network({"m1": local(cycle("T1", "yy")), "m2": local(cycle("T1", "n")), "m3": local()}))
    (row,) = rows(found, "C1", "between")
    assert row["pooled"] is row["tau2"] is row["method"] is None
    assert (row["members"], row["places"], row["judged"], row["held"]) == (3, 2, 3, 2)
    assert (row["lowest"], row["lowest_at"], row["highest"], row["highest_at"]) == (0.0, "m2", 1.0, "m1")
    assert row["reason"].startswith("No pooled number: 2 members have judged predictions")


@pytest.mark.slow
def test_members_that_differ_are_not_averaged_away():
    found = dk.pooled(
        network({f"m{at}": local(cycle("T1", said)) for at, said in enumerate(["y" * 20, "n" * 20] * 3)}),
        "C1",
    )
    (row,) = found.rows("between")
    assert row["p"] < 0.0001
    assert row["i2"] > 0.8
    assert row["pooled"] == pytest.approx(0.5)
    assert row["predicted_low"] < 0.02  # a new member may be of either kind
    assert row["predicted_high"] > 0.98
    assert "Paule-Mandel" in row["method"]
    assert "statsmodels" in row["method"]
    assert "½ added" in row["method"]
    text = found.text(numbers=True)
    assert text.index("m0") < text.index("Members differ by more than chance")
    assert "Together" not in found.text()


@pytest.mark.slow
def test_the_pooled_share_is_that_of_the_logits_with_half_a_prediction_added():
    """By hand: logits ln((h + ½)/(n - h + ½)), variances 1/(h + ½) + 1/(n - h + ½); alike, so inverse variances weigh."""
    import math

    counts = [(3, 1), (2, 1), (4, 2)]
    found = dk.pooled(
        network({f"m{at}": local(cycle("T1", "y" * h + "n" * n)) for at, (h, n) in enumerate(counts)}), "C1"
    )
    (row,) = found.rows("between")
    weights = [1 / (1 / (h + 0.5) + 1 / (n + 0.5)) for h, n in counts]
    logits = [math.log((h + 0.5) / (n + 0.5)) for h, n in counts]
    mean = sum(w * x for w, x in zip(weights, logits, strict=True)) / sum(weights)
    assert row["tau2"] == 0
    assert row["pooled"] == pytest.approx(1 / (1 + math.exp(-mean)))
    assert (row["judged"], row["held"]) == (13, 9)


# ----------------------------------------------------------------------------------------------- measured change


def months(*counts: tuple[float, float]) -> list[dict]:
    return [
        {"date": f"2026-{at:02d}-01", "numerator": top, "denominator": bottom}
        for at, (top, bottom) in enumerate(counts, 1)
    ]


def measured(top: float, *, day: str | None = "2026-03-01") -> dk.Theory:
    return local(cycle("T1", "y", day=day), rows=months((30, 100), (30, 100), (top, 100), (top, 100)))


def test_a_measure_is_compared_before_and_after_the_first_test():
    found = dk.pooled(network({"m1": measured(20)}), "M1")
    (row,) = found.rows("measures")
    assert (row["kind"], str(row["since"]), row["n_before"], row["n_after"]) == ("share", "2026-03-01", 2, 2)
    assert (row["before"], row["after"], row["difference"]) == pytest.approx((30.0, 20.0, -10.0))
    # by hand: 100 * sqrt(.3 * .7 / 200 + .2 * .8 / 200)
    assert row["error"] == pytest.approx(4.3012, abs=1e-4)
    assert (row["low"], row["high"]) == pytest.approx((-18.43, -1.57), abs=0.005)
    assert row["change"] == row["leans"] == "better"


def test_measures_of_three_members_are_pooled_in_their_unit():
    found = dk.pooled(
        network({"m1": measured(20), "m2": measured(22), "m3": measured(24), "m4": local()}), "M1"
    )
    (row,) = found.rows("between")
    assert (row["places"], row["members"], row["effect"]) == (3, 3, "measured change")
    assert -10 < row["pooled"] < -6
    assert (row["lowest_at"], row["highest_at"]) == ("m1", "m3")
    assert row["judged"] is None
    assert "differences of shares" in row["method"]


def test_what_cannot_be_compared_says_why():
    silent = local(cycle("T1", "y", day="2026-03-01"), rows=[])
    late = measured(20, day="2027-01-01")
    undated = measured(20, day=None)
    found = dk.pooled(network({"m1": silent, "m2": late, "m3": undated}), "M1")
    said = {row["member"]: row["reason"] for row in found.rows("measures")}
    assert said["m1"] == "It has no series."
    assert said["m2"].startswith("There is no point on or after 2027-01-01")
    assert said["m3"].startswith("Nothing parts before from after")
    (row,) = found.rows("between")
    assert row["reason"].startswith("No pooled number: 0 members have a difference with a standard error")


def test_different_units_are_not_added_up():
    others = dk.Theory(
        "Local",
        aims=[dk.Aim("A", "Ours", adapts="A1", measure="M")],
        change_ideas=[dk.ChangeIdea("C", "Ask", adapts="C1", contributes_to=["D"])],
        drivers=[dk.Driver("D", "Ours", contributes_to=["A"])],
        measures=[
            dk.Measure(
                "M", "Falls", unit="falls per 1,000 bed days", of=["A"], adapts="M1",
                data=months((3, 900), (3, 900), (2, 900), (2, 900)),
            )
        ],
        cycles=[cycle("T1", day="2026-03-01")],
    )  # fmt: skip
    found = dk.pooled(network({"m1": measured(20), "m2": measured(22), "m3": others}), "M1")
    assert [row["kind"] for row in found.rows("measures")] == ["share", "share", "rate"]
    (row,) = found.rows("between")
    assert row["pooled"] is None
    assert "different units" in row["reason"]


def test_a_share_of_none_has_an_error_all_the_same():
    theory = local(cycle("T1", "y", day="2026-03-01"), rows=months((0, 9), (0, 9), (0, 9), (0, 9)))
    (row,) = dk.pooled(network({"m1": theory}), "M1").rows("measures")
    assert row["difference"] == 0
    assert row["error"] > 5


def test_plain_values_are_compared_by_their_medians_from_five_points_on():
    """The error of Price & Bonett by hand for 1 … 9: the 2nd to the 8th, z of 1 - 10/512, is 6/4.1267 = 1.4540."""
    from driverkit.evidence.measured import median_error

    assert median_error([9, 8, 7, 6, 5, 4, 3, 2, 1]) == pytest.approx(1.4540, abs=1e-3)
    assert median_error([1, 2, 3, 4]) is None
    plain = [{"date": f"2026-{at:02d}-01", "value": at if at < 7 else at + 20} for at in range(1, 13)]
    (row,) = dk.pooled(network({"m1": local(cycle("T1", "y", day="2026-07-01"), rows=plain)}), "M1").rows(
        "measures"
    )
    assert (row["kind"], row["before"], row["after"], row["leans"]) == ("median", 3.5, 29.5, "worse")
    assert row["error"] > 0
    (row,) = dk.pooled(network({"m1": local(cycle("T1", "y", day="2026-11-01"), rows=plain)}), "M1").rows(
        "measures"
    )
    assert row["error"] is None
    assert "medians need 5 points" in row["reason"]


def test_a_series_that_cannot_be_read_is_told_and_stops_nothing(tmp_path):
    dk.save(hub(), tmp_path / "hub.yaml")
    (tmp_path / "m1.yaml").write_text(
        "driverkit: 1\ntitle: Ours\naims: [{id: A, text: Ours, adapts: A1, measure: M}]\n"
        "measures: [{id: M, name: Falls, of: [A], adapts: M1, data: gone.csv}]\n",
        "utf-8",
    )
    (tmp_path / "network.yaml").write_text(
        "driverkit: 1\ntitle: Wards\nhub: hub.yaml\nmembers: [{id: m1, theory: m1.yaml}]\n", "utf-8"
    )
    (row,) = dk.pooled(dk.load_network(tmp_path)).rows("measures")
    assert row["reason"].startswith("Its series cannot be read:")


# ------------------------------------------------------------------------------------------------------- tables


def test_every_column_is_documented_and_there_where_there_is_nothing():
    for members in ({}, {"m1": local(cycle("T1", "yn"))}):
        found = dk.pooled(network(members))
        for table, says in COLUMNS.items():
            frame = getattr(found, table)
            assert list(frame.columns) == list(says) == list(frame.attrs["columns"])
    assert str(found.measures["since"].dtype) == "datetime64[s]"
    assert str(found.members["held_there"].dtype) == "boolean"


def test_what_is_asked_for_has_to_be_there():
    net = network({"m1": local()})
    with pytest.raises(dk.UnknownId, match="C9"):
        dk.pooled(net, "C9")
    with pytest.raises(dk.UsageError, match="no link"):
        dk.pooled(net, "A1 -> C1")
    with pytest.raises(dk.UsageError, match="There are: tested, adopted"):
        dk.pooled(net, since="begun")


def test_words_of_members_are_shown_harmless():
    theory = local(cycle("T1", "y"))
    common = dk.Theory("Hub", change_ideas=[dk.ChangeIdea("C1", "Ask\u202e")])
    said = dk.Network("W\u202eards", common, members=[dk.Member("m1", theory=theory)])
    text = dk.pooled(said).text(numbers=True)
    assert "U+202E" in text
    assert "\u202e" not in text


def test_a_part_is_tested_and_held_by_as_many_members_as_coverage_says():
    network = dk.examples.network()
    told = {row["id"]: row for row in dk.network_coverage(network).rows("nodes")}
    rows = dk.pooled(network).rows("members")
    for id, row in told.items():
        there = [one for one in rows if one["about"] == id and one["cycles_studied"]]
        assert len(there) == row["tested_by"], id
        assert sum(bool(one["held_there"]) for one in there) == row["confirmed_by"], id
