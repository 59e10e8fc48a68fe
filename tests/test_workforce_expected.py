"""One forecast for the commands, the simulation and the report: what it knows, what it begins with, what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from ccops.errors import SettingsError, SourceError
from ccops.model import Scope, Slice
from ccops.planning import Planning
from ccops.settings import Settings
from ccops.workforce.capacity_demand import demand, typical_weeks
from ccops.workforce.expected import expected, expected_between
from ccops.workforce.forecast import calendar
from ccops.workforce.handling import handling_of
from ccops.workforce.patience import patience_of
from ccops.workforce.simulation import simulated
from ccops.workforce.simulation.twin_records import Records
from ccops.workforce.staffing import Rules
from ccops.workforce.staffing_day import EXPECT_DAYS, day_requirements, hindsight
from ccops.workforce.staffing_period import PATIENCE_DAYS
from ccops.workforce.visits import days_with_calls, last_day
from strategies import Row, site, slice_of, visit

MONDAY = date(2026, 9, 7)
WEEKS = 4
LAST = MONDAY + timedelta(days=7 * WEEKS - 1)


def calls(day: date, *, queue: str = "sales", n: int = 40, hours: range = range(8, 18), **values: Any) -> list[Row]:
    """So many visits spread evenly over the hours of a day (UTC)."""
    begin, length = datetime(day.year, day.month, day.day, hours.start), len(hours) * 3600
    starts = [begin + timedelta(seconds=length * k // n) for k in range(n)]
    return [visit(queue=queue, contact_id=f"{queue}{at}", entered_at=at, **values) for at in starts]


def weeks(**values: Any) -> list[Row]:
    return [row for k in range(7 * WEEKS) for row in calls(MONDAY + timedelta(days=k), **values)]


class Held(Planning):
    """Planning over a slice in memory."""

    def __init__(self, data: Slice) -> None:
        self.data = data

    @property
    def settings(self) -> Settings:
        return self.data.settings

    def slice(self, scope: Scope | None = None) -> Slice:
        return replace(self.data, scope=scope or Scope())


def aht(frame: pl.DataFrame, queue: str) -> list[float]:
    return frame.filter(pl.col("queue") == queue).sort("start_at")["aht_s"].to_list()


def test_tomorrow_is_simulated_where_today_is_known_up_to_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row for row in weeks() if row["entered_at"] < datetime(LAST.year, LAST.month, LAST.day, 12)]
    given: dict[str, Any] = {}

    def seen(*_args: object, **named: object) -> None:
        given.update(named)

    monkeypatch.setattr(simulated, "simulate_day", seen)
    tomorrow = LAST + timedelta(days=1)
    Held(slice_of(queue_visits=rows)).simulate(tomorrow)
    assert given["expected"]["start_at"].dt.date().unique().to_list() == [tomorrow]
    assert given["expected"]["volume"].sum() == pytest.approx(40, rel=0.1)


def test_as_of_noon_the_afternoons_handling_times_are_not_known() -> None:
    noon = datetime(LAST.year, LAST.month, LAST.day, 12)
    rows = weeks()
    later = [row | {"talk_ms": 900_000} if row["entered_at"] >= noon else row for row in rows]
    as_of = noon.replace(tzinfo=UTC)
    frames = [Held(slice_of(queue_visits=each)).forecast(2, 60, as_of=as_of).frame for each in (rows, later)]
    assert frames[0].equals(frames[1])


def test_a_small_queue_has_the_same_handling_time_alone_and_among_all() -> None:
    rows = weeks(n=60) + weeks(queue="tiny", n=1, talk_ms=300_000)
    data = slice_of(queue_visits=rows)
    first = LAST + timedelta(days=1)
    alone = expected(replace(data, scope=Scope(queues=("tiny",))), 60, 1).frame
    among = expected(data, 60, 1).frame
    staffed = expected_between(replace(data, scope=Scope(queues=("tiny",))), LAST, first, first, 60).frame
    assert aht(alone, "tiny") == aht(among, "tiny") == aht(staffed, "tiny")
    assert Held(data).forecast(1, 60, ["tiny"]).frame.equals(alone)


def test_outbound_visits_are_no_part_of_planning() -> None:
    rows = weeks()
    out = calls(LAST + timedelta(days=3), queue="sales", direction="out", talk_ms=900_000, wait_ms=70_000)
    data, more = (slice_of(queue_visits=each) for each in (rows, rows + out))
    assert last_day(more) == LAST
    assert days_with_calls(more) == days_with_calls(data)
    assert days_with_calls(more, LAST) == [LAST]
    assert handling_of(more)["sales"].mean_s == handling_of(data)["sales"].mean_s == 60
    assert patience_of(more)["sales"].visits == patience_of(data)["sales"].visits == len(rows)
    assert Records.of(more).visits.equals(Records.of(data).visits)


def test_every_day_closed_is_said_so() -> None:
    closed = {f"opening.{day}": "closed" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    data = slice_of(site(more=closed), queue_visits=weeks())
    with pytest.raises(SourceError, match="every day is closed"):
        expected(data, 60, 7)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23)])
def test_no_call_is_lost_or_doubled_when_the_clocks_change(day: date, hours: int) -> None:
    """A queue that is open round the clock, with a call every five minutes of the 25 or 23 hours."""
    settings = site("Europe/Berlin")
    begin, end = settings.business_day.bounds(day - timedelta(days=14))[0], settings.business_day.bounds(day)[1]
    n = int((end - begin) / timedelta(minutes=5))
    rows = [visit(k, entered_at=begin + timedelta(minutes=5 * k)) for k in range(n)]
    frame = hindsight(slice_of(settings, queue_visits=rows), day, day, 60)
    assert frame["volume"].sum() == 12 * hours
    assert frame["start_at"].n_unique() == frame.height == hours
    assert frame["start_at"].diff().drop_nulls().unique().to_list() == [timedelta(hours=1)]


@pytest.mark.parametrize(("zone", "month"), [("Australia/Sydney", (2026, 10)), ("Europe/Berlin", (2026, 3))])
def test_a_month_of_a_clock_change_takes_what_its_neighbours_take(zone: str, month: tuple[int, int]) -> None:
    """Sydney's clocks skip an hour on the first Sunday of October: that Sunday is not every Sunday of the month."""
    settings = site(zone)
    first = date(*month, 1) - timedelta(days=60)
    begin, end = (settings.business_day.bounds(first + timedelta(days=n))[0] for n in (0, 28))
    rows = [visit(k, entered_at=at) for k, at in enumerate(_every(begin, end, timedelta(minutes=20)))]
    data = slice_of(settings, queue_visits=rows)
    weeks_ = typical_weeks(data, first + timedelta(days=27), 60)
    number = month[0] * 12 + month[1] - 1
    made = demand(weeks_, patience_of(data), settings, Rules.of(settings), number, 1)
    assert made.calls.tolist() == pytest.approx([31 * 72], rel=1e-9)


