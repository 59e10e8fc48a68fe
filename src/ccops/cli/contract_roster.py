"""The JSON document of `ccops roster`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class RosterAssignment:
    agent: str
    day: date
    shift: str
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True)
class RosterPerson:
    """Sums over the roster; contract_h null without a contract. Wishes are counted day by day."""

    agent: str
    team: str
    hours: float
    contract_h: float | None
    overtime_h: float
    undertime_h: float
    shifts: int
    nights: int
    weekends: int
    wishes: int
    wishes_granted: int


@dataclass(frozen=True)
class RosterCoverage:
    """People wanted and there on a day's shift; with a skill: so many of them who have it."""

    day: date
    shift: str
    skill: str
    required: int
    minimum: int
    rostered: int
    short: int


@dataclass(frozen=True)
class RosterClash:
    """Rules of which no roster keeps all; if `minimal`, none of them can be left out of that."""

    minimal: bool
    rules: list[str]


@dataclass(frozen=True)
class RosterDocument:
    """status: optimal, feasible, infeasible or unknown; the last two have no roster, and exit 6.

    No roster costs less than bound; gap = (cost - bound) / cost; costs are the parts of the cost. stopped: gap, time,
    interrupted, or empty where the search ended by itself.
    """

    schema: str
    status: str
    cost: float | None
    bound: float | None
    gap: float | None
    seconds: float
    stopped: str
    costs: dict[str, float]
    assignments: list[RosterAssignment]
    people: list[RosterPerson]
    coverage: list[RosterCoverage]
    clash: RosterClash | None
    absences_outside: int
