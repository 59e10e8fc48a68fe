"""The backtest and its intervals: rates by loops, quantiles against scipy, nothing learnt from the future."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import series_files
from ccops.settings import Settings
from ccops.workforce.forecast import backtest, intervals, intraday, series
from ccops.workforce.forecast.backtest import HORIZONS, Score, Trials
from ccops.workforce.forecast.candidates import METHODS, Array, means
from ccops.workforce.forecast.days import learnt
from ccops.workforce.forecast.intervals import Spread


def trials(n: int = 120, *, noise: float = 0.1, level: float = 40, seed: int = 1) -> Trials:
    counts = series_files.drawn(series_files.means(n, level), seed, noise=noise)
    return backtest.trials(learnt(series_files.past(counts), Settings()))


def score(found: Trials, name: str, horizon: int) -> Score:
    return next(s for s in backtest.scores(found) if (s.name, s.horizon_days) == (name, horizon))


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("name", ["weekday_mean", "mean_of_two"])
def test_wape_and_bias_by_a_loop(name: str, horizon: int) -> None:
    """Every target of the last fifty days forecast anew from the days before its origin, and nothing else."""
    n = 120
    counts = series_files.drawn(series_files.means(n), noise=0.1)
    found = trials(n)
    error = signed = total = 0.0
    for target in range(n - 50, n):
        origin = target - horizon + 1
        known = learnt(series_files.past(counts[:origin]), Settings())
        first = known.history.days[-1].toordinal() + 1
        coming = known.coming(type(known.history.days[0]).fromordinal(first), horizon)[1]
        made = means(METHODS, known.past(len(known), float(first)), coming)[name][-1]
        for slot in range(8, 20):
            error += abs(made[slot] - counts[target, slot])
            signed += made[slot] - counts[target, slot]
            total += counts[target, slot]
    told = score(found, name, horizon)
    assert told.n == 50
    assert told.wape == pytest.approx(error / total, rel=1e-9)
    assert told.bias == pytest.approx(signed / total, abs=1e-9)


def test_intervals_are_learnt_from_what_was_over() -> None:
    """Counts of the days that are judged, multiplied: earlier intervals stay as they were."""
    found = trials()
    changed = found.days.actual.copy()
    changed[-5:] *= 5
    other = Trials(type(found.days)(**{**vars(found.days), "actual": changed}), found.first, found.forecasts)
    inside, counted = backtest.covered(found, "split", 1)
    less, same = backtest.covered(other, "split", 1)
    assert same == counted
    assert inside - less == pytest.approx(0.8 * 5 * 12, abs=12)  # only the changed days are missed


@pytest.mark.parametrize(("level", "noise"), [(2, 0.0), (15, 0.1), (40, 0.0), (40, 0.15), (600, 0.1), (600, 0.3)])
def test_eighty_per_cent_ranges_hold_eighty_per_cent(level: float, noise: float) -> None:
    inside = counted = 0.0
    for seed in range(6):
        found = trials(level=level, noise=noise, seed=seed)
        for horizon in HORIZONS:
            told = score(found, "mean_of_two", horizon)
            inside, counted = inside + told.inside, counted + told.counted
    assert counted > 6 * 3 * 45 * 12
    assert 0.75 <= inside / counted <= 0.85


def test_a_forecast_of_the_future_holds_it_as_well() -> None:
    """Ranges of whole days and of intervals, on days that no part of the forecast has seen."""
    from ccops.workforce.forecast.making import forecast

    day_inside = inside = days = cells = 0
    for seed in range(30):
        expected = series_files.means(134, 40)
        counts = series_files.drawn(expected, seed, noise=0.12)
        made = forecast([series_files.past(counts[:120])], settings=Settings())
        later = counts[120:, 8:20]
        low, high = (made.frame[name].to_numpy().reshape(14, 12) for name in ("p10", "p90"))
        inside += int(((low <= later) & (later <= high)).sum())
        cells += later.size
        totals = later.sum(axis=1)
        day_inside += int(((made.days["p10"].to_numpy() <= totals) & (totals <= made.days["p90"].to_numpy())).sum())
        days += 14
    assert 0.75 <= inside / cells <= 0.85
    assert 0.73 <= day_inside / days <= 0.87


@given(st.floats(0.01, 3000), st.floats(1.0, 30), st.integers(0, 4000))
def test_probabilities_are_those_of_scipy(mean: float, dispersion: float, count: int) -> None:
    if dispersion < intervals.POISSON:
        expected = stats.poisson.cdf(count, mean)
    else:
        expected = stats.nbinom.cdf(count, mean / (dispersion - 1), 1 / dispersion)
    assert intervals.cumulative(count, mean, dispersion) == pytest.approx(expected, abs=1e-9)


@given(st.floats(0.01, 5000), st.floats(1.0, 40))
def test_quantiles_are_within_half_a_call_of_scipy(mean: float, dispersion: float) -> None:
    low, middle, high = (float(q) for q in intervals.quantiles(mean, dispersion))
    assert 0 <= low <= middle <= high
    law = stats.poisson(mean)
    if dispersion >= intervals.POISSON:
        law = stats.nbinom(mean / (dispersion - 1), 1 / dispersion)
    for found, level in ((low, 0.1), (middle, 0.5), (high, 0.9)):
        assert abs(found - law.ppf(level)) <= 0.5 + 1e-9
    for found, level in ((low, 0.1), (high, 0.9)):
        if found > 0:
            assert float(intervals.position(found, mean, dispersion)) == pytest.approx(level, abs=1e-6)


def test_quantiles_of_nothing_and_of_the_unknown() -> None:
    low, _, high = intervals.quantiles([0.0, np.nan, 1.0], [1.0, 1.0, 2.0])
    assert (low[0], high[0]) == (0, 0)
    assert np.isnan(high[1])
    assert high[2] > 1


def test_dispersion_is_found_again() -> None:
    """Counts drawn with variance = mean * (1 + mean / 50): the fit says so, at small and large means."""
    rng = np.random.default_rng(3)
    mean = np.tile(np.geomspace(2, 500, 40), (200, 1))
    counts = rng.poisson(rng.gamma(50, mean / 50))
    spread = intervals.fitted(mean, counts.astype(float))
    for each in (2, 20, 200):
        assert spread.dispersion(each) == pytest.approx(1 + each / 50, rel=0.15)
    plain = intervals.fitted(mean, rng.poisson(mean).astype(float))
    assert plain.dispersion(200) == pytest.approx(1.0, abs=0.1)
    assert intervals.fitted(mean[:2], counts[:2].astype(float)) == Spread()  # too few to tell


def test_few_days_are_allowed_more() -> None:
    rng = np.random.default_rng(4)
    mean = np.full((60, 48), 50.0)
    counts = rng.poisson(rng.gamma(40, mean / 40)).astype(float)
    assert intervals.fitted(mean[:5], counts[:5]).scale > 1.2 * intervals.fitted(mean, counts).scale


def test_near_equals_go_to_the_simpler_method() -> None:
    def of(name: str, error: float) -> Score:
        return Score(name, 1, 50, error, 0.0, 1000.0, 0.0, 0.0)

    assert backtest.chosen([of("weekday_mean", 100.5), of("split", 100), of("mean_of_two", 100)]) == "weekday_mean"
    assert backtest.chosen([of("weekday_mean", 102), of("split", 100.5), of("mean_of_two", 100)]) == "split"
    assert backtest.chosen([of("weekday_mean", 110), of("split", 105), of("mean_of_two", 100)]) == "mean_of_two"
    assert backtest.chosen([]) == "mean_of_two"


def test_queues_together_are_sums_over_sums() -> None:
    one = [Score("split", 1, 50, 10.0, -4.0, 100.0, 8.0, 10.0)]
    two = [Score("split", 1, 40, 90.0, 4.0, 300.0, 7.0, 10.0)]
    (both,) = backtest.together([one, two])
    assert (both.wape, both.bias, both.coverage80) == (0.25, 0.0, 0.75)
    other = [Score("fourier", 1, 40, 90.0, 4.0, 300.0, 7.0, 10.0)]
    assert backtest.together([one, other]) == ()
    assert backtest.together([]) == ()


def test_methods_that_need_more_are_left_out_and_named() -> None:
    short = trials(60)
    assert short.left_out == {"fourier": 182, "mean_of_three": 182}
    assert set(trials(320).forecasts) == {method.name for method in METHODS}
    first = trials(21)
    assert [score(first, "split", horizon).n for horizon in HORIZONS] == [7, 3, 0]
    assert score(first, "split", 10).wape is None


def test_a_morning_says_something_of_the_rest_where_it_does() -> None:
    rng = np.random.default_rng(5)
    mean = np.full((75, 20), 100.0)
    level = np.exp(rng.normal(0, 0.2, 75))[:, None]
    moving = rng.poisson(mean * level).astype(float)
    assert intraday.learnt(mean, moving, 8).power == pytest.approx(0.93, abs=0.06)
    assert intraday.learnt(mean, rng.poisson(mean).astype(float), 8).power == pytest.approx(0, abs=0.2)
    assert intraday.learnt(mean[:9], moving[:9], 8) == intraday.Update(0.0, None, None)
    assert intraday.ratio(mean[0, :8], np.full(8, 110.0)) == pytest.approx(1.1, rel=1e-3)
    assert intraday.ratio(mean[0, :8], np.full(8, np.nan)) == 1


# -- the bank: 164 weekdays of real calls ------------------------------------------------------------------------------


@pytest.fixture
def bank(real_data: Callable[[str], Path]) -> Trials:
    found = series.read(real_data("bank_calls_5min_2003.csv"), Settings())
    assert found.interval_min == 30
    return backtest.trials(learnt(found.histories[0], Settings()))


def test_the_yardsticks_of_the_bank_are_reproduced(bank: Trials) -> None:
    """The vendor default and the naive forecast err as measured elsewhere (6.99, 6.94, 7.03 and 8.70, 8.38, 9.26 %)."""
    for name, known in {"weekday_mean": (6.99, 6.94, 7.03), "seasonal_naive": (8.70, 8.38, 9.26)}.items():
        assert [100 * (score(bank, name, h).wape or 0) for h in HORIZONS] == pytest.approx(known, abs=0.04)


def test_the_bank_is_forecast_to_the_goal(bank: Trials) -> None:
    scores = backtest.scores(bank)
    best = backtest.chosen(scores)
    assert best == "mean_of_two"
    told = [score(bank, best, horizon) for horizon in HORIZONS]
    assert all(each.n == 50 for each in told)
    for each, most in zip(told, (4.8, 5.0, 5.2), strict=True):
        assert each.wape is not None
        assert 100 * each.wape <= most
        assert each.coverage80 is not None
        assert 0.75 <= each.coverage80 <= 0.85


def test_the_rest_of_the_banks_days(bank: Trials) -> None:
    """Out of sample, at every half-hour from 08:00 to 20:00: better than no update and than the ratio at its word."""
    mean, actual = bank.pairs("mean_of_two", 1, range(bank.first, len(bank.days)))
    error, total, at_nine = np.zeros(3), 0.0, np.zeros(3)
    for known in range(16, 41):
        for day in range(len(mean) - 50, len(mean)):
            power = intraday.learnt(mean[:day], actual[:day], known).power
            ratio = intraday.ratio(mean[day, :known], actual[day, :known])
            rest, counts = mean[day, known:], actual[day, known:]
            off = np.array([_missed(rest * ratio**each, counts) for each in (0, 1, power)])
            error += off
            total += float(np.nansum(counts))
            at_nine += off if known == 18 else 0
    none, naive, ours = 100 * error / total
    assert ours < none - 0.2 < naive
    assert at_nine[2] < at_nine[0] < 0.8 * at_nine[1]


def _missed(mean: Array, counts: Array) -> float:
    return float(np.nansum(np.abs(mean - counts)))
