"""What months ahead take: a typical week of the history, grown or set to the plan's calls, and staffed interval by
interval, so that peaks cost what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ccops.errors import SourceError, UsageError
from ccops.workforce.capacity import MONTHS_FOR_TREND, Trend, trend
from ccops.workforce.capacity_plan import Volume, month_name, month_number
from ccops.workforce.history import instants
from ccops.workforce.staffing import Rules, business_days, requirement

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice
    from ccops.settings import Settings
    from ccops.workforce.history import History
    from ccops.workforce.patience import Patience

Array = NDArray[np.float64]
TYPICAL_DAYS = 56  # the last eight weeks make the typical one
WEEK = 7


@dataclass(frozen=True, eq=False)
class Week:
    """A queue's typical week: calls and handling time per weekday and interval (NaN where closed), its dispersion
    from day to day, and the history it is from."""

    history: History
    calls: Array
    aht_s: Array
    dispersion: float

    @property
    def per_day(self) -> Array:
        """Calls per weekday."""
        return np.asarray(np.nansum(self.calls, axis=1), float)


@dataclass(frozen=True, eq=False)
class Demand:
    """Month by month: calls with the bounds of a trend (NaN without), mean handling time, hours of handling, and
    hours that agents have to be on calls."""

    months: tuple[str, ...]
    calls: Array
    lo: Array
    hi: Array
    aht_s: Array
    workload_hours: Array
    hours: Array
    growth: float | None
    found: Trend | None


def typical_weeks(data: Slice, last: date, interval_min: int) -> list[Week]:
    """The typical week of each queue, from the eight weeks up to `last`. Raises SourceError where there is none."""
    from ccops.workforce.history import histories

    past = histories(data.between(None, last), interval_min)
    days = max((len(history.days) for history in past), default=0)
    if 0 < days < WEEK:
        raise SourceError(f"a typical week takes seven days of calls; there are {days}",
                          fix="import more days, or give calls, aht_s and occupancy in a plan")
    weeks = [_typical(history) for history in past]
    found = [week for week in weeks if week is not None]
    if not found:
        raise SourceError("there are no calls to take a typical week from", fix="ccops import FILE")
    return found


def _typical(history: History) -> Week | None:
    """Means over the days that are known; a handling time that an interval lacks is the queue's."""
    recent = slice(max(len(history.days) - TYPICAL_DAYS, 0), len(history.days))
    counts, handled, busy = (each[recent] for each in (history.counts, history.handled, history.handle_s))
    weekdays = history.weekdays[recent]
    calls, aht = np.full((WEEK, history.slots), np.nan), np.full((WEEK, history.slots), np.nan)
    spread, mean = 0.0, 0.0
    for weekday in range(WEEK):
        days = counts[weekdays == weekday]
        known = np.isfinite(days).sum(axis=0)
        calls[weekday] = np.where(known > 0, np.nansum(days, axis=0) / np.maximum(known, 1), np.nan)
        repeated = known > 1
        squares = np.nansum((days - calls[weekday]) ** 2, axis=0)
        spread += float((squares[repeated] / (known[repeated] - 1)).sum())
        mean += float(np.nansum(calls[weekday][repeated]))
        calls_taken = np.nansum(handled[weekdays == weekday], axis=0)
        seconds = np.nansum(busy[weekdays == weekday], axis=0)
        aht[weekday] = np.where(calls_taken > 0, seconds / np.maximum(calls_taken, 1), np.nan)
    total, usual = np.nansum(handled), np.nansum(busy)
    if not np.nansum(calls) > 0 or not total > 0:
        return None
    aht = np.where(np.isfinite(aht) & (aht > 0), aht, usual / total)
    return Week(history, calls, aht, max(1.0, spread / mean) if mean > 0 else 1.0)


def level_history(weeks: Sequence[Week]) -> list[tuple[int, float]]:
    """Per whole month of the history its number and its calls over those that typical weeks would have brought."""
    first = min(week.history.days[0] for week in weeks)
    last = max(week.history.days[-1] for week in weeks)
    came: dict[int, float] = {}
    usual: dict[int, float] = {}
    unknown: set[int] = set()
    for week in weeks:
        for n, day in enumerate(week.history.days):
            month = day.year * 12 + day.month - 1
            open_slots = np.isfinite(week.calls[day.weekday()])
            counts = week.history.counts[n]
            if (open_slots & ~np.isfinite(counts)).any():
                unknown.add(month)
            came[month] = came.get(month, 0.0) + float(np.nansum(counts))
            usual[month] = usual.get(month, 0.0) + float(week.per_day[day.weekday()])
    whole = [m for m in sorted(came) if _begins(m) >= first and _begins(m + 1) - timedelta(days=1) <= last]
    return [(m, came[m] / usual[m]) for m in whole if m not in unknown and usual[m] > 0 and came[m] > 0]


