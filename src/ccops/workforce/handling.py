"""Handling time of a queue: its mean by weekday and interval, and its distribution.

A mean of few calls is mostly chance. Cells are therefore drawn towards the weekday and the interval they belong to,
those towards the queue, and a queue towards the centre, each by its credibility n / (n + k), where k is the variance
between calls over the variance between cells (Buehlmann 1967; Buehlmann & Straub 1970, volumes as weights).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ccops.metrics.visits import HANDLE_MS, HANDLED
from ccops.workforce.visits import LONGEST_S, Cells, cells, inbound_visits

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.settings import Settings

FEWEST = 50  # calls below which a queue says too little for a distribution of its own
_SAMPLE = 2000
_WEEKDAYS = 7

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Usual:
    """A queue's mean handling time: talk, hold and after-call work, as far as the source has them.

    `aht_s` has a row per weekday (Monday first) and a column per interval of the business day, none unknown. `n` calls
    stand behind it, `absurd` others (below 0 or over four hours) were left out. `pooled`: too few calls of its own.
    """

    mean_s: float
    n: int
    interval_min: int
    aht_s: Array
    absurd: int = 0
    pooled: bool = False

    def at(self, weekday: int, slot: int) -> float:
        """Mean handling time on a weekday (0 is Monday) in an interval of the business day."""
        return float(self.aht_s[weekday, slot])


@dataclass(frozen=True, eq=False, kw_only=True)
class Handling(Usual):
    """A queue's handling time with its distribution.

    `sample_s` are equally likely values in rising order; `log_mean` and `log_sd` fit a lognormal to times above 0.
    Where it is pooled, the shape is that of all queues, at this queue's mean.
    """

    cv: float
    sample_s: Array
    log_mean: float
    log_sd: float


def usual_handling(found: Cells, settings: Settings, interval_min: int = 30) -> dict[str, Usual]:
    """Mean handling time per queue; a queue without a single handled call is not in it."""
    slots = -(-24 * 60 // interval_min)
    begins = settings.business_day.shift_s // 60
    sums = found.frame.with_columns(
        weekday=pl.col("day").dt.weekday().cast(pl.Int64) - 1,
        slot=(pl.col("quarter") * 15 - begins) % (24 * 60) // interval_min,
    ).group_by("queue", "weekday", "slot").agg(pl.col("handled", "sane", "sane_s", "sane_s2").sum())
    queues = sorted(sums.filter(pl.col("sane") > 0)["queue"].unique())
    if not queues:
        return {}
    own = [_Sums.of(sums.filter(pl.col("queue") == queue), slots) for queue in queues]
    totals = [each.over(None) for each in own]
    counts, means = np.array([n for n, _, _ in totals]), np.array([s / n for n, s, _ in totals])
    within = _pooled_variance(*np.array(totals).T)
    centre = float((counts * means).sum() / counts.sum())
    credible = shrunk(means, counts, centre, within, len(queues) - 1)
    return {
        queue: _usual(each, float(mean), interval_min) for queue, each, mean in zip(queues, own, credible, strict=True)
    }


def handling_of(data: Slice, interval_min: int = 30) -> dict[str, Handling]:
    """Handling time per queue of the slice, with its distribution."""
    usual = usual_handling(cells(data), data.settings, interval_min)
    times = (
        inbound_visits(data).filter(HANDLED).select("queue", handle_s=HANDLE_MS / 1000)
        .filter(pl.col("handle_s").is_between(0, LONGEST_S)).collect()
    )
    centre = times["handle_s"].to_numpy()
    own = times.partition_by("queue", as_dict=True)
    return {
        queue: _distributed(found, own[queue,]["handle_s"].to_numpy(), centre)
        for queue, found in usual.items() if (queue,) in own
    }


def shrunk(means: Array, counts: Array, towards: ArrayLike, within: float, freedom: int) -> Array:
    """Means drawn towards others by credibility; `within` is the variance between calls of one cell.

    The variance between cells is what their squared distances hold beyond chance (Buehlmann & Straub 1970), over
    `freedom` free cells; without any, or for a cell without calls, the result is what it is drawn towards.
    """
    goal = np.broadcast_to(np.asarray(towards, float), means.shape)
    total = float(counts.sum())
    away = np.where(counts > 0, means - goal, 0.0)
    room = total - float((counts**2).sum()) / total if total else 0.0
    between = (float((counts * away**2).sum()) - freedom * within) / room if room > 0 else 0.0
    if between <= 0:
        return goal.copy()
    own = counts * between
    return np.asarray(goal + away * own / np.where(counts > 0, own + within, 1.0), float)


def lognormal_fit(times_s: ArrayLike) -> tuple[float, float]:
    """Maximum-likelihood mean and spread of the logarithm of the times above 0; NaN where there is none."""
    times = np.asarray(times_s, float)
    logs = np.log(times[times > 0])
    return (float(logs.mean()), float(logs.std())) if len(logs) else (math.nan, math.nan)


def _distributed(usual: Usual, times: Array, centre: Array) -> Handling:
    shape = centre * (usual.mean_s / centre.mean()) if usual.pooled and centre.mean() > 0 else times
    spread = float(shape.std() / shape.mean()) if shape.mean() > 0 else 0.0
    log_mean, log_sd = lognormal_fit(shape)
    return Handling(
        usual.mean_s, usual.n, usual.interval_min, usual.aht_s, usual.absurd, usual.pooled, cv=spread,
        sample_s=_sample(shape), log_mean=log_mean, log_sd=log_sd,
    )


@dataclass(frozen=True, eq=False)
class _Sums:
    """A queue's calls, their seconds and squared seconds by weekday and interval; calls of a length not believed."""

    n: Array
    s: Array
    s2: Array
    absurd: int

    @classmethod
    def of(cls, rows: pl.DataFrame, slots: int) -> _Sums:
        place = rows["weekday"].to_numpy(), rows["slot"].to_numpy()
        tables = np.zeros((3, _WEEKDAYS, slots))
        for table, name in zip(tables, ("sane", "sane_s", "sane_s2"), strict=True):
            table[place] = rows[name].to_numpy()
        absurd = rows.select(pl.col("handled").sum() - pl.col("sane").sum()).item()
        return cls(tables[0], tables[1], tables[2], int(absurd))

    def over(self, axis: int | None) -> tuple[Array, Array, Array]:
        """The three added up over weekdays (0), intervals (1) or both (None)."""
        return self.n.sum(axis=axis), self.s.sum(axis=axis), self.s2.sum(axis=axis)


