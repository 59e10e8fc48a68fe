"""Adherence counted again minute by minute, and its price by hand and at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.model import Scope, Slice
from ccops.workforce.adherence import adherence
from ccops.workforce.adherence_price import PricedLoad, calls_per_agent
from ccops.workforce.erlang import erlang_a, erlang_c
from schedules import DAY, Stretch, centre, moment, only

WORKING = ("talk", "hold", "wrap", "ring", "available")


# Counted again


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Stretch], list[Stretch]]:
    """A schedule and a day's states in minutes, over midnight too; every agent is in the log at some time."""

    def timeline(who: str, kinds_: Sequence[str], low: int, high: int) -> list[Stretch]:
        cuts = sorted(draw(st.lists(st.integers(low, high), max_size=9, unique=True)))
        found = []
        for a, b in pairwise(cuts):
            kind = draw(st.sampled_from(kinds_))
            if kind:
                found.append((who, kind, clock(a), clock(b)))
        return found

    plan = [one for who in "12" for one in timeline(who, ("", "work", "work", "break", "lunch", "off"), 1200, 1600)]
    states = ("", "available", "talk", "aux", "aux:break", "aux:lunch", "aux:wc")
    done = [one for who in "12" for one in timeline(who, states, 1200, 1600)]
    edges = [(who, "available", clock(a), clock(a + 1)) for who in "12" for a in (1100, 1700)]
    return plan, [*done, *edges]


def clock(minute: int) -> str:
    day, rest = divmod(minute, 1440)
    return f"{'+1 ' * day}{rest // 60:02}:{rest % 60:02}"


def minute(text: str) -> int:
    hours, minutes = text.removeprefix("+1 ").split(":")
    return 1440 * text.startswith("+1") + int(hours) * 60 + int(minutes)


