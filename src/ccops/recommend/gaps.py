"""Hours of the day in which a queue loses most callers, day after day: people who stay longer, or one who is hired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

import polars as pl

from ccops.people.leaver_cost import PARTS, leaver_cost
from ccops.people.rates import DAYS_PER_MONTH
from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change, People
from ccops.recommend.evidence import Evidence
from ccops.remark import Remark
from ccops.workforce.simulation.twin_agents import Presence

_HOURS = 3  # overtime is asked for this long
_RECURS = 0.5  # share of the days with a lost call in those hours, below which they are no rule
_SHIFT_H = 8
_DAYS_A_WEEK = 5
_YEAR = 12  # months over which the cost of hiring somebody is spread


@dataclass(frozen=True)
class Window:
    """Hours in a row with most lost calls: `lost` a month, and whether most days have one."""

    first: int
    last: int
    lost: float
    recurs: bool


def worst_hours(evidence: Evidence, queue: str, hours: int = _HOURS) -> Window:
    """The hours in a row in which most calls of a queue are lost."""
    rows = evidence.visits.filter(pl.col("outcome") == "abandoned", pl.col("queue") == queue)
    by_hour = dict(rows.group_by("hour").len().iter_rows())

    def lost(first: int) -> int:
        return sum(by_hour.get(hour, 0) for hour in range(first, first + hours))

    first = max(range(25 - hours), key=lambda hour: (lost(hour), -hour))
    days = rows.filter(pl.col("hour").is_between(first, first + hours - 1))["day"].n_unique()
    return Window(first, first + hours, lost(first) / evidence.months, days >= _RECURS * len(evidence.days))


def gaps(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """Two candidates per queue: overtime in its worst three hours, and somebody hired for its worst eight."""
    if not evidence.hour_cost:
        return [], [Need("[staffing] agent_cost_per_hour", Remark("rec_need_hour_cost"))]
    found = []
    for queue in evidence.offered:
        window = worst_hours(evidence, queue)
        if window.recurs:
            found.append(_overtime(evidence, queue, window))
            found.append(_hire(evidence, queue, worst_hours(evidence, queue, _SHIFT_H)))
    return found, []


def _overtime(evidence: Evidence, queue: str, window: Window) -> Candidate:
    own = evidence.settings.recommend
    hours = own.overtime_agents * _HOURS * len(evidence.days) / evidence.months
    costs = hours * evidence.hour_cost * (1 + own.overtime_premium)
    values = _values(evidence, queue, window) | {
        "k": str(own.overtime_agents), "hours": f"{hours:,.0f}", "costs": _money(evidence, costs),
    }
    return Candidate(
        f"overtime-{queue}-{window.first:02d}00", "overtime", Remark("rec_overtime_title", values),
        Remark("rec_overtime_problem", values), f"ccops kpi abandoned --by hour --queue {queue}", "medium",
        Change(_more(evidence, queue, window, own.overtime_agents), costs=costs),
        assumptions=(Remark("rec_overtime_assumed", values),), instead=f"more-{queue}",
    )


def _hire(evidence: Evidence, queue: str, window: Window) -> Candidate:
    """One person more, five days a week, on the weekdays on which most calls of the hours are lost."""
    days = _worst_weekdays(evidence, queue, window)
    parts = leaver_cost(evidence.settings).parts
    joining = sum(parts.get(part, 0.0) for part in ("recruit", "train", "ramp"))
    costs = _SHIFT_H * _DAYS_A_WEEK * DAYS_PER_MONTH / 7 * evidence.hour_cost + joining / _YEAR
    values = _values(evidence, queue, window) | {"costs": _money(evidence, costs), "joining": _money(evidence, joining)}
    unknown = [part for part in PARTS[:2] if part not in parts]
    assumed = Remark("rec_hire_wage" if unknown else "rec_hire_assumed", values)
    return Candidate(
        f"hire-{queue}-{window.first:02d}00", "hires", Remark("rec_hire_title", values),
        Remark("rec_overtime_problem", values), "ccops people hiring", "high",
        Change(_more(evidence, queue, window, 1, days), costs=costs), assumptions=(assumed,), instead=f"more-{queue}",
    )


def _worst_weekdays(evidence: Evidence, queue: str, window: Window) -> frozenset[int]:
    rows = evidence.visits.filter(
        pl.col("outcome") == "abandoned", pl.col("queue") == queue,
        pl.col("hour").is_between(window.first, window.last - 1),
    )
    by_day = rows.group_by(pl.col("day").dt.weekday() - 1).len().sort("len", "day", descending=[True, False])
    return frozenset(by_day["day"].head(_DAYS_A_WEEK).to_list())


def _values(evidence: Evidence, queue: str, window: Window) -> dict[str, str]:
    return {"queue": queue, "from": f"{window.first:02d}:00", "to": f"{window.last:02d}:00",
            "lost": f"{window.lost:,.0f}"}


def _money(evidence: Evidence, amount: float) -> str:
    return f"{amount:,.0f} {evidence.settings.staffing.currency}".strip()


def _more(evidence: Evidence, queue: str, window: Window, agents: int,
          weekdays: frozenset[int] = frozenset(range(7))) -> Callable[[date, People], People]:
    """So many people more for the queue in those hours, whoever they are."""
    zone = evidence.settings.zone.info

    def changed(day: date, people: People) -> People:
        if day.weekday() not in weekdays:
            return people
        begins = datetime.combine(day, time(window.first), zone).timestamp()
        stays = ((begins, begins + (window.last - window.first) * 3600.0),)
        return (*people, *(Presence(f"+{queue}{n}", "schedule", stays, (queue,)) for n in range(agents)))

    return changed
