"""Inverses of monotone formulas, over all scenarios at once: the least number that is enough, the most that still is.

By halving alone, in a window around the load. Who starts a search for agents at the load itself overstaffs whenever
callers give up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.erlang.inputs import Array

Holds = Callable[[Array], NDArray[np.bool_]]
_HALVINGS = 48  # of a factor of two: to the last digits
_OF_AN_AGENT = 34  # halvings of one agent: to ten decimals
_SECANTS, _LAST_DIGITS = 100, 1e-15
_ENDLESS = 1e15  # times the first guess


def least_whole(enough: Holds, near: Array) -> Array:
    """The least whole number from 0 up for which `enough` holds; it must hold from some number on.

    `near` is where to look first.
    """
    width: Array = np.ceil(2 * np.sqrt(near) + 3)
    low, high = np.maximum(np.floor(near) - width, -1.0), np.ceil(near) + width
    up = down = width
    while np.any(short := ~enough(high)):
        low, high = np.where(short, high, low), np.where(short, high + up, high)
        up = np.where(short, 2 * up, up)
    while np.any(long := (low >= 0) & enough(np.maximum(low, 0.0))):
        low, high = np.where(long, np.maximum(low - down, -1.0), low), np.where(long, low, high)
        down = np.where(long, 2 * down, down)
    while np.any(apart := high - low > 1):
        middle = np.floor((low + high) / 2)
        met = enough(np.maximum(middle, 0.0))
        high = np.where(apart & met, middle, high)
        low = np.where(apart & ~met, middle, low)
    return high


def least(enough: Holds, near: Array) -> Array:
    """The least real number from 0 up for which `enough` holds, to ten decimals."""
    high = least_whole(enough, near)
    return _halved(enough, np.maximum(high - 1, 0.0), high, _OF_AN_AGENT)[1]


def most(enough: Holds, first: Array) -> Array:
    """The largest real number for which `enough` still holds: 0 where it never does, infinite where it always does.

    `first` is a positive number to begin with.
    """
    low, high = np.zeros_like(first), first
    while np.any(more := enough(high) & (high < _ENDLESS * first)):
        low = np.where(more, high, low)
        high = np.where(more, 2 * high, high)
    endless = high >= _ENDLESS * first
    low = _halved(lambda x: ~enough(x), low, high)[0]
    return np.where(endless, np.inf, np.where(low > first * 2.0 ** (1 - _HALVINGS), low, 0.0))


def root(gap: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a rising function crosses 0 between two numbers, by the secant that keeps a bracket (the Illinois rule)."""
    below, above, side = gap(low), gap(high), np.zeros(low.shape)
    high = np.where(below >= -_LAST_DIGITS * high, low, high)  # it may cross at an end
    low = np.where(above <= _LAST_DIGITS * high, high, low)
    for _ in range(_SECANTS):
        apart = high - low > _LAST_DIGITS * high
        if not np.any(apart):
            break
        middle = np.where(apart, low - below * (high - low) / np.where(apart, above - below, 1.0), high)
        found = gap(middle)
        now = np.where(found >= 0, 1.0, -1.0)
        stuck = np.where(now == side, 0.5, 1.0)  # an end that stays twice counts half
        below, above = np.where(now > 0, below * stuck, found), np.where(now > 0, found, above * stuck)
        there = np.abs(found) <= _LAST_DIGITS * high
        low = np.where(apart & ((now < 0) | there), middle, low)
        high = np.where(apart & ((now > 0) | there), middle, high)
        side = now
    return high


def _halved(above: Holds, low: Array, high: Array, times: int = _HALVINGS) -> tuple[Array, Array]:
    for _ in range(times):
        middle = (low + high) / 2
        over = above(middle)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return low, high
