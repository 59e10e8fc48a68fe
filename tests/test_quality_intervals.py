"""Intervals of shares and of the net promoter score: known answers, a naive root search, coverage, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ccops.errors import UsageError
from ccops.quality.intervals import normal_quantile, nps_interval, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (5, 5, 0.5655, 1.0)],  # Newcombe 1998, Statist. Med. 17:857
)
def test_known_shares(k: int, n: int, low: float, high: float) -> None:
    assert np.allclose(wilson(k, n), (low, high), rtol=0, atol=5e-5)


def test_the_ends_are_the_shares_that_the_test_would_just_not_refuse() -> None:
    """Naive: bisection on |share - p| = z sqrt(p (1 - p) / n), which is what the interval inverts."""
    def end(k: int, n: int, z: float, inside: float, outside: float) -> float:
        for _ in range(80):
            middle = (inside + outside) / 2
            if abs(k / n - middle) <= z * math.sqrt(middle * (1 - middle) / n):
                inside = middle
            else:
                outside = middle
        return inside

    for level in (0.8, 0.95, 0.99):
        z = normal_quantile(level)
        for k, n in ((1, 3), (7, 20), (19, 20), (250, 1000)):
            assert np.allclose(wilson(k, n, level), (end(k, n, z, k / n, 0.0), end(k, n, z, k / n, 1.0)))


def test_arrays_give_arrays_and_nothing_is_nothing() -> None:
    low, high = wilson([0, 5, 0], [20, 5, 0])
    assert low[0] == 0
    assert high[1] == 1
    assert np.isnan([low[2], high[2]]).all()
    assert np.isnan(nps_interval(0, 0, 0)).all()


def test_a_share_lies_inside_its_interval_which_narrows_with_n() -> None:
    n = np.arange(1, 200)
    for part in (0.0, 0.3, 1.0):
        k = np.round(part * n)
        low, high = wilson(k, n)
        assert ((low >= 0) & (low <= k / n) & (k / n <= high) & (high <= 1)).all()
    low, high = wilson(n / 2, n)
    assert (np.diff(high - low) < 0).all()


def test_known_promoter_score() -> None:
    score, low, high = nps_interval(100, 40, 200)
    assert score == pytest.approx(30)
    assert np.allclose((score - low, high - score), 10.82, rtol=0, atol=0.005)


def test_the_promoter_score_covers_the_truth() -> None:
    """2,000 centres of 150 answers each, p .55, d .20: about 95 % of the intervals hold the true 35."""
    rng = np.random.default_rng(1)
    answers = rng.multinomial(150, [0.55, 0.25, 0.20], size=2000)
    _, low, high = nps_interval(answers[:, 0], answers[:, 2], 150)
    assert 0.93 < np.mean((low <= 35) & (high >= 35)) < 0.97


def test_answers_of_one_kind_prove_little_when_few() -> None:
    score, low, high = nps_interval([5, 0, 0], [0, 0, 5], 5)
    assert score.tolist() == [100, 0, -100]
    assert (high[0], low[2]) == (100, -100)
    assert low[0] < 60
    assert low[1] < -30 < 30 < high[1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wilson(3, 2), "0 to n"), (lambda: wilson(-1, 2), "0 to n"), (lambda: wilson(1, 2, 1.0), "level"),
        (lambda: nps_interval(2, 2, 3), "parts"),
    ],
)
def test_refusals(call: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call()  # type: ignore[operator]
