"""Rosters by the naivest means: every rule recounted with dates and clocks, every possible roster tried.

Nothing here uses the counting of `ccops.workforce.roster`: a roster is people's shifts by date, and hours are taken
from aware datetimes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product

from ccops.workforce.roster.problem import Person, Problem, Shift

Line = tuple[int, ...]  # a shift's number or -1, day by day


def worked(problem: Problem, person: Person, line: Line) -> dict[date, Shift]:
    """Shifts by date, those before the roster included."""
    days = {problem.first + timedelta(days=n): problem.shifts[s] for n, s in person.history.items()}
    return days | {problem.first + timedelta(days=n): problem.shifts[s] for n, s in enumerate(line) if s != -1}


def instants(problem: Problem, day: date, shift: Shift) -> tuple[datetime, datetime]:
    """Begin and end in UTC, both read off the wall."""
    midnight = datetime(day.year, day.month, day.day)
    walls = (midnight + timedelta(minutes=m) for m in (shift.starts_min, shift.starts_min + shift.length_min))
    begin, end = (wall.replace(tzinfo=problem.zone.info).astimezone(UTC) for wall in walls)
    return begin, end


def week_of(problem: Problem, day: date) -> date:
    """The first day of the week that a day is in."""
    return day - timedelta(days=(day.weekday() - problem.rules.week_starts) % 7)


def dates(problem: Problem) -> list[date]:
    return [problem.first + timedelta(days=n) for n in range(problem.days)]


def weeks(problem: Problem) -> dict[date, list[date]]:
    found: dict[date, list[date]] = {}
    for day in dates(problem):
        found.setdefault(week_of(problem, day), []).append(day)
    return found


def hours_of_contract(problem: Problem, person: Person, days: Sequence[date]) -> int | None:
    """Minutes: the part of the week, less a fifth for each day of absence."""
    if person.contract_min is None:
        return None
    away = sum((day - problem.first).days in person.absent for day in days)
    part = round(Fraction(person.contract_min * len(days), 7))
    return max(0, part - (person.contract_min * away) // 5)


def broken(problem: Problem, person: Person, line: Line) -> list[str]:
    """The rules that a line breaks."""
    return list(_broken(problem, person, line))


def _broken(problem: Problem, person: Person, line: Line) -> Iterator[str]:
    rules, all_days = problem.rules, worked(problem, person, line)
    wanted = {(need.day, need.shift) for need in problem.needs if need.agents or need.minimum}
    for number, choice in enumerate(line):
        fixed = person.fixed.get(number)
        if fixed is not None and fixed != choice:
            yield "fixed"
        if choice == -1:
            continue
        if number in person.absent:
            yield "absent"
        if (number, choice) in person.bans:
            yield "ban"
        if not problem.shifts[choice].skills <= person.skills:
            yield "skill"
        if (number, choice) not in wanted and fixed != choice:
            yield "unwanted"
    days = sorted(all_days)
    for one, later in pairwise(days):
        rest = instants(problem, later, all_days[later])[0] - instants(problem, one, all_days[one])[1]
        if later >= problem.first and rest < timedelta(minutes=rules.rest_min):
            yield "rest"
    yield from _runs(problem, person, all_days)
    yield from _sums(problem, person, line, all_days)


def _runs(problem: Problem, person: Person, all_days: dict[date, Shift]) -> Iterator[str]:
    rules = problem.rules
    for day in dates(problem):
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        absent = (day - problem.first).days in person.absent
        if day in all_days:
            run = next(n for n in range(400) if day - timedelta(days=n) not in all_days)
            if rules.days_in_a_row is not None and run > rules.days_in_a_row:
                yield "row"
            nights = next(n for n in range(400) if not _is_night(all_days.get(day - timedelta(days=n))))
            if rules.nights_in_a_row is not None and nights > rules.nights_in_a_row:
                yield "night_row"
            if before in all_days and rules.start_change_most_min is not None:
                apart = abs(all_days[before].starts_min - all_days[day].starts_min)
                if min(apart, 1440 - apart) > rules.start_change_most_min:
                    yield "swing"
        elif rules.paired_days_off and not absent and before in all_days and after in all_days:
            yield "paired"
    if rules.paired_days_off and problem.first in all_days:
        last, one_before = (problem.first - timedelta(days=n) for n in (1, 2))
        if last not in all_days and one_before in all_days:
            yield "paired"


def _is_night(shift: Shift | None) -> bool:
    return shift is not None and shift.night


def _sums(problem: Problem, person: Person, line: Line, all_days: dict[date, Shift]) -> Iterator[str]:
    rules = problem.rules
    for monday, days in weeks(problem).items():
        minutes = sum(all_days[day].paid_min for day in days if day in all_days)
        whole = sum(s.paid_min for day, s in all_days.items() if week_of(problem, day) == monday)
        if rules.week_most_min is not None and whole > rules.week_most_min and minutes:
            yield "week_most"
        if person.most_min is not None and whole > person.most_min and minutes:
            yield "own_most"
        contract = hours_of_contract(problem, person, days)
        if contract is not None and minutes > contract + rules.overtime_min:
            yield "contract"
        away = sum((day - problem.first).days in person.absent for day in days)
        least = person.least_min or 0
        if minutes < max(0, least * len(days) // 7 - least * away // 5):
            yield "least"
        if rules.same_start and len({all_days[day].starts_min for day in days if day in all_days}) > 1:
            yield "same_start"
    shifts = [problem.shifts[choice] for choice in line if choice != -1]
    if len(shifts) < (person.least_shifts or 0):
        yield "least_shifts"
    if person.most_shifts is not None and len(shifts) > person.most_shifts:
        yield "most_shifts"
    if rules.nights_most is not None and sum(shift.night for shift in shifts) > rules.nights_most:
        yield "nights"
    if rules.weekends_most is not None and weekends(problem, line) > rules.weekends_most:
        yield "weekends"


def weekends(problem: Problem, line: Line) -> int:
    """Weekends, told apart by the day before which their run of weekend days begins, with a shift in them."""
    found = set()
    for day in dates(problem):
        if line[(day - problem.first).days] != -1 and day.weekday() in problem.rules.weekend:
            while day.weekday() in problem.rules.weekend:
                day -= timedelta(days=1)
            found.add(day)
    return len(found)


def count(problem: Problem, lines: Sequence[Line], day: int, shift: int, skill: str) -> int:
    return sum(
        line[day] == shift and (not skill or skill in who.skills)
        for who, line in zip(problem.people, lines, strict=True)
    )


def lacking(problem: Problem, lines: Sequence[Line]) -> int:
    """Needs whose minimum is not there."""
    return sum(count(problem, lines, n.day, n.shift, n.skill) < n.minimum for n in problem.needs)


def line_price(problem: Problem, person: Person, line: Line) -> Fraction:
    """What a line costs, in whole prices."""
    prices, total = problem.rules.prices, Fraction(0)
    for days in weeks(problem).values():
        shifts = [problem.shifts[line[(day - problem.first).days]] for day in days
                  if line[(day - problem.first).days] != -1]
        contract, minutes = hours_of_contract(problem, person, days), sum(shift.paid_min for shift in shifts)
        if contract is not None:
            total += Fraction(max(0, minutes - contract), 60) * prices.overtime_h
            total += Fraction(max(0, contract - minutes), 60) * prices.undertime_h
        starts = Counter(shift.starts_min for shift in shifts)
        total += (sum(starts.values()) - max(starts.values(), default=0)) * prices.start_change
    for wish in person.wishes:
        for day in wish.days:
            if line[day] not in wish.granted_by and (wish.strict or line[day] != -1):
                total += wish.weight * prices.wish
    return total


def price(problem: Problem, lines: Sequence[Line]) -> Fraction:
    """What a roster costs, in whole prices."""
    prices = problem.rules.prices
    total = sum((line_price(problem, who, line) for who, line in zip(problem.people, lines, strict=True)), Fraction(0))
    for need in problem.needs:
        there = count(problem, lines, need.day, need.shift, need.skill)
        total += max(0, need.agents - there) * prices.short
        if not need.skill:
            total += max(0, there - need.agents) * prices.over
    weekend_days = [n for n, day in enumerate(dates(problem)) if day.weekday() in problem.rules.weekend]
    all_of = [weekends(problem, line) for line in lines]
    free = [n for n, who in zip(all_of, problem.people, strict=True) if not who.absent & set(weekend_days)]
    return total + ((max(all_of) - min(free)) * prices.weekend_spread if free else 0)


def possible_lines(problem: Problem, person: Person) -> list[Line]:
    every = product(range(-1, len(problem.shifts)), repeat=problem.days)
    return [line for line in every if not broken(problem, person, line)]


def least(problem: Problem) -> Fraction | None:
    """The cost of the cheapest of all rosters; None if there is none."""
    lines = [possible_lines(problem, person) for person in problem.people]
    rosters = (some for some in product(*lines) if not lacking(problem, some))
    return min((price(problem, some) for some in rosters), default=None)
