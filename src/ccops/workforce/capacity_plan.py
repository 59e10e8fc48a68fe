"""A capacity plan: the TOML file that says how many people there are, who is in training, and what hiring costs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ccops.csv_rows import Row, rows
from ccops.errors import SourceError
from ccops.people.supply import Band, Cohort, Training, delay_of
from ccops.safe_text import printable
from ccops.toml_file import of_data, read_toml
from ccops.workforce.visits import LONGEST_S

MOST_MONTHS = 60
_COLUMNS: dict[str, tuple[str, ...]] = {"month": (), "queue": (), "calls": (), "aht_s": ("aht",)}
_FIX = "sample_logs/capacity_plan.toml shows every key"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def month_number(text: str) -> int:
    """Months since year 0 of `2026-12`. Raises ValueError."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if not found or not 1 <= int(found[2]) <= 12:
        raise ValueError(f"a month is written 2026-12, not {text!r}")
    return int(found[1]) * 12 + int(found[2]) - 1


def month_name(number: int) -> str:
    """`2026-12` of its number."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _is_month(text: str) -> str:
    month_number(text)
    return text


def _is_month_or_empty(text: str) -> str:
    return _is_month(text) if text else text


class Demand(_Section):
    """What has to be staffed, beside the calls."""

    growth: float | None = Field(None, gt=-1, le=1)
    shrinkage: float | None = Field(None, ge=0, lt=1)
    paid_hours_per_month: float = Field(168, gt=0, le=744)
    schedule_efficiency: float = Field(1.0, gt=0, le=1)
    occupancy: float | None = Field(None, gt=0, le=1)


class People(_Section):
    """Some people on the floor at the start of the first month."""

    people: float = Field(ge=0)
    tenure_months: int = Field(120, ge=0)


class Hazard(_Section):
    """From which month of tenure on which share leaves in a month."""

    from_month: int = Field(0, ge=0)
    rate: float = Field(ge=0, le=1)


class SupplySide(_Section):
    """Who is there and who leaves."""

    headcount: float | None = Field(None, ge=0)
    cohorts: list[People] = Field(default_factory=list)
    attrition: float | None = Field(None, ge=0, le=1)
    hazards: list[Hazard] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_it_once(self) -> SupplySide:
        if (self.headcount is None) == (not self.cohorts):
            raise ValueError("give either headcount or cohorts")
        if (self.attrition is None) == (not self.hazards):
            raise ValueError("give either attrition or hazards")
        return self


class Course(_Section):
    """How training works."""

    weeks: float = Field(4, ge=0, le=104)
    graduation: float = Field(1.0, gt=0, le=1)
    class_size: int = Field(1, ge=1)
    ramp: list[Annotated[float, Field(gt=0, le=1.5)]] = Field(default_factory=list)


class Class(_Section):
    """A class that is agreed already."""

    start: str
    people: float = Field(ge=0)

    _month = field_validator("start")(_is_month)


class Cost(_Section):
    """What a start costs."""

    currency: str = ""
    recruit_per_start: float = Field(0, ge=0)
    training_per_start: float = Field(0, ge=0)


class Volume(_Section):
    """The calls of a month, of a queue or of all."""

    month: str
    calls: float = Field(ge=0, allow_inf_nan=False)
    queue: str = ""
    aht_s: float | None = Field(None, gt=0, le=LONGEST_S)

    _month = field_validator("month")(_is_month)


class Plan(_Section):
    """Everything that a capacity plan may say."""

    start: str = ""
    months: int = Field(6, ge=1, le=MOST_MONTHS)
    demand: Demand = Demand()
    supply: SupplySide | None = None
    training: Course = Course()
    classes: list[Class] = Field(default_factory=list)
    cost: Cost = Cost()
    volume: list[Volume] = Field(default_factory=list)

    _month = field_validator("start")(_is_month_or_empty)

    def cohorts(self) -> list[Cohort]:
        if self.supply is None:
            return []
        own = [Cohort(each.people, each.tenure_months) for each in self.supply.cohorts]
        return own or [Cohort(self.supply.headcount or 0.0)]

    def hazards(self) -> list[Band]:
        if self.supply is None:
            return []
        return [Band(h.from_month, h.rate) for h in self.supply.hazards] or [Band(0, self.supply.attrition or 0.0)]

    def says_all(self, volumes: Sequence[Volume]) -> bool:
        """Whether the months' hours follow without any history."""
        rows = [*volumes] or self.volume
        return bool(rows) and self.demand.occupancy is not None and all(row.aht_s is not None for row in rows)

    def course(self) -> Training:
        own = self.training
        return Training(delay_of(own.weeks), own.graduation, own.class_size, tuple(own.ramp))


@dataclass(frozen=True)
class Begun:
    """People who start training, from `before` the first month on and in the months of the plan."""

    before: tuple[float, ...]
    planned: tuple[float, ...]


def begun(plan: Plan, first: int, months: int) -> Begun:
    """The plan's agreed classes as starts per month, seen from the month number `first`."""
    reach = plan.course().delay
    starts = [0.0] * (reach + months)
    for each in plan.classes:
        place = month_number(each.start) - first + reach
        if 0 <= place < len(starts):
            starts[place] += each.people
    return Begun(tuple(starts[:reach]), tuple(starts[reach:]))


def read_plan(file: Path) -> Plan:
    """The plan in a TOML file. Raises SettingsError with the key that is wrong and what it may be."""
    return read_toml(file, Plan, "plan", _FIX, _FIX)


def parsed(data: Mapping[str, Any], where: str) -> Plan:
    """The plan of these values. Raises SettingsError."""
    return of_data(data, Plan, where, _FIX)


def read_volume(file: Path) -> list[Volume]:
    """Rows of a CSV `month,queue,calls[,aht_s]`. Raises SourceError with the line that is wrong."""
    found, seen = [], dict[tuple[str, str], str]()
    for row in rows(file, _COLUMNS, ("month", "calls")):
        volume = _volume(row)
        key = volume.month, volume.queue
        if key in seen:
            raise SourceError(f"has {volume.month} {printable(volume.queue)} twice".rstrip(), where=row.place,
                              fix=f"it stands in {seen[key]} too; leave one of the lines out")
        seen[key] = row.place
        found.append(volume)
    return found


def _volume(row: Row) -> Volume:
    cells = row.cells
    try:
        return Volume.model_validate(
            {"month": cells.get("month", ""), "queue": cells.get("queue", ""), "calls": cells.get("calls", ""),
             "aht_s": cells.get("aht_s")}, strict=False,
        )
    except ValidationError as error:
        first = error.errors()[0]
        key, said = str(first["loc"][0]), first["msg"].removeprefix("Value error, ")
        raise row.refusal(key, f"{said[0].lower()}{said[1:]}",
                          "columns month, queue, calls and, if you like, aht_s: 2026-12,sales,12000,280") from None


def check_volumes(volumes: Sequence[Volume], first: int, months: int) -> None:
    """Every month of the plan has calls for every queue named. Raises SourceError."""
    queues = sorted({row.queue for row in volumes})
    have = {(month_number(row.month), row.queue) for row in volumes}
    for number in range(first, first + months):
        for queue in queues:
            if (number, queue) not in have:
                raise SourceError(f"no calls for {queue or 'the centre'} in {month_name(number)}", where="volumes",
                                 fix="add the month, or ask for fewer months")
