"""The JSON document of `ccops adherence`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class AdherenceRow:
    """A group. By agent, team or day n and share are null; by reason the planned times and the two rates are.

    calls_late: calls kept from being answered in time; below 0 where working through a pause won some.
    """

    by: dict[str, str | None]
    scheduled_s: float | None
    tracked_s: float | None
    adherent_s: float | None
    adherence: float | None
    work_s: float | None
    worked_s: float | None
    conformance: float | None
    deviation_s: float | None
    lost_s: float | None
    calls_late: float | None
    n: int | None
    share: float | None


@dataclass(frozen=True)
class DeviationRow:
    """A deviation, cut at the business day. `planned` is null where it spans several activities; `aux` is the switch's
    own reason of unplanned not-ready time."""

    agent: str
    team: str | None
    day: date
    start_at: datetime
    end_at: datetime
    seconds: float
    planned: str | None
    reason: str
    aux: str | None
    lost_s: float
    calls_late: float | None


@dataclass(frozen=True)
class UnmeasuredRow:
    """An agent's planned time that cannot be looked at: no_states, inferred (sign-ins), or no_log on those days."""

    agent: str
    team: str | None
    why: str
    days: int
    scheduled_s: float


@dataclass(frozen=True)
class AdherencePrice:
    model: str
    interval_min: int
    within_s: float
    offered: int
    calls_late: float | None
    service_level_lost: float | None
    unpriced_s: float


@dataclass(frozen=True)
class AdherenceDocument:
    """States are known from `known_from` to `known_to`; nothing outside is looked at."""

    schema: str
    rows: list[AdherenceRow]
    total: AdherenceRow
    reasons: list[AdherenceRow]
    deviations: list[DeviationRow]
    not_measurable: list[UnmeasuredRow]
    price: AdherencePrice
    tolerance_s: float
    known_from: datetime | None
    known_to: datetime | None
