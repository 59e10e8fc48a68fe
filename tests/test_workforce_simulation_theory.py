"""The simulation against queueing theory, against Ciw, and its random numbers against what they should be.

Every comparison is with the simulation's own 99 % interval over replications of fixed seeds, so that it always ends
the same way. Of many such comparisons a right simulation misses one in a hundred; how many misses are allowed where
many figures are compared is therefore read from the binomial distribution.
"""

from __future__ import annotations

import math
from typing import Any

import ciw
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ccops.workforce.erlang import erlang_a, erlang_c
from ccops.workforce.simulation import draws
from ccops.workforce.simulation.outcome import COUNTS, SUMS, Outcome, service_level_sides
from ccops.workforce.simulation.run import simulate, trace
from ccops.workforce.simulation.scenario import NEVER, Crew, Durations, Queue, Scenario

HOUR = 3600.0
WARM_UP = 24  # hours that are left out: many times the relaxation time of every case below
Array = NDArray[np.float64]


def steady(agents: int, per_hour: float, handling: Durations, patience: Durations, hours: int, runs: int = 24,
           **more: Any) -> Outcome:
    """An hourly interval for as long as it says, after the warm-up."""
    span = hours + WARM_UP
    queue, crew = Queue("sales", handling, patience, **more), Crew.steady("all", ["sales"], agents, span * HOUR)
    day = Scenario([queue], [crew], HOUR, rates={"sales": [per_hour] * span}, formula="offered")
    return simulate(day, replications=runs, seed=1)


def counts_of(outcome: Outcome) -> NDArray[np.int64]:
    """By replication and hour, after the warm-up and before closing."""
    return outcome.counts[:, 0, WARM_UP:-1]


def figures(outcome: Outcome) -> dict[str, tuple[Array, Array]]:
    """Numerator and denominator per replication of what is compared."""
    counts, sums = counts_of(outcome).sum(1), outcome.sums[:, 0, WARM_UP:-1].sum(1)
    spent = outcome.spent[:, :, WARM_UP:-1].sum((1, 2))
    n = {name: counts[:, i].astype(float) for i, name in enumerate(COUNTS)}
    return {
        "service_level": service_level_sides(counts, "offered"),
        "abandon_rate": (n["abandoned"], n["offered"]),
        "asa_s": (sums[:, SUMS.index("wait_answered_s")], n["answered"]),
        "occupancy": (spent[:, 0], spent[:, 0] + spent[:, 3]),
        "wait_s": (sums[:, :3].sum(1), n["offered"]),
        "waiting": (sums[:, :3].sum(1), np.full(outcome.replications, HOUR * counts_of(outcome).shape[1])),
    }


def misses(outcome: Outcome, expected: dict[str, float], rounding: float = 1e-12) -> list[str]:
    """The figures whose 99 % interval leaves the expected value, known to `rounding`, out."""
    missed = []
    for name, value in expected.items():
        above, below = figures(outcome)[name]
        ratios = above / below
        half = stats.t.ppf(0.995, len(ratios) - 1) * ratios.std(ddof=1) / math.sqrt(len(ratios))
        if not abs(ratios.mean() - value) <= half + rounding:
            missed.append(f"{name}: {ratios.mean():.6f} +- {half:.6f}, expected {value:.6f}")
    return missed


# agents, erlangs, hours: loads of 60 to 95 %
DELAY = [(1, 0.6, 2000), (2, 1.5, 2000), (5, 4.0, 1000), (9, 8.0, 1000), (14, 10.0, 200), (20, 18.0, 400),
         (33, 30.0, 200), (55, 51.0, 200), (100, 95.0, 200), (200, 190.0, 100)]
# loads of 90 to 105 %
IMPATIENT = [(1, 0.9, 2000), (2, 2.0, 1000), (5, 5.0, 600), (9, 10.0, 400), (12, 10.0, 400), (20, 21.0, 200),
             (32, 30.0, 200), (50, 48.0, 200), (96, 100.0, 100), (200, 195.0, 100)]


def test_erlang_c_on_ten_loads() -> None:
    """30 figures: more than two outside of 99 % would be chance once in 300 times."""
    missed = []
    for agents, load, hours in DELAY:
        theory = erlang_c(load * 20, 180.0).at(agents, 20.0)
        outcome = steady(agents, load * 20, Durations.exponential(180), NEVER, hours)
        found = {"service_level": theory.service_level, "asa_s": theory.asa_s, "occupancy": load / agents}
        missed += [f"{agents} agents, {line}" for line in misses(outcome, {k: float(v) for k, v in found.items()})]
    assert len(missed) <= 2, missed
    assert not [line for line in missed if "service_level" in line]


