"""The wait of callers with exponential patience: the integrals behind Erlang A, in units of the mean patience.

With x = n mu / theta and y = lambda / theta a caller who has to wait meets the density e^(y (1 - e^-s) - x s), up to a
factor, as the wait s that an endless patience would have. All that is asked of it are incomplete gamma functions
(Palm 1957; Garnett, Mandelbaum & Reiman 2002). They are used where they are exact; elsewhere - far below the load of
their own scale, or with a patience that is hundreds of thousands of calls long - Gauss's rule over the density,
which is log-concave, and from which nothing has to be subtracted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from ccops.workforce.erlang.inputs import Array
from ccops.workforce.erlang.poisson import log_pmf

_SERIES = 40  # terms of x for a small y
_LARGEST = 2e5  # beyond it the library's series ends early
_DROP = 42.0  # of the logarithm: what lies lower is below the last digit
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


def waiting(x: Array, y: Array) -> tuple[Array, Array]:
    """log A(x, y) with A = x times the integral of the density, and the share of the waiting who give up.

    For x > 0 and y >= 0 of one shape.
    """
    log_a, gives_up = np.empty_like(x), np.empty_like(x)
    exact, small = _regimes(x, y)
    if np.any(exact):
        a, b = x[exact], y[exact]
        log_a[exact] = np.log(gammainc(a, b)) - log_pmf(a, b)
        gives_up[exact] = 1 + a / b * np.expm1(-log_a[exact])
    if np.any(small):
        a, b = x[small], y[small]
        this, following = _sum(a, b), _sum(a + 1, b)
        log_a[small] = np.log(this)
        gives_up[small] = (a * (this - following) + this) / ((a + 1) * this)
    if np.any(rest := ~(exact | small)):
        a, b = x[rest], y[rest]
        peak, log_integral, gives_up[rest], _ = _averages(a, b, np.zeros_like(a))
        log_a[rest] = np.log(a) + log_integral - b * np.expm1(-peak) - a * peak
    return log_a, gives_up


def waits_after(x: Array, y: Array, s: Array) -> Array:
    """Share of the waiting for whom no agent is free after `s`, whether they are still there or not."""
    return _after(x, y, s, 0)


def served_after(x: Array, y: Array, s: Array) -> Array:
    """Share of the waiting who are answered after waiting longer than `s`."""
    return _after(x, y, s, 1)


def _after(x: Array, y: Array, s: Array, more: int) -> Array:
    """The density's integral from `s` on with a factor e^-s `more` times, over its integral from 0."""
    share = np.empty_like(x)
    exact, small = _regimes(x, y)
    if np.any(exact):
        a, b = x[exact], y[exact]
        share[exact] = (a / b if more else 1) * gammainc(a + more, b * np.exp(-s[exact])) / gammainc(a, b)
    if np.any(small):
        a, b, c = x[small], y[small], s[small]
        fall = np.exp(-b * np.expm1(-c) - (a + more) * c)
        share[small] = fall * a / (a + more) * _sum(a + more, b * np.exp(-c)) / _sum(a, b)
    if np.any(rest := ~(exact | small)):
        a, b = x[rest], y[rest]
        peak, log_whole, *_ = _averages(a, b, np.zeros_like(a))
        later, log_part, *_ = _averages(a + more, b, s[rest])
        curve, apart = b * np.exp(-peak), later - peak  # from peak to peak: their heights would cancel
        share[rest] = np.exp(log_part - log_whole - more * later - (a - curve) * apart - curve * _bend(apart))
    return np.minimum(share, 1.0)


def served_wait(x: Array, y: Array) -> Array:
    """Mean wait of those who waited and were answered."""
    return _averages(x + 1, y, np.zeros_like(x))[3]


def _regimes(x: Array, y: Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where the gamma functions are exact, and where the series of A ends at once."""
    small = (y < 0.5) & (x < 16)
    return (y >= x - 4 * np.sqrt(x)) & (x <= _LARGEST) & ~small, small


def _sum(x: Array, y: Array) -> Array:
    """A(x, y) = 1 + y/(x+1) + y^2/((x+1)(x+2)) + …"""
    total = np.ones_like(x)
    for k in range(_SERIES, 0, -1):
        total = 1 + total * y / (x + k)
    return total


def _averages(x: Array, y: Array, start: Array) -> tuple[Array, Array, Array, Array]:
    """Of the density from `start` on: its peak, the logarithm of its integral over the density there, the means of
    1 - e^-s and of s.
    """
    with np.errstate(divide="ignore"):
        peak = np.maximum(start, np.log(y / x))
    curve = y * np.exp(-peak)
    slope = np.where(peak > start, 0.0, np.maximum(x - curve, 0.0))
    right, left = _reach(slope, curve), np.minimum(_reach_back(x), peak - start)
    steps = np.concatenate([-left * _NODES[:, None], right * _NODES[:, None]])
    weights = np.concatenate([left * _WEIGHTS[:, None], right * _WEIGHTS[:, None]])
    density = weights * np.exp(-slope * steps - curve * _bend(steps))
    total, at = density.sum(0), peak + steps
    return peak, np.log(total), (density * -np.expm1(-at)).sum(0) / total, (density * at).sum(0) / total


def _bend(s: Array) -> Array:
    """e^-s - 1 + s, without cancellation near 0."""
    series = s * s * (1 / 2 - s * (1 / 6 - s * (1 / 24 - s * (1 / 120 - s / 720))))
    return np.where(np.abs(s) < 0.01, series, np.expm1(-s) + s)


def _reach(slope: Array, curve: Array) -> Array:
    """How far to the right of its peak the density has fallen by `_DROP`: Newton's steps, from above: it is convex."""
    with np.errstate(divide="ignore", over="ignore"):
        near = np.sqrt(3 * _DROP / curve)
        reach = np.minimum(_DROP / slope, np.where(near <= 1, near, 1 + _DROP / curve))
    for _ in range(5):
        excess = slope * reach + curve * _bend(reach) - _DROP
        reach = reach - excess / (slope - curve * np.expm1(-reach))
    return reach


def _reach_back(x: Array) -> Array:
    """How far to the left of a peak that lies within, in the same way."""
    reach: Array = np.minimum(np.sqrt(2 * _DROP / x), 1 + np.log1p(2 * _DROP / x))
    for _ in range(5):
        reach = reach - (x * _bend(-reach) - _DROP) / (x * np.expm1(reach))
    return reach
