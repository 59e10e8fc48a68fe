"""Crews by search: the case of two skills that formulas get wrong, what a plan promises, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from ccops.errors import UsageError
from ccops.workforce.erlang import erlang_a
from ccops.workforce.simulation.multiskill import CrewKind, CrewPlan, Step, staff_crews
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.scenario import Crew, Durations, Queue, Scenario

HOUR = 3600.0
# 10 and 9 Erlang of 180 s, patience 180 s, both to be served 80/20.
CALLS = {"sales": 200.0, "service": 180.0}
QUEUES = [Queue(name, Durations.exponential(180), Durations.exponential(180)) for name in CALLS]
SALES, SERVICE = CrewKind("one", ("sales",)), CrewKind("two", ("service",))
BOTH = CrewKind("both", ("sales", "service"))


def plan(*crews: CrewKind, **more: Any) -> CrewPlan:
    return staff_crews(QUEUES, CALLS, crews, formula="offered", **more)


def levels(sales: int, service: int, both: int) -> tuple[float, float]:
    """Both service levels on many hours of other callers than the search ever met."""
    crews = [
        Crew.steady(kind.name, kind.skills, n, 60 * HOUR)
        for kind, n in ((SALES, sales), (SERVICE, service), (BOTH, both))
    ]
    day = Scenario(QUEUES, crews, HOUR, rates={name: [rate] * 60 for name, rate in CALLS.items()}, formula="offered")
    outcome = simulate(day, replications=30, seed=77)
    return outcome.service_level("sales").value, outcome.service_level("service").value


def test_what_plans_of_two_skills_really_deliver() -> None:
    """An integer program's 14 agents deliver a quarter of the promise; 23 cross-trained or 26 apart keep it."""
    assert levels(2, 0, 12) == pytest.approx((0.21, 0.17), abs=0.015)
    assert levels(0, 0, 14) == pytest.approx([float(erlang_a(380, 180, 180).at(14).service_level)] * 2, abs=0.01)
    assert min(levels(0, 0, 23)) > 0.88
    assert min(levels(14, 12, 0)) > 0.87


def test_cross_trained_agents_are_found_to_be_enough() -> None:
    """22 in all, one fewer than Erlang C would ask of one pool of 19 Erlang, and what Erlang A asks of it."""
    best = plan(SALES, SERVICE, BOTH)
    assert sum(best.agents.values()) == best.cost == 22 == erlang_a(380, 180, 180).required(0.8, 20.0)
    assert min(levels(*best.agents.values())) >= 0.8
    for figure in best.service_level.values():
        assert figure.value >= 0.8
        assert figure.lo < figure.value < figure.hi
    assert 0.7 < best.occupancy.value < 0.9
    assert [step.move for step in best.steps].count("start") == 1
    assert [step.cost for step in best.steps][-1] == best.cost
    assert best.frame.rows() == list(best.agents.items())
    assert "both" in best._repr_html_()


def test_in_silos_each_skill_takes_its_own() -> None:
    """Erlang A says 12 and 11, which the shortest runs leave within a hair; never fewer, at most one more each."""
    apart = plan(SALES, SERVICE)
    needed = [int(erlang_a(rate, 180, 180).required(0.8, 20.0)) for rate in CALLS.values()]
    for n, least in zip(apart.agents.values(), needed, strict=True):
        assert least <= n <= least + 1


def test_dear_versatility_is_bought_sparingly() -> None:
    """Where agents of both skills cost a tenth more, a few of them do nearly all of the good."""
    best = plan(SALES, SERVICE, CrewKind("both", ("sales", "service"), 1.1))
    assert 0 < best.agents["both"] < 12
    assert sum(best.agents.values()) == 22
    assert min(levels(*best.agents.values())) > 0.79
    costs = [step.cost for step in best.steps if step.move not in ("start", "add")]
    assert costs == sorted(costs, reverse=True)


def test_six_crews_and_targets_of_their_own() -> None:
    """Three queues of different targets, crews of one skill and of two; the same seed gives the same plan."""
    queues = [Queue(name, Durations.exponential(240), Durations.exponential(120)) for name in "abc"]
    calls, target = {"a": 60.0, "b": 45.0, "c": 30.0}, {"a": 0.9, "b": 0.8, "c": 0.5}
    kinds = [CrewKind(text, tuple(text), 1.0 + 0.15 * (len(text) - 1)) for text in ("a", "b", "c", "ab", "bc", "ac")]
    seen: list[Step] = []
    best = staff_crews(queues, calls, kinds, target=target, replications=6, progress=seen.append)
    assert all(best.service_level[name].value >= goal for name, goal in target.items())
    apart = sum(
        int(erlang_a(rate, 240, 120).required(target[name], 20.0)) for name, rate in calls.items()
    )
    assert best.cost < apart + 1e-9
    assert len(seen) >= len(best.steps)
    assert staff_crews(queues, calls, kinds, target=target, replications=6).agents == best.agents


def test_limits_bind() -> None:
    best = plan(SALES, SERVICE, CrewKind("both", ("sales", "service"), most=3), replications=4)
    assert best.agents["both"] <= 3
    assert sum(best.agents.values()) >= 22
    none = plan(SALES, SERVICE, CrewKind("both", ("sales", "service"), most=0), replications=4)
    assert none.agents["both"] == 0


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: plan(SALES), "no crew serves"),
        (lambda: plan(SALES, SERVICE, target=1.0), "target of 1"),
        (lambda: plan(SALES, SERVICE, target={"sales": 0.8}), "no target"),
        (lambda: plan(SALES, SERVICE, replications=1), "two replications"),
        (lambda: plan(SALES, SERVICE, CrewKind("idle", ())), "no skill"),
        (lambda: plan(SALES, CrewKind("two", ("service",), 0.0)), "costs 0"),
        (lambda: plan(SALES, CrewKind("two", ("service", "x"))), "no queue"),
        (lambda: plan(SALES, CrewKind("two", ("service",), most=3)), "not even"),
        (lambda: staff_crews(QUEUES, {"sales": 9}, [BOTH]), "calls per hour"),
        (lambda: staff_crews(QUEUES, CALLS | {"sales": math.inf}, [BOTH]), "calls per hour"),
        (lambda: staff_crews([Queue("sales", Durations.constant(60), answer_delay=Durations.constant(30))],
                             {"sales": 60.0}, [SALES], hours=2), "ringing counts"),
    ],
)
def test_what_cannot_be_staffed_is_refused(make: Callable[[], CrewPlan], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        make()
    assert says in str(refused.value)
