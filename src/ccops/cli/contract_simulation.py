"""The JSON document of `ccops simulate`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Spread:
    """A mean over the replications with its 95 % interval."""

    mean: float | None
    lo: float | None
    hi: float | None


@dataclass(frozen=True)
class RealFigures:
    service_level: float | None
    asa_s: float | None
    abandon_rate: float | None


@dataclass(frozen=True)
class SimulateRow:
    """A queue, or with queue null all of them; `real` is null for a day to come.

    One simulated day in ten has a service level below service_level_p10.
    """

    queue: str | None
    offered: float | None
    service_level: Spread
    service_level_p10: float | None
    asa_s: Spread
    abandon_rate: Spread
    occupancy: Spread
    real: RealFigures | None


@dataclass(frozen=True)
class SimulateInterval:
    start_at: datetime
    offered: float | None
    service_level: Spread
    asa_s: Spread
    abandon_rate: Spread
    occupancy: Spread


@dataclass(frozen=True)
class ValidationFigure:
    """`error` is simulated - real, for asa_s as a share of the real one; low to high are 95 % of single days."""

    queue: str | None
    metric: str
    real: float | None
    mean: float | None
    lo: float | None
    hi: float | None
    low: float | None
    high: float | None
    error: float | None


@dataclass(frozen=True)
class ValidationDay:
    day: date
    reproduced: bool | None
    figures: list[ValidationFigure]
    reasons: list[str]


@dataclass(frozen=True)
class Skipped:
    day: date
    reason: str


@dataclass(frozen=True)
class ValidationFigures:
    """Median errors over the days, without their sign."""

    days: list[ValidationDay]
    median: RealFigures
    reproduced: int
    skipped: list[Skipped]


@dataclass(frozen=True)
class Difference:
    queue: str | None
    metric: str
    base: float | None
    changed: float | None
    difference: float | None
    lo: float | None
    hi: float | None


@dataclass(frozen=True)
class WhatIfFigures:
    changes: list[str]
    rows: list[Difference]


@dataclass(frozen=True)
class SimulateDocument:
    """`arrivals` is replay or forecast. `validation` and `what_if` are null unless asked for.

    Of several days there are no rows, only the validation; then `day` is null.
    """

    schema: str
    day: date | None
    replications: int
    seed: int
    arrivals: str
    rows: list[SimulateRow]
    total: SimulateRow | None
    intervals: list[SimulateInterval]
    validation: ValidationFigures | None
    what_if: WhatIfFigures | None
    notes: list[str]
