"""A scheme tried on past months: what it would have cost, who gains by it, what each parameter does, if it is fair.

Everything is computed from the months' facts anew, gates and rounding included; nothing is extrapolated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import TYPE_CHECKING

import polars as pl

from ccops.errors import SourceError
from ccops.notebook import table
from ccops.people.incentives import assumptions, last_whole_month, partial, people, span, stopped, total
from ccops.people.incentives_facts import AdherenceOf, Facts, facts
from ccops.people.incentives_payouts import BARRED, PAID, UNRATED, Payout, payouts
from ccops.people.incentives_scheme import Scheme
from ccops.people.incentives_scores import rank_correlation
from ccops.people.incentives_variants import variants
from ccops.remark import Remark

if TYPE_CHECKING:
    from ccops.model import Slice

STEP = Decimal("0.1")  # each parameter is tried a tenth lower and a tenth higher
GROUPS = ("queue", "team", "shift")
FEWEST = 5  # people below whom a rank correlation has no interval
ALMOST = 1 - 1e-12  # a rank correlation of 1 has no finite z
_MONEY = pl.Decimal(18, 4)


@dataclass(frozen=True)
class Simulation:
    """`frame` has a row per month: whom the scheme pays, bars and does not rate, what it costs in all and per contact.

    `groups` compare what the people of a queue (the one that took most of their time), team and shift got with equal
    shares of each month's total. `sensitivity` has the total with each parameter a tenth lower and higher, and `moved`,
    the share of the total that would go to or come from somebody else, whichever is more. `mix` has rank correlations
    with the handle time expected of a person's queues: of the payout, and of speed, raw and at the same queues.
    """

    scheme: Scheme
    frame: pl.DataFrame
    groups: pl.DataFrame
    sensitivity: pl.DataFrame
    mix: pl.DataFrame
    stopped: pl.DataFrame
    total: Decimal
    notes: tuple[Remark, ...]

    @property
    def currency(self) -> str:
        return self.scheme.currency

    def _repr_html_(self) -> str:
        return table(self.frame.columns, self.frame.rows())


def simulate(data: Slice, scheme: Scheme, months: int = 3, last: date | None = None,
             adherence_of: AdherenceOf = lambda first, last: None) -> Simulation:
    """The scheme on so many months up to `last`, by default the last that is over; months without calls are left out.

    Raises SourceError where none of the months has calls.
    """
    begun, ended = span(data)
    month = last.replace(day=1) if last else last_whole_month(begun, ended)
    asked = sorted(_back(month, months))
    chosen = [one for one in asked if begun.replace(day=1) <= one <= ended]
    if not chosen:
        raise SourceError(f"no calls in {asked[0]:%Y-%m} to {asked[-1]:%Y-%m}",
                          excerpt=f"calls are known from {begun} to {ended}", fix="name months within them")
    past = [facts(data, scheme, one, adherence_of) for one in chosen]
    made = [payouts(found, scheme) for found in past]
    whole = sum(map(total, made), Decimal(0))
    notes = [note for one in chosen for note in partial(one, begun, ended)]
    notes += [Remark("inc_fewer_months", {"n": f"{len(chosen)}", "asked": f"{months}"})] * (len(chosen) < months)
    notes += _together([note for found in past for note in (*found.notes, *assumptions(found, scheme))])
    return Simulation(
        scheme, _months(past, made), _groups(past, made), _sensitivity(past, made, scheme), _mix(past, made),
        stopped([one for each in made for one in each]), whole, tuple(notes),
    )


def _back(month: date, months: int) -> Iterator[date]:
    for _ in range(months):
        yield month
        month = (month - timedelta(days=1)).replace(day=1)


def _together(notes: Sequence[Remark]) -> list[Remark]:
    """What is the same in several months, once."""
    months: dict[tuple[object, ...], tuple[Remark, list[str]]] = {}
    for note in notes:
        rest = (note.key, *(value for name, value in sorted(note.values.items()) if name != "month"))
        months.setdefault(rest, (note, []))[1].append(str(note.values["month"]))
    return [Remark(note.key, {**note.values, "month": ", ".join(named)}) for note, named in months.values()]


def _months(past: Sequence[Facts], made: Sequence[list[Payout]]) -> pl.DataFrame:
    rows = []
    for found, each in zip(past, made, strict=True):
        n = {status: sum(one.status == status for one in each) for status in (PAID, BARRED, UNRATED)}
        contacts = round(found.handled["below"].sum())
        whole, rated = total(each), n[PAID] + n[BARRED]
        rows.append({"month": found.month, "paid": n[PAID], "barred": n[BARRED], "not_rated": n[UNRATED],
                     "total": whole, "per_person": float(whole) / rated if rated else None, "contacts": contacts,
                     "per_contact": float(whole) / contacts if contacts else None})
    return pl.DataFrame(rows, schema_overrides={"total": _MONEY, "per_person": pl.Float64, "per_contact": pl.Float64})


def _groups(past: Sequence[Facts], made: Sequence[list[Payout]]) -> pl.DataFrame:
    """Payouts of rated people by queue, team and shift against equal shares of each month's total."""
    pay = pl.col("payout").cast(pl.Float64)
    rows = pl.concat([
        people(each, found).filter(pl.col("status") != UNRATED).with_columns(pay, equal=pay.mean())
        for found, each in zip(past, made, strict=True)
    ])
    parts = [
        rows.drop_nulls(by).group_by(pl.lit(by).alias("by"), pl.col(by).alias("group")).agg(
            people=pl.col("agent").n_unique().cast(pl.Int64), payouts=pl.len().cast(pl.Int64),
            per_person=pl.col("payout").mean(), equal=pl.col("equal").mean(),
        ).sort("group") for by in GROUPS
    ]
    difference = pl.col("per_person") - pl.col("equal")
    return pl.concat(parts).with_columns(
        difference=difference, ratio=pl.when(pl.col("equal") > 0).then(pl.col("per_person") / pl.col("equal"))
    )


