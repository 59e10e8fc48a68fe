"""Days to come: the forecast's calls, the published schedule; and callers who leave by a key."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from ccops.errors import SourceError, UsageError
from ccops.model import Slice
from ccops.workforce.simulation.run import simulate
from ccops.workforce.simulation.simulated import simulate_day
from ccops.workforce.simulation.twin import by_choice, twin_of
from ccops.workforce.simulation.twin_ahead import twin_ahead
from ccops.workforce.simulation.validation import remarks
from ccops.workforce.simulation.whatif import Agents, WhatIf
from strategies import Row, slice_of
from test_workforce_staffing_days import with_table
from test_workforce_twin import DAY, busy_days, call

LAST = DAY + timedelta(days=8)
AHEAD = LAST + timedelta(days=2)


def expected(volume: float = 12.0, day: date = AHEAD) -> pl.DataFrame:
    """A forecast from 09:00 to 11:00, in half hours."""
    starts = [datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(4)]
    return pl.DataFrame({"queue": ["sales"] * 4, "start_at": starts, "volume": [volume] * 4})


def planned(agent: str, begin: int, end: int, activity: str = "work") -> Row:
    start = datetime(AHEAD.year, AHEAD.month, AHEAD.day, begin)
    return {"agent": agent, "activity": activity, "started_at": start, "ended_at": start + timedelta(hours=end - begin)}


def data(*shifts: Row) -> Slice:
    return slice_of(queue_visits=busy_days(), shifts=shifts)


def test_a_day_to_come_has_the_schedule_and_the_forecast() -> None:
    shifts = [planned("a0", 9, 10), planned("a0", 10, 11, "lunch"), planned("a0", 11, 12), planned("a1", 9, 11)]
    twin = twin_ahead(data(*shifts, planned("stranger", 9, 17)), AHEAD, LAST, expected())
    assert twin.begins == datetime(2026, 12, 3, tzinfo=UTC)
    assert twin.scenario.expected[0, 18:22].tolist() == [12.0] * 4
    assert twin.scenario.expected.sum() == 48
    [crew] = twin.scenario.crews
    hours = sorted((stint.from_s / 3600, stint.to_s / 3600) for stint in crew.stints)
    assert hours == [(9, 10), (9, 11), (11, 12)]  # nobody knows what the stranger serves
    assert {person.known for person in twin.people} == {"schedule"}


def test_who_is_left_out_or_known_from_the_schedule_alone_is_named() -> None:
    """Of four on the schedule, new1 has its queues from the schedule, new2 from the list of employees, and a name that
    is no queue of the data tells nothing."""
    shifts = [planned("a0", 9, 17), planned("new1", 9, 17) | {"queue": "sales; night"}, planned("new2", 9, 17),
              planned("lost", 9, 17) | {"queue": "night"}]
    people = pl.DataFrame({"agent": ["new2", "lost"], "skills": ["english;sales", None], "nth": [1, 1]})
    twin = twin_ahead(with_table(data(*shifts), "employees", people), AHEAD, LAST, expected())
    assert [(person.agent, person.skills) for person in twin.people] == [
        ("a0", ("sales",)), ("new1", ("sales",)), ("new2", ("sales",)),
    ]
    assert (twin.unplaced, twin.strangers) == (("lost",), ("new1",))
    said = [remark.text("en") for remark in remarks(twin)]
    assert "scheduled, but nothing says which queues they serve, and not simulated: 1 (lost)" in said
    assert any(line.startswith("known from the schedule alone") and "1 (new1)" in line for line in said)


def test_a_schedule_without_queues_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"2 are whose are not \(early-1, early-2\)") as refused:
        twin_ahead(data(planned("early-1", 9, 17), planned("early-2", 9, 17)), AHEAD, LAST, expected())
    assert "sales;service" in refused.value.fix


def test_calls_are_as_uncertain_as_the_forecast_says() -> None:
    """Half hours of 12 calls: at a dispersion of 4 each rate has the variance 36, so 48 calls have 144 to 576."""
    spread = expected().with_columns(dispersion=pl.lit(4.0), day_dispersion=pl.lit(7.0))
    twin = twin_ahead(data(planned("a0", 9, 11)), AHEAD, LAST, spread)
    found = twin.scenario.uncertain["sales"]
    assert found.day == pytest.approx((48 * 6 - 4 * 36) / (48**2 - 4 * 12**2))
    assert found.intervals[18:22] == pytest.approx([(0.25 - found.day) / (1 + found.day)] * 4)
    assert found.intervals.sum() == pytest.approx(found.intervals[18:22].sum())
    assert twin_ahead(data(planned("a0", 9, 11)), AHEAD, LAST, expected()).scenario.uncertain == {}


def test_so_many_agents_replace_the_schedule() -> None:
    numbers = [Agents(3, flat=True), Agents(2, "sales", 600, 660, flat=True)]
    twin = twin_ahead(data(planned("a0", 9, 17)), AHEAD, LAST, expected(), numbers)
    [crew] = twin.scenario.crews
    assert sorted({(stint.from_s / 3600, stint.to_s / 3600) for stint in crew.stints}) == [(9, 11), (10, 11)]
    assert len(crew.agents) == 5


def test_nobody_scheduled_is_refused() -> None:
    with pytest.raises(UsageError, match="nobody is scheduled") as refused:
        twin_ahead(data(), AHEAD, LAST, expected())
    assert "--agents 12" in refused.value.fix


def test_a_day_without_expected_calls_is_refused() -> None:
    with pytest.raises(SourceError, match="no calls are expected"):
        twin_ahead(data(planned("a0", 9, 17)), AHEAD + timedelta(days=1), LAST, expected())


def test_changes_to_a_day_to_come() -> None:
    changes = WhatIf.parsed(agents=["2", "+1@10:00-11:00"], volume=["+50%"])
    found = simulate_day(data(), AHEAD, replications=20, what_if=changes, expected=expected())
    assert (found.arrivals, found.validation, found.judged) == ("forecast", None, None)
    assert found.difference is not None
    offered = found.comparison and found.comparison.difference("offered").value
    assert offered == pytest.approx(24, abs=4)


def test_who_leaves_by_a_key_is_no_abandon() -> None:
    pressed = [
        call(700_000 + 100 * day + n, 60 * n + 20, 40 + n, agent=None, outcome="exit_key", day=day)
        for day in range(9) for n in range(40)
    ]
    rows = [*busy_days(), *pressed]
    twin = twin_of(slice_of(queue_visits=rows), LAST)
    assert twin.routing.by_key["sales"] == pytest.approx(0.5)  # as many of either
    assert twin.patience["sales"].abandons == 8 * 80
    before = simulate(twin.scenario, replications=10)
    after = by_choice(before, twin)
    assert after.figure("answered").value == before.figure("answered").value
    late = before.figure("abandoned").value - before.figure("abandoned_in_time").value
    assert late > 0
    assert after.figure("flow_outs").value == pytest.approx(late / 2 + before.figure("flow_outs").value, rel=0.2)
    assert after.figure("abandoned_in_time").value == before.figure("abandoned_in_time").value
    assert after.figure("offered").value == before.figure("offered").value == len(
        [row for row in rows if row["entered_at"].date() == LAST]
    )


def test_early_leavers_never_press_a_key() -> None:
    rows = [*busy_days(), *(call(1 + n, 10 * n, 3, agent=None, outcome="abandoned", day=8) for n in range(9))]
    twin = twin_of(slice_of(queue_visits=rows), LAST)
    outcome = simulate(twin.scenario, replications=2)
    assert by_choice(outcome, twin).counts.tolist() == outcome.counts.tolist()
