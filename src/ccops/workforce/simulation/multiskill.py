"""How many agents of which skills: a search on the simulation, for a stationary hour.

Formulas for several skills promise what no floor delivers, so every plan is simulated, all of them with the same
callers. Two starts, every queue by Erlang A with its most specialised or its most versatile crew, each repaired until
every queue meets its target, then improved: an agent removed, two exchanged for one, or one for another that costs less
or, at the same cost, leaves more to spare. A plan counts only if it also meets its targets on longer runs with other
callers, because the best of many estimates flatters itself; those runs give the figures that are reported.

This finds good plans for up to six crews, not proven optima; beyond that, cutting planes (Cezik & L'Ecuyer 2008) would
be the method.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
import polars as pl

from ccops import notebook
from ccops.errors import UsageError
from ccops.settings import Formula
from ccops.workforce.erlang import erlang_a, erlang_c
from ccops.workforce.simulation.outcome import Figure, estimate, occupancy_sides, service_level_sides
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.scenario import Crew, Queue, Scenario

_HOUR = 3600.0
_WARM_UP = 3  # hours that a simulated floor, empty at first, is given to fill
_LONGER = 4  # times the replications of the search
_CLEAR = 1e-4  # service level by which an exchange at the same cost has to leave more to spare

Agents = tuple[int, ...]  # by crew


@dataclass(frozen=True)
class CrewKind:
    """A crew that may be staffed: its skills in order of preference, what an agent costs, and how many there may be."""

    name: str
    skills: tuple[str, ...]
    cost: float = 1.0
    most: int | None = None


@dataclass(frozen=True)
class Step:
    """A plan that the search went through: the move that led there, agents by crew, cost, service level by queue."""

    move: str  # start, add, remove, two for one, swap
    agents: Agents
    cost: float
    service_levels: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class CrewPlan:
    """Agents by crew, what they cost, and each queue's service level and agents' occupancy, with 95 % intervals."""

    agents: Mapping[str, int]
    cost: float
    service_level: Mapping[str, Figure]
    occupancy: Figure
    steps: tuple[Step, ...]
    simulated: int  # different plans

    @cached_property
    def frame(self) -> pl.DataFrame:
        """A row per crew."""
        return pl.DataFrame({"crew": list(self.agents), "agents": list(self.agents.values())})

    def _repr_html_(self) -> str:
        levels = ", ".join(f"{name} {figure.value:.1%}" for name, figure in self.service_level.items())
        return notebook.table(("crew", "agents"), self.agents.items(), f"cost {self.cost:g}; service level {levels}")


def staff_crews(queues: Sequence[Queue], calls_per_hour: Mapping[str, float], crews: Sequence[CrewKind], *,
                target: float | Mapping[str, float] = 0.8, within_s: float = 20.0, short_s: float = 5.0,
                formula: Formula = "offered_ex_short", hours: int = 20, replications: int = 10, seed: int = 1,
                progress: Callable[[Step], None] | None = None) -> CrewPlan:
    """The cheapest plan found whose every queue meets its target.

    `target` is one service level, or one by queue. `hours` of `replications` runs judge a plan. Raises UsageError for
    impossible input, a queue that no crew serves, and when the crews' limits do not allow to meet the targets.
    """
    search = _Search(queues, calls_per_hour, crews, target, (within_s, short_s, formula), hours, replications, seed)
    search.check()
    found = [search.improved(search.repaired(start, progress), progress) for start in search.starts()]
    best = min(found, key=lambda steps: steps[-1].cost)
    levels, occupancy = search.figures(best[-1].agents, long=True)
    return CrewPlan(
        {crew.name: n for crew, n in zip(crews, best[-1].agents, strict=True)}, best[-1].cost,
        {queue.name: level for queue, level in zip(queues, levels, strict=True)}, occupancy, tuple(best),
        len({agents for agents, _ in search.known}),
    )


@dataclass(frozen=True, eq=False)
class _Search:
    queues: Sequence[Queue]
    rates: Mapping[str, float]
    crews: Sequence[CrewKind]
    target: float | Mapping[str, float]
    measure: tuple[float, float, Formula]
    hours: int
    replications: int
    seed: int
    known: dict[tuple[Agents, bool], tuple[list[Figure], Figure]] = field(default_factory=dict)

    def check(self) -> None:
        """Raises UsageError for what cannot be staffed."""
        names = [queue.name for queue in self.queues]
        for name, goal in zip(names, self.targets, strict=True):
            if not 0 < goal < 1:
                raise UsageError(f"a target of {goal:g}", where=f"queue {name}", fix="give one above 0 and below 1")
            if not any(name in crew.skills for crew in self.crews):
                raise UsageError("no crew serves it", where=f"queue {name}", fix="give a crew that skill")
            if not 0 < self.rates.get(name, 0.0) < math.inf:
                raise UsageError("calls per hour are not above 0", where=f"queue {name}", fix="leave the queue out")
        for crew in self.crews:
            if not crew.skills:
                raise UsageError("it has no skill", where=f"crew {crew.name}", fix="name the queues that it serves")
            if not 0 < crew.cost < math.inf:
                raise UsageError(f"an agent costs {crew.cost:g}", where=f"crew {crew.name}", fix="give a cost above 0")
        if self.hours < 1 or self.replications < 2:
            raise UsageError("less than an hour or two replications", fix="20 hours and 10 replications do well")
        load = sum(self.rates[queue.name] * _busy_s(queue) for queue in self.queues) / _HOUR
        ample = tuple(self.capped(kind, math.ceil(2 * load) + 20) for kind in self.crews)
        if not self.holds(ample):
            raise UsageError(f"not even {sum(ample)} agents meet the targets",
                             fix="allow more agents, or lower the targets (ringing counts as waiting)")

    @cached_property
    def targets(self) -> list[float]:
        if isinstance(self.target, Mapping):
            missing = next((queue.name for queue in self.queues if queue.name not in self.target), None)
            if missing is not None:
                raise UsageError("no target", where=f"queue {missing}", fix="give one for each queue")
            return [float(self.target[queue.name]) for queue in self.queues]
        return [float(self.target)] * len(self.queues)

    def scenario(self, agents: Agents) -> Scenario:
        span = self.hours + _WARM_UP
        crews = [
            Crew.steady(kind.name, kind.skills, n, span * _HOUR) for kind, n in zip(self.crews, agents, strict=True)
        ]
        within_s, short_s, formula = self.measure
        rates = {queue.name: [float(self.rates[queue.name])] * span for queue in self.queues}
        return Scenario(self.queues, crews, _HOUR, rates=rates, within_s=within_s, short_s=short_s, formula=formula)

    def figures(self, agents: Agents, long: bool = False) -> tuple[list[Figure], Figure]:
        """Service level by queue, and occupancy, after the warm-up; `long` on other callers and longer."""
        if (agents, long) not in self.known:
            runs, seed = (self.replications * _LONGER, self.seed + 1) if long else (self.replications, self.seed)
            outcome = simulate(self.scenario(agents), replications=runs, seed=seed)
            counts = outcome.counts[:, :, _WARM_UP:-1].sum(2)
            spent = outcome.spent[:, :, _WARM_UP:-1].sum((1, 2))
            levels = zip(*estimate(*service_level_sides(counts, self.measure[2])), strict=True)
            busy = estimate(*occupancy_sides(spent))
            self.known[agents, long] = [Figure(*map(float, level)) for level in levels], Figure(*map(float, busy))
        return self.known[agents, long]

    def spare(self, agents: Agents, long: bool = False) -> list[float]:
        """By how much each queue is above its target; no service level counts as 0."""
        levels = (figure.value for figure in self.figures(agents, long)[0])
        return [(0.0 if math.isnan(v) else v) - goal for v, goal in zip(levels, self.targets, strict=True)]

    def holds(self, agents: Agents) -> bool:
        return min(self.spare(agents)) >= 0 and min(self.spare(agents, long=True)) >= 0

    def cost(self, agents: Agents) -> float:
        return sum(kind.cost * n for kind, n in zip(self.crews, agents, strict=True))

    def capped(self, kind: CrewKind, agents: int) -> int:
        return agents if kind.most is None else min(agents, kind.most)

    def allowed(self, agents: Agents) -> bool:
        return all(n >= 0 and self.capped(k, n) == n for k, n in zip(self.crews, agents, strict=True))

    def step(self, move: str, agents: Agents, progress: Callable[[Step], None] | None) -> Step:
        levels = tuple(figure.value for figure in self.figures(agents)[0])
        step = Step(move, agents, self.cost(agents), levels)
        if progress:
            progress(step)
        return step

    def starts(self) -> list[Agents]:
        """Each queue's own requirement, with its most specialised crew, and with its most versatile."""
        found = []
        for versatile in (False, True):
            load = [0.0] * len(self.crews), [0.0] * len(self.crews), [math.inf] * len(self.crews)
            for queue in self.queues:
                able = [i for i, kind in enumerate(self.crews) if queue.name in kind.skills]
                i = min(able, key=lambda i: ((-1 if versatile else 1) * len(self.crews[i].skills), self.crews[i].cost))
                load[0][i] += self.rates[queue.name]
                load[1][i] += self.rates[queue.name] * _busy_s(queue)
                load[2][i] = min(load[2][i], queue.patience.mean_s)
            goal, within_s = max(self.targets), self.measure[0]
            found.append(tuple(
                self.capped(kind, alone(calls, seconds / calls, patience, goal, within_s)) if calls else 0
                for kind, calls, seconds, patience in zip(self.crews, *load, strict=True)
            ))
        return list(dict.fromkeys(found))

    def repaired(self, agents: Agents, progress: Callable[[Step], None] | None) -> list[Step]:
        """From a start to a plan that holds: the agent who takes away most of what is missing for his cost."""
        steps = [self.step("start", agents, progress)]
        while not self.holds(agents):
            more = [(plan, kind.cost) for plan, kind in zip(_each(agents, 1), self.crews, strict=True)
                    if self.allowed(plan)]
            if not more:
                raise UsageError("no plan within the crews' limits meets the targets",
                                 fix="allow more agents, or lower the targets")
            agents = min(more, key=lambda item: (self.missing(item[0]) - self.missing(agents)) / item[1])[0]
            steps.append(self.step("add", agents, progress))
        return steps

    def missing(self, agents: Agents) -> float:
        both = (self.spare(agents), self.spare(agents, long=True))
        return sum(max(-value, 0.0) for spare in both for value in spare)

    def improved(self, steps: list[Step], progress: Callable[[Step], None] | None) -> list[Step]:
        """The cheapest of the neighbours that hold, again and again; at the same cost the one with more to spare."""
        while better := self.better(steps[-1].agents):
            steps.append(self.step(*better, progress))
        return steps

    def better(self, agents: Agents) -> tuple[str, Agents] | None:
        now, slack = self.cost(agents), sum(self.spare(agents))
        moves = sorted(
            ((self.cost(plan), i, move, plan) for i, (move, plan) in enumerate(_neighbours(agents))
             if self.allowed(plan) and self.cost(plan) <= now + 1e-9),
        )
        for cost, _, move, plan in moves:
            if cost < now - 1e-9 and self.holds(plan):
                return move, plan
        even = [(sum(self.spare(plan)), move, plan) for cost, _, move, plan in moves if cost >= now - 1e-9]
        for spare, move, plan in sorted(even, reverse=True):
            if spare > slack + _CLEAR and self.holds(plan):
                return move, plan
        return None


