"""The twin of a day: who was there, what routing the calls show, and that it does not know the waits it reproduces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.errors import SourceError
from ccops.model import Slice
from ccops.workforce.simulation.twin import clock, twin_of
from ccops.workforce.simulation.twin_agents import present, scheduled, skills_of
from ccops.workforce.simulation.twin_gaps import away, gaps_of
from ccops.workforce.simulation.twin_records import Records, around
from ccops.workforce.simulation.twin_routing import routing
from strategies import Row, site, slice_of, visit

DAY = date(2026, 11, 23)
NINE = datetime(2026, 11, 23, 9, 0)


def call(n: int, at_s: float, wait_s: float = 0, talk_s: float = 100, agent: str | None = "anna", queue: str = "sales",
         day: int = 0, **more: Any) -> Row:
    """An answered call, `at_s` after 09:00."""
    entered = NINE + timedelta(days=day, seconds=at_s)
    return visit(n, queue=queue, entered_at=entered, wait_ms=round(wait_s * 1000), talk_ms=round(talk_s * 1000),
                 agent=agent, **more)


def busy(day: int, agents: int = 3, rest_s: float = 12, queue: str = "sales", ring_s: float = 3) -> list[Row]:
    """An hour in which a caller always waits: every agent rings `rest_s` after the last call's end."""
    rows = []
    for agent in range(agents):
        start, n = float(agent * 7), 0
        while start < 3600:
            talk = 60 + (n * 37 + agent * 11) % 90
            rows.append(call(10_000 * day + 1000 * agent + n, start - 200, 200 + ring_s, talk, f"a{agent}", queue, day,
                             ring_ms=round(ring_s * 1000)))
            start, n = start + ring_s + talk + rest_s, n + 1
    return rows


def records(*rows: Row, segments: Sequence[Row] = (), agent_states: Sequence[Row] = ()) -> Records:
    return Records.of(slice_of(queue_visits=rows, segments=segments, agent_states=agent_states))


def state(name: str, begin_s: float, end_s: float, agent: str = "anna", source: str = "log") -> Row:
    return {"agent": agent, "state": name, "login_source": source, "started_at": NINE + timedelta(seconds=begin_s),
            "ended_at": NINE + timedelta(seconds=end_s)}


def stretches(found: Any) -> list[tuple[float, float]]:
    zero = NINE.replace(tzinfo=UTC).timestamp()
    return [(start - zero, end - zero) for start, end in found]


def test_gaps_lie_between_calls() -> None:
    assert gaps_of("a", [(50, 60), (0, 10), (5, 20), (60, 70)]) == [("a", 20, 50)]
    assert gaps_of("a", []) == []


def test_who_is_passed_over_more_often_than_others_stood_idle_was_away() -> None:
    # When anna's gap begins at 100, bo stands idle: one call may pass her, two may not.
    skills = {"anna": ("sales",), "bo": ("sales",), "chen": ("vip",)}
    gaps = [("anna", 100.0, 400.0), ("bo", 90.0, 150.0), ("chen", 0.0, 900.0)]
    assert away(gaps, skills, {"sales": np.array([150.0, 400.0])}) == [False, False, False]
    assert away(gaps, skills, {"sales": np.array([150.0, 300.0, 400.0])}) == [True, False, False]


def test_who_is_away_stands_idle_for_nobody() -> None:
    # Bo was passed over by two calls with nobody idle before him; so anna, passed over once, was away as well.
    skills = {"anna": ("sales",), "bo": ("sales",)}
    gaps = [("anna", 100.0, 300.0), ("bo", 50.0, 400.0)]
    assert away(gaps, skills, {"sales": np.array([60.0, 200.0, 400.0])}) == [True, True]


def test_a_short_gap_is_no_break() -> None:
    assert away([("anna", 100.0, 129.0)], {"anna": ("sales",)}, {"sales": np.array([110.0, 120.0])}) == [False]


def test_a_log_tells_who_was_there() -> None:
    states = [state("available", 0, 60), state("talk", 60, 300), state("aux", 300, 600), state("available", 600, 900)]
    today = records(call(1, 60, talk_s=240), call(2, 2000, talk_s=10), agent_states=states)
    [anna] = present(today, records(), {})
    assert (anna.known, anna.outside) == ("log", 1)
    # The break was due in the call before it: halfway. So was what ended the call that no log has.
    assert stretches(anna.stretches) == [(0, 180), (600, 900), (2000, 2005)]


def test_without_a_log_the_schedule_tells_it_for_those_who_came() -> None:
    shift = [{"agent": agent, "activity": activity, "started_at": NINE + timedelta(hours=begin),
              "ended_at": NINE + timedelta(hours=end)}
             for agent in ("anna", "bo") for activity, begin, end in (("work", 0, 2), ("lunch", 2, 3), ("work", 3, 4))]
    data = slice_of(queue_visits=[call(1, 600)], shifts=shift)
    [anna] = present(Records.of(data), records(), scheduled(data))
    assert (anna.agent, anna.known, anna.outside) == ("anna", "schedule", 0)
    assert stretches(anna.stretches) == [(0, 7200), (10800, 14400)]


