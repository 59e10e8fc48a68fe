"""Every inverse: the least agents that meet a target, the most calls and handling time that agents can carry."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.errors import UsageError
from ccops.workforce.erlang import QueueModel, erlang_a, erlang_b, erlang_c, erlang_g, required_uncertain, with_retrials
from ccops.workforce.patience import Survival

CURVE = Survival(np.array([0.0, 10, 60, 200]), np.array([0.98, 0.9, 0.6, 0.3]), 300.0)
loads = st.floats(0.05, 60)


def meets(model: QueueModel, agents: float, targets: dict[str, Any]) -> bool:
    """By `at` alone, as anybody would check it."""
    found = model.at(agents, targets.get("within_s", 20))
    least = {"service_level": found.service_level}
    most = {"max_occupancy": found.occupancy} | {n: getattr(found, n) for n in ("asa_s", "p_abandon", "p_block")}
    return all(least[name] >= targets[name] - 1e-11 for name in least if name in targets) and all(
        bool(most[name] <= targets[name] * (1 + 1e-11) + 1e-11) for name in most if name in targets
    )


def counted_up(model: QueueModel, targets: dict[str, Any]) -> int:
    agents = 0
    while not meets(model, agents, targets):
        agents += 1
    return agents


@settings(max_examples=40)
@given(loads, st.sampled_from([{"service_level": 0.8}, {"service_level": 0.95, "within_s": 5}, {"asa_s": 12},
                               {"max_occupancy": 0.8}, {"service_level": 0.5, "max_occupancy": 0.85, "asa_s": 60}]))
def test_agents_against_counting_up(load: float, targets: dict[str, Any]) -> None:
    calls = load * 20
    models = [erlang_c(calls, 180), erlang_a(calls, 180, 120), erlang_g(calls, 180, CURVE)]
    for model in models:
        needed = model.required(**targets)
        assert type(needed) is int
        assert needed == counted_up(model, targets)
        exact = model.required(**targets, whole=False)
        assert needed - 1 <= exact <= needed
        assert meets(model, exact + 1e-8, targets)
        assert exact < 1e-6 or not meets(model, exact - 1e-6, targets)


@settings(max_examples=30)
@given(loads, st.floats(0.001, 0.9))
def test_lines_and_abandonment_against_counting_up(load: float, share: float) -> None:
    for model, name in (
        (erlang_b(load * 20, 180), "p_block"), (erlang_a(load * 20, 180, 120), "p_abandon"),
        (with_retrials(erlang_b(load * 20, 180), 0.4), "p_block"),
    ):
        targets: dict[str, Any] = {name: share}
        assert model.required(**targets) == counted_up(model, targets)


@settings(max_examples=20)
@given(loads, st.floats(0.3, 0.99), st.floats(0.5, 60))
def test_calls_and_handling_time_that_agents_carry(load: float, level: float, agents: float) -> None:
    targets = {"service_level": level, "within_s": 30}
    patient = erlang_a(load * 20, 180, 120)
    for model in (erlang_c(load * 20, 180), patient, with_retrials(patient, 0.5)):
        calls = model.calls_carried(agents, **targets)
        assert meets(model.altered(calls_per_hour=np.array(calls * (1 - 1e-6))), agents, targets)
        assert not meets(model.altered(calls_per_hour=np.array(calls * (1 + 1e-6))), agents, targets)
        aht = model.aht_afforded(agents, **targets)
        assert meets(model.altered(aht_s=np.array(aht * (1 - 1e-6))), agents, targets)
        assert not meets(model.altered(aht_s=np.array(aht * (1 + 1e-6))), agents, targets)


def test_carrying_at_the_edges() -> None:
    assert erlang_c(100, 180).calls_carried(0, service_level=0.8) == 0
    assert erlang_c(0, 180).aht_afforded(3, service_level=0.8) == np.inf
    assert erlang_a(100, 180, 120).calls_carried(3, p_abandon=1) == np.inf  # whatever comes
    assert erlang_b(100, 180).calls_carried([17, 0], p_block=0.02) == pytest.approx([214.0, 0], abs=1)  # 10.66 Erlangs
    assert erlang_a(2000, 180, 120).calls_carried(96, service_level=0.8) > 2000


def test_scenarios_of_any_shape() -> None:
    calls, targets = np.array([[100.0], [0.0], [2000.0]]), np.array([0.5, 0.8, 0.9, 0.99])
    needed = erlang_a(calls, 180, [60, 120, 240, np.inf]).required(targets, [10, 20, 30, 40])
    assert needed.shape == (3, 4)
    assert needed.dtype == np.int64
    assert needed[1].tolist() == [0, 0, 0, 0]
    assert needed[2, 3] == erlang_c(2000, 180).required(0.99, 40)
    assert needed[0, 1] == erlang_a(100, 180, 120).required(0.8, 20)
    assert erlang_c([], 180).required(0.8).shape == (0,)


def test_extremes_of_a_target() -> None:
    model = erlang_a(2000, 180, 120)
    assert model.required(0) == 0
    assert model.required(p_abandon=1) == 0
    high = model.required(1 - 1e-9, 0)
    assert model.at(high, 0).service_level >= 1 - 1e-9 > model.at(high - 1, 0).service_level
    assert erlang_c(1e6, 3600).required(asa_s=1e-6) > 1e6
    assert erlang_c(850, 3600 / 100).required(max_occupancy=0.85) == 10  # 8.5 / 0.85 is 10.000000000000002


def test_uncertain_inverse_against_counting_up() -> None:
    calls, cv = np.array([50.0, 400, 0, 1500]), np.array([0.3, 0.1, 0.2, 0.05])
    model = erlang_a(1, 180, [60, 120, 60, 240])
    for measure in ("expected", "weighted", "quantile"):
        needed = required_uncertain(model.at_rate, calls, cv, 0.8, 20, measure=measure)
        assert needed[2] == 0
        assert needed.tolist() == np.ceil(
            required_uncertain(model.at_rate, calls, cv, 0.8, 20, measure=measure, whole=False)
        ).tolist()
        assert np.all(needed >= model.at_rate(calls).required(0.8, 20))
    capped = required_uncertain(model.at_rate, calls, cv, 0.8, max_occupancy=0.5)
    assert np.all(model.at_rate(calls).at(capped).occupancy[[0, 1, 3]] <= 0.5)
    with pytest.raises(UsageError, match="no measure 'median'"):
        required_uncertain(model.at_rate, calls, cv, 0.8, measure="median")  # type: ignore[arg-type]
