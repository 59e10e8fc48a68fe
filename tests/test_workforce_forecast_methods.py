"""The candidates: against loops that do the same by hand, and in what must hold of any of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import series_files
from ccops.settings import Settings
from ccops.workforce.forecast import candidates
from ccops.workforce.forecast.candidates import METHODS, Ahead, Array, Past, means
from ccops.workforce.forecast.days import learnt

BASE = [method for method in METHODS if callable(method.of)]


def days(counts: Array, horizon: int = 7) -> tuple[Past, Ahead]:
    found = learnt(series_files.past(counts), Settings())
    first = found.history.days[-1].toordinal() + 1.0
    return found.past(len(found), first), found.coming(type(found.history.days[0]).fromordinal(int(first)), horizon)[1]


def by_name(name: str, past: Past, ahead: Ahead) -> Array:
    method = next(method for method in METHODS if method.name == name)
    return means(candidates.with_parts(method), past, ahead)[name]


def test_seasonal_naive_and_weekday_mean_by_hand() -> None:
    counts = series_files.drawn(series_files.means(84))
    past, ahead = days(counts)
    naive, mean = by_name("seasonal_naive", past, ahead), by_name("weekday_mean", past, ahead)
    for n in range(7):  # 84 days end with a Sunday: the first day ahead is a Monday again
        for slot in range(8, 20):
            assert naive[n, slot] == counts[77 + n, slot]
            eight = [counts[77 + n - 7 * back, slot] for back in range(8)]
            assert mean[n, slot] == pytest.approx(sum(eight) / 8)


def test_split_of_a_series_without_noise_is_the_series() -> None:
    expected = series_files.means(91, 100)
    past, ahead = days(expected[:84])
    assert by_name("split", past, ahead)[:, 8:20] == pytest.approx(expected[84:, 8:20], rel=0.01)


@pytest.mark.parametrize("name", ["factors", "mean_of_two", "weekday_mean"])
def test_a_week_without_noise_comes_again(name: str) -> None:
    expected = series_files.means(91, 100)
    past, ahead = days(expected[:84])
    assert by_name(name, past, ahead)[:, 8:20] == pytest.approx(expected[84:, 8:20], rel=0.02)


def test_split_by_a_loop() -> None:
    """Weighted ridge by normal equations built cell by cell, the level by its recursion, the profile by sums."""
    counts = series_files.drawn(series_files.means(56), noise=0.1)
    past, ahead = days(counts)
    weight = [0.99**age for age in past.age]
    root = [np.sqrt(row.sum() + 0.25) for row in past.counts]
    centre = sum(w * y for w, y in zip(weight, root, strict=True)) / sum(weight)
    width = 7 + past.features.shape[1]
    rows = [[float(past.weekday[n] == k) for k in range(7)] + list(past.features[n]) for n in range(len(root))]
    left, right = np.zeros((width, width)), np.zeros(width)
    for w, x, y in zip(weight, rows, root, strict=True):
        for i in range(width):
            right[i] += w * x[i] * (y - centre)
            for j in range(width):
                left[i, j] += w * x[i] * x[j]
    for i in range(width):
        left[i, i] += 0.1 if i < 7 else 0.2
    effect = np.linalg.solve(left, right)
    rest = [y - centre - sum(e * v for e, v in zip(effect, x, strict=True)) for x, y in zip(rows, root, strict=True)]
    level = 0.0
    for each in rest:
        level = 0.75 * level + 0.25 * each
    mean_rest = sum(w * r for w, r in zip(weight, rest, strict=True)) / sum(weight)
    variance = sum(w * (r - mean_rest) ** 2 for w, r in zip(weight, rest, strict=True)) / sum(weight)
    coming = [float(ahead.weekday[0] == k) for k in range(7)] + list(ahead.features[0])
    expected = centre + sum(e * v for e, v in zip(effect, coming, strict=True)) + level
    total = expected**2 + variance - 0.25
    assert by_name("split", past, ahead)[0].sum() == pytest.approx(total, rel=1e-9)
    everything = sum(w * row for w, row in zip(weight, past.counts, strict=True))
    monday = sum(w * row for w, row, d in zip(weight, past.counts, past.weekday, strict=True) if d == 0)
    shares = monday + 10 * 24 * everything / everything.sum()
    assert by_name("split", past, ahead)[0] == pytest.approx(total * shares / shares.sum(), rel=1e-9)


def test_factors_by_a_full_decomposition() -> None:
    """The iteration finds what numpy's eigendecomposition finds."""
    counts = series_files.drawn(series_files.means(84, 200), noise=0.1)
    gram = (root := np.sqrt(counts + 0.25)).T @ root
    basis = candidates._leading(gram)
    _, vectors = np.linalg.eigh(gram)
    exact = vectors[:, -3:]
    assert basis[:, 0] @ exact[:, 2] == pytest.approx(np.sign(basis[:, 0] @ exact[:, 2]), abs=1e-6)
    captured, most = np.trace(basis.T @ gram @ basis), np.trace(exact.T @ gram @ exact)
    assert captured == pytest.approx(most, rel=1e-4)


