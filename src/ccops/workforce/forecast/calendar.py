"""What kind of day each day is: the weekday it counts as, holidays, closures, and its place in the month.

People call on the first working days of a month, on its last one, and on the day after a closure as on no others of
the same weekday; these three are what a forecast needs to know beside the weekday.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ccops.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ccops.settings import Settings

_START = 3  # open days that belong to the start of a month
_SHORT_GAP = 3  # days without data that may have been a closure; more than that is lost data
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Holiday:
    """A day of a public holiday: its name (and in Chinese, where known), and which day of it this is, from 1."""

    name: str
    nth: int
    name_zh: str = ""


@dataclass(frozen=True)
class Special:
    """Holidays by day, and weekend days that are worked, with the weekday (0 is Monday) they count as."""

    holidays: Mapping[date, Holiday]
    worked: Mapping[date, int]


def special(settings: Settings, first: date, last: date) -> Special:
    """What `[forecast] holidays` says of these days. Raises SettingsError for a country or part that is unknown."""
    if not settings.forecast.holidays:
        return Special({}, {})
    return _special(settings.forecast.holidays, first.year, last.year)


@lru_cache(maxsize=16)
def _special(place: str, first_year: int, last_year: int) -> Special:
    from holidays import country_holidays

    country, _, part = place.partition("-")
    years = range(first_year - 1, last_year + 2)  # a holiday at the turn of the year belongs together

    def in_language(wanted: str | None) -> Any:
        return country_holidays(country, subdiv=part or None, years=years, language=wanted)

    try:
        found = in_language(None)
        known = getattr(found, "supported_languages", None) or ()
        found, chinese = (in_language(name) if name in known else found for name in ("en_US", "zh_CN"))
    except NotImplementedError as error:
        raise SettingsError(
            f"forecast.holidays: {error}", fix="two capital letters of the country, such as CN, or DE-BY for a part"
        ) from None
    weekend = set(found.weekend)
    worked = {
        day: min((w for w in range(7) if w not in weekend), key=lambda w: _apart(w, day.weekday()))
        for day in sorted(found.weekend_workdays)
    }
    names = _numbered(dict(found.items()), weekend, worked)
    names_zh = {holiday.name: chinese[day] for day, holiday in reversed(names.items()) if day in found}
    return Special({d: replace(h, name_zh=_bare(names_zh.get(h.name, h.name))) for d, h in names.items()}, worked)


def _apart(one: int, other: int) -> int:
    return min((one - other) % 7, (other - one) % 7)


def _numbered(names: Mapping[date, str], weekend: Collection[int], worked: Collection[date]) -> dict[date, Holiday]:
    """Holidays with their weekend days in between, numbered within their name; a substituted day bears its holiday's.

    A day off in exchange for a worked weekend day belongs to the holiday it stands beside.
    """
    found: dict[date, Holiday] = {}
    for run in _runs(names, weekend, worked):
        own = {day: _bare(names[day]) for day in run if day in names}
        proper = [name for name in own.values() if not name.startswith("Day off")]
        name, counted = proper[0] if proper else "Day off", dict[str, int]()
        for day in run:
            given = own.get(day, name)
            name = name if given.startswith("Day off") else given
            counted[name] = counted.get(name, 0) + 1
            found[day] = Holiday(name, counted[name])
    return found


def _bare(name: str) -> str:
    """A holiday's name without what is said of this year's date."""
    return re.split(r" \((?:observed|estimated)|（(?:补假|推定)", name)[0]


def _runs(names: Mapping[date, str], weekend: Collection[int], worked: Collection[date]) -> list[list[date]]:
    """Stretches of holidays that only days off at the weekend lie between."""
    runs: list[list[date]] = []
    for day in sorted(names):
        between = []
        if runs:
            step = runs[-1][-1] + _ONE
            while step < day and step.weekday() in weekend and step not in worked:
                between.append(step)
                step += _ONE
            if step == day:
                runs[-1] += [*between, day]
                continue
        runs.append([day])
    return runs


def weekdays(days: Sequence[date], settings: Settings) -> NDArray[np.int64]:
    """The weekday each day counts as, 0 for Monday: a weekend day that is worked counts as the nearest weekday."""
    worked = special(settings, days[0], days[-1]).worked if days else {}
    return np.array([worked.get(day, day.weekday()) for day in days], np.int64)


def features(days: Sequence[date], usually_open: NDArray[np.bool_], settings: Settings,
             unknown: Collection[date] = ()) -> NDArray[np.float64]:
    """Per day whether it follows a closure, is one of the first three open days of its month, or the last one.

    `usually_open` says it per weekday, `unknown` are open days without data: a few in a row may have been a closure.
    """
    first, last = days[0].replace(day=1) - 10 * _ONE, (days[-1].replace(day=28) + 4 * _ONE).replace(day=1)
    every = [first + n * _ONE for n in range((last - first).days)]
    open_days = usually_open[weekdays(every, settings)]
    holidays = special(settings, every[0], every[-1]).holidays
    missed = _short(unknown)
    off = np.array([d in settings.forecast.closed or d in holidays or d in missed for d in every])
    works = open_days & ~off
    month_end = {(day.year, day.month): day for day, open_day in zip(every, works, strict=True) if open_day}
    rows: dict[date, tuple[bool, bool, bool]] = {}
    after, nth, month = False, 0, 0
    for n, day in enumerate(every):
        if day.month != month:
            nth, month = 0, day.month
        nth += int(works[n])
        rows[day] = (after, bool(works[n]) and nth <= _START, month_end.get((day.year, day.month)) == day)
        if open_days[n]:
            after = bool(off[n])
    return np.array([rows[day] for day in days], float)


def _short(unknown: Collection[date]) -> set[date]:
    """Of the days without data, those of which no more than a few follow one another, weekends aside."""
    kept: set[date] = set()
    run: list[date] = []
    for day in [*sorted(unknown), date.max]:
        if run and (day - run[-1]).days > _SHORT_GAP:
            kept |= set(run) if len(run) <= _SHORT_GAP else set()
            run = []
        run.append(day)
    return kept
