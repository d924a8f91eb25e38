"""Pooling over places agrees with what others published, and says what it cannot do."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

import driverkit as dk

# Colditz et al., JAMA 1994;271:698-702: 13 trials of the BCG vaccine against tuberculosis. Cases and others among the
# vaccinated, then among those who were not. What follows from them is printed in Viechtbauer, Journal of Statistical Software
# 2010;36(3) and in the manual of the R package metafor, which carries the data as dat.bcg.
BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip


def log_risk_ratios() -> tuple[list[float], list[float]]:
    effects = [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in BCG]
    return effects, [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in BCG]


def log_odds_ratios() -> tuple[list[float], list[float]]:
    return [math.log(a * d / b / c) for a, b, c, d in BCG], [
        1 / a + 1 / b + 1 / c + 1 / d for a, b, c, d in BCG
    ]


def test_dersimonian_and_laird_pool_the_bcg_trials_as_published():
    """metafor: rma(yi, vi, data=dat.bcg, method="DL")."""
    found = dk.random_effects(*log_risk_ratios(), method="dersimonian-laird", interval="normal")
    assert found.tau2 == pytest.approx(0.3088, abs=5e-5)
    assert found.pooled == pytest.approx(-0.7141, abs=5e-5)
    assert found.error == pytest.approx(0.1787, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((-1.0644, -0.3638), abs=5e-5)
    assert (found.q, found.df) == (pytest.approx(152.2330, abs=5e-5), 12)
    assert found.p < 1e-4
    assert found.i2 == pytest.approx(0.9212, abs=5e-5)


def test_paule_and_mandel_solve_their_equation_and_the_interval_is_that_of_hartung_and_knapp():
    """Q at the estimate is its expectation; metafor gives tau² 0.3181 and the mean -0.7150 (method="PM")."""
    y, v = log_risk_ratios()
    found = dk.random_effects(y, v)
    weights = [1 / (one + found.tau2) for one in v]
    mean = sum(w * x for w, x in zip(weights, y, strict=True)) / sum(weights)
    squares = sum(w * (x - mean) ** 2 for w, x in zip(weights, y, strict=True))
    assert squares == pytest.approx(12, abs=1e-6)
    assert found.tau2 == pytest.approx(0.3181, abs=5e-5)
    assert found.pooled == pytest.approx(mean)
    assert found.pooled == pytest.approx(-0.7150, abs=5e-5)
    # Hartung & Knapp by hand, with the t quantile of 12 degrees of freedom from a printed table (2.1788).
    error = math.sqrt(squares / 12 / sum(weights))
    assert (found.low, found.high) == pytest.approx((mean - 2.1788 * error, mean + 2.1788 * error), abs=1e-4)
    # Higgins, Thompson & Spiegelhalter by hand, with that of 11 (2.2010).
    beyond = 2.2010 * math.sqrt(found.tau2 + error**2)
    assert (found.predicted_low, found.predicted_high) == pytest.approx(
        (mean - beyond, mean + beyond), abs=1e-4
    )


@pytest.mark.few(1)
@pytest.mark.parametrize("tolerance", [1e-5, 1e-12])
def test_paule_and_mandel_have_a_variance_wherever_places_differ_by_more_than_chance(monkeypatch, tolerance):
    """The iteration of statsmodels gives zero where it lands a rounding error beyond the root. By its own tolerance that
    is rare; by a smaller one it is one set in ten, and is set right all the same."""
    import random

    from statsmodels.stats import meta_analysis

    monkeypatch.setattr(meta_analysis._fit_tau_iterative, "__defaults__", (0, tolerance, 1000))

    chance = random.Random(3)
    for _ in range(200):
        k = chance.randint(3, 60)
        v = [chance.uniform(0.05, 1) for _ in range(k)]
        y = [chance.gauss(0, 1) + chance.gauss(0, one**0.5) for one in v]
        found = dk.random_effects(y, v)
        weights = [1 / (one + found.tau2) for one in v]
        mean = sum(w * x for w, x in zip(weights, y, strict=True)) / sum(weights)
        squares = sum(w * (x - mean) ** 2 for w, x in zip(weights, y, strict=True))
        assert squares == pytest.approx(k - 1, abs=1e-4) or (found.tau2 == 0 and squares < k - 1)


def test_the_interval_of_the_variance_between_trials_is_the_published_q_profile():
    """Viechtbauer 2010 prints tau² 0.1197 to 1.1115 and I² 81.92 to 97.68 %; metafor-project.org, for log odds ratios
    after van Houwelingen et al. 2002, 0.1302 to 1.1812. The profile is the same whatever estimates tau²."""
    found = dk.random_effects(*log_risk_ratios())
    assert (found.tau2_low, found.tau2_high) == pytest.approx((0.1197, 1.1115), abs=1e-4)
    assert (found.i2_low, found.i2_high) == pytest.approx((0.8192, 0.9768), abs=1e-4)
    found = dk.random_effects(*log_odds_ratios())
    assert (found.tau2_low, found.tau2_high) == pytest.approx((0.1302, 1.1812), abs=1e-4)


@pytest.mark.parametrize("method", ["paule-mandel", "dersimonian-laird"])
def test_places_that_are_alike_have_no_variance_between_them_and_never_less(method):
    found = dk.random_effects([0.5, 0.5, 0.5, 0.5], [0.1, 0.2, 0.1, 0.3], method=method)
    assert found.tau2 == found.i2 == 0
    assert found.pooled == pytest.approx(0.5)
    # Hartung & Knapp alone would have an interval of no width here.
    assert found.low < 0.3
    assert found.high > 0.7


def test_the_unit_of_the_effects_does_not_matter():
    y, v = log_risk_ratios()
    for method in ("paule-mandel", "dersimonian-laird"):
        one = dk.random_effects(y, v, method=method)
        many = dk.random_effects([1e6 * x for x in y], [1e12 * x for x in v], method=method)
        few = dk.random_effects([1e-6 * x for x in y], [1e-12 * x for x in v], method=method)
        for other, scale in ((many, 1e6), (few, 1e-6)):
            assert other.pooled == pytest.approx(scale * one.pooled)
            assert other.tau2 == pytest.approx(scale**2 * one.tau2)
            assert other.high == pytest.approx(scale * one.high)
            assert other.i2_high == pytest.approx(one.i2_high)
            assert other.q == pytest.approx(one.q)


def test_the_order_of_places_does_not_matter_and_weights_keep_to_it():
    y, v = log_risk_ratios()
    there, back = dk.random_effects(y, v), dk.random_effects(y[::-1], v[::-1])
    assert there.pooled == pytest.approx(back.pooled)
    assert there.weights == pytest.approx(back.weights[::-1])
    assert sum(there.weights) == pytest.approx(1)


@pytest.mark.parametrize(
    ("effects", "variances", "options", "words"),
    [
        ([1, 2], [1, 1], {}, "2 places there is no pooled number"),
        ([1, 2, 3], [1, 1], {}, "3 effects and 2 variances"),
        ([1, 2, 3], [1, 0, 1], {}, "above 0"),
        ([1, math.nan, 3], [1, 1, 1], {}, "nan"),
        ([1, 2, "x"], [1, 1, 1], {}, "no effect to reckon with"),
        ([1, 2, 3], [1, 1, math.inf], {}, "no variance to reckon with"),
        ([1, 2, 3], [1, 1, 1], {"method": "reml"}, "There are: paule-mandel, dersimonian-laird"),
        ([1, 2, 3], [1, 1, 1], {"interval": "t"}, "There are: hartung-knapp, normal"),
        ([1, 2, 3], [1, 1, 1], {"level": 95}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_pooled_is_refused_in_a_sentence(effects, variances, options, words):
    with pytest.raises(dk.UsageError, match=words):
        dk.random_effects(effects, variances, **options)


def test_without_statsmodels_one_is_told_how_to_get_it():
    code = (
        "import sys; sys.modules['statsmodels'] = None\n"
        "import driverkit as dk\n"
        "try:\n    dk.random_effects([1, 2, 3], [1, 1, 1])\n"
        "except dk.MissingEngine as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'driverkit[network]'" in done.stdout
