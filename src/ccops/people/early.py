"""When in their tenure people leave, and which group leaves significantly more often than the others at that stage."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from ccops.people.employments import GROUPS, UNKNOWN, Employments
from ccops.people.rates import DAYS_PER_MONTH
from ccops.people.survival import BandHazard, band_hazards

# Days of tenure at which bands begin: training, probation, the first year, the second, settled.
EDGES = (0, 90, 180, 365, 730)
_SIGNIFICANT = 0.05
_LEAST = 3  # leavers: fewer prove nothing
_EXPECTED = 1  # leavers that a group's days would give: with fewer there is nothing to test, and the others pay for it


@dataclass(frozen=True)
class Excess:
    """A group that leaves more often than the others in a band of tenure, tested by the share of leavers that its share
    of days would give (binomial, one-sided), with Holm's correction over all groups and bands.

    Hazards are per month. `avoidable` are leavers per month beyond what the others' hazard would give, from `lo` to
    `hi`; `saves` prices them, None where a leaver's cost is not known.
    """

    by: str
    group: str
    first_day: int
    last_day: int | None
    leavers: int
    people: int
    hazard: float
    others: float
    p: float
    avoidable: float
    lo: float
    hi: float
    saves: float | None

    @property
    def ratio(self) -> float | None:
        """How many times as often as the others; None where none of them left."""
        return self.hazard / self.others if self.others > 0 else None


def bands_of(watched: pl.DataFrame) -> pl.DataFrame:
    """Hazards per month by band of tenure, over all."""
    rows = [
        {"tenure": _name(band.first, band.last), "first_day": int(band.first),
         "agent_days": band.exposure, "leavers": band.left,
         **{name: None if value is None else value * DAYS_PER_MONTH for name, value in (
             ("monthly", band.rate), ("monthly_lo", band.lo), ("monthly_hi", band.hi))}}
        for band in _hazards(watched)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def excess(known: Employments, cost: float | None) -> list[Excess]:
    """Groups with significantly more leavers at a stage, those first who cost most. `cost` is that of a leaver."""
    watched, months = known.watched(), ((known.last - known.first).days + 1) / DAYS_PER_MONTH
    found = [one for by, column in GROUPS.items() for one in _tested(watched, by, column, months, cost)]
    ordered, kept, allowed = sorted(found, key=lambda one: one.p), [], True
    for rank, one in enumerate(ordered):
        allowed = allowed and one.p * (len(ordered) - rank) <= _SIGNIFICANT
        if allowed and one.leavers >= _LEAST:
            kept.append(one)
    return sorted(kept, key=lambda one: -one.avoidable)


def _tested(watched: pl.DataFrame, by: str, column: str, months: float, cost: float | None) -> Iterator[Excess]:
    from scipy.special import betainc

    named = watched.with_columns(pl.col(column).fill_null(UNKNOWN))
    everybody = _hazards(named)
    for (group,), part in sorted(named.group_by(column), key=lambda pair: str(pair[0][0])):
        for own, every in zip(_hazards(part), everybody, strict=True):
            rest, left = every.exposure - own.exposure, every.left - own.left
            share = own.exposure / every.exposure if every.exposure else 0.0
            if rest <= 0 or every.left * share < _EXPECTED:
                continue
            p = float(betainc(own.left, every.left - own.left + 1, share)) if own.left else 1.0
            others = left / rest
            avoidable, lo, hi = (
                max((rate or 0.0) - others, 0.0) * own.exposure / months for rate in (own.rate, own.lo, own.hi)
            )
            yield Excess(
                by, str(group), int(own.first), None if math.isinf(own.last) else int(own.last), own.left, part.height,
                (own.rate or 0.0) * DAYS_PER_MONTH, others * DAYS_PER_MONTH, p, avoidable, lo, hi,
                None if cost is None else avoidable * cost,
            )


def _hazards(part: pl.DataFrame) -> list[BandHazard]:
    return band_hazards(part["exit"].to_numpy(), part["left"].to_numpy(), part["entry"].to_numpy(), EDGES)


def _name(first: float, last: float) -> str:
    return f"{first:.0f}+" if math.isinf(last) else f"{first:.0f}-{last:.0f}"
