"""The day against its plan: what was forecast, who was needed and who was there, by interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from ccops.errors import UsageError
from ccops.model import Slice
from ccops.workforce.staffing import Rules
from ccops.workforce.staffing_day import Shortfall, day_requirements, explain_interval


@dataclass(frozen=True)
class DayPlan:
    """Expected calls and agents of the queues together, by the naive UTC instant in which an interval begins."""

    rows: Mapping[datetime, Mapping[str, float | None]]
    shortfalls: Mapping[datetime, Shortfall]

    def hours(self, column: str, interval_min: int) -> float | None:
        """Agent-hours of the day; None where they are not known for every interval of `interval_min` minutes."""
        known = [agents for row in self.rows.values() if (agents := row[column]) is not None]
        return sum(known) * interval_min / 60 if known and len(known) == len(self.rows) else None

    def get(self, start: datetime, column: str) -> float | None:
        """`forecast`, `required`, `staffed` or `gap` of an interval; None where it is not known."""
        return self.rows.get(start, {}).get(column)

    @property
    def columns(self) -> tuple[str, ...]:
        """Which of the four are known for any interval."""
        return tuple(column for column in PLANNED if any(row[column] is not None for row in self.rows.values()))


PLANNED = ("forecast", "staffed", "required", "gap")
POOLED = "required_pooled"  # if everybody served every queue
NO_PLAN = DayPlan({}, {})


def day_plan(data: Slice, day: date, interval_min: int) -> DayPlan:
    """The plan of a day; empty where the data has no queues or the settings no target that can be staffed for, and
    where the question is about some agents only."""
    if data.scope.agents or data.scope.teams or "queue_visits" in data.lacks:
        return NO_PLAN
    try:
        rules = Rules.of(data.settings)
    except UsageError:
        return NO_PLAN
    frame = day_requirements(data, day, interval_min, rules=rules)
    rows: dict[datetime, Mapping[str, Any]] = {}
    shortfalls: dict[datetime, Shortfall] = {}
    for row in frame.filter(frame["queue"].is_null()).iter_rows(named=True):
        start = row["start_at"].astimezone(UTC).replace(tzinfo=None)
        rows[start] = {column: row[column] for column in (*PLANNED, POOLED)}
        if short := explain_interval(frame, row["start_at"]):
            shortfalls[start] = short
    return DayPlan(rows, shortfalls)
