"""Synthetic series of counts with known means: what tests forecast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from ccops.settings import Settings
from ccops.workforce.history import History, arranged

Array = NDArray[np.float64]
MONDAY = date(2026, 3, 2)
WEEK = np.array([1.3, 1.1, 1.0, 1.0, 1.05, 0.7, 0.5])
HOURS = np.array([0.5, 1.0, 1.6, 1.5, 1.1, 0.9, 1.2, 1.3, 1.0, 0.7, 0.5, 0.3])  # from 08:00
OPENS = 8


def means(days: int, level: float = 40.0, first: date = MONDAY,
          of_day: Callable[[date], float] = lambda day: 1.0) -> Array:
    """Expected calls per hour (days x 24): `level` on a mean open hour, by weekday and hour, 0 at night."""
    grid = np.zeros((days, 24))
    for n in range(days):
        day = first + timedelta(days=n)
        grid[n, OPENS : OPENS + len(HOURS)] = level * WEEK[day.weekday()] * HOURS * of_day(day)
    return grid


def drawn(expected: Array, seed: int = 1, *, noise: float = 0.0) -> Array:
    """Poisson counts about the means; with `noise` each day is busier or quieter by so much (lognormal)."""
    rng = np.random.default_rng(seed)
    level = np.exp(rng.normal(0, noise, len(expected)) - noise**2 / 2)[:, None]
    return rng.poisson(expected * level).astype(float)


def past(counts: Array, *, first: date = MONDAY, settings: Settings | None = None, queue: str = "sales") -> History:
    """Hourly counts as a history."""
    days = tuple(first + timedelta(days=n) for n in range(len(counts)))
    return arranged(queue, 60, days, counts, settings or Settings())


def csv(counts: Array, *, first: date = MONDAY, head: str = "time,calls") -> str:
    """Hourly counts as text, the hours in which the queue is open alone."""
    lines = [head]
    for n, row in enumerate(counts):
        midnight = datetime.combine(first + timedelta(days=n), time())
        for hour in range(OPENS, OPENS + len(HOURS)):
            lines.append(f"{midnight + timedelta(hours=hour)},{row[hour]:g}")
    return "\n".join(lines) + "\n"
