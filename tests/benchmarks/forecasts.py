"""Two weeks ahead for twenty queues from a year of half-hours, backtest included, against two fits of a rival."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from ccops.settings import Settings
from ccops.workforce.forecast.making import forecast
from ccops.workforce.history import arranged

QUEUES, FITS, DAYS, SLOTS = 20, 2, 365, 48
_WEEK = np.array([1.3, 1.1, 1.0, 1.0, 1.05, 0.7, 0.5])


def counts(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A year of half-hours around the clock: a daily wave, a week, days busier or quieter by 8 %."""
    rng = np.random.default_rng(seed)
    wave = 60 * np.exp(-(((np.arange(SLOTS) - 24) / 9.0) ** 2))
    level = np.exp(rng.normal(0, 0.08, DAYS)) * _WEEK[np.arange(DAYS) % 7]
    return np.asarray(rng.poisson(wave[None] * level[:, None]), float)


def ours() -> None:
    """From counts to rows, twenty times: trials of every method over the last weeks, choice, ranges."""
    days = tuple(date(2025, 1, 6) + timedelta(days=n) for n in range(DAYS))
    settings = Settings()
    past = [arranged(f"q{n}", 30, days, counts(n), settings) for n in range(QUEUES)]
    made = forecast(past, settings=settings)
    assert len(made.queues) == QUEUES
    assert all(queue.wape is not None for queue in made.queues)


def rival() -> None:
    """Two queues by MSTL with exponential smoothing, one fit each and no backtest."""
    from statsforecast.models import MSTL  # type: ignore[import-not-found]  # a rival: not in .venv

    for n in range(FITS):
        model = MSTL(season_length=[SLOTS, 7 * SLOTS])
        model.fit(counts(n).ravel())
        model.predict(h=14 * SLOTS)
