"""The JSON document of `ccops quality satisfaction`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SatisfactionRow:
    """A group, or all: who was asked and answered, the three figures with 95 % intervals.

    csat_worst and csat_best: the share if nobody, or everybody, who gave no answer were satisfied. nps in points.
    """

    by: dict[str, str | None]
    asked: int
    answered: int
    response_rate: float | None
    csat_n: int
    satisfied: int
    csat: float | None
    csat_low: float | None
    csat_high: float | None
    csat_worst: float | None
    csat_best: float | None
    nps_n: int
    promoters: int
    detractors: int
    nps: float | None
    nps_low: float | None
    nps_high: float | None
    ces_n: int
    ces: float | None
    ces_low: float | None
    ces_high: float | None


@dataclass(frozen=True)
class DriverRow:
    """What goes with the answer: `effect` per unit with its 95 % interval, a queue's `against` another one.

    Of csat effects are shares. `swing` is the difference between usual_from and usual_to, the 10th and 90th percentile.
    """

    driver: str
    against: str | None
    effect: float
    low: float
    high: float
    usual_from: float | None
    usual_to: float | None
    swing: float
    swing_low: float
    swing_high: float


@dataclass(frozen=True)
class SatisfactionDocument:
    """Satisfaction by group; drivers of `of` (csat, nps or ces), from `drivers_n` answers."""

    schema: str
    rows: list[SatisfactionRow]
    total: SatisfactionRow
    of: str
    drivers: list[DriverRow]
    drivers_n: int
    notes: list[str]


SATISFACTION_DOCUMENTS = {"quality-satisfaction": SatisfactionDocument}
