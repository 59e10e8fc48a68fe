"""Attrition: who leaves, when, from where, what it costs; of groups alone, never of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from ccops.errors import UsageError
from ccops.model import Slice
from ccops.people.early import Excess, bands_of, excess
from ccops.people.employments import GROUPS, UNKNOWN, Employments, employments
from ccops.people.leaver_cost import LeaverCost, leaver_cost
from ccops.people.rates import DAYS_PER_MONTH, RATES, Rates
from ccops.people.survival import LogRank, Survival, kaplan_meier, log_rank, poisson_interval
from ccops.remark import Remark

BY = ("month", *GROUPS, "tenure")
EARLY_DAYS = (30, 60, 90)
CURVE_DAYS = (30, 60, 90, 180, 365, 730)


@dataclass(frozen=True, eq=False)
class Attrition:
    """`frame` has a row per group: opening, hires, leavers by kind, internal moves, agent_days, the monthly rate with
    its interval. `curve` is the survival of all by days of tenure; `reasons` are ranked; `early` are shares of those
    hired long enough ago who left within 30, 60, 90 days; `trainees` and `production` are apart.
    """

    by: str
    first: date
    last: date
    frame: pl.DataFrame
    total: Rates
    kinds: dict[str, int]
    trainees: Rates
    production: Rates
    curve: Survival
    curves: dict[str, Survival]
    tested: LogRank | None
    tenure: pl.DataFrame
    early: pl.DataFrame
    reasons: pl.DataFrame
    excesses: tuple[Excess, ...]
    cost: LeaverCost
    headcount: int
    notes: tuple[Remark, ...]

    @property
    def rates(self) -> dict[str, float | None]:
        """Every formula by its name."""
        return {name: getattr(self.total, name) for name in RATES}

    @cached_property
    def point_saves(self) -> float | None:
        """What one point less of monthly attrition saves in a month; None where a leaver's cost is not known."""
        return None if self.cost.total is None else 0.01 * self.headcount * self.cost.total

    def _repr_html_(self) -> str:
        from ccops.notebook import table

        return table(self.frame.columns, self.frame.rows())


def attrition(data: Slice, by: str = "month", first: date | None = None, last: date | None = None) -> Attrition:
    """Attrition of the scope's teams between two days, by month, team, shift, source or tenure.

    Raises SourceError where there is no list of employees, UsageError for another grain.
    """
    if by not in BY:
        raise UsageError(f"attrition goes by {', '.join(BY)}, not {by}", fix="ccops people attrition --by shift")
    known = employments(data, first, last)
    watched = known.watched()
    cost = leaver_cost(data.settings)
    curve = _curve(watched)
    curves, tested = _compared(watched, by)
    gone = watched.filter("left")
    in_training = _in_training(known, watched)
    return Attrition(
        by, known.first, known.last, _rows(known, watched, by), _rates(known, watched),
        {kind: gone.filter(pl.col("kind") == kind).height for kind in ("voluntary", "involuntary", UNKNOWN)},
        *in_training, curve, curves, tested, bands_of(watched), _early(known, watched), _reasons(gone),
        tuple(excess(known, cost.total)), cost, known.headcount(known.last), known.notes,
    )


def _curve(watched: pl.DataFrame) -> Survival:
    return kaplan_meier(watched["exit"].to_numpy(), watched["left"].to_numpy(), watched["entry"].to_numpy())


def _compared(watched: pl.DataFrame, by: str) -> tuple[dict[str, Survival], LogRank | None]:
    """Survival of each group, and whether they differ."""
    if by not in GROUPS:
        return {}, None
    parts = {name: part for name, part in _groups(watched, GROUPS[by]) if part.height > 1}
    curves = {name: _curve(part) for name, part in parts.items()}
    if len(parts) < 2 or not watched["left"].any():
        return curves, None
    triples = [(p["exit"].to_numpy(), p["left"].to_numpy(), p["entry"].to_numpy()) for p in parts.values()]
    return curves, log_rank(triples)


def _groups(watched: pl.DataFrame, column: str) -> list[tuple[str, pl.DataFrame]]:
    named = watched.with_columns(pl.col(column).fill_null(UNKNOWN))
    return [(str(name), part) for (name,), part in sorted(named.group_by(column), key=lambda pair: str(pair[0][0]))]


def _rates(known: Employments, watched: pl.DataFrame, first: date | None = None, last: date | None = None) -> Rates:
    """The counts of some stretches between two days of the period."""
    first, last = first or known.first, last or known.last
    start, end = pl.col("start"), pl.col("end")
    days = (pl.min_horizontal(end.fill_null(last), pl.lit(last)) - pl.max_horizontal(start, pl.lit(first))
            ).dt.total_days() + 1
    [row] = watched.select(
        leavers=(pl.col("left") & end.is_between(first, last)).sum(),
        agent_days=days.clip(0).sum().cast(pl.Float64),
        opening=((start < first) & (end.is_null() | (end >= first))).sum(),
        hires=start.is_between(first, last).sum(),
        closing=((start <= last) & (end.is_null() | (end > last))).sum(),
    ).to_dicts()
    return Rates(**row)


