"""Days that are over: what their calls would have needed, who was there, and why an interval went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.staffing_requirement import LONGEST_AHT_S

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice
    from ccops.workforce.history import History

Array = NDArray[np.float64]
LOOK_BACK_DAYS = 28  # of history that tells when a queue is open and what a call takes


def hindsight(data: Slice, first: date, last: date, interval_min: int) -> pl.DataFrame:
    """What really came, as a forecast frame: calls offered and their handling time per open interval and queue.

    Where an interval has no handled call, or one that nobody can believe, the handling time is the queue's of that day,
    else of the four weeks before. Nothing of it is uncertain: dispersion 1. Intervals without data have no row.
    """
    from ccops.workforce.history import histories

    found = histories(data.on(first - timedelta(days=LOOK_BACK_DAYS), last), interval_min)
    return framed([part for each in found for part in _observed(each, first, last)], found, data)


@dataclass(frozen=True, eq=False)
class Observed:
    """A queue's day: place in its history, calls and handling time per interval, NaN where closed or unknown."""

    history: History
    day: date
    counts: Array
    aht_s: Array


def _observed(history: History, first: date, last: date) -> list[Observed]:
    handled, busy = history.handled, history.handle_s
    with np.errstate(divide="ignore", invalid="ignore"):  # nothing handled: unknown
        each = np.where(handled > 0, busy / handled, np.nan)
        per_day = np.nansum(busy, axis=1) / np.nansum(handled, axis=1)
        overall = np.asarray(np.nansum(busy) / np.nansum(handled))
    usual = np.where(_sane(per_day), per_day, np.where(_sane(overall), overall, np.nan))
    filled = np.where(_sane(each), each, usual[:, None])
    return [
        Observed(history, day, history.counts[n], filled[n])
        for n, day in enumerate(history.days) if first <= day <= last
    ]


def _sane(aht_s: Array) -> NDArray[np.bool_]:
    return (aht_s > 0) & (aht_s <= LONGEST_AHT_S)


def framed(parts: list[Observed], found: list[History], data: Slice) -> pl.DataFrame:
    """Observed days as a frame in order of time and queue."""
    import polars as pl

    days = data.settings.business_day
    rows: list[tuple[str, datetime, float, float | None]] = []
    for part in parts:
        for slot in np.flatnonzero(np.isfinite(part.counts)).tolist():
            aht = float(part.aht_s[slot])
            rows.append((part.history.queue, part.history.start_at(part.day, slot, days), float(part.counts[slot]),
                         aht if np.isfinite(aht) else None))
    schema = {"queue": pl.String(), "start_at": pl.Datetime("us", days.zone.name), "volume": pl.Float64(),
              "aht_s": pl.Float64()}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(dispersion=pl.lit(1.0))
    return frame.sort("start_at", "queue")
