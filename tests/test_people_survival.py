"""Survival, log-rank and hazards: published cases, lifelines as a second method, naive counting, known hazards."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest

from ccops.errors import UsageError
from ccops.people.survival import band_hazards, kaplan_meier, log_rank, poisson_interval

# Freireich et al. 1963, Blood 21: weeks of remission under 6-MP (+ censored) and placebo.
MP = [(6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0), (19, 0),
      (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0)]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_remission_under_6_mp() -> None:
    found = kaplan_meier(*zip(*MP, strict=True))
    assert dict(zip(found.times.tolist(), np.round(found.share, 4).tolist(), strict=True)) == {
        6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482,
    }
    assert found.se[0] == pytest.approx(0.0764, abs=5e-5)
    assert found.median == 23
    assert [found.at(5.9), found.at(6), found.at(100)] == pytest.approx([1.0, 6 / 7, 0.4482], abs=5e-5)


def test_remission_against_placebo() -> None:
    weeks, ended = zip(*MP, strict=True)
    found = log_rank([(weeks, ended, None), (PLACEBO, [1] * 21, None)])
    assert found.chi2 == pytest.approx(16.7929, abs=5e-5)
    assert found.df == 1
    assert found.p < 1e-4
    assert found.observed == (9, 21)


def test_late_entry() -> None:
    found = kaplan_meier([2, 10, 5, 4, 3], [1] * 5, [1, 2, 4, 0, 0])
    assert np.round(found.share, 3).tolist() == [0.667, 0.444, 0.222, 0.111, 0.0]
    assert [found.at(t) for t in (0, 1)] == [1.0, 1.0]
    assert np.isnan(found.lo[-1])


def _drawn(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    entry = np.round(rng.uniform(0, 20, n) * (rng.random(n) < 0.4), 1)
    out = entry + np.ceil(rng.exponential(15, n) * 10) / 10
    return out, rng.random(n) < 0.7, entry


def test_against_lifelines() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas and matplotlib, which are its own affair
        from lifelines import KaplanMeierFitter
        from lifelines.statistics import multivariate_logrank_test

        for seed in range(12):
            rng = np.random.default_rng(seed)
            out, left, entry = _drawn(rng, 60)
            ours = kaplan_meier(out, left, entry)
            theirs = KaplanMeierFitter().fit(out, left, entry=entry, alpha=0.05)
            curve = theirs.survival_function_at_times(ours.times).to_numpy()
            assert ours.share == pytest.approx(curve, abs=1e-12)
            bounds = theirs.confidence_interval_.loc[ours.times].to_numpy()
            known = np.isfinite(ours.lo) & (ours.share < 1)
            assert ours.lo[known] == pytest.approx(bounds[known, 0], abs=1e-9)
            assert ours.hi[known] == pytest.approx(bounds[known, 1], abs=1e-9)
            group = rng.integers(0, 3, 60)
            tested = multivariate_logrank_test(out, group, left)
            ours_tested = log_rank([(out[group == g], left[group == g], None) for g in range(3)])
            assert ours_tested.chi2 == pytest.approx(tested.test_statistic, rel=1e-9)
            assert ours_tested.p == pytest.approx(tested.p_value, rel=1e-6)


def test_counting_by_hand() -> None:
    for seed in range(20):
        out, left, entry = _drawn(np.random.default_rng(seed), 25)
        found, share = kaplan_meier(out, left, entry), 1.0
        for n, time in enumerate(found.times):
            risk = sum(e < time <= o for e, o in zip(entry, out, strict=True))
            gone = sum(o == time and bool(gone) for o, gone in zip(out, left, strict=True))
            share *= 1 - gone / risk
            assert (found.at_risk[n], found.left[n]) == (risk, gone)
            assert found.share[n] == pytest.approx(share, abs=1e-12)
        assert np.all(np.diff(found.share) <= 0)
        edges = [0.0, 5.0, 12.0]
        bands = band_hazards(out, left, entry, edges)
        assert sum(band.left for band in bands) == left.sum()
        assert sum(band.exposure for band in bands) == pytest.approx(float((out - entry).sum()))
        for band, (first, last) in zip(bands, pairwise([*edges, np.inf]), strict=True):
            naive = sum(max(0.0, min(o, last) - max(e, first)) for e, o in zip(entry, out, strict=True))
            assert band.exposure == pytest.approx(naive)


def test_known_hazards_are_recovered_within_their_intervals() -> None:
    rng, inside = np.random.default_rng(7), 0
    for _ in range(100):
        early = rng.exponential(1 / 0.10, 300)
        later = 3 + rng.exponential(1 / 0.02, 300)
        out = np.where(early < 3, early, later)
        entry = np.where(rng.random(300) < 0.3, rng.uniform(0, 6, 300), 0)
        seen = out > entry
        end = entry + rng.uniform(2, 30, 300)
        bands = band_hazards(np.minimum(out, end)[seen], (out <= end)[seen], entry[seen], [0, 3])
        inside += sum(
            band.lo is not None and band.hi is not None and band.lo <= rate <= band.hi
            for band, rate in zip(bands, (0.10, 0.02), strict=True)
        )
    assert 184 <= inside <= 200  # 95 % of 200, and the exact interval is a little wide


def test_exact_poisson_intervals() -> None:
    """Garwood 1936, as tabled: 0 -> 3.689, 5 -> 1.623 to 11.668."""
    for count, lo, hi in ((0, 0.0, 3.689), (5, 1.623, 11.668)):
        assert poisson_interval(count) == pytest.approx((lo, hi), abs=5e-4)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(UsageError, match="watched from after"):
        kaplan_meier([1], [1], [2])
    with pytest.raises(UsageError, match="one group"):
        log_rank([([1], [1], None)])
    with pytest.raises(UsageError, match="nobody left"):
        log_rank([([1], [0], None), ([2], [0], None)])
