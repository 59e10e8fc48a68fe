"""The model behind the synthetic centre: who calls when, and who is there to answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.demo import generate
from ccops.demo.callers import Callers
from ccops.demo.centre import CLOSES, HOURS, OPENS, QUEUES, WEEKDAYS, Incident, agents
from ccops.demo.roster import Shift, planned

UNTIL = date(2026, 11, 20)


def test_arrivals_follow_weekday_and_hour() -> None:
    assert sum(WEEKDAYS) == pytest.approx(7)
    callers, rng = Callers(1), Random(1)
    monday, count = date(2026, 11, 16), 60
    calls = [call for _ in range(count) for call in callers.arrivals(monday, rng)]
    hours = Counter(call.at // 3600 for call in calls)
    expected = sum(queue.calls for queue in QUEUES) * WEEKDAYS[0]
    # Poisson counts around a daily level with a spread of 5 %: the mean of 60 days is within 3 %.
    assert len(calls) / count == pytest.approx(expected, rel=0.03)
    for hour, share in enumerate(HOURS, OPENS // 3600):
        assert hours[hour] / len(calls) == pytest.approx(share / sum(HOURS), rel=0.06)


def test_who_calls_again_does_so_on_a_later_day_in_opening_hours() -> None:
    callers, rng, day = Callers(1, scale=0.0001), Random(2), date(2026, 11, 16)
    for ended in (OPENS, 12 * 3600, CLOSES) * 40:
        callers.calls_again(day, "13800000001", "sales", ended, rng)
    assert not [call for call in callers.arrivals(day, rng) if call.caller == "13800000001"]
    later = [call for n in range(1, 60) for call in callers.arrivals(day + timedelta(days=n), rng)
             if call.caller == "13800000001"]
    assert len(later) == 120
    assert all(OPENS <= call.at < CLOSES for call in later)


def test_the_centre_has_sixty_people_in_four_teams() -> None:
    people = agents(1)
    assert [person.id for person in people] == [str(number) for number in range(2001, 2061)]
    assert {person.team for person in people} == {"sales", "service", "billing", "vip"}
    assert {queue for person in people for queue in person.queues} == {queue.name for queue in QUEUES}
    assert len({person.name for person in people}) > 50


def shifts(seed: int, day: date, incident: Incident | None = None) -> list[Shift]:
    return [shift for shift in planned(agents(seed), day, Random(seed), incident) if not shift.absent]


@given(seed=st.integers(0, 10_000), offset=st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_shifts_keep_to_the_day_and_everybody_has_one_at_most(seed: int, offset: int) -> None:
    day = date(2026, 1, 1) + timedelta(days=offset)
    worked = shifts(seed, day)
    assert len({shift.agent.id for shift in worked}) == len(worked)
    assert "2059" not in {shift.agent.id for shift in worked}  # the call-back desk answers no queue
    for shift in worked:
        assert OPENS - 300 < shift.login < shift.logout <= CLOSES + 300
        assert all(shift.login < pause.at < shift.logout for pause in shift.pauses)
        assert all(a.at + a.seconds <= b.at for a, b in pairwise(shift.pauses))


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_the_incident_takes_most_of_the_service_team_and_nobody_of_vip(seed: int) -> None:
    incident = Incident(UNTIL)
    worked = shifts(seed, UNTIL, incident)
    noon = 12 * 3600
    teams: dict[str, list[bool]] = defaultdict(list)
    for shift in worked:
        out = shift.away is not None and shift.away[0] <= noon < shift.away[1]
        teams[shift.agent.team].append(shift.login <= noon < shift.logout and not out)
    alone = shifts(seed, UNTIL, Incident(UNTIL, spares={}))
    usual = sum(shift.agent.team == "service" and shift.login <= noon < shift.logout for shift in alone)
    assert 0 < sum(teams["service"]) < usual / 2
    assert [shift for shift in worked if shift.agent.team == "vip" and shift.away] == []


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    generate(tmp_path, days=3, scale=0.05, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
