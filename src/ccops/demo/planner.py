"""The planner's file: the schedule as it was published, ten days before each week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ccops.clock import Zone
from ccops.demo.asterisk import local
from ccops.demo.roster import Shift

SCHEDULE_HEAD = "Agent,Activity,Queue,Scheduled start,Scheduled end,Published\n"
# The centre's shifts, for `ccops schedule`.
PATTERNS = """\
# The shifts of the demo centre: ccops schedule --shifts shift_patterns.toml --from 2026-11-23 --to 2026-11-29
step = 15
cost_per_hour = 60

[[group]]
name = "sales"
queues = ["sales", "billing"]
headcount = 14

[[group]]
name = "service"
queues = ["service"]
headcount = 24

[[group]]
name = "billing"
queues = ["billing"]
headcount = 12

[[group]]
name = "vip"
queues = ["vip"]
headcount = 8

""" + "\n".join(
    f"""\
[[shift]]
name = "{group}"
group = "{group}"
start = {{ from = "08:00", to = "13:30", every = 30 }}
length = "8:30"
breaks = [
    {{ name = "first break", length = 15, earliest = "1:15", latest = "2:30" }},
    {{ name = "lunch", length = 45, earliest = "3:00", latest = "5:15", paid = false }},
    {{ name = "second break", length = 15, earliest = "6:15", latest = "7:30" }},
]
"""
    for group in ("sales", "service", "billing", "vip")
)


def last_published(until: date) -> date:
    """The Sunday of the week after `until`: further ahead nothing is published yet."""
    return until + timedelta(days=13 - until.weekday())


def schedule(on: date, midnight: int, rota: Sequence[Shift], zone: Zone) -> str:
    """A day's part of the published schedule: what was planned, whoever came. `midnight` is in epoch seconds."""
    monday = on - timedelta(days=on.weekday())
    published = f"{monday - timedelta(days=10)} 10:00:00"
    return "".join(
        f"{shift.agent.id},{part.activity.title()},{';'.join(shift.agent.queues) if part.activity == 'work' else ''},"
        f"{local(midnight + part.begins, zone)},{local(midnight + part.ends, zone)},{published}\n"
        for shift in rota for part in shift.plan
    )
