"""Levers and the target, hours that stay, what is not known, and how it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccops.cli.cost_what_if import adding_up, document, told
from ccops.cost.baseline import Baseline, last_month
from ccops.cost.service_check import Fare, breaks, broken, fares, misses
from ccops.cost.what_if import what_if
from ccops.errors import CcopsError
from ccops.labels import LANGS, label
from ccops.model import TABLE, Scope, Slice
from ccops.workforce.staffing_requirement import Target
from ccops.workspace import Workspace
from what_if_day import DAY, Cell, cells, fold, known, workspace

__all__ = ["known", "workspace"]


def level(own: list[Cell], times: float = 1.0) -> float:
    """The service level of all calls with so many times the people."""
    return sum(cell.fare(cell.agents * times)[0] for cell in own) / sum(cell.calls for cell in own)


@pytest.mark.parametrize("lever", ["aht=-10%", "aht=-15s", "shrinkage=-3pt", "adherence=+1pt", "pool=billing+service"])
def test_with_hours_kept_a_lever_that_frees_hours_saves_nothing(workspace: Workspace, lever: str) -> None:
    found = fold(workspace, lever, keep=True)
    assert (found.total, found.steps[0].alone, found.after.total) == (0.0, 0.0, found.before.total)
    assert found.steps[0].freed_hours > 0
    assert found.after.paid_hours == found.before.paid_hours
    assert found.after.service_level > found.before.service_level  # type: ignore[operator]
    assert not found.steps[0].breaks_target


def test_with_hours_kept_calls_that_do_not_come_save_the_carrier_alone(workspace: Workspace, known: Baseline) -> None:
    found = fold(workspace, "volume=-10%", keep=True)
    assert known.state.telephone is not None
    assert found.total == pytest.approx(0.1 * known.state.telephone)


@pytest.mark.parametrize(("lever", "changed", "times"), [
    ("aht=-10%", {"aht": 0.9}, 1.0), ("volume=+20%", {"volume": 1.2}, 1.0),
    ("pool=billing+service", {"pool": ("billing", "service")}, 1.0), ("shrinkage=+3pt", {}, None),
])
def test_the_level_with_hours_kept_is_what_a_second_method_says(workspace: Workspace, known: Baseline, lever: str,
                                                                changed: dict[str, Any], times: float | None) -> None:
    share = known.state.productive
    found = fold(workspace, lever, keep=True)
    assert found.before.service_level == pytest.approx(level(cells(workspace, known)), abs=1e-4)
    people = (share - 0.03) / share if times is None else times
    assert found.after.service_level == pytest.approx(level(cells(workspace, known, **changed), people), abs=1e-3)


def test_hours_that_follow_leave_callers_no_worse(workspace: Workspace) -> None:
    found = fold(workspace, "aht=-10%", "volume=+15%", "repeat=-20%", "shrinkage=-3pt", "chat=10pt")
    levels = [found.before.service_level, *(step.service_level for step in found.steps)]
    assert min(levels) >= levels[0] - 1e-3  # type: ignore[operator, type-var]
    assert not any(step.breaks_target for step in found.steps)


def test_a_lever_that_breaks_the_target_is_told(workspace: Workspace) -> None:
    found = fold(workspace, "volume=+40%", "hour=-5%", keep=True)
    assert [step.breaks_target for step in found.steps] == [True, False]
    assert [step.meets_target for step in found.steps] == [False, False]
    assert found.steps[0].broken == ("billing", "sales", "service", "vip")
    followed = fold(workspace, "volume=+40%")
    assert not followed.steps[0].breaks_target
    assert followed.total < 0


def test_one_queue_that_is_broken_is_named(workspace: Workspace) -> None:
    [step] = fold(workspace, "volume=+40%@vip", keep=True).steps
    assert (step.breaks_target, step.broken) == (True, ("vip",))


def test_what_is_not_known_is_refused_and_not_taken_as_nothing(workspace: Workspace) -> None:
    bare = workspace.slice(Scope(DAY, DAY))
    poor = priced(bare, 0.0)
    with pytest.raises(CcopsError, match="what an hour costs is not known"):
        what_if(without(poor, "ledger"), ["aht=-5%"])
    found = what_if(bare, ["volume=-5%"])  # no tariffs given
    assert found.before.telephone is found.after.telephone is None
    assert "lev_no_telephone" in [note.key for note in found.notes]
    with pytest.raises(CcopsError, match="no file of tariffs"):
        what_if(bare, ["tariff=Six seconds"])
    untold = what_if(without(bare, "attendance"), ["shrinkage=-2pt"])
    assert "lev_paid_assumed" in [note.key for note in untold.notes]
    with pytest.raises(CcopsError, match="how much overtime"):
        what_if(without(bare, "attendance"), ["overtime=-1pt"])
    cost = bare.settings.cost.model_copy(update={"self_service_cost": None})
    free = replace(bare, settings=bare.settings.model_copy(update={"cost": cost}))
    assert what_if(free, ["containment=5pt"]).after.self_service is None


def test_an_hour_costs_what_the_books_say_where_the_settings_do_not(workspace: Workspace) -> None:
    poor = priced(workspace.slice(Scope(DAY, DAY)), 0.0)
    schema = TABLE["ledger"].schema()
    rows = [{"month": date(2026, 10, 1), "kind": "actual", "category": name, "amount": amount, "quantity": quantity,
             "currency": "CNY"} for name, amount, quantity in (
        ("wages", Decimal(90_000), None), ("overtime", Decimal(6_000), None), ("paid_hours", None, 2_000.0))]
    books = pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)
    found = what_if(with_table(poor, "ledger", books), ["hour=-10%"])
    assert found.before.labour == pytest.approx(found.before.paid_hours * 48)  # overtime and all
    assert found.total == pytest.approx(found.before.labour / 10)
    assert "lev_price_booked" in [note.key for note in found.notes]


def priced(data: Slice, hour: float) -> Slice:
    own = data.settings.staffing.model_copy(update={"agent_cost_per_hour": hour})
    return replace(data, settings=data.settings.model_copy(update={"staffing": own}))


def with_table(data: Slice, table: str, frame: pl.DataFrame) -> Slice:
    def read(name: str, first: date | None, last: date | None) -> pl.LazyFrame:
        return frame.lazy() if name == table else data.read(name, first, last)

    return replace(data, read=read)


def without(data: Slice, table: str) -> Slice:
    return with_table(data, table, pl.DataFrame(schema=TABLE[table].schema()))


def test_the_days_are_the_last_whole_month_or_else_four_weeks(workspace: Workspace) -> None:
    schema = TABLE["queue_visits"].schema()

    def span(first: date, last: date) -> tuple[date, date] | None:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        visits = pl.DataFrame([dict.fromkeys(schema) | {
            "queue": "q", "direction": "in", "day": day} for day in days], schema=schema)
        return last_month(Slice.of({"queue_visits": visits}, Scope(), workspace.settings))

    assert span(date(2026, 8, 30), date(2026, 10, 30)) == (date(2026, 9, 1), date(2026, 9, 30))
    assert span(date(2026, 9, 1), date(2026, 9, 30)) == (date(2026, 9, 1), date(2026, 9, 30))
    assert span(date(2026, 11, 20), date(2027, 1, 2)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert span(date(2026, 9, 2), date(2026, 10, 30)) is None
    found = workspace.what_if(["hour=-1%"])
    assert found.days == ("2026-11-14", "2026-11-20")  # seven days are all there is


def test_fares_are_sums_and_an_endless_queue_is_no_short_wait() -> None:
    rows = pl.DataFrame({
        "queue": ["a", "a", "a", "b", "c"], "volume": [10.0, 30.0, 0.0, 5.0, 4.0],
        "service_level": [0.9, 0.5, None, 0.0, 0.0], "asa_s": [4.0, 20.0, None, None, None],
        "p_abandon": [0.1, 0.2, None, 0.0, 1.0],
    })
    found = fares(rows)
    own = found["a"]
    assert (own.calls, own.in_time, own.answered, own.waited_s) == pytest.approx((40, 24, 33, 9 * 4 + 24 * 20))
    assert (found["b"].asa_s, found["c"].asa_s, found["c"].answer_rate) == (float("inf"), None, 0)
    assert misses(Target(None, asa_s=15.0), found["b"])


@given(st.lists(st.floats(-1e6, 1e6), max_size=12))
def test_what_is_shown_adds_up(amounts: list[float]) -> None:
    shown = [int(one.replace(",", "")) for one in adding_up(amounts)]
    assert sum(shown) == round(sum(amounts))
    assert all(abs(one - amount) < 1.001 for one, amount in zip(shown, amounts, strict=True))


def test_a_target_is_broken_where_it_was_met_or_is_missed_by_more_than_ever() -> None:
    target = Target(0.8, 20.0, asa_s=15.0, answer_rate=0.9)
    good, poor = Fare(100, 85, 95, 950), Fare(100, 75, 95, 950)  # 85 %, 95 %, 10 s; 75 %
    slow, lost = Fare(100, 85, 95, 1900), Fare(100, 85, 80, 800)  # 20 s; 80 % answered
    assert [misses(target, one) for one in (good, poor, slow, lost)] == [False, True, True, True]
    assert [breaks(target, good, good, one) for one in (good, poor, slow, lost)] == [False, True, True, True]
    assert not breaks(target, poor, poor, poor)
    assert breaks(target, poor, poor, Fare(100, 74, 95, 950))
    better = Fare(100, 79, 95, 950)
    assert not breaks(target, poor, better, Fare(100, 77, 95, 950))  # of what earlier levers gave, some is lost
    assert breaks(target, poor, good, better)  # an earlier lever met it
    apart = {"a": Fare(50, 45, 48, 480), "b": Fare(50, 45, 48, 480), "c": poor}
    assert broken(target, apart, apart, {"pool": Fare(100, 79, 96, 960), "c": poor}) == ("pool",)
    assert broken(target, apart, apart, {"pool": Fare(100, 81, 96, 960), "c": poor}) == ()


def test_the_command_in_both_languages(workspace: Workspace) -> None:
    found = fold(workspace, "containment=+5pt", "volume=+40%@vip", keep=True)
    for lang in LANGS:
        assert all(word in told(found, lang) for word in ("containment=+5pt", label("lev_breaks", lang), "vip"))
    written = document(found, "en")
    assert written["total"] == sum(row["folded"] for row in written["rows"])
    assert written["rows"][1]["broken"] == ["vip"]


def test_rows_are_the_steps(workspace: Workspace) -> None:
    found = fold(workspace, "aht=-5%", "hour=-5%")
    assert found.frame["folded"].sum() == pytest.approx(found.total)
    assert found.frame.schema["breaks_target"] == pl.Boolean
