"""The synthetic centre's schedule and employees: what was published, and whether the pipeline finds who kept to it."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.demo import DemoFiles, generate
from ccops.demo.centre import agents
from ccops.demo.planner import last_published
from ccops.demo.roster import planned
from ccops.model import Scope
from ccops.settings import load
from ccops.workspace import Workspace, open_workspace

UNTIL = date(2026, 11, 20)


def opened(demo: DemoFiles) -> Workspace:
    loaded = load(demo.config, environ={})
    return open_workspace(loaded, store=demo.folder / "s.duckdb", write=True, files=demo.files)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return generate(tmp_path_factory.mktemp("demo"), seed=4, days=6, until=UNTIL, scale=0.4)


@pytest.fixture(scope="module")
def workspace(demo: DemoFiles) -> Workspace:
    made = opened(demo)
    results = made.import_files(demo.files, max_rejects="0")
    assert {result.source for result in results} >= {"published_schedule", "employee_list"}
    return made


def test_every_agent_s_day_is_as_true_as_the_truth(demo: DemoFiles, workspace: Workspace) -> None:
    days = sorted({plan.day for plan in demo.truth.plans})
    assert len(days) == 6
    absent = 0
    for day in days:
        found = workspace.adherence(Scope().on(day), "agent").frame
        seen = {row["agent"]: row for row in found.iter_rows(named=True)}
        plans = {plan.agent: plan for plan in demo.truth.plans if plan.day == day and plan.adherent_s is not None}
        assert set(seen) == set(plans)
        for agent, plan in plans.items():
            row = seen[agent]
            assert (row["scheduled_s"], row["work_s"]) == (plan.scheduled_s, plan.scheduled_work_s)
            assert (row["adherent_s"], row["worked_s"]) == (plan.adherent_s, plan.worked_s), (day, agent)
            absent += plan.absent
            assert (row["adherence"] == 0) == plan.absent
    assert absent > 0


def test_adherence_is_high_but_on_the_bad_day(demo: DemoFiles, workspace: Workspace) -> None:
    rates = {row["day"]: row["adherence"] for row in workspace.adherence(Scope(), "day").frame.iter_rows(named=True)}
    assert min(rates, key=lambda day: rates[day]) == demo.truth.bad_day
    assert rates.pop(demo.truth.bad_day) < 0.75
    assert all(0.7 < rate < 0.99 for rate in rates.values())
    bad = workspace.adherence(Scope().on(demo.truth.bad_day))
    assert bad.reasons["reason"][0] == "signed_out"
    assert bad.price.service_level_lost is not None
    assert 0.05 < bad.price.service_level_lost < 0.5
    usual = workspace.adherence(Scope().on(date(2026, 11, 18))).price.service_level_lost
    assert usual is not None
    assert usual < bad.price.service_level_lost / 2


def test_who_has_no_states_is_not_measurable(demo: DemoFiles, workspace: Workspace) -> None:
    vip = {agent.id for agent in agents(4, 0.4) if agent.team == "vip"}
    found = workspace.adherence(Scope(), "team")
    assert set(found.not_measurable["agent"]) == vip
    assert set(found.not_measurable["why"]) == {"no_states"}
    assert set(found.frame["team"]) == {"sales", "service", "billing"}


def test_the_check_has_nothing_to_say_of_the_schedule(workspace: Workspace) -> None:
    codes = {finding.code for finding in workspace.check(Scope())}
    assert not codes & {"planned_twice", "scheduled_unseen", "seen_unscheduled"}


def test_employees_are_those_of_the_agents_file(demo: DemoFiles, workspace: Workspace) -> None:
    listed = workspace.slice().table("employees").collect().sort("agent")
    people = listed.filter(listed["employed_to"].is_null())
    assert people.select("agent", "name", "team", "skills").rows() == [
        (agent.id, agent.name, agent.team, ";".join(agent.queues) or None) for agent in agents(4, 0.4)
    ]
    assert people["employed_from"].max() < demo.truth.first_day  # type: ignore[operator]  # a date, not a literal
    assert set(people["contract_ms"]) == {40 * 3_600_000, 20 * 3_600_000}


def test_the_schedule_is_published_before_its_week_and_breaks_lie_in_the_shift(demo: DemoFiles) -> None:
    with (demo.folder / "shifts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    shifts: dict[tuple[str, date], list[tuple[str, datetime, datetime]]] = defaultdict(list)
    for row in rows:
        start, end, published = (
            datetime.fromisoformat(row[name]) for name in ("Scheduled start", "Scheduled end", "Published")
        )
        assert 9 <= (start - published).days <= 17
        assert start.minute % 5 == 0
        assert start.second == 0
        shifts[row["Agent"], start.date()].append((row["Activity"], start, end))
    assert max(day for _, day in shifts) == last_published(demo.truth.last_day) > demo.truth.last_day
    for own in shifts.values():
        (kind, start, end), *pauses = own
        assert kind == "Work"
        assert {kind for kind, _, _ in pauses} <= {"Break", "Lunch", "Training"}
        assert start < pauses[0][1]
        assert pauses[-1][2] < end
        assert all(a[2] <= b[1] for a, b in pairwise(sorted(pauses, key=lambda pause: pause[1])))


@pytest.mark.parametrize("until", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_on_which_clocks_change_is_measured_as_any(tmp_path: Path, until: date) -> None:
    demo = generate(tmp_path, days=2, until=until, tz="Europe/Berlin", scale=0.2)
    with opened(demo) as workspace:
        workspace.import_files(demo.files, max_rejects="0")
        total = workspace.adherence(Scope().on(until)).total.row(0, named=True)
    plans = [plan for plan in demo.truth.plans if plan.day == until and plan.adherent_s is not None]
    assert total["scheduled_s"] == sum(plan.scheduled_s for plan in plans)
    assert total["adherent_s"] == sum(plan.adherent_s or 0 for plan in plans)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_everybody_planned_is_there_or_absent(seed: int) -> None:
    from random import Random


    rota = planned(agents(seed), UNTIL, Random(seed), None)
    assert rota == planned(agents(seed), UNTIL, Random(seed), None)
    for one in rota:
        work, *pauses = one.plan
        assert all(work.begins < pause.begins < pause.ends < work.ends for pause in pauses)
