"""The JSON documents of `ccops people incentives`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PayoutRow:
    """A person whom the scheme pays. `status` is paid, barred (0 by a gate) or not_rated (payout null).

    own, team_part and deductions add up to the payout; `gates` are those that bar it or keep it from being rated.
    """

    agent: str
    team: str | None
    shift: str | None
    queue: str | None
    status: str
    gates: str | None
    contacts: int
    evaluations: int
    surveys: int
    failed: int
    attendance: float | None
    own: float | None
    team_part: float | None
    deductions: float | None
    payout: float | None


@dataclass(frozen=True)
class PayoutLine:
    """A line of a payout. `line` is own, team, gate, attendance or cap; the result's fields are null of the last three.

    `rated` is the score after credibility, `tier` the highest tier's score that it reaches, `weight` the share of the
    tiers' pay (of attendance: the share that it leaves).
    """

    agent: str
    line: str
    what: str
    actual: float | None
    expected: float | None
    n: float | None
    score: float | None
    credibility: float | None
    rated: float | None
    tier: float | None
    weight: float | None
    pay: float


@dataclass(frozen=True)
class GateRow:
    gate: str
    n: int


@dataclass(frozen=True)
class IncentivesDocument:
    """The payouts of a month; `stopped` counts people per gate."""

    schema: str
    month: date
    currency: str
    total: float
    rows: list[PayoutRow]
    lines: list[PayoutLine]
    stopped: list[GateRow]
    notes: list[str]


@dataclass(frozen=True)
class SchemeMonth:
    month: date
    paid: int
    barred: int
    not_rated: int
    total: float
    per_person: float | None
    contacts: int
    per_contact: float | None


@dataclass(frozen=True)
class SchemeGroup:
    """People of a queue, team or shift (`by`) against equal shares; amounts per person and month."""

    by: str
    group: str
    people: int
    payouts: int
    per_person: float
    equal: float
    difference: float
    ratio: float | None


@dataclass(frozen=True)
class SchemeParameter:
    """The total with the parameter a tenth lower and higher; `moved` is the share of it that changes hands or size."""

    parameter: str
    low_total: float
    high_total: float
    moved: float | None


@dataclass(frozen=True)
class MixRow:
    """Rank correlation with the handle time expected of a person's queues: of the payout, raw_speed and speed."""

    what: str
    n: int
    rho: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class IncentivesSimulationDocument:
    """A scheme on past months."""

    schema: str
    currency: str
    total: float
    rows: list[SchemeMonth]
    groups: list[SchemeGroup]
    sensitivity: list[SchemeParameter]
    mix: list[MixRow]
    stopped: list[GateRow]
    notes: list[str]


INCENTIVES_DOCUMENTS = {
    "people-incentives": IncentivesDocument, "people-incentives-simulation": IncentivesSimulationDocument,
}
