"""From patterns and a requirement in clock time to a problem in slots."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from ccops.clock import BusinessDay
from ccops.errors import SettingsError, UsageError
from ccops.remark import Remark
from ccops.settings import WEEKDAYS
from ccops.workforce.schedule.model import Column, Limit, Problem, Stretch, whole
from ccops.workforce.schedule.patterns import Group, Patterns, Shift
from ccops.workforce.schedule.prices import Curve, Step, curve
from ccops.workforce.schedule.requirement import Need, Requirement, Steps

ENDLESS = 1e9


@dataclass(frozen=True)
class Grid:
    """The slots of a plan: from the start of its first business day to the end of its last."""

    first: date
    last: date
    step_min: int
    business_day: BusinessDay

    @cached_property
    def origin(self) -> datetime:
        return self.business_day.bounds(self.first)[0].replace(tzinfo=UTC)

    @cached_property
    def slots(self) -> int:
        return self.slot(self.business_day.bounds(self.last)[1].replace(tzinfo=UTC))

    @property
    def hours(self) -> float:
        """Of one slot."""
        return self.step_min / 60

    def slot(self, instant: datetime) -> int:
        """The slot in which an instant lies."""
        return int((instant - self.origin).total_seconds() // (60 * self.step_min))

    def instant(self, slot: int) -> datetime:
        """When a slot begins, in UTC."""
        return self.origin + timedelta(minutes=slot * self.step_min)

    def start(self, day: date, minute: int) -> int:
        """The slot of a time of day of a business day."""
        at = time(minute // 60, minute % 60)
        local = datetime.combine(day + timedelta(days=at < self.business_day.starts), at, self.business_day.zone.info)
        return self.slot(local.astimezone(UTC))

    def days(self, block: int) -> Iterator[date]:
        """The seven days of a week of the plan, counted from its first day; week -1 is the one before."""
        return (self.first + timedelta(days=7 * block + n) for n in range(7))

    @property
    def weeks(self) -> int:
        return math.ceil(((self.last - self.first).days + 1) / 7)


@dataclass(frozen=True)
class Offer:
    """What a column of the problem stands for: a pattern at one of its starts, on these days."""

    shift: Shift
    group: str
    minute: int
    days: tuple[date, ...]
    shares: tuple[float, ...]  # of each day's shift that lies within the plan
    week: int


@dataclass(frozen=True)
class Draft:
    """The problem with what its numbers mean."""

    grid: Grid
    patterns: Patterns
    requirement: Requirement
    groups: tuple[Group, ...]
    queues: tuple[str, ...]
    offers: tuple[Offer, ...]
    required: dict[tuple[int, int], float]  # per queue and slot, what is to be scheduled
    problem: Problem
    notes: tuple[Remark, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The business days of the plan."""
        return tuple(self.grid.first + timedelta(days=n) for n in range((self.grid.last - self.grid.first).days + 1))

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """First and last instant (exclusive) of a business day."""
        start, end = self.grid.business_day.bounds(day)
        return start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)


