"""The JSON document of `ccops cost sourcing`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OfferRow:
    """An offer: in today's money, by year (the first is what is paid before the first month) and cumulated, by item.

    Items that the file does not name: `+` mark-up or margin, `overlap` and `exit` what the one in force costs while and
    when it is left, and those of staff.
    """

    name: str
    kind: str
    in_force: bool
    npv: float
    per_seat_month: float | None
    per_contact: float | None
    saves: float | None
    breaks_even: int | None
    years: list[float]
    cumulated: list[float]
    items: dict[str, float]
    credits: float


@dataclass(frozen=True)
class VolumeRow:
    """A month of the centre made whole: units by name, null where not known."""

    month: date
    days: int
    units: dict[str, float | None]
    service_level: float | None


@dataclass(frozen=True)
class SourcingDocument:
    schema: str
    years: int
    rate: float
    growth: float
    seats: int | None
    currency: str
    rows: list[OfferRow]
    months: list[VolumeRow]
    notes: list[str]
