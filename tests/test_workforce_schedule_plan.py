"""Plans from patterns and requirements: what every agent does, recounted; nights, clocks, limits, groups, replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import shift_week
from ccops.clock import BusinessDay, Zone
from ccops.errors import FindingsError, SettingsError, SourceError, UsageError
from ccops.settings import Settings
from ccops.workforce.schedule.patterns import BreakRule, Patterns
from ccops.workforce.schedule.plan import Schedule, schedule
from ccops.workforce.schedule.requirement import Need, Pricing, Requirement, of_frame

UTC_DAY = BusinessDay(Zone.of("UTC"))
MONDAY = shift_week.MONDAY
DAY_SHIFT = {
    "name": "day", "start": ["08:00", "09:00"], "length": "8:00", "breaks": [
        {"name": "tea", "length": 15, "earliest": "1:00", "latest": "2:00"},
        {"name": "lunch", "length": 30, "earliest": "3:00", "latest": "4:30", "paid": False},
    ],
}
NIGHT = {
    "name": "night", "start": "22:00", "length": "8:00",
    "breaks": [{"name": "meal", "length": 30, "earliest": "3:00", "latest": "5:00"}],
}


def needs(agents: float, first: datetime = MONDAY, intervals: int = 48, *, minimum: float = 0.0) -> Requirement:
    """So many agents in every half hour."""
    rows = tuple(Need(first + n * timedelta(minutes=30), agents, minimum) for n in range(intervals))
    return Requirement(30, {"": rows})


def file(*shifts: Mapping[str, object], **rest: object) -> Patterns:
    return Patterns.model_validate({"cost_per_hour": 20, "shift": list(shifts), **rest})


def plan(requirement: Requirement, patterns: Patterns, day: BusinessDay = UTC_DAY, *, gap: float = 0.0,
         shrinkage: float = 0.0) -> Schedule:
    return schedule(requirement, patterns, day, gap=gap, time_limit_s=20, shrinkage=shrinkage)


def check(found: Schedule) -> None:
    """Every agent's day recounted from the published stretches: cover, windows, order, nobody in two places."""
    step = found.draft.grid.step_min
    rules = {shift.name: shift for shift in found.draft.patterns.shift}
    there: Counter[datetime] = Counter()
    by_agent: dict[str, list[tuple[datetime, datetime]]] = {}
    work: dict[str, Any] = {}
    rest: list[tuple[datetime, datetime]] = []
    for row in [*found.stretches.to_dicts(), {"activity": "work", "agent": ""}]:
        if row["activity"] == "work":
            if work:
                _check_breaks(work, rest, rules[str(work["shift"])].breaks)
            work, rest = row, []
            if row["agent"]:
                by_agent.setdefault(row["agent"], []).append((row["started_at"], row["ended_at"]))
        else:
            rest.append((row["started_at"], row["ended_at"]))
        sign = 1 if row["activity"] == "work" else -1
        for n in range(_slots(row, step)):
            there[row["started_at"].astimezone(UTC) + n * timedelta(minutes=step)] += sign
    for spans in by_agent.values():
        spans.sort()
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
        assert len({start.date() for start, _ in spans}) == len(spans)
    scheduled: Counter[datetime] = Counter()
    for row in found.intervals.to_dicts():
        scheduled[row["start_at"].astimezone(UTC)] += row["scheduled"]
    if not found.draft.patterns.repeats:
        for at, agents in scheduled.items():
            assert there[at] == pytest.approx(agents), at
    assert found.bound <= found.cost + 1e-9
    assert found.cost == pytest.approx(found.pay + found.shortage)


def _slots(row: dict[str, Any], step: int) -> int:
    if not row["agent"]:
        return 0
    started: datetime = row["started_at"]
    ended: datetime = row["ended_at"]
    return round((ended.astimezone(UTC) - started.astimezone(UTC)).total_seconds() / 60) // step


def _check_breaks(work: dict[str, Any], rest: list[tuple[datetime, datetime]], rules: list[BreakRule]) -> None:
    assert len(rest) == len(rules)
    started = work["started_at"]
    rest = [(begin.astimezone(UTC), end.astimezone(UTC)) for begin, end in rest]  # where clocks change
    for (begin, end), rule in zip(rest, rules, strict=True):
        after = (begin - started.astimezone(UTC)).total_seconds() / 60
        assert rule.earliest <= after <= rule.latest
        assert (end - begin).total_seconds() / 60 == rule.length
    assert all(end <= begin for (_, end), (begin, _) in pairwise(rest))


