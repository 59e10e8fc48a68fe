"""The JSON documents of `ccops people`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class AttritionRow:
    """A group; by tenure only agent_days, leavers and the rates are known. Rates are per month."""

    by: dict[str, str]
    opening: int | None
    hires: int | None
    leavers: int
    voluntary: int | None
    involuntary: int | None
    unknown: int | None
    internal: int | None
    closing: int | None
    agent_days: float
    monthly: float | None
    monthly_lo: float | None
    monthly_hi: float | None


@dataclass(frozen=True)
class EarlyRow:
    """Of those hired at least so many days before the end: how many left within them."""

    days: int
    hired: int
    left: int
    share: float | None
    lo: float | None
    hi: float | None


@dataclass(frozen=True)
class ReasonRow:
    reason: str | None
    kind: str
    leavers: int
    share: float
    median_days: float | None


@dataclass(frozen=True)
class CurvePoint:
    """The share of hires still here after so many days; `group` is null for all."""

    group: str | None
    days: int
    share: float


@dataclass(frozen=True)
class ExcessRow:
    """A group that leaves significantly more often than the others in a band of tenure; hazards are per month."""

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


@dataclass(frozen=True)
class AttritionDocument:
    """`rates` has every formula by its name; money is in `currency`."""

    schema: str
    first: date
    last: date
    rows: list[AttritionRow]
    rates: dict[str, float | None]
    leavers: int
    kinds: dict[str, int]
    headcount: int
    production_monthly: float | None
    trainees_monthly: float | None
    median_days: float | None
    curve: list[CurvePoint]
    log_rank_p: float | None
    early: list[EarlyRow]
    reasons: list[ReasonRow]
    excesses: list[ExcessRow]
    cost_per_leaver: float | None
    cost_parts: dict[str, float]
    cost_missing: list[str]
    point_saves: float | None
    currency: str
    notes: list[str]


@dataclass(frozen=True)
class HiringRow:
    """A month: people at its start, leavers expected with the range of chance, full agents, how many to start."""

    month: str
    headcount: float
    leavers: float
    leavers_lo: int
    leavers_hi: int
    graduates: float
    effective: float
    needed: float
    gap: float
    start: int


@dataclass(frozen=True)
class HazardRow:
    """The share that leaves in a month from a month of tenure on."""

    from_month: int
    rate: float


@dataclass(frozen=True)
class HiringDocument:
    """`without_hiring` are the full agents per month if nobody is hired; `late` months that no class reaches."""

    schema: str
    rows: list[HiringRow]
    without_hiring: list[float]
    starts: int
    late: list[str]
    cost: float | None
    currency: str
    hazards: list[HazardRow]
    notes: list[str]


PEOPLE_DOCUMENTS: dict[str, type[Any]] = {"people-attrition": AttritionDocument, "people-hiring": HiringDocument}
