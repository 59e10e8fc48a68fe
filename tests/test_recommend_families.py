"""Candidates from lists beside the calls: leavers, evaluators, tariffs, hours in which calls are lost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ccops.cost.offer_file import Offer
from ccops.cost.tariff_file import read_tariffs
from ccops.model import TABLE, Scope, Slice
from ccops.recommend.assessing import evaluators, samples
from ccops.recommend.billing import billing, open_volume
from ccops.recommend.evidence import Evidence
from ccops.recommend.gaps import gaps
from ccops.recommend.leaving import leaving
from ccops.recommend.offers import offers
from ccops.settings import Settings

FIRST = date(2026, 10, 1)
DAYS = tuple(FIRST + timedelta(days=n) for n in range(28))


def rows(name: str, given: list[dict[str, object]]) -> pl.DataFrame:
    schema = TABLE[name].schema()
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in given], schema=schema)


def evidence(name: str, given: list[dict[str, object]], **settings: object) -> Evidence:
    made = Settings.model_validate({"site": {"tz": "UTC"}, **settings})
    return Evidence(Slice.of({name: rows(name, given)}, Scope(), made), DAYS)


def staff(late_stay_days: int) -> Evidence:
    """Sixty people of two shifts, a new one of each every twelve days; those of the late one leave after so long."""
    given: list[dict[str, object]] = []
    for n in range(60):
        begins = date(2025, 10, 1) + timedelta(days=12 * (n // 2))
        late = n % 2 == 1
        ends = begins + timedelta(days=late_stay_days) if late and late_stay_days else None
        given.append({"agent": f"{n}", "nth": 1, "shift": "late" if late else "early", "employed_from": begins,
                      "employed_to": ends if ends and ends < date(2026, 9, 30) else None, "leave_kind": "voluntary"})
    return evidence("employees", given, people={"recruit_cost": 1000}, staffing={"currency": "CNY"})


def test_the_shift_that_newcomers_leave_is_found_and_no_other() -> None:
    [found] = leaving(staff(40))[0]
    assert found.id == "onboarding-late-0"
    assert found.money is not None
    lo, hi = found.money.interval
    assert 0 < lo < found.money.value < hi
    assert found.why == "ccops people attrition --by shift"
    assert leaving(staff(0))[0] == []


def test_what_is_missing_is_said() -> None:
    nothing = evidence("employees", [])
    assert [need.what for family in (leaving, evaluators, billing, gaps) for need in family(nothing)[1]] == [
        "employees", "evaluations", "[cost] tariffs", "[staffing] agent_cost_per_hour",
    ]
    assert samples(nothing) == ([], [])


@pytest.mark.parametrize(("points", "id_"), [(0.09, "calibrate-E3"), (0.0, "")])
def test_a_lenient_evaluator_is_found_where_there_is_one(points: float, id_: str) -> None:
    rng = np.random.default_rng(2)
    given: list[dict[str, object]] = [
        {"evaluation_id": f"{n}", "agent": f"a{n % 10}", "evaluator": f"E{n // 10 % 4}",
         "evaluated_at": datetime(2026, 10, 5, 9), "day": date(2026, 10, 5),
         "score": 0.7 + 0.02 * (n % 10) / 10 + points * (n // 10 % 4 == 3) + 0.03 * float(rng.normal())}
        for n in range(200)
    ]
    found, needs = evaluators(evidence("evaluations", given))
    assert ([one.id for one in found], needs) == ([id_] if id_ else [], [])


def test_the_cheapest_tariff_is_recommended_unless_it_is_in_force(tmp_path: Path) -> None:
    head = '[[tariff]]\nname = "{name}"\ncurrency = "CNY"\nin_force = {force}\n[[tariff.rate]]\nprice = "{price}"\n'
    given: list[dict[str, object]] = [
        {"system": "s", "contact_id": f"{n}", "direction": "in", "channel": "voice", "outcome": "answered",
         "started_at": datetime(2026, 10, 1 + n % 28, 9), "ended_at": datetime(2026, 10, 1 + n % 28, 9, 1, 30),
         "day": date(2026, 10, 1 + n % 28), "quarter": 36}
        for n in range(280)
    ]
    data = evidence("contacts", given).whole
    for forced, expected in (("dear", ["tariff-cheap"]), ("cheap", [])):
        file = tmp_path / f"{forced}.toml"
        file.write_text("".join(head.format(name=name, force=str(name == forced).lower(), price=price)
                                for name, price in (("dear", "0.20"), ("cheap", "0.10"))))
        found, needs = billing(Evidence(data, DAYS, read_tariffs([file])))
        assert ([one.id for one in found], needs) == (expected, [])
        for one in found:
            assert one.money is not None
            per_day = 10 * 2 * 0.10  # ten calls of two billed minutes, ten cents apart
            assert one.money.value == pytest.approx(per_day * 365.25 / 12, rel=0.1)


def test_a_cheaper_offer_is_recommended_unless_it_is_in_force_or_within_chance() -> None:
    def offer(name: str, price: str, **more: object) -> Offer:
        item = {"name": "contacts", "per": "contact", "price": price}
        return Offer.model_validate({"name": name, "kind": "outsourced", "currency": "CNY", "monthly": [item], **more})

    given: list[dict[str, object]] = [
        {"system": "s", "contact_id": f"{n}", "direction": "in", "channel": "voice", "outcome": "answered",
         "queue": "q", "nth": 1, "entered_at": datetime(2026, 10, 1 + n % 28, 9), "wait_ms": 1000, "talk_ms": 60_000,
         "agent": "a", "day": date(2026, 10, 1 + n % 28), "quarter": 36}
        for n in range(2800)
    ]
    contacts = [{**row, "started_at": row["entered_at"], "ended_at": row["entered_at"]} for row in given]
    tables = {"queue_visits": rows("queue_visits", given), "contacts": rows("contacts", contacts)}
    data = Slice.of(tables, Scope(), Settings.model_validate({"site": {"tz": "UTC"}}))
    for cheap, now, expected in (("1.00", "2.00", True), ("2.00", "1.00", False)):
        known = Evidence(data, DAYS, offers=(offer("new", cheap), offer("old", now, in_force=True)))
        found, needs = offers(known)
        assert ([one.id for one in found], needs) == (["offer-new"] if expected else [], [])
        for one in found:
            assert one.money is not None
            calls = 2800 * 31 / 28
            worth = sum(1.08 ** (-month / 12) for month in range(1, 37)) / 36
            assert one.money.value == pytest.approx(calls * worth, rel=0.001)
            lo, hi = one.money.interval
            assert hi - lo == pytest.approx(2 * open_volume(known) * calls * 3, rel=0.001)
    assert [need.what for need in offers(Evidence(data, DAYS))[1]] == ["[cost] offers"]
    nobody = Evidence(data, DAYS, offers=(offer("new", "1.00"), offer("old", "2.00")))
    assert [need.why.key for need in offers(nobody)[1]] == ["rec_need_offer_in_force"]
