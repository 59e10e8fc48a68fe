"""Whom to hire by when: head count and full agents month by month, under the hazards that the list shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from ccops.errors import UsageError
from ccops.model import Slice
from ccops.people.early import EDGES, bands_of
from ccops.people.employments import Employments, employments
from ccops.people.leaver_cost import training
from ccops.people.rates import DAYS_PER_MONTH
from ccops.people.supply import Band, Cohort, Hiring, Training, delay_of, hire, supply
from ccops.remark import Remark

MOST_MONTHS = 60
_WEEKS = 365.25 / 84  # in a month
_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True, eq=False)
class HiringPlan:
    """`frame`: a row per month with headcount at its start, expected leavers with the range that chance gives them,
    graduates, effective full agents, what is needed, the gap, and how many to start training.

    `without` are the full agents if nobody is hired. `late` are months that no class can reach any more. `cost` is that
    of all starts, None where it is not known.
    """

    frame: pl.DataFrame
    without: tuple[float, ...]
    bands: tuple[Band, ...]
    course: Training
    late: tuple[str, ...]
    starts: int
    cost: float | None
    currency: str
    given: bool
    notes: tuple[Remark, ...]

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def hiring(data: Slice, need: float | Sequence[float], months: int = 12, *,
           monthly_attrition: float | None = None) -> HiringPlan:
    """A plan of `months` from the month after the list's last one, for `need` full agents in each (a number for all).

    Hazards are those of the list's last twelve months by tenure, or `monthly_attrition` for everybody. Raises
    UsageError for months or needs that cannot be, SourceError where there is no list.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise UsageError(f"a plan covers 1 to {MOST_MONTHS} months, not {months}", fix="--months 12")
    if monthly_attrition is not None and not 0 <= monthly_attrition < 1:
        raise UsageError(f"an attrition of {monthly_attrition:.0%} a month leaves nobody", fix="--attrition 4%")
    wanted = [float(need)] * months if isinstance(need, int | float) else [float(each) for each in need]
    if len(wanted) != months or not all(math.isfinite(each) and each >= 0 for each in wanted):
        raise UsageError("a need is a number of full agents for each month", fix="--need 60, or a CSV with month, fte")
    known = employments(data)
    today = known.last + timedelta(days=1)
    bands, notes = _hazards(known, monthly_attrition)
    own = data.settings.people
    course = Training(delay_of(own.training_weeks), own.graduation, own.class_size, _ramp(own.ramp))
    floor, learning = _people(known, today)
    found = hire(wanted, floor, bands, course, [learning])
    without = supply(floor, bands, course, [learning, *[0.0] * (months - 1)])
    start = today.replace(day=1) if today.day == 1 else (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    frame = _frame(found, wanted, start, course)
    starts = int(found.starts.sum())
    hour = data.settings.staffing.agent_cost_per_hour or None
    trained = training(own.training_hours, own.trainee_wage if own.trainee_wage is not None else hour, own.trainer_cost,
                       own.class_size, 1.0)
    each = None if own.recruit_cost is None and trained is None else (own.recruit_cost or 0.0) + (trained or 0.0)
    return HiringPlan(
        frame, tuple(without.effective.tolist()), tuple(bands), course,
        tuple(frame["month"].gather(list(found.late)).to_list()), starts, None if each is None else each * starts,
        data.settings.staffing.currency, monthly_attrition is not None, (*known.notes, *notes),
    )


def _hazards(known: Employments, given: float | None) -> tuple[list[Band], list[Remark]]:
    """Share leaving in a month by months of tenure; a stage that nobody went through takes the rate of all."""
    if given is not None:
        return [Band(0, given)], []
    rows = bands_of(known.watched())
    days = float(rows["agent_days"].sum())
    overall = float(rows["leavers"].sum()) / days * DAYS_PER_MONTH if days else 0.0
    bands, unseen = [], 0
    for edge, monthly in zip(EDGES, rows["monthly"].to_list(), strict=True):
        unseen += monthly is None
        rate = overall if monthly is None else monthly
        bands.append(Band(round(edge / DAYS_PER_MONTH), 1 - math.exp(-rate)))
    return bands, [Remark("hire_unseen", {"n": str(unseen)})] if unseen else []


def _ramp(weekly: Sequence[float]) -> tuple[float, ...]:
    """Proficiency per month from that per week; after the weeks that are given it is 1."""
    if not weekly:
        return ()
    months = math.ceil(len(weekly) / _WEEKS)
    found = []
    for month in range(months):
        first, last = month * _WEEKS, (month + 1) * _WEEKS
        worth = last - first
        for week, share in enumerate(weekly):
            worth -= (1 - share) * max(0.0, min(last, week + 1) - max(first, week))
        found.append(worth / (last - first))
    return tuple(found)


def _people(known: Employments, today: date) -> tuple[list[Cohort], float]:
    """Agents on the floor by months of tenure on calls, and trainees. Leads, quality and planning take no calls."""
    here = known.frame.filter(pl.col("end").is_null() | (pl.col("end") >= today)).filter(
        pl.col("role").fill_null("agent").is_in(["agent", "trainee"]))
    learning = (pl.col("role") == "trainee").fill_null(False) | (pl.col("productive_from") > today).fill_null(False)
    floor = here.filter(~learning).with_columns(
        tenure=((pl.lit(today) - pl.col("start")).dt.total_days() / DAYS_PER_MONTH).floor().clip(0).cast(pl.Int64))
    cohorts = [Cohort(float(n), tenure) for tenure, n in floor.group_by("tenure").len().sort("tenure").iter_rows()]
    return cohorts, float(here.height - floor.height)


def _frame(found: Hiring, wanted: Sequence[float], start: date, course: Training) -> pl.DataFrame:
    rows = []
    month = start
    for n, need in enumerate(wanted):
        leavers = float(found.supply.leavers[n])
        rows.append({
            "month": f"{month:%Y-%m}", "headcount": float(found.supply.headcount[n]), "leavers": leavers,
            "leavers_lo": _poisson(leavers, _LOW), "leavers_hi": _poisson(leavers, _HIGH),
            "graduates": float(found.supply.graduates[n]), "effective": float(found.supply.effective[n]),
            "needed": need, "gap": float(found.supply.effective[n]) - need, "start": int(found.starts[n]),
        })
        month = (month + timedelta(days=32)).replace(day=1)
    return pl.DataFrame(rows)


def _poisson(mean: float, level: float) -> int:
    """The number of leavers that a share `level` of such months do not exceed."""
    from scipy.special import pdtr

    counts = np.arange(int(mean + 12 * math.sqrt(mean + 1)) + 12)
    return int(np.argmax(pdtr(counts, mean) >= level)) if mean > 0 else 0
