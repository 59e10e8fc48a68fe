"""How well each method would have done: forecasts made day after day in the past with what was known then.

The origin moves by one day over the last weeks; each forecast is compared with the days one, five and ten open days
ahead. WAPE is the sum of absolute errors over the sum of the counts, bias the sum of errors over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ccops.workforce.forecast import candidates, intervals
from ccops.workforce.forecast.candidates import Array, Method
from ccops.workforce.forecast.days import Days

HORIZONS = (1, 5, 10)
TARGETS = 50  # days that are forecast again
_WARM = 25  # days before those, from which intervals are learnt first
LEAST_DAYS = 14  # of history before the first forecast
_LEARN = 5  # days of errors that intervals need
_ENOUGH = 20  # days of errors from which a horizon has a spread of its own
_ANEW = 5  # days after which they are learnt again
_TIE = 0.01  # methods this close are equals: the simpler one is taken


@dataclass(frozen=True, eq=False)
class Trials:
    """Forecasts of the past of one queue: per method origins x open days ahead x intervals; NaN beyond the data.

    `first` is the row (of the queue's whole days) that the first origin forecasts as its first day; `actual` are the
    counts of the rows themselves.
    """

    days: Days
    first: int
    forecasts: Mapping[str, Array]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def origins(self) -> int:
        return len(self.days) - self.first

    def pairs(self, name: str, ahead: int, rows: range | None = None) -> tuple[Array, Array]:
        """Forecast and actual counts of the rows forecast `ahead` open days before (rows x intervals)."""
        rows = self.targets if rows is None else rows
        kept = [row for row in rows if row - ahead + 1 >= self.first]
        made = np.array([row - ahead + 1 - self.first for row in kept], int)
        return self.forecasts[name][made, ahead - 1], self.days.actual[np.array(kept, int)]

    @property
    def targets(self) -> range:
        """The rows that methods are judged on."""
        return range(max(self.first, len(self.days) - TARGETS), len(self.days))


@dataclass(frozen=True)
class Score:
    """How a method did at a horizon, over `n` days: sums of absolute and signed errors, of counts, and of counts
    inside their 80 % interval among those that had one. Rates are None without a denominator."""

    name: str
    horizon_days: int
    n: int
    error: float
    signed: float
    total: float
    inside: float
    counted: float

    @property
    def wape(self) -> float | None:
        return self.error / self.total if self.total else None

    @property
    def bias(self) -> float | None:
        return self.signed / self.total if self.total else None

    @property
    def coverage80(self) -> float | None:
        return self.inside / self.counted if self.counted else None


def trials(days: Days, methods: Sequence[Method] = candidates.METHODS, *, targets: int = TARGETS) -> Trials:
    """Forecasts of the last days with what was known before each; methods that need more history are left out.

    The methods are judged on the last `targets` days; nothing is tried for none.
    """
    longest, n = max(HORIZONS), len(days)
    old_enough = days.ordinals - days.ordinals[0] >= LEAST_DAYS
    eldest = int(np.argmax(old_enough)) if old_enough.any() else n
    first = max(n - targets - _WARM - longest + 1, eldest) if targets else n
    history = int(days.ordinals[first] - days.ordinals[0]) if first < n else 0
    usable = tuple(method for method in methods if method.needs_days <= max(history, LEAST_DAYS))
    made: dict[str, list[Array]] = {method.name: [] for method in usable}
    for origin in range(first, n):
        past, ahead = days.past(origin, days.ordinals[origin]), days.ahead(origin, longest)
        for name, values in candidates.means(usable, past, ahead).items():
            padded = np.full((longest, values.shape[1]), np.nan)
            padded[: len(values)] = values
            made[name].append(padded)
    slots = days.filled.shape[1]
    empty = np.empty((0, longest, slots))
    left_out = {method.name: method.needs_days for method in methods if method not in usable}
    return Trials(days, first, {name: np.array(each) if each else empty for name, each in made.items()}, left_out)


def scores(found: Trials, *, intervals_too: bool = True) -> list[Score]:
    """Every method at every horizon, in the order of the methods; without intervals where only errors are asked for."""
    return [_score(found, name, horizon, intervals_too) for name in found.forecasts for horizon in HORIZONS]


def _score(found: Trials, name: str, horizon: int, intervals_too: bool) -> Score:
    mean, actual = found.pairs(name, horizon)
    known = np.isfinite(actual) & np.isfinite(mean)
    inside, counted = covered(found, name, horizon) if intervals_too else (0.0, 0.0)
    return Score(
        name, horizon, len(mean), float(np.abs(mean - actual)[known].sum()), float((mean - actual)[known].sum()),
        float(actual[known].sum()), inside, counted,
    )


def together(results: Sequence[Sequence[Score]]) -> tuple[Score, ...]:
    """The scores of several queues as one, sums over sums; methods that not every queue could try are left out."""
    each = [{(score.name, score.horizon_days): score for score in scores} for scores in results]
    shared = [key for key in (each[0] if each else {}) if all(key in scores for scores in each)]
    return tuple(
        Score(name, horizon, max(scores[name, horizon].n for scores in each), *(
            sum(getattr(scores[name, horizon], part) for scores in each)
            for part in ("error", "signed", "total", "inside", "counted")
        ))
        for name, horizon in shared
    )


def covered(found: Trials, name: str, horizon: int) -> tuple[float, float]:
    """How many counts lay inside their 80 % interval, of how many; intervals are learnt from earlier errors alone.

    They are learnt anew every five days, as somebody would who makes a forecast each week.
    """
    inside = counted = 0.0
    rows = [row for row in found.targets if row - horizon + 1 - (found.first + horizon - 1) >= _LEARN]
    for n in range(0, len(rows), _ANEW):
        origin = rows[n] - horizon + 1
        spread = intervals.fitted(*found.pairs(name, horizon, range(found.first + horizon - 1, origin)))
        mean, actual = found.pairs(name, horizon, range(rows[n], rows[min(n + _ANEW, len(rows)) - 1] + 1))
        known = np.isfinite(actual) & (mean > 0)
        place = intervals.position(actual[known], mean[known], spread.dispersion(mean[known]))
        inside += float(((place >= intervals.LOW) & (place <= intervals.HIGH)).sum())
        counted += float(known.sum())
    return inside, counted


def chosen(results: Sequence[Score]) -> str:
    """The method with the least WAPE over all horizons together; of near equals the one that comes first.

    Where nothing could be tried, the mean of two methods that needs no more than the others.
    """
    rated = {name: rate for name in dict.fromkeys(s.name for s in results) if (rate := wape(results, name)) is not None}
    if not rated:
        return "mean_of_two"
    best = min(rated.values())
    return next(method.name for method in candidates.METHODS if rated.get(method.name, np.inf) <= best * (1 + _TIE))


def wape(results: Sequence[Score], name: str) -> float | None:
    """A method's WAPE over all horizons together; None where it was not tried."""
    total = sum(score.total for score in results if score.name == name)
    return sum(score.error for score in results if score.name == name) / total if total else None


def spreads(found: Trials, name: str, *, totals: bool = False) -> dict[int, intervals.Spread]:
    """The spread of a method's errors per days ahead, of intervals or of whole days.

    Where few days were tried, the errors of all horizons make one spread.
    """
    errors = [_errors(found, name, horizon, totals) for horizon in range(1, max(HORIZONS) + 1)]
    few = _LEARN if totals else intervals.FEW
    means, counts = (np.concatenate([pair[n] for pair in errors]) for n in (0, 1))
    pooled = intervals.fitted(means, counts, few=few, days=max(len(errors[0][0]), 1))
    return {
        horizon: intervals.fitted(mean, actual, few=few) if len(mean) >= _ENOUGH else pooled
        for horizon, (mean, actual) in enumerate(errors, 1)
    }


def _errors(found: Trials, name: str, horizon: int, totals: bool) -> tuple[Array, Array]:
    """Forecasts and counts of all rows tried at a horizon; of whole days, NaN where a part is not known."""
    rows = range(min(found.first + horizon - 1, len(found.days)), len(found.days))
    mean, actual = found.pairs(name, horizon, rows)
    if not totals:
        return mean, actual
    closed = ~found.days.history.opening[found.days.weekday[rows.start :]]
    whole = (np.isfinite(actual) | closed).all(axis=1)
    return mean.sum(axis=1), np.where(whole, np.where(closed, 0, actual).sum(axis=1), np.nan)
