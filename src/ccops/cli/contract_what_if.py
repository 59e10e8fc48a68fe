"""The JSON document of `ccops cost what-if`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class BillRow:
    """A month: money by part, paid hours, agent-hours on calls that the target needs, service level, lost calls."""

    labour: float
    telephone: float
    leavers: float
    self_service: float
    total: float
    paid_hours: float
    needed_hours: float
    service_level: float | None
    lost: float


@dataclass(frozen=True)
class LeverRow:
    """Savings per month, below 0: costs. Those of `folded` add up to the total, those of `alone` to nothing."""

    lever: str
    alone: float
    folded: float
    freed_hours: float
    paid_hours: float
    service_level: float | None
    lost: float
    breaks_target: bool


@dataclass(frozen=True)
class WhatIfDocument:
    schema: str
    first: date
    last: date
    currency: str
    keep_hours: bool
    target: float | None
    before: BillRow
    after: BillRow
    total: float
    rows: list[LeverRow]
    notes: list[str]
