"""Attrition as a rate, by every formula that is in use: they differ, so each has a name.

Leavers over agent-days is exact and adds up over groups and months; the others stand on head counts at two moments.
A promotion or move within the company is no attrition. Cited cases: 45 leavers, 232 people at the start and 189 at the
end are 21.38 %; of 100 people, 50 joining and 20 leaving are 13.33, 15.38 or 17.39 %.
"""

from __future__ import annotations

from dataclasses import dataclass

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Rates:
    """Shares of people; None where nobody was there to leave. `monthly` is the exact rate, the annual ones follow."""

    leavers: int
    agent_days: float
    opening: int
    hires: int
    closing: int

    @property
    def attrition_person_time(self) -> float | None:
        """Leavers per person and month: leavers / (agent-days / days of a month)."""
        return self.leavers * DAYS_PER_MONTH / self.agent_days if self.agent_days > 0 else None

    @property
    def attrition_mean_headcount(self) -> float | None:
        """Leavers over the mean of the head counts at both ends, of the whole period."""
        return _over(self.leavers, (self.opening + self.closing) / 2)

    @property
    def attrition_opening_and_hires(self) -> float | None:
        """Leavers over everybody who was there at the start or joined."""
        return _over(self.leavers, self.opening + self.hires)

    @property
    def attrition_closing(self) -> float | None:
        """Leavers over the head count at the end."""
        return _over(self.leavers, self.closing)

    @property
    def attrition_annual_simple(self) -> float | None:
        """Twelve times the monthly rate."""
        return annual_simple(self.attrition_person_time)

    @property
    def attrition_annual_compound(self) -> float | None:
        """The share of a year's start who would be gone after twelve such months."""
        return annual_compound(self.attrition_person_time)


RATES = (
    "attrition_person_time", "attrition_mean_headcount", "attrition_opening_and_hires", "attrition_closing",
    "attrition_annual_simple", "attrition_annual_compound",
)


def annual_simple(monthly: float | None) -> float | None:
    """x 12: 4 % a month are 48 % a year."""
    return None if monthly is None else 12 * monthly


def annual_compound(monthly: float | None) -> float | None:
    """1 - (1 - m)^12: 4 % a month are 38.729 % of the people of its start."""
    return None if monthly is None else 1 - (1 - min(monthly, 1.0)) ** 12


def _over(leavers: int, people: float) -> float | None:
    return leavers / people if people > 0 else None
