"""The rules of a simulated day once more, in plain Python: every event looked for anew, every caller an object.

It shares the records of a scenario with the product and nothing else; the hash that draws for a caller is written
down a second time, in whole numbers without end.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ccops.workforce.simulation.scenario import Durations, Queue, Scenario

ROUNDS = 2**64
STEP = 0x9E3779B97F4A7C15
PLACES = {
    "patience": 1, "handling": 2, "answer_delay": 3, "rest": 4, "redial_after": 5, "arrival": 6, "redials": 7,
    "next": 8,
}


def stirred(z: int) -> int:
    z %= ROUNDS
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % ROUNDS
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % ROUNDS
    return z ^ (z >> 31)


def stream(seed: int, replication: int, queue: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}|{replication}|{queue}".encode(), digest_size=8).digest(), "little")


def uniform(key: int, place: int) -> float:
    return ((stirred(key + place * STEP) >> 11) + 0.5) / 2**53


def drawn(key: int, what: str, law: Durations) -> float:
    u = uniform(key, PLACES[what])
    if law.kind == "constant":
        return law.a
    if law.kind == "exponential":
        return -law.a * math.log(u) if law.a else 0.0
    if law.kind == "lognormal":
        normal = math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * uniform(key, PLACES[what] + 8))
        return math.exp(law.a + law.b * normal)
    if law.kind == "sample":
        return float(sorted(law.values)[int(u * len(law.values))])
    for time, level in zip(law.values, law.levels, strict=True):
        if level <= u:
            return float(time)
    return float(law.values[-1]) - law.a * math.log(u / law.levels[-1])


@dataclass
class Visit:
    serial: int
    queue: int
    dialled: int
    number: int
    key: int
    entered: float
    until: float
    leaves: float
    how: str
    redial: bool
    outcome: str = ""
    wait: float = 0.0
    ring: float = 0.0
    handle: float = 0.0
    agent: int = -1


@dataclass
class Agent:
    crew: int
    stints: list[tuple[float, float]]
    busy_until: float | None = None
    idle_since: float | None = None
    turn: int = 0

    def on_duty(self, t: float) -> bool:
        return any(a <= t < b for a, b in self.stints)


@dataclass
class NaiveFloor:
    """One replication of a scenario."""

    scenario: Scenario
    seed: int = 1
    replication: int = 0
    visits: list[Visit] = field(default_factory=list)
    spells: list[tuple[int, str, float, float]] = field(default_factory=list)  # crew, what, from, to

    def run(self) -> NaiveFloor:
        names = [queue.name for queue in self.scenario.queues]
        self.names, self.queues = names, list(self.scenario.queues)
        self.skills = [[names.index(skill) for skill in crew.skills] for crew in self.scenario.crews]
        self.agents = [
            Agent(i, joined([(s.from_s, s.to_s) for s in crew.stints if s.agent == agent]))
            for i, crew in enumerate(self.scenario.crews) for agent in sorted({s.agent for s in crew.stints})
        ]
        self.arrivals = [(t, q, n) for q in range(len(names)) for n, t in enumerate(self.instants(q))]
        self.waiting: list[Visit] = []
        self.redials: list[tuple[float, Visit]] = []
        self.ended: set[tuple[int, float]] = set()
        self.started: set[tuple[int, float]] = set()
        self.turns = 0
        self.redialled: list[float] = []
        while self.step():
            pass
        closed = max([self.scenario.end_s, *(b for agent in self.agents for _, b in agent.stints)])
        for visit in self.waiting:  # who would wait for ever
            visit.outcome, visit.wait = "flow_out", max(closed - visit.entered, 0.0)
        return self

    def instants(self, q: int) -> list[float]:
        name = self.names[q]
        if self.scenario.arrivals:
            return sorted(listed(self.scenario.arrivals.get(name, [])))
        row, source = listed(self.scenario.rates.get(name, [])), stream(self.seed, self.replication, name)
        total, n, found = 0.0, 0, []
        while True:
            total -= math.log(uniform(stirred(source + (n + 1) * STEP), PLACES["arrival"]))
            n, left = n + 1, total
            for k, expected in enumerate(row):
                if left < expected:
                    found.append((k + left / expected) * self.scenario.interval_s)
                    break
                left -= expected
            else:
                return [t for t in found if t < self.scenario.end_s]

    def step(self) -> bool:
        """The next thing that happens, if there is one."""
        events: list[tuple[float, int, int, str, Any]] = []
        for i, agent in enumerate(self.agents):
            for a, b in agent.stints:
                if (i, b) not in self.ended:
                    events.append((b, 0, i, "end", agent))
                if (i, a) not in self.started:
                    events.append((a, 2, i, "start", agent))
            if agent.busy_until is not None:
                events.append((agent.busy_until, 1, i, "free", agent))
        events += [(t, 3, q, "call", (t, q, n)) for t, q, n in self.arrivals]
        events += [(v.leaves, 4, v.serial, "leave", v) for v in self.waiting if v.leaves < math.inf]
        events += [(t, 4, v.serial, "redial", (t, v)) for t, v in self.redials]
        if not events:
            return False
        now, _, i, what, thing = min(events, key=lambda e: e[:3])
        if what == "end":
            self.ended.add((i, now))
            self.idle_ends(self.agents[i], now)
        elif what == "start":
            self.started.add((i, now))
            agent = self.agents[i]
            if agent.busy_until is None and agent.idle_since is None:
                self.serve_next(i, now)
        elif what == "free":
            self.agents[i].busy_until = None
            if self.agents[i].on_duty(now):
                self.serve_next(i, now)
        elif what == "call":
            self.arrivals.remove(thing)
            _, q, n = thing
            self.enter(now, q, q, n, stirred(stream(self.seed, self.replication, self.names[q]) + (n + 1) * STEP))
        elif what == "redial":
            self.redials.remove(thing)
            before: Visit = thing[1]
            self.redialled.append(now)
            self.enter(now, before.dialled, before.dialled, before.number, stirred(before.key + PLACES["next"] * STEP))
        else:
            self.waiting.remove(thing)
            self.leave(thing, thing.how, now)
            if thing.how == "overflow":
                to = self.names.index(self.queues[thing.queue].overflow_to)
                self.enter(now, to, thing.dialled, thing.number, thing.key, thing.until)
        return True

    def enter(self, now: float, q: int, dialled: int, number: int, key: int, until: float | None = None) -> None:
        queue, home = self.queues[q], self.queues[dialled]
        ends = until if until is not None else now + drawn(key, "patience", home.patience)
        # Whichever comes first; of several at once the earlier in this list.
        ways = [(ends, "abandoned")]
        if queue.overflow_to:
            ways.append((now + queue.overflow_after_s, "overflow"))
        ways.append((now + queue.max_wait_s, "flow_out"))
        leaves, how = min(ways, key=lambda way: way[0])
        redial = uniform(key, PLACES["redials"]) < home.redial
        visit = Visit(len(self.visits), q, dialled, number, key, now, ends, leaves, how, redial)
        self.visits.append(visit)
        able = [
            (self.skills[agent.crew].index(q), agent.turn, i) for i, agent in enumerate(self.agents)
            if agent.idle_since is not None and q in self.skills[agent.crew]
        ]
        if able:
            i = min(able)[2]
            self.idle_ends(self.agents[i], now)
            self.take(i, visit, now)
        else:
            self.waiting.append(visit)

    def serve_next(self, i: int, now: float) -> None:
        agent = self.agents[i]
        mine = [v for v in self.waiting if v.queue in self.skills[agent.crew]]
        if mine:
            visit = min(mine, key=lambda v: (self.queues[v.queue].priority, v.serial))
            self.waiting.remove(visit)
            self.take(i, visit, now)
        else:
            agent.idle_since, agent.turn, self.turns = now, self.turns, self.turns + 1

    def take(self, i: int, visit: Visit, now: float) -> None:
        agent, queue, home = self.agents[i], self.queues[visit.queue], self.queues[visit.dialled]
        visit.agent = i
        ring = drawn(visit.key, "answer_delay", queue.answer_delay)
        if visit.until < now + ring:
            visit.ring = visit.until - now
            self.spells.append((agent.crew, "ring_s", now, visit.until))
            agent.busy_until = visit.until
            self.leave(visit, "abandoned", visit.until)
            return
        answered = now + ring
        visit.outcome, visit.wait, visit.ring = "answered", answered - visit.entered, ring
        visit.handle = drawn(visit.key, "handling", home.handling) * self.factor(home, visit.entered)
        ends = answered + visit.handle
        agent.busy_until = ends + drawn(visit.key, "rest", queue.rest)
        self.spells += [(agent.crew, "ring_s", now, answered), (agent.crew, "busy_s", answered, ends)]
        for a, b in agent.stints:
            if b > now:
                self.spells.append((agent.crew, "rest_s", max(a, ends), min(b, agent.busy_until)))

    def factor(self, queue: Queue, entered: float) -> float:
        if not queue.handling_factors:
            return 1.0
        return queue.handling_factors[min(int(entered / self.scenario.interval_s), len(queue.handling_factors) - 1)]

    def leave(self, visit: Visit, how: str, at: float) -> None:
        visit.outcome, visit.wait = how, at - visit.entered
        if how == "abandoned" and visit.redial:
            back = at + drawn(visit.key, "redial_after", self.queues[visit.dialled].redial_after)
            if back < self.scenario.end_s:
                self.redials.append((back, visit))

    def idle_ends(self, agent: Agent, now: float) -> None:
        if agent.idle_since is not None:
            self.spells.append((agent.crew, "idle_s", agent.idle_since, now))
            agent.idle_since = None


def listed(values: ArrayLike) -> list[float]:
    return [float(value) for value in np.asarray(values, float)]


def joined(stints: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stints in order, touching ones made one."""
    done: list[tuple[float, float]] = []
    for a, b in sorted(stints):
        if done and done[-1][1] == a:
            done[-1] = (done[-1][0], b)
        else:
            done.append((a, b))
    return done
