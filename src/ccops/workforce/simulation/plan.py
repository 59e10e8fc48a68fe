"""A scenario as the arrays that the kernel walks over: by queue, by crew, by agent, by stint."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.simulation.scenario import Durations, Queue, Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KINDS = ("constant", "exponential", "lognormal", "sample", "survival")  # by their numbers in the kernel
DISTRIBUTIONS = ("patience", "handling", "answer_delay", "rest", "redial_after")  # of a queue, likewise


class Plan(NamedTuple):
    """What the kernel needs of a scenario; `x_from[i]` to `x_from[i + 1]` is the stretch of i in the array x."""

    expected: Floats  # arrivals by queue and interval; no columns in a replay
    instants: Floats  # of a replay, queue after queue
    instants_from: Ints
    interval_s: float
    until_s: float
    closed_s: float
    within_s: float
    short_s: float
    laws: Floats  # by queue and distribution: kind, a, b, and its stretch of values and levels
    values: Floats
    levels: Floats
    factors: Floats  # of the handling time by queue and interval
    priority: Ints
    overflow_to: Ints  # -1: nowhere
    overflow_after_s: Floats
    max_wait_s: Floats
    redial: Floats
    skills_from: Ints  # of a crew: the queues that it serves
    skills: Ints
    choices_from: Ints  # of a queue: the crews that serve it, those that prefer it most first
    choice_crew: Ints
    choice_level: Ints
    crew_of: Ints
    stints_from: Ints  # of an agent
    from_s: Floats
    to_s: Floats
    agent_of: Ints  # of a stint
    by_start: Ints  # stints in order of their start, then of the agent
    by_end: Ints


class Floor(NamedTuple):
    """What the kernel keeps while the day goes on, as it is when the day begins."""

    number: Ints  # of the next caller of a queue
    column: Ints  # the interval he comes in
    walked: Floats  # unit exponentials so far
    passed: Floats  # expected arrivals before that interval
    coming: Floats  # when he comes
    head: Ints  # places of a queue's first and last waiting caller, -1: none
    tail: Ints
    times: Floats  # by place: what the kernel knows of who waits or is about to dial again
    facts: Ints
    keys: NDArray[np.uint64]
    later_at: Floats  # heap of leavings and redials
    later_who: Ints
    busy_at: Floats  # heap of busy agents
    busy_who: Ints
    is_busy: NDArray[np.bool_]
    idle_since: Floats  # by agent, -1: not idle
    idle_turn: Ints
    before: Ints  # chain of a crew's idle agents
    after: Ints
    first: Ints
    final: Ints
    stint: Ints  # an agent's present or next one


def floor(plan: Plan, room: int) -> Floor:
    """An empty floor with room for so many who wait, or are about to dial again, at once."""
    queues, crews, agents = len(plan.priority), len(plan.skills_from) - 1, len(plan.crew_of)

    def none(size: int) -> Ints:
        return np.full(size, -1, np.int64)

    return Floor(
        np.zeros(queues, np.int64), np.zeros(queues, np.int64), np.zeros(queues), np.zeros(queues), np.zeros(queues),
        none(queues), none(queues), np.empty((room, 3)), np.empty((room, 6), np.int64), np.empty(room, np.uint64),
        np.empty(room), np.empty(room, np.int64), np.empty(agents), np.empty(agents, np.int64),
        np.zeros(agents, np.bool_), np.full(agents, -1.0), np.zeros(agents, np.int64), none(agents), none(agents),
        none(crews), none(crews), plan.stints_from[:-1].copy(),
    )


def planned(scenario: Scenario) -> Plan:
    """The arrays of a scenario."""
    queues, place = scenario.queues, {queue.name: i for i, queue in enumerate(scenario.queues)}
    skills = [[place[name] for name in crew.skills] for crew in scenario.crews]
    choices = [
        sorted((own.index(q), crew) for crew, own in enumerate(skills) if q in own) for q in range(len(queues))
    ]
    # Agents by crew and number; their stints by time.
    stints = [(i, stint) for i, crew in enumerate(scenario.crews) for stint in crew.merged()]
    agents = list(dict.fromkeys((i, stint.agent) for i, stint in stints))
    number = {who: i for i, who in enumerate(agents)}
    agent_of = np.array([number[i, stint.agent] for i, stint in stints], np.int64)
    from_s, to_s = (np.array([getattr(stint, name) for _, stint in stints], float) for name in ("from_s", "to_s"))
    instants = scenario.instants()
    laws: list[Durations] = [getattr(queue, name) for queue in queues for name in DISTRIBUTIONS]
    ends = _stretches([item.values for item in laws])
    return Plan(
        expected=scenario.expected,
        instants=np.concatenate(instants),
        instants_from=_stretches(instants),
        interval_s=float(scenario.interval_s),
        until_s=scenario.end_s,
        closed_s=scenario.closed_s,
        within_s=float(scenario.within_s),
        short_s=float(scenario.short_s),
        laws=np.array([(KINDS.index(item.kind), item.a, item.b, *stretch)
                       for item, stretch in zip(laws, pairwise(ends), strict=True)], float).reshape(len(queues), -1, 5),
        values=np.concatenate([item.values for item in laws]),
        levels=np.concatenate([_levels(item) for item in laws]),
        factors=np.array([_factors(queue, scenario.intervals) for queue in queues]),
        priority=np.array([queue.priority for queue in queues], np.int64),
        overflow_to=np.array([place.get(queue.overflow_to, -1) for queue in queues], np.int64),
        overflow_after_s=np.array([queue.overflow_after_s for queue in queues], float),
        max_wait_s=np.array([queue.max_wait_s for queue in queues], float),
        redial=np.array([queue.redial for queue in queues], float),
        skills_from=_stretches(skills),
        skills=np.array([q for own in skills for q in own], np.int64),
        choices_from=_stretches(choices),
        choice_crew=np.array([crew for row in choices for _, crew in row], np.int64),
        choice_level=np.array([level for row in choices for level, _ in row], np.int64),
        crew_of=np.array([crew for crew, _ in agents], np.int64),
        stints_from=np.searchsorted(agent_of, np.arange(len(agents) + 1)).astype(np.int64),
        from_s=from_s,
        to_s=to_s,
        agent_of=agent_of,
        by_start=np.lexsort((agent_of, from_s)).astype(np.int64),
        by_end=np.lexsort((agent_of, to_s)).astype(np.int64),
    )


def _stretches(parts: Sequence[Sequence[object] | Floats]) -> Ints:
    """Where each part begins once they lie end to end, and where the last one ends."""
    return np.cumsum([0, *(len(part) for part in parts)]).astype(np.int64)


def _levels(item: Durations) -> Floats:
    return item.levels if item.kind == "survival" else np.zeros(len(item.values))


def _factors(queue: Queue, intervals: int) -> list[float]:
    return [float(factor) for factor in queue.handling_factors] or [1.0] * intervals