def draft(requirement: Requirement, patterns: Patterns, business_day: BusinessDay, *, shrinkage: float = 0.0,
          where: str = "") -> Draft:
    """The problem of covering a requirement with patterns.

    `shrinkage` is the share of scheduled time in which people are not there although no break is planned (absence,
    coaching): the requirement is divided by 1 - shrinkage. Breaks are planned and must not be in it. Raises
    SettingsError for patterns that do not fit the requirement.
    """
    if not 0 <= shrinkage < 1:
        raise UsageError(f"a shrinkage of {shrinkage:g} leaves nobody", fix="give a share from 0 to below 1: 0.1")
    if requirement.interval_min % patterns.step:
        raise SettingsError(
            f"step: {patterns.step} minutes do not fit into intervals of {requirement.interval_min}", where=where,
            fix=f"use a step that divides {requirement.interval_min}",
        )
    instants = [need.start_at for needs in requirement.queues.values() for need in needs]
    days = [business_day.day_of(at.replace(tzinfo=None)) for at in (min(instants), max(instants))]
    grid = Grid(days[0], days[1], patterns.step, business_day)
    queues = tuple(requirement.queues)
    groups = tuple(patterns.group) or (Group(name="all", queues=list(queues) or [""]),)
    serves = tuple(tuple(n for n, queue in enumerate(queues) if queue in group.queues) for group in groups)
    unserved = next((queue for n, queue in enumerate(queues) if not any(n in one for one in serves)), None)
    if unserved is not None:
        if not unserved:
            raise SettingsError("group: they serve queues, but the requirement names none", where=where,
                                fix="give the requirement a column queue, or leave out [[group]]")
        raise SettingsError(f"group: none serves the queue {unserved!r}", where=where,
                            fix="add it to the queues of a group, or leave the queue out with --queue")
    strange = sorted({queue for group in groups for queue in group.queues} - set(queues))
    unneeded = (Remark("schedule_no_need", {"queue": queue}) for queue in strange)
    notes = (*requirement.notes, *requirement.closed(business_day), *unneeded)
    used = [n for n, served in enumerate(serves) if served]
    places = {group.name: used.index(n) for n, group in enumerate(groups) if n in used}
    offers = tuple(_offers(patterns, grid, groups, places))
    if not offers:
        raise SettingsError("shift: no pattern may start on any of the planned days", where=where, fix="look at days")
    columns = tuple(_column(offer, grid, patterns, places) for offer in offers)
    kept = tuple(serves[n] for n in used)
    curves, required = _curves(requirement, patterns, grid, kept, shrinkage, where)
    limits = tuple(_limits(offers, grid, patterns, [groups[n] for n in used]))
    problem = Problem(columns, kept, curves, limits, patterns.repeats)
    return Draft(grid, patterns, requirement, tuple(groups[n] for n in used), queues, offers, required, problem, notes)


def _offers(patterns: Patterns, grid: Grid, groups: tuple[Group, ...], places: dict[str, int]) -> Iterator[Offer]:
    """Every pattern at every start and day, from the eve on, whose night reaches into the plan."""
    for shift in patterns.shift:
        group = shift.group or groups[0].name
        if group not in places:
            continue
        for minute in shift.starts:
            for week in range(0 if patterns.repeats else -1, grid.weeks):
                found = [
                    (day, share) for day in grid.days(week)
                    if WEEKDAYS[day.weekday()] in shift.days and day <= grid.last
                    and (share := _share(grid, day, minute, shift.length, patterns.repeats)) > 0
                ]
                for part in ([found] if shift.weekly else [[one] for one in found]):
                    if part:
                        yield Offer(shift, group, minute, tuple(day for day, _ in part),
                                    tuple(share for _, share in part), week)


def _share(grid: Grid, day: date, minute: int, length: int, repeats: bool) -> float:
    if repeats:
        return 1.0
    start, slots = grid.start(day, minute), length // grid.step_min
    return max(min(start + slots, grid.slots) - max(start, 0), 0) / slots


def _column(offer: Offer, grid: Grid, patterns: Patterns, places: dict[str, int]) -> Column:
    breaks, slots = patterns.breaks_of(offer.shift), offer.shift.length // grid.step_min
    stretches = tuple(Stretch(grid.start(day, offer.minute), slots, breaks) for day in offer.days)
    return Column(places[offer.group], stretches, patterns.cost_of(offer.shift) * sum(offer.shares))


def _curves(requirement: Requirement, patterns: Patterns, grid: Grid, serves: tuple[tuple[int, ...], ...],
            shrinkage: float, where: str) -> tuple[tuple[tuple[Curve | None, ...], ...], dict[tuple[int, int], float]]:
    parts = requirement.interval_min // grid.step_min
    curves: list[tuple[Curve | None, ...]] = []
    required: dict[tuple[int, int], float] = {}
    for number, needs in enumerate(requirement.queues.values()):
        row: list[Curve | None] = [None] * grid.slots
        for need in needs:
            agents = need.required / (1 - shrinkage)
            floor = max(need.minimum / (1 - shrinkage), patterns.limits.cover * agents)
            under, over = _steps(need, agents, patterns, requirement.interval_min)
            try:
                made = curve(agents, [(n, p * grid.hours) for n, p in under], [(n, p * grid.hours) for n, p in over],
                             floor, whole(serves, number))
            except ValueError as error:
                raise SettingsError(f"prices: {error}", where=where, fix="sort the steps by price") from None
            for part in range(parts):
                slot = grid.slot(need.start_at) + part
                row[slot], required[number, slot] = made, agents
        curves.append(tuple(row))
    return tuple(curves), required