def _every(begin: datetime, end: datetime, step: timedelta) -> Sequence[datetime]:
    return [begin + step * k for k in range(int((end - begin) / step))]


def test_the_last_open_day_of_a_month_in_every_year() -> None:
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(500)]
    found = calendar.features(days, np.array([True] * 5 + [False] * 2), Settings())
    ends = [day for day, (_, _, end) in zip(days, found.tolist(), strict=True) if end]
    assert ends[:3] == [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)]
    assert [day for day in ends if day.month == 2] == [date(2025, 2, 28), date(2026, 2, 27)]


def test_a_days_report_reads_weeks_not_the_store() -> None:
    data = slice_of(site(more={"forecast.holidays": ""}), queue_visits=weeks())
    asked: list[date | None] = []

    def read(name: str, first: date | None, last: date | None) -> pl.LazyFrame:
        if name == "queue_visits":
            asked.append(first)
        return data.read(name, first, last)

    frame = day_requirements(replace(data, read=read), LAST, 60)
    assert frame["forecast"].drop_nulls().len()
    assert all(first is not None and first >= LAST - timedelta(days=max(EXPECT_DAYS, PATIENCE_DAYS)) for first in asked)


def test_wrong_settings_are_not_taken_for_too_little_history() -> None:
    data = slice_of(site(more={"forecast.holidays": "QQ"}), queue_visits=weeks())
    with pytest.raises(SettingsError, match="holidays"):
        day_requirements(data, LAST, 60, patience={})


def test_a_days_report_expects_the_weekday_as_it_was() -> None:
    rows = [row for k in range(70) for row in calls(MONDAY + timedelta(days=k), n=20 + 5 * (k % 7))]
    day = MONDAY + timedelta(days=70)
    data = slice_of(queue_visits=[*rows, *calls(day, n=10)])
    frame = day_requirements(data, day, 60).filter(pl.col("queue").is_null())
    assert frame["forecast"].sum() == pytest.approx(20, rel=0.1)
    assert frame["aht_forecast_s"].to_list() == pytest.approx([60.0] * frame.height)
