"""Days that are over: what their calls would have needed, who was there, and why an interval went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.history import arranged_all, instants
from ccops.workforce.staffing import Rules, Staffing, requirement, staff
from ccops.workforce.visits import LONGEST_S, Cells, cells

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice
    from ccops.settings import Settings
    from ccops.workforce.history import History
    from ccops.workforce.patience import Patience

Array = NDArray[np.float64]
LOOK_BACK_DAYS = 28  # of history that tells when a queue is open and what a call takes
EXPECT_DAYS = 56  # of history that a day is expected from: on real calls ten weeks do no better, 33 hardly


def cut_short(data: Slice, day: date, interval_min: int) -> bool:
    """Whether the data ends in the middle of a day's opening hours."""
    found = cells(data.between(day - timedelta(days=LOOK_BACK_DAYS), day))
    for past in arranged_all(found, interval_min, data.settings, data.scope.queues):
        is_open = np.flatnonzero(past.opening[past.weekdays[-1]])
        if past.days[-1] == day and day in past.cut and len(is_open) and not np.isfinite(past.counts[-1][is_open[-1]]):
            return True
    return False


def hindsight(data: Slice, first: date, last: date, interval_min: int, until: datetime | None = None) -> pl.DataFrame:
    """What really came, as a forecast frame: calls offered and their handling time per open interval and queue.

    Where an interval has no handled call, or one that nobody can believe, the handling time is the queue's of that day,
    else of the four weeks before. Nothing of it is uncertain: dispersion 1. Intervals without data, and those
    after `until` (aware), have no row.
    """
    found = cells(data.between(first - timedelta(days=LOOK_BACK_DAYS), last), until)
    return _hindsight(found, data, first, last, interval_min)


def _hindsight(found: Cells, data: Slice, first: date, last: date, interval_min: int) -> pl.DataFrame:
    past = arranged_all(found.since(first - timedelta(days=LOOK_BACK_DAYS)), interval_min, data.settings,
                        data.scope.queues)
    return framed([part for each in past for part in _observed(each, first, last)], data.settings)


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
    return (aht_s > 0) & (aht_s <= LONGEST_S)


def framed(parts: list[Observed], settings: Settings) -> pl.DataFrame:
    """Observed days as a frame in order of time and queue. An hour that the clock passes twice has its rows twice."""
    import polars as pl

    rows = [
        (part.history.queue, at, float(part.counts[slot]), float(part.aht_s[slot]))
        for part in parts for slot in np.flatnonzero(np.isfinite(part.counts)).tolist()
        for at in part.history.starts(part.day, slot, settings.business_day)
    ]
    frame = pl.DataFrame({
        "queue": pl.Series([row[0] for row in rows], dtype=pl.String),
        "start_at": instants([row[1] for row in rows], settings.zone),
        "volume": pl.Series([row[2] for row in rows], dtype=pl.Float64),
        "aht_s": pl.Series([row[3] for row in rows], dtype=pl.Float64).fill_nan(None),
    })
    return frame.with_columns(dispersion=pl.lit(1.0)).sort("start_at", "queue")


def day_requirements(data: Slice, day: date, interval_min: int | None = None, *, rules: Rules | None = None,
                     patience: Mapping[str, Patience] | None = None) -> pl.DataFrame:
    """A past day by interval, by queue and (queue null) all queues together, for its report.

    `offered` and `aht_s` are what came, `forecast` and `aht_forecast_s` what the history before that day made one
    expect, null where it is too short. `required` is for what came, `required_forecast` for what was expected, both
    net; the difference is split into `more_calls` and `longer_handling`, each the mean of its effect with the other
    as expected and as it came, so that they add up. `scheduled` and `staffed` are people, `gap` staffed - required.
    `required_pooled`, of all queues together, is what they would need if everybody served all of them: where many do,
    the truth lies between it and `required`.
    """
    import polars as pl

    from ccops.workforce.staffing_period import opening_of, patience_before
    from ccops.workforce.staffing_staffed import staffed

    keys = ("queue", "start_at")
    rules = replace(rules or Rules.of(data.settings), risk="mean")
    if interval_min is not None:
        rules = replace(rules, interval_min=interval_min)
    patience = patience_before(data, day) if patience is None else patience
    found = cells(data.between(day - timedelta(days=EXPECT_DAYS), day))
    came = _hindsight(found, data, day, day, rules.interval_min)
    expected = _expected(found, data, day, rules.interval_min)
    both = came.select(*keys, offered="volume", aht_s="aht_s").join(
        expected, on=keys, how="left", maintain_order="left"
    )
    there = staffed(data, opening_of(came), rules.interval_min)
    whole = staff(came, patience, data.settings, rules=rules, staffed=there)
    plan = whole.frame
    rows = both.join(plan.select(*keys, "required", "scheduled", "staffed", "gap"), on=keys, how="inner",
                     maintain_order="left")
    for name, volume, aht in (
        ("required_forecast", "forecast", "aht_forecast_s"), ("_calls", "offered", "aht_forecast_s"),
        ("_aht", "forecast", "aht_s"),
    ):
        case = rows.select(*keys, volume=volume, aht_s=pl.col(aht).fill_null(pl.col("aht_s")))
        need = requirement(case, patience, data.settings, rules).rename({"required": name})
        rows = rows.join(need.select(*keys, name), on=keys, how="left", maintain_order="left")
    part = {
        "more_calls": (pl.col("_calls") - pl.col("required_forecast") + pl.col("required") - pl.col("_aht")) / 2,
        "longer_handling": (pl.col("_aht") - pl.col("required_forecast") + pl.col("required") - pl.col("_calls")) / 2,
    }
    rows = rows.with_columns(**part).select(_DAY)
    together = _all_queues(rows).select(_DAY).join(_pooled(whole, data), on="start_at", how="left")
    return pl.concat([rows.with_columns(required_pooled=None), together], how="vertical_relaxed").sort(
        "start_at", "queue", nulls_last=True
    )


