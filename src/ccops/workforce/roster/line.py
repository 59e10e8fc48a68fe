"""Every line that one person may work, as a graph: a state per way of having come to a day, an arc per choice.

A cheapest line is a shortest path. The states keep what later days depend on: the run of days and nights, a day off
that still needs its second, the last shift, the week's minutes and usual start, the weekend. One graph serves all
people; what is theirs alone (absences, bans, contract, history) is prices on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.roster.problem import HOUR, OFF, UNIT, Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEVER = 2e9  # the price of what is closed; at half of it a line is closed, whatever prices it collects
CLOSED = NEVER / 2
MOST_ARCS = 400_000  # a graph beyond this is left to the solver
_MANY_SHIFTS = 8  # beyond this the usual start of a week is too much to keep
_FREE, _SINGLE = 2, 1  # a day off that has company, or has none so far


@dataclass(frozen=True)
class _State:
    """What the days to come depend on."""

    run: int = 0
    off: int = _FREE
    last: int = OFF  # or another that leaves the same shifts open
    minutes: int = 0
    start: int = -1
    weekend: bool = False
    nights: int = 0
    all_nights: int = 0
    all_weekends: int = 0
    all_shifts: int = 0


@dataclass(frozen=True)
class _Layer:
    """The arcs of a day, sorted by where they lead; `begins` is each target's first arc."""

    source: Ints
    target: Ints
    action: Ints  # 0 off, then the shifts from 1, last an absence
    cost: Floats
    begins: Ints


@dataclass(frozen=True)
class Graph:
    """The lines of all people. Costs are in 60ths of a price."""

    problem: Problem
    layers: tuple[_Layer, ...]
    entry: Ints  # per person, the first state
    own: Floats  # person x day x action
    closing: tuple[dict[int, Floats], ...]  # per person: what a state costs after a day that ends a week or the roster
    weekends: Ints  # of each last state, worked in all

    def best(self, who: Sequence[int], price: Floats, allowed: Ints | None = None) -> tuple[Floats, Ints]:
        """The cheapest line of some people when `price` (person x day x shift) is added.

        Its cost (CLOSED and more where there is none) and its choices. `allowed` is fewest and most weekends per
        person, for a graph that counts them.
        """
        cost = self.own[list(who)]
        people, days = cost.shape[:2]
        cost[:, :, 1:-1] += price
        reached = np.full((people, int(self.entry.max()) + 1), NEVER)
        reached[np.arange(people), self.entry[list(who)]] = 0.0
        before = []
        for day, layer in enumerate(self.layers):
            before.append(reached)
            reached = np.minimum.reduceat(self._arrivals(layer, reached, cost[:, day]), layer.begins, axis=1)
            if day in self.closing[0]:
                reached = reached + np.stack([self.closing[person][day] for person in who])
        if allowed is not None:
            outside = (self.weekends < allowed[:, :1]) | (self.weekends > allowed[:, 1:])
            reached = reached + np.where(outside, NEVER, 0.0)
        last = reached.argmin(axis=1)
        lines = np.empty((people, days), np.int64)
        for person in range(people):
            state = int(last[person])
            for day in range(days - 1, -1, -1):
                layer = self.layers[day]
                end = layer.begins[state + 1] if state + 1 < len(layer.begins) else len(layer.source)
                arcs = slice(int(layer.begins[state]), int(end))
                values = (
                    before[day][person, layer.source[arcs]] + cost[person, day, layer.action[arcs]] + layer.cost[arcs]
                )
                arc = arcs.start + int(values.argmin())
                lines[person, day], state = layer.action[arc], int(layer.source[arc])
        shifts = len(self.problem.shifts)
        return reached.min(axis=1), np.where((lines == 0) | (lines > shifts), OFF, lines - 1)

    @staticmethod
    def _arrivals(layer: _Layer, reached: Floats, cost: Floats) -> Floats:
        return np.asarray(reached[:, layer.source] + cost[:, layer.action] + layer.cost, np.float64)


def graph(problem: Problem) -> Graph | None:
    """The graph of all lines; None where it would be too large, or where rest reaches beyond the next day.

    Where the usual start of each week makes it too large, its own problem prices strange starts at nothing: bounds are
    then lower than they could be, and still bounds.
    """
    if problem.reach > 1 or not problem.people:
        return None
    free = replace(problem, rules=replace(problem.rules, prices=replace(problem.rules.prices, start_change=0)))
    whole = _graph(problem) if len(problem.shifts) <= _MANY_SHIFTS else None
    return whole or _graph(free)


