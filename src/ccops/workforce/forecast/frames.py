"""Forecasts of queues as frames: one row per open interval, one per day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ccops.workforce.forecast import intervals

if TYPE_CHECKING:
    from ccops.clock import BusinessDay
    from ccops.settings import Settings
    from ccops.workforce.forecast.candidates import Array
    from ccops.workforce.history import History


@dataclass(frozen=True, eq=False)
class Expected:
    """A queue's coming days: mean counts and dispersion (days x intervals, NaN where closed or over), the dispersion
    of each day's total, and mean handling times (NaN where unknown)."""

    history: History
    days: tuple[date, ...]
    mean: Array
    dispersion: Array
    day_dispersion: Array
    aht_s: Array

    @property
    def mean_dispersion(self) -> float:
        """Dispersion weighted by volume; 1 where there is none."""
        total = float(np.nansum(self.mean))
        return float(np.nansum(self.mean * self.dispersion)) / total if total else 1.0


def rows(made: Sequence[Expected], settings: Settings) -> pl.DataFrame:
    """queue, start_at, volume, p10, p50, p90, aht_s, dispersion of every open interval.

    An interval that the clock skips has no row, one that it passes twice has two.
    """
    starts = _Starts(settings.business_day)
    parts = []
    for each in made:
        day, slot = np.nonzero(np.isfinite(each.mean))
        found = [(at, n) for n, (d, s) in enumerate(zip(day.tolist(), slot.tolist(), strict=True))
                 for at in starts.of(each.days[d], each.history.first_minute + s * each.history.interval_min)]
        index = np.array([n for _, n in found], int)
        mean, dispersion = each.mean[day, slot][index], each.dispersion[day, slot][index]
        low, middle, high = intervals.quantiles(mean, dispersion)
        parts.append(pl.DataFrame({
            "queue": [each.history.queue] * len(found),
            "start_at": pl.Series([at for at, _ in found], dtype=pl.Datetime("us")),
            "volume": mean, "p10": low, "p50": middle, "p90": high,
            "aht_s": pl.Series(each.aht_s[day, slot][index]).fill_nan(None), "dispersion": dispersion,
        }))
    zone = settings.zone.name
    local = pl.col("start_at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return pl.concat(parts).with_columns(local)


def days(made: Sequence[Expected], settings: Settings) -> pl.DataFrame:
    """queue, day, volume, p10, p90 and the interval with most calls (busiest_at, busiest) of every open day."""
    starts, found = _Starts(settings.business_day), []
    for each in made:
        totals, busiest = np.nansum(each.mean, axis=1), np.argmax(np.nan_to_num(each.mean, nan=-1), axis=1)
        low, high = intervals.quantiles(totals, each.day_dispersion, (intervals.LOW, intervals.HIGH))
        for n, day in enumerate(each.days):
            if np.isfinite(each.mean[n]).any():
                minute = each.history.first_minute + int(busiest[n]) * each.history.interval_min
                at = next(iter(starts.of(day, minute)), None)
                found.append((each.history.queue, day, float(totals[n]), float(low[n]), float(high[n]), at,
                              float(each.mean[n, busiest[n]])))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "queue": pl.String, "day": pl.Date, "volume": pl.Float64, "p10": pl.Float64, "p90": pl.Float64,
        "busiest_at": pl.Datetime("us"), "busiest": pl.Float64,
    }
    local = pl.col("busiest_at").dt.replace_time_zone("UTC").dt.convert_time_zone(settings.zone.name)
    return pl.DataFrame(found, schema=schema, orient="row").with_columns(local)


class _Starts:
    """When an interval of the wall clock begins: never, once or twice on a day, as naive UTC."""

    def __init__(self, business_day: BusinessDay) -> None:
        self.zone = business_day.zone.info
        self._known: dict[tuple[date, int], list[datetime]] = {}

    def of(self, day: date, minute: int) -> list[datetime]:
        if (day, minute) not in self._known:
            wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
            passes = {wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
            kept = sorted(at for at in passes if at.astimezone(self.zone).replace(tzinfo=None) == wall)
            self._known[day, minute] = [at.replace(tzinfo=None) for at in kept]
        return self._known[day, minute]
