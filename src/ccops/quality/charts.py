"""Control charts: what is chance, what is a signal.

p chart (Shewhart 1931), p' chart for days with many calls, whose spread is more than binomial (Laney 2002), XmR chart
of single values (Wheeler, Chambers 1992). Signals by Western Electric (1956): each rule's false-alarm rate on chance
alone is about 0.3 % a point, the four together about 1 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError

Array = NDArray[np.float64]
_PER_RANGE = 2.659574468085106  # 3 / 1.128: three sigma from a mean moving range of two
_D2 = 1.128
RULES = ("beyond", "two_of_three", "four_of_five", "eight_on_side")


@dataclass(frozen=True, eq=False)
class Chart:
    """Values with their centre, limits and one sigma; `signals` names the rules that each point breaks."""

    values: Array
    centre: Array
    lower: Array
    upper: Array
    sigma: Array
    signals: tuple[tuple[str, ...], ...]
    sigma_z: float = 1.0


def p_chart(hits: ArrayLike, n: ArrayLike, *, prime: bool = False) -> Chart:
    """Shares of `n`; with `prime` Laney's p', whose sigma_z says how many times wider than chance the points lie.

    A mean of .2313 with n of 50 has limits .0524 and .4102. Raises UsageError for counts that cannot be.
    """
    k, total = np.asarray(hits, float), np.asarray(n, float)
    if not len(k) or np.any(total <= 0) or np.any(k < 0) or np.any(k > total):
        raise UsageError("a share counts 0 to n of n, of at least one", fix="leave days without any out")
    mean, shares = k.sum() / total.sum(), k / total
    sigma = np.sqrt(mean * (1 - mean) / total)
    spread = 1.0
    if prime:
        z = np.divide(shares - mean, sigma, out=np.zeros_like(shares), where=sigma > 0)
        spread = float(np.abs(np.diff(z)).mean()) / _D2 if len(z) > 1 else 1.0
    sigma = sigma * spread
    centre = np.full(len(k), mean)
    lower, upper = np.clip(centre - 3 * sigma, 0, 1), np.clip(centre + 3 * sigma, 0, 1)
    return Chart(shares, centre, lower, upper, sigma, signals(shares, centre, sigma), spread)


def xmr(values: ArrayLike) -> Chart:
    """Single values: their mean, and 2.66 mean moving ranges to each side. An unknown value (NaN) is left out of both.

    Raises UsageError for fewer than two values.
    """
    x = np.asarray(values, float)
    known = x[np.isfinite(x)]
    if len(known) < 2:
        raise UsageError("a chart needs two values", fix="give more days")
    mean, moving = float(known.mean()), float(np.abs(np.diff(known)).mean())
    centre, sigma = np.full(len(x), mean), np.full(len(x), moving / _D2)
    half = _PER_RANGE * moving
    return Chart(x, centre, centre - half, centre + half, sigma, signals(x, centre, sigma))


def signals(values: Array, centre: Array, sigma: Array) -> tuple[tuple[str, ...], ...]:
    """Per point the rules it completes: beyond three sigma; two of three beyond two; four of five beyond one, eight in
    a row, each on one side."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(sigma > 0, (values - centre) / np.where(sigma > 0, sigma, 1), 0.0)
    found: list[list[str]] = [[] for _ in z]
    for side in (1, -1):
        s = np.where(np.isfinite(z), side * z, -np.inf)
        for n in range(len(s)):
            for rule, limit, of, need in (("beyond", 3, 1, 1), ("two_of_three", 2, 3, 2), ("four_of_five", 1, 5, 4),
                                          ("eight_on_side", 0, 8, 8)):
                last = s[max(0, n - of + 1) : n + 1]
                if s[n] > limit and len(last) >= need and int((last > limit).sum()) >= need:
                    found[n].append(rule)
    return tuple(tuple(rules) for rules in found)


def weekday_residuals(values: ArrayLike, weekdays: ArrayLike) -> Array:
    """What each value lies above the usual of its weekday: the median of the other values of that weekday, or of all
    others where it has none. Without this every Monday is a signal."""
    x, days = np.asarray(values, float), np.asarray(weekdays, int)
    found = np.full(len(x), np.nan)
    for n in range(len(x)):
        others = np.isfinite(x)
        others[n] = False
        same = others & (days == days[n])
        usual = x[same] if same.any() else x[others]
        if len(usual) and np.isfinite(x[n]):
            found[n] = x[n] - float(np.median(usual))
    return found