def test_erlang_a_on_ten_loads() -> None:
    """40 figures: more than two outside of 99 % would be chance once in 130 times."""
    missed = []
    for agents, load, hours in IMPATIENT:
        theory = erlang_a(load * 20, 180.0, 120.0).at(agents, 20.0)
        outcome = steady(agents, load * 20, Durations.exponential(180), Durations.exponential(120), hours)
        found = {
            "service_level": theory.service_level, "asa_s": theory.asa_s, "abandon_rate": theory.p_abandon,
            "occupancy": theory.occupancy,
        }
        missed += [f"{agents} agents, {line}" for line in misses(outcome, {k: float(v) for k, v in found.items()})]
    assert len(missed) <= 2, missed
    assert not [line for line in missed if "service_level" in line]


def test_a_known_answer_of_erlang_a() -> None:
    """50 agents, 48 calls a minute of 60 s, patience 120 s (Garnett, Mandelbaum & Reiman 2002, computed exactly).

    Its waiting time over all callers, 3.71 s, and its queue, 2.97 callers, are one by Little's law.
    """
    outcome = steady(50, 48 * 60, Durations.exponential(60), Durations.exponential(120), 100)
    assert not misses(outcome, {"abandon_rate": 0.03091, "occupancy": 0.9303}, 5e-6)
    assert not misses(outcome, {"wait_s": 3.71, "waiting": 2.97}, 5e-3)
    assert outcome.wait_quantile_s(0.9) == pytest.approx(12.44, rel=0.02)


def test_lognormal_patience() -> None:
    """M/M/n+G, mean patience 2 min, sigma 1.2: P(W) .4818, P(ab) .0290, SL .9500 (Mandelbaum & Zeltyn's formulas)."""
    patience = Durations.lognormal(120.0, math.sqrt(math.expm1(1.2**2)))
    outcome = steady(50, 48 * 60, Durations.exponential(60), patience, 100)
    assert not misses(outcome, {"service_level": 0.9500, "abandon_rate": 0.0290}, 5e-5)
    visits = trace(outcome.scenario)
    late = visits.filter(visits["entered_s"] > WARM_UP * HOUR)
    assert (late["wait_s"] > 1e-9).mean() == pytest.approx(0.4818, abs=0.02)


def test_a_curve_with_callers_who_never_leave() -> None:
    """Half give up at 30 s, the others never: with nobody there, half abandon and half are there at the end."""
    from ccops.workforce.patience import Survival

    curve = Durations.survival(Survival(np.array([0.0, 30.0]), np.array([1.0, 0.5]), math.inf))
    day = Scenario([Queue("sales", Durations.constant(60), curve)], [], HOUR, rates={"sales": [5000.0]})
    outcome = simulate(day, replications=1)
    n = dict(zip(COUNTS, outcome.counts[0, 0].sum(0).tolist(), strict=True))
    assert n["abandoned"] + n["flow_outs"] == n["offered"]
    assert n["abandoned"] / n["offered"] == pytest.approx(0.5, abs=0.02)


class SkilledNode(ciw.Node):  # type: ignore[misc]
    """Ciw's node, where the first servers serve class 0 alone and the others both classes, class 1 by preference."""

    SPECIALISTS = 3
    asking: Any = None

    def serves(self, server: Any, individual: Any) -> bool:
        return bool(individual.customer_class == "Class 0" or server.id_number > self.SPECIALISTS)

    def find_free_server(self, ind: Any) -> Any:
        return next((s for s in self.servers if not s.busy and self.serves(s, ind)), None)

    def choose_next_customer(self) -> Any:
        askers = [self.asking] if self.asking else [s for s in self.servers if not s.busy]
        for individuals in self.individuals:
            for individual in individuals:
                if not individual.server and any(self.serves(server, individual) for server in askers):
                    return individual
        return None

    def begin_service_if_possible_release(self, next_individual: Any, newly_free_server: Any) -> None:
        self.asking = newly_free_server
        super().begin_service_if_possible_release(next_individual, newly_free_server)
        self.asking = None


