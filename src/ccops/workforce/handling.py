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
from numpy.typing import ArrayLike, NDArray

from ccops.metrics.visits import HANDLE_MS, HANDLED

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice

LONGEST_S = 4 * 3600  # beyond it a record was left open, nobody talked; as the daily report's exceptions have it
FEWEST = 50  # calls below which a queue says too little for a distribution of its own
_SAMPLE = 2000
_WEEKDAYS = 7

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Handling:
    """A queue's handling time: talk, hold and after-call work, as far as the source has them.

    `aht_s` has a row per weekday (Monday first) and a column per interval of the business day, none unknown.
    `sample_s` are equally likely values in rising order; `log_mean` and `log_sd` fit a lognormal to times above 0.
    `n` calls stand behind it, `absurd` others (below 0 or over four hours) were left out. `pooled`: too few calls of
    its own, so the shape is that of all queues, at this queue's mean.
    """

    mean_s: float
    cv: float
    n: int
    interval_min: int
    aht_s: Array
    sample_s: Array
    log_mean: float
    log_sd: float
    absurd: int = 0
    pooled: bool = False

    def at(self, weekday: int, slot: int) -> float:
        """Mean handling time on a weekday (0 is Monday) in an interval of the business day."""
        return float(self.aht_s[weekday, slot])


def handling_of(data: Slice, interval_min: int = 30) -> dict[str, Handling]:
    """Handling time per queue of the slice; a queue without a single handled call is not in it."""
    import polars as pl

    times = (
        data.table("queue_visits").filter(HANDLED & pl.col("queue").is_not_null())
        .select("queue", "day", "quarter", handle_s=HANDLE_MS / 1000).collect()
    )
    sane = times["handle_s"].is_between(0, LONGEST_S)
    kept, absurd = times.filter(sane), times.filter(~sane)
    if not kept.height:
        return {}
    centre = kept["handle_s"].to_numpy()
    slots = -(-24 * 60 // interval_min)
    begins = data.settings.business_day.shift_s // 60
    cells = kept.with_columns(
        weekday=pl.col("day").dt.weekday().cast(pl.Int64) - 1,
        slot=(pl.col("quarter") * 15 - begins) % (24 * 60) // interval_min,
    )
    names = sorted(kept["queue"].unique())
    own = [cells.filter(pl.col("queue") == name) for name in names]
    within = _within([rows["handle_s"].to_numpy() for rows in own])
    means = np.array([float(rows["handle_s"].to_numpy().mean()) for rows in own])
    counts = np.array([rows.height for rows in own], float)
    credible = shrunk(means, counts, float(centre.mean()), within, len(names) - 1)
    return {
        name: _handling(rows, mean, centre, (slots, interval_min), absurd.filter(pl.col("queue") == name).height)
        for name, rows, mean in zip(names, own, credible.tolist(), strict=True)
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


def _handling(cells: pl.DataFrame, mean_s: float, centre: Array, grid: tuple[int, int], absurd: int) -> Handling:
    times = cells["handle_s"].to_numpy()
    pooled = len(times) < FEWEST
    shape = centre * (mean_s / centre.mean()) if pooled and centre.mean() > 0 else times
    spread = float(shape.std() / shape.mean()) if shape.mean() > 0 else 0.0
    log_mean, log_sd = lognormal_fit(shape)
    slots, interval_min = grid
    table = _table(cells, mean_s if pooled else float(times.mean()), slots)
    return Handling(
        mean_s if pooled else float(times.mean()), spread, len(times), interval_min, table, _sample(shape), log_mean,
        log_sd, absurd, pooled,
    )


def _table(cells: pl.DataFrame, mean_s: float, slots: int) -> Array:
    """Weekday and interval effects on the queue's mean, and on their product what a cell says for itself."""
    weekday, slot, times = (cells[name].to_numpy() for name in ("weekday", "slot", "handle_s"))
    days, day_n = _means(weekday, times, _WEEKDAYS)
    hours, hour_n = _means(slot, times, slots)
    each, each_n = _means(weekday * slots + slot, times, _WEEKDAYS * slots)
    within = _variance(times, weekday * slots + slot, each, each_n)
    by_day = shrunk(days, day_n, mean_s, within, max(int((day_n > 0).sum()) - 1, 0))
    by_hour = shrunk(hours, hour_n, mean_s, within, max(int((hour_n > 0).sum()) - 1, 0))
    expected = np.outer(by_day, by_hour) / mean_s if mean_s > 0 else np.zeros((_WEEKDAYS, slots))
    used = int((day_n > 0).sum() + (hour_n > 0).sum()) - 1
    freedom = max(int((each_n > 0).sum()) - used, 0)
    return shrunk(each.reshape(_WEEKDAYS, slots), each_n.reshape(_WEEKDAYS, slots), expected, within, freedom)


def _means(group: NDArray[np.int64], times: Array, groups: int) -> tuple[Array, Array]:
    n = np.bincount(group, minlength=groups).astype(float)
    return np.bincount(group, weights=times, minlength=groups) / np.maximum(n, 1), n


def _variance(times: Array, group: NDArray[np.int64], means: Array, n: Array) -> float:
    """Variance within cells, pooled over them; of all times where no cell has two."""
    freedom = len(times) - int((n > 0).sum())
    return float(((times - means[group]) ** 2).sum()) / freedom if freedom else float(times.var())


def _within(groups: list[Array]) -> float:
    freedom = sum(len(times) - 1 for times in groups)
    squares = sum(float(((times - times.mean()) ** 2).sum()) for times in groups)
    return squares / freedom if freedom else 0.0


def _sample(times: Array) -> Array:
    """At most 2000 equally likely values with the same mean: each is the mean of an equal share of the times."""
    ordered = np.sort(times)
    if len(ordered) <= _SAMPLE:
        return ordered
    edges = np.linspace(0, len(ordered), _SAMPLE + 1)
    areas = np.interp(edges, np.arange(len(ordered) + 1), np.append(0.0, np.cumsum(ordered)))
    return np.asarray(np.diff(areas) * _SAMPLE / len(ordered), float)
