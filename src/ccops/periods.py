"""Days as people name them: `yesterday`, `last-week`, `mtd`, `2026-11`, `2026-W47`, `2026-11-22`, `a..b`.

Every period is whole business days of the site, both ends included. Weeks are ISO weeks, Monday to Sunday.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ccops.errors import UsageError

if TYPE_CHECKING:
    from ccops.clock import BusinessDay


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included; None where it is open."""

    first: date | None = None
    last: date | None = None


NAMED: dict[str, Callable[[date], Period]] = {
    "today": lambda today: Period(today, today),
    "yesterday": lambda today: Period(today - timedelta(days=1), today - timedelta(days=1)),
    "this-week": lambda today: Period(_monday(today), today),
    "last-week": lambda today: Period(_monday(today) - timedelta(days=7), _monday(today) - timedelta(days=1)),
    "mtd": lambda today: Period(today.replace(day=1), today),
    "last-month": lambda today: _month((today.replace(day=1) - timedelta(days=1)).replace(day=1)),
    "ytd": lambda today: Period(today.replace(month=1, day=1), today),
}
CHINESE = {
    "今天": "today", "今日": "today", "昨天": "yesterday", "昨日": "yesterday",
    "本周": "this-week", "上周": "last-week", "本月": "mtd", "本月累计": "mtd",
    "上月": "last-month", "上个月": "last-month", "今年": "ytd",
}


def period(text: str, today: date) -> Period:
    """The days that `text` names, seen from `today`. Raises UsageError for what it does not know.

    `a..b` runs from the first day of a to the last day of b; either may be left out.
    """
    if ".." in text:
        first, last = (part.strip() for part in text.split("..", 1))
        begin = _single(first, today).first if first else None
        end = _single(last, today).last if last else None
        if begin and end and begin > end:
            raise UsageError(f"the period {text} ends before it begins", fix="put the earlier day first")
        return Period(begin, end)
    return _single(text.strip(), today)


def today_of(business_day: BusinessDay, as_of: str | None = None) -> date:
    """The business day it is now, or at `as_of`: a day, or a local time such as 2026-11-23T02:30."""
    if as_of is None:
        return business_day.day_of(datetime.now(UTC).replace(tzinfo=None))
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", as_of):
            return date.fromisoformat(as_of)
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        fix = "write 2026-11-23 or 2026-11-23T08:30"
        raise UsageError(f"{as_of!r} is not a day or a time", fix=fix) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=business_day.zone.info)
    return business_day.day_of(moment.astimezone(UTC).replace(tzinfo=None))


def _single(text: str, today: date) -> Period:
    name = CHINESE.get(text, text.lower())
    if name in NAMED:
        return NAMED[name](today)
    try:
        return _dated(name)
    except ValueError as error:
        near = get_close_matches(name, [*NAMED, *CHINESE], n=1, cutoff=0.7)
        known = f"use {', '.join(NAMED)}, 2026-11-22, 2026-11, 2026-W47, 2026 or a range a..b"
        what = f"{text!r} is not a period" if str(error) == "shape" else f"{text!r} is not in the calendar"
        raise UsageError(what, fix=f"did you mean {near[0]}?" if near else known) from None


def _dated(text: str) -> Period:
    """A day, an ISO week, a month or a year. Raises ValueError("shape") for anything else."""
    if match := re.fullmatch(r"(\d{4})-?w(\d{1,2})", text):
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return Period(monday, monday + timedelta(days=6))
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return Period(day, day)
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        return _month(date(int(match[1]), int(match[2]), 1))
    if match := re.fullmatch(r"(\d{4})", text):
        return Period(date(int(match[1]), 1, 1), date(int(match[1]), 12, 31))
    raise ValueError("shape")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(first: date) -> Period:
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1))
