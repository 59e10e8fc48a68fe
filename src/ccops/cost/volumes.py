"""How much of everything that somebody may bill a month of this centre is: its own months, cut ones made whole."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True)
class Month:
    """A month: units by name, None where not known, and its service level. `days` of it are in the data."""

    month: date
    days: int
    units: Mapping[str, Decimal | None]
    service_level: Decimal | None


def volumes(data: Slice, seats: int | None) -> tuple[list[Month], list[Remark]]:
    """The months of the slice with a week of calls or more (any, where none has), as whole ones, in order of time.

    A month of which n of N days have calls counts N/n times. Raises SourceError without any.
    """
    every = {row["month"]: row for row in _calls(data)}
    rows = {month: row for month, row in every.items() if row["days"] >= _LEAST_DAYS} or every
    found, notes = [], []
    for month, row in sorted(rows.items()):
        whole = monthrange(month.year, month.month)[1]
        times = whole / row["days"]
        if row["days"] < whole:
            notes.append(Remark("src_cut", {"month": f"{month:%Y-%m}", "days": str(row["days"]), "of": str(whole)}))
        paid, worked = _hours(data, month, row["first"], row["last"])
        own = {
            "seat": None if seats is None else Decimal(seats), "contact": _decimal(row["handled"], times),
            "minute": _decimal(row["minutes"], times), "resolution": _decimal(row["resolved"], times),
            "hour": _decimal(paid, times), "productive_hour": _decimal(worked, times), "revenue": _revenue(data, month),
        }
        level = row["service_level"]
        found.append(Month(month, row["days"], own, None if level is None else Decimal(str(round(level, 6)))))
    if not found:
        raise SourceError("there are no calls in queues", fix="import calls with queues, or give days that have any")
    return found, notes


def _calls(data: Slice) -> list[dict[str, Any]]:
    """Per month with calls: days, first, last, handled contacts and minutes, resolved ones, service level."""
    keys = ["handled", "aht", "service_level", "fcr"]
    by_month: dict[date, dict[str, Any]] = {}
    for row in kpis(data, keys, ["month"]).to_dicts():
        by_month.setdefault(date.fromisoformat(f"{row['month']}-01"), {})[row["metric"]] = row["value"]
    days = data.table("queue_visits").group_by(month=pl.col("day").dt.truncate("1mo")).agg(
        days=pl.col("day").n_unique(), first=pl.col("day").min(), last=pl.col("day").max()).collect()
    solved = dict(data.table("cases").filter(pl.col("resolved").is_not_null()).group_by(
        pl.col("day").dt.truncate("1mo")).agg(pl.col("resolved").mean()).collect().iter_rows())
    found = []
    for row in days.to_dicts():
        own = by_month.get(row["month"], {})
        handled, aht, share = own.get("handled"), own.get("aht"), solved.get(row["month"], own.get("fcr"))
        found.append(row | {
            "handled": handled, "minutes": _times(handled, aht, 1 / 60), "resolved": _times(handled, share, 1.0),
            "service_level": own.get("service_level"),
        })
    return found


def _times(a: object, b: object, factor: float) -> float | None:
    return a * b * factor if isinstance(a, float) and isinstance(b, float) else None


def _hours(data: Slice, month: date, first: date, last: date) -> tuple[float | None, float | None]:
    """Paid hours and those at work of the days with calls, by the time sheets."""
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