def _busy_s(queue: Queue) -> float:
    """Seconds of an agent that a call takes."""
    return queue.handling.mean_s + queue.rest.mean_s + queue.answer_delay.mean_s


def _each(agents: Agents, by: int) -> list[Agents]:
    """The plan with one crew changed by so many, for each crew."""
    return [tuple(n + by * (i == j) for j, n in enumerate(agents)) for i in range(len(agents))]


def _neighbours(agents: Agents) -> Iterator[tuple[str, Agents]]:
    crews = range(len(agents))
    units = np.eye(len(agents), dtype=int)
    for i in crews:
        yield "remove", tuple((np.array(agents) - units[i]).tolist())
        for j in crews:
            if i != j:
                yield "swap", tuple((np.array(agents) - units[i] + units[j]).tolist())
    for i, j in combinations_with_replacement(crews, 2):
        for k in crews:
            if k not in (i, j):
                yield "two for one", tuple((np.array(agents) - units[i] - units[j] + units[k]).tolist())


def alone(calls_per_hour: float, aht_s: float, patience_s: float | None, target: float, within_s: float) -> int:
    """Whole agents that a queue needs for itself: Erlang A's, or Erlang C's where nobody gives up (None, infinite)."""
    if patience_s is None or math.isinf(patience_s):
        return int(np.asarray(erlang_c(calls_per_hour, aht_s).required(target, within_s)))
    return int(np.asarray(erlang_a(calls_per_hour, aht_s, patience_s).required(target, within_s)))
