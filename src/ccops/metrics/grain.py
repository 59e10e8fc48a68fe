"""What figures can be asked by, and the keys of rows at those grains, in local time.

Every zone's offset is a multiple of 15 minutes, so a quarter-hour of UTC is a quarter-hour of the local clock. Longer
intervals start where the local clock says, half past five in Kathmandu being 23:45 in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from ccops.clock import BusinessDay
from ccops.errors import UsageError
from ccops.model import TABLE

if TYPE_CHECKING:
    from ccops.model import Slice

QUARTER_US = 15 * 60 * 1_000_000
TIME_GRAINS = ("interval", "hour", "day", "weekday", "week", "month")
ROW_GRAINS = ("queue", "agent", "team", "channel", "direction", "reason")
GRAINS = TIME_GRAINS + ROW_GRAINS
EACH = "_interval"  # the interval again, as a key of its own, for metrics that are finished per interval first
# Frames that metrics read which are a canonical table with more columns: see frames.py.
TABLE_OF = {"customers": "contacts"}
# Booked by the day: an hour of it says nothing.
_BY_DAY = ("attendance",)


def table_of(name: str) -> str:
    """The canonical table behind a frame that a metric names."""
    return TABLE_OF.get(name, name)


@dataclass(frozen=True)
class Calendar:
    """How rows become keys: zone, business day, interval, teams, clock, and the days asked for."""

    business_day: BusinessDay
    interval: int = 15
    clock: str = "arrival"
    first_day: date | None = None
    last_day: date | None = None
    team_of: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, slice_: Slice, interval: int) -> Calendar:
        """The calendar of a slice. Raises UsageError for an interval that is not 15, 30 or 60 minutes."""
        if interval not in (15, 30, 60):
            raise UsageError(f"no interval of {interval} minutes", fix="use 15, 30 or 60")
        scope, settings = slice_.scope, slice_.settings
        if scope.clock not in ("arrival", "event"):
            raise UsageError(f"no clock {scope.clock!r}", fix="use arrival or event")
        return cls(
            settings.business_day, interval, scope.clock, scope.first_day, scope.last_day, settings.team_of
        )

    def key(self, grain: str, at: str) -> pl.Expr:
        """The key of a row whose instant is in column `at`, from its `day` and `quarter`."""
        day, quarter = pl.col("day"), pl.col("quarter")
        makers: dict[str, Callable[[], pl.Expr]] = {
            "interval": lambda: self._interval(at),
            EACH: lambda: self._interval(at),
            "hour": lambda: quarter // 4,
            "day": lambda: day,
            "weekday": lambda: day.dt.weekday().cast(pl.Int64),
            "week": lambda: day.dt.truncate("1w"),
            "month": lambda: day.dt.month_start(),
            "team": lambda: pl.col("agent").replace_strict(
                list(self.team_of), list(self.team_of.values()), default=None, return_dtype=pl.String
            ),
        }
        return makers.get(grain, lambda: pl.col(grain))().alias(grain)

    def _interval(self, at: str) -> pl.Expr:
        micros = pl.col(at).to_physical()
        start = micros - micros % QUARTER_US
        if self.interval > 15:
            start -= (pl.col("quarter") % (self.interval // 15)) * QUARTER_US
        return start.cast(pl.Datetime("us"))

    def local(self, at: str) -> tuple[pl.Expr, pl.Expr]:
        """Business day and clock quarter of an instant column, for rows whose stored ones do not apply."""
        wall = (
            pl.col(at).dt.replace_time_zone("UTC").dt.convert_time_zone(self.business_day.zone.name)
            .dt.replace_time_zone(None)
        )
        shifted = wall - pl.duration(seconds=self.business_day.shift_s)
        quarter = wall.dt.hour().cast(pl.Int64) * 4 + wall.dt.minute().cast(pl.Int64) // 15
        return shifted.dt.date().alias("day"), quarter.alias("quarter")

    def within(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Only the rows whose `day` was asked for."""
        if self.first_day is not None:
            frame = frame.filter(pl.col("day") >= self.first_day)
        if self.last_day is not None:
            frame = frame.filter(pl.col("day") <= self.last_day)
        return frame

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """First and last instant (exclusive) of the days asked for, in UTC."""
        first = self.business_day.bounds(self.first_day)[0] if self.first_day else None
        last = self.business_day.bounds(self.last_day)[1] if self.last_day else None
        return first, last


def grains_of(table: str) -> tuple[str, ...]:
    """What rows of a table can be grouped by."""
    names = TABLE[table_of(table)].names if table_of(table) in TABLE else ()
    too_fine = ("interval", "hour") if table in _BY_DAY else ()
    return tuple(
        grain for grain in GRAINS if grain not in too_fine
        and (grain in TIME_GRAINS or grain in names or (grain == "team" and "agent" in names))
    )


def check_grains(metric: str, tables: Sequence[str], by: Sequence[str]) -> None:
    """Raises UsageError when a metric over these tables cannot be given by those grains."""
    known = [set(grains_of(table)) for table in tables if table_of(table) in TABLE]
    possible = [grain for grain in GRAINS if all(grain in each for each in known)]
    for grain in by:
        if grain not in GRAINS:
            near = get_close_matches(grain, GRAINS, n=1)
            fix = f"did you mean {near[0]}?" if near else f"there are {', '.join(GRAINS)}"
            raise UsageError(f"nothing is grouped by {grain!r}", fix=fix)
        if grain not in possible:
            raise UsageError(f"{metric} cannot be given by {grain}", fix=f"it goes by {', '.join(possible)}")


def labelled(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Keys as they are written: weeks `2026-W47`, months `2026-11`."""
    formats = {"week": "%G-W%V", "month": "%Y-%m"}
    return frame.with_columns(pl.col(g).dt.strftime(f) for g, f in formats.items() if g in by)