def recount(plan: list[Stretch], done: list[Stretch], tolerance: int) -> Counter[str]:
    """Every minute looked at on its own, tolerance and all; minutes per sum and per kind of deviation."""
    sums: Counter[str] = Counter()
    for who in "12":
        wanted: dict[int, str] = {}
        doing: dict[int, str] = {}
        for agent, kind, a, b in plan:
            wanted |= {m: kind for m in range(minute(a), minute(b)) if agent == who and kind != "off"}
        for agent, kind, a, b in done:
            what = "work" if kind in WORKING else {"aux:break": "break", "aux:lunch": "lunch"}.get(kind, "aux")
            doing |= {m: what for m in range(minute(a), minute(b)) if agent == who}
        kept = {
            m: doing.get(m) == kind or (kind != "work" and doing.get(m) == "aux") for m, kind in wanted.items()
        }
        for start in (m for m in wanted if m - 1 not in wanted or wanted[m - 1] != wanted[m]):
            end = next(m for m in range(start, 4000) if wanted.get(m) != wanted[start])
            runs: list[list[int]] = []
            for m in range(start, end):
                if not kept[m]:
                    if runs and runs[-1][-1] == m - 1:
                        runs[-1].append(m)
                    else:
                        runs.append([m])
            for run in runs:
                if len(run) <= tolerance and (run[0] == start or run[-1] == end - 1):
                    kept |= dict.fromkeys(run, True)
        # An agent's day counts in `worked` when something is planned on it.
        on = {m // 1440 for m in wanted}
        sums["worked"] += sum(what == "work" for m, what in doing.items() if m // 1440 in on)
        sums["scheduled"] += len(wanted)
        sums["work"] += sum(kind == "work" for kind in wanted.values())
        sums["adherent"] += sum(kept.values())
        sums["lost"] += sum(not kept[m] and kind == "work" for m, kind in wanted.items())
    return sums


@settings(max_examples=40, deadline=None)
@given(day=days(), tolerance=st.sampled_from([0, 3, 15]),
       zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/Lima"]))
def test_sums_are_those_of_a_recount_minute_by_minute(day: Any, tolerance: int, zone: str) -> None:
    plan, done = day
    if not plan or all(kind == "off" for _, kind, _, _ in plan):
        return
    found = adherence(cut(centre(plan, done, zone=zone)), "agent", tolerance_s=60.0 * tolerance)
    row, naive = only(found), recount(plan, done, tolerance)
    assert {name: round(row[f"{name}_s"] / 60, 6) for name in naive} == dict(naive)
    # groups add up to the whole, and shares are shares
    for by in ("agent", "team", "day"):
        groups = adherence(cut(centre(plan, done, zone=zone)), by, tolerance_s=60.0 * tolerance).frame
        for name in ("scheduled_s", "tracked_s", "adherent_s", "work_s", "worked_s", "deviation_s", "lost_s"):
            assert groups[name].sum() == row[name], (by, name)
        assert groups["adherence"].drop_nulls().is_between(0, 1).all()
    assert found.reasons["deviation_s"].sum() == row["deviation_s"] == found.deviations["seconds"].sum()
    assert row["tracked_s"] == row["adherent_s"] + row["deviation_s"]
    # a day asked for alone says what it says among others
    apart = [
        only(adherence(cut(centre(plan, done, zone=zone, scope=Scope().on(on))), tolerance_s=60.0 * tolerance))
        for on in adherence(cut(centre(plan, done, zone=zone)), "day").frame["day"]
    ]
    assert sum(one["adherent_s"] for one in apart) == row["adherent_s"]


def cut(data: Slice) -> Slice:
    """The slice with both timelines cut at the business day, as the store has them."""
    def read(name: str, first: date | None, last: date | None) -> pl.LazyFrame:
        frame = data.read(name, None, None)
        if name in ("shifts", "agent_states"):
            whole = frame.collect()
            days_ = [data.settings.business_day.bounds(on)[0] for on in (DAY, DAY + timedelta(days=1))]
            parts = [whole.with_columns(started_at=pl.max_horizontal("started_at", pl.lit(a, pl.Datetime("us"))),
                                        ended_at=pl.min_horizontal("ended_at", pl.lit(b, pl.Datetime("us"))),
                                        day=pl.lit(data.settings.business_day.day_of(a)))
                     for a, b in ((days_[0], days_[1]), (days_[1], days_[1] + timedelta(days=2)))]
            frame = pl.concat(parts).filter(pl.col("ended_at") > pl.col("started_at")).lazy()
        if first is not None and "day" in frame.collect_schema():
            frame = frame.filter(pl.col("day") >= first)
        if last is not None and "day" in frame.collect_schema():
            frame = frame.filter(pl.col("day") <= last)
        return frame

    return Slice(data.scope, data.settings, read)


# The price


def calls(n: int, queue: str, agent: str, start: str, *, every_s: int = 60, talk_s: int = 200) -> list[dict[str, Any]]:
    return [
        {"system": "x", "contact_id": f"{queue}{start}{k}", "queue": queue, "nth": 1, "agent": agent,
         "outcome": "answered", "entered_at": moment(start) + timedelta(seconds=every_s * k),
         "answered_at": moment(start) + timedelta(seconds=every_s * k + 5), "wait_ms": 5000, "talk_ms": talk_s * 1000}
        for k in range(n)
    ]


def test_a_lost_agent_costs_the_calls_that_erlang_a_says() -> None:
    """Three of four planned agents at work in one half-hour with 30 calls: what the fourth would have made of it."""
    plan: list[Stretch] = [(who, "work", "10:00", "10:30") for who in "1234"]
    done: list[Stretch] = [(who, "available", "10:00", "10:30") for who in "123"] + [("4", "talk", "09:00", "09:10")]
    visits = [one for who in "1234" for one in calls(1, "sales", who, "09:30", talk_s=170)]
    visits += calls(30, "sales", "1", "10:00", every_s=50, talk_s=170)
    gone = {"outcome": "abandoned", "agent": None, "answered_at": None, "wait_ms": 40_000, "talk_ms": None}
    visits += [
        {**one, **gone, "contact_id": f"lost{n}"} for n, one in enumerate(calls(25, "sales", "1", "09:45", every_s=1))
    ]
    found = adherence(centre(plan, done, visits=visits, queue="sales", scope=Scope().on(DAY)), "agent")
    patience = (34 * 5 + 25 * 40) / 25
    model = erlang_a(60, 170, patience)
    gain = 30 * (model.service_level(4.0, 20) - model.service_level(3.0, 20))
    assert gain > 2
    assert found.price.calls_late == pytest.approx(gain, rel=1e-9)
    assert found.price.service_level_lost == pytest.approx(gain / len(visits), rel=1e-9)
    late = dict(found.frame.select("agent", "calls_late").iter_rows())
    assert late == {"1": 0.0, "2": 0.0, "3": 0.0, "4": pytest.approx(gain)}
    assert found.deviations["calls_late"].sum() == pytest.approx(gain)


def test_an_agent_of_a_closed_queue_is_all_there_for_the_open_one() -> None:
    """As in staffing: who serves sales and, in the evening, a late line, is missed whole by sales in the morning."""
    plan: list[Stretch] = [(who, "work", "10:00", "10:30") for who in "1234"]
    done: list[Stretch] = [(who, "available", "10:00", "10:30") for who in "123"] + [("4", "talk", "09:00", "09:10")]
    visits = [one for who in "1234" for one in calls(1, "sales", who, "09:30", talk_s=170)]
    visits += calls(30, "sales", "1", "10:00", every_s=50, talk_s=170) + calls(3, "late", "4", "20:00")
    found = adherence(centre(plan, done, visits=visits, queue="sales", scope=Scope().on(DAY)), "agent")
    model = erlang_c(60, 170)
    gain = 30 * (model.service_level(4.0, 20) - model.service_level(3.0, 20))
    assert gain > 2
    assert found.price.calls_late == pytest.approx(gain, rel=1e-9)
    assert found.price.unpriced_s == 0


def test_the_price_is_split_by_time_and_adds_up() -> None:
    plan: list[Stretch] = [(who, "work", "10:00", "11:00") for who in "1234"]
    done: list[Stretch] = [
        ("1", "available", "10:00", "11:00"), ("2", "available", "10:10", "11:00"), ("3", "talk", "10:05", "10:50"),
    ]
    visits = [
        {**one, "contact_id": f"{who}{one['contact_id']}"}
        for who in "123" for one in calls(30, "sales", who, "10:00", every_s=110, talk_s=60)
    ]
    found = adherence(centre(plan, done, visits=visits, scope=Scope().on(DAY)), "agent")
    assert found.not_measurable["agent"].to_list() == ["4"]
    late = dict(found.frame.select("agent", "calls_late").iter_rows())
    assert late["2"] > late["3"] * 0.3 > late["1"] == 0
    for total in (sum(late.values()), found.reasons["calls_late"].sum(), found.deviations["calls_late"].sum()):
        assert total == pytest.approx(found.price.calls_late)


def test_working_through_a_break_wins_calls_and_a_quiet_hour_costs_none() -> None:
    plan: list[Stretch] = [
        ("1", "break", "10:00", "10:30"), ("2", "work", "10:00", "10:30"), ("2", "work", "14:00", "15:00"),
    ]
    done: list[Stretch] = [
        ("1", "talk", "10:00", "10:30"), ("2", "talk", "10:00", "10:30"), ("2", "aux:wc", "14:10", "14:20"),
        ("2", "talk", "14:00", "14:10"), ("2", "talk", "14:20", "15:00"),
    ]
    visits = calls(20, "sales", "1", "10:00", talk_s=70) + calls(9, "sales", "2", "10:01", talk_s=70)
    found = adherence(centre(plan, done, visits=visits))
    late = dict(found.reasons.select("reason", "calls_late").iter_rows())
    assert late["worked_through"] < 0
    assert late["unplanned_aux"] == 0.0


def test_what_cannot_be_valued_is_null_and_counted() -> None:
    plan: list[Stretch] = [("1", "work", "08:00", "16:00")]
    half: list[Stretch] = [("1", "available", "08:00", "09:00"), ("2", "talk", "15:00", "16:00")]
    found = adherence(centre(plan, half))
    assert (found.price.calls_late, found.price.service_level_lost) == (None, None)
    assert found.price.unpriced_s == only(found)["lost_s"] > 0
    assert only(found)["calls_late"] is None


@settings(max_examples=80, deadline=None)
@given(
    volume=st.floats(0, 400), aht=st.floats(20, 900), patience=st.floats(10, 2000), agents=st.floats(0, 80),
    missing=st.floats(-20, 20),
)
def test_an_agent_more_never_answers_fewer_in_time(volume: float, aht: float, patience: float, agents: float,
                                                   missing: float) -> None:
    load = PricedLoad(np.array([volume]), np.array([aht]), np.array([patience]), 30, 20.0)
    [slope] = calls_per_agent(load, np.array([agents]), np.array([missing]))
    assert -1e-9 <= slope * max(abs(missing), 0.05) <= volume + 1e-6
    unknown = calls_per_agent(load, np.array([np.nan]), np.array([missing]))
    assert np.isnan(unknown[0]) == (volume > 0)
