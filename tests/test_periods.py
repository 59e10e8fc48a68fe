"""Named periods against a calendar on the wall: 23 November 2026 is a Monday."""

from __future__ import annotations

import calendar
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.clock import BusinessDay, Zone
from ccops.errors import UsageError
from ccops.periods import CHINESE, NAMED, Period, period, today_of

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("昨天", "2026-11-22", "2026-11-22"),
        ("Yesterday", "2026-11-22", "2026-11-22"),
        ("this-week", "2026-11-23", "2026-11-23"),
        ("last-week", "2026-11-16", "2026-11-22"),
        ("mtd", "2026-11-01", "2026-11-23"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("上月", "2026-10-01", "2026-10-31"),
        ("ytd", "2026-01-01", "2026-11-23"),
        ("2026-11-22", "2026-11-22", "2026-11-22"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026W47", "2026-11-16", "2026-11-22"),
        ("2026-W01", "2025-12-29", "2026-01-04"),  # ISO 8601: week 1 holds the year's first Thursday
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-11-01..2026-11-07", "2026-11-01", "2026-11-07"),
        ("2026-10..2026-11", "2026-10-01", "2026-11-30"),
        ("last-month..yesterday", "2026-10-01", "2026-11-22"),
    ],
)
def test_known_periods(text: str, first: str, last: str) -> None:
    assert period(text, MONDAY) == Period(date.fromisoformat(first), date.fromisoformat(last))


def test_open_ranges() -> None:
    assert period("2026-11-01..", MONDAY) == Period(date(2026, 11, 1), None)
    assert period("..yesterday", MONDAY) == Period(None, date(2026, 11, 22))


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("yesteday", "did you mean yesterday?"),
        ("lastweek", "did you mean last-week?"),
        ("上个周", "did you mean 上周?"),
        ("soon", "use today, yesterday"),
        ("", "use today, yesterday"),
        ("2026-02-30", "use today, yesterday"),
        ("2026-W54", "use today, yesterday"),
        ("2026-13", "use today, yesterday"),
        ("2026-11-07..2026-11-01", "put the earlier day first"),
    ],
)
def test_refused_with_a_remedy(text: str, fix: str) -> None:
    with pytest.raises(UsageError) as refusal:
        period(text, MONDAY)
    assert refusal.value.fix.startswith(fix)


@given(st.dates(date(1999, 1, 1), date(2100, 1, 1)))
def test_named_periods_on_any_day(today: date) -> None:
    assert set(CHINESE.values()) <= set(NAMED)
    for name in NAMED:
        span = period(name, today)
        assert span.first is not None
        assert span.last is not None
        assert span.first <= span.last <= today
    week = period("last-week", today)
    assert week.first is not None
    assert week.first.weekday() == 0
    assert week.last == week.first + timedelta(days=6)
    month = period("last-month", today)
    assert month.first is not None
    assert month.last is not None
    assert (month.last - month.first).days + 1 == calendar.monthrange(month.first.year, month.first.month)[1]
    assert month.last + timedelta(days=1) == today.replace(day=1)


def test_today_follows_the_sites_zone_and_day_start() -> None:
    late = BusinessDay(Zone.of("Asia/Shanghai"), time(4))
    assert today_of(late, "2026-11-23") == date(2026, 11, 23)
    assert today_of(late, "2026-11-23T03:59") == date(2026, 11, 22)
    assert today_of(late, "2026-11-23T04:00") == date(2026, 11, 23)
    assert today_of(late, "2026-11-22T19:59:59+00:00") == date(2026, 11, 22)
    assert today_of(late, "2026-11-22T20:00:00+00:00") == date(2026, 11, 23)


def test_an_unreadable_as_of_is_refused() -> None:
    with pytest.raises(UsageError, match="not a day or a time"):
        today_of(BusinessDay(Zone.of("UTC")), "noon")
