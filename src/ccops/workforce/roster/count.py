"""What a roster costs and covers, counted from its choices alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ccops.workforce.roster.problem import HOUR, OFF, UNIT, Need, Problem

Lines = Sequence[Sequence[int]]  # per person, per day, a shift's number or OFF


@dataclass(frozen=True)
class Costs:
    """The parts of a roster's cost, in 60ths of a price."""

    short: int = 0
    over: int = 0
    overtime: int = 0
    undertime: int = 0
    start_change: int = 0
    weekend_spread: int = 0
    wish: int = 0

    @property
    def total(self) -> int:
        """All parts together."""
        parts = (self.short, self.over, self.overtime, self.undertime, self.start_change, self.weekend_spread)
        return sum(parts) + self.wish

    def __add__(self, other: Costs) -> Costs:
        return Costs(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def covered(problem: Problem, lines: Lines, need: Need) -> int:
    """How many people count for a need."""
    return sum(
        line[need.day] == need.shift for person, line in zip(problem.people, lines, strict=True)
        if not need.skill or need.skill in person.skills
    )


def week_minutes(problem: Problem, line: Sequence[int], week: int) -> int:
    """Minutes worked within the roster's days of a week."""
    return sum(problem.shifts[line[day]].paid_min for day in problem.weeks[week] if line[day] != OFF)


def strange_starts(problem: Problem, line: Sequence[int], week: int) -> int:
    """Days of a week that do not begin at the week's commonest start."""
    starts = [problem.starts[line[day]] for day in problem.weeks[week] if line[day] != OFF]
    return len(starts) - max((starts.count(start) for start in set(starts)), default=0)


def weekends(problem: Problem, line: Sequence[int]) -> int:
    """Weekends with a shift that starts in them."""
    return sum(any(line[day] != OFF for day in days) for days in problem.weekends)


def wishes(problem: Problem, person: int, line: Sequence[int]) -> tuple[int, int]:
    """How many of a person's wishes were granted, day by day, and how many there were."""
    asked = [
        wish.granted(line[day]) for wish in problem.people[person].wishes for day in range(problem.days)
        if wish.counts(day, line[day])
    ]
    return sum(asked), len(asked)


def line_costs(problem: Problem, person: int, line: Sequence[int]) -> Costs:
    """What one person's line costs, whatever the others do."""
    prices, overtime, undertime, changes = problem.rules.prices, 0, 0, 0
    for week in range(len(problem.weeks)):
        worked, contract = week_minutes(problem, line, week), problem.contract_min(person, week)
        if contract is not None:
            overtime += max(0, worked - contract)
            undertime += max(0, contract - worked)
        changes += strange_starts(problem, line, week)
    return Costs(
        overtime=overtime * prices.overtime_h * UNIT // HOUR, undertime=undertime * prices.undertime_h * UNIT // HOUR,
        start_change=changes * prices.start_change * UNIT,
        wish=sum(problem.wish_cost(person, day, choice) for day, choice in enumerate(line)),
    )


def fair(problem: Problem, person: int) -> bool:
    """Whether a person could work every weekend, so that working few of them is no accident of an absence."""
    return not any(day in problem.people[person].absent for days in problem.weekends for day in days)


def costs(problem: Problem, lines: Lines) -> Costs:
    """What a roster costs."""
    prices = problem.rules.prices
    found = Costs()
    for person, line in enumerate(lines):
        found += line_costs(problem, person, line)
    short = over = 0
    for need in problem.needs:
        people = covered(problem, lines, need)
        short += max(0, need.agents - people)
        over += 0 if need.skill else max(0, people - need.agents)
    worked = [weekends(problem, line) for line in lines]
    free = [worked[person] for person in range(len(lines)) if fair(problem, person)]
    spread = max(worked) - min(free) if free else 0
    return found + Costs(
        short=short * prices.short * UNIT, over=over * prices.over * UNIT,
        weekend_spread=spread * prices.weekend_spread * UNIT,
    )