_SUMS = ("offered", "forecast", "required", "required_forecast", "more_calls", "longer_handling", "scheduled",
         "staffed", "gap")
_DAY = ("queue", "start_at", "offered", "forecast", "aht_s", "aht_forecast_s", "required", "required_forecast",
        "more_calls", "longer_handling", "scheduled", "staffed", "gap")


def _pooled(whole: Staffing, data: Slice) -> pl.DataFrame:
    """What all queues would need as one, per interval."""
    from ccops.workforce.staffing_pooling import pool

    if whole.frame["queue"].n_unique() < 2:
        return whole.frame.select("start_at", required_pooled="required")
    return pool(whole, data.settings).frame.select("start_at", required_pooled="pooled")


def _all_queues(rows: pl.DataFrame) -> pl.DataFrame:
    """Sums over the queues of an interval; unknown where one of them is, as a sum of the others would mislead."""
    import polars as pl

    def whole(column: str) -> pl.Expr:
        return pl.when(pl.col(column).is_null().any()).then(None).otherwise(pl.col(column).sum()).alias(column)

    def weighted(column: str, by: str) -> pl.Expr:
        known = pl.col(column).is_not_null() & (pl.col(by) > 0)
        return (pl.col(column) * pl.col(by)).filter(known).sum() / pl.col(by).filter(known).sum()

    return rows.group_by("start_at", maintain_order=True).agg(
        *map(whole, _SUMS), queue=pl.lit(None, pl.String), aht_s=weighted("aht_s", "offered"),
        aht_forecast_s=weighted("aht_forecast_s", "forecast"),
    ).with_columns(pl.col("aht_s", "aht_forecast_s").fill_nan(None))


def _expected(found: Cells, data: Slice, day: date, interval_min: int) -> pl.DataFrame:
    """What the history before a day made one expect of it; no rows where that is too short."""
    import polars as pl

    from ccops.errors import SourceError
    from ccops.workforce.expected import expected_on

    schema = {"queue": pl.String(), "start_at": pl.Datetime("us", data.settings.zone.name),
              "forecast": pl.Float64(), "aht_forecast_s": pl.Float64()}
    try:
        frame = expected_on(day, found.before(day), data, interval_min)
    except SourceError:  # too little history is no fault of the day's report
        return pl.DataFrame(schema=schema)
    return frame.select("queue", "start_at", forecast="volume", aht_forecast_s="aht_s").cast(schema)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Shortfall:
    """Why an interval was short, in agents: the parts add up to `short` = required - staffed. Negative parts helped.

    `more_calls` and `longer_handling` against the forecast; `planned_short`, fewer scheduled than the forecast needed;
    `absent`, fewer at work than scheduled. None where the forecast or the schedule is not known: without a schedule
    `planned_short` compares with who was at work, without a forecast only `short` is known.
    """

    queue: str | None
    start_at: datetime
    offered: float | None
    forecast: float | None
    aht_s: float | None
    aht_forecast_s: float | None
    required: float
    staffed: float
    short: float
    more_calls: float | None
    longer_handling: float | None
    planned_short: float | None
    absent: float | None


def explain_interval(frame: pl.DataFrame, start_at: datetime | None = None,
                     queue: str | None = None) -> Shortfall | None:
    """An interval of `day_requirements`, of a queue or (None) of all together: without `start_at` the one that was
    shortest of people. None where nobody knows who was staffed.
    """
    import polars as pl

    rows = frame.filter(pl.col("queue").eq_missing(pl.lit(queue)) & pl.col("gap").is_not_null())
    if start_at is not None:
        rows = rows.filter(pl.col("start_at") == start_at)
    for row in rows.sort("gap", "start_at").head(1).iter_rows(named=True):
        base = row["required_forecast"] if row["more_calls"] is not None else None
        planned = row["scheduled"] if row["scheduled"] is not None else row["staffed"]
        return Shortfall(
            **{name: row[name] for name in ("queue", "start_at", "offered", "forecast", "aht_s", "aht_forecast_s",
                                            "required", "staffed", "more_calls", "longer_handling")},
            short=-row["gap"], planned_short=None if base is None else base - planned,
            absent=None if row["scheduled"] is None else row["scheduled"] - row["staffed"],
        )
    return None
