"""The JSON document of `ccops cost tariff`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RankedRow:
    """A tariff: its invoices of these days, a month of such calls, and what it saves against the one in force."""

    name: str
    in_force: bool
    total: float
    per_month: float
    per_minute: float | None
    saves: float | None


@dataclass(frozen=True)
class RatedRow:
    tariff: str
    month: date
    rate: int
    direction: str
    calls: int
    seconds: int
    billed_s: int
    charge: float


@dataclass(frozen=True)
class InvoiceRow:
    tariff: str
    month: date
    invoice: float


@dataclass(frozen=True)
class TariffDocument:
    schema: str
    first: date
    last: date
    currency: str
    calls: int
    minutes: float
    ranked: list[RankedRow]
    rows: list[RatedRow]
    invoices: list[InvoiceRow]
    notes: list[str]
