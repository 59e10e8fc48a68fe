"""Erlang B for any real number of lines, and the Poisson terms that it is made of.

Poisson probabilities by the saddle-point expansion (Loader 2000, "Fast and accurate computation of binomial
probabilities"): the deviance is computed without cancellation, where n log a - a - log n! loses all digits at 1e5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln

from ccops.workforce.erlang.inputs import Array

_SMALL = 40.0  # up to here the plain formula is exact enough and Stirling's is not
_VANISHING = 1e-280
_DEPTH = 80  # of a fraction that is only used where it converges at once
_HALF_LOG_2PI = 0.5 * np.log(2 * np.pi)
_ODD = 1.0 / np.arange(3, 21, 2)  # of the series of atanh


def log_pmf(n: Array, mean: Array) -> Array:
    """log(mean^n e^-mean / Gamma(n + 1)) for real n >= 0 and mean > 0, of one shape."""
    large = (n > _SMALL) & (mean > _SMALL)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        plain: Array = n * np.log(mean) - mean - gammaln(n + 1)
        if not np.any(large):
            return plain
        return np.where(large, -_stirling_error(n) - deviance(n, mean) - 0.5 * np.log(n) - _HALF_LOG_2PI, plain)


def deviance(n: Array, mean: Array) -> Array:
    """n log(n / mean) + mean - n, without cancellation where n is near the mean."""
    v = (n - mean) / (n + mean)
    square = v * v
    series = np.zeros_like(v)
    for coefficient in _ODD[::-1]:
        series = (series + coefficient) * square
    near = (n - mean) * v + 2 * n * v * series
    return np.where(np.abs(v) < 0.1, near, n * np.log(n / mean) + mean - n)


def _stirling_error(n: Array) -> Array:
    """log n! less Stirling's formula: four terms give all digits above 40."""
    inverse = 1 / n
    square = inverse * inverse
    return inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))


def blocking(lines: Array, load: Array) -> Array:
    """Erlang B: the share of calls that find all lines busy; 0 without load.

    B = pmf(n; a) / Q(n + 1, a), Q the regularised upper incomplete gamma function (Jagerman 1974). Where both vanish,
    far above the lines, Legendre's continued fraction of that function is used.
    """
    lines, load = np.broadcast_arrays(lines, load)
    upper = gammaincc(lines + 1, load)
    some = np.where(load > 0, load, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(upper > _VANISHING, np.exp(log_pmf(lines, some)) / upper, 0.0)
    found = np.where(load > 0, found, 0.0)
    if np.any(far := (upper <= _VANISHING) & (load > 0)):
        found[far] = _far_above(lines[far], load[far])
    return np.where((lines == 0) & (load > 0), 1.0, np.minimum(found, 1.0))


def _far_above(lines: Array, load: Array) -> Array:
    shape = lines + 1
    below = np.full_like(load, np.inf)
    for k in range(_DEPTH, -1, -1):
        below = load + 2 * k + 1 - shape + (k + 1) * (shape - k - 1) / below
    return below / load


def delay(agents: Array, load: Array) -> Array:
    """Erlang C: the share of calls that wait; 1 where the load is not below the agents, 0 without load."""
    lost = blocking(agents, load)
    spare = agents - load
    stable: NDArray[np.bool_] = spare > 0
    waiting = agents * lost / np.where(stable, spare + load * lost, 1.0)
    return np.where(load > 0, np.where(stable, waiting, 1.0), 0.0)
