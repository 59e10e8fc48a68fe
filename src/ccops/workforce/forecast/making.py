"""From histories to a forecast: a method chosen per queue, special days, the range, and the rest of a day begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from ccops.errors import SourceError, UsageError
from ccops.progress import Progress
from ccops.remark import Remark
from ccops.workforce.forecast import assumptions, backtest, calendar, candidates, frames, intraday, special_days
from ccops.workforce.forecast.days import Days, learnt
from ccops.workforce.forecast.frames import Expected
from ccops.workforce.forecast.result import Backtest, Forecast, LeftOut, QueueBacktest, QueueForecast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ccops.settings import Settings
    from ccops.workforce.forecast.candidates import Ahead, Array
    from ccops.workforce.handling import Usual
    from ccops.workforce.history import History

MINIMUM_DAYS = 21
LONGEST_DAYS = 366
_TWO_WEEKS = 14
_RECENT = 0.98  # a day's weight against the next in the level of handling time
_RECENT_CALLS = 200.0  # calls' worth of doubt that handling time has changed of late


def forecast(histories: Sequence[History], *, horizon_days: int = 14, settings: Settings,
             handling: Mapping[str, Usual] | None = None, as_of: datetime | None = None,
             minimum: int = MINIMUM_DAYS, targets: int = backtest.TARGETS,
             progress: Progress | None = None) -> Forecast:
    """Expected calls of every queue over the coming days.

    It begins at `as_of` (aware), else where the data ends: in the middle of a day if the data does. `handling` gives
    the handling times. Methods are tried on the last `targets` days; 0 takes the mean of two untried. Raises
    UsageError for a horizon that is none, SourceError where no queue has `minimum` days or all days are closed.
    """
    if not 1 <= horizon_days <= LONGEST_DAYS:
        raise UsageError(f"a forecast of {horizon_days} days", fix=f"1 to {LONGEST_DAYS} days, such as 14d")
    usable, left_out = _usable(histories, settings, minimum)
    now = _now(histories, settings, as_of)
    made, queues = [], []
    for n, days in enumerate(usable):
        if progress:
            progress(days.history.queue, n, len(usable))
        expected, told = _queue(days, now, horizon_days, (handling or {}).get(days.history.queue), targets)
        made.append(expected)
        queues.append(told)
    if progress:
        progress("", 1, 1)
    rows = frames.rows(made, settings)
    return Forecast(
        rows, frames.days(made, settings), histories[0].interval_min, tuple(queues), left_out,
        assumptions.of_all(usable, settings, horizon_days),
    )


def league(histories: Sequence[History], *, settings: Settings, minimum: int = MINIMUM_DAYS,
           progress: Progress | None = None) -> Backtest:
    """How each method would have done on each queue. Raises SourceError where no queue has `minimum` days."""
    usable, left_out = _usable(histories, settings, minimum)
    queues = []
    for n, days in enumerate(usable):
        if progress:
            progress(days.history.queue, n, len(usable))
        found = backtest.trials(days)
        scores = tuple(backtest.scores(found))
        queues.append(
            QueueBacktest(days.history.queue, scores, backtest.chosen(scores), len(found.targets), found.left_out)
        )
    if progress:
        progress("", 1, 1)
    return Backtest(tuple(queues), left_out, assumptions.of_all(usable, settings, 0))


def moment_of(as_of: date | datetime | str | None, settings: Settings) -> datetime | None:
    """An instant as people give it: a day means its beginning, a time without offset is on the site's clock.

    Raises UsageError for a text that is neither.
    """
    if isinstance(as_of, str):
        try:
            as_of = datetime.fromisoformat(as_of) if len(as_of) > 10 else date.fromisoformat(as_of)
        except ValueError:
            fix = "write 2026-11-23 or 2026-11-23T08:30"
            raise UsageError(f"{as_of!r} is not a day or a time", fix=fix) from None
    if isinstance(as_of, datetime):
        return as_of if as_of.tzinfo else as_of.replace(tzinfo=settings.zone.info)
    if as_of is None:
        return None
    return settings.business_day.bounds(as_of)[0].replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Now:
    """The first day to forecast and, where part of it is over, how many of its intervals are."""

    day: date
    over: int


def _now(histories: Sequence[History], settings: Settings, as_of: datetime | None) -> _Now:
    first = histories[0]
    if as_of is not None:
        day = settings.business_day.day_of(as_of.astimezone(UTC).replace(tzinfo=None))
        local = as_of.astimezone(settings.zone.info)
        minute = (local.hour * 60 + local.minute + local.second / 60 - first.first_minute) % 1440
        return _Now(day, int(np.ceil(minute / first.interval_min)))
    last = max(history.days[-1] for history in histories)
    ends = [history for history in histories if history.days[-1] == last]
    seen = [int(np.flatnonzero(np.isfinite(history.counts[-1]))[-1]) + 1
            for history in ends if last in history.cut and not np.isfinite(_closing(history))]
    if seen:
        return _Now(last, max(seen))
    return _Now(last + timedelta(days=1), 0)


def _closing(history: History) -> float:
    """The count of the last open interval of the last day."""
    return float(history.counts[-1][np.flatnonzero(history.opening[history.weekdays[-1]])[-1]])


def _usable(histories: Sequence[History], settings: Settings, minimum: int) -> tuple[list[Days], tuple[LeftOut, ...]]:
    """The queues with enough history, and those without. Raises SourceError where there is none with enough."""
    usable, left_out = [], []
    for history in histories:
        days = learnt(history, settings)
        if (have := _reach(days)) < minimum:
            left_out.append(LeftOut(history.queue, have, minimum))
        else:
            usable.append(days)
    if usable:
        return usable, tuple(left_out)
    if not left_out:
        raise SourceError("there are no calls to forecast from", fix="import the calls of at least three weeks")
    if not any(history.opening.any() for history in histories):
        raise SourceError("every day is closed, by [opening] and [forecast] closed: there is nothing to forecast",
                          fix='say in ccops.toml when calls are taken, such as [opening] mon = "08:00-20:00"')
    most = max(left_out, key=lambda each: each.days)
    raise SourceError(
        f"a forecast needs {minimum} days of history; queue {most.queue} has {most.days}",
        fix="add older data (ccops import FILE); days without data, cut days and holidays do not count",
    )


def _reach(days: Days) -> int:
    """Days of history: from the first whole day to the last, closed ones included; fewer where most have no data."""
    if not len(days) or not days.filled.sum():
        return 0
    usually, span = days.history.usually_open, days.span
    after = days.history.days[int(days.at[-1])] + timedelta(days=1)
    while span >= _TWO_WEEKS and not usually[after.weekday()]:  # a third Friday ends a third week
        span, after = span + 1, after + timedelta(days=1)
    return min(span, len(days) * _TWO_WEEKS // int(usually.sum()))


def _queue(days: Days, now: _Now, horizon_days: int, handling: Usual | None,
           targets: int) -> tuple[Expected, QueueForecast]:
    found = backtest.trials(days, targets=targets)
    scores = backtest.scores(found, intervals_too=False)
    name = backtest.chosen(scores)
    coming, ahead = days.coming(now.day, horizon_days)
    past = days.past(len(days), float(coming[0].toordinal()))
    method = next(method for method in candidates.METHODS if method.name == name)
    mean = candidates.means(candidates.with_parts(method), past, ahead)[name]
    spreads, day_spreads = backtest.spreads(found, name), backtest.spreads(found, name, totals=True)
    slope = np.zeros(len(coming))
    remarks = [*assumptions.of_history(days, found, now.day if now.over else None)]
    mask = ahead.mask.copy()
    _set_holidays(days, coming, mean, mask, slope, remarks)
    dispersion = np.array([
        spreads[_within(lead)].dispersion(row) for lead, row in zip(ahead.lead, mean, strict=True)
    ]) + slope[:, None] * mean
    day_dispersion = np.array([
        float(day_spreads[_within(lead)].dispersion(row.sum())) for lead, row in zip(ahead.lead, mean, strict=True)
    ]) + slope * mean.sum(axis=1)
    if now.over:
        mask[0, : now.over] = False
        _rest_of_day(days, found, name, now, mean, dispersion, day_dispersion, remarks)
        mean[0, : now.over] = 0
    expected = Expected(
        days.history, coming, np.where(mask, mean, np.nan), np.where(mask, dispersion, np.nan), day_dispersion,
        _handling_times(days.history, ahead, handling),
    )
    told = QueueForecast(
        days.history.queue, name, backtest.wape(scores, name), backtest.wape(scores, candidates.VENDOR),
        expected.mean_dispersion, days.history.days[int(days.at[0])], days.history.days[int(days.at[-1])],
        len(found.targets), tuple(remarks),
    )
    return expected, told


def _within(lead: float) -> int:
    return int(min(max(lead, 1), max(backtest.HORIZONS)))


def _set_holidays(days: Days, coming: Sequence[date], mean: Array, mask: NDArray[np.bool_], slope: Array,
                  remarks: list[Remark]) -> None:
    """Holidays among the coming days as the past ones were: other volumes, or closed."""
    holidays = calendar.special(days.settings, coming[0], coming[-1]).holidays
    past = special_days.seen(days) if any(day in holidays for day in coming) else ()
    for n, day in enumerate(coming):
        if day in holidays and mask[n].any():
            new = special_days.adjusted(past, day, holidays[day], mean[n])
            remarks.append(assumptions.of_holiday(new, float(mean[n].sum())))
            if new.mean is None:
                mask[n] = False
            else:
                mean[n], slope[n] = np.where(mask[n], new.mean, 0), new.unsure**2


def _rest_of_day(days: Days, found: backtest.Trials, name: str, now: _Now, mean: Array, dispersion: Array,
                 day_dispersion: Array, remarks: list[Remark]) -> None:
    """What is left of the first day, by the calls it has had so far."""
    history = days.history
    if history.days[-1] != now.day or not np.isfinite(history.counts[-1, : now.over]).any():
        return
    update = intraday.learnt(*found.pairs(name, 1, range(found.first, len(days))), now.over)
    ratio = intraday.ratio(mean[0, : now.over], history.counts[-1, : now.over])
    factor = ratio**update.power
    mean[0, now.over :] *= factor
    if update.spread and update.total:
        dispersion[0] = update.spread.dispersion(mean[0])
        day_dispersion[0] = float(update.total.dispersion(mean[0, now.over :].sum()))
    remarks.append(assumptions.of_morning(history, now.over, ratio, factor))


def _handling_times(history: History, ahead: Ahead, handling: Usual | None) -> Array:
    """Mean handling time of the coming intervals: by weekday and interval, at the level of late; NaN if unknown."""
    if handling is None:
        return np.full(ahead.mask.shape, np.nan)
    table = handling.aht_s[history.weekdays]
    weight = _RECENT ** np.arange(len(history.days))[::-1, None]
    known = np.isfinite(history.handled)
    usual = float((weight * np.where(known, history.handled, 0) * table).sum())
    spent = float((weight * np.where(known, history.handle_s, 0)).sum())
    doubt = _RECENT_CALLS * handling.mean_s
    level = (spent + doubt) / (usual + doubt) if usual + doubt > 0 else 1.0
    result: Array = handling.aht_s[ahead.weekday] * level
    return result