def _sensitivity(past: Sequence[Facts], made: Sequence[list[Payout]], scheme: Scheme) -> pl.DataFrame:
    now = _amounts(made)
    whole = sum(now.values(), Decimal(0))
    rows = []
    for name, changed in variants(scheme):
        totals, moved = [], []
        for by in (1 - STEP, 1 + STEP):
            then = _amounts([payouts(found, changed(by)) for found in past])
            totals.append(sum(then.values(), Decimal(0)))
            moved.append(sum((abs(then[key] - now[key]) for key in now), Decimal(0)))
        rows.append({"parameter": name, "low_total": totals[0], "high_total": totals[1],
                     "moved": float(max(moved) / whole) if whole else None})
    kinds = {"low_total": _MONEY, "high_total": _MONEY, "moved": pl.Float64()}
    return pl.DataFrame(rows, schema_overrides=kinds)


def _amounts(made: Sequence[list[Payout]]) -> dict[tuple[int, str], Decimal]:
    return {(i, one.agent): one.amount or Decimal(0) for i, each in enumerate(made) for one in each}


def _mix(past: Sequence[Facts], made: Sequence[list[Payout]]) -> pl.DataFrame:
    """Rank correlations with the handle time expected of a person's queues, over everybody's mean of the months."""
    months = []
    for found, each in zip(past, made, strict=True):
        speed = found.handled.group_by("agent").agg(raw_speed=3600 * pl.col("below").sum() / pl.col("above").sum())
        rated = people(each, found).filter(pl.col("status") != UNRATED)
        paid = rated.select("agent", pl.col("payout").cast(pl.Float64))
        months.append(paid.join(found.people.select("agent", "handle_s"), on="agent").join(speed, on="agent"))
    rows = pl.concat(months).with_columns(speed=pl.col("raw_speed") * pl.col("handle_s") / 3600).drop_nulls()
    rows = rows.group_by("agent").mean().sort("agent")
    expected = rows["handle_s"].to_numpy()
    told = []
    for name in ("payout", "raw_speed", "speed"):
        rho = rank_correlation(expected, rows[name].to_numpy())
        told.append({"what": name, "n": rows.height, "rho": rho, **rank_interval(rho, rows.height)})
    return pl.DataFrame(told, schema={"what": pl.String, "n": pl.Int64, "rho": pl.Float64, "low": pl.Float64,
                                      "high": pl.Float64})


def rank_interval(rho: float | None, n: int) -> dict[str, float | None]:
    """The 95 % interval of a rank correlation; unknown for fewer than five or without one.

    Fisher's z with the variance (1 + rho^2 / 2) / (n - 3): Bonett & Wright 2000, Psychometrika 65:23.
    """
    if rho is None or n < FEWEST:
        return {"low": None, "high": None}
    middle = math.atanh(max(-ALMOST, min(ALMOST, rho)))
    half = NormalDist().inv_cdf(0.975) * math.sqrt((1 + rho * rho / 2) / (n - 3))
    return {"low": math.tanh(middle - half), "high": math.tanh(middle + half)}
