"""The planner's two files: the schedule as it was published, ten days before each week, and the list of employees."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ccops.clock import Zone
from ccops.demo.asterisk import local
from ccops.demo.centre import Agent
from ccops.demo.records import Day

SCHEDULE_HEAD = "Agent,Activity,Queue,Scheduled start,Scheduled end,Published\n"
_EMPLOYEES_HEAD = "Agent,Name,Team,Skills,Contract hours,Hired,Left\n"


def schedule(day: Day, zone: Zone) -> str:
    """The day's part of the published schedule: what was planned, whoever came."""
    monday = day.on - timedelta(days=day.on.weekday())
    published = f"{monday - timedelta(days=10)} 10:00:00"
    return "".join(
        f"{shift.agent.id},{part.activity.title()},{shift.agent.queues[0] if part.activity == 'work' else ''},"
        f"{local(day.midnight + part.begins, zone)},{local(day.midnight + part.ends, zone)},{published}\n"
        for shift in day.rota for part in shift.plan
    )


def employees(people: tuple[Agent, ...], seed: int, first: date) -> str:
    """The list of employees. All work full time but the call-back desk, and all were there before the first day."""
    rng = Random(f"{seed}/employees")  # noqa: S311
    rows = []
    for agent in people:
        hired = first - timedelta(days=30 + round(rng.expovariate(1 / 500)))
        hours = 40 if agent.queues else 20
        rows.append(f"{agent.id},{agent.name},{agent.team},{';'.join(agent.queues)},{hours},{hired},\n")
    return _EMPLOYEES_HEAD + "".join(rows)
