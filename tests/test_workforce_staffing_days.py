"""Who was there, days judged by what came, days to come, and why an interval was short: on small hand-made data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.errors import SourceError, UsageError
from ccops.model import Slice
from ccops.workforce.erlang import erlang_c
from ccops.workforce.staffing import Rules, open_rows
from ccops.workforce.staffing_day import day_requirements, explain_interval, hindsight
from ccops.workforce.staffing_period import staff_days
from ccops.workforce.staffing_pooling import merge, pool
from ccops.workforce.staffing_requirement import Target
from ccops.workforce.staffing_staffed import average, staffed
from ccops.workforce.visits import last_day
from strategies import Row, site, slice_of, visit
from test_workforce_staffing import forecast, patient, staffing

MONDAY = datetime(2026, 11, 23)
HOUR = timedelta(hours=1)
NINE = MONDAY + timedelta(hours=9)


def aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def state(agent: str, begin: datetime, end: datetime, kind: str = "available", source: str = "log") -> Row:
    return {"agent": agent, "state": kind, "started_at": begin, "ended_at": end, "login_source": source}


def planned(agent: str, begin: datetime, end: datetime, activity: str = "work", queue: str | None = None) -> Row:
    return {"agent": agent, "activity": activity, "queue": queue, "started_at": begin, "ended_at": end}


def answered(n: int, agent: str, queue: str, at: datetime, talk_s: int = 60) -> Row:
    return visit(n, agent=agent, queue=queue, entered_at=at, talk_ms=talk_s * 1000, wait_ms=5_000)


def at_work(data: Slice, *queues: str, hours: int = 1, begin: datetime = NINE) -> dict[str, list[float | None]]:
    found = staffed(data, {queue: [aware(begin + HOUR * n) for n in range(hours)] for queue in queues}, 60)
    return {queue: [None if np.isnan(value) else round(float(value), 6) for value in values]
            for queue, values in found.queues.items()}


def test_signed_in_and_not_away_is_at_work() -> None:
    """Anna is there for the half hour but six minutes of break; Bo comes for the last quarter."""
    data = slice_of(
        queue_visits=[answered(1, "anna", "sales", NINE), answered(2, "bo", "sales", NINE)],
        agent_states=[
            state("anna", NINE, NINE + timedelta(minutes=10)),
            state("anna", NINE + timedelta(minutes=10), NINE + timedelta(minutes=16), "aux"),
            state("anna", NINE + timedelta(minutes=16), NINE + timedelta(minutes=30), "talk"),
            state("bo", NINE + timedelta(minutes=45), NINE + HOUR, "wrap"),
        ],
    )
    assert at_work(data, "sales") == {"sales": [round((24 + 15) / 60, 6)]}


def test_an_agent_of_two_queues_counts_once() -> None:
    """Three of anna's four calls before the day were sales; what she does on the day itself does not count."""
    before = MONDAY - timedelta(days=3, hours=-9)
    data = slice_of(
        queue_visits=[*(answered(n, "anna", "sales", before) for n in range(3)), answered(3, "anna", "service", before),
                      *(answered(n, "anna", "service", NINE) for n in range(4, 9))],
        agent_states=[state("anna", NINE, NINE + HOUR)],
    )
    assert at_work(data, "sales", "service") == {"sales": [0.75], "service": [0.25]}
    assert at_work(data, "sales") == {"sales": [0.75]}


def test_the_share_of_a_closed_queue_goes_to_the_open_ones() -> None:
    before = MONDAY - timedelta(days=3, hours=-9)
    data = slice_of(
        queue_visits=[answered(1, "anna", "sales", before), answered(2, "anna", "night", before)],
        agent_states=[state("anna", NINE, NINE + 2 * HOUR)],
    )
    opening = {"night": [aware(NINE), aware(NINE + HOUR)], "sales": [aware(NINE)]}
    found = staffed(data, opening, 60)
    assert found.queues["night"].tolist() == [0.5, 1.0]
    assert found.queues["sales"].tolist() == [0.5, 0.0]


