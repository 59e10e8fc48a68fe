"""What kind of day a day is: holidays, exchanged days, closures, the month; and what that does to a forecast."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

import series_files
from ccops.errors import SettingsError
from ccops.settings import Settings
from ccops.workforce.forecast import calendar, special_days
from ccops.workforce.forecast.calendar import Holiday
from ccops.workforce.forecast.days import learnt
from ccops.workforce.forecast.making import forecast
from ccops.workforce.forecast.result import Forecast

CHINA = Settings().replacing(**{"forecast.holidays": "CN", "site.tz": "Asia/Shanghai"})
FIRST = date(2025, 9, 1)
WEEKDAYS_ONLY = np.array([True] * 5 + [False] * 2)


def year(settings: Settings, *, share: float = 0.4, until: date = date(2026, 9, 24)) -> series_files.Array:
    """A year of counts in which a holiday has `share` of an ordinary day, and worked weekends are weekdays."""
    n = (until - FIRST).days + 1
    found = calendar.special(settings, FIRST, until)
    expected = series_files.means(n, 60, FIRST, lambda day: share if day in found.holidays else 1.0)
    for day, weekday in found.worked.items():
        if FIRST <= day <= until:
            expected[(day - FIRST).days] *= series_files.WEEK[weekday] / series_files.WEEK[day.weekday()]
    return series_files.drawn(expected, noise=0.03)


def volume(made: Forecast, day: date) -> float | None:
    found = [row["volume"] for row in made.days.to_dicts() if row["day"] == day]
    return found[0] if found else None


def test_chinas_year_as_the_state_council_decreed_it() -> None:
    """2026: National Day 1-7 October, worked on 20 September (Sunday) and 10 October (Saturday)."""
    found = calendar.special(CHINA, date(2026, 1, 1), date(2026, 12, 31))
    week = [found.holidays[date(2026, 10, day)] for day in range(1, 8)]
    assert [(day.name, day.nth) for day in week] == [("National Day", n) for n in range(1, 8)]
    assert {day.name_zh for day in week} == {"国庆节"}
    assert date(2026, 9, 30) not in found.holidays
    assert found.worked[date(2026, 9, 20)] == 0
    assert found.worked[date(2026, 10, 10)] == 4
    assert calendar.weekdays([date(2026, 10, 10), date(2026, 10, 11)], CHINA).tolist() == [4, 6]
    assert calendar.weekdays([date(2026, 10, 10)], Settings()).tolist() == [5]


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    corpus_christi = date(2026, 6, 4)
    for place, has in (("DE-BY", True), ("DE", False)):
        settings = Settings().replacing(**{"forecast.holidays": place})
        assert (corpus_christi in calendar.special(settings, date(2026, 1, 1), date(2026, 12, 31)).holidays) is has


@pytest.mark.parametrize("place", ["XX", "DE-ZZ"])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    with pytest.raises(SettingsError, match=r"not available|does not have"):
        calendar.special(Settings().replacing(**{"forecast.holidays": place}), date(2026, 1, 1), date(2026, 1, 2))
    with pytest.raises(SettingsError, match="two capitals"):
        Settings().replacing(**{"forecast.holidays": "China"})


def test_starts_and_ends_of_months_and_days_after_closures() -> None:
    """August 2026 begins with a weekend; the 17th is closed."""
    days = [date(2026, 8, 1) + timedelta(days=n) for n in range(31)]
    settings = Settings().replacing(**{"forecast.closed": [date(2026, 8, 17)]})
    found = calendar.features(days, WEEKDAYS_ONLY, settings)
    after, start, end = ([days[n].day for n in np.flatnonzero(column)] for column in found.T)
    assert after == [18]
    assert start == [3, 4, 5]
    assert end == [31]


def test_missing_days_may_have_been_a_closure_but_not_many() -> None:
    days = [date(2026, 8, 3) + timedelta(days=n) for n in range(26)]
    few = calendar.features(days, WEEKDAYS_ONLY, Settings(), [date(2026, 8, 7), date(2026, 8, 10)])
    assert [few[days.index(date(2026, 8, n)), 0] for n in (7, 10, 11, 12)] == [0, 1, 1, 0]  # weekends do not use it up
    many = calendar.features(days, WEEKDAYS_ONLY, Settings(), days[7:14])
    assert not many[:, 0].any()


def test_last_years_holidays_come_again() -> None:
    counts = year(CHINA)
    made = forecast([series_files.past(counts, first=FIRST, settings=CHINA)], settings=CHINA, horizon_days=21)
    ordinary = series_files.means(21, 60, date(2026, 9, 25)).sum(axis=1)
    for n in range(6, 13):  # the seven days of National Day
        got = volume(made, date(2026, 9, 25) + timedelta(days=n))
        assert got == pytest.approx(0.4 * ordinary[n], rel=0.2)
    worked = volume(made, date(2026, 10, 10))
    assert worked == pytest.approx(series_files.means(1, 60, date(2026, 10, 9)).sum(), rel=0.1)
    (told,) = made.queues
    said = [remark.text("en") for remark in told.remarks if remark.key == "forecast_holiday"]
    assert said[1].startswith("2026-10-01 National Day: 4")
    assert said[1].endswith("of an ordinary day, as on 2025-10-01.")
    assert "国庆节" in next(remark.text("zh") for remark in told.remarks if "10-01" in remark.text("zh"))


def test_a_centre_that_closed_on_holidays_closes_again() -> None:
    counts = year(CHINA)
    for n in range(len(counts)):
        if FIRST + timedelta(days=n) in calendar.special(CHINA, FIRST, date(2026, 12, 31)).holidays:
            counts[n] = np.nan
    history = series_files.past(counts, first=FIRST, settings=CHINA)
    made = forecast([history], settings=CHINA, horizon_days=14)
    assert volume(made, date(2026, 10, 1)) is None
    assert volume(made, date(2026, 9, 30)) is not None
    keys = {remark.key for remark in made.queues[0].remarks}
    assert "forecast_holiday_closed" in keys
    assert "forecast_gaps" not in keys  # a closed holiday is no hole in the data


def test_a_holiday_never_seen_is_an_ordinary_day_with_a_wider_range() -> None:
    counts = year(Settings(), until=date(2026, 9, 24))[300:]
    first = FIRST + timedelta(days=300)
    settings = CHINA
    history = series_files.past(counts, first=first, settings=settings)
    made = forecast([history], settings=settings, horizon_days=1)
    plain = forecast([history], settings=Settings(), horizon_days=1)
    assert volume(made, date(2026, 9, 25)) == pytest.approx(volume(plain, date(2026, 9, 25)) or 0, rel=0.05)
    wide, narrow = ((made.days["p90"] - made.days["p10"])[0] for made in (made, plain))
    assert wide > 2 * narrow
    assert "forecast_holiday_unknown" in {remark.key for remark in made.queues[0].remarks}


def test_closed_days_have_no_forecast() -> None:
    settings = Settings().replacing(**{"forecast.closed": [date(2026, 4, 8)]})
    history = series_files.past(series_files.drawn(series_files.means(35)))
    made = forecast([history], settings=settings, horizon_days=7)
    assert made.days["day"].to_list() == [date(2026, 4, n) for n in (6, 7, 9, 10, 11, 12)]


def test_holidays_are_measured_against_the_same_weekdays_around_them() -> None:
    found = learnt(series_files.past(year(CHINA), first=FIRST, settings=CHINA), CHINA)
    seen = special_days.seen(found)
    assert len(seen) > 25
    assert np.mean([each.ratio for each in seen if each.ratio is not None]) == pytest.approx(0.4, abs=0.03)
    assert not {each.day.toordinal() for each in seen} & {int(o) for o in found.ordinals}  # and are no ordinary days
    mean = np.full(24, 10.0)
    none = special_days.adjusted((), date(2027, 1, 1), Holiday("New Year's Day", 1), mean)
    assert none.like == ()
    assert none.mean is mean
    other = special_days.adjusted(seen, date(2027, 1, 1), Holiday("Unheard-of Day", 1), mean)
    assert len(other.like) == len(seen)
    assert other.mean is not None
    assert other.mean.sum() == pytest.approx(0.4 * 240, rel=0.08)
