"""Regression: known answers, a naive optimiser, finite differences, simulated data whose effects are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ccops.quality.regression import linear, logistic

Array = NDArray[np.float64]


def drawn(n: int, beta: tuple[float, ...], seed: int = 1) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.exponential(2, n), rng.integers(0, 2, n), rng.normal(size=n)])[:, : len(beta) - 1]
    p = 1 / (1 + np.exp(-(beta[0] + x @ np.array(beta[1:]))))
    return x, (rng.random(n) < p).astype(float)


def test_a_two_by_two_table_is_its_odds_ratio() -> None:
    """30 of 40 against 20 of 60: the coefficients are log odds, the effect the difference of the shares."""
    x = np.repeat([1.0, 1, 0, 0], [30, 10, 20, 40])[:, None]
    y = np.repeat([1.0, 0, 1, 0], [30, 10, 20, 40])
    fit = logistic(x, y)
    assert fit is not None
    assert np.allclose(fit.beta, [np.log(20 / 40), np.log(30 / 10) - np.log(20 / 40)])
    effect, error = fit.contrast(np.zeros_like(x), np.ones_like(x))
    assert effect == pytest.approx(30 / 40 - 20 / 60)
    naive = np.sqrt(0.75 * 0.25 / 40 + (1 / 3) * (2 / 3) / 60)
    assert error == pytest.approx(naive * np.sqrt(100 / 98))


def test_the_most_likely_coefficients_as_a_plain_optimiser_finds_them() -> None:
    from scipy.optimize import minimize

    x, y = drawn(400, (1.0, -0.4, 0.7, 0.2))
    fit = logistic(x, y)
    assert fit is not None

    def unlikely(beta: Array) -> float:
        return float(sum(np.log1p(np.exp(-(2 * yes - 1) * (beta[0] + row @ beta[1:])))
                         for row, yes in zip(x, y, strict=True)))

    best = minimize(unlikely, np.zeros(4), method="BFGS", options={"gtol": 1e-7})
    assert np.allclose(fit.beta, best.x, atol=1e-4)


def test_the_sandwich_by_sums_over_rows() -> None:
    x, y = drawn(150, (0.5, -0.3, 0.5))
    for fit in (logistic(x, y), linear(x, y)):
        assert fit is not None
        bread, meat = np.zeros((3, 3)), np.zeros((3, 3))
        for row, yes in zip(x, y, strict=True):
            z = np.array([1.0, *row])
            p = 1 / (1 + np.exp(-z @ fit.beta)) if fit.logistic else z @ fit.beta
            bread += np.outer(z, z) * (p * (1 - p) if fit.logistic else 1)
            meat += np.outer(z, z) * (yes - p) ** 2
        naive = 150 / 147 * np.linalg.inv(bread) @ meat @ np.linalg.inv(bread)
        assert np.allclose(fit.covariance, naive)


def test_effects_and_their_errors_by_finite_differences() -> None:
    from dataclasses import replace

    x, y = drawn(300, (0.8, -0.5, 0.6, 0.3))
    fit = logistic(x, y)
    assert fit is not None
    h = 1e-5
    shifted = x.copy()
    shifted[:, 0] += h
    effect, error = fit.slope(x, 0)
    assert effect == pytest.approx(fit.contrast(x, shifted)[0] / h, rel=1e-4)
    gradient = []
    for i in range(4):
        moved = replace(fit, beta=fit.beta + h * np.eye(4)[i])
        gradient.append((moved.slope(x, 0)[0] - effect) / h)
    assert error == pytest.approx(np.sqrt(gradient @ fit.covariance @ gradient), rel=1e-3)


def test_known_effects_lie_in_their_intervals() -> None:
    """300 simulated months of 400 answers: the 95 % intervals hold the true effects about as often as they claim."""
    beta = (1.5, -0.35, -0.6)
    big, _ = drawn(200_000, beta, seed=99)
    p = 1 / (1 + np.exp(-(beta[0] + big @ np.array(beta[1:]))))
    p1, p0 = (1 / (1 + np.exp(-(beta[0] + big[:, 0] * beta[1] + on * beta[2]))) for on in (1, 0))
    true_slope, true_step = float(np.mean(p * (1 - p)) * beta[1]), float(np.mean(p1 - p0))
    inside = np.zeros(2)
    for seed in range(300):
        x, y = drawn(400, beta, seed)
        fit = logistic(x, y)
        assert fit is not None
        off, on = x.copy(), x.copy()
        off[:, 1], on[:, 1] = 0, 1
        found = (fit.slope(x, 0), fit.contrast(off, on))
        inside += [abs(effect - truth) <= 1.96 * error
                   for (effect, error), truth in zip(found, (true_slope, true_step), strict=True)]
    assert ((inside / 300 > 0.91) & (inside / 300 < 0.985)).all(), inside / 300


def test_a_line_is_recovered_though_its_noise_is_uneven() -> None:
    rng, inside = np.random.default_rng(4), 0
    for _ in range(300):
        x = rng.exponential(1, (200, 1))
        fit = linear(x, 2 - 0.5 * x[:, 0] + x[:, 0] * rng.normal(size=200))
        assert fit is not None
        effect, error = fit.slope(x, 0)
        inside += abs(effect + 0.5) <= 1.96 * error
    assert 0.88 < inside / 300 < 0.98


def test_answers_that_a_driver_tells_apart_have_no_coefficient() -> None:
    x = np.arange(20.0)[:, None]
    assert logistic(x, (x[:, 0] > 9).astype(float)) is None
    assert logistic(np.column_stack([x, x]), np.tile([0.0, 1], 10)) is None
    assert linear(np.column_stack([x, x]), x[:, 0]) is None
    assert linear(np.ones((1, 1)), np.ones(1)) is None
