"""Adherence and conformance: the textbook's day, every kind of deviation, a recount minute by minute, and the price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.errors import SourceError, UsageError
from ccops.frames import canonical
from ccops.model import Scope, Slice
from ccops.settings import Settings
from ccops.workforce.adherence import Adherence, adherence
from ccops.workforce.adherence_days import activity_of
from ccops.workforce.adherence_price import Load, calls_per_agent
from ccops.workforce.erlang import erlang_a

DAY = date(2026, 11, 20)
Stretch = tuple[str, str, str, str]  # agent, activity or state (aux:reason), from, to
WORKING = ("talk", "hold", "wrap", "ring", "available")


def moment(text: str, zone: str = "UTC", day: date = DAY) -> datetime:
    """A local time, `+1` before it for the next day, as a naive UTC instant."""
    later, _, clock = text.rpartition("+1 ")
    whole = datetime.combine(day + timedelta(days=bool(later or text.startswith("+1"))), datetime.min.time())
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    wall = whole + timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def centre(plan: Sequence[Stretch], done: Sequence[Stretch], *, scope: Scope | None = None,
           inferred: Sequence[str] = (), visits: Sequence[Mapping[str, Any]] = (),
           people: Sequence[Mapping[str, Any]] = (), zone: str = "UTC", queue: str | None = None,
           **rules: Any) -> Slice:
    """A slice over a schedule and states, both given without overlap."""
    site = Settings().replacing(**{"site.tz": zone, **{f"adherence.{name}": value for name, value in rules.items()}})
    tables: dict[str, list[Mapping[str, Any]]] = {
        "shifts": [
            {"agent": agent, "activity": kind, "queue": queue, "started_at": moment(a, zone),
             "ended_at": moment(b, zone)}
            for agent, kind, a, b in plan
        ],
        "agent_states": [
            {"agent": agent, "state": kind.partition(":")[0], "reason": kind.partition(":")[2] or None,
             "started_at": moment(a, zone), "ended_at": moment(b, zone),
             "login_source": "inferred" if agent in inferred else "log"}
            for agent, kind, a, b in done
        ],
        "queue_visits": [*visits], "employees": [*people],
    }
    frames = {name: canonical(pl.DataFrame(rows), name, site) for name, rows in tables.items() if rows}
    return Slice.of(frames, scope or Scope(), site)


def only(found: Adherence) -> dict[str, Any]:
    return found.total.row(0, named=True)


def kinds(found: Adherence) -> dict[str, float]:
    return {
        row["reason"] + (f":{row['aux']}" if row["aux"] else ""): row["deviation_s"] for row in found.reasons.to_dicts()
    }


SHIFT: list[Stretch] = [
    ("1", "work", "08:00", "10:00"), ("1", "break", "10:00", "10:15"), ("1", "work", "10:15", "12:00"),
    ("1", "lunch", "12:00", "12:30"), ("1", "work", "12:30", "16:00"),
]
KEPT: list[Stretch] = [
    ("1", "available", "08:00", "10:00"), ("1", "aux:break", "10:00", "10:15"), ("1", "talk", "10:15", "12:00"),
    ("1", "aux:lunch", "12:00", "12:30"), ("1", "available", "12:30", "16:00"),
]
# Somebody's sign-ins long before and after, so that what is known of the day does not end with the agent looked at.
WITNESS: list[Stretch] = [("0", "available", "07:00", "07:05"), ("0", "available", "18:00", "18:05")]


# Known answers


def test_the_handbook_s_day() -> None:
    """480 min scheduled, 30 of them untracked, out for 45: 405/450 = 90.00 % (the project's kpi definitions)."""
    plan: list[Stretch] = [
        ("1", "work", "08:00", "12:00"), ("1", "lunch", "12:00", "12:30"), ("1", "work", "12:30", "16:00"),
    ]
    done: list[Stretch] = [
        ("1", "available", "08:00", "09:00"), ("1", "available", "09:45", "12:00"), ("1", "talk", "12:30", "16:00"),
    ]
    row = only(adherence(centre(plan, done, untracked=["lunch"])))
    assert (row["scheduled_s"] / 60, row["tracked_s"] / 60, row["adherent_s"] / 60) == (480, 450, 405)
    assert row["adherence"] == 0.9
    assert row["conformance"] == 405 / 450


def test_a_schedule_that_was_kept_is_1_and_conformance_may_exceed_it() -> None:
    found = adherence(centre(SHIFT, [*KEPT, ("1", "talk", "16:00", "17:00")]), "agent")
    row = only(found)
    assert (row["adherence"], row["deviation_s"], row["lost_s"], row["calls_late"]) == (1.0, 0.0, 0.0, 0.0)
    assert row["conformance"] == pytest.approx((7.25 + 1) / 7.25)
    assert found.frame["agent"].to_list() == ["1"]
    assert found.deviations.is_empty()


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([("1", "available", "08:20", "10:00"), *KEPT[1:]], {"late_start": 1200}),
        ([*KEPT[:-1], ("1", "available", "12:30", "15:50")], {"early_leave": 600}),
        ([KEPT[0], KEPT[1], ("1", "talk", "10:15", "11:00"), ("1", "talk", "11:10", "12:00"), *KEPT[3:]],
         {"signed_out": 600}),
        ([("1", "available", "08:00", "10:15"), *KEPT[2:]], {"worked_through": 900}),
        ([KEPT[0], ("1", "aux:break", "10:00", "10:25"), ("1", "talk", "10:25", "12:00"), *KEPT[3:]],
         {"long_pause": 600}),
        ([("1", "available", "08:00", "10:05"), ("1", "aux:break", "10:05", "10:20"), ("1", "talk", "10:20", "12:00"),
          *KEPT[3:]], {"worked_through": 300, "moved_pause": 300}),
        ([("1", "available", "08:00", "09:00"), ("1", "aux:smoke", "09:00", "09:10"), ("1", "talk", "09:10", "10:00"),
          *KEPT[1:]], {"unplanned_aux:smoke": 600}),
        ([KEPT[0], ("1", "aux:lunch", "10:00", "10:15"), *KEPT[2:]], {"unplanned_aux:lunch": 900}),
        ([KEPT[0], ("1", "aux", "10:00", "10:15"), *KEPT[2:]], {}),
        ([KEPT[0], ("1", "aux:smoke", "10:00", "10:15"), *KEPT[2:]], {}),
        ([KEPT[0], ("1", "aux:小休", "10:00", "10:15"), *KEPT[2:]], {}),
    ],
)
def test_every_deviation_has_its_kind(done: list[Stretch], expected: dict[str, float]) -> None:
    found = adherence(centre(SHIFT, [*done, *WITNESS]))
    assert kinds(found) == expected
    row = only(found)
    assert row["deviation_s"] == sum(expected.values())
    assert row["adherent_s"] == 8 * 3600 - sum(expected.values())
    beside = ("worked_through", "unplanned_aux:lunch")  # no planned work
    assert row["lost_s"] == sum(s for kind, s in expected.items() if kind not in beside)
    assert found.deviations["seconds"].sum() == row["deviation_s"]


