"""Figures that others have published, and ours for the same calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ccops.metrics import FORMULAS, METRICS, figures, kpis
from strategies import Row, slice_of, visit


def calls(n: int, **values: Any) -> list[Row]:
    return [visit(**values) for _ in range(n)]


def value(rows: list[Row], metric: str, **tuning: object) -> float:
    [row] = kpis(slice_of(queue_visits=rows), [metric], tuning=tuning).to_dicts()
    return float(row["value"])


# ICMI's survey of 2002: 1000 answered, 860 of them within 20 s; 60 abandoned, 20 within 20 s, 10 of those under 5 s.
ICMI = [
    *calls(860, wait_ms=20_000), *calls(140, wait_ms=20_001),
    *calls(10, outcome="abandoned", wait_ms=4_999), *calls(10, outcome="abandoned", wait_ms=20_000),
    *calls(40, outcome="abandoned", wait_ms=60_000),
]


@pytest.mark.parametrize(
    ("formula", "percent"),
    [
        ("offered", 81.1321), ("offered_ex_short", 81.9048), ("ex_abandon_in_t", 82.6923),
        ("credit_abandon", 83.0189), ("credit_short", 82.0755), ("answered", 86.0000),
    ],
)
def test_icmi_2002(formula: str, percent: float) -> None:
    assert value(ICMI, "service_level", formula=formula) * 100 == pytest.approx(percent, abs=5e-5)


def test_genesys_forum() -> None:
    """400 calls: 200 in time, 100 late, 50 abandoned in under 10 s, 50 later; with short = 10 s: 200 / 350."""
    rows = [
        *calls(200, wait_ms=15_000), *calls(100, wait_ms=45_000),
        *calls(50, outcome="abandoned", wait_ms=9_000), *calls(50, outcome="abandoned", wait_ms=30_000),
    ]
    assert value(rows, "service_level", short_s=10) * 100 == pytest.approx(57.142857, abs=5e-7)


def test_formulas_that_count_flow_outs() -> None:
    """By hand: 6 in time, 2 late, 1 short abandon, 1 abandon at 8 s, 2 overflowed at 10 s, 1 at 90 s, 1 open."""
    rows = [
        *calls(6), *calls(2, wait_ms=50_000), *calls(1, outcome="abandoned", wait_ms=1_000),
        *calls(1, outcome="abandoned", wait_ms=8_000), *calls(2, outcome="overflow"),
        *calls(1, outcome="timeout", wait_ms=90_000), *calls(1, outcome="open", wait_ms=None),
    ]
    assert value(rows, "service_level", formula="with_flow_outs") == pytest.approx(6 / (8 + 2 - 1 + 3))
    assert value(rows, "service_level", formula="removed_in_t") == pytest.approx((6 + 2 + 2) / 13)


def test_a_rate_of_sums_not_a_mean_of_rates() -> None:
    """Ten calls at 100 % and 190 at 70 % are 71.5 %, not 85 %."""
    early, late = datetime(2026, 11, 23, 9, 0), datetime(2026, 11, 23, 10, 0)
    rows = [
        *calls(10, entered_at=early), *calls(133, entered_at=late), *calls(57, entered_at=late, wait_ms=90_000),
    ]
    assert value(rows, "service_level") == pytest.approx(0.715)
    data = slice_of(queue_visits=rows)
    assert kpis(data, ["service_level"], ["hour"])["value"].to_list() == pytest.approx([1.0, 0.7])


def test_contacts_per_hour() -> None:
    """2,500 contacts in 173.33 hours signed in, 10.00 of them idle: 15.306 an hour (a bonus scheme's example)."""
    start = datetime(2026, 11, 1)
    idle_until, until = start + timedelta(hours=10), start + timedelta(hours=173.33)
    states: list[Row] = [
        {"agent": "anna", "state": "available", "started_at": start, "ended_at": idle_until, "login_source": "log"},
        {"agent": "anna", "state": "talk", "started_at": idle_until, "ended_at": until, "login_source": "log"},
    ]
    data = slice_of(queue_visits=calls(2_500), agent_states=states)
    found = figures(data, ["cph", "cph_busy"], ["agent"]).wide().row(0, named=True)
    assert found["cph_busy"] == pytest.approx(15.306, abs=5e-4)
    assert found["cph"] == pytest.approx(2_500 / 173.33, abs=5e-4)


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_definition_names_the_formula_and_its_parameters(formula: str) -> None:
    metric = METRICS["service_level"](within_s=30, short_s=7, formula=formula, boundary="lt")
    assert formula in metric.definition
    assert formula in metric.definition_zh
    assert "30 s" in metric.definition
    assert "wait < limit" in metric.definition
    assert metric.variant == f"{formula}, 30 s"
    assert ("7 s" in metric.definition) == ("short" in formula or formula == "with_flow_outs")


def test_the_boundary_belongs_in_time_or_not() -> None:
    rows = [*calls(1, wait_ms=20_000), *calls(1, wait_ms=19_999), *calls(2, wait_ms=20_001)]
    assert value(rows, "service_level") == 0.5
    assert value(rows, "service_level", boundary="lt") == 0.25
    assert value(rows, "answered_within", boundary="lt") == 1
    assert value(rows, "answered_within", within_s="20.001") == 4


def test_the_ring_clock() -> None:
    """Ringing counts, or the whole wait where the ringing is not known; abandons keep their wait in the queue."""
    rows = [
        *calls(1, wait_ms=90_000, ring_ms=5_000), *calls(1, wait_ms=90_000), *calls(1, wait_ms=10_000),
        *calls(1, outcome="abandoned", wait_ms=3_000),
    ]
    assert value(rows, "service_level", clock="queue") == pytest.approx(1 / 3)
    assert value(rows, "service_level", clock="ring") == pytest.approx(2 / 3)


def test_a_short_abandon_is_under_the_limit_not_at_it() -> None:
    rows = [*calls(1, outcome="abandoned", wait_ms=4_999), *calls(1, outcome="abandoned", wait_ms=5_000), *calls(2)]
    assert value(rows, "short_abandoned") == 1
    assert value(rows, "short_abandoned_share") == 0.5
    assert value(rows, "abandon_rate_net") == pytest.approx(1 / 3)


def test_intervals_on_target() -> None:
    """Four half-hours: 4 of 5 in time (met exactly), 3 of 5, none offered, 1 of 1: two of three."""
    at = [datetime(2026, 11, 23, 9, 0) + timedelta(minutes=30) * i for i in range(4)]
    rows = [
        *calls(4, entered_at=at[0]), *calls(1, entered_at=at[0], wait_ms=60_000),
        *calls(3, entered_at=at[1]), *calls(2, entered_at=at[1], wait_ms=60_000), *calls(1, entered_at=at[3]),
    ]
    [row] = kpis(slice_of(queue_visits=rows), ["intervals_met"], interval=30).to_dicts()
    assert (row["numerator"], row["denominator"]) == (2, 3)
    # Each queue is judged on its own, and the site on all calls together.
    two = rows + [row | {"queue": "support"} for row in calls(5, entered_at=at[1])]
    data = slice_of(queue_visits=two)
    assert kpis(data, ["intervals_met"], ["queue"], interval=30)["numerator"].to_list() == [2, 1]
    assert kpis(data, ["intervals_met"], interval=30)["numerator"].to_list() == [3]
