"""What a roster has to obey, as plain records: shifts, people, needs, rules and their prices.

Days are numbers from 0 for the roster's first; days before it are negative. A choice is a shift's number, or OFF.
A shift belongs to the day on which it starts. Prices are per event or hour; costs count in 60ths of a price, so that
minutes cost whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from ccops.clock import Zone

OFF = -1
UNIT = 60
HOUR, DAY = 60, 24 * 60  # minutes
_CLOCK_CHANGE = 2 * HOUR  # the most that clocks are put forward
WORKING_DAYS = 5  # a day of absence takes this part off the week's contract


@dataclass(frozen=True)
class Pause:
    """A stretch within a shift that is not work: minutes after the shift's start, and how long."""

    after_min: int
    length_min: int
    activity: str = "break"


@dataclass(frozen=True)
class Shift:
    """A shift on the local clock; `paid_min` is what counts as hours worked."""

    name: str
    starts_min: int
    length_min: int
    paid_min: int
    night: bool = False
    skills: frozenset[str] = frozenset()
    pauses: tuple[Pause, ...] = ()

    @property
    def ends_min(self) -> int:
        """Minutes after midnight of the day it starts, so more than a day for a shift that ends on the next."""
        return self.starts_min + self.length_min


@dataclass(frozen=True)
class Need:
    """People wanted on a day's shift; fewer than `minimum` is no roster at all. With a skill: so many who have it."""

    day: int
    shift: int
    agents: int
    minimum: int = 0
    skill: str = ""


@dataclass(frozen=True)
class Wish:
    """Choices a person would like on some days; only `strict` ones are also refused by a day off."""

    days: frozenset[int]
    granted_by: frozenset[int]
    weight: int
    strict: bool = False

    def counts(self, day: int, choice: int) -> bool:
        """Whether the day is one on which the wish was either granted or not."""
        return day in self.days and (self.strict or choice != OFF)

    def granted(self, choice: int) -> bool:
        """Whether the choice is what was wished for."""
        return choice in self.granted_by


@dataclass(frozen=True)
class Person:
    """Somebody to be rostered; None where nothing limits. Hours are minutes per week."""

    agent: str
    team: str = ""
    skills: frozenset[str] = frozenset()
    contract_min: int | None = None
    least_min: int | None = None
    most_min: int | None = None
    least_shifts: int | None = None
    most_shifts: int | None = None
    absent: frozenset[int] = frozenset()
    bans: frozenset[tuple[int, int]] = frozenset()
    fixed: Mapping[int, int] = field(default_factory=dict)
    history: Mapping[int, int] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True)
class Prices:
    """What falls short of ideal costs: per agent and shift, hour, day or weekend."""

    short: int = 1000
    over: int = 2
    overtime_h: int = 20
    undertime_h: int = 4
    start_change: int = 6
    weekend_spread: int = 40
    wish: int = 1


@dataclass(frozen=True)
class Rules:
    """What no roster may break; None where there is no such rule. Times are minutes."""

    rest_min: int = 11 * HOUR
    week_most_min: int | None = 48 * HOUR
    overtime_min: int = 0
    days_in_a_row: int | None = 6
    paired_days_off: bool = True
    nights_in_a_row: int | None = None
    nights_most: int | None = None
    weekends_most: int | None = None
    same_start: bool = False
    start_change_most_min: int | None = None
    week_starts: int = 0
    weekend: tuple[int, ...] = (5, 6)
    prices: Prices = Prices()