def test_who_is_absent_is_so_once_and_keeps_nothing() -> None:
    others: list[Stretch] = [("2", kind, a, b) for _, kind, a, b in SHIFT]
    yesterday: list[Stretch] = [("2", "available", "07:00", "07:30")]  # known to the log, so not unmeasurable
    found = adherence(centre([*SHIFT, *others], [*KEPT, *yesterday]), "agent")
    rates = dict(found.frame.select("agent", "adherence").iter_rows())
    assert rates == {"1": 1.0, "2": 0.0}
    assert found.reasons.select("reason", "n", "deviation_s").rows() == [("absent", 1, 8 * 3600.0)]
    assert found.deviations.select("planned", "start_at", "end_at").row(0) == (
        None, *(moment(text).replace(tzinfo=UTC) for text in ("08:00", "16:00")),
    )
    assert found.not_measurable.is_empty()


def test_settings_say_what_reasons_mean_and_where_agents_sign_out() -> None:
    done = [KEPT[0], ("1", "aux:wc", "10:00", "10:15"), ("1", "aux:mail", "10:15", "12:00"), KEPT[4]]
    strict = kinds(adherence(centre(SHIFT, done)))
    assert strict == {"unplanned_aux:mail": 6300, "signed_out": 1800}
    told = centre(SHIFT, done, reasons={"mail": "work", "wc": "break"}, signed_out=["lunch"])
    assert kinds(adherence(told)) == {}
    assert only(adherence(told))["worked_s"] == 7.25 * 3600
    elsewhere: list[Stretch] = [("1", "available", "07:00", "07:10"), ("2", "talk", "16:00", "17:00")]
    absent = centre(SHIFT, elsewhere, signed_out=["lunch"])
    assert only(adherence(absent))["adherent_s"] == 0  # lunch at home is no lunch break
    assert (activity_of("Lunch", {}), activity_of("用餐", {}), activity_of("work", {})) == ("lunch", "lunch", "aux")


