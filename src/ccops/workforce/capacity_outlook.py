"""The outlook of months ahead: what they take, who will be there, whom to hire by when, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ccops.errors import UsageError
from ccops.people.supply import Hiring, Supply, hire, supply
from ccops.remark import Remark
from ccops.workforce.capacity_demand import Demand, demand, typical_weeks
from ccops.workforce.capacity_plan import Plan, Volume, begun, check_volumes, month_name, month_number
from ccops.workforce.staffing import Rules
from ccops.workforce.staffing_period import patience_before
from ccops.workforce.visits import last_day

if TYPE_CHECKING:
    import polars as pl

    from ccops.model import Slice
    from ccops.settings import Settings

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outlook:
    """Months ahead. `frame` has a row per month: calls, aht_s, required_hours on calls, occupancy, required_fte,
    headcount, effective_fte, leavers, graduates, gap (effective - required) as planned; starts to hire, and with
    them effective_with_hiring, gap_with_hiring and cost. What is not known is null.
    """

    frame: pl.DataFrame
    demand: Demand
    plan: Plan
    rules: Rules
    shrinkage: float
    people: Supply | None
    hiring: Hiring | None
    notes: tuple[Remark, ...]

    @property
    def cost(self) -> float | None:
        """Of all starts; None where the plan names no cost or no people."""
        return None if self.frame["cost"].null_count() else float(self.frame["cost"].sum())

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def outlook(plan: Plan, settings: Settings, data: Slice | None, *, rules: Rules | None = None,
            months: int | None = None, growth: float | None = None, volumes: Sequence[Volume] = ()) -> Outlook:
    """The outlook of a plan. Without `data` the plan has to say the calls, the handling time and the occupancy.

    `months`, `growth` and `volumes` win over the plan's. Raises UsageError where something is missing.
    """
    rules = rules or Rules.of(settings)
    count = months or plan.months
    rows = [*volumes] or plan.volume
    grown = growth if growth is not None else plan.demand.growth
    shrinkage = rules.shrinkage if plan.demand.shrinkage is None else plan.demand.shrinkage
    first = _first(plan, data, rows)
    if rows:
        check_volumes(rows, first, count)
    need = _need(plan, settings, data, rules, first, count, grown, rows)
    paid = need.hours / (1 - shrinkage) / plan.demand.schedule_efficiency
    required = paid / plan.demand.paid_hours_per_month
    people, hiring = _people(plan, first, required)
    frame = _frame(need, required, people, hiring, plan)
    return Outlook(frame, need, plan, rules, shrinkage, people, hiring, _notes(need, plan, people, hiring, rows))


def _first(plan: Plan, data: Slice | None, rows: Sequence[Volume]) -> int:
    if plan.start:
        return month_number(plan.start)
    if rows:
        return min(month_number(row.month) for row in rows)
    if data is None:
        raise UsageError("no first month", fix='give start = "2026-12" in the plan')
    day = last_day(data)
    return day.year * 12 + day.month


def _need(plan: Plan, settings: Settings, data: Slice | None, rules: Rules, first: int, months: int,
          growth: float | None, rows: Sequence[Volume]) -> Demand:
    if data is not None:
        last = last_day(data)
        weeks = typical_weeks(data, last, rules.interval_min)
        found = demand(weeks, patience_before(data, last), settings, rules, first, months, growth=growth, volumes=rows)
        busy = plan.demand.occupancy
        return found if busy is None else replace(found, hours=found.workload_hours / busy)
    busy = plan.demand.occupancy
    if busy is None or not rows or any(row.aht_s is None for row in rows):
        raise UsageError("the plan alone does not say what the months take",
                         fix="give [[volume]] with month, calls and aht_s, and [demand] occupancy; or a store")
    calls, seconds = np.zeros(months), np.zeros(months)
    for row in rows:
        if 0 <= (n := month_number(row.month) - first) < months:
            calls[n] += row.calls
            seconds[n] += row.calls * (row.aht_s or 0.0)
    unknown = np.full(months, np.nan)
    names = tuple(month_name(first + n) for n in range(months))
    aht = seconds / np.where(calls > 0, calls, np.nan)
    return Demand(names, calls, unknown, unknown, aht, seconds / 3600, seconds / 3600 / busy, None, None)


def _people(plan: Plan, first: int, required: Array) -> tuple[Supply | None, Hiring | None]:
    if plan.supply is None:
        return None, None
    course, classes = plan.course(), begun(plan, first, len(required))
    people = supply(plan.cohorts(), plan.hazards(), course, classes.planned, classes.before)
    hiring = hire(required.tolist(), plan.cohorts(), plan.hazards(), course, classes.planned, classes.before)
    return people, hiring


def _frame(need: Demand, required: Array, people: Supply | None, hiring: Hiring | None, plan: Plan) -> pl.DataFrame:
    import polars as pl

    unknown = np.full(len(required), np.nan)
    price = plan.cost.recruit_per_start + plan.cost.training_per_start
    starts = unknown if hiring is None else hiring.starts.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "calls": need.calls, "calls_lo": need.lo, "calls_hi": need.hi, "aht_s": need.aht_s,
            "required_hours": need.hours, "occupancy": need.workload_hours / need.hours, "required_fte": required,
            "headcount": unknown if people is None else people.headcount,
            "effective_fte": unknown if people is None else people.effective,
            "leavers": unknown if people is None else people.leavers,
            "graduates": unknown if people is None else people.graduates,
            "gap": unknown if people is None else people.effective - required, "starts": starts,
            "effective_with_hiring": unknown if hiring is None else hiring.supply.effective,
            "gap_with_hiring": unknown if hiring is None else hiring.supply.effective - required,
            "cost": starts * price if price > 0 else unknown,
        }
    return pl.DataFrame({"month": need.months} | columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def _notes(need: Demand, plan: Plan, people: Supply | None, hiring: Hiring | None,
           rows: Sequence[Volume]) -> tuple[Remark, ...]:
    said = []
    if rows:
        said.append(Remark("capacity_note_volumes"))
    elif need.found is not None:
        said.append(Remark("capacity_note_trend", {"growth": f"{need.found.growth:+.1%}"}))
    elif need.growth is None:
        said.append(Remark("capacity_note_flat"))
    else:
        said.append(Remark("capacity_note_growth", {"growth": f"{need.growth:+.1%}"}))
    if people is None:
        said.append(Remark("capacity_note_no_people"))
    if hiring is not None and hiring.late:
        said.append(Remark("capacity_note_late", {
            "months": ", ".join(need.months[n] for n in hiring.late), "fte": f"{float(hiring.late_fte.max()):,.1f}",
        }))
    if not plan.cost.recruit_per_start + plan.cost.training_per_start and people is not None:
        said.append(Remark("capacity_note_no_cost"))
    return tuple(said)
