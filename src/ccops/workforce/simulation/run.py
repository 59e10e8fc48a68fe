"""Simulating a scenario: replications in turn or side by side, always with the same result."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ccops.errors import UsageError
from ccops.workforce.simulation.outcome import BINS, COUNTS, SPENT, SUMS, Outcome
from ccops.workforce.simulation.plan import Plan, floor, planned
from ccops.workforce.simulation.scenario import Scenario
from ccops.workforce.simulation.uncertainty import drawn

if TYPE_CHECKING:
    from types import ModuleType

    from ccops.progress import Progress

ENDS = ("", "answered", "abandoned", "flow_out", "overflow")  # by their number in the kernel
Log = tuple[NDArray[np.float64], NDArray[np.int64]]
_ROOM = 4096  # callers who wait at once
_WORTH_THREADS = 20_000  # expected calls in all replications below which threads cost more than they bring


@dataclass(frozen=True, eq=False)
class _Arrays:
    """What the kernel fills, by replication."""

    counts: NDArray[np.int64]
    sums: NDArray[np.float64]
    longest: NDArray[np.float64]
    spent: NDArray[np.float64]
    waits: NDArray[np.int64]

    @classmethod
    def empty(cls, scenario: Scenario, replications: int) -> _Arrays:
        queues, crews, width = len(scenario.queues), len(scenario.crews), scenario.intervals + 1
        return cls(
            np.zeros((replications, queues, width, len(COUNTS)), np.int64),
            np.zeros((replications, queues, width, len(SUMS))),
            np.full((replications, queues, width), np.nan),
            np.zeros((replications, crews, width, len(SPENT))),
            np.zeros((replications, queues, BINS), np.int64),
        )

    def of(self, i: int) -> tuple[NDArray[Any], ...]:
        return self.counts[i], self.sums[i], self.longest[i], self.spent[i], self.waits[i]

    def clear(self, i: int) -> None:
        """As it was before the kernel began."""
        for array in self.of(i):
            array.fill(0)
        self.longest[i].fill(np.nan)


def simulate(scenario: Scenario, *, replications: int = 20, seed: int = 1, progress: Progress | None = None,
             threads: int | None = None) -> Outcome:
    """So many independent days of a scenario.

    The same seed gives the same callers to every scenario, so that two outcomes can be compared pair by pair. Threads,
    by default one per processor, change the speed alone. Raises UsageError where numba is not installed.
    """
    if replications < 1:
        raise UsageError(f"{replications} replications", fix="simulate at least one")
    kernel, plan = _compiled(), planned(scenario)
    arrays = _Arrays.empty(scenario, replications)

    def one(i: int) -> None:
        _day(kernel, _of(plan, scenario, seed, i), _streams(kernel, scenario, seed, i), arrays, i)

    worth = replications * _calls(plan) > _WORTH_THREADS
    workers = min((threads or os.cpu_count() or 1) if worth or threads else 1, replications)
    alone = replications if workers == 1 else 0 if kernel.day.signatures else 1  # compiled once, not by each thread
    for i in range(alone):
        one(i)
        if progress:
            progress("simulate", i + 1, replications)
    if alone < replications:
        with ThreadPoolExecutor(workers) as pool:
            for done, _ in enumerate(pool.map(one, range(alone, replications)), alone + 1):
                if progress:
                    progress("simulate", done, replications)
    return Outcome(scenario, seed, arrays.counts, arrays.sums, arrays.longest, arrays.spent, arrays.waits)


def trace(scenario: Scenario, *, replication: int = 0, seed: int = 1) -> pl.DataFrame:
    """Every visit of one replication, in order of entering: queue, entered_s, outcome, wait_s, ring_s, handle_s,
    crew, agent, dialled (the queue), number (of the caller there).

    outcome is answered, abandoned, flow_out or overflow; crew and agent are those who answered or rang, else null.
    """
    kernel, arrays = _compiled(), _Arrays.empty(scenario, 1)
    plan = _of(planned(scenario), scenario, seed, replication)
    streams = _streams(kernel, scenario, seed, replication)
    seconds, facts = _log(_day(kernel, plan, streams, arrays, 0))
    arrays.clear(0)
    _day(kernel, plan, streams, arrays, 0, (seconds, facts))
    names = [queue.name for queue in scenario.queues]
    who = [(crew.name, agent) for crew in scenario.crews for agent in crew.agents] + [(None, None)]
    found = [who[i] for i in facts[:, 2]]
    return pl.DataFrame({
        "queue": pl.Series([names[i] for i in facts[:, 0]], dtype=pl.String),
        "entered_s": seconds[:, 0],
        "outcome": pl.Series([ENDS[i] for i in facts[:, 1]], dtype=pl.String),
        "wait_s": seconds[:, 1],
        "ring_s": seconds[:, 2],
        "handle_s": seconds[:, 3],
        "crew": pl.Series([crew for crew, _ in found], dtype=pl.String),
        "agent": pl.Series([agent for _, agent in found], dtype=pl.Int64),
        "dialled": pl.Series([names[i] for i in facts[:, 3]], dtype=pl.String),
        "number": facts[:, 4],
    })


def _day(kernel: ModuleType, plan: Plan, streams: NDArray[np.uint64], arrays: _Arrays, i: int,
         log: Log | None = None) -> int:
    """Simulates one replication; gives the number of visits. Once more, on a larger floor, where more callers wait."""
    room = _ROOM
    while (visits := int(kernel.day(plan, floor(plan, room), streams, *arrays.of(i), *(log or _log(0))))) < 0:
        arrays.clear(i)
        room *= 4
    return visits


def _of(plan: Plan, scenario: Scenario, seed: int, replication: int) -> Plan:
    """The plan with the rates of a replication."""
    if not scenario.uncertain:
        return plan
    names = [queue.name for queue in scenario.queues]
    return plan._replace(expected=drawn(plan.expected, names, scenario.uncertain, seed, replication))


def _streams(kernel: ModuleType, scenario: Scenario, seed: int, replication: int) -> NDArray[np.uint64]:
    streams: NDArray[np.uint64] = kernel.draws.streams(seed, replication, [queue.name for queue in scenario.queues])
    return streams


def _log(visits: int) -> Log:
    return np.zeros((visits, 4)), np.zeros((visits, 5), np.int64)


def _calls(plan: Plan) -> float:
    return float(plan.expected.sum()) + len(plan.instants)


def _compiled() -> ModuleType:
    """The compiled kernel. Raises UsageError where numba is not installed."""
    try:
        from ccops.workforce.simulation import kernel
    except ModuleNotFoundError as missing:
        if missing.name != "numba":
            raise
        raise UsageError("the simulation needs numba, which is not installed",
                         fix="pip install 'ccops[simulation]'") from missing
    return kernel
