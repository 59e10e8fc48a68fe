"""What came in the past, per queue, business day and interval: what forecasts are made of.

Unknown is NaN: days without data, the rest of a day in which the data begins or ends, hours in which nothing of a
whole switch was recorded, intervals in which a queue is closed. Zero is an open interval in which nobody called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ccops.workforce import opening_hours
from ccops.workforce.forecast import calendar
from ccops.workforce.visits import Cells, cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ccops.clock import BusinessDay, Zone
    from ccops.model import Slice
    from ccops.settings import Settings

    Array = NDArray[np.float64]

_CUT = 5.0  # calls that would have come before the first or after the last one: the day is not whole
_SILENT = 16.0  # calls that would have come while a switch recorded none: that stretch is not known
_PART = 0.1  # share of a day's usual calls that may be unknown in a day that still counts as whole
FAR = timedelta(days=366)  # what is so far from all other days has a wrong clock, or is of another time


@dataclass(frozen=True, eq=False)
class History:
    """A queue's past on consecutive calendar days: arrays of days x intervals, NaN where unknown or closed.

    `counts` are visits offered, `handled` those answered with known talk, `handle_s` their talk, hold and after-call
    work in seconds. On the day on which an hour of the clock is passed twice, its intervals hold the mean of both.
    `gaps` are open days without data, `cut` those of which a tenth or more is unknown, `outside` the calls in closed
    intervals or more than a year from all others, `opening` which intervals of each weekday are open (7 x intervals),
    `weekdays` what each day counts as, 0 for Monday: a weekend day that is worked counts as a weekday.
    """

    queue: str
    interval_min: int
    days: tuple[date, ...]
    counts: Array
    handled: Array
    handle_s: Array
    first_minute: int
    opening: NDArray[np.bool_]
    weekdays: NDArray[np.int64]
    gaps: tuple[date, ...] = ()
    cut: tuple[date, ...] = ()
    outside: float = 0.0

    @property
    def slots(self) -> int:
        return int(self.counts.shape[1])

    @property
    def usually_open(self) -> NDArray[np.bool_]:
        """Whether any interval of a weekday is open, Monday first."""
        return np.asarray(self.opening.any(axis=1), bool)

    def starts(self, day: date, slot: int, business_day: BusinessDay) -> list[datetime]:
        """When an interval of a business day begins, on the site's clock: never where that skips it, twice where it
        passes it twice, else once."""
        return _passed(day, self.first_minute + slot * self.interval_min, business_day.zone.info)

    def until(self, day: date) -> History:
        """The same past as it was known before `day` began."""
        n = max((day - self.days[0]).days, 0)
        return replace(
            self, days=self.days[:n], counts=self.counts[:n], handled=self.handled[:n], handle_s=self.handle_s[:n],
            weekdays=self.weekdays[:n], gaps=tuple(d for d in self.gaps if d < day),
            cut=tuple(d for d in self.cut if d < day),
        )


@lru_cache(maxsize=100_000)
def _passed(day: date, minute: int, zone: tzinfo) -> list[datetime]:
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    passes = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return [local for at in sorted(passes) if (local := at.astimezone(zone)).replace(tzinfo=None) == wall]


def instants(starts: Sequence[datetime], zone: Zone) -> pl.Series:
    """Aware datetimes as a column on the site's clock, the second passing of an hour told from the first."""
    naive = [at.astimezone(UTC).replace(tzinfo=None) for at in starts]
    return pl.Series(naive, dtype=pl.Datetime("us")).dt.replace_time_zone("UTC").dt.convert_time_zone(zone.name)


def histories(slice: Slice, interval_min: int, queues: Sequence[str] = (), *,  # noqa: A002  the noun of the house
              until: datetime | None = None) -> list[History]:
    """The history of each queue in the scope (or of `queues`), in order of their calls; [] where there are none.

    `until` (aware) leaves out what came later. Outbound visits do not count.
    """
    return arranged_all(cells(slice, until), interval_min, slice.settings, tuple(queues) or slice.scope.queues)


