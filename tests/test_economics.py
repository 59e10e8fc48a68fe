"""The economics of a centre by hand and by a second method; unknown stays unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.cost.baseline import Baseline
from ccops.cost.economics import Economics, economics
from ccops.cost.infrastructure import menu, seats, teams
from ccops.cost.loaded_cost import Loaded, loaded_cost, overtime_or_hire
from ccops.cost.service_price import levels, pairs
from ccops.errors import UsageError
from ccops.model import TABLE, Scope, Slice
from ccops.settings import Settings
from ccops.workforce.erlang import erlang_a
from ccops.workspace import Workspace
from test_what_if import DAY, MONTHS, known, workspace

__all__ = ["known", "workspace"]


def table(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = TABLE[name].schema()
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


@pytest.fixture(scope="module")
def found(workspace: Workspace) -> Economics:
    return workspace.economics(Scope(DAY, DAY))


def test_an_agent_by_hand(workspace: Workspace, found: Economics, known: Baseline) -> None:
    people = workspace.slice().read("employees", None, None).filter(pl.col("employed_to").is_null()).collect()
    hours = 40 * 365.25 / 84
    wage = sum(float(one) for one in people["wage"]) / people.height * hours
    attrition = workspace.attrition()
    assert known.state.telephone is not None
    parts = {
        "wage": wage, "benefits": 0.3 * wage, "supervision": 9500 / 12, "quality": 320, "seat": 850, "licence": 240,
        "telephone": known.state.telephone / people["agent"].n_unique(),
        "attrition": (attrition.total.attrition_person_time or 0) * (attrition.cost.total or 0),
    }
    assert dict(found.loaded.parts) == pytest.approx(parts)
    assert found.loaded.missing == ("planning", "training")
    assert not found.loaded.wage_assumed
    assert found.loaded.per_productive_hour == pytest.approx(sum(parts.values()) / hours / known.state.productive)


def test_overtime_against_a_hire_by_hand() -> None:
    """160 h on calls of 200 paid at 60 an hour: 14,400 by overtime at half more. A person is 12,000 wage and 1,000
    seat: 13,000. 8,000 once are earned back in 8,000 / 1,400 months."""
    person = Loaded({"wage": 12_000.0, "seat": 1_000.0, "telephone": 99.0}, (), 200.0, 0.8)
    one = overtime_or_hire(person, 0.5, 8_000.0)
    assert (one.hours, one.overtime, one.hired) == (160.0, 14_400.0, 13_000.0)
    assert one.months == pytest.approx(8_000 / 1_400)
    assert overtime_or_hire(person, 0.2, 8_000.0).months is None  # 11,520 a month are less than 13,000


@given(first=st.floats(0.5, 2.0), more=st.floats(0.01, 1.0))
def test_the_dearer_overtime_is_the_sooner_a_hire_pays(first: float, more: float) -> None:
    person = Loaded({"wage": 10_000.0}, (), 170.0, 0.75)
    early, late = (overtime_or_hire(person, premium, 5_000.0).months for premium in (first + more, first))
    assert early is not None
    assert late is None or early < late


def test_levels_are_those_of_halving(workspace: Workspace, found: Economics, known: Baseline) -> None:
    rows = known.state.load.filter(pl.col("volume") > 0)
    calls, aht = rows["volume"].to_numpy(), rows["aht_s"].to_numpy()
    patience = np.array([known.state.patience[queue].mean_s for queue in rows["queue"]])
    idle = known.state.load.height - rows.height
    for one in found.levels:
        low, high = np.zeros(len(calls)), calls * aht / 900 + 30
        model = erlang_a(2 * calls, aht, patience)
        for _ in range(50):
            middle = (low + high) / 2
            met = model.at(middle, 20.0).service_level >= one.target
            low, high = np.where(met, low, middle), np.where(met, middle, high)
        agents = np.maximum(high, 1.0)
        assert one.hours == pytest.approx((agents.sum() + idle) / 2 / MONTHS, rel=1e-4)
        lost = float((calls * model.at(agents, 20.0).p_abandon).sum()) / MONTHS
        assert one.lost == pytest.approx(lost, rel=1e-3)


def test_a_point_costs_more_the_higher_it_is(found: Economics) -> None:
    costs = [one.cost for one in found.levels]
    assert costs == sorted(costs)
    lost = [one.lost for one in found.levels]
    assert lost == sorted(lost, reverse=True)
    below, above = found.levels[1], found.levels[3]
    assert below.per_point is not None
    assert above.per_point is not None
    assert 0 < below.per_point <= above.per_point * 1.05
    [base] = [one for one in found.levels if one.per_point is None]
    assert above.per_point == pytest.approx(above.cost - base.cost)


def test_queues_together_never_need_more(found: Economics, workspace: Workspace) -> None:
    assert len(found.pairs) == 6
    for pair in found.pairs:
        assert 0 < pair.together <= pair.apart
    plan = workspace.staff(Scope(DAY, DAY))
    pooled = workspace.pool(plan, found.pairs[0].queues)
    assert found.pairs[0].together == pytest.approx(pooled.pooled_hours / MONTHS, rel=1e-6)
    assert found.pairs[0].apart == pytest.approx(pooled.siloed_hours / MONTHS, rel=1e-6)


def test_lines_seats_and_supervisors_by_hand(found: Economics, workspace: Workspace) -> None:
    assert found.lines is not None
    needed = workspace.trunks(Scope(DAY, DAY), 0.01).trunks
    assert (found.lines.needed, found.lines.spare) == (needed, (60 - needed) * 60)
    assert found.seats is not None
    assert found.seats.saves == (found.seats.people - found.seats.most_at_once) * 850
    team = next(one for one in found.teams if one.team == "service")
    assert team.saves == pytest.approx(9500 * team.people * (1 / 12 - 1 / 13))
    assert team.supervisors == pytest.approx(team.people / 12)


def test_a_point_of_the_menu_by_hand() -> None:
    """Of 400 callers who meet the menu 100 are served by it, in half a month; an agent's contact is 6,000 / 600."""
    contacts: list[dict[str, object]] = [
        {"system": "s", "contact_id": f"{n}", "channel": "voice", "direction": "in", "started_at": None,
         "customer_key": f"k{n}", "outcome": "ivr_completed" if n < 100 else "answered", "ivr_ms": 20_000}
        for n in range(400)
    ]
    from datetime import datetime

    for n, row in enumerate(contacts):
        row |= {"started_at": datetime(2026, 10, 5, 9, n % 60), "ended_at": datetime(2026, 10, 5, 10),
                "day": DAY.replace(month=10, day=5), "quarter": 36}
    visits: list[dict[str, object]] = [
        {**{name: row[name] for name in ("system", "contact_id", "channel", "direction", "day", "quarter")},
         "queue": "q", "nth": 1, "entered_at": row["started_at"], "outcome": "answered", "wait_ms": 1000,
         "talk_ms": 60_000, "agent": "a"}
        for row in contacts if row["outcome"] == "answered"
    ]
    made = Settings.model_validate({"site": {"tz": "UTC"}, "cost": {"self_service_cost": 0.5}})
    tables = {"contacts": table("contacts", contacts), "queue_visits": table("queue_visits", visits)}
    data = Slice.of(tables, Scope(), made)
    one = menu(data, 6_000.0, 0.5)
    assert one is not None
    assert (one.contacts, one.contained, one.with_agent) == (800, 0.25, 10.0)
    assert one.point_saves == pytest.approx(0.01 * 800 * (10.0 - 0.5))