def test_the_schedule_speaks_where_states_do_not() -> None:
    """Anna's states are logged, so her absence on Tuesday shows; chen's switch logs none, so chen is as planned."""
    tuesday = NINE + timedelta(days=1)
    data = slice_of(
        queue_visits=[answered(1, "anna", "sales", NINE), answered(2, "chen", "vip", NINE),
                      answered(3, "bo", "sales", NINE)],
        agent_states=[state("anna", NINE, NINE + HOUR), state("bo", NINE, NINE + HOUR),
                      state("bo", tuesday, tuesday + HOUR)],
        shifts=[planned(agent, tuesday, tuesday + HOUR) for agent in ("anna", "bo")]
        + [planned("chen", tuesday, tuesday + HOUR / 2), planned("chen", tuesday + HOUR / 2, tuesday + HOUR, "break")],
    )
    assert at_work(data, "sales", "vip", begin=tuesday) == {"sales": [1.0], "vip": [0.5]}
    found = staffed(data, {"sales": [aware(tuesday)]}, 60)
    assert found.scheduled["sales"].tolist() == [2.0]


def test_only_who_is_there_in_the_intervals_is_told_of() -> None:
    """Bo and chen, of two queues each, worked the day before and after: neither counts as at work on the day."""
    beside = ((NINE - 24 * HOUR, "bo"), (NINE, "anna"), (NINE + 24 * HOUR, "chen"))
    before = NINE - 3 * 24 * HOUR
    data = slice_of(
        queue_visits=[answered(n, agent, queue, before) for n, (agent, queue) in enumerate(
            (agent, queue) for _, agent in beside for queue in ("sales", "service"))],
        agent_states=[state(agent, at, at + HOUR, source="inferred") for at, agent in beside],
        shifts=[planned("dora", at, at + HOUR) for at in (NINE - 24 * HOUR, NINE + 24 * HOUR)],
    )
    found = staffed(data, {queue: [aware(NINE)] for queue in ("sales", "service")}, 60)
    assert found.queues["sales"].tolist() == [0.5]
    assert (found.from_states, found.shared, found.inferred) == (1, 1, 1)
    assert found.from_schedule == 0
    assert not found.idle


def test_who_is_new_has_the_queue_of_the_schedule_or_the_skills() -> None:
    data = slice_of(
        shifts=[planned("dora", NINE, NINE + HOUR, queue="sales"), planned("emil", NINE, NINE + HOUR)],
    )
    people = pl.DataFrame({"agent": ["emil"] * 2, "skills": ["sales; service", "english"], "nth": [2, 1]})
    assert at_work(with_table(data, "employees", people), "sales", "service") == {"sales": [1.5], "service": [0.5]}


def test_the_schedule_goes_before_skills_and_skills_before_calls() -> None:
    """Two thirds of everybody's calls are sales: a placeholder for both queues splits like that."""
    before = NINE - 3 * 24 * HOUR
    data = slice_of(
        queue_visits=[*(answered(n, "anna", "sales", before) for n in range(4)), answered(4, "anna", "service", before),
                      answered(5, "bo", "service", before)],
        shifts=[planned("anna", NINE, NINE + HOUR, queue="service"), planned("bo", NINE, NINE + HOUR),
                planned("early-1", NINE, NINE + HOUR, queue="sales;service")],
    )
    people = pl.DataFrame({"agent": ["anna", "bo"], "skills": ["sales", "sales"], "nth": [1, 1]})
    found = staffed(with_table(data, "employees", people), {q: [aware(NINE)] for q in ("sales", "service")}, 60)
    split = {agent: {queue: round(n, 3) for queue, n in own.items()} for agent, own in found.shares.items()}
    assert split == {"anna": {"service": 1.0}, "bo": {"sales": 1.0}, "early-1": {"sales": 0.667, "service": 0.333}}
    assert (found.strangers, found.unplaced) == (("early-1",), ())


def with_table(data: Slice, name: str, rows: pl.DataFrame) -> Slice:
    def read(table: str, first: date | None, last: date | None) -> pl.LazyFrame:
        return rows.lazy() if table == name else data.read(table, first, last)

    return replace(data, read=read)


def test_nothing_known_is_null_not_zero() -> None:
    data = slice_of(queue_visits=[answered(1, "anna", "sales", NINE)])
    assert at_work(data, "sales") == {"sales": [None]}
    plan = staff_days(data, NINE.date(), NINE.date(), rules=Rules.of(data.settings, interval_min=60))
    assert plan.frame["gap"].to_list() == [None]
    assert plan.frame["basis"].to_list() == ["required"]