# Tolerance


@pytest.mark.parametrize(
    ("late_s", "tolerance", "kept"), [(300, 300.0, True), (301, 300.0, False), (1, 0.0, False), (300, 299.0, False)]
)
def test_the_tolerance_is_the_longest_that_is_forgiven(late_s: int, tolerance: float, kept: bool) -> None:
    start = str(timedelta(hours=8, seconds=late_s))
    late: Stretch = ("1", "available", start, "10:00")
    found = adherence(centre(SHIFT, [late, *KEPT[1:], *WITNESS]), tolerance_s=tolerance)
    assert only(found)["adherent_s"] == 8 * 3600 - (0 if kept else late_s)


def test_a_pause_in_the_middle_of_work_is_not_forgiven_and_one_at_its_edge_is() -> None:
    middle: list[Stretch] = [
        ("1", "available", "08:00", "09:00"), ("1", "aux:wc", "09:00", "09:02"), ("1", "available", "09:02", "10:00"),
    ]
    assert only(adherence(centre(SHIFT, [*middle, *KEPT[1:]]), tolerance_s=300))["deviation_s"] == 120
    moved: list[Stretch] = [
        ("1", "available", "08:00", "10:04"), ("1", "aux:break", "10:04", "10:19"), ("1", "talk", "10:19", "12:00"),
    ]
    assert only(adherence(centre(SHIFT, [*moved, *KEPT[3:]]), tolerance_s=300))["deviation_s"] == 0
    assert only(adherence(centre(SHIFT, [*moved, *KEPT[3:]]), tolerance_s=200))["deviation_s"] == 480
    assert only(adherence(centre(SHIFT, [*moved, *KEPT[3:]], tolerance_s=300)))["deviation_s"] == 0


# What cannot be measured


def test_unknown_is_named_and_is_not_0() -> None:
    plan = [*SHIFT, *[(who, kind, a, b) for who in ("guessed", "nobody") for _, kind, a, b in SHIFT]]
    done: list[Stretch] = [*KEPT, ("guessed", "available", "08:00", "09:00")]
    found = adherence(centre(plan, done, inferred=["guessed"]), "agent")
    assert found.frame["agent"].to_list() == ["1"]
    assert found.not_measurable.select("agent", "why", "days", "scheduled_s").rows() == [
        ("guessed", "inferred", 1, 8 * 3600.0), ("nobody", "no_states", 1, 8 * 3600.0),
    ]


def test_a_log_that_ends_at_noon_says_nothing_of_the_afternoon() -> None:
    """The last sign-in has no end in the log: the store carries it for a day, and it is not taken for knowledge."""
    log: list[Stretch] = [
        *KEPT[:2], ("1", "talk", "10:15", "11:58"), ("1", "available", "11:58", "+1 08:00"),
        ("2", "available", "09:00", "11:59"), ("2", "talk", "11:59", "12:00"),
    ]
    found = adherence(centre(SHIFT, log), "agent")
    row = only(found)
    assert (row["scheduled_s"], row["adherence"]) == (4 * 3600, 1.0)
    assert found.known_to == moment("12:00").replace(tzinfo=UTC)
    tomorrow: list[Stretch] = [("1", "work", "+1 08:00", "+1 16:00")]
    ahead = adherence(centre([*SHIFT, *tomorrow], log, scope=Scope().on(DAY + timedelta(days=1))))
    assert (ahead.frame.height, only(ahead)["adherence"], ahead.price.calls_late) == (0, None, None)


