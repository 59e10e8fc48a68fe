"""Hiring: the identity of head counts, the list's own hazards, classes, ramp and cost by hand, and the command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from ccops.cli.contract_people import HiringDocument
from ccops.errors import UsageError
from ccops.people.hiring import HiringPlan, hiring
from ccops.settings import Settings
from conftest import Ran
from stores import written
from test_people_attrition import data_of, person

OLD = date(2020, 1, 1)


def of(n: int, need: float | Sequence[float], months: int = 6, attrition: float | None = 0.0,
       **own: object) -> HiringPlan:
    settings = Settings().replacing(**{f"people.{key}": value for key, value in own.items()})
    rows = [person(OLD) for _ in range(n)] + [person(OLD, date(2026, 10, 31))]
    return hiring(data_of(*rows, settings=settings), need, months, monthly_attrition=attrition)


def test_head_counts_follow_from_leavers_and_graduates() -> None:
    for attrition in (0.0, 0.03, 0.2):
        rows = of(40, 45, 12, attrition, training_weeks=6, class_size=5, graduation=0.8).frame.to_dicts()
        for row, after in pairwise(rows):
            assert after["headcount"] == pytest.approx(row["headcount"] - row["leavers"] + row["graduates"])
        assert all(row["start"] % 5 == 0 for row in rows)
        assert all(row["leavers"] == pytest.approx(attrition * row["headcount"]) for row in rows)
        assert all(row["gap"] >= -1e-9 for row in rows[2:])


def test_a_class_is_as_late_and_as_small_as_it_can_be() -> None:
    found = of(10, [10, 10, 10, 13, 13, 13], training_weeks=4)
    assert found.frame["start"].to_list() == [0, 0, 3, 0, 0, 0]
    assert found.without == (10,) * 6
    late = of(10, 12, training_weeks=4)
    assert late.late == (late.frame["month"][0],)


def test_newcomers_are_worth_what_they_can_do() -> None:
    """Four weeks at a half are .54 of a month (365.25 / 84 weeks long): two for the work of one."""
    found = of(10, [10, 10, 11, 11], 4, training_weeks=4, ramp=[0.5, 0.5, 0.5, 0.5])
    assert list(found.course.ramp) == pytest.approx([1 - 2 / (365.25 / 84)])
    assert found.frame["start"].to_list() == [0, 2, 0, 0]


def test_the_cost_of_starts_by_hand() -> None:
    found = of(10, [10, 10, 12], 3, recruit_cost=1000.0, training_hours=100.0, trainee_wage=20.0, trainer_cost=50.0,
               class_size=2)
    assert (found.starts, found.cost) == (2, 2 * (1000 + 100 * (20 + 25)))
    assert of(10, [10, 10, 12], 3).cost is None


def test_hazards_are_those_of_the_list() -> None:
    rows = [person(date(2026, 1, 1), date(2026, 1, 31)) for _ in range(20)]
    rows += [person(date(2026, 1, 1)) for _ in range(20)] + [person(OLD, date(2026, 10, 31))]
    found = hiring(data_of(*rows), 20, 3)
    early, later = found.bands[0].rate, found.bands[1].rate
    assert early > 0.2
    assert later == 0
    assert not found.given


def test_trainees_come_onto_the_floor_later() -> None:
    rows = [person(OLD) for _ in range(10)] + [person(date(2026, 10, 20), role="trainee") for _ in range(3)]
    found = hiring(data_of(*rows), 10, 3, monthly_attrition=0.0)
    assert found.frame["headcount"].to_list() == [10, 13, 13]
    assert found.starts == 0


def test_what_cannot_be_planned_is_refused() -> None:
    for need, months, attrition in ((10, 0, 0.0), (10, 61, 0.0), (10, 3, 1.0), ([1, 2], 3, 0.0), (-1, 3, 0.0)):
        with pytest.raises(UsageError):
            of(5, need, months, attrition)


LIST = [
    "Agent,Name,Team,Skills,Contract hours,Hired,Left", "1,A,a,x,40,2024-01-01,", "2,B,a,x,40,2024-01-01,",
    "3,C,b,x,40,2024-01-01,2026-06-30",
]


def test_the_command_in_both_languages_from_a_number_and_a_file(ccops: Callable[..., Ran], folder: Path) -> None:
    assert ccops("import", written(folder / "list.csv", LIST), "--tz", "UTC").code == 0
    asked = ("people", "hiring", "--need", "4", "--months", "4")
    ran = ccops(*asked, "--json")
    assert ran.code == 0, ran.err
    found = TypeAdapter(HiringDocument).validate_python(ran.json)
    assert found.starts == 3  # two are here, four are needed, and one in ten leaves a month
    assert "full agents too few" in ccops(*asked).out
    assert "有效人力" in ccops(*asked, "--lang", "zh").out
    written(folder / "need.csv", ["month,fte", "2026-12,1", "2027-01,1"])
    assert ccops("people", "hiring", "--need", "need.csv", "--months", "2").out.startswith("Nobody has to be hired")
    assert "2 months, not 3" in ccops("people", "hiring", "--need", "need.csv", "--months", "3").err
    assert ccops("people", "hiring", "--need", "many").code == 2
