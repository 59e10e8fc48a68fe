"""What it costs when somebody leaves: recruiting, training, the empty seat, the ramp, quality, the exit.

recruit + (trainee wage x hours + trainer share) / graduation + uncovered hours x premium
+ sum over weeks of (1 - proficiency) x paid hours x loaded rate + quality loss + exit. A part that the settings do not
give is left out and named, never taken as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ccops.settings import Settings

PARTS = ("recruit", "train", "vacancy", "ramp", "quality", "exit")


@dataclass(frozen=True)
class LeaverCost:
    """Amounts per part; `missing` are the parts that nothing is known of. The total is that of the known parts."""

    parts: Mapping[str, float]
    missing: tuple[str, ...]
    currency: str

    @property
    def total(self) -> float | None:
        return sum(self.parts.values()) if self.parts else None


def leaver_cost(settings: Settings) -> LeaverCost:
    """The cost of one leaver, from `[people]` and the hourly cost of `[staffing]`."""
    own, hour = settings.people, settings.staffing.agent_cost_per_hour or None
    week = settings.staffing.hours_per_week
    trainee = own.trainee_wage if own.trainee_wage is not None else hour
    found: dict[str, float | None] = {
        "recruit": own.recruit_cost,
        "train": training(own.training_hours, trainee, own.trainer_cost, own.class_size, own.graduation),
        "vacancy": _times(own.vacancy_hours, own.vacancy_premium),
        "ramp": ramp(own.ramp, week, hour) if own.ramp else None,
        "quality": own.quality_loss, "exit": own.exit_cost,
    }
    known = {part: amount for part, amount in found.items() if amount is not None}
    return LeaverCost(known, tuple(part for part in PARTS if part not in known), settings.staffing.currency)


def training(hours: float | None, trainee: float | None, trainer: float | None, class_size: int,
             graduation: float) -> float | None:
    """Training per person who comes onto the floor: those who do not graduate were paid as well."""
    if hours is None or trainee is None:
        return None
    return hours * (trainee + (trainer or 0.0) / class_size) / graduation


def ramp(proficiency: list[float], hours_per_week: float, hour: float | None) -> float | None:
    """Paid hours of the first weeks that do not yet bring what an experienced agent's would."""
    return None if hour is None else sum(1 - share for share in proficiency) * hours_per_week * hour


def _times(hours: float | None, premium: float | None) -> float | None:
    return None if hours is None or premium is None else hours * premium