def arranged_all(found: Cells, interval_min: int, settings: Settings, queues: Sequence[str] = ()) -> list[History]:
    """The histories of visits that are added up, of all queues or of these."""
    if not found.frame.height:
        return []
    near = _near(found.frame)
    first, last = near["day"].min(), near["day"].max()
    assert isinstance(first, date)  # noqa: S101  the least of a column of days
    assert isinstance(last, date)  # noqa: S101
    grid = _Grid(first, (last - first).days + 1, interval_min, settings)
    known = {
        system: grid.known(rows, found.until if system in found.beyond else None)
        for (system,), rows in near.group_by("system")
    }
    passes = clock_passes(grid.days, settings.business_day, interval_min)
    far = found.frame.join(near, on="day", how="anti")
    made = []
    for (queue,), rows in sorted(near.group_by("queue"), key=lambda pair: (-pair[1]["n"].sum(), str(pair[0][0]))):
        if queues and queue not in queues:
            continue
        seen = np.logical_or.reduce([known[system] for system in rows["system"].unique()])
        counts, handled, handle_ms = (
            np.where(passes > 0, grid.matrix(rows, name) / np.maximum(passes, 1), np.nan)
            for name in ("n", "handled", "handle_ms")
        )
        made.append(arranged(
            str(queue), interval_min, grid.days, np.where(seen, counts, np.nan), settings, handled=handled,
            handle_s=handle_ms / 1000, outside=float(far.filter(pl.col("queue") == queue)["n"].sum()),
        ))
    return made


def arranged(queue: str, interval_min: int, days: tuple[date, ...], counts: Array, settings: Settings, *,
             handled: Array | None = None, handle_s: Array | None = None, outside: float = 0.0) -> History:
    """A history from counts that are NaN where nothing is known: closed intervals and closed days become NaN too.

    The days before the queue's first call are not part of it: it was not there yet.
    """
    begins = int(np.argmax(np.nansum(counts, axis=1) > 0))
    days, counts = days[begins:], counts[begins:]
    first_minute = settings.business_day.shift_s // 60
    weekdays = calendar.weekdays(days, settings)
    shut = np.array([day in settings.forecast.closed for day in days])
    counts = np.where(shut[:, None], np.nan, counts)
    is_open, settled = opening_hours.declared(settings, first_minute, interval_min)
    opening = np.where(settled, is_open, opening_hours.inferred(counts, weekdays))
    mask = opening[weekdays] & ~shut[:, None]
    outside += float(np.nansum(np.where(mask, 0, counts)))
    counts = np.where(mask, counts, np.nan)
    usual = usual_day(counts, weekdays)
    came = int(np.argmax(np.nan_to_num(counts[0]) > 0))
    if usual[0, :came].sum() > _CUT:
        counts[0, :came] = np.nan
    unknown = np.where(mask & ~np.isfinite(counts), usual, 0).sum(axis=1) / np.maximum(usual.sum(axis=1), 1e-9)
    gap = mask.any(axis=1) & ~np.isfinite(counts).any(axis=1)

    def where_known(values: Array | None) -> Array:
        known = np.isfinite(counts)
        return np.where(known, np.nan if values is None else values[begins:], np.nan)

    return History(
        queue, interval_min, days, counts, where_known(handled), where_known(handle_s), first_minute, opening, weekdays,
        gaps=tuple(day for n, day in enumerate(days) if gap[n]),
        cut=tuple(day for n, day in enumerate(days) if unknown[n] > _PART and not gap[n]),
        outside=outside,
    )


def usual_day(counts: Array, weekdays: NDArray[np.int64]) -> Array:
    """What each day's intervals usually have: the mean of its weekday, else of all days; 0 where nothing is known."""
    known = np.isfinite(counts)
    every = _mean(counts, known)
    rows = []
    for weekday in range(opening_hours.WEEK):
        own = weekdays == weekday
        rows.append(np.where(known[own].any(axis=0), _mean(counts[own], known[own]), every if own.any() else 0))
    return np.array(rows)[weekdays]


