"""Cases, surveys and evaluations and the contacts they are about, against a loop over all pairs."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any, Literal

import pytest

from ccops.metrics.links import linked
from ccops.model import Scope
from strategies import Row, slice_of

START = datetime(2026, 11, 23, 9)
MET = ("link", "met_system", "met_contact", "met_at", "met_queue", "met_agent")


def contact(name: str, customer: int | None, start: datetime, minutes: int | None = 5, system: str = "s") -> Row:
    ended = None if minutes is None else start + timedelta(minutes=minutes)
    return {"system": system, "contact_id": name, "customer_key": customer, "started_at": start, "ended_at": ended}


def visit(name: str, start: datetime, *, nth: int = 1, queue: str = "sales", agent: str | None = "anna",
          system: str = "s") -> Row:
    outcome = "answered" if agent else "abandoned"
    return {"system": system, "contact_id": name, "nth": nth, "queue": queue, "agent": agent, "outcome": outcome,
            "entered_at": start}


def case(name: str, opened: datetime, contact_id: str | None = None, customer: int | None = None) -> Row:
    return {"case_id": name, "opened_at": opened, "contact_id": contact_id, "customer_key": customer}


def by_hand(row: Row, at: str, contacts: list[Row], visits: list[Row]) -> tuple[Any, ...]:
    """Every contact looked at, one after the other."""
    def order(one: Row) -> Any:
        return one["started_at"], one["system"], one["contact_id"]

    link, found = "none", None
    named = [one for one in contacts if one["contact_id"] == row["contact_id"]]
    if named:
        link, found = "contact", max(named, key=order)
    elif row.get("customer_key") is not None:
        before = [one for one in contacts if one["customer_key"] == row["customer_key"] and
                  one["started_at"] <= row[at]]
        last = max(before, key=order, default=None)
        if last and row[at] - (last["ended_at"] or last["started_at"]) <= timedelta(hours=24):
            link, found = "customer", last
    if found is None:
        return link, None, None, None, None, None
    mine = sorted((v for v in visits if (v["system"], v["contact_id"]) == (found["system"], found["contact_id"])),
                  key=lambda v: (v["entered_at"], v["nth"]))
    answered = [v for v in mine if v["outcome"] == "answered"]
    queue = (answered or mine or [{"queue": None}])[-1]["queue"]
    agent = answered[-1]["agent"] if answered else None
    return link, found["system"], found["contact_id"], found["started_at"], queue, agent


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("table", ["cases", "surveys", "evaluations"])
def test_links_are_those_of_a_loop(table: Literal["cases", "surveys", "evaluations"], seed: int) -> None:
    rng = random.Random(seed)

    def moment() -> datetime:
        return START + timedelta(minutes=rng.randint(0, 5 * 24 * 60))

    contacts = [
        contact(f"c{rng.randint(0, 30)}", rng.choice([None, 1, 2, 3, 4]), moment(), rng.choice([None, 3, 600]),
                system=f"s{n}") for n in range(40)
    ]
    visits = [
        visit(one["contact_id"], one["started_at"] + timedelta(seconds=nth), nth=nth, queue=rng.choice("ab"),
              agent=rng.choice([None, "anna", "bo"]), system=one["system"])
        for one in contacts for nth in range(1, rng.randint(1, 4))
    ]
    at = {"cases": "opened_at", "surveys": "sent_at", "evaluations": "evaluated_at"}[table]
    key = {"cases": "case_id", "surveys": "survey_id", "evaluations": "evaluation_id"}[table]
    of_customer = {} if table == "evaluations" else {"customer_key": None}
    rows = [
        {key: str(n), at: moment(), "contact_id": rng.choice([None, f"c{rng.randint(0, 45)}"])}
        | {name: rng.choice([None, 1, 2, 3, 9]) for name in of_customer}
        for n in range(60)
    ]
    data = slice_of(None, None, None, (), contacts=contacts, queue_visits=visits, **{table: rows})
    found = linked(data, table).collect()
    assert found[key].to_list() == [row[key] for row in rows]
    assert found.select(MET).rows() == [by_hand(row, at, contacts, visits) for row in rows]
    assert len(set(found["link"])) == (2 if table == "evaluations" else 3)


def test_a_day_after_the_call_is_the_limit_and_the_days_of_the_scope_are_the_cases() -> None:
    calls = [contact("c1", 7, START), contact("old", 8, START - timedelta(days=40))]
    ended = START + timedelta(minutes=5)
    cases = [
        case("k1", ended + timedelta(hours=24), customer=7),
        case("k2", ended + timedelta(hours=24, seconds=1), customer=7),
        case("k3", START - timedelta(seconds=1), customer=7), case("k4", START, customer=7),
        case("k5", START + timedelta(days=1), contact_id="old"), case("k6", START + timedelta(days=1), "unknown", 7),
    ]
    data = slice_of(contacts=calls, cases=cases)
    found = dict(linked(data, "cases").select("case_id", "link").collect().iter_rows())
    assert found == {
        "k1": "customer", "k2": "none", "k3": "none", "k4": "customer", "k5": "contact", "k6": "customer",
    }
    scope = Scope(first_day=date(2026, 11, 24), last_day=date(2026, 11, 24))
    later = linked(slice_of(scope=scope, contacts=calls, cases=cases), "cases").collect()
    assert sorted(later["case_id"]) == ["k1", "k2", "k5", "k6"]
    assert dict(later.select("case_id", "link").iter_rows())["k5"] == "contact"
