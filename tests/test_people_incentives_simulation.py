"""A scheme on past months: what it costs, who gains, how much hangs on each parameter, whether the mix pays."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from ccops.errors import SourceError
from ccops.people.incentives import incentives
from ccops.people.incentives_scheme import Scheme, parse_scheme
from ccops.people.incentives_simulation import Simulation, rank_interval, simulate
from ccops.people.incentives_variants import variants
from incentive_month import MONTHS, centre, contacts
from strategies import Row, visit

TEXT = """
currency = "CNY"
cap = 700
[team]
share = 0.2
[gates]
min_contacts = 20
attendance = [{ rate = 0.95, pays = 1 }]
[[measure]]
name = "productivity"
weight = 70
credibility = 20
tiers = [{ score = 0.8, pay = 0 }, { score = 1.0, pay = 500 }, { score = 1.3, pay = 1000 }]
[[measure]]
name = "contacts_per_hour"
weight = 30
tiers = [{ score = 5, pay = 0 }, { score = 20, pay = 1000 }]
"""


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return parse_scheme(TEXT, "x")


@pytest.fixture(scope="module")
def tried(scheme: Scheme) -> Simulation:
    return simulate(centre(), scheme)


def test_months_cost_what_their_payouts_sum_to(tried: Simulation, scheme: Scheme) -> None:
    each = [incentives(centre(), scheme, month).total for month in MONTHS]
    assert tried.frame["month"].to_list() == list(MONTHS)
    assert tried.frame["total"].to_list() == each
    assert tried.total == sum(each)
    assert tried.frame["contacts"].to_list() == [360, 360]
    assert tried.frame["per_contact"].to_list() == [pytest.approx(float(one) / 360) for one in each]
    assert tried.notes[0].key == "inc_fewer_months"  # three were asked for


def test_what_is_the_same_in_all_months_is_said_once(tried: Simulation) -> None:
    said = {note.key: note.values for note in tried.notes}
    assert said["inc_attendance_unknown"] == {"n": "6", "month": "2026-09, 2026-10"}
    assert len(said) == len(tried.notes)


def test_groups_against_equal_shares(tried: Simulation, scheme: Scheme) -> None:
    rows = {(row["by"], row["group"]): row for row in tried.groups.iter_rows(named=True)}
    assert set(rows) == {("queue", "claims"), ("queue", "sales"), ("team", "north"), ("team", "south"),
                         ("shift", "early"), ("shift", "late")}
    months = [incentives(centre(), scheme, month).frame for month in MONTHS]
    got = [float(row["payout"]) for frame in months for row in frame.iter_rows(named=True) if row["team"] == "south"]
    equal = [float(frame["payout"].sum()) / 6 for frame in months]
    south = rows["team", "south"]
    assert (south["people"], south["payouts"]) == (2, 4)
    assert south["per_person"] == pytest.approx(sum(got) / 4)
    assert south["difference"] == pytest.approx(sum(got) / 4 - sum(equal) / 2)
    by_shift = [rows["shift", name] for name in ("early", "late")]  # everybody has a shift: differences cancel
    assert sum(row["difference"] * row["payouts"] for row in by_shift) == pytest.approx(0, abs=1e-6)


def test_each_parameter_is_tried_a_tenth_lower_and_higher(tried: Simulation, scheme: Scheme) -> None:
    found = {row["parameter"]: row for row in tried.sensitivity.iter_rows(named=True)}
    assert list(found) == [name for name, _ in variants(scheme)] == [
        "measure.productivity.weight", "measure.productivity.tiers.score", "measure.productivity.tiers.pay",
        "measure.productivity.credibility", "measure.contacts_per_hour.weight", "measure.contacts_per_hour.tiers.score",
        "measure.contacts_per_hour.tiers.pay", "team.share", "cap", "gates.min_contacts", "gates.attendance",
    ]
    dearer = TEXT.replace("pay = 500", "pay = 550").replace("pay = 1000 }]\n[[", "pay = 1100 }]\n[[")
    brute = simulate(centre(), parse_scheme(dearer, "x"))
    assert found["measure.productivity.tiers.pay"]["high_total"] == brute.total
    assert found["cap"]["low_total"] == simulate(centre(), parse_scheme(TEXT.replace("700", "630"), "x")).total
    harder = found["measure.productivity.tiers.score"]
    assert harder["high_total"] < tried.total < harder["low_total"]
    assert 0 < found["team.share"]["moved"] < harder["moved"] < 1
    assert found["gates.min_contacts"]["moved"] == 0


def test_variants_keep_the_scheme_whole(scheme: Scheme) -> None:
    for name, changed in variants(scheme):
        for by in (Decimal("0.9"), Decimal("1.1")):
            other = changed(by)
            assert other != scheme, name
            assert sum((one.weight for one in other.measure), Decimal(0)) == pytest.approx(Decimal(100))
            assert changed(Decimal(1)) == scheme, name


def fair_centre() -> list[Row]:
    """Twenty agents of one pace, from all short calls to all long ones."""
    rng = np.random.default_rng(5)
    rows: list[Row] = []
    for a in range(20):
        for i in range(40):
            queue, seconds = ("sales", 120) if i / 40 < a / 19 else ("claims", 480)
            at = datetime(2026, 10, 1 + i % 31, 9)
            talk = round(seconds * rng.lognormal(0, 0.3) * 1000)
            rows.append(visit(len(rows), agent=f"a{a:02}", queue=queue, talk_ms=talk, entered_at=at))
    return rows


def test_pay_does_not_follow_the_mix_of_queues_though_raw_speed_does() -> None:
    alone = parse_scheme(TEXT.replace("weight = 70", "weight = 100").split("[[measure]]\nname = \"contacts")[0], "x")
    found = simulate(centre(visits=fair_centre(), staff=[]), alone, months=1)
    mix = {row["what"]: row for row in found.mix.iter_rows(named=True)}
    assert mix["raw_speed"]["rho"] < -0.8
    assert mix["raw_speed"]["high"] < 0
    for what in ("payout", "speed"):
        assert mix[what]["low"] < 0 < mix[what]["high"]
    assert {row["n"] for row in mix.values()} == {20}


def test_the_interval_of_a_rank_correlation_covers_it() -> None:
    """500 samples of 40 from a normal pair whose rank correlation is known: 6 / pi asin(r / 2)."""
    from ccops.people.incentives_scores import rank_correlation

    rng, r = np.random.default_rng(2), 0.6
    truth, inside = 6 / math.pi * math.asin(r / 2), 0
    for _ in range(500):
        x, e = rng.normal(size=(2, 40))
        found = rank_interval(rank_correlation(x, r * x + math.sqrt(1 - r * r) * e), 40)
        inside += (found["low"] or 0) <= truth <= (found["high"] or 0)
    assert 0.92 < inside / 500 < 0.98
    assert rank_interval(0.9, 4) == {"low": None, "high": None}
    assert rank_interval(None, 40) == {"low": None, "high": None}


def test_months_without_calls_are_refused(scheme: Scheme) -> None:
    with pytest.raises(SourceError, match="no calls in 2026-01 to 2026-03"):
        simulate(centre(), scheme, last=date(2026, 3, 1))
    one = simulate(centre(visits=contacts(n=30)), scheme, months=1, last=date(2026, 9, 1))
    assert one.frame["month"].to_list() == [date(2026, 9, 1)]


def test_where_nobody_is_paid_there_is_nothing_to_share(scheme: Scheme) -> None:
    strict = scheme.model_copy(update={"gates": scheme.gates.model_copy(update={"min_contacts": 1000})})
    found = simulate(centre(), strict)
    assert found.total == 0
    assert found.groups.is_empty()
    assert found.sensitivity["moved"].null_count() == found.sensitivity.height
    assert found.mix["rho"].null_count() == 3
    assert dict(found.stopped.iter_rows()) == {"min_contacts": 12}
    assert found.frame.select(pl.col("per_person").null_count()).item() == 2
