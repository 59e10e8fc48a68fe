"""The synthetic centre: its queues, its people, its callers' habits, and the incident of its last day.

Every number here is invented. Times of day are seconds after local midnight, durations whole seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from random import Random

HOUR = 3600
OPENS, CLOSES = 8 * HOUR, 22 * HOUR
QUARTER_S = 900
SHORT_S = 5
WITHIN_S = 20
# Monday to Sunday, as shares of the mean day.
WEEKDAYS = (1.32, 1.16, 1.04, 1.02, 1.06, 0.78, 0.62)
# Arrivals per hour from 08:00, relative: a morning peak, a dip after noon, a lower afternoon peak, a fading evening.
HOURS = (0.70, 1.25, 1.60, 1.40, 1.10, 1.00, 1.40, 1.35, 1.15, 0.95, 0.75, 0.70, 0.55, 0.35)


@dataclass(frozen=True)
class Lognormal:
    """Durations by their median and the spread of their logarithm."""

    median_s: float
    spread: float

    def draw(self, rng: Random, factor: float = 1.0) -> int:
        """Whole seconds, from one to an hour."""
        return min(HOUR, max(1, round(rng.lognormvariate(math.log(self.median_s * factor), self.spread))))


@dataclass(frozen=True)
class Queue:
    """A queue: how many call it on a mean day, what they do there, and how long the work takes."""

    name: str
    title: str
    extension: str
    calls: float
    patience: Lognormal
    talk: Lognormal
    max_wait_s: int
    overflow_to: str = ""  # where a caller goes after the longest wait; empty: voicemail
    key_exit: float = 0.0  # share of callers who press 1 for a call-back, if they wait long enough
    announcement: bool = False  # the agent hears the caller's topic before the call is connected
    hold: Lognormal | None = None
    wrap: Lognormal | None = None
    switch: str = "asterisk"


QUEUES: tuple[Queue, ...] = (
    Queue("sales", "销售热线", "8001", 400, Lognormal(95, 0.9), Lognormal(280, 0.65), 300, key_exit=0.25),
    Queue("service", "客户服务", "8002", 850, Lognormal(150, 0.9), Lognormal(225, 0.75), 480, key_exit=0.15),
    Queue("billing", "账务查询", "8003", 410, Lognormal(120, 0.9), Lognormal(200, 0.60), 180, overflow_to="service",
          announcement=True),
    Queue("vip", "贵宾专线", "8008", 105, Lognormal(75, 0.8), Lognormal(270, 0.60), 120,
          hold=Lognormal(45, 0.7), wrap=Lognormal(40, 0.6), switch="cloud"),
)
QUEUE = {queue.name: queue for queue in QUEUES}


@dataclass(frozen=True)
class Agent:
    """A person: the queues they serve (their own first), their pace, and how often their phone rings in vain."""

    id: str
    name: str
    team: str
    queues: tuple[str, ...]
    pace: float = 1.0  # their talk times against the centre's
    misses: float = 0.02

    @property
    def interface(self) -> str:
        """The name that Asterisk knows the agent by."""
        return f"PJSIP/{self.id}"

    @property
    def on_asterisk(self) -> bool:
        """Whether the agent's logins and breaks are in the queue log."""
        return any(QUEUE[queue].switch == "asterisk" for queue in self.queues)


@dataclass(frozen=True)
class Incident:
    """The network of a site is down: of some teams, only every n-th agent of the day can go on working."""

    day: date
    begins: int = 9 * HOUR + 2700
    ends: int = 14 * HOUR
    spares: dict[str, int] = field(default_factory=lambda: {"service": 4, "billing": 4, "sales": 2})


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞",
          "平", "刚", "秀英", "桂英", "建华", "晓东", "雨桐", "子涵", "思远", "佳怡", "文博", "欣妍")
_ENGLISH = ("Amy Turner", "Ben Okafor", "Chloe Marsh", "David Lindqvist", "Ella Novak", "Felix Brandt")
# Nobody serves both service and billing, though either could learn it: what sales helps out with does not join them.
PLANTED_SILOS = ("billing", "service")
_SALES = (("sales",), ("sales", "service"), ("sales", "billing"))
CALL_BACK_DESK = ("2059", "2060")  # they ring lost callers back and answer no queue


def agents(seed: int, scale: float = 1.0) -> tuple[Agent, ...]:
    """The sixty agents, 2001 to 2060; a smaller centre keeps the first of each team, two at least."""
    rng = Random(f"{seed}/agents")  # noqa: S311
    plans = (
        ("sales", 14, lambda n: _SALES[n % 3]),
        ("service", 24, lambda n: ("service",)),
        ("billing", 12, lambda n: ("billing",)),
        ("vip", 8, lambda n: ("vip",)),
        ("sales", 2, lambda n: ()),
    )
    people: list[Agent] = []
    number = 2000
    for team, size, skills in plans:
        kept = max(2, round(size * scale))
        for n in range(size):
            number += 1
            pace, misses = rng.lognormvariate(0, 0.12), 0.01 + 0.03 * rng.random()
            if number in (2009, 2031):
                misses = 0.14  # two people whose phones ring in vain, for a report to find
            if n < kept:
                people.append(Agent(str(number), _name(number), team, skills(n), pace, misses))
    return tuple(people)


def _name(number: int) -> str:
    if number % 10 == 7:
        return _ENGLISH[number // 10 % len(_ENGLISH)]
    return _SURNAMES[number * 7 % len(_SURNAMES)] + _GIVEN[number * 11 % len(_GIVEN)]