@given(st.lists(st.tuples(st.integers(0, 7200), st.integers(1, 5000), st.floats(0, 1)), max_size=12))
def test_the_average_is_what_counting_seconds_says(stretches: list[tuple[int, int, float]]) -> None:
    begin = np.array([float(b) for b, _, _ in stretches])
    end = begin + np.array([float(n) for _, n, _ in stretches])
    weight = np.array([w for _, _, w in stretches])
    starts, lengths = np.arange(0.0, 7200, 900), np.full(8, 900.0)
    found = average(begin, end, weight, starts, lengths)
    for at, value in zip(starts, found, strict=True):
        seconds = sum(w * max(0.0, min(e, at + 900) - max(b, at)) for b, e, w in zip(begin, end, weight, strict=True))
        assert value == pytest.approx(seconds / 900, abs=1e-9)


def busy_day(day: datetime, calls: int = 12, talk_s: int = 300, first: int = 0) -> list[Row]:
    """Calls a few minutes apart from nine to eleven, answered by anna."""
    return [answered(first + n, "anna", "sales", day + timedelta(hours=9, minutes=120 * n / calls), talk_s)
            for n in range(calls)]


def test_hindsight_is_what_came() -> None:
    """By hand: four calls from nine on, three of them handled in 60, 120 and 180 s; the last is lost at ten."""
    data = slice_of(queue_visits=[
        answered(1, "anna", "sales", NINE, 60), answered(2, "anna", "sales", NINE + HOUR / 4, 120),
        answered(3, "bo", "sales", NINE + HOUR / 2, 180),
        visit(4, queue="sales", entered_at=NINE + HOUR, outcome="abandoned", wait_ms=30_000),
    ])
    frame = hindsight(data, NINE.date(), NINE.date(), 60)
    assert frame.select("queue", "volume", "aht_s", "dispersion").rows() == [
        ("sales", 3.0, 120.0, 1.0), ("sales", 1.0, 120.0, 1.0),
    ]
    assert frame["start_at"].to_list() == [aware(NINE), aware(NINE + HOUR)]


def test_a_handling_time_that_cannot_be_is_left_out() -> None:
    data = slice_of(queue_visits=[
        answered(1, "anna", "sales", NINE, 100), answered(2, "anna", "sales", NINE + HOUR, 50_000),
        answered(3, "anna", "sales", NINE + 2 * HOUR, 100), *busy_day(MONDAY - timedelta(days=7), first=10),
    ])
    frame = hindsight(data, NINE.date(), NINE.date(), 60)
    assert frame["aht_s"].max() < 14_400  # type: ignore[operator]


def test_a_past_day_is_required_against_staffed() -> None:
    data = slice_of(queue_visits=busy_day(MONDAY), agent_states=[state("anna", NINE, NINE + 2 * HOUR)])
    rules = Rules.of(data.settings, interval_min=60, minimum=0, target=Target(0.8, 20))
    plan = staff_days(data, MONDAY.date(), MONDAY.date(), rules=rules)
    need = erlang_c(6, 300).required(0.8, 20, whole=False)
    assert plan.hindsight
    assert plan.models[0].model == "c"  # nobody gave up: no patience
    assert plan.frame["required"].to_list() == pytest.approx([need, need], abs=1e-3)
    assert plan.frame["staffed"].to_list() == [1, 1]
    assert plan.frame["gap"].to_list() == pytest.approx([1 - need] * 2, abs=1e-3)


def weeks(days: int, calls: int = 24) -> Slice:
    """So many days up to Sunday, every day alike."""
    rows = [row for n in range(days) for row in busy_day(MONDAY - timedelta(days=n + 1), calls, first=1000 * n)]
    return slice_of(queue_visits=rows)


def test_days_to_come_need_history() -> None:
    with pytest.raises(SourceError, match="21"):
        staff_days(weeks(8), rules=Rules.of(site()))
    plan = staff_days(weeks(35), rules=Rules.of(site(), interval_min=60))
    assert plan.frame["start_at"].dt.date().unique().sort().to_list() == [
        MONDAY.date() + timedelta(days=n) for n in range(7)
    ]
    assert plan.frame["volume"].to_list() == pytest.approx([12] * 14, rel=0.05)
    assert not plan.hindsight


