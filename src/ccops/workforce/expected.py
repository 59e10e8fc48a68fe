"""The calls to come of a slice's queues: one forecast from their past and from what a call takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl

from ccops.workforce.forecast.backtest import TARGETS
from ccops.workforce.forecast.making import forecast
from ccops.workforce.forecast.result import Forecast
from ccops.workforce.handling import usual_handling
from ccops.workforce.history import arranged_all
from ccops.workforce.visits import Cells, cells, last_day

if TYPE_CHECKING:
    from ccops.model import Slice
    from ccops.progress import Progress
    from ccops.settings import Settings


def expected(data: Slice, interval_min: int, horizon_days: int, *, until: datetime | None = None,
             progress: Progress | None = None) -> Forecast:
    """The forecast of the slice's queues from its days, or from what was known at `until` (aware).

    Handling times of small queues lean on all queues, asked for or not. Raises as `forecast` does.
    """
    found = cells(data, until)
    if not found.frame.height:
        last_day(data)  # says why there are none at all
    return _made(found, data, interval_min, horizon_days, until, progress)


def expected_between(data: Slice, known: date, first: date, last: date, interval_min: int,
                     progress: Progress | None = None, until: datetime | None = None) -> Forecast:
    """The forecast made from everything up to the day `known`, or to `until` (aware) in it, its rows those of the days
    from `first` to `last`."""
    # One day more, as a forecast begins on the last day where that is cut short.
    found = expected(data.between(None, known), interval_min, (last - known).days + 1, until=until, progress=progress)
    return replace(found, frame=_of_days(found.frame, data.settings, first, last))


def expected_on(day: date, past: Cells, data: Slice, interval_min: int) -> pl.DataFrame:
    """What the visits before a day made one expect of it, as a forecast's frame.

    No method is chosen, which takes longer than the forecast: it is the mean of two that a choice falls back on.
    """
    known = past.frame["day"].max()
    ahead = (day - known).days if isinstance(known, date) else 0
    found = _made(past, data, interval_min, ahead + 1, None, None, targets=0)
    return _of_days(found.frame, data.settings, day, day)


def _made(found: Cells, data: Slice, interval_min: int, horizon_days: int, until: datetime | None,
          progress: Progress | None, targets: int = TARGETS) -> Forecast:
    past = arranged_all(found, interval_min, data.settings, data.scope.queues)
    handling = usual_handling(found, data.settings, interval_min)
    return forecast(past, horizon_days=horizon_days, settings=data.settings, handling=handling, as_of=until,
                    targets=targets, progress=progress)


def _of_days(frame: pl.DataFrame, settings: Settings, first: date, last: date) -> pl.DataFrame:
    begin, end = settings.business_day.bounds(first)[0], settings.business_day.bounds(last)[1]
    at = pl.col("start_at").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return frame.filter((at >= begin) & (at < end))
