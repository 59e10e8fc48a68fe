"""The sections of ccops.toml about the site, its calls and its planning."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

Formula = Literal[
    "offered", "offered_ex_short", "ex_abandon_in_t", "credit_abandon", "credit_short", "answered",
    "with_flow_outs", "removed_in_t",
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Pause = Literal["lunch", "break", "meeting", "training", "other"]
PlannedActivity = Literal[Pause, "work"]
PAUSES: tuple[Pause, ...] = get_args(Pause)


def reject_limit(text: str) -> str:
    """The text, if it is a number of lines or a share of them. Raises ValueError."""
    if not re.fullmatch(r"\d+(\.\d+)?%|\d+", text):
        raise ValueError("max_rejects is a number of lines (50) or a share of them (1%)")
    return text


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(Section):
    name: str = Field("", description="Shown in the header of reports.")
    tz: str = Field("", description="IANA zone of the site, such as Asia/Shanghai. The first import stores it.")
    day_start: str = Field("00:00", description="Local time at which a business day begins.")
    country: str = Field("", description="Country calling code for phone numbers written without one, such as 86.")
    trunk_prefix: str = Field("0", description="Digit dialled before a national number.")
    lang: Literal["en", "zh"] = Field("en", description="Language of reports: en or zh.")

    @field_validator("day_start")
    @classmethod
    def _is_a_time(cls, value: str) -> str:
        if not re.fullmatch(r"([01]\d|2[0-3]):(00|15|30|45)", value):
            raise ValueError("day_start is a local time on a quarter-hour, such as 04:00")
        return value

    @field_validator("country")
    @classmethod
    def _is_a_code(cls, value: str) -> str:
        if not re.fullmatch(r"\d{0,3}", value):
            raise ValueError("country is a calling code of one to three digits, such as 86")
        return value


class ServiceLevel(Section):
    formula: Formula = Field("offered_ex_short", description="Which calls the service level is a share of.")
    within_s: float = Field(20, gt=0, description="Answered within this many seconds counts as in time.")
    short_s: float = Field(5, ge=0, description="An abandon after fewer seconds is a short one.")
    boundary: Literal["le", "lt"] = Field("le", description="Whether exactly `within_s` is in time (le) or not (lt).")
    clock: Literal["queue", "ring"] = Field("queue", description="The wait starts on entering the queue or on ringing.")


class Targets(Section):
    preset: Literal["", "80/20", "gbt33358", "voice", "chat", "email", "bank_cn_2023"] = Field(
        "80/20", description="Named targets with a source; single values below win over it."
    )
    values: dict[str, float] = Field(default_factory=dict, description="Target per metric, such as asa = 15.")

    @field_validator("values")
    @classmethod
    def _can_be_reached(cls, value: dict[str, float]) -> dict[str, float]:
        for metric, target in value.items():
            if not target >= 0:
                raise ValueError(f"the target of {metric} is a number from 0 upwards, not {target:g}")
        return value


class Store(Section):
    path: str = Field("ccops.duckdb", description="The store, relative to this file.")
    raw: bool = Field(False, description="Keep callers' numbers readable in the store.")
    memory: str = Field("1.5GB", description="Most memory the database may use before it spills to disk.")
    lock_timeout_s: float = Field(30, ge=0, description="How long to wait for another writer.")


class Import(Section):
    max_rejects: str = Field("1%", description="Refuse a file with more rejected lines than this: N or P%.")
    mappings: list[str] = Field(default_factory=list, description="Mapping files that take part in detection.")
    systems: dict[str, str] = Field(default_factory=dict, description="Name of the switch per source.")

    @field_validator("max_rejects")
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        return reject_limit(value)


class Agents(Section):
    file: str = Field("", description="CSV with columns agent, alias, name, team; relative to this file.")
    aliases: dict[str, str] = Field(default_factory=dict, description="Name in the export -> agent.")
    teams: dict[str, list[str]] = Field(default_factory=dict, description="Team -> its agents.")


class Report(Section):
    interval: Literal[15, 30, 60] = Field(30, description="Minutes per row of the interval table.")
    occupancy_band: Annotated[list[float], Field(min_length=2, max_length=2)] = Field(
        [0.80, 0.90], description="Occupancy that is healthy, from and to."
    )


class Opening(Section):
    """When the centre takes calls, per weekday on the local clock."""

    mon: str = Field("", description="Monday: 08:00-22:00, closed, 08:00-12:00,14:00-18:00, 20:00-04:00 (into the "
                                     "next day); empty: as the calls show.")
    tue: str = Field("", description="Tuesday.")
    wed: str = Field("", description="Wednesday.")
    thu: str = Field("", description="Thursday.")
    fri: str = Field("", description="Friday.")
    sat: str = Field("", description="Saturday.")
    sun: str = Field("", description="Sunday.")

    @field_validator("*")
    @classmethod
    def _is_hours(cls, value: str) -> str:
        opening_hours(value)
        return value

    def minutes(self, weekday: int) -> tuple[tuple[int, int], ...] | None:
        """Stretches in minutes from local midnight of a weekday (0 is Monday); past 1440 is the next day.

        None where the setting is empty: the calls then show it. () is closed.
        """
        return opening_hours(getattr(self, WEEKDAYS[weekday]))


def opening_hours(text: str) -> tuple[tuple[int, int], ...] | None:
    """Opening hours as minutes from midnight; None for an empty text. Raises ValueError."""
    if not text.strip():
        return None
    if text.strip() == "closed":
        return ()
    stretches: list[tuple[int, int]] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)\s*", part)
        if not found:
            raise ValueError(f"opening hours are 08:00-22:00, several of them with commas, or closed, not {text!r}")
        start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        stretches.append((start, end if end > start else end + 1440))
        if end > 1440 or (len(stretches) > 1 and stretches[-2][1] > start):
            raise ValueError(f"opening hours follow one another and end by 24:00, not {text!r}")
    return tuple(stretches)


class Forecast(Section):
    """What a forecast takes for a special day, for closed and for unknown."""

    holidays: str = Field("", description="Country whose public holidays are special days, with a part of it after a "
                                          "hyphen: CN, DE-BY, US-CA; empty: none.")
    closed: list[date] = Field(default_factory=list, description="Days on which nobody takes calls: 2026-10-01.")
    gaps: Literal["gap", "zero"] = Field(
        "gap", description="Days and hours without any call in the data are unknown (gap), or nobody called (zero)."
    )

    @field_validator("holidays")
    @classmethod
    def _is_a_country(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Z]{2}(-[A-Za-z0-9]{1,6})?", value):
            raise ValueError("holidays is a country in two capitals, such as CN, or with its part, such as DE-BY")
        return value


class Staffing(Section):
    """What the requirement of a queue rests on."""

    shrinkage: float = Field(0.30, ge=0, lt=1, description="Share of paid time in which people do not take calls: "
                                                           "leave, training, breaks.")
    max_occupancy: float = Field(1.0, gt=0, le=1, description="Staff so that nobody is busier than this; 1 is no cap.")
    minimum: float = Field(1, ge=0, description="Fewest agents of a queue while it is open.")
    risk: Literal["mean", "expected", "p10"] = Field(
        "expected", description="Meet the target at the forecast's mean, on average over its uncertainty, or in nine "
                                "cases of ten."
    )
    model: Literal["a", "g", "c"] = Field(
        "a", description="Queueing model: Erlang A, M/M/n+G with the patience the data show, or Erlang C."
    )
    hours_per_week: float = Field(40, gt=0, le=168, description="Paid hours of a full-time agent in a week.")
    agent_cost_per_hour: float = Field(0, ge=0, description="What an hour of an agent costs; 0 is not known.")
    lost_call_value: float = Field(0, ge=0, description="What a lost call costs; 0 is not known.")
    currency: str = Field("", description="Currency of these amounts, such as CNY.")


class Adherence(Section):
    tolerance_s: float = Field(0, ge=0, description="A deviation at the edge of a planned stretch may last so long.")
    untracked: list[PlannedActivity] = Field(
        default_factory=list, description="Planned activities that are not looked at, such as an unpaid lunch."
    )
    signed_out: list[Pause] = Field(
        default_factory=list, description="Planned pauses for which agents sign out of the switch."
    )
    reasons: dict[str, PlannedActivity] = Field(
        default_factory=dict, description="Not-ready reason of the switch -> the planned activity it stands for."
    )
