"""What a simulation found: counts and seconds of every replication, and figures from them with their 95 % interval.

A figure is a ratio of sums over all replications, as everywhere; its interval is Student's t over the replications,
linearised (the delta method), so that a quiet replication weighs no more than its calls. Calls count in the interval
in which they were offered, agents' seconds in the interval in which they passed. What has no denominator is NaN, and
null in frames; a single replication has no interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops import notebook
from ccops.errors import UsageError
from ccops.settings import Formula
from ccops.workforce.simulation.scenario import Scenario

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

# The columns of the arrays, as the kernel fills them.
COUNTS = (
    "offered", "redials", "overflow_in", "answered", "in_time", "abandoned", "abandoned_in_time", "short_abandoned",
    "flow_outs", "flow_in_time", "overflow_out",
)
SUMS = ("wait_answered_s", "wait_abandoned_s", "wait_flow_s", "handle_s")
SPENT = ("busy_s", "ring_s", "rest_s", "idle_s")
# Bins of waits, as `ccops.metrics.histogram` has them: 1 s wide to two minutes, then each 5 % wider than its start.
FINE_S, WIDER, BINS = 120, 1.05, 320

RATIOS = ("service_level", "asa_s", "abandon_rate", "answer_rate", "aht_s")
_SHOWN = ("offered", "answered", "abandoned", "flow_outs", "redials")


@dataclass(frozen=True)
class Figure:
    """A figure and its 95 % interval over the replications."""

    value: float
    lo: float
    hi: float


@dataclass(frozen=True, eq=False)
class Outcome:
    """A simulated scenario. Arrays by replication, queue or crew, and interval; the last interval is all after them.

    `counts`, `sums` and `spent` have a last axis named by COUNTS, SUMS and SPENT; `longest` is the longest wait of
    answered and abandoned calls (NaN without any), `waits` their number by bin and queue.
    """

    scenario: Scenario
    seed: int
    counts: Counts
    sums: Array
    longest: Array
    spent: Array
    waits: Counts

    @property
    def replications(self) -> int:
        """How many days were simulated."""
        return len(self.counts)

    def figure(self, name: str, queue: str | None = None, interval: int | None = None) -> Figure:
        """service_level, asa_s, abandon_rate, answer_rate or aht_s, or the mean of a count, such as `offered`.

        Of one queue, or of all calls; of one interval, or of the day.
        """
        return _one(*self.sides(name, queue, interval))

    def sides(self, name: str, queue: str | None = None, interval: int | None = None) -> tuple[Array, Array]:
        """What a figure has above and below the line in each replication."""
        keys, rows = self._queue_rows(queue), slice(None) if interval is None else [interval]
        counts, sums = self.counts[:, keys][:, :, rows].sum((1, 2)), self.sums[:, keys][:, :, rows].sum((1, 2))
        return _sides(name, counts, sums, self.scenario.formula)

    def daily(self, name: str, queue: str | None = None) -> Array:
        """A figure of every replication, NaN where there is nothing to divide by."""
        above, below = self.sides(name, queue)
        return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0), float)

    def service_level(self, queue: str | None = None, interval: int | None = None,
                      formula: Formula | None = None) -> Figure:
        """Service level by the scenario's formula or another of the eight."""
        keys, rows = self._queue_rows(queue), slice(None) if interval is None else [interval]
        counts = self.counts[:, keys][:, :, rows].sum((1, 2))
        return _one(*service_level_sides(counts, formula or self.scenario.formula))

    def occupancy(self, crew: str | None = None, interval: int | None = None) -> Figure:
        """Handling / (handling + idle in a stint), of one crew or all; ringing and rest are neither."""
        keys, rows = self._crew_rows(crew), slice(None) if interval is None else [interval]
        return _one(*occupancy_sides(self.spent[:, keys][:, :, rows].sum((1, 2))))

    def occupancy_of(self, queue: str | None) -> Figure:
        """The occupancy of everybody who serves a queue, or of all."""
        places = [n for n, crew in enumerate(self.scenario.crews) if queue is None or queue in crew.skills]
        return _one(*occupancy_sides(self.spent[:, places].sum((1, 2))))

    def longest_wait_s(self, queue: str | None = None) -> Figure:
        """Longest wait of a day, answered or abandoned, on average over the replications that had a call."""
        worst = _longest(self.longest[:, self._queue_rows(queue)], (1, 2))
        return _one(np.where(np.isnan(worst), 0.0, worst), (~np.isnan(worst)).astype(float))

    def wait_quantile_s(self, share: float, queue: str | None = None) -> float:
        """The wait that so much of the answered and abandoned calls of all replications did not exceed.

        Placed evenly within its bin, so that it is off by less than a bin: 1 s to two minutes, 5 % above.
        """
        bars = self.waits[:, self._queue_rows(queue)].sum((0, 1))
        total = int(bars.sum())
        if total == 0:
            return math.nan
        filled = np.flatnonzero(bars)
        reached = np.cumsum(bars[filled])
        nth = int(np.searchsorted(reached, share * total))
        place = filled[nth]
        lo, hi = bin_edges()[place], bin_edges()[place + 1]
        return float(lo + (hi - lo) * (1 - (reached[nth] - share * total) / bars[place]))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """A row per queue, and with several one of all calls (queue null): counts per day, figures, `_lo` and `_hi`."""
        parts = [self._figures([i], {"queue": [queue.name]}, whole=True)
                 for i, queue in enumerate(self.scenario.queues)]
        if len(parts) > 1:
            parts.append(self._figures(list(range(len(parts))), {"queue": [None]}, whole=True))
        return pl.concat(parts, how="vertical_relaxed")

    @cached_property
    def intervals(self) -> pl.DataFrame:
        """The same by queue and interval of arrival, which begins at `from_s`."""
        starts = [k * float(self.scenario.interval_s) for k in range(self.scenario.intervals)]
        parts = [self._figures([i], {"queue": [queue.name] * len(starts), "from_s": starts}, whole=False)
                 for i, queue in enumerate(self.scenario.queues)]
        return pl.concat(parts)

    @cached_property
    def crews(self) -> pl.DataFrame:
        """A row per crew, and with several one of all (crew null): seconds of a day by what was done, occupancy."""
        names: list[str | None] = [crew.name for crew in self.scenario.crews]
        keys = [[i] for i in range(len(names))]
        if len(names) > 1:
            names, keys = [*names, None], [*keys, list(range(len(names)))]
        spent = np.array([self.spent[:, key].sum((1, 2)) for key in keys]).reshape(len(keys), self.replications, -1)
        value, lo, hi = estimate(*occupancy_sides(spent.transpose(1, 0, 2)))
        columns = {name: spent[..., i].mean(1) for i, name in enumerate(SPENT)}
        figures = {"occupancy": value, "occupancy_lo": lo, "occupancy_hi": hi}
        return pl.DataFrame({"crew": pl.Series(names, dtype=pl.String), **columns, **figures}).fill_nan(None)

    @cached_property
    def occupancy_by_interval(self) -> pl.DataFrame:
        """By crew and interval: seconds of a day by what was done, occupancy with `_lo` and `_hi`."""
        count = self.scenario.intervals
        parts = []
        for i, crew in enumerate(self.scenario.crews):
            spent = self.spent[:, i, :count]
            value, lo, hi = estimate(*occupancy_sides(spent))
            keys = {"crew": [crew.name] * count, "from_s": [k * float(self.scenario.interval_s) for k in range(count)]}
            columns = {name: spent[..., j].mean(0) for j, name in enumerate(SPENT)}
            parts.append(pl.DataFrame({**keys, **columns, "occupancy": value, "occupancy_lo": lo, "occupancy_hi": hi}))
        return pl.concat(parts).fill_nan(None) if parts else pl.DataFrame()

    def _figures(self, keys: list[int], labels: dict[str, list[str] | list[float] | list[None]],
                 whole: bool) -> pl.DataFrame:
        counts, sums = self.counts[:, keys].sum(1), self.sums[:, keys].sum(1)
        worst = _longest(self.longest[:, keys], (1,))
        if whole:
            counts, sums, worst = counts.sum(1)[:, None], sums.sum(1)[:, None], _longest(worst, (1,))[:, None]
        else:
            counts, sums, worst = counts[:, :-1], sums[:, :-1], worst[:, :-1]
        columns: dict[str, Array] = {name: counts[..., i].mean(0) for i, name in enumerate(COUNTS)}
        for name in RATIOS:
            value, lo, hi = estimate(*_sides(name, counts, sums, self.scenario.formula))
            columns |= {name: value, f"{name}_lo": lo, f"{name}_hi": hi}
        value, lo, hi = estimate(np.where(np.isnan(worst), 0.0, worst), (~np.isnan(worst)).astype(float))
        columns |= {"max_wait_s": value, "max_wait_s_lo": lo, "max_wait_s_hi": hi}
        return pl.DataFrame({**labels, **columns}, schema_overrides={"queue": pl.String}).fill_nan(None)

    def _queue_rows(self, queue: str | None) -> list[int]:
        return _rows(queue, [item.name for item in self.scenario.queues], "queue")

    def _crew_rows(self, crew: str | None) -> list[int]:
        return _rows(crew, [item.name for item in self.scenario.crews], "crew")

    def _repr_html_(self) -> str:
        heads = ("queue", *_SHOWN, "service_level", "asa_s", "abandon_rate", "max_wait_s")
        caption = f"{self.replications} simulated days, {self.scenario.formula}, {self.scenario.within_s:g} s"
        return notebook.table(heads, self.frame.select(heads).rows(), caption)