@dataclass(frozen=True)
class Problem:
    """One roster to be made: `days` days from `first` on, in the site's zone."""

    first: date
    days: int
    shifts: tuple[Shift, ...]
    people: tuple[Person, ...]
    needs: tuple[Need, ...]
    rules: Rules
    zone: Zone = field(default_factory=lambda: Zone.of("UTC"))

    def date_of(self, day: int) -> date:
        """The date of a day number."""
        return self.first + timedelta(days=day)

    def span(self, day: int, shift: int) -> tuple[datetime, datetime]:
        """When a day's shift begins and ends, on the local clock: it ends at the same time whatever the clock does."""
        begin, end = self.shifts[shift].starts_min, self.shifts[shift].ends_min
        return self.at(day, begin), self.at(day, end)

    def at(self, day: int, minute: int) -> datetime:
        """The local instant so many minutes of the clock after a day's midnight."""
        wall = datetime.combine(self.date_of(day), time()) + timedelta(minutes=minute)
        return wall.replace(tzinfo=self.zone.info)

    @cached_property
    def weeks(self) -> tuple[range, ...]:
        """The days of each calendar week that the roster touches; the first and the last may be parts of one."""
        lead = (self.first.weekday() - self.rules.week_starts) % 7
        starts = range(-lead, self.days, 7)
        return tuple(range(max(start, 0), min(start + 7, self.days)) for start in starts)

    @cached_property
    def weekends(self) -> tuple[tuple[int, ...], ...]:
        """The days of each weekend that the roster touches."""
        found: list[list[int]] = []
        for day in range(self.days):
            if self.date_of(day).weekday() in self.rules.weekend:
                if found and found[-1][-1] == day - 1:
                    found[-1].append(day)
                else:
                    found.append([day])
        return tuple(map(tuple, found))

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """For each shift the number of its start among the different starts."""
        order = sorted({shift.starts_min for shift in self.shifts})
        return tuple(order.index(shift.starts_min) for shift in self.shifts)

    @cached_property
    def reach(self) -> int:
        """How many days after a shift the rest it demands may still forbid another one."""
        longest = max((shift.ends_min for shift in self.shifts), default=0) + self.rules.rest_min + _CLOCK_CHANGE
        earliest = min((shift.starts_min for shift in self.shifts), default=0)
        return max(1, -(-(longest - earliest) // DAY) - 1)

    @cached_property
    def offered(self) -> frozenset[tuple[int, int]]:
        """The day's shifts that anybody is wanted on; others are given to nobody, unless they are fixed."""
        return frozenset((need.day, need.shift) for need in self.needs if need.agents or need.minimum)

    def too_close(self, day: int, one: int, later: int, other: int) -> bool:
        """Whether rest between the two shifts is too short, in real hours: clocks may change in between."""
        minutes = self._instants[later, other][0] - self._instants[day, one][1]
        return minutes < self.rules.rest_min

    @cached_property
    def _instants(self) -> dict[tuple[int, int], tuple[float, float]]:
        past = range(-self.reach, self.days)
        return {
            (day, shift): (begin.timestamp() / 60, end.timestamp() / 60)
            for day in past for shift in range(len(self.shifts)) for begin, end in [self.span(day, shift)]
        }

    def swings(self, one: int, other: int) -> bool:
        """Whether starts of two days in a row are further apart than the rules allow, round the clock."""
        most = self.rules.start_change_most_min
        apart = abs(self.shifts[one].starts_min - self.shifts[other].starts_min)
        return most is not None and min(apart, DAY - apart) > most

    def contract_min(self, person: int, week: int) -> int | None:
        """The contract's minutes of a week: its part of a week cut by the roster's ends, less a fifth per absence."""
        whole = self.people[person].contract_min
        if whole is None:
            return None
        days = self.weeks[week]
        away = sum(day in self.people[person].absent for day in days)
        return max(0, round(whole * len(days) / 7) - whole * away // WORKING_DAYS)

    def most_min(self, person: int, week: int) -> dict[str, int]:
        """The most minutes of a week that each rule leaves a person, by the rule's name."""
        who, limits = self.people[person], {}
        contract = self.contract_min(person, week)
        if self.rules.week_most_min is not None:
            limits["week_most"] = max(0, self.rules.week_most_min - self.worked_before(person, week))
        if contract is not None:
            limits["contract"] = contract + self.rules.overtime_min
        if who.most_min is not None:
            limits["own_most"] = max(0, who.most_min - self.worked_before(person, week))
        return limits

    def least_min(self, person: int, week: int) -> int:
        """The minutes that a person has at least to get in a week; reduced like the contract."""
        whole = self.people[person].least_min or 0
        days = self.weeks[week]
        away = sum(day in self.people[person].absent for day in days)
        return max(0, whole * len(days) // 7 - whole * away // WORKING_DAYS)

    def worked_before(self, person: int, week: int) -> int:
        """Minutes a person worked in the days of this week before the roster begins."""
        if self.weeks[week].start > 0:
            return 0
        lead = (self.first.weekday() - self.rules.week_starts) % 7
        past = self.people[person].history
        return sum(self.shifts[shift].paid_min for day, shift in past.items() if -lead <= day < 0)

    def wish_cost(self, person: int, day: int, choice: int) -> int:
        """What it costs, in 60ths of a price, that a choice grants no wish of the person."""
        return UNIT * self.rules.prices.wish * sum(
            wish.weight for wish in self.people[person].wishes
            if wish.counts(day, choice) and not wish.granted(choice)
        )

    def lacks(self, person: int, shift: int) -> frozenset[str]:
        """The skills that a shift demands and a person has not."""
        return self.shifts[shift].skills - self.people[person].skills

    def counts_for(self, person: int, need: Need) -> bool:
        """Whether a person on the need's shift counts for it."""
        return not need.skill or need.skill in self.people[person].skills
