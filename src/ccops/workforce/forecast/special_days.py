"""Holidays in a forecast: what they did in the past against ordinary days, done again.

A holiday is measured against the mean of the same weekdays within four weeks on both sides. The same day of the same
holiday decides where it was seen before, else the same holiday, else all holidays together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ccops.workforce.forecast import calendar
from ccops.workforce.forecast.calendar import Holiday
from ccops.workforce.forecast.candidates import Array
from ccops.workforce.forecast.days import Days

_NEAR = 28
_UNSURE = 0.2  # relative error of a holiday's volume where fewer than three were seen
_POOL = 20.0  # calls per interval by which a holiday's profile leans on that of the ordinary day


@dataclass(frozen=True)
class Seen:
    """A holiday of the past: its calls against ordinary ones, None where nobody took calls."""

    day: date
    holiday: Holiday
    ratio: float | None
    counts: Array


@dataclass(frozen=True)
class Adjusted:
    """What becomes of an ordinary forecast of a holiday: the mean counts (None: closed), the relative error of their
    level, and the past days it is taken from (none: the day is taken for an ordinary one)."""

    day: date
    holiday: Holiday
    mean: Array | None
    unsure: float
    like: tuple[date, ...]


def seen(days: Days) -> tuple[Seen, ...]:
    """The holidays of the history that were open days by their weekday."""
    history = days.history
    holidays = calendar.special(days.settings, history.days[0], history.days[-1]).holidays
    weekdays, found = history.weekdays, []
    for n, day in enumerate(history.days):
        if day not in holidays or not history.opening[weekdays[n]].any() or day in history.cut:
            continue
        counts = history.counts[n]
        near = (np.abs(days.at - n) <= _NEAR) & (days.weekday == weekdays[n])
        known = np.isfinite(counts)
        if not known.any():
            found.append(Seen(day, holidays[day], None, np.zeros_like(counts)))
        elif near.any() and (usual := float(days.filled[near].mean(axis=0)[known].sum())) > 0:
            found.append(Seen(day, holidays[day], float(counts[known].sum()) / usual, np.nan_to_num(counts)))
    return tuple(found)


def adjusted(past: Sequence[Seen], day: date, holiday: Holiday, mean: Array) -> Adjusted:
    """The forecast of a holiday from the ordinary forecast of that day and the holidays seen."""
    same = [each for each in past if each.holiday.name == holiday.name]
    like = [each for each in same if each.holiday.nth == holiday.nth] or same or list(past)
    days = tuple(each.day for each in like)
    open_ones = [(each.ratio, each.counts) for each in like if each.ratio is not None]
    if not like:
        return Adjusted(day, holiday, mean, _UNSURE, ())
    if 2 * len(open_ones) < len(like):
        return Adjusted(day, holiday, None, 0.0, days)
    logs = np.log([max(ratio, 1e-3) for ratio, _ in open_ones])
    unsure = float(logs.std(ddof=1)) if len(logs) >= 3 else _UNSURE
    level = float(np.exp(logs.mean())) * float(mean.sum())
    leaning = _POOL * np.count_nonzero(mean) / max(float(mean.sum()), 1e-12)
    shape = np.sum([counts for _, counts in open_ones], axis=0) + leaning * mean
    return Adjusted(day, holiday, level * shape / max(float(shape.sum()), 1e-12), min(unsure, 1.0), days)