def _graph(problem: Problem) -> Graph | None:
    entries = [_entry(problem, person) for person in range(len(problem.people))]
    states = {state: number for number, state in enumerate(dict.fromkeys(entries))}
    entry = np.array([states[state] for state in entries])
    layers, closing, arcs = [], _Closing(problem), 0
    for day in range(problem.days):
        following: dict[_State, int] = {}
        rows, facts = [], _Day.of(problem, day)
        for state, number in states.items():
            for action, cost, after in _steps(problem, facts, state):
                rows.append((number, following.setdefault(after, len(following)), action, cost))
        if (arcs := arcs + len(rows)) > MOST_ARCS or not rows:
            return None
        layers.append(_layer(rows))
        states = following
        closing.after(day, list(states))
    weekends = np.array([state.all_weekends for state in states])
    return Graph(problem, tuple(layers), entry, _own(problem), closing.costs, weekends)


def _layer(rows: list[tuple[int, int, int, int]]) -> _Layer:
    table = np.array(sorted(rows, key=lambda row: row[1]), np.int64).T
    source, target, action, cost = table
    begins = np.searchsorted(target, np.arange(target[-1] + 1))
    return _Layer(source, target, action, cost.astype(np.float64), begins)


def _entry(problem: Problem, person: int) -> _State:
    """How a person comes to the first day; without a history nothing is held against anybody."""
    history, rules = problem.people[person].history, problem.rules
    run = nights = 0
    while -1 - run in history:
        run += 1
    while (shift := history.get(-1 - nights)) is not None and problem.shifts[shift].night:
        nights += 1
    off = 0 if run else _SINGLE if -2 in history else _FREE
    return _State(
        run=run if rules.days_in_a_row is not None else 0, off=off if rules.paired_days_off else 0,
        last=history.get(-1, OFF), nights=nights if rules.nights_in_a_row is not None else 0,
    )


@dataclass(frozen=True)
class _Day:
    """What the steps of a day have in common; `after` is the shifts that may follow a day before (OFF: any)."""

    begins_week: bool
    ends_week: bool
    begins_weekend: bool
    weekend: bool
    after: dict[int, list[int]]
    alike: list[int]  # per shift, the first that leaves the same shifts open on the next day
    longest: float  # minutes that nobody may exceed in a week
    counted: bool  # whether anybody's shifts are limited
    counts_weekends: bool

    @classmethod
    def of(cls, problem: Problem, day: int) -> _Day:
        every = range(len(problem.shifts))
        after = {
            last: [n for n in every if not problem.too_close(day - 1, last, day, n) and not problem.swings(last, n)]
            for last in every
        }
        return cls(
            any(week.start == day for week in problem.weeks), any(week.stop == day + 1 for week in problem.weeks),
            any(days[0] == day for days in problem.weekends), any(day in days for days in problem.weekends),
            {OFF: list(every), **after}, _alike(problem, day), _longest_week(problem),
            any(who.least_shifts is not None or who.most_shifts is not None for who in problem.people),
            problem.rules.weekends_most is not None or bool(problem.rules.prices.weekend_spread),
        )


def _alike(problem: Problem, day: int) -> list[int]:
    every = range(len(problem.shifts))
    if day + 1 == problem.days:
        return [0] * len(every)
    shut = [
        [n for n in every if problem.too_close(day, last, day + 1, n) or problem.swings(last, n)] for last in every
    ]
    return [shut.index(those) for those in shut]


