"""How long people stay: survival with late entry and right censoring, its interval, groups compared, hazards by band.

Times are numbers of any one unit. `entry` is the time from which a person was watched (0: from the start), `exit` when
the watching ended, `left` whether by leaving. A person counts as at risk at t where entry < t <= exit, so whoever was
employed before the data begins comes in late and never makes early survival look better than it was.

Kaplan, Meier 1958; Greenwood 1926; log(-log) interval: Kalbfleisch, Prentice 1980; log-rank: Mantel 1966, Peto 1972;
left truncation: Lynden-Bell 1971, Tsai, Jewell, Wang 1987.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError

Array = NDArray[np.float64]
_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution


@dataclass(frozen=True, eq=False)
class Survival:
    """The share still there just after each time at which somebody left; before the first it is 1.

    `se` is Greenwood's standard error, `lo` and `hi` the 95 % interval by log(-log); NaN where the share is 0.
    """

    times: Array
    at_risk: Array
    left: Array
    share: Array
    se: Array
    lo: Array
    hi: Array

    def at(self, time: float) -> float:
        """The share still there after `time`."""
        place = int(np.searchsorted(self.times, time, side="right"))
        return float(self.share[place - 1]) if place else 1.0

    @property
    def median(self) -> float | None:
        """The time by which half have left; None where it never comes to that in the data."""
        below = np.flatnonzero(self.share <= 0.5)
        return float(self.times[below[0]]) if len(below) else None


def kaplan_meier(exit_: ArrayLike, left: ArrayLike, entry: ArrayLike | None = None) -> Survival:
    """The product-limit estimate. Raises UsageError for people who are not watched at all (exit before entry)."""
    out, gone, into = _checked(exit_, left, entry)
    times = np.unique(out[gone])
    at_risk, events = _counts(times, out, gone, into)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.asarray(np.cumprod(1 - events / at_risk), float)
        summed = np.cumsum(events / (at_risk * (at_risk - events)))
        se = np.asarray(share * np.sqrt(summed), float)
        inner = np.log(-np.log(share))
        half = _Z * np.sqrt(summed) / np.abs(np.log(share))
        lo, hi = np.exp(-np.exp(inner + half)), np.exp(-np.exp(inner - half))
    unknown = share <= 0
    return Survival(times, at_risk, events, share, *(np.where(unknown, np.nan, each) for each in (se, lo, hi)))


def _checked(exit_: ArrayLike, left: ArrayLike, entry: ArrayLike | None) -> tuple[Array, NDArray[np.bool_], Array]:
    out, gone = np.asarray(exit_, float), np.asarray(left, bool)
    into = np.zeros(len(out)) if entry is None else np.asarray(entry, float)
    if np.any(out < into) or not np.all(np.isfinite(out)) or not np.all(np.isfinite(into)):
        raise UsageError("somebody is watched from after the watching ended", fix="give entry <= exit, all finite")
    return out, gone, into


def _counts(times: Array, out: Array, gone: NDArray[np.bool_], into: Array) -> tuple[Array, Array]:
    """At risk just before each time, and how many left then."""
    still = len(out) - np.searchsorted(np.sort(out), times, side="left")
    not_yet = len(into) - np.searchsorted(np.sort(into), times, side="left")
    leaving = np.sort(out[gone])
    events = np.searchsorted(leaving, times, side="right") - np.searchsorted(leaving, times, side="left")
    return (still - not_yet).astype(float), events.astype(float)


@dataclass(frozen=True)
class LogRank:
    """Whether groups leave at the same rate: chi-square with `df` degrees of freedom and its p-value.

    `observed` and `expected` leavers per group; their ratio says who leaves more often.
    """

    chi2: float
    df: int
    p: float
    observed: tuple[float, ...]
    expected: tuple[float, ...]


def log_rank(groups: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike | None]]) -> LogRank:
    """The log-rank test of two or more groups, each (exit, left, entry).

    Raises UsageError for fewer than two groups, or where nobody left.
    """
    from scipy.special import gammaincc

    if len(groups) < 2:
        raise UsageError("one group has nothing to be compared with", fix="give two or more")
    each = [_checked(*group) for group in groups]
    times = np.unique(np.concatenate([out[gone] for out, gone, _ in each]))
    if not len(times):
        raise UsageError("nobody left in any group", fix="compare over a longer time")
    counted = [_counts(times, *group) for group in each]
    risk, events = (np.array([pair[n] for pair in counted]) for n in (0, 1))
    total, gone_all = risk.sum(axis=0), events.sum(axis=0)
    share = np.divide(risk, total, out=np.zeros_like(risk), where=total > 0)
    expected = share @ gone_all
    factor = np.divide(gone_all * (total - gone_all), total - 1, out=np.zeros_like(total), where=total > 1)
    k = len(groups)
    covariance = np.diag((share * factor).sum(axis=1)) - (share * factor) @ share.T
    excess = events.sum(axis=1) - expected
    chi2 = float(excess[:-1] @ np.linalg.pinv(covariance[:-1, :-1]) @ excess[:-1])
    p = float(gammaincc((k - 1) / 2, chi2 / 2))
    return LogRank(chi2, k - 1, p, tuple(events.sum(axis=1).tolist()), tuple(expected.tolist()))


@dataclass(frozen=True)
class BandHazard:
    """Leavers over time at risk in a band of tenure [first, last): a rate per unit of time, its 95 % interval."""

    first: float
    last: float
    exposure: float
    left: int
    rate: float | None
    lo: float | None
    hi: float | None


def band_hazards(exit_: ArrayLike, left: ArrayLike, entry: ArrayLike | None,
                 edges: Sequence[float]) -> list[BandHazard]:
    """Hazards of the bands between `edges` (the last open). Leaving at an edge counts in the band that ends there.

    Exact Poisson interval (Garwood 1936).
    """
    out, gone, into = _checked(exit_, left, entry)
    found = []
    for first, last in zip(edges, [*edges[1:], math.inf], strict=True):
        exposure = float(np.clip(np.minimum(out, last) - np.maximum(into, first), 0, None).sum())
        count = int(np.count_nonzero(gone & (out > first) & (out <= last)))
        if first == 0:
            count += int(np.count_nonzero(gone & (out == 0)))
        lo, hi = poisson_interval(count)
        rates = (None,) * 3 if exposure <= 0 else (count / exposure, lo / exposure, hi / exposure)
        found.append(BandHazard(first, last, exposure, count, *rates))
    return found


def poisson_interval(count: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a Poisson mean of which `count` was seen (Garwood 1936): 0 gives 0 to 3.689."""
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    lo = float(gammaincinv(count, tail)) if count else 0.0
    return lo, float(gammaincinv(count + 1, 1 - tail))