def _steps(need: Need, agents: float, patterns: Patterns, interval_min: int) -> tuple[list[Step], list[Step]]:
    """Prices per agent-hour below and above the requirement, in agents.

    The value of one agent fewer or more is that of the first one; for those after it the steps of the file hold, which
    cannot be cheaper than the first.
    """
    hours = interval_min / 60
    ladder: Steps = need.under or tuple(patterns.under)
    first = None if need.minus_one_cost is None else need.minus_one_cost / hours
    under = [(ENDLESS if share is None else share * agents, max(price, first or 0.0)) for share, price in ladder]
    under = [(width, price) for width, price in under if width > 0]
    over = [(ENDLESS, patterns.prices.over if need.over_cost is None else need.over_cost)]
    if first is not None:
        under = [(1.0, first), *under]
    if need.plus_one_value:
        worth = need.plus_one_value / hours
        over = [(1.0, -min(worth, under[0][1])), *over]
    return under, over


def _limits(offers: tuple[Offer, ...], grid: Grid, patterns: Patterns, groups: list[Group]) -> Iterator[Limit]:
    """Every limit over the agents of offers, under the name by which a clash tells it."""
    def limit(name: str, weights: dict[int, float], least: float = 0.0, most: float = math.inf) -> Limit:
        return Limit(name, tuple(weights), tuple(weights.values()), least, most)

    planned = [grid.first + timedelta(days=n) for n in range((grid.last - grid.first).days + 1)]
    for shift in patterns.shift:
        own = [(n, offer) for n, offer in enumerate(offers) if offer.shift is shift]
        if not shift.min and shift.max is None:
            continue
        most = math.inf if shift.max is None else shift.max
        keys = sorted({offer.week if shift.weekly else offer.days[0] for _, offer in own}, key=str)
        for key in keys:
            members = {n: 1.0 for n, offer in own if key in (offer.week, offer.days[0])}
            eve = key == -1 or (isinstance(key, date) and key < grid.first)
            when = f"in week {int(key) + 1}" if isinstance(key, int) else f"on {key}"
            name = f"shift {shift.name} {_range(shift.min, shift.max)} {when}"
            yield limit(name, members, 0 if eve else shift.min, most)
    for group in groups:
        own = [(n, offer) for n, offer in enumerate(offers) if offer.group == group.name]
        for day in planned:
            there = {n: 1.0 for n, offer in own if day in offer.days}
            if (group.min or group.headcount is not None) and there:
                yield limit(f"group {group.name} {_range(group.min, group.headcount)} on {day}", there, group.min,
                            math.inf if group.headcount is None else group.headcount)
        if group.headcount is not None:
            for week in range(grid.weeks):
                days = {n: float(len(offer.days)) for n, offer in own if offer.week == week}
                most = math.floor(group.headcount * group.days_per_week)
                if days and len(planned) > group.days_per_week:
                    yield limit(f"group {group.name} at most {most} shifts in week {week + 1} "
                                f"({group.headcount} agents x {group.days_per_week:g} days)", days, 0.0, most)
    limits = patterns.limits
    if limits.headcount is not None:
        for day in planned:
            there = {n: 1.0 for n, offer in enumerate(offers) if day in offer.days}
            if there:
                yield limit(f"limits.headcount {limits.headcount} on {day}", there, 0.0, limits.headcount)
    if limits.paid_hours is not None:
        paid = {n: offer.shift.paid_minutes / 60 * sum(offer.shares) for n, offer in enumerate(offers)}
        yield limit(f"limits.paid_hours {limits.paid_hours:g}", paid, 0.0, limits.paid_hours)
    if limits.part_time_share is not None:
        share = limits.part_time_share
        parts = {n: (offer.shift.part_time - share) * len(offer.days) for n, offer in enumerate(offers)}
        yield limit(f"limits.part_time_share {share:g}", parts, -math.inf, 0.0)


def _range(least: int, most: int | None) -> str:
    return f"min {least}" if most is None else f"max {most}" if not least else f"min {least} max {most}"