def test_a_plan_of_a_realistic_week_holds_together() -> None:
    found = plan(shift_week.requirement(shift_week.volumes(60)), shift_week.patterns(), gap=0.02)
    assert found.status == "within_gap"
    assert 0 <= found.gap <= 0.02
    assert found.stretches.height == 4 * found.shifts["agents"].sum()
    check(found)


def test_breaks_whose_windows_overlap_still_follow_one_another() -> None:
    shift = DAY_SHIFT | {"breaks": [
        {"name": "one", "length": 15, "earliest": "1:00", "latest": "5:00"},
        {"name": "lunch", "length": 30, "earliest": "1:00", "latest": "5:30"},
        {"name": "two", "length": 15, "earliest": "2:00", "latest": "6:00"},
    ]}
    found = plan(needs(7.3, MONDAY + timedelta(hours=8), 18), file(shift), gap=0.02)
    assert found.shifts["agents"].sum() >= 8
    check(found)


def test_a_night_belongs_to_the_day_it_starts_and_covers_the_next() -> None:
    found = plan(needs(2, MONDAY + timedelta(hours=22), 16), file(NIGHT))
    rows = found.shifts.to_dicts()
    assert [(row["day"], row["start_at"].hour, row["end_at"].hour) for row in rows] == [(date(2026, 11, 23), 22, 6)]
    assert found.intervals["start_at"].max() == datetime(2026, 11, 24, 5, 45, tzinfo=UTC)
    check(found)


def test_the_night_before_covers_the_first_morning_and_counts_with_its_part() -> None:
    found = plan(needs(2, MONDAY, 12), file(NIGHT, cost_per_hour=10))
    [row] = found.shifts.to_dicts()
    assert row["day"] == date(2026, 11, 22)
    assert row["agents"] * 6 * 10 == pytest.approx(row["cost"]) == pytest.approx(found.pay)
    assert found.paid_h == pytest.approx(row["agents"] * 6)
    check(found)


def test_a_plan_that_repeats_covers_its_start_with_its_end() -> None:
    found = plan(needs(2), file(NIGHT, DAY_SHIFT, repeats=True, prices={"under": [{"price": 1000}]}))
    assert set(found.shifts["day"]) == {date(2026, 11, 23)}
    assert found.shifts.filter(pl.col("name") == "night").height == 1
    early = found.intervals.filter(pl.col("start_at") < datetime(2026, 11, 23, 1, tzinfo=UTC))
    assert all(agents >= 2 for agents in early["scheduled"])


@pytest.mark.parametrize(("month", "day", "ends"), [(3, 29, 7), (10, 25, 5)])
def test_a_night_over_the_change_of_clocks_lasts_its_hours(month: int, day: int, ends: int) -> None:
    berlin = BusinessDay(Zone.of("Europe/Berlin"))
    eve = datetime(2026, month, day, 21 if month == 3 else 20, tzinfo=UTC) - timedelta(days=1)
    found = plan(needs(2, eve, 16), file(NIGHT, DAY_SHIFT), berlin)
    [row] = found.shifts.to_dicts()
    assert (row["start_at"].hour, row["end_at"].hour) == (22, ends)
    assert (row["end_at"].astimezone(UTC) - row["start_at"].astimezone(UTC)) == timedelta(hours=8)
    check(found)


def test_a_start_before_the_business_day_begins_is_on_the_calendar_day_after() -> None:
    day = BusinessDay(Zone.of("UTC"), time(4))
    shift = {"name": "small hours", "start": "02:00", "length": "2:00"}
    found = plan(needs(1, MONDAY + timedelta(hours=26), 4), file(shift), day)
    assert found.shifts.select("day", pl.col("start_at").dt.day()).row(0) == (date(2026, 11, 23), 24)


def test_a_weekly_pattern_is_worked_by_the_same_agents_on_all_its_days() -> None:
    shift = DAY_SHIFT | {"weekly": True, "days": ["mon", "wed", "fri"], "start": "08:00"}
    found = plan(needs(3, MONDAY + timedelta(hours=8), 7 * 48 - 16), file(shift))
    assert found.shifts["agents"].n_unique() == 1
    assert sorted(found.shifts["day"].to_list()) == [date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 27)]
    names = found.stretches.group_by(pl.col("started_at").dt.date()).agg(pl.col("agent").unique().sort())
    assert len(set(map(tuple, names["agent"].to_list()))) == 1
    check(found)


