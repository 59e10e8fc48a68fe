"""Adherence and conformance: the textbook's day, every kind of deviation, tolerance, what cannot be measured."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import polars as pl
import pytest

from ccops.errors import SourceError, UsageError
from ccops.frames import canonical
from ccops.model import Scope, Slice
from ccops.settings import Settings
from ccops.workforce.adherence import adherence
from ccops.workforce.adherence_days import activity_of
from schedules import DAY, Stretch, centre, kinds, moment, only

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
