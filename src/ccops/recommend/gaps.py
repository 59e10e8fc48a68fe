"""Hours of the day in which a queue loses most callers, day after day: people who stay longer for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

import polars as pl

from ccops.recommend.action import Need
from ccops.recommend.candidate import Candidate, Change, People
from ccops.recommend.evidence import Evidence
from ccops.remark import Remark
from ccops.workforce.simulation.twin_agents import Presence

_HOURS = 3  # overtime is asked for this long
_RECURS = 0.5  # share of the days with a lost call in those hours, below which they are no rule


def gaps(evidence: Evidence) -> tuple[list[Candidate], list[Need]]:
    """A candidate per queue: overtime in the hours in a row in which most of its calls are lost."""
    if not evidence.hour_cost:
        return [], [Need("[staffing] agent_cost_per_hour", Remark("rec_need_hour_cost"))]
    own = evidence.settings.recommend
    lost = evidence.visits.filter(pl.col("outcome") == "abandoned")
    found = []
    for queue in evidence.offered:
        rows = lost.filter(pl.col("queue") == queue)
        by_hour = dict(rows.group_by("hour").len().iter_rows())
        first = max(range(25 - _HOURS), key=lambda hour: (_sum(by_hour, hour), -hour))
        n = _sum(by_hour, first)
        days = rows.filter(pl.col("hour").is_between(first, first + _HOURS - 1))["day"].n_unique()
        if days < _RECURS * len(evidence.days):
            continue
        hours = own.overtime_agents * _HOURS * len(evidence.days) / evidence.months
        costs = hours * evidence.hour_cost * (1 + own.overtime_premium)
        values = {"queue": queue, "k": str(own.overtime_agents), "from": f"{first:02d}:00",
                  "to": f"{first + _HOURS:02d}:00", "lost": f"{n / evidence.months:,.0f}", "hours": f"{hours:,.0f}",
                  "costs": f"{costs:,.0f} {evidence.settings.staffing.currency}".strip()}
        found.append(Candidate(
            f"overtime-{queue}-{first:02d}00", "overtime", Remark("rec_overtime_title", values),
            Remark("rec_overtime_problem", values), f"ccops kpi abandoned --by hour --queue {queue}", "medium",
            Change(_longer(evidence, queue, first, own.overtime_agents), costs=costs),
            assumptions=(Remark("rec_overtime_assumed", values),),
        ))
    return found, []


def _sum(by_hour: dict[int, int], first: int) -> int:
    return sum(by_hour.get(hour, 0) for hour in range(first, first + _HOURS))


def _longer(evidence: Evidence, queue: str, first: int, agents: int) -> Callable[[date, People], People]:
    """So many people more for the queue from that hour on, whoever they are."""
    zone = evidence.settings.zone.info

    def changed(day: date, people: People) -> People:
        begins = datetime.combine(day, time(first), zone).timestamp()
        stays = ((begins, begins + _HOURS * 3600.0),)
        return (*people, *(Presence(f"+{queue}{n}", "schedule", stays, (queue,)) for n in range(agents)))

    return changed
