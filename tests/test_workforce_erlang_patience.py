"""M/M/n+G and what is made of it, against plain numerical integration of the textbook's integrals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import lognorm

from ccops.workforce.erlang import QueueModel, erlang_a, erlang_c, erlang_g, with_retrials
from ccops.workforce.patience import Survival

Curve = Callable[[Any], Any]
CELLS = 120_000


def integrated(n: int, lam: float, mu: float, alive: Curve, within: float, end: float) -> dict[str, float]:
    """The measures of M/M/n+G by the midpoint rule over `end` seconds; rates per second.

    Mandelbaum & Zeltyn 2005: of who waits the wait with endless patience has density e^(lam H(t) - n mu t) / J.
    """
    width = end / CELLS
    times = (np.arange(CELLS) + 0.5) * width
    survival = alive(times)
    held = (np.cumsum(survival) - survival / 2) * width
    density = np.exp(lam * held - n * mu * times)

    def over(values: Any, start: float = 0.0) -> float:
        return float(np.sum((density * values)[times > start]) * width)

    whole = over(1.0)
    inverse = 1.0  # 1 / B(n - 1), by recursion
    for k in range(1, n):
        inverse = 1 + inverse * k * mu / lam
    wait = lam * whole / (inverse + lam * whole)
    served, late = over(survival) / whole, over(survival, within) / whole
    still = over(1.0, within) / whole * float(alive(np.array(within)))
    return {
        "p_wait": wait, "p_abandon": wait * (1 - served), "service_level": 1 - wait + wait * (served - late),
        "asa_s": wait * over(times * survival) / whole / (1 - wait * (1 - served)),
        "queue_length": lam * wait * over(held) / whole, "quits": wait * (1 - served - (still - late)),
    }


def told(model: QueueModel, n: int, within: float) -> dict[str, float]:
    found = model.at(n, within)
    names = ("p_wait", "p_abandon", "service_level", "asa_s", "queue_length")
    quits = float(model.quits(np.array(float(n)), np.array(within)))
    return {name: getattr(found, name) for name in names} | {"quits": quits}


LOGNORMAL = lognorm(1.2, scale=120 * np.exp(-0.72))  # mean 120


@pytest.mark.parametrize("agents", [40, 50, 60])
@pytest.mark.parametrize("within", [0.0, 20.0, 100.0])
def test_lognormal_patience_by_quadrature(agents: int, within: float) -> None:
    model = erlang_g(48 * 60, 60, Survival.lognormal(120, 1.2))
    true = integrated(agents, 48 / 60, 1 / 60, LOGNORMAL.sf, within, 1500)
    assert told(model, agents, within) == pytest.approx(true, rel=1e-3, abs=1e-6)


def test_steps_and_a_tail_by_quadrature() -> None:
    """A curve as few records give it, its last fifth exponential; the time lies on a step, in one and in the tail."""
    curve = Survival(np.array([0.0, 15, 60, 90]), np.array([0.95, 0.7, 0.5, 0.2]), 200.0)
    for within in (15.0, 40.0, 200.0):
        true = integrated(12, 0.08, 1 / 180, curve.at, within, 3000)
        assert told(erlang_g(288, 180, curve), 12, within) == pytest.approx(true, rel=1e-6)


@given(st.floats(0.5, 200), st.floats(0.4, 1.6), st.floats(10, 600), st.floats(0, 120))
def test_exponential_patience_is_erlang_a(load: float, ratio: float, mean: float, within: float) -> None:
    agents, calls = load * ratio, load * 20
    a = erlang_a(calls, 180, mean).at(agents, within)
    g = erlang_g(calls, 180, Survival.exponential(mean)).at(agents, within)
    for name in ("service_level", "p_wait", "p_abandon", "asa_s", "queue_length", "occupancy"):
        assert getattr(g, name) == pytest.approx(getattr(a, name), rel=1e-9, abs=1e-11), name


@settings(max_examples=30)
@given(st.floats(1, 60), st.floats(0.6, 1.4), st.floats(20, 300))
def test_fine_steps_of_an_exponential_are_erlang_a(load: float, ratio: float, mean: float) -> None:
    """Steps at the mean of their cell: what differs is the width of a step."""
    edges = np.arange(0, 8 * mean, mean / 400)
    curve = Survival(edges, np.exp(-edges / mean) * 400 * -np.expm1(-1 / 400), mean)
    agents = round(load * ratio) + 1
    exact, steps = told(erlang_a(load * 20, 180, mean), agents, 20), told(erlang_g(load * 20, 180, curve), agents, 20)
    assert steps == pytest.approx(exact, rel=5e-3, abs=2e-3)


def test_nobody_gives_up() -> None:
    endless = Survival(np.zeros(1), np.ones(1), np.inf)
    g, c = erlang_g([100, 200, 400], 180, endless).at(10.5), erlang_c([100, 200, 400], 180).at(10.5)
    for name in ("service_level", "p_wait", "p_abandon", "asa_s", "queue_length", "occupancy"):
        assert getattr(g, name) == pytest.approx(getattr(c, name), rel=1e-12), name


def test_some_never_give_up() -> None:
    """Half of the callers stay for ever: beyond twice the agents' work the queue grows without end."""
    half = Survival(np.array([0.0, 30.0]), np.array([1.0, 0.5]), np.inf)
    found = erlang_g([2880, 6001], 60, half).at(50)
    assert 0 < found.service_level[0] < 1
    assert (found.service_level[1], found.p_wait[1], found.p_abandon[1], found.asa_s[1]) == (0, 1, 0.5, np.inf)
    assert erlang_g(2880, 60, half).required(0.8) == erlang_g([2880], 60, half).required([0.8])[0]


def test_attempts_are_the_fixed_point() -> None:
    again = with_retrials(erlang_a([2880, 0, 3600], 60, 120), [0.5, 0.5, 0.9])
    rate = again.at(50).calls_per_hour
    lost = erlang_a(rate, 60, 120).at(50).p_abandon
    assert rate == pytest.approx(np.array([2880, 0, 3600]) + [0.5, 0.5, 0.9] * rate * lost, rel=1e-12)
    once = erlang_a(2880, 60, 120)
    assert with_retrials(once, 0).at(50).service_level == once.at(50).service_level


def test_three_forms_of_the_service_level() -> None:
    model, within = erlang_a(2880, 60, 120), 20
    found, forms = model.at(48, within), model.service_levels(48, within)
    quits = float(model.quits(np.array(48.0), np.array(20.0)))
    assert forms["offered"] == found.service_level
    assert forms["answered"] == pytest.approx(found.service_level / (1 - found.p_abandon))
    assert forms["ex_abandon_in_t"] == pytest.approx(found.service_level / (1 - quits))
    true = integrated(48, 0.8, 1 / 60, lambda t: np.exp(-t / 120), 20, 1500)
    assert quits == pytest.approx(true["quits"], rel=1e-6)
    assert erlang_c(200, 180).service_levels(14) == pytest.approx(dict.fromkeys(forms, 0.888350), abs=1e-6)