def test_a_year_that_moves_is_followed_by_waves() -> None:
    def season(day: object) -> float:
        return 1 + 0.5 * np.sin(2 * np.pi * day.toordinal() / 365.25)  # type: ignore[attr-defined, no-any-return]

    expected = series_files.means(2 * 365 + 28, 20, of_day=season)
    counts = series_files.drawn(expected, noise=0.25)
    past, ahead = days(counts[: 2 * 365], 28)
    truth = expected[2 * 365 :]
    error = {name: np.abs(by_name(name, past, ahead) - truth).sum() for name in ("fourier", "weekday_mean")}
    assert error["fourier"] < 0.7 * error["weekday_mean"]


def test_the_first_days_of_a_month_are_learnt() -> None:
    expected = series_files.means(182 + 9, 100, of_day=lambda day: 1.4 if day.day <= 3 else 1.0)
    past, ahead = days(series_files.drawn(expected)[:182], 9)  # until 30 August; two days on comes 1 September
    busy = by_name("split", past, ahead).sum(axis=1) / series_files.means(191, 100)[182:].sum(axis=1)
    assert busy[1:4] == pytest.approx([1.4] * 3, rel=0.07)
    assert busy[4:8] == pytest.approx([1.0] * 4, rel=0.07)


@settings(max_examples=60)
@given(st.integers(15, 60), st.integers(0, 2**31), st.floats(0, 30), st.floats(0, 0.4))
def test_whatever_came_a_forecast_is_a_number_of_calls(n: int, seed: int, level: float, noise: float) -> None:
    counts = series_files.drawn(series_files.means(n, level), seed, noise=noise)
    counts[np.random.default_rng(seed).random(counts.shape) < 0.02] = np.nan
    if np.nansum(counts) == 0:
        counts[3, 12] = 1
    found = learnt(series_files.past(counts), Settings())
    if not len(found):
        return
    past, ahead = found.past(len(found), found.ordinals[-1] + 1), found.ahead(0, 10)
    for method in BASE:
        values = method.of(past, ahead)  # type: ignore[operator]
        assert values.shape == ahead.mask.shape
        assert np.isfinite(values).all()
    for values in means(METHODS, past, ahead).values():
        assert (values >= 0).all()
        assert (values[~ahead.mask] == 0).all()
        assert values.sum() <= 12 * max(np.nansum(counts), 1)


@pytest.mark.parametrize("name", ["weekday_mean", "split", "factors"])
def test_ten_times_the_calls_are_ten_times_the_forecast(name: str) -> None:
    counts = series_files.drawn(series_files.means(56, 400))
    once, often = (by_name(name, *days(counts * factor)) for factor in (1, 10))
    assert often == pytest.approx(10 * once, rel=0.02, abs=5)