def test_what_is_not_known_is_none_and_said(workspace: Workspace, known: Baseline) -> None:
    bare = Slice.of({name: table(name, []) for name in ("employees", "queue_visits", "contacts")}, Scope(),
                    Settings.model_validate({"site": {"tz": "UTC"}}))
    assert (seats(bare), teams(bare), menu(bare, 100.0, 1.0)) == (None, [], None)
    own = workspace.settings.model_copy(update={"people": type(workspace.settings.people)()})
    poor = economics(replace(workspace.slice(Scope(DAY, DAY)), settings=own))
    mixed = replace(known, data=Slice.of({"employees": table("employees", [
        {"agent": "a", "nth": 1, "wage": 40, "wage_per": "hour", "currency": "CNY"},
        {"agent": "b", "nth": 1, "wage": 5, "wage_per": "hour", "currency": "EUR"}])}, Scope(), workspace.settings))
    assert loaded_cost(mixed).wage_assumed
    assert loaded_cost(mixed).parts["wage"] == pytest.approx(60.0 * 40 * 365.25 / 84)
    assert poor.overtime is None
    assert "attrition" in poor.loaded.missing
    assert "telephone" in poor.loaded.missing
    assert {"eco_no_overtime", "lev_no_telephone"} <= {note.key for note in poor.notes}


def test_without_a_service_level_there_is_no_point_to_price(known: Baseline) -> None:
    aim = replace(known.rules.target, service_level=None, asa_s=20.0)
    with pytest.raises(UsageError, match="no service level"):
        levels(replace(known, rules=replace(known.rules, target=aim)))
    assert pairs(known)
