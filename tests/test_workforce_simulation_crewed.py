"""Crews for an interval of a staffing: which interval, what is compared, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ccops.errors import UsageError
from ccops.settings import Settings
from ccops.workforce.erlang import erlang_a
from ccops.workforce.patience import Patience, Survival
from ccops.workforce.simulation.crewed import Crewed, crew_kind, crews_of
from ccops.workforce.simulation.multiskill import CrewKind
from ccops.workforce.staffing import Rules, Staffing, staff
from ccops.workforce.staffing_requirement import Target

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
# By interval: calls of sales and service. The third has most calls, the second most work.
CALLS = [(50.0, 45.0), (100.0, 90.0), (190.0, 10.0), (80.0, 0.0)]
AHT_S = [(180.0, 180.0), (180.0, 180.0), (90.0, 90.0), (180.0, None)]
PATIENCE = {
    name: Patience(180.0, 150.0, 210.0, 500, Survival.exponential(180.0), False) for name in ("sales", "service")
}


def staffing(calls: list[tuple[float | None, float | None]] | None = None, **rules: Any) -> Staffing:
    rows = [
        {"queue": queue, "start_at": NINE + timedelta(minutes=30 * n), "volume": volume, "aht_s": aht_s}
        for n, (volumes, times) in enumerate(zip(calls or CALLS, AHT_S, strict=True))
        for queue, volume, aht_s in zip(("sales", "service"), volumes, times, strict=True)
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return staff(frame, PATIENCE, Settings(), rules=Rules.of(Settings(), **rules))


def sought(*crews: str | CrewKind, plan: Staffing | None = None, at: str | None = None, **more: Any) -> Crewed:
    return crews_of(plan or staffing(), {}, crews, at=at, **more)


def test_crews_of_two_skills_for_the_busiest_interval() -> None:
    """10 and 9 Erlang of 180 s: 12 and 11 apart and 22 as one by Erlang A, which few agents of two skills reach."""
    told: list[tuple[str, int, int]] = []
    found = sought("sales", "service", "sales,service:1.1", progress=lambda *at: told.append(at))
    assert found.start_at == NINE + timedelta(minutes=30)
    assert found.queues["siloed"].to_list() == [12, 11] == [
        erlang_a(rate, 180, 180).required(0.8, 20.0) for rate in (200, 180)
    ]
    assert (found.siloed, found.pooled) == (23, erlang_a(380, 180, 180).required(0.8, 20.0)) == (23, 22)
    assert found.agents == 22
    assert found.saved == 1
    assert 0 < found.plan.agents["sales,service"] < 12
    assert found.plan.cost == pytest.approx(22 + 0.1 * found.plan.agents["sales,service"])
    assert all(figure.value >= 0.8 for figure in found.plan.service_level.values())
    assert told[0] == ("crews 12 + 11 + 0", 0, 2)
    assert told[-1] == ("crews", 1, 1)
    assert "pooled 22" in found._repr_html_()


def test_a_time_and_queues_without_calls() -> None:
    """At 10:45 nobody calls service, so a crew of both is one of sales."""
    found = sought("service,sales", at="10:45")
    assert found.start_at == NINE + timedelta(minutes=90)
    assert [kind.skills for kind in found.kinds] == [("sales",)]
    assert found.queues["queue"].to_list() == ["sales"]
    assert found.siloed == found.pooled


def test_who_never_gives_up_and_another_target() -> None:
    plan = staffing(model="c", target=Target(0.9, 10.0))
    found = sought("sales,service", plan=plan, at="9:00")
    assert found.queues["patience_s"].to_list() == [None, None]
    assert (found.target, found.within_s) == (0.9, 10.0)
    assert found.plan.service_level["sales"].value >= 0.9


def test_intervals_of_unknown_calls_are_left_out() -> None:
    calls: list[tuple[float | None, float | None]] = [(50.0, 45.0), (100.0, None), (19.0, 10.0), (8.0, 0.0)]
    assert sought("sales,service", plan=staffing(calls)).start_at == NINE


@pytest.mark.parametrize(("text", "skills", "cost"), [
    ("sales", ("sales",), 1), (" sales , service:1.1", ("sales", "service"), 1.1), ("客服,销售:2", ("客服", "销售"), 2),
    ("a:b", ("a:b",), 1), ("a:b:.5", ("a:b",), 0.5),
])
def test_crews_as_they_are_typed(text: str, skills: tuple[str, ...], cost: float) -> None:
    kind = crew_kind(text)
    assert (kind.name, kind.skills, kind.cost) == (",".join(skills), skills, cost)


@pytest.mark.parametrize(("make", "says"), [
    (lambda: sought("sales"), "queue service: no crew serves it"),
    (lambda: sought("sale", "service"), "did you mean sales"),
    (lambda: sought("sales,service", "sales, service:2"), "named twice"),
    (lambda: sought("sales,sales"), "a queue is named twice"),
    (lambda: sought(" , "), "names no queue"),
    (lambda: sought(), "give 1 to 6"),
    (lambda: sought("sales,service:0"), "costs 0"),
    (lambda: sought("sales,service", at="8:00"), "no calls are known at 8:00"),
    (lambda: sought("sales,service", at="25:00"), "no time of the day"),
    (lambda: sought("sales", "service", at="10:30"), "none of its queues has calls"),
    (lambda: sought("sales", plan=staffing(target=Target(None, asa_s=10.0))), "--target 80/20"),
    (lambda: sought("sales,service", plan=staffing([(None, 1.0)] * 4)), "no calls are known"),
])
def test_what_is_refused(make: Callable[[], Crewed], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        make()
    assert says in str(refused.value)
