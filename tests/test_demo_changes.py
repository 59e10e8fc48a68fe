"""What is wrong with the synthetic centre on purpose, and that a change undoes it and nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from ccops.demo import Changes, Truth, generate
from ccops.demo.centre import HOUR, agents
from ccops.demo.personnel import employees
from ccops.demo.roster import Shift, planned

MONDAY = date(2026, 11, 16)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]


def shifts(changes: Changes, team: str) -> list[Shift]:
    people = changes.trained(agents(1))
    return [one for day in WEEK for one in planned(people, day, Random(f"{day}"), None, changes.habits)
            if one.agent.team == team]


def at_lunch(rows: list[Shift], at: int) -> float:
    """The share of those on duty who are at lunch at an instant."""
    duty = [one for one in rows if one.login <= at < one.logout]
    away = [one for one in duty if any(p.reason == "lunch" and p.at <= at < p.at + p.seconds for p in one.pauses)]
    return len(away) / len(duty)


def test_service_goes_to_lunch_together_until_that_is_changed() -> None:
    noon = 12 * HOUR + 1200
    assert at_lunch(shifts(Changes(), "service"), noon) > 0.6
    assert at_lunch(shifts(Changes(lunch_spread=("service",)), "service"), noon) < 0.4
    assert at_lunch(shifts(Changes(lunch_spread=("service",)), "billing"), noon) < 0.4


def test_a_spread_lunch_is_as_long_and_leaves_the_rest_of_the_day_alone() -> None:
    for before, after in zip(shifts(Changes(), "service"), shifts(Changes(lunch_spread=("service",)), "service"),
                             strict=True):
        assert [(p.reason, p.seconds) for p in before.pauses] == [(p.reason, p.seconds) for p in after.pauses]
        assert (before.login, before.logout, before.absent) == (after.login, after.logout, after.absent)
        assert [p for p in before.pauses if p.reason != "lunch"] == [p for p in after.pauses if p.reason != "lunch"]


def test_nobody_serves_both_silos_until_they_are_pooled() -> None:
    both = {"billing", "service"}
    assert not [one for one in agents(1) if both <= set(one.queues)]
    pooled = Changes(pooled=(("billing", "service"),)).trained(agents(1))
    assert all(both <= set(one.queues) for one in pooled if both & set(one.queues))
    assert [one.queues[:1] for one in pooled] == [one.queues[:1] for one in agents(1)]


def test_so_many_of_a_team_start_at_another_time() -> None:
    before, after = (shifts(changes, "service") for changes in (
        Changes(), Changes(moved=(("service", "08:00", "13:30", 2),))))
    counts = [Counter((one.plan[0].begins, one.plan[0].ends) for one in rows) for rows in (before, after)]
    half = HOUR // 2
    early, late = (16 * half, 33 * half), (27 * half, 44 * half)
    assert counts[0][early] - counts[1][early] == 2 * len(WEEK) == counts[1][late] - counts[0][late]


def test_hires_stay_when_onboarding_is_better() -> None:
    people = agents(1)
    usual, kept = (employees(people, 1, MONDAY, MONDAY, stay).count(",late,") for stay in ((), ("late",)))
    assert usual > 1.3 * kept
    assert employees(people, 1, MONDAY, MONDAY, ("late",)).count(",early,") == pytest.approx(
        employees(people, 1, MONDAY, MONDAY).count(",early,"), rel=0.35)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, Truth]:
    folder: Path = tmp_path_factory.mktemp("centres")
    fixed = Changes(repeat_fixed=("bill_error",))
    usual, changed = (
        generate(folder / name, days=7, seed=5, changes=changes).truth
        for name, changes in (("usual", Changes()), ("fixed", fixed))
    )
    return usual, changed


def test_the_truth_names_what_was_planted(months: tuple[Truth, Truth]) -> None:
    usual, fixed = months
    assert usual.planted["lunch_together"] == "service"
    assert usual.planted["silos"] == ["billing", "service"]
    assert usual.planted["repeat_reason_back"]
    assert fixed.planted["repeat_reason_calls"] == 0


def test_bills_that_are_right_bring_fewer_callers_back(months: tuple[Truth, Truth]) -> None:
    billing = [sum(row.offered for row in truth.queues if row.queue == "billing") for truth in months]
    assert 0.90 < billing[1] / billing[0] < 0.99
