"""What service costs: one point more of the service level, and queues apart instead of together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import polars as pl

from ccops.cost.baseline import Baseline
from ccops.cost.levers import LEVERS, Lever
from ccops.errors import UsageError
from ccops.workforce.staffing import requirement, served
from ccops.workforce.staffing_requirement import Target

STEPS = (-0.05, -0.01, 0.0, 0.01, 0.05)


@dataclass(frozen=True)
class Level:
    """A target, met in every interval: hours on calls a month, what they cost, calls that are lost, and by how much it
    is dearer per point than the target of the settings."""

    target: float
    hours: float
    cost: float
    lost: float
    per_point: float | None


@dataclass(frozen=True)
class Pair:
    """Two queues: hours on calls a month that they need apart and together, and what the difference costs."""

    queues: tuple[str, str]
    apart: float
    together: float
    saves: float


def levels(known: Baseline) -> list[Level]:
    """The target of the settings, and a little below and above it. Raises UsageError without a service level."""
    target = known.rules.target.service_level
    if target is None:
        raise UsageError("there is no service level to price", fix="set [targets] service_level in ccops.toml")
    wanted = [target + step for step in STEPS if 0 < target + step < 1]
    found = [(one, *_at(known, one)) for one in wanted]
    price = known.state.hour_price / known.state.productive
    base = next(hours for one, hours, _ in found if one == target)
    return [
        Level(one, hours, hours * price, lost,
              None if one == target else (hours - base) * price / ((one - target) * 100))
        for one, hours, lost in found
    ]


def _at(known: Baseline, level: float) -> tuple[float, float]:
    """Hours on calls a month at a target, and calls lost with exactly these people."""
    rules = replace(known.rules, target=Target(level, known.rules.target.within_s))
    rows = requirement(known.state.load, known.state.patience, known.data.settings, rules)
    made = served(rows.with_columns(agents=pl.col("required")), known.state.patience, rules)
    lost = float((made["volume"] * made["p_abandon"].fill_null(0.0)).sum())
    return float(rows["required"].sum()) * rules.hours / known.months, lost / known.months


def pairs(known: Baseline) -> list[Pair]:
    """Every two queues, those first that save most together."""
    need = dict(known.state.load.group_by("queue").agg(pl.col("required").sum()).iter_rows())
    unit, price = known.rules.hours / known.months, known.state.hour_price / known.state.productive
    found = []
    for one, other in combinations(sorted(need), 2):
        lever = Lever(f"pool={one}+{other}", "pool", queues=(one, other))
        state = LEVERS["pool"][1](lever, known, known.state)
        pooled = state.load.filter(~pl.col("queue").is_in(list(need)))
        rows = requirement(pooled, state.patience, known.data.settings, known.rules)
        apart, together = (need[one] + need[other]) * unit, float(rows["required"].sum()) * unit
        found.append(Pair((one, other), apart, together, (apart - together) * price))
    return sorted(found, key=lambda pair: -pair.saves)
