"""The JSON document of `ccops cost what-if`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class BillRow:
    """A month: money by part, null where not known and then not in the total; paid hours and those that the target
    needs; service level and lost calls. `leavers` is what they cost more than now."""

    labour: float
    telephone: float | None
    leavers: float
    self_service: float | None
    total: float
    paid_hours: float
    needed_hours: float
    service_level: float | None
    lost: float


@dataclass(frozen=True)
class LeverRow:
    """Savings per month, below 0: costs. Those of `folded` add up to the total, those of `alone` to nothing.

    `meets_target` is over all queues. `breaks_target`: a demand of the target is missed that was met before, or missed
    by more than ever before, over all queues or in those of `broken`.
    """

    lever: str
    alone: float
    folded: float
    freed_hours: float
    paid_hours: float
    service_level: float | None
    lost: float
    meets_target: bool
    breaks_target: bool
    broken: list[str]


@dataclass(frozen=True)
class WhatIfDocument:
    """`target` is the service level within `within_s`; what the target does not ask for is null."""

    schema: str
    first: date
    last: date
    currency: str
    keep_hours: bool
    target: float | None
    within_s: float
    target_asa_s: float | None
    target_answer_rate: float | None
    before: BillRow
    after: BillRow
    total: float
    rows: list[LeverRow]
    notes: list[str]
