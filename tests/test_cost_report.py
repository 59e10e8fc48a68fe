"""The cost of a month: unit costs by hand, sharing to the cent, a variance that adds up, and what is refused."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ccops.cli.contract_cost import CostDocument
from ccops.cost.cost_report import cost_per_productive_hour, cost_report, shared_out
from ccops.cost.ledger import Books
from ccops.cost.variance import variance
from ccops.errors import SourceError, UsageError
from ccops.model import TABLE, Scope, Slice
from ccops.settings import Settings
from conftest import Ran
from stores import written

MONTH = date(2026, 2, 1)


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = TABLE[table].schema()
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def entry(category: str, amount: str | None = None, quantity: float | None = None, kind: str = "actual",
          **more: Any) -> dict[str, Any]:
    return {"month": MONTH, "kind": kind, "category": category, "amount": amount and Decimal(amount),
            "currency": "CNY" if amount else None, "quantity": quantity} | more


def data_of(*ledger: dict[str, Any], days: int = 28, settings: Settings | None = None, **tables: pl.DataFrame) -> Slice:
    """A call of two minutes in sales and one of one minute in service, each day."""
    visits = []
    for n in range(days):
        day = MONTH + timedelta(days=n)
        for k, (queue, minutes) in enumerate((("sales", 2), ("service", 1))):
            at = datetime(day.year, day.month, day.day, 10 + k)
            visits.append({
                "system": "x", "contact_id": f"{n}-{k}", "queue": queue, "nth": 1, "direction": "in",
                "channel": "voice", "entered_at": at, "answered_at": at, "wait_ms": 0, "talk_ms": 60_000 * minutes,
                "agent": "1", "outcome": "answered", "day": day, "quarter": 40 + 4 * k,
            })
    frames = {"queue_visits": frame("queue_visits", visits), "ledger": frame("ledger", [*ledger])}
    return Slice.of(frames | tables, Scope(), settings or Settings(), sources=("x",))


def test_unit_costs_of_a_month_by_hand() -> None:
    found = cost_report(data_of(
        entry("wages", "900.00"), entry("telecom", "60.00"), entry("telecom", "24.00", queue="sales"),
        entry("revenue", "5000.00"), entry("paid_hours", quantity=20), entry("productive_hours", quantity=16),
    ))
    assert found.actual.total == Decimal("984.00")
    assert found.units["cost_per_contact"] == pytest.approx(984 / 56)
    assert found.units["cost_per_handled_minute"] == pytest.approx(984 / 84)
    assert found.units["cost_per_productive_hour"] == pytest.approx(984 / 16)
    assert found.beside["shrinkage_cost"] == pytest.approx(4 * 900 / 20)
    rows = {row["queue"]: row for row in found.frame.to_dicts()}
    assert (rows["sales"]["cost"], rows["service"]["cost"]) == (Decimal("664.00"), Decimal("320.00"))
    assert rows["service"]["cost_per_contact"] == pytest.approx(320 / 28)
    hours = cost_report(data_of(entry("wages", "900.00")), by="hour").frame
    assert hours.select("hour", "cost").rows() == [("10", Decimal("600.00")), ("11", Decimal("300.00"))]


def test_the_cost_of_a_productive_hour_of_the_handbook() -> None:
    assert cost_per_productive_hour(10_000_000, 150 * 2080 * 0.8) == pytest.approx(40.064, abs=5e-4)


def test_a_resolution_costs_what_the_unresolved_contacts_cost_too() -> None:
    cases = frame("cases", [{"case_id": str(n), "resolved": n < 3, "day": MONTH, "opened_at": datetime(2026, 2, 1, 9)}
                            for n in range(4)])
    found = cost_report(data_of(entry("wages", "560.00"), cases=cases))
    assert found.units["cost_per_resolution"] == pytest.approx(10 / 0.75)


def _books(rng: random.Random) -> Books:
    money = {name: Decimal(rng.randrange(1, 10**8)) / 100 for name in ("wages", "benefits", "telecom", "seats")}
    return Books(MONTH, "CNY", money, {}, {"contacts": rng.randrange(1, 10**5), "paid_hours": rng.random() * 1000 + 1})


def test_a_variance_adds_up_to_the_cent() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        made = variance(_books(rng), _books(rng))
        assert made.volume is not None
        assert made.efficiency is not None
        assert made.rate is not None
        assert made.price is not None
        assert made.volume + made.efficiency + made.rate + made.price == made.total


def test_a_variance_by_hand() -> None:
    """1,100 calls for 1,000, .12 h each for .10, 55 an hour for 50, others 2.20 each for 2."""
    budget = Books(MONTH, "CNY", {"wages": Decimal(5000), "telecom": Decimal(2000)}, {},
                   {"contacts": 1000, "paid_hours": 100})
    actual = Books(MONTH, "CNY", {"wages": Decimal(7260), "telecom": Decimal(2420)}, {},
                   {"contacts": 1100, "paid_hours": 132})
    made = variance(actual, budget)
    assert [made.volume, made.efficiency, made.rate, made.price] == [700, 1100, 660, 220]
    same = variance(budget, budget)
    assert [same.total, same.volume, same.efficiency, same.rate, same.price] == [0] * 5
    bare = variance(actual, Books(MONTH, "CNY", {"wages": Decimal(1)}, {}, {}))
    assert (bare.volume, bare.missing) == (None, ("budget contacts", "budget paid_hours"))


@given(st.decimals(0, 10**6, places=2), st.dictionaries(st.text(max_size=3), st.integers(0, 10**9), min_size=1))
def test_what_is_shared_out_is_all_of_it(amount: Decimal, weights: dict[str, float]) -> None:
    parts = shared_out(amount, weights)
    assert sum(parts.values(), Decimal(0)) == amount
    total = sum(weights.values())
    if total:
        assert all(abs(parts[name] - amount * Decimal(w) / Decimal(total)) <= Decimal("0.01")
                   for name, w in weights.items())


def test_without_a_ledger_hours_are_priced_and_that_is_told() -> None:
    hours = frame("attendance", [{"agent": "1", "kind": "work", "started_at": datetime(2026, 2, 1, 12), "day": MONTH,
                                  "attended_ms": 7 * 3_600_000, "paid_ms": 8 * 3_600_000, "quarter": 48}])
    priced = Settings().replacing(**{"staffing.agent_cost_per_hour": 60.0, "staffing.currency": "CNY"})
    found = cost_report(data_of(settings=priced, attendance=hours))
    assert found.actual.total == Decimal("480.00")
    assert [note.key for note in found.notes] == ["cost_from_hours", "cost_no_budget"]


def test_a_month_that_is_cut_says_so_and_prices_no_group() -> None:
    found = cost_report(data_of(entry("wages", "900.00"), entry("contacts", quantity=90), days=10))
    assert found.units["cost_per_contact"] == pytest.approx(10)
    assert found.frame["cost_per_contact"].to_list() == [None, None]
    assert found.frame["cost"].sum() == Decimal("900.00")
    assert "cost_cut" in [note.key for note in found.notes]


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(SourceError, match="no costs are known"):
        cost_report(data_of())
    with pytest.raises(SourceError, match="in CNY and USD"):
        cost_report(data_of(entry("wages", "1"), entry("seats", "1", currency="USD")))
    with pytest.raises(UsageError, match="costs go by"):
        cost_report(data_of(entry("wages", "1")), by="agent")


def test_the_command_in_both_languages_and_as_json(ccops: Callable[..., Ran], folder: Path, log: Path) -> None:
    head = "Month,Kind,Category,Team,Queue,Amount,Currency,Quantity"
    ledger = written(folder / "ledger.csv", [
        head, "2026-11,actual,wages,,,1000.00,CNY,", "2026-11,budget,wages,,,900.00,CNY,",
        "2026-11,actual,contacts,,,,,50", "2026-11,budget,contacts,,,,,45",
        "2026-11,actual,paid_hours,,,,,20", "2026-11,budget,paid_hours,,,,,18",
    ])
    assert ccops("import", log, ledger, "--tz", "UTC").code == 0
    ran = ccops("cost", "report", "--json")
    assert ran.code == 0, ran.err
    found = TypeAdapter(CostDocument).validate_python(ran.json)
    assert (found.cost_per_contact, found.total) == (20, 1000)
    assert "A contact cost 20.00 CNY in 2026-11; 1,000 in all." in ccops("cost", "report").out
    assert "That is 100.00 (11.1%) over budget: more or fewer contacts +100" in ccops("cost", "report").out
    assert "单通成本 20.00 CNY" in ccops("cost", "report", "--by", "hour", "--lang", "zh").out
    assert ccops("cost", "report", "--month", "11/2026").code == 2
    assert ccops("cost", "report", "--month", "2025-01").code == 3
