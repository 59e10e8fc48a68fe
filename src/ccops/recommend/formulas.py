"""A day by Erlang A, interval by interval: what the formulas make of the people and calls that the twin replays.

Queues that half of their agents share count as one; whoever else serves several is parted among them by their load in
the interval. The formulas know no memory from one interval to the next, and callers whose patience is exponential.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ccops.recommend.candidate import People
from ccops.workforce.erlang import erlang_a
from ccops.workforce.simulation.scenario import Scenario
from ccops.workforce.simulation.twin import Twin

Array = NDArray[np.float64]
_SHARED = 0.5  # share of the agents of two queues who serve both, from which they are one
_ALONE = 0.05  # agents who are there for an instant are no agent: Erlang A needs some


def by_formulas(twin: Twin, people: People, scenario: Scenario) -> tuple[float, float, float]:
    """Lost calls of the day with the calls of a scenario, and both sides of its service level."""
    calls = {queue.name: _calls(scenario, queue.name) for queue in scenario.queues}
    work = {queue.name: calls[queue.name] * queue.handling.mean_s for queue in scenario.queues}
    groups = _groups(people, twin.queues)
    loads = [np.sum([work[name] for name in group], axis=0) for group in groups]
    agents = _agents(twin, people, groups, loads)
    lost = above = below = 0.0
    for group, load, there in zip(groups, loads, agents, strict=True):
        offered = np.sum([calls[name] for name in group], axis=0)
        open_ = offered > 0
        if not open_.any():
            continue
        hourly, aht = offered[open_] * 3600 / scenario.interval_s, load[open_] / offered[open_]
        found = erlang_a(hourly, aht, _patience(twin, group, calls)).at(
            np.maximum(there[open_], _ALONE), scenario.within_s)
        gone = offered[open_] * found.p_abandon
        stays = 1 - np.average([twin.routing.by_key.get(name, 0.0) for name in group],
                               weights=[calls[name].sum() + 1e-9 for name in group])
        lost += float(gone.sum() * stays)
        above += float((offered[open_] * found.service_level).sum())
        below += float(offered[open_].sum())
    return lost, above, below


def _calls(scenario: Scenario, queue: str) -> Array:
    at = np.asarray(scenario.arrivals.get(queue, ()), float)
    return np.bincount((at // scenario.interval_s).astype(int), minlength=scenario.intervals).astype(float)


def _groups(people: People, queues: Sequence[str]) -> list[tuple[str, ...]]:
    """Queues in groups: those that half of the smaller side's agents share are together."""
    serve = {queue: {one.agent for one in people if queue in one.skills} for queue in queues}
    found = [{queue} for queue in queues]
    for a, b in combinations(queues, 2):
        smaller = min(len(serve[a]), len(serve[b]))
        if smaller and len(serve[a] & serve[b]) >= _SHARED * smaller:
            [one] = [group for group in found if a in group]
            [other] = [group for group in found if b in group]
            if one is not other:
                found = [group for group in found if group is not one and group is not other] + [one | other]
    return [tuple(sorted(group)) for group in found]


def _agents(twin: Twin, people: People, groups: Sequence[tuple[str, ...]], loads: Sequence[Array]) -> list[Array]:
    """Agents on the floor for each group, by interval."""
    scenario, begins = twin.scenario, twin.begins.timestamp()
    edges = np.arange(scenario.intervals + 1) * scenario.interval_s
    parted: dict[tuple[int, ...], Array] = {}
    for one in people:
        own = tuple(n for n, group in enumerate(groups) if set(group) & set(one.skills))
        there = parted.setdefault(own, np.zeros(scenario.intervals))
        for start, end in one.stretches:
            there += np.clip(
                np.minimum(edges[1:], end - begins) - np.maximum(edges[:-1], start - begins), 0, None
            ) / scenario.interval_s
    found = [np.zeros(scenario.intervals) for _ in groups]
    for own, there in parted.items():
        total = np.sum([loads[n] for n in own], axis=0) if own else there
        for n in own:
            share = np.divide(loads[n], total, out=np.full(len(there), 1 / len(own)), where=total > 0)
            found[n] += there * share
    return found


def _patience(twin: Twin, group: Sequence[str], calls: Mapping[str, Array]) -> float:
    """Of the group's callers: rates of giving up add up over calls, mean patiences do not."""
    means = {queue.name: queue.patience.mean_s for queue in twin.scenario.queues}
    weights = np.array([calls[name].sum() + 1e-9 for name in group])
    rates = np.array([1 / means[name] if means[name] > 0 else np.inf for name in group])
    rate = float((weights * rates).sum() / weights.sum())
    return 1 / rate if rate > 0 else float("inf")