def test_minimum_and_maximum_of_shifts_and_groups() -> None:
    requirement = needs(6, MONDAY + timedelta(hours=8), 18)
    assert plan(requirement, file(DAY_SHIFT | {"max": 4})).shifts["agents"].sum() == 4
    assert plan(needs(2, MONDAY + timedelta(hours=8), 18), file(DAY_SHIFT | {"min": 9})).shifts["agents"].sum() == 9
    group = {"name": "all", "queues": [""], "headcount": 5}
    assert plan(requirement, file(DAY_SHIFT, group=[group])).shifts["agents"].sum() == 5
    assert plan(requirement, file(DAY_SHIFT, group=[group | {"headcount": 50, "min": 11}])).shifts["agents"].sum() == 11
    assert plan(requirement, file(DAY_SHIFT, limits={"headcount": 3})).shifts["agents"].sum() == 3
    assert plan(requirement, file(DAY_SHIFT, limits={"paid_hours": 16})).paid_h <= 16


def test_agents_work_their_days_of_a_week() -> None:
    group = {"name": "all", "queues": [""], "headcount": 4}
    found = plan(needs(4, MONDAY + timedelta(hours=8), 7 * 48 - 16), file(DAY_SHIFT, group=[group]), gap=0.01)
    assert found.shifts["agents"].sum() == 20
    check(found)


def test_part_time_may_be_limited() -> None:
    half = {"name": "half", "start": {"from": "08:00", "to": "14:00", "every": 60}, "length": "4:00", "part_time": True}
    patterns = {"limits": {"part_time_share": 0.25}}
    found = plan(needs(6, MONDAY + timedelta(hours=8), 18), file(DAY_SHIFT, half, **patterns), gap=0.01)
    agents = dict(found.shifts.group_by("part_time").agg(pl.col("agents").sum()).iter_rows())
    assert agents.get(True, 0) <= 0.25 * sum(agents.values())


def test_limits_that_clash_are_named() -> None:
    requirement = needs(6, MONDAY + timedelta(hours=9), 12, minimum=5)
    with pytest.raises(FindingsError) as refused:
        plan(requirement, file(DAY_SHIFT | {"max": 3}))
    message = str(refused.value)
    assert "shift day max 3 on 2026-11-23" in message
    assert "the minimum at 2026-11-23" in message
    assert "(5 agents)" in message
    assert refused.value.exit_code == 6
    with pytest.raises(FindingsError, match="no shift can keep the minimum at 2026-11-23 0"):
        plan(needs(6, minimum=2), file(DAY_SHIFT))
    with pytest.raises(FindingsError, match=r"min 9 on .*headcount 4") as refused:
        plan(needs(6, MONDAY + timedelta(hours=8), 18), file(DAY_SHIFT | {"min": 9}, limits={"headcount": 4}))


def test_groups_of_several_queues_are_divided() -> None:
    morning = MONDAY + timedelta(hours=8)
    requirement = Requirement(30, {
        "sales": needs(3, morning, 8).queues[""] + needs(1, morning + timedelta(hours=4), 8).queues[""],
        "support": needs(1, morning, 8).queues[""] + needs(3, morning + timedelta(hours=4), 8).queues[""],
    })
    shift = {"name": "day", "start": "08:00", "length": "8:00"}
    groups = [{"name": "both", "queues": ["sales", "support"]}]
    found = plan(requirement, file(shift, group=groups))
    assert found.shifts["agents"].to_list() == [4]
    check(found)
    with pytest.raises(SettingsError, match="none serves the queue 'support'"):
        plan(requirement, file(shift, group=[{"name": "one", "queues": ["sales"]}]))
    extra = [{"name": "both", "queues": ["sales", "support", "chat"]}]
    assert [note.key for note in plan(requirement, file(shift, group=extra)).notes] == ["schedule_no_need"]


def test_shrinkage_raises_the_requirement_once() -> None:
    requirement = needs(9, MONDAY + timedelta(hours=8), 16)
    shift = {"name": "day", "start": "08:00", "length": "8:00"}
    found = plan(requirement, file(shift, limits={"cover": 1.0}), shrinkage=0.1)
    assert found.intervals["required"].unique().to_list() == [10.0]
    assert found.shifts["agents"].to_list() == [10]
    with pytest.raises(UsageError, match="leaves nobody"):
        plan(requirement, file(shift), shrinkage=1.0)


def test_a_fraction_is_rounded_once_and_prices_say_which_way() -> None:
    shift = {"name": "day", "start": "08:00", "length": "8:00"}
    requirement = needs(9.3, MONDAY + timedelta(hours=8), 16)
    cheap = plan(requirement, file(shift, prices={"under": [{"price": 30}]}))  # 0.3 x 8 x 30 = 72 < 160
    dear = plan(requirement, file(shift, prices={"under": [{"price": 80}]}))  # 0.3 x 8 x 80 = 192 > 160
    assert (cheap.shifts["agents"].sum(), dear.shifts["agents"].sum()) == (9, 10)
    assert cheap.shortage == pytest.approx(72)
    assert [cheap.under_h, dear.over_h] == pytest.approx([2.4, 5.6])