def _usual(sums: _Sums, credible_s: float, interval_min: int) -> Usual:
    """Weekday and interval effects on the queue's mean, and on their product what a cell says for itself."""
    calls, seconds, _ = sums.over(None)
    pooled = bool(calls < FEWEST)
    mean_s = credible_s if pooled else float(seconds / calls)
    within = _pooled_variance(sums.n, sums.s, sums.s2)
    by_day, by_hour = (
        shrunk(s / np.maximum(n, 1), n, mean_s, within, max(int((n > 0).sum()) - 1, 0))
        for n, s, _ in (sums.over(1), sums.over(0))
    )
    expected = np.outer(by_day, by_hour) / mean_s if mean_s > 0 else np.zeros(sums.n.shape)
    used = int((sums.over(1)[0] > 0).sum() + (sums.over(0)[0] > 0).sum()) - 1
    freedom = max(int((sums.n > 0).sum()) - used, 0)
    table = shrunk(sums.s / np.maximum(sums.n, 1), sums.n, expected, within, freedom)
    return Usual(mean_s, int(calls), interval_min, table, sums.absurd, pooled)


def _pooled_variance(n: Array, s: Array, s2: Array) -> float:
    """Variance within groups from their sums, pooled over them; of all together where no group has two; 0 for one."""
    freedom = float(n.sum() - (n > 0).sum())
    if freedom:
        return max(float((s2 - s**2 / np.maximum(n, 1)).sum()) / freedom, 0.0)
    return max(float(s2.sum() / n.sum() - (s.sum() / n.sum()) ** 2), 0.0)


def _sample(times: Array) -> Array:
    """At most 2000 equally likely values with the same mean: each is the mean of an equal share of the times."""
    ordered = np.sort(times)
    if len(ordered) <= _SAMPLE:
        return ordered
    edges = np.linspace(0, len(ordered), _SAMPLE + 1)
    areas = np.interp(edges, np.arange(len(ordered) + 1), np.append(0.0, np.cumsum(ordered)))
    return np.asarray(np.diff(areas) * _SAMPLE / len(ordered), float)