def service_level_sides(counts: NDArray[np.int64], formula: Formula) -> tuple[Array, Array]:
    """What each of the eight formulas has above and below the line, from counts whose last axis is COUNTS."""
    n = {name: counts[..., i].astype(float) for i, name in enumerate(COUNTS)}
    both = n["answered"] + n["abandoned"]
    sides: dict[Formula, tuple[Array, Array]] = {
        "offered": (n["in_time"], both),
        "offered_ex_short": (n["in_time"], both - n["short_abandoned"]),
        "ex_abandon_in_t": (n["in_time"], both - n["abandoned_in_time"]),
        "credit_abandon": (n["in_time"] + n["abandoned_in_time"], both),
        "credit_short": (n["in_time"] + n["short_abandoned"], both),
        "answered": (n["in_time"], n["answered"]),
        "with_flow_outs": (n["in_time"], both - n["short_abandoned"] + n["flow_outs"]),
        "removed_in_t": (n["in_time"] + n["abandoned_in_time"] + n["flow_in_time"], n["offered"]),
    }
    return sides[formula]


def estimate(above: Array, below: Array) -> tuple[Array, Array, Array]:
    """Sum over sum along the first axis, replications, with its 95 % interval; NaN where nothing is below the line."""
    n = len(above)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = above.sum(0) / below.sum(0)
        half = _half_width((above - value * below) / below.mean(0), n)
    return np.where(below.sum(0) == 0, np.nan, value), value - half, value + half


