"""Who calls, when, and what they would do: the day's arrivals, known callers, and those who call again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from ccops.demo.centre import CLOSES, HOUR, HOURS, OPENS, QUARTER_S, QUEUE, QUEUES, WEEKDAYS

_DAY_S = 86400


@dataclass(frozen=True)
class Arrival:
    """A call that will be made: when (seconds after midnight), by whom (empty: number withheld), for which queue."""

    at: int
    caller: str
    queue: str
    attempt: int = 1


@dataclass
class Callers:
    """Everybody who may call, and the calls that people already mean to make on later days."""

    seed: int
    scale: float = 1.0
    settled: float = 0.0  # share of billing's returning callers who need not return any more
    _later: dict[int, list[Arrival]] = field(default_factory=dict)

    def arrivals(self, day: date, rng: Random) -> list[Arrival]:
        """The day's first attempts in time order: a Poisson stream whose rate depends on weekday and quarter-hour."""
        calls: list[Arrival] = []
        mean_hour = sum(HOURS) / len(HOURS)
        for queue in QUEUES:
            # A day is busier or quieter than its weekday says, as real ones are.
            level = queue.calls * self.scale * WEEKDAYS[day.weekday()] * rng.lognormvariate(0, 0.05)
            for at in range(OPENS, CLOSES, QUARTER_S):
                per_s = level * HOURS[(at - OPENS) // HOUR] / mean_hour / (CLOSES - OPENS)
                moment = at + rng.expovariate(per_s)
                while moment < at + QUARTER_S:
                    calls.append(Arrival(int(moment), self._caller(queue.name, rng), queue.name))
                    moment += rng.expovariate(per_s)
        calls += self._later.pop(day.toordinal(), [])
        return sorted(calls, key=lambda call: (call.at, call.queue, call.caller))

    def calls_again(self, day: date, caller: str, queue: str, ended: int, rng: Random) -> None:
        """A served caller calls again a day or more after `ended` (seconds after midnight), in opening hours."""
        if rng.random() < self.settled and queue == "billing":
            return
        after = ended + OPENS + round(rng.expovariate(1 / (30 * HOUR)))
        then, at = divmod(after, _DAY_S)
        if then == 0 or at >= CLOSES:
            then += 1
        if not OPENS <= at < CLOSES or after < _DAY_S:  # who would call at night calls in the morning
            at = OPENS + round(4 * HOUR * rng.random())
        self._later.setdefault(day.toordinal() + then, []).append(Arrival(at, caller, queue))

    def _caller(self, queue: str, rng: Random) -> str:
        """A fictitious number; some people call far more often than others, some withhold their number."""
        if rng.random() < 0.025:
            return ""
        size = max(500, round(20_000 * self.scale))
        if QUEUE[queue].switch != "asterisk":
            size //= 15
        person = int(size * rng.random() ** 1.5)
        shuffled = (person * 7919 + self.seed) % 20_000
        return f"0101555{shuffled // 12:04d}" if shuffled % 12 == 0 else f"138000{shuffled:05d}"