def test_states_that_were_inferred_are_no_log() -> None:
    today = records(call(1, 0), call(2, 500), agent_states=[state("available", 0, 900, source="inferred")])
    [anna] = present(today, records(), {})
    assert anna.known == "inferred"
    assert stretches(anna.stretches) == [(0, 550)]  # halfway through the last call


def test_skills_are_what_is_served_more_than_by_chance() -> None:
    rows = [call(n, n * 200, queue="sales") for n in range(40)] + [call(90, 9000, queue="vip")]
    rows += [call(100 + n, n * 200, agent="bo", queue="vip" if n % 2 else "sales") for n in range(10)]
    assert skills_of(records(*rows).visits) == {"anna": ("sales",), "bo": ("sales", "vip")}
    assert skills_of(records(call(1, 0, queue="vip")).visits) == {"anna": ("vip",)}  # all there is


def test_ringing_and_rest_are_found_in_busy_times() -> None:
    window = records(*(row for day in range(3) for row in busy(day)))
    found = routing(window, ["sales"], skills_of(window.visits), 20)
    assert set(found.ring_s["sales"].tolist()) == {3}
    assert found.rest_s["sales"].mean() == pytest.approx(12, abs=0.01)


def test_a_queue_run_empty_censors_the_rest() -> None:
    # Callers are always gone before the agents ring again: rest is longer than that, however much longer.
    rows = [call(n, n * 300, 10, 100) for n in range(60)] + [
        call(500 + n, n * 300 + 109, 11, outcome="abandoned") for n in range(60)
    ]
    found = routing(records(*rows), ["sales"], {"anna": ("sales",)}, 20)
    assert found.rest_s["sales"].tolist() == [0]  # nothing ended while it could be seen: nothing is assumed


def test_rings_in_vain_lengthen_the_ringing() -> None:
    rows = [call(n, n * 300, 20, ring_ms=5000) for n in range(60)]
    missed = [{"contact_id": f"c{n}", "nth": 1, "agent": "bo", "queue": "sales", "kind": "no_answer",
               "duration_ms": 15000, "started_at": NINE + timedelta(seconds=n * 300)} for n in range(0, 60, 2)]
    found = routing(records(*rows, segments=missed), ["sales"], {"anna": ("sales",)}, 20)
    assert sorted(set(found.ring_s["sales"].tolist())) == [5, 20]
    assert found.unanswered["sales"] == pytest.approx(1 / 3)


def test_precedence_is_seen_where_callers_are_overtaken() -> None:
    rows = []
    for n in range(60):  # a vip who came later is taken while a caller of sales waits on, and never the other way
        rows += [call(4 * n, n * 600, 100), call(4 * n + 1, n * 600 + 30, 50, queue="vip")]
        rows += [call(4 * n + 2, n * 600 + 300, 100, queue="vip"), call(4 * n + 3, n * 600 + 330, 90)]
    window = records(*rows)
    found = routing(window, ["sales", "vip"], {"anna": ("sales", "vip")}, 20)
    assert found.rank == {"vip": 1, "sales": 2}
    apart = records(*(row | {"agent": "bo" if row["queue"] == "vip" else "anna"} for row in rows))
    alone = routing(apart, ["sales", "vip"], {"anna": ("sales",), "bo": ("vip",)}, 20)
    assert alone.rank == {"vip": 1, "sales": 1}  # nobody had the choice


def test_the_longest_wait_is_where_callers_are_sent_away() -> None:
    rows = [call(n, n * 60, wait, outcome="timeout", agent=None) for n, wait in enumerate((180, 180, 181))]
    found = routing(records(*rows), ["sales"], {}, 20)
    assert found.max_wait_s == {"sales": 180}


def busy_days(days: int = 9, **more: Any) -> list[Row]:
    """Busy hours on several days, with abandons among them."""
    gone = [
        call(900_000 + 100 * day + n, 60 * n, 30 + n, agent=None, outcome="abandoned", day=day)
        for day in range(days) for n in range(40)
    ]
    return [row for day in range(days) for row in busy(day, **more)] + gone


def test_a_twin_learns_from_the_days_before() -> None:
    data = slice_of(queue_visits=busy_days())
    window, days = around(data, DAY + timedelta(days=8))
    assert days == 8
    assert window.scope.last_day == DAY + timedelta(days=7)
    assert around(data, DAY + timedelta(days=2))[1] == 8  # two before, and six after
    assert around(slice_of(queue_visits=busy(0)), DAY)[1] == 0


