"""Tariffs: published increments, every call rated again by a plain loop, packages, dates, and what is refused."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ccops.cli.contract_tariff import TariffDocument
from ccops.cost.rating import billed_s, charge, invoice, usage
from ccops.cost.tariff_file import Rate, Tariff, read_tariffs
from ccops.cost.tariffs import tariffs
from ccops.errors import SettingsError, SourceError
from ccops.model import TABLE, Scope, Slice
from ccops.settings import Settings
from conftest import Ran
from stores import written

SAMPLE = Path(__file__).parents[1] / "sample_logs" / "tariffs.toml"


def rate(**more: Any) -> Rate:
    return Rate.model_validate({"price": "0.15"} | more)


def tariff(*rates: Rate, **more: Any) -> Tariff:
    return Tariff.model_validate({"name": "t", "currency": "CNY", "rate": list(rates) or [rate()]} | more)


@pytest.mark.parametrize(("seconds", "initial", "increment", "billed"), [
    (83, 60, 10, 90), (83, 60, 1, 83), (83, 60, 60, 120), (31, 30, 6, 36), (8, 6, 6, 12), (0, 60, 60, 0),
    (60, 60, 6, 60), (1, 60, 60, 60), (61, 60, 60, 120),
])
def test_increments_of_the_handbook(seconds: int, initial: int, increment: int, billed: int) -> None:
    assert billed_s(seconds, initial, increment) == billed


@given(st.integers(1, 20_000), st.integers(1, 120), st.integers(1, 120))
def test_billed_time_covers_the_call_and_wastes_less_than_an_increment(s: int, initial: int, increment: int) -> None:
    billed = billed_s(s, initial, increment)
    assert billed >= max(s, initial)
    assert billed - max(s, initial) < increment
    assert (billed - initial) % increment == 0


def test_chinese_long_distance() -> None:
    """0.07 for each 6 s begun: 83 s are 14 units."""
    own = rate(initial_s=6, increment_s=6, per="increment", price="0.07")
    assert charge(83, own, tariff(own)) == Decimal("0.98")


def test_a_package_and_a_minimum_by_hand() -> None:
    own = rate(initial_s=60, increment_s=60, price="0.20", free_minutes=100, fee="10.00", setup="0.01")
    amount, billed = usage([(61, 40), (30, 50)], own, tariff(own))
    assert billed == (40 * 2 + 50) * 60
    assert amount == Decimal("10.00") + 30 * Decimal("0.20") + 90 * Decimal("0.01")
    few, _ = usage([(30, 5)], rate(price="0.20", free_minutes=100, fee="10.00"), tariff(own))
    assert few == Decimal("10.00")
    assert invoice(tariff(own, minimum="50.00", monthly_fee="5.00"), [amount]) == Decimal("55.00")
    assert invoice(tariff(own, monthly_fee="5.00"), [Decimal("60.005")]) == Decimal("65.01")


def contacts(rows: list[dict[str, Any]]) -> Slice:
    schema = TABLE["contacts"].schema()
    usual = dict.fromkeys(schema) | {"system": "x", "channel": "voice", "direction": "in", "outcome": "answered"}
    frame = pl.DataFrame([usual | row for row in rows], schema=schema)
    return Slice.of({"contacts": frame}, Scope(), Settings())


def call(n: int, at: datetime, ms: int | None, **more: Any) -> dict[str, Any]:
    ended = None if ms is None else at + timedelta(milliseconds=ms)
    return {"contact_id": str(n), "started_at": at, "ended_at": ended, "day": at.date(),
            "quarter": at.hour * 4 + at.minute // 15} | more


def _drawn(rng: random.Random, n: int) -> list[dict[str, Any]]:
    first = datetime(2026, 10, 20)
    return [
        call(k, first + timedelta(seconds=rng.randrange(25 * 86_400)), rng.randrange(600_000),
             direction=rng.choice(["in", "in", "out"]), outcome=rng.choice(["answered", "abandoned", "unanswered"]))
        for k in range(n)
    ]


def _naive(rows: list[dict[str, Any]], own: Tariff) -> dict[date, Decimal]:
    """Every call by itself, with a package's minutes used up in order of its rate."""
    months: dict[date, dict[int, list[int]]] = {}
    for row in rows:
        if row["outcome"] == "unanswered":
            continue
        at = row["started_at"]
        seconds = -(-(row["ended_at"] - at) // timedelta(seconds=1))
        names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        for n, one in enumerate(own.rate):
            first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (one.from_, one.to))
            minute = at.hour * 60 + at.minute
            inside = first <= minute < last if first < last else minute >= first or minute < last
            days = not one.days or names[at.weekday()] in one.days
            if one.direction in ("any", row["direction"]) and inside and days:
                months.setdefault(at.date().replace(day=1), {}).setdefault(n, []).append(seconds)
                break
    found = {}
    for month, by_rate in months.items():
        total = Decimal(0)
        for n, lengths in by_rate.items():
            one, minutes, amount = own.rate[n], Decimal(0), Decimal(0)
            for s in lengths:
                billed = 0 if s == 0 else one.initial_s
                while billed < s:
                    billed += one.increment_s
                units = Decimal(billed) / 60 if one.per == "minute" else Decimal(-(-billed // one.increment_s))
                minutes += Decimal(billed) / 60
                own_charge = (one.setup + units * one.price if billed else Decimal(0))
                amount += own_charge.quantize(Decimal("0.0001"), ROUND_HALF_UP)
            if one.free_minutes:
                amount = max(minutes - one.free_minutes, Decimal(0)) * one.price
            total += amount + one.fee
        found[month] = (max(total, own.minimum) + own.monthly_fee).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return found


def test_invoices_are_those_of_a_loop_over_every_call() -> None:
    versions = read_tariffs([SAMPLE])
    for seed in range(4):
        rows = _drawn(random.Random(seed), 400)
        found = tariffs(contacts(rows), versions)
        for name, own in versions.items():
            invoices = {row["month"]: row["invoice"] for row in found.invoices.to_dicts() if row["tariff"] == name}
            assert invoices == _naive(rows, own[0])
        assert [one.per_month for one in found.ranked] == sorted(one.per_month for one in found.ranked)
        paid = found.paid
        assert paid is not None
        assert all(one.saves == paid.per_month - one.per_month for one in found.ranked)


def test_versions_follow_one_another_within_a_month() -> None:
    before = tariff(rate(price="0.10"), valid_to="2026-11-14")
    own = {"t": (before, tariff(rate(price="0.20"), valid_from="2026-11-15"))}
    rows = [call(0, datetime(2026, 11, 14, 23), 60_000), call(1, datetime(2026, 11, 15, 0), 60_000)]
    found = tariffs(contacts(rows), own)
    assert found.invoices["invoice"].to_list() == [Decimal("0.30")]


def test_calls_without_an_end_or_a_taker_are_not_billed_and_told() -> None:
    rows = [call(0, datetime(2026, 11, 2, 9), 60_000), call(1, datetime(2026, 11, 2, 9), None),
            call(2, datetime(2026, 11, 2, 9), 60_000, outcome="busy")]
    found = tariffs(contacts(rows), {"t": (tariff(),)})
    assert (found.calls, [note.key for note in found.notes]) == (1, ["tar_no_end"])


@pytest.mark.parametrize(("text", "message"), [
    (('valid_from = 2026-01-01\n[[tariff.rate]]\nprice = "1"\n[[tariff]]\nname = "t"\ncurrency = "CNY"\n'
     'valid_from = 2026-03-01\n[[tariff.rate]]\nprice = "1"'), "two versions hold from 2026-03-01 on"),
    (('valid_to = 2026-01-31\n[[tariff.rate]]\nprice = "1"\n[[tariff]]\nname = "t"\ncurrency = "CNY"\n'
     'valid_from = 2026-03-01\n[[tariff.rate]]\nprice = "1"'), "no version holds from 2026-02-01 to 2026-02-28"),
    ('[[tariff.rate]]\nprice = "1"\n[[tariff]]\nname = "u"\ncurrency = "USD"\n[[tariff.rate]]\nprice = "1"',
     "tariffs in CNY and USD cannot be compared"),
    (('in_force = true\n[[tariff.rate]]\nprice = "1"\n[[tariff]]\nname = "u"\ncurrency = "CNY"\nin_force = true\n'
     '[[tariff.rate]]\nprice = "1"'), "t and u are both in_force"),
    ("[[tariff.rate]]\nprice = 0.15", "write an amount as text"),
    ('[[tariff.rate]]\nprice = "1"\nfrom = "08:10"', "a time is on a quarter-hour"),
    ('[[tariff.rate]]\nprice = "1"\nper = "increment"\nfree_minutes = 5', "free_minutes go with per"),
])
def test_tariffs_that_cannot_be_are_refused(tmp_path: Path, text: str, message: str) -> None:
    file = written(tmp_path / "t.toml", ['[[tariff]]\nname = "t"\ncurrency = "CNY"', text])
    with pytest.raises(SettingsError, match=message):
        read_tariffs([file])


def test_calls_outside_a_tariff_are_refused() -> None:
    rows = [call(0, datetime(2026, 11, 2, 9), 60_000)]
    with pytest.raises(SettingsError, match="does not hold on all days"):
        tariffs(contacts(rows), {"t": (tariff(valid_from="2026-12-01"),)})
    with pytest.raises(SettingsError, match="no rate for calls that come in"):
        tariffs(contacts(rows), {"t": (tariff(rate(direction="out")),)})
    with pytest.raises(SourceError, match="no calls to rate"):
        tariffs(contacts([]), {"t": (tariff(),)})


def test_the_command_in_both_languages_and_as_json(ccops: Callable[..., Ran], log: Path) -> None:
    assert ccops("import", log, "--tz", "UTC").code == 0
    asked = ("cost", "tariff", "--tariffs", SAMPLE)
    ran = ccops(*asked, "--json")
    assert ran.code == 0, ran.err
    found = TypeAdapter(TariffDocument).validate_python(ran.json)
    assert (found.calls, found.currency, len(found.ranked)) == (5, "CNY", 3)
    assert "would cost" in ccops(*asked).out or "is the cheapest" in ccops(*asked).out
    assert "资费方案" in ccops(*asked, "--lang", "zh").out
    refused = ccops("cost", "tariff")
    assert (refused.code, refused.err.splitlines()[0]) == (4, "ccops: error: no file of tariffs is named")
