"""Candidates from the calls' own paths and lengths: found where planted, none where nothing is, plain loops beside."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from statistics import mean, variance
from typing import Any, cast

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.model import TABLE, Scope, Slice
from ccops.recommend.away import away, more_away
from ccops.recommend.callbacks import callbacks
from ccops.recommend.candidate import Later
from ccops.recommend.evidence import Evidence
from ccops.recommend.gaps import gaps
from ccops.recommend.lengths import lengths, longer
from ccops.recommend.testing import served_later
from ccops.recommend.transfers import transfers
from ccops.settings import Settings
from ccops.workforce.simulation.scenario import Durations, Queue, Scenario

FIRST = date(2026, 10, 5)
DAYS = tuple(FIRST + timedelta(days=n) for n in range(28))
MONTHS = 28 / (365.25 / 12)


def rows(name: str, given: list[dict[str, object]]) -> pl.DataFrame:
    schema = TABLE[name].schema()
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in given], schema=schema)


def evidence(tables: dict[str, list[dict[str, object]]], **more: object) -> Evidence:
    made = Settings.model_validate({"site": {"tz": "UTC"}, **more})
    return Evidence(Slice.of({name: rows(name, given) for name, given in tables.items()}, Scope(), made), DAYS)


def visit(n: int, queue: str, **more: object) -> dict[str, object]:
    at = datetime(2026, 10, 5 + n % 28 if n % 28 < 26 else 5, 9) + timedelta(seconds=n)
    hour = cast("int", more.pop("hour", 9))
    at = at.replace(hour=hour)
    return {"system": "s", "contact_id": f"{n}", "queue": queue, "nth": 1, "channel": "voice", "direction": "in",
            "entered_at": at, "day": at.date(), "quarter": 4 * hour, "outcome": "answered", "wait_ms": 5000,
            "talk_ms": 200_000, "agent": f"a{n % 9}", "transferred": False, **more}


def talked(extra_s: float, seed: int = 1) -> Evidence:
    """Two queues; cases of three reasons, of which `fault` takes so much longer."""
    rng = np.random.default_rng(seed)
    visits, cases = [], []
    for n in range(1200):
        reason = ("fault", "price", "address")[n % 3]
        talk = rng.lognormal(5.3, 0.5) + extra_s * (reason == "fault")
        visits.append(visit(n, "ab"[n % 2], talk_ms=round(1000 * talk)))
        cases.append({"case_id": f"k{n}", "contact_id": f"{n}", "reason": reason, "opened_at": datetime(2026, 10, 5, 9),
                      "day": date(2026, 10, 5)})
    return evidence({"queue_visits": visits, "cases": cases})


def test_the_reason_that_takes_longer_is_found_and_no_other() -> None:
    found, needs = lengths(talked(120))
    assert (sorted(one.id for one in found), needs) == (["shorten-a-fault", "shorten-b-fault"], [])
    assert lengths(talked(0, seed=3))[0] == []


def test_what_it_frees_is_half_of_what_a_plain_loop_finds_it_to_take_longer() -> None:
    data = talked(120)
    [one] = [one for one in lengths(data)[0] if one.id == "shorten-a-fault"]
    seconds: dict[str, list[float]] = {}
    reasons = {row["contact_id"]: row["reason"] for row in data.data.table("cases").collect().to_dicts()}
    for row in data.data.table("queue_visits").collect().to_dicts():
        if row["queue"] == "a":
            seconds.setdefault(reasons[row["contact_id"]], []).append(row["talk_ms"] / 1000)
    own, rest = seconds["fault"], seconds["price"] + seconds["address"]
    saved = len(own) * (mean(own) - mean(rest)) / 2
    assert one.freed_hours == pytest.approx(saved / MONTHS / 3600)
    assert one.change
    assert one.change.aht["a"] == pytest.approx(1 - saved / (sum(own) + sum(rest)))
    half = 1.96 * (variance(own) / len(own) + variance(rest) / len(rest)) ** 0.5
    assert one.unsure == pytest.approx(half / (mean(own) - mean(rest)), rel=0.01)


def test_where_no_reason_takes_longer_hardly_any_is_found() -> None:
    false = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        frame = pl.DataFrame({"queue": "q", "reason": [f"{n % 6}" for n in range(900)],
                              "handle_s": rng.lognormal(5, 0.6, 900)})
        false += bool(longer(frame))
    assert false <= 12  # five are due


def passed(share: float) -> Evidence:
    """Of queue a so many are passed on to c, of the others one in forty, to anywhere."""
    visits = []
    for n in range(3000):
        queue = "abd"[n % 3]
        gone = (n // 3) % 1000 < 1000 * (share if queue == "a" else 0.025)
        visits.append(visit(n, queue, transferred=gone))
        if gone:
            visits.append(visit(n, "c", nth=1, entered_at=visits[-1]["entered_at"] + timedelta(seconds=300)))  # type: ignore[operator]
    return evidence({"queue_visits": visits})


def test_the_path_that_callers_are_sent_along_too_often_is_found() -> None:
    found, needs = transfers(passed(0.2))
    assert ([one.id for one in found], needs) == (["transfers-a-c"], [])
    [one] = found
    others = 50 / (2000 + 250)  # answered visits of b, d and c that were passed on
    fewer = 1000 * (0.2 - others) / MONTHS
    assert one.freed_hours == pytest.approx(fewer * 200 / 3600)
    assert one.change
    assert one.change.volume["a"] == pytest.approx(1 - fewer / (1000 / MONTHS))
    assert transfers(passed(0.025))[0] == []


def attended(extra: float, seed: int = 3) -> Evidence:
    """Three teams of ten with training in their paid time; team 0 has more meetings, and leave is granted."""
    rng = np.random.default_rng(seed)
    booked = []
    for agent in range(30):
        for day in DAYS[:20]:
            meeting = max(0.0, rng.normal(0.3, 0.1)) + extra * (agent % 3 == 0)
            kinds = {"meeting": meeting, "leave": 2.0 * (agent % 3 == 0), "work": 7.5 - meeting}
            at = datetime(day.year, day.month, day.day, 4)
            booked += [{"agent": f"{agent}", "kind": kind, "reason": "", "started_at": at, "day": day,
                        "paid_ms": round(hours * 3_600_000)} for kind, hours in kinds.items()]
    teams = {f"t{n}": [f"{agent}" for agent in range(30) if agent % 3 == n] for n in range(3)}
    return evidence({"attendance": booked}, agents={"teams": teams})


def test_the_team_with_more_time_away_is_found_and_leave_is_left_alone() -> None:
    data = attended(0.5)
    found, needs = away(data)
    assert ([one.id for one in found], needs) == (["shrinkage-t0-meeting"], [])
    hours = {True: [0.0, 0.0], False: [0.0, 0.0]}
    for row in data.data.read("attendance", None, None).collect().to_dicts():
        side = hours[int(row["agent"]) % 3 == 0]
        side[1] += row["paid_ms"] / 3_600_000 * (row["kind"] != "leave")
        side[0] += row["paid_ms"] / 3_600_000 * (row["kind"] == "meeting")
    (own, paid), (rest, all_rest) = hours[True], hours[False]
    assert found[0].freed_hours == pytest.approx((own / paid - rest / all_rest) * paid / MONTHS)
    assert found[0].money is None
    assert away(attended(0.0))[0] == []


def test_chance_finds_hardly_any_team() -> None:
    false = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        frame = pl.DataFrame([
            (f"{n}", f"t{n % 4}", what, float(hours)) for n in range(40)
            for what, hours in (("meeting", rng.gamma(4, 1)), ("training", rng.gamma(2, 1)), (None, 100.0))
        ], ["agent", "team", "what", "paid_ms"], orient="row")
        false += bool(more_away(frame))
    assert false <= 9  # three are due


def waited(offering: bool) -> Evidence:
    """Queue a has the offer, half of those who wait a minute take it; b loses callers from nine to twelve."""
    visits = []
    for n in range(1000):
        visits.append(visit(n, "a", wait_ms=60_000, outcome="exit_key" if offering and n % 2 else "answered"))
    for n in range(1000, 4000):
        hour = 9 + n % 9
        bad = hour < 12
        visits.append(visit(n, "b", hour=hour, wait_ms=90_000 if bad else 2_000,
                            outcome="abandoned" if bad and n % 5 == 0 else "answered"))
    return evidence({"queue_visits": visits})


def test_a_call_back_is_offered_where_callers_wait_and_as_many_accept_as_elsewhere() -> None:
    found, needs = callbacks(waited(True))
    assert ([one.id for one in found], needs) == (["callback-b-0900"], [])
    [later] = cast("Any", found[0].change).later
    assert (later.first, later.last, later.share) == (9, 12, pytest.approx(0.5))
    assert later.to >= 12
    assert [need.what for need in callbacks(waited(False))[1]] == ["callbacks"]


HOUR = 3600.0
CALLS = st.lists(st.floats(0, 24 * HOUR - 1), max_size=200)


@settings(max_examples=60)
@given(calls=CALLS, share=st.floats(0, 1))
def test_calls_served_later_are_as_many_and_leave_the_hours(calls: list[float], share: float) -> None:
    queue = Queue("q", Durations.constant(100))
    day = Scenario([queue], [], 1800.0, arrivals=cast("Any", {"q": np.array(calls)}), until_s=24 * HOUR)
    moved = served_later(day, Later("q", 9, 12, 15, share), lambda minute: minute * 60.0)
    after = np.asarray(moved.arrivals["q"], float)

    def within(at: Any, first: int, last: int) -> int:
        return sum(first * HOUR <= one < last * HOUR for one in at)

    left = within(calls, 9, 12) - within(after, 9, 12)
    assert len(after) == len(calls)
    assert left == int(np.floor(within(calls, 9, 12) * share))
    assert within(after, 15, 17) == within(calls, 15, 17) + left
    assert list(after) == sorted(after)


def test_overtime_and_a_hire_stand_for_the_same_hours() -> None:
    lost = [visit(n, "q", outcome="abandoned" if n % 5 == 0 else "answered") for n in range(800)]
    found, needs = gaps(evidence({"queue_visits": lost}, staffing={"agent_cost_per_hour": 50.0, "currency": "CNY"},
                                 people={"recruit_cost": 1200.0}))
    assert needs == []
    assert [one.family for one in found] == ["overtime", "hires"]
    assert len({one.instead for one in found}) == 1
    hire = cast("Any", found[1].change)
    assert hire.costs == pytest.approx(8 * 5 * 365.25 / 84 * 50 + 1200 / 12)
    on_duty = [day for day in DAYS if hire.staffed(day, ())]
    assert len(on_duty) == 20
