"""The JSON documents of `ccops staff` and `ccops capacity`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class StaffRow:
    """An open interval of a queue. Predictions are for `agents`: those staffed where known (basis), else required.

    plus_one_… and minus_one_… are changes by one agent; money is null where the settings name none.
    """

    queue: str
    start_at: datetime
    volume: float | None
    p10: float | None
    p50: float | None
    p90: float | None
    aht_s: float | None
    dispersion: float | None
    required: float | None
    required_mean: float | None
    required_gross: float | None
    staffed: float | None
    scheduled: float | None
    gap: float | None
    agents: float | None
    basis: str
    service_level: float | None
    asa_s: float | None
    p_abandon: float | None
    occupancy: float | None
    sl_p10: float | None
    plus_one_service_level: float | None
    plus_one_asa_s: float | None
    plus_one_answered: float | None
    plus_one_lost: float | None
    plus_one_value: float | None
    minus_one_service_level: float | None
    minus_one_asa_s: float | None
    minus_one_answered: float | None
    minus_one_lost: float | None
    minus_one_cost: float | None
    agent_cost: float | None


@dataclass(frozen=True)
class StaffTotal:
    """All queues together; an agent of several queues counts once."""

    start_at: datetime
    volume: float | None
    aht_s: float | None
    required: float | None
    required_mean: float | None
    required_gross: float | None
    staffed: float | None
    scheduled: float | None
    gap: float | None
    service_level: float | None
    asa_s: float | None
    p_abandon: float | None
    occupancy: float | None


@dataclass(frozen=True)
class StaffModel:
    """The queueing model of a queue: a, g or c; `pooled` patience is that of all queues."""

    queue: str
    model: str
    patience_s: float | None
    pooled: bool


@dataclass(frozen=True)
class StaffHours:
    required: float
    paid: float
    fte: float
    staffed: float | None
    short: float | None
    over: float | None


@dataclass(frozen=True)
class StaffTarget:
    service_level: float | None
    within_s: float
    asa_s: float | None
    answer_rate: float | None


@dataclass(frozen=True)
class StaffRules:
    target: StaffTarget
    interval_min: int
    risk: str
    model: str
    shrinkage: float
    max_occupancy: float
    minimum: float
    agent_cost_per_hour: float
    lost_call_value: float
    currency: str


@dataclass(frozen=True)
class PoolRow:
    start_at: datetime
    volume: float | None
    aht_s: float | None
    siloed: float | None
    pooled: float | None
    saving: float | None


@dataclass(frozen=True)
class PoolFigures:
    """Queues as one against queues apart, in agents per interval and agent-hours."""

    queues: list[str]
    siloed_hours: float
    pooled_hours: float
    saved_hours: float
    share: float | None
    rows: list[PoolRow]


@dataclass(frozen=True)
class StaffDocument:
    """`helps` are the rows in which one more agent brings most calls in time; `pool` is null unless asked for."""

    schema: str
    rows: list[StaffRow]
    total: list[StaffTotal]
    hours: StaffHours
    models: list[StaffModel]
    rules: StaffRules
    hindsight: bool
    helps: list[StaffRow]
    pool: PoolFigures | None
    notes: list[str]
