"""Erlang B, C and A against forty digits, and sizes at which naive formulas overflow."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

import erlang_exact as exact
from ccops.workforce.erlang import erlang_a, erlang_b, erlang_c
from ccops.workforce.erlang.poisson import log_pmf

CASES = 400
Case = tuple[float, float, float, float, float]


def cases() -> list[Case]:
    """Agents up to 2000, half of them whole; calls per hour, handling time, patience, within: under- and overloaded."""
    rng = np.random.default_rng(2026)
    found = []
    for _ in range(CASES):
        load, aht = np.exp(rng.uniform(np.log(0.05), np.log(2000))), np.exp(rng.uniform(np.log(5), np.log(3000)))
        agents = min(max(load * rng.uniform(0.5, 1.4) + rng.normal() * np.sqrt(load), 0.05), 2000)
        agents = max(1.0, round(agents)) if rng.random() < 0.5 else agents
        patience, within = aht * np.exp(rng.uniform(np.log(0.01), np.log(100))), rng.choice([0, 5, 20, 60, 300])
        found.append((float(agents), float(load * 3600 / aht), float(aht), float(patience), float(within)))
    return found


def agree(ours: float, true: mp.mpf) -> bool:
    """Within 1e-9 of the value, or 1e-12."""
    error = abs(mp.mpf(ours) - true)
    return bool(error <= mp.mpf("1e-12") or error <= abs(true) * mp.mpf("1e-9"))


def test_four_hundred_random_cases() -> None:
    wrong = []
    for case in cases():
        agents, calls, aht, patience, within = case
        loss = erlang_b(calls, aht).at(agents).p_block
        pairs = [(loss, exact.blocked(agents, mp.mpf(calls) * mp.mpf(aht) / 3600))]
        if agents > calls * aht / 3600:
            c, true_c = erlang_c(calls, aht).at(agents, within), exact.erlang_c(agents, calls, aht, within)
            pairs += [(c.p_wait, true_c.p_wait), (c.service_level, true_c.service_level)]
        a, true_a = erlang_a(calls, aht, patience).at(agents, within), exact.erlang_a(*case)
        pairs += [(getattr(a, name), getattr(true_a, name)) for name in ("p_wait", "p_abandon", "service_level")]
        wrong += [(case, ours, float(true)) for ours, true in pairs if not agree(ours, true)]
    assert wrong == []


def test_asa_against_the_states_one_by_one() -> None:
    whole = [case for case in cases() if case[0].is_integer()][:60]
    ours = [erlang_a(calls, aht, patience).at(n).asa_s for n, calls, aht, patience, _ in whole]
    states = [exact.answered_wait(int(n), calls, aht, patience) for n, calls, aht, patience, _ in whole]
    assert ours == pytest.approx(states, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("n", [0.5, 39.9, 40.1, 41, 1e3, 1e5])
@pytest.mark.parametrize("share", [0.5, 0.85, 0.999, 1, 1.2, 3])
def test_poisson_terms(n: float, share: float) -> None:
    with mp.workdps(50):
        mean = mp.mpf(n * share)
        true = n * mp.log(mean) - mean - mp.loggamma(mp.mpf(n) + 1)
    ours = float(log_pmf(np.array(n), np.array(n * share)))
    assert ours == pytest.approx(float(true), rel=1e-13, abs=1e-13)


def blocked_by_recursion(lines: int, load: float) -> float:
    """1/B(n) = 1 + n/a 1/B(n-1): the definition, a line at a time."""
    inverse = 1.0
    for n in range(1, lines + 1):
        inverse = 1 + inverse * n / load
    return 1 / inverse


@pytest.mark.parametrize(("lines", "load"), [(0, 3), (1, 3), (7, 0.2), (300, 280), (20, 9e4), (99_000, 1e5)])
def test_blocking_line_by_line(lines: int, load: float) -> None:
    assert erlang_b(load * 60, 60).at(lines).p_block == pytest.approx(blocked_by_recursion(lines, load), rel=1e-10)


SIGNS = {"service_level": 1, "p_wait": -1, "p_abandon": -1, "asa_s": -1, "occupancy": -1}  # with more agents


@pytest.mark.parametrize("load", [1e3, 1e4, 1e5])
def test_large_centres_are_finite_and_orderly(load: float) -> None:
    """Up to 1e5 agents, where rate x time is far beyond 1000: in a second and in ten minutes."""
    agents = np.round(load + np.linspace(-4, 6, 41) * np.sqrt(load))
    for within in (1.0, 20.0, 600.0):
        for patience in (10.0, 120.0, 3600.0, 1e7):
            model = erlang_a(load * 20, 180, patience)
            found = model.at(agents, within)
            for name, sign in SIGNS.items():
                values = getattr(found, name)
                assert np.all(np.isfinite(values)), name
                assert np.all(sign * np.diff(values) >= -1e-10 * np.abs(values[1:]) - 1e-10), (name, within, patience)
            needed = model.required(0.8, within)
            assert model.at(needed, within).service_level >= 0.8 - 1e-11
            assert model.at(needed - 1, within).service_level < 0.8
    stable = agents[agents > load]
    waits = erlang_c(load * 20, 180).at(stable)
    assert np.all(np.diff(waits.service_level) >= 0)
    assert np.all(np.isfinite(waits.asa_s))


def test_a_million_scenarios_in_one_call() -> None:
    load = np.linspace(5, 500, 1_000_000)
    levels = erlang_c(load * 20, 180).service_level(np.ceil(load) + 5, 20)
    assert levels.shape == load.shape
    some = [0, 123_456, 999_999]
    assert levels[some] == pytest.approx(
        [erlang_c(float(load[i]) * 20, 180).at(float(np.ceil(load[i])) + 5).service_level for i in some], rel=1e-13
    )