def _rows(known: Employments, watched: pl.DataFrame, by: str) -> pl.DataFrame:
    if by == "tenure":
        return bands_of(watched)
    rows: list[dict[str, Any]] = []
    if by == "month":
        for first, last in _months(known.first, known.last):
            rows.append(_row(by, f"{first:%Y-%m}", _rates(known, watched, first, last), watched, first, last))
    else:
        for name, part in _groups(watched, GROUPS[by]):
            rows.append(_row(by, name, _rates(known, part), part, known.first, known.last))
    return pl.DataFrame(rows, infer_schema_length=None)


def _row(by: str, name: str, rates: Rates, part: pl.DataFrame, first: date, last: date) -> dict[str, Any]:
    gone = part.filter(pl.col("end").is_between(first, last))
    lo, hi = poisson_interval(rates.leavers)
    scale = DAYS_PER_MONTH / rates.agent_days if rates.agent_days > 0 else None
    kinds = {kind: gone.filter("left", pl.col("kind") == kind).height for kind in ("voluntary", "involuntary", UNKNOWN)}
    return {
        by: name, "opening": rates.opening, "hires": rates.hires, "leavers": rates.leavers, **kinds,
        "internal": gone.filter("moved").height, "closing": rates.closing, "agent_days": rates.agent_days,
        "monthly": rates.attrition_person_time, "monthly_lo": scale and lo * scale, "monthly_hi": scale and hi * scale,
    }


def _months(first: date, last: date) -> list[tuple[date, date]]:
    found, begin = [], first
    while begin <= last:
        after = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((begin, min(after - timedelta(days=1), last)))
        begin = after
    return found


def _in_training(known: Employments, watched: pl.DataFrame) -> tuple[Rates, Rates]:
    """Trainees and people in production: the same person counts in both, each for their own days."""
    start, end, productive = pl.col("start"), pl.col("end"), pl.col("productive_from")
    is_trainee = pl.col("role") == "trainee"
    switch = pl.when(is_trainee.fill_null(False) & productive.is_null()).then(pl.lit(date.max)).otherwise(
        pl.coalesce(productive, start))
    split = watched.with_columns(switch=switch)
    before = split.filter(pl.col("switch") > start).with_columns(
        left=pl.col("left") & (end < pl.col("switch")),
        end=pl.min_horizontal(end, pl.when(pl.col("switch") < date.max).then(pl.col("switch").dt.offset_by("-1d"))),
    )
    after = split.filter(end.is_null() | (end >= pl.col("switch")), pl.col("switch") < date.max).with_columns(
        start=pl.max_horizontal(start, pl.col("switch"))
    )
    return _rates(known, before), _rates(known, after)


def _early(known: Employments, watched: pl.DataFrame) -> pl.DataFrame:
    """Of those hired in the period and long enough ago: how many left within so many days."""
    from scipy.special import betaincinv

    rows = []
    for days in EARLY_DAYS:
        cohort = watched.filter(pl.col("start") >= known.first, pl.col("start") <= known.last - timedelta(days=days))
        n, left = cohort.height, cohort.filter("left", pl.col("exit") <= days).height
        lo = float(betaincinv(left, n - left + 1, 0.025)) if left else 0.0
        hi = float(betaincinv(left + 1, n - left, 0.975)) if left < n else 1.0
        rows.append({"days": days, "hired": n, "left": left, "share": left / n if n else None,
                     "lo": lo if n else None, "hi": hi if n else None})
    schema = {"days": pl.Int64, "hired": pl.Int64, "left": pl.Int64, "share": pl.Float64, "lo": pl.Float64,
              "hi": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def _reasons(gone: pl.DataFrame) -> pl.DataFrame:
    return gone.group_by("reason", "kind").agg(leavers=pl.len(), median_days=pl.col("exit").median()).with_columns(
        share=pl.col("leavers") / max(gone.height, 1)
    ).sort("leavers", "reason", descending=[True, False], nulls_last=True)


def shown_curve(curve: Survival, days: Sequence[int] = CURVE_DAYS) -> list[dict[str, float | int | None]]:
    """The curve at round numbers of days, as far as anybody was watched."""
    longest = float(curve.times[-1]) if len(curve.times) else 0.0
    return [{"days": day, "share": curve.at(day)} for day in days if day <= max(longest, days[0])]
