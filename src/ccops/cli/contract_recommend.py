"""The JSON document of `ccops recommend`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class ActionRow:
    """An action. Money is per month, null where it brings knowledge alone; service levels are shares.

    `interval` holds 95 % of what a fresh month would show, `service_interval` that of the service level's difference.
    `why` is the command that shows the evidence. tested: simulation, formulas or data; effort: low, medium or high.
    """

    id: str
    family: str
    title: str
    problem: str
    saving_per_month: float | None
    currency: str | None
    interval: list[float] | None
    service_level_before: float | None
    service_level_after: float | None
    service_interval: list[float] | None
    freed_hours_per_month: float | None
    effort: str
    tested: str
    formulas_saving: float | None
    assumptions: list[str]
    why: str


@dataclass(frozen=True)
class DroppedRow:
    """A candidate that was looked at and is not recommended."""

    id: str
    title: str
    why: str


@dataclass(frozen=True)
class NeedRow:
    """What would have to be known to look for more."""

    what: str
    why: str


@dataclass(frozen=True)
class RecommendDocument:
    """Actions in order of what they save, each on top of those before it; `folded_total` is their sum per month."""

    schema: str
    actions: list[ActionRow]
    folded_total: float
    currency: str | None
    dropped: list[DroppedRow]
    needs: list[NeedRow]
    first: date
    last: date
    days: list[date]
    notes: list[str]


RECOMMEND_DOCUMENTS: dict[str, type[Any]] = {"recommend": RecommendDocument}