def test_prices_of_the_requirement_win() -> None:
    shift = {"name": "day", "start": "08:00", "length": "8:00"}
    rows = tuple(
        Need(MONDAY + timedelta(hours=8, minutes=30 * n), 9.0, minus_one_cost=4.0, plus_one_value=1.0)
        for n in range(16)
    )
    # one fewer costs 64 a day, less than the 160 of a shift; the second one short costs the file's 12 x 20 an hour
    found = plan(Requirement(30, {"": rows}), file(shift))
    assert found.shifts["agents"].sum() == 8
    assert found.shortage == pytest.approx(64)
    with pytest.raises(SettingsError, match="do not fit into intervals of 15"):
        plan(Requirement(15, {"": rows}), file(shift, step=30))


def test_prices_from_staffing() -> None:
    row = {"minus_one_cost": 8.0, "plus_one_value": 3.0, "minus_one_answered": -2.0, "plus_one_answered": 1.0}
    assert Pricing().of(row, True) == {"minus_one_cost": None, "plus_one_value": None}
    assert Pricing(lost_calls=True).of(row, True) == {"minus_one_cost": 8.0, "plus_one_value": 3.0}
    assert Pricing(late_call=1.5, lost_calls=True).of(row, True) == {"minus_one_cost": 11.0, "plus_one_value": 4.5}
    assert Pricing(late_call=1.5).of(row, False) == {"minus_one_cost": None, "plus_one_value": None}


def test_a_requirement_from_a_frame() -> None:
    frame = pl.DataFrame({
        "queue": ["a", "a"], "start_at": [MONDAY, MONDAY + timedelta(minutes=30)], "required": [1.5, 2.0],
        "volume": [10.0, 12.0], "aht_s": [200.0, 210.0],
    }).with_columns(pl.col("start_at").dt.convert_time_zone("Asia/Shanghai"))
    found = of_frame(frame, patience_s={"a": 120.0})
    assert found.interval_min == 30
    assert found.queues["a"][1] == Need(MONDAY + timedelta(minutes=30), 2.0, volume=12.0, aht_s=210.0, patience_s=120.0)
    with pytest.raises(SourceError, match="a 2026-11-23 08:00: no requirement"):
        of_frame(frame.with_columns(required=None))
    with pytest.raises(SourceError, match="there is no requirement"):
        of_frame(frame.head(0))


def test_days_of_a_requirement() -> None:
    both = needs(1, intervals=96)
    assert len(both.within(date(2026, 11, 24), None, UTC_DAY).queues[""]) == 48
    with pytest.raises(SourceError, match="it runs from 2026-11-23 to 2026-11-24"):
        both.within(date(2027, 1, 1), date(2027, 1, 2), UTC_DAY)
    with pytest.raises(UsageError, match="no queue 'x'"):
        both.of(["x"])


def test_the_plan_replayed_meets_the_target_it_promises() -> None:
    pytest.importorskip("numba")
    from ccops.workforce.schedule.replay import replay

    requirement = shift_week.requirement(shift_week.volumes(40, days=1))
    found = plan(requirement, shift_week.patterns(limits={"cover": 0.9}), gap=0.03)
    [promise] = replay(found, Settings(), replications=10).promises
    assert promise.expected is not None
    assert promise.expected > 0.78  # the requirement is 80 %; prices may leave a little of it
    assert promise.hi > 0.8
    assert promise.simulated > promise.expected - 0.03
    doubled = plan(Requirement(15, {"": tuple(
        Need(one.start_at, one.required / 2, volume=one.volume, aht_s=one.aht_s, patience_s=one.patience_s)
        for one in requirement.queues[""]
    )}), shift_week.patterns(), gap=0.03)
    [broken] = replay(doubled, Settings(), replications=3).promises
    assert broken.simulated < 0.4  # half the agents: the replay does not just agree
    with pytest.raises(UsageError, match="for which calls"):
        replay(plan(needs(2, MONDAY + timedelta(hours=8), 16), file(DAY_SHIFT)), Settings())


def test_a_plan_as_a_notebook_shows_it() -> None:
    found = plan(needs(2, MONDAY + timedelta(hours=8), 18), file(DAY_SHIFT | {"name": "<b>day"}))
    assert "&lt;b&gt;day" in found._repr_html_()
    assert found.frame is found.shifts
