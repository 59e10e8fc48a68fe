"""The JSON document of `ccops cost report`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CostRow:
    by: dict[str, str]
    direct: float
    shared: float
    cost: float
    contacts: int
    handled_minutes: float
    cost_per_contact: float | None
    cost_per_handled_minute: float | None


@dataclass(frozen=True)
class VarianceRow:
    """Actual less budget; the parts add up to the total, or are null with `missing` saying why."""

    total: float
    budget: float
    volume: float | None
    efficiency: float | None
    rate: float | None
    price: float | None
    missing: list[str]


@dataclass(frozen=True)
class CostDocument:
    schema: str
    month: date
    currency: str
    total: float
    categories: dict[str, float]
    quantities: dict[str, float]
    cost_per_contact: float | None
    cost_per_handled_minute: float | None
    cost_per_productive_hour: float | None
    cost_per_resolution: float | None
    shrinkage_cost: float | None
    repeat_cost: float | None
    variance: VarianceRow | None
    rows: list[CostRow]
    notes: list[str]
