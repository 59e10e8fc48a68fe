"""The JSON document of `ccops schedule`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class PlannedBreak:
    """So many agents of the shift take this break then."""

    day: date
    name: str
    activity: str
    start_at: datetime
    length_min: int
    agents: int


@dataclass(frozen=True)
class PlannedShift:
    """A shift on its days: one, or those of a week that the same agents work. `start` is the local time of day, and
    `start_at` when it is on each of the days: business days, whose nights may be the next calendar day's."""

    name: str
    group: str
    start: str
    end: str
    days: list[date]
    start_at: list[datetime]
    agents: int
    part_time: bool
    paid_h: float
    cost: float
    breaks: list[PlannedBreak]


@dataclass(frozen=True)
class PlannedInterval:
    """A step of the grid: agents needed after `shrinkage`, and at work in the plan."""

    queue: str
    start_at: datetime
    required: float
    scheduled: float


@dataclass(frozen=True)
class PromiseRow:
    """Answered within the time / offered; queue null for all together."""

    queue: str | None
    calls: float
    expected: float | None
    simulated: float | None
    lo: float | None
    hi: float | None


@dataclass(frozen=True)
class ScheduleDocument:
    """status: optimal, within_gap, time_limit or interrupted. cost = pay + shortage; gap = (cost - bound) / cost."""

    schema: str
    status: str
    cost: float
    bound: float
    gap: float
    seconds: float
    pay: float
    shortage: float
    paid_h: float
    under_h: float
    over_h: float
    shrinkage: float
    shifts: list[PlannedShift]
    intervals: list[PlannedInterval]
    replay: list[PromiseRow] | None
    notes: list[str]
