"""What a forecast assumes and what it could not use, as remarks that a reader gets with the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ccops.labels import NAMES
from ccops.remark import Remark
from ccops.workforce import opening_hours
from ccops.workforce.forecast import backtest, calendar, candidates
from ccops.workforce.forecast.days import Days

if TYPE_CHECKING:
    from ccops.settings import Settings
    from ccops.workforce.forecast.special_days import Adjusted
    from ccops.workforce.history import History

_NAMED = 3  # days that a remark names one by one
_FEW = 30  # days tried below which a choice of method is a guess
_QUIET = 28  # days without any call after which a queue may be closed


def of_all(usable: Sequence[Days], settings: Settings, horizon_days: int) -> tuple[Remark, ...]:
    """What holds for every queue of the forecast."""
    found = []
    if not settings.forecast.holidays:
        found.append(Remark("forecast_no_holidays"))
    if horizon_days > max(backtest.HORIZONS):
        found.append(Remark("forecast_far", {"days": str(max(backtest.HORIZONS))}))
    if usable and any(settings.opening.minutes(weekday) is None for weekday in range(opening_hours.WEEK)):
        found.append(Remark("forecast_hours_shown"))
    return tuple(found)


def of_history(days: Days, found: backtest.Trials, today: date | None) -> Iterator[Remark]:
    """What of a queue's history was used and what was not; `today` is known in part, as it should be."""
    history = days.history
    holidays = calendar.special(days.settings, history.days[0], history.days[-1]).holidays
    if gaps := [day for day in history.gaps if day not in holidays]:
        yield Remark("forecast_gaps", {"n": str(len(gaps)), "days": _listed(gaps)})
    if cut := [day for day in history.cut if day not in holidays and day != today]:
        yield Remark("forecast_cut", {"n": str(len(cut)), "days": _listed(cut)})
    if history.outside >= 0.5:
        yield Remark("forecast_outside", {"calls": f"{history.outside:,.0f}"})
    for method in candidates.METHODS:
        if method.name in found.left_out and callable(method.of):
            name = NAMES[f"method_{method.name}"]
            yield Remark("forecast_not_tried", {"method": name, "days": str(method.needs_days)})
    if not found.forecasts or not len(found.targets):
        yield Remark("forecast_not_tested")
    elif len(found.targets) < _FEW:
        yield Remark("forecast_few_days", {"n": str(len(found.targets)), "of": str(backtest.TARGETS)})
    last_call = np.flatnonzero(np.nansum(history.counts, axis=1) > 0)
    if len(history.days) - 1 - int(last_call[-1]) >= _QUIET:
        yield Remark("forecast_quiet", {"day": str(history.days[int(last_call[-1])])})


def of_holiday(new: Adjusted, ordinary: float) -> Remark:
    """What a coming holiday was made of."""
    values: dict[str, str | tuple[str, str]] = {
        "day": str(new.day), "holiday": (new.holiday.name, new.holiday.name_zh or new.holiday.name),
    }
    if new.mean is None:
        return Remark("forecast_holiday_closed", values | {"like": _listed(new.like)})
    if not new.like:
        return Remark("forecast_holiday_unknown", values)
    share = float(new.mean.sum()) / ordinary if ordinary else 1.0
    return Remark("forecast_holiday", values | {"share": f"{share:.0%}", "like": _listed(new.like)})


def of_morning(history: History, over: int, ratio: float, factor: float) -> Remark:
    """What the calls of the day so far did to the rest of it."""
    minute = (history.first_minute + over * history.interval_min) % 1440
    return Remark("forecast_morning", {
        "time": f"{minute // 60:02}:{minute % 60:02}", "ratio": f"{ratio - 1:+.1%}", "factor": f"{factor - 1:+.1%}",
    })


def _listed(days: Sequence[date]) -> str:
    shown = ", ".join(str(day) for day in days[:_NAMED])
    return f"{shown}, …" if len(days) > _NAMED else shown
