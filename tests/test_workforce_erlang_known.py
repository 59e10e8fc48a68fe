"""Erlang B, C and A against published and hand-worked answers: every row of the design's table."""

from __future__ import annotations

import numpy as np
import pytest

from ccops.workforce.erlang import (
    erlang_a,
    erlang_b,
    erlang_c,
    erlang_g,
    required_uncertain,
    spread,
    uncertain,
    with_retrials,
)
from ccops.workforce.patience import Survival

PATIENT = erlang_a(48 * 60, 60, 120)  # fifty agents, 48 calls a minute of a minute each, patience of two minutes


def test_erlang_c_of_the_textbook_half_hour() -> None:
    """100 calls in 30 minutes of 180 s: the example of Koole's and many vendors' pages."""
    found = erlang_c(200, 180).at([11, 12, 13, 14], 20)
    assert found.service_level == pytest.approx([0.3896, 0.6402, 0.7956, 0.88835], abs=5e-5)
    assert found.p_wait[[0, 3]] == pytest.approx([0.6821, 0.1741319], abs=5e-5)
    assert found.p_wait[3] == pytest.approx(0.1741319, abs=5e-8)
    assert found.asa_s[3] == pytest.approx(7.835937, abs=5e-7)
    assert found.occupancy[3] == pytest.approx(0.714286, abs=5e-7)
    assert erlang_c(200, 180).required(0.8, 20) == 14
    assert erlang_c(200, 180).required(0.8, 19.8, whole=False) == pytest.approx(13.043, abs=5e-4)


def test_erlang_c_by_penny_reynolds() -> None:
    """350 calls an hour of 300 s, within 30 s; Reynolds, "Call Center Staffing" (her ASA of 31 agents is rounded)."""
    found = erlang_c(350, 300).at(np.arange(30, 36), 30)
    assert found.asa_s == pytest.approx([298, 107, 54, 30, 18, 11], abs=0.5)
    assert 100 * found.service_level == pytest.approx([24, 46, 62, 74, 82, 88], abs=0.5)
    assert 100 * found.occupancy == pytest.approx([97, 94, 91, 88, 86, 83], abs=0.5)


def test_erlang_c_of_48_erlangs_and_55_agents() -> None:
    found = erlang_c(48 * 3600 / 240, 240).at(55, 15)
    assert found.p_wait == pytest.approx(0.2387, abs=5e-5)
    assert found.asa_s == pytest.approx(8.184, abs=5e-4)
    assert found.service_level == pytest.approx(0.8459, abs=5e-5)


def test_erlang_c_of_250_calls_an_hour() -> None:
    assert erlang_c(250, 330).required(0.8, 30) == 28
    assert erlang_c(250, 330).at(27, 30).service_level == pytest.approx(0.782, abs=5e-4)


def test_erlang_b_where_lines_and_load_are_equal() -> None:
    lines = [1, 5, 10, 50, 100]
    found = erlang_b(np.array(lines) * 60, 60).at(lines)
    assert found.p_block == pytest.approx([0.5, 0.284868, 0.214582, 0.104787, 0.075700], abs=5e-7)
    assert erlang_b(600, 60).required(p_block=0.02) == 17


def test_extended_erlang_b() -> None:
    """1500 Erlangs on 1000 lines, a fifth of the blocked calls again: .386 of the attempts are blocked."""
    assert with_retrials(erlang_b(1500, 3600), 0.2).at(1000).p_block == pytest.approx(0.386, abs=5e-4)


@pytest.mark.parametrize(("load", "agents"), [(1e3, 1011), (1e4, 10013), (1e5, 100014)])
def test_erlang_c_of_large_centres(load: float, agents: int) -> None:
    assert erlang_c(load * 20, 180).required(0.8, 20) == agents


def test_erlang_a_of_fifty_agents() -> None:
    """Mandelbaum & Zeltyn's example: P(ab), mean wait, the wait that nine of ten do not exceed, queue, occupancy."""
    found = PATIENT.at(50)
    assert found.p_abandon == pytest.approx(0.03091, abs=5e-6)
    assert found.queue_length / (48 / 60) == pytest.approx(3.71, abs=5e-3)
    assert found.queue_length == pytest.approx(2.97, abs=5e-3)
    assert found.occupancy == pytest.approx(0.9303, abs=5e-5)
    agents, times = np.full(2, 50.0), np.array([12.44, 13.15])
    gone = PATIENT.level(agents, times) + PATIENT.quits(agents, times)  # who waits no longer, one way or the other
    assert 1 - gone[0] == pytest.approx(0.1, abs=1e-4)
    assert (1 - gone[1]) * np.exp(13.15 / 120) == pytest.approx(0.1, abs=1e-4)  # with endless patience: virtual


