"""The JSON documents of `ccops staff` and `ccops capacity`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
class CapacityMonth:
    """Gaps are effective less required; with_hiring is with `starts` beginning training in that month."""

    month: str
    calls: float | None
    calls_lo: float | None
    calls_hi: float | None
    aht_s: float | None
    required_hours: float | None
    occupancy: float | None
    required_fte: float | None
    headcount: float | None
    effective_fte: float | None
    leavers: float | None
    graduates: float | None
    gap: float | None
    starts: float | None
    effective_with_hiring: float | None
    gap_with_hiring: float | None
    cost: float | None


@dataclass(frozen=True)
class CapacityAssumptions:
    target: StaffTarget
    shrinkage: float
    growth_per_month: float | None
    paid_hours_per_month: float
    schedule_efficiency: float
    currency: str


@dataclass(frozen=True)
class BusyHour:
    day: date
    busy_hour: datetime
    erlangs: float
    trunks: int
    most_at_once: int


@dataclass(frozen=True)
class BlockedLines:
    blocking: float
    trunks: int


@dataclass(frozen=True)
class TrunkFigures:
    """Lines for the busiest hour; `days` are the busy hours of all days, `blockings` other shares of blocked calls.

    `lost` calls of the hour would find no line free, were they to come as they came."""

    blocking: float
    busy_hour: datetime
    erlangs: float
    trunks: int
    calls: int
    hold_s: float
    most_at_once: int
    unknown: int
    lost: int
    days: list[BusyHour]
    blockings: list[BlockedLines]


@dataclass(frozen=True)
class CapacityDocument:
    """Months ahead, or with --trunks the lines: the other is empty or null."""

    schema: str
    months: list[CapacityMonth]
    assumptions: CapacityAssumptions | None
    cost: float | None
    trunks: TrunkFigures | None
    notes: list[str]


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
class CrewSpread:
    """A simulated figure with its 95 % interval."""

    mean: float
    lo: float
    hi: float


@dataclass(frozen=True)
class CrewRow:
    """A crew; `queues` are those it serves that have calls, the preferred first."""

    crew: str
    queues: list[str]
    agent_cost: float
    agents: int


@dataclass(frozen=True)
class CrewQueue:
    """A queue in the interval; `siloed` agents by Erlang A (C where patience is null) if only it were theirs."""

    queue: str
    calls: float
    aht_s: float
    patience_s: float | None
    siloed: int
    service_level: CrewSpread


@dataclass(frozen=True)
class CrewFigures:
    """The cheapest crews found for one interval, beside every queue apart (`siloed`) and one pool (`pooled`).

    `saved` is siloed less agents.
    """

    start_at: datetime
    interval_min: int
    target: float
    within_s: float
    agents: int
    cost: float
    occupancy: CrewSpread
    siloed: int
    pooled: int
    saved: int
    crews: list[CrewRow]
    queues: list[CrewQueue]


@dataclass(frozen=True)
class StaffDocument:
    """`helps` are the rows in which one more agent brings most calls in time; `pool` and `crews` are null unless asked
    for."""

    schema: str
    rows: list[StaffRow]
    total: list[StaffTotal]
    hours: StaffHours
    models: list[StaffModel]
    rules: StaffRules
    hindsight: bool
    helps: list[StaffRow]
    pool: PoolFigures | None
    crews: CrewFigures | None
    notes: list[str]
