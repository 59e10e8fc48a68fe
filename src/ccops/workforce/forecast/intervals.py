"""How far counts stray from their forecast: negative binomial, its spread learnt from errors made in the past.

The variance of a count is its mean times the dispersion, and the dispersion grows with the mean, since a day's level
is missed by a share of it: a + k * mean (Jongbloed & Koole 2001; Aldor-Noiman, Feigin & Mandelbaum 2009). Both are
fitted to errors of forecasts, then scaled so that eight in ten of those errors were inside the middle 80 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
_NORMAL_80 = 1.2815515655446004  # the normal quantile of 0.9
_LEAST = 1e-3  # below this mean no error tells anything about spread
FEW = 100  # errors that a spread of its own needs
POISSON = 1.0001  # dispersions below are as good as none


@dataclass(frozen=True)
class Spread:
    """Dispersion (variance over mean) as a function of the mean: scale * (floor + slope * mean), at least 1."""

    floor: float = 1.0
    slope: float = 0.0
    scale: float = 1.0

    def dispersion(self, mean: ArrayLike) -> Array:
        values: Array = np.maximum(self.scale * (self.floor + self.slope * np.asarray(mean, float)), 1.0)
        return values


def fitted(mean: Array, actual: Array, *, few: int = FEW, days: int | None = None) -> Spread:
    """The spread that errors of forecasts show; of a Poisson count where there are fewer than `few` of them.

    `mean` and `actual` are of one shape, days first; NaN is left out. `days` is how many different days they are of.
    """
    known = np.isfinite(mean) & np.isfinite(actual) & (mean > _LEAST)
    means, counts = mean[known], actual[known]
    if len(means) < few:
        return Spread()
    ratio = (counts - means) ** 2 / means
    ratio = np.minimum(ratio, np.quantile(ratio, 0.99))  # one broken day is not the rule
    floor, slope = float(max(ratio.mean(), 1.0)), 0.0
    for _ in range(4):
        weight = 1 / (floor + slope * means) ** 2
        floor, slope = _line(means, ratio, weight)
    wide = np.abs(counts - means) / np.sqrt(means * (floor + slope * means))
    days = days or len(mean)  # the errors of a day go together: few days know the spread badly, and are allowed more
    allowance = (days + 1) / max(days - 1, 1)
    return Spread(float(floor), float(slope), allowance * float((np.quantile(wide, HIGH - LOW) / _NORMAL_80) ** 2))


def _line(x: Array, y: Array, weight: Array) -> tuple[float, float]:
    """Weighted least squares with a floor of 1 and a slope of at least 0."""
    total, mx, my = weight.sum(), np.average(x, weights=weight), np.average(y, weights=weight)
    spread = float((weight * (x - mx) ** 2).sum())
    slope = float((weight * (x - mx) * (y - my)).sum()) / spread if spread > 1e-9 * total else 0.0
    slope = min(max(slope, 0.0), float(max(my - 1, 0)) / mx if mx > 0 else 0.0)
    return max(float(my - slope * mx), 1.0), slope


def quantiles(mean: ArrayLike, dispersion: ArrayLike, levels: Sequence[float] = (LOW, MIDDLE, HIGH)) -> list[Array]:
    """Quantiles of negative binomial counts (Poisson for a dispersion of 1), interpolated between whole numbers.

    Each whole number is spread evenly over half a unit to either side, so that eight in ten counts lie between the
    outer two on average however small the mean is; never below 0.
    """
    means, dispersions = np.broadcast_arrays(np.asarray(mean, float), np.asarray(dispersion, float))
    shape = means.shape
    flat, spread = means.ravel(), dispersions.ravel()
    known = np.isfinite(flat) & (flat > 0)
    found = []
    for level in levels:
        values = np.where(np.isfinite(flat), 0.0, np.nan)
        if known.any():
            values[known] = _quantile(flat[known], spread[known], level)
        found.append(values.reshape(shape))
    return found


def cumulative(count: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Array:
    """Probability of at most so many (whole numbers, -1 and below is 0)."""
    from scipy.special import betainc, gammaincc

    counts, means, spread = np.broadcast_arrays(*(np.asarray(v, float) for v in (count, mean, dispersion)))
    k = np.maximum(counts, 0) + 1
    over = spread >= POISSON
    size = means / np.where(over, spread - 1, 1.0)
    values = np.where(over, betainc(np.maximum(size, 1e-300), k, 1 / np.where(over, spread, 1.0)), gammaincc(k, means))
    result: Array = np.where(counts < 0, 0.0, values)
    return result


def position(count: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Array:
    """Where a count lies in its distribution, 0 to 1, by the same interpolation as `quantiles`."""
    counts = np.asarray(count, float)
    whole = np.floor(counts + 0.5)
    under, upto = cumulative(whole - 1, mean, dispersion), cumulative(whole, mean, dispersion)
    return np.asarray(under + (counts + 0.5 - whole) * (upto - under), float)


def _quantile(mean: Array, dispersion: Array, level: float) -> Array:
    low = np.full(mean.shape, -1.0)  # cumulative(low) < level <= cumulative(high)
    high = np.ceil(mean + 12 * np.sqrt(mean * dispersion) + 12)
    while (short := cumulative(high, mean, dispersion) < level).any():
        high = np.where(short, 2 * high, high)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        below = cumulative(middle, mean, dispersion) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    under, upto = cumulative(low, mean, dispersion), cumulative(high, mean, dispersion)
    return np.asarray(np.maximum(high - 0.5 + (level - under) / np.maximum(upto - under, 1e-300), 0), float)