def _half_width(deviations: Array, n: int) -> Array:
    """Half the 95 % interval of the mean of `deviations`, whose mean is 0 but for rounding."""
    from scipy.special import stdtrit

    if n < 2:
        return np.full(deviations.shape[1:], np.nan)
    return np.asarray(stdtrit(n - 1, 0.975) * np.std(deviations, axis=0, ddof=1) / math.sqrt(n))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two scenarios on the same callers: `frame` has queue (null: all), metric, a, b, difference (b - a), lo, hi."""

    frame: pl.DataFrame

    def difference(self, metric: str, queue: str | None = None) -> Figure:
        """One difference, b - a, with its interval."""
        found = self.frame.filter(pl.col("queue").eq_missing(pl.lit(queue, pl.String)), pl.col("metric") == metric)
        if found.is_empty():
            raise UsageError(f"no difference of {metric!r} for {queue or 'all calls'}",
                             fix=f"there are {', '.join(self.frame['metric'].unique(maintain_order=True))}")
        row = found.row(0, named=True)
        return Figure(*(math.nan if row[name] is None else row[name] for name in ("difference", "lo", "hi")))

    def _repr_html_(self) -> str:
        return notebook.table(self.frame.columns, self.frame.rows(), "the same callers, with and without the change")


def compare(a: Outcome, b: Outcome) -> Comparison:
    """What b changes against a: paired differences per replication, which met the same callers, with a 95 % interval.

    Queues that only one of the two has are compared in the total alone. Raises UsageError for outcomes of different
    seeds or numbers of replications: their callers are not the same.
    """
    if (a.seed, a.replications) != (b.seed, b.replications):
        raise UsageError("the two outcomes did not meet the same callers",
                         fix="simulate both with one seed and one number of replications")
    ours, theirs = ([queue.name for queue in side.scenario.queues] for side in (a, b))
    rows = []
    for queue in [*(name for name in ours if name in theirs), None]:
        for metric in (*COUNTS, *RATIOS):
            rows.append((queue, metric, *_difference(a.sides(metric, queue), b.sides(metric, queue))))
    rows.append((None, "occupancy", *_difference(*(occupancy_sides(side.spent.sum((1, 2))) for side in (a, b)))))
    frame = pl.DataFrame(rows, ["queue", "metric", "a", "b", "difference", "lo", "hi"], orient="row")
    return Comparison(frame.with_columns(pl.col("queue").cast(pl.String)).fill_nan(None))


def _difference(a: tuple[Array, Array], b: tuple[Array, Array]) -> tuple[float, float, float, float, float]:
    (above, below), (above_b, below_b) = a, b
    with np.errstate(divide="ignore", invalid="ignore"):
        value, value_b = above.sum() / below.sum(), above_b.sum() / below_b.sum()
        apart = (above_b - value_b * below_b) / below_b.mean() - (above - value * below) / below.mean()
        half = float(_half_width(apart, len(above)))
    difference = float(value_b - value)
    return float(value), float(value_b), difference, difference - half, difference + half


def _sides(name: str, counts: Counts, sums: Array, formula: Formula) -> tuple[Array, Array]:
    if name == "service_level":
        return service_level_sides(counts, formula)
    n = {key: counts[..., i].astype(float) for i, key in enumerate(COUNTS)}
    s = {key: sums[..., i] for i, key in enumerate(SUMS)}
    sides = {
        "asa_s": (s["wait_answered_s"], n["answered"]),
        "abandon_rate": (n["abandoned"], n["offered"]),
        "answer_rate": (n["answered"], n["offered"]),
        "aht_s": (s["handle_s"], n["answered"]),
        **{key: (value, np.ones_like(value)) for key, value in n.items()},
    }
    if name not in sides:
        raise UsageError(f"no figure {name!r}", fix=f"there are service_level, {', '.join(sides)}")
    return sides[name]


def occupancy_sides(spent: Array) -> tuple[Array, Array]:
    """What occupancy has above and below the line, from seconds whose last axis is SPENT."""
    busy, idle = (spent[..., SPENT.index(name)] for name in ("busy_s", "idle_s"))
    return busy, busy + idle


def _one(above: Array, below: Array) -> Figure:
    return Figure(*(float(value) for value in estimate(above, below)))


def _longest(waits: Array, axes: tuple[int, ...]) -> Array:
    """The greatest, leaving out unknown; NaN where all are."""
    worst = np.where(np.isnan(waits), -1.0, waits).max(axis=axes)
    return np.where(worst < 0, np.nan, worst)


def _rows(name: str | None, names: list[str], what: str) -> list[int]:
    if name is None:
        return list(range(len(names)))
    if name not in names:
        raise UsageError(f"no {what} {name!r} was simulated", fix=f"there are {', '.join(names)}")
    return [names.index(name)]


def bin_edges() -> Array:
    """Where the bins of waits begin, in seconds, and where the last one ends."""
    return np.append(np.arange(FINE_S), FINE_S * WIDER ** np.arange(BINS - FINE_S + 1))
