"""Forecasts of queues as frames: one row per open interval, one per day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ccops.workforce.forecast import intervals
from ccops.workforce.history import instants

if TYPE_CHECKING:
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
    parts = []
    for each in made:
        day, slot = np.nonzero(np.isfinite(each.mean))
        found = [(at, n) for n, (d, s) in enumerate(zip(day.tolist(), slot.tolist(), strict=True))
                 for at in each.history.starts(each.days[d], s, settings.business_day)]
        index = np.array([n for _, n in found], int)
        mean, dispersion = each.mean[day, slot][index], each.dispersion[day, slot][index]
        low, middle, high = intervals.quantiles(mean, dispersion)
        parts.append(pl.DataFrame({
            "queue": [each.history.queue] * len(found),
            "start_at": instants([at for at, _ in found], settings.zone),
            "volume": mean, "p10": low, "p50": middle, "p90": high,
            "aht_s": pl.Series(each.aht_s[day, slot][index]).fill_nan(None), "dispersion": dispersion,
        }))
    return pl.concat(parts)


def days(made: Sequence[Expected], settings: Settings) -> pl.DataFrame:
    """queue, day, volume, p10, p90, dispersion, busiest_at and busiest (the interval with most calls) of open days."""
    found = []
    for each in made:
        totals, busiest = np.nansum(each.mean, axis=1), np.argmax(np.nan_to_num(each.mean, nan=-1), axis=1)
        low, high = intervals.quantiles(totals, each.day_dispersion, (intervals.LOW, intervals.HIGH))
        for n, day in enumerate(each.days):
            if np.isfinite(each.mean[n]).any():
                at = next(iter(each.history.starts(day, int(busiest[n]), settings.business_day)), None)
                found.append((
                    each.history.queue, day, float(totals[n]), float(low[n]), float(high[n]),
                    float(each.day_dispersion[n]), at and at.astimezone(UTC), float(each.mean[n, busiest[n]]),
                ))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "queue": pl.String, "day": pl.Date, "volume": pl.Float64, "p10": pl.Float64, "p90": pl.Float64,
        "dispersion": pl.Float64, "busiest_at": pl.Datetime("us", "UTC"), "busiest": pl.Float64,
    }
    local = pl.col("busiest_at").dt.convert_time_zone(settings.zone.name)
    return pl.DataFrame(found, schema=schema, orient="row").with_columns(local)