def _mean(counts: Array, known: NDArray[np.bool_]) -> Array:
    total: Array = np.where(known, counts, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return total


def clock_passes(days: Sequence[date], business_day: BusinessDay, interval_min: int) -> Array:
    """How often each interval of the wall clock is passed on each day: 0 or 2 where the clocks change, else 1."""
    passes = np.ones((len(days), 1440 // interval_min))
    for n, day in enumerate(days):
        begin, end = business_day.bounds(day)
        if end - begin == timedelta(days=1):
            continue
        quarters = np.zeros(96)
        for step in range(int((end - begin).total_seconds()) // 900):
            local = (begin + timedelta(minutes=15 * step)).replace(tzinfo=UTC).astimezone(business_day.zone.info)
            minute = local.hour * 60 + local.minute - business_day.shift_s // 60
            quarters[minute % 1440 // 15] += 1
        passes[n] = quarters.reshape(-1, interval_min // 15).mean(axis=1)
    return passes


def _near(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of the stretch of days with most visits, where more than a year lies between stretches."""
    days = cells.group_by("day").agg(pl.col("n").sum()).sort("day")
    stretch = (pl.col("day").diff() > FAR).fill_null(False).cum_sum()
    days = days.with_columns(stretch=stretch, of_it=pl.col("n").sum().over(stretch))
    kept = days.filter(pl.col("of_it") == pl.col("of_it").max()).filter(pl.col("stretch") == pl.col("stretch").max())
    return cells.join(kept.select("day"), on="day", how="semi", maintain_order="left")


@dataclass(frozen=True)
class _Grid:
    """Consecutive business days cut into intervals."""

    first: date
    n: int
    interval_min: int
    settings: Settings

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range(self.n))

    def matrix(self, rows: pl.DataFrame, column: str) -> Array:
        """A column of cells added up into days x intervals."""
        day = rows["day"].cast(pl.Int32).to_numpy() - (self.first - date(1970, 1, 1)).days
        shift = self.settings.business_day.shift_s // 60
        slot = (rows["quarter"].to_numpy() * 15 - shift) % 1440 // self.interval_min
        matrix = np.zeros((self.n, 1440 // self.interval_min))
        np.add.at(matrix, (day, slot), rows[column].to_numpy())
        return matrix

    def known(self, rows: pl.DataFrame, cut_at: datetime | None) -> NDArray[np.bool_]:
        """Where a switch's silence means that nobody called: inside its data, and not while it recorded nothing at all.

        `cut_at` (UTC) is where somebody cut the data; else it ends with the last call.
        """
        total = self.matrix(rows, "n")
        weekdays = calendar.weekdays(self.days, self.settings)
        alive = total.sum(axis=1) > 0
        usual = usual_day(np.where(alive[:, None], total, np.nan), weekdays)
        known = np.ones(total.shape, bool)
        if self.settings.forecast.gaps != "zero":
            known[~alive] = False
            for n in np.flatnonzero(alive).tolist():
                for start, stop in opening_hours.runs(total[n] == 0):
                    known[n, start:stop] = usual[n, start:stop].sum() <= _SILENT
        first_day, begin = self._place(rows["first"].min())
        last_day, end = self._place(cut_at or rows["last"].max())
        known[:first_day] = False
        known[last_day + 1 :] = False
        head, tail = int(begin), int(end)
        if usual[first_day, :head].sum() + (begin - head) * usual[first_day, head] > _CUT:
            known[first_day, : head + 1] = False
        if tail < total.shape[1]:
            missed = usual[last_day, tail + 1 :].sum() + (tail + 1 - end) * usual[last_day, tail]
            known[last_day, tail:] &= not (cut_at or missed > _CUT)
        return known

    def _place(self, moment: object) -> tuple[int, float]:
        """The day and the interval, with the part of it that is over, in which an instant (UTC) lies."""
        assert isinstance(moment, datetime)  # noqa: S101  an end of a column of instants
        business_day = self.settings.business_day
        day = business_day.day_of(moment)
        local = moment.replace(tzinfo=UTC).astimezone(business_day.zone.info)
        minute = (local.hour * 60 + local.minute + local.second / 60 - business_day.shift_s / 60) % 1440
        if day > self.days[-1]:
            return self.n - 1, 1440 / self.interval_min
        return (day - self.first).days, minute / self.interval_min
