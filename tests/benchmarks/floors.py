"""M/M/50+M for so many callers: 48 a minute, 60 s each, 120 s of patience; by ours, by simpy and by Ciw.

Each side finds waits and abandons. What Python and compilers do before the first call of a process is measured apart.
"""

from __future__ import annotations

import math
import random
from typing import Any

from ccops.workforce.simulation.outcome import Outcome
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.scenario import Crew, Durations, Queue, Scenario

AGENTS, PER_S, HANDLING_S, PATIENCE_S = 50, 0.8, 60.0, 120.0
HOUR = 3600.0
REPLICATIONS = 20


def floor(calls: float) -> Scenario:
    """Hours enough that so many are expected."""
    hours = math.ceil(calls / (PER_S * HOUR))
    queue = Queue("sales", Durations.exponential(HANDLING_S), Durations.exponential(PATIENCE_S))
    crew = Crew.steady("all", ["sales"], AGENTS, hours * HOUR)
    return Scenario([queue], [crew], HOUR, rates={"sales": [PER_S * HOUR] * hours}, formula="offered")


def ours(calls: str) -> Outcome:
    # One in a hundred more than asked for, so that chance does not make the work lighter.
    outcome = simulate(floor(int(calls) * 1.01 / REPLICATIONS), replications=REPLICATIONS)
    assert outcome.counts[..., 0].sum() >= int(calls)
    _plausible(outcome.figure("abandon_rate").value)
    return outcome


def by_simpy(calls: str) -> None:
    import simpy

    rng, waits, lost = random.Random(1), 0.0, 0
    env = simpy.Environment()
    agents = simpy.Resource(env, capacity=AGENTS)

    def caller() -> Any:
        nonlocal waits, lost
        came = env.now
        with agents.request() as request:
            first = yield request | env.timeout(rng.expovariate(1 / PATIENCE_S))
            waits += env.now - came
            if request in first:
                yield env.timeout(rng.expovariate(1 / HANDLING_S))
            else:
                lost += 1

    def callers() -> Any:
        for _ in range(int(calls)):
            yield env.timeout(rng.expovariate(PER_S))
            env.process(caller())

    env.process(callers())
    env.run()
    _plausible(lost / int(calls))


def by_ciw(calls: str) -> None:
    import ciw

    exponential = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions=[exponential(PER_S)], service_distributions=[exponential(1 / HANDLING_S)],
        reneging_time_distributions=[exponential(1 / PATIENCE_S)], number_of_servers=[AGENTS],
    )
    ciw.seed(1)
    run = ciw.Simulation(network)
    run.simulate_until_max_customers(int(calls))
    records = run.get_all_records()
    _plausible(sum(record.record_type == "renege" for record in records) / len(records))


def _plausible(lost: float) -> None:
    """Erlang A says 3.09 % abandon."""
    assert 0.02 < lost < 0.04, lost


simulate(floor(1), replications=1)  # so that the compiled floor is there when the clock of a job starts
