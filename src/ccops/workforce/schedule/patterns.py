"""Shift patterns as a TOML file says them: who may work when, with which breaks, at what price, within what limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ccops.settings import WEEKDAYS, Weekday
from ccops.toml_file import of_text, read_toml
from ccops.workforce.clock_words import Clock, Minutes, clock
from ccops.workforce.schedule.breaks import Break, ordered
from ccops.workforce.schedule.requirement import Pricing

Activity = Literal["break", "lunch", "training", "meeting"]
_FIX = "docs/how-to/schedule.md shows a file with every key"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class BreakRule(_Part):
    """A break that everybody in the shift takes."""

    name: str = Field(description="What the plan calls it.")
    length: Minutes = Field(gt=0, description="How long it lasts: minutes, or hours and minutes, 0:45.")
    earliest: Minutes = Field(ge=0, description="How long after the shift's start it may begin at the earliest.")
    latest: Minutes = Field(ge=0, description="How long after the shift's start it may begin at the latest.")
    paid: bool = Field(True, description="Whether it counts as paid time.")
    activity: Activity | None = Field(
        None, description="What it is in a published schedule; lunch where the name says so, else break."
    )

    @property
    def published(self) -> Activity:
        """What a published schedule calls it."""
        is_lunch = any(word in self.name.casefold() for word in ("lunch", "meal", "午餐", "午休", "用餐"))
        return self.activity or ("lunch" if is_lunch else "break")


class Every(_Part):
    """Start times at regular distances."""

    first: Clock = Field(alias="from", description="The first start.")
    last: Clock = Field(alias="to", description="The last start.")
    every: Minutes = Field(gt=0, description="Minutes between two starts.")


class Shift(_Part):
    """A pattern: the same length and breaks, at any of its starts, on any of its days."""

    name: str = Field(min_length=1, description="What the plan calls it.")
    group: str = Field("", description="The group whose agents work it; needed where there are several.")
    start: Clock | list[Clock] | Every = Field(description="Start, list of starts, or from, to and every.")
    length: Minutes = Field(gt=0, description="From start to end, breaks included.")
    days: list[Weekday] = Field(list(WEEKDAYS), min_length=1, description="Weekdays on which it may start.")
    weekly: bool = Field(False, description="Whoever works it works it on all of its days of a week.")
    part_time: bool = Field(False, description="Whether part-time agents work it.")
    breaks: list[BreakRule] = Field(default_factory=list, description="In the order in which they are taken.")
    min: int = Field(0, ge=0, description="Fewest agents a day, all starts together; a week where weekly.")
    max: int | None = Field(None, ge=0, description="Most agents a day, all starts together; a week where weekly.")
    cost_per_hour: float | None = Field(None, ge=0, description="Per paid hour; else that of the file.")
    cost: float | None = Field(None, ge=0, description="Of one agent on one day, instead of cost_per_hour.")

    @property
    def starts(self) -> list[int]:
        """Minutes of the day, each once, in order."""
        if isinstance(self.start, Every):
            return list(range(self.start.first, self.start.last + 1, self.start.every))
        return sorted(set(self.start)) if isinstance(self.start, list) else [self.start]

    @property
    def paid_minutes(self) -> int:
        return self.length - sum(one.length for one in self.breaks if not one.paid)


class Group(_Part):
    """Agents who can do the same."""

    name: str = Field(min_length=1, description="Named by the shifts that its agents work.")
    queues: list[str] = Field(min_length=1, description="The queues that each of its agents serves.")
    headcount: int | None = Field(None, ge=0, description="Most agents on one day.")
    min: int = Field(0, ge=0, description="Fewest agents on one day.")
    days_per_week: float = Field(5, gt=0, le=7, description="Days that an agent works in a week, for the headcount.")


class Under(_Part):
    """What being short costs, up to a share of the requirement."""

    share: float | None = Field(None, gt=0, description="This share of the requirement; the last step has none.")
    price: float = Field(ge=0, description="Of one agent short for one hour.")


class Prices(_Part):
    """What it costs to have too few or too many. Prices of the requirement itself win."""

    under: list[Under] = Field(
        default_factory=list, description="Steps of rising price; by default the first 5 % short cost 3 times an "
                                          "agent's hour, the next 10 % 6 times, the rest 12 times."
    )
    over: float = Field(0.0, ge=0, description="Of one agent too many for one hour, beside his pay.")
    late_call: float = Field(
        0.0, ge=0, description="Of a call not answered in time: prices the first agent short, and the value of one "
                               "more, by the service level that staffing expects; needs a requirement from the store."
    )
    lost_calls: bool = Field(False, description="Price them by the calls lost too, at [staffing] lost_call_value.")

    @property
    def pricing(self) -> Pricing:
        return Pricing(self.late_call, self.lost_calls)


class Limits(_Part):
    """What no plan may break."""

    cover: float = Field(0.0, ge=0, le=1, description="Share of the requirement that must be there at any time.")
    headcount: int | None = Field(None, ge=0, description="Most agents on one day, all groups together.")
    paid_hours: float | None = Field(None, ge=0, description="Most paid hours in the whole plan.")
    part_time_share: float | None = Field(None, ge=0, le=1, description="Most part-time shifts, as a share of all.")


class Patterns(_Part):
    """Everything that a file of shift patterns may say."""

    step: Literal[5, 10, 15, 20, 30, 60] = Field(15, description="Minutes of the grid on which shifts and breaks lie.")
    repeats: bool = Field(False, description="The planned days repeat: their end covers their start.")
    cost_per_hour: float = Field(1.0, gt=0, description="What an agent's paid hour costs; 1 counts hours.")
    prices: Prices = Prices()
    limits: Limits = Limits()
    group: list[Group] = Field(default_factory=list, description="None: one group that serves all queues.")
    shift: list[Shift] = Field(min_length=1, description="The patterns.")

    @model_validator(mode="after")
    def _fits_together(self) -> Patterns:
        problem = next(_problems(self), None)
        if problem:
            raise ValueError(problem)
        return self

    @property
    def under(self) -> list[tuple[float | None, float]]:
        """Share and price per agent-hour of each step."""
        if self.prices.under:
            return [(one.share, one.price) for one in self.prices.under]
        return [(share, times * self.cost_per_hour) for share, times in ((0.05, 3), (0.10, 6), (None, 12))]

    @property
    def in_money(self) -> bool:
        """Whether the file says what somebody costs; else costs count hours."""
        return "cost_per_hour" in self.model_fields_set or any(
            one is not None for shift in self.shift for one in (shift.cost, shift.cost_per_hour)
        )

    def cost_of(self, shift: Shift) -> float:
        """Of one agent on one day."""
        if shift.cost is not None:
            return shift.cost
        hourly = self.cost_per_hour if shift.cost_per_hour is None else shift.cost_per_hour
        return hourly * shift.paid_minutes / 60

    def breaks_of(self, shift: Shift) -> tuple[Break, ...]:
        """The breaks in steps of the grid."""
        return tuple(
            Break(one.length // self.step, one.earliest // self.step, one.latest // self.step) for one in shift.breaks
        )


def parse_patterns(text: str, where: str) -> Patterns:
    """The patterns in a text. Raises SettingsError with `where` and the key that is wrong."""
    return of_text(text, Patterns, where, _FIX)


def read_patterns(file: Path) -> Patterns:
    """The patterns in a file. Raises SettingsError."""
    example = "name one with --shifts; sample_logs/shift_patterns.toml is an example"
    return read_toml(file, Patterns, "file of shift patterns", example, _FIX)


def _problems(patterns: Patterns) -> Iterator[str]:
    """What does not fit together, as `what; fix`, most basic first."""
    groups = [group.name for group in patterns.group]
    for kind, names in (("shift", [shift.name for shift in patterns.shift]), ("group", groups)):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            yield f"{kind}.{twice}: two of this name; give each its own"
    yield from _price_problems(patterns.prices.under)
    for shift in patterns.shift:
        where = f"shift.{shift.name}"
        if shift.group not in groups and (groups or shift.group):
            known = f"groups are {', '.join(groups)}" if groups else "write [[group]] with name and queues"
            missing = f"no group {shift.group!r}" if shift.group else "group is missing"
            if shift.group or len(groups) > 1:
                yield f"{where}.group: {missing}; {known}"
        if shift.max is not None and shift.min > shift.max:
            yield f"{where}: min {shift.min} is above max {shift.max}; lower min or raise max"
        if shift.cost is not None and shift.cost_per_hour is not None:
            yield f"{where}: both cost and cost_per_hour; give one"
        yield from _time_problems(where, shift, patterns.step)


def _price_problems(under: Sequence[Under]) -> Iterator[str]:
    if under and (under[-1].share is not None or any(one.share is None for one in under[:-1])):
        yield ("prices.under: the last step, and it alone, has no share; "
               "write [{ share = 0.05, price = 40 }, { price = 90 }]")
    if any(later.price < one.price for one, later in pairwise(under)):
        yield "prices.under: a further agent short cannot cost less than the one before; sort the steps by price"


def _time_problems(where: str, shift: Shift, step: int) -> Iterator[str]:
    grid = f"step is {step} minutes; use multiples of it, or a finer step"
    if not shift.starts:
        yield f"{where}.start: to is before from; write two patterns where starts go over midnight"
    if shift.length > 24 * 60:
        yield f"{where}.length: longer than a day; write at most 24:00"
    odd = next((start for start in shift.starts if start % step), None)
    if odd is not None:
        yield f"{where}.start: {clock(odd)} is not on the grid; {grid}"
    if shift.length % step:
        yield f"{where}.length: {clock(shift.length)} is not on the grid; {grid}"
    for one in shift.breaks:
        here = f"{where}.breaks.{one.name}"
        for key, minutes in (("length", one.length), ("earliest", one.earliest), ("latest", one.latest)):
            if minutes % step:
                yield f"{here}.{key}: {clock(minutes)} is not on the grid; {grid}"
        if one.length >= shift.length:
            yield f"{here}.length: {clock(one.length)} is not shorter than the shift; shorten the break"
        if one.latest < one.earliest:
            yield f"{here}: latest {clock(one.latest)} is before earliest {clock(one.earliest)}; swap them"
        if one.latest + one.length > shift.length:
            yield (f"{here}: from {clock(one.latest)} after the start it ends after the shift, which lasts "
                   f"{clock(shift.length)}; let latest be at most {clock(shift.length - one.length)}")
    try:
        ordered([Break(one.length, one.earliest, one.latest) for one in shift.breaks])
    except ValueError:
        names = ", ".join(one.name for one in shift.breaks)
        yield (f"{where}.breaks: {names} cannot follow one another in their windows; list them in order and let each "
               "begin late enough for the one before to have ended")
