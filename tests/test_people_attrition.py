"""Attrition of a list of employees: published rates, kinds, trainees, groups, cost, and a recount day by day."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_people import AttritionDocument
from ccops.errors import SourceError, UsageError
from ccops.model import TABLE, Scope, Slice
from ccops.people.attrition import Attrition, attrition
from ccops.people.leaver_cost import PARTS, leaver_cost, ramp, training
from ccops.people.rates import Rates, annual_compound, annual_simple
from ccops.settings import Settings
from conftest import Ran
from stores import written

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def data_of(*rows: dict[str, Any], settings: Settings | None = None, teams: tuple[str, ...] = ()) -> Slice:
    schema = TABLE["employees"].schema()
    filled = [dict.fromkeys(schema) | {"agent": str(n), "nth": 1, "overlap": False} | row
              for n, row in enumerate(rows)]
    return Slice.of({"employees": pl.DataFrame(filled, schema=schema)}, Scope(teams=teams), settings or Settings())


def person(start: date, end: date | None = None, **more: Any) -> dict[str, Any]:
    return {"employed_from": start, "employed_to": end, "leave_kind": "voluntary" if end else None, **more}


def of(*rows: dict[str, Any], by: str = "month", **more: Any) -> Attrition:
    return attrition(data_of(*rows, **more), by, FIRST, LAST)


def test_published_rates() -> None:
    """232 people become 189 with 45 leavers: 21.3777 %; of 100, 50 join and 20 leave: three formulas, three rates."""
    assert Rates(45, 1.0, 232, 2, 189).attrition_mean_headcount == pytest.approx(0.213777, abs=5e-7)
    three = Rates(20, 1.0, 100, 50, 130)
    found = (three.attrition_opening_and_hires, three.attrition_closing, three.attrition_mean_headcount)
    assert found == pytest.approx((0.1333, 0.1538, 0.1739), abs=5e-5)
    assert annual_simple(0.04) == pytest.approx(0.48)
    assert annual_compound(0.04) == pytest.approx(0.38729, abs=5e-6)
    empty = Rates(0, 0.0, 0, 0, 0)
    assert (empty.attrition_person_time, empty.attrition_mean_headcount, empty.attrition_annual_compound) == (None,) * 3


def test_a_move_is_no_attrition_and_ends_the_days() -> None:
    found = of(
        person(date(2024, 1, 1)), person(date(2024, 1, 1), date(2025, 6, 30)),
        person(date(2024, 1, 1), date(2025, 6, 30), leave_kind="internal"), by="team",
    )
    assert found.total.leavers == 1
    assert found.total.agent_days == 365 + 181 + 181
    assert found.total.attrition_person_time == pytest.approx((365.25 / 12) / 727)
    [row] = found.frame.to_dicts()
    assert (row["opening"], row["closing"], row["internal"], row["team"]) == (3, 1, 1, "unknown")


def test_kinds_come_from_the_list_else_from_the_settings() -> None:
    settings = Settings().replacing(**{"people.kinds": {"pay": "voluntary"}})
    found = of(
        person(date(2024, 1, 1), date(2025, 3, 1), leave_kind=None, reason=None, leave_reason="pay"),
        person(date(2024, 1, 1), date(2025, 3, 1), leave_kind="involuntary", leave_reason="pay"),
        person(date(2024, 1, 1), date(2025, 3, 1), leave_kind=None, leave_reason="sun"), settings=settings,
    )
    assert found.kinds == {"voluntary": 1, "involuntary": 1, "unknown": 1}
    assert [note.key for note in found.notes] == ["attr_kind_unknown"]


def test_trainees_are_apart_from_production() -> None:
    found = of(
        person(date(2025, 1, 1), date(2025, 1, 20), productive_from=date(2025, 2, 1)),
        person(date(2025, 1, 1), date(2025, 3, 1), productive_from=date(2025, 2, 1)),
        person(date(2025, 1, 1), role="trainee"),
    )
    assert (found.trainees.leavers, found.production.leavers, found.total.leavers) == (1, 1, 2)
    assert found.trainees.agent_days == 20 + 31 + 365
    assert found.trainees.agent_days + found.production.agent_days == found.total.agent_days


def test_early_leavers_are_shares_of_those_who_could_have_left() -> None:
    found = of(
        person(date(2025, 1, 1), date(2025, 1, 15)), person(date(2025, 1, 1), date(2025, 2, 20)),
        person(date(2025, 1, 1)), person(date(2025, 12, 20), date(2025, 12, 25)),
    )
    assert found.early.select("days", "hired", "left").rows() == [(30, 3, 1), (60, 3, 2), (90, 3, 2)]


def test_overlaps_count_once_and_are_told() -> None:
    twice = {"agent": "7", "team": "a"}
    found = of(
        person(date(2024, 1, 1), date(2025, 6, 30), **twice),
        person(date(2025, 6, 1), None, nth=2, overlap=True, **twice), person(None, agent="8"),  # type: ignore[arg-type]
    )
    assert found.total.agent_days == 365
    assert found.total.leavers == 0
    assert [(note.key, dict(note.values)) for note in found.notes] == [
        ("attr_undated", {"n": "1"}), ("attr_overlaps", {"n": "1"}),
    ]


def _drawn(rng: random.Random, n: int) -> list[dict[str, Any]]:
    rows = []
    for _ in range(n):
        start = date(2023, 6, 1) + timedelta(days=rng.randrange(930))
        end = start + timedelta(days=int(rng.expovariate(1 / 200)))
        kind = rng.choice(["voluntary", "involuntary", "internal"])
        ended = end < date(2026, 2, 1)
        rows.append({
            "employed_from": start, "employed_to": end if ended else None, "leave_kind": kind if ended else None,
            "team": rng.choice(["a", "b"]), "shift": rng.choice(["early", "late", None]),
        })
    return rows


def test_a_recount_day_by_day() -> None:
    for seed in range(6):
        rows = _drawn(random.Random(seed), 40)
        found = attrition(data_of(*rows), "team", FIRST, LAST)
        days = [FIRST + timedelta(days=n) for n in range(365)]
        for row in found.frame.to_dicts():
            team = [one for one in rows if one["team"] == row["team"]]
            employed = [[one["employed_from"] <= day and (one["employed_to"] is None or one["employed_to"] >= day)
                         for one in team] for day in days]
            left = [one for one in team if one["employed_to"] in days and one["leave_kind"] != "internal"]
            assert row["agent_days"] == sum(map(sum, employed))
            assert row["leavers"] == len(left)
            assert row["closing"] == row["opening"] + row["hires"] - row["leavers"] - row["internal"]
        months = attrition(data_of(*rows), "month", FIRST, LAST).frame
        for name in ("leavers", "internal", "hires", "agent_days"):
            assert months[name].sum() == found.frame[name].sum()
        assert months["closing"][-1] == found.frame["closing"].sum()
        assert months["opening"].to_list()[1:] == months["closing"].to_list()[:-1]


def test_a_shift_that_loses_its_hires_early_is_found_and_no_other() -> None:
    rng, rows = random.Random(5), []
    for n in range(480):
        start = date(2024, 1, 1) + timedelta(days=3 * n // 2)
        shift = rng.choice(["early", "late", "midday"])
        stay = rng.expovariate((0.15 if shift == "late" else 0.03) / 30)
        stay = stay if stay < 90 else 90 + rng.expovariate(0.02 / 30)
        end = start + timedelta(days=int(stay))
        rows.append(person(start, end if end <= LAST else None, shift=shift, team=rng.choice(["a", "b"])))
    settings = Settings().replacing(**{"people.recruit_cost": 1000.0})
    found = attrition(data_of(*rows, settings=settings), "shift", FIRST, LAST)
    [worst] = found.excesses
    assert (worst.by, worst.group, worst.first_day, worst.last_day) == ("shift", "late", 0, 90)
    assert worst.lo <= worst.avoidable <= worst.hi
    assert worst.saves == pytest.approx(1000 * worst.avoidable)
    assert found.tested is not None
    assert found.tested.p < 0.01
    assert not attrition(data_of(*_drawn(random.Random(1), 200)), "team", FIRST, LAST).excesses


def test_the_cost_of_a_leaver_by_hand() -> None:
    """80 h at 20 and a trainer at 60 for 12 people, 80 % graduate: 80 x 25 / .8; three weeks of ramp at 40 h x 50."""
    assert training(80, 20, 60, 12, 0.8) == pytest.approx(2500)
    assert ramp([0.5, 0.75, 0.9], 40, 50) == pytest.approx((0.5 + 0.25 + 0.1) * 2000)
    assert training(None, 20, 60, 12, 0.8) is None
    assert leaver_cost(Settings()).total is None
    own = {"recruit_cost": 900.0, "training_hours": 80.0, "trainee_wage": 20.0, "trainer_cost": 60.0, "class_size": 12,
           "graduation": 0.8, "vacancy_hours": 60.0, "vacancy_premium": 10.0, "ramp": [0.5, 0.75, 0.9],
           "quality_loss": 100.0, "exit_cost": 50.0}
    settings = Settings().replacing(**{f"people.{key}": value for key, value in own.items()},
                                    **{"staffing.agent_cost_per_hour": 50.0})
    cost = leaver_cost(settings)
    assert cost.total == pytest.approx(900 + 2500 + 600 + 1700 + 100 + 50)
    assert (tuple(cost.parts), cost.missing) == (PARTS, ())
    found = of(person(date(2024, 1, 1)), person(date(2024, 1, 1)), settings=settings)
    assert found.point_saves == pytest.approx(0.01 * 2 * 5850)


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(SourceError, match="nobody is known to be employed"):
        of()
    with pytest.raises(SourceError, match="no employment has a first day"):
        of({"agent": "1"})
    with pytest.raises(UsageError, match="attrition goes by month"):
        of(person(date(2024, 1, 1)), by="name")


LIST = [
    "Agent,Name,Team,Skills,Contract hours,Hired,Left,Leave reason,Leave kind,Role,Shift,Hiring source",
    "1,Amy Turner,a,x,40,2024-01-01,2025-06-30,pay,voluntary,agent,early,referral",
    "2,Ben Okafor,a,x,40,2024-01-01,2025-09-30,study,voluntary,agent,late,agency",
    "3,Chloe Marsh,b,x,40,2025-02-01,,,,agent,late,agency",
]


def test_the_command_in_both_languages_and_as_json(ccops: Callable[..., Ran], folder: Path) -> None:
    listed = written(folder / "list.csv", LIST)
    assert ccops("import", listed, "--tz", "UTC").code == 0
    asked = ("people", "attrition", "--from", "2025-01-01", "--to", "2025-12-31")
    for by in ("month", "team", "shift", "source", "tenure"):
        ran = ccops(*asked, "--by", by, "--json")
        assert ran.code == 0, ran.err
        found = TypeAdapter(AttritionDocument).validate_python(ran.json)
        assert (found.leavers, found.headcount) == (2, 1)
        assert sum(row.leavers for row in found.rows) == 2
        assert sum(row.agent_days for row in found.rows) == 181 + 273 + 334
    assert "2 left between 2025-01-01 and 2025-12-31" in ccops(*asked).out
    assert "流失 2 人" in ccops(*asked, "--lang", "zh").out
    for form in ([], ["--json"]):
        assert "Turner" not in ccops(*asked, *form).out
    assert ccops(*asked, "--team", "b").out.startswith("Nobody left")
    assert ccops(*asked, "-o", "rows.csv").code == 0
    assert (folder / "rows.csv").read_text("utf-8-sig").splitlines()[0].startswith("month,opening,hires,leavers")