def test_a_twin_does_not_know_the_waits_of_its_day() -> None:
    day = DAY + timedelta(days=8)
    rows = busy_days()
    other = [row | {"wait_ms": row["wait_ms"] // 3} if row["outcome"] == "abandoned" and row["entered_at"].date() == day
             else row for row in rows]
    plans = [twin_of(slice_of(queue_visits=each), day).scenario for each in (rows, other)]
    for one, two in zip(plans[0].queues, plans[1].queues, strict=True):
        for name in ("handling", "patience", "answer_delay", "rest"):
            assert getattr(one, name).values.tolist() == getattr(two, name).values.tolist()
        for name in ("priority", "max_wait_s", "handling_factors"):
            assert getattr(one, name) == getattr(two, name)
    assert [crew.stints for crew in plans[0].crews] == [crew.stints for crew in plans[1].crews]


def test_the_twin_of_a_day() -> None:
    twin = twin_of(slice_of(queue_visits=busy_days()), DAY + timedelta(days=8))
    assert twin.begins == datetime(2026, 12, 1, tzinfo=UTC)
    assert (twin.days, twin.left_out, twin.nameless, twin.queues) == (8, 0, 0, ("sales",))
    [queue] = twin.scenario.queues
    assert queue.handling.mean_s == pytest.approx(104, abs=2)
    assert len(np.asarray(twin.scenario.arrivals["sales"])) == twin.visits.height
    assert [person.known for person in twin.people] == ["inferred"] * 3


def test_calls_without_an_agent_have_a_helper_each() -> None:
    rows = busy_days()
    unnamed = [call(800_000 + n, 400 + 5 * n, 10, agent=None, day=8) for n in range(4)]
    twin = twin_of(slice_of(queue_visits=[*rows, *unnamed]), DAY + timedelta(days=8))
    assert twin.nameless == 4
    assert sum(len(crew.agents) for crew in twin.scenario.crews) == 3 + 4


def test_nobody_known_is_refused() -> None:
    rows = [call(n, n * 60, 10, agent=None) for n in range(20)]
    with pytest.raises(SourceError, match="who was there on 2026-11-23 is not known: 20 of 20 answered calls"):
        twin_of(slice_of(queue_visits=rows), DAY)


def test_a_day_without_calls_is_refused() -> None:
    with pytest.raises(SourceError, match="no calls in a queue on 2026-11-24"):
        twin_of(slice_of(queue_visits=busy(0)), DAY + timedelta(days=1))
    opened = [visit(1, entered_at=NINE, outcome="open", wait_ms=None)]
    with pytest.raises(SourceError, match="no calls in a queue"):
        twin_of(slice_of(queue_visits=opened), DAY)


def test_calls_without_any_handling_time_are_refused() -> None:
    rows = [call(n, n * 60, 10) | {"talk_ms": None} for n in range(20)]
    with pytest.raises(SourceError, match="no handled call"):
        twin_of(slice_of(queue_visits=rows), DAY)


@pytest.mark.parametrize(("day", "minute", "hours"), [
    (date(2026, 3, 29), 12 * 60, 11), (date(2026, 10, 25), 12 * 60, 13), (date(2026, 11, 23), 24 * 60, 24),
])
def test_the_local_clock_counts_what_passed(day: date, minute: int, hours: float) -> None:
    assert clock(site("Europe/Berlin"), day)(minute) == hours * 3600


def test_early_hours_belong_to_the_business_day_before() -> None:
    at = clock(site("Asia/Shanghai", "04:00"), DAY)
    assert (at(4 * 60), at(10 * 60), at(2 * 60)) == (0, 6 * 3600, 22 * 3600)


@given(st.lists(st.tuples(st.integers(0, 3600), st.integers(2, 600), st.sampled_from("abc")), min_size=1, max_size=40))
def test_inferred_presence_begins_every_call(calls: list[tuple[int, int, str]]) -> None:
    today = records(*(call(n, at, 5, talk, agent) for n, (at, talk, agent) in enumerate(calls)))
    found = {person.agent: stretches(person.stretches) for person in present(today, today, {})}
    last = {agent: max(at for at, _, who in calls if who == agent) for agent in found}
    for at, _, agent in calls:
        assert any(start <= at + 5 < end for start, end in found[agent]) or at == last[agent]
    for own in found.values():
        assert all(end < start for (_, end), (start, _) in pairwise(own))


def bank(path: Path) -> Slice:
    from ccops.workspace import in_memory

    workspace = in_memory(files=[path])
    workspace.import_files([path])
    return workspace.slice()


def test_the_bank_is_reproduced_on_the_median_day(real_data: Callable[[str], Path]) -> None:
    from ccops.workforce.simulation.simulated import replay_days
    from ccops.workforce.visits import days_with_calls

    data = bank(real_data("anonymous_bank_1999_02_first_half.tsv"))
    replays = replay_days(data, days_with_calls(data, None, None))
    level, asa = replays.median_error("service_level"), replays.median_error("asa_s")
    assert level is not None
    assert asa is not None
    assert level <= 0.03
    assert asa <= 0.15
    reasons = {remark.key for remark in replays.furthest_off.remarks}
    assert {"twin_inferred", "twin_nameless", "twin_ranked"} <= reasons
    assert replays.frame.select(pl.col("reproduced").sum()).item() >= 4
