"""Calls of a day to come: as uncertain from interval to interval, and over the day, as the forecast says they are."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.errors import UsageError
from ccops.workforce.simulation.run import simulate, trace
from ccops.workforce.simulation.scenario import Crew, Durations, Queue, Scenario
from ccops.workforce.simulation.uncertainty import Uncertainty, drawn, uncertainty

MEAN = np.array([20.0, 60.0, 40.0])
DISPERSION = np.array([2.0, 3.4, 2.6])  # rate variances 20, 144, 64


def test_the_factor_of_the_day_by_hand() -> None:
    """M = 120, Σm² = 5600, Σ of rate variances 228; D = 4 asks for 360, so f = (360 - 228) / (14400 - 5600) = 0.015.

    An interval has what is left: 20 / 400 = 0.05, less 0.015, over 1.015.
    """
    found = uncertainty(MEAN, DISPERSION, 4.0)
    assert found.day == pytest.approx(0.015)
    assert found.intervals == pytest.approx([0.035 / 1.015, 0.025 / 1.015, 0.025 / 1.015])


def test_the_bounds() -> None:
    """Intervals that err independently add up to D = 1 + 228 / 120; as one to (√20 + √144 + √64)² / 120 more than 1."""
    assert uncertainty(MEAN, DISPERSION, 1 + 228 / 120).day == pytest.approx(0, abs=1e-12)
    assert uncertainty(MEAN, DISPERSION, 1.0).day == 0
    as_one = uncertainty(MEAN, DISPERSION, 99.0)
    assert as_one.day == pytest.approx((20**0.5 + 12 + 8) ** 2 / 120**2)
    single = uncertainty(np.array([50.0]), np.array([3.0]), 3.0)
    assert (single.day, single.intervals.tolist()) == (0.0, [pytest.approx(0.04)])
    none = uncertainty(np.zeros(3), np.ones(3), 1.0)
    assert (none.day, none.intervals.tolist()) == (0.0, [0.0] * 3)


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 20)), min_size=1, max_size=40), st.floats(1, 200))
def test_it_is_between_independent_and_as_one(cells: list[tuple[float, float]], day: float) -> None:
    mean, dispersion = np.array(cells).T
    found = uncertainty(mean, dispersion, day)
    deviations = np.sqrt(mean * (dispersion - 1))
    assert 0 <= found.day <= (deviations.sum() / max(mean.sum(), 1e-300)) ** 2 + 1e-12
    assert np.all(found.intervals >= 0)
    assert np.all(np.isfinite(found.intervals))


def test_rates_have_the_forecasts_variances() -> None:
    known = {"sales": uncertainty(MEAN, DISPERSION, 4.0)}
    rates = np.array([drawn(MEAN[None], ["sales"], known, 1, i)[0] for i in range(20_000)])
    assert rates.mean(0) == pytest.approx(MEAN, rel=0.01)
    assert rates.var(0) == pytest.approx(MEAN * (DISPERSION - 1), rel=0.05)
    assert rates.sum(1).var() == pytest.approx(120 * 3.0, rel=0.05)


def scenario(uncertain: dict[str, Uncertainty]) -> Scenario:
    queues = [Queue(name, Durations.exponential(60), Durations.exponential(90)) for name in ("sales", "service")]
    crew = Crew.steady("all", ["sales", "service"], 4, 5400)
    return Scenario(queues, [crew], 1800, rates={"sales": MEAN, "service": MEAN}, uncertain=uncertain)


def test_days_differ_by_it_and_one_queues_calls_stay_as_they_were() -> None:
    """The count of a day has M D as its variance; the queue without uncertainty, and repetitions, are the same."""
    sure, unsure = (simulate(scenario(known), replications=2000) for known in (
        {}, {"sales": uncertainty(MEAN, DISPERSION, 4.0)}))
    days = unsure.counts[:, 0, :, 0].sum(1)
    assert days.mean() == pytest.approx(120, rel=0.01)
    assert days.var() == pytest.approx(120 * 4, rel=0.1)
    assert sure.counts[:, 0, :, 0].sum(1).var() == pytest.approx(120, rel=0.1)
    assert np.array_equal(sure.counts[:, 1, :, 0], unsure.counts[:, 1, :, 0])
    again = simulate(scenario({"sales": uncertainty(MEAN, DISPERSION, 4.0)}), replications=3, threads=2)
    assert np.array_equal(again.counts, unsure.counts[:3])
    calls = trace(again.scenario, replication=2).filter(pl.col("queue") == "sales").height
    assert calls == again.counts[2, 0, :, 0].sum()


def test_uncertainty_of_other_intervals_is_refused() -> None:
    for known in ({"sales": Uncertainty(0.1, np.zeros(2))}, {"billing": Uncertainty(0.1, np.zeros(3))}):
        with pytest.raises(UsageError, match="other intervals"):
            scenario(known)
