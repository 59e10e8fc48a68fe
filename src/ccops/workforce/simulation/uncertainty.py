"""How far a day to come may be from its forecast: factors of a queue's rates, drawn anew for each replication.

A rate is the forecast's mean m times a factor F of the day, the same in all of its intervals, times one G of the
interval; both are gamma with mean 1, of variances f and g. Then an interval's rate has the variance m² ((1 + f)(1 + g)
- 1), and two intervals the covariance f m m'. The forecast says both how far its intervals stray, by their dispersions
d (rate variance m (d - 1)), and how far its days do, by D of their total M; so f is what makes the day's variance
M (D - 1) of intervals that have theirs:

    f = (M (D - 1) - Σ m (d - 1)) / (M² - Σ m²),   g = ((d - 1) / m - f) / (1 + f)

f lies between 0, intervals that err independently, and (Σ √(m (d - 1)) / M)², intervals that err as one; where the
forecast's day is beyond, it is the nearer bound. Queues err independently, as in pooled staffing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datetime import date

    from ccops.workforce.forecast.result import Forecast

Array = NDArray[np.float64]
_NONE = 1e-6  # calls in an interval that are as good as none


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Variances of the factors of a queue's rates: the day's, and each interval's."""

    day: float
    intervals: Array


def uncertainty(mean: Array, dispersion: Array, day_dispersion: float) -> Uncertainty:
    """From a day's means, the dispersions of its intervals' counts and that of its total count."""
    variance = mean * np.maximum(dispersion - 1, 0.0)
    total, squares = float(mean.sum()), float((mean**2).sum())
    day = 0.0
    if total**2 - squares > 1e-9 * total**2:
        most = (float(np.sqrt(variance).sum()) / total) ** 2
        day = (total * (day_dispersion - 1) - float(variance.sum())) / (total**2 - squares)
        day = min(max(day, 0.0), most)
    relative = np.divide(dispersion - 1, mean, out=np.zeros(len(mean)), where=mean > _NONE)
    return Uncertainty(day, np.maximum(relative - day, 0.0) / (1 + day))


def of_day(found: Forecast, day: date) -> pl.DataFrame:
    """A forecast's frame with day_dispersion, that of the queue's count on the day."""
    spread = found.days.filter(pl.col("day") == day).select("queue", day_dispersion="dispersion")
    return found.frame.join(spread, on="queue", how="left", maintain_order="left")


def drawn(expected: Array, queues: Sequence[str], known: Mapping[str, Uncertainty], seed: int,
          replication: int) -> Array:
    """The rates of a replication, a row per queue. A queue's factors are the same whatever else there is."""
    rates = expected.copy()
    for row, queue in enumerate(queues):
        if queue in known:
            text = f"{seed}|{replication}|{queue}|rates".encode()
            rng = np.random.default_rng(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little"))
            rates[row] *= _factor(rng, np.array([known[queue].day])) * _factor(rng, known[queue].intervals)
    return rates


def _factor(rng: np.random.Generator, variance: Array) -> Array:
    """Gamma with mean 1; 1 where there is no variance worth it."""
    some = variance > 1e-9
    shape = 1 / np.where(some, variance, 1.0)
    return np.asarray(np.where(some, rng.gamma(shape) / shape, 1.0), float)