def test_erlang_a_to_fourteen_digits() -> None:
    small = erlang_a(200, 180, 300).at(14, 20)
    assert small.p_wait == pytest.approx(0.14526011429636, abs=1e-14)
    assert small.p_abandon == pytest.approx(0.01398374412241, abs=1e-14)
    assert small.service_level == pytest.approx(0.91679209186355, abs=1e-14)
    large = erlang_a(60_000, 60, 120).at(1000, 1.2)
    assert large.p_wait == pytest.approx(0.58926008735555, abs=1e-13)
    assert large.p_abandon == pytest.approx(0.01045054289622, abs=1e-14)
    assert large.service_level == pytest.approx(0.61201278355859, abs=1e-13)


def test_erlang_a_looks_below_the_load() -> None:
    assert erlang_a([200, 600, 2000], 180, 120).required(0.8, 20).tolist() == [12, 32, 96]
    assert erlang_a(2000, 180, 120).at(95).service_level < 0.8


def test_what_patience_takes_off_the_wait() -> None:
    """3.5 calls a minute of 180 s at 13 agents; the wait is that of all callers, as its source has it."""
    assert erlang_c(210, 180).at(13).asa_s == pytest.approx(26.5569, abs=5e-5)
    assert erlang_a(210, 180, 300).at(13).queue_length / (3.5 / 60) == pytest.approx(9.9128, abs=5e-5)


def test_lognormal_patience() -> None:
    found = erlang_g(48 * 60, 60, Survival.lognormal(120, 1.2)).at(50, 20)
    assert found.p_wait == pytest.approx(0.4818, abs=5e-5)
    assert found.p_abandon == pytest.approx(0.0290, abs=5e-5)
    assert found.service_level == pytest.approx(0.9500, abs=5e-5)


def test_half_of_those_who_gave_up_call_again() -> None:
    """The same fifty agents with exponential patience."""
    found = with_retrials(PATIENT, 0.5).at(50, 20)
    assert found.calls_per_hour / 60 == pytest.approx(48.92, abs=5e-3)
    assert found.service_level == pytest.approx(0.9257, abs=5e-5)


def test_a_promise_under_an_uncertain_rate() -> None:
    """A tenth of forecast error turns .943 into .897, .886 over calls. The table's .736 for the lowest tenth is what
    numpy's quantile makes of 200 rates, and lies at 10.2 %; the tenth itself is .733.
    """
    found = uncertain(PATIENT.at_rate, 48 * 60, 0.1, 50)
    assert PATIENT.at(50).service_level == pytest.approx(0.943, abs=5e-4)
    assert found.expected == pytest.approx(0.897, abs=5e-4)
    assert found.weighted == pytest.approx(0.886, abs=5e-4)
    assert found.quantile == pytest.approx(0.733, abs=5e-4)

    from scipy.stats import gamma

    rates = gamma(100, scale=48 * 60 / 100).ppf((np.arange(200) + 0.5) / 200)
    levels = PATIENT.at_rate(rates).service_level(50)
    assert np.quantile(levels, 0.1) == pytest.approx(0.736, abs=5e-4)
    assert found.expected == pytest.approx(levels.mean(), abs=2e-4)
    assert found.weighted == pytest.approx((levels * rates).sum() / rates.sum(), abs=3e-4)
    assert found.quantile == pytest.approx(PATIENT.at_rate(gamma(100, scale=28.8).ppf(0.9)).service_level(50))


def test_agents_for_an_uncertain_rate() -> None:
    needed = {
        measure: required_uncertain(PATIENT.at_rate, 48 * 60, 0.1, 0.8, measure=measure)
        for measure in ("expected", "weighted", "quantile")
    }
    assert PATIENT.required(0.8) == 46
    assert needed == {"expected": 47, "weighted": 48, "quantile": 52}
    assert spread(100, 3) == pytest.approx(np.sqrt(0.02))  # variance 300 of the count, 100 of them chance