def test_two_skills_against_ciw() -> None:
    """Three agents for sales alone, four for service and sales; service waits behind sales; both lose callers."""
    hours, runs = 30, 12
    queues = [
        Queue("sales", Durations.exponential(180), Durations.exponential(90)),
        Queue("service", Durations.exponential(240), Durations.exponential(150), priority=2),
    ]
    crews = [Crew.steady("one", ["sales"], 3, (hours + 2) * HOUR),
             Crew.steady("both", ["service", "sales"], 4, (hours + 2) * HOUR)]
    rates = {"sales": [80.0] * (hours + 2), "service": [45.0] * (hours + 2)}
    ours = simulate(Scenario(queues, crews, HOUR, rates=rates, formula="offered"), replications=4 * runs)
    exponential = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions={"Class 0": [exponential(80 / HOUR)], "Class 1": [exponential(45 / HOUR)]},
        service_distributions={"Class 0": [exponential(1 / 180)], "Class 1": [exponential(1 / 240)]},
        reneging_time_distributions={"Class 0": [exponential(1 / 90)], "Class 1": [exponential(1 / 150)]},
        priority_classes={"Class 0": 0, "Class 1": 1}, number_of_servers=[7],
    )
    theirs: dict[tuple[int, str], list[float]] = {}
    for seed in range(runs):
        ciw.seed(seed)
        rival = ciw.Simulation(network, node_class=SkilledNode)
        rival.simulate_until_max_time((hours + 2) * HOUR)
        records = [r for r in rival.get_all_records() if r.arrival_date >= 2 * HOUR]
        for i in range(2):
            own = [r for r in records if r.customer_class == f"Class {i}"]
            served = [r for r in own if r.record_type == "service"]
            in_time = sum(r.waiting_time <= 20 for r in served)
            theirs.setdefault((i, "service_level"), []).append(in_time / len(own))
            theirs.setdefault((i, "abandon_rate"), []).append(1 - len(served) / len(own))
    for (i, name), values in theirs.items():
        counts = ours.counts[:, i, 2:-1].sum(1)
        above = counts[:, COUNTS.index("in_time" if name == "service_level" else "abandoned")]
        mine = above / counts[:, 0]
        test = stats.ttest_ind(mine, values, equal_var=False)
        # Four comparisons: one of a right pair would fall outside once in 25 times, two once in 1,700.
        assert test.pvalue > 0.01, (i, name, mine.mean(), np.mean(values))


def test_the_numbers_are_even_and_know_nothing_of_each_other() -> None:
    """Kolmogorov-Smirnov, and correlations between things, neighbours and replications within 4 standard errors."""
    n = 20_000
    first, other = draws.streams(1, 0, ["sales"])[0], draws.streams(1, 1, ["sales"])[0]
    keys = [np.uint64(draws.key_of(first, i)) for i in range(n)]
    patience, handling = ([draws.uniform(key, what) for key in keys] for what in (draws.PATIENCE, draws.HANDLING))
    elsewhere = [draws.uniform(np.uint64(draws.key_of(other, i)), draws.PATIENCE) for i in range(n)]
    again = [draws.uniform(np.uint64(draws.next_key(key)), draws.PATIENCE) for key in keys]
    for row in (patience, handling, elsewhere, again):
        assert stats.kstest(row, "uniform").pvalue > 0.001
        assert 0 < min(row) <= max(row) < 1
        assert abs(np.corrcoef(row[1:], row[:-1])[0, 1]) < 4 / math.sqrt(n)
        if row is not patience:
            assert abs(np.corrcoef(patience, row)[0, 1]) < 4 / math.sqrt(n)


def test_arrivals_are_poisson_by_interval() -> None:
    """Mean and variance of counts are the rate; an interval's rate 0 brings nobody."""
    rates = [12.0, 0.0, 30.5, 3.25]
    day = Scenario([Queue("sales", Durations.constant(1))], [], 900.0, rates={"sales": rates})
    counts = simulate(day, replications=4000).counts[:, 0, :4, 0]
    for column, rate in zip(counts.T, rates, strict=True):
        assert column.mean() == pytest.approx(rate, abs=4 * math.sqrt(rate / 4000))
        assert column.var() == pytest.approx(rate, rel=0.1)
    assert abs(np.corrcoef(counts[:, 0], counts[:, 2])[0, 1]) < 4 / math.sqrt(4000)


@pytest.mark.parametrize(
    ("law", "mean", "sd"),
    [
        (Durations.exponential(90), 90, 90), (Durations.lognormal(200, 1.3), 200, 260),
        (Durations.sample([10, 20, 60]), 30, math.sqrt((400 + 100 + 900) / 3)), (Durations.constant(7), 7, 0),
    ],
)
def test_durations_have_their_mean_and_spread(law: Durations, mean: float, sd: float) -> None:
    queue, crew = Queue("sales", law), Crew.steady("all", ["sales"], 4000, HOUR)
    handled = trace(Scenario([queue], [crew], HOUR, rates={"sales": [40_000.0]}), seed=3)["handle_s"].to_numpy()
    assert law.mean_s == pytest.approx(mean)
    assert handled.mean() == pytest.approx(mean, rel=0.03)
    assert handled.std() == pytest.approx(sd, rel=0.08, abs=1e-9)
    assert law.scaled(2.0).mean_s == pytest.approx(2 * mean)
