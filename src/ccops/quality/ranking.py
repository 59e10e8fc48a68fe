"""Groups compared although some were listened to far less: empirical Bayes, and only what the interval shows is said.

A mean of few evaluations is drawn towards the mean of all, the more so the fewer there are; who is "better" or "worse"
than the whole is said only where the interval leaves the whole's mean out. Shares: beta-binomial by the method of
moments (Kleinman 1973); scores: normal with the variance between groups of DerSimonian and Laird (1986); Efron, Morris
1975.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccops.errors import UsageError

Array = NDArray[np.float64]
_Z = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Per group the estimate with its 95 % interval; `mean` is that of all, `verdict` better, worse or same."""

    estimate: Array
    lo: Array
    hi: Array
    mean: float

    def verdict(self, up: bool = True) -> list[str]:
        """Whether each group is better than the whole; with `up` false, lower is better."""
        above, below = ("better", "worse") if up else ("worse", "better")
        return [above if lo > self.mean else below if hi < self.mean else "same"
                for lo, hi in zip(self.lo, self.hi, strict=True)]


def shrunk_shares(hits: ArrayLike, n: ArrayLike) -> Shrunk:
    """Shares `hits` of `n` of groups. Raises UsageError for groups without any, and for counts that cannot be."""
    from scipy.special import betaincinv

    k, total = np.asarray(hits, float), np.asarray(n, float)
    if np.any(total <= 0) or np.any(k < 0) or np.any(k > total):
        raise UsageError("a share counts 0 to n of n, of at least one", fix="leave groups without any out")
    mean = float(k.sum() / total.sum())
    size = _prior_size(k, total, mean)
    if math.isinf(size):  # nothing but chance between the groups
        flat = np.full(len(k), mean)
        return Shrunk(flat, flat.copy(), flat.copy(), mean)
    a, b = k + mean * size, total - k + (1 - mean) * size
    return Shrunk(a / (a + b), betaincinv(a, b, 0.025), betaincinv(a, b, 0.975), mean)


def _prior_size(k: Array, n: Array, mean: float) -> float:
    """How many observations the whole's mean is worth; infinite where groups differ by no more than chance."""
    noise = mean * (1 - mean)
    if len(k) < 2 or noise <= 0:
        return math.inf
    weights = n / n.sum()
    spread = float((weights * (k / n - mean) ** 2).sum())
    chance = noise * float((weights * (1 - weights) / n).sum())
    lift = float((weights * (1 - weights)).sum()) - float((weights * (1 - weights) / n).sum())
    rho = (spread - chance) / (noise * lift) if lift > 0 else 0.0
    return math.inf if rho <= 0 else (1 - min(rho, 0.999)) / min(rho, 0.999)


def shrunk_means(means: ArrayLike, n: ArrayLike, within: float) -> Shrunk:
    """Means of `n` scores of groups, `within` the variance of single scores in a group."""
    x, total = np.asarray(means, float), np.asarray(n, float)
    if np.any(total <= 0) or within < 0:
        raise UsageError("a mean is of at least one score", fix="leave groups without any out")
    variance = within / total
    if within == 0 or len(x) < 2:
        mean = float((x * total).sum() / total.sum())
        return Shrunk(x, x.copy(), x.copy(), mean)
    weights = 1 / variance
    fixed = float((weights * x).sum() / weights.sum())
    q = float((weights * (x - fixed) ** 2).sum())
    lift = float(weights.sum() - (weights**2).sum() / weights.sum())
    between = max(0.0, (q - (len(x) - 1)) / lift) if lift > 0 else 0.0
    pooled = 1 / (variance + between)
    mean = float((pooled * x).sum() / pooled.sum())
    trust = between / (between + variance)
    estimate, half = mean + trust * (x - mean), _Z * np.sqrt(trust * variance)
    return Shrunk(estimate, estimate - half, estimate + half, mean)