def _steps(problem: Problem, day: _Day, state: _State) -> Iterator[tuple[int, int, _State]]:
    """The choices after a state: action, cost, and the state after it."""
    rules = problem.rules
    minutes, start = (0, -1) if day.begins_week else (state.minutes, state.start)
    weekend = state.weekend and day.weekend and not day.begins_weekend
    for action, off in ((0, _SINGLE if state.off == 0 else _FREE), (len(problem.shifts) + 1, _FREE)):
        yield action, 0, _State(
            0, off if rules.paired_days_off else 0, OFF, minutes, -1 if day.ends_week else start, weekend, 0,
            state.all_nights, state.all_weekends, state.all_shifts,
        )
    if rules.paired_days_off and state.off == _SINGLE:
        return
    if rules.days_in_a_row is not None and state.run >= rules.days_in_a_row:
        return
    all_weekends = state.all_weekends + (day.weekend and not weekend and day.counts_weekends)
    for number in day.after[state.last]:
        shift = problem.shifts[number]
        nights = state.nights + 1 if shift.night and rules.nights_in_a_row is not None else 0
        all_nights = state.all_nights + shift.night if rules.nights_most is not None else 0
        if (
            nights > (rules.nights_in_a_row or 0) or all_nights > (rules.nights_most or 0)
            or (rules.weekends_most is not None and all_weekends > rules.weekends_most)
            or minutes + shift.paid_min > day.longest
        ):
            continue
        for usual, cost in _usual(problem, start, number):
            yield number + 1, cost, _State(
                state.run + 1 if rules.days_in_a_row is not None else 0, 0, day.alike[number], minutes + shift.paid_min,
                -1 if day.ends_week else usual, day.weekend, nights, all_nights, all_weekends,
                state.all_shifts + day.counted,
            )


def _longest_week(problem: Problem) -> float:
    """Minutes that nobody may exceed in a week."""
    weeks = range(len(problem.weeks))
    return max(
        min(problem.most_min(person, week).values(), default=NEVER)
        for person in range(len(problem.people)) for week in weeks
    )


def _usual(problem: Problem, start: int, shift: int) -> Iterator[tuple[int, int]]:
    """The starts that may be the week's usual one when a shift is taken, each with its cost."""
    price = problem.rules.prices.start_change * UNIT
    if not price and not problem.rules.same_start:
        yield -1, 0
        return
    for usual in {start} if start >= 0 else set(problem.starts):
        if usual == problem.starts[shift]:
            yield usual, 0
        elif not problem.rules.same_start:
            yield usual, price


def _own(problem: Problem) -> Floats:
    """What each choice costs each person on each day; NEVER where it is closed to them."""
    shifts, offered = len(problem.shifts), problem.offered
    own = np.zeros((len(problem.people), problem.days, shifts + 2))
    for number, person in enumerate(problem.people):
        for day in range(problem.days):
            fixed = person.fixed.get(day)
            own[number, day, 0] = NEVER if day in person.absent or fixed not in (None, OFF) else 0
            own[number, day, -1] = 0 if day in person.absent and fixed in (None, OFF) else NEVER
            own[number, day, [0, -1]] += problem.wish_cost(number, day, OFF)
            for shift in range(shifts):
                shut = (
                    day in person.absent or (day, shift) in person.bans or problem.lacks(number, shift)
                    or fixed not in (None, shift) or (fixed is None and (day, shift) not in offered)
                )
                own[number, day, shift + 1] = NEVER if shut else problem.wish_cost(number, day, shift)
    return own


class _Closing:
    """What states cost each person when a week or the roster ends."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.costs: tuple[dict[int, Floats], ...] = tuple({} for _ in problem.people)

    def after(self, day: int, states: list[_State]) -> None:
        """Keeps the costs of the states after a day, if anything ends with it."""
        minutes = np.array([state.minutes for state in states], np.float64)
        shifts = np.array([state.all_shifts for state in states])
        for week, days in enumerate(self.problem.weeks):
            if days.stop != day + 1:
                continue
            for person, kept in enumerate(self.costs):
                kept[day] = self._of_week(person, week, minutes)
                if day + 1 == self.problem.days:
                    who = self.problem.people[person]
                    least = who.least_shifts or 0
                    most = NEVER if who.most_shifts is None else who.most_shifts
                    kept[day] = kept[day] + np.where((shifts < least) | (shifts > most), NEVER, 0.0)

    def _of_week(self, person: int, week: int, minutes: Floats) -> Floats:
        problem, rules = self.problem, self.problem.rules
        cost = np.zeros(len(minutes))
        for most in problem.most_min(person, week).values():
            cost += np.where(minutes > most, NEVER, 0.0)
        cost += np.where(minutes < problem.least_min(person, week), NEVER, 0.0)
        if (contract := problem.contract_min(person, week)) is not None:
            cost += np.maximum(0, minutes - contract) * (rules.prices.overtime_h * UNIT // HOUR)
            cost += np.maximum(0, contract - minutes) * (rules.prices.undertime_h * UNIT // HOUR)
        return cost
