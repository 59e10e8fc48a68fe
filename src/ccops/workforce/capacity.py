"""Months ahead: the trend of calls with its interval, and the busiest hour of the lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccops.errors import UsageError

Array = NDArray[np.float64]
@dataclass(frozen=True, eq=False)
class Trend:
    """A figure months ahead: its mean and the bounds between which it lies with 80 %; `growth` is per month."""

    mean: Array
    lo: Array
    hi: Array
    growth: float


def trend(history: Sequence[float], months: int) -> Trend:
    """Months ahead by a straight line through the logarithms of at least six months, with its 80 % prediction interval.

    Ordinary least squares; the interval is the textbook one of a new observation (Student's t).
    """
    from scipy.special import stdtrit

    y = np.log(np.asarray(history, float))
    n = len(y)
    if n < MONTHS_FOR_TREND or not np.all(np.isfinite(y)):
        raise UsageError(f"a trend needs {MONTHS_FOR_TREND} months with calls", fix="give the growth per month")
    x, ahead = np.arange(n, dtype=float), np.arange(n, n + months, dtype=float)
    spread = float(((x - x.mean()) ** 2).sum())
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    error = math.sqrt(float(((y - y.mean() - slope * (x - x.mean())) ** 2).sum()) / (n - 2))
    centre = y.mean() + slope * (ahead - x.mean())
    half = float(stdtrit(n - 2, 0.9)) * error * np.sqrt(1 + 1 / n + (ahead - x.mean()) ** 2 / spread)
    return Trend(np.exp(centre), np.exp(centre - half), np.exp(centre + half), math.expm1(slope))


MONTHS_FOR_TREND = 6


def busiest(begin_s: Array, end_s: Array, hour_s: float = 3600.0, step_s: float = 900.0) -> tuple[float, float]:
    """The busiest hour, at steps of a quarter: its start and its traffic in Erlangs, all lines together.

    Traffic is the mean number of lines in use, so a call that reaches over the hour's ends counts with its part.
    """
    if not len(begin_s):
        raise UsageError("no calls to measure a busy hour from", fix="import calls first")
    from ccops.workforce.staffing_staffed import average

    first = math.floor(float(begin_s.min()) / step_s) * step_s
    steps = int((float(end_s.max()) - first) // step_s) + 1
    starts = np.asarray(first + step_s * np.arange(steps), float)
    traffic = average(begin_s, end_s, np.ones(len(begin_s)), starts, np.full(steps, hour_s))
    best = int(np.argmax(traffic))
    return float(starts[best]), float(traffic[best])


def most_at_once(begin_s: Array, end_s: Array) -> int:
    """The most lines in use at one moment; a line that is let go is free for the call of the same instant."""
    at = np.concatenate([end_s, begin_s])
    step = np.concatenate([-np.ones(len(end_s)), np.ones(len(begin_s))])
    return int(np.cumsum(step[np.argsort(at, kind="stable")]).max()) if len(at) else 0
