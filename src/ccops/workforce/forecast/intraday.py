"""The rest of a day when part of it is known: calls so far against their forecast, to a power learnt from past days.

A morning that is 10 % over does not mean an afternoon that is: taking the ratio at its word makes most forecasts worse.
The power is the slope of the logarithm of the rest's ratio on that of the morning's, drawn towards nothing; it is
learnt for this queue and this time of day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccops.workforce.forecast import intervals
from ccops.workforce.forecast.candidates import Array
from ccops.workforce.forecast.intervals import Spread

_DOUBT = 5.0  # days' worth of doubt that a morning says anything
_LEAST_DAYS = 10


@dataclass(frozen=True)
class Update:
    """How much the part of the day that is known says of the rest, and how far its intervals and its total then
    stray; None where there is too little to tell."""

    power: float
    spread: Spread | None
    total: Spread | None


def learnt(mean: Array, actual: Array, known: int) -> Update:
    """From past days (days x intervals) the power for a day whose first `known` intervals are over.

    Nothing is made of the morning where there are fewer than ten days to learn from.
    """
    whole = np.isfinite(actual) & np.isfinite(mean)
    means, counts = np.where(whole, mean, 0), np.where(whole, actual, 0)
    early, late = slice(None, known), slice(known, None)
    usable = (means[:, early].sum(axis=1) > 0) & (means[:, late].sum(axis=1) > 0)
    means, counts = means[usable], counts[usable]
    if len(means) < _LEAST_DAYS:
        return Update(0.0, None, None)
    morning, rest = (_log_ratio(counts[:, part], means[:, part]) for part in (early, late))
    squares = morning**2
    power = float((morning * rest).sum() / max(squares.sum() + _DOUBT * squares.mean(), 1e-12))
    power = min(max(power, 0.0), 1.0)
    factor = np.exp(power * morning)
    spread = intervals.fitted(mean[:, late][usable] * factor[:, None], actual[:, late][usable])
    sums = means[:, late].sum(axis=1) * factor, counts[:, late].sum(axis=1)
    return Update(power, spread, intervals.fitted(*sums, few=_LEAST_DAYS))


def ratio(mean: Array, actual: Array) -> float:
    """Calls so far over their forecast, where both are known."""
    whole = np.isfinite(actual) & np.isfinite(mean)
    return float(np.exp(_log_ratio(np.where(whole, actual, 0)[None], np.where(whole, mean, 0)[None])[0]))


def _log_ratio(counts: Array, means: Array) -> Array:
    """Logarithm of the ratio of sums, each with half a call added so that none is nothing."""
    result: Array = np.log((counts.sum(axis=1) + 0.5) / (means.sum(axis=1) + 0.5))
    return result
