"""Intervals of shares and of the net promoter score: what a sample of evaluations or answers leaves open."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError

Array = NDArray[np.float64]


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided interval of this level reaches to each side: 1.96 for .95.

    Raises UsageError for a level that is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise UsageError(f"a level of {level:g} is none", fix="give a share between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Lower and upper end of the interval of a share of `k` in `n`, for numbers or arrays of the same shape.

    The score interval, without continuity correction: it never leaves 0 to 1 and keeps its level for few and for
    extreme counts. NaN where n is 0: nothing is known. Raises UsageError for a level or counts that cannot be.
    Wilson 1927, JASA 22:209; recommended by Brown, Cai, DasGupta 2001, Statistical Science 16:101.
    """
    z = normal_quantile(level)
    hits, total = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if np.any(hits < 0) or np.any(hits > total):
        raise UsageError("a share counts 0 to n of n", fix="give counts with 0 <= k <= n")
    with np.errstate(divide="ignore", invalid="ignore"):
        share, shrunk = hits / total, 1 + z * z / total
        middle = (share + z * z / (2 * total)) / shrunk
        half = z * np.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2) / shrunk
    # None or all of n: the end is 0 or 1 itself, not a rounding error beside it.
    return np.where(hits == 0, 0 * middle, middle - half), np.where(hits == total, middle / middle, middle + half)


def nps_interval(promoters: ArrayLike, detractors: ArrayLike, n: ArrayLike,
                 level: float = 0.95) -> tuple[Array, Array, Array]:
    """The net promoter score of `n` answers, in points from -100 to 100, with the ends of its interval.

    An answer counts +1, 0 or -1, so the score's variance is (p + d - (p - d)^2) / n. Where all answers are of one
    kind that is 0 and proves nothing: two answers of each kind are then added for the interval's width, an adjusted
    Wald interval (cf. Rocks 2016, The American Statistician 70:365). NaN where n is 0. Raises UsageError
    for counts that cannot be.
    """
    z = normal_quantile(level)
    up, down, total = (np.asarray(one, dtype=np.float64) for one in (promoters, detractors, n))
    if np.any(up < 0) or np.any(down < 0) or np.any(up + down > total):
        raise UsageError("promoters and detractors are parts of the answers", fix="give counts with p + d <= n")
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (up - down) / total
        spread = np.sqrt(((up + down) / total - score**2) / total)
        more = total + 6
        adjusted = np.sqrt(((up + down + 4) / more - ((up - down) / more) ** 2) / more)
    one_kind = (up == total) | (down == total) | (up + down == 0)
    half = z * np.where(one_kind, adjusted, spread) + 0 * score  # NaN stays NaN
    return 100 * score, 100 * np.maximum(score - half, -1), 100 * np.minimum(score + half, 1)
