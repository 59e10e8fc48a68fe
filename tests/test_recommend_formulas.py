"""A day by Erlang A against a plain loop over its intervals, and what more agents, a pool and fewer calls must do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast

import numpy as np
import pytest

from ccops.recommend.formulas import by_formulas
from ccops.recommend.pools import pooled
from ccops.workforce.erlang import erlang_a
from ccops.workforce.simulation.scenario import Durations, Queue, Scenario
from ccops.workforce.simulation.twin import Twin
from ccops.workforce.simulation.twin_agents import Presence
from ccops.workforce.simulation.twin_routing import Routing
from ccops.workforce.simulation.whatif import Factor, WhatIf

HOUR = 3600.0
BEGINS = datetime(2026, 11, 16, tzinfo=UTC)
EPOCH = BEGINS.timestamp()


def twin() -> Twin:
    """Four hours of two queues, 20 and 12 calls an hour."""
    queues = [Queue(name, Durations.exponential(180), Durations.exponential(120)) for name in ("a", "b")]
    arrivals = {"a": np.arange(80) * 180.0, "b": np.arange(48) * 300.0}
    routing = cast("Routing", type("R", (), {"by_key": {}})())
    scenario = Scenario(queues, [], 1800.0, arrivals=cast("Any", arrivals), until_s=4 * HOUR)
    return Twin(date(2026, 11, 16), BEGINS, scenario, (), routing, {}, 0, 0, 0, cast("Any", None))


def present(*skills: tuple[str, ...], hours: float = 4) -> tuple[Presence, ...]:
    return tuple(Presence(f"{n}", "log", ((EPOCH, EPOCH + hours * HOUR),), own) for n, own in enumerate(skills))


def test_it_is_the_sum_over_queues_and_intervals() -> None:
    people = present(("a",), ("a",), ("b",))
    lost, above, below = by_formulas(twin(), people, twin().scenario)
    plain_lost = plain_in_time = 0.0
    for calls, agents in ((10, 2), (6, 1)):
        for _ in range(8):
            fare = erlang_a(2 * calls, 180, 120).at(agents, 20.0)
            plain_lost += calls * float(fare.p_abandon)
            plain_in_time += calls * float(fare.service_level)
    assert (lost, above, below) == pytest.approx((plain_lost, plain_in_time, 128))


def test_who_serves_both_is_parted_by_load() -> None:
    people = present(("a",), ("a",), ("b",), ("b",), ("b",), ("a", "b"))
    lost, _, _ = by_formulas(twin(), people, twin().scenario)
    a, b = 2 + 10 / 16, 3 + 6 / 16
    plain = sum(8 * calls * float(erlang_a(2 * calls, 180, 120).at(agents, 20.0).p_abandon)
                for calls, agents in ((10, a), (6, b)))
    assert lost == pytest.approx(plain)


def test_a_pool_more_agents_and_fewer_calls_lose_less() -> None:
    day, people = twin(), present(("a",), ("a",), ("b",))
    fewer = WhatIf(volume=(Factor(0.8, "a"),)).applied(day.scenario, lambda minute: minute * 60.0)
    lost = by_formulas(day, people, day.scenario)[0]
    assert by_formulas(day, pooled(("a", "b"), day.day, people), day.scenario)[0] < lost
    assert by_formulas(day, (*people, *present(("b",))), day.scenario)[0] < lost
    assert by_formulas(day, people, fewer)[0] < lost
    assert by_formulas(day, present(("a",), ("a",), ("b",), hours=2), day.scenario)[0] > lost
