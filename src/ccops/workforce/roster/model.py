"""The roster as a CP-SAT model: all of it, a few people beside others who are settled, or some of its rules alone.

Every rule of every person is an atom that can be left out; explaining why there is no roster is a search over atoms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ccops.workforce.roster.count import Lines, fair, weekends
from ccops.workforce.roster.problem import HOUR, OFF, UNIT, Problem


class Atom(NamedTuple):
    """One rule at one place: its kind, the person (-1 for a need), and the day, week, shift or need it is about."""

    kind: str
    person: int = -1
    place: int = -1


Keep = Callable[[Atom], bool]


def everything(atom: Atom) -> bool:
    """Keeps every rule."""
    return True


@dataclass
class Model:
    """A CP-SAT model with its choices: `chosen[person, day, shift]`."""

    problem: Problem
    people: Sequence[int]
    cp: Any
    chosen: dict[tuple[int, int, int], Any]
    cost: Any = 0

    def lines(self, value: Callable[[Any], int], others: Lines | None = None) -> list[list[int]]:
        """The roster of a solution; people outside the model keep the lines of `others`."""
        lines = [list(line) for line in others] if others else [[OFF] * self.problem.days for _ in self.problem.people]
        for person in self.people:
            lines[person] = [OFF] * self.problem.days
        for (person, day, shift), variable in self.chosen.items():
            if value(variable):
                lines[person][day] = shift
        return lines

    def hint(self, lines: Lines) -> None:
        """A roster to start from."""
        for (person, day, shift), variable in self.chosen.items():
            self.cp.add_hint(variable, lines[person][day] == shift)


def build(problem: Problem, people: Sequence[int] | None = None, others: Lines | None = None, *,
          keep: Keep = everything, priced: bool = True) -> Model:
    """The model for some people (all by default), the rest working the lines of `others`.

    Without `priced` it asks for any roster that keeps the atoms that `keep` keeps.
    """
    from ortools.sat.python import cp_model

    everybody = range(len(problem.people))
    writer = _Writer(Model(problem, everybody if people is None else people, cp_model.CpModel(), {}), keep, priced)
    for person in writer.model.people:
        writer.person(person)
    writer.needs(others)
    if priced:
        writer.weekend_spread(others)
        writer.model.cost = sum(writer.costs)
        writer.model.cp.minimize(writer.model.cost)
    return writer.model


class _Writer:
    """Writes rules and prices into a model."""

    def __init__(self, model: Model, keep: Keep, priced: bool) -> None:
        self.model, self.keep, self.priced = model, keep, priced
        self.problem, self.rules, self.cp = model.problem, model.problem.rules, model.cp
        self.costs: list[Any] = []
        self.weekends: dict[int, list[Any]] = {}

    def person(self, person: int) -> None:
        """One person's choices, rules and prices."""
        days, shifts = range(self.problem.days), range(len(self.problem.shifts))
        for day in days:
            open_ = [shift for shift in shifts if self._is_open(person, day, shift)]
            for shift in open_:
                self.model.chosen[person, day, shift] = self.cp.new_bool_var("")
            if len(open_) > 1:
                self.cp.add_at_most_one(self._of(person, day, shift) for shift in open_)
            self._fixed(person, day)
        for day in days:
            self._rest(person, day)
            self._paired(person, day)
            self._in_a_row(person, day)
        for week in range(len(self.problem.weeks)):
            self._week(person, week)
        self._whole(person)
        if self.priced:
            self._wishes(person)

    def _is_open(self, person: int, day: int, shift: int) -> bool:
        who, keep = self.problem.people[person], self.keep
        fixed = who.fixed.get(day) == shift
        return not (
            (day in who.absent and keep(Atom("absent", person, day)))
            or ((day, shift) in who.bans and keep(Atom("ban", person, day)))
            or (self.problem.lacks(person, shift) and keep(Atom("skill", person, shift)))
            or ((day, shift) not in self.problem.offered and not fixed and keep(Atom("unwanted", person, day)))
        )

    def _of(self, person: int, day: int, *shifts: int) -> Any:
        """Whether one of the shifts (any if none is named) is worked on a day; history before the first day."""
        wanted = shifts or range(len(self.problem.shifts))
        if day < 0:
            past = self.problem.people[person].history.get(day)
            return int(past is not None and past in wanted)
        found = [self.model.chosen[person, day, shift] for shift in wanted if (person, day, shift) in self.model.chosen]
        return found[0] if len(found) == 1 else sum(found)

    def _fixed(self, person: int, day: int) -> None:
        choice = self.problem.people[person].fixed.get(day)
        if choice is not None and self.keep(Atom("fixed", person, day)):
            self._add(self._of(person, day) == 0 if choice == OFF else self._of(person, day, choice) == 1)

    def _add(self, condition: Any) -> None:
        """A condition, which may be settled already because nothing in it is open."""
        if condition is False:
            self.cp.add_bool_or([])
        elif condition is not True:
            self.cp.add(condition)

    def _rest(self, person: int, day: int) -> None:
        """A shift of this day against those of the days that its rest reaches, and those before the roster."""
        problem, shifts = self.problem, range(len(self.problem.shifts))
        for before in range(max(day - problem.reach, -problem.reach), day):
            if before >= 0 or before in problem.people[person].history:
                swing = before == day - 1 and self.keep(Atom("swing", person, day))
                rest = self.keep(Atom("rest", person, day))
                for last in shifts:
                    clash = [
                        shift for shift in shifts
                        if (rest and problem.too_close(before, last, day, shift))
                        or (swing and problem.swings(last, shift))
                    ]
                    if clash:
                        self._add(self._of(person, before, last) + self._of(person, day, *clash) <= 1)

    def _paired(self, person: int, day: int) -> None:
        """No day off alone between two days at work; a day of absence is none."""
        if not self.rules.paired_days_off:
            return
        for alone in (-1, 0) if day == 0 else (day,):
            away = alone in self.problem.people[person].absent
            if alone + 1 < self.problem.days and not away and self.keep(Atom("paired", person, alone)):
                self._add(self._of(person, alone - 1) + self._of(person, alone + 1) <= 1 + self._of(person, alone))

    def _in_a_row(self, person: int, day: int) -> None:
        """Days and nights in a row that end on this day, those before the roster included."""
        nights = [number for number, shift in enumerate(self.problem.shifts) if shift.night]
        for kind, most, shifts in (
            ("row", self.rules.days_in_a_row, []), ("night_row", self.rules.nights_in_a_row, nights),
        ):
            if most is not None and (shifts or kind == "row") and self.keep(Atom(kind, person, day)):
                self._add(sum(self._of(person, day - back, *shifts) for back in range(most + 1)) <= most)

    def _minutes(self, person: int, week: int) -> Any:
        return sum(
            self._of(person, day, shift) * self.problem.shifts[shift].paid_min
            for day in self.problem.weeks[week] for shift in range(len(self.problem.shifts))
        )

    def _week(self, person: int, week: int) -> None:
        """Hours of a week with their prices, and its starts."""
        minutes, prices = self._minutes(person, week), self.rules.prices
        for kind, most in self.problem.most_min(person, week).items():
            if self.keep(Atom(kind, person, week)):
                self._add(minutes <= most)
        if (least := self.problem.least_min(person, week)) and self.keep(Atom("least", person, week)):
            self._add(minutes >= least)
        contract = self.problem.contract_min(person, week)
        if self.priced and contract is not None:
            for sign, price in ((1, prices.overtime_h), (-1, prices.undertime_h)):
                if price:
                    beyond = self.cp.new_int_var(0, 7 * 24 * HOUR, "")
                    self._add(beyond >= sign * (minutes - contract))
                    self.costs.append(price * UNIT // HOUR * beyond)
        if self.rules.same_start or (self.priced and prices.start_change):
            self._starts(person, week)

    def _starts(self, person: int, week: int) -> None:
        """One start is the week's usual one; other starts cost, or are not allowed."""
        strict = self.rules.same_start and self.keep(Atom("same_start", person, week))
        if not strict and not (self.priced and self.rules.prices.start_change):
            return
        starts = self.problem.starts
        usual = {start: self.cp.new_bool_var("") for start in set(starts)}
        self.cp.add_exactly_one(usual.values())
        for day in self.problem.weeks[week]:
            strange = None if strict else self.cp.new_bool_var("")
            for start, is_usual in usual.items():
                shifts = [shift for shift in range(len(starts)) if starts[shift] == start]
                self._add(self._of(person, day, *shifts) <= is_usual + (0 if strange is None else strange))
            if strange is not None:
                self.costs.append(self.rules.prices.start_change * UNIT * strange)

    def _whole(self, person: int) -> None:
        """Limits over the whole roster."""
        who, rules, days = self.problem.people[person], self.rules, range(self.problem.days)
        shifts = sum(self._of(person, day) for day in days)
        if who.least_shifts and self.keep(Atom("least_shifts", person)):
            self._add(shifts >= who.least_shifts)
        if who.most_shifts is not None and self.keep(Atom("most_shifts", person)):
            self._add(shifts <= who.most_shifts)
        nights = [number for number, shift in enumerate(self.problem.shifts) if shift.night]
        if rules.nights_most is not None and nights and self.keep(Atom("nights", person)):
            self._add(sum(self._of(person, day, *nights) for day in days) <= rules.nights_most)
        limited = rules.weekends_most is not None and self.keep(Atom("weekends", person))
        if limited or (self.priced and rules.prices.weekend_spread):
            worked = self.weekends[person] = [self.cp.new_bool_var("") for _ in self.problem.weekends]
            for flag, weekend in zip(worked, self.problem.weekends, strict=True):
                for day in weekend:
                    self._add(self._of(person, day) <= flag)
                self._add(sum(self._of(person, day) for day in weekend) >= flag)
            if limited:
                self._add(sum(worked) <= rules.weekends_most)

    def _wishes(self, person: int) -> None:
        for day in range(self.problem.days):
            off = self.problem.wish_cost(person, day, OFF)
            self.costs.append(off)
            for shift in range(len(self.problem.shifts)):
                if cost := self.problem.wish_cost(person, day, shift) - off:
                    self.costs.append(cost * self._of(person, day, shift))

    def needs(self, others: Lines | None) -> None:
        """How many of the model's people, beside the others, are on each shift that somebody is wanted on."""
        mine, prices = set(self.model.people), self.rules.prices
        rest = [person for person in range(len(self.problem.people)) if person not in mine] if others else []
        for number, need in enumerate(self.problem.needs):
            there = sum(
                1 for person in rest
                if others and others[person][need.day] == need.shift and self.problem.counts_for(person, need)
            )
            people = there + sum(
                self._of(person, need.day, need.shift) for person in self.model.people
                if self.problem.counts_for(person, need)
            )
            if need.minimum and self.keep(Atom("need", -1, number)):
                self._add(people >= need.minimum)
            if self.priced:
                short = self.cp.new_int_var(0, need.agents, "")
                self._add(short >= need.agents - people)
                self.costs.append(prices.short * UNIT * short)
                if prices.over and not need.skill:
                    over = self.cp.new_int_var(0, len(self.problem.people), "")
                    self._add(over >= people - need.agents)
                    self.costs.append(prices.over * UNIT * over)

    def weekend_spread(self, others: Lines | None) -> None:
        """The difference between most and fewest weekends worked."""
        price, every = self.rules.prices.weekend_spread * UNIT, len(self.problem.weekends)
        mine, everybody = set(self.model.people), range(len(self.problem.people))
        if not price or not every or not any(fair(self.problem, person) for person in everybody):
            return
        most, fewest = (self.cp.new_int_var(0, every, "") for _ in range(2))
        for person in everybody:
            if person not in mine and not others:
                continue
            worked = sum(self.weekends[person]) if person in mine else weekends(self.problem, (others or [])[person])
            self._add(most >= worked)
            if fair(self.problem, person):
                self._add(fewest <= worked)
        self.costs.append(price * (most - fewest))