def test_a_queue_that_opened_last_week_is_named_and_left_out() -> None:
    data = weeks(35)
    visits = [*data.table("queue_visits").collect().to_dicts(),
              *(answered(90_000 + n, "bo", "new", MONDAY - timedelta(days=n % 6 + 1, hours=-10)) for n in range(60))]
    plan = staff_days(slice_of(queue_visits=visits), rules=Rules.of(site(), interval_min=60))
    assert set(plan.frame["queue"]) == {"sales"}
    assert [note.values["queue"] for note in plan.notes if note.key == "staff_note_left_out"] == ["new"]


def test_a_span_over_today_joins_both() -> None:
    data = weeks(35)
    plan = staff_days(data, MONDAY.date() - timedelta(days=1), MONDAY.date(), rules=Rules.of(site(), interval_min=60))
    assert plan.frame["dispersion"].to_list()[:2] == [1, 1]
    assert plan.frame.height == 4
    assert not plan.hindsight


@pytest.mark.parametrize(("days", "ahead"), [
    ((date(2026, 11, 20), date(2026, 11, 19)), None), ((date(2020, 1, 1), date(2026, 11, 19)), None),
    ((date(2026, 11, 20), date(2026, 11, 21)), 7),
])
def test_days_that_contradict_each_other(days: tuple[date, date], ahead: int | None) -> None:
    with pytest.raises(UsageError):
        staff_days(weeks(8), *days, horizon_days=ahead)


def test_no_calls_at_all_are_refused() -> None:
    with pytest.raises(SourceError, match="there is no call in a queue"):
        last_day(slice_of())


def days_before(talk_s: int = 300, shifts: Sequence[Row] = (), states: Sequence[Row] = ()) -> Slice:
    """Five weeks alike, then a Monday with half as many calls again that take twice as long."""
    usual = weeks(35).table("queue_visits").collect().to_dicts()
    return slice_of(queue_visits=[*usual, *busy_day(MONDAY, 36, talk_s, first=500_000)], shifts=shifts,
                    agent_states=states)


def test_why_an_interval_was_short() -> None:
    data = days_before(600, [planned(agent, NINE, NINE + 2 * HOUR, queue="sales") for agent in ("anna", "zoe")],
                       [state("anna", NINE, NINE + 2 * HOUR), state("zoe", MONDAY - HOUR, MONDAY)])
    rules = Rules.of(data.settings, interval_min=60, minimum=0, target=Target(0.8, 20))
    frame = day_requirements(data, MONDAY.date(), rules=rules)
    found = explain_interval(frame, aware(NINE))
    assert found is not None
    assert found.forecast is not None
    assert found.aht_forecast_s is not None
    model = {(calls, aht): erlang_c(calls, aht).required(0.8, 20, whole=False)
             for calls in (18.0, found.forecast) for aht in (600.0, found.aht_forecast_s)}
    assert found.required == pytest.approx(model[18.0, 600.0], abs=1e-3)
    assert found.forecast == pytest.approx(12, rel=0.05)
    assert found.aht_forecast_s == pytest.approx(300, rel=0.05)
    base = model[found.forecast, found.aht_forecast_s]
    more = (model[18.0, found.aht_forecast_s] - base + model[18.0, 600.0] - model[found.forecast, 600.0]) / 2
    assert found.more_calls == pytest.approx(more, abs=5e-3)
    assert found.planned_short == pytest.approx(base - 2, abs=5e-3)
    assert found.absent == pytest.approx(1)  # zoe was planned and not there
    parts = (found.more_calls, found.longer_handling, found.planned_short, found.absent)
    assert sum(part for part in parts if part is not None) == pytest.approx(found.short)
    assert found.short == pytest.approx(found.required - 1)


def test_all_queues_add_up_and_the_worst_is_found() -> None:
    data = days_before(states=[state("anna", NINE, NINE + HOUR)])
    frame = day_requirements(data, MONDAY.date(), 60)
    rows, whole = frame.filter(pl.col("queue").is_not_null()), frame.filter(pl.col("queue").is_null())
    for name in ("offered", "forecast", "required", "staffed", "gap", "more_calls"):
        assert whole[name].to_list() == pytest.approx(rows.group_by("start_at").agg(pl.col(name).sum())
                                                      .sort("start_at")[name].to_list())
    assert whole["required_pooled"].to_list() == whole["required"].to_list()  # there is one queue
    assert rows["required_pooled"].null_count() == rows.height
    worst = explain_interval(frame)
    assert worst is not None
    assert worst.start_at == aware(NINE + HOUR)  # anna has gone home
    assert explain_interval(frame, queue="nobody") is None


