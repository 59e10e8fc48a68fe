"""A queue's history as the days that methods learn from, and the coming days as they need to know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from ccops.workforce.forecast import calendar
from ccops.workforce.forecast.candidates import Ahead, Past
from ccops.workforce.history import usual_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ccops.settings import Settings
    from ccops.workforce.forecast.candidates import Array
    from ccops.workforce.history import History


@dataclass(frozen=True, eq=False)
class Days:
    """The whole ordinary days of a history, oldest first, and what kind of day each is.

    Days without data, cut days and holidays are not among them. `actual` keeps what is unknown as NaN, `filled` has
    the usual share of the day's calls there, and 0 in closed intervals.
    """

    history: History
    settings: Settings
    at: NDArray[np.int64]
    actual: Array
    filled: Array
    weekday: NDArray[np.int64]
    features: Array

    def __len__(self) -> int:
        return len(self.at)

    @property
    def ordinals(self) -> Array:
        return np.asarray(self.at + self.history.days[0].toordinal(), np.float64)

    @property
    def span(self) -> int:
        """Calendar days from the first whole day to the last."""
        return int(self.at[-1] - self.at[0]) + 1 if len(self) else 0

    def past(self, n: int, before: float) -> Past:
        """The first n of them, as seen from a day (its ordinal)."""
        ordinals = self.ordinals[:n]
        return Past(self.filled[:n], self.weekday[:n], self.features[:n], before - ordinals, ordinals)

    def ahead(self, n: int, length: int) -> Ahead:
        """The days that followed the first n of them."""
        part = slice(n, n + length)
        lead = np.arange(1.0, len(self.at[part]) + 1)
        mask = self.history.opening[self.weekday[part]]
        return Ahead(self.weekday[part], self.features[part], lead, self.ordinals[part], mask)

    def coming(self, first: date, length: int) -> tuple[tuple[date, ...], Ahead]:
        """Calendar days from `first` on. Closed ones have no open interval."""
        history, closed = self.history, self.settings.forecast.closed
        every = _every(history.days[0], first + timedelta(days=length - 1))
        weekday = calendar.weekdays(every, self.settings)
        usually = history.usually_open
        kinds = calendar.features(every, usually, self.settings, history.gaps)
        shut = np.array([day in closed for day in every])
        later = np.arange(len(every)) > self.at[-1]
        lead = np.cumsum(later & usually[weekday] & ~shut)
        part = slice(len(every) - length, None)
        ordinal = np.array([day.toordinal() for day in every[part]], float)
        mask = history.opening[weekday[part]] & ~shut[part, None]
        return every[part], Ahead(weekday[part], kinds[part], np.maximum(lead[part], 1.0), ordinal, mask)


def _every(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def learnt(history: History, settings: Settings) -> Days:
    """The days of a history that methods may learn from."""
    weekdays = history.weekdays
    mask, known = history.opening[weekdays], np.isfinite(history.counts)
    usually = history.usually_open
    kinds = calendar.features(history.days, usually, settings, history.gaps)
    holidays = calendar.special(settings, history.days[0], history.days[-1]).holidays
    whole = np.array([
        bool(known[n].any()) and day not in history.cut and day not in holidays for n, day in enumerate(history.days)
    ])
    usual = usual_day(history.counts, weekdays)
    seen, expected = np.where(known, history.counts, 0).sum(axis=1), np.where(known, usual, 0).sum(axis=1)
    ratio = np.where(expected > 0, seen / np.maximum(expected, 1e-12), 1)
    filled = np.where(known, history.counts, np.where(mask, usual * ratio[:, None], 0))
    at = np.flatnonzero(whole)
    return Days(history, settings, at, history.counts[at], filled[at], weekdays[at], kinds[at])
