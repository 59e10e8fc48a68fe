"""The JSON document of `ccops cost economics`, under the same rules as those of `ccops.cli.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LoadedRow:
    """An agent and month by part; `missing` parts are not known."""

    parts: dict[str, float]
    missing: list[str]
    hours: float
    productive: float
    wage_assumed: bool
    total: float
    per_productive_hour: float


@dataclass(frozen=True)
class OvertimeRow:
    hours: float
    overtime: float
    hired: float
    joining: float
    months: float | None


@dataclass(frozen=True)
class LevelRow:
    target: float
    hours: float
    cost: float
    lost: float
    per_point: float | None


@dataclass(frozen=True)
class PairRow:
    queues: list[str]
    apart: float
    together: float
    saves: float


@dataclass(frozen=True)
class LinesRow:
    needed: int
    most_at_once: int
    paid: int | None
    spare: float | None


@dataclass(frozen=True)
class SeatsRow:
    people: int
    most_at_once: int
    saves: float | None


@dataclass(frozen=True)
class MenuRow:
    contacts: float
    contained: float
    with_agent: float
    in_menu: float | None
    point_saves: float | None


@dataclass(frozen=True)
class SpanRow:
    team: str
    people: int
    supervisors: float
    saves: float
    attrition: float | None


@dataclass(frozen=True)
class EconomicsDocument:
    schema: str
    first: date
    last: date
    currency: str
    loaded: LoadedRow
    overtime: OvertimeRow | None
    levels: list[LevelRow]
    pairs: list[PairRow]
    lines: LinesRow | None
    seats: SeatsRow | None
    menu: MenuRow | None
    teams: list[SpanRow]
    notes: list[str]