def test_too_short_a_history_has_no_forecast() -> None:
    frame = day_requirements(slice_of(queue_visits=busy_day(MONDAY)), MONDAY.date(), 60)
    assert frame["forecast"].to_list() == [None] * 4
    assert frame["required"].null_count() == 0
    assert explain_interval(frame) is None  # nobody knows who was there


def test_without_a_forecast_only_the_shortfall_is_known() -> None:
    data = slice_of(queue_visits=busy_day(MONDAY), agent_states=[state("anna", NINE, NINE + HOUR)])
    found = explain_interval(day_requirements(data, MONDAY.date(), 60))
    assert found is not None
    assert (found.more_calls, found.planned_short, found.absent) == (None, None, None)


def two_queues(*calls: tuple[float, float], patience: bool = True) -> Any:
    """A plan of queues a, b, … with calls and handling time each."""
    names = [chr(ord("a") + n) for n in range(len(calls))]
    frame = pl.concat([forecast((name, *each)) for name, each in zip(names, calls, strict=True)])
    return staffing(frame, {name: patient(120) for name in names} if patience else {})


def test_pooling_by_hand() -> None:
    """Two queues of 50 calls in 30 minutes at 180 s are one of 100: 13.037 agents by Erlang C (workforce.md: 14)."""
    plan = two_queues((50, 180), (50, 180), patience=False)
    found = pool(plan, site())
    assert found.queues == ("a", "b")
    row = found.frame.to_dicts()[0]
    assert row["pooled"] == pytest.approx(13.037, abs=1e-3)
    assert row["siloed"] == pytest.approx(2 * float(erlang_c(100, 180).required(0.8, 20, whole=False)), abs=2e-3)
    assert found.saved_hours == pytest.approx((row["siloed"] - row["pooled"]) / 2)


@given(st.floats(1, 120), st.floats(1, 120), st.floats(60, 500))
def test_pooling_queues_of_one_handling_time_never_costs(one: float, other: float, aht: float) -> None:
    [row] = pool(two_queues((one, aht), (other, aht)), site()).frame.to_dicts()
    assert row["pooled"] <= row["siloed"] + 1e-3
    assert row["aht_s"] == pytest.approx(aht)


def test_pooled_handling_time_is_weighted_and_patience_by_its_rate() -> None:
    plan = two_queues((90, 200), (10, 400))
    assert pool(plan, site()).frame["aht_s"].to_list() == [pytest.approx(220)]
    merged = merge({"a": patient(100), "b": patient(400)}, plan.frame, ("a", "b"))
    assert merged is not None
    assert merged.mean_s == pytest.approx(1 / (0.9 / 100 + 0.1 / 400))
    for t in (30.0, 60.0, 300.0):
        assert float(merged.curve.at(t)) == pytest.approx(0.9 * np.exp(-t / 100) + 0.1 * np.exp(-t / 400), abs=0.02)
    assert merge({}, plan.frame, ("a", "b")) is None


@pytest.mark.parametrize("queues", [("a",), ("a", "nobody"), ("a", "a")])
def test_pools_that_are_none(queues: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        pool(two_queues((10, 200), (10, 200)), site(), queues)


def test_opening_hours_on_the_day_the_clocks_change() -> None:
    """02:30 comes twice in Berlin on 25 October; both are closed, the hour after is open."""
    settings = site("Europe/Berlin", more={"opening.sun": "03:00-05:00"})
    starts = pl.Series([datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 25, 2, 30)],
                       dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone("Europe/Berlin")
    assert open_rows(starts, settings, 30).to_list() == [False, False, True]


def test_calls_outside_the_opening_hours_are_told_of() -> None:
    """Of six calls an hour from six in the morning to eight in the evening, those before eight are outside."""
    data = slice_of(queue_visits=[answered(n, "anna", "sales", NINE + (n / 6 - 3) * HOUR) for n in range(84)])
    data = replace(data, settings=site("UTC", more={"opening.mon": "08:00-20:00"}))
    plan = staff_days(data, NINE.date(), NINE.date(), rules=Rules.of(data.settings, interval_min=60))
    left_out = 84 - plan.frame["volume"].sum()
    assert 12 <= left_out < 18
    assert f"Calls outside the opening hours, or where the data is cut, left out: {left_out:.0f}." in [
        note.text("en") for note in plan.notes]
