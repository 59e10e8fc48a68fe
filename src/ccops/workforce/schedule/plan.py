"""A schedule: what was planned, what it costs, and how far from the best it can be at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ccops.clock import BusinessDay
from ccops.errors import FindingsError
from ccops.progress import Progress
from ccops.remark import Remark
from ccops.workforce.schedule.breaks import deal
from ccops.workforce.schedule.clash import clashing
from ccops.workforce.schedule.drafting import Draft, draft
from ccops.workforce.schedule.model import Model, build
from ccops.workforce.schedule.patterns import Patterns
from ccops.workforce.schedule.program import Array
from ccops.workforce.schedule.requirement import Requirement
from ccops.workforce.schedule.shortfall import shortfalls
from ccops.workforce.schedule.solve import Solved, solve
from ccops.workforce.schedule.works import Work, break_rows, interval_rows, present, shift_rows, stretch_rows, works

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Schedule:
    """A plan and its proof. No plan costs less than `bound`; `gap` is (cost - bound) / cost.

    `status`: optimal (proven), within_gap (as close to the bound as was asked), time_limit, interrupted. `cost` is pay
    (`pay`) and the price of too few or too many (`shortage`); both count the part of a shift that lies in the plan.

    - `shifts`: day, name, group, start_at, end_at, agents, paid_h (of each agent), part_time, cost (of all), offer
    - `breaks`: day, name, group, start_at (of the shift), rule, activity, begins_at, length_min, agents
    - `intervals`: queue, start_at, required, scheduled; one row per step of the grid, what is required after shrinkage
    - `stretches`: agent, activity, queue, started_at, ended_at, shift, group: one row per piece of work (breaks lie in
      it) and per break; queue is all that the group serves, `sales;billing`; agents are placeholders such as `early-1`
    """

    status: str
    cost: float
    bound: float
    gap: float
    seconds: float
    pay: float
    shortage: float
    paid_h: float
    under_h: float
    over_h: float
    shrinkage: float
    shifts: pl.DataFrame
    breaks: pl.DataFrame
    intervals: pl.DataFrame
    stretches: pl.DataFrame
    notes: tuple[Remark, ...]
    draft: Draft
    works: tuple[Work, ...]

    @property
    def frame(self) -> pl.DataFrame:
        return self.shifts

    def _repr_html_(self) -> str:
        from ccops.notebook import paragraph, table

        kept = ["day", "name", "start_at", "end_at", "agents"]
        said = f"{self.status}: cost {self.cost:,.2f}, bound {self.bound:,.2f}, gap {self.gap:.2%}"
        return table(kept, self.shifts.select(kept).rows()) + paragraph(said)


def schedule(requirement: Requirement, patterns: Patterns, business_day: BusinessDay, *, shrinkage: float = 0.0,
             gap: float = 0.01, time_limit_s: float = 60.0, progress: Progress | None = None,
             where: str = "shift patterns") -> Schedule:
    """The cheapest shifts and breaks that cover a requirement, within `gap` of the bound or `time_limit_s`.

    Raises SettingsError for patterns that do not fit it, and FindingsError where no plan keeps all limits, with those
    that clash, or where none was found in time.
    """
    drawn = draft(requirement, patterns, business_day, shrinkage=shrinkage, where=where)
    model = build(drawn.problem)
    found = solve(model, gap=gap, time_limit_s=time_limit_s, progress=progress)
    if found.values is None:
        raise _none(model, drawn, found, time_limit_s, where)
    return _plan(drawn, model, found, found.values, shrinkage)


def _none(model: Model, drawn: Draft, found: Solved, time_limit_s: float, where: str) -> FindingsError:
    """Why there is no plan."""
    clash = clashing(model) if found.status == "infeasible" else []
    if found.status != "infeasible":
        return FindingsError(f"no plan found in {time_limit_s:g} s", where=where, fix="give more with --time-limit")
    names = [name for name in clash if isinstance(name, str)]
    least = [name for name in clash if not isinstance(name, str)]
    if least:
        zone = drawn.grid.business_day.zone.info
        queue, slot = min(least, key=lambda at: at[1])
        at = f"{drawn.grid.instant(slot).astimezone(zone):%Y-%m-%d %H:%M}"
        whose = f" of {drawn.queues[queue]}" if drawn.queues[queue] else ""
        at_slot = model.problem.curves[queue][slot]
        others = f" and {len(least) - 1} more times" * (len(least) > 1)
        agents = at_slot.floor if at_slot else 0.0
        names.append(f"the minimum{whose} at {at} ({agents:g} agents){others}")
    if not names:
        return FindingsError("no plan of whole agents keeps all limits", where=where, fix="loosen one of the limits")
    alone = len(names) == 1 and bool(least)
    what = f"no shift can keep {names[0]}" if alone else f"no plan keeps all of these: {'; '.join(names)}"
    return FindingsError(what, where=where, fix="loosen one of them, or add shifts that reach there")


def _plan(drawn: Draft, model: Model, found: Solved, values: Array, shrinkage: float) -> Schedule:
    counts = np.rint(values).astype(int).tolist()
    agents, whole = counts[: len(drawn.offers)], dict(enumerate(counts))
    days = works(drawn, agents, deal(model.pools, agents, whole, whole, model.around))
    cover = _cover(drawn, model, values, days)
    away = [cover[at] - needed for at, needed in drawn.required.items()]
    pay = sum(drawn.patterns.cost_of(day.offer.shift) * day.share * day.agents for day in days)
    return Schedule(
        found.status, found.cost, found.bound, found.gap, found.seconds, pay, found.cost - pay,
        sum(day.offer.shift.paid_minutes / 60 * day.share * day.agents for day in days),
        sum(-one for one in away if one < 0) * drawn.grid.hours, sum(one for one in away if one > 0) * drawn.grid.hours,
        shrinkage, shift_rows(drawn, days), break_rows(drawn, days), interval_rows(drawn, cover),
        stretch_rows(drawn, days), drawn.notes + shortfalls(drawn, cover), drawn, days,
    )


def _cover(drawn: Draft, model: Model, values: Array, days: tuple[Work, ...]) -> dict[tuple[int, int], float]:
    """Agents per queue and slot: those of its own groups, and its part of those who serve several."""
    there = present(drawn, days)
    cover = dict.fromkeys(drawn.required, 0.0)
    for group, queues in zip(drawn.groups, drawn.problem.serves, strict=True):
        for queue, slot in cover:
            if queues == (queue,):
                cover[queue, slot] += float(there[group.name][slot])
    for (_, queue, slot), variable in model.flows.items():
        cover[queue, slot] += float(values[variable])
    return cover
