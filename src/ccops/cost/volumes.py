"""How much of everything that somebody may bill a month of this centre is: its own months, cut ones made whole.

A month is cut where the data begin or end in it, not by days without calls: a centre that is closed on Sundays has
whole months. What is in the data counts (days open in the month) / (days open that the data reach over) times; open
is a weekday that has calls anywhere.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from ccops.errors import SourceError
from ccops.metrics.evaluate import kpis
from ccops.remark import Remark

if TYPE_CHECKING:
    from ccops.model import Slice

_HOUR_MS = 3_600_000
_LEAST_DAYS = 7  # of a month; fewer do not tell what it is like
_MILLI = Decimal("0.001")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Month:
    """A month: units by name, None where not known, and its service level. The data reach over `days` of it."""

    month: date
    days: int
    units: Mapping[str, Decimal | None]
    service_level: Decimal | None


def volumes(data: Slice, seats: int | None) -> tuple[list[Month], list[Remark]]:
    """The months of the slice with a week of calls or more (any, where none has), as whole ones, in order of time.

    Raises SourceError without any.
    """
    every = {row["month"]: row for row in _calls(data)}
    spans = _spans(data)
    rows = {month: row for month, row in every.items() if spans[month].days >= _LEAST_DAYS} or every
    found, notes = [], []
    for month, row in sorted(rows.items()):
        span = spans[month]
        times = span.times
        if times > 1:
            notes.append(Remark("src_cut", {
                "month": f"{month:%Y-%m}", "days": str(span.days), "of": str(monthrange(month.year, month.month)[1])}))
        paid, worked = _hours(data, span.first, span.last)
        own = {
            "seat": None if seats is None else Decimal(seats), "contact": _decimal(row["handled"], times),
            "minute": _decimal(row["minutes"], times), "resolution": _decimal(row["resolved"], times),
            "hour": _decimal(paid, times), "productive_hour": _decimal(worked, times), "revenue": _revenue(data, month),
        }
        level = row["service_level"]
        found.append(Month(month, span.days, own, None if level is None else Decimal(str(round(level, 6)))))
    if not found:
        raise SourceError("there are no calls in queues", fix="import calls with queues, or give days that have any")
    return found, notes


@dataclass(frozen=True)
class _Span:
    """What of a month the data reach over, and how many times it makes the whole month."""

    first: date
    last: date
    times: float

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def _spans(data: Slice) -> dict[date, _Span]:
    """Per month with calls. Days on which the centre is closed belong to what they stand beside."""
    days = sorted(data.table("queue_visits").select(pl.col("day").unique()).collect()["day"].to_list())
    open_ = {day.weekday() for day in days}
    found = {}
    for month in {day.replace(day=1) for day in days}:
        end = month.replace(day=monthrange(month.year, month.month)[1])
        first, last = max(month, days[0]), min(end, days[-1])
        before, within, after = (_open(open_, *ends) for ends in (
            (month, first - _DAY), (first, last), (last + _DAY, end)))
        found[month] = _Span(first if before else month, last if after else end,
                             (before + within + after) / within)
    return found


def _open(weekdays: set[int], first: date, last: date) -> int:
    """How many days from one to another are of these weekdays."""
    return sum((first + n * _DAY).weekday() in weekdays for n in range((last - first).days + 1))


def _calls(data: Slice) -> list[dict[str, Any]]:
    """Per month with calls: handled contacts and minutes, resolved ones, service level."""
    keys = ["handled", "aht", "service_level", "fcr"]
    by_month: dict[date, dict[str, Any]] = {}
    for row in kpis(data, keys, ["month"]).to_dicts():
        by_month.setdefault(date.fromisoformat(f"{row['month']}-01"), {})[row["metric"]] = row["value"]
    months = data.table("queue_visits").select(pl.col("day").dt.truncate("1mo").unique()).collect()["day"]
    solved = dict(data.table("cases").filter(pl.col("resolved").is_not_null()).group_by(
        pl.col("day").dt.truncate("1mo")).agg(pl.col("resolved").mean()).collect().iter_rows())
    found = []
    for month in months:
        own = by_month.get(month, {})
        handled, aht, share = own.get("handled"), own.get("aht"), solved.get(month, own.get("fcr"))
        found.append({
            "month": month, "handled": handled, "minutes": _times(handled, aht, 1 / 60),
            "resolved": _times(handled, share, 1.0),
            "service_level": own.get("service_level"),
        })
    return found


def _times(a: object, b: object, factor: float) -> float | None:
    return a * b * factor if isinstance(a, float) and isinstance(b, float) else None


def _hours(data: Slice, first: date, last: date) -> tuple[float | None, float | None]:
    """Paid hours and those at work from one day to another, by the time sheets."""
    work = pl.col("attended_ms").filter(pl.col("kind").is_in(["work", "overtime"])).sum()
    rows = data.read("attendance", first, last).select(paid=pl.col("paid_ms").sum(), worked=work).collect()
    paid, worked = rows.row(0)
    return (paid / _HOUR_MS or None, worked / _HOUR_MS or None)


def _revenue(data: Slice, month: date) -> Decimal | None:
    rows = data.read("ledger", None, None).filter(
        pl.col("month") == month, pl.col("kind") == "actual", pl.col("category") == "revenue",
        pl.col("amount").is_not_null()).select("amount").collect()
    return sum(rows["amount"].to_list(), Decimal(0)) if rows.height else None


def _decimal(value: object, times: float) -> Decimal | None:
    return Decimal(str(value * times)).quantize(_MILLI) if isinstance(value, float) else None


def most_at_once(data: Slice) -> int | None:
    """The most agents who took calls in one hour; None where calls name no agents."""
    hours = data.table("queue_visits").filter(pl.col("agent").is_not_null()).group_by("day", pl.col("quarter") // 4)
    found = hours.agg(n=pl.col("agent").n_unique()).select(pl.col("n").max()).collect().item()
    return int(found) if found else None
