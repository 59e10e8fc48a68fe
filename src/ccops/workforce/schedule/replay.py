"""A schedule in the simulation: the agents with their breaks against the calls that the requirement was made for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np

from ccops.errors import UsageError
from ccops.metrics.targets import target
from ccops.remark import Remark
from ccops.settings import Settings
from ccops.workforce.erlang import erlang_a, erlang_c
from ccops.workforce.schedule.plan import Schedule
from ccops.workforce.schedule.requirement import Need
from ccops.workforce.schedule.works import Work
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.scenario import NEVER, Crew, Durations, Queue, Scenario, Stint

if TYPE_CHECKING:
    from ccops.progress import Progress
    from ccops.workforce.simulation.outcome import Outcome

_ROOM = 0.05  # above the target: worth asking for a cheaper plan


@dataclass(frozen=True)
class Promise:
    """A queue's service level (answered within the time / offered): as the formulas expect it of the scheduled agents,
    call by call, and as it was simulated, with its 95 % interval. The queue is None for all of them together."""

    queue: str | None
    calls: float
    expected: float | None
    simulated: float
    lo: float
    hi: float


@dataclass(frozen=True, eq=False)
class Replay:
    """What became of the plan, and the simulation itself."""

    within_s: float
    promises: tuple[Promise, ...]
    outcome: Outcome
    verdict: tuple[Remark, ...]


def replay(plan: Schedule, settings: Settings, *, replications: int = 20, seed: int = 1,
           progress: Progress | None = None) -> Replay:
    """The plan simulated. Raises UsageError where the requirement does not say for which calls it was made."""
    within = settings.service_level.within_s
    scenario = scenario_of(plan, settings)
    outcome = simulate(scenario, replications=replications, seed=seed, progress=progress)
    names = [queue.name for queue in scenario.queues]
    promises = []
    for name in (None, *names) if len(names) > 1 else names:
        figure = outcome.service_level(name, formula="offered")
        expected, calls = _expected(plan, [name] if name else names, within)
        promises.append(Promise(name, calls, expected, figure.value, figure.lo, figure.hi))
    return Replay(within, tuple(promises), outcome, tuple(_verdict(plan, promises, target("service_level", settings))))


def _verdict(plan: Schedule, promises: Sequence[Promise], wanted: float | None) -> Iterator[Remark]:
    """Whether every queue meets its target, and what the room above it may come from."""
    own = [one for one in promises if one.queue] or [*promises]
    if wanted is None:
        return
    if missed := [one for one in own if one.simulated < wanted]:
        queues = ", ".join(f"{one.queue} {one.simulated:.1%}" for one in missed)
        yield Remark("schedule_missed", {"target": f"{wanted:.0%}", "queues": queues})
        return
    least = min(own, key=lambda one: one.simulated)
    spare = {"queue": least.queue or "all", "points": f"{(least.simulated - wanted) * 100:.1f}"}
    yield Remark("schedule_met", {"target": f"{wanted:.0%}", **spare})
    if least.simulated - wanted >= _ROOM and any(len(served) > 1 for served in plan.draft.problem.serves):
        yield Remark("schedule_spare")


def scenario_of(plan: Schedule, settings: Settings) -> Scenario:
    """The planned days as a scenario: one crew per group, a stint between two breaks."""
    grid, needs = plan.draft.grid, plan.draft.requirement
    slots = needs.interval_min // grid.step_min
    intervals = grid.slots // slots
    rates, queues = {}, []
    for name, rows in needs.queues.items():
        volume, aht = np.zeros(intervals), np.zeros(intervals)
        for need in rows:
            if need.volume is None or (need.aht_s is None and need.volume > 0):
                raise UsageError("the requirement does not say for which calls it was made",
                                 fix="give it columns volume and aht_s (and patience_s), or let it come from the store")
            place = grid.slot(need.start_at) // slots
            volume[place], aht[place] = need.volume, need.aht_s or 0.0
        mean = float(volume @ aht / volume.sum()) if volume.sum() else 1.0
        factors = tuple(np.where(aht > 0, aht / mean, 1.0).tolist())
        known = [need.patience_s for need in rows if need.patience_s is not None]
        patience = Durations.exponential(float(np.mean(known))) if known else NEVER
        rates[name or "all"] = volume
        queues.append(Queue(name or "all", Durations.exponential(mean), patience, handling_factors=factors))
    level = settings.service_level
    crews = [
        Crew(group.name, tuple(queue or "all" for queue in group.queues if queue in rates or not queue),
             tuple(_stints(plan, group.name)))
        for group in plan.draft.groups
    ]
    return Scenario(queues, crews, needs.interval_min * 60.0, rates=rates, within_s=level.within_s,
                    short_s=level.short_s, formula=level.formula)


def _stints(plan: Schedule, group: str) -> Iterator[Stint]:
    """Work between breaks within the plan; an agent-day is an agent, so that nobody is in two places."""
    grid, number = plan.draft.grid, 0
    for work in plan.works:
        if work.offer.group != group:
            continue
        for breaks in work.breaks:
            for first, last in _between(plan, work, breaks):
                for start, end in _inside(first, last, grid.slots, plan.draft.patterns.repeats):
                    yield Stint(number, start * grid.step_min * 60.0, end * grid.step_min * 60.0)
            number += 1


def _between(plan: Schedule, work: Work, breaks: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    begun = work.start
    for rule, slot in zip(plan.draft.patterns.breaks_of(work.offer.shift), breaks, strict=True):
        if slot > begun:
            yield begun, slot
        begun = slot + rule.length
    if work.end > begun:
        yield begun, work.end


def _inside(first: int, last: int, slots: int, repeats: bool) -> Iterator[tuple[int, int]]:
    """The part of a stretch within the plan; in one that repeats, what runs over its end is at its start."""
    shifts = (0, -slots) if repeats else (0,)
    for shift in shifts:
        start, end = max(first + shift, 0), min(last + shift, slots)
        if start < end:
            yield start, end


def _expected(plan: Schedule, names: list[str], within_s: float) -> tuple[float | None, float]:
    """The calls' mean of each interval's service level by Erlang A, or C where nobody gives up; None where unknown."""
    step, grid = plan.draft.requirement.interval_min // plan.draft.grid.step_min, plan.draft.grid
    rows_of = plan.intervals.iter_rows(named=True)
    there = {(row["queue"] or "all", row["start_at"].astimezone(UTC)): row["scheduled"] for row in rows_of}
    level, calls = 0.0, 0.0
    for queue, rows in plan.draft.requirement.queues.items():
        if (queue or "all") not in names:
            continue
        for need in rows:
            first = grid.slot(need.start_at)
            for slot in range(first, first + step):
                offered = (need.volume or 0.0) / step
                if offered:
                    agents = there[queue or "all", grid.instant(slot)]
                    level += offered * _service_level(need, agents, within_s, 60 / (step * grid.step_min))
                    calls += offered
    return (level / calls if calls else None), calls


def _service_level(need: Need, agents: float, within_s: float, per_hour: float) -> float:
    rate, aht = (need.volume or 0.0) * per_hour, need.aht_s or 0.0
    model = erlang_c(rate, aht) if need.patience_s is None else erlang_a(rate, aht, need.patience_s)
    return float(model.at(agents, within_s=within_s).service_level)
