"""The JSON documents of `ccops forecast` and its backtest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ForecastRow:
    """Calls to expect in an interval: mean, quantiles interpolated between whole numbers, and variance over mean."""

    queue: str
    start_at: datetime
    volume: float
    p10: float
    p50: float
    p90: float
    aht_s: float | None
    dispersion: float


@dataclass(frozen=True)
class ForecastDay:
    queue: str
    day: date
    volume: float
    p10: float
    p90: float
    dispersion: float
    busiest_at: datetime | None
    busiest: float


@dataclass(frozen=True)
class ForecastQueue:
    queue: str
    method: str
    wape: float | None
    wape_vendor: float | None
    dispersion: float
    history_from: date
    history_to: date
    tried_days: int
    remarks: list[str]


@dataclass(frozen=True)
class QueueLeftOut:
    queue: str
    days: int
    needs_days: int


@dataclass(frozen=True)
class ForecastDocument:
    schema: str
    interval_min: int
    rows: list[ForecastRow]
    days: list[ForecastDay]
    queues: list[ForecastQueue]
    left_out: list[QueueLeftOut]
    remarks: list[str]


@dataclass(frozen=True)
class MethodScore:
    name: str
    horizon_days: int
    wape: float | None
    bias: float | None
    coverage80: float | None


@dataclass(frozen=True)
class QueueScores:
    queue: str
    chosen: str
    days: int
    methods: list[MethodScore]


@dataclass(frozen=True)
class BacktestDocument:
    """`methods` are of all queues together, `chosen` is null where queues chose differently."""

    schema: str
    methods: list[MethodScore]
    chosen: str | None
    queues: list[QueueScores]
    left_out: list[QueueLeftOut]
    remarks: list[str]
