"""Ways to forecast a queue's coming days from its past ones: each a small function from arrays to an array.

Counts are root-transformed, sqrt(y + 1/4), which makes the noise of small and large intervals alike (Anscombe 1948;
Brown, Zhang & Zhao 2001 for call centres). Older days count less, by a hundredth a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DECAY = 0.99  # a day's weight against that of the day after it
_LEVEL = 0.25  # weight of the newest day in the level
_RANK, _ROUNDS = 3, 12
_SMALL = 200_000  # multiplications that one product may take
_WEEKDAY, _FEATURE = 0.1, 0.2  # ridge: days' worth of doubt about an effect of a weekday, of a kind of day
_POOL = 10.0  # calls per interval by which a weekday's profile leans on that of all days
_WEEKS = 8
_WAVES, _SMOOTH, _SLOW = 3, 12, 0.998


@dataclass(frozen=True, eq=False)
class Past:
    """Whole ordinary days, oldest first: counts (days x intervals, closed ones 0), the weekday each counts as, its
    features (days x features), and its age in days when the forecast is made, 1 for the day before."""

    counts: Array
    weekday: NDArray[np.int64]
    features: Array
    age: Array
    ordinal: Array


@dataclass(frozen=True, eq=False)
class Ahead:
    """The days to forecast: as for the past, with how many open days each lies ahead and which intervals are open."""

    weekday: NDArray[np.int64]
    features: Array
    lead: Array
    ordinal: Array
    mask: NDArray[np.bool_]


Candidate = Callable[[Past, Ahead], Array]


@dataclass(frozen=True)
class Method:
    """A candidate under its name, and how many days of history it needs."""

    name: str
    needs_days: int
    of: Candidate | tuple[str, ...]  # the mean of those methods, where it is names


def seasonal_naive(past: Past, ahead: Ahead) -> Array:
    """The last same weekday again."""
    return np.array([_same(past, weekday)[0][-1] for weekday in ahead.weekday])


def weekday_mean(past: Past, ahead: Ahead) -> Array:
    """The mean of the last eight same weekdays: what most planning tools do unless told otherwise."""
    return np.array([_same(past, weekday)[0][-_WEEKS:].mean(axis=0) for weekday in ahead.weekday])


def split(past: Past, ahead: Ahead) -> Array:
    """The day's total times its profile.

    Total: root regression on weekday and kind of day, plus an exponentially weighted level of what that left over.
    Profile: the weekday's shares, leaning on those of all days where calls are few.
    """
    weight, total = DECAY**past.age, past.counts.sum(axis=1)
    root = np.sqrt(total + 0.25)
    fitted, expected = _regressed(past, ahead, root[:, None], weight)
    left = root - fitted[:, 0]
    level = 0.0
    for each in left:
        level += _LEVEL * (each - level)
    spread = float((weight * (left - np.average(left, weights=weight)) ** 2).sum() / weight.sum())
    totals = np.maximum(np.maximum(expected[:, 0] + level, 0) ** 2 + spread - 0.25, 0)
    weighted = weight[:, None] * past.counts
    every = weighted.sum(axis=0) / max(weighted.sum(), 1e-12)
    profiles = []
    for weekday, mask in zip(ahead.weekday, ahead.mask, strict=True):
        own = weighted[past.weekday == weekday].sum(axis=0) + _POOL * past.counts.shape[1] * every
        shares = np.where(mask, own, 0)
        profiles.append(shares / max(shares.sum(), 1e-12))
    return np.asarray(totals[:, None] * np.array(profiles), float)


def factors(past: Past, ahead: Ahead) -> Array:
    """Each day as a mix of three profiles (singular value decomposition), whose scores follow weekday and kind of day
    with first-order autocorrelation of the rest (Shen & Huang 2008)."""
    weight = DECAY**past.age
    root = np.sqrt(past.counts + 0.25)
    scaled = np.sqrt(weight)[:, None] * root
    basis = _leading(_gram(scaled))
    scores = root @ basis
    fitted, expected = _regressed(past, ahead, scores, weight)
    left = scores - fitted
    spread = (weight[:, None] * (root - fitted @ basis.T) ** 2).sum(axis=0) / weight.sum()
    before, after, by = left[:-1], left[1:], weight[1:, None]
    memory = np.clip((by * before * after).sum(axis=0) / np.maximum((by * before**2).sum(axis=0), 1e-12), 0, 0.98)
    roots = (expected + memory ** ahead.lead[:, None] * left[-1]) @ basis.T
    return _counted(roots, spread, ahead.mask)


def fourier(past: Past, ahead: Ahead) -> Array:
    """A smooth day that moves with the weekday and, by three waves, with the year; a slow level of what is left."""
    weight = _SLOW**past.age
    root = np.sqrt(past.counts + 0.25)
    slots = root.shape[1]
    waves = np.cos(np.pi * np.outer(np.arange(slots) + 0.5, np.arange(min(_SMOOTH, slots))) / slots)
    basis = waves / np.sqrt((waves**2).sum(axis=0))
    scores = _product(root, basis)
    years = [np.column_stack([f(2 * np.pi * k * days / 365.25) for k in range(1, _WAVES + 1) for f in (np.cos, np.sin)])
             for days in (past.ordinal, ahead.ordinal)]
    fitted, expected = _regressed(past, ahead, scores, weight, years[0], years[1])
    left = scores - fitted
    spread = (weight[:, None] * (root - _product(fitted, basis.T)) ** 2).sum(axis=0) / weight.sum()
    level = np.average(left, axis=0, weights=(1 - _LEVEL / 2) ** np.arange(len(left))[::-1])
    return _counted((expected + level) @ basis.T, spread, ahead.mask)


METHODS: tuple[Method, ...] = (
    Method("weekday_mean", 14, weekday_mean),
    Method("seasonal_naive", 14, seasonal_naive),
    Method("split", 14, split),
    Method("factors", 14, factors),
    Method("fourier", 26 * 7, fourier),
    Method("mean_of_two", 14, ("split", "factors")),
    Method("mean_of_three", 26 * 7, ("split", "factors", "fourier")),
)
VENDOR = "weekday_mean"


def with_parts(method: Method) -> tuple[Method, ...]:
    """A method after those that it is the mean of."""
    names = method.of if isinstance(method.of, tuple) else ()
    return (*(part for part in METHODS if part.name in names), method)


def means(methods: tuple[Method, ...], past: Past, ahead: Ahead) -> Mapping[str, Array]:
    """The forecast of each method, those that are means of others after them."""
    found: dict[str, Array] = {}
    for method in methods:
        if isinstance(method.of, tuple):
            found[method.name] = np.mean([found[name] for name in method.of], axis=0)
        else:
            found[method.name] = np.where(ahead.mask, np.maximum(method.of(past, ahead), 0), 0)
    return found


def _gram(rows: Array) -> Array:
    """Sums of squares and products of the columns, in pieces: as a whole it would be split over threads, which a busy
    machine stalls on."""
    each = max(_SMALL // rows.shape[1] ** 2, 1)
    pieces = (rows[n : n + each] for n in range(0, len(rows), each))
    return np.asarray(sum(piece.T @ piece for piece in pieces), float)


def _product(rows: Array, basis: Array) -> Array:
    """rows @ basis, in pieces for the same reason."""
    each = max(_SMALL // basis.size, 1)
    return np.concatenate([rows[n : n + each] @ basis for n in range(0, len(rows), each)])


def _leading(gram: Array) -> Array:
    """The leading eigenvectors by orthogonal iteration, for the same reason."""
    slots = len(gram)
    basis = np.cos(np.pi * np.outer(np.arange(slots) + 0.5, np.arange(min(_RANK, slots))) / slots)
    scaled = gram / max(float(np.trace(gram)), 1e-12)
    for _ in range(_ROUNDS):
        basis, _upper = np.linalg.qr(scaled @ (scaled @ basis))
    return basis


def _same(past: Past, weekday: int) -> tuple[Array, NDArray[np.bool_]]:
    """The past days of a weekday; all of them where there was none."""
    same = past.weekday == weekday
    return (past.counts[same], same) if same.any() else (past.counts, np.ones(len(same), bool))


def _counted(roots: Array, spread: Array, mask: NDArray[np.bool_]) -> Array:
    """Roots back to mean counts: the square of a mean is short of the mean of squares by the variance."""
    return np.where(mask, np.maximum(np.maximum(roots, 0) ** 2 + spread - 0.25, 0), 0)


def _regressed(past: Past, ahead: Ahead, values: Array, weight: Array, more: Array | None = None,
               more_ahead: Array | None = None) -> tuple[Array, Array]:
    """Weighted ridge regression on weekday and features about the weighted mean: fitted and expected values."""
    designs = []
    for days, extra in ((past, more), (ahead, more_ahead)):
        weekday = np.eye(7)[days.weekday]
        designs.append(np.hstack([weekday, days.features] + ([] if extra is None else [extra])))
    own, coming = designs
    doubt = np.full(own.shape[1], _FEATURE)
    doubt[:7] = _WEEKDAY
    centre = (weight[:, None] * values).sum(axis=0) / weight.sum()
    weighted = own.T * weight
    effects = np.linalg.solve(weighted @ own + np.diag(doubt), weighted @ (values - centre))
    return centre + own @ effects, centre + coming @ effects