def _begins(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def demand(weeks: Sequence[Week], patience: dict[str, Patience], settings: Settings, rules: Rules, first: int,
           months: int, *, growth: float | None = None, volumes: Sequence[Volume] = ()) -> Demand:
    """The months from number `first` on. Calls are those of `volumes`; else typical weeks that grow by `growth` a
    month from the middle of their eight weeks on; else by the trend of the history, if that has six whole months.
    """
    numbers = range(first, first + months)
    levels, low, high, found, rate = _levels(weeks, first, months, growth, bool(volumes))
    calls, lo, hi, seconds, hours = (np.zeros(months) for _ in range(5))
    for n, number in enumerate(numbers):
        frame, scale = _month(weeks, settings, number, float(levels[n]), volumes)
        need = requirement(frame, patience, settings, rules)
        weight = np.array([scale.days[day] for day in business_days(need, settings)])
        volume = need["volume"].to_numpy()
        calls[n] = float((weight * volume).sum())
        seconds[n] = float((weight * volume * need["aht_s"].to_numpy()).sum())
        hours[n] = float((weight * need["required"].to_numpy()).sum()) * rules.hours
        lo[n], hi[n] = (calls[n] * bound[n] / levels[n] for bound in (low, high))
    return Demand(tuple(map(month_name, numbers)), calls, lo, hi, seconds / np.where(calls > 0, calls, np.nan),
                  seconds / 3600, hours, rate, found)


def _levels(weeks: Sequence[Week], first: int, months: int, growth: float | None,
            given: bool) -> tuple[Array, Array, Array, Trend | None, float | None]:
    """Calls of each month over those of typical weeks, with bounds if a trend told them; 1 if they are given."""
    unknown = np.full(months, np.nan)
    if given:
        return np.ones(months), unknown, unknown, None, None
    seen = level_history(weeks)
    if growth is None and len(seen) >= MONTHS_FOR_TREND and _consecutive(seen):
        gone = first - seen[-1][0] - 1
        found = trend([level for _, level in seen], months + gone)
        mean, lo, hi = (each[gone:] for each in (found.mean, found.lo, found.hi))
        return mean, lo, hi, found, found.growth
    last = max(week.history.days[-1] for week in weeks)
    middle = last - timedelta(days=min(TYPICAL_DAYS, len(weeks[0].history.days)) / 2)
    since = [(_begins(first + n) + timedelta(days=15) - middle).days / 30.4375 for n in range(months)]
    return (1 + (growth or 0.0)) ** np.array(since), unknown, unknown, None, growth


def _consecutive(seen: Sequence[tuple[int, float]]) -> bool:
    return seen[-1][0] - seen[0][0] == len(seen) - 1


@dataclass(frozen=True)
class _Scale:
    """How often the weekday of each of a month's seven days comes in that month."""

    days: dict[date, float]


def _month(weeks: Sequence[Week], settings: Settings, month: int, level: float,
           volumes: Sequence[Volume]) -> tuple[pl.DataFrame, _Scale]:
    """A month as a week of its first days, each weekday once, at the level of its calls.

    A day on which the clocks change is none that stands for the others: it gives way to the one a week later.
    """
    import polars as pl

    begin, end = _begins(month), _begins(month + 1)
    days = [begin + timedelta(days=n) for n in range((end - begin).days)]
    times = np.bincount([day.weekday() for day in days if day not in settings.forecast.closed], minlength=WEEK)
    sample = [next(d for d in days[n::WEEK] if _has_all_hours(d, settings)) for n in range(WEEK)]
    factors = _factors(weeks, times, level, month, volumes)
    parts = []
    for week in weeks:
        factor, aht_factor = factors[week.history.queue]
        for day in sample:
            slots = np.flatnonzero(np.isfinite(week.calls[day.weekday()]))
            starts = [at for slot in slots.tolist() for at in week.history.starts(day, slot, settings.business_day)]
            parts.append(pl.DataFrame({
                "queue": pl.Series([week.history.queue] * len(slots), dtype=pl.String),
                "start_at": instants(starts, settings.zone),
                "volume": week.calls[day.weekday()][slots] * factor,
                "aht_s": week.aht_s[day.weekday()][slots] * aht_factor,
                "dispersion": np.full(len(slots), week.dispersion),
            }))
    return pl.concat(parts), _Scale({day: float(times[day.weekday()]) for day in sample})


def _has_all_hours(day: date, settings: Settings) -> bool:
    begin, end = settings.business_day.bounds(day)
    return end - begin == timedelta(days=1)


def _factors(weeks: Sequence[Week], times: NDArray[np.int64], level: float, month: int,
             volumes: Sequence[Volume]) -> dict[str, tuple[float, float]]:
    """What the typical calls and handling times of each queue are multiplied by in a month. Raises UsageError for a
    queue in the volumes that the history does not have."""
    rows = {row.queue: row for row in volumes if month_number(row.month) == month}
    names = [week.history.queue for week in weeks]
    if strange := sorted(set(rows) - set(names) - {""}):
        raise UsageError(f"no queue {strange[0]!r} in the data", fix=f"it has {', '.join(sorted(names))}")
    if not rows:
        return dict.fromkeys(names, (level, 1.0))
    usual = {week.history.queue: float((week.per_day * times).sum()) for week in weeks}
    seconds = {
        week.history.queue: float((np.nansum(week.calls * week.aht_s, axis=1) * times).sum()) for week in weeks
    }
    factors = {}
    for name in names:
        group = [name] if name in rows else [other for other in names if other not in rows]
        row = rows.get(name) or rows.get("")
        if row is None:
            factors[name] = (0.0, 1.0)  # the plan names its queues, and this is none of them
            continue
        calls, busy = sum(usual[each] for each in group), sum(seconds[each] for each in group)
        factors[name] = (row.calls / calls, row.aht_s * calls / busy if row.aht_s else 1.0)
    return factors
