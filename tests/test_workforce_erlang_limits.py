"""What holds of every queue: limits of one model in another, Little's law, more agents never hurt, and the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.workforce.erlang import QueueModel, erlang_a, erlang_b, erlang_c, erlang_g, with_retrials
from ccops.workforce.patience import Survival

loads = st.floats(0.01, 500)
handling = st.floats(1, 3600)
ratios = st.floats(0.3, 2)
times = st.floats(0, 600)
patience = st.floats(1, 5000)


@given(loads, handling, ratios, times)
def test_patience_without_end_is_erlang_c(load: float, aht: float, ratio: float, within: float) -> None:
    calls, agents = load * 3600 / aht, load * (1 + ratio)
    a, c = erlang_a(calls, aht, 1e12).at(agents, within), erlang_c(calls, aht).at(agents, within)
    for name in ("service_level", "p_wait", "asa_s", "queue_length"):
        assert getattr(a, name) == pytest.approx(getattr(c, name), rel=1e-5, abs=1e-9), name
    assert erlang_a(calls, aht, np.inf).at(agents, within).service_level == c.service_level


@given(loads, st.floats(60, 3600), ratios)
def test_patience_that_ends_at_once_is_erlang_b(load: float, aht: float, ratio: float) -> None:
    calls, agents = load * 3600 / aht, load * ratio
    a, b = erlang_a(calls, aht, 1e-3).at(agents, 1), erlang_b(calls, aht).at(agents)
    assert a.p_abandon == pytest.approx(b.p_block, rel=0.02)
    assert a.service_level == pytest.approx(1 - b.p_block, rel=0.02)
    assert a.queue_length < 1e-3 * calls


@given(loads, handling, ratios, patience)
def test_littles_law_and_what_patience_loses(load: float, aht: float, ratio: float, mean: float) -> None:
    """P(ab) = theta E[W]; the mean wait of all is the queue over the rate, and has the wait of the served in it."""
    model = erlang_a(load * 3600 / aht, aht, mean)
    found = model.at(load * ratio)
    wait = found.queue_length / (load / aht)
    assert found.p_abandon == pytest.approx(wait / mean, rel=1e-9)
    assert found.asa_s * (1 - found.p_abandon) <= wait + 1e-12
    assert found.occupancy == pytest.approx(min(load * (1 - found.p_abandon) / (load * ratio), 1), rel=1e-9)


def models(load: float, aht: float, mean: float) -> list[QueueModel]:
    calls = load * 3600 / aht
    curve = Survival(np.array([0.0, mean / 4, mean]), np.array([1.0, 0.6, 0.25]), mean)
    a, b = erlang_a(calls, aht, mean), erlang_b(calls, aht)
    return [a, b, erlang_c(calls, aht), erlang_g(calls, aht, curve), with_retrials(a, 0.5), with_retrials(b, 0.3)]


@settings(max_examples=50)
@given(loads, handling, ratios, patience, times, st.floats(0, 5))
def test_more_agents_never_hurt(
    load: float, aht: float, ratio: float, mean: float, within: float, more: float
) -> None:
    for model in models(load, aht, mean):
        few, many = model.at(load * ratio, within), model.at(load * ratio + more, within)
        assert many.service_level >= few.service_level - 1e-10
        assert many.p_wait <= few.p_wait + 1e-10
        assert many.p_abandon + many.p_block <= few.p_abandon + few.p_block + 1e-10
        assert many.asa_s <= few.asa_s * (1 + 1e-9) + 1e-9


@settings(max_examples=50)
@given(loads, handling, ratios, patience, times)
def test_figures_are_possible(load: float, aht: float, ratio: float, mean: float, within: float) -> None:
    for model in models(load, aht, mean):
        found = model.at(load * ratio, within)
        for name in ("service_level", "p_wait", "p_abandon", "p_block", "occupancy"):
            assert 0 <= getattr(found, name) <= 1, name
        assert found.asa_s >= 0
        assert found.queue_length >= 0
        shares = model.service_levels(load * ratio, within)
        assert shares["offered"] == found.service_level
        assert shares["offered"] <= shares["ex_abandon_in_t"] + 1e-9 <= shares["answered"] + 1e-6


@pytest.mark.parametrize("model", [erlang_c(0, 180), erlang_a(0, 180, 120), erlang_g(0, 180, Survival.exponential(9))])
def test_no_calls(model: QueueModel) -> None:
    found = model.at([0, 1, 2.5])
    assert found.service_level.tolist() == [1, 1, 1]
    assert found.asa_s.tolist() == found.p_wait.tolist() == found.p_abandon.tolist() == [0, 0, 0]
    assert np.isnan(found.occupancy[0])
    assert found.occupancy[1:].tolist() == [0, 0]
    assert model.required(0.8) == model.required(max_occupancy=0.5) == model.required(0.8, whole=False) == 0


def test_no_agents() -> None:
    found = erlang_a(100, 180, 120).at(0)
    assert (found.service_level, found.p_wait, found.p_abandon) == (0, 1, 1)
    assert np.isnan(found.asa_s)
    assert np.isnan(found.occupancy)
    assert found.queue_length == pytest.approx(100 / 3600 * 120)
    assert erlang_b(100, 180).at(0).p_block == 1
    assert erlang_c(100, 180).at(0).asa_s == np.inf
    assert erlang_a(100, 180, 120).quits(np.array(0.0), np.array(120.0)) == pytest.approx(1 - np.exp(-1))


@pytest.mark.parametrize("agents", [3, 10, 10.0])
def test_erlang_c_without_room(agents: float) -> None:
    found = erlang_c(200, 180).at(agents, 20)
    assert (found.service_level, found.p_wait, found.asa_s, found.queue_length) == (0, 1, np.inf, np.inf)
    assert found.occupancy == 1
    assert erlang_c(200, 180).at(10 + 1e-9).service_level == pytest.approx(0, abs=1e-6)


@given(ratios, times, st.floats(0.001, 1e7), st.floats(0, 1e9))
def test_nothing_is_ever_not_a_number(ratio: float, within: float, mean: float, calls: float) -> None:
    """Any rate up to the greatest, any patience: no warning (they are errors here) and no NaN."""
    model = erlang_a(calls, 300, mean)
    found = model.at(max(calls / 12 * ratio, 1), within)
    assert all(np.isfinite(getattr(found, name)) for name in ("service_level", "asa_s", "p_wait", "queue_length"))
