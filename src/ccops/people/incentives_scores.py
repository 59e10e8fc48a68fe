"""Scores that are fair to the queues an agent serves and to few contacts, and what tiers pay for them.

Indirect standardisation: what is expected of an agent is what all agents together reach in the same queues, weighted
as this agent serves them (Breslow & Day 1987, Statistical Methods in Cancer Research II, ch. 2; the ratio of observed
to expected is the standardised ratio). Credibility: a result of n counts n / (n + k), the mean of all the rest
(Bühlmann 1967, ASTIN Bulletin 4:199).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
_PLACES = 9  # a score's digits: below them is the rounding of a division, which must not decide about a tier


def ratios(stratum: Indices, above: Array, below: Array) -> Array:
    """The ratio of sums of each stratum, numbered from 0 without gaps, whose `below` is above 0."""
    found: Array = np.bincount(stratum, above) / np.bincount(stratum, below)
    return found


def standardised(group: Indices, stratum: Indices, above: Array, below: Array, ratio: Array) -> tuple[Array, Array]:
    """Actual and expected ratio of each group, from rows of sums: `above` / `below` of a group in a stratum.

    Expected is the ratio that the group would have with its own `below` and the `ratio` of each stratum. Groups are
    numbered from 0 without gaps; every `below` is above 0.
    """
    whole = np.bincount(group, below)
    return np.bincount(group, above) / whole, np.bincount(group, below * ratio[stratum]) / whole


def credible(score: float, n: float, k: float, mean: float) -> tuple[float, float]:
    """The score drawn towards the mean of all, and the share that it counts itself: n / (n + k), 1 for k = 0."""
    share = n / (n + k) if n + k > 0 else 0.0
    return share * score + (1 - share) * mean, share


def decimal(score: float) -> Decimal:
    """A score as the tiers know it."""
    return Decimal(str(round(score, _PLACES)))


def tier_pay(score: Decimal, tiers: Sequence[tuple[Decimal, Decimal]], interpolate: bool = True) -> Decimal:
    """What tiers of (score, pay), rising, pay for a score: nothing below the first, the last's pay above it.

    Between two tiers it rises in a straight line, or stays that of the lower one.
    """
    reached = [i for i, (least, _) in enumerate(tiers) if least <= score]
    if not reached:
        return Decimal(0)
    low, pay = tiers[reached[-1]]
    if not interpolate or reached[-1] == len(tiers) - 1:
        return pay
    high, more = tiers[reached[-1] + 1]
    return pay + (more - pay) * (score - low) / (high - low)


def rounded(amount: Decimal, decimals: int) -> Decimal:
    """An amount with so many decimals, halves up."""
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def rank_correlation(x: Array, y: Array) -> float | None:
    """Spearman's rank correlation, ties at their mean rank; None where one of the two does not vary or n < 3."""
    if len(x) < 3:
        return None
    a, b = _ranks(x), _ranks(y)
    if a.std() == 0 or b.std() == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _ranks(values: Array) -> Array:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last: Array = np.cumsum(count).astype(np.float64)
    ranks: Array = (last - (count - 1) / 2)[place]
    return ranks