def test_a_day_without_any_log_is_not_a_day_without_any_agent() -> None:
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
    site = Settings().replacing(**{"site.tz": "UTC"})
    plan = pl.DataFrame([
        {"agent": "1", "activity": "work", "started_at": moment("08:00", day=day), "ended_at": moment("16:00", day=day)}
        for day in days
    ])
    done = pl.DataFrame([
        {"agent": "1", "state": "talk", "started_at": moment("08:00", day=day), "ended_at": moment("16:00", day=day),
         "login_source": "log"} for day in (days[0], days[2])
    ])
    frames = {"shifts": canonical(plan, "shifts", site), "agent_states": canonical(done, "agent_states", site)}
    found = adherence(Slice.of(frames, Scope(), site), "day")
    assert found.frame["day"].to_list() == [days[0], days[2]]
    assert found.not_measurable.select("agent", "why", "days").rows() == [("1", "no_log", 1)]


def test_without_states_nothing_is_measured() -> None:
    found = adherence(centre(SHIFT, []))
    assert (found.frame.height, found.known_from, found.not_measurable["why"].to_list()) == (0, None, ["no_states"])


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(SourceError, match="no schedule is published") as refusal:
        adherence(centre([], KEPT))
    assert "no schedule was imported yet" in str(refusal.value)
    with pytest.raises(SourceError, match="the schedule has 2026-11-20 to 2026-11-20"):
        adherence(centre(SHIFT, KEPT, scope=Scope().on(date(2026, 1, 1))))
    with pytest.raises(UsageError, match="did you mean agent"):
        adherence(centre(SHIFT, KEPT), "agents")
    for wrong in (-1, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="tolerance"):
            adherence(centre(SHIFT, KEPT), tolerance_s=wrong)


# Who is asked for


def test_agents_teams_and_queues_choose_who_is_shown() -> None:
    plan = [(who, kind, a, b) for who in "123" for _, kind, a, b in SHIFT]
    done = [(who, kind, a, b) for who in "123" for _, kind, a, b in KEPT]
    people = [
        {"agent": "1", "team": "north", "skills": "sales; service"}, {"agent": "2", "team": "south", "skills": "vip"},
    ]
    visits = [{"queue": "sales", "agent": "3", "outcome": "answered", "entered_at": moment("10:00"),
               "answered_at": moment("10:00"), "system": "x", "contact_id": "c", "nth": 1}]

    def shown(by: str = "agent", **scope: Any) -> list[Any]:
        data = centre(plan, done, people=people, visits=visits, scope=Scope(**scope))
        return adherence(data, by).frame[by].to_list()

    assert shown() == ["1", "2", "3"]
    assert shown(agents=("2",)) == ["2"]
    assert shown(teams=("north",)) == ["1"]
    assert shown(queues=("sales",)) == ["1", "3"]
    assert shown(queues=("sales",), agents=("2",)) == []
    assert shown("team") == ["north", "south", None]


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


@settings(max_examples=150, deadline=None)
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
    half: list[Stretch] = [("1", "available", "08:00", "09:00"), ("2", "talk", "15:00", "16:00")]
    found = adherence(centre(SHIFT, half))
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
    load = Load(np.array([volume]), np.array([aht]), np.array([patience]), 30, 20.0)
    [slope] = calls_per_agent(load, np.array([agents]), np.array([missing]))
    assert -1e-9 <= slope * max(abs(missing), 0.05) <= volume + 1e-6
    unknown = calls_per_agent(load, np.array([np.nan]), np.array([missing]))
    assert np.isnan(unknown[0]) == (volume > 0)
